"""O104 two-owners

A handoff or an end keeps the plan with somebody who does not own it there; in a record, the plan is kept with another than its
owner.

Why: Two parties that each believe to own the plan make two plans. Ownership moves by a handoff that moves it, and not by being
    mentioned.
Source: Promises, law 3.
Bad:
    steps
        handoff Referral                                  # <- O104
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            keeps the plan with specialist at Hospital
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
Fix: Move the plan by a handoff first (`moves the plan to`), or name the owner that it has; `its owner` is always right.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import fold, listing
from pathflow.engine.facts import Fact
from pathflow.engine.parties import spoken
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.causes import asked_first, owner_from
from pathflow.rules.holding import ITS_OWNER
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("O104", "two-owners")


def prove(ways: Ways) -> Iterator[Finding]:
    """Who is said to keep the plan owns it there, on every way."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        statement = node.statement
        if not isinstance(statement, model.Handoff | model.End) or statement.plan_with is None:
            continue
        if node.index not in ways.reachable or ways.is_doubtful(node) or statement.plan_with.party.kind == "owner":
            continue
        claimed = str(statement.plan_with)
        others = _owning(ways, node, claimed)
        if others:
            words = {"name": node.name, "claimed": claimed, "owners": listing(others, "or")}
            say = "`{name}` keeps the plan with `{claimed}`, but {owners} owns it there"
            if ITS_OWNER in ways.owners[node.index]:
                say = "`{name}` keeps the plan with `{claimed}`, but {owners} may own it when the event happens"
            causes = owner_from(ways, node, others)

            def is_so(other: Ways, at: Node, owner: str = claimed) -> bool:
                return bool(_owning(other, at, owner))

            more = asked_first(ways, causes, is_so, node)
            help_ = "Move the plan by a handoff first, or write: keeps the plan with its owner"
            if more:
                help_ = (
                    "Write: keeps the plan with its owner; or say in the `whenever` when it can come, for example: and {known} "
                    "is known"
                )
            yield RULE.on(node.span, say, words | more, help_, causes, aim=Aim(node.index, "owner", party=claimed))


def _owning(ways: Ways, node: Node, claimed: str) -> list[str]:
    """Those who may own the plan at a node, besides whom the path names."""
    return sorted(owner for owner in ways.owners_at(node) if fold(owner) != fold(claimed))


def watch(program: Program) -> Iterator[Watch]:
    """The plan is kept with another than its owner."""
    kept = frozenset(
        n.index
        for n in program.nodes
        if isinstance(n.statement, model.Handoff | model.End) and n.statement.plan_with is not None
    )
    if kept:
        yield Watch("accepted", _claimed, kept)
        yield Watch("ended", _claimed, kept)


def _claimed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    statement = enrolment.tables.program.nodes[node].statement
    if not isinstance(statement, model.Handoff | model.End) or statement.plan_with is None or record.owner is None:
        return None
    if statement.plan_with.party.kind == "owner":
        return None
    claimed = spoken(enrolment, statement.plan_with, node)
    if fold(claimed) == fold(record.owner):
        return None
    words = {"name": statement.name, "claimed": claimed, "owner": record.owner}
    return RULE.of(
        record, "`{name}` keeps the plan with `{claimed}`, while `{owner}` owns it", words, level="warning", since=at,
        who=record.owner, evidence=(Evidence(at, statement.name),), help="Hand the plan over, or keep it, and say so",
        span=statement.span,
    )  # fmt: skip
