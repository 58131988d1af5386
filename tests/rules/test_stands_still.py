"""What stands still while an event's own way is gone, and is due meanwhile (G411)."""

from __future__ import annotations

import pytest

from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.helpers import findings_of, program_of
from tests.rules.examples import whole

PATH = """\
steps
    step Visit
        by doctor at Health Centre
        within 3 months
    end Done
        closes the plan

whenever {event}
    step Call
        by nurse at Health Centre
        within 1 day
{held}    step Check
        by nurse at Health Centre
        within 7 days{of}
    {way_out}

whenever alone, beside the main way
    step Talk
        by nurse at Health Centre
        within {talk}
"""
ROUNDS = (
    "    repeat every 2 weeks, 4 times\n        step Round\n            by nurse at Health Centre\n            within 1 day\n"
)
PERHAPS = "    decide\n        if age >= 65 years\n            wait 6 months\n        otherwise\n            continue\n"
RESTART, END = "restart from Visit", "end Left\n        closes the plan"
PREGNANT, VISITED = "Emergency happens", "Visit happens"


def held_up(
    held: str, talk: str = "1 year", way_out: str = "resume", event: str = PREGNANT, of: str = ""
) -> list[tuple[str, str, str]]:
    text = whole(PATH.format(held=held, talk=talk, way_out=way_out, event=event, of=of))
    found = [f for f in findings_of(text) if f.code == "G411"]
    return [(f.words["step"], f.words["target"], f.words["length"]) for f in found]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (held_up("    wait 6 months\n"), [("Visit", "3 months", "181 days")]),
        (held_up("    wait 2 months\n"), []),
        (held_up("    wait 2 months\n", talk="7 weeks"), [("Talk", "7 weeks", "59 days")]),
        (held_up("    wait 2 months\n", talk="2 months"), []),  # done on the day on which it goes on
        (held_up("    wait 6 months\n", talk="5 months"), [("Visit", "3 months", "181 days")]),  # the sooner of the two
        (held_up("    wait 6 months\n", talk="5 weeks", way_out=RESTART), [("Talk", "5 weeks", "181 days")]),
        (held_up("    wait 6 months\n", way_out=RESTART), []),  # the main way is left
        (held_up("    wait 6 months\n", way_out=END), []),
        (held_up(ROUNDS, talk="5 weeks"), [("Talk", "5 weeks", "42 days")]),
        (held_up(PERHAPS), [("Visit", "3 months", "181 days")]),
        (held_up("    wait until alone, at most 6 months\n"), []),  # it may be over at once
        (held_up(""), []),
        (held_up("    wait 6 months\n", event=f"{PREGNANT}, beside the main way", way_out=""), []),
        (held_up("    wait 6 months\n", event=VISITED), []),  # nothing is left to be done
        (held_up("    wait 1 week\n", talk="3 weeks", of=" of Call"), []),
    ],
)
def test_what_is_due_before_an_events_way_can_be_over_is_told(
    said: list[tuple[str, str, str]], expected: list[tuple[str, str, str]]
) -> None:
    assert said == expected


def test_what_follows_a_step_that_sets_off_the_way_stands_still() -> None:
    text = PATH.format(held="    wait 6 months\n", talk="1 year", way_out="resume", event=VISITED, of="")
    after = "    decide\n        if alone\n            continue\n        otherwise\n            step Second visit\n"
    after += "                by doctor at Health Centre\n                within {}\n"

    def said(within: str) -> list[str]:
        found = findings_of(whole(text.replace("    end Done", after.format(within) + "    end Done", 1)))
        return [f.words["step"] for f in found if f.code == "G411"]

    assert said("5 months") == ["Second visit"]
    assert said("7 months") == []
    assert said("7 months of Visit") == []
    assert said("5 months of Visit") == ["Second visit"]
    assert said("5 months of Call") == []


def test_the_engine_is_late_as_it_was_told() -> None:
    """Everybody does what they owe as soon as they can, and the talk is late all the same."""
    text = PATH.format(held="    wait 2 months\n", talk="7 weeks", way_out="resume", event=PREGNANT, of="")
    text += """
test Alone in the second week
    given age is 70 years, Visit is done after 85 days
    on day 10 Emergency happens
    on day 11 alone is yes
    expect finding is G402
    expect Talk
"""
    (outcome,) = run_scenarios(program_of(whole(text).replace("and alone is known", "")), watch_all)
    assert [failure.message for failure in outcome.failures] == []
