"""The keywords with which lines begin, as each language spells them; and which language a file is in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from pathflow.base.names import bare
from pathflow.dsl.languages import CODES, ENGLISH, Code, Language, language
from pathflow.dsl.syntax import SourceFile, walk
from pathflow.dsl.vocabulary import BLOCKS, KEYWORDS

HEAD: Final = ("language", "edition")
"""Lines at the head of a file, before anything else; each is known by its word in every language."""


class Phrases:
    """The keywords of one block as a language spells them, and as English does, by their first word: the longest first."""

    __slots__ = ("by_first",)

    def __init__(self, keywords: Iterable[str], language: Language) -> None:
        self.by_first: dict[str, list[tuple[re.Pattern[str] | None, tuple[str, ...], str]]] = {}
        spelt = {spelling: keyword for keyword in keywords for spelling in _spellings(keyword, language)}
        for spelling in sorted(spelt, key=len, reverse=True):
            first, *rest = spelling.split()
            words = tuple(map(bare, rest))
            for begins in dict.fromkeys((bare(first), first)):  # with its accents too: found at once
                self.by_first.setdefault(begins, []).append((_plainly(rest), words, spelt[spelling]))

    def has_rivals(self, spelling: str) -> bool:
        """Whether several keywords begin with the same word."""
        first = spelling.split(maxsplit=1)[0]
        return len({keyword for begins in (bare(first), first) for *_, keyword in self.by_first.get(begins, ())}) > 1

    def find(self, content: str) -> tuple[str, int] | None:
        """The keyword at the start of the text, and where it ends."""
        end = content.find(" ")
        first = (content if end < 0 else content[:end]).removesuffix(":")
        found = self.by_first.get(first) or self.by_first.get(bare(first))
        if found is None:
            return None
        length = len(first)
        for plainly, words, keyword in found:
            if plainly is None:
                return keyword, length
            follows = plainly.match(content, length)
            at = follows.end() if follows else 0 if content.isascii() else _follows(content, length, words)
            if at:
                return keyword, at
        return None


def _plainly(words: Sequence[str]) -> re.Pattern[str] | None:
    """The words as they are mostly written, with their accents or without; None for no words."""
    if not words:
        return None
    spelt = (f"(?:{re.escape(word)}|{re.escape(bare(word))})" for word in words)
    return re.compile("".join(rf"[ \t]+{word}" for word in spelt) + r"(?=[ \t,:]|\Z)", re.I | re.A)


def _follows(content: str, at: int, words: tuple[str, ...]) -> int:
    """Where the words end that stand next in the text, or 0."""
    for word in words:
        while at < len(content) and content[at] in " \t":
            at += 1
        end = at
        while end < len(content) and content[end] not in " \t,:":
            end += 1
        if bare(content[at:end]) != word:
            return 0
        at = end
    return at


def _spellings(keyword: str, own: Language) -> tuple[str, ...]:
    if keyword in HEAD:
        return tuple(language(code).keywords[keyword] for code in CODES)
    return own.keywords[keyword], keyword


@lru_cache(maxsize=len(CODES))
def phrases_of(language: Language) -> dict[str, Phrases]:
    """The keywords of each kind of block; those of all blocks are at ``."""
    found = {kind: Phrases(block.lines, language) for kind, block in BLOCKS.items()}
    return found | {"": Phrases(KEYWORDS, language)}


def keyword_in(kind: str, content: str, language: Language) -> str | None:
    """The keyword with which a line of such a block begins."""
    found = phrases_of(language)[kind].find(content)
    return found[0] if found is not None else None


def declared(lines: list[str]) -> Code | None:
    """The language that the head of a file says it is in."""
    phrases = phrases_of(language(ENGLISH))["file"]
    for line in lines:
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        found = phrases.find(content)
        if found is None or found[0] not in HEAD:
            return None
        word = content[found[1] :].lstrip(": ").split("#")[0].strip().lower()
        if found[0] == "language" and word in CODES:
            return word
    return None


def written_in(file: SourceFile) -> Code | None:
    """The language of which a file's keywords plainly are, where English does not know them."""
    unknown = [f.span.line for f in file.findings if f.code in ("P101", "P102") and f.span is not None]
    if not unknown:
        return None
    if 2 * (sum(not part.is_orphan for part in walk(file.root)) - len(unknown)) >= len(file.lines):
        return None  # English plainly knows half of them: no other language can know twice as many
    first_words = [line.strip() for line in file.lines if line.strip() and not line.lstrip().startswith("#")]
    english = phrases_of(language(ENGLISH))[""]
    counts: dict[Code, int] = {}
    known = sum(english.find(line) is not None for line in first_words)
    for code in CODES[1:]:
        own = phrases_of(language(code))[""]
        counts[code] = sum(own.find(line) is not None for line in first_words)
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] > 2 * known and counts[best] - known >= min(3, len(first_words)) else None
