"""Another name: there and back gives the same bytes, and the renamed files mean the same but for the name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from pathflow.base.calendars import Calendar
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.ide import moves
from pathflow.ide.names import Use
from pathflow.ide.rename import Change, Refused, rename
from pathflow.workspace import Workspace
from tests.conftest import ROOT
from tests.ide.texts import NETWORK, PATH, changed, folder, place_of

PLAIN = "Zyx 7"
HARD = (
    "left, right",
    "is it so",
    "nurse at home",
    "x and y or z",
    "# 7",
    "Ü 🏥 to x",
    "not within 3 days",
    "because of it",
    "per x",
)


def applied(workspace: Workspace, changes: tuple[Change, ...]) -> dict[str, str]:
    """The texts with the changes made."""
    texts: dict[str, str] = {}
    for path in dict.fromkeys(change.path for change in changes):
        name = str(Path(path).relative_to(workspace.folder))
        lines = workspace.view(name).lines.copy()
        own = [change for change in changes if change.path == path]
        for change in sorted(own, key=lambda one: (one.span.line, one.span.column), reverse=True):
            line = lines[change.span.line - 1]
            lines[change.span.line - 1] = line[: change.span.column - 1] + change.text + line[change.span.end_column - 1 :]
        texts[name] = "\n".join(lines)
    return texts


def plain(value: Any, new: str = "", old: str = "") -> Any:
    """What something means, without its places, and with one name in the place of another."""
    if isinstance(value, Span):
        return None
    if isinstance(value, str):
        return value.replace(new, old) if new else value
    if isinstance(value, Mapping):
        return {plain(key, new, old): plain(part, new, old) for key, part in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        parts = [plain(part, new, old) for part in value]
        return sorted(map(repr, parts)) if isinstance(value, set | frozenset) else parts
    if isinstance(value, Calendar):
        return str(value.zone)
    if isinstance(value, Struct):
        return [type(value).__name__, *(plain(getattr(value, f), new, old) for f in value.__struct_fields__ if f != "key")]
    return value


def meaning(workspace: Workspace, name: str, new: str = "", old: str = "") -> Any:
    unit = workspace.view(name).unit
    codes = sorted(finding.code for finding in unit.findings)
    parts = [unit.program, unit.meaning, [network for network, _ in unit.networks]]
    return [codes, *(plain(part, new, old) for part in parts)]


def things(workspace: Workspace, name: str) -> list[Use]:
    return [use for use in workspace.view(name).names.uses if use.symbol is not None and use.mention.role != "code"]


def there_and_back(workspace: Workspace, name: str, use: Use, new: str, others: list[str]) -> bool:
    """Renames, checks, renames back, checks. Returns: whether it was not refused."""
    view = workspace.view(name)
    changes = rename(view, use.span.line, use.span.column, new, "en")
    if isinstance(changes, Refused):
        return False
    symbol = use.symbol
    assert symbol is not None
    given = [one for one in moves.places_of(view, symbol) if one.is_given]
    old = view.index.text(symbol)
    before = {other: workspace.view(other).lines for other in others}
    means = {other: meaning(workspace, other) for other in others}
    spelt = {
        use_of.mention.name.text
        for other in others
        for use_of in workspace.view(other).names.uses
        if use_of.symbol == symbol
    }  # fmt: skip
    assert given or symbol.sort in ("path", "network")
    texts = applied(workspace, changes)
    for other, text in texts.items():
        workspace.edit(other, text)
    if len(spelt) == 1:
        old = spelt.pop()
        for other in others:
            assert meaning(workspace, other, new, old) == means[other], f"{old} → {new} in {other}"
    first = next((c for c in changes if c.path == view.names.home and c.span.line == use.span.line), changes[0])
    home = str(Path(first.path).relative_to(workspace.folder))
    shift = sum(len(c.text) - (c.span.end_column - c.span.column) for c in changes
                if c.path == first.path and c.span.line == first.span.line and c.span.column < first.span.column)  # fmt: skip
    back = rename(workspace.view(home), first.span.line, first.span.column + shift, old, "en")
    assert not isinstance(back, Refused), back
    for other, text in applied(workspace, back).items():
        workspace.edit(other, text)
    if len(spelt) <= 1 and not any('"' in line for lines in before.values() for line in lines):
        for other in others:
            assert workspace.view(other).lines == before[other]
    return True


@given(st.integers(0, 2**32))
def test_there_and_back(seed: int) -> None:
    chance = Random(seed)
    path = PATH.replace('"a broken" hip', "a broken hip")
    with folder(path=path) as workspace:
        name = chance.choice(["hip.path", "hip.path", "net.path"])
        use = chance.choice(things(workspace, name))
        new = chance.choice([PLAIN, *HARD])
        done = there_and_back(workspace, name, use, new, ["hip.path", "net.path"])
        assert done or new != PLAIN, use


@given(st.integers(0, 2**32))
def test_what_is_refused_or_changed_in_broken_files_keeps_the_others_names(seed: int) -> None:
    chance = Random(seed)
    with folder(changed(chance, NETWORK), changed(chance, PATH)) as workspace:
        found = things(workspace, "hip.path")
        if not found:
            return
        use = chance.choice(found)
        changes = rename(workspace.view("hip.path"), use.span.line, use.span.column, PLAIN, "en")
        if isinstance(changes, Refused):
            return
        names = ("hip.path", "net.path")
        before = {name: [(u.symbol, u.mention.role) for u in workspace.view(name).names.uses] for name in names}
        for name, text in applied(workspace, changes).items():
            workspace.edit(name, text)
        for name in names:
            after = [(u.symbol, u.mention.role) for u in workspace.view(name).names.uses]
            assert len(after) == len(before[name])
            for (one, role), (other, same_role) in zip(before[name], after, strict=True):
                assert role == same_role
                assert (one is None) == (other is None)
                if one is not None and other is not None and one != use.symbol and one.sort != "option":
                    assert one.key == other.key


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("heart_failure.path", "Heart Hospital"), ("heart_failure.path", "NYHA class"), ("heart_failure.path", "Echocardiography"),
        ("pirkanmaa.path", "Pirkanmaa network\n"), ("pirkanmaa.path", "nurse"), ("separation.path", "path "),
    ],
)  # fmt: skip
def test_shipped_files(name: str, words: str) -> None:
    workspace = Workspace(ROOT / "paths")
    view = workspace.view(name)
    text = "\n".join(view.lines)
    line, column = place_of(text, words, len(words) if words.endswith(" ") else 0)
    use = view.use_at(line, column)
    assert use is not None
    others = sorted(file.name for file in (ROOT / "paths").glob("*.path"))
    assert there_and_back(workspace, name, use, PLAIN, others if words == "Heart Hospital" else [name, "pirkanmaa.path"])


def test_a_name_that_is_there_is_refused() -> None:
    with folder() as workspace:
        view = workspace.view("hip.path")

        def says(words: str, new: str, code: str = "en") -> str:
            found = rename(view, *place_of(PATH, words), new, code)  # type: ignore[arg-type]  # one of the three codes
            assert isinstance(found, Refused), found
            return found.why

        assert says("Visit ", "training") == "`training` is there already, in hip.path"
        assert says("Visit ", "place of training") == "`place of training` is there already, in hip.path"
        assert says("Åland", "COUNTY") == "`COUNTY` is there already, in hip.path"
        assert says("severity is", "pain", "fi") == "`pain` on jo olemassa tiedostossa hip.path"
        assert says("mild and", "Severe", "sv") == "`Severe` finns redan, i net.path"
        assert says("Åland", "client") == "`client` is a word of the language, and nothing can be called so"
        assert says("Visit ", ' "" ').startswith("A name has")
        assert says("Visit ", "a\u200bb").startswith("A name holds")
        assert says("version 1", "x").startswith("There is no name here")
        assert not isinstance(rename(view, *place_of(PATH, "Visit "), "visit", "en"), Refused)


def test_a_name_that_would_change_what_another_means_is_refused() -> None:
    """A step called as an item is: what a test says of the item would be said of the step."""
    with folder() as workspace:
        found = rename(workspace.view("hip.path"), *place_of(PATH, "Visit "), "severity", "en")
        assert isinstance(found, Refused)
        assert found.why == "called `severity`, it would change what `severity` means in hip.path, line 76"


def test_quotes_only_where_they_are_needed() -> None:
    with folder() as workspace:
        found = rename(workspace.view("hip.path"), *place_of(PATH, "letter, severity"), "letters and notes", "en")
        assert not isinstance(found, Refused)
        texts = applied(workspace, found)
        assert "makes letters and notes, severity" in texts["hip.path"]
        assert "item letters and notes: document" in texts["net.path"]
        found = rename(workspace.view("hip.path"), *place_of(PATH, "severity is one"), "severity is", "en")
        assert not isinstance(found, Refused)
        assert 'if "severity is" is one of severe' in applied(workspace, found)["hip.path"]


@pytest.mark.parametrize("name", ["hip.path", "net.path"])
def test_definition_and_references_agree(name: str) -> None:
    with folder() as workspace:
        view = workspace.view(name)
        for use in things(workspace, name):
            used = moves.references(view, use.span.line, use.span.column)
            given = moves.definition(view, use.span.line, use.span.column)
            assert set(given) <= set(used)
            assert (str(view.names.home), use.span) in {(one.path, one.span) for one in used}
            for place in used:
                other = workspace.view(str(Path(place.path).relative_to(workspace.folder)))
                assert set(moves.definition(other, place.span.line, place.span.column)) == set(given)
                assert fold(use.mention.name.text) == fold(other.use_at(place.span.line, place.span.column).mention.name.text)  # type: ignore[union-attr]
