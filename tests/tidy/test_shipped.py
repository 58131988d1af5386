"""What is shipped keeps what it promises: paths that check clean, are laid out, and pass their own tests."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

import pathflow
from bench.chain import NETWORK, chain
from tests.conftest import ROOT

DRAFT = ROOT / "examples/memory/first_draft.path"
FILES = sorted(path for folder in ("paths", "examples", "bench") for path in (ROOT / folder).rglob("*.path"))
TESTED = {"memory.path": 3}
"""How many scenario tests an example has at least; those of the library are in `test_library.py`."""


def test_there_are_paths() -> None:
    assert {"heart_failure.path", "pirkanmaa.path", "memory.path", "sepsis.path", "process.path"} <= {
        path.name for path in FILES
    }


@pytest.mark.parametrize("file", [path for path in FILES if path != DRAFT], ids=lambda path: path.name)
def test_a_shipped_path_checks_clean(file: Path) -> None:
    assert [f"{f.code} {f.message}" for f in pathflow.check(file).findings] == []


def test_the_chains_that_are_measured_check_clean() -> None:
    assert [f"{f.code} {f.message}" for f in pathflow.check_text(NETWORK + chain(200, 1)).findings] == []


@pytest.mark.parametrize(("every", "least"), [(False, 20), (True, 60)])
def test_the_shipped_paths_get_on_with_each_other(every: bool, least: int) -> None:
    found = pathflow.check(ROOT / "paths", pairs=every)
    assert [f"{f.code} {f.message}" for f in found.findings] == []
    assert found.pairs >= least


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_shipped_file_is_laid_out(file: Path) -> None:
    text = file.read_text("utf-8")
    assert pathflow.format_text(text, file.name) == text


@pytest.mark.parametrize("name", TESTED)
def test_a_shipped_path_passes_its_own_tests(name: str) -> None:
    file = next(path for path in FILES if path.name == name)
    outcomes = pathflow.run_tests(file)
    assert len(outcomes) >= TESTED[name]
    assert [(o.name, [f.message for f in o.failures]) for o in outcomes if o.failures] == []


def test_the_schema_is_shipped() -> None:
    for name in ("report", "diff"):
        assert resources.files("pathflow").joinpath(f"schema/{name}.schema.json").is_file()


def test_the_version_is_in_the_change_log() -> None:
    assert re.search(rf"^## .*{re.escape(pathflow.__version__)}", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
