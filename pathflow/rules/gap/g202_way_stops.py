"""G202 way-stops

A way through the path stops without an end; in a record, nothing has happened for longer than the path allows.

Why: At the end of a way somebody must be told: the path has an outcome, the plan closes or goes on with somebody. Where a way
    just stops, the client is still held by someone who has nothing more to do.
Source: Promises, law 8.
Bad:
    steps
        step Visit                                        # <- G202
            by doctor at Health Centre
            within 14 days
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Write `end` with the outcome after the last step of each way; at the end of a `whenever`, write `resume`, `stop` or
    `restart from`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.engine.duties import put_off
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G202", "way-stops")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every way comes to an end."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        if node.kind != "nowhere" or node.index not in ways.reachable:
            continue
        edge = next(e for e in ways.incoming[node.index] if e.source in ways.reachable)
        last = ways.program.nodes[edge.source]
        if last.kind == "start":
            continue  # a path without steps: said where it is read
        if node.event >= 0:
            say, help_ = "the event's way stops after `{last}`", "Write after it: resume, stop, or restart from a step"
        else:
            say, help_ = "the way stops after `{last}` without an end", "Write after it, for example: end Care goes on at home"
        yield RULE.on(last.span, say, {"last": last.name}, help_)


def watch(program: Program) -> Iterator[Watch]:
    """An open enrolment in which nothing has happened for longer than the path's silence."""
    limit = program.path.silence
    if limit is None:
        return

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        if enrolment.ended is not None or enrolment.parent is not None or not record.facts:
            return
        last = record.facts[-1]
        if at - last.at <= limit.shortest:
            return
        due = put_off(record, enrolment, last.at, program.calendar.due(last.at, limit))
        if due is None or at <= due:
            return
        if any(due > at for due in enrolment.timers.values()):
            return
        words = {"length": spell(last.at, at, program.calendar.zone), "last": last.subject or last.kind, "limit": str(limit)}
        yield RULE.of(
            record, "nothing has happened for {length} since `{last}`, and the path has not ended", words, level="warning",
            since=last.at, due=due, who=enrolment.holder,
            evidence=(Evidence(last.at, last.subject or last.kind, last.provider, "the last thing that happened"),),
            help="`{last}` was the last thing seen; the path allows a silence of {limit}",
        )  # fmt: skip

    yield Watch(standing=standing)
