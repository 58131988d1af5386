"""In which language findings are told: what the command says, else PATHFLOW_LANGUAGE, else the file's own, else English.

What is printed for programs is English unless one of the first two says otherwise: a check in CI reads the same everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import click

from pathflow.base.findings import Finding
from pathflow.base.phrases import Phrase
from pathflow.base.visible import filled
from pathflow.cli.help import VARIABLE
from pathflow.cli.misuse import Misused
from pathflow.dsl.languages import CODES, ENGLISH, Code
from pathflow.locale import phrase, sentence, told, value

_KEY: Final = "pathflow.language"
PUBLISHED: Final[tuple[Code, ...]] = ("fi", "sv", "en")
"""The languages in which something is made that people read, in the order of a Finnish publication."""

Command = Callable[..., Any]


def language_option(command: Command) -> Command:
    """`--language en|fi|sv`, kept in the context of the command."""

    def keep(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
        context.meta[_KEY] = value

    return click.option(
        "--language", type=click.Choice(CODES), expose_value=False, callback=keep,
        help=f"The language of what is printed; else {VARIABLE}, else the file's own.",
    )(command)  # fmt: skip


def languages_option(command: Command) -> Command:
    """`--language en|fi|sv`, several times: which languages something is made in; one alone is also that of what is printed."""

    def keep(context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[Code, ...]:
        wanted: list[Code] = [code for code in PUBLISHED if code in value]
        codes = tuple(wanted) or PUBLISHED
        if len(codes) == 1:
            context.meta[_KEY] = codes[0]
        return codes

    return click.option(
        "--language", "languages", type=click.Choice(CODES), multiple=True, callback=keep,
        help="The language of the pages; may be given again. Else Finnish, Swedish and English.",
    )(command)  # fmt: skip


def chosen() -> Code | None:
    """The language that was asked for. Raises: click.UsageError for a variable that names none."""
    context = click.get_current_context(silent=True)
    said = context.meta.get(_KEY) if context is not None else None
    return cast("Code", said) if said is not None else of_variable()


def of_variable() -> Code | None:
    """The language that the environment asks for. Raises: click.UsageError for a variable that names none."""
    written = os.environ.get(VARIABLE, "").strip()
    code = written.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    if not written:
        return None
    if code not in CODES:
        raise Misused("{variable} is `{value}`; write en, fi or sv", variable=VARIABLE, value=written)
    return code


def of_finding(finding: Finding, sources: Mapping[str, list[str]]) -> Code:
    """The language in which a finding is told to people."""
    code = chosen()
    if code is not None:
        return code
    from pathflow.dsl.keywords import declared

    lines = sources.get(finding.span.file) if finding.span is not None else None
    return (declared(lines) if lines else None) or ENGLISH


def for_programs(finding: Finding) -> Finding:
    """The finding as programs are told it."""
    return told(finding, chosen() or ENGLISH)


def of_files(files: Iterable[Path]) -> Code:
    """The language in which people are told of files: what was asked for, else that of all of them, else English."""
    code = chosen()
    if code is not None:
        return code
    found: set[Code] = {_declared(file) for file in files}
    return found.pop() if len(found) == 1 else ENGLISH


_HEAD: Final = 4000
"""Units: characters of a file among which the line stands that says its language."""


def _declared(file: Path) -> Code:
    from pathflow.dsl.keywords import declared

    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            return declared(stream.read(_HEAD).splitlines()) or ENGLISH
    except OSError:
        return ENGLISH  # what is wrong with it is said elsewhere


def said(text: str, code: Code, /, **words: object) -> str:
    """A sentence of the frame around results, with its words."""
    return filled(sentence(text, code, "frames"), words)


def many(count: int, one: str, code: Code, more: str | None = None) -> str:
    """`1 client`, `2 clients`."""
    return said(f"{{n}} {one if count == 1 else more or one + 's'}", code, n=count)


def phrased(what: Phrase, code: Code) -> str:
    """A few words about something with a name; after `if` and `whenever` the name is a condition."""
    name = value("if", what.name, code) if what.form in _CONDITIONS else what.name
    return what._replace(form=sentence(what.form, code, "frames"), name=name).text


_CONDITIONS: Final = frozenset({"if {name}", "whenever {name}"})


def word(text: str, code: Code) -> str:
    """A single word of the frame around a finding: `error`, `help`."""
    return phrase(text, code)
