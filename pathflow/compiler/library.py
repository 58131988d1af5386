"""The files that belong together: a path, the networks it uses and the paths it includes, all inside one folder.

Networks and paths are found by the names they give themselves. A file is read once; nothing outside the root is read.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from pathflow.base.errors import PathflowError, why
from pathflow.base.names import fold
from pathflow.dsl.languages import CODES, language
from pathflow.dsl.parse import parse_bytes
from pathflow.dsl.syntax import SourceFile

_KINDS: Final = {language(code).keywords[kind]: kind for code in CODES for kind in ("path", "network")}
_HEAD: Final = re.compile(f"^({'|'.join(_KINDS)})[ \t]+([^\r\n#]+)".encode(), re.M | re.I)
FILES_MAX: Final = 5_000
"""How many files of a folder are looked through for a name."""


class Unreadable(PathflowError):
    """A file or folder that cannot be read, in one line for the user."""


class Library:
    """Files under one root folder.

    Args:
        root: the folder beyond which nothing is read.
        memory: what was read before, by another library of the folder: a file whose bytes are the same is not parsed again.
    """

    def __init__(self, root: Path, memory: dict[Path, tuple[bytes, SourceFile]] | None = None) -> None:
        self.root = root.resolve()
        self._memory = memory if memory is not None else {}
        self._parsed: dict[Path, SourceFile] = {}
        self._heads: dict[Path, dict[tuple[str, str], tuple[str, Path]]] = {}
        self.bytes: dict[str, bytes] = {}
        self._given: dict[Path, bytes] = {}
        self._places: dict[Path, Path] = {}

    def place(self, path: Path) -> Path:
        """Where a file lies, links followed. Looked at once: of a folder whose files were moved there is another library."""
        found = self._places.get(path)
        if found is None:
            found = self._places[path] = path.resolve()
        return found

    def file(self, path: Path) -> SourceFile:
        """The syntax of a file. Raises: Unreadable."""
        key = self.place(path)
        found = self._parsed.get(key)
        if found is None:
            data = self.missing(path)
            kept = self._memory.get(key)
            found = (
                kept[1] if kept is not None and kept[0] == data and kept[1].name == str(path) else parse_bytes(str(path), data)
            )
            self._memory[key] = (data, found)
            self._parsed[key] = found
            self.bytes[str(path)] = data
        return found

    def give(self, path: Path, file: SourceFile, data: bytes) -> None:
        """Puts in the syntax of a text that need not lie on the disk."""
        key = self.place(path)
        self._parsed[key] = file
        self._given[key] = self.bytes[file.name] = data

    def given(self) -> list[Path]:
        """The files whose text was given."""
        return list(self._given)

    def read_from_disk(self) -> list[Path]:
        """The files that were read, without those whose text was given."""
        return [path for path in self._parsed if path not in self._given]

    def is_inside(self, path: Path) -> bool:
        """Whether a file, links followed, lies under the root."""
        return self.place(path).is_relative_to(self.root)

    def named(self, kind: str, name: str, folder: Path) -> Path | None:
        """The file in the folder in which a path or network of that name stands."""
        found = self._index(folder).get((kind, fold(name)))
        return found[1] if found is not None else None

    def names(self, kind: str, folder: Path) -> list[str]:
        """The names of the paths or networks in a folder, as they are written there."""
        return [name for (sort, _), (name, _) in self._index(folder).items() if sort == kind]

    def _index(self, folder: Path) -> dict[tuple[str, str], tuple[str, Path]]:
        folder = folder.resolve()
        known = self._heads.get(folder)
        if known is not None:
            return known
        index: dict[tuple[str, str], tuple[str, Path]] = {}
        given = {path for path in self._given if path.parent == folder}
        for path in sorted({*self.listing(folder), *given}):
            if not self.is_inside(path):
                continue
            for kind, word in heads_in(self.beginning(path)):
                index.setdefault((kind, fold(word)), (word, path))
        self._heads[folder] = index
        return index

    def listing(self, folder: Path) -> list[Path]:
        """The .path files that lie in a folder; none where it cannot be read."""
        try:
            return [Path(file) for file in sorted(e.path for e in os.scandir(folder) if e.name.endswith(".path"))[:FILES_MAX]]
        except OSError:
            return []

    def beginning(self, path: Path) -> bytes:
        """What a file begins with, as far as heads are looked for; nothing where it cannot be read."""
        given = self._given.get(path)
        if given is not None:
            return given
        try:
            with path.open("rb") as stream:
                return stream.read(1_000_000)
        except OSError:
            return b""

    def missing(self, path: Path) -> bytes:
        """A file that was not given, from the disk. Raises: Unreadable."""
        return read_bytes(path)


def heads_in(data: bytes) -> list[tuple[str, str]]:
    """The kind and name of each path and network in a file, as far as its first lines of blocks tell."""
    found = ((_KINDS.get(kind.decode().lower(), "path"), name.decode("utf-8", "replace")) for kind, name in _HEAD.findall(data))
    return [(kind, name.strip().strip('"')) for kind, name in found]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises: Unreadable, with what is wrong in one line."""
    try:
        if path.is_dir():
            raise Unreadable("{path} is a folder, and a file is needed", path=path)
        if path.exists() and not path.is_file():
            raise Unreadable("{path} is not an ordinary file", path=path)
        with path.open("rb") as stream:
            return stream.read(17_000_000)  # a little more than a path file may have: enough to say that it is too large
    except FileNotFoundError:
        raise Unreadable("there is no file {path}", path=path) from None
    except PermissionError:
        raise Unreadable("{path} may not be read: permission denied", path=path) from None
    except (OSError, ValueError) as wrong:
        raise Unreadable("{path} cannot be read: {why}", path=path, why=why(wrong)) from None


def path_files(where: list[Path]) -> list[Path]:
    """The .path files meant by files and folders, in order, each once. Raises: Unreadable."""
    result: dict[Path, Path] = {}
    for place in where:
        if place.is_symlink() and not place.exists():
            raise Unreadable("{path} is a link that leads nowhere", path=place)
        if place.is_dir():
            found = sorted(p for p in place.rglob("*.path") if p.is_file() and ".venv" not in p.parts)
            if not found:
                raise Unreadable("there is no .path file in the folder {path}", path=place)
            for file in found:
                result.setdefault(file.resolve(), file)
        elif place.exists():
            result.setdefault(place.resolve(), place)
        else:
            raise Unreadable("there is no file or folder {path}", path=place)
    return list(result.values())
