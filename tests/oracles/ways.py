"""Every way through a small path, gone one by one: which names come when, on each.

`pathflow/rules/reckoning.py` looks at each node once and keeps the latest moment. This oracle keeps nothing: it takes every branch of
every decision, every number of rounds, every limit that may hold, and every order in which branches may meet, and shares with the
proofs only the model that the compiler makes. Dates are reckoned by the other oracle's own arithmetic.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pathflow.base.durations import Duration
from pathflow.model import path as model
from tests.oracles.residual import ZONE, last_moment, same_clock, to_instant, to_local

RUNS_MAX = 4000
DAY = 86_400_000_000
Time = float
"""Microseconds since 1970, or infinity where nothing says when."""


class TooMany(Exception):
    """More ways than anybody would go one by one."""


def due(start: Time, length: Duration) -> Time:
    if math.isinf(start):
        return start
    count = length.count
    if length.unit == "working day" and count == 0:  # on a closed day the same working day is the next one
        before = int(start) - DAY
        count = 0 if to_local(last_moment(before, 1, "working day")).date() == to_local(int(start)).date() else 1
    return last_moment(int(start), count, length.unit)


def later(start: Time, length: Duration) -> Time:
    if math.isinf(start):
        return start
    if length.unit != "working day":
        return same_clock(int(start), length.count, length.unit)
    local = to_local(int(start))
    day = to_local(last_moment(int(start), length.count, length.unit)).date()
    return to_instant(datetime.combine(day, local.time(), ZONE))


def latest(start: Time, length: Duration) -> Time:
    """The latest that anybody is through who waits so long from a moment, or from one before it."""
    if math.isinf(start):
        return start
    day_before = last_moment(int(start) - DAY, 0, "day")
    return max(later(start, length), later(day_before, length))


def earliest(start: Time, length: Duration) -> Time:
    """The earliest that anybody is through who waits so long from a moment, or from one after it."""
    return start if math.isinf(start) else min(later(start, length), later(last_moment(int(start), 0, "day") + 1, length))


@dataclass
class Run:
    """One way as far as it has been gone. `seen`: what came, and when, in the order of the way."""

    now: Time
    enrolled: Time
    started: dict[str, Time] = field(default_factory=dict)
    seen: tuple[tuple[str, Time], ...] = ()
    ended: bool = False

    def at(self, now: Time) -> Run:
        return Run(now, self.enrolled, dict(self.started), self.seen, self.ended)

    def came(self, name: str, now: Time, started: Time | None = None) -> Run:
        run = self.at(now)
        run.started[name] = now if started is None else started
        run.seen = (*self.seen, (name, now))
        return run


class Walker:
    """Goes every way.

    Args:
        reading: as in the proofs.
        delay: how much of its time each duty takes (a share of it), asked anew each time.
        waited: when a wait is over.
    """

    def __init__(
        self,
        path: model.Path,
        reading: str,
        delay: Callable[[], float] = lambda: 1.0,
        waited: Callable[[Time, Duration], Time] = later,
    ) -> None:
        self.path = path
        self.waited = waited
        self.reading = reading
        self.delay = delay
        self.count = 0

    def runs(self, start: int) -> list[Run]:
        return list(self.body(self.path.body, Run(start, start)))

    def body(self, body: tuple[model.Statement, ...], run: Run) -> Iterator[Run]:
        if not body or run.ended:
            self.count += 1
            if self.count > RUNS_MAX:
                raise TooMany
            yield run
            return
        for first in self.statement(body[0], run):
            yield from self.body(body[1:], first)

    def statement(self, statement: model.Statement, run: Run) -> Iterator[Run]:
        is_early = self.reading == "shortest"
        if isinstance(statement, model.Step):
            for done in self.limited(statement.limits, run):
                yield run.came(statement.name, done)
        elif isinstance(statement, model.Handoff):
            for sent in self.limited((statement.limit,), run) if statement.limit is not None else [run.now]:
                accepted = sent if is_early else self.taken(sent, due(sent, statement.accepted_within or Duration(0, "day")))
                yield run.came(statement.name, accepted, sent)
        elif isinstance(statement, model.Consultation):
            within = statement.answered_within
            yield run.came(statement.name, run.now if is_early or within is None else self.taken(run.now, due(run.now, within)))
        elif isinstance(statement, model.Choice):
            limit = statement.limit
            yield run.came(
                statement.name, run.now if is_early or limit is None else self.taken(run.now, due(run.now, limit.target)) + 1
            )
        elif isinstance(statement, model.Wait):
            yield from self.wait(statement, run)
        elif isinstance(statement, model.Decision):
            for branch in statement.branches:
                yield from self.body(branch.body, run)
        elif isinstance(statement, model.Together):
            yield from self.together(statement, run)
        elif isinstance(statement, model.Repeat):
            yield from self.rounds(statement, run, 1)
        elif isinstance(statement, model.End):
            ended = run.came(statement.name, run.now)
            ended.ended = True
            yield ended
        else:
            raise TypeError(statement)

    def wait(self, wait: model.Wait, run: Run) -> Iterator[Run]:
        if wait.until is not None:
            yield run
            if wait.length is None and self.reading != "shortest":
                yield run.at(math.inf)
        if wait.length is not None:
            start = run.now if wait.of is None else run.enrolled if wait.of == model.ENROLMENT else run.started.get(wait.of)
            over = run.now if start is None else self.waited(start, wait.length)  # what has not come is not waited for
            yield run.at(max(run.now, over))

    def limited(self, limits: tuple[model.Limit | None, ...], run: Run) -> Iterator[Time]:
        """When a duty is done: within any of the limits that may hold; no sooner than it is reached."""
        if self.reading == "shortest":
            yield run.now
            return
        for limit in limits:
            if limit is None:
                continue
            length, of = limit.target, limit.of
            if self.reading == "maxima" and limit.at_most is not None:
                length, of = limit.at_most, limit.of if limit.at_most_of is None else limit.at_most_of
            start = run.now if of is None else run.enrolled if of == model.ENROLMENT else run.started.get(of)
            if start is None:
                continue
            end = due(start, length)
            yield end if math.isinf(run.now) else self.taken(run.now, max(run.now, end))
            if limit.when is None:
                return
        yield run.now
        yield math.inf

    def taken(self, start: Time, end: Time) -> Time:
        if math.isinf(end):
            return end
        share = self.delay()
        return end if share == 1 else start + round((end - start) * share)

    def together(self, statement: model.Together, run: Run) -> Iterator[Run]:
        branches = [list(self.body(branch.body, run)) for branch in statement.branches]
        for combination in itertools.product(*branches):
            through = sorted(one.now for one in combination if not one.ended)
            met = run.at(run.now)
            for one in combination:
                met.started.update(dict(one.started.items() - run.started.items()))  # what this branch has started
            if len(through) < statement.needs:
                met.ended = True
                met.now = math.inf
            else:
                met.now = through[statement.needs - 1]
            came = (event for one in combination for event in one.seen[len(run.seen) :])
            is_all = statement.needs == len(statement.branches)
            met.seen += tuple((name, at) for name, at in came if is_all or at <= met.now)  # the others are left as they stand
            yield met

    def rounds(self, repeat: model.Repeat, run: Run, number: int) -> Iterator[Run]:
        for one in self.body(repeat.body, run):
            if one.ended:
                yield one
                continue
            most = repeat.at_most
            if number == most or repeat.until is not None:
                yield one
            if most is None and self.reading != "shortest" and number == 1:
                yield from self.rounds(repeat, one.at(math.inf), 2)
            elif most is not None and number < most:
                paused = one.now
                if repeat.every is not None:
                    paused = max(one.now, self.waited(run.now if repeat.from_start else one.now, repeat.every))
                yield from self.rounds(repeat, one.at(paused), number + 1)


def first_times(runs: list[Run]) -> dict[str, list[Time]]:
    """For each name, when it first comes, on every way that it comes on."""
    found: dict[str, list[Time]] = {}
    for run in runs:
        here: dict[str, Time] = {}
        for name, at in run.seen:
            here.setdefault(name, at)
        for name, at in here.items():
            found.setdefault(name, []).append(at)
    return found


def end_of_day(day: datetime) -> int:
    return to_instant(datetime.combine(day.date(), datetime.max.time(), ZONE))


def moment_of(instant: int) -> int:
    """An instant as the proofs count: microseconds on the clocks, the end of a day a multiple of a day."""
    local = to_local(instant)
    clock = local.replace(tzinfo=None) - datetime.combine(local.date(), datetime.min.time())
    return local.toordinal() * DAY + clock // timedelta(microseconds=1) - DAY + 1
