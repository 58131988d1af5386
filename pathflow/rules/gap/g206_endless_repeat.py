"""G206 endless-repeat

A repeat has neither an end nor a cap; in a record, its rounds are used up and what it should go on until is not so.

Why: A client in a loop without a way out is never stuck and never done, so nobody looks. Every repeat says until when, or how
    many times at most.
Source: Promises, law 8.
Bad:
    steps
        repeat every 2 weeks                              # <- G206
            step Visit
                by doctor at Health Centre
                within 3 days
        end Done
            closes the plan
Good:
    steps
        repeat every 2 weeks, at most 6 times
            step Visit
                by doctor at Health Centre
                within 3 days
        end Done
            closes the plan
Fix: Add `at most … times`, or `until` with a condition below the repeated lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import Condition, items_of
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G206", "endless-repeat")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every repeat has a way out, and something to wait for in each round."""
    for node in ways.program.nodes:
        repeat = node.statement
        if not isinstance(repeat, model.Repeat) or ways.is_doubtful(node):
            continue
        if repeat.until is None and repeat.at_most is None and not _can_end(ways, node):
            say = "the repeat goes on for ever: it has neither an `until` nor a number of times"
            help_ = "Add `at most 6 times`, or below the repeated lines: until target dose reached"
            yield RULE.on(node.span, say, {}, help_)
        elif ways.is_whole and _can_spin(ways, node):
            say = "a round of the repeat can pass without anything being done or awaited"
            yield RULE.on(node.span, say, {}, "Put a step on every way through the repeated part")


def _can_end(ways: Ways, head: Node) -> bool:
    """Whether a way out of the body ends the path: that is a way out of the repeat too."""
    return any(n.kind == "end" and n.loop == head.index and n.index in ways.reachable for n in ways.program.nodes)


def _can_spin(ways: Ways, head: Node) -> bool:
    """Whether a way through the body comes back without resting anywhere."""
    resting = {"step", "handoff", "consultation", "choice", "wait", "include", "repeat"}
    waiting = [e.target for e in ways.program.edges[head.index] if e.kind == "again"]
    seen_nodes: set[int] = set()
    while waiting:
        node = waiting.pop()
        if node == head.index:
            return True
        statement = ways.program.nodes[node].statement
        is_over = isinstance(statement, model.Wait) and statement.of is not None  # it may be, from the second round on
        if node in seen_nodes or (ways.program.nodes[node].kind in resting and not is_over):
            continue
        seen_nodes.add(node)
        waiting += [e.target for e in ways.program.edges[node]]
    return False


def watch(program: Program) -> Iterator[Watch]:
    """The last round is over and the aim is not reached, and nothing on the path decides what then."""
    for node in program.nodes:
        repeat = node.statement
        if isinstance(repeat, model.Repeat) and repeat.until is not None and repeat.at_most is not None:
            if _is_foreseen(program, node, repeat.until):
                continue
            last = frozenset(e.source for ways in program.edges for e in ways if e.target == node.index and e.kind == "round")
            yield Watch("completed", _last_round(node.index, repeat.at_most), last)


def _is_foreseen(program: Program, head: Node, until: Condition) -> bool:
    """Whether the path decides, next after the repeat, on all that it goes on until: it foresees that this is not so."""
    for edge in program.edges[head.index]:
        if edge.kind == "leave" and program.nodes[edge.target].kind == "decide":
            conditions = [way.condition for way in program.edges[edge.target] if way.condition is not None]
            return set(items_of(until)) <= {item for condition in conditions for item in items_of(condition)}
    return False


def _last_round(head: int, cap: int):  # type: ignore[no-untyped-def]  # a handler; its type is Watch's
    def completed(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        now = enrolment.rounds.get(head)
        until = enrolment.tables.until.get(head)
        if fact is None or now is None or until is None or now.number < cap:
            return None
        if until(record, enrolment, at, now.entered) is not False:
            return None
        repeat = enrolment.tables.repeats[head]
        words = {"until": str(repeat.until), "cap": str(cap)}
        return RULE.of(
            record, "after {cap} rounds `{until}` is not so", words, level="warning", since=now.entered, who=enrolment.holder,
            evidence=(seen(fact),), help="Somebody decides what now; the path goes on",
            span=enrolment.tables.program.nodes[head].span,
        )  # fmt: skip

    return completed
