"""Examples in messages of the writer's own names: their providers, professions, services and items, where they have any."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from pathflow.base.findings import Finding
from pathflow.base.names import fold
from pathflow.compiler.quoting import cut_at
from pathflow.dsl import syntax
from pathflow.dsl.expected import example_of_kind, keyword_of, place_names
from pathflow.dsl.languages import Language, language
from pathflow.dsl.syntax import SourceFile, Statement

_MISREAD: Final = frozenset({"P103", "P201", "P202"})


_NUMBER: Final = re.compile(r"(?<![\w.,])(?:\d{1,3}(?: \d{3})+|\d+(?:[.,]\d+)?)(?![\w.,])")


def with_own_names(file: SourceFile, used: list[SourceFile]) -> tuple[list[Finding], list[Finding]]:
    """The findings of a file whose example can be said in the writer's own names, and the same with these.

    Args:
        used: the files whose names may be used in it.
    """
    before = [f for f in file.findings if f.code in _MISREAD and "example" in f.words and f.span is not None]
    if not before:
        return [], []
    names = _Names(file, used)
    after = [replace(f, words={**f.words, "example": names.in_place(f)}) for f in before]
    return before, after


class _Names:
    """What a file and those it uses have given names to, in reading order."""

    def __init__(self, file: SourceFile, used: list[SourceFile]) -> None:
        self.file = file
        self.own: Language = language(file.language)
        self.workers: list[tuple[str, str]] = []
        self.items: list[syntax.ItemType] = []
        self.named: dict[str, list[str]] = {}
        self.steps: list[tuple[int, str]] = []
        for one in (file, *used):
            for statement in syntax.walk(one.root):
                if not statement.is_orphan:
                    self._take(statement, is_own=one is file)

    def _take(self, statement: Statement, *, is_own: bool) -> None:
        value, keyword = statement.value, statement.keyword
        if keyword == "item" and isinstance(value, syntax.ItemType):
            self.items.append(value)
            self._add("item", value.name.text)
        elif keyword == "professions" and isinstance(value, syntax.Names):
            for name in value.names:
                self._add("profession", name.text)
        elif isinstance(value, syntax.Text) and value.text:
            self._add(keyword, value.text)
            if keyword in ("step", "handoff") and is_own:
                self.steps.append((statement.line, value.text))
        if keyword == "provider" and isinstance(value, syntax.Text):
            for line in statement.all("professions"):
                if isinstance(line.value, syntax.Names):
                    self.workers += ((name.text, value.text) for name in line.value.names)

    def _add(self, sort: str, name: str) -> None:
        table = self.named.setdefault(sort, [])
        if name not in table:
            table.append(name)

    def in_place(self, finding: Finding) -> str:
        """The example of a finding in the writer's names, or as it was where they have none for it."""
        example = finding.words["example"]
        line = finding.span.line if finding.span is not None else 0
        known = example_of_kind(example, self.own)
        if known is None:
            return example
        kind, before = known
        keyword = keyword_of(before or finding.words.get("keyword", ""), self.own)
        make = _MAKERS.get(kind)
        made = make(self, example[len(before) :], keyword, line) if make is not None else None
        return before + made if made else example

    # what is near

    def text_of(self, line: int) -> str:
        """The written line, folded."""
        return fold(self.file.lines[line - 1]) if 0 < line <= len(self.file.lines) else ""

    def spelt(self, name: str) -> str:
        """The name as it is used: in quotes where it would be cut."""
        return f'"{name}"' if cut_at(name, self.own) is not None or "#" in name else name

    def worker(self, keyword: str, line: int) -> tuple[str, str] | None:
        """A profession and where it works: of those that the line names, if it names one."""
        text = self.text_of(line)
        elsewhere = [pair for pair in self.workers if fold(pair[1]) not in text]
        if keyword == "from":
            return next(iter(elsewhere), None)
        near = [pair for pair in self.workers if pair not in elsewhere] or [p for p in self.workers if fold(p[0]) in text]
        return next(iter([*near, *self.workers]), None)

    def item(self, line: int) -> syntax.ItemType | None:
        """An item with which something can be compared: one that the line names, if it names one."""
        text = self.text_of(line)
        fit = [item for item in self.items if item.kind in ("number", "yes or no", "one of")]
        named = sorted((item for item in fit if item.name.key in text), key=lambda item: -len(item.name.key))
        numbers = [item for item in fit if item.kind == "number"]
        return next(iter([*named, *numbers, *fit]), None)

    def value_of(self, item: syntax.ItemType, line: int) -> str:
        """A value of the item with its unit: the number that stands behind it in the line, or a likely one."""
        _, _, behind = self.text_of(line).partition(item.name.key)
        found = _NUMBER.search(behind)
        number = re.sub(r"\s", "", found[0]) if found is not None else str(_SOME.get(item.unit or "", 10))
        return f"{number} {item.unit or ''}".rstrip()

    def step_before(self, line: int) -> str | None:
        """A step or handoff that comes before the one to which the line belongs."""
        earlier = [name for at, name in self.steps if at < line]
        return earlier[-2] if len(earlier) > 1 else None


