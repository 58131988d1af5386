"""What watches a record: the rules' second halves, handed to the machine as an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

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
    "accepted by another",  # than it was sent to; since: when it was sent
    "returned",  # it was sent back
    "expired",  # nobody accepted it in time
    "decided",  # several branches fit; about: where they lead
    "not waited",  # a wait had nothing to count from
    "ended",  # the enrolment ended
    "returned after the end",  # a fact came for an enrolment that had ended
    "enrolled",
]

SIGNALS: Final[tuple[Signal, ...]] = get_args(Signal)

Handler = Callable[
    ["Record", "Enrolment", int, Instant, Fact | None, Instant, tuple[int, ...]],
    Finding | None,
]
"""Called with (record, enrolment, node, at, fact, since, about)."""

Standing = Callable[["Record", "Enrolment", Instant], Iterable[Finding]]
"""What is so at a moment, without anything happening: asked when somebody looks."""


class Watch(Struct, frozen=True):
    """One rule's second half for one program: its handler of a signal, and what it says of a record at a moment.

    So that nothing is asked where nothing can be wrong, a watch of completions may say for which nodes it cares, for which
    part of a fact it `asks` (it is then called only where the fact has one), and how much time must have passed since the
    step became owed (`patience`, in microseconds).
    """

    signal: Signal | None = None
    handler: Handler | None = None
    nodes: frozenset[int] | None = None
    standing: Standing | None = None
    asks: Literal["provider", "performer"] | None = None
    patience: int | None = None


WatchFactory = Callable[["Program"], Iterable[Watch]]

FOR_EVER: Final = 1 << 62


class Watched(NamedTuple):
    """Who watches the completion of one node. `late`: only when more than `patience` has passed since it became owed."""

    always: tuple[Handler, ...] = ()
    late: tuple[Handler, ...] = ()
    patience: int = FOR_EVER
    provider: tuple[Handler, ...] = ()
    performer: tuple[Handler, ...] = ()


class Watchers:
    """All watches of one program, laid out by signal and node."""

    __slots__ = ("by_signal", "completed", "standing")

    def __init__(self, count: int, watches: Iterable[Watch]) -> None:
        completing: list[list[Watch]] = [[] for _ in range(count)]
        by_signal: dict[Signal, list[tuple[Handler, frozenset[int] | None]]] = {}
        standing: list[Standing] = []
        for watch in watches:
            if watch.standing is not None:
                standing.append(watch.standing)
            if watch.signal is None or watch.handler is None:
                continue
            if watch.signal == "completed":
                for node in range(count) if watch.nodes is None else watch.nodes:
                    completing[node].append(watch)
            else:
                by_signal.setdefault(watch.signal, []).append((watch.handler, watch.nodes))
        self.completed: list[Watched] = [_watched(watches) for watches in completing]
        self.by_signal: Mapping[Signal, list[tuple[Handler, frozenset[int] | None]]] = by_signal
        self.standing = tuple(standing)


def _watched(watches: list[Watch]) -> Watched:
    called = [(watch, watch.handler) for watch in watches if watch.handler is not None]
    waiting = [(w.patience, h) for w, h in called if w.patience is not None]
    return Watched(
        always=tuple(h for w, h in called if w.asks is None and w.patience is None),
        late=tuple(h for _, h in waiting),
        patience=min((patience for patience, _ in waiting), default=FOR_EVER),
        provider=tuple(h for w, h in called if w.asks == "provider"),
        performer=tuple(h for w, h in called if w.asks == "performer"),
    )


def nobody(_program: Program) -> Iterable[Watch]:
    """No watches: the engine alone."""
    return ()
