"""The generated pages are what the code says today; `make golden` writes them anew."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec

import pytest

import pathflow
from tests.conftest import ROOT
from tests.docs.reference import PAGES

FOLDER = ROOT / "docs/reference"
WRITTEN_BY_HAND = {"language.md"}


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_true(name: str) -> None:
    text = PAGES[name]()
    if os.environ.get("PATHFLOW_GOLDEN") == "write":
        (FOLDER / name).write_text(text, "utf-8")
    assert (FOLDER / name).read_text("utf-8") == text


@pytest.mark.parametrize("name", ["memory", "first_draft"])
def test_a_picture_is_true(name: str) -> None:
    svg = pathflow.draw(ROOT / f"examples/memory/{name}.path").svg
    file = ROOT / f"docs/pictures/{name}.svg"
    if os.environ.get("PATHFLOW_GOLDEN") == "write" and drawn(file.read_text("utf-8")) != drawn(svg):
        file.write_text(svg, "utf-8")
    assert drawn(file.read_text("utf-8")) == drawn(svg)


def drawn(svg: str) -> str:
    """A picture without the bytes of its typeface, which are others with another version of what packs them."""
    return re.sub(r"url\(data:[^)]*\)", "", svg)


def test_every_page_is_made_or_written() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(PAGES) | WRITTEN_BY_HAND


def test_the_language_page_names_every_keyword() -> None:
    from pathflow.dsl.vocabulary import KEYWORDS

    text = (FOLDER / "language.md").read_text("utf-8")
    assert [word for word in KEYWORDS if word not in text and not word.endswith(" in")] == []


_ELSEWHERE = {"language", "runTest", "server", "vsix", "sarif", "xml"}
"""Settings and commands of the editor, and ends of files' names."""


def test_what_the_texts_call_a_part_of_pathflow_is_one() -> None:
    texts = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for file in texts for name in re.findall(r"\bpathflow\.([A-Za-z]\w*)", file.read_text("utf-8"))}
    unknown = {name for name in named - set(pathflow.__all__) if find_spec(f"pathflow.{name}") is None}
    assert unknown == _ELSEWHERE
