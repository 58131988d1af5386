"""When a deadline falls: local dates, weekends and holidays.

Rules, and where they come from:

- The day on which the clock starts is not counted (Finnish Act on calculating statutory time limits 150/1930, section 2).
- A length in days, weeks, months or years ends with the last moment of its last date. Months and years end on the date of
  the same number, or on the last date of a month that lacks it (150/1930, section 3).
- Working days leave out the weekend and the holidays, weekday-type Saturdays included; "the same working day" of a contact
  on a closed day is the next working day.
- Minutes and hours are elapsed time.

A deadline in calendar days is *not* moved to the next working day, though 150/1930 section 5 does so for acts before an
authority: care does not wait for an office to open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pathflow.base.durations import HOUR, MINUTE, Duration
from pathflow.base.instants import Instant, instant_of, local_datetime

ClosedDates = Callable[[int], frozenset[date]]
"""The dates of one year on which nobody works, besides weekends."""

_LAST_MOMENT: Final = time(23, 59, 59, 999999)
_MOST_KNOWN: Final = 20_000
"""How many deadlines are kept in mind: each is asked for again at whatever happens until then."""

_FAR: Final = date(9999, 12, 1)


def no_holidays(_year: int) -> frozenset[date]:
    """A calendar that knows weekends only."""
    return frozenset()


class Calendar:
    """Local time, and which dates count as working days and as school days.

    Raises: nothing for lengths up to the year 9999; a deadline beyond is held at the end of that time.
    """

    __slots__ = ("_closed", "_due", "_ends", "_is_closed", "_school", "_weekend", "zone")

    def __init__(
        self,
        zone: ZoneInfo,
        weekend: frozenset[int] = frozenset({5, 6}),
        closed: ClosedDates = no_holidays,
        school_closed: ClosedDates | None = None,
    ) -> None:
        self.zone = zone
        self._weekend = weekend
        self._closed = closed
        self._school = school_closed or closed
        self._due: dict[tuple[Instant, Duration], Instant] = {}
        self._ends: dict[tuple[date, Duration], Instant] = {}
        self._is_closed: dict[tuple[str, date], bool] = {}

    def is_working(self, day: date, unit: str = "working day") -> bool:
        """Whether that date counts as a working day (or as a school day)."""
        key = (unit, day)
        known = self._is_closed.get(key)
        if known is None:
            dates = self._school if unit == "school day" else self._closed
            known = day.weekday() in self._weekend or day in dates(day.year)
            self._is_closed[key] = known
        return not known

    def due(self, start: Instant, length: Duration) -> Instant:
        """The last moment at which something owed within `length` of `start` is still in time."""
        if length.unit == "minute":
            return start + length.count * MINUTE
        if length.unit == "hour":
            return start + length.count * HOUR
        key = (start, length)
        known = self._due.get(key)
        if known is None:
            if len(self._due) >= _MOST_KNOWN:
                self._due.clear()
            known = self._due[key] = self._end_within(local_datetime(start, self.zone).date(), length)
        return known

    def _end_within(self, first: date, length: Duration) -> Instant:
        """The end of the last day within `length` of a day: much begins on the same days."""
        key = (first, length)
        known = self._ends.get(key)
        if known is None:
            if len(self._ends) >= _MOST_KNOWN:
                self._ends.clear()
            last = self._last_date(first, length)
            known = self._ends[key] = instant_of(datetime.combine(last, _LAST_MOMENT), self.zone)
        return known

    def later(self, start: Instant, length: Duration) -> Instant:
        """The moment `length` after `start`, by the clock on the wall: for validity, waits and planned rounds."""
        if length.unit == "minute":
            return start + length.count * MINUTE
        if length.unit == "hour":
            return start + length.count * HOUR
        moment = local_datetime(start, self.zone)
        last = self._last_date(moment.date(), length)
        return instant_of(datetime.combine(last, moment.time()), self.zone)

    def _last_date(self, first: date, length: Duration) -> date:
        count, unit = length.count, length.unit
        try:
            if unit == "day":
                return first + timedelta(days=count)
            if unit == "week":
                return first + timedelta(weeks=count)
            if unit == "month":
                return add_months(first, count)
            if unit == "year":
                return add_months(first, 12 * count)
        except (OverflowError, ValueError):
            return _FAR
        return self._nth_open(first, count, unit)

    def _nth_open(self, day: date, count: int, unit: str) -> date:
        if count == 0 and self.is_working(day, unit):
            return day
        left = max(count, 1)
        while day < _FAR:
            day += timedelta(days=1)
            if self.is_working(day, unit):
                left -= 1
                if left == 0:
                    return day
        return _FAR


def add_months(day: date, count: int) -> date:
    """The same day of the month so many months on, or the last day of a month that is shorter."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    if year > 9999:
        return _FAR
    following = date(year + month // 12, month % 12 + 1, 1) if year < 9999 or month < 12 else _FAR
    last = (following - timedelta(days=1)).day
    return date(year, month, min(day.day, last))
