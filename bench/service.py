"""The engine in service against its stores: how much of what a store can do is left when the engine decides, folds and proves.

The limit is the same store given the same rows (facts, work, flags, notices, answers, audit) without an engine, in the same
run, at the same durability. A case is the 19 steps of bench/process.path; the commands of 200 cases come in turns.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pathflow
from bench.engine import BEGUN, FILE, HOUR, STEPS, Items, answers
from bench.measure import Line, a_server, ratio, spread
from pathflow.engine.codec import encode_fact
from pathflow.host.service import CareService
from pathflow.store.memory import MemoryStore
from pathflow.store.port import Commit, Store, StoredFact
from pathflow.store.sqlite import SqliteStore

Call = tuple[str, str, int, Items | None]


class Recording(MemoryStore):
    """Keeps what it was given to keep."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[Sequence[Commit]] = []

    def commit(self, commits: Sequence[Commit], connection: Any = None) -> None:
        """Port."""
        self.given.append(commits)
        super().commit(commits, connection)


def run(runs: int = 5) -> Iterator[Line]:
    """Commands a second of SQLite one by one and by the hundred, and of PostgreSQL with eight workers; how a record loads."""
    path = pathflow.load(FILE)
    calls = _calls(path, 40)
    with tempfile.TemporaryDirectory() as folder:
        yield from _single(path, calls[:400], Path(folder), runs)
        yield from _by_hundreds(path, calls, Path(folder), runs)
        yield from _loading(path)
    yield from _postgres(path, calls, runs)


def _calls(path: pathflow.CompiledPath, cases: int) -> list[Call]:
    """The commands of as many cases, in turns: who, which step, when, what it found out."""
    engine = pathflow.open_engine(path)
    found: list[Call] = []
    known: list[Items] = [{} for _ in range(cases)]
    for case in range(cases):
        engine.enrol(f"client {case}", path.name, BEGUN)
    for step in range(STEPS):
        for case in range(cases):
            client, at = f"client {case}", BEGUN + (step * cases + case + 1) * HOUR
            name = engine.where(client)[0].name
            items = answers(case, name, known[case])
            known[case] |= items or {}
            engine.complete(client, name, at, items)
            found.append((client, name, at, items))
    return found


def _service(path: pathflow.CompiledPath, store: Store, cases: int = 40) -> CareService:
    service = CareService(store, [(path.program, path.bundle)], BEGUN)
    with service.desk("bench").together() as many:
        for case in range(cases):
            many.enrol(f"client {case}", path.name, BEGUN)
    return service


def _rows(path: pathflow.CompiledPath, do: Callable[[CareService], None]) -> list[Sequence[Commit]]:
    """What a store is given to keep by some commands."""
    store = Recording()
    service = _service(path, store)
    store.given.clear()
    do(service)
    return store.given


def _one_by_one(calls: Sequence[Call], service: CareService) -> None:
    desk = service.desk("nurse", "nurse", "care relation")
    for n, (client, step, at, items) in enumerate(calls):
        desk.once(f"{client} {n}").complete(client, step, at, items)


def _in_hundreds(calls: Sequence[Call], service: CareService) -> None:
    desk = service.desk("nurse", "nurse", "care relation")
    for first in range(0, len(calls), 100):
        with desk.together() as many:
            for n, (client, step, at, items) in enumerate(calls[first : first + 100], first):
                many.once(f"{client} {n}").complete(client, step, at, items)


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _compared(
    path: pathflow.CompiledPath, do: Callable[[CareService], None], n_calls: int, open_: Callable[[], Store], runs: int
) -> tuple[list[float], list[float]]:
    """Commands a second with the engine, and of the same rows without it, in turns."""
    rows = _rows(path, do)
    ours: list[float] = []
    raw: list[float] = []
    for _ in range(runs):
        with contextlib.closing(open_()) as store:
            service = _service(path, store)
            ours.append(n_calls / _seconds(partial(do, service)))
        with contextlib.closing(open_()) as store:
            _service(path, store)
            raw.append(n_calls / _seconds(partial(_keep, store, rows)))
    return ours, raw


def _keep(store: Store, rows: list[Sequence[Commit]]) -> None:
    for commits in rows:
        store.commit(commits)


def _lines(name: str, ours: list[float], raw: list[float], limit: int) -> Iterator[Line]:
    part = 100 * statistics.median(o / r for o, r in zip(ours, raw, strict=True))
    yield Line(f"{name}, every rule watching", spread(ours, "commands/s"))
    yield Line("  the same rows without an engine", spread(raw, "commands/s"))
    yield Line("  of that", f"{part:.0f} %", f"at least {limit} %", part >= limit)


