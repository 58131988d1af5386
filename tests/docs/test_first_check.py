"""The checklist for writers tells the truth: each kind of line, taken out of its example or spoilt, brings the code that stands beside it."""

from __future__ import annotations

import re

import pytest

from pathflow.rules.pages import codes
from tests.conftest import ROOT
from tests.docs.markdown import blocks
from tests.helpers import findings_of

PAGE = ROOT / "docs/howto/before_the_first_check.md"
EXAMPLE = next(block.text for block in blocks(PAGE) if block.kind == "path").split("\ntest ")[0]
LISTED = {
    title: set(re.findall(r"\b[DGOP]\d{3}\b", text))
    for title, text in re.findall(r"^\*\*([\w, ]+)\*\*[^\n]*\n(.*?)(?=^\*\*|^## )", PAGE.read_text("utf-8"), re.M | re.S)
}

FALL = """\
whenever New fall happens, beside the main way
    step Visit after a fall
        by nurse at whoever is accountable
        within 1 working day
"""
THERE = """\
            handoff To rehabilitation
                from nurse at Health Centre to nurse at Rehab Oy
                carries summary, balance score
                accepted within 2 working days
                if not accepted, Health Centre keeps the client
                keeps the plan with its owner
"""
BACK = """\
            handoff Back
                from nurse at Rehab Oy to nurse at Health Centre
                carries rehabilitation report
                accepted within 2 working days
                if not accepted, Rehab Oy keeps the client
                keeps the plan with its owner
"""
LATE = "                accepted within 2 working days\n"
TRAINING = """\
                step Training
                    by physiotherapist at Rehab Oy
                    within 3 days
                    needs balance score
                    makes steady
"""
MISTAKES = [
    ("Head", "    version 1.0\n", "", "P103"),
    ("Head", "    valid from 2026-01-01 to 2027-12-31\n    uses", "    valid from 2026-01-01\n    uses", "G507"),
    ("Network", "        sector private\n", "", "P103"),
    ("Network", "        professions nurse, physiotherapist\n", "        professions nurse\n", "G502"),
    ("Network", "        professions nurse, physiotherapist\n", "        professions physiotherapist\n", "G502"),
    ("Network", "        with Rehab Oy\n        mode", "        with Health Centre\n        mode", "G501"),
    ("Network", "        accepted within 7 days\n", "", "G107"),
    ("Network", "        legal basis the client's permission\n    item", "    item", "G303"),
    ("Network", "number of points", "number", "P203"),
    ("Network", "< 45 points", "< 45 metres", "P401"),
    ("Network", "    item age: number of years\n", "    item age: number of years\n    item summary: document\n", "P302"),
    ("Clients and plan", "    event New fall\n", "    event New fall\n    event Moving\n", "G114"),
    ("Clients and plan", "    owner nurse at Health Centre\n", "", "O101"),
    ("Clients and plan", "    review every 6 months, and after New fall\n", "", "O106"),
    ("Clients and plan", "    if another path joins, the owner stays\n", "", "O105"),
    ("Step", "        within 7 days\n        makes", "        makes", "G401"),
    ("Step", "        by nurse at Health Centre\n        within 7 days\n", "        within 7 days\n", "G106"),
    ("Step", "needs balance score", "needs contact details", "G301"),
    ("Step", "step Report\n", "step Training\n", "P302"),
    ("Order", "                        ordered by nurse at Health Centre\n", "", "G104"),
    ("Order", "ordered by nurse at Health Centre", "ordered by nurse at Rehab Oy", "G112"),
    ("Handoff", THERE, "", "G109"),
    ("Handoff", "                carries summary, balance score\n", "", "G103"),
    ("Handoff", "carries summary, balance score", "carries summary", "G301"),
    ("Handoff", BACK, "", "G104"),
    ("Handoff", f"{LATE}                if not accepted, Rehab", "                if not accepted, Rehab", "G101"),
    ("Handoff", "                if not accepted, Rehab Oy keeps the client\n", "", "G102"),
    ("Decide", ">= 45 points", "> 45 points", "G203"),
    ("Decide", ">= 45 points", ">= 40 points", "G204"),
    ("Decide", "summary, contact details, wishes company", "summary, contact details", "G205"),
    ("Decide", BACK, "", "G205"),
    ("Repeat, wait, together", f", at most 12 times\n{TRAINING}            until steady\n", f"\n{TRAINING}", "G206"),
    ("Whenever", "by nurse at whoever is accountable", "by nurse at Health Centre", "G104"),
    ("Whenever", ", beside the main way", "", "G202"),
    ("Whenever", FALL, FALL + "    resume\n", "P106"),
    ("End", "        closes the plan\n\nwhenever", "\nwhenever", "O103"),
    ("End", "    end Steady again\n        closes the plan\n", "", "G202"),
]


@pytest.mark.parametrize(("block", "before", "after", "code"), MISTAKES)
def test_a_mistake_brings_the_code_of_its_line(block: str, before: str, after: str, code: str) -> None:
    assert before in EXAMPLE
    found = {finding.code for finding in findings_of(EXAMPLE.replace(before, after, 1))}
    assert code in found
    assert code in LISTED[block]


def test_every_block_of_the_checklist_is_tried_where_the_example_has_it() -> None:
    assert set(LISTED) - {block for block, *_ in MISTAKES} == {"Consultation", "Choice"}


def test_the_codes_of_the_checklist_are_codes() -> None:
    assert set().union(*LISTED.values()) <= set(codes())
