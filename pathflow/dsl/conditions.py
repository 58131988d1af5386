"""Conditions as they are mostly written: names, comparisons and words, joined by one kind of word. The rest is the grammar's.

What is read here the grammar reads the same (a law says so); whatever could mean something else to it is left to it.
"""

from __future__ import annotations

import re
from typing import Final

from pathflow.base.names import bare
from pathflow.dsl.languages import Language
from pathflow.dsl.plain import name_at, read_number
from pathflow.dsl.syntax import All, Amount, Any, Compare, Condition, Holds, Is, Name, Not

_AMONG_NAMES: Final = ("AND", "OR", "NOT", "IS", "IS_NOT", "WITHIN", "FOR", "HAPPENS", "ONE_OF", "PER")
"""Words of conditions; their first words are in no name that is read here."""

_LEFT: Final = re.compile(r'["():{}]')
"""What only the grammar reads."""

_COMPARED: Final = re.compile(
    r"([^<>=≤≥]*)(<=|>=|[<>=≤≥])\s*([-+]?\d+(?:\.\d+)?)(?:\s+(?!\d+(?:[.,]\d+)?\s*\Z)([^\s,<>=≤≥]+))?\s*"
)
_IN_NAMES: Final = re.compile(r"(?![-+]?\d)[^,<>=≤≥]+")
_SIGNS: Final = {"≤": "<=", "≥": ">="}


class Conditions:
    """The plain conditions of a language."""

    def __init__(self, language: Language) -> None:
        spelt = {key: "|".join(map(re.escape, language.spellings(key))) for key in _AMONG_NAMES}
        self.reserved = frozenset(bare(phrase.split()[0]) for key in _AMONG_NAMES for phrase in language.spellings(key))
        self.both, self.either, self.is_ = (
            re.compile(rf"(?<=[ \t])(?:{spelt[key]})(?=[ \t])", re.I) for key in ("AND", "OR", "IS")
        )
        self.without, self.one_of = (re.compile(rf"[ \t]*(?:{spelt[key]})[ \t]+", re.I) for key in ("NOT", "ONE_OF"))

    def read(self, text: str, start: int, end: int) -> Condition | None:
        """The condition in that stretch of text; None where the grammar must read it, if anything can."""
        if _LEFT.search(text, start, end):
            return None
        some = self.either.search(text, start, end) is not None
        parts: list[Condition] = []
        for joint in [*(self.either if some else self.both).finditer(text, start, end), None]:
            part = self._part(text, start, joint.start() if joint is not None else end)
            if part is None:
                return None
            parts.append(part)
            start = joint.end() if joint is not None else end
        if len(parts) == 1:
            return parts[0]
        return Any(tuple(parts)) if some else All(tuple(parts))

    def _part(self, text: str, start: int, end: int) -> Condition | None:
        negated = self.without.match(text, start, end)
        if negated is None:
            return self._atom(text, start, end)
        inner = self._atom(text, negated.end(), end)  # a second `not` is in no name: it is the grammar's
        return Not(inner) if inner is not None else None

    def _atom(self, text: str, start: int, end: int) -> Condition | None:
        compared = _COMPARED.fullmatch(text, start, end)
        if compared is not None:
            return self._compare(text, start, compared)
        found = self.is_.search(text, start, end)
        item = self._name(text, start, found.start() if found is not None else end)
        if item is None or found is None:
            return Holds(item) if item is not None else None
        options = self._options(text, found.end(), end)
        return Is(item, options) if options is not None else None

    def _compare(self, text: str, start: int, found: re.Match[str]) -> Condition | None:
        item, unit = self._name(text, start, found.end(1)), found[4]
        if item is None or (unit is not None and bare(unit) in self.reserved):
            return None
        amount = Amount(read_number(found[3]), unit, found.start(3), found.end(4 if unit else 3))
        return Compare(item, _SIGNS.get(found[2], found[2]), amount)  # type: ignore[arg-type]  # the pattern admits these only

    def _options(self, text: str, start: int, end: int) -> tuple[Name, ...] | None:
        """The word after `is`, or the words after `is one of`."""
        several = self.one_of.match(text, start, end)
        start = several.end() if several is not None else start
        options: list[Name] = []
        for words in text[start:end].split(",") if several is not None else [text[start:end]]:
            option = self._name(text, start, start + len(words))
            if option is None:
                return None
            options.append(option)
            start += len(words) + 1
        return tuple(options)

    def _name(self, text: str, start: int, end: int) -> Name | None:
        words = text[start:end].split()
        if not words or any(not _IN_NAMES.fullmatch(word) or bare(word) in self.reserved for word in words):
            return None
        return name_at(text, start, end)
