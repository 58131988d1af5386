"""The command `pathflow`: which commands there are, what they exit with, and what happens when something goes wrong.

Exit codes: 0 clean; 1 findings of level error (or what --fail-on says), a test that failed, a change that breaks something
for clients on the way, a file that is not in its layout; 2 wrong usage or unreadable input; 3 a bug of pathflow's own.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence
from typing import Final

import click

from pathflow import __version__
from pathflow.base.errors import PathflowError
from pathflow.cli.help import Command, said
from pathflow.cli.output import take_over

CLEAN: Final = 0
UNUSABLE: Final = 2
OUR_BUG: Final = 3
STOPPED: Final = 130

_COMMANDS: Final = {
    "check": "Prove what paths promise, and say what cannot be kept.",
    "story": "Tell for each finding the client for whom it comes true, step by step.",
    "run": "Execute a path over clients' events and report every broken promise.",
    "test": "Run the scenario tests that stand in a path's file.",
    "diff": "Say what changed in meaning, and what breaks something for clients on the way.",
    "handbook": "Publish the management handbook of paths, as a site and as a PDF.",
    "graph": "Print a path as a text tree, Mermaid, DOT or JSON.",
    "draw": "Draw a path as a picture: SVG, PNG or PDF.",
    "preview": "Show a path in the browser while it is written.",
    "time": "Say how long it may take between two points of a path, and by which way.",
    "fmt": "Lay files out in the one layout.",
    "store": "See to the store of a service: make, count, check, export, restore.",
    "migrate": "Take clients from one version of a path to another, where nothing is lost.",
    "audit": "Verify who did and read what in a store.",
    "lsp": "Answer an editor while one writes: the language server.",
    "new": "Write a first path from a few answers.",
    "explain": "Explain the code of a finding, with a bad and a good example.",
}


class Commands(Command, click.Group):
    """The commands, each imported when it is called: `--help` and completion stay quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people need them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"pathflow.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and with the command that was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from pathflow.base.names import nearest
            from pathflow.cli.misuse import Misused

            guess = nearest(args[0], _COMMANDS)
            say = "there is no command `{name}`. Did you mean `pathflow {guess}`?" if guess else "there is no command `{name}`."
            raise Misused(say, ctx, name=args[0], guess=guess) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, without importing any command."""
        with formatter.section(said("Commands", ctx)):
            formatter.write_dl([(name, said(what, ctx)) for name, what in _COMMANDS.items()])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each option means, and the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "--version", prog_name="pathflow")
def cli() -> None:
    """Chains of health and social care: who is responsible for what, by when, with which information.

    A path is written in a .path file. `check` proves its promises over every client and every way; `run` watches them in
    clients' events; `explain` tells what a finding means.
    """


def main(args: Sequence[str] | None = None) -> int:
    """Runs a command. Returns: the exit code."""
    given = list(sys.argv[1:] if args is None else args)
    try:
        result = cli.main(args=list(given), prog_name="pathflow", standalone_mode=False)
        return result if isinstance(result, int) else CLEAN
    except click.exceptions.NoArgsIsHelpError as no_args:
        click.echo(no_args.ctx.get_help())
        return UNUSABLE
    except (Exception, KeyboardInterrupt) as wrong:  # noqa: BLE001  # the last line of defence: users never see a traceback
        return _failed(wrong, given)


def _failed(wrong: Exception | KeyboardInterrupt, given: list[str]) -> int:
    """What a user can do something about is said in one line; the rest is our own mistake."""
    from pathflow.cli import trouble

    code = trouble.asked_for(given)
    match wrong:
        case click.ClickException():
            said, exit_code = trouble.misused(wrong, code), UNUSABLE
        case click.Abort() | KeyboardInterrupt():
            said, exit_code = trouble.stopped(code), STOPPED
        case PathflowError():
            said, exit_code = f"pathflow: {trouble.users_line(wrong, code)}", UNUSABLE
        case OSError():
            said, exit_code = trouble.unwritten(wrong, code), UNUSABLE
        case _:
            said, exit_code = trouble.report_bug(wrong, code), OUR_BUG
    click.echo(said, err=True)
    return exit_code


def run_main() -> None:
    """The entry point of the installed command.

    Nearly everything that a command makes lives until it ends, so the cyclic collector has little to find and is asked rarely.
    """
    gc.set_threshold(200_000, 50, 100)
    take_over()
    sys.exit(main())
