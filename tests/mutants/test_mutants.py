"""Defects planted into the shipped paths: every kind plants something, and what is not found is known by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mutants.judge import Judge, Verdict, sample
from tests.mutants.kinds import KINDS

REVIEWED = Path(__file__).parent / "reviewed.txt"
"""What of the sample is not found, each line read by somebody; docs/explanation/completeness.md says why."""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(ROOT / "paths", ways=0)


@pytest.fixture(scope="module")
def verdicts(judge: Judge) -> list[Verdict]:
    """One mutant of each kind, two of those in which most of what goes wrong begins: handoffs and orders."""
    kinds = [kind for kind in KINDS.values() if not kind.is_beyond]
    mutants = [m for kind in kinds for m in sample(judge, kind.name, 2 if kind.group in ("handoffs", "orders") else 1)]
    return [judge.verdict(mutant) for mutant in mutants]


def test_nothing_is_found_where_nothing_is_planted(judge: Judge) -> None:
    assert [f"{finding.code} {finding.message}" for finding in judge.clean()] == []


def test_every_kind_plants_something(judge: Judge) -> None:
    assert len([kind for kind in KINDS.values() if not kind.is_beyond]) >= 100
    assert [name for name in KINDS if not sample(judge, name, 1)] == []


def test_what_is_not_found_is_what_was_reviewed(verdicts: list[Verdict]) -> None:
    missed = sorted({verdict.mutant.name for verdict in verdicts if verdict.state == "missed"})
    reviewed = [line for line in REVIEWED.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert missed == sorted(reviewed), "read what is new, and write tests/mutants/reviewed.txt anew"


def test_what_is_equivalent_has_a_reason(verdicts: list[Verdict]) -> None:
    assert all(verdict.why for verdict in verdicts if verdict.state == "equivalent")
    assert all(verdict.codes for verdict in verdicts if verdict.state == "found")


def test_most_is_found_where_it_was_planted(verdicts: list[Verdict]) -> None:
    found = [verdict for verdict in verdicts if verdict.state == "found"]
    assert sum(verdict.is_near for verdict in found) >= 0.7 * len(found)
