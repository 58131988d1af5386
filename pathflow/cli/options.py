"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import click

from pathflow.base.findings import Finding

FORMATS: Final = click.Choice(["text", "json"])

Command = Callable[..., Any]


def format_option(command: Command) -> Command:
    """`--format text|json`."""
    return click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)(
        command
    )


def strict_option(command: Command) -> Command:
    """`--strict`."""
    return click.option("--strict", is_flag=True, help="Exit with 1 on any finding, not only on errors.")(command)


class Place(click.Path):
    """A file or folder; an empty text is neither, and least of all the present folder."""

    def __init__(self, allow_dash: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Raises: click.BadParameter."""
        if value == "":
            self.fail("an empty text names no file", param, ctx)
        return super().convert(value, param, ctx)


def places_argument(command: Command) -> Command:
    """Files and folders."""
    return click.argument("where", nargs=-1, required=True, type=Place())(command)


def exit_code(findings: list[Finding], strict: bool) -> int:
    """1 on an error, or on any finding with `--strict`."""
    return int(any(f.level == "error" for f in findings) or (strict and bool(findings)))


def use_utf8() -> None:
    """Names hold å and ä; a terminal or pipe in another encoding gets what it can show, and never an exception."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
        if encoding != "utf8" and isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if os.name == "nt" else None, errors="replace")
