"""`pathflow draw`: a path as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from pathflow.api import CompiledPath, PathError, check, load
from pathflow.base.errors import why
from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import Place, use_utf8
from pathflow.cli.render import frame
from pathflow.cli.tongue import language_option, of_files, said
from pathflow.compiler.library import Unreadable, path_files
from pathflow.dsl.languages import Code
from pathflow.picture.lanes import Within
from pathflow.pictures import UnknownWords, View, draw, network_map, view_of, view_of_client

_ENDINGS: Final = (".svg", ".png", ".pdf")


@click.command("draw", cls=Command)
@click.argument("where", nargs=-1, required=True, type=Place())
@click.option(
    "-o",
    "--output",
    type=Place(allow_dash=True),
    metavar="FILE",
    help="An .svg, .png or .pdf file; - prints SVG. Else the path's file with .svg in the place of .path, here.",
)
@click.option("--lr", "lying", is_flag=True, help="Time runs to the right, as on slides, and not downwards.")
@click.option(
    "--lanes",
    type=click.Choice(["auto", "profession", "provider"]),
    default="auto",
    show_default=True,
    help="Whether professions have lanes of their own: as long as there is room, always, or never.",
)
@click.option("--provider", metavar="NAME", help="Only what this provider does, orders, sends and receives.")
@click.option(
    "--for",
    "clients",
    metavar="VALUES",
    help='Only what comes to clients of whom this is known, as in a test: "age is 71 years, lives alone is yes".',
)
@click.option("--overview", is_flag=True, help="The main line: branches, repeats and events folded.")
@click.option("--since", type=Place(), metavar="OLD", help="What changed since an old version of the path, in colour.")
@click.option("--events", type=Place(), metavar="LOG", help="One client's way, from a log of events; with --client.")
@click.option("--client", metavar="ID", help="The client whose way is drawn.")
@click.option("--at", metavar="WHEN", help="The moment of the client's way that is shown; else their last event.")
@click.option("--network", is_flag=True, help="The map of providers and handoffs, of one path or of several.")
@click.option("--no-findings", "quiet", is_flag=True, help="Without what `check` finds.")
@click.option(
    "--scale", type=click.FloatRange(0.2, 8), default=2.0, show_default=True, help="Of a PNG: pixels for each of the picture's."
)
@language_option
def command(
    where: tuple[Path, ...], output: Path | None, lying: bool, lanes: Within, provider: str | None, clients: str | None,
    overview: bool, since: Path | None, events: Path | None, client: str | None, at: str | None, network: bool, quiet: bool,
    scale: float,
) -> int:  # fmt: skip
    """Draw a path as a picture: a lane for each provider, steps in the order of time, handoffs as crossings.

    Beside the lanes stand who is accountable and who owns the plan; what `check` finds stands at its step.
    """
    use_utf8()
    _one_view(provider=provider, clients=clients, overview=overview or None, since=since, client=client,
              network=network or None)  # fmt: skip
    if (events is None) != (client is None):
        raise Misused("one client's way needs both: --events LOG and --client ID")
    files = path_files(list(where))
    to = _target(output, files[0])
    compiled = _paths(files)
    if compiled is None:
        return 1
    code = of_files(files)
    if network:
        svg = network_map(compiled, in_language=code)
        _write(to, svg, scale, compiled[0].name, code)
        return 0
    if len(compiled) > 1:
        raise Misused("one path is drawn at a time, and here are {n}; --network draws the map of several", n=len(compiled))
    path = compiled[0]
    view = _view(path, provider, clients, overview, since, events, client, at, code)
    shows_findings = not quiet and view.is_whole
    picture = draw(path, view, in_language=code, lying=lying, lanes=lanes, findings=shows_findings)
    _write(to, picture.svg, scale, picture.name, code)
    return 0


def _one_view(**asked: object) -> None:
    given = [name for name, value in asked.items() if value is not None]
    if len(given) > 1:
        names = {"clients": "for"}
        raise Misused("a picture shows one thing: --{one} or --{other}", one=names.get(given[0], given[0]),
                      other=names.get(given[1], given[1]))  # fmt: skip


def _target(output: Path | None, file: Path) -> Path:
    """Where the picture goes. Raises: Misused for an ending that no picture has."""
    to = output if output is not None else Path(file.with_suffix(".svg").name)
    if str(to) != "-" and to.suffix.lower() not in _ENDINGS:
        raise Misused("`{name}` ends in none of .svg, .png, .pdf", name=to.name)
    return to


def _paths(files: list[Path]) -> list[CompiledPath] | None:
    """The paths in the files; None where one cannot be read as meant, and that is said."""
    found: list[CompiledPath] = []
    for file in files:
        try:
            found.append(load(file))
        except PathError as wrong:
            sources = check(file).sources
            for finding in wrong.findings:
                click.echo(frame(finding, sources=sources) + "\n", err=True)
            return None
        except Unreadable:
            if len(files) == 1:
                raise  # otherwise a network's file among others
    if not found:
        raise Unreadable("there is no path to draw here, only networks")
    return found


def _view(
    path: CompiledPath, provider: str | None, clients: str | None, overview: bool, since: Path | None, events: Path | None,
    client: str | None, at: str | None, code: Code,
) -> View:  # fmt: skip
    if events is not None and client is not None:
        try:
            return view_of_client(path, events, client, at=at, in_language=code)
        except KeyError:
            raise Misused("no client `{name}` is on the path in {file}", name=client, file=events) from None
        except ValueError as wrong:
            raise Misused("{wrong}", wrong=wrong) from None
    try:
        return view_of(path, provider=provider, clients=clients, is_overview=overview, since=since, in_language=code)
    except UnknownWords as wrong:
        raise Misused("{wrong}", wrong=wrong.said) from None


def _write(to: Path, svg: str, scale: float, title: str, code: Code) -> None:
    """Writes the picture, and says where. Raises: Unreadable."""
    from pathflow.picture import formats

    if str(to) == "-":
        click.echo(svg, nl=False)
        return
    kind = to.suffix.lower()
    data = svg.encode() if kind == ".svg" else formats.png(svg, scale) if kind == ".png" else formats.pdf(svg, title, code)
    try:
        to.write_bytes(data)
    except OSError as wrong:
        raise Unreadable("{path} cannot be written: {why}", path=to, why=why(wrong)) from None
    click.echo(said("{file} is drawn", code, file=to))
