"""Times, dates, waits and rounds that cannot be read: what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from pathflow.base.durations import Unit
from pathflow.base.names import bare, fold, is_slip, listing, nearest
from pathflow.dsl.expected import any_of, expected
from pathflow.dsl.habits import UNITS_MEANT, time_in_words
from pathflow.dsl.languages import Code, Language
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.wrong.conditions import wrong_condition

_NUMBERS: Final[Mapping[Code, str]] = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "fi": "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen yksitoista kaksitoista kolmetoista "
    "neljätoista viisitoista",
    "sv": "en två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton",
}
_MORE_NUMBERS: Final[Mapping[Code, Mapping[str, str]]] = {
    "en": {"a": "1", "an": "1", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90"},
    "fi": {"kaksikymmentä": "20", "kolmekymmentä": "30", "kuusikymmentä": "60", "yhdeksänkymmentä": "90"},
    "sv": {"ett": "1", "tjugo": "20", "trettio": "30", "sextio": "60", "nittio": "90"},
}
_SHORT_UNITS: Final[Mapping[Code, Mapping[str, Unit]]] = {
    "en": {"d": "day", "h": "hour", "hrs": "hour", "min": "minute", "mins": "minute", "wk": "week", "wks": "week",
           "mo": "month", "yr": "year", "yrs": "year"},
    "fi": {"pv": "day", "vrk": "day", "tpv": "working day", "arkipäivää": "working day", "arkipäivä": "working day",
           "h": "hour", "t": "hour", "min": "minute", "vk": "week", "vko": "week", "kk": "month", "v": "year"},
    "sv": {"d": "day", "dygn": "day", "vardagar": "working day", "vardag": "working day", "h": "hour", "tim": "hour",
           "min": "minute", "v": "week", "mån": "month"},
}  # fmt: skip
"""What people write for a unit, and which they mean."""
_NUMBER_AND_WORD: Final = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)?)[ \t]*((?:working |school )?[^\W\d_]+)?", re.I)


def _units(language: Language) -> str:
    return listing([several for _, several, _ in language.units.values()], "or")


def wrong_time(keyword: str, text: str, language: Language) -> Mistake | None:
    """Lengths of time: a unit left out or misspelt, a number in words, part of a unit."""
    spoken = time_in_words(keyword, text, language.units["day"][1], language.units["hour"][1])
    if spoken is not None:
        return spoken
    head = re.split(r",(?!\d)", text, maxsplit=1)
    for offset, part in ((0, head[0]), (len(head[0]) + 1, head[1] if len(head) > 1 else "")):
        joined, counted = any_of(language, "AND"), any_of(language, "EVERY", "AT_MOST")
        lead = re.match(rf"\s*(?:(?:(?:{joined})\s+)?(?:{counted})\s+)?", part, re.I)
        start = lead.end() if lead else 0
        first = part[start:].split(" ", 1)[0].lower()
        numbers = {word: str(n) for n, word in enumerate(_NUMBERS[language.code].split(), start=1)}
        numbers |= _MORE_NUMBERS[language.code]
        if first in numbers and _begins_with_unit(part[start + len(first) :].strip(), language):
            number = numbers[first]
            return Mistake(
                "P202",
                "the number is written as a word: `{word}`",
                {"word": first, "number": number},
                "Write the number in digits: {number}",
                offset + start,
                offset + start + len(first),
                number,
                True,
            )
        found = _NUMBER_AND_WORD.match(part, start)
        if found is None:
            continue
        wrong = _misread_time(keyword, found, offset, language)
        if wrong is not None:
            return wrong
    return None


def _begins_with_unit(text: str, language: Language) -> bool:
    """Whether the words are a unit of time, or near one."""
    words = [bare(word.rstrip(",.")) for word in text.split(" ")[:2]]
    known = language.unit_words
    return any(language.unit(word) is not None or nearest(word, known) is not None for word in (words[0], " ".join(words)))


def _misread_time(keyword: str, found: re.Match[str], offset: int, language: Language) -> Mistake | None:
    number, word = found[1], found[2]
    begin, end = offset + found.start(1), offset + found.end(1)
    if word is None or bare(word) in _not_units(language):
        return Mistake(
            "P203",
            "{number} what? `{keyword}` needs a unit of time",
            {"number": number, "keyword": keyword, "units": _units(language)},
            "Write {units} after the number",
            begin,
            end,
            f"{number} {language.units['day'][1]}",
        )
    if language.unit(word) is None:
        two = re.match(r"[^\W\d_]+[ -][^\W\d_]+", found.string[found.start(2) :])
        word = two[0] if two is not None and bare(two[0]) in UNITS_MEANT else word
        unit = _SHORT_UNITS[language.code].get(word.lower()) or UNITS_MEANT.get(bare(word))
        is_known = unit is not None
        near = nearest(bare(word), language.unit_words) if unit is None else None
        unit = language.unit_words[near] if near is not None else unit
        guess = language.units[unit][number != "1"] if unit is not None else None
        return Mistake(
            "P204",
            "`{word}` is not a unit of time",
            {"word": word, "guess": guess or "", "units": _units(language)},
            "Did you mean `{guess}`?" if guess else "Times are in {units}",
            offset + found.start(2),
            offset + found.start(2) + len(word),
            guess,
            is_known or is_slip(word, guess),
        )
    if "." in number or "," in number:
        return Mistake(
            "P202",
            "`{number}` is not a whole number of {unit}",
            {"number": number, "unit": word},
            "Use a smaller unit, so that the number is whole",
            begin,
            end,
        )
    return None


def _not_units(language: Language) -> frozenset[str]:
    keys = ("OF", "AT_MOST", "WHEN", "SOURCE", "UNLESS", "AND", "TIMES", "TIME_ONE")
    return frozenset(bare(word.split(maxsplit=1)[0]) for key in keys for word in language.spellings(key))


_LOCAL_DATE: Final = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_DATE: Final = r"(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{4})"
_TWO_DATES: Final = re.compile(
    rf"\s*(?:[^\W\d_]+\s+)?{_DATE}\s*(?:-|–|—|\.\.+|/|until|till|through|asti|saakka|t\.o\.m\.)\s*{_DATE}\s*$", re.I
)


def _iso(written: str) -> str:
    """A date, day first or year first, as ISO 8601 has it."""
    parts = [int(part) for part in re.split(r"[./-]", written)]
    year, month, day = parts if parts[0] > 31 else reversed(parts)
    return f"{year:04}-{month:02}-{day:02}"


def _day_first(local: re.Match[str]) -> Mistake:
    """A date that begins with its day, or with its month where it cannot be the day."""
    written, start, end = local[0], local.start(), local.end()
    day, month, year = (int(part) for part in local.groups())
    if month > 12 >= day and "/" in written:
        day, month = month, day
    try:
        fixed = date(year, month, day).isoformat()
    except ValueError:
        return Mistake("P205", "`{text}` is no day of the calendar", {"text": written}, _DATES_ARE, start, end)
    words = {"text": written, "fixed": fixed}
    is_certain = "/" not in written or day > 12 or day == month
    help_ = "Dates are year-month-day: {fixed}" if is_certain else "Dates are year-month-day: {fixed}, if the day stands first"
    return Mistake("P205", "`{text}` is not a date as pathflow writes them", words, help_, start, end, fixed, is_certain)


_MONTHS: Final = "january february march april may june july august september october november december"
_MONTH_NAMED: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?\s+([^\W\d_]{3,})\s+(\d{4})", re.I)


def _month(name: str) -> int:
    """The number of a month by its name or the first three letters of it; 0 for another word."""
    known = [number for number, month in enumerate(_MONTHS.split(), start=1) if month.startswith(name.lower())]
    return known[0] if len(known) == 1 else 0


_DATES_ARE: Final = "Dates are year-month-day: 2026-01-31"


def wrong_date(keyword: str, text: str, language: Language) -> Mistake | None:
    """Dates written day first, and dates that no calendar has."""
    between = _TWO_DATES.match(text)
    if between:
        first, last = (_iso(between[n]) for n in (1, 2))
        meant = f"{language.inner('FROM')} {first} {language.inner('TO_DATE')} {last}"
        words = {"text": text.strip(), "meant": meant, "keyword": keyword}
        return Mistake(
            "P205", "`{text}` is not how pathflow writes a time", words, "Write: {keyword} {meant}", 0, len(text), meant
        )
    local = _LOCAL_DATE.search(text)
    if local:
        return _day_first(local)
    lead = re.match(r"[^\W\d_]+(?=\s+\d)", text)
    first_word = language.inner("FROM")
    if lead and fold(lead[0]) not in language.spellings("FROM") and nearest(lead[0], (first_word,)):
        words = {"text": lead[0], "guess": first_word}
        return Mistake("P202", "`{text}` is no word here", words, "Did you mean `{guess}`?", 0, lead.end(), first_word, True)
    if re.match(r"\s*(?:until|till|to|before|päättyen|asti|ennen|före)\b", text, re.I):
        example = expected("dates", language)[1]
        words = {"keyword": keyword, "example": example}
        return Mistake("P202", "`{keyword}` needs a first day", words, "For example: {keyword} {example}", 0, len(text))
    named = _MONTH_NAMED.search(text)
    if named and (month := _month(named[2])):
        fixed = f"{int(named[3]):04}-{month:02}-{int(named[1]):02}"
        words = {"text": named[0], "fixed": fixed}
        say, help_ = "`{text}` is not a date as pathflow writes them", "Dates are year-month-day: {fixed}"
        return Mistake("P205", say, words, help_, named.start(), named.end(), fixed, int(named[1]) <= 28)
    written = re.search(r"\d{4}-\d{1,2}-\d{1,2}", text)
    if written:
        say = "`{text}` is no day of the calendar"
        return Mistake("P205", say, {"text": written[0]}, _DATES_ARE, written.start(), written.end())
    wrong = re.search(r"\d[\d.\-/]*", text) or re.search(r"(?<![^\W\d_])[^\W\d_]+\s+\d{4}", text)
    if wrong:
        return Mistake(
            "P205",
            "`{text}` is not a date",
            {"text": wrong[0]},
            _DATES_ARE,
            wrong.start(),
            wrong.end(),
        )
    return None


def wrong_wait(keyword: str, text: str, language: Language) -> Mistake | None:
    """A wait: for so long, or until something is so."""
    until = language.inner("UNTIL")
    after = wrong_until_after(keyword, text, language)
    if after is not None:
        return after
    if fold(text).startswith(("for ", "till ", "on ", "i ", "kauan ")) and not fold(text).startswith(until + " "):
        word = text.split(" ", 1)[0]
        words = {"word": word, "keyword": keyword, "example": expected("waiting", language)[1]}
        help_ = "Write a length of time, or what is waited for: {keyword} {example}"
        return Mistake("P202", "`{word}` cannot stand after `{keyword}`", words, help_, 0, len(word))
    if not fold(text).startswith(language.spellings("UNTIL")):
        return wrong_time(keyword, text, language)
    return wrong_condition(keyword, text, language)


def wrong_window(keyword: str, text: str, language: Language) -> Mistake | None:
    """Reasons that end a window, with commas between them."""
    from pathflow.dsl import structured  # Lark is there already: the grammar could not read the line

    found = re.search(rf",\s*(?:{any_of(language, 'UNLESS')})\s", text, re.I)
    if found is None:
        return None
    said, reasons = text[: found.end()], [part.strip() for part in text[found.end() :].split(",")]
    meant = said + f" {language.inner('OR')} ".join(part for part in reasons if part)
    if len(reasons) == 1 or isinstance(structured.read("window", meant, language), int):
        return None
    comma = text.index(",", found.end())
    say = "a comma stands between two reasons, and it does not say whether one of them is enough"
    words = {"keyword": keyword, "meant": meant}
    return Mistake("P202", say, words, "Write: {keyword} {meant}", comma, comma + 1)


_COUNTING: Final = {
    "en": r"after|of|from|since",
    "fi": r"jälkeen|alkaen|kuluttua|lähtien|on kulunut alkaen",
    "sv": r"efter|från|sedan",
}
"""The words with which people say from when a wait counts."""
_A_DATE: Final = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}(?:st|nd|rd|th|\.)?\s+[^\W\d]+\s+\d{4})"


def wrong_until_after(keyword: str, text: str, language: Language) -> Mistake | None:
    """From when a wait counts, said otherwise (`6 weeks after Surgery`, `until 6 weeks of Surgery`), or a date."""
    until, after = language.inner("UNTIL"), language.inner("AFTER_WHAT")
    begins = rf"(?:(?P<until>{any_of(language, 'UNTIL')}|on|till|to|for)\s+)?"
    length = rf"(?P<length>\d+\s+(?:{'|'.join(map(re.escape, language.unit_forms))}))"
    since = rf"(?:\s+(?:{_COUNTING[language.code]}|{any_of(language, 'OF')})\s+(?P<of>.+))?"
    said = re.fullmatch(rf"{begins}{length}{since}\s*", text, re.I)
    if said is not None and (said["of"] or fold(said["until"] or "") in language.spellings("UNTIL")):
        meant = f"{until} {said['length']} {after} {said['of'] or '…'}"
        words = {"said": text.strip(), "keyword": keyword, "meant": meant}
        say = "`{said}` is not how a wait says from when it counts"
        return Mistake("P202", say, words, "Write: {keyword} {meant}", 0, len(text), meant if said["of"] else None)
    dated = re.match(rf"{begins}{_A_DATE}", text, re.I)
    if dated is None:
        return None
    words = {"date": dated[0], "keyword": keyword, "meant": f"{until} {language.length(6, 'week')} {after} …"}
    say = "a path waits for no date: `{date}` is at another place of the way for each client"
    return Mistake(
        "P202", say, words, "Count from what happens to the client, for example: {keyword} {meant}", 0, len(dated[0])
    )


def wrong_repeated_until(keyword: str, text: str, language: Language) -> Mistake | None:
    """`until` on the line of its repeat."""
    until = language.keywords["until"]
    found = re.search(rf"(?:^|,)\s*((?:until|{until})\b.*)$", text, re.I)
    if found is None:
        return None
    words = {"until": found[1].strip(), "keyword": until, "repeat": keyword}
    help_ = "Write it on a line of its own below what is repeated, level with `{repeat}`: {until}"
    return Mistake("P202", "`{keyword}` stands below what is repeated", words, help_, found.start(1), len(text))


_FROM_START: Final = re.compile(
    r"\s*,?\s*\b(?:count(?:ed|ing)\s+)?(?:from\s+(?:start\s+to\s+start|(?:the\s+|its\s+)?(?:start|begin\w*)(?:\s+of\s+[^,]*)?|when\s+it\s+beg[au]n)"
    r"|alusta(?:\s+(?:alkuun|lukien|laskien))?|från\s+(?:start\w*|början)(?:\s+(?:till|av)\s+[^,]*)?)(?=\s*(?:,|$))",
    re.I,
)
"""That a rhythm counts from when a round began, as people say it."""


def wrong_rhythm(keyword: str, text: str, language: Language) -> Mistake | None:
    """A rhythm that counts from the beginning of a round, in other words."""
    from pathflow.dsl import structured  # Lark is there already: the grammar could not read the line

    meant = _FROM_START.sub(f" {language.inner('START_TO_START')}", text, count=1)
    if meant == text or isinstance(structured.read("repetition", meant, language), int):
        return None
    words = {"keyword": keyword, "meant": meant}
    say = "a rhythm that counts from the beginning of a round is said otherwise"
    return Mistake("P202", say, words, "Write: {keyword} {meant}", 0, len(text), meant)


def wrong_rounds(keyword: str, text: str, language: Language) -> Mistake | None:
    """How many rounds, said in another order, with another word or without one."""
    from pathflow.dsl import structured  # Lark is there already: the grammar could not read the line

    times, every, most = (any_of(language, *keys) for keys in (("TIMES", "TIME_ONE"), ("EVERY",), ("AT_MOST",)))
    count = rf"(?:^|[\s,])(?P<most>(?:{most})\s+)?(?:exactly\s+)?(?P<count>\d+)(?P<times>\s*(?:{times}|x))?\s*(?=,|$|{every})"
    found = re.search(count, text, re.I)
    if found is None or found["count"] == "0" or (found["most"] and found["times"]):
        return None
    rest = (text[: found.start()] + " " + text[found.end() :]).strip(" ,")
    word = language.inner("TIME_ONE" if found["count"] == "1" else "TIMES")
    rounds = f"{language.inner('AT_MOST') + ' ' if found['most'] else ''}{found['count']} {word}"
    meant = f"{rest}, {rounds}" if rest else rounds
    if meant == text or isinstance(structured.read("repetition", meant, language), int):
        return None
    words = {"said": text, "keyword": keyword, "meant": meant}
    say = "`{said}` cannot be read as how often and how many times"
    return Mistake("P202", say, words, "Write: {keyword} {meant}", 0, len(text), meant)
