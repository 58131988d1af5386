"""The site: every page parses, every link leads somewhere, everything that somebody wrote is escaped, the bytes are the same."""

from __future__ import annotations

import json
import posixpath
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from pathflow.handbook.material import Edition, Material
from tests.handbook import town as made
from tests.handbook.pages import headings, ids, links, parsed, words

CODES = ("fi", "sv", "en")
SIZE_MAX = 600_000
"""Units: bytes of a page; the largest of the shipped library is half of that."""


@pytest.fixture(scope="module")
def shipped() -> dict[str, str]:
    return made.site(made.shipped(), *CODES)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return made.material(made.town(tmp_path_factory.mktemp("town") / "paths"))


def check_site(files: dict[str, str], under: str = "") -> None:
    """What holds of every site. `under`: only of the pages of one folder, where there are many."""
    pages = {name: parsed(text) for name, text in files.items() if name.endswith(".html") and name.startswith(under)}
    known = {name: set(ids(page)) for name, page in pages.items()}
    for name, page in pages.items():
        assert len(ids(page)) == len(known[name]), f"{name}: an id is there twice"
        levels = headings(page)
        assert (levels[0], levels.count(1)) == (1, 1), name
        assert all(after <= before + 1 for before, after in pairwise(levels)), f"{name}: a heading is skipped"
        for where in links(page):
            place, _, anchor = where.partition("#")
            if place.startswith(("https:", "mailto:")):
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), place.partition("?")[0])) if place else name
            assert target in files or target.endswith("handbook.pdf"), f"{name}: {where}"
            assert not anchor or anchor in known.get(target, ()), f"{name}: {where}"
        for table in page.iter("table"):
            assert table.find("caption") is not None, name
            assert all(head.get("scope") for head in table.iter("th")), name
        assert page.get("lang") in CODES, name
        assert "http://" not in files[name].replace("http://www.w3.org", ""), f"{name}: nothing is fetched"


def test_every_page_of_the_library_parses_and_every_link_leads_somewhere(shipped: dict[str, str]) -> None:
    check_site(shipped, "fi/")  # the other languages have the same pages, with other words
    assert len(shipped) > 300


def test_the_same_pages_are_in_every_language(shipped: dict[str, str]) -> None:
    by_code = {code: {name[3:] for name in shipped if name.startswith(f"{code}/")} for code in CODES}
    assert by_code["fi"] == by_code["sv"] == by_code["en"]


def test_no_page_is_too_large(shipped: dict[str, str]) -> None:
    sizes = {name: len(text.encode()) for name, text in shipped.items() if name.endswith(".html")}
    assert [name for name, size in sizes.items() if size > SIZE_MAX] == []


def test_nothing_of_a_machine_is_in_it(shipped: dict[str, str]) -> None:
    assert [name for name, text in shipped.items() if str(Path.home()) in text or str(Path.cwd()) in text] == []


def test_the_small_site_is_whole_and_its_bytes_are_the_same(small: Material) -> None:
    first, again = (
        made.site(small, *CODES),
        made.site(made.Material(**{f: getattr(small, f) for f in small.__struct_fields__}), *CODES),
    )
    check_site(first)
    assert first == again


def test_the_search_is_a_script_and_knows_every_page(small: Material) -> None:
    files = made.site(small, "en")
    text = files["en/index.js"]
    assert text.startswith("window.pathflowIndex=")
    rows = json.loads(text.removeprefix("window.pathflowIndex=").rstrip(";\n"))
    pages = {row[2].partition("#")[0] for row in rows}
    assert pages == {name[3:] for name in files if name.startswith("en/") and name.endswith(".html")} - {"search.html"}
    assert any("Examination" in row[3] for row in rows)


def test_a_comment_is_written_where_the_edition_says(small: Material) -> None:
    edition = Edition(date(2026, 1, 2), issues="https://example.org/new?title={page}")
    page = made.site(small, "en", edition=edition)["en/duties.html"]
    assert "https://example.org/new?title=Duty%20register%20and%20legal%20bases" in page


@pytest.mark.parametrize("name", made.HOSTILE)
def test_a_hostile_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    quoted = '"' + name + '"'
    text = (
        made.ONE_STEP.replace("Desk", quoted)
        .replace("step Hello", f"step {name}")
        .replace("clients Everybody", f"clients {name}")
    )
    found = made.material(made.written(tmp_path / "paths", {"one.path": text.replace("path One", f"path {name}")}))
    files = made.site(found, *CODES)
    if found.broken:
        pytest.skip("the language does not take this name")
    check_site(files)
    for page in files.values():
        assert "<script>alert" not in page
        assert "<b>x" not in page
    shown = words(parsed(files["en/purpose.html"]))
    assert " ".join(name.split()) in shown


def test_signs_that_turn_the_direction_of_text_are_left_out() -> None:
    from pathflow.handbook.html import clean

    assert clean("a\u202eb\u2066c\x00d\x85e\ud800f\n") == "abcdef\n"
    assert clean("שלום 🙂 ä") == "שלום 🙂 ä"


def test_a_path_of_one_step(tmp_path: Path) -> None:
    files = made.site(made.material(made.written(tmp_path / "paths", {"one.path": made.ONE_STEP})), *CODES)
    check_site(files)
    assert "Hello" in files["en/path-one.html"]


def test_names_of_files_are_apart_and_plain() -> None:
    from pathflow.handbook.places import slugs

    found = slugs(["Ä b", "a b", "🙂", "שלום", "a/../b", "A" * 300, "con"], "x")
    assert len(set(found.values())) == len(found)
    assert all(re.fullmatch(r"x[a-z0-9-]*", one) and len(one) < 80 for one in found.values())


def test_a_provider_sees_its_own_part_of_each_path(shipped: dict[str, str]) -> None:
    """One picture for each path on which it acts; what others do is counted in it and not named."""
    pictures = re.findall(r"<svg[^>]*aria-label=\"([^,]*),.*?</svg>", shipped["en/provider-heart-hospital.html"], re.S)
    assert pictures == ["Heart failure"]
    said = shipped["en/provider-heart-hospital.html"].partition("<svg")[2].partition("</svg>")[0]
    assert "steps by others" in said
    assert ">Echocardiography<" in said
    assert ">Contact and assessment<" not in said
    nobodys = shipped["en/provider-wellbeing-services-county-of-pirkanmaa.html"]
    assert "Your part as a picture" not in nobodys
    assert "<svg" not in nobodys
