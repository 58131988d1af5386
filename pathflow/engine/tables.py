"""A program laid out for speed: what the machine asks for at every fact, by node number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from pathflow.base.names import fold
from pathflow.engine.conditions import Test, Turn, as_test, turn_of
from pathflow.engine.program import Kind, Program
from pathflow.engine.watch import Handler, Watchers
from pathflow.model import path as model
from pathflow.model.conditions import events_of, items_of

(STEP, DECIDE, SPLIT, JOIN, REPEAT, HANDOFF, CONSULTATION, CHOICE, WAIT, INCLUDE, END, RESUME, STOP, RESTART, NOWHERE, START,
 EVENT, AWAIT) = range(18)  # fmt: skip

_CODES: Final[dict[Kind, int]] = {
    "step": STEP, "decide": DECIDE, "split": SPLIT, "join": JOIN, "repeat": REPEAT, "handoff": HANDOFF,
    "consultation": CONSULTATION, "choice": CHOICE, "wait": WAIT, "include": INCLUDE, "end": END, "resume": RESUME,
    "stop": STOP, "restart": RESTART, "nowhere": NOWHERE, "start": START, "event": EVENT,
}  # fmt: skip


class Way(NamedTuple):
    """A way out of a decision."""

    test: Test
    target: int
    events: tuple[str, ...]


class Trigger(NamedTuple):
    """When an event begins."""

    node: int
    first: int
    test: Test
    items: frozenset[str]
    events: frozenset[str]


class Row(NamedTuple):
    """What happens when a step is done, in the order in which the machine asks for it.

    `after`: the node after it; `is_plain`: that one is a step that is simply reached. The last five are those who watch.
    """

    name: str
    after: int
    is_plain: bool
    makes: bool
    doings: bool
    always: tuple[Handler, ...]
    late: tuple[Handler, ...]
    patience: int
    provider: tuple[Handler, ...]
    performer: tuple[Handler, ...]


class Tables:
    """The program by node number. Built once for a program and shared by all its enrolments.

    `after`: the one node after a node, or -1. `plain`: whether a node is a step which needs nothing but to be reached.
    """

    __slots__ = (
        "after", "again", "aliases", "beside", "code", "doings", "enter", "event_names", "item_names", "known_names", "leave",
        "limits", "makes", "name", "needs_join", "node_of", "ordered", "otherwise", "plain", "program", "repeats", "rows",
        "split_of", "splits", "starts", "triggers", "turns", "until", "waits_for_event", "watchers", "ways",
    )  # fmt: skip

    def __init__(self, program: Program, watchers: Watchers) -> None:
        self.program = program
        self.watchers = watchers
        nodes = program.nodes
        items, calendar = program.path.items, program.calendar
        self.code = [AWAIT if _is_awaiting(node.statement) else _CODES[node.kind] for node in nodes]
        self.name = [node.name for node in nodes]
        self.after = [ways[0].target if len(ways) == 1 else -1 for ways in program.edges]
        self.splits = [tuple(edge.target for edge in ways) for ways in program.edges]
        self.needs_join = dict(program.needed)
        self.split_of = dict(program.joins)
        self.again = {n: _target(program, n, "again") for n, code in enumerate(self.code) if code == REPEAT}
        self.leave = {n: _target(program, n, "leave") for n, code in enumerate(self.code) if code == REPEAT}
        self.repeats = {n: s for n in self.again if isinstance(s := nodes[n].statement, model.Repeat)}
        self.until = {n: as_test(r.until, items, calendar) for n, r in self.repeats.items() if r.until is not None}
        enter = program.path.clients.enter_when
        self.enter = as_test(enter, items, calendar) if enter is not None else None
        self.turns = dict(self._turns())
        self.ways: dict[int, tuple[Way, ...]] = {}
        self.otherwise: dict[int, int] = {}
        self.waits_for_event: set[int] = set()
        for n, code in enumerate(self.code):
            if code == DECIDE:
                self._decision(n)
            elif code == AWAIT:
                self._awaiting(n)
        self.beside = frozenset(n for n in program.events if getattr(nodes[n].statement, "is_beside", False))
        self.starts = {n: s.starts for n, node in enumerate(nodes)
                       if isinstance(s := node.statement, model.Step) and s.starts is not None}  # fmt: skip
        self.triggers = tuple(self._trigger(n) for n in program.events)
        self.limits: dict[int, tuple[tuple[Test | None, model.Limit], ...]] = {}
        self.doings: list[tuple[model.Doing, ...]] = [()] * len(nodes)
        self.makes: list[tuple[tuple[str, bool], ...]] = [()] * len(nodes)
        self.plain = [False] * len(nodes)
        self.ordered: set[int] = set()
        for n, node in enumerate(nodes):
            self._statement(n, node.statement)
        self.rows = [
            Row(name, after, after >= 0 and self.plain[after], bool(makes), bool(doings), *who)
            for name, after, makes, doings, who in zip(
                self.name, self.after, self.makes, self.doings, watchers.completed, strict=True
            )
        ]
        self.node_of: dict[str, int] = {}
        self.aliases: dict[str, tuple[int, ...]] = {}
        self.event_names: dict[str, str] = {}
        self._names()
        statements = (node.name for node in nodes if node.statement is not None and node.kind not in ("decide", "repeat"))
        self.known_names = tuple(dict.fromkeys((*statements, *self.event_names.values())))
        self.item_names = {fold(word): item.name for item in items.values() for word in (item.name, *item.aliases)}

    def named(self, name: str) -> tuple[int, ...]:
        """The nodes of a name or alias, however it is spelt; several steps may share an alias."""
        node = self.node_of.get(name)
        if node is None:
            key = fold(name)
            node = self.node_of.get(key)
            if node is None:
                return self.aliases.get(key, ())
        return (node,)

    def event(self, name: str) -> str | None:
        """The declared name of an event, by name or alias."""
        return self.event_names.get(fold(name))

    def _decision(self, n: int) -> None:
        ways: list[Way] = []
        for edge in self.program.edges[n]:
            if edge.condition is None:
                self.otherwise[n] = edge.target
                continue
            events = events_of(edge.condition)
            if events:
                self.waits_for_event.add(n)
            ways.append(Way(as_test(edge.condition, self.program.path.items, self.program.calendar), edge.target, events))
        self.ways[n] = tuple(ways)

    def _awaiting(self, n: int) -> None:
        """A wait until something is so: like a decision with one way."""
        wait = self.program.nodes[n].statement
        if not isinstance(wait, model.Wait) or wait.until is None:
            raise AssertionError("a waiting node holds what it waits for")
        events = events_of(wait.until)
        if events:
            self.waits_for_event.add(n)
        self.ways[n] = (Way(as_test(wait.until, self.program.path.items, self.program.calendar), self.after[n], events),)

    def _turns(self) -> Iterator[tuple[int, Turn]]:
        """Where a client waits for what time alone may bring about."""
        for n, code in enumerate(self.code):
            asked = [edge.condition for edge in self.program.edges[n]] if code in (DECIDE, REPEAT) else []
            statement = self.program.nodes[n].statement
            asked += [statement.until] if isinstance(statement, model.Wait) else []
            conditions = [condition for condition in asked if condition is not None]
            turn = turn_of(conditions, self.program.path.items, self.program.calendar) if conditions else None
            if turn is not None:
                yield n, turn

    def _trigger(self, n: int) -> Trigger:
        statement = self.program.nodes[n].statement
        if not isinstance(statement, model.Whenever):
            raise AssertionError("an event's node holds its `whenever`")
        condition = statement.condition
        test = as_test(condition, self.program.path.items, self.program.calendar)
        return Trigger(n, self.after[n], test, frozenset(items_of(condition)), frozenset(events_of(condition)))

    def _statement(self, n: int, statement: object) -> None:
        path = self.program.path
        if isinstance(statement, model.Step):
            self.plain[n] = statement.ordered_by is None
            if statement.ordered_by is not None:
                self.ordered.add(n)
            self.doings[n] = tuple(d for d in statement.does if path.network.services[d.service].window is not None)
            limits = statement.limits
        elif isinstance(statement, model.Handoff | model.Choice):
            limits = (statement.limit,) if statement.limit else ()
        else:
            limits = ()
        if isinstance(statement, model.Step | model.Consultation):
            self.makes[n] = tuple((name, path.items[name].kind == "document") for name in statement.makes)
        if limits:
            items, calendar = path.items, self.program.calendar
            self.limits[n] = tuple((as_test(x.when, items, calendar) if x.when else None, x) for x in limits)

    def _names(self) -> None:
        for n, node in enumerate(self.program.nodes):
            statement = node.statement
            if isinstance(statement, model.Step | model.Handoff | model.Consultation):
                for alias in statement.aliases:
                    key = fold(alias)
                    self.aliases[key] = (*self.aliases.get(key, ()), n)
            if isinstance(statement, model.Step | model.Handoff | model.Consultation | model.Choice | model.End):
                self.node_of[fold(node.name)] = n
                self.node_of[node.name] = n
        for event in self.program.path.events.values():
            for word in (event.name, *event.aliases):
                self.event_names[fold(word)] = event.name


def _is_awaiting(statement: object) -> bool:
    return isinstance(statement, model.Wait) and statement.until is not None


def _target(program: Program, n: int, kind: str) -> int:
    return next((edge.target for edge in program.edges[n] if edge.kind == kind), -1)
