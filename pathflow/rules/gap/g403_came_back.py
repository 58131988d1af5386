"""G403 came-back

An end promises that the client does not come back so soon, and leaves nobody to see to it; in a record, the client came back.

Why: A return soon after an end is the clearest sign that something was not finished. In heart failure 20 to 25 % are readmitted
    within 30 days.
Source: A common indicator: unplanned admissions within 30 days of a live discharge.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Home                                          # <- G403
            closes the plan
            no Emergency within 28 days
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Home
            keeps the plan with doctor at Health Centre
            no Emergency within 28 days
Fix: Let the plan stay with somebody while the promise holds: `keeps the plan with`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.base.names import fold
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G403", "came-back")


def prove(ways: Ways) -> Iterator[Finding]:
    """Where an end promises no return, the plan has an owner who sees to it."""
    for node in ways.program.nodes:
        end = node.statement
        if isinstance(end, model.End) and end.no_returns and end.closes_plan and not ways.is_doubtful(node):
            words = {"end": end.name, "event": end.no_returns[0].event}
            say = "`{end}` promises no `{event}` and closes the plan, so nobody is there to keep the promise"
            yield RULE.on(node.span, say, words, "Write instead of `closes the plan`: keeps the plan with …")


def watch(program: Program) -> Iterator[Watch]:
    """An event came after the end, sooner than the end promised."""
    if any(isinstance(n.statement, model.End) and n.statement.no_returns for n in program.nodes):
        yield Watch("returned after the end", _returned)


def _returned(
    record: Record, enrolment: Enrolment, _node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    ended = enrolment.ended
    if ended is None or fact is None or ended.node < 0:
        return None
    program = enrolment.tables.program
    end = program.nodes[ended.node].statement
    if not isinstance(end, model.End):
        return None
    for promise in end.no_returns:
        if fold(promise.event) == fold(fact.subject) and at <= program.calendar.later(ended.at, promise.within):
            words = {
                "event": promise.event,
                "end": end.name,
                "length": spell(ended.at, at, program.calendar.zone),
                "within": str(promise.within),
            }
            return RULE.of(
                record, "`{event}` {length} after `{end}`; the path promises none within {within}", words, level="warning",
                since=ended.at, due=program.calendar.later(ended.at, promise.within), who=record.owner or enrolment.holder,
                evidence=(Evidence(ended.at, end.name, None, "the path ended"), seen(fact)), span=promise.span,
            )  # fmt: skip
    return None
