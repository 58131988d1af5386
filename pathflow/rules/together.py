"""Two paths and one client: which paths a client can be on at once, and who such a client is.

A client can be on two paths of one network when their validity meets and either the groups do (some values fit both `enter
when`), or a step of one begins the other. What a step of one of the two finds out may change while the client is on it, and
keeps no groups apart; all else that `enter when` says of a client stays so, as everywhere (promises, "What a run takes for
granted").

Three paths at once need nothing more: every finding speaks of two statements, and what two paths do to a client they do whether
or not there is a third. A package of many paths is looked at two by two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from msgspec import Struct

from pathflow.base.names import fold
from pathflow.engine.program import Node, Program
from pathflow.model import path as model
from pathflow.model.conditions import Condition, conjuncts, items_of
from pathflow.model.network import Item, Period
from pathflow.rules.cells import Assignment, client_with, spoken
from pathflow.rules.ways import Ways

ANYBODY: Final = "a client"


class Pair(Struct, frozen=True, eq=False):
    """Two paths that one client can be on. `values`: of such a client, as far as the groups ask for them."""

    one: Ways
    other: Ways
    values: Assignment = {}

    @property
    def both_ways(self) -> tuple[tuple[Ways, Ways], tuple[Ways, Ways]]:
        """Each of the two with the other."""
        return (self.one, self.other), (self.other, self.one)

    @property
    def client(self) -> str:
        """A client who can be on both, in words: `a client with age 66 years`."""
        items = {**self.other.path.items, **self.one.path.items}
        said = spoken(self.values, items)
        return f"a client with `{said}`" if said else ANYBODY


def pairs_of(paths: Iterable[Ways], *, every: bool = False) -> list[Pair]:
    """The pairs of paths that one client can be on, in reading order.

    Args:
        every: all of them; otherwise those that a package names together or of which one begins the other. What a path includes
            comes along with it.
    """
    known = sorted(paths, key=lambda ways: (ways.path.span.file, ways.path.span.line))
    meant = None if every else _meant(known)
    found: list[Pair] = []
    for one, other in combinations(known, 2):
        key = frozenset({fold(one.path.name), fold(other.path.name)})
        if len(key) == 2 and (meant is None or key in meant) and (pair := pair_of(one, other)) is not None:
            found.append(pair)
    return found


def pair_of(one: Ways, other: Ways) -> Pair | None:
    """The two, if one client can be on both; None otherwise, and where the one is a part of the other."""
    if not _share_a_network(one, other) or not _meet(one.path.valid, other.path.valid):
        return None
    if _name(other) in included_in(one.program) or _name(one) in included_in(other.program):
        return None
    values = _who(one, other)
    if values is None:
        begins = next((f for f, s in ((one, other), (other, one)) if next(starting(f, s), None) is not None), None)
        if begins is None:
            return None
        values = _who(begins) or {}
    return Pair(one.beside(other), other.beside(one), values)


def starting(first: Ways, second: Ways) -> Iterator[Node]:
    """The steps of one path that begin another for the same client."""
    for node in first.program.nodes:
        start = node.statement.starts if isinstance(node.statement, model.Step) else None
        if start is not None and start.client is None and fold(start.path) == _name(second) and node.index in first.reachable:
            yield node


def included_in(program: Program) -> frozenset[str]:
    """The names, folded, of the paths that one includes, and those include."""
    return frozenset(name for child in program.included.values() for name in (fold(child.path.name), *included_in(child)))


def differing_items(one: Ways, other: Ways) -> Iterator[tuple[Item, Item]]:
    """The items that two paths call the same and measure differently: they would read each other's values wrongly."""
    for name, item in one.path.items.items():
        there = other.path.items.get(name)
        if there is not None and _measured(item) != _measured(there):
            yield item, there


def _measured(item: Item) -> tuple[object, ...]:
    return item.kind, item.unit, set(item.options), item.range


def _name(ways: Ways) -> str:
    return fold(ways.path.name)


def _share_a_network(one: Ways, other: Ways) -> bool:
    here, there = one.network, other.network
    files = [network.span.file if network.span is not None else "" for network in (here, there)]
    return fold(here.name) == fold(there.name) and files[0] == files[1] != ""


def _meet(one: Period | None, other: Period | None) -> bool:
    """Whether some day lies in both periods; a path without one is always valid."""
    if one is None or other is None:
        return True
    return (one.last is None or other.first <= one.last) and (other.last is None or one.first <= other.last)


def _meant(paths: Sequence[Ways]) -> set[frozenset[str]]:
    """The pairs of names that a package names together, or of which a step begins the other."""
    inside = {_name(ways): included_in(ways.program) for ways in paths}
    found: set[frozenset[str]] = set()
    for ways in paths:
        for package in ways.network.packages.values():
            names = {fold(name) for name in (*package.must_have, *package.may_have)}
            whole = {part for name in names for part in (name, *inside.get(name, ()))}
            found |= {frozenset(two) for two in combinations(sorted(whole), 2)}
        for other in paths:
            if next(starting(ways, other), None) is not None:
                found |= {
                    frozenset({a, b})
                    for a in (_name(ways), *inside[_name(ways)])
                    for b in (_name(other), *inside[_name(other)])
                }
    return found


def _who(*paths: Ways) -> Assignment | None:
    """The values of a client of all these groups; None where there is none."""
    items = {name: item for ways in reversed(paths) for name, item in ways.path.items.items()}
    unclear = {item.name for item, _ in differing_items(paths[0], paths[-1])}
    made = {item for ways in paths for item in ways.made}
    asked = [part for ways in paths for part in _entering(ways) if unclear.isdisjoint(items_of(part))]
    found = client_with(asked, items)
    return found if found is not None else client_with((part for part in asked if made.isdisjoint(items_of(part))), items)


def _entering(ways: Ways) -> tuple[Condition, ...]:
    enter = ways.path.clients.enter_when
    return conjuncts(enter) if enter is not None else ()
