"""A writer of SQLite is killed at any moment, and its disk fails in every way: what was acknowledged is there, once."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pathflow.engine.facts import Fact
from pathflow.store.port import Busy, StoreError
from pathflow.store.sqlite import SqliteStore
from tests.faults.crashes import as_ordinary_user, kills_on_sqlite, temporary, whole
from tests.faults.mutants import MUTANTS
from tests.faults.syscalls import NoCompiler
from tests.faults.syscalls import run as run_syscalls
from tests.faults.writing import forked, service_on
from tests.host.world import BEGINNING


@pytest.fixture
def folder() -> Iterator[Path]:
    found = temporary()
    yield found
    shutil.rmtree(found, ignore_errors=True)


def test_a_writer_that_is_killed_loses_and_doubles_nothing(folder: Path) -> None:
    found = kills_on_sqlite(folder, 25, 1)
    assert found.wrong == []
    assert found.acked > 50


def ended_well(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def refused_in_one_line(file: Path, limit: int, lift: object) -> None:
    """Commands until there is no room; then there is room again, and everything goes on."""
    store = SqliteStore(file)
    desk = service_on(store).desk("n")
    done = 0
    with pytest.raises(StoreError) as told:  # noqa: PT012
        while done < limit:
            assert isinstance(desk.once(f"k{done}").observe("Kaija", "", BEGINNING + done, {"referral": "x" * 500}), Fact)
            done += 1
    assert isinstance(told.value, Busy)
    assert "\n" not in str(told.value)
    assert len(store.facts("Kaija")) == done
    lift(store)  # type: ignore[operator]
    for n in range(done, done + 5):
        assert desk.once(f"k{n}").observe("Kaija", "", BEGINNING + n, {"referral": "x" * 500}).number == n + 1
    assert len(desk.history("Kaija", BEGINNING + 10_000)) == done + 5
    store.close()
    whole(file)


def test_a_full_disk_is_said_in_one_line_and_room_mends_it(folder: Path) -> None:
    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        SqliteStore(folder / "care.db").close()
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, unlimited[1]))
        refused_in_one_line(folder / "care.db", 5_000, lambda _: resource.setrlimit(resource.RLIMIT_FSIZE, unlimited))

    ended_well(forked(full))


def test_a_full_database_is_said_in_one_line_and_room_mends_it(folder: Path) -> None:
    file = folder / "care.db"
    store = SqliteStore(file)
    store._db.execute("pragma max_page_count = 120")
    desk = service_on(store).desk("n")
    done = 0
    with pytest.raises(Busy, match="full") as told:  # noqa: PT012
        while True:
            desk.once(f"k{done}").observe("Kaija", "", BEGINNING + done, {"referral": "x" * 500})
            done += 1
    assert "\n" not in str(told.value)
    assert len(store.facts("Kaija")) == done
    store._db.execute("pragma max_page_count = 1000000")
    assert desk.once(f"k{done}").observe("Kaija", "", BEGINNING + done, {"age": 80}).number == done + 1
    store.close()
    whole(file)


def test_a_file_that_cannot_be_written_is_said_in_one_line(folder: Path) -> None:
    file = folder / "care.db"
    with SqliteStore(file) as store:
        service_on(store).desk("n").observe("Kaija", "", BEGINNING, {"age": 80})
    for one in folder.iterdir():
        one.chmod(0o444)
    before = file.read_bytes()

    def read_only() -> None:
        with pytest.raises(StoreError) as told:
            service_on(SqliteStore(file)).desk("n").observe("Kaija", "", BEGINNING, {"age": 81})
        assert "\n" not in str(told.value)
        assert "care.db" in str(told.value)

    ended_well(as_ordinary_user(read_only))
    assert file.read_bytes() == before


def test_every_call_that_writes_may_fail_or_be_the_last(folder: Path) -> None:
    found = calls_failed(folder, 60)
    assert found["wrong"] == [], found["stderr"]
    assert found["points"] > 300
    assert found["tried"] == 60


def test_what_is_kept_in_two_parts_is_found(folder: Path) -> None:
    found = calls_failed(folder, 15, "the answer is kept in another transaction")["wrong"]
    assert any("was done 2 times" in one for one in found)


def calls_failed(folder: Path, most: int, planted: str = "") -> dict[str, Any]:
    """Calls that write, failed; skipped without a compiler, unless nothing may be skipped."""
    try:
        return run_syscalls(folder, most, planted=planted)
    except NoCompiler as missing:
        if os.environ.get("PATHFLOW_NO_SKIPS"):
            raise
        pytest.skip(str(missing))


def test_a_retry_that_is_done_again_is_found(folder: Path) -> None:
    with MUTANTS["answers are not kept"].planted():
        found = kills_on_sqlite(folder, 12, 1)
    assert any("was done 2 times" in one for one in found.wrong)
