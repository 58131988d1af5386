"""`pathflow preview`: a path in the browser while it is written."""

from __future__ import annotations

from pathlib import Path

import click

from pathflow.base.errors import why
from pathflow.cli.help import Command
from pathflow.cli.options import Place, use_utf8
from pathflow.cli.tongue import chosen, language_option, of_files, said
from pathflow.compiler.library import Unreadable


@click.command("preview", cls=Command)
@click.argument("where", type=Place())
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Where the page is served on this machine; else any that is free."
)
@click.option("--open", "is_opened", is_flag=True, help="Open the page in the browser.")
@language_option
def command(where: Path, port: int, is_opened: bool) -> int:
    """Show a path in the browser: its picture, what `check` finds and its tests, anew whenever the file is saved.

    A click on a step goes to its line, and the other way round. The page is for this machine only; Ctrl-C ends it.
    """
    from pathflow.web.serving import Preview
    from pathflow.web.watching import Watched

    use_utf8()
    if where.is_dir() or not where.exists():
        raise Unreadable("{path} is no file; a preview shows one path", path=where)
    try:
        server = Preview(Watched(where, chosen()), port)
    except OSError as wrong:
        raise Unreadable("port {port} cannot be used: {why}", port=port, why=why(wrong)) from None
    with server:
        click.echo(said("{file} is shown at {url}; Ctrl-C ends it", of_files([where]), file=where, url=server.url))
        if is_opened:
            click.launch(server.url)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            click.echo()
    return 0
