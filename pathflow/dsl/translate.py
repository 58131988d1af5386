"""A value in another language: its words from the table, its names as they are. Also which quotation marks a name needs.

A name that would end early at a reserved word of the language stands in quotes, and only such a name: that is how a file comes
back from another language as it was.

Laws: tests/laws/test_languages.py (there and back gives the same bytes; what a file means is the same in every language).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any as Anything
from typing import Final, cast

from lark import Lark, Token, Tree, UnexpectedInput  # pyright: ignore[reportUnknownVariableType]

from pathflow.base.names import fold
from pathflow.dsl.languages import CODES, Language, language
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.structured import STARTS, grammar_text
from pathflow.dsl.syntax import Allowance, Name, Names, Value
from pathflow.dsl.values import ENGLISH_WORDS, WORDS_OF, listed_words, read_value, rule_of, word_of
from pathflow.dsl.vocabulary import INNER

_NAME_TERMINALS: Final = frozenset({"TO_COMMA", "QUOTED"})
_IN_ORDER: Final = frozenset({"every", "within", "lasting", "after"})
_PROSE: Final = frozenset({"source", "use"})
"""Rules in which quoted text is no name."""

Change = tuple[int, int, str]
"""From an offset to another, what stands there instead."""


def translated(keyword: str, kind: str, text: str, source: Language, target: Language) -> str:
    """The value that means in `target` what `text` means in `source`; with the quotes it needs there and no others.

    Cost: some parses by the value grammar, of 0.1 ms each.
    """
    value = read_value(keyword, kind, text, source)
    if not text or value is None or isinstance(value, Mistake):
        return text
    if keyword in WORDS_OF or keyword in ("language", "edition"):
        return _listed(keyword, value, target)
    if isinstance(value, Allowance):
        return f"{value.code.text} {target.inner('BECAUSE')} {text[value.because.start :]}"
    rule = rule_of(kind)
    if rule is None:
        return text
    changes, names = _changes(keyword, value, text, rule, source, target)
    kept = [name for name in names if not _is_word(text, name, changes)]
    wanted = _plain(value)

    def reads(candidate: str) -> bool:
        read = read_value(keyword, kind, candidate, target)
        return not isinstance(read, Mistake) and read is not None and _plain(read) == wanted

    return _quoted_where_needed(text, changes, kept, reads, _words_in_quotes(keyword, value, text, target))


def _words_in_quotes(keyword: str, value: Value, text: str, target: Language) -> frozenset[int]:
    """Where names begin that would be words of a list without their quotes."""
    words = ((name, word_of(name, kind, ENGLISH_WORDS, target)) for name, kind in listed_words(keyword, value))
    return frozenset(name.start for name, word in words if word is not None and text[name.start : name.start + 1] == '"')


def _listed(keyword: str, value: Value, target: Language) -> str:
    if isinstance(value, Names):
        return ", ".join(target.lists[keyword][name.text] for name in value.names)
    return target.lists[keyword][value.text] if isinstance(value, Name) and keyword in WORDS_OF else getattr(value, "text", "")


def _quoted_where_needed(
    text: str, changes: list[Change], names: list[tuple[int, int]], reads: Callable[[str], bool], held: frozenset[int]
) -> str:
    """Bare names first; where that does not read the same, all in quotes, and the quotes away one by one where they can go.

    Args:
        held: where names begin that stay in quotes.
    """
    bare = {name: text[name[0] : name[1]].strip('"') for name in names}
    hashes = {name for name, words in bare.items() if re.search(r"(?:^|\s)#", words) or words != words.strip() or not words}
    hashes |= {name for name in names if name[0] in held}
    in_quotes = {name: f'"{words}"' for name, words in bare.items()}
    plain = {name: in_quotes[name] if name in hashes else words for name, words in bare.items()}
    first = _changed(text, [*changes, *((*name, words) for name, words in plain.items())])
    if reads(first):
        return first
    chosen = dict(in_quotes)
    for name in names:
        trial = {**chosen, name: plain[name]}
        if reads(_changed(text, [*changes, *((*n, words) for n, words in trial.items())])):
            chosen = trial
    return _changed(text, [*changes, *((*name, words) for name, words in chosen.items())])


def _changed(text: str, changes: list[Change]) -> str:
    for start, end, words in sorted(changes, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _is_word(text: str, name: tuple[int, int], changes: list[Change]) -> bool:
    return any(start <= name[0] and name[1] <= end for start, end, _ in changes)


@lru_cache(maxsize=len(CODES))
def _parser(language: Language) -> Lark:
    return Lark(grammar_text(language), parser="lalr", start=list(STARTS), keep_all_tokens=True, maybe_placeholders=False)


def _changes(
    keyword: str, value: Value, text: str, rule: str, source: Language, target: Language
) -> tuple[list[Change], list[tuple[int, int]]]:
    """What of the value's text becomes another word, and where its names stand."""
    changes: list[Change] = []
    for name, kind in listed_words(keyword, value):
        is_exact = not source.is_english or name.text == word_of(name, kind, source, source)
        word = word_of(name, kind, ENGLISH_WORDS, target) if is_exact else None
        if word is not None and text[name.start : name.start + 1] != '"':
            changes.append((name.start, name.end, word))
    try:
        tree: Anything = _parser(source).parse(text, start=rule)
    except UnexpectedInput:  # a pattern reads it, and the grammar would not
        return changes, []
    names: list[tuple[int, int]] = []
    waiting: list[Anything] = [tree]
    while waiting:
        node = waiting.pop()
        if node.data in _IN_ORDER:
            changes.append(_length(node, source, target))
        elif node.data == "duration":
            changes.append(_duration(node, source, target))
        elif node.data == "same_day":
            changes += _same_day(node, source, target)
        else:
            waiting += [part for part in node.children if isinstance(part, Tree)]
            tokens = [part for part in node.children if isinstance(part, Token)]
            if str(node.data) not in _PROSE:
                names += [(token.start_pos or 0, token.end_pos or 0) for token in tokens if _is_name(token)]
            for before, token in zip([None, *tokens], tokens, strict=False):
                changes += _word(token, before, source, target)
    return changes, sorted(names)


