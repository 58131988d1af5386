"""O105 owner-when-joined

A plan does not say what becomes of its owner when another path joins; in a record, a client has two paths whose plans name
different owners.

Why: A client with two paths has one plan. Unless it is said beforehand whose plan it is, each path keeps one of its own.
Source: Promises, law 3.
Bad:
    plan Care plan                                        # <- O105
        owner doctor at Health Centre
        review every 6 months
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
Fix: Add `if another path joins, the owner stays`, or name who then owns the plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import fold
from pathflow.engine.facts import Fact
from pathflow.engine.parties import spoken
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("O105", "owner-when-joined")


def prove(ways: Ways) -> Iterator[Finding]:
    """The plan says what a second path does to its owner."""
    plan = ways.path.plan
    if plan is None or plan.says_joining or (plan.span.file, plan.span.line) in ways.doubts:
        return
    say = "the plan `{plan}` does not say what becomes of its owner when the client begins another path"
    yield RULE.on(plan.span, say, {"plan": plan.name}, "Add a line: if another path joins, the owner stays")


def watch(_program: Program) -> Iterator[Watch]:
    """A second path whose plan names another owner than the one in place."""
    yield Watch("enrolled", _enrolled)


def _enrolled(
    record: Record, enrolment: Enrolment, _node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    plan = enrolment.tables.program.path.plan
    if plan is None or plan.owner is None or record.owner is None or record.plan_from == enrolment.index:
        return None
    proposed = spoken(enrolment, plan.owner, -1)
    if fold(proposed) == fold(record.owner):
        return None
    words = {"path": enrolment.path, "proposed": proposed, "owner": record.owner}
    return RULE.of(
        record, "`{path}` proposes `{proposed}` as the plan's owner; `{owner}` stays until the change is accepted", words,
        level="info", since=at, who=record.owner, evidence=(Evidence(at, enrolment.path, None, "a second path began"),),
        help="Take the new services into the plan, or hand it over",
    )  # fmt: skip
