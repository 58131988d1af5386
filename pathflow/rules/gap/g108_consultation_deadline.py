"""G108 consultation-deadline

A consultation does not say by when it must be answered; in a record, it has not been answered.

Why: While advice is awaited the client waits too. Responsibility stays with whoever asked, who must know when to stop waiting.
Source: Promises, law 6.
Bad:
    steps
        consultation Advice on the rhythm                 # <- G108
            from doctor at Health Centre to specialist at Hospital
            carries referral letter
        end Done
            closes the plan
Good:
    steps
        consultation Advice on the rhythm
            from doctor at Health Centre to specialist at Hospital
            carries referral letter
            answered within 3 working days
        end Done
            closes the plan
Fix: Add a line `answered within`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.engine.duties import answer_due
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G108", "consultation-deadline")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every consultation has a deadline."""
    for node in ways.program.nodes:
        asked = node.statement
        if isinstance(asked, model.Consultation) and asked.answered_within is None and not ways.is_doubtful(node):
            say = "the consultation `{name}` does not say by when it must be answered"
            yield RULE.on(node.span, say, {"name": node.name}, "Add a line, for example: answered within 3 working days")


def watch(program: Program) -> Iterator[Watch]:
    """A consultation that is unanswered past its time, or was answered late."""
    asked = {
        n.index: n.statement.answered_within
        for n in program.nodes
        if isinstance(n.statement, model.Consultation) and n.statement.answered_within is not None
    }

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for node, length in asked.items():
            since = enrolment.tokens.get(node, enrolment.owed.get(node))
            if since is None:
                continue
            due = answer_due(record, enrolment, since, length)
            if due is not None and at > due:
                name = program.nodes[node].name
                yield RULE.of(
                    record, "`{name}` has not been answered", {"name": name}, level="warning", since=since, due=due,
                    who=enrolment.holder, evidence=(Evidence(since, name, None, "asked"),),
                    help="Decide without the advice, or ask elsewhere", span=program.nodes[node].span,
                )  # fmt: skip

    def answered(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, since: Instant, _about: object
    ) -> Finding | None:
        due = answer_due(record, enrolment, since, asked[node])
        if fact is None or due is None or at <= due:
            return None
        words = {"name": program.nodes[node].name, "late": spell(due, at, program.calendar.zone)}
        return RULE.of(
            record, "`{name}` was answered {late} late", words, level="warning", since=since, due=due, who=enrolment.holder,
            evidence=(Evidence(since, words["name"], None, "asked"), seen(fact)), span=program.nodes[node].span,
        )  # fmt: skip

    if asked:
        yield Watch(standing=standing)
        yield Watch("completed", answered, frozenset(asked), patience=min(length.shortest for length in asked.values()))
