"""Names as people write them: how two of them are compared, and which one the writer probably meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_LOOSE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2019": "'"})


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """The form in which names are compared: composed letters, no case, single spaces, plain hyphens and apostrophes.

    Law: tests/laws/test_names.py (folding twice changes nothing).
    """
    if name.isascii():
        return " ".join(name.lower().split())
    composed = unicodedata.normalize("NFC", name.translate(_LOOSE)).casefold()
    return " ".join(unicodedata.normalize("NFC", composed).split())


def bare(word: str) -> str:
    """A keyword without its accents: `Päivää` is found as `paivaa`."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` most probably stands for, or None when nothing is near.

    Cost: compares with every known name; meant for the moment something is wrong.
    """
    table: dict[str, str] = {}
    for name in known:
        table.setdefault(fold(name), name)
    wanted = fold(word)
    if wanted in table:
        return table[wanted]
    close = difflib.get_close_matches(wanted, list(table), n=1, cutoff=0.7)
    if close:
        return table[close[0]]
    starts = [name for key, name in table.items() if len(wanted) >= 4 and (key.startswith(wanted) or key.endswith(wanted))]
    return starts[0] if len(starts) == 1 else None


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 row`, `2 rows`; `many` where the plural is not made with an s."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def listing(words: Sequence[str], last: str = "and", most: int = 8) -> str:
    """The words as a reader would list them: `a`, `b` and `c`."""
    shown = [f"`{w}`" for w in words[:most]]
    if len(words) > most:
        return ", ".join(shown) + f" {last} {len(words) - most} more"
    if len(shown) <= 1:
        return "".join(shown)
    return ", ".join(shown[:-1]) + f" {last} {shown[-1]}"
