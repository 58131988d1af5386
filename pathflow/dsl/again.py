"""A text read again after a key: what a sound reading before says of the lines that have not changed is taken over.

The smallest run of neighbours in which all that changed stands is read by the same parser, begun where they stand, and put in
their place. Only a run that leaves its surroundings as they were counts: the same keywords in the same order, and the block
still open behind it. Else a larger run is tried, and at last the whole text is read.

Law: tests/dsl/test_again.py (a text read again is as one read for the first time).
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

from msgspec.structs import replace

from pathflow.dsl import source
from pathflow.dsl.keywords import declared, written_in
from pathflow.dsl.languages import language
from pathflow.dsl.parse import Level, Parser
from pathflow.dsl.syntax import SourceFile, Statement, walk
from pathflow.dsl.vocabulary import BLOCKS
from pathflow.dsl.whole import check_each


class _Run(NamedTuple):
    """Neighbours in one block: the blocks around them, the outermost first; which lines of the last they are; up to where.

    The first of them stands before all that changed, if any does: what is read may belong to it.
    """

    around: tuple[Statement, ...]
    first: int
    last: int
    end: int


def parse_again(before: SourceFile, text: str) -> SourceFile | None:
    """The syntax of a text that differs in a few lines from one that was read; None where the whole must be read.

    Args:
        before: the syntax of the text before. Nothing in it is changed, and much of it is in what is given back.
    """
    if before.findings or not before.step or len(text) > source.SIZE_MAX:
        return None
    decoded = source.split(before.name, text)
    if decoded.findings or len(decoded.lines) != len(before.lines):
        return None
    differ = [n for n, (old, new) in enumerate(zip(before.lines, decoded.lines, strict=True), start=1) if old != new]
    if not differ:
        return None
    for run in reversed(_runs(before, differ[0], differ[-1])):
        found = _Again(before, decoded, run).again()
        if found is not None:
            return found
    return None


def _runs(before: SourceFile, first: int, last: int) -> list[_Run]:
    """The runs in which some lines stand, each inside the one before it; none that is the half of the file."""
    found: list[_Run] = []
    around: tuple[Statement, ...] = (before.root,)
    end = len(before.lines)
    while True:
        body = around[-1].body
        reached = [number for number, part in enumerate(body) if part.line <= last]
        begun = [number for number in reached if body[number].line <= first]
        if not begun:
            return found
        at, to = begun[-1], reached[-1]
        if to + 1 < len(body):
            end = body[to + 1].line - 1
        if len(around) > 1 and 2 * (end - body[at].line) < len(before.lines):
            found.append(_Run(around, max(0, at - 1), to, end))
        if at != to or body[at].line == first:
            return found
        around = (*around, body[at])


class _Again(Parser):
    """The parser, begun in the middle of a file."""

    def __init__(self, before: SourceFile, decoded: source.Decoded, run: _Run) -> None:
        super().__init__(before.name, decoded, language(before.language))
        self.before, self.run = before, run
        copies = [replace(part, body=list(part.body)) for part in run.around]
        for outer, inner, old in zip(copies, copies[1:], run.around[1:], strict=False):
            outer.body[[part is old for part in outer.body].index(True)] = inner
        self.root, self.inner = copies[0], copies[-1]
        self.levels = [self.levels[0]]
        self.levels[0].statement, self.levels[0].inside = self.root, 0
        for copy in copies[1:]:
            self.levels.append(self._level(self.levels[-1], copy))
        self.around = list(self.levels)

    def _level(self, outer: Level, statement: Statement) -> Level:
        known = outer.block.lines[statement.keyword] if outer.block is not None else None
        level = Level(statement, BLOCKS[known.opens] if known is not None and known.opens else None, outer.inside or 0)
        first = self.before.lines[statement.body[0].line - 1]
        level.inside = len(first) - len(first.lstrip(" "))
        return level

    def again(self) -> SourceFile | None:
        """The whole file, where nothing else is other than before."""
        run, old, level = self.run, self.run.around[-1].body, self.around[-1]
        inside, level.inside = level.inside, level.inside if run.first else None
        self.inner.body = old[: run.first]
        start = old[run.first].line
        for number in range(start, run.end + 1):
            line = self.lines[number - 1].rstrip()
            if line:
                self.line(number, line)
                if self.levels[: len(self.around)] != self.around:
                    return None
        still_open = [one.indent for one in self.levels[len(self.around) :]]
        if self.skip_deeper_than is not None:
            still_open.append(self.skip_deeper_than)
        if inside is None or any(indent < inside for indent in still_open):
            return None  # the lines behind would be taken for a part of these
        fresh = self.inner.body[run.first :]
        if self.said_deep or [part.keyword for part in fresh] != [part.keyword for part in old[run.first : run.last + 1]]:
            return None  # a line behind may be the second of its kind, or have lost what it belongs to
        if any(within - outer != self.before.step for _, within, outer, _ in self.insides if outer >= 0):
            return None
        self.inner.body += old[run.last + 1 :]
        self.comments |= {n: said for n, said in self.before.comments.items() if not start <= n <= run.end}
        looked_at = chain((one.statement for one in self.around), fresh, *map(walk, fresh))
        check_each(self.name, looked_at, self.lines, self.findings, self.language)
        file = self.finished()
        file.step = self.before.step
        return None if file.findings and declared(self.lines) is None and written_in(file) is not None else file
