"""G405 promise-not-kept

What the path promises for a whole way takes longer than promised; in a record, the promised time ran out.

Why: Each provider keeps its own time, and the client waits for all of them together. A promise such as "treated within 6 months
    of the referral" is kept or broken by the sum, which nobody adds up, along the longest way, at the worst time of the year.
Source: Health Care Act 1326/2010 §52: treated in 6 months; promises, law 6.
Bad:
    path Example
        version 1.0
        valid from 2026-01-01 to 2027-12-31
        uses Example network
        responsible Health Centre
        accountable Health Centre
        promise Operation                                 # <- G405
            within 6 weeks of Visit

    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        step Examination
            by doctor at Health Centre
            within 4 weeks
        step Operation
            by doctor at Health Centre
            within 4 weeks
        end Done
            closes the plan
Good:
    path Example
        version 1.0
        valid from 2026-01-01 to 2027-12-31
        uses Example network
        responsible Health Centre
        accountable Health Centre
        promise Operation
            within 2 months of Visit, at most 6 months

    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        step Examination
            by doctor at Health Centre
            within 4 weeks
        step Operation
            by doctor at Health Centre
            within 4 weeks, at most 4 months
        end Done
            closes the plan
Fix: Shorten what takes longest on the way that is told, or promise what can be kept. The target is held against everybody's
    targets, `at most` against the legal maxima. `pathflow time` shows every way with its times.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pathflow.base.durations import Duration
from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.base.names import fold, listing
from pathflow.engine.conditions import as_test
from pathflow.engine.duties import clock_start, put_off
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.chart import Reading
from pathflow.rules.reckoning import Open
from pathflow.rules.rule import Rule, seen
from pathflow.rules.times import Over, Times, Way, spelt, times_of
from pathflow.rules.ways import Ways

RULE = Rule("G405", "promise-not-kept", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """Every promise is kept on the longest way, with all targets met and at the legal maxima."""
    if not ways.path.promises or not ways.is_whole:
        return
    times = times_of(ways)
    for promise in ways.path.promises:
        readings: dict[str, list[tuple[Reading, Duration]]] = {}
        readings.setdefault(promise.limit.of or model.ENROLMENT, []).append(("targets", promise.limit.target))
        if promise.limit.at_most is not None:
            readings.setdefault(promise.limit.starts[-1] or model.ENROLMENT, []).append(("maxima", promise.limit.at_most))
        for start, lengths in readings.items():
            for source in times.sources(start):
                yield from _judged(times, promise, start, source, lengths)


def _judged(
    times: Times, promise: model.Promise, start: str, source: int, readings: list[tuple[Reading, Duration]]
) -> Iterator[Finding]:
    targets = times.targets(promise.name)
    if not any(times.is_foreseen(source, target) for target in targets):
        return  # when an event comes nobody knows: that is watched
    words = {"name": promise.name, "start": start}
    for reading, length in readings:
        over = times.over(source, targets, reading, length)
        if over is None:
            continue
        if isinstance(over, Over):
            yield replace(_late(promise, reading, length, over, words), aim=_aim(source, targets, reading, length, over.way))
            continue
        if isinstance(over, Open):
            say = "`{name}` is promised within {target} of `{start}`, and nothing says how long `{open}` takes on the way"
            words = words | {"open": over.node.name, "target": str(length)}
            help_ = "Give `{open}` a time, or `{name}` a time of its own that starts with `{start}`"
            yield RULE.on(promise.span, say, words, help_)
        else:
            say = "`{name}` is promised after `{start}`, and no way leads there from it"
            yield RULE.on(promise.span, say, words, "Promise what comes on a way from `{start}`")
        return


def _aim(source: int, targets: list[int], reading: Reading, length: Duration, way: Way) -> Aim:
    """That a client comes there by that way, begun on that date, while all the time passes that there is."""
    last = next((move.node.index for move in reversed(way.moves) if move.node.index in targets), targets[0])
    late = frozenset(move.node.index for move in way.moves)
    return Aim(last, "late", earlier=source, within=length, on=way.begun.toordinal(), late=late, is_lawful=reading == "maxima")


def _late(promise: model.Promise, reading: Reading, length: Duration, over: Over, words: dict[str, str]) -> Finding:
    words = words | {
        "target": str(length),
        "length": over.way.spelt,
        "over": spelt(over.by),
        "added": over.way.added,
        "way": listing(list(dict.fromkeys(move.node.name for move in over.way.moves))),
        "date": str(over.way.begun),
    }
    if reading == "targets":
        say = (
            "`{name}` is promised within {target} of `{start}`, and may take {length} though everybody meets their targets, "
            "{over} too long: {added} by {way}, begun on {date}"
        )
    else:
        say = (
            "`{name}` is promised within {target} of `{start}` at most, and may lawfully take {length}, {over} too long: "
            "{added} by {way}, begun on {date}"
        )
    return RULE.on(promise.span, say, words, "Shorten what takes longest on that way, or promise what can be kept")


# ── seen in a record ────────────────────────────────────────────────────────────────────────────────────────────────


def watch(program: Program) -> Iterator[Watch]:
    """What was promised came late, or the time has run out and it can still come."""
    for promise in program.path.promises:
        wanted = fold(promise.name)
        nodes = frozenset(n.index for n in program.nodes if n.statement is not None and fold(n.name) == wanted)
        kinds = {program.nodes[node].kind for node in nodes}
        late = _Promised(program, promise, nodes)
        if "step" in kinds or "consultation" in kinds:
            yield Watch("completed", late.came, nodes)
        if "handoff" in kinds:
            yield Watch("accepted", late.came, nodes)
        if "end" in kinds:
            yield Watch("ended", late.came, nodes)
        yield Watch(standing=late.standing)


class _Promised:
    """One promise, as it is seen in records."""

    def __init__(self, program: Program, promise: model.Promise, nodes: frozenset[int]) -> None:
        self.program = program
        self.promise = promise
        self.limit = promise.limit
        path = program.path
        self.test = as_test(promise.limit.when, path.items, program.calendar) if promise.limit.when is not None else None
        self.before = _before(program, nodes)

    def came(
        self, record: Record, enrolment: Enrolment, _node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        start = self._start(record, enrolment, at)
        if start is None or self._has_come(record, start, at):
            return None
        return self._finding(record, enrolment, start, at, fact)

    def standing(self, record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        if enrolment.ended is not None:
            return
        if self.before.isdisjoint(enrolment.tokens) and self.before.isdisjoint(enrolment.owed):
            return  # it cannot come any more, on the way that the client went
        start = self._start(record, enrolment, at)
        if start is None or enrolment.happened.get(self.promise.name, -1) >= start:
            return
        found = self._finding(record, enrolment, start, at, None)
        if found is not None:
            yield found

    def _start(self, record: Record, enrolment: Enrolment, at: Instant) -> Instant | None:
        start = enrolment.began if self.limit.of is None else clock_start(enrolment, self.limit.of, at)
        if start is None or (self.test is not None and not self.test(record, enrolment, start, start)):
            return None
        return start

    def _has_come(self, record: Record, start: Instant, at: Instant) -> bool:
        """Whether it has come before, since the clock started."""
        wanted = fold(self.promise.name)
        return any(start <= f.at < at and f.kind == "completed" and fold(f.subject) == wanted for f in record.facts)

    def _finding(self, record: Record, enrolment: Enrolment, start: Instant, at: Instant, fact: Fact | None) -> Finding | None:
        calendar = self.program.calendar
        due = put_off(record, enrolment, start, calendar.due(start, self.limit.target))
        own = self.limit.at_most_of
        began = start if own is None else clock_start(enrolment, own, start)
        latest = calendar.due(began, self.limit.at_most) if self.limit.at_most is not None and began is not None else None
        latest = put_off(record, enrolment, began, latest)
        is_breach = latest is not None and at > latest
        passed = latest if is_breach else due
        if passed is None or at <= passed:
            return None
        if is_breach and began is not None:
            start = began
        words = {
            "name": self.promise.name,
            "start": (self.limit.starts[-1] if is_breach else self.limit.of) or model.ENROLMENT,
            "target": str(self.limit.at_most if is_breach else self.limit.target),
            "length": spell(passed, at, calendar.zone),
        }
        if fact is not None:
            say = "`{name}` was promised within {target} of `{start}`, and came {length} later than that"
        else:
            say = "`{name}` was promised within {target} of `{start}`, and has not come {length} after that"
        evidence = (Evidence(start, words["start"], None, "the clock started"), *((seen(fact),) if fact is not None else ()))
        return RULE.of(
            record, say, words, level="error" if is_breach else "warning", since=start, due=due if due is not None else passed,
            who=enrolment.holder,
            evidence=evidence, span=self.promise.span,
        )  # fmt: skip


def _before(program: Program, nodes: frozenset[int]) -> frozenset[int]:
    """The nodes from which some way leads to one of these."""
    incoming = program.incoming()
    found: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += [edge.source for edge in incoming[node]]
    return frozenset(found)
