"""O109 plan-to-a-stranger

A handoff moves the care plan to a provider that is no party to it; in a record, the plan went to one that had not accepted.

Why: A change of the plan's owner needs somebody who accepts it, as the change of the client's holder does. Only the receiver
    accepts a handoff: a third provider never learns that the plan is now its own.
Source: Promises, laws 2 and 3.
Bad:
    steps
        handoff Referral                                  # <- O109
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            moves the plan to counsellor at Association
        end Done
            closes the plan
Good:
    steps
        handoff Referral
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            moves the plan to specialist at Hospital
        end Done
            closes the plan
Fix: Move the plan to the receiver, or keep it with its owner; it goes to a third party by a handoff of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_named
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("O109", "plan-to-a-stranger")


def prove(ways: Ways) -> Iterator[Finding]:
    """The plan moves to a party of the handoff that moves it."""
    for node in ways.program.nodes:
        handoff = node.statement
        if isinstance(handoff, model.Handoff) and _may_be_strange(handoff) and not ways.is_doubtful(node):
            owner = handoff.plan_to.party.name if handoff.plan_to is not None else ""
            if owner in _parties(ways, node, handoff):
                continue
            words = {"handoff": handoff.name, "owner": str(handoff.plan_to), "receiver": str(handoff.receiver.party)}
            say = "the handoff `{handoff}` goes to `{receiver}`, and moves the plan to `{owner}`, who is no party to it"
            help_ = "Move the plan to `{receiver}`, or write: keeps the plan with its owner"
            yield RULE.on(node.span, say, words, help_)


def _may_be_strange(handoff: model.Handoff) -> bool:
    """Whether the plan moves to a provider that is neither named as its sender nor as its receiver."""
    if handoff.plan_to is None or handoff.plan_to.party.kind != "provider":
        return False
    return handoff.plan_to.party not in (handoff.sender.party, handoff.receiver.party)


def _parties(ways: Ways, node: Node, handoff: model.Handoff) -> frozenset[str]:
    """The providers that the sender and the receiver may be."""
    holders = ways.holders[node.index]
    return frozenset(
        name for party in (handoff.sender.party, handoff.receiver.party)
        for name in ways.expand(ways.parties(party, holders), node)
    )  # fmt: skip


def watch(program: Program) -> Iterator[Watch]:
    """The receiver accepted, and the plan went to somebody else."""
    strange = frozenset(
        n.index for n in program.nodes if isinstance(n.statement, model.Handoff) and _may_be_strange(n.statement)
    )
    if strange:
        yield Watch("accepted", _accepted, strange)


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    handoff = enrolment.tables.program.nodes[node].statement
    if not isinstance(handoff, model.Handoff) or handoff.plan_to is None or fact is None:
        return None
    sender = handoff.sender.party
    sent_by = provider_named(enrolment, sender, node) if sender.kind != "holder" else enrolment.holder_at(since)
    if handoff.plan_to.party.name in (sent_by, enrolment.offers[node].receiver):
        return None
    words = {"handoff": handoff.name, "owner": str(handoff.plan_to)}
    return RULE.of(
        record, "`{handoff}` was accepted, and the plan went to `{owner}`, who accepted nothing", words, level="warning",
        since=at, who=record.owner, evidence=(seen(fact),), help="Ask `{owner}` whether it takes the plan", span=handoff.span,
    )  # fmt: skip
