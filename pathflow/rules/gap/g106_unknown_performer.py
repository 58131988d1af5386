"""G106 unknown-performer

A step does not say who does it; in a record, a step was done and nobody can tell by whom.

Why: A step without a responsible provider is owed by nobody. In 492 published pathway actions one names a participant.
Source: Promises, law 1.
Bad:
    steps
        step Visit                                        # <- G106
            within 14 days
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Add a line `by`, with a profession and where it works.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.known import chosen_at
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G106", "unknown-performer")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every step names who does it, and whoever is to be chosen has been chosen."""
    for node in ways.program.nodes:
        step = node.statement
        if isinstance(step, model.Step) and step.by is None and not ways.is_doubtful(node):
            say = "the step `{step}` does not say who does it"
            help_ = "Add a line, for example: by nurse at {holder}. A step of the client's own is: by client"
            yield RULE.on(node.span, say, {"step": node.name, "holder": ways.path.accountable}, help_)
    yield from _unchosen(ways)


def _unchosen(ways: Ways) -> Iterator[Finding]:
    """Whoever the client is to choose has been chosen on every way."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        if node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        parties = [party for party in _parties(node.statement) if party.kind == "chosen"]
        for party in parties:
            if not ways.is_known(ways.known(node.index), chosen_at(party.name)):
                say = "`{step}` is for whom the client chooses at `{choice}`, and on some way nobody has been chosen there"
                help_ = "Let the client choose on every way before it, or name the provider"
                yield RULE.on(node.span, say, {"step": node.name, "choice": party.name}, help_)
                break


def _parties(statement: object) -> Iterator[model.Party]:
    if isinstance(statement, model.Step):
        actors = [statement.by, statement.ordered_by]
    elif isinstance(statement, model.Handoff):
        actors = [statement.sender, statement.receiver, statement.plan_to, statement.plan_with]
    elif isinstance(statement, model.Consultation):
        actors = [statement.sender, statement.receiver]
    elif isinstance(statement, model.Choice | model.End):
        actors = [statement.guided_by if isinstance(statement, model.Choice) else statement.plan_with]
    else:
        return
    yield from (actor.party for actor in actors if actor is not None)
    fallback = statement.fallback if isinstance(statement, model.Step | model.Handoff) else None
    if fallback is not None:
        yield fallback.party


def watch(program: Program) -> Iterator[Watch]:
    """A step done by a provider that the network does not know, or by nobody that anyone could name."""
    known = frozenset(program.path.network.providers) | set(program.path.network.organisers)

    def unknown(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        if fact is None or fact.provider in known:
            return None
        words = {"step": program.nodes[node].name, "provider": fact.provider or "nobody"}
        say = "`{step}` was done by `{provider}`, which the network does not know"
        if fact.provider is None:
            say = "`{step}` was done, and neither the path nor the record says by whom"
        return RULE.of(
            record, say, words, level="warning", since=at, who=enrolment.holder, evidence=(seen(fact),),
            help="Name the provider in the network, or as `known as` of one that is there", span=program.nodes[node].span,
        )  # fmt: skip

    steps = [n for n in program.nodes if isinstance(n.statement, model.Step)]
    yield Watch("completed", unknown, frozenset(n.index for n in steps), asks="provider")
    unnamed = frozenset(n.index for n in steps if isinstance(n.statement, model.Step) and n.statement.by is None)
    if unnamed:
        yield Watch("completed", unknown, unnamed)
