"""Which name means what: every name of a file, found where it is given, over the files that it uses.

Files are looked up as the compiler does; what it finds, this finds (tests/laws/test_mentions.py). Lines that cannot be read are
passed over, and nothing is said of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from msgspec import Struct

from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.compiler.library import Library, Unreadable
from pathflow.dsl import syntax
from pathflow.dsl.mentions import Mention, Role, mentions, walk_kinds
from pathflow.dsl.syntax import SourceFile, Statement

CHAIN_MAX: Final = 30
"""How many networks may use each other in a chain."""

SORTS_OF: Final[dict[Role, tuple[str, ...]]] = {
    "party": ("provider", "choice"),
    "event": ("event", "step"),
    "clock": ("step", "event", "choice"),
    "happening": ("step", "end", "choice", "event"),
    "owed": ("step", "choice"),
    "promised": ("step", "choice", "end"),
    "asked": ("item", "step", "service", "event"),
    "subject": ("choice", "step", "event", "item"),
    "holds": ("item", "event", "step"),
    "reason": ("item",),
    "included": ("service", "path"),
    "basis": ("item",),
}
"""The sorts of thing that a name of a role may mean, in the order in which they are tried; others mean their own sort."""

ALONE: Final = frozenset(
    {"branch", "test", "plan", "clients", "agreement", "package", "target", "calendar", "load", "log", "decide"}
)
"""Sorts whose names nothing else uses: each thing of them is itself, even beside another of its name."""


def sorts_of(role: Role) -> tuple[str, ...]:
    """The sorts of thing that a name of a role may mean."""
    return SORTS_OF.get(role, (role,))


class Symbol(Struct, frozen=True):
    """A thing with a name. `home`: the file that gives it; `of`: the block of a network, or what else it is part of."""

    sort: str
    key: str
    home: str
    of: str = ""


class Use(Struct, frozen=True):
    """A name where it stands, and what it means; None where nothing is known of that name. The span has its quotes."""

    span: Span
    mention: Mention
    statement: Statement
    symbol: Symbol | None


class Row(Struct, frozen=True):
    """A statement with its names. `network`: the line of the network block in which it stands, or 0."""

    statement: Statement
    kind: str
    network: int
    mentions: tuple[Mention, ...]


Known = dict[tuple[str, str], Symbol]


def rows_of(file: SourceFile) -> tuple[Row, ...]:
    """The statements of a file with their names."""
    found: list[Row] = []
    network = 0
    for statement, kind in walk_kinds(file):
        if kind == "file":
            network = statement.line if statement.keyword == "network" else 0
        found.append(Row(statement, kind, network, mentions(file, statement, kind)))
    return tuple(found)


class FileNames:
    """The names of one file over those that it uses."""

    def __init__(self, index: Index, path: Path, file: SourceFile) -> None:
        self.index = index
        self.path = path
        self.file = file
        self.home = str(path)
        self.used_files: set[Path] = set()  # what its names depend on besides
        self.texts: dict[Symbol, str] = {}  # each thing's name as it is given here
        self._of: dict[Symbol, list[Use]] = {}

    def is_current(self, seen: frozenset[Path] = frozenset()) -> bool:
        """Whether the file, and every file that its names depend on, is as it was."""
        try:
            if self.index.library.file(self.path) is not self.file:
                return False
        except Unreadable:
            return False
        others = [self.index.kept(path) for path in self.used_files if path not in seen and path != self.path]
        return all(other is not None and other.is_current(seen | {self.path}) for other in others)

    def of(self, symbol: Symbol) -> list[Use]:
        """Every place of a thing in the file, in reading order."""
        found = self._of.get(symbol)
        if found is None:
            alike = [self._use(row, mention) for row, mention in self._by_key.get(symbol.key, ())]
            found = self._of[symbol] = [use for use in alike if use.symbol == symbol]
        return found

    def on(self, line: int) -> list[Use]:
        """The names on a line. Units: counts from 1."""
        rows = self.rows
        first = bisect_left(rows, line, key=lambda row: row.statement.line)
        last = bisect_right(rows, line, lo=first, key=lambda row: row.statement.line)
        return [self._use(row, mention) for row in rows[first:last] for mention in row.mentions]

    @cached_property
    def _by_key(self) -> dict[str, list[tuple[Row, Mention]]]:
        """The names by how they are folded, as the things that they mean are called."""
        found: dict[str, list[tuple[Row, Mention]]] = {}
        for row in self.rows:
            for mention in row.mentions:
                found.setdefault(mention.name.key, []).append((row, mention))
        return found

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The statements in reading order."""
        return self.index.rows(self.file)

    @cached_property
    def networks(self) -> dict[str, Row]:
        """The network blocks, by folded name."""
        return {
            mention.name.key: row
            for row in self.rows
            if row.statement.keyword == "network" and row.kind == "file"
            for mention in row.mentions
        }

    # ── what is known where ─────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def known(self) -> Known:
        """What the path of the file may name."""
        found: Known = {}
        heads = [row for row in self.rows if row.kind == "path" and row.statement.keyword == "uses"]
        used = [other for row in heads if (other := self.used(row)) is not None]
        for names, network in [*used, *((self, row) for row in self.networks.values())]:
            for key, symbol in names.known_in(network.statement.line).items():
                found.setdefault(key, symbol)
        self._give(found, 0)
        return found

    def known_in(self, network: int, depth: int = 0) -> Known:
        """What a network block may name, those that it builds on included."""
        kept = self._known_in.get(network)
        if kept is not None:
            return kept
        found: Known = {}
        self._known_in[network] = found  # networks that use each other in a circle end here
        for row in self.rows:
            if row.network == network and row.kind == "network" and row.statement.keyword == "uses" and depth < CHAIN_MAX:
                other = self.used(row)
                if other is not None:
                    for key, symbol in other[0].known_in(other[1].statement.line, depth + 1).items():
                        found.setdefault(key, symbol)
        self._give(found, network)
        for row in self.rows:
            if row.network == network and row.kind == "network" and row.statement.keyword == "organiser":
                for mention in row.mentions:
                    key = ("provider", mention.name.key)
                    found.setdefault(key, self._symbol("provider", mention.name.key, network, mention.name.text))
        return found

    def all_known(self) -> list[Known]:
        """What the path may name, and what each network block may."""
        return [self.known, *(self.known_in(row.statement.line) for row in self.networks.values())]

    @cached_property
    def _known_in(self) -> dict[int, Known]:
        return {}

    def _give(self, found: Known, network: int) -> None:
        for row in self.rows:
            if row.network != network:
                continue
            for mention in row.mentions:
                if mention.is_given and mention.role not in ("path", "network", "option") and mention.role not in ALONE:
                    sort, key = mention.role, mention.name.key
                    if sort in ("step", "choice") and ("choice" if sort == "step" else "step", key) in found:
                        continue
                    found.setdefault((sort, key), self._symbol(sort, key, network, mention.name.text))

    def _symbol(self, sort: str, key: str, network: int, text: str) -> Symbol:
        block = next((name for name, row in self.networks.items() if row.statement.line == network), "") if network else ""
        symbol = Symbol(sort, key, self.home, block)
        self.texts.setdefault(symbol, text)
        return symbol

    def used(self, row: Row) -> tuple[FileNames, Row] | None:
        """The network block that a `uses` line means."""
        value = row.statement.value
        if not isinstance(value, syntax.Use):
            return None
        own = self.networks.get(value.name.key)
        if own is not None and own.statement.line != row.network and value.file is None:
            return self, own
        folder = self.path.parent
        file = (
            folder / value.file.text if value.file is not None else self.index.library.named("network", value.name.text, folder)
        )
        if file is None or not self.index.library.is_inside(file):
            return None
        other = self.index.names(file)
        if other is not None:
            self.used_files.add(other.path)
        block = other.networks.get(value.name.key) if other is not None else None
        return (other, block) if other is not None and block is not None else None

    # ── what each name means ────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every name of the file in reading order."""
        file, found = self.file.name, list[Use]()
        for row in self.rows:
            known = self.known_in(row.network) if row.network else self.known
            for mention in row.mentions:
                span = row.statement.span_of(file, mention.name.start, mention.name.end)
                found.append(Use(span, mention, row.statement, self._meant(row, mention, known)))
        return tuple(found)

    def _use(self, row: Row, mention: Mention) -> Use:
        span = row.statement.span_of(self.file.name, mention.name.start, mention.name.end)
        known = self.known_in(row.network) if row.network else self.known
        return Use(span, mention, row.statement, self._meant(row, mention, known))

    def _meant(self, row: Row, mention: Mention, known: Mapping[tuple[str, str], Symbol]) -> Symbol | None:
        key, role = mention.name.key, mention.role
        if role == "network":
            return self._network(row, mention)
        if role == "path" and mention.is_given:
            return Symbol("path", key, self.home)
        if role in ALONE:
            return Symbol(role, key, self.home, str(row.statement.line))
        if role in ("option", "outcome"):
            return self._option(mention, known)
        if role == "basis":
            item = known.get(("item", key))
            return item if item is not None and self.index.kind_of(item) == "yes or no" else None
        for sort in sorts_of(role):
            found = self._path(key) if sort == "path" else known.get((sort, key))
            if found is not None:
                return found
        return None

    def _network(self, row: Row, mention: Mention) -> Symbol | None:
        if mention.is_given:
            return Symbol("network", mention.name.key, self.home)
        used = self.used(row)
        return Symbol("network", mention.name.key, used[0].home) if used is not None else None

    def _path(self, key: str) -> Symbol | None:
        found = self.index.library.named("path", key, self.path.parent)
        return Symbol("path", key, str(found.resolve())) if found is not None else None

    def _option(self, mention: Mention, known: Mapping[tuple[str, str], Symbol]) -> Symbol | None:
        """An option of an item; of a choice, a provider."""
        subject = mention.of.key if mention.of is not None else ""
        if mention.role == "outcome" and ("choice", subject) in known:
            return known.get(("provider", mention.name.key))
        is_else = mention.role == "outcome" and any((sort, subject) in known for sort in ("step", "event"))
        item = known.get(("item", subject))
        if item is None or is_else or mention.name.key not in self.index.options_of(item):
            return None
        return Symbol("option", mention.name.key, item.home, f"{item.of}\n{item.key}")


