"""A workspace says what a workspace opened now would say, whatever was edited, saved, closed and taken away before."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow import CheckReport, Unreadable, Workspace, check_text
from tests.fuzz import mutate

NETWORK = """\
network Shared
    organiser County
    professions nurse, doctor
    provider Health Centre
        sector public
        professions nurse
    provider Hospital
        sector public
        professions doctor
    item letter: document
"""
PATH = """\
path {name}
    version 1
    valid from 2026-01-01
    uses {network}
    responsible Hospital
    accountable Health Centre

plan Plan
    owner nurse at Health Centre
    review every 6 months
    if another path joins, the owner stays

steps
    step Visit
        by nurse at Health Centre
        within 7 days
        makes letter
{more}    end Done
        closes the plan
"""
FILES = {
    "net.path": NETWORK,
    "more.path": NETWORK.replace("Shared", "More").replace("    organiser County\n", "    uses Shared\n").split("    professions")[0]
    + "    item score: number of points\n",
    "a.path": PATH.format(name="A", network="Shared", more=""),
    "b.path": PATH.format(name="B", network="More", more="    include A\n"),
}  # fmt: skip
OTHERS = (
    "", "path C\n", NETWORK, NETWORK.replace("Shared", "Other"), PATH.format(name="A", network="Shared", more="    include B\n"),
    NETWORK.replace("    organiser", "    uses More\n    organiser"), PATH.format(name="A", network="Other", more=""),
)  # fmt: skip


def said(report: CheckReport) -> list[object]:
    return [*((f.code, f.message, f.advice, f.span) for f in report.findings), report.paths, sorted(report.sources)]


@given(st.integers(0, 2**32), st.integers(1, 14))
def test_a_workspace_says_what_one_opened_now_would(seed: int, steps: int) -> None:
    chance = Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in FILES.items():
            (folder / file).write_text(text, "utf-8")
        workspace = Workspace(folder)
        texts: dict[str, str] = {}
        for number in range(steps):
            file = chance.choice([*FILES, "new.path"])
            base = texts.get(file, FILES.get(file, NETWORK))
            text = chance.choice(
                [mutate.text(chance, base, 1), mutate.text(chance, base, 1), FILES.get(file, ""), chance.choice(OTHERS)]
            )
            kind = chance.randrange(5)
            if kind < 3:
                workspace.edit(file, text)
                texts[file] = text
            elif kind == 3:
                workspace.close(file)
                texts.pop(file, None)
            elif chance.random() < 0.5:
                (folder / file).write_text(text, "utf-8", "replace")
                os.utime(folder / file, ns=(number + 1, number + 1))
            else:
                (folder / file).unlink(missing_ok=True)
            asked = chance.choice(list(FILES))
            fresh = Workspace(folder)
            for other, kept in texts.items():
                fresh.edit(other, kept)
            assert outcome(workspace, asked) == outcome(fresh, asked)


def outcome(workspace: Workspace, name: str) -> list[object]:
    try:
        return said(workspace.check(name))
    except Unreadable as wrong:
        return [str(wrong)]


@pytest.mark.parametrize("name", FILES)
def test_a_workspace_says_what_check_text_says(tmp_path: Path, name: str) -> None:
    for file, text in FILES.items():
        (tmp_path / file).write_text(text, "utf-8")
    workspace = Workspace(tmp_path)
    for text in (FILES[name], FILES[name].replace("nurse", "nurze", 1), FILES[name]):
        workspace.edit(name, text)
        assert said(workspace.check(name)) == said(check_text(text, name, tmp_path))


def test_an_unsaved_network_is_found_and_lost_again(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.edit("a.path", FILES["a.path"])
    assert [f.code for f in workspace.check("a.path").findings] == ["P304"]
    workspace.edit("net.path", NETWORK)
    assert workspace.check("a.path").is_clean
    workspace.edit("net.path", NETWORK.replace("Shared", "Other"))
    assert [f.code for f in workspace.check("a.path").findings] == ["P304"]
    with pytest.raises(Unreadable):
        workspace.check("b.path")


def test_what_did_not_change_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathflow.compiler import library, passes

    for file, text in FILES.items():
        (tmp_path / file).write_text(text, "utf-8")
    workspace = Workspace(tmp_path)
    workspace.edit("a.path", FILES["a.path"])
    workspace.check("a.path")

    def again(*_: object) -> None:
        raise AssertionError("it was read again")

    monkeypatch.setattr(library, "read_bytes", again)
    monkeypatch.setattr(passes, "NetworkReader", again)
    workspace.edit("a.path", FILES["a.path"].replace("7 days", "8 days"))
    assert workspace.check("a.path").is_clean
