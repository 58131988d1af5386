"""Kinds of mistake that the reading of files was not made for: what it gives for them was measured before anything was mended.

`FRESH` was measured first and then used to mend what it showed, in general ways. `HELD_BACK` was written at the same time and
measured only after that, so that it says what a stranger's mistakes will meet.
"""

from __future__ import annotations

import random
import re

from tests.dsl.mistakes_made import Kind, Result, changed, pick


def prose(chance: random.Random, lines: list[str]) -> Result:
    """A remark, written as one would on paper."""
    at = pick(chance, lines, r"^ {4,}\S")
    if at is None:
        return None
    said = chance.choice(
        ["Remember to phone the client first", "This is agreed with the hospital", "Nurse checks the list every morning"]
    )
    indent = re.match(r" *", lines[at])
    return at + 2, [*lines[: at + 1], (indent[0] if indent else "") + said, *lines[at + 1 :]], None


def prose_at_the_left(chance: random.Random, lines: list[str]) -> Result:
    """The same, at the left edge in the middle of a block."""
    at = pick(chance, lines, r"^ {8,}\S")
    if at is None:
        return None
    return (
        at + 2,
        [*lines[: at + 1], chance.choice(["TODO ask the ward", "(see the appendix)", "Important!"]), *lines[at + 1 :]],
        None,
    )


