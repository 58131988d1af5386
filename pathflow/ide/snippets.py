"""The lines that usually come with a keyword, in the words of a language, with places to fill in.

A place is written as editors read it, `${1:what stands there at first}`; `{AT}` is a word of the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pathflow.dsl.expected import expected, line_expected
from pathflow.dsl.languages import Language
from pathflow.dsl.vocabulary import COMMA_AFTER

Lines = tuple[tuple[int, str, str], ...]
"""How deep, the keyword, the value; in a value `<step>` is what a step may be called, `<=limit>` an example of that kind."""

BODIES: Final[Mapping[str, Lines]] = {
    "path": (
        (0, "path", "${1:<path>}"), (1, "version", "${2:1.0}"), (1, "valid", "{FROM} ${3:2026-01-01}"),
        (1, "uses", "${4:<=use>}"), (1, "responsible", "${5:<provider>}"), (1, "accountable", "${6:<provider>}"),
    ),
    "network": (
        (0, "network", "${1:<network>}"), (1, "organiser", "${2:<provider>}"), (1, "professions", "${3:<profession>}"),
        (1, "provider", "${4:<provider>}"), (2, "sector", "${5:<=sector>}"), (2, "professions", "${6:<profession>}"),
    ),
    "provider": ((0, "provider", "${1:<provider>}"), (1, "sector", "${2:<=sector>}"), (1, "professions", "${3:<profession>}")),
    "service": ((0, "service", "${1:<service>}"), (1, "window", "${2:12} ${3:<month>}")),
    "agreement": (
        (0, "agreement", "${1:<agreement>}"), (1, "with", "${2:<provider>}"), (1, "mode", "${3:<=mode>}"),
        (1, "covers", "${4:<service>}"), (1, "valid", "{FROM} ${5:2026-01-01}"),
    ),
    "clients": ((0, "clients", "${1:<clients>}"), (1, "item", "${2:<=item>}")),
    "plan": (
        (0, "plan", "${1:<plan>}"), (1, "owner", "${2:<=actor>}"), (1, "review", "${3:<=review>}"),
        (1, "if another path joins", "${4:{OWNER_STAYS}}"),
    ),
    "steps": ((0, "steps", ""), (1, "step", "${1:<step>}"), (2, "by", "${2:<=actor>}"), (2, "within", "${3:<=duration>}")),
    "step": ((0, "step", "${1:<step>}"), (1, "by", "${2:<=actor>}"), (1, "within", "${3:<=duration>}")),
    "handoff": (
        (0, "handoff", "${1:<handoff>}"), (1, "from", "${2:<=parties>}"), (1, "carries", "${3:<=name>}"),
        (1, "accepted within", "${4:<=duration>}"), (1, "if not accepted", "${5:<=fallback>}"),
    ),
    "consultation": (
        (0, "consultation", "${1:<consultation>}"), (1, "from", "${2:<=parties>}"), (1, "answered within", "${3:<=duration>}"),
    ),
    "decide": (
        (0, "decide", "${1:…}"), (1, "if", "${2:<=condition>}"), (2, "continue", ""), (1, "otherwise", ""),
        (2, "end", "${3:<end>}"),
    ),
    "together": (
        (0, "together", ""), (1, "branch", "${1:<branch>}"), (2, "step", "${2:<step>}"), (1, "branch", "${3:…}"),
        (2, "step", "${4:…}"),
    ),
    "repeat": ((0, "repeat", "${1:<=repetition?>}"), (1, "step", "${2:<step>}"), (0, "until", "${3:<=condition>}")),
    "client chooses": (
        (0, "client chooses", "${1:<client chooses>}"), (1, "option", "${2:<provider>}"), (1, "option", "${3:…}"),
        (1, "guided by", "${4:<=actor>}"), (1, "if no choice", "${5:<provider>}"),
    ),
    "whenever": (
        (0, "whenever", "${1:<=occasion>}"), (1, "step", "${2:<step>}"), (2, "by", "${3:<=actor>}"), (1, "resume", ""),
    ),
    "end": ((0, "end", "${1:<end>}"), (1, "closes the plan", "")),
    "test": ((0, "test", "${1:<test>}"), (1, "given", "${2:<=given>}"), (1, "expect", "${3:<step>}")),
    "alliance": (
        (0, "alliance", "${1:…}"), (1, "partner", "${2:<provider>}"), (2, "gain", "${3:50} %"), (2, "pain", "${4:50} %"),
    ),
    "promise": ((0, "promise", "${1:<step>}"), (1, "within", "${2:<=duration>}")),
    "load": ((0, "load", "${1:…}"), (1, "arrivals", "${2:<=rate>}"), (1, "capacity", "${3:<=capacity>}")),
}  # fmt: skip
"""The lines that a block has at least, or nearly always."""

_PLACE: Final = re.compile(r"<(=?)([^<>]+)>")
_INNER: Final = re.compile(r"\{([A-Z_]+)\}")


def snippet(keyword: str, language: Language, own: Mapping[str, str] | None = None, indent: str = "") -> str | None:
    """The lines of a keyword with their places to fill in; None for a keyword that has but one line.

    Args:
        own: names that are there, by the keyword of their kind, to stand in the place of invented ones.
        indent: what stands before the first line already.
    """
    body = BODIES.get(keyword)
    if body is None:
        return None
    return f"\n{indent}".join(
        "    " * depth + _line(word, _filled(value, language, own or {}), language) for depth, word, value in body
    )


def _line(keyword: str, value: str, language: Language) -> str:
    word = language.keywords[keyword] + ("," if keyword in COMMA_AFTER else "")
    return f"{word} {value}" if value else word


def _filled(value: str, language: Language, own: Mapping[str, str]) -> str:
    with_words = _INNER.sub(lambda found: language.inner(found[1]), value)
    return _PLACE.sub(lambda found: _escaped(_example(found[1], found[2], language, own)), with_words)


def _example(is_kind: str, what: str, language: Language, own: Mapping[str, str]) -> str:
    if is_kind:
        if what == "actor" and "profession" in own and "provider" in own:
            return f"{own['profession']} {language.inner('AT')} {own['provider']}"
        return own.get(what) or expected(what, language)[1]
    if what in own:
        return own[what]
    if what == "month":
        return language.units["month"][1]
    if what == "profession":
        return expected("actor", language)[1].split(f" {language.inner('AT')} ")[0]
    return line_expected(what, "label", language)[1].removeprefix(language.keywords[what]).strip()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")