def _is_name(token: Token) -> bool:
    return token.type in _NAME_TERMINALS or token.type.startswith("NAME_")


def _word(token: Token, before: Token | None, source: Language, target: Language) -> list[Change]:
    """A word of the table in the other language; a comma and a word are one token."""
    kind = token.type.removeprefix("_")
    start, end = token.start_pos or 0, token.end_pos or 0
    if kind == "TIMES":
        return [(start, end, target.inner("TIME_ONE" if before is not None and str(before) == "1" else "TIMES"))]
    if kind == "AT_CLOCK":
        return [(start, end, f"{target.inner('CLOCK')} {str(token).split()[-1]}")]
    if kind in _COMPOSED:
        words = [_key_of(str(token), key, source) for key in _COMPOSED[kind]]
        return [(start, end, " ".join(target.inner(key) for key in words if key is not None))]
    unit = source.unit(token) if kind == "TIME_UNIT" else None
    if unit is not None:
        return [(start, end, target.units[unit][0])]  # `40 per month`
    if kind.startswith("C_"):
        has_and = fold(str(token).lstrip(", ").split(maxsplit=1)[0]) in _ANDS
        return [(start, end, f", {target.inner('AND')} {target.inner(kind[2:])}" if has_and else f", {target.inner(kind[2:])}")]
    return [(start, end, target.inner(kind))] if kind in INNER else []


_COMPOSED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "CLIENT_LEAVES": (("CLIENT",), ("DIED", "MOVED_AWAY", "REFUSED")),
    "IS_DUE": (("IS",), ("DUE_ON_DAY",)),
    "SIDE_OF_DAY": (("BEFORE_DAY", "AFTER_DAY"),),
}
"""Terminals of several words: which words, one of each, they are made of."""


def _key_of(text: str, keys: tuple[str, ...], source: Language) -> str | None:
    said = fold(text)
    return next((key for key in keys for word in source.spellings(key) if fold(word) in said), None)


_ANDS: Final = frozenset(word for code in CODES for word in language(code).spellings("AND"))


def _duration(node: Anything, source: Language, target: Language, is_before_a_word: bool = False) -> Change:
    count, unit = (token for token in node.children if isinstance(token, Token))
    known = source.unit(unit)
    words = target.length(int(count), known, is_before_a_word) if known is not None else f"{count} {unit}"
    return (count.start_pos or 0, unit.end_pos or 0, words)


def _length(node: Anything, source: Language, target: Language) -> Change:
    """`every 2 weeks`, `2 viikon välein`: the word and the length in the order of the language."""
    word: Token = next(part for part in node.children if isinstance(part, Token))
    inner: Anything = next(part for part in node.children if not isinstance(part, Token))
    key = word.type.removeprefix("_")
    if inner.data != "duration":
        unit: Token = next(token for token in inner.children if token.type == "TIME_UNIT")
        known = source.unit(unit)
        words = f"{target.inner('SAME')} {target.units[known][0]}" if known is not None else str(unit)
        start, end = inner.children[0].start_pos or 0, unit.end_pos or 0
        is_after = False
    else:
        is_after = key in target.after_a_length
        start, end, words = _duration(inner, source, target, is_after)
    whole = f"{words} {target.inner(key)}" if is_after else f"{target.inner(key)} {words}"
    return min(start, word.start_pos or 0), max(end, word.end_pos or 0), whole


def _same_day(node: Anything, source: Language, target: Language) -> list[Change]:
    same, unit = node.children
    known = source.unit(unit)
    words = target.units[known][0] if known is not None else str(unit)
    return [(same.start_pos or 0, same.end_pos or 0, target.inner("SAME")), (unit.start_pos or 0, unit.end_pos or 0, words)]


def _plain(value: Anything) -> Anything:
    """A value without its places."""
    if isinstance(value, tuple):
        return tuple(_plain(part) for part in cast("tuple[object, ...]", value))
    fields: tuple[str, ...] | None = getattr(value, "__struct_fields__", None)
    if fields is None:
        return value
    kept = tuple(_plain(getattr(value, name)) for name in fields if name not in ("start", "end"))
    return (type(value).__name__, *kept)
