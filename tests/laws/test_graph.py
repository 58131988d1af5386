"""Graph and tables are two views of one compiled path: they agree node by node and edge by edge."""

from __future__ import annotations

import json
from collections import Counter

import networkx as nx
import pytest
from hypothesis import given

import pathflow
from pathflow.engine.program import Program
from pathflow.graph.build import EDGE_ATTRIBUTES, NODE_ATTRIBUTES, graph_of
from pathflow.graph.draw import as_json, dot, mermaid
from pathflow.graph.tree import tree
from pathflow.model import path as model
from tests.conftest import ROOT
from tests.helpers import program_of
from tests.strategies import paths


def agree(program: Program) -> None:
    graph = graph_of(program)
    assert nx.is_frozen(graph)
    assert list(graph.nodes) == [node.index for node in program.nodes]
    for node in program.nodes:
        data = graph.nodes[node.index]
        assert (data["kind"], data["name"], data["line"]) == (node.kind, node.name, node.span.line)
        assert set(data) <= set(NODE_ATTRIBUTES)
        if isinstance(node.statement, model.Step) and node.statement.by is not None:
            assert data["provider"] == str(node.statement.by.party)
    tables = Counter(
        (e.source, e.target, e.kind, str(e.condition) if e.condition else None) for ways in program.edges for e in ways
    )
    tables.update((program.start, event, "event", None) for event in program.events)
    assert all(set(data) <= set(EDGE_ATTRIBUTES) for _, _, data in graph.edges(data=True))
    edges = Counter((a, b, data["kind"], data.get("condition")) for a, b, data in graph.edges(data=True))
    assert edges == tables
    for source, ways in enumerate(program.edges):
        ordered = sorted(graph.out_edges(source, data=True), key=lambda edge: edge[2]["order"])
        assert [(b, d["kind"]) for _, b, d in ordered if d["kind"] != "event"] == [(e.target, e.kind) for e in ways]


@given(paths(has_events=True))
def test_graph_and_tables_agree_on_random_paths(text: str) -> None:
    agree(program_of(text))


@pytest.mark.parametrize("file", ["paths/heart_failure.path", "examples/sepsis/sepsis.path", "bench/process.path"])
def test_graph_and_tables_agree_on_shipped_paths(file: str) -> None:
    agree(pathflow.load(ROOT / file).program)


@given(paths(has_events=True))
def test_json_is_the_same_graph(text: str) -> None:
    program = program_of(text)
    graph = graph_of(program)
    read = nx.node_link_graph(json.loads(as_json(program)), edges="edges")
    assert set(read.nodes) == set(graph.nodes)
    assert Counter((a, b, d["kind"]) for a, b, d in read.edges(data=True)) == Counter(
        (a, b, d["kind"]) for a, b, d in graph.edges(data=True)
    )
    for node in graph.nodes:
        assert read.nodes[node]["kind"] == graph.nodes[node]["kind"]


@given(paths(has_events=True))
def test_every_picture_names_every_step(text: str) -> None:
    program = program_of(text)
    names = [node.name for node in program.nodes if node.kind in ("step", "handoff", "consultation", "choice")]
    for picture in (tree(program), mermaid(program), dot(program), as_json(program)):
        for name in names:
            assert name in picture


def test_labels_cannot_break_out_of_a_picture() -> None:
    text = (ROOT / "bench/process.path").read_text("utf-8")
    program = program_of(text.replace("step referral", 'step a "b" <c> | d \\" ]; rm & e'))
    assert "<c>" not in mermaid(program)
    assert '\\"b\\"' in dot(program)
    assert json.loads(as_json(program))
