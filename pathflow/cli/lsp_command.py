"""`pathflow lsp`: the language server that editors start."""

from __future__ import annotations

import click

from pathflow.base.errors import PathflowError
from pathflow.cli.help import Command
from pathflow.cli.tongue import chosen, language_option


@click.command("lsp", cls=Command)
@click.option("--stdio", is_flag=True, help="Speak over standard input and output: what it does anyway.")
@language_option
def command(stdio: bool) -> int:
    """Answer an editor while one writes: findings, completion, facts, names, layout, who is accountable where.

    An editor starts it and speaks the Language Server Protocol with it over standard input and output; how to set editors up
    stands in docs/howto/write_in_an_editor.md.
    """
    try:
        from pathflow.lsp.server import serve
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise PathflowError("the language server needs pygls: pip install 'pathflow-lang[lsp]'") from missing
    serve(chosen())
    return 0
