"""What pathflow says, in Finnish and in Swedish: findings told in another language, from catalogues of whole sentences.

A catalogue (`fi.toml`, `sv.toml` for findings, and one for each other area: `fi_pages.toml`) has the English template
of each sentence as its key, so that a sentence is written where it is said, and English costs nothing. The user's own words
stand in backticks and are never translated; what stands outside them (`a step`, `3 working days`, a list joined by `or`) is a
phrase, and is looked up too. A sentence that is not in the catalogue stays English. Why it is so:
docs/decisions/0021-what-is-said-in-three-languages.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import Final, Literal, cast

from msgspec.structs import replace

from pathflow.base.durations import Duration, Unit
from pathflow.base.findings import Evidence, Finding, Related
from pathflow.base.phrases import Listed, Said, Several, Word, Written
from pathflow.base.visible import filled
from pathflow.dsl.languages import CODES, ENGLISH, Code, Language, language

Area = Literal["findings", "pages", "commands", "frames", "changes", "errors", "draft", "editor", "pictures", "handbook"]
AREAS: Final[tuple[Area, ...]] = (
    "findings", "pages", "commands", "frames", "changes", "errors", "draft", "editor", "pictures", "handbook",
)  # fmt: skip
"""What is said: of paths and logs, in the pages of codes, in the help of commands, around results, of what changed, of what
cannot be used or was expected and is not so, in a first path, in an editor, in pictures, in a handbook."""

_WORDS_BETWEEN: Final[Mapping[Code, Mapping[str, str]]] = {
    "fi": {"or": "tai", "and": "ja", "more": "muuta"},
    "sv": {"or": "eller", "and": "och", "more": "till"},
}
_UNITS: Final = "(?:working |school )?(?:minute|hour|day|week|month|year)"
_LENGTH: Final = re.compile(rf"(\d+) ({_UNITS})s?|the same ({_UNITS})")
_PREFIXES: Final = ("a number of ", "one of ", "a client with ")
"""With what phrases begin that end in the user's own words."""
_RANGED: Final = re.compile(r"a number of (\S+) from (\S+) to (\S+)")
_NUMBER: Final = re.compile(r"\d+")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=len(CODES) * len(AREAS))
def catalogue(code: Code, area: Area = "findings") -> Mapping[str, str]:
    """English to that language; nothing for English. Read when it is first asked for."""
    if code == ENGLISH:
        return {}
    import tomllib

    name = f"{code}.toml" if area == "findings" else f"{code}_{area}.toml"
    return tomllib.loads(resources.files("pathflow.locale").joinpath(name).read_text("utf-8"))


def told(finding: Finding, code: Code) -> Finding:
    """The finding in that language: the same in all but what it says."""
    if code == ENGLISH:
        return finding
    templates = (finding.say, finding.help or "")
    phrases = {name for template in templates for name in _outside(template)} - {
        name for template in templates for name in _inside(template)
    }
    return replace(
        finding,
        say=sentence(finding.say, code),
        help=sentence(finding.help, code) if finding.help is not None else None,
        words={name: phrase(word, code) if name in phrases else word for name, word in finding.words.items()},
        related=tuple(Related(other.span, sentence(other.say, code)) for other in finding.related),
        evidence=tuple(_evidence(one, code) for one in finding.evidence),
    )


def _evidence(one: Evidence, code: Code) -> Evidence:
    return replace(one, note=phrase(one.note, code)) if one.note else one


def sentence(template: str, code: Code, area: Area = "findings") -> str:
    """A template in that language, with the same placeholders."""
    known = catalogue(code, area).get(template)
    if known is None and area == "findings":
        known = catalogue(code, "errors").get(template)  # a file that cannot be read, where a path uses it
    return template if known is None else known


