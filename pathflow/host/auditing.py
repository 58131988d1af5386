"""Whether the audit of a store is whole: rows follow from those before them, facts have their row, signatures hold."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from pathflow.base.instants import Instant
from pathflow.base.phrases import Said
from pathflow.store import chain
from pathflow.store.port import Audited, Seal, Store

Sign = Callable[[bytes], bytes]
"""Signs what it is given, always the same way: as an HMAC with a key that the store's administrators do not have."""

_PAGE: Final = 1000


class Broken(Struct, frozen=True):
    """Where the audit of a client is not whole, and why. `number`: of the row; 0 where it is about no row."""

    client: str
    number: int
    why: Said


def signed_by(key: bytes) -> Sign:
    """Signatures by HMAC-SHA256."""
    if len(key) < 16:
        raise ValueError("a key for signatures has 16 bytes at least")
    return lambda message: hmac.new(key, message, hashlib.sha256).digest()


def seal_all(store: Store, sign: Sign, at: Instant) -> int:
    """Signs the head of every audit that has grown since it was signed last. Gives how many."""
    count = 0
    for client in _clients(store):
        head = store.head(client)
        seals = store.seals(client)
        if head is None or not head.n_audit or (seals and seals[-1].number == head.n_audit):
            continue
        message = _message(client, head.n_audit, at, head.audit_head)
        store.seal([Seal(client, head.n_audit, at, head.audit_head, sign(message))])
        count += 1
    return count


def verify(store: Store, sign: Sign | None = None) -> Iterator[Broken]:
    """Everything that is wrong with the audit, client by client; nothing where it is whole.

    Args:
        sign: without it signatures are compared with the chain, and not made again.
    """
    for client in _clients(store):
        yield from _of_client(store, client, sign)


def _of_client(store: Store, client: str, sign: Sign | None) -> Iterator[Broken]:
    head = store.head(client)
    hashes: dict[int, bytes] = {}
    spoken: dict[int, str] = {}
    number, before = 0, chain.FIRST
    for kept in _audit(store, client):
        number += 1
        expected = chain.link(before, client, number, kept.row)
        if kept.number != number:
            yield Broken(client, number, Said("the row is missing"))
            return
        if kept.hash != expected:
            yield Broken(client, number, Said("the row, or one before it, was changed"))
            return
        before = hashes[number] = expected
        told = json.loads(kept.row.body)
        if "fact" in told:
            spoken[told["fact"]] = told["digest"]
    if head is None or head.n_audit != number or head.audit_head != before:
        yield Broken(client, number + 1, Said("rows at the end are missing"))
    yield from _facts(store, client, spoken)
    yield from _seals(store, client, hashes, sign)


def _facts(store: Store, client: str, spoken: dict[int, str]) -> Iterator[Broken]:
    for fact in store.facts(client):
        digest = spoken.pop(fact.number, None)
        if digest is None:
            yield Broken(client, 0, Said("fact {n} has no row in the audit", n=fact.number))
        elif digest != hashlib.sha256(fact.body.encode()).hexdigest():
            yield Broken(client, 0, Said("fact {n} was changed after it was kept", n=fact.number))
    for number in spoken:
        yield Broken(client, 0, Said("fact {n}, of which the audit speaks, is missing", n=number))


def _seals(store: Store, client: str, hashes: dict[int, bytes], sign: Sign | None) -> Iterator[Broken]:
    for seal in store.seals(client):
        if hashes.get(seal.number) != seal.hash:
            yield Broken(client, seal.number, Said("the audit is not the one that was signed"))
        elif sign is not None and not hmac.compare_digest(
            sign(_message(client, seal.number, seal.at, seal.hash)), seal.signature
        ):
            yield Broken(client, seal.number, Said("the signature does not hold"))


def _message(client: str, number: int, at: Instant, digest: bytes) -> bytes:
    return json.dumps([client, number, at, digest.hex()], ensure_ascii=False).encode()


def _audit(store: Store, client: str) -> Iterator[Audited]:
    after = 0
    while page := store.audit(client, after, _PAGE):
        yield from page
        after = page[-1].number


def _clients(store: Store) -> Iterator[str]:
    after = ""
    while names := store.clients(after, _PAGE):
        yield from names
        after = names[-1]
