"""Scenario tests: a client of whom something is given goes the path, and what is expected comes, or does not.

Unless the test says otherwise everybody does what they owe, an hour after it falls to them, or sooner where less time is
allowed: steps are done, handoffs and orders accepted, advice given, the first option chosen. What a step makes gets the value
that is given; what is not given stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from msgspec import Struct

from pathflow.base.durations import DAY, HOUR
from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, instant_of, local_datetime
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact, FactKind, Value
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Enrolment, Record
from pathflow.engine.watch import WatchFactory
from pathflow.model import path as model

ACTIONS_MAX: Final = 2_000
HORIZON: Final = 6 * 366 * DAY
"""How long a scenario is followed. Units: microseconds."""


class Failure(Struct, frozen=True):
    """An expectation that was not met."""

    span: Span
    message: str


class Outcome(Struct, frozen=True):
    """How a scenario went. `history`: what happened, in order; `covered`: the nodes that the client came through."""

    name: str
    span: Span
    failures: tuple[Failure, ...]
    history: tuple[tuple[Instant, str], ...]
    record: Record
    at: Instant
    findings: tuple[Finding, ...]


def run_scenarios(program: Program, watch: WatchFactory, name: str | None = None) -> Iterator[Outcome]:
    """Runs a path's tests, or those whose name holds `name`, in the order of the file."""
    for scenario in program.path.tests:
        if name is None or fold(name) in fold(scenario.name):
            yield _Run(program, watch, scenario).outcome()


class _Assumed(Struct):
    """What a scenario assumes so far."""

    items: dict[str, Value] = {}
    outcomes: dict[str, str] = {}
    choices: dict[str, str] = {}

    def take(self, assumption: model.Assumption) -> None:
        if assumption.kind == "item":
            self.items[assumption.subject] = assumption.value
        elif assumption.kind == "step":
            self.outcomes[assumption.subject] = str(assumption.value)
        elif assumption.kind == "choice":
            self.choices[assumption.subject] = str(assumption.value)


