"""What a handbook says, in Finnish and in Swedish: nothing lacks, nothing is left over, placeholders agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pathflow.dsl.languages import Code
from pathflow.locale import catalogue
from tests.locale import handbook as read
from tests.locale.handbook import sayings

OTHERS: tuple[Code, ...] = ("fi", "sv")
OFTEN = "word: "
"""With what those entries begin that the files' own words ask for."""


@pytest.mark.parametrize("code", OTHERS)
def test_no_sentence_lacks_a_translation(code: Code) -> None:
    known, said = catalogue(code, "handbook"), sayings()
    lacking = [f"{where}: {text}" for text, where in said.items() if text not in known]
    assert lacking == [], "add them to pathflow/locale/fi_handbook.toml and sv_handbook.toml"
    assert [text for text in known if text not in said and not text.startswith(OFTEN)] == []


def test_both_catalogues_say_the_same_things() -> None:
    assert set(catalogue("fi", "handbook")) == set(catalogue("sv", "handbook"))


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_agree(code: Code) -> None:
    for english, own in catalogue(code, "handbook").items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", own)), english
        assert (english[:1] == " ", english[-1:] == " ") == (own[:1] == " ", own[-1:] == " "), english


def test_a_sentence_that_lacks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "new.py").write_text('x = voice.text("Something new") + facts(voice, ("New term", []))', "utf-8")
    (tmp_path / "templates/new.html.j2").write_text('{{ text("New in a template") }}', "utf-8")
    monkeypatch.setattr(read, "ROOM", tmp_path)
    monkeypatch.setattr(read, "ROOT", tmp_path)
    assert set(sayings()) == {"Something new", "New term", "New in a template"}
