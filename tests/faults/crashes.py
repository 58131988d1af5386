"""A store in a file whose writer is killed, whose disk is full or cannot be written, again and again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

from pathflow.store.sqlite import SqliteStore
from tests.faults.writing import Judged, drained, forked, judged, killed, warm, write


def kills_on_sqlite(folder: Path, count: int, seed: int, open_store: Callable[[Path], SqliteStore] = SqliteStore) -> Judged:
    """So many times a writer is killed at a random moment; another one goes on with what it had begun."""
    chance = Random(seed)
    file, begun = folder / "care.db", time.monotonic_ns()
    journals = [folder / f"{name}.journal" for name in ("one", "two")]
    warm()
    for number in range(count):
        names = ("one", "two")[: 1 + number % 2]
        wanted = _size(journals) + chance.randrange(2500)
        pids = [forked(lambda name=name: write(lambda: open_store(file), folder, name, begun)) for name in names]
        if number % 5 != 4:  # otherwise also while it opens the store
            until(lambda: _size(journals) > wanted)  # noqa: B023 - called at once
        for pid in pids:
            killed(pid, chance.choice([0.01, 0.1]) * chance.random())
        if number % 10 == 9 or number == count - 1:
            whole(file)
    with SqliteStore(file) as store:
        drained(store, folder, begun, ("one", "two"))
        return judged(store, journals, [*folder.glob("*.received")])


def _size(journals: list[Path]) -> int:
    return sum(one.stat().st_size for one in journals if one.exists())


def until(so: Callable[[], bool], seconds: float = 60) -> None:
    """Waits until it is so."""
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            raise AssertionError("nothing happens")
        time.sleep(0.002)


def whole(file: Path) -> None:
    """SQLite itself finds nothing wrong with the file."""
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]


def temporary() -> Path:
    """A folder into which an ordinary user may look."""
    folder = Path(tempfile.mkdtemp(prefix="pathflow-faults-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def many_kills(seconds: float, seed: int, least: int = 0) -> int:
    """Rounds of kills for as long as is told. Returns: how many things were wrong."""
    end, kills, acked, wrong = time.monotonic() + seconds, 0, 0, 0
    while time.monotonic() < end or kills < least:
        folder = temporary()
        try:
            found = kills_on_sqlite(folder, 100, seed + kills)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        kills, acked = kills + 100, acked + found.acked
        for one in found.wrong:
            wrong += 1
            print(f"SQLite, seed {seed + kills - 100}: {one}", flush=True)
    print(f"SQLite: a writer was killed {kills:,} times; {acked:,} commands acknowledged: {wrong} lost, doubled or torn")
    return wrong


def as_ordinary_user(work: Callable[[], object]) -> int:
    """A child that may not write where only its owner may."""

    def child() -> None:
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
        work()

    return forked(child)
