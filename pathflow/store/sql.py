"""What SQLite and PostgreSQL do alike: the statements. The adapters say how to connect, lock and tell errors apart.

Statements are written with `?`; an adapter that wants other marks turns them. What was given never becomes part of a statement.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, Final, Protocol, TypeVar

import msgspec
from msgspec import Struct

from pathflow.base.instants import Instant
from pathflow.store import chain
from pathflow.store.lists import (
    ORDER,
    Branch,
    Listing,
    flags_listing,
    next_kinds,
    of_clients,
    of_kind,
    pages,
    work_listing,
)  # fmt: skip
from pathflow.store.port import (
    Answer,
    Audited,
    AuditRow,
    Claimed,
    Commit,
    Conflict,
    Count,
    Definition,
    Flag,
    FlagOf,
    FlagsAsked,
    Head,
    Notice,
    Seal,
    StoredFact,
    StoreError,
    Work,
    WorkAsked,
    WorkOf,
)  # fmt: skip
from pathflow.store.wholes import COLUMNS, flag_of, read_export, work_of, written

Row = Sequence[Any]


class Cursor(Protocol):
    """What a statement gives."""

    def fetchone(self) -> Any:
        """The next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows."""
        ...


class Connection(Protocol):
    """A connection of either database, in a transaction."""

    def execute(self, sql: str, row: Row = (), /) -> Cursor:
        """One statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Row], /) -> Any:
        """One statement for each row."""
        ...


_MOST_NAMED: Final = 500
"""How many clients are named in one statement."""

S = TypeVar("S", bound=Struct)


def _insert(part: str) -> str:
    columns = COLUMNS[part]
    return f"insert into pathflow_{part} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"


def _put(part: str) -> str:
    """Writes a row that was read from facts, over the one of the same place."""
    rest = ", ".join(f"{column} = excluded.{column}" for column in COLUMNS[part] if column not in ("client", "place"))
    return f"{_insert(part)} on conflict (client, place) do update set {rest}"


_INSERT: Final[Mapping[str, str]] = {part: _insert(part) for part in COLUMNS}
_PUT: Final[Mapping[str, str]] = {part: _put(part) for part in ("work", "flag")}
_ONCE: Final = {part: f"{_INSERT[part]} on conflict do nothing" for part in ("notice", "path", "seal")}
_GONE: Final = {part: f"delete from pathflow_{part} where client = ? and place = ?" for part in ("work", "flag")}

_HEAD: Final = "select version, n_facts, n_audit, audit_head from pathflow_record where client = ?"
_MOVE: Final = (
    "update pathflow_record set version = ?, n_facts = ?, due = ?, seen = ?, held = 0, n_audit = ?, audit_head = ? "
    "where client = ?"
)
_AUDITS: Final = "select client, n_audit, audit_head from pathflow_record"
_AUDITED: Final = "update pathflow_record set n_audit = ?, audit_head = ? where client = ?"


