"""What watches a record: the rules' second halves, handed to the machine as an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact

if TYPE_CHECKING:
    from pathflow.engine.program import Program
    from pathflow.engine.record import Enrolment, Record

Signal = Literal[
    "completed",  # a step was done; since: when it became owed
    "overtaken",  # a step was done before others that stood before it; about: those
    "beside",  # a fact had no place on the way
    "accepted",  # a handoff or an order was accepted; since: when it was sent
    "returned",  # it was sent back
    "expired",  # nobody accepted it in time
    "decided",  # several branches fit; about: where they lead
    "ended",  # the enrolment ended
    "returned after the end",  # a fact came for an enrolment that had ended
    "enrolled",
]

SIGNALS: Final[tuple[Signal, ...]] = (
    "completed", "overtaken", "beside", "accepted", "returned", "expired", "decided", "ended", "returned after the end",
    "enrolled",
)  # fmt: skip

Handler = Callable[
    ["Record", "Enrolment", int, Instant, Fact | None, Instant, tuple[int, ...]],
    Finding | None,
]
"""Called with (record, enrolment, node, at, fact, since, about)."""

Standing = Callable[["Record", "Enrolment", Instant], Iterable[Finding]]
"""What is so at a moment, without anything happening: asked when somebody looks."""


class Watch(Struct, frozen=True):
    """One rule's second half for one program: its handlers by signal (for these nodes only, where given), and what it says
    of a record at a moment."""

    signal: Signal | None = None
    handler: Handler | None = None
    nodes: frozenset[int] | None = None
    standing: Standing | None = None


WatchFactory = Callable[["Program"], Iterable[Watch]]


class Watchers:
    """All watches of one program, laid out by signal and node."""

    __slots__ = ("by_signal", "completed", "standing")

    def __init__(self, count: int, watches: Iterable[Watch]) -> None:
        completed: list[list[Handler]] = [[] for _ in range(count)]
        by_signal: dict[Signal, list[tuple[Handler, frozenset[int] | None]]] = {}
        standing: list[Standing] = []
        for watch in watches:
            if watch.standing is not None:
                standing.append(watch.standing)
            if watch.signal is None or watch.handler is None:
                continue
            if watch.signal == "completed":
                for node in range(count) if watch.nodes is None else watch.nodes:
                    completed[node].append(watch.handler)
            else:
                by_signal.setdefault(watch.signal, []).append((watch.handler, watch.nodes))
        self.completed: list[tuple[Handler, ...]] = [tuple(handlers) for handlers in completed]
        self.by_signal: Mapping[Signal, list[tuple[Handler, frozenset[int] | None]]] = by_signal
        self.standing = tuple(standing)


def nobody(_program: Program) -> Iterable[Watch]:
    """No watches: the engine alone."""
    return ()
