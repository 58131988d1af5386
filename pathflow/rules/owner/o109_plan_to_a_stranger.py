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
from pathflow.engine.program import Program
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
        if isinstance(handoff, model.Handoff) and _is_to_a_stranger(handoff) and not ways.is_doubtful(node):
            words = {"handoff": handoff.name, "owner": str(handoff.plan_to), "receiver": str(handoff.receiver.party)}
            say = "the handoff `{handoff}` goes to `{receiver}`, and moves the plan to `{owner}`, who is no party to it"
            help_ = "Move the plan to `{receiver}`, or write: keeps the plan with its owner"
            yield RULE.on(node.span, say, words, help_)


def _is_to_a_stranger(handoff: model.Handoff) -> bool:
    if handoff.plan_to is None or handoff.plan_to.party.kind != "provider":
        return False
    parties = (handoff.sender.party, handoff.receiver.party)
    return all(party.kind == "provider" and party != handoff.plan_to.party for party in parties)


def watch(program: Program) -> Iterator[Watch]:
    """The receiver accepted, and the plan went to somebody else."""
    strange = frozenset(
        n.index for n in program.nodes if isinstance(n.statement, model.Handoff) and _is_to_a_stranger(n.statement)
    )
    if strange:
        yield Watch("accepted", _accepted, strange)


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    handoff = enrolment.tables.program.nodes[node].statement
    if not isinstance(handoff, model.Handoff) or fact is None:
        return None
    words = {"handoff": handoff.name, "owner": str(handoff.plan_to)}
    return RULE.of(
        record, "`{handoff}` was accepted, and the plan went to `{owner}`, who accepted nothing", words, level="warning",
        since=at, who=record.owner, evidence=(seen(fact),), help="Ask `{owner}` whether it takes the plan", span=handoff.span,
    )  # fmt: skip
