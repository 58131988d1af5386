"""The port of a store: what is written together, what is read, and what can go wrong.

A store keeps rows and knows nothing of care. Whatever belongs to one command is one `Commit`, and is kept whole or not at all:
the facts, the rows that are read from them (work, flags), the notices to be sent, the answer to the command, and the audit.

Laws: tests/store/conformance.py, which every adapter passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

from msgspec import Struct

from pathflow.base.errors import PathflowError
from pathflow.base.instants import Instant


class StoreError(PathflowError):
    """A store cannot be used, or cannot do what was asked. Nothing was changed."""


class Unsafe(StoreError):
    """A store that might lose what it has acknowledged, and is therefore not opened."""


class Busy(StoreError):
    """The store could not be written now: it is full, locked, or not to be reached. Trying again later may do."""


class Damaged(StoreError):
    """A record holds a fact that cannot be read here: it was damaged, or a newer pathflow wrote it. The others go on."""


class Conflict(StoreError):
    """Somebody else has changed the record since it was read. Nothing was changed: read it again."""


class Repeated(StoreError):
    """The key of a command has been used. Nothing was changed: `answer` has what was answered then."""


class StoredFact(Struct, frozen=True, array_like=True, gc=False):
    """A fact as it is kept. `number` is 1, 2, 3 … within the record. `body` is one line of JSON."""

    number: int
    at: Instant
    recorded: Instant
    body: str


class Work(Struct, frozen=True, gc=False):
    """Something that is owed to a client now. `place` tells it from the others of the client.

    `provider`: who must act; `client` where it is the client. `profession`: those of whom one must do it, or each, with commas
    between them. `worker`: who in person. `asker`: the provider that waits for it, where it is another. `due`: the target;
    `latest`: the legal maximum.
    `urgent`: what of the two is first, by which lists are in order; far away where no clock runs.
    """

    place: str
    act: str
    path: str
    name: str
    what: str
    provider: str
    profession: str
    worker: str
    asker: str
    since: Instant
    due: Instant | None
    latest: Instant | None
    urgent: Instant


class Flag(Struct, frozen=True, gc=False):
    """A finding of a client. `is_open`: it is so now; otherwise it was so, and stays told."""

    place: str
    code: str
    family: str
    level: str
    who: str
    since: Instant
    due: Instant | None
    is_open: bool
    body: str


class Notice(Struct, frozen=True, array_like=True, gc=False):
    """Something that somebody is told. `key` is the same for the same thing, whoever finds it out and however often."""

    key: str
    topic: str
    to: str
    at: Instant
    body: str


class Answer(Struct, frozen=True, array_like=True, gc=False):
    """What a command was answered. `asked` tells whether a second command of the same key is the same command."""

    key: str
    asked: str
    body: str


class AuditRow(Struct, frozen=True, array_like=True, gc=False):
    """Who did or read what. `body` is one line of JSON with what was done."""

    at: Instant
    actor: str
    role: str
    basis: str
    action: str
    body: str


class Commit(Struct, frozen=True, gc=False):
    """What one command changes, or several of one client.

    `expected`: the record's version that it rests on; 0 for one that is not there. `due`: when time alone changes something.
    `seen`: the moment as of which the work and flags are.
    """

    client: str
    expected: int
    due: Instant | None = None
    seen: Instant = 0
    facts: Sequence[StoredFact] = ()
    work_gone: Sequence[str] = ()
    work: Sequence[Work] = ()
    flags_gone: Sequence[str] = ()
    flags: Sequence[Flag] = ()
    notices: Sequence[Notice] = ()
    answers: Sequence[Answer] = ()
    audit: Sequence[AuditRow] = ()


class Head(Struct, frozen=True, array_like=True, gc=False):
    """Where a record stands: its version, how many facts it has, when something falls due, as of when its work and flags are,
    and how many rows its audit has, with the last one's hash.
    """

    version: int = 0
    n_facts: int = 0
    due: Instant | None = None
    seen: Instant = 0
    n_audit: int = 0
    audit_head: bytes = bytes(32)


class Audited(Struct, frozen=True, array_like=True, gc=False):
    """An audit row as it is kept, with the hash that binds it to all before it."""

    client: str
    number: int
    row: AuditRow
    hash: bytes


class Seal(Struct, frozen=True, array_like=True, gc=False):
    """A signature of the head of a client's audit, up to and with row `number`."""

    client: str
    number: int
    at: Instant
    hash: bytes
    signature: bytes


class Definition(Struct, frozen=True, array_like=True, gc=False):
    """A version of a path, which became the newest of its name at a moment; an earlier one may become so again.

    `key` is the hash of its sources, `body` what it can be compiled from again.
    """

    key: str
    name: str
    published: Instant
    body: str


class Claimed(Struct, frozen=True, array_like=True, gc=False):
    """A notice that one worker is to deliver, and how many times it was tried."""

    client: str
    notice: Notice
    attempts: int


class WorkOf(Struct, frozen=True, gc=False):
    """A row of a worklist."""

    client: str
    work: Work


