"""What the trail of the tests holds, counted again from the records and the history alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.replay.coverage import Trail, coverage_of, points_of
from pathflow.replay.playing import Play
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.conftest import ROOT
from tests.helpers import program_of, unit_of
from tests.laws.test_whole import everything
from tests.strategies import paths

WORDS = {
    "step": ["done", "not done", "accepted", "not accepted", "returned", "done after 3 days"],
    "handoff": ["accepted", "not accepted", "returned", "accepted after 2 days"],
}


def counted(program: Program, play: Play) -> set[tuple[int, str]]:
    """What can be seen of a client's way from outside: facts, ends, and where the client was ever owed something."""
    seen: set[tuple[int, str]] = set()
    incoming = program.incoming()
    owed = {one.name for one in play.owed}
    facts = [(fact.kind, fact.subject) for fact in play.record.facts]
    told = {happening.said for happening in play.history}
    for node in program.nodes:
        statement = node.statement
        if isinstance(statement, model.Step | model.Consultation | model.Handoff):
            kinds = {"completed": "done", "answered": "done"}
            if isinstance(statement, model.Handoff):
                kinds = {"accepted": "accepted"}
            seen |= {(node.index, kinds[kind]) for kind, name in facts if name == node.name and kind in kinds}
            seen |= {(node.index, "returned") for kind, name in facts if name == node.name and kind == "returned"}
            if f"nobody accepted {node.name} in time" in told:
                seen.add((node.index, "expired"))
        elif isinstance(statement, model.Choice):
            seen |= {
                (node.index, f"chose {fact.provider}")
                for fact in play.record.facts
                if (fact.kind, fact.subject) == ("chose", node.name)
            }
        elif node.kind == "decide":
            for number, edge in enumerate(program.edges[node.index]):
                target = program.nodes[edge.target]
                if len(incoming[edge.target]) == 1 and target.kind in ("step", "handoff") and target.name in owed:
                    seen.add((node.index, f"way {number}"))
    (enrolment,) = play.record.enrolments
    if (
        enrolment.ended is not None
        and enrolment.ended.node >= 0
        and program.nodes[enrolment.ended.node].kind in ("end", "stop")
    ):
        seen.add((enrolment.ended.node, "reached"))
    return seen


def comparable(program: Program) -> set[tuple[int, str]]:
    """The points that can be counted from outside."""
    incoming = program.incoming()
    kept: set[tuple[int, str]] = set()
    for point in points_of(program):
        kind = program.nodes[point.node].kind
        if kind in ("step", "consultation", "handoff", "end", "stop") or (kind == "choice" and point.what != "expired"):
            kept.add((point.node, point.what))
        elif kind == "decide":
            target = program.edges[point.node][int(point.what.split()[1])].target
            if len(incoming[target]) == 1 and program.nodes[target].kind in ("step", "handoff"):
                kept.add((point.node, point.what))
    return kept


def agrees(program: Program) -> int:
    trail = Trail([program], watch_all)
    outside: set[tuple[int, str]] = set()
    for outcome in run_scenarios(program, watch_all, machine=trail):
        outside |= counted(program, outcome.play)
    can = comparable(program)
    assert {(node, what) for _, node, what in trail.reached} & can == outside & can
    covered = coverage_of([program], trail.reached)
    assert len(covered.missing) + len(covered.reached) == len(covered.points)
    return len(outside & can)


@given(paths(has_events=True), st.data())
def test_the_trail_is_what_happened(text: str, data: st.DataObject) -> None:
    program = everything(text)
    if program is None:
        return
    lines = ["", "test Anything", "    given alone is yes, ejection fraction is 30 %, class is I, in pain is no"]
    for node in program.nodes:
        words = WORDS.get(node.kind)
        if words is not None and data.draw(st.booleans()):
            lines.append(f"    given {node.name} is {data.draw(st.sampled_from(words))}")
    if "Fall" in text:
        lines.append(f"    on day {data.draw(st.integers(0, 30))} Fall happens")
    unit = unit_of(text + "\n".join([*lines, "    never Nothing of the kind"]) + "\n")
    assert unit.program is not None
    agrees(unit.program)


def test_the_trail_of_the_heart_failure_path() -> None:
    folder = ROOT / "paths"
    program = unit_of((folder / "heart_failure.path").read_text("utf-8"), folder=folder).program
    assert program is not None
    assert agrees(program) > 50


def test_following_changes_nothing() -> None:
    program = program_of((ROOT / "examples/memory/memory.path").read_text("utf-8"))
    plain = [outcome.history for outcome in run_scenarios(program, watch_all)]
    assert plain == [outcome.history for outcome in run_scenarios(program, watch_all, machine=Trail([program], watch_all))]
    assert isinstance(Trail([program], watch_all), Machine)
