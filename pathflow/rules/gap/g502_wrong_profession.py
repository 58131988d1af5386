"""G502 wrong-profession

A step asks for a profession that the provider does not have, for a service that it does not offer, or for a way of working that
is not its own; in a record, a step was done by another profession than the path names. What is said of `whoever is accountable`
must be so for everyone who may hold the client there, those included who take over when nobody accepts. Who sees to an order
that nobody took either may order it anew (G112 says who may; so may a public provider, for the organiser) or does it, and then
has the profession and offers the service.

Why: A duty given to somebody who is not there is owed by nobody.
Source: Promises, law 1.
Bad:
    steps
        step Echocardiography                             # <- G502
            by specialist at Health Centre
            within 6 weeks
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Name a profession that works there, or add it to the provider's `professions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from pathflow.base.findings import Aim, Finding, Related
from pathflow.base.instants import Instant
from pathflow.base.names import fold, listing
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.network import Provider
from pathflow.rules.holding import aim_at
from pathflow.rules.ordering import can_order
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G502", "wrong-profession")


def prove(ways: Ways) -> Iterator[Finding]:
    """Whoever is named works where it says, and offers what is done there."""
    for node in ways.program.nodes:
        if ways.is_doubtful(node):
            continue
        for actor in _actors(node):
            for name in sorted(ways.holding.who(actor.party, node)) if actor.party.kind != "client" else ():
                yield from _wrong(ways, node, actor, name)
        if ways.is_whole and node.index in ways.reachable:
            yield from _left_with(ways, node)
    plan = ways.path.plan
    for owner in (plan.owner, plan.joining_owner) if plan is not None else ():
        if plan is not None and owner is not None and owner.party.kind == "provider":
            yield from _wrong(ways, Node(-1, "start", plan.name, plan.span), owner, owner.party.name)


_STANDING: Final = ("holder", "previous")
"""Whoever is accountable, and whoever was. In an included path it is the path's own beginning that counts: G104 sees to it."""


def _actors(node: Node) -> Iterator[model.Actor]:
    statement = node.statement
    if isinstance(statement, model.Step):
        yield from (actor for actor in (statement.by, statement.ordered_by) if actor is not None)
    elif isinstance(statement, model.Handoff):
        yield statement.sender
        yield statement.receiver
        if statement.plan_to is not None:
            yield statement.plan_to
        if statement.plan_with is not None and statement.plan_with.party.kind in _STANDING:
            yield statement.plan_with
    elif isinstance(statement, model.End) and statement.plan_with is not None:
        if statement.plan_with.party.kind in _STANDING:
            yield statement.plan_with
    elif isinstance(statement, model.Consultation):
        yield statement.sender
        yield statement.receiver
    elif isinstance(statement, model.Choice) and statement.guided_by is not None:
        yield statement.guided_by


def _wrong(ways: Ways, node: Node, actor: model.Actor, name: str) -> Iterator[Finding]:
    provider = ways.network.providers.get(name)
    if provider is None:
        return
    where = (Related(provider.span, "the provider is here"),) if provider.span is not None else ()
    absent, aim = _absent(actor, provider), aim_at(node, actor.party, name)
    if not provider.professions and actor.professions and not ways.doubts and _says_who_works(ways):
        words = {"step": node.name, "profession": listing(list(actor.professions)), "provider": name}
        say = "`{step}` names {profession} at `{provider}`, which is not said to have any professions"
        yield RULE.on(node.span, say, words, "Add a line to the provider: professions {profession}", where, aim=aim)
    elif absent and actor.party.kind in _STANDING:
        yield replace(_of_a_holder(ways, node, absent, provider, where), aim=aim)
    elif absent:
        words = {"step": node.name, "profession": listing(absent), "provider": name}
        words["there"] = listing(list(provider.professions), "or")
        say = "`{provider}` has no {profession}, whom `{step}` names"
        yield RULE.on(node.span, say, words, "There work {there}; name one of them, or add to its professions", where, aim=aim)
    if provider.channels and actor.channel is not None and actor.channel not in provider.channels:
        words = {"step": node.name, "provider": name, "channel": actor.channel, "channels": listing(provider.channels, "or")}
        say = "`{provider}` does not work so: `{step}` is to be done `{channel}`, and its channels are {channels}"
        yield RULE.on(node.span, say, words, "Add it to the provider's `channels`, or name one of them", where, aim=aim)
    step = node.statement
    if provider.offers and isinstance(step, model.Step) and actor is step.by:
        unoffered = [d.service for d in step.does if d.service not in provider.offers]
        if unoffered:
            words = {"step": node.name, "services": listing(unoffered), "provider": name}
            say = "`{provider}` does not offer {services}, which `{step}` does"
            yield RULE.on(node.span, say, words, "Add it to the provider's `offers`, or name another provider", where, aim=aim)


