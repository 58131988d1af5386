"""A line's value, read by a pattern where it is plain and by the value grammar where it has structure.

`read_value` gives the value or the `Mistake` in it; it never raises on what a user wrote. A value that was read before is
not read again: the same line means the same wherever it stands. What the table of words has comes out in English, whatever
language it was written in; names stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any as Anything
from typing import Final, cast

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.durations import Duration
from pathflow.base.editions import known_edition
from pathflow.base.names import bare
from pathflow.dsl import syntax
from pathflow.dsl.conditions import Conditions
from pathflow.dsl.languages import CODES, ENGLISH, Language, language
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.plain import composed, name_at, read_duration
from pathflow.dsl.syntax import Name, Value

Reading = Value | Mistake | None

ENGLISH_WORDS: Final = language(ENGLISH)


def _code(text: str) -> Reading:
    return Name(text.lower(), 0, len(text)) if text.lower() in CODES else None


def _edition(text: str) -> Reading:
    return Name(text, 0, len(text)) if known_edition(text) else None


def _text(text: str) -> Reading:
    name = name_at(text, 0, len(text))
    return syntax.Text(name.text, 0, len(text)) if name.text else None


def _one_name(text: str) -> Reading:
    if '"' in text or "," in text:
        return None
    return name_at(text, 0, len(text))


_DECIMAL: Final = re.compile(r"\d,\d")


def _list(text: str) -> tuple[Name, ...] | None:
    if '"' in text:
        return None
    names: list[Name] = []
    start = 0
    for part in text.split(",") if not _DECIMAL.search(text) else re.split(r"(?<!\d),|,(?!\d)", text):
        end = start + len(part)
        name = name_at(text, start, end)
        if not name.text:
            return None
        names.append(name)
        start = end + 1
    return tuple(names)


def _names(text: str) -> Reading:
    names = _list(text)
    return syntax.Names(names) if names else None


def _payers(text: str) -> Reading:
    """Without shares; where there is a number, the grammar tells a share from a name."""
    names = _list(text) if not _DIGIT.search(text) else None
    return syntax.Payers(tuple(syntax.Payer(name) for name in names)) if names else None


_DIGIT: Final = re.compile(r"\d")


def _repetition(text: str) -> Reading:
    return syntax.Repetition() if not text else None


def _as_provider(name: Name) -> syntax.Actor:
    return syntax.Actor("provider", provider=name, start=name.start, end=name.end)


def _word_of(known: Mapping[str, str]) -> Callable[[str], Reading]:
    def one_of(text: str) -> Reading:
        word = known.get(bare(composed(text)))
        return Name(word, 0, len(text)) if word else None

    return one_of


def _words_of(known: Mapping[str, str]) -> Callable[[str], Reading]:
    def some_of(text: str) -> Reading:
        names = _list(text)
        if not names or any(bare(name.key) not in known for name in names):
            return None
        return syntax.Names(tuple(replace(name, text=known[bare(name.key)]) for name in names))

    return some_of


class _Patterns:
    """How the plain spellings of values are read in a language."""

    def __init__(self, language: Language) -> None:
        self.at, self.of, self.to = (f" {language.inner(key)} " for key in ("AT", "OF", "TO"))
        self.units = language.unit_words
        self.conditions = Conditions(language)
        most, when, source = ("|".join(map(re.escape, language.spellings(key))) for key in ("AT_MOST", "WHEN", "SOURCE"))
        self.most, self.when = (re.compile(rf",[ \t]*(?:{words})[ \t]+", re.I) for words in (most, when))
        self.sourced = re.compile(rf',[ \t]*(?:{source})[ \t]+"([^"]*)"\Z', re.I)
        because = "|".join(map(re.escape, language.spellings("BECAUSE")))
        self.because = re.compile(rf"\b(?:{because})\b", re.I)
        self.allowing = re.compile(rf'([^\s,"]+)[ \t]+(?:{because})[ \t]+(\S.*)', re.I)
        self.reserved = frozenset(word for key in ("AND", "OR", "AT", "TO") for word in language.spellings(key))
        phrases = [phrase.split() for key in ("WHOEVER_IS", "WHOEVER_WAS") for phrase in language.spellings(key)]
        self.standing_in = re.compile("|".join(r"\s+".join(map(re.escape, words)) for words in phrases), re.I)
        self.by_kind: dict[str, Callable[[str], Reading]] = {
            "label": _text,
            "label?": _text,
            "text": _text,
            "name": _one_name,
            "names": _names,
            "duration": self.time,
            "actor": self.actor,
            "limit": self.limit,
            "condition": self.condition,
            "parties": self.parties,
            "does": self.does,
            "repetition?": _repetition,
            "payers": _payers,
            "waiting": self.time,
            "sector": _word_of(language.canon["sector"]),
            "mode": _word_of(language.canon["mode"]),
            "counts": _word_of(language.canon["counts"]),
            "shows": _words_of(language.canon["shows"]),
            "allowed": self.allowed,
            "language": _code,
            "edition": _edition,
        }

    def has_reserved(self, words: str) -> bool:
        return not self.reserved.isdisjoint(words.lower().split())

    def does(self, text: str) -> Reading:
        reason = self.because.search(text)
        names = _list(text if reason is None else text[: reason.start()])
        if reason is None or not names:
            return syntax.Does(names) if names else None
        because = _list(text[reason.end() :])
        if because is None or len(because) > 1 or text[reason.end()] not in " \t" or text[reason.start() - 1] not in " \t":
            return None
        return syntax.Does(names, name_at(text, reason.end(), len(text)))

    def allowed(self, text: str) -> Reading:
        found = self.allowing.fullmatch(text)
        if found is None:
            return None
        reason = name_at(text, found.start(2), len(text))
        because = syntax.Text(reason.text, reason.start, reason.end)
        return syntax.Allowance(name_at(text, 0, found.end(1)), because) if reason.text else None

    def time(self, text: str) -> Reading:
        length = read_duration(text, self.units)
        return syntax.Time(length) if length else None

    def actor(self, text: str) -> Reading:
        middle = text.find(self.at)
        if middle < 0 or "," in text or '"' in text or self.has_reserved(text[:middle]) or self.standing_in.search(text):
            return None
        profession = name_at(text, 0, middle)
        provider = name_at(text, middle + len(self.at), len(text))
        if not profession.text or not provider.text:
            return None
        return syntax.Actor("provider", (profession,), "or", provider, None, profession.start, provider.end)

    def condition(self, text: str) -> Reading:
        condition = self.conditions.read(text, 0, len(text))
        return syntax.When(condition) if condition is not None else None

    def limit(self, text: str) -> Reading:
        """`6 weeks of Visit, at most 3 months, when …, source "…"`; any other order and any other clause are the grammar's."""
        sourced = self.sourced.search(text) if text[-1] == '"' else None
        end = sourced.start() if sourced is not None else len(text)
        when = self.when.search(text, 0, end)
        condition = self.conditions.read(text, when.end(), end) if when is not None else None
        if when is not None:
            if condition is None or text.find(",", when.end(), end) >= 0:
                return None
            end = when.start()
        most = self.most.search(text, 0, end)
        target = self.counted(text, 0, most.start() if most is not None else end)
        utmost = self.counted(text, most.end(), end) if most is not None else (None, None)
        if target is None or utmost is None:
            return None
        said = name_at(text, sourced.start(1) - 1, len(text)).text if sourced is not None else None
        return syntax.Limit(target[0], target[1], utmost[0], utmost[1], condition, said)

    def counted(self, text: str, start: int, end: int) -> tuple[Duration, Name | None] | None:
        """A length of time, and from when it counts."""
        if text.find(",", start, end) >= 0 or text.find('"', start, end) >= 0:
            return None
        middle = text.find(self.of, start, end)
        length = read_duration(text[start : end if middle < 0 else middle].strip(), self.units)
        if length is None or middle < 0:
            return (length, None) if length is not None else None
        of = name_at(text, middle + len(self.of), end)
        return (length, of) if of.text else None

    def parties(self, text: str) -> Reading:
        middle = text.find(self.to)
        if middle < 0 or "," in text or '"' in text or self.standing_in.search(text):
            return None
        sender, receiver = name_at(text, 0, middle), name_at(text, middle + len(self.to), len(text))
        if self.has_reserved(sender.text) or self.has_reserved(receiver.text) or not sender.text or not receiver.text:
            return None
        return syntax.Parties(_as_provider(sender), _as_provider(receiver))


