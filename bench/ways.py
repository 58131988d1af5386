"""The longest way through a path, against networkx's `dag_longest_path` on the same graph."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.measure import Line

SIZES = (20, 200, 2_000)
TARGET = 5
STEP = """\
    step Step {0}
        by nurse at Health Centre
        within {1} days
"""
PARTING = """\
    decide Which {0}?
        if age >= {1} years
            step Other {0}
                by doctor at Health Centre
                within {1} days
        otherwise
            continue
"""


def run() -> Iterator[Line]:
    """Each size in turn."""
    from bench.chain import HEAD, NETWORK
    from pathflow.compiler.library import Library
    from pathflow.compiler.passes import Compiler
    from pathflow.dsl.parse import parse_text
    from pathflow.rules.times import times_of
    from pathflow.rules.ways import Ways

    for size in SIZES:
        steps = (STEP.format(n, 1 + n % 30) if n % 4 else PARTING.format(n, 20 + n % 30) for n in range(size))
        text = NETWORK + HEAD.format("way", "") + "".join(steps) + "    end Done\n        closes the plan\n"
        folder = Path("/bench")
        library = Library(folder)
        library.give(folder / "way.path", parse_text("way.path", text), text.encode())
        program = Compiler(library).unit(folder / "way.path").program
        if program is None:
            raise AssertionError("the path of the bench is sound")
        yield _compared(size, times_of(Ways(program)))


def _compared(size: int, times: Any) -> Line:
    import networkx as nx

    from pathflow.base.durations import DAY
    from pathflow.rules.times import To

    program, takes = times.program, times.chart.takes["targets"]
    graph = nx.DiGraph()
    for ways in program.edges:
        for edge in ways:
            moves = takes[edge.target].moves
            graph.add_edge(edge.source, edge.target, weight=moves[0].length.count if moves else 0)
    end = next(node.index for node in program.nodes if node.kind == "end")
    ours: list[float] = []
    peer: list[float] = []
    for _ in range(15):
        taken, found = _timed(lambda: times.bound(program.start, "targets", To(frozenset({end}))).found[end].left)
        ours.append(taken)
        taken, longest = _timed(lambda: nx.dag_longest_path(graph))
        peer.append(taken)
        if found != nx.path_weight(graph, longest, "weight") * DAY:
            raise AssertionError("the two disagree")
    ratio = statistics.median(p / o for o, p in zip(ours, peer, strict=True))
    figure = f"{1000 * statistics.median(ours):.2f} ms, {ratio:.1f} times as fast as networkx"
    return Line(f"longest way, {size:,} steps", figure, f"at least {TARGET} times", ratio >= TARGET)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found
