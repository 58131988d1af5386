"""What is so on the ways through a path: who may hold the client at each node, who owns the plan, what is surely known where.

Each is a fixed point over the program's edges (Kildall 1973, *A unified approach to global program optimization*): *may* sets
grow by union where ways meet; *must* sets shrink to what all ways agree on, except at a join, where every branch has been
gone. No way is enumerated, so that thirty decisions in a row cost thirty steps and not two to the thirtieth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct

from pathflow.base.findings import Related
from pathflow.base.names import fold
from pathflow.engine.program import RESTING, Edge, Node, Program
from pathflow.model import path as model
from pathflow.model.conditions import (
    Compare,
    Condition,
    IsUnknown,
    Not,
    OneOf,
    affirmed,
    conjuncts,
    events_of,
    items_of,
)
from pathflow.model.network import Provider
from pathflow.rules.beginning import Beginnings, Came, Settled, made_by, surely_happened
from pathflow.rules.cells import cover
from pathflow.rules.holding import BEFORE, CHOSEN, ITS_OWNER, Holding, chosen_by

if TYPE_CHECKING:
    from pathflow.rules.again import Again
    from pathflow.rules.times import Times

EVERYWHERE: Final = "*"
"""The place of what everybody knows: the client says it."""

HERE: Final = "\0whoever is accountable"
"""The place of what whoever holds the client at that moment can read, whoever that is on the way that was gone."""

BEFORE_IT: Final = "\0whoever was accountable"
"""In an event's own way: the place of what whoever held the client before it can read."""

ANYTHING: Final = "\0anything"
"""Stands for every item after a statement that could not be read whole: nothing is concluded of what it makes or carries."""

FEW: Final = 64
"""Up to so many items all that is known is kept, whether or not anything speaks of it."""

_ALWAYS: Final = 1 << 62

Known = Mapping[str, frozenset[str]]
"""Item → the places in which it can be read: registers, and those of parties that are not the same on every way."""


