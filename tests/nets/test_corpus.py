"""677 nets of industrial processes, each with a verdict that others published.

Source: Fahland, Favre, Jobstmann, Koehler, Lohmann, Völzer & Wolf, Instantaneous Soundness Checking of Industrial Business Process
Models, BPM 2009; as workflow nets in the artifact of Blondin, Mazowiecki & Offtermatt, Verifying Generalised and Structural
Soundness of Workflow Nets via Relaxations, CAV 2022. The verdict is generalised soundness; these nets are of free choice,
where that is soundness with one token.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial

import pytest

from pathflow.nets.net import Published, Workflow, read_published, shape_of
from pathflow.nets.soundness import Verdict, decide, decide_by_states, marking_after
from tests.conftest import ROOT
from tests.nets.strategies import arcs_of

Deciding = Callable[..., Verdict]


@pytest.fixture(scope="module")
def corpus() -> list[Published]:
    file = ROOT.parent / "shared" / "corpora" / "soundness" / "ibm_bit.jsonl.gz"
    if not file.exists():
        pytest.skip("the IBM nets are not beside the project (doi:10.1007/978-3-642-03848-8_19)")
    with gzip.open(file) as lines:
        return [read_published(line) for line in lines]


def test_all_are_workflow_nets_of_free_choice(corpus: list[Published]) -> None:
    assert len(corpus) == 677
    for published in corpus:
        flow = shape_of(published.net)
        assert isinstance(flow, Workflow)
        assert flow.is_free_choice == published.free_choice


@pytest.mark.parametrize("deciding", [decide, decide_by_states], ids=["reduced", "states alone"])
def test_every_verdict_is_as_published(corpus: list[Published], deciding: Deciding) -> None:
    verdicts = {published.name: deciding(published.net) for published in corpus}
    assert {name: verdict.is_sound for name, verdict in verdicts.items()} == {p.name: p.sound for p in corpus}


def test_what_shows_that_a_net_is_unsound_can_happen(corpus: list[Published]) -> None:
    for published in corpus:
        verdict = decide(published.net)
        if verdict.is_sound:
            continue
        net = published.net
        assert marking_after(net, verdict.steps) == verdict.marking
        tokens = dict(verdict.marking)
        match verdict.reason:
            case "stuck":
                assert not any(taken <= tokens.keys() for taken, _ in arcs_of(net))
            case "left over":
                assert [place for place in tokens if not any(place in taken for taken, _ in arcs_of(net))]
                assert len(tokens) > 1
            case _:
                assert verdict.reason == "doubled"
                assert 2 in tokens.values()


def test_without_leaving_out_orders_a_bound_is_said(corpus: list[Published]) -> None:
    """All orders of all that happens side by side are too many for some: what is decided is as published, the rest says so."""
    verdicts = [(p.sound, partial(decide_by_states, p.net, bound=100, every=True)()) for p in corpus]
    decided = [(sound, verdict) for sound, verdict in verdicts if verdict.is_sound is not None]
    assert all(sound == verdict.is_sound for sound, verdict in decided)
    assert {v.sentence for _, v in verdicts if v.is_sound is None} == {"undecided: bound of 100 states"}
    assert len(decided) >= 480, len(decided)
