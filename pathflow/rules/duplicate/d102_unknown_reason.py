"""D102 unknown-reason

A step repeats a service for a reason that the service does not allow; in a record, such a reason was given.

Why: An exception that anyone may invent is no rule. Which reasons make a new examination right is agreed once, with the
    service.
Source: Promises, law 9.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            does ECG because we always do                 # <- D102
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            does ECG because rhythm symptom
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
Fix: Give a reason of the service's `unless`, or add the reason there.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.base.names import fold, listing, nearest
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import conditions, network
from pathflow.model import path as model
from pathflow.rules.again import reasons_of
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("D102", "unknown-reason")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every reason given is one that the service allows."""
    for node in ways.program.nodes:
        step = node.statement
        if not isinstance(step, model.Step):
            continue
        for doing in step.does:
            service = ways.network.services[doing.service]
            if doing.because is None or service.window is None:
                continue
            known = reasons_of(service)
            if fold(doing.because) in {fold(word) for word in known}:
                continue
            words = {"reason": doing.because, "service": service.name, "known": listing(known, "or")}
            words["window"] = str(service.window)
            guess = nearest(doing.because, known)
            words["guess"] = guess or ""
            say = "`{reason}` is no reason to do `{service}` again inside its window"
            help_ = "Add it to the service: window {window}, unless {reason}"
            if guess or known:
                help_ = "Did you mean `{guess}`?" if guess else "The service allows {known}"
            if _is_item(service, doing.because):
                help_ = "`{reason}` is an item: a value of it ends the window by itself; leave `because` out"
            yield RULE.on(doing.span or node.span, say, words, help_)


def _is_item(service: network.Service, reason: str) -> bool:
    """Whether what is given as a reason is an item by whose value the window ends."""
    return service.unless is not None and fold(reason) in {fold(item) for item in conditions.items_of(service.unless)}


def watch(program: Program) -> Iterator[Watch]:
    """A reason was given that the service does not allow."""
    services = {s.name: {fold(w) for w in reasons_of(s)} for s in program.path.network.services.values() if s.window}
    nodes = frozenset(
        n.index for n in program.nodes
        if isinstance(n.statement, model.Step) and any(d.service in services for d in n.statement.does)
    )  # fmt: skip

    def completed(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        if fact is None or fact.reason is None:
            return None
        repeated = [d.service for d in enrolment.tables.doings[node] if record.results.get(d.service)]
        if not repeated or any(fold(fact.reason) in services[service] for service in repeated):
            return None
        words = {"step": program.nodes[node].name, "reason": fact.reason, "services": listing(repeated)}
        return RULE.of(
            record, "`{step}` was done because of `{reason}`, which is no reason to repeat {services}", words, level="info",
            since=at, who=enrolment.holder, evidence=(seen(fact),), span=program.nodes[node].span,
        )  # fmt: skip

    if nodes:
        yield Watch("completed", completed, nodes)
