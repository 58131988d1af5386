"""Where an event's own way may begin, and so with whom and with what: what newcomers wrote, and what was wrongly said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathflow.api import stories
from pathflow.base.findings import Finding
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from pathflow.rules.times import times_of
from pathflow.rules.ways import Ways
from tests.helpers import findings_of, program_of, unit_of
from tests.rules.examples import whole

MOVED = """\
steps
    step Visit
        by nurse at Health Centre
        within 1 day
        makes ECG recording
    handoff To B
        from nurse at Health Centre to nurse at Hospital
        carries ECG recording
        accepted within 1 day
        if not accepted, Health Centre keeps the client
        {plan}
    step Care
        by nurse at Hospital
        within 6 weeks
        makes ejection fraction
    handoff Back
        from nurse at Hospital to nurse at Health Centre
        carries ECG recording
        accepted within 1 day
        if not accepted, Hospital keeps the client
        moves the plan to nurse at Health Centre
    end Done
        closes the plan

"""
KEPT = MOVED.format(plan="keeps the plan with its owner")
GIVEN = MOVED.format(plan="moves the plan to nurse at Hospital")
SUPPORT = """\
    step Support
        by nurse at Hospital
        ordered by {orderer}
        accepted within 1 day
        within 8 weeks
"""
ASKED_AT_ONCE = """\
steps
    step Visit
        by nurse at Health Centre
        within 7 days
        makes ejection fraction
    step More
        by nurse at Health Centre
        within 7 days
    end Done
        closes the plan

whenever Visit happens, beside the main way
    decide Is it low?
        if ejection fraction < 40 %
            step Extra
                by nurse at Health Centre
                within 7 days
        if ejection fraction >= 40 %
            continue
"""


def of(steps: str) -> list[str]:
    """The codes; that these short paths end before all is done beside them is no matter here."""
    return [finding.code for finding in findings_of(whole(steps)) if "the path ends" not in finding.say]


def one(steps: str, code: str) -> Finding:
    return next(finding for finding in findings_of(whole(steps)) if finding.code == code)


def test_whoever_owns_the_plan_as_the_way_begins_may_order() -> None:
    first = SUPPORT.format(orderer="doctor at Health Centre")
    assert of(KEPT + "whenever To B happens, beside the main way\n" + first) == []
    assert of(KEPT + "whenever Visit happens, beside the main way\n" + first) == []
    assert of(GIVEN + "whenever To B happens, beside the main way\n" + first) == ["G112"]


def test_later_on_a_way_beside_it_is_anyone_from_there_on() -> None:
    talk = "    step Talk\n        by nurse at Hospital\n        ordered by whoever is accountable\n"
    talk += "        accepted within 1 day\n        within 3 days\n"
    last = SUPPORT.format(orderer="doctor at Health Centre")
    assert of(KEPT + "whenever Visit happens, beside the main way\n" + talk + last) == []
    assert of(GIVEN + "whenever Visit happens, beside the main way\n" + talk + last) == ["G112"]


def test_a_story_of_an_order_is_one_that_the_engine_bears_out(tmp_path: Path) -> None:
    steps = GIVEN + "whenever To B happens, beside the main way\n" + SUPPORT.format(orderer="doctor at Health Centre")
    file = tmp_path / "example.path"
    file.write_text(whole(steps), "utf-8")
    told = stories(file)
    [story] = [one.story for one in told if one.finding.code == "G112" and one.story is not None]
    assert [beat.what for beat in story.beats][:3] == [
        "the client comes onto the path", "Visit is done by Health Centre", "To B is accepted"
    ]  # fmt: skip
    assert (story.beats[-1].holder, story.beats[-1].owner) == ("Hospital", "nurse at Hospital")


def test_what_the_step_makes_is_known_as_the_way_behind_it_begins() -> None:
    assert of(ASKED_AT_ONCE) == []
    assert of(ASKED_AT_ONCE.replace("whenever Visit happens", "whenever Emergency happens")) == ["G205"]


RESTARTED = KEPT.replace("    step Care", "    step Offer\n        by nurse at Hospital\n        within 6 weeks\n    step Care")


def test_an_event_comes_only_where_what_it_asks_for_may_be_known() -> None:
    again = "whenever Emergency happens{}\n    restart from Offer\n"
    assert of(RESTARTED + again.format("")) == ["G104", "G109", "G301"]
    assert of(RESTARTED + again.format(" and ECG recording is known")) == ["G104", "G109"]
    assert of(RESTARTED + again.format(" and ejection fraction is known")) == []


def test_a_finding_by_way_of_an_event_names_it_and_says_what_it_may_ask_for() -> None:
    found = one(RESTARTED + "whenever Emergency happens\n    restart from Offer\n", "G104")
    assert [related.say for related in found.related] == [
        "on the way that begins here another holds the client", "so here too nothing was handed over"
    ]  # fmt: skip
    assert found.advice is not None
    assert "and ejection fraction is known" in found.advice
    inside = "whenever Emergency happens\n    step Support\n        by nurse at Hospital\n        within 1 day\n    resume\n"
    assert [related.say for related in one(KEPT + inside, "G104").related] == ["this can happen while another holds the client"]


def test_what_is_known_wherever_an_event_can_come_is_known_as_its_way_begins() -> None:
    ask = "whenever Emergency happens and ejection fraction is known\n    step Support\n        by whoever is accountable\n"
    assert of(KEPT + ask + "        within 1 day\n        needs ECG recording\n    resume\n") == []


def test_a_wait_until_after_something_is_not_added_to_what_was_waited_before() -> None:
    steps = """\
