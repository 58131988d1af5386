"""An example of a page in another language: its keywords by the formatter's own translation, its names as they are.

What the formatter leaves alone, because it cannot be read as meant, is in the catalogue of the pages, where it is path text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pathflow.dsl.format import formatted
from pathflow.dsl.languages import ENGLISH, Code, language
from pathflow.dsl.parse import parse_text
from pathflow.locale import catalogue

_FILE: Final = re.compile(r"^(== .+ ==)\n", re.M)
_KEPT: Final = re.compile(r"\t|# (?!<-)")
"""Tabs, which the formatter mends, and remarks, which it leaves as they are."""

_REST: Final = re.compile(r"^( *)…$", re.M)
_REST_AS_COMMENT: Final = re.compile(r"^ *# …$", re.M)


@cache
def example_in(text: str, code: Code) -> str:
    """The example with its keywords in that language; as it is, where it is no path text and the catalogue lacks it."""
    if code == ENGLISH:
        return text
    known = catalogue(code, "pages").get(text)
    return known if known is not None else "".join(_translated(part, code) for part in _FILE.split(text))


def is_translated(text: str) -> bool:
    """Whether the formatter translates all of the example and mends nothing, so that the catalogue need not have it."""
    return not _KEPT.search(text) and all(
        _read(part, "fi") is not None for part in _FILE.split(text) if part and not _FILE.match(part + "\n")
    )


def _translated(part: str, code: Code) -> str:
    if _FILE.match(part + "\n"):
        return part + "\n"
    return _read(part, code) or part


def _read(part: str, code: Code) -> str | None:
    """The text translated, without the line that says its language: an example is a piece of a file."""
    file = parse_text("example.path", _REST.sub(r"\1# …", part))
    indents = iter(_REST.findall(part))
    if file.language != ENGLISH:
        return part
    found = formatted(file, code)
    if found is None:
        return None
    return _REST_AS_COMMENT.sub(
        lambda _: f"{next(indents)}…", found.removeprefix(f"{language(code).keywords['language']} {code}\n").lstrip("\n")
    )