def bullet(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {4,}\w")
    if at is None:
        return None
    return at + 1, changed(lines, at, re.sub(r"^( *)", rf"\1{chance.choice(['- ', '* ', '• '])}", lines[at])), None


def numbered(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {4,}(step|handoff|decide) ")
    return (
        (at + 1, changed(lines, at, re.sub(r"^( *)", rf"\g<1>{chance.randrange(1, 9)}. ", lines[at])), None)
        if at is not None
        else None
    )


def equals_sign(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {8,}(by|within|needs|makes|from|carries) ")
    return (at + 1, changed(lines, at, re.sub(r"^( *\w+) ", r"\1 = ", lines[at])), None) if at is not None else None


def finnish_keyword(chance: random.Random, lines: list[str]) -> Result:
    words = {"step": "vaihe", "by": "tekijä", "within": "viimeistään", "needs": "tarvitsee", "makes": "tuottaa",
             "handoff": "siirto", "source": "lähde", "otherwise": "muuten", "carries": "mukana"}  # fmt: skip
    at = pick(chance, lines, rf"^ +({'|'.join(words)})\b")
    if at is None:
        return None
    word = lines[at].split()[0]
    return at + 1, changed(lines, at, lines[at].replace(word, words[word], 1)), None


def lines_joined(chance: random.Random, lines: list[str]) -> Result:
    """The line break between two lines of one block is lost."""
    places = [
        n for n in range(len(lines) - 1)
        if re.match(r" {8,}(by|needs|makes|accepted within|within|from|carries) ", lines[n])
        and re.match(r" {8,}(by|needs|makes|accepted|within|carries|source)", lines[n + 1])
        and lines[n][:-len(lines[n].lstrip())] == lines[n + 1][:-len(lines[n + 1].lstrip())]
    ]  # fmt: skip
    if not places:
        return None
    at = chance.choice(places)
    return at + 1, [*lines[:at], lines[at] + " " + lines[at + 1].strip(), *lines[at + 2 :]], None


def line_wrapped(chance: random.Random, lines: list[str]) -> Result:
    """A long list goes on on the next line, as a word processor would have it."""
    at = pick(chance, lines, r"^ {4,}(needs|makes|carries|professions|contains|does) [^\"]*,[^\"]*,")
    if at is None:
        return None
    cut = chance.choice([m.end() for m in re.finditer(", ", lines[at])])
    return at + 2, [*lines[:at], lines[at][:cut].rstrip(), " " * 12 + lines[at][cut:], *lines[at + 1 :]], None


def arrow(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +from .* to ")
    return (
        (at + 1, changed(lines, at, lines[at].replace(" to ", chance.choice([" -> ", " → ", " - "]), 1)), None)
        if at is not None
        else None
    )


def comma_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +(needs|carries|contains) [^\"]*,")
    if at is None:
        return None
    spots = [m.start() for m in re.finditer(",", lines[at])]
    spot = chance.choice(spots)
    return at + 1, changed(lines, at, lines[at][:spot] + lines[at][spot + 1 :]), None


def semicolons(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +(needs|carries|makes) [^\"]*,")
    return (at + 1, changed(lines, at, lines[at].replace(", ", "; ")), None) if at is not None else None


def other_header_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(
        chance,
        lines,
        r"^ *(if|otherwise|branch|repeat|whenever|test|provider|clients|plan|steps|client chooses|end|agreement)\b(?! not| no| another)",
    )
    return (at + 1, lines[:at] + lines[at + 1 :], None) if at is not None else None


def header_shifted(chance: random.Random, lines: list[str]) -> Result:
    """A header moves, and its lines stay."""
    at = pick(
        chance,
        lines,
        r"^ {4,}(step|handoff|decide|if|otherwise|branch|repeat|provider|agreement|together)\b(?! not| no| another)",
    )
    if at is None:
        return None
    by = chance.choice([-4, -2, -1, 1, 2, 4])
    new = " " * by + lines[at] if by > 0 else lines[at][-by:]
    return at + 1, changed(lines, at, new), None


def level_too_deep(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {8,}(by|within|carries|needs|makes|accepted|source) ")
    return (at + 1, changed(lines, at, "    " + lines[at]), None) if at is not None else None


def number_in_words(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +(accepted )?within \d+ ")
    if at is None:
        return None
    return (
        at + 1,
        changed(
            lines, at, re.sub(r"within \d+ ", f"within {chance.choice(['two', 'a few', 'seven', 'a'])} ", lines[at], count=1)
        ),
        None,
    )


def half_typed_keyword(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {8,}(within|carries|needs|makes|accepted|source) ")
    if at is None:
        return None
    word = lines[at].split()[0]
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    return at + 1, changed(lines, at, indent + word[: chance.randrange(2, len(word))]), None


def place_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +by .* at ")
    return (at + 1, changed(lines, at, lines[at].split(" at ")[0]), None) if at is not None else None


FRESH: tuple[Kind, ...] = (
    prose, prose_at_the_left, bullet, numbered, equals_sign, finnish_keyword, lines_joined, line_wrapped, arrow, comma_lost,
    semicolons, other_header_lost, header_shifted, level_too_deep, number_in_words, half_typed_keyword, place_lost,
)  # fmt: skip


def block_at_the_left(chance: random.Random, lines: list[str]) -> Result:
    """A block is pasted at the left edge: the header and its lines lose their indentation together."""
    at = pick(chance, lines, r"^ {4,}(step|handoff|provider|agreement) ")
    if at is None:
        return None
    indent = len(lines[at]) - len(lines[at].lstrip())
    end = next(
        (n for n in range(at + 1, len(lines)) if lines[n].strip() and len(lines[n]) - len(lines[n].lstrip()) <= indent),
        len(lines),
    )
    return at + 1, [*lines[:at], *(line[indent:] for line in lines[at:end]), *lines[end:]], None


def capitals_and_full_stop(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +(by|needs|carries) [^\"]*$")
    return (at + 1, changed(lines, at, lines[at] + "."), None) if at is not None else None


def unit_of_another_country(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +(accepted )?within \d+ (days|weeks|months|hours|working)")
    if at is None:
        return None
    word = chance.choice(["päivää", "viikkoa", "dagar", "d", "wk", "business days", "vrk"])
    return at + 1, changed(lines, at, re.sub(r"(within \d+) (working )?\w+", rf"\1 {word}", lines[at], count=1)), None


def then_at_the_end(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +if [^,]*(<|>|is)")
    return (
        (at + 1, changed(lines, at, lines[at] + chance.choice([" then", ":", " {", ", then"])), None)
        if at is not None
        else None
    )


def end_of_block(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {4,}(step|handoff|decide|provider) ")
    if at is None:
        return None
    indent = len(lines[at]) - len(lines[at].lstrip())
    end = next(
        (n for n in range(at + 1, len(lines)) if lines[n].strip() and len(lines[n]) - len(lines[n].lstrip()) <= indent),
        len(lines),
    )
    return (
        end + 1,
        [*lines[:end], " " * indent + chance.choice(["end if", "}", "end step", "endif", "done"]), *lines[end:]],
        None,
    )


def two_keywords_swapped(chance: random.Random, lines: list[str]) -> Result:
    """The words of a line stand in another order: `nurse by`."""
    at = pick(chance, lines, r"^ {8,}(by|within|needs|makes|carries) \w+")
    if at is None:
        return None
    return at + 1, changed(lines, at, re.sub(r"^( *)(\w+) (\w+)", r"\1\3 \2", lines[at])), None


def lines_swapped(chance: random.Random, lines: list[str]) -> Result:
    """A header and the line below it change places."""
    places = [
        n for n in range(len(lines) - 1) if re.match(r" +(step|handoff) ", lines[n]) and re.match(r" +(by|from) ", lines[n + 1])
    ]
    if not places:
        return None
    at = chance.choice(places)
    return at + 1, [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]], None


def keyword_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ {8,}(by|needs|makes|carries|from|if|does) ")
    return (at + 1, changed(lines, at, re.sub(r"^( *)\w+ ", r"\1", lines[at])), None) if at is not None else None


def name_of_header_lost(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ *(step|handoff|provider|test|whenever|branch|end) ")
    return (at + 1, changed(lines, at, re.sub(r"^( *\w+) .*", r"\1", lines[at])), None) if at is not None else None


def name_cut_short(chance: random.Random, lines: list[str]) -> Result:
    at = pick(chance, lines, r"^ +(by|from|uses|responsible|with|option) .*[A-Z]\w+ [A-Z]\w+$")
    if at is None:
        return None
    return at + 1, changed(lines, at, lines[at].rsplit(" ", 1)[0]), None


HELD_BACK: tuple[Kind, ...] = (
    block_at_the_left, capitals_and_full_stop, unit_of_another_country, then_at_the_end, end_of_block, two_keywords_swapped,
    lines_swapped, keyword_lost, name_of_header_lost, name_cut_short,
)  # fmt: skip
