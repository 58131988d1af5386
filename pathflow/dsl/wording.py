"""What is said about a value that cannot be read: as people err, not as the grammar fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from msgspec.structs import replace

from pathflow.base.durations import Unit
from pathflow.base.editions import EDITIONS, newest
from pathflow.base.names import bare, fold, is_slip, listing, nearest
from pathflow.dsl.habits import SECTORS_MEANT, TYPES_MEANT, UNITS_MEANT, sign_before, time_in_words
from pathflow.dsl.languages import CODES, ENGLISH, Code, Language
from pathflow.dsl.languages import language as language_of
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.vocabulary import COMMA_AFTER, ITEM_TYPES

ENGLISH_WORDS: Final = language_of(ENGLISH)

EXPECTED: Final[dict[str, tuple[str, str]]] = {
    "label": ("a name", "Referral to cardiology"),
    "text": ("some words", "Health Care Act 1326/2010 §51"),
    "name": ("one name", "Heart Hospital"),
    "names": ("names with commas between them", "ECG, referral letter"),
    "use": ("the name of a network", "Pirkanmaa network"),
    "dates": ("a date, or two", "from 2026-01-01 to 2027-12-31"),
    "duration": ("a length of time", "3 working days"),
    "actor": ("a profession and where it works", "nurse at Tesoma Health Centre"),
    "limit": ("a length of time", "14 days of Referral to cardiology, at most 3 months"),
    "parties": ("from whom to whom", "Tesoma Health Centre to Heart Hospital"),
    "fallback": ("who takes over", "Coordination centre takes over"),
    "item": ("a name, a colon and a type", "NT-proBNP: number of ng/l, valid 30 days"),
    "repetition?": ("how often, how many times, or both", "every 2 weeks, at most 6 times"),
    "window": ("how long a result holds", "12 months, unless clinical change or new murmur"),
    "review": ("how often", "every 6 months, and after Discharge"),
    "does": ("the services given", "ECG, blood sample because worsening"),
    "joining": ("what becomes of the owner", "the owner stays"),
    "no return": ("an event and a time", "Return to the emergency room within 28 days"),
    "condition": ("a condition", "NT-proBNP < 125 ng/l"),
    "given": ("what is so", "NT-proBNP is 80 ng/l"),
    "on day": ("a day and what happens or is so on it", "20 weight gain is 2.5 kg"),
    "expect": ("what should come", "First examination, Echocardiography"),
    "never": ("what must not come", "Echocardiography, Referral to cardiology"),
    "sector": ("public, private or third", "public"),
    "mode": ("how it is bought", "purchase"),
    "counts": ("working days or school days", "working days"),
    "shows": ("the kinds of fact that the log shows", "completed, providers"),
    "allowed": ("the code of a finding and the reason", "G104 because the agreement of 2026 says so"),
    "waiting": ("a length of time, or what is waited for", "until Laboratory results happens, at most 14 days"),
    "occasion": ("a condition", "weight gain >= 2 kg within 3 days"),
    "meeting?": ("when the path goes on", "until any is done"),
    "share": ("a share in per cent", "40 %"),
    "rate": ("so many in a unit of time", "40 per month"),
    "capacity": ("how much, per what, and of whom", "20 hours per week of cardiologist at Heart Hospital"),
    "price": ("an amount with its currency", "120 € per visit"),
    "starting": ("the name of a path", "Services for older people"),
    "language": ("en, fi or sv", "fi"),
    "edition": ("the year of an edition", "2026"),
}
"""Each kind of value: what it is, and an example."""

EXAMPLES_IN: Final[Mapping[Code, Mapping[str, str]]] = {
    "fi": {
        "label": "Lähete kardiologialle",
        "text": "Terveydenhuoltolaki 1326/2010 §51",
        "name": "Sydänsairaala",
        "names": "EKG, lähete",
        "use": "Pirkanmaan verkosto",
        "dates": "alkaen 2026-01-01 päättyen 2027-12-31",
        "duration": "3 työpäivää",
        "actor": "sairaanhoitaja yksikössä Tesoman terveysasema",
        "limit": "14 päivää alkaen Lähete kardiologialle, enintään 3 kuukautta",
        "parties": "Tesoman terveysasema vastaanottaja Sydänsairaala",
        "fallback": "Koordinaatiokeskus ottaa vastuun",
        "item": "NT-proBNP: luku yksikkönä ng/l, voimassa 30 päivää",
        "repetition?": "2 viikon välein, enintään 6 kertaa",
        "window": "12 kuukautta, ellei kliininen muutos tai uusi sivuääni",
        "review": "6 kuukauden välein, ja aina kun tapahtuu Kotiutus",
        "does": "EKG, verikoe syynä voinnin heikkeneminen",
        "joining": "vastuutaho pysyy",
        "no return": "Paluu päivystykseen 28 päivän kuluessa",
        "condition": "NT-proBNP < 125 ng/l",
        "given": "NT-proBNP on 80 ng/l",
        "on day": "20 painonnousu on 2,5 kg",
        "expect": "Ensitutkimus, Sydämen ultraääni",
        "never": "Sydämen ultraääni, Lähete kardiologialle",
        "sector": "julkinen",
        "mode": "ostopalvelu",
        "counts": "työpäivät",
        "shows": "tehdyt, palveluntuottajat",
        "allowed": "G104 syynä vuoden 2026 sopimus",
        "waiting": "kunnes Laboratoriotulokset tapahtuu, enintään 14 päivää",
        "occasion": "painonnousu >= 2 kg 3 päivän kuluessa",
        "meeting?": "kunnes jokin on valmiina",
        "share": "40 %",
        "rate": "40 per kuukausi",
        "capacity": "20 tuntia per viikko ammatissa kardiologi yksikössä Sydänsairaala",
        "price": "120 € per käynti",
        "starting": "Iäkkäiden palvelut",
        "language": "fi",
        "edition": "2026",
    },
    "sv": {
        "label": "Remiss till kardiologi",
        "text": "Hälso- och sjukvårdslagen 1326/2010 §51",
        "name": "Hjärtsjukhuset",
        "names": "EKG, remiss",
        "use": "Birkalands nätverk",
        "dates": "från 2026-01-01 till 2027-12-31",
        "duration": "3 arbetsdagar",
        "actor": "sjukskötare vid Tesoma hälsostation",
        "limit": "14 dagar efter Remiss till kardiologi, högst 3 månader",
        "parties": "Tesoma hälsostation till Hjärtsjukhuset",
        "fallback": "Koordineringscentralen tar över ansvaret",
        "item": "NT-proBNP: tal i ng/l, giltig 30 dagar",
        "repetition?": "med intervallet 2 veckor, högst 6 gånger",
        "window": "12 månader, om inte klinisk förändring eller nytt blåsljud",
        "review": "med intervallet 6 månader, och efter Utskrivning",
        "does": "EKG, blodprov på grund av försämring",
        "joining": "planansvarig kvarstår",
        "no return": "Återbesök på jouren inom 28 dagar",
        "condition": "NT-proBNP < 125 ng/l",
        "given": "NT-proBNP är 80 ng/l",
        "on day": "20 viktökning är 2,5 kg",
        "expect": "Första undersökning, Ultraljud av hjärtat",
        "never": "Ultraljud av hjärtat, Remiss till kardiologi",
        "sector": "offentlig",
        "mode": "köpt tjänst",
        "counts": "arbetsdagar",
        "shows": "utförda, tjänsteproducenter",
        "allowed": "G104 på grund av avtalet från 2026",
        "waiting": "tills Laboratorieresultat inträffar, högst 14 dagar",
        "occasion": "viktökning >= 2 kg inom 3 dagar",
        "meeting?": "tills någon är klar",
        "share": "40 %",
        "rate": "40 per månad",
        "capacity": "20 timmar per vecka av kardiolog vid Hjärtsjukhuset",
        "price": "120 € per besök",
        "starting": "Tjänster för äldre",
        "language": "sv",
        "edition": "2026",
    },
}
"""The examples in Finnish and in Swedish."""


def expected(kind: str, language: Language) -> tuple[str, str]:
    """What a value of that kind is, and an example in the language of the file."""
    known = kind if kind in EXPECTED else kind.removesuffix("?")
    what, example = EXPECTED[known]
    return what, example if language.is_english else EXAMPLES_IN[language.code][known]


_EXAMPLES: Final = {
    "version": "1.0", "time zone": "Europe/Helsinki", "code": "AA123", "contact": "Heart failure nurses, weekdays 8–16",
    "legal form": "limited company", "client in": "patient id", "time in": "timestamp", "event in": "activity",
    "provider in": "unit", "performer in": "user", "reason in": "reason", "path in": "pathway",
}  # fmt: skip
"""Examples of keywords whose value is free text."""


def line_expected(keyword: str, kind: str, language: Language) -> tuple[str, str]:
    """What a keyword takes, and an example of the whole line."""
    what, example = expected(kind, language)
    comma = "," if keyword in COMMA_AFTER else ""
    return what, f"{language.keywords.get(keyword, keyword)}{comma} {_EXAMPLES.get(keyword, example)}"


def _any(language: Language, *keys: str) -> str:
    return "|".join(re.escape(word) for key in keys for word in language.spellings(key))


def missing_value(keyword: str, kind: str, language: Language) -> Mistake:
    """The keyword stands alone."""
    what, example = line_expected(keyword, kind, language)
    name = language.keywords.get(keyword, keyword)
    if keyword == "keeps the plan with":
        what, example = "its owner, or a profession and where it works,", f"{name} {language.inner('ITS_OWNER')}"
    keyword = name
    return Mistake(
        "P201",
        "`{keyword}` needs {what} after it",
        {"keyword": keyword, "what": what, "example": example},
        "For example: {example}",
    )


def explain_value(keyword: str, kind: str, text: str, at: int | None, language: Language) -> Mistake:
    """What is wrong with a value that could not be read from offset `at` on."""
    what, example = line_expected(keyword, kind, language) if kind != "none" else ("", "")
    is_last, keyword = keyword == "otherwise", language.keywords.get(keyword, keyword)
    if kind == "none" and is_last and re.match(rf"(?:if|{re.escape(language.keywords['if'])})\b", text, re.I):
        say = "`{keyword}` takes all that is left, so it has no condition"
        words = {"keyword": keyword, "rest": text}
        help_ = "Write another branch above it: {rest}; or take the condition away"
        return Mistake("P207", say, words, help_, 0, len(text))
    if kind == "none":
        return Mistake(
            "P207",
            "`{keyword}` stands alone on its line, and `{rest}` follows it",
            {"keyword": keyword, "rest": text},
            "Take `{rest}` away, or put it on a line of its own",
            replacement="",
        )
    if text.count('"') % 2:
        return Mistake(
            "P208",
            "a quotation mark is opened and not closed",
            {},
            "Put the second mark where the name ends",
            text.rindex('"'),
            len(text),
        )
    for look in (_sign_before, *_LOOKS.get(kind, ())):
        found = look(keyword, text, language)
        if found is not None:
            return found
    start = min(at or 0, max(len(text) - 1, 0))
    rest = text[start:].strip() if at is not None and at < len(text) else ""
    say = "`{keyword}` needs {what}; `{rest}` cannot be read here" if rest and start else "`{keyword}` needs {what}"
    word = _reserved(rest, language) if start else None
    if word is not None and kind in ("expect", "given", "condition", "occasion", "waiting"):
        words = {"keyword": keyword, "what": what, "rest": rest, "word": word}
        help_ = "A name that holds `{word}` is put in double quotes"
        return Mistake("P202", say, words, help_, start, len(text))
    return Mistake(
        "P202",
        say,
        {"keyword": keyword, "what": what, "example": example, "rest": rest},
        "For example: {example}",
        start,
        len(text),
    )


def _reserved(rest: str, language: Language) -> str | None:
    """The word that ends names with which the text begins."""
    keys = ("AND", "OR", "NOT", "IS", "IS_NOT", "HAPPENS", "WITHIN", "FOR")
    words = sorted((word for key in keys for word in language.spellings(key)), key=len, reverse=True)
    return next((word for word in words if fold(rest + " ").startswith(word + " ")), None)


_Look = Callable[[str, str, Language], Mistake | None]


def _sign_before(_keyword: str, text: str, _language: Language) -> Mistake | None:
    return None if text[1:2].isdigit() else sign_before(text)


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


def _time(keyword: str, text: str, language: Language) -> Mistake | None:
    """Lengths of time: a unit left out or misspelt, a number in words, part of a unit."""
    spoken = time_in_words(keyword, text, language.units["day"][1], language.units["hour"][1])
    if spoken is not None:
        return spoken
    head = re.split(r",(?!\d)", text, maxsplit=1)
    for offset, part in ((0, head[0]), (len(head[0]) + 1, head[1] if len(head) > 1 else "")):
        lead = re.match(rf"\s*(?:(?:(?:{_any(language, 'AND')})\s+)?(?:{_any(language, 'EVERY', 'AT_MOST')})\s+)?", part, re.I)
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
        wrong = _wrong_time(keyword, found, offset, language)
        if wrong is not None:
            return wrong
    return None


def _begins_with_unit(text: str, language: Language) -> bool:
    """Whether the words are a unit of time, or near one."""
    words = [bare(word.rstrip(",.")) for word in text.split(" ")[:2]]
    known = language.unit_words
    return any(language.unit(word) is not None or nearest(word, known) is not None for word in (words[0], " ".join(words)))


def _wrong_time(keyword: str, found: re.Match[str], offset: int, language: Language) -> Mistake | None:
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


_PLACES: Final[Mapping[Code, tuple[str, ...]]] = {
    "en": (" of ", " from ", " in ", " @ "),
    "fi": (" paikassa ", " toimipisteessä ", " tuottajalla ", " yksiköstä ", " @ "),
    "sv": (" hos ", " på ", " i ", " från ", " @ "),
}
"""Words that people write between a profession and where it works."""


def _actor(keyword: str, text: str, language: Language) -> Mistake | None:
    """Who acts: the place is missing, or joined by another word than `at`."""
    at = language.inner("AT")
    is_placed = any(f" {word} " in f" {text} " for word in language.spellings("AT"))
    standing = re.match(rf"(.+?)\s*(?:,|\s)\s*(?:\S+\s+)?({_any(language, 'WHOEVER_IS', 'WHOEVER_WAS')})\s*$", text, re.I)
    if standing is not None and not is_placed:
        words = {"text": text.strip(), "keyword": keyword, "meant": f"{standing[1]} {at} {standing[2]}", "at": at}
        say = "the profession and `{text}` are to be joined by `{at}`"
        words["text"] = standing[2]
        return Mistake("P202", say, words, "Write: {keyword} {meant}", 0, len(text), words["meant"])
    for other in _PLACES[language.code]:
        if other in text and not is_placed:
            start = text.index(other)
            return Mistake(
                "P202",
                "`{keyword}` needs a profession and where it works, joined by `{at}`",
                {"keyword": keyword, "at": at, "other": other.strip()},
                "Write `{at}` for `{other}`",
                start + 1,
                start + len(other) - 1,
                at,
            )
    if not is_placed:
        return Mistake(
            "P202",
            "`{text}` does not say both who and where: a profession, and the provider where it works",
            {
                "text": text.strip(),
                "keyword": keyword,
                "example": expected("actor", language)[1],
                "client": language.inner("CLIENT"),
            },
            "Write who and where: {keyword} {example}. A step of the client's own is: {keyword} {client}",
            0,
            len(text),
        )
    channel = text.rpartition(",")[2].strip()
    channels = list(language.lists["channel"].values())
    if "," in text and not channel:
        say, help_ = "there is nothing after the comma", "Take the comma away, or say how the client is met: {known}"
        return Mistake("P206", say, {"known": listing(channels, "or")}, help_, text.rindex(","), text.rindex(",") + 1)
    if "," in text and bare(channel) not in language.canon["channel"]:
        guess = nearest(channel, channels)
        return Mistake(
            "P206",
            "`{channel}` is not a way of meeting the client",
            {"channel": channel, "known": listing(channels, "or"), "guess": guess or ""},
            "Did you mean `{guess}`?" if guess else "It is {known}",
            len(text) - len(channel),
            len(text),
            guess,
            is_slip(channel, guess),
        )
    return None


def _parties(keyword: str, text: str, language: Language) -> Mistake | None:
    """From whom to whom: a sign for `to`, or its absence."""
    to = language.inner("TO")
    sign = re.search(r"\s*(-+>|=+>|→|⇒|➔|>)\s*|\s+[-–—]\s+", text)
    if sign is not None:
        words = {"sign": sign[0].strip(), "to": to}
        say = "`{sign}` is a sign that pathflow does not know"
        return Mistake("P202", say, words, "Write `{to}`", sign.start(), sign.end(), f" {to} ", True)
    if not any(f" {word} " in f" {fold(text)} " for word in language.spellings("TO")):
        say = "only one of the two is said: from whom, or to whom?"
        words = {"keyword": keyword, "text": text, "to": to, "example": expected("actor", language)[1]}
        return Mistake("P202", say, words, "Write both: {keyword} {text} {to} {example}", 0, len(text))
    return None


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


def _date(keyword: str, text: str, language: Language) -> Mistake | None:
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
    wrong = re.search(r"\d[\d.\-/]*", text) or re.search(r"[^\W\d_]+\s+\d{4}", text)
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


_LONE_COMMA: Final = re.compile(r"^\s*(,)|(,)\s*(?:,|$)")


def _word_list(kind: str) -> _Look:
    def look(keyword: str, text: str, language: Language) -> Mistake | None:
        words = list(language.lists[kind].values())
        wrong = next((p for p in text.split(",") if bare(p.strip()) not in language.canon[kind]), text)
        if not wrong.strip():
            comma = _LONE_COMMA.search(text)
            place = comma.span(comma.lastindex or 0) if comma is not None else (0, len(text))
            return Mistake("P206", "there is nothing before or after the comma", {}, "Take the comma away", *place)
        start = text.index(wrong) + len(wrong) - len(wrong.lstrip())
        guess = nearest(wrong.strip(), words) or next((word for word in words if word in bare(wrong).split()), None)
        if kind == "sector" and bare(wrong.strip()) in SECTORS_MEANT:
            guess = language.lists[kind][SECTORS_MEANT[bare(wrong.strip())]]
        return Mistake(
            "P206",
            "`{keyword}` is {known}, not `{text}`",
            {"keyword": keyword, "known": listing(words, "or"), "text": wrong.strip(), "guess": guess or ""},
            "Did you mean `{guess}`?" if guess else None,
            start,
            start + len(wrong.strip()),
            guess,
            is_slip(wrong.strip(), guess),
        )

    return look


def _list(keyword: str, text: str, language: Language) -> Mistake | None:
    """Lists: a comma with nothing before or after it."""
    if text.rstrip().endswith(","):
        return Mistake(
            "P202",
            "the list ends in a comma, so something seems to be missing",
            {"list": keyword},
            "Write the last name, or take the comma away",
            len(text.rstrip()) - 1,
            len(text.rstrip()),
            "",
        )
    empty = re.search(r"^\s*,|,\s*,", text)
    if empty:
        return Mistake(
            "P202", "a name is missing between two commas", {}, "Write the name, or take one comma away", *empty.span()
        )
    return None


def _one_name(keyword: str, text: str, language: Language) -> Mistake | None:
    if "," in text:
        return Mistake(
            "P202",
            "`{keyword}` takes one name, and there is a comma",
            {"keyword": keyword, "text": text.strip()},
            'A name with a comma in it is put in double quotes: "{text}"',
            text.index(","),
            text.index(",") + 1,
        )
    return None


_CONDITION_END: Final = re.compile(r"\s*(?:,\s*)?(\bthen|\bdo|[{:?])\s*$", re.I)
_SYMBOLS: Final = {"==": "=", "=>": ">=", "=<": "<=", "!=": "IS_NOT", "<>": "IS_NOT", "&&": "AND", "||": "OR", "&": "AND"}
_IN_WORDS: Final[Mapping[Code, Mapping[str, str]]] = {
    "en": {
        **dict.fromkeys(("less", "lower", "smaller", "under", "below"), "<"), "at least": ">=", "at most": "<=",
        **dict.fromkeys(("more", "greater", "higher", "larger", "over", "above"), ">"),
    },
    "fi": {
        **dict.fromkeys(("pienempi", "alle", "vähemmän", "alempi", "matalampi"), "<"), "vähintään": ">=", "enintään": "<=",
        "korkeintaan": "<=", **dict.fromkeys(("suurempi", "yli", "enemmän", "korkeampi"), ">"),
    },
    "sv": {
        **dict.fromkeys(("mindre", "lägre", "färre"), "<"), "minst": ">=", "åtminstone": ">=", "högst": "<=",
        **dict.fromkeys(("större", "högre", "mer", "över"), ">"),
    },
}  # fmt: skip
"""Comparisons in words, and the sign of each."""


def _condition(keyword: str, text: str, language: Language) -> Mistake | None:
    """Conditions: signs from other languages, comparisons in words."""
    end = _CONDITION_END.search(text)
    if end is not None:
        say, help_ = "`{word}` ends no condition: the line ends by itself", "Take `{word}` away"
        return Mistake("P202", say, {"word": end[1]}, help_, end.start(), len(text), "", True)
    for sign, key in _SYMBOLS.items():
        word = language.inner(key) if key.isidentifier() else key
        if sign in text:
            start = text.index(sign)
            return Mistake(
                "P202",
                "`{sign}` is not a sign that pathflow knows",
                {"sign": sign, "word": word},
                "Write `{word}`",
                start,
                start + len(sign),
                word,
                True,
            )
    spoken_sign = comparison_in_words(text, language)
    if spoken_sign is not None:
        return spoken_sign
    if re.search(r"[<>=]\s*$", text):
        return Mistake(
            "P202", "the comparison ends before the value", {}, "Write the number and its unit: < 125 ng/l", 0, len(text)
        )
    return None


def comparison_in_words(text: str, language: Language = ENGLISH_WORDS) -> Mistake | None:
    """A comparison written in words: `at least` for `>=`."""
    signs = _IN_WORDS[language.code]
    words = re.search(
        rf"\b(?:(?:is|are|on|är) )?({'|'.join(signs)})(?: than| kuin| än)?\b(?=\s+[-+]?\d)" if not language.is_english
        else rf"\b(?:is |are )?({'|'.join(signs)})(?: than)?\b",
        text,
        re.I,
    )  # fmt: skip
    if words:
        sign = signs[words[1].lower()]
        return Mistake(
            "P202",
            "`{words}` compares in words, and pathflow compares with signs",
            {"words": words[0].strip(), "sign": sign},
            "Write `{sign}`",
            words.start(),
            words.end(),
            sign,
        )
    return None


def _wait(keyword: str, text: str, language: Language) -> Mistake | None:
    """A wait: for so long, or until something is so."""
    until = language.inner("UNTIL")
    after = _until_after(keyword, text, language)
    if after is not None:
        return after
    if fold(text).startswith(("for ", "till ", "on ", "i ", "kauan ")) and not fold(text).startswith(until + " "):
        word = text.split(" ", 1)[0]
        words = {"word": word, "keyword": keyword, "example": expected("waiting", language)[1]}
        help_ = "Write a length of time, or what is waited for: {keyword} {example}"
        return Mistake("P202", "`{word}` cannot stand after `{keyword}`", words, help_, 0, len(word))
    if not fold(text).startswith(language.spellings("UNTIL")):
        return _time(keyword, text, language)
    return _condition(keyword, text, language)


_COUNTING: Final = {
    "en": r"after|of|from|since",
    "fi": r"jälkeen|alkaen|kuluttua|lähtien|on kulunut alkaen",
    "sv": r"efter|från|sedan",
}
"""The words with which people say from when a wait counts."""


_A_DATE: Final = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}(?:st|nd|rd|th|\.)?\s+[^\W\d]+\s+\d{4})"


def _until_after(keyword: str, text: str, language: Language) -> Mistake | None:
    """From when a wait counts, said otherwise (`6 weeks after Surgery`, `until 6 weeks of Surgery`), or a date."""
    until, after = language.inner("UNTIL"), language.inner("AFTER_WHAT")
    begins = rf"(?:(?P<until>{_any(language, 'UNTIL')}|on|till|to|for)\s+)?"
    length = rf"(?P<length>\d+\s+(?:{'|'.join(map(re.escape, language.unit_forms))}))"
    since = rf"(?:\s+(?:{_COUNTING[language.code]}|{_any(language, 'OF')})\s+(?P<of>.+))?"
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


def _item(keyword: str, text: str, language: Language) -> Mistake | None:
    types = [language.inner(key) for key in ITEM_TYPES]
    known = listing(types, "or")
    if ":" not in text:
        words = {"keyword": keyword, "text": text.strip(), "type": f"{types[0]} kg", "known": known}
        say = "`{keyword}` needs a colon after the item's name, and then its type"
        return Mistake("P202", say, words, "For example: {keyword} {text}: {type}. A type is {known}", 0, len(text))
    name = text.split(":", 1)[0].strip()
    if "," in name and '"' not in name:
        say = "the item's name has a comma in it"
        help_ = 'A name with a comma in it is put in double quotes: "{text}"'
        return Mistake("P202", say, {"text": name}, help_, 0, len(name), f'"{name}"')
    kind = text.split(":", 1)[1].strip()
    start = len(text.rstrip()) - len(kind)
    if not kind or kind.startswith(","):
        return Mistake("P202", "the item has no type", {"known": known}, "It is {known}", 0, len(text))
    number, _, joined = types[0].partition(" ")
    if re.match(rf"(?:{number})\b(?!\s+{joined}\s+\S)", kind, re.I):
        unit = re.match(rf"{number}\s+([^\s,]+)", kind, re.I)
        help_ = "Write: {type} {unit}" if unit else "For example: {type} ng/l"
        words = {"type": types[0], "unit": unit[1] if unit else ""}
        return Mistake("P203", "a number of what? The item needs its unit", words, help_, start, len(text))
    written = kind.split(",")[0].rstrip()
    if any(re.match(rf"(?:{_any(language, key)})\b", written, re.I) for key in ITEM_TYPES):
        return None
    two = " ".join(written.split()[:2])
    meant = next((said for said in (written, two, *written.split()[:1]) if bare(said) in TYPES_MEANT), None)
    guess = language.inner(TYPES_MEANT[bare(meant)]) if meant else nearest(written, types) or nearest(two, types[:2])
    wrong = meant or (two if guess in types[:2] else written)
    words = {"text": wrong, "guess": guess or "", "known": known}
    help_ = "Did you mean `{guess}`?" if guess else "It is {known}"
    return Mistake("P202", "`{text}` is no type of item", words, help_, start, start + len(wrong), guess, is_slip(wrong, guess))


_TAKING: Final = re.compile(r"^(.+?)\s+(?:does|takes|gets|will|is|has|keeps|holds)\b", re.I)
_STAYING: Final = re.compile(r"^(?:the )?(?:client|it)\s+(?:stays|remains|is kept)\s+(?:with|at)\s+(.+)$", re.I)


_ASKING: Final = re.compile(
    r"(?:call|phone|ask|inform|notify|contact|tell|alert|send to|goes to|go to|move to)\s+(?:the\s+)?(.+)$", re.I
)


def _fallback(keyword: str, text: str, language: Language) -> Mistake | None:
    said = text.strip(" ,")
    asked = _ASKING.match(said)
    said = asked[1] if asked else said
    staying, taking = _STAYING.match(said), _TAKING.match(said)
    keeps, takes = language.inner("KEEPS"), language.inner("TAKES_OVER")
    meant = f"{staying[1]} {keeps}" if staying else f"{taking[1] if taking else said} {takes}"
    return Mistake(
        "P202",
        "`{keyword}` must say what then: who takes over, or that the sender keeps the client",
        {"keyword": keyword, "meant": meant},
        "Write: {keyword}, {meant}",
        0,
        len(text),
        meant,
    )


def _outcome(text: str, language: Language) -> re.Match[str] | None:
    """A name and what became of it, without the word between them."""
    states = [s for pair in language.lists["state"].items() if pair[0] in _OUTCOMES for s in pair]
    longest = sorted(dict.fromkeys(states), key=len, reverse=True)
    return re.match(rf"^(.+?)\s+({'|'.join(map(re.escape, longest))})$", text, re.I)


_OUTCOMES: Final = frozenset({"done", "not done", "accepted", "not accepted", "returned", "not proposed"})


def _given(keyword: str, text: str, language: Language) -> Mistake | None:
    """What a test takes for given: an outcome without its `is`."""
    start = 0
    for part in text.split(","):
        said = part.strip()
        lead = start + len(part) - len(part.lstrip())
        start += len(part) + 1
        if not said:
            at = max(lead - 1, 0)
            say, help_ = "there is nothing between or after the commas", "Say what is so, or take the comma away"
            return Mistake("P202", say, {}, help_, at, at + 1)
        outcome = _outcome(said, language)
        if outcome is None and re.search(rf"\b(?:{_any(language, 'IS', 'HAPPENS')}|finding)\b|[<>=]", said):
            continue
        is_, yes = language.inner("IS"), language.lists["state"]["yes"]
        amount = re.match(r"(.*?\D)\s+(\d[\d.,]*\s*\S*)$", said)
        meant = f"{amount[1]} {is_} {amount[2]}" if amount else f"{said} {is_} {yes}"
        meant = f"{outcome[1]} {is_} {outcome[2]}" if outcome else meant
        words = {"said": said, "meant": meant, "keyword": keyword}
        return Mistake("P202", "`{said}` does not say what is so", words, "Write: {meant}", lead, lead + len(said), meant)
    return None


def _expect(keyword: str, text: str, language: Language) -> Mistake | None:
    """What a test expects within a time that cannot be read."""
    found = re.search(rf"\b(?:{_any(language, 'WITHIN')})\s+(?=\d|(?:{_any(language, 'SAME')})\b)", text, re.I)
    if found is None:
        return None
    wrong = _time("within", text[found.end() :], language)
    if wrong is None:
        return None
    return replace(wrong, start=wrong.start + found.end(), end=wrong.end + found.end() if wrong.end else wrong.end)


def _leaving(said: str, language: Language) -> str | None:
    """That the client left, without saying who did."""
    bare_words = bare(said).removeprefix("the ").removeprefix("client ").removeprefix("patient ")
    if bare_words == "dies":
        bare_words = "died"
    for key in ("DIED", "MOVED_AWAY", "REFUSED"):
        if any(bare(bare_words).startswith(bare(word)) for word in language.spellings(key)):
            return f"{language.inner('CLIENT')} {language.inner(key)}"
    return None


def _on_day(keyword: str, text: str, language: Language) -> Mistake | None:
    """What a test lets happen on a day: an event without its `happens`, an outcome without its `is`."""
    day = re.match(r"\s*\d+\s+", text)
    if day is None:
        return None
    said = text[day.end() :].strip()
    meant = _leaving(said, language)
    if meant is not None:
        words = {"said": said, "meant": meant, "keyword": keyword, "day": day[0].strip()}
        say, help_ = "`{said}` does not say who", "Write: {keyword} {day} {meant}"
        return Mistake("P202", say, words, help_, day.end(), len(text), meant)
    never = language.keywords["never"]
    if bare(said).startswith(("never ", bare(never) + " ")):
        words = {"said": said, "never": never}
        return Mistake(
            "P202", "`{never}` is about the whole test", words, "Write it on a line of its own: {said}", day.end(), len(text)
        )
    outcome = _outcome(said, language)
    if (
        not said
        or re.match(rf"(?:{_any(language, 'CLOCK')})\s+\d", said, re.I)
        or (outcome is None and re.search(rf"\b(?:{_any(language, 'IS', 'HAPPENS', 'EXPECT')}|finding)\b|[<>=]", said))
    ):
        return None
    meant = f"{outcome[1]} {language.inner('IS')} {outcome[2]}" if outcome else f"{said} {language.inner('HAPPENS')}"
    words = {"said": said, "meant": meant, "keyword": keyword, "day": day[0].strip()}
    say, help_ = "`{said}` does not say what happens or is so on that day", "Write: {keyword} {day} {meant}"
    return Mistake("P202", say, words, help_, day.end(), len(text), meant)


def _repeated_until(keyword: str, text: str, language: Language) -> Mistake | None:
    """`until` on the line of its repeat."""
    until = language.keywords["until"]
    found = re.search(rf"(?:^|,)\s*((?:until|{until})\b.*)$", text, re.I)
    if found is None:
        return None
    words = {"until": found[1].strip(), "keyword": until, "repeat": keyword}
    help_ = "Write it on a line of its own below what is repeated, level with `{repeat}`: {until}"
    return Mistake("P202", "`{keyword}` stands below what is repeated", words, help_, found.start(1), len(text))


def _rounds(keyword: str, text: str, language: Language) -> Mistake | None:
    """How many rounds, said in another order, with another word or without one."""
    from pathflow.dsl import structured  # Lark is there already: the grammar could not read the line

    times, every, most = (_any(language, *keys) for keys in (("TIMES", "TIME_ONE"), ("EVERY",), ("AT_MOST",)))
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


_CODE: Final = re.compile(r"\s*([A-Z]\d+)\b[\s,:;–-]*", re.I)


def _allowed(keyword: str, text: str, language: Language) -> Mistake | None:
    """A code without its reason, several codes at once, a reason without its word."""
    first = _CODE.match(text)
    if first is None:
        return None
    because = language.inner("BECAUSE")
    code, rest = first[1].upper(), text[first.end() :].strip()
    words = {"keyword": keyword, "code": code, "rest": rest, "because": because}
    if _CODE.match(rest):
        help_ = "Write a line for each code, each with its reason"
        return Mistake("P202", "`{keyword}` takes one code", words, help_, 0, len(text))
    if not rest or fold(rest).rstrip(' :"') in language.spellings("BECAUSE"):
        say = "`{keyword} {code}` does not say why it may be so"
        return Mistake("P202", say, words, "Write who agreed to it and where: {keyword} {code} {because} …", 0, len(text))
    if re.match(rf"(?:{_any(language, 'BECAUSE')})\b", rest, re.I):
        return None
    say = "the reason is not led by `{because}`"
    meant = f"{code} {because} {rest}"
    return Mistake("P202", say, words, "Write: {keyword} {code} {because} {rest}", 0, len(text), meant)


_CALLED_SO: Final = {
    "suomi": "fi", "finnish": "fi", "finska": "fi", "svenska": "sv", "swedish": "sv", "ruotsi": "sv", "se": "sv",
    "english": "en", "englanti": "en", "engelska": "en",
}  # fmt: skip


def _language(keyword: str, text: str, _: Language) -> Mistake | None:
    guess = _CALLED_SO.get(bare(text), "")
    words = {"keyword": keyword, "known": listing(CODES, "or"), "text": text, "guess": guess}
    help_ = "Did you mean `{guess}`?" if guess else "The keywords of a file are English, Finnish or Swedish"
    return Mistake("P206", "`{keyword}` is {known}, not `{text}`", words, help_, 0, len(text), guess or None, bool(guess))


def _edition(keyword: str, text: str, _: Language) -> Mistake | None:
    is_later = text.isdigit() and len(text) == 4 and text > newest()
    words = {"edition": text, "known": listing(list(EDITIONS), "or"), "keyword": keyword, "newest": newest()}
    help_ = "Install a newer pathflow, which knows it" if is_later else "Write: {keyword} {newest}"
    say = "this version of pathflow does not know the edition `{edition}`; it knows {known}"
    return Mistake("P109", say, words, help_, 0, len(text), None if is_later else newest())


_LOOKS: Final[dict[str, tuple[_Look, ...]]] = {
    "duration": (_time,),
    "limit": (_time,),
    "window": (_time,),
    "waiting": (_wait,),
    "occasion": (_condition,),
    "review": (_time,),
    "repetition?": (_repeated_until, _rounds, _time),
    "actor": (_actor,),
    "parties": (_parties,),
    "dates": (_date,),
    "names": (_list,),
    "does": (_list,),
    "name": (_one_name,),
    "condition": (_condition,),
    "item": (_item,),
    "fallback": (_fallback,),
    "given": (_given,),
    "on day": (_on_day,),
    "expect": (_expect, _list),
    "never": (_list,),
    "sector": (_word_list("sector"),),
    "mode": (_word_list("mode"),),
    "counts": (_word_list("counts"),),
    "shows": (_word_list("shows"),),
    "allowed": (_allowed,),
    "language": (_language,),
    "edition": (_edition,),
}
