"""The names and remarks of a first path in Finnish and Swedish."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from pathflow.cli.main import main
from pathflow.compiler.library import read_bytes
from pathflow.draft.answers import Answers, Party
from pathflow.draft.text import path_text
from pathflow.dsl.languages import Code
from pathflow.locale import catalogue
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.conftest import ROOT
from tests.helpers import findings_of, unit_of

OTHERS: tuple[Code, ...] = ("fi", "sv")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FILE = ROOT / "pathflow/draft/text.py"


def wanted() -> set[str]:
    """What the file of a first path is written from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(read_bytes(FILE))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("said", "named", "_fresh") and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


@pytest.mark.parametrize("code", OTHERS)
def test_no_name_lacks_a_translation(code: Code) -> None:
    assert set(catalogue(code, "draft")) == wanted(), "add them to pathflow/locale/fi_draft.toml and sv_draft.toml"
    for english, own in catalogue(code, "draft").items():
        assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(own)), english
        assert english.startswith("#") == own.startswith("#"), english


WHO = (
    Party("A", ("nurse", "doctor")), Party("B", ("doctor",), "private"), Party("C", ("friend",), "third"), Party("D", ("x",)),
)  # fmt: skip


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("n_parties", [1, 2, 3, 4])
def test_a_first_path_is_in_its_language_and_checks_clean(code: Code, n_parties: int) -> None:
    text = path_text(Answers("N", "O", "G", WHO[:n_parties], date(2026, 1, 1), "V"), code)
    assert [f"{f.code} {f.message}" for f in findings_of(text)] == []
    program = unit_of(text).program
    assert program is not None
    assert [f.message for outcome in run_scenarios(program, watch_all) for f in outcome.failures] == []
    own = text.replace("pathflow new", "").replace("Finland", "")
    assert not re.search(r"\b(visit|care|client|the|is|are|whole|or|and|given|by|at|needs|yes|no|not)\b", own, re.I), own


def test_everything_that_a_first_path_says_is_asked_of_the_catalogue() -> None:
    """Of the lines of text.py, what is no keyword and no name of the answers goes through it."""
    lines = [
        line for line in read_bytes(FILE).decode().splitlines() if re.search(r'^\s*f?"[ #]*(step|end|decide|test|plan) ', line)
    ]
    assert lines
    assert [line for line in lines if "{" not in line] == []


@pytest.mark.parametrize(("code", "name"), [("fi", "Sydän, verkosto"), ("sv", "Sydän, nätverk")])
def test_the_command_writes_it(code: Code, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.path"
    ask = (
        "--yes",
        "--name",
        "Sydän",
        "--organiser",
        "Alue",
        "--provider",
        "A, public, nurse",
        "--provider",
        "B, private, doctor",
    )
    assert main(["new", str(file), *ask, "--language", code]) == 0
    assert name in file.read_text("utf-8")
    assert main(["new", str(file), *ask, "--language", code]) == 2
    assert " is there already" not in capsys.readouterr().err
    assert main(["check", str(file), "--strict"]) == main(["test", str(file)]) == 0
