"""Mending: nothing that was understood is lost, twice is as good as once, and what no edit touches stays byte for byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pathflow.base.findings import Edit
from pathflow.base.names import fold, is_plainly, is_slip, slips
from pathflow.base.spans import Span
from pathflow.compiler.mending import Mended, mend_text
from pathflow.dsl.edits import Text, apart
from pathflow.dsl.parse import parse_bytes
from pathflow.dsl.syntax import walk
from tests.conftest import ROOT
from tests.helpers import unit_of
from tests.laws.test_text import garbled

FILE = ROOT / "paths" / "there_is_no_such_file.path"

HABITS = (
    (" ", "\u00a0"),
    ("\n", "\r\n"),
    ('"', "\u201d"),
    ("within", "withn"),
    ("    ", "\t"),
    ("days", "dayz"),
    ("a", "a\u200b"),
)


@st.composite
def untidy(draw: st.DrawFn) -> bytes:
    """Garbled files as they come out of other programs."""
    text = draw(garbled())
    for plain, odd in draw(st.lists(st.sampled_from(HABITS), max_size=3)):
        text = text.replace(plain, odd, draw(st.sampled_from([1, 5, -1])))
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode("utf-8", "replace")


def mended(data: bytes, is_unsafe: bool = False) -> Mended:
    return mend_text(data, FILE, is_unsafe)


def understood(data: bytes) -> set[int]:
    return {s.line for s in walk(parse_bytes("x.path", data).root) if not s.is_orphan and not s.is_broken}


def raw_lines(data: bytes) -> list[bytes]:
    return re.split(rb"(?<=\n)|(?<=\r)(?!\n)", data)


@given(untidy())
@settings(max_examples=30)
@example(b"steps\n    step A\n        withn two wekks\r\n")
def test_mending_loses_no_line_that_was_understood(data: bytes) -> None:
    done = mended(data)
    assert understood(data) <= understood(done.after)
    assert parse_bytes("x", done.after).lines == parse_bytes("x", data).lines or done.changes


@given(untidy())
@settings(max_examples=20)
def test_mending_twice_changes_nothing_more_and_leaves_nothing_safe_undone(data: bytes) -> None:
    done = mended(data)
    again = mended(done.after)
    assert again.after == done.after
    assert not again.changes
    assert not done.refused
    left = [f for f in parse_bytes("x", done.after).findings if f.edit is not None and f.edit.is_safe]
    assert left == []


@given(untidy())
@settings(max_examples=20)
def test_lines_that_no_change_names_stay_byte_for_byte(data: bytes) -> None:
    done = mended(data)
    touched = {change.line for change in done.changes}
    before, after = raw_lines(data), raw_lines(done.after)
    assert len(before) == len(after)
    assert all(one == other for n, (one, other) in enumerate(zip(before, after, strict=True), 1) if n not in touched)


@given(untidy())
@settings(max_examples=20)
def test_mending_unasked_things_too_never_reads_worse(data: bytes) -> None:
    done = mended(data, is_unsafe=True)
    assert len(understood(done.after)) >= len(understood(data))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_edits_fall_where_they_are_meant(end: str, bom: str) -> None:
    text = f"{bom}path Y\u00a0ö💊 a{end}\tversion\u00a01.0{end}steps"
    edit = Edit(Span("x", 2, 1, 2, 2), "    ", True)
    name = Edit(Span("x", 1, 11, 1, 12), "b\n", True)
    written = Text(text.encode()).with_edits([edit, name]).decode()
    assert written == f"{bom}path Y\u00a0ö💊 b{end}{end}    version\u00a01.0{end}steps"


def test_edits_that_meet_are_made_one_after_the_other() -> None:
    first, second = Edit(Span("x", 1, 1, 1, 4), "a", True), Edit(Span("x", 1, 4, 1, 6), "b", True)
    other = Edit(Span("x", 2, 4, 2, 6), "c", True)
    assert apart([first, second, other]) == [first, other]


@given(st.text("abcd ", max_size=8), st.text("abcd ", max_size=8))
def test_slips_are_a_distance(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    ("name", "meant", "known", "is_plain"),
    [
        ("Heart Hospitl", "Heart Hospital", (), True),
        ("Heart Hopsital", "Heart Hospital", (), True),
        ("abduction test", "adduction test", (), False),  # another letter may be another thing
        ("ward 3b", "ward 3", (), False),
        ("Hospita", "Hospital", ("Hospice",), False),
        ("lettr", "letter", ("letters",), False),
        ("Heart Hospital North", "Heart Hospital", (), False),
        ("dos", "dose", (), False),
    ],
)
def test_names_are_plain_or_left_to_the_writer(name: str, meant: str, known: tuple[str, ...], is_plain: bool) -> None:
    assert is_plainly(name, meant, [meant, *known]) is is_plain


def test_a_word_of_a_closed_list_is_plain_after_one_slip_or_two() -> None:
    assert is_slip("withn", "within")
    assert is_slip("acepted wihtin", "accepted within")
    assert not is_slip("with", "within")
    assert not is_slip("x", None)
    assert fold("Withn") == "withn"


def test_a_name_that_stands_in_two_places_is_no_slip() -> None:
    """Nor are two messages given for it: one says all the places, and one edit mends them all."""
    text = "\n".join([
        "network N", "    organiser N", "    provider Health Centre", "        sector public", "    item letter: document",
        "path P", "    version 1", "    responsible Health Centre", "    accountable Health Centre",
        "steps", "    step A", "        makes letter", "        needs leter", "    step B", "        needs leter", "",
    ])  # fmt: skip
    found = [f for f in unit_of(text).findings if f.code == "P301"]
    assert [f.message for f in found] == ["`leter` is not an item that this path knows, here and in 1 more place"]
    edit = found[0].edit
    assert edit is not None
    assert not edit.is_safe
    assert b"leter" not in Text(text.encode()).with_edits([edit])
    once = text.replace("needs leter\n    step B", "needs letter\n    step B")
    assert mended(once.encode()).after.decode() == text.replace("leter", "letter")
