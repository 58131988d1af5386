"""Whatever name the compiler looks up in a file, the index has, at that place and for the same thing; and nothing else it has.

The compiler is watched at its one place for names (`Scope.find`), and at those where it asks a scope without a finding.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathflow.base.names import fold
from pathflow.compiler.scope import Report, Scope
from pathflow.dsl.syntax import Name, Statement
from pathflow.ide.names import FileNames, Use
from pathflow.workspace import Workspace
from tests.conftest import ROOT
from tests.fuzz import mutate

FILES = sorted((ROOT / "paths").glob("*.path"))
Found = tuple[str, int, int, str, str]
"""File, line, column, sort, folded name."""


def looked_up(monkeypatch: pytest.MonkeyPatch, workspace: Workspace, name: str) -> set[Found]:
    """What the compiler finds in a file and those that it uses."""
    found: set[Found] = set()
    find = Scope.find

    def watched(
        self: Scope, sorts: object, word: Name, report: Report, statement: Statement, item_type: str = "document"
    ) -> str | None:
        result = find(self, sorts, word, report, statement, item_type)  # type: ignore[arg-type]  # passed on as it came
        if result is not None:
            wanted = (sorts,) if isinstance(sorts, str) else sorts
            sort = next(one for one in wanted if self.has(one, word.text))  # type: ignore[attr-defined]  # a tuple of sorts
            column = statement.value_column + word.start
            found.add((report.file, statement.line, column, sort, fold(result)))
        return result

    with monkeypatch.context() as patch:
        patch.setattr(Scope, "find", watched)
        assert workspace.view(name).unit is not None
    return found


def indexed(uses: tuple[Use, ...]) -> dict[tuple[str, int, int], tuple[str, str]]:
    return {
        (use.span.file, use.span.line, use.span.column): (use.symbol.sort, use.symbol.key)
        for use in uses
        if use.symbol is not None
    }


def check(workspace: Workspace, name: str, monkeypatch: pytest.MonkeyPatch) -> int:
    found = looked_up(monkeypatch, workspace, name)
    view = workspace.view(name)
    known = indexed(view.names.uses)
    for home in {symbol.home for symbol in view.names.known.values()} | {view.names.home}:
        names = view.index.names(Path(home))
        known |= indexed(names.uses) if names is not None else {}
    wrong = [one for one in found if known.get(one[:3]) != (one[3], one[4])]
    assert wrong == []
    check_what_is_looked_up(view.names)
    return len(found)


def check_what_is_looked_up(names: FileNames) -> None:
    """The names of one thing, and those of one line, are those among all names of the file."""
    for symbol in {use.symbol for use in names.uses if use.symbol is not None}:
        assert names.of(symbol) == [use for use in names.uses if use.symbol == symbol]
    for line in range(len(names.file.lines) + 2):
        assert names.on(line) == [use for use in names.uses if use.span.line == line]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_the_compiler_finds_the_index_has(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(Workspace(file.parent), file.name, monkeypatch) > 100


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_in_other_languages_too(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathflow import format_text

    for file in FILES:
        if file.name in ("heart_failure.path", "pirkanmaa.path"):
            (tmp_path / file.name).write_text(format_text(file.read_text("utf-8"), language=language), "utf-8")  # type: ignore[arg-type]
    assert check(Workspace(tmp_path), "heart_failure.path", monkeypatch) > 500


@lru_cache(maxsize=1)
def shipped() -> Workspace:
    return Workspace(ROOT / "paths")


@settings(max_examples=max(20, settings.default.max_examples // 3))
@given(st.integers(0, 2**32))
def test_in_broken_files_too(seed: int) -> None:
    chance = Random(seed)
    file = chance.choice([f for f in FILES if f.name in ("heart_failure.path", "separation.path", "pregnancy.path")])
    workspace = shipped()
    workspace.edit(file.name, mutate.text(chance, file.read_text("utf-8"), 3))
    with pytest.MonkeyPatch.context() as patch:
        check(workspace, file.name, patch)
    workspace.close(file.name)


def test_a_name_that_is_not_indexed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathflow.dsl import mentions

    monkeypatch.delitem(mentions._LISTED, "needs")
    mentions.mentions_in.cache_clear()
    with pytest.raises(AssertionError):
        check(Workspace(ROOT / "paths"), "heart_failure.path", monkeypatch)
    monkeypatch.undo()
    mentions.mentions_in.cache_clear()


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_names_that_were_kept_are_those_of_a_folder_opened_now(seed: int, steps: int) -> None:
    """What other files say is kept from one change of a text to the next; it is never out of date."""
    from tests.ide.texts import NETWORK, PATH, changed, folder

    chance = Random(seed)
    base = {"net.path": NETWORK, "hip.path": PATH, "more.path": "network More\n    uses Shared\n    item extra: document\n"}
    with folder() as workspace:
        texts = dict(base)
        workspace.edit("more.path", base["more.path"])
        for _ in range(steps):
            name = chance.choice(list(base))
            texts[name] = changed(chance, chance.choice([base[name], texts[name]])).replace(
                "Shared", chance.choice(["Shared", "More"])
            )
            workspace.edit(name, texts[name])
            asked = chance.choice(list(base))
            fresh = Workspace(workspace.folder)
            for other, text in texts.items():
                fresh.edit(other, text)
            old, new = workspace.view(asked).names, fresh.view(asked).names
            assert [(use.span, use.symbol) for use in old.uses] == [(use.span, use.symbol) for use in new.uses]
            for use in old.uses:
                if use.symbol is not None:
                    assert workspace.view(asked).index.text(use.symbol) == fresh.view(asked).index.text(use.symbol)
