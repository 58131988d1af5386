"""A client of whom something is given goes a path: what the people on it do, by themselves and as a test says.

Unless the test says otherwise everybody does what they owe, an hour after it falls to them, or sooner where less time is
is left: steps are done, handoffs sent and accepted, orders accepted, advice given, the first option chosen. What a step makes
gets the value that is given; what is not given stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from pathflow.base.durations import DAY, HOUR, Duration
from pathflow.base.instants import Instant, instant_of, local_datetime
from pathflow.base.phrases import OWN, Phrase
from pathflow.compiler.scenarios import NOT_CHOSEN
from pathflow.engine import tables as t
from pathflow.engine.conditions import as_test, value_at
from pathflow.engine.duties import Duty, clock_start, duties
from pathflow.engine.facts import Fact, FactKind, Value
from pathflow.engine.machine import Machine
from pathflow.engine.parties import accepted_within
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Enrolment, Offer, Record
from pathflow.model import path as model
from pathflow.model.conditions import conjuncts, events_of
from pathflow.model.network import Item

ACTIONS_MAX: Final = 2_000
HORIZON: Final = 6 * 366 * DAY
"""How long a scenario is followed. Units: microseconds."""

NOON: Final = 12 * 60

_ACTED_ON: Final = frozenset({t.STEP, t.HANDOFF, t.CONSULTATION, t.CHOICE})
"""Where somebody does something of their own accord."""

_LEFT_ALONE: Final = frozenset({"not done", "not accepted", "not proposed", "proposed"})

_OWED_AS: Final = {t.STEP: "done", t.HANDOFF: "sent", t.CONSULTATION: "answered", t.CHOICE: "chosen"}
"""What has not been done to what is late."""

_What = Literal["send", "accept", "do"]
"""A handoff that has a time of its own is sent first; an order whose doing takes time is accepted first."""


class Happening(NamedTuple):
    """Something that happened: a step done, an event, an end. `phrases`: the words for it when it is told, one or a list."""

    at: Instant
    name: str
    phrases: tuple[Phrase, ...]
    holder: str

    @property
    def said(self) -> str:
        """The words for it, in English."""
        return ", ".join(phrase.text for phrase in self.phrases)


class Owed(NamedTuple):
    """That something was owed at a moment, by its name."""

    at: Instant
    name: str
    duty: Duty


class _Action(NamedTuple):
    at: Instant
    enrolment: Enrolment
    node: int
    what: _What
    since: Instant


class _Assumed(Struct):
    """What a scenario assumes so far. `takings`: how long it takes until an order is accepted, whenever it is done."""

    items: dict[str, Value] = {}
    outcomes: dict[str, str] = {}
    delays: dict[str, Duration] = {}
    takings: dict[str, Duration] = {}
    choices: dict[str, str] = {}

    def take(self, assumption: model.Assumption) -> None:
        if assumption.kind == "item":
            self.items[assumption.subject] = assumption.value
        elif assumption.kind == "step":
            self._take_step(assumption.subject, str(assumption.value), assumption.after)
        elif assumption.kind == "choice":
            self.choices[assumption.subject] = str(assumption.value)

    def _take_step(self, name: str, value: str, after: Duration | None) -> None:
        if value == "accepted":
            _set(self.takings, name, after)
            if self.outcomes.get(name) in ("done", "not done"):
                return  # both are said of an order
        self.outcomes[name] = value
        _set(self.delays, name, after)


def _set(lengths: dict[str, Duration], name: str, length: Duration | None) -> None:
    lengths.pop(name, None)
    if length is not None:
        lengths[name] = length


class Play:
    """One scenario, played until nothing more happens, or up to noon of a day. Then it tells what happened.

    Attributes:
        history: what happened, in order; everything that a test may wait for has a name, the rest is only told.
        owed: what was owed, whenever something had happened; by name.
        sent: when each handoff and order was sent.
        unbegun: the events of the history whose own ways did not begin.
        end: the moment up to which it was followed.
        is_cut: whether it was given up, because more happened than anyone would read.
        goes_on: whether more would come later than a test is followed.
    """

    def __init__(
        self, machine: Machine, program: Program, scenario: model.Scenario, days: int | None = None, actions: int = ACTIONS_MAX
    ) -> None:
        self.machine = machine
        self.program = program
        self.scenario = scenario
        self.assumed = _Assumed()
        for assumption in scenario.given:
            self.assumed.take(assumption)
        self.began = program.first_morning
        self.record = Record("client")
        self.history: list[Happening] = []
        self.owed: list[Owed] = []
        self.sent: dict[str, list[Instant]] = {}
        self.unbegun: list[Happening] = []
        self.end = self.began
        self.is_cut = False
        self.goes_on = False
        self._last = self.instant(model.Moment(days)) if days is not None else None
        self._actions = actions
        self._number = 0
        self._tried: set[tuple[int, int, Instant, _What]] = set()
        self._open: dict[tuple[int, int], tuple[Duty, Instant]] = {}
        self._late: set[tuple[int, int, Instant]] = set()

    def run(self) -> Play:
        """Plays it, until nothing more happens."""
        events = sorted(
            (e for e in self.scenario.steps if e.moment is not None and not e.is_expected), key=lambda e: self.instant(e.moment)
        )
        asked = [self.instant(e.moment) for e in self.scenario.steps if e.moment is not None]
        self._enrol()
        horizon = max([self.began + HORIZON, *(at + 366 * DAY for at in asked)]) if self._last is None else self._last
        for _ in range(self._actions):
            action = self._next_action()
            at = action.at if action is not None else NEVER
            timer = self.record.next_timer
            if events and self.instant(events[0].moment) <= min(at, timer):
                event = events.pop(0)
                self.end = max(self.end, self.instant(event.moment))
                self._happen(event, self.instant(event.moment))
            elif timer < at and timer <= horizon:
                self.end = timer
                self._let_pass(timer)
            elif action is not None and at <= horizon:
                self.end = at
                self._act(action)
            else:
                self.goes_on = min(at, timer) < NEVER
                break
            self._look()
        else:
            self.is_cut = True
        self.end = max([self.end, *asked]) if self._last is None else self._last
        self.machine.advance(self.record, self.end)
        self._tell_late()
        return self

    def instant(self, moment: model.Moment | None) -> Instant:
        """The moment of a test on the clocks of the path: noon, where no time is told."""
        if moment is None:
            return self.end
        zone = self.program.calendar.zone
        clock = NOON if moment.clock is None else moment.clock
        day = local_datetime(self.began, zone).date() + timedelta(days=moment.day)
        return instant_of(datetime.combine(day, time(clock // 60, clock % 60)), zone)

    def moment(self, at: Instant) -> model.Moment:
        """The day of the test, and the minute of that day."""
        zone = self.program.calendar.zone
        then = local_datetime(at, zone)
        return model.Moment((then.date() - local_datetime(self.began, zone).date()).days, then.hour * 60 + then.minute)

    # what happens

    def _enrol(self) -> None:
        made = {item for program in family(self.program) for node in program.nodes for item in _made(node.statement)}
        known = {name: value for name, value in self.assumed.items.items() if name not in made}
        self._fact("enrolled", self.began, self.program.path.name, known)
        self._look()

    def _fact(
        self, kind: FactKind, at: Instant, subject: str, items: dict[str, Value] | None = None, provider: str | None = None,
        reason: str | None = None,
    ) -> None:  # fmt: skip
        self._number += 1
        fact = Fact(kind, at, subject, items or None, provider, None, reason, None, 0, self._number)
        before = self._state()
        self.record = self.machine.extend(self.record, fact)
        said = _said(fact)
        if said:
            named = kind not in ("enrolled", "returned", "proposed") and not (kind == "accepted" and self._is_order(subject))
            self.history.append(Happening(at, subject if named else "", said, self._holder()))
        if kind in ("observed", "completed") and subject:
            self._tell_unbegun(fact)
        self._tell_changes(at, before)

    def _tell_unbegun(self, fact: Fact) -> None:
        """That an event came and its own way did not begin, because what else its `whenever` asks for is not so."""
        at, record = fact.at, self.record
        for enrolment in record.active:
            for trigger in enrolment.tables.triggers:
                is_its = fact.subject in trigger.events or enrolment.tables.event(fact.subject) in trigger.events
                if not is_its or trigger.node in enrolment.events or trigger.test(record, enrolment, at, at):
                    continue
                node = enrolment.tables.program.nodes[trigger.node]
                unknown = sorted(item for item in trigger.items if value_at(record.items.get(item), at) is None)
                why = Phrase("because {name} is not known", ", ".join(unknown))
                if not unknown:
                    why = Phrase("because this is not so: {name}", _not_so(node.statement, record, enrolment, at))
                said = Phrase("{name} happened, but the way of line {by} did not begin", fact.subject, str(node.span.line))
                happening = Happening(at, "", (said, why), self._holder())
                self.history.append(happening)
                self.unbegun.append(happening)

    def _let_pass(self, at: Instant) -> None:
        before = self._state()
        self.machine.advance(self.record, at)
        self._tell_changes(at, before)

    def _state(self) -> tuple[list[bool], dict[tuple[int, int], str]]:
        """Which enrolments have ended, and which offers have expired."""
        return [e.ended is not None for e in self.record.enrolments], {
            (e.index, node): offer.state for e in self.record.enrolments for node, offer in e.offers.items()
        }

    def _tell_changes(self, at: Instant, before: tuple[list[bool], dict[tuple[int, int], str]]) -> None:
        """What came about by itself: an offer that expired, an end."""
        ended, offers = before
        for enrolment in self.record.enrolments:
            for node, offer in enrolment.offers.items():
                if offer.state == "expired" and offers.get((enrolment.index, node)) != "expired":
                    said = Phrase("nobody accepted {name} in time", enrolment.tables.name[node])
                    self.history.append(Happening(at, "", (said,), self._holder()))
        for number, enrolment in enumerate(self.record.enrolments):
            if enrolment.ended is not None and (number >= len(ended) or not ended[number]):
                outcome = enrolment.ended.outcome
                self.history.append(Happening(at, outcome, (Phrase("the end: {name}", outcome),), self._holder()))

    def _holder(self) -> str:
        return self.record.enrolments[0].holder if self.record.enrolments else ""

    def _look(self) -> None:
        """Keeps what is owed now, and what has been sent."""
        self._tell_late()
        self._open = {}
        for enrolment in self.record.active:
            tables = enrolment.tables
            for duty in duties(self.record, enrolment, self.end):
                name = tables.name[duty.node]
                if _has_a_time(enrolment, duty):
                    self._open[enrolment.index, duty.node] = duty, self.end
                if tables.code[duty.node] != t.STEP or duty.what == name:  # the step itself, and not that it is accepted
                    self.owed.append(Owed(self.end, name, duty))
            for node, offer in enrolment.offers.items():
                sent = self.sent.setdefault(tables.name[node], [])
                if offer.state != "reached" and offer.sent not in sent:
                    sent.append(offer.sent)

    def _tell_late(self) -> None:
        """What was owed when one looked last, and whose time has passed since."""
        count = len(self.history)
        for (index, node), (duty, seen) in self._open.items():
            enrolment = self.record.enrolments[index]
            done = _OWED_AS[enrolment.tables.code[node]]
            for last, by in ((duty.due, "in time"), (duty.latest, "by its maximum")):
                if last is not None and last < self.end and (index, node, last) not in self._late:
                    self._late.add((index, node, last))
                    at = max(last, seen)
                    said = Phrase(f"{{name}} has not been {done} {by}", enrolment.tables.name[node])
                    self.history.append(Happening(at, "", (said,), self.record.enrolments[0].holder_at(at)))
        if len(self.history) > count:
            self.history.sort(key=lambda happening: happening.at)

    def _happen(self, event: model.Expectation, at: Instant) -> None:
        if event.leaves is not None:
            kind: FactKind = event.leaves  # type: ignore[assignment]  # the grammar admits these only
            self._fact(kind, at, "")
        elif event.happens is not None:
            kind = "completed" if self._statement(event.happens) is not None else "observed"
            self._fact(kind, at, event.happens, self._makes_of(event.happens))
        elif event.assumption is not None:
            self._assume(event.assumption, at)

    def _assume(self, assumption: model.Assumption, at: Instant) -> None:
        self.assumed.take(assumption)
        name = assumption.subject
        if assumption.kind == "item":
            self._fact("observed", at, "", {name: assumption.value})
        elif assumption.kind == "choice" and assumption.value != NOT_CHOSEN:
            self._fact("chose", at, name, provider=str(assumption.value))
        elif assumption.kind == "step" and assumption.after is None:
            if assumption.value == "done":
                self._fact("completed", at, name, self._makes_of(name))
            elif assumption.value == "returned":
                self._fact("returned", at, name, reason="returned in the test")
            elif assumption.value in ("accepted", "proposed"):
                kind: FactKind = "accepted" if assumption.value == "accepted" else "proposed"
                self._fact(kind, at, name)

    def _makes_of(self, name: str) -> dict[str, Value]:
        """What a step makes, where the test gives its value."""
        return {item: self.assumed.items[item] for item in _made(self._statement(name)) if item in self.assumed.items}

    def _statement(self, name: str) -> object:
        """The statement of that name, on the path or on one that it includes."""
        for program in family(self.program):
            node = program.find(name)
            if node is not None:
                return program.nodes[node].statement
        return None

    def _next_action(self) -> _Action | None:
        """The next thing that somebody does of their own accord."""
        best: _Action | None = None
        for enrolment in self.record.active:
            for node, since in enrolment.tokens.items():
                action = self._action(enrolment, node, since)
                if action is not None and (best is None or (action.at, node) < (best.at, best.node)):
                    best = action
        return best

    def _action(self, enrolment: Enrolment, node: int, since: Instant) -> _Action | None:
        if enrolment.tables.code[node] not in _ACTED_ON or self.machine.is_suspended(self.record, enrolment, node):
            return None
        name = enrolment.tables.name[node]
        offer = enrolment.offers.get(node)
        what: _What = "do"
        if offer is not None and enrolment.tables.code[node] == t.HANDOFF:
            what, since = self._handing(name, offer, since)
            at = since + _soon(enrolment, node, since) if what == "send" else self._when(enrolment, node, since)
        elif offer is not None:
            what, at = self._ordered(enrolment, node, offer, since)
        else:
            at = self._when(enrolment, node, since)
        if (enrolment.index, node, since, what) in self._tried:
            return None
        return _Action(max(at, self.end), enrolment, node, what, since)

    def _handing(self, name: str, offer: Offer, since: Instant) -> tuple[_What, Instant]:
        """What comes next of a handoff, and since when. What is not simply accepted, nor left, is sent in time."""
        if offer.state != "reached":
            return "do", max(since, offer.sent)
        is_plain = self.assumed.outcomes.get(name) in (None, "accepted", "not proposed") and name not in self.assumed.delays
        return ("do" if is_plain else "send"), since

    def _when(self, enrolment: Enrolment, node: int, since: Instant) -> Instant:
        """When something is done that has come at a moment: after the time that is given for it, else soon."""
        length = self.assumed.delays.get(enrolment.tables.name[node])
        return (
            since + _soon(enrolment, node, since) if length is None else enrolment.tables.program.calendar.later(since, length)
        )

    def _ordered(self, enrolment: Enrolment, node: int, offer: Offer, since: Instant) -> tuple[_What, Instant]:
        """What comes next of an order, and when. It is accepted by itself where a time is given for that, or for its doing."""
        name = enrolment.tables.name[node]
        soon = since + _soon(enrolment, node, since)
        taking = self.assumed.takings.get(name)
        taken = enrolment.tables.program.calendar.later(since, taking) if taking is not None else None
        at = self._when(enrolment, node, since)
        is_given = name in self.assumed.delays and self.assumed.outcomes.get(name) == "done"
        if offer.state == "proposed" and (taken is not None or is_given):
            return "accept", taken if taken is not None else min(soon, at)
        if taken is not None and self.assumed.outcomes.get(name) == "accepted":
            return "do", taken + (soon - since)
        return "do", at

    def _act(self, action: _Action) -> None:
        at, enrolment, node, what, since = action
        name = enrolment.tables.name[node]
        code = enrolment.tables.code[node]
        outcome = self.assumed.outcomes.get(name)
        self._tried.add((enrolment.index, node, since, what))
        if what == "send":
            self._fact("proposed", at, name)
            return
        if outcome in _LEFT_ALONE and not (what == "accept" and outcome == "not done"):
            return
        if outcome == "returned":
            self._fact("returned", at, name, reason="returned in the test")
        elif code == t.CHOICE:
            statement = enrolment.tables.program.nodes[node].statement
            if isinstance(statement, model.Choice) and self.assumed.choices.get(name) != NOT_CHOSEN:
                self._fact("chose", at, name, provider=self.assumed.choices.get(name, statement.options[0]))
        elif code == t.HANDOFF or what == "accept":
            self._fact("accepted", at, name)
        elif code == t.CONSULTATION:
            self._fact("answered", at, name, self._makes_of(name))
        else:
            self._fact("completed", at, name, self._makes_of(name))

    def _is_order(self, name: str) -> bool:
        return isinstance(self._statement(name), model.Step)


def _said(fact: Fact) -> tuple[Phrase, ...]:
    """What a fact says, in a few words."""
    if fact.kind == "enrolled":
        return (Phrase("the client comes onto the path"),)
    if fact.kind == "observed" and not fact.subject:
        return tuple(Phrase(OWN, f"{name} is {value}") for name, value in (fact.items or {}).items())
    if fact.kind in ("completed", "observed"):
        return (Phrase(OWN, fact.subject),) if fact.subject else ()
    if fact.kind == "chose":
        return (Phrase(OWN, f"{fact.subject}: {fact.provider}"),)
    if not fact.subject:
        return (Phrase(f"the client {fact.kind}"),)
    return (Phrase(f"{{name}} {fact.kind}", fact.subject),)


def _has_a_time(enrolment: Enrolment, duty: Duty) -> bool:
    """Whether that it is late is told here: what nobody accepted in time is told by itself."""
    code = enrolment.tables.code[duty.node]
    if code == t.HANDOFF:
        return enrolment.offers[duty.node].state == "reached"
    return code in _OWED_AS and (code != t.STEP or duty.what == enrolment.tables.name[duty.node])


def _not_so(statement: object, record: Record, enrolment: Enrolment, at: Instant) -> str:
    """What a `whenever` asks for besides the events and is not so, in the path's words; else all that it asks for."""
    program = enrolment.tables.program
    parts = conjuncts(statement.condition) if isinstance(statement, model.Whenever) else ()
    plain = [part for part in parts if not events_of(part)]
    not_so = [part for part in plain if not as_test(part, program.path.items, program.calendar)(record, enrolment, at, at)]
    return " and ".join(map(str, not_so)) or str(getattr(statement, "condition", ""))


