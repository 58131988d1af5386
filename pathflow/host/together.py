"""Many commands in one transaction: kept together when the block is left, or none of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pathflow.engine.commands import Command
from pathflow.engine.facts import Fact, Refusal
from pathflow.host.calls import Calls

if TYPE_CHECKING:
    from pathflow.host.service import Actor, CareService, Kept, Pending


class Together(Calls):
    """A block of calls. Each is answered at once, and counts only when the block has been left without an exception.

    A store does several times as many commands so as one by one: it waits for the disk once. A block that ends in
    Conflict or Busy is to be done again as a whole.
    """

    __slots__ = ("_actor", "_asked", "_key", "_locks", "_pending", "_service", "intake")

    def __init__(self, service: CareService, actor: Actor) -> None:
        self._service = service
        self._actor = actor
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
                    service.store.commit([service.commit_of(pending) for pending in self._pending.values()])
                    is_kept = True
            finally:
                for client, pending in self._pending.items():
                    if is_kept:
                        pending.is_kept()
                    else:
                        self._service.forget(client)

    def observed(self, client: str, fact: Fact) -> Fact:
        """Calls."""
        told = self._answered(client, fact.kind, fact, lambda kept: self._service.numbered(kept, fact))
        if isinstance(told, Refusal):
            raise AssertionError("an observation is never refused")
        return told

    def intended(self, client: str, command: Command) -> Fact | Refusal:
        """Calls."""
        return self._answered(client, command.verb, command, lambda kept: self._service.decide(kept, command))

    def _answered(
        self, client: str, what: str, given: Command | Fact, decided: Callable[[Kept], Fact | Refusal]
    ) -> Fact | Refusal:  # fmt: skip
        key, self._key = self._key, None
        asked = self._service.checked(client, what, given, key)
        if key is not None:
            known = self._known(key, asked)
            if known is not None:
                return known
        pending = self._pending.get(client)
        if pending is None:
            pending = self._pending[client] = self._service.pending_of(client, self._locks)
        answer = decided(pending.kept)
        self._service.add(pending, self._actor, what, given, answer, key, asked)
        if key is not None:
            self._asked[key] = (asked, answer)
        return answer

    def _known(self, key: str, asked: str) -> Fact | Refusal | None:
        """What the command of a key was answered, in this block or before."""
        here = self._asked.get(key)
        if here is None:
            return self._service.answered(key, asked)
        if here[0] != asked:
            raise ValueError(f"the key {key!r} was used for another command; every command has a key of its own")
        return replace(here[1])
