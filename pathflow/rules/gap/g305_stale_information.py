"""G305 stale-information

An item that is valid for so long may be too old by the time it is used: the way from where it is made takes longer. What an
event's own way asks for may be too old by the time of the event, which then begins nothing.

Why: A value that was right when it was measured is used as if it still were. Nobody notices, because it is there. The
    waiting time decides whether it is still true on arrival, and the waiting time stands in the path.
Source: Promises, law 5.
Bad:
    clients Adults
        item age: number of years
        item potassium: number of mmol/l, valid 7 days
        enter when age >= 18 years

    steps
        step Blood test
            by nurse at Health Centre
            within 7 days
            makes potassium
        step Visit                                        # <- G305
            by doctor at Health Centre
            within 3 weeks
            needs potassium
        end Done
            closes the plan
Good:
    clients Adults
        item age: number of years
        item potassium: number of mmol/l, valid 7 days
        enter when age >= 18 years

    steps
        step Blood test
            by nurse at Health Centre
            within 7 days
            makes potassium
        step Visit
            by doctor at Health Centre
            within 5 days
            needs potassium
        end Done
            closes the plan
Fix: Shorten the way, make the item anew closer to where it is used, or say that it is valid for longer; or ask first whether it
    is known still: `if potassium is unknown` makes it anew, and a decision behind `if potassium is known` asks for no old one.
    Too old although everybody meets their targets is an error; too old only when everybody takes as long as the law allows is a
    warning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pathflow.base.days import Moment
from pathflow.base.findings import Aim, Finding, Level, Related
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import IsUnknown, atoms, events_of, items_of
from pathflow.model.network import Item
from pathflow.rules.beginning import made_by, may_hold
from pathflow.rules.chart import Reading
from pathflow.rules.knowledge import tells
from pathflow.rules.reckoning import Open, Reckoning, Trail
from pathflow.rules.rule import Rule
from pathflow.rules.times import Times, To, Way, is_within, longest_of, roughly, times_of, way_of
from pathflow.rules.ways import Ways

RULE = Rule("G305", "stale-information", is_of_lengths=True)

V = TypeVar("V")
Use = tuple[Callable[[Reckoning[Any], Node], Any], Node]
"""Where an item is used, and when that is in a reckoning."""

_LEVELS: tuple[tuple[Reading, Level], ...] = (("targets", "error"), ("maxima", "warning"))


def prove(ways: Ways) -> Iterator[Finding]:
    """What is used is still valid, on the longest way from where it was made."""
    if not ways.is_whole:
        return
    for item in ways.path.items.values():
        if item.valid is None:
            continue
        nodes = [node for node in ways.program.nodes if node.index in ways.reachable and not ways.is_doubtful(node)]
        used = [node for node in nodes if item.name in _used(node)]
        made = [node for node in ways.program.nodes if item.name in _made(ways, node)]
        entered = ways.path.clients.enter_when
        if entered is not None and item.name in items_of(entered):
            made.append(ways.program.nodes[ways.program.start])
        if used and made:
            yield from _of_item(times_of(ways), item, made, used)
        if made:
            yield from _of_events(ways, item, made)


def _made(ways: Ways, node: Node) -> Iterable[str]:
    statement = node.statement
    if isinstance(statement, model.Include):
        return times_of(ways).made_inside(node)
    return statement.makes if isinstance(statement, model.Step | model.Consultation) else ()


def _used(node: Node) -> frozenset[str]:
    statement = node.statement
    if isinstance(statement, model.Step):
        return frozenset((*statement.needs, *statement.carries))
    if isinstance(statement, model.Handoff | model.Consultation):
        return frozenset(statement.carries)
    if isinstance(statement, model.Decision):
        conditions = [branch.condition for branch in statement.branches if branch.condition is not None]
        asked = {item for condition in conditions for item in items_of(condition)}
        unsure = {a.item for condition in conditions for a in atoms(condition) if isinstance(a, IsUnknown)}
        return frozenset(asked - unsure)
    return frozenset()


def _of_item(times: Times, item: Item, made: list[Node], used: list[Node]) -> Iterator[Finding]:
    barriers = frozenset(node.index for node in made)
    said: set[int] = set()
    for maker in made:
        open_uses = [node for node in used if node.index not in said and not _is_beside(node, maker)]
        for reading, level in _LEVELS:
            to = To(barriers=barriers, item=item.name)
            quick = times.bound(maker.index, reading, to)
            slow = [node for node in open_uses if _may_exceed(_when(quick, node), item)]
            if not slow:
                continue
            exact = times.exact(maker.index, reading, to)
            for node in slow:
                way = _older(times, maker, item, reading, (_when, node), exact, to)
                if way is not None and node.index not in said and not _is_fresh(times, item, maker, node, barriers):
                    said.add(node.index)
                    yield _finding(item, maker, node, way, level)


# ── where an event asks for it ──────────────────────────────────────────────────────────────────────────────────────


def _of_events(ways: Ways, item: Item, made: list[Node]) -> Iterator[Finding]:
    """Events that begin nothing once an item that the main way made before has grown too old."""
    if any(node.event >= 0 for node in made):
        return  # an event's own way makes it anew at any time
    for event in ways.program.events:
        node = ways.program.nodes[event]
        condition = ways.beginnings.whenever(event).condition
        others = {*items_of(condition)} - {item.name}
        if ways.is_doubtful(node) or item.name not in items_of(condition) or may_hold(condition, others):
            continue
        points = [ways.program.nodes[at] for at in _points(ways, event, others)]
        points = [at for at in points if at.index in ways.reachable and not ways.is_doubtful(at)]
        if points:
            yield from _of_event(times_of(ways), item, made, node, points)


def _points(ways: Ways, event: int, others: set[str]) -> Iterable[int]:
    """Where a client may be when the rest of what an event asks for comes about."""
    beginnings = ways.beginnings
    by_chance = others - {made for node in ways.program.nodes if node.event < 0 for made in made_by(ways.program, node)}
    if event in beginnings.behind or by_chance or events_of(beginnings.whenever(event).condition):
        return beginnings.points[event]
    return [n.index for n in ways.program.nodes if n.event < 0 and not others.isdisjoint(made_by(ways.program, n))]


def _of_event(times: Times, item: Item, made: list[Node], event: Node, points: list[Node]) -> Iterator[Finding]:
    to = To(barriers=frozenset(node.index for node in made), item=item.name)
    for reading, _ in _LEVELS:
        for maker in made:
            beside = [node for node in points if not _is_beside(node, maker) and node is not maker]
            quick = times.bound(maker.index, reading, to)
            slow = [node for node in beside if _may_exceed(_until(quick, node), item)]
            exact = times.exact(maker.index, reading, to) if slow else None
            for node in slow:
                way = _older(times, maker, item, reading, (_until, node), exact, to) if exact is not None else None
                if way is not None:
                    yield _of_the_event(item, maker, event, node, way, reading == "maxima")
                    return


def _until(walked: Reckoning[V], node: Node) -> Any:
    """Until when a client is at a node."""
    return walked.left.get(node.index, walked.stopped.get(node.index)) if node.index in walked.reached else None


def _aim(item: Item, maker: Node, node: Node, way: Way, is_lawful: bool, event: int = -1) -> Aim:
    """That a client comes there by that way, begun on that date, while all the time passes that there is."""
    late = frozenset(move.node.index for move in way.moves)
    begun = way.begun.toordinal()
    return Aim(node.index, "stale", (item.name,), earlier=maker.index, event=event, on=begun, late=late, is_lawful=is_lawful)


def _of_the_event(item: Item, maker: Node, event: Node, node: Node, way: Way, is_lawful: bool) -> Finding:
    words = {
        "item": item.name,
        "condition": event.name,
        "step": node.name,
        "maker": maker.name,
        "valid": str(item.valid),
        "length": roughly(way.length),
        "added": way.added,
    }
    say = (
        "`whenever {condition}` may begin nothing at `{step}`: it asks for `{item}`, which is valid {valid}, and made {length} "
        "before, by `{maker}` ({added})"
    )
    if maker.kind == "start":
        say = (
            "`whenever {condition}` may begin nothing at `{step}`: it asks for `{item}`, which is valid {valid}, and known at "
            "enrolment, {length} before ({added})"
        )
    help_ = "Let it be valid for longer, make it anew on the way, or ask for something that lasts"
    where = () if maker.kind == "start" else (Related(maker.span, "made here"),)
    aim = _aim(item, maker, node, way, is_lawful, event.index)
    return RULE.on(event.span, say, words, help_, where, "warning", aim=aim)


def _is_beside(node: Node, maker: Node) -> bool:
    branches = dict(maker.region)
    return any(split in branches and branches[split] != branch for split, branch in node.region)


def _is_fresh(times: Times, item: Item, maker: Node, use: Node, makers: frozenset[int]) -> bool:
    """Whether on every way from where it was made it is asked, and found, just before, whether the item is known.

    What has grown too old is known no longer. No time passes between the question and the use.
    """
    if isinstance(use.statement, model.Step):  # used when it is done, and not when it is come to
        return False
    ways = times.ways
    seen = {use.index}
    waiting = [use.index]
    while waiting:
        index = waiting.pop()
        if not ways.incoming[index]:
            return False
        for edge in ways.incoming[index]:
            if item.name in tells(ways.taken(edge)) or (edge.source in makers and edge.source != maker.index):
                continue
            if ways.program.nodes[edge.source].kind not in ("decide", "split") or times.chart.waits(edge.source):
                return False
            if edge.source not in seen:
                seen.add(edge.source)
                waiting.append(edge.source)
    return True


def _when(walked: Reckoning[V], node: Node) -> Any:
    """When an item is used at a node: a step when it is done, anything else when it is reached."""
    index = node.index
    if isinstance(node.statement, model.Step):
        return walked.left.get(index, walked.stopped.get(index)) if index in walked.reached else None
    return walked.reached.get(index)


def _may_exceed(most: int | Open | None, item: Item) -> bool:
    return item.valid is not None and most is not None and not isinstance(most, Open) and not is_within(most, item.valid)


def _older(
    times: Times, maker: Node, item: Item, reading: Reading, use: Use, exact: Reckoning[list[Moment]], to: To
) -> Way | None:
    """The way on which the value is oldest, where that is too old."""
    when, node = use
    moments = when(exact, node)
    if moments is None or isinstance(moments, Open) or item.valid is None:
        return None
    valid = times.days.later(times.starts, item.valid)
    over = [at - last for at, last in zip(moments, valid, strict=True)]
    if max(over) <= 0:
        return None
    begun = times.starts[over.index(max(over))]
    trail = when(times.traced(maker.index, reading, begun, to), node)
    return way_of(begun, trail) if isinstance(trail, Trail) else None


def _finding(item: Item, maker: Node, node: Node, way: Way, level: Level) -> Finding:
    words = {
        "item": item.name,
        "step": node.name,
        "maker": maker.name,
        "valid": str(item.valid),
        "length": roughly(way.length),
        "added": way.added,
        "way": listing(longest_of(way)),
    }
    if maker.kind == "start":
        say = (
            "`{item}` may be too old at `{step}`: it is valid {valid}, and known at enrolment, {length} before ({added}, most "
            "of it by {way})"
        )
    elif level == "error":
        say = (
            "`{item}` may be too old at `{step}`: it is valid {valid}, and made {length} before, by `{maker}` ({added}, most "
            "of it by {way})"
        )
    else:
        say = (
            "`{item}` may be too old at `{step}` when everybody takes as long as the law allows: it is valid {valid}, and made "
            "{length} before, by `{maker}` ({added}, most of it by {way})"
        )
    help_ = "Make it anew closer to where it is used, shorten the way, or let it be valid for longer"
    where = () if maker.kind == "start" else (Related(maker.span, "made here"),)
    return RULE.on(node.span, say, words, help_, where, level, aim=_aim(item, maker, node, way, level == "warning"))


def watch(_program: Program) -> Iterator[Watch]:
    """Nothing of its own: a step done with a value that had grown too old is G301."""
    return iter(())
