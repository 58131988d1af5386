"""What a test expected, held against what happened.

A failure says what was expected, what was so instead, and the nearest to it that did happen. It is put together from sentences
(`Said`), so that it can be told in another language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, local_datetime
from pathflow.base.names import fold
from pathflow.base.phrases import Said, Several, Word, Written
from pathflow.base.spans import Span
from pathflow.compiler.scenarios import NOT_CHOSEN, UNKNOWN
from pathflow.engine import tables as t
from pathflow.engine.duties import duties
from pathflow.engine.record import Enrolment, Record
from pathflow.model import path as model
from pathflow.replay.playing import Play, family
from pathflow.rules.pages import codes

OUTSIDE: Final = "G207"
"""The finding that a client is not of the path's group: it fails every test that does not speak of it."""

_NOBODY: Final = "nobody"

_NEVER: Final = {
    (False, False): "`{name}` came {when}, and never should",
    (True, False): "`{name}` came {when}, and never should before day {before}",
    (False, True): "`{name}` came {when}, and never should after day {after}",
}
"""By whether days are told before which and after which it should not come."""

_Wrong = Said | Several | None
"""What was so instead of what was expected; None where it is so."""


class Failure(Struct, frozen=True):
    """An expectation that was not met."""

    span: Span
    said: Said | Several | Finding

    @property
    def message(self) -> str:
        """What was expected and what was so instead, in English."""
        return str(self.said)


def judge(play: Play, findings: tuple[Finding, ...]) -> tuple[Failure, ...]:
    """What was expected and is not so, in the order of the test."""
    return tuple(_Judge(play, findings).failures())


