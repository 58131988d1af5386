"""Workers and PostgreSQL itself are killed while clients write; and histories of many at once are linear, client by client."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pathflow.store.sqlite import SqliteStore
from tests.faults.crashes import temporary
from tests.faults.servers import kills_on_postgres, opened
from tests.faults.simulation import quick_versions
from tests.faults.writing import Command, forked, judged, out_of_order, warm, write
from tests.store.conftest import server  # noqa: F401 - a fixture
from tests.store.server import Server

NAMES = ("one", "two", "three")


@pytest.fixture
def folder() -> Iterator[Path]:
    found = temporary()
    yield found
    shutil.rmtree(found, ignore_errors=True)


def test_whoever_is_killed_nothing_is_lost_or_doubled(server: Server, folder: Path) -> None:  # noqa: F811
    found = kills_on_postgres(server, folder, 3, 1)
    assert found.wrong == []
    assert found.acked > 20


def at_once(open_store: Callable[[], Any], folder: Path, most: int) -> None:
    """Processes, and in one of them threads of one service, that write to the same two clients."""
    begun = time.monotonic_ns()
    open_store().close()
    warm()

    def threads() -> None:
        store = open_store()
        wrong: list[BaseException] = []

        def work(name: str) -> None:
            try:
                write(lambda: store, folder, name, begun, most, ("Kaija", "Veikko"))
            except BaseException as failed:
                wrong.append(failed)
                raise

        started = [threading.Thread(target=work, args=(name,)) for name in ("two", "three")]
        for one in started:
            one.start()
        for one in started:
            one.join()
        assert not wrong

    for pid in (forked(lambda: write(open_store, folder, "one", begun, most, ("Kaija", "Veikko"))), forked(threads)):
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_many_did_at_once_has_one_order(kind: str, folder: Path, request: pytest.FixtureRequest) -> None:
    if kind == "postgres":
        running = request.getfixturevalue("server")
        import psycopg

        schema = f"at_once_{os.getpid()}"
        with psycopg.connect(running.address(), autocommit=True) as db:
            db.execute(f"create schema {schema}")
        open_store = opened(running, schema)
    else:
        open_store = lambda: SqliteStore(folder / "care.db")  # noqa: E731
    with quick_versions():
        at_once(open_store, folder, 60)
    store = open_store()
    found = judged(store, [folder / f"{name}.journal" for name in NAMES])
    store.close()
    assert found.wrong == []
    assert found.unknown == 0
    assert found.acked > 100
    assert found.reads > 5


# the judge can fail


def command(key: str, sent: int, answered: int | None, number: int) -> Command:
    return Command(key, "Kaija", sent, answered, number, "")


@pytest.mark.parametrize(
    ("commands", "reads", "is_wrong"),
    [
        ([("a", 1, 2, 1), ("b", 3, 4, 2)], [(5, 6, 2)], False),
        ([("a", 1, 9, 2), ("b", 3, 4, 1)], [], False),
        ([("a", 1, 2, 2), ("b", 3, 4, 1)], [], True),
        ([("a", 1, None, 2), ("b", 3, 4, 1)], [], False),
        ([("a", 1, 2, 1), ("b", 3, 4, 2)], [(5, 6, 1)], True),
        ([("a", 1, 2, 1), ("b", 8, 9, 2)], [(5, 6, 2)], True),
        ([("a", 1, 20, 1), ("b", 2, 21, 2)], [(3, 4, 2), (5, 6, 1)], True),
        ([("a", 1, 20, 1), ("b", 2, 21, 2)], [(3, 6, 2), (4, 5, 1)], False),
    ],
)
def test_the_judge_tells_orders_apart(commands: list[Any], reads: list[Any], is_wrong: bool) -> None:
    known = {key: command(key, sent, answered, number) for key, sent, answered, number in commands}
    numbers = {"Kaija": {one.number: key for key, one in known.items()}}
    assert bool(out_of_order(known, numbers, [("Kaija", *read) for read in reads])) == is_wrong
