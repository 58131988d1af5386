"""G504 not-an-official

An act of public authority is given to a provider that is not public; in a record, such a provider did it.

Why: A decision on a person's services, a child welfare notice, an assessment with legal effect are acts of public authority.
    They can be bought from nobody unless a statute says so.
Source: Constitution of Finland 731/1999 §124; Organising Act 612/2021 §12.
Bad:
    network Example network
        organiser County
        professions doctor, counsellor
        provider Health Centre
            sector public
            professions doctor
        provider Care Company
            sector private
            professions counsellor
        agreement Assessments
            with Care Company
            mode purchase
            covers everything
            valid from 2020-01-01
        service decision on services
            officials only
    steps
        step Decision
            by counsellor at Care Company
            ordered by doctor at Health Centre
            accepted within 7 days
            within 30 days
            does decision on services                     # <- G504
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions doctor, social worker
        provider Health Centre
            sector public
            professions doctor, social worker
        service decision on services
            officials only
    steps
        step Decision
            by social worker at Health Centre
            within 30 days
            does decision on services
        end Done
            closes the plan
Fix: Let a public provider do it; others may prepare it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding, Related
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.agreed import aim_of_acting
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G504", "not-an-official")


def prove(ways: Ways) -> Iterator[Finding]:
    """Only public providers do what is for officials only."""
    for node, step, provider in ways.performers():
        if provider.sector == "public" or provider.name in ways.network.organisers:
            continue
        for doing in step.does:
            service = ways.network.services[doing.service]
            if service.is_official:
                words = {"provider": provider.name, "sector": provider.sector, "service": service.name, "step": node.name}
                say = "`{service}` is for officials only, and `{provider}` ({sector} sector) does it in `{step}`"
                where = (Related(service.span, "said here"),) if service.span is not None else ()
                help_, aim = "Let a public provider do it; others may prepare it", aim_of_acting(node, provider.name)
                yield RULE.on(doing.span or node.span, say, words, help_, where, aim=aim)


def watch(program: Program) -> Iterator[Watch]:
    """An act of public authority done by a provider that is not public."""
    services = program.path.network.services
    steps = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Step)
                      and any(services[d.service].is_official for d in n.statement.does))  # fmt: skip
    if steps:
        yield Watch("completed", _completed, steps, asks="provider")


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    network = enrolment.tables.program.path.network
    step = enrolment.tables.program.nodes[node].statement
    provider = network.providers.get(fact.provider or "") if fact is not None else None
    if fact is None or provider is None or provider.sector == "public" or not isinstance(step, model.Step):
        return None
    words = {"step": step.name, "provider": provider.name, "sector": provider.sector}
    return RULE.of(
        record, "`{step}` is for officials only, and was done by `{provider}` ({sector} sector)", words, level="error",
        since=at, who=network.organiser, evidence=(seen(fact),), span=step.span,
    )  # fmt: skip