class SqlStore(ABC):
    """A store in tables."""

    name: str
    words: ClassVar[Mapping[str, str]]
    """What stands for the words between colons in the schema and the statements."""

    _spelt_once: ClassVar[dict[str, str]]

    def __init_subclass__(cls) -> None:
        cls._spelt_once = {}

    # what the adapters say

    @abstractmethod
    def writing(self, connection: Any = None) -> AbstractContextManager[Connection]:
        """A transaction that is kept when it is left, and taken back when something is raised."""

    @abstractmethod
    def reading(self, *, is_long: bool = False) -> AbstractContextManager[Connection]:
        """A transaction in which everything is seen as of one moment, where it `is_long`; otherwise each statement."""

    def counting(self) -> AbstractContextManager[Connection]:
        """Where long statements are read, one by one, and others go on meanwhile."""
        return self.reading()

    @abstractmethod
    def migrating(self) -> AbstractContextManager[Connection]:
        """A transaction beside which no other one migrates."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of what it holds open."""

    def __enter__(self) -> SqlStore:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def sql(self, statement: str) -> str:
        """A statement as this database wants it."""
        spelt = self._spelt_once.get(statement)
        if spelt is None:
            spelt = statement
            for word, meant in self.words.items():
                spelt = spelt.replace(word, meant)
            spelt = self._spelt_once[statement] = spelt.strip()
        return spelt

    # schema

    def migrate(self, create: bool) -> None:
        """Brings the schema to the newest version, one step after the other, each whole or not at all.

        Args:
            create: whether a store is made where there is none.

        Raises: StoreError for a store that a newer pathflow has written, and where there is none and none is to be made.
        """
        steps = schema_steps()
        if not create and not self._one(":is_there:"):
            raise StoreError("there is no store in {store}; `pathflow store init` makes one", store=self.name)
        while True:
            with self.migrating() as db:
                has = self._schema_version(db)
                if has > len(steps):
                    raise StoreError("{store} was written by a newer pathflow; install that one", store=self.name)
                if has == len(steps):
                    return
                for statement in steps[has]:
                    db.execute(self.sql(statement))
                db.execute(self.sql("update pathflow_meta set value = ? where name = ?"), (str(has + 1), "schema"))

    def _schema_version(self, db: Connection) -> int:
        db.execute(self.sql("create table if not exists pathflow_meta (name :text: primary key, value :text: not null)"))
        db.execute(self.sql("insert into pathflow_meta (name, value) values (?, ?) on conflict do nothing"), ("schema", "0"))
        return int(db.execute(self.sql("select value from pathflow_meta where name = ?"), ("schema",)).fetchone()[0])

    # writing

    def commit(self, commits: Sequence[Commit], connection: Any = None) -> None:
        """Port."""
        rows: dict[str, list[Row]] = {part: [] for part in _ORDER}
        with self.writing(connection) as db:
            for commit in sorted(commits, key=lambda c: c.client) if len(commits) > 1 else commits:
                self._take(db, commit, rows)
            for part, statement in _ORDER.items():
                found = rows[part]
                if len(found) == 1:
                    db.execute(self.sql(statement), found[0])
                elif found:
                    db.executemany(self.sql(statement), found)

    def _take(self, db: Connection, commit: Commit, rows: dict[str, list[Row]]) -> None:
        """Moves a record on, and adds what is to be written beside it."""
        client, facts = commit.client, commit.facts
        has = db.execute(self.sql(f"{_HEAD} :locked:"), (client,)).fetchone()
        version, n_facts, n_audit, head = has or (0, 0, 0, chain.FIRST)
        if version != commit.expected:
            raise Conflict("the record of {client} was changed meanwhile; read it again", client=client)
        audited = chain.linked(client, n_audit, bytes(head), commit.audit)
        head = audited[-1].hash if audited else head
        n_facts += len(facts)
        if facts and facts[-1].number != n_facts:
            raise AssertionError(f"facts are numbered one after the other: {facts[-1].number} is not {n_facts}")
        if has is None:
            rows["record"].append((client, 1, n_facts, commit.due, commit.seen, 0, len(audited), head))
        else:
            rows["move"].append((version + 1, n_facts, commit.due, commit.seen, n_audit + len(audited), head, client))
        rows["fact"] += [(client, *row(fact)) for fact in facts]
        rows["work gone"] += [(client, place) for place in commit.work_gone]
        rows["flag gone"] += [(client, place) for place in commit.flags_gone]
        rows["work"] += [(client, *row(one)) for one in commit.work]
        rows["flag"] += [(client, *row(one)) for one in commit.flags]
        rows["notice"] += [_notice(client, one) for one in commit.notices]
        rows["answer"] += [(one.key, client, one.asked, one.body) for one in commit.answers]
        rows["audit"] += [_audit(one) for one in audited]

    def log_read(self, clients: Sequence[str], row: AuditRow) -> None:
        """Port."""
        names = sorted(set(clients))
        rows: list[Row] = []
        heads: list[Row] = []
        with self.writing() as db:
            for first in range(0, len(names), _MOST_NAMED):
                some = tuple(names[first : first + _MOST_NAMED])
                asked = f"{_AUDITS} where client in ({', '.join('?' * len(some))}) order by client :locked:"
                for client, n_audit, head in db.execute(self.sql(asked), some).fetchall():
                    (audited,) = chain.linked(client, n_audit, bytes(head), (row,))
                    rows.append(_audit(audited))
                    heads.append((audited.number, audited.hash, client))
            if rows:
                db.executemany(self.sql(_INSERT["audit"]), rows)
                db.executemany(self.sql(_AUDITED), heads)

    # records

    def head(self, client: str) -> Head | None:
        """Port."""
        statement = "select version, n_facts, due, seen, n_audit, audit_head from pathflow_record where client = ?"
        found = self._all(statement, (client,))
        return Head(*found[0]) if found else None

    def facts(self, client: str, after: int = 0) -> list[StoredFact]:
        """Port."""
        statement = "select number, at, recorded, body from pathflow_fact where client = ? and number > ? order by number"
        return [StoredFact(*found) for found in self._all(statement, (client, after))]

    def answer(self, key: str) -> Answer | None:
        """Port."""
        found = self._all("select key, asked, body from pathflow_answer where key = ?", (key,))
        return Answer(*found[0]) if found else None

    def clients(self, after: str = "", limit: int = 1000) -> list[str]:
        """Port."""
        statement = "select client from pathflow_record where client > ? and n_facts > 0 order by client limit ?"
        return [client for (client,) in self._all(statement, (after, limit))]

    # what was read from facts

    def work(self, asked: WorkAsked) -> list[WorkOf]:
        """Port."""
        return [WorkOf(client, work_of(rest)) for client, *rest in self._page(work_listing(asked))]

    def flags(self, asked: FlagsAsked) -> list[FlagOf]:
        """Port."""
        return [FlagOf(client, flag_of(rest)) for client, *rest in self._page(flags_listing(asked))]

    def _page(self, listing: Listing) -> list[Any]:
        part, columns = listing.part, COLUMNS[listing.part]
        with self.reading() as db:
            ones = [where for branch in listing.branches for where in self._kinds(db, part, branch)]
            found = [db.execute(self.sql(one), values).fetchall() for one, values in pages(listing, columns, ones)]
        if len(found) < 2:
            return found[0] if found else []
        places = [columns.index(column) for column in ORDER[part]]
        return sorted((row for rows in found for row in rows), key=lambda row: [row[n] for n in places])[: listing.limit]

    def _kinds(self, db: Connection, part: str, branch: Branch) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
        """The rows of a branch, kind by kind."""
        if not branch.kinds:
            yield branch.where
            return
        last: Row | None = None
        while True:
            statements = next_kinds(part, branch, last)
            rows = (db.execute(self.sql(statement), values).fetchone() for statement, values in statements)
            last = next((row for row in rows if row is not None), None)
            if last is None:
                return
            if branch.fits(last):
                yield of_kind(branch, last)

    def count_flags(self, clients: tuple[str, ...] | None = None) -> list[Count]:
        """Port."""
        where = [("is_open = 1", ()), *of_clients(clients)]
        having = " and ".join(condition for condition, _ in where)
        statement = f"select who, family, count(*) from pathflow_flag where {having} group by who, family order by who, family"
        return [(who, family, int(n)) for who, family, n in self._all(statement, tuple(v for _, given in where for v in given))]

    # time and notices

    def claim_due(self, now: Instant, until: Instant, limit: int) -> list[str]:
        """Port."""
        statement = (
            "update pathflow_record set held = ? where client in (select client from pathflow_record "
            "where due <= ? and held <= ? order by due, client limit ? :skipping:) returning client"
        )
        with self.writing() as db:
            return [client for (client,) in db.execute(self.sql(statement), (until, now, now, limit)).fetchall()]

    def next_due(self) -> Instant | None:
        """Port."""
        return self._one("select min(due) from pathflow_record where due is not null")  # type: ignore[no-any-return]

    def claim_notices(self, now: Instant, until: Instant, limit: int) -> list[Claimed]:
        """Port."""
        statement = (
            "update pathflow_notice set held = ?, attempts = attempts + 1 where key in (select key from pathflow_notice "
            "where again <= ? and held <= ? order by again, at, key limit ? :skipping:) "
            "returning client, key, topic, recipient, at, body, attempts"
        )
        with self.writing() as db:
            found = db.execute(self.sql(statement), (until, now, now, limit)).fetchall()
        claimed = [Claimed(client, Notice(*rest), attempts) for client, *rest, attempts in found]
        return sorted(claimed, key=lambda one: (one.notice.at, one.notice.key))

    def delivered(self, keys: Iterable[str], at: Instant) -> None:
        """Port."""
        statement = "update pathflow_notice set delivered = ?, again = null, why = ? where key = ? and delivered is null"
        with self.writing() as db:
            db.executemany(self.sql(statement), [(at, "", key) for key in keys])

    def failed(self, key: str, again: Instant | None, why: str) -> None:
        """Port."""
        statement = "update pathflow_notice set again = ?, held = 0, why = ? where key = ? and delivered is null"
        with self.writing() as db:
            db.execute(self.sql(statement), (again, why, key))

    # versions of paths

    def publish(self, definitions: Iterable[Definition]) -> None:
        """Port."""
        with self.writing() as db:
            for one in definitions:
                db.execute(self.sql(_ONCE["path"]), row(one))

    def definitions(self) -> list[Definition]:
        """Port."""
        statement = "select key, name, published, body from pathflow_path order by published, key"
        return [Definition(*found) for found in self._all(statement)]

    # audit

    def audit(self, client: str, after: int = 0, limit: int = 1000) -> list[Audited]:
        """Port."""
        statement = (
            "select client, number, at, actor, role, basis, action, body, hash from pathflow_audit "
            "where client = ? and number > ? order by number limit ?"
        )
        found = self._all(statement, (client, after, limit))
        return [Audited(of, number, AuditRow(*rest), bytes(digest)) for of, number, *rest, digest in found]

    def seal(self, seals: Iterable[Seal]) -> None:
        """Port."""
        with self.writing() as db:
            for one in seals:
                db.execute(self.sql(_ONCE["seal"]), row(one))

    def seals(self, client: str) -> list[Seal]:
        """Port."""
        statement = "select client, number, at, hash, signature from pathflow_seal where client = ? order by number"
        return [Seal(of, number, at, bytes(digest), bytes(signed))
                for of, number, at, digest, signed in self._all(statement, (client,))]  # fmt: skip

    # the whole

    def counts(self) -> dict[str, int]:
        """Port. Cost: a look at every record, and none at their facts; others go on meanwhile."""
        asked = {
            "work": "pathflow_work", "open flags": "pathflow_flag where is_open = 1",
            "notices waiting": "pathflow_notice where again is not null",
            "notices set aside": "pathflow_notice where again is null and delivered is null",
        }  # fmt: skip
        each = "sum(case when n_facts > 0 then 1 else 0 end), sum(n_facts), sum(n_audit)"
        with self.counting() as db:
            of_records = db.execute(f"select {each} from pathflow_record").fetchone()
            clients, facts, audit = (int(n or 0) for n in of_records)
            rest = {name: int(db.execute(f"select count(*) from {what}").fetchone()[0]) for name, what in asked.items()}
        return {"clients": clients, "facts": facts, **rest, "audit rows": audit}

    def export(self) -> Iterator[str]:
        """Port."""
        with self.reading(is_long=True) as db:
            yield from written((part, self._whole(db, part)) for part in COLUMNS)

    def _whole(self, db: Connection, part: str) -> Iterator[Row]:
        columns = COLUMNS[part]
        keys = [column for column in ("client", "key", "published", "number", "place") if column in columns]
        keys = keys[1:] if "key" in columns and "client" in columns else keys
        cursor = db.execute(f"select {', '.join(columns)} from pathflow_{part} order by {', '.join(keys)}")
        while (found := cursor.fetchone()) is not None:
            yield found

    def restore(self, lines: Iterable[str]) -> int:
        """Port."""
        count = 0
        with self.writing() as db:
            for part in COLUMNS:
                if db.execute(f"select 1 from pathflow_{part} limit 1").fetchone() is not None:
                    raise StoreError("{store} is not empty; restore into a new one", store=self.name)
            for part, found in read_export(lines):
                db.execute(self.sql(_INSERT[part]), found)
                count += 1
        return count

    # asking

    def _all(self, statement: str, values: Row = ()) -> list[Any]:
        with self.reading() as db:
            return db.execute(self.sql(statement), values).fetchall()

    def _one(self, statement: str) -> Any:
        return self._all(statement)[0][0]