class FlagOf(Struct, frozen=True, gc=False):
    """A row of the flags board."""

    client: str
    flag: Flag


Row = tuple[Instant, str, str]
"""Where a row stands in a list: how urgent it is or since when it is so, its client, its place."""


class WorkAsked(Struct, frozen=True, kw_only=True):
    """Which work is asked for; what is None does not matter. `clients`: of one of them. `due_by`: what is due then or earlier.

    `after`: where the last row of the page before stands. The order is by urgency, then client, then place.
    """

    client: str | None = None
    clients: tuple[str, ...] | None = None
    provider: str | None = None
    profession: str | None = None
    worker: str | None = None
    asker: str | None = None
    act: str | None = None
    due_by: Instant | None = None
    after: Row | None = None
    limit: int = 100


class FlagsAsked(Struct, frozen=True, kw_only=True):
    """Which flags are asked for; what is None does not matter. The order is by when they began, client, place."""

    client: str | None = None
    clients: tuple[str, ...] | None = None
    who: str | None = None
    family: str | None = None
    code: str | None = None
    is_open: bool | None = True
    after: Row | None = None
    limit: int = 100


Count = tuple[str, str, int]
"""Who, family, how many."""

Part = Literal["meta", "path", "record", "fact", "work", "flag", "notice", "answer", "audit", "seal"]


class Store(Protocol):
    """A store. It may be used by several threads; several stores may be open on the same place.

    Every method raises `Busy` where the store cannot be reached, and `StoreError` for a place that is none.
    """

    name: str
    """What it is, for people: `sqlite:care.db`."""

    # writing

    def commit(self, commits: Sequence[Commit], connection: Any = None) -> None:
        """Keeps all of it or nothing; when it returns, all of it is safe on the disk.

        Args:
            commits: at most one of a client.
            connection: of the caller, whose transaction is used and neither begun nor ended.

        Raises: Conflict, Repeated, Busy.
        """
        ...

    def log_read(self, clients: Sequence[str], row: AuditRow) -> None:
        """Keeps that clients were read, each in the chain of their own."""
        ...

    # records

    def head(self, client: str) -> Head | None:
        """Where a record stands; None where there is none."""
        ...

    def facts(self, client: str, after: int = 0) -> list[StoredFact]:
        """The facts of a client with a higher number, in the order of their numbers."""
        ...

    def answer(self, key: str) -> Answer | None:
        """What the command of a key was answered."""
        ...

    def clients(self, after: str = "", limit: int = 1000) -> list[str]:
        """Clients in the order of their names' code points, from behind one of them."""
        ...

    # what was read from facts

    def work(self, asked: WorkAsked) -> list[WorkOf]:
        """A page of a worklist."""
        ...

    def flags(self, asked: FlagsAsked) -> list[FlagOf]:
        """A page of the flags board."""
        ...

    def count_flags(self, clients: tuple[str, ...] | None = None) -> list[Count]:
        """How many flags are open, by who must act and family; of these clients, or of all."""
        ...

    # time and notices

    def claim_due(self, now: Instant, until: Instant, limit: int) -> list[str]:
        """Clients for whom something has fallen due and whom nobody else holds; they are held until a moment."""
        ...

    def next_due(self) -> Instant | None:
        """When something falls due next."""
        ...

    def claim_notices(self, now: Instant, until: Instant, limit: int) -> list[Claimed]:
        """Notices that are to be delivered and that nobody else holds; of one client the earlier ones first."""
        ...

    def delivered(self, keys: Iterable[str], at: Instant) -> None:
        """They are done."""
        ...

    def failed(self, key: str, again: Instant | None, why: str) -> None:
        """It could not be delivered: it is tried again at a moment, or (None) set aside."""
        ...

    # versions of paths

    def publish(self, definitions: Iterable[Definition]) -> None:
        """Keeps versions that are not there yet as of that moment; those that are, stay as they are."""
        ...

    def definitions(self) -> list[Definition]:
        """All versions, in the order of when they were published, then of their keys."""
        ...

    # audit

    def audit(self, client: str, after: int = 0, limit: int = 1000) -> list[Audited]:
        """The audit of a client from behind a row on."""
        ...

    def seal(self, seals: Iterable[Seal]) -> None:
        """Keeps signatures."""
        ...

    def seals(self, client: str) -> list[Seal]:
        """The signatures of a client's audit, in the order of their numbers."""
        ...

    # the whole

    def counts(self) -> dict[str, int]:
        """How many rows there are: clients, facts, work, open flags, notices waiting and set aside, audit rows."""
        ...

    def export(self) -> Iterator[str]:
        """Everything, as lines of JSON, at one moment."""
        ...

    def restore(self, lines: Iterable[str]) -> int:
        """Keeps what was exported, in an empty store; all of it or nothing. Gives the number of lines. Raises: StoreError."""
        ...

    def close(self) -> None:
        """Lets go of what it holds open."""
        ...

    def __enter__(self) -> AbstractContextManager[Any]: ...

    def __exit__(self, *exc: object) -> None: ...
