"""G111 ping-pong

On some way the client is handed over and handed back, or round in a circle, and nobody does anything in between; in a record,
the client was, or was handed over three times in a month without a service.

Why: Each handoff is right in itself: it was sent, accepted and answered. The client has waited three times for nothing, and
    whoever sent them does not learn what was wrong with the referral.
Source: Three handoffs in 30 days without a service are our own figure €; promises, laws 1 and 2.
Bad:
    steps
        handoff Referral
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 days
            if not accepted, Health Centre keeps the client
            keeps the plan with its owner
        handoff Back                                      # <- G111
            from Hospital to Health Centre
            carries referral letter
            accepted within 3 days
            if not accepted, Hospital keeps the client
            keeps the plan with its owner
        end Done
            closes the plan
Good:
    steps
        handoff Referral
            from Health Centre to Hospital
            carries referral letter
            accepted within 3 days
            if not accepted, Health Centre keeps the client
            keeps the plan with its owner
        step Examination
            by specialist at Hospital
            within 2 weeks
        handoff Back
            from Hospital to Health Centre
            carries referral letter
            accepted within 3 days
            if not accepted, Hospital keeps the client
            keeps the plan with its owner
        end Done
            closes the plan
Fix: Let whoever receives the client do something before handing on; ask for advice first (`consultation`); or decide before the
    referral what is decided after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathflow.base.findings import Aim, Evidence, Finding, Related
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.pending import NOTHING, Open, Pending, Things, still_open
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G111", "ping-pong", "warning")

_TO = "\0"
"""Stands between those who held the client one after another, while nobody did anything."""


def prove(ways: Ways) -> Iterator[Finding]:
    """Whoever is handed a client does something before the client comes back to somebody who had handed them on."""
    handoffs = [node for node in ways.program.nodes if isinstance(node.statement, model.Handoff)]
    if not ways.is_whole or len(handoffs) < 2:
        return
    things = Things()
    pending = still_open(ways, things, _after(ways, things))
    for node in handoffs:
        if node.index not in ways.reachable or ways.is_doubtful(node) or not isinstance(node.statement, model.Handoff):
            continue
        for one in sorted(things.of(pending.get(node.index, NOTHING))):
            chain = one.what.split(_TO)
            back = sorted(ways.holding.who(node.statement.receiver.party, node) & set(chain[:-1]))
            if back:
                words = {"handoff": node.name, "provider": back[0], "others": listing(chain[chain.index(back[0]) + 1 :])}
                say = "`{handoff}` brings the client back to `{provider}`, and {others} has done nothing in between"
                help_ = (
                    "Let whoever received the client do something first, ask by a consultation, or decide before the handoff"
                )
                where = (Related(ways.program.nodes[one.node].span, "handed over here"),)
                aim = Aim(node.index, "open", earlier=one.node, closing=_doing(ways))
                yield RULE.on(node.span, say, words, help_, where, aim=aim)
                break


def _after(ways: Ways, things: Things) -> Callable[[Node, Pending], Pending]:
    """Who held the client one after another since anybody did something, from the first handoff on."""

    def after(node: Node, pending: Pending) -> Pending:
        statement = node.statement
        if isinstance(statement, model.Handoff):
            receivers = ways.holding.who(statement.receiver.party, node)
            begun = {(node.index, sender) for sender in ways.holding.who(statement.sender.party, node)}
            chains = begun | {(one.node, one.what) for one in things.of(pending)}
            met = NOTHING
            for first, chain in sorted(chains):
                for receiver in sorted(receivers):
                    if receiver not in chain.split(_TO):
                        met |= things.bit(Open(first, chain + _TO + receiver))
            return met
        return NOTHING if _does(node) else pending

    return after


def _does(node: Node) -> bool:
    """Whether somebody does something for the client."""
    step = node.statement
    is_theirs = isinstance(step, model.Step) and (step.by is None or step.by.party.kind != "client")
    return is_theirs or isinstance(step, model.Include | model.Consultation)


def _doing(ways: Ways) -> frozenset[int]:
    return frozenset(node.index for node in ways.program.nodes if _does(node))


_MONTH = 30 * 24 * 3600 * 1_000_000
"""How long three handoffs are few; our own figure €. Units: microseconds."""

_OFTEN = 3


def watch(program: Program) -> Iterator[Watch]:
    """A handoff brings the client back, or moves them for the third time in a month, and nobody has done anything."""
    handoffs = frozenset(node.index for node in program.nodes if isinstance(node.statement, model.Handoff))
    own = {
        node.name
        for node in program.nodes
        if isinstance(node.statement, model.Step) and node.statement.by is not None and node.statement.by.party.kind == "client"
    }

    def accepted(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        to = (fact.provider if fact is not None else None) or enrolment.offers[node].receiver
        if fact is None or to == enrolment.holder:
            return None
        quiet = _last_service(record, own, at)
        before = [(since, holder) for since, holder in enrolment.holders[1:] if since >= quiet]
        is_back = bool(before) and to in {holder for _, holder in enrolment.holders[-len(before) - 1 : -1]}
        lately = [since for since, _ in before if at - since <= _MONTH]
        if not is_back and len(lately) + 1 < _OFTEN:
            return None
        words = {"handoff": program.nodes[node].name, "provider": to, "count": str(len(before) + 1)}
        say = "`{handoff}` moved the client to `{provider}`: {count} handoffs, and nobody has done anything in between"
        if is_back:
            say = "`{handoff}` brought the client back to `{provider}`, and nobody has done anything in between"
        evidence = (*(Evidence(since, holder, holder, "held the client from then on") for since, holder in before), seen(fact))
        return RULE.of(
            record, say, words, level="warning", since=before[0][0], who=to, evidence=evidence,
            help="Agree on who does what before the client is moved again", span=program.nodes[node].span,
        )  # fmt: skip

    if len(handoffs) > 1:
        yield Watch("accepted", accepted, handoffs)


def _last_service(record: Record, own: set[str], at: Instant) -> Instant:
    """When somebody last did something for the client; what the client does alone does not count."""
    for fact in reversed(record.facts):
        if fact.kind in ("completed", "answered") and fact.at <= at and fact.subject not in own:
            return fact.at
    return -(1 << 62)