def _left_with(ways: Ways, node: Node) -> Iterator[Finding]:
    """Who sees to an order that nobody took, and can neither order it anew nor do it."""
    step = node.statement
    if not isinstance(step, model.Step) or step.by is None or step.ordered_by is None or step.fallback is None:
        return
    orderers = ways.holding.who(step.ordered_by.party, node)
    for name in sorted(ways.holding.who(step.fallback.party, node) - orderers):
        provider = ways.network.providers.get(name)
        if provider is None or provider.sector == "public" or can_order(ways, node, name):
            continue
        words = {"step": node.name, "provider": name, "profession": listing(list(step.by.professions), "or")}
        where = (Related(provider.span, "the provider is here"),) if provider.span is not None else ()
        has_nobody = not provider.professions and bool(step.by.professions) and not ways.doubts and _says_who_works(ways)
        unoffered = [d.service for d in step.does if d.service not in provider.offers] if provider.offers else []
        if has_nobody or _absent(step.by, provider):
            say = "`{provider}` is to see to `{step}` when nobody takes it, and has no {profession} to do it"
            help_ = "Name one who has a {profession}, or whoever is accountable, who can order it anew"
            yield RULE.on(node.span, say, words, help_, where, aim=Aim(node.index, "left", (name,)))
        elif unoffered:
            say = "`{provider}` is to see to `{step}` when nobody takes it, and does not offer {services}"
            help_ = "Name one who offers it, or whoever is accountable, who can order it anew"
            words |= {"services": listing(unoffered)}
            yield RULE.on(node.span, say, words, help_, where, aim=Aim(node.index, "left", (name,)))


def _says_who_works(ways: Ways) -> bool:
    """Whether the network says of some provider who works there; where it says so of none, nothing follows from its absence."""
    return any(provider.professions for provider in ways.network.providers.values())


def _absent(actor: model.Actor, provider: Provider) -> list[str]:
    """The professions that the actor names in vain; a provider that names none of its own has any."""
    absent = [p for p in actor.professions if p not in provider.professions] if provider.professions else []
    return absent if actor.joint == "and" or len(absent) == len(actor.professions) else []


def _of_a_holder(ways: Ways, node: Node, absent: list[str], provider: Provider, where: tuple[Related, ...]) -> Finding:
    """Somebody who may be accountable there has nobody of the profession: how it comes to hold the client."""
    words = {"step": node.name, "profession": listing(absent), "provider": provider.name}
    say = "`{provider}` has no {profession}, whom `{step}` names; it may hold the client there"
    if provider.name == ways.path.accountable:
        say = "`{provider}` has no {profession}, whom `{step}` names; it holds the client from the beginning"
    else:
        found = _comes_by(ways, provider.name)
        if found is not None:
            handoff, accepts = found
            words["handoff"] = handoff.name
            where = (*where, Related(handoff.span, "the handoff is here"))
            say = "`{provider}` has no {profession}, whom `{step}` names; it holds the client after `{handoff}`"
            if not accepts:
                say = "`{provider}` has no {profession}, whom `{step}` names; it takes over where nobody accepts `{handoff}`"
    others = [p.name for p in ways.network.providers.values() if set(absent) <= set(p.professions)]
    help_ = "Name a profession that everybody has who may hold the client there, or add to the provider's professions"
    if others:
        words |= {"other": others[0], "by": " and ".join(absent)}
        help_ = "Add to its professions, or order it from who has one: by {by} at {other}, ordered by whoever is accountable"
    return RULE.on(node.span, say, words, help_, where)


def _comes_by(ways: Ways, name: str) -> tuple[model.Handoff, bool] | None:
    """The handoff by which a provider comes to hold the client, and whether by accepting it or because nobody did."""
    for accepts in (True, False):
        for node in ways.program.nodes:
            statement = node.statement
            if isinstance(statement, model.Handoff):
                back = statement.fallback.party if statement.fallback is not None else None
                party = statement.receiver.party if accepts else back
                if party is not None and name in ways.holding.who(party, node):
                    return statement, accepts
                if not accepts and back is None and name == ways.network.organiser:
                    return statement, accepts
    return None


def watch(program: Program) -> Iterator[Watch]:
    """A step done by a known profession that the path does not name for it."""
    named = frozenset(
        n.index for n in program.nodes if isinstance(n.statement, model.Step) and n.statement.by is not None
        and n.statement.by.professions
    )  # fmt: skip
    known = {fold(p): p for p in program.path.network.professions}

    def completed(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        if fact is None or fact.performer is None:
            return None
        step = program.nodes[node].statement
        profession = known.get(fold(fact.performer))
        if profession is None or not isinstance(step, model.Step) or step.by is None or profession in step.by.professions:
            return None  # performers are usually people, whose profession the record does not know
        words = {"step": step.name, "profession": profession, "named": listing(list(step.by.professions), "or")}
        return RULE.of(
            record, "`{step}` was done by a {profession}; the path names {named}", words, level="info", since=at,
            who=enrolment.holder, evidence=(seen(fact),), span=step.span,
        )  # fmt: skip

    if named:
        yield Watch("completed", completed, named, asks="performer")
