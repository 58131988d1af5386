"""The one layout: four spaces a level, keywords as the table spells them, single spaces, straight quotes. Comments stay.

A file with a line that was not understood is left alone.

Laws: tests/laws/test_text.py (formatting twice changes nothing; what a file means does not change).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from pathflow.base.editions import Edition, moves
from pathflow.dsl.keywords import HEAD, keyword_in, phrases_of
from pathflow.dsl.languages import CODES, ENGLISH, Code, Language, language
from pathflow.dsl.plain import composed
from pathflow.dsl.syntax import SourceFile, Statement, walk
from pathflow.dsl.vocabulary import BLOCKS, COMMA_AFTER, HOMES, INNER, ITEM_TYPES

INDENT: Final = "    "
_UNDERSTOOD: Final = frozenset({"P010", "P103", "P105", "P108"})
"""Mistakes after which every line is understood all the same: tabs, what is missing from a block, a language not said."""


def formatted(file: SourceFile, code: Code | None = None, edition: str | None = None) -> str | None:
    """The file in its one layout, or None when something in it was not understood; something missing is no hindrance.

    Args:
        code: the language of its keywords, where that is to change.
        edition: the edition that it is to be of. Raises: ValueError for an earlier one than it is of.
    """
    if any(finding.level == "error" and finding.code not in _UNDERSTOOD for finding in file.findings):
        return None
    statements = {s.line: (s, depth) for s, depth in _depths(file.root)}
    spelling = Spelling(language(file.language), language(code or file.language), moves(file.edition, edition or file.edition))
    lines = _head(file, spelling, edition)
    trailing: dict[int, str] = {}  # comments at the end of a line, by its place in `lines`
    waiting = [_Waiting("")] if lines else []  # comments and blank lines, until the line that they stand above
    inside: list[tuple[int, int]] = []  # the last statement and those it stands in: the column and the depth of each
    for number, raw in enumerate(file.lines, start=1):
        found = statements.get(number)
        comment = file.comments.get(number)
        if found is not None:
            statement, depth = found
            if _is_needless(statement, spelling.target, comment, not lines and not any(one.text for one in waiting)):
                continue
            is_next = statement.keyword in HEAD and _ends_with_head(lines)
            _below(lines, waiting, depth)
            _above(lines, [one for one in waiting if one.text] if is_next else waiting, depth, depth == 0 and not is_next)
            waiting = [_Waiting("")] if statement.keyword in HEAD else []
            inside = [*(one for one in inside if one[1] < depth), (statement.column, depth)]
            trailing[len(lines)] = _comment(comment) if comment else ""
            lines.append(INDENT * depth + spelling.line(statement, raw))
        else:
            column = raw.expandtabs(4).find("#") + 1
            level = max((depth for at, depth in inside if at <= column), default=0) if comment else 0
            waiting.append(_Waiting(_comment(comment or ""), level))
    _below(lines, waiting, 0)
    _above(lines, waiting, 0, False)
    _align(lines, trailing)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n" if lines else ""


def _head(file: SourceFile, spelling: Spelling, edition: str | None) -> list[str]:
    """The lines at the head that the file does not have yet, and needs."""
    lines: list[str] = []
    if not spelling.target.is_english and file.root.one("language") is None:
        lines.append(f"{spelling.target.keywords['language']} {spelling.target.code}")
    if edition is not None and edition != file.edition and file.root.one("edition") is None:
        lines.append(f"{spelling.target.keywords['edition']} {edition}")
    return lines


def _is_needless(statement: Statement, target: Language, comment: str | None, is_first: bool) -> bool:
    """Whether the line says that the file is in English, and nothing else: English needs no such line."""
    return statement.keyword == "language" and target.is_english and comment is None and is_first


def _depths(root: Statement) -> list[tuple[Statement, int]]:
    depth = {id(root): -1}
    result: list[tuple[Statement, int]] = []
    for statement in (root, *walk(root)):
        for part in statement.body:
            depth[id(part)] = depth[id(statement)] + 1
        if statement is not root:
            result.append((statement, depth[id(statement)]))
    return result


def _ends_with_head(lines: list[str]) -> bool:
    return bool(lines) and any(lines[-1].startswith(language(code).keywords[word] + " ") for code in CODES for word in HEAD)


class _Waiting(NamedTuple):
    """A comment on a line of its own, or a blank line; `level`: how deep the statement stands below which it is."""

    text: str
    level: int = 0


def _below(lines: list[str], waiting: list[_Waiting], depth: int) -> None:
    """Comments right below what they speak of stay there, where the line that follows is of a block further out."""
    while waiting and waiting[0].text and waiting[0].level > depth:
        lines.append(INDENT * waiting[0].level + waiting.pop(0).text)


def _above(lines: list[str], waiting: list[_Waiting], depth: int, is_top: bool) -> None:
    """Comments at the level of the line that follows; one blank line at most, and one before each block at the left edge."""
    block = [one.text for one in waiting]
    if is_top and lines and not any(not line for line in block):
        block.insert(0, "")
    for line in block:
        if not line:
            if lines and lines[-1]:
                lines.append("")
        else:
            lines.append(INDENT * depth + line)


def _align(lines: list[str], trailing: dict[int, str]) -> None:
    """Puts comments at the ends of lines; those of lines that follow each other begin in one column."""
    run: list[int] = []
    for place in [*range(len(lines)), -1]:
        if trailing.get(place):
            run.append(place)
            continue
        column = max((len(lines[at]) for at in run), default=0) + 2
        for at in run:
            lines[at] = lines[at].ljust(column) + trailing[at]
        run = []


def _comment(comment: str | None) -> str:
    text = (comment or "").rstrip()
    return text if text.startswith(("# ", "#!", "##")) or text == "#" else "# " + text[1:].lstrip() if len(text) > 1 else text


class Spelling:
    """How lines are spelt: in which language, from which, and with which changes of edition."""

    def __init__(self, source: Language, target: Language, migrations: tuple[Edition, ...] = ()) -> None:
        self.source = source
        self.target = target
        self.migrations = migrations

    def line(self, statement: Statement, raw: str) -> str:
        """One statement as it is laid out: the keyword, and the value with single spaces and plain quotes."""
        start, end = statement.value_column - 1, statement.end_column - 1
        written = raw[start:end] if start < end else ""
        if self.migrations or len(written) > KEPT_MAX:
            return self.laid(statement.keyword, written)
        return _kept(statement.keyword, written, self.source, self.target)

    def laid(self, keyword: str, written: str) -> str:
        """The line of a keyword and of what was written after it."""
        value = self.value(keyword, tidy_value(written, _VALUES[keyword], self.source) if written else "")
        spelt = self.target.keywords[keyword]
        if not value:
            return spelt
        comma = "," if keyword in COMMA_AFTER else ""
        if value.startswith("#"):  # after a space it would be a remark
            return f"{spelt}{comma or ':'}{value}"
        line = f"{spelt}{comma} {value}"
        homes = _ambiguous(keyword, self.target) if value[0] != '"' else ()
        if any(keyword_in(home, line, self.target) != keyword for home in homes):
            return f'{spelt}{comma} "{value}"'
        return line

    def value(self, keyword: str, text: str) -> str:
        """The value in the language and the edition that are wanted."""
        if keyword == "language":
            return self.target.code
        if keyword == "edition" and self.migrations:
            return self.migrations[-1].year
        source = self.source
        for edition in self.migrations:  # they speak English, as the table does
            migrate = edition.migrations.get(keyword)
            if migrate is not None:
                text, source = migrate(self.spelt(keyword, text, source, language(ENGLISH))), language(ENGLISH)
        return self.spelt(keyword, text, source, self.target)

    def spelt(self, keyword: str, text: str, source: Language, target: Language) -> str:
        """The value in another language, or as the table spells it in its own."""
        if source.is_english and target.is_english and not _needs_care(text):
            return text
        from pathflow.dsl.translate import translated  # Lark is imported only where it is needed

        (kind,) = _VALUES[keyword]
        return translated(keyword, kind, text, source, target)


KEPT_MAX: Final = 400
"""Units: characters of a value. The line of a longer one is laid out anew each time."""


@lru_cache(maxsize=8192)
def _kept(keyword: str, written: str, source: Language, target: Language) -> str:
    """A line as it is laid out. After a key in an editor all lines but one are as they were before."""
    return Spelling(source, target).laid(keyword, written)


@lru_cache(maxsize=len(CODES) * len(HOMES))
def _ambiguous(keyword: str, target: Language) -> tuple[str, ...]:
    """The blocks in which another keyword begins with the same word, so that a value could be taken for the rest of it."""
    return tuple(home for home in HOMES[keyword] if phrases_of(target)[home].has_rivals(target.keywords[keyword]))


_VALUES: Final[dict[str, frozenset[str]]] = {
    word: frozenset(BLOCKS[home].lines[word].value for home in homes) for word, homes in HOMES.items()
}
_INNER_WORDS: Final = re.compile(
    "|".join(rf"\b{re.escape(word)}\b" for word in sorted(set(INNER.values()), key=len, reverse=True)), re.I
)
_COUNTED: Final = re.compile(r"(?<![\w.,-])(\d+) (?:working |school )?(?:minute|hour|day|week|month|year|time)(s?)\b")


def _needs_care(text: str) -> bool:
    """Whether an English value may be spelt otherwise than the table has it: quotes, capitals, `1 days`."""
    if '"' in text or any(found[0] not in _LOWER for found in _INNER_WORDS.finditer(text)):
        return True
    return any((found[1] == "1") == bool(found[2]) for found in _COUNTED.finditer(text))


_LOWER: Final = frozenset(INNER.values())
_WORDS_OF_THE_WRITER: Final = frozenset({"text", "label", "label?", "allowed"})
_COMPARING: Final = {"condition": None, "occasion": None, "waiting": "UNTIL", "limit": "WHEN", "window": "UNLESS"}
"""Kinds of value in which something is compared, and the word after which it is; None where it is from the beginning."""
_SPACES: Final = re.compile(r"[ \t\u00a0\u202f\u2007]+")
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„«»‟", '"'))
_SIGN: Final = re.compile(r"\s*(?>(<=|>=|≤|≥|<|>|=))\s*(?!#)")
_SIGNS: Final = {"≤": "<=", "≥": ">="}


@lru_cache(maxsize=64)
def _after(key: str | None, language: Language) -> re.Pattern[str]:
    words = "|".join(map(re.escape, language.spellings(key))) if key is not None else None
    return re.compile(rf"\b(?:{words})\b" if words is not None else "", re.I)


@lru_cache(maxsize=len(CODES))
def _colon(language: Language) -> re.Pattern[str]:
    types = "|".join(re.escape(word) for key in ITEM_TYPES for word in language.spellings(key))
    return re.compile(rf"^(.*?)\s*:\s*({types})", re.I)


def tidy_value(text: str, kinds: frozenset[str], language: Language = language(ENGLISH)) -> str:  # noqa: B008  # frozen
    """Single spaces and straight quotes; in what is not the writer's own prose, one space after commas and around signs.

    What stands in quotes keeps its inside.
    """
    text = composed(_SPACES.sub(" ", text.translate(_QUOTES)).strip())
    if kinds <= _WORDS_OF_THE_WRITER:
        return text
    parts = text.split('"')
    begins = next((_after(key, language) for kind, key in _COMPARING.items() if kind in kinds), None)
    compares = False
    for at in range(0, len(parts), 2):
        part = re.sub(r"\s*,(?![\d#])\s*", ", ", parts[at])
        part = re.sub(r"\s+,", ",", part)
        found = begins.search(part) if begins is not None and not compares else None
        start = 0 if compares else found.start() if found is not None else len(part)
        compares = compares or found is not None
        parts[at] = part[:start] + _SIGN.sub(lambda sign: f" {_SIGNS.get(sign[1], sign[1])} ", part[start:])
    if "item" in kinds:
        parts[-1] = _colon(language).sub(r"\1: \2", parts[-1], count=1)
    return '"'.join(parts).rstrip()
