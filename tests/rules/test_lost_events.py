"""What happens while a `whenever` cannot be decided begins nothing (G205); what is beside the main way ends with it (G401)."""

from __future__ import annotations

import pytest

from tests.laws.test_stories import replays, told, unit_of
from tests.rules.examples import whole

PATH = """\
clients Adults
    item age: number of years
    item alone: yes or no
    item pain: number of points
    event Fall
    enter when age >= 18 years

steps
    step Visit
        by doctor at Health Centre
        within 14 days
        makes pain
    step Second visit
        by doctor at Health Centre
        within 14 days
        needs pain
    end Done
        closes the plan

whenever {condition}, beside the main way
    step Call
        by nurse at Health Centre
        within 1 day
        needs alone
"""
OTHER = """
whenever {condition}, beside the main way
    step Another call
        by nurse at Health Centre
        within 1 day
"""


def said(condition: str, other: str = "", path: str = PATH) -> list[str]:
    unit = unit_of(whole(path.format(condition=condition) + (OTHER.format(condition=other) if other else "")))
    found = [(finding, story) for finding, story in told(unit) if finding.code == "G205"]
    for finding, story in found:
        assert story is not None
        assert story.seen.message.startswith("`whenever")
        assert "has begun nothing" in story.seen.message
        assert replays(unit, finding, story)
    return [f"{finding.words['items']} at {finding.words['step']}" for finding, _ in found]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("Fall happens and pain > 5 points", ["`pain` at Visit"]),
        ("Fall happens and pain is known and pain > 5 points", []),
        ("Fall happens and pain is known", []),
        ("Fall happens", []),
        ("pain > 5 points", []),
        ("Fall happens or pain > 5 points", []),
        ("Fall happens and age > 70 years", []),
        ("Fall happens and (age > 17 years or pain > 5 points)", []),
        ("Fall happens and (age > 70 years or pain > 5 points)", ["`pain` at Visit"]),
        ("Visit happens and pain > 5 points", []),
        ("Second visit happens and pain > 5 points", []),
        ("Visit happens and alone", ["`alone` at Visit"]),
        ("(Fall happens or Visit happens) and alone", ["`alone` at Visit"]),
    ],
)
def test_what_an_event_asks_for_besides_is_known_wherever_it_may_come(condition: str, expected: list[str]) -> None:
    assert said(condition) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("Fall happens", []),
        ("Fall happens and pain is unknown", []),
        ("Fall happens and age > 70 years", ["`pain` at Visit"]),
        ("pain is unknown", ["`pain` at Visit"]),
    ],
)
def test_another_may_take_what_one_cannot_decide(other: str, expected: list[str]) -> None:
    assert said("Fall happens and pain > 5 points", other) == expected


def test_what_is_found_out_before_the_client_rests_anywhere_is_known() -> None:
    entered = PATH.replace("enter when age >= 18 years", "enter when age >= 18 years and pain is known")
    assert said("Fall happens and pain > 5 points", path=entered) == []


BESIDE = """\
clients Adults
    item age: number of years
    item course report: document
    event Fall
    enter when age >= 18 years

steps
    step Visit
        by doctor at Health Centre
        within 14 days
    step Second visit
        by doctor at Health Centre
        within 3 months
{wait}    end Done
        closes the plan

whenever {condition}, beside the main way
    step Course
        by nurse at Health Centre
        within {length}
        makes course report
{after}"""
WAIT = "    wait until course report is known, at most 5 months\n"
INTERRUPTING = "\nwhenever Fall happens\n    step Help\n        by nurse at Health Centre\n        within 1 day\n    resume\n"


@pytest.mark.parametrize(
    ("condition", "length", "wait", "after", "expected"),
    [
        ("Visit happens", "4 months", "", "", ["may take"]),
        ("Visit happens", "2 months", "", "", []),
        ("Visit happens", "4 months", WAIT, "", []),
        ("Visit happens", "9 months", WAIT, "", ["may take"]),
        ("Second visit happens", "1 day", "", "", ["begins as the path ends"]),
        ("Second visit happens", "1 day", WAIT, "", []),
        ("Visit happens or Second visit happens", "4 months", "", "", ["may take"]),
        ("Fall happens", "1 year", "", "", []),
        ("Visit happens", "4 months", "", INTERRUPTING, []),
    ],
)
def test_what_is_beside_the_main_way_is_due_before_the_path_ends(
    condition: str, length: str, wait: str, after: str, expected: list[str]
) -> None:
    unit = unit_of(whole(BESIDE.format(condition=condition, length=length, wait=wait, after=after)))
    found = [(finding, story) for finding, story in told(unit) if finding.code == "G401"]
    assert len(found) == len(expected)
    for (finding, story), words in zip(found, expected, strict=True):
        assert words in finding.message
        assert story is not None
        assert story.facts[-1].subject == "Second visit" or wait
        assert replays(unit, finding, story)
