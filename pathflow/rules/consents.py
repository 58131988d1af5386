"""What the client has consented to: what rests on which consent, and where it was asked for and given."""

from __future__ import annotations

from functools import cached_property

from pathflow.engine.program import RESTING, Node
from pathflow.model import path as model
from pathflow.model.conditions import (
    Condition,
    affirmed,
)
from pathflow.rules.beginning import made_by
from pathflow.rules.known import (
    ANYTHING,
    CONSENTED,
    EVERYWHERE,
    Known,
)
from pathflow.rules.registers import Registers


class Consents(Registers):
    """Consents, as a part of what is known."""

    @cached_property
    def consents(self) -> frozenset[str]:
        """The yes-or-no items on which something rests that crosses from one register to another."""
        return frozenset(item for node in self.program.nodes for item in self.resting_on(node))

    def resting_on(self, node: Node) -> tuple[str, ...]:
        """The consents on which a statement rests: its own legal basis, or what a path that it includes enters with."""
        statement = node.statement
        if isinstance(statement, model.Step | model.Handoff | model.Consultation):
            basis = statement.basis
            return (basis.consent,) if basis is not None and basis.consent is not None else ()
        child = self.program.included.get(statement.path) if isinstance(statement, model.Include) else None
        enter = child.path.clients.enter_when if child is not None else None
        if child is None or enter is None:
            return ()
        return tuple(sorted(affirmed(enter) & type(self)(child).consents))

    def is_consented(self, known: Known, item: str) -> bool:
        """Whether a consent is surely given where so much is known, or nothing certain can be said of it."""
        return CONSENTED + item in known or ANYTHING in known

    def _given_by(self, condition: Condition | None) -> list[str]:
        """What is known of consents where a condition holds."""
        if condition is None or not self.consents:
            return []
        return [CONSENTED + item for item in affirmed(condition) & self.consents]

    def _consented_after(self, node: Node, known: Known) -> Known:
        """A consent is open again where it is asked anew: by this statement, or meanwhile on another way of the client's; and
        where somebody has had something to do, as the client may take it back: it is decided on anew before what rests on it.
        """
        if not self.consents:
            return known
        asked = {CONSENTED + item for maker, items in self._askers for item in items if self._may_come_at(maker, node)}
        if node.kind == "join" or (node.kind in RESTING and node.kind not in ("decide", "choice")):  # time has passed
            asked |= {key for key in known if key.startswith(CONSENTED)} - self._of_the_group
        after = {item: there for item, there in known.items() if item not in asked} if asked else known
        if isinstance(node.statement, model.Wait) and node.statement.length is None:
            return {**after, **dict.fromkeys(self._given_by(node.statement.until), frozenset({EVERYWHERE}))}
        return after

    @cached_property
    def _of_the_group(self) -> frozenset[str]:
        """The consents without which nobody is on the path, and which no step asks for anew."""
        return frozenset(key for part in self.of_the_group for key in self._given_by(part))

    @cached_property
    def _askers(self) -> list[tuple[Node, frozenset[str]]]:
        """The statements that ask for a consent, those of included paths as well."""
        asking = [(node, self.consents & made_by(self.program, node)) for node in self.program.nodes]
        return [(node, items) for node, items in asking if items]

    def _may_come_at(self, asker: Node, node: Node) -> bool:
        """Whether somebody may ask while a client is at a node: there, in another branch, in one that it joins, in an event."""
        if asker.index == node.index:
            return True
        split = self.program.joins.get(node.index)
        if split is not None and any(at == split for at, _ in asker.region):
            return True
        if node.kind not in RESTING:
            return False
        if asker.event != node.event:
            event = self.program.nodes[node.event].statement if node.event >= 0 else None
            return asker.event >= 0 or (isinstance(event, model.Whenever) and event.is_beside)
        here = dict(node.region)
        return any(at in here and here[at] != branch for at, branch in asker.region)