@lru_cache(maxsize=len(CODES))
def _patterns(language: Language) -> dict[str, Callable[[str], Reading]]:
    return _Patterns(language).by_kind


_BY_GRAMMAR: Final[dict[str, str]] = {
    "name": "name", "names": "names", "use": "use", "dates": "dates", "duration": "time", "actor": "actor", "limit": "limit",
    "parties": "parties", "fallback": "fallback", "item": "item", "repetition?": "repetition", "window": "window",
    "review": "review", "does": "does", "joining": "joining", "no return": "no_return", "condition": "condition",
    "given": "given", "on day": "on_day", "expect": "expect", "never": "never", "waiting": "waiting", "occasion": "occasion",
    "meeting?": "meeting", "share": "share", "rate": "rate", "capacity": "capacity", "price": "price", "starting": "starting",
    "payers": "payers",
}  # fmt: skip
"""The rule of the value grammar for each kind of value."""

NESTING_MAX: Final = 40
"""How many brackets and negations a condition may have."""

MAY_BE_EMPTY: Final = frozenset({"none", "label?", "repetition?", "meeting?"})
"""Kinds of value after which, or instead of which, nothing may stand."""


def read_value(keyword: str, kind: str, text: str, language: Language = ENGLISH_WORDS) -> Reading:
    """The value that the text after a keyword spells; None where there is none and none is needed; or what is wrong.

    Cost: a pattern 1 to 3 µs, the grammar 30 to 60 µs, a text seen before 0.1 µs.
    """
    if not text:
        if kind not in MAY_BE_EMPTY:
            return _explained(keyword, kind, None, None, language)
        return syntax.Repetition() if kind == "repetition?" else None
    return _read(keyword, kind, text, language)


