"""Whether a store is whole: everything that it keeps follows from its facts, and everybody is seen to."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.phrases import Said
from pathflow.engine.linking import bond_with
from pathflow.engine.record import Bond
from pathflow.host.auditing import Sign, verify
from pathflow.host.service import SET_ASIDE, CareService
from pathflow.store.port import Flag, FlagsAsked, WorkAsked

_ALL = 1 << 31


class Wrong(Struct, frozen=True):
    """Something in a store that is not as it must be."""

    client: str
    why: Said


def check_store(service: CareService, sign: Sign | None = None) -> Iterator[Wrong]:
    """What is wrong with a store, client by client; nothing where it is whole.

    Args:
        sign: makes the signatures of the audit, to be compared.
    """
    for client in service.clients():
        try:
            yield from _of_client(service, client)
        except Exception as wrong:  # noqa: BLE001 - whatever a record does: the others are checked all the same
            yield Wrong(client, Said("its record cannot be read: {why}", why=f"{type(wrong).__name__}: {wrong}"))
    for broken in verify(service.store, sign):
        yield Wrong(broken.client, Said("its audit, row {n}: {why}", n=broken.number or "–", why=broken.why))


def _of_client(service: CareService, client: str) -> Iterator[Wrong]:
    record = service.record(client)
    for enrolment in record.active:
        if not enrolment.holder:
            yield Wrong(client, Said("nobody is accountable on `{path}`", path=enrolment.path))
    for bond in record.bonds:
        if not _is_returned(service, client, bond):
            yield Wrong(client, Said("it links another client, whose record does not say so"))
    work, flags = service.rebuilt(client)
    kept_work = {row.work.place: row.work for row in service.store.work(WorkAsked(client=client, limit=_ALL))}
    kept_flags = {row.flag.place: row.flag for row in service.store.flags(FlagsAsked(client=client, is_open=None, limit=_ALL))}
    if SET_ASIDE in kept_flags:
        yield Wrong(client, Said("its record was set aside"))
        del kept_flags[SET_ASIDE]
    if kept_work != work:
        yield Wrong(client, Said("its work is not what its facts say"))
    if _without_words(kept_flags) != _without_words(flags):
        yield Wrong(client, Said("its flags are not what its facts say"))
    head = service.store.head(client)
    if record.active and (head is None or head.due is None):
        yield Wrong(client, Said("it is on a path, and time does not come to it"))


def _is_returned(service: CareService, client: str, bond: Bond) -> bool:
    """Whether the other record has the same link."""
    try:
        other = service.record(bond.client)
    except KeyError:
        return False
    found = bond_with(other, client, bond.back)
    return found is not None and found.back == bond.kind


def _without_words(flags: dict[str, Flag]) -> dict[str, Flag]:
    """How long something has been so is told when somebody looks."""
    return {place: replace(flag, body="") for place, flag in flags.items()}
