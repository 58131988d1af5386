"""From one point of a path through all ways on: when each node is reached and left, at the earliest or at the latest.

Deadlines never cross: who starts on a later date is never due on an earlier one. So the latest (or earliest) moment at a
node, for one start, is the latest (or earliest) over the edges into it, each node is looked at once, and no way is
enumerated. Waits may cross, but only within a date: from Saturday at seven one working day leads to Monday at seven, from the
Friday before to the end of Monday. Where hours bring moments within a day, a wait of months or working days is therefore
reckoned from the worst of all moments up to the latest (from the earliest on): the least that never crosses, and less than a
day from the wait itself.

Where branches meet, the slowest is waited for, or the n-th, and then nothing in the others takes any longer; a repeat is gone
round by round, as often as it may come; an included path is gone inside.

What is reckoned with is left to an arithmetic: whole vectors of starts at once (`Exact`), one start with the way that leads
to each moment (`Traced`), or one number that no start exceeds (`Bound`).

Where two points lie in different rounds or branches the reckoning is a bound, and never too small (too large for the
shortest): branches beside the first point are taken to begin with it, and a clock that started before it to have started with
it.

Cost: linear in the nodes between the two points, times the rounds of the repeats.
Law: tests/laws/test_times.py (agrees with every way of small paths, gone one by one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from msgspec import Struct

from pathflow.base.days import Days, Moment
from pathflow.base.durations import DAY, HOUR, MINUTE, Duration
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.rules.beginning import made_by
from pathflow.rules.chart import ENROLLED, NOTHING, REACHED, STILL, Chart, Move, Reading

V = TypeVar("V")

HORIZON: Final = 5 * 366
"""For how many days from the first start a bound holds."""

ROUNDS_MAX: Final = 20_000
"""How many rounds of repeats are gone in one reckoning; past that nothing is said of how long it takes."""


class Open(Struct, frozen=True):
    """No time: something on the way has no clock. `at`: when it is at the latest on the ways that do have one."""

    node: Node
    at: Any = None


class Arithmetic(Protocol[V]):
    """What a reckoning needs to do with moments."""

    def after(self, value: V, move: Move) -> V:
        """The end of a time that starts at a moment."""
        ...

    def latest(self, one: V, other: V) -> V:
        """The later of two."""
        ...

    def earliest(self, one: V, other: V) -> V:
        """The earlier of two."""
        ...

    def nth(self, values: list[V], count: int) -> V:
        """The moment by which so many of these have come."""
        ...

    def before(self, value: V, length: Moment) -> V:
        """So long before a moment."""
        ...

    def elsewhere(self, days: Days) -> Arithmetic[V]:
        """The same, by another path's calendar."""
        ...

    def adds(self, moves: list[Move | None]) -> list[int | None] | None:
        """What each of these times adds to a moment that ends a day; None for those that end within one.

        None for all where moments are no numbers.
        """
        ...


Waited = Callable[[Days, Iterable[Moment], Duration], list[Moment]]
"""How long a wait lasts: `Days.later`; or `at_latest` and `at_earliest`, which never cross where moments lie within a day."""


class Exact:
    """Many starts at once, each exact."""

    def __init__(self, days: Days, waited: Waited = Days.later) -> None:
        self.days = days
        self.waited = waited

    def after(self, value: list[Moment], move: Move) -> list[Moment]:
        """See `Arithmetic`."""
        if not move.is_due:
            return self.waited(self.days, value, move.length)
        due = self.days.due(value, move.length)
        return [moment + 1 for moment in due] if move.is_after else due

    def latest(self, one: list[Moment], other: list[Moment]) -> list[Moment]:
        """See `Arithmetic`."""
        return one if one is other else list(map(max, one, other))

    def earliest(self, one: list[Moment], other: list[Moment]) -> list[Moment]:
        """See `Arithmetic`."""
        return one if one is other else list(map(min, one, other))

    def nth(self, values: list[list[Moment]], count: int) -> list[Moment]:
        """See `Arithmetic`."""
        return [sorted(column)[count - 1] for column in zip(*values, strict=True)]

    def before(self, value: list[Moment], length: Moment) -> list[Moment]:
        """See `Arithmetic`."""
        return [moment - length for moment in value]

    def elsewhere(self, days: Days) -> Exact:
        """See `Arithmetic`."""
        return Exact(days, self.waited)

    def adds(self, moves: list[Move | None]) -> None:
        """See `Arithmetic`."""


