"""A target and a maximum with a clock each: every pair of starts, against days counted here."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from pathflow.base.instants import local_datetime
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import Fact
from pathflow.engine.machine import Machine
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.helpers import at, codes_of, compared, findings_of, machine_of, program_of
from tests.rules.examples import whole

FIRST = date(2026, 3, 2)
STARTS: dict[str | None, int | None] = {
    "enrolment": 0, "Triage": 3, "Referral": 3, "Emergency": 4, "Late event": None, None: 9
}  # fmt: skip
"""How many days after the first a clock starts. Visit is reached (None) when the referral is accepted."""
TARGET, MOST = 20, 30
FACTS = ((3, "completed", "Triage"), (4, "observed", "Emergency"), (9, "accepted", "Referral"))

PATH = """\
clients Adults
    item age: number of years
    event Emergency
    event Late event
    enter when age >= 18 years

steps
    step Triage
        by nurse at Health Centre
        within 9 days
    handoff Referral
        from nurse at Health Centre to specialist at Hospital
        carries age
        accepted within 9 days
        if not accepted, Health Centre keeps the client
        keeps the plan with its owner
    step Visit
        by specialist at Hospital
        within 20 days{target}, at most 30 days{most}
    end Done
        closes the plan
"""


def written(target: str | None, most: str | None) -> str:
    said = {start: f" of {start}" if start is not None else "" for start in STARTS}
    return whole(PATH.format(target=said[target], most=said[most]))


def asked(machine: Machine, done: int | None, day: int) -> tuple[Duty | None, list[str]]:
    """The duty of the visit, and how grave G402 is, at noon of a day after the first."""
    program = next(iter(machine.programs.values()))

    def moment(day: int, time: str = "09:00") -> int:
        return at(program, f"{FIRST + timedelta(days=day)}T{time}")

    said = [*FACTS, *([(done, "completed", "Visit")] if done is not None else [])]
    facts = [Fact("enrolled", moment(0), "Example", {"age": 70})]
    facts += [Fact(kind, moment(when), name, number=n) for n, (when, kind, name) in enumerate(said, 1)]  # type: ignore[arg-type]  # kinds of facts
    record = machine.fold("c", facts)
    now = moment(day, "12:00")
    machine.advance(record, now)
    owed = next((duty for one in record.active for duty in duties(record, one, now) if duty.what == "Visit"), None)
    return owed, [f.level for f in machine.findings(record, now) if f.code == "G402"]


def counted(start: str | None, length: int) -> int | None:
    """The last day, after the first, of a clock."""
    began = STARTS[start]
    return began + length if began is not None else None


@pytest.mark.parametrize(("target", "most"), list(product(STARTS, STARTS)))
def test_each_is_due_and_late_by_its_own_clock(target: str | None, most: str | None) -> None:
    machine = machine_of(written(target, most))
    due, latest = counted(target, TARGET), counted(target if most is None else most, MOST)
    zone = next(iter(machine.programs.values())).calendar.zone
    duty, _ = asked(machine, None, 12)
    assert duty is not None
    for moment, day in ((duty.due, due), (duty.latest, latest)):
        told = local_datetime(moment, zone).date() if moment is not None else None
        assert told == (FIRST + timedelta(days=day) if day is not None else None)
    for day in sorted({d + more for d in (due, latest) if d is not None for more in (0, 1)}):
        level = ["error"] if latest is not None and day > latest else ["warning"] if due is not None and day > due else []
        assert asked(machine, None, day)[1] == level
        assert asked(machine, day, day)[1] == level


def test_a_maximum_of_the_same_start_is_no_other() -> None:
    assert compared(written("Triage", "Triage"), written("Triage", None)).changes == ()


def test_what_starts_the_clock_of_a_maximum_is_compared() -> None:
    changes = compared(written("Triage", None), written("Triage", "enrolment")).changes
    said = "The clock of the maximum of `Visit` now starts with enrolment, no longer with `Triage`"
    assert [(change.kind, change.message) for change in changes] == [("latest-clock-changed", said)]
    both = compared(written("Triage", "enrolment"), written("enrolment", None)).changes
    assert [change.kind for change in both] == ["clock-changed"]


def test_a_clock_that_may_never_start_is_said_of_the_one_it_is() -> None:
    def said(target: str | None, most: str | None) -> list[str]:
        return [f.message for f in findings_of(written(target, most)) if f.code in ("G401", "G402")]

    assert said("Triage", "enrolment") == said("Emergency", "Triage") == []
    assert said(None, "Emergency") == [
        "the clock of the maximum of `Visit` may never start: `Emergency` need not have come before it"
    ]
    assert said("Late event", "Emergency") == [
        "the clock of `Visit` may never start: `Emergency` or `Late event` need not have come before it"
    ]
    text = whole(PATH.format(target="", most=" of Visit"))
    silent = text.replace("    accountable Health Centre\n", "    accountable Health Centre\n    silence at most 9 months\n", 1)
    never = "the clock of the maximum of `Visit` never starts: `Visit` comes only after it"
    assert [f.message for f in findings_of(silent) if f.code == "G401"] == [never]


def test_a_target_is_compared_with_a_maximum_that_starts_no_later() -> None:
    def late(start: str) -> list[str]:
        text = whole(PATH.format(target="", most=start)).replace("20 days", "40 days")
        return [code for _, code in codes_of(text) if code == "G402"]

    assert late("") == late(" of enrolment") == ["G402"]
    assert late(" of Triage") == []


CHOICE = """\
steps
    step Triage
        by nurse at Health Centre
        within 9 days
    wait 5 days
    client chooses place
        option Hospital
        option Association
        guided by nurse at Health Centre
        within 10 days of Triage
        if no choice, Hospital
    end Done
        closes the plan

test Chosen when the clock says
    given place is not chosen, Triage is done after 1 day
    on day 11 expect place is not chosen
    on day 12 expect place is Hospital
"""


def test_what_is_chosen_for_the_client_is_chosen_by_the_clock_of_the_choice() -> None:
    text = whole(CHOICE)
    assert codes_of(text) == []
    (outcome,) = run_scenarios(program_of(text), watch_all)
    assert [failure.message for failure in outcome.failures] == []
