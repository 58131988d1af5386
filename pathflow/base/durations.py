"""Lengths of time as people agree on them: `3 working days`, `2 weeks`, `6 months`.

Minutes and hours are elapsed time. The other units are counted in the calendar: a day is a date, not 24 hours, so that a
deadline falls on the same date whether or not the clocks change in between.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Unit = Literal["minute", "hour", "day", "working day", "school day", "week", "month", "year"]

UNITS: Final[tuple[Unit, ...]] = ("minute", "hour", "day", "working day", "school day", "week", "month", "year")

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_ELAPSED: Final[dict[str, int]] = {"minute": MINUTE, "hour": HOUR}
# The fewest and the most dates that one unit can cover; a closure takes a year at most.
_DATES: Final[dict[str, tuple[float, float]]] = {
    "day": (1, 1),
    "week": (7, 7),
    "month": (28, 31),  # so many in a row: see _months
    "year": (365, 366),
    "working day": (1, 2.5),
    "school day": (1, 40),
}
_TYPICAL: Final[dict[str, float]] = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1,
    "working day": 1.4,
    "school day": 1.95,
    "week": 7,
    "month": 30.44,
    "year": 365.25,
}


_IN_A_ROW: Final = ((0, 0), (28, 31), (59, 62), (89, 92), (120, 123), (150, 153), (181, 184), (212, 215), (242, 245),
                    (273, 276), (303, 306), (334, 337))  # fmt: skip
"""The fewest and the most dates that so many months in a row cover."""


def _months(count: int) -> tuple[int, int]:
    years, rest = divmod(count, 12)
    fewest, most = _IN_A_ROW[rest]
    return years * 365 + fewest, years * 365 + years // 4 + bool(years) + most


class Duration(Struct, frozen=True):
    """So many of a unit. `Duration(0, "day")` is "the same day"."""

    count: int
    unit: Unit

    @property
    def is_elapsed(self) -> bool:
        """Minutes and hours run on through nights and clock changes; the other units count dates."""
        return self.unit in _ELAPSED

    @property
    def shortest(self) -> int:
        """No deadline of this length ends sooner. Units: microseconds after the start."""
        if self.unit in _ELAPSED:
            return self.count * _ELAPSED[self.unit]
        dates = _months(self.count)[0] if self.unit == "month" else self.count * _DATES[self.unit][0]
        return max(0, int(dates * DAY) - HOUR)

    @property
    def longest(self) -> int:
        """No deadline of this length ends later. Units: microseconds after the start."""
        if self.unit in _ELAPSED:
            return self.count * _ELAPSED[self.unit]
        most = _DATES[self.unit][1]
        closed = 366 + 31 if self.unit in ("working day", "school day") else 0
        dates = _months(self.count)[1] if self.unit == "month" else self.count * most
        return int((dates + closed + 1) * DAY) + HOUR

    @property
    def days_typical(self) -> float:
        """For ordering and reports, never for a deadline."""
        return self.count * _TYPICAL[self.unit]

    def is_longer_than(self, other: Duration) -> bool:
        """Whether this length surely exceeds the other: by count in one unit, by typical length across units."""
        if self.unit == other.unit:
            return self.count > other.count
        most = 1 if other.count == 0 and not other.is_elapsed else other.days_typical * 1.05  # the same day lasts up to a day
        return self.days_typical > most

    def __str__(self) -> str:
        if self.count == 0 and self.unit in ("day", "working day"):
            return f"the same {self.unit}"
        return f"{self.count} {self.unit}" + ("" if self.count == 1 else "s")


def unit_of(word: str) -> Unit | None:
    """The unit that a folded word names, singular or plural."""
    single = word.removesuffix("s")
    return single if single in _TYPICAL else None  # type: ignore[return-value]  # the keys of the table are the units
