"""Small readings that the patterns and the value grammar share: names, numbers, lengths of time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from pathflow.base.durations import Duration, Unit
from pathflow.base.names import bare
from pathflow.dsl.syntax import Name

_TYPOGRAPHY: Final = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2007": " ", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"'}
)
_TYPOGRAPHIC: Final = re.compile(f"[{''.join(map(chr, _TYPOGRAPHY))}]")


def tidied(line: str) -> str:
    """Spaces and quotes that word processors put in, as the plain ones: the same length, so places stay right."""
    return line if line.isascii() or not _TYPOGRAPHIC.search(line) else line.translate(_TYPOGRAPHY)


def composed(text: str) -> str:
    """Composed letters and single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split()) if "  " in text or "\t" in text else text


def name_at(text: str, start: int, end: int) -> Name:
    """The name in that stretch, without the spaces and quotes around it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    inner = text[start:end]
    if len(inner) >= 2 and inner[0] == '"' and inner[-1] == '"':
        inner = inner[1:-1].strip()
    return Name(composed(inner), start, end)


def read_number(text: str) -> float:
    """A number, with a decimal point or a decimal comma; whole numbers stay whole."""
    text = text.replace(",", ".")
    return float(text) if "." in text else int(text)


_DURATION: Final = re.compile(r"(\d{1,6})\s+((?:[^\W\d_]+ )?[^\W\d_]+)\Z")


def read_duration(text: str, units: Mapping[str, Unit]) -> Duration | None:
    """`14 days`, or None when the text is not exactly that. `units`: by their words, bare."""
    found = _DURATION.match(text)
    if not found:
        return None
    unit = units.get(bare(found[2]))
    return Duration(int(found[1]), unit) if unit else None