steps
    step Arrival
        by nurse at Health Centre
        within 5 minutes
    wait until 3 months after Arrival
    step Check
        by nurse at Health Centre
        within 2 weeks
    wait until 1 year after Arrival
    step Yearly check
        by nurse at Health Centre
        within 2 weeks
    end Done
        closes the plan
"""
    times = times_of(Ways(program_of(whole(steps))))
    start, [check] = times.program.start, times.targets("Yearly check")
    least, most = times.between(start, [check], "shortest").way, times.between(start, [check], "targets").way
    assert least is not None
    assert most is not None
    assert (least.spelt, most.spelt, most.added) == ("365 days", "380 days", "1 year 2 weeks 5 minutes")
    short = steps.replace("2 weeks\n    wait until 1 year", "18 months\n    wait until 1 year")
    times = times_of(Ways(program_of(whole(short))))
    longer = times.between(times.program.start, times.targets("Yearly check"), "targets").way
    assert longer is not None
    assert longer.added == "21 months 2 weeks 5 minutes"


EITHER = """\
steps
    step Arrival
        by nurse at Health Centre
        within 1 day
        makes ECG recording, ejection fraction
    decide Which way?
        if ejection fraction < 40 %
            handoff To B
                from nurse at Health Centre to nurse at Hospital
                carries ECG recording
                accepted within 1 day
                if not accepted, Health Centre keeps the client
                moves the plan to nurse at Hospital
            step Care
                by nurse at Hospital
                within 6 weeks
        if ejection fraction >= 40 %
            handoff Also to B
                from nurse at Health Centre to nurse at Hospital
                carries ECG recording
                accepted within 1 day
                if not accepted, Health Centre keeps the client
                moves the plan to nurse at Hospital
            step Other care
                by nurse at Hospital
                within 6 weeks
    handoff Back
        from nurse at Hospital to nurse at Health Centre
        carries ECG recording
        accepted within 1 day
        if not accepted, Hospital keeps the client
        moves the plan to nurse at Health Centre
    end Done
        closes the plan

