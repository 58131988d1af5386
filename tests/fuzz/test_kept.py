"""Every input that was kept is tried again, and some fresh ones; what was found once stays mended."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest

from pathflow.dsl.parse import parse_text
from tests.conftest import ROOT
from tests.fuzz.kept import LENGTH_MAX, corpus, found, kind_of, smaller
from tests.fuzz.targets import TARGETS, Hang, Target, tried, watched

FRESH = {"check": 40, "log": 60, "value": 400}


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_what_was_kept_is_as_it_must_be(target: Target) -> None:
    inputs = corpus(target)
    assert len(set(inputs)) == len(inputs)
    assert max(map(len, inputs), default=0) <= LENGTH_MAX
    assert [(one, wrong) for one in inputs if (wrong := tried(target, one)[1]) is not None] == []


@pytest.mark.parametrize(
    ("target", "given", "was"), found(), ids=lambda text: str(text)[:24].encode("ascii", "replace").decode()
)
def test_what_was_found_is_mended(target: str, given: str, was: str) -> None:
    assert tried(TARGETS[target], given)[1] is None, was


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("if|condition|alone", " within"), ("if|condition|alone", " is"), ("within|duration|", "1"), ("by|actor|nurse", ","),
        ("valid|dates|", "a"),
    ],
)  # fmt: skip
def test_what_is_very_long_is_read_in_proportion_to_its_length(head: str, tail: str) -> None:
    """Where it grew with the square, a hundred thousand letters took minutes and more; now it is far less than a second."""
    with watched(60):
        assert tried(TARGETS["value"], head + tail * (100_000 // len(tail)))[1] is None


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_some_fresh_inputs(target: Target) -> None:
    chance = Random(20261122)
    bases = target.seeds()
    for _ in range(FRESH.get(target.name, 150)):
        given = target.draw(chance, chance.choice(bases))
        assert tried(target, given)[1] is None, given


def test_the_findings_do_not_depend_on_how_words_are_hashed() -> None:
    script = (
        "from tests.fuzz.kept import all_kept\n"
        "from tests.fuzz.targets import check_text, parse_text\n"
        "for name, one in all_kept():\n"
        "    if name in ('text', 'check'):\n"
        "        found = check_text(one, 'x', '/nowhere').findings if name == 'check' else parse_text('x', one).findings\n"
        "        print(ascii([(f.code, f.message, f.advice, f.span) for f in found]))\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert printed[0] == printed[1]
    assert printed[0].count(b"\n") > 20


def test_the_fuzzer_sees_what_is_wrong() -> None:
    def run(text: str) -> list[object]:
        if "boom" in text:
            raise ValueError("a `boom` on line 7")
        return [len(text) > 3]

    target = Target("planted", lambda _, base: base, run, tuple, 1, 1)
    shown, wrong = tried(target, "one\ntwo boom three\nfour")
    assert (shown, wrong) == (set(), "ValueError: a `boom` on line 7")
    assert smaller(target, "one\ntwo boom three\nfour", set(), wrong) == "boom"
    assert len(smaller(target, "abcdef\nxyz", {("planted", True)}, None)) == 4
    assert kind_of("P1: line 7 of `x`") == kind_of("P1: line 12 of `other`")
    with pytest.raises(Hang):
        tried(target._replace(run=_hangs), "x")


def test_a_hang_is_told_by_processor_time() -> None:
    with pytest.raises(Hang, match="longer than 0 s"), watched(0.2):
        _forever()


def _forever() -> None:
    while True:
        pass


def _hangs(_: str) -> list[object]:
    raise Hang("longer than 1 s")


def test_a_place_that_lies_outside_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fuzz import targets

    def shifted(name: str, text: str) -> object:
        file = parse_text(name, text)
        from msgspec.structs import replace

        file.findings[:] = [replace(f, span=f.span._replace(end_column=99)) if f.span else f for f in file.findings]
        return file

    monkeypatch.setattr(targets, "parse_text", shifted)
    assert "ends in column 99" in (tried(TARGETS["text"], "stps")[1] or "")
