"""Text to statements: lines, indentation, the block each line stands in, its keyword, its value.

One mistake stays on its line. A line that cannot stand where it does, and those that plainly belong with it, become orphans:
their names are known and nothing more is said of them, and they are never handed to another block. How this was found to be
the best way, with measurements: docs/decisions/0002-lines-first.md.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from pathflow.base.editions import FIRST
from pathflow.base.findings import Edit, Finding, Related
from pathflow.base.names import bare, counted, is_slip, listing, nearest
from pathflow.base.spans import Span, whole_line
from pathflow.dsl import source
from pathflow.dsl.keywords import HEAD, declared, phrases_of, written_in
from pathflow.dsl.languages import CALLED, CODES, ENGLISH, HABITS_IN, Code, Language, language
from pathflow.dsl.mistakes import Mistake, finding
from pathflow.dsl.once import runs_once, tabs_once
from pathflow.dsl.syntax import Name, SourceFile, Statement
from pathflow.dsl.values import MAY_BE_EMPTY, read_value
from pathflow.dsl.vocabulary import BLOCKS, COMMA_AFTER, HABITS, HOMES, Block, Line
from pathflow.dsl.whole import check_blocks

_LOOK_AHEAD: Final = 30
"""Units: lines."""

_FLOWING: Final = frozenset(kind for kind, block in BLOCKS.items() if "step" in block.lines)
_ANYONES: Final = frozenset({"source", "note", "allow"})
"""Keywords that stand nearly everywhere, and say nothing of the block that they belong to."""

DEPTH_MAX: Final = 40
"""Levels of nesting."""

_OF_SPACES: Final = frozenset({"P004", "P010"})
"""What is said of characters that cannot be seen."""

_COMMENT: Final = re.compile(r"(?:^|\s)#")
_GLUED: Final = re.compile(r"([^\W\d_]+)(?=\d)")
_INDENT: Final = re.compile(r"[ \t]*")


def parse_bytes(name: str, data: bytes) -> SourceFile:
    """The syntax of a file as it lies on the disk. Never raises."""
    return _parsed(name, source.decode(name, data))


def parse_text(name: str, text: str) -> SourceFile:
    """The syntax of a text. Never raises."""
    if len(text) > source.SIZE_MAX:
        return parse_bytes(name, text.encode("utf-8", "replace"))
    return _parsed(name, source.split(name, text))


def _parsed(name: str, decoded: source.Decoded) -> SourceFile:
    """The file in the language that its head says; else in English, and in another where that is plainly meant."""
    said = declared(decoded.lines)
    file = Parser(name, decoded, language(said or ENGLISH)).file()
    if said is not None or not file.findings:
        return file
    late = file.root.one("language")
    meant = late.value.text if late is not None and isinstance(late.value, Name) else written_in(file)
    if meant not in CODES or meant == ENGLISH:
        return file
    again = Parser(name, decoded, language(meant)).file()
    if late is None:
        again.findings.insert(0, _unsaid(name, again, meant))
    return again


def _unsaid(name: str, file: SourceFile, code: Code) -> Finding:
    """That the keywords are of a language, and the head does not say so."""
    first = next((part for part in file.root.body if not part.is_orphan), file.root)
    place = first.span(name) if first.line else Span(name, 1, 1, 1, 1)
    line = f"{language(code).keywords['language']} {code}"
    edit = Edit(Span(name, 1, 1, 1, 1), line + "\n", is_safe=True)
    words = {"language": CALLED[code], "line": line}
    say = "the keywords of this file are {language}, and its head does not say so"
    return finding("P108", say, place, words, "Begin the file with a line: {line}", edit=edit)


@lru_cache(maxsize=len(CODES))
def _words_elsewhere(code: Code) -> dict[str, str]:
    """The keywords as the other languages spell them, without accents."""
    others = [language(other) for other in reversed(CODES) if other != code]
    return {bare(own): keyword for other in others for keyword, own in reversed(other.keywords.items())}


class Level:
    """One open block: the statement that opened it, its table, and how far its lines are indented."""

    __slots__ = ("block", "indent", "inside", "is_stray", "statement", "stray_homes")

    def __init__(self, statement: Statement, block: Block | None, indent: int) -> None:
        self.statement = statement
        self.block = block  # None: the statement takes no lines
        self.indent = indent  # of the statement itself
        self.inside: int | None = None  # of its lines, once there is one
        self.is_stray = False  # the lines from here on belong to a header that is missing
        self.stray_homes: tuple[str, ...] = ()


_OPENERS: Final = {
    word: sorted({line.keyword for block in BLOCKS.values() for line in block.lines.values() if line.opens in homes})
    for word, homes in HOMES.items()
}
"""The keywords above whose lines each keyword may stand."""
_OPENED_BY: Final = {
    home: frozenset(line.keyword for block in BLOCKS.values() for line in block.lines.values() if line.opens == home)
    for home in BLOCKS
}
"""The keywords that begin each kind of block."""


class Parser:
    """Reads one text, line by line. `dsl/again.py` begins it in the middle of a file."""

    def __init__(self, name: str, decoded: source.Decoded, language: Language) -> None:
        self.name = name
        self.language = language
        self.phrases = phrases_of(language)
        self.lines = decoded.lines
        self.findings: list[Finding] = list(decoded.findings)
        self.root = Statement("file", 0, 1, 1)
        self.levels = [Level(self.root, BLOCKS["file"], -1)]
        self.comments: dict[int, str] = {}
        self.has_crlf = decoded.has_crlf
        self.has_bom = decoded.has_bom
        self.skip_deeper_than: int | None = None  # the lines of something unknown are not looked at
        self.said_deep = False
        self.is_off: Finding | None = None  # said of the present line's indentation, unless the line has no place here at all
        self.closed: list[Level] = []  # the blocks that the present line has closed, the innermost first
        self.lost: set[str] = set()
        self.insides: list[tuple[int, int, int, int]] = []  # of each block: its first line, how far in, its header's, its depth

    def file(self) -> SourceFile:
        """The whole text."""
        for number, raw in enumerate(self.lines, start=1):
            line = raw.rstrip()
            if line:
                self.line(number, line)
        if all(part.keyword in HEAD for part in self.root.body) and all(found.code in _OF_SPACES for found in self.findings):
            top = Span(self.name, 1, 1, 1, 1)
            self.findings.append(
                finding("P003", "there is nothing in this file", top, help="A path begins with a line: path Heart failure")
            )
        self.wide_blocks()
        check_blocks(self.name, self.root, self.lines, self.findings, self.language)
        return self.finished()

    def finished(self) -> SourceFile:
        """The file as it was read."""
        self.findings = runs_once(tabs_once(self.findings))
        self.findings.sort(key=lambda f: f.span.start if f.span else ("", 0, 0))
        edition = self.root.one("edition")
        steps = {inside - outer for _, inside, outer, _ in self.insides if outer >= 0}
        return SourceFile(
            self.name, self.lines, self.root, self.findings, self.comments, self.has_crlf, self.has_bom, frozenset(self.lost),
            self.language.code, edition.value.text if edition is not None and isinstance(edition.value, Name) else FIRST,
            steps.pop() if len(steps) == 1 else 0,
        )  # fmt: skip

    # one line

    def line(self, number: int, line: str) -> None:
        """A line that is not empty."""
        content = line.lstrip(" ")
        indent = len(line) - len(content)
        if content[0] == "\t":
            indent, content = self.tabbed(number, line)
        if "\t" in content:
            content = content.replace("\t", " ")
        if "#" in content:
            content = self.without_comment(number, content)
            if not content:
                return
        if self.skip_deeper_than is not None:
            if indent > self.skip_deeper_than:
                return
            self.skip_deeper_than = None
        shift = len(line) - len(line.lstrip())
        if len(line) > source.LINE_MAX:
            self.say(
                "P013", number, line, "the line has {count} characters", {"count": str(len(line))}, "Write it on several lines"
            )
            self.skip_deeper_than = indent
            return
        self.is_off = None
        level = self.level_for(number, indent, line)
        if len(self.levels) > DEPTH_MAX:
            if not self.said_deep:
                self.say("P012", number, line, "this is nested more than {most} levels deep", {"most": str(DEPTH_MAX)},
                         "Make the inner part a path of its own, and write: include Its name")  # fmt: skip
                self.said_deep = True
            self.skip_deeper_than = indent - 1
            return
        self.statement(level, number, indent, shift + 1, content)

    def tabbed(self, number: int, line: str) -> tuple[int, str]:
        """How far a line that begins with a tab is meant to be indented, and the rest of it; the tab is said."""
        space = _INDENT.match(line)
        lead = space[0] if space else ""
        width = 0
        for character in lead:
            width += 4 - width % 4 if character == "\t" else 1
        self.findings.append(
            finding(
                "P010",
                "the line is indented with a tab",
                Span(self.name, number, 1, number, len(lead) + 1),
                {},
                "Use four spaces for each level; pathflow fmt does",
                edit=Edit(Span(self.name, number, 1, number, len(lead) + 1), " " * width, is_safe=True),
            )
        )
        return width, line[len(lead) :]

    def without_comment(self, number: int, content: str) -> str:
        """The line without its comment, which is kept."""
        looked = n_quotes = 0
        for found in _COMMENT.finditer(content):
            at = found.end() - 1
            n_quotes += content.count('"', looked, at)
            looked = at
            if n_quotes % 2 == 0:
                self.comments[number] = content[at:]
                return content[:at].rstrip()
        return content

    # which block it stands in

    def level_for(self, number: int, indent: int, line: str) -> Level:
        """The open block in which a line so far in stands; those further in are closed."""
        levels = self.levels
        self.closed = []
        while levels[-1].indent >= indent:
            self.closed.append(levels.pop())
        level = levels[-1]
        if level.block is None:  # deeper than a line that takes no lines: level with its neighbours, or off
            levels.pop()
            level = levels[-1]
        if level.inside is None:
            if level.indent < 0 < indent:
                self.off(number, line, 0, indent)
                level.inside = 0
            else:
                level.inside = indent
                self.insides.append((number, indent, level.indent, len(levels)))
        elif indent != level.inside:
            self.misaligned(level, number, indent, line)
            level = self.levels[-1]
        return level

    def misaligned(self, level: Level, number: int, indent: int, line: str) -> None:
        """A line that is not level with the others of its block: said, unless those before it say nothing about the level."""
        inside = level.inside or 0
        if level.statement.body and all(part.is_orphan for part in level.statement.body):
            level.inside = indent  # what stood there before was lost and says nothing about the level
            level.is_stray = False
            return
        if indent < inside and indent - level.indent < inside - indent and len(self.levels) > 1:
            self.levels.pop()
            level = self.levels[-1]
            inside = level.inside or 0
        if len(level.statement.body) == 1 and indent == level.indent + 4:  # the first line was off, and this one is not
            first = level.statement.body[0]
            self.off(first.line, self.lines[first.line - 1], indent, inside)
            level.inside = indent
        elif indent != inside:
            self.off(number, line, inside, indent)

    def off(self, number: int, line: str, wanted: int, indent: int) -> None:
        """Keeps what is to be said of the line's indentation."""
        by = abs(indent - wanted)
        self.is_off = finding(
            "P011",
            "the line is {by} too far to the right" if indent > wanted else "the line is {by} too far to the left",
            whole_line(self.name, number, line, len(line) - len(line.lstrip())),
            {"by": counted(by, "space"), "side": "right" if indent > wanted else "left"},
            "Begin it level with the lines around it, or one level deeper under the line it belongs to",
            edit=Edit(Span(self.name, number, 1, number, len(line) - len(line.lstrip()) + 1), " " * wanted, is_safe=False),
        )

    # what it says

    def statement(self, level: Level, number: int, indent: int, column: int, content: str) -> None:
        """Puts what a line says into its block."""
        block = level.block
        if block is None:  # the file itself always has one, and level_for leaves blocks only
            raise AssertionError("a line was put into a line")
        found = self.keyword(level, block, number, column, content)
        if found is None:
            self.pass_over(number, indent)
            return
        keyword, end = found
        known = block.lines.get(keyword)
        if known is None:
            home = self.home_among_closed(number, indent, keyword)
            if home is not None and home.block is not None:
                level, block, known = home, home.block, home.block.lines[keyword]
        is_orphan = level.is_stray and self.is_still_stray(level, keyword)
        if known is None:
            if not level.is_stray:
                self.stray(level, number, column, keyword, end)
            is_orphan, known = True, _any_line(keyword)
        elif not is_orphan and known.count in ("one", "maybe") and (first := level.statement.one(keyword)) is not None:
            self.twice(level, number, column, content, keyword, first)
            is_orphan = True
        statement = Statement(keyword, number, column, column + len(content), is_orphan=is_orphan or level.statement.is_orphan)
        if self.is_off is not None and not statement.is_orphan:
            self.findings.append(self.is_off)
        self.value(statement, known, content, end)
        if keyword == "until" and not statement.is_orphan:
            self.until(level, statement)
        level.statement.body.append(statement)
        inner = BLOCKS[known.opens] if known.opens else None
        self.levels.append(Level(statement, inner, level.inside if level.inside is not None else indent))

    def keyword(self, level: Level, block: Block, number: int, column: int, content: str) -> tuple[str, int] | None:
        """The keyword that the line begins with, of this block or of another, or the one that is meant; and where it ends."""
        found = None if level.is_stray else self.phrases[block.kind].find(content)
        return found or self.phrases[""].find(content) or self.misspelt(level, number, column, content)

    def pass_over(self, number: int, indent: int) -> None:
        """A line that says nothing known: a remark in the middle of a block, or a header whose lines are kept apart."""
        level = self.levels[-1]
        following = self.line_after(number)
        if following is None or following[0] <= indent:
            self.levels += reversed(self.closed)  # the next line says by itself where it belongs
            return
        deeper, content = following
        home = next(
            (closed for closed in self.closed if self.stands_in(closed, deeper) and self.may_take(closed, content)), None
        )
        if home is not None and (deeper != indent + 4 or not home.block or home.block.kind not in _FLOWING):
            self.levels += reversed(self.closed)
            home.statement.has_doubt = True
            return
        for closed in self.closed:
            closed.statement.has_doubt = True
        if level.block is not None:
            self.lost.update(line.opens for line in level.block.lines.values() if line.opens)
        lost = Level(level.statement, level.block, indent)
        lost.is_stray, lost.stray_homes = True, tuple(BLOCKS)
        self.levels.append(lost)

    def stands_in(self, closed: Level, indent: int) -> bool:
        """Whether a line so far in is level with those of the block, or is the first of a block just begun."""
        return closed.inside == indent or (closed.inside is None and closed is self.closed[0] and indent > closed.indent)

    def line_after(self, number: int) -> tuple[int, str] | None:
        """How far the next written line is indented, and what it says."""
        for line in self.lines[number : number + _LOOK_AHEAD]:
            content = line.strip()
            if content and not content.startswith("#"):
                return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip()), content
        return None

    def may_take(self, level: Level, content: str) -> bool:
        """Whether a line may stand in the block as it is by now."""
        found = self.phrases[level.block.kind].find(content) if level.block is not None else None
        if found is None or level.block is None:
            return False
        return level.block.lines[found[0]].count not in ("one", "maybe") or level.statement.one(found[0]) is None

    def value(self, statement: Statement, known: Line, content: str, end: int) -> None:
        """Reads what stands behind the keyword."""
        rest = content[end:]
        # `if not accepted, …` reads better with its comma; a colon after a keyword is a habit from other languages
        if rest[:1] == ":" or (rest[:1] == "," and statement.keyword in COMMA_AFTER):
            rest, end = rest[1:], end + 1
        text = rest.strip()
        statement.value_column = statement.column + end + (len(rest) - len(rest.lstrip()))
        if not text:
            statement.value_column = statement.end_column
        result = read_value(statement.keyword, known.value, text, self.language)
        if not isinstance(result, Mistake):
            statement.value = result
            return
        statement.is_broken = True
        statement.value = result.salvage
        if not statement.is_orphan:
            self.mistake(statement, text, result)

    def mistake(self, statement: Statement, text: str, wrong: Mistake) -> None:
        """Says what is wrong with a value."""
        begin, end = wrong.start, wrong.end or max(len(text), 1)
        whole = wrong.code == "P201"
        place = statement.span(self.name) if whole else statement.span_of(self.name, begin, end)
        edit = Edit(place, wrong.replacement, wrong.is_safe) if wrong.replacement is not None else None
        self.findings.append(finding(wrong.code, wrong.say, place, wrong.words, wrong.help, edit=edit))

    # keywords that are not of this block

    def home_among_closed(self, number: int, indent: int, keyword: str) -> Level | None:
        """A block just closed in which the line may stand: then the line is too far to the left, and is put back there."""
        for place, level in enumerate(self.closed):
            block = level.block
            if block is None or keyword not in block.lines or level.statement.is_orphan:
                continue
            if keyword == "if" and level.statement.one("otherwise") is not None:
                continue
            if block.lines[keyword].count in ("one", "maybe") and level.statement.one(keyword) is not None:
                continue
            level.inside = level.inside if level.inside is not None else level.indent + 4
            self.off(number, self.lines[number - 1], level.inside, indent)
            self.levels += reversed(self.closed[place:])
            return level
        return None

    def misspelt(self, level: Level, number: int, column: int, content: str) -> tuple[str, int] | None:
        """The keyword that is probably meant, or None for a line that begins with none."""
        block = level.block
        if block is None:
            return None
        led = self.led(block, number, column, content)
        if led is not None:
            return led
        guess = self.guess(block, content)
        if self.is_off is not None and self.goes_on(number, column, content):
            level.statement.has_doubt = True
            return None
        if guess is None and level.is_stray:
            return None
        if guess is None:
            self.unknown(level, number, column, content)
            level.statement.has_doubt = True
            return None
        keyword, end = guess
        word = content[:end].rstrip()
        place = Span(self.name, number, column, number, column + len(word))
        # of a keyword cut short what is missing is said, with an example, unless it can stand by itself
        if bare(word) == bare(self.spelt(keyword)):
            after = Span(self.name, number, column + len(word), number, column + len(word))
            say, help_ = "a space is missing after `{keyword}`", "Write: {keyword}, a space, and the rest of the line"
            self.findings.append(finding("P101", say, place, {"keyword": word}, help_, edit=Edit(after, " ", is_safe=True)))
            return guess
        meant = self.spelt(keyword)
        is_begun = end == len(content) and bare(meant).startswith(bare(word) + " ")
        is_cut_short = is_begun and block.lines[keyword].value not in MAY_BE_EMPTY
        if not level.is_stray and not is_cut_short:
            self.findings.append(
                finding(
                    "P101",
                    "`{word}` is not a keyword",
                    place,
                    {"word": word, "guess": meant},
                    "Did you mean `{guess}`?",
                    edit=Edit(place, meant, is_safe=self.is_plain(word, keyword)),
                )
            )
        return guess

    def led(self, block: Block, number: int, column: int, content: str) -> tuple[str, int] | None:
        """The keyword that stands after a bullet, a number or another mark, which is said."""
        from pathflow.dsl.habits import LEAD

        lead = LEAD.match(content)
        if lead is None:
            return None
        rest = content[lead.end() :].lstrip("*_`")
        start = len(content) - len(rest)
        found = self.phrases[block.kind].find(rest.replace("**", "  ")) or self.guess(block, rest)
        if found is None:
            return None
        place = Span(self.name, number, column, number, column + start)
        say, words = "`{mark}` stands before the keyword", {"mark": content[:start].strip(), "keyword": self.spelt(found[0])}
        help_ = "Begin the line with its keyword, `{keyword}`: bullets and numbers are not needed"
        is_safe = "*" not in rest and bare(rest[: found[1]]) == bare(self.spelt(found[0]))
        self.findings.append(finding("P101", say, place, words, help_, edit=Edit(place, "", is_safe)))
        end = start + found[1]
        return found[0], end + len(content[end:]) - len(content[end:].lstrip("*_`"))

    def guess(self, block: Block, content: str) -> tuple[str, int] | None:
        """The keyword of this block that the line's first words are nearest to, and where they end."""
        words = content.split()
        whole = bare(content.rstrip(":,"))
        spelt = {self.spelt(k): k for k in block.lines}
        begun = [k for k in spelt if (len(words) > 1 or len(whole) > 4) and bare(k).startswith(whole + " ")]
        if len(begun) == 1:
            return spelt[begun[0]], len(content)
        for count in (2, 1):
            said = bare(" ".join(words[:count]).rstrip(":,"))
            habit = self.habit(said) or next((k for k in block.lines if count == 2 and said.replace(" ", "") == k), "")
            if habit in block.lines:
                return habit, _end_of_word(content, count)
        glued = _GLUED.match(content)
        own = next((k for k in block.lines if glued and bare(self.spelt(k)) == bare(glued[1])), None)
        if glued and own:
            return own, glued.end(1)
        best: tuple[float, str, int] | None = None
        for count in range(min(4, len(words)), 0, -1):
            bare_line = len(words) == count
            keywords = [s for s, k in spelt.items() if len(s.split()) == count and _may_follow(block.lines[k], bare_line)]
            said = " ".join(words[:count])
            near = nearest(bare(said.rstrip(":,")), keywords)
            if near is None:
                continue
            end = _end_of_word(content, count)
            score = _likeness(bare(said), near)
            if best is None or score > best[0]:
                best = (score, near, end)
        return (spelt[best[1]], best[2]) if best else None

    def habit(self, word: str) -> str:
        """The keyword for which people write the word; a keyword of another language counts among them."""
        meant = HABITS.get(word, "") if self.language.is_english else HABITS_IN[self.language.code].get(word, "")
        if meant:
            return meant
        return _words_elsewhere(self.language.code).get(word) or HABITS.get(word, "")

    def is_plain(self, word: str, keyword: str) -> bool:
        """Whether nothing but the keyword can have been meant."""
        said = bare(word.rstrip(":,"))
        return is_slip(said, bare(self.spelt(keyword))) or self.habit(said) == keyword

    def spelt(self, keyword: str) -> str:
        """The keyword in the language of the file."""
        return self.language.keywords[keyword]

    def goes_on(self, number: int, column: int, content: str) -> bool:
        """Whether the line is the rest of a list that was begun on the line above; then that is said, and nothing else."""
        before = self.findings[-1] if self.findings else None
        if before is None or before.span is None or before.span.line != number - 1 or before.words.get("list") is None:
            return False
        say = "the list goes on from the line above, and each line begins with a keyword"
        words = {"keyword": before.words["list"], "rest": content}
        place = Span(self.name, number, column, number, column + len(content))
        help_ = "Write the whole list on one line; or take the comma away above, and write here: {keyword} {rest}"
        self.findings[-1] = finding("P101", say, place, words, help_)
        return True

    def unknown(self, level: Level, number: int, column: int, content: str) -> None:
        """Says that a line begins with no keyword."""
        block = level.block
        if self.goes_on(number, column, content):
            return
        from pathflow.dsl.habits import said_of_line

        word = content.split(maxsplit=1)[0]
        known = listing([self.spelt(k) for k in block.lines] if block else [], "or", most=12)
        self.findings.append(
            finding(
                "P101",
                "`{word}` is not a keyword",
                Span(self.name, number, column, number, column + len(word)),
                {"word": word, "block": block.called if block else "", "known": known},
                said_of_line(content)
                or "A line of {block} begins with {known}. What is meant for readers begins with `#` or `note`",
            )
        )

    def stray(self, level: Level, number: int, column: int, keyword: str, end: int) -> None:
        """A line that cannot stand here: it and its like are kept apart from this block."""
        block = level.block
        homes = HOMES[keyword]
        opened = _any_line(keyword).opens
        level.is_stray = True
        level.stray_homes = (*homes, opened) if opened else homes  # a header takes the lines after it along
        level.statement.has_doubt = True
        if keyword not in _ANYONES:
            self.lost.update(level.stray_homes)
        openers = self.likely_openers(level, keyword)
        likely = [home for home in homes if not _OPENED_BY[home].isdisjoint(openers)]
        places = listing([BLOCKS[home].called.replace("`", "") for home in likely or homes], "or", most=4).replace("`", "")
        called = block.called if block else "this line"
        top = level.statement.keyword == "file"
        help_, more = self.meant_instead(block, keyword)
        beside = self.beside(level, keyword)
        if not help_ and beside is not None:
            help_, more = "Begin it further to the left, level with the line `{beside}` above", {"beside": beside}
        if not help_:
            help_ = (
                "It belongs in {places}: is a line with {openers} missing above it?" if openers else "It belongs in {places}"
            )
        self.findings.append(
            finding(
                "P102",
                "`{keyword}` cannot stand by itself at the left edge" if top else "`{keyword}` cannot stand in {block}",
                Span(self.name, number, column, number, column + end),
                {
                    "keyword": self.spelt(keyword),
                    "block": called,
                    "places": places,
                    "openers": listing([self.spelt(opener) for opener in openers], "or", most=4),
                    **more,
                },
                help_,
            )
        )

    def likely_openers(self, level: Level, keyword: str) -> list[str]:
        """The keywords above whose lines this one may stand: those that may stand here, else in a block around, else all."""
        around = self.levels[: self.levels.index(level) + 1] if level in self.levels else [level]
        for one in reversed(around):
            found = [opener for opener in _OPENERS[keyword] if one.block is not None and opener in one.block.lines]
            if found:
                return found
        return _OPENERS[keyword]

    def beside(self, level: Level, keyword: str) -> str | None:
        """The line with which this one is level if it is only too far to the right, in a block that takes no such lines."""
        if level not in self.levels or any(level.block and opener in level.block.lines for opener in _OPENERS[keyword]):
            return None
        at = self.levels.index(level)
        for outer, inner in zip(reversed(self.levels[1:at]), reversed(self.levels[2 : at + 1]), strict=True):
            if outer.block is not None and keyword in outer.block.lines:
                return self.spelt(inner.statement.keyword)
        return None

    def meant_instead(self, block: Block | None, keyword: str) -> tuple[str, dict[str, str]]:
        """What this block has for a line of another: `answered within` for `within`, what becomes of the plan for `plan`."""
        lines = block.lines if block else {}
        own = [k for k in lines if k != keyword and k.endswith(" " + keyword)] or [k for k in lines if _is_cut(keyword, k)]
        if len(own) == 1:
            return "Did you mean `{own}`?", {"own": self.spelt(own[0])}
        plan = [self.spelt(k) for k in (block.lines if block else ()) if " the plan" in k]
        if keyword == "plan" and plan:
            return "What becomes of the plan is said with {plan}", {"plan": listing(plan, "or")}
        return "", {}

    def is_still_stray(self, level: Level, keyword: str) -> bool:
        """Whether a line after a stray one belongs with it: it may stand where the stray one may."""
        here = level.block is not None and keyword in level.block.lines
        with_it = any(home in level.stray_homes for home in HOMES[keyword])
        if here and not with_it:
            level.is_stray = False
        return level.is_stray

    def twice(self, level: Level, number: int, column: int, content: str, keyword: str, first: Statement) -> None:
        """Says that a block has one such line and gets a second."""
        block = level.block
        kind = block.kind if block else ""
        opener = self.language.keywords.get(level.statement.keyword, "")
        level.is_stray = True
        level.stray_homes = (kind,)
        level.statement.has_doubt = True
        self.lost.add(kind)
        self.findings.append(
            finding(
                "P104",
                "a second `{keyword}` in {block}, which has one",
                Span(self.name, number, column, number, column + len(content)),
                {"keyword": self.spelt(keyword), "block": block.called if block else "", "opener": opener},
                "Take one away; or is a `{opener}` line missing above this one?" if opener else "Take one away",
                (Related(first.span(self.name), "the first is here"),),
            )
        )

    def until(self, level: Level, statement: Statement) -> None:
        """`until` closes the `repeat` just above it."""
        before = level.statement.body[-1] if level.statement.body else None
        if before is None or before.keyword != "repeat":
            statement.is_orphan = True
            level.statement.has_doubt = True
            self.findings.append(
                finding(
                    "P106",
                    "`until` stands without a `repeat` above it",
                    statement.span(self.name),
                    {},
                    "Write `repeat` above the lines that are repeated, indent them one level, and `until` level with `repeat`",
                )
            )

    def wide_blocks(self) -> None:
        """Blocks whose lines stand deeper or less deep than those of the file's other blocks, where no neighbour shows it."""
        steps = [inside - outer for _, inside, outer, _ in self.insides if outer >= 0]
        if len(steps) < 3:
            return
        usual = max(set(steps), key=steps.count)
        for number, inside, outer, depth in self.insides:
            wanted = usual * (depth - 1)
            if outer >= 0 and inside - outer != usual and inside != wanted and outer + usual == wanted:
                line = self.lines[number - 1]
                self.off(number, line.rstrip(), wanted, inside)
                if self.is_off is not None and not any(f.span is not None and f.span.line == number for f in self.findings):
                    self.findings.append(replace(self.is_off, level="warning"))

    def say(self, code: str, number: int, line: str, say: str, words: dict[str, str], help: str) -> None:  # noqa: A002
        """Says something of a whole line."""
        indent = len(line) - len(line.lstrip())
        self.findings.append(finding(code, say, whole_line(self.name, number, line[: source.LINE_MAX], indent), words, help))


def _any_line(keyword: str) -> Line:
    """The keyword as any block takes it: enough to read the value of an orphan."""
    return BLOCKS[HOMES[keyword][0]].lines[keyword]


def _is_cut(keyword: str, whole: str) -> bool:
    """Whether a keyword may be another one half-typed, such as `with` for `within`."""
    return len(keyword) > 2 and " " not in whole and whole.startswith(keyword)


def _may_follow(line: Line, is_bare: bool) -> bool:
    """Whether the keyword takes a value when there is one, and none when there is none."""
    return line.value.endswith("?") or (line.value == "none") == is_bare


def _end_of_word(content: str, count: int) -> int:
    at = 0
    for _ in range(count):
        while at < len(content) and content[at] in " \t":
            at += 1
        while at < len(content) and content[at] not in " \t":
            at += 1
    return at


def _likeness(said: str, keyword: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, said, bare(keyword)).ratio() + 0.05 * keyword.count(" ")
