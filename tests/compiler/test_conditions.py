"""Conditions: an option is named as it is written."""

from __future__ import annotations

from pathlib import Path

import pathflow

TEXT = """path Care
    version 1
    valid from 2026-01-01
    uses Ours
    responsible Centre
    accountable Centre

network Ours
    organiser Centre
    professions nurse
    item care: one of not needed, needed soon

clients Adults
    enter when {condition}

plan Plan
    owner nurse at Centre
    review every 6 months
    if another path joins, the owner stays

steps
    end Done
        closes the plan
"""


def test_an_option_that_begins_with_not_is_put_in_quotes(tmp_path: Path) -> None:
    (finding,) = pathflow.check_text(TEXT.format(condition="care is not needed"), "care.path", tmp_path).findings
    assert (finding.code, finding.advice) == ("P403", 'Put the option in double quotes: is "not needed"')
    assert finding.edit is None
    quoted = TEXT.format(condition='care is "not needed"')
    assert [f.code for f in pathflow.check_text(quoted, "care.path", tmp_path).findings] == []
