"""G401 no-clock

Something is owed without a time, or its clock, or what a wait counts from, may never start, or runs out only when the path has
ended; in a record, it is owed for longer than the path's silence, or a wait had nothing to count from.

Why: A duty without a clock is never late, so nobody ever asks for it. The waits that the law limits are only some of them.
Source: Promises, law 6.
Bad:
    steps
        decide Is an operation needed?
            if age > 70 years
                step Operation
                    by doctor at Health Centre
                    within 14 days
            otherwise
                continue
        wait until 6 weeks after Operation                # <- G401
        step Visit                                        # <- G401
            by doctor at Health Centre
        end Done
            closes the plan
Good:
    steps
        decide Is an operation needed?
            if age > 70 years
                step Operation
                    by doctor at Health Centre
                    within 14 days
                wait until 6 weeks after Operation
            otherwise
                continue
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Add `within` to the step; or say for the whole path how long a silence may last: `silence at most 30 days` in its head. A
    wait, and a limit `of X`, count from something that has come on every way; where one of two has come on each, a limit of
    each is enough: `within 5 days of Screening referral` and below it `within 5 days of Symptom referral`. What is owed beside
    the main way ends with the path, done or not: where the path lawfully ends before that is due, let the main way wait for
    what is to be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pathflow.base.durations import Duration, Unit
from pathflow.base.findings import Aim, Evidence, Finding, Related
from pathflow.base.instants import Instant, spell
from pathflow.base.names import fold, listing
from pathflow.engine.duties import present
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.cells import cover
from pathflow.rules.known import happened
from pathflow.rules.limits import limits_of
from pathflow.rules.rule import Rule
from pathflow.rules.times import Way, fewest, times_of
from pathflow.rules.ways import Ways
from pathflow.rules.where import where

RULE = Rule("G401", "no-clock", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """Every step and every choice has a limit, or the path limits silence; each limit may apply."""
    yield from _never_asked(ways)
    yield from _waits(ways)
    yield from _over_before(ways)
    if ways.path.silence is not None:  # a clock for all that has none of its own
        yield from _impossible(ways)
        yield from _unsure(ways, str(ways.path.silence))
        return
    for node in ways.program.nodes:
        statement = node.statement
        if ways.is_doubtful(node):
            continue
        if isinstance(statement, model.Step) and not statement.limits:
            say = "the step `{step}` has no time: it is never late"
            words, help_ = {"step": node.name}, "Add a line, for example: within 14 days"
            after = _next_limit(ways, node)
            if after is not None:
                words |= after
                help_ = "Add a line, for example: within {example}; the next limit on this way is `{next}`, {target} of {start}"
            yield RULE.on(node.span, say, words, help_)
        elif isinstance(statement, model.Choice) and statement.limit is None:
            say = "the choice of `{step}` has no time: it is never late"
            yield RULE.on(node.span, say, {"step": node.name}, "Add a line, for example: within 2 weeks")
        elif node.index in ways.reachable and ways.is_whole:
            yield from _may_never_run(ways, node)


def _next_limit(ways: Ways, node: Node) -> dict[str, str] | None:
    """The first limit behind a step whose clock runs already when the client comes to it; an example that fits before it."""
    if node.index not in ways.reachable or not ways.is_whole:
        return None
    promised = {promise.name: (promise.limit,) for promise in ways.path.promises}
    seen, waiting = {node.index}, [node.index]
    while waiting:
        for edge in ways.program.edges[waiting.pop(0)]:
            after = ways.program.nodes[edge.target]
            if edge.target in seen or edge.target < node.index:
                continue
            seen.add(edge.target)
            waiting.append(edge.target)
            for limit in (*limits_of(after.statement), *promised.get(after.name, ())):
                start = limit.of or (model.ENROLMENT if limit in promised.get(after.name, ()) else None)
                if start is not None and start != node.name and ways.surely_starts(node, start):
                    example = _shorter(limit.target)
                    return {"next": after.name, "target": str(limit.target), "start": start, "example": str(example)}
    return None


def _shorter(length: Duration) -> Duration:
    """A third of a length of time, in its own unit or in the next below; no more than 14 days."""
    if length.count >= 3:
        third = Duration(length.count // 3, length.unit)
        return third if not third.is_longer_than(_USUAL) else _USUAL
    for unit in ("week", "day", "hour"):
        if length.unit in _ABOVE[unit]:
            return Duration(_PARTS[unit] * max(length.count, 1), unit)
    return Duration(10, "minute")


_USUAL: Final = Duration(14, "day")
_PARTS: Final[dict[Unit, int]] = {"week": 1, "day": 2, "hour": 4}
_ABOVE: Final[dict[Unit, tuple[Unit, ...]]] = {
    "week": ("month", "year"), "day": ("week",), "hour": ("day", "working day", "school day"),
}  # fmt: skip


def _may_never_run(ways: Ways, node: Node) -> Iterator[Finding]:
    """Clocks of which none surely starts: all of a statement, or those of the maximums that have their own."""
    limits = limits_of(node.statement)
    maximums = [limit for limit in limits if limit.at_most_of is not None]
    is_sure = ways.one_surely_starts(node) or any(ways.surely_starts(node, start) for limit in limits for start in limit.starts)
    if limits and not is_sure and not _each_starts_where_it_applies(ways, node, limits):
        starts = sorted({start for limit in limits for start in limit.starts if start is not None})
        say = "the clock of `{step}` may never start: {starts} need not have come before it"
        if node.loop >= 0:
            say = "the clock of `{step}` may never start: {starts} need not have come before it, in each round anew"
        help_ = "Add a limit whose clock starts when the step is reached, for example: within 14 days"
        aim = _before(ways, node, starts)
        yield RULE.on(node.span, say, {"step": node.name, "starts": listing(starts, "or")}, help_, aim=aim)
    elif maximums and not any(ways.surely_starts(node, start) for start in _latest_starts(limits)):
        starts = sorted({start for start in _latest_starts(limits) if start is not None})
        say = "the clock of the maximum of `{step}` may never start: {starts} need not have come before it"
        help_ = "Let the maximum run from something that has surely come, for example: at most 6 months of enrolment"
        aim = _before(ways, node, starts)
        yield RULE.on(maximums[0].span or node.span, say, {"step": node.name, "starts": listing(starts, "or")}, help_, aim=aim)


def _each_starts_where_it_applies(ways: Ways, node: Node, limits: tuple[model.Limit, ...]) -> bool:
    """Whether the limits with a `when` leave nobody out, and the clock of each has started wherever it applies."""
    asked = [(limit, limit.when, ways.program.find(limit.of)) for limit in limits if limit.when is not None and limit.of]
    if not asked or cover([when for _, when, _ in asked], False, ways.path.items, ways.given(node)).hole is not None:
        return False
    for limit, when, start in asked:
        if start is None:
            return False
        those = where(ways, when, start, node)
        if node.index in those.reachable and not those.surely_starts(node, limit.of):
            return False
    return True


def _before(ways: Ways, node: Node, starts: list[str]) -> Aim | None:
    """That a client comes to a statement, and nothing has come that would start its clock; in a later round none is known."""
    if node.loop >= 0:
        return None
    names = {fold(start) for start in starts}
    return Aim(node.index, "open", closing=frozenset(n.index for n in ways.program.nodes if fold(n.name) in names))


def _latest_starts(limits: tuple[model.Limit, ...]) -> list[str | None]:
    """What starts the clocks of the maximums."""
    return [limit.starts[-1] for limit in limits if limit.at_most is not None]


def _never_asked(ways: Ways) -> Iterator[Finding]:
    """Limits below one that always applies."""
    for node in ways.program.nodes:
        limits = limits_of(node.statement)
        always = next((at for at, x in enumerate(limits) if x.of is None and x.when is None and x.valid is None), len(limits))
        for limit in limits[always + 1 :]:
            if limit.span is not None and not ways.is_doubtful(node):
                say = "this limit of `{step}` never applies: the one above it always does"
                help_ = "Say for whom each is (`when …`), or write both as one: within 4 weeks, at most 6 months"
                yield RULE.on(limit.span, say, {"step": node.name}, help_, level="warning")


def _waits(ways: Ways) -> Iterator[Finding]:
    """What a wait counts from has come on every way to it."""
    for node in ways.program.nodes:
        wait = node.statement
        if not isinstance(wait, model.Wait) or wait.of in (None, model.ENROLMENT) or not ways.is_whole:
            continue
        if node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        if not ways.is_known(ways.known(node.index), happened(wait.of)):
            say = "`{wait}` may have nothing to count from: `{start}` need not have come before it"
            help_ = "Count from something that has come on every way to it, or wait for `{start}` first, in a line of its own"
            yield RULE.on(
                node.span, say, {"wait": node.name, "start": wait.of}, help_, aim=_before(ways, node, [wait.of or ""])
            )


def _over_before(ways: Ways) -> Iterator[Finding]:
    """What is owed beside the main way, from a step of it on, is due before the path has ended and nobody owes it any more.

    Where an event may interrupt the main way, nothing says how long that takes.
    """
    program = ways.program
    beside = [event for event in program.events if ways.beginnings.whenever(event).is_beside]
    if not ways.is_whole or len(beside) < len(program.events):
        return
    ends = [node.index for node in program.nodes if node.kind == "end" and node.index in ways.reachable]
    for event in beside:
        starts = ways.beginnings.behind.get(event, ())
        owed = [n for n in program.nodes if n.event == event and n.kind == "step" and limits_of(n.statement)]
        if not starts or not ends or not owed or ways.is_doubtful(program.nodes[event]):
            continue
        found = [(start, times_of(ways).between(start, ends, "maxima").way) for start in starts]
        last = max(((way.length, start, way) for start, way in found if way is not None), default=None, key=lambda one: one[0])
        if last is None or any(way is None for _, way in found):
            continue
        for node in owed:
            limits = limits_of(node.statement)
            if all(limit.of is None and fewest(limit.target) > last[0] for limit in limits) and not ways.is_doubtful(node):
                yield _of_what_is_over(program, node, limits[0], program.nodes[last[1]], last[2], ends)


def _of_what_is_over(program: Program, node: Node, limit: model.Limit, start: Node, way: Way, ends: list[int]) -> Finding:
    words = {"step": node.name, "target": str(limit.target), "start": start.name, "length": way.spelt}
    say = (
        "`{step}` may take {target}, and the path ends within {length} of `{start}`: then nobody owes it any more, and it is "
        "never late"
    )
    if not way.length:
        say = "`{step}` begins as the path ends with `{start}`: nobody owes it any more, and it is never late"
    help_ = (
        "Let the main way wait for what `{step}` makes, give it less time, or let it stand on the main way; where it may be "
        "left undone, write: allow G401 because …"
    )
    end = next((move.node.index for move in reversed(way.moves) if move.node.index in ends), ends[0])
    aim = Aim(end, "open", earlier=start.index, closing=frozenset({node.index}))
    return RULE.on(limit.span or node.span, say, words, help_, (Related(start.span, "it begins here"),), "warning", aim=aim)


def _impossible(ways: Ways) -> Iterator[Finding]:
    """Clocks that only something later would start."""
    for node in ways.program.nodes:
        limits = limits_of(node.statement)
        if not limits or not ways.is_whole or ways.is_doubtful(node) or node.index not in ways.reachable:
            continue
        all_starts = [start for limit in limits for start in limit.starts]
        help_ = "Let the clock start with something that comes before, or when the step is reached: within 14 days"
        if _never_starts(ways, node):
            starts = listing(sorted({start for start in all_starts if start is not None}), "or")
            say = "the clock of `{step}` never starts: {starts} comes only after it"
            yield RULE.on(node.span, say, {"step": node.name, "starts": starts}, help_)
            continue
        for limit in limits:
            if limit.at_most_of is not None and _comes_only_after(ways, limit.at_most_of, node):
                say = "the clock of the maximum of `{step}` never starts: {starts} comes only after it"
                help_ = "Let the maximum run from something that comes before, for example: at most 6 months of enrolment"
                yield RULE.on(limit.span or node.span, say, {"step": node.name, "starts": f"`{limit.at_most_of}`"}, help_)


def _never_starts(ways: Ways, node: Node) -> bool:
    starts = [start for limit in limits_of(node.statement) for start in limit.starts]
    return all(start is not None and _comes_only_after(ways, start, node) for start in starts)


def _unsure(ways: Ways, silence: str) -> Iterator[Finding]:
    """Clocks that need not start: what was meant as a target is then as long as the path's silence."""
    for node in ways.program.nodes:
        limits = limits_of(node.statement)
        if not limits or not ways.is_whole or ways.is_doubtful(node) or node.index not in ways.reachable:
            continue
        if not _may_run(ways, node) and not _never_starts(ways, node) and not _starts_beside(ways, node):
            starts = listing(sorted({limit.of for limit in limits if limit.of is not None}), "or")
            words = {"step": node.name, "starts": starts, "silence": silence}
            say = (
                "the clock of `{step}` may never start: {starts} need not have come, "
                "and then only the silence of {silence} holds"
            )
            help_ = "Add a limit whose clock starts when the step is reached, for example: within 14 days"
            yield RULE.on(node.span, say, words, help_, level="warning", aim=_before(ways, node, [x.of or "" for x in limits]))


