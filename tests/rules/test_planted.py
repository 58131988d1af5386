"""What was planted into the shipped paths and not found once (tests/mutants), in the smallest examples; and what is right."""

from __future__ import annotations

import pytest

from tests.helpers import codes_of, findings_of
from tests.rules.examples import CLIENTS, HEAD, NETWORK, whole
from tests.rules.test_watch import DONE, REFERRAL, VISIT

SILENT = HEAD + "    silence at most 3 months\n"
CLUB = """\
    provider Club
        sector third
        professions counsellor
    agreement Evenings at the club
        with Club
        mode grant
        covers ECG
        valid from 2020-01-01
"""
WARD = """\
    step Treatment
        by nurse at Health Centre, ward
        within 10 days
    step Call
        by nurse at Health Centre
        within 3 days
"""
LATER_WARD = WARD.replace("Treatment", "Second treatment").replace("Call", "Second call")
ASIDE = """\
    step First visit
        by doctor at Health Centre
        within 3 days
        makes alone
    decide
        if alone
            step Home visit
                by nurse at Health Centre
                within 3 days
        if not alone
            continue
    step Second visit
        by doctor at Health Centre
        within 14 days of Home visit
"""
LATER = """\
    step First visit
        by doctor at Health Centre
        within 14 days of Home visit
        makes alone
    decide
        if alone
            step Home visit
                by nurse at Health Centre
                within 3 days
        if not alone
            continue
"""
PLAN = "plan Care plan\n    owner doctor at Health Centre\n    review every {}\n    if another path joins, the owner stays\n"


def path(steps: str, head: str = HEAD, network: str = NETWORK, plan: str = "") -> list[str]:
    return sorted({code for _, code in codes_of(whole(network + head + plan + "steps\n" + steps + DONE))})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: path(VISIT.replace("14 days, at most 3 months", "14 months"), SILENT), ["G410"]),
        (lambda: path(VISIT, SILENT), []),
        (lambda: path(VISIT + "    wait 4 months\n", SILENT), ["G410"]),
        (lambda: path(VISIT + "    wait until ECG recording is known, at most 4 months\n", SILENT), []),
        (lambda: path(REFERRAL.replace("3 days", "3 years"), SILENT), ["G410"]),
        (lambda: path(REFERRAL.replace("Hospital takes", "Club takes"), network=NETWORK + CLUB), ["G501"]),
        (lambda: path(REFERRAL.replace("Hospital takes", "Association takes")), []),
        (lambda: path(VISIT.replace("Centre\n", "Centre, home\n"), network=NETWORK.replace("doctor\n        reg", "doctor\n        channels remote\n        reg")), ["G502"]),
        (lambda: path(ASIDE, SILENT), ["G401"]),
        (lambda: path(ASIDE.replace(" of Home visit", ""), SILENT), []),
        (lambda: path(LATER, SILENT), ["G401"]),
        (lambda: path(WARD, plan=PLAN.format("6 months")), ["O106"]),
        (lambda: path(WARD, plan=PLAN.format("6 months, and after Treatment")), []),
        (lambda: path(WARD + LATER_WARD, plan=PLAN.format("6 months, and after Treatment")), ["O106"]),
        (lambda: path(WARD + LATER_WARD, plan=PLAN.format("6 months, and after Treatment, Second treatment")), []),
        (lambda: path(LATER_WARD + WARD, plan=PLAN.format("6 months, and after Treatment")), []),
        (lambda: path(WARD + VISIT, plan=PLAN.format("6 months, and after Visit")), []),
        (lambda: path(VISIT + WARD, plan=PLAN.format("6 months, and after Visit")), ["O106"]),
        (lambda: path(VISIT, plan=PLAN.format("13 months")), ["O106"]),
        (lambda: path(VISIT, plan=PLAN.format("1 year")), []),
    ],
)  # fmt: skip
def test_what_was_planted_is_found(found: object, expected: list[str]) -> None:
    assert found() == expected  # type: ignore[operator]


@pytest.mark.parametrize(
    ("after", "expected"),
    [("Emergency", ["O106"]), ("Emergency, Treatment", []), ("Emergency, Call", []), ("Emergency, Going home", [])],
)
def test_an_event_is_no_review_after_the_stay_that_it_leads_to(after: str, expected: list[str]) -> None:
    clients = CLIENTS.replace("    event Emergency\n", "    event Emergency\n    event Going home\n")
    ward = "whenever Emergency happens, beside the main way\n" + WARD
    plan = PLAN.format(f"6 months, and after {after}")
    found = {code for _, code in codes_of(whole(NETWORK + HEAD + clients + plan + "steps\n" + VISIT + DONE + ward))}
    assert sorted(found - {"G114"}) == expected


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ("notes", []),
        ("age", []),
        ("alone", ["`alone`"]),
        ("notes, alone", ["`alone`"]),
        ("alone, weight", ["`alone` and `weight`"]),
    ],
)
def test_what_is_shared_is_made_by_somebody(shares: str, expected: list[str]) -> None:
    items = "    item notes: document\n    item weight: number of kg\n"
    linked = f"    linked parent\n        shares {shares}\n        legal basis Act 703/2023\n"
    clients = CLIENTS.replace("    event Emergency\n", f"{items}    event Emergency\n{linked}")
    steps = "steps\n" + VISIT + "        makes notes\n" + DONE
    found = [f for f in findings_of(whole(NETWORK + HEAD + clients + steps)) if f.code == "G301"]
    assert [(f.words["items"], f.level) for f in found] == [(items, "warning") for items in expected]
