"""Every sentence that the source may say of a path or a log, by where it stands: read out of the code, not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

ROOMS = ("dsl", "compiler", "rules", "replay/log.py", "replay/words.py", "replay/run.py", "api.py")
"""Where findings are made."""

SAYING = frozenset({"finding", "Mistake", "on", "of", "say", "Related", "mistake", "stray", "seen", "_set_aside", "_once"})
"""Calls whose texts are said."""

HELD = frozenset({"say", "help_", "helps", "_DATES_ARE", "_MAKE", "_SAY", "HERE_TOO"})
"""Names in which a text is kept until it is said."""


def sentences() -> dict[str, str]:
    """Template to the file in which it stands."""
    found: dict[str, str] = {}
    for room in ROOMS:
        place = ROOT / "pathflow" / room
        for file in [place] if place.is_file() else sorted(place.rglob("*.py")):
            for text in _said_in(file):
                if " " in text and "\\" not in text:
                    found.setdefault(text, str(file.relative_to(ROOT)))
    return found


def _said_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYING:
                for part in [*node.args, *(k.value for k in node.keywords if k.arg in ("say", "help", "note"))]:
                    yield from _texts(part)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from _assigned(target, node.value)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name) and target.id in HELD:
        yield from _texts(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, part in zip(target.elts, value.elts, strict=False):
            yield from _assigned(one, part)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp | ast.Tuple):
        for part in node.values if isinstance(node, ast.BoolOp) else node.elts:
            yield from _texts(part)
