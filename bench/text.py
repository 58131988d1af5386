"""Reading text, with findings: lines a second at three sizes, and against a parser that reads a whole file by one grammar.

The text is the shipped heart failure path with its steps over and over, every 500th line mistyped.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

from bench.measure import Line, rates, ratio, spread
from pathflow.api import check_text, load
from pathflow.dsl.parse import parse_text
from pathflow.dsl.reference import parse_whole

FILE = Path(__file__).parent.parent / "paths" / "heart_failure.path"
SHIPPED = FILE.read_text(encoding="utf-8").splitlines()
SIZES = (1_000, 10_000, 100_000)
SLIP = 500

HEAD = """\
network Net
    organiser County
    professions nurse
    provider Clinic
        sector public
        professions nurse

path Long
    version 1.0
    uses Net
    responsible Clinic
    accountable Clinic

plan Long plan
    owner nurse at Clinic
    review every 12 months
    if another path joins, the owner stays

steps
"""
STEP = """\
    step visit {0}
        by nurse at Clinic
        within 7 days
"""


def with_slips(size: int, every: int, turn: int) -> str:
    """So many lines, one in `every` mistyped (none for 0).

    No two rounds name a step or an item alike, nor do two turns, as nothing that was read before may help.
    """
    names = re.compile("|".join(sorted(map(re.escape, _names()), key=len, reverse=True)))
    first, last = SHIPPED.index("steps") + 1, next(n for n, line in enumerate(SHIPPED) if line.startswith("whenever"))
    body, lines = "\n".join(SHIPPED[first:last]), SHIPPED[:first]
    for number in count():
        if len(lines) >= size:
            break
        lines += names.sub(rf"\g<0> r{turn}x{number}", body).splitlines()
    for number in range(every - 1, size, every) if every else ():
        line = lines[number]
        lines[number] = " " * (len(line) - len(line.lstrip()) or 4) + "wihtin 7 days"
    return "\n".join(lines[:size]) + "\n"


def _names() -> set[str]:
    program = load(FILE).program
    steps = {node.name for node in program.nodes if node.kind in ("step", "handoff", "consultation", "choice")}
    return steps | set(program.path.items)


def one_path(size: int, turn: int) -> str:
    """One sound path of about so many lines."""
    return (
        HEAD
        + "".join(STEP.format(f"{turn}x{number}") for number in range(size // 3))
        + "    end Done\n        closes the plan\n"
    )


def run(runs: int = 7) -> Iterator[Line]:
    """Three sizes, the whole-file parser, and the whole check of one long path."""
    found = rates([_read] * len(SIZES), runs, [partial(with_slips, size, SLIP) for size in SIZES])
    for size, taken in zip(SIZES, found, strict=True):
        rate = statistics.median(taken)
        yield Line(f"reading {size:,} lines", spread(taken, "lines/s"), "at least 20,000", rate >= 20_000)
    linear = ratio(found[2], found[0])
    yield Line("  speed at 100,000 lines against 1,000", f"{linear:.2f}", "at least 0.8", linear >= 0.8)

    sound = partial(with_slips, 10_000, 0)
    ours, peer = rates([_read, _read_whole], runs, [sound, sound])
    yield Line("  against Lark's LALR parser on a whole sound file of 10,000", f"{ratio(ours, peer):.1f} times as fast")

    sizes = (1_000, 10_000)
    checks = rates([_check] * len(sizes), 3, [partial(one_path, size) for size in sizes])
    for size, taken in zip(sizes, checks, strict=True):
        yield Line(f"reading, compiling and proving one path of {size:,} lines", spread(taken, "lines/s"))


def _read(text: str) -> int:
    findings = parse_text("bench.path", text).findings
    assert len(findings) >= text.count("wihtin")
    return text.count("\n")


def _read_whole(text: str) -> int:
    assert parse_whole(text) is not None
    return text.count("\n")


def _check(text: str) -> int:
    assert check_text(text).is_clean
    return text.count("\n")
