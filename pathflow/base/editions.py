"""The editions of the language: what `edition 2026` at the head of a file means.

The language has editions, the package has versions. Within an edition a file means the same for ever: words may be added to
the table, none is taken away and none changes its meaning. A change that would alter what a written file means comes with a
new edition, and is made there only: a file without the line is of the first edition, whatever pathflow reads it.

A later edition is one more `Edition` in `EDITIONS`. Its `migrations` are changes of the text, line by line, that say in it what
the file said in the edition before; `pathflow fmt --edition` makes them, one edition after another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

Migration = Callable[[str], str]
"""The value after a keyword, to the value that means the same in the new edition."""


class Edition(Struct, frozen=True):
    """One edition: its year, what it changed, and, by English keyword, how a line of the edition before is brought to it."""

    year: str
    changed: str
    migrations: Mapping[str, Migration] = {}


EDITIONS: Final[dict[str, Edition]] = {"2026": Edition("2026", "the first edition")}
"""Every edition, the oldest first."""

FIRST: Final = "2026"
"""What a file is of that does not say: for ever, so that it means the same for ever."""


def known_edition(text: str) -> bool:
    """Whether this version of pathflow reads the edition."""
    return text in EDITIONS


def newest() -> str:
    """The newest edition that this version reads."""
    return max(EDITIONS)


def moves(before: str, after: str) -> tuple[Edition, ...]:
    """The editions through which a file goes from one to a later one. Raises: ValueError for an earlier one."""
    if after < before:
        raise ValueError(f"a file of edition {before} cannot be brought back to edition {after}")
    return tuple(EDITIONS[year] for year in sorted(EDITIONS) if before < year <= after)
