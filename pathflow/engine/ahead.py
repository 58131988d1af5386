"""What a client has ahead: where the path may still lead, how soon and how late, and what must be decided for it to come.

The same tables that the record is folded by are walked from where the client is. **Earliest** is the soonest that a place can
be come to when everything is done at once, only waits and planned rounds take time and no event comes (what an event alone
brings: when one comes at once); nothing but an event, or a fact that skips what lies between, comes sooner. **Latest** is by
when it must be done where everybody uses the whole of the time that they have by law, or else by the target: known as long as
every place on the way has a clock, no round more is gone, no event comes, and what decisions ask for is known. So it is what
`pathflow time` reckons with, for one client.

Law: tests/host/test_ahead.py (what is owed later was ahead, no sooner than was said, and in time no later).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import count
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.durations import Duration
from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.duties import clock, clock_start, put_off
from pathflow.engine.linking import start_at
from pathflow.engine.machine import Machine
from pathflow.engine.parties import accepted_within
from pathflow.engine.program import Edge, EdgeKind, Kind
from pathflow.engine.record import Enrolment, Record
from pathflow.model import path as model

_TOLD: Final = frozenset({"step", "handoff", "consultation", "choice"})
"""Kinds of node that are told: where somebody owes something."""

_OVER: Final = frozenset({"end", "stop", "nowhere", "restart"})
"""Kinds of node at which a way is over, or is left for another."""

_DECIDING: Final = frozenset({"if", "otherwise", "again", "leave", "restart", "event"})
MOST_DEEP: Final = 8
"""How deep paths in paths are looked into."""


class Undecided(NamedTuple):
    """What must come about for a place to be come to. `place`: a decision, a repeat or an event; `way`: which way out of it
    (`again`: another round; `event`: it happens); `condition`: as the path says it, empty for `otherwise`.
    """

    place: str
    way: EdgeKind
    condition: str


class Ahead(Struct, frozen=True):
    """Something that is owed now or may be later. `kind`: step, handoff, consultation, choice, or begin: a path that a step has
    started and that has not begun. `is_here`: it is owed now, since `earliest`. `latest`: None where it is not known.

    `undecided`: nothing where the client comes there in any case, unless an event changes the way.
    """

    path: str
    name: str
    kind: Kind | str
    is_here: bool
    earliest: Instant
    latest: Instant | None
    undecided: tuple[Undecided, ...]


def ahead(machine: Machine, record: Record, at: Instant) -> Iterator[Ahead]:
    """Everything ahead on the open enrolments, one after the other, each in the order in which the path brings it.

    Time must have passed in the record up to `at`.
    """
    for enrolment in record.active:
        if enrolment.parent is None:
            yield from _Course(machine, record, enrolment, at).told()
    for place, since in record.to_begin.items():
        enrolment, start = record.enrolments[place[0]], start_at(record, place)
        yield Ahead(enrolment.path, start.path, "begin", True, since, None, ())


_State = tuple[int, bool]
"""A node, and whether it is the head of a repeat at the end of a round."""


class _Came(NamedTuple):
    """How a node is come to soonest: when, by which edge, and from where; None for where the client is."""

    at: Instant
    edge: Edge | None
    before: _State | None


class _Coming(NamedTuple):
    """A way to a node that is still to be looked at: when, in which order, and as `_Came`."""

    at: Instant
    order: int
    state: _State
    edge: Edge
    before: _State | None


class _Course:
    """What lies ahead on one enrolment, or on a sub-path that is still to come.

    Args:
        begins_latest: when a sub-path that is still to come begins at the latest; None where that is not known.
    """

    def __init__(
        self, machine: Machine, record: Record, enrolment: Enrolment, at: Instant,
        begins_latest: Callable[[], Instant | None] | None = None, depth: int = 0,
    ) -> None:  # fmt: skip
        self.machine, self.record, self.enrolment, self.at = machine, record, enrolment, at
        self.begins_latest, self.depth = begins_latest, depth
        self.is_to_come = begins_latest is not None
        self.here = {} if self.is_to_come else {**enrolment.owed, **enrolment.tokens}
        self.tables = enrolment.tables
        self.program = enrolment.tables.program
        self.nodes, self.edges = self.program.nodes, self.program.edges
        self.calendar = self.program.calendar
        self._inner: dict[int, _Course | None] = {}
        self._latest: dict[int, Instant | None] = {}
        self._ways: dict[tuple[int, int], frozenset[int]] = {}
        self._branches: dict[int, set[int]] = {}
        self._begun: dict[int, Instant] = {}  # when a repeat that is still to come begins, at the earliest
        self.came = self._walked()

    # what is told

    def told(self) -> Iterator[Ahead]:
        """The places, in the order of the path: this round, what another round brings again, and what events set off."""
        for node in sorted({node for node, _ in self.came}, key=lambda node: (self._turn(node), node)):
            kind = self.nodes[node].kind
            inner = self._course_in(node) if kind == "include" else None
            undecided = self.undecided(node) if inner is not None or kind in _TOLD else ()
            earliest, name = self._came(node).at, self.nodes[node].name
            if inner is not None:
                for one in inner.told():
                    yield replace(one, undecided=(*undecided, *one.undecided))
            if kind in _TOLD:
                yield Ahead(self.program.path.name, name, kind, node in self.here, earliest, self.latest(node), undecided)

    def _turn(self, node: int) -> int:
        if node in self.this_round:
            return 0
        ways = {one.way for one in self._on_the_way(node)}
        return 3 if "restart" in ways else 2 if "event" in ways else 1

    def _came(self, node: int) -> _Came:
        return min((came for is_back in (False, True) if (came := self.came.get((node, is_back)))), key=lambda came: came.at)

    # how soon

    def _walked(self) -> dict[_State, _Came]:
        """Every place that can be come to, and how soon: the shortest ways from where the client is.

        What comes without an event is told so, though an event might bring it sooner.
        """
        came: dict[_State, _Came] = {}
        waiting: list[_Coming] = []
        held: list[_Coming] = []
        number = count()

        def go_on(state: _State | None, edges: Iterable[tuple[Edge, Instant]]) -> None:
            for edge, when in edges:
                is_back = self.tables.code[edge.target] == t.REPEAT and self._is_inside(edge.source, edge.target)
                heapq.heappush(waiting, _Coming(when, next(number), (edge.target, is_back), edge, state))

        def walk() -> None:
            while waiting or held:
                is_held = not waiting  # so few branches come there that they can only be all that there are
                coming = heapq.heappop(held if is_held else waiting)
                if coming.state in came:
                    continue
                if not is_held and not self._has_met(coming.state[0], coming.edge):
                    heapq.heappush(held, coming)
                    continue
                came[coming.state] = _Came(coming.at, coming.edge, coming.before)
                go_on(coming.state, self._from(*coming.state, coming.at))

        for node, since in self.enrolment.tokens.items():
            came[self._here_at(node)] = _Came(since, None, None)
            go_on(self._here_at(node), self._from_here(node))
        walk()
        go_on(None, ((Edge(node, node, "event"), self.at) for node in self.program.events))
        walk()
        for node, since in self.here.items():
            came[self._here_at(node)] = _Came(since, None, None)
        return came

    def _here_at(self, node: int) -> _State:
        """Where the client is: at the head of a repeat a round is over, and the repeat may yet be begun anew from outside."""
        return node, self.tables.code[node] == t.REPEAT

    def _has_met(self, node: int, edge: Edge) -> bool:
        """Whether enough branches have come to where they meet; everywhere else one is enough."""
        needed = self.tables.needs_join.get(node)
        if needed is None:
            return True
        split = self.tables.split_of[node]
        region = self.nodes[edge.source].region
        branch = next((number for at_split, number in region if at_split == split), -1 - edge.source)
        met = self._branches.setdefault(node, set())
        met.add(branch)
        return len(met) + self.enrolment.arrived.get(node, 0) >= needed

    def _from_here(self, node: int) -> Iterator[tuple[Edge, Instant]]:
        """The ways on from where the client is, and how soon they can be gone."""
        if self.is_to_come:
            yield from self._from(node, False, self.at)
            return
        timer = max(self.at, self.enrolment.timers.get(node, self.at))
        code = self.tables.code[node]
        leaves = self._over(node, self.at) if code == t.INCLUDE else timer if code == t.WAIT else self.at
        for edge in self.edges[node]:
            if leaves is not None and not (edge.kind == "again" and self._is_last_round(node)):
                yield edge, timer if edge.kind == "again" else leaves

    def _from(self, node: int, is_back: bool, when: Instant) -> Iterator[tuple[Edge, Instant]]:
        """The ways on from a place that is come to at a moment."""
        statement, code = self.nodes[node].statement, self.tables.code[node]
        if code == t.REPEAT and isinstance(statement, model.Repeat):
            if not is_back:
                self._begun.setdefault(node, when)
            for edge in self.edges[node]:
                if edge.kind == "again" and (not is_back or not self._is_last_round(node)):
                    yield edge, self._next_round(node, statement, when) if is_back else when
                elif edge.kind == "leave" and is_back:
                    yield edge, when
            return
        leaves: Instant | None = when
        if code == t.INCLUDE:
            leaves = self._over(node, when)
        elif code == t.WAIT and isinstance(statement, model.Wait) and statement.length is not None:
            start = clock_start(self.enrolment, statement.of, when)
            leaves = max(when, self.calendar.later(start, statement.length)) if start is not None else when
        if leaves is not None:
            yield from ((edge, leaves) for edge in self.edges[node])

    def _next_round(self, head: int, repeat: model.Repeat, done: Instant) -> Instant:
        """When the next round begins, if this one is done then."""
        if repeat.every is None:
            return done
        now = self.enrolment.rounds.get(head)
        began = now.began if now is not None else self._begun.get(head)
        if not repeat.from_start:
            return self.calendar.later(done, repeat.every)
        return max(done, self.calendar.later(began, repeat.every)) if began is not None else done

    def _is_inside(self, node: int, head: int) -> bool:
        """Whether a node stands in a repeat."""
        while node not in (head, -1):
            node = self.nodes[node].loop
        return node == head

    def _is_last_round(self, head: int) -> bool:
        now, most = self.enrolment.rounds.get(head), self.tables.repeats[head].at_most
        return now is not None and most is not None and now.number >= most

    # paths in this path

    def _over(self, node: int, when: Instant) -> Instant | None:
        """How soon a sub-path can be over; None where it never is."""
        inner = self._course_in(node, when)
        ends = [came.at for (n, _), came in inner.came.items() if inner.nodes[n].kind == "end"] if inner is not None else []
        return min(ends, default=when if inner is None else None)

    def _course_in(self, node: int, when: Instant | None = None) -> _Course | None:
        """The course of a sub-path: the one that is being gone, or the one that is still to come."""
        if node in self._inner:
            return self._inner[node]
        found: _Course | None = None
        if self.depth < MOST_DEEP:
            index = self.enrolment.index
            child = next((e for e in self.record.active if e.parent == (index, node)), None) if not self.is_to_come else None
            if child is not None:
                found = _Course(self.machine, self.record, child, self.at, depth=self.depth + 1)
            else:
                found = self._still_to_come(node, when if when is not None else self._came(node).at)
        self._inner[node] = found
        return found

    def _still_to_come(self, node: int, when: Instant) -> _Course:
        statement = self.nodes[node].statement
        if not isinstance(statement, model.Include):
            raise AssertionError("an include's node holds its statement")
        tables = self.machine.versions[self.program.included[statement.path].key]
        parent = self.enrolment.parent if self.is_to_come else (self.enrolment.index, node)
        child = Enrolment(tables, -1, when, self.enrolment.holder, parent)
        child.tokens[tables.program.start] = when
        return _Course(self.machine, self.record, child, when, lambda: self.reached_latest(node), self.depth + 1)

    # what must be decided

    @cached_property
    def this_round(self) -> frozenset[int]:
        """Where the client comes before any round more, any event and any new beginning."""
        return self._reached(self.enrolment.tokens, -1)

    def _reached(self, starts: Iterable[int], without: int) -> frozenset[int]:
        """Where one comes from some places, not through one of them: all branches, any way of a decision, no second round."""
        found, waiting = set[_State](), [(node, False) for node in starts if node != without]
        met: dict[int, set[int]] = {}
        while waiting:
            node, is_back = waiting.pop()
            if (node, is_back) in found:
                continue
            found.add((node, is_back))
            is_head = self.tables.code[node] == t.REPEAT and node not in self.enrolment.tokens
            for edge in self.edges[node]:
                target = edge.target
                if target == without or edge.kind == "restart" or (is_head and (edge.kind == "again") == is_back):
                    continue
                needed = self.tables.needs_join.get(target)
                if needed is not None:
                    split = self.tables.split_of[target]
                    branches = met.setdefault(target, set())
                    branches.add(next((b for s, b in self.nodes[node].region if s == split), -1 - node))
                    if len(branches) + self.enrolment.arrived.get(target, 0) < needed:
                        continue
                waiting.append((target, self.tables.code[target] == t.REPEAT and self._is_inside(node, target)))
        return frozenset({*self.here, *(node for node, _ in found)} - {without})

    def undecided(self, node: int) -> tuple[Undecided, ...]:
        """What must come about before a place is come to; nothing where it is in any case."""
        if node in self.here or (node in self.this_round and not self._can_end_without(node)):
            return ()
        found = tuple(one for one in self._on_the_way(node) if one.way == "event" or self._matters(one, node))
        return found or (Undecided("", "branch", ""),)

    def _can_end_without(self, node: int) -> bool:
        return any(self.nodes[n].kind in _OVER for n in self._reached(self.enrolment.tokens, node))

    def _on_the_way(self, node: int) -> list[Undecided]:
        """What is decided on the soonest way there."""
        found: list[Undecided] = []
        came: _Came | None = self._came(node)
        while came is not None and (edge := came.edge) is not None:
            head = self.nodes[edge.source].name
            said = head if edge.kind == "event" else _said(edge)
            if edge.kind in _DECIDING and (edge.kind != "leave" or said) and (edge.kind != "again" or self._is_more(came)):
                found.append(Undecided(head, edge.kind, said))
            came = self.came[came.before] if came.before is not None else None
        return found[::-1]

    def _is_more(self, came: _Came) -> bool:
        """Whether a round is another one, and not the first."""
        return came.before is not None and (came.before[1] or came.before[0] in self.enrolment.tokens)

    def _matters(self, one: Undecided, node: int) -> bool:
        """Whether a place is come to by that way out of a decision alone."""
        for index, there in enumerate(self.nodes):
            if there.name == one.place and there.kind == "decide" and (index, False) in self.came:
                others = [edge.target for edge in self.edges[index] if (edge.kind, _said(edge)) != (one.way, one.condition)]
                if len(others) < len(self.edges[index]) and any(node in self._beside(target, index) for target in others):
                    return False
        return True

    def _beside(self, target: int, decision: int) -> frozenset[int]:
        """Where one comes by a way out of a decision, together with whatever else goes on, and not through it again."""
        if (target, decision) not in self._ways:
            self._ways[target, decision] = self._reached([*self.enrolment.tokens, target], decision)
        return self._ways[target, decision]

    # how late

    def latest(self, node: int) -> Instant | None:
        """By when a place is done with at the latest; None where that is not known."""
        if node not in self._latest:
            self._latest[node] = None  # a way that comes back to itself has no end that is known
            self._latest[node] = self._latest_here(node) if node in self.here else self._latest_there(node)
        return self._latest[node]

    def _latest_here(self, node: int) -> Instant | None:
        enrolment, statement = self.enrolment, self.nodes[node].statement
        since, offer = self.here[node], enrolment.offers.get(node)
        if self.tables.code[node] == t.INCLUDE:
            return self._latest_over(node)
        if self.tables.code[node] in (t.WAIT, t.AWAIT):
            return enrolment.timers.get(node)
        if isinstance(statement, model.Handoff) and offer is not None and offer.state not in ("reached", "cancelled"):
            return offer.due
        if isinstance(statement, model.Consultation):
            return self._within(since, statement.answered_within)
        if self.tables.code[node] == t.DECIDE:
            return self.at
        running = clock(self.record, enrolment, node, since)
        if running is None:
            return None
        done = running.latest if running.latest is not None else running.due
        return self._accepted(node, done)

    def _latest_there(self, node: int) -> Instant | None:
        came = self.reached_latest(node)
        statement, code = self.nodes[node].statement, self.tables.code[node]
        if came is None:
            return None
        if isinstance(statement, model.Consultation):
            return self._within(came, statement.answered_within)
        if isinstance(statement, model.Wait):
            start = came if statement.of is None else clock_start(self.enrolment, statement.of, came)
            known = start is not None and statement.length is not None and (statement.of is None or not self.is_to_come)
            return max(came, self.calendar.later(start, statement.length)) if known and start and statement.length else None
        if isinstance(statement, model.Handoff):
            return self._accepted(node, self._sent(node))
        if code in (t.STEP, t.CHOICE):
            return self._by_limits(node, came)
        if code == t.INCLUDE:
            return self._latest_over(node)
        return None if code == t.REPEAT else came

    def _latest_over(self, node: int) -> Instant | None:
        """When a sub-path is over at the latest."""
        inner = self._course_in(node)
        ends = [n for n in inner.this_round if inner.nodes[n].kind == "end"] if inner is not None else []
        found = [inner.reached_latest(n) for n in ends] if inner is not None else []
        known = [one for one in found if one is not None]
        return max(known) if known and len(known) == len(found) else None

    def _sent(self, node: int) -> Instant | None:
        """When a handoff is sent at the latest, or was sent."""
        offer, statement = self.enrolment.offers.get(node), self.nodes[node].statement
        if node in self.here:
            if offer is not None and offer.state not in ("reached", "cancelled"):
                return offer.sent
            running = clock(self.record, self.enrolment, node, self.here[node])
            return (running.latest or running.due) if running is not None else None
        came = self.reached_latest(node)
        is_timed = isinstance(statement, model.Handoff) and statement.limit is not None
        return self._by_limits(node, came) if is_timed and came is not None else came

    def _accepted(self, node: int, sent: Instant | None) -> Instant | None:
        """By when a handoff that is sent by then is accepted; what is no handoff is done by then."""
        statement = self.nodes[node].statement
        if not isinstance(statement, model.Handoff):
            return sent
        return self._within(sent, accepted_within(self.enrolment, statement, node))

    def _within(self, start: Instant | None, length: Duration | None) -> Instant | None:
        if start is None or length is None:
            return None
        return put_off(self.record, self.enrolment, start, self.calendar.due(start, length))

    def reached_latest(self, node: int) -> Instant | None:
        """When a place is come to at the latest, in this round; None where that is not known."""
        if node not in self.this_round:
            return None
        if self.begins_latest is not None and node in self.enrolment.tokens:
            return self.begins_latest()
        found: Instant | None = None
        for edge in self._incoming[node]:
            is_back = self.tables.code[node] == t.REPEAT and self._is_inside(edge.source, node)
            if edge.source not in self.this_round or edge.kind == "restart" or is_back:
                continue
            before = self._latest_round(edge.source) if edge.kind == "again" else self.latest(edge.source)
            if before is None or edge.kind == "leave":
                return None
            found = before if found is None else max(found, before)
        return found

    def _latest_round(self, head: int) -> Instant | None:
        """When a round begins at the latest: the first one, or the one that is planned."""
        return self.enrolment.timers.get(head) if head in self.here else self.reached_latest(head)

    @cached_property
    def _incoming(self) -> list[list[Edge]]:
        return self.program.incoming()

    def _by_limits(self, node: int, came: Instant) -> Instant | None:
        """By when something is done whose limits are as they are: whichever of them holds then."""
        found: Instant | None = None
        is_sure = False
        for test, limit in self.tables.limits.get(node, ()):
            is_whole = test is None and limit.valid is None
            is_sure = is_sure or is_whole
            length, of = limit.target, limit.of
            if limit.at_most is not None:
                length, of = limit.at_most, limit.of if limit.at_most_of is None else limit.at_most_of
            start = self._starts(of, came)
            done = self._within(start, length)
            if done is None:
                return None
            found = max(found if found is not None else done, done, came)
            if is_whole and of in (None, model.ENROLMENT):
                break
        return found if is_sure else None

    def _starts(self, of: str | None, came: Instant) -> Instant | None:
        """When a clock starts at the latest."""
        if of is None:
            return came
        if of == model.ENROLMENT:
            return self.begins_latest() if self.begins_latest is not None else self.enrolment.began
        node = self.tables.node_of.get(of)
        if node is not None and node in self.this_round:
            return self._sent(node) if self.tables.code[node] == t.HANDOFF else self.latest(node)
        return clock_start(self.enrolment, of, came)


def _said(edge: Edge) -> str:
    return str(edge.condition) if edge.condition is not None else ""
