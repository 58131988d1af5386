"""G102 handoff-fallback

A handoff does not say who takes over when nobody accepts it; in a record, the client fell back to the organiser.

Why: When the deadline passes somebody must be accountable at once. A fallback that has agreed beforehand is ready; the
    organiser, who answers in law, is far from the client and does not know that the client is coming.
Source: Organising Act 612/2021 §10, the organiser's responsibility; promises, law 2.
Bad:
    steps
        handoff Referral                                  # <- G102
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 working days
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
Fix: Add a line `if not accepted`, with who takes over or that the sender keeps the client.
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

RULE = Rule("G102", "handoff-fallback")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every handoff names its fallback."""
    for node in ways.program.nodes:
        handoff = node.statement
        if isinstance(handoff, model.Handoff) and handoff.fallback is None and not ways.is_doubtful(node):
            say = "the handoff `{handoff}` does not say who takes over when nobody accepts it"
            words = {"handoff": node.name, "sender": str(handoff.sender.party)}
            yield RULE.on(node.span, say, words, "Add a line, for example: if not accepted, {sender} keeps the client")


def watch(program: Program) -> Iterator[Watch]:
    """A handoff without a fallback that expired: the organiser is accountable, and was never asked."""
    bare = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Handoff) and n.statement.fallback is None)
    if bare:
        yield Watch("expired", _fell_back, bare)


def _fell_back(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    name = enrolment.tables.name[node]
    return RULE.of(
        record,
        "nobody accepted `{handoff}`, no fallback is named, and the client fell back to `{holder}`",
        {"handoff": name, "holder": enrolment.holder},
        level="error",
        since=since,
        due=at,
        who=enrolment.holder,
        evidence=(Evidence(since, name, None, "sent"),),
        help="Find somebody who is accountable for the client, and name a fallback in the path",
        span=enrolment.tables.program.nodes[node].span,
    )
