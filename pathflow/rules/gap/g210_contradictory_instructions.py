"""G210 contradictory-instructions

Two paths that one client can be on both ask for opposite things: the same item measured differently, the same event answered
differently, or the same value driven to different goals.

Why: A client has one record and one body. Who follows two paths that contradict each other must choose, and nobody has said
    how. Three things are looked at, and no others: an item that both know by the same name and measure as another kind, in
    another unit or with other options, so that each reads the other's value wrongly; events' own ways that begin at the same
    moment, both interrupt, and hand the client to different providers; and two repeats that go on until opposite values of
    items which both of them measure.
Source: Promises, laws 1 and 7; NICE NG56 (2016): the evidence for single conditions is drawn from people who have no other.
Bad:
    == Heart failure ==
    clients Adults
        item age: number of years
        item weight: number of kg
        enter when age >= 18 years
    == Support of an association ==
    clients Members
        item age: number of years
        item weight: number of lb                         # <- G210
        enter when age >= 18 years
Good:
    == Heart failure ==
    clients Adults
        item age: number of years
        item weight: number of kg
        enter when age >= 18 years
    == Support of an association ==
    clients Members
        item age: number of years
        item weight: number of kg
        enter when age >= 18 years
Fix: Declare the item once, in the network; let one path answer the event, or both in the same way; agree on one goal.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding, Meeting, MeetingKind, Related
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import Condition, Happens, events_of, items_of
from pathflow.model.network import Item
from pathflow.rules.cells import client_with
from pathflow.rules.rule import Rule
from pathflow.rules.together import Pair, differing_items
from pathflow.rules.ways import Ways

RULE = Rule("G210", "contradictory-instructions")


def prove_together(pair: Pair) -> Iterator[Finding]:
    """What the two ask for can be done for one client."""
    yield from _items(pair)
    if pair.one.is_whole and pair.other.is_whole:
        yield from _events(pair)
        yield from _goals(pair)


def _items(pair: Pair) -> Iterator[Finding]:
    """What both call the same is the same."""
    for here, there in differing_items(pair.one, pair.other):
        is_own = there.span is not None and there.span.file == pair.other.path.span.file
        item, first, path = (there, here, pair.one) if is_own else (here, there, pair.other)
        if item.span is None or first.span is None:
            continue
        words = {"item": item.name, "other": path.path.name, "here": _kind(item), "there": _kind(first), "client": pair.client}
        say = (
            "`{item}` is `{here}` here and `{there}` on the path `{other}`, and each path reads the other's value: "
            "{client} can be on both"
        )
        related = (Related(first.span, "the other path's item of the same name"),)
        help_ = "Declare it once, in the network, or give one of the two another name"
        meeting = _meeting(pair, "differing", items=(item.name,))
        yield RULE.on(item.span, say, words, help_, related, meeting=meeting)


def _meeting(
    pair: Pair, kind: MeetingKind, node: int = -1, there: int = -1, items: tuple[str, ...] = ()
) -> Meeting:  # fmt: skip
    """What a client comes to on both: the node on the second path, and the one on the first."""
    return Meeting(kind, pair.other.path.name, pair.one.path.name, node, there, items)


def _kind(item: Item) -> str:
    if item.kind == "number":
        kind = f"number of {item.unit}" if item.unit else "number"
        return f"{kind} {item.range}" if item.range is not None else kind
    return f"one of {', '.join(item.options)}" if item.kind == "one of" else item.kind


# ── the same event ──────────────────────────────────────────────────────────────────────────────────────────────────


def _events(pair: Pair) -> Iterator[Finding]:
    """Nobody is handed to two providers by one event."""
    for first, condition in _interrupting(pair.one):
        for second, other in _interrupting(pair.other):
            to_one, to_other = _receivers(pair.one, first), _receivers(pair.other, second)
            if not to_one or not to_other or to_one & to_other or not _begin_at_once(pair, condition, other):
                continue
            words = {
                "event": str(other), "here": listing(sorted(to_other), "or"), "other": pair.one.path.name,
                "there": listing(sorted(to_one), "or"), "client": pair.client,
            }  # fmt: skip
            say = (
                "`{event}` hands the client to {here} here and to {there} on the path `{other}`, at the same moment: "
                "{client} can be on both"
            )
            related = (Related(first.span, "the other path's answer"),)
            help_ = "Let one of the two answer, the other beside the main way, or let both hand over to the same"
            meeting = _meeting(pair, "at once", second.index, first.index)
            yield RULE.on(second.span, say, words, help_, related, meeting=meeting)


def _interrupting(ways: Ways) -> Iterator[tuple[Node, Condition]]:
    for event in ways.program.events:
        node = ways.program.nodes[event]
        if isinstance(node.statement, model.Whenever) and not node.statement.is_beside:
            yield node, node.statement.condition


def _receivers(ways: Ways, event: Node) -> frozenset[str]:
    """The providers, by name, to whom an event's own way hands the client first."""
    found: set[str] = set()
    for node in ways.program.nodes:
        if node.event == event.index and isinstance(node.statement, model.Handoff) and node.index in ways.reachable:
            party = node.statement.receiver.party
            found |= {party.name} if party.kind == "provider" else set()
    return frozenset(found)


