"""O108 owner-without-part

The plan is owned at the start by a provider that has no part in the path.

Why: The owner draws the plan up, keeps it and answers for it. A provider that neither holds the client nor does, orders,
    advises or receives anything on the path owns a plan on paper.
Source: Promises, law 3.
Bad:
    plan Care plan                                        # <- O108
        owner counsellor at Association
        review every 6 months
        if another path joins, the owner stays
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Good:
    plan Care plan
        owner doctor at Health Centre
        review every 6 months
        if another path joins, the owner stays
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Let somebody own the plan who meets the client, or give the owner a step: drawing up the plan is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("O108", "owner-without-part", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """The plan's first owner holds the client at the start, or acts somewhere on the path."""
    plan = ways.path.plan
    if plan is None or plan.owner is None or not ways.is_whole or (plan.span.file, plan.span.line) in ways.doubts:
        return
    owner = plan.owner.party
    if owner.kind != "provider" or owner.name in (ways.path.accountable, ways.path.responsible, *ways.network.organisers):
        return
    if owner.name not in set(_acting(ways, ways.program)):
        words = {"plan": plan.name, "owner": str(plan.owner), "holder": ways.path.accountable}
        say = "`{owner}` owns the plan `{plan}` at the start, and has no part in the path"
        yield RULE.on(plan.span, say, words, "Let somebody at `{holder}` own it, or give the owner a step")


def _acting(ways: Ways, program: Program) -> Iterator[str]:
    """The providers that do, order, advise, send, receive or guide something on a path and on those that it includes."""
    for node in program.nodes:
        if isinstance(node.statement, model.Include) and node.statement.path in program.included:
            yield from _acting(ways, program.included[node.statement.path])
        for actor in _actors(node.statement):
            yield from ways.options(actor.party.name) if actor.party.kind == "chosen" else (actor.party.name,)


def _actors(statement: object) -> Iterator[model.Actor]:
    if isinstance(statement, model.Step):
        yield from (actor for actor in (statement.by, statement.ordered_by) if actor is not None)
    elif isinstance(statement, model.Handoff | model.Consultation):
        yield from (statement.sender, statement.receiver)
    elif isinstance(statement, model.Choice) and statement.guided_by is not None:
        yield statement.guided_by


def watch(_program: Program) -> Iterator[Watch]:
    """Who owns the plan in a record is watched by O101 and O104."""
    return iter(())
