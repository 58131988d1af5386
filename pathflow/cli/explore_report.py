"""`pathflow test --explore`: random ways gone, and what was found on them, for people and as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from pathflow.base.names import counted
from pathflow.engine.program import Program
from pathflow.replay.exploring import Found, explore
from pathflow.replay.playing import items_of
from pathflow.replay.written import written
from pathflow.report import as_json
from pathflow.rules.registry import watch_all

WAYS: Final = 200
"""How many ways are gone where no number is told."""


def explore_paths(paths: list[tuple[Path, Program]], ways: int, seed: int, with_faults: bool, output: str) -> int:
    """Explores each path and prints what was found. Returns: the exit code."""
    found: list[tuple[Path, Program, Found]] = []
    for file, program in paths:
        with _progress(f"exploring {program.path.name}", ways) as progress:
            found += [(file, program, one) for one in explore(program, watch_all, ways, seed, with_faults, progress)]
    if output == "json":
        document = {"found": [_as_dict(*one) for one in found], "summary": {"ways": ways, "seed": seed, "found": len(found)}}
        click.echo(as_json(document), nl=False)
    else:
        _print(found, len(paths), ways, seed)
    return int(any(one.is_law or (one.trouble.level == "error" and not with_faults) for _, _, one in found))


def _print(found: list[tuple[Path, Program, Found]], n_paths: int, ways: int, seed: int) -> None:
    for file, program, one in found:
        colour = {"error": "red", "warning": "yellow", "info": "blue"}[one.trouble.level]
        mark = click.style(f"{one.trouble.level} {one.trouble.kind}", fg=colour, bold=True)
        click.echo(f"{mark}: {one.trouble.message}")
        click.echo(click.style(f"  on {one.count} of {counted(ways, 'way')} through {file}; the shortest:", dim=True) + "\n")
        click.echo(written(one.scenario, items_of(program)))
    what = counted(len(found), "kind") + " of finding" if found else click.style("nothing found", fg="green", bold=True)
    click.echo(f"{what} on {counted(ways, 'way')} through {counted(n_paths, 'path')} (seed {seed})")


def _as_dict(file: Path, program: Program, one: Found) -> dict[str, Any]:
    return {
        "file": str(file),
        "path": program.path.name,
        "kind": one.trouble.kind,
        "is_law": one.is_law,
        "level": one.trouble.level,
        "message": one.trouble.message,
        "ways": one.count,
        "test": written(one.scenario, items_of(program)),
    }


@contextmanager
def _progress(what: str, ways: int) -> Generator[Callable[[int], None] | None]:
    """A live bar on the terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=ways)
        yield lambda done: bar.update(task, completed=done)
