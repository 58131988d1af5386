"""Where an event's own way may begin, and so with whom: not every point of the main way is one at which the event can come.

- `whenever X happens`, where X is a step, a handoff or a consultation of the main way: right behind X and nowhere else. With
  several joined by `or`, right behind any of them, with what is so behind all of them.
- `whenever … and the contract is known`: where all that its condition asks for may be known: told at the enrolment, or made
  by a step before, in a branch beside, or found out where a decision asks for it. What no step of the main way makes may come
  to be known at any time.

Whoever holds the client or owns the plan at these points does so as the way begins; as long as it interrupts the main way, this
stays so. Beside the main way the client moves on meanwhile: there it is anyone from these points on, but whoever is reached
before anybody has rested on that way is reached at its beginning. Starting the main way again leaves ways beside it as well.

An event's way that starts the main way again brings these holders back to it, from where they go on to further points: a fixed
point over the events, which only grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from pathflow.base.names import fold
from pathflow.engine.program import RESTING, Node, Program
from pathflow.model import path as model
from pathflow.model.conditions import All, Any, Compare, Condition, Happens, IsUnknown, Not, OneOf, conjuncts, items_of

if TYPE_CHECKING:
    from pathflow.rules.standing import Standing

Values = frozenset[str]
Came = Mapping[int, Values]
"""With what each event's own way may begin."""

After = Callable[[Node, Values, Came], Values]
"""What may be so behind a node, by what may be so before it."""


class Settled(Struct, frozen=True):
    """What may be so at each node, and with what each event's way may begin."""

    at: list[Values]
    came: dict[int, Values]


