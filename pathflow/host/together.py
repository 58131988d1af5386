"""Many commands in one transaction: kept together when the block is left, or none of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pathflow.engine.commands import Command
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.record import Record
from pathflow.host import pairing
from pathflow.host.calls import Calls

if TYPE_CHECKING:
    from pathflow.host.service import Actor, CareService, Kept, Pending


class Together(Calls):
    """A block of calls. Each is answered at once, and counts only when the block has been left without an exception.

    A store does several times as many commands so as one by one: it waits for the disk once. A block that ends in
    Conflict or Busy is to be done again as a whole.
    """

    __slots__ = ("_actor", "_asked", "_connection", "_key", "_locks", "_pending", "_service", "intake")

    def __init__(self, service: CareService, actor: Actor, connection: Any = None) -> None:
        self._service = service
        self._actor = actor
        self._connection = connection
        self.intake = service.intake
        self._locks = ExitStack()
        self._pending: dict[str, Pending] = {}
        self._asked: dict[str, tuple[str, Fact | Refusal]] = {}
        self._key: str | None = None

    def once(self, key: str) -> Together:
        """The next call is known by this key."""
        self._key = key
        return self

    def __enter__(self) -> Together:
        self._locks.enter_context(self._service.batching)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_exc: object) -> None:
        with self._locks:
            is_kept = False
            try:
                if kind is None:
                    service = self._service
                    commits = [service.commit_of(pending) for pending in self._pending.values()]
                    service.store.commit(commits, self._connection)
                    is_kept = True
            finally:
                for client, pending in self._pending.items():
                    if is_kept:
                        pending.is_kept()
                    if not is_kept or self._connection is not None:  # the host may yet take it back
                        self._service.forget(client)

    def observed(self, client: str, fact: Fact) -> Fact:
        """Calls."""
        told = self.answered(client, fact.kind, fact, lambda kept: self._service.numbered(kept, fact))
        if isinstance(told, Refusal):
            raise AssertionError("an observation is never refused")
        return told

    def intended(self, client: str, command: Command) -> Fact | Refusal:
        """Calls."""
        return self.answered(client, command.verb, command, lambda kept: self._service.decide(kept, command))

    def answered(
        self, client: str, what: str, given: Command | Fact, decided: Callable[[Kept], Fact | Refusal]
    ) -> Fact | Refusal:  # fmt: skip
        """What comes of a command or an observation, in this block; what it sets off for others is in it too."""
        key, self._key = self._key, None
        asked = self._service.checked(client, what, given, key)
        if key is not None:
            known = self._known(key, asked)
            if known is not None:
                return known
        pending = self._pending_of(client)
        answer = decided(pending.kept)
        if isinstance(given, Command) and pairing.is_of_two(given):
            main = _Side(self._service, self._actor, pending, key, asked)
            answer = pairing.with_other(client, given, answer, lambda one: main if one == client else self._side(one))
        else:
            self._service.add(pending, self._actor, what, given, answer, key, asked)
            if isinstance(answer, Fact) and pending.kept.record.to_begin:
                pairing.go_on(client, answer, self._side)
        if key is not None:
            self._asked[key] = (asked, answer)
        return answer

    def _side(self, client: str) -> _Side:
        return _Side(self._service, self._actor, self._pending_of(client))

    def _pending_of(self, client: str) -> Pending:
        pending = self._pending.get(client)
        if pending is None:
            pending = self._pending[client] = self._service.pending_of(client, self._locks)
        return pending

    def _known(self, key: str, asked: str) -> Fact | Refusal | None:
        """What the command of a key was answered, in this block or before."""
        here = self._asked.get(key)
        if here is None:
            return self._service.answered(key, asked)
        if here[0] != asked:
            raise ValueError(f"the key {key!r} was used for another command; every command has a key of its own")
        return replace(here[1])


class _Side:
    """A client in a block. `key`, `asked`: of the first thing that is taken."""

    __slots__ = ("_actor", "_asked", "_key", "_pending", "_service")

    def __init__(
        self, service: CareService, actor: Actor, pending: Pending, key: str | None = None, asked: str = ""
    ) -> None:  # fmt: skip
        self._service = service
        self._actor = actor
        self._pending = pending
        self._key = key
        self._asked = asked

    @property
    def record(self) -> Record:
        """Side."""
        return self._pending.kept.record

    def decide(self, command: Command) -> Fact | Refusal:
        """Side."""
        return self._service.decide(self._pending.kept, command)

    def take(self, what: Command, answer: Fact | Refusal) -> Fact | Refusal:
        """Side."""
        key, self._key = self._key, None
        self._service.add(self._pending, self._actor, what.verb, what, answer, key, self._asked)
        return answer
