"""Inputs that are kept: one small input for each thing that inputs have shown, and each that ever broke something.

A line of `corpus/NAME.jsonl` is an input of that target; in `corpus/found.jsonl` it stands with its target and with what was wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.fuzz.targets import TARGETS, Shape, Target, tried

FOLDER = Path(__file__).parent / "corpus"
FOUND = FOLDER / "found.jsonl"
LENGTH_MAX = 1_200
"""Units: characters of a kept input."""
KEPT_MAX = 150
"""How many are kept for a target."""


def corpus(target: Target) -> list[str]:
    file = FOLDER / f"{target.name}.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def found() -> list[tuple[str, str, str]]:
    """(target, input, what was wrong) of all that ever broke something."""
    rows = [json.loads(line) for line in FOUND.read_text("utf-8").splitlines()] if FOUND.exists() else []
    return [(row["target"], row["input"], row["was"]) for row in rows]


def keep(target: Target, inputs: Iterable[str]) -> int:
    """Adds what shows something that nothing kept shows, as small as it can be. Returns: how many."""
    kept = corpus(target)
    known, before = {one for given in (*target.seeds(), *kept) for one in _worth(tried(target, given)[0])}, len(kept)
    for given in sorted(set(inputs), key=lambda text: (len(text), text)):
        features, wrong = tried(target, given)
        new = _worth(features) - known
        if wrong is not None or not new or len(kept) >= KEPT_MAX:
            continue
        least = smaller(target, given, new, None, 120)
        if len(least) <= LENGTH_MAX:
            known |= new
            kept.append(least)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{target.name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in kept), "utf-8")
    return len(kept) - before


def _worth(features: set[object]) -> set[object]:
    return {one for one in features if not (isinstance(one, tuple) and isinstance(one[1], Shape))}


def keep_found(rows: Iterable[tuple[str, str, str]]) -> None:
    with FOUND.open("a", encoding="utf-8") as file:
        for target, given, was in rows:
            file.write(json.dumps({"target": target, "was": was, "input": given}) + "\n")


def smaller(target: Target, given: str, features: set[object], wrong: str | None, tries: int = 400) -> str:
    """The input with what is not needed taken away, lines first, then stretches of letters."""
    for unit in ("\n", ""):
        parts = given.split("\n") if unit else list(given)
        size = max(1, len(parts) // 2)
        while size and tries > 0:
            at = 0
            while at < len(parts) and tries > 0:
                fewer = parts[:at] + parts[at + size :]
                tries -= 1
                shown, now = tried(target, unit.join(fewer))
                if (kind_of(now) == kind_of(wrong)) if wrong else (now is None and features <= shown):
                    parts = fewer
                else:
                    at += size
            size //= 2
        given = unit.join(parts)
    return given


def kind_of(wrong: str | None) -> str | None:
    """What was wrong, without the words and figures of one input."""
    return None if wrong is None else "".join(letter for letter in wrong.split("`")[0] if not letter.isdigit())[:60]


def all_kept() -> Iterator[tuple[str, str]]:
    for target in TARGETS.values():
        for one in corpus(target):
            yield target.name, one
    for name, one, _ in found():
        yield name, one