class Beginnings:
    """The points of one path at which the ways of its events may begin."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.program = standing.program

    def whenever(self, event: int) -> model.Whenever:
        """The statement of an event's node."""
        statement = self.program.nodes[event].statement
        if not isinstance(statement, model.Whenever):
            raise AssertionError("an event's node holds its `whenever`")
        return statement

    @cached_property
    def behind(self) -> dict[int, tuple[int, ...]]:
        """The nodes of the main way right behind one of which an event's way begins. Keys: events."""
        found: dict[int, tuple[int, ...]] = {}
        for event in self.program.events:
            for names in one_has_happened(self.whenever(event).condition):
                nodes = [self._of_the_way(name) for name in names]
                if None not in nodes:
                    found.setdefault(event, tuple(dict.fromkeys(node for node in nodes if node is not None)))
        return found

    def _of_the_way(self, name: str) -> int | None:
        """The node of the main way behind which an event's way may begin; None for what may come at any time."""
        if fold(name) in self._declared:
            return None
        index = self.program.find(name)
        if index is None or index not in self.standing.reachable:
            return None
        node = self.program.nodes[index]
        return index if node.event < 0 and node.kind in ("step", "handoff", "consultation") else None

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(fold(name) for name in self.program.path.events)

    @cached_property
    def at(self) -> list[tuple[int, ...]]:
        """The events whose ways may begin at each node, or right behind it."""
        found: list[tuple[int, ...]] = [()] * len(self.program.nodes)
        for event, nodes in self.points.items():
            for node in nodes:
                found[node] = (*found[node], event)
        return found

    @cached_property
    def points(self) -> dict[int, tuple[int, ...]]:
        """The nodes of the main way at which a client may rest as an event's way begins; or those behind which it begins.

        Where nothing leads to such a point, or not all of the path could be read, all of them.
        """
        resting = [n for n in self.program.nodes if n.event < 0 and n.kind in RESTING and n.index in self.standing.reachable]
        found: dict[int, tuple[int, ...]] = dict(self.behind)
        others = [event for event in self.program.events if event not in found]
        asked = {event: frozenset(items_of(self.whenever(event).condition)) for event in others}
        known = self._may_be_known if self.standing.is_whole and any(asked.values()) else None
        for event in others:
            condition = self.whenever(event).condition
            at = [n.index for n in resting if known is None or not asked[event] or may_hold(condition, known[n.index])]
            found[event] = tuple(at or (n.index for n in resting))
        return found

    # ── what may be known ───────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _may_be_known(self) -> list[Values]:
        """The items that may be known while a client rests at each node of the main way."""
        program, standing = self.program, self.standing
        made = {node.index: made_by(program, node) | self._asked_at(node) for node in program.nodes}
        on_the_way = frozenset(item for node in program.nodes if node.event < 0 for item in made[node.index])
        in_events = frozenset(item for node in program.nodes if node.event >= 0 for item in made[node.index])
        asked = {item for event in program.events for item in items_of(self.whenever(event).condition)}
        entered = standing.path.clients.enter_when
        first = {*(items_of(entered) if entered is not None else ()), *standing.path.needs}
        at_any_time = frozenset((asked - on_the_way) | first | in_events | standing.changing)
        if any(standing.is_doubtful(node) for node in program.nodes):
            at_any_time |= frozenset(asked)

        def settled(began: Came) -> list[Values]:
            seeds = {program.start: at_any_time} | {event: began[event] for event in program.events}
            return standing.may(seeds, lambda node, known: known | made[node.index])

        began: dict[int, Values] = dict.fromkeys(program.events, at_any_time)
        while True:
            known = settled(began)
            found = [known[n.index] | self._meanwhile(n, made) for n in program.nodes]
            again = {event: began[event] | self._known_at(event, found, made) for event in program.events}
            if again == began or not self._restarts:
                return found
            began = again

    def _known_at(self, event: int, known: list[Values], made: Mapping[int, Values]) -> Values:
        """What may be known as an event's way begins."""
        if event in self.behind:
            return frozenset[str]().union(*(known[node] | made[node] for node in self.behind[event]))
        condition = self.whenever(event).condition
        nodes = (n for n in self.program.nodes if n.event < 0 and n.kind in RESTING)
        return frozenset[str]().union(*(known[n.index] for n in nodes if may_hold(condition, known[n.index])))

    def _meanwhile(self, node: Node, made: Mapping[int, Values]) -> Values:
        """What may come to be known while a client rests at a node: found out there, inside it, or in a branch beside it."""
        found = made[node.index] if node.kind in ("include", "decide", "repeat", "wait") else frozenset[str]()
        for split, branch in node.region:
            found = found.union(*self._made_in.get(split, {}).get(branch, ()))
        return found

    @cached_property
    def _made_in(self) -> dict[int, dict[int, list[Values]]]:
        """For each branch of each split, what the other branches make."""
        own: dict[int, dict[int, set[str]]] = {}
        for node in self.program.nodes:
            items = made_by(self.program, node) | self._asked_at(node)
            for split, branch in node.region:
                own.setdefault(split, {}).setdefault(branch, set()).update(items)
        return {
            split: {mine: [frozenset(items) for other, items in branches.items() if other != mine] for mine in branches}
            for split, branches in own.items()
        }

    def _asked_at(self, node: Node) -> Values:
        """The items that a decision, a repeat or a wait asks for: whoever waits there may find them out."""
        conditions = [edge.condition for edge in self.program.edges[node.index] if edge.condition is not None]
        statement = node.statement
        if isinstance(statement, model.Repeat | model.Wait) and statement.until is not None:
            conditions.append(statement.until)
        return frozenset(item for condition in conditions for item in items_of(condition))

    # ── who it may be ───────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _restarts(self) -> bool:
        return any(node.kind == "restart" for node in self.program.nodes)

    def settle(self, first: Mapping[int, Values], after: After, resting: Callable[[Node, Values], Values]) -> Settled:
        """What may be so on all ways, to the fixed point.

        Args:
            after: what may be so behind a node.
            resting: what may be so while a client rests at a node, by what was so on coming there.
        """
        came: dict[int, Values] = dict.fromkeys(self.program.events, frozenset())
        while True:
            now = came
            at = self.standing.may(first, lambda node, values: after(node, values, now))  # noqa: B023  # called at once
            came = {event: self._begun(event, at, after, resting, now) for event in self.program.events}
            if came == now or not self._restarts:
                return Settled(at, came)

    def once(self, first: Mapping[int, Values], after: After) -> list[Values]:
        """What may be so where no event's way starts the main way again."""
        came: Came = dict.fromkeys(self.program.events, frozenset())
        return self.standing.may(first, lambda n, values: frozenset() if n.kind == "restart" else after(n, values, came))

    def brought(self, settled: Settled, after: After) -> dict[int, Values]:
        """What may be so as the main way is started again. Keys: the nodes that do so, as far as a client comes to them."""
        nodes = (n for n in self.program.nodes if n.kind == "restart" and n.index in self.standing.reachable)
        return {n.index: after(n, settled.at[n.index], settled.came) for n in nodes}

    def _begun(
        self, event: int, at: list[Values], after: After, resting: Callable[[Node, Values], Values], came: Came
    ) -> Values:
        nodes = (self.program.nodes[index] for index in self.points[event])
        values = (after(n, at[n.index], came) if event in self.behind else resting(n, at[n.index]) for n in nodes)
        return frozenset[str]().union(*values)

    def later(self, event: int) -> list[Node]:
        """The nodes of the main way on which a client may rest while an event's way is gone beside it, after its beginning.

        Where another event starts the main way again, the way beside it is left as well.
        """
        seen: set[int] = set()
        waiting = [*self.points[event]]
        while waiting:
            for edge in self.program.edges[waiting.pop()]:
                if edge.target not in seen:
                    seen.add(edge.target)
                    waiting.append(edge.target)
        nodes = [n for n in self.program.nodes if n.event < 0 and n.kind in RESTING and n.index in self.standing.reachable]
        return [n for n in nodes if n.index in seen or (event not in self.behind and n.index in self.points[event])]

    def is_beside(self, node: Node) -> bool:
        """Whether a node is of a way beside the main way, on which the client moves on meanwhile."""
        return node.event >= 0 and self.whenever(node.event).is_beside

    @cached_property
    def first(self) -> frozenset[int]:
        """The nodes of events' ways that are come to only as the way begins, before anybody has rested on it."""
        early: set[int] = set()
        late: set[int] = set()
        for event in self.program.events:
            waiting = [(edge.target, False) for edge in self.program.edges[event]]
            while waiting:
                index, is_late = waiting.pop()
                seen = late if is_late else early
                if index in seen:
                    continue
                seen.add(index)
                is_late = is_late or self.program.nodes[index].kind in RESTING
                waiting += [(edge.target, is_late) for edge in self.program.edges[index]]
        return frozenset(early - late)


