"""Where it begins that another holds the client, or owns the plan: the event, or the way that starts the main way again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pathflow.base.findings import Related
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.model.conditions import items_of
from pathflow.rules.ways import Ways

HOLDS: Final = ("this can happen while another holds the client", "on the way that begins here another holds the client")
OWNS: Final = ("this can happen while another owns the plan", "on the way that begins here another owns the plan")


def holder_from(ways: Ways, node: Node, others: Iterable[str]) -> tuple[Related, ...]:
    """Where it begins that one of these holds the client at a node; empty where that is so without any event."""
    if node.event >= 0:
        return (Related(ways.program.nodes[node.event].span, HOLDS[0]),)
    return _again(ways, frozenset(others), ways.holders_once[node.index], ways.holders_brought, HOLDS[1])


def owner_from(ways: Ways, node: Node, others: Iterable[str]) -> tuple[Related, ...]:
    """Where it begins that one of these owns the plan at a node; empty where that is so without any event."""
    if node.event >= 0:
        return (Related(ways.program.nodes[node.event].span, OWNS[0]),)
    return _again(ways, frozenset(others), ways.owners_once[node.index], ways.owners_brought, OWNS[1])


def _again(
    ways: Ways, others: frozenset[str], once: frozenset[str], brought: dict[int, frozenset[str]], note: str
) -> tuple[Related, ...]:
    if others & once:
        return ()
    return tuple(Related(ways.program.nodes[n].span, note) for n, values in brought.items() if others & values)


def asked_first(ways: Ways, causes: tuple[Related, ...]) -> dict[str, str]:
    """What the condition of an event may ask for, so that it comes later: an item of the path, as the word of a help.

    Empty where no event is the cause, or where it asks for an item already.
    """
    item = next((item for node in ways.program.nodes if node.event < 0 for item in _made(node)), None)
    return {"known": item} if causes and item is not None and not _says_when(ways, causes) else {}


def _made(node: Node) -> tuple[str, ...]:
    return node.statement.makes if isinstance(node.statement, model.Step) else ()


def _says_when(ways: Ways, causes: tuple[Related, ...]) -> bool:
    """Whether the events already say by an item when they can come."""
    spans = {cause.span for cause in causes}
    events = {n.event if n.kind == "restart" else n.index for n in ways.program.nodes if n.span in spans}
    conditions = [s.condition for n in ways.program.nodes if n.index in events and isinstance(s := n.statement, model.Whenever)]
    return any(items_of(condition) for condition in conditions)
