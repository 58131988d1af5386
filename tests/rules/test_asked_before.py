"""G213: what is promised without something, and where that is asked for all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from pathflow.api import stories
from pathflow.dsl.languages import CODES, Code
from tests.helpers import codes_of, findings_of
from tests.rules.examples import whole

HEAD = """\
path Example
    version 1.0
    valid from 2026-01-01 to 2027-12-31
    uses Example network
    responsible Health Centre
    accountable Health Centre
    {needs}
    promise Home
        without {things}

clients People without a home
    item age: number of years
    item sober: yes or no
    item letter: document
    event Emergency
    enter when age >= 18 years{enter}

steps
"""

HOME = "    step Home\n        by nurse at Health Centre\n        within 30 days\n"
CARE = "    step Care\n        by doctor at Health Centre\n        within 7 days\n        makes sober, letter\n"
WEIGHED = "    decide\n        if sober\n            continue\n        otherwise\n            continue\n"
STOP = "\nwhenever sober\n    stop\n"
END = "    end Housed\n        closes the plan\n"


def text(*parts: str, things: str = "sober", needs: str = "", enter: str = "", after: str = "") -> str:
    head = HEAD.format(things=things, needs=needs, enter=enter).replace("    \n", "")
    return whole(head + "".join(parts) + END + after)


def found(made: str) -> list[str]:
    return [f.message for f in findings_of(made) if f.code == "G213"]


def inside(part: str, by: int = 4) -> str:
    return "".join(" " * by + line + "\n" for line in part.splitlines())


TOGETHER = "    together\n        branch One\n{}        branch Two\n{}"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        # what is asked for behind it, beside it, or in another branch is free
        (text(HOME, CARE, WEIGHED), []),
        (text(CARE, HOME, WEIGHED), []),
        (text(TOGETHER.format(inside(HOME, 8), inside(CARE, 8) + inside(WEIGHED, 8))), []),
        (text(HOME, CARE, things="Care"), []),
        (text("    repeat 2 times\n", inside(HOME), inside(CARE), inside(WEIGHED), things="sober, Care"), []),
        (text("    repeat at most 3 times\n", inside(HOME), inside(CARE), "    until sober\n"), []),
        (text(HOME, CARE, after="\nwhenever sober, beside the main way\n    step Call\n        by nurse at Health Centre\n        within 3 days\n"), []),
        # what is asked for before it
        (text(CARE, WEIGHED, HOME), ["`sober` asks for it before"]),
        (text(CARE, HOME, things="Care"), ["`Care` comes before it on a way there"]),
        (text(CARE.replace("makes", "does ECG\n        makes"), HOME, things="ECG"), ["`Care` comes before it on a way there"]),
        (text(HOME, enter=" and sober"), ["`age >= 18 years and sober` asks for it before"]),
        (text(HOME, needs="needs letter", things="letter"), ["`Example` needs it before"]),
        (text(CARE, HOME + "        needs letter\n", things="letter"), ["`Home` needs it before"]),
        (text(CARE, HOME.replace("30 days", "30 days, when sober") + "        within 40 days\n"), ["`sober` asks for it before"]),
        (text(CARE, "    wait until sober, at most 3 weeks\n", HOME), ["`sober` asks for it before"]),
        (text("    repeat at most 3 times\n", inside(CARE), "    until sober\n", HOME), ["`sober` asks for it before"]),
        (text(TOGETHER.format(inside(CARE, 8), "            wait 1 week\n"), HOME, things="Care"), ["`Care` comes before it"]),
        (text(HOME, after=STOP), ["`sober` asks for it before"]),
        (text(HOME, things="Emergency", after="\nwhenever Emergency happens\n    stop\n"), ["`Emergency happens` asks for it before"]),
        (
            text("    decide\n        if age < 65 years\n            continue\n        otherwise\n", inside(CARE, 8), HOME, things="Care"),
            ["`Care` comes before it on a way there"],
        ),
    ],
)  # fmt: skip
def test_what_is_asked_for_before(made: str, said: list[str]) -> None:
    messages = found(made)
    assert len(messages) == len(said), messages
    assert all(part in message for part, message in zip(said, messages, strict=True)), messages


def test_each_thing_by_itself() -> None:
    messages = found(text(CARE, WEIGHED, HOME, things="sober, Care, letter"))
    assert [m.split("`")[3] for m in messages] == ["Care", "sober"]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("        without sober\n", []),
        ("        note somebody said so\n", ["P103"]),
        ("        without sobre\n", ["P301"]),
        ("        without Health Centre\n", ["P303"]),
    ],
)
def test_what_a_promise_says(lines: str, codes: list[str]) -> None:
    made = text(HOME).replace("        without sober\n", lines)
    assert [code for _, code in codes_of(made) if code.startswith("P")] == codes


def test_a_story_is_told_of_a_client_who_is_asked(tmp_path: Path) -> None:
    """Of the shortest way there: the engine goes it, and the client comes to where it is asked."""
    file = tmp_path / "home.path"
    file.write_text(text(CARE, WEIGHED, HOME, after=STOP), "utf-8")
    told = {one.finding.span.line: one.story for one in stories(file) if one.finding.code == "G213" and one.finding.span}
    assert len(told) == 2
    assert all(story is not None for story in told.values())
    asked = next(iter(told.values()))
    assert asked is not None
    assert [fact.subject for fact in asked.facts if fact.kind == "completed"] == ["Care"]


@pytest.mark.parametrize("code", CODES)
def test_in_every_language(code: Code) -> None:
    plain = text(HOME, CARE, things="sober, Care")
    there = pathflow.format_text(plain, language=code)
    assert [f for f in findings_of(there) if f.level == "error"] == []
    assert pathflow.format_text(there, language="en").removeprefix("language en\n\n") == pathflow.format_text(plain)
