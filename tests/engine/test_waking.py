"""What time alone brings about: a value that is waited for grows too old, or has been so for long enough."""

from __future__ import annotations

import pytest

from pathflow.base.durations import DAY
from pathflow.engine.facts import Fact
from tests.helpers import at, machine_of
from tests.rules.examples import whole

HEAD = "clients Adults\n    item age: number of years\n    item weight: number of kg, valid 7 days\n    event Emergency\n    enter when age >= 18 years\n"
VISIT = """\
steps
    step Weighing
        by nurse at Health Centre
        within 7 days
        makes weight
"""
AFTER = """\
    step Walk
        by nurse at Health Centre
        within 7 days
    end Done
        closes the plan
"""
WAIT = "    wait until {until}, at most 3 months\n"


def reached(body: str, moment: str, *facts: tuple[str, int | None]) -> tuple[bool, int | None]:
    """Whether the client has come to the walk by then, and since which day after the weighing."""
    machine = machine_of(whole(HEAD + VISIT + body + AFTER))
    (program,) = machine.programs.values()
    first = at(program, "2026-03-02T12:00")
    rows = [Fact("enrolled", first - DAY, "Example", number=0)]
    for number, (when, weight) in enumerate(facts, start=1):
        subject = "Weighing" if number == 1 else ""
        kind = "completed" if number == 1 else "observed"
        rows.append(Fact(kind, at(program, when), subject, {"weight": weight} if weight is not None else None, number=number))
    record = machine.fold("c", rows)
    machine.advance(record, at(program, moment))
    (enrolment,) = record.enrolments
    walk = program.find("Walk")
    since = enrolment.tokens.get(walk if walk is not None else -1)
    again = machine.fold("c", reversed(rows))
    machine.advance(again, at(program, moment))
    assert [e.tokens for e in again.enrolments] == [e.tokens for e in record.enrolments]
    return since is not None, None if since is None else (since - first) // DAY


FIRST = ("2026-03-02T12:00", 80)


@pytest.mark.parametrize(
    ("until", "moment", "facts", "expected"),
    [
        ("weight is unknown", "2026-03-08T12:00", [FIRST], (False, None)),
        ("weight is unknown", "2026-03-12T12:00", [FIRST], (True, 7)),
        ("weight is unknown", "2026-03-12T12:00", [FIRST, ("2026-03-06T12:00", 81)], (False, None)),
        ("weight is unknown", "2026-03-15T12:00", [FIRST, ("2026-03-06T12:00", 81)], (True, 11)),
        ("weight > 75 kg for 3 days", "2026-03-04T12:00", [FIRST], (False, None)),
        ("weight > 75 kg for 3 days", "2026-03-06T12:00", [FIRST], (True, 3)),
        ("weight > 75 kg for 3 days", "2026-03-06T12:00", [FIRST, ("2026-03-04T12:00", 70)], (False, None)),
        ("weight is unknown or weight < 10 kg", "2026-03-12T12:00", [FIRST], (True, 7)),
    ],
)
def test_a_wait_ends_when_its_time_has_come(
    until: str, moment: str, facts: list[tuple[str, int | None]], expected: tuple[bool, int | None]
) -> None:
    assert reached(WAIT.format(until=until), moment, *facts) == expected


def test_a_decision_that_waited_goes_on() -> None:
    body = "    decide\n        if weight > 75 kg for 3 days\n            continue\n        if weight is unknown\n            continue\n        if weight < 10 kg\n            continue\n"
    assert reached(body, "2026-03-04T12:00", FIRST) == (False, None)
    assert reached(body, "2026-03-06T12:00", FIRST) == (True, 3)


def test_a_repeat_between_its_rounds_is_over_when_the_value_is() -> None:
    rounds = "    repeat every 2 months, at most 5 times\n        step Call\n            by nurse at Health Centre\n            within 7 days\n"
    machine = machine_of(whole(HEAD + VISIT + rounds + "    until weight is unknown\n" + AFTER))
    (program,) = machine.programs.values()
    first = at(program, "2026-03-02T12:00")
    rows = [
        Fact("enrolled", first - DAY, "Example", number=0),
        Fact("completed", first, "Weighing", {"weight": 80}, number=1),
        Fact("completed", first + DAY, "Call", number=2),
    ]
    record = machine.fold("c", rows)
    machine.advance(record, first + 6 * DAY)
    assert program.find("Walk") not in record.enrolments[0].tokens
    machine.advance(record, first + 8 * DAY)
    assert program.find("Walk") in record.enrolments[0].tokens
