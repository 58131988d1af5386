"""Bad input gets a finding or one line with place and remedy: exit code 1 or 2, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pathflow.base.visible import Coloured, filled, visible
from tests.cli.test_commands import VISIT, Capture, events, run
from tests.rules.examples import whole


def check(capsys: Capture, folder: Path, data: bytes | str) -> tuple[int, str]:
    file = folder / "bad.path"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    code, out, err = run(capsys, "check", file)
    return code, out + err


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", 0, "P003"),
        (b"\n\n   \n# only a remark\n", 0, "P003"),
        (b"language en\n", 0, "P003"),
        (b"kieli fi\n", 0, "P003"),
        ("pāth x\n".encode(), 1, "P103"),
        (b"\xff\xfep\x00a\x00", 1, "saved as UTF-16"),
        (b"path K\xe4yp\xe4 hoito\n", 1, "may be Windows-1252"),
        (b"\x00\x01\x02\x89PNG\xff\xfe\x00", 1, "not text"),
        (b"path X\n\tversion 1\n    uses Y\n", 1, "P010"),
        (b"    path X\n", 1, "P011"),
        (b"step Visit\n", 1, "P102"),
        (b"steps\n    step Visit\n", 1, "P307"),
        (b"path X\n    uses Y\n    version 1\n    responsible A\n    accountable A\n", 1, "P304"),
        (b"path X\npath Y\n", 1, "P104"),
    ],
)
def test_files_that_are_no_paths(capsys: Capture, tmp_path: Path, data: bytes, code: int, words: str) -> None:
    found, said = check(capsys, tmp_path, data)
    assert found == code
    assert words in said


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistakes(capsys: Capture, tmp_path: Path) -> None:
    assert check(capsys, tmp_path, b"\xef\xbb\xbf" + whole(VISIT).replace("\n", "\r\n").encode())[0] == 0


def test_ten_thousand_levels(capsys: Capture, tmp_path: Path) -> None:
    """One space a level, as far as a file may be large; beyond that the file is too large."""
    for levels, code in ((5_000, "P012"), (10_000, "P002")):
        deep = "".join(f"{' ' * n}{'decide' if n % 2 else 'if alone'}\n" for n in range(1, levels + 1))
        found, said = check(capsys, tmp_path, whole("steps\n" + deep))
        assert found == 1
        assert said.count(f"error {code}") == 1


def test_ten_thousand_brackets_and_nots(capsys: Capture, tmp_path: Path) -> None:
    for condition in ("(" * 1_900 + "alone" + ")" * 1_900, "not " * 900 + "alone", " and ".join(["alone"] * 700)):
        text = f"steps\n    decide\n        if {condition}\n            continue\n        otherwise\n            continue\n"
        code, said = check(capsys, tmp_path, whole(text + "    end Done\n        closes the plan\n"))
        assert code == 1
        assert ("P012" in said) == (" and " not in condition)


def test_a_chain_of_a_hundred_networks(capsys: Capture, tmp_path: Path) -> None:
    for number in range(100):
        text = f"network N{number}\n    uses N{number + 1}\n    organiser County\n"
        (tmp_path / f"n{number:03}.path").write_text(text, "utf-8")
    code, out, _ = run(capsys, "check", tmp_path / "n000.path")
    assert code == 1
    assert "P012" in out


def test_a_fifty_megabyte_file(capsys: Capture, tmp_path: Path) -> None:
    code, said = check(capsys, tmp_path, b"steps\n" + b"    step Visit\n" * 3_500_000)
    assert code == 1
    assert "P002" in said
    assert len(said) < 2_000


def test_a_very_long_line(capsys: Capture, tmp_path: Path) -> None:
    code, said = check(capsys, tmp_path, whole(VISIT.replace("within 14 days", "note " + "x" * 100_000)))
    assert code == 1
    assert "P013" in said
    assert len(said) < 3_000


def test_a_folder_without_paths(capsys: Capture, tmp_path: Path) -> None:
    code, _, err = run(capsys, "check", tmp_path)
    assert code == 2
    assert "there is no .path file in the folder" in err


def test_networks_that_use_each_other(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "a.path").write_text("network A\n    uses B\n    organiser County\n", "utf-8")
    (tmp_path / "b.path").write_text("network B\n    uses A\n    organiser County\n", "utf-8")
    code, out, err = run(capsys, "check", tmp_path)
    assert code == 1
    assert "P305" in out
    assert "in a circle" in out + err


def including(name: str, other: str) -> str:
    text = whole("steps\n    include {other}\n    end Done\n        closes the plan\n".format(other=other))
    return (
        text.replace("path Example", f"path {name}")
        .replace("network Example network", f"network {name} network")
        .replace("uses Example network", f"uses {name} network")
    )


def test_paths_that_include_each_other(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "a.path").write_text(including("A", "B"), "utf-8")
    (tmp_path / "b.path").write_text(including("B", "A"), "utf-8")
    code, out, _ = run(capsys, "check", tmp_path / "a.path")
    assert code == 1
    assert "P305" in out


def test_a_path_that_includes_itself(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "a.path").write_text(including("A", "A"), "utf-8")
    code, out, _ = run(capsys, "check", tmp_path / "a.path")
    assert code == 1
    assert "P305" in out


@pytest.mark.parametrize("where", ["../net.path", "/etc/passwd", "sub/../../net.path", "link.path"])
def test_a_network_outside_the_folder(capsys: Capture, tmp_path: Path, where: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "net.path").write_text("network Example network\n    organiser County\n", "utf-8")
    (inner / "link.path").symlink_to(tmp_path / "net.path")
    text = whole(VISIT).split("network Example network")[0] + "steps\n    end Done\n        closes the plan\n"
    text = text.replace("uses Example network", f'uses Example network from "{where}"')
    (inner / "bad.path").write_text(text, "utf-8")
    code, out, _ = run(capsys, "check", inner / "bad.path")
    assert code == 1
    assert "P306" in out


def test_names_that_are_not_there(capsys: Capture, tmp_path: Path) -> None:
    code, said = check(capsys, tmp_path, whole(VISIT.replace("Health Centre\n", "Helth Centre\n")))
    assert code == 1
    assert "Did you mean `Health Centre`?" in said


def test_units_that_differ(capsys: Capture, tmp_path: Path) -> None:
    text = VISIT.replace("within 14 days", "within 14 days, when age >= 18 kg")
    code, said = check(capsys, tmp_path, whole(text))
    assert code == 1
    assert "`age` is in years, not in kg" in said


# events


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "good.path"
    file.write_text(whole(VISIT), "utf-8")
    return file


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "is empty"),
        ("client,time\nA,2026-03-02\n", "has no column `event` (P501)"),
        ("cilent,time,event\nA,2026-03-02,Visit\n", "is it `cilent`?"),
        ("client,time,event\n", "holds no events"),
        ("client,time,event\nA,yesterday,Visit\n", "`yesterday` is not a time"),
        ('{"client": "A"}\n', "no column"),
    ],
)
def test_events_that_cannot_be_used(capsys: Capture, path: Path, tmp_path: Path, rows: str, words: str) -> None:
    code, out, err = run(capsys, "run", path, "--events", events(tmp_path, rows))
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A,2026-13-45,Visit", "P502"),
        ("A,,Visit", "P502"),
        (",2026-03-02,Visit", "P505"),
        ("A,2026-03-02,", "P505"),
        ("A,2026-03-02", "P505"),
        ("A,2026-03-02,Visit,extra,more", "P505"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside(capsys: Capture, path: Path, tmp_path: Path, row: str, code: str) -> None:
    rows = f"client,time,event\n{row}\nB,2026-03-02,Visit\n"
    found, out, _ = run(capsys, "run", path, "--events", events(tmp_path, rows))
    assert found == 1
    assert code in out
    assert "client B" in out


def test_rows_twice_and_out_of_order(capsys: Capture, path: Path, tmp_path: Path) -> None:
    rows = "client;time;event\nA;2026-03-05;Visit\nA;2026-03-02;started Visit\nA;2026-03-05;Visit\n"
    code, out, _ = run(capsys, "run", path, "--events", events(tmp_path, rows))
    assert code == 0
    assert "line 4: this row stands in the file already" in out
    assert "line 3: this row comes after a later event" in out
    assert "ended 2026-03-05" in out


def test_values_that_do_not_fit_are_unknown(capsys: Capture, path: Path, tmp_path: Path) -> None:
    rows = "client,time,event,age,alone\nA,2026-03-02,Visit,old,perhaps\nB,2026-03-02,Visit,70,yes\n"
    code, out, _ = run(capsys, "run", path, "--events", events(tmp_path, rows))
    assert code == 0
    assert "`old` in column `age` is not a number of years" in out


def test_a_broken_json_line_does_not_hide_the_others(capsys: Capture, path: Path, tmp_path: Path) -> None:
    rows = '{"client": "A", "time": "2026-03-02", "event": "Visit"}\n{"client": \n[1]\n' + "[" * 100_000 + "\n"
    code, out, _ = run(capsys, "run", path, "--events", events(tmp_path, rows, "e.jsonl"))
    assert code == 1
    assert out.count("error P505") >= 1
    assert "client A" in out


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_an_events_file_that_is_none(capsys: Capture, path: Path, tmp_path: Path, name: str) -> None:
    code, _, err = run(capsys, "run", path, "--events", tmp_path / name)
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_a_client_named_na_and_names_in_other_letters(capsys: Capture, path: Path, tmp_path: Path) -> None:
    rows = "client,time,event\nNA,2026-03-02,Visit\nÄÖ 💊,2026-03-02,Visit\n"
    out = run(capsys, "run", path, "--events", events(tmp_path, rows))[1]
    assert "client NA" in out
    assert "client ÄÖ 💊" in out


UNSEEN = {"\r": "<U+000D>", "\x1b[2J": "<U+001B>[2J", "\u202e": "<U+202E>", "\u200b": "<U+200B>"}


@pytest.mark.parametrize(("unseen", "shown"), UNSEEN.items(), ids=UNSEEN.values())
def test_what_cannot_be_seen_is_shown_and_not_passed_on(
    capsys: Capture, path: Path, tmp_path: Path, unseen: str, shown: str
) -> None:
    """In findings of a log in all languages, in the evidence of a client, in names of files. Data for programs stays as it is."""
    late = {"client": "B", "time": f"2026-03-02T{unseen}09:00", "event": "Visit"}
    day = {"client": "A\u202e", "time": "2026-03-02", "event": "Visit", "provider": f"X{unseen}"}
    file = events(tmp_path, f"{json.dumps(late)}\n{json.dumps(day)}\n", "e.jsonl")
    for code in ("en", "fi", "sv"):
        out = "".join(run(capsys, "run", path, "--events", file, "--language", code)[1:])
        assert unseen not in out
        assert f"`2026-03-02T{shown}09:00`" in out
    report = json.loads(run(capsys, "run", path, "--events", file, "--format", "json")[1])
    assert unseen not in "".join(found["message"] for found in report["findings"])
    said = "".join(run(capsys, "check", tmp_path / f"no{unseen}.path")[1:])
    assert f"no{shown}.path" in said
    assert unseen not in said


def test_the_colours_of_our_own_are_passed_on() -> None:
    red = Coloured("\x1b[31mnobody\x1b[0m")
    assert filled("held by {holder}; {owner}", {"holder": "A\x1b", "owner": red}) == f"held by A<U+001B>; {red}"
    assert filled("{n:,} rows of `{name}`", {"n": 12_000, "name": Path("a\nb")}) == "12,000 rows of `a<U+000A>b`"
    assert visible("Ä\u00a0ö\u202f💊 – \u2019") == "Ä\u00a0ö\u202f💊 – \u2019"


def test_an_unknown_moment(capsys: Capture, path: Path, tmp_path: Path) -> None:
    file = events(tmp_path, "client,time,event\nA,2026-03-02,Visit\n")
    code, _, err = run(capsys, "run", path, "--events", file, "--at", "soon")
    assert code == 2
    assert "--at soon: not a time" in err
