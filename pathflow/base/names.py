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


@lru_cache(maxsize=4096)
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


def slips(word: str, meant: str) -> int:
    """How many slips of the finger lead from one to the other: a letter left out, put in, changed, or two changed round.

    Source: Damerau, A technique for computer detection and correction of spelling errors, CACM 7(3), 1964.
    Cost: the product of the lengths.
    """
    two_back: list[int] = []
    back = list(range(len(meant) + 1))
    for i, a in enumerate(word, start=1):
        row = [i]
        for j, b in enumerate(meant, start=1):
            best = min(back[j] + 1, row[-1] + 1, back[j - 1] + (a != b))
            if i > 1 and j > 1 and a == meant[j - 2] and word[i - 2] == b:
                best = min(best, two_back[j - 2] + 1)
            row.append(best)
        two_back, back = back, row
    return back[-1]


def is_slip(word: str, meant: str | None) -> bool:
    """Whether a word of a closed list is plainly the one that was meant: one slip away, or two in a long word."""
    if meant is None:
        return False
    one, other = fold(word), fold(meant)
    return slips(one, other) <= (2 if len(other) >= 7 else 1)


def is_plainly(name: str, meant: str | None, known: Iterable[str]) -> bool:
    """Whether a name that nobody declared is plainly one of those that are: safe to put in its place unasked.

    One letter is missing, too many, or changed round with its neighbour, in one word of five letters or more and without
    digits; and no other known name is near. A letter that is another (`abduction`, `adduction`) may be another thing.
    """
    if meant is None:
        return False
    one, other = fold(name), fold(meant)
    differ = [(a, b) for a, b in zip(one.split(), other.split(), strict=False) if a != b]
    if len(one.split()) != len(other.split()) or len(differ) != 1:
        return False
    a, b = differ[0]
    if min(len(a), len(b)) < 5 or not (a + b).isalpha():
        return False
    is_moved = len(a) != len(b) or sorted(a) == sorted(b)
    rivals = [k for k in known if fold(k) != other and slips(one, fold(k)) <= 2]
    return is_moved and slips(a, b) == 1 and not rivals


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
