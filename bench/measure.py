"""Timing in pairs: ours and the peer's take turns, so that a busy neighbour slows both; medians of the turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.store.server import Server

Work = Callable[[Any], int]
"""Does the work once on what was made ready for this turn, and says how many units it did."""

Ready = Callable[[int], Any]
"""What a turn works on, made outside the measured time."""


@dataclass(frozen=True)
class Line:
    """One line of the report. `met` is None where there is nothing to reach."""

    what: str
    figure: str
    limit: str = ""
    met: bool | None = None


def a_server() -> Server | str:
    """A PostgreSQL of the bench's own, which whoever asked for it closes; or why there is none here."""
    try:
        from tests.store.server import NoServer, Server
    except ImportError:
        return "left out: psycopg is not here"
    try:
        return Server().start()
    except NoServer as missing:
        return f"left out: {missing}"


def rates(works: Sequence[Work], runs: int, ready: Sequence[Ready] | None = None) -> list[list[float]]:
    """Units a second of each, turn after turn; the first turn warms up and is not counted."""
    found: list[list[float]] = [[] for _ in works]
    for turn in range(runs + 1):
        for index, work in enumerate(works):
            given = ready[index](turn) if ready is not None else None
            gc.collect()
            start = time.perf_counter()
            units = work(given)
            taken = time.perf_counter() - start
            if turn:
                found[index].append(units / taken)
    return found


def ratio(ours: Sequence[float], peer: Sequence[float]) -> float:
    """The median of the pairs' ratios."""
    return statistics.median(a / b for a, b in zip(ours, peer, strict=True))


def spread(values: Sequence[float], unit: str) -> str:
    """The median with the least and the most."""
    return f"{statistics.median(values):,.0f} {unit} ({min(values):,.0f} to {max(values):,.0f})"
