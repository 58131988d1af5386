"""G503 condition-not-met

A provider gives a service without meeting a condition that the service requires; in a record, another did so.

Why: The organiser answers for services that it lets others give. It must set the conditions and know that they are met.
Source: Organising Act 612/2021 §12 ff.; Supervision Act 741/2023.
Bad:
    network Example network
        organiser County
        professions doctor
        provider Health Centre
            sector public
            professions doctor
        service minor surgery
            requires sterile room
    steps
        step Small operation
            by doctor at Health Centre
            within 30 days
            does minor surgery                            # <- G503
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions doctor
        provider Health Centre
            sector public
            professions doctor
            meets sterile room
        service minor surgery
            requires sterile room
    steps
        step Small operation
            by doctor at Health Centre
            within 30 days
            does minor surgery
        end Done
            closes the plan
Fix: Add it to the provider's `meets` once it is found to be so, or let another provider do the step.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding, Related
from pathflow.base.instants import Instant
from pathflow.base.names import fold, listing
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.agreed import aim_of_acting
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G503", "condition-not-met")


def prove(ways: Ways) -> Iterator[Finding]:
    """Whoever gives a service meets what it requires."""
    for node, step, provider in ways.performers():
        met = {fold(condition) for condition in provider.meets}
        for doing in step.does:
            service = ways.network.services[doing.service]
            lacking = [condition for condition in service.requires if fold(condition) not in met]
            if lacking:
                words = {"provider": provider.name, "service": service.name, "lacking": listing(lacking), "step": node.name}
                say = "`{provider}` does `{service}` in `{step}` and is not known to meet {lacking}"
                where = tuple(Related(s, what) for s, what in ((service.span, "required here"), (provider.span, "the provider"))
                              if s is not None)  # fmt: skip
                yield RULE.on(
                    doing.span or node.span, say, words, "Add {lacking} to the provider's `meets`, if it is so", where,
                    aim=aim_of_acting(node, provider.name),
                )  # fmt: skip


def watch(program: Program) -> Iterator[Watch]:
    """A service given by a provider that is not known to meet what it requires."""
    services = program.path.network.services
    steps = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Step)
                      and any(services[d.service].requires for d in n.statement.does))  # fmt: skip
    if steps:
        yield Watch("completed", _completed, steps, asks="provider")


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    network = enrolment.tables.program.path.network
    step = enrolment.tables.program.nodes[node].statement
    provider = network.providers.get(fact.provider or "") if fact is not None else None
    if fact is None or provider is None or not isinstance(step, model.Step):
        return None
    met = {fold(condition) for condition in provider.meets}
    lacking = [c for doing in step.does for c in network.services[doing.service].requires if fold(c) not in met]
    if not lacking:
        return None
    words = {"step": step.name, "provider": provider.name, "lacking": listing(lacking)}
    return RULE.of(
        record, "`{step}` was done by `{provider}`, which is not known to meet {lacking}", words, level="error", since=at,
        who=network.organiser, evidence=(seen(fact),), span=step.span,
    )  # fmt: skip
