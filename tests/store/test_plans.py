"""No statement of a store looks at rows that it does not give or change, however many there are: asked of the databases."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any

import pytest

from pathflow.store.port import AuditRow, Commit, Definition, FlagsAsked, Seal, Store, WorkAsked
from pathflow.store.sql import Connection, SqlStore
from tests.store.conftest import Open
from tests.store.test_conformance import NOW, fact, flag, notice, work

WHOLE = {"counts", "count_flags", "definitions", "export", "restore", "close"}
"""What is of the whole store, or of the few versions of paths, or what asks nothing."""

FEW = r"(client|worker|asker) = |client in \((\?|%s)"
"""What leaves only few rows, which may be sorted and looked through."""

PASSED_OVER = r"\(+(held|n_facts|delivered)\b"
"""What few rows are passed over for: they are in work just now, or have nothing in them."""

KINDS = ["sqlite", "postgres"]


class Explaining:
    """A connection that keeps how each statement is carried out."""

    def __init__(self, db: Connection, found: dict[str, str], is_sqlite: bool) -> None:
        self._db = db
        self._found = found
        self._is_sqlite = is_sqlite

    def execute(self, sql: str, row: Any = (), /) -> Any:
        if sql not in self._found and sql.split(maxsplit=1)[0] in ("select", "update", "delete", "insert"):
            self._found[sql] = self._plan(sql, row)
        return self._db.execute(sql, row)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> None:
        for row in rows:
            self.execute(sql, row)

    def _plan(self, sql: str, row: Any) -> str:
        if self._is_sqlite:
            return "\n".join(step[3] for step in self._db.execute("explain query plan " + sql, row).fetchall())
        import psycopg

        cursor = psycopg.ClientCursor(self._db._db)  # type: ignore[attr-defined]  # the connection inside, which no port has
        cursor.execute("set local jit = off")  # what is switched off costs so much that each statement would be compiled
        for setting in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"set local enable_{setting} = off")
        return "\n".join(step for (step,) in cursor.execute("explain " + sql, row).fetchall())


def _explained(store: Any, do: Callable[[Any], object]) -> dict[str, str]:
    """How the statements of a call are carried out."""
    found: dict[str, str] = {}
    writing, is_sqlite = store.writing, store.name.startswith("sqlite")

    @contextmanager
    def explaining(*_args: Any, **_more: Any) -> Generator[Any]:
        with writing() as db:
            yield Explaining(db, found, is_sqlite)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "writing", explaining)
        patch.setattr(store, "reading", explaining)
        patch.setattr(store, "_all", partial(SqlStore._all, store))
        do(store)
    return found


def _is_scan(sql: str, plan: str) -> bool:
    """Whether rows are looked at that are neither given nor changed."""
    if re.search(r"SCAN pathflow_(?!\w+ USING)|Seq Scan", plan):
        return True
    if "SCAN pathflow_" in plan and "where 1 = 1 order by" not in sql:
        return True
    found_by = re.findall(r"SEARCH \w+ USING .*?\((.*?)\)|Index Cond: (.*)", plan)
    if re.search(FEW, sql.partition(" where ")[2]):
        return not found_by or not all(re.search(r"\b(client|worker|asker)\b", "".join(one)) for one in found_by)
    columns = set(re.findall(r"\b(\w+) = (?:[?1]|%s)", sql.partition(" where ")[2].replace("is_open = 0", "is_open = 1")))
    if any(column not in "".join(one) for one in found_by for column in columns):
        return True
    sorted_ = r"RIGHT PART|Incremental Sort" if "union all" in sql else r"TEMP B-TREE|Sort Key"
    return re.search(rf"{sorted_}|Filter: (?!{PASSED_OVER})", plan) is not None


def _asked_of_work() -> Iterator[WorkAsked]:
    given: dict[str, tuple[Any, ...]] = {
        "client": (None, "a"), "clients": (None, ("a", "b")), "provider": (None, "Tesoma"), "profession": (None, "nurse"),
        "worker": (None, "n7"), "asker": (None, "City"), "act": (None, "do"), "due_by": (None, NOW), "after": (None, (NOW, "a", "w")),
    }  # fmt: skip
    return (WorkAsked(**dict(zip(given, values, strict=True))) for values in product(*given.values()))


def _asked_of_flags() -> Iterator[FlagsAsked]:
    given: dict[str, tuple[Any, ...]] = {
        "client": (None, "a"), "clients": (None, ("a", "b")), "who": (None, "Tesoma"), "family": (None, "gap"), "code": (None, "G402"),
        "is_open": (None, True, False), "after": (None, (NOW, "a", "f")),
    }  # fmt: skip
    return (FlagsAsked(**dict(zip(given, values, strict=True))) for values in product(*given.values()))


CALLS: dict[str, Callable[[Any], object]] = {
    "commit": lambda store: store.commit(
        [
            Commit("a", 1, NOW, NOW, [fact(2)], ["w"], [work("v")], ["f"], [flag("g")], [notice("m")]),
            Commit("c", 0, NOW, NOW, [fact(1)]),
        ]
    ),
    "log_read": lambda store: store.log_read(["a"], AuditRow(NOW, "", "", "", "read", "{}")),
    "head": lambda store: store.head("a"),
    "facts": lambda store: store.facts("a", 1),
    "answer": lambda store: store.answer("k"),
    "clients": lambda store: store.clients("a", 10),
    "work": lambda store: [store.work(asked) for asked in _asked_of_work()],
    "flags": lambda store: [store.flags(asked) for asked in _asked_of_flags()],
    "claim_due": lambda store: store.claim_due(NOW + 9, NOW + 10, 10),
    "next_due": lambda store: store.next_due(),
    "claim_notices": lambda store: store.claim_notices(NOW + 9, NOW + 10, 10),
    "delivered": lambda store: store.delivered(["n"], NOW),
    "failed": lambda store: store.failed("n", None, "why"),
    "publish": lambda store: store.publish([Definition("x", "X", NOW, "")]),
    "audit": lambda store: store.audit("a", 1, 10),
    "seal": lambda store: store.seal([Seal("a", 1, NOW, b"", b"")]),
    "seals": lambda store: store.seals("a"),
}


def _filled(open_store: Open) -> Any:
    store: Any = open_store()
    store.commit(
        [
            Commit(name, 0, NOW, NOW, [fact(1)], work=[work("w")], flags=[flag("f")], notices=[notice(f"n{name}")])
            for name in "ab"
        ]
    )
    return store


def test_every_call_of_the_port_is_looked_at() -> None:
    assert {name for name in vars(Store) if not name.startswith("_")} - WHOLE == set(CALLS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("call", CALLS)
def test_no_statement_scans(call: str, kind: str, open_store: Open) -> None:
    explained = _explained(_filled(open_store), CALLS[call])
    assert explained
    assert not {sql: plan for sql, plan in explained.items() if _is_scan(sql, plan)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("index", "call"),
    [
        ("pathflow_work_all", "work"),
        ("pathflow_work_provider", "work"),
        ("pathflow_work_worker", "work"),
        ("pathflow_work_kind", "work"),
        ("pathflow_work_provider_kind", "work"),
        ("pathflow_flag_all", "flags"),
        ("pathflow_flag_kind", "flags"),
        ("pathflow_flag_who", "flags"),
        ("pathflow_record_due", "claim_due"),
        ("pathflow_notice_again", "claim_notices"),
    ],
)
def test_a_scan_would_be_seen(index: str, call: str, kind: str, open_store: Open) -> None:
    store: SqlStore = _filled(open_store)
    with store.writing() as db:
        db.execute(f"drop index {index}")
    assert any(_is_scan(sql, plan) for sql, plan in _explained(store, CALLS[call]).items())
