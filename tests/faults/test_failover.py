"""A standby takes over from the server that is gone: nothing is lost where commits waited for it, and otherwise loss is seen."""

from __future__ import annotations

import os

import pytest

from tests.faults.failover import WAITS, failovers
from tests.faults.writing import Judged
from tests.store.server import NoServer


def taken_over(setting: str) -> Judged:
    """Skipped where there is no server or no program that copies one, unless nothing may be skipped."""
    try:
        return failovers(1, 1, setting)
    except NoServer as missing:
        if os.environ.get("PATHFLOW_NO_SKIPS"):
            raise
        pytest.skip(str(missing))


def test_a_standby_for_which_commits_wait_has_all_that_was_acknowledged() -> None:
    found = taken_over(WAITS)
    assert found.wrong == []
    assert found.acked > 20


def test_a_standby_for_which_they_do_not_wait_has_not() -> None:
    assert any("is lost" in one for one in taken_over("synchronous_standby_names=").wrong)
