"""`pathflow handbook`: the management handbook of paths, published as a static site and as a PDF."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pathflow.api import CheckReport, check
from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import Place, use_utf8
from pathflow.cli.tongue import languages_option, many, of_files, said
from pathflow.compiler.library import Unreadable
from pathflow.dsl.languages import ENGLISH, Code

if TYPE_CHECKING:
    from pathflow.compare.changes import Comparison
    from pathflow.compare.revisions import Commit
    from pathflow.handbook.material import Material

Progress = Callable[[int, int], None]

_SCHEMES: Final = ("https://", "http://", "mailto:")


@click.command("handbook", cls=Command)
@click.argument("where", nargs=-1, required=True, type=Place())
@click.option(
    "-o", "--output", "folder", type=Place(), required=True, help="The folder of the site; it is made where it is not there."
)
@languages_option
@click.option("--pdf", "has_pdf", is_flag=True, help="Also the whole handbook of each language as one PDF.")
@click.option("--against", metavar="PLACE|REVISION",
              help="Compare with the paths of a file or folder, or with these in a git revision.")  # fmt: skip
@click.option("--issues", metavar="URL", default="",
              help="Where comments are written: each page links there; {page} in it is the page's title.")  # fmt: skip
@click.option("--title", metavar="TEXT", default="", help="What the handbook is called; else as the network is.")
@click.option("--date", "day", metavar="DATE",
              help=
                  "The date that it bears, as 2026-11-27; else SOURCE_DATE_EPOCH, else of the last change in git, "
                  "else today."
                  )  # fmt: skip
@click.option("--force", is_flag=True, help="Write into a folder that holds other things; nothing is deleted.")
def command(
    where: tuple[Path, ...], folder: Path, languages: tuple[Code, ...], has_pdf: bool, against: str | None, issues: str,
    title: str, day: str | None, force: bool,
) -> int:  # fmt: skip
    """Publish the management handbook of files and folders: a static site that works offline from a file, in Finnish, Swedish
    and English: purpose, network, duty register, paths, responsibilities, handoffs, information, contracts, costs, findings, a
    page for each provider, and a page in plain words for the clients of each path.

    Pages of an earlier handbook in the folder that are no more are taken away; nothing else is.

    Exit code: 0 published, 1 published without a file that cannot be read as meant, 2 wrong usage or unreadable input.
    """
    use_utf8()
    from pathflow.handbook.material import Edition
    from pathflow.handbook.publishing import publish
    from pathflow.handbook.shelving import refuse_strange

    _refuse_address(issues)
    refuse_strange(folder, force=force)
    code = of_files([file for file in where if file.is_file()]) if len(languages) > 1 else languages[0]
    asked = _day(day) if day is not None else None
    with _progress(said("proving", code)) as progress:
        report = check(list(where), progress=progress)
    history = _history(list(where))
    material = material_of(report)
    edition = Edition(
        day=asked or _dated(history), revision=history[0].short if history else "", title=title, issues=issues,
        comparison=_comparison(against, where, material) if against is not None else None, history=history,
    )  # fmt: skip
    with _progress(said("writing", code)) as progress:
        written = publish(material, edition, languages, folder, has_pdf=has_pdf, force=force, progress=progress)
    changed, removed = (
        many(written.n_changed, "file changed", code, "files changed"),
        many(written.n_removed, "file taken away", code, "files taken away"),
    )
    files, index = many(written.n_files, "file", code), folder / "index.html"
    told = "{folder}: {files}, {changed}, {removed}; begin at {index}"
    click.echo(said(told, code, folder=folder, files=files, changed=changed, removed=removed, index=index))
    for file in report.broken:
        left_out = said("{file} cannot be read as meant and is left out; see pathflow check", code, file=file)
        click.echo(left_out, err=True)
    return int(bool(report.broken))


def material_of(report: CheckReport) -> Material:
    """What a handbook is made from, as a check found it."""
    from pathflow.dsl.keywords import declared
    from pathflow.handbook.material import Material

    languages = {file: declared(lines) or ENGLISH for file, lines in report.sources.items()}
    return Material(
        report.programs, report.networks, report.findings, report.allowed, report.broken, languages,
    )  # fmt: skip


def _refuse_address(issues: str) -> None:
    """That comments go where a browser can go. Raises: click.UsageError."""
    if issues and not issues.lower().startswith(_SCHEMES):
        raise Misused("`{value}` is no address for comments; it begins with https://, http:// or mailto:", value=issues)


def _comparison(against: str, where: tuple[Path, ...], material: Material) -> Comparison:
    from pathflow.compare.asked import side_against
    from pathflow.compare.sides import Side, compare

    old = side_against(against, list(where))
    return compare(old, Side(", ".join(map(str, where)), material.programs, material.all_networks))


def _history(where: list[Path]) -> tuple[Commit, ...]:
    """The commits that touched the files; none where they are not in git."""
    from pathflow.compare.revisions import Repository

    try:
        return tuple(one for one in Repository(where[0].absolute()).log(where) if one.files)
    except Unreadable:
        return ()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misused("`{value}` is no date; write it as 2026-11-27", value=text) from None


def _dated(history: tuple[Commit, ...]) -> date:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date()
        except (ValueError, OverflowError, OSError):
            raise Misused("SOURCE_DATE_EPOCH is `{value}`, which is no time in seconds", value=epoch) from None
    return history[0].day if history else datetime.now().astimezone().date()


@contextmanager
def _progress(what: str) -> Generator[Progress | None]:
    """A live bar on the terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
