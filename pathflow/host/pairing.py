"""What is done with two clients together: linking them, and beginning for the one what a step of the other starts.

Law: tests/host/test_linking.py (each of two linked records says so of the other, whatever happens).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from pathflow.base.names import fold
from pathflow.engine.commands import Command, Linking, link_of
from pathflow.engine.facts import Fact, Link, Refusal
from pathflow.engine.linking import bond_with, start_at
from pathflow.engine.record import Record


class Side(Protocol):
    """A client while something is decided."""

    @property
    def record(self) -> Record:
        """As it stands."""
        ...

    def decide(self, command: Command) -> Fact | Refusal:
        """What an intent leads to."""
        ...

    def take(self, what: Command, answer: Fact | Refusal, /) -> Fact | Refusal:
        """What was decided is so."""
        ...


def is_of_two(given: Command | Fact) -> bool:
    """Whether another record may change too, whatever comes of it."""
    return isinstance(given, Linking) and given.link is not None and given.verb in ("link", "unlink", "begin_for")


def leads_on(record: Record, fact: Fact | Refusal) -> bool:
    """Whether a fact that was just taken sets off something for a linked client."""
    return isinstance(fact, Fact) and next(set_off(record, fact), None) is not None


def set_off(record: Record, fact: Fact) -> Iterator[tuple[str, str]]:
    """The paths that a fact, just taken, starts for linked clients, where it is plain for whom: path and client."""
    for place, since in record.to_begin.items():
        start = start_at(record, place)
        if start.client is None or (since != fact.at if fact.kind != "linked" else fold(start.client) != fold(fact.subject)):
            continue
        found = [bond.client for bond in record.bonds if fold(bond.kind) == fold(start.client)]
        if len(found) == 1:
            yield start.path, found[0]


def counterpart(client: str, record: Record, command: Command, other: Record) -> Command | None:
    """What an intent that is granted asks of the other record; None for nothing."""
    link = link_of(command)
    if link is None:
        return None
    if command.verb == "link":
        return Linking("link", command.at, link.back, reason=command.reason, link=Link(client, command.subject))
    if command.verb == "unlink":
        bond = bond_with(record, link.client, command.subject)
        back = bond.back if bond is not None else ""
        return Linking("unlink", command.at, back, reason=command.reason, link=Link(client))
    if any(enrolment.path == command.subject for enrolment in other.active):
        return None
    return Linking("enrol", command.at, command.subject, link=Link(client))


def with_other(client: str, command: Command, answer: Fact | Refusal, side: Callable[[str], Side]) -> Fact | Refusal:
    """Decides for the other record too, and takes both; a refusal there is the answer, and is kept of both.

    Args:
        answer: what was decided for the client's own record.
    """
    link = link_of(command)
    here = side(client)
    if link is None or isinstance(answer, Refusal):
        return here.take(command, answer)
    there = side(link.client)
    asked = counterpart(client, here.record, command, there.record)
    theirs = there.decide(asked) if asked is not None else None
    told = here.take(command, theirs if isinstance(theirs, Refusal) else answer)
    if asked is not None and theirs is not None:
        taken = there.take(asked, theirs)
        if isinstance(taken, Fact):
            go_on(link.client, taken, side)
    if isinstance(told, Fact):
        go_on(client, told, side)
    return told


def go_on(client: str, fact: Fact, side: Callable[[str], Side]) -> None:
    """Begins for linked clients what a fact that was just taken starts, as far as it is granted; the rest stays owed."""
    here = side(client)
    for path, other in list(set_off(here.record, fact)):
        there = side(other)
        command = Linking("begin_for", fact.at, path, link=Link(other))
        asked = counterpart(client, here.record, command, there.record)
        theirs = there.decide(asked) if asked is not None else None
        mine = here.decide(command)
        if isinstance(mine, Refusal) or isinstance(theirs, Refusal):
            continue
        here.take(command, mine)
        if asked is not None and theirs is not None:
            there.take(asked, theirs)
