"""Bytes to text: the forms in which editors save, and what cannot be text at all."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.findings import Edit, Finding
from pathflow.base.spans import Span
from pathflow.base.visible import UNSEEN
from pathflow.dsl.mistakes import finding
from pathflow.dsl.plain import tidied

SIZE_MAX: Final = 16_000_000
"""Units: bytes of one file."""

LINE_MAX: Final = 4_000
"""Units: characters of one line."""

_HIDDEN: Final = re.compile(f"[{UNSEEN}]")


class Decoded(Struct):
    """A file as lines of text without their ends, and what was wrong with it."""

    lines: list[str]
    findings: list[Finding]
    has_crlf: bool = False
    has_bom: bool = False


def decode(name: str, data: bytes) -> Decoded:
    """The text of a file; a file that is no text comes back without lines, and with the reason."""
    top = Span(name, 1, 1, 1, 1)
    if len(data) > SIZE_MAX:
        return Decoded([], [_too_large(top)])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Decoded([], [finding("P001", "the file is saved as UTF-16", top, help="Save it as UTF-8")])
    has_bom = data.startswith(b"\xef\xbb\xbf")
    try:
        text = data[3 * has_bom :].decode("utf-8")
    except UnicodeDecodeError as wrong:
        before = split(name, wrong.object[: wrong.start].decode("utf-8") + ".").lines
        line, column = len(before), len(before[-1])
        return Decoded([], [_not_utf8(Span(name, line, column, line, column + 1), data)])
    return split(name, text, has_bom)


def split(name: str, text: str, has_bom: bool = False) -> Decoded:
    """The lines of a text. Hidden characters are found and taken for spaces, so that places stay right."""
    has_crlf = "\r" in text
    if has_crlf:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    result = Decoded(lines, [], has_crlf, has_bom)
    if not text.isascii():
        lines[:] = map(tidied, lines)
    if _HIDDEN.search(text):
        for number, line in enumerate(lines, start=1):
            lines[number - 1] = _cleaned(name, number, line, result.findings)
    return result


def _cleaned(name: str, number: int, line: str, findings: list[Finding]) -> str:
    places = [found.start() for found in _HIDDEN.finditer(line)]
    if not places:
        return line
    spans = [Span(name, number, at + 1, number, at + 2) for at in places]
    edits = [Edit(span, _in_place_of(line, at), is_safe=True) for span, at in zip(spans, places, strict=True)]
    edit = replace(edits[0], also=tuple(edits[1:]))
    words = {"character": f"U+{ord(line[places[0]]):04X}", "more": f"{len(places) - 1} more"}
    say = "the line holds a hidden character, {character}" + (" and {more}" if len(places) > 1 else "")
    findings.append(finding("P004", say, spans[0], words, "Take it away", edit=edit))
    return _HIDDEN.sub(" ", line)


def _in_place_of(line: str, at: int) -> str:
    """What a hidden character leaves: a space where it alone parts two words, nothing where it takes no width."""
    around = line[max(at - 1, 0) : at] + line[at + 1 : at + 2]
    return " " if len(around) == 2 and around.isalnum() and line[at] in _PARTING else ""


_PARTING: Final = frozenset("\x00\x0b\x0c\x1c\x1d\x1e\x1f\x85\u200b\u2028\u2029\u3164\u115f\u1160")
"""Hidden characters that stand for a space or the end of a line; the others take no width."""


def _too_large(top: Span) -> Finding:
    words = {"most": f"{SIZE_MAX / 1e6:.0f}"}
    say = "the file is larger than the {most} MB that a path file may have"
    return finding("P002", say, top, words, "Check that it is the right file")


def _not_utf8(place: Span, data: bytes) -> Finding:
    try:
        sample = data.decode("cp1252")
    except UnicodeDecodeError:
        return finding("P001", "the file is not text", place, help="Check that it is the right file")
    if "\x00" in sample:
        return finding("P001", "the file is not text", place, help="Check that it is the right file")
    return finding("P001", "the file is not UTF-8; it may be Windows-1252 or ISO 8859-1", place, help="Save it as UTF-8")
