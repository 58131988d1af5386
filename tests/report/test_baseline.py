"""Baselines: what is accepted today does not fail tomorrow, wherever it moves; what is new does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.cli.main import main
from pathflow.report.baseline import BaselineError, Key, read_baseline, text_of
from tests.cli.test_commands import SCHEMA
from tests.rules.examples import whole

STEPS = """\
steps
    step Talk
        by nurse at Health Centre
    step Walk
        by nurse at Health Centre
    end Done
        closes the plan
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.path").write_text(whole(STEPS), "utf-8")

    def call(*args: str) -> tuple[int, str, str]:
        code = main(["check", *args])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return call


def test_what_is_accepted_does_not_fail_and_is_counted(run: Run) -> None:
    assert run("a.path")[0] == 1
    assert run("a.path", "--write-baseline", "b.json")[0] == 0
    code, out, err = run("a.path", "--baseline", "b.json", "--strict")
    assert (code, out, err) == (0, "clean: 1 file with 1 path, no new findings, 2 accepted in b.json\n", "")


def test_it_outlives_lines_that_move(run: Run, tmp_path: Path) -> None:
    run("a.path", "--write-baseline", "b.json")
    moved = STEPS.replace("steps\n", "# first\n\nsteps\n    wait 1 day\n").replace("step Walk\n", "step  Walk    # outside\n")
    moved = moved.replace("    step Talk\n        by nurse at Health Centre\n", "").replace(
        "    end Done", "    step Talk\n        by nurse at Health Centre\n    end Done"
    )
    (tmp_path / "a.path").write_text(whole(moved), "utf-8")
    assert run("a.path", "--baseline", "b.json")[:2] == (
        0,
        "clean: 1 file with 1 path, no new findings, 2 accepted in b.json\n",
    )


def test_what_is_new_fails(run: Run, tmp_path: Path) -> None:
    run("a.path", "--write-baseline", "b.json")
    more = STEPS.replace("    end Done", "    step Swim\n        by nurse at Health Centre\n    end Done")
    (tmp_path / "a.path").write_text(whole(more), "utf-8")
    code, out, _ = run("a.path", "--baseline", "b.json", "--format", "json")
    report = json.loads(out)
    jsonschema.validate(report, SCHEMA)
    assert code == 1
    assert ["Swim" in f["message"] for f in report["findings"]] == [True]
    assert (len(report["accepted"]), report["summary"]["accepted"], report["summary"]["findings"]) == (2, 2, 1)
    marks = [
        r["suppressions"]
        for r in json.loads(run("a.path", "--baseline", "b.json", "--format", "sarif")[1])["runs"][0]["results"]
    ]
    assert [bool(mark) for mark in marks] == [True, True, False]
    assert marks[0][0]["kind"] == "external"


def test_what_no_longer_occurs_is_said_and_dropped(run: Run, tmp_path: Path) -> None:
    run("a.path", "--write-baseline", "b.json")
    mended = STEPS.replace(
        "step Walk\n        by nurse at Health Centre", "step Walk\n        by nurse at Health Centre\n        within 3 days"
    )
    (tmp_path / "a.path").write_text(whole(mended), "utf-8")
    code, _, err = run("a.path", "--baseline", "b.json")
    assert (code, err) == (0, "1 finding of b.json no longer occurs; --write-baseline b.json takes it out\n")
    assert run("a.path", "--baseline", "b.json", "--format", "gitlab")[1] == "[]\n"
    run("a.path", "--write-baseline", "b.json")
    assert [entry["words"] for entry in json.loads((tmp_path / "b.json").read_text("utf-8"))["accepted"]] == ["step Talk"]


def test_files_that_are_not_checked_keep_their_entries(run: Run, tmp_path: Path) -> None:
    """A hook checks the files that changed; what is accepted of the others is neither gone nor dropped. Deleted files are."""
    (tmp_path / "b.path").write_text(whole(STEPS).replace("path Example", "path Other", 1), "utf-8")
    run("a.path", "b.path", "--write-baseline", "base.json")
    before = (tmp_path / "base.json").read_text("utf-8")
    assert run("a.path", "--baseline", "base.json")[0::2] == (0, "")
    run("a.path", "--write-baseline", "base.json")
    assert (tmp_path / "base.json").read_text("utf-8") == before
    (tmp_path / "b.path").unlink()
    assert "2 findings of base.json no longer occur;" in run("a.path", "--baseline", "base.json")[2]
    run("a.path", "--write-baseline", "base.json")
    assert '"b.path"' not in (tmp_path / "base.json").read_text("utf-8")


