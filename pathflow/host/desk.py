"""What one person or system does and reads through the service: every call leaves its trace in the audit."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.commands import Command, Verb
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import FACTS, Fact, FactKind, Refusal
from pathflow.engine.record import Record
from pathflow.host.intake import Items, When
from pathflow.replay.run import Place, places_of
from pathflow.store.port import AuditRow, FlagOf, FlagsAsked, Row, WorkAsked, WorkOf

if TYPE_CHECKING:
    from pathflow.host.service import Actor, CareService

T = TypeVar("T")

MOST_A_PAGE: Final = 1000


class Page(Struct, Generic[T], frozen=True):
    """A page of a list. `next`: what to ask for the page behind it with; None behind the last."""

    rows: tuple[T, ...]
    next: str | None


class Service(Struct, frozen=True):
    """Something active in a client's plan. `who`: who provides it. `state`: open, warn (past its target), breach."""

    path: str
    name: str
    what: str
    who: str
    since: Instant
    due: Instant | None
    latest: Instant | None
    state: str


class Plan(Struct, frozen=True):
    """The client's one care plan over all paths. `owner`: None where there is no plan."""

    client: str
    owner: str | None
    since: Instant | None
    reviewed: Instant | None
    holders: tuple[tuple[str, str], ...]
    """Each active path, and who is accountable on it."""
    services: tuple[Service, ...]




