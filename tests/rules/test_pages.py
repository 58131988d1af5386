"""Every rule's page is true: its bad example gives exactly the marked findings, its good one none."""

from __future__ import annotations

import re

import pytest

from pathflow.dsl.mistakes import KINDS
from pathflow.rules.pages import codes, nearest_code, page
from pathflow.rules.registry import Entry, rules
from tests.helpers import codes_of
from tests.rules.examples import marked, section, whole

SECTIONS = ("Why", "Source", "Bad", "Good", "Fix")


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.code)
def test_the_bad_example_gives_exactly_what_is_marked(entry: Entry) -> None:
    text = whole(section(entry.page, "Bad"))
    assert marked(text)
    assert codes_of(text) == sorted(marked(text))


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.code)
def test_the_good_example_is_clean(entry: Entry) -> None:
    assert codes_of(whole(section(entry.page, "Good"))) == []


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.code)
def test_a_page_is_whole(entry: Entry) -> None:
    first = entry.page.splitlines()[0]
    assert first == f"{entry.rule.code} {entry.rule.name}"
    for title in SECTIONS:
        assert section(entry.page, title)
    folder, file = entry.module.split(".")[-2:]
    assert file.startswith(entry.rule.code.lower() + "_")
    assert {"gap": "G", "duplicate": "D", "owner": "O"}[folder] == entry.rule.code[0]


def test_codes_and_names_are_used_once() -> None:
    names = [entry.rule.name for entry in rules()] + [kind.name for kind in KINDS.values()]
    assert len(names) == len(set(names))
    assert len(codes()) == len(set(codes()))
    assert all(re.fullmatch(r"[PGDO]\d{3}", code) for code in codes())


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.bad and k.code < "P3"], ids=lambda kind: kind.code)
def test_the_bad_example_of_a_mistake_gives_its_code(kind: object) -> None:
    from pathflow.dsl.parse import parse_text

    code, bad, good = kind.code, kind.bad, kind.good  # type: ignore[attr-defined]
    assert [f.code for f in parse_text("x.path", bad).findings] == [code]
    assert parse_text("x.path", good).findings == []


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.bad and k.code > "P3"], ids=lambda kind: kind.code)
def test_the_bad_example_of_what_a_name_means_gives_its_code(kind: object) -> None:
    code, bad, good = kind.code, kind.bad, kind.good  # type: ignore[attr-defined]
    assert {found for _, found in codes_of(whole(bad))} == {code}
    assert codes_of(whole(good)) == []


def test_every_code_has_a_page() -> None:
    for code in codes():
        text = page(code)
        assert text is not None
        assert text.startswith(code)
        assert "Why:" in text
    assert page("G999") is None
    assert nearest_code("late") == "G402"
    assert nearest_code("G4O2") in codes()
