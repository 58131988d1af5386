"""G203 decision-hole

Some clients fit no branch of a decision; in a record, the client's values match none.

Why: A client for whom nobody has decided anything waits until somebody notices. `41 to 49 %` after `up to 40 %` loses the
    client with 40.5 %.
Source: Promises, law 7.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes ejection fraction
        decide What kind?                                 # <- G203
            if ejection fraction <= 40 %
                end Reduced
                    closes the plan
            if ejection fraction >= 41 %
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
Fix: Widen a condition, add a branch, or add `otherwise`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model.conditions import events_of
from pathflow.rules.cells import BOXES_MAX, spoken, told
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G203", "decision-hole")


def prove(ways: Ways) -> Iterator[Finding]:
    """Some branch is right for every client whose values are known."""
    for node in ways.program.nodes:
        if node.kind != "decide" or ways.is_doubtful(node):
            continue
        edges = ways.program.edges[node.index]
        conditions = [edge.condition for edge in edges if edge.condition is not None]
        if any(events_of(condition) for condition in conditions) or not conditions:
            continue
        found = ways.cover(node, ways.given(node) | ways.told(node))
        if found.hole is not None:
            words = {"decision": node.name, "values": spoken(found.hole, ways.path.items)}
            say = "a client with {values} fits no branch of `{decision}`"
            aim = Aim(node.index, "decided", values=told(found.hole, ways.path.items))
            yield RULE.on(node.span, say, words, "Widen a condition, add a branch, or add `otherwise`", aim=aim)
        if not found.is_whole:
            words = {"decision": node.name, "most": str(BOXES_MAX)}
            say = "`{decision}` compares too many values to be proved ({most} groups of values are tried)"
            yield RULE.on(node.span, say, words, "Split it into decisions one after another", level="warning")


def watch(program: Program) -> Iterator[Watch]:
    """A client waits at a decision although everything it asks for is known."""
    decisions = {
        n.index
        for n in program.nodes
        if n.kind == "decide" and not any(e.condition is not None and events_of(e.condition) for e in program.edges[n.index])
    }

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for node in decisions & enrolment.waiting:
            since = enrolment.tokens.get(node, at)
            values = [way.test(record, enrolment, at, since) for way in enrolment.tables.ways[node]]
            if any(value is not False for value in values):
                continue
            words = {"decision": program.nodes[node].name}
            yield RULE.of(
                record, "the client's values fit no branch of `{decision}`, so nobody goes on", words, level="error",
                since=since, who=enrolment.holder, evidence=(Evidence(since, words["decision"], None, "reached"),),
                help="Decide by hand, and mend the path", span=program.nodes[node].span,
            )  # fmt: skip

    if decisions:
        yield Watch(standing=standing)
