"""The language server as an editor has it: over its pipe, with a key before each request and proofs running beside them."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from bench.chain import NETWORK, chain
from bench.measure import Line

KEYS = 60
"""How many keys are pressed, and each request asked, one after each key."""

LIMIT = 50
"""Units: milliseconds."""

Ask = Callable[["Editor"], Awaitable[object]]


class Editor:
    """A client with one file of 1,000 lines open, beside 19 others and their network."""

    def __init__(self, folder: Path, name: str) -> None:
        self.client = LanguageClient("bench", "1")
        self.folder = folder
        self.uri = (folder / name).as_uri()
        self.text = (folder / name).read_text("utf-8")
        self.lines = self.text.split("\n")
        self.version = 1
        self.told: dict[int, float] = {}
        self.news = asyncio.Event()
        middle = len(self.lines) // 2
        self.line = next(n for n in range(middle, len(self.lines)) if self.lines[n].lstrip().startswith("by "))

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params: types.PublishDiagnosticsParams) -> None:
            if params.uri == self.uri and params.version is not None:
                self.told[params.version] = time.perf_counter()
                self.news.set()

    async def start(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        await self.client.start_io(sys.executable, "-m", "pathflow", "lsp", env={**os.environ, "PYTHONPATH": root})
        folders = [types.WorkspaceFolder(self.folder.as_uri(), "bench")]
        await self.client.initialize_async(types.InitializeParams(types.ClientCapabilities(), workspace_folders=folders))
        self.client.initialized(types.InitializedParams())
        item = types.TextDocumentItem(self.uri, "pathflow", 1, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        await self.findings()

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    @property
    def at(self) -> types.Position:
        """At the end of a line `by …`."""
        return types.Position(self.line, len(self.lines[self.line]))

    def key(self) -> None:
        """One letter more, or one less, in a remark in the middle of the file."""
        self.version += 1
        end = types.Position(self.line - 1, len(self.lines[self.line - 1]))
        text = "x" if self.version % 2 == 0 else ""
        after = types.Position(end.line, end.character + (0 if self.version % 2 == 0 else 1))
        change = types.TextDocumentContentChangePartial(types.Range(end, after), text)
        identifier = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def findings(self) -> float:
        """When the findings of the present text were told."""
        while self.version not in self.told:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 60)
        return self.told[self.version]


def _whole(editor: Editor) -> types.Range:
    return types.Range(types.Position(editor.line - 30, 0), types.Position(editor.line + 30, 0))


ASKED: dict[str, Ask] = {
    "completion": lambda e: e.client.text_document_completion_async(types.CompletionParams(e.document, e.at)),
    "hover": lambda e: e.client.text_document_hover_async(types.HoverParams(e.document, e.at)),
    "definition": lambda e: e.client.text_document_definition_async(types.DefinitionParams(e.document, e.at)),
    "references in 20 files": lambda e: e.client.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(True), e.document, e.at)
    ),
    "marked places": lambda e: e.client.text_document_document_highlight_async(types.DocumentHighlightParams(e.document, e.at)),
    "outline": lambda e: e.client.text_document_document_symbol_async(types.DocumentSymbolParams(e.document)),
    "folding": lambda e: e.client.text_document_folding_range_async(types.FoldingRangeParams(e.document)),
    "words of the whole file": lambda e: e.client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(e.document)
    ),
    "hints of 60 lines": lambda e: e.client.text_document_inlay_hint_async(types.InlayHintParams(e.document, _whole(e))),
    "tests above their lines": lambda e: e.client.text_document_code_lens_async(types.CodeLensParams(e.document)),
    "layout": lambda e: e.client.text_document_formatting_async(
        types.DocumentFormattingParams(e.document, types.FormattingOptions(4, True))
    ),
    "what mends a line": lambda e: e.client.text_document_code_action_async(
        types.CodeActionParams(e.document, types.Range(e.at, e.at), types.CodeActionContext([]))
    ),
}
"""Requests as an editor sends them."""


def run() -> Iterator[Line]:
    """p95 of each request, right after a key; then the time from a key to all findings."""
    with TemporaryDirectory() as name:
        place = Path(name).resolve()
        (place / "network.path").write_text(NETWORK, "utf-8")
        for number in range(20):
            (place / f"path{number}.path").write_text(chain(1_000, 7, number), "utf-8")
        found = asyncio.run(_measured(place, "path3.path"))
    for what, taken in found.items():
        p95 = statistics.quantiles(taken, n=20)[18]
        figure = f"{p95:.0f} ms (median {statistics.median(taken):.0f}, at most {max(taken):.0f})"
        is_key = what.startswith("a key")
        limit = "" if is_key else f"at most {LIMIT} ms"
        yield Line(f"{what}, 1,000 lines, p95", figure, limit, None if is_key else p95 <= LIMIT)


async def _measured(place: Path, name: str) -> dict[str, list[float]]:
    editor = Editor(place, name)
    await editor.start()
    chance = Random(7)
    found: dict[str, list[float]] = {}
    for ask in ASKED.values():  # what is read once is read by now
        await ask(editor)
    for _ in range(KEYS):
        for what, ask in ASKED.items():
            await asyncio.sleep(chance.choice([0.0, 0.05, 0.16, 0.2]))  # sometimes the proofs run just then
            editor.key()
            start = time.perf_counter()
            answer: Any = await ask(editor)
            found.setdefault(what, []).append(1_000 * (time.perf_counter() - start))
            assert answer is not None
    for _ in range(20):
        editor.key()
        start = time.perf_counter()
        found.setdefault("a key to all findings, with the pause", []).append(1_000 * (await editor.findings() - start))
    await editor.stop()
    return found
