"""Edits of findings, put into the bytes of a file: what no edit touches stays as it was, byte for byte.

An edit changes a part of one line. Places in findings count code points of lines as they were written, without their ends
and without a byte order mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pathflow.base.findings import Edit
from pathflow.base.spans import Span

_BOM: Final = "\ufeff"
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Text:
    """A text as it lies on the disk, in which places can be found."""

    __slots__ = ("_starts", "line_end", "text")

    def __init__(self, data: bytes) -> None:
        """Raises: UnicodeDecodeError for what is not UTF-8."""
        self.text = data.decode("utf-8")
        ends = [found.end() for found in _LINE_END.finditer(self.text)]
        self._starts = [1 if self.text.startswith(_BOM) else 0, *ends]
        first = _LINE_END.search(self.text)
        self.line_end = first[0] if first else "\n"

    def range(self, span: Span) -> tuple[int, int]:
        """Where the span begins and ends, as offsets into the text."""
        return self._offset(span.line, span.column), self._offset(span.end_line, span.end_column)

    def _offset(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return len(self.text)
        return min(self._starts[line - 1] + column - 1, len(self.text))

    def at(self, span: Span) -> str:
        """What stands there."""
        start, end = self.range(span)
        return self.text[start:end]

    def with_edits(self, edits: Iterable[Edit]) -> bytes:
        """The bytes with all the edits made. They must not overlap."""
        parts: list[str] = []
        done = 0
        for start, end, new in sorted((*self.range(edit.span), edit.text) for edit in all_of(edits)):
            parts += [self.text[done:start], new.replace("\n", self.line_end)]
            done = end
        return ("".join(parts) + self.text[done:]).encode("utf-8")


def all_of(edits: Iterable[Edit]) -> list[Edit]:
    """The edits, and those that belong with them, one by one."""
    return [part for edit in edits for part in (edit, *edit.also)]


def apart(edits: Iterable[Edit]) -> list[Edit]:
    """Of the edits, those that share no place with one before them and do not meet it; the rest can be made afterwards."""
    chosen: list[Edit] = []
    taken: dict[int, list[Span]] = {}
    for edit in edits:
        spans = [part.span for part in all_of([edit])]
        if not any(_touch(span, other) for span in spans for other in taken.get(span.line, ())):
            chosen.append(edit)
            for span in spans:
                taken.setdefault(span.line, []).append(span)
    return chosen


def _touch(one: Span, other: Span) -> bool:
    """Whether two places of one line share a character, or meet: what was said of one may not hold after the other changed."""
    return one.column <= other.end_column and other.column <= one.end_column
