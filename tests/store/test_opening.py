"""Stores are opened where they are safe, brought to the newest form, and otherwise refused in one line."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from pathflow.store.memory import MemoryStore
from pathflow.store.opening import opened
from pathflow.store.port import Busy, Commit, StoredFact, StoreError, Unsafe
from pathflow.store.sql import schema_steps
from pathflow.store.sqlite import SqliteStore
from tests.store.conftest import _in_new_schema
from tests.store.server import Server


def test_a_file_is_opened_with_a_write_ahead_log_and_full_synchronisation(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "care.db") as store, store.reading() as db:
        assert db.execute("pragma journal_mode").fetchone() == ("wal",)
        assert db.execute("pragma synchronous").fetchone() == (2,)


def test_what_can_have_no_write_ahead_log_is_refused() -> None:
    with pytest.raises(Unsafe, match="its journal is `memory`"):
        SqliteStore(":memory:")


def test_a_connection_of_the_host_that_is_not_safe_is_refused(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "care.db") as store, closing(sqlite3.connect(tmp_path / "care.db", isolation_level=None)) as db:
        with pytest.raises(StoreError, match="in no transaction"):
            store.commit([Commit("Kaija", 0)], db)
        db.execute("pragma synchronous = normal")
        db.execute("begin")
        with pytest.raises(Unsafe, match="its synchronisation 1"):
            store.commit([Commit("Kaija", 0)], db)
        db.execute("rollback")
        assert store.head("Kaija") is None


def test_a_store_that_a_newer_pathflow_wrote_is_refused(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "care.db") as store, store.writing() as db:
        db.execute("update pathflow_meta set value = ? where name = 'schema'", (str(len(schema_steps()) + 1),))
    with pytest.raises(StoreError, match="written by a newer pathflow"):
        SqliteStore(tmp_path / "care.db")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_schema_goes_forward_on_a_live_database(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathflow.store import sql

    open_ = (
        (lambda: SqliteStore(tmp_path / "care.db")) if kind == "sqlite" else _in_new_schema(request.getfixturevalue("server"))
    )
    with open_() as store:
        store.commit([Commit("Kaija", 0, facts=[StoredFact(1, 1, 1, "{}")])])
        steps = (*schema_steps(), ("alter table pathflow_fact add column more :text:", "create table pathflow_new (x bigint)"))
        wrong = (*steps, ("create table pathflow_never (x bigint)", "this is no statement"))
        monkeypatch.setattr(sql, "schema_steps", lambda: wrong)
        with pytest.raises(StoreError):
            open_()
        monkeypatch.setattr(sql, "schema_steps", lambda: steps)
        with open_() as other:  # the whole step is there, and of the wrong one nothing
            assert other._one("select count(*) from pathflow_new") == 0
            with pytest.raises(StoreError):
                other._one("select count(*) from pathflow_never")
            assert [fact.number for fact in store.facts("Kaija")] == [1]  # who had it open goes on
            store.commit([Commit("Kaija", 1, facts=[StoredFact(2, 2, 2, "{}")])])
            assert [fact.number for fact in other.facts("Kaija")] == [1, 2]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_many_may_open_a_new_store_at_once(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    open_ = (
        (lambda: SqliteStore(tmp_path / "care.db")) if kind == "sqlite" else _in_new_schema(request.getfixturevalue("server"))
    )
    wrong: list[BaseException] = []

    def open_one() -> None:
        try:
            open_().close()
        except BaseException as one:  # noqa: BLE001
            wrong.append(one)

    threads = [threading.Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_may_lose_what_it_acknowledged_is_refused(server: Server, setting: str) -> None:
    from pathflow.store.postgres import PostgresStore

    if setting == "synchronous_commit":
        with pytest.raises(Unsafe, match="synchronous_commit"):
            PostgresStore(server.address().replace("options='", "options='-csynchronous_commit=off "))
        return
    loose = Server(f"{setting}=off")
    try:
        loose.start()
        with pytest.raises(Unsafe, match=setting):
            PostgresStore(loose.address())
    finally:
        loose.close()


def test_a_pool_of_the_host_is_used(server: Server) -> None:
    from psycopg_pool import ConnectionPool

    from pathflow.store.postgres import PostgresStore

    with ConnectionPool(server.address("pool_of_the_host"), min_size=1, max_size=2, open=False) as pool:
        with pool.connection() as db:
            db.execute("create schema if not exists pool_of_the_host")
        store = PostgresStore(pool)
        store.commit([Commit("Kaija", 0, facts=[StoredFact(1, 1, 1, "{}")])])
        assert [fact.number for fact in store.facts("Kaija")] == [1]
        assert len(list(store.export())) == 4
        store.close()


def test_a_server_that_comes_back_is_used_again(server: Server) -> None:
    from pathflow.store.postgres import PostgresStore

    own = Server().start()
    try:
        with PostgresStore(own.address()) as store:
            store.commit([Commit("Kaija", 0, facts=[StoredFact(1, 1, 1, "{}")])])
            own.kill()
            with pytest.raises(Busy):
                store.head("Kaija")
            own.start()
            assert [fact.number for fact in store.facts("Kaija")] == [1]
    finally:
        own.close()


def test_a_standby_is_told_as_what_may_be_tried_again(server: Server) -> None:
    import psycopg

    from pathflow.store.postgres import PostgresStore

    with psycopg.connect(server.address(), autocommit=True) as db:
        db.execute("create schema of_a_standby")
    address = server.address("of_a_standby")
    standby = address.replace("options='", "options='-cdefault_transaction_read_only=on ")
    with pytest.raises(Busy, match="read-only"):
        PostgresStore(standby)
    with PostgresStore(address) as store:
        store.commit([Commit("Kaija", 0, facts=[StoredFact(1, 1, 1, "{}")])])
        assert store._own is not None
        store._own.drop_idle()
        store._own._conninfo = standby
        assert len(store.facts("Kaija")) == 1
        with pytest.raises(Busy, match="read-only"):
            store.commit([Commit("Kaija", 1, facts=[StoredFact(2, 1, 1, "{}")])])


def test_a_connection_that_was_lost_while_nobody_used_it_is_not_lent(server: Server) -> None:
    import psycopg

    from pathflow.store.postgres import PostgresStore

    with psycopg.connect(server.address(), autocommit=True) as db:
        db.execute("create schema of_the_idle")
        with PostgresStore(server.address("of_the_idle")) as store:
            store.commit([Commit("Kaija", 0, facts=[StoredFact(1, 1, 1, "{}")])])
            ended = "select pg_terminate_backend(pid, 60000) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = %s"
            assert db.execute(ended, ("client backend",)).fetchall() == [(True,)]
            store.commit([Commit("Kaija", 1, facts=[StoredFact(2, 1, 1, "{}")])])
            assert len(store.facts("Kaija")) == 2


def test_stores_go_by_their_addresses(tmp_path: Path) -> None:
    assert isinstance(opened("memory"), MemoryStore)
    for where in (str(tmp_path / "a.db"), f"sqlite:{tmp_path / 'b.db'}"):
        with opened(where) as store:
            assert isinstance(store, SqliteStore)
    for where in ("mysql:x", "http://x"):
        with pytest.raises(StoreError, match="there is no kind of store"):
            opened(where)
