"""Pages of a small handbook as plain text, in three languages, so that a change of what it says is read before it is published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pathflow.dsl.languages import Code
from pathflow.handbook.blocks import Block, Facts, Listing, Page, Picture, Rich, Section, Table, texts, words_of
from pathflow.handbook.html import rich
from tests.handbook import town as made

FOLDER = Path(__file__).parent / "handbook"
PAGES: dict[str, tuple[Code, str]] = {
    "client.en.txt": ("en", "client-headache"),
    "client.fi.txt": ("fi", "client-headache"),
    "client.sv.txt": ("sv", "client-headache"),
    "duties.en.txt": ("en", "duties"),
    "responsibility.fi.txt": ("fi", "responsibility"),
    "provider.sv.txt": ("sv", "provider-health-centre"),
}


def text_of(page: Page) -> str:
    """The page, a line for each line."""
    head = [page.kicker, page.title, words_of(page.lead)]
    return (
        "\n".join([*(line for line in head if line), *(line for one in page.sections for line in _section(one, "## "))]) + "\n"
    )


def _section(one: Section, mark: str) -> Iterator[str]:
    yield from ("", mark + one.title)
    for block in one.blocks:
        yield from _block(block, "")
    for inner in one.sections:
        yield from _section(inner, "#" + mark)


def _block(block: Block, lead: str) -> Iterator[str]:
    match block:
        case Table():
            yield f"{lead}[{block.caption}]"
            yield lead + " | ".join(block.columns)
            yield from (lead + " | ".join(_joined(cell.lines) for cell in row) for row in block.rows)
        case Facts():
            yield from (f"{lead}{term}: {_joined(some)}" for term, some in block.rows)
        case Listing():
            for entry in block.entries:
                yield from (f"{lead}{'- ' if at == 0 else '  '}{words_of(line)}" for at, line in enumerate(entry.lines))
                for part in entry.parts:
                    yield from _block(part, lead + "    ")
        case Picture():
            yield f"{lead}({block.caption})"
        case _:
            yield from (lead + words_of(line) for line in texts(block))


def _joined(lines: tuple[Rich, ...]) -> str:
    return " / ".join(words_of(line) for line in lines)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_said(name: str, tmp_path: Path) -> None:
    code, slug = PAGES[name]
    book = made.book(made.material(made.town(tmp_path / "paths")), code)
    said = text_of(next(page for page in book.pages() if page.slug == slug)).replace("\N{NO-BREAK SPACE}", " ")
    golden = FOLDER / name
    if os.environ.get("PATHFLOW_GOLDEN") == "write":
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8"), "make golden shows what changed"


def test_no_golden_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(PAGES)


def test_a_line_is_escaped_where_it_becomes_a_page() -> None:
    from pathflow.handbook.blocks import Badge, Link, Outside, Text

    name = '<b>"x"</b>'
    line = (Text(name), Link(name, name, name), Outside(name, name), Badge(name, name), Text(name, name, "anchor:" + name))
    assert "<b>" not in rich(line)
    assert '"x"' not in rich(line)