class _Judge:
    def __init__(self, play: Play, findings: tuple[Finding, ...]) -> None:
        self.play = play
        self.findings = findings
        self.named = [happening for happening in play.history if happening.name]

    def failures(self) -> list[Failure]:
        play, scenario = self.play, self.play.scenario
        found: list[Failure] = []
        for expectation in scenario.steps:
            wrong = self._wrong(expectation) if expectation.is_expected else None
            if wrong is not None:
                found.append(Failure(expectation.span, wrong))
        outside = next((f for f in self.findings if f.code == OUTSIDE), None)
        spoken = [e.assumption for e in scenario.steps] + [n.state for n in scenario.never]
        if outside is not None and not any(s is not None and s.value == OUTSIDE for s in spoken):
            found.append(Failure(scenario.span, outside))
        for never in scenario.never:
            wrong = self._came(never)
            if wrong is not None:
                found.append(Failure(never.span, wrong))
        if play.is_cut:
            found.append(Failure(scenario.span, Said("the test was given up: more happens in it than anyone would read")))
        return found

    def _wrong(self, expectation: model.Expectation) -> _Wrong:
        if expectation.names:
            return self._order(expectation.names)
        if expectation.due is not None:
            return self._due(expectation.due, expectation.moment)
        if expectation.within is not None:
            return self._within(expectation.within)
        if expectation.assumption is not None:
            return self._state(expectation.assumption, expectation.moment)
        return None

    # names in their order

    def _order(self, names: tuple[str, ...]) -> _Wrong:
        left = iter(self.named)
        previous: str | None = None
        for name in names:
            if not any(fold(came.name) == fold(name) for came in left):
                lacks = Said("`{name}` did not come", name=name)
                if previous is not None:
                    lacks = Said("`{name}` did not come after `{previous}`", name=name, previous=previous)
                return Several((lacks, *self._instead(name), *self._too_late()))
            previous = name
        return None

    def _instead(self, name: str) -> Iterator[Said]:
        """The nearest to it: when it came before its turn, that it is still owed, or what came at all."""
        came = [h for h in self.named if fold(h.name) == fold(name)]
        if came:
            yield Said("it came {when}", when=self.when(came[-1].at))
        owed = [o.duty for o in self.play.owed if fold(o.name) == fold(name)]
        if owed and not came:
            yield Said("it is owed by {who} since {day}", who=Written("by", owed[-1].who), day=self.day(owed[-1].since))
        yield self._all()
        if self.play.goes_on:
            yield Said(
                "a test goes on for six years, or a year beyond its last day: more would come after {day}",
                day=self.day(self.play.end),
            )

    def _all(self) -> Said:
        names = ", ".join(dict.fromkeys(h.name for h in self.named))
        return Said("what came: {names}", names=names or Said("nothing"))

    def _too_late(self) -> Iterator[Said]:
        """That what the test lets happen came when the path had ended: everybody does what they owe within the hour."""
        play = self.play
        ended = max((e.ended.at for e in play.record.enrolments if e.ended is not None), default=None)
        moments = [e.moment for e in play.scenario.steps if not e.is_expected and e.moment is not None]
        late = next((m for m in moments if ended is not None and play.instant(m) > ended), None)
        if ended is not None and not play.record.active and late is not None:
            yield Said(
                "the path had ended {when}, before day {n}: hold the client on it with a line such as "
                "`given Visit is not done`, with a step of yours",
                when=self.when(ended),
                n=late.day,
            )

    # times

    def when(self, at: Instant) -> Said:
        """`on day 3 at 10:00`; the end of a day is the day."""
        return _on(self._moment(at))

    def day(self, at: Instant) -> Said:
        return _day(self._moment(at))

    def _moment(self, at: Instant) -> model.Moment:
        moment = self.play.moment(at)
        local = local_datetime(at, self.play.program.calendar.zone)
        is_whole = (local.hour, local.minute, local.second) == (23, 59, 59)
        return model.Moment(moment.day) if is_whole else moment

    def _due(self, due: model.Due, asked: model.Moment | None) -> _Wrong:
        until = self.play.instant(asked)
        owed = [o for o in self.play.owed if fold(o.name) == fold(due.subject) and o.at <= until]
        if not owed:
            say = "nobody owed `{name}`" if asked is None else "nobody owed `{name}` by then"
            return Several((Said(say, name=due.subject), self._all()))
        duty = owed[-1].duty
        if duty.due is None:
            return Said("`{name}` is due on no day: no clock runs for it", name=due.subject)
        if self._differs(duty.due, due.on):
            say = "`{name}` is due {when}, which is {date}, not {wanted}"
            return self._is_due(say, due.subject, duty.due, due.on)
        if due.at_most is None:
            return None
        if duty.latest is None:
            say = "`{name}` is due at most on no day: its limit says no `at most`, or that clock does not run yet"
            return Said(say, name=due.subject)
        if self._differs(duty.latest, due.at_most):
            say = "`{name}` is due at most {when}, which is {date}, not {wanted}"
            return self._is_due(say, due.subject, duty.latest, due.at_most)
        return None

    def _differs(self, is_due: Instant, wanted: model.Moment) -> bool:
        moment = self.play.moment(is_due)
        return moment.day != wanted.day or wanted.clock not in (None, moment.clock)

    def _is_due(self, say: str, name: str, is_due: Instant, wanted: model.Moment) -> Said:
        date = local_datetime(is_due, self.play.program.calendar.zone).date().isoformat()
        return Said(say, name=name, when=self.when(is_due), date=date, wanted=_on(wanted))

    def _within(self, within: model.Within) -> _Wrong:
        starts = [self.play.began] if within.of is None else self._starts(within.of)
        if not starts:
            return Several((Said("`{name}` did not come", name=within.of), self._all()))
        calendar = self.play.program.calendar
        times = [h.at for h in self.named if fold(h.name) == fold(within.subject)]
        for start in starts:
            last = calendar.due(start, within.length)
            if any(start <= at <= last for at in times):
                continue
            came = next((at for at in times if at > last), None)
            instead = (Said("it came {when}", when=self.when(came)),) if came is not None else self._instead(within.subject)
            lacks = Said(
                "`{name}` did not come within {length} of {of}: `{of}` was {when}, so the last moment is {day}",
                name=within.subject, length=within.length, of=within.of or Word("clock", model.ENROLMENT),
                when=self.when(start), day=self.day(last),
            )  # fmt: skip
            return Several((lacks, *instead))
        return None

    def _starts(self, name: str) -> list[Instant]:
        """When it came; of a handoff, when it was sent, as the clocks of the path have it."""
        program = next((p for p in family(self.play.program) if p.find(name) is not None), None)
        node = program.find(name) if program is not None else None
        if program is not None and node is not None and program.nodes[node].kind == "handoff":
            return self.play.sent.get(program.nodes[node].name, [])
        return [h.at for h in self.named if fold(h.name) == fold(name)]

    # what is so

    def _state(self, wanted: model.Assumption, asked: model.Moment | None) -> _Wrong:
        at = self.play.instant(asked)
        when = Said("at the end") if asked is None else _on(asked)
        record = self.play.record
        if wanted.kind == "holder":
            holder = record.enrolments[0].holder_at(at)
            if fold(holder) == fold(str(wanted.value)):
                return None
            return Said("{when} the holder is `{name}`, not `{other}`", when=when, name=holder, other=wanted.value)
        if wanted.kind == "owner":
            owner = record.owner_at(at) or _NOBODY
            if fold(owner) == fold(str(wanted.value)):
                return None
            is_so, other = _owner(owner), _owner(str(wanted.value))
            return Said("{when} the owner is `{name}`, not `{other}`", when=when, name=is_so, other=other)
        if wanted.kind == "finding":
            return self._finding(str(wanted.value), when, asked)
        if wanted.kind == "item":
            history = [m for m in record.items.get(wanted.subject, []) if m[0] <= at]
            value = history[-1][1] if history else UNKNOWN
            if value == wanted.value:
                return None
            words = {"name": wanted.subject, "value": self._value(wanted.subject, value)}
            return Said(
                "{when} `{name}` is {value}, not {other}", when=when, other=self._value(wanted.subject, wanted.value), **words
            )
        then = record if asked is None else self.play.machine.as_of(record, at)
        return self._choice(wanted, then, when) if wanted.kind == "choice" else self._outcome(wanted, then, at, when)

    def _value(self, item: str, value: object) -> object:
        known = self.play.program.path.items.get(item)
        unit = known.unit if known is not None else None
        if isinstance(value, str) and (known is None or value not in known.options):
            return Word("state", value)
        number = f"{value:g}" if isinstance(value, float) else str(value)
        return f"{number} {unit}" if unit and isinstance(value, int | float) else number

    def _finding(self, code: str, when: Said, asked: model.Moment | None) -> _Wrong:
        if code.upper() not in codes():
            return _no_code(code)
        findings = self.findings
        if asked is not None:
            at = self.play.instant(asked)
            machine = self.play.machine
            findings = tuple(machine.findings(machine.as_of(self.play.record, at), at))
        there = sorted({f.code for f in findings})
        if code.upper() in there:
            return None
        others = _told(findings, there) if there else Said("none")
        return Said("{when} there is no finding {code}; there are: {others}", when=when, code=code, others=others)

    def _choice(self, wanted: model.Assumption, record: Record, when: Said) -> _Wrong:
        chosen = [e.chosen[wanted.subject] for e in record.enrolments if wanted.subject in e.chosen]
        is_so = chosen[-1] if chosen else NOT_CHOSEN
        if is_so == wanted.value:
            return None
        so, other = (Word("state", NOT_CHOSEN) if one == NOT_CHOSEN else one for one in (is_so, wanted.value))
        return Said("{when} `{name}` is {value}; expected was: {other}", when=when, name=wanted.subject, value=so, other=other)

    def _outcome(self, wanted: model.Assumption, record: Record, at: Instant, when: Said) -> _Wrong:
        word = str(wanted.value)
        is_so = self._states_of(wanted.subject, record, at)
        bare = word.removeprefix("not ")
        if (bare in is_so) != word.startswith("not "):
            return None
        if not is_so:
            say = "{when} `{name}` has not come, and is not owed; expected was: {other}"
            return Said(say, when=when, name=wanted.subject, other=Word("state", word))
        words = {"name": wanted.subject, "value": _together([Word("state", one) for one in is_so])}
        return Said("{when} `{name}` is {value}; expected was: {other}", when=when, other=Word("state", word), **words)

    def _states_of(self, name: str, record: Record, at: Instant) -> list[str]:
        """Everything that a step, an order, a handoff or an event is at a moment: done, open, accepted …"""
        states: dict[str, None] = {}
        came = any(fold(h.name) == fold(name) and h.at <= at for h in self.named)
        for enrolment in record.enrolments:
            for node in enrolment.tables.named(name):
                states.update(dict.fromkeys(_states_at(enrolment, node, record, at)))
                came = came and (enrolment.tables.code[node] != t.HANDOFF or "accepted" in states)
        is_handoff = "accepted" in states and "done" not in states
        if came:
            states = {"accepted": None, **states} if is_handoff else {"done": None, **states}
        return list(states)

    # what must not come

    def _came(self, never: model.Never) -> _Wrong:
        if never.name:
            return self._never_name(never)
        if never.state is None:
            codes_found = sorted({f.code for f in self.findings})
            return Said("there are findings: {others}", others=_told(self.findings, codes_found)) if codes_found else None
        value = str(never.state.value)
        if never.state.kind == "finding":
            if value.upper() not in codes():
                return _no_code(value)
            is_there = any(f.code == value.upper() for f in self.findings)
            return Said("there is a finding {others}", others=_told(self.findings, [value.upper()])) if is_there else None
        record = self.play.record
        name: object = value
        if never.state.kind == "holder":
            since = next((at for at, holder in record.enrolments[0].holders if fold(holder) == fold(value)), None)
            say = "the holder is `{name}` from {day}, and never should be"
        else:
            since = next((at for at, owner in record.owners if fold(owner or _NOBODY) == fold(value)), None)
            say = "the owner is `{name}` from {day}, and never should be"
            name = _owner(value)
        return Said(say, name=name, day=self.day(since)) if since is not None else None

    def _never_name(self, never: model.Never) -> _Wrong:
        for came in self.named:
            day = self.play.moment(came.at).day
            if fold(came.name) != fold(never.name):
                continue
            if never.before is not None and day >= never.before:
                continue
            if never.after is not None and day <= never.after:
                continue
            words = {"name": never.name, "when": self.when(came.at), "before": never.before, "after": never.after}
            return Said(_NEVER[never.before is not None, never.after is not None], **words)
        return None


