"""`pathflow check --fix`: what was mended, and what was left because the file would have read worse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pathflow.base.names import counted
from pathflow.cli.writing import show_difference, write
from pathflow.compiler.library import Unreadable
from pathflow.compiler.mending import Change, Mended, mend


def fixed(where: Sequence[Path], is_unsafe: bool, is_talk: bool) -> bool:
    """Mends the files and says what was changed. Returns: whether all of them could be written.

    Args:
        is_talk: what is said is not the result, and goes to standard error.
    """
    done: list[Mended] = []
    all_written = True
    for one in mend(where, is_unsafe):
        _refusals(one)
        if one.after == one.before:
            continue
        try:
            write(one.path, one.after)
        except Unreadable as wrong:
            all_written = False
            click.echo(f"pathflow: {wrong}", err=True)
        else:
            done.append(one)
    for one in done:
        for change in one.changes:
            click.echo(said(change), err=is_talk)
    if done:
        count = sum(len(one.changes) for one in done)
        click.echo(f"mended {counted(count, 'place')} in {counted(len(done), 'file')}\n", err=is_talk)
    return all_written


def shown(where: Sequence[Path], is_unsafe: bool) -> int:
    """Shows what would be mended and writes nothing. Returns: 1 if there is something."""
    count = n_files = 0
    for one in mend(where, is_unsafe):
        _refusals(one)
        if one.after != one.before:
            show_difference(str(one.path), one.before, one.after, "mended")
            count += len(one.changes)
            n_files += 1
    what = f"{counted(count, 'place')} in {counted(n_files, 'file')} can be mended" if count else "nothing can be mended"
    click.echo(f"{what}; nothing was written", err=True)
    return int(bool(count))


def said(change: Change) -> str:
    """One change in one line."""
    before, after = _visible(change.before), _visible(change.after)
    if not before.strip() and not after.strip() and "\n" not in change.after:
        what = "the indentation is mended"
    elif not before:
        what = f"`{after.strip()}` is put in"
    elif not after:
        what = f"`{before}` is taken away"
    else:
        what = f"`{before}` is now `{after}`"
    return f"{change.file}:{change.line}: {what} ({change.code})"


def _visible(text: str) -> str:
    """The text with what cannot be seen written as its number."""
    return "".join(c if c.isprintable() or c.isspace() else f"U+{ord(c):04X}" for c in text)


def _refusals(one: Mended) -> None:
    for change in one.refused:
        left = f"`{_visible(change.before)}` is left"
        click.echo(f"{change.file}:{change.line}: {left}: the file would read worse with the change ({change.code})", err=True)
