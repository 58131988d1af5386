"""Seeded mistakes on the shipped paths, and what is said of each: the numbers that the tests hold."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pathflow import api
from pathflow.base.findings import Finding
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import Text, walk
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
    """What `check` says of a text that stands for the file."""
    return [f for f in api.check_text(text, file.name, file.parent).findings if f.span is not None and f.span.file == file.name]


def trials(kinds: Iterable[Kind], seeds: Sequence[int], files: Iterable[Path] = SHIPPED) -> Iterator[Trial]:
    """Each kind at random places of each file."""
    for file in files:
        text = file.read_text("utf-8")
        lines = text.split("\n")
        before = Counter((f.code, f.message) for f in checked(text, file))
        whole = steps(text)
        for kind in kinds:
            for seed in seeds:
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
