"""A program laid out for reckoning time: what each node takes at least, with targets met, and at the legal maximum.

A step takes from when it is reached up to its limit; a limit `of X` bounds the time from X to the step instead. Of several
limits the first that surely applies ends the list; those above it may apply, and the longest of them is reckoned with. A
handoff is sent, and then accepted, each in its own time; an order is done within the step's limit, accepted or not. A wait is
exact. What has no time at all is *open*: nothing says how long it takes.

Cost: linear in the program.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

from pathflow.base.days import Days
from pathflow.base.durations import Duration
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.model.conditions import Compare, Condition, atoms, events_of
from pathflow.rules.beginning import surely_happened
from pathflow.rules.cells import cover
from pathflow.rules.known import happened
from pathflow.rules.limits import limits_of
from pathflow.rules.ways import Ways

Reading = Literal["shortest", "targets", "maxima"]
"""Everybody at once; everybody as late as their target; everybody as late as the law allows."""

REACHED: Final = -1
"""The clock starts when the node is reached."""

ENROLLED: Final = -2
"""The clock starts with the enrolment."""

RECENTLY: Final = -3
"""The clock starts with an event, of which nothing is known but that it came before the node was reached."""


class Move(Struct, frozen=True):
    """Time that passes at a node. `is_due`: a deadline, which ends with its day; otherwise a wait, to the minute.

    `of`: the node that starts the clock, or REACHED, ENROLLED, RECENTLY. `is_after`: it ends a moment after the deadline.
    A wait whose clock starts with something else is over when that time has passed, and at once where it has passed already.
    """

    node: Node
    length: Duration
    is_due: bool = True
    of: int = REACHED
    is_after: bool = False


class Takes(Struct, frozen=True):
    """What a node takes: the latest of the alternatives, and then what follows. `sent`: a handoff's first part."""

    moves: tuple[Move, ...] = ()
    is_open: bool = False
    sent: tuple[Move, ...] = ()
    is_sent_open: bool = False


NOTHING: Final = Takes()
STILL: Final = Move(Node(-1, "nowhere", "", Span("", 0, 0, 0, 0)), Duration(0, "minute"))
"""No time at all."""


