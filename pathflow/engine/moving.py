"""How a client goes on: tokens enter nodes, decisions are taken, branches meet, rounds begin and end.

The functions are bound into `Machine` (machine.py) as its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.duties import clock_start
from pathflow.engine.offers import moved
from pathflow.engine.record import Enrolment, Record, Round
from pathflow.model import path as model

if TYPE_CHECKING:
    from pathflow.engine.machine import Machine


def enter(  # noqa: C901, PLR0912  # the kinds of node met at every fact, in one loop
    machine: Machine, record: Record, enrolment: Enrolment, first: int, at: Instant
) -> None:
    """A token comes to a node, and goes on as far as nothing holds it."""
    tables = enrolment.tables
    code = tables.code
    coming = [first]
    while coming:
        node = coming.pop()
        kind = code[node]
        if kind == t.STEP:
            if enrolment.early and machine.is_done_early(enrolment, node, at):
                coming.append(tables.after[node])
                continue
            enrolment.tokens[node] = at
            if not tables.plain[node]:
                machine.send(record, enrolment, node, at)
        elif kind in (t.DECIDE, t.AWAIT):
            if node in tables.waits_for_event:
                reach_waiting(enrolment, node, at)
            target = machine.decide(record, enrolment, node, at, at)
            if target is not None:
                coming.append(target)
            else:
                enrolment.tokens[node] = at
                enrolment.waiting.add(node)
                machine.look_ahead(record, enrolment, node, at)
                if kind == t.AWAIT:
                    machine.begin_waiting(record, enrolment, node, at)
        elif kind == t.SPLIT:
            coming.extend(reversed(tables.splits[node]))
        elif kind == t.JOIN:
            arrived = enrolment.arrived.get(node, 0) + 1
            if arrived < tables.needs_join[node]:
                enrolment.arrived[node] = arrived
            else:
                enrolment.arrived.pop(node, None)
                if arrived < len(tables.splits[tables.split_of[node]]):
                    coming = machine.drop_branches(record, enrolment, node, coming, at)
                coming.append(tables.after[node])
        elif kind == t.REPEAT:
            target = machine.come_round(record, enrolment, node, at)
            if target is not None:
                coming.append(target)
        else:
            target = machine.enter_other(record, enrolment, node, kind, at)
            if enrolment.ended is not None:
                return
            if target is not None:
                coming.append(target)


def is_done_early(_machine: Machine, enrolment: Enrolment, node: int, at: Instant) -> bool:
    """Whether a step was done before the way came to it, and what it found out still holds: then it is not owed again."""
    done = enrolment.early.pop(node, None)
    if done is None:
        return False
    program = enrolment.tables.program
    windows = [program.path.network.services[doing.service].window for doing in enrolment.tables.doings[node]]
    return all(window is None or at <= program.calendar.later(done, window) for window in windows)


def enter_other(machine: Machine, record: Record, enrolment: Enrolment, node: int, kind: int, at: Instant) -> int | None:
    """The kinds of node that are met less often. Returns: the node after it, where nothing holds the client there."""
    tables = enrolment.tables
    if kind == t.END:
        machine.end(record, enrolment, node, at, tables.name[node], None)
    elif kind == t.STOP:
        machine.end(record, enrolment, node, at, "stopped", None)
    elif kind == t.RESUME:
        enrolment.events.pop(tables.program.nodes[node].event, None)
        machine.resume(record, enrolment, at)
    elif kind == t.RESTART:
        machine.restart(record, enrolment, node, at)
    else:
        enrolment.tokens[node] = at
        if kind == t.HANDOFF:
            machine.send(record, enrolment, node, at)
        elif kind == t.INCLUDE:
            machine.include(record, enrolment, node, at)
        else:
            return machine.begin_waiting(record, enrolment, node, at)
    return None


def begin_waiting(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> int | None:
    """A wait ends, and a choice is made without the client, when its time comes. Returns: the node after it, if it has come."""
    tables = enrolment.tables
    statement = tables.program.nodes[node].statement
    if isinstance(statement, model.Wait):
        start = clock_start(enrolment, statement.of, at)
        over = tables.program.calendar.later(start, statement.length) if start is not None and statement.length else None
        if over is not None and (over > at or statement.of is None):
            machine.set_timer(record, enrolment, node, over)
        elif statement.of is not None:  # the time has passed, or there is nothing to count from
            if start is None:
                machine.signal(record, enrolment, "not waited", node, at, None, at, ())
            return _passed(enrolment, node)
    elif isinstance(statement, model.Choice):
        if enrolment.early.pop(node, None) is not None:  # the client chose before the way had come here
            return _passed(enrolment, node)
        due = machine.due_for_choice(record, enrolment, node, at)
        if due is not None:
            machine.set_timer(record, enrolment, node, due + 1)
    return None


def _passed(enrolment: Enrolment, node: int) -> int:
    """Nothing holds the client at a node: the one after it."""
    enrolment.tokens.pop(node, None)
    return enrolment.tables.after[node]


def leave(machine: Machine, record: Record, enrolment: Enrolment, node: int, target: int, at: Instant) -> None:
    """A token leaves a node for another."""
    enrolment.tokens.pop(node, None)
    enrolment.waiting.discard(node)
    enrolment.timers.pop(node, None)
    enrolment.wakes.pop(node, None)
    enrolment.suspended.pop(node, None)
    machine.enter(record, enrolment, target, at)


def reach_waiting(enrolment: Enrolment, node: int, at: Instant) -> None:
    """The way comes to a decision that waits for events: what has happened by then is not what it waits for."""
    events = {event for way in enrolment.tables.ways[node] for event in way.events}
    spent = frozenset(event for event in events if enrolment.happened.get(event) == at and event != enrolment.coming)
    enrolment.spent.pop(node, None)
    if spent:
        enrolment.spent[node] = spent


def decide(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant, since: Instant) -> int | None:
    """Where a decision leads, or None while that is not known."""
    tables = enrolment.tables
    true: list[int] = []
    is_known = True
    spent = enrolment.spent.get(node)
    for way in tables.ways[node]:
        # what had happened at the very moment is asked about from the next on
        is_spent = spent is not None and not spent.isdisjoint(way.events)
        value = way.test(record, enrolment, at, since + is_spent)
        if value:
            true.append(way.target)
        elif value is None:
            is_known = False
    if true:
        if len(true) > 1:
            machine.signal(record, enrolment, "decided", node, at, None, since, tuple(true))
        return true[0]
    if not is_known or node in tables.waits_for_event:
        return None
    return tables.otherwise.get(node)


def retry(machine: Machine, record: Record, enrolment: Enrolment, at: Instant) -> None:
    """Decisions that waited, and repeats between rounds whose end has come."""
    for node in sorted(enrolment.waiting):
        since = enrolment.tokens.get(node)
        if since is None or enrolment.ended is not None:
            enrolment.waiting.discard(node)
        elif machine.is_suspended(record, enrolment, node):
            continue
        elif enrolment.tables.code[node] in (t.DECIDE, t.AWAIT):
            target = machine.decide(record, enrolment, node, at, since)
            if target is not None:
                machine.leave(record, enrolment, node, target, at)
            else:
                machine.look_ahead(record, enrolment, node, at)
        elif machine.is_over(record, enrolment, node, at):
            del enrolment.rounds[node]
            machine.leave(record, enrolment, node, enrolment.tables.leave[node], at)
        else:
            machine.look_ahead(record, enrolment, node, at)


def look_ahead(_machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """What is waited for may come about by time alone: a value grows too old, or has been so for long enough."""
    turn = enrolment.tables.turns.get(node)
    moment = turn(record, at) if turn is not None else None
    if moment is None:
        enrolment.wakes.pop(node, None)
    else:
        enrolment.wakes[node] = moment
        record.next_timer = min(record.next_timer, moment)


def come_round(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> int | None:
    """A token comes to the head of a repeat: the first round, the next one, or out; None when it waits there."""
    tables = enrolment.tables
    now = enrolment.rounds.get(node)
    if now is None:
        enrolment.rounds[node] = Round(1, at, at, at, record.moves)
        return tables.again[node]
    repeat = tables.repeats[node]
    if now.number == repeat.at_most or machine.is_over(record, enrolment, node, at):
        del enrolment.rounds[node]
        return tables.leave[node]
    has_moved = record.moves > now.moves  # a round in which nothing can happen must not spin
    planned = at
    if repeat.every is not None:
        planned = max(at, tables.program.calendar.later(now.began if repeat.from_start else at, repeat.every))
    if planned == at and has_moved:  # nothing is waited for, or the round took as long as the rhythm and longer
        come_anew(enrolment, node)
        enrolment.rounds[node] = Round(now.number + 1, now.entered, at, at, record.moves)
        return tables.again[node]
    enrolment.rounds[node] = now._replace(planned=planned)
    enrolment.tokens[node] = at
    enrolment.waiting.add(node)
    machine.look_ahead(record, enrolment, node, at)
    if has_moved:
        machine.set_timer(record, enrolment, node, planned)
    return None


def next_round(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant, before: int) -> None:
    """From between two rounds into the next. `before`: how much had happened before what begins the round."""
    now = enrolment.rounds[node]
    come_anew(enrolment, node)
    enrolment.rounds[node] = Round(now.number + 1, now.entered, at, now.planned, before)
    machine.leave(record, enrolment, node, enrolment.tables.again[node], at)


def is_over(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> bool:
    """Whether what a repeat goes on until is so."""
    until = enrolment.tables.until.get(node)
    return until is not None and until(record, enrolment, at, enrolment.rounds[node].entered) is True


def restart(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """The main way is left as it stands, its open orders are withdrawn, and it begins again from a step."""
    ending = enrolment.tables.program.nodes[node].statement
    machine.withdraw(enrolment, at)
    enrolment.events.clear()
    for child in record.active:
        if child.parent is not None and child.parent[0] == enrolment.index:
            machine.end(record, child, -1, at, "restarted", None)
    if isinstance(ending, model.Ending) and ending.step is not None:
        for target in enrolment.tables.named(ending.step):
            enrolment.anew = {before: then for before, then in enrolment.anew.items() if before < target} | {target: at}
            machine.enter(record, enrolment, target, at)


def withdraw(machine: Machine, enrolment: Enrolment, at: Instant) -> None:
    """Everything that is under way is left as it stands, and open orders are withdrawn."""
    for offer in enrolment.offers.values():
        if moved(offer.state, "cancelled") is not None:
            offer.state, offer.settled = "cancelled", at
    enrolment.tokens.clear()
    enrolment.owed.clear()
    enrolment.arrived.clear()
    enrolment.rounds.clear()
    enrolment.timers.clear()
    enrolment.wakes.clear()
    enrolment.suspended.clear()
    enrolment.spent.clear()
    enrolment.dropped.clear()
    enrolment.waiting.clear()


def come_anew(enrolment: Enrolment, repeat: int) -> None:
    """A round of a repeat begins: what was dropped within can be done again."""
    nodes = enrolment.tables.program.nodes
    for split in list(enrolment.dropped):
        loop = nodes[split].loop
        while loop >= 0 and loop != repeat:
            loop = nodes[loop].loop
        if loop == repeat:
            del enrolment.dropped[split]


def drop_branches(
    machine: Machine, record: Record, enrolment: Enrolment, join: int, coming: list[int], at: Instant
) -> list[int]:
    """Enough branches are through: the others are left as they stand, and their open orders are withdrawn.

    Returns: what is about to be entered, without what stands in those branches.
    """
    tables = enrolment.tables
    split = tables.split_of[join]
    inside = {n.index for n in tables.program.nodes if any(at_split == split for at_split, _ in n.region)}
    for node in inside:
        offer = enrolment.offers.get(node)
        if offer is not None and moved(offer.state, "cancelled") is not None:
            offer.state, offer.settled = "cancelled", at
        for places in (enrolment.tokens, enrolment.owed, enrolment.arrived, enrolment.rounds, enrolment.timers,
                       enrolment.wakes, enrolment.suspended, enrolment.spent):  # fmt: skip
            places.pop(node, None)
        enrolment.waiting.discard(node)
    enrolment.dropped[split] = at
    for child in record.active:
        if child.parent is not None and child.parent[0] == enrolment.index and child.parent[1] in inside:
            machine.end(record, child, -1, at, "no longer needed", None)
    return [node for node in coming if node not in inside and node != join]


def include(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """A sub-path is a child enrolment: the holder is inherited, the version is the one that was compiled in."""
    include = enrolment.tables.program.nodes[node].statement
    if not isinstance(include, model.Include):
        raise AssertionError("an include's node holds its statement")
    tables = machine.versions[enrolment.tables.program.included[include.path].key]
    child = Enrolment(tables, len(record.enrolments), at, enrolment.holder, (enrolment.index, node))
    record.enrolments.append(child)
    machine.enter(record, child, tables.after[tables.program.start], at)


def cancel_step(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """The step is not to be done: its duty is void, and the way goes on."""
    offer = enrolment.offers.get(node)
    if offer is not None:
        offer.state, offer.settled = "cancelled", at
    machine.leave(record, enrolment, node, enrolment.tables.after[node], at)
