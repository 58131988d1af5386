"""One harness: the tests touch the product here, so that a change of its inside edits no test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pathflow.api import CheckReport, check, check_text
from pathflow.base.findings import Finding
from pathflow.base.instants import instant_of, read_instant
from pathflow.compare.changes import Comparison
from pathflow.compare.sides import Side, compare, side_of
from pathflow.compiler.library import Library
from pathflow.compiler.passes import Compiler, Unit
from pathflow.dsl.parse import parse_text
from pathflow.engine.machine import SHOWS_ALL, Machine
from pathflow.engine.program import Program
from pathflow.engine.record import Record
from pathflow.replay.log import read_log
from pathflow.replay.run import Run, run_events
from pathflow.rules.registry import watch_all

NOWHERE = Path("/there-is-no-such-folder")


def unit_of(text: str, name: str = "example.path", folder: Path = NOWHERE) -> Unit:
    """A text as a compiled unit."""
    library = Library(folder)
    library.give(folder / name, parse_text(name, text), text.encode("utf-8", "surrogatepass"))
    return Compiler(library).unit(folder / name)


def findings_of(text: str) -> list[Finding]:
    """Everything that `check` says of a text."""
    return list(check_text(text, "example.path", NOWHERE).findings)


def codes_of(text: str) -> list[tuple[int, str]]:
    """(line, code) of everything that `check` says."""
    return sorted((f.span.line if f.span else 0, f.code) for f in findings_of(text))


def checked_pair(files: Mapping[str, str], folder: Path) -> CheckReport:
    """What `check --pairs` says of a folder with these files."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return check(folder, pairs=True)


def program_of(text: str) -> Program:
    """The program of a text that can be read as meant."""
    unit = unit_of(text)
    errors = [f"{f.span.line if f.span else 0}: {f.code} {f.message}" for f in unit.findings if f.level == "error"]
    if errors or unit.program is None:
        raise AssertionError("\n".join(errors) or "no path")
    return unit.program


def machine_of(text: str, shows: frozenset[str] = SHOWS_ALL) -> Machine:
    """The machine for a text, with all rules watching."""
    return Machine([program_of(text)], watch_all, shows)


def run_rows(text: str, rows: str, folder: Path, at: str | None = None, name: str = "events.csv") -> Run:
    """What a run says of the events in `rows`, which are CSV with their header, or JSON Lines."""
    program = program_of(text)
    file = folder / name
    file.write_text(rows, "utf-8")
    moment = read_instant(at, program.calendar.zone) if at is not None else None
    return run_events([program], read_log(file, [program]), watch_all, moment)


def side(unit: Unit, name: str = "text") -> Side:
    """A compiled text as a side of a comparison."""
    return side_of(name, [unit])


def compared(old: str, new: str, folder: Path = NOWHERE) -> Comparison:
    """What changed in meaning from one text to another; networks that they use lie in `folder`."""
    return compare(side(unit_of(old, folder=folder), "old"), side(unit_of(new, folder=folder), "new"))


def at(program: Program, written: str) -> int:
    """A moment as the path's people would write it."""
    found = read_instant(written, program.calendar.zone)
    if found is None:
        raise AssertionError(f"{written} is no time")
    return found


def where(record: Record) -> set[str]:
    """The names of the statements at which the client is."""
    return {e.tables.name[node] for e in record.active for node in e.tokens}


__all__ = [
    "checked_pair",
    "codes_of",
    "compare",
    "compared",
    "findings_of",
    "instant_of",
    "machine_of",
    "program_of",
    "run_rows",
    "side",
    "unit_of",
    "where",
]