class Index:
    """The names of the files of a library, each file's worked out when it is first asked for.

    What stands in a file is kept as long as its text stays; `begin_again` forgets what depends on other files.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._rows: dict[int, tuple[SourceFile, tuple[Row, ...]]] = {}
        self._names: dict[Path, FileNames | None] = {}
        self._kept: dict[Path, FileNames] = {}
        self._items: dict[str, dict[tuple[str, str], syntax.ItemType]] = {}
        self._lists: dict[str, tuple[tuple[Row, ...], dict[tuple[str, str, str], frozenset[str]]]] = {}

    def begin_again(self, library: Library) -> None:
        """Some text has changed: what does not depend on it is kept, where files are found as before."""
        is_found_anew = library is not self.library
        self.library = library
        self._kept = {} if is_found_anew else {**self._kept, **{path: n for path, n in self._names.items() if n is not None}}
        self._names.clear()
        self._items.clear()
        if len(self._rows) > 500:
            self._rows.clear()

    def kept(self, path: Path) -> FileNames | None:
        """The names of a file before the last change of a text."""
        return self._kept.get(path)

    def text(self, symbol: Symbol) -> str:
        """A thing's name as it is given; in small letters where it is not given at all."""
        names = self.names(Path(symbol.home))
        return names.texts.get(symbol, symbol.key) if names is not None else symbol.key

    def rows(self, file: SourceFile) -> tuple[Row, ...]:
        """The statements of a file with their names."""
        kept = self._rows.get(id(file))
        if kept is None or kept[0] is not file:
            kept = self._rows[id(file)] = (file, rows_of(file))
        return kept[1]

    def names(self, path: Path) -> FileNames | None:
        """The names of a file; None for one that cannot be read."""
        key = self.library.place(path)
        if key not in self._names:
            try:
                kept = self._kept.get(key)
                is_current = kept is not None and kept.is_current()
                self._names[key] = kept if is_current else FileNames(self, key, self.library.file(path))
            except Unreadable:
                self._names[key] = None
        return self._names[key]

    def _item(self, symbol: Symbol) -> syntax.ItemType | None:
        if symbol.home not in self._items:
            names = self.names(Path(symbol.home))
            found: dict[tuple[str, str], syntax.ItemType] = {}
            for row in names.rows if names is not None else ():
                if isinstance(row.statement.value, syntax.ItemType) and names is not None:
                    block = next((key for key, net in names.networks.items() if net.statement.line == row.network), "")
                    found.setdefault((block, row.statement.value.name.key), row.statement.value)
            self._items[symbol.home] = found
        return self._items[symbol.home].get((symbol.of, symbol.key))

    def item_of(self, symbol: Symbol) -> syntax.ItemType | None:
        """The type of an item, as its line gives it."""
        return self._item(symbol)

    def kind_of(self, symbol: Symbol) -> str:
        """The kind of an item; "" where its line cannot be read."""
        item = self._item(symbol)
        return item.kind if item is not None else ""

    def options_of(self, symbol: Symbol) -> frozenset[str]:
        """The options of an item, folded."""
        item = self._item(symbol)
        return frozenset(option.key for option in item.options) if item is not None else frozenset()

    def lists_of(self, home: str) -> Mapping[tuple[str, str, str], frozenset[str]]:
        """The folded names on the lines of a file's providers, by network block, provider and keyword."""
        names = self.names(Path(home))
        if names is None:
            return {}
        kept = self._lists.get(home)
        if kept is None or kept[0] is not names.rows:
            kept = self._lists[home] = (names.rows, _lists(names))
        return kept[1]


def _lists(names: FileNames) -> dict[tuple[str, str, str], frozenset[str]]:
    blocks = {row.statement.line: key for key, row in names.networks.items()}
    found: dict[tuple[str, str, str], frozenset[str]] = {}
    provider = ""
    for row in names.rows:
        value = row.statement.value
        if row.statement.keyword == "provider" and isinstance(value, syntax.Text):
            provider = fold(value.text)
        elif row.kind == "provider" and isinstance(value, syntax.Names):
            key = (blocks.get(row.network, ""), provider, row.statement.keyword)
            found[key] = found.get(key, frozenset()) | {name.key for name in value.names}
    return found


def at(names: FileNames, line: int, column: int) -> Use | None:
    """The name at a place, or that ends there. Units: both count from 1."""
    touching = [use for use in names.on(line) if use.span.column <= column <= use.span.end_column]
    return min(touching, key=lambda use: use.span.end_column - use.span.column, default=None)
