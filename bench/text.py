"""Reading text, with findings: lines a second at three sizes and against other parsers; whole checks; one key pressed.

The text is the shipped heart failure path with its steps over and over, every 500th line mistyped.
"""

from __future__ import annotations

import atexit
import gc
import re
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlfluff
import yaml

from bench.chain import NETWORK, chain
from bench.measure import Line, Work, rates, ratio, spread
from pathflow.api import check, check_text, load
from pathflow.dsl.parse import parse_text
from pathflow.dsl.reference import parse_whole
from pathflow.workspace import Workspace

FILE = Path(__file__).parent.parent / "paths" / "heart_failure.path"
SHIPPED = FILE.read_text(encoding="utf-8").splitlines()
SIZES = (1_000, 10_000, 100_000)
SLIP = 500


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


QUERY = """\
SELECT
    a.visit_{0},
    b.score
FROM steps_{0} AS a
INNER JOIN items AS b
    ON a.id = b.id
WHERE b.score >= 20;
"""


def as_sql(size: int, turn: int) -> str:
    """So many lines of plain SQL, for a parser that, like ours, keeps every place and goes on after a mistake."""
    return "".join(QUERY.format(f"{turn}x{number}") for number in range(size // 7))


def run(runs: int = 7) -> Iterator[Line]:
    """Reading at three sizes and beside other parsers, memory, whole checks, and one key pressed."""
    gc.set_threshold(200_000, 50, 100)  # as the command does: nearly all that is made lives on
    yield from _reading(runs)
    yield from _peers(runs)
    yield from _memory()
    yield from _checking()
    yield from _keystroke()


def _reading(runs: int) -> Iterator[Line]:
    found = rates([_read] * len(SIZES), runs, [partial(with_slips, size, SLIP) for size in SIZES])
    for size, taken in zip(SIZES, found, strict=True):
        rate = statistics.median(taken)
        yield Line(f"reading {size:,} lines", spread(taken, "lines/s"), "at least 20,000", rate >= 20_000)
    linear = ratio(found[2], found[0])
    yield Line("  speed at 100,000 lines against 1,000", f"{linear:.2f}", "at least 0.8", linear >= 0.8)
    taken = [_cpu(_read, with_slips(10_000, SLIP, -turn)) for turn in range(1, runs + 1)]
    middle = statistics.median(taken)
    yield Line(
        "  10,000 lines to a tree, CPU",
        f"{middle:.3f} s ({min(taken):.3f} to {max(taken):.3f})",
        "at most 0.2 s",
        middle <= 0.2,
    )


def _peers(runs: int) -> Iterator[Line]:
    sound = partial(with_slips, 10_000, 0)
    ours, peer = rates([_read, _read_whole], runs, [sound, sound])
    yield Line("  against Lark's LALR parser on a whole sound file of 10,000", f"{ratio(ours, peer):.1f} times as fast")
    yaml_text = partial(_yaml_like, 10_000)
    ours, peer = rates([_read, _read_yaml], runs, [sound, yaml_text])
    yield Line(f"  against PyYAML {version('PyYAML')}'s C loader on 10,000 lines", f"{ratio(ours, peer):.2f} times as fast")
    ours, peer = rates([_read, _read_sql], 3, [partial(with_slips, 1_000, 0), partial(as_sql, 1_000)])
    yield Line(
        f"  against sqlfluff {version('sqlfluff')}'s parse of 1,000 lines of SQL", f"{ratio(ours, peer):.0f} times as fast"
    )


def _memory() -> Iterator[Line]:
    """Of the tree and its findings, once every pattern and grammar is there."""
    _read(with_slips(1_000, SLIP, -100))
    text = with_slips(10_000, SLIP, -101)
    gc.collect()
    tracemalloc.start()
    file = parse_text("bench.path", text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert file.root.body
    yield Line("  10,000 lines to a tree, memory at its highest", f"{most / 1e6:.1f} MB", "at most 30 MB", most <= 30e6)


def _checking() -> Iterator[Line]:
    """Reading, compiling and proving: one path, and folders of paths of 1,000 lines over one network."""
    sizes = (1_000, 10_000)
    checks = rates([_check] * len(sizes), 5, [partial(_one_path, size) for size in sizes])
    for size, taken in zip(sizes, checks, strict=True):
        yield Line(f"reading, compiling and proving one path of {size:,} lines", spread(taken, "lines/s"))
    folders = rates([_check_folder] * len(SIZES), 3, [partial(_folder, size // 1_000) for size in SIZES])
    for size, taken in zip(SIZES, folders, strict=True):
        yield Line(f"  {size // 1_000} such paths over one network, {size:,} lines", spread(taken, "lines/s"))
    linear = ratio(folders[2], folders[0])
    yield Line("  speed at 100,000 lines against 1,000", f"{linear:.2f}", "at least 0.8", linear >= 0.8)


def _keystroke(keys: int = 40) -> Iterator[Line]:
    """Key after key in a path of 1,000 lines, one of 20 in a folder with their network, in the workspace of an editor."""
    place = _folder(20, 7)
    name, text = "path7x3.path", (place / "path7x3.path").read_text("utf-8")
    length, bound = "within 14 days", ">= 20 points"
    kinds = (
        ("in a line half written", length, ["within 14 days of enrolment"[: 7 + number % 20] for number in range(keys)]),
        ("that changes a length of time", length, [f"within {1 + number % 9} days" for number in range(keys)]),
        ("that changes a condition", bound, [f">= {11 + number % 9} points" for number in range(keys)]),
    )
    for what, before, typed in kinds:
        at = text.index(before, len(text) // 2)
        workspace = Workspace(place)
        workspace.edit(name, text)
        assert workspace.check(name).is_clean
        taken: list[float] = []
        for line in typed:
            start = time.process_time()
            workspace.edit(name, text[:at] + line + text[at + len(before) :])
            workspace.check(name)
            taken.append(1_000 * (time.process_time() - start))
        middle = statistics.median(taken)
        figure = f"{middle:.0f} ms ({min(taken):.0f} to {max(taken):.0f})"
        yield Line(f"one key in 1,000 lines to all findings, {what}, CPU", figure, "at most 50 ms", middle <= 50)


def _cpu(work: Work, given: Any) -> float:
    gc.collect()
    start = time.process_time()
    work(given)
    return time.process_time() - start


def _one_path(size: int, turn: int) -> str:
    return NETWORK + chain(size, turn)


def _folder(paths: int, turn: int) -> Path:
    """A folder with a network and so many paths of 1,000 lines; it goes when the process ends."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    place = Path(folder.name)
    (place / "network.path").write_text(NETWORK, "utf-8")
    for number in range(paths):
        (place / f"path{turn}x{number}.path").write_text(chain(1_000, turn, number), "utf-8")
    return place


def _check_folder(place: Path) -> int:
    report = check(place)
    assert report.is_clean
    return sum(map(len, report.sources.values()))


def _yaml_like(size: int, turn: int) -> str:
    """YAML that says the same: a list in a list for each level, one line each."""
    text = parse_text("bench.path", with_slips(size, 0, turn))
    lines: list[str] = []
    waiting = [(part, 0) for part in reversed(text.root.body)]
    while waiting:
        part, depth = waiting.pop()
        value = text.lines[part.line - 1][part.value_column - 1 : part.end_column - 1].replace("'", "''")
        lines.append("  " * depth + (f"- {part.keyword}: '{value}'" if not part.body else f"- '{part.keyword} {value}':"))
        waiting += [(inner, depth + 1) for inner in reversed(part.body)]
    return "\n".join(lines) + "\n"


def _read_yaml(text: str) -> int:
    assert yaml.load(text, yaml.CSafeLoader)
    return text.count("\n")


def _read_sql(text: str) -> int:
    assert sqlfluff.parse(text, dialect="ansi")
    return text.count("\n")


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
