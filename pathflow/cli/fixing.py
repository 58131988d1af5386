"""`pathflow check --fix`: what was mended, and what was left because the file would have read worse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pathflow.cli.tongue import many, of_files
from pathflow.cli.tongue import said as spoken
from pathflow.cli.writing import show_difference, write
from pathflow.compiler.library import Unreadable, path_files
from pathflow.compiler.mending import Change, Mended, mend
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import spoken as told_of


def fixed(where: Sequence[Path], is_unsafe: bool, is_talk: bool) -> bool:
    """Mends the files and says what was changed. Returns: whether all of them could be written.

    Args:
        is_talk: what is said is not the result, and goes to standard error.
    """
    done: list[Mended] = []
    code = of_files(path_files(list(where)))
    all_written = True
    for one in mend(where, is_unsafe):
        _refusals(one, code)
        if one.after == one.before:
            continue
        try:
            write(one.path, one.after)
        except Unreadable as wrong:
            all_written = False
            click.echo(f"pathflow: {told_of(wrong.said, code)}", err=True)
        else:
            done.append(one)
    for one in done:
        for change in one.changes:
            click.echo(said(change, code), err=is_talk)
    if done:
        count = sum(len(one.changes) for one in done)
        places, files = many(count, "place", code), many(len(done), "file", code)
        click.echo(spoken("mended {places} in {files}", code, places=places, files=files) + "\n", err=is_talk)
    return all_written


def shown(where: Sequence[Path], is_unsafe: bool) -> int:
    """Shows what would be mended and writes nothing. Returns: 1 if there is something."""
    count = n_files = 0
    code = of_files(path_files(list(where)))
    for one in mend(where, is_unsafe):
        _refusals(one, code)
        if one.after != one.before:
            show_difference(str(one.path), one.before, one.after, code, spoken("mended", code))
            count += len(one.changes)
            n_files += 1
    places, files = many(count, "place", code), many(n_files, "file", code)
    what = "{places} in {files} can be mended; nothing was written" if count else "nothing can be mended; nothing was written"
    click.echo(spoken(what, code, places=places, files=files), err=True)
    return int(bool(count))


def said(change: Change, code: Code = ENGLISH) -> str:
    """One change in one line."""
    before, after = change.before, change.after
    if not before.strip() and not after.strip() and "\n" not in change.after:
        what = spoken("the indentation is mended", code)
    elif not before:
        what = spoken("`{after}` is put in", code, after=after.strip())
    elif not after:
        what = spoken("`{before}` is taken away", code, before=before)
    else:
        what = spoken("`{before}` is now `{after}`", code, before=before, after=after)
    return f"{change.file}:{change.line}: {what} ({change.code})"


def _refusals(one: Mended, code: Code) -> None:
    for change in one.refused:
        left = spoken("`{before}` is left: the file would read worse with the change", code, before=change.before)
        click.echo(f"{change.file}:{change.line}: {left} ({change.code})", err=True)
