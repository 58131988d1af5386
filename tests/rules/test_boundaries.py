"""The last moment at which a promise is kept, and the first at which it is broken: a microsecond apart."""

from __future__ import annotations

import pytest

from pathflow.base.durations import DAY, HOUR
from pathflow.engine.facts import Fact
from tests.helpers import at, machine_of
from tests.rules.examples import whole

DONE = "    end Done\n        closes the plan\n"
VISIT = "    step Visit\n        by doctor at Health Centre\n        within {}\n        does ECG\n"
ADVICE = """\
    consultation Advice
        from doctor at Health Centre to specialist at Hospital
        carries referral letter
        answered within 4 hours
"""
REFERRAL = """\
    handoff Referral
        from Health Centre to Hospital
        carries referral letter
        accepted within 2 days
        if not accepted, Association takes over
        keeps the plan with its owner
"""
KEPT = DONE.replace("closes the plan", "keeps the plan with doctor at Health Centre\n        no Emergency within 28 days")
AGAIN = VISIT.replace("Visit", "Second visit")

# code: the steps, what happens at the beginning, and at the last moment that is in time; in local time
CASES = [
    ("G402", VISIT.format("4 hours"), "", "completed Visit", "2026-03-02T13:00:00"),
    ("G402", VISIT.format("2 days"), "", "completed Visit", "2026-03-04T23:59:59.999999"),
    ("G402", VISIT.format("2 working days"), "", "completed Visit", "2026-03-04T23:59:59.999999"),
    ("G402", VISIT.format("2 days"), "", "", "2026-03-04T23:59:59.999999"),
    ("G108", ADVICE, "", "answered Advice", "2026-03-02T13:00:00"),
    ("G108", ADVICE, "", "", "2026-03-02T13:00:00"),
    ("G101", REFERRAL, "", "accepted Referral", "2026-03-04T23:59:59.999999"),
    ("G101", REFERRAL, "", "", "2026-03-04T23:59:59.999999"),
    ("O106", VISIT.format("2 years"), "", "", "2026-09-02T23:59:59.999999"),
]
UNTIL = [  # broken up to and including the moment, kept after it
    ("D101", VISIT.format("2 years") + AGAIN.format("2 years"), "completed Visit", "completed Second visit", "2027-03-02T09:00:00"),
    ("G403", VISIT.format("2 years") + KEPT, "completed Visit", "observed Emergency", "2026-03-30T09:00:00"),
]  # fmt: skip


def broken(code: str, steps: str, before: str, then: str, moment: str, later: int) -> bool:
    text = whole("steps\n" + steps + ("" if "end " in steps else DONE)).replace(
        " and referral letter is known and alone is known", ""
    )
    machine = machine_of(text)
    program = next(iter(machine.programs.values()))
    begun, last = at(program, "2026-03-02T09:00"), at(program, moment) + later
    facts = [Fact("enrolled", begun, "Example", {"age": 70})]
    for number, (when, row) in enumerate(((begun, before), (last, then)), start=1):
        if row:
            kind, _, subject = row.partition(" ")
            facts.append(Fact(kind, when, subject, number=number))  # type: ignore[arg-type]
    record = machine.fold("c", facts)
    machine.advance(record, last)
    return code in {f.code for f in machine.findings(record, last)}


@pytest.mark.parametrize(("code", "steps", "before", "then", "moment"), CASES)
def test_in_time_and_too_late(code: str, steps: str, before: str, then: str, moment: str) -> None:
    assert not broken(code, steps, before, then, moment, 0)
    assert broken(code, steps, before, then, moment, 1)


@pytest.mark.parametrize(("code", "steps", "before", "then", "moment"), UNTIL)
def test_too_early_and_no_longer(code: str, steps: str, before: str, then: str, moment: str) -> None:
    assert broken(code, steps, before, then, moment, 0)
    assert not broken(code, steps, before, then, moment, 1)


@pytest.mark.parametrize("day", ["2026-03-27", "2026-10-23"])  # the Fridays before the clocks change
def test_a_day_is_a_date_and_an_hour_is_elapsed(day: str) -> None:
    machine = machine_of(whole("steps\n" + VISIT.format("3 days") + DONE))
    calendar = next(iter(machine.programs.values())).calendar
    program = next(iter(machine.programs.values()))
    begun = at(program, f"{day}T09:00")
    from pathflow.base.durations import Duration

    assert calendar.due(begun, Duration(72, "hour")) == begun + 72 * HOUR
    due = calendar.due(begun, Duration(3, "day"))
    assert due in {begun + 3 * DAY + 15 * HOUR - 1 - HOUR, begun + 3 * DAY + 15 * HOUR - 1 + HOUR}
