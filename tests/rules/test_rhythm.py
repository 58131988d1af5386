"""How long rounds take whose rhythm counts from their beginning, and the rounds that are ahead."""

from __future__ import annotations

import pytest

from pathflow.host.live import CareEngine
from tests.helpers import codes_of, program_of
from tests.rules.examples import whole

TEXT = """\
path Example
    version 1.0
    valid from 2026-01-01 to 2027-12-31
    uses Example network
    responsible Health Centre
    accountable Health Centre
    promise Talk
        within {promise} of enrolment, at most 6 months

steps
    repeat every 1 week{rhythm}, 3 times
        step Training
            by nurse at Health Centre
            within {within}
    step Talk
        by nurse at Health Centre
        within the same day
    end Done
        closes the plan
"""

FROM_START = " from start to start"


@pytest.mark.parametrize(
    ("rhythm", "within", "promise", "codes"),
    [
        (FROM_START, "3 days", "17 days", []),  # it begins on days 0, 7 and 14
        (FROM_START, "3 days", "16 days", ["G405"]),
        ("", "3 days", "23 days", []),
        ("", "3 days", "22 days", ["G405"]),
        (FROM_START, "9 days", "27 days", []),  # each round takes longer than the rhythm
        (FROM_START, "9 days", "26 days", ["G405"]),
    ],
)
def test_a_promise_over_rounds(rhythm: str, within: str, promise: str, codes: list[str]) -> None:
    assert [code for _, code in codes_of(whole(TEXT.format(rhythm=rhythm, within=within, promise=promise)))] == codes


@pytest.mark.parametrize(("rhythm", "earliest"), [(FROM_START, "2026-03-09"), ("", "2026-03-11")])
def test_the_round_that_is_ahead(rhythm: str, earliest: str) -> None:
    engine = CareEngine([program_of(whole(TEXT.format(rhythm=rhythm, within="3 days", promise="30 days")))])
    engine.enrol("Anna", "Example", "2026-03-02T09:00", {"age": 40, "alone": "no"})
    engine.complete("Anna", "Training", "2026-03-04T09:00")
    when = {one.name: one.earliest for one in engine.ahead("Anna", "2026-03-04T10:00")}
    assert when["Training"] == engine.instant(f"{earliest}T09:00")
    assert [place.name for place in engine.where("Anna", f"{earliest}T10:00")] == ["Training"]
    assert [place.name for place in engine.where("Anna", f"{earliest}T08:00")] != ["Training"]


@pytest.mark.parametrize(("rhythm", "earliest"), [(FROM_START, "2026-03-09T09:00"), ("", "2026-03-11T10:00")])
def test_the_round_that_comes_after_the_one_that_is_gone(rhythm: str, earliest: str) -> None:
    """Training is done, and Talk, which ends the round, is not."""
    text = TEXT.format(rhythm=rhythm, within="3 days", promise="30 days")
    inside = "        step Note\n            by nurse at Health Centre\n            within 1 day\n    step Talk\n"
    engine = CareEngine([program_of(whole(text.replace("    step Talk\n", inside, 1)))])
    engine.enrol("Anna", "Example", "2026-03-02T09:00", {"age": 40, "alone": "no"})
    engine.complete("Anna", "Training", "2026-03-04T09:00")
    when = {one.name: one.earliest for one in engine.ahead("Anna", "2026-03-04T10:00")}
    assert when["Training"] == engine.instant(earliest)
