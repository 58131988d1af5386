"""Names that are cut where they are used, because they hold a comma or a word at which a name ends.

Where such a name is used without its double quotes, the line says something else or nothing: what would be found wrong there
is told once for each name, where the name is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pathflow.base.findings import Edit, Finding, Related, reading_order
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.dsl import syntax
from pathflow.dsl.languages import CODES, Language, language
from pathflow.dsl.mistakes import finding
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import SourceFile

NAMED: Final = frozenset({"step", "handoff", "consultation", "client chooses", "provider", "service", "site", "event", "item"})
"""The blocks whose names are used elsewhere."""
_ENDING: Final = ("AND", "OR", "IS", "NOT", "AT", "TO", "WITHIN", "FOR", "HAPPENS", "BECAUSE", "TAKES_OVER", "KEEPS")
"""The words at which names end, somewhere."""
_MISREAD: Final = ("P202", "P301")


class Given(NamedTuple):
    """A name that would be cut, where it is given, and at which word or sign it is cut."""

    name: str
    place: Span
    word: str


def cut_names(file: SourceFile, used: list[SourceFile], found: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """What to say of names that are cut in a file, and which of its findings that says already.

    Args:
        used: the files whose names may be used in it.
        found: the findings of the file.
    """
    misread = [f for f in sorted(found, key=reading_order) if f.code in _MISREAD and f.span is not None]
    said: list[Finding] = []
    told: list[Finding] = []
    if not misread:
        return said, told
    for given in sorted((name for one in (file, *used) for name in _given(one)), key=lambda given: -len(given.name)):
        uses: dict[Span, None] = {}
        is_sure = True
        for wrong in misread:
            if any(wrong is one for one in told) or not _is_part(wrong, given):
                continue
            cut = [use for place in _places(wrong) for use in _uses(given, file, place) if _is_cut(wrong, use, given, file)]
            if cut:
                uses |= dict.fromkeys(cut)
                is_sure = is_sure and wrong.code == "P202"  # then the line was read with the quotes
                told.append(wrong)
        if uses:
            said.append(_finding(given, list(uses), file, is_sure))
    return said, told


def _given(file: SourceFile) -> Iterator[Given]:
    own = language(file.language)
    for statement in syntax.walk(file.root):
        value = statement.value
        name = value.name if isinstance(value, syntax.ItemType) else value
        if statement.keyword in NAMED and not statement.is_orphan and isinstance(name, syntax.Text | syntax.Name):
            word = cut_at(name.text, own)
            if word is not None:
                yield Given(name.text, statement.span_of(file.name, name.start, name.end), word)


def cut_at(name: str, own: Language) -> str | None:
    """The first sign or word at which a name ends where it is used."""
    if "," in name:
        return ","
    found = _endings(own).search(name)
    return found[0] if found is not None else None


@lru_cache(maxsize=len(CODES))
def _endings(own: Language) -> re.Pattern[str]:
    words = (re.escape(word) for key in _ENDING for word in own.spellings(key))
    return re.compile(rf"(?<!\S)(?:{'|'.join(words)})(?!\S)", re.I)


def _places(wrong: Finding) -> Iterator[Span]:
    if wrong.span is not None:
        yield wrong.span
    yield from (related.span for related in wrong.related)


def _is_part(wrong: Finding, given: Given) -> bool:
    """Whether what is not known is a part of the name, and not something beside it."""
    return wrong.code != "P301" or fold(wrong.words.get("name", "")) in fold(given.name)


def _is_cut(wrong: Finding, use: Span, given: Given, file: SourceFile) -> bool:
    """Whether quotes around a name let its line be read, or be read further."""
    if wrong.code != "P202":
        return True
    lines = list(file.lines)
    line = lines[use.line - 1]
    lines[use.line - 1] = f'{line[: use.column - 1]}"{given.name}"{line[use.end_column - 1 :]}'
    again = [f.span for f in parse_text(file.name, "\n".join(lines)).findings if f.code == "P202" and f.span is not None]
    return all(place.column > use.end_column + 2 for place in again if place.line == use.line)


def _uses(given: Given, file: SourceFile, wrong: Span) -> Iterator[Span]:
    """Where a line has the name without quotes, around what is wrong on it."""
    if wrong.file != file.name or wrong.line > len(file.lines):
        return
    line = file.lines[wrong.line - 1]
    pattern = r"(?<![\w\"])" + r"\s+".join(re.escape(word) for word in given.name.split()) + r"(?![\w\"])"
    for found in re.finditer(pattern, line, re.I):
        place = Span(file.name, wrong.line, found.start() + 1, wrong.line, found.end() + 1)
        is_near = place.column - 1 <= wrong.end_column and wrong.column <= place.end_column + 1
        if is_near and place != given.place and line.count('"', 0, found.start()) % 2 == 0:
            yield place


def _finding(given: Given, uses: list[Span], file: SourceFile, is_sure: bool) -> Finding:
    """On the name where it is given without quotes in this file; else on its first use."""
    place = given.place
    is_bare = place.file == file.name and not file.lines[place.line - 1][place.column - 1 :].startswith('"')
    first, *others = [place, *uses] if is_bare else [*uses, place]
    related = tuple(Related(place, "it is used here" if place in uses else "it is given here") for place in others)
    quoted = f'"{given.name}"'
    edit = Edit(uses[0], quoted, is_sure, also=tuple(Edit(use, quoted, is_sure) for use in uses[1:]))
    say = "`{name}` is cut where it is used, because a name ends there at `{word}`"
    help_ = 'Put it in double quotes wherever it is used: "{name}"'
    return finding("P309", say, first, {"name": given.name, "word": given.word}, help_, related, edit)
