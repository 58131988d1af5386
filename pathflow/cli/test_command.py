"""`pathflow test`: the scenario tests in path files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from pathflow.api import CompiledPath, PathError, check, load
from pathflow.cli.options import Place, use_utf8
from pathflow.cli.render import frame
from pathflow.cli.test_report import Broken, Done, as_dict, as_suites, print_tests
from pathflow.compiler.library import Unreadable, path_files
from pathflow.replay.scenario import run_scenarios
from pathflow.report import as_json, junit
from pathflow.rules.registry import watch_all

_FORMATS = click.Choice(["text", "json", "junit"])


@click.command("test")
@click.argument("where", nargs=-1, required=True, type=Place())
@click.option("-k", "--filter", "--name", "words", default=None, help="Only the tests whose name holds these words.")
@click.option("--format", "output", type=_FORMATS, default="text", help="How results are printed.", show_default=True)
def command(where: tuple[Path, ...], words: str | None, output: str) -> int:
    """Run the tests of paths: a client of whom something is given goes the path, and what is expected comes, or does not.

    Exit code: 0 all passed, 1 a test failed, 2 no test, or unreadable input.
    """
    use_utf8()
    paths, broken = _loaded(list(where))
    done = [one for file, path in paths for one in _run(file, path, words)]
    if output == "json":
        click.echo(as_json(as_dict(done, broken)), nl=False)
    elif output == "junit":
        click.echo(junit.as_junit(as_suites(done, broken), datetime.now(UTC)), nl=False)
    else:
        print_tests(done)
    if not done and not broken:
        what = f"no test has `{words}` in its name" if words else "there are no tests here"
        raise click.UsageError(f"{what}; a test begins with a line: test What it shows")
    return int(bool(broken) or any(one.outcome.failures for one in done))


def _loaded(where: list[Path]) -> tuple[list[tuple[Path, CompiledPath]], list[Broken]]:
    """The paths in files and folders, and those that cannot be read as meant, which are told on standard error."""
    paths: list[tuple[Path, CompiledPath]] = []
    broken: list[Broken] = []
    files = path_files(where)
    for file in files:
        try:
            paths.append((file, load(file)))
        except PathError as wrong:
            report = check(file)
            for finding in wrong.findings:
                click.echo(frame(finding, report.sources) + "\n", err=True)
            broken.append(Broken(file, tuple(wrong.findings), report.zone))
        except Unreadable:
            if len(files) == 1:
                raise
    return paths, broken


def _run(file: Path, path: CompiledPath, words: str | None) -> Iterator[Done]:
    """The tests of one path, each with the time that it took."""
    began = time.perf_counter()
    for outcome in run_scenarios(path.program, watch_all, words):
        now = time.perf_counter()
        yield Done(file, outcome, now - began)
        began = now
