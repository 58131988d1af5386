"""When something goes wrong: what the user can mend, and what is our own mistake; in the language that was asked for."""

from __future__ import annotations

import traceback
from collections.abc import Sequence

import click

from pathflow import __version__
from pathflow.base.errors import PathflowError, why
from pathflow.base.phrases import Said
from pathflow.cli.help import named as named_in
from pathflow.cli.misuse import Misused, meant
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import spoken


def asked_for(args: Sequence[str]) -> Code:
    """The language of what went wrong: that of the command line, else of the environment, else English."""
    from pathflow.cli.tongue import of_variable

    try:
        return named_in(list(args)) or of_variable() or ENGLISH
    except click.UsageError:  # a variable that names no language is what went wrong
        return ENGLISH


def misused(wrong: click.ClickException, code: Code) -> str:
    """What is wrong with how a command was called, and where its help is."""
    context = getattr(wrong, "ctx", None)
    said = wrong.said if isinstance(wrong, Misused) else meant(wrong.format_message())
    hint = Said("Help: {command} --help", command=context.command_path) if context is not None else ""
    return f"pathflow: {spoken(said, code)}" + (f"  {spoken(hint, code)}" if hint else "")


def stopped(code: Code) -> str:
    """That the user stopped it."""
    return f"pathflow: {spoken(Said('stopped'), code)}"


def unwritten(wrong: OSError, code: Code) -> str:
    """That there is no room for what is printed."""
    return f"pathflow: {spoken(Said('the results cannot be written: {why}', why=why(wrong)), code)}"


def users_line(wrong: PathflowError, code: Code) -> str:
    """What is wrong, in one line."""
    return " ".join(spoken(wrong.said, code).split())


def report_bug(wrong: BaseException, code: Code) -> str:
    """What to send us."""
    frames = traceback.extract_tb(wrong.__traceback__)
    ours = [f for f in frames if "pathflow" in f.filename] or frames
    where = "; ".join(f"{f.filename.rsplit('pathflow', 1)[-1].lstrip('/')}:{f.lineno} {f.name}" for f in ours[-4:])
    say = (
        "this is a bug in pathflow {version}, not in your file. Please report it, with these two lines and if you can the file:"
    )
    bug = spoken(Said(say, version=__version__), code)
    return f"pathflow: {bug}\n  {wrong.__class__.__name__}: {' '.join(str(wrong).split())}\n  {where}"
