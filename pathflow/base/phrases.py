"""What is said, kept apart from the names in it, so that it can be said in another language: a few words, or sentences."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pathflow.base.names import listing
from pathflow.base.visible import filled

_PLACE: Final = re.compile(r"\{(name|by)\}")


class Phrase(NamedTuple):
    """`form` is in English; in the place of its `{name}` and `{by}` come the user's own words."""

    form: str
    name: str = ""
    by: str = ""

    @property
    def text(self) -> str:
        """The words in whole."""
        return _PLACE.sub(lambda place: self.name if place[1] == "name" else self.by, self.form)


OWN: Final = "{name}"
"""The form of what is said by its name alone."""


class Said:
    """A sentence as a template and its words, so that it can be said in another language; its text is English.

    Among the words may be other sentences, findings, lengths of time, and words of a path.
    """

    __slots__ = ("say", "words")

    def __init__(self, say: str, /, **words: object) -> None:
        self.say = say
        self.words = words

    def __str__(self) -> str:
        return filled(self.say, self.words) if self.words else self.say


class Several(NamedTuple):
    """Sentences one after the other, and what stands between them."""

    parts: tuple[object, ...]
    between: str = "; "

    def __str__(self) -> str:
        return self.between.join(map(str, self.parts))


class Word(NamedTuple):
    """A word of a path that stands where a name may stand (`done`, `nobody`), by the list that it is of."""

    kind: str
    word: str

    def __str__(self) -> str:
        return self.word


class Written(NamedTuple):
    """What stands after a keyword in a path: `nurse at Health Centre` after `by`."""

    keyword: str
    text: str

    def __str__(self) -> str:
        return self.text


class Listed(NamedTuple):
    """Names as a reader would list them: `a`, `b` and `c`."""

    names: tuple[str, ...]
    last: str = "and"
    most: int = 8

    def __str__(self) -> str:
        return listing(self.names, self.last, self.most)
