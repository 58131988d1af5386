"""What can be done with clients, in the same words wherever it is kept: in memory or in a store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final

from pathflow.engine.commands import Command, Linking, Verb
from pathflow.engine.facts import FACTS, Fact, FactKind, Link, Refusal
from pathflow.host.intake import Intake, Items, When

_OF_PATHS: Final = frozenset({"enrol", "withdraw", "pause", "come_back", "let_be"})
"""Verbs whose subject is a path."""


_OF_TWO: Final = {"linked": "link", "unlinked": "unlink", "began for": "begin_for"}
"""Kinds of fact that change two records together, and the calls that do so."""


class Calls(ABC):
    """Commands and observations.

    Commands (`enrol`, `propose`, `accept`, …) are intents and give a fact or a `Refusal`. Observations (`start`, `complete`,
    `observe`, `record`) are what happened, and are always taken. A client who is on several paths that know the same name is
    told apart by `path`, the name of one of them.

    Every call raises, before anything is recorded: TypeError for a moment, a name or items of another type; ValueError for a
    text that is no moment, an item that no path here knows, and a value that does not fit its item.
    """

    __slots__ = ()

    intake: Intake

    @abstractmethod
    def observed(self, client: str, fact: Fact) -> Fact:
        """Takes what happened, and gives it with its number."""

    @abstractmethod
    def intended(self, client: str, command: Command) -> Fact | Refusal:
        """Decides what is wanted."""

    # observations

    def complete(
        self, client: str, step: str, at: When, items: Items | None = None, provider: str | None = None,
        performer: str | None = None, reason: str | None = None, path: str | None = None,
    ) -> Fact:  # fmt: skip
        """A step was done, with what it found out."""
        return self.record("completed", client, step, at, items, provider, performer, reason, None, path)

    def start(
        self,
        client: str,
        step: str,
        at: When,
        provider: str | None = None,
        path: str | None = None,
        performer: str | None = None,
    ) -> Fact:
        """Work on a step began."""
        return self.record("started", client, step, at, None, provider, performer, path=path)

    def observe(self, client: str, event: str, at: When, items: Items | None = None) -> Fact:
        """An event outside the steps, or only something that became known (then `event` is empty)."""
        return self.record("observed", client, event, at, items)

    def record(
        self, kind: FactKind, client: str, subject: str, at: When, items: Items | None = None, provider: str | None = None,
        performer: str | None = None, reason: str | None = None, recorded: When | None = None, path: str | None = None,
    ) -> Fact:  # fmt: skip
        """Any fact, as it happened: also `died`, `moved away` and `refused`, whose subject is empty.

        A late one, which occurred before others, takes its place among them.

        Raises: ValueError for an unknown kind, for one that changes two records, and for what occurred after it was recorded.
        """
        if kind not in FACTS:
            raise ValueError(f"there is no kind of fact {kind!r}; there are {', '.join(FACTS)}")
        if kind in _OF_TWO:
            raise ValueError(f"{kind!r} is of two records: call {_OF_TWO[kind]}, which changes both")
        intake = self.intake
        occurred = intake.checked(client, subject, at)
        known = intake.items(items) if items is not None else None
        told = intake.instant(recorded) if recorded is not None else occurred
        if told < occurred:
            raise ValueError("it is recorded before it occurred: look at the two times, and at the clocks of whoever sent it")
        where, which = intake.provider(provider), intake.path(path)
        return self.observed(client, Fact(kind, occurred, subject, known, where, performer, reason, which, told))

    # intents

    def enrol(self, client: str, path: str, at: When, items: Items | None = None) -> Fact | Refusal:
        """The client begins on a path."""
        return self.intend("enrol", client, path, at, items=items)

    def choose(self, client: str, choice: str, provider: str, at: When, path: str | None = None) -> Fact | Refusal:
        """The client chooses a provider."""
        return self.intend("choose", client, choice, at, provider, path=path)

    def propose(
        self, client: str, handoff: str, at: When, receiver: str | None = None, path: str | None = None
    ) -> Fact | Refusal:
        """A handoff or an order is sent, or sent again, perhaps to another receiver."""
        return self.intend("propose", client, handoff, at, receiver, path=path)

    def accept(
        self, client: str, handoff: str, at: When, provider: str | None = None, path: str | None = None
    ) -> Fact | Refusal:
        """It is accepted: for a handoff, the receiver is accountable from now on."""
        return self.intend("accept", client, handoff, at, provider, path=path)

    def send_back(self, client: str, handoff: str, at: When, reason: str, path: str | None = None) -> Fact | Refusal:
        """It is returned, with a reason: the sender sends it again, elsewhere, or ends."""
        return self.intend("return", client, handoff, at, reason=reason, path=path)

    def answer(
        self, client: str, consultation: str, at: When, items: Items | None = None, path: str | None = None
    ) -> Fact | Refusal:
        """A consultation is answered."""
        return self.intend("answer", client, consultation, at, items=items, path=path)

    def cancel(self, client: str, subject: str, at: When, reason: str | None = None, path: str | None = None) -> Fact | Refusal:
        """A step, an order or a handoff is withdrawn."""
        return self.intend("cancel", client, subject, at, reason=reason, path=path)

    def end(self, client: str, outcome: str, at: When, reason: str | None = None, path: str | None = None) -> Fact | Refusal:
        """The enrolment ends with one of its path's ends."""
        return self.intend("end", client, outcome, at, reason=reason, path=path)

    def review(self, client: str, at: When) -> Fact | Refusal:
        """The care plan was reviewed."""
        return self.intend("review", client, "plan", at)

    def override(self, client: str, code: str, at: When, reason: str) -> Fact | Refusal:
        """A professional sets a finding aside; it stays in the facts."""
        return self.intend("override", client, code, at, reason=reason)

    def assign(
        self, client: str, subject: str, worker: str, at: When, provider: str | None = None, path: str | None = None
    ) -> Fact | Refusal:  # fmt: skip
        """A worker is named who sees to a step, handoff, choice or consultation, or with "" to the client on the whole path.

        Args:
            provider: where the worker is; by default whoever must act there, or holds the client.
        """
        return self.intend("assign", client, subject, at, provider, worker, path=path)

    def withdraw(self, client: str, path: str, at: When, reason: str | None = None) -> Fact | Refusal:
        """The client leaves one path; "" where there is only one."""
        return self.intend("withdraw", client, path, at, reason=reason)

    def pause(self, client: str, at: When, path: str = "", reason: str | None = None) -> Fact | Refusal:
        """The client is away for a time, from one path or from all: what needs the client is put off by that time."""
        return self.intend("pause", client, path, at, reason=reason)

    def come_back(self, client: str, at: When, path: str = "") -> Fact | Refusal:
        """The client is back, on one path or on all."""
        return self.intend("come_back", client, path, at)

    def link(self, client: str, kind: str, other: str, back: str, at: When, reason: str | None = None) -> Fact | Refusal:
        """Another client belongs to this one, who is in turn of `back` to them: `link("Otso", "parent", "Anna", "child", at)`.

        Both records change together. What a step of either has started for whoever is linked so is begun, where that is one.
        """
        return self._linking("link", client, self.intake.linked(kind), other, at, reason, self.intake.linked(back))

    def unlink(self, client: str, kind: str, other: str, at: When, reason: str | None = None) -> Fact | Refusal:
        """The other client no longer belongs to this one so; both records change together."""
        return self._linking("unlink", client, self.intake.linked(kind), other, at, reason)

    def begin_for(self, client: str, path: str, other: str, at: When) -> Fact | Refusal:
        """A linked client begins on a path that a step of this client starts; both records change together."""
        return self._linking("begin_for", client, self.intake.path(path) or path, other, at)

    def let_be(self, client: str, path: str, at: When, reason: str) -> Fact | Refusal:
        """A path that a step of this client starts, and that is still to be begun, is not begun."""
        return self.intend("let_be", client, path, at, reason=reason)

    def _linking(
        self, verb: Verb, client: str, subject: str, other: str, at: When, reason: str | None = None, back: str = ""
    ) -> Fact | Refusal:  # fmt: skip
        now = self.intake.checked(client, subject, at)
        self.intake.checked(other, back, now)
        return self.intended(client, Linking(verb, now, subject, reason=reason, link=Link(other, back)))

    def intend(
        self, verb: Verb, client: str, subject: str, at: When, provider: str | None = None, performer: str | None = None,
        reason: str | None = None, items: Items | None = None, path: str | None = None,
    ) -> Fact | Refusal:  # fmt: skip
        """Any intent, by its verb."""
        intake = self.intake
        now = intake.checked(client, subject, at)
        known = intake.items(items) if items is not None else None
        subject = (intake.path(subject) or subject) if verb in _OF_PATHS else subject
        where, which = intake.provider(provider), intake.path(path)
        return self.intended(client, Command(verb, now, subject, where, performer, reason, known, which))
