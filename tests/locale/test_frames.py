"""What stands around results, in Finnish and Swedish."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pathflow.cli.main import main
from pathflow.dsl.languages import Code
from pathflow.locale import catalogue
from tests.conftest import ROOT
from tests.locale import frames as read
from tests.locale.frames import frames

OTHERS: tuple[Code, ...] = ("fi", "sv")
Capture = pytest.CaptureFixture[str]


def lacking(code: Code) -> list[str]:
    return [f"{where}: {text}" for text, where in frames().items() if text not in catalogue(code, "frames")]


@pytest.mark.parametrize("code", OTHERS)
def test_no_frame_lacks_a_translation(code: Code) -> None:
    assert lacking(code) == [], "add them to pathflow/locale/fi_frames.toml and sv_frames.toml"
    assert set(catalogue(code, "frames")) - set(frames()) == set()


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_agree(code: Code) -> None:
    for english, own in catalogue(code, "frames").items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", own)), english


def test_a_frame_that_lacks_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new.py").write_text('click.echo(said("{n} of a new kind", code, n=1))', "utf-8")
    new = list(read.said_in(tmp_path / "new.py"))
    monkeypatch.setattr("tests.locale.test_frames.frames", lambda: dict.fromkeys(new, "new.py"))
    assert lacking("fi") == lacking("sv") == ["new.py: {n} of a new kind"]


def says(capsys: Capture, *args: str) -> str:
    main(list(args))
    out, err = capsys.readouterr()
    return str(out) + str(err)


RUN = ("run", str(ROOT / "examples/memory/first_draft.path"), "--events", str(ROOT / "examples/memory/events.csv"), "--anyway")
HEART = str(ROOT / "paths/heart_failure.path")


def test_a_run_is_told_in_its_language(capsys: Capture) -> None:
    out = says(capsys, *RUN, "--language", "fi")
    assert "asiakasvastuussa" in out
    assert "suunnitelman vastuutaho" in out
    assert not re.search(r"\b(client|held by|plan owned|findings|since)\b", re.sub(r"`[^`]*`", "", out))
    assert "klientansvarig" in says(capsys, *RUN, "--language", "sv")


def test_tests_are_told_in_their_language(capsys: Capture) -> None:
    assert "\n5 testiä läpi, 0 hylätty" in re.sub(r"\n\d+ testi", "\n5 testi", says(capsys, "test", HEART, "--language", "fi"))
    assert "testen når" in says(capsys, "test", HEART, "--coverage", "--language", "sv")
    assert "passed" in says(capsys, "test", HEART)


def test_json_keeps_its_words(capsys: Capture) -> None:
    english = json.loads(says(capsys, "test", HEART, "--format", "json"))
    finnish = json.loads(says(capsys, "test", HEART, "--format", "json", "--language", "fi"))
    assert [one["name"] for one in english["tests"]] == [one["name"] for one in finnish["tests"]]
    assert english["tests"][0].keys() == finnish["tests"][0].keys()


def test_a_file_is_spoken_of_in_its_own_language(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "minne.path"
    file.write_text("språk sv\n\nnätverk Vårt\n    anordnare Trakten\n    yrken läkare\n", "utf-8")
    assert says(capsys, "check", str(file)).startswith("felfri: 1 fil, inga observationer")
    assert "1 fil ändrade" in says(capsys, "fmt", str(file)) or "0 filer ändrade, 1 redan i ordning" in says(
        capsys, "fmt", str(file)
    )
    assert says(capsys, "check", str(file), "--language", "en").startswith("clean: 1 file, no findings")
