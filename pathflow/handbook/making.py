"""Pages put together: cells, facts and tables from names, sentences and lines of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pathflow.handbook.blocks import Block, Cell, Entry, Facts, Inline, Listing, Prose, Rich, Section, Table, Text
from pathflow.handbook.voice import Voice

Some = Rich | Inline | str
"""A line, a part of one, or plain words."""

Row = Sequence[Cell | Some]
"""The cells of a row of a table."""


def line(some: Some) -> Rich:
    """A line."""
    if isinstance(some, str):
        return (Text(some),) if some else ()
    return some if isinstance(some, tuple) else (some,)


def lines(*some: Some) -> tuple[Rich, ...]:
    """Several lines, without the empty ones."""
    return tuple(made for one in some if (made := line(one)))


def cell(*some: Some, sort: str = "") -> Cell:
    """A table's cell of several lines."""
    return Cell(lines(*some), sort)


def table(voice: Voice, caption: str, columns: Sequence[str], rows: Iterable[Row], look: str = "") -> Table:
    """A table. `columns` are titles that the catalogue knows; a column in which nothing stands is left out."""
    made = [tuple(one if isinstance(one, Cell) else cell(one) for one in row) for row in rows]
    kept = [at for at in range(len(columns)) if at == 0 or any(row[at].lines for row in made)]
    titles = tuple(voice.text(columns[at]) for at in kept)
    return Table(caption, titles, tuple(tuple(row[at] for at in kept) for row in made), look)


def facts(voice: Voice, *rows: tuple[str, Sequence[Some]]) -> Facts:
    """Terms that the catalogue knows, with what is so; terms of which nothing is known are left out."""
    found = ((voice.text(term), lines(*some)) for term, some in rows)
    return Facts(tuple((term, made) for term, made in found if made))


def prose(some: Some, role: str = "") -> Prose:
    """A paragraph."""
    return Prose(line(some), role)


def listing(entries: Iterable[Some | Sequence[Some]], look: str = "plain") -> Listing:
    """A list, each entry of one line or several."""
    made = (one if isinstance(one, list) else [one] for one in entries)
    return Listing(tuple(Entry(lines(*one)) for one in made), look)


def section(anchor: str, title: str, *blocks: Block | None, sections: Iterable[Section] = ()) -> Section:
    """A part of a page."""
    return Section(anchor, title, tuple(block for block in blocks if block is not None), tuple(sections))


def table_or(rows: Sequence[object], made: Block, otherwise: str) -> Block:
    """The table, or that there is nothing to tell."""
    return made if rows else prose(otherwise, "empty")
