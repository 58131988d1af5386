"""Places of the text, which count code points from 1, and places of the protocol, which count units of an encoding from 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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
        text = self.lines[max(line, 1) - 1]
        return types.Position(max(line, 1) - 1, units_in(text[: max(column, 1) - 1], self.encoding))

    def range(self, span: Span) -> types.Range:
        """The protocol's range; never one that ends before it begins."""
        start = self.position(span.line, span.column)
        end = self.position(span.end_line, span.end_column)
        return types.Range(start, max(start, end, key=lambda at: (at.line, at.character)))
