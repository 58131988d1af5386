"""The path library: care chains that a professional would recognise, with sources, trust marks, and words in three languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

import pathflow
from pathflow.engine.program import Program
from pathflow.graph.build import graph_of
from pathflow.model import path as model
from pathflow.model.network import Item, Labels
from tests.conftest import ROOT

CHAINS = sorted(file for file in (ROOT / "paths").glob("*.path") if file.name != "pirkanmaa.path")
MARKS = ("✔", "○", "€", "?")
"""Read, professional knowledge, made up for illustration, unsure."""
LABELLED = (model.Step, model.Handoff, model.Consultation, model.Decision, model.Choice, model.End)
TESTS_MIN = 10


@cache
def program_of(file: Path) -> Program:
    return pathflow.load(file).program


@pytest.mark.parametrize("file", CHAINS, ids=lambda file: file.stem)
def test_a_chain_has_scenario_tests_and_they_pass(file: Path) -> None:
    outcomes = pathflow.run_tests(file)
    assert len(outcomes) >= TESTS_MIN
    assert [(o.name, [f.message for f in o.failures]) for o in outcomes if o.failures] == []


@pytest.mark.parametrize("file", CHAINS, ids=lambda file: file.stem)
def test_every_limit_has_a_source(file: Path) -> None:
    bare = []
    for node in program_of(file).nodes:
        statement = node.statement
        limits = getattr(statement, "limits", ()) or ((statement.limit,) if getattr(statement, "limit", None) else ())
        bare += [node.name for limit in limits if not limit.source and not getattr(statement, "sources", ())]
        if isinstance(statement, model.Handoff) and not statement.sources:
            bare.append(node.name)
    assert bare == []


@pytest.mark.parametrize("file", CHAINS, ids=lambda file: file.stem)
def test_every_source_says_how_far_it_is_trusted(file: Path) -> None:
    sources = [line.strip() for line in file.read_text("utf-8").splitlines() if 'source "' in line]
    assert sources
    assert [line for line in sources if not any(mark in line for mark in MARKS)] == []


@pytest.mark.parametrize("file", CHAINS, ids=lambda file: file.stem)
def test_what_clients_and_professionals_read_is_in_finnish_and_in_swedish(file: Path) -> None:
    path = program_of(file).path
    plan = path.plan
    assert plan is not None
    things = [(path.name, path.labels), (path.clients.name, path.clients.labels), (plan.name, plan.labels)]
    things += [(thing.name, thing.labels) for thing in (*path.clients.events.values(), *path.clients.linked.values())]
    bodies = [path.body, *(whenever.body for whenever in path.whenevers)]
    things += [(s.name, s.labels) for body in bodies for s in model.walk(body) if isinstance(s, LABELLED) and s.name]
    things += [(branch.name, branch.labels) for body in bodies for branch in _branches(body) if branch.name]
    things += [(item.name, item.labels) for item in path.clients.items.values()]
    assert [name for name, labels in things if not is_told(labels)] == []
    assert options_untold(path.clients.items.values()) == []


def test_what_the_network_names_is_in_finnish_and_in_swedish_too() -> None:
    network = program_of(CHAINS[0]).path.network
    tables = (
        network.providers,
        network.services,
        network.items,
        network.events,
        network.sites,
        network.alliances,
        network.packages,
    )
    things = [(name, thing.labels) for table in tables for name, thing in table.items()]
    targets = [target for alliance in network.alliances.values() for target in alliance.targets]
    things += [(network.name, network.labels), *((target.name, target.labels) for target in targets)]
    assert len(things) > 150
    assert [name for name, labels in things if not is_told(labels)] == []
    assert options_untold(network.items.values()) == []


def test_a_name_that_lacks_a_language_is_seen() -> None:
    assert is_told((("fi", "paino"), ("sv", "vikt")))
    assert not is_told((("fi", "paino"),))
    assert not is_told((("fi", "paino"), ("sv", " ")))
    told = Item("pain", "one of", options=("mild", "severe"), called=(("mild", (("fi", "lievä"), ("sv", "lindrig"))),))
    assert options_untold([told]) == ["pain: severe"]


def is_told(labels: Labels) -> bool:
    return {"fi", "sv"} <= {language for language, label in labels if label.strip()}


def options_untold(items: Iterable[Item]) -> list[str]:
    return [f"{item.name}: {one}" for item in items for one in item.options if not is_told(dict(item.called).get(one, ()))]


def _branches(body: tuple[model.Statement, ...]) -> list[model.Branch]:
    return [branch for s in model.walk(body) if isinstance(s, model.Decision | model.Together) for branch in s.branches]


def test_professions_are_called_in_finnish_and_in_swedish_too() -> None:
    network = program_of(CHAINS[0]).path.network
    assert [name for name in network.professions if not {"fi", "sv"} <= dict(network.called.get(name, ())).keys()] == []


def test_nobody_is_asked_to_be_sober_or_to_be_well_first() -> None:
    """Mental health and substance use: no step of the one care comes before one of the other, and no condition asks for it."""
    program = program_of(ROOT / "paths/mental_health_and_substance_use.path")
    care = next(s for s in model.walk(program.path.body) if isinstance(s, model.Together))
    ways = {branch.name: branch for branch in care.branches}
    assert {"Mind", "Substance use", "Home with everyday life", "Peers"} <= set(ways)
    assert care.until is None
    steps = {name: _steps(branch.body) for name, branch in ways.items()}
    assert all(steps.values())
    graph = graph_of(program)
    number = {node.name: node.index for node in program.nodes if isinstance(node.statement, model.Step)}
    before = {
        (a, b)
        for one in ways for other in ways if one != other
        for a in steps[one] for b in steps[other]
        if nx.has_path(graph, number[a.name], number[b.name])
    }  # fmt: skip
    assert before == set()
    made = {name: {item for step in steps[name] for item in step.makes} for name in ways}
    asked = {name: {item for step in steps[name] for item in (*step.needs, *step.carries)} for name in ways}
    asked_first = {name: {str(c) for c in _conditions(branch.body)} for name, branch in ways.items()}
    drugs = {"withdrawal care", "opioid dependence", "substance use"}
    assert not any(item in condition for item in drugs for condition in asked_first["Mind"])
    assert not any("mental health help" in condition for condition in asked_first["Substance use"])
    shared = {"medication list"}  # there from the first assessment
    assert (made["Substance use"] - shared) & asked["Mind"] == set()
    assert (made["Mind"] - shared) & asked["Substance use"] == set()


def _steps(body: tuple[model.Statement, ...]) -> list[model.Step]:
    return [s for s in model.walk(body) if isinstance(s, model.Step)]


def _conditions(body: tuple[model.Statement, ...]) -> list[object]:
    return [b.condition for s in model.walk(body) if isinstance(s, model.Decision) for b in s.branches if b.condition]


def test_the_rehabilitation_plan_does_not_change_hands_when_the_payer_changes() -> None:
    """Three payers, and the plan moves only when the client comes to the Rehabilitation Unit and leaves it."""
    program = program_of(ROOT / "paths/rehabilitation.path")
    statements = [node.statement for node in program.nodes]
    payers = {p.name for s in statements if isinstance(s, model.Step) for p in s.payers}
    assert payers == {"Wellbeing services county of Pirkanmaa", "Kela", "Pension Insurer"}
    moves = {s.name: str(s.plan_to.party) for s in statements if isinstance(s, model.Handoff) and s.plan_to is not None}
    assert {name for name, owner in moves.items() if owner == "Rehabilitation Unit"} == {"Referral to rehabilitation"}
    graph = graph_of(program)
    number = {node.name: node.index for node in program.nodes}
    paid = [s for s in statements if isinstance(s, model.Step) and s.payers]
    for name in moves.keys() - {"Referral to rehabilitation"}:
        assert not any(nx.has_path(graph, number[name], number[step.name]) for step in paid)
