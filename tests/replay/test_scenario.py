"""Scenario tests: what they take for granted, and what they say when it does not come."""

from __future__ import annotations

import pytest

from pathflow.cli.test_report import story
from pathflow.replay.scenario import Outcome, run_scenarios
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
    return [failure.message for failure in played(steps, *lines).failures]


def played(steps: str, *lines: str) -> Outcome:
    test = "\ntest It\n    given age is 70 years\n" + "".join(f"    {line}\n" for line in lines)
    text = whole("steps\n" + steps + DONE + EVENT + test).replace(" and referral letter is known and alone is known", "")
    (found,) = run_scenarios(program_of(text), watch_all)
    return found


def told(steps: str, *lines: str) -> list[str]:
    """What happened, as it is printed, without the holders."""
    return [line.split("  held")[0].rstrip() for line in story(played(steps, *lines).play)]


def test_what_is_expected_comes() -> None:
    assert outcome(VISIT, "expect Visit, Done", "never Call", "expect owner is nobody") == []
    assert outcome(VISIT, "expect Done, Visit") == [
        "`Visit` did not come after `Done`; it came on day 0 at 10:00; what came: Visit, Done"
    ]
    assert outcome(VISIT, "never Visit") == ["`Visit` came on day 0 at 10:00, and never should"]


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
        "`Call` did not come; what came: Visit, Done, Emergency; the path had ended on day 0 at 10:00, before day 10: hold"
    )
    assert outcome(VISIT, "given Visit is not done", "on day 10 Emergency happens", "expect Call") == []


def test_a_client_outside_the_group_fails_a_test_that_does_not_expect_it() -> None:
    young = ("given age is 9 years", "expect Visit")
    assert outcome(VISIT, *young) == ["the client is not of the group that the path is for: age >= 18 years"]
    assert outcome(VISIT, *young, "expect finding is G207") == []


LATE = "given Visit is done after 20 days"
NOT = "given Visit is not done"


@pytest.mark.parametrize(
    "lines",
    [
        ("expect Visit is due on day 14", "expect Visit within 1 hour", "expect Visit within 1 day of enrolment"),
        (LATE, "on day 3 expect Visit is open", "on day 3 expect Visit is not overdue", "on day 15 expect Visit is overdue"),
        (LATE, "expect Visit is done", "on day 3 expect Visit is due on day 14", "never Visit before day 20"),
        ("on day 0 at 9:30 Emergency happens", "expect Emergency, Call, Visit", "expect Visit within 2 hours of Emergency"),
        (
            "given Visit is done after 90 minutes",
            "on day 0 at 10:29 expect Visit is open",
            "on day 0 at 10.31 expect Visit is done",
        ),
        ("given Visit is done after 3 working days", "expect Visit within 3 working days"),
        (NOT, "on day 2 at 14:30 client died", "never Done", "never Visit", "on day 3 expect Visit is not open"),
        (NOT, "on day 2 client moved away", "on day 1 expect Visit is open", "expect Visit is not open"),
        ("expect age is 70 years", "expect alone is unknown", "never holder is Hospital", "never finding is G402"),
        ("never any finding", "never Visit after day 0", "never Done, Visit before day 0"),
        (NOT, "given Call is done after 9 hours", "on day 1 Emergency happens", "on day 1 at 20:45 expect Call is accepted"),
    ],
)
def test_what_is_so_is_expected(lines: tuple[str, ...]) -> None:
    assert outcome(VISIT, *lines) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("expect Visit is due on day 13",), "`Visit` is due on day 14, which is 2026-01-19, not on day 13"),
        (("expect Visit is due on day 14 at 10:00",), "`Visit` is due on day 14, which is 2026-01-19, not on day 14 at 10:00"),
        (
            ("expect Visit is due on day 14, at most on day 20",),
            "`Visit` is due at most on no day: its limit says no `at most`, or that clock does not run yet",
        ),
        (("expect Call is due on day 1",), "nobody owed `Call`; what came: Visit, Done"),
        (
            (LATE, "expect Visit within 14 days"),
            "`Visit` did not come within 14 days of enrolment: `enrolment` was on day 0 at 9:00, so the last moment is day 14; it came on day 20 at 9:00",
        ),
        (
            (NOT, "expect Visit within 14 days"),
            "`Visit` did not come within 14 days of enrolment: `enrolment` was on day 0 at 9:00, so the last moment is day 14; it is owed by doctor at Health Centre since day 0 at 9:00; what came: nothing",
        ),
        (("expect Visit within 2 hours of Emergency",), "`Emergency` did not come; what came: Visit, Done"),
        ((LATE, "never any finding"), "there are findings: G402: `Visit` was done 5 days 9 hours late; its target is 14 days"),
        (
            (LATE, "never finding is G402"),
            "there is a finding G402: `Visit` was done 5 days 9 hours late; its target is 14 days",
        ),
        (("never finding is G999",), "there is no finding with the code G999; `pathflow explain` lists them"),
        (("expect finding is G999",), "there is no finding with the code G999; `pathflow explain` lists them"),
        (("never holder is Health Centre",), "the holder is `Health Centre` from day 0 at 9:00, and never should be"),
        (("never owner is nobody",), "the owner is `nobody` from day 0 at 10:00, and never should be"),
        (("never Visit before day 3",), "`Visit` came on day 0 at 10:00, and never should before day 3"),
        ((LATE, "never Visit after day 3"), "`Visit` came on day 20 at 9:00, and never should after day 3"),
        ((NOT, "on day 3 expect Visit is done"), "on day 3 `Visit` is open; expected was: done"),
        ((LATE, "on day 15 expect Visit is not overdue"), "on day 15 `Visit` is open and overdue; expected was: not overdue"),
        (("expect Call is accepted",), "at the end `Call` has not come, and is not owed; expected was: accepted"),
        (("expect Visit is returned",), "at the end `Visit` is done; expected was: returned"),
        (("expect age is unknown",), "at the end `age` is 70 years, not unknown"),
    ],
)
def test_what_is_not_so_is_told(lines: tuple[str, ...], message: str) -> None:
    assert outcome(VISIT, *lines) == [message]


