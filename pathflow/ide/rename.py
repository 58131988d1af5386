"""Another name for a thing, in every file that speaks of it; in quotes where the new name needs them.

A name is changed only where all stays as it is but for that name: before anything is answered the changed files are read, and
each name in them must mean what it meant. What cannot be done is refused, with the reason.

Laws: tests/ide/test_rename.py (there and back gives the same bytes; the renamed files compile to the same but for the name).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.compiler.library import Library
from pathflow.dsl.keywords import phrases_of
from pathflow.dsl.languages import Code, language, standing_in
from pathflow.dsl.mentions import Mention, mentions, mentions_in
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import SourceFile
from pathflow.ide.names import ALONE, FileNames, Index, Symbol, Use
from pathflow.ide.view import View
from pathflow.ide.words import said as say

FIXED: Final = frozenset({"code"})
"""Roles whose names are not the writer's."""

_TOGETHER: Final = (("step", "choice"), ("event",), ("end",))
_RESERVED_FOR: Final = frozenset({"provider", "profession", "item", "service", "site", "alliance", "linked"})


class Change(Struct, frozen=True):
    """A place that gets another text, by where the file lies."""

    path: str
    span: Span
    text: str


class Refused(Struct, frozen=True):
    """Why a name cannot be changed, in a sentence."""

    why: str


class Begun(Struct, frozen=True):
    """The place whose name can be changed, without its quotes, and the name as it is now."""

    span: Span
    name: str


def begin(view: View, line: int, column: int, code: Code) -> Begun | Refused:
    """Whether the thing under the cursor can have another name."""
    use = view.use_at(line, column)
    if use is None or use.symbol is None or use.mention.role in FIXED:
        return Refused(say("There is no name here that can be changed", code))
    text = view.file.lines[use.span.line - 1][use.span.column - 1 : use.span.end_column - 1]
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    span = use.span._replace(column=use.span.column + quoted, end_column=use.span.end_column - quoted)
    return Begun(span, text[1:-1] if quoted else text)


def rename(view: View, line: int, column: int, new: str, code: Code) -> tuple[Change, ...] | Refused:
    """The places that change when the thing under the cursor is called otherwise."""
    begun = begin(view, line, column, code)
    if isinstance(begun, Refused):
        return begun
    use = view.use_at(line, column)
    symbol = use.symbol if use is not None else None
    new = " ".join(new.replace("“", '"').replace("”", '"').strip().strip('"').split())
    wrong = _wrong(new, code)
    if symbol is None or wrong is not None:
        return wrong or Refused(say("There is no name here that can be changed", code))
    return Renaming(view, symbol, new, code).changes()


def _wrong(new: str, code: Code) -> Refused | None:
    if not fold(new):
        return Refused(say("A name has at least one letter", code))
    if '"' in new or any(not character.isprintable() for character in new):
        return Refused(say("A name holds no double quotes, and no characters that cannot be seen", code))
    return None


