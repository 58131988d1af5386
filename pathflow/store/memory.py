"""A store in memory, of plain dictionaries: for tests, and for what need not outlive the process.

It is written apart from the statements of the others, so that the suite which all pass compares two ways of saying the same.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Any, TypeVar

from msgspec.structs import astuple, replace

from pathflow.base.instants import Instant
from pathflow.store import chain
from pathflow.store.port import (
    Answer,
    Audited,
    AuditRow,
    Claimed,
    Commit,
    Conflict,
    Count,
    Definition,
    Flag,
    FlagOf,
    FlagsAsked,
    Head,
    Notice,
    Repeated,
    Row,
    Seal,
    StoredFact,
    StoreError,
    Work,
    WorkAsked,
    WorkOf,
)  # fmt: skip
from pathflow.store.wholes import flag_of, read_export, work_of, written

T = TypeVar("T")


class _Kept:
    """One client's rows."""

    __slots__ = ("audit", "due", "facts", "flags", "held", "seals", "seen", "version", "work")

    def __init__(self) -> None:
        self.version = 0
        self.due: Instant | None = None
        self.seen: Instant = 0
        self.held: Instant = 0
        self.facts: list[StoredFact] = []
        self.work: dict[str, Work] = {}
        self.flags: dict[str, Flag] = {}
        self.audit: list[Audited] = []
        self.seals: list[Seal] = []

    @property
    def head(self) -> bytes:
        return self.audit[-1].hash if self.audit else chain.FIRST


class _Sent:
    """A notice, and how far it has come."""

    __slots__ = ("again", "attempts", "client", "delivered", "held", "notice", "why")

    def __init__(self, client: str, notice: Notice) -> None:
        self.client = client
        self.notice = notice
        self.again: Instant | None = notice.at
        self.held: Instant = 0
        self.attempts = 0
        self.delivered: Instant | None = None
        self.why = ""


