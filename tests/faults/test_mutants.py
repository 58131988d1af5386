"""Every known way of doing it wrong is found by the harness that should; without it the same harness finds nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.mutants import MUTANTS, is_found

GROUPS = 6


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("group", range(GROUPS))
def test_what_is_done_wrong_is_found(group: int) -> None:
    chosen = list(MUTANTS.values())[group::GROUPS]
    assert [mutant.name for mutant in chosen if is_found(mutant) is None] == []


def test_what_is_done_right_is_left_alone(tmp_path: Path) -> None:
    for number, mutant in enumerate(MUTANTS.values()):
        if not hasattr(mutant.found_by, "seed"):  # the seeds have a test of their own
            folder = tmp_path / str(number)
            folder.mkdir()
            mutant.found_by(folder)


def test_there_are_many_and_each_changes_something() -> None:
    assert len(MUTANTS) >= 70
    for mutant in MUTANTS.values():
        with mutant.planted():
            pass
