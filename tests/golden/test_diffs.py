"""Realistic edits of the heart failure path, and what `pathflow diff` prints of them: read in a meeting, and by a gate."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from pathflow.cli.main import main
from tests.conftest import ROOT

FOLDER = Path(__file__).parent / "diffs"
HEART = (ROOT / "tests/golden/input/heart_before.path").read_text("utf-8")

EDITS: dict[str, list[tuple[str, str]]] = {
    "faster-referral": [
        ("    version 1.0\n", "    version 1.1\n"),
        ("        accepted within 3 working days\n", "        accepted within 1 working day\n"),
        ("        within 14 days of Echocardiography\n", "        within 21 days of Echocardiography\n"),
    ],
    "another-provider": [
        (
            "        by cardiologist at Heart Hospital\n        within 6 weeks of Referral to cardiology\n",
            "        by cardiologist at Private Heart Clinic\n        ordered by cardiologist at Heart Hospital\n        carries referral letter\n        accepted within 5 working days\n        if not accepted, Heart Hospital takes over\n        within 6 weeks of Referral to cardiology\n",
        )
    ],
    "less-information": [
        ("        carries referral letter, NT-proBNP, medication list\n", "        carries referral letter, NT-proBNP\n"),
        ("        needs ejection fraction\n", "        needs ejection fraction, client's wishes\n"),
    ],
    "calls-earlier": [
        (
            "    step Self-care education\n        by heart failure nurse at Heart Hospital\n        within 4 weeks\n",
            "",
        ),
        (
            "    step Diagnosis and plan\n",
            "    step Self-care education\n        by heart failure nurse at Heart Hospital\n        within 2 weeks\n    step Diagnosis and plan\n",
        ),
    ],
    "another-limit": [
        ("if NT-proBNP < 125 ng/l", "if NT-proBNP < 300 ng/l"),
        ("repeat every 2 weeks, at most 6 times", "repeat every 1 week, at most 4 times"),
        ("    if not accepted, Coordination Centre takes over\n", "    if not accepted, Tesoma Health Centre keeps the client\n"),
    ],
    "renamed-and-tidied": [
        ("step Reading the results", "step Results are read\n        known as Reading the results"),
        ("of Reading the results", "of Results are read"),
        ("window 12 months, unless clinical change", "window 24 months, unless clinical change or new murmur"),
        ("professions cardiologist, heart failure nurse", "professions heart failure nurse, cardiologist"),
    ],
    "no-way-out": [
        ("        if heart failure confirmed is no\n            end Another cause\n                closes the plan\n        if heart failure confirmed is yes\n            continue\n", "        if heart failure confirmed is yes or heart failure confirmed is no\n            continue\n"),
        ("whenever Emergency visit happens\n", "whenever Emergency visit happens or weight gain >= 2 kg\n"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_a_realistic_edit_reads_well(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = HEART
    for old, new in EDITS[name]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (tmp_path / "before.path").write_text(HEART, "utf-8")
    (tmp_path / "after.path").write_text(text, "utf-8")
    stream = io.StringIO()
    with redirect_stdout(stream), redirect_stderr(stream):
        code = main(["diff", "before.path", "after.path"])
        if name == "another-provider":
            main(["diff", "before.path", "after.path", "--format", "markdown"])
            main(["diff", "before.path", "after.path", "--format", "json"])
    said = f"{stream.getvalue()}[exit code {code}]\n"
    file = FOLDER / f"{name}.txt"
    if os.environ.get("PATHFLOW_GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        file.write_text(said, "utf-8")
    assert file.read_text("utf-8") == said


def test_every_golden_diff_is_read() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(EDITS)
