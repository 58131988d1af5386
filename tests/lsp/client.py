"""An editor for the tests: pygls' own client, which speaks with the server over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.conftest import ROOT

PATIENCE = 60
"""Units: seconds."""


class Editor:
    """A client with documents open, and the findings that it was told."""

    def __init__(self, folder: Path) -> None:
        self.root = self.folder = folder
        self.client = LanguageClient("tests", "1")
        self.told: dict[str, list[types.PublishDiagnosticsParams]] = {}
        self.news = asyncio.Event()
        self.versions: dict[str, int] = {}
        self.shown: list[str] = []
        self.registered: list[str] = []
        self.refreshed = 0
        self.answer: types.InitializeResult

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params: types.PublishDiagnosticsParams) -> None:
            self.told.setdefault(params.uri, []).append(params)
            self.news.set()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def _(params: types.ShowMessageParams) -> None:
            self.shown.append(params.message)

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def _(params: types.RegistrationParams) -> None:
            self.registered += [one.method for one in params.registrations]

        @self.client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
        def _(params: None) -> None:
            self.refreshed += 1

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def at(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    async def start(self, locale: str = "en", encodings: list[str] | None = None, **options: Any) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PATHFLOW_LANGUAGE": ""}
        env.pop("PYTHONHASHSEED", None)
        await self.client.start_io(sys.executable, "-m", "pathflow", "lsp", env=env)
        self.answer = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(
                    general=types.GeneralClientCapabilities(position_encodings=encodings) if encodings else None,
                    text_document=types.TextDocumentClientCapabilities(
                        code_action=types.CodeActionClientCapabilities(
                            resolve_support=types.ClientCodeActionResolveOptions(["edit"])
                        ),
                        completion=types.CompletionClientCapabilities(
                            completion_item=types.ClientCompletionItemOptions(snippet_support=True)
                        ),
                    ),
                    workspace=types.WorkspaceClientCapabilities(
                        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
                        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
                    ),
                ),
                locale=locale,
                root_uri=self.folder.as_uri(),
                workspace_folders=[types.WorkspaceFolder(self.folder.as_uri(), "tests")],
                initialization_options=options or None,
            )
        )
        self.client.initialized(types.InitializedParams())

    def open(self, name: str, text: str) -> None:
        self.versions[self.uri(name)] = 1
        item = types.TextDocumentItem(self.uri(name), "pathflow", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name: str, *changes: types.TextDocumentContentChangeEvent) -> int:
        self.versions[self.uri(name)] += 1
        identifier = types.VersionedTextDocumentIdentifier(self.versions[self.uri(name)], self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, list(changes)))
        return self.versions[self.uri(name)]

    def write(self, name: str, text: str) -> int:
        """The whole text anew."""
        return self.change(name, types.TextDocumentContentChangeWholeDocument(text))

    async def diagnostics(self, name: str, version: int | None = None) -> list[types.Diagnostic]:
        """What is told of a document in a version, as soon as it is."""
        wanted = version if version is not None else self.versions[self.uri(name)]

        async def wait() -> list[types.Diagnostic]:
            while True:
                for told in reversed(self.told.get(self.uri(name), [])):
                    if told.version == wanted:
                        return list(told.diagnostics)
                self.news.clear()
                await self.news.wait()

        return await asyncio.wait_for(wait(), PATIENCE)

    async def stop(self) -> int:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await asyncio.wait_for(self.client._server.wait(), PATIENCE)
        code = self.client._server.returncode
        await self.client.stop()
        return int(code)


@asynccontextmanager
async def editor(folder: Path, locale: str = "en", encodings: list[str] | None = None, **options: Any) -> AsyncIterator[Editor]:
    one = Editor(folder)
    await one.start(locale, encodings, **options)
    try:
        yield one
    finally:
        assert await one.stop() == 0


def position(text: str, words: str, after: int = 0) -> types.Position:
    """Where words stand in a text, in UTF-16 units, and so many characters after their beginning."""
    at = text.index(words) + after
    before = text[:at]
    line = before.count("\n")
    return types.Position(line, len(before.rpartition("\n")[2].encode("utf-16-le")) // 2)


def cut(text: str, where: types.Range) -> str:
    """What stands in a range of a text."""
    lines = text.split("\n")

    def offset(at: types.Position) -> int:
        units = lines[at.line].encode("utf-16-le")
        assert 2 * at.character <= len(units), f"{at} lies outside the line"
        return sum(len(line) + 1 for line in lines[: at.line]) + len(units[: 2 * at.character].decode("utf-16-le"))

    return text[offset(where.start) : offset(where.end)]


def apply(text: str, edits: list[types.TextEdit]) -> str:
    """The text with the edits made, as editors make them."""
    lines = text.split("\n")

    def offset(at: types.Position) -> int:
        if at.line >= len(lines):
            return len(text)
        return sum(len(line) + 1 for line in lines[: at.line]) + len(
            lines[at.line].encode("utf-16-le")[: 2 * at.character].decode("utf-16-le")
        )

    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text
