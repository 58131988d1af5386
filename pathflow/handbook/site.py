"""A static site of handbooks: one folder for each language, works from a file, needs no server and no script to be read.

Law: the same material and edition give the same bytes (tests/handbook/test_site.py).
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pathflow.base.errors import PathflowError
from pathflow.dsl.languages import Code
from pathflow.handbook.blocks import (
    Cell,
    Entry,
    Facts,
    Link,
    Listing,
    Page,
    Section,
    Table,
    Text,
    all_sections,
    words_of,
)
from pathflow.handbook.book import Book
from pathflow.handbook.material import Edition, Material
from pathflow.handbook.places import Places
from pathflow.handbook.voice import Voice

if TYPE_CHECKING:
    from jinja2 import Environment

OWN_NAMES: Final[Mapping[Code, str]] = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
"""What each language is called by those who speak it."""

_ASSETS: Final = ("handbook.css", "handbook.js")


def needs_jinja() -> PathflowError:
    """What to install."""
    return PathflowError('the handbook needs the package jinja2: pip install "pathflow-lang[handbook]"')


def files_of(
    books: Sequence[Book], material: Material, edition: Edition, places: Places, *, has_pdf: bool = False
) -> Iterator[tuple[str, bytes]]:
    """Every file of the site: its place under the site's folder, and its bytes. Raises: PathflowError without jinja2."""
    environment = _environment()
    for name in _ASSETS:
        yield f"assets/{name}", resources.files("pathflow.handbook").joinpath("assets", name).read_bytes()
    yield "assets/typeface.css", typeface().encode()
    for book in books:
        voice = Voice(book.code, material, places)
        codes = [other.code for other in books]
        numbers = {page.slug: at for at, page in enumerate(book.chapters, start=1)}
        search = _search_page(voice, book)
        template = environment.get_template("page.html.j2")
        for page in (*book.pages(), search):
            html = template.render(
                book=book,
                page=page,
                text=voice.text,
                number=numbers.get(page.slug),
                day=voice.day(edition.day),
                revision=edition.revision,
                has_pdf=has_pdf,
                issues=issue_link(edition.issues, page.title),
                languages=[(code, OWN_NAMES[code], f"../{code}/{page.slug}.html") for code in codes],
            )
            yield f"{book.code}/{page.slug}.html", _tidy(html).encode()
        yield f"{book.code}/index.js", _index(voice, book).encode()
    doors = [
        {
            "code": book.code,
            "language": OWN_NAMES[book.code],
            "title": book.title,
            "handbook": Voice(book.code, material, places).text("Management handbook"),
        }
        for book in books
    ]
    yield "index.html", _tidy(environment.get_template("door.html.j2").render(doors=doors)).encode()


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise needs_jinja() from None
    from pathflow.handbook import html
    from pathflow.handbook.pictures import on_page

    environment = Environment(
        loader=PackageLoader("pathflow.handbook"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "rich": html.rich,
        "clean": html.clean,
        "kind_of": _kind_of,
        "sorted": _sorted,
        "drawn": on_page,
    }
    return environment


def _kind_of(block: object) -> str:
    return type(block).__name__


def _sorted(cell: Cell) -> str:
    from markupsafe import Markup

    return Markup(' data-sort="{}"').format(cell.sort) if cell.sort else ""


def _tidy(html: str) -> str:
    """Without lines of which only spaces are left."""
    return "\n".join(line for line in (line.rstrip() for line in html.split("\n")) if line) + "\n"


def issue_link(issues: str, title: str) -> str:
    """Where a comment on a page is written; `{page}` in the address is the page's title."""
    return issues.replace("{page}", quote(title, safe=""))


def _search_page(voice: Voice, book: Book) -> Page:
    """The page that the search leads to; without a script it is the index of all names."""
    entries: dict[str, list[Entry]] = {}
    for page in sorted(book.pages(), key=lambda page: page.title.casefold()):
        kicker = page.kicker or voice.text("Chapter")
        link = (Link(page.title, page.slug, "", page.title_lang), Text(f"  {kicker}", mark="quiet"))
        entries.setdefault(page.title[:1].upper(), []).append(Entry((link,)))
    sections = [Section(f"letter-{at}", letter, (Listing(tuple(found)),)) for at, (letter, found) in enumerate(entries.items())]
    lead = (Text(voice.text("All pages from A to Z; and where scripts run, every heading, step, provider and service.")),)
    title, kicker = voice.text("Search and index"), voice.text("Search")
    return Page("search", title, "chapter", tuple(sections), kicker, lead)


def typeface() -> str:
    """Source Sans for pages that are files: a browser may refuse a page of the disk a typeface that is one too.

    Without the package for it the pages are shown in a typeface of the reader's own.
    """
    try:
        import font_source_sans_pro
    except ImportError:
        return "/* pages are shown in a typeface of the reader's own */\n"
    folder = Path(str(font_source_sans_pro.__file__)).parent / "files"
    faces = [(400, "Regular"), (600, "Semibold")]
    rule = "@font-face{{font-family:'Source Sans Pro';font-weight:{};font-display:swap;src:url(data:font/otf;base64,{})}}\n"
    read = [(weight, b64encode((folder / f"SourceSansPro-{name}.otf").read_bytes()).decode()) for weight, name in faces]
    head = "/* Source Sans Pro, © Adobe, under the SIL Open Font License 1.1, unmodified: scripts.sil.org/OFL */\n"
    return head + "".join(rule.format(weight, data) for weight, data in read)


# ── the index of the search ─────────────────────────────────────────────────────────────────────────────────────────────

_WORDS_MAX: Final = 600
"""How much is looked through of one section. Units: characters."""


def _index(voice: Voice, book: Book) -> str:
    """Every page and section with the names in it, as a script: a page that is a file may fetch nothing."""
    rows = [row for page in book.pages() for row in _rows(voice, page)]
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    safe = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.pathflowIndex={safe};\n"


def _rows(voice: Voice, page: Page) -> Iterator[list[str]]:
    from pathflow.handbook.html import clean

    title = clean(page.title)
    yield [title, clean(page.kicker) or voice.text("Chapter"), f"{page.slug}.html", clean(words_of(page.lead))[:200]]
    for section in all_sections(page):
        where = f"{title} – {clean(page.kicker)}" if page.kicker else title
        names = clean(" ".join(dict.fromkeys(_names(section))))[:_WORDS_MAX]
        yield [clean(section.title), where, f"{page.slug}.html#{section.anchor}", names]


def _names(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Table):
            yield from (words_of(line) for row in block.rows for line in row[0].lines)
        elif isinstance(block, Facts):
            yield from (words_of(line) for _, lines in block.rows for line in lines)
        elif isinstance(block, Listing):
            yield from _listed(block)


def _listed(block: Listing) -> Iterator[str]:
    for entry in block.entries:
        yield from (words_of(line) for line in entry.lines[:1])
        for part in entry.parts:
            if isinstance(part, Listing):
                yield from _listed(part)
