"""What may still be open when a client comes to a node: something began at an earlier node, and nothing on the way closed it.

*May* sets that grow by union where ways meet. Where branches meet, what was open before them is closed when enough branches
closed it, and what a branch itself opened stays open: also in a branch that need not be through when the client goes on, and
may be left wherever somebody has something to do in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pathflow.engine.program import RESTING, Edge, Node, Program
from pathflow.rules.ways import Ways


class Open(NamedTuple):
    """What is open since a node. `what`: which of several things."""

    node: int
    what: str = ""


Pending = frozenset[Open]

NOTHING: Pending = frozenset()


def still_open(ways: Ways, after: Callable[[Node, Pending], Pending]) -> dict[int, Pending]:
    """What may be open when a client comes to each node, to the fixed point.

    Args:
        after: what is open behind a node, by what was open before it.
    """
    program = ways.program
    came: dict[int, dict[Edge, Pending]] = {start: {} for start in (program.start, *program.events)}
    at: dict[int, Pending] = dict.fromkeys(came, NOTHING)
    waiting = list(came)
    while waiting:
        node = program.nodes[waiting.pop()]
        value = after(node, at[node.index])
        for edge in program.edges[node.index]:
            carried = value
            if node.kind == "repeat" and edge.kind == "leave":  # a repeat has one round at least
                carried = after(node, NOTHING.union(*(v for e, v in came[node.index].items() if ways.is_round(e))))
            arrived = came.setdefault(edge.target, {})
            if arrived.get(edge) == carried:
                continue
            arrived[edge] = carried
            is_join = edge.target in program.joins
            met = _joined(program, edge.target, arrived, at) if is_join else NOTHING.union(*arrived.values())
            if at.get(edge.target) != met or node.kind == "repeat" or program.nodes[edge.target].kind == "repeat":
                at[edge.target] = met
                waiting.append(edge.target)
                for join in _left_early(program, edge.target):
                    again = _joined(program, join, came.get(join, {}), at)
                    if join in at and at[join] != again:
                        at[join] = again
                        waiting.append(join)
    return at


def _left_early(program: Program, node: int) -> list[int]:
    """The joins that may let the client go on while somebody still has something to do at a node."""
    if program.nodes[node].kind not in RESTING or not program.joins:
        return []
    splits = {split for split, _ in program.nodes[node].region}
    return [j for j, split in program.joins.items() if split in splits and program.needed[j] < len(program.edges[split])]


def _joined(program: Program, join: int, arrived: dict[Edge, Pending], at: dict[int, Pending]) -> Pending:
    """What is pending in the branch itself stays so; what was pending before is seen to when enough branches saw to it."""
    split = program.joins[join]
    inside = {n.index for n in program.nodes if any(at == split for at, _ in n.region)}
    spare = len(program.edges[split]) - program.needed[join]
    every = NOTHING.union(*arrived.values())
    met = frozenset(s for s in every if s.node in inside or sum(s not in v for v in arrived.values()) <= spare)
    if spare <= 0:
        return met
    left = (at.get(index, NOTHING) for index in inside if program.nodes[index].kind in RESTING)
    return met | frozenset(s for pending in left for s in pending if s.node in inside)
