"""A network's calendars as one: its time zone, weekend, public holidays and closed dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pathflow.base.calendars import Calendar, no_holidays
from pathflow.base.instants import zone
from pathflow.model.network import CalendarRule, Network


def calendar_of(network: Network, default_zone: str) -> Calendar:
    """The calendar by which a network counts: working days by its first calendar for them, school days likewise."""
    rules = network.calendars
    name = next((rule.zone for rule in rules if rule.zone and zone(rule.zone)), default_zone)
    found = zone(name)
    if found is None:  # the default is in every database; tzdata is a dependency where the system has none
        found = ZoneInfo("UTC")
    working = next((rule for rule in rules if rule.counts == "working days"), None)
    school = next((rule for rule in rules if rule.counts == "school days"), None)
    weekend = frozenset(working.weekend) if working is not None else frozenset({5, 6})
    closed = _closed(working) if working is not None else no_holidays
    return Calendar(found, weekend, closed, _closed(school) if school is not None else None)


def _closed(rule: CalendarRule) -> Callable[[int], frozenset[date]]:
    """The closed dates of a year, worked out when they are first asked for."""

    @lru_cache(maxsize=256)
    def of_year(year: int) -> frozenset[date]:
        dates: set[date] = set()
        if rule.country is not None:
            from pathflow.almanac import public_holidays

            dates |= public_holidays(rule.country, year)
        for period in rule.closed:
            day = max(period.first, date(year, 1, 1))
            last = min(period.last or period.first, date(year, 12, 31))
            while day <= last:
                dates.add(day)
                day += timedelta(days=1)
        return frozenset(dates)

    return of_year
