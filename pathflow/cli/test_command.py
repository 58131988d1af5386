"""`pathflow test`: the scenario tests in path files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from pathflow.api import PathError, check, load
from pathflow.base.names import counted
from pathflow.cli.options import FORMATS, Place, use_utf8
from pathflow.cli.render import frame
from pathflow.compiler.library import Unreadable, path_files
from pathflow.replay.scenario import Outcome, run_scenarios
from pathflow.rules.registry import watch_all


@click.command("test")
@click.argument("where", nargs=-1, required=True, type=Place())
@click.option("--name", default=None, help="Only the tests whose name holds these words.")
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
def command(where: tuple[Path, ...], name: str | None, output: str) -> int:
    """Run the tests of paths: a client of whom something is given goes the path, and what is expected comes, or does not."""
    use_utf8()
    results: list[tuple[Path, Outcome]] = []
    files = path_files(list(where))
    for file in files:
        try:
            program = load(file).program
        except PathError as wrong:
            sources = check(file).sources
            for finding in wrong.findings:
                click.echo(frame(finding, sources) + "\n", err=True)
            return 1
        except Unreadable:
            if len(files) == 1:
                raise
            continue
        results += [(file, outcome) for outcome in run_scenarios(program, watch_all, name)]
    if output == "json":
        click.echo(json.dumps(_as_dict(results), ensure_ascii=False, indent=2))
    else:
        _print(results)
    if not results:
        what = f"no test has `{name}` in its name" if name else "there are no tests here"
        raise click.UsageError(f"{what}; a test begins with a line: test What it shows")
    return int(any(outcome.failures for _, outcome in results))


def _print(results: list[tuple[Path, Outcome]]) -> None:
    for file, outcome in results:
        mark = click.style("failed", fg="red", bold=True) if outcome.failures else click.style("passed", fg="green")
        click.echo(f"{mark}  {outcome.name}")
        for failure in outcome.failures:
            click.echo(f"        {file}:{failure.span.line}: {failure.message}")
    failed = sum(bool(outcome.failures) for _, outcome in results)
    if results:
        click.echo(f"\n{counted(len(results) - failed, 'test')} passed, {failed} failed")


def _as_dict(results: list[tuple[Path, Outcome]]) -> dict[str, Any]:
    return {
        "tests": [
            {
                "file": str(file),
                "line": outcome.span.line,
                "name": outcome.name,
                "passed": not outcome.failures,
                "failures": [{"line": f.span.line, "message": f.message} for f in outcome.failures],
            }
            for file, outcome in results
        ],
        "summary": {"tests": len(results), "failed": sum(bool(outcome.failures) for _, outcome in results)},
    }
