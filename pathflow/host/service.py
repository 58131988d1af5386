"""The engine in service: records kept in a store, each command whole and safe before it is answered.

One command is one transaction: its facts, the work and flags that follow from them, the notices to be sent, the answer to its
key and the audit. A record that somebody else has changed meanwhile is read again and the command decided anew.

The service reads no clock, makes no ids and starts no thread: each call says when; `run_due` and `deliver` do what time and
notices ask for, when the host calls them.

Laws: tests/host (commands, projections, simulation, crashes).
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.instants import Instant
from pathflow.engine.codec import decode_fact, encode_fact
from pathflow.engine.commands import Command, decide, link_of
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.machine import Machine
from pathflow.engine.migrating import Mapped, Problem, migration
from pathflow.engine.program import Program
from pathflow.engine.record import Record
from pathflow.engine.watch import WatchFactory
from pathflow.host.definitions import publish, versions_of
from pathflow.host.desk import Desk
from pathflow.host.intake import Intake, When
from pathflow.host.outbox import MOST_ATTEMPTS, Delivery, Send, wait_after
from pathflow.host.pairing import is_of_two, leads_on
from pathflow.host.projecting import Told, View, changed, changes_at, due_after, moved, view_of
from pathflow.host.telling import span, tell
from pathflow.host.together import Together
from pathflow.rules.registry import watch_all
from pathflow.store import edge
from pathflow.store.port import (
    Answer,
    AuditRow,
    Commit,
    Conflict,
    Damaged,
    Flag,
    FlagsAsked,
    Head,
    Notice,
    Repeated,
    Store,
    StoredFact,
    StoreError,
    Work,
    WorkAsked,
)  # fmt: skip

MOST_TRIES: Final = 12
"""How often a command is decided anew when others change the record at the same time."""

MOST_KEPT: Final = 10_000
"""How many records are held in memory for the next command."""

_STRIPES: Final = 64
_to_json = msgspec.json.Encoder().encode


class Actor(Struct, frozen=True):
    """Who acts or reads, in which role, and on what basis (a care relation, a consent, a duty by law): for the audit."""

    name: str
    role: str = ""
    basis: str = ""


SET_ASIDE: Final = "!aside"
"""The place of the flag of a record that cannot be brought on."""

SYSTEM: Final = Actor("pathflow", "engine", "what time brings about")


class Kept:
    """A record in memory, and what the store has of it."""

    __slots__ = ("due", "n_facts", "record", "seen", "told", "version", "view")

    def __init__(self, record: Record, head: Head, view: View, told: Told) -> None:
        self.record = record
        self.due = head.due
        self.seen = head.seen
        self.version = head.version
        self.n_facts = head.n_facts
        self.view = view
        self.told = told


class Pending:
    """What is to be kept of one client, while it grows. Where it cannot be kept, what is held of the client is to be forgotten.

    Args:
        at: up to when time is to pass; -1 where only facts bring it on.
    """

    __slots__ = ("answers", "at", "audit", "held", "kept", "owner", "stored")

    def __init__(self, kept: Kept, at: Instant = -1) -> None:
        self.kept = kept
        self.at = at
        self.owner = kept.record.owner
        self.held = {enrolment.index: tuple(enrolment.holders) for enrolment in kept.record.enrolments}
        self.stored: list[StoredFact] = []
        self.answers: list[Answer] = []
        self.audit: list[AuditRow] = []

    def is_kept(self) -> None:
        """The store has it now."""
        self.kept.version += 1


class CareService:
    """Clients on paths, kept in a store.

    Args:
        store: where everything is kept.
        paths: compiled paths, each with its bundle; from `at` on they are the newest of their names.
        at: now.
        watch: the rules that watch the records; by default all of them.
        also: versions that are known, and on which nobody begins: what a migration is tried with.

    It may be used by several threads, and by several processes on one store.
    """

    def __init__(
        self, store: Store, paths: Iterable[tuple[Program, str]] = (), at: Instant = 0, watch: WatchFactory = watch_all,
        *, also: Iterable[Program] = (),
    ) -> None:  # fmt: skip
        publish(store, paths, at)
        self.store = store
        self._watch = watch
        self._also = tuple(also)
        self._read_versions()
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._kept_lock = threading.Lock()
        self.batching = threading.RLock()
        """Held by a block of commands: of two blocks that hold clients, one waits."""
        self._stripes = [threading.RLock() for _ in range(_STRIPES)]

    def _read_versions(self) -> None:
        """The versions of paths that the store has now: others may have published some."""
        programs, published = versions_of(self.store)
        self.machine = Machine([*self._also, *programs], self._watch, published=published)
        self.intake = Intake(self.machine.programs.values())

    def __enter__(self) -> CareService:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.store.close()

    def desk(self, name: str, role: str = "", basis: str = "") -> Desk:
        """The service as one person or system uses it: who, in which role, on what basis stands in the audit of each call."""
        for word, what in ((name, "the name"), (role, "the role"), (basis, "the basis")):
            edge.name(word, what)
        return Desk(self, Actor(name, role, basis))

    # commands

    def intend(
        self, actor: Actor, client: str, command: Command, key: str | None = None, connection: Any = None
    ) -> Fact | Refusal:
        """An intent: a fact, or why it is refused."""
        return self._answer(actor, client, command.verb, command, lambda kept: self.decide(kept, command), key, connection)

    def decide(self, kept: Kept, command: Command) -> Fact | Refusal:
        """What an intent leads to, as the record stands."""
        record = kept.record
        if record.next_timer <= command.at:
            record = record.copy()
            self.machine.advance(record, command.at)
        return decide(self.machine, record, command, kept.n_facts + 1)

    def observe(self, actor: Actor, client: str, fact: Fact, key: str | None = None, connection: Any = None) -> Fact:
        """An observation: what happened is recorded. The fact is given its number."""
        told = self._answer(actor, client, fact.kind, fact, lambda kept: self.numbered(kept, fact), key, connection)
        if isinstance(told, Refusal):
            raise AssertionError("an observation is never refused")
        return told

    def migrate(
        self, actor: Actor, client: str, path: str, version: str, mapping: Mapped, at: Instant, key: str | None = None
    ) -> Fact | Refusal:
        """Takes a client to another version of a path, or says why not. Who is there already stays there.

        Args:
            version: the key of the version, which must be known here.
            mapping: places of the old version, and what they are called in the new one.
        """

        def answer(kept: Kept) -> Fact | Refusal:
            problems = self.problems(kept.record, path, version, mapping, at)
            if problems:
                return Refusal("{why}", {"why": "; ".join(dict.fromkeys(problem.message for problem in problems))})
            return replace(fact, number=kept.n_facts + 1)

        for before, after in mapping.items():
            edge.name(before, "a place")
            edge.name(after, "a place")
        fact = Fact("migrated", at, path, dict(mapping) or None, recorded=at, version=version)
        return self._answer(actor, client, "migrated", fact, answer, key, None)

    def problems(self, record: Record, path: str, version: str, mapping: Mapped, at: Instant) -> list[Problem]:
        """What speaks against taking a client to another version of a path; nothing where they may go."""
        then = record
        if record.next_timer <= at:
            then = record.copy()
            self.machine.advance(then, at)
        enrolment = next((e for e in then.active if e.parent is None and e.path == path), None)
        if enrolment is None:
            return [Problem("enrolment", path)]
        if record.facts and record.facts[-1].at > at:
            return [Problem("past", path)]
        if enrolment.version == version:  # another worker was sooner
            return [Problem("there", path)]
        return migration(self.machine, then, enrolment, self.machine.versions[version], mapping, at)[1]

    def numbered(self, kept: Kept, fact: Fact) -> Fact:
        """An observation, as it is kept."""
        return replace(fact, number=kept.n_facts + 1, version=self._version_begun(kept.record, fact))

    def pending_of(self, client: str, locks: ExitStack) -> Pending:
        """A client for a block of commands, held by it alone until the block is left."""
        locks.enter_context(self._of(client))
        return Pending(self._get(client))

    def _version_begun(self, record: Record, fact: Fact) -> str | None:
        """The version of the path that a client begins by an observation, so that it is the same wherever the fact is read."""
        path = fact.subject if fact.kind == "enrolled" else self.machine.path_begun(record, fact)
        tables = self.machine.newest(path, fact.recorded or fact.at) if path is not None else None
        return tables.program.key if tables is not None else None

    def _answer(
        self, actor: Actor, client: str, what: str, given: Command | Fact, decided: Callable[[Kept], Fact | Refusal],
        key: str | None, connection: Any,
    ) -> Fact | Refusal:  # fmt: skip
        asked = self.checked(client, what, given, key)
        with span("command", verb=what):
            if is_of_two(given):
                return self._decided_together(actor, client, what, given, decided, key, connection)
            if connection is not None and key is not None and (known := self.answered(key, asked)) is not None:
                return known
            return self._decided(actor, client, what, given, decided, key, asked, connection)

    def _decided(
        self, actor: Actor, client: str, what: str, given: Command | Fact, decided: Callable[[Kept], Fact | Refusal],
        key: str | None, asked: str, connection: Any,
    ) -> Fact | Refusal:  # fmt: skip
        """One client's. Whether a key was used the store says when it is to keep the answer: nearly always it was not."""
        is_of_others = False
        with self._of(client):
            for _ in range(MOST_TRIES):
                pending = Pending(self._get(client))
                try:
                    answer = decided(pending.kept)
                    self.add(pending, actor, what, given, answer, key, asked)
                    is_of_others = leads_on(pending.kept.record, answer)
                    if is_of_others:  # it is done anew with the others held too
                        self.forget(client)
                        break
                    self.store.commit([self.commit_of(pending)], connection)
                except Conflict:
                    self.forget(client)
                    continue
                except Repeated:
                    self.forget(client)
                    break
                except BaseException as wrong:
                    self.forget(client)
                    if (known := self._answered_before(wrong, key, asked)) is None:
                        raise
                    return known
                pending.is_kept()
                if connection is not None:
                    self.forget(client)  # the host may yet take it back
                return answer
        if is_of_others:
            return self._decided_together(actor, client, what, given, decided, key, connection)
        if key is not None and (known := self.answered(key, asked)) is not None:
            return known
        raise Conflict("the record of {client} is changed by too many at once; try again", client=client)

    def _decided_together(
        self, actor: Actor, client: str, what: str, given: Command | Fact, decided: Callable[[Kept], Fact | Refusal],
        key: str | None, connection: Any,
    ) -> Fact | Refusal:  # fmt: skip
        """What changes two records: in a block of its own, which is done anew where another changes one of them."""
        for _ in range(MOST_TRIES):
            try:
                with Together(self, actor, connection) as block:
                    answer = (block.once(key) if key is not None else block).answered(client, what, given, decided)
            except Conflict:
                continue
            except Repeated:
                break
            return answer
        if key is not None and (known := self.answered(key, _checked(client, what, given, key))) is not None:
            return known
        raise Conflict("the record of {client} is changed by too many at once; try again", client=client)

    @staticmethod
    def checked(client: str, what: str, given: Command | Fact, key: str | None) -> str:
        """Refuses what cannot be kept, and gives what tells a command from others where it has a key. Raises: NotKept."""
        return _checked(client, what, given, key)

    def answered(self, key: str, asked: str) -> Fact | Refusal | None:
        """What the command of a key was answered; None for a key that was not used."""
        known = self.store.answer(key)
        if known is None:
            return None
        if known.asked != asked:
            raise ValueError(f"the key {key!r} was used for another command; every command has a key of its own")
        return _read_answer(known.body)

    def _answered_before(self, wrong: BaseException, key: str | None, asked: str) -> Fact | Refusal | None:
        """What a command was answered that comes again, and that now cannot be decided or kept."""
        if key is None or not isinstance(wrong, Exception):
            return None
        with suppress(StoreError):  # the store is still not there
            return self.answered(key, asked)
        return None

    def add(
        self,
        pending: Pending,
        actor: Actor,
        what: str,
        given: Command | Fact,
        answer: Fact | Refusal,
        key: str | None,
        asked: str,
    ) -> None:
        """Adds what was answered to what is to be kept of a client; a fact brings the record on."""
        told: dict[str, Any] = {"subject": given.subject}
        body = ""
        if isinstance(answer, Refusal):
            told["refused"] = answer.message
        else:
            body = edge.body(encode_fact(answer), "the fact")
            told |= {"fact": answer.number, "digest": hashlib.sha256(body.encode()).hexdigest()}
            pending.stored.append(StoredFact(answer.number, answer.at, answer.recorded, body))
            pending.kept.record = self.machine.extend(pending.kept.record, answer)
            pending.kept.n_facts += 1
            pending.at = max(pending.at, answer.at)
        pending.audit.append(_audit(actor, given.at, what, told))
        if key is not None:
            pending.answers.append(Answer(key, asked, body or _written_refusal(answer)))

    def commit_of(self, pending: Pending) -> Commit:
        """All that is to be kept of a client, with what follows from the facts, or from time alone."""
        kept = pending.kept
        client = kept.record.client
        if not pending.stored and pending.at < 0:  # something was refused: it rests on the record as it is
            return Commit(client, kept.version, kept.due, kept.seen, answers=pending.answers, audit=pending.audit)
        record = kept.record
        now = max(pending.at, record.now)
        if record.next_timer <= now:
            self.machine.advance(record, now)
        kept.view, found = changed(self.machine, record, kept.view, kept.told, now)
        kept.due, kept.seen = self._due(pending, now), now
        notices = [*found.notices, *moved(record, pending.owner, pending.held, kept.version, now)]
        return Commit(
            client, kept.version, kept.due, now, pending.stored, found.work_gone, found.work, found.flags_gone, found.flags,
            notices, pending.answers, pending.audit,
        )  # fmt: skip

    def _due(self, pending: Pending, now: Instant) -> Instant | None:
        """When to look again: time alone looks ahead at what stands; a command leaves what it had found."""
        kept = pending.kept
        due = due_after(kept.record, kept.view, now)
        if pending.stored:
            return due if due is None or kept.due is None or kept.due <= now else min(due, kept.due)
        changes = changes_at(self.machine, kept.record, kept.view, now, due)
        return due if changes is None else changes

    # what time brings about

    def run_due(self, now: When, limit: int = 100, hold_seconds: int = 60) -> int:
        """Does what has fallen due by a moment, for as many clients as it may; gives for how many.

        Several workers may call it: each client is held by one of them, and by another after `hold_seconds` if that one dies.
        """
        at = self.intake.instant(now)
        with span("run_due"):
            claimed = self.store.claim_due(at, at + hold_seconds * 1_000_000, limit)
            for client in claimed:
                try:
                    self._touch(client, at)
                except Exception as wrong:  # whatever a record does: it must not hold up the others
                    if isinstance(wrong, StoreError) and not isinstance(wrong, Damaged):
                        raise
                    self._set_aside(client, wrong, at)
        if claimed:
            tell(logging.INFO, "time brought about what was due", clients=len(claimed))
        return len(claimed)

    def _set_aside(self, client: str, wrong: Exception, at: Instant) -> None:
        """A record that cannot be read or brought on: it is flagged, and left alone by time until somebody has mended it."""
        self.forget(client)
        head = self.store.head(client)
        if head is None:
            return
        why = f"{type(wrong).__name__}: {wrong}".replace("\0", "")[:2000]
        body = _to_json({"message": "the record cannot be brought on, and was set aside", "why": why}).decode()
        flag = Flag(SET_ASIDE, "X001", "engine", "error", "", at, None, True, body)
        notice = Notice(f"{client}/aside/{head.version}", "set aside", "", at, _to_json({"client": client}).decode())
        audit = [_audit(SYSTEM, at, "set aside", {"why": type(wrong).__name__})]
        commit = Commit(client, head.version, None, head.seen, flags=[flag], notices=[notice], audit=audit)
        with suppress(Conflict):  # somebody else sees to it
            self.store.commit([commit])
        tell(logging.ERROR, "a record was set aside", why=type(wrong).__name__)

    def _touch(self, client: str, at: Instant) -> None:
        with self._of(client):
            for _ in range(MOST_TRIES):
                pending = Pending(self._get(client), at)
                try:
                    self.store.commit([self.commit_of(pending)])
                except Conflict:
                    self.forget(client)
                    continue
                except BaseException:
                    self.forget(client)
                    raise
                pending.is_kept()
                return

    def deliver(self, now: When, send: Send, limit: int = 100, hold_seconds: int = 120) -> Delivery:
        """Takes notices that are waiting to where they belong. One that does not arrive is tried again, later each time.

        Several workers may call it. Each notice arrives at least once: who receives it tells a second time by its key.
        """
        at = self.intake.instant(now)
        arrived: list[str] = []
        again = aside = 0
        for claimed in self.store.claim_notices(at, at + hold_seconds * 1_000_000, limit):
            try:
                with span("deliver", topic=claimed.notice.topic):
                    send(claimed.notice)
            except Exception as wrong:  # noqa: BLE001 - whatever a host's callback raises: it did not arrive
                is_last = claimed.attempts >= MOST_ATTEMPTS
                why = f"{type(wrong).__name__}: {wrong}".replace("\0", "")[:500]
                self.store.failed(claimed.notice.key, None if is_last else at + wait_after(claimed.attempts), why)
                again, aside = again + (not is_last), aside + is_last
            else:
                self.store.delivered([claimed.notice.key], at)
                arrived.append(claimed.notice.key)
        if again or aside:
            tell(logging.WARNING, "notices did not arrive", again=again, aside=aside)
        return Delivery(len(arrived), again, aside)

    def figures(self, now: When) -> dict[str, int]:
        """What operators watch: how many rows there are of each kind, and how late time is (`lag`, in seconds)."""
        due = self.store.next_due()
        lag = 0 if due is None else max(0, self.intake.instant(now) - due) // 1_000_000
        return {**self.store.counts(), "lag": lag}

    # records

    def record(self, client: str) -> Record:
        """The record as of its last fact, which is only to be read. Raises: KeyError."""
        with self._of(client):
            return self._known(client).record

    def as_of(self, client: str, at: Instant) -> Record:
        """The record as it was, or will be, at a moment; a second one. Raises: KeyError."""
        with self._of(client):
            record = self._known(client).record
            if at < record.now:
                return self.machine.as_of(record, at)
            then = record.copy()
            self.machine.advance(then, at)
            return then

    def _known(self, client: str) -> Kept:
        kept = self._fresh(client)
        if not kept.record.facts:
            raise KeyError(client)
        return kept

    def _fresh(self, client: str) -> Kept:
        """The record as the store has it now."""
        kept = self._get(client)
        head = self.store.head(client)
        if head is not None and head.version != kept.version:
            self.forget(client)
            kept = self._get(client)
        return kept

    def _get(self, client: str) -> Kept:
        """The record as it is held, or as the store has it."""
        with self._kept_lock:
            kept = self._kept.get(client)
            if kept is not None:
                self._kept.move_to_end(client)
                return kept
        kept = self._load(client)
        with self._kept_lock:
            self._kept[client] = kept
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def _load(self, client: str) -> Kept:
        head = self.store.head(client)
        record = Record(client)
        if head is None:
            return Kept(record, Head(), View({}, {}), Told())
        facts = self.store.facts(client)[: head.n_facts]
        try:
            decoded = [decode_fact(fact.body) for fact in facts]
        except ValueError as wrong:
            say = "the record of {client} holds what cannot be read here: {why}"
            raise Damaged(say, client=client, why=wrong) from None
        if any(fact.version is not None and fact.version not in self.machine.versions for fact in decoded):
            self._read_versions()
        record = self.machine.fold(client, decoded)
        self.machine.advance(record, head.seen)
        work = {row.work.place: row.work for row in self.store.work(WorkAsked(client=client, limit=1 << 31))}
        flags = {row.flag.place: row.flag for row in self.store.flags(FlagsAsked(client=client, is_open=None, limit=1 << 31))}
        told = {place: flag for place, flag in flags.items() if not flag.is_open}
        open_ = {place: flag for place, flag in flags.items() if flag.is_open}
        return Kept(record, head, View(work, open_), Told(told))

    def clients(self) -> Iterator[str]:
        """All clients, by name."""
        after = ""
        while names := self.store.clients(after):
            yield from names
            after = names[-1]

    def rebuilt(self, client: str) -> tuple[dict[str, Work], dict[str, Flag]]:
        """The work and flags of a client by place, worked out from the facts alone, as of when they were kept last."""
        loaded = self._load(client)
        told = Told()
        told.bring_on(loaded.record)
        view, _ = view_of(self.machine, loaded.record, loaded.seen)
        return dict(view.work), {**told.flags, **view.open}

    def forget(self, client: str) -> None:
        """Drops what is held of a client in memory; the store has it."""
        with self._kept_lock:
            self._kept.pop(client, None)

    def _of(self, client: str) -> threading.RLock:
        return self._stripes[hash(client) % _STRIPES]


