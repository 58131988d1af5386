"""Whatever stands in a file, every question is answered, and every answer lies within the text."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.api import report_of
from pathflow.base.spans import Span
from pathflow.dsl.languages import CODES
from pathflow.ide import facts, hints, mends, moves, outline, rename, tokens
from pathflow.ide.completion import complete
from pathflow.ide.layout import laid_out
from pathflow.ide.text import lines_of
from pathflow.ide.view import View
from tests.conftest import ROOT
from tests.fuzz import mutate
from tests.ide.texts import NETWORK, PATH, changed, folder


def within(view: View, span: Span) -> None:
    lines = view.lines
    assert 1 <= span.line <= span.end_line <= len(lines)
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1
    assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1
    assert (span.line, span.column) <= (span.end_line, span.end_column)


def ask(view: View, line: int, column: int, chance: Random) -> None:
    code = chance.choice(CODES)
    for candidate in complete(view, line, column, code):
        assert 1 <= candidate.start <= candidate.end
        assert candidate.label
        assert candidate.insert
        assert "\n" not in candidate.insert
    findings = report_of(view.unit).findings
    hover = facts.hover(view, line, column, code, findings)
    if hover is not None and hover.span is not None:
        within(view, hover.span)
    given = moves.definition(view, line, column)
    used = moves.references(view, line, column)
    assert {one for one in given if one.path == view.names.home} <= set(used) | set(given)
    for mark in moves.marked(view, line, column):
        within(view, mark.span)
        assert mark in used or (mark.path, mark.span) in {(one.path, one.span) for one in used}
    begun = rename.begin(view, line, column, code)
    if isinstance(begun, rename.Begun):
        within(view, begun.span)
    new = chance.choice(["other", "a, b", "is not", "#x", "Visit", "mild", "ä 🏥", "x and y", " at ", "client", "\u2028", '"'])
    renamed = rename.rename(view, line, column, new, code)
    if not isinstance(renamed, rename.Refused):
        for change in renamed:
            if change.path == view.names.home:
                within(view, change.span)
    first, last = sorted((line, chance.randrange(1, len(view.lines) + 1)))
    for hint in hints.hints(view, first, last, code):
        within(view, Span("", hint.line, hint.column, hint.line, hint.column))
    for action in mends.actions(view, first, last, findings, code):
        assert action.title
        for change in action.changes:
            within(view, change.span)


def of_the_whole(view: View) -> None:
    waiting = list(outline.outline(view))
    while waiting:
        entry = waiting.pop()
        within(view, entry.span)
        within(view, entry.place)
        assert (entry.span.line, entry.span.column) <= (entry.place.line, entry.place.column)
        assert (entry.place.end_line, entry.place.end_column) <= (entry.span.end_line, entry.span.end_column)
        assert entry.name
        waiting += entry.parts
    for fold in outline.folds(view.file):
        assert 1 <= fold.first < fold.last <= len(view.lines)
    before = (0, 0)
    for token in tokens.tokens(view):
        assert before <= (token.line, token.column)
        within(view, Span("", token.line, token.column, token.line, token.end))
        before = (token.line, token.end)
    for lens in hints.lenses(view, {}, "en"):
        within(view, Span("", lens.line, lens.column, lens.line, lens.column))
    for change in laid_out(view.file, view.lines):
        within(view, change.span)
    moves.find(view, "a")


@given(st.integers(0, 2**32))
def test_every_question_is_answered(seed: int) -> None:
    chance = Random(seed)
    with folder(changed(chance, NETWORK), changed(chance, PATH)) as workspace:
        for name in ("hip.path", "net.path"):
            view = workspace.view(name)
            of_the_whole(view)
            for _ in range(4):
                line = chance.randrange(1, len(view.lines) + 1)
                ask(view, line, chance.randrange(1, len(view.lines[line - 1]) + 2), chance)


@given(st.integers(0, 2**32))
def test_completion_at_every_place_of_a_line(seed: int) -> None:
    chance = Random(seed)
    language = chance.choice(CODES)
    from pathflow import format_text

    text = format_text(PATH, language=language)
    with folder(path=text) as workspace:
        view = workspace.view("hip.path")
        line = chance.randrange(1, len(view.lines) + 1)
        written = view.lines[line - 1]
        for end in range(len(written) + 1):
            workspace.edit("hip.path", text.replace(written, written[:end], 1) if written else text)
            typed = workspace.view("hip.path")
            if end < len(typed.lines[line - 1]) + 1:
                complete(typed, line, end + 1, language)


@pytest.mark.parametrize("name", ["heart_failure.path", "pirkanmaa.path", "separation.path"])
def test_a_shipped_file_with_a_few_slips(name: str) -> None:
    from pathflow.workspace import Workspace

    chance = Random(name)
    workspace = Workspace(ROOT / "paths")
    for _ in range(3):
        workspace.edit(name, mutate.text(chance, (ROOT / "paths" / name).read_text("utf-8"), 4))
        view = workspace.view(name)
        of_the_whole(view)
        for _ in range(3):
            line = chance.randrange(1, len(view.lines) + 1)
            ask(view, line, chance.randrange(1, len(view.lines[line - 1]) + 2), chance)


@given(st.text(alphabet=st.sampled_from('ab\r\n\x0b\x0c\x85\u2028\ud800🏥é \t#"')))
def test_lines_are_those_of_the_parser(text: str) -> None:
    from pathflow.dsl.parse import parse_text

    lines, own = parse_text("a.path", text).lines, lines_of(text)
    assert len(own) - len(lines) in (0, 1)
    assert [len(line) for line in lines] == [len(line) for line in own[: len(lines)]]


def test_a_site_of_which_only_the_name_is_known() -> None:
    """A second organiser makes what follows it an orphan: its names are known, and nothing else."""
    network = NETWORK.replace("    site Hill House", "    organiser Another\n    site Hill House")
    with folder(network) as workspace:
        codes = [finding.code for finding in report_of(workspace.view("hip.path").unit).findings]
        assert "P104" in codes
        assert "G505" not in codes
