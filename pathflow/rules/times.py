"""How long it may take from one point of a path to another: at least, with all targets met, and at the legal maximum.

A point is something that a clock may start with: enrolment, a step that is done, a handoff (from it: when it was sent; to it:
when it is accepted), a consultation, a choice, an event, an end. The time between two is from each time that the first
happens to the next time that the second does, on the ways that come to it, when no event interrupts the main way, every
handoff is accepted in its time, and what is asked for at a decision is known.

Every date of the path's first year is tried as a start: the longest time is exact by the path's own calendar, and comes with
the date on which it is worst and the way that makes it. In whole dates the day of the start is not counted, as in the law
(150/1930 section 2), so the time of day of the start does not matter; where minutes and hours are mixed with dates, the start
is the last moment of its day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from msgspec import Struct

from pathflow.base.days import Days, Moment, date_of, end_of
from pathflow.base.durations import DAY, HOUR, MINUTE, UNITS, Duration, Unit
from pathflow.base.names import counted, fold
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.model.conditions import Any, Condition, Happens, events_of
from pathflow.rules.chart import ENROLLED, Chart, Move, Reading
from pathflow.rules.reckoning import HORIZON, Arithmetic, Bound, Exact, Open, Reached, Reckoning, Traced, Trail, Waited
from pathflow.rules.ways import Ways

WITHOUT_DATES: Final = date(2026, 1, 1)
"""The first start that is tried for a path that does not say from when it is valid."""

STARTS_MAX: Final = 366

V = TypeVar("V")


class Way(Struct, frozen=True):
    """A time between two points at its worst (or best): begun on a date, so long, by these times one after another.

    `length`: from the last moment of the day of the start. Units: microseconds on the local clocks.
    """

    begun: date
    length: int
    moves: tuple[Move, ...]

    @property
    def ended(self) -> date:
        """The date on which it is over."""
        return date_of(end_of(self.begun) + self.length)

    @property
    def spelt(self) -> str:
        """How long it is, in words."""
        return spelt(self.length)

    @property
    def added(self) -> str:
        """The times on the way, added up by unit: `4 months 2 weeks 3 working days`; no 30 months, nor weeks and 12 days."""
        counts: dict[str, int] = {}
        for move in self.moves:
            counts[move.length.unit] = counts.get(move.length.unit, 0) + move.length.count
        for unit, size, above in _CARRIED:
            if counts.get(unit, 0) >= size and (above in counts or (above == "year" and counts[unit] >= 24)):
                over, counts[unit] = divmod(counts[unit], size)
                counts[above] = counts.get(above, 0) + over
        return " ".join(counted(counts[unit], unit) for unit in reversed(UNITS) if counts.get(unit)) or "no time"


_CARRIED: Final[tuple[tuple[Unit, int, Unit], ...]] = (
    ("minute", 60, "hour"), ("day", 7, "week"), ("month", 12, "year"),
)  # fmt: skip
"""What is carried on when times are added up: what is the same whatever the date."""

NAMED_MAX: Final = 4
"""So many of what takes time on a way are named where a way may be long."""


class Over(Struct, frozen=True):
    """By how much a way takes longer than it may."""

    way: Way
    by: int


class Between(Struct, frozen=True):
    """The time from one point to another, for one reading. Without a way, `open` has no clock; without both, no way leads
    there.

    `is_sure`: whether every way comes to the second point.
    """

    way: Way | None = None
    open: Node | None = None
    is_sure: bool = True


class Nowhere(Struct, frozen=True):
    """No way leads there."""


class To(NamedTuple):
    """How far a reckoning goes: see `Reckoning`."""

    wanted: frozenset[int] = frozenset()
    barriers: frozenset[int] = frozenset()
    until: int | None = None
    stay: int | None = None
    item: str | None = None


class Times:
    """The reckonings of one path."""

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.program = ways.program
        self.chart = Chart(ways)
        self.days = self.chart.days
        self._charts: dict[str, Chart] = {}
        self._longest: dict[tuple[int, int], Moment | None] = {}
        self._bound = Bound(self.days, self.first.toordinal())

    # ── the starts ──────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def first(self) -> date:
        """The first date that is tried."""
        valid = self.ways.path.valid
        return valid.first if valid is not None else WITHOUT_DATES

    @cached_property
    def starts(self) -> list[Moment]:
        """The last moments of all dates of the path's first year."""
        valid = self.ways.path.valid
        count = (self.first.replace(year=self.first.year + 1, day=min(self.first.day, 28)) - self.first).days
        if valid is not None and valid.last is not None:
            count = min(count, (valid.last - self.first).days + 1)
        return [end_of(self.first + timedelta(days=n)) for n in range(max(1, min(count, STARTS_MAX)))]

    # ── points ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def sources(self, name: str) -> list[int]:
        """The nodes of a point that a time is measured from."""
        if fold(name) == model.ENROLMENT:
            return [self.program.start]
        found = self.chart.find(name)
        if found is not None:
            return [found]
        return [node.index for node in self.program.nodes if node.kind == "event" and _is_begun_by(node, name)]

    def targets(self, name: str) -> list[int]:
        """The nodes of a point that a time is measured to."""
        kinds = ("step", "handoff", "consultation", "choice", "end")
        wanted = fold(name)
        return [node.index for node in self.program.nodes if node.kind in kinds and fold(node.name) == wanted]

    # ── reckonings ──────────────────────────────────────────────────────────────────────────────────────────────────

    def bound(self, source: int, reading: Reading, to: To) -> Reckoning[int]:
        """What no start exceeds, quickly."""
        return self._reckoned(self._bound, reading, source, 0, to)

    def exact(self, source: int, reading: Reading, to: To) -> Reckoning[list[Moment]]:
        """All starts, each exactly."""
        return self._reckoned(Exact(self.days, self.waited(reading)), reading, source, self.starts, to)

    def soonest(self, source: int, starts: list[Moment], to: To) -> dict[int, Reached]:
        """When what is looked for comes at the earliest, for starts of one's own."""
        arithmetic = Exact(self.days, self.waited("shortest"))
        return Reckoning(
            self.chart, arithmetic, "shortest", source, starts, *to, charts=self._included, since=self._since(source)
        ).found

    def traced(self, source: int, reading: Reading, begun: Moment, to: To) -> Reckoning[Trail]:
        """One start, with the way."""
        return self._reckoned(Traced(self.days, self.waited(reading)), reading, source, Trail(begun), to)

    def _reckoned(
        self, arithmetic: Arithmetic[V], reading: Reading, source: int, start: V, to: To, gone: frozenset[int] = frozenset()
    ) -> Reckoning[V]:
        """Where no way leads from the source to what is wanted, but one to what begins the event's own way that it is on, the
        time is that of both, one after the other.
        """
        since = self._since(source) if reading == "shortest" else None
        walked = Reckoning(self.chart, arithmetic, reading, source, start, *to, charts=self._included, since=since)
        if walked.found or not to.wanted:
            return walked
        event = self._event_around(source, to.wanted)
        if event is None or event in gone:
            return walked
        gone |= {event}
        is_first = reading != "shortest" and _is_plain(self._condition(event))
        begun, ends = self._begun(arithmetic, reading, source, start, event, gone, is_first)
        on_it = self._on_its_way(arithmetic, reading, event, begun, to)
        if on_it is not None and on_it.ends and is_first:  # it may come the second time that the event does
            begun, ends = self._begun(arithmetic, reading, source, start, event, gone, is_first=False)
            on_it = self._on_its_way(arithmetic, reading, event, begun, to)
        walked.ends = ends if isinstance(self._condition(event), Happens) else walked.ends
        if isinstance(begun, Open):
            walked.found = {target: Reached(begun, begun) for target in to.wanted}
        elif on_it is not None:
            walked.found = on_it.found
            walked.ends |= on_it.ends
        return walked

    def _on_its_way(
        self, arithmetic: Arithmetic[V], reading: Reading, event: int, begun: V | Open | None, to: To
    ) -> Reckoning[V] | None:
        """An event's own way, up to its ends: it may come to them without what is wanted."""
        if begun is None or isinstance(begun, Open):
            return None
        return Reckoning(
            self.chart,
            arithmetic,
            reading,
            event,
            begun,
            *to._replace(until=None),
            charts=self._included,
            since=self._since(event),
        )

    def _event_around(self, source: int, wanted: frozenset[int]) -> int | None:
        """The event on whose own way all of these are, if what is done on the path begins it."""
        nodes = self.program.nodes
        events = {nodes[target].event for target in wanted}
        event = next(iter(events)) if len(events) == 1 else -1
        return event if event >= 0 and event not in (source, nodes[source].event) and self._beginning(event) else None

    def is_foreseen(self, source: int, target: int, gone: frozenset[int] = frozenset()) -> bool:
        """Whether what is done on the path after a source leads to a target; not only an event that comes when it comes."""
        event, nodes = self.program.nodes[target].event, self.program.nodes
        if event in (source, nodes[source].event):
            return True
        return event not in gone and any(self.is_foreseen(source, node, gone | {event}) for node in self._beginning(event))

    def _condition(self, event: int) -> Condition | None:
        statement = self.program.nodes[event].statement if event >= 0 else None
        return statement.condition if isinstance(statement, model.Whenever) else None

    def _beginning(self, event: int) -> list[int]:
        """What is done on the path and begins an event's own way."""
        condition = self._condition(event)
        return [node for name in events_of(condition) for node in self.targets(name)] if condition is not None else []

    def _begun(
        self,
        arithmetic: Arithmetic[V],
        reading: Reading,
        source: int,
        start: V,
        event: int,
        gone: frozenset[int],
        is_first: bool,
    ) -> tuple[V | Open | None, dict[int, V | Open]]:
        """When an event's own way is begun by what is done on the path, and the ends that ways come to without that.

        With `is_first` by what comes first of several things that begin it, else by any of them, in any round.
        """
        beginning = self._beginning(event)
        at_once: V | Open | None = None
        if source in beginning:
            at_once = self._reckoned(arithmetic, reading, source, start, To(until=source)).left.get(source)
            if is_first:
                return at_once, {}
        begun = at_once
        ends: dict[int, V | Open] = {}
        condition = self._condition(event)
        is_done_after = condition is not None and all(map(self.targets, events_of(condition)))
        others = [node for node in beginning if node != source]
        for nodes in [others] if is_first else [[node] for node in others]:
            to = To(frozenset(nodes), until=self.until(nodes))
            walked = self._reckoned(arithmetic, reading, source, start, to, gone)
            is_done_after = is_done_after and bool(walked.found)
            ends |= walked.ends
            came = [reached.left for reached in walked.found.values()]
            if reading != "shortest" and not is_first:
                again = self._reckoned(arithmetic, reading, source, start, To(until=self.until(nodes)))
                came += [again.left[node] for node in nodes if node in again.left]
            for one in came:
                begun = walked.merge(begun, one)
        if reading == "shortest" and begun is not None and not is_done_after:
            begun = start  # what need not be done behind the source may be over already, or happen at once
        return begun, ends

    def waited(self, reading: Reading) -> Waited:
        """How waits are reckoned with, so that they never cross."""
        if reading != "shortest":
            return Days.at_latest
        return Days.at_earliest if self._has_hours else Days.later

    @cached_property
    def _has_hours(self) -> bool:
        """Whether anything takes minutes or hours, here or on an included path."""
        charts = [self.chart]
        known: set[str] = set()
        for chart in charts:
            if chart.has_hours:
                return True
            names = chart.program.included.keys() - known
            known |= names
            charts += [found for name in sorted(names) if (found := self._included(name)) is not None]
        return False

    def _since(self, source: int) -> Callable[[int], Moment | None]:
        """How long before a node something else was at the most, by the legal maxima; of a repeat, before its last round."""

        def longest(of: int) -> Moment | None:
            start = self.program.start if of == ENROLLED else of
            known = self._longest.get((start, source), -1)
            if known == -1:
                left = self.bound(start, "maxima", To(until=self.until([source]))).left.get(source)
                known = self._longest[start, source] = left if isinstance(left, int) else None
            return known

        return longest

    def made_inside(self, node: Node) -> frozenset[str]:
        """What an included path makes on every way through it; empty for all else."""
        statement = node.statement
        chart = self._included(statement.path) if isinstance(statement, model.Include) else None
        if chart is None:
            return frozenset()
        return frozenset(item for item in chart.ways.known_outside() if item in chart.ways.path.items)

    def _included(self, name: str) -> Chart | None:
        program = self.program.included.get(name)
        if program is None:
            return None
        found = self._charts.get(name)
        if found is None:
            found = self._charts[name] = Chart(Ways(program))
        return found

    def between(self, source: int, targets: list[int], reading: Reading) -> Between:
        """The time from a node to the first of others that comes, at its worst (shortest: at its best)."""
        to = To(frozenset(targets))
        ends_early = self.bound(source, "shortest", to).ends
        is_sure = not any(self.chart.kind[end] in ("end", "stop", "nowhere") for end in ends_early)
        to = to._replace(until=self.until(targets))
        walked = self.exact(source, reading, to)
        ends: list[list[Moment]] = []
        for target in walked.found.values():
            if isinstance(target.left, Open):
                return Between(open=target.left.node, is_sure=is_sure)
            ends.append(target.left)
        if not ends:
            return Between(is_sure=False)
        pick = min if reading == "shortest" else max
        end = list(map(pick, *ends)) if len(ends) > 1 else ends[0]
        lengths = [e - s for s, e in zip(self.starts, end, strict=True)]
        worst = lengths.index(pick(lengths))
        found = self.traced(source, reading, self.starts[worst], to).found.values()
        trails = [trail for reached in found if isinstance(trail := reached.left, Trail)]
        return Between(way_of(self.starts[worst], pick(trails, key=lambda trail: trail.moment)), is_sure=is_sure)

    def over(self, source: int, targets: list[int], reading: Reading, most: Duration) -> Over | Open | Nowhere | None:
        """Whether the first of some nodes may come later after a source than within a time; None where it never does."""
        to = To(frozenset(targets), until=self.until(targets))
        quick = [reached.left for reached in self.bound(source, reading, to).found.values()]
        if not quick:
            return Nowhere()
        for left in quick:
            if isinstance(left, Open):
                return left
        if all(isinstance(left, int) and is_within(left, most) for left in quick):
            return None
        found = self.exact(source, reading, to).found.values()
        latest = [max(moments) for moments in zip(*(reached.left for reached in found), strict=True)]
        over = [at - last for at, last in zip(latest, self.days.due(self.starts, most), strict=True)]
        if max(over) <= 0:
            return None
        begun = self.starts[over.index(max(over))]
        trails = [reached.left for reached in self.traced(source, reading, begun, to).found.values()]
        return Over(way_of(begun, max(trails, key=lambda trail: trail.moment)), max(over))

    def until(self, targets: Iterable[int]) -> int:
        """The last node that may matter to when these are reached."""
        return max((max([target, *self._ends_around(target)]) for target in targets), default=0)

    def _ends_around(self, node: int) -> Iterator[int]:
        """Where the repeats around a node end, and where branches that may be left as they stand meet."""
        yield from (self.chart.last[head] for head in self.chart.loops[node])
        yield from (self._any_joins[split] for split, _ in self.program.nodes[node].region if split in self._any_joins)

    @cached_property
    def _any_joins(self) -> dict[int, int]:
        """Where branches meet of which not all are waited for, by where they part."""
        program = self.program
        return {split: join for join, split in program.joins.items() if program.needed[join] < len(program.edges[split])}

    def left(self, source: int, nodes: list[int], reading: Reading) -> dict[int, Way | Open]:
        """Until when some nodes may take, however often the client comes to them: each at its worst.

        A node that no way comes to is left out.
        """
        to = To(until=self.until(nodes))
        exact = self.exact(source, reading, to)
        traced: dict[int, Reckoning[Trail]] = {}
        found: dict[int, Way | Open] = {}
        for node in nodes:
            moments = exact.left.get(node)
            if moments is None or isinstance(moments, Open):
                found |= {node: moments} if moments is not None else {}
                continue
            lengths = [end - start for end, start in zip(moments, self.starts, strict=True)]
            worst = lengths.index(max(lengths))
            if worst not in traced:
                traced[worst] = self.traced(source, reading, self.starts[worst], to)
            trail = traced[worst].left[node]
            if not isinstance(trail, Trail):
                raise AssertionError("what is bounded for all starts is bounded for each")
            found[node] = way_of(self.starts[worst], trail)
        return found


