"""An independent reading of a path: what is left of it after each event.

The engine plays tokens on a graph. This oracle has neither: a path is a term, and each event turns it into the term that is left,
as a derivative of a regular expression is (Brzozowski 1964). It knows which statements are enabled, who holds the client and when
a handoff expires, and shares with the engine only the model that the compiler makes and plain date arithmetic of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from pathflow.model import conditions as c
from pathflow.model import path as model

ZONE = ZoneInfo("Europe/Helsinki")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOLIDAYS = holidays.country_holidays("FI", years=range(2025, 2033))


def to_local(at: int) -> datetime:
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZONE)


def to_instant(moment: datetime) -> int:
    return round((moment - EPOCH) / timedelta(microseconds=1))


def last_moment(start: int, count: int, unit: str) -> int:
    """When something owed within so long is last in time: written from the rules in base/calendars.py, not from its code."""
    if unit in ("hour", "minute"):
        return start + count * (3_600_000_000 if unit == "hour" else 60_000_000)
    day = to_local(start).date()
    if unit == "working day":
        while count:
            day += timedelta(days=1)
            if day.weekday() < 5 and day not in _HOLIDAYS:
                count -= 1
    else:
        day = later_date(day, count, unit)
    return to_instant(datetime.combine(day, time(23, 59, 59, 999999), ZONE))


def later_date(day: date, count: int, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = count * (12 if unit == "year" else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError


def same_clock(start: int, count: int, unit: str) -> int:
    if unit in ("hour", "minute"):
        return last_moment(start, count, unit)
    local = to_local(start)
    return to_instant(datetime.combine(later_date(local.date(), count, unit), local.time(), ZONE))


# ── what is known ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class World:
    """What is known of the client and who has the client."""

    path: model.Path
    now: int
    holder: str
    items: dict[str, list[tuple[int, object]]] = field(default_factory=dict)
    ended: str | None = None
    n_events: int = 0
    is_frozen: bool = False
    """While an event's own way is gone: what waited on the main way goes on waiting."""
    came: dict[str, int] = field(default_factory=dict)
    """When each step was last done, each handoff sent, each choice made, each event observed."""
    previous: str = ""
    """Who held the client when the event began whose own way is being gone."""

    def value(self, name: str) -> object | None:
        history = self.items.get(name)
        if not history:
            return None
        at, value = history[-1]
        valid = self.path.items[name].valid
        if valid is not None and self.now > same_clock(at, valid.count, valid.unit):
            return None
        return value

    def holds(self, condition: c.Condition) -> bool | None:
        """Kleene's strong tables, written out."""
        if isinstance(condition, c.Not):
            value = self.holds(condition.part)
            return {True: False, False: True, None: None}[value]
        if isinstance(condition, c.All | c.Any):
            values = [self.holds(part) for part in condition.parts]
            decisive = isinstance(condition, c.Any)
            if decisive in values:
                return decisive
            return None if None in values else not decisive
        if isinstance(condition, c.IsUnknown):
            return self.value(condition.item) is None
        if isinstance(condition, c.OneOf | c.Compare):
            value = self.value(condition.item)
            if value is None:
                return None
            if isinstance(condition, c.OneOf):
                return value in condition.options
            bound = condition.bound
            tests = {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound, "=": value == bound}
            return tests[condition.operator]
        raise AssertionError(condition)


# ── terms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Term:
    """What is left to do. `events` gives (kind, name) of what can be done now."""

    def events(self) -> Iterator[tuple[str, str]]:
        yield from ()

    def take(self, world: World, name: str, at: int) -> bool:
        """Does it, if it is enabled here."""
        return False

    def settle(self, world: World) -> bool:
        """Goes on as far as nothing holds it. Says whether all is done."""
        raise NotImplementedError

    def next_due(self) -> list[tuple[int, Term]]:
        return []

    def fire(self, world: World) -> None:
        raise NotImplementedError


@dataclass
class Leaf(Term):
    """A step, a consultation or a choice: done once it is done."""

    kind: str
    name: str
    is_done: bool = False

    def events(self) -> Iterator[tuple[str, str]]:
        if not self.is_done:
            yield self.kind, self.name

    def take(self, world: World, name: str, at: int) -> bool:
        if name != self.name or self.is_done:
            return False
        self.is_done = True
        world.came[name] = at
        return True

    def settle(self, world: World) -> bool:
        return self.is_done


