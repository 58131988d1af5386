"""The server as an editor sees it: over standard input and output, request by request."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.client import Editor, apply, cut, editor, position

NETWORK = """\
network Shared
    organiser County
    professions nurse, doctor
    provider Health Centre
        sector public
        professions nurse
    provider Åland Hospital 🏥
        sector public
        professions doctor
    item letter: document
    item severity: one of mild, severe
    service X-ray
        window 12 months, unless worsening
"""
PATH = """\
path Hip 🦴 fracture
    version 1
    valid from 2026-01-01
    uses Shared
    responsible Åland Hospital 🏥
    accountable Health Centre

plan Plan
    owner nurse at Health Centre
    review every 6 months
    if another path joins, the owner stays

steps
    step Visit
        by nurse at Health Centre
        within 7 days
        makes letter, severity
    decide How bad?
        if severity is severe
            handoff To the hospital
                from Health Centre to Åland Hospital 🏥
                carries letter
                accepted within 3 days
                if not accepted, Health Centre keeps the client
                keeps the plan with its owner
                legal basis Act on shared client data 703/2023
            end Cared for
                closes the plan
        otherwise
            end Well
                closes the plan

test Mild
    given severity is mild
    expect Visit, Well

test Wrong
    given severity is mild
    expect Cared for
"""


def run(folder: Path, work: Callable[[Editor], Awaitable[None]], locale: str = "en", **options: object) -> None:
    """One session of its own."""

    async def all_of_it() -> None:
        async with editor(folder, locale, **options) as one:  # type: ignore[arg-type]
            await work(one)

    (folder / "net.path").write_text(NETWORK, "utf-8")
    asyncio.run(all_of_it())


Do = Callable[[Callable[[Editor], Awaitable[None]]], None]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Editor]]:
    """One server for many tests: to start one takes longer than to ask it."""
    with asyncio.Runner() as runner:
        one = Editor(tmp_path_factory.mktemp("folder"))
        runner.run(one.start())
        yield runner, one
        assert runner.run(one.stop()) == 0


@pytest.fixture
def do(session: tuple[asyncio.Runner, Editor], request: pytest.FixtureRequest) -> Do:
    """Asks the server in a folder of the test's own."""
    runner, one = session
    one.folder = one.root / request.node.name
    one.folder.mkdir()
    (one.folder / "net.path").write_text(NETWORK, "utf-8")

    async def all_of_it(work: Callable[[Editor], Awaitable[None]]) -> None:
        await work(one)
        for uri in list(one.versions):
            one.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        one.versions.clear()
        one.told.clear()

    return lambda work: runner.run(all_of_it(work))


def params(one: Editor, words: str, after: int = 0, text: str = PATH, name: str = "hip.path") -> dict[str, object]:
    return {"text_document": one.at(name), "position": position(text, words, after)}


