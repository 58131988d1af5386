"""The mistakes that people make, one at a time, at random places of a path that is right.

Each kind takes (chance, lines) and gives (the line that is wrong, counted from 1 in the text that results; the new lines; the word
that was meant, where a word was misspelt), or None where the kind does not apply to the place it drew.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Result = tuple[int, list[str], str | None] | None
Kind = Callable[[random.Random, list[str]], Result]


def pick(chance: random.Random, lines: list[str], pattern: str) -> int | None:
    places = [n for n, line in enumerate(lines) if re.search(pattern, line)]
    return chance.choice(places) if places else None


def typo(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word))
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + chance.choice("abcdefghiklmnoprstuv") + word[at + 1 :]


def changed(lines: list[str], at: int, line: str) -> list[str]:
    return [*lines[:at], line, *lines[at + 1 :]]


def misspelt_keyword(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(step|handoff|within|carries|needs|makes|accepted|branch|repeat|otherwise|decide|source)\b")
    if at is None:
        return None
    word = lines[at].split()[0]
    wrong = typo(chance, word)
    return (at + 1, changed(lines, at, lines[at].replace(word, wrong, 1)), word) if wrong != word else None


def unit_missing(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(within|accepted within) \d+ \w+")
    if at is None:
        return None
    return at + 1, changed(lines, at, re.sub(r"(within \d+) (working )?\w+", r"\1", lines[at], count=1)), None


def unit_misspelt(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(accepted )?within \d+ (days|weeks|months|hours)")
    if at is None:
        return None
    unit = re.search(r"within \d+ (days|weeks|months|hours)", lines[at])
    assert unit is not None
    wrong = typo(chance, unit[1])
    if wrong in ("day", "week", "month", "hour", "days", "weeks", "months", "hours"):
        return None
    return at + 1, changed(lines, at, lines[at].replace(unit[1], wrong, 1)), unit[1]


def line_unfinished(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(by|within|from|carries|needs|makes|if|owner|accepted within) ")
    if at is None:
        return None
    keyword = re.match(r"\s+(accepted within|by|within|from|carries|needs|makes|if not accepted,|if|owner)", lines[at])
    assert keyword is not None
    return at + 1, changed(lines, at, keyword[0]), None


def name_misspelt(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(by|from) .* at ")
    if at is None:
        return None
    found = re.search(r" at ([A-Z][\w ]+?)(?:,| to |$)", lines[at])
    if found is None:
        return None
    name = found[1]
    wrong = typo(chance, name)
    if wrong.split() == name.split():
        return None
    return at + 1, changed(lines, at, lines[at].replace(f" at {name}", f" at {wrong}", 1)), name


def item_misspelt(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(needs|carries) ")
    if at is None:
        return None
    names = [name.strip() for name in lines[at].split(None, 1)[1].split(",")]
    name = chance.choice(names)
    if len(name) < 4:
        return None
    wrong = typo(chance, name)
    if wrong.lower().split() == name.lower().split():
        return None
    return at + 1, changed(lines, at, lines[at].replace(name, wrong, 1)), name


def one_space_off(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {8,}\S")
    if at is None:
        return None
    return at + 1, changed(lines, at, chance.choice([" " + lines[at], lines[at][1:]])), None


def tab(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {8}\S")
    return (at + 1, changed(lines, at, "\t\t" + lines[at][8:]), None) if at is not None else None


def level_too_shallow(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {8}(by|within|carries|needs|makes|accepted) ")
    return (at + 1, changed(lines, at, lines[at][4:]), None) if at is not None else None


def header_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(step|handoff|decide|together)\b")
    return (at + 1, lines[:at] + lines[at + 1 :], None) if at is not None else None


def line_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(by|from|owner|version|accountable) ")
    if at is None:
        return None
    indent = len(lines[at]) - len(lines[at].lstrip())
    head = max(n for n in range(at) if lines[n].strip() and len(lines[n]) - len(lines[n].lstrip()) < indent)
    return head + 1, lines[:at] + lines[at + 1 :], None


def line_twice(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(by|from|accepted within|owner|version) ")
    return (at + 2, [*lines[: at + 1], lines[at], *lines[at + 1 :]], None) if at is not None else None


def wrong_unit(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+if .* (ng/l|%)$")
    if at is None:
        return None
    return at + 1, changed(lines, at, re.sub(r"(ng/l|%)$", "mg", lines[at])), None


def quote_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r'^\s+does ".*"$')
    return (at + 1, changed(lines, at, lines[at].removesuffix('"')), None) if at is not None else None


def comma_at_the_end(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+(carries|needs|makes|contains) ")
    return (at + 1, changed(lines, at, lines[at] + ","), None) if at is not None else None


def sign_of_another_language(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^\s+if [^<>]*(<=|>=) ")
    if at is None:
        return None
    swapped = lines[at].replace("<=", "=<").replace(">=", "=>")
    return at + 1, changed(lines, at, swapped), None


def day_first_date(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"valid from \d{4}-\d{2}-\d{2}")
    if at is None:
        return None
    return at + 1, changed(lines, at, re.sub(r"(\d{4})-(\d{2})-(\d{2})", r"\3.\2.\1", lines[at])), None


KINDS: tuple[Kind, ...] = (
    misspelt_keyword, unit_missing, unit_misspelt, line_unfinished, name_misspelt, item_misspelt, one_space_off, tab,
    level_too_shallow, header_lost, line_lost, line_twice, wrong_unit, quote_lost, comma_at_the_end, sign_of_another_language,
    day_first_date,
)  # fmt: skip
