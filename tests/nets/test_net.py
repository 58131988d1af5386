"""What is a workflow net and what is none; single nets whose verdict one can see."""

from __future__ import annotations

import msgspec
import pytest

from bench.soundness import branches
from pathflow.nets.net import Misshapen, Net, Workflow, net_of, read_published, shape_of
from pathflow.nets.reduce import reduce
from pathflow.nets.soundness import Verdict, decide, decide_by_states, marking_after

Arcs = list[tuple[list[int], list[int]]]


@pytest.mark.parametrize(
    ("n_places", "arcs", "fault", "places", "transitions"),
    [
        (2, [], "no transition", (), ()),
        (3, [([0, 2], [1])], "sources", (0, 2), ()),
        (3, [([0], [1, 2])], "sinks", (1, 2), ()),
        (3, [([2], [0]), ([0], [1])], "start", (0,), ()),
        (2, [([0], [1]), ([], [1])], "no input", (), (1,)),
        (3, [([0], [1]), ([2], []), ([0], [2])], "no output", (), (1,)),
        (4, [([0], [1]), ([2], [3]), ([3], [2])], "aside", (2, 3), (1, 2)),
        (3, [([0], [1]), ([0], [2]), ([2], [2])], "aside", (2,), (1, 2)),
    ],
)
def test_what_is_no_workflow_net_is_refused(
    n_places: int, arcs: Arcs, fault: str, places: tuple[int, ...], transitions: tuple[int, ...]
) -> None:
    found = shape_of(net_of(n_places, arcs))
    assert found == Misshapen(fault, places, transitions)  # type: ignore[arg-type]
    for verdict in (decide(net_of(n_places, arcs)), decide_by_states(net_of(n_places, arcs))):
        assert (verdict.is_sound, verdict.reason, verdict.fault) == (None, "misshapen", found)
        assert verdict.sentence.startswith("not a workflow net: ")


@pytest.mark.parametrize("arcs", [[([0, 0], [1])], [([0], [2])], [([-1], [1])]])
def test_arcs_with_weights_and_unknown_places_are_refused(arcs: Arcs) -> None:
    with pytest.raises(ValueError, match="place"):
        net_of(2, arcs)


def test_a_line_of_the_corpus_is_read() -> None:
    line = '{"name":"A","places":2,"initial":[0],"transitions":[[[0],[1]]],"sound":true,"free_choice":true}'
    assert read_published(line).net == Net(2, (1,), (2,), 1)
    with pytest.raises(msgspec.DecodeError):
        read_published('{"name":"A"}')


# A choice is met as if it were branches, branches as if they were a choice (no end was ever to be reached); a loop that cannot be
# left, and one that can; a transition that waits for what never comes; tokens that become more and more.
CHOICE_THEN_JOIN: Arcs = [([0], [2]), ([2], [3]), ([2], [4]), ([3, 4], [1])]
SPLIT_THEN_EITHER: Arcs = [([0], [2, 3]), ([2], [4]), ([3], [4]), ([4], [1])]
ROUND_AND_ROUND: Arcs = [
    ([0], [2]),
    ([0], [3, 5]),
    ([2], [1]),
    ([3, 5], [4, 5]),
    ([4, 5], [3, 5]),
    ([3, 2], [1]),
    ([5, 2], [1]),
]
REPEAT: Arcs = [([0], [2]), ([2], [3]), ([3], [2]), ([3], [1])]
NEVER: Arcs = [([0], [2, 3]), ([2], [4]), ([4, 3], [1]), ([2, 4], [1])]
GROWS: Arcs = [([0], [2]), ([2], [2, 3]), ([2], [4]), ([4, 3], [4]), ([4], [1])]


@pytest.mark.parametrize(
    ("arcs", "n_places", "reason", "since"),
    [
        (CHOICE_THEN_JOIN, 5, "stuck", 0),
        (SPLIT_THEN_EITHER, 5, "left over", 0),
        (ROUND_AND_ROUND, 6, "lost", 1),
        (REPEAT, 4, "sound", None),
        (NEVER, 5, "dead", None),
        (GROWS, 5, "unbounded", 2),
    ],
    ids=["choice then join", "split then either", "round and round", "repeat", "never", "grows"],
)
def test_single_nets(arcs: Arcs, n_places: int, reason: str, since: int | None) -> None:
    net = net_of(n_places, arcs)
    assert isinstance(shape_of(net), Workflow)
    verdict = decide_by_states(net, every=True)
    assert (verdict.reason, verdict.since) == (reason, since)
    assert decide(net).is_sound == decide_by_states(net).is_sound == (reason == "sound")
    if reason == "dead":
        assert verdict.dead == (3,)
    assert decide(net, shorten=100).since == since


def test_the_steps_are_those_of_the_net_that_was_asked_about() -> None:
    verdict = decide(net_of(5, CHOICE_THEN_JOIN))
    assert marking_after(net_of(5, CHOICE_THEN_JOIN), verdict.steps) == verdict.marking == ((3, 1),) or verdict.marking == (
        (4, 1),
    )
    with pytest.raises(ValueError, match="cannot happen"):
        marking_after(net_of(5, CHOICE_THEN_JOIN), (0, 0))


def test_a_bound_that_is_hit_is_said() -> None:
    verdict = decide_by_states(branches(20, 1), bound=1_000, every=True)
    assert (verdict.is_sound, verdict.reason) == (None, "undecided")
    assert verdict.sentence == "undecided: bound of 1000 states"


@pytest.mark.parametrize("net", [branches(20, 1), branches(8, 6), branches(200, 5)], ids=["20 by 1", "8 by 6", "200 by 5"])
def test_branches_side_by_side_leave_one_transition(net: Net) -> None:
    assert len(reduce(net).net.consumed) == 1
    assert decide(net) == Verdict(True, "sound", "reduced", 2, is_free_choice=True)


def test_branches_side_by_side_take_a_state_for_each_step() -> None:
    assert decide_by_states(branches(20, 1)).n_states == 23
    assert decide_by_states(branches(8, 6)).n_states == 51