class Chart:
    """The program's nodes in the order of their numbers, which no way but a round of a repeat goes against.

    `before`: the nodes from which each is reached; `~head` is the beginning of a repeat's round. `back`: the ends of a repeat's
    rounds. `last`: the last node of each repeat's body. `only`: where there is one node before, that; `merged`: all of them,
    where any of them is enough.
    """

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        self.program = ways.program
        nodes = self.program.nodes
        self.kind = [node.kind for node in nodes]
        self.before: list[list[int]] = [[] for _ in nodes]
        self.back: dict[int, list[int]] = {node.index: [] for node in nodes if node.kind == "repeat"}
        self.last: dict[int, int] = dict.fromkeys(self.back, -1)
        self.loops: list[tuple[int, ...]] = [self._loops(node) for node in nodes]
        for node in nodes:
            for loop in self.loops[node.index]:
                self.last[loop] = max(self.last[loop], node.index)
        for head, last in self.last.items():
            self.last[head] = max(head, last)
        for edges in self.program.edges:
            for edge in edges:
                source = ~edge.source if edge.kind == "again" else edge.source
                if edge.target in self.back and edge.target <= edge.source:
                    self.back[edge.target].append(source)
                elif edge.kind != "restart":
                    self.before[edge.target].append(source)
        is_single = [len(into) == 1 and into[0] >= 0 for into in self.before]
        self.only = [
            into[0] if one and kind != "join" else -1 for one, kind, into in zip(is_single, self.kind, self.before, strict=True)
        ]
        self.merged = [
            tuple(into) if kind != "join" and all(source >= 0 for source in into) else ()
            for kind, into in zip(self.kind, self.before, strict=True)
        ]
        self.following = [self.last.get(index, index) + 1 for index in range(len(nodes))]

    def _loops(self, node: Node) -> tuple[int, ...]:
        found: list[int] = []
        loop = node.loop
        while loop >= 0:
            found.append(loop)
            loop = self.program.nodes[loop].loop
        return tuple(found)

    @cached_property
    def days(self) -> Days:
        """The dates of the path's calendar."""
        return Days(self.program.calendar)

    @cached_property
    def takes(self) -> dict[Reading, list[Takes]]:
        """What each node takes, by reading."""
        readings: tuple[Reading, ...] = ("shortest", "targets", "maxima")
        return {reading: [self._takes(node, reading) for node in self.program.nodes] for reading in readings}

    @cached_property
    def simple(self) -> dict[Reading, list[Move | None]]:
        """Where a node takes one time from when it is reached, that time; STILL where it takes none; None for all others."""
        nodes = self.program.nodes
        return {reading: [_simple(node, takes[node.index]) for node in nodes] for reading, takes in self.takes.items()}

    @cached_property
    def has_hours(self) -> bool:
        """Whether anything takes minutes or hours, which end within a day."""
        takes = [one for reading in self.takes.values() for one in reading]
        repeats = [node.statement for node in self.program.nodes if node.kind == "repeat"]
        pauses = [repeat.every for repeat in repeats if isinstance(repeat, model.Repeat) and repeat.every is not None]
        lengths = [move.length for one in takes for move in (*one.moves, *one.sent)]
        return any(length.is_elapsed for length in (*lengths, *pauses))

    def _takes(self, node: Node, reading: Reading) -> Takes:
        statement = node.statement
        if isinstance(statement, model.Wait):
            return self._wait(node, statement, reading)
        if reading == "shortest":
            return NOTHING
        if isinstance(statement, model.Step):
            moves, is_open = self._limits(node, reading)
            return Takes(moves, is_open)
        if isinstance(statement, model.Handoff):
            sent, is_open = self._limits(node, reading) if statement.limit is not None else ((), False)
            accepted = statement.accepted_within
            return Takes((Move(node, accepted),) if accepted else (), accepted is None, sent, is_open)
        if isinstance(statement, model.Consultation):
            answered = statement.answered_within
            return Takes((Move(node, answered),) if answered else (), answered is None)
        if isinstance(statement, model.Choice):
            if statement.limit is None:
                return Takes(is_open=True)
            return Takes(self._chosen(node, statement, statement.limit))
        return Takes(is_open=True) if node.kind == "decide" and self.waits(node.index) else NOTHING

    def _wait(self, node: Node, wait: model.Wait, reading: Reading) -> Takes:
        """Exactly so long; up to so long where something may end it; to a time after something else."""
        if reading == "shortest" and (wait.until is not None or not self._has_begun(node, wait.of)):
            return NOTHING
        if wait.length is None:
            return Takes(is_open=True)
        return Takes((Move(node, wait.length, is_due=False, of=self._waited_from(node, wait.of)),))

    def _has_begun(self, node: Node, of: str | None) -> bool:
        """Whether what a wait counts from has come on every way to it."""
        return of in (None, model.ENROLMENT) or self.ways.is_known(self.ways.known(node.index), happened(of or ""))

    def _waited_from(self, node: Node, of: str | None) -> int:
        """What a wait counts from; in an event's own way, that event."""
        event = self.program.nodes[node.event].statement if node.event >= 0 else None
        if of is not None and isinstance(event, model.Whenever) and fold(of) in map(fold, surely_happened(event.condition)):
            return node.event
        return self._start(of)

    def _chosen(self, node: Node, choice: model.Choice, limit: model.Limit) -> tuple[Move, ...]:
        """By the clock of the choice, and from when the client comes to it where that clock need not run."""
        is_after = choice.default is not None
        here = Move(node, limit.target, is_after=is_after)
        if limit.of is None:
            return (here,)
        there = Move(node, limit.target, of=self._start(limit.of), is_after=is_after)
        return (there,) if self.ways.surely_starts(node, limit.of) else (there, here)

    def waits(self, index: int) -> bool:
        """Whether a decision waits until something happens, or has lasted."""
        conditions = [edge.condition for edge in self.program.edges[index] if edge.condition is not None]
        return any(events_of(condition) or _lasts(condition) for condition in conditions)

    def _limits(self, node: Node, reading: Reading) -> tuple[tuple[Move, ...], bool]:
        """The times that may hold, and whether none may."""
        given = self.ways.given(node)
        moves: list[Move] = []
        asked: list[Condition] = []
        for limit in limits_of(node.statement):
            length, of = limit.target, limit.of
            if reading == "maxima" and limit.at_most is not None:
                length, of = limit.at_most, limit.starts[-1]
            if limit.when is not None and self._is_never(limit.when, given):
                continue
            moves.append(Move(node, length, of=self._start(of)))
            if not self.ways.surely_starts(node, of) or limit.valid is not None:
                continue
            if limit.when is None:
                return tuple(moves), False
            asked.append(limit.when)
        if self.ways.one_surely_starts(node):
            return tuple(moves), False
        return tuple(moves), not asked or self._is_hole(asked, given)

    def _is_never(self, condition: Condition, given: frozenset[Condition]) -> bool:
        found = cover([condition], False, self.ways.path.items, given)
        return found.is_whole and bool(found.dead)

    def _is_hole(self, asked: list[Condition], given: frozenset[Condition]) -> bool:
        found = cover(asked, False, self.ways.path.items, given)
        return not found.is_whole or found.hole is not None

    def _start(self, of: str | None) -> int:
        if of is None:
            return REACHED
        if of == model.ENROLMENT:
            return ENROLLED
        found = self.find(of)
        return found if found is not None else RECENTLY

    def find(self, name: str) -> int | None:
        """The node of a name that a clock may start with."""
        return self._named.get(fold(name))

    @cached_property
    def _named(self) -> dict[str, int]:
        kinds = ("step", "handoff", "consultation", "choice", "end")
        return {fold(node.name): node.index for node in reversed(self.program.nodes) if node.kind in kinds}


_PASSED: Final = frozenset({"decide", "split", "join", "start", "event"})
_HELD: Final = frozenset({"step", "wait", "consultation", "choice"})


def _simple(node: Node, takes: Takes) -> Move | None:
    if takes.is_open:
        return None
    if not takes.moves:
        return STILL if node.kind in _PASSED or node.kind in _HELD else None
    is_one = len(takes.moves) == 1 and takes.moves[0].of == REACHED and node.kind in _HELD
    return takes.moves[0] if is_one else None


def _lasts(condition: Condition) -> bool:
    return any(isinstance(atom, Compare) and atom.lasting is not None for atom in atoms(condition))