class Desk:
    """The service, as one actor uses it.

    Commands (`enrol`, `propose`, `accept`, …) are intents and give a fact or a `Refusal`. Observations (`start`, `complete`,
    `observe`, `record`) are what happened, and are always taken. Each may be given a `key`: the same command with the same key is
    done once and answered the same, however often it comes. Each may be given the host's own `connection`, in a transaction of
    the host's: then it is kept together with the host's own rows, when the host commits.

    Every call raises, before anything is kept: TypeError for a moment, a name or items of another type; ValueError for a text that is
    no moment, an item that no path here knows, a value that does not fit its item or that cannot be kept, and a key that was used for
    another command. StoreError (Busy, Conflict) where it could not be kept.
    """

    __slots__ = ("_service", "actor")

    def __init__(self, service: CareService, actor: Actor) -> None:
        self._service = service
        self.actor = actor

    # observations

    def complete(
        self, client: str, step: str, at: When, items: Items | None = None, provider: str | None = None, performer: str | None = None,
        reason: str | None = None, path: str | None = None, *, recorded: When | None = None, key: str | None = None,
        connection: Any = None,
    ) -> Fact:  # fmt: skip
        """A step was done, with what it found out."""
        return self.record("completed", client, step, at, items, provider, performer, reason, path, recorded=recorded, key=key,
                           connection=connection)  # fmt: skip

    def start(
        self, client: str, step: str, at: When, provider: str | None = None, performer: str | None = None, path: str | None = None,
        *, key: str | None = None, connection: Any = None,
    ) -> Fact:  # fmt: skip
        """Work on a step began."""
        return self.record("started", client, step, at, None, provider, performer, None, path, key=key, connection=connection)

    def observe(
        self, client: str, event: str, at: When, items: Items | None = None, *, recorded: When | None = None, key: str | None = None,
        connection: Any = None,
    ) -> Fact:  # fmt: skip
        """An event outside the steps, or only something that became known (then `event` is empty)."""
        return self.record("observed", client, event, at, items, recorded=recorded, key=key, connection=connection)

    def record(
        self, kind: FactKind, client: str, subject: str, at: When, items: Items | None = None, provider: str | None = None,
        performer: str | None = None, reason: str | None = None, path: str | None = None, *, recorded: When | None = None,
        key: str | None = None, connection: Any = None,
    ) -> Fact:  # fmt: skip
        """Any fact, as it happened: also `died`, `moved away` and `refused`, whose subject is empty.

        A late one, which occurred before others, takes its place among them. Raises: ValueError for an unknown kind, and for what
        occurred after it was recorded.
        """
        if kind not in FACTS:
            raise ValueError(f"there is no kind of fact {kind!r}; there are {', '.join(FACTS)}")
        intake = self._service.intake
        occurred = intake.checked(client, subject, at)
        known = intake.items(items) if items is not None else None
        told = intake.instant(recorded) if recorded is not None else occurred
        if told < occurred:
            raise ValueError("it is recorded before it occurred: look at the two times, and at the clocks of whoever sent it")
        fact = Fact(kind, occurred, subject, known, intake.provider(provider), performer, reason, intake.path(path), told)
        return self._service.observe(self.actor, client, fact, key, connection)

    # intents

    def enrol(
        self, client: str, path: str, at: When, items: Items | None = None, *, key: str | None = None, connection: Any = None
    ) -> Fact | Refusal:
        """The client begins on a path."""
        return self.intend("enrol", client, path, at, items=items, key=key, connection=connection)

    def choose(
        self, client: str, choice: str, provider: str, at: When, path: str | None = None, *, key: str | None = None,
        connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """The client chooses a provider."""
        return self.intend("choose", client, choice, at, provider, path=path, key=key, connection=connection)

    def propose(
        self, client: str, handoff: str, at: When, receiver: str | None = None, path: str | None = None, *, key: str | None = None,
        connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """A handoff or an order is sent, or sent again, perhaps to another receiver."""
        return self.intend("propose", client, handoff, at, receiver, path=path, key=key, connection=connection)

    def accept(
        self, client: str, handoff: str, at: When, provider: str | None = None, path: str | None = None, *, key: str | None = None,
        connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """It is accepted: for a handoff, the receiver is accountable from now on."""
        return self.intend("accept", client, handoff, at, provider, path=path, key=key, connection=connection)

    def send_back(
        self, client: str, handoff: str, at: When, reason: str, path: str | None = None, *, key: str | None = None,
        connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """It is returned, with a reason: the sender sends it again, elsewhere, or ends."""
        return self.intend("return", client, handoff, at, reason=reason, path=path, key=key, connection=connection)

    def answer(
        self, client: str, consultation: str, at: When, items: Items | None = None, path: str | None = None, *,
        key: str | None = None, connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """A consultation is answered."""
        return self.intend("answer", client, consultation, at, items=items, path=path, key=key, connection=connection)

    def cancel(
        self, client: str, subject: str, at: When, reason: str | None = None, path: str | None = None, *, key: str | None = None,
        connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """A step, an order or a handoff is withdrawn."""
        return self.intend("cancel", client, subject, at, reason=reason, path=path, key=key, connection=connection)

    def end(
        self, client: str, outcome: str, at: When, reason: str | None = None, path: str | None = None, *, key: str | None = None,
        connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """The enrolment ends with one of its path's ends."""
        return self.intend("end", client, outcome, at, reason=reason, path=path, key=key, connection=connection)

    def review(self, client: str, at: When, *, key: str | None = None, connection: Any = None) -> Fact | Refusal:
        """The care plan was reviewed."""
        return self.intend("review", client, "plan", at, key=key, connection=connection)

    def override(
        self, client: str, code: str, at: When, reason: str, *, key: str | None = None, connection: Any = None
    ) -> Fact | Refusal:
        """A professional sets a finding aside; it stays in the facts."""
        return self.intend("override", client, code, at, reason=reason, key=key, connection=connection)

    def intend(
        self, verb: Verb, client: str, subject: str, at: When, provider: str | None = None, performer: str | None = None,
        reason: str | None = None, items: Items | None = None, path: str | None = None, *, key: str | None = None,
        connection: Any = None,
    ) -> Fact | Refusal:  # fmt: skip
        """Any intent, by its verb."""
        intake = self._service.intake
        now = intake.checked(client, subject, at)
        known = intake.items(items) if items is not None else None
        subject = (intake.path(subject) or subject) if verb == "enrol" else subject
        command = Command(verb, now, subject, intake.provider(provider), performer, reason, known, intake.path(path))
        return self._service.intend(self.actor, client, command, key, connection)

    # what is known of a client. Each raises KeyError for an unknown client.

    def client(self, client: str, at: When) -> Record:
        """The record as it was or will be at a moment: a copy of one's own."""
        return self._read(client, "record", at)[0]

    def where(self, client: str, at: When) -> list[Place]:
        """Where the client is, on all paths, and since when."""
        record, _ = self._read(client, "where", at)
        return [place for enrolment in record.active if enrolment.parent is None for place in places_of(record, enrolment)]

    def due(self, client: str, at: When) -> list[Duty]:
        """What is owed to the client, over all paths."""
        record, moment = self._read(client, "due", at)
        return [duty for enrolment in record.active for duty in duties(record, enrolment, moment)]

    def findings(self, client: str, at: When) -> list[Finding]:
        """Every broken promise as of a moment, past or to come."""
        record, moment = self._read(client, "findings", at)
        return self._service.machine.findings(record, moment)

    def plan(self, client: str, at: When) -> Plan:
        """The client's one plan: who owns it, who is accountable, and every active service, whoever provides it."""
        record, moment = self._read(client, "plan", at)
        owned = record.owners[-1][0] if record.owner is not None else None
        roots = [enrolment for enrolment in record.active if enrolment.parent is None]
        services = [
            Service(e.path, e.tables.name[d.node], d.what, d.who, d.since, d.due, d.latest, d.state)
            for e in record.active
            for d in duties(record, e, moment)
        ]
        holders = tuple((enrolment.path, enrolment.holder) for enrolment in roots)
        return Plan(client, record.owner, owned, record.reviewed, holders, tuple(services))

    def history(self, client: str, at: When) -> list[Fact]:
        """The facts that had occurred by a moment, in their order."""
        record, moment = self._read(client, "history", at)
        return [fact for fact in sorted(record.facts, key=lambda fact: fact.order) if fact.at <= moment]

    def _read(self, client: str, what: str, at: When) -> tuple[Record, Instant]:
        """The record as of a moment; that it was read is kept first."""
        moment = self._service.intake.instant(at)
        record = self._service.as_of(client, moment)
        self._log([client], what, moment)
        return record, moment

    # lists over all clients

    def work(
        self, at: When, *, provider: str | None = None, profession: str | None = None, worker: str | None = None,
        asker: str | None = None, act: str | None = None, client: str | None = None, due_by: When | None = None,
        after: str | None = None, limit: int = 100,
    ) -> Page[WorkOf]:  # fmt: skip
        """What is owed, the most urgent first.

        Args:
            at: when it is asked, for the audit; the list is as of the last command or `run_due`.
            provider, profession, worker: who must act. asker: who waits for it.
            act: do, accept, send, answer, choose, decide, mend.
            after: `next` of the page before.
        """
        intake = self._service.intake
        by = intake.instant(due_by) if due_by is not None else None
        asked = WorkAsked(
            client=client, provider=intake.provider(provider), profession=profession, worker=worker, asker=intake.provider(asker),
            act=act, due_by=by, after=_read_cursor(after), limit=_limit(limit),
        )  # fmt: skip
        rows = self._service.store.work(asked)
        self._log([row.client for row in rows], "worklist", intake.instant(at))
        last = _written_cursor((rows[-1].work.urgent, rows[-1].client, rows[-1].work.place)) if len(rows) == asked.limit else None
        return Page(tuple(rows), last)

    def flags(
        self, at: When, *, who: str | None = None, family: str | None = None, code: str | None = None, client: str | None = None,
        is_open: bool | None = True, after: str | None = None, limit: int = 100,
    ) -> Page[FlagOf]:  # fmt: skip
        """Broken promises over all clients, the oldest first; by default those that are so now."""
        asked = FlagsAsked(
            client=client, who=who, family=family, code=code, is_open=is_open, after=_read_cursor(after), limit=_limit(limit)
        )
        rows = self._service.store.flags(asked)
        self._log([row.client for row in rows], "flags", self._service.intake.instant(at))
        last = _written_cursor((rows[-1].flag.since, rows[-1].client, rows[-1].flag.place)) if len(rows) == asked.limit else None
        return Page(tuple(rows), last)

    def board(self) -> dict[str, dict[str, int]]:
        """How many promises are broken now, by who must act and family. It names no client."""
        found: dict[str, dict[str, int]] = {}
        for who, family, count in self._service.store.count_flags():
            found.setdefault(who, {})[family] = count
        return found

    def clients(self) -> Iterator[str]:
        """All clients, by name."""
        after = ""
        while names := self._service.store.clients(after):
            yield from names
            after = names[-1]

    def _log(self, clients: list[str], what: str, at: Instant) -> None:
        if clients:
            actor = self.actor
            self._service.store.log_read(clients, AuditRow(at, actor.name, actor.role, actor.basis, "read", json.dumps({"what": what})))


def _limit(limit: int) -> int:
    if not 1 <= limit <= MOST_A_PAGE:
        raise ValueError(f"a page has between 1 and {MOST_A_PAGE} rows, not {limit}")
    return limit


def _written_cursor(row: Row) -> str:
    return base64.urlsafe_b64encode(json.dumps(row).encode()).decode()


def _read_cursor(text: str | None) -> Row | None:
    if text is None:
        return None
    try:
        urgent, client, place = json.loads(base64.urlsafe_b64decode(text.encode()))
        if type(urgent) is int and type(client) is str and type(place) is str:
            return (urgent, client, place)
    except (ValueError, TypeError):
        pass
    raise ValueError("this is no `next` of a page")
