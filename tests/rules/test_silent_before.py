"""Defects that were planted into the shipped paths and that no rule spoke of: one small path for each, and the path without it."""

from __future__ import annotations

import pytest

from tests.helpers import codes_of
from tests.rules.examples import HEAD, NETWORK, whole

BRANCHES = """\
steps
    together{until}
        branch Heart
            step Test
                by nurse at Health Centre
                within 7 days
                does ECG
            step Reading
                by doctor at Health Centre
                within 3 days
                needs ECG recording
        branch Talk
            step Talk
                by doctor at Health Centre
                within 14 days
    end Done
        closes the plan
"""

LATER = """\
steps
    step Visit
        by doctor at Health Centre
        within 14 days
    step Reading
        by doctor at Health Centre
        within {length} of Visit
    end Done
        closes the plan
"""

ENTERED = """\
clients Adults
    item age: number of years
    item alone: yes or no{valid}
    enter when alone is known
steps
    step Visit
        by doctor at Health Centre
        within 14 days
    decide
        if alone
            continue
        otherwise
            continue
    end Done
        closes the plan
"""

ANSWERS = """\
clients Adults
    item age: number of years
    {item}
    enter when age >= 18 years
steps
    step Visit
        by doctor at Health Centre
        within 14 days
        makes {made}
    end Done
        closes the plan
"""


TEST = "    step Test\n        by nurse at Health Centre\n        within 7 days\n        does ECG\n"
READING = "    step {}\n        by doctor at Health Centre\n        within 3 days\n        needs ECG recording\n"
TALK = "    step {}\n        by doctor at Health Centre\n        within 14 days\n"


def together(before: str, *branches: str, until: str = "") -> str:
    """Branches of one step each, and what comes before them."""
    lines = [f"        branch Branch {n}\n" + branch.replace("    ", "            ", 1) for n, branch in enumerate(branches)]
    lines = [line.replace("\n        by", "\n                by") for line in lines]
    for word in ("within", "does", "needs"):
        lines = [line.replace(f"\n        {word}", f"\n                {word}") for line in lines]
    return f"steps\n{before}    together{until}\n{''.join(lines)}    end Done\n        closes the plan\n"


READ = (READING.format("Reading"), READING.format("Second reading"), TALK.format("Talk"))


@pytest.mark.parametrize(
    ("before", "branches", "until", "codes"),
    [
        (TEST, (READ[0], READ[2]), "", set()),  # all branches are waited for: one reads it
        (TEST, (READ[0], READ[2]), " until any is done", {"G306"}),  # the other may be done first
        (TEST, READ, " until 2 are done", set()),  # one of the two that read it is among any two
        (TEST, (READ[0], TALK.format("Call"), READ[2]), " until 2 are done", {"G306"}),
        ("", (TEST, READ[2]), "", {"G306"}),  # what a branch itself found out is not read by the other's silence
    ],
)  # fmt: skip
def test_what_was_found_out_is_read_whichever_branches_are_done(
    before: str, branches: tuple[str, ...], until: str, codes: set[str]
) -> None:
    assert said(together(before, *branches, until=until)) == codes


def said(text: str) -> set[str]:
    return {code for _, code in codes_of(whole(text))}


@pytest.mark.parametrize(("until", "codes"), [("", set()), (" until any is done", {"G306"})])
def test_a_result_may_be_left_behind_in_a_branch(until: str, codes: set[str]) -> None:
    assert said(BRANCHES.format(until=until)) == codes


@pytest.mark.parametrize(("length", "codes"), [("60 days", set()), ("29 days", set()), ("400 days", {"G410"})])
def test_a_clock_that_started_just_before_is_no_longer_than_the_silence(length: str, codes: set[str]) -> None:
    head = HEAD.replace("version 1.0", "version 1.0\n    silence at most 70 days")
    assert said(head + LATER.format(length=length)) == codes


@pytest.mark.parametrize(("valid", "codes"), [("", set()), (", valid 1 year", set()), (", valid 3 days", {"G305"})])
def test_what_was_known_at_enrolment_grows_old(valid: str, codes: set[str]) -> None:
    assert said(ENTERED.format(valid=valid)) == codes


@pytest.mark.parametrize(("gone", "codes"), [("", set()), ("        professions nurse, doctor\n", {"G502"})])
def test_a_provider_without_professions_has_nobody(gone: str, codes: set[str]) -> None:
    assert said(NETWORK.replace(gone, "", 1) + LATER.format(length="29 days")) == codes


def test_a_target_promised_beyond_its_maximum() -> None:
    promise = "version 1.0\n    promise Reading\n        within {} months of enrolment, at most 6 months"
    for months, codes in (("3", set()), ("7", {"G402"})):
        head = HEAD.replace("version 1.0", promise.format(months))
        assert said(head + LATER.format(length="29 days")) == codes


def test_who_may_enter_takes_notice_of_an_answer() -> None:
    text = ANSWERS.format(item="item alone: yes or no", made="alone")
    assert said(text) == {"G115"}
    assert said(text.replace("enter when age >= 18 years", "enter when age >= 18 years and alone is unknown")) == set()


def test_what_ends_a_window_early_takes_notice_of_an_event() -> None:
    """The network's service speaks of it by name, as of a reason."""
    event = ANSWERS.replace("    {item}\n", "    event Stroke\n").replace("        makes {made}\n", "")
    assert said(event) == {"G114"}
    window = NETWORK.replace("unless rhythm symptom", "unless Stroke")
    assert said(window + event) == set()


@pytest.mark.parametrize(("days", "codes"), [("3", {"G406"}), ("12", set())])
def test_a_wait_in_the_own_way_of_an_event_counts_from_it(days: str, codes: set[str]) -> None:
    way = (
        "whenever Stroke happens, beside the main way\n"
        "    step First call\n        by doctor at Health Centre\n        within 5 days of Stroke\n"
        "    wait until 10 days after Stroke\n"
        f"    step Call\n        by doctor at Health Centre\n        within {days} days of Stroke\n"
    )
    text = ANSWERS.replace("    {item}\n", "    event Stroke\n").replace("        makes {made}\n", "")
    assert said(text + way) == codes


@pytest.mark.parametrize(
    ("item", "made", "codes"),
    [
        ("item in danger: yes or no", "in danger", {"G115"}),
        ("item weight: number of kg, valid 7 days", "referral letter", {"G115"}),
        ("item weight: number of kg", "weight", set()),
        ("item worry: text", "worry", set()),
    ],
)
def test_an_answer_on_which_nothing_depends(item: str, made: str, codes: set[str]) -> None:
    assert said(ANSWERS.format(item=item, made=made)) == codes
