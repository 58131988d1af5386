"""`pathflow explain`: what a code means."""

from __future__ import annotations

import json

import click

from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import FORMATS, use_utf8
from pathflow.cli.tongue import chosen, language_option
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.rules.pages import codes, name, nearest_code, page, what


@click.command("explain", cls=Command)
@click.argument("code", required=False)
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
@language_option
def command(code: str | None, output: str) -> int:
    """Explain the CODE of a finding, such as G104; without a code, list them all."""
    use_utf8()
    language = chosen() or ENGLISH
    if code is None:
        return _list(output, language)
    text = page(code, language)
    if text is None:
        guess = nearest_code(code, language)
        say = "there is no code `{code}`; `pathflow explain` lists all codes"
        if guess:
            say = "there is no code `{code}`; did you mean {guess}?"
        raise Misused(say, code=code, guess=guess)
    if output == "json":
        number, rest = text.split(maxsplit=1)[0], text.partition("\n")[2]
        click.echo(json.dumps({"code": number, "rule": name(number), "page": rest.strip()}, ensure_ascii=False, indent=2))
    else:
        click.echo(text, nl=False)
    return 0


def _list(output: str, language: Code) -> int:
    if output == "json":
        rows = [{"code": code, "rule": name(code), "what": what(code, language)} for code in codes()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for code in codes():
        click.echo(f"{code}  {name(code, language)}")
    return 0
