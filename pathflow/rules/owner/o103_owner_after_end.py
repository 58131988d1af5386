"""O103 owner-after-end

An end does not say what becomes of the care plan; in a record, a path ended and left the plan with nobody told.

Why: A plan that is left over has an owner who does not know it, or none. An end closes the plan or says who goes on with it.
Source: Promises, law 3.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done                                          # <- O103
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Add `closes the plan`, or `keeps the plan with` and its owner.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("O103", "owner-after-end")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every end closes the plan or keeps it, and says so, once."""
    for node in ways.program.nodes:
        end = node.statement
        if not isinstance(end, model.End) or ways.is_doubtful(node):
            continue
        words = {"end": end.name}
        if not end.closes_plan and end.plan_with is None:
            say = "the end `{end}` does not say what becomes of the care plan"
            yield RULE.on(node.span, say, words, "Add: closes the plan; or: keeps the plan with … at …")
        elif end.closes_plan and end.plan_with is not None:
            say = "the end `{end}` both closes the plan and keeps it"
            yield RULE.on(node.span, say, words, "Take one of the two lines away")


def watch(program: Program) -> Iterator[Watch]:
    """A path ended at an end that says nothing of the plan."""
    silent = frozenset(
        n.index for n in program.nodes
        if isinstance(n.statement, model.End) and not n.statement.closes_plan and n.statement.plan_with is None
    )  # fmt: skip
    if silent:
        yield Watch("ended", _ended, silent)


def _ended(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    if record.owner is None:
        return None
    words = {"end": enrolment.tables.name[node], "owner": record.owner}
    return RULE.of(
        record, "the path ended with `{end}`, and nobody said what becomes of the plan, which `{owner}` owns", words,
        level="warning", since=at, who=record.owner, evidence=(Evidence(at, words["end"]),),
        help="Close the plan, or hand it over", span=enrolment.tables.program.nodes[node].span,
    )  # fmt: skip
