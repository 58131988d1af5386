"""`pathflow new`: a first path from a few answers."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, datetime
from itertools import count
from pathlib import Path

import click

from pathflow.api import check_text
from pathflow.base.errors import why
from pathflow.base.names import fold
from pathflow.cli.help import Command
from pathflow.cli.new_questions import Asked, ask, clients_of, is_there, refusal
from pathflow.cli.options import FORMATS, Place, use_utf8
from pathflow.cli.tongue import chosen, language_option, said
from pathflow.compiler.library import Unreadable
from pathflow.draft.answers import Answers, Unusable, differing, file_name, name_of, read_party
from pathflow.draft.beside import Beside, inside, network_in, networks_beside, party_of, path_beside
from pathflow.draft.text import network_name, network_text, path_text
from pathflow.dsl.languages import ENGLISH, Code, language


@click.command("new", cls=Command)
@click.argument("file", required=False, type=Place())
@click.option("--name", help="What the path is called.")
@click.option("--organiser", help="Who answers for the services as a whole.")
@click.option("--provider", "providers", multiple=True, metavar="WORDS",
              help='Again for each: "Heart Hospital, public, nurse and cardiologist". The first holds the client at the start, '
                   "the second takes over, the others are ordered from.")  # fmt: skip
@click.option("--group", help="Who the clients are.")
@click.option("--network", type=Place(), help="The file of the network: one that is there is used, another is written.")
@click.option("--no-network", is_flag=True, help="Use no network that stands beside: a new one goes into the path's file.")
@click.option("--begins", type=click.DateTime(["%Y-%m-%d"]), help="The first day on which the path is valid; by default today.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
@language_option
def command(
    file: Path | None, name: str | None, organiser: str | None, providers: tuple[str, ...], group: str | None,
    network: Path | None, no_network: bool, begins: datetime | None, yes: bool, output: str,
) -> int:  # fmt: skip
    """Write a first path from a few answers: a visit, a decision, a handoff, a follow-up, and tests of them. It checks clean.

    What is not said is asked; without a terminal, or with --yes, --name, --organiser and --provider are needed, or a network
    that is there already in the place of --organiser. A file that is there already is never overwritten.
    """
    use_utf8()
    code = chosen() or ENGLISH
    if network is not None and no_network:
        raise click.UsageError(said("say --network or --no-network, not both", code))
    try:
        files = _made(file, Asked(name, organiser, providers, group, network, no_network), begins, yes, code)
    except Unusable as wrong:
        raise click.ClickException(" ".join(refusal(wrong).split())) from None
    _report(files, output, code)
    return 0


def _made(file: Path | None, asked: Asked, begins: datetime | None, yes: bool, code: Code) -> list[Path]:
    """Asks what was not said, and writes the files. Raises: Unusable, Unreadable."""
    file, folder = _where(file, asked.network)
    asked = _completed(asked, file) if yes or not _can_ask() else ask(asked, file, folder)
    place = file if file is not None else folder / file_name(asked.name or "")
    answers = _answers(asked, place, begins.date() if begins is not None else date.today())  # the writer's own day
    texts = {place: path_text(answers, code)}
    if answers.place == "beside" and asked.network is not None:
        texts = {asked.network: network_text(answers, code)} | texts
    _prove(texts, place, code)
    _write(texts)
    return list(texts)


def _where(file: Path | None, network: Path | None) -> tuple[Path | None, Path]:
    """The path's file if it was named, and its folder. Raises: Unusable for a name that no path file has."""
    if file is not None and file.is_dir():
        return None, file
    for place in (file, network):
        if place is not None and place.suffix != ".path":
            raise Unusable("the name of a path's file ends in .path: write {file}.path", file=place)
    return file, file.parent if file is not None else Path()


def _can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()  # pyright: ignore[reportUnnecessaryComparison]  # pythonw has none


