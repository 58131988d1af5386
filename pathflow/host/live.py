"""An engine in memory: records of clients, commands and observations, findings at any time.

It reads no clock and makes no ids: each call says when. Nothing is global; several engines live side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.ahead import Ahead, ahead
from pathflow.engine.commands import Command, decide
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.linking import to_begin
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import Record
from pathflow.engine.watch import WatchFactory
from pathflow.host import pairing
from pathflow.host.calls import Calls
from pathflow.host.intake import Intake, Items, When
from pathflow.replay.run import Place, places_of
from pathflow.rules.registry import watch_all


class CareEngine(Calls):
    """Clients on paths, in memory.

    Args:
        programs: the compiled paths.
        watch: the rules that watch the records; by default all of them.
    """

    __slots__ = ("_number", "_records", "intake", "machine")

    def __init__(self, programs: Iterable[Program], watch: WatchFactory = watch_all) -> None:
        self.machine = Machine(programs, watch)
        self.intake = Intake(self.machine.programs.values())
        self._records: dict[str, Record] = {}
        self._number = 0

    def complete(
        self, client: str, step: str, at: When, items: Items | None = None, provider: str | None = None,
        performer: str | None = None, reason: str | None = None, path: str | None = None,
    ) -> Fact:  # fmt: skip
        """A step was done, with what it found out. Cost: a few microseconds."""
        intake = self.intake
        moment = at if type(at) is int and type(step) is str else intake.checked(client, step, at)
        known = intake.items(items) if items is not None else None
        if provider is not None or path is not None:
            provider, path = intake.provider(provider), intake.path(path)
        self._number += 1
        fact = Fact("completed", moment, step, known, provider, performer, reason, path, moment, self._number)
        record = self._records.get(client)
        if record is None:
            intake.checked(client, step, moment)
            record = Record(client)
        self._records[client] = record = self.machine.extend(record, fact)
        if record.to_begin:
            pairing.go_on(client, fact, self._side)
        return fact

    def observed(self, client: str, fact: Fact) -> Fact:
        """Calls."""
        self._number += 1
        fact = replace(fact, number=self._number)
        self._records[client] = record = self.machine.extend(self.known(client), fact)
        if record.to_begin:
            pairing.go_on(client, fact, self._side)
        return fact

    def intended(self, client: str, command: Command) -> Fact | Refusal:
        """Calls."""
        side = self._side(client)
        result = side.decide(command)
        if pairing.is_of_two(command):
            return pairing.with_other(client, command, result, self._side)
        return side.take(command, result)

    def _side(self, client: str) -> _Side:
        return _Side(self, client)

    def known(self, client: str) -> Record:
        """The record as it stands, or an empty one."""
        return self._records.get(client) or Record(client)

    def decided(self, client: str, command: Command) -> Fact | Refusal:
        """What an intent leads to, as the record stands."""
        record = self.known(client)
        return decide(self.machine, self._at(record, command.at), command, self._number + 1)

    def taken(self, client: str, fact: Fact) -> Fact:
        """What was decided is so."""
        self._number += 1
        fact = fact if fact.number == self._number else replace(fact, number=self._number)
        self._records[client] = self.machine.extend(self.known(client), fact)
        return fact

    # questions

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def instant(self, when: When) -> Instant:
        """The moment as the engine counts it, on the clocks of the first path's network. Raises: TypeError, ValueError."""
        return self.intake.instant(when)

    def client(self, client: str, at: When | None = None) -> Record:
        """The client's record as of the last fact, which goes on with the client and is only to be read; or as of a moment.

        Raises: KeyError for an unknown client.
        """
        return self._records[client] if at is None else self._as_of(client, at)[0]

    def where(self, client: str, at: When | None = None) -> list[Place]:
        """Where the client is, on all paths, and since when. Raises: KeyError."""
        record = self.client(client, at)
        return [place for enrolment in record.active if enrolment.parent is None for place in places_of(record, enrolment)]

    def findings(self, client: str, at: When) -> list[Finding]:
        """Every broken promise as of a moment, past or to come. Raises: KeyError."""
        record, moment = self._as_of(client, at)
        return self.machine.findings(record, moment)

    def due(self, client: str, at: When) -> list[Duty]:
        """What is owed to the client, over all paths, as of a moment. Raises: KeyError."""
        record, moment = self._as_of(client, at)
        found = [duty for enrolment in record.active for duty in duties(record, enrolment, moment)]
        return [*found, *(duty for _, duty in to_begin(record))]

    def ahead(self, client: str, at: When) -> list[Ahead]:
        """What the client has ahead on every open path, as of a moment: owed now, or perhaps later. Raises: KeyError."""
        record, moment = self._as_of(client, at)
        return list(ahead(self.machine, record, moment))

    def _as_of(self, client: str, at: When) -> tuple[Record, Instant]:
        record, moment = self._records[client], self.intake.instant(at)
        if moment < record.now:
            return self.machine.as_of(record, moment), moment
        return self._at(record, moment), moment

    def _at(self, record: Record, at: Instant) -> Record:
        """The record when time has passed up to a moment; where something falls due, a second one: asking changes nothing."""
        if record.next_timer > at:
            return record
        then = record.copy()
        self.machine.advance(then, at)
        return then

    def restore(self, client: str, facts: Iterable[Fact]) -> Record:
        """Folds the kept facts of a client into their record; a fact that comes twice counts once.

        Raises: ValueError for a client whose record is here, for two facts of one number, and for a path that is not here.
        """
        if client in self._records:
            raise ValueError(f"{client} has a record here already")
        kept: dict[int, Fact] = {}
        for fact in facts:
            if kept.setdefault(fact.number, fact) != fact:
                raise ValueError(f"two facts of {client} have the number {fact.number}")
            if fact.kind == "enrolled" and fact.subject not in self.machine.programs:
                raise ValueError(f"{client} is on the path {fact.subject}, which this engine does not have")
        record = Record(client)
        for fact in sorted(kept.values(), key=lambda fact: fact.order):
            record = self.machine.extend(record, fact)
            self._number = max(self._number, fact.number)
        self._records[client] = record
        return record

    def forget(self, client: str) -> Record:
        """Takes a client's record out of memory and hands it over. Raises: KeyError."""
        return self._records.pop(client)


class _Side:
    """A client of an engine, while something is decided of two."""

    __slots__ = ("_client", "_engine")

    def __init__(self, engine: CareEngine, client: str) -> None:
        self._engine = engine
        self._client = client

    @property
    def record(self) -> Record:
        """Side."""
        return self._engine.known(self._client)

    def decide(self, command: Command) -> Fact | Refusal:
        """Side."""
        return self._engine.decided(self._client, command)

    def take(self, _what: Command, answer: Fact | Refusal) -> Fact | Refusal:
        """Side."""
        return self._engine.taken(self._client, answer) if isinstance(answer, Fact) else answer
