"""What may come in: only values that every store keeps as they are.

A text with NUL is cut short by one store and refused by another; a lone surrogate is no character; NaN becomes nothing in one
and an error in the other; integers past 64 bits overflow; an object that says a key twice is read differently by each reader.

Law: tests/store/test_edge.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

MOST_BYTES: Final = 64 * 1024
"""The longest fact, notice or audit row, as UTF-8."""

MOST_NAME: Final = 200
"""The longest client, key, provider or other name, in characters: several of them fit into an index of every store."""

DEEPEST: Final = 32
MOST_INTEGER: Final = 1 << 63


class NotKept(ValueError):
    """A value that a store cannot keep as it is; the text says which and why."""


def name(value: str | None, what: str) -> None:
    """Refuses a name that cannot be kept. Raises: NotKept."""
    if value is None:
        return
    if len(value) > MOST_NAME:
        raise NotKept(f"{what} has {len(value):,} characters; at most {MOST_NAME:,} can be kept")
    text(value, what)


def text(value: str, what: str) -> None:
    """Refuses a text that cannot be kept. Raises: NotKept."""
    if value.isascii():
        if "\0" in value:
            raise NotKept(f"{what} holds a NUL character, which cannot be kept; leave it out")
        return
    if "\0" in value:
        raise NotKept(f"{what} holds a NUL character, which cannot be kept; leave it out")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotKept(f"{what} holds half of a character (a lone surrogate), which cannot be kept; leave it out") from None


def body(encoded: str, what: str, most: int = MOST_BYTES) -> str:
    """A line that is to be kept. Raises: NotKept for one that is too long."""
    size = len(encoded) if encoded.isascii() else len(encoded.encode("utf-8", "replace"))
    if size > most:
        raise NotKept(f"{what} has {size:,} bytes; at most {most:,} can be kept: keep documents elsewhere, and their name here")
    return encoded


def value(given: Any, what: str, depth: int = 0) -> None:
    """Refuses a value of JSON that cannot be kept. Raises: NotKept."""
    if isinstance(given, str):
        text(given, what)
    elif isinstance(given, bool) or given is None:
        return
    elif isinstance(given, int):
        if not -MOST_INTEGER <= given < MOST_INTEGER:
            raise NotKept(f"{what} is a whole number past 64 bits, which cannot be kept")
    elif isinstance(given, float):
        if not math.isfinite(given):
            raise NotKept(f"{what} is {given}, which is no number that can be kept")
    elif isinstance(given, Mapping | list | tuple):
        _inside(given, what, depth + 1)
    else:
        raise NotKept(f"{what} is a {type(given).__name__}, which cannot be kept")


def _inside(given: Any, what: str, depth: int) -> None:
    if depth > DEEPEST:
        raise NotKept(f"{what} is nested more than {DEEPEST} deep, which cannot be kept")
    for inner in given:
        if isinstance(given, Mapping):
            if not isinstance(inner, str):
                raise NotKept(f"{what} has the key {inner!r}, which is no text")
            value(given[inner], what, depth)
        value(inner, what, depth)


def read(line: str, what: str, most: int = MOST_BYTES) -> Any:
    """The value in a line of JSON from outside. Raises: NotKept, also for a key that is said twice."""
    body(line, what, most)
    try:
        found = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
    except NotKept as wrong:
        raise NotKept(f"{what} {wrong}") from None
    except (ValueError, RecursionError):
        raise NotKept(f"{what} is no JSON") from None
    value(found, what)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key in found if sum(1 for k, _ in pairs if k == key) > 1)
        raise NotKept(f"says {twice!r} twice")
    return found


def _no_number(word: str) -> Any:
    raise NotKept(f"holds {word}, which is no number that can be kept")
