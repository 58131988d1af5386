"""G411 stands-still

An event's way holds the main way up for longer than something that stands still meanwhile is given.

Why: While an event's way is gone everything else waits: the main way, its orders, the ways beside it and other events. Clocks
    run on. Whoever writes a wait of months there often means that the rest goes on: a fall in the fourth month of a pregnancy
    is looked at when the pregnancy is over.
Source: Promises, law 6; the path's own times.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan

    whenever Emergency happens                            # <- G411
        step Call
            by nurse at Health Centre
            within 1 day
        wait 6 months
        step Check
            by nurse at Health Centre
            within 7 days
        resume
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan

    whenever Emergency happens, beside the main way
        step Call
            by nurse at Health Centre
            within 3 days
        wait 6 months
        step Check
            by nurse at Health Centre
            within 7 days

    whenever alone
        step Visit at home
            by nurse at Health Centre
            within 1 day
        wait 2 days
        step Second visit at home
            by nurse at Health Centre
            within 1 day
        resume
Fix: Let it go on beside the main way: `whenever Emergency happens, beside the main way`. Where it moves the client, and so
    cannot, let its way be over before the wait: `restart from` a step of the main way behind which the client waits, or an
    `end`, and a path of its own for that time (`starts Another path`). Where all else is to wait, say so: `allow G411 because
    …`. It is found where the way takes so long at the least, by its waits and rounds; how long people take is not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pathflow.base.durations import DAY
from pathflow.base.findings import Aim, Finding, Related
from pathflow.base.names import fold
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.limits import limits_of
from pathflow.rules.reckoning import Open
from pathflow.rules.rule import Rule
from pathflow.rules.times import Times, To, spelt, times_of
from pathflow.rules.ways import Ways

RULE = Rule("G411", "stands-still", "warning", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """What stands still while an event's way is gone is given at least as long as that way takes."""
    if not ways.is_whole:
        return
    for index in ways.program.events:
        event = ways.program.nodes[index]
        statement = event.statement
        if isinstance(statement, model.Whenever) and not statement.is_beside and not ways.is_doubtful(event):
            yield from _held_up(ways, event)


def _held_up(ways: Ways, event: Node) -> Iterator[Finding]:
    own = [node for node in ways.program.nodes if node.event == event.index and node.index in ways.reachable]
    if not any(isinstance(node.statement, model.Wait | model.Repeat | model.Include) for node in own):
        return  # it takes as long as people take
    times = times_of(ways)
    longest = _longest(times, event, own)
    if longest is None:
        return
    at, least, left = longest
    begun = {fold(one.name) for one in (event, *own)}
    late: list[tuple[int, int, Node, model.Limit]] = []
    for node in _standing_still(ways, event, own):
        for number, limit in enumerate(limits_of(node.statement)):
            due = times.days.due(times.starts, limit.target)
            is_running = all(start is None or fold(start) not in begun for start in limit.starts)
            if is_running and all(end > last for end, last in zip(left, due, strict=True)):
                late.append((limit.target.longest, node.index + number, node, limit))
    if not late:
        return
    _, _, node, limit = min(late, key=lambda one: one[:2])
    words = {"event": event.name, "length": spelt(least), "step": node.name, "target": str(limit.target)}
    say = "whenever {event}, all else stands still for {length} at least, while clocks run: `{step}` is due within {target}"
    help_ = (
        "Let it go on beside the main way: whenever …, beside the main way; or let its way be over before the wait; where all "
        "else is to wait, write: allow G411 because …"
    )
    related = (Related(at.span, "it goes on at least up to here"), Related(node.span, "this stands still meanwhile"))
    yield RULE.on(event.span, say, words, help_, related, aim=Aim(at.index))


def _longest(times: Times, event: Node, own: list[Node]) -> tuple[Node, int, list[int]] | None:
    """Where an event's way is left last, if everybody acts at once: after how long at the least, and when for each start."""
    walked = times.exact(event.index, "shortest", To())
    found: list[tuple[int, Node, list[int]]] = []
    for node in own:
        left = walked.left.get(node.index)
        if left is not None and not isinstance(left, Open):
            found.append((min(end - begun for end, begun in zip(left, times.starts, strict=True)), node, left))
    if not found:
        return None
    least, node, left = max(found, key=lambda one: (one[0], -one[1].index))
    return (node, least, left) if least >= DAY else None


def _standing_still(ways: Ways, event: Node, own: list[Node]) -> Iterator[Node]:
    """What may be owed while an event's way is gone: what other events bring, and what the main way goes on with."""
    others = [node for node in ways.program.nodes if node.event not in (-1, event.index) and node.index in ways.reachable]
    main: list[Node] = []
    if any(node.kind == "resume" for node in own):
        main = [ways.program.nodes[index] for index in sorted(_next_on_the_main_way(ways, event))]
    yield from (node for node in (*main, *others) if isinstance(node.statement, model.Step) and not ways.is_doubtful(node))


_PASSED: Final = frozenset({"decide", "split", "join", "repeat"})


def _next_on_the_main_way(ways: Ways, event: Node) -> set[int]:
    """Where the client may be on the main way while an event's way is gone."""
    points = ways.beginnings.points[event.index]
    if event.index not in ways.beginnings.behind:
        return set(points)
    found: set[int] = set()
    waiting = [edge.target for point in points for edge in ways.program.edges[point]]
    while waiting:
        index = waiting.pop()
        if index in found or ways.program.nodes[index].event >= 0:
            continue
        found.add(index)
        if ways.program.nodes[index].kind in _PASSED:
            waiting += [edge.target for edge in ways.program.edges[index]]
    return found


def watch(_program: Program) -> Iterator[Watch]:
    """What is late in a record is G402."""
    return iter(())
