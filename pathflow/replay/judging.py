"""What a test expected, held against what happened.

A failure says what was expected, what was so instead, and the nearest to it that did happen.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, local_datetime
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.compiler.scenarios import NOT_CHOSEN, UNKNOWN
from pathflow.engine import tables as t
from pathflow.engine.duties import duties
from pathflow.engine.record import Enrolment, Record
from pathflow.model import path as model
from pathflow.replay.playing import Play, family
from pathflow.rules.pages import codes

_OUTSIDE: Final = "G207"
"""The finding that a client is not of the path's group: it fails every test that does not speak of it."""


class Failure(Struct, frozen=True):
    """An expectation that was not met."""

    span: Span
    message: str


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
        outside = next((f for f in self.findings if f.code == _OUTSIDE), None)
        spoken = [e.assumption for e in scenario.steps] + [n.state for n in scenario.never]
        if outside is not None and not any(s is not None and s.value == _OUTSIDE for s in spoken):
            found.append(Failure(scenario.span, outside.message))
        for never in scenario.never:
            wrong = self._came(never)
            if wrong is not None:
                found.append(Failure(never.span, wrong))
        if play.is_cut:
            found.append(Failure(scenario.span, "the test was given up: more happens in it than anyone would read"))
        return found

    def _wrong(self, expectation: model.Expectation) -> str | None:
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

    def _order(self, names: tuple[str, ...]) -> str | None:
        left = iter(self.named)
        previous: str | None = None
        for name in names:
            if not any(fold(came.name) == fold(name) for came in left):
                after = f" after `{previous}`" if previous is not None else ""
                return f"`{name}` did not come{after}; {self._instead(name)}{self._too_late()}"
            previous = name
        return None

    def _instead(self, name: str) -> str:
        """The nearest to it: when it came before its turn, that it is still owed, or what came at all."""
        came = [h for h in self.named if fold(h.name) == fold(name)]
        if came:
            return f"it came {self.when(came[-1].at)}; what came: {self._all()}"
        owed = [o for o in self.play.owed if fold(o.name) == fold(name)]
        if owed:
            since, who = self.when(owed[-1].duty.since), owed[-1].duty.who
            return f"it is owed by {who} since {since.removeprefix('on ')}; what came: {self._all()}"
        return f"what came: {self._all()}"

    def _all(self) -> str:
        return ", ".join(dict.fromkeys(h.name for h in self.named)) or "nothing"

    def _too_late(self) -> str:
        """That what the test lets happen came when the path had ended: everybody does what they owe within the hour."""
        play = self.play
        ended = max((e.ended.at for e in play.record.enrolments if e.ended is not None), default=None)
        moments = [e.moment for e in play.scenario.steps if not e.is_expected and e.moment is not None]
        late = next((m for m in moments if ended is not None and play.instant(m) > ended), None)
        if ended is None or play.record.active or late is None:
            return ""
        return (
            f"; the path had ended {self.when(ended)}, before day {late.day}: "
            "hold the client on it with a line such as `given Visit is not done`, with a step of yours"
        )

    # times

    def when(self, at: Instant) -> str:
        """`on day 3 at 10:00`; the end of a day is the day."""
        return f"on {self.day(at)}"

    def day(self, at: Instant) -> str:
        moment = self.play.moment(at)
        local = local_datetime(at, self.play.program.calendar.zone)
        is_whole = (local.hour, local.minute, local.second) == (23, 59, 59)
        return f"day {moment.day}" if is_whole else str(moment)

    def _due(self, due: model.Due, asked: model.Moment | None) -> str | None:
        until = self.play.instant(asked)
        owed = [o for o in self.play.owed if fold(o.name) == fold(due.subject) and o.at <= until]
        if not owed:
            return f"nobody owed `{due.subject}`{'' if asked is None else ' by then'}; what came: {self._all()}"
        duty = owed[-1].duty
        wrong = self._differs(due.subject, "due", duty.due, due.on)
        if wrong is None and due.at_most is not None:
            wrong = self._differs(due.subject, "due at most", duty.latest, due.at_most)
        return wrong

    def _differs(self, name: str, word: str, is_due: Instant | None, wanted: model.Moment) -> str | None:
        if is_due is None:
            return f"`{name}` is {word} on no day: " + (
                "no clock runs for it" if word == "due" else "its limit says no `at most`, or that clock does not run yet"
            )
        moment = self.play.moment(is_due)
        if moment.day == wanted.day and wanted.clock in (None, moment.clock):
            return None
        date = local_datetime(is_due, self.play.program.calendar.zone).date().isoformat()
        return f"`{name}` is {word} {self.when(is_due)}, which is {date}, not on {wanted}"

    def _within(self, within: model.Within) -> str | None:
        starts = [self.play.began] if within.of is None else self._starts(within.of)
        if not starts:
            return f"`{within.of}` did not come; what came: {self._all()}"
        calendar = self.play.program.calendar
        times = [h.at for h in self.named if fold(h.name) == fold(within.subject)]
        for start in starts:
            last = calendar.due(start, within.length)
            if any(start <= at <= last for at in times):
                continue
            of = within.of or model.ENROLMENT
            came = next((at for at in times if at > last), None)
            instead = f"it came {self.when(came)}" if came is not None else self._instead(within.subject)
            began = f"`{of}` was {self.when(start)}, so the last moment is {self.day(last)}"
            return f"`{within.subject}` did not come within {within.length} of {of}: {began}; {instead}"
        return None

    def _starts(self, name: str) -> list[Instant]:
        """When it came; of a handoff, when it was sent, as the clocks of the path have it."""
        program = next((p for p in family(self.play.program) if p.find(name) is not None), None)
        node = program.find(name) if program is not None else None
        if program is not None and node is not None and program.nodes[node].kind == "handoff":
            return self.play.sent.get(program.nodes[node].name, [])
        return [h.at for h in self.named if fold(h.name) == fold(name)]

    # what is so

    def _state(self, wanted: model.Assumption, asked: model.Moment | None) -> str | None:
        at = self.play.instant(asked)
        when = "at the end" if asked is None else f"on {asked}"
        record = self.play.record
        if wanted.kind == "holder":
            holder = record.enrolments[0].holder_at(at)
            return None if fold(holder) == fold(str(wanted.value)) else f"{when} the holder is `{holder}`, not `{wanted.value}`"
        if wanted.kind == "owner":
            owner = record.owner_at(at) or "nobody"
            return None if fold(owner) == fold(str(wanted.value)) else f"{when} the owner is `{owner}`, not `{wanted.value}`"
        if wanted.kind == "finding":
            return self._finding(str(wanted.value), when, asked)
        if wanted.kind == "item":
            history = [m for m in record.items.get(wanted.subject, []) if m[0] <= at]
            value = history[-1][1] if history else UNKNOWN
            if value == wanted.value:
                return None
            is_so, expected = (self._spoken(wanted.subject, one) for one in (value, wanted.value))
            return f"{when} `{wanted.subject}` is {is_so}, not {expected}"
        then = record if asked is None else self.play.machine.as_of(record, at)
        return self._choice(wanted, then, when) if wanted.kind == "choice" else self._outcome(wanted, then, at, when)

    def _spoken(self, item: str, value: object) -> str:
        known = self.play.program.path.items.get(item)
        unit = known.unit if known is not None else None
        number = f"{value:g}" if isinstance(value, float) else str(value)
        return f"{number} {unit}" if unit and isinstance(value, int | float) else number

    def _finding(self, code: str, when: str, asked: model.Moment | None) -> str | None:
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
        told = {f.code: f.message for f in reversed(findings)}
        others = "; ".join(f"{other}: {told[other]}" for other in there)
        return f"{when} there is no finding {code}; there are: {others or 'none'}"

    def _choice(self, wanted: model.Assumption, record: Record, when: str) -> str | None:
        chosen = [e.chosen[wanted.subject] for e in record.enrolments if wanted.subject in e.chosen]
        is_so = chosen[-1] if chosen else NOT_CHOSEN
        return None if is_so == wanted.value else f"{when} `{wanted.subject}` is {is_so}; expected was: {wanted.value}"

    def _outcome(self, wanted: model.Assumption, record: Record, at: Instant, when: str) -> str | None:
        word = str(wanted.value)
        is_so = self._states_of(wanted.subject, record, at)
        bare = word.removeprefix("not ")
        if (bare in is_so) != word.startswith("not "):
            return None
        so = f"is {' and '.join(is_so)}" if is_so else "has not come, and is not owed"
        return f"{when} `{wanted.subject}` {so}; expected was: {word}"

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

    def _came(self, never: model.Never) -> str | None:
        if never.name:
            return self._never_name(never)
        if never.state is None:
            codes_found = sorted({f.code for f in self.findings})
            return f"there are findings: {self._told(codes_found)}" if codes_found else None
        value = str(never.state.value)
        if never.state.kind == "finding":
            if value.upper() not in codes():
                return _no_code(value)
            is_there = any(f.code == value.upper() for f in self.findings)
            return f"there is a finding {self._told([value.upper()])}" if is_there else None
        record = self.play.record
        if never.state.kind == "holder":
            since = next((at for at, holder in record.enrolments[0].holders if fold(holder) == fold(value)), None)
        else:
            since = next((at for at, owner in record.owners if fold(owner or "nobody") == fold(value)), None)
        who = "holder" if never.state.kind == "holder" else "owner"
        return f"the {who} is `{value}` from {self.day(since)}, and never should be" if since is not None else None

    def _told(self, wanted: list[str]) -> str:
        told = {f.code: f.message for f in reversed(self.findings)}
        return "; ".join(f"{code}: {told[code]}" for code in wanted)

    def _never_name(self, never: model.Never) -> str | None:
        for came in self.named:
            day = self.play.moment(came.at).day
            if fold(came.name) != fold(never.name):
                continue
            if never.before is not None and day >= never.before:
                continue
            if never.after is not None and day <= never.after:
                continue
            before = f" before day {never.before}" if never.before is not None else ""
            after = f" after day {never.after}" if never.after is not None else ""
            return f"`{never.name}` came {self.when(came.at)}, and never should{before}{after}"
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


def _no_code(code: str) -> str:
    return f"there is no finding with the code {code}; `pathflow explain` lists them"
