"""The engine in memory against SpiffWorkflow and against a bare token game, all on the process of `bench/process.path`.

A case is 19 completed steps. Ours records each as a fact, keeps the timers and the findings (every rule watches); the peer runs
the same process as BPMN with its tasks completed by hand; the bare game moves tokens over our tables and keeps nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

import pathflow
from bench.bpmn import PROCESS, bpmn_of
from bench.measure import Line, rates, ratio, spread
from pathflow.engine.program import Edge, Program
from pathflow.model.conditions import Compare, Condition, OneOf

FILE = Path(__file__).parent / "process.path"
STEPS = 19
HOUR = 3_600_000_000
BEGUN = 1_735_725_600_000_000  # 2025-01-01 12:00 in Finland

Items = dict[str, str | float]


def answers(case: int, step: str, known: Items) -> Items | None:
    """What completing a step finds out: half are urgent, two thirds have a low fraction, every fifth is palliative."""
    if step == "triage":
        return {"urgent": "no" if case % 2 else "yes"}
    if step == "echo":
        return {"ef": 35 if case % 3 else 55}
    if step == "mdt_review":
        return {"palliative": "no" if case % 5 else "yes", "visits": 0}
    if step == "follow_up":
        return {"visits": known["visits"] + 1}
    return None


def run(runs: int = 7) -> Iterator[Line]:
    """Completions a second of the three, in turns."""
    program = pathflow.load(FILE).program
    specification = specification_of(program)
    works = (partial(_ours, program, 2_000), partial(_peer, 40), partial(_bare, program, 2_000))
    ours, peer, bare = rates(works, runs, (lambda _: pathflow.open_engine(FILE), lambda _: specification, lambda _: None))
    against = ratio(ours, peer)
    yield Line("engine in memory, every rule watching", spread(ours, "completions/s"))
    yield Line(f"SpiffWorkflow {version('SpiffWorkflow')}, same process", spread(peer, "completions/s"))
    yield Line("  ratio", f"{against:.0f} times", "at least 100", against >= 100)
    yield Line("a bare token game over the same tables", spread(bare, "completions/s"))
    yield Line("  ours against it", f"{ratio(ours, bare):.2f}")


def _ours(program: Program, cases: int, engine: pathflow.CareEngine) -> int:
    names = [node.name for node in program.nodes]
    done = 0
    for case in range(cases):
        client, at = str(case), BEGUN
        engine.enrol(client, "Bench", at)
        enrolment = engine.client(client).enrolments[0]
        known: Items = {}
        while enrolment.ended is None:
            step = names[next(iter(enrolment.tokens))]
            at += HOUR
            items = answers(case, step, known)
            if items is not None:
                known |= items
            engine.complete(client, step, at, items)
            done += 1
        engine.forget(client)
    return _all(done, cases)


def specification_of(program: Program) -> object:
    """The process as the peer reads it."""
    parser = BpmnParser()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "process.bpmn"
        file.write_text(bpmn_of(program), encoding="utf-8")
        parser.add_bpmn_file(str(file))
    return parser.get_spec(PROCESS)


def _peer(cases: int, specification: object) -> int:
    done = 0
    for case in range(cases):
        workflow = BpmnWorkflow(specification)
        workflow.do_engine_steps()
        while not workflow.is_completed():
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            items = answers(case, task.task_spec.bpmn_name, task.data)
            if items is not None:
                task.data.update(items)
            task.run()
            workflow.do_engine_steps()
            done += 1
    return _all(done, cases)


def _bare(program: Program, cases: int, _: None) -> int:
    done = 0
    for case in range(cases):
        known: Items = {}
        arrived: dict[int, int] = {}
        ready = _onward(program, program.start, known, arrived)
        while ready:
            step = ready.pop(0)
            items = answers(case, program.nodes[step].name, known)
            if items is not None:
                known |= items
            ready += _onward(program, step, known, arrived)
            done += 1
    return _all(done, cases)


def _onward(program: Program, at: int, known: Items, arrived: dict[int, int]) -> list[int]:
    """The steps that hold a token after the one on this node has moved on."""
    resting: list[int] = []
    moving = [at]
    while moving:
        source = moving.pop()
        for edge in sorted(program.edges[source], key=_unconditional):
            if edge.condition is not None and not _holds(edge.condition, known):
                continue
            target = program.nodes[edge.target]
            if target.kind == "step":
                resting.append(target.index)
            elif target.kind != "join" or _complete(program, target.index, arrived):
                moving.append(target.index)
            if program.nodes[source].kind != "split":
                break
    return resting


def _unconditional(edge: Edge) -> bool:
    return edge.condition is None


def _complete(program: Program, join: int, arrived: dict[int, int]) -> bool:
    arrived[join] = arrived.get(join, 0) + 1
    return arrived[join] == len(program.edges[program.joins[join]])


def _holds(condition: Condition, known: Items) -> bool:
    if isinstance(condition, Compare):
        value = known[condition.item]
        return value <= condition.bound if condition.operator == "<=" else value >= condition.bound
    assert isinstance(condition, OneOf), condition
    return known[condition.item] in condition.options


def _all(done: int, cases: int) -> int:
    assert done == cases * STEPS, (done, cases)
    return done
