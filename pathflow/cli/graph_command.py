"""`pathflow graph`: a path drawn in text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from pathflow.api import PathError, load
from pathflow.cli.help import Command
from pathflow.cli.options import Place, use_utf8
from pathflow.cli.render import frame
from pathflow.cli.tongue import language_option, of_files, said
from pathflow.compiler.library import Unreadable, path_files
from pathflow.dsl.languages import Code, language
from pathflow.engine.program import Program
from pathflow.graph.draw import as_json, dot, mermaid
from pathflow.graph.tree import Speech, tree
from pathflow.locale import value

_ROLES: Final = {
    "name": {"bold": True},
    "who": {"fg": "cyan"},
    "when": {"fg": "yellow"},
    "mark": {"fg": "magenta"},
    "quiet": {"dim": True},
}


@click.command("graph", cls=Command)
@click.argument("where", nargs=-1, required=True, type=Place())
@click.option("--format", "output", type=click.Choice(["text", "mermaid", "dot", "json"]), default="text", show_default=True,
              help="A tree for the terminal, Mermaid, Graphviz DOT, or node-link JSON.")  # fmt: skip
@language_option
def command(where: tuple[Path, ...], output: str) -> int:
    """Draw a path: who does what in which order, handoffs, decisions, parallel branches, repeats, events and ends."""
    use_utf8()
    files = path_files(list(where))
    programs: list[Program] = []
    for file in files:
        try:
            compiled = load(file)
        except PathError as wrong:
            from pathflow.api import check

            sources = check(file).sources
            for finding in wrong.findings:
                click.echo(frame(finding, sources=sources) + "\n", err=True)
            return 1
        except Unreadable:
            if len(files) == 1:
                raise
            continue  # a network's file among others
        programs.append(compiled.program)
    if not programs:
        raise Unreadable("there is no path to draw here, only networks")
    if output == "json":
        click.echo(as_json(*programs), nl=False)
    else:
        code = of_files(files)
        for program in programs:
            click.echo(_drawn(program, output, code), nl=False)
    return 0


class Told(Speech):
    """The words of a language: those of a path from the table, the others from the catalogue."""

    def __init__(self, code: Code) -> None:
        self.code: Code = code
        self.language = language(code)
        self.either = self.language.inner("OR")

    def line(self, keyword: str, text: str = "") -> str:
        """A line of a path: its keyword, and its value."""
        word = self.language.keywords[keyword]
        return f"{word} {self.value(keyword, text)}" if text else word

    def value(self, keyword: str, text: str) -> str:
        """What stands after a keyword."""
        return value(keyword, text, self.code)

    def said(self, text: str, /, **words: object) -> str:
        """What the tree says besides."""
        return said(text, self.code, **words)


def _drawn(program: Program, output: str, code: Code) -> str:
    if output == "mermaid":
        return mermaid(program)
    if output == "dot":
        return dot(program)
    return tree(program, lambda text, role: click.style(text, **_ROLES[role]), Told(code))  # type: ignore[arg-type]  # click's own
