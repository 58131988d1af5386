"""A folder held open, as an editor holds it: texts change under the hand, and each is checked anew at once.

What did not change is neither read nor compiled again, nor is proved again what means the same; what a check says is what
`check_text` would say.

Law: tests/laws/test_workspace.py (after any edits, in texts and on the disk, as a workspace opened now).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pathflow.api import CheckReport, PathLike, report_of
from pathflow.compiler.library import Library, heads_in
from pathflow.compiler.passes import Compiler, Unit
from pathflow.dsl.again import parse_again
from pathflow.dsl.parse import parse_text
from pathflow.dsl.syntax import SourceFile
from pathflow.ide.names import Index
from pathflow.ide.view import View
from pathflow.rules.kept import Kept

__all__ = ["Workspace"]

_Seen = dict[str, tuple[int, int]]

FILES_MAX: Final = 2_000
"""How many files of a folder, and of the folders in it, are looked through for uses of a name."""

FOLDERS_MAX: Final = 5_000
"""In how many folders they are looked for."""


class Workspace:
    """The .path files of a folder, some of them with a text that is newer than the disk's.

    Args:
        folder: beyond it nothing is read.
    """

    def __init__(self, folder: PathLike) -> None:
        self.folder = Path(folder)
        self._texts: dict[str, str] = {}
        self._parsed: dict[str, tuple[str, SourceFile]] = {}
        self._sound: dict[str, SourceFile] = {}  # as they were last read without a mistake
        self._views: dict[str, View] = {}
        self._kept: dict[str, Kept] = {}
        self._files: list[Path] | None = None
        self._index: Index | None = None
        self._memory: dict[Path, tuple[bytes, SourceFile]] = {}
        self._open()

    def _open(self) -> None:
        self._library = Library(self.folder, self._memory)
        self._compiler = Compiler(self._library)
        for name, text in self._texts.items():
            self._give(name, text)
        self._changed()
        self._files = None
        self._seen = self._on_disk()

    def edit(self, name: str, text: str) -> None:
        """From now on the file of that name, as seen from the folder, has this text, whatever lies on the disk."""
        before = self._texts.get(name)
        self._texts[name] = text
        if before is None or heads_in(before.encode("utf-8", "replace")) != heads_in(text.encode("utf-8", "replace")):
            self._open()  # other files may now find it, or no longer
        elif before != text:
            self._give(name, text)
            self._changed()

    def close(self, name: str) -> None:
        """From now on the file has the text that lies on the disk."""
        if self._texts.pop(name, None) is not None:
            self._parsed.pop(name, None)
            self._sound.pop(name, None)
            self._open()

    def refresh(self) -> None:
        """Reads anew what lies on the disk, in the folders of the folder too."""
        self._open()

    def text(self, name: str) -> str | None:
        """The text that was given for a file; None where the disk's counts."""
        return self._texts.get(name)

    def texts(self) -> dict[str, str]:
        """The texts that were given, by the names of their files."""
        return dict(self._texts)

    def check(self, name: str) -> CheckReport:
        """What `check_text` says of the file, with the texts of the others as they are here.

        Raises: Unreadable for a file that is neither here nor on the disk.
        """
        view = self.view(name)
        return report_of(view.unit, view.kept)

    def view(self, name: str) -> View:
        """The file as it is now, for all that editors ask. Raises: Unreadable, as `check`."""
        if self._is_changed_on_disk():
            self._open()
        found = self._views.get(name)
        if found is None:
            path = self.folder / name
            file = self._library.file(path)
            kept = self._kept.setdefault(name, Kept())
            found = View(name, path, file, self._names(), lambda: self._compiled(path), self._all_files, kept)
            self._views[name] = found
        return found

    def _compiled(self, path: Path) -> Unit:
        self._compiler.begin_again()
        return self._compiler.unit(path)

    def _names(self) -> Index:
        if self._index is None:
            self._index = Index(self._library)
        return self._index

    def _changed(self) -> None:
        self._views.clear()
        if self._index is not None:
            self._index.begin_again(self._library)

    def _all_files(self) -> list[Path]:
        """The .path files of the folder and of those in it; of those further below only what has a text, or lay there."""
        if self._files is None:
            self._files = list(_files_below(self.folder))
        given = [path for name in self._texts if (path := self.folder / name) not in self._files]
        return [*self._files, *given]

    def _give(self, name: str, text: str) -> None:
        path = self.folder / name
        kept = self._parsed.get(name)
        if kept is None or kept[0] != text:
            sound = self._sound.get(name)
            file = (parse_again(sound, text) if sound is not None else None) or parse_text(name, text)
            kept = self._parsed[name] = (text, file)
            if not file.findings:
                self._sound[name] = file
        self._library.give(path, kept[1], text.encode("utf-8", "replace"))
        self._compiler.forget(path)

    def _is_changed_on_disk(self) -> bool:
        """Whether a file was changed, is gone, or is new in the folder; one that was read for the first time is not."""
        now = self._on_disk()
        read = set(map(str, self._library.read_from_disk()))
        is_changed = any(now.get(place) != when for place, when in self._seen.items())
        if is_changed or any(place not in self._seen and place not in read for place in now):
            return True
        self._seen = now
        return False

    def _on_disk(self) -> _Seen:
        """When the files of the folder, and those read elsewhere, were last changed."""
        found: _Seen = {}
        try:
            entries = [entry for entry in os.scandir(self.folder) if entry.name.endswith(".path")]
        except OSError:
            entries = []
        for place in (*(entry.path for entry in entries), *map(str, self._library.read_from_disk())):
            try:
                stat = Path(place).stat()
            except OSError:
                continue
            found[place] = (stat.st_mtime_ns, stat.st_size)
        return found


def _files_below(folder: Path) -> Iterator[Path]:
    """The .path files of a folder and of those in it, folder by folder; hidden ones and those of packages are passed by."""
    n_files = 0
    for number, (place, inner, files) in enumerate(os.walk(folder)):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _PASSED_BY)
        for name in sorted(files):
            if name.endswith(".path") and n_files < FILES_MAX:
                n_files += 1
                yield Path(place, name)
        if number == FOLDERS_MAX or n_files == FILES_MAX:
            return


_PASSED_BY: Final = frozenset({"node_modules", "__pycache__", "site-packages"})