@lru_cache(maxsize=4096)
def _read(keyword: str, kind: str, text: str, language: Language) -> Reading:
    value = _as_written(keyword, kind, text, language)
    if language.is_english or value is None or isinstance(value, Mistake):
        return value
    return in_english(keyword, value, text, language)


def _as_written(keyword: str, kind: str, text: str, language: Language) -> Reading:
    if kind == "none":
        return _explained(keyword, kind, text, None, language)
    if "," in text and kind in _COUNTED and (thousands := _THOUSANDS.search(text)) is not None:
        return _ambiguous(thousands)
    if kind == "condition" and text[-1] in ":{":
        return _explained(keyword, kind, text, None, language)
    value = plain_value(kind, text, language)
    if value is not None:
        return value
    rule = _BY_GRAMMAR.get(kind)
    if rule is None:
        return _explained(keyword, kind, text, None, language)
    if len(text) > 2 * NESTING_MAX and _nesting(text, language) > NESTING_MAX:
        say = "the condition is nested deeper than anyone can read"
        return Mistake("P012", say, {}, "Write it as several decisions, one after another")
    return read_by_grammar(keyword, kind, rule, text, language)


def plain_value(kind: str, text: str, language: Language) -> Reading:
    """The value by a pattern alone; None where only the grammar can read it, if anything can."""
    plain = _patterns(language).get(kind)
    return plain(text) if plain is not None else None


def _nesting(text: str, language: Language) -> int:
    words = "|".join(rf"\b{re.escape(word)}\b" for word in language.spellings("NOT"))
    return len(re.findall(rf"\(|{words}", text, re.I))


_COUNTED: Final = frozenset({"condition", "occasion", "given", "on day", "limit", "waiting"})
_THOUSANDS: Final = re.compile(r"(?<![\w.,])(\d{1,3}),(\d{3})(?![\d,])")


def _ambiguous(found: re.Match[str]) -> Mistake:
    """A number in which a comma may part thousands or decimals."""
    words = {"said": found[0], "thousands": found[1] + found[2], "decimals": f"{float(found[1] + '.' + found[2]):g}"}
    say, help_ = "`{said}` can be read as {thousands} or as {decimals}", "Write {thousands} or {decimals}"
    return Mistake("P202", say, words, help_, found.start(), found.end())


def read_by_grammar(keyword: str, kind: str, rule: str, text: str, language: Language = ENGLISH_WORDS) -> Reading:
    """The value by the grammar alone, whatever a pattern would say."""
    from pathflow.dsl import structured  # Lark is imported when the first such value comes

    result = structured.read(rule, text, language)
    if not isinstance(result, int):
        return result
    wrong = _explained(keyword, kind, text, result, language)
    if kind in ("names", "does") and text.rstrip().endswith(","):
        rest = structured.read(rule, text.rstrip()[:-1], language)
        return wrong if isinstance(rest, int) else replace(wrong, salvage=rest)
    return wrong


def _explained(keyword: str, kind: str, text: str | None, at: int | None, language: Language) -> Mistake:
    from pathflow.dsl import expected, wording  # needed only where something is wrong

    if text is None:
        return expected.missing_value(keyword, kind, language)
    return wording.explain_value(keyword, kind, text, at, language)


# ── words of the table where a name may stand ───────────────────────────────────────────────────────────────────────

_NAMES_OF_LISTS: Final = {"weekend": "weekday", "channels": "channel", "covers": "covered"}
"""Keywords whose names are words of a list."""

