"""The language server as an editor has it: over its pipe, with a key before each request and proofs running beside them."""

from __future__ import annotations

import asyncio
import json
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
from pygls.workspace import Workspace

from bench.chain import NETWORK, chain
from bench.measure import Line
from pathflow.lsp.proving import Asked, look
from pathflow.lsp.server import make_server

KEYS = 25
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
    "references, 2,000 places in 20 files": lambda e: e.client.text_document_references_async(
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
    """What each request costs the server right after a key, read and answered in the protocol's JSON; then over the pipe."""
    with TemporaryDirectory() as name:
        place = Path(name).resolve()
        (place / "network.path").write_text(NETWORK, "utf-8")
        for number in range(20):
            (place / f"path{number}.path").write_text(chain(1_000, 7, number), "utf-8")
        for what, taken in _of_the_server(place, "path3.path").items():
            p95 = statistics.quantiles(taken, n=20)[18]
            figure = f"{p95:.0f} ms (median {statistics.median(taken):.0f}, at most {max(taken):.0f})"
            yield Line(f"{what} after a key, 1,000 lines, CPU, p95", figure, f"at most {LIMIT} ms", p95 <= LIMIT)
        for what, taken in asyncio.run(_over_the_pipe(place, "path3.path")).items():
            figure = f"{statistics.median(taken):.0f} ms ({min(taken):.0f} to {max(taken):.0f})"
            yield Line(f"  {what}, over the pipe, on the clock", figure)


class _Server:
    """A server in this process, asked as the protocol asks it. Each answer is brought into JSON."""

    def __init__(self, editor: Editor) -> None:
        self.server = make_server()
        self.server.protocol._workspace = Workspace(None)  # noqa: SLF001  # an `initialize` without a pipe
        self.server.protocol.client_capabilities = types.ClientCapabilities()
        self.server.checking.soon = lambda uri, pause=0.0: None  # type: ignore[method-assign]  # the proofs are elsewhere
        self.server.documents.add_folders([editor.folder.as_uri()])
        self.features = self.server.protocol.fm.features
        self.converter = self.server.protocol._converter  # noqa: SLF001  # as it would read what comes
        self.say(types.TEXT_DOCUMENT_DID_CHANGE, None)
        self.server.documents.put(editor.uri, editor.text, 1)
        looked = look(Asked(str(editor.folder), Path(editor.uri).name, {}))
        self.server.checking._here[editor.uri] = looked.here  # noqa: SLF001  # as the other process would have said

    def say(self, method: str, params: Any) -> None:
        if params is not None:
            self.features[method](params)

    async def send(self, method: str, params: Any) -> Any:
        told = json.loads(json.dumps(self.converter.unstructure(params)))
        read = self.converter.structure(told, type(params))
        answer = self.features[method](read)
        return json.dumps(self.converter.unstructure(answer))


def _of_the_server(place: Path, name: str) -> dict[str, list[float]]:
    editor = Editor(place, name)
    server = _Server(editor)
    editor.client.protocol.send_request_async = server.send  # type: ignore[method-assign]  # no pipe between
    editor.client.protocol.notify = server.say  # type: ignore[method-assign]  # no pipe between

    async def all_of_it() -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        server.server.checking.resting.begin()
        for _ in range(KEYS + 1):
            server.server.checking.resting.pause()
            for what, ask in ASKED.items():
                start = time.process_time()
                editor.key()
                await ask(editor)
                found.setdefault(what, []).append(1_000 * (time.process_time() - start))
        return {what: taken[1:] for what, taken in found.items()}  # the first brings what is read once

    return asyncio.run(all_of_it())


async def _over_the_pipe(place: Path, name: str) -> dict[str, list[float]]:
    editor = Editor(place, name)
    await editor.start()
    chance = Random(7)
    found: dict[str, list[float]] = {}
    asked = {what: ASKED[what] for what in ("completion", "hover", "hints of 60 lines")}
    for ask in asked.values():  # what is read once is read by now
        await ask(editor)
    for _ in range(20):
        for what, ask in asked.items():
            await asyncio.sleep(chance.choice([0.0, 0.05, 0.16, 0.2]))  # sometimes the proofs run just then
            editor.key()
            start = time.perf_counter()
            await ask(editor)
            found.setdefault(what, []).append(1_000 * (time.perf_counter() - start))
    for _ in range(10):
        editor.key()
        start = time.perf_counter()
        found.setdefault("a key to all findings", []).append(1_000 * (await editor.findings() - start))
    await editor.stop()
    return found
