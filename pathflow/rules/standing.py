"""What is so on the ways through a path: which nodes can be come to, and what is so of every client who comes there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Self

from pathflow.engine.program import RESTING, Edge, Node, Program
from pathflow.model import path as model
from pathflow.model.conditions import (
    Condition,
    Not,
    conjuncts,
    events_of,
    items_of,
)
from pathflow.rules.cells import Cover, cover, of_the_same
from pathflow.rules.limits import limits_of

if TYPE_CHECKING:
    from pathflow.model.network import Item
    from pathflow.rules.again import Again
    from pathflow.rules.times import Times
    from pathflow.rules.ways import Ways


@lru_cache(maxsize=4096)
def _covered(
    conditions: tuple[Condition, ...], has_otherwise: bool, items: tuple[tuple[str, Item], ...], told: frozenset[Condition]
) -> Cover:
    """The cover of a decision, worked out once for all versions of a path that have it: as one writes, there are many."""
    return cover(list(conditions), has_otherwise, dict(items), told)


class Standing:
    """What is so at each node, worked out when it is first asked for. `Ways` builds on it.

    Args:
        changing: items that may change because of what is done elsewhere, on another path of the same client.
    """

    def __init__(
        self, program: Program, doubts: frozenset[tuple[str, int]] = frozenset(), is_whole: bool = True,
        changing: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.program = program
        self.changing = changing
        self.path = program.path
        self.network = program.path.network
        self.doubts = doubts
        self.is_whole = is_whole
        self.keeps_all = False  # whether all that is known at the end is asked for
        self.is_perhaps = False  # whether what is known on some ways counts as known
        self.known_repeats: list[Again] | None = None  # worked out by again.py, for the two rules that ask
        self._covers: dict[tuple[int, frozenset[Condition]], Cover] = {}
        self.known_times: Times | None = None  # worked out by times.py, for the rules that ask
        self.known_guarded: dict[tuple[int, str], Ways] = {}  # worked out by causes.py, for what is advised, and where.py

    @property
    def has_doubtful_head(self) -> bool:
        """Whether something in the path's head could not be read, such as its dates."""
        span = self.path.span
        return (span.file, span.line) in self.doubts

    def is_doubtful(self, node: Node) -> bool:
        """Whether something in the statement could not be read, so that nothing follows from its absence."""
        return (node.span.file, node.span.line) in self.doubts

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition here: who enters, ways, clocks, events, waits, what ends a window early."""
        found = [self.path.clients.enter_when, *(service.unless for service in self.network.services.values())]
        for node in self.program.nodes:
            found += [edge.condition for edge in self.program.edges[node.index]]
            found += [limit.when for limit in limits_of(node.statement)]
            if isinstance(node.statement, model.Whenever):
                found.append(node.statement.condition)
            elif isinstance(node.statement, model.Wait | model.Repeat):
                found.append(node.statement.until)
        return tuple(condition for condition in found if condition is not None)

    @cached_property
    def incoming(self) -> list[list[Edge]]:
        """The edges into each node."""
        return self.program.incoming()

    @cached_property
    def reachable(self) -> frozenset[int]:
        """The nodes that a client can come to; a join only when each of its branches can."""
        seen: set[int] = set()
        waiting = [self.program.start, *self.program.events]
        arrived: dict[int, set[int]] = {}
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for number, edge in enumerate(self.program.edges[node]):
                target = edge.target
                if (node, number) in self.impossible:
                    continue
                if target in self.program.joins:
                    came = arrived.setdefault(target, set())
                    came.add(self.branch_of(edge, target))
                    if len(came) < self.program.needed[target]:
                        continue
                waiting.append(target)
        return frozenset(seen)

    def branch_of(self, edge: Edge, join: int) -> int:
        """The number of the branch by which an edge comes to a join."""
        split = self.program.joins[join]
        for at, branch in self.program.nodes[edge.source].region:
            if at == split:
                return branch
        return next(i for i, out in enumerate(self.program.edges[split]) if out is edge or out.target == join)

    @cached_property
    def made(self) -> frozenset[str]:
        """The items that some step finds out."""
        return frozenset(item for node in self.program.nodes for item in getattr(node.statement, "makes", ()))

    def beside(self, other: Standing) -> Self:
        """The same where the client is on another path too: what its steps find out changes here as well."""
        entered = self.path.clients.enter_when
        if entered is None or other.made.isdisjoint(items_of(entered)):
            return self
        return type(self)(self.program, self.doubts, self.is_whole, other.made)

    @cached_property
    def of_the_group(self) -> frozenset[Condition]:
        """What `enter when` says of items that no step makes: it stays so, as whoever is on the path is of its group."""
        made = self.made | self.changing
        parts = conjuncts(self.path.clients.enter_when) if self.path.clients.enter_when is not None else ()
        return frozenset(part for part in parts if made.isdisjoint(items_of(part)))

    @cached_property
    def _given(self) -> list[frozenset[Condition] | None]:
        """What surely holds when a client comes to each node: the branches taken since somebody last had something to do."""
        given: list[frozenset[Condition] | None] = [None] * len(self.program.nodes)
        waiting = [self.program.start, *self.program.events]
        for event in waiting:
            statement = self.program.nodes[event].statement
            begun = conjuncts(statement.condition) if isinstance(statement, model.Whenever) else ()
            given[event] = self.of_the_group | {part for part in begun if not events_of(part)}
        while waiting:
            index = waiting.pop()
            at = given[index] or frozenset()
            if self.program.nodes[index].kind in RESTING - {"decide"}:
                at = self.of_the_group
            for edge in self.program.edges[index]:
                value = at | self.taken(edge)
                before = given[edge.target]
                met = value if before is None else before & value
                if met != before:
                    given[edge.target] = met
                    waiting.append(edge.target)
        return given

    def taken(self, edge: Edge) -> frozenset[Condition]:
        """What taking a way tells."""
        if edge.kind == "otherwise":
            others = (e.condition for e in self.program.edges[edge.source] if e.condition is not None)
            return frozenset(Not(condition) for condition in others if not events_of(condition))
        repeat = self.program.nodes[edge.source].statement
        is_for_that = edge.kind == "leave" and isinstance(repeat, model.Repeat) and repeat.at_most is None
        if edge.condition is None or not (edge.kind == "if" or is_for_that):
            return frozenset()
        return frozenset(part for part in conjuncts(edge.condition) if not events_of(part))

    @cached_property
    def impossible(self) -> frozenset[tuple[int, int]]:
        """The edges out of decisions that no client can take, as (node, number of the edge)."""
        found: set[tuple[int, int]] = set()
        for node in self.program.nodes:
            edges = self.program.edges[node.index]
            conditions = [edge.condition for edge in edges if edge.condition is not None]
            if node.kind != "decide" or not conditions or any(events_of(condition) for condition in conditions):
                continue
            numbers = [number for number, edge in enumerate(edges) if edge.condition is not None]
            covered = self.cover(node, self.given(node))
            found |= {(node.index, numbers[index]) for index in covered.dead}
            if covered.is_closed:
                found |= {(node.index, number) for number, edge in enumerate(edges) if edge.condition is None}
        return frozenset(found)

    def given(self, node: Node) -> frozenset[Condition]:
        """What surely holds of a client who comes to a node."""
        return self._given[node.index] or frozenset()

    def cover(self, node: Node, given: frozenset[Condition]) -> Cover:
        """How the branches of a decision cover the values of its items, worked out once."""
        conditions = [edge.condition for edge in self.program.edges[node.index] if edge.condition is not None]
        told = of_the_same(conditions, given)
        asked = (node.index, frozenset(told))
        found = self._covers.get(asked)
        if found is None:
            has_otherwise = any(edge.kind == "otherwise" for edge in self.program.edges[node.index])
            names = dict.fromkeys(item for condition in (*conditions, *told) for item in items_of(condition))
            items = tuple((name, self.path.items[name]) for name in names if name in self.path.items)
            found = self._covers[asked] = _covered(tuple(conditions), has_otherwise, items, asked[1])
        return found

    def may(
        self, first: Mapping[int, frozenset[str]], after: Callable[[Node, frozenset[str]], frozenset[str]]
    ) -> list[frozenset[str]]:
        """Union where ways meet, to the fixed point."""
        at: list[frozenset[str]] = [frozenset()] * len(self.program.nodes)
        seen: set[int] = set(first)
        for node, start in first.items():
            at[node] = start
        waiting = list(first)
        while waiting:
            node = waiting.pop()
            value = after(self.program.nodes[node], at[node])
            for edge in self.program.edges[node]:
                joined = at[edge.target] | value
                if joined != at[edge.target] or edge.target not in seen:
                    at[edge.target] = joined
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return at
