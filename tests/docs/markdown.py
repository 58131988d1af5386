"""The code blocks of the documents, and the edits that a reader is asked to make: `<!-- file: before => after -->`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]


class Block(NamedTuple):
    document: Path
    line: int
    kind: str
    name: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def blocks(document: Path) -> list[Block]:
    found: list[Block] = []
    lines = document.read_text("utf-8").split("\n")
    start: int | None = None
    for number, line in enumerate(lines, start=1):
        if start is None and (edit := re.fullmatch(r"<!-- (\S+): (.+) => (.+) -->", line)):
            found.append(Block(document, number, "edit", edit[1], f"{edit[2]}\0{edit[3]}".replace("\\n", "\n")))
        if not line.startswith("```"):
            continue
        if start is None:
            start = number
            continue
        kind, _, name = lines[start - 1][3:].strip().partition(" ")
        found.append(Block(document, start, kind, name.strip(), "\n".join(lines[start : number - 1]) + "\n"))
        start = None
    if start is not None:
        raise AssertionError(f"{document}: the block of line {start} is not closed")
    return found


def matches(shown: str, said: str) -> bool:
    """Whether what was said is what is shown, where a line with … alone stands for any number of lines."""
    parts = [re.escape("\n".join(part)) for part in _between_gaps(shown.strip("\n").split("\n"))]
    return re.fullmatch("(?s)" + "(?:.*\n|)".join(parts), said.strip("\n") + "\n") is not None


def _between_gaps(lines: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == "…":
            found.append([])
        else:
            found[-1].append(line)
    return [[*part, ""] if part else [] for part in found]
