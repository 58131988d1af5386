"""Where it is written what is known: who can read an item that is known somewhere."""

from __future__ import annotations

from collections.abc import Iterable

from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.rules.holders import Holders
from pathflow.rules.holding import BEFORE, chosen_by
from pathflow.rules.known import (
    ANYTHING,
    BEFORE_IT,
    EVERYWHERE,
    HERE,
    Known,
)


class Registers(Holders):
    """Places in which items can be read, and who reads there."""

    def _symbol(self, place: str, node: Node) -> frozenset[str]:
        """A place that is a holder's; none beside the main way, where others move the client meanwhile."""
        event = self.program.nodes[node.event].statement if node.event >= 0 else None
        is_beside = isinstance(event, model.Whenever) and event.is_beside
        return frozenset() if is_beside else frozenset({place})

    def registers_at(self, node: Node) -> frozenset[str]:
        """The registers that whoever acts at a step writes to in any case."""
        statement = node.statement
        if isinstance(statement, model.Step) and statement.by is not None:
            return self.registers_of(statement.by.party, node)
        return frozenset()

    def registers_of(self, party: model.Party, node: Node) -> frozenset[str]:
        """The registers that a party has in any case: where it may be one of several, what they all have."""
        if party.kind == "client":
            return frozenset({EVERYWHERE})
        who = self.expand(self.parties(party, self.holders[node.index]), node)
        registers = [self.register(provider) for provider in who]
        return frozenset(registers[:1]) if len(set(registers)) == 1 else frozenset()

    def places_at(self, node: Node) -> frozenset[str]:
        """The places in which whoever acts at a step writes."""
        statement = node.statement
        if isinstance(statement, model.Step) and statement.by is not None:
            return self.places_of(statement.by.party, node)
        return frozenset()

    def places_of(self, party: model.Party, node: Node) -> frozenset[str]:
        """The registers that a party has in any case, and the place that is the party's own whoever it is."""
        places = self.registers_of(party, node)
        if party.kind == "holder":
            places |= self._symbol(HERE, node)
            if self.holders[node.index] == frozenset({BEFORE}):
                places |= self._symbol(BEFORE_IT, node)
        elif party.kind == "previous":
            places |= self._symbol(BEFORE_IT, node)
        elif party.kind == "chosen":
            places |= {chosen_by(party.name)}
        return places

    def register(self, provider: str) -> str:
        """The register of a provider; one of its own where none is named."""
        found = self.network.providers.get(provider)
        return found.register or provider if found is not None else provider

    def is_known(self, known: Known, item: str) -> bool:
        """Whether an item is surely known somewhere, or nothing certain can be said of it."""
        return item in known or ANYTHING in known

    def can_read(self, known: Known, item: str, party: model.Party, node: Node) -> bool:
        """Whether a party can read an item that is known so."""
        return ANYTHING in known or self._reads(known.get(item, frozenset()), party, node)

    def blind(self, known: Known, item: str, party: model.Party, node: Node) -> str:
        """A provider that a party may be and that cannot read an item which is known so; empty where there is none."""
        places = known.get(item, frozenset())
        who = self.expand(self.parties(party, self.holders[node.index]), node)
        return next((provider for provider in sorted(who) if self.register(provider) not in places), "")

    def is_written_apart(self, known: Known, item: str, lacking: Iterable[str]) -> bool:
        """Whether an item that is known can be read nowhere for sure, as those who may write it keep several registers."""
        return not known[item] and len(set(map(self.register, lacking))) > 1

    def lacking(self, known: Known, items: Iterable[str], party: model.Party, node: Node) -> list[str]:
        """The providers that a party may be and that cannot read all of these items; the party itself where none is named."""
        return sorted(self.unreading(known, items, party, node)) or [str(party)]

    def unreading(self, known: Known, items: Iterable[str], party: model.Party, node: Node) -> frozenset[str]:
        """The providers that a party may be and that cannot read all of these items."""
        who = self.expand(self.parties(party, self.holders[node.index]), node)
        return frozenset(w for w in who for item in items if self.register(w) not in known.get(item, frozenset()))

    def _reads(self, places: frozenset[str], party: model.Party, node: Node) -> bool:
        """Whether a party surely reads what is in these places."""
        own = {"holder": HERE, "previous": BEFORE_IT, "chosen": chosen_by(party.name)}.get(party.kind)
        if EVERYWHERE in places or own in places:
            return True
        holders = self.holders[node.index]
        if HERE in places:
            here = {self.register(holder) for holder in self.expand(holders, node)}
            places = places.union(here) if len(here) == 1 else places
        return all(self.register(provider) in places for provider in self.expand(self.parties(party, holders), node))
