"""G501 no-agreement

A provider that is not public acts without an agreement that covers it; in a record, a step was done outside an agreement.

Why: What is done without an agreement has no price, no terms and no answer when it goes wrong. The organiser must have agreed
    with every private and third-sector provider, for the service and for the day.
Source: Organising Act 612/2021 §12 ff.
Bad:
    network Example network
        organiser County
        professions counsellor, doctor
        provider Health Centre
            sector public
            professions doctor
        provider Club
            sector third
            professions counsellor
        item letter: document
    steps
        step A talk                                       # <- G501
            by counsellor at Club
            ordered by doctor at Health Centre
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions counsellor, doctor
        provider Health Centre
            sector public
            professions doctor
        provider Club
            sector third
            professions counsellor
        agreement Grant to the club
            with Club
            mode grant
            covers everything
            valid from 2020-01-01
        item letter: document
    steps
        step A talk
            by counsellor at Club
            ordered by doctor at Health Centre
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Fix: Add an `agreement` to the network, or extend its services or dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathflow.base.findings import Finding, Related
from pathflow.base.instants import Instant, local_datetime
from pathflow.base.names import listing
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_of
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.network import EVERYTHING, Network, Period
from pathflow.rules.agreed import acting, aim_of_acting, covering, is_bound
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G501", "no-agreement")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every provider that acts is public, or has an agreement for the service when the path begins; when one ends is G507."""
    if not ways.network.has_all_agreements:
        return
    for node in ways.program.nodes:
        if ways.is_doubtful(node):
            continue
        for provider, services in acting(ways, node):
            found = _wrong(ways, node, provider, services)
            if found is not None:
                yield replace(found, aim=aim_of_acting(node, provider))
        yield from _fallback(ways, node)


def _fallback(ways: Ways, node: Node) -> Iterator[Finding]:
    """Who takes over when nobody accepts answers for whatever the client then needs."""
    statement = node.statement
    if not isinstance(statement, model.Step | model.Handoff) or statement.fallback is None:
        return
    name = statement.fallback.party.name
    provider = ways.network.providers.get(name)
    if statement.fallback.party.kind != "provider" or provider is None or provider.sector == "public":
        return
    services = [doing.service for doing in statement.does] if isinstance(statement, model.Step) else []
    agreements = ways.network.agreements_with(name)
    if name not in ways.network.organisers and not all(
        any(a.covers_service(s) for a in agreements) for s in services or [EVERYTHING]
    ):
        words = {"provider": name, "step": node.name, "sector": provider.sector}
        say = "`{provider}` ({sector} sector) takes over when nobody accepts `{step}`, and no agreement with it covers that"
        help_ = "Name a public provider, or one whose agreement covers everything"
        yield RULE.on(node.span, say, words, help_)


def _wrong(ways: Ways, node: Node, name: str, services: tuple[str, ...]) -> Finding | None:
    provider = ways.network.providers[name]
    agreements = ways.network.agreements_with(name)
    words = {"provider": name, "step": node.name, "sector": provider.sector}
    where = (Related(provider.span, "the provider is here"),) if provider.span is not None else ()
    if not agreements:
        say = "`{provider}` ({sector} sector) acts in `{step}` without an agreement"
        help_ = "Add to the network a block `agreement`, with the lines: with {provider}, mode, covers, valid from"
        return RULE.on(node.span, say, words, help_, where)
    uncovered = [s for s in services if not any(a.covers_service(s) for a in agreements)]
    if uncovered:
        words["services"] = listing(uncovered)
        say = "no agreement with `{provider}` covers {services}, which it does in `{step}`"
        return RULE.on(node.span, say, words, "Add {services} to `covers` of an agreement, or to a new one", where)
    if not services and isinstance(node.statement, model.Step) and not any(EVERYTHING in a.covers for a in agreements):
        say = "`{step}` does not say which service it gives, so no agreement with `{provider}` is known to cover it"
        help_ = (
            "Add a line `does` with the service; or, where the agreement is for all that it does, write there: covers "
            "everything"
        )
        return RULE.on(node.span, say, words, help_, where, level="warning")
    return _not_yet(ways, node, words, services)


def _not_yet(ways: Ways, node: Node, words: dict[str, str], services: tuple[str, ...]) -> Finding | None:
    """No agreement that covers it is in force when the path begins."""
    valid = ways.path.valid
    if valid is None:
        return None
    for service in services or (None,):
        agreements = covering(ways.network, words["provider"], service, isinstance(node.statement, model.Step))
        if not any(a.valid.holds_on(valid.first) for a in agreements):
            words |= {"from": str(valid.first), "service": service or ""}
            say = "no agreement with `{provider}` is in force on {from}, when the path begins"
            if service is not None and any(
                a.valid.holds_on(valid.first) for a in ways.network.agreements_with(words["provider"])
            ):
                say = "no agreement with `{provider}` that covers `{service}` is in force on {from}, when the path begins"
            return RULE.on(node.span, say, words, "Correct the agreement's dates, or the path's")
    return None


def watch(program: Program) -> Iterator[Watch]:
    """A step done by a provider on a day on which no agreement with it was in force."""
    network = program.path.network
    bound = {name for name in network.providers if is_bound(network, name)}
    steps = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Step) and _may_be(n, bound))
    if steps:
        yield Watch("completed", _completed, steps)


def _may_be(node: Node, bound: set[str]) -> bool:
    step = node.statement
    if not isinstance(step, model.Step) or step.by is None:
        return False
    return step.by.party.name in bound or step.by.party.kind != "provider"


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    program = enrolment.tables.program
    network = program.path.network
    name = (fact.provider if fact is not None else None) or provider_of(enrolment, node)
    if fact is None or name is None or not is_bound(network, name):
        return None
    day = local_datetime(at, program.calendar.zone).date()
    if any(a.valid.holds_on(day) for a in network.agreements_with(name)):
        return None
    words = {"step": enrolment.tables.name[node], "provider": name, "day": str(day), "dates": _dates(network, name)}
    return RULE.of(
        record, "`{step}` was done by `{provider}` on {day}, when no agreement with it was in force", words, level="error",
        since=at, who=network.organiser, evidence=(seen(fact),), help="Agreements: {dates}",
        span=program.nodes[node].span,
    )  # fmt: skip


def _dates(network: Network, provider: str) -> str:
    periods: list[Period] = [a.valid for a in network.agreements_with(provider)]
    return "; ".join(str(p) for p in periods) or "none"
