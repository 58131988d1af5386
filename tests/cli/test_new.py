"""`pathflow new`: by options and by questions; nothing is overwritten, and nothing is left behind."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import pathflow
from pathflow.cli import new_command
from tests.cli.test_commands import Capture, run

WHO = ("--organiser", "County", "--provider", "Health Station, public, nurse and doctor")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    return tmp_path


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(new_command, "_can_ask", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def is_sound(capsys: Capture, place: Path, tests: int) -> None:
    assert run(capsys, "check", "--strict", place)[0] == 0
    assert f"{tests} tests passed, 0 failed" in run(capsys, "test", place)[1]
    assert run(capsys, "fmt", "--check", place)[0] == 0


def test_without_questions(capsys: Capture, here: Path) -> None:
    code, out, err = run(
        capsys, "new", "--name", "Sydän ja keuhkot", *WHO, "--provider", "Hoiva, koti ja muut, private, physiotherapist"
    )
    assert (code, out) == (0, "written: sydan_ja_keuhkot.path\n")
    assert "pathflow check sydan_ja_keuhkot.path" in err
    is_sound(capsys, here / "sydan_ja_keuhkot.path", 3)
    assert names_in(here) == ["sydan_ja_keuhkot.path"]


def test_what_lacks_is_said_in_one_line(capsys: Capture, here: Path) -> None:
    for more in ((), ("--yes",)):
        code, out, err = run(capsys, "new", *more, "--name", "Falls")
        assert (code, out) == (2, "")
        assert err.startswith("pathflow: without questions it needs also --organiser and --provider")
        assert err.count("\n") == 1
    assert not names_in(here)


def test_the_name_is_taken_from_the_file(capsys: Capture, here: Path) -> None:
    assert (
        run(capsys, "new", "heart_failure.path", *WHO, "--begins", "2027-01-31", "--format", "json")[1]
        == json.dumps({"written": ["heart_failure.path"]}, indent=2) + "\n"
    )
    path = pathflow.load("heart_failure.path").path
    assert (path.name, str(path.valid)) == ("Heart failure", "from 2027-01-31")


def test_a_folder_gets_the_file(capsys: Capture, here: Path) -> None:
    (here / "paths").mkdir()
    assert run(capsys, "new", "paths", "--name", "Falls", *WHO)[0] == 0
    is_sound(capsys, here / "paths" / "falls.path", 2)


def test_nothing_is_overwritten(capsys: Capture, here: Path) -> None:
    (here / "falls.path").write_text("mine")
    code, _, err = run(capsys, "new", "--name", "Falls", *WHO)
    assert (code, err) == (
        2,
        "pathflow: falls.path is there already and is not overwritten: name another file, for example falls_2.path\n",
    )
    assert (here / "falls.path").read_text() == "mine"


def test_when_the_second_file_cannot_be_written_the_first_goes(capsys: Capture, here: Path) -> None:
    code, _, err = run(capsys, "new", "no/falls.path", "--network", "no/net.path", "--name", "Falls", *WHO)
    assert code == 2
    assert "cannot be written" in err
    (here / "falls.path").write_text("mine")
    assert run(capsys, "new", "falls.path", "--network", "net.path", "--name", "Other", *WHO)[0] == 2
    assert names_in(here) == ["falls.path"]


def test_a_path_s_name_is_given_once_in_a_folder(capsys: Capture, here: Path) -> None:
    run(capsys, "new", "--name", "Falls", *WHO)
    code, _, err = run(capsys, "new", "other.path", "--name", "falls", *WHO)
    assert (code, err) == (2, "pathflow: falls.path holds a path falls already: give this one another name\n")


def test_a_network_beside_is_written_and_then_used(capsys: Capture, here: Path) -> None:
    assert run(capsys, "new", "a.path", "--network", "net.path", *WHO, "--provider", "Club, third, counsellor")[1] == (
        "written: net.path\nwritten: a.path\n"
    )
    code, _, err = run(
        capsys, "new", "b.path", "--network", "net.path", "--provider", "club", "--provider", "health station, Doctor"
    )
    assert code == 0, err
    is_sound(capsys, here, 6)
    assert "by doctor at Health Station" in (here / "b.path").read_text()
    assert "network" not in (here / "b.path").read_text().split("uses")[0]


def test_a_network_in_a_folder_below_is_named_with_its_file(capsys: Capture, here: Path) -> None:
    (here / "shared").mkdir()
    assert run(capsys, "new", "a.path", "--network", "shared/net.path", *WHO)[0] == 0
    assert run(capsys, "new", "b.path", "--network", "shared/net.path", "--provider", "Health Station")[0] == 0
    assert 'from "shared/net.path"' in (here / "a.path").read_text()
    is_sound(capsys, here / "a.path", 2)
    is_sound(capsys, here / "b.path", 2)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--provider", "Nowhere"), "net.path has no provider `Nowhere`: it has `Health Station`"),
        (("--provider", "Helth Station"), "net.path has no provider `Helth Station`: did you mean Health Station?"),
        (("--provider", "Health Station, surgeon"), "there is no surgeon at Health Station in net.path, only `nurse` and `doctor`"),
        (("--provider", "Health Station", "--organiser", "Other"), "net.path is organised by County: leave --organiser out, or take --no-network"),
        (("--provider", "Health Station", "--provider", "health station"), "the provider Health Station is named twice: give one of them another name"),
    ],
)  # fmt: skip
def test_what_the_network_does_not_have_is_said(capsys: Capture, here: Path, more: tuple[str, ...], said: str) -> None:
    run(capsys, "new", "a.path", "--network", "net.path", *WHO)
    code, _, err = run(capsys, "new", "b.path", "--network", "net.path", *more)
    assert (code, err) == (2, f"pathflow: {said}\n")
    assert names_in(here) == ["a.path", "net.path"]


def test_over_a_network_with_a_gap_nothing_is_written(capsys: Capture, here: Path) -> None:
    (here / "net.path").write_text(
        "network N\n    organiser County\n    professions nurse\n    provider Club\n        sector private\n        professions nurse\n"
        "    agreement A\n        with Club\n        mode purchase\n        covers everything\n        valid from 2090-01-01\n"
    )
    code, _, err = run(capsys, "new", "b.path", "--network", "net.path", "--provider", "Club", "--begins", "2026-01-01")
    assert code == 2
    assert err == (
        "pathflow: nothing is written, for the path would not check clean: G501 no agreement with `Club` is in force on "
        "2026-01-01, when the path begins\n"
    )
    assert names_in(here) == ["net.path"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("a.txt", *WHO), "the name of a path's file ends in .path: write a.txt.path"),
        (("--name", 'a "b"', *WHO), "the name of the path holds a double quote: leave it out, or write a single one"),
        (("--name", "x\u200by", *WHO), "the name of the path holds a character that cannot be seen or written: type it anew"),
        (("--name", " ", *WHO), "the path needs a name"),
        (("--name", "n" * 130, *WHO), "the name of the path has 130 characters, and 120 are enough: write a shorter one"),
        (("--name", "a", *WHO, "--provider", "Club, nurse"),
         "`Club, nurse` does not say its sector, `public`, `private` or `third`: write for example Home Care, public, nurse and doctor"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_is_refused_in_one_line(
    capsys: Capture, here: Path, args: tuple[str, ...], said: str
) -> None:
    assert run(capsys, "new", *args) == (2, "", f"pathflow: {said}\n")
    assert not names_in(here)


def test_questions(capsys: Capture, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, ' "', "Falls", "", "County", "Health Station", "publik", "", "nurse, mother and child nurse",
           "health station", "Care at home", "2", "physiotherapist", "")  # fmt: skip
    code, out, err = run(capsys, "new")
    assert (code, out) == (0, "written: falls.path\n")
    assert "write public, private or third" in err
    assert "health station is there already: give this one another name" in err
    text = (here / "falls.path").read_text()
    assert "clients Clients of Falls" in text
    assert 'provider "Care at home"\n        sector private' in text
    is_sound(capsys, here / "falls.path", 3)


def test_questions_over_a_network_that_is_there(capsys: Capture, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(capsys, "new", "a.path", "--network", "net.path", *WHO, "--provider", "Club, third, counsellor")
    (here / "broken.path").write_text("network Broken\n    organizer x\n")
    answer(monkeypatch, "A", "Sleep", "", "9", "1", "3", "2, 1", "doctor")
    code, out, err = run(capsys, "new")
    assert (code, out) == (0, "written: sleep.path\n")
    assert "a.path holds a path A already" in err
    assert "write a number from 0 to 1" in err
    assert "write a number from 0 to 2" in err
    (here / "broken.path").unlink()
    is_sound(capsys, here / "sleep.path", 3)
    assert "uses A network" in (here / "sleep.path").read_text()
    assert "accountable Club" in (here / "sleep.path").read_text()


@pytest.mark.parametrize("answered", [0, 1, 3, 6])
def test_who_stops_leaves_nothing_behind(capsys: Capture, here: Path, monkeypatch: pytest.MonkeyPatch, answered: int) -> None:
    answer(monkeypatch, *["Falls", "Adults", "County", "Health Station", "public", "nurse"][:answered])
    code, out, err = run(capsys, "new")
    assert (code, out) == (130, "")
    assert err.endswith("stopped\n")
    assert not names_in(here)


def test_a_stop_while_it_writes_leaves_nothing_behind(capsys: Capture, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    write = new_command._write_new

    def first_only(place: Path, text: str, written: list[Path]) -> None:
        write(place, text, written)
        if place.name == "a.path":
            stopped()

    monkeypatch.setattr(new_command, "_write_new", first_only)
    assert run(capsys, "new", "a.path", "--network", "net.path", *WHO)[0] == 130
    assert not names_in(here)
