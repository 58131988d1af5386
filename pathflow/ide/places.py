"""Where the cursor is: in which block, after which keyword, in what of its value. Works on lines that cannot be read."""

from __future__ import annotations

from msgspec import Struct

from pathflow.dsl.keywords import phrases_of
from pathflow.dsl.languages import Language
from pathflow.dsl.mentions import kind_within
from pathflow.dsl.syntax import SourceFile, Statement
from pathflow.dsl.vocabulary import BLOCKS, COMMA_AFTER


class Block(Struct, frozen=True):
    """An open block: the statement that opened it (the root for the file itself), and its kind."""

    statement: Statement
    kind: str


class Cursor(Struct, frozen=True):
    """The cursor in a line. `keyword`: in English; None while it is still being written. Units: columns count from 1.

    `value`: what stands between the keyword and the cursor; `value_column`: where that begins. `written`: the line from its
    first letter to the cursor, which begins at `column`.
    """

    blocks: tuple[Block, ...]
    line: int
    column: int
    written: str
    keyword: str | None = None
    value: str = ""
    value_column: int = 0

    @property
    def block(self) -> Block:
        """The innermost block."""
        return self.blocks[-1]


def blocks_at(file: SourceFile, line: int, indent: int) -> tuple[Block, ...]:
    """The blocks in which a line so far indented stands, by the lines above it: the file first."""
    found = [Block(file.root, "file")]
    while True:
        block = found[-1]
        before = [part for part in block.statement.body if part.line < line]
        if not before or before[-1].column - 1 >= indent:
            return tuple(found)
        inner = kind_within(block.kind, before[-1])
        if inner is None:
            return tuple(found)
        found.append(Block(before[-1], inner))


def cursor_at(file: SourceFile, line: int, column: int, language: Language) -> Cursor | None:
    """The cursor before the character at a place; None in a comment."""
    text = file.lines[line - 1] if 0 < line <= len(file.lines) else ""
    prefix = text[: column - 1].replace("\t", " ")
    comment = file.comments.get(line)
    if (comment is not None and column > len(text) - len(comment) + 1) or prefix.lstrip().startswith("#"):
        return None
    written = prefix.lstrip(" ")
    indent = len(prefix) - len(written)
    blocks = blocks_at(file, line, indent)
    plain = Cursor(blocks, line, indent + 1, written)
    kind = blocks[-1].kind
    found = phrases_of(language)[kind].find(written) or phrases_of(language)[""].find(written)
    if found is None:
        return plain
    keyword, end = found
    rest = written[end:]
    if not rest or rest[0] not in " :,":
        return plain
    if rest[0] == ":" or (rest[0] == "," and keyword in COMMA_AFTER):
        rest, end = rest[1:], end + 1
    value = rest.lstrip()
    return Cursor(blocks, line, indent + 1, written, keyword, value, indent + 1 + end + len(rest) - len(value))


def kind_of_value(cursor: Cursor) -> str:
    """The kind of value that the keyword takes where it stands."""
    from pathflow.dsl.vocabulary import HOMES

    if cursor.keyword is None:
        return "none"
    line = BLOCKS[cursor.block.kind].lines.get(cursor.keyword)
    return (line or BLOCKS[HOMES[cursor.keyword][0]].lines[cursor.keyword]).value
