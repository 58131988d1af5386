"""What views leave out and what they keep; differences; one client's way; the network map; the command."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import pathflow
from pathflow.cli.main import main
from pathflow.pictures import UnknownWords
from tests.conftest import ROOT
from tests.picture import checks

HEART = ROOT / "paths/heart_failure.path"
EVENTS = ROOT / "examples/heart_failure/events.csv"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def heart() -> pathflow.CompiledPath:
    return pathflow.load(HEART)


def shown(path: pathflow.CompiledPath, view: pathflow.View) -> dict[str, str]:
    """Names and how they stand out. Whatever is shown, it is well drawn."""
    picture = pathflow.draw(path, view)
    assert [*checks.overlapping(picture), *checks.through_boxes(picture), *checks.outside(picture),
            *checks.on_one_another(picture), *checks.backwards(picture)] == []  # fmt: skip
    ET.fromstring(picture.svg)
    return {path.program.nodes[b.element.node].name: b.element.state for b in picture.boxes if b.element.node >= 0}


def test_of_a_provider_everything_is_kept_that_it_does(heart: pathflow.CompiledPath) -> None:
    names = shown(heart, pathflow.view_of(heart, provider="tesoma health centre"))
    assert {"First examination", "Referral to cardiology", "Back to basic level", "Follow-up visit"} <= names.keys()
    assert {"Echocardiography", "Supervised exercise"}.isdisjoint(names)
    chosen = shown(heart, pathflow.view_of(heart, provider="Kuntoutus Oy"))
    assert {"rehabilitation provider", "Supervised exercise"} <= chosen.keys()


def test_for_some_clients_other_ways_are_left_out(heart: pathflow.CompiledPath) -> None:
    view = pathflow.view_of(heart, clients="NT-proBNP is 2600 ng/l, ejection fraction is 55 %, lives alone is no")
    names = shown(heart, view)
    assert "Start SGLT2 inhibitor and treat the causes" in names
    assert {"Heart failure unlikely", "Start the four medicine groups", "Needs assessment"}.isdisjoint(names)
    assert "Another cause of the symptoms" in names  # nothing is known of it
    short = shown(heart, pathflow.view_of(heart, clients="NT-proBNP is 80 ng/l"))
    assert "Heart failure unlikely" in short
    assert "Referral letter" not in short


@pytest.mark.parametrize(
    ("words", "wrong"),
    [("weigth is 3 kg", "weigth"), ("NT-proBNP is 3 kg", "ng/l"), ("", "needs what is so"), ("lives alone", "lives alone")],
)
def test_words_that_the_path_does_not_know_are_said(heart: pathflow.CompiledPath, words: str, wrong: str) -> None:
    with pytest.raises(UnknownWords, match=wrong) as told:
        pathflow.view_of(heart, clients=words)
    assert "\n" not in str(told.value)


def test_an_overview_is_smaller_and_keeps_the_main_line(heart: pathflow.CompiledPath) -> None:
    view = pathflow.view_of(heart, is_overview=True)
    names = shown(heart, view)
    assert {"Referral to cardiology", "Treatment begins", "To palliative care"} <= names.keys()
    assert len(pathflow.draw(heart, view).boxes) < len(pathflow.draw(heart).boxes) * 0.75


def test_a_difference_marks_what_came_changed_and_is_gone(tmp_path: Path, heart: pathflow.CompiledPath) -> None:
    shutil.copytree(ROOT / "paths", tmp_path, dirs_exist_ok=True)
    old = tmp_path / "heart_failure.path"
    text = old.read_text("utf-8")
    text = text[: text.index("\ntest ")] + "\n"
    text = text.replace("within 14 days of Echocardiography", "within 21 days of Echocardiography")
    text = re.sub(r"(?s) +step Final doses\n.*?(?=\n +branch)", "", text).replace("Final doses", "Titrate the medicines")
    text = text.replace(
        "    step Reading the results",
        "    step Second look\n        by general practitioner at Tesoma Health Centre\n        within 2 days\n\n    step Reading the results",
        1,
    )
    old.write_text(text, "utf-8")
    before = pathflow.load(old)
    states = shown(heart, pathflow.view_of(heart, since=before))
    assert states["Diagnosis and plan"] == "changed"
    assert states["Final doses"] == "added"
    assert states["Echocardiography"] == ""
    removed = [
        b.element for b in pathflow.draw(heart, pathflow.view_of(heart, since=before)).boxes if b.element.state == "removed"
    ]
    assert [one.lines[0].text for one in removed] == ["Second look"]
    same = shown(heart, pathflow.view_of(heart, since=heart))
    assert set(same.values()) == {""}


def test_one_clients_way_is_done_now_and_ahead(heart: pathflow.CompiledPath) -> None:
    view = pathflow.view_of_client(heart, EVENTS, "Aino", at="2026-02-08T12:00")
    states = shown(heart, view)
    assert states["First examination"] == "done"
    assert states["Echocardiography"] == "ahead"
    assert states["Heart failure unlikely"] == "left"
    assert "now" in states.values()
    dates = [note for note in view.notes.values() if "2026-02-05" in note]
    assert dates == ["done 2026-02-05"]
    with pytest.raises(KeyError):
        pathflow.view_of_client(heart, EVENTS, "nobody")
    with pytest.raises(KeyError):
        pathflow.view_of_client(heart, EVENTS, "Aino", at="1999-01-01")


def test_the_network_map_has_every_link(heart: pathflow.CompiledPath) -> None:
    svg = pathflow.network_map([heart])
    tree = ET.fromstring(svg)
    said = " ".join(text for text in tree.itertext())
    for name in ("Referral to cardiology", "Peer support", "Heart Association", "Palliative Unit"):
        assert name in said
    with pytest.raises(ValueError, match="no path"):
        pathflow.network_map([])


@pytest.mark.parametrize("asked", [
    ["--provider", "Heart Hospital"], ["--for", "lives alone is yes"], ["--overview"], ["--since", str(HEART)],
    ["--events", str(EVENTS), "--client", "Aino"], ["--network"], ["--lr", "--language", "fi"], ["--no-findings"],
])  # fmt: skip
def test_the_command_draws_each_view(asked: list[str], tmp_path: Path, capsys: Capture) -> None:
    to = tmp_path / "x.svg"
    assert main(["draw", str(HEART), "-o", str(to), *asked]) == 0
    ET.fromstring(to.read_text("utf-8"))
    assert str(to) in capsys.readouterr().out


@pytest.mark.parametrize(("asked", "wrong"), [
    (["-o", "x.gif"], "ends in none of .svg, .png, .pdf"), (["--overview", "--network"], "a picture shows one thing"),
    (["--client", "Aino"], "needs both"), (["--provider", "Heart Hospitl"], "did you mean `Heart Hospital`?"),
    (["--for", "NYHA clas is II"], "NYHA clas"), (["--events", str(EVENTS), "--client", "nobody"], "no client `nobody`"),
    (["-o", "/no/such/folder/x.svg"], "cannot be written"), (["--events", str(EVENTS), "--client", "Aino", "--at", "soon"], "soon"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_said_in_one_line(
    asked: list[str], wrong: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["draw", str(HEART), *asked]) == 2
    said = capsys.readouterr().err
    assert wrong in said
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_the_picture_goes_beside_nothing_of_the_users(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["draw", str(ROOT / "examples/memory/memory.path")]) == 0
    assert [one.name for one in tmp_path.iterdir()] == ["memory.svg"]
    capsys.readouterr()
    assert main(["draw", str(ROOT / "examples/memory/memory.path"), "-o", "-"]) == 0
    assert capsys.readouterr().out == (tmp_path / "memory.svg").read_text("utf-8")


def test_a_path_with_mistakes_is_not_drawn_and_they_are_said(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "bad.path"
    file.write_text("path X\n    versio 1\n", "utf-8")
    assert main(["draw", str(file), "-o", str(tmp_path / "x.svg")]) == 1
    assert "P1" in capsys.readouterr().err
    assert not (tmp_path / "x.svg").exists()
