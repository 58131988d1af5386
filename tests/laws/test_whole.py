"""The whole way from text to findings and pictures: whatever is written, nothing is thrown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pathflow.engine.program import Program
from pathflow.graph.build import graph_of
from pathflow.graph.draw import as_json, dot, mermaid
from pathflow.graph.tree import tree
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import prove_all, watch_all
from pathflow.rules.ways import Ways
from tests.conftest import ROOT
from tests.helpers import unit_of
from tests.laws.test_text import garbled
from tests.strategies import paths


def everything(text: str) -> Program | None:
    unit = unit_of(text, folder=ROOT / "paths")
    for found in unit.findings:
        assert found.message
    if unit.program is None:
        return None
    for found in prove_all(Ways(unit.program, frozenset(unit.doubts), unit.is_whole)):
        assert found.message
        assert found.advice is None or "{" not in found.advice.replace("{", "", 0) or "{" in text
    for picture in (tree, mermaid, dot, as_json):
        assert picture(unit.program)
    graph_of(unit.program)
    return unit.program


@given(garbled())
def test_garbled_files_are_checked_and_drawn(text: str) -> None:
    everything(text)


@given(paths(has_events=True), st.data())
def test_random_paths_are_checked_drawn_and_gone(text: str, data: st.DataObject) -> None:
    program = everything(text + "\ntest Anything\n    given alone is yes, ejection fraction is 30 %\n    never Done\n")
    if program is not None:
        for outcome in run_scenarios(program, watch_all):
            assert outcome.record.enrolments


@given(paths(), st.integers(0, 200), st.sampled_from(["", "x", "  ", '"', "\t", "äö", ","]))
def test_one_slip_of_the_pen(text: str, at: int, slip: str) -> None:
    at = text.index("steps") + at % (len(text) - text.index("steps"))
    everything(text[:at] + slip + text[at + 1 :])
