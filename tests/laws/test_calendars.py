"""Deadlines against plain counting with the standard library, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.almanac import public_holidays
from pathflow.base.calendars import Calendar, add_months
from pathflow.base.durations import HOUR, UNITS, Duration
from pathflow.base.instants import instant_of, iso, local_datetime, read_instant, spell
from tests.oracles import residual

HELSINKI = ZoneInfo("Europe/Helsinki")
CALENDAR = Calendar(HELSINKI, frozenset({5, 6}), lambda year: public_holidays("FI", year))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2031, 12, 31)).map(lambda m: instant_of(m, HELSINKI))
LENGTHS = st.builds(Duration, st.integers(1, 40), st.sampled_from([u for u in UNITS if u != "school day"]))


@given(MOMENTS, LENGTHS)
def test_a_deadline_is_what_counting_days_gives(start: int, length: Duration) -> None:
    assert CALENDAR.due(start, length) == residual.last_moment(start, length.count, length.unit)


@given(MOMENTS, LENGTHS)
def test_no_deadline_is_outside_its_bounds(start: int, length: Duration) -> None:
    assert length.shortest <= CALENDAR.due(start, length) - start <= length.longest


@given(MOMENTS, st.builds(Duration, st.integers(0, 5), st.sampled_from(UNITS)))
def test_longer_is_never_sooner(start: int, length: Duration) -> None:
    longer = Duration(length.count + 1, length.unit)
    assert CALENDAR.due(start, length) <= CALENDAR.due(start, longer)
    assert CALENDAR.later(start, length) <= CALENDAR.later(start, longer)


def at(text: str) -> int:
    found = read_instant(text, HELSINKI)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("start", "count", "unit", "last"),
    [
        # Social Welfare Act §36: received on a Tuesday, the seventh working day is Thursday of the next week
        ("2026-03-03T10:00", 7, "working day", "2026-03-12"),
        # a weekday-type Saturday is no working day: Good Friday and Easter Monday 2026 lie between
        ("2026-04-01T10:00", 3, "working day", "2026-04-08"),
        ("2026-01-31T10:00", 1, "month", "2026-02-28"),
        ("2024-02-29T10:00", 1, "year", "2025-02-28"),
        ("2026-03-27T10:00", 3, "day", "2026-03-30"),
        # the same working day of a contact on a Sunday is Monday
        ("2026-03-01T10:00", 0, "working day", "2026-03-02"),
        ("2026-03-02T10:00", 0, "day", "2026-03-02"),
    ],
)
def test_deadlines_that_people_know(start: str, count: int, unit: str, last: str) -> None:
    due = local_datetime(CALENDAR.due(at(start), Duration(count, unit)), HELSINKI)  # type: ignore[arg-type]
    assert due.date().isoformat() == last
    assert (due.hour, due.minute) == (23, 59)


def test_hours_are_elapsed_and_days_are_dates_when_clocks_change() -> None:
    evening = at("2026-10-24T20:00")  # the night in which the clocks go back
    assert CALENDAR.due(evening, Duration(24, "hour")) - evening == 24 * HOUR
    assert CALENDAR.later(evening, Duration(1, "day")) - evening == 25 * HOUR


@given(st.dates(date(1, 1, 1), date(9990, 1, 1)), st.integers(0, 100))
def test_months_keep_the_day_where_the_month_has_it(day: date, count: int) -> None:
    later = add_months(day, count)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == count
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_a_deadline_beyond_the_calendar_is_held_at_its_end() -> None:
    far = CALENDAR.due(at("2199-01-01"), Duration(999_999, "year"))
    assert local_datetime(far, HELSINKI).year == 9999


@given(st.integers(at("1900-01-02"), at("2199-12-30")))
def test_instants_are_exact(at_: int) -> None:
    assert read_instant(iso(at_, HELSINKI), UTC) == at_


def test_lengths_are_spelt_in_two_words() -> None:
    noon = at("2026-03-27T12:00")
    assert spell(noon, noon + 2 * HOUR + 60_000_000 + 1, HELSINKI) == "2 hours 1 minute"
    assert spell(noon, at("2026-03-29T15:00"), HELSINKI) == "2 days 3 hours"  # the clocks go forward in between
    assert spell(at("2026-10-24T12:00"), at("2026-10-25T12:00"), HELSINKI) == "1 day"
    assert spell(noon, noon, HELSINKI) == "0 seconds"
    assert spell(noon, noon + 1, HELSINKI) == "less than a second"
    assert Duration(1, "working day").days_typical > Duration(1, "day").days_typical
    assert str(Duration(0, "working day")) == "the same working day"


@pytest.mark.parametrize("word", ["", "soon", "2026-13-01", "31.1.2026", "2026", "99999-01-01", "10:00"])
def test_what_is_no_time_is_none(word: str) -> None:
    assert read_instant(word, HELSINKI) is None
