"""G402 late

A target is longer than the legal maximum, or ends after it on some dates; in a record, something was done late, or is overdue.

Why: A target is what the providers promise each other, the legal maximum what the client can demand. Past the target is a
    warning, past the maximum a breach. Each limit has a clock of its own, with its own start and unit.
Source: Health Care Act 1326/2010 §51–52 for waits; promises, law 6.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 4 months, at most 3 months             # <- G402
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days, at most 3 months
        end Done
            closes the plan
Fix: Shorten the target.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pathflow.base.days import date_of
from pathflow.base.durations import Duration
from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.engine.duties import Clock, clock, is_surely_in_time, limit_for
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_of
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.network import Period
from pathflow.rules.rule import Rule, seen
from pathflow.rules.times import times_of
from pathflow.rules.ways import Ways

RULE = Rule("G402", "late", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """No target is longer than the maximum beside it, where they run from one moment or the maximum from an earlier one."""
    yield from _promised(ways)
    for node in ways.program.nodes:
        statement = node.statement
        if isinstance(statement, model.Step):
            limits = statement.limits
        elif isinstance(statement, model.Handoff | model.Choice) and statement.limit is not None:
            limits = (statement.limit,)
        else:
            continue
        for limit in limits:
            if limit.at_most is None or limit.at_most_of not in (None, model.ENROLMENT):
                continue  # of two clocks that start apart nobody knows which ends first; nothing starts before the enrolment
            words = {"step": node.name, "target": str(limit.target), "most": str(limit.at_most)}
            if limit.target.is_longer_than(limit.at_most):
                say = "the target of `{step}`, {target}, is longer than its maximum, {most}"
                yield RULE.on(limit.span or node.span, say, words, "Shorten the target, or correct the maximum")
                continue
            if limit.at_most_of is not None:
                continue
            day = _exceeded_from(ways, limit.target, limit.at_most, limit.valid)
            if day is not None:
                say = "the target of `{step}`, {target}, ends after its maximum, {most}, when the clock starts on {date}"
                help_ = "Shorten the target, or give both in the same unit"
                yield RULE.on(limit.span or node.span, say, words | {"date": str(day)}, help_, level="warning")


def _promised(ways: Ways) -> Iterator[Finding]:
    """The same of what is promised of a whole way."""
    for promise in ways.path.promises:
        limit = promise.limit
        if limit.at_most is None or limit.at_most_of not in (None, limit.of, model.ENROLMENT):
            continue
        if limit.target.is_longer_than(limit.at_most):
            words = {"step": promise.name, "target": str(limit.target), "most": str(limit.at_most)}
            say = "the target of `{step}`, {target}, is longer than its maximum, {most}"
            yield RULE.on(limit.span or promise.span, say, words, "Shorten the target, or correct the maximum")


def _exceeded_from(ways: Ways, target: Duration, most: Duration, valid: Period | None) -> date | None:
    """The first date of the path's first year, on which the limit is in force, from which the target ends after the maximum."""
    if target.unit == most.unit or target.is_elapsed or most.is_elapsed or target.longest <= most.shortest:
        return None
    times = times_of(ways)
    due, latest = times.days.due(times.starts, target), times.days.due(times.starts, most)
    days = (date_of(s) for s, one, other in zip(times.starts, due, latest, strict=True) if one > other)
    return next((day for day in days if valid is None or valid.holds_on(day)), None)


def watch(program: Program) -> Iterator[Watch]:
    """Done late, or overdue."""
    for node in program.nodes:
        limits = node.statement.limits if isinstance(node.statement, model.Step) else ()
        if limits:
            yield Watch("completed", _completed, frozenset({node.index}), patience=_patience(limits))
    yield Watch("ended", _ended)
    yield Watch(standing=_standing)


def _patience(limits: tuple[model.Limit, ...]) -> int | None:
    """The time within which nothing can be late. None where a clock started before the step became owed."""
    if any(start is not None for limit in limits for start in limit.starts):
        return None
    return min(length.shortest for limit in limits for length in (limit.target, limit.at_most) if length is not None)


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    found = limit_for(record, enrolment, node, since)
    if found is None or fact is None:
        return None
    if is_surely_in_time(found, at):
        return None
    running = clock(record, enrolment, node, since)
    due = running.broken(at) if running is not None else None
    if running is None or due is None:
        return None
    is_breach = running.is_breach(at)
    began = _began(running, is_breach)
    words = _words(enrolment, node, running) | {"length": spell(due, at, enrolment.tables.program.calendar.zone)}
    if is_breach:
        say = "`{step}` was done {length} after its maximum of {most}"
    else:
        say = "`{step}` was done {length} late; its target is {target}"
    return RULE.of(
        record, say, words, level="error" if is_breach else "warning", since=began.at, due=due,
        who=fact.provider or provider_of(enrolment, node) or enrolment.holder,
        evidence=(began, seen(fact)), span=running.limit.span,
    )  # fmt: skip


def _began(running: Clock, is_breach: bool) -> Evidence:
    """When the clock started that ran out: the maximum's, or the target's."""
    of, start = running.limit.of, running.start
    if is_breach and running.latest_start is not None:
        of, start = running.limit.at_most_of or of, running.latest_start
    return Evidence(start, of or "became due", None, "the clock started")


def _words(enrolment: Enrolment, node: int, running: Clock) -> dict[str, str]:
    limit = running.limit
    return {
        "step": enrolment.tables.name[node],
        "target": str(limit.target) + (f" of {limit.of}" if limit.of else ""),
        "most": str(limit.at_most or "") + (f" of {limit.at_most_of}" if limit.at_most_of else ""),
    }


def _ended(
    record: Record, enrolment: Enrolment, _node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    """The path ended while something was overdue: it is void from here, and was broken until then."""
    for finding in _overdue(record, enrolment, at, has_ended=True):
        record.findings.append(finding)
    return None


def _standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
    if enrolment.ended is None:
        yield from _overdue(record, enrolment, at, has_ended=False)


def _overdue(record: Record, enrolment: Enrolment, at: Instant, has_ended: bool) -> Iterator[Finding]:
    nodes = enrolment.tables.program.nodes
    for node, since in sorted({**enrolment.owed, **enrolment.tokens}.items()):
        statement = nodes[node].statement
        if not isinstance(statement, model.Step | model.Choice | model.Handoff):
            continue
        if isinstance(statement, model.Handoff) and enrolment.offers[node].state != "reached":
            continue  # its acceptance is watched by G101
        found = limit_for(record, enrolment, node, since)
        if found is None or is_surely_in_time(found, at):
            continue
        running = clock(record, enrolment, node, since)
        due = running.broken(at) if running is not None else None
        if running is None or due is None:
            continue
        is_breach = running.is_breach(at)
        began = _began(running, is_breach)
        words = _words(enrolment, node, running) | {"length": spell(due, at, enrolment.tables.program.calendar.zone)}
        limit = "its maximum of {most}" if is_breach else "its target of {target}"
        done = "chosen" if isinstance(statement, model.Choice) else "sent" if isinstance(statement, model.Handoff) else "done"
        if has_ended:
            say = f"`{{step}}` was never {done}, and was {{length}} past " + limit + " when the path ended"
        else:
            say = f"`{{step}}` has not been {done}, {{length}} past " + limit
        yield RULE.of(
            record, say, words, level="error" if is_breach else "warning", since=began.at, due=due,
            who=provider_of(enrolment, node) or enrolment.holder, evidence=(began,),
            span=running.limit.span or nodes[node].span,
        )  # fmt: skip
