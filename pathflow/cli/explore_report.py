"""`pathflow test --explore`: random ways gone, and what was found on them, for people and as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from pathflow.api import CompiledPath
from pathflow.cli.tongue import many, of_files, said, word
from pathflow.dsl.languages import Code
from pathflow.engine.program import Program
from pathflow.locale import told
from pathflow.replay.exploring import Found, explore
from pathflow.replay.playing import items_of
from pathflow.replay.written import written
from pathflow.report import as_json
from pathflow.rules.registry import watch_all
from pathflow.rules.shown import example_in

WAYS: Final = 200
"""How many ways are gone where no number is told."""


def explore_paths(paths: list[tuple[Path, CompiledPath]], ways: int, seed: int, with_faults: bool, output: str) -> int:
    """Explores each path and prints what was found. Returns: the exit code."""
    found: list[tuple[Path, Program, Found]] = []
    code = of_files(file for file, _ in paths)
    for file, path in paths:
        program = path.program
        allows = {allowed.by for allowed in path.allowed}
        with _progress(said("exploring {name}", code, name=program.path.name), ways) as progress:
            found += [(file, program, one) for one in explore(program, watch_all, ways, seed, with_faults, progress, allows)]
    if output == "json":
        document = {"found": [_as_dict(*one) for one in found], "summary": {"ways": ways, "seed": seed, "found": len(found)}}
        click.echo(as_json(document), nl=False)
    else:
        _print(found, len(paths), ways, seed, code)
    return int(any(one.is_law or (one.trouble.level == "error" and not with_faults) for _, _, one in found))


def _print(found: list[tuple[Path, Program, Found]], n_paths: int, ways: int, seed: int, code: Code) -> None:
    for file, program, one in found:
        colour = {"error": "red", "warning": "yellow", "info": "blue"}[one.trouble.level]
        mark = click.style(f"{word(one.trouble.level, code)} {one.trouble.kind}", fg=colour, bold=True)
        finding = one.trouble.finding
        click.echo(f"{mark}: {told(finding, code).message if finding is not None else one.trouble.message}")
        count = said(
            "on {n} of {ways} through {file}; the shortest:", code, n=one.count, ways=many(ways, "way", code), file=file
        )
        click.echo(click.style(f"  {count}", dim=True) + "\n")
        click.echo(example_in(written(one.scenario, items_of(program)), code))
    kinds = many(len(found), "kind of finding", code, "kinds of finding")
    what = kinds if found else click.style(said("nothing found", code), fg="green", bold=True)
    where = said("on {ways} through {paths}", code, ways=many(ways, "way", code), paths=many(n_paths, "path", code))
    click.echo(f"{what} {where} ({said('seed {n}', code, n=seed)})")


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
