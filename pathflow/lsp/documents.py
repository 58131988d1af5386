"""The texts that the editor holds, in the folders that it has open: each in the workspace of its folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from lsprotocol import types
from pygls import uris

from pathflow.compiler.library import Unreadable
from pathflow.ide.text import lines_of, starts_of, written_in
from pathflow.ide.view import View
from pathflow.lsp.positions import Positions, characters_in
from pathflow.workspace import Workspace

_ODD: Final = re.compile(r"[^\w.-]+")


class Document(NamedTuple):
    """A file by its name in the workspace of its folder."""

    uri: str
    workspace: Workspace
    name: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.workspace.folder / self.name


class Documents:
    """The documents that are open, and the workspaces of their folders.

    Attributes:
        encoding: in which units the editor counts.
    """

    def __init__(self) -> None:
        self.encoding = "utf-16"
        self.folders: list[Path] = []
        self.open: dict[str, int] = {}
        self._workspaces: dict[Path, Workspace] = {}
        self._uris: dict[str, str] = {}
        self._positions: dict[str, tuple[bytes, Positions]] = {}

    def add_folders(self, given: Iterable[str]) -> None:
        """Folders that the editor has open."""
        for uri in given:
            path = uris.to_fs_path(uri)
            if path and Path(path).resolve() not in self.folders:
                self.folders.append(Path(path).resolve())

    def remove_folders(self, given: Iterable[str]) -> None:
        """Folders that it has closed."""
        gone = {Path(path).resolve() for uri in given if (path := uris.to_fs_path(uri))}
        self.folders = [folder for folder in self.folders if folder not in gone]

    # ── which file, in which folder ─────────────────────────────────────────────────────────────────────────────────

    def document(self, uri: str) -> Document:
        """The document of a URI. One that lies nowhere yet is taken for a file of the first folder."""
        path = self._path(uri)
        around = [folder for folder in self.folders if path.is_relative_to(folder)]
        folder = max(around, key=lambda one: len(one.parts), default=path.parent)
        workspace = self._workspaces.get(folder)
        if workspace is None:
            workspace = self._workspaces[folder] = Workspace(folder)
        return Document(uri, workspace, str(path.relative_to(folder)))

    def _path(self, uri: str) -> Path:
        found = uris.to_fs_path(uri) if uri.startswith("file:") else None
        if found:
            return Path(found).resolve()
        folder = self.folders[0] if self.folders else Path.cwd()
        name = _ODD.sub("-", unquote(uri)).strip("-.") or "untitled"
        return folder / (name.removesuffix(".path") + ".path")

    def uri(self, path: Path | str) -> str:
        """The URI of a file: as the editor calls it, where it is open."""
        text = str(path)
        return self._uris.get(text) or uris.from_fs_path(text) or text

    def view(self, uri: str) -> View | None:
        """The file as it is now; None for one that cannot be read."""
        document = self.document(uri)
        try:
            return document.workspace.view(document.name)
        except Unreadable:
            return None

    # ── texts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def put(self, uri: str, text: str, version: int) -> None:
        """A document is open, with this text."""
        document = self.document(uri)
        self.open[uri] = version
        self._uris[str(document.path)] = uri
        document.workspace.edit(document.name, text)

    def change(self, uri: str, changes: Iterable[types.TextDocumentContentChangeEvent], version: int) -> None:
        """The text has changed, in the order of the changes."""
        document = self.document(uri)
        text = document.workspace.text(document.name) or ""
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text = self._changed(text, change.range, change.text)
            else:
                text = change.text
        self.put(uri, text, version)

    def _changed(self, text: str, where: types.Range, new: str) -> str:
        lines, starts = lines_of(text), starts_of(text)
        start, end = (self._offset(lines, starts, at, len(text)) for at in (where.start, where.end))
        return text[:start] + new + text[max(start, end) :]

    def _offset(self, lines: list[str], starts: list[int], at: types.Position, last: int) -> int:
        if at.line >= len(lines):
            return last
        return starts[at.line] + characters_in(lines[at.line], at.character, self.encoding)

    def close(self, uri: str) -> None:
        """The document is not open any more: what lies on the disk counts."""
        document = self.document(uri)
        self.open.pop(uri, None)
        self._uris.pop(str(document.path), None)
        document.workspace.close(document.name)

    def refresh(self) -> None:
        """Files have changed on the disk."""
        for workspace in self._workspaces.values():
            workspace.refresh()

    # ── places ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def positions(self, view: View) -> Positions:
        """The places of a file."""
        return Positions(view.lines, self.encoding)

    def positions_from(self, view: View, path: str, name: str) -> Positions:
        """The places of a file as a view sees it, and calls it in spans; kept as long as its text stays."""
        data = view.index.library.bytes.get(name)
        if data is None:
            return self.positions_at(path)
        kept = self._positions.get(path)
        if kept is None or kept[0] is not data:
            kept = self._positions[path] = (data, Positions(written_in(data), self.encoding))
        return kept[1]

    def positions_at(self, path: Path | str) -> Positions:
        """The places of any file, by where it lies."""
        view = self.view(self.uri(path))
        return Positions(view.lines if view is not None else [""], self.encoding)
