"""What one person or system does and reads through the service: every call leaves its trace in the audit."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.ahead import Ahead, ahead
from pathflow.engine.commands import Command
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.linking import to_begin
from pathflow.engine.record import Enrolment, Record
from pathflow.host.calls import Calls
from pathflow.host.family import Relative, Shared, relatives_of, shared_with
from pathflow.host.intake import When
from pathflow.host.together import Together
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
    family: tuple[Relative, ...]
    """Those who are linked, and what their plans are called and who owns them: no more of them is told."""


class Desk(Calls):
    """The service, as one actor uses it.

    `desk.once(key)` is the same desk with a key: a command that comes again with its key is done once and answered the same,
    however often it comes. `desk.within(connection)` keeps what is done with the host's own rows, when the host commits.

    Beside what all calls raise: ValueError for a value that cannot be kept, and for a key that was used for another command;
    StoreError (Busy, Conflict) where it could not be kept. A command that ends in Busy may have been kept or not: send it again
    with the same key.
    """

    __slots__ = ("_connection", "_key", "_service", "actor", "intake")

    def __init__(self, service: CareService, actor: Actor, key: str | None = None, connection: Any = None) -> None:
        self._service = service
        self.actor = actor
        self.intake = service.intake
        self._key = key
        self._connection = connection

    def once(self, key: str) -> Desk:
        """For one command, which is known by this key: of the host's making, and never used for another command."""
        return Desk(self._service, self.actor, key, self._connection)

    def within(self, connection: Any) -> Desk:
        """For commands in a transaction of the host's, on its own connection to the store's database."""
        return Desk(self._service, self.actor, self._key, connection)

    def together(self) -> Together:
        """For many commands that are kept together: `with desk.together() as many: many.complete(…)`."""
        return Together(self._service, self.actor)

    def observed(self, client: str, fact: Fact) -> Fact:
        """Calls."""
        return self._service.observe(self.actor, client, fact, self._key, self._connection)

    def intended(self, client: str, command: Command) -> Fact | Refusal:
        """Calls."""
        return self._service.intend(self.actor, client, command, self._key, self._connection)

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
        return [duty for _, duty in _owed(record, moment)]

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
            for e, d in _owed(record, moment)
        ]
        holders = tuple((enrolment.path, enrolment.holder) for enrolment in roots)
        family = self._relatives(record, moment)
        return Plan(client, record.owner, owned, record.reviewed, holders, tuple(services), family)

    def family(self, client: str, at: When) -> tuple[Relative, ...]:
        """Those who are linked with a client: what they are, what their plan is called and who owns it. No more of them."""
        record, moment = self._read(client, "family", at)
        return self._relatives(record, moment)

    def shared(self, client: str, at: When) -> tuple[Shared, ...]:
        """What those who care for a client may see of those who are linked, as their own paths say, on a legal basis."""
        record, moment = self._read(client, "shared", at)
        found = shared_with(record, moment, lambda other: self._service.as_of(other, moment))
        for kind in dict.fromkeys(one.client for one in found):
            self._log([kind], "shared with a linked client", moment)
        return found

    def _relatives(self, record: Record, at: Instant) -> tuple[Relative, ...]:
        found = relatives_of(record, lambda other: self._service.as_of(other, at))
        self._log([one.client for one in found if one.plan is not None], "plan of a linked client", at)
        return found

    def ahead(self, client: str, at: When, *, after: str | None = None, limit: int = 100) -> Page[Ahead]:
        """What the client has ahead on every open path, in the order in which the path brings it: owed now, or later.

        Each with when it comes at the earliest and by when it is done at the latest, as far as that is known, and with the
        decisions, rounds and events on which it hangs. Paths that a step has started and that have not begun stand at the end.

        Args:
            after: `next` of the page before, asked for at the same moment.
        """
        record, moment = self._read(client, "ahead", at)
        first, most = _read_place(after), _limit(limit)
        rows = tuple(islice(ahead(self._service.machine, record, moment), first, first + most + 1))
        return Page(rows[:most], str(first + most) if len(rows) > most else None)

    def history(self, client: str, at: When) -> list[Fact]:
        """The facts that had occurred by a moment, in their order."""
        record, moment = self._read(client, "history", at)
        return [fact for fact in sorted(record.facts, key=lambda fact: fact.order) if fact.at <= moment]

    def _read(self, client: str, what: str, at: When) -> tuple[Record, Instant]:
        """The record as of a moment; that it was read is kept first."""
        moment = self.intake.instant(at)
        record = self._service.as_of(client, moment)
        self._log([client], what, moment)
        return record, moment

    # lists over all clients

    def work(
        self, at: When, *, provider: str | None = None, profession: str | None = None, worker: str | None = None,
        asker: str | None = None, act: str | None = None, client: str | None = None, due_by: When | None = None,
        family_of: str | None = None, after: str | None = None, limit: int = 100,
    ) -> Page[WorkOf]:  # fmt: skip
        """What is owed, the most urgent first.

        Args:
            at: when it is asked, for the audit; the list is as of the last command or `run_due`.
            provider, profession, worker: who must act. asker: who waits for it.
            act: do, accept, send, answer, choose, decide, mend, begin.
            family_of: a client; of them and those who are linked with them.
            after: `next` of the page before.
        """
        intake = self.intake
        by = intake.instant(due_by) if due_by is not None else None
        asked = WorkAsked(
            client=client, clients=self._family_of(family_of),
            provider=intake.provider(provider), profession=profession, worker=worker,
            asker=intake.provider(asker), act=act, due_by=by, after=_read_cursor(after), limit=_limit(limit),
        )  # fmt: skip
        rows = self._service.store.work(asked)
        self._log([row.client for row in rows], "worklist", intake.instant(at))
        last = (
            _written_cursor((rows[-1].work.urgent, rows[-1].client, rows[-1].work.place)) if len(rows) == asked.limit else None
        )
        return Page(tuple(rows), last)

    def flags(
        self, at: When, *, who: str | None = None, family: str | None = None, code: str | None = None,
        client: str | None = None, family_of: str | None = None, is_open: bool | None = True, after: str | None = None,
        limit: int = 100,
    ) -> Page[FlagOf]:  # fmt: skip
        """Broken promises over all clients, the oldest first; by default those that are so now.

        Args:
            family: of findings: gap, duplicate, owner.
            family_of: a client; of them and those who are linked with them.
        """
        asked = FlagsAsked(
            client=client, clients=self._family_of(family_of), who=who, family=family, code=code, is_open=is_open,
            after=_read_cursor(after), limit=_limit(limit),
        )  # fmt: skip
        rows = self._service.store.flags(asked)
        self._log([row.client for row in rows], "flags", self.intake.instant(at))
        last = (
            _written_cursor((rows[-1].flag.since, rows[-1].client, rows[-1].flag.place)) if len(rows) == asked.limit else None
        )
        return Page(tuple(rows), last)

    def board(self, at: When | None = None, family_of: str | None = None) -> dict[str, dict[str, int]]:
        """How many promises are broken now, by who must act and family of findings. It names no client.

        Args:
            at: when it is asked, for the audit; needed with `family_of`.
            family_of: a client; of them and those who are linked with them, whose reading is in the audit.
        """
        clients = self._family_of(family_of)
        if clients is not None:
            if at is None:
                raise TypeError("the board of a family is read at a moment, for the audit")
            self._log(list(clients), "board of a family", self.intake.instant(at))
        found: dict[str, dict[str, int]] = {}
        for who, family, count in self._service.store.count_flags(clients):
            found.setdefault(who, {})[family] = count
        return found

    def _family_of(self, client: str | None) -> tuple[str, ...] | None:
        """A client and those who are linked with them now. Raises: KeyError."""
        if client is None:
            return None
        bonds = self._service.record(client).bonds
        return tuple(dict.fromkeys([client, *(bond.client for bond in bonds)]))

    def clients(self) -> Iterator[str]:
        """All clients, by name."""
        return self._service.clients()

    def _log(self, clients: list[str], what: str, at: Instant) -> None:
        if clients:
            actor = self.actor
            self._service.store.log_read(
                clients, AuditRow(at, actor.name, actor.role, actor.basis, "read", json.dumps({"what": what}))
            )


def _read_place(text: str | None) -> int:
    if text is None or (text.isascii() and text.isdigit() and len(text) < 10):
        return int(text or 0)
    raise ValueError("this is no `next` of a page")


def _owed(record: Record, at: Instant) -> Iterator[tuple[Enrolment, Duty]]:
    """Everything that is owed to a client, over all paths, and the paths that are to be begun."""
    for enrolment in record.active:
        yield from ((enrolment, duty) for duty in duties(record, enrolment, at))
    yield from to_begin(record)


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
