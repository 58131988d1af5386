"""What is so on the ways through a path: who may hold the client at each node, who owns the plan, what is surely known where.

Each is a fixed point over the program's edges (Kildall 1973, *A unified approach to global program optimization*): *may* sets
grow by union where ways meet; *must* sets shrink to what all ways agree on, except at a join, where every branch has been
gone. No way is enumerated, so that thirty decisions in a row cost thirty steps and not two to the thirtieth.

The analyses stand one on the other, each in a module of its own: `standing`, `holders`, `registers`, `consents`, `knowledge`.
"""

from __future__ import annotations

from pathflow.base.findings import Related
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.model.conditions import (
    Condition,
    IsUnknown,
    Not,
    items_of,
)
from pathflow.rules.knowledge import Knowledge
from pathflow.rules.known import (
    Known,
    happened,
    one_happened,
)
from pathflow.rules.limits import either_starts


class Ways(Knowledge):
    """The analyses of one program, each worked out when it is first asked for: what rules ask."""

    def told(self, node: Node) -> frozenset[Condition]:
        """That items are known at a decision, as conditions; one that grows old may be unknown again."""
        known: Known = self.known(node.index) if self.is_whole else {}
        conditions = (edge.condition for edge in self.program.edges[node.index] if edge.condition is not None)
        asked = {item for condition in conditions for item in items_of(condition)}
        lasting = (
            item for item in asked if item in known and (item not in self.path.items or self.path.items[item].valid is None)
        )
        return frozenset(Not(IsUnknown(item)) for item in lasting)

    def surely_starts(self, node: Node, of: str | None) -> bool:
        """Whether a clock that counts from something has surely started when a client comes to its statement."""
        is_known = of in (None, model.ENROLMENT) or self.is_known(self.known(node.index), happened(of or ""))
        return is_known and self._runs_in_every_round(node, of)

    def one_surely_starts(self, node: Node) -> bool:
        """Whether one of several clocks of a statement has surely started when a client comes to it, whichever it is."""
        starts = either_starts(node.statement)
        is_known = bool(starts) and self.is_known(self.known(node.index), one_happened(starts))
        return is_known and all(self._runs_in_every_round(node, of) for of in starts)

    def _runs_in_every_round(self, node: Node, of: str | None) -> bool:
        """Whether what starts the clock is of the same round of a repeat: an earlier one was answered by an earlier round."""
        if of is None or node.loop < 0:
            return True
        start = self.program.find(of)
        if start is None:
            return of != model.ENROLMENT  # an event may come in any round
        loop = self.program.nodes[start].loop
        while loop >= 0 and loop != node.loop:
            loop = self.program.nodes[loop].loop
        return loop == node.loop

    def without(self, node: Node, item: str) -> tuple[Related, ...]:
        """Where a way begins on which an item need not be there: an event, or an event's way that starts the main way again."""
        if node.event >= 0:
            event = self.program.nodes[node.event]
            return (Related(event.span, "this can happen before it is made"),)
        again = (n for n in self.program.nodes if n.kind == "restart" and n.index in self.reachable)
        return tuple(
            Related(n.span, "on the way that begins here it is not there")
            for n in again
            if not self.is_known(self.known(n.index), item) and self._came_with(n, item)
        )

    def _came_with(self, restart: Node, item: str) -> bool:
        """Whether an item is there on every other way to where the main way is started again."""
        others = [
            edge
            for out in self.program.edges[restart.index]
            for edge in self.incoming[out.target]
            if self.program.nodes[edge.source].kind != "restart"
        ]
        nodes = [self.program.nodes[edge.source] for edge in others]
        return all(self.is_known(self.known_after(node, self.known(node.index)), item) for node in nodes)
