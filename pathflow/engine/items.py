"""Values as people and systems write them, to values of an item's type."""

from __future__ import annotations

import math
from typing import Final

from pathflow.base.names import fold
from pathflow.engine.facts import Value
from pathflow.model.network import Item

_UNKNOWN: Final = frozenset({"", "?", "unknown", "na", "n/a", "null", "none"})
_YES: Final = frozenset({"yes", "true", "1", "y", "kyllä", "ja"})
_NO: Final = frozenset({"no", "false", "0", "n", "ei", "nej"})


def word_in(cell: object) -> str:
    """A cell as text, without the space around it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell).strip()


def is_unknown(word: str) -> bool:
    """Whether a cell says that nothing is known."""
    return fold(word) in _UNKNOWN


def says_nothing(cell: object, item: Item) -> bool:
    """Whether a cell leaves the item unknown."""
    return is_unknown(word_in(cell)) and not (item.kind == "yes or no" and fold(word_in(cell)) in _NO)


def value_of(cell: object, item: Item) -> Value | None:
    """A cell as a value of the item's type, or None where it does not fit."""
    word = word_in(cell)
    key = fold(word)
    if item.kind == "number":
        number = None if isinstance(cell, bool) else _number(word, item.unit)
        return number if number is None or item.range is None or item.range.has(number) else None
    if item.kind == "yes or no":
        return "yes" if key in _YES else "no" if key in _NO else None
    if item.kind == "one of":
        return next((option for option in item.options if fold(option) == key), None)
    return word


def any_number(item: Item) -> float:
    """A number that the item may be, where nothing more is asked of it."""
    return 1.0 if item.range is None else float(item.range.nearest(1))


def wanted(item: Item) -> str:
    """What a value of the item must be, in words."""
    if item.kind == "number":
        kind = f"a number of {item.unit}" if item.unit else "a number"
        return f"{kind} {item.range}" if item.range is not None else kind
    return f"one of {', '.join(item.options)}" if item.kind == "one of" else item.kind


def _number(word: str, unit: str | None) -> float | None:
    text = word.removesuffix(unit).strip() if unit else word
    text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and "." not in text and "e" not in text.lower() else number
