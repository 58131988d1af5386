"""The whole handbook of one language as a PDF: cover, contents, numbered pages, tags for readers (PDF/UA-1).

The pages go to Typst as data, so that no word of theirs is ever read as markup. Why Typst: docs/decisions/0041.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from pathflow.base.errors import PathflowError
from pathflow.handbook.blocks import (
    Badge,
    Block,
    Callout,
    Entry,
    Facts,
    Inline,
    Link,
    Listing,
    Outside,
    Page,
    Picture,
    Prose,
    Rich,
    Section,
    Table,
    Text,
)
from pathflow.handbook.book import Book
from pathflow.handbook.html import SIGNS, clean
from pathflow.handbook.material import Edition, Material
from pathflow.handbook.places import Places
from pathflow.handbook.voice import Voice

STANDARD: Final = "ua-1"
"""Of the PDF: for everybody, with tags, a language and a title. Source: ISO 14289-1."""

_ANCHOR: Final = "anchor:"

TOLD_IN_CHAPTERS: Final[Mapping[str, frozenset[str]]] = {
    "path": frozenset({"duties", "responsibility", "plan", "handoffs", "information"}),
    "provider": frozenset({"duties", "handoffs"}),
}
"""Sections of pages, by their kind, that stand on paper once: the chapters tell the same, path by path."""


def pdf_of(book: Book, material: Material, edition: Edition, places: Places) -> bytes:
    """The PDF. Raises: PathflowError without typst, or where it cannot be made."""
    try:
        import typst
    except ImportError:
        raise PathflowError('a PDF needs the package typst: pip install "pathflow-lang[handbook]"') from None
    voice = Voice(book.code, material, places)
    moment = datetime.combine(edition.day, time(), UTC)
    source = resources.files("pathflow.handbook").joinpath("assets", "handbook.typ").read_bytes()
    data = json.dumps(as_data(voice, book, edition), ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=_fonts())
    inputs = {"book": data}
    try:
        return typst.compile(
            source, font_paths=fonts, sys_inputs=inputs, pdf_standards=STANDARD, timestamp=moment, format="pdf"
        )
    except typst.TypstError as wrong:
        if _UNSEEN not in str(wrong):
            raise PathflowError("the PDF cannot be made: {why}", why=str(wrong)) from None
    # somebody wrote a sign that no typeface here has: what remains has tags all the same
    return typst.compile(source, font_paths=fonts, sys_inputs=inputs, timestamp=moment, format="pdf")


_UNSEEN: Final = "could not be displayed"
"""What Typst says where the standard forbids a sign that nobody could see."""


@cache
def _fonts() -> list[Path]:
    """Where Source Sans lies; without it the typeface that Typst brings is used."""
    try:
        import font_source_sans_pro
    except ImportError:
        return []
    return [Path(str(font_source_sans_pro.__file__)).parent / "files"]


def as_data(voice: Voice, book: Book, edition: Edition) -> dict[str, Any]:
    """The handbook as plain data, in the order of its pages."""
    parts = [
        (voice.text("The handbook"), book.chapters),
        (voice.text("Paths"), tuple(map(_once, book.paths))),
        (voice.text("Providers"), tuple(map(_once, book.providers))),
        (voice.text("For clients"), book.clients),
    ]
    printed = [page for _, pages in parts for page in pages]
    known = {page.slug for page in printed}
    anchors = {(page.slug, anchor) for page in printed for anchor in _anchors(page)}
    return {
        "code": book.code, "title": clean(book.title), "organisers": clean(book.organisers), "day": voice.day(edition.day),
        "kind": voice.text("Management handbook"), "contents": voice.text("Contents"), "revision": edition.revision,
        "parts": [
            {"title": title, "pages": [_page(page, known, anchors) for page in pages]} for title, pages in parts if pages
        ],
    }  # fmt: skip


def _once(page: Page) -> Page:
    told = TOLD_IN_CHAPTERS.get(page.kind, frozenset())
    return replace(page, sections=tuple(section for section in page.sections if section.anchor not in told))


Anchors = set[tuple[str, str]]


def _anchors(page: Page) -> Iterator[str]:
    for section in page.sections:
        yield section.anchor
        yield from (inner.anchor for inner in section.sections)
        for block in section.blocks:
            yield from _marked(block)
        for inner in section.sections:
            for block in inner.blocks:
                yield from _marked(block)


def _marked(block: Block) -> Iterator[str]:
    if isinstance(block, Listing):
        for entry in block.entries:
            yield from (
                part.mark.removeprefix(_ANCHOR)
                for line in entry.lines
                for part in line
                if isinstance(part, Text) and part.mark.startswith(_ANCHOR)
            )
            for part in entry.parts:
                yield from _marked(part)


def _page(page: Page, known: set[str], anchors: Anchors) -> dict[str, Any]:
    inside = _Inside(page.slug, known, anchors)
    return {
        "slug": page.slug, "title": clean(page.title), "kicker": clean(page.kicker), "lead": inside.rich(page.lead),
        "sections": [inside.section(section) for section in page.sections],
    }  # fmt: skip


class _Inside:
    """The data of one page; `known` and `anchors` say where links can lead in the PDF."""

    def __init__(self, slug: str, known: set[str], anchors: Anchors) -> None:
        self.slug = slug
        self.known = known
        self.anchors = anchors

    def section(self, one: Section) -> dict[str, Any]:
        return {
            "label": f"{self.slug}--{one.anchor}", "title": clean(one.title), "blocks": [self.block(b) for b in one.blocks],
            "sections": [self.section(inner) for inner in one.sections],
        }  # fmt: skip

    def rich(self, line: Rich) -> list[dict[str, str]]:
        return [self.inline(part) for part in line]

    def inline(self, part: Inline) -> dict[str, str]:
        match part:
            case Link():
                whole = f"{part.page}--{part.anchor}" if (part.page, part.anchor) in self.anchors else part.page
                return {"t": clean(part.text), "to": whole if part.page in self.known else "", "lang": part.lang}
            case Outside():
                return {"t": clean(part.text), "url": part.url}
            case Badge():
                return {"t": f"{SIGNS.get(part.kind, '■')} {clean(part.text)}", "badge": part.kind}
            case Text():
                found = {"t": clean(part.text), "lang": part.lang, "mark": part.mark}
                if part.mark.startswith(_ANCHOR):
                    found |= {"mark": "strong", "label": f"{self.slug}--{part.mark.removeprefix(_ANCHOR)}"}
                return found

    def lines(self, some: tuple[Rich, ...]) -> list[list[dict[str, str]]]:
        return [self.rich(line) for line in some]

    def entry(self, one: Entry) -> dict[str, Any]:
        return {"lines": self.lines(one.lines), "parts": [self.block(part) for part in one.parts], "look": one.look}

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Prose():
                return {"k": "prose", "rich": self.rich(block.rich), "role": block.role}
            case Facts():
                return {"k": "facts", "rows": [{"term": clean(term), "lines": self.lines(some)} for term, some in block.rows]}
            case Table():
                return {
                    "k": "table", "caption": clean(block.caption), "columns": [clean(title) for title in block.columns],
                    "rows": [[self.lines(cell.lines) for cell in row] for row in block.rows], "look": block.look,
                }  # fmt: skip
            case Listing():
                return {"k": "list", "entries": [self.entry(one) for one in block.entries], "look": block.look}
            case Callout():
                return {"k": "callout", "kind": block.kind, "title": clean(block.title), "lines": self.lines(block.lines)}
            case Picture():
                return {"k": "picture", "svg": block.svg, "alt": clean(block.alt), "caption": clean(block.caption)}