def may_hold(condition: Condition, known: Iterable[str], holds: bool = True) -> bool:
    """Whether a condition may be so (or, with `holds` false, may surely not be so) where at most these items are known."""
    if isinstance(condition, Not):
        return may_hold(condition.part, known, not holds)
    if isinstance(condition, All | Any):
        parts = (may_hold(part, known, holds) for part in condition.parts)
        return all(parts) if isinstance(condition, All) == holds else any(parts)
    if isinstance(condition, IsUnknown):
        return holds or condition.item in known
    return not isinstance(condition, Compare | OneOf) or condition.item in known


def surely_happened(condition: Condition) -> tuple[str, ...]:
    """The events without which a condition does not hold."""
    return tuple(part.event for part in conjuncts(condition) if isinstance(part, Happens))


def one_has_happened(condition: Condition) -> Iterator[tuple[str, ...]]:
    """Groups of events, without one of each of which the condition does not hold."""
    for part in conjuncts(condition):
        if isinstance(part, Happens):
            yield (part.event,)
        elif isinstance(part, Any):
            groups = [next(one_has_happened(one), ()) for one in part.parts]
            if all(groups):
                yield tuple(dict.fromkeys(name for group in groups for name in group))


def made_by(program: Program, node: Node) -> Values:
    """What a statement finds out, or the path that it includes."""
    if not isinstance(node.statement, model.Include):
        return frozenset(getattr(node.statement, "makes", ()))
    child = program.included.get(node.statement.path)
    return frozenset(item for n in child.nodes for item in made_by(child, n)) if child is not None else frozenset()
