"""The hooks and the CI files that are shipped: valid where a schema is published, and their commands do what they say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema import main as check_jsonschema
from pre_commit.main import main as pre_commit
from ruamel.yaml import YAML

from pathflow import format_text
from pathflow.cli.main import main
from tests.conftest import ROOT
from tests.rules.examples import whole

HERE = Path(sys.executable).parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def read(file: Path) -> Any:
    return YAML(typ="safe").load(file)


def environment(folder: Path) -> dict[str, str]:
    """This interpreter's commands first; git without the settings of whoever runs the tests."""
    path = f"{HERE}{os.pathsep}{os.environ['PATH']}"
    git = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "x",
        "GIT_AUTHOR_EMAIL": "x@example.org",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | git | {"PATH": path, "PRE_COMMIT_HOME": str(folder / ".home"), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def call(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )


@pytest.mark.parametrize(("name", "schema"), [("github.yml", "github-workflows"), ("gitlab.yml", "gitlab-ci")])
def test_ci_files_are_valid(name: str, schema: str, tmp_path: Path) -> None:
    def errors(file: Path) -> object:
        return check_jsonschema(["--builtin-schema", f"vendor.{schema}", str(file)], standalone_mode=False)

    text = (ROOT / "examples/ci" / name).read_text("utf-8")
    wrong = tmp_path / name
    wrong.write_text(text.replace("jobs:", "jbs:").replace("  image:", "  imge:"), "utf-8")
    assert not errors(ROOT / "examples/ci" / name)
    assert errors(wrong)


def test_hooks_are_valid() -> None:
    assert pre_commit(["validate-manifest", str(HOOKS)]) == 0
    assert pre_commit(["validate-config", str(ROOT / "examples/ci/pre-commit.yaml")]) == 0
    shown = read(ROOT / "examples/ci/pre-commit.yaml")["repos"][0]["hooks"]
    assert {hook["id"] for hook in shown} == {hook["id"] for hook in read(HOOKS)}


STEPS = "steps\n    step Visit\n        by doctor at Health Centre\n    end Done\n        closes the plan\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the hooks as they are shipped, but for where their commands are installed."""
    hooks = [hook | {"language": "system", "entry": f"{sys.executable} -m {hook['entry']}"} for hook in read(HOOKS)]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    with (tmp_path / ".pre-commit-config.yaml").open("w") as stream:
        YAML().dump(config, stream)
    assert call(tmp_path, "git", "init", "-q").returncode == 0
    return tmp_path


def commit(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "a b.path").write_text(text, "utf-8")
    call(folder, "git", "add", "-A")
    return call(folder, sys.executable, "-m", "pre_commit", "run")


def test_the_hooks_stop_bad_files_and_let_good_ones_through(repository: Path) -> None:
    good = format_text(whole(STEPS.replace("    end Done", "        within 14 days\n    end Done")))
    bad = good.replace("        within 14 days\n", "        by   nurse at Health Centre\n", 1).replace(
        "        by doctor at Health Centre\n", "", 1
    )
    stopped = commit(repository, bad)
    assert stopped.returncode == 1
    assert "G401" in stopped.stdout
    assert "files were modified by this hook" in stopped.stdout
    assert (repository / "a b.path").read_text("utf-8") == format_text(bad)
    passed = commit(repository, good)
    assert (passed.returncode, passed.stdout.count("Passed")) == (0, 2), passed.stdout


def commands_of(file: Path) -> list[str]:
    """The commands of pathflow in a CI file, as the server would run them."""
    text = file.read_text("utf-8")
    lines = [line.strip().removeprefix("- ").removeprefix("run: ") for line in text.splitlines()]
    return [line for line in lines if line.startswith("pathflow ")]


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_ci_commands_work(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "paths").mkdir()
    shutil.copy(ROOT / "examples/memory/memory.path", tmp_path / "paths")
    commands = commands_of(ROOT / "examples/ci" / name)
    assert len(commands) >= 4
    monkeypatch.chdir(tmp_path)
    for command in commands:
        words, _, file = command.removesuffix(" || test $? -eq 1").partition(" > ")
        assert main(words.split()[1:]) == 0, command
        out = capsys.readouterr().out
        if file:
            Path(file).write_text(out, "utf-8")
    if name == "gitlab.yml":
        reports = read(ROOT / "examples/ci" / name)["pathflow"]["artifacts"]["reports"]
        assert json.loads((tmp_path / reports["codequality"]).read_text("utf-8")) == []
        assert (tmp_path / reports["junit"]).read_text("utf-8").startswith("<?xml")
    else:
        (upload,) = [
            s for s in read(ROOT / "examples/ci" / name)["jobs"]["pathflow"]["steps"] if "upload-sarif" in s.get("uses", "")
        ]
        assert json.loads((tmp_path / upload["with"]["sarif_file"]).read_text("utf-8"))["version"] == "2.1.0"


def test_a_report_is_written_although_there_are_findings(tmp_path: Path) -> None:
    """`|| test $? -eq 1` lets findings through to the server, and stops at a file that cannot be read."""
    (tmp_path / "paths").mkdir()
    (tmp_path / "paths/a.path").write_text(whole(STEPS), "utf-8")
    command = next(c for c in commands_of(ROOT / "examples/ci/gitlab.yml") if "gitlab" in c)
    assert call(tmp_path, "sh", "-euc", command).returncode == 0
    assert len(json.loads((tmp_path / "gl-code-quality-report.json").read_text("utf-8"))) == 1
    (tmp_path / "paths/a.path").unlink()
    assert call(tmp_path, "sh", "-euc", command).returncode == 1
