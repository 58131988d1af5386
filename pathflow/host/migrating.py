"""All clients of a version of a path to another one: tried first, then done, client by client, as often as it takes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pathflow.base.instants import Instant
from pathflow.engine.facts import Refusal
from pathflow.engine.migrating import Mapped, Problem
from pathflow.host.service import Actor, CareService
from pathflow.store.port import Damaged


class Going(Struct, frozen=True):
    """What becomes of a client: the way is free, or problems say why not. `where`: the places at which the client is."""

    client: str
    where: tuple[str, ...]
    problems: tuple[Problem, ...]


def tried(service: CareService, path: str, old: str, new: str, mapping: Mapped, at: Instant) -> Iterator[Going]:
    """For every client on the old version what would become of them. Nothing is changed. Who cannot be read is told too.

    Args:
        old, new: keys of versions that the service knows.
    """
    for client in service.clients():
        try:
            record = service.as_of(client, at)
        except Damaged:  # one that cannot be read must not hold up the others
            yield Going(client, (), (Problem("unreadable", ""),))
            continue
        for enrolment in record.active:
            if enrolment.parent is None and enrolment.path == path and enrolment.version == old:
                where = tuple(enrolment.tables.name[node] for node in sorted(enrolment.tokens))
                yield Going(client, where, tuple(service.problems(record, path, new, mapping, at)))


def done(
    service: CareService, actor: Actor, path: str, old: str, new: str, mapping: Mapped, at: Instant
) -> Iterator[Going]:  # fmt: skip
    """Takes over every client whose way is free, each whole or not at all, and says what became of each.

    Stopped in between it can be begun again: those who are on the new version are no longer on the old one.
    """
    for going in tried(service, path, old, new, mapping, at):
        if not going.problems:
            answer = service.migrate(actor, going.client, path, new, mapping, at)
            if isinstance(answer, Refusal):  # somebody changed the record in between
                record = service.as_of(going.client, at)
                yield Going(going.client, going.where, tuple(service.problems(record, path, new, mapping, at)))
                continue
        yield going
