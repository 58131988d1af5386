"""`pathflow diff` as people and gates use it: files, folders, revisions, formats, exit codes, and what cannot be compared."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

import pathflow
from pathflow.cli.main import main
from tests.conftest import ROOT

SCHEMA = json.loads((ROOT / "pathflow/schema/diff.schema.json").read_text("utf-8"))
NETWORK = """\
network Town
    organiser County
    professions nurse, doctor, specialist
    provider Health Centre
        sector public
    provider Hospital
        sector third
    item letter: document
"""
PATH = """\
path Headache
    version 1.0
    uses Town
    responsible Hospital
    accountable Health Centre

clients Adults with headache
    item age: number of years

plan Plan
    owner doctor at Health Centre
    review every 6 months
    if another path joins, the owner stays

steps
    step First visit
        by doctor at Health Centre
        within 14 days
        makes letter
    handoff Referral
        from doctor at Health Centre to specialist at Hospital
        carries letter
        accepted within 3 working days
        if not accepted, Health Centre keeps the client
        moves the plan to specialist at Hospital
    step Examination
        by specialist at Hospital
        within 6 weeks of Referral
    end Examined
        closes the plan
"""
FASTER = PATH.replace("accepted within 3 working days", "accepted within 1 working day")
SLOWER = PATH.replace("within 6 weeks", "within 8 weeks")
NOTED = PATH.replace("version 1.0", "version 1.1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the network, the path, and versions of it that are breaking, safe and to note."""
    for name, text in (("old", PATH), ("faster", FASTER), ("slower", SLOWER), ("noted", NOTED)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "network.path").write_text(NETWORK, "utf-8")
        (tmp_path / name / "headache.path").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("new", "on_breaking", "on_any"), [("old", 0, 0), ("faster", 1, 1), ("slower", 0, 1), ("noted", 0, 1)])
def test_the_exit_code_is_a_gate(
    folder: Path, new: str, on_breaking: int, on_any: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for sides in (("old", new), ("old/headache.path", f"{new}/headache.path")):
        assert main(["diff", *sides]) == on_breaking
        assert main(["diff", *sides, "--fail-on", "any"]) == on_any
        assert main(["diff", *sides, "--fail-on", "never"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize("new", ["old", "faster", "slower", "noted"])
def test_json_is_as_the_schema_says(folder: Path, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "old", new, "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert document == pathflow.diff(Path("old"), new).as_dict()
    assert document["summary"]["changes"] == len(document["changes"]) == (new != "old")


def test_markdown_holds_every_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["diff", "old", "faster", "--format", "markdown"])
    text = capsys.readouterr().out
    line = 1 + PATH[: PATH.index("handoff Referral")].count("\n")
    assert text.startswith("### What changed in meaning: 1 breaking change\n")
    assert (
        f"- `Referral` must now be accepted within `1 working day`, sooner than `3 working days` (`faster/headache.path:{line}`)"
        in text
    )


def git(*words: str) -> None:
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b", *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three commits: the path; a network with other staff; a faster path. Then a slower one that is not committed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "påths").mkdir()
    network, headache = tmp_path / "påths/network.path", tmp_path / "påths/headache.path"
    git("init", "-q", "-b", "main")
    for name, at_network, at_path in (("one", NETWORK, PATH), ("two", NETWORK.replace("sector third", "sector private", 1), PATH), ("three", NETWORK, FASTER)):  # fmt: skip
        network.write_text(at_network, "utf-8")
        headache.write_text(at_path, "utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", name)
        git("tag", name)
    headache.write_text(SLOWER, "utf-8")
    return tmp_path


def kinds(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, str]]:
    main(["diff", "--format", "json", *words])
    said = capsys.readouterr()
    assert said.err == ""
    return [(change["kind"], change["new"]["file"]) for change in json.loads(said.out)["changes"]]


def test_revisions_are_read_as_they_were(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    faster, sector, slower = "deadline-shorter", "sector-changed", "deadline-longer"
    assert kinds(capsys, "one..three", "påths") == [(faster, "three:påths/headache.path")]
    assert kinds(capsys, "one..two", "--", "påths") == [(sector, "two:påths/network.path")]
    assert kinds(capsys, "one..two", "påths/headache.path") == [(sector, "two:påths/network.path")]
    assert kinds(capsys, "--git", "one", "påths") == [(slower, "påths/headache.path")]
    assert kinds(capsys, "--git", "one") == [(slower, "påths/headache.path")]
    assert kinds(capsys, "one:påths/headache.path", "påths/headache.path") == [(slower, "påths/headache.path")]
    assert kinds(capsys, "one:påths", "two:./påths") == [(sector, "two:påths/network.path")]
    both = [(faster, "HEAD:påths/headache.path"), (sector, "HEAD:påths/network.path")]
    assert kinds(capsys, "two..") == kinds(capsys, "two..HEAD") == both
    assert kinds(capsys, "HEAD..one", "påths") == [(slower, "one:påths/headache.path")]


def test_a_file_that_came_or_went_is_a_path_that_came_or_went(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("påths/headache.path").unlink()
    assert main(["diff", "--git", "one", "påths/headache.path"]) == 1
    assert "The path `Headache` is gone" in capsys.readouterr().out
    git("add", "-A")
    git("commit", "-q", "-m", "gone")
    assert main(["diff", "HEAD..one", "påths"]) == 0
    assert "The path `Headache` is new" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "two sides are compared, and nothing is given"),
        ("one.path", "two sides are compared, and 1 thing given"),
        ("none.path påths", "there is no file or folder none.path"),
        ("nope:påths påths", "there is no revision `nope`"),
        ("--upload-pack=x..one påths", "No such option"),
        ("-- --help..one påths", "there is no revision `--help`"),
        ("one:nowhere påths", "there is nothing to compare at `nowhere` in `one`"),
        ("--git one nowhere", "there is no .path file in nowhere, neither before nor after"),
        ("--git one /", "is not in a git repository"),
        ("one..nope påths", "there is no revision `nope`"),
        ("påths broken.path", "broken.path:1 cannot be read as meant"),
        ("påths empty.path", "there is no path and no network in empty.path"),
        ("påths huge.path", "huge.path"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_line(
    repository: Path, words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.path").write_text("path X\n    versoin 1\n", "utf-8")
    Path("empty.path").write_text("", "utf-8")
    Path("huge.path").write_bytes(b"# \xff" + b"x" * 17_000_000)
    assert main(["diff", *words.split()]) == 2
    error = capsys.readouterr().err
    assert said in error, error
    assert error.count("\n") == 1, error


def test_no_repository_no_revisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["diff", "--git", "main"]) == 2
    assert "is not in a git repository; give two files or folders" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["diff", "main..HEAD"]) == 2
    assert "git is not installed" in capsys.readouterr().err