_Maker = Callable[[_Names, str, str, int], str | None]
"""Of the example as it is, the keyword before it, and the line: the example in other names, or None."""


def _actor(names: _Names, example: str, keyword: str, line: int) -> str | None:
    found = names.worker(keyword, line)
    if found is None:
        return None
    before, at, _ = example.partition(f" {names.own.inner('AT')} ")
    return f"{before.rpartition(' ')[0]} {names.spelt(found[0])}{at}{names.spelt(found[1])}".lstrip()


def _parties(names: _Names, _example: str, _keyword: str, _line: int) -> str | None:
    where = list(dict.fromkeys(provider for _, provider in names.workers))
    if len(where) < 2:
        return None
    sides = [next(pair for pair in names.workers if pair[1] == provider) for provider in where[:2]]
    at, to = names.own.inner("AT"), names.own.inner("TO")
    return f" {to} ".join(f"{names.spelt(who)} {at} {names.spelt(provider)}" for who, provider in sides)


def _swapped(sort: str, part: str) -> _Maker:
    """One name of the example for one of this sort."""

    def make(names: _Names, example: str, _keyword: str, line: int) -> str | None:
        found = names.step_before(line) if sort == "step" else next(iter(names.named.get(sort, ())), None)
        if found is None:
            return None
        return example.replace(getattr(place_names(names.own), part), names.spelt(found))

    return make


def _limit(names: _Names, example: str, keyword: str, line: int) -> str | None:
    """From an earlier step on; the time alone where there is none."""
    return _swapped("step", "handoff")(names, example, keyword, line) or " ".join(example.split()[:2])


def _condition(names: _Names, _example: str, _keyword: str, line: int) -> str | None:
    item = names.item(line)
    if item is None:
        return None
    name = names.spelt(item.name.text)
    if item.kind == "number":
        return f"{name} >= {names.value_of(item, line)}"
    return name if item.kind == "yes or no" else f"{name} {names.own.inner('IS')} {names.spelt(item.options[0].text)}"


def _given(names: _Names, _example: str, _keyword: str, line: int) -> str | None:
    item = names.item(line)
    if item is None:
        return None
    value = names.value_of(item, line)
    if item.kind == "yes or no":
        value = names.own.lists["state"]["yes"]
    elif item.kind == "one of":
        value = names.spelt(item.options[0].text)
    return f"{names.spelt(item.name.text)} {names.own.inner('IS')} {value}"


def _on_day(names: _Names, example: str, keyword: str, line: int) -> str | None:
    given = _given(names, example, keyword, line)
    return f"20 {given}" if given is not None else None


def _list_of(*sorts: str) -> _Maker:
    """Two names of these sorts, or one."""

    def make(names: _Names, _example: str, _keyword: str, _line: int) -> str | None:
        return ", ".join(names.spelt(name) for sort in sorts for name in names.named.get(sort, ())[:2]) or None

    return make


def _steps(names: _Names, _example: str, _keyword: str, _line: int) -> str | None:
    return ", ".join(names.spelt(name) for _, name in names.steps[:2]) or None


def _by_keyword(table: Mapping[str, str], most: int) -> _Maker:
    """So many names of the sort that the keyword takes."""

    def make(names: _Names, _example: str, keyword: str, _line: int) -> str | None:
        known = names.named.get(table.get(keyword, ""), ())[:most]
        return ", ".join(names.spelt(name) for name in known) or None

    return make


_SOME: Final[Mapping[str, int]] = {"years": 18, "vuotta": 18, "år": 18, "%": 40}
"""A value that is likely for a unit; ten for all others."""

_ONE: Final = {
    "responsible": "provider", "accountable": "provider", "with": "provider", "payer": "provider", "option": "provider",
    "if no choice": "provider", "partner": "provider", "place": "site", "part of": "alliance", "same visit as": "step",
    "restart from": "step",
}  # fmt: skip
_SOME_OF: Final = {
    "needs": "item", "makes": "item", "carries": "item", "shares": "item", "offers": "service", "covers": "service",
    "must have": "service", "may have": "service", "hosts": "provider", "leads": "service", "professions": "profession",
    "team": "profession", "team when needed": "profession",
}  # fmt: skip
"""Of which sort the names are that a keyword takes."""

_MAKERS: Final[Mapping[str, _Maker]] = {
    "actor": _actor,
    "capacity": _actor,
    "parties": _parties,
    "fallback": _swapped("provider", "fallback"),
    "limit": _limit,
    "review": _swapped("event", "event"),
    "condition": _condition,
    "occasion": _condition,
    "given": _given,
    "on day": _on_day,
    "does": _list_of("service"),
    "expect": _steps,
    "never": _steps,
    "use": _list_of("network"),
    "name": _by_keyword(_ONE, 1),
    "payers": _by_keyword(_ONE, 1),
    "names": _by_keyword(_SOME_OF, 2),
}
