"""What a message says of a mistake that newcomers make: one message, which can be followed and leads to no other."""

from __future__ import annotations

import pytest

from pathflow.base.findings import Finding
from tests.helpers import findings_of
from tests.rules.examples import whole

DONE = "    end Done\n        closes the plan\n"


def visit(by: str, *lines: str, name: str = "Visit") -> str:
    return f"    step {name}\n        by {by}\n" + "".join(f"        {line}\n" for line in lines)


def found(*steps: str) -> list[Finding]:
    return findings_of(whole("steps\n" + "".join(steps) + DONE))


def filled(template: str | None, finding: Finding) -> str:
    return (template or "").format_map(finding.words)


@pytest.mark.parametrize(
    ("by", "help_"),
    [
        (
            "nurse and client at Health Centre",
            "Write: by client. Where both act, write a second step for the client: by client",
        ),
        ("nurse, whoever is accountable", "Write: by nurse at whoever is accountable"),
        ("nurse of whoever is accountable", "Write: by nurse at whoever is accountable"),
        ("nurse whoever is accountable", "Write: by nurse at whoever is accountable"),
    ],
)
def test_who_acts_is_said_so_that_it_can_be_followed(by: str, help_: str) -> None:
    (one,) = found(visit(by, "within 7 days"))
    assert filled(one.help, one) == help_


@pytest.mark.parametrize("line", ["professions client", "item client: yes or no", "provider whoever is accountable"])
def test_no_name_is_a_word_of_the_language(line: str) -> None:
    more = f"    {line}\n" + ("        sector public\n" if line.startswith("provider") else "")
    text = f"network Own\n    organiser County\n    provider Centre\n        sector public\n{more}"
    (one,) = findings_of(text)
    assert one.code == "P302"
    assert "is a word of the language" in one.message


def test_a_choice_among_what_are_no_providers_is_said_once() -> None:
    choice = (
        "    client chooses Housing\n        option Own flat\n        option Group home\n"
        "        guided by nurse at Health Centre\n        within 7 days\n        if no choice, Own flat\n"
    )
    decision = (
        "    decide Which?\n        if Housing is Own flat\n            continue\n        otherwise\n            continue\n"
    )
    (one,) = found(choice, decision)
    assert one.code == "P303"
    assert "item Housing: one of Own flat, Group home" in filled(one.help, one)


def test_an_allow_says_where_its_code_is_found() -> None:
    told = found(
        visit("nurse at Health Centre", "within 7 days", "allow G401 because the door is open"),
        visit("nurse at Health Centre", name="Talk"),
    )
    idle = next(one for one in told if one.code == "P603")
    other = next(one for one in told if one.code == "G401")
    assert other.span is not None
    assert filled(idle.help, idle) == f"`G401` is found at line {other.span.line}: put the line into the block there"


@pytest.mark.parametrize(
    ("limit", "example", "target"),
    [("36 hours", "12 hours", "36 hours"), ("1 day", "4 hours", "1 day"), ("6 months", "14 days", "6 months")],
)
def test_an_example_of_a_time_fits_before_the_next_limit(limit: str, example: str, target: str) -> None:
    operation = visit("doctor at Health Centre", f"within {limit} of enrolment", name="Operation")
    (one,) = [f for f in found(visit("nurse at Health Centre"), operation) if f.code == "G401"]
    wanted = f"Add a line, for example: within {example}; the next limit on this way is `Operation`, {target} of enrolment"
    assert filled(one.help, one) == wanted


def test_a_limit_that_cannot_be_kept_is_said_with_its_dates() -> None:
    first = visit("doctor at Health Centre", "within 7 days", name="Operation")
    look = visit("nurse at Health Centre", "within 3 working days of Operation", name="Look")
    late = visit("nurse at Health Centre", "within 5 days of Operation", name="Call")
    (one,) = [f for f in found(first, look, "    wait 2 days\n", late) if f.code == "G406"]
    assert "Where `Operation` is on" in one.message
    assert "are no working days" in one.message


def test_who_has_what_the_sender_lacks_is_named() -> None:
    order = visit(
        "counsellor at Association", "ordered by doctor at Health Centre", "accepted within 7 days", "within 7 days",
        "makes letter of support", name="Talk",
    )  # fmt: skip
    consultation = (
        "    consultation Advice\n        from doctor at Health Centre to specialist at Hospital\n"
        "        carries letter of support\n        answered within 7 days\n"
    )
    text = whole(
        "clients Adults\n    item age: number of years\n    item letter of support: document\n\nsteps\n"
        + order
        + consultation
        + DONE
    )
    (one,) = [f for f in findings_of(text) if f.code == "G301"]
    assert one.message.endswith("which `Health Centre` does not have: `Association` has it")
    assert "feedback within 7 days" in filled(one.help, one)


def test_a_path_that_is_only_named_says_how_to_go_on() -> None:
    (one,) = found(visit("nurse at Health Centre", "within 7 days", "starts Informal carer"))
    assert one.code == "P301"
    assert "`pathflow new`" in (one.help or "")
