"""Agreements through the time of a path: one after another, with holes, per service, for each provider that may act."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.model.network import Period
from tests.helpers import findings_of
from tests.rules.examples import HEAD, whole

NETWORK = """\
network Example network
    organiser County
    professions counsellor, doctor
    provider Health Centre
        sector public
        professions doctor
    provider Club
        sector third
        professions counsellor
    provider League
        sector third
        professions counsellor
    item letter: document
    item well: yes or no
    service Talk
    service Walk
"""
TALK = """\
    step A talk
        by counsellor at Club
        ordered by doctor at Health Centre
        accepted within 7 days
        within 30 days
        does Talk
"""
CHOICE = """\
    client chooses place
        option Club
        option League
        guided by doctor at Health Centre
        within 7 days
        if no choice, Club
"""
DONE = "    end Done\n        closes the plan\n"
ALWAYS = "2020-01-01"


def agreement(number: int, valid: str, covers: str = "everything", provider: str = "Club") -> str:
    return f"    agreement Number {number}\n        with {provider}\n        mode grant\n        covers {covers}\n        valid from {valid}\n"


def said(valid: str, *agreements: str, steps: str = TALK) -> list[str]:
    head = HEAD.replace("valid from 2026-01-01 to 2027-12-31", f"valid from {valid}")
    return [
        f"{f.code} {f.level} {f.message}"
        for f in findings_of(whole(head + NETWORK + "".join(agreements) + "steps\n" + steps + DONE))
    ]


FROM_2027 = "G507 warning from 2027-01-01 no agreement with `Club` covers what it does in `A talk`"

LAST = (
    "G507 info whoever comes onto the path as late as {until} may lawfully be at `A talk` still, when from 2027-01-01 no "
    "agreement with `Club` covers that"
)
UNBOUND = """\
    repeat every 2 weeks
        step Visit
            by doctor at Health Centre
            within 14 days
            makes well
    until well
