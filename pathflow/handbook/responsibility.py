"""Who is responsible, accountable, consulted and informed in each step of a path: worked out from the compiled path.

R does it; A holds the client as it is done; C is asked for advice; I gets what was found out or what goes along. Where it may
be one of several, because the client chooses or because it depends on the way, each of them has its letter in brackets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct

from pathflow.engine.program import Node, Program
from pathflow.model import path as model
from pathflow.rules.ways import Ways

Letter = Literal["R", "A", "C", "I"]
LETTERS: Final[tuple[Letter, ...]] = ("R", "A", "C", "I")
CLIENT: Final = "\0client"
"""Stands for the client among the providers: never the name of one."""


class Share(Struct, frozen=True):
    """Who has which part in a step. `parts`: by provider, the letters, each with whether it is one of several who may be it."""

    name: str
    kind: str
    parts: Mapping[str, tuple[tuple[Letter, bool], ...]]


def shares(program: Program, ways: Ways) -> list[Share]:
    """Who has which part in each step, handoff, consultation and choice of a path, in reading order."""
    return [_share(node, ways) for node in _in_order(program) if node.statement is not None]


def providers_of(found: list[Share]) -> list[str]:
    """Everyone who has a part in some of them, whoever does most first."""
    counts: dict[str, int] = {}
    for share in found:
        for name in share.parts:
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (name == CLIENT, -counts[name], name))


def _in_order(program: Program) -> Iterator[Node]:
    kinds = ("step", "handoff", "consultation", "choice")
    return iter(sorted((node for node in program.nodes if node.kind in kinds), key=lambda node: (node.span.line, node.index)))


def _share(node: Node, ways: Ways) -> Share:
    found: dict[str, dict[Letter, bool]] = {}

    def add(letter: Letter, names: frozenset[str]) -> None:
        for name in names:
            found.setdefault(name, {}).setdefault(letter, len(names) > 1)

    for letter, party in _parties(node.statement):
        add(letter, _who(ways, party, node))
    add("A", ways.expand(ways.holders[node.index], node))
    parts = {
        name: tuple((letter, letters[letter]) for letter in LETTERS if letter in letters) for name, letters in found.items()
    }
    return Share(node.name, node.kind, parts)


def _parties(statement: object) -> Iterator[tuple[Letter, model.Party]]:
    if isinstance(statement, model.Step):
        if statement.by is not None:
            yield "R", statement.by.party
        if statement.ordered_by is not None:
            yield "I", statement.ordered_by.party
    elif isinstance(statement, model.Handoff):
        yield "R", statement.sender.party
        yield "I", statement.receiver.party
    elif isinstance(statement, model.Consultation):
        yield "R", statement.sender.party
        yield "C", statement.receiver.party
    elif isinstance(statement, model.Choice) and statement.guided_by is not None:
        yield "R", statement.guided_by.party


def _who(ways: Ways, party: model.Party, node: Node) -> frozenset[str]:
    return frozenset({CLIENT}) if party.kind == "client" else ways.holding.who(party, node)