WORDS_OF: Final = frozenset({"sector", "mode", "counts", "shows"})
"""Keywords whose value is one word of a list, or some."""


def listed_words(keyword: str, value: Value) -> Iterator[tuple[Name, str]]:
    """The names in a value that may be words of a list, each with the list."""
    if isinstance(value, syntax.Names) and keyword in _NAMES_OF_LISTS:
        yield from ((name, _NAMES_OF_LISTS[keyword]) for name in value.names)
    elif isinstance(value, syntax.Actor) and value.channel is not None:
        yield value.channel, "channel"
    elif isinstance(value, syntax.Limit):
        yield from ((start, "clock") for start in (value.of, value.at_most_of) if start is not None)
        if value.when is not None:
            yield from _states(value.when)
    elif isinstance(value, syntax.After):
        yield value.of, "clock"
    elif isinstance(value, syntax.When | syntax.Occasion | syntax.Waiting):
        yield from _states(value.condition)
    elif isinstance(value, syntax.Window) and value.unless is not None:
        yield from _states(value.unless)
    elif isinstance(value, syntax.ItemType):
        yield from ((option, "option") for option in value.options)
    else:
        yield from _of_tests(value)


def _states(condition: syntax.Condition) -> Iterator[tuple[Name, str]]:
    if isinstance(condition, syntax.All | syntax.Any):
        for part in condition.parts:
            yield from _states(part)
    elif isinstance(condition, syntax.Not):
        yield from _states(condition.part)
    elif isinstance(condition, syntax.Is):
        yield from ((option, "state") for option in condition.options)


def _of_tests(value: Value) -> Iterator[tuple[Name, str]]:
    said: tuple[syntax.Assumption | None, ...] = ()
    if isinstance(value, syntax.Expect) and value.within is not None and value.within.of is not None:
        yield value.within.of, "clock"
    if isinstance(value, syntax.Given):
        said = value.assumptions
    elif isinstance(value, syntax.OnDay | syntax.Expect | syntax.Never):
        said = (value.assumption,)
    expects = isinstance(value, syntax.Expect | syntax.Never) or (isinstance(value, syntax.OnDay) and value.expects)
    for one in said:
        if one is None:
            continue
        if expects:
            yield one.subject, "subject"
        if isinstance(one.value, Name):
            is_owner = expects and one.subject.key in _OWNER
            yield one.value, "actor" if is_owner else "state"


_OWNER: Final = frozenset(language(code).lists["subject"]["owner"] for code in CODES)


def word_of(name: Name, kind: str, source: Language, target: Language) -> str | None:
    """The word of a list in another language, or None where the name is none of its words. A state is exact among options."""
    if kind == "actor":
        return _placed(name.text, source, target) or word_of(name, "state", source, target)
    if kind == "option":
        word = source.options.get(name.text)
        return target.lists["state"][word] if word is not None else None
    word = source.canon[kind].get(bare(name.key))
    return target.lists[kind][word] if word is not None else None


def _placed(text: str, source: Language, target: Language) -> str | None:
    """Professions and where they work, as a test names an owner: the words between them."""
    for at in source.spellings("AT"):
        professions, found, provider = text.partition(f" {at} ")
        if found:
            for key in ("AND", "OR"):
                for word in source.spellings(key):
                    professions = professions.replace(f" {word} ", f" {target.inner(key)} ")
            return f"{professions} {target.inner('AT')} {provider}"
    return None


def in_english(keyword: str, value: Value, text: str, own: Language) -> Value:
    """The value with the words of lists in English. In quotes they are names, and stay."""
    english: dict[int, str] = {}
    for name, kind in listed_words(keyword, value):
        word = word_of(name, kind, own, ENGLISH_WORDS)
        if word is not None and text[name.start : name.start + 1] != '"':
            english[name.start] = word
    return _renamed(value, english) if english else value


def _renamed(value: Anything, english: Mapping[int, str]) -> Anything:
    """The same, with the names that begin at these offsets spelt so."""
    if isinstance(value, tuple):
        return tuple(_renamed(part, english) for part in cast("tuple[object, ...]", value))
    if isinstance(value, Name):
        return replace(value, text=english[value.start]) if value.start in english else value
    if not isinstance(value, Struct) or isinstance(value, Duration):
        return value
    fields = {field: getattr(value, field) for field in value.__struct_fields__}
    return replace(value, **{field: _renamed(part, english) for field, part in fields.items() if part is not None})


def rule_of(kind: str) -> str | None:
    """The rule of the value grammar that reads this kind of value."""
    return _BY_GRAMMAR.get(kind)
