"""`pathflow run`: a path over clients' events. The main job."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec.structs import replace

from pathflow.api import CheckReport, CompiledPath, PathError, check, load, load_log
from pathflow.base.findings import Level
from pathflow.base.instants import read_instant
from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import Place, fail_options, failing, format_option, use_utf8
from pathflow.cli.render import frame, tally
from pathflow.cli.tongue import chosen, for_programs, language_option, of_files, said
from pathflow.compiler.library import Unreadable, path_files
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.engine.watch import WatchFactory
from pathflow.replay.log import read_log
from pathflow.replay.run import Run, run_events
from pathflow.rules.registry import watch_all

Progress = Callable[[int, int], None]


@click.command("run", cls=Command)
@click.argument("where", nargs=-1, required=True, type=Place())
@click.option("--events", "events_file", required=True, type=Place(), help="The events: CSV or JSON Lines, one a row.")
@click.option("--at", "at", default=None, help="The moment asked about (ISO 8601); by default the last event.")
@click.option("--client", default=None, help="One client alone.")
@click.option(
    "--log",
    "log_file",
    default=None,
    type=Place(),
    help="A file whose `log` block says how to read the events.",
)
@click.option("--brief", is_flag=True, help="The totals alone.")
@click.option("--anyway", is_flag=True, help="Run a path although `check` finds errors in it.")
@click.option("--proved", is_flag=True, help="Say too for which clients the findings of `check` come true.")
@format_option
@fail_options
@language_option
def command(
    where: tuple[Path, ...], events_file: Path, at: str | None, client: str | None, log_file: Path | None, brief: bool,
    anyway: bool, proved: bool, output: str, fail_on: Level, strict: bool,
) -> int:  # fmt: skip
    """Execute a path over the events of its clients, in the order of time: where each client is, who holds them, who owns the
    plan, what is due, and every broken promise with its evidence.

    Events that the path did not foresee are recorded and become findings; they never stop the run.
    """
    use_utf8()
    paths, unusable = _load(where, anyway)
    if unusable is not None:
        _refuse(unusable, output)
        return 1
    programs = [compiled.program for compiled in paths]
    moment = None
    if at is not None:
        moment = read_instant(at, programs[0].calendar.zone)
        if moment is None:
            raise Misused("--at {time}: not a time; write 2026-01-31 or 2026-01-31T14:30", time=at)
    log = load_log(log_file) if log_file is not None else None
    with _progress(said("reading", chosen() or ENGLISH), events_file) as progress:
        events = read_log(events_file, programs, log, progress)
    if client is not None and client not in events.clients:
        from pathflow.base.names import nearest

        guess = nearest(client, events.clients)
        code = of_files(path_files(list(where)))
        raise click.UsageError(
            said("there is no client `{client}` in {file}", code, client=client, file=events_file)
            + (said("; did you mean `{guess}`?", code, guess=guess) if guess else "")
        )
    watch = _watching(where, paths) if proved else watch_all
    with _progress(said("running", chosen() or ENGLISH), events_file) as progress:
        result = run_events(programs, events, watch, moment, client, progress)
    if output == "json":
        from pathflow.report import as_json

        click.echo(as_json(_told(result).as_dict()), nl=False)
    else:
        _print(result, brief, of_files(path_files(list(where))))
    return int(any(map(failing(fail_on, strict), result.all_findings)))


def _told(result: Run) -> Run:
    """The same in the language that was asked for."""
    if chosen() is None:
        return result
    clients = [replace(state, findings=tuple(map(for_programs, state.findings))) for state in result.clients]
    return replace(result, findings=tuple(map(for_programs, result.findings)), clients=tuple(clients))


def _watching(where: tuple[Path, ...], paths: list[CompiledPath]) -> WatchFactory:
    """The rules, and what they have found on each path, and on any two that one client can be on."""
    from pathflow.rules.ways import Ways
    from pathflow.witness.coming_true import both, watch_proved
    from pathflow.witness.meeting import watch_meetings

    watch: WatchFactory = watch_all
    for compiled in paths:
        watch = both(watch, watch_proved(Ways(compiled.program), compiled.findings))
    return both(watch, watch_meetings(check(where, pairs=True).findings)) if len(paths) > 1 else watch


def _load(where: tuple[Path, ...], anyway: bool) -> tuple[list[CompiledPath], CheckReport | None]:
    """The paths to run; or the report of the first that cannot be run."""
    found: list[CompiledPath] = []
    files = path_files(list(where))
    for file in files:
        try:
            compiled = load(file)
        except PathError:
            return [], check(file)
        except Unreadable:
            if len(files) == 1:
                raise
            continue
        if compiled.has_errors and not anyway:
            return [], check(file)
        found.append(compiled)
        if compiled.findings:
            code = of_files([file])
            found_in = said(
                "{findings}; pathflow check {file} shows them", code, findings=tally(compiled.findings, code), file=file
            )
            click.echo(f"{file}: {found_in}", err=True)
    if not found:
        raise Unreadable("there is no path to run here, only networks")
    names = [compiled.name for compiled in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        say = "the path `{name}` is given twice, perhaps in two versions; name the one file that is meant"
        raise Misused(say, name=twice)
    return found, None


def _refuse(report: CheckReport, output: str) -> None:
    """What keeps a path from being run: in the report's own form for programs, on stderr for people."""
    if output == "json":
        from pathflow.report import as_json

        click.echo(as_json(report.as_dict() | {"clients": []}), nl=False)
        return
    for finding in report.findings:
        click.echo(frame(finding, sources=report.sources) + "\n", err=True)
    code = of_files(map(Path, report.files))
    is_unread = any(f.family == "path" and f.level == "error" for f in report.findings)
    hint = "" if is_unread else "; " + said("--anyway runs it all the same", code)
    refusal = said("A path with errors is not run", code) + hint
    click.echo(f"{report.files[0]}: {tally(list(report.findings), code)}. {refusal}", err=True)


def _print(result: Run, brief: bool, code: Code) -> None:
    from pathflow.cli.run_report import client_text, totals_text

    if not brief:
        for state in result.clients:
            click.echo(client_text(state, result.zone, code) + "\n")
    click.echo(totals_text(result, code))


@contextmanager
def _progress(what: str, file: Path) -> Generator[Progress | None]:
    """A live bar on the terminal, for work that takes long enough to be waited for; nothing where nobody looks."""
    is_long = file.exists() and file.stat().st_size > 2_000_000
    if not sys.stderr.isatty() or not is_long:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
