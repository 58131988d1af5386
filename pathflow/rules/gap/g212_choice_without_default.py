"""G212 choice-without-default

A choice does not say who gives the service when the client does not choose; in a record, nobody chose in time and the client
waits.

Why: Those who do not choose are often those who can least: the path waits for them, and they get nothing. A right to
    choose is no duty to choose.
Source: Voucher Act 569/2009: the client may decline, and gets the service in another way; promises, laws 8 and 10.
Bad:
    steps
        client chooses place of examination               # <- G212
            option Health Centre
            option Hospital
            guided by nurse at Health Centre
            within 2 weeks
        step Visit
            by nurse at place of examination
            ordered by nurse at Health Centre
            accepted within 3 days
            within 14 days
        end Done
            closes the plan
Good:
    steps
        client chooses place of examination
            option Health Centre
            option Hospital
            guided by nurse at Health Centre
            within 2 weeks
            if no choice, Health Centre
        step Visit
            by nurse at place of examination
            ordered by nurse at Health Centre
            accepted within 3 days
            within 14 days
        end Done
            closes the plan
Fix: Add a line `if no choice`, with the provider that then gives the service.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.engine.duties import clock
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G212", "choice-without-default", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every choice says who gives the service when nobody chooses."""
    for node in ways.program.nodes:
        choice = node.statement
        if isinstance(choice, model.Choice) and choice.default is None and not ways.is_doubtful(node):
            words = {"choice": choice.name, "option": choice.options[0] if choice.options else "…"}
            say = "nobody says who gives the service when the client does not choose the `{choice}`"
            yield RULE.on(node.span, say, words, "Add a line, for example: if no choice, {option}")


def watch(program: Program) -> Iterator[Watch]:
    """The time to choose is over, nobody chose, and there is nobody to fall back on."""
    bare = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Choice) and n.statement.default is None)

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for node in sorted(bare & enrolment.tokens.keys()) if enrolment.ended is None else ():
            since = enrolment.tokens[node]
            running = clock(record, enrolment, node, since)
            if running is None or running.due is None or at <= running.due:
                continue
            words = {"choice": enrolment.tables.name[node], "length": spell(running.due, at, program.calendar.zone)}
            yield RULE.of(
                record, "the client has not chosen the `{choice}`, {length} past its time, and nobody gives the service",
                words, level="warning", since=since, due=running.due, who=enrolment.holder,
                evidence=(Evidence(since, words["choice"], None, "asked"),),
                help="Help the client to choose, or choose for them",
                span=program.nodes[node].span,
            )  # fmt: skip

    if bare:
        yield Watch(standing=standing)