class Trail(NamedTuple):
    """A moment, and the times that led to it, the last first."""

    moment: Moment
    move: Move | None = None
    before: Trail | None = None


class Traced:
    """One start, and how each moment came about."""

    def __init__(self, days: Days, waited: Waited = Days.later) -> None:
        self.days = days
        self.waited = waited

    def after(self, value: Trail, move: Move) -> Trail:
        """See `Arithmetic`."""
        start = (value.moment,)
        end = self.days.due(start, move.length) if move.is_due else self.waited(self.days, start, move.length)
        return Trail(end[0] + move.is_after, move, value)

    def latest(self, one: Trail, other: Trail) -> Trail:
        """See `Arithmetic`."""
        return other if other.moment > one.moment else one

    def earliest(self, one: Trail, other: Trail) -> Trail:
        """See `Arithmetic`."""
        return other if other.moment < one.moment else one

    def nth(self, values: list[Trail], count: int) -> Trail:
        """See `Arithmetic`."""
        return sorted(values, key=lambda value: value.moment)[count - 1]

    def before(self, value: Trail, length: Moment) -> Trail:
        """See `Arithmetic`."""
        return Trail(value.moment - length)

    def elsewhere(self, days: Days) -> Traced:
        """See `Arithmetic`."""
        return Traced(days, self.waited)

    def adds(self, moves: list[Move | None]) -> None:
        """See `Arithmetic`."""