def _soon(enrolment: Enrolment, node: int, since: Instant) -> Instant:
    """An hour, or half of the shortest time that is left of what is allowed."""
    statement = enrolment.tables.program.nodes[node].statement
    left = [_left(enrolment, limit, since) for _, limit in enrolment.tables.limits.get(node, ())]
    accepted = accepted_within(enrolment, statement, node)
    if accepted is not None:
        left.append(accepted.shortest)
    return min([HOUR, *(length // 2 for length in left)])


def _left(enrolment: Enrolment, limit: model.Limit, since: Instant) -> Instant:
    """How much of a time is left when it falls to somebody; the whole of it where none is, or its clock does not run."""
    start = clock_start(enrolment, limit.of, since)
    left = start + limit.target.shortest - since if start is not None else 0
    return left if left > 0 else limit.target.shortest


def family(program: Program) -> Iterator[Program]:
    """A path and those that it includes, each once."""
    seen: dict[str, Program] = {}
    waiting = [program]
    while waiting:
        one = waiting.pop()
        if one.path.name not in seen:
            seen[one.path.name] = one
            waiting.extend(one.included.values())
    yield from seen.values()


def items_of(program: Program) -> dict[str, Item]:
    """The items of a path and of those that it includes."""
    return {name: item for one in family(program) for name, item in one.path.items.items()}


def _made(statement: object) -> tuple[str, ...]:
    return statement.makes if isinstance(statement, model.Step | model.Consultation) else ()
