"""Whether something is known is asked by whoever holds the client: what another has written, and nobody carried, is not read."""

from __future__ import annotations

import pytest

from tests.helpers import findings_of
from tests.rules.examples import whole

PATH = """\
steps
    step Visit
        by doctor at Health Centre
        within 14 days
        makes {made}
    {sometimes}
    handoff To the club
        from doctor at Health Centre to counsellor at Association
        carries {carried}
        legal basis the client's permission
        accepted within 3 days
        if not accepted, Health Centre keeps the client
        keeps the plan with its owner
    {asked}
    end Done
        closes the plan
"""
SOMETIMES = """decide
        if age >= 65 years
            step Test
                by doctor at Health Centre
                within 14 days
                makes ejection fraction
        otherwise
            continue"""
DECIDED = """decide Is it there?
        if {item} is known
            continue
        if {item} is unknown
            step Asking for it
                by counsellor at Association
                within 7 days
                makes {item}"""
REPEATED = """repeat every 1 week, at most 3 times
        step Looking
            by counsellor at Association
            within 3 days
    until {item} is known
    step Talk
        by counsellor at Association
        within 7 days"""
LETTER = "referral letter"
UNREAD = "asks for `{}`, which `Association` cannot read"


def asked(made: str, carried: str, how: str, item: str, sometimes: str = "") -> list[str]:
    sometimes = sometimes or "step Nothing\n        by doctor at Health Centre\n        within 3 days"
    text = PATH.format(made=made, carried=carried, asked=how.format(item=item), sometimes=sometimes)
    return [f.message.split("` ", 1)[1] for f in findings_of(whole(text)) if f.code == "G205"]


@pytest.mark.parametrize("how", [DECIDED, REPEATED])
def test_what_is_known_but_not_to_whoever_asks_is_told(how: str) -> None:
    """`ejection fraction` is measured by the Health Centre; on every way, or only of some clients."""
    unread = [UNREAD.format("ejection fraction")]
    assert asked(f"{LETTER}, ejection fraction", LETTER, how, "ejection fraction") == unread
    assert asked(LETTER, LETTER, how, "ejection fraction", SOMETIMES) == unread


@pytest.mark.parametrize("how", [DECIDED, REPEATED])
def test_what_is_carried_or_made_by_nobody_may_be_asked_for(how: str) -> None:
    assert asked(f"{LETTER}, ejection fraction", f"{LETTER}, ejection fraction", how, "ejection fraction") == []
    assert asked(LETTER, f"{LETTER}, ejection fraction", how, "ejection fraction", SOMETIMES) == []
    assert asked(LETTER, LETTER, how, "ejection fraction") == []


def test_it_is_told_where_it_is_first_asked_for() -> None:
    twice = (
        DECIDED.format(item="ejection fraction")
        + "\n    "
        + DECIDED.replace("Is it there?", "And now?").replace("Asking", "Ask")
    )
    assert asked(LETTER, LETTER, twice, "ejection fraction") == []
    assert asked(LETTER, LETTER, twice, "ejection fraction", SOMETIMES) == [UNREAD.format("ejection fraction")]


BY_EITHER = """decide
        if age >= 65 years
            step Test
                by counsellor at Association
                ordered by doctor at Health Centre
                accepted within 3 days
                within 14 days
                makes ejection fraction
        if age >= 40 years and age < 65 years
            step Another test
                by doctor at Health Centre
                within 14 days
                makes ejection fraction
        otherwise
            continue"""
IN_ONE_BRANCH = """together until any is done
        branch One
            step Test
                by doctor at Health Centre
                within 14 days
                makes ejection fraction
        branch Two
            step Talk before
                by nurse at Health Centre
                within 14 days"""


@pytest.mark.parametrize("sometimes", [BY_EITHER, IN_ONE_BRANCH])
def test_what_one_of_several_ways_makes_out_of_reach_is_told(sometimes: str) -> None:
    assert asked(LETTER, LETTER, DECIDED, "ejection fraction", sometimes) == [UNREAD.format("ejection fraction")]
