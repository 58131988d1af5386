"""What mends it that something cannot be sent or used, by why it is not there (G301, G501)."""

from __future__ import annotations

import pytest

from tests.helpers import findings_of
from tests.rules.examples import whole

STEPS = """\
steps
    step Visit
        by nurse at Health Centre
        within 7 days
        makes referral letter
    handoff Over
        from nurse at Health Centre to nurse at Hospital
        carries referral letter
        accepted within 3 days
        if not accepted, Health Centre keeps the client
        keeps the plan with its owner
    step Care
        by nurse at Hospital
        within 6 weeks
    end Done
        closes the plan

whenever {what}, beside the main way
    step Picture
        by {by}
        within 7 days
        makes ejection fraction
    step Reading
        by specialist at Hospital
        ordered by {orderer}
        carries ejection fraction
        accepted within 3 days
        within 14 days
        legal basis the client's permission
"""
ORDERED = "counsellor at Association\n        ordered by whoever is accountable\n        accepted within 3 days\n        feedback within 2 days"
HERE = "nurse at whoever is accountable"


def advice(what: str, by: str, orderer: str = "whoever is accountable", register: str = "register health") -> list[str]:
    text = whole(STEPS.format(what=what, by=by, orderer=orderer))
    before, after = text.split("    provider Hospital\n")
    text = before + "    provider Hospital\n" + after.replace("register health", register, 1)
    return [f"{f.message}: {f.advice}" for f in findings_of(text) if f.code == "G301"]


def test_what_an_order_has_made_is_sent_on_by_who_made_it() -> None:
    (said,) = advice("Visit happens", ORDERED, register="register ward")
    assert "`Association` has it: Let `Association`, which did `Picture`, send it on: ordered by … at Association" in said
    assert advice("Visit happens", ORDERED, "counsellor at Association", register="register ward") == []


def test_what_is_written_by_whoever_it_is_may_be_sent_by_another() -> None:
    (said,) = advice("Visit happens", HERE, register="register ward")
    assert "which one of `Health Centre` and `Hospital` writes and another sends" in said
    assert said.endswith("let both stand on the main way, where whoever holds the client does both")
    assert advice("Visit happens", HERE) == []


@pytest.mark.parametrize(
    ("what", "is_told"), [("Emergency happens", True), ("Emergency happens and ejection fraction is known", False)]
)
def test_an_event_that_comes_too_early_may_ask_for_what_is_not_there(what: str, is_told: bool) -> None:
    text = whole(STEPS.format(what=what, by=HERE, orderer="whoever is accountable"))
    text = text.replace(
        "        within 7 days\n        makes ejection fraction", "        within 7 days\n        needs ejection fraction"
    )
    text = text.replace("        within 6 weeks", "        within 6 weeks\n        makes ejection fraction")
    found = [f for f in findings_of(text) if f.code == "G301" and f.words.get("step") == "Picture"]
    assert [(f.advice or "").endswith("begin only where it is there: and ejection fraction is known") for f in found] == (
        [True] if is_told else []
    )
