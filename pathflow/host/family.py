"""What is seen through a link of two clients: that it is there, whose the other's plan is, and what the other's path shares.

A link alone opens nothing. What is `shares`d below `linked` in a path may be seen by those who care for whoever is linked so,
on its legal basis: a statute, or the client's consent, which must be yes at that moment. Both must be on a path then, as a
register is open only where there is a care or client relation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from pathflow.base.instants import Instant
from pathflow.base.names import fold
from pathflow.engine.conditions import is_fresh, value_at
from pathflow.engine.facts import Value
from pathflow.engine.record import Bond, Enrolment, Record
from pathflow.model import path as model


class Relative(Struct, frozen=True):
    """Somebody who is linked with a client. `kind`: what they are of the client; `back`: what the client is of them.

    `plan`: what their one plan is called; None where they have none.
    """

    kind: str
    client: str
    back: str
    since: Instant
    plan: str | None
    owner: str | None


class Shared(Struct, frozen=True):
    """An item of a linked client that may be seen. `basis`: why, in the path's words."""

    kind: str
    client: str
    path: str
    item: str
    value: Value
    at: Instant
    basis: str


Read = Callable[[str], Record]
"""The record of another client as of the moment that is asked about. Raises: KeyError."""


def relatives_of(record: Record, read: Read) -> tuple[Relative, ...]:
    """Those who are linked with a client."""
    return tuple(_relative(bond, read(bond.client)) for bond in record.bonds)


def _relative(bond: Bond, other: Record) -> Relative:
    plan = other.enrolments[other.plan_from].tables.program.path.plan if other.plan_from is not None else None
    name = plan.name if plan is not None and other.owner is not None else None
    return Relative(bond.kind, bond.client, bond.back, bond.since, name, other.owner)


def shared_with(record: Record, at: Instant, read: Read) -> tuple[Shared, ...]:
    """What may be seen of those who are linked with a client."""
    if not record.active:
        return ()
    return tuple(one for bond in record.bonds for one in _shared(bond, read(bond.client), at))


def _shared(bond: Bond, other: Record, at: Instant) -> Iterator[Shared]:
    told: set[str] = set()
    for enrolment in other.active:
        for linked in enrolment.tables.program.path.clients.linked.values():
            if fold(linked.name) != fold(bond.back) or not _may_be_seen(linked, other, enrolment, at):
                continue
            for item in linked.shares:
                found = value_at(other.items.get(item), at)
                if found is not None and item not in told:
                    told.add(item)
                    yield _of(bond, enrolment, linked, item, found[0], found[1])


def _may_be_seen(linked: model.Linked, other: Record, enrolment: Enrolment, at: Instant) -> bool:
    basis = linked.basis
    if basis is None:
        return False
    if basis.consent is None:
        return True
    consent = value_at(other.items.get(basis.consent), at)
    if consent is None or consent[1] != "yes":
        return False
    program = enrolment.tables.program
    return is_fresh(consent[0], program.path.items.get(basis.consent), at, program.calendar)


def _of(
    bond: Bond, enrolment: Enrolment, linked: model.Linked, item: str, since: Instant, value: Value
) -> Shared:  # fmt: skip
    basis = linked.basis.text if linked.basis is not None else ""
    return Shared(bond.kind, bond.client, enrolment.path, item, value, since, basis)
