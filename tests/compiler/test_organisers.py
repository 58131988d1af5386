"""Several who organise together: who may act without an agreement, and to whom falls back what nobody holds."""

from __future__ import annotations

import pytest

import pathflow
from pathflow.dsl.languages import CODES, Code
from pathflow.engine.machine import Machine
from pathflow.replay.scenario import outcome_of
from pathflow.rules.registry import watch_all
from tests.helpers import codes_of, findings_of, program_of
from tests.rules.examples import whole

TEXT = """\
network Example network
    organiser {organisers}
    professions doctor, adviser
    provider Health Centre
        sector public
        professions doctor
        register health
    provider City
        sector third
        professions adviser
        register health
    service decision
        officials only

steps
    step Decision
        by adviser at City
        ordered by adviser at City
        accepted within 7 days
        within 30 days
        does decision
    end Done
        closes the plan
"""


def text(organisers: str, head: str = "") -> str:
    made = whole(TEXT.format(organisers=organisers))
    return made.replace("    uses Example network\n", f"    uses Example network\n{head}", 1)


@pytest.mark.parametrize(
    ("organisers", "codes"),
    [
        ("County, City", []),
        ("City, County", []),
        ("City", []),
        ("County", ["G112", "G501", "G504"]),
        ("County, city, CITY", ["P302"]),
    ],
)
def test_each_of_them_organises(organisers: str, codes: list[str]) -> None:
    assert sorted(code for _, code in codes_of(text(organisers))) == codes


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("County, City", []),
        ("City, County", []),
        ("County", ["the network is organised by `County` and `City`, not by `County`"]),
        ("County, Health Centre", ["the network is organised by `County` and `City`, not by `County` and `Health Centre`"]),
    ],
)
def test_the_head_names_all_of_them(head: str, said: list[str]) -> None:
    assert [f.message for f in findings_of(text("County, City", f"    organiser {head}\n"))] == said


HANDOFF = """\
network Example network
    organiser {organisers}
    professions doctor
    provider Health Centre
        sector public
        professions doctor
    provider Hospital
        sector public
        professions doctor
    item letter: document

steps
    handoff Referral
        from doctor at Health Centre to doctor at Hospital
        carries letter
        accepted within 3 working days
        keeps the plan with its owner
        legal basis "The Act"
        allow G102 because nobody was found
    end Done
        closes the plan

test Nobody accepts
    given letter is made, Referral is not accepted
    on day 20 expect holder is {holder}
"""


@pytest.mark.parametrize(("organisers", "holder"), [("County, City", "County"), ("City, County", "City")])
def test_what_nobody_holds_falls_back_to_the_first(organisers: str, holder: str) -> None:
    program = program_of(whole(HANDOFF.format(organisers=organisers, holder=holder)))
    (test,) = program.path.tests
    outcome = outcome_of(Machine([program], watch_all), program, test)
    assert not any("holder" in str(failure) for failure in outcome.failures), outcome.failures


@pytest.mark.parametrize("code", CODES)
def test_in_every_language(code: Code) -> None:
    plain = text("County, City", "    organiser County, City\n")
    there = pathflow.format_text(plain, language=code)
    assert findings_of(there) == []
    assert pathflow.format_text(there, language="en").removeprefix("language en\n\n") == pathflow.format_text(plain)
