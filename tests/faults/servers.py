"""A store in PostgreSQL whose workers and whose server are killed while clients write."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from random import Random

import psycopg

from pathflow.store.port import Store, StoreError
from pathflow.store.postgres import PostgresStore
from tests.faults.crashes import temporary, until
from tests.faults.writing import Judged, drained, forked, judged, lines_of, warm, write
from tests.store.server import Server

NAMES = ("one", "two", "three")


def opened(server: Server, schema: str) -> Callable[[], Store]:
    """Opens the store; while the server is away it is tried again."""

    def open_store() -> Store:
        end = time.monotonic() + 60
        while True:
            try:
                return PostgresStore(server.address(schema))
            except StoreError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    return open_store


def kills_on_postgres(server: Server, folder: Path, kills: int, seed: int) -> Judged:
    """So many times a worker and the server are killed, in turns; workers begin again with what they had begun."""
    chance = Random(seed)
    schema = f"kills_{os.getpid()}_{seed}"
    with psycopg.connect(server.address(), autocommit=True) as db:
        db.execute(f"create schema {schema}")
    open_store, begun = opened(server, schema), time.monotonic_ns()
    open_store().close()
    warm()
    journals = [folder / f"{name}.journal" for name in NAMES]
    begin = lambda name: forked(lambda: write(open_store, folder, name, begun))  # noqa: E731
    workers = {name: begin(name) for name in NAMES}
    try:
        for number in range(kills):
            wanted = acked(journals) + chance.randrange(5, 40)
            until(lambda: acked(journals) >= wanted)  # noqa: B023 - called at once
            if number % 3 == 2:
                server.kill()
                time.sleep(chance.random() * 0.2)
                server.start()
            else:
                name = chance.choice(NAMES)
                ended(workers[name])
                workers[name] = begin(name)
    finally:
        all_ended(workers.values())
    store = open_store()
    drained(store, folder, begun, NAMES)
    try:
        return judged(store, journals, [*folder.glob("*.received")])
    finally:
        store.close()


def acked(journals: list[Path]) -> int:
    """How much was acknowledged by now."""
    return sum(line[0] == "ack" for line in lines_of(journals))


def ended(pid: int) -> None:
    """Kills a child of ours. It must have lived until then."""
    all_ended([pid])


def all_ended(pids: Iterable[int]) -> None:
    """Kills children of ours, each of them whatever became of the others. They must have lived until then."""
    by_themselves = by_itself(pids)
    assert not by_themselves, f"workers ended by themselves: {by_themselves}"


def by_itself(pids: Iterable[int]) -> list[int]:
    """Kills children of ours. Returns: with what those had ended that had ended by themselves."""
    found: list[int] = []
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            found.append(os.waitstatus_to_exitcode(status))
    return found


def many_kills(seconds: float, seed: int, least: int = 0) -> int:
    """Rounds of kills for as long as is told. Returns: how many things were wrong."""
    end, kills, found_acked, wrong = time.monotonic() + seconds, 0, 0, 0
    server = Server("synchronous_commit=on").start()
    try:
        while time.monotonic() < end or kills < least:
            folder = temporary()
            try:
                found = kills_on_postgres(server, folder, 30, seed + kills)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            kills, found_acked = kills + 30, found_acked + found.acked
            for one in found.wrong:
                wrong += 1
                print(f"PostgreSQL, seed {seed + kills - 30}: {one}", flush=True)
    finally:
        server.close()
    print(
        f"PostgreSQL: {kills:,} kills, a third of them of the server; {found_acked:,} commands acknowledged: {wrong} lost, doubled or torn"
    )
    return wrong
