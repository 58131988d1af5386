"""Characters that cannot be seen: what is quoted back to people shows them by their number, and never passes them on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f"
)
"""Control characters but for tabs and ends of lines, what has no width or turns the writing direction, halves of a letter: the
inside of a character class. Source: Unicode 15.1."""

_NOT_TO_PASS: Final = re.compile(f"[\t\n\r{UNSEEN}]")


class Coloured(str):
    """Words with signs of our own in them, by which a terminal colours them."""

    __slots__ = ()


def visible(text: str) -> str:
    """The text with what cannot be seen as its number: `2026-01-05T<U+000D>09:00`."""
    if text.isascii() and text.isprintable():
        return text
    return _NOT_TO_PASS.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def filled(template: str, words: Mapping[str, object]) -> str:
    """A sentence with its words in their places, all of them visible."""
    text = template.format_map(words)
    if _NOT_TO_PASS.search(text) is None:
        return text
    return template.format_map({name: _shown(word) for name, word in words.items()})


def _shown(word: object) -> object:
    return word if isinstance(word, int | float | Coloured) else visible(str(word))
