"""The tables of days say what the calendar says."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from pathflow.almanac import public_holidays
from pathflow.base.calendars import Calendar
from pathflow.base.days import Days, date_of, end_of
from pathflow.base.durations import DAY, HOUR, UNITS, Duration
from pathflow.base.instants import instant_of, local_datetime

ZONE = ZoneInfo("Europe/Helsinki")
SCHOOL = frozenset(date(2026, 6, 1) + timedelta(days=n) for n in range(70))
CALENDAR = Calendar(
    ZONE,
    closed=lambda year: public_holidays("Finland", year),
    school_closed=lambda year: public_holidays("Finland", year) | (SCHOOL if year == 2026 else frozenset()),
)
DAYS = Days(CALENDAR)


def moment_of(local: datetime) -> int:
    return end_of(local.date()) - (DAY - 1) + (local - datetime.combine(local.date(), time())) // timedelta(microseconds=1)


def wall(instant: int) -> datetime:
    return local_datetime(instant, ZONE).replace(tzinfo=None)


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2031, 12, 31))
LENGTHS = st.builds(Duration, st.integers(0, 60), st.sampled_from(UNITS))


@given(MOMENTS, LENGTHS)
@example(datetime(2026, 4, 2, 12), Duration(1, "working day"))  # Maundy Thursday: Tuesday after Easter is next
@example(datetime(2026, 3, 28, 23, 59, 59, 999999), Duration(5, "hour"))  # the clocks go forward
@example(datetime(2026, 10, 24, 22), Duration(8, "hour"))  # and back
@example(datetime(2027, 12, 24, 12), Duration(0, "working day"))
@example(datetime(2028, 2, 29, 12), Duration(1, "year"))
def test_the_same_deadlines(local: datetime, length: Duration) -> None:
    start = instant_of(local, ZONE)
    if local.hour == 3:
        return  # the hour that the clocks skip, or show twice
    moment = moment_of(local)
    due, later = CALENDAR.due(start, length), CALENDAR.later(start, length)
    assert DAYS.due([moment], length) == [moment_of(wall(due))]
    assert DAYS.later([moment], length) == [moment_of(wall(later))]
    assert date_of(moment) == local.date()


@given(MOMENTS, MOMENTS, LENGTHS)
def test_who_starts_later_is_never_due_earlier(one: datetime, other: datetime, length: Duration) -> None:
    first, second = sorted((moment_of(one), moment_of(other)))
    early, late = DAYS.due([first, second], length)
    assert early <= late


@given(MOMENTS, st.lists(st.integers(0, 6 * 24), min_size=1, max_size=6), LENGTHS)
@example(datetime(2026, 1, 3, 7), [7], Duration(1, "working day"))  # from Saturday, and from the Friday before
@example(datetime(2026, 1, 31, 7), [24], Duration(1, "month"))
def test_waits_that_never_cross(local: datetime, hours: list[int], length: Duration) -> None:
    moment = moment_of(local)
    late, early = DAYS.at_latest([moment], length)[0], DAYS.at_earliest([moment], length)[0]
    for ago in hours:
        if not length.is_elapsed:
            assert DAYS.later([moment - ago * HOUR], length)[0] <= late
            assert DAYS.later([moment + ago * HOUR], length)[0] >= early
    assert early <= DAYS.later([moment], length)[0] <= late
    assert late - early < DAY


@given(MOMENTS, st.integers(0, 6 * 24), LENGTHS)
def test_who_waits_from_earlier_is_not_reckoned_through_later(local: datetime, hours: int, length: Duration) -> None:
    if not length.is_elapsed:  # an hour that the clocks show twice
        moments = [moment_of(local), moment_of(local) + hours * HOUR]
        for reckoned in (DAYS.at_latest(moments, length), DAYS.at_earliest(moments, length)):
            assert reckoned == sorted(reckoned)


@given(st.integers(0, 30), st.sampled_from(["working day", "school day"]), st.dates(date(2025, 6, 1), date(2026, 12, 1)))
def test_the_most_dates_that_a_length_covers(count: int, unit: str, first: date) -> None:
    length = Duration(count, unit)  # type: ignore[arg-type]  # one of the units
    days = range(first.toordinal(), first.toordinal() + 200)
    most = Days(CALENDAR).most(length, days.start, days.stop)
    assert most >= max(DAYS.last_date(day, length) - day for day in days)
    assert most <= max(DAYS.last_date(day, length) - day for day in days) + (count == 0)