def _is_plain(condition: Condition | None) -> bool:
    """Whether an event asks for nothing but that something happens, or one of several things."""
    return isinstance(condition, Happens) or (
        isinstance(condition, Any) and all(isinstance(part, Happens) for part in condition.parts)
    )


def way_of(begun: Moment, trail: Trail) -> Way:
    """A moment and how it came about, as a way."""
    return Way(date_of(begun), trail.moment - begun, tuple(_moves(trail)))


def _is_begun_by(node: Node, name: str) -> bool:
    statement = node.statement
    return isinstance(statement, model.Whenever) and fold(name) in {fold(event) for event in events_of(statement.condition)}


def _moves(trail: Trail) -> Iterator[Move]:
    found: list[Move] = []
    step: Trail | None = trail
    while step is not None:
        if step.move is not None:
            found.append(step.move)
        step = step.before
    return reversed(found)


def times_of(ways: Ways) -> Times:
    """The reckonings of a path, made once."""
    if ways.known_times is None:
        ways.known_times = Times(ways)
    return ways.known_times


def spelt(length: int) -> str:
    """`189 days`, or `4 hours 15 minutes`."""
    days, rest = divmod(length, DAY)
    parts = [counted(days, "day")] if days else []
    for size, word in ((HOUR, "hour"), (MINUTE, "minute")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(counted(count, word))
    return " ".join(parts) or "no time"


def roughly(length: int) -> str:
    """The same for people: `189 days`, but `7 years 10 months`."""
    days = length // DAY
    if days < _MANY_DAYS:
        return spelt(length)
    years, months = divmod(round(days * 12 / 365.2425), 12)
    return " ".join(counted(count, unit) for count, unit in ((years, "year"), (months, "month")) if count)


_MANY_DAYS: Final = 730
"""From so many days on nobody counts them."""


def longest_of(way: Way) -> list[str]:
    """What takes most of its time on a way, in order."""
    lasting: dict[str, int] = {}
    for move in way.moves:
        lasting[move.node.name] = lasting.get(move.node.name, 0) + move.length.longest
    most = sorted(lasting, key=lambda name: -lasting[name])[:NAMED_MAX]
    return [name for name in lasting if name in most]


def fewest(length: Duration) -> int:
    """No deadline of this length ends sooner after the end of the day of its start. Units: microseconds on the local clocks."""
    if length.is_elapsed:
        return length.shortest - HOUR
    return length.shortest + HOUR if length.count else 0


def is_within(bound: int, length: Duration) -> bool:
    """Whether a time that is no longer than a bound is surely within a length."""
    return bound <= min(fewest(length), (HORIZON - 2 * 366) * DAY)


def names_of(way: Way) -> list[str]:
    """What takes its time on a way, in order."""
    return list(dict.fromkeys(move.node.name for move in way.moves))