def test_orders_choices_and_handoffs_have_states() -> None:
    waits = ("given Exercise is done after 8 days", "given place is Hospital")
    assert outcome(PLACE, *waits, "on day 1 expect Exercise is accepted", "on day 1 expect Exercise is not done") == []
    assert (
        outcome(PLACE, *waits, "expect place is Hospital", "never finding is G402", "expect Exercise within 9 days of place")
        == []
    )
    assert outcome(PLACE, *waits, "expect place is Health Centre") == [
        "at the end `place` is Hospital; expected was: Health Centre"
    ]
    refused = "given Exercise is returned after 2 days"
    assert outcome(PLACE, refused, "on day 1 expect Exercise is proposed", "on day 2 expect Exercise is returned") == []
    expired = (
        "given Exercise is not accepted",
        "on day 4 expect Exercise is expired",
        "on day 3 expect Exercise is not expired",
    )
    assert outcome(PLACE, *expired) == []
    again = ("given Exercise is returned", "on day 2 Exercise is proposed", "on day 2 at 13:00 expect Exercise is proposed")
    assert outcome(PLACE, *again) == []


ACCEPTED_LATE, DONE_LATE = "given Exercise is accepted after 2 days", "given Exercise is done after 8 days"


@pytest.mark.parametrize("given", [(ACCEPTED_LATE, DONE_LATE), (DONE_LATE, ACCEPTED_LATE)])
def test_an_order_is_given_a_time_for_its_acceptance_and_one_for_its_doing(given: tuple[str, ...]) -> None:
    assert told(PLACE, "given place is Hospital", *given) == [
        "day 0    9:00  the client comes onto the path",
        "day 0   10:00  place: Hospital",
        "day 2   10:00  Exercise accepted",
        "day 8   10:00  Exercise",
        "day 8   10:00  the end: Done",
    ]


