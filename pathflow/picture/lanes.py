"""The lanes: one for each provider, in the order in which they first act; professions as lanes within, where there is room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.picture.voice import Voice
from pathflow.rules.ways import Ways

Within = Literal["auto", "profession", "provider"]
"""Whether professions have lanes of their own: as long as there are few, always, or never."""

MOST_COLUMNS = 9
"""So many lanes of professions fit on a page and on a screen; with more, each provider has one lane."""


class Lane(Struct, frozen=True):
    """A provider's lane. `sector`: public, private, third, client, or empty for whoever it is. `columns`: (first, last)."""

    name: str
    sector: str
    columns: tuple[int, int]
    note: str = ""


class Lanes:
    """Which column each actor acts in.

    Attributes:
        lanes: the providers' lanes, from left to right.
        professions: the profession of each column; empty where a lane has one column.
    """

    def __init__(self, program: Program, path: model.Path, ways: Ways, voice: Voice, within: Within = "auto") -> None:
        self._program = program
        self._path = path
        self._ways = ways
        self._nodes = {node.statement.span: node for node in program.nodes if node.statement is not None}
        found: dict[tuple[str, str], dict[str, None]] = {}
        for actor, statement in self._actors():
            professions = found.setdefault(self._key(actor.party, statement), {})
            for profession in actor.professions[:1]:
                professions[profession] = None
        if ("client", "") in found:
            found = {("client", ""): found.pop(("client", "")), **found}
        if not found:
            found[("provider", program.path.accountable)] = {}
        n_columns = sum(max(1, len(professions)) for professions in found.values())
        apart = within == "profession" or (within == "auto" and n_columns <= MOST_COLUMNS)
        self._columns: dict[tuple[str, str, str], int] = {}
        lanes: list[Lane] = []
        self.professions: list[str] = []
        for (kind, name), professions in found.items():
            first = len(self.professions)
            own = list(professions) if apart and len(professions) > 1 else [""]
            for profession in own:
                self._columns[kind, name, profession] = len(self.professions)
                self.professions.append(voice.label(profession) if profession else "")
            self._columns.setdefault((kind, name, ""), first)
            lanes.append(self._lane(kind, name, (first, len(self.professions) - 1), voice))
        self.lanes = tuple(lanes)
        self._lane_of = [number for number, lane in enumerate(lanes) for _ in range(lane.columns[0], lane.columns[1] + 1)]

    def __len__(self) -> int:
        return len(self.professions)

    def column(self, actor: model.Actor, statement: object) -> int:
        """Where an actor acts."""
        kind, name = self._key(actor.party, statement)
        profession = actor.professions[0] if actor.professions else ""
        own = self._columns.get((kind, name, profession))
        return own if own is not None else self._columns.get((kind, name, ""), 0)

    def first(self, statement: object) -> int:
        """Where whoever acts first in a statement stands."""
        if isinstance(statement, model.Step) and statement.by is not None:
            return self.column(statement.by, statement)
        if isinstance(statement, model.Handoff | model.Consultation):
            return self.column(statement.sender, statement)
        return self.clients

    def column_of(self, provider: str) -> int:
        """The first column of a provider, or of the first lane where it does not act."""
        return self._columns.get(("provider", provider, ""), 0)

    @property
    def clients(self) -> int:
        """The client's own column, where there is one; else the first."""
        return self._columns.get(("client", "", ""), 0)

    def lane(self, column: int) -> Lane:
        """The lane that a column is in."""
        return self.lanes[self._lane_of[column]]

    def is_said(self, column: int, actor: model.Actor) -> bool:
        """Whether the column already says which profession acts."""
        return bool(self.professions[column]) and len(actor.professions) < 2

    def _lane(self, kind: str, name: str, columns: tuple[int, int], voice: Voice) -> Lane:
        if kind == "client":
            return Lane(voice.said("Client"), "client", columns)
        if kind == "chosen":
            return Lane(voice.label(name), "chosen", columns, voice.said("as the client chooses"))
        if kind == "provider":
            provider = self._program.path.network.providers.get(name)
            return Lane(voice.label(name), provider.sector if provider is not None else "", columns)
        return Lane(voice.party(model.Party(kind)), "", columns)  # type: ignore[arg-type]  # one of its kinds

    def _actors(self) -> Iterator[tuple[model.Actor, object]]:
        for body in (self._path.body, *(one.body for one in self._path.whenevers)):
            for walked in model.walk(body):
                statement = getattr(walked, "first", None) or walked  # of a part that is folded, who acts first
                if isinstance(statement, model.Step) and statement.by is not None:
                    yield statement.by, statement
                elif isinstance(statement, model.Handoff | model.Consultation):
                    yield statement.sender, statement
                    yield statement.receiver, statement
                elif isinstance(statement, model.Choice):
                    yield model.Actor(model.Party("client")), statement

    def _key(self, party: model.Party, statement: object) -> tuple[str, str]:
        """A party's lane: where whoever it is can only be one provider, that one's."""
        if party.kind in ("provider", "chosen", "client"):
            return party.kind, party.name
        node = self._nodes.get(statement.span)  # type: ignore[attr-defined]  # every statement has one
        found = self._ways.holding.who(party, node) if node is not None else frozenset[str]()
        if len(found) == 1 and (only := next(iter(found))) in self._program.path.network.providers:
            return "provider", only
        return party.kind, ""
