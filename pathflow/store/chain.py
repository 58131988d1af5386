"""The chain of an audit: each row's hash holds the row and the hash before it, so that no row is changed or taken out unseen.

The last hash of a client is signed now and then (`Seal`): who can write the store, but has no key, cannot make the chain anew.
Source: the linear form of a time stamp chain, Haber and Stornetta, How to time-stamp a digital document, 1991.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from pathflow.store.port import Audited, AuditRow

FIRST: Final = bytes(32)
"""What stands before the first row."""

_encode = msgspec.json.Encoder().encode


def link(before: bytes, client: str, number: int, row: AuditRow) -> bytes:
    """The hash of a row behind another. SHA-256, 32 bytes."""
    return hashlib.sha256(before + _encode((client, number, row))).digest()


def linked(client: str, n_before: int, before: bytes, rows: Sequence[AuditRow]) -> list[Audited]:
    """Rows with their numbers and hashes."""
    found: list[Audited] = []
    for number, row in enumerate(rows, start=n_before + 1):
        before = link(before, client, number, row)
        found.append(Audited(client, number, row, before))
    return found


def first_broken(rows: Iterable[Audited], n_before: int = 0, before: bytes = FIRST) -> int | None:
    """The number of the first row that does not follow from those before it; None where all do."""
    for number, kept in enumerate(rows, start=n_before + 1):
        before = link(before, kept.client, number, kept.row)
        if kept.number != number or kept.hash != before:
            return number
    return None
