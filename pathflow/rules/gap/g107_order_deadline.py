"""G107 order-deadline

An order does not say by when it must be accepted, neither in the step nor in the agreement; in a record, it was not accepted
in time.

Why: An order is two-phase like a handoff: sent, then accepted or returned. Without a deadline an order that was never read
    looks like one that is being worked on.
Source: Promises, law 2.
Bad:
    steps
        step Echocardiography                             # <- G107
            by specialist at Hospital
            ordered by doctor at Health Centre
            carries referral letter
            within 6 weeks
        end Done
            closes the plan
Good:
    steps
        step Echocardiography
            by specialist at Hospital
            ordered by doctor at Health Centre
            carries referral letter
            accepted within 3 working days
            within 6 weeks
        end Done
            closes the plan
Fix: Add `accepted within` to the step, or once for all to the agreement with the provider.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.durations import Duration
from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_named
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G107", "order-deadline", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """Every order has a deadline for its acceptance, which ends before the work must be done."""
    for node in ways.program.nodes:
        step = node.statement
        if not isinstance(step, model.Step) or step.ordered_by is None or ways.is_doubtful(node):
            continue
        if step.accepted_within is None and step.by is not None and step.by.party.kind == "chosen":
            yield from _of_options(ways, node, step, step.by.party.name)
        elif step.accepted_within is None and step.by is not None and step.by.party.kind != "client":
            say = "the order `{step}` does not say by when `{provider}` must accept it"
            words = {"step": node.name, "provider": str(step.by.party)}
            help_ = "Add a line to the step: accepted within 3 working days"
            if ways.network.agreements_with(step.by.party.name):
                help_ = "Add a line to the step, or once for all to the agreement: accepted within 3 working days"
            yield RULE.on(node.span, say, words, help_)
        elif step.accepted_within is not None:
            yield from _too_long(node, step, step.accepted_within)


def _of_options(ways: Ways, node: Node, step: model.Step, choice: str) -> Iterator[Finding]:
    """Of the providers that the client may choose each has a time, in its agreement."""
    lacking: list[str] = []
    longest: list[Duration] = []
    for provider in ways.options(choice):
        agreed = ways.network.accepted_within(provider)
        if agreed is None:
            lacking.append(provider)
        else:
            longest = [agreed] if not longest or agreed.is_longer_than(longest[0]) else longest
    if lacking and ways.network.has_all_agreements:
        say = "the order `{step}` does not say by when it must be accepted, nor does the agreement with {providers}"
        words = {"step": node.name, "providers": listing(lacking, "or")}
        help_ = "Add a line to the step: accepted within 3 working days"
        if all(ways.network.agreements_with(provider) for provider in lacking):
            help_ = "Add a line to the step, or once for all to the agreement: accepted within 3 working days"
        yield RULE.on(node.span, say, words, help_)
    for agreed in longest:
        yield from _too_long(node, step, agreed)


def _too_long(node: Node, step: model.Step, accepted: Duration) -> Iterator[Finding]:
    """An order is accepted before it must be done."""
    if step.limits and step.limits[0].of is None and accepted.is_longer_than(step.limits[0].target):
        say = "the order `{step}` may be accepted within {accepted}, and is to be done within {target}"
        words = {"step": node.name, "accepted": str(accepted), "target": str(step.limits[0].target)}
        yield RULE.on(node.span, say, words, "Give it less time to be accepted, or more to be done", level="warning")


def watch(program: Program) -> Iterator[Watch]:
    """An order that expired."""
    orders = frozenset(
        n.index for n in program.nodes if isinstance(n.statement, model.Step) and n.statement.ordered_by is not None
    )
    if orders:
        yield Watch("expired", _expired, orders)


def _expired(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    offer = enrolment.offers[node]
    name = enrolment.tables.name[node]
    step = enrolment.tables.program.nodes[node].statement
    if not isinstance(step, model.Step) or step.by is None or step.ordered_by is None:
        return None
    asked = provider_named(enrolment, step.by.party, node)
    sees_to_it = offer.receiver if step.fallback is not None else provider_named(enrolment, step.ordered_by.party, node)
    return RULE.of(
        record,
        "the order `{step}` was not accepted in time by `{provider}`",
        {"step": name, "provider": asked},
        level="warning",
        since=since,
        due=offer.due,
        who=sees_to_it,
        evidence=(Evidence(since, name, asked, "sent"), Evidence(at, name, asked, "expired")),
        help="See that it is done, here or elsewhere"
        if step.fallback is not None
        else "Order it elsewhere, or see that `{provider}` does it",
        span=enrolment.tables.program.nodes[node].span,
    )