def _comes_only_after(ways: Ways, name: str, node: Node) -> bool:
    start = ways.program.find(name)
    if start is None:
        return False
    if _is_never_before(ways, ways.program.nodes[start], node):
        return True
    seen = {node.index}
    waiting = [ways.program.start, *ways.program.events]
    while waiting:
        index = waiting.pop()
        if index not in seen:
            seen.add(index)
            waiting += [edge.target for edge in ways.program.edges[index]]
    return start not in seen or start == node.index


def _is_beside(start: Node, node: Node) -> bool:
    """Whether the two stand in different branches that go on at once."""
    splits = dict(start.region)
    return any(splits.get(at, branch) != branch for at, branch in node.region)


def _starts_beside(ways: Ways, node: Node) -> bool:
    """Whether a clock is started in another branch, where it comes in any case, before or after."""
    for limit in limits_of(node.statement):
        start = ways.program.find(limit.of) if limit.of is not None else None
        if start is None or not _is_beside(ways.program.nodes[start], node):
            continue
        splits = {at for at, branch in node.region if dict(ways.program.nodes[start].region).get(at, branch) != branch}
        joins = [join for join, split in ways.program.joins.items() if split in splits]
        if all(ways.is_known(ways.known(join), happened(limit.of or "")) for join in joins):
            return True
    return False


