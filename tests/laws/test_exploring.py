"""Random ways: what is printed reproduces what was found; one seed gives one result; no law of the engine is ever broken."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathflow import api
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.replay.exploring import LAWS, Found, _Drawn, explore, is_of_the_group, troubles_of
from pathflow.replay.playing import items_of
from pathflow.replay.scenario import outcome_of
from pathflow.replay.written import written
from pathflow.rules.allowing import allows_of
from pathflow.rules.registry import watch_all
from tests.conftest import ROOT
from tests.helpers import program_of, unit_of
from tests.rules.examples import whole
from tests.strategies import paths

MEMORY = (ROOT / "examples/memory/memory.path").read_text("utf-8")


def shows_it(text: str, program: Program, found: Found) -> None:
    """The printed test, in the file, read and run anew."""
    block = written(found.scenario, items_of(program))
    unit = unit_of(text + "\n" + block, folder=ROOT / "paths")
    assert [f.message for f in unit.findings if f.level == "error"] == [], block
    assert unit.program is not None
    outcome = outcome_of(Machine([unit.program], watch_all), unit.program, unit.program.path.tests[-1])
    assert outcome.failures == (), block
    if not found.is_law:
        assert found.trouble.kind in block


def test_people_who_forget_still_ask_who_enters() -> None:
    """What a client must be to enter is never left out, also where other things are."""
    program = api.load(ROOT / "paths/older_people.path").program
    for found in explore(program, watch_all, 12, 1, True):
        assert outcome_of(Machine([program], watch_all), program, found.scenario).failures == ()


@given(paths(has_events=True), st.integers(0, 9), st.booleans())
@settings(max_examples=12)
def test_what_is_printed_shows_what_was_found(text: str, seed: int, with_faults: bool) -> None:
    program = unit_of(text).program
    if program is None:
        return
    found = explore(program, watch_all, 3, seed, with_faults)
    assert len({one.trouble.kind for one in found}) == len(found)
    for one in found:
        assert one.trouble.kind not in ("exception", "nobody accountable"), one
        shows_it(text, program, one)


@given(paths(has_events=True), st.integers(0, 1000))
@settings(max_examples=25)
def test_a_drawn_way_is_read_as_it_is_written(text: str, seed: int) -> None:
    program = unit_of(text).program
    if program is None:
        return
    drawn = _Drawn(program, random.Random(seed), True).scenario()
    unit = unit_of(text + "\n" + written(drawn, items_of(program)).replace("test ", "test It", 1))
    assert unit.program is not None
    read = unit.program.path.tests[-1]
    assert [(a.subject, a.value, a.after) for a in read.given] == [(a.subject, a.value, a.after) for a in drawn.given]
    assert [(s.moment, s.happens, s.leaves) for s in read.steps] == [(s.moment, s.happens, s.leaves) for s in drawn.steps]


@pytest.mark.parametrize("with_faults", [False, True])
def test_one_seed_gives_one_result_and_another_seed_another(with_faults: bool) -> None:
    program = program_of(MEMORY)
    results = [
        [written(one.scenario, items_of(program)) for one in explore(program, watch_all, 30, seed, with_faults)]
        for seed in (1, 1, 2)
    ]
    assert results[0] == results[1]
    assert not with_faults or results[0] != results[2]


def test_on_a_clean_path_on_which_everybody_does_what_they_owe_nothing_is_found() -> None:
    assert explore(program_of(MEMORY), watch_all, 60, 1, False) == []


def test_faults_of_people_are_found_each_kind_once_and_the_shortest() -> None:
    program = program_of(MEMORY)
    found = {one.trouble.kind: one for one in explore(program, watch_all, 60, 1, True)}
    assert {"G101", "G402"} <= found.keys()
    assert found.keys().isdisjoint(LAWS)
    assert len(found["G402"].scenario.given) <= 2
    machine = Machine([program], watch_all)
    for one in found.values():
        for at in range(len(one.scenario.given)):
            given = (*one.scenario.given[:at], *one.scenario.given[at + 1 :])
            fewer = type(one.scenario)("", given, one.scenario.steps, (), one.scenario.span)
            if not is_of_the_group(program, fewer):
                continue  # what lets a client enter is never left out
            kinds = {trouble.kind for trouble in troubles_of(machine, program, fewer)}
            assert one.trouble.kind not in kinds or kinds - {one.trouble.kind}, "nothing more can be left out"


def test_a_client_whom_nobody_owes_anything_is_stuck() -> None:
    """Planted: a wait for something that never comes, with no longest time."""
    waits = MEMORY.replace("steps\n", "steps\n    wait until memory disorder is yes and memory disorder is no\n", 1)
    program = program_of(waits)
    kinds = [one.trouble.kind for one in explore(program, watch_all, 5, 1, False)]
    assert kinds[0] == "stuck"


def test_an_exception_is_a_trouble_with_a_way_to_it() -> None:
    class Broken(Machine):
        def choose(self, *_: object) -> None:
            raise ZeroDivisionError("planted")

        def do(self, *_: object) -> None:
            raise ZeroDivisionError("planted")

    program = program_of(MEMORY)
    drawn = _Drawn(program, random.Random(1), False).scenario()
    (trouble,) = troubles_of(Broken([program], watch_all), program, drawn)
    assert trouble.kind == "exception"
    assert "ZeroDivisionError: planted" in trouble.message


@pytest.mark.parametrize(
    "asked", ["letter brought is known and ", "letter brought is known and visits >= 1000 times and visits < 1001 times and "]
)
def test_whoever_is_drawn_may_enter(asked: str) -> None:
    """Also where a document must have come along, and where hardly any draw would be of the group."""
    text = MEMORY.replace("enter when ", "enter when " + asked)
    declared = "    item letter brought: document\n    item visits: number of times\n    enter when"
    program = program_of(text.replace("    enter when", declared, 1))
    for seed in range(20):
        drawn = _Drawn(program, random.Random(seed), False).scenario()
        assert is_of_the_group(program, drawn), written(drawn, items_of(program))


def test_what_is_found_of_a_client_whom_nobody_can_be_is_shown_too() -> None:
    program = program_of(MEMORY.replace("enter when ", "enter when age < 1 years and "))
    found = explore(program, watch_all, 30, 1, True)
    assert len({one.trouble.kind for one in found}) > 1
    for one in found:
        assert outcome_of(Machine([program], watch_all), program, one.scenario).failures == ()


def test_who_must_bring_a_document_is_drawn_with_different_values() -> None:
    text = MEMORY.replace(
        "    enter when ", "    item letter brought: document\n    enter when letter brought is known and ", 1
    )
    program = program_of(text)
    drawn = [_Drawn(program, random.Random(seed), False).scenario() for seed in range(20)]
    assert len({one.value for scenario in drawn for one in scenario.given if one.subject == "age"}) > 1


ALLOWED = """\
steps
    wait until 2 days after enrolment
    step Visit
        by doctor at Health Centre
        within 1 day of enrolment{allow}
    step Second visit
        by doctor at Health Centre
        within {second} of enrolment
    end Done
        closes the plan
"""


def test_what_a_path_allows_is_not_told_again() -> None:
    """`Visit` is late on every way (G406), and its place allows that; `Second visit` is late when it comes late."""

    def found(allow: str, second: str = "3 days") -> list[tuple[str, str]]:
        text = whole(ALLOWED.format(allow=allow, second=second))
        unit = unit_of(text)
        assert unit.program is not None
        allows = list(allows_of(unit.file))
        troubles = explore(unit.program, watch_all, 20, 1, False, allows=allows)
        return [(one.trouble.kind, one.trouble.finding.words["step"]) for one in troubles if one.trouble.finding is not None]

    assert found("") == [("G402", "Visit")]
    assert found("\n        allow G402 because everybody knows") == []
    assert found("\n        allow G401 because everybody knows") == [("G402", "Visit")]
    assert found("\n        allow G402 because everybody knows", second="1 day") == [("G402", "Second visit")]
