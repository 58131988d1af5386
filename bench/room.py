"""How much room clients take: in memory while they are on their way, and where they are kept, beside SpiffWorkflow's own form.

A case is the process of `bench/process.path`, half of its 19 steps done. SpiffWorkflow keeps a case as one serialised whole,
which is written anew with each step; ours is a line for each fact, written once.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

import pathflow
from bench.engine import BEGUN, FILE, HOUR, STEPS, Items, answers, specification_of
from bench.measure import Line
from pathflow.engine.codec import encode_fact
from pathflow.host.service import CareService
from pathflow.store.sqlite import SqliteStore

CLIENTS, PEERS, HALF = 10_000, 300, STEPS // 2


def run() -> Iterator[Line]:
    """Live clients in memory, and bytes that are kept."""
    path = pathflow.load(FILE)
    ours, peer = (_alone(whose) for whose in ("ours", "peer"))
    yield Line(f"{CLIENTS:,} live clients in memory", f"{ours * CLIENTS / 1e6:,.0f} MB, {ours / 1000:.1f} kB a client")
    yield Line(f"SpiffWorkflow {version('SpiffWorkflow')}, {PEERS} live cases", f"{peer / 1000:.1f} kB a case")
    yield Line("  of that", f"{100 * ours / peer:.0f} %", "at most 33 %", ours / peer <= 0.33)
    engine = pathflow.open_engine(path)
    for number in range(200):
        _half(engine, f"client {number}", number)
    lines = [len(encode_fact(fact)) for client in engine for fact in engine.client(client).facts]
    fact, case, kept = sum(lines) / len(lines), sum(lines) / 200, _serialised(path)
    yield Line("kept of a fact", f"{fact:.0f} bytes, {case:,.0f} bytes a case half done")
    yield Line("  SpiffWorkflow's serialised case", f"{kept:,.0f} bytes, written anew with each step")
    yield Line("  of that", f"{100 * case / kept:.1f} %", "at most 5 %", case / kept <= 0.05)
    yield Line("a fact in SQLite, with work, flags, notices, answer and audit", f"{_in_sqlite(path):,.0f} bytes")


def _half(engine: pathflow.CareEngine | pathflow.Desk, client: str, case: int) -> None:
    known: Items = {}
    engine.enrol(client, "Bench", BEGUN)
    for step in range(HALF):
        at = BEGUN + (step + 1) * HOUR
        name = engine.where(client, at)[0].name
        items = answers(case, name, known)
        known |= items or {}
        engine.complete(client, name, at, items)


def _alone(whose: str) -> float:
    """What a live case takes in memory, in a process of its own: what others have freed would be used again."""
    told = subprocess.run([sys.executable, "-m", "bench.room", whose], check=True, capture_output=True, text=True).stdout
    return float(told)


def _live(whose: str) -> float:
    path = pathflow.load(FILE)
    engine, specification = pathflow.open_engine(path), specification_of(path.program)
    _half(engine, "the first", 0)
    cases = [_begun(specification, 0)]
    before = resident()
    if whose == "ours":
        for case in range(CLIENTS):
            _half(engine, f"client {case}", case)
        return (resident() - before) / CLIENTS
    cases += [_begun(specification, case) for case in range(PEERS)]
    return (resident() - before) / PEERS


def _serialised(path: pathflow.CompiledPath) -> float:
    """What a case of the peer takes where it is kept. Units: bytes."""
    specification, serializer = specification_of(path.program), BpmnWorkflowSerializer()
    return sum(len(serializer.serialize_json(_begun(specification, case))) for case in range(20)) / 20


def _begun(specification: object, case: int) -> BpmnWorkflow:
    workflow = BpmnWorkflow(specification)
    workflow.do_engine_steps()
    for _ in range(HALF):
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        items = answers(case, task.task_spec.bpmn_name, task.data)
        if items is not None:
            task.data.update(items)
        task.run()
        workflow.do_engine_steps()
    return workflow


def _in_sqlite(path: pathflow.CompiledPath, cases: int = 200) -> float:
    """The bytes of the file, by the number of facts in it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "room.db"
        with SqliteStore(file) as store:
            service = CareService(store, [(path.program, path.bundle)], BEGUN)
            empty = file.stat().st_size
            for case in range(cases):
                _half(service.desk("nurse", "nurse", "care relation"), f"client {case}", case)
            n_facts = store.counts()["facts"]
        return (file.stat().st_size - empty) / n_facts


def resident() -> int:
    """What the process has in memory. Units: bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(_live(sys.argv[1]))
