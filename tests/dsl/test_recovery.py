"""One mistake, one message, on its line; the rest of the file is kept. Measured over seeded mistakes on the shipped paths."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pathflow import api
from pathflow.base.findings import Finding
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import Text, walk
from tests.conftest import ROOT
from tests.dsl.mistakes_made import KINDS

FILES = [ROOT / "paths/heart_failure.path", ROOT / "examples/sepsis/sepsis.path", ROOT / "examples/memory/memory.path"]
SEEDS = 8


def statements(text: str) -> set[str]:
    kinds = ("step", "handoff", "consultation")
    return {s.value.text for s in walk(parse_text("x", text).root) if s.keyword in kinds and isinstance(s.value, Text)}


def checked(text: str, file: Path) -> list[Finding]:
    return [f for f in api.check_text(text, file.name, file.parent).findings if f.span is not None and f.span.file == file.name]


@pytest.fixture(scope="module")
def trials() -> list[tuple[str, int, list[Finding], int, str | None]]:
    """(kind, the wrong line, what was said, statements lost, the word that was meant)."""
    found = []
    for file in FILES:
        text = file.read_text("utf-8")
        lines = text.split("\n")
        whole = statements(text)
        for kind in KINDS:
            for seed in range(SEEDS):
                made = kind(random.Random(seed), lines)
                if made is None:
                    continue
                at, new, word = made
                wrong = "\n".join(new)
                lost = len(whole - statements(wrong))
                found.append((kind.__name__, at, checked(wrong, file), lost, word))
    return found


def test_the_first_message_is_on_the_line_of_the_mistake(trials: list[tuple[str, int, list[Finding], int, str | None]]) -> None:
    near = [bool(said) and abs(said[0].span.line - at) <= 1 for _, at, said, _, _ in trials if said]  # type: ignore[union-attr]
    assert len(near) > 200
    assert sum(near) / len(near) >= 0.97


def test_one_mistake_gives_one_message(trials: list[tuple[str, int, list[Finding], int, str | None]]) -> None:
    assert sum(len(said) for _, _, said, _, _ in trials) / len(trials) <= 1.1


def test_nearly_every_mistake_is_found(trials: list[tuple[str, int, list[Finding], int, str | None]]) -> None:
    silent = [kind for kind, _, said, _, _ in trials if not said]
    assert len(silent) / len(trials) <= 0.03, silent


def test_the_other_steps_are_kept(trials: list[tuple[str, int, list[Finding], int, str | None]]) -> None:
    assert all(lost <= 1 for _, _, _, lost, _ in trials)


def test_the_word_that_was_meant_is_named(trials: list[tuple[str, int, list[Finding], int, str | None]]) -> None:
    misspelt = [(said, word) for _, _, said, _, word in trials if word is not None and said]
    named = [any(word in (f.advice or "") for f in said) for said, word in misspelt]
    assert sum(named) / len(named) >= 0.97


def test_a_lost_header_hands_its_lines_to_nobody() -> None:
    """Without its `step` line the lines of a step are orphans, and the step before keeps only its own."""
    file = FILES[0]
    lines = file.read_text("utf-8").split("\n")
    for number, line in enumerate(lines):
        if line.strip().startswith(("step ", "handoff ")):
            rest = parse_text("x", "\n".join(lines[:number] + lines[number + 1 :]))
            assert rest.findings, line
            assert any(s.is_orphan for s in walk(rest.root)), line
