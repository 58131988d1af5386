"""The power fails while a store is written: what was acknowledged is there, once; and where less is waited for, loss is seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.faults.crashes import temporary
from tests.faults.power import BLOCK, SECTOR, cuts_on_postgres, remains, run
from tests.faults.syscalls import NoCompiler
from tests.store.server import NoServer


@pytest.fixture
def folder() -> Iterator[Path]:
    found = temporary()
    yield found
    shutil.rmtree(found, ignore_errors=True)


def cut(harness: Callable[..., Any], *given: object) -> Any:
    """Skipped without a compiler or a server, unless nothing may be skipped."""
    try:
        return harness(*given)
    except (NoCompiler, NoServer) as missing:
        if os.environ.get("PATHFLOW_NO_SKIPS"):
            raise
        pytest.skip(str(missing))


def test_sqlite_loses_nothing_when_the_power_fails(folder: Path) -> None:
    found = cut(run, folder, 8, 1)
    assert found["wrong"] == [], found["stderr"]
    assert found["acked"] > 30


def test_sqlite_loses_where_it_does_not_wait_for_the_disk(folder: Path) -> None:
    assert any("is not there" in one for one in cut(run, folder, 6, 1, "normal")["wrong"])


def test_postgresql_loses_nothing_when_the_power_fails() -> None:
    found = cut(cuts_on_postgres, 3, 1)
    assert found.wrong == []
    assert found.acked > 30


@pytest.mark.parametrize("setting", ["synchronous_commit=off", "fsync=off"])
def test_postgresql_loses_where_it_does_not_wait_for_the_disk(setting: str) -> None:
    assert cut(cuts_on_postgres, 2, 1, setting).wrong != []


def test_of_what_was_not_synced_any_part_is_left() -> None:
    seen, synced = b"n" * (3 * BLOCK + 10), b"o" * (2 * BLOCK)
    assert remains(seen, synced, 0.0, Random(1)) == synced
    found = {remains(seen, synced, 0.5, Random(seed)) for seed in range(200)}
    assert len(found) > 16
    assert any(b"\0" in one for one in found)  # a later block is there, and an earlier one is not
    for one in found:
        for at in range(0, len(synced), BLOCK):
            block = one[at : at + BLOCK]
            new = block.count(b"n")
            assert block == b"n" * new + b"o" * (BLOCK - new)
            assert new % SECTOR == 0
    shorter = {remains(synced[:BLOCK], synced, 0.5, Random(seed)) for seed in range(50)}
    assert shorter == {synced, synced[:BLOCK]}
