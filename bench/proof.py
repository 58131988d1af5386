"""The proofs: how long all of them take on a shipped path, how they grow, and a decision's cover beside z3."""

from __future__ import annotations

import random
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import z3

from bench.chain import END, HEAD, LINES, NETWORK, chain
from bench.measure import Line
from pathflow import api
from pathflow.compiler.library import Library
from pathflow.compiler.passes import Compiler
from pathflow.dsl.parse import parse_text
from pathflow.engine.program import Program
from pathflow.model import conditions as c
from pathflow.model.network import Item
from pathflow.rules.cells import cover
from pathflow.rules.registry import prove_all
from pathflow.rules.ways import Ways

STEPS_A_PART = 5
"""Steps in each part of a generated chain."""


def run() -> Iterator[Line]:
    yield from _shipped()
    yield from _growth()
    yield from _parallel()
    yield from _decisions()


def _cpu(work: object, runs: int = 5) -> float:
    """The median CPU time. Units: seconds."""
    taken: list[float] = []
    for _ in range(runs):
        start = time.process_time()
        work()  # type: ignore[operator]
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def _shipped() -> Iterator[Line]:
    program = api.load("paths/heart_failure.path").program
    taken = _cpu(lambda: prove_all(Ways(program)))
    yield Line("all proofs of heart_failure.path", f"{1000 * taken:,.1f} ms CPU", "at most 100 ms", taken <= 0.1)
    compiled = api.load("examples/memory/first_draft.path")
    told = _cpu(lambda: api.stories(compiled), 3) / len(api.stories(compiled))
    yield Line("a story, of the memory path's first draft", f"{1000 * told:,.1f} ms CPU each")


def _program(steps: int) -> Program:
    text = NETWORK + chain(round(steps / STEPS_A_PART * LINES), 0)
    return _compiled(text)


def _compiled(text: str) -> Program:
    place = Path("bench.path")
    library = Library(place.parent)
    library.give(place, parse_text(place.name, text), text.encode())
    program = Compiler(library).unit(place).program
    assert program is not None
    return program


def _growth() -> Iterator[Line]:
    before = 0.0
    for steps in (100, 1_000, 10_000):
        program = _program(steps)
        n_steps = sum(node.kind == "step" for node in program.nodes)
        taken = _cpu(lambda program=program: prove_all(Ways(program)), 3 if steps < 10_000 else 1)
        more = f", {taken / n_steps / before:.1f} times as long a step" if before else ""
        is_last = steps == 10_000
        yield Line(
            f"all proofs of a chain of {n_steps:,} steps", f"{taken:,.2f} s CPU{more}", "under 10 s" if is_last else "",
            taken < 10 if is_last else None,
        )  # fmt: skip
        before = taken / n_steps
        yield Line("  states, and memory at its highest", _looked_at(program))


def _looked_at(program: Program) -> str:
    """Of all proofs of a program. A state is a place and all that is so of whoever comes there, joined over the ways."""
    tracemalloc.start()
    ways = Ways(program)
    prove_all(ways)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{len(ways.reachable):,} states over {sum(map(len, program.edges)):,} edges, {peak / 1e6:,.1f} MB"


def _parallel() -> Iterator[Line]:
    for branches, steps in ((20, 1), (8, 6)):
        lines = ["    together"]
        for b in range(branches):
            lines.append(f"        branch Branch {b}")
            for s in range(steps):
                lines += [f"            step Step {b} {s}", "                by nurse at Health Centre"]
                lines.append("                within 7 days")
        text = NETWORK + HEAD.format("p", "") + "\n".join(lines) + "\n" + END
        program = _compiled(text)
        taken = _cpu(lambda program=program: prove_all(Ways(program)))
        what = f"all proofs of {branches} parallel branches of {steps} step{'s' if steps > 1 else ''}"
        yield Line(what, f"{1000 * taken:,.1f} ms CPU", "milliseconds", taken < 0.1)


def _decisions() -> Iterator[Line]:
    items = {"fraction": Item("fraction", "number", "%")}
    three: list[c.Condition] = [
        c.Compare("fraction", "<=", 40), c.All((c.Compare("fraction", ">", 40), c.Compare("fraction", "<", 50))),
        c.Compare("fraction", ">=", 50),
    ]  # fmt: skip
    ours = _cpu(lambda: [cover(three, False, items) for _ in range(500)]) / 500
    theirs = _cpu(lambda: [_by_z3(three, items) for _ in range(5)], 3) / 5
    yield Line("cover, overlap and witness of three branches", f"{1000 * ours:.3f} ms CPU", "at most 0.1 ms", ours <= 1e-4)
    yield Line("  beside z3", f"{theirs / ours:,.0f} times")
    rules, items = _table(200, 6)
    taken = _cpu(lambda: cover(rules, False, items), 3)
    yield Line("cover of 200 rules over 6 items", f"{1000 * taken:,.0f} ms CPU", "at most 1 s", taken <= 1)
    same = all(_agrees(seed) for seed in range(40))
    yield Line("the same answer as z3 on 40 random tables", "yes" if same else "NO", "yes", same)


def _table(count: int, n_items: int, seed: int = 1) -> tuple[list[c.Condition], dict[str, Item]]:
    """Rules that share out all values of some items among them, each a box."""
    chance = random.Random(seed)
    names = [f"x{number}" for number in range(n_items)]
    boxes = [dict.fromkeys(names, (0, 100))]
    while len(boxes) < count:
        box = boxes.pop(chance.randrange(len(boxes)))
        name = chance.choice(names)
        low, high = box[name]
        cut = chance.randint(low + 1, high - 1) if high - low > 1 else None
        boxes += [box] if cut is None else [{**box, name: (low, cut)}, {**box, name: (cut, high)}]
    return [_rule(box) for box in boxes], {name: Item(name, "number", "u") for name in names}


def _rule(box: dict[str, tuple[int, int]]) -> c.Condition:
    parts: list[c.Condition] = []
    for name, (low, high) in box.items():
        parts += [c.Compare(name, ">=", low)] if low > 0 else []
        parts += [c.Compare(name, "<", high)] if high < 100 else []
    return c.All(tuple(parts)) if len(parts) != 1 else parts[0]


def _agrees(seed: int) -> bool:
    chance = random.Random(seed)
    rules, items = _table(chance.randint(2, 12), 3, seed)
    if chance.random() < 0.5:
        rules.pop(chance.randrange(len(rules)))
    if chance.random() < 0.3:
        rules.append(c.Compare("x0", "<", chance.randint(1, 99)))
    found = cover(rules, False, items)
    return (found.hole is not None, found.overlap is not None) == _by_z3(rules, items)


def _by_z3(branches: list[c.Condition], items: dict[str, Item]) -> tuple[bool, bool]:
    """Whether a decision has a hole, and an overlap."""
    values = {name: z3.Real(name) for name in items}
    said = [_as_z3(branch, values) for branch in branches]
    solver = z3.Solver()
    solver.add(z3.Not(z3.Or(said)))
    has_hole = solver.check() == z3.sat
    solver = z3.Solver()
    solver.add(z3.AtLeast(*said, 2))
    return has_hole, solver.check() == z3.sat


def _as_z3(condition: c.Condition, values: dict[str, z3.ArithRef]) -> z3.BoolRef:
    if isinstance(condition, c.All):
        return z3.And([_as_z3(part, values) for part in condition.parts])
    assert isinstance(condition, c.Compare)
    value, bound = values[condition.item], condition.bound
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[condition.operator]
