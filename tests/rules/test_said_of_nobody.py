"""What newcomers were told and was so for no client: no longer said, and still said where it is so."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pathflow.api import stories
from pathflow.base.findings import Finding
from pathflow.base.instants import local_datetime
from pathflow.witness.story import Story
from tests.helpers import codes_of, findings_of
from tests.rules.examples import whole

DONE = "    end Done\n        closes the plan\n"


def step(name: str, *lines: str, depth: int = 1, within: str = "within 7 days") -> str:
    lead = "    " * depth
    more = "".join(f"{lead}    {line}\n" for line in (within, *lines) if line)
    return f"{lead}step {name}\n{lead}    by nurse at Health Centre\n{more}"


def text_of(steps: str, items: str = "", window: str = "12 months", valid: str = "") -> str:
    text = whole("steps\n" + steps + DONE).replace("window 12 months", f"window {window}")
    text = text.replace("    item alone", items + "    item alone") if items else text
    return text.replace("item ECG recording: document", f"item ECG recording: document{valid}")


def codes(text: str) -> list[str]:
    return [code for _, code in codes_of(text)]


def one(text: str, code: str) -> Finding:
    (found,) = (finding for finding in findings_of(text) if finding.code == code)
    return found


# ── D101: the shortest time, exact by the calendar ──────────────────────────────────────────────────────────────────


def again(*between: str, window: str = "12 months") -> str:
    wait = "".join(f"    {line}\n" for line in between)
    twice = step("One", "does ECG") + step("Tablets") + wait + step("Two", "does ECG") + step("Look", "needs ECG recording")
    return text_of(twice, window=window)


@pytest.mark.parametrize(
    ("window", "wait"),
    [
        ("12 months", "wait until 1 year after Tablets"),
        ("12 months", "wait until 12 months after Tablets"),
        ("12 months", "wait until 12 months after One"),
        ("12 months", "wait 1 year"),
        ("12 months", "wait 12 months"),
        ("12 months", "wait 366 days"),
        ("1 year", "wait 12 months"),
        ("1 year", "wait until 12 months after Tablets"),
        ("3 months", "wait until 3 months after Tablets"),
        ("3 months", "wait 92 days"),
        ("30 days", "wait 1 month\n    wait 2 days"),
    ],
)
def test_a_wait_as_long_as_the_window_lets_it_pass(window: str, wait: str) -> None:
    assert codes(again(wait, window=window)) == []


@pytest.mark.parametrize(
    ("window", "wait", "least"),
    [
        ("12 months", "wait 365 days", "365 days"),  # a February of 29 days lies in some of them
        ("12 months", "wait until 11 months after Tablets", "334 days"),
        ("12 months", "wait until 12 months after enrolment", "358 days"),  # `One` is done within 7 days of it
        ("12 months", "wait until alone is known, at most 12 months", "no time"),
        ("3 months", "wait 91 days", "91 days"),
        ("3 months", "wait until 2 months after Tablets", "59 days"),
        ("30 days", "wait 2 weeks\n    wait 15 days", "29 days"),
        ("30 days", "wait 1 month", "28 days"),
    ],
)
def test_a_shorter_wait_is_said_with_what_was_reckoned(window: str, wait: str, least: str) -> None:
    message = one(again(wait, window=window), "D101").message
    assert message.endswith(f"can still hold ({window}): at the shortest, {least} lies between them")


def test_a_wait_that_counts_from_before_the_first_is_as_long_as_everybodys_time_leaves_of_it() -> None:
    """From enrolment to `One` it is a week at most, or as long as the law or the rounds allow; or nothing says how long."""
    twice = again("wait until 12 months after enrolment")
    assert codes(again("wait until 13 months after enrolment")) == []

    def least(text: str) -> str:
        return one(text, "D101").message.rsplit(": ", 1)[1].removeprefix("at the shortest, ")

    assert least(twice.replace("within 7 days", "within 7 days, at most 2 months", 1)) == "302 days lies between them"
    assert least(twice.replace("        within 7 days\n", "", 1)) == "no time lies between them"
    rounds = "    repeat every 1 month, 3 times\n" + step("One", "does ECG", depth=2)
    wait = "    wait until 12 months after enrolment\n"
    thrice = text_of(rounds + wait + step("Two", "does ECG") + step("Look", "needs ECG recording"))
    assert least(thrice) == "280 days lies between them"  # three rounds of a week, two months between, and two days to be sure


def test_rounds_and_branches_that_take_time_let_a_window_pass() -> None:
    rounds = "    repeat every 1 week, {} times\n" + step("Call", depth=2)
    assert codes(again(rounds.strip().format(54))) == []
    assert "at the shortest, 357 days" in one(again(rounds.strip().format(52)), "D101").message
    both = "    together\n        branch Waiting\n            wait 1 year\n        branch Call\n" + step("Call", depth=3)
    assert codes(again(both.strip())) == []
    either = both.replace("together\n", "together until any is done\n")
    assert codes(again(either.strip())) == ["D101"]


def test_asking_first_is_advised_where_it_helps() -> None:
    shown = again("wait 2 weeks")
    assert "or ask first whether it still holds, in a decision: if ECG recording is unknown" in str(one(shown, "D101").advice)
    shorter = shown.replace("item ECG recording: document", "item ECG recording: document, valid 1 month")
    assert "ask first" not in str(one(shorter, "D101").advice)


# ── G305: what a question has just answered is not too old ──────────────────────────────────────────────────────────

SEEN = "    item retinopathy: yes or no, valid 24 months\n"
ASKED = """\
    decide Is it known still?
        if retinopathy is unknown
            step Anew
                by nurse at Health Centre
                within 7 days
                makes retinopathy
        if retinopathy is known
{inside}
"""
NESTED = """\
            {before}
            decide Is there any?
                if retinopathy
                    step Care
                        by nurse at Health Centre
                        within 7 days
                if not retinopathy
                    continue
