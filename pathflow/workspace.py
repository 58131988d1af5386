"""A folder held open, as an editor holds it: texts change under the hand, and each is checked anew at once.

What did not change is neither read nor compiled again; what a check says is what `check_text` would say.

Law: tests/laws/test_workspace.py (after any edits, in texts and on the disk, as a workspace opened now).
"""

from __future__ import annotations

import os
from pathlib import Path

from pathflow.api import CheckReport, PathLike, report_of
from pathflow.compiler.library import Library, heads_in
from pathflow.compiler.passes import Compiler
from pathflow.dsl.parse import parse_text

__all__ = ["Workspace"]

_Seen = dict[str, tuple[int, int]]


class Workspace:
    """The .path files of a folder, some of them with a text that is newer than the disk's.

    Args:
        folder: beyond it nothing is read.
    """

    def __init__(self, folder: PathLike) -> None:
        self.folder = Path(folder)
        self._texts: dict[str, str] = {}
        self._open()

    def _open(self) -> None:
        self._library = Library(self.folder)
        self._compiler = Compiler(self._library)
        for name, text in self._texts.items():
            self._give(name, text)
        self._seen = self._on_disk()

    def edit(self, name: str, text: str) -> None:
        """From now on the file of that name, as seen from the folder, has this text, whatever lies on the disk."""
        before = self._texts.get(name)
        self._texts[name] = text
        if before is None or heads_in(before.encode("utf-8", "replace")) != heads_in(text.encode("utf-8", "replace")):
            self._open()  # other files may now find it, or no longer
        elif before != text:
            self._give(name, text)

    def close(self, name: str) -> None:
        """From now on the file has the text that lies on the disk."""
        if self._texts.pop(name, None) is not None:
            self._open()

    def check(self, name: str) -> CheckReport:
        """What `check_text` says of the file, with the texts of the others as they are here.

        Raises: Unreadable for a file that is neither here nor on the disk.
        """
        if self._seen != self._on_disk():
            self._open()
        self._compiler.begin_again()
        report = report_of(self._compiler.unit(self.folder / name))
        self._seen = {**self._on_disk(), **self._seen}  # with files further below, read for the first time
        return report

    def _give(self, name: str, text: str) -> None:
        path = self.folder / name
        self._library.give(path, parse_text(name, text), text.encode("utf-8", "replace"))
        self._compiler.forget(path)

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
