"""The three stores, each new and empty."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pathflow.store.memory import MemoryStore
from pathflow.store.sqlite import SqliteStore
from tests.store.server import NoServer, Server

if TYPE_CHECKING:
    from pathflow.store.port import Store

Open = Callable[[], "Store"]
"""Opens the same place once more, as another process would."""

_SCHEMAS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL; where none can be had the test is skipped, unless PATHFLOW_NO_SKIPS says that this is not to be."""
    try:
        found = Server("synchronous_commit=on").start()
    except NoServer as missing:
        if os.environ.get("PATHFLOW_NO_SKIPS"):
            raise
        pytest.skip(str(missing))
    yield found
    found.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which store."""
    return str(request.param)


@pytest.fixture
def open_store(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens one and the same new store, as often as wanted; all are closed in the end."""
    opened: list[Store] = []
    if kind == "memory":
        one = MemoryStore()
        yield lambda: one
        return
    if kind == "sqlite":
        opener: Open = lambda: SqliteStore(tmp_path / "care.db")  # noqa: E731
    else:
        opener = _in_new_schema(request.getfixturevalue("server"))

    def open_one() -> Store:
        opened.append(opener())
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def _in_new_schema(server: Server) -> Open:
    import psycopg

    from pathflow.store.postgres import PostgresStore

    schema = f"s{os.getpid()}_{next(_SCHEMAS)}"
    with psycopg.connect(server.address(), autocommit=True) as db:
        db.execute(f"create schema {schema}")
    return lambda: PostgresStore(server.address(schema))


@pytest.fixture
def store(open_store: Open) -> Store:
    """A new and empty store."""
    return open_store()
