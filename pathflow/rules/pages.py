"""The page of each code: a rule's from its module, a P code's from the table of mistakes; in English, Finnish or Swedish."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache
from typing import Final

from msgspec import Struct

from pathflow.base.names import nearest
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.dsl.mistakes import KINDS
from pathflow.locale import sentence
from pathflow.rules.lessons import EXAMPLES, FIX, SOURCE
from pathflow.rules.registry import rules

_SECTION: Final = re.compile(r"^(Why|Source|Bad|Good|Fix):[ ]*(.*?)(?=^\w+:|\Z)", re.M | re.S)
_WIDTH: Final = 120


class Page(Struct, frozen=True):
    """What is said of a code, part by part, in English. `source` is empty where there is none."""

    code: str
    name: str
    what: str
    why: str
    source: str
    bad: str
    good: str
    fix: str

    @property
    def prose(self) -> tuple[str, ...]:
        """The parts that are sentences."""
        return tuple(part for part in (self.name, self.what, self.why, self.source, self.fix) if part)


def codes() -> list[str]:
    """Every code there is, in order."""
    return sorted([*KINDS, *(entry.rule.code for entry in rules())])


def page(code: str, language: Code = ENGLISH) -> str | None:
    """What a code means, why it matters, a bad and a good example, how it is mended; None for an unknown code."""
    if language != ENGLISH:
        found = parts(code)
        return _told(found, language) if found is not None else None
    wanted = code.strip().upper()
    for entry in rules():
        if entry.rule.code == wanted:
            return entry.page.strip() + "\n"
    kind = KINDS.get(wanted)
    if kind is None:
        return None
    bad, good = EXAMPLES.get(wanted, (kind.bad, kind.good))
    lines = [f"{kind.code} {kind.name}", "", kind.what, "", f"Why: {kind.why}"]
    if wanted in SOURCE:
        lines.append(f"Source: {SOURCE[wanted]}")
    for title, example in (("Bad", bad), ("Good", good)):
        lines += [f"{title}:", *(f"    {line}" for line in example.rstrip().splitlines())]
    return "\n".join([*lines, f"Fix: {FIX[wanted]}"]) + "\n"


@lru_cache(maxsize=256)
def parts(code: str) -> Page | None:
    """A page part by part; None for an unknown code."""
    wanted = code.strip().upper()
    kind = KINDS.get(wanted)
    if kind is not None:
        bad, good = EXAMPLES.get(wanted, (kind.bad, kind.good))
        return Page(wanted, kind.name, kind.what, kind.why, SOURCE.get(wanted, ""), bad, good, FIX[wanted])
    text = page(code)
    if text is None:
        return None
    head, _, rest = text.partition("\n")
    sections = {found[1]: found[2] for found in _SECTION.finditer(rest)}
    what = rest[: rest.index("\nWhy:")]
    why, source, fix = (_line(sections.get(title, "")) for title in ("Why", "Source", "Fix"))
    bad, good = (textwrap.dedent(sections[title].lstrip("\n")) for title in ("Bad", "Good"))
    return Page(wanted, head.partition(" ")[2], _line(what), why, source, bad, good, fix)


def _line(text: str) -> str:
    return " ".join(text.split())


def _told(found: Page, language: Code) -> str:
    """The page in another language, its examples too."""
    from pathflow.rules.shown import example_in

    lines = [f"{found.code} {name(found.code, language)}", "", *_filled(_said(found.what, language), ""), ""]
    for title, text in (("Why", found.why), ("Source", found.source)):
        if text:
            lines += _filled(f"{_said(title, language)}: {_said(text, language)}")
    for title, example in (("Bad", found.bad), ("Good", found.good)):
        shown = example_in(example, language).rstrip().splitlines()
        lines += [f"{_said(title, language)}:", *(f"    {line}".rstrip() for line in shown)]
    return "\n".join([*lines, *_filled(f"{_said('Fix', language)}: {_said(found.fix, language)}")]) + "\n"


def _said(text: str, language: Code) -> str:
    return sentence(text, language, "pages")


def _filled(text: str, indent: str = "    ") -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def name(code: str, language: Code = ENGLISH) -> str:
    """What a code is called: in English the rule's name, in other languages a few words. "" for an unknown code."""
    found = parts(code)
    return _said(found.name, language) if found is not None else ""


def what(code: str, language: Code = ENGLISH) -> str:
    """What a finding of the code says, in a sentence. "" for an unknown code."""
    found = parts(code)
    return _said(found.what, language) if found is not None else ""


def nearest_code(code: str, language: Code = ENGLISH) -> str | None:
    """The code that was probably meant, by code or by what it is called, in English or in that language."""
    names = {name(known, spoken).lower(): known for known in codes() for spoken in dict.fromkeys((language, ENGLISH))}
    wanted = code.strip()
    if wanted.lower() in names:
        return names[wanted.lower()]
    guess = nearest(wanted.lower(), names)
    return names[guess] if guess is not None else nearest(wanted.upper(), codes())
