"""Clients who belong together: a parent and a child, somebody and their carer. Each has a record of their own.

A record knows who is linked with its client, and which paths its steps have started that are still to be begun: those for a
linked client, whose record is another, and those that are not known here. A link alone tells nothing of the other client.

What happened is taken here, and what is wanted is granted or refused; that both records change together is the host's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pathflow.base.names import fold
from pathflow.base.phrases import Phrase
from pathflow.engine.duties import Duty
from pathflow.engine.facts import Fact, Link, Refusal
from pathflow.engine.parties import Doer
from pathflow.engine.record import Bond, Enrolment, Record
from pathflow.model import path as model

if TYPE_CHECKING:
    from pathflow.engine.machine import Machine

KINDS: Final = frozenset({"linked", "unlinked", "began for", "let be"})

# what happened


def take_linking(machine: Machine, record: Record, fact: Fact) -> None:
    """A fact of these kinds; one that changes nothing is told."""
    if _changes(record, fact):
        return
    if record.enrolments:
        machine.beside(record, record.enrolments[-1], -1, fact)
    else:
        machine.on_no_path(record, fact)


def _changes(record: Record, fact: Fact) -> bool:
    """Takes the fact. Says whether it changed anything."""
    link = fact.link
    if fact.kind == "let be":
        return _strike_out(record, asked_of(record, fact.subject))
    if link is None or not link.client:
        return False
    if fact.kind == "began for":
        return _strike_out(record, asked_for(record, fact.subject, link.client))
    known = bond_with(record, link.client, fact.subject)
    if fact.kind == "linked":
        if known is not None or not fact.subject:
            return False
        record.bonds.append(Bond(fact.subject, link.client, link.back, fact.at))
        return True
    if known is not None:
        record.bonds.remove(known)
    return known is not None


def _strike_out(record: Record, places: list[tuple[int, int]]) -> bool:
    for place in places:
        del record.to_begin[place]
    return bool(places)


def let_own_be(record: Record) -> None:
    """The client is gone, and begins nothing; those who are linked may."""
    record.to_begin = {place: at for place, at in record.to_begin.items() if start_at(record, place).client is not None}


# what is known


def bond_with(record: Record, client: str, kind: str) -> Bond | None:
    """The link with a client, as something."""
    wanted = fold(kind)
    return next((bond for bond in record.bonds if bond.client == client and fold(bond.kind) == wanted), None)


def start_at(record: Record, place: tuple[int, int]) -> model.Start:
    """What the step at a place of `to_begin` starts."""
    return record.enrolments[place[0]].tables.starts[place[1]]


def asked_of(record: Record, path: str) -> list[tuple[int, int]]:
    """Where it is asked that a path be begun, for whomever."""
    wanted = fold(path)
    return [place for place in record.to_begin if fold(start_at(record, place).path) == wanted]


def asked_for(record: Record, path: str, client: str) -> list[tuple[int, int]]:
    """Where it is asked that a path be begun for a linked client."""
    kinds = {fold(bond.kind) for bond in record.bonds if bond.client == client}
    return [place for place in asked_of(record, path) if fold(start_at(record, place).client or "") in kinds]


def to_begin(record: Record) -> Iterator[tuple[Enrolment, Duty]]:
    """What is to be begun, as a duty of whoever holds the client, or did last. It stays owed after the path has ended."""
    for (index, node), since in record.to_begin.items():
        enrolment, start = record.enrolments[index], start_at(record, (index, node))
        said = Phrase("begin {name} for the linked {by}", start.path, start.client or "")
        said = said if start.client is not None else Phrase("begin {name}", start.path)
        yield enrolment, Duty(said, "begin", Doer(enrolment.holder), node, since, None, None, "open")


# what is wanted


def may_link(record: Record, kind: str, link: Link | None, words: dict[str, str]) -> Refusal | None:
    """Why somebody cannot be linked as something."""
    if link is None or not link.client or not kind or not link.back:
        return Refusal("a link says who the other client is, and what each of the two is to the other", words)
    words = words | {"other": link.client}
    if link.client == record.client:
        return Refusal("`{client}` cannot be linked with themselves", words)
    if bond_with(record, link.client, kind) is not None:
        return Refusal("`{other}` is linked with `{client}` as `{subject}` already", words)
    return None


def may_unlink(record: Record, kind: str, link: Link | None, words: dict[str, str]) -> Refusal | None:
    """Why there is no such link to be taken away."""
    other = link.client if link is not None else ""
    if bond_with(record, other, kind) is None:
        return Refusal("`{other}` is not linked with `{client}` as `{subject}`", words | {"other": other})
    return None


def may_begin(record: Record, path: str, link: Link | None, words: dict[str, str]) -> Refusal | None:
    """Why a path is not begun for a linked client."""
    other = link.client if link is not None else ""
    if not asked_of(record, path):
        return Refusal("no step of `{client}` has asked that `{subject}` be begun", words)
    if not asked_for(record, path, other):
        return Refusal("`{other}` is not linked with `{client}` as whom `{subject}` is for", words | {"other": other})
    return None


def may_let_be(record: Record, path: str, reason: str | None, words: dict[str, str]) -> Refusal | None:
    """Why what a step starts cannot be let be."""
    if not reason:
        return Refusal("what a step starts is let be only with a reason", words)
    if not asked_of(record, path):
        return Refusal("no step of `{client}` has asked that `{subject}` be begun", words)
    return None
