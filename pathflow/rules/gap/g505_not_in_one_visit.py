"""G505 not-in-one-visit

A step is to be done at a place where its provider is not, or in one visit with a step that is done elsewhere; in a record, the
client had to come twice.

Why: Where county staff work at the same centre, needs are assessed and services given there, without a separate visit.
Source: The integration principle of the 2015–2019 reform: no separate visit where staff of the county serve at the centre.
Bad:
    network Example network
        organiser County
        professions nurse, doctor, social worker
        provider Health Centre
            sector public
            professions nurse, doctor
        provider Social Services
            sector public
            professions social worker
        site Old Town House
            hosts Health Centre
        site Hill House
            hosts Social Services
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        step Talk about the home                          # <- G505
            by social worker at Social Services
            ordered by doctor at Health Centre
            accepted within 1 working day
            same visit as Visit
            within 14 days
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions nurse, doctor, social worker
        provider Health Centre
            sector public
            professions nurse, doctor
        provider Social Services
            sector public
            professions social worker
        site Hill House
            hosts Health Centre, Social Services
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        step Talk about the home
            by social worker at Social Services
            ordered by doctor at Health Centre
            accepted within 1 working day
            place Hill House
            same visit as Visit
            within 14 days
        end Done
            closes the plan
Fix: Let both be done at a site that hosts both providers, or take `same visit as` away.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, local_datetime
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.network import Network
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G505", "not-in-one-visit")


def prove(ways: Ways) -> Iterator[Finding]:
    """A step's provider is where the step is done; steps of one visit can be done at one site."""
    nodes = {node.name: node for node in ways.program.nodes if isinstance(node.statement, model.Step)}
    for node, step, provider in ways.performers():
        words = {"step": step.name, "provider": provider.name, "place": step.place or "", "other": step.same_visit or ""}
        site = ways.network.sites.get(step.place) if step.place is not None else None
        if site is not None and provider.name not in site.hosts:
            say = "`{step}` is done at `{place}`, which does not host `{provider}`"
            yield RULE.on(node.span, say, words, "Add the provider to the site's `hosts`, or name another place")
        other = nodes.get(step.same_visit) if step.same_visit is not None else None
        there = _elsewhere(ways, node, provider.name, other) if other is not None else None
        if there is not None:
            words["there"] = there
            say = "`{step}` cannot be in one visit with `{other}`: no site hosts both `{provider}` and `{there}`"
            yield RULE.on(node.span, say, words, "Add a site that hosts both, or take `same visit as` away")


def _elsewhere(ways: Ways, node: Node, provider: str, other: Node) -> str | None:
    """Who may do the other step and meets clients at no site at which this provider does."""
    step, first = node.statement, other.statement
    if not isinstance(step, model.Step) or not isinstance(first, model.Step) or step.by is None or first.by is None:
        return None
    sites = _sites(ways.network, step, provider)
    for one, there in ways.holding.pairs(step.by.party, first.by.party, node):
        if one == provider and first.by.party.kind != "client" and not sites & _sites(ways.network, first, there):
            return there
    return None


def _sites(network: Network, step: model.Step, provider: str) -> set[str]:
    return {step.place} if step.place is not None else set(network.sites_of(provider))


def watch(program: Program) -> Iterator[Watch]:
    """A step was done on another day than the one that it shares a visit with."""
    steps = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Step) and n.statement.same_visit)
    if steps:
        yield Watch("completed", _completed, steps)


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    program = enrolment.tables.program
    step = program.nodes[node].statement
    before = enrolment.happened.get(step.same_visit or "") if isinstance(step, model.Step) else None
    if fact is None or before is None or not isinstance(step, model.Step):
        return None
    zone = program.calendar.zone
    if local_datetime(before, zone).date() == local_datetime(at, zone).date():
        return None
    words = {"step": step.name, "other": step.same_visit or ""}
    return RULE.of(
        record, "`{step}` was done on another day than `{other}`, with which it shares a visit", words, level="warning",
        since=before, who=enrolment.holder, evidence=(Evidence(before, step.same_visit or ""), seen(fact)), span=step.span,
    )  # fmt: skip
