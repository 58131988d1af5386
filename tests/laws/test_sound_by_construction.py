"""Blocks nest, so that a path's flow is sound: as a plain workflow net, by an algorithm that knows nothing of paths."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from pathflow import api
from pathflow.engine.program import Program
from pathflow.nets.net import Net, net_of
from pathflow.nets.soundness import decide
from tests.conftest import ROOT
from tests.strategies import paths


def as_net(program: Program) -> Net | None:
    """The main way as a net: a place for each node, and for each branch at a join; conditions are left out, each may hold.

    None where a path ends inside a branch, or goes on before all branches are through: that takes tokens away from elsewhere.
    """
    nodes = [node for node in program.nodes if node.event < 0]
    if any(node.kind in ("end", "nowhere") and node.region for node in nodes):
        return None
    if any(needed < len(program.edges[program.joins[join]]) for join, needed in program.needed.items()):
        return None
    places: dict[object, int] = {program.start: 0, "sink": 1}

    def place(what: object) -> int:
        return places.setdefault(what, len(places))

    def into(source: int, target: int) -> int:
        split = program.joins.get(target)
        if split is None:
            return place(target)
        inside = dict(program.nodes[source].region).get(split)
        if inside is None:  # an empty branch
            inside = next(n for n, edge in enumerate(program.edges[split]) if edge.target == target)
        return place((target, inside))

    transitions: list[tuple[list[int], list[int]]] = []
    for node in nodes:
        edges = program.edges[node.index]
        if node.kind == "end":
            transitions.append(([place(node.index)], [1]))
        elif node.kind == "split":
            transitions.append(([place(node.index)], [into(node.index, edge.target) for edge in edges]))
        elif node.kind == "join":
            taken = [place((node.index, branch)) for branch in range(len(program.edges[program.joins[node.index]]))]
            transitions += [(taken, [into(node.index, edge.target)]) for edge in edges]
        else:
            transitions += [([place(node.index)], [into(node.index, edge.target)]) for edge in edges]
    return net_of(len(places), transitions)


def unreached(program: Program) -> bool:
    """Whether some of the main way is on no way from the start, or leads nowhere."""
    seen, waiting = {program.start}, [program.start]
    while waiting:
        for edge in program.edges[waiting.pop()]:
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return any(node.event < 0 and (node.index not in seen or node.kind == "nowhere") for node in program.nodes)


@given(paths(has_events=False))
def test_a_path_of_nested_blocks_is_sound(text: str) -> None:
    program = api._unit_of_text(text, "x.path", Path()).program
    net = as_net(program) if program is not None else None
    if program is None or net is None or unreached(program):
        return
    verdict = decide(net)
    assert verdict.is_sound, verdict


@pytest.mark.parametrize("file", sorted((ROOT / "paths").glob("*.path")), ids=lambda file: file.stem)
def test_the_shipped_paths_are_sound(file: Path) -> None:
    try:
        program = api.load(file).program
    except api.Unreadable:
        return
    net = as_net(program)
    if net is not None and not unreached(program):
        assert decide(net).is_sound


def test_a_join_that_waits_for_a_branch_that_ended_is_not_sound() -> None:
    """The law can fail: the same net without one of the branches at the join."""
    program = api.load(ROOT / "paths" / "heart_failure.path").program
    net = as_net(program)
    assert net is not None
    split = next(node.index for node in program.nodes if node.kind == "split")
    consumed = net.consumed
    at = next(t for t, taken in enumerate(consumed) if taken.bit_count() > 1)
    produced = [put if put.bit_count() < 2 else put & (put - 1) for put in net.produced]  # each split leaves one branch out
    from msgspec.structs import replace

    assert split >= 0
    assert at >= 0
    assert not decide(replace(net, produced=tuple(produced))).is_sound
