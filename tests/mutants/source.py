"""A file as defects are planted into it: its lines, its syntax tree, and what it takes to change one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pathflow.dsl import syntax
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import Statement
from pathflow.model.network import Network

UNPROVED = ("test", "load", "log")
"""Blocks that are taken out first: a name that only a scenario says would be found missing by its name, and not by a proof."""

WAYS = ("if", "otherwise", "branch")


@dataclass(frozen=True)
class Mutant:
    """One defect. `first` to `last`: the lines of the new text around it; `about`: what its kind wants to remember of it."""

    file: str
    what: str
    text: str
    first: int
    last: int
    kind: str = ""
    about: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.kind} | {self.file} | {self.what}"


Edit = tuple[int, int, list[str]]
"""Lines from the first to the last, counted from 1, become these; a last before the first only adds."""


class Source:
    """A file without its scenarios, and the network that it uses (or is)."""

    def __init__(self, name: str, text: str, network: Network) -> None:
        whole = parse_text(name, text)
        dropped = [(s.line, last_of(s)) for s in whole.root.body if s.keyword in UNPROVED]
        lines = [line for n, line in enumerate(whole.lines, 1) if not any(a <= n <= b for a, b in dropped)]
        self.name = name
        self.text = "\n".join(lines).rstrip("\n") + "\n"
        file = parse_text(name, self.text)
        self.lines, self.root, self.network = self.text.split("\n")[:-1], file.root, network

    @cached_property
    def parents(self) -> dict[int, Statement]:
        return {id(part): s for s in (self.root, *syntax.walk(self.root)) for part in s.body}

    def parent(self, statement: Statement) -> Statement:
        return self.parents[id(statement)]

    def above(self, statement: Statement, keyword: str) -> Statement | None:
        """The block of that kind around a statement."""
        found: Statement | None = statement
        while found is not None and found.keyword != keyword:
            found = self.parents.get(id(found))
        return found

    def all(self, *keywords: str) -> Iterator[Statement]:
        """The statements with those keywords, in reading order."""
        return (s for s in syntax.walk(self.root) if s.keyword in keywords)

    def line(self, statement: Statement) -> str:
        return self.lines[statement.line - 1]

    def said(self, statement: Statement) -> str:
        """The line without its indentation and comment."""
        return re.sub(r"\s+#.*$", "", self.line(statement)).strip()

    def block(self, statement: Statement) -> list[str]:
        return self.lines[statement.line - 1 : last_of(statement)]

    def indent(self, statement: Statement) -> str:
        return " " * (statement.column - 1)

    def called(self, statement: Statement) -> str:
        """A block by its keyword and name."""
        return self.said(statement) or statement.keyword

    def line_with(self, statement: Statement, mark: syntax.Name | syntax.Actor | syntax.Text, new: str) -> str:
        """The statement's line with another word where the mark is."""
        line, at = self.line(statement), statement.value_column - 1
        return line[: at + mark.start] + new + line[at + mark.end :]

    # changes

    def edited(self, what: str, around: Statement, *edits: Edit, about: dict[str, str] | None = None) -> Mutant:
        """The text with the lines changed. `around`: the block that the change is in."""
        lines = list(self.lines)
        first, last = around.line, last_of(around)
        for start, end, new in sorted(edits, reverse=True):
            lines[start - 1 : end] = new
            more = len(new) - (end - start + 1)
            last += more if start <= last else 0
            first += more if end < first else 0
        return Mutant(self.name, what, "\n".join(lines) + "\n", max(1, first), max(first, last), about=about or {})

    def put(self, statement: Statement, line: str, what: str | None = None, **about: str) -> Mutant:
        """Another first line for a statement."""
        around = self.parent(statement) if not statement.body else statement
        says = what or f"{self.said(statement)} → {line.strip()}, in {self.called(around)}"
        return self.edited(says, around, (statement.line, statement.line, [line]), about=about)

    def cut(self, statement: Statement, what: str | None = None, **about: str) -> Mutant:
        """The text without a statement and what belongs to it."""
        return self.cut_all([statement], what, **about)

    def cut_all(self, statements: list[Statement], what: str | None = None, **about: str) -> Mutant:
        """The text without these statements, all of one block."""
        parent = self.parent(statements[0])
        gone = {id(s) for s in statements}
        stays = [
            s for s in parent.body if id(s) not in gone and s.keyword not in ("in Finnish", "in Swedish", "source", "note")
        ]
        edits: list[Edit] = [(s.line, last_of(s), []) for s in statements]
        if not stays and parent.keyword in WAYS:
            edits[0] = (*edits[0][:2], [self.indent(statements[0]) + "continue"])
        says = what or f"no {', '.join(self.said(s) for s in statements)}, in {self.called(parent)}"
        around = self._near(parent, statements) if len(statements[0].body) or parent.keyword in ("file", "steps") else parent
        return self.edited(says, around, *edits, about=about)

    def _near(self, parent: Statement, statements: list[Statement]) -> Statement:
        """From the statement before to the one after, as one."""
        at = [n for n, s in enumerate(parent.body) if any(s is one for one in statements)]
        before, after = max(0, at[0] - 1), min(len(parent.body) - 1, at[-1] + 1)
        return Statement("", parent.body[before].line, 1, 1, body=parent.body[before : after + 1])

    def add_after(self, statement: Statement, lines: list[str], what: str, **about: str) -> Mutant:
        last = last_of(statement)
        return self.edited(what, statement, (last + 1, last, lines), about=about)

    def add_before(self, statement: Statement, lines: list[str], what: str, **about: str) -> Mutant:
        return self.edited(what, statement, (statement.line, statement.line - 1, lines), about=about)

    def without_names(self, statement: Statement, **about: str) -> Iterator[tuple[str, Mutant]]:
        """The statement's list without one of its names, each in turn, with that name."""
        if not isinstance(statement.value, syntax.Names):
            return
        names = [name.text for name in statement.value.names]
        block = self.called(self.parent(statement))
        for name in names:
            rest = [n for n in names if n != name]
            what = f"{statement.keyword} no {name}, in {block}"
            if rest:
                line = f"{self.indent(statement)}{statement.keyword} {', '.join(rest)}"
                yield name, self.put(statement, line, what, item=name, **about)
            else:
                yield name, self.cut(statement, what, item=name, **about)


def last_of(statement: Statement) -> int:
    """The last line of a statement and what belongs to it."""
    return max([statement.line, *(part.line for part in syntax.walk(statement))])


def names_of(statements: Iterable[Statement]) -> list[str]:
    """The names in the lists of these statements."""
    return [n.text for s in statements if isinstance(s.value, syntax.Names) for n in s.value.names]