def _audit(actor: Actor, at: Instant, action: str, told: Mapping[str, Any]) -> AuditRow:
    return AuditRow(at, actor.name, actor.role, actor.basis, action, edge.body(_to_json(told).decode(), "what is told"))


def _checked(client: str, what: str, given: Command | Fact, key: str | None) -> str:
    """Refuses what cannot be kept, and gives what tells the command from others where it has a key. Raises: NotKept."""
    edge.name(client, "the client")
    if not client:
        raise edge.NotKept("the client has no name")
    edge.name(given.subject, "the subject")
    edge.name(given.provider, "the provider")
    edge.name(given.performer, "the performer")
    edge.name(given.path, "the path")
    if given.reason is not None:
        edge.text(given.reason, "the reason")
    link = given.link if isinstance(given, Fact) else link_of(given)
    if link is not None:
        edge.name(link.client, "the other client")
        edge.name(link.back, "what the client is to the other")
    for item, value in (given.items or {}).items():
        edge.value(value, item)
    if key is None:
        return ""
    edge.name(key, "the key")
    timeless = replace(given, at=0, recorded=0) if isinstance(given, Fact) else replace(given, at=0)
    return hashlib.sha256(_to_json((what, client, timeless))).hexdigest()  # who sends it again may look at the clock again


def _written_refusal(answer: Fact | Refusal) -> str:
    return _to_json({"refused": answer.say, "words": answer.words}).decode() if isinstance(answer, Refusal) else ""


def _read_answer(body: str) -> Fact | Refusal:
    found = msgspec.json.decode(body)
    return Refusal(say=found["refused"], words=found["words"]) if "refused" in found else decode_fact(body)