_ORDER: Final[Mapping[str, str]] = {
    "record": _INSERT["record"], "move": _MOVE, "answer": _INSERT["answer"], "fact": _INSERT["fact"],
    "work gone": _GONE["work"], "flag gone": _GONE["flag"], "work": _PUT["work"], "flag": _PUT["flag"],
    "notice": _ONCE["notice"], "audit": _INSERT["audit"],
}  # fmt: skip
"""What a commit writes, in this order: whoever comes second finds out at the first row."""


def row(one: Struct) -> Row:
    """A row as it is written."""
    if isinstance(one, Work):
        values = list(msgspec.structs.astuple(one))
        values[6] = f",{one.profession}," if one.profession else ""
        return values
    if isinstance(one, Flag):
        return (*msgspec.structs.astuple(one)[:-2], int(one.is_open), one.body)
    return msgspec.structs.astuple(one)


def _notice(client: str, one: Notice) -> Row:
    return (one.key, client, one.topic, one.to, one.at, one.body, one.at, 0, 0, None, "")


def _audit(one: Audited) -> Row:
    return (one.client, one.number, *msgspec.structs.astuple(one.row), one.hash)


@cache
def schema_steps() -> tuple[tuple[str, ...], ...]:
    """The statements of each step of the schema, in order: schema/0001.sql, 0002.sql, …"""
    found = sorted(file.name for file in files("pathflow.store").joinpath("schema").iterdir() if file.name.endswith(".sql"))
    return tuple(_statements(files("pathflow.store").joinpath("schema", name).read_text("utf-8")) for name in found)


def _statements(text: str) -> tuple[str, ...]:
    plain = re.sub(r"--[^\n]*", "", text)
    return tuple(statement.strip() for statement in plain.split(";") if statement.strip())
