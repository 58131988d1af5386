"""The server: which request is answered by what. What is answered stands in `ide`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from pathflow import __version__
from pathflow.base.findings import Finding
from pathflow.dsl.following import warm
from pathflow.dsl.keywords import declared
from pathflow.dsl.languages import CODES, ENGLISH, Code
from pathflow.dsl.structured import read
from pathflow.dsl.values import ENGLISH_WORDS
from pathflow.ide import facts, hints, mends, moves, outline, rename, tokens
from pathflow.ide.completion import complete
from pathflow.ide.layout import laid_out
from pathflow.ide.trying import run_tests
from pathflow.ide.view import View
from pathflow.ide.words import said
from pathflow.lsp import answers
from pathflow.lsp.checking import Checking
from pathflow.lsp.documents import Documents
from pathflow.lsp.pages import Pages
from pathflow.lsp.pictures import Drawn
from pathflow.lsp.positions import Positions
from pathflow.lsp.proving import draw
from pathflow.lsp.telling import diagnostic, text_edits
from pathflow.rules.pages import page

RUN_TEST: Final = "pathflow.runTest"
PICTURE: Final = "pathflow/picture"
EXPLAIN: Final = "pathflow/explain"

T = TypeVar("T")


class PathflowServer(LanguageServer):
    """The language server, with what it holds open.

    Args:
        language: in which everything is told; None for the file's own, or the editor's.
    """

    def __init__(self, language: Code | None = None) -> None:
        super().__init__("pathflow", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.language: Code | None = language
        self.editors: Code = ENGLISH
        self.documents = Documents()
        self.pages = Pages()
        self.asks_again = False  # whether the editor knows the command that asks for completion once more
        self.checking = Checking(self.documents, self.publish, self.refresh_hints)
        self.ran: dict[str, tuple[str, dict[str, hints.Ran]]] = {}

    # ── how it speaks, and what it sees ─────────────────────────────────────────────────────────────────────────────

    def code(self, view: View | None) -> Code:
        """The language in which is told of a file: what was asked for, else the file's own, else the editor's."""
        own: Code | None = declared(view.file.lines) if view is not None else None
        return self.language or own or self.editors

    def seen(self, document: types.TextDocumentIdentifier, answer: Callable[[View, Positions, Code], T]) -> T | None:
        """An answer on a document; None for one that cannot be read."""
        view = self.documents.view(document.uri)
        if view is not None:
            view.told_before = self.checking.here(document.uri)
        return answer(view, self.documents.positions(view), self.code(view)) if view is not None else None

    def publish(self, uri: str, findings: list[Finding], folder: Path) -> None:
        """Sends the findings of a file."""
        view = self.documents.view(uri)
        code = self.code(view)
        at = self.documents.positions(view) if view is not None else Positions([""], self.documents.encoding)
        found = [diagnostic(one, at, self.documents, folder, self.pages, code) for one in findings]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version=self.documents.open.get(uri)))

    def refresh_hints(self) -> None:
        """Asks the editor to ask for hints again."""
        if self.has("workspace", "inlay_hint", "refresh_support"):
            self.workspace_inlay_hint_refresh(None)

    def has(self, *path: str) -> bool:
        """Whether the editor says that it can do something, by the names of its capabilities."""
        found: Any = self.client_capabilities
        for part in path:
            found = getattr(found, part, None)
        return bool(found)


def make_server(language: Code | None = None) -> PathflowServer:
    """A server with all its answers."""
    server = PathflowServer(language)
    for register in (_opening, _texts, _telling, _moving, _renaming, _finding, _writing, _mending, _shape, _beside, _own):
        register(server)
    return server


def serve(language: Code | None = None) -> None:
    """Answers an editor over standard input and output, until it is told to stop."""
    server = make_server(language)
    server.checking.resting.begin()
    server.start_io()


# ── beginning and end ───────────────────────────────────────────────────────────────────────────────────────────────


def _opening(server: PathflowServer) -> None:
    @server.feature(types.INITIALIZE)
    def _(ls: PathflowServer, params: types.InitializeParams) -> None:
        options = _table(params.initialization_options)
        asked = str(options.get("language") or os.environ.get("PATHFLOW_LANGUAGE") or "")
        ls.language = ls.language or _code(asked)
        ls.editors = _code(params.locale or "") or ENGLISH
        ls.asks_again = options.get("triggerSuggest") is True
        ls.pages = Pages(str(options.get("rulePages") or ""))
        ls.documents.encoding = str(ls.workspace.position_encoding or "utf-16")
        folders = [folder.uri for folder in params.workspace_folders or []]
        ls.documents.add_folders(folders or [uri for uri in (params.root_uri,) if uri])

    @server.feature(types.INITIALIZED)
    async def _(ls: PathflowServer, params: types.InitializedParams) -> None:
        if ls.has("workspace", "did_change_watched_files", "dynamic_registration"):
            watching = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher("**/*.path")])
            registration = types.Registration("pathflow-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watching)
            ls.client_register_capability(types.RegistrationParams([registration]))
        await asyncio.get_running_loop().run_in_executor(None, warm_up)

    @server.feature(types.SHUTDOWN)
    def _(ls: PathflowServer, params: None) -> None:
        ls.checking.stop()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def _(ls: PathflowServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.documents.remove_folders(folder.uri for folder in params.event.removed)
        ls.documents.add_folders(folder.uri for folder in params.event.added)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _(ls: PathflowServer, params: types.DidChangeWatchedFilesParams) -> None:
        if any(change.uri not in ls.documents.open for change in params.changes):
            ls.documents.refresh()
            ls.checking.changed_on_disk()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def _(ls: PathflowServer, params: types.DidChangeConfigurationParams) -> None:
        own = _table(_table(params.settings).get("pathflow"))
        if "language" in own:
            ls.language = _code(str(own["language"] or ""))
            ls.checking.all_soon()


def _table(value: object) -> dict[str, object]:
    """What an editor sent as a table; an empty one for anything else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _code(text: str) -> Code | None:
    """The language that a locale names."""
    said_code = text.replace("_", "-").partition("-")[0].lower()
    return next((code for code in CODES if code == said_code), None)