def test_it_holds_wherever_one_stands(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("a.path", "--write-baseline", "b.json")
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    assert run("../a.path", "--baseline", "../b.json")[0] == 0
    assert run(str(tmp_path / "a.path"), "--baseline", str(tmp_path / "b.json"))[0] == 0


def test_a_mistake_in_the_text_is_not_accepted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.path").write_text(whole(STEPS.replace("by nurse", "by nures", 1)), "utf-8")
    code, out, _ = run("a.path", "--write-baseline", "b.json")
    assert code == 1
    assert "P301" in out
    assert "P301" not in (tmp_path / "b.json").read_text("utf-8")


def test_two_that_are_alike_are_counted(run: Run, tmp_path: Path) -> None:
    """`wait` and `end` lines can be the same twice; accepting one does not accept the other."""
    twice = STEPS.replace(
        "    end Done\n        closes the plan\n",
        "    decide\n        if alone\n            end Done\n        otherwise\n            end Better\n    end Done\n",
    )
    (tmp_path / "a.path").write_text(whole(twice), "utf-8")
    run("a.path", "--write-baseline", "b.json")
    entries = json.loads((tmp_path / "b.json").read_text("utf-8"))["accepted"]
    first = run("a.path", "--baseline", "b.json")
    assert first[0] == 0
    one_less = [entry | {"count": entry.get("count", 1) - 1} for entry in entries]
    (tmp_path / "b.json").write_text(json.dumps({"version": 1, "accepted": [e for e in one_less if e["count"]]}), "utf-8")
    assert run("a.path", "--baseline", "b.json")[0] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is not a baseline that pathflow wrote"),
        (b"{", "is not a baseline that pathflow wrote"),
        (b"[]", "is not a baseline that pathflow wrote"),
        (b"\xff\xfe", "is not a baseline that pathflow wrote"),
        (b"[" * 100_000, "is not a baseline that pathflow wrote"),
        (b'{"version": 1}', "missing required field `accepted`"),
        (b'{"version": 2, "other": 1}', "is of version 2, and this pathflow reads version 1"),
        (b'{"version": 1, "accepted": [{"file": 1, "code": "G401", "words": ""}]}', "$.accepted[0].file"),
        (b'{"version": 1, "accepted": [{"file": "a", "code": "G401", "words": "", "count": 0}]}', "$.accepted[0].count"),
    ],
)
def test_a_broken_file_is_said_in_one_line(run: Run, tmp_path: Path, text: bytes, words: str) -> None:
    (tmp_path / "b.json").write_bytes(text)
    for option in ("--baseline", "--write-baseline"):
        code, out, err = run("a.path", option, "b.json")
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert words in err
        assert (tmp_path / "b.json").read_bytes() == text


def test_a_file_that_is_not_there_and_one_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    code, out, err = run("a.path", "--baseline", "b.json")
    assert (code, out) == (2, "")
    assert "there is no baseline b.json; pathflow check … --write-baseline b.json writes it" in err
    assert run("a.path", "--write-baseline", "none/b.json")[0] == 2
    (tmp_path / "folder").mkdir()
    assert run("a.path", "--write-baseline", "folder")[0] == 2
    assert run("a.path", "--baseline", "folder")[0] == 2
    assert run("a.path", "--baseline", "b.json", "--write-baseline", "b.json")[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.path", "folder"]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
baselines = st.dictionaries(st.builds(Key, texts, texts, texts), st.integers(1, 5), max_size=6).map(Counter)


@given(baselines)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, baseline: Counter[Key]) -> None:
    file = tmp_path_factory.getbasetemp() / "written.json"
    file.write_text(text_of(baseline), "utf-8", newline="\n")
    assert read_baseline(file) == baseline
    lines = text_of(baseline).split("\n")
    assert len(lines) == (6 + len(baseline) if baseline else 5)
    fewer = baseline.copy()
    if fewer:
        fewer.pop(next(iter(fewer)))
    changed = {line.rstrip(",") for line in lines} - {line.rstrip(",") for line in text_of(fewer).split("\n")}
    assert len(changed) <= (1 if fewer else 3)


def test_a_mark_at_the_start_of_the_file_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_bytes(b"\xef\xbb\xbf" + text_of(Counter({Key("a", "G401", "x"): 2})).encode())
    assert read_baseline(file) == {Key("a", "G401", "x"): 2}
    with pytest.raises(BaselineError, match="no baseline"):
        read_baseline(tmp_path / "c.json")