def _states_at(enrolment: Enrolment, node: int, record: Record, at: Instant) -> list[str]:
    """What the record itself says of a node."""
    states: list[str] = []
    if enrolment.tables.name[node] in enrolment.happened:
        states.append("accepted" if enrolment.tables.code[node] == t.HANDOFF else "done")
    offer = enrolment.offers.get(node)
    if offer is not None and offer.state in ("proposed", "accepted", "returned", "expired") and offer.state not in states:
        states.append(offer.state)
    if enrolment.ended is None and (node in enrolment.tokens or node in enrolment.owed):
        states.append("open")
        owed = [duty for duty in duties(record, enrolment, at) if duty.node == node]
        if any(duty.state != "open" for duty in owed):
            states.append("overdue")
    return states


def _no_code(code: str) -> Said:
    return Said("there is no finding with the code {code}; `pathflow explain` lists them", code=code)


def _told(findings: tuple[Finding, ...], wanted: list[str]) -> Several:
    """The first finding of each code, with its code."""
    first = {f.code: f for f in reversed(findings)}
    return Several(tuple(Said("{code}: {finding}", code=code, finding=first[code]) for code in wanted))


def _owner(name: str) -> object:
    """Who owns the plan; `nobody` is a word of the language."""
    return Word("state", _NOBODY) if fold(name) == _NOBODY else name


def _together(words: Sequence[object]) -> object:
    said = words[0]
    for other in words[1:]:
        said = Said("{one} and {other}", one=said, other=other)
    return said


def _on(moment: model.Moment) -> Said:
    """`on day 3 at 10:00`."""
    if moment.clock is None:
        return Said("on day {n}", n=moment.day)
    return Said("on day {n} at {time}", n=moment.day, time=model.clock_of(moment.clock))


def _day(moment: model.Moment) -> Said:
    """`day 3 at 10:00`."""
    if moment.clock is None:
        return Said("day {n}", n=moment.day)
    return Said("day {n} at {time}", n=moment.day, time=model.clock_of(moment.clock))
