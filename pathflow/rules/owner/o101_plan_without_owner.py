"""O101 plan-without-owner

A path has no plan, or its plan no owner; in a record, services are active and nobody owns the plan.

Why: Without one owner nobody has the whole picture: the client is sent from expert to expert. Exactly one party draws the plan
    up, keeps it and answers for it, over all the providers and paths of the client.
Source: Promises, law 3.
Bad:
    plan Care plan                                        # <- O101
        review every 6 months
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
Fix: Add a `plan` block with a line `owner`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding, Level
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("O101", "plan-without-owner")


def prove(ways: Ways) -> Iterator[Finding]:
    """The path names who owns the plan when it begins."""
    plan = ways.path.plan
    if plan is None:
        if ways.is_whole and (ways.path.span.file, ways.path.span.line) not in ways.doubts:
            words = {"path": ways.path.name, "holder": ways.path.accountable}
            help_ = "Add a block: plan Its name, with a line: owner nurse at {holder}"
            yield RULE.on(ways.path.span, "the path `{path}` has no care plan", words, help_)
    elif plan.owner is None and (plan.span.file, plan.span.line) not in ways.doubts:
        words = {"plan": plan.name, "holder": ways.path.accountable}
        yield RULE.on(plan.span, "the plan `{plan}` has no owner", words, "Add a line, for example: owner nurse at {holder}")


def watch(_program: Program) -> Iterator[Watch]:
    """Active services, and no owner: now, or until the path ended."""
    yield Watch(standing=_standing)
    yield Watch("ended", _ended)


def _standing(record: Record, enrolment: Enrolment, _at: Instant) -> Iterator[Finding]:
    if enrolment.ended is None and record.owner is None and record.active[0] is enrolment:
        say = "the client is on `{path}` and nobody owns the care plan"
        yield _unowned(record, enrolment, say, "error", "Name an owner")


def _ended(
    record: Record, enrolment: Enrolment, _node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    if enrolment.parent is not None or record.owner is not None:
        return None
    say = "the client was on `{path}` until it ended, and nobody owned the care plan"
    return _unowned(record, enrolment, say, "warning", "Name an owner in the path", Evidence(at, enrolment.path, None, "ended"))


def _unowned(record: Record, enrolment: Enrolment, say: str, level: Level, help_: str, *ended: Evidence) -> Finding:
    return RULE.of(
        record, say, {"path": enrolment.path}, level=level, since=enrolment.began, who=enrolment.holder,
        evidence=(Evidence(enrolment.began, enrolment.path, None, "began"), *ended), help=help_,
        span=enrolment.tables.program.path.span,
    )  # fmt: skip
