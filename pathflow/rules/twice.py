"""The same service on two paths of one client, inside its window: what D103 and G309 have in common.

Nothing says when a client begins the second path, so that whatever the one has done may have been done just before the other
comes to the same. A step of either path repeats the service when it asks for it anyhow: neither in a later round of a `repeat`,
which is scheduled, nor for a reason that the service allows, nor only where the result has run out. Source:
docs/explanation/promises.md, law 9.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pathflow.base.findings import Finding, Meeting, Related
from pathflow.base.spans import Span
from pathflow.engine.program import Node
from pathflow.model.conditions import Condition, IsUnknown, Not
from pathflow.model.network import Service
from pathflow.rules.again import doing_of, is_unplanned
from pathflow.rules.known import EVERYWHERE
from pathflow.rules.rule import Rule
from pathflow.rules.together import Pair
from pathflow.rules.ways import Ways


class Twice(Struct, frozen=True, eq=False):
    """A step that gives a service which a step of another path may just have given to the same client."""

    pair: Pair
    service: Service
    node: Node
    first: Node
    ways: Ways
    other: Ways
    is_readable: bool

    def say(self, rule: Rule, say: str, help_: str) -> Finding:
        """The finding, with the words that both rules use."""
        words = {
            "step": self.node.name, "service": self.service.name, "first": self.first.name, "other": self.other.path.name,
            "window": str(self.service.window), "client": self.pair.client, "result": next(iter(self.service.makes), ""),
        }  # fmt: skip
        related = (Related(_place(self.first, self.service.name), "the other path does it here"),)
        meeting = Meeting(
            "twice", self.ways.path.name, self.other.path.name, self.node.index, self.first.index, (self.service.name,)
        )
        return rule.on(_place(self.node, self.service.name), say, words, help_, related, meeting=meeting)


def given_twice(pair: Pair) -> Iterator[Twice]:
    """Every step of either path that gives a service which the other gives too."""
    for ways, other in pair.both_ways:
        if not (ways.is_whole and other.is_whole):
            continue
        for service in ways.network.services.values():
            there = other.network.services.get(service.name)
            if service.window is None or there is None or there.window is None:
                continue
            giving = _giving(other, service.name)
            firsts = [first for first in giving if not asks_first(other, first, service)] or giving
            for node in _giving(ways, service.name) if firsts else ():
                if is_unplanned(ways, node, service):
                    blind = [first for first in firsts if not _can_read(ways, node, other, first, service)]
                    yield Twice(pair, service, node, (blind or firsts)[0], ways, other, not blind)


def asks_first(ways: Ways, node: Node, service: Service) -> bool:
    """Whether a client comes to the step only while a result of the service is not known."""
    return any(_unknown(item, condition) for item in service.makes for condition in ways.given(node))


def _unknown(item: str, condition: Condition) -> bool:
    return condition in (IsUnknown(item), Not(Not(IsUnknown(item))))


def _giving(ways: Ways, service: str) -> list[Node]:
    return [node for node in ways.program.nodes if node.index in ways.reachable and doing_of(node, service) is not None]


def _can_read(ways: Ways, node: Node, other: Ways, first: Node, service: Service) -> bool:
    """Whether whoever gives the service can read what the other path made: in the same register, or sent there."""
    here = ways.registers_at(node)
    places = other.registers_at(first)
    if not here or not places or here & places:
        return True
    made = other.known_after(first, {})
    return bool(service.makes) and all(
        EVERYWHERE in made.get(item, ()) or here <= made.get(item, frozenset()) for item in service.makes
    )


def _place(node: Node, service: str) -> Span:
    doing = doing_of(node, service)
    return doing.span if doing is not None and doing.span is not None else node.span