class Ways:
    """The analyses of one program, each worked out when it is first asked for.

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
        self.known_repeats: list[Again] | None = None  # worked out by again.py, for the two rules that ask
        self.known_times: Times | None = None  # worked out by times.py, for the rules that ask

    @property
    def has_doubtful_head(self) -> bool:
        """Whether something in the path's head could not be read, such as its dates."""
        span = self.path.span
        return (span.file, span.line) in self.doubts

    def is_doubtful(self, node: Node) -> bool:
        """Whether something in the statement could not be read, so that nothing follows from its absence."""
        return (node.span.file, node.span.line) in self.doubts

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

    # ── what is so of the client ────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def made(self) -> frozenset[str]:
        """The items that some step finds out."""
        return frozenset(item for node in self.program.nodes for item in getattr(node.statement, "makes", ()))

    def beside(self, other: Ways) -> Ways:
        """The same where the client is on another path too: what its steps find out changes here as well."""
        entered = self.path.clients.enter_when
        if entered is None or other.made.isdisjoint(items_of(entered)):
            return self
        return Ways(self.program, self.doubts, self.is_whole, other.made)

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
            covered = cover(conditions, True, self.path.items, self.given(node))
            found |= {(node.index, numbers[index]) for index in covered.untaken}
            if covered.is_closed:
                found |= {(node.index, number) for number, edge in enumerate(edges) if edge.condition is None}
        return frozenset(found)

    def told(self, node: Node) -> frozenset[Condition]:
        """That items are known at a decision, as conditions; one that grows old may be unknown again."""
        known: Known = self.known(node.index) if self.is_whole else {}
        conditions = (edge.condition for edge in self.program.edges[node.index] if edge.condition is not None)
        asked = {item for condition in conditions for item in items_of(condition)}
        lasting = (
            item for item in asked if item in known and (item not in self.path.items or self.path.items[item].valid is None)
        )
        return frozenset(Not(IsUnknown(item)) for item in lasting)

    def given(self, node: Node) -> frozenset[Condition]:
        """What surely holds of a client who comes to a node."""
        return self._given[node.index] or frozenset()

    # ── who holds the client ────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def beginnings(self) -> Beginnings:
        """Where the ways of events may begin."""
        return Beginnings(self)

    @property
    def holders(self) -> list[frozenset[str]]:
        """Who may be accountable when a client comes to each node."""
        return self._held.at

    @property
    def _holders_first(self) -> dict[int, frozenset[str]]:
        first = {self.program.start: frozenset({self.path.accountable})}
        return first | {event: frozenset({BEFORE}) for event in self.program.events}

    @cached_property
    def _held(self) -> Settled:
        return self.beginnings.settle(self._holders_first, self._holders_after, self._holders_resting)

    @cached_property
    def holders_once(self) -> list[frozenset[str]]:
        """The same, where no event's way starts the main way again."""
        return self.beginnings.once(self._holders_first, self._holders_after)

    @cached_property
    def holders_brought(self) -> dict[int, frozenset[str]]:
        """Who may hold the client as the main way is started again. Keys: the nodes that do so."""
        return self.beginnings.brought(self._held, self._holders_after)

    def _holders_resting(self, node: Node, holders: frozenset[str]) -> frozenset[str]:
        """Who may hold the client while they rest at a node: also the fallback of a handoff that nobody accepts."""
        if not isinstance(node.statement, model.Handoff):
            return holders
        back = node.statement.fallback
        return holders | (self.parties(back.party, holders) if back is not None else {self.network.organiser})

    def _holders_after(self, node: Node, holders: frozenset[str], came: Came) -> frozenset[str]:
        statement = node.statement
        if isinstance(statement, model.Handoff):
            return self.parties(statement.receiver.party, holders)
        if isinstance(statement, model.Include):
            return self.holders_behind(node, holders)
        if node.kind == "restart":
            return (holders - {BEFORE}) | came[node.event] if BEFORE in holders else holders
        return holders

    def holders_behind(self, include: Node, holders: frozenset[str]) -> frozenset[str]:
        """Who may hold the client behind an included path, where these may before it."""
        statement = include.statement
        child = self.program.included.get(statement.path) if isinstance(statement, model.Include) else None
        return Ways(child).last_holders(holders) if child is not None else holders

    @cached_property
    def holding(self) -> Holding:
        """Who it may be, where whoever it is stands for one provider that is not the same for every client."""
        return Holding(self)

    def parties(self, party: model.Party, holders: frozenset[str]) -> frozenset[str]:
        """The providers that a party may be, where these may hold the client."""
        if party.kind == "provider":
            return frozenset({party.name})
        if party.kind == "chosen":
            return frozenset(self.options(party.name)) or frozenset({self.network.organiser})
        if party.kind == "previous":
            return frozenset({BEFORE})
        return holders

    def performers(self) -> Iterator[tuple[Node, model.Step, Provider]]:
        """Every step with each provider that may do it, as far as the network knows them."""
        for node in self.program.nodes:
            step = node.statement
            if not isinstance(step, model.Step) or step.by is None or step.by.party.kind == "client" or self.is_doubtful(node):
                continue
            for name in sorted(self.holding.who(step.by.party, node)):
                provider = self.network.providers.get(name)
                if provider is not None:
                    yield node, step, provider

    def options(self, choice: str) -> tuple[str, ...]:
        """The providers among which the client chooses."""
        choices = (node.statement for node in self.program.nodes if isinstance(node.statement, model.Choice))
        found = (name for one in choices if one.name == choice for name in (*one.options, one.default))
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def expand(self, holders: frozenset[str], node: Node, is_beginning: bool = False) -> frozenset[str]:
        """Whoever held the client before, spelt out: who may hold the client where the event's way begins."""
        if BEFORE not in holders:
            return holders
        return (holders - {BEFORE}) | self.holders_before(node, is_beginning)

    def holders_before(self, node: Node, is_beginning: bool = False) -> frozenset[str]:
        """Who may hold the client where the way of a node's event begins; beside the main way, and as long as it is gone."""
        if node.event < 0:
            return self.main_holders
        found = self._held.came[node.event]
        if not is_beginning and self.beginnings.is_beside(node):
            later = self.beginnings.later(node.event)
            found = found.union(*(self._holders_resting(n, self.holders[n.index]) for n in later))
        return found - {BEFORE} or self.main_holders

    @cached_property
    def main_holders(self) -> frozenset[str]:
        """Everyone who may hold the client while the client rests somewhere on the main way, by handoff or as a fallback."""
        resting = (n for n in self.program.nodes if n.event < 0 and n.kind in RESTING and n.index in self.reachable)
        found = frozenset[str]().union(*(self._holders_resting(n, self.holders[n.index]) for n in resting))
        return found - {BEFORE} or frozenset({self.path.accountable})

    def last_holders(self, first: frozenset[str]) -> frozenset[str]:
        """Who may hold the client when the path ends, if these may when it begins."""
        nobody: Came = dict.fromkeys(self.program.events, frozenset())
        found = self.may({self.program.start: first}, lambda node, holders: self._holders_after(node, holders, nobody))
        ends = [found[n.index] for n in self.program.nodes if n.kind == "end" and n.index in self.reachable]
        return frozenset(holder for end in ends for holder in end) if ends else first

    # ── who owns the plan ───────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _owned(self) -> Settled:
        return self.beginnings.settle(self._owners_first, _owners_after, lambda _node, owners: owners)

    @property
    def _owners_first(self) -> dict[int, frozenset[str]]:
        plan = self.path.plan
        owner = frozenset({str(plan.owner)}) if plan is not None and plan.owner is not None else frozenset[str]()
        return {self.program.start: owner} | {event: frozenset({ITS_OWNER}) for event in self.program.events}

    @cached_property
    def owners_once(self) -> list[frozenset[str]]:
        """Who may own the plan at each node, where no event's way starts the main way again."""
        return self.beginnings.once(self._owners_first, _owners_after)

    @cached_property
    def owners_brought(self) -> dict[int, frozenset[str]]:
        """Who may own the plan as the main way is started again. Keys: the nodes that do so."""
        return self.beginnings.brought(self._owned, _owners_after)

    @property
    def owners(self) -> list[frozenset[str]]:
        """Who may own the plan when a client comes to each node; empty where no plan has an owner."""
        return self._owned.at

    def owners_at(self, node: Node, is_beginning: bool = False) -> frozenset[str]:
        """Who may own the plan at a node, spelt out: in an event's way, who may own it where that begins."""
        owners = self.owners[node.index]
        if ITS_OWNER not in owners:
            return owners
        found = self._owned.came[node.event] if node.event >= 0 else frozenset[str]()
        if not is_beginning and self.beginnings.is_beside(node):
            found = found.union(*(self.owners[n.index] for n in self.beginnings.later(node.event)))
        if not found - {ITS_OWNER}:
            main = (n for n in self.program.nodes if n.event < 0 and n.index in self.reachable)
            found = found.union(*(self.owners[n.index] for n in main))
        return (owners | found) - {ITS_OWNER}

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

    # ── what is known where ─────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _known(self) -> tuple[list[Known | None], dict[int, Known]]:
        """What is surely known at each node on every way to it, and at the end of each repeat's round."""
        known: list[Known | None] = [None] * len(self.program.nodes)
        rounds: dict[int, Known] = {}
        entered = items_of(self.path.clients.enter_when) if self.path.clients.enter_when is not None else ()
        told = (*entered, *self.path.needs, *self._given_by(self.path.clients.enter_when))
        first: dict[int, Known] = {self.program.start: dict.fromkeys(told, frozenset({EVERYWHERE}))}
        first |= {
            event: dict.fromkeys((*entered, *self._told_by_event(event)), frozenset({EVERYWHERE}))
            for event in self.program.events
        }
        out: dict[int, dict[Edge, Known]] = {}
        waiting = [self.program.start, *(event for event, points in self.beginnings.points.items() if not points)]
        for start in waiting:
            known[start] = first[start]
        while waiting:
            index = waiting.pop()
            value = known[index]
            if value is None:
                continue
            node = self.program.nodes[index]
            after = self._consented_after(node, self.known_after(node, value))
            if (
                fold(node.name) in self._starting
                and node.statement is not None
                and node.kind not in ("decide", "repeat", "event")
            ):
                after = {**after, happened(node.name): frozenset({EVERYWHERE})}
            for event in self.beginnings.at[index]:
                begun = {**self._known_beginning(node, value, after, event), **first[event]}
                waiting += (event,) if self._begin(event, begun, known) else ()
            for edge in self.program.edges[index]:
                carried = rounds.get(index) if edge.kind == "leave" else after
                if carried is None:
                    continue
                if self._arrive(edge, self._known_along(edge, carried), known, out, rounds):
                    waiting.append(edge.target)
        return known, rounds

    def _told_by_event(self, event: int) -> list[str]:
        """What is known when an event's own way begins."""
        asked = {_CONSENTED + item for _, items in self._askers for item in items}
        told = [key for part in self.of_the_group for key in self._given_by(part) if key not in asked]
        statement = self.program.nodes[event].statement
        if isinstance(statement, model.Whenever):
            told += items_of(statement.condition)
            told += [happened(name) for name in surely_happened(statement.condition)]
            told += self._given_by(statement.condition)
        return told

    def _begin(self, event: int, value: Known, known: list[Known | None]) -> bool:
        """Brings a value to where an event's own way begins. Says whether anything changed there."""
        before = known[event]
        known[event] = met = value if before is None else _meet([before, value])
        return met != before

    def _known_beginning(self, node: Node, before: Known, after: Known, event: int) -> dict[str, frozenset[str]]:
        """What is known as an event's way begins at a node or right behind it, but for what others may ask anew."""
        known = after if event in self.beginnings.behind else before
        if self.beginnings.whenever(event).is_beside or (known is before and node.kind in ("handoff", "include")):
            known = _without(_without(known, HERE), BEFORE_IT)  # the client moves on meanwhile, or is moving just now
        else:
            known = {item: places | {BEFORE_IT} if HERE in places else places for item, places in known.items()}
        return {item: places for item, places in known.items() if not item.startswith(_CONSENTED)}

    def _known_along(self, edge: Edge, known: Known) -> Known:
        """What is known along a way, with what taking it tells."""
        if edge.kind == "leave":
            known = self._consented_after(self.program.nodes[edge.source], known)
        told = [happened(event) for event in eventstaken(edge)]
        for part in self.taken(edge):
            item = _told(part)
            if item is not None and item not in known:
                told.append(item)
            told += self._given_by(part)
        return {**known, **dict.fromkeys(told, frozenset({EVERYWHERE}))} if told else known

    def _arrive(
        self, edge: Edge, value: Known, known: list[Known | None], out: dict[int, dict[Edge, Known]], rounds: dict[int, Known]
    ) -> bool:
        """Brings a value along an edge. Says whether anything changed at its target."""
        target = edge.target
        came = out.setdefault(target, {})
        if len(self.incoming[target]) > 1:
            value = self._with_holder(value, self.program.nodes[edge.source])
        if came.get(edge) == value:
            return False
        came[edge] = value
        is_head = self.program.nodes[target].kind == "repeat"
        if is_head:
            back = [v for e, v in came.items() if self.is_round(e)]
            if back:
                rounds[target] = _meet(back)
        if target in self.program.joins:
            by_branch: dict[int, list[Known]] = {}
            for arrived, carried in came.items():
                by_branch.setdefault(self.branch_of(arrived, target), []).append(carried)
            needed = self.program.needed[target]
            if len(by_branch) < needed:
                return False
            joined = _met_by(needed, [_meet(values) for values in by_branch.values()])
        else:
            joined = _meet(list(came.values()))
        if len(joined) > FEW:
            joined = self._still_wanted(joined, target)
        changed = joined != known[target]
        known[target] = joined
        return changed or is_head

    def _still_wanted(self, known: Known, node: int) -> Known:
        """What is known, without what nothing at a node or behind it speaks of: so that a long path costs no more a step.

        Law: tests/laws/test_ways.py (nothing else is found with it).
        """
        if self._last_spoken is None:
            return known
        last = self._last_spoken
        return {key: places for key, places in known.items() if last.get(key, _ALWAYS) >= node}

    @cached_property
    def _last_spoken(self) -> dict[str, int] | None:
        """The last node that speaks of each item; None where a way leads back to what stands before it, or all is asked for."""
        program = self.program
        if self.keeps_all or any(node.kind == "restart" for node in program.nodes):
            return None
        ends: dict[int, int] = {}
        for node in program.nodes:
            loop = node.loop
            while loop >= 0:
                ends[loop] = max(ends.get(loop, loop), node.index)
                loop = program.nodes[loop].loop
        kept = {*(self.path.makes or ()), *(self.path.plan.contains if self.path.plan is not None else ())}
        last: dict[str, int] = {name: 0 for name in self.path.items if name not in kept}
        for node in program.nodes:
            at, loop = ends.get(node.index, node.index), node.loop  # what a repeat goes on until is asked after its last line
            while loop >= 0:
                at, loop = ends[loop], program.nodes[loop].loop
            for name in self._spoken_of(node):
                if name in last or name.startswith("\0"):
                    last[name] = max(last.get(name, 0), at)
        return last

    def _spoken_of(self, node: Node) -> Iterator[str]:
        """The items that a node speaks of, and what a clock there counts from."""
        statement = node.statement
        if not isinstance(statement, model.Decision | model.Together | model.Repeat | model.Whenever):
            yield from _words_in(statement)
        if isinstance(statement, model.Repeat | model.Whenever):
            condition = statement.until if isinstance(statement, model.Repeat) else statement.condition
            yield from items_of(condition) if condition is not None else ()
        for edge in self.program.edges[node.index]:
            yield from items_of(edge.condition) if edge.condition is not None else ()
        if isinstance(statement, model.Step):
            for doing in statement.does:
                yield from _words_in(self.network.services[doing.service])
        if isinstance(statement, model.Include) and statement.path in self.program.included:
            yield from self.program.included[statement.path].path.items
        yield from (happened(of) for of in clock_starts(statement))

    def is_round(self, edge: Edge) -> bool:
        """Whether an edge into a repeat's head comes from its own body."""
        loop = self.program.nodes[edge.source].loop
        while loop >= 0:
            if loop == edge.target:
                return True
            loop = self.program.nodes[loop].loop
        return edge.source == edge.target

    @cached_property
    def _starting(self) -> frozenset[str]:
        """The names, folded, of what starts a clock somewhere."""
        return frozenset(fold(of) for node in self.program.nodes for of in clock_starts(node.statement))

    def known(self, node: int) -> Known:
        """What is surely known when a client comes to the node, whichever way it came."""
        return self._known[0][node] or {}

    def known_after_round(self, repeat: int) -> Known:
        """What is surely known when a round of a repeat is over."""
        return self._known[1].get(repeat, {})

    def _does_doubtful(self, node: Node) -> bool:
        """Whether it is a step that does a service of which something could not be read, such as what it makes."""
        statement = node.statement
        if not self.doubts or not isinstance(statement, model.Step):
            return False
        services = [self.network.services[doing.service] for doing in statement.does]
        return any(s.span is not None and (s.span.file, s.span.line) in self.doubts for s in services)

    def known_after(self, node: Node, known: Known) -> Known:
        """What is known behind a node, where so much is known before it."""
        statement = node.statement
        is_nobodys = isinstance(statement, model.Step) and statement.by is None
        if is_nobodys or (statement is not None and self.is_doubtful(node)) or self._does_doubtful(node):
            return {**known, ANYTHING: frozenset({EVERYWHERE})}
        if isinstance(statement, model.Step):
            return self._known_after_step(statement, node, known)
        if isinstance(statement, model.Handoff):
            return self._known_after_handoff(statement, node, known)
        if isinstance(statement, model.Consultation):
            return self._known_after_advice(statement, node, known)
        if isinstance(statement, model.Choice):
            return {**_without(known, chosen_by(statement.name)), chosen_at(statement.name): frozenset({EVERYWHERE})}
        if isinstance(statement, model.Include):
            return self._known_after_include(statement, node, known)
        if isinstance(statement, model.Wait):
            return _known_after_wait(statement, known)
        return _without(known, BEFORE_IT) if node.kind == "restart" else known

    def _known_after_step(self, step: model.Step, node: Node, known: Known) -> Known:
        places = self.places_at(node)
        result = self._carried(known, step.carries, places)
        made = set(places)
        if step.ordered_by is not None and self._comes_back(step):
            made |= self.places_of(step.ordered_by.party, node)
        for item in step.makes:
            result[item] = result.get(item, frozenset()) | made
        if step.ordered_by is not None and step.by is not None and step.by.party.kind == "provider":
            result[acted(step.by.party.name)] = frozenset({EVERYWHERE})
        return result

    def _known_after_handoff(self, handoff: model.Handoff, node: Node, known: Known) -> Known:
        """What is carried goes along; of the rest the new holder has what was in the new holder's register before."""
        party = handoff.receiver.party
        there = self.places_of(party, node)
        result = self._carried(known, handoff.carries, there | self._symbol(HERE, node))
        if party.kind == "holder":
            return result
        here = self._symbol(HERE, node)
        after: dict[frozenset[str], frozenset[str]] = {}  # there are few sets of places, and many items
        for item, places in known.items():
            if item in handoff.carries:
                continue
            if places not in after:
                is_read = self._reads(places, party, node)
                after[places] = places | here if is_read and HERE not in places else places if is_read else places - {HERE}
            result[item] = after[places]
        return result

    def _known_after_include(self, include: model.Include, node: Node, known: Known) -> Known:
        child = self.program.included.get(include.path)
        if child is None:
            return known
        inside = Ways(child)
        if any(isinstance(n.statement, model.Handoff | model.Include) for n in child.nodes):
            registers = {self.register(holder) for holder in inside.last_holders(self.holders[node.index])}
            known = {item: places if registers <= places else places - {HERE} for item, places in known.items()}
        told = inside.known_outside()
        return _union([known, {item: there for item, there in told.items() if not item.startswith(_CONSENTED)}])

    def _symbol(self, place: str, node: Node) -> frozenset[str]:
        """A place that is a holder's; none beside the main way, where others move the client meanwhile."""
        event = self.program.nodes[node.event].statement if node.event >= 0 else None
        is_beside = isinstance(event, model.Whenever) and event.is_beside
        return frozenset() if is_beside else frozenset({place})

    def _with_holder(self, known: Known, node: Node) -> Known:
        """What is known after a node, with what its holder can read told as the holder's: so it stays true where ways meet."""
        here = self._symbol(HERE, node)
        held = self._holders_after(node, self.holders[node.index], self._held.came)
        registers = {self.register(holder) for holder in self.expand(held, node)}
        if not here or not registers:
            return known
        more = {i: p | here for i, p in known.items() if HERE not in p and EVERYWHERE not in p and registers <= p}
        return {**known, **more} if more else known

    def _comes_back(self, order: model.Step) -> bool:
        """Whether the results come back to whoever ordered: the order says so, or the agreement of each who may be chosen."""
        if order.feedback_within is not None or order.by is None or order.by.party.kind != "chosen":
            return order.feedback_within is not None
        options = self.options(order.by.party.name)
        return bool(options) and all(self.network.feedback_within(one) is not None for one in options)

    def _known_after_advice(self, asked: model.Consultation, node: Node, known: Known) -> Known:
        there = self.places_of(asked.receiver.party, node)
        result = self._carried(known, asked.carries, there)
        here = self.places_of(asked.sender.party, node)
        for item in asked.makes:
            result[item] = result.get(item, frozenset()) | here | there
        return result

    def known_outside(self) -> Known:
        """What the path gives to one that includes it: what it says that it makes, or else all that it surely makes."""
        self.keeps_all = True
        known = {
            item: frozenset(place for place in places if not place.startswith(CHOSEN))
            for item, places in self.known_at_end().items()
        }
        if self.path.makes is None:
            return known
        return {item: known.get(item, frozenset[str]()) for item in self.path.makes}

    def known_at_end(self) -> Known:
        """What the path has surely made when it ends."""
        ends = [self.known(n.index) for n in self.program.nodes if n.kind == "end" and n.index in self.reachable]
        return _meet(ends) if ends else {}

    def _carried(self, known: Known, items: Iterable[str], places: frozenset[str]) -> dict[str, frozenset[str]]:
        result = dict(known)
        for item in items:
            if item in result:
                result[item] = result[item] | places
        return result

    def known_at_step(self, node: Node) -> Known:
        """What can surely be known at a step, with what its order carries to it."""
        known = self.known(node.index)
        if isinstance(node.statement, model.Step):
            return self._carried(known, node.statement.carries, self.places_at(node))
        return known

    # ── what the client has consented to ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def consents(self) -> frozenset[str]:
        """The yes-or-no items on which something rests that crosses from one register to another."""
        return frozenset(item for node in self.program.nodes for item in self.resting_on(node))

    def resting_on(self, node: Node) -> tuple[str, ...]:
        """The consents on which a statement rests: its own legal basis, or what a path that it includes enters with."""
        statement = node.statement
        if isinstance(statement, model.Step | model.Handoff | model.Consultation):
            basis = statement.basis
            return (basis.consent,) if basis is not None and basis.consent is not None else ()
        child = self.program.included.get(statement.path) if isinstance(statement, model.Include) else None
        enter = child.path.clients.enter_when if child is not None else None
        if child is None or enter is None:
            return ()
        return tuple(sorted(affirmed(enter) & Ways(child).consents))

    def is_consented(self, known: Known, item: str) -> bool:
        """Whether a consent is surely given where so much is known, or nothing certain can be said of it."""
        return _CONSENTED + item in known or ANYTHING in known

    def _given_by(self, condition: Condition | None) -> list[str]:
        """What is known of consents where a condition holds."""
        if condition is None or not self.consents:
            return []
        return [_CONSENTED + item for item in affirmed(condition) & self.consents]

    def _consented_after(self, node: Node, known: Known) -> Known:
        """A consent is open again where it is asked anew: by this statement, or meanwhile on another way of the client's."""
        if not self.consents:
            return known
        asked = {_CONSENTED + item for maker, items in self._askers for item in items if self._may_come_at(maker, node)}
        after = {item: there for item, there in known.items() if item not in asked} if asked else known
        if isinstance(node.statement, model.Wait) and node.statement.length is None:
            return {**after, **dict.fromkeys(self._given_by(node.statement.until), frozenset({EVERYWHERE}))}
        return after

    @cached_property
    def _askers(self) -> list[tuple[Node, frozenset[str]]]:
        """The statements that ask for a consent, those of included paths as well."""
        asking = [(node, self.consents & made_by(self.program, node)) for node in self.program.nodes]
        return [(node, items) for node, items in asking if items]

    def _may_come_at(self, asker: Node, node: Node) -> bool:
        """Whether somebody may ask while a client is at a node: there, in another branch, in one that it joins, in an event."""
        if asker.index == node.index:
            return True
        split = self.program.joins.get(node.index)
        if split is not None and any(at == split for at, _ in asker.region):
            return True
        if node.kind not in RESTING:
            return False
        if asker.event != node.event:
            event = self.program.nodes[node.event].statement if node.event >= 0 else None
            return asker.event >= 0 or (isinstance(event, model.Whenever) and event.is_beside)
        here = dict(node.region)
        return any(at in here and here[at] != branch for at, branch in asker.region)

    # ── whose clock runs ────────────────────────────────────────────────────────────────────────────────────────────

    def surely_starts(self, node: Node, of: str | None) -> bool:
        """Whether a clock that counts from something has surely started when a client comes to its statement."""
        is_known = of in (None, model.ENROLMENT) or self.is_known(self.known(node.index), happened(of or ""))
        return is_known and self._runs_in_every_round(node, of)

    def _runs_in_every_round(self, node: Node, of: str | None) -> bool:
        """Whether what starts the clock is of the same round of a repeat: an earlier one was answered by an earlier round."""
        if of is None or node.loop < 0:
            return True
        start = self.program.find(of)
        if start is None:
            return of != model.ENROLMENT  # an event may come in any round
        loop = self.program.nodes[start].loop
        while loop >= 0 and loop != node.loop:
            loop = self.program.nodes[loop].loop
        return loop == node.loop

    # ── registers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def registers_at(self, node: Node) -> frozenset[str]:
        """The registers that whoever acts at a step writes to in any case."""
        statement = node.statement
        if isinstance(statement, model.Step) and statement.by is not None:
            return self.registers_of(statement.by.party, node)
        return frozenset()

    def registers_of(self, party: model.Party, node: Node) -> frozenset[str]:
        """The registers that a party has in any case: where it may be one of several, what they all have."""
        if party.kind == "client":
            return frozenset({EVERYWHERE})
        who = self.expand(self.parties(party, self.holders[node.index]), node)
        registers = [self.register(provider) for provider in who]
        return frozenset(registers[:1]) if len(set(registers)) == 1 else frozenset()

    def places_at(self, node: Node) -> frozenset[str]:
        """The places in which whoever acts at a step writes."""
        statement = node.statement
        if isinstance(statement, model.Step) and statement.by is not None:
            return self.places_of(statement.by.party, node)
        return frozenset()

    def places_of(self, party: model.Party, node: Node) -> frozenset[str]:
        """The registers that a party has in any case, and the place that is the party's own whoever it is."""
        places = self.registers_of(party, node)
        if party.kind == "holder":
            places |= self._symbol(HERE, node)
            if self.holders[node.index] == frozenset({BEFORE}):
                places |= self._symbol(BEFORE_IT, node)
        elif party.kind == "previous":
            places |= self._symbol(BEFORE_IT, node)
        elif party.kind == "chosen":
            places |= {chosen_by(party.name)}
        return places

    def register(self, provider: str) -> str:
        """The register of a provider; one of its own where none is named."""
        found = self.network.providers.get(provider)
        return found.register or provider if found is not None else provider

    def without(self, node: Node, item: str) -> tuple[Related, ...]:
        """Where a way begins on which an item need not be there: an event, or an event's way that starts the main way again."""
        if node.event >= 0:
            event = self.program.nodes[node.event]
            return (Related(event.span, "this can happen before it is made"),)
        again = (n for n in self.program.nodes if n.kind == "restart" and n.index in self.reachable)
        return tuple(
            Related(n.span, "on the way that begins here it is not there")
            for n in again
            if not self.is_known(self.known(n.index), item) and self._came_with(n, item)
        )

    def _came_with(self, restart: Node, item: str) -> bool:
        """Whether an item is there on every other way to where the main way is started again."""
        others = [
            edge
            for out in self.program.edges[restart.index]
            for edge in self.incoming[out.target]
            if self.program.nodes[edge.source].kind != "restart"
        ]
        nodes = [self.program.nodes[edge.source] for edge in others]
        return all(self.is_known(self.known_after(node, self.known(node.index)), item) for node in nodes)

    def is_known(self, known: Known, item: str) -> bool:
        """Whether an item is surely known somewhere, or nothing certain can be said of it."""
        return item in known or ANYTHING in known

    def can_read(self, known: Known, item: str, party: model.Party, node: Node) -> bool:
        """Whether a party can read an item that is known so."""
        return ANYTHING in known or self._reads(known.get(item, frozenset()), party, node)

    def blind(self, known: Known, item: str, party: model.Party, node: Node) -> str:
        """A provider that a party may be and that cannot read an item which is known so; empty where there is none."""
        places = known.get(item, frozenset())
        who = self.expand(self.parties(party, self.holders[node.index]), node)
        return next((provider for provider in sorted(who) if self.register(provider) not in places), "")

    def lacking(self, known: Known, items: Iterable[str], party: model.Party, node: Node) -> list[str]:
        """The providers that a party may be and that cannot read all of these items; the party itself where none is named."""
        who = self.expand(self.parties(party, self.holders[node.index]), node)
        found = {w for w in who for item in items if self.register(w) not in known.get(item, frozenset())}
        return sorted(found) or [str(party)]

    def _reads(self, places: frozenset[str], party: model.Party, node: Node) -> bool:
        """Whether a party surely reads what is in these places."""
        own = {"holder": HERE, "previous": BEFORE_IT, "chosen": chosen_by(party.name)}.get(party.kind)
        if EVERYWHERE in places or own in places:
            return True
        holders = self.holders[node.index]
        if HERE in places:
            here = {self.register(holder) for holder in self.expand(holders, node)}
            places = places.union(here) if len(here) == 1 else places
        return all(self.register(provider) in places for provider in self.expand(self.parties(party, holders), node))


