"""What a command costs where much is kept: stores of 10 thousand facts and of ten, a hundred, … times as many, side by side.

Every store is filled with records that the service wrote: 100 clients on `bench/scale.path`, over a year, some seen to in
time and some not, with their facts, work, flags, notices, answers and audit; copied under other names, with the chains of
their audits made anew. Then the same calls go to each store in turns, each about a client who is not in memory.

`BENCH_FACTS` says how many facts the largest store has (by default 1,000,000; about a kilobyte of disk each), and
`BENCH_FACTS_POSTGRES` the same for PostgreSQL (100,000).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pathflow
from bench.measure import Line, a_server
from pathflow.base.durations import DAY, HOUR
from pathflow.engine.duties import duties
from pathflow.host.checking import check_store
from pathflow.host.desk import Desk
from pathflow.host.service import CareService
from pathflow.store import chain
from pathflow.store.memory import MemoryStore
from pathflow.store.port import AuditRow, Store, WorkAsked
from pathflow.store.sql import SqlStore
from pathflow.store.sqlite import SqliteStore
from pathflow.store.wholes import COLUMNS, read_export

FILE = Path(__file__).parent / "scale.path"
SMALLEST = 10_000
CLIENTS, DAYS = 100, 365
BEGUN = 1_735_725_600_000_000  # 2025-01-01 12:00 in Finland
NOW = BEGUN + DAYS * DAY
MOST = 1.5

Rows = dict[str, list[tuple[Any, ...]]]
"""The rows of a store, by their tables."""


Filling = tuple[int, Any, Callable[[Rows], None]]
"""A store that is to have so many facts, and how rows are written to it."""


class Pattern(NamedTuple):
    """What is copied: rows, and those of its clients who wait for something to be accepted, or to be done by somebody."""

    rows: Rows
    to_accept: list[tuple[str, str, str]]
    to_do: list[tuple[str, str]]
    live: list[str]


class Place:
    """A filled store, and who in it has not been called upon yet."""

    def __init__(self, size: int, store: Store, copies: int, pattern: Pattern) -> None:
        self.size = size
        self.service = CareService(store)
        self.desk = self.service.desk("nurse", "nurse", "care relation")
        self.pattern = pattern
        self.chance = random.Random(size)
        self.copies = copies
        self.n_calls = 0
        self.used: set[tuple[int, str]] = set()
        self.spent: dict[str, list[tuple[float, float]]] = {}
        self.servers: list[Path] = []

    def one(self, among: Sequence[Any]) -> tuple[str, Any]:
        """A client anywhere in the store to whom nothing was done yet, and what is known of them."""
        while True:
            copy, chosen = self.chance.randrange(self.copies), self.chance.choice(among)
            client = chosen if isinstance(chosen, str) else chosen[0]
            if (copy, client) not in self.used:
                self.used.add((copy, client))
                return _name(copy, client), chosen

    def key(self) -> str:
        """A key that was never used."""
        self.n_calls += 1
        return f"{self.chance.randrange(self.copies):06d} key {self.n_calls}"


def run(rounds: int = 30) -> Iterator[Line]:
    """CPU and clock of each main kind of call at the smallest size, and how many times as much at the others."""
    path = pathflow.load(FILE)
    pattern = _pattern(path)
    with tempfile.TemporaryDirectory() as folder:
        sizes = _sizes(int(os.environ.get("BENCH_FACTS", "1000000")))
        opened = [SqliteStore(Path(folder) / f"{size}.db") for size in sizes]
        stores = [(size, store, partial(_write, store)) for size, store in zip(sizes, opened, strict=True)]
        yield from _of_stores("SQLite", stores, pattern, rounds)
    yield from _postgres(pattern, rounds)


def _sizes(most: int) -> list[int]:
    sizes = [SMALLEST]
    while sizes[-1] * 10 <= most:
        sizes.append(sizes[-1] * 10)
    return sizes


# what is copied


def _pattern(path: pathflow.CompiledPath) -> Pattern:
    """A year of some clients, lived through by the service."""
    store = MemoryStore()
    service = CareService(store, [(path.program, path.bundle)], BEGUN)
    desk = service.desk("nurse", "nurse", "care relation")
    for day in range(DAYS):
        at = BEGUN + day * DAY
        service.run_due(at, CLIENTS)
        service.deliver(at, lambda _notice: None, 10_000)
        for number in range(CLIENTS):
            _live(desk, service, number, day, at + HOUR + number * 60_000_000)
    service.run_due(NOW, CLIENTS)
    rows: Rows = {part: [] for part in COLUMNS}
    for part, row in read_export(store.export()):
        rows[part].append(row)
    work = [(row[0], row[2], row[4], row[6]) for row in rows["work"]]
    live = sorted({client for client, *_ in work})
    to_accept = [(client, name, provider) for client, act, name, provider in work if act == "accept"]
    to_do = list({client: (client, name) for client, act, name, _ in work if act == "do"}.values())
    return Pattern(rows, to_accept, to_do, live)


def _live(desk: Desk, service: CareService, number: int, day: int, at: int) -> None:
    """A day of a client: every second day the first thing that is owed is done, for every tenth client every fortieth.

    Half of them began in the last weeks, the others at any time of the year.
    """
    client = f"client {number:04d}"
    age = day - (DAYS - 1 - number // 4 if number % 2 else number * DAYS // CLIENTS)
    if age == 0:
        desk.once(f"{client} enrol").enrol(client, "Scale", at)
    if age <= 0 or age % (40 if number % 10 == 0 else 2):
        return
    (enrolment,) = service.record(client).enrolments
    duty = next(duties(service.record(client), enrolment, at), None) if enrolment.ended is None else None
    if duty is not None:
        once, name = desk.once(f"{client} {day}"), enrolment.tables.name[duty.node]
        if duty.act == "do":
            once.complete(client, name, at, _items(name, number, age))
        elif duty.act == "accept":
            once.accept(client, name, at, duty.doer.provider)
        elif duty.act == "send":
            once.propose(client, name, at)


def _items(name: str, number: int, age: int) -> dict[str, str] | None:
    if name == "Visit":
        return {"severe": "no" if number % 4 == 0 else "yes"}
    return {"better": "yes" if age > 120 else "no"} if name == "Round" else None


# copying


def _name(copy: int, client: str) -> str:
    return f"{copy:06d} {client}"


def _fill(write: Callable[[Rows], None], pattern: Pattern, size: int) -> int:
    """Copies the records until there are as many facts; gives how often."""
    copies = -(-size // len(pattern.rows["fact"]))
    whole = {part: rows if part == "path" else [] for part, rows in pattern.rows.items()}
    write(whole)
    for first in range(0, copies, 20):
        found: Rows = {part: [] for part in COLUMNS}
        for copy in range(first, min(first + 20, copies)):
            _copy(pattern.rows, copy, found)
        write(found)
    return copies


def _copy(rows: Rows, copy: int, found: Rows) -> None:
    prefix = _name(copy, "")
    heads: dict[str, bytes] = {}
    for client, number, *rest, _ in rows["audit"]:
        name = prefix + client
        heads[name] = chain.link(heads.get(name, chain.FIRST), name, number, AuditRow(*rest))
        found["audit"].append((name, number, *rest, heads[name]))
    found["record"] += [(prefix + row[0], *row[1:-1], heads[prefix + row[0]]) for row in rows["record"]]
    for part in ("fact", "work", "flag"):
        found[part] += [(prefix + row[0], *row[1:]) for row in rows[part]]
    found["answer"] += [(prefix + key, prefix + client, *rest) for key, client, *rest in rows["answer"]]
    for key, client, topic, to, at, body, *rest in rows["notice"]:
        told = body.replace(json.dumps(client), json.dumps(prefix + client))
        found["notice"].append((prefix + key, prefix + client, topic, to, at, told, *rest))


def _write(store: SqlStore, rows: Rows) -> None:
    with store.writing() as db:
        for part, found in rows.items():
            if found:
                columns = COLUMNS[part]
                marks = ", ".join("?" * len(columns))
                db.executemany(store.sql(f"insert into pathflow_{part} ({', '.join(columns)}) values ({marks})"), found)


def _write_by_copy(address: str, rows: Rows) -> None:
    import psycopg

    with psycopg.connect(address) as db:
        for part, found in rows.items():
            if found:
                with db.cursor().copy(f"copy pathflow_{part} ({', '.join(COLUMNS[part])}) from stdin") as into:
                    for row in found:
                        into.write_row(row)


def _warm(place: Place) -> None:
    """Reads a file through, so that the system holds of each what it has room for; PostgreSQL has read its own."""
    store = place.service.store
    if isinstance(store, SqliteStore):
        with Path(store.name.removeprefix("sqlite:")).open("rb") as file:
            while file.read(1 << 24):
                pass


def _assert_whole(place: Place) -> None:
    """What was copied is as the service would have written it: all of the smallest store, some of the others."""
    if place.size == SMALLEST:
        wrong = list(check_store(CareService(place.service.store)))
        assert not wrong, wrong[:3]
    service = CareService(place.service.store)
    for chosen in place.chance.sample(place.pattern.live, 5):
        client = _name(place.chance.randrange(place.copies), chosen)
        kept = {row.work.place: row.work for row in service.store.work(WorkAsked(client=client))}
        assert kept == service.rebuilt(client)[0], client


# calls


def _enrol(place: Place) -> Callable[[], object]:
    name = f"{place.chance.randrange(place.copies):06d} new {place.n_calls}"
    key = place.key()
    return lambda: place.desk.once(key).enrol(name, "Scale", NOW + HOUR)


def _accept(place: Place) -> Callable[[], object]:
    client, (_, name, provider) = place.one(place.pattern.to_accept)
    key = place.key()
    return lambda: place.desk.once(key).accept(client, name, NOW + HOUR, provider)


def _complete(place: Place) -> Callable[[], object]:
    client, (_, name) = place.one(place.pattern.to_do)
    key = place.key()
    return lambda: place.desk.once(key).complete(client, name, NOW + HOUR, _items(name, 1, 1))


def _run_due(place: Place) -> Callable[[], object]:
    return lambda: place.service.run_due(NOW + 2 * DAY, 1)


def _deliver(place: Place) -> Callable[[], object]:
    return lambda: place.service.deliver(NOW + 2 * DAY, lambda _notice: None, 1)


def _plan(place: Place) -> Callable[[], object]:
    client, _ = place.one(place.pattern.live)
    return lambda: place.desk.plan(client, NOW + HOUR)


def _page(**asked: Any) -> Callable[[Place], Callable[[], object]]:
    """A page of the worklist, from anywhere in it."""

    def ready(place: Place) -> Callable[[], object]:
        client = _name(place.chance.randrange(place.copies), place.chance.choice(place.pattern.live))
        after = place.desk.work(NOW, limit=1, client=client).next
        return lambda: place.desk.work(NOW + HOUR, limit=20, after=after, **asked)

    return ready


def _flags(**asked: Any) -> Callable[[Place], Callable[[], object]]:
    return lambda place: lambda: place.desk.flags(NOW + HOUR, limit=20, **asked)


KINDS: dict[str, Callable[[Place], Callable[[], object]]] = {
    "enrol": _enrol,
    "accept": _accept,
    "complete": _complete,
    "run_due of one client": _run_due,
    "deliver of one notice": _deliver,
    "plan": _plan,
    "worklist, a page of a provider's": _page(provider="Health Centre"),
    "worklist, a page of all": _page(),
    "worklist, a page of a profession's": _page(profession="specialist"),
    "worklist, what a provider is to accept": lambda place: (
        lambda: place.desk.work(NOW + HOUR, provider="Hospital", act="accept", limit=20)
    ),
    "flags, a page of a provider's": _flags(who="Health Centre"),
    "flags, a page of all": _flags(),
}


def _of_stores(
    name: str, stores: list[tuple[int, Any, Callable[[Rows], None]]], pattern: Pattern, rounds: int
) -> Iterator[Line]:
    with contextlib.ExitStack() as stack:
        places: list[Place] = []
        for size, store, write in stores:
            stack.enter_context(store)
            begun = time.perf_counter()
            places.append(Place(size, store, _fill(write, pattern, size), pattern))
            yield Line(f"{name}, {size:,} facts", f"filled in {time.perf_counter() - begun:,.0f} s")
            if not isinstance(store, SqliteStore):
                with store.reading() as db:
                    (server,) = db.execute("select pg_backend_pid()").fetchone()
                    db.execute("vacuum analyze")
                places[-1].servers.append(Path(f"/proc/{server}/schedstat"))
            _assert_whole(places[-1])
        for place in places:
            _warm(place)
        for turn in range(rounds + 1):
            for kind, ready in KINDS.items():
                for place in places:
                    spent = _spent(ready(place), place.servers)
                    if turn:
                        place.spent.setdefault(kind, []).append(spent)
        for kind in KINDS:
            yield from _lines(name, kind, places)


def _spent(call: Callable[[], object], servers: list[Path]) -> tuple[float, float]:
    """What a call takes of CPU, here and in the processes that serve it, and on the clock. Units: ms."""
    cpu, clock = _cpu(servers), time.perf_counter()
    call()
    return 1000 * (_cpu(servers) - cpu), 1000 * (time.perf_counter() - clock)


def _cpu(servers: list[Path]) -> float:
    return time.process_time() + sum(int(one.read_text("ascii").split()[0]) for one in servers) / 1e9


def _lines(name: str, kind: str, places: list[Place]) -> Iterator[Line]:
    """The limit is for CPU: most of the clock is the disk, which takes as long for any commit, and for two now and then."""
    cpu = [statistics.median(one[0] for one in place.spent[kind]) for place in places]
    clock = [statistics.fmean(one[1] for one in place.spent[kind]) for place in places]
    times = ", ".join(f"{cpu[n] / cpu[0]:.2f} ({clock[n] / clock[0]:.2f})" for n in range(1, len(places)))
    figure = f"{cpu[0]:.2f} ms ({clock[0]:.1f}); times {times}"
    yield Line(f"{name}: {kind}, CPU (clock)", figure, f"at most {MOST} times", max(cpu) <= MOST * cpu[0])


def _postgres(pattern: Pattern, rounds: int) -> Iterator[Line]:
    """The same on PostgreSQL, whose planner knows how much there is."""
    server = a_server()
    if isinstance(server, str):
        yield Line("PostgreSQL", server)
        return
    try:
        sizes = _sizes(int(os.environ.get("BENCH_FACTS_POSTGRES", "100000")))
        yield from _of_stores("PostgreSQL", [_in_schema(server, size) for size in sizes], pattern, rounds)
    finally:
        server.close()


def _in_schema(server: Any, size: int) -> Filling:
    import psycopg

    from pathflow.store.postgres import PostgresStore

    with psycopg.connect(server.address(), autocommit=True) as db:
        db.execute(f"create schema s{size}")
    address = server.address(f"s{size}")
    return size, PostgresStore(address), partial(_write_by_copy, address)
