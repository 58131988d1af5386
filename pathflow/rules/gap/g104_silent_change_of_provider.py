"""G104 silent-change-of-provider

The provider changes without a handoff, an order or a consultation; in a record, a step was done by a provider that neither
holds the client nor was asked.

Why: Where responsibility changes hands without anyone saying so, nobody must pass the information on and nobody must accept
    the client. This is the first of all gaps: each provider believes that the other one has the client.
Source: Promises, laws 1 and 2.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        step Echocardiography                             # <- G104
            by specialist at Hospital
            within 6 weeks
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        step Echocardiography
            by specialist at Hospital
            ordered by doctor at Health Centre
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre takes over
            within 6 weeks
        end Done
            closes the plan
Fix: If the client is to be held by the other provider from here on, add a `handoff` before the step. If it only does this
    step, add `ordered by`, with the terms on which the order is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Finding, Related
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_of
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.causes import asked_first, holder_from, places_of
from pathflow.rules.holding import BEFORE
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G104", "silent-change-of-provider")


def prove(ways: Ways) -> Iterator[Finding]:
    """Each step is done by whoever holds the client, or is an order."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        step = node.statement
        if node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        if isinstance(step, model.Step) and step.by is not None and step.ordered_by is None:
            yield from _one(ways, node, step.by.party)
        elif isinstance(step, model.Include):
            child = ways.program.included.get(step.path)
            if child is not None:
                yield from _one(ways, node, model.Party("provider", child.path.accountable))


def _holding_instead(ways: Ways, node: Node, party: model.Party) -> list[str]:
    """Those who may hold the client at a node where the party is somebody else."""
    others = ways.holding.not_holding(party, node)
    right = ways.parties(party, frozenset()) if BEFORE in others else frozenset[str]()
    return sorted(ways.expand(frozenset(others), node) - right)


def _one(ways: Ways, node: Node, party: model.Party) -> Iterator[Finding]:
    named = _holding_instead(ways, node, party)
    if not named:  # nor where it can happen at any time, and the client is held by nobody else at any
        return
    words = {"step": node.name, "provider": str(party), "holders": listing(named, "or"), "holder": named[0]}
    say = "`{step}` is done by `{provider}`, but {holders} holds the client there, and nothing was handed over"

    def is_so(other: Ways, at: Node) -> bool:
        return bool(_holding_instead(other, at, party))

    causes = holder_from(ways, node, named, is_so)
    more = asked_first(ways, causes, is_so, node)
    help_ = "Add a `handoff` to `{provider}` before it; or, if the client stays with `{holder}`, add: ordered by … at {holder}"
    if BEFORE in ways.holders[node.index]:
        help_ = "It can happen at any time, so it is an order; add: ordered by whoever is accountable"
        if more:
            help_ = (
                "It can happen at any time, so it is an order; add: ordered by whoever is accountable; or say in the "
                "`whenever` when it can come, for example: and {known} is known"
            )
    elif more:
        help_ = "Say in the `whenever` when it can come, for example: and {known} is known; or hand the client over on its way"
    elif node.region:
        help_ = "In a branch nobody is handed over to another, so it is an order; add: ordered by … at {holder}"
    right = ways.parties(party, frozenset()) if party.kind != "chosen" else frozenset[str]()
    aim = Aim(node.index, "holder", tuple(sorted(right)), party.name if party.kind == "chosen" else "")
    yield RULE.on(node.span, say, words | more, help_, causes or _where(ways, node), aim=aim, cause=places_of(causes))


def _where(ways: Ways, node: Node) -> tuple[Related, ...]:
    """The last step before it, where somebody else acts."""
    for edge in ways.incoming[node.index]:
        before = ways.program.nodes[edge.source]
        if isinstance(before.statement, model.Step) and before.statement.by is not None:
            return (Related(before.span, f"{before.statement.by.party} acts here"),)
    return ()


def watch(program: Program) -> Iterator[Watch]:
    """A step done by a provider that neither holds the client nor is the one the path names."""
    steps = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Step))
    yield Watch("completed", _completed, steps, asks="provider")
    yield Watch("beside", _completed, steps)
    yield Watch("accepted by another", _accepted)


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    if fact is None or fact.provider is None or fact.kind != "completed":
        return None
    holder = enrolment.holder
    if fact.provider == holder:
        return None
    expected = provider_of(enrolment, node)
    offer = enrolment.offers.get(node)
    if expected is None or fact.provider == expected or (offer is not None and offer.receiver == fact.provider):
        return None
    return RULE.of(
        record,
        "`{step}` was done by `{provider}`, which neither holds the client nor has an order; the path names `{expected}`",
        {"step": enrolment.tables.name[node], "provider": fact.provider, "expected": expected, "holder": holder},
        level="warning",
        since=at,
        who=holder,
        evidence=(seen(fact),),
        help="Make sure that what was found reaches `{holder}`, and that somebody has the client",
        span=enrolment.tables.program.nodes[node].span,
    )


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    if fact is None or fact.provider is None:
        return None
    words = {"handoff": enrolment.tables.name[node], "provider": fact.provider, "receiver": enrolment.offers[node].receiver}
    say, help_ = (
        "`{handoff}` was accepted by `{provider}`, though it had been sent to `{receiver}`",
        "Record to whom it was sent anew",
    )
    if fact.kind == "proposed":
        say = "`{handoff}` was sent to `{provider}`, which the network does not know; it counts as sent to `{receiver}`"
        help_ = "Name the provider in the network, or as `known as` of one that is there"
    elif fact.provider not in enrolment.tables.program.path.network.providers:
        say = "`{handoff}` was accepted by `{provider}`, which the network does not know, so it is not accepted"
        help_ = "Name the provider in the network, or as `known as` of one that is there"
    return RULE.of(
        record, say, words, level="warning", since=at, who=enrolment.holder, evidence=(seen(fact),), help=help_,
        span=enrolment.tables.program.nodes[node].span,
    )  # fmt: skip
