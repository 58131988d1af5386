"""Comparing two versions: nothing that changes the meaning is silent, nothing that does not is said, and both directions agree.

The oracle is the model itself, written out by msgspec and stripped of places and spellings: it knows nothing of kinds of change.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pathflow
from pathflow.compare.changes import Change, Comparison
from pathflow.compare.flow import _kept, _longest
from pathflow.compare.kinds import KINDS
from tests.compare.changes_made import OTHER, PATH
from tests.conftest import ROOT
from tests.helpers import compare, compared, side, unit_of
from tests.strategies import paths

HEART = (ROOT / "paths/heart_failure.path").read_text("utf-8")
PIRKANMAA = (ROOT / "paths/pirkanmaa.path").read_text("utf-8")
MEMORY = (ROOT / "examples/memory/memory.path").read_text("utf-8")
SEPSIS = (ROOT / "examples/sepsis/sepsis.path").read_text("utf-8")

NO_MEANING = {"span", "aliases", "has_all_agreements"}
IN_ORDER = {"body", "limits", "names", "steps", "given", "closed", "calendars"}
"""Fields whose order means something, under the names that the model gives them."""


def meaning(value: Any, field: str = "") -> Any:
    """The model as data: dicts and lists, lists sorted where their order means nothing."""
    if isinstance(value, msgspec.Struct):
        table = {f: meaning(getattr(value, f), f) for f in value.__struct_fields__ if f not in NO_MEANING}
        return {"is": type(value).__name__, **table}
    if isinstance(value, dict):
        return {key: meaning(value[key]) for key in sorted(value)}
    if isinstance(value, tuple | list | frozenset):
        parts = [meaning(part) for part in value]
        return parts if field in IN_ORDER else sorted(parts, key=repr)
    return value


def meaning_of(unit: Any) -> Any | None:
    """What a text means, or None where it cannot be read as meant."""
    if unit.has_errors or not (unit.meaning or unit.networks):
        return None
    return meaning(unit.meaning) if unit.meaning is not None else [meaning(n) for n, _ in unit.networks]


def edits(text: str) -> list[str]:
    """The text with one line gone, twice, exchanged with the next, or with another number, length, word or sign in it."""
    lines = text.split("\n")
    found: list[list[str]] = []
    for n, line in enumerate(lines):
        if not line.strip() or line.strip().startswith("#"):
            continue
        found.append(lines[:n] + lines[n + 1 :])
        end = n + 1
        while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > _indent(line)):
            end += 1
        found.append(lines[:n] + lines[end:])
        after = end
        while after < len(lines) and (not lines[after].strip() or _indent(lines[after]) > _indent(line)):
            after += 1
        if end < len(lines) and _indent(lines[end]) == _indent(line):
            after = end + 1
            while after < len(lines) and (not lines[after].strip() or _indent(lines[after]) > _indent(line)):
                after += 1
            found.append(lines[:n] + lines[end:after] + lines[n:end] + lines[after:])
        for old, new in ((r"\d+", lambda m: str(int(m[0]) + 1)), *WORDS):
            changed = re.sub(old, new, line, count=1)
            if changed != line:
                found.append([*lines[:n], changed, *lines[n + 1 :]])
        if ", " in line:
            found.append([*lines[:n], line.rpartition(", ")[0], *lines[n + 1 :]])
    return ["\n".join(rows) for rows in found]


WORDS: tuple[tuple[str, Any], ...] = (
    (r"\bdays?\b", "hours"),
    (r"\bweeks?\b", "months"),
    (r"\byes\b", "no"),
    (r"<", ">="),
    (r"\bHeart Hospital\b", "Palliative Unit"),
    (r"\bTesoma Health Centre\b", "Heart Hospital"),
    (r"\bnurse\b", "general practitioner"),
    (r" takes over", " takes over"),
    (r"\bor\b", "and"),
    (r"\bresume\b", "stop"),
    (r"\bpublic\b", "third"),
    (r"\bpurchase\b|\bown\b", "grant"),
    (r"\bdocument\b", "text"),
    (r"\b(step|handoff|end|branch|decide|test|provider|service|agreement|clients|plan) (\S)", r"\1 Other \2"),
    (r"\bremote\b", "on site"),
    (r"\bcloses the plan\b", "keeps the plan with general practitioner at Tesoma Health Centre"),
    (r'"(\w)', r'"Another \1'),
)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


TEXTS = {"heart": HEART, "pirkanmaa": PIRKANMAA, "memory": MEMORY, "sepsis": SEPSIS, "everything": PATH}


@pytest.mark.parametrize("name", TEXTS)
def test_a_line_that_changes_the_meaning_is_said(name: str, tmp_path: Path) -> None:
    """And one that does not is not. A few of all edits on an ordinary day, spread over the file; all of them in a soak."""
    text, folder = TEXTS[name], tmp_path if name == "everything" else ROOT / "paths"
    (tmp_path / "other.path").write_text(OTHER, "utf-8")
    original = unit_of(text, folder=folder)
    before, old = meaning_of(original), side(original)
    seen: Counter[str] = Counter()
    chosen = edits(text)
    if pytest_is_quick():
        chosen = random.Random(name).sample(chosen, min(len(chosen), 60 if name == "everything" else 12))
    for edited in chosen:
        unit = unit_of(edited, folder=folder)
        after = meaning_of(unit)
        if after is None:
            continue
        new = side(unit)
        comparison = compare(old, new)
        assert comparison.is_empty == (after == before), difference(text, edited)
        assert all(change.message and "None" not in change.message for change in comparison.changes), comparison.changes
        seen.update(change.kind for change in comparison.changes)
        assert mirrored(comparison) == said(compare(new, old)), difference(text, edited)
    assert seen


def pytest_is_quick() -> bool:
    from hypothesis import settings

    return settings.default.max_examples < 1_000


def difference(old: str, new: str) -> str:
    import difflib

    return "\n".join(difflib.unified_diff(old.split("\n"), new.split("\n"), n=0))


def canonical(kind: str) -> str:
    """A kind without what only the weight depends on: `needs-more-known` is `needs-more`."""
    return KINDS[KINDS[kind].mirror].mirror


def said(comparison: Comparison) -> Counter[Any]:
    return Counter((canonical(c.kind), c.old and c.old.line, c.new and c.new.line, *old_and_new(c)) for c in comparison.changes)


def mirrored(comparison: Comparison) -> Counter[Any]:
    return Counter(
        (KINDS[c.kind].mirror, c.new and c.new.line, c.old and c.old.line, *reversed(old_and_new(c)))
        for c in comparison.changes
    )


def old_and_new(change: Change) -> tuple[str, str]:
    return change.words.get("old", ""), change.words.get("new", "")


@pytest.mark.parametrize("file", sorted((ROOT / "paths").glob("*.path")), ids=lambda file: file.name)
def test_a_file_and_itself_mean_the_same(file: Path) -> None:
    text = file.read_text("utf-8")
    assert pathflow.diff(file, file).is_empty
    untidy = re.sub(r"\n    ", "\n      ", text.replace("\n", "\r\n").replace("\r\n", "\n\n"))
    assert compared(text, "# another comment\n" + untidy, ROOT / "paths").is_empty


@given(paths(has_events=True))
def test_a_random_path_and_itself_laid_out_mean_the_same(text: str) -> None:
    assert compared(text, pathflow.format_text(text)).is_empty


@given(paths(has_events=True), paths(has_events=True))
def test_two_random_paths_are_told_apart_in_both_directions(old: str, new: str) -> None:
    olds, news = unit_of(old), unit_of(new)
    there, back = compare(side(olds), side(news)), compare(side(news), side(olds))
    is_same = meaning(olds.meaning) == meaning(news.meaning)
    assert there.is_empty == back.is_empty == is_same
    gains = {(s.provider, s.is_gain, s.role, s.names) for s in there.shifts}
    assert gains == {(s.provider, not s.is_gain, s.role, s.names) for s in back.shifts}


@given(st.permutations(range(8)))
def test_the_fewest_are_moved_and_the_same_in_either_direction(order: list[int]) -> None:
    kept = {order[n] for n in _kept([(index, str(index)) for index in order])}
    inverse = [order.index(n) for n in range(len(order))]
    back = set(_kept([(inverse[n], str(n)) for n in range(len(order))]))
    assert kept == back
    longest = max(len(run) for run in increasing(order))
    assert len(kept) == longest


def increasing(order: list[int]) -> list[list[int]]:
    """Every increasing choice of an order, by brute force."""
    found: list[list[int]] = [[]]
    for value in order:
        found += [[*run, value] for run in found if not run or run[-1] < value]
    return found


def test_every_kind_has_a_mirror_and_says_why() -> None:
    for kind in KINDS.values():
        assert kind.mirror in KINDS, kind.name
        assert KINDS[canonical(kind.name)].mirror == kind.mirror, kind.name
        assert kind.why, kind.name
        assert kind.say.strip(".") == kind.say, kind.name


@given(st.permutations(range(8)))
def test_the_longest_row_is_as_long_as_can_be(order: list[int]) -> None:
    kept = [order[n] for n in sorted(_longest(order))]
    assert kept == sorted(kept)
    assert len(kept) == max(len(run) for run in increasing(order))
