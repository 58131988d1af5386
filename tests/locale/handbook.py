"""Every sentence that a handbook says: read out of its code and its templates, not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

ROOM = ROOT / "pathflow/handbook"
SAYING = frozenset({"text", "rich", "_by", "_within"})
"""Calls of which a text is said."""

TITLED = frozenset({"facts", "table"})
"""Calls in which titles of terms and columns stand."""

HELD = frozenset({"COLUMNS", "CHOICE", "PROVIDER", "LEVELS", "LETTERS_MEAN", "PARTS", "SORTS", "SECTORS", "MODES", "KINDS", "WORDS",
                  "PARTIES", "_WEEKDAYS", "columns", "count", "seen"})  # fmt: skip
"""Names in which texts are kept until they are said."""

NEVER = frozenset({"matrix"})
"""Texts that stand among them and are said by nobody."""

_IN_TEMPLATE = re.compile(r'\btext\("([^"]+)"')


def sayings() -> dict[str, str]:
    """Sentence to the file in which it stands."""
    found: dict[str, str] = {}
    for file in sorted(ROOM.rglob("*.py")):
        for text in _said_in(file):
            found.setdefault(text, str(file.relative_to(ROOT)))
    for file in sorted((ROOM / "templates").glob("*.j2")):
        for text in _IN_TEMPLATE.findall(file.read_text("utf-8")):
            found.setdefault(text, str(file.relative_to(ROOT)))
    return found


def _said_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYING and node.args:
                yield from _texts(node.args[1] if name.startswith("_") and len(node.args) > 1 else node.args[0])
            elif name == "facts":
                for row in node.args[1:]:
                    yield from _texts(row.elts[0]) if isinstance(row, ast.Tuple) else ()
            elif name in TITLED and len(node.args) > 2:
                yield from _texts(node.args[2])
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in HELD for target in targets):
                yield from _texts(node.value)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if any(letter.isalpha() for letter in node.value) and node.value not in NEVER:
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for part in node.elts:
            yield from _texts(part)
    elif isinstance(node, ast.Starred):
        yield from _texts(node.value)
    elif isinstance(node, ast.Dict):
        for part in node.values:
            yield from _texts(part)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "frozenset":
        for part in node.args:
            yield from _texts(part)
