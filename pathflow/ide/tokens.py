"""What each word of a file is: keyword, name and of what sort, number, word inside a value, text, comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from pathflow.dsl import syntax
from pathflow.ide.names import Row, Use
from pathflow.ide.view import View

KINDS: Final = (
    "keyword", "comment", "string", "number", "operator", "class", "function", "variable", "type", "enumMember", "event",
    "namespace", "property", "decorator", "method", "label",
)  # fmt: skip
"""Kinds of token, by the names that the protocol has for those of programs; `label` is our own."""

MODIFIERS: Final = ("declaration", "documentation")

_OF_SORT: Final = {
    "provider": "class", "service": "function", "item": "variable", "profession": "type", "event": "event", "step": "method",
    "choice": "method", "end": "enumMember", "option": "enumMember", "path": "namespace", "network": "namespace",
    "site": "class", "alliance": "class", "linked": "variable",
}  # fmt: skip
_PROSE: Final = frozenset({
    "source", "note", "contact", "legal form", "address", "timetable", "measured by", "in Finnish", "in Swedish", "in English",
    "legal basis", "code", "version",
})  # fmt: skip
_WORD: Final = re.compile(r'"[^"]*"?|\d{4}-\d\d-\d\d|\d+(?:[.,]\d+)?|[<>=≤≥]+|[^\W\d_][\w%/€-]*|[%€]')


class Token(Struct, frozen=True):
    """One word. Units: lines and columns count from 1, in code points."""

    line: int
    column: int
    end: int
    kind: str
    modifiers: tuple[str, ...] = ()


def tokens(view: View, first: int = 1, last: int | None = None) -> list[Token]:
    """The words of the lines from the first to the last, in reading order; none overlaps another."""
    names: dict[int, list[Use]] = {}
    for use in view.names.uses:
        names.setdefault(use.span.line, []).append(use)
    found: list[Token] = []
    end = last if last is not None else len(view.file.lines)
    for row in view.names.rows:
        if first <= row.statement.line <= end:
            found += _of_line(view, row, names.get(row.statement.line, []))
    for line, comment in view.file.comments.items():
        if first <= line <= end:
            text = view.file.lines[line - 1].rstrip()
            found.append(Token(line, len(text) - len(comment.rstrip()) + 1, len(text) + 1, "comment"))
    found = [token for token in found if token.column < token.end]
    return sorted(found, key=lambda token: (token.line, token.column))


def _of_line(view: View, row: Row, uses: list[Use]) -> Iterator[Token]:
    statement = row.statement
    line = statement.line
    text = view.file.lines[line - 1]
    head = text[statement.column - 1 : statement.value_column - 1].rstrip(" \t:,")
    yield Token(line, statement.column, statement.column + len(head), "keyword")
    if statement.value_column >= statement.end_column:
        return
    if statement.keyword in _PROSE:
        yield Token(line, statement.value_column, statement.end_column, "string", ("documentation",))
        return
    at = statement.value_column
    for use in sorted(uses, key=lambda use: use.span.column):
        if use.span.column < at:
            continue
        yield from _between(text, line, at, use.span.column)
        yield _of_name(use, statement.value)
        at = use.span.end_column
    is_label = isinstance(statement.value, syntax.Text) and not uses
    if is_label:
        yield Token(line, at, statement.end_column, "label", ("declaration",))
    else:
        yield from _between(text, line, at, statement.end_column)


def _of_name(use: Use, value: object) -> Token:
    span = use.span
    modifiers = ("declaration",) if use.mention.is_given else ()
    sort = use.symbol.sort if use.symbol is not None else ""
    if use.mention.role == "code":
        kind = "decorator"
    elif sort:
        kind = _OF_SORT.get(sort, "label")
    else:
        kind = "enumMember" if use.mention.role in ("option", "outcome") else "property"
    return Token(span.line, span.column, span.end_column, kind, modifiers)


def _between(text: str, line: int, start: int, end: int) -> Iterator[Token]:
    for found in _WORD.finditer(text, start - 1, end - 1):
        first = found[0][0]
        kind = "string" if first == '"' else "number" if first.isdigit() or first in "%€" else "operator"
        yield Token(line, found.start() + 1, found.end() + 1, kind)
