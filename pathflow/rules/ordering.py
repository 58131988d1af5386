"""Who may make an order for a client besides whoever holds the client: see the page of G112."""

from __future__ import annotations

from pathflow.engine.program import Node
from pathflow.model.network import Network
from pathflow.rules.known import acted
from pathflow.rules.ways import Ways


def is_at(owner: str, providers: frozenset[str]) -> bool:
    """Whether the owner of a plan acts at each of these."""
    return all(owner == provider or owner.endswith(f" at {provider}") for provider in providers)


def is_together(network: Network, one: str, other: str) -> bool:
    """Whether two are partners of one alliance."""
    return any({one, other} <= {partner.name for partner in alliance.partners} for alliance in network.alliances.values())


def can_order(ways: Ways, node: Node, name: str) -> bool:
    """Whether a provider may be one that orders at a node, on some way to it."""
    holders = ways.holding.spelt_out(ways.holders[node.index], node)
    if name in holders or name in ways.network.organisers or any(is_together(ways.network, name, holder) for holder in holders):
        return True
    provider = frozenset({name})
    return any(is_at(owner, provider) for owner in ways.owners_at(node)) or ways.is_known(ways.known(node.index), acted(name))
