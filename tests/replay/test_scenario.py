"""Scenario tests: what they take for granted, and what they say when it does not come."""

from __future__ import annotations

from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.helpers import program_of, unit_of
from tests.rules.examples import whole

VISIT = "    step Visit\n        by doctor at Health Centre\n        within 14 days\n"
PLACE = """\
    client chooses place
        option Hospital
        option Health Centre
        guided by nurse at Health Centre
        within 7 days
        if no choice, Health Centre
    step Exercise
        by nurse at place
        ordered by nurse at Health Centre
        accepted within 3 days
        within 9 days
"""
DONE = "    end Done\n        closes the plan\n"
EVENT = "\nwhenever Emergency happens\n    step Call\n        by doctor at Health Centre\n        ordered by whoever is accountable\n        accepted within 1 day\n        within 2 days\n    resume\n"


def outcome(steps: str, *lines: str) -> list[str]:
    test = "\ntest It\n    given age is 70 years\n" + "".join(f"    {line}\n" for line in lines)
    text = whole("steps\n" + steps + DONE + EVENT + test).replace(" and referral letter is known and alone is known", "")
    (found,) = run_scenarios(program_of(text), watch_all)
    return [failure.message for failure in found.failures]


def test_what_is_expected_comes() -> None:
    assert outcome(VISIT, "expect Visit, Done", "never Call", "expect owner is nobody") == []
    assert outcome(VISIT, "expect Done, Visit") == ["`Visit` did not come after `Done`; what came: Visit, Done"]
    assert outcome(VISIT, "never Visit") == ["`Visit` came on day 0, and never should"]


def test_a_client_chooses_or_does_not() -> None:
    assert outcome(PLACE, "on day 1 expect Exercise is done") == []
    assert outcome(PLACE, "given place is not chosen", "on day 2 expect Exercise is not done", "expect Exercise, Done") == []
    text = whole("steps\n" + PLACE + DONE + "\ntest It\n    given place is Association\n    expect Done\n")
    assert [(f.code, f.message) for f in unit_of(text).findings] == [
        ("P206", "`Association` is none of the options of `place`")
    ]


def test_what_comes_after_the_path_has_ended_is_explained() -> None:
    (message,) = outcome(VISIT, "on day 10 Emergency happens", "expect Call")
    assert message.startswith(
        "`Call` did not come; what came: Visit, Done, Emergency; the path had ended on day 0, before day 10: hold"
    )
    assert outcome(VISIT, "given Visit is not done", "on day 10 Emergency happens", "expect Call") == []


def test_a_client_outside_the_group_fails_a_test_that_does_not_expect_it() -> None:
    young = ("given age is 9 years", "expect Visit")
    assert outcome(VISIT, *young) == ["the client is not of the group that the path is for: age >= 18 years"]
    assert outcome(VISIT, *young, "expect finding is G207") == []
