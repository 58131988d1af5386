"""Moments as whole microseconds since 1970-01-01T00:00 UTC: exact, ordered, the same on every machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from pathflow.base.durations import DAY, SECOND
from pathflow.base.names import counted

Instant = int
"""Units: microseconds since the epoch, UTC."""

YEARS = (1900, 2199)
"""The years that a written time may lie in: any other is a slip, and some cannot be reckoned with."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo | None:
    """The time zone of that name in the IANA database, or None."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def instant_of(moment: datetime, local: tzinfo) -> Instant:
    """The instant of a datetime; one without an offset is read on the clocks of `local`."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=local)
    return (moment - _EPOCH) // _MICRO


def read_instant(text: str, local: tzinfo) -> Instant | None:
    """An ISO 8601 date or date and time, or None when the text is not one, or lies outside YEARS.

    A date alone is its midnight. Without an offset the clocks of `local` are meant; an hour that the clocks show twice is
    read as the first of the two.
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) < 8 or not YEARS[0] <= moment.year <= YEARS[1]:
        return None
    try:
        return instant_of(moment, local)
    except OverflowError:
        return None


def local_datetime(at: Instant, local: tzinfo) -> datetime:
    """The same moment on the clocks of `local`."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(local)


def iso(at: Instant, local: tzinfo) -> str:
    """`2026-03-05T14:30:00+02:00`; with microseconds only where there are any."""
    return local_datetime(at, local).isoformat()


def shown(at: Instant, local: tzinfo) -> str:
    """`2026-03-05 14:30`, for people; seconds only where there are any; a day's last moment is shown as its date."""
    moment = local_datetime(at, local)
    if moment.hour == 23 and moment.minute == 59 and moment.second == 59 and moment.microsecond:
        return moment.strftime("%Y-%m-%d")
    return moment.strftime("%Y-%m-%d %H:%M" + (":%S" if moment.second else ""))


def spell(start: Instant, end: Instant, local: tzinfo) -> str:
    """The time between two moments in the two largest units that say something: `2 days 4 hours`.

    Days are counted on the clocks of `local`: from ten o'clock to ten o'clock is a day, whether or not the clocks changed.
    """
    length = abs(end - start)
    if length >= DAY:
        between = local_datetime(end, local).replace(tzinfo=None) - local_datetime(start, local).replace(tzinfo=None)
        length = abs(between // _MICRO)
    seconds = length // SECOND
    parts: list[str] = []
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(counted(count, word))
        elif parts:
            break
    return " ".join(parts[:2]) or ("less than a second" if length else "0 seconds")