def spoken(what: object, code: Code) -> str:
    """What cannot be used, or what happened instead of what a test expected, in that language."""
    if code == ENGLISH:
        return str(what)
    match what:
        case Said():
            words = {name: spoken(word, code) for name, word in what.words.items()}
            template = sentence(what.say, code, "errors")
            return filled(template, words) if words else template
        case Several():
            return what.between.join(spoken(part, code) for part in what.parts)
        case Word():
            return language(code).lists[what.kind].get(what.word, what.word)
        case Written():
            return value(what.keyword, what.text, code)
        case Finding():
            return told(what, code).message
        case Listed() | Duration():
            return phrase(str(what), code)
        case _:
            return str(what)


def refused(say: str, words: Mapping[str, str], code: Code) -> str:
    """Why an intent was not granted, in that language."""
    if code == ENGLISH:
        return filled(say, words)
    outside = {*_outside(say)} - {*_inside(say)}
    own = {name: phrase(sentence(word, code, "errors"), code) if name in outside else word for name, word in words.items()}
    return filled(sentence(say, code, "errors"), own)


def phrase(text: str, code: Code) -> str:
    """A phrase that is put into a sentence: known as it is, or with its numbers, a length of time, a list."""
    if code == ENGLISH:
        return text
    known = catalogue(code).get(text)
    if known is not None:
        return known
    numbers = _NUMBER.findall(text)
    if len(numbers) == 1 and (pattern := catalogue(code).get(_NUMBER.sub("{n}", text))) is not None:
        return pattern.replace("{n}", numbers[0])
    ranged = _RANGED.fullmatch(text)
    if ranged is not None and (pattern := catalogue(code).get("a number of {rest} from {low} to {high}")) is not None:
        return filled(pattern, {"rest": ranged[1], "low": ranged[2], "high": ranged[3]})
    prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), None)
    if prefix is not None and (pattern := catalogue(code).get(prefix + "{rest}")) is not None:
        return pattern.replace("{rest}", text.removeprefix(prefix))
    return _lengths(text, code) or (_listed(text, code) if "`" in text else text)


@lru_cache(maxsize=4096)
def value(keyword: str, text: str, code: Code) -> str:
    """What stands after a keyword in a path, in that language; as it is, where it cannot be read as a value."""
    if code == ENGLISH or not text:
        return text
    from pathflow.dsl.format import Spelling  # the formatter and Lark are imported only where they are needed

    return Spelling(language(ENGLISH), language(code)).value(keyword, text)


def _lengths(text: str, code: Code) -> str | None:
    """`19 days 10 hours`, `14 days of Visit`, `every 6 months`; None where it is nothing of the kind."""
    own = language(code)
    found = list(_LENGTH.finditer(text))
    if not found:
        return None
    if not text[: found[0].start()].strip() and all(not text[a.end() : b.start()].strip() for a, b in pairwise(found)):
        rest = text[found[-1].end() :]
        said = " ".join(_length(one, own) for one in found)
        if not rest:
            return said
        return f"{said} {own.inner('OF')}{rest.removeprefix(' of')}" if rest.startswith(" of ") else None
    pattern = catalogue(code).get(_LENGTH.sub("{length}", text)) if len(found) == 1 else None
    if pattern is None:
        return None
    return pattern.replace("{length}", _length(found[0], own)).replace("{before}", _length(found[0], own, is_before=True))


def _length(found: re.Match[str], own: Language, is_before: bool = False) -> str:
    if found[3]:
        return f"{own.inner('SAME')} {own.units[cast('Unit', found[3])][0]}"
    return own.length(int(found[1]), cast("Unit", found[2]), is_before)


def _listed(text: str, code: Code) -> str:
    """Names in backticks, as `listing` joins them: the words between them."""
    parts = text.split("`")
    words = _WORDS_BETWEEN[code]
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"\b(or|and|more)\b", lambda found: words[found[0]], parts[at])
    return "`".join(parts)


def _outside(template: str) -> list[str]:
    """The placeholders that stand outside backticks: phrases."""
    return [name for part in template.split("`")[::2] for name in _PLACEHOLDER.findall(part)]


def _inside(template: str) -> list[str]:
    """Those that stand inside: the user's words."""
    return [name for part in template.split("`")[1::2] for name in _PLACEHOLDER.findall(part)]
