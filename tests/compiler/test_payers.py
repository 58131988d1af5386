"""Several who pay, and which share of it each."""

from __future__ import annotations

import pytest

import pathflow
from pathflow.dsl.languages import CODES, Code
from pathflow.model.network import Payer
from tests.helpers import findings_of, program_of
from tests.rules.examples import whole

TEXT = """\
network Example network
    organiser County
    professions nurse, doctor
    provider Health Centre
        sector public
        professions nurse, doctor
    provider Centre 12
        sector public
    provider City
        sector public
    service ECG
        price 30 €
        payer {payers}

steps
    step Visit
        by doctor at Health Centre
        within 14 days
        does ECG
    end Done
        closes the plan
"""


def payers(said: str) -> tuple[Payer, ...]:
    return program_of(whole(TEXT.format(payers=said))).path.network.services["ECG"].payers


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("County", (Payer("County"),)),
        ("County, City, client fee", (Payer("County"), Payer("City"), Payer("client fee"))),
        ("County 60 %, City 40 %", (Payer("County", 60), Payer("City", 40))),
        ("County 33,5 %, City 66,5%", (Payer("County", 33.5), Payer("City", 66.5))),
        ("County 60 %, City", (Payer("County", 60), Payer("City"))),
        ("Centre 12, City", (Payer("Centre 12"), Payer("City"))),
        ("STEA grant 2026", (Payer("STEA grant 2026"),)),
        ('"Fund 60" 60 %, "Oak, Elm and Co" 40 %', (Payer("Fund 60", 60), Payer("Oak, Elm and Co", 40))),
    ],
)
def test_who_pays_and_how_much(said: str, wanted: tuple[Payer, ...]) -> None:
    assert payers(said) == wanted


@pytest.mark.parametrize(
    ("said", "code", "advice"),
    [
        ("County 60 %, City 50 %", "P404", "Together they are 100 %"),
        ("County 60 %, City 30 %", "P404", "Together they are 100 %"),
        ("County 100 %, City", "P404", "Something is left for those whose share is not said"),
        ("County 160 %, City", "P404", "A share is from 0 % to 100 %"),
        ("County 60, City 40", "P203", "Write: 60 %"),
        ("County 60 €, City 40 €", "P401", "Write: 60 %"),
        ("County, city, CITY", "P302", "Take one away"),
        ("County and City", "P202", "Write: County, City"),
        ("County 60 % and City 40 %", "P202", "Write: County 60 %, City 40 %"),
        ("60 % County, 40 % City", "P202", "Write: County 60 %, City 40 %"),
        ("County (60 %), City (40 %)", "P202", "Write: County 60 %"),
        ("County,", "P202", "Write the last name, or take the comma away"),
    ],
)
def test_shares_that_cannot_be_meant(said: str, code: str, advice: str) -> None:
    found = findings_of(whole(TEXT.format(payers=said)))
    assert [(f.code, f.advice) for f in found] == [(code, advice)]


@pytest.mark.parametrize("code", CODES)
def test_in_every_language(code: Code) -> None:
    plain = whole(TEXT.format(payers="County 60 %, City 40 %"))
    there = pathflow.format_text(plain, language=code)
    assert findings_of(there) == []
    assert pathflow.format_text(there, language="en").removeprefix("language en\n\n") == pathflow.format_text(plain)
