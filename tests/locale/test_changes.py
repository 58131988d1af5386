"""What `pathflow diff` says in Finnish and Swedish."""

from __future__ import annotations

import json
import re

import pytest

from pathflow.cli.main import main
from pathflow.compare.duties import ROLES
from pathflow.compare.headings import COUNTED, TITLES
from pathflow.compare.kinds import KINDS
from pathflow.compare.spoken import part
from pathflow.dsl.languages import Code
from pathflow.locale import catalogue
from tests.conftest import ROOT
from tests.locale.frames import said_in

OTHERS: tuple[Code, ...] = ("fi", "sv")
AROUND = (
    "gains", "loses", "Who is responsible", "nothing changed in meaning", "from {old} to {new}", "network {name}",
    *said_in(ROOT / "pathflow/compare/markdown.py"),
)  # fmt: skip
BEFORE, NOW = str(ROOT / "tests/golden/input/heart_before.path"), str(ROOT / "paths/heart_failure.path")


def wanted() -> dict[str, str]:
    """English to the kind of change that says it."""
    found = dict.fromkeys((*AROUND, *ROLES, *TITLES.values()), "around")
    found |= dict.fromkeys((f"{{n}} {word}" for words in COUNTED.values() for word in words), "totals")
    for kind in KINDS.values():
        found |= dict.fromkeys((kind.say, kind.why), kind.name)
    return found


def lacking(code: Code) -> list[str]:
    return [f"{where}: {text}" for text, where in wanted().items() if text not in catalogue(code, "changes")]


@pytest.mark.parametrize("code", OTHERS)
def test_no_change_lacks_a_translation(code: Code) -> None:
    assert lacking(code) == [], "add them to pathflow/locale/fi_changes.toml and sv_changes.toml"


def test_a_kind_that_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = next(iter(KINDS.values()))._replace(name="new-kind", say="{what} is of a new kind")
    monkeypatch.setitem(KINDS, "new-kind", kind)
    assert lacking("fi") == lacking("sv") == ["new-kind: {what} is of a new kind"]


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_agree(code: Code) -> None:
    for english, own in catalogue(code, "changes").items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", own)), english


def test_both_catalogues_say_the_same_things() -> None:
    assert set(catalogue("fi", "changes")) == set(catalogue("sv", "changes"))


@pytest.mark.parametrize(
    ("english", "finnish", "swedish"),
    [
        ("after `Visit`", "kohdan `Visit` jälkeen", "efter `Visit`"),
        (" when `age < 23`", ", kun `age < 23`", " när `age < 23`"),
        ("from `a` to `b`", "lähettäjä `a`, vastaanottaja `b`", "från `a` till `b`"),
        ("`after`", "`after`", "`after`"),
        ("`a`, `b` and `c`", "`a`, `b` ja `c`", "`a`, `b` och `c`"),
        ("nothing", "ei mitään", "inget"),
        ("whatever {a} else", "whatever {a} else", "whatever {a} else"),
    ],
)
def test_parts(english: str, finnish: str, swedish: str) -> None:
    assert (part(english, "fi"), part(english, "sv"), part(english, "en")) == (finnish, swedish, english)


def test_a_diff_is_told_in_its_language(capsys: pytest.CaptureFixture[str]) -> None:
    def says(*args: str) -> str:
        main(["diff", BEFORE, NOW, *args])
        return str(capsys.readouterr().out)

    for code, title in (("fi", "Rikkovat jotakin"), ("sv", "Bryter något")):
        out = re.sub(r"`[^`]*`", "", says("--language", code))
        assert title in out
        assert not re.search(r"\b(is now|no longer|client)\b", "\n".join(out.splitlines()[1:-1])), out
        written = says("--format", "markdown", "--language", code)
        assert title in written
        plain = re.sub(r"`[^`]*`", "", written)
        assert not re.search(r"\b(is now|no longer|client|changed|From|Provider|gains|more)\b", plain), plain
        assert len(written.splitlines()) == len(says("--format", "markdown", "--language", "en").splitlines())
    assert json.loads(says("--format", "json", "--language", "fi")) == json.loads(says("--format", "json"))