class Renaming:
    """One change of a name: where, into what, and whether all else stays."""

    def __init__(self, view: View, symbol: Symbol, new: str, code: Code) -> None:
        self.view = view
        self.index = view.index
        self.symbol = symbol
        self.new = new
        self.code: Code = code

    def changes(self) -> tuple[Change, ...] | Refused:
        """The places that change, or why none can."""
        clash = self._clash()
        if clash is not None:
            return clash
        found: list[Change] = []
        for path in self._files():
            names = self.index.names(path)
            if names is None:
                continue
            uses = [use for use in names.uses if use.symbol == self.symbol]
            changed = self._in_file(names, uses)
            if isinstance(changed, Refused):
                return changed
            found += changed
        return self._proved(found)

    def _files(self) -> list[Path]:
        if self.symbol.sort in ALONE:
            return [Path(self.symbol.home)]
        return sorted({*(path.resolve() for path in self.view.files), Path(self.symbol.home)})

    def _in_file(self, names: FileNames, uses: Iterable[Use]) -> list[Change] | Refused:
        """The changes of one file: each line is read with the new name, bare and then in quotes."""
        found: list[Change] = []
        by_line: dict[int, list[Use]] = {}
        for use in uses:
            by_line.setdefault(use.span.line, []).append(use)
        for number, several in by_line.items():
            texts = _spelt(names, several, self.new)
            if texts is None:
                words = {"name": self.new, "file": names.path.name, "line": number}
                return Refused(say("`{name}` cannot be written in {file}, line {line}", self.code, **words))
            found += [Change(str(names.path), use.span, text) for use, text in zip(several, texts, strict=True)]
        return found

    def _clash(self) -> Refused | None:
        """Whether something else is called so, wherever the thing is known."""
        key, sort = fold(self.new), self.symbol.sort
        if key == self.symbol.key or sort in ALONE:
            return None
        if sort in _RESERVED_FOR and key in standing_in():
            return Refused(say("`{name}` is a word of the language, and nothing can be called so", self.code, name=self.new))
        if sort in ("path", "network"):
            other = self.index.library.named(sort, self.new, Path(self.symbol.home).parent)
            return self._taken(other.name) if other is not None else None
        if sort == "option":
            return self._option_clash(key)
        sorts = next((several for several in _TOGETHER if sort in several), (sort,))
        for path in self._files():
            names = self.index.names(path)
            for known in names.all_known() if names is not None else ():
                is_here = known.get((sort, self.symbol.key)) == self.symbol
                if is_here and any((one, key) in known for one in sorts):
                    return self._taken(path.name)
        return None

    def _option_clash(self, key: str) -> Refused | None:
        block, _, item = self.symbol.of.partition("\n")
        owner = Symbol("item", item, self.symbol.home, block)
        return self._taken(Path(self.symbol.home).name) if key in self.index.options_of(owner) else None

    def _taken(self, file: str) -> Refused:
        return Refused(say("`{name}` is there already, in {file}", self.code, name=self.new, file=file))

    # ── proof ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _proved(self, changes: list[Change]) -> tuple[Change, ...] | Refused:
        """The changes, if every name in the changed files means what it meant."""
        texts: dict[Path, list[Change]] = {}
        for change in changes:
            texts.setdefault(Path(change.path), []).append(change)
        library = _Changed(self.index.library)
        for path, own in texts.items():
            names = self.index.names(path)
            if names is not None:
                library.change(path, names.file, own)
        after = Index(library)
        for path in self._files():
            old, new = self.index.names(path), after.names(path)
            place = self._differs(old, new, texts.get(path, [])) if old is not None and new is not None else None
            if place is not None:
                words = {"name": self.new, "file": path.name, "line": place.span.line, "other": place.mention.name.text}
                text = "called `{name}`, it would change what `{other}` means in {file}, line {line}"
                return Refused(say(text, self.code, **words))
        return tuple(changes)

    def _differs(self, old: FileNames, new: FileNames, changes: list[Change]) -> Use | None:
        """The first name that does not mean after the change what it meant before."""
        changed = {change.span for change in changes}
        before, after = old.uses, new.uses
        for one, other in zip(before, after, strict=False):
            is_same_name = (
                fold(self.new) == other.mention.name.key
                if one.span in changed
                else one.mention.name.key == other.mention.name.key
            )
            if not is_same_name or one.statement.keyword != other.statement.keyword or self._moved(one.symbol) != other.symbol:
                return one
        if len(before) != len(after):
            return before[-1] if before else None
        return None

    def _moved(self, symbol: Symbol | None) -> Symbol | None:
        """What a thing is after the change: itself, or the same by another name; so are the things in it."""
        if symbol is None:
            return None
        key = fold(self.new)
        if symbol == self.symbol:
            return Symbol(symbol.sort, key, symbol.home, symbol.of)
        if self.symbol.sort == "network" and symbol.home == self.symbol.home:
            block, line, rest = symbol.of.partition("\n")
            return Symbol(symbol.sort, symbol.key, symbol.home, key + line + rest) if block == self.symbol.key else symbol
        if self.symbol.sort == "item" and symbol.sort == "option" and symbol.home == self.symbol.home:
            return (
                Symbol("option", symbol.key, symbol.home, f"{self.symbol.of}\n{key}")
                if symbol.of == f"{self.symbol.of}\n{self.symbol.key}"
                else symbol
            )
        return symbol


