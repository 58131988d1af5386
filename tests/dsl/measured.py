"""Seeded mistakes on the shipped paths, and what is said of each: the numbers that the tests hold."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pathflow.base.findings import Finding, reading_order
from pathflow.compiler.library import Library
from pathflow.compiler.passes import Compiler
from pathflow.dsl.parse import parse_bytes, parse_text
from pathflow.dsl.syntax import SourceFile, Text, walk
from pathflow.rules.registry import prove_all
from pathflow.rules.ways import Ways
from tests.conftest import ROOT
from tests.dsl.mistakes_made import Kind

SHIPPED = sorted([*ROOT.glob("paths/*.path"), *ROOT.glob("examples/**/*.path")])
HEADERS = ("step", "handoff", "consultation")


class Trial(NamedTuple):
    """One mistake: its kind and line, what was said that was not said before, the steps that were lost, the word meant."""

    kind: str
    file: str
    line: int
    said: list[Finding]
    lost: set[str]
    word: str | None
    wrong: str

    @property
    def is_near(self) -> bool:
        """Whether the first message is within a line of the mistake."""
        return bool(self.said) and self.said[0].span is not None and abs(self.said[0].span.line - self.line) <= 1


def steps(text: str) -> set[str]:
    """The names of the steps, handoffs and consultations that can be read."""
    return {s.value.text for s in walk(parse_text("x", text).root) if s.keyword in HEADERS and isinstance(s.value, Text)}


def checked(text: str, file: Path) -> list[Finding]:
    """What `check` says of a text that stands for the file. The other files of its folder are read once for all."""
    library = Library(file.parent)
    for other in file.parent.glob("*.path"):
        if other != file:
            library.give(other, *_read(other))
    library.give(file, parse_text(file.name, text), text.encode())
    unit = Compiler(library).unit(file)
    found = list(unit.findings)
    if unit.program is not None:
        found += prove_all(Ways(unit.program, frozenset(unit.doubts), unit.is_whole))
    return sorted((f for f in found if f.span is not None and f.span.file == file.name), key=reading_order)


@lru_cache(maxsize=64)
def _read(file: Path) -> tuple[SourceFile, bytes]:
    data = file.read_bytes()
    return parse_bytes(str(file), data), data


def trials(kinds: Iterable[Kind], seeds: Sequence[int], part: int = 1) -> Iterator[Trial]:
    """Each kind at random places of each file; or of every so many-th file, another one for each kind."""
    numbered = list(enumerate(kinds))
    for place, file in enumerate(SHIPPED):
        text = file.read_text("utf-8")
        lines = text.split("\n")
        before = Counter((f.code, f.message) for f in checked(text, file))
        whole = steps(text)
        for number, kind in numbered:
            for seed in seeds if (place + number) % part == 0 else ():
                made = kind(random.Random(f"{seed} {file.name}"), lines)
                if made is None:
                    continue
                at, new, word = made
                wrong = "\n".join(new)
                own = {name for old in set(lines) - set(new) for name in steps(old.strip())}
                known, said = Counter(before), []
                for found in checked(wrong, file):
                    if known[found.code, found.message] > 0:
                        known[found.code, found.message] -= 1
                    else:
                        said.append(found)
                yield Trial(kind.__name__, file.name, at, said, whole - steps(wrong) - own, word, wrong)
