"""What may still be open when a client comes to a node: something began at an earlier node, and nothing on the way closed it.

*May* sets that grow by union where ways meet. Where branches meet, what was open before them is closed when enough branches
closed it, and what a branch itself opened stays open: also in a branch that need not be through when the client goes on, and
may be left wherever somebody has something to do in it. A set is a number with a bit for each thing, so that a long path with
many open things takes little more time than one with few.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pathflow.engine.program import RESTING, Edge, Node, Program
from pathflow.rules.ways import Ways


class Open(NamedTuple):
    """What is open since a node. `what`: which of several things."""

    node: int
    what: str = ""


Pending = int
"""A set of open things: a bit for each."""

NOTHING: Pending = 0


class Things:
    """All that was ever opened, and the bit of each."""

    def __init__(self) -> None:
        self._all: list[Open] = []
        self._bits: dict[Open, Pending] = {}
        self._by_node: dict[int, Pending] = {}

    def bit(self, one: Open) -> Pending:
        """The set of this thing alone."""
        bit = self._bits.get(one)
        if bit is None:
            bit = self._bits[one] = 1 << len(self._all)
            self._all.append(one)
            self._by_node[one.node] = self._by_node.get(one.node, NOTHING) | bit
        return bit

    def of(self, pending: Pending) -> Iterator[Open]:
        """The things of a set, as they were first opened."""
        while pending:
            lowest = pending & -pending
            yield self._all[lowest.bit_length() - 1]
            pending ^= lowest

    def since(self, nodes: frozenset[int]) -> Pending:
        """All that was opened at some nodes."""
        opened = NOTHING
        for node in nodes & self._by_node.keys():
            opened |= self._by_node[node]
        return opened


def still_open(ways: Ways, things: Things, after: Callable[[Node, Pending], Pending]) -> dict[int, Pending]:
    """What may be open when a client comes to each node, to the fixed point.

    Args:
        things: what the bits of the sets mean.
        after: what is open behind a node, by what was open before it.
    """
    program = ways.program
    inside = _inside(program)
    left_early = _left_early(program, inside)
    came: dict[int, dict[Edge, Pending]] = {start: {} for start in (program.start, *program.events)}
    at: dict[int, Pending] = dict.fromkeys(came, NOTHING)
    waiting = sorted(came)  # nodes are numbered as they are written: what comes first is mostly settled first
    while waiting:
        node = program.nodes[heapq.heappop(waiting)]
        if waiting and waiting[0] == node.index:
            continue
        value = after(node, at[node.index])
        for edge in program.edges[node.index]:
            carried = value
            if node.kind == "repeat" and edge.kind == "leave":  # a repeat has one round at least
                carried = after(node, union(v for e, v in came[node.index].items() if ways.is_round(e)))
            arrived = came.setdefault(edge.target, {})
            if arrived.get(edge) == carried:
                continue
            arrived[edge] = carried
            met = union(arrived.values())
            if edge.target in program.joins:
                split = program.joins[edge.target]
                spare = len(program.edges[split]) - program.needed[edge.target]
                opened = things.since(inside[split])
                early = union(
                    at.get(one, NOTHING) for one in (inside[split] if spare else ()) if edge.target in left_early.get(one, ())
                )
                met = met & (opened | ~_closed(arrived.values(), spare)) | opened & early
            if at.get(edge.target) != met or node.kind == "repeat" or program.nodes[edge.target].kind == "repeat":
                at[edge.target] = met
                heapq.heappush(waiting, edge.target)
                for join in left_early.get(edge.target, ()):
                    if _take(at, join, met & things.since(inside[program.joins[join]])):
                        heapq.heappush(waiting, join)
    return at


def _take(at: dict[int, Pending], join: int, more: Pending) -> bool:
    """Adds to what is open at a join that somebody came to already; says whether anything was new."""
    if join not in at or not more & ~at[join]:
        return False
    at[join] |= more
    return True


def _left_early(program: Program, inside: dict[int, frozenset[int]]) -> dict[int, list[int]]:
    """The joins that may let the client go on while somebody still has something to do at a node. Keys: such nodes."""
    found: dict[int, list[int]] = {}
    for join, split in program.joins.items():
        if program.needed[join] < len(program.edges[split]):
            for node in inside[split]:
                if program.nodes[node].kind in RESTING:
                    found.setdefault(node, []).append(join)
    return found


def _inside(program: Program) -> dict[int, frozenset[int]]:
    """The nodes between a split and its join. Keys: splits."""
    found: dict[int, set[int]] = {split: set() for split in program.joins.values()}
    for node in program.nodes:
        for split, _ in node.region:
            if split in found:
                found[split].add(node.index)
    return {split: frozenset(nodes) for split, nodes in found.items()}


def union(sets: Iterable[Pending]) -> Pending:
    """All that is in one of them."""
    met = NOTHING
    for one in sets:
        met |= one
    return met


def _closed(arrived: Iterable[Pending], spare: int) -> Pending:
    """What more branches closed than can be spared: it is closed whichever of them are done first."""
    closed = [NOTHING] * (spare + 1)  # at [n]: what more than n branches closed
    for one in arrived:
        for n in range(spare, 0, -1):
            closed[n] |= closed[n - 1] & ~one
        closed[0] |= ~one
    return closed[spare]
