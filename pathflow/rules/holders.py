"""Who may hold the client at each node, and who may own the plan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from pathflow.engine.program import RESTING, Node
from pathflow.model import path as model
from pathflow.model.network import Provider
from pathflow.rules.beginning import Beginnings, Came, Settled
from pathflow.rules.holding import BEFORE, ITS_OWNER, Holding
from pathflow.rules.standing import Standing


class Holders(Standing):
    """Who it may be: sets that grow by union where ways meet."""

    @cached_property
    def beginnings(self) -> Beginnings:
        """Where the ways of events may begin."""
        return Beginnings(self)

    @property
    def holders(self) -> list[frozenset[str]]:
        """Who may be accountable when a client comes to each node."""
        return self._held.at

    @property
    def _holders_first(self) -> dict[int, frozenset[str]]:
        first = {self.program.start: frozenset({self.path.accountable})}
        return first | {event: frozenset({BEFORE}) for event in self.program.events}

    @cached_property
    def _held(self) -> Settled:
        return self.beginnings.settle(self._holders_first, self._holders_after, self._holders_resting)

    @cached_property
    def holders_once(self) -> list[frozenset[str]]:
        """The same, where no event's way starts the main way again."""
        return self.beginnings.once(self._holders_first, self._holders_after)

    @cached_property
    def holders_brought(self) -> dict[int, frozenset[str]]:
        """Who may hold the client as the main way is started again. Keys: the nodes that do so."""
        return self.beginnings.brought(self._held, self._holders_after)

    def _holders_resting(self, node: Node, holders: frozenset[str]) -> frozenset[str]:
        """Who may hold the client while they rest at a node: also the fallback of a handoff that nobody accepts."""
        if not isinstance(node.statement, model.Handoff):
            return holders
        back = node.statement.fallback
        return holders | (self.parties(back.party, holders) if back is not None else {self.network.organiser})

    def _holders_after(self, node: Node, holders: frozenset[str], came: Came) -> frozenset[str]:
        statement = node.statement
        if isinstance(statement, model.Handoff):
            return self.parties(statement.receiver.party, holders)
        if isinstance(statement, model.Include):
            return self.holders_behind(node, holders)
        if node.kind == "restart":
            return (holders - {BEFORE}) | came[node.event] if BEFORE in holders else holders
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

    def expand(self, holders: frozenset[str], node: Node, is_beginning: bool = False) -> frozenset[str]:
        """Whoever held the client before, spelt out: who may hold the client where the event's way begins."""
        if BEFORE not in holders:
            return holders
        return (holders - {BEFORE}) | self.holders_before(node, is_beginning)

    def holders_before(self, node: Node, is_beginning: bool = False) -> frozenset[str]:
        """Who may hold the client where the way of a node's event begins; beside the main way, and as long as it is gone."""
        if node.event < 0:
            return self.main_holders
        found = self._held.came[node.event]
        if not is_beginning and self.beginnings.is_beside(node):
            later = self.beginnings.later(node.event)
            found = found.union(*(self._holders_resting(n, self.holders[n.index]) for n in later))
        return found - {BEFORE} or self.main_holders

    @cached_property
    def main_holders(self) -> frozenset[str]:
        """Everyone who may hold the client while the client rests somewhere on the main way, by handoff or as a fallback."""
        resting = (n for n in self.program.nodes if n.event < 0 and n.kind in RESTING and n.index in self.reachable)
        found = frozenset[str]().union(*(self._holders_resting(n, self.holders[n.index]) for n in resting))
        return found - {BEFORE} or frozenset({self.path.accountable})

    def last_holders(self, first: frozenset[str]) -> frozenset[str]:
        """Who may hold the client when the path ends, if these may when it begins."""
        nobody: Came = dict.fromkeys(self.program.events, frozenset())
        found = self.may({self.program.start: first}, lambda node, holders: self._holders_after(node, holders, nobody))
        ends = [found[n.index] for n in self.program.nodes if n.kind == "end" and n.index in self.reachable]
        return frozenset(holder for end in ends for holder in end) if ends else first

    @cached_property
    def _owned(self) -> Settled:
        return self.beginnings.settle(self._owners_first, _owners_after, lambda _node, owners: owners)

    @property
    def _owners_first(self) -> dict[int, frozenset[str]]:
        plan = self.path.plan
        owner = frozenset({str(plan.owner)}) if plan is not None and plan.owner is not None else frozenset[str]()
        return {self.program.start: owner} | {event: frozenset({ITS_OWNER}) for event in self.program.events}

    @cached_property
    def owners_once(self) -> list[frozenset[str]]:
        """Who may own the plan at each node, where no event's way starts the main way again."""
        return self.beginnings.once(self._owners_first, _owners_after)

    @cached_property
    def owners_brought(self) -> dict[int, frozenset[str]]:
        """Who may own the plan as the main way is started again. Keys: the nodes that do so."""
        return self.beginnings.brought(self._owned, _owners_after)

    @property
    def owners(self) -> list[frozenset[str]]:
        """Who may own the plan when a client comes to each node; empty where no plan has an owner."""
        return self._owned.at

    def owners_at(self, node: Node, is_beginning: bool = False) -> frozenset[str]:
        """Who may own the plan at a node, spelt out: in an event's way, who may own it where that begins."""
        owners = self.owners[node.index]
        if ITS_OWNER not in owners:
            return owners
        found = self._owned.came[node.event] if node.event >= 0 else frozenset[str]()
        if not is_beginning and self.beginnings.is_beside(node):
            found = found.union(*(self.owners[n.index] for n in self.beginnings.later(node.event)))
        if not found - {ITS_OWNER}:
            main = (n for n in self.program.nodes if n.event < 0 and n.index in self.reachable)
            found = found.union(*(self.owners[n.index] for n in main))
        return (owners | found) - {ITS_OWNER}


def _owners_after(node: Node, owners: frozenset[str], came: Came) -> frozenset[str]:
    statement = node.statement
    if isinstance(statement, model.Handoff) and statement.plan_to is not None:
        return frozenset({str(statement.plan_to)})
    if node.kind == "restart" and ITS_OWNER in owners:
        return (owners - {ITS_OWNER}) | came[node.event]
    return owners
