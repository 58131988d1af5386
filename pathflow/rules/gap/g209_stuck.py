"""G209 stuck

A client can come to where no way leads to an end: a decision waits for something that may never happen, and nobody says how
long; or the path begins again and again from what sets it off. In a record, a client has waited so for a month.

Why: Somebody who waits without a date is on nobody's list. Whoever was to call thinks that the client will; the client thinks
    that they have been forgotten, and is right.
Source: Promises, law 8: every way reaches an end, every repeat has an exit or a cap.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        decide What comes next?                           # <- G209
            if Emergency happens
                continue
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        wait until Emergency happens, at most 3 weeks
        end Done
            closes the plan
Fix: Let it wait beside a time: `together until any is done`, with a branch that waits; or `wait until … , at most 3 weeks`; or
    say in the path's head how long nothing may happen: `silence at most 30 days`. A path that begins again is better a `repeat`
    with a number of times.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import All, Any, Condition, IsUnknown, Not, events_of, items_of
from pathflow.rules.beginning import made_by
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G209", "stuck")


def prove(ways: Ways) -> Iterator[Finding]:
    """From every node a way leads to an end; what is waited for has a time; nothing begins again for ever by itself."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        if node.index in ways.reachable and not ways.is_doubtful(node) and _waits_for_ever(ways.program, node):
            words = {"decision": node.name, "events": listing(list(_events(ways.program, node)), "or")}
            say = "`{decision}` waits until {events} happens, and nobody says how long"
            help_ = "Let it wait beside a time: together until any is done; or add to the path: silence at most 30 days"
            yield RULE.on(node.span, say, words, help_, level="warning")
    yield from _again_and_again(ways)
    yield from _without_an_end(ways)


def _events(program: Program, node: Node) -> tuple[str, ...]:
    conditions = [edge.condition for edge in program.edges[node.index] if edge.condition is not None]
    return tuple(dict.fromkeys(event for condition in conditions for event in events_of(condition)))


def _waits_for_ever(program: Program, node: Node) -> bool:
    """Whether a decision waits for events without anything that ends the waiting: the path's silence, or a branch beside it."""
    if node.kind != "decide" or program.path.silence is not None or not _events(program, node):
        return False
    needed = {split: program.needed[join] for join, split in program.joins.items()}
    return all(needed.get(split, 0) >= len(program.edges[split]) for split, _ in node.region)


def _again_and_again(ways: Ways) -> Iterator[Finding]:
    """An event that asks for what is found out again behind the step from which it lets the path begin anew."""
    for node in ways.program.nodes:
        if node.kind != "restart" or node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        event = ways.program.nodes[node.event].statement
        if not isinstance(event, model.Whenever) or events_of(event.condition):
            continue
        for edge in ways.program.edges[node.index]:
            first = ways.program.nodes[edge.target]
            for step, made in _found_out_again(ways.program, first, event.condition):
                words = {"condition": str(event.condition), "step": step.name, "items": listing(made), "first": first.name}
                say = (
                    "whenever {condition}, the path begins again from `{step}`, which finds out {items} anew, perhaps for ever"
                    if step is first
                    else "whenever {condition}, the path begins again from `{first}`, and `{step}` behind it finds out {items} "
                    "anew, so that it begins again, for ever"
                )
                help_ = (
                    "Ask for what happens: whenever … happens and …; or make it a repeat with a number of times, or begin "
                    "again from what comes after `{step}`"
                )
                yield RULE.on(node.span, say, words, help_, level="warning")
                break


def _found_out_again(program: Program, first: Node, condition: Condition) -> Iterator[tuple[Node, list[str]]]:
    """What finds out anew something that a condition asks for: the first step, or one behind it after which it is surely so."""
    asked = set(items_of(condition))
    seen: set[int] = set()
    waiting = [first.index]
    while waiting:
        node = program.nodes[waiting.pop(0)]
        if node.index in seen or node.event >= 0:
            continue
        seen.add(node.index)
        made = sorted(asked & made_by(program, node))
        if made and (node is first or _asks_only_whether_known(condition, made)):
            yield node, made
        elif not made:  # what is found out behind a value that may be another need not be so any more
            waiting += [edge.target for edge in program.edges[node.index]]


def _asks_only_whether_known(condition: Condition, items: list[str]) -> bool:
    """Whether what a condition asks of these is that they are known, and so stays so when they are found out anew."""
    if isinstance(condition, All | Any):
        return all(_asks_only_whether_known(part, items) for part in condition.parts)
    is_known = isinstance(condition, Not) and isinstance(condition.part, IsUnknown)
    return is_known or not set(items_of(condition)) & set(items)


def _without_an_end(ways: Ways) -> Iterator[Finding]:
    """Nodes from which no way leads to an end, the first of each such part."""
    good = _ending(ways)
    for node in ways.program.nodes:
        if node.index not in ways.reachable or node.index in good or ways.is_doubtful(node):
            continue
        sources = {edge.source for edge in ways.incoming[node.index]} & ways.reachable
        if node.kind in ("join", "start") or not sources <= good:
            continue
        say = "from `{name}` no way leads to an end: the client stays there"
        yield RULE.on(node.span, say, {"name": node.name}, "Let a way lead on from it, or write an end")


def _ending(ways: Ways) -> set[int]:
    """The nodes from which an end can be reached, or of which another rule says that none can (G202, G206)."""
    program = ways.program
    good = {node.index for node in program.nodes if _is_last(node)}
    waiting = list(good)
    while waiting:
        index = waiting.pop()
        if index in program.joins and index not in ways.reachable:
            continue  # never enough branches come to it
        for source in {edge.source for edge in ways.incoming[index]} - good:
            good.add(source)
            waiting.append(source)
    ends = [node for node in program.nodes if node.kind == "end" and node.index in ways.reachable]
    ended = {(split, branch) for node in ends for split, branch in node.region}
    for node in program.nodes:  # an end in one branch ends the path for those beside it
        if any(at == split and gone != branch for split, branch in node.region for at, gone in ended):
            good.add(node.index)
    return good


def _is_last(node: Node) -> bool:
    if isinstance(node.statement, model.Repeat) and node.statement.until is None and node.statement.at_most is None:
        return True
    return node.kind in ("end", "stop", "resume", "nowhere")


_LONG = 30 * 24 * 3600 * 1_000_000
"""How long a client may wait for what need not happen; our own figure €. Units: microseconds."""


def watch(program: Program) -> Iterator[Watch]:
    """A client has waited for a month for something that need not happen."""
    endless = {node.index: node for node in program.nodes if _waits_for_ever(program, node)}

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for index, since in sorted(enrolment.tokens.items()):
            node = endless.get(index)
            if node is None or at - since <= _LONG:
                continue
            events = listing(list(_events(program, node)), "or")
            words = {"decision": node.name, "length": spell(since, at, program.calendar.zone), "events": events}
            evidence = (Evidence(since, node.name, None, "since then"),)
            yield RULE.of(
                record, "the client has waited at `{decision}` for {length}, until {events} happens", words, level="warning",
                since=since, due=since + _LONG, who=enrolment.holder, evidence=evidence,
                help="Find out why it has not happened, and decide how it goes on", span=node.span,
            )  # fmt: skip

    if endless:
        yield Watch(standing=standing)
