"""The shape of a file: its blocks as an outline, and what can be folded away."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from pathflow.base.spans import Span
from pathflow.dsl import syntax
from pathflow.dsl.syntax import SourceFile, Statement
from pathflow.ide.view import View

_SHOWN: Final = frozenset({
    "path", "network", "clients", "plan", "steps", "whenever", "test", "load", "log", "provider", "agreement", "service",
    "site", "alliance", "package", "calendar", "item", "event", "linked", "step", "handoff", "consultation", "decide", "if",
    "otherwise", "together", "branch", "repeat", "client chooses", "include", "wait", "end", "promise", "partner", "target",
    "option",
})  # fmt: skip
"""Keywords of statements that an outline has."""


class Entry(Struct, frozen=True):
    """One line of an outline. `span`: all its lines; `place`: its name."""

    keyword: str
    name: str
    span: Span
    place: Span
    parts: tuple[Entry, ...] = ()


def outline(view: View) -> tuple[Entry, ...]:
    """The blocks of a file, one in the other."""
    return _entries(view, view.file.root)


def _entries(view: View, statement: Statement) -> tuple[Entry, ...]:
    return tuple(_entry(view, part) for part in statement.body if part.keyword in _SHOWN)


def _entry(view: View, part: Statement) -> Entry:
    file = view.file
    text = " ".join(file.lines[part.line - 1][part.value_column - 1 : part.end_column - 1].split())
    place = Span(file.name, part.line, part.value_column, part.line, part.end_column) if text else part.span(file.name)
    word = view.language.keywords[part.keyword]
    name = text if isinstance(part.value, syntax.Text) else f"{word} {text}".strip()
    last = last_line(part)
    span = Span(file.name, part.line, part.column, last, len(file.lines[last - 1].rstrip()) + 1)
    return Entry(part.keyword, name.strip('"') or word, span, place, _entries(view, part))


def last_line(statement: Statement) -> int:
    """The last line of a statement and what belongs to it."""
    while statement.body:
        statement = statement.body[-1]
    return statement.line


class Fold(Struct, frozen=True):
    """Lines that can be folded into the first of them."""

    first: int
    last: int
    is_comment: bool = False


def folds(file: SourceFile) -> list[Fold]:
    """What can be folded away: blocks, and comments of several lines."""
    found: list[Fold] = []
    waiting = list(file.root.body)
    while waiting:
        part = waiting.pop()
        if part.body:
            found.append(Fold(part.line, last_line(part)))
            waiting += part.body
    run: list[int] = []
    for number, line in enumerate([*file.lines, ""], start=1):
        if line.lstrip().startswith("#"):
            run.append(number)
            continue
        if len(run) > 1:
            found.append(Fold(run[0], run[-1], is_comment=True))
        run = []
    return sorted(found, key=lambda fold: (fold.first, -fold.last))
