"""G101 handoff-deadline

A handoff does not say by when it must be accepted; in a record, nobody accepted it in time.

Why: A referral that nobody has to answer by a date is the commonest way in which a client is lost. Until somebody accepts,
    the sender stays accountable; without a deadline that can last for ever without anyone noticing.
Source: Kripalani et al., JAMA 2007;297:831; promises, law 2.
Bad:
    steps
        handoff Referral                                  # <- G101
            from Health Centre to Hospital
            carries referral letter
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
Fix: Add a line `accepted within`, with the time that the two parties have agreed on.
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

RULE = Rule("G101", "handoff-deadline")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every handoff names its deadline."""
    for node in ways.program.nodes:
        handoff = node.statement
        if isinstance(handoff, model.Handoff) and handoff.accepted_within is None and not ways.is_doubtful(node):
            say = "the handoff `{handoff}` does not say by when it must be accepted"
            help_ = "Add a line, for example: accepted within 3 working days"
            yield RULE.on(node.span, say, {"handoff": node.name}, help_)


def watch(program: Program) -> Iterator[Watch]:
    """A handoff that expired, and one that was withdrawn while nobody has sent another."""
    handoffs = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Handoff))
    yield Watch("expired", _expired, handoffs)
    if handoffs:
        yield Watch(standing=_withdrawn)


def _withdrawn(record: Record, enrolment: Enrolment, _at: Instant) -> Iterator[Finding]:
    for node in enrolment.tokens:
        offer = enrolment.offers.get(node)
        statement = enrolment.tables.program.nodes[node].statement
        if offer is None or offer.state != "cancelled" or not isinstance(statement, model.Handoff):
            continue
        words = {"handoff": statement.name, "holder": enrolment.holder}
        since = offer.settled or offer.sent
        yield RULE.of(
            record, "`{handoff}` was withdrawn, and the client waits at it with `{holder}`", words, level="warning",
            since=since, who=enrolment.holder, evidence=(Evidence(since, statement.name, offer.receiver, "withdrawn"),),
            help="Send it again, perhaps elsewhere, or end the path", span=statement.span,
        )  # fmt: skip


def _expired(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    offer = enrolment.offers[node]
    name = enrolment.tables.name[node]
    words = {"handoff": name, "receiver": offer.receiver, "holder": enrolment.holder}
    moved = any(since == at for since, _ in enrolment.holders[1:])
    then = "`{holder}` became accountable" if moved else "`{holder}` stays accountable"
    if offer.reason is not None:
        say = "`{handoff}` was returned by `{receiver}` and not sent again in time; " + then
    else:
        say = "`{handoff}` was not accepted in time by `{receiver}`; " + then
    return RULE.of(
        record,
        say,
        words,
        level="warning",
        since=since,
        due=offer.due,
        who=enrolment.holder,
        evidence=(Evidence(since, name, offer.receiver, "sent"), Evidence(at, name, offer.receiver, "expired")),
        help="Find a receiver, or end the path",
        span=enrolment.tables.program.nodes[node].span,
    )
