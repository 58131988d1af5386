"""Findings as a CI server sees them: in files named from one folder, told apart by a mark that outlives edits elsewhere."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.spans import Span
from pathflow.dsl.plain import composed


class Silenced(Struct, frozen=True):
    """Why a finding does not count: a line in the file allows it, or a baseline accepts it for now."""

    how: Literal["allowed", "accepted"]
    why: str
    span: Span | None = None


class Result(Struct, frozen=True):
    """One finding. `file`: where it is, from the folder; `fails`: whether the check fails because of it.

    `mark` is the same in every run as long as the finding's own lines stay as they are, and no two results share one.
    """

    finding: Finding
    file: str
    mark: str
    fails: bool
    silenced: Silenced | None = None

    @property
    def text(self) -> str:
        """The sentence, and what to do."""
        said = self.finding.message[:1].upper() + self.finding.message[1:]
        return said + (f". {self.finding.advice}" if self.finding.advice else "")


def place(file: str, folder: Path, here: Path | None = None) -> str:
    """The file from the folder, with forward slashes; a file that lies elsewhere by its whole path.

    Args:
        here: what the file is named from now, if that is not the folder.
    """
    whole = Path(os.path.normpath((here or folder) / file))
    for inside, outside in ((whole, folder), (whole.resolve(), folder.resolve())):
        if inside.is_relative_to(outside):
            return inside.relative_to(outside).as_posix()
    return whole.as_posix()


def own_words(finding: Finding, sources: Mapping[str, Sequence[str]]) -> str:
    """The line that the finding speaks of, with single spaces; a line within a block after the head of its block.

    A block is known by its head alone: it keeps its words when it moves. A line such as `within 14 days` stands in many blocks.
    """
    span = finding.span
    lines = sources.get(span.file, ()) if span is not None else ()
    if span is None or not 0 < span.line <= len(lines):
        return ""
    said = _said(lines[span.line - 1])
    indent = _indent(lines[span.line - 1])
    after = next((_indent(text) for text in lines[span.line :] if _said(text)), 0)
    if after > indent:
        return said
    head = next((_said(text) for text in reversed(lines[: span.line - 1]) if _said(text) and _indent(text) < indent), "")
    return f"{head} › {said}" if head else said


_COMMENT: Final = re.compile(r"(?:^|\s)#")


def _said(line: str) -> str:
    """What a line says without its comment."""
    for found in _COMMENT.finditer(line):
        if line.count('"', 0, found.start()) % 2 == 0:
            line = line[: found.start()]
            break
    return composed(line.strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


class Marks:
    """Marks for findings, in the order in which they come: the second of two that are alike has another than the first."""

    def __init__(self, folder: Path, sources: Mapping[str, Sequence[str]]) -> None:
        self.folder = folder
        self.sources = sources
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def of(self, finding: Finding) -> str:
        """The mark of the next finding. Units: 32 hexadecimal digits."""
        file = place(finding.span.file, self.folder) if finding.span is not None else ""
        key = (finding.code, file, own_words(finding, self.sources))
        number = self.counts[key]
        self.counts[key] += 1
        parts = "\0".join((*key, str(number))).encode("utf-8", "surrogatepass")
        return hashlib.sha256(parts).hexdigest()[:32]


def results(
    findings: Iterable[tuple[Finding, Silenced | None]],
    folder: Path,
    sources: Mapping[str, Sequence[str]],
    fails: Callable[[Finding], bool],
) -> list[Result]:
    """What to report of findings, those that are silenced among them.

    Args:
        folder: what files are named from.
        sources: the lines of the files.
        fails: whether a finding that is not silenced makes the check fail.
    """
    marks = Marks(folder, sources)
    return [
        Result(
            finding,
            place(finding.span.file, folder) if finding.span is not None and finding.span.file else "",
            marks.of(finding),
            silenced is None and fails(finding),
            silenced,
        )
        for finding, silenced in findings
    ]
