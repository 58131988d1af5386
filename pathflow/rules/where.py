"""The ways of those of whom something is so: a path without the branches that they never take."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from pathflow.engine.program import Edge, Node
from pathflow.model.conditions import Condition, events_of, items_of
from pathflow.rules.beginning import made_by
from pathflow.rules.cells import cover
from pathflow.rules.ways import Ways

_WHERE: Final = -2


def where(ways: Ways, condition: Condition, asked: int, until: Node) -> Ways:
    """The same up to a node, for those of whom a condition is so when it is asked: the branches of decisions on which it cannot
    be so are left out.

    Args:
        asked: the node at which it is asked. What is found out anew behind that tells nothing of what it was.
    """
    items = frozenset(items_of(condition))
    if not items or events_of(condition):
        return ways
    last = max((n.index for n in ways.program.nodes if items & made_by(ways.program, n)), default=-1)
    if (
        last > min(asked, until.index - 1)
        or items & ways.changing
        or until.event >= 0
        or any(n.kind == "restart" for n in ways.program.nodes)
    ):
        return ways
    key = (_WHERE, f"{condition}, from {last} to {until.index}")
    known = ways.known_guarded.get(key)
    if known is None:
        edges = list(ways.program.edges)
        for node in ways.program.nodes[last + 1 : until.index]:
            if node.kind == "decide":
                edges[node.index] = tuple(edge for edge in edges[node.index] if _may_take(ways, edge, condition))
        is_same = tuple(edges) == ways.program.edges
        program = replace(ways.program, edges=tuple(edges))
        known = ways if is_same else Ways(program, ways.doubts, ways.is_whole, ways.changing)
        ways.known_guarded[key] = known
    return known


def _may_take(ways: Ways, edge: Edge, condition: Condition) -> bool:
    told = ways.taken(edge)
    if not any(set(items_of(condition)) & set(items_of(part)) for part in told):
        return True
    found = cover([condition], True, ways.path.items, frozenset(told))
    return not (found.is_whole and found.dead)
