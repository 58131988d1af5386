"""Where something stands in a text."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of one file.

    Units: lines and columns count from 1; columns are Unicode code points of the line as it was written;
    `end_column` is the column after the last character.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> tuple[str, int, int]:
        """What sorts places in reading order."""
        return (self.file, self.line, self.column)


def whole_line(file: str, line: int, text: str, indent: int = 0) -> Span:
    """The written part of one line, or its first column when the line is empty."""
    return Span(file, line, indent + 1, line, max(len(text), indent) + 1)