def test_what_an_order_is_not_given_comes_of_itself() -> None:
    given = "given place is Hospital"
    assert told(PLACE, given, ACCEPTED_LATE)[2:4] == ["day 2   10:00  Exercise accepted", "day 2   11:00  Exercise"]
    assert told(PLACE, given, DONE_LATE)[2:4] == ["day 0   11:00  Exercise accepted", "day 8   10:00  Exercise"]
    left = told(PLACE, given, ACCEPTED_LATE, "given Exercise is not done", "on day 12 expect Exercise is accepted")
    assert left[2:4] == ["day 2   10:00  Exercise accepted", "day 9   23:59  Exercise has not been done in time"]
    assert told(PLACE, given, "given Exercise is not accepted", ACCEPTED_LATE)[2] == "day 2   10:00  Exercise accepted"


HANDOFF = """\
    handoff Referral
        from doctor at Health Centre to specialist at Hospital
        carries referral letter
        accepted within 3 working days
        if not accepted, Health Centre keeps the client
        keeps the plan with its owner
    step Examination
        by specialist at Hospital
        within 7 days of Referral
"""


SENT_LATER = """\
    step Visit
        by doctor at Health Centre
        within 14 days
    handoff Referral
        from doctor at Health Centre to specialist at Hospital
        within 5 days of Visit, at most 7 days
        carries referral letter
        accepted within 3 working days
        if not accepted, Hospital takes over
        keeps the plan with its owner
"""


def test_a_handoff_with_a_time_of_its_own_is_sent_in_time() -> None:
    """That nobody accepts it, returns it or takes their time over it says nothing against whoever sends it."""
    nobody = ("given Referral is not accepted", "on day 1 expect Referral is proposed", "on day 4 expect holder is Hospital")
    assert outcome(SENT_LATER, *nobody, "expect finding is G101", "never finding is G402", "never Done") == []
    back = (
        "given Referral is returned after 2 days",
        "on day 1 expect Referral is proposed",
        "on day 3 expect Referral is returned",
    )
    assert outcome(SENT_LATER, *back, "expect finding is G101", "never finding is G402") == []
    slow = ("given Referral is accepted after 2 days", "on day 1 expect Referral is proposed", "expect Referral, Done")
    assert outcome(SENT_LATER, *slow, "never finding is G402", "never finding is G101") == []
    assert outcome(SENT_LATER, "expect Referral, Done", "never finding is G402") == []


def test_what_was_not_sent_is_late_and_told() -> None:
    unsent = (
        "given Referral is not proposed",
        "on day 6 expect Referral is not proposed",
        "on day 6 expect Referral is overdue",
    )
    assert (
        outcome(SENT_LATER, *unsent, "expect finding is G402", "never finding is G101", "expect holder is Health Centre") == []
    )
    lines = ("given Referral is not proposed", "on day 9 expect finding is G101")
    assert outcome(SENT_LATER, *lines)[0].startswith(
        "on day 9 there is no finding G101; there are: G402: `Referral` has not been sent"
    )
    assert told(SENT_LATER, *lines)[2:] == [
        "day 5   23:59  Referral has not been sent in time",
        "day 7   23:59  Referral has not been sent by its maximum",
    ]
    assert "day 14  23:59  Visit has not been done in time" in told(SENT_LATER, "given Visit is done after 20 days")


def test_times_of_a_handoff_are_from_when_it_was_sent() -> None:
    """As the clocks of the path have it."""
    late = "given Referral is accepted after 2 working days"
    assert outcome(HANDOFF, late, "expect Referral is due on day 3", "on day 1 expect Referral is proposed") == []
    assert outcome(HANDOFF, late, "expect Examination is due on day 7", "expect Examination within 3 days of Referral") == []
    assert outcome(HANDOFF, late, "expect Examination within 1 day of Referral")[0].startswith(
        "`Examination` did not come within 1 day of Referral: `Referral` was on day 0 at 9:00, so the last moment is day 1; "
        "it came on day 2 at 10:00"
    )


