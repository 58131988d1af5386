"""A path's statements to nodes and edges. The main way is sound by construction: blocks nest, and nothing jumps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pathflow.base.calendars import Calendar
from pathflow.base.spans import Span
from pathflow.engine.program import Edge, EdgeKind, Kind, Node, Program, Statement
from pathflow.model import path as model
from pathflow.model.conditions import Condition


class _Open(NamedTuple):
    """An edge that still lacks its target. `order`: its place among the edges out of its source, as written."""

    source: int
    kind: EdgeKind
    condition: Condition | None = None
    order: int = 0
    chance: float | None = None


_PLAIN_KINDS: dict[type, Kind] = {
    model.Step: "step",
    model.Handoff: "handoff",
    model.Consultation: "consultation",
    model.Choice: "choice",
    model.Wait: "wait",
    model.Include: "include",
}


class _Place:
    """Where a statement stands."""

    __slots__ = ("event", "loop", "region")

    def __init__(self, region: tuple[tuple[int, int], ...] = (), event: int = -1, loop: int = -1) -> None:
        self.region = region
        self.event = event
        self.loop = loop

    def inside(self, split: int, branch: int) -> _Place:
        return _Place((*self.region, (split, branch)), self.event, self.loop)

    def in_loop(self, loop: int) -> _Place:
        return _Place(self.region, self.event, loop)


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[list[tuple[int, Edge]]] = []
        self.joins: dict[int, int] = {}
        self.needed: dict[int, int] = {}
        self.restarts: list[tuple[int, str]] = []
        self.nowhere: int | None = None

    def node(self, kind: Kind, name: str, span: Span, place: _Place, statement: Statement = None) -> int:
        index = len(self.nodes)
        self.nodes.append(Node(index, kind, name, span, statement, place.region, place.event, place.loop))
        self.edges.append([])
        return index

    def join(self, opened: list[_Open], target: int) -> None:
        for source, kind, condition, order, chance in opened:
            self.edges[source].append((order, Edge(source, target, kind, condition, chance)))

    def sequence(self, body: tuple[model.Statement, ...], opened: list[_Open], place: _Place) -> list[_Open]:
        for statement in body:
            opened = self.statement(statement, opened, place)
        return opened

    def statement(self, statement: model.Statement, opened: list[_Open], place: _Place) -> list[_Open]:
        if isinstance(statement, model.Decision):
            return self.decision(statement, opened, place)
        if isinstance(statement, model.Together):
            return self.together(statement, opened, place)
        if isinstance(statement, model.Repeat):
            return self.repeat(statement, opened, place)
        if isinstance(statement, model.End):
            self.join(opened, self.node("end", statement.name, statement.span, place, statement))
            return []
        if isinstance(statement, model.Ending):
            return self.ending(statement, opened, place)
        if isinstance(statement, model.Wait):
            name = str(statement)
        elif isinstance(statement, model.Include):
            name = statement.path
        else:
            name = statement.name
        node = self.node(_PLAIN_KINDS[type(statement)], name, statement.span, place, statement)
        self.join(opened, node)
        return [_Open(node, "next")]

    def decision(self, statement: model.Decision, opened: list[_Open], place: _Place) -> list[_Open]:
        node = self.node("decide", statement.name, statement.span, place, statement)
        self.join(opened, node)
        result: list[_Open] = []
        for number, branch in enumerate(statement.branches):
            kind: EdgeKind = "otherwise" if branch.condition is None else "if"
            result += self.sequence(branch.body, [_Open(node, kind, branch.condition, number, branch.chance)], place)
        return result

    def together(self, statement: model.Together, opened: list[_Open], place: _Place) -> list[_Open]:
        split = self.node("split", "together", statement.span, place)
        self.join(opened, split)
        ends = [
            self.sequence(branch.body, [_Open(split, "branch", None, number)], place.inside(split, number))
            for number, branch in enumerate(statement.branches)
        ]
        join = self.node("join", "all together" if statement.until is None else "enough done", statement.span, place)
        self.joins[join] = split
        self.needed[join] = statement.needs
        for end in ends:
            self.join(end, join)
        return [_Open(join, "next")] if sum(map(bool, ends)) >= statement.needs else []

    def repeat(self, statement: model.Repeat, opened: list[_Open], place: _Place) -> list[_Open]:
        head = self.node("repeat", _repeat_name(statement), statement.span, place, statement)
        self.join(opened, head)
        back = self.sequence(statement.body, [_Open(head, "again")], place.in_loop(head))
        self.join([edge._replace(kind="round") if edge.kind == "next" else edge for edge in back], head)
        is_left_by_end = statement.until is None and statement.at_most is None and _has_end(statement.body)
        return [] if is_left_by_end else [_Open(head, "leave", statement.until, 1)]

    def ending(self, statement: model.Ending, opened: list[_Open], place: _Place) -> list[_Open]:
        node = self.node(statement.kind, statement.kind, statement.span, place, statement)
        self.join(opened, node)
        if statement.step is not None:
            self.restarts.append((node, statement.step))
        return []

    def whenever(self, statement: model.Whenever) -> int:
        head = self.node("event", str(statement.condition), statement.span, _Place(), statement)
        place = _Place(event=head)
        opened = self.sequence(statement.body, [_Open(head, "next")], place)
        if opened and statement.is_beside:  # it is over, and the main way has never stood still
            self.join(opened, self.node("resume", "resume", statement.span, place))
        else:
            self.stop_nowhere(opened, statement.span, place)
        return head

    def stop_nowhere(self, opened: list[_Open], span: Span, place: _Place) -> None:
        """Ways that stop without an end come to a node of their own, so that they can be found and seen."""
        if opened:
            self.join(opened, self.node("nowhere", "nowhere", span, place))


def _has_end(body: tuple[model.Statement, ...]) -> bool:
    return any(isinstance(statement, model.End) for statement in model.walk(body))


def _repeat_name(statement: model.Repeat) -> str:
    parts = [statement.rhythm] if statement.rhythm else []
    if statement.at_most is not None:
        parts.append(statement.count)
    if statement.until is not None:
        parts.append(f"until {statement.until}")
    return "repeat " + ", ".join(parts) if parts else "repeat"


def program_of(path: model.Path, key: str, calendar: Calendar, included: Mapping[str, Program]) -> Program:
    """The program of a path.

    Args:
        key: a hash of all the sources, which an enrolment is pinned to.
        included: the programs of the paths that it includes, by name.

    Law: tests/laws/test_graph.py (the networkx graph has the same nodes and edges).
    """
    builder = _Builder()
    start = builder.node("start", path.name, path.span, _Place())
    opened = builder.sequence(path.body, [_Open(start, "next")], _Place())
    builder.stop_nowhere(opened, path.body[-1].span if path.body else path.span, _Place())
    events = tuple(builder.whenever(statement) for statement in path.whenevers)
    by_name = {node.name: node.index for node in builder.nodes if node.kind in ("step", "handoff", "consultation", "choice")}
    for node, step in builder.restarts:
        if step in by_name:
            builder.join([_Open(node, "restart")], by_name[step])
    return Program(
        path=path,
        key=key,
        nodes=tuple(builder.nodes),
        edges=tuple(tuple(edge for _, edge in sorted(ways, key=lambda way: way[0])) for ways in builder.edges),
        start=start,
        events=events,
        joins=builder.joins,
        needed=builder.needed,
        calendar=calendar,
        included=included,
    )
