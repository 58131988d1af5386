"""G205 decided-on-the-unknown

A decision asks for something that may not be known there, or a `whenever` asks for it beside what happens, which then begins
nothing; in a record, a client waits at a decision for something unknown, or something happened and began nothing.

Why: Unknown is never a silent "no". A client whose value nobody has measured waits, and somebody must find it out. What
    another provider has found out, and whoever holds the client cannot read, is as unknown to whoever decides; also where it
    is only asked whether it is known. What happens while a `whenever` cannot be decided is over and does not come back when
    the value does. A `whenever` that asks for values alone begins as soon as they are known, and loses nothing; and who has
    found them out can set it off, whoever can read them.
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
    client was handed over meanwhile, the handoff says `carries wish`. Of `whenever Fall happens and pain > 5 points` say what
    is meant while nobody knows the pain: `and pain is known`, if the fall is then none of this path's; or another `whenever`,
    for `Fall happens and pain is unknown` or for `Fall happens`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathflow.base.findings import Aim, Evidence, Finding, Related
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.program import RESTING, Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import All, Condition, IsUnknown, atoms, conjuncts, events_of, items_of
from pathflow.rules.causes import holder_from, places_of
from pathflow.rules.cells import UNKNOWN, leaves_waiting
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
            yield from _missing(ways, node, conditions, Ways.known)
        elif isinstance(node.statement, model.Repeat) and node.statement.until is not None:
            yield from _missing(ways, node, [node.statement.until], Ways.known_after_round)
        elif isinstance(node.statement, model.Whenever):
            yield from _begins_nothing(ways, node, node.statement.condition)


def _begins_nothing(ways: Ways, event: Node, condition: Condition) -> Iterator[Finding]:
    """What happens is met by whatever else its `whenever` asks for, or by another `whenever`."""
    plain, asked = _asked_beside(condition)
    if not asked or _is_met_otherwise(ways.program, event, events_of(condition), asked):
        return
    for node, known in _where_it_may_come(ways, event):
        missing = [item for item in asked if not ways.is_known(known, item)]
        if not missing or not leaves_waiting([All(plain)], missing, ways.path.items, ways.of_the_group):
            continue
        words = {"condition": event.name, "items": listing(missing), "step": node.name, "item": missing[0]}
        say = "`whenever {condition}` begins nothing while {items} is not known, as may be at `{step}`"
        help_ = (
            "Find it out on every way before; or say what is meant then: and `{item}` is known, or another `whenever` for "
            "when it is not"
        )
        aim = Aim(node.index, "unknown", (missing[0],), event=event.index)
        yield RULE.on(event.span, say, words, help_, (Related(node.span, "it may not be known here"),), "warning", aim=aim)
        return


def _asked_beside(condition: Condition) -> tuple[tuple[Condition, ...], list[str]]:
    """What a condition asks for beside what happens, and the items whose value must be known for it."""
    parts = conjuncts(condition)
    if not any(events_of(part) for part in parts):
        return (), []
    plain = tuple(part for part in parts if not events_of(part))
    spared = {atom.item for atom in atoms(condition) if isinstance(atom, IsUnknown)}
    return plain, [item for item in dict.fromkeys(i for part in plain for i in items_of(part)) if item not in spared]


def _is_met_otherwise(program: Program, event: Node, names: tuple[str, ...], asked: list[str]) -> bool:
    """Whether another `whenever` takes the same where nothing more is known of the client."""
    for other in program.events:
        statement = program.nodes[other].statement
        if (
            other == event.index
            or not isinstance(statement, model.Whenever)
            or not set(names) <= set(events_of(statement.condition))
        ):
            continue
        unknown = {atom.item for atom in atoms(statement.condition) if isinstance(atom, IsUnknown)}
        if not items_of(statement.condition) or not unknown.isdisjoint(asked):
            return True
    return False


def _where_it_may_come(ways: Ways, event: Node) -> Iterator[tuple[Node, Known]]:
    """Where a client may be when it happens, and what is surely known then."""
    behind = ways.beginnings.behind.get(event.index)
    for node in ways.program.nodes:
        if node.index not in ways.reachable or ways.is_doubtful(node) or node.event >= 0:
            continue
        if behind is not None and node.index in behind:
            yield node, ways.known_after(node, ways.known(node.index))
        elif behind is None and node.kind in RESTING:
            yield node, ways.known(node.index)


_KnownBy = Callable[[Ways, int], Known]
"""What is known where it is asked for: at a decision, or after the rounds of a repeat."""


def _missing(ways: Ways, node: Node, conditions: list[Condition], known_by: _KnownBy) -> Iterator[Finding]:
    if any(events_of(condition) for condition in conditions):
        return
    known = known_by(ways, node.index)
    asked = dict.fromkeys(item for condition in conditions for item in items_of(condition))
    spared = {a.item for c in conditions for a in atoms(c) if isinstance(a, IsUnknown)}
    missing = [i for i in asked if i not in spared and not ways.is_known(known, i)]
    if not missing and node.kind == "decide":
        missing = _untold(ways, node, [i for i in asked if i in spared and not ways.is_known(known, i)])
    if missing and leaves_waiting(conditions, missing, ways.path.items, _told(ways, node)):
        words = {"decision": node.name, "items": listing(missing)}
        say = "`{decision}` asks for {items}, which may not be known there"
        help_ = (
            "Find it out on every way before: a step that makes it, or a service that does; or say that it is known from the "
            "start: `needs` in the path's head, or `enter when … is known`"
        )
        aim = Aim(node.index, "unknown", (missing[0],))
        yield RULE.on(node.span, say, words, help_, ways.without(node, missing[0]), aim=aim)
        return
    yield from _unread(ways, node, list(asked), known_by)
    if any(item not in known for item in spared):  # who can read it, if it is known
        yield from _unread(ways.perhaps, node, [i for i in asked if i in spared and i not in known], known_by)


def _unread(ways: Ways, node: Node, asked: list[str], known_by: _KnownBy) -> Iterator[Finding]:
    """What whoever decides cannot read."""
    known, party = known_by(ways, node.index), model.Party("holder")
    unread = [item for item in asked if item in known and not ways.can_read(known, item, party, node)]
    if not unread:
        return
    lacking = ways.lacking(known, unread, party, node)
    words = {"decision": node.name, "items": listing(unread), "holders": listing(lacking, "or")}
    say = "`{decision}` asks for {items}, which {holders} cannot read"
    if ways.is_written_apart(known, unread[0], lacking):
        words["holders"] = listing(lacking, "and")
        say = (
            "`{decision}` asks for {items}, which one of {holders} writes and another reads: they do not all keep the same "
            "register"
        )
    aim = Aim(node.index, "unread", (unread[0],), ways.blind(known, unread[0], party, node))
    help_ = "Carry it there: with a handoff, or as feedback of an order (`feedback within`)"

    def is_so(other: Ways, at: Node) -> bool:
        other = other.perhaps if ways.is_perhaps else other
        return not other.can_read(other.known(at.index), unread[0], party, at)

    causes = holder_from(ways, node, ways.unreading(known, unread, party, node), is_so)
    yield RULE.on(node.span, say, words, help_, causes, aim=aim, cause=places_of(causes))


def _told(ways: Ways, node: Node) -> frozenset[Condition]:
    """What surely holds at a decision, and what is surely known there."""
    return ways.given(node) | ways.told(node) if node.kind == "decide" else ways.given(node)


def _untold(ways: Ways, node: Node, unsure: list[str]) -> list[str]:
    """The items of which a decision asks whether they are known, where G203 says of it only what is so of known values."""
    hole = ways.cover(node, ways.given(node) | ways.told(node)).hole if unsure else None  # as G203 looks at it
    return unsure if hole is not None and UNKNOWN not in hole.values() else []


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

    def lost(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for node, (names, items) in whenevers.items():
            when = max((enrolment.happened[name] for name in names if name in enrolment.happened), default=None)
            unknown = [i for i in items if when is not None and record.newest(i, when) is None]
            if when is None or not unknown or enrolment.ended is not None:
                continue
            words = {"condition": program.nodes[node].name, "items": listing(unknown)}
            yield RULE.of(
                record, "`whenever {condition}` has begun nothing, because {items} was not known when it happened", words,
                level="warning", since=when, who=enrolment.holder, evidence=(Evidence(when, program.nodes[node].name, None),),
                help="See whether something must be done", span=program.nodes[node].span,
            )  # fmt: skip

    if decisions:
        yield Watch(standing=standing)
    whenevers = dict(_losing(program))
    if whenevers:
        yield Watch(standing=lost)


def _losing(program: Program) -> Iterator[tuple[int, tuple[tuple[str, ...], list[str]]]]:
    """The events that begin nothing while something is not known: what must happen, and what must be known."""
    for event in program.events:
        node = program.nodes[event]
        if isinstance(node.statement, model.Whenever):
            _, asked = _asked_beside(node.statement.condition)
            names = events_of(node.statement.condition)
            if asked and not _is_met_otherwise(program, node, names, asked):
                yield event, (names, asked)
