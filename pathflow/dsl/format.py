"""The one layout: four spaces a level, keywords as the table spells them, single spaces, straight quotes. Comments stay.

A file with a line that was not understood is left alone.

Laws: tests/laws/test_text.py (formatting twice changes nothing; what a file means does not change).
"""

from __future__ import annotations

import re
from typing import Final

from pathflow.dsl.plain import composed
from pathflow.dsl.syntax import SourceFile, Statement, walk
from pathflow.dsl.vocabulary import BLOCKS, COMMA_AFTER, HOMES, INNER, ITEM_TYPES

INDENT: Final = "    "
_UNDERSTOOD: Final = frozenset({"P010", "P103", "P105"})
"""Mistakes after which every line is understood all the same: tabs, and what is missing from a block."""

_TOP: Final = frozenset({"path", "network", "clients", "plan", "steps", "whenever", "test", "load", "log"})


def formatted(file: SourceFile) -> str | None:
    """The file in its one layout, or None when something in it was not understood; something missing is no hindrance."""
    if any(finding.level == "error" and finding.code not in _UNDERSTOOD for finding in file.findings):
        return None
    statements = {s.line: (s, depth) for s, depth in _depths(file.root)}
    lines: list[str] = []
    trailing: dict[int, str] = {}  # comments at the end of a line, by its place in `lines`
    waiting: list[str] = []  # comments and blank lines, until the line that they stand above
    for number, raw in enumerate(file.lines, start=1):
        found = statements.get(number)
        comment = file.comments.get(number)
        if found is not None:
            statement, depth = found
            _above(lines, waiting, depth, statement.keyword in _TOP and depth == 0)
            waiting = []
            trailing[len(lines)] = _comment(comment) if comment else ""
            lines.append(INDENT * depth + line_of(statement, raw))
        else:
            waiting.append(_comment(comment) if comment else "")
    _above(lines, waiting, 0, False)
    _align(lines, trailing)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n" if lines else ""


def _depths(root: Statement) -> list[tuple[Statement, int]]:
    depth = {id(root): -1}
    result: list[tuple[Statement, int]] = []
    for statement in (root, *walk(root)):
        for part in statement.body:
            depth[id(part)] = depth[id(statement)] + 1
        if statement is not root:
            result.append((statement, depth[id(statement)]))
    return result


def _above(lines: list[str], waiting: list[str], depth: int, is_top: bool) -> None:
    """Comments at the level of the line that follows; one blank line at most, and one before each block at the left edge."""
    block = list(waiting)
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


def line_of(statement: Statement, raw: str) -> str:
    """One statement as it is laid out: the keyword, and the value with single spaces and plain quotes."""
    start = statement.value_column - 1
    end = statement.end_column - 1
    value = tidy_value(raw[start:end], _VALUES[statement.keyword]) if start < end else ""
    if not value:
        return statement.keyword
    comma = "," if statement.keyword in COMMA_AFTER else ""
    if value.startswith("#"):  # after a space it would be a remark
        return f"{statement.keyword}{comma or ':'}{value}"
    return f"{statement.keyword}{comma} {value}"


_VALUES: Final[dict[str, frozenset[str]]] = {
    word: frozenset(BLOCKS[home].lines[word].value for home in homes) for word, homes in HOMES.items()
}
_WORDS_OF_THE_WRITER: Final = frozenset({"text", "label", "label?", "allowed"})
_COMPARING: Final = {
    "condition": re.compile(""),
    "occasion": re.compile(""),
    "waiting": re.compile(rf"\b{INNER['UNTIL']}\b", re.I),
    "limit": re.compile(rf"\b{INNER['WHEN']}\b", re.I),
    "window": re.compile(rf"\b{INNER['UNLESS']}\b", re.I),
}
"""Kinds of value in which something is compared, and the word after which it is."""
_SPACES: Final = re.compile(r"[ \t\u00a0\u202f\u2007]+")
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„«»‟", '"'))
_SIGN: Final = re.compile(r"\s*(?>(<=|>=|≤|≥|<|>|=))\s*(?!#)")
_SIGNS: Final = {"≤": "<=", "≥": ">="}


def tidy_value(text: str, kinds: frozenset[str]) -> str:
    """Single spaces and straight quotes; in what is not the writer's own prose, one space after commas and around signs.

    What stands in quotes keeps its inside.
    """
    text = composed(_SPACES.sub(" ", text.translate(_QUOTES)).strip())
    if kinds <= _WORDS_OF_THE_WRITER:
        return text
    parts = text.split('"')
    begins = next((word for kind, word in _COMPARING.items() if kind in kinds), None)
    compares = False
    for at in range(0, len(parts), 2):
        part = re.sub(r"\s*,(?![\d#])\s*", ", ", parts[at])
        part = re.sub(r"\s+,", ",", part)
        found = begins.search(part) if begins is not None and not compares else None
        start = 0 if compares else found.start() if found is not None else len(part)
        compares = compares or found is not None
        parts[at] = part[:start] + _SIGN.sub(lambda sign: f" {_SIGNS.get(sign[1], sign[1])} ", part[start:])
    if "item" in kinds:
        parts[-1] = _COLON.sub(r"\1: \2", parts[-1], count=1)
    return '"'.join(parts).rstrip()


_COLON: Final = re.compile(rf"^(.*?)\s*:\s*({'|'.join(INNER[key] for key in ITEM_TYPES)})", re.I)
