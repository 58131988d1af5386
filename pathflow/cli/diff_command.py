"""`pathflow diff`: what changed in meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import use_utf8
from pathflow.cli.tongue import chosen, language_option, of_files
from pathflow.compare.asked import compare_places, compare_revisions, is_range
from pathflow.compare.changes import Change, Comparison, Shift
from pathflow.compare.headings import TITLES, place
from pathflow.compare.kinds import WEIGHTS, Weight
from pathflow.compare.markdown import markdown
from pathflow.compare.spoken import message, names, said, tally, title, why
from pathflow.compiler.library import path_files
from pathflow.dsl.languages import Code
from pathflow.locale import value

_GIVEN: Final = {
    0: "two sides are compared, and nothing is given: write OLD NEW, or for example --git main paths.",
    1: "two sides are compared, and 1 thing given: write OLD NEW, or for example --git main paths.",
    3: "two sides are compared, and {n} things given: write OLD NEW, or for example --git main paths.",
}
"""By how many were given: none, one, more than two."""

_COLOURS: Final[dict[Weight, str]] = {"breaking": "red", "safe": "green", "note": "blue"}


@click.command("diff", cls=Command)
@click.argument("where", nargs=-1, metavar="OLD NEW | REVISIONS [WHERE...]")
@click.option("--git", "revision", metavar="REVISION", help="Compare WHERE in a git revision with the files as they are now.")
@click.option("--format", "output", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
              help="How results are printed; Markdown is fit for the comment of a pull request.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(["breaking", "any", "never"]), default="breaking", show_default=True,
              help="Which changes make the exit code 1.")  # fmt: skip
@language_option
def command(where: tuple[str, ...], revision: str | None, output: str, fail_on: str) -> int:
    """Say what changed in meaning: who gains or loses responsibility for what, deadlines, items, ways; and what breaks
    something for clients who are on the way.

    \b
    pathflow diff old.path new.path                 two files, or two folders
    pathflow diff v1.0:paths/a.path paths/a.path    a file of a git revision
    pathflow diff main..HEAD paths                  two git revisions
    pathflow diff --git main paths                  a git revision, and the files as they are now

    Order of declarations, comments, layout and `known as` change nothing.

    Exit code: 0 no change that counts, 1 a breaking one (see --fail-on), 2 unreadable input.
    """  # noqa: D301
    use_utf8()
    comparison = _compared(where, revision)
    if output == "json":
        from pathflow.report import as_json

        click.echo(as_json(comparison.as_dict()), nl=False)
    elif output == "markdown":
        click.echo(markdown(comparison, _language(where)), nl=False)
    else:
        _print(comparison, _language(where))
    counting = {"breaking": comparison.breaking, "any": comparison.changes, "never": ()}[fail_on]
    return int(bool(counting))


def _compared(where: tuple[str, ...], revision: str | None) -> Comparison:
    if revision is not None:
        if not revision:
            raise Misused("an empty text names no revision; write for example: pathflow diff --git main paths")
        return compare_revisions(revision, _places(where))
    if where and is_range(where[0]):
        return compare_revisions(where[0], _places(where[1:]))
    if len(where) != 2:
        raise Misused(_GIVEN[min(len(where), 3)], n=len(where))
    return compare_places(*where)


def _places(where: tuple[str, ...]) -> list[Path]:
    if "" in where:
        raise Misused("an empty text names no file")
    return [Path(text) for text in where]


def _language(where: tuple[str, ...]) -> Code:
    """What was asked for, else the language of the files that are there, else English."""
    return chosen() or of_files(path_files([Path(text) for text in where if Path(text).exists()]))


def _print(comparison: Comparison, code: Code) -> None:
    for part in comparison.parts:
        changes = [change for change in comparison.changes if change.of == part.name]
        if changes:
            click.echo(click.style(title(part, code), bold=True) + "\n")
            shifts = [shift for shift in comparison.shifts if shift.of == part.name and part.sort == "path"]
            for line in (*_shifts(shifts, code), *_changes(changes, code)):
                click.echo(line)
    mark = click.style(tally(comparison, code), fg="red" if comparison.breaking else "green", bold=True)
    sides = said("from {old} to {new}", code, old=comparison.old, new=comparison.new)
    click.echo(f"{mark}, {sides}")


def _shifts(shifts: list[Shift], code: Code) -> Iterator[str]:
    """Who gains or loses responsibility for what, in columns."""
    if not shifts:
        return
    yield f"  {click.style(said('Who is responsible', code), underline=True)}"
    providers = {shift.provider: value("by", shift.provider, code) for shift in shifts}
    width = max(map(len, providers.values()))
    before = ""
    gains, loses = said("gains", code), said("loses", code)
    wide = max(len(gains), len(loses))
    for shift in shifts:
        word = click.style(gains.ljust(wide), fg="green") if shift.is_gain else click.style(loses.ljust(wide), fg="red")
        shown = providers[shift.provider] if shift.provider != before else ""
        before = shift.provider
        yield f"    {shown:<{width}}  {word}  {said(shift.role, code)} {names(shift.names, code)}".rstrip()
    yield ""


def _changes(changes: list[Change], code: Code) -> Iterator[str]:
    for weight in WEIGHTS:
        ours = [change for change in changes if change.weight == weight]
        if not ours:
            continue
        yield f"  {click.style(said(TITLES[weight], code), fg=_COLOURS[weight], bold=True)}"
        for change in ours:
            yield f"    {message(change, code)}"
            where = click.style(place(change), fg="cyan")
            yield click.style("      ") + where + click.style(f"  {why(change, code)}", dim=True)
        yield ""