def _completed(asked: Asked, file: Path | None) -> Asked:
    """The answers without questions. Raises: click.UsageError that says all that lacks."""
    name = asked.name or (_name_from(file) if file is not None else None)
    has_network = asked.network is not None and asked.network.exists()
    lacking = [
        option
        for option, is_there in (
            ("--name", name), ("--organiser", asked.organiser or has_network), ("--provider", asked.providers),
        ) if not is_there
    ]  # fmt: skip
    if lacking:
        code = chosen() or ENGLISH
        options = f" {said('and', code)} ".join(lacking)
        raise click.UsageError(said("without questions it needs also {options}", code, options=options))
    return Asked(name, asked.organiser, asked.providers, asked.group, asked.network, asked.no_network)


def _name_from(file: Path) -> str:
    words = file.stem.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _answers(asked: Asked, place: Path, begins: date) -> Answers:
    """The answers, each tried. Raises: Unusable, Unreadable."""
    name = name_of(asked.name or "", "the path")
    other = path_beside(name, place.parent)
    if other is not None:
        raise Unusable("{file} holds a path {name} already: give this one another name", file=other, name=name)
    group = name_of(asked.group or clients_of(name), "the client group")
    there = network_in(asked.network, place.parent) if asked.network is not None and asked.network.exists() else None
    if there is not None:
        return _over(there, asked, name, group, begins)
    parties = differing([read_party(text) for text in asked.providers])
    organiser = name_of(asked.organiser or "", "the organiser")
    known = {fold(beside.network.name) for beside in networks_beside(place.parent)}
    code = chosen() or ENGLISH
    network = next(called for n in count(1) if fold(called := network_name(name, code, n)) not in known)
    if asked.network is None:
        return Answers(name, organiser, group, parties, begins, network)
    source = inside(asked.network, place.parent)
    return Answers(name, organiser, group, parties, begins, network, "beside", source if "/" in source else "")


def _over(there: Beside, asked: Asked, name: str, group: str, begins: date) -> Answers:
    """The answers for a path over a network that is there already."""
    organiser = there.network.organiser
    if asked.organiser and fold(asked.organiser) != fold(organiser):
        raise Unusable(
            "{file} is organised by {organiser}: leave --organiser out, or take --no-network",
            file=there.file,
            organiser=organiser,
        )
    parties = differing([party_of(text, there) for text in asked.providers])
    taken = frozenset(fold(item) for item in there.network.items)
    return Answers(name, organiser, group, parties, begins, there.network.name, "there", there.source, taken)


def _prove(texts: dict[Path, str], place: Path, code: Code) -> None:
    """Nothing is written that does not check clean. Raises: Unusable."""
    own = language(code)
    text = "\n".join(texts.values())  # a network of its own is found in the same text
    if len(texts) > 1:
        text = re.sub(rf"^    {own.keywords['uses']} .*\n", "", text, flags=re.M)
        head = f"{own.keywords['language']} {code}\n"
        text = text[: len(head)] + text[len(head) :].replace(f"\n{head}", "\n", 1)
    for found in check_text(text, place.name, place.parent).findings:
        if found.level == "info":
            continue
        where = f"{found.span.file}:{found.span.line}: " if found.span is not None and found.span.file != place.name else ""
        say = "nothing is written, for the path would not check clean: {place}{code} {finding}"
        raise Unusable(say, place=where, code=found.code, finding=found)


def _write(texts: dict[Path, str]) -> None:
    """All of the files or none, and never over one that is there. Raises: Unreadable."""
    written: list[Path] = []
    try:
        for place, text in texts.items():
            _write_new(place, text, written)
    except BaseException:
        for place in written:
            place.unlink(missing_ok=True)
        raise


def _write_new(place: Path, text: str, written: list[Path]) -> None:
    try:
        with place.open("xb") as stream:
            written.append(place)
            stream.write(text.encode())
    except FileExistsError:
        raise is_there(place) from None
    except OSError as wrong:
        raise Unreadable("{path} cannot be written: {why}", path=place, why=why(wrong)) from None


def _report(files: list[Path], output: str, code: Code) -> None:
    if output == "json":
        click.echo(json.dumps({"written": [str(file) for file in files]}, ensure_ascii=False, indent=2))
        return
    for file in files:
        click.echo(said("written: {file}", code, file=file))
    last = f'"{files[-1]}"' if " " in str(files[-1]) else str(files[-1])
    what = "It checks clean. What next: pathflow graph {file}; make it yours; pathflow check {file}"
    click.echo(said(what, code, file=last), err=True)
