"""Who it may be: whoever holds the client, held the client before, owns the plan, or was chosen by the client.

A value is a provider's name; or it stands for one provider that is not the same for every client. Two of the same such values
are the same provider; to know which it may be, they are spelt out. What is said of one must be so for each (law 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pathflow.base.findings import Aim
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.rules.beginning import Came, Settled

if TYPE_CHECKING:
    from pathflow.rules.holders import Holders

BEFORE: Final = "whoever held the client before"
"""The holder while an event's own way begins: anyone who may hold the client on the main way."""

ITS_OWNER: Final = "its owner"
"""The owner of the plan while an event's own way begins: anyone who may own it on the main way."""

CHOSEN: Final = "\0chosen by the client: "


def chosen_by(choice: str) -> str:
    """Stands for the provider that the client chooses there, and for the place of what that provider can read."""
    return CHOSEN + choice


def aim_at(node: Node, party: model.Party, name: str) -> Aim | None:
    """That a client comes to a node where a party is a certain provider; None where it is no other for anybody."""
    if party.kind == "chosen":
        return Aim(node.index, "held", (name,), party.name)
    if party.kind in ("holder", "previous"):
        return Aim(node.index, "held", (name,), earlier=node.event if party.kind == "previous" else -1)
    return None


class Holding:
    """Who the parties of a path may be, each worked out when it is first asked for."""

    def __init__(self, ways: Holders) -> None:
        self.ways = ways
        self.program = ways.program

    @property
    def holders(self) -> list[frozenset[str]]:
        """Who may be accountable when a client comes to each node."""
        return self._held.at

    @cached_property
    def _held(self) -> Settled:
        first = {self.program.start: frozenset({self.program.path.accountable})}
        first |= {event: frozenset({BEFORE}) for event in self.program.events}
        return self.ways.beginnings.settle(first, self._holders_after, lambda _node, holders: holders)

    def _holders_after(self, node: Node, holders: frozenset[str], _came: Came) -> frozenset[str]:
        statement = node.statement
        if isinstance(statement, model.Handoff):
            return self._party(statement.receiver.party, holders)
        if isinstance(statement, model.Include):
            before = self.spelt_out(holders, node)
            moved = self.ways.holders_behind(node, before)
            return holders if moved == before else moved
        return self._afresh(node, holders)

    def _afresh(self, node: Node, values: frozenset[str]) -> frozenset[str]:
        """What stands for another provider behind a node than before it is spelt out."""
        if isinstance(node.statement, model.Choice) and chosen_by(node.statement.name) in values:
            mine = frozenset({chosen_by(node.statement.name)})
            return (values - mine) | self.spelt_out(mine, node)
        return self.spelt_out(values, node) if node.kind == "restart" else values

    def _party(self, party: model.Party, holders: frozenset[str]) -> frozenset[str]:
        if party.kind == "chosen":
            return frozenset({chosen_by(party.name)})
        return frozenset({ITS_OWNER}) if party.kind == "owner" else self.ways.parties(party, holders)

    @property
    def owners(self) -> list[frozenset[str]]:
        """Where whoever owns the plan may work when a client comes to each node."""
        return self._owned.at

    @cached_property
    def _owned(self) -> Settled:
        plan = self.program.path.plan
        owner = self._party(plan.owner.party, frozenset()) if plan is not None and plan.owner is not None else frozenset[str]()
        first = {self.program.start: owner}
        first |= {event: frozenset({ITS_OWNER}) for event in self.program.events}
        return self.ways.beginnings.settle(first, self._owners_after, lambda _node, owners: owners)

    def _owners_after(self, node: Node, owners: frozenset[str], came: Came) -> frozenset[str]:
        statement = node.statement
        if isinstance(statement, model.Handoff) and statement.plan_to is not None:
            return self._party(statement.plan_to.party, self.holders[node.index])
        if node.kind == "restart" and ITS_OWNER in owners:
            began = came[node.event]
            owners = (owners - {ITS_OWNER}) | (self._main_owners if ITS_OWNER in began else began)
        return self._afresh(node, owners)

    @cached_property
    def _main_owners(self) -> frozenset[str]:
        """Everyone at whom the plan may be somewhere on the main way."""
        plan = self.program.path.plan
        handoffs = [n.statement for n in self.program.nodes if n.event < 0 and isinstance(n.statement, model.Handoff)]
        actors = [plan.owner if plan is not None else None, *(handoff.plan_to for handoff in handoffs)]
        parties = {actor.party for actor in actors if actor is not None and actor.party.kind in ("provider", "chosen")}
        named = [name for party in parties for name in self._party(party, frozenset())]
        return frozenset(one for name in named for one in (self._options(name) if name.startswith(CHOSEN) else (name,)))

    def _options(self, value: str) -> frozenset[str]:
        """The providers among which the client chooses."""
        return frozenset(self.ways.options(value.removeprefix(CHOSEN)) or (self.program.path.network.organiser,))

    def _owners_before(self, node: Node) -> frozenset[str]:
        """Where whoever owns the plan may work where the way of a node's event begins; beside the main way, anywhere later."""
        moves = (n.statement for n in self.program.nodes if n.event == node.event)
        if node.event < 0 or any(isinstance(s, model.Handoff) and s.plan_to is not None for s in moves):
            return self._main_owners
        found = self._owned.came[node.event]
        if self.ways.beginnings.is_beside(node):
            found = found.union(*(self.owners[n.index] for n in self.ways.beginnings.later(node.event)))
        return self._main_owners if ITS_OWNER in found or not found else found

    def spelt_out(self, values: frozenset[str], node: Node, is_beginning: bool = False) -> frozenset[str]:
        """The providers that these values may stand for at a node."""
        found: set[str] = set()
        for value in values:
            if value == BEFORE:
                found |= self.ways.holders_before(node, is_beginning)
            elif value == ITS_OWNER:
                owners = self._owners_before(node)
                found |= {one for owner in owners for one in (self._options(owner) if owner.startswith(CHOSEN) else (owner,))}
            elif value.startswith(CHOSEN):
                found |= self._options(value)
            else:
                found.add(value)
        return frozenset(found)

    # ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────

    def at(self, party: model.Party, node: Node) -> frozenset[str]:
        """What a party may be at a node."""
        return self.owners[node.index] if party.kind == "owner" else self._party(party, self.holders[node.index])

    def who(self, party: model.Party, node: Node) -> frozenset[str]:
        """The providers that a party may be at a node."""
        return self.spelt_out(self.at(party, node), node)

    def not_holding(self, party: model.Party, node: Node, is_beginning: bool = False) -> list[str]:
        """Those who may hold the client at a node where the party is somebody else.

        `is_beginning`: on coming there, where that is as an event's way begins; otherwise as long as a client is there.
        """
        if party.kind in ("holder", "client"):
            return []
        found: set[str] = set()
        for one in self.at(party, node):
            may_be = self.spelt_out(frozenset({one}), node, is_beginning)
            holders = self.spelt_out(self.holders[node.index] - {one}, node, is_beginning)
            found |= {holder for holder in holders if may_be != frozenset({holder})}
        return sorted(found)

    def pairs(self, one: model.Party, other: model.Party, node: Node) -> list[tuple[str, str]]:
        """Two different providers that two parties may be at a node, for some client."""
        if one == other:
            return []
        return sorted(self._pairs(self.at(one, node), self.at(other, node), node))

    def _pairs(self, ones: frozenset[str], others: frozenset[str], node: Node) -> Iterator[tuple[str, str]]:
        for first in ones:
            for second in others - {first}:
                here, there = self.spelt_out(frozenset({first}), node), self.spelt_out(frozenset({second}), node)
                yield from ((a, b) for a in here for b in there if a != b)
