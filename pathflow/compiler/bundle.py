"""A path with all the files it needs, in one text: what a store keeps, so that it can be compiled again for ever."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from pathflow.base.errors import PathflowError
from pathflow.compiler.library import Library
from pathflow.compiler.passes import Compiler, Unit
from pathflow.dsl.parse import parse_bytes
from pathflow.engine.program import Program
from pathflow.model import path as model

FORMAT: Final = "pathflow path 1"


def bundle_of(unit: Unit) -> str:
    """The file and those that it uses, by their places as seen from its folder, the file itself first; and the names of the
    paths that its steps start, whose files do not belong to it.
    """
    folder = unit.path.parent.resolve()
    used = (unit, *unit.all_used)
    files = {os.path.relpath(one.path.resolve(), folder): one.library.bytes[one.file.name].decode() for one in used}
    started = _started(used)
    return json.dumps({"format": FORMAT, "files": files} | ({"starts": started} if started else {}), ensure_ascii=False)


def _started(units: tuple[Unit, ...]) -> list[str]:
    statements = [node.statement for unit in units if unit.program is not None for node in unit.program.nodes]
    return sorted({s.starts.path for s in statements if isinstance(s, model.Step) and s.starts is not None})


def program_of_bundle(bundle: str, key: str) -> Program:
    """The path compiled again. Raises: PathflowError where it is another than that of the key, or can no longer be read."""
    found: dict[str, Any] = json.loads(bundle)
    if found.get("format") != FORMAT:
        raise PathflowError("the version {key} of a path is kept in a form that is not known here", key=key[:12])
    program = _compiled(found["files"], found.get("starts", [])).program
    if program is None or program.key != key:
        raise PathflowError("the version {key} of a path cannot be compiled again as it was", key=key[:12])
    return program


def unit_with(bundle: str, lines: list[str]) -> Unit:
    """The path compiled again with these lines at its end."""
    found: dict[str, Any] = json.loads(bundle)
    files: dict[str, str] = found["files"]
    first = next(iter(files))
    return _compiled(files | {first: "\n".join([files[first].rstrip("\r\n"), "", *lines, ""])}, found.get("starts", []))


def _compiled(files: dict[str, str], started: list[str]) -> Unit:
    folder = Path()  # everything is given
    library = _Given(folder, started)
    for name, text in files.items():
        path = folder / name
        data = text.encode()
        library.give(path, parse_bytes(str(path), data), data)
    return Compiler(library).unit(folder / next(iter(files)))


class _Given(Library):
    """Only what was given; nothing on the disk counts.

    Args:
        started: paths that are known by their names alone.
    """

    def __init__(self, root: Path, started: list[str]) -> None:
        super().__init__(root)
        self._started = started

    def names(self, kind: str, folder: Path) -> list[str]:
        """Those of the files, and those that are known by their names alone."""
        return [*super().names(kind, folder), *(self._started if kind == "path" else [])]

    def listing(self, folder: Path) -> list[Path]:
        """None."""
        return []

    def missing(self, path: Path) -> bytes:
        """Nothing is read from the disk."""
        raise PathflowError("the file {path} was not kept with the path", path=path)
