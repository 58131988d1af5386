"""Which agreements cover what a provider does on a path."""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.model.network import EVERYTHING, Agreement, Network
from pathflow.rules.holding import aim_at
from pathflow.rules.ways import Ways


def is_bound(network: Network, provider: str) -> bool:
    """Whether a provider acts by agreement only: it is neither public nor the organiser."""
    found = network.providers.get(provider)
    return found is not None and found.sector != "public" and provider not in network.organisers


def acting_party(node: Node) -> model.Party | None:
    """Who acts at a node, perhaps by agreement."""
    statement = node.statement
    if isinstance(statement, model.Step) and statement.by is not None and statement.by.party.kind != "client":
        return statement.by.party
    return statement.receiver.party if isinstance(statement, model.Handoff | model.Consultation) else None


def acting(ways: Ways, node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The providers that may act at a node by agreement, and the services that they give there."""
    statement, party = node.statement, acting_party(node)
    if party is None:
        return
    services = tuple(doing.service for doing in statement.does) if isinstance(statement, model.Step) else ()
    for provider in sorted(ways.holding.who(party, node)):
        if is_bound(ways.network, provider):
            yield provider, services


def aim_of_acting(node: Node, provider: str) -> Aim | None:
    """That a client comes to a node where this provider acts; None where no other does."""
    party = acting_party(node)
    return aim_at(node, party, provider) if party is not None else None


def covering(network: Network, provider: str, service: str | None, is_step: bool) -> tuple[Agreement, ...]:
    """The agreements that cover a service; where a step names none, those that cover everything."""
    agreements = network.agreements_with(provider)
    if service is not None:
        return tuple(a for a in agreements if a.covers_service(service))
    everything = tuple(a for a in agreements if EVERYTHING in a.covers)
    return everything if is_step and everything else agreements
