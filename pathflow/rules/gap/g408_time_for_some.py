"""G408 time-for-some

A step has a time for some clients and none for the others; in a record, one was done or owed for whom none of its times
holds.

Why: Whoever wrote a time for those under 23 years and forgot the others has left them without one: they are never late,
    and wait longest. The silence of the whole path is far longer than what was meant.
Source: Promises, law 6.
Bad:
    steps
        step Visit                                        # <- G408
            by doctor at Health Centre
            within 14 days, when age < 23 years
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days, when age < 23 years
            within 3 months
        end Done
            closes the plan
Fix: Add a limit without `when` below the others; it holds for everyone else.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.engine.duties import limit_for
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.cells import UNKNOWN, cover, spoken
from pathflow.rules.limits import limits_of
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G408", "time-for-some", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Where every limit has a condition, one of them holds for each client."""
    for node in ways.program.nodes:
        limits = limits_of(node.statement)
        conditions = [limit.when for limit in limits if limit.when is not None]
        if not limits or len(conditions) < len(limits) or ways.is_doubtful(node) or node.index not in ways.reachable:
            continue
        hole = cover(conditions, False, ways.path.items, ways.given(node)).hole
        if hole is not None:
            words = {"step": node.name, "values": spoken(hole, ways.path.items)}
            say = "`{step}` has no time for a client with {values}: it is never late for them"
            aim = Aim(node.index, values={item: value for item, value in hole.items() if value != UNKNOWN})
            yield RULE.on(node.span, say, words, "Add a limit without `when` below the others, for everyone else", aim=aim)


def watch(program: Program) -> Iterator[Watch]:
    """A step done for a client for whom none of its times holds, though each is said for somebody."""
    steps = frozenset(
        n.index for n in program.nodes
        if isinstance(n.statement, model.Step) and n.statement.limits
        and all(limit.when is not None and limit.of is None for limit in n.statement.limits)
    )  # fmt: skip
    if steps:
        yield Watch("completed", _completed, steps)


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    if limit_for(record, enrolment, node, since) is not None:
        return None
    words = {"step": enrolment.tables.name[node]}
    return RULE.of(
        record, "`{step}` had no time for this client: none of its limits holds", words, level="info", since=since,
        who=enrolment.holder, evidence=(Evidence(since, words["step"], None, "owed since"),),
        help="Add a limit without `when` to the path, for everyone else", span=enrolment.tables.program.nodes[node].span,
    )  # fmt: skip
