"""What happens when a step is done, an event observed, or something becomes known.

The functions are bound into `Machine` (machine.py) as its methods.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_of
from pathflow.engine.record import Enrolment, EventRun, Record, Result
from pathflow.engine.watch import Handler

if TYPE_CHECKING:
    from pathflow.engine.machine import Machine


def take_completion(machine: Machine, record: Record, fact: Fact) -> None:
    """Something was done: a step in its turn, before its turn, or beside the path."""
    subject = fact.subject
    for enrolment in record.enrolments:
        node = enrolment.tables.node_of.get(subject, -1)
        if node in enrolment.tokens and (fact.path is None or fact.path == enrolment.path):
            if enrolment.tables.code[node] == t.STEP:
                machine.do(record, enrolment, node, fact)
                return
            break
    found = machine.find_place(record, fact)
    if found is not None:
        _complete(machine, record, *found, fact)
    elif fact.items:
        machine.learn(record, fact)
        machine.spread(record, fact)


def _complete(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
    code = enrolment.tables.code[node]
    if code in (t.STEP, t.CONSULTATION):
        if machine.reach(record, enrolment, node, fact):
            machine.do(record, enrolment, node, fact)
        else:
            machine.do_beside(record, enrolment, node, fact)
        return
    if fact.items:
        machine.learn(record, fact)
    if code == t.HANDOFF:
        machine.take_move(record, fact, "accepted")
    elif code == t.CHOICE:
        machine.choose(record, enrolment, node, fact)
    elif code == t.END:
        machine.cut_short(record, enrolment, node, fact)
    else:
        machine.beside(record, enrolment, node, fact)
    if fact.items:
        machine.spread(record, fact)


def do(  # noqa: C901, PLR0912  # the busiest place of the engine: calls cost more than branches
    machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact
) -> None:
    """A step or consultation at which the client is, or that is still owed, was done."""
    tables, at = enrolment.tables, fact.at
    name, after, is_plain, makes, doings, always, late, patience, by_provider, by_performer = tables.rows[node]
    since = enrolment.tokens.pop(node, None)
    moves_on = since is not None
    if since is None:
        since = enrolment.owed.pop(node)
    if fact.items:
        machine.learn(record, fact)
    if makes:
        machine.make(record, enrolment, node, fact)
    if enrolment.offers and node in enrolment.offers:
        machine.perform(enrolment, node, at)
    if always:
        machine.call_watchers(always, record, enrolment, node, fact, since)
    if at - since > patience:
        machine.call_watchers(late, record, enrolment, node, fact, since)
    if by_provider and fact.provider is not None:
        machine.call_watchers(by_provider, record, enrolment, node, fact, since)
    if by_performer and fact.performer is not None:
        machine.call_watchers(by_performer, record, enrolment, node, fact, since)
    enrolment.happened[name] = at
    if doings:
        machine.keep_results(record, enrolment, node, fact)
    if moves_on:
        if is_plain and not enrolment.early:
            enrolment.tokens[after] = at
        else:
            machine.enter(record, enrolment, after, at)
    if tables.starts and node in tables.starts:
        machine.start_other(record, enrolment, node, fact)
    if enrolment.waiting or tables.triggers or len(record.enrolments) > 1:
        machine.stir(record, enrolment, fact if fact.subject == name else replace(fact, subject=name), tables.makes[node])


def call_watchers(
    machine: Machine, handlers: tuple[Handler, ...], record: Record, enrolment: Enrolment, node: int, fact: Fact, since: Instant
) -> None:
    """Asks those who watch this completion."""
    for handler in handlers:
        finding = handler(record, enrolment, node, fact.at, fact, since, ())
        if finding is not None:
            record.findings.append(finding)


def keep_results(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact, beside: bool = False) -> None:
    """The results of services with a window, which later ones are held against."""
    where = fact.provider or provider_of(enrolment, node) or ""
    for doing in enrolment.tables.doings[node]:
        reason = fact.reason if beside else fact.reason or doing.because
        result = Result(fact.at, where, enrolment.tables.name[node], reason)
        record.results.setdefault(doing.service, []).append(result)


def do_beside(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
    """A step was done where the way had not led: it is kept beside the path, with its results, and is not owed again there."""
    tables = enrolment.tables
    if tables.name[node] not in enrolment.happened:
        enrolment.early[node] = fact.at
    enrolment.happened[tables.name[node]] = fact.at
    if fact.items:
        machine.learn(record, fact)
    machine.make(record, enrolment, node, fact)
    machine.beside(record, enrolment, node, fact)
    machine.keep_results(record, enrolment, node, fact, beside=True)
    if node in tables.starts:
        machine.start_other(record, enrolment, node, fact)
    machine.stir(record, enrolment, replace(fact, subject=tables.name[node]), tables.makes[node])


def perform(machine: Machine, enrolment: Enrolment, node: int, at: Instant) -> None:
    """Doing what was ordered is accepting it."""
    offer = enrolment.offers[node]
    if offer.state != "accepted":
        offer.state, offer.settled = "accepted", at
    enrolment.timers.pop(node, None)


def learn(machine: Machine, record: Record, fact: Fact) -> None:
    """What a fact tells of the client becomes known."""
    items, at, provider = record.items, fact.at, fact.provider
    for name, value in (fact.items or {}).items():
        history = items.get(name)
        if history is None:
            items[name] = [(at, value, provider)]
        else:
            history.append((at, value, provider))


def make(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
    """What a step makes exists once it is done, whether or not the fact names it; its value may stay unknown."""
    items = fact.items or {}
    for name, is_document in enrolment.tables.makes[node]:
        if name in items:
            continue
        where = fact.provider or provider_of(enrolment, node)
        if is_document:
            record.items.setdefault(name, []).append((fact.at, "made", where))
        else:
            record.made[name] = (fact.at, where)


def take_observation(machine: Machine, record: Record, fact: Fact) -> None:
    """An event outside the steps: what it tells becomes known, and it may decide or interrupt."""
    if fact.items:
        machine.learn(record, fact)
    is_known = not fact.subject
    for enrolment in record.enrolments:
        name = enrolment.tables.event(fact.subject) if fact.subject else ""
        if name is None:
            _wake(machine, record, enrolment, replace(fact, subject=""), fact.items or ())
            continue
        is_known = True
        if enrolment.ended is not None:
            machine.after_end(record, enrolment, -1, replace(fact, subject=name))
        else:
            if name:
                enrolment.happened[name] = fact.at
            _wake(machine, record, enrolment, replace(fact, subject=name), fact.items or ())
    if not is_known:
        machine.find_place(record, fact)


def stir(machine: Machine, record: Record, enrolment: Enrolment, fact: Fact, makes: tuple[tuple[str, bool], ...] = ()) -> None:
    """After something happened on a path: what waited for it goes on, and what it sets off begins, there and on the others.

    Args:
        makes: what came to be there by it, whether or not the fact names it.
    """
    items = {*(fact.items or ()), *(name for name, _ in makes)}
    _wake(machine, record, enrolment, fact, items)
    if items and len(record.enrolments) > 1:
        told = replace(fact, kind="observed", subject="")
        for other in record.active:
            if other is not enrolment:
                _wake(machine, record, other, told, items)


def spread(machine: Machine, record: Record, fact: Fact) -> None:
    """After something became known that belongs to no step."""
    told = replace(fact, kind="observed", subject="")
    for enrolment in record.active:
        _wake(machine, record, enrolment, told, fact.items or ())


def _wake(machine: Machine, record: Record, enrolment: Enrolment, fact: Fact, items: Collection[str]) -> None:
    """What waits on one path goes on, and what is set off begins, by what happened and by what is known by it."""
    if enrolment.waiting:
        machine.retry(record, enrolment, fact.at)
    tables = enrolment.tables
    if not tables.triggers or enrolment.ended is not None:
        return
    for trigger in tables.triggers:
        if trigger.node in enrolment.events:
            if fact.subject in trigger.events and fact.at > enrolment.events[trigger.node].began:
                machine.beside(record, enrolment, trigger.node, fact)
            continue
        touched = fact.subject in trigger.events or (items and not trigger.items.isdisjoint(items))
        if touched and trigger.test(record, enrolment, fact.at, fact.at) and enrolment.ended is None:
            enrolment.events[trigger.node] = EventRun(fact.at, enrolment.holder)
            machine.enter(record, enrolment, trigger.first, fact.at)
