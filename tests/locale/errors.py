"""Every template of what cannot be used, and of what a failed test says: read out of the code, not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

from pathflow.base.errors import SYSTEM
from pathflow.cli.misuse import MISUSES
from pathflow.cli.writing import READ_ONLY
from pathflow.engine.migrating import LOSSES
from pathflow.engine.offers import OfferState
from tests.conftest import ROOT

SAYING = frozenset({
    "PathflowError", "Unreadable", "LogError", "BaselineError", "Unusable", "Misused", "Said", "_is_due", "_say_error",
    "StoreError", "Unsafe", "Busy", "Conflict", "Repeated", "Damaged", "UnknownWords",
    "Refusal",
})  # fmt: skip
"""Calls whose first text is said; a test holds that every class of errors is among them."""

CLICKS = frozenset({"ClickException", "UsageError", "BadParameter", "BadArgumentUsage", "BadOptionUsage", "FileError"})
"""Errors of click: what they say has been translated when they are made."""

PASSED_ON = frozenset({
    "pathflow/base/errors.py", "pathflow/base/phrases.py", "pathflow/cli/misuse.py", "pathflow/cli/migrate_command.py",  # what others say is put together here
})  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Read(NamedTuple):
    """The templates of a file, and the calls whose template could not be read: they would stay English."""

    texts: list[str]
    unread: list[str]


def errors() -> dict[str, str]:
    """Template to the file in which it stands."""
    found = dict.fromkeys((*SYSTEM, READ_ONLY, *LOSSES.values(), *get_args(OfferState)), "the system") | dict.fromkeys(
        MISUSES, "pathflow/cli/misuse.py"
    )
    for file in sorted((ROOT / "pathflow").rglob("*.py")):
        for text in read(file).texts:
            found.setdefault(text, str(file.relative_to(ROOT)))
    return found


def unread() -> list[str]:
    """The calls of all files whose template cannot be read."""
    return [f"{file}: {call}" for file in sorted((ROOT / "pathflow").rglob("*.py")) for call in read(file).unread]


@cache
def read(file: Path) -> Read:
    """What a file says."""
    tree = ast.parse(file.read_text("utf-8"))
    found = Read([], [])
    constants = {name: texts for name, texts in _held(tree).items() if name.isupper()}
    is_passed_on = file.is_relative_to(ROOT) and str(file.relative_to(ROOT)) in PASSED_ON
    for inside in [tree, *(node for node in ast.walk(tree) if isinstance(node, Function))]:
        held = _held(inside) | constants
        for call in _calls(inside):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name == "name_of" and len(call.args) > 1 and "compiler" not in file.parts:
                found.texts.extend(_texts(call.args[1], held) or [])
            elif name in CLICKS and not _is_translated(call.args[0]):
                found.unread.append(ast.unparse(call))
            elif name in SAYING and call.args:
                texts = _texts(call.args[0], held)
                if texts is not None:
                    found.texts.extend(texts)
                elif not is_passed_on:
                    found.unread.append(ast.unparse(call))
    return found


def _calls(inside: ast.AST) -> Iterator[ast.Call]:
    """The calls of a function or of a module, those of the functions inside of it left out."""
    for child in ast.iter_child_nodes(inside):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, Function):
            yield from _calls(child)


def _held(inside: ast.AST) -> dict[str, list[str]]:
    """The texts that names hold."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(inside):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and (texts := _texts(node.value, {})) is not None:
                    found.setdefault(target.id, []).extend(texts)
    arguments = inside.args if isinstance(inside, Function) else None
    for argument in arguments.args if arguments is not None else ():
        if argument.arg in ("say", "what"):
            found.setdefault(argument.arg, [])  # whoever calls it says it
    return found


def _texts(node: ast.expr, held: dict[str, list[str]]) -> list[str] | None:
    """The texts that an expression may be; None where that cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return held.get(node.id)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return held.get(node.value.id)
    parts = (
        [node.body, node.orelse] if isinstance(node, ast.IfExp) else list(node.values) if isinstance(node, ast.Dict) else None
    )
    if parts is None:
        return None
    found = [_texts(part, held) for part in parts]
    return None if None in found else [text for texts in found for text in texts or ()]


def _is_translated(node: ast.expr) -> bool:
    """Whether no letter of it is said that has not gone through a catalogue."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return name in ("said", "refusal") or all(map(_is_translated, [*node.args, *_receiver(node)]))
    if isinstance(node, ast.Constant):
        return not any(letter.isalpha() for letter in str(node.value))
    if isinstance(node, ast.JoinedStr):
        return all(_is_translated(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _is_translated(node.left) and _is_translated(node.right)
    if isinstance(node, ast.IfExp):
        return _is_translated(node.body) and _is_translated(node.orelse)
    return isinstance(node, ast.Name)  # what was put together before, which is looked at there


def _receiver(call: ast.Call) -> list[ast.expr]:
    return [call.func.value] if isinstance(call.func, ast.Attribute) else []
