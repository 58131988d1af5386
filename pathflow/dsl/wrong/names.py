"""Names, parties, lists and items that cannot be read: what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pathflow.base.editions import EDITIONS, newest
from pathflow.base.names import bare, fold, is_slip, listing, nearest
from pathflow.dsl.expected import Look, any_of, expected
from pathflow.dsl.habits import SECTORS_MEANT, TYPES_MEANT, sign_before
from pathflow.dsl.languages import CODES, Code, Language
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.vocabulary import ITEM_TYPES


def wrong_sign(_keyword: str, text: str, _language: Language) -> Mistake | None:
    """A sign before the value."""
    return None if text[1:2].isdigit() else sign_before(text)


_PLACES: Final[Mapping[Code, tuple[str, ...]]] = {
    "en": (" of ", " from ", " in ", " @ "),
    "fi": (" paikassa ", " toimipisteessä ", " tuottajalla ", " yksiköstä ", " @ "),
    "sv": (" hos ", " på ", " i ", " från ", " @ "),
}
"""Words that people write between a profession and where it works."""


def _profession(before: str) -> str:
    """What stands before a place, without the word or the comma that joins the two."""
    said = before.strip()
    lead, _, _joining = said.rpartition(" ")
    return (said if said.endswith(",") or not lead else lead).strip(" ,")


def wrong_actor(keyword: str, text: str, language: Language) -> Mistake | None:
    """Who acts: the place is missing, or joined by another word than `at`."""
    at = language.inner("AT")
    is_placed = any(f" {word} " in f" {text} " for word in language.spellings("AT"))
    whoever = any_of(language, "WHOEVER_IS", "WHOEVER_WAS")
    standing = re.search(rf"(?<=[\s,])({whoever})\s*$", text, re.I)
    who = _profession(text[: standing.start()]) if standing is not None else ""
    if standing is not None and who and not is_placed:
        words = {"text": standing[1], "keyword": keyword, "meant": f"{who} {at} {standing[1]}", "at": at}
        say = "the profession and `{text}` are to be joined by `{at}`"
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
    before, comma, behind = text.partition(",")
    if comma and not any(f" {word} " in f" {before} " for word in language.spellings("AT")):
        words = {"one": before.strip(), "or": language.inner("OR"), "and": language.inner("AND"), "rest": behind.strip()}
        say = "a comma parts the professions, and it does not say whether one of them acts or all"
        help_ = "Write: {one} {or} {rest}, if one of them is enough; {one} {and} {rest}, if all act"
        return Mistake("P202", say, words, help_, 0, len(text))
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


_ARROW: Final = re.compile(r"(?<!\s)\s*(?:(?<!-)-+>|(?<!=)=+>|→|⇒|➔|>)\s*|(?<!\s)\s+[-–—]\s+")


def wrong_parties(keyword: str, text: str, language: Language) -> Mistake | None:
    """From whom to whom: a sign for `to`, or its absence."""
    to = language.inner("TO")
    sign = _ARROW.search(text)
    if sign is not None:
        words = {"sign": sign[0].strip(), "to": to}
        say = "`{sign}` is a sign that pathflow does not know"
        return Mistake("P202", say, words, "Write `{to}`", sign.start(), sign.end(), f" {to} ", True)
    if not any(f" {word} " in f" {fold(text)} " for word in language.spellings("TO")):
        say = "only one of the two is said: from whom, or to whom?"
        words = {"keyword": keyword, "text": text, "to": to, "example": expected("actor", language)[1]}
        return Mistake("P202", say, words, "Write both: {keyword} {text} {to} {example}", 0, len(text))
    return None


_LONE_COMMA: Final = re.compile(r"^\s*(,)|(,)\s*(?:,|$)")


def wrong_word_list(kind: str) -> Look:
    """A word that is none of its list."""

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


def wrong_list(keyword: str, text: str, language: Language) -> Mistake | None:
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


_SHARE_FIRST: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*%\s+(?:of\s+|from\s+|by\s+)?([^,]*[^\s,])")
_SHARE_AND: Final = re.compile(r"(?<=%)\s+(?:and|ja|och)\s+", re.I)


def wrong_payers(_keyword: str, text: str, _language: Language) -> Mistake | None:
    """Who pays: the share before the name, or another word than a comma between two."""
    if _SHARE_FIRST.match(text) is not None:
        meant = _SHARE_FIRST.sub(r"\2 \1 %", text)
        return Mistake(
            "P202", "the share stands plainly behind who pays", {"meant": meant}, "Write: {meant}", 0, len(text), meant
        )
    joined = _SHARE_AND.search(text)
    if joined is None:
        return None
    say, meant = "several who pay are parted by commas", _SHARE_AND.sub(", ", text)
    return Mistake("P202", say, {"meant": meant}, "Write: {meant}", 0, len(text), meant)


def wrong_one_name(keyword: str, text: str, language: Language) -> Mistake | None:
    """Several names where one is asked for."""
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


_BOUND: Final = r"(?:(?<!\d)-)?\d+(?:[.,]\d+)?"
_LEADING: Final = (
    r"from|between|in|range|scale|at least|min|vähintään|alkaen|väliltä|välillä|asteikolla|från|mellan|minst|skala"
)
_PARTING: Final = r"to|and|at most|max|till|och|högst|ja|ja enintään|enintään|päättyen|[-–—]|\.{2,3}|…"
_RANGE: Final = re.compile(
    rf"(?:\s*,?\s*\(?(?:{_LEADING})\s+|\s*,?\s+\(?)({_BOUND})(?:\s*,?\s*(?:{_PARTING})\s*({_BOUND}))?"
    r"(?:\s*\)|\s+(?!\d)[^\s,]+)?(?=\s*(?:,|$))",
    re.I,
)
"""Two numbers, or one, as people write a range."""


def _wrong_range(kind: str, start: int, number_of: str, language: Language) -> Mistake | None:
    """Between which numbers an item lies: with a dash or a comma, in other words, one end only."""
    head = re.match(rf"(?:{any_of(language, 'NUMBER_OF')})\s+([^\s,(]+)", kind, re.I)
    found = _RANGE.match(kind, head.end()) if head is not None else None
    if head is None or found is None:
        return None
    low, to = language.inner("FROM_NUMBER"), language.inner("TO_NUMBER")
    words = {"type": number_of, "unit": head[1], "from": low, "to": to, "low": found[1], "high": found[2] or "…"}
    at, end = start + head.end(), start + found.end()
    if found[2] is None:
        say = "only one end of the range is said: from which number to which?"
        return Mistake("P202", say, words, "Write both: {type} {unit} {from} {low} {to} {high}", at, end)
    meant = f" {low} {found[1]} {to} {found[2]}"
    say, help_ = "a range is said by its two numbers, behind the unit", "Write: {type} {unit} {from} {low} {to} {high}"
    return Mistake("P202", say, words, help_, at, end, meant)


def wrong_item(keyword: str, text: str, language: Language) -> Mistake | None:
    """The type of an item."""
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
    ranged = _wrong_range(kind, start, types[0], language)
    if ranged is not None:
        return ranged
    written = kind.split(",")[0].rstrip()
    if any(re.match(rf"(?:{any_of(language, key)})\b", written, re.I) for key in ITEM_TYPES):
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


def wrong_fallback(keyword: str, text: str, language: Language) -> Mistake | None:
    """Who takes over when nobody accepts."""
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


_CODE: Final = re.compile(r"\s*([A-Z]\d+)\b[\s,:;–-]*", re.I)


def wrong_allowed(keyword: str, text: str, language: Language) -> Mistake | None:
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
    if re.match(rf"(?:{any_of(language, 'BECAUSE')})\b", rest, re.I):
        return None
    say = "the reason is not led by `{because}`"
    meant = f"{code} {because} {rest}"
    return Mistake("P202", say, words, "Write: {keyword} {code} {because} {rest}", 0, len(text), meant)


_CALLED_SO: Final = {
    "suomi": "fi", "finnish": "fi", "finska": "fi", "svenska": "sv", "swedish": "sv", "ruotsi": "sv", "se": "sv",
    "english": "en", "englanti": "en", "engelska": "en",
}  # fmt: skip


def wrong_language(keyword: str, text: str, _: Language) -> Mistake | None:
    """The language of a file."""
    guess = _CALLED_SO.get(bare(text), "")
    words = {"keyword": keyword, "known": listing(CODES, "or"), "text": text, "guess": guess}
    help_ = "Did you mean `{guess}`?" if guess else "The keywords of a file are English, Finnish or Swedish"
    return Mistake("P206", "`{keyword}` is {known}, not `{text}`", words, help_, 0, len(text), guess or None, bool(guess))


def wrong_edition(keyword: str, text: str, _: Language) -> Mistake | None:
    """The edition of a file."""
    is_later = text.isdigit() and len(text) == 4 and text > newest()
    words = {"edition": text, "known": listing(list(EDITIONS), "or"), "keyword": keyword, "newest": newest()}
    help_ = "Install a newer pathflow, which knows it" if is_later else "Write: {keyword} {newest}"
    say = "this version of pathflow does not know the edition `{edition}`; it knows {known}"
    return Mistake("P109", say, words, help_, 0, len(text), None if is_later else newest())
