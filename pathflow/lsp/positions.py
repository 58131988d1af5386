"""Places of the text, which count code points from 1, and places of the protocol, which count units of an encoding from 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lsprotocol import types

from pathflow.base.spans import Span

UTF8: Final = "utf-8"
UTF16: Final = "utf-16"
UTF32: Final = "utf-32"


def units_in(text: str, encoding: str) -> int:
    """How many units the text has."""
    if encoding == UTF32 or text.isascii():
        return len(text)
    if encoding == UTF8:
        return sum(map(_in_utf8, text))
    return len(text) + sum(character > "\uffff" for character in text)


def _in_utf8(character: str) -> int:
    return 1 if character < "\x80" else 2 if character < "\u0800" else 3 if character <= "\uffff" else 4


def characters_in(line: str, units: int, encoding: str) -> int:
    """How many characters of a line lie before so many units; one that is only begun is not among them."""
    if encoding == UTF32 or line.isascii():
        return min(max(units, 0), len(line))
    left = units
    for number, character in enumerate(line):
        left -= _in_utf8(character) if encoding == UTF8 else 1 + (character > "\uffff")
        if left < 0:
            return number
    return len(line)


class Positions:
    """The places of one text in one encoding."""

    def __init__(self, lines: Sequence[str], encoding: str) -> None:
        self.lines = lines
        self.encoding = encoding

    def place(self, position: types.Position) -> tuple[int, int]:
        """The line and the column, from 1, within the text."""
        if position.line >= len(self.lines):
            return len(self.lines), len(self.lines[-1]) + 1
        line = self.lines[max(position.line, 0)]
        return max(position.line, 0) + 1, characters_in(line, position.character, self.encoding) + 1

    def position(self, line: int, column: int) -> types.Position:
        """The protocol's place, within the text."""
        if line > len(self.lines):
            return types.Position(len(self.lines) - 1, units_in(self.lines[-1], self.encoding))
        row = max(line, 1) - 1
        return types.Position(row, self._units(self.lines[row], column))

    def range(self, span: Span) -> types.Range:
        """The protocol's range; never one that ends before it begins."""
        line = span.line
        if line == span.end_line and 0 < line <= len(self.lines):
            text = self.lines[line - 1]
            first, last = self._units(text, span.column), self._units(text, span.end_column)
            return types.Range(_position(line - 1, first), _position(line - 1, max(first, last)))
        start, end = self.position(line, span.column), self.position(span.end_line, span.end_column)
        return types.Range(start, max(start, end, key=lambda at: (at.line, at.character)))

    def location(self, uri: str, span: Span) -> types.Location:
        """The protocol's range, in the file of that URI."""
        found: types.Location = _NEW(types.Location)
        _URI(found, uri)
        _RANGE(found, self.range(span))
        return found

    def _units(self, text: str, column: int) -> int:
        """The units before a column of a line."""
        first = column - 1 if column > 1 else 0
        if text.isascii():
            return min(len(text), first)
        return units_in(text[:first], self.encoding)


_NEW: Final[Any] = object.__new__
_LINE: Final[Any] = vars(types.Position)["line"].__set__
_CHARACTER: Final[Any] = vars(types.Position)["character"].__set__
_URI: Final[Any] = vars(types.Location)["uri"].__set__
_RANGE: Final[Any] = vars(types.Location)["range"].__set__


def _position(line: int, character: int) -> types.Position:
    """A place within the text: its numbers need no looking at by the class, which takes longer than all else here."""
    found: types.Position = _NEW(types.Position)
    _LINE(found, line)
    _CHARACTER(found, character)
    return found
