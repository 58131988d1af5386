"""One client on two paths, everything tried out in the engine: what D103, G309 and O107 say, straight from the records.

The client begins either path first and the other at any moment; whatever anybody may do on either is done, each in a record of its
own. A service is repeated when the newest result of it is the other path's, its window is open, and nothing excuses it. The plan has
another owner when a handoff or an end says that it is kept with somebody who does not own it then. No rule and no data flow is
asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pathflow.engine import tables as t
from pathflow.engine.facts import Fact, FactKind, Value
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import conditions as c
from pathflow.model import path as model

HOUR = 3_600_000_000
DAY = 24 * HOUR

Claim = tuple[str, str, str]
"""What is broken ("again", "unread" or "owner"), the service or "", and the statement that breaks it."""


class Tried(NamedTuple):
    """What came about for some client, and whether everything was tried."""

    claims: set[Claim]
    is_whole: bool


class TwoPaths:
    """Args: guarded: the steps that a client comes to only where the result is not known."""

    def __init__(self, one: Program, other: Program, guarded: frozenset[str] = frozenset(), states_max: int = 500) -> None:
        self.programs = {program.path.name: program for program in (one, other)}
        self.claims: set[Claim] = set()
        self.machine = Machine([one, other], self._watches)
        self.guarded = guarded
        self.states_max = states_max
        self.began = max(program.first_morning for program in (one, other))
        self.doing = {
            node.name: (program.path.name, node.statement) for program in (one, other) for node in program.nodes
            if isinstance(node.statement, model.Step)
        }  # fmt: skip

    def explore(self) -> Tried:
        seen: set[object] = set()
        waiting = [record for name in self.programs for record in self._begun(Record("client"), name)]
        while waiting:
            record = waiting.pop()
            key = self._key(record)
            if key in seen:
                continue
            if len(seen) >= self.states_max:
                return Tried(self.claims, False)
            seen.add(key)
            waiting.extend(self._after(record))
        return Tried(self.claims, True)

    def owners_when_joined(self) -> list[str | None]:
        """Who owns the plan once the client is on both, by which path came first."""
        names = list(self.programs)
        records = []
        for first, second in (names, names[::-1]):
            for begun in self._begun(Record("client"), first):
                records += [both.owner for both in self._begun(begun, second) if len(both.active) == 2][:1]
        return records

    # what may happen

    def _begun(self, record: Record, name: str) -> Iterator[Record]:
        """The client begins a path, if it is for such a client."""
        program = self.programs[name]
        enter = program.path.clients.enter_when
        asked = [item for item in (c.items_of(enter) if enter is not None else ()) if item not in record.items]
        for values in [dict.fromkeys(asked, value) for value in ("yes", "no")] if asked else [{}]:
            at = record.now + HOUR if record.facts else self.began
            fact = Fact("enrolled", at, name, dict(values) or None, number=len(record.facts) + 1)
            begun = self.machine.extend(record.copy(), fact)
            enrolment = begun.enrolments[-1]
            test = enrolment.tables.enter
            if test is None or test(begun, enrolment, fact.at, fact.at):
                yield begun

    def _after(self, record: Record) -> Iterator[Record]:
        here = {enrolment.path for enrolment in record.enrolments}
        for name in self.programs:
            if name not in here and record.active:
                yield from self._begun(record, name)
        for enrolment in record.active:
            yield from self._deeds(record, enrolment)
        if record.next_timer < NEVER:
            later = record.copy()
            self.machine.advance(later, record.next_timer)
            yield later

    def _deeds(self, record: Record, enrolment: Enrolment) -> Iterator[Record]:
        tables = enrolment.tables
        for node in sorted(enrolment.tokens):
            if self.machine.is_suspended(record, enrolment, node):
                continue
            name, statement = tables.name[node], tables.program.nodes[node].statement
            if tables.code[node] == t.STEP:
                made = [item for item in statement.makes if tables.program.path.items[item].kind == "yes or no"]  # type: ignore[union-attr]
                for value in ("yes", "no") if made else ("",):
                    self._look(record, enrolment, node)
                    yield self._with(record, enrolment, "completed", name, dict.fromkeys(made, value))
            elif tables.code[node] == t.HANDOFF:
                yield self._with(record, enrolment, "accepted", name)
        for event in tables.program.events:
            condition = tables.program.nodes[event].statement.condition  # type: ignore[union-attr]
            for name in c.events_of(condition):
                if name not in enrolment.happened:
                    yield self._with(record, None, "observed", name)

    def _with(
        self, record: Record, on: Enrolment | None, kind: FactKind, subject: str, items: dict[str, Value] | None = None
    ) -> Record:
        gap = HOUR if record.next_timer - record.now > HOUR else max(1, (record.next_timer - record.now) // 2)
        path = on.path if on is not None else None
        return self.machine.extend(
            record.copy(), Fact(kind, record.now + gap, subject, items or None, path=path, number=len(record.facts) + 1)
        )

    # what is so

    def _look(self, record: Record, enrolment: Enrolment, node: int) -> None:
        """A step is about to be done: whether it repeats what the other path did last."""
        step = enrolment.tables.program.nodes[node].statement
        assert isinstance(step, model.Step)
        services = enrolment.tables.program.path.network.services
        for doing in step.does:
            service = services[doing.service]
            last = self._newest(record, doing.service)
            if last is None or service.window is None or last[1] == enrolment.path:
                continue
            at, _, place = last
            reasons = [a.name for a in c.atoms(service.unless) if isinstance(a, c.Reason)] if service.unless else []
            loop = enrolment.tables.program.nodes[node].loop
            is_later_round = loop >= 0 and enrolment.rounds[loop].number > 1
            is_excused = doing.because in reasons or is_later_round
            is_guarded = step.name in self.guarded and enrolment.tokens[node] < at
            if is_excused or is_guarded or record.now + HOUR - at > service.window.shortest - DAY:
                continue
            where = step.by.party.name if step.by is not None else ""
            self.claims.add(("again" if self._register(where) == self._register(place) else "unread", doing.service, step.name))

    def _newest(self, record: Record, service: str) -> tuple[int, str, str] | None:
        """When, on which path and where a service was last given."""
        for fact in reversed(record.facts):
            path, step = self.doing.get(fact.subject, ("", None)) if fact.kind == "completed" else ("", None)
            if step is not None and any(doing.service == service for doing in step.does):
                return fact.at, path, step.by.party.name if step.by is not None else ""
        return None

    def _register(self, provider: str) -> str:
        network = next(iter(self.programs.values())).path.network
        return network.providers[provider].register or provider

    def _watches(self, program: Program) -> Iterator[Watch]:
        kept = frozenset(n.index for n in program.nodes if getattr(n.statement, "plan_with", None) is not None)
        yield Watch("accepted", self._kept, kept)
        yield Watch("ended", self._kept, kept)

    def _kept(self, record: Record, enrolment: Enrolment, node: int, *_: object) -> None:
        """The plan is said to be kept with somebody."""
        actor = enrolment.tables.program.nodes[node].statement.plan_with  # type: ignore[union-attr]
        if len(record.enrolments) > 1 and actor.party.kind == "provider" and record.owner not in (None, str(actor)):
            self.claims.add(("owner", "", enrolment.tables.name[node]))

    def _key(self, record: Record) -> object:
        """What tells two records apart for what is looked at here."""
        values = tuple(sorted((name, str(history[-1][1])) for name, history in record.items.items()))
        newest = tuple(
            (service, found[1:]) if (found := self._newest(record, service)) else service for service in ("ECG", "echo")
        )
        return (
            record.owner, record.plan_from, values, newest, tuple(sorted(record.made)),
            tuple(
                (
                    e.path, tuple(sorted(e.tokens)), tuple(sorted((n, r.number) for n, r in e.rounds.items())), e.ended is not None,
                    tuple(sorted(e.events)), tuple(sorted(n for n in e.happened if n == "Fall")), tuple(sorted(e.suspended)),
                    tuple(sorted((n, o.state) for n, o in e.offers.items())), tuple(sorted(e.arrived.items())),
                )
                for e in record.enrolments
            ),
        )  # fmt: skip
