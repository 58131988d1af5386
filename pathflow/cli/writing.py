"""Files that commands change: written whole or not at all, and shown as a difference."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from pathflow.base.errors import why
from pathflow.cli.tongue import said
from pathflow.compiler.library import Unreadable
from pathflow.dsl.languages import Code

READ_ONLY: Final = "it is read-only"


def write(place: Path, data: bytes) -> None:
    """Beside the file first, then in its stead: it is never there in half. Raises: Unreadable."""
    target = place.resolve()
    beside = target.with_name(f".{target.name}.new")
    try:
        if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
            raise PermissionError(0, READ_ONLY)
        beside.write_bytes(data)
        shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as wrong:
        beside.unlink(missing_ok=True)
        raise Unreadable("{path} cannot be written, and stays as it was: {why}", path=place, why=why(wrong)) from None


def write_lines(place: Path, lines: Iterable[str]) -> None:
    """A new file, or one in the stead of another: whole or not at all, and safe on the disk. Raises: Unreadable."""
    beside = place.with_name(f".{place.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{line}\n" for line in lines)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(place)
    except OSError as wrong:
        beside.unlink(missing_ok=True)
        raise Unreadable("{path} cannot be written, and stays as it was: {why}", path=place, why=why(wrong)) from None


def show_difference(name: str, before: bytes, after: bytes, code: Code, called: str) -> None:
    """The lines that change, as `diff` has them. `called`: what is said of the file as it would be."""
    old, new = (data.decode("utf-8-sig").replace("\r\n", "\n").splitlines(True) for data in (before, after))
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in difflib.unified_diff(old, new, f"{name} ({said('now', code)})", f"{name} ({called})"):
        text = line if line.endswith("\n") else f"{line}\n"
        click.echo(click.style(text, fg=colours.get(line[:1])), nl=False)
