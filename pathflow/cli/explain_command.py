"""`pathflow explain`: what a code means."""

from __future__ import annotations

import json

import click

from pathflow.cli.options import FORMATS, use_utf8
from pathflow.rules.pages import codes, nearest_code, page


@click.command("explain")
@click.argument("code", required=False)
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
def command(code: str | None, output: str) -> int:
    """Explain the CODE of a finding, such as G104; without a code, list them all."""
    use_utf8()
    if code is None:
        return _list(output)
    text = page(code)
    if text is None:
        guess = nearest_code(code)
        hint = f"did you mean {guess}?" if guess else "`pathflow explain` lists all codes"
        raise click.UsageError(f"there is no code `{code}`; {hint}")
    if output == "json":
        first, _, rest = text.partition("\n")
        number, _, name = first.partition(" ")
        click.echo(json.dumps({"code": number, "rule": name, "page": rest.strip()}, ensure_ascii=False, indent=2))
    else:
        click.echo(text, nl=False)
    return 0


def _list(output: str) -> int:
    pages = [(code, page(code) or "") for code in codes()]
    rows = [(code, text.splitlines()[0].partition(" ")[2], text.splitlines()[2]) for code, text in pages]
    if output == "json":
        click.echo(json.dumps([{"code": c, "rule": n, "what": w} for c, n, w in rows], ensure_ascii=False, indent=2))
        return 0
    for code, name, _ in rows:
        click.echo(f"{code}  {name}")
    return 0
