"""O102 owner-after-handoff

A handoff does not say what becomes of the care plan; in a record, the client moved and the plan stayed behind unsaid.

Why: When the client moves on, the old owner thinks that the plan has moved too, and the new holder that it has not. The plan
    moves only by being moved; each handoff says which.
Source: Promises, law 3.
Bad:
    steps
        handoff Referral                                  # <- O102
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
        end Done
            closes the plan
Good:
    steps
        handoff Referral
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            keeps the plan with doctor at Health Centre
        end Done
            closes the plan
Fix: Add `moves the plan to` with its new owner, or `keeps the plan with` the one it has.
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

RULE = Rule("O102", "owner-after-handoff")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every handoff moves the plan or keeps it, and says so, once."""
    for node in ways.program.nodes:
        handoff = node.statement
        if not isinstance(handoff, model.Handoff) or ways.is_doubtful(node):
            continue
        words = {"handoff": handoff.name, "owner": _owner(ways, node.index), "receiver": str(handoff.receiver.party)}
        if handoff.plan_to is None and handoff.plan_with is None:
            say = "the handoff `{handoff}` does not say what becomes of the care plan"
            help_ = "Add: keeps the plan with {owner}; or: moves the plan to … at {receiver}"
            yield RULE.on(node.span, say, words, help_)
        elif handoff.plan_to is not None and handoff.plan_with is not None:
            say = "the handoff `{handoff}` both moves the plan and keeps it"
            yield RULE.on(node.span, say, words, "Take one of the two lines away")


def _owner(ways: Ways, node: int) -> str:
    owners = sorted(ways.owners[node])
    return owners[0] if len(owners) == 1 else "its owner"


def watch(program: Program) -> Iterator[Watch]:
    """The client moved by a handoff that says nothing of the plan."""
    silent = frozenset(
        n.index for n in program.nodes
        if isinstance(n.statement, model.Handoff) and n.statement.plan_to is None and n.statement.plan_with is None
    )  # fmt: skip
    if silent:
        yield Watch("accepted", _accepted, silent)


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    if fact is None or record.owner is None:
        return None
    words = {"handoff": enrolment.tables.name[node], "owner": record.owner}
    return RULE.of(
        record, "the client moved by `{handoff}`, and nobody said what becomes of the plan, which `{owner}` owns", words,
        level="warning", since=at, who=record.owner, evidence=(seen(fact),), help="Hand the plan over, or keep it, and say so",
        span=enrolment.tables.program.nodes[node].span,
    )  # fmt: skip