class Bound:
    """One number that no start exceeds, counted from the end of the day of the start. Units: microseconds on the clocks."""

    def __init__(self, days: Days, first: int) -> None:
        self.days = days
        self.first = first
        self.most: dict[int, tuple[int, Duration]] = {}
        self.added: dict[int, tuple[list[int | None], list[Move | None]]] = {}

    def after(self, value: int, move: Move) -> int:
        """See `Arithmetic`."""
        known = self.most.get(id(move.length))  # the length is kept beside, so that no other can have its number
        most = known[0] if known is not None else self._learn(move.length)
        if most < 0:
            return value - most + move.is_after
        return (most - -value // DAY) * DAY + move.is_after if move.is_due else value + most * DAY

    def _learn(self, length: Duration) -> int:
        """The most dates that a length covers; of minutes and hours, the time itself, less than nothing."""
        most = self._most(length)
        self.most[id(length)] = (most, length)
        return most

    def _most(self, length: Duration) -> int:
        """Begun on any day of the HORIZON from the first."""
        if length.is_elapsed:
            return -(length.count * (HOUR if length.unit == "hour" else MINUTE) + HOUR)
        if length.unit in ("day", "week"):
            return length.count * (7 if length.unit == "week" else 1)
        if length.unit in ("month", "year"):
            return length.longest // DAY
        return self.days.most(length, self.first, self.first + HORIZON)

    def latest(self, one: int, other: int) -> int:
        """See `Arithmetic`."""
        return max(one, other)

    def earliest(self, one: int, other: int) -> int:
        """See `Arithmetic`."""
        return min(one, other)

    def nth(self, values: list[int], count: int) -> int:
        """See `Arithmetic`."""
        return sorted(values)[count - 1]

    def before(self, value: int, length: Moment) -> int:
        """See `Arithmetic`."""
        return value - length

    def elsewhere(self, days: Days) -> Bound:
        """See `Arithmetic`."""
        return Bound(days, self.first)

    def adds(self, moves: list[Move | None]) -> list[int | None]:
        """See `Arithmetic`."""
        known = self.added.get(id(moves))  # the list is kept beside, so that no other can have its number
        if known is None:
            known = self.added[id(moves)] = ([self._added(move) for move in moves], moves)
        return known[0]

    def _added(self, move: Move | None) -> int | None:
        if move is None or move is STILL:
            return None if move is None else 0
        most = self._learn(move.length)
        return None if most < 0 or move.is_after else most * DAY


class Reached(NamedTuple):
    """When a node is reached and when it is left."""

    reached: Any
    left: Any


class Reckoning(Generic[V]):
    """One walk through a program from a source.

    Args:
        start: the moment at the source: when a step is done, a handoff sent, an event happens, the client enrolled.
        wanted: the nodes that are looked for; a way ends where it first comes to one of them.
        barriers: other nodes at which a way ends.
        until: the last node that need be looked at.
        stay: a repeat around the source of which only the present round is gone.
        since: how long before the source something before it was at the most, while everybody keeps their time; None where
            nothing says so. It is asked for where the shortest time is.
        item: what is made at the start, where the source is an included path: its way begins inside, where that is made.

    Attributes:
        found: what was looked for, where some way leads to it.
        ends: the path's ends that ways come to without meeting what was looked for.
        reached, left: every node that ways come to; `stopped`: when a barrier would be left.
    """

    def __init__(
        self,
        chart: Chart,
        arithmetic: Arithmetic[V],
        reading: Reading,
        source: int,
        start: V,
        wanted: frozenset[int] = frozenset(),
        barriers: frozenset[int] = frozenset(),
        until: int | None = None,
        stay: int | None = None,
        item: str | None = None,
        charts: Callable[[str], Chart | None] | None = None,
        since: Callable[[int], Moment | None] | None = None,
    ) -> None:
        self.chart = chart
        self.stay = stay
        self.item = item
        self.arithmetic = arithmetic
        self.reading: Reading = reading
        self.takes = chart.takes[reading]
        self.is_longest = reading != "shortest"
        self.source = source
        self.start = start
        self.wanted = wanted
        self.barriers = barriers
        self.stops = wanted | barriers
        self.charts = charts
        self.since = since
        self.reached: dict[int, V | Open] = {}
        self.left: dict[int, V | Open] = {}
        self.sent: dict[int, V | Open] = {}
        self.forced: dict[int, V] = {}
        self.beside: dict[int, int] = {}
        self.begun: dict[int, V | Open] = {}
        self.found: dict[int, Reached] = {}
        self.ends: dict[int, V | Open] = {}
        self.stopped: dict[int, V | Open] = {}
        self.n_rounds = 0
        self.adds = self._adds()
        nodes = chart.program.nodes
        self._go(len(nodes) - 1 if until is None else until)

    def _adds(self) -> list[int | None] | None:
        """What the nodes add to a moment; None where that is not so simple."""
        if not isinstance(self.start, int) or self.start % DAY:
            return None
        return self.arithmetic.adds(self.chart.simple[self.reading])

    # ── the walk ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _go(self, last: int) -> None:
        """From the source to the end of each repeat around it, round by round, and on to the last node."""
        node = self.chart.program.nodes[self.source]
        takes = NOTHING
        if node.kind == "handoff":
            takes = self.takes[self.source]
            self.sent[self.source] = self.start
        if node.kind == "include" and self.item is not None:
            self.left[self.source] = self._made_inside(node, self.item)
        else:
            self.left[self.source] = self._times(node, takes.moves, takes.is_open, self.start)
        self._begin_beside(node)
        self._look_at(self.left[self.source])
        place = self.source
        resume = place + 1
        for head in self.chart.loops[self.source]:
            end = self.chart.last[head]
            self._walk(self._first(node, head, place), end, place, resume)
            if head == self.stay:
                return
            back = self._come_back(head)
            self.left.pop(head, None)
            if back is not None:
                self._go_round(head, back, 1)
            place = head
            resume = end + 1
        self._walk(self._first(node, -1, place), last, place, resume)

    def _first(self, node: Node, above: int, place: int) -> int:
        """Where to walk on from a place: from the outermost branching around it, if it lies in one."""
        splits = [split for split, _ in node.region if above < split < place]
        return min([place, *splits]) + 1 if splits else place + 1 if place == self.source else self.chart.last[place] + 1

    def _begin_beside(self, node: Node) -> None:
        """The branches beside the source begin with it at the latest, and are through by then at the earliest."""
        for split, branch in node.region:
            self.beside[split] = branch
            for number, edge in enumerate(self.chart.program.edges[split]):
                if number != branch and self.is_longest:
                    self.forced[edge.target] = self.start

    def _walk(self, first: int, last: int, skip: int = -1, resume: int = 0) -> None:
        """The nodes of a stretch, in order; from `skip` on to `resume`."""
        if first <= skip <= last:
            self._stretch(first, skip - 1)
            first = resume
        self._stretch(first, last)

    def _stretch(self, index: int, last: int) -> None:
        reached, left, after = self.reached, self.left, self.arithmetic.after
        only, simple, following = self.chart.only, self.chart.simple[self.reading], self.chart.following
        forced, stops = self.forced, self.stops
        while index <= last:
            if self.adds is not None and not forced:
                index = self._hurry(index, min((stop for stop in stops if index <= stop <= last), default=last + 1), self.adds)
                if index > last:
                    return
            source = only[index]
            value = left.get(source) if source >= 0 and not forced else self._arrive(index)
            if value is None:
                index = following[index]
                continue
            move = simple[index]
            if move is None or value.__class__ is Open or index in stops:
                index = self._visit(index, value)
                continue
            reached[index] = value
            left[index] = value if move is STILL else after(value, move)  # type: ignore[arg-type]  # not open: see above
            self._look_at(left[index])
            index += 1

    def _look_at(self, moment: V | Open | None) -> None:
        """No more hurry where a moment lies within a day."""
        if self.adds is not None and isinstance(moment, int) and moment % DAY:
            self.adds = None

    def _hurry(self, index: int, until: int, adds: list[int | None]) -> int:
        """The nodes up to one that needs a closer look, where moments are numbers that end days. Returns: that node."""
        reached: dict[int, Any] = self.reached
        left: dict[int, Any] = self.left
        only, merged = self.chart.only, self.chart.merged
        get, is_longest = left.get, self.is_longest
        for here in range(index, until):
            add = adds[here]
            if add is None:
                return here
            if only[here] >= 0:
                value: Any = get(only[here])
            else:
                value = None
                for source in merged[here]:
                    came = get(source)
                    if came.__class__ is Open:
                        return here
                    if value is None or (came is not None and (came > value) is is_longest):
                        value = came
            if value.__class__ is not int:
                return here
            reached[here] = value
            left[here] = value + add
        return until

    def _visit(self, index: int, value: V | Open) -> int:
        """Reaches a node and leaves it. Returns the next node."""
        self.reached[index] = value
        kind = self.chart.kind[index]
        if kind == "repeat":
            self._go_round(index, value, 0)
            return self.chart.last[index] + 1
        leaving = self._leave(index, value)
        if leaving is None:
            return index + 1
        if index in self.wanted:
            self._find(index, value, leaving)
        elif kind in ("end", "stop", "nowhere", "resume", "restart"):
            self.ends[index] = self.merge(self.ends.get(index), leaving)
        elif index in self.barriers:
            self.stopped[index] = leaving
        else:
            self.left[index] = leaving
            self._look_at(leaving)
        return index + 1

    def _find(self, index: int, reached: V | Open, left: V | Open) -> None:
        before = self.found.get(index)
        if before is not None:
            reached, left = self.merge(before.reached, reached), self.merge(before.left, left)
        self.found[index] = Reached(reached, left)

    def _arrive(self, index: int) -> V | Open | None:
        if self.chart.kind[index] == "join":
            return self._meet(index)
        value: V | Open | None = self.forced.get(index)
        for source in self.chart.before[index]:
            came = self.left.get(source) if source >= 0 else self.begun.get(~source)
            if came is not None:
                value = came if value is None else self.merge(value, came)
        return value

    def _meet(self, join: int) -> V | Open | None:
        """Where branches meet: when enough of them are through."""
        program = self.chart.program
        split = program.joins[join]
        own = self.beside.get(split)
        by_branch: dict[int, V | Open] = {}
        for number, edge in enumerate(program.edges[split]):
            if own is not None and own != number and (not self.is_longest or edge.target == join):
                by_branch[number] = self.start
        for source in self.chart.before[join]:
            came = self.left.get(source) if source >= 0 else self.begun.get(~source)
            if came is not None:
                branch = self._branch(source, split, join)
                by_branch[branch] = self.merge(by_branch.get(branch), came)
        needed = program.needed[join]
        if self.is_longest and needed < len(program.edges[split]):
            self._leave_as_it_stands(split, join, by_branch, needed)
        if len(by_branch) < needed:
            return None
        return self._nth(list(by_branch.values()), needed, len(by_branch))

    def _leave_as_it_stands(self, split: int, join: int, by_branch: dict[int, V | Open], needed: int) -> None:
        """Nothing in a branch is later than when enough of the others are through, as it is then left as it stands."""
        latest: dict[int, V | Open] = {}
        for branch in range(len(self.chart.program.edges[split])):
            others = [value for other, value in by_branch.items() if other != branch]
            if len(others) >= needed:
                latest[branch] = self._nth(others, needed, len(others))
        for index in range(split + 1, join) if latest else ():
            most = next((latest.get(branch) for at, branch in self.chart.program.nodes[index].region if at == split), None)
            if most is None or isinstance(most, Open):
                continue
            for moments in (self.reached, self.left, self.stopped):
                if index in moments:
                    moments[index] = self._sooner(moments[index], most)
            if index in self.found:
                self.found[index] = Reached(*(self._sooner(moment, most) for moment in self.found[index]))

    def _sooner(self, one: V | Open, most: V) -> V:
        return most if isinstance(one, Open) else self.arithmetic.earliest(one, most)

    def _branch(self, source: int, split: int, join: int) -> int:
        """The branch by which a node comes to a join."""
        for at, branch in self.chart.program.nodes[source if source >= 0 else ~source].region:
            if at == split:
                return branch
        edges = self.chart.program.edges[split]
        return next(number for number, edge in enumerate(edges) if edge.target == join)

    # ── repeats ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _go_round(self, head: int, value: V | Open, gone: int) -> None:
        """The rounds of a repeat that are still to come, when `gone` of them (none, or one) are over."""
        repeat = self.chart.program.nodes[head].statement
        if not isinstance(repeat, model.Repeat):
            raise AssertionError("a repeat's node holds its statement")
        back = self._round(head, value) if gone == 0 else value
        if back is None:
            return
        self.left[head] = back
        if self.is_longest and repeat.at_most is None:
            self._go_for_ever(head, back)
        elif not self.is_longest and (gone or repeat.until is not None or repeat.at_most is None):
            if gone and repeat.at_most != 1:
                self._round(head, self._pause(head, repeat, back))  # what is looked for may come in the next round only
        else:
            self._go_on(head, repeat, back, repeat.at_most or 1)

    def _go_for_ever(self, head: int, value: V | Open) -> None:
        node = self.chart.program.nodes[head]
        self._round(head, Open(node))
        self.left[head] = Open(node, _told(value))

    def _go_on(self, head: int, repeat: model.Repeat, value: V | Open, most: int) -> None:
        back: V | Open | None = value
        for _ in range(1, most):
            if back is None:
                return
            self.left[head] = back
            self.n_rounds += 1
            if self.n_rounds > ROUNDS_MAX or (isinstance(back, Open) and back.at is None):
                self._go_for_ever(head, back)
                return
            back = self._round(head, self._pause(head, repeat, back))
        if back is not None:
            self.left[head] = back

    def _pause(self, head: int, repeat: model.Repeat, value: V | Open) -> V | Open:
        """The time between two rounds."""
        if repeat.every is None:
            return value
        move = Move(self.chart.program.nodes[head], repeat.every, is_due=False)
        if not repeat.from_start:
            return self._after(value, move)
        # a round that began before the source began with it at the latest, and may be over long since at the earliest
        began = self.begun.get(head, self.start if self.is_longest else None)
        return self._later(value, self._after(began, move)) if began is not None else value

    def _after(self, value: V | Open, move: Move) -> V | Open:
        if isinstance(value, Open):
            return Open(value.node, self.arithmetic.after(value.at, move)) if value.at is not None else value
        return self.arithmetic.after(value, move)

    def _round(self, head: int, value: V | Open) -> V | Open | None:
        """One round from its beginning; None where no way leads through it."""
        self.begun[head] = value
        forced, self.forced = self.forced, {}
        beside, self.beside = self.beside, {}
        self._walk(head + 1, self.chart.last[head])
        self.forced, self.beside = forced, beside
        return self._come_back(head)

    def _come_back(self, head: int) -> V | Open | None:
        value: V | Open | None = None
        for source in self.chart.back[head]:
            came = self.left.get(source) if source >= 0 else self.begun.get(~source)
            if came is not None:
                value = self.merge(value, came)
        return value

    # ── what a node takes ───────────────────────────────────────────────────────────────────────────────────────────

    def _leave(self, index: int, reached: V | Open) -> V | Open | None:
        node = self.chart.program.nodes[index]
        if node.kind == "include":
            return self._include(node, reached)
        takes = self.takes[index]
        if node.kind == "wait" and takes.moves and takes.moves[0].of != REACHED:
            return self._until(takes.moves[0], reached)
        if node.kind != "handoff":
            return self._times(node, takes.moves, takes.is_open, reached)
        sent = self.sent[index] = self._times(node, takes.sent, takes.is_sent_open, reached)
        return self._times(node, takes.moves, takes.is_open, sent)

    def _times(self, node: Node, moves: tuple[Move, ...], is_open: bool, reached: V | Open) -> V | Open:
        """The latest of the alternatives, and not before the node is reached."""
        latest: V | Open | None = None
        if len(moves) > 1 and self.is_longest:
            begun = [move for move in moves if not self._has_not_begun(move)]
            moves = tuple(begun) if begun else moves
        for move in moves:
            end = self._after(self._start(move, reached), move)
            latest = end if latest is None else self._later(latest, end)
        if latest is None:
            return Open(node, _told(reached)) if is_open else reached
        if is_open:
            return self._later(Open(node, _told(reached)), latest)
        if isinstance(reached, Open) and not isinstance(latest, Open):  # a clock that started earlier bounds what has none
            return self.arithmetic.latest(latest, reached.at) if reached.at is not None else latest
        return latest if len(moves) == 1 and moves[0].of == REACHED else self._later(latest, reached)

    def _has_not_begun(self, move: Move) -> bool:
        """Whether the clock of one of several times has not started on any way that was gone: the time is not that one."""
        of = move.of
        if of <= self.source or of in self.left or of in self.sent or of in self.stopped or of in self.found:
            return False
        return not set(self.chart.loops[of]) & set(self.chart.loops[self.source])  # an earlier round may have started it

    def _start(self, move: Move, reached: V | Open) -> V | Open:
        """When the clock of a time starts, at the latest."""
        if move.of == ENROLLED:
            return self.start
        if move.of >= 0:
            known = self.sent.get(move.of, self.left.get(move.of))
            return known if known is not None else self.start if move.of < self.source else reached
        return reached

    def _until(self, move: Move, reached: V | Open) -> V | Open:
        """A wait up to a time after something: no longer where that time has passed, or where nothing has started it.

        What happened before the source began with it at the latest, and at the earliest as long before as everybody's own time
        allows; where nothing says how long that is, the time has passed.
        """
        if move.of == ENROLLED:
            is_known = self.source == self.chart.program.start
        elif move.of >= 0:
            is_known = move.of in self.sent or move.of in self.left
        else:
            is_known = False
        if not is_known and not self.is_longest:
            before = self.source if move.of == ENROLLED else move.of
            length = self.since(move.of) if self.since is not None and 0 <= before <= self.source else None
            if length is None:
                return reached
            return self._later(self._after(self.arithmetic.before(self.start, length), move), reached)
        if not is_known and move.of > self.source:
            return reached
        return self._later(self._after(self._start(move, reached), move), reached)

    def _include(self, node: Node, reached: V | Open) -> V | Open | None:
        """Through an included path: the latest (or earliest) of its ends."""
        statement = node.statement
        chart = self.charts(statement.path) if self.charts is not None and isinstance(statement, model.Include) else None
        if chart is None:
            return Open(node, _told(reached)) if self.is_longest else reached
        begun = _told(reached)
        if begun is None:
            return reached
        arithmetic = self.arithmetic.elsewhere(chart.days)
        inner = Reckoning(chart, arithmetic, self.reading, chart.program.start, begun, charts=self.charts)
        value: V | Open | None = None
        for end in inner.ends.values():
            value = self.merge(value, end)
        return Open(reached.node, _told(value)) if isinstance(reached, Open) and value is not None else value

    def _made_inside(self, node: Node, item: str) -> V | Open:
        """When an included path is left that makes something at the start: the latest (or earliest) behind any step of it that
        makes it last.
        """
        statement = node.statement
        chart = self.charts(statement.path) if self.charts is not None and isinstance(statement, model.Include) else None
        if chart is None:
            return self.start
        makers = [one.index for one in chart.program.nodes if one.event < 0 and item in made_by(chart.program, one)]
        arithmetic = self.arithmetic.elsewhere(chart.days)
        value: V | Open | None = None
        for maker in makers:
            others = frozenset(makers) - {maker}
            inner = Reckoning(
                chart, arithmetic, self.reading, maker, self.start, barriers=others, item=item, charts=self.charts
            )
            for end in inner.ends.values():
                value = self.merge(value, end)
        return value if value is not None else self.start

    # ── which of several ────────────────────────────────────────────────────────────────────────────────────────────

    def merge(self, one: V | Open | None, other: V | Open) -> V | Open:
        """Of two moments at which something may come: the later one, or the earlier where the shortest time is asked for."""
        if one is None or one is other:
            return other
        if self.is_longest:
            return self._later(one, other)
        if isinstance(one, Open) or isinstance(other, Open):
            return other if isinstance(one, Open) else one
        return self.arithmetic.earliest(one, other)

    def _later(self, one: V | Open, other: V | Open) -> V | Open:
        if not isinstance(one, Open) and not isinstance(other, Open):
            return self.arithmetic.latest(one, other)
        told = [at for at in (_told(one), _told(other)) if at is not None]
        latest = self.arithmetic.latest(told[0], told[-1]) if told else None
        return Open(one.node if isinstance(one, Open) else other.node, latest)  # type: ignore[union-attr]  # one of them is

    def _nth(self, values: list[V | Open], needed: int, count: int) -> V | Open:
        if needed == count:
            latest = values[0]
            for value in values[1:]:
                latest = self._later(latest, value) if self.is_longest else self.arithmetic.latest(latest, value)  # type: ignore[arg-type]  # nothing is open where everybody is early
            return latest
        told = [value for value in values if not isinstance(value, Open)]
        if needed > len(told):
            known = [at for at in map(_told, values) if at is not None]
            node = next(value.node for value in values if isinstance(value, Open))
            return Open(node, self.arithmetic.nth(known, needed) if needed <= len(known) else None)
        return self.arithmetic.nth(told, needed)


def _told(value: Any) -> Any:
    """When it is at the latest, as far as clocks say."""
    return value.at if isinstance(value, Open) else value
