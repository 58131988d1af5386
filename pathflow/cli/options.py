"""Options that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import click

from pathflow.base.findings import Finding, Level

FORMATS: Final = click.Choice(["text", "json"])

Command = Callable[..., Any]


def format_option(command: Command) -> Command:
    """`--format text|json`."""
    return click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)(
        command
    )


def fail_options(command: Command) -> Command:
    """`--fail-on error|warning|info`, and `--strict` for the last of them."""
    levels = click.Choice(["error", "warning", "info"])
    command = click.option("--strict", is_flag=True, help="Exit with 1 on any finding: the same as --fail-on info.")(command)
    return click.option(
        "--fail-on", type=levels, default="error", show_default=True, help="Exit with 1 on findings from this level on."
    )(command)


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


_GRAVE_FIRST: Final[tuple[Level, ...]] = ("error", "warning", "info")


def failing(fail_on: Level, strict: bool) -> Callable[[Finding], bool]:
    """Whether a finding makes the command exit with 1."""
    levels = _GRAVE_FIRST if strict else _GRAVE_FIRST[: _GRAVE_FIRST.index(fail_on) + 1]
    return lambda finding: finding.level in levels


def use_utf8() -> None:
    """Names hold å and ä; a terminal or pipe in another encoding gets what it can show, and never an exception.

    The name of a file can hold what is no character in any encoding.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if os.name == "nt" else None, errors="replace")