@dataclass
class Handing(Term):
    """A handoff on its way."""

    handoff: model.Handoff
    due: int | None = None
    state: str = "new"

    def events(self) -> Iterator[tuple[str, str]]:
        if self.state != "accepted":
            yield "handoff", self.handoff.name

    def take(self, world: World, name: str, at: int) -> bool:
        if name != self.handoff.name or self.state == "accepted":
            return False
        self.state = "accepted"
        party = self.handoff.receiver.party
        world.holder = world.previous if party.kind == "previous" else party.name
        return True

    def send_back(self) -> None:
        if self.state in ("sent", "expired"):
            self.due = self.due if self.state == "sent" else None
            self.state = "returned"

    def settle(self, world: World) -> bool:
        if self.state == "new":
            self.state = "sent"
            world.came[self.handoff.name] = world.now
            length = self.handoff.accepted_within
            self.due = last_moment(world.now, length.count, length.unit) if length else None
        return self.state == "accepted"

    def next_due(self) -> list[tuple[int, Term]]:
        return [(self.due + 1, self)] if self.due is not None and self.state in ("sent", "returned") else []

    def fire(self, world: World) -> None:
        self.state, self.due = "expired", None
        fallback = self.handoff.fallback
        if fallback is None:
            world.holder = world.path.network.organiser
        elif fallback.party.kind == "provider":
            world.holder = fallback.party.name
        elif fallback.party.kind == "previous":
            world.holder = world.previous


@dataclass
class Waiting(Term):
    """A wait, for so long, or until something is so."""

    wait: model.Wait
    until: int | None = None
    is_over: bool = False
    is_begun: bool = False

    def settle(self, world: World) -> bool:
        is_first, self.is_begun = not self.is_begun, True
        if is_first and self.wait.length is not None:
            start = world.now if self.wait.of is None else world.came.get(self.wait.of)
            if start is not None:
                self.until = same_clock(start, self.wait.length.count, self.wait.length.unit)
            if self.wait.of is not None and (self.until is None or self.until <= world.now):
                self.is_over, self.until = True, None
        if self.wait.until is not None and (is_first or not world.is_frozen) and world.holds(self.wait.until) is True:
            self.is_over = True
        return self.is_over

    def next_due(self) -> list[tuple[int, Term]]:
        return [(self.until, self)] if self.until is not None and not self.is_over else []

    def fire(self, world: World) -> None:
        self.is_over = True


@dataclass
class Row(Term):
    """Statements one after another."""

    rest: list[model.Statement]
    first: Term | None = None

    def events(self) -> Iterator[tuple[str, str]]:
        if self.first is not None:
            yield from self.first.events()

    def take(self, world: World, name: str, at: int) -> bool:
        return self.first is not None and self.first.take(world, name, at)

    def settle(self, world: World) -> bool:
        while world.ended is None:
            if self.first is None:
                if not self.rest:
                    return True
                self.first = term_of(self.rest.pop(0))
            if not self.first.settle(world):
                return False
            self.first = None
        return False

    def next_due(self) -> list[tuple[int, Term]]:
        return self.first.next_due() if self.first is not None else []

    def all_handoffs(self) -> Iterator[Handing]:
        yield from _handoffs(self.first)


@dataclass
class Ending(Term):
    """An end of the path."""

    name: str

    def settle(self, world: World) -> bool:
        world.ended = self.name
        return False


@dataclass
class Closing(Term):
    """The end of an event's own way."""

    kind: str

    def settle(self, world: World) -> bool:
        if self.kind == "stop":
            world.ended = "stopped"
        return self.kind == "resume"


