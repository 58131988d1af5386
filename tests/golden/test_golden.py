"""What the commands print, kept beside the tests: a change of words or layout shows as a difference that somebody reads.

`make golden` writes the files anew and shows what changed. A file that no case reads fails.
"""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from pathflow.cli.main import main
from tests.conftest import ROOT

FOLDER = Path(__file__).parent / "printed"

CASES: dict[str, str] = {
    "check-first-draft.txt": "check examples/memory/first_draft.path",
    "check-first-draft.json": "check examples/memory/first_draft.path --format json",
    "check-wrong-words.txt": "check tests/golden/input/wrong_words.path",
    "check-wrong-values.txt": "check tests/golden/input/wrong_values.path",
    "check-wrong-blocks.txt": "check tests/golden/input/wrong_blocks.path",
    "run-memory.txt": "run examples/memory/memory.path --events examples/memory/events.csv",
    "run-memory.json": "run examples/memory/memory.path --events examples/memory/events.csv --format json",
    "run-first-draft.txt": "run examples/memory/first_draft.path --events examples/memory/events.csv --anyway",
    "run-heart-failure.txt": "run paths/heart_failure.path --events examples/heart_failure/events.csv",
    "test-heart-failure.txt": "test paths/heart_failure.path",
    "graph-heart-failure.txt": "graph paths/heart_failure.path",
    "graph-memory.mmd": "graph examples/memory/memory.path --format mermaid",
    "graph-memory.dot": "graph examples/memory/memory.path --format dot",
    "graph-memory.json": "graph examples/memory/memory.path --format json",
    "time-heart-failure.txt": "time paths/heart_failure.path",
    "time-memory-fi.txt": "time examples/memory/memory.path --language fi",
    "time-memory.json": "time examples/memory/memory.path --format json",
    "fmt-untidy.diff": "fmt tests/golden/input/untidy.path --diff",
    "explain-G104.txt": "explain G104",
    "explain.txt": "explain",
}


@pytest.mark.parametrize("name", CASES)
def test_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    stream = io.StringIO()
    with redirect_stdout(stream), redirect_stderr(stream):
        code = main(CASES[name].split())
    text = f"{stream.getvalue()}[exit code {code}]\n" if not name.endswith(".json") else stream.getvalue()
    file = FOLDER / name
    if os.environ.get("PATHFLOW_GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text


def test_every_golden_file_is_read() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(CASES)
    read = " ".join([*CASES.values(), (FOLDER.parent / "test_diffs.py").read_text("utf-8")])
    assert [file.name for file in (FOLDER.parent / "input").iterdir() if file.name not in read] == []
