"""What the commands write, and where: readers who leave, disks that are full, files that are never there in half."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MEMORY = ROOT / "examples/memory/memory.path"
DRAFT = ROOT / "examples/memory/first_draft.path"
COMMAND = [sys.executable, "-c", "from pathflow.cli.main import run_main; run_main()"]


def run(*args: object, given: str | None = None, **more: object) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, args)]
    more = {"capture_output": True, **more}
    return subprocess.run(command, input=given, text=True, check=False, cwd=ROOT, **more)  # type: ignore[call-overload, no-any-return]


LONG = ("graph", "paths/heart_failure.path", "--format", "json")  # more than is held back before it is written


@pytest.mark.parametrize(("command", "code"), [(("check", MEMORY), 0), (("check", DRAFT), 1), (LONG, 0)])
def test_a_reader_who_leaves_changes_nothing_of_the_exit_code(command: tuple[object, ...], code: int) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = run(*command, capture_output=False, stdout=write, stderr=subprocess.PIPE)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_results_that_cannot_be_written() -> None:
    with Path("/dev/full").open("w") as full:
        done = run("check", MEMORY, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.startswith("pathflow: the results cannot be written: ")
    assert done.stderr.count("\n") == 1


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "a.path"
    file.write_text(MEMORY.read_text("utf-8").replace("    ", "  "), "utf-8")
    before = file.read_bytes()
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # noqa: E731
    done = run("fmt", file, preexec_fn=limit)
    assert done.returncode == 2
    assert "cannot be written, and stays as it was" in done.stderr
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.path"]


def test_a_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "a.path", tmp_path / "link.path"
    file.write_text(MEMORY.read_text("utf-8").replace("    ", "  "), "utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    assert run("fmt", link).returncode == 0
    assert link.is_symlink()
    assert file.read_text("utf-8") == MEMORY.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o640


def test_standard_input_is_laid_out_checked_and_compared() -> None:
    text = "path X\n  version 1\n"
    assert run("fmt", "-", given=text).stdout == "path X\n    version 1\n"
    checked = run("fmt", "-", "--check", given=text)
    assert (checked.returncode, checked.stdout) == (1, "standard input: would change\n")
    assert run("fmt", "-", "--check", given="path X\n    version 1\n").returncode == 0
    shown = run("fmt", "-", "--diff", given=text)
    assert shown.returncode == 1
    assert "-  version 1\n+    version 1\n" in shown.stdout


def test_several_paths_are_one_document() -> None:
    document = json.loads(run("graph", "paths", "examples/memory/memory.path", "--format", "json").stdout)
    names = [graph["graph"]["name"] for graph in document]
    assert (len(names), names[-1]) == (len(list((ROOT / "paths").glob("*.path"))), "Memory")
    assert "Heart failure" in names
    assert json.loads(run("graph", MEMORY, "--format", "json").stdout)["graph"]["name"] == "Memory"


@pytest.mark.parametrize("command", ["check", "fmt", "graph", "test"])
def test_an_empty_text_is_not_the_present_folder(command: str) -> None:
    done = run(command, "")
    assert done.returncode == 2
    assert "an empty text names no file" in done.stderr


def test_one_path_given_twice_is_not_guessed() -> None:
    done = run("run", MEMORY, DRAFT, "--events", "examples/memory/events.csv", "--anyway")
    assert done.returncode == 2
    assert "the path `Memory` is given twice" in done.stderr


def test_findings_in_files_that_are_only_used_are_counted_as_such(tmp_path: Path) -> None:
    (tmp_path / "net.path").write_text(
        (ROOT / "paths/pirkanmaa.path").read_text("utf-8").replace("sector public", "sector pubic", 1), "utf-8"
    )
    (tmp_path / "hf.path").write_text((ROOT / "paths/heart_failure.path").read_text("utf-8"), "utf-8")
    done = run("check", tmp_path / "hf.path")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].endswith(
        "in 1 file with 1 path, and 1 file that it uses; more may be found once the mistakes in the text (P) are mended"
    )
