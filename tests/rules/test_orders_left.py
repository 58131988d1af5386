"""Who sees to an order that nobody took may order it anew, or can do it."""

from __future__ import annotations

import pytest

from tests.helpers import findings_of
from tests.rules.examples import CLIENTS, HEAD, NETWORK, PLAN, whole

EARLIER = """\
    step Talk
        by counsellor at Association
        ordered by whoever is accountable
        carries referral letter
        accepted within 3 working days
        if not accepted, whoever is accountable takes over
        within 14 days
        makes notes
"""
TO_THEM = """\
    handoff Over
        from doctor at Health Centre to counsellor at Association
        carries referral letter
        accepted within 3 working days
        if not accepted, Association takes over
        keeps the plan with its owner
"""
BACK = """\
    handoff Back
        from counsellor at Association to doctor at Health Centre
        carries referral letter
        accepted within 3 working days
        if not accepted, Health Centre takes over
        keeps the plan with its owner
"""
ORDER = """\
steps
{before}    step Opinion
        by specialist at Hospital
        ordered by whoever is accountable
        carries referral letter
        accepted within 3 working days
        if not accepted, {fallback} takes over
        within 6 weeks
{after}    end Done
        closes the plan
"""
SPECIALIST = NETWORK.replace(
    "professions counsellor\n        register", "professions counsellor, specialist\n        register"
).replace("        professions counsellor\n    agreement", "        professions counsellor, specialist\n    agreement")
NOBODY = NETWORK.replace("        professions counsellor\n    agreement", "    agreement")


def said(fallback: str = "Association", before: str = "", after: str = "", network: str = NETWORK) -> list[str]:
    clients = CLIENTS.replace("    item age", "    item notes: document\n    item age")
    found = findings_of(whole(HEAD + network + clients + PLAN + ORDER.format(fallback=fallback, before=before, after=after)))
    return [f.message for f in found if f.code == "G502"]


def test_who_can_neither_do_it_nor_order_it_is_found() -> None:
    assert said() == ["`Association` is to see to `Opinion` when nobody takes it, and has no `specialist` to do it"]
    assert said(network=NOBODY) == said()


@pytest.mark.parametrize("fallback", ["whoever is accountable", "Health Centre", "County"])
def test_who_holds_the_client_or_is_public_can_order_it_anew(fallback: str) -> None:
    assert said(fallback) == []


def test_who_has_the_profession_can_do_it() -> None:
    assert SPECIALIST != NETWORK
    assert said(network=SPECIALIST) == []


def test_who_does_not_offer_the_service_cannot_do_it() -> None:
    offering = SPECIALIST.replace("    agreement Grant", "        offers ECG\n    agreement Grant")
    assert said(network=offering) == []
    other = "    service rest\n        window 1 day\n"
    offering = SPECIALIST.replace("    agreement Grant", "        offers rest\n    agreement Grant") + other
    clients = CLIENTS.replace("    item age", "    item notes: document\n    item age")
    order = ORDER.format(fallback="Association", before="", after="").replace(
        "        within 6 weeks\n", "        within 6 weeks\n        does ECG\n"
    )
    found = [f.message for f in findings_of(whole(HEAD + offering + clients + PLAN + order)) if f.code == "G502"]
    assert found == ["`Association` is to see to `Opinion` when nobody takes it, and does not offer `ECG`"]


def test_who_has_done_an_order_for_the_client_or_may_hold_the_client_can_order() -> None:
    assert said(before=EARLIER) == []
    assert said(before=TO_THEM, after=BACK) == []
    assert said(before=TO_THEM + BACK) == said()  # it does not hold the client any more
