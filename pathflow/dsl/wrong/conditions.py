"""Conditions that cannot be read: what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pathflow.dsl.expected import ENGLISH_WORDS, line_expected
from pathflow.dsl.languages import Code, Language
from pathflow.dsl.mistakes import Mistake

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


def wrong_condition(keyword: str, text: str, language: Language) -> Mistake | None:
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
        words = {"example": line_expected(keyword, "condition", language)[1]}
        return Mistake("P202", "the comparison ends before the value", words, "For example: {example}", 0, len(text))
    return (
        spaced_number(text)
        or _two_bounds(text, language)
        or _of_two_items(text, language)
        or _no_time_of_happening(text, language)
    )


_SPACED: Final = re.compile(r"(?<![\w.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\w.,])")


def spaced_number(text: str) -> Mistake | None:
    """A number whose thousands are parted by a space: `1 900 ng/l`."""
    found = _SPACED.search(text)
    if found is None:
        return None
    words = {"said": found[0], "meant": re.sub(r"\s", "", found[0])}
    say = "a space stands in the number `{said}`"
    return Mistake("P202", say, words, "Write: {meant}", found.start(), found.end(), words["meant"], True)


_BETWEEN: Final[Mapping[Code, str]] = {"en": "between", "fi": "välillä", "sv": "mellan"}
_AMOUNT: Final = r"(\d+(?:[.,]\d+)?)(?:\s+([^\s<>=\d]\S*(?:\s+[^\s<>=\d]\S*)?))?"

_NO_ITEM: Final = re.compile(r"[<>=,()]")
_ENDS_IN_IS: Final = re.compile(r"(?:^|(?<=\s))(?:is|are|on|är)$", re.I)


def _two_bounds(text: str, language: Language) -> Mistake | None:
    """From so much to so much in one: `18 <= age <= 65 years`, `age between 18 and 65 years`."""
    both = language.inner("AND")
    joined = "|".join((*map(re.escape, language.spellings("AND")), "-", "–", "to"))
    chained = re.search(rf"(?<![\w.,]){_AMOUNT}\s*(<=?|>=?)\s*([^<>=,()]+?)\s*(<=?|>=?)\s*{_AMOUNT}", text)
    between = re.search(rf"\s(?:between|{_BETWEEN[language.code]})\s+{_AMOUNT}\s*(?:{joined})\s*{_AMOUNT}", text, re.I)
    if chained is not None:
        low, low_unit, first, item, second, high, high_unit = chained.groups()
        first = first.translate(str.maketrans("<>", "><"))
        start, end = chained.span()
    elif between is not None:
        lead = _NO_ITEM.split(text[: between.start()])[-1].strip()
        item, first, second = _ENDS_IN_IS.sub("", lead).strip(), ">=", "<="
        low, low_unit, high, high_unit = between.groups()
        start, end = text.rindex(lead, 0, between.start()), between.end()
    else:
        return None
    if not item:
        return None
    name = re.split(rf"\b(?:{'|'.join(language.spellings('AND') + language.spellings('OR'))})\b", item)[-1].strip()
    unit = f" {high_unit or low_unit}" if high_unit or low_unit else ""
    words = {"said": text[start:end].strip(), "meant": f"{name} {first} {low}{unit} {both} {name} {second} {high}{unit}"}
    say = "`{said}` is two comparisons in one"
    return Mistake("P202", say, words, "Write them one by one: {meant}", start, end)


def _of_two_items(text: str, language: Language) -> Mistake | None:
    """What stands behind a sign and is no number: a word, or another item."""
    found = re.search(r"(<=?|>=?|=)\s*([^\W\d][^<>=,()]*)", text)
    if found is None:
        return None
    ends = "|".join(re.escape(word) for key in ("AND", "OR") for word in language.spellings(key))
    other = re.split(rf"\s+(?:{ends})(?:\s|$)", found[2])[0].strip()
    end = found.start(2) + len(other)
    if found[1] == "=":
        words = {"other": other, "is": language.inner("IS")}
        say = "`=` compares with a number, and `{other}` is none"
        return Mistake("P202", say, words, "Write: {is} {other}", found.start(1), end, f"{language.inner('IS')} {other}")
    say = "`{sign}` compares with a number and its unit, and `{other}` is none"
    words = {"sign": found[1], "other": other}
    help_ = "One item is not compared with another: let a step do it, and make an item of what it finds"
    return Mistake("P202", say, words, help_, found.start(2), end)


def _no_time_of_happening(text: str, language: Language) -> Mistake | None:
    """`Fall happens within 3 days`: what happens is answered when it happens."""
    happens = "|".join(map(re.escape, language.spellings("HAPPENS")))
    found = re.search(rf"(?<!\S)({happens})\s+(?=\d|(?:within|for|inom|i)\s+\d)(.+)$", text, re.I)
    if found is None:
        return None
    words = {"happens": found[1], "rest": found[2]}
    say = "`{happens}` means the moment at which it happens, and `{rest}` follows it"
    help_ = (
        "Take `{rest}` away. How old something may be is asked of an item's value; "
        "what has happened before is an item that a step makes"
    )
    return Mistake("P202", say, words, help_, found.start(2), len(text))


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
