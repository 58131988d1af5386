"""The way to a step that was done before its turn.

Doing a step that is not yet reached advances the client if no undecided branch and no unaccepted handoff lies between; the
duties that are passed over stay open. This module finds that way, or says that there is none; the machine then goes it.
Source: docs/explanation/promises.md, what a run takes for granted.
"""

from __future__ import annotations

from typing import NamedTuple

from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.parties import provider_named
from pathflow.engine.record import Enrolment, Record
from pathflow.model import path as model


class Passing(NamedTuple):
    """What may be passed. `actor`: where the source cannot show acceptances, the provider whose acting shows its own.

    `presumes_chosen`: the source cannot show choices, so acting shows them too.
    """

    record: Record
    enrolment: Enrolment
    target: int
    at: Instant
    actor: str | None
    presumes_chosen: bool


def route_to(passing: Passing) -> list[int] | None:
    """The resting nodes to be left, in order, so that the target is reached; None when no way leads there."""
    tables = passing.enrolment.tables
    tokens = dict.fromkeys(sorted(passing.enrolment.tokens))
    arrived = dict(passing.enrolment.arrived)
    done: list[int] = []
    passed: set[int] = set()  # a join comes again in the next round of a repeat, and leads nowhere new
    while True:
        joins: dict[int, dict[int, list[int]]] = {}
        for token in tokens:
            if token == passing.target:  # a join before it was passed
                return done
            found, met = _search(passing, token, passing.target)
            if found is not None:
                return done + found
            for join, way in met.items():
                joins.setdefault(join, {})[token] = way
        for join, ways in joins.items():
            lacking = tables.needs_join[join] - arrived.get(join, 0)
            if join not in passed and len(ways) >= lacking and _is_whole(passing, join, tokens, ways):
                for token, way in list(ways.items())[:lacking]:
                    done += way
                    tokens.pop(token)
                for token in [n for n in tokens if _is_inside(tables, n, join)]:  # no longer needed
                    tokens.pop(token)
                arrived.pop(join, None)
                passed.add(join)
                tokens[tables.after[join]] = None
                break
        else:
            return None


def _is_whole(passing: Passing, join: int, tokens: dict[int, None], ways: dict[int, list[int]]) -> bool:
    """Whether every token inside the branches can come to the join, where all of them must."""
    tables = passing.enrolment.tables
    if tables.needs_join[join] < len(tables.splits[tables.split_of[join]]):
        return True
    return all(n in ways for n in tokens if _is_inside(tables, n, join))


def _is_inside(tables: t.Tables, node: int, join: int) -> bool:
    """Whether a node stands in one of the branches that meet at a join."""
    split = tables.split_of[join]
    return any(at == split for at, _ in tables.program.nodes[node].region)


def _search(passing: Passing, start: int, target: int) -> tuple[list[int] | None, dict[int, list[int]]]:
    """Depth first from one token: the resting nodes on the way to the target, and those on the way to each join met."""
    tables = passing.enrolment.tables
    met: dict[int, list[int]] = {}
    seen: set[int] = set()
    waiting: list[tuple[int, tuple[int, ...]]] = [(start, ())]
    while waiting:
        node, way = waiting.pop()
        if node == target and way:
            return list(way), met
        if node in seen or node < 0:
            continue
        seen.add(node)
        if tables.code[node] == t.JOIN:
            met.setdefault(node, list(way))
            continue
        onward = (*way, node)
        if tables.code[node] == t.SPLIT:
            around = _around(passing, node)
            if around is not None:
                join, inside = around
                waiting.append((tables.after[join], (*onward, *inside)))
        waiting.extend((following, onward) for following in reversed(_ways_on(passing, node)))
    return None, met


def _around(passing: Passing, split: int) -> tuple[int, list[int]] | None:
    """The join of a split, and the nodes to be left on all of its branches, if each of them can be gone to the join."""
    tables = passing.enrolment.tables
    join = next((j for j, s in tables.split_of.items() if s == split), None)
    if join is None or tables.after[join] < 0:
        return None
    inside: list[int] = []
    lacking = tables.needs_join[join] - sum(first == join for first in tables.splits[split])
    for first in tables.splits[split]:
        if first == join or lacking <= 0:
            continue
        found, met = _search(passing, first, -1)
        if found is None and join in met:
            inside += met[join]
            lacking -= 1
    return (join, inside) if lacking <= 0 else None


def _ways_on(passing: Passing, node: int) -> list[int]:
    """Where a client may be taken to have gone on from a node without a fact that says so."""
    enrolment = passing.enrolment
    tables = enrolment.tables
    code = tables.code[node]
    if code in (t.STEP, t.CONSULTATION, t.WAIT, t.AWAIT):
        return [tables.after[node]]
    if code == t.SPLIT:
        return list(tables.splits[node])
    if code == t.HANDOFF:
        offer = enrolment.offers.get(node)
        receiver = offer.receiver if offer is not None else _receiver(enrolment, node)
        return [tables.after[node]] if passing.actor is not None and passing.actor == receiver else []
    if code == t.CHOICE:
        return [tables.after[node]] if passing.presumes_chosen else []
    if code == t.DECIDE:
        return _decided(passing, node)
    if code == t.REPEAT:
        return _rounds(passing, node)
    return []


def _receiver(enrolment: Enrolment, node: int) -> str | None:
    handoff = enrolment.tables.program.nodes[node].statement
    return provider_named(enrolment, handoff.receiver.party, node) if isinstance(handoff, model.Handoff) else None


def _decided(passing: Passing, node: int) -> list[int]:
    """The branch that what is known leads to, if the target is taken to have happened."""
    enrolment, record, at = passing.enrolment, passing.record, passing.at
    tables = enrolment.tables
    name = tables.name[passing.target]
    before = enrolment.happened.get(name)
    enrolment.happened[name] = at
    try:
        since, spent = enrolment.tokens.get(node, at), enrolment.spent.get(node, frozenset()) - {name}
        values = [
            (way.test(record, enrolment, at, since + (not spent.isdisjoint(way.events))), way.target)
            for way in tables.ways[node]
        ]
    finally:
        if before is None:
            del enrolment.happened[name]
        else:
            enrolment.happened[name] = before
    for value, target in values:
        if value:
            return [target]
    if node in tables.waits_for_event or any(value is None for value, _ in values):
        return []
    return [tables.otherwise[node]] if node in tables.otherwise else []


def _rounds(passing: Passing, node: int) -> list[int]:
    """The next round, or what comes after the repeat, where nothing undecided stands against it."""
    enrolment = passing.enrolment
    tables = enrolment.tables
    now = enrolment.rounds.get(node)
    count = now.number if now is not None else 0
    result: list[int] = []
    cap = tables.repeats[node].at_most
    if cap is None or count < cap or node not in enrolment.tokens:
        result.append(tables.again[node])
    until = tables.until.get(node)
    since = now.entered if now is not None else passing.at
    if until is None or until(passing.record, enrolment, passing.at, since):
        result.append(tables.leave[node])
    return result
