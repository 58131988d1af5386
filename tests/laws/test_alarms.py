"""An event that asks for what grows old begins nothing in the engine on some day exactly where that is found."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from pathflow.base.durations import HOUR
from pathflow.replay.scenario import Outcome, run_scenarios
from pathflow.rules.registry import watch_all
from tests.helpers import codes_of, program_of
from tests.rules.examples import whole

ALARM = """\
clients Adults
    item age: number of years
    item confirmed: yes or no, valid {valid} hours
    item weight gain: number of kg
    event Call
    enter when age >= 18 years{entered}
steps
{steps}    end Done
        closes the plan
whenever confirmed and {asked}, beside the main way
    step Assessment
        by nurse at Health Centre
        ordered by whoever is accountable
        accepted within 1 working day
        within 1 working day
"""
MADE = """\
    step {name}
        by doctor at Health Centre
        within 1 hour
        makes confirmed
"""
TEST = """\
test Day {day}
    given age is 60 years, confirmed is yes
    on day {day} {happens}
    expect Assessment
"""


def answered(outcome: Outcome) -> bool:
    """Whether somebody acts at once, and not first when the other answer is there again."""
    happened = [one.at for one in outcome.history if one.phrases[0].name.startswith(("Call", "weight gain"))]
    acted = [one.at for one in outcome.history if one.name == "Assessment"]
    return len(happened) == 1 and any(0 <= at - happened[0] <= 2 * HOUR for at in acted)


@given(
    valid=st.integers(1, 12),
    waits=st.lists(st.integers(2, 9), min_size=1, max_size=3),
    is_call=st.booleans(),
    is_told=st.booleans(),
    remade=st.booleans(),
)
def test_an_alarm_is_answered_on_every_day_or_it_is_found(
    valid: int, waits: list[int], is_call: bool, is_told: bool, remade: bool
) -> None:
    is_told = is_told and not remade  # what a step makes, a test tells from there on
    stretches = waits if remade else [sum(waits)]
    assume(valid not in stretches)  # then it grows old on the last day, after the moment at which the test looks
    steps = ""
    for number, wait in enumerate(waits):
        is_made = (remade and number) or (not number and not is_told)
        steps += (MADE.format(name=f"Visit {number}") if is_made else "") + f"    wait {wait} days\n"
    happens, asked = ("Call happens", "Call happens") if is_call else ("weight gain is 3 kg", "weight gain >= 2 kg")
    text = whole(
        ALARM.format(valid=24 * valid - 12, steps=steps, asked=asked, entered=" and confirmed is known" if is_told else "")
    )
    text += "".join(TEST.format(day=day, happens=happens) for day in range(1, sum(waits)))
    outcomes = list(run_scenarios(program_of(text), watch_all, None))
    assert len(outcomes) == sum(waits) - 1
    is_answered = all(map(answered, outcomes))
    assert ("G305" in {code for _, code in codes_of(text)}) != is_answered
