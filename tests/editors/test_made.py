"""What of the editors is made from the table of words is what the table says today; the extension holds together."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from editors.generate import made, spellings
from pathflow.dsl.vocabulary import KEYWORDS
from tests.conftest import ROOT

EXTENSION = ROOT / "editors/vscode"
MADE = dict(made())


@pytest.mark.parametrize("file", MADE, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_is_made_from_the_table_is_up_to_date(file: Path) -> None:
    if os.environ.get("PATHFLOW_GOLDEN") == "write":
        file.write_text(MADE[file], "utf-8")
    assert file.read_text("utf-8") == MADE[file], "python -m editors.generate"


def test_every_keyword_is_coloured() -> None:
    text = (EXTENSION / "syntaxes/pathflow.tmLanguage.json").read_text("utf-8")
    grammar = json.loads(text)
    patterns = " ".join(rule.get("match", rule.get("begin", "")) for rule in grammar["repository"].values())
    assert [word for word in spellings(KEYWORDS) if re.escape(word).replace("\\ ", "[ \\t]+") not in patterns] == []


def test_the_manifest_names_what_is_there() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text("utf-8"))
    given = manifest["contributes"]
    paths = [part["path"] for key in ("grammars", "snippets") for part in given[key]]
    paths += [language["configuration"] for language in given["languages"]]
    assert [path for path in paths if not (EXTENSION / path).is_file()] == []
    source = "".join(file.read_text("utf-8") for file in (EXTENSION / "src").glob("*.ts"))
    registered = set(re.findall(r'registerCommand\(\s*"([\w.]+)"', source))
    assert {command["command"] for command in given["commands"]} == registered
    settings = {name.removeprefix("pathflow.") for name in given["configuration"]["properties"]}
    assert set(re.findall(r'\.get<[^>]+>\(\s*"([\w.]+)"', source)) <= settings
    assert (
        manifest["devDependencies"]["@types/vscode"].lstrip("~^").rsplit(".", 1)[0]
        == manifest["engines"]["vscode"].lstrip("~^").rsplit(".", 1)[0]
    )


def test_the_lock_names_no_place() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_the_requests_of_the_extension_are_answered() -> None:
    source = "".join(file.read_text("utf-8") for file in (EXTENSION / "src").glob("*.ts"))
    server = (ROOT / "pathflow/lsp/server.py").read_text("utf-8")
    asked = set(re.findall(r'"(pathflow/\w+)"', source))
    assert asked
    assert [request for request in asked if f'"{request}"' not in server] == []


@pytest.mark.parametrize("script", ["check", "test"])
def test_the_extension_is_sound(script: str) -> None:
    """Its types, and its grammar on files with marks; where Node and its packages are: `make editors` brings them."""
    npm = shutil.which("npm")
    if npm is None or not (EXTENSION / "node_modules").is_dir():
        pytest.skip("the VS Code extension needs Node: make editors checks it")
    done = subprocess.run([npm, "run", "--silent", script], cwd=EXTENSION, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
