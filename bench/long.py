"""One client with very many events: what a command costs then, how long loading takes, what is held in memory.

The record is written in bulk, as the service would have written it; the last thousand events come through the service, in
which the record is in memory. `BENCH_EVENTS` says how many there are (by default 100,000; a million takes about 1 GB).
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec.structs import replace

import pathflow
from bench.engine import BEGUN, FILE, HOUR
from bench.measure import Line
from bench.room import resident
from pathflow.engine.codec import encode_fact
from pathflow.host.checking import check_store
from pathflow.host.desk import Desk
from pathflow.host.service import CareService
from pathflow.store.port import AuditRow, Commit, StoredFact
from pathflow.store.sqlite import SqliteStore

FEW, LAST = 1_000, 1_000
MINUTE = HOUR // 60
MOST = 1.5


def run() -> Iterator[Line]:
    """CPU of each kind of call at a thousand events, and how many times as much at many."""
    many = int(os.environ.get("BENCH_EVENTS", "100000"))
    path = pathflow.load(FILE)
    with tempfile.TemporaryDirectory() as folder:
        few, _, _ = _spent(path, Path(folder) / "few.db", FEW)
        spent, loading, held = _spent(path, Path(folder) / "many.db", many)
    yield Line(f"a client with {many:,} events: loading", f"{loading:,.1f} s of CPU, {1e6 * loading / many:.1f} µs an event")
    yield Line("  held in memory", f"{held / 1e6:,.0f} MB, {held / many:,.0f} bytes an event")
    for kind, ours in spent.items():
        times, is_limited = ours / few[kind], kind not in _READS
        figure = f"{ours:.2f} ms of CPU, {times:.2f} times as with {FEW:,}"
        yield Line(f"  {kind}", figure, f"at most {MOST} times", times <= MOST) if is_limited else Line(f"  {kind}", figure)


_READS = ("plan", "due")
"""What gives a record of one's own as of a moment, which is copied."""


def _spent(path: pathflow.CompiledPath, file: Path, n_events: int) -> tuple[dict[str, float], float, float]:
    with SqliteStore(file) as store:
        _fill(path, store, n_events - LAST)
        gc.collect()
        before = resident()
        service = CareService(store)
        begun = time.process_time()
        service.record("client")
        loading, held = time.process_time() - begun, resident() - before
        desk = service.desk("nurse", "nurse", "care relation")
        at = BEGUN + n_events * MINUTE
        found = {kind: statistics.median(times) for kind, times in _calls(desk, at)}
        wrong = list(check_store(service))
        assert not wrong, wrong[:3]
        assert service.record("client").facts[-1].number == store.counts()["facts"] >= n_events
    return found, loading, held


def _fill(path: pathflow.CompiledPath, store: SqliteStore, n_events: int) -> None:
    """What became known of a client, minute by minute."""
    desk = CareService(store, [(path.program, path.bundle)], BEGUN).desk("nurse")
    desk.enrol("client", path.name, BEGUN)
    known = desk.observe("client", "", BEGUN + MINUTE, {"visits": 0})
    for first in range(3, n_events + 1, 10_000):
        numbers = range(first, min(first + 10_000, n_events + 1))
        facts = [replace(known, number=n, at=(at := BEGUN + n * MINUTE), recorded=at, items={"visits": n % 9}) for n in numbers]
        head = store.head("client")
        assert head is not None
        stored = [StoredFact(one.number, one.at, one.recorded, encode_fact(one)) for one in facts]
        audit = [AuditRow(one.at, "nurse", "", "", "observed", _told(one)) for one in stored]
        store.commit([Commit("client", head.version, head.due, facts[-1].at, stored, audit=audit)])
    CareService(store).run_due(BEGUN + n_events * MINUTE)


def _told(fact: StoredFact) -> str:
    """What the audit says of a fact."""
    return json.dumps({"subject": "", "fact": fact.number, "digest": hashlib.sha256(fact.body.encode()).hexdigest()})


def _calls(desk: Desk, at: int) -> Iterator[tuple[str, list[float]]]:
    """The last events, through the service."""

    def observe(n: int) -> object:
        return desk.once(f"event {n}").observe("client", "", at + n * MINUTE, {"visits": n % 9})

    def complete(n: int) -> object:
        return desk.complete("client", ("referral", "bloods", "echo")[n], end + n * MINUTE)

    end = at + LAST * MINUTE
    yield "what became known", [_cpu(partial(observe, n)) for n in range(LAST)]
    yield "a step that is done", [_cpu(partial(complete, n)) for n in range(3)]
    yield "a review of the plan", [_cpu(partial(desk.review, "client", end + (10 + n) * MINUTE)) for n in range(9)]
    yield "plan", [_cpu(partial(desk.plan, "client", end + HOUR)) for _ in range(9)]
    yield "due", [_cpu(partial(desk.due, "client", end + HOUR)) for _ in range(9)]


def _cpu(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return 1000 * (time.process_time() - begun)
