"""What tests reach of a path: every way out of a decision, every outcome of a step, a handoff, a choice, a repeat and a wait,
every event and every end. It is a union of sets: what one test reaches counts once, over all tests and files.

Law: tests/laws/test_coverage.py (what the trail holds is what a count from the records and the history gives).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pathflow.base.instants import Instant
from pathflow.base.phrases import OWN, Phrase
from pathflow.base.spans import Span
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.machine import Machine
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Signal, WatchFactory
from pathflow.model import path as model


class Point(NamedTuple):
    """Something that can happen at a node of a path. `what` is unique at the node; `called` and `outcome` are for people."""

    path: str
    node: int
    what: str
    called: Phrase
    outcome: Phrase
    span: Span

    @property
    def said(self) -> str:
        """What it is, in English."""
        return f"{self.called.text}: {self.outcome.text}"


class Coverage(NamedTuple):
    """All points of some paths, in the order of the text, and those that were reached."""

    points: tuple[Point, ...]
    reached: frozenset[tuple[str, int, str]]

    @property
    def missing(self) -> list[Point]:
        """The points that nothing reached."""
        return [point for point in self.points if point[:3] not in self.reached]

    @property
    def percent(self) -> float:
        """How much was reached; of nothing, all. Units: per cent."""
        whole = len(self.points)
        return 100 * (whole - len(self.missing)) / whole if whole else 100.0


def coverage_of(programs: Iterable[Program], reached: Iterable[tuple[str, int, str]]) -> Coverage:
    """The points of the programs themselves (not of those that they include), and what was reached of them."""
    points = tuple(point for program in programs for point in points_of(program))
    return Coverage(points, frozenset(reached) & {point[:3] for point in points})


def points_of(program: Program) -> Iterator[Point]:
    """Everything that a test can reach on a path."""
    for node in sorted(program.nodes, key=lambda node: (node.span.line, node.span.column, node.index)):
        for what, said in _outcomes(program, node):
            yield Point(program.path.name, node.index, what, _called(node), said, node.span)


def _called(node: Node) -> Phrase:
    if node.kind == "event":
        return Phrase("whenever {name}", node.name)
    if node.kind in ("repeat", "wait", "resume", "stop", "restart"):
        return Phrase(OWN, node.name)
    words = {"decide": "decide", "choice": "client chooses", "step": "step"}
    return Phrase(f"{words.get(node.kind, node.kind)} {{name}}".rstrip(), node.name)


def _may_expire(program: Program, order: model.Step) -> bool:
    """Whether there is a time by which the order must be accepted: its own, or of some provider that the client may choose."""
    if order.accepted_within is not None or order.by is None or order.by.party.kind != "chosen":
        return order.accepted_within is not None
    choices = (node.statement for node in program.nodes if node.kind == "choice" and node.name == order.by.party.name)
    options = [one for choice in choices if isinstance(choice, model.Choice) for one in choice.options]
    return any(program.path.network.accepted_within(one) is not None for one in options)


def _outcomes(program: Program, node: Node) -> Iterator[tuple[str, Phrase]]:  # noqa: C901, PLR0912  # one arm for each kind
    """The outcomes of a node: a word that is unique there, and the words for people."""
    statement = node.statement
    if isinstance(statement, model.Step):
        yield "done", Phrase("done")
        if statement.ordered_by is not None:
            yield "returned", Phrase("sent back")
            if _may_expire(program, statement):
                yield "expired", Phrase("nobody accepts in time")
    elif isinstance(statement, model.Handoff):
        yield "accepted", Phrase("accepted")
        yield "returned", Phrase("sent back")
        if statement.accepted_within is not None:
            yield "expired", Phrase("nobody accepts in time")
    elif isinstance(statement, model.Consultation):
        yield "done", Phrase("answered")
    elif isinstance(statement, model.Choice):
        for option in statement.options:
            yield f"chose {option}", Phrase(OWN, option)
        if statement.default is not None and statement.limit is not None:
            yield "expired", Phrase("no choice in time")
    elif isinstance(statement, model.Repeat):
        if statement.until is not None:
            yield "until", Phrase("left, because what it goes on until is so")
        if statement.at_most is not None:
            yield "at most", Phrase("left after {name} rounds", str(statement.at_most))
    elif isinstance(statement, model.Wait):
        yield "over", Phrase("over")
        if statement.until is not None and statement.length is not None:
            yield "expired", Phrase("given up, because the time is over")
    elif node.kind == "decide":
        for number, edge in enumerate(program.edges[node.index]):
            yield (
                f"way {number}",
                Phrase("if {name}", str(edge.condition)) if edge.condition is not None else Phrase("otherwise"),
            )
    elif node.kind in ("event", "include", "end", "stop", "restart", "resume"):
        yield "reached", Phrase({"event": "it happens", "include": "gone, and back"}.get(node.kind, "reached"))


class Trail(Machine):
    """The machine that keeps where clients have come: (path, node, what). It changes nothing of what happens."""

    __slots__ = ("reached",)

    def __init__(self, programs: Iterable[Program], watch: WatchFactory) -> None:
        super().__init__(programs, watch)
        self.reached: set[tuple[str, int, str]] = set()

    def _mark(self, enrolment: Enrolment, node: int, what: str) -> None:
        self.reached.add((enrolment.path, node, what))

    def decide(self, record: Record, enrolment: Enrolment, node: int, at: Instant, since: Instant) -> int | None:
        """The way out of a decision, by its number."""
        target = super().decide(record, enrolment, node, at, since)
        if target is None:
            return None
        tables = enrolment.tables
        if tables.code[node] != t.DECIDE:
            self._mark(enrolment, node, "over")
            return target
        spent = enrolment.spent.get(node, frozenset())
        ways = iter(tables.ways[node])
        for number, edge in enumerate(tables.program.edges[node]):
            if edge.condition is None:
                continue
            way = next(ways)
            if way.test(record, enrolment, at, since + (not spent.isdisjoint(way.events))):
                self._mark(enrolment, node, f"way {number}")
                return target
        otherwise = next(n for n, edge in enumerate(tables.program.edges[node]) if edge.condition is None)
        self._mark(enrolment, node, f"way {otherwise}")
        return target

    def do(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        """A step or consultation done."""
        super().do(record, enrolment, node, fact)
        self._mark(enrolment, node, "done")

    def choose(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        """A choice made."""
        super().choose(record, enrolment, node, fact)
        if enrolment.chosen.get(enrolment.tables.name[node]) == fact.provider:
            self._mark(enrolment, node, f"chose {fact.provider}")

    def fire(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """A wait over, a choice not made, a wait given up."""
        code = enrolment.tables.code[node]
        if code == t.WAIT:
            self._mark(enrolment, node, "over")
        elif code in (t.CHOICE, t.AWAIT):
            self._mark(enrolment, node, "expired")
        super().fire(record, enrolment, node, at)

    def come_round(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> int | None:
        """A repeat left after a round."""
        is_over = node in enrolment.rounds and self.is_over(record, enrolment, node, at)
        target = super().come_round(record, enrolment, node, at)
        if target is not None and target == enrolment.tables.leave[node] and node not in enrolment.rounds:
            self._mark(enrolment, node, "until" if is_over else "at most")
        return target

    def leave(self, record: Record, enrolment: Enrolment, node: int, target: int, at: Instant) -> None:
        """A repeat left between two rounds."""
        if enrolment.tables.code[node] == t.REPEAT and target == enrolment.tables.leave[node]:
            self._mark(enrolment, node, "until")
        super().leave(record, enrolment, node, target, at)

    def enter(self, record: Record, enrolment: Enrolment, first: int, at: Instant) -> None:
        """An event's own way begun."""
        for trigger in enrolment.tables.triggers:
            run = enrolment.events.get(trigger.node)
            if first == trigger.first and run is not None and run.began == at:
                self._mark(enrolment, trigger.node, "reached")
        super().enter(record, enrolment, first, at)

    def begin_waiting(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> int | None:
        """A wait whose time had passed before the way came to it."""
        target = super().begin_waiting(record, enrolment, node, at)
        if target is not None and enrolment.tables.code[node] == t.WAIT:
            self._mark(enrolment, node, "over")
        return target

    def enter_other(self, record: Record, enrolment: Enrolment, node: int, kind: int, at: Instant) -> int | None:
        """How an event's own way ends."""
        if kind in (t.RESUME, t.STOP, t.RESTART):
            self._mark(enrolment, node, "reached")
        return super().enter_other(record, enrolment, node, kind, at)

    def back_to_parent(self, record: Record, child: Enrolment, at: Instant) -> None:
        """An included path gone through."""
        if child.parent is not None:
            index, node = child.parent
            if node in record.enrolments[index].tokens:
                self._mark(record.enrolments[index], node, "reached")
        super().back_to_parent(record, child, at)

    def signal(
        self, record: Record, enrolment: Enrolment, signal: Signal, node: int, at: Instant, fact: Fact | None,
        since: Instant, about: tuple[int, ...],
    ) -> None:  # fmt: skip
        """What became of a handoff or an order; an end."""
        if signal in ("accepted", "returned", "expired"):
            self._mark(enrolment, node, signal)
        elif signal == "ended" and node >= 0 and enrolment.tables.code[node] == t.END:
            self._mark(enrolment, node, "reached")
        super().signal(record, enrolment, signal, node, at, fact, since, about)
