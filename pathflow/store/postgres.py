"""A store in PostgreSQL 14 or newer, for several workers.

It is opened only where what is acknowledged is safe: `fsync`, `full_page_writes` and `synchronous_commit` must be on. Rows are
locked one record at a time, facts are only ever inserted, and all that a command writes goes over in one go with its commit.

Source: postgresql.org/docs, chapters Reliability and the Write-Ahead Log, and Explicit Locking.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from pathflow.store.port import Busy, Conflict, Repeated, StoreError, Unsafe
from pathflow.store.sql import Connection, SqlStore

try:
    import psycopg
    from psycopg import errors
except ImportError as missing:  # pragma: no cover - said to whoever opens one without it
    raise StoreError("a store in PostgreSQL needs psycopg: pip install 'pathflow-lang[postgres]'") from missing

if TYPE_CHECKING:
    from psycopg import Connection as PgConnection

MOST_CONNECTIONS: Final = 8
_MUST_BE_ON: Final = ("fsync", "full_page_writes", "synchronous_commit")
_OLDEST: Final = 140000
_LOCK: Final = 0x70617468  # "path": who migrates holds it


class Pool(Protocol):
    """What lends connections: also a `psycopg_pool.ConnectionPool` of the host."""

    def connection(self) -> AbstractContextManager[PgConnection[Any]]:
        """A connection, which goes back when the block is left."""
        ...


class PlainPool:
    """A few connections, kept open between uses. It starts no thread.

    Args:
        conninfo: as psycopg has it.
        most: how many may be out at once; whoever comes next waits.
    """

    def __init__(self, conninfo: str, most: int = MOST_CONNECTIONS) -> None:
        self._conninfo = conninfo
        self._free = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[PgConnection[Any]] = []

    @contextmanager
    def connection(self) -> Generator[PgConnection[Any]]:
        """A connection, which goes back when the block is left; one that was lost, in use or idle, is not kept."""
        with self._free:
            with self._lock:
                db = self._idle.pop() if self._idle else None
            if db is None or not _is_open(db):
                db = psycopg.connect(self._conninfo, autocommit=True)
            try:
                yield db
            except BaseException:
                if db.closed or db.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    db.close()
                raise
            finally:
                if not db.closed:
                    with self._lock:
                        self._idle.append(db)

    def drop_idle(self) -> None:
        """Closes what is open and idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()


def _is_open(db: PgConnection[Any]) -> bool:
    """Whether an idle connection is still there, as far as this end was told: it reads what has come, and waits for nothing."""
    if db.closed:
        return False
    try:
        db.pgconn.consume_input()  # a last word of the server's
        db.pgconn.consume_input()  # and the end behind it
    except psycopg.OperationalError:
        db.close()
    return not db.closed


class PostgresStore(SqlStore):
    """A store in a database of PostgreSQL, in the schema that the connection has first in its search path.

    Args:
        where: a connection string or address as psycopg has it, or a pool of the host's that has `connection()`.
        create: whether a store is made where there is none.

    Raises: Unsafe where acknowledged commits could be lost; Busy where the server is not to be reached.
    """

    words: ClassVar[Mapping[str, str]] = {
        ":text:": 'text collate "C"', ":bytes:": "bytea", ":clustered:": "", ":locked:": "for update",
        ":skipping:": "for update skip locked", ":within:": "strpos",
        ":is_there:": "select to_regclass('pathflow_meta') is not null", "?": "%s",
    }  # fmt: skip

    def __init__(self, where: str | Pool, create: bool = True) -> None:
        self.name = "postgresql"
        self._own = PlainPool(where) if isinstance(where, str) else None
        self._pool: Pool = self._own or where  # type: ignore[assignment]
        try:
            with self._telling(), self._pool.connection() as db:
                self._assert_safe(db)
            self.migrate(create)
        except BaseException:
            self.close()
            raise

    def _assert_safe(self, db: PgConnection[Any]) -> None:
        """Refuses a server that might lose what was acknowledged."""
        if db.info.server_version < _OLDEST:
            raise Unsafe("PostgreSQL {has} is too old; 14 or newer is needed", has=db.info.server_version // 10000)
        for setting in _MUST_BE_ON:
            (has,) = db.execute("select current_setting(%s)", (setting,)).fetchone() or ("",)
            if has == "off" or (setting == "synchronous_commit" and has == "local"):
                raise Unsafe(
                    "PostgreSQL has `{setting}` {has}: what it acknowledges may be lost; turn it on", setting=setting, has=has
                )
        (encoding,) = db.execute("show server_encoding").fetchone() or ("",)
        if encoding != "UTF8":
            raise Unsafe("the database keeps texts as {has}; make one with the encoding UTF8", has=encoding)

    @contextmanager
    def writing(self, connection: Any = None) -> Generator[Connection]:
        """Port."""
        with self._telling():
            if connection is not None:
                with connection.transaction():
                    yield _Direct(connection)
                return
            with self._pool.connection() as db, db.pipeline(), db.transaction():
                yield _Direct(db)

    @contextmanager
    def reading(self, *, is_long: bool = False) -> Generator[Connection]:
        """Port."""
        with self._telling(), self._pool.connection() as db:
            if not is_long:
                yield _Direct(db)
                return
            with db.transaction():
                db.execute("set transaction isolation level repeatable read, read only")
                yield _Streaming(db)

    @contextmanager
    def migrating(self) -> Generator[Connection]:
        """Port."""
        with self._telling(), self._pool.connection() as db, db.transaction():
            db.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
            yield _Direct(db)

    def close(self) -> None:
        """Port."""
        if self._own is not None:
            self._own.drop_idle()

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except errors.UniqueViolation as wrong:
            if (wrong.diag.table_name or "") == "pathflow_answer":
                raise Repeated("the key of the command was used before") from None
            raise Conflict("the record was changed meanwhile; read it again") from None
        except (errors.SerializationFailure, errors.DeadlockDetected):
            raise Conflict("the record was changed meanwhile; read it again") from None
        except (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction) as wrong:
            # the last is a standby, which takes over in a moment or is not to be written to
            if self._own is not None:
                self._own.drop_idle()
            raise Busy("PostgreSQL cannot be used now: {why}", why=_first_line(wrong)) from None
        except psycopg.Error as wrong:
            raise StoreError("PostgreSQL: {why}", why=_first_line(wrong)) from None


class _Direct:
    """A connection, as the statements use it."""

    __slots__ = ("_db",)

    def __init__(self, db: PgConnection[Any]) -> None:
        self._db = db

    def execute(self, sql: str, row: Any = (), /) -> Any:
        """One statement."""
        return self._db.execute(sql, row)  # pyright: ignore[reportArgumentType]

    def executemany(self, sql: str, rows: Iterable[Any], /) -> None:
        """One statement for each row, sent together."""
        self._db.cursor().executemany(sql, rows)  # pyright: ignore[reportArgumentType]


class _Streaming(_Direct):
    """Reads whole tables a piece at a time."""

    def execute(self, sql: str, row: Any = (), /) -> Any:
        """One statement, through a cursor on the server."""
        cursor = self._db.cursor("pathflow_export")
        cursor.itersize = 1000
        cursor.execute(sql, row)  # pyright: ignore[reportArgumentType]
        return _Rows(cursor)


class _Rows:
    """Rows one by one; the cursor is closed behind the last."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._rows = iter(cursor)

    def fetchone(self) -> Any:
        """The next row, or None."""
        found = next(self._rows, None)
        if found is None:
            self._cursor.close()
        return found


def _first_line(wrong: BaseException) -> str:
    return (str(wrong).strip() or type(wrong).__name__).splitlines()[0]