def test_findings_come_as_one_writes(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        assert await one.diagnostics("hip.path") == []
        version = one.write(
            "hip.path", PATH.replace("Åland Hospital 🏥\n                carries", "Åland Hospitl 🏥\n                carries")
        )
        (found,) = [d for d in await one.diagnostics("hip.path", version) if d.code == "P301"]
        assert found.source == "pathflow"
        assert found.severity == types.DiagnosticSeverity.Error
        assert "Åland Hospitl 🏥" in found.message
        assert (
            cut(PATH.replace("Hospital 🏥\n                carries", "Hospitl 🏥\n                carries"), found.range)
            == "Åland Hospitl 🏥"
        )
        assert found.code_description is not None
        assert Path(found.code_description.href.removeprefix("file://")).read_text("utf-8").startswith("P301")
        assert isinstance(found.data, dict)
        assert found.data["edits"][0]["newText"] == "Åland Hospital 🏥"
        actions = await one.client.text_document_code_action_async(
            types.CodeActionParams(one.at("hip.path"), found.range, types.CodeActionContext([found]))
        )
        (mend,) = [a for a in actions or [] if isinstance(a, types.CodeAction) and a.kind == "quickfix"]
        assert mend.diagnostics is not None
        assert mend.edit is not None
        assert mend.edit.changes is not None
        text = PATH.replace("Hospital 🏥\n                carries", "Hospitl 🏥\n                carries")
        assert apply(text, list(mend.edit.changes[one.uri("hip.path")])) == PATH
        one.change("hip.path", types.TextDocumentContentChangePartial(found.range, "Åland Hospital 🏥"))
        assert await one.diagnostics("hip.path") == []

    do(work)


def test_proofs_come_with_what_belongs_to_them(do: Do) -> None:
    async def work(one: Editor) -> None:
        text = PATH.replace(
            "            handoff To the hospital",
            "            step Operation\n                by doctor at Åland Hospital 🏥\n                within 1 day\n            handoff To the hospital",
        )
        one.open("hip.path", text)
        found = await one.diagnostics("hip.path")
        assert {str(d.code)[0] for d in found} >= {"G"}
        hover = await one.client.text_document_hover_async(types.HoverParams(**params(one, "Operation", 2, text)))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        codes = [str(d.code) for d in found if d.range.start.line == position(text, "Operation").line]
        assert codes
        assert all(code in hover.contents.value for code in codes)
        assert "legal basis" in hover.contents.value or "handoff" in hover.contents.value
        one.write("hip.path", PATH + "\nplan Another\n")
        (twice,) = [d for d in await one.diagnostics("hip.path") if d.code == "P104"]
        (first,) = twice.related_information or []
        assert cut(PATH, first.location.range) == "plan Plan"

    do(work)


def test_findings_on_a_network_are_told_where_they_stand(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        one.open("net.path", NETWORK.replace("sector public", "sector pblic", 1))
        found = await one.diagnostics("net.path")
        assert [d.code for d in found] == ["P206"], found
        one.client.text_document_did_close(types.DidCloseTextDocumentParams(one.at("net.path")))
        one.write("hip.path", PATH + "\n")
        assert await one.diagnostics("hip.path") == []

    do(work)


@pytest.mark.parametrize(("locale", "words"), [("sv-FI", "är"), ("de", "is not")])
def test_findings_are_told_in_the_language_of_the_editor(tmp_path: Path, locale: str, words: str) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH.replace("Health Centre", "Health Center"))
        assert any(words in d.message for d in await one.diagnostics("hip.path"))

    run(tmp_path, work, locale)


def test_a_link_as_the_editor_wants_it(tmp_path: Path) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH.replace("Health Centre", "Health Center"))
        found = await one.diagnostics("hip.path")
        assert {d.code_description.href for d in found if d.code_description and d.code == "P301"} == {"x:explain/P301"}
        assert all("ei ole" in d.message for d in found if d.code == "P301")

    run(tmp_path, work, rulePages="x:explain/{code}", language="fi")


def test_completion(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)

        async def labels(words: str, after: int, text: str = PATH) -> list[str]:
            if text != PATH:
                one.write("hip.path", text)
            found = await one.client.text_document_completion_async(types.CompletionParams(**params(one, words, after, text)))
            assert isinstance(found, types.CompletionList)
            return [item.label for item in found.items]

        assert (await labels("nurse at Health Centre\n        within", 9))[:1] == ["Health Centre"]
        assert "Åland Hospital 🏥" in await labels("to Åland", 3)
        assert set(await labels("is severe", 3)) >= {"mild", "severe", "known"}
        assert {"letter", "severity"} <= set(await labels("carries letter", 8))
        assert "accepted within" in await labels("        within 7", 8)
        assert "given" not in await labels("        within 7", 8)
        text = PATH.replace("within 7 days", "within 7 ")
        assert (await labels("within 7 ", 9, text))[0] == "days"
        found = await one.client.text_document_completion_async(
            types.CompletionParams(**params(one, "    step Visit", 4, text))
        )
        assert isinstance(found, types.CompletionList)
        step = next(item for item in found.items if item.label == "step")
        assert step.insert_text_format == types.InsertTextFormat.Snippet
        resolved = await one.client.completion_item_resolve_async(step)
        assert isinstance(resolved.documentation, types.MarkupContent)
        assert "step First visit" in resolved.documentation.value

    do(work)


