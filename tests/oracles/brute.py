"""Every client on every way, one by one: what the prover says, found by trying it out in the engine.

From the moment a client comes onto a path everything that anybody may do is done, each in a record of its own: a step with every
value that the path can tell apart, a handoff accepted or left until it expires, every choice, every event once, time passing. In each
record it is looked what is so of the client, straight from the record: no rule and no data flow is asked. Windows and clocks are
left to other oracles. While an event that interrupts the main way has come on another's way nothing is claimed, until both are over
(docs/spec/proof.md, 6.2); what is so after that is.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import NamedTuple

from pathflow.engine import tables as t
from pathflow.engine.conditions import as_test
from pathflow.engine.facts import Fact, FactKind, Value
from pathflow.engine.machine import Machine
from pathflow.engine.parties import provider_named
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Enrolment, Record
from pathflow.model import conditions as c
from pathflow.model import path as model

HOUR = 3_600_000_000

Claim = tuple[str, int]
"""A rule's code, and the node of which it is so."""


class Explored(NamedTuple):
    """What is so of some client somewhere, the nodes that some client comes to, and whether everything was tried."""

    claims: set[Claim]
    visited: set[int]
    is_whole: bool
    n_states: int


class Brute:
    def __init__(self, program: Program, states_max: int = 4_000) -> None:
        self.program = program
        self.machine = Machine([program])
        self.states_max = states_max
        self.claims: set[Claim] = set()
        self.visited: set[int] = set()
        self.cells = self._cells()

    def explore(self) -> Explored:
        seen: set[object] = set()
        waiting = [(record, False) for record in self._enrolled()]
        is_whole = True
        while waiting:
            record, is_mixed = waiting.pop()
            n_events = self._interrupting(record)
            is_mixed = n_events > 1 or (is_mixed and n_events > 0)
            key = (self._key(record), is_mixed)
            if key in seen:
                continue
            if len(seen) >= self.states_max:
                is_whole = False
                break
            seen.add(key)
            if not is_mixed:
                self._look(record)
            waiting.extend((after, is_mixed) for after in self._after(record))
        return Explored(self.claims, self.visited, is_whole, len(seen))

    def one_way(self, chance: random.Random, most: int) -> list[Fact]:
        """The facts of one client, who goes whichever way; at most so many things happen."""
        record = chance.choice(list(self._enrolled()))
        for _ in range(most):
            following = list(self._after(record))
            if not following:
                break
            record = chance.choice(following)
        return record.facts

    # what may happen

    def _enrolled(self) -> Iterator[Record]:
        path = self.program.path
        enter = path.clients.enter_when
        told = list(dict.fromkeys((*(c.items_of(enter) if enter is not None else ()), *path.needs)))
        for values in self._values(told):
            record = Record("client")
            fact = Fact("enrolled", self.program.first_morning, path.name, values or None, number=1)
            record = self.machine.extend(record, fact)
            enrolment = record.enrolments[0]
            test = enrolment.tables.enter
            if test is None or test(record, enrolment, fact.at, fact.at):
                yield record

    def _after(self, record: Record) -> Iterator[Record]:
        enrolment = record.enrolments[0]
        if enrolment.ended is not None:
            return
        tables = enrolment.tables
        for node in sorted(enrolment.tokens):
            if self.machine.is_suspended(record, enrolment, node):
                continue
            code, name = tables.code[node], tables.name[node]
            statement = self.program.nodes[node].statement
            if code == t.STEP:
                for values in self._values(statement.makes):  # type: ignore[union-attr]
                    yield self._with(record, "completed", name, values)
            elif code == t.HANDOFF:
                yield self._with(record, "accepted", name)
            elif code == t.CONSULTATION:
                for values in self._values(statement.makes):  # type: ignore[union-attr]
                    yield self._with(record, "answered", name, values)
            elif code == t.CHOICE:
                for option in statement.options:  # type: ignore[union-attr]
                    yield self._with(record, "chose", name, provider=option)
            elif code in (t.DECIDE, t.AWAIT, t.REPEAT):
                yield from self._events_for(record, enrolment, node)
        for event in self.program.events:
            yield from self._events_for(record, enrolment, event)
        if record.next_timer < NEVER:
            later = record.copy()
            self.machine.advance(later, record.next_timer)
            yield later

    def _events_for(self, record: Record, enrolment: Enrolment, node: int) -> Iterator[Record]:
        """What a node waits for happens, each event once."""
        statement = self.program.nodes[node].statement
        if isinstance(statement, model.Whenever):
            conditions = [statement.condition]
        elif isinstance(statement, model.Wait | model.Repeat):
            conditions = [statement.until] if statement.until is not None else []
        else:
            conditions = [edge.condition for edge in self.program.edges[node] if edge.condition is not None]
        names = {name for condition in conditions for name in c.events_of(condition)}
        for name in sorted(names - set(enrolment.happened)):
            if name in self.program.path.events:
                yield self._with(record, "observed", name)
        if node not in enrolment.tokens or isinstance(statement, model.Whenever):
            return
        asked = {item for condition in conditions for item in c.items_of(condition)}  # somebody finds out what nobody knew
        unknown = sorted(item for item in asked if record.newest(item, record.now) is None)
        for some in ([item] for item in unknown) if len(unknown) < 4 else [unknown]:
            for values in self._values(some):
                if values:
                    yield self._with(record, "observed", "", values)

    def _with(
        self, record: Record, kind: FactKind, subject: str, items: dict[str, Value] | None = None, provider: str | None = None
    ) -> Record:
        """The record with one more fact, an hour on or before anything falls due."""
        gap = HOUR if record.next_timer - record.now > HOUR else max(1, (record.next_timer - record.now) // 2)
        fact = Fact(kind, record.now + gap, subject, items or None, provider, number=len(record.facts) + 1)
        after = self.machine.extend(record.copy(), fact)
        if not record.enrolments[0].events:
            self._lost(record, after, subject)
        return after

    def _lost(self, before: Record, after: Record, subject: str) -> None:
        """What happened set nothing off, and might have if more had been known of the client."""
        enrolment = after.enrolments[0]
        if enrolment.events or enrolment.ended is not None:
            return
        undecided: set[Claim] = set()
        for event in self.program.events:
            statement = self.program.nodes[event].statement
            assert isinstance(statement, model.Whenever)
            parts = c.conjuncts(statement.condition)
            if not any(subject in c.events_of(part) for part in parts):
                continue
            plain = c.All(tuple(part for part in parts if not c.events_of(part)))
            test = as_test(plain, self.program.path.items, self.program.calendar)
            is_so = test(after, enrolment, after.now, after.now) if plain.parts else True
            if is_so:
                return  # it set this off, which was over at once
            if is_so is None and not any(isinstance(atom, c.IsUnknown) for atom in c.atoms(plain)):
                undecided.add(("G205", event))
        self.claims |= undecided

    def _interrupting(self, record: Record) -> int:
        """How many events interrupt the main way now."""
        enrolment = record.enrolments[0]
        return sum(event not in enrolment.tables.beside for event in enrolment.events)

    def _values(self, names: list[str] | tuple[str, ...]) -> Iterator[dict[str, Value]]:
        known = [name for name in names if name in self.program.path.items]
        for values in itertools.product(*(self.cells.get(name, ["made"]) for name in known)):
            yield dict(zip(known, values, strict=True))

    def _cells(self) -> dict[str, list[Value]]:
        """A value of each kind that any condition of the path tells apart; the points compared with, and one on either side."""
        bounds: dict[str, set[float]] = {}
        for condition in self._conditions():
            for atom in c.atoms(condition):
                if isinstance(atom, c.Compare):
                    bounds.setdefault(atom.item, set()).update((atom.bound - 0.5, atom.bound, atom.bound + 0.5))
        asked = {name for condition in self._conditions() for name in c.items_of(condition)}
        cells: dict[str, list[Value]] = {}
        for name, item in self.program.path.items.items():
            if item.kind == "number":
                cells[name] = sorted(bounds.get(name, {1.0}))
            elif item.kind == "yes or no":
                cells[name] = ["yes", "no"] if name in asked else ["no"]
            elif item.options:
                cells[name] = list(item.options) if name in asked else [item.options[0]]
        return cells

    def _conditions(self) -> Iterator[c.Condition]:
        for edges in self.program.edges:
            yield from (edge.condition for edge in edges if edge.condition is not None)
        for node in self.program.nodes:
            statement = node.statement
            if isinstance(statement, model.Wait | model.Repeat) and statement.until is not None:
                yield statement.until
            elif isinstance(statement, model.Whenever):
                yield statement.condition
        if self.program.path.clients.enter_when is not None:
            yield self.program.path.clients.enter_when

    def _key(self, record: Record) -> object:
        """What tells two records apart for what is looked at here; the moments of things do not."""
        enrolment = record.enrolments[0]
        values = tuple(sorted((name, history[-1][1]) for name, history in record.items.items()))
        places = tuple(sorted((name, history[-1][2] or "") for name, history in record.items.items()))
        offers = tuple(sorted((node, offer.state) for node, offer in enrolment.offers.items()))
        rounds = tuple(sorted((node, now.number) for node, now in enrolment.rounds.items()))
        runs = tuple(sorted((node, run.holder) for node, run in enrolment.events.items()))
        return (
            tuple(sorted(enrolment.tokens)), tuple(sorted(enrolment.arrived.items())), enrolment.holder, record.owner, values,
            places, tuple(sorted(record.made)), offers, rounds, runs, tuple(sorted(enrolment.chosen.items())),
            tuple(sorted(name for name in enrolment.happened if name in self.program.path.events)), enrolment.ended is not None,
            tuple(sorted(enrolment.suspended)), tuple(sorted(enrolment.early)), tuple(sorted(enrolment.waiting)),
        )  # fmt: skip

    # what is so

    def _look(self, record: Record) -> None:
        enrolment = record.enrolments[0]
        self.visited.update(enrolment.tokens)
        if enrolment.ended is not None:
            if enrolment.ended.node >= 0:
                self.visited.add(enrolment.ended.node)
            return
        for node in enrolment.tokens:
            if self.machine.is_suspended(record, enrolment, node):
                continue  # the way stands still: nothing is owed there now
            statement = self.program.nodes[node].statement
            if isinstance(statement, model.Step):
                self._step(record, enrolment, node, statement)
            elif isinstance(statement, model.Handoff):
                if provider_named(enrolment, statement.sender.party, node) != enrolment.holder and not self._is_expired(
                    enrolment, node
                ):
                    self.claims.add(("G109", node))
            elif isinstance(statement, model.Decision):
                self._decision(record, enrolment, node, statement)
            if self.program.nodes[node].kind == "nowhere":
                self.claims.add(("G202", node))

    def _is_expired(self, enrolment: Enrolment, node: int) -> bool:
        offer = enrolment.offers.get(node)
        return offer is not None and offer.state == "expired"

    def _step(self, record: Record, enrolment: Enrolment, node: int, step: model.Step) -> None:
        if step.by is None:
            return
        is_own = step.ordered_by is None and step.by.party.kind not in ("holder", "client")
        if is_own and provider_named(enrolment, step.by.party, node) != enrolment.holder:
            self.claims.add(("G104", node))
        if step.ordered_by is not None and step.ordered_by.party.kind == "provider":
            self._order(record, enrolment, node, step.ordered_by.party.name)
        if any(record.newest(item, record.now) is None for item in step.needs):
            self.claims.add(("G301", node))

    def _order(self, record: Record, enrolment: Enrolment, node: int, orderer: str) -> None:
        """Made by somebody who neither holds the client nor owns the plan then, and has done no order before."""
        offer = enrolment.offers.get(node)
        if offer is None or orderer == self.program.path.network.organiser:
            return
        owner = record.owner_at(offer.sent) or ""
        if enrolment.holder_at(offer.sent) != orderer and owner != orderer and not owner.endswith(f" at {orderer}"):
            done = [o.receiver for n, o in enrolment.offers.items() if enrolment.tables.name[n] in enrolment.happened]
            if orderer not in done:
                self.claims.add(("G112", node))

    def _decision(self, record: Record, enrolment: Enrolment, node: int, decision: model.Decision) -> None:
        conditions = [b.condition for b in decision.branches if b.condition is not None]
        if any(c.events_of(condition) for condition in conditions) or self.machine.is_suspended(record, enrolment, node):
            return
        ways = enrolment.tables.ways[node]
        values = [way.test(record, enrolment, record.now, enrolment.tokens[node]) for way in ways]
        if not any(values):
            self.claims.add(("G203", node) if all(value is False for value in values) else ("G205", node))
