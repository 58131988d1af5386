"""A compiled path as tables: nodes, edges, names. The networkx graph is another view of the same tables.

Kinds of node:

- start, end (an outcome), nowhere (where a way stops without an end)
- step, handoff, consultation, choice, wait, include: where a client can be
- decide: one way goes on, by what is known or by what happens first
- split, join: all ways go on, and meet
- repeat: the head of a loop, where the client also waits between rounds
- event: something that can happen at any time, with resume, stop or restart at the end of its own way
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from msgspec import Struct

from pathflow.base.calendars import Calendar
from pathflow.base.instants import Instant, instant_of
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.model import path as model
from pathflow.model.conditions import Condition

Kind = Literal[
    "start", "step", "handoff", "consultation", "choice", "wait", "include", "decide", "split", "join", "repeat", "event",
    "resume", "stop", "restart", "end", "nowhere",
]  # fmt: skip

EdgeKind = Literal["next", "if", "otherwise", "branch", "again", "round", "leave", "event", "restart"]

RESTING: Final = frozenset({"step", "handoff", "consultation", "choice", "wait", "include", "decide", "repeat", "nowhere"})
"""Kinds of node where a client can be for a time."""

Statement = model.Statement | model.Whenever | None


class Node(Struct, frozen=True):
    """One node.

    `region`: the branches it stands in, outermost first, as (split, number of the branch).
    `event`: the event in whose own way it stands, or -1 for the main way.
    `loop`: the innermost repeat around it, or -1.
    """

    index: int
    kind: Kind
    name: str
    span: Span
    statement: Statement = None
    region: tuple[tuple[int, int], ...] = ()
    event: int = -1
    loop: int = -1


class Edge(Struct, frozen=True):
    """One way on. `chance`: how many clients go it, for simulation, in per cent."""

    source: int
    target: int
    kind: EdgeKind
    condition: Condition | None = None
    chance: float | None = None


class Program(Struct, frozen=True, kw_only=True):
    """A compiled path. `key` is a hash of all its sources: the version that an enrolment is pinned to.

    `joins`: the split of each join; `needed`: how many of its branches must come to a join before the client goes on.
    """

    path: model.Path
    key: str
    nodes: tuple[Node, ...]
    edges: tuple[tuple[Edge, ...], ...]
    start: int
    events: tuple[int, ...]
    joins: Mapping[int, int]
    needed: Mapping[int, int]
    calendar: Calendar
    included: Mapping[str, Program]

    @property
    def first_morning(self) -> Instant:
        """Nine o'clock on the first Monday on which the path is valid: when tests and stories begin."""
        day = self.path.valid.first if self.path.valid is not None else date(2026, 1, 5)
        day += timedelta(days=(7 - day.weekday()) % 7)
        return instant_of(datetime.combine(day, time(9)), self.calendar.zone)

    def find(self, name: str) -> int | None:
        """The step, handoff, consultation, choice or end of that name."""
        wanted = fold(name)
        for node in self.nodes:
            if node.statement is not None and node.kind != "decide" and node.name and fold(node.name) == wanted:
                return node.index
        return None

    def incoming(self) -> list[list[Edge]]:
        """The edges into each node."""
        result: list[list[Edge]] = [[] for _ in self.nodes]
        for ways in self.edges:
            for edge in ways:
                result[edge.target].append(edge)
        return result
