"""Key after key in a workspace says what a check that begins anew says: what is kept from key to key is kept rightly."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import cast, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields, replace

from pathflow import Workspace
from pathflow.base.findings import Finding
from pathflow.compiler.flow import program_of
from pathflow.model import network
from pathflow.model import path as model
from pathflow.rules import kept, registry
from pathflow.rules.ways import Ways
from tests.laws.test_workspace import FILES as INCLUDING
from tests.laws.test_workspace import said

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "paths"
NETWORK = "pirkanmaa.path"
FILES = [ROOT / "examples/sepsis/sepsis.path", ROOT / "examples/memory/memory.path"]
"""With their networks in them."""
IN_FOLDER = sorted(file for file in SHIPPED.glob("*.path") if file.name != NETWORK)


def typed(chance: Random, text: str) -> Iterator[str]:
    """The text after each of some keys, as people press them; the last ones lead back to what it was, or to something like it."""
    lines = text.splitlines(keepends=True)
    at = chance.choice([number for number, line in enumerate(lines) if line.strip()])
    before, line, behind = "".join(lines[:at]), lines[at].rstrip("\n"), "".join(lines[at + 1 :])
    kind = chance.randrange(8)
    if kind == 0:  # written anew from somewhere within the line
        first = chance.randrange(len(line))
        for end in sorted({first, *(chance.randrange(first, len(line) + 1) for _ in range(3)), len(line)}):
            yield before + line[:end] + "\n" + behind
    elif kind == 1:  # another number
        number = chance.choice(["1", "9", "990"])
        yield before + re.sub(r"\d+", number, line, count=1) + "\n" + behind
        yield text
    elif kind == 2:  # taken away, and put back
        yield before + behind
        yield text
    elif kind == 3:  # moved down by a line
        below = behind.splitlines(keepends=True) or [""]
        yield before + below[0] + line + "\n" + "".join(below[1:])
    elif kind == 4:  # a note below it
        inner = " " * (len(line) - len(line.lstrip()) + 4)
        for end in (4, 6, 12):
            yield before + line + "\n" + inner + 'note "why"'[:end] + "\n" + behind
    elif kind == 5:  # a remark made of it, and back
        yield before + "# " + line + "\n" + behind
        yield text
    elif kind == 6:  # what another line of its kind says
        like = [other for other in lines if other.split()[:1] == line.split()[:1]]
        yield before + line[: len(line) - len(line.lstrip())] + chance.choice(like).strip() + "\n" + behind
        yield text
    else:  # a letter in the middle of a word
        end = chance.randrange(len(line))
        yield before + line[:end] + "x" + line[end:] + "\n" + behind
        yield text


@settings(max_examples=12)
@given(st.integers(0, 2**32))
def test_a_key_says_what_a_check_that_begins_anew_says(seed: int) -> None:
    chance = Random(seed)
    file = chance.choice(IN_FOLDER if chance.random() < 0.1 else FILES)
    texts = {name: (file.parent / name).read_text("utf-8") for name in {file.name, NETWORK if file in IN_FOLDER else file.name}}
    workspace = opened(file.parent, texts)
    for _ in range(3):
        name = file.name if chance.random() < 0.85 else chance.choice(sorted(texts))
        for text in typed(chance, texts[name]):
            workspace.edit(name, text)
            texts[name] = text
            assert said(workspace.check(file.name)) == said(opened(file.parent, texts).check(file.name))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_lines_made_remarks_or_cut_in_half_and_whole_again(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines(keepends=True)
    workspace = opened(file.parent, {file.name: "".join(lines)})
    for number, line in list(enumerate(lines))[:: len(lines) // 40]:
        changed = "# " + line if number % 2 else line[: len(line) // 2 + 3] + "\n"
        text = "".join([*lines[:number], changed, *lines[number + 1 :]])
        workspace.edit(file.name, text)
        assert said(workspace.check(file.name)) == said(opened(file.parent, {file.name: text}).check(file.name))
        proved_without_what_is_left_out(workspace.view(file.name).ways)
        workspace.edit(file.name, "".join(lines))
        workspace.check(file.name)


def proved_without_what_is_left_out(ways: Ways | None) -> None:
    if ways is None:
        return
    path = cast("model.Path", bare(ways.path))
    other = Ways(program_of(path, "", ways.program.calendar, ways.program.included), ways.doubts, ways.is_whole)
    assert registry.prove_all(ways) == registry.prove_all(other)


def bare(part: object) -> object:
    """A path, or a part of one, without what no proof looks at."""
    if type(part) is tuple:
        return tuple(map(bare, cast("tuple[object, ...]", part)))
    if isinstance(part, dict):
        return {key: bare(value) for key, value in cast("dict[str, object]", part).items()}
    if not isinstance(part, Struct):
        return part
    kind = type(part)
    left_out = {field.name: field.default for field in fields(kind) if field.name in kept.UNPROVED and not field.required}
    inside = {name: bare(getattr(part, name)) for name in kind.__struct_fields__ if name not in kept.UNPROVED}
    return replace(part, **left_out, **inside)


def opened(folder: Path, texts: Mapping[str, str]) -> Workspace:
    workspace = Workspace(folder)
    for name, text in texts.items():
        workspace.edit(name, text)
    return workspace


def test_what_means_the_same_is_not_proved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (SHIPPED / "heart_failure.path").read_text("utf-8")
    at = text.index("within 14 days")
    workspace = Workspace(SHIPPED)

    def codes(line: str) -> list[str]:
        workspace.edit("heart_failure.path", text[:at] + line + text[at + len("within 14 days") :])
        return [finding.code for finding in workspace.check("heart_failure.path").findings]

    codes("within 14 d")
    proved = list[set[str]]()

    def prove(ways: Ways, only: Iterable[str]) -> list[Finding]:
        proved.append(set(only))
        return registry.prove_all(ways, only)

    monkeypatch.setattr(kept, "prove_all", prove)
    codes("within 14 da")
    codes("within 14 dax")
    assert proved == []
    found = set(codes("within 15 days"))
    all_codes = {entry.rule.code for entry in registry.rules()}
    assert proved.pop() == all_codes
    codes('note "a remark"\n        within 15 days')
    assert proved.pop() == all_codes & found, "the lines below have moved, and nothing else"
    codes('note "a remark"\n        within 16 days')
    of_lengths = {entry.rule.code for entry in registry.rules() if entry.rule.is_of_lengths}
    assert proved.pop() == all_codes & (found | of_lengths), "only lengths are other ones"
    codes('note "a remark"\n        within 16 days, at most 20 days of enrolment')
    assert proved.pop() == all_codes, "that there is a limit is no length"
    assert proved == []


def test_a_path_that_is_included_means_something_else(tmp_path: Path) -> None:
    texts = {name: text.replace("step Visit", f"step {name[0]} visit") for name, text in INCLUDING.items()}
    texts["b.path"] = texts["b.path"].replace("    end Done", "    step Reading\n        by nurse at Health Centre\n        within 3 days\n"
                                              "        needs letter\n    end Done").replace("        makes letter\n", "")  # fmt: skip
    workspace = opened(tmp_path, texts)
    before = [finding.code for finding in workspace.check("b.path").findings]
    workspace.edit("a.path", texts["a.path"].replace("makes letter", "needs letter"))
    assert "G301" in [finding.code for finding in workspace.check("b.path").findings]
    assert "G301" not in before


def test_whatever_holds_tables_is_compared_in_their_order() -> None:
    kinds = [
        kind
        for module in (network, model)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Struct) and kind.__module__ == module.__name__
    ]
    with_tables = {
        kind for kind in kinds for name, hint in get_type_hints(kind).items()
        if get_origin(hint) is Mapping and not (kind is model.Log and name == "columns")
    }  # fmt: skip
    assert {*with_tables, model.Path} == set(kept.ORDERED)


def test_a_length_in_a_condition_is_a_part_of_what_is_asked() -> None:
    text = (SHIPPED / "heart_failure.path").read_text("utf-8")
    workspace = opened(SHIPPED, {"heart_failure.path": text})
    workspace.check("heart_failure.path")
    kept_of = dict[str, bool]()
    for old, new in (("within 14 days", "within 15 days"), ("2 kg within 3 days", "2 kg within 4 days")):
        assert old in text
        text = text.replace(old, new, 1)
        workspace.edit("heart_failure.path", text)
        ways = workspace.view("heart_failure.path").ways
        assert ways is not None
        kept_of[new] = "_known" in vars(ways)
    assert kept_of == {"within 15 days": True, "2 kg within 4 days": False}
