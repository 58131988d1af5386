"""The words of a log and what they mean on the paths: names and aliases, verbs, values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pathflow.base.findings import Finding
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.dsl.mistakes import finding
from pathflow.engine.facts import FactKind, Value
from pathflow.engine.items import says_nothing, value_of, wanted, word_in
from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.model.network import Item

VERBS: Final[Mapping[str, FactKind]] = {
    "enrolled": "enrolled", "started": "started", "completed": "completed", "did": "completed", "chose": "chose",
    "proposed": "proposed", "sent": "proposed", "accepted": "accepted", "returned": "returned", "answered": "answered",
    "cancelled": "cancelled", "ended": "ended", "refused": "refused", "reviewed": "reviewed", "overridden": "overridden",
    "assigned": "assigned", "withdrew": "withdrew", "paused": "paused", "came back": "came back",
}  # fmt: skip
"""The first words of an event that is not a completion."""

ALONE: Final[Mapping[str, FactKind]] = {
    "died": "died",
    "moved away": "moved away",
    "refused": "refused",
    "reviewed": "reviewed",
    "observed": "observed",
    "assigned": "assigned",
    "withdrew": "withdrew",
    "paused": "paused",
    "came back": "came back",
}


class Words:
    """What the names in a log mean on a set of paths."""

    def __init__(self, programs: Iterable[Program]) -> None:
        self.items: dict[str, Item] = {}
        self.providers: dict[str, str] = {}
        self._events: dict[str, tuple[FactKind, str]] = {}
        self._meant: dict[str, tuple[FactKind, str]] = {}
        self._misfits: dict[tuple[str, str], tuple[int, str, int]] = {}
        for program in programs:
            self._learn(program)

    def _learn(self, program: Program) -> None:
        """The names and aliases that a log may use."""
        path = program.path
        for item in path.items.values():
            for word in (item.name, *item.aliases):
                self.items.setdefault(fold(word), item)
        for provider in path.network.providers.values():
            for word in (provider.name, *provider.aliases):
                self.providers.setdefault(fold(word), provider.name)
        for event in path.events.values():
            for word in (event.name, *event.aliases):
                self._events.setdefault(fold(word), ("observed", event.name))
        for node in program.nodes:
            self._learn_statement(node.statement)
        for included in program.included.values():
            self._learn(included)

    def _learn_statement(self, statement: object) -> None:
        if isinstance(statement, model.Choice):
            self._events.setdefault(fold(statement.name), ("chose", statement.name))
        elif isinstance(statement, model.End):
            self._events.setdefault(fold(statement.name), ("ended", statement.name))
        elif isinstance(statement, model.Step | model.Handoff | model.Consultation):
            self._events[fold(statement.name)] = ("completed", statement.name)
            for alias in statement.aliases:
                # an alias that several steps share stays as it is: the client's place on the path tells which is meant
                name = alias if fold(alias) in self._events else statement.name
                self._events[fold(alias)] = ("completed", name)

    def meaning(self, event: str) -> tuple[FactKind, str]:
        """The kind of fact and the name in an event's text: a name alone, or a verb and a name."""
        known = self._meant.get(event)
        if known is None:
            known = self._look_up(event)
            self._meant[event] = known
        return known

    def _look_up(self, event: str) -> tuple[FactKind, str]:
        key = fold(event)
        if key in self._events:
            return self._events[key]
        if key in ALONE:
            return ALONE[key], ""
        verb, _, rest = event.partition(" ")
        kind = VERBS.get(fold(verb))
        if kind is None:
            more, _, rest = rest.partition(" ")
            kind = VERBS.get(fold(f"{verb} {more}"))
        if kind is not None and rest.strip():
            named = self._events.get(fold(rest))
            return kind, named[1] if named is not None else rest.strip()
        return "completed", event

    def value(self, cell: Any, item: Item, column: str, line: int) -> Value | None:
        """A cell as a value of the item, or None where it says nothing or does not fit; misfits are counted."""
        if says_nothing(cell, item):
            return None
        value = value_of(cell, item)
        if value is None:
            first = self._misfits.get((column, item.name), (line, word_in(cell), 0))
            self._misfits[(column, item.name)] = (first[0], first[1], first[2] + 1)
        return value

    def misfits(self, file: str) -> Iterable[Finding]:
        """What did not fit its item's type, once for each column."""
        for (column, name), (line, word, count) in self._misfits.items():
            kind = wanted(self.items[fold(name)])
            words = {"column": column, "value": word, "kind": kind, "count": str(count)}
            say = (
                "`{value}` in column `{column}` is not {kind} ({count} rows)"
                if count > 1
                else "`{value}` in column `{column}` is not {kind}"
            )
            help_ = "Such values are taken as unknown"
            yield finding("P506", say, Span(file, line, 1, line, 1), words, help_)
