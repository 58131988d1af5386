"""The power fails: what was written and not synced is gone, or is there in part, whatever was written first.

`syncing.c` is loaded before the C library of whoever writes, and keeps beside the folder a copy of each file as it was when it was
last synced. When the power fails everybody is killed; of each block that differs from the copy one or the other is left, or a part
of the one. This needs a C compiler and nothing else: no file system of one's own, and no rights. What it takes for granted: the name
of a file is on the disk as soon as it is made, changed or taken away, as long as the file itself was ever synced.

`python -m tests.faults.power FOLDER …` runs with `syncing.c` loaded, for SQLite; PostgreSQL is loaded with it by itself.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import psycopg

from pathflow.store import postgres
from pathflow.store.port import StoreError
from pathflow.store.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.faults.crashes import temporary, until, whole
from tests.faults.servers import acked, by_itself, opened
from tests.faults.syscalls import compiled
from tests.faults.writing import Judged, drained, forked, judged, killed, warm, write
from tests.store.server import NoServer, Server

BLOCK, SECTOR = 4096, 512
CHANCES = (0.0, 0.0, 0.5, 0.9)
"""How many of the blocks that were not synced are on the disk all the same."""
NONE = (0.0,)


class Disk:
    """A folder whose power can fail.

    Args:
        folder: what is kept in it.
        copies: its files as they were when they were last synced, by number.
    """

    def __init__(self, folder: Path, copies: Path) -> None:
        self.folder, self.copies = folder, copies
        copies.mkdir(exist_ok=True)

    def environment(self, library: Path) -> dict[str, str]:
        """For a program whose power can fail."""
        return {"LD_PRELOAD": str(library), "SYNCING_FOLDER": str(self.folder), "SYNCING_COPIES": str(self.copies)}

    def files(self) -> list[Path]:
        """All that is in the folder."""
        return [Path(place) / name for place, _, names in os.walk(self.folder) for name in names]

    def settle(self) -> None:
        """All that is in the folder is on the disk; nobody may write meanwhile."""
        shutil.rmtree(self.copies)
        self.copies.mkdir()
        self.copies.chmod(0o777)
        for file in self.files():
            if file.is_file() and not file.is_symlink():
                copy = self.copies / str(file.stat().st_ino)
                shutil.copyfile(file, copy)
                copy.chmod(0o666)

    def remove(self, name: str) -> None:
        """A file is taken away."""
        file = self.folder / name
        if file.exists():
            (self.copies / str(file.stat().st_ino)).unlink(missing_ok=True)
            file.unlink()

    def fail(self, chance: Random, chances: tuple[float, ...] = CHANCES) -> int:
        """The power fails, and comes back. Nobody may be left who writes. Returns: how many files were other than they seemed."""
        share, changed = chance.choice(chances), 0
        for file in sorted(self.files()):
            if not file.is_file() or file.is_symlink():
                continue
            seen, copy = file.read_bytes(), self.copies / str(file.stat().st_ino)
            is_known = copy.exists()
            synced = copy.read_bytes() if is_known else b""
            if seen == synced and is_known:
                continue
            left = remains(seen, synced, share, chance)
            if not is_known and not left and chance.random() < 0.5:
                file.unlink()
                continue
            changed += left != seen
            file.write_bytes(left)
            copy.write_bytes(left)
            copy.chmod(0o666)
        return changed


def remains(seen: bytes, synced: bytes, share: float, chance: Random) -> bytes:
    """What is left of a file: of each block what was seen or what was synced, or the beginning of the one over the other."""
    if len(seen) < len(synced) and chance.random() >= share:  # cut off, and that not synced
        seen += synced[len(seen) :]
    left = bytearray(synced[: len(seen)])
    for at in range(0, len(seen), BLOCK):
        new = seen[at : at + BLOCK]
        if new == synced[at : at + BLOCK] or chance.random() >= share:
            continue
        if chance.random() < 0.1:
            new = new[: SECTOR * chance.randrange(1, BLOCK // SECTOR)]
        if len(left) < at:
            left += bytes(at - len(left))
        left[at : at + len(new)] = new
    return bytes(left)


# SQLite


def cuts_on_sqlite(
    folder: Path, cuts: int, seed: int, open_store: Callable[[Path], SqliteStore], chances: tuple[float, ...]
) -> Judged:
    """So many times the power fails while one or two processes write; others go on with what they had begun.

    Each writer puts the log into the file at times, so that this is cut too.
    """
    chance = Random(seed)
    disk, begun = Disk(folder / "disk", folder / "copies"), time.monotonic_ns()
    file = disk.folder / "care.db"
    journals = [folder / f"{name}.journal" for name in ("one", "two")]
    warm()

    def open_one() -> SqliteStore:
        store = open_store(file)
        store._db.execute(f"pragma wal_autocheckpoint = {Random(os.getpid()).choice([5, 40, 1000])}")
        return store

    for number in range(cuts):
        names = ("one", "two")[: 1 + number % 2]
        wanted = acked(journals) + chance.randrange(12)
        pids = [forked(lambda name=name: write(open_one, folder, name, begun)) for name in names]
        if number % 5 != 4:  # otherwise also while it opens the store
            until(lambda: acked(journals) > wanted or any(map(is_over, pids)))  # noqa: B023 - called at once
        for pid in pids:
            killed(pid, 0.02 * chance.random())
        disk.fail(chance, chances)
        if number % 2:
            whole(file)
    with SqliteStore(file) as store:
        drained(store, folder, begun, ("one", "two"))
        return judged(store, journals, [*folder.glob("*.received")])


def is_over(pid: int) -> bool:
    """A child of ours has ended."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def at_level(level: str) -> Callable[[Path], SqliteStore]:
    """Opens a store, and then waits less for the disk than it would by itself."""

    def open_store(file: Path) -> SqliteStore:
        store = SqliteStore(file)
        if level != "full":
            store._db.execute(f"pragma synchronous = {level}")
        return store

    return open_store


