"""An engine in memory: records of clients, commands and observations, findings at any time.

It reads no clock and makes no ids: each call says when. Nothing is global; several engines live side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.commands import Command, Verb, decide
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import Fact, FactKind, Refusal, Value
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import Record
from pathflow.engine.watch import WatchFactory, nobody


class CareEngine:
    """Clients on paths.

    Commands (`enrol`, `propose`, `accept`, …) are intents and give a fact or a `Refusal`. Observations (`start`, `complete`,
    `observe`, `record`) are what happened, and are always taken.

    Args:
        programs: the compiled paths.
        watch: the rules that watch the records; by default none.
    """

    __slots__ = ("_number", "_records", "machine")

    def __init__(self, programs: Iterable[Program], watch: WatchFactory = nobody) -> None:
        self.machine = Machine(programs, watch)
        self._records: dict[str, Record] = {}
        self._number = 0

    # observations

    def complete(
        self, client: str, step: str, at: Instant, items: Mapping[str, Value] | None = None,
        provider: str | None = None, performer: str | None = None, reason: str | None = None,
    ) -> Fact:  # fmt: skip
        """A step was done, with what it found out. Cost: a few microseconds."""
        self._number += 1
        fact = Fact("completed", at, step, items, provider, performer, reason, None, at, self._number)
        record = self._records.get(client)
        if record is None:
            record = self._records[client] = Record(client)
        self._records[client] = self.machine.extend(record, fact)
        return fact

    def start(self, client: str, step: str, at: Instant, provider: str | None = None) -> Fact:
        """Work on a step began."""
        return self.record("started", client, step, at, provider=provider)

    def observe(self, client: str, event: str, at: Instant, items: Mapping[str, Value] | None = None) -> Fact:
        """An event outside the steps, or only something that became known (then `event` is empty)."""
        return self.record("observed", client, event, at, items)

    def record(
        self, kind: FactKind, client: str, subject: str, at: Instant, items: Mapping[str, Value] | None = None,
        provider: str | None = None, performer: str | None = None, reason: str | None = None, recorded: Instant | None = None,
    ) -> Fact:  # fmt: skip
        """Any fact, as it happened. A late one, which occurred before others, takes its place among them."""
        self._number += 1
        fact = Fact(kind, at, subject, items, provider, performer, reason, None, recorded or at, self._number)
        self._records[client] = self.machine.extend(self._record(client), fact)
        return fact

    # intents

    def enrol(self, client: str, path: str, at: Instant, items: Mapping[str, Value] | None = None) -> Fact | Refusal:
        """The client begins on a path."""
        return self._command("enrol", client, path, at, items=items)

    def choose(self, client: str, choice: str, provider: str, at: Instant) -> Fact | Refusal:
        """The client chooses a provider."""
        return self._command("choose", client, choice, at, provider)

    def propose(self, client: str, handoff: str, at: Instant, receiver: str | None = None) -> Fact | Refusal:
        """A handoff or an order is sent, or sent again, perhaps to another receiver."""
        return self._command("propose", client, handoff, at, receiver)

    def accept(self, client: str, handoff: str, at: Instant, provider: str | None = None) -> Fact | Refusal:
        """It is accepted: for a handoff, the receiver is accountable from now on."""
        return self._command("accept", client, handoff, at, provider)

    def send_back(self, client: str, handoff: str, at: Instant, reason: str) -> Fact | Refusal:
        """It is returned, with a reason: the sender sends it again, elsewhere, or ends."""
        return self._command("return", client, handoff, at, reason=reason)

    def answer(self, client: str, consultation: str, at: Instant, items: Mapping[str, Value] | None = None) -> Fact | Refusal:
        """A consultation is answered."""
        return self._command("answer", client, consultation, at, items=items)

    def cancel(self, client: str, subject: str, at: Instant, reason: str | None = None) -> Fact | Refusal:
        """A step, an order or a handoff is withdrawn."""
        return self._command("cancel", client, subject, at, reason=reason)

    def end(self, client: str, outcome: str, at: Instant, reason: str | None = None) -> Fact | Refusal:
        """The enrolment ends with one of its path's ends."""
        return self._command("end", client, outcome, at, reason=reason)

    def review(self, client: str, at: Instant) -> Fact | Refusal:
        """The care plan was reviewed."""
        return self._command("review", client, "plan", at)

    def override(self, client: str, code: str, at: Instant, reason: str) -> Fact | Refusal:
        """A professional sets a finding aside; it stays in the facts."""
        return self._command("override", client, code, at, reason=reason)

    def _command(
        self, verb: Verb, client: str, subject: str, at: Instant, provider: str | None = None,
        reason: str | None = None, items: Mapping[str, Value] | None = None,
    ) -> Fact | Refusal:  # fmt: skip
        record = self._records.get(client) or Record(client)
        if record.next_timer <= at:
            self.machine.advance(record, at)
        command = Command(verb, at, subject, provider, None, reason, items)
        result = decide(self.machine, record, command, self._number + 1)
        if isinstance(result, Fact):
            self._number += 1
            self._records[client] = self.machine.extend(record, result)
        return result

    # questions

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def client(self, client: str, at: Instant | None = None) -> Record:
        """The client's record now, or as it was at a moment. Raises: KeyError for an unknown client."""
        record = self._records[client]
        return record if at is None else self.machine.as_of(record, at)

    def findings(self, client: str, at: Instant) -> list[Finding]:
        """Every broken promise at a moment not before the client's last fact. Raises: KeyError."""
        record = self._records[client]
        if at < record.now:
            record = self.machine.as_of(record, at)
        else:
            self.machine.advance(record, at)
        return self.machine.findings(record, at)

    def due(self, client: str, at: Instant) -> list[Duty]:
        """What is owed to the client, over all paths. Raises: KeyError."""
        record = self._records[client]
        self.machine.advance(record, at)
        return [duty for enrolment in record.active for duty in duties(record, enrolment, at)]

    def restore(self, client: str, facts: Iterable[Fact]) -> Record:
        """Folds the kept facts of a client into their record. Raises: ValueError for a client whose record is here."""
        if client in self._records:
            raise ValueError(f"{client} has a record here already")
        record = Record(client)
        for fact in sorted(facts, key=lambda fact: fact.order):
            record = self.machine.extend(record, fact)
            self._number = max(self._number, fact.number)
        self._records[client] = record
        return record

    def forget(self, client: str) -> Record:
        """Takes a client's record out of memory and hands it over. Raises: KeyError."""
        return self._records.pop(client)

    def _record(self, client: str) -> Record:
        return self._records.get(client) or Record(client)