def _words_in(thing: object) -> Iterator[str]:
    """Every word in a statement, whatever its fields are called."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for part in cast("tuple[object, ...]", thing):
            yield from _words_in(part)
    elif isinstance(thing, Struct):
        for name in thing.__struct_fields__:
            yield from _words_in(getattr(thing, name))


def _without(known: Known, place: str) -> Known:
    """What is known, without one of the places."""
    return {item: places - {place} if place in places else places for item, places in known.items()}


def _known_after_wait(wait: model.Wait, known: Known) -> Known:
    """What is waited for has come, unless the wait ends without it."""
    if wait.until is None or wait.length is not None:
        return known
    told = [happened(name) for name in surely_happened(wait.until)]
    told += [item for part in conjuncts(wait.until) if (item := _told(part)) is not None and item not in known]
    return {**known, **dict.fromkeys(told, frozenset({EVERYWHERE}))}


def _owners_after(node: Node, owners: frozenset[str], came: Came) -> frozenset[str]:
    statement = node.statement
    if isinstance(statement, model.Handoff) and statement.plan_to is not None:
        return frozenset({str(statement.plan_to)})
    if node.kind == "restart" and ITS_OWNER in owners:
        return (owners - {ITS_OWNER}) | came[node.event]
    return owners


def limits_of(statement: object) -> tuple[model.Limit, ...]:
    """The clocks of a statement."""
    if isinstance(statement, model.Step):
        return statement.limits
    limit = statement.limit if isinstance(statement, model.Handoff | model.Choice) else None
    return (limit,) if limit is not None else ()


def clock_starts(statement: object) -> list[str]:
    """What the clocks of a statement, and a wait, count from."""
    if isinstance(statement, model.Wait):
        return [statement.of] if statement.of is not None else []
    return [start for limit in limits_of(statement) for start in limit.starts if start is not None]


def happened(name: str) -> str:
    """What is known once a step was done, a handoff sent or an event observed."""
    return "\0happened " + fold(name)


def acted(provider: str) -> str:
    """What is known once a provider has done an order."""
    return "\0acted " + provider


def eventstaken(edge: Edge) -> tuple[str, ...]:
    """The events that a way of a decision waited for."""
    return surely_happened(edge.condition) if edge.kind == "if" and edge.condition is not None else ()


_CONSENTED: Final = "\0consented "
"""Before the name of a yes-or-no item: what is known once it is yes."""


def chosen_at(choice: str) -> str:
    """What is known once the client has chosen."""
    return "\0chosen at " + choice


def _told(condition: Condition) -> str | None:
    """The item that must be known for a condition to hold."""
    if isinstance(condition, Not):
        part = condition.part
        return part.item if isinstance(part, IsUnknown | Compare | OneOf) else None
    return condition.item if isinstance(condition, Compare | OneOf) else None


def _meet(values: list[Known]) -> Known:
    """What all of them know, in the places that all of them have."""
    first, *rest = values
    if not rest:
        return first  # nothing that is known is ever changed in place
    result = dict(first)
    for other in rest:
        if other is first:
            continue
        result = {
            item: places if (there := other[item]) is places else _both(places, there)
            for item, places in result.items()
            if item in other
        }
    if any(ANYTHING in known for known in values):
        result[ANYTHING] = frozenset({EVERYWHERE})
    return result


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The places that two have in common; what is known everywhere is known where the other is."""
    if EVERYWHERE in one:
        return other
    return one if EVERYWHERE in other else one & other


def _met_by(needed: int, values: list[Known]) -> Known:
    """What is known when so many of these branches are through, whichever: what more of them know than may be missing."""
    if needed >= len(values):
        return _union(values)
    spare = len(values) - needed
    result: dict[str, frozenset[str]] = {}
    for item in {item for known in values for item in known}:
        having = [known[item] for known in values if item in known]
        if len(having) > spare:
            places = {place for there in having for place in there}
            result[item] = frozenset(p for p in places if sum(p in t or EVERYWHERE in t for t in having) > spare)
    return result


def _union(values: list[Known]) -> Known:
    result = dict(values[0])
    for known in values[1:]:
        for item, places in known.items():
            there = result.get(item)
            if there is not places:
                result[item] = places if there is None else there | places
    return result