"""

CASES: dict[str, tuple[str, tuple[str, ...], str, list[str]]] = {
    "one that does not end": ("2026-01-01", (agreement(1, ALWAYS),), TALK, []),
    "one that ends, and the path does not": ("2026-01-01", (agreement(1, "2020-01-01 to 2026-12-31"),), TALK, [FROM_2027]),
    "one that ends with the path": (
        "2026-01-01 to 2026-12-31", (agreement(1, "2020-01-01 to 2026-12-31"),), TALK, [LAST.format(until="2026-12-31")],
    ),
    "one that ends when those who came last are through": (
        "2026-01-01 to 2026-12-01", (agreement(1, "2020-01-01 to 2026-12-31"),), TALK, [],
    ),
    "one that ends a day before": (
        "2026-01-01 to 2026-12-02", (agreement(1, "2020-01-01 to 2026-12-31"),), TALK, [LAST.format(until="2026-12-02")],
    ),
    "one that ends with the path, and another follows": (
        "2026-01-01 to 2026-12-31", (agreement(1, "2020-01-01 to 2026-12-31"), agreement(2, "2027-01-01")), TALK, [],
    ),
    "one that ends with the path, where nothing bounds the time": (
        "2026-01-01 to 2026-12-31", (agreement(1, "2020-01-01 to 2026-12-31"),), UNBOUND + TALK, [],
    ),
    "two in sequence": (
        "2026-01-01 to 2028-12-31",
        (agreement(2, "2027-01-01 to 2029-12-31"), agreement(1, "2020-01-01 to 2026-12-31")), TALK, [],
    ),
    "two with a hole between them": (
        "2026-01-01 to 2028-12-31",
        (agreement(1, "2020-01-01 to 2026-12-31"), agreement(2, "2027-03-01")), TALK,
        ["G507 warning from 2027-01-01 to 2027-02-28 no agreement with `Club` covers what it does in `A talk`"],
    ),
    "two that overlap": (
        "2026-01-01", (agreement(1, "2020-01-01 to 2027-12-31"), agreement(2, "2027-03-01")), TALK, [],
    ),
    "one for something else does not help": (
        "2026-01-01", (agreement(1, "2020-01-01 to 2026-12-31", "Talk"), agreement(2, ALWAYS, "Walk")), TALK, [FROM_2027],
    ),
    "none that covers it when the path begins": (
        "2026-01-01", (agreement(1, "2020-01-01 to 2025-12-31", "Talk"), agreement(2, ALWAYS, "Walk")), TALK,
        ["G501 error no agreement with `Club` that covers `Talk` is in force on 2026-01-01, when the path begins"],
    ),
    "over before the path begins": (
        "2026-01-01", (agreement(1, "2020-01-01 to 2025-12-31"),), TALK,
        ["G501 error no agreement with `Club` is in force on 2026-01-01, when the path begins"],
    ),
    "several steps are said once": (
        "2026-01-01", (agreement(1, "2020-01-01 to 2026-12-31"),), TALK + TALK.replace("A talk", "A second talk"),
        ["G507 warning from 2027-01-01 no agreement with `Club` covers what it does in `A talk` and `A second talk`"],
    ),
    "one of those that the client may choose": (
        "2026-01-01", (agreement(1, ALWAYS), agreement(2, "2020-01-01 to 2026-12-31", provider="League")),
        CHOICE + TALK.replace("at Club", "at place"),
        ["G507 warning from 2027-01-01 no agreement with `League` covers what it does in `A talk`"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_agreements_in_time(name: str) -> None:
    valid, agreements, steps, expected = CASES[name]
    assert said(valid, *agreements, steps=steps) == expected


@pytest.mark.parametrize("valid", ["from 2026-01-01 to 2026-13-31", "from the first day", "from 2026-12-31 to 2026-01-01"])
def test_a_path_whose_dates_cannot_be_read_is_not_one_without_an_end(valid: str) -> None:
    """With the dates as they were meant the agreement may end with the path: only the mistake is said."""
    ends = agreement(1, "2020-01-01 to 2026-12-31")
    head = HEAD.replace("valid from 2026-01-01 to 2027-12-31", f"valid {valid}")
    codes = [f.code for f in findings_of(whole(head + NETWORK + ends + "steps\n" + TALK + DONE))]
    assert "G507" not in codes
    assert any(code.startswith("P") for code in codes)
    assert said("2026-01-01", ends) == [FROM_2027]


FIRST = date(2026, 1, 1)


def periods(days: int = 40) -> st.SearchStrategy[Period]:
    def period(first: int, length: int | None) -> Period:
        begins = FIRST + timedelta(days=first)
        return Period(begins, None if length is None else begins + timedelta(days=length))

    return st.builds(period, st.integers(0, days), st.none() | st.integers(0, days))


@given(periods(), st.lists(periods(), max_size=4))
def test_what_is_left_of_a_period_is_each_day_that_no_other_covers(whole_time: Period, others: list[Period]) -> None:
    holes = whole_time.without(others)
    for number in range(130):
        day = FIRST + timedelta(days=number)
        is_left = whole_time.holds_on(day) and not any(other.holds_on(day) for other in others)
        assert is_left is any(hole.holds_on(day) for hole in holes)
    assert holes == sorted(holes, key=lambda hole: hole.first)


def test_it_is_said_by_which_date_a_path_must_end_for_an_agreement_to_cover_all_of_it() -> None:
    head = HEAD.replace("valid from 2026-01-01 to 2027-12-31", "valid from 2026-01-01")
    text = whole(head + NETWORK + agreement(1, "2020-01-01 to 2026-12-31") + "steps\n    wait 3 months\n" + TALK + DONE)
    (found,) = (f for f in findings_of(text) if f.code == "G507")
    assert found.words["step"] == "A talk"
    assert found.words["length"] == "122 days"
    assert found.words["date"] == "2026-08-31"
    assert found.advice is not None
    assert "later than 2026-08-31" in found.advice


VISITS_FOR_YEARS = """\
    repeat at most 3 times
        together until any is done
            branch Visits
                {rhythm}
                    step Weekly visit
                        by counsellor at Club
                        ordered by doctor at Health Centre
                        accepted within 7 days
                        within 7 days{until}
            branch A year
                wait 12 months
        step Review
            by doctor at Health Centre
            within 14 days
            makes well
    until well
