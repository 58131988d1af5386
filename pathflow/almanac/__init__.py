"""Public holidays by country: the only place that imports `holidays`, and only when a working day is asked for."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The dates of one year on which a country's offices are closed.

    Args:
        country: an ISO 3166-1 code such as `FI`.

    Raises: KeyError for a country that the library does not know.
    Source: the `holidays` library, which cites each country's act.
    """
    import holidays  # 50 ms and more, needed only where a deadline in working days is worked out

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as unknown:
        raise KeyError(country) from unknown


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """ISO codes by the country's name in lower case, and by the code itself."""
    import holidays

    table: dict[str, str] = {}
    for code in holidays.list_supported_countries(include_aliases=False):
        table[code.lower()] = code
        country = getattr(holidays, code, None)
        name = (country.__doc__ or "").split(" holidays")[0].strip() if country is not None else ""
        if name:
            table[name.lower()] = code
    return table
