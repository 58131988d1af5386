"""Changes of a text that know the grammar: lines, blocks, keywords and values go where they do not belong."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pathflow.dsl.vocabulary import CHANNELS, INNER, KEYWORDS, WEEKDAYS, WORD_LISTS
from tests.fuzz import seeds

NOISE = (
    '"', "“", ",", "#", " # ", "\t", ":", "(", ")", "<", ">=", "≤", "%", "é", "e\u0301", "\u00a0", "\u200b", "\u202e", "\ufeff", "\x00",
    "\x0b", "\x0c", "\x85", "\u2028", "\r", "\r\n", "\n", "💊", "健", "ﬁ", "İ", "ß", "\ud800", "{", "}", "{0}", "{word}", "`", "\\", "'", "-", "–",
    "0", "-1", "1e9", "999999999", "0,5", "3.", "²", "٣", "2026-02-30", "9999-12-31", "0000-01-01", "days", "the same day",
)  # fmt: skip
WORDS = tuple(sorted({*INNER.values(), *CHANNELS, *WEEKDAYS, *(word for words in WORD_LISTS.values() for word in words),
                      "known", "unknown", "yes", "no", "nobody", "everything", "enrolment"}))  # fmt: skip

Change = Callable[[Random, list[str]], None]


def _at(chance: Random, lines: list[str]) -> int:
    return chance.randrange(len(lines))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _swap(chance: Random, lines: list[str]) -> None:
    a, b = _at(chance, lines), _at(chance, lines)
    lines[a], lines[b] = lines[b], lines[a]


def _drop(chance: Random, lines: list[str]) -> None:
    del lines[_at(chance, lines)]


def _double(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    lines.insert(chance.choice([at, _at(chance, lines)]), lines[at])


def _shift(chance: Random, lines: list[str]) -> None:
    """A line, or all from it on, further in or out."""
    at, by = _at(chance, lines), chance.choice([-8, -4, -4, -2, -1, 1, 2, 4, 4, 8])
    for n in range(at, len(lines) if chance.random() < 0.3 else at + 1):
        lines[n] = " " * max(0, _indent(lines[n]) + by) + lines[n].lstrip(" ")


def _splice_line(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    lines.insert(at, " " * _indent(lines[at]) + chance.choice(seeds.lines()).lstrip())


def _splice_block(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    depth = " " * (_indent(lines[at]) + chance.choice([0, 0, 4]))
    lines[at:at] = [depth + row for row in chance.choice(seeds.blocks()).split("\n")]


def _keyword(chance: Random, lines: list[str]) -> None:
    """Another keyword before the same value."""
    at = _at(chance, lines)
    words = lines[at].split()
    if words:
        lines[at] = " ".join([" " * (_indent(lines[at]) - 1) + chance.choice(KEYWORDS), *words[1:]])


def _value(chance: Random, lines: list[str]) -> None:
    """The same keyword before the value of another."""
    at = _at(chance, lines)
    words = lines[at].split()
    if words:
        lines[at] = " " * _indent(lines[at]) + f"{words[0]} {chance.choice(seeds.values())[2]}"


def _noise(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    spot = chance.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:spot] + chance.choice(NOISE) + lines[at][spot:]


def _any_letter(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    spot = chance.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:spot] + chr(chance.choice([chance.randrange(0x300), chance.randrange(0x10000), chance.randrange(0x110000)])) + (
        lines[at][spot + chance.randrange(2) :]
    )  # fmt: skip


def _letter(chance: Random, lines: list[str]) -> None:
    """A slip: a letter gone, doubled or exchanged with the next."""
    at = _at(chance, lines)
    line = lines[at]
    if len(line) > 2:
        spot = chance.randrange(len(line) - 1)
        lines[at] = line[:spot] + chance.choice(["", line[spot] * 2, line[spot + 1] + line[spot]]) + line[spot + 1 :]


def _word(chance: Random, lines: list[str]) -> None:
    """A word taken away, put in, exchanged, or put in quotes."""
    at = _at(chance, lines)
    indent, words = _indent(lines[at]), lines[at].split()
    spot = chance.randrange(len(words) + 1)
    kind = chance.randrange(4)
    if kind == 0 or spot == len(words):
        words.insert(spot, chance.choice(WORDS))
    elif kind == 1:
        del words[spot]
    elif kind == 2:
        words[spot] = chance.choice(WORDS)
    else:
        words[spot] = f'"{words[spot]}"'
    lines[at] = " " * indent + " ".join(words)


def _case(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    lines[at] = chance.choice([str.upper, str.title, str.swapcase, str.casefold])(lines[at])


def _join(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    if at + 1 < len(lines):
        lines[at] += chance.choice([" ", ", ", " and ", ""]) + lines.pop(at + 1).lstrip()


def _cut(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]


def _deepen(chance: Random, lines: list[str]) -> None:
    """What is left of the text, many levels deep."""
    at = _at(chance, lines)
    depth = chance.choice([1, 2, 3, 12, 38, 45, 60])
    opener = chance.choice(
        [("decide", "if alone"), ("together", "branch a"), ("repeat at most 2 times",), ("otherwise",), ("whenever a happens",)]
    )
    head = [" " * (_indent(lines[at]) + 4 * level) + opener[level % len(opener)] for level in range(depth)]
    lines[at:] = head + [" " * 4 * depth + line for line in lines[at:]]


def _lengthen(chance: Random, lines: list[str]) -> None:
    """A very long line: a list, a name or a condition without end."""
    at = _at(chance, lines)
    word = chance.choice([", a b", " and alone", " or not (alone", "x", " ", "(", " not", "\u00a0", '"', ", 1 day", "#"])
    lines[at] += word * chance.choice([20, 45, 200, 1_000, 5_000])


def _tabs(chance: Random, lines: list[str]) -> None:
    at = _at(chance, lines)
    lines[at] = "\t" * chance.randrange(1, 4) + lines[at].lstrip()


CHANGES: tuple[Change, ...] = (
    _swap, _drop, _double, _shift, _splice_line, _splice_line, _splice_block, _keyword, _keyword, _value, _value, _noise, _noise, _any_letter,
    _letter, _letter, _word, _word, _word, _case, _join, _cut, _tabs,
)  # fmt: skip
RARE: tuple[Change, ...] = (_deepen, _lengthen)


def text(chance: Random, base: str, most: int = 4) -> str:
    """A text changed in up to `most` ways."""
    lines = base.split("\n")
    for _ in range(chance.randint(1, most)):
        change = chance.choice(RARE) if chance.random() < 0.01 else chance.choice(CHANGES)
        change(chance, lines)
        if not lines:
            lines.append("")
    return "\n".join(lines)


def data(chance: Random, base: bytes) -> bytes:
    """Bytes changed as bytes."""
    found = bytearray(base)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(found) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            found[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del found[at : at + chance.choice([1, 1, 4, 40])]
        elif kind == 2:
            found[at:at] = chance.choice(
                [b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\r", b"\n", b"\t", b"\xe2\x80", b"\xed\xa0\x80", b"\xf5", b'"', b","]
            )
        elif kind == 3:
            end = at + chance.randrange(20)
            found[at:at] = found[at:end]
        elif kind == 4:
            found[at:at] = chance.choice(NOISE).encode("utf-8", "surrogatepass")
        else:
            found[at:at] = chance.randbytes(chance.choice([1, 2, 8]))
    return bytes(found)
