"""What is said about a value that cannot be read: as people err, not as the grammar fails."""

from __future__ import annotations

import re
from typing import Final

from pathflow.base.names import fold
from pathflow.dsl.expected import Look, line_expected
from pathflow.dsl.languages import Language
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.wrong.conditions import wrong_condition
from pathflow.dsl.wrong.names import (
    wrong_actor,
    wrong_allowed,
    wrong_edition,
    wrong_fallback,
    wrong_item,
    wrong_language,
    wrong_list,
    wrong_one_name,
    wrong_parties,
    wrong_payers,
    wrong_sign,
    wrong_word_list,
)
from pathflow.dsl.wrong.scenarios import wrong_expect, wrong_given, wrong_on_day
from pathflow.dsl.wrong.times import (
    wrong_date,
    wrong_repeated_until,
    wrong_rhythm,
    wrong_rounds,
    wrong_time,
    wrong_wait,
    wrong_window,
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
    for look in (wrong_sign, *_LOOKS.get(kind, ())):
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


_LOOKS: Final[dict[str, tuple[Look, ...]]] = {
    "duration": (wrong_time,),
    "limit": (wrong_time,),
    "window": (wrong_window, wrong_time),
    "waiting": (wrong_wait,),
    "occasion": (wrong_condition,),
    "review": (wrong_time,),
    "repetition?": (wrong_rhythm, wrong_repeated_until, wrong_rounds, wrong_time),
    "actor": (wrong_actor,),
    "parties": (wrong_parties,),
    "dates": (wrong_date,),
    "names": (wrong_list,),
    "does": (wrong_list,),
    "payers": (wrong_payers, wrong_list),
    "name": (wrong_one_name,),
    "condition": (wrong_condition,),
    "item": (wrong_item,),
    "fallback": (wrong_fallback,),
    "given": (wrong_given,),
    "on day": (wrong_on_day,),
    "expect": (wrong_expect, wrong_list),
    "never": (wrong_list,),
    "sector": (wrong_word_list("sector"),),
    "mode": (wrong_word_list("mode"),),
    "counts": (wrong_word_list("counts"),),
    "shows": (wrong_word_list("shows"),),
    "allowed": (wrong_allowed,),
    "language": (wrong_language,),
    "edition": (wrong_edition,),
}