whenever Care happens or {other} happens, beside the main way
"""


def test_behind_either_of_two_it_is_what_is_so_behind_both() -> None:
    support = SUPPORT.format(orderer="nurse at Hospital")
    count = "    wait until 3 months after Arrival\n"
    assert of(EITHER.format(other="Other care") + support) == []
    assert of(EITHER.format(other="Other care") + count + SUPPORT.format(orderer="whoever is accountable")) == []
    assert of(EITHER.format(other="Arrival") + support) == ["G112"]
    assert of(EITHER.format(other="Emergency") + support) == ["G112"]
    assert of(EITHER.format(other="Emergency") + count + SUPPORT.format(orderer="whoever is accountable")) == ["G401"]


def test_starting_the_main_way_again_leaves_the_way_beside_it_as_well() -> None:
    steps = KEPT.split("    handoff Back")[0] + "    step Home\n        by client\n        within 1 week\n"
    steps += "    end Done\n        closes the plan\n\n"
    beside = (
        "whenever Care happens, beside the main way\n    step Talk\n        by nurse at Hospital\n        within 3 days\n\n"
    )
    again = "whenever Emergency happens and ejection fraction is known\n    step Night\n        by whoever is accountable\n"
    again += "        within 1 day\n    restart from {}\n"
    assert of(steps + beside) == []
    assert of(steps + beside + again.format("Care")) == []
    assert of(steps + beside + again.format("To B")) == ["G109"]
    late = beside.replace("Care happens", "Alarm happens and ejection fraction is known")
    declared = whole(steps + late + again.format("To B"))
    declared = declared.replace("    event Emergency\n", "    event Emergency\n    event Alarm\n", 1)
    found = next(finding for finding in findings_of(declared) if finding.code == "G104")
    assert [related.say for related in found.related] == [
        "this can happen while another holds the client", "on the way that begins here another holds the client"
    ]  # fmt: skip


def test_only_what_mends_it_is_advised() -> None:
    steps = RESTARTED + "whenever Emergency happens{}\n    restart from Offer\n"
    found = one(steps.format(" and ECG recording is known"), "G104")
    assert found.advice is not None
    assert "and ejection fraction is known" in found.advice
    inside = (
        "whenever Emergency happens\n    step Support\n        by nurse at Health Centre\n        within 1 day\n    resume\n"
    )
    advice = one(KEPT + inside, "G104").advice
    assert advice is not None
    assert "is known" not in advice  # whatever is known then, the client may be at the Hospital


def test_what_one_event_brings_about_is_told_once() -> None:
    inside = "whenever Emergency happens\n    step Support\n        by nurse at Health Centre\n        within 1 day\n"
    inside += SUPPORT.replace("Support", "Order").format(orderer="nurse at Health Centre")
    steps = GIVEN + inside + "    resume\n"
    assert of(steps) == ["G104"]
    assert [related.say for related in one(steps, "G104").related] == [
        "this can happen while another holds the client", "so here too another orders it than who holds the client"
    ]  # fmt: skip
    allowed = steps.replace("within 1 day\n    step Order", "within 1 day\n        allow G104 because it is so\n    step Order")
    assert of(allowed) == ["G112"]


LATE_TO_B = """
whenever Emergency happens
    step Call
        by nurse at whoever is accountable
        within 5 minutes
        makes ECG recording
    handoff Away
        from whoever is accountable to nurse at Hospital
        carries ECG recording
        accepted within 15 minutes
        if not accepted, Hospital takes over
        keeps the plan with its owner
    restart from Check
"""
CHECKED = """\
steps
    step Check
        by nurse at whoever is accountable
        within 60 days
    end Done
        closes the plan
"""
ORDERED = """
whenever Visit happens, beside the main way
    step Support
        by counsellor at Association
        ordered by whoever is accountable
        accepted within 7 days
        within 4 weeks
"""
LATER_ACCEPTED = {
    "G109": CHECKED + LATE_TO_B + """
test Taken over, and accepted the day after
    given Check is done after 40 days, Away is not accepted
    on day 1 Emergency happens
    on day 2 Away is accepted
    expect Away, Check
    never finding is G109
