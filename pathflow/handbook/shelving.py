"""A site put into a folder: each file whole or not at all, and nothing is taken away that was not put there by a handbook.

A list of what was written is kept in the folder; by it the next edition knows that the folder is a handbook's, and which pages
are no longer there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from pathflow.base.errors import why
from pathflow.compiler.library import Unreadable

LIST: Final = "handbook.json"
FORMAT: Final = "pathflow handbook 1"


class Written(Struct, frozen=True):
    """What became of a folder: how many files it holds, how many of them changed, and how many old ones were taken away."""

    n_files: int
    n_changed: int
    n_removed: int


def refuse_strange(folder: Path, *, force: bool = False) -> None:
    """That the folder is new, empty or a handbook's. Raises: Unreadable."""
    if folder.is_symlink() and not folder.exists():
        raise Unreadable("{path} is a link that leads nowhere", path=folder)
    if folder.exists() and not folder.is_dir():
        raise Unreadable("{path} is a file, and a folder is needed", path=folder)
    if force or not folder.exists() or _listed(folder) is not None:
        return
    try:
        is_empty = not any(folder.iterdir())
    except OSError as wrong:
        raise Unreadable("{path} cannot be read: {why}", path=folder, why=why(wrong)) from None
    if not is_empty:
        say = (
            "the folder {path} is not empty, and no handbook is in it; name another, or say --force, which writes into it and "
            "deletes nothing"
        )
        raise Unreadable(say, path=folder)


def put(folder: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Writes the files, takes away those of the last edition that are no more, and keeps the list. Raises: Unreadable."""
    before = _listed(folder) or frozenset()
    names: list[str] = []
    changed = 0
    for name, data in files:
        changed += _write(folder, name, data)
        names.append(name)
    _write(folder, LIST, (json.dumps({"format": FORMAT, "files": sorted(names)}, indent=1) + "\n").encode())
    removed = sum(_remove(folder, name) for name in sorted(before - set(names)))
    return Written(len(names), changed, removed)


def _listed(folder: Path) -> frozenset[str] | None:
    """The files of the last edition; None where the folder is no handbook's."""
    try:
        found = json.loads((folder / LIST).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("files"), list):
        return None
    return frozenset(name for name in found["files"] if isinstance(name, str) and _is_inside(name))


def _is_inside(name: str) -> bool:
    place = PurePosixPath(name)
    return bool(place.parts) and not place.is_absolute() and ".." not in place.parts and "\\" not in name and ":" not in name


def _write(folder: Path, name: str, data: bytes) -> bool:
    """Beside the file first, then in its stead; a file that is so already is left alone. Raises: Unreadable."""
    target = folder / name
    beside = target.with_name(f".{target.name}.new")
    try:
        if target.is_file() and not target.is_symlink() and target.read_bytes() == data:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise Unreadable("{path} lies outside the folder of the handbook", path=target)
        beside.write_bytes(data)
        beside.replace(target)
    except OSError as wrong:
        beside.unlink(missing_ok=True)
        raise Unreadable("{path} cannot be written: {why}", path=target, why=why(wrong)) from None
    return True


def _remove(folder: Path, name: str) -> bool:
    target = folder / name
    try:
        if not target.is_file() or not target.parent.resolve().is_relative_to(folder.resolve()):
            return False
        target.unlink()
    except OSError as wrong:
        raise Unreadable("{path} cannot be taken away: {why}", path=target, why=why(wrong)) from None
    return True
