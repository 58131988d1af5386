"""The checklist for writers tells the truth: each kind of line, taken out of its example or spoilt, brings the code that stands beside it."""

from __future__ import annotations

import re

import pytest

from pathflow.rules.pages import codes
from tests.conftest import ROOT
from tests.docs.markdown import blocks
from tests.helpers import findings_of
from tests.rules.examples import whole

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


# What the page's example has no use for.
MORE = whole("""\
clients Adults
    item age: number of years
    item advice: document
    item answer: document
    item summary: document
    item consent: yes or no
    item kidney: number of ml/min, valid 1 month
    event Crisis
    enter when age >= 18 years

plan Care plan
    owner doctor at Health Centre
    review every 6 months, and after Stay, Crisis
    if another path joins, the owner stays

steps
    step Visit
        by doctor at Health Centre
        within 14 days
        makes summary, consent, kidney
    consultation Opinion
        from doctor at Health Centre to specialist at Hospital
        carries summary
        answered within 7 days
        makes advice
    step Acting
        by doctor at Health Centre
        within 7 days
        needs advice, kidney
    step Test
        by doctor at Health Centre
        within 14 days
        does ECG
    step Reading
        by doctor at Health Centre
        within 14 days
        needs ECG recording
    wait until answer is known, at most 3 weeks
    client chooses place of training
        option Hospital
        option Health Centre
        guided by nurse at Health Centre
        within 2 weeks
        if no choice, Health Centre
    step Training
        by nurse at place of training
        ordered by nurse at Health Centre
        accepted within 7 days
        within 8 weeks
    step Stay
        by doctor at Health Centre, ward
        within 4 weeks
    step After the stay
        by nurse at Health Centre
        within 7 days
    decide Consent?
        if consent
            step Company
                by counsellor at Association
                ordered by nurse at Health Centre
                carries summary
                legal basis consent
                accepted within 7 days
                feedback within 7 days
                within 8 weeks
        if not consent
            continue
    end Done
        closes the plan

whenever Crisis happens
    step Crisis call
        by nurse at whoever is accountable
        within 1 day
        makes summary
    handoff To the ward
        from whoever is accountable to specialist at Hospital
        carries summary
        accepted within 1 working day
        if not accepted, whoever is accountable keeps the client
        keeps the plan with its owner
    step Crisis care
        by specialist at Hospital
        within 4 hours
        makes summary
    handoff Home again
        from specialist at Hospital to whoever was accountable
        carries summary
        accepted within 1 working day
        if not accepted, Hospital keeps the client
        keeps the plan with its owner
    resume
""")
OTHERS = [
    ("Network", "item advice: document", "item advice: document\n    item kidney: document", "P302"),
    ("Network", "valid 1 month", "valid 7 days", "G305"),
    ("Clients and plan", ", and after Stay, Crisis", "", "O106"),
    ("Step", "        needs ECG recording\n", "", "G306"),
    ("Step", "        needs advice, kidney\n", "        needs advice\n", "G115"),
    (
        "Step",
        "        by nurse at Health Centre\n        within 7 days\n    decide",
        "        by nurse at Health Centre\n    decide",
        "G404",
    ),
    ("Order", "                accepted within 7 days\n                feedback", "                feedback", "G107"),
    ("Consultation", "        answered within 7 days\n", "", "G108"),
    ("Consultation", "carries summary\n        answered", "carries advice\n        answered", "G301"),
    ("Choice", "        guided by nurse at Health Centre\n", "", "G211"),
    ("Choice", "        within 2 weeks\n        if no choice", "        if no choice", "G401"),
    ("Choice", "        if no choice, Health Centre\n", "", "G212"),
    ("Choice", "        option Hospital\n", "        option Association\n", "G502"),
    (
        "Choice",
        "        accepted within 7 days\n        within 8 weeks\n    step Stay",
        "        within 8 weeks\n    step Stay",
        "G107",
    ),
    ("Decide", "        if consent\n", "        if not consent\n", "G304"),
    ("Repeat, wait, together", ", at most 3 weeks", "", "G208"),
    ("Whenever", "to whoever was accountable", "to doctor at Health Centre", "G110"),
    ("Whenever", "    resume\n", "    restart from Company\n", "P303"),
    ("Whenever", "    resume\n", "    restart from Acting\n", "G301"),
]


@pytest.mark.parametrize(("block", "before", "after", "code"), OTHERS)
def test_so_does_one_that_the_example_has_no_use_for(block: str, before: str, after: str, code: str) -> None:
    assert before in MORE
    assert code not in {finding.code for finding in findings_of(MORE)}
    assert code in {finding.code for finding in findings_of(MORE.replace(before, after, 1))}
    assert code in LISTED[block]


def test_every_block_of_the_checklist_is_tried() -> None:
    assert {block for block, *_ in [*MISTAKES, *OTHERS]} == set(LISTED)


def test_the_codes_of_the_checklist_are_codes() -> None:
    assert set().union(*LISTED.values()) <= set(codes())