""",
    "G112": KEPT + ORDERED + """
test Ordered by who held the client then
    given To B is accepted after 2 hours, Care is done after 10 days
    given Support is accepted after 3 days, Support is done after 5 days
    expect Support, Care
    never finding is G112
""",
}  # fmt: skip


@pytest.mark.parametrize("code", LATER_ACCEPTED)
def test_whoever_was_accountable_when_it_was_sent_has_sent_it(code: str) -> None:
    """The client has moved when it is accepted."""
    (outcome,) = run_scenarios(program_of(whole(LATER_ACCEPTED[code])), watch_all)
    assert [failure.message for failure in outcome.failures] == []


SET_OFF = """\
steps
    step Visit
        by nurse at Health Centre
        within 14 days
    step Talk
        by nurse at Health Centre
        within 6 months
    end Done
        closes the plan

whenever {what}, beside the main way
    step Support
        by nurse at Health Centre
        within 2 months
"""


@pytest.mark.parametrize(
    ("promise", "what", "codes"),
    [
        ("1 week of Visit", "Visit happens", ["G405"]),
        ("2 months of Visit", "Visit happens", []),
        ("2 months of Visit", "Visit happens and age >= 65 years", []),
        ("61 days of Visit", "Visit happens and age >= 65 years", ["G405"]),
        ("2 months", "Visit happens", ["G405"]),
        ("3 months", "Visit happens", []),
        ("3 months", "Talk happens", ["G405"]),
        ("1 week of Visit", "Visit happens or Emergency happens", ["G405"]),
        ("1 week of Visit", "Emergency happens", []),
        ("1 week of Emergency", "Emergency happens", ["G405"]),
    ],
)
def test_what_a_step_sets_off_is_held_to_what_was_promised(promise: str, what: str, codes: list[str]) -> None:
    text = whole(SET_OFF.format(what=what))
    text = text.replace("network Example", f"    promise Support\n        within {promise}\nnetwork Example", 1)
    assert [found.code for found in findings_of(text) if found.code == "G405"] == codes


MOVING = """\
steps
    step Visit
        by nurse at Health Centre
        within 1 day
        makes ECG recording
    handoff Over
        from {sender} to nurse at Hospital
        carries ECG recording
        accepted within 1 day
        if not accepted, Hospital takes over
        moves the plan to {owner}
    step Care
        by nurse at Hospital
        within 6 weeks
    end Done
        closes the plan

test It moves
    given age is 50 years
    {seen} finding is O109
"""


@pytest.mark.parametrize("sender", ["nurse at Health Centre", "whoever is accountable"])
@pytest.mark.parametrize(
    ("owner", "is_strange"),
    [("nurse at Hospital", False), ("doctor at Health Centre", False), ("counsellor at Association", True)],
)
def test_the_plan_moves_to_who_may_be_a_party_whoever_that_is(sender: str, owner: str, is_strange: bool) -> None:
    text = whole(MOVING.format(sender=sender, owner=owner, seen="expect" if is_strange else "never"))
    assert ("O109" in {found.code for found in findings_of(text)}) is is_strange
    program = program_of(text) if not is_strange else unit_of(text).program
    assert program is not None
    (outcome,) = run_scenarios(program, watch_all)
    assert [failure.message for failure in outcome.failures] == []


def test_within_a_day_no_dates_are_told_of_a_limit_that_cannot_be_kept() -> None:
    step = "    step {}\n        by nurse at Health Centre\n        within {}\n"
    steps = (
        step.format("Arrival", "5 minutes") + step.format("Decision", "45 minutes") + step.format("Treatment", "{} of Arrival")
    )
    for within, told in (("40 minutes", False), ("2 hours", None)):
        text = whole("steps\n" + steps.format(within) + "    end Done\n        closes the plan\n")
        messages = [found.message for found in findings_of(text) if found.code == "G406"]
        assert [("Where" in message) for message in messages] == ([told] if told is not None else [])
