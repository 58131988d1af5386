"""What may stand next in a value that is half written: asked of the value grammar itself, so that it is never another table.

A name takes all that is written after it, so that a word half written is read as a part of the name before it. Both readings
are answers: the name is longer than it is now, or another word begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any as Anything
from typing import Final

from lark import Lark, Token, UnexpectedInput  # pyright: ignore[reportUnknownVariableType]
from msgspec import Struct

from pathflow.dsl.languages import CODES, Code, language
from pathflow.dsl.structured import STARTS, cache_file, grammar_text
from pathflow.dsl.values import rule_of

_NAMES: Final = frozenset({"TO_COMMA", "QUOTED", "UNIT"})
_WORD: Final = re.compile(r"\S*\Z")


class Next(Struct, frozen=True):
    """What may stand from an offset on. `terminals`: of the value grammar; `before`: the words and names read by then.

    Each of `before` is the terminal and what stood there. `is_open`: a double quote stands there that is not closed.
    `is_after_comma`: the comma of a clause that begins with one is there already.
    """

    start: int
    terminals: frozenset[str]
    before: tuple[tuple[str, str], ...]
    is_open: bool = False
    is_after_comma: bool = False

    @property
    def takes_name(self) -> bool:
        """Whether a name may begin here."""
        return any(is_name(terminal) for terminal in self.terminals)


def is_name(terminal: str) -> bool:
    """Whether a terminal of the value grammar is a name."""
    return terminal in ("TO_COMMA", "QUOTED") or terminal.startswith("NAME_")


@lru_cache(maxsize=len(CODES))
def _parser(code: Code) -> Lark:
    text = grammar_text(language(code))
    return Lark(text, parser="lalr", start=list(STARTS), maybe_placeholders=False, cache=cache_file(text, "following"))


@lru_cache(maxsize=2048)
def following(kind: str, text: str, code: Code) -> tuple[Next, ...]:
    """What may stand next after `text`, the value of that kind up to the cursor: for each place where something may begin.

    Cost: 1 to 4 ms; a text that was asked for before, nothing.
    """
    rule = rule_of(kind)
    if rule is None or kind == "label":
        return ()
    is_open = text.count('"') % 2 == 1
    found: list[Next] = []
    for start in dict.fromkeys(_starts(rule, text, code)):
        read = _read(rule, text[:start], code)
        if read is not None:
            found.append(Next(start, *read, is_open))
        before = text[:start].rstrip()
        clause = _read(rule, before[:-1], code) if before.endswith(",") else None
        if clause is not None:
            clauses = frozenset(terminal for terminal in clause[0] if terminal.lstrip("_").startswith("C_"))
            found.append(Next(start, clauses, clause[1], is_open, is_after_comma=True))
    return tuple(found)


def _starts(rule: str, text: str, code: Code) -> Iterator[int]:
    """Where what is half written may begin: at the quote that is open, at the last word, at the name that ends the text."""
    if text.count('"') % 2:
        yield text.rindex('"')
        return
    last = len(text) - len(_word(text))
    yield last
    begun = _last_token(rule, text, code)
    if begun is not None:
        yield begun


def _word(text: str) -> str:
    found = _WORD.search(text)
    return found[0] if found is not None else ""


def _last_token(rule: str, text: str, code: Code) -> int | None:
    """Where the token begins that ends the text, when it may be longer than it is now."""
    tokens: list[Token] = []
    try:
        parser: Anything = _parser(code).parse_interactive(text, start=rule)
        tokens.extend(parser.iter_parse())
    except UnexpectedInput:
        pass
    if not tokens:
        return None
    last = tokens[-1]
    ends = (last.end_pos or 0) == len(text.rstrip())
    return last.start_pos if ends and (is_name(last.type) or last.type in _NAMES) else None


def _read(rule: str, text: str, code: Code) -> tuple[frozenset[str], tuple[tuple[str, str], ...]] | None:
    try:
        parser: Anything = _parser(code).parse_interactive(text, start=rule)
        tokens: list[Token] = list(parser.iter_parse())
        accepted: set[str] = parser.accepts()
    except UnexpectedInput:
        return None
    return frozenset(accepted - {"$END"}), tuple((token.type, str(token)) for token in tokens)


def warm(code: Code) -> None:
    """Reads the grammar of a language, so that the first question is answered as quickly as the others."""
    _parser(code)