class MemoryStore:
    """A store that is gone when the process ends."""

    def __init__(self) -> None:
        self.name = "memory"
        self._lock = threading.RLock()
        self._records: dict[str, _Kept] = {}
        self._notices: dict[str, _Sent] = {}
        self._answers: dict[str, tuple[str, Answer]] = {}
        self._paths: dict[tuple[str, Instant], Definition] = {}

    def __enter__(self) -> MemoryStore:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Port."""

    # writing

    def commit(self, commits: Sequence[Commit], connection: Any = None) -> None:
        """Port."""
        if connection is not None:
            raise StoreError("a store in memory has no connection to share")
        with self._lock:
            for commit in commits:
                self._may(commit)
            keys = [answer.key for commit in commits for answer in commit.answers]
            if len(set(keys)) < len(keys) or any(key in self._answers for key in keys):
                raise Repeated("the key of the command was used before")
            for commit in commits:
                self._take(commit)

    def _may(self, commit: Commit) -> None:
        kept = self._records.get(commit.client)
        if (kept.version if kept is not None else 0) != commit.expected:
            raise Conflict("the record of {client} was changed meanwhile; read it again", client=commit.client)
        n_facts = (len(kept.facts) if kept is not None else 0) + len(commit.facts)
        if commit.facts and commit.facts[-1].number != n_facts:
            raise AssertionError(f"facts are numbered one after the other: {commit.facts[-1].number} is not {n_facts}")

    def _take(self, commit: Commit) -> None:
        kept = self._records.setdefault(commit.client, _Kept())
        kept.version += 1
        kept.due, kept.seen, kept.held = commit.due, commit.seen, 0
        kept.facts += commit.facts
        for place in commit.work_gone:
            kept.work.pop(place, None)
        for place in commit.flags_gone:
            kept.flags.pop(place, None)
        kept.work |= {work.place: work for work in commit.work}
        kept.flags |= {flag.place: flag for flag in commit.flags}
        kept.audit += chain.linked(commit.client, len(kept.audit), kept.head, commit.audit)
        for notice in commit.notices:
            self._notices.setdefault(notice.key, _Sent(commit.client, notice))
        for answer in commit.answers:
            self._answers[answer.key] = (commit.client, answer)

    def log_read(self, clients: Sequence[str], row: AuditRow) -> None:
        """Port."""
        with self._lock:
            for client in sorted(set(clients)):
                if client in self._records:
                    kept = self._records[client]
                    kept.audit += chain.linked(client, len(kept.audit), kept.head, (row,))

    # records

    def head(self, client: str) -> Head | None:
        """Port."""
        with self._lock:
            kept = self._records.get(client)
            if kept is None:
                return None
            return Head(kept.version, len(kept.facts), kept.due, kept.seen, len(kept.audit), kept.head)

    def facts(self, client: str, after: int = 0) -> list[StoredFact]:
        """Port."""
        with self._lock:
            kept = self._records.get(client)
            return kept.facts[after:] if kept is not None else []

    def answer(self, key: str) -> Answer | None:
        """Port."""
        with self._lock:
            found = self._answers.get(key)
            return found[1] if found is not None else None

    def clients(self, after: str = "", limit: int = 1000) -> list[str]:
        """Port."""
        with self._lock:
            return sorted(client for client, kept in self._records.items() if client > after and kept.facts)[:limit]

    # what was read from facts

    def work(self, asked: WorkAsked) -> list[WorkOf]:
        """Port."""
        with self._lock:
            found = [WorkOf(client, work) for client, kept in self._records.items() for work in kept.work.values()]
        found = [
            one for one in found if _is_asked(one.client, one.work, asked, ("client", "provider", "worker", "asker", "act"))
        ]
        if asked.profession is not None:
            found = [one for one in found if asked.profession in one.work.profession.split(",")]
        if asked.due_by is not None:
            found = [one for one in found if one.work.urgent <= asked.due_by]
        return _page([((one.work.urgent, one.client, one.work.place), one) for one in found], asked.after, asked.limit)

    def flags(self, asked: FlagsAsked) -> list[FlagOf]:
        """Port."""
        with self._lock:
            found = [FlagOf(client, flag) for client, kept in self._records.items() for flag in kept.flags.values()]
        found = [one for one in found if _is_asked(one.client, one.flag, asked, ("client", "who", "family", "code"))]
        if asked.is_open is not None:
            found = [one for one in found if one.flag.is_open == asked.is_open]
        return _page([((one.flag.since, one.client, one.flag.place), one) for one in found], asked.after, asked.limit)

    def count_flags(self, clients: tuple[str, ...] | None = None) -> list[Count]:
        """Port."""
        with self._lock:
            found = Counter(
                (flag.who, flag.family)
                for client, kept in self._records.items()
                if clients is None or client in clients
                for flag in kept.flags.values()
                if flag.is_open
            )
        return [(who, family, n) for (who, family), n in sorted(found.items())]

    # time and notices

    def claim_due(self, now: Instant, until: Instant, limit: int) -> list[str]:
        """Port."""
        with self._lock:
            due = [
                (kept.due, client)
                for client, kept in self._records.items()
                if kept.due is not None and kept.due <= now and kept.held <= now
            ]
            claimed = [client for _, client in sorted(due)[:limit]]
            for client in claimed:
                self._records[client].held = until
            return claimed

    def next_due(self) -> Instant | None:
        """Port."""
        with self._lock:
            return min((kept.due for kept in self._records.values() if kept.due is not None), default=None)

    def claim_notices(self, now: Instant, until: Instant, limit: int) -> list[Claimed]:
        """Port."""
        with self._lock:
            open_ = [
                (sent.again, sent.notice.at, key)
                for key, sent in self._notices.items()
                if sent.again is not None and sent.again <= now and sent.held <= now
            ]
            claimed = [self._notices[key] for _, _, key in sorted(open_)[:limit]]
            for sent in claimed:
                sent.held = until
                sent.attempts += 1
            claimed.sort(key=lambda sent: (sent.notice.at, sent.notice.key))
            return [Claimed(sent.client, sent.notice, sent.attempts) for sent in claimed]

    def delivered(self, keys: Iterable[str], at: Instant) -> None:
        """Port."""
        with self._lock:
            for key in keys:
                sent = self._notices.get(key)
                if sent is not None and sent.delivered is None:
                    sent.delivered, sent.again, sent.why = at, None, ""

    def failed(self, key: str, again: Instant | None, why: str) -> None:
        """Port."""
        with self._lock:
            sent = self._notices.get(key)
            if sent is not None and sent.delivered is None:
                sent.again, sent.held, sent.why = again, 0, why

    # versions of paths

    def publish(self, definitions: Iterable[Definition]) -> None:
        """Port."""
        with self._lock:
            for one in definitions:
                self._paths.setdefault((one.key, one.published), one)

    def definitions(self) -> list[Definition]:
        """Port."""
        with self._lock:
            return sorted(self._paths.values(), key=lambda one: (one.published, one.key))

    # audit

    def audit(self, client: str, after: int = 0, limit: int = 1000) -> list[Audited]:
        """Port."""
        with self._lock:
            kept = self._records.get(client)
            return kept.audit[after : after + limit] if kept is not None else []

    def seal(self, seals: Iterable[Seal]) -> None:
        """Port."""
        with self._lock:
            for one in seals:
                kept = self._records.setdefault(one.client, _Kept())
                if all(seal.number != one.number for seal in kept.seals):
                    kept.seals = sorted([*kept.seals, one], key=lambda seal: seal.number)

    def seals(self, client: str) -> list[Seal]:
        """Port."""
        with self._lock:
            kept = self._records.get(client)
            return copy(kept.seals) if kept is not None else []

    # the whole

    def counts(self) -> dict[str, int]:
        """Port."""
        with self._lock:
            records, notices = self._records.values(), self._notices.values()
            return {
                "clients": sum(1 for kept in records if kept.facts),
                "facts": sum(len(kept.facts) for kept in records),
                "work": sum(len(kept.work) for kept in records),
                "open flags": sum(flag.is_open for kept in records for flag in kept.flags.values()),
                "notices waiting": sum(sent.again is not None for sent in notices),
                "notices set aside": sum(sent.again is None and sent.delivered is None for sent in notices),
                "audit rows": sum(len(kept.audit) for kept in records),
            }

    def export(self) -> Iterator[str]:
        """Port."""
        with self._lock:
            lines = list(written(self._parts()))
        yield from lines

    def _parts(self) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        records = sorted(self._records.items())
        yield "path", [astuple(one) for _, one in sorted(self._paths.items())]
        yield (
            "record",
            [
                (client, kept.version, len(kept.facts), kept.due, kept.seen, kept.held, len(kept.audit), kept.head)
                for client, kept in records
                if kept.version
            ],
        )
        yield "fact", [(client, *astuple(fact)) for client, kept in records for fact in kept.facts]
        yield (
            "work",
            [
                (client, *astuple(replace(work, profession=f",{work.profession}," if work.profession else "")))
                for client, kept in records
                for _, work in sorted(kept.work.items())
            ],
        )
        yield (
            "flag",
            [
                (client, *astuple(flag)[:-2], int(flag.is_open), flag.body)
                for client, kept in records
                for _, flag in sorted(kept.flags.items())
            ],
        )
        yield (
            "notice",
            [
                (
                    key,
                    s.client,
                    s.notice.topic,
                    s.notice.to,
                    s.notice.at,
                    s.notice.body,
                    s.again,
                    s.held,
                    s.attempts,
                    s.delivered,
                    s.why,
                )
                for key, s in sorted(self._notices.items())
            ],
        )
        yield "answer", [(key, client, answer.asked, answer.body) for key, (client, answer) in sorted(self._answers.items())]
        yield "audit", [(client, a.number, *astuple(a.row), a.hash) for client, kept in records for a in kept.audit]
        yield "seal", [astuple(seal) for _, kept in records for seal in kept.seals]

    def restore(self, lines: Iterable[str]) -> int:
        """Port."""
        read = list(read_export(lines))
        with self._lock:
            if self._records or self._notices or self._answers or self._paths:
                raise StoreError("{store} is not empty; restore into a new one", store=self.name)
            for part, values in read:
                self._take_row(part, values)
            return len(read)

    def _take_row(self, part: str, v: tuple[Any, ...]) -> None:
        if part == "path":
            self._paths[v[0], v[2]] = Definition(*v)
        elif part == "notice":
            sent = self._notices[v[0]] = _Sent(v[1], Notice(v[0], *v[2:6]))
            sent.again, sent.held, sent.attempts, sent.delivered, sent.why = v[6:]
        elif part == "answer":
            self._answers[v[0]] = (v[1], Answer(v[0], v[2], v[3]))
        else:
            self._take_row_of(self._records.setdefault(v[0], _Kept()), part, v)

    def _take_row_of(self, kept: _Kept, part: str, v: tuple[Any, ...]) -> None:
        if part == "record":
            kept.version, kept.due, kept.seen, kept.held = v[1], *v[3:6]
        elif part == "fact":
            kept.facts.append(StoredFact(*v[1:]))
        elif part == "work":
            kept.work[v[1]] = work_of(v[1:])
        elif part == "flag":
            kept.flags[v[1]] = flag_of(v[1:])
        elif part == "audit":
            kept.audit.append(Audited(v[0], v[1], AuditRow(*v[2:8]), v[8]))
        else:
            kept.seals.append(Seal(*v))


def _is_asked(client: str, row: Work | Flag, asked: WorkAsked | FlagsAsked, columns: tuple[str, ...]) -> bool:
    return (asked.clients is None or client in asked.clients) and all(
        getattr(asked, column) in (None, client if column == "client" else getattr(row, column, None)) for column in columns
    )


def _page(found: list[tuple[Row, T]], after: Row | None, limit: int) -> list[T]:
    rows = sorted(found, key=lambda pair: pair[0])
    return [one for where, one in rows if after is None or where > after][:limit]
