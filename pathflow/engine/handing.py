"""Handoffs, orders and choices: sent, accepted, returned, expired. The states are the table in offers.py.

The functions are bound into `Machine` (machine.py) as its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.offers import OfferMove, OfferState, moved, moved_on
from pathflow.engine.parties import accepted_within, provider_named, spoken
from pathflow.engine.record import Enrolment, Offer, Record
from pathflow.model import path as model

if TYPE_CHECKING:
    from pathflow.engine.machine import Machine


def send(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """The way comes to a handoff or an order. It is sent at once, unless somebody has a time of their own to send it."""
    statement = enrolment.tables.program.nodes[node].statement
    if isinstance(statement, model.Handoff):
        receiver = statement.receiver.party
        waits = statement.limit is not None and "proposed" in machine.shows
    elif isinstance(statement, model.Step) and statement.by is not None:
        receiver, waits = statement.by.party, False
    else:
        return
    length = accepted_within(enrolment, statement, node)
    calendar = enrolment.tables.program.calendar
    due = calendar.due(at, length) if length is not None and not waits else None
    enrolment.offers[node] = Offer("reached" if waits else "proposed", at, due, provider_named(enrolment, receiver, node))
    if due is not None and "accepted" in machine.shows:
        machine.set_timer(record, enrolment, node, due + 1)


def take_move(machine: Machine, record: Record, fact: Fact, move: OfferMove) -> None:
    """Somebody proposed, accepted, returned or cancelled."""
    found = machine.find_place(record, fact)
    if found is None:
        return
    enrolment, node = found
    code = enrolment.tables.code[node]
    if move == "cancelled" and code in (t.STEP, t.CONSULTATION, t.WAIT, t.AWAIT) and node in enrolment.tokens:
        machine.cancel_step(record, enrolment, node, fact.at)
        return
    if code == t.STEP and node not in enrolment.tables.ordered:  # there is nothing to accept or return
        machine.beside(record, enrolment, node, fact)
        return
    if code in (t.STEP, t.HANDOFF) and node not in enrolment.tokens and not machine.reach(record, enrolment, node, fact):
        machine.beside(record, enrolment, node, fact)
        return
    offer = enrolment.offers.get(node)
    state = moved_on(offer, move) if offer is not None else None
    is_taken_back = move in ("returned", "cancelled") and _take_back(enrolment, node)
    if offer is None or state is None or (code == t.HANDOFF and node not in enrolment.tokens):
        if not is_taken_back:
            machine.beside(record, enrolment, node, fact)
        return
    if move == "accepted" and not _may_come_about(machine, record, enrolment, node, fact):
        return
    _move(machine, record, enrolment, node, offer, state, move, fact)


def _move(
    machine: Machine,
    record: Record,
    enrolment: Enrolment,
    node: int,
    offer: Offer,
    state: OfferState,
    move: OfferMove,
    fact: Fact,
) -> None:
    before, offer.state = offer.state, state
    if move == "proposed":
        machine.propose(record, enrolment, node, offer, before, fact)
    elif move == "accepted":
        machine.accept(record, enrolment, node, offer, fact)
    elif move == "returned":
        offer.reason = fact.reason
        machine.signal(record, enrolment, "returned", node, fact.at, fact, offer.sent, ())
    else:
        enrolment.timers.pop(node, None)
        offer.settled = fact.at


def _take_back(enrolment: Enrolment, node: int) -> bool:
    """What was accepted while the way stands still is not; if its time has run out meanwhile, that comes about all the same."""
    if enrolment.suspended.get(node) is None:
        return False
    del enrolment.suspended[node]
    if node not in enrolment.timers:
        enrolment.suspended[node] = None
    return True


def _may_come_about(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> bool:
    """Whether an acceptance comes about now: not by somebody whom nobody knows, nor while the main way stands still."""
    offer = enrolment.offers[node]
    if fact.kind == "accepted" and fact.provider not in (None, offer.receiver, offer.asked):
        machine.signal(record, enrolment, "accepted by another", node, fact.at, fact, offer.sent, ())
        if fact.provider not in enrolment.tables.program.path.network.providers:
            return False
    if machine.is_suspended(record, enrolment, node):
        enrolment.suspended[node] = fact
        return False
    return True


def propose(machine: Machine, record: Record, enrolment: Enrolment, node: int, offer: Offer, before: str, fact: Fact) -> None:
    """Sent, or sent again: after a return the first deadline holds, otherwise it begins anew."""
    if fact.provider is not None:
        statement = enrolment.tables.program.nodes[node].statement
        is_sender = isinstance(statement, model.Handoff) and fact.provider == provider_named(
            enrolment, statement.sender.party, node
        )
        if not is_sender and fact.provider not in enrolment.tables.program.path.network.providers:
            machine.signal(record, enrolment, "accepted by another", node, fact.at, fact, fact.at, ())
        elif not is_sender:
            offer.receiver = offer.asked = fact.provider
    offer.reason = None
    offer.is_told = True
    if before == "returned":
        return
    statement = enrolment.tables.program.nodes[node].statement
    length = accepted_within(enrolment, statement, node)
    offer.sent, offer.is_noted = fact.at, False
    offer.due = enrolment.tables.program.calendar.due(fact.at, length) if length is not None else None
    if offer.due is not None and "accepted" in machine.shows:
        machine.set_timer(record, enrolment, node, offer.due + 1)


def accept(machine: Machine, record: Record, enrolment: Enrolment, node: int, offer: Offer, fact: Fact) -> None:
    """The receiver has it: of a handoff the receiver is accountable from now on, and the plan may move along."""
    offer.settled = fact.at
    enrolment.timers.pop(node, None)
    machine.signal(record, enrolment, "accepted", node, fact.at, fact, offer.sent, ())
    if fact.provider is not None and fact.kind == "accepted":
        offer.receiver = fact.provider
    handoff = enrolment.tables.program.nodes[node].statement
    if not isinstance(handoff, model.Handoff):
        return
    machine.hold(record, enrolment, fact.at, offer.receiver)
    if handoff.plan_to is not None and record.plan_from == machine.root_of(record, enrolment):
        machine.give_plan(record, fact.at, spoken(enrolment, handoff.plan_to, node))
    enrolment.happened[enrolment.tables.name[node]] = fact.at
    machine.leave(record, enrolment, node, enrolment.tables.after[node], fact.at)
    machine.stir(record, enrolment, replace(fact, subject=enrolment.tables.name[node]))


def hold(machine: Machine, record: Record, enrolment: Enrolment, at: Instant, holder: str) -> None:
    """A provider is accountable from now on: on a path, on the one that includes it and on those that it includes."""
    root = machine.root_of(record, enrolment)
    for one in record.enrolments:
        if one.ended is None and one.holder != holder and machine.root_of(record, one) == root:
            one.holders.append((at, holder))


def note_late(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """Nobody accepted in time, while the way stands still: it is said now, and comes about when the way goes on."""
    offer = enrolment.offers.get(node)
    if offer is not None and enrolment.suspended.get(node) is None and moved(offer.state, "expired") is not None:
        offer.is_noted = True
        machine.signal(record, enrolment, "expired", node, at, None, offer.sent, ())


def choose(machine: Machine, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
    """The client chose a provider; another than the options is recorded beside the path."""
    choice = enrolment.tables.program.nodes[node].statement
    if not isinstance(choice, model.Choice) or fact.provider is None or fact.provider not in choice.options:
        machine.beside(record, enrolment, node, fact)
        return
    enrolment.chosen[choice.name] = fact.provider
    enrolment.happened[choice.name] = fact.at
    if machine.reach(record, enrolment, node, fact):
        machine.leave(record, enrolment, node, enrolment.tables.after[node], fact.at)
    else:
        enrolment.early[node] = fact.at


def expire(machine: Machine, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
    """Nobody accepted in time: the fallback is accountable at once; undeclared, the organiser is, never nobody."""
    offer = enrolment.offers[node]
    state = moved(offer.state, "expired")
    if state is None:
        return
    offer.state, offer.settled = state, at
    program = enrolment.tables.program
    statement = program.nodes[node].statement
    if isinstance(statement, model.Handoff):
        fallback = statement.fallback
        holder = provider_named(enrolment, fallback.party, node) if fallback else program.path.network.organiser
        machine.hold(record, enrolment, at, holder)
    elif isinstance(statement, model.Step) and statement.fallback is not None:
        offer.receiver = provider_named(enrolment, statement.fallback.party, node)
    if not offer.is_noted:
        machine.signal(record, enrolment, "expired", node, at, None, offer.sent, ())
