"""A comparison in Finnish and Swedish: its sentences from a catalogue, the user's own words as they are.

What stands around those words (`after {a}`, `from {a} to {b}`) is a part of a sentence, and is looked up as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pathflow.base.names import listing
from pathflow.base.visible import filled
from pathflow.compare.changes import Change, Comparison, Part
from pathflow.compare.headings import COUNTED, heading
from pathflow.compare.kinds import KINDS, WEIGHTS
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import catalogue, phrase, sentence, value

_TICKED: Final = re.compile(r"`[^`]*`")
_INSIDE: Final = re.compile(r"`\{(\w+)\}`")
_TIME: Final = re.compile(r"\d+ (?:working |school )?(?:minute|hour|day|week|month|year)s?")


def said(text: str, code: Code, /, **words: object) -> str:
    """A sentence of the catalogue, with its words."""
    return filled(sentence(text, code, "changes"), words)


def message(change: Change, code: Code) -> str:
    """The change in one plain sentence."""
    if code == ENGLISH:
        return change.message
    say = KINDS[change.kind].say
    inside = set(_INSIDE.findall(say))
    words = {name: _inner(name, word, code) if name in inside else part(word, code) for name, word in change.words.items()}
    text = said(say, code, **words)
    return text[:1].upper() + text[1:]


def why(change: Change, code: Code) -> str:
    """Why it has its weight."""
    return said(change.why, code)


def _inner(name: str, word: str, code: Code) -> str:
    """A word in backticks: the user's own, but for who acts and a length of time."""
    if name == "by":
        return value("by", word, code)
    if word in _WORDS:
        return said(word, code)
    return phrase(word, code) if _TIME.fullmatch(word) else word


_WORDS: Final = frozenset({"any time", "any number of"})
"""What stands in backticks where the writer said nothing."""


def part(text: str, code: Code) -> str:
    """Words with the user's own in backticks among them; as they are, where the catalogue does not know them."""
    if code == ENGLISH or not text:
        return text
    ticked = _TICKED.findall(text)
    places = iter("abcdefgh"[: len(ticked)] + "h" * len(ticked))
    form = _TICKED.sub(lambda _: f"{{{next(places)}}}", text)
    known = catalogue(code, "changes").get(form.strip())
    if known is None or len(ticked) > len("abcdefgh"):
        return phrase(text, code)
    space = " " if form.startswith(" ") and not known.startswith(",") else ""
    return space + known.format_map(dict(zip("abcdefgh", ticked, strict=False)))


def names(words: Sequence[str], code: Code) -> str:
    """A list of the user's words."""
    return phrase(listing(words), code)


def title(whole: Part, code: Code) -> str:
    """The name of a path with its versions, or of a network."""
    return said("network {name}", code, name=whole.name) if whole.sort == "network" else heading(whole)


def tally(comparison: Comparison, code: Code) -> str:
    """`2 breaking changes, 1 safe change`, or that nothing changed."""
    counts = [(len(comparison.weighing(weight)), COUNTED[weight]) for weight in WEIGHTS]
    parts = [said(f"{{n}} {words[count != 1]}", code, n=count) for count, words in counts if count]
    return ", ".join(parts) or said("nothing changed in meaning", code)