@dataclass
class Deciding(Term):
    """A decision, until it is decided."""

    decision: model.Decision
    chosen: Row | None = None
    is_waiting: bool = False

    def events(self) -> Iterator[tuple[str, str]]:
        if self.chosen is not None:
            yield from self.chosen.events()
        else:
            yield "decide", self.decision.name

    def take(self, world: World, name: str, at: int) -> bool:
        return self.chosen is not None and self.chosen.take(world, name, at)

    def settle(self, world: World) -> bool:
        if self.chosen is None:
            if self.is_waiting and world.is_frozen:
                return False
            self.is_waiting = True
            known = True
            for branch in self.decision.branches:
                value = world.holds(branch.condition) if branch.condition is not None else None
                if branch.condition is not None and value is True:
                    self.chosen = Row(list(branch.body))
                    break
                known = known and (branch.condition is None or value is False)
            else:
                other = [b for b in self.decision.branches if b.condition is None]
                if not known or not other:
                    return False
                self.chosen = Row(list(other[0].body))
        return self.chosen.settle(world)

    def next_due(self) -> list[tuple[int, Term]]:
        return self.chosen.next_due() if self.chosen is not None else []


@dataclass
class Beside(Term):
    """Branches side by side, until so many of them are through."""

    branches: list[Row]
    needs: int
    done: set[int] = field(default_factory=set)

    def events(self) -> Iterator[tuple[str, str]]:
        for number, branch in enumerate(self.branches):
            if number not in self.done:
                yield from branch.events()

    def take(self, world: World, name: str, at: int) -> bool:
        return any(branch.take(world, name, at) for n, branch in enumerate(self.branches) if n not in self.done)

    def settle(self, world: World) -> bool:
        for number, branch in enumerate(self.branches):
            if len(self.done) == self.needs:
                break
            if number not in self.done and world.ended is None and branch.settle(world):
                self.done.add(number)
        return len(self.done) == self.needs

    def next_due(self) -> list[tuple[int, Term]]:
        return [due for n, b in enumerate(self.branches) if n not in self.done for due in b.next_due()]


@dataclass
class Again(Term):
    """A repeat."""

    repeat: model.Repeat
    body: Row | None = None
    count: int = 0
    planned: int | None = None
    seen: int = 0
    began: int = 0

    def events(self) -> Iterator[tuple[str, str]]:
        if self.body is not None:
            yield from self.body.events()
        elif self.count:
            yield "repeat", ""

    def take(self, world: World, name: str, at: int) -> bool:
        return self.body is not None and self.body.take(world, name, at)

    def settle(self, world: World) -> bool:
        while world.ended is None:
            if self.body is None:
                if self.count == 0:
                    self._begin(world)
                else:
                    return not world.is_frozen and self._is_over(world)
            if not self.body.settle(world):
                return False
            self.body = None
            if self._is_over(world) or self.count == self.repeat.at_most:
                return True
            has_moved = world.n_events > self.seen
            every = self.repeat.every
            following = world.now
            if every is not None:
                following = same_clock(self.began if self.repeat.from_start else world.now, every.count, every.unit)
            if has_moved and following <= world.now:
                self._begin(world)
                continue
            self.planned = following if has_moved and every is not None else None
            return False
        return False

    def _begin(self, world: World) -> None:
        self.count += 1
        self.began = world.now
        self.planned = None
        self.seen = world.n_events
        self.body = Row(list(self.repeat.body))

    def _is_over(self, world: World) -> bool:
        return self.repeat.until is not None and world.holds(self.repeat.until) is True

    def next_due(self) -> list[tuple[int, Term]]:
        if self.body is not None:
            return self.body.next_due()
        return [(self.planned, self)] if self.planned is not None else []

    def fire(self, world: World) -> None:
        self._begin(world)


def term_of(statement: model.Statement) -> Term:
    if isinstance(statement, model.Step):
        return Leaf("step", statement.name)
    if isinstance(statement, model.Consultation):
        return Leaf("consultation", statement.name)
    if isinstance(statement, model.Choice):
        return Leaf("choice", statement.name)
    if isinstance(statement, model.Handoff):
        return Handing(statement)
    if isinstance(statement, model.Wait):
        return Waiting(statement)
    if isinstance(statement, model.End):
        return Ending(statement.name)
    if isinstance(statement, model.Ending):
        return Closing(statement.kind)
    if isinstance(statement, model.Decision):
        return Deciding(statement)
    if isinstance(statement, model.Together):
        return Beside([Row(list(branch.body)) for branch in statement.branches], statement.until or len(statement.branches))
    if isinstance(statement, model.Repeat):
        return Again(statement)
    raise AssertionError(statement)


