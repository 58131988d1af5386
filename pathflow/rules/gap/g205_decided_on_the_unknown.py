"""G205 decided-on-the-unknown

A decision asks for something that may not be known there; in a record, a client waits at a decision for something unknown.

Why: Unknown is never a silent "no". A client whose value nobody has measured waits, and somebody must find it out. What
    another provider has found out, and whoever holds the client cannot read, is as unknown to whoever decides.
Source: Promises, law 7.
Bad:
    steps
        decide What kind?                                 # <- G205
            if ejection fraction <= 40 %
                end Reduced
                    closes the plan
            otherwise
                end Preserved
                    closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes ejection fraction
        decide What kind?
            if ejection fraction <= 40 %
                end Reduced
                    closes the plan
            otherwise
                end Preserved
                    closes the plan
Fix: Find it out before the decision: a step that `makes` it, or a service that does. Where it is known, but whoever holds the
    client cannot read it, carry it there. A doctor orders a talk at an association, which `makes wish`, and then decides
    `if wish`: it stands in the association's register alone, until the order says `feedback within 3 working days`. Where the
    client was handed over meanwhile, the handoff says `carries wish`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import Condition, IsUnknown, atoms, events_of, items_of
from pathflow.rules.causes import holder_from, places_of
from pathflow.rules.cells import leaves_waiting
from pathflow.rules.known import Known
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G205", "decided-on-the-unknown")


def prove(ways: Ways) -> Iterator[Finding]:
    """Whatever a decision or an `until` asks for is made on every way to it, and can be read by whoever holds the client."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        if node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        if node.kind == "decide":
            conditions = [e.condition for e in ways.program.edges[node.index] if e.condition is not None]
            yield from _missing(ways, node, conditions, ways.known(node.index))
        elif isinstance(node.statement, model.Repeat) and node.statement.until is not None:
            yield from _missing(ways, node, [node.statement.until], ways.known_after_round(node.index))


def _missing(ways: Ways, node: Node, conditions: list[Condition], known: Known) -> Iterator[Finding]:
    if any(events_of(condition) for condition in conditions):
        return
    asked = dict.fromkeys(item for condition in conditions for item in items_of(condition))
    spared = {a.item for c in conditions for a in atoms(c) if isinstance(a, IsUnknown)}
    party = model.Party("holder")
    missing = [i for i in asked if i not in spared and not ways.is_known(known, i)]
    unread = [i for i in asked if i not in spared and i in known and not ways.can_read(known, i, party, node)]
    if missing and leaves_waiting(conditions, missing, ways.path.items, ways.given(node)):
        words = {"decision": node.name, "items": listing(missing)}
        say = "`{decision}` asks for {items}, which may not be known there"
        help_ = (
            "Find it out on every way before: a step that makes it, or a service that does; or say that it is known from the "
            "start: `needs` in the path's head, or `enter when … is known`"
        )
        aim = Aim(node.index, "unknown", (missing[0],))
        yield RULE.on(node.span, say, words, help_, ways.without(node, missing[0]), aim=aim)
    elif unread:
        lacking = listing(ways.lacking(known, unread, party, node), "or")
        words = {"decision": node.name, "items": listing(unread), "holders": lacking}
        say = "`{decision}` asks for {items}, which {holders} cannot read"
        aim = Aim(node.index, "unread", (unread[0],), ways.blind(known, unread[0], party, node))
        help_ = "Carry it there: with a handoff, or as feedback of an order (`feedback within`)"

        def is_so(other: Ways, at: Node) -> bool:
            return not other.can_read(other.known(at.index), unread[0], party, at)

        causes = holder_from(ways, node, ways.unreading(known, unread, party, node), is_so)
        yield RULE.on(node.span, say, words, help_, causes, aim=aim, cause=places_of(causes))


def watch(program: Program) -> Iterator[Watch]:
    """A client waits at a decision because something is unknown."""
    decisions = {
        n.index: dict.fromkeys(i for e in program.edges[n.index] if e.condition is not None for i in items_of(e.condition))
        for n in program.nodes
        if n.kind == "decide" and not any(e.condition is not None and events_of(e.condition) for e in program.edges[n.index])
    }

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for node in enrolment.waiting:
            items = decisions.get(node)
            if items is None or enrolment.ended is not None:
                continue
            since = enrolment.tokens.get(node, at)
            if all(way.test(record, enrolment, at, since) is not None for way in enrolment.tables.ways[node]):
                continue
            unknown = [i for i in items if not record.items.get(i)] or list(items)
            name = program.nodes[node].name
            yield RULE.of(
                record, "the client waits at `{decision}`, because "
                + ("{items} is not known" if len(unknown) == 1 else "{items} are not known"),
                {"decision": name, "items": listing(unknown)}, level="warning", since=since, who=enrolment.holder,
                evidence=(Evidence(since, name, None, "reached"),), help="Find out {items}", span=program.nodes[node].span,
            )  # fmt: skip

    if decisions:
        yield Watch(standing=standing)
