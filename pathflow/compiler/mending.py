"""Mends files by the edits that findings carry, again and again until nothing more can be mended.

A change is kept only when the file reads no worse with it: no more errors, and no line fewer that is understood. Nothing is
written here.

Law: tests/laws/test_mending.py (no understood line is lost; mending twice changes nothing more).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from pathflow.base.findings import Edit
from pathflow.compiler.library import Library, path_files, read_bytes
from pathflow.compiler.passes import Compiler
from pathflow.dsl.edits import Text, all_of, apart
from pathflow.dsl.parse import parse_bytes
from pathflow.dsl.syntax import walk

ROUNDS_MAX: Final = 1_000
"""How often one file is mended and read again. A file is done after two or three; the limit is for what nobody thought of."""


class Change(Struct, frozen=True):
    """One place that was mended: what stood there and what stands there now."""

    file: str
    line: int
    code: str
    before: str
    after: str


class Mended(Struct, frozen=True):
    """A file before and after. `refused`: changes that would have made it read worse, and were not made."""

    path: Path
    before: bytes
    after: bytes
    changes: tuple[Change, ...]
    refused: tuple[Change, ...]


class _Reading(Struct):
    """How well a text reads: the edits that are offered, how many errors there are, which lines are understood."""

    edits: list[tuple[str, Edit]]
    n_errors: int
    n_lines: int
    understood: set[int]

    def is_worse_than(self, before: _Reading) -> bool:
        """Whether there are more errors, or lines that were understood are not any more."""
        if self.n_lines != before.n_lines:  # a line was put in, and the numbers mean others
            return self.n_errors > before.n_errors or len(self.understood) < len(before.understood)
        return self.n_errors > before.n_errors or not before.understood <= self.understood


def mend(where: Iterable[Path], is_unsafe: bool = False) -> list[Mended]:
    """The files meant by files and folders, mended as far as is safe.

    Args:
        is_unsafe: makes also the changes that may be other than what was meant.

    Raises: Unreadable.
    """
    texts: dict[Path, bytes] = {}
    made: dict[Path, _File] = {}
    for place in where:
        root = place if place.is_dir() else place.parent
        files = [made.setdefault(path.resolve(), _File(path, root, texts, is_unsafe)) for path in path_files([place])]
        while sum(file.mend() for file in files):
            pass
    return [file.result() for file in made.values()]


def mend_text(data: bytes, path: Path, is_unsafe: bool = False) -> Mended:
    """The same for one text that need not lie on the disk, and stands for the file at that path."""
    file = _File(path, path.parent, {path.resolve(): data}, is_unsafe)
    file.mend()
    return file.result()


class _File:
    """One file on its way. `texts` holds what all the files are by now."""

    def __init__(self, path: Path, root: Path, texts: dict[Path, bytes], is_unsafe: bool) -> None:
        self.path = path
        self.root = root
        self.key = path.resolve()
        self.texts = texts
        self.is_unsafe = is_unsafe
        self.before = texts[self.key] if self.key in texts else read_bytes(path)
        texts[self.key] = self.before
        self.changes: list[Change] = []
        self.refused: dict[tuple[bytes, Edit], Change] = {}
        self.seen = {self.before}

    def result(self) -> Mended:
        now = self.texts[self.key]
        refused = tuple(change for (data, _), change in self.refused.items() if data == now)
        return Mended(self.path, self.before, now, tuple(self.changes), refused)

    def mend(self) -> bool:
        """Makes every change that can be made. Returns: whether there was one."""
        begun = len(self.changes)
        reading = self.reading(self.texts[self.key])
        for _ in range(ROUNDS_MAX):
            data = self.texts[self.key]
            free = apart(edit for _, edit in reading.edits if (data, edit) not in self.refused)
            pairs = [pair for pair in reading.edits if pair[1] in free]
            better = self.taken_over(data, pairs, reading) if pairs else None
            if better is None:
                break
            reading = better
        return len(self.changes) > begun

    def taken_over(self, data: bytes, pairs: list[tuple[str, Edit]], before: _Reading) -> _Reading | None:
        """Makes these edits; or, where the text would read worse, half of them, and so on. None if none can be made."""
        new = Text(data).with_edits(edit for _, edit in pairs)
        after = self.reading(new)
        if new not in self.seen and not after.is_worse_than(before):
            self.changes += self.changes_of(data, pairs)
            self.seen.add(new)
            self.texts[self.key] = new
            return after
        if len(pairs) == 1:
            self.refused[data, pairs[0][1]] = self.changes_of(data, pairs)[0]
            return None
        middle = len(pairs) // 2
        return self.taken_over(data, pairs[:middle], before) or self.taken_over(data, pairs[middle:], before)

    def changes_of(self, data: bytes, pairs: list[tuple[str, Edit]]) -> list[Change]:
        text = Text(data)
        return [
            Change(str(self.path), edit.span.line, code, text.at(edit.span), edit.text)
            for code, whole in pairs
            for edit in all_of([whole])
        ]

    def reading(self, data: bytes) -> _Reading:
        library = Library(self.root)
        for path, known in self.texts.items():
            if path != self.key and path.is_relative_to(library.root):
                library.give(path, parse_bytes(str(path), known), known)
        library.give(self.path, parse_bytes(str(self.path), data), data)
        unit = Compiler(library).unit(self.path)
        edits = [(f.code, f.edit) for f in unit.findings if f.edit is not None and (f.edit.is_safe or self.is_unsafe)]
        n_errors = sum(finding.level == "error" for finding in unit.findings)
        understood = {part.line for part in walk(unit.file.root) if not part.is_orphan and not part.is_broken}
        return _Reading(edits, n_errors, len(unit.file.lines), understood)
