"""G109 handed-over-by-another

A handoff is sent by a party that does not hold the client there; in a record, somebody else sent it.

Why: Only who holds the client can hand the client over. Otherwise the one who does hold the client never learns of it.
Source: Promises, laws 1 and 2.
Bad:
    steps
        handoff Referral                                  # <- G109
            from Hospital to Association
            carries referral letter
            accepted within 3 working days
            if not accepted, Hospital keeps the client
            keeps the plan with doctor at Health Centre
        end Done
            closes the plan
Good:
    steps
        handoff Referral
            from Health Centre to Association
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            keeps the plan with doctor at Health Centre
        end Done
            closes the plan
Fix: Name the party that holds the client as the sender, or write `from whoever is accountable`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_named
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G109", "handed-over-by-another")


def prove(ways: Ways) -> Iterator[Finding]:
    """On every way to a handoff its sender holds the client."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        handoff = node.statement
        if not isinstance(handoff, model.Handoff) or node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        others = ways.holding.not_holding(handoff.sender.party, node)
        if others:
            say = "`{handoff}` is sent by `{sender}`, but {holders} holds the client there"
            words = {"handoff": node.name, "sender": str(handoff.sender.party), "holders": listing(others, "or")}
            help_ = "Name who holds the client as the sender, or write: from whoever is accountable to …"
            sender = handoff.sender.party
            choice = sender.name if sender.kind == "chosen" else ""
            aim = Aim(node.index, "holder", tuple(sorted(ways.parties(sender, frozenset()))) if not choice else (), choice)
            yield RULE.on(node.span, say, words, help_, aim=aim)


def watch(program: Program) -> Iterator[Watch]:
    """A handoff proposed by another than its sender."""
    handoffs = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Handoff))
    if handoffs:
        yield Watch("accepted", _accepted, handoffs)


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    handoff = enrolment.tables.program.nodes[node].statement
    if not isinstance(handoff, model.Handoff) or fact is None or handoff.sender.party.kind == "holder":
        return None  # whoever was accountable when it was sent
    sender, holder = provider_named(enrolment, handoff.sender.party, node), enrolment.holder_at(since)
    if sender == holder:
        return None
    words = {"handoff": handoff.name, "sender": sender, "holder": holder}
    say = "`{handoff}` was sent by `{sender}` while `{holder}` was accountable"
    return RULE.of(
        record, say, words, level="warning", since=since, who=holder, evidence=(seen(fact),),
        help="Make sure that `{holder}` knows that the client has moved", span=handoff.span,
    )  # fmt: skip
