"""G406 impossible-limit

A limit that cannot be kept: its clock starts with something so long before that the step comes too late, always, or although
everybody before it keeps their own time.

Why: Each limit looks sound by itself. Only along the way does it show that a wait of seven weeks lies before what is due within
    six, or that a handoff may be accepted after the first visit is overdue. Whoever does the step is then late without fault.
Source: Promises, law 6.
Bad:
    steps
        step Surgery
            by doctor at Health Centre
            within 14 days
        wait 7 weeks
        step Check
            by doctor at Health Centre
            within 6 weeks of Surgery                     # <- G406
        end Done
            closes the plan
Good:
    steps
        step Surgery
            by doctor at Health Centre
            within 14 days
        wait 5 weeks
        step Check
            by doctor at Health Centre
            within 6 weeks of Surgery
        end Done
            closes the plan
Fix: Give it more time, let its clock start later, or shorten what comes before it. Of several limits the first holds whose
    clock has started: one that holds on this way alone stands above. Where only a late client is late, and that is meant, say
    so: `allow G406 because …`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from pathflow.base.days import Moment, date_of
from pathflow.base.findings import Aim, Finding
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import Condition, Not
from pathflow.rules.chart import Reading
from pathflow.rules.limits import above, limits_of
from pathflow.rules.reckoning import Open, Trail
from pathflow.rules.rule import Rule
from pathflow.rules.times import Times, To, Way, is_within, names_of, times_of, way_of
from pathflow.rules.ways import Ways
from pathflow.rules.where import where

RULE = Rule("G406", "impossible-limit", is_of_lengths=True)

Owed = tuple[Node, model.Limit]
Asked = tuple[Ways, int, int, frozenset[int]]
"""For whom limits apply, where their clock starts, the repeat in which they stand, and where clocks of others above start."""

Exactly = dict[Reading, dict[int, list[Moment] | Open]]


def prove(ways: Ways) -> Iterator[Finding]:
    """What is due within a time of something comes within that time of it."""
    if not ways.is_whole:
        return
    for (those, source, loop, instead), owed in _groups(ways).items():
        times = times_of(those)
        to = To(barriers=frozenset({source}) | instead, until=max(node.index for node, _ in owed), stay=loop)
        slow = _slow(times, source, to, owed)
        if not slow:
            continue
        reached = times.exact(source, "targets", to).reached
        late = [one for one in slow if _is_late(times, one, reached)]
        if late:
            exact: Exactly = {"targets": reached, "shortest": times.exact(source, "shortest", to).reached}
            for one in late:
                yield from _late(times, source, to, one, exact)


_READINGS: tuple[Reading, Reading] = ("shortest", "targets")


def _is_late(times: Times, owed: Owed, reached: dict[int, list[Moment] | Open]) -> bool:
    """Whether it may come too late on some date, or nothing says when it comes."""
    at = reached.get(owed[0].index)
    if at is None or isinstance(at, Open):
        return at is not None
    return any(moment > last for moment, last in zip(at, times.days.due(times.starts, owed[1].target), strict=True))


def _groups(ways: Ways) -> dict[Asked, list[Owed]]:
    """The limits whose clock starts with something else, by what that is and by the repeat in which they stand.

    A limit does not hold on ways on which the clock of one above it has started.
    """
    found: dict[Asked, list[Owed]] = {}
    for node in ways.program.nodes:
        limits = limits_of(node.statement)
        if not any(limit.starts != (None,) for limit in limits) or node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        times = times_of(ways)
        for limit in limits:
            over = above(node.statement, limit)
            if any(one.of == limit.of or ways.surely_starts(node, one.of) for one in over):
                continue  # one above it holds on every way
            starts = (times.chart.find(one.of) for one in over if one.of is not None)
            instead = frozenset(start for start in starts if start is not None)
            those = _of_whom_it_holds(ways, node, limit)
            for one in _each(limit):
                for source in _sources(times, node, one):
                    found.setdefault((those, source, node.loop, instead), []).append((node, one))
    return found


def _of_whom_it_holds(ways: Ways, node: Node, limit: model.Limit) -> Ways:
    """The ways of those for whom a limit may apply: for whom its `when` is so, and no `when` of one above whose clock runs."""
    limits = limits_of(node.statement)
    asked: list[tuple[Condition, str | None]] = [(limit.when, limit.of)] if limit.when is not None else []
    asked += [
        (Not(one.when), one.of)
        for one in limits[: limits.index(limit)]
        if one.when is not None and one.valid is None and one.at_most_of is None and ways.surely_starts(node, one.of)
    ]
    those = ways
    for condition, of in asked:
        start = node.index if of is None else -1 if of == model.ENROLMENT else ways.program.find(of)
        those = where(those, condition, start, node) if start is not None else those
    return those


def _sources(times: Times, node: Node, limit: model.Limit) -> Iterator[int]:
    """Where the clock of a limit starts, in the same way and round as its statement."""
    for source in times.sources(limit.of) if limit.of is not None else ():
        start = times.program.nodes[source]
        is_one_way = start.event == node.event or (start.kind == "event" and node.event == source)
        is_one_round = node.loop < 0 or node.loop in times.chart.loops[source]
        if is_one_way and is_one_round and source < node.index:
            yield source


def _each(limit: model.Limit) -> tuple[model.Limit, ...]:
    """The target, and the maximum as a limit by itself where it has a clock of its own."""
    if limit.at_most is None or limit.at_most_of is None:
        return (limit,)
    return (limit, replace(limit, target=limit.at_most, of=limit.at_most_of, at_most=None, at_most_of=None))


def _slow(times: Times, source: int, to: To, owed: list[Owed]) -> list[Owed]:
    """Those that no quick bound shows to be in time."""
    reached = times.bound(source, "targets", to).reached
    slow: list[Owed] = []
    for node, limit in owed:
        most = reached.get(node.index)
        if most is not None and not isinstance(most, Open) and not is_within(most, limit.target):
            slow.append((node, limit))
        elif isinstance(most, Open):
            least = times.bound(source, "shortest", to).reached.get(node.index)
            if isinstance(least, int) and not is_within(least, limit.target):
                slow.append((node, limit))
    return slow


def _late(times: Times, source: int, to: To, owed: Owed, exact: Exactly) -> Iterator[Finding]:
    node, limit = owed
    due = times.days.due(times.starts, limit.target)
    for reading in _READINGS:
        reached = exact[reading].get(node.index)
        if reached is None or isinstance(reached, Open):
            continue
        over = [at - last for at, last in zip(reached, due, strict=True)]
        is_always = reading == "shortest" and min(over) > 0
        if not is_always and (reading == "shortest" or max(over) <= 0):
            continue
        worst = over.index(max(over))
        trail = times.traced(source, reading, times.starts[worst], to).reached[node.index]
        if isinstance(trail, Trail):
            way = way_of(times.starts[worst], trail)
            dates = {"due": str(date_of(due[worst])), "comes": str(date_of(reached[worst]))}
            dates["closed"] = listing(_closed(times.program, way)) if not is_always else ""
            yield _finding(times.program.nodes[source], owed, way, is_always, dates)
        return


def _closed(program: Program, way: Way) -> list[str]:
    """The dates on the way that are no working days, where something on it counts working days."""
    units = [move.length.unit for move in way.moves if move.length.unit in ("working day", "school day")]
    if not units:
        return []
    days = [way.begun + timedelta(days=n) for n in range(1, (way.ended - way.begun).days + 1)]
    return [str(day) for day in days if not program.calendar.is_working(day, units[0])]


_HELP_LATE: Final = (
    "Give it more time, let its clock start later, or give less time to what comes before it; where an earlier clock "
    "applies on this way, write its limit above this one; where it may be so, write: allow G406 because …"
)


def _finding(source: Node, owed: Owed, way: Way, is_always: bool, dates: dict[str, str]) -> Finding:
    node, limit = owed
    words = {
        "step": node.name,
        "target": str(limit.target),
        "start": source.name if source.kind != "start" else model.ENROLMENT,
        "length": way.spelt,
        "added": way.added,
        "date": str(way.begun),
        "way": listing(names_of(way)),
    }
    place = limit.span or node.span
    late = frozenset(move.node.index for move in way.moves)
    aim = Aim(node.index, "late", earlier=source.index, within=limit.target, on=way.begun.toordinal(), late=late)
    if is_always:
        say = "`{step}` is due within {target} of `{start}`, and never comes so soon: {added} lie between, by {way}"
        help_ = (
            "Give it more time, let its clock start later, or shorten what comes before it; where an earlier clock applies on "
            "this way, write its limit above this one; where it may be so, write: allow G406 because …"
        )
        return RULE.on(place, say, words, help_, aim=aim)
    words |= dates
    if dates["due"] == dates["comes"]:  # within a day it is not the date that tells
        say = (
            "`{step}` is due within {target} of `{start}`, and may come only {length} after it though everybody keeps their "
            "own time: {added} by {way}"
        )
        return RULE.on(place, say, words, _HELP_LATE, level="warning", aim=aim)
    say = (
        "`{step}` is due within {target} of `{start}`, and may come only {length} after it though everybody keeps their own "
        "time: {added} by {way}. Where `{start}` is on {date}, it is due on {due} and may come on {comes}"
    )
    if dates["closed"]:
        say = (
            "`{step}` is due within {target} of `{start}`, and may come only {length} after it though everybody keeps their "
            "own time: {added} by {way}. Where `{start}` is on {date}, it is due on {due} and may come on {comes}, because "
            "{closed} are no working days"
        )
    return RULE.on(place, say, words, _HELP_LATE, level="warning", aim=aim)


def watch(_program: Program) -> Iterator[Watch]:
    """Nothing of its own: what is late in a record is G402."""
    return iter(())
