"""Who may hold the client at each node, and who may own the plan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from pathflow.engine.program import RESTING, Node
from pathflow.model import path as model
from pathflow.model.network import Provider
from pathflow.rules.holding import BEFORE, ITS_OWNER, Holding
from pathflow.rules.standing import Standing


class Holders(Standing):
    """Who it may be: sets that grow by union where ways meet."""

    @cached_property
    def holders(self) -> list[frozenset[str]]:
        """Who may be accountable when a client comes to each node."""
        first = {self.program.start: frozenset({self.path.accountable})}
        first |= {event: frozenset({BEFORE}) for event in self.program.events}
        return self.may(first, self._holders_after)

    def _holders_after(self, node: Node, holders: frozenset[str]) -> frozenset[str]:
        statement = node.statement
        if isinstance(statement, model.Handoff):
            return self.parties(statement.receiver.party, holders)
        if isinstance(statement, model.Include):
            return self.holders_behind(node, holders)
        if node.kind == "restart":
            return (holders - {BEFORE}) | self._named_holders if BEFORE in holders else holders
        return holders

    def holders_behind(self, include: Node, holders: frozenset[str]) -> frozenset[str]:
        """Who may hold the client behind an included path, where these may before it."""
        statement = include.statement
        child = self.program.included.get(statement.path) if isinstance(statement, model.Include) else None
        return type(self)(child).last_holders(holders) if child is not None else holders

    @cached_property
    def holding(self) -> Holding:
        """Who it may be, where whoever it is stands for one provider that is not the same for every client."""
        return Holding(self)

    def parties(self, party: model.Party, holders: frozenset[str]) -> frozenset[str]:
        """The providers that a party may be, where these may hold the client."""
        if party.kind == "provider":
            return frozenset({party.name})
        if party.kind == "chosen":
            return frozenset(self.options(party.name)) or frozenset({self.network.organiser})
        if party.kind == "previous":
            return frozenset({BEFORE})
        return holders

    def performers(self) -> Iterator[tuple[Node, model.Step, Provider]]:
        """Every step with each provider that may do it, as far as the network knows them."""
        for node in self.program.nodes:
            step = node.statement
            if not isinstance(step, model.Step) or step.by is None or step.by.party.kind == "client" or self.is_doubtful(node):
                continue
            for name in sorted(self.holding.who(step.by.party, node)):
                provider = self.network.providers.get(name)
                if provider is not None:
                    yield node, step, provider

    def options(self, choice: str) -> tuple[str, ...]:
        """The providers among which the client chooses."""
        choices = (node.statement for node in self.program.nodes if isinstance(node.statement, model.Choice))
        found = (name for one in choices if one.name == choice for name in (*one.options, one.default))
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def expand(self, holders: frozenset[str]) -> frozenset[str]:
        """Whoever held the client before, spelt out: any holder on the main way."""
        if BEFORE not in holders:
            return holders
        return (holders - {BEFORE}) | self.main_holders

    @cached_property
    def main_holders(self) -> frozenset[str]:
        """Everyone who may hold the client while the client rests somewhere on the main way, by handoff or as a fallback."""
        found: set[str] = set()
        for node in self.program.nodes:
            if node.event < 0 and node.kind in RESTING and node.index in self.reachable:
                found |= self.holders[node.index]
                if isinstance(node.statement, model.Handoff):
                    back = node.statement.fallback
                    found |= self.parties(back.party, self.holders[node.index]) if back else {self.network.organiser}
        return frozenset(found - {BEFORE}) or frozenset({self.path.accountable})

    @cached_property
    def _named_holders(self) -> frozenset[str]:
        """Everyone to whom a handoff of the main way may give the client."""
        found: set[str] = {self.path.accountable}
        for node in self.program.nodes:
            statement = node.statement
            if node.event < 0 and isinstance(statement, model.Handoff):
                for party in (statement.receiver.party, statement.fallback.party if statement.fallback else None):
                    if party is not None and party.kind == "provider":
                        found.add(party.name)
                    elif party is not None and party.kind == "chosen":
                        found.update(self.options(party.name))
        return frozenset(found)

    def last_holders(self, first: frozenset[str]) -> frozenset[str]:
        """Who may hold the client when the path ends, if these may when it begins."""
        found = self.may({self.program.start: first}, self._holders_after)
        ends = [found[n.index] for n in self.program.nodes if n.kind == "end" and n.index in self.reachable]
        return frozenset(holder for end in ends for holder in end) if ends else first

    @cached_property
    def owners(self) -> list[frozenset[str]]:
        """Who may own the plan when a client comes to each node; empty where no plan has an owner."""
        plan = self.path.plan
        owner = frozenset({str(plan.owner)}) if plan is not None and plan.owner is not None else frozenset[str]()
        first = {self.program.start: owner}
        first |= {event: frozenset({ITS_OWNER}) for event in self.program.events}
        return self.may(first, _owners_after)

    def owners_at(self, node: Node) -> frozenset[str]:
        """Who may own the plan at a node, spelt out: in an event's way, any owner on the main way."""
        owners = self.owners[node.index]
        if ITS_OWNER not in owners:
            return owners
        main = (self.owners[n.index] for n in self.program.nodes if n.event < 0 and n.index in self.reachable)
        return (owners - {ITS_OWNER}).union(*main)


def _owners_after(node: Node, owners: frozenset[str]) -> frozenset[str]:
    statement = node.statement
    if isinstance(statement, model.Handoff) and statement.plan_to is not None:
        return frozenset({str(statement.plan_to)})
    return owners
