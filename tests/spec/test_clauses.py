"""The specification clause by clause: numbered without a hole, and each clause has an example that is run or tests that hold it."""

from __future__ import annotations

import ast
import itertools
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from pathflow.replay.scenario import run_scenarios
from pathflow.rules.cells import BOXES_MAX
from pathflow.rules.reckoning import ROUNDS_MAX
from pathflow.rules.registry import rules, watch_all
from tests.conftest import ROOT
from tests.docs.markdown import Block, blocks
from tests.helpers import findings_of, program_of
from tests.rules.examples import whole

SPEC = ROOT / "docs" / "spec" / "language.md"
PROOF = ROOT / "docs" / "spec" / "proof.md"


class Clause(NamedTuple):
    number: str
    text: str
    examples: tuple[Block, ...]
    tests: tuple[str, ...]


@lru_cache(maxsize=2)
def clauses(document: Path = SPEC) -> tuple[Clause, ...]:
    text = document.read_text("utf-8")
    starts = [(m.start(), m[1]) for m in re.finditer(r"^\*\*(\d+\.\d+)\*\* ", text, re.M)]
    found: list[Clause] = []
    for (start, number), (end, _) in zip(starts, [*starts[1:], (len(text), "")], strict=True):
        body = text[start:end]
        first, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
        examples = tuple(b for b in blocks(document) if first <= b.line < last)
        named = re.search(r"^Tests: (.+)$", body, re.M)
        found.append(Clause(number, body, examples, tuple(named[1].split(", ")) if named else ()))
    return tuple(found)


def test_clauses_are_numbered_without_a_hole() -> None:
    numbers = [tuple(map(int, clause.number.split("."))) for clause in clauses()]
    assert len(numbers) > 60
    for before, after in itertools.pairwise(numbers):
        assert after in {(before[0], before[1] + 1), (before[0] + 1, 1)}


@pytest.mark.parametrize("clause", clauses(), ids=lambda clause: clause.number)
def test_a_clause_holds(clause: Clause) -> None:
    assert clause.examples or clause.tests, "neither an example nor a test"
    holds(clause)


@pytest.mark.parametrize("clause", clauses(PROOF), ids=lambda clause: clause.number)
def test_a_clause_of_the_proofs_holds(clause: Clause) -> None:
    """What is assumed, and what is not claimed, has no test; a rule that is named exists."""
    codes = {entry.rule.code for entry in rules()}
    assert clause.examples or clause.tests or clause.number[0] in "346" or clause.number == "5.1"
    assert set(re.findall(r"\b[GDO]\d{3}\b", clause.text)) <= codes
    holds(clause)


def test_what_is_cut_short_is_as_the_clause_says() -> None:
    clause = next(one for one in clauses(PROOF) if one.number == "6.1")
    assert re.findall(r"\d+,\d+", clause.text) == [f"{BOXES_MAX:,}", f"{ROUNDS_MAX:,}"]


def holds(clause: Clause) -> None:
    for example in clause.examples:
        text = example.text if example.text.startswith("network ") and "\nsteps" not in example.text else whole(example.text)
        wanted = example.name.removeprefix("finds").split()
        assert sorted({f.code for f in findings_of(text) if f.level != "info"}) == sorted(wanted), example.place
        if not wanted and "\ntest " in text:
            failed = [f.message for outcome in run_scenarios(program_of(text), watch_all) for f in outcome.failures]
            assert failed == [], example.place
    for test in clause.tests:
        file, _, name = test.partition("::")
        assert (ROOT / file).is_file(), test
        assert not name or name in functions(ROOT / file), test


@lru_cache
def functions(file: Path) -> frozenset[str]:
    return frozenset(n.name for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.FunctionDef))
