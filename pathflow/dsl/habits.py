"""What people bring with them from forms, word processors, programming and their own language, and what it is here.

Only looked at when something could not be read. What a table names is plainly meant; what only looks alike is for `wording`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from pathflow.base.durations import Unit
from pathflow.base.names import bare
from pathflow.dsl.mistakes import Mistake

_Meant = TypeVar("_Meant", bound=str)


def _by_word(table: Mapping[_Meant, str]) -> dict[str, _Meant]:
    return {word: meant for meant, words in table.items() for word in words.split("|")}


UNITS_MEANT: Final[dict[str, Unit]] = _by_word(
    {
        "minute": "min|mins|minuutti|minuuttia|minut|minuter",
        "hour": "h|hr|hrs|tunti|tuntia|timme|timmar|tim",
        "day": "d|dd|paiva|paivaa|pv|vrk|vuorokausi|vuorokautta|dag|dagar|dygn|calendar days|calendar day",
        "working day": "business day|business days|weekday|weekdays|workday|workdays|work day|work days|arkipaiva|arkipaivaa"
        "|tyopaiva|tyopaivaa|vardag|vardagar|arbetsdag|arbetsdagar|wd",
        "week": "w|wk|wks|vk|vko|viikko|viikkoa|vecka|veckor",
        "month": "mo|mos|mth|mths|kk|kuukausi|kuukautta|manad|manader",
        "year": "y|yr|yrs|vuosi|vuotta|ar",
    }
)
"""Units of time in short, in Finnish and in Swedish, without accents. Source: SFS 4175 for `vrk`, `kk`, `vk`."""

SECTORS_MEANT: Final = _by_word(
    {
        "public": "municipal|municipality|county|state|government|governmental|city|kunta|julkinen|offentlig"
        "|wellbeing services county",
        "private": "company|limited company|firm|business|commercial|ltd|oy|yksityinen|privat",
        "third": "ngo|association|foundation|charity|voluntary|volunteer|non-profit|nonprofit|third sector|jarjesto"
        "|yhdistys|kolmas",
    }
)

TYPES_MEANT: Final = _by_word(
    {
        "YES_OR_NO": "yes/no|y/n|yes-no|boolean|bool|true or false|true/false|flag|checkbox|kylla/ei|ja/nej",
        "NUMBER_OF": "numeric|integer|int|decimal|float|real|amount of|quantity of|count of|luku",
        "ONE_OF": "choice|choice of|choices|options|option|any of|either|select|enum|valinta",
        "TEXT_TYPE": "string|free text|words|teksti",
        "DOCUMENT_TYPE": "file|letter|pdf|attachment|form|asiakirja",
    }
)

_ORDER: Final = "What comes next is written on the next line: the order of the lines is the order of care, and there is no jump"
_REMARK: Final = "What is meant for readers begins with `#`, or is a line `note`"
NO_LINE: Final[tuple[tuple[str, str], ...]] = (
    (r"(goto|go to|jump to|then|next|proceed|continue with|seuraavaksi)\b|->|=>|→|⇒|➔", _ORDER),
    (r"(//|--|;|%|/\*|<!--|rem\b|(todo|fixme|remember|muista|huom|obs|nb)\b)", _REMARK),
    (
        r"(end ?(if|step|while|branch|block)|endif|fi|done|\}|\{)\s*$",
        "A block ends where its lines end; nothing closes it. Take the line away",
    ),
    (
        r"(at the latest|latest|no later than|by the latest|due|in at most|max|maximum|before)\b",
        "How long something may take is said with `within`: within 14 days",
    ),
)
"""Beginnings of lines that no keyword is meant with, and what to do instead."""

LEAD: Final = re.compile(r"(?:[-*+•·●▪◦‣–—>§]+|\(?\d{1,3}(?:\.\d{1,3})*[.):]|\(?[a-z][.)]|\*\*|__|`)\s*(?=\S)", re.I)
"""Bullets, numbers and marks that a list in a letter has before its lines."""


def said_of_line(content: str) -> str | None:
    """What to do about a line that begins like this, where that is known."""
    text = bare(content)
    return next((advice for pattern, advice in NO_LINE if re.match(pattern, text)), None)


def sign_before(text: str) -> Mistake | None:
    """A sign between the keyword and what it takes: `within = 14 days`."""
    found = re.match(r"(=+>?|:=|->|→|[-–—](?=\s)|:)\s*(?=\S)", text)
    if found is None:
        return None
    words = {"sign": found[1]}
    say, help_ = "`{sign}` stands between the keyword and what it takes", "Take `{sign}` away"
    return Mistake("P202", say, words, help_, 0, found.end(), "", True)


_VAGUE: Final = re.compile(
    r"\b(as soon as possible|asap|a\.s\.a\.p\.|immediately|at once|soon|promptly|without delay|urgently|quickly|a few|few"
    r"|some|several|a couple of|couple of|many|heti|pian|mahdollisimman pian|viipymatta|genast|snarast)\b",
    re.I,
)
_ABOUT: Final = re.compile(
    r"^(?:(?:every|at most)\s+)?"
    r"(about|around|approximately|approx\.?|roughly|ca\.?|circa|noin|n\.|~|up to|max\.?|maximum)\s*(?=\d)",
    re.I,
)
_LATEST: Final = re.compile(
    r"\s+(at the most|at most|at the latest|maximum|max\.?|or less|or sooner|or earlier|kuluessa|sisalla)\s*$", re.I
)
_RANGE: Final = re.compile(r"(?<!\d)(\d+)\s*(?:-|–|—|to|\.\.+|/|or)\s*(\d+)(?=\s+[^\W\d])", re.I)
_CLOCK: Final = re.compile(r"\d{1,2}[:.]\d{2}\b|\b\d{1,2}\s*(?:am|pm|a\.m\.|p\.m\.)(?=\W|$)", re.I)
_GLUED: Final = re.compile(r"(?<![\w.,])(\d+)([^\W\d_]{3,})", re.I)
_BARE_UNIT: Final = re.compile(r"^(?:every\s+|each\s+|once a\s+)?(day|week|month|quarter|year|half-year|fortnight)\s*$", re.I)
_FEWER: Final = {"quarter": "3 months", "half-year": "6 months", "fortnight": "2 weeks"}


def time_in_words(keyword: str, text: str, days: str, hours: str) -> Mistake | None:
    """Lengths of time as they are said: vaguely, about, from so many to so many, by the clock."""
    words: dict[str, str] = {"keyword": keyword, "days": days, "hours": hours}
    plain = bare(text) if len(bare(text)) == len(text) else text
    found = _VAGUE.search(plain)
    if found:
        say = "`{said}` is no length of time that anybody could be held to"
        help_ = "Say the longest time that it may take, for example: {keyword} 14 {days}"
        return Mistake("P202", say, words | {"said": text[found.start(1) : found.end(1)]}, help_, found.start(1), found.end(1))
    found = _CLOCK.search(text)
    if found:
        say, help_ = (
            "`{said}` is a time of the day, not a length of time",
            "Say how long it may take, for example: {keyword} 4 {hours}",
        )
        return Mistake("P202", say, words | {"said": found[0]}, help_, found.start(), found.end())
    found = _ABOUT.match(text)
    if found:
        say, help_ = (
            "a limit is a certain time, and `{said}` makes it uncertain",
            "Take `{said}` away, and say the longest time",
        )
        return Mistake("P202", say, words | {"said": found[1]}, help_, found.start(1), found.end(1))
    found = _LATEST.search(plain)
    if found:
        say, help_ = "`{said}` is too much: `{keyword}` says it already", "Take `{said}` away"
        said = text[found.start(1) : found.end(1)]
        return Mistake("P202", say, words | {"said": said}, help_, found.start(), found.end(), "", True)
    found = _RANGE.search(text)
    if found:
        say, help_ = "`{said}` is two lengths of time, and a limit is one", "Say the longer one: {longer}"
        words |= {"said": found[0], "longer": max(found[1], found[2], key=int)}
        return Mistake("P202", say, words, help_, found.start(), found.end(), words["longer"])
    found = re.search(r"[-–]\s*(?=\d)", text)
    if found and found.start() == 0:
        return Mistake("P202", "a length of time is never less than nothing", words, "Take `-` away", 0, found.end(), "")
    found = _GLUED.search(text)
    if found:
        words |= {"said": found[0], "meant": f"{found[1]} {found[2]}"}
        return Mistake(
            "P202", "a space is missing in `{said}`", words, "Write: {meant}", found.start(), found.end(), words["meant"], True
        )
    found = _BARE_UNIT.match(text)
    if found:
        words |= {"said": found[1], "meant": _FEWER.get(found[1].lower(), f"1 {found[1].lower()}")}
        say, help_ = "`{said}` stands without a number, or is no unit of time here", "Write: {meant}"
        return Mistake("P202", say, words, help_, found.start(1), found.end(1), words["meant"], True)
    return None


_SAID_SIGN: Final = re.compile(
    r"\s+(?:is |are )?(no less than|no more than|less than|lower than|smaller than|more than|greater than|higher than"
    r"|larger than|at least|at most|less|lower|under|below|more|greater|over|above)(?: or equal to)?\s+(?=\d)",
    re.I,
)
_LESS: Final = ("less", "lower", "smaller", "under", "below", "at most", "no more")


def as_comparison(text: str) -> str | None:
    """A comparison in words with its sign, or None where there is none: `age is at least 18 years`, `age >= 18 years`."""
    found = _SAID_SIGN.search(text)
    if found is None:
        return None
    said = found[1].lower()
    is_less = said.startswith(_LESS) and not said.startswith("no less")
    is_equal = said.startswith(("at ", "no ")) or "or equal" in found[0].lower()
    return f"{text[: found.start()]} {'<' if is_less else '>'}{'=' if is_equal else ''} {text[found.end() :]}"
