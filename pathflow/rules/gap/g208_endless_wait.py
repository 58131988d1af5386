"""G208 endless-wait

A wait until something is so has no longest time; in a record, what was waited for had not come when that time was over.

Why: What everybody waits for, nobody fetches. The result that was pending at discharge is the one that nobody reads.
Source: Kripalani et al., JAMA 2007;297:831; promises, law 8.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        wait until ECG recording is known                 # <- G208
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        wait until ECG recording is known, at most 3 weeks
        end Done
            closes the plan
Fix: Say how long at most: `wait until … , at most 3 weeks`. The path then goes on, and somebody is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G208", "endless-wait")


def prove(ways: Ways) -> Iterator[Finding]:
    """Whatever is waited for, there is a longest time."""
    for node in ways.program.nodes:
        wait = node.statement
        if isinstance(wait, model.Wait) and wait.length is None and not ways.is_doubtful(node):
            words = {"until": str(wait.until)}
            help_ = "Add the longest time: wait until {until}, at most 3 weeks"
            yield RULE.on(node.span, "nobody says how long the client waits until `{until}`", words, help_)


def watch(program: Program) -> Iterator[Watch]:
    """The longest time is over, and what was waited for has not come."""
    waits = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Wait) and n.statement.until is not None)
    if waits:
        yield Watch("expired", _in_vain, waits)


def _in_vain(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    place = enrolment.tables.program.nodes[node]
    wait = place.statement
    if not isinstance(wait, model.Wait):
        return None
    words = {"until": str(wait.until), "length": str(wait.length)}
    return RULE.of(
        record, "after {length} it is still not so that `{until}`", words, level="warning", since=since, due=at - 1,
        who=enrolment.holder, evidence=(Evidence(since, place.name, None, "the wait began"),),
        help="Find out why; the path goes on without it", span=place.span,
    )  # fmt: skip
