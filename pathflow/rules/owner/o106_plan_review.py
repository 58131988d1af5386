"""O106 plan-review

A plan does not say when it is reviewed, is reviewed less than once a year, or not after a stay on a ward; in a record, its
review is overdue.

Why: A plan that nobody looks at describes a client of last year. It is reviewed at agreed times, and after every stay.
Source: Promises, law 3; at 3 to 6 months, then yearly, and after every admission: local agreement, our own figures €.
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
Fix: Add a line `review every`. Each stay on a ward wants a review behind it: name the stay, or what comes behind it on every
    way (`and after Discharge`). An event that the path declares counts for any stay, but for one that it leads to itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pathflow.base.durations import Duration
from pathflow.base.findings import Aim, Evidence, Finding, Related
from pathflow.base.instants import Instant, spell
from pathflow.base.names import fold
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import events_of
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("O106", "plan-review", "warning", is_of_lengths=True)

AFTER_STAY = Duration(14, "day")
"""How soon after a stay or an event a plan is looked at; our own figure €."""


YEAR = Duration(12, "month")
"""No plan is reviewed less often."""


def prove(ways: Ways) -> Iterator[Finding]:
    """The plan says how often it is reviewed, once a year at least, and after what happens on a ward."""
    plan = ways.path.plan
    if plan is None or (plan.span.file, plan.span.line) in ways.doubts:
        return
    words = {"plan": plan.name}
    if plan.review is None:
        say = "the plan `{plan}` does not say when it is reviewed"
        yield RULE.on(plan.span, say, words, "Add a line, for example: review every 6 months")
        return
    if plan.review.every.is_longer_than(YEAR):
        say = "the plan `{plan}` is reviewed every {length} only"
        help_ = "Write a shorter time; a plan is looked at once a year at least"
        yield RULE.on(plan.span, say, words | {"length": str(plan.review.every)}, help_)
    for stay in ways.program.nodes if ways.is_whole else ():
        aim = _unreviewed(ways, stay, plan.review.after) if _is_stay(stay) else None
        if aim is not None:
            say = "the plan `{plan}` is not reviewed after the stay `{stay}`"
            help_ = "Add to the line `review` what ends the stay, for example: and after {stay}"
            related = (Related(stay.span, "the stay is here"),)
            yield RULE.on(plan.span, say, words | {"stay": stay.name}, help_, related, aim=aim)


def _unreviewed(ways: Ways, stay: Node, after: tuple[str, ...]) -> Aim | None:
    """That a client comes from a stay to where a way ends, and nothing on it calls for a review; None where nobody does.

    An event that the path declares may come at the end of any stay, but for those that it leads to itself.
    """
    names, nodes = {fold(name) for name in after}, ways.program.nodes
    leading = nodes[stay.event].statement if stay.event >= 0 else None
    begun = {fold(event) for event in events_of(leading.condition)} if isinstance(leading, model.Whenever) else set[str]()
    declared = {fold(event) for event in ways.path.events}
    if stay.index not in ways.reachable or ways.is_doubtful(stay) or fold(stay.name) in names or names & declared - begun:
        return None
    closing = frozenset(node.index for node in nodes if node.kind != "event" and fold(node.name) in names)
    seen, waiting = {stay.index}, [stay.index]
    while waiting:
        here = waiting.pop(0)
        if here in closing:
            continue
        if nodes[here].kind in _LAST:
            return Aim(here, "open", earlier=stay.index, closing=closing)
        following = [edge.target for edge in ways.program.edges[here] if edge.target not in seen]
        seen.update(following)
        waiting += following
    return None


_LAST: Final = frozenset({"end", "stop", "resume", "restart"})
"""Where a way ends; what comes behind a stay has come by then."""


def _is_stay(node: Node) -> bool:
    step = node.statement
    return isinstance(step, model.Step) and step.by is not None and step.by.channel == "ward"


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