def test_from_name_to_name(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        given = await one.client.text_document_definition_async(types.DefinitionParams(**params(one, "Åland", 2)))
        assert isinstance(given, list)
        assert isinstance(given[0], types.Location)
        assert given[0].uri == one.uri("net.path")
        assert cut(NETWORK, given[0].range) == "Åland Hospital 🏥"
        context = types.ReferenceContext(include_declaration=True)
        uses = await one.client.text_document_references_async(
            types.ReferenceParams(context=context, **params(one, "Åland", 2))
        )
        assert [(u.uri == one.uri("net.path"), cut(NETWORK if u.uri == one.uri("net.path") else PATH, u.range)) for u in uses or []] == [
            (False, "Åland Hospital 🏥"), (False, "Åland Hospital 🏥"), (True, "Åland Hospital 🏥"),
        ]  # fmt: skip
        marks = await one.client.text_document_document_highlight_async(types.DocumentHighlightParams(**params(one, "Visit")))
        assert len(marks or []) == 2
        ready = await one.client.text_document_prepare_rename_async(types.PrepareRenameParams(**params(one, "Åland", 2)))
        assert isinstance(ready, types.PrepareRenamePlaceholder)
        assert ready.placeholder == "Åland Hospital 🏥"
        edit = await one.client.text_document_rename_async(
            types.RenameParams(new_name="Turku, clinic", **params(one, "Åland", 2))
        )
        assert edit is not None
        assert edit.changes is not None
        changed = apply(PATH, list(edit.changes[one.uri("hip.path")]))
        assert 'responsible "Turku, clinic"' in changed
        assert 'to "Turku, clinic"' in changed
        assert "provider Turku, clinic" in apply(NETWORK, list(edit.changes[one.uri("net.path")]))
        with pytest.raises(JsonRpcException, match="is there already"):
            await one.client.text_document_rename_async(types.RenameParams(new_name="health centre", **params(one, "Åland", 2)))
        found = await one.client.workspace_symbol_async(types.WorkspaceSymbolParams("åland"))
        assert {symbol.name for symbol in found or []} == {"Åland Hospital 🏥"}

    do(work)


def test_hover_tells_who_is_accountable(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        hover = await one.client.text_document_hover_async(types.HoverParams(**params(one, "To the hospital", 2)))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "Accountable here: Health Centre" in hover.contents.value
        assert "Owner of the plan here: nurse at Health Centre" in hover.contents.value
        hover = await one.client.text_document_hover_async(types.HoverParams(**params(one, "carries letter", 9)))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "item letter: document" in hover.contents.value
        assert "Made by `Visit`" in hover.contents.value

    do(work)


def test_the_shape_of_a_file(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        symbols = await one.client.text_document_document_symbol_async(types.DocumentSymbolParams(one.at("hip.path")))
        assert [s.name for s in symbols or []] == ["Hip 🦴 fracture", "Plan", "steps", "Mild", "Wrong"]
        for symbol in symbols or []:
            assert isinstance(symbol, types.DocumentSymbol)
            assert symbol.range.start.line <= symbol.selection_range.start.line <= symbol.range.end.line
        folds = await one.client.text_document_folding_range_async(types.FoldingRangeParams(one.at("hip.path")))
        assert (0, 5) in [(fold.start_line, fold.end_line) for fold in folds or []]
        tokens = await one.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(one.at("hip.path")))
        assert tokens is not None
        legend = one.answer.capabilities.semantic_tokens_provider
        assert legend is not None
        words = [cut(PATH, where) for where in ranges(list(tokens.data))]
        assert words[:4] == ["path", "Hip 🦴 fracture", "version", "1"]
        assert "Åland Hospital 🏥" in words

    do(work)


def ranges(data: list[int]) -> list[types.Range]:
    found: list[types.Range] = []
    line = start = 0
    for at in range(0, len(data), 5):
        rows, columns, length = data[at : at + 3]
        start = columns + (start if rows == 0 else 0)
        line += rows
        found.append(types.Range(types.Position(line, start), types.Position(line, start + length)))
    return found


def test_layout(do: Do) -> None:
    async def work(one: Editor) -> None:
        loose = PATH.replace("    version 1\n", "    version   1\n\n\n\n").replace("plan Plan", "Plan Plan").rstrip("\n")
        one.open("hip.path", loose)
        options = types.FormattingOptions(tab_size=4, insert_spaces=True)
        edits = await one.client.text_document_formatting_async(types.DocumentFormattingParams(one.at("hip.path"), options))
        from pathflow import format_text

        assert apply(loose, list(edits or [])) == format_text(loose)
        one.write("hip.path", PATH + "\n    broken\n")
        assert (
            await one.client.text_document_formatting_async(types.DocumentFormattingParams(one.at("hip.path"), options)) == ()
        )

    do(work)


def test_the_keywords_in_another_language(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        nowhere = types.Range(types.Position(0, 0), types.Position(0, 0))
        context = types.CodeActionContext([], only=["refactor"])
        found = await one.client.text_document_code_action_async(types.CodeActionParams(one.at("hip.path"), nowhere, context))
        actions = [action for action in found or [] if isinstance(action, types.CodeAction)]
        assert [action.title for action in actions] == ["Write the keywords in Finnish", "Write the keywords in Swedish"]
        whole = await one.client.code_action_resolve_async(actions[0])
        assert whole.edit is not None
        assert whole.edit.changes is not None
        from pathflow import format_text

        assert apply(PATH, list(whole.edit.changes[one.uri("hip.path")])) == format_text(PATH, language="fi")

    do(work)


def test_beside_the_text(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        whole = types.Range(types.Position(0, 0), types.Position(PATH.count("\n"), 0))
        hints = await one.client.text_document_inlay_hint_async(types.InlayHintParams(one.at("hip.path"), whole))
        assert [(hint.label, hint.position.line) for hint in hints or []][:2] == [
            ("Health Centre", position(PATH, "step Visit").line), ("≤ 7 days", position(PATH, "handoff").line),
        ]  # fmt: skip
        lenses = await one.client.text_document_code_lens_async(types.CodeLensParams(one.at("hip.path")))
        titles = [lens.command.title for lens in lenses or [] if lens.command]
        assert titles == ["▶ Run this test", "▶ Run all 2 tests", "▶ Run this test"]
        command = (lenses or [])[1].command
        assert command is not None
        result = await one.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        assert [bool(ran["failures"]) for ran in result["ran"]] == [False, True]
        lenses = await one.client.text_document_code_lens_async(types.CodeLensParams(one.at("hip.path")))
        titles = [lens.command.title for lens in lenses or [] if lens.command]
        assert titles[0] == "✔ Passed – run again"
        assert titles[2].startswith("✘ `Cared for` did not come")
        one.write("hip.path", PATH + "# changed\n")
        lenses = await one.client.text_document_code_lens_async(types.CodeLensParams(one.at("hip.path")))
        assert next(lens.command.title for lens in lenses or [] if lens.command) == "▶ Run this test"
        one.write("hip.path", PATH + "nonsense\n")
        result = await one.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        assert "errors" in result["message"]
        assert one.refreshed >= 1

    do(work)


def test_our_own_requests(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        found = await one.client.protocol.send_request_async("pathflow/picture", {"uri": one.uri("hip.path"), "view": ""})
        assert found.svg is None or "data-line=" in found.svg
        assert (found.svg is None) == (found.message is not None)
        found = await one.client.protocol.send_request_async("pathflow/explain", {"code": "g101", "uri": one.uri("hip.path")})
        assert found.text.startswith("G101")
        found = await one.client.protocol.send_request_async("pathflow/picture", {"uri": one.uri("gone.path"), "view": ""})
        assert "no path here" in found.message

    do(work)


def test_what_lies_on_the_disk_and_what_lies_nowhere(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        assert await one.diagnostics("hip.path") == []
        assert "workspace/didChangeWatchedFiles" in one.registered
        (one.folder / "net.path").write_text(NETWORK.replace("Shared", "Other"), "utf-8")
        event = types.FileEvent(one.uri("net.path"), types.FileChangeType.Changed)
        one.told.clear()
        one.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        assert "P304" in [d.code for d in await one.diagnostics("hip.path")]
        item = types.TextDocumentItem("untitled:Untitled-1", "pathflow", 1, "path X\n    by\n")
        one.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        where = types.TextDocumentIdentifier("untitled:Untitled-1")
        symbols = await one.client.text_document_document_symbol_async(types.DocumentSymbolParams(where))
        assert [s.name for s in symbols or []] == ["X"]
        nobody = await one.client.text_document_hover_async(types.HoverParams(one.at("gone.path"), types.Position(0, 0)))
        assert nobody is None

    do(work)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the processes of a process are found otherwise")
def test_a_process_that_is_gone_is_begun_again(do: Do) -> None:
    async def work(one: Editor) -> None:
        one.open("hip.path", PATH)
        assert await one.diagnostics("hip.path") == []
        server = one.client._server.pid
        children = [int(pid) for pid in Path(f"/proc/{server}/task/{server}/children").read_text("utf-8").split()]
        provers = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert provers
        for pid in provers:
            os.kill(pid, signal.SIGKILL)
        one.write("hip.path", PATH.replace("Health Centre", "Health Center"))
        assert "P301" in [d.code for d in await one.diagnostics("hip.path")]

    do(work)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])
def test_places_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]

    async def work(one: Editor) -> None:
        assert one.answer.capabilities.position_encoding == encoding
        one.open("hip.path", PATH)
        line = PATH.split("\n")[20]
        start = len(line[: line.index("Åland")].encode(codec)) // size
        at = types.Position(20, start + 1)
        found = await one.client.text_document_document_highlight_async(types.DocumentHighlightParams(one.at("hip.path"), at))
        here = next(mark.range for mark in found or [] if mark.range.start.line == 20)
        assert here.start.character == start
        assert here.end.character == start + len("Åland Hospital 🏥".encode(codec)) // size

    run(tmp_path, work, encodings=[encoding])
