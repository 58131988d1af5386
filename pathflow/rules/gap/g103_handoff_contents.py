"""G103 handoff-contents

A handoff does not say which information goes with the client; in a record, it was accepted without something it should carry.

Why: A receiver who does not get the summary repeats the examinations or misses what matters. At the first visit after a
    hospital stay the summary was there for 12 to 34 % of clients.
Source: Kripalani et al., JAMA 2007;297:831; promises, laws 2 and 5.
Bad:
    steps
        handoff Referral                                  # <- G103
            from Health Centre to Hospital
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            keeps the plan with doctor at Health Centre
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
Fix: Add a line `carries`, with the items that the receiver needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G103", "handoff-contents")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every handoff names the items that it carries."""
    for node in ways.program.nodes:
        handoff = node.statement
        if isinstance(handoff, model.Handoff) and not handoff.carries and not ways.is_doubtful(node):
            say = "the handoff `{handoff}` does not say which information goes with the client"
            help_ = "Add a line, for example: carries referral letter, medication list"
            yield RULE.on(node.span, say, {"handoff": node.name}, help_)


def watch(program: Program) -> Iterator[Watch]:
    """A handoff accepted although something it should carry does not exist."""
    for node in program.nodes:
        if isinstance(node.statement, model.Handoff) and node.statement.carries:
            yield Watch("accepted", _accepted, frozenset({node.index}))


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    handoff = enrolment.tables.program.nodes[node].statement
    if not isinstance(handoff, model.Handoff) or fact is None or fact.kind != "accepted":
        return None
    missing = [item for item in handoff.carries if record.newest(item, at) is None]
    if not missing:
        return None
    return RULE.of(
        record,
        "`{handoff}` was accepted without {missing}",
        {"handoff": handoff.name, "missing": listing(missing)},
        level="warning",
        since=since,
        who=str(handoff.sender),
        evidence=(seen(fact),),
        help="Send what is missing",
        span=handoff.span,
    )
