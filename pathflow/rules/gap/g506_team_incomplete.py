"""G506 team-incomplete

The plan's team must have a profession that has nothing to do on the path.

Why: A team on paper helps nobody. Integration needs social expertise where the plan says so: somebody of each profession of the
    team acts, is asked, or owns the plan.
Source: The multi-professional group of the 2015–2019 reform: a social worker, other social professionals, health when needed.
Bad:
    plan Care plan                                        # <- G506
        owner doctor at Health Centre
        review every 6 months
        team doctor, counsellor
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
        team doctor
        team when needed counsellor
        if another path joins, the owner stays
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Give the profession a step or a consultation, or say that it joins the team when needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.base.names import listing
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G506", "team-incomplete", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every profession of the team acts somewhere on the path, or on one that it includes."""
    plan = ways.path.plan
    if plan is None or not plan.team or not ways.is_whole or (plan.span.file, plan.span.line) in ways.doubts:
        return
    acting = set(_acting(ways.program)) | set(plan.owner.professions if plan.owner is not None else ())
    absent = [profession for profession in plan.team if profession not in acting]
    if absent:
        words = {"plan": plan.name, "absent": listing(absent)}
        say = "the team of `{plan}` must have a {absent}, and no step or consultation is theirs"
        yield RULE.on(plan.span, say, words, "Give them a step or a consultation, or write: team when needed {absent}")


def _acting(program: Program) -> Iterator[str]:
    """The professions that act on a path."""
    for node in program.nodes:
        statement = node.statement
        if isinstance(statement, model.Step):
            yield from (p for actor in (statement.by, statement.ordered_by) if actor is not None for p in actor.professions)
        elif isinstance(statement, model.Handoff | model.Consultation):
            yield from (*statement.sender.professions, *statement.receiver.professions)
            plan_to = statement.plan_to if isinstance(statement, model.Handoff) else None
            yield from plan_to.professions if plan_to is not None else ()
        elif isinstance(statement, model.Choice) and statement.guided_by is not None:
            yield from statement.guided_by.professions
        elif isinstance(statement, model.Include) and statement.path in program.included:
            yield from _acting(program.included[statement.path])


def watch(_program: Program) -> Iterator[Watch]:
    """Who acted is seen step by step."""
    return iter(())
