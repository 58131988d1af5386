"""A number that lies in a range: what is said of others, and that none is tried or taken."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from pathflow.dsl.languages import CODES, Code
from pathflow.dsl.syntax import ItemType
from pathflow.dsl.values import read_value
from pathflow.host.live import CareEngine
from pathflow.ide.facts import type_said
from pathflow.locale import told
from pathflow.model.conditions import IsUnknown, Not
from pathflow.model.network import Item, Range
from pathflow.replay.exploring import explore
from pathflow.rules import cells
from pathflow.rules.registry import watch_all
from pathflow.witness.wants import any_value
from tests.helpers import codes_of, findings_of, program_of, run_rows
from tests.rules.examples import whole

CLIENTS = """\
clients Adults
    item pain: number of points {range}
    item age: number of years

steps
    step Talk
        by nurse at Health Centre
        within 3 days
        makes pain
    decide Does it hurt?
        if {first}
            continue
        if {second}
            continue
    end Done
        closes the plan
"""


def text(first: str, second: str, range_: str = "from 0 to 10", more: str = "") -> str:
    return whole(CLIENTS.format(first=first, second=second, range=range_) + more)


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        ("pain = 0 points", "pain > 0 points", []),
        ("pain < 10 points", "pain = 10 points", []),
        ("pain <= 5 points", "pain > 6 points", ["G203"]),
        ("pain <= 5 points", "pain > 10.5 points", ["P405"]),
        ("pain < 0 points", "pain >= 0 points", ["P405"]),
        ("pain > 10 points", "pain <= 10 points", ["P405"]),
        ("pain < -1 points", "pain >= 0 points", ["P405"]),
        ("pain >= 0 points and pain < 5 points", "pain >= 5 points and pain <= 10 points", []),
    ],
)
def test_a_decision_covers_the_range_and_no_more(first: str, second: str, codes: list[str]) -> None:
    assert [code for _, code in codes_of(text(first, second))] == codes


def test_without_the_range_there_is_a_hole() -> None:
    assert [code for _, code in codes_of(text("pain = 0 points", "pain > 0 points", ""))] == ["G203"]


def test_the_hole_that_is_shown_lies_in_the_range() -> None:
    (finding,) = findings_of(text("pain > 1 points and pain < 8 points", "pain >= 8 points"))
    assert finding.code == "G203"
    assert "pain 0 points" in finding.message


@pytest.mark.parametrize(
    ("range_", "code", "advice"),
    [
        ("from 10 to 0", "P404", "Say the lowest value first, then the highest"),
        ("from 3 to 3", "P404", "Say the lowest value first, then the highest"),
        ("0-10", "P202", "Write: number of points from 0 to 10"),
        (", from 0 to 10", "P202", "Write: number of points from 0 to 10"),
        ("(0 … 10)", "P202", "Write: number of points from 0 to 10"),
        ("between 0 and 10", "P202", "Write: number of points from 0 to 10"),
        ("from 0 to 10 points", "P202", "Write: number of points from 0 to 10"),
        ("from 0", "P202", "Write both: number of points from 0 to …"),
    ],
)
def test_a_range_that_cannot_be_meant(range_: str, code: str, advice: str) -> None:
    found = findings_of(text("pain = 0 points", "pain > 0 points", range_))
    assert [(f.code, f.advice) for f in found if f.family == "path"] == [(code, advice)]


def test_what_was_meant_is_written_by_fix() -> None:
    (finding,) = findings_of(text("pain = 0 points", "pain > 0 points", "0-10"))
    assert finding.edit is not None
    assert finding.edit.text == " from 0 to 10"


@pytest.mark.parametrize("line", ["given pain is 11 points", "on day 2 pain is 11 points", "on day 2 expect pain is 11 points"])
def test_a_test_gives_no_value_outside(line: str) -> None:
    found = findings_of(text("pain = 0 points", "pain > 0 points", more=f"\ntest One\n    {line}\n    expect Done\n"))
    assert [(f.code, f.message) for f in found] == [("P405", "`pain` is from 0 to 10 points, and never 11")]


def test_the_engine_refuses_a_value_outside() -> None:
    engine = CareEngine([program_of(text("pain = 0 points", "pain > 0 points"))])
    engine.enrol("Anna", "Example", "2026-03-02T09:00", {"age": 40})
    with pytest.raises(ValueError, match="pain: 11 is not a number of points from 0 to 10"):
        engine.complete("Anna", "Talk", "2026-03-02T10:00", {"pain": 11})
    assert engine.complete("Anna", "Talk", "2026-03-02T10:00", {"pain": 10}).items == {"pain": 10}


def test_in_a_log_it_is_told_and_taken_as_unknown(tmp_path: Path) -> None:
    rows = "client,time,event,age,pain\nAnna,2026-03-02T09:00,enrolled,40,\nAnna,2026-03-02T10:00,Talk,,11\n"
    run = run_rows(text("pain = 0 points", "pain > 0 points"), rows, tmp_path)
    (finding,) = (f for f in run.findings if f.code == "P506")
    assert finding.message == "`11` in column `pain` is not a number of points from 0 to 10"


def test_random_ways_have_no_value_outside() -> None:
    """The path would be stuck with one: no branch takes it."""
    program = program_of(text("pain = 0 points", "pain > 0 points"))
    assert explore(program, watch_all, 60, 1, with_faults=False) == []


def test_what_nobody_asks_for_lies_in_the_range_too() -> None:
    """In stories and in a client who is shown."""
    item = Item("scale", "number", "points", range=Range(5, 10))
    assert any_value(item) == 5
    known = cells.client_with([Not(IsUnknown("scale"))], {"scale": item})
    assert known is not None
    assert cells.told(known, {"scale": item}) == {"scale": 5}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "a number of points from 0 to 10"),
        ("fi", "luku 0–10, yksikkönä points"),
        ("sv", "ett tal från 0 till 10 i points"),
    ],
)
def test_it_is_told_in_three_languages(code: Code, said: str) -> None:
    value = read_value("item", "item", "pain: number of points from 0 to 10")
    assert isinstance(value, ItemType)
    assert type_said(value, code) == said
    (finding,) = findings_of(text("pain > 40 points", "pain <= 4 points"))
    assert "40" in told(finding, code).message


@pytest.mark.parametrize("code", CODES)
def test_it_is_written_in_three_languages(code: Code) -> None:
    plain = text("pain = 0 points", "pain > 0 points")
    translated = pathflow.format_text(plain, language=code)
    assert [f.code for f in findings_of(translated)] == []
    assert pathflow.format_text(translated, language="en").removeprefix("language en\n\n") == pathflow.format_text(plain)