"""


def asked(before: str) -> str:
    inside = NESTED.replace("            {before}\n", before)
    return text_of(
        step("Pictures", "makes retinopathy") + "    wait 3 years\n" + ASKED.format(inside=inside.rstrip("\n")), SEEN
    )


def test_what_is_known_at_a_branch_is_valid_right_behind_it() -> None:
    assert codes(asked("")) == []
    assert codes(asked("            wait 1 day\n")) == ["G305"]
    assert codes(asked(step("Talk", depth=3))) == ["G305"]


def test_behind_two_branches_of_which_one_does_not_ask_it_may_be_too_old() -> None:
    steps = step("Pictures", "makes retinopathy") + "    wait 3 years\n    decide\n        if {}\n            continue\n"
    steps += "        otherwise\n            continue\n" + NESTED.replace("            {before}\n", "").replace(
        "\n        ", "\n"
    )
    either = text_of(steps.format("age > 70 years").replace("            decide Is", "    decide Is"), SEEN)
    assert codes(either) == ["G305"]


def test_how_old_it_may_be_is_said_in_sensible_units() -> None:
    long = step("Pictures", "makes retinopathy") + "".join(f"    wait {n} months\n" for n in (10, 20)) + "    wait 5 weeks\n"
    found = one(text_of(long + step("Use", "needs retinopathy", within="within 9 days"), SEEN), "G305")
    assert found.message == (
        "`retinopathy` may be too old at `Use`: it is valid 24 months, and made 2 years 8 months before, by `Pictures` "
        "(2 years 6 months 6 weeks 2 days, most of it by `wait 10 months`, `wait 20 months`, `wait 5 weeks` and `Use`)"
    )


# ── limits of which one applies on each way ─────────────────────────────────────────────────────────────────────────

EITHER = """\
    decide
        if age > 70 years
            step By letter
                by nurse at Health Centre
                within 7 days
        otherwise
{other}
    step Visit
        by nurse at Health Centre
        within 5 working days of By letter
        within 5 working days of By phone
"""


def test_one_of_two_clocks_has_started_on_every_way() -> None:
    both = EITHER.format(other=step("By phone", depth=3).rstrip("\n"))
    assert codes(text_of(both)) == []
    assert codes(text_of(EITHER.format(other="            continue").replace(" of By phone", " of By letter"))) == ["G401"]
    third = both.replace("    decide\n", "    decide\n        if age > 90 years\n            continue\n").replace(
        "> 70", "<= 60"
    )
    assert codes(text_of(third.replace("otherwise", "if age > 60 years and age <= 90 years"))) == ["G401"]
    silent = text_of(both).replace("    accountable", "    silence at most 30 days\n    accountable")
    assert codes(silent) == []
    assert codes(silent.replace(" of By phone", " of By letter")) == ["G401"]


def test_a_limit_does_not_hold_where_the_clock_of_one_above_it_has_started() -> None:
    steps = step("Meeting") + "    decide\n        if age > 70 years\n            wait 20 weeks\n" + step("Drugs", depth=3)
    steps += "        otherwise\n            continue\n"
    above, below = "within 4 weeks of Drugs", "within 4 weeks of Meeting"
    assert codes(text_of(steps + step("Surgery", below, within=above))) == []
    assert codes(text_of(steps + step("Surgery", within=below))) == ["G406"]
    assert codes(text_of(steps + step("Surgery", above, within=below))) == ["G406"]
    assert codes(text_of(steps + "    wait 5 weeks\n" + step("Surgery", below, within=above))) == ["G406", "G406"]


# ── G406: the story is of the date that the finding names ───────────────────────────────────────────────────────────


def told(text: str, folder: Path) -> tuple[Finding, Story]:
    file = folder / "example.path"
    file.write_text(text, "utf-8")
    found = next(one for one in stories(file) if one.finding.code == "G406")
    assert found.story is not None
    return found.finding, found.story


def test_the_story_of_a_limit_is_of_the_date_on_which_it_cannot_be_kept(tmp_path: Path) -> None:
    steps = step("Visit") + step("Surgery") + step("Assessment", within="within 3 working days of Surgery")
    finding, story = told(text_of(steps + step("Transfer", within="within 4 days of Surgery")), tmp_path)
    zone = ZoneInfo("Europe/Helsinki")
    at = {beat.what.split(" is done")[0]: local_datetime(beat.at, zone).date() for beat in story.beats}
    assert str(at["Surgery"]) == finding.words["date"]
    assert str(at["Assessment"]) == finding.words["comes"] > finding.words["due"]


def test_a_limit_that_cannot_be_kept_may_be_allowed() -> None:
    steps = step("Surgery") + "    wait 7 weeks\n" + step("Check", within="within 6 weeks of Surgery")
    assert str(one(text_of(steps), "G406").advice).endswith("where it may be so, write: allow G406 because …")
