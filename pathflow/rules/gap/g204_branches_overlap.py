"""G204 branches-overlap

Some clients fit two branches of a decision; in a record, the client's values matched several.

Why: Two professionals reading the same path would send the same client two ways. The engine takes the first, and says so.
Source: Promises, law 7.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes ejection fraction
        decide What kind?
            if ejection fraction <= 40 %
                end Reduced
                    closes the plan
            if ejection fraction >= 40 %                  # <- G204
                end Preserved
                    closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes ejection fraction
        decide What kind?
            if ejection fraction <= 40 %
                end Reduced
                    closes the plan
            if ejection fraction > 40 %
                end Preserved
                    closes the plan
Fix: Narrow one of the two conditions.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Evidence, Finding, Related
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import events_of
from pathflow.rules.cells import spoken, told
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G204", "branches-overlap")


def prove(ways: Ways) -> Iterator[Finding]:
    """No two branches are right for the same client."""
    for node in ways.program.nodes:
        if isinstance(node.statement, model.Decision) and not ways.is_doubtful(node):
            yield from _one(ways, node, node.statement)


def _one(ways: Ways, node: Node, decision: model.Decision) -> Iterator[Finding]:
    branches = [b for b in decision.branches if b.condition is not None]
    conditions = [b.condition for b in branches if b.condition is not None]
    if not conditions or any(events_of(condition) for condition in conditions):
        return
    found = ways.cover(node, ways.given(node) | ways.told(node))
    if found.overlap is None:
        return
    values, first, second = found.overlap
    words = {"decision": decision.name, "values": spoken(values, ways.path.items)}
    say = (
        "a client with {values} fits two branches of `{decision}`"
        if words["values"]
        else "two branches of `{decision}` overlap"
    )
    related = (Related(branches[first].span, "this branch fits too"),)
    aim = Aim(node.index, "decided", values=told(values, ways.path.items))
    yield RULE.on(branches[second].span, say, words, "Narrow one of the two conditions", related, aim=aim)


def watch(program: Program) -> Iterator[Watch]:
    """Several branches fitted, and the first was taken."""
    yield Watch("decided", _decided)


def _decided(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, _since: Instant, about: tuple[int, ...]
) -> Finding | None:
    name = enrolment.tables.name[node]
    words = {"decision": name, "count": str(len(about))}
    return RULE.of(
        record, "the client fitted {count} branches of `{decision}`; the first was taken", words, level="warning", since=at,
        who=enrolment.holder, evidence=(Evidence(at, name),), span=enrolment.tables.program.nodes[node].span,
    )  # fmt: skip
