"""Which step a fact means, and how the client comes to one that was done before its turn.

The functions are bound into `Machine` (machine.py) as its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_of
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.routes import Passing, route_to
from pathflow.model import path as model

if TYPE_CHECKING:
    from pathflow.engine.machine import Machine


def find_place(machine: Machine, record: Record, fact: Fact) -> tuple[Enrolment, int] | None:
    """The enrolment and node that a fact speaks of; None when no open enrolment knows it, which is then a finding."""
    known: list[tuple[int, Enrolment, int]] = []
    past: tuple[Enrolment, int] | None = None
    for enrolment in record.enrolments:
        if fact.path is not None and enrolment.path != fact.path:
            continue
        for node in enrolment.tables.named(fact.subject):
            if enrolment.ended is not None:
                past = enrolment, node
            else:
                known.append((_nearness(enrolment, node), enrolment, node))
    if known:
        _, enrolment, node = min(known, key=lambda found: (found[0], -found[1].happened.get(found[1].tables.name[found[2]], 0)))
        return enrolment, node
    if past is not None:
        machine.after_end(record, past[0], past[1], fact)
    elif record.enrolments:
        last = record.enrolments[-1]
        if last.ended is not None:
            machine.after_end(record, last, -1, fact)
        else:
            machine.beside(record, last, -1, fact)
    else:
        machine.on_no_path(record, fact)
    return None


def reach(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> bool:
    """Whether the client is at a node, owes it, or can be taken to have gone on to it; then it is so."""
    if node in enrolment.tokens or node in enrolment.owed:
        return True
    if enrolment.dropped and any(split in enrolment.dropped for split, _ in enrolment.tables.program.nodes[node].region):
        return False  # it belongs to a branch that was left as it stood, and is no sign that the client has come round again
    actor = None if "accepted" in machine.shows else fact.provider or provider_of(enrolment, node)
    passing = Passing(record, enrolment, node, fact.at, actor, "chosen" not in machine.shows)
    route = route_to(passing)
    if route is None:
        return False
    tables = enrolment.tables
    name = tables.name[node]
    before = enrolment.happened.get(name)
    enrolment.happened[name] = fact.at
    enrolment.coming = name
    passed: list[int] = []
    for place, here in enumerate(route):
        since = enrolment.tokens.get(here)
        if since is not None:
            following = route[place + 1] if place + 1 < len(route) else node
            if machine.pass_over(record, enrolment, here, following, fact, since):
                passed.append(here)
    enrolment.coming = None
    if node in enrolment.tokens:
        if passed:
            machine.signal(record, enrolment, "overtaken", node, fact.at, fact, fact.at, tuple(passed))
        return True
    if before is None:
        enrolment.happened.pop(name, None)
    else:
        enrolment.happened[name] = before
    return False


def pass_over(
    machine: Machine, record: Record, enrolment: Enrolment, node: int, following: int, fact: Fact, since: Instant
) -> bool:
    """Leaves a node that was passed over. Says whether something stays owed there."""
    tables = enrolment.tables
    code, at = tables.code[node], fact.at
    if code == t.REPEAT:
        if following == tables.leave[node]:
            enrolment.rounds.pop(node, None)
            machine.leave(record, enrolment, node, tables.leave[node], at)
        else:
            machine.next_round(record, enrolment, node, at, record.moves - 1)  # the fact itself is of the new round
    elif code == t.DECIDE:
        machine.retry(record, enrolment, at)
    elif code == t.HANDOFF:
        offer = enrolment.offers[node]
        offer.state = "accepted"
        machine.accept(record, enrolment, node, offer, replace(fact, kind="completed"))
    elif code == t.CHOICE:
        choice = tables.program.nodes[node].statement
        if isinstance(choice, model.Choice):
            chosen = fact.provider if fact.provider in choice.options else choice.default or choice.options[0]
            enrolment.chosen[choice.name] = chosen
        machine.leave(record, enrolment, node, tables.after[node], at)
    else:
        machine.leave(record, enrolment, node, tables.after[node], at)
        if code in (t.STEP, t.CONSULTATION):
            enrolment.owed[node] = since
            return True
    return False


def _nearness(enrolment: Enrolment, node: int) -> int:
    """Which of several steps a fact means: one passed over and owed, one where the client is, one never done, another."""
    if node in enrolment.owed:
        return 0
    if node in enrolment.tokens:
        return 1
    return 2 if enrolment.tables.name[node] not in enrolment.happened else 3