def warm_up() -> None:
    """Reads what every first answer would wait for: the value grammar, the rules."""
    from pathflow.rules.registry import rules

    warm(ENGLISH)
    read("condition", "age >= 18 years", ENGLISH_WORDS)
    rules()


# ── texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _texts(server: PathflowServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def _(ls: PathflowServer, params: types.DidOpenTextDocumentParams) -> None:
        ls.documents.put(params.text_document.uri, params.text_document.text, params.text_document.version)
        ls.checking.soon(params.text_document.uri, 0.01)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _(ls: PathflowServer, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        ls.documents.change(uri, params.content_changes, params.text_document.version)
        for other in ls.documents.open:
            ls.checking.soon(other)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _(ls: PathflowServer, params: types.DidSaveTextDocumentParams) -> None:
        ls.checking.all_soon()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _(ls: PathflowServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.documents.close(params.text_document.uri)
        ls.checking.forget(params.text_document.uri)
        ls.ran.pop(params.text_document.uri, None)


# ── from name to name ───────────────────────────────────────────────────────────────────────────────────────────────


def _telling(server: PathflowServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def _(ls: PathflowServer, params: types.HoverParams) -> types.Hover | None:
        def answer(view: View, at: Positions, code: Code) -> types.Hover | None:
            findings = tuple(ls.checking.findings(params.text_document.uri))
            found = facts.hover(view, *at.place(params.position), code, findings)
            if found is None:
                return None
            markdown = types.MarkupContent(types.MarkupKind.Markdown, found.markdown)
            return types.Hover(markdown, at.range(found.span) if found.span is not None else None)

        return ls.seen(params.text_document, answer)


def _moving(server: PathflowServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def _(ls: PathflowServer, params: types.DefinitionParams) -> list[types.Location] | None:
        def answer(view: View, at: Positions, code: Code) -> list[types.Location]:
            return answers.locations(moves.definition(view, *at.place(params.position)), view, ls.documents)

        return ls.seen(params.text_document, answer)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def _(ls: PathflowServer, params: types.ReferenceParams) -> list[types.Location] | None:
        def answer(view: View, at: Positions, code: Code) -> list[types.Location]:
            found = moves.references(view, *at.place(params.position), params.context.include_declaration)
            return answers.locations(found, view, ls.documents)

        return ls.seen(params.text_document, answer)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def _(ls: PathflowServer, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        def answer(view: View, at: Positions, code: Code) -> list[types.DocumentHighlight]:
            kinds = types.DocumentHighlightKind
            found = moves.marked(view, *at.place(params.position))
            return [types.DocumentHighlight(at.range(p.span), kinds.Write if p.is_given else kinds.Read) for p in found]

        return ls.seen(params.text_document, answer)


def _renaming(server: PathflowServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def _(ls: PathflowServer, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        def answer(view: View, at: Positions, code: Code) -> types.PrepareRenamePlaceholder | None:
            found = rename.begin(view, *at.place(params.position), code)
            if isinstance(found, rename.Refused):
                return None
            return types.PrepareRenamePlaceholder(at.range(found.span), found.name)

        return ls.seen(params.text_document, answer)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def _(ls: PathflowServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
        def answer(view: View, at: Positions, code: Code) -> types.WorkspaceEdit:
            found = rename.rename(view, *at.place(params.position), params.new_name, code)
            if isinstance(found, rename.Refused):
                from pygls.exceptions import JsonRpcException

                raise JsonRpcException(found.why, types.LSPErrorCodes.RequestFailed.value)
            edits: dict[str, list[types.TextEdit]] = {}
            for change in found:
                place = ls.documents.positions_from(view, change.path, change.span.file).range(change.span)
                edits.setdefault(ls.documents.uri(change.path), []).append(types.TextEdit(place, change.text))
            return types.WorkspaceEdit(changes=edits)

        return ls.seen(params.text_document, answer)


def _finding(server: PathflowServer) -> None:
    @server.feature(types.WORKSPACE_SYMBOL)
    def _(ls: PathflowServer, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        view = next((found for uri in ls.documents.open if (found := ls.documents.view(uri)) is not None), None)
        if view is None:
            return []
        things = moves.find(view, params.query)
        places = answers.locations((one.place for one in things), view, ls.documents)
        kinds = (answers.OF_KEYWORD.get(one.sort, types.SymbolKind.Property) for one in things)
        return [
            types.WorkspaceSymbol(place, one.name, kind, container_name=one.within)
            for one, kind, place in zip(things, kinds, places, strict=True)
        ]


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _writing(server: PathflowServer) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", ",", '"', ":"], resolve_provider=True)
    )
    def _(ls: PathflowServer, params: types.CompletionParams) -> types.CompletionList | None:
        has_snippets = ls.has("text_document", "completion", "completion_item", "snippet_support")

        def answer(view: View, at: Positions, code: Code) -> types.CompletionList:
            line, column = at.place(params.position)
            found = complete(view, line, column, code)
            uri = params.text_document.uri
            items = [answers.completion_item(one, n, line, at, has_snippets, ls.asks_again, uri) for n, one in enumerate(found)]
            return types.CompletionList(is_incomplete=False, items=items)

        return ls.seen(params.text_document, answer)

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    def _(ls: PathflowServer, item: types.CompletionItem) -> types.CompletionItem:
        data = _table(item.data)
        view = ls.documents.view(str(data.get("uri")))
        if view is not None:
            line = data.get("line")
            number = line if isinstance(line, int) else 1
            text = facts.candidate_said(view, number, item.label, str(data.get("sort")), data.get("keyword"), ls.code(view))
            item.documentation = types.MarkupContent(types.MarkupKind.Markdown, text) if text else None
        return item

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def _(ls: PathflowServer, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        return ls.seen(params.text_document, lambda view, at, code: text_edits(laid_out(view.file, view.lines), at))

    @server.feature(types.TEXT_DOCUMENT_RANGE_FORMATTING)
    def _(ls: PathflowServer, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
        first, last = params.range.start.line + 1, params.range.end.line + 1
        return ls.seen(
            params.text_document, lambda view, at, code: text_edits(laid_out(view.file, view.lines, first, last), at)
        )


def _mending(server: PathflowServer) -> None:
    kinds = [types.CodeActionKind.QuickFix, "source.fixAll.pathflow", types.CodeActionKind.RefactorRewrite]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True))
    def _(ls: PathflowServer, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        only = params.context.only

        def answer(view: View, at: Positions, code: Code) -> list[types.CodeAction]:
            findings = ls.checking.findings(params.text_document.uri)
            first, last = params.range.start.line + 1, params.range.end.line + 1
            found = mends.actions(view, first, last, findings, code)
            wanted = [
                one
                for one in found
                if only is None or any(one.kind == kind or one.kind.startswith(kind + ".") for kind in only)
            ]
            can_resolve = ls.has("text_document", "code_action", "resolve_support")
            return [_action(one, at, params) for one in wanted if one.language is None or can_resolve]

        return ls.seen(params.text_document, answer)

    @server.feature(types.CODE_ACTION_RESOLVE)
    def _(ls: PathflowServer, action: types.CodeAction) -> types.CodeAction:
        data = _table(action.data)
        uri, code = str(data.get("uri")), _code(str(data.get("language")))
        view = ls.documents.view(uri)
        if view is not None and code is not None:
            changes = text_edits(mends.translated(view, code), ls.documents.positions(view))
            action.edit = types.WorkspaceEdit(changes={uri: changes})
        return action


def _action(one: mends.Action, at: Positions, params: types.CodeActionParams) -> types.CodeAction:
    finding = one.finding
    mended = None
    if finding is not None and finding.span is not None:
        where = at.range(finding.span)
        mended = [d for d in params.context.diagnostics if d.code == finding.code and d.range.start == where.start]
    uri = params.text_document.uri
    if one.language is not None:
        return types.CodeAction(one.title, one.kind, data={"uri": uri, "language": one.language})
    edit = types.WorkspaceEdit(changes={uri: text_edits(one.changes, at)})
    return types.CodeAction(one.title, one.kind, mended or None, one.is_preferred or None, edit=edit)


# ── the shape of a file ─────────────────────────────────────────────────────────────────────────────────────────────


def _shape(server: PathflowServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _(ls: PathflowServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        return ls.seen(
            params.text_document, lambda view, at, code: [answers.document_symbol(one, at) for one in outline.outline(view)]
        )

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    def _(ls: PathflowServer, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        def answer(view: View, at: Positions, code: Code) -> list[types.FoldingRange]:
            return [
                types.FoldingRange(
                    one.first - 1,
                    one.last - 1,
                    kind=types.FoldingRangeKind.Comment if one.is_comment else types.FoldingRangeKind.Region,
                )
                for one in outline.folds(view.file)
            ]

        return ls.seen(params.text_document, answer)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, answers.LEGEND)
    def _(ls: PathflowServer, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        return ls.seen(
            params.text_document, lambda view, at, code: types.SemanticTokens(answers.token_data(tokens.tokens(view), at))
        )

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, answers.LEGEND)
    def _(ls: PathflowServer, params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
        first, last = params.range.start.line + 1, params.range.end.line + 1

        def answer(view: View, at: Positions, code: Code) -> types.SemanticTokens:
            return types.SemanticTokens(answers.token_data(tokens.tokens(view, first, last), at))

        return ls.seen(params.text_document, answer)


# ── beside the text ─────────────────────────────────────────────────────────────────────────────────────────────────


def _beside(server: PathflowServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def _(ls: PathflowServer, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        first, last = params.range.start.line + 1, params.range.end.line + 1

        def answer(view: View, at: Positions, code: Code) -> list[types.InlayHint]:
            return [
                types.InlayHint(
                    at.position(one.line, one.column), one.text, padding_left=True,
                    tooltip=types.MarkupContent(types.MarkupKind.Markdown, one.more) if one.more else None,
                )
                for one in hints.hints(view, first, last, code)
            ]  # fmt: skip

        return ls.seen(params.text_document, answer)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def _(ls: PathflowServer, params: types.CodeLensParams) -> list[types.CodeLens] | None:
        uri = params.text_document.uri

        def answer(view: View, at: Positions, code: Code) -> list[types.CodeLens]:
            key, ran = ls.ran.get(uri, ("", {}))
            own = ran if ran and view.program is not None and view.program.key == key else {}
            return [
                types.CodeLens(
                    types.Range(at.position(one.line, one.column), at.position(one.line, one.column)),
                    types.Command(one.title, RUN_TEST, arguments=[uri, one.test]),
                    data=list(one.failures) or None,
                )
                for one in hints.lenses(view, own, code)
            ]

        return ls.seen(params.text_document, answer)

    @server.command(RUN_TEST)
    async def _(ls: PathflowServer, uri: str, name: str | None = None) -> dict[str, Any]:
        view = ls.documents.view(uri)
        code = ls.code(view)
        if view is None or view.program is None or view.unit.has_errors:
            why = said("The path has errors in it: its tests can be run when they are mended", code)
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, why))
            return {"ran": [], "message": why}
        program = view.program
        done = await asyncio.get_running_loop().run_in_executor(None, run_tests, program, name, code)
        key, before = ls.ran.get(uri, ("", {}))
        ls.ran[uri] = (program.key, {**(before if key == program.key else {}), **{one.name: one for one in done}})
        if ls.has("workspace", "code_lens", "refresh_support"):
            ls.workspace_code_lens_refresh(None)
        return {"ran": [{"name": one.name, "failures": list(one.failures)} for one in done]}


# ── our own requests ────────────────────────────────────────────────────────────────────────────────────────────────


def _own(server: PathflowServer) -> None:
    @server.feature(PICTURE)
    async def _(ls: PathflowServer, params: Any) -> dict[str, Any]:
        uri, kind = str(getattr(params, "uri", "")), str(getattr(params, "view", "") or "")
        code = ls.code(ls.documents.view(uri))
        drawn = await ls.checking.elsewhere(uri, partial(draw, kind=kind, code=code))
        found = drawn or Drawn()
        nothing = None if found.svg is not None else said("There is no path here to draw", code)
        return {"svg": found.svg, "message": found.message or nothing}

    @server.feature(EXPLAIN)
    def _(ls: PathflowServer, params: Any) -> dict[str, Any]:
        uri = getattr(params, "uri", None)
        code = ls.code(ls.documents.view(str(uri)) if uri else None)
        return {"text": page(str(getattr(params, "code", "")), code)}
