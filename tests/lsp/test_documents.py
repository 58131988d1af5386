"""Texts and places as editors count them: after any changes the text that the editor has, in every encoding."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls", reason="the language server needs pygls")

from lsprotocol import types

from pathflow.base.spans import Span
from pathflow.ide.text import lines_of
from pathflow.lsp.documents import Documents
from pathflow.lsp.positions import Positions, characters_in, units_in

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
LETTERS = st.text(alphabet=st.sampled_from('ab \r\n\t\x0b\x0c\x85\u2028é健🏥💊#"'), max_size=40)


def units(text: str, encoding: str) -> int:
    codec, size = CODECS[encoding]
    return len(text.encode(codec)) // size


@given(LETTERS, st.sampled_from(list(CODECS)))
def test_units_are_those_of_the_encoding(text: str, encoding: str) -> None:
    line = text.replace("\n", "").replace("\r", "")
    assert units_in(line, encoding) == units(line, encoding)
    for at in range(len(line) + 1):
        assert characters_in(line, units(line[:at], encoding), encoding) == at
    assert characters_in(line, 10_000, encoding) == len(line)


def test_half_a_character_is_none() -> None:
    assert characters_in("a🏥b", 2, "utf-16") == 1
    assert characters_in("a🏥b", 3, "utf-16") == 2
    assert characters_in("å", 1, "utf-8") == 0
    assert characters_in("\ud800x", 1, "utf-16") == 1


@given(LETTERS, st.integers(0, 2**32), st.sampled_from(list(CODECS)))
def test_changes_one_after_another(text: str, seed: int, encoding: str) -> None:
    """As an editor does it: it has the text, changes a stretch of it, and says where in its own units."""
    chance = Random(seed)
    documents = Documents()
    documents.encoding = encoding
    documents.folders = [Path("/nowhere")]
    uri = "untitled:one"
    documents.put(uri, text, 1)
    for version in range(2, 6):
        start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        start, end = (at - 1 if text[at - 1 : at + 1] == "\r\n" else at for at in (start, end))  # nobody parts them
        new = "".join(chance.choice("x\n🏥\u2028é") for _ in range(chance.randrange(4)))
        where = types.Range(_position(text, start, encoding), _position(text, end, encoding))
        documents.change(uri, [types.TextDocumentContentChangePartial(where, new)], version)
        text = text[:start] + new + text[end:]
        document = documents.document(uri)
        assert document.workspace.text(document.name) == text


def _position(text: str, at: int, encoding: str) -> types.Position:
    lines = lines_of(text[:at])
    return types.Position(len(lines) - 1, units(lines[-1], encoding))


@given(LETTERS, st.integers(-2, 60), st.integers(-2, 60), st.sampled_from(list(CODECS)))
def test_no_place_lies_outside_the_text(text: str, line: int, column: int, encoding: str) -> None:
    lines = lines_of(text)
    at = Positions(lines, encoding)
    found = at.position(line, column)
    assert 0 <= found.line < len(lines)
    assert 0 <= found.character <= units(lines[found.line], encoding)
    where = at.range(Span("", line, column, line, column - 3))
    assert (where.start.line, where.start.character) <= (where.end.line, where.end.character)
    for one in (where.start, where.end):  # as the class itself makes it
        assert one == types.Position(one.line, one.character)
    row, place = at.place(types.Position(max(line, 0), max(column, 0)))
    assert 1 <= row <= len(lines)
    assert 1 <= place <= len(lines[row - 1]) + 1


@given(LETTERS, st.integers(-1, 8), st.integers(-1, 20), st.integers(-1, 20), st.sampled_from(list(CODECS)))
def test_a_range_is_its_two_places(text: str, line: int, first: int, last: int, encoding: str) -> None:
    at = Positions(lines_of(text), encoding)
    where = at.range(Span("", line, first, line, last))
    assert where.start == at.position(line, first)
    assert where.end == at.position(line, max(first, last))
    assert at.location("file:///a.path", Span("", line, first, line, last)) == types.Location("file:///a.path", where)


def test_a_file_is_found_in_the_innermost_folder(tmp_path: Path) -> None:
    documents = Documents()
    (tmp_path / "a/b").mkdir(parents=True)
    documents.add_folders([tmp_path.as_uri(), (tmp_path / "a").as_uri()])
    inner, outer = documents.document((tmp_path / "a/b/x.path").as_uri()), documents.document((tmp_path / "y.path").as_uri())
    assert (inner.workspace.folder, inner.name) == ((tmp_path / "a").resolve(), str(Path("b/x.path")))
    assert outer.workspace.folder == tmp_path.resolve()
    documents.remove_folders([(tmp_path / "a").as_uri()])
    assert documents.document((tmp_path / "a/b/x.path").as_uri()).workspace is outer.workspace
    alone = documents.document("file:///elsewhere/z.path")
    assert alone.name == "z.path"


def test_a_missing_package_is_said_in_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from pathflow.cli.main import main

    for name in [name for name in sys.modules if name.startswith(("pathflow.lsp", "pygls"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    assert main(["lsp"]) == 2
    assert capsys.readouterr().err == "pathflow: the language server needs pygls: pip install 'pathflow-lang[lsp]'\n"
    assert main(["lsp", "--language", "sv"]) == 2
    assert "språkservern behöver pygls" in capsys.readouterr().err
