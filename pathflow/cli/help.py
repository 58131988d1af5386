"""The help of commands and of their options, in English, Finnish or Swedish.

English is what click makes of docstrings and options; the other two replace each paragraph and option from a catalogue, which
is imported only then: `--help` and `--version` stay quick.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from pathflow.dsl.languages import Code

VARIABLE: Final = "PATHFLOW_LANGUAGE"
_KEY: Final = "pathflow.help"
_AS_IT_STANDS: Final = "\b\n"
"""With what a paragraph begins whose lines are not to be filled."""


class Command(click.Command):
    """A command whose help is told in the language that is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; `--language` counts for the help wherever it stands."""
        ctx.meta[_KEY] = named(args)
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that shows how the command is called."""
        code = _language(ctx)
        pieces = [_said(piece, code) for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{_said('Usage', code)}: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the command does."""
        code = _language(ctx)
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text("\n\n".join(_said(part, code) for part in paragraphs(self)))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each option means."""
        code = _language(ctx)
        records = [record for param in self.get_params(ctx) if (record := _record(param, ctx, code)) is not None]
        with formatter.section(_said("Options", code)):
            formatter.write_dl(records)


def paragraphs(command: click.Command) -> Iterator[str]:
    """The paragraphs of a command's help, each in one line, but for those whose lines stand as they are."""
    for part in inspect.cleandoc(command.help or "").split("\n\n"):
        yield part if part.startswith(_AS_IT_STANDS) else " ".join(part.split())


def named(args: list[str]) -> Code | None:
    """The language that is named among the arguments, if one is."""
    for at, arg in enumerate(args):
        option, _, value = arg.partition("=")
        if option == "--language":
            from pathflow.dsl.languages import CODES

            wanted = value or (args[at + 1] if at + 1 < len(args) else "")
            return next((code for code in CODES if code == wanted), None)
    return None


def _language(ctx: click.Context) -> Code:
    named: Code | None = ctx.meta.get(_KEY)
    if named is not None or not os.environ.get(VARIABLE):
        return named or "en"
    from pathflow.cli.tongue import chosen

    return chosen() or "en"


def said(text: str, ctx: click.Context) -> str:
    """What stands in the help, in the language that is asked for."""
    return _said(text, _language(ctx))


def _said(text: str, code: Code) -> str:
    if code == "en":
        return text
    from pathflow.locale import sentence

    return sentence(text, code, "commands")


def _record(param: click.Parameter, ctx: click.Context, code: Code) -> tuple[str, str] | None:
    """An option and what it means, with its default."""
    record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
    english = param.help if isinstance(param, click.Option) else None
    if record is None or code == "en" or not english:
        return record
    rest = record[1].removeprefix(english)
    for word in ("default", "required"):
        rest = rest.replace(word, _said(word, code))
    return record[0], _said(english, code) + rest
