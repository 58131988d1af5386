"""Every template of the frames around results: read out of the code, not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from pathflow.engine.facts import FACTS
from tests.conftest import ROOT

SAYING = frozenset({"said", "spoken", "_say", "_until"})
"""Calls whose first text is said."""

HELD = frozenset({"text", "one", "more", "told", "both", "what", "nothing", "_STATE", "_WHO", "TITLES", "COUNTED", "ROLES"})
"""Names in which a text is kept until it is said."""


def _composed() -> Iterator[str]:
    """What the code puts together from its own closed words."""
    for level in ("error", "warning"):
        yield from (f"{{n}} {level}", f"{{n}} {level}s")
    for kind in set(FACTS) - {"enrolled", "completed", "observed", "chose"}:
        yield from (f"the client {kind}", f"{{name}} {kind}")
    for word in ("decide", "client chooses", "step", "handoff", "consultation", "include", "end"):
        yield f"{word} {{name}}"
    yield from ("it happens", "gone, and back", "reached")
    for done in ("done", "sent", "answered", "chosen"):
        yield from (f"{{name}} has not been {done} in time", f"{{name}} has not been {done} by its maximum")


def frames() -> dict[str, str]:
    """Template to the file in which it stands."""
    found: dict[str, str] = dict.fromkeys(_composed(), "composed")
    files = [
        *(ROOT / "pathflow/cli").glob("*.py"),
        ROOT / "pathflow/graph/tree.py",
    ]
    for file in sorted(files):
        if file.name in ("diff_command.py", "help.py", "main.py", "misuse.py", "tongue.py", "trouble.py"):
            continue
        for text in said_in(file):
            found.setdefault(text, str(file.relative_to(ROOT)))
    for file in [
        *(ROOT / "pathflow/engine").glob("*.py"),
        *(ROOT / "pathflow/replay").glob("*.py"),
        *(ROOT / "pathflow/witness").glob("*.py"),
    ]:
        for text in _phrases_in(file):
            found.setdefault(text, str(file.relative_to(ROOT)))
    return found


def said_in(file: Path) -> Iterator[str]:
    """The texts that a file says."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYING and node.args:
                yield from _texts(node.args[0])
            elif name == "many":
                yield from _counted(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id in HELD for target in targets):
                yield from _texts(node.value)


def _counted(node: ast.Call) -> Iterator[str]:
    ones = list(_texts(node.args[1]))
    for one in ones:
        yield f"{{n}} {one}"
        yield f"{{n}} {one}s" if len(node.args) < 4 else f"{{n}} {next(_texts(node.args[3]))}"


def _phrases_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase" and node.args:
            yield from (text for text in _texts(node.args[0]) if text != "{name}")


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if any(letter.isalpha() for letter in node.value):
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Tuple | ast.List):
        for part in node.elts:
            yield from _texts(part)
    elif isinstance(node, ast.Dict):
        for part in node.values:
            yield from _texts(part)
