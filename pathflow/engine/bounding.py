"""Where enrolments begin and end, and what becomes of the care plan there.

The functions are bound into `Machine` (machine.py) as its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.parties import spoken
from pathflow.engine.record import Away, Ended, Enrolment, Record
from pathflow.model import path as model

if TYPE_CHECKING:
    from pathflow.engine.machine import Machine

_OWED: Final = frozenset({t.STEP, t.HANDOFF, t.CONSULTATION, t.CHOICE})
"""Where somebody owes the client something."""


def take_enrolment(machine: Machine, record: Record, fact: Fact) -> None:
    """The client begins on a path. A second path only proposes its plan and owner."""
    tables = machine.begun(fact)
    if tables is None:
        machine.on_no_path(record, fact)
        return
    path = tables.program.path
    already = next((e for e in record.active if e.path == path.name), None)
    if already is not None:
        if already.is_started and fact.kind == "enrolled":  # it only says what a step has brought about
            already.is_started = False
            machine.learn(record, fact)
        else:
            machine.beside(record, already, -1, fact)
        return
    is_first = not record.active
    enrolment = Enrolment(tables, len(record.enrolments), fact.at, path.accountable)
    record.enrolments.append(enrolment)
    if fact.items:
        machine.learn(record, fact)
    plan = path.plan
    if is_first and plan is not None and plan.owner is not None:
        record.plan_from = enrolment.index
        record.reviewed = fact.at
        machine.give_plan(record, fact.at, spoken(enrolment, plan.owner, -1))
    elif record.plan_from is not None:
        machine.join_plan(record, fact.at)
    machine.signal(record, enrolment, "enrolled", tables.program.start, fact.at, fact, fact.at, ())
    machine.enter(record, enrolment, tables.after[tables.program.start], fact.at)
    if fact.items and enrolment.ended is None:
        machine.stir(record, enrolment, replace(fact, kind="observed", subject=""))


def start_other(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
    """A step begins another path for the client, where the client is not on it.

    One for a linked client, in a record of their own, or one that is not known here, is to be begun by others.
    """
    start = enrolment.tables.starts[node]
    path = start.path
    if start.client is not None or path not in machine.tables:
        record.to_begin[enrolment.index, node] = fact.at
        return
    if any(e.path == path for e in record.active):
        return
    if fact.version is not None and (known := machine.versions.get(fact.version)) and known.program.path.name != path:
        fact = replace(fact, version=None)
    count = len(record.enrolments)
    machine.take_enrolment(record, replace(fact, kind="enrolled", subject=path, items=None))
    if len(record.enrolments) > count:
        record.enrolments[count].is_started = True


def join_plan(machine: Machine, record: Record, at: Instant) -> None:
    """Another path joined: the plan's owner stays, or is whom the plan in force names for that."""
    first = record.enrolments[record.plan_from or 0]
    plan = first.tables.program.path.plan
    if first.ended is None and plan is not None and plan.joining_owner is not None:
        machine.give_plan(record, at, spoken(first, plan.joining_owner, -1))


def end(
    machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant, outcome: str, fact: Fact | None
) -> None:
    """The enrolment ends. What was still owed is void; what was overdue by then is said by those who watch."""
    if enrolment.ended is not None:
        return
    machine.signal(record, enrolment, "ended", node, at, fact, enrolment.began, ())
    machine.withdraw(enrolment, at)
    enrolment.events.clear()
    enrolment.ended = Ended(at, outcome, node)
    for other in record.enrolments:
        if other.parent is not None and other.parent[0] == enrolment.index:
            machine.end(record, other, -1, at, outcome, None)
    if record.away and not record.active:
        close_absence(record.away, at)
    if enrolment.parent is not None:
        machine.back_to_parent(record, enrolment, at)
    else:
        machine.settle_plan(record, enrolment, node, at)


def close_absence(away: list[Away], at: Instant) -> bool:
    """The client is away no longer. Says whether they were."""
    if not away or away[-1][1] is not None:
        return False
    away[-1] = (away[-1][0], at)
    return True


def cut_short(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
    """Somebody says that the enrolment has ended, wherever the client's way has come to: what it stood at is told."""
    tables = enrolment.tables
    left = [n for n in sorted({*enrolment.tokens, *enrolment.owed}) if tables.code[n] in _OWED]
    if left:
        machine.signal(record, enrolment, "overtaken", node, fact.at, fact, fact.at, tuple(left))
    machine.end(record, enrolment, node, fact.at, tables.name[node] if node >= 0 else fact.subject, fact)


def back_to_parent(machine: Machine, record: Record, child: Enrolment, at: Instant) -> None:
    """A sub-path ended: the path that included it goes on, with whoever holds the client now."""
    index, node = child.parent or (0, 0)
    parent = record.enrolments[index]
    if parent.ended is None and node in parent.tokens:
        machine.leave(record, parent, node, parent.tables.after[node], at)


def settle_plan(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """The plan goes on with whom the end names, or as it is while the client is on another path, or closes."""
    active = record.active
    if active and record.plan_from != enrolment.index:
        return
    end = enrolment.tables.program.nodes[node].statement if node >= 0 else None
    if isinstance(end, model.End) and end.plan_with is not None:
        if end.plan_with.party.kind != "owner":
            machine.give_plan(record, at, spoken(enrolment, end.plan_with, node))
    elif not active and (not isinstance(end, model.End) or end.closes_plan):
        machine.give_plan(record, at, None)
    if active:
        record.plan_from = machine.root_of(record, active[0])


def give_plan(machine: Machine, record: Record, at: Instant, owner: str | None) -> None:
    """The plan has another owner from now on, or none."""
    if record.owner != owner:
        record.owners.append((at, owner))


def after_end(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
    """A fact came for an enrolment that has ended."""
    if enrolment.ended is not None and node >= 0 and node == enrolment.ended.node:
        return  # it only says how the path ended
    machine.signal(record, enrolment, "returned after the end", node, fact.at, fact, enrolment.began, ())


def on_no_path(machine: Machine, record: Record, fact: Fact) -> None:
    """A fact of a client who is on no path, or who began on one that is not known here: those who watch any path say so."""
    for tables in machine.tables.values():
        machine.beside(record, Enrolment(tables, -1, fact.at, ""), -1, fact)
        return


def root_of(machine: Machine, record: Record, enrolment: Enrolment) -> int:
    """The enrolment that a child enrolment belongs to in the end."""
    while enrolment.parent is not None:
        enrolment = record.enrolments[enrolment.parent[0]]
    return enrolment.index
