"""A path drawn as SVG, from its text: read, compiled, who holds the client and the plan worked out, laid out and written."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench.chain import LINES, NETWORK, chain
from bench.measure import Line

LIMITS = {30: 1.0, 500: 10.0}
"""Seconds for so many steps."""
_STEPS_A_PART = 7


def run() -> Iterator[Line]:
    """Each size in turn: of the text, and of the drawing alone."""
    from pathflow.compiler.library import Library
    from pathflow.compiler.passes import Compiler
    from pathflow.dsl.parse import parse_text
    from pathflow.engine.program import Program
    from pathflow.picture import draw

    def compiled(turn: int, n_steps: int) -> Program:
        text = NETWORK + chain(n_steps * LINES // _STEPS_A_PART, turn)
        library = Library(Path("/bench"))
        library.give(Path("/bench/long.path"), parse_text("long.path", text), text.encode())
        program = Compiler(library).unit(Path("/bench/long.path")).program
        if program is None:
            raise AssertionError("the path of the bench is sound")
        return program

    for n_steps, limit in LIMITS.items():
        taken: list[float] = []
        size = 0
        for turn in range(6):
            start = time.perf_counter()
            size = len(draw(compiled(turn, n_steps)).svg)
            taken.append(time.perf_counter() - start)
        seconds = statistics.median(taken[1:])
        figure = f"{seconds:.2f} s, {size // 1000:,} kB"
        yield Line(f"drawn from its text, {n_steps} steps", figure, f"under {limit:g} s", seconds < limit)
