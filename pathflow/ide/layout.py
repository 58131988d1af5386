"""A file in its one layout, as the changes that lead there; also in another language."""

from __future__ import annotations

from difflib import SequenceMatcher

from msgspec import Struct

from pathflow.base.spans import Span
from pathflow.dsl.format import formatted
from pathflow.dsl.languages import Code
from pathflow.dsl.syntax import SourceFile


class Replaced(Struct, frozen=True):
    """Another text in the place of a span."""

    span: Span
    text: str


def laid_out(
    file: SourceFile, lines: list[str], first: int = 1, last: int | None = None, language: Code | None = None
) -> list[Replaced]:
    """The changes of lines that bring a file into its layout; none where it has errors, as those are not understood.

    Args:
        lines: the lines as they were written; the last is empty where the last line has its end.
        first, last: the lines that may change.
        language: the language that its keywords are to be in.
    """
    text = formatted(file, language)
    if text is None:
        return []
    found: list[Replaced] = []
    for start, end, new in _hunks(lines, text.split("\n")):
        if start + 1 < first or (last is not None and end > last):
            continue
        found.append(_replaced(file.name, lines, start, end, new))
    return found


def _hunks(old: list[str], new: list[str]) -> list[tuple[int, int, list[str]]]:
    """Which lines give way to which: from an index to another, what stands there instead."""
    if len(old) == len(new):
        return [(at, at + 1, [new[at]]) for at in range(len(old)) if old[at] != new[at]]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(i, j, new[k:m]) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def _replaced(name: str, old: list[str], start: int, end: int, new: list[str]) -> Replaced:
    if start == end:  # lines are put in before this one; the last line is never taken away, so there is one
        if start < len(old):
            return Replaced(Span(name, start + 1, 1, start + 1, 1), "".join(line + "\n" for line in new))
        at = len(old[-1]) + 1
        return Replaced(Span(name, len(old), at, len(old), at), "".join("\n" + line for line in new))
    if not new:  # and taken away
        if end < len(old):
            return Replaced(Span(name, start + 1, 1, end + 1, 1), "")
        return Replaced(Span(name, start, len(old[start - 1]) + 1, end, len(old[end - 1]) + 1), "")
    return Replaced(Span(name, start + 1, 1, end, len(old[end - 1]) + 1), "\n".join(new))
