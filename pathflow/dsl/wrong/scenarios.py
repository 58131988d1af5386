"""Lines of tests that cannot be read: what was probably meant."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from pathflow.base.names import bare
from pathflow.dsl.expected import any_of
from pathflow.dsl.languages import Language
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.wrong.conditions import spaced_number
from pathflow.dsl.wrong.times import wrong_time


def _outcome(text: str, language: Language) -> re.Match[str] | None:
    """A name and what became of it, without the word between them."""
    states = [s for pair in language.lists["state"].items() if pair[0] in _OUTCOMES for s in pair]
    longest = sorted(dict.fromkeys(states), key=len, reverse=True)
    return re.match(rf"^(.+?)\s+({'|'.join(map(re.escape, longest))})$", text, re.I)


_OUTCOMES: Final = frozenset({"done", "not done", "accepted", "not accepted", "returned", "not proposed"})


def wrong_given(keyword: str, text: str, language: Language) -> Mistake | None:
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
        spaced = spaced_number(said)
        if spaced is not None:
            return replace(spaced, start=lead + spaced.start, end=lead + spaced.end)
        outcome = _outcome(said, language)
        if outcome is None and re.search(rf"\b(?:{any_of(language, 'IS', 'HAPPENS')}|finding)\b|[<>=]", said):
            continue
        is_, yes = language.inner("IS"), language.lists["state"]["yes"]
        amount = re.match(r"(.*?\D)\s+(\d[\d.,]*\s*\S*)$", said)
        meant = f"{amount[1]} {is_} {amount[2]}" if amount else f"{said} {is_} {yes}"
        meant = f"{outcome[1]} {is_} {outcome[2]}" if outcome else meant
        words = {"said": said, "meant": meant, "keyword": keyword}
        return Mistake("P202", "`{said}` does not say what is so", words, "Write: {meant}", lead, lead + len(said), meant)
    return None


def wrong_expect(keyword: str, text: str, language: Language) -> Mistake | None:
    """What a test expects within a time that cannot be read."""
    found = re.search(rf"\b(?:{any_of(language, 'WITHIN')})\s+(?=\d|(?:{any_of(language, 'SAME')})\b)", text, re.I)
    if found is None:
        return None
    wrong = wrong_time("within", text[found.end() :], language)
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


def wrong_on_day(keyword: str, text: str, language: Language) -> Mistake | None:
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
        or re.match(rf"(?:{any_of(language, 'CLOCK')})\s+\d", said, re.I)
        or (outcome is None and re.search(rf"\b(?:{any_of(language, 'IS', 'HAPPENS', 'EXPECT')}|finding)\b|[<>=]", said))
    ):
        return None
    meant = f"{outcome[1]} {language.inner('IS')} {outcome[2]}" if outcome else f"{said} {language.inner('HAPPENS')}"
    words = {"said": said, "meant": meant, "keyword": keyword, "day": day[0].strip()}
    say, help_ = "`{said}` does not say what happens or is so on that day", "Write: {keyword} {day} {meant}"
    return Mistake("P202", say, words, help_, day.end(), len(text), meant)