def _begin_at_once(pair: Pair, one: Condition, other: Condition) -> bool:
    """Whether one thing that happens sets off both: the same event, or a value that both ask for."""
    items = {**pair.other.path.items, **pair.one.path.items}
    events = set(events_of(one)) & set(events_of(other))
    shared = set(items_of(one)) & set(items_of(other)) - {item.name for item, _ in differing_items(pair.one, pair.other)}
    told: list[list[Condition]] = [[Happens(event)] for event in sorted(events)]
    told += [[]] if shared else []
    return any(client_with([one, other, *more], items) is not None for more in told)


# ── the same value ──────────────────────────────────────────────────────────────────────────────────────────────────


def _goals(pair: Pair) -> Iterator[Finding]:
    """No value that one path is content with makes another go on, for ever, to its opposite."""
    items = {**pair.other.path.items, **pair.one.path.items}
    unclear = {item.name for item, _ in differing_items(pair.one, pair.other)}
    for first, until, measured in _repeats(pair.one):
        for second, other, also in _repeats(pair.other):
            asked = {*items_of(until), *items_of(other)}
            if events_of(until) or events_of(other) or not asked <= measured & also or not unclear.isdisjoint(asked):
                continue
            each = all(client_with([condition], items) is not None for condition in (until, other))
            if each and client_with([until, other], items) is None:
                words = {"here": str(other), "there": str(until), "other": pair.one.path.name, "client": pair.client}
                say = (
                    "this goes on until `{here}`, and a repeat on the path `{other}` until `{there}`, which cannot both be: "
                    "{client} can be on both"
                )
                related = (Related(first.span, "the other path's repeat"),)
                help_ = "Agree on one goal, or let one of the two paths pursue it"
                meeting = _meeting(pair, "opposed", second.index, first.index)
                yield RULE.on(second.span, say, words, help_, related, meeting=meeting)


def _repeats(ways: Ways) -> Iterator[tuple[Node, Condition, frozenset[str]]]:
    """The repeats that go on until something is so, with the items that their own steps find out."""
    for node in ways.program.nodes:
        repeat = node.statement
        if node.kind != "repeat" or node.index not in ways.reachable:
            continue
        if isinstance(repeat, model.Repeat) and repeat.until is not None and items_of(repeat.until):
            steps = (step for step in model.walk(repeat.body) if isinstance(step, model.Step))
            yield node, repeat.until, frozenset(item for step in steps for item in step.makes)


def watch(_program: Program) -> Iterator[Watch]:
    """Nothing: a record shows what was done, and not what both had asked for."""
    return iter(())
