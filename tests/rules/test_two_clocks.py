"""Which of several clocks of one step can run on which way."""

from __future__ import annotations

import pytest

from tests.helpers import findings_of
from tests.rules.examples import whole

EITHER_CLOCK = """\
steps
    decide
        if age >= 65 years
            step Reading
                by nurse at Health Centre
                within 2 weeks
            step Call
                by nurse at Health Centre
                within 3 working days
        otherwise
            step Referral
                by nurse at Health Centre
                within 3 working days
    step Imaging
        by nurse at Health Centre
        within 10 working days of Reading
        within 10 working days of Referral
    step Biopsy
        by nurse at Health Centre
        within {} working days of Reading
        within {} working days of Referral
    end Done
        closes the plan
"""


@pytest.mark.parametrize(("one", "other", "codes"), [(10, 10, []), (9, 10, ["G406"]), (10, 9, ["G406"]), (9, 9, ["G406"] * 2)])
def test_of_two_clocks_that_one_does_not_run_which_started_on_no_way_behind_the_other(
    one: int, other: int, codes: list[str]
) -> None:
    text = whole(EITHER_CLOCK.format(one, other))
    assert [f.code for f in findings_of(text) if f.code == "G406"] == codes
    assert [f.code for f in findings_of(text) if f.level == "error"] == []


FOR_SOME = """\
steps
    step Meeting
        by nurse at Health Centre
        within 7 days
        makes ejection fraction
    decide
        if age > 90 years
            step First reading
                by nurse at Health Centre
                within 1 day
        otherwise
            continue
{again}    decide First?
        if ejection fraction <= 40 %
            wait 3 months
        otherwise
            continue
{between}    step Operation
        by nurse at Health Centre
        {first}
        within 21 days of Meeting
    end Done
        closes the plan
"""
AGAIN = "    step Second meeting\n        by nurse at Health Centre\n        within 1 day\n        makes ejection fraction\n"
LONG = "    wait 1 month\n"


@pytest.mark.parametrize(
    ("first", "between", "codes"),
    [
        ("within 6 weeks, when ejection fraction <= 40 %", "", []),
        ("within 6 weeks, when ejection fraction < 50 %", "", []),
        ("within 6 weeks, when ejection fraction < 30 %", "", ["G406"]),  # of 35 % the other applies, after the wait
        ("within 6 weeks, when ejection fraction > 40 %", "", ["G406"]),
        ("within 6 weeks, when age >= 65 years", "", ["G406"]),
        ("within 6 weeks, when ejection fraction <= 40 %", LONG, ["G406"]),  # for those who did not wait
        ("within 6 weeks, when ejection fraction <= 40 %", AGAIN, ["G406"]),  # it may be another by then
        ("within 4 months of Meeting, when ejection fraction <= 40 %", "", []),
        ("within 2 months of Meeting, when ejection fraction <= 40 %", "", ["G406"]),
        ("within 2 months of Meeting, when ejection fraction > 40 %", "", ["G406"]),
        ("within 6 weeks of First reading, when ejection fraction <= 40 %", "", ["G406", "G406"]),  # it need not have come
    ],
)
def test_a_limit_holds_on_no_way_on_which_one_above_it_does(first: str, between: str, codes: list[str]) -> None:
    text = whole(FOR_SOME.format(first=first, between=between, again=""))
    assert [f.code for f in findings_of(text) if f.code in ("G401", "G406")] == codes


@pytest.mark.parametrize(("again", "codes"), [("", []), (AGAIN, ["G406"])])
def test_what_was_so_when_the_clock_started_is_asked_for_and_not_what_is_found_out_later(again: str, codes: list[str]) -> None:
    text = whole(FOR_SOME.format(first="within 22 days of Meeting, when ejection fraction > 40 %", between="", again=again))
    text = text.replace(
        "within 21 days of Meeting", "within 4 months of Meeting, when ejection fraction <= 40 %\n        within 21 days"
    )
    assert [f.code for f in findings_of(text) if f.code == "G406"] == codes


EACH = """\
steps
    step Meeting
        by nurse at Health Centre
        within 7 days
        makes ejection fraction
    decide How?
        if ejection fraction <= 40 %
            step One
                by nurse at Health Centre
                within 7 days
        otherwise
            step Two
                by nurse at Health Centre
                within 7 days
{between}    step Biopsy
        by nurse at Health Centre
        within 10 days of One, when {one}
        within 10 days of Two, when {two}
    end Done
        closes the plan
"""


@pytest.mark.parametrize(
    ("one", "two", "between", "codes"),
    [
        ("ejection fraction <= 40 %", "ejection fraction > 40 %", "", []),
        ("ejection fraction < 30 %", "ejection fraction >= 30 %", "", ["G401"]),  # of 35 % `Two` has not come
        ("ejection fraction < 30 %", "ejection fraction > 40 %", "", ["G401"]),  # of 35 % neither is said
        ("ejection fraction > 40 %", "ejection fraction <= 40 %", "", ["G401"]),
        ("ejection fraction <= 40 %", "ejection fraction > 40 %", AGAIN, ["G401"]),
        ("age >= 65 years", "age < 65 years", "", ["G401"]),
    ],
)
def test_a_clock_has_started_for_each_for_whom_it_is_meant(one: str, two: str, between: str, codes: list[str]) -> None:
    text = whole(EACH.format(one=one, two=two, between=between))
    assert [f.code for f in findings_of(text) if f.code == "G401"] == codes
