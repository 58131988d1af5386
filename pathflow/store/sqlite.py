"""A store in one file, by SQLite: the default.

Write-ahead log and full synchronisation, asserted at open: with less, acknowledged commits are lost when the power fails.
Source: sqlite.org/pragma.html (journal_mode, synchronous); sqlite.org/wal.html.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Final

from pathflow.store.port import Busy, Conflict, Repeated, StoreError, Unsafe
from pathflow.store.sql import Connection, Row, SqlStore

WAIT_SECONDS: Final = 10.0
"""How long somebody else's write is waited for."""

_CACHE_KIB: Final = 16 * 1024
"""What is kept of the file in memory: the inner pages of all its trees, also where there are millions of rows."""

_OLDEST: Final = (3, 35)
"""The first version with `returning`."""


class SqliteStore(SqlStore):
    """A store in a file.

    One connection writes and reads, behind a lock; other processes may have the same file open.

    Args:
        file: where it is.
        create: whether a store is made where there is none.

    Raises: Unsafe where there can be no write-ahead log with full synchronisation; StoreError for a file that is no store.
    """

    words: ClassVar[Mapping[str, str]] = {
        ":text:": "text", ":bytes:": "blob", ":clustered:": "without rowid", ":locked:": "", ":skipping:": "",
        ":within:": "instr",
        ":is_there:": "select count(*) from sqlite_master where name = 'pathflow_meta'",
    }  # fmt: skip

    def __init__(self, file: str | Path, create: bool = True) -> None:
        self.name = f"sqlite:{file}"
        self._file = Path(file)
        self._lock = threading.RLock()
        if sqlite3.sqlite_version_info < _OLDEST:
            raise Unsafe("SQLite {has} is too old; 3.35 or newer is needed", has=sqlite3.sqlite_version)
        with self._telling():
            self._db = self._connect()
            try:
                self.migrate(create)
            except BaseException:
                self._db.close()
                raise

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = full")
            db.execute(f"pragma cache_size = -{_CACHE_KIB}")
            self._assert_safe(db)
        except BaseException:
            db.close()
            raise
        return db

    def _assert_safe(self, db: sqlite3.Connection) -> None:
        """Refuses a connection that might lose what was acknowledged."""
        (journal,), (synchronous,) = db.execute("pragma journal_mode").fetchone(), db.execute("pragma synchronous").fetchone()
        if journal != "wal" or synchronous < 2:
            raise Unsafe(
                "{store} would not be safe: its journal is `{journal}` and its synchronisation {level}; a write-ahead log (wal)"
                " and full synchronisation (2) are needed, so keep it on a local disk that can be written",
                store=self.name, journal=journal, level=synchronous,
            )  # fmt: skip

    @contextmanager
    def writing(self, connection: Any = None) -> Generator[Connection]:
        """Port."""
        with self._telling():
            if connection is not None:
                with self._of_caller(connection):
                    yield connection
                return
            with self._lock:
                self._db.execute("begin immediate")
                try:
                    yield self._db
                    self._db.execute("commit")
                except BaseException:
                    self._take_back()
                    raise

    def _take_back(self) -> None:
        if self._db.in_transaction:
            try:
                self._db.execute("rollback")
            except sqlite3.Error:  # the disk fails: the connection is made anew, and what was not kept is gone with it
                self._db.close()
                self._db = self._connect()

    @contextmanager
    def _of_caller(self, connection: sqlite3.Connection) -> Generator[None]:
        """The caller's own transaction; what goes wrong in it is taken back as far as here."""
        if not connection.in_transaction:
            raise StoreError("the connection that was passed is in no transaction: begin one, and commit it afterwards")
        self._assert_safe(connection)
        connection.execute("savepoint pathflow")
        try:
            yield
        except BaseException:
            connection.execute("rollback to pathflow")
            connection.execute("release pathflow")
            raise
        connection.execute("release pathflow")

    def _all(self, statement: str, values: Row = ()) -> list[Any]:
        """The same as of any store, without what several statements need: nothing is asked for more often."""
        try:
            with self._lock:
                return self._db.execute(self.sql(statement), values).fetchall()
        except sqlite3.Error as wrong:
            raise self._told(wrong) from None

    @contextmanager
    def reading(self, *, is_long: bool = False) -> Generator[Connection]:
        """Port."""
        with self._telling():
            if not is_long:
                with self._lock:
                    yield self._db
                return
            with closing(self._connect()) as db:
                db.execute("begin")
                yield db

    def counting(self) -> AbstractContextManager[Connection]:
        """Port."""
        return self.reading(is_long=True)

    @contextmanager
    def migrating(self) -> Generator[Connection]:
        """Port."""
        with self.writing() as db:
            yield db

    def close(self) -> None:
        """Port."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as wrong:
            raise self._told(wrong) from None

    def _told(self, wrong: sqlite3.Error) -> StoreError:
        """What an error of the database is for a caller."""
        if isinstance(wrong, sqlite3.IntegrityError):
            return _clash(wrong)
        if isinstance(wrong, sqlite3.OperationalError):
            return Busy("{store} cannot be used now: {why}", store=self.name, why=wrong)
        if isinstance(wrong, sqlite3.DatabaseError):
            return StoreError("{store} is no store: {why}", store=self.name, why=wrong)
        return StoreError("{store}: {why}", store=self.name, why=wrong)


def _clash(wrong: sqlite3.IntegrityError) -> StoreError:
    """What it means that a row was there already."""
    if "pathflow_answer" in str(wrong):
        return Repeated("the key of the command was used before")
    if "UNIQUE" in str(wrong):
        return Conflict("the record was changed meanwhile; read it again")
    return StoreError("a row does not fit: {why}", why=wrong)
