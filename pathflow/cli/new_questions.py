"""The questions of `pathflow new`, in plain words: what is asked, an example, and what the answer becomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import click
from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.names import fold
from pathflow.cli.tongue import chosen, said
from pathflow.draft.answers import Unusable, differing, file_name, name_of, professions_of, sector_of, split_list
from pathflow.draft.beside import Beside, network_in, networks_beside, party_of, path_beside
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import spoken, value


class Asked(Struct, frozen=True):
    """The answers as they were given; what is None or empty was not."""

    name: str | None
    organiser: str | None
    providers: tuple[str, ...]
    group: str | None
    network: Path | None
    no_network: bool


Answer = TypeVar("Answer")

_SECTORS: Final = {"1": "public", "2": "private", "3": "third"}


def ask(asked: Asked, file: Path | None, folder: Path) -> Asked:
    """Asks what was not said. Raises: click.Abort when the writer stops."""
    if file is not None and file.exists():  # better now than after all the questions
        raise is_there(file)
    _say("A first path from a few answers. Enter takes what stands in brackets; Ctrl-C stops, and nothing is written.")
    if asked.name is None:
        _say("\nWhat is the chain of care about? It becomes the path's name; for example: Heart failure")
        asked = replace(asked, name=_until("Path", lambda text: _path_name(text, file, folder)))
    if asked.group is None:
        _say("\nWho are its clients? It becomes the client group; for example: Adults with suspected heart failure")
        group = _until("Clients", lambda text: name_of(text, "the client group"), clients_of(asked.name or ""))
        asked = replace(asked, group=group)
    there = _network(asked, folder)
    if there is not None:
        return _from_network(replace(asked, network=there.file), there)
    if asked.organiser is None:
        _say("\nWho answers for the services as a whole? The organiser, to whom falls back what nobody else holds;")
        _say("for example: Wellbeing services county of Pirkanmaa")
        asked = replace(asked, organiser=_until("Organiser", lambda text: name_of(text, "the organiser")))
    return asked if asked.providers else replace(asked, providers=_providers())


def is_there(file: Path) -> Unusable:
    """That a file is not written over another."""
    other = file.with_stem(f"{file.stem}_2").name
    return Unusable(
        "{file} is there already and is not overwritten: name another file, for example {other}", file=file, other=other
    )


def _path_name(text: str, file: Path | None, folder: Path) -> str:
    """A name that neither a path nor, where none was named, a file of the folder has."""
    name = name_of(text, "the path")
    other = path_beside(name, folder)
    if other is not None:
        raise Unusable("{file} holds a path {name} already: give this one another name", file=other, name=name)
    if file is None and (folder / file_name(name)).exists():
        say = "{file} is there already and is not overwritten: give this path another name"
        raise Unusable(say, file=folder / file_name(name))
    return name


def _network(asked: Asked, folder: Path) -> Beside | None:
    """The network that is there and is to be used."""
    if asked.network is not None:
        return network_in(asked.network, folder) if asked.network.exists() else None
    if asked.no_network or asked.organiser is not None:
        return None
    found = networks_beside(folder)
    if not found:
        return None
    _say("\nThere is a network of providers here already. Should the path use it?")
    for number, one in enumerate(found, start=1):
        _say(
            "  {n}  {name}, organised by {organiser} ({file})",
            n=number,
            name=one.network.name,
            organiser=one.network.organiser,
            file=one.file.name,
        )
    _say("  0  no, write a new one")
    number = _until("Network", lambda text: _number(text, len(found)), "1")
    return found[number - 1] if number else None


def _number(text: str, most: int) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= most:
        raise Unusable("write a number from 0 to {most}", most=most)
    return int(text)


def _from_network(asked: Asked, there: Beside) -> Asked:
    if asked.providers:
        return asked
    known = list(there.network.providers.values())
    _say("\nWho is on the path? The first holds the client at the start, the second takes over, the others are ordered from.")
    for number, provider in enumerate(known, start=1):
        people = ", ".join(there.professions(provider)) or said("nobody yet", _code())
        click.echo(f"  {number}  {provider.name} ({value('sector', provider.sector, _code())}): {people}", err=True)
    names = [f'"{provider.name}"' for provider in known]

    def picked(text: str) -> tuple[str, ...]:
        numbers = [_number(part, len(known)) for part in text.replace(",", " ").split()]
        if 0 in numbers:
            raise Unusable("the numbers begin with 1")
        return tuple(party.name for party in differing([party_of(names[number - 1], there) for number in numbers]))

    chosen = _until("Their numbers, in that order, for example 1, 2", picked)
    return replace(asked, providers=tuple(_with_people(name, there) for name in chosen))


def _with_people(name: str, there: Beside) -> str:
    people = party_of(f'"{name}"', there).professions
    if len(people) > 1:
        _say("\nWho of {name} is on this path? The first of them does the steps; {people}", name=name, people=", ".join(people))
        people = _until("People", lambda text: party_of(f'"{name}", {text}', there).professions, people[0])
    return _quoted(name, *people)


def _quoted(*names: str) -> str:
    return ", ".join(f'"{name}"' for name in names)


_WHO: Final = (
    "Who meets the client first? A provider, which holds the client at the start; for example: Tesoma Health Centre",
    "To whom may the client be handed over? Another provider; for example: Heart Hospital. Enter: to nobody",
    "Who else does something for the client? It is ordered from them; for example: Heart Association. Enter: nobody",
)


def _providers() -> tuple[str, ...]:
    """New providers, one after another, until an empty answer."""
    texts: list[str] = []
    names: set[str] = set()
    while True:
        click.echo("\n" + said(_WHO[min(len(texts), 2)], _code()), err=True)
        name = _until("Provider", lambda text: _new_name(text, names), "" if texts else None)
        if not name:
            return tuple(texts)
        names.add(fold(name))
        texts.append(_new_provider(name))


def _new_provider(name: str) -> str:
    _say("What is {name}? Its sector, 1 public, 2 private, 3 third; for the last two an agreement is written too", name=name)
    sector = _until("Sector", _sector, value("sector", "public", _code()))
    _say("Who works there? Professions, with commas; for example: nurse, general practitioner")
    people = _until("Professions", lambda text: professions_of(split_list(text), name), said("nurse", _code()))
    return f"{_quoted(name)}, {sector}, {_quoted(*people)}"


def _new_name(text: str, names: set[str]) -> str:
    if not text.strip() and names:
        return ""
    name = name_of(text, "a provider")
    if fold(name) in names:
        raise Unusable("{name} is there already: give this one another name", name=name)
    return name


def _sector(text: str) -> str:
    word = _SECTORS.get(text.strip()) or sector_of(text)
    if word is None:
        raise Unusable("write public, private or third")
    return word


def _until(label: str, read: Callable[[str], Answer], default: str | None = None) -> Answer:
    """Asks until the answer can be used."""
    while True:
        text: str = click.prompt(said(label, _code()), default=default, err=True, show_default=bool(default))
        try:
            return read(text)
        except Unusable as wrong:
            click.echo(f"  {refusal(wrong)}", err=True)


def _say(text: str, /, **words: object) -> None:
    click.echo(said(text, _code(), **words), err=True)


def _code() -> Code:
    """The language of the questions."""
    return chosen() or ENGLISH


def refusal(wrong: Unusable) -> str:
    """Why an answer cannot be used, in the language that is spoken."""
    return spoken(wrong.said, _code())


def clients_of(name: str) -> str:
    """What the clients of a path are called where nobody said it."""
    return said("Clients of {name}", _code(), name=name)[:100]