def main(folder: Path, cuts: int, seed: int, level: str) -> int:
    """The power fails so many times. Prints a line of JSON."""
    try:
        found = cuts_on_sqlite(folder, cuts, seed, at_level(level), CHANCES if level == "full" else NONE)
    except (AssertionError, StoreError, sqlite3.DatabaseError) as broken:
        found = Judged(0, 0, 0, [f"the store is broken: {broken}"])
    print(json.dumps({"acked": found.acked, "wrong": found.wrong}))
    return 0


def run(folder: Path, cuts: int, seed: int, level: str = "full") -> dict[str, Any]:
    """Compiles what tells what is synced, and lets the power fail. Raises: NoCompiler."""
    disk = Disk(folder / "disk", folder / "copies")
    disk.folder.mkdir()
    library = compiled("syncing.c", folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.power", str(folder), str(cuts), str(seed), level],
        env={**os.environ, **disk.environment(library), "PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if not done.stdout.strip():
        raise AssertionError(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1]) | {"stderr": done.stderr[-3000:]}


# PostgreSQL


def cuts_on_postgres(cuts: int, seed: int, *settings: str) -> Judged:
    """So many times the power of PostgreSQL fails while three processes write. Raises: NoCompiler, NoServer.

    Args:
        settings: of the server; where they are weak, the store is opened all the same.
    """
    folder, chance, begun = temporary(), Random(seed), time.monotonic_ns()
    server = Server(
        "synchronous_commit=on", "wal_sync_method=fdatasync", "checkpoint_timeout=30s", *settings, initdb=("--wal-segsize=1",)
    )
    disk = Disk(server.data, server.folder / "copies")
    library = compiled("syncing.c", folder)
    names = ("one", "two", "three")
    journals = [folder / f"{name}.journal" for name in names]
    pids: list[int] = []
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(server.close)
        if settings:
            stack.enter_context(patch.object(postgres, "_MUST_BE_ON", ()))
        disk.settle()
        server.environment |= disk.environment(library)
        server.start()
        open_store = opened(server, "public")
        open_store().close()
        warm()
        pids += [forked(lambda name=name: write(open_store, folder, name, begun)) for name in names]
        try:
            for number in range(cuts):
                wanted = acked(journals) + chance.randrange(10, 60)
                until(lambda: acked(journals) >= wanted or any(map(is_over, pids)))  # noqa: B023 - called at once
                if any(map(is_over, pids)):
                    return Judged(acked(journals), 0, 0, ["a worker ended by itself: the store is no longer whole"])
                with closing(psycopg.connect(server.address(), autocommit=True)) as asking:
                    if number % 3 == 1:  # what was written to the log goes into the tables, and that is cut too
                        asking.pgconn.send_query(b"checkpoint")
                        time.sleep(chance.random() * 0.05)
                    server.kill()
                disk.fail(chance, NONE if settings else CHANCES)
                disk.remove("postmaster.pid")  # as whoever finds it empty must
                server.start(patience=20 if settings else 60)
        except NoServer as broken:
            return Judged(acked(journals), 0, 0, [f"the server does not come back: {str(broken).strip().splitlines()[-1]}"])
        finally:
            by_itself(pids)  # it was told if some did
        store = open_store()
        try:
            drained(store, folder, begun, names)
            return judged(store, journals, [*folder.glob("*.received")])
        finally:
            store.close()


# both


def many_cuts(seconds: float, seed: int, least: int = 0) -> int:
    """Rounds of power cuts for as long as is told, by turns of both stores. Returns: how many things were wrong."""
    end, wrong = time.monotonic() + seconds, 0
    cuts, commands = {"SQLite": 0, "PostgreSQL": 0}, {"SQLite": 0, "PostgreSQL": 0}
    while time.monotonic() < end or min(cuts.values()) < least:
        for store, before in list(cuts.items()):
            number = seed + before
            found = _round(store, number)
            cuts[store] += 20
            commands[store] += found["acked"]
            wrong += len(found["wrong"])
            for one in found["wrong"]:
                print(f"{store}, power, seed {number}: {one}", flush=True)
    for store, count in cuts.items():
        print(f"{store}: the power failed {count:,} times; {commands[store]:,} commands acknowledged")
    print(f"power: {wrong} lost, doubled or torn")
    return wrong


def _round(store: str, seed: int) -> dict[str, Any]:
    if store == "PostgreSQL":
        found = cuts_on_postgres(20, seed)
        return {"acked": found.acked, "wrong": found.wrong}
    folder = temporary()
    try:
        return run(folder, 20, seed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
