"""`pathflow fmt`: the one layout."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from pathflow.base.editions import known_edition, newest
from pathflow.cli.help import Command
from pathflow.cli.options import FORMATS, Place, use_utf8
from pathflow.cli.render import frame
from pathflow.cli.tongue import chosen, many, of_files, said
from pathflow.cli.writing import show_difference, write
from pathflow.compiler.library import Unreadable, path_files, read_bytes
from pathflow.dsl.format import formatted
from pathflow.dsl.languages import CODES, ENGLISH, Code
from pathflow.dsl.parse import parse_bytes
from pathflow.dsl.syntax import SourceFile


@click.command("fmt", cls=Command)
@click.argument("where", nargs=-1, required=True, type=Place(allow_dash=True))
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 if a file is not in its layout.")
@click.option("--diff", "show_diff", is_flag=True, help="Change nothing; show what would change.")
@click.option(
    "--language",
    "code",
    type=click.Choice(CODES),
    default=None,
    help="Translate the keywords into this language; names stay as they are.",
)
@click.option("--edition", default=None, help="Bring the file to this later edition of the language.")
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
def command(
    where: tuple[Path, ...], only_check: bool, show_diff: bool, code: Code | None, edition: str | None, output: str
) -> int:  # fmt: skip
    """Lay out files, and all .path files of folders, in the one layout; `-` reads standard input and writes standard output.

    A file with a mistake in it is left alone, and the mistake is shown.
    """
    use_utf8()
    if edition is not None and not known_edition(edition):
        raise click.UsageError(
            said(
                "this version of pathflow does not know the edition `{edition}`; the newest it knows is {newest}",
                chosen() or ENGLISH,
                edition=edition,
                newest=newest(),
            )
        )

    def laid_out(file: SourceFile) -> str | None:
        if edition is not None and edition < file.edition:
            say = "{file} is of edition {edition}, and cannot be brought back to {earlier}"
            raise Unreadable(say, file=file.name, edition=file.edition, earlier=edition)
        return formatted(file, code, edition)

    if where == (Path("-"),):
        return _stream(laid_out, only_check, show_diff)
    spoken = of_files(path_files(list(where)))
    changed: list[str] = []
    broken: list[SourceFile] = []
    files = path_files(list(where))
    for place in files:
        data = read_bytes(place)
        file = parse_bytes(str(place), data)
        text = laid_out(file)
        if text is None:
            broken.append(file)
        elif text.encode() != data:
            changed.append(str(place))
            if show_diff:
                show_difference(str(place), data, text.encode(), spoken, said("laid out", spoken))
            elif not only_check:
                write(place, text.encode())
    _report(files, changed, broken, only_check or show_diff, output, spoken)
    return int(bool(broken) or (bool(changed) and (only_check or show_diff)))


def _stream(laid_out: Callable[[SourceFile], str | None], only_check: bool, show_diff: bool) -> int:
    data = sys.stdin.buffer.read(17_000_000)
    file = parse_bytes("standard input", data)
    text = laid_out(file)
    if text is None:
        _show(file)
        return 1
    if not only_check and not show_diff:
        click.echo(text, nl=False)
        return 0
    is_changed = text.encode() != data
    spoken = chosen() or file.language
    if is_changed and show_diff:
        show_difference(file.name, data, text.encode(), spoken, said("laid out", spoken))
    elif is_changed:
        click.echo(f"{file.name}: {said('would change', spoken)}")
    return int(is_changed)


def _show(file: SourceFile) -> None:
    for finding in file.findings:
        click.echo(frame(finding, sources={file.name: file.lines}) + "\n", err=True)


def _report(files: list[Path], changed: list[str], broken: list[SourceFile], is_dry: bool, output: str, code: Code) -> None:
    if output == "json":
        names = [file.name for file in broken]
        click.echo(json.dumps({"files": len(files), "changed": changed, "not_understood": names}, ensure_ascii=False, indent=2))
        return
    for file in broken:
        _show(file)
        click.echo(f"{file.name}: {said('not laid out, because of the mistakes above', code)}", err=True)
    for name in changed:
        click.echo(f"{name}: {said('would change' if is_dry else 'laid out', code)}")
    rest = len(files) - len(changed) - len(broken)
    text = "{files} to change, {n} in order already" if is_dry else "{files} changed, {n} in order already"
    click.echo(said(text, code, files=many(len(changed), "file", code), n=rest), err=True)