def _is_never_before(ways: Ways, start: Node, node: Node) -> bool:
    """Whether no way leads from one to the other, and they never go on side by side."""
    if start.event != node.event or _is_beside(start, node):
        return False
    seen: set[int] = set()
    waiting = [edge.target for edge in ways.program.edges[start.index]]
    while waiting:
        index = waiting.pop()
        if index not in seen:
            seen.add(index)
            waiting += [edge.target for edge in ways.program.edges[index]]
    return node.index not in seen


def _may_run(ways: Ways, node: Node) -> bool:
    """Whether some clock of a statement surely starts."""
    limits = limits_of(node.statement)
    return not limits or ways.one_surely_starts(node) or any(ways.surely_starts(node, limit.of) for limit in limits)


def watch(program: Program) -> Iterator[Watch]:
    """A step without a limit, owed for longer than the path's silence; a wait that had nothing to count from."""
    waits = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Wait) and n.statement.of is not None)
    if waits:
        yield Watch("not waited", _not_waited, waits)
    silence = program.path.silence
    if silence is None:
        return
    bare = frozenset(n.index for n in program.nodes if isinstance(n.statement, model.Step) and not n.statement.limits)

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        if enrolment.ended is not None:
            return
        for node, since in {**enrolment.owed, **enrolment.tokens}.items():
            if node not in bare or at - since <= silence.longest or record.facts[-1].at <= since:
                continue
            if present(record, enrolment, since, at) > silence.longest:
                words = {
                    "step": program.nodes[node].name,
                    "length": spell(since, at, program.calendar.zone),
                    "silence": str(silence),
                }
                yield RULE.of(
                    record, "`{step}` has been owed for {length}, and has no time of its own", words, level="info",
                    since=since, who=enrolment.holder, evidence=(Evidence(since, words["step"], None, "owed since"),),
                    help="Do it, or cancel it", span=program.nodes[node].span,
                )  # fmt: skip

    yield Watch(standing=standing)


def _not_waited(
    record: Record, enrolment: Enrolment, node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    place = enrolment.tables.program.nodes[node]
    wait = place.statement
    if not isinstance(wait, model.Wait) or wait.of is None:
        return None
    return RULE.of(
        record, "`{wait}` was over at once, because `{start}` had not come", {"wait": place.name, "start": wait.of},
        level="warning", since=at, who=enrolment.holder, evidence=(Evidence(at, place.name, None, "reached"),),
        help="Find out whether `{start}` is missing; the path goes on", span=place.span,
    )  # fmt: skip
