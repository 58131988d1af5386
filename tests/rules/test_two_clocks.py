"""Which of several clocks of one step can run on which way."""

from __future__ import annotations

import pytest

from tests.helpers import findings_of
from tests.rules.examples import whole

EITHER_CLOCK = """\
steps
    decide
        if age >= 65 years
            step Reading
                by nurse at Health Centre
                within 2 weeks
            step Call
                by nurse at Health Centre
                within 3 working days
        otherwise
            step Referral
                by nurse at Health Centre
                within 3 working days
    step Imaging
        by nurse at Health Centre
        within 10 working days of Reading
        within 10 working days of Referral
    step Biopsy
        by nurse at Health Centre
        within {} working days of Reading
        within {} working days of Referral
    end Done
        closes the plan
"""


@pytest.mark.parametrize(("one", "other", "codes"), [(10, 10, []), (9, 10, ["G406"]), (10, 9, ["G406"]), (9, 9, ["G406"] * 2)])
def test_of_two_clocks_that_one_does_not_run_which_started_on_no_way_behind_the_other(
    one: int, other: int, codes: list[str]
) -> None:
    text = whole(EITHER_CLOCK.format(one, other))
    assert [f.code for f in findings_of(text) if f.code == "G406"] == codes
    assert [f.code for f in findings_of(text) if f.level == "error"] == []