def _single(path: pathflow.CompiledPath, calls: list[Call], folder: Path, runs: int) -> Iterator[Line]:
    files = (folder / f"single{n}.db" for n in range(10_000))
    ours, raw = _compared(path, lambda s: _one_by_one(calls, s), len(calls), lambda: SqliteStore(next(files)), runs)
    yield from _lines("SQLite, one by one", ours, raw, 80)


def _by_hundreds(path: pathflow.CompiledPath, calls: list[Call], folder: Path, runs: int) -> Iterator[Line]:
    files = (folder / f"many{n}.db" for n in range(10_000))
    ours, raw = _compared(path, lambda s: _in_hundreds(calls, s), len(calls), lambda: SqliteStore(next(files)), runs)
    yield from _lines("SQLite, by the hundred", ours, raw, 50)


def _loading(path: pathflow.CompiledPath) -> Iterator[Line]:
    """A record of 1,000 facts, from the store to the record."""
    engine = pathflow.open_engine(path)
    engine.enrol("client", path.name, BEGUN)
    facts = [engine.observe("client", "", BEGUN + n * HOUR, {"visits": n}) for n in range(1, 1000)]
    facts.insert(0, engine.client("client").facts[0])
    store = MemoryStore()
    service = CareService(store, [(path.program, path.bundle)], BEGUN)
    stored = [StoredFact(n, f.at, f.recorded, encode_fact(f)) for n, f in enumerate(facts, start=1)]
    store.commit([Commit("client", 0, None, BEGUN, stored)])
    times: list[float] = []
    for _ in range(15):
        service.forget("client")
        times.append(1000 * _seconds(lambda: service.record("client") and None))
    middle = statistics.median(times)
    yield Line("loading a record of 1,000 facts", spread(times, "ms"), "under 5 ms", middle < 5)


def _postgres(path: pathflow.CompiledPath, calls: list[Call], runs: int) -> Iterator[Line]:
    server = a_server()
    if isinstance(server, str):
        yield Line("PostgreSQL", server)
        return
    try:
        yield from _eight(path, calls, server, runs)
    finally:
        server.close()


def _at_once(todo: list[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(todo)) as pool:
        for future in [pool.submit(work) for work in todo]:
            future.result()


def _eight(path: pathflow.CompiledPath, calls: list[Call], server: Any, runs: int) -> Iterator[Line]:
    """Eight workers, each with a service and a connection of its own and with clients of its own."""
    import psycopg

    from pathflow.store.postgres import PostgresStore

    names = (f"bench{os.getpid()}_{n}" for n in range(10_000))

    def schema() -> str:
        name = next(names)
        with psycopg.connect(server.address(), autocommit=True) as db:
            db.execute(f"create schema {name}")
        return str(server.address(name))

    parts = [[call for call in calls if int(call[0].split()[1]) % 8 == n] for n in range(8)]
    rows = [_rows(path, lambda s, part=part: _one_by_one(part, s)) for part in parts]
    ours: list[float] = []
    raw: list[float] = []
    peer = Dbos(server) if find_spec("dbos") is not None else None
    for _ in range(runs):
        if peer is not None:
            peer.turn()
        for is_ours, found in ((True, ours), (False, raw)):
            address = schema()
            with contextlib.closing(PostgresStore(address)) as store:
                _service(path, store)
            stores = [PostgresStore(address) for _ in range(8)]
            services = [CareService(store) for store in stores]
            todo: list[Callable[[], None]] = [
                partial(_one_by_one, parts[n], services[n]) if is_ours else partial(_keep, stores[n], rows[n]) for n in range(8)
            ]
            found.append(len(calls) / _seconds(partial(_at_once, todo)))
            for store in stores:
                store.close()
    yield from _lines("PostgreSQL, 8 workers", ours, raw, 70)
    if peer is None:
        yield Line("DBOS", "left out: it is not here")
        return
    peer.close()
    yield Line(f"DBOS {version('dbos')}, steps that do nothing, 8 threads, same server", spread(peer.found, "steps/s"))
    yield Line("  our commands against its steps", f"{ratio(ours, peer.found):.1f} times")


class Dbos:
    """Durable steps of DBOS on a server, in a process of its own (`bench/steps.py`)."""

    def __init__(self, server: Any) -> None:
        address = f"postgresql://postgres@/dbos?host={server.folder}"
        command = [sys.executable, "-m", "bench.steps", address]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.found: list[float] = []
        assert self._answer() == "ready"

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def turn(self) -> None:
        """Does as many steps as a turn has, and keeps how many a second that were."""
        assert self._process.stdin is not None
        print("turn", file=self._process.stdin, flush=True)
        self.found.append(float(self._answer()))

    def close(self) -> None:
        """Lets it end."""
        self._process.communicate()
