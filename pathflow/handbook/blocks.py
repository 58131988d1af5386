"""What a page is made of: frozen data that knows nothing of HTML or PDF. A text here is never markup, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Kind = Literal["chapter", "path", "provider", "client", "cover"]


class Text(Struct, frozen=True):
    """Words. `lang`: their language, where it is not the page's. `mark`: what they are (`strong`, `code`, `quiet`)."""

    text: str
    lang: str = ""
    mark: str = ""


class Link(Struct, frozen=True):
    """Words that lead to a page of the handbook, and there to a section or to the top."""

    text: str
    page: str
    anchor: str = ""
    lang: str = ""


class Outside(Struct, frozen=True):
    """Words that lead out of the handbook."""

    text: str
    url: str


class Badge(Struct, frozen=True):
    """A word with a sign and a colour of its kind: a sector, a level. The word alone says it all."""

    kind: str
    text: str


Inline = Text | Link | Outside | Badge
Rich = tuple[Inline, ...]


class Prose(Struct, frozen=True):
    """A paragraph. `role`: `lead`, `quiet`, `empty` (that there is nothing to tell), or nothing."""

    rich: Rich
    role: str = ""


class Facts(Struct, frozen=True):
    """Terms, each with what is so: a description list."""

    rows: tuple[tuple[str, tuple[Rich, ...]], ...]


class Cell(Struct, frozen=True):
    """A table's cell, line by line. `sort`: by what it is sorted, where that is not its text."""

    lines: tuple[Rich, ...]
    sort: str = ""


class Table(Struct, frozen=True):
    """A table; the first cell of a row says what the row is about. `look`: `matrix` for letters in narrow columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    look: str = ""


class Entry(Struct, frozen=True):
    """An entry of a list: its lines, and what belongs under it. `look`: how it is marked (`step`, `choice`, `end`, …)."""

    lines: tuple[Rich, ...]
    parts: tuple[Block, ...] = ()
    look: str = ""


class Listing(Struct, frozen=True):
    """A list. `look`: `plain`, `numbered`, `way` (the way through a path), or `toc` (contents)."""

    entries: tuple[Entry, ...]
    look: str = "plain"


class Picture(Struct, frozen=True):
    """A drawing, with what it shows in words. `is_map`: it is first seen as a whole, and read in full size when asked for."""

    svg: str
    alt: str
    caption: str
    is_map: bool = False


class Callout(Struct, frozen=True):
    """Something to be noticed. `kind`: `note`, `good`, `warning`, `error`."""

    kind: str
    title: str
    lines: tuple[Rich, ...]


Block = Prose | Facts | Table | Listing | Picture | Callout


class Section(Struct, frozen=True):
    """A part of a page with a heading; `anchor` is unique on its page."""

    anchor: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


class Page(Struct, frozen=True):
    """One page. `slug` is the name of its file, without the ending. `kicker`: what stands small above the title."""

    slug: str
    title: str
    kind: Kind
    sections: tuple[Section, ...]
    kicker: str = ""
    lead: Rich = ()
    title_lang: str = ""
    short: str = ""

    @property
    def in_menu(self) -> str:
        """What it is called in lists of pages."""
        return self.short or self.title


def words_of(rich: Rich) -> str:
    """The words alone."""
    return "".join(part.text for part in rich)


def texts(block: Block) -> Iterator[Rich]:
    """Every line of a block, in reading order."""
    match block:
        case Prose():
            yield block.rich
        case Facts():
            for term, lines in block.rows:
                yield (Text(term),)
                yield from lines
        case Table():
            yield (Text(block.caption),)
            yield from (line for row in block.rows for cell in row for line in cell.lines)
        case Listing():
            for entry in block.entries:
                yield from entry.lines
                for part in entry.parts:
                    yield from texts(part)
        case Picture():
            yield (Text(block.caption),)
        case Callout():
            yield (Text(block.title),)
            yield from block.lines


def all_sections(page: Page) -> Iterator[Section]:
    """The sections of a page and those inside them, in reading order."""
    for section in page.sections:
        yield section
        yield from section.sections
