"""O106 plan-review

A plan does not say when it is reviewed; in a record, its review is overdue.

Why: A plan that nobody looks at describes a client of last year. It is reviewed at agreed times, and after every stay.
Source: Promises, law 3.
Bad:
    plan Care plan                                        # <- O106
        owner doctor at Health Centre
        if another path joins, the owner stays
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Good:
    plan Care plan
        owner doctor at Health Centre
        review every 6 months
        if another path joins, the owner stays
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Add a line `review every`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.durations import Duration
from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("O106", "plan-review", "warning")

AFTER_STAY = Duration(14, "day")
"""How soon after a stay or an event a plan is looked at; our own figure €."""


def prove(ways: Ways) -> Iterator[Finding]:
    """The plan says how often it is reviewed."""
    plan = ways.path.plan
    if plan is None or plan.review is not None or (plan.span.file, plan.span.line) in ways.doubts:
        return
    say = "the plan `{plan}` does not say when it is reviewed"
    yield RULE.on(plan.span, say, {"plan": plan.name}, "Add a line, for example: review every 6 months")


def watch(program: Program) -> Iterator[Watch]:
    """A review that is overdue, by the calendar or after something that calls for one."""
    plan = program.path.plan
    review = plan.review if plan is not None else None
    if review is None:
        return

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        if enrolment.ended is not None or record.plan_from != enrolment.index or record.reviewed is None:
            return
        since, due, why = record.reviewed, program.calendar.due(record.reviewed, review.every), f"every {review.every}"
        for name in review.after:
            when = enrolment.happened.get(name)
            if when is not None and when > record.reviewed:
                soon = program.calendar.due(when, AFTER_STAY)
                if soon < due:
                    since, due, why = when, soon, f"after {name}"
        if at > due:
            words = {"length": spell(due, at, program.calendar.zone), "why": why, "owner": record.owner or ""}
            yield RULE.of(
                record, "the plan's review ({why}) is {length} overdue", words, level="warning", since=since, due=due,
                who=record.owner or enrolment.holder, evidence=(Evidence(since, why, None, "since then"),),
                help="Review the plan with the client",
            )  # fmt: skip

    yield Watch(standing=standing)
