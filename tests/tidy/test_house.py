"""The house as ARCHITECTURE.md has it: imports go down, rooms are described, nothing is left lying about."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HIDDEN = {"schema", "grammar"}
MODULES = sorted((ROOT / "pathflow").rglob("*.py"))


def test_imports_go_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_room_is_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = [path.name for path in (ROOT / "pathflow").iterdir() if path.is_dir() and any(path.glob("*.py"))]
    assert [room for room in rooms if f"| `{room}` |" not in text and room not in HIDDEN] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_what_is_public_in_it_says_what_it_is_for(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    is_rule = module.stem[:1] in "gdo" and module.stem[1:4].isdigit()
    assert ast.get_docstring(tree) or not tree.body
    public = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node) and not is_rule] == []


def test_every_exact_dependency_is_named_in_the_architecture() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").lower()
    for requirement in [*wanted["dependencies"], *(r for extra in wanted["optional-dependencies"].values() for r in extra)]:
        assert requirement.split(">=")[0].lower() in text, requirement
