"""The prover agrees with trying everything: what the engine brings about for some client is found, and little else is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from pathflow import api
from pathflow.engine.program import Program
from pathflow.rules.registry import prove_all
from pathflow.rules.ways import Ways
from pathflow.witness.coming_true import aim_of
from tests.oracles.brute import Brute, Claim, Explored
from tests.rules.examples import CLIENTS, whole
from tests.strategies import paths, set_off

CODES = {"G104", "G109", "G202", "G203", "G205", "G301", "G112"}
"""What the oracle looks at: it knows no windows and no clocks, and of information only whether it is there."""

BESIDE_THE_WAY = {"wait", "decide", "split", "join", "repeat", "event", "resume", "stop", "restart", "start", "nowhere"}
"""Kinds of node on which a client need not be seen to rest."""


class Compared(NamedTuple):
    program: Program
    proved: set[Claim]
    tried: Explored
    reachable: frozenset[int]
    spins: bool
    told_otherwise: set[Claim]


def compare(text: str, states_max: int) -> Compared | None:
    unit = api._unit_of_text(text, "x.path", Path())
    if unit.program is None:
        return None
    ways = Ways(unit.program, frozenset(unit.doubts), unit.is_whole)
    proved: set[Claim] = set()
    told_otherwise: set[Claim] = set()
    findings = prove_all(ways)
    for finding in findings:
        aim = aim_of(ways, finding)
        if aim is None or finding.code not in CODES:
            continue
        if aim.event >= 0:
            proved.add((finding.code, aim.event))
            continue
        node = unit.program.nodes[aim.node]
        if finding.code == "G203" and "unknown" in finding.words["values"]:  # that who waits there is said by it
            told_otherwise.add(("G205", aim.node))
        is_told = aim.kind != "unread" and node.kind in ("step", "decide", "handoff", "nowhere")
        if is_told and not (finding.code == "G301" and node.kind != "step"):
            proved.add((finding.code, aim.node))
    spins = any(finding.code == "G206" for finding in findings)
    tried = Brute(unit.program, states_max).explore()
    return Compared(unit.program, proved, tried, ways.reachable, spins, told_otherwise)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(paths(has_events=True, most=2))
def test_whatever_comes_true_for_some_client_is_found(text: str) -> None:
    check(text)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(set_off())
def test_whatever_comes_true_where_events_come_at_some_points_only_is_found(text: str) -> None:
    check(text)


ATOMS = tuple(f"{item}{asked}" for item in ("alone", "frail") for asked in ("", " is no", " is known", " is unknown"))


@st.composite
def unsure(draw: DrawFn) -> str:
    """A whole file with a decision that asks for values, and whether they are known."""
    made = draw(st.sampled_from(["", "        makes alone\n", "        makes frail\n", "        makes alone, frail\n"]))
    lines = ["    decide Which?"]
    for _ in range(draw(st.integers(2, 3))):
        joint = draw(st.sampled_from([" and ", " and ", " or "]))
        asked = draw(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=2, unique=True))
        lines += [f"        if {joint.join(asked)}", "            continue"]
    if draw(st.integers(0, 2)) == 0:
        lines += ["        otherwise", "            continue"]
    steps = "steps\n    step Visit\n        by doctor at Health Centre\n        within 14 days\n" + made + "\n".join(lines)
    clients = CLIENTS.replace("    event", "    item frail: yes or no\n    event")
    return whole(clients + steps + "\n    end Done\n        closes the plan\n")


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(unsure())
def test_whoever_waits_for_the_unknown_is_found_and_nobody_else(text: str) -> None:
    found = compare(text, 600)
    if found is None:
        return
    assert found.tried.is_whole
    assert found.tried.claims - found.proved - found.told_otherwise == set()
    assert {claim for claim in found.proved - found.tried.claims if claim[0] == "G205"} == set()


def check(text: str) -> None:
    found = compare(text, 300)
    if found is None:
        return
    assert found.tried.claims - found.proved - found.told_otherwise == set()
    assert found.tried.visited - found.reachable == set()


def test_little_is_found_that_comes_true_for_nobody() -> None:
    count: Counter[str] = Counter()

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(paths(has_events=True, most=2))
    def look(text: str) -> None:
        found = compare(text, 600)
        if found is None or not found.tried.is_whole:
            return
        count["true"] += len(found.proved & found.tried.claims)
        count["for nobody"] += len(found.proved - found.tried.claims)
        rests = {n.index for n in found.program.nodes if n.index in found.reachable and n.kind not in BESIDE_THE_WAY}
        if not found.spins:
            count["come to"] += len(rests & found.tried.visited)
            count["not come to"] += len(rests - found.tried.visited)

    look()
    assert count["true"] > 30
    assert count["for nobody"] <= 0.1 * count["true"]
    assert count["not come to"] <= 0.02 * count["come to"]