"""
"""A year is over by the wait at the latest, however long its visits would take: 60 times 8 days, or for ever."""

TO_2030 = agreement(1, "2020-01-01 to 2030-12-31")


SIXTY_VISITS = {"rhythm": "repeat every 1 week, at most 60 times", "until": ""}
ENDLESS_VISITS = {"rhythm": "repeat every 1 week", "until": "\n                until age >= 65 years"}


@pytest.mark.parametrize("visits", [SIXTY_VISITS, ENDLESS_VISITS])
def test_what_is_left_as_it_stands_when_a_branch_beside_it_is_over_takes_no_longer(visits: dict[str, str]) -> None:
    steps = VISITS_FOR_YEARS.format(**visits) + TALK
    say = LAST.replace("2027-01-01", "2031-01-01").replace("`A talk`", "`Weekly visit` and `A talk`")
    assert said("2026-01-01 to 2030-12-31", TO_2030, steps=steps) == [say.format(until="2030-12-31")]


@pytest.mark.parametrize("steps", [VISITS_FOR_YEARS.format(**SIXTY_VISITS), TALK + TALK.replace(
    "A talk", "A second talk"
)])  # fmt: skip
@pytest.mark.parametrize("first", ["2026-01-01", "2027-03-01"])
def test_who_comes_by_the_date_that_is_advised_is_through_in_time_and_who_comes_a_day_later_may_not_be(
    steps: str, first: str
) -> None:
    head = HEAD.replace("valid from 2026-01-01 to 2027-12-31", f"valid from {first} to 2030-12-31")
    found = findings_of(whole(head + NETWORK + TO_2030 + "steps\n" + steps + DONE))
    (date_,) = (f.words["date"] for f in found if f.code == "G507")
    assert said(f"{first} to {date_}", TO_2030, steps=steps) == []
    day_after = date.fromisoformat(date_) + timedelta(days=1)
    assert [line[:9] for line in said(f"{first} to {day_after}", TO_2030, steps=steps)] == ["G507 info"]


def test_no_date_is_advised_where_another_step_of_the_provider_has_no_end() -> None:
    head = HEAD.replace("valid from 2026-01-01 to 2027-12-31", "valid from 2026-01-01 to 2030-12-31")
    endless = VISITS_FOR_YEARS.format(**SIXTY_VISITS)
    text = whole(head + NETWORK + TO_2030 + "steps\n" + TALK + endless.replace("repeat at most 3 times", "repeat") + DONE)
    (found,) = (f for f in findings_of(text) if f.code == "G507")
    assert found.words["steps"] == "`A talk`"
    assert found.advice is not None
    assert "later than" not in found.advice


def test_a_way_that_ends_in_a_branch_is_no_sooner_over_for_the_way_that_goes_on() -> None:
    """Who is 65 goes on after a week and ends the wait beside it; who is younger comes to the talk after ten."""
    steps = """\
    together until any is done
        branch One
            decide
                if age >= 65 years
                    wait 1 week
                otherwise
                    wait 10 weeks
""" + "".join(f"                {line}\n" for line in (TALK + DONE).replace("end Done", "end Left").splitlines()) + """\
        branch Two
            wait 20 weeks
"""  # fmt: skip
    to_2026 = agreement(1, "2020-01-01 to 2026-12-31")
    assert said("2026-01-01 to 2026-09-22", to_2026, steps=steps) == []
    assert said("2026-01-01 to 2026-09-23", to_2026, steps=steps) == [LAST.format(until="2026-09-23")]
