"""A whole store as lines of JSON: one that says what it is, one for each row, one that says how many there were.

Every store writes the same lines for the same content, in the same order, so that two exports can be compared byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from pathflow.store import edge
from pathflow.store.port import Flag, StoreError, Work

FORMAT: Final = "pathflow store 1"

MOST_LINE: Final = 64 * 1024 * 1024
"""The longest line, in bytes: versions of paths are kept with all their files."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "path": ("key", "name", "published", "body"),
    "record": ("client", "version", "n_facts", "due", "seen", "held", "n_audit", "audit_head"),
    "fact": ("client", "number", "at", "recorded", "body"),
    "work": (
        "client", "place", "act", "path", "name", "what", "provider", "profession", "worker", "asker", "since", "due", "latest",
        "urgent",
    ),
    "flag": ("client", "place", "code", "family", "level", "who", "since", "due", "is_open", "body"),
    "notice": (
        "key", "client", "topic", "recipient", "at", "body", "again", "held", "attempts", "delivered", "why",
    ),
    "answer": ("key", "client", "asked", "body"),
    "audit": ("client", "number", "at", "actor", "role", "basis", "action", "body", "hash"),
    "seal": ("client", "number", "at", "hash", "signature"),
}  # fmt: skip
"""Every kind of row, and its columns. They are the tables of schema/*.sql."""

_BYTES: Final = frozenset({"audit_head", "hash", "signature"})
_MAY_BE_NOTHING: Final = frozenset({"due", "latest", "again", "delivered"})
_NUMBERS: Final = frozenset({
    "published", "version", "n_facts", "due", "seen", "held", "n_audit", "number", "at", "recorded", "since", "latest",
    "urgent", "is_open", "again", "attempts", "delivered",
})  # fmt: skip


def written(parts: Iterable[tuple[str, Iterable[Iterable[Any]]]]) -> Iterator[str]:
    """The lines of an export."""
    yield json.dumps({"format": FORMAT})
    count = 0
    for part, rows in parts:
        for row in rows:
            values = [v.hex() if isinstance(v, bytes) else v for v in row]
            yield json.dumps([part, *values], ensure_ascii=False, separators=(",", ":"))
            count += 1
    yield json.dumps({"rows": count})


def read_export(lines: Iterable[str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The rows of an export. Raises: StoreError for what is none, was cut off, or holds what a store cannot keep."""
    count, is_over = -1, False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if is_over:
            raise StoreError("line {n}: something stands behind the last line", n=number)
        try:
            found = edge.read(line, "the line", MOST_LINE)
        except edge.NotKept as wrong:
            raise StoreError("line {n}: {why}", n=number, why=wrong) from None
        if count < 0:
            if found != {"format": FORMAT}:
                raise StoreError("line {n}: this is no export of a store; the first line would be {first}", n=number,
                                 first=json.dumps({"format": FORMAT}))  # fmt: skip
            count = 0
        elif isinstance(found, dict):
            if found != {"rows": count}:
                raise StoreError("line {n}: {count} rows were read, and not as many as it says", n=number, count=count)
            is_over = True
        else:
            yield _row(found, number)
            count += 1
    if not is_over:
        raise StoreError("the export was cut off: its last line, which says how many rows there are, is missing")


def work_of(values: Sequence[Any]) -> Work:
    """The row of a worklist, from how it is written: with commas around the professions, so that each can be looked for."""
    return Work(*values[:6], values[6].strip(","), *values[7:])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def flag_of(values: Sequence[Any]) -> Flag:
    """A flag, from how it is written."""
    return Flag(*values[:-2], bool(values[-2]), values[-1])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def _row(found: Any, number: int) -> tuple[str, tuple[Any, ...]]:
    match found:
        case [str(part), *values] if part in COLUMNS and len(COLUMNS[part]) == len(values):
            return part, tuple(_value(column, value, number) for column, value in zip(COLUMNS[part], values, strict=True))
        case _:
            raise StoreError("line {n}: this is no row of a store", n=number)


def _value(column: str, value: Any, number: int) -> Any:
    if value is None and column in _MAY_BE_NOTHING:
        return None
    if column in _NUMBERS and type(value) is int:
        return value
    if column not in _NUMBERS and isinstance(value, str):
        if column not in _BYTES:
            return value
        with suppress(ValueError):
            return bytes.fromhex(value)
    raise StoreError("line {n}: {column} is not as a store keeps it", n=number, column=column)
