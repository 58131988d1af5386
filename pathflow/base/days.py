"""A calendar as tables of day numbers: the same deadlines as `Calendar`, for many starts at once.

A moment is a whole number of microseconds on the clocks of the calendar's zone, counted so that the last moment of a date is a
multiple of a day: `number * DAY` is the end of the date with that ordinal. A deadline in dates is then a table from one number
to another, whichever the time of day. Lengths in minutes and hours run on through a change of the clocks; of an hour that the
clocks show twice the first is meant.

Law: tests/laws/test_days.py (agrees with `Calendar` for every unit, date and time of day).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from operator import sub
from typing import Final

from pathflow.base.calendars import Calendar, add_months
from pathflow.base.durations import DAY, HOUR, MINUTE, SECOND, Duration

Moment = int
"""Units: microseconds on the local clocks; the last moment of a date is a multiple of DAY."""

_LAST: Final = DAY - 1
_FAR: Final = date(9999, 12, 1).toordinal()
_GATHERING: Final = frozenset({"month", "year", "working day", "school day"})
"""Units of which a length leads from several dates to one."""


def end_of(day: date) -> Moment:
    """The last moment of a date."""
    return day.toordinal() * DAY


def date_of(moment: Moment) -> date:
    """The date on which a moment falls."""
    return date.fromordinal(min(-(-moment // DAY), _FAR))


class _Dates(dict[int, int]):
    """The last date of one length, by the ordinal of the date on which it starts; worked out when first asked for."""

    __slots__ = ("days", "length")

    def __init__(self, days: Days, length: Duration) -> None:
        super().__init__()
        self.days = days
        self.length = length

    def __missing__(self, first: int) -> int:
        self[first] = found = self.days.last_date(first, self.length)
        return found


class Days:
    """The dates of one calendar."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._tables: dict[Duration, _Dates] = {}
        self._open: dict[str, list[int]] = {}
        self._known: dict[str, tuple[int, int]] = {}
        self._offsets: dict[int, int] = {}

    def due(self, starts: Iterable[Moment], length: Duration) -> list[Moment]:
        """The last moment in time for each start: the end of a date, or so many minutes or hours on."""
        if length.is_elapsed:
            return self._elapsed(starts, length)
        if length.unit in {"day", "week"}:
            more = length.count * (7 if length.unit == "week" else 1)
            return [(more - -start // DAY) * DAY for start in starts]
        dates = self.table(length)
        return [dates[-(-start // DAY)] * DAY for start in starts]

    def later(self, starts: Iterable[Moment], length: Duration) -> list[Moment]:
        """The moment so long after each start, at the same time on the clock."""
        if length.is_elapsed:
            return self._elapsed(starts, length)
        if length.unit in {"day", "week"}:
            more = length.count * (7 if length.unit == "week" else 1) * DAY
            return [start + more for start in starts]
        dates = self.table(length)
        return [start + (dates[first := -(-start // DAY)] - first) * DAY for start in starts]

    def at_latest(self, starts: Iterable[Moment], length: Duration) -> list[Moment]:
        """The latest moment that is so long after each start, or after one that is earlier.

        Of two starts on two dates from which a length leads to one date, the earlier has the later time on the clock.
        """
        return self._beside(starts, length, -1, 0)

    def at_earliest(self, starts: Iterable[Moment], length: Duration) -> list[Moment]:
        """The earliest moment that is so long after each start, or after one that is later."""
        return self._beside(starts, length, 1, 1 - DAY)

    def _beside(self, starts: Iterable[Moment], length: Duration, other: int, shift: Moment) -> list[Moment]:
        """So long after each start; where the date before or after leads there too, that end of the date to which it leads."""
        if length.unit not in _GATHERING:
            return self.later(starts, length)
        dates = self.table(length)
        found: list[Moment] = []
        for start in starts:
            first = -(-start // DAY)
            last = dates[first]
            found.append(last * DAY + shift if dates[first + other] == last else start + (last - first) * DAY)
        return found

    def table(self, length: Duration) -> _Dates:
        """Date to date, by their ordinals."""
        found = self._tables.get(length)
        if found is None:
            found = self._tables[length] = _Dates(self, length)
        return found

    def last_date(self, first: int, length: Duration) -> int:
        """The ordinal of the last date of a length that starts on a date."""
        count, unit = length.count, length.unit
        if first >= _FAR:
            return _FAR
        if unit in ("month", "year"):
            months = count if unit == "month" else 12 * count
            return min(add_months(date.fromordinal(first), months).toordinal(), _FAR) if months < 12 * 9999 else _FAR
        if unit in ("day", "week"):
            return min(first + count * (7 if unit == "week" else 1), _FAR)
        return self._nth_open(first, count, unit)

    def _nth_open(self, first: int, count: int, unit: str) -> int:
        opened = self._opened(unit, first)
        at = bisect_right(opened, first)
        if count == 0 and at and opened[at - 1] == first:
            return first
        at += max(count, 1) - 1
        while at >= len(opened):
            if self._known[unit][1] >= _FAR:
                return _FAR
            self._opened(unit, self._known[unit][1])
        return opened[at]

    def most(self, length: Duration, first: int, last: int) -> int:
        """The most dates that a length of working or school days covers, begun on any date from one on and before another."""
        self._opened(length.unit, first)
        while self._known[length.unit][1] < last:
            self._opened(length.unit, self._known[length.unit][1])
        opened = self._open[length.unit]
        found = opened[bisect_left(opened, first) : bisect_left(opened, last)]
        count = max(length.count, 1)
        # of those who start between two open days, who starts on the first of them waits longest
        inside: Iterator[int] = map(sub, found[count:], found)
        at_the_edges = (self.last_date(day, length) - day for day in (first, *found[-count:]))
        return max(*inside, *at_the_edges, 0)

    def _opened(self, unit: str, day: int) -> list[int]:
        """The days that count, around a date: a list that grows by a year where it ends."""
        lowest, highest = self._known.get(unit, (day, day))
        opened = self._open.setdefault(unit, [])
        if day < lowest or unit not in self._known:
            opened[:0] = self._between(unit, day - 31, lowest)
            lowest = day - 31
        if day >= highest:
            until = min(day + 400, _FAR)
            opened += self._between(unit, highest, until)
            highest = until
        self._known[unit] = (lowest, highest)
        return opened

    def _between(self, unit: str, first: int, last: int) -> list[int]:
        is_working = self.calendar.is_working
        return [day for day in range(max(first, 1), last) if is_working(date.fromordinal(day), unit)]

    # ── minutes and hours ───────────────────────────────────────────────────────────────────────────────────────────

    def _elapsed(self, starts: Iterable[Moment], length: Duration) -> list[Moment]:
        more = length.count * (HOUR if length.unit == "hour" else MINUTE)
        return [self._after(start, more) for start in starts]

    def _after(self, start: Moment, more: int) -> Moment:
        first, last = -(-start // DAY), -(-(start + more) // DAY) + 1
        if last >= _FAR:
            return _FAR * DAY
        if self._offset(first) == self._offset(last) and last - first <= 31:
            return start + more  # the clocks change twice a year, never to and fro within a month
        wall = datetime.fromordinal(first) + timedelta(microseconds=_LAST + start - first * DAY)
        there = (wall.replace(tzinfo=self.calendar.zone).astimezone(UTC) + timedelta(microseconds=more)).astimezone(
            self.calendar.zone
        )
        clock = ((there.hour * 60 + there.minute) * 60 + there.second) * SECOND + there.microsecond
        return there.toordinal() * DAY + clock - _LAST

    def _offset(self, day: int) -> int:
        """By how much the clocks differ from UTC as a date begins."""
        found = self._offsets.get(day)
        if found is None:
            offset = self.calendar.zone.utcoffset(datetime.fromordinal(day))
            found = self._offsets[day] = (offset or timedelta()) // timedelta(seconds=1)
        return found
