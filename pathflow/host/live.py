"""An engine in memory: records of clients, commands and observations, findings at any time.

It reads no clock and makes no ids: each call says when. Nothing is global; several engines live side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, instant_of, read_instant
from pathflow.base.names import fold, nearest
from pathflow.engine.commands import Command, Verb, decide
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import FACTS, Fact, FactKind, Refusal, Value
from pathflow.engine.items import says_nothing, value_of, wanted
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import Record
from pathflow.engine.watch import WatchFactory
from pathflow.model.network import Item
from pathflow.replay.run import Place, places_of
from pathflow.rules.registry import watch_all

When = Instant | datetime | str
"""A moment: an instant, a datetime, or a text in ISO 8601. Without an offset the clocks of the path's network are meant."""

Items = Mapping[str, Any]
"""What is known of a client, by the names of items: numbers, texts, options, True and False, or None for unknown."""


class CareEngine:
    """Clients on paths.

    Commands (`enrol`, `propose`, `accept`, …) are intents and give a fact or a `Refusal`. Observations (`start`, `complete`,
    `observe`, `record`) are what happened, and are always taken. A client who is on several paths that know the same name is
    told apart by `path`, the name of one of them.

    Args:
        programs: the compiled paths.
        watch: the rules that watch the records; by default all of them.

    Every call raises, before anything is recorded: TypeError for a moment, a name or items of another type; ValueError for a
    text that is no moment, an item that no path here knows, and a value that does not fit its item.
    """

    __slots__ = ("_items", "_number", "_numbers", "_providers", "_records", "_words", "_zone", "machine")

    def __init__(self, programs: Iterable[Program], watch: WatchFactory = watch_all) -> None:
        self.machine = Machine(programs, watch)
        self._records: dict[str, Record] = {}
        self._number = 0
        known = list(self.machine.programs.values())
        if not known:
            raise ValueError("an engine needs a path")
        self._zone = known[0].calendar.zone
        self._items: dict[str, Item] = {}
        self._providers: dict[str, str] = {}
        for program in known:
            for item in program.path.items.values():
                for word in (item.name, *item.aliases):
                    self._items.setdefault(fold(word), item)
            for one in program.path.network.providers.values():
                for word in (one.name, *one.aliases):
                    self._providers.setdefault(fold(word), one.name)
        # values that need no reading: whole numbers, and words as the path writes them
        self._numbers = frozenset(item.name for item in self._items.values() if item.kind == "number")
        self._words = {
            item.name: item.options if item.kind == "one of" else ("yes", "no")
            for item in self._items.values()
            if item.kind in ("one of", "yes or no")
        }

    # observations

    def complete(
        self, client: str, step: str, at: When, items: Items | None = None, provider: str | None = None,
        performer: str | None = None, reason: str | None = None, path: str | None = None,
    ) -> Fact:  # fmt: skip
        """A step was done, with what it found out. Cost: a few microseconds."""
        moment = at if type(at) is int and type(step) is str else self._checked(client, step, at)
        known = self._read(items) if items is not None else None
        if provider is not None or path is not None:
            provider, path = self._named(provider, path)
        self._number += 1
        fact = Fact("completed", moment, step, known, provider, performer, reason, path, moment, self._number)
        record = self._records.get(client)
        if record is None:
            self._checked(client, step, moment)
            record = Record(client)
        self._records[client] = self.machine.extend(record, fact)
        return fact

    def start(self, client: str, step: str, at: When, provider: str | None = None, path: str | None = None) -> Fact:
        """Work on a step began."""
        return self.record("started", client, step, at, provider=provider, path=path)

    def observe(self, client: str, event: str, at: When, items: Items | None = None) -> Fact:
        """An event outside the steps, or only something that became known (then `event` is empty)."""
        return self.record("observed", client, event, at, items)

    def record(
        self, kind: FactKind, client: str, subject: str, at: When, items: Items | None = None, provider: str | None = None,
        performer: str | None = None, reason: str | None = None, recorded: When | None = None, path: str | None = None,
    ) -> Fact:  # fmt: skip
        """Any fact, as it happened: also `died`, `moved away` and `refused`, whose subject is empty.

        A late one, which occurred before others, takes its place among them. Raises: ValueError for an unknown kind.
        """
        if kind not in FACTS:
            raise ValueError(f"there is no kind of fact {kind!r}; there are {', '.join(FACTS)}")
        occurred = self._checked(client, subject, at)
        known = self._read(items) if items is not None else None
        told = self.instant(recorded) if recorded is not None else occurred
        provider, path = self._named(provider, path)
        self._number += 1
        fact = Fact(kind, occurred, subject, known, provider, performer, reason, path, told, self._number)
        self._records[client] = self.machine.extend(self._record(client), fact)
        return fact

    # intents

    def enrol(self, client: str, path: str, at: When, items: Items | None = None) -> Fact | Refusal:
        """The client begins on a path."""
        return self._command("enrol", client, self._named(None, path)[1] or path, at, items=items)

    def choose(self, client: str, choice: str, provider: str, at: When, path: str | None = None) -> Fact | Refusal:
        """The client chooses a provider."""
        return self._command("choose", client, choice, at, provider, path=path)

    def propose(
        self, client: str, handoff: str, at: When, receiver: str | None = None, path: str | None = None
    ) -> Fact | Refusal:
        """A handoff or an order is sent, or sent again, perhaps to another receiver."""
        return self._command("propose", client, handoff, at, receiver, path=path)

    def accept(
        self, client: str, handoff: str, at: When, provider: str | None = None, path: str | None = None
    ) -> Fact | Refusal:
        """It is accepted: for a handoff, the receiver is accountable from now on."""
        return self._command("accept", client, handoff, at, provider, path=path)

    def send_back(self, client: str, handoff: str, at: When, reason: str, path: str | None = None) -> Fact | Refusal:
        """It is returned, with a reason: the sender sends it again, elsewhere, or ends."""
        return self._command("return", client, handoff, at, reason=reason, path=path)

    def answer(
        self, client: str, consultation: str, at: When, items: Items | None = None, path: str | None = None
    ) -> Fact | Refusal:
        """A consultation is answered."""
        return self._command("answer", client, consultation, at, items=items, path=path)

    def cancel(self, client: str, subject: str, at: When, reason: str | None = None, path: str | None = None) -> Fact | Refusal:
        """A step, an order or a handoff is withdrawn."""
        return self._command("cancel", client, subject, at, reason=reason, path=path)

    def end(self, client: str, outcome: str, at: When, reason: str | None = None, path: str | None = None) -> Fact | Refusal:
        """The enrolment ends with one of its path's ends."""
        return self._command("end", client, outcome, at, reason=reason, path=path)

    def review(self, client: str, at: When) -> Fact | Refusal:
        """The care plan was reviewed."""
        return self._command("review", client, "plan", at)

    def override(self, client: str, code: str, at: When, reason: str) -> Fact | Refusal:
        """A professional sets a finding aside; it stays in the facts."""
        return self._command("override", client, code, at, reason=reason)

    def _command(
        self, verb: Verb, client: str, subject: str, at: When, provider: str | None = None, reason: str | None = None,
        items: Items | None = None, path: str | None = None,
    ) -> Fact | Refusal:  # fmt: skip
        now = self._checked(client, subject, at)
        record = self._records.get(client) or Record(client)
        known = self._read(items) if items is not None else None
        provider, path = self._named(provider, path)
        command = Command(verb, now, subject, provider, None, reason, known, path)
        result = decide(self.machine, self._at(record, now), command, self._number + 1)
        if isinstance(result, Fact):
            self._number += 1
            self._records[client] = self.machine.extend(record, result)
        return result

    # questions

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def instant(self, when: When) -> Instant:
        """The moment as the engine counts it, on the clocks of the first path's network. Raises: TypeError, ValueError."""
        if isinstance(when, datetime):
            return instant_of(when, self._zone)
        if isinstance(when, str):
            found = read_instant(when, self._zone)
            if found is None:
                raise ValueError(f"{when!r} is not a time; write 2026-01-31 or 2026-01-31T14:30")
            return found
        if when.__class__ is not int:
            raise TypeError(f"a moment is an instant (a whole number of microseconds), a datetime or a text, not {when!r}")
        return when

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
        return [duty for enrolment in record.active for duty in duties(record, enrolment, moment)]

    def _as_of(self, client: str, at: When) -> tuple[Record, Instant]:
        record, moment = self._records[client], self.instant(at)
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

    # what comes in

    def _record(self, client: str) -> Record:
        return self._records.get(client) or Record(client)

    def _checked(self, client: str, subject: str, at: When) -> Instant:
        if not isinstance(client, str) or not isinstance(subject, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"clients and what happened to them have names, which are texts: {client!r}, {subject!r}")
        return self.instant(at)

    def _named(self, provider: str | None, path: str | None) -> tuple[str | None, str | None]:
        """A provider and a path as they are declared, however they are spelt; unknown ones as they are."""
        if path is not None and path not in self.machine.programs:
            path = next((name for name in self.machine.programs if fold(name) == fold(path)), path)
        return self._providers.get(fold(provider), provider) if provider is not None else None, path

    def _read(self, items: Items) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, given in items.items():
            if (type(given) is int and name in self._numbers) or (type(given) is str and given in self._words.get(name, ())):
                found[name] = given
                continue
            item = self._items.get(name) or self._items.get(fold(name))
            if item is None:
                guess = nearest(name, [item.name for item in self._items.values()])
                raise ValueError(f"no path here knows an item {name!r}" + (f"; did you mean {guess!r}?" if guess else ""))
            if given is None or says_nothing(given, item):
                continue
            value = value_of(given, item)
            if value is None:
                raise ValueError(f"{name}: {given!r} is not {wanted(item)}")
            found[item.name] = value
        return found
