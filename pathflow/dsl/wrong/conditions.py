"""Conditions that cannot be read: what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pathflow.dsl.expected import ENGLISH_WORDS
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