class _Run:
    def __init__(self, program: Program, watch: WatchFactory, scenario: model.Scenario) -> None:
        self.program = program
        self.scenario = scenario
        self.machine = Machine([program], watch)
        self.assumed = _Assumed()
        for assumption in scenario.given:
            self.assumed.take(assumption)
        self.began = _first_morning(program)
        self.record = Record("client")
        self.history: list[tuple[Instant, str]] = []
        self.number = 0
        self.tried: set[tuple[int, int, Instant]] = set()

    def outcome(self) -> Outcome:
        days = sorted((e for e in self.scenario.steps if e.day is not None and not e.is_expected), key=lambda e: e.day or 0)
        self._enrol()
        last_day = max((e.day or 0 for e in self.scenario.steps), default=0)
        horizon = self.began + max(HORIZON, (last_day + 366) * DAY)
        now = self.began
        for _ in range(ACTIONS_MAX):
            action = self._next_action()
            at = action[0] if action is not None else NEVER
            timer = self.record.next_timer
            if days and self._day(days[0]) <= min(at, timer):
                event = days.pop(0)
                now = self._day(event)
                self._happen(event, now)
            elif timer < at and timer <= horizon:
                now = timer
                self.machine.advance(self.record, timer)
            elif action is not None and at <= horizon:
                now = at
                self._act(action)
            else:
                break
        end = max([now, *(self._day(e) for e in self.scenario.steps if e.day is not None)])
        self.machine.advance(self.record, end)
        return self._judge(end)

    # what happens

    def _enrol(self) -> None:
        made = {item for node in self.program.nodes for item in _made(node.statement)}
        known = {name: value for name, value in self.assumed.items.items() if name not in made}
        self._fact("enrolled", self.began, self.program.path.name, known)

    def _fact(
        self, kind: FactKind, at: Instant, subject: str, items: dict[str, Value] | None = None, provider: str | None = None,
        reason: str | None = None,
    ) -> None:  # fmt: skip
        self.number += 1
        fact = Fact(kind, at, subject, items or None, provider, None, reason, None, 0, self.number)
        before = [e.ended for e in self.record.enrolments]
        self.record = self.machine.extend(self.record, fact)
        if kind not in ("enrolled", "returned", "proposed"):
            self.history.append((at, subject))
        for number, enrolment in enumerate(self.record.enrolments):
            if enrolment.ended is not None and (number >= len(before) or before[number] is None):
                self.history.append((at, enrolment.ended.outcome))

    def _day(self, expectation: model.Expectation) -> Instant:
        return self.began + (expectation.day or 0) * DAY + 3 * HOUR

    def _happen(self, event: model.Expectation, at: Instant) -> None:
        if event.happens is not None:
            kind: FactKind = "completed" if self.program.find(event.happens) is not None else "observed"
            self._fact(kind, at, event.happens, self._makes_of(event.happens))
        elif event.assumption is not None:
            self.assumed.take(event.assumption)
            assumption = event.assumption
            if assumption.kind == "item":
                self._fact("observed", at, "", {assumption.subject: assumption.value})
            elif assumption.kind == "step" and assumption.value in ("done", "accepted", "returned"):
                kind = "completed" if assumption.value == "done" else assumption.value  # type: ignore[assignment]
                self._fact(kind, at, assumption.subject, self._makes_of(assumption.subject))

    def _makes_of(self, name: str) -> dict[str, Value]:
        node = self.program.find(name)
        made = _made(self.program.nodes[node].statement) if node is not None else ()
        return {item: self.assumed.items[item] for item in made if item in self.assumed.items}

    def _next_action(self) -> tuple[Instant, Enrolment, int] | None:
        """The next thing that somebody does of their own accord."""
        best: tuple[Instant, Enrolment, int] | None = None
        for enrolment in self.record.active:
            for node, since in enrolment.tokens.items():
                if (enrolment.index, node, since) in self.tried or not self._will_act(enrolment, node):
                    continue
                at = since + self._delay(enrolment, node)
                if best is None or (at, node) < (best[0], best[2]):
                    best = at, enrolment, node
        return best

    def _delay(self, enrolment: Enrolment, node: int) -> Instant:
        """An hour, or half of the shortest time that is allowed."""
        statement = enrolment.tables.program.nodes[node].statement
        lengths = [limit.target for _, limit in enrolment.tables.limits.get(node, ())]
        if isinstance(statement, model.Step | model.Handoff) and statement.accepted_within is not None:
            lengths.append(statement.accepted_within)
        return min([HOUR, *(length.shortest // 2 for length in lengths)])

    def _will_act(self, enrolment: Enrolment, node: int) -> bool:
        code = enrolment.tables.code[node]
        if code not in (t.STEP, t.HANDOFF, t.CONSULTATION, t.CHOICE):
            return False
        # while an interrupting event runs, the main way stands still
        return not enrolment.events or enrolment.tables.program.nodes[node].event in enrolment.events

    def _act(self, action: tuple[Instant, Enrolment, int]) -> None:
        at, enrolment, node = action
        name = enrolment.tables.name[node]
        code = enrolment.tables.code[node]
        outcome = self.assumed.outcomes.get(name)
        self.tried.add((enrolment.index, node, enrolment.tokens[node]))
        if outcome in ("not done", "not accepted"):
            return
        if outcome == "returned":
            self._fact("returned", at, name, reason="returned in the test")
            return
        if code == t.CHOICE:
            statement = enrolment.tables.program.nodes[node].statement
            if isinstance(statement, model.Choice) and self.assumed.choices.get(name) != "not chosen":
                self._fact("chose", at, name, provider=self.assumed.choices.get(name, statement.options[0]))
        elif code == t.HANDOFF:
            self._fact("accepted", at, name)
        elif code == t.CONSULTATION:
            self._fact("answered", at, name, self._makes_of(name))
        else:
            self._fact("completed", at, name, self._makes_of(name))

    # what was expected

    def _judge(self, end: Instant) -> Outcome:
        findings = tuple(self.machine.findings(self.record, end))
        failures: list[Failure] = []
        for expectation in self.scenario.steps:
            if not expectation.is_expected:
                continue
            wrong = self._names(expectation) or self._state(expectation, end, findings)
            if wrong is not None:
                failures.append(Failure(expectation.span, wrong))
        outside = next((f for f in findings if f.code == "G207"), None)
        if outside is not None and not any(
            e.assumption is not None and e.assumption.value == "G207" for e in self.scenario.steps
        ):
            failures.append(Failure(self.scenario.span, outside.message))
        came = {fold(name) for _, name in self.history}
        for name in self.scenario.never:
            if fold(name) in came:
                at = next(at for at, n in self.history if fold(n) == fold(name))
                failures.append(Failure(self.scenario.span, f"`{name}` came on day {self._on_day(at)}, and never should"))
        return Outcome(self.scenario.name, self.scenario.span, tuple(failures), tuple(self.history), self.record, end, findings)

    def _on_day(self, at: Instant) -> int:
        zone = self.program.calendar.zone
        return (local_datetime(at, zone).date() - local_datetime(self.began, zone).date()).days

    def _names(self, expectation: model.Expectation) -> str | None:
        """Whether the names came in this order."""
        left = iter(self.history)
        previous: str | None = None
        for name in expectation.names:
            if not any(fold(came) == fold(name) for _, came in left):
                all_names = ", ".join(dict.fromkeys(n for _, n in self.history)) or "nothing"
                after = f" after `{previous}`" if previous is not None else ""
                return f"`{name}` did not come{after}; what came: {all_names}{self._too_late()}"
            previous = name
        return None

    def _too_late(self) -> str:
        """That what the test lets happen came when the path had ended: everybody does what they owe within the hour."""
        ended = max((e.ended.at for e in self.record.enrolments if e.ended is not None), default=None)
        days = [e.day for e in self.scenario.steps if not e.is_expected and e.day is not None]
        if ended is None or self.record.active or all(self.began + day * DAY <= ended for day in days):
            return ""
        day = next(day for day in days if self.began + day * DAY > ended)
        return (
            f"; the path had ended on day {self._on_day(ended)}, before day {day}: "
            "hold the client on it with a line such as `given Visit is not done`, with a step of yours"
        )

    def _state(self, expectation: model.Expectation, end: Instant, findings: tuple[Finding, ...]) -> str | None:
        wanted = expectation.assumption
        if wanted is None:
            return None
        at = end if expectation.day is None else self._day(expectation)
        when = "at the end" if expectation.day is None else f"on day {expectation.day}"
        if wanted.kind == "holder":
            holder = self.record.enrolments[0].holder_at(at)
            return None if fold(holder) == fold(str(wanted.value)) else f"{when} the holder is `{holder}`, not `{wanted.value}`"
        if wanted.kind == "owner":
            owner = self.record.owner_at(at) or "nobody"
            return None if fold(owner) == fold(str(wanted.value)) else f"{when} the owner is `{owner}`, not `{wanted.value}`"
        if wanted.kind == "finding":
            if expectation.day is not None:
                findings = tuple(self.machine.findings(self.machine.as_of(self.record, at), at))
            codes = sorted({f.code for f in findings})
            there = ", ".join(codes) or "none"
            return (
                None if str(wanted.value).upper() in codes else f"{when} there is no finding {wanted.value}; there are: {there}"
            )
        if wanted.kind == "item":
            history = [m for m in self.record.items.get(wanted.subject, []) if m[0] <= at]
            value = history[-1][1] if history else "unknown"
            return None if value == wanted.value else f"{when} `{wanted.subject}` is {value}, not {wanted.value}"
        came = any(fold(name) == fold(wanted.subject) and when_ <= at for when_, name in self.history)
        is_wanted = wanted.value in ("done", "accepted")
        return None if came == is_wanted else f"{when} `{wanted.subject}` is {'done' if came else 'not done'}"


def _made(statement: object) -> tuple[str, ...]:
    return statement.makes if isinstance(statement, model.Step | model.Consultation) else ()


def _first_morning(program: Program) -> Instant:
    """Nine o'clock on the first Monday on which the path is valid."""
    day = program.path.valid.first if program.path.valid is not None else datetime(2026, 1, 5).date()
    day += timedelta(days=(7 - day.weekday()) % 7)
    return instant_of(datetime.combine(day, time(9)), program.calendar.zone)
