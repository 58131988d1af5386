"""A text read again after a key is as one read for the first time, and reading it leaves what was read before as it was."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pathflow.dsl.again import parse_again
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import SourceFile
from tests.conftest import ROOT
from tests.strategies import paths

FILES = sorted([*(ROOT / "paths").glob("*.path"), *(ROOT / "examples").glob("*/*.path")])


def whole(file: SourceFile) -> Any:
    return msgspec.to_builtins(file)


def changed(chance: Random, text: str) -> str:
    """The text with some lines next to each other changed, as people and machines change them."""
    lines = text.split("\n")
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        at = chance.randrange(len(lines))
        for number in range(at, min(len(lines), at + chance.choice([1, 1, 1, 1, 2, 5]))):
            lines[number] = _other(chance, lines[number], lines)
    return "\n".join(lines)


def _other(chance: Random, line: str, lines: list[str]) -> str:
    inner = line.lstrip(" ")
    lead, at = line[: len(line) - len(inner)], chance.randrange(len(line) + 1)
    kind = chance.randrange(11)
    if kind == 0:
        return line[:at]
    if kind == 1:
        return line[:at] + chance.choice('x 1,"#\u00e4:-\t\u2003') + line[at:]
    if kind == 2:
        return line[:at] + line[at + 1 :]
    if kind == 3:
        return chance.choice(["", "  ", "    ", "        ", "   ", "\t"]) + inner
    if kind == 4:
        return lead + chance.choice(lines).strip()
    if kind == 5:
        return chance.choice(lines)
    if kind == 6:
        return lead + "# " + inner
    if kind == 7:
        return ""
    if kind == 8:
        return line + chance.choice(["  # why", " #", ",", ' "', " and more"])
    if kind == 9:
        return "".join(str(chance.randrange(1, 40)) if part.isdigit() else part for part in line)
    return lead + chance.choice(
        ["until alone", "otherwise", "branch More", "repeat", "within 3 days", "steps", "allow", "step", "note"]
    )


def read_again(before: SourceFile, text: str) -> bool:
    """Whether a text need not be read whole; what is read is as it should be."""
    was = whole(before)
    found = parse_again(before, text)
    assert whole(before) == was
    if found is not None:
        assert whole(found) == whole(parse_text(before.name, text))
    return found is not None


@given(st.sampled_from(FILES), st.integers(0, 2**32))
@settings(max_examples=60)
def test_a_text_read_again_is_as_one_read_for_the_first_time(file: Path, seed: int) -> None:
    chance, text = Random(seed), file.read_text("utf-8")
    before = parse_text(file.name, text)
    for _ in range(4):
        text = changed(chance, "\n".join(before.lines) + "\n")
        read_again(before, text)
        found = parse_again(before, text)
        if found is not None and not found.findings:
            before = found


@given(paths(has_events=True), st.integers(0, 2**32))
@example(text="network N\n    organiser A\n", seed=0)
def test_any_text_read_again(text: str, seed: int) -> None:
    read_again(parse_text("x.path", text), changed(Random(seed), text))


SMALL = """\
path P
    version 1
    valid from 2026-01-01
    responsible Clinic
    accountable Clinic

steps
    step First
        by nurse at Clinic
        within 3 days
        note Why
    # remark
    step Second
        by nurse at Clinic
        within 3 days
        note More
    together
        branch One
            step Third
                within 3 days
                note Much
                by nurse at Clinic
            step Fourth
                within 3 days
        branch Two
            continue
    end Done
        closes the plan
"""


@pytest.mark.parametrize(
    "others",
    [
        {"        note More": "      :  note More"},
        {"                note Much": "          :  note Much"},  # the step below would stand in it
        {"    step Second": "    # step Second"},
        {"    step Second": "    # step Second", "        by nurse at Clinic": "        step"},  # belongs to the first step
        {"    step Second": "    xyz Second", "        by nurse at Clinic": "        step Second"},  # whose header is lost
        {"    # remark": '  "  # remark'},
        {"        note More": "note More"},
        {"    step Second": "    until Second"},
        {"                within 3 days": "                by nurse at Clinic"},  # of which the block has one below
        {"        by nurse at Clinic": "      by nurse at Clinic"},
        {"    step Second": "     step Second"},
        {"    step First": "   step First"},
        {"    step First": "    step First # or another"},
        {"        note More": "\tnote More"},
    ],
    ids=str,
)
def test_what_the_lines_around_would_be_taken_for(others: dict[str, str]) -> None:
    before = parse_text("x.path", SMALL)
    assert before.step == 4
    assert before.findings == []
    lines = list(before.lines)
    at = min(lines.index(line) for line in others)
    for line, other in others.items():
        at = lines.index(line, at)
        lines[at] = other
    read_again(before, "\n".join(lines))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_most_keys_within_a_line_need_no_whole_reading(file: Path) -> None:
    text = file.read_text("utf-8")
    before, lines = parse_text(file.name, text), text.split("\n")
    inside = [number for number, line in enumerate(lines) if line.startswith("        ") and not line.strip().startswith("#")]
    again = 0
    for number in inside[:: max(1, len(inside) // 25)]:
        line = lines[number]
        half = "\n".join([*lines[:number], line[: len(line) // 2 + 4], *lines[number + 1 :]])
        again += read_again(before, half)
    assert again >= 20