class _Changed(Library):
    """A library as it is after the change: unchanged files are those of the other."""

    def __init__(self, other: Library) -> None:
        super().__init__(other.root)
        self.other = other

    def change(self, path: Path, file: SourceFile, changes: list[Change]) -> None:
        """Gives the file as it is after the change."""
        lines = list(file.lines)
        for change in sorted(changes, key=lambda change: (change.span.line, -change.span.column)):
            line, span = lines[change.span.line - 1], change.span
            lines[span.line - 1] = line[: span.column - 1] + change.text + line[span.end_column - 1 :]
        text = "\n".join(lines) + "\n"
        self.give(path, parse_text(file.name, text), text.encode("utf-8", "replace"))

    def file(self, path: Path) -> SourceFile:
        """The syntax of a file. Raises: Unreadable."""
        return super().file(path) if path.resolve() in self._given else self.other.file(path)

    def beginning(self, path: Path) -> bytes:
        """What a file begins with."""
        return self._given[path] if path in self._given else self.other.beginning(path)

    def listing(self, folder: Path) -> list[Path]:
        """The files of a folder."""
        return sorted({*self.other.listing(folder), *(path for path in self.other.given() if path.parent == folder)})


def _spelt(names: FileNames, uses: list[Use], new: str) -> list[str] | None:
    """How the new name is written at these places of one line: bare where that reads back, else in quotes; None if neither."""
    use = uses[0]
    statement = use.statement
    content = names.file.lines[use.span.line - 1][statement.column - 1 : statement.end_column - 1]
    kind = next(row.kind for row in names.rows if row.statement is use.statement)
    wanted = _shape(
        mentions(names.file, use.statement, kind), {one.span.column for one in uses}, use.statement.value_column, new
    )
    choices: list[list[str]] = [[new] * len(uses), [f'"{new}"'] * len(uses)]
    if len(uses) > 1:
        choices[1:1] = [[f'"{new}"' if at == quoted else new for at in range(len(uses))] for quoted in range(len(uses))]
    for texts in choices:
        changed = content
        for one, text in sorted(zip(uses, texts, strict=True), key=lambda pair: -pair[0].span.column):
            start, end = one.span.column - statement.column, one.span.end_column - statement.column
            changed = changed[:start] + text + changed[end:]
        if _read(names.file, use, kind, changed) == wanted:
            return texts
    return None


Shape = tuple[tuple[str, str, bool], ...]


def _shape(found: Iterable[Mention], columns: Iterable[int], value_column: int, new: str) -> Shape:
    """The names of a line as they are to be after the change, and what each is for."""
    at = set(columns)
    return tuple(
        (fold(new) if mention.name.start + value_column in at else mention.name.key, mention.role, mention.is_given)
        for mention in found
    )


def _read(file: SourceFile, use: Use, kind: str, content: str) -> Shape | None:
    """The names of a changed line; None where it does not begin with its keyword, or cannot be read."""
    statement, own = use.statement, language(file.language)
    value = content[statement.value_column - statement.column :]
    found = phrases_of(own)[kind].find(content) if kind else phrases_of(own)[""].find(content)
    if found is None or found[0] != statement.keyword or _COMMENT.search(_QUOTED.sub("", value)):
        return None
    read = mentions_in(statement.keyword, kind == "network", value.strip(), file.language)
    return tuple((mention.name.key, mention.role, mention.is_given) for mention in read) if read is not None else None


_COMMENT: Final = re.compile(r"(?:^|\s)#")
_QUOTED: Final = re.compile(r'"[^"]*"')