def _handoffs(term: object) -> Iterator[Handing]:
    if isinstance(term, Handing):
        yield term
    elif isinstance(term, Row):
        yield from _handoffs(term.first)
    elif isinstance(term, Deciding):
        yield from _handoffs(term.chosen)
    elif isinstance(term, Beside):
        for number, branch in enumerate(term.branches):
            if number not in term.done:
                yield from _handoffs(branch)
    elif isinstance(term, Again):
        yield from _handoffs(term.body)


class Oracle:
    """A client on a path, event by event. While an event's own way is gone the main way stands still: what falls due on it, and
    what is accepted, comes about when it goes on.
    """

    def __init__(self, path: model.Path, at: int) -> None:
        self.world = World(path, at, path.accountable)
        self.world.came[model.ENROLMENT] = at
        self.world.n_events = 1
        self.whenevers = path.whenevers
        self.rest = Row(list(path.body))
        self.event: Row | None = None
        self.beside: list[Row] = []
        self.begun: dict[int, Row] = {}
        self.pending: list[str] = []
        self.rest.settle(self.world)

    def enabled(self) -> set[tuple[str, str]]:
        if self.world.ended is not None:
            return set()
        rows = [self.rest, *self.beside, *([self.event] if self.event is not None else [])]
        return {event for row in rows for event in row.events()}

    def pass_time(self, at: int) -> None:
        """Everything due by then, in its order."""
        while self.world.ended is None:
            moving = [self.event] if self.event is not None else [self.rest, *self.beside]
            due = min((d for row in moving for d in row.next_due() if d[0] <= at), key=lambda d: d[0], default=None)
            if due is None:
                break
            self.world.now = max(self.world.now, due[0])
            self.world.n_events += 1
            due[1].fire(self.world)
            self.settle()
        self.world.now = max(self.world.now, at)

    def settle(self) -> None:
        world = self.world
        if self.event is not None and world.ended is None and self.event.settle(world):
            self.event = None
            pending, self.pending = self.pending, []
            for name in pending:
                if world.ended is None and self.rest.take(world, name, world.now):
                    self.rest.settle(world)
        if world.ended is None:
            world.is_frozen = self.event is not None
            for row in (self.rest, *self.beside):
                if world.ended is None and row.settle(world) and row is not self.rest:
                    self.beside.remove(row)
            world.is_frozen = False

    def learn(self, items: dict[str, object], at: int) -> None:
        for name, value in items.items():
            self.world.items.setdefault(name, []).append((at, value))

    def happen(self, event: str, at: int) -> None:
        """An event outside the steps."""
        self.pass_time(at)
        self.world.n_events += 1
        if self.world.ended is not None:
            return
        self.world.came[event] = at
        for number, whenever in enumerate(self.whenevers):
            if whenever.condition != c.Happens(event):
                continue
            if whenever.is_beside and self.begun.get(number) not in self.beside:
                row = self.begun[number] = Row(list(whenever.body))
                if not row.settle(self.world):
                    self.beside.append(row)
            elif not whenever.is_beside and self.event is None:
                self.world.previous = self.world.holder
                self.event = Row(list(whenever.body))
        self.settle()

    def do(self, name: str, at: int, items: dict[str, object]) -> None:
        self.pass_time(at)
        self.world.n_events += 1
        self.learn(items, at)
        if self.world.ended is not None:
            return
        if self.event is not None and self.event.take(self.world, name, at):
            self.settle()
            return
        if self.event is not None and any(h.handoff.name == name for h in _handoffs(self.rest)):
            self.pending += [name] if name not in self.pending else []  # it can be accepted once
        else:
            any(row.take(self.world, name, at) for row in (self.rest, *self.beside))
        self.settle()

    def send_back(self, name: str, at: int) -> None:
        self.pass_time(at)
        self.world.n_events += 1
        self.pending = [pending for pending in self.pending if pending != name]
        for handing in (*_handoffs(self.rest), *_handoffs(self.event)):
            if handing.handoff.name == name:
                handing.send_back()
        self.settle()
