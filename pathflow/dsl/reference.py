"""The reference grammar as a parser: the whole file at once, or nothing. For tests and docs; files are read by parse.py.

Law: tests/laws/test_reference.py (both accept the same files and read the same from them).
"""

# pyright: basic, reportAttributeAccessIssue=false
from __future__ import annotations

import re
from functools import lru_cache
from typing import Any as Anything
from typing import Final

from lark import Lark, Token, Tree, UnexpectedInput, v_args  # pyright: ignore[reportUnknownVariableType]
from lark.exceptions import LarkError
from lark.indenter import Indenter

from pathflow.base.editions import EDITIONS
from pathflow.base.names import bare
from pathflow.dsl import source, syntax
from pathflow.dsl.keywords import HEAD
from pathflow.dsl.languages import CODES, language
from pathflow.dsl.plain import name_at
from pathflow.dsl.structured import GRAMMAR, Terminals, Values
from pathflow.dsl.vocabulary import COMMA_AFTER, INNER, KEYWORDS, WORD_LISTS

Plain = tuple[str, Anything, tuple[Anything, ...]]
"""A statement without places: keyword, value, body."""


class _Blocks(Indenter):  # pyright: ignore[reportGeneralTypeIssues]  # Lark's indenter has no types
    NL_type: str = "_NL"
    OPEN_PAREN_types: list[str] = []  # noqa: RUF012  # Lark's own attribute
    CLOSE_PAREN_types: list[str] = []  # noqa: RUF012
    INDENT_type: str = "_INDENT"
    DEDENT_type: str = "_DEDENT"
    tab_len: int = 4


_HEAD_WORDS: Final = {
    spelling: keyword
    for keyword in HEAD
    for code in CODES
    for word in (language(code).keywords[keyword],)
    for spelling in (word, bare(word))
}
"""The words at the head of a file, in every language, with their accents and without."""


def _keyword(keyword: str) -> str:
    if keyword in HEAD:
        words = "(?:" + "|".join(re.escape(word) for word, meant in _HEAD_WORDS.items() if meant == keyword) + ")"
    else:
        words = r"[ \t]+".join(re.escape(word) for word in keyword.split())
    end = r"(?=[ \t\n]|$)"
    if " " not in keyword:
        return rf"/{words}:?{end}/i"
    return rf"/{words}(?:{'[,:]' if keyword in COMMA_AFTER else ':'}|{end})/i"


def _terminals() -> str:
    lines = [f"K_{keyword.upper().replace(' ', '_')}.{10 + len(keyword)}: {_keyword(keyword)}" for keyword in KEYWORDS]
    for kind, words in WORD_LISTS.items():
        patterns = "|".join(re.escape(word).replace(r"\ ", r"[ \t]+") for word in words)
        lines.append(rf"{kind.upper()}.9: /(?:{patterns})(?=[ \t,\n]|$)/i")
    lines.append(rf"LANGUAGE.9: /(?:{'|'.join(CODES)})(?=[ \t\n]|$)/i")
    lines.append(rf"EDITION.9: /(?:{'|'.join(EDITIONS)})(?=[ \t\n]|$)/")
    lines += [
        r"TO_END: /[^\s][^\n]*/",
        rf'ALLOWED.9: /[^\s,"]+[ \t]+{INNER["BECAUSE"]}[ \t]+[^\s][^\n]*/i',
        r"_NL: /(?:\n[ \t]*)+/",
        "%declare _INDENT _DEDENT",
        r"%ignore /[ \t]+/",
    ]
    return "\n".join(lines) + "\n"


@v_args(inline=True)
class _Statements(Values):  # pyright: ignore[reportGeneralTypeIssues]  # lark types what `v_args` returns loosely
    """The values as everywhere; statements as (keyword, value, body)."""

    def label(self, token: Token) -> syntax.Text:
        """A label, which runs to the end of its line."""
        return syntax.Text(name_at(str(token), 0, len(token)).text)

    text = label

    def sector(self, token: Token) -> syntax.Name:
        """One of a few words."""
        return syntax.Name(" ".join(str(token).lower().split()))

    mode = counts = language = edition = sector

    def allowed(self, token: Token) -> syntax.Allowance:
        """A code and a reason."""
        code, _, because = str(token).split(maxsplit=2)
        reason = name_at(because, 0, len(because)).text
        if not reason:
            raise ValueError("the reason is empty")
        return syntax.Allowance(name_at(code, 0, len(code)), syntax.Text(reason))

    def shows(self, *tokens: Token) -> syntax.Names:
        """Several of a few words."""
        return syntax.Names(tuple(syntax.Name(str(token).lower()) for token in tokens))


@lru_cache(maxsize=1)
def _parser() -> Lark:
    text = "\n".join((GRAMMAR / name).read_text("utf-8") for name in ("reference.lark", "values.lark"))
    text += Terminals(language("en")).text() + _terminals()
    return Lark(text, parser="lalr", postlex=_Blocks(), maybe_placeholders=True)


def parse_whole(text: str) -> tuple[Plain, ...] | None:
    """The statements of a file by the reference grammar, or None when it does not accept the file."""
    lines = source.split("text", text).lines
    cleaned = "\n".join(_bare(line) for line in lines)
    try:
        tree: Anything = _parser().parse(cleaned.strip("\n") + "\n" if cleaned.strip() else "\n")
        return _statements(_Statements(language("en")).transform(tree))
    except (UnexpectedInput, LarkError, ValueError):
        return None


_COMMENT: Final = re.compile(r"(?:^|\s)#")


def _bare(line: str) -> str:
    """The line without its comment."""
    for found in _COMMENT.finditer(line):
        at = found.end() - 1
        if line.count('"', 0, at) % 2 == 0:
            return line[:at].rstrip()
    return line.rstrip()


def _statements(tree: Anything) -> tuple[Plain, ...]:
    return tuple(_statement(part) for part in tree.children if isinstance(part, Tree))


def _statement(tree: Anything) -> Plain:
    keyword, *rest = tree.children
    body = tuple(_statement(part) for part in rest if isinstance(part, Tree))
    value = next((part for part in rest if part is not None and not isinstance(part, Tree)), None)
    word = " ".join(str(keyword).lower().rstrip(",:").split())
    word = _HEAD_WORDS.get(word) or next((known for known in KEYWORDS if known.lower() == word), word)
    if value is None and word == "repeat":
        value = syntax.Repetition()
    return word, plain(value), body


def plain(value: Anything) -> Anything:
    """A value without its places."""
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    fields: tuple[str, ...] | None = getattr(value, "__struct_fields__", None)
    if fields is None:
        return value
    kept = tuple(plain(getattr(value, name)) for name in fields if name not in ("start", "end"))
    return (type(value).__name__, *kept)


def plain_statements(statement: syntax.Statement) -> tuple[Plain, ...]:
    """What parse.py read, in the same form."""
    return tuple((part.keyword, plain(part.value), plain_statements(part)) for part in statement.body)