@pytest.mark.parametrize(
    ("line", "code", "help_"),
    [
        ("on day 0 at 8:30 Emergency happens", "P404", "A test begins on day 0 at 9:00"),
        ("on day 3 at 25:00 Emergency happens", "P205", "Write hours and minutes: at 14:30"),
        ("on day 3 died", "P202", "Write: on day 3 client died"),
        ("expect no findings", "P202", "Write: never any finding"),
        ("never any findings", "P202", "Write: never any finding"),
        ("expect never Visit", "P202", "Write: never Visit"),
        ("expect Visit is due by 14 January", "P202", "Write: Visit is due on day 14"),
        (
            "expect Visit within 14",
            "P203",
            None,
        ),
        ("expect Visit is opne", "P206", "Did you mean `open`?"),
        ("given Visit is open", "P206", "It is `done`, `not done`, `accepted`, `not accepted`, `returned` or `not proposed`"),
        ("never age is 3 years", "P206", None),
    ],
)
def test_slips_in_tests_are_explained(line: str, code: str, help_: str | None) -> None:
    """One finding, on the line of the slip."""
    text = whole("steps\n" + VISIT + DONE + EVENT + f"\ntest It\n    given age is 70 years\n    {line}\n")
    (found,) = unit_of(text).findings
    assert (found.code, found.span.line if found.span else 0) == (code, text.splitlines().index(f"    {line}") + 1)
    assert help_ is None or found.advice == help_


LIMITED = """\
steps
    step Arrival
        by nurse at Health Centre
        within 5 minutes
    step One
        by nurse at Health Centre
        within 20 minutes of Arrival
    step Two
        by nurse at Health Centre
        within 20 minutes of Arrival
    step Three
        by nurse at Health Centre
        within 20 minutes of Arrival
    end Done
        closes the plan

test In time
    expect Three within 20 minutes of Arrival
    never finding is G402
"""
UNBEGUN = """\
steps
    step Visit
        by doctor at Health Centre
        within 14 days
    end Done
        closes the plan

whenever Emergency happens and ejection fraction > 40 %
    stop

test Nothing is known
    given Visit is not done
    on day 3 Emergency happens
    on day 4 ejection fraction is 30 %
    on day 5 Emergency happens
"""


def test_people_act_within_what_is_left_of_their_time() -> None:
    (found,) = run_scenarios(program_of(whole(LIMITED)), watch_all)
    assert found.failures == ()


def test_it_is_told_of_an_event_that_its_own_way_did_not_begin_and_why() -> None:
    (found,) = run_scenarios(program_of(whole(UNBEGUN)), watch_all)
    assert [happening.said for happening in found.play.unbegun] == [
        "Emergency happened, but the way of line 49 did not begin, because ejection fraction is not known",
        "Emergency happened, but the way of line 49 did not begin, because this is not so: ejection fraction > 40 %",
    ]
    assert all(happening in found.history for happening in found.play.unbegun)


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("Emergency happens and age > 60 years and alone", "alone"),
        ("Emergency happens and age > 80 years and alone", "age > 80 years and alone"),
        (
            "age > 60 years and (Emergency happens and alone or Visit happens and alone)",
            "age > 60 years and (Emergency happens and alone or Visit happens and alone)",
        ),
    ],
)
def test_of_what_a_whenever_asks_for_that_is_told_which_is_not_so(condition: str, why: str) -> None:
    text = f"steps\n{VISIT}{DONE}\nwhenever {condition}\n    step Call\n        by doctor at Health Centre\n    resume\n"
    test = "\ntest It\n    given age is 70 years, alone is no\n    on day 0 at 09:10 Emergency happens\n"
    (found,) = run_scenarios(program_of(whole(text + test)), watch_all)
    assert [happening.said.rsplit("because this is not so: ", 1)[1] for happening in found.play.unbegun][:1] == [why]


def test_it_is_told_that_a_test_goes_on_for_six_years() -> None:
    yearly = "    repeat every 1 year, 9 times\n        step Check\n            by doctor at Health Centre\n            within 7 days\n"
    (said,) = outcome(yearly, "expect Done")
    assert "; a test goes on for six years, or a year beyond its last day: more would come after day 2191" in said
    assert outcome(yearly.replace("9 times", "5 times"), "expect Done") == []
    assert outcome(yearly, "on day 3000 expect Check is done", "expect Done") == []
    (other,) = outcome(yearly.replace("9 times", "5 times"), "expect Done, Check")
    assert "goes on" not in other
