"""`pathflow test`: the scenario tests in path files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from pathflow.api import CompiledPath, PathError, check, load
from pathflow.cli.explore_report import WAYS, explore_paths
from pathflow.cli.help import Command
from pathflow.cli.options import Place, use_utf8
from pathflow.cli.render import frame
from pathflow.cli.test_report import Broken, Done, as_dict, as_suites, print_coverage, print_tests, shown
from pathflow.cli.tongue import chosen, language_option, of_files, said
from pathflow.compiler.library import Unreadable, path_files
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.replay.coverage import Coverage, Trail, coverage_of
from pathflow.replay.scenario import run_scenarios
from pathflow.report import as_json, junit
from pathflow.rules.registry import watch_all

_FORMATS = click.Choice(["text", "json", "junit"])


@click.command("test", cls=Command)
@click.argument("where", nargs=-1, type=Place())
@click.option("-k", "--filter", "--name", "words", default=None, help="Only the tests whose name holds these words.")
@click.option("--format", "output", type=_FORMATS, default="text", help="How results are printed.", show_default=True)
@click.option("--coverage", "is_covered", is_flag=True, help="Also say what no test reaches of the paths.")
@click.option("--coverage-min", "least", type=click.FloatRange(0, 100), help="Fail where the tests reach less. In per cent.")
@click.option(
    "--explore", metavar="[N]", is_flag=False, flag_value=str(WAYS), help=f"Go N random ways ({WAYS}) instead of the tests."
)
@click.option("--seed", type=int, default=1, help="Another seed, other ways; the same seed, the same ways.", show_default=True)
@click.option(
    "--with-faults", is_flag=True, help="On these ways people also forget, send back and come late, and clients leave."
)
@language_option
def command(
    where: tuple[Path, ...], words: str | None, output: str, is_covered: bool, least: float | None, explore: str | None,
    seed: int, with_faults: bool,
) -> int:  # fmt: skip
    """Run the tests of paths: a client of whom something is given goes the path, and what is expected comes, or does not.

    With --explore: random ways through the paths, on which everybody does what they owe in time. Each kind of finding that
    comes up is printed once, as the shortest test that shows it, to be pasted into the file.

    Exit code: 0 all passed, 1 a test failed or too little is reached, 2 no test, or unreadable input. With --explore: 1 an
    error was found although everybody did what they owe, or a law was broken that no fault of people may break.
    """
    use_utf8()
    if explore is None:
        return _test(where, words, output, is_covered or least is not None, least)
    ways = int(explore) if explore.isdecimal() else WAYS
    if not explore.isdecimal():  # `--explore FILE`: no number was given
        where = (Place().convert(explore, None, None), *where)
    if output == "junit":
        raise click.UsageError(said("--explore prints text or json", chosen() or ENGLISH))
    paths, broken = _loaded(where)
    code = explore_paths(paths, ways, seed, with_faults, output)
    return 1 if broken else code


def _test(where: tuple[Path, ...], words: str | None, output: str, is_covered: bool, least: float | None) -> int:
    paths, broken = _loaded(where)
    trails = [Trail([path.program], watch_all) for _, path in paths]
    done = [one for (file, path), trail in zip(paths, trails, strict=True) for one in _run(file, path, words, trail)]
    reached = {point for trail in trails for point in trail.reached}
    covered = coverage_of([path.program for _, path in paths], reached) if is_covered else None
    code = of_files(path_files(list(where)))
    _print(done, broken, covered, output, code)
    if not done and not broken:
        what = said("no test has `{words}` in its name", code, words=words) if words else said("there are no tests here", code)
        raise click.UsageError(f"{what}; {said('a test begins with a line: test What it shows', code)}")
    is_too_little = covered is not None and least is not None and covered.percent < least
    if covered is not None and is_too_little:
        told = "the tests reach {share} %, less than the {least} % that are asked for"
        click.echo(said(told, code, share=shown(covered.percent, code), least=f"{least:g}"), err=True)
    return int(is_too_little or bool(broken) or any(one.outcome.failures for one in done))


def _print(done: list[Done], broken: list[Broken], covered: Coverage | None, output: str, code: Code) -> None:
    if output == "json":
        click.echo(as_json(as_dict(done, broken, covered, chosen() or ENGLISH)), nl=False)
    elif output == "junit":
        click.echo(junit.as_junit(as_suites(done, broken, chosen() or ENGLISH), datetime.now(UTC)), nl=False)
    else:
        print_tests(done, code)
        if covered is not None:
            print_coverage(covered, code)


def _loaded(where: tuple[Path, ...]) -> tuple[list[tuple[Path, CompiledPath]], list[Broken]]:
    """The paths in files and folders, and those that cannot be read as meant, which are told on standard error."""
    paths: list[tuple[Path, CompiledPath]] = []
    broken: list[Broken] = []
    if not where:
        raise click.UsageError(said("say which file or folder", chosen() or ENGLISH))
    files = path_files(list(where))
    for file in files:
        try:
            paths.append((file, load(file)))
        except PathError as wrong:
            report = check(file)
            for finding in wrong.findings:
                click.echo(frame(finding, sources=report.sources) + "\n", err=True)
            broken.append(Broken(file, tuple(wrong.findings), report.zone))
        except Unreadable:
            if len(files) == 1:
                raise
    return paths, broken


def _run(file: Path, path: CompiledPath, words: str | None, trail: Trail) -> Iterator[Done]:
    """The tests of one path, each with the time that it took."""
    began = time.perf_counter()
    for outcome in run_scenarios(path.program, watch_all, words, trail):
        now = time.perf_counter()
        yield Done(file, outcome, now - began)
        began = now
