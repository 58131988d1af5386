"""What editors say, in Finnish and Swedish."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pathflow.dsl.languages import Code
from pathflow.ide.facts import CALLED
from pathflow.locale import catalogue
from tests.conftest import ROOT

OTHERS: tuple[Code, ...] = ("fi", "sv")


def texts() -> dict[str, str]:
    """Template to the file in which it stands."""
    found = dict.fromkeys(CALLED.values(), "pathflow/ide/facts.py")
    for folder in ("ide", "lsp"):
        for file in sorted((ROOT / "pathflow" / folder).glob("*.py")):
            for text in said_in(file):
                found.setdefault(text, str(file.relative_to(ROOT)))
    return found


def said_in(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text("utf-8"))
    held = {
        node.targets[0].id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("said", "say") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)
            elif isinstance(first, ast.Name) and first.id in held:
                yield held[first.id]
            else:
                assert isinstance(first, ast.Subscript | ast.Call | ast.Name), f"{file.name}: {ast.unparse(node)}"


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_that_editors_say_lacks_a_translation(code: Code) -> None:
    wanted = texts()
    assert len(wanted) > 40
    known = catalogue(code, "editor")
    assert [f"{where}: {text}" for text, where in wanted.items() if text not in known] == [], "add them to *_editor.toml"
    assert set(known) - set(wanted) == set()


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_agree(code: Code) -> None:
    for english, own in catalogue(code, "editor").items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", own)), english
