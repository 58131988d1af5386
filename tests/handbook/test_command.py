"""The command: what it writes, says and refuses, in which language, and what it exits with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pathflow.cli.main import main
from tests.handbook import town as made

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def paths(tmp_path: Path) -> Path:
    return made.town(tmp_path / "paths")


def test_it_publishes_in_three_languages(paths: Path, tmp_path: Path, capsys: Capture) -> None:
    site = tmp_path / "site"
    assert main(["handbook", str(paths), "-o", str(site), "--date", "2026-02-03"]) == 0
    assert {folder.name for folder in site.iterdir() if folder.is_dir()} == {"assets", "fi", "sv", "en"}
    assert "begin at" in capsys.readouterr().out
    assert "3.2.2026" in (site / "fi/index.html").read_text("utf-8")
    assert main(["handbook", str(paths), "-o", str(site), "--date", "2026-02-03"]) == 0
    assert "0 files changed, 0 files taken away" in capsys.readouterr().out


def test_one_language_is_also_that_of_what_is_printed(paths: Path, tmp_path: Path, capsys: Capture) -> None:
    site = tmp_path / "site"
    assert main(["handbook", str(paths), "-o", str(site), "--language", "sv"]) == 0
    assert "börja i" in capsys.readouterr().out
    assert sorted(folder.name for folder in site.iterdir() if folder.is_dir()) == ["assets", "sv"]
    assert 'class="languages"' not in (site / "sv/index.html").read_text("utf-8")


def test_the_day_is_given_or_that_of_the_environment(paths: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    main(["handbook", str(paths), "-o", str(tmp_path / "site"), "--language", "en"])
    assert "15 June 2025" in (tmp_path / "site/en/index.html").read_text("utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert main(["handbook", str(paths), "-o", str(tmp_path / "site")]) == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--date", "3.2.2026"], "is no date; write it as 2026-11-27"),
        (["--issues", "javascript:alert(1)"], "is no address for comments"),
        (["--against", "no-such-place:x"], "not in a git repository"),
        (["--language", "de"], "de"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    more: list[str], said: str, paths: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["handbook", str(paths), "-o", str(tmp_path / "site"), *more]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_an_empty_folder_and_a_strange_one(paths: Path, tmp_path: Path, capsys: Capture) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["handbook", str(empty), "-o", str(tmp_path / "site")]) == 2
    assert "no .path file" in capsys.readouterr().err
    assert main(["handbook", str(paths), "-o", str(paths)]) == 2
    assert "is not empty, and no handbook is in it" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_as_meant_is_left_out_and_told(paths: Path, tmp_path: Path, capsys: Capture) -> None:
    (paths / "bad.path").write_text("path Bad\n    version\n", "utf-8")
    assert main(["handbook", str(paths), "-o", str(tmp_path / "site"), "--language", "en"]) == 1
    assert "bad.path cannot be read as meant and is left out" in capsys.readouterr().err
    assert (tmp_path / "site/en/path-headache.html").exists()


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_the_change_log_and_the_comparison_are_from_git(paths: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-03-04T12:00:00+0000")
    git(paths, "init", "-q")
    git(paths, "add", "-A")
    git(paths, "commit", "-qm", "The first headache <path>")
    (paths / "headache.path").write_text(made.PATH.replace("within 14 days of", "within 21 days of"), "utf-8")
    site = tmp_path / "site"
    assert main(["handbook", str(paths), "-o", str(site), "--language", "en", "--against", "HEAD"]) == 0
    log = (site / "en/changes.html").read_text("utf-8")
    assert "The first headache &lt;path&gt;" in log
    assert "4 March 2026" in log
    assert "21 days" in (site / "en/comparison.html").read_text("utf-8")


def test_a_package_that_lacks_is_one_line(paths: Path, tmp_path: Path) -> None:
    program = "import sys; sys.modules['jinja2'] = None; from pathflow.cli.main import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", program, "handbook", str(paths), "-o", str(tmp_path / "site")],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == 'pathflow: the handbook needs the package jinja2: pip install "pathflow-lang[handbook]"\n'


def test_the_whole_as_a_pdf(paths: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert main(["handbook", str(paths), "-o", str(site), "--language", "fi", "--pdf", "--date", "2026-02-03"]) == 0
    data = (site / "fi/handbook.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"pdfuaid" in data
    assert b"/Lang" in data
    assert 'href="handbook.pdf"' in (site / "fi/index.html").read_text("utf-8")
    main(["handbook", str(paths), "-o", str(tmp_path / "again"), "--language", "fi", "--pdf", "--date", "2026-02-03"])
    assert (tmp_path / "again/fi/handbook.pdf").read_bytes() == data


@pytest.mark.parametrize("name", made.HOSTILE)
def test_hostile_names_in_a_pdf_are_only_names(name: str, tmp_path: Path) -> None:
    text = made.ONE_STEP.replace("step Hello", f"step {name}").replace("Desk", '"' + name + '"')
    found = made.material(made.written(tmp_path / "paths", {"one.path": text}))
    if found.broken:
        pytest.skip("the language does not take this name")
    from datetime import date

    from pathflow.handbook.material import Edition
    from pathflow.handbook.pdf import pdf_of
    from pathflow.handbook.places import Places

    edition = Edition(date(2026, 1, 1), title=name)
    assert pdf_of(made.book(found, edition=edition), found, edition, Places(found)).startswith(b"%PDF-")
