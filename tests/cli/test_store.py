"""`pathflow store` and `pathflow audit`, on a store that a service has written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import pathflow
from pathflow.cli.main import main
from tests.conftest import ROOT

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def care(tmp_path: Path) -> str:
    """A store with two clients, one of whom waits too long."""
    place = str(tmp_path / "care.db")
    with pathflow.open_service(ROOT / "examples" / "memory" / "memory.path", place, at="2026-01-05T08:00") as service:
        desk = service.desk("nurse 7", "memory nurse", "care relation")
        for client in ("Kaija", "Väinö"):
            desk.enrol(client, "Memory", "2026-01-05T09:00", {"age": 80})
        desk.complete("Kaija", "First talk", "2026-01-06T10:00", {"memory test result": 20})
        desk.plan("Kaija", "2026-01-07")
        service.run_due("2026-02-01")
    return place


def says(capsys: Capture, *args: str) -> tuple[int, str, str]:
    code = main(args)
    out = capsys.readouterr()
    return code, out.out, out.err


def test_a_store_is_counted_and_whole(care: str, capsys: Capture) -> None:
    code, out, _ = says(capsys, "store", "status", care)
    assert code == 0
    assert [line.split(maxsplit=1) for line in out.splitlines()[1:4]] == [
        ["2", "clients"],
        ["3", "facts"],
        ["2", "open duties"],
    ]
    assert json.loads(says(capsys, "store", "status", care, "--format", "json")[1])["clients"] == 2
    assert says(capsys, "store", "check", care) == (0, "the store is whole: 2 clients, 3 facts\n", "")
    assert says(capsys, "audit", care) == (0, "the audit is whole: 4 rows\n", "")


DAMAGE: dict[str, tuple[str, str]] = {
    "update pathflow_fact set body = replace(body, '20', '29') where number = 2": (
        "audit",
        "fact 2 was changed after it was kept",
    ),
    "delete from pathflow_fact where number = 2": ("audit", "fact 2, of which the audit speaks, is missing"),
    "update pathflow_audit set actor = 'nurse 8' where number = 1": ("audit", "the row, or one before it, was changed"),
    "delete from pathflow_audit where number = 1": ("audit", "the row is missing"),
    "delete from pathflow_audit where client = 'Kaija' and number = 3": ("audit", "rows at the end are missing"),
    "delete from pathflow_work": ("check", "its work is not what its facts say"),
    "update pathflow_work set provider = 'another'": ("check", "its work is not what its facts say"),
    "delete from pathflow_flag": ("check", "its flags are not what its facts say"),
    "update pathflow_record set due = null": ("check", "time does not come to it"),
    "update pathflow_fact set body = '{}' where number = 1": ("check", "its record cannot be read"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_found(care: str, capsys: Capture, damage: str) -> None:
    with closing(sqlite3.connect(care)) as db:
        db.execute(damage)
        db.commit()
    command, expected = DAMAGE[damage]
    code, out, _ = says(capsys, *(["audit", care] if command == "audit" else ["store", "check", care]))
    assert code == 1
    assert expected in out


def test_rows_that_were_cut_off_are_found_where_the_end_was_signed(care: str, capsys: Capture, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"a key of more than 16 bytes")
    assert says(capsys, "audit", care, "--seal", "--key", str(key))[1].endswith("2 clients were signed\n")
    assert says(capsys, "audit", care, "--seal", "--key", str(key))[1].endswith("0 clients were signed\n")
    with closing(sqlite3.connect(care)) as db:
        (head,) = db.execute("select hash from pathflow_audit where client = 'Kaija' and number = 2").fetchone()
        db.execute("delete from pathflow_audit where client = 'Kaija' and number = 3")
        db.execute("update pathflow_record set n_audit = 2, audit_head = ? where client = 'Kaija'", (head,))
        db.commit()
    code, out, _ = says(capsys, "audit", care, "--key", str(key))
    assert (code, "the audit is not the one that was signed" in out) == (1, True)
    key.write_bytes(b"another key of more than 16 bytes")
    assert "the signature does not hold" in says(capsys, "audit", care, "--key", str(key))[1]


def test_what_was_exported_is_restored(care: str, capsys: Capture, tmp_path: Path) -> None:
    lines, other = str(tmp_path / "all.jsonl"), str(tmp_path / "other.db")
    assert says(capsys, "store", "export", care, "--file", lines)[0] == 0
    assert says(capsys, "store", "export", care)[1] == Path(lines).read_text("utf-8")
    assert says(capsys, "store", "restore", other, "--file", lines)[0] == 0
    assert says(capsys, "store", "check", other)[0] == 0
    assert says(capsys, "store", "export", other)[1] == Path(lines).read_text("utf-8")
    code, _, err = says(capsys, "store", "restore", other, "--file", lines)
    assert (code, "not empty" in err) == (2, True)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (lambda tmp: ("store", "status", f"{tmp}/nothing.db"), "there is no store in"),
        (lambda tmp: ("store", "status", str(tmp)), "there is no store in"),
        (lambda tmp: ("store", "destroy", "x"), "`destroy` is none of what can be done with a store"),
        (lambda tmp: ("store", "status", "mysql:x"), "there is no kind of store `mysql`"),
        (lambda tmp: ("store", "status", "postgresql://127.0.0.1:1/x"), "PostgreSQL cannot be used now"),
        (lambda tmp: ("store", "init", f"{tmp}/no/folder/x.db"), "cannot be used now"),
        (lambda tmp: ("store", "restore", f"{tmp}/new.db", "--file", f"{tmp}/nothing"), "cannot be read"),
        (lambda tmp: ("store", "restore", f"{tmp}/new.db", "--file", __file__), "line 1: the line is no JSON"),
        (lambda tmp: ("store", "status", __file__), "is no store"),
        (lambda tmp: ("audit", f"{tmp}/nothing.db"), "there is no store in"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(
    args: Callable[[Path], tuple[str, ...]], expected: str, capsys: Capture, tmp_path: Path
) -> None:
    code, _, err = says(capsys, *args(tmp_path))
    assert code == 2
    assert expected in err
    assert err.count("\n") == 1


def test_a_database_of_somebody_else_is_left_alone(capsys: Capture, tmp_path: Path) -> None:
    place = tmp_path / "own.db"
    with closing(sqlite3.connect(place)) as db:
        db.execute("create table own (x)")
    before = place.read_bytes()
    assert says(capsys, "store", "check", str(place))[0] == 2
    with closing(sqlite3.connect(place)) as db:
        assert db.execute("select name from sqlite_master").fetchall() == [("own",)]
    assert before
