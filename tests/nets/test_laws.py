"""Soundness against an oracle that shares nothing with it: the rules, the states, and what they say for a reason."""

from __future__ import annotations

import pytest
from hypothesis import Phase, find, given, settings

from pathflow.nets import reduce as rules
from pathflow.nets.net import Net
from pathflow.nets.reduce import PLACE_RULES, TRANSITION_RULES, Rule, Work, reduce
from pathflow.nets.soundness import Verdict, decide, decide_by_states, marking_after
from tests.nets.strategies import SINK, SOURCE, arcs_of, judged, nets
from tests.oracles.petri import Judged, after, grown, judge

MANY = settings(max_examples=settings.default.max_examples * 2)
FIRST = settings(max_examples=5_000, phases=[Phase.generate])
"""The first that is found will do, however large."""


def keeps(net: Net, of_transitions: list[Rule], of_places: list[Rule]) -> bool:
    """Whether these rules leave the net as sound as it was, for the oracle."""
    left = reduce(net, of_transitions, of_places).net
    return judge(arcs_of(left), SOURCE, SINK).is_sound == judged(net).is_sound


@pytest.mark.parametrize("name", TRANSITION_RULES)
@MANY
@given(net=nets())
def test_a_rule_of_transitions_alone_keeps_soundness(name: str, net: Net) -> None:
    assert keeps(net, [TRANSITION_RULES[name]], [])


@pytest.mark.parametrize("name", PLACE_RULES)
@MANY
@given(net=nets())
def test_a_rule_of_places_alone_keeps_soundness(name: str, net: Net) -> None:
    assert keeps(net, [], [PLACE_RULES[name]])


@MANY
@given(nets())
def test_all_rules_together_keep_soundness(net: Net) -> None:
    assert keeps(net, list(TRANSITION_RULES.values()), list(PLACE_RULES.values()))


@given(nets())
def test_what_is_left_cannot_be_made_smaller(net: Net) -> None:
    left = reduce(net).net
    assert sorted(zip(reduce(left).net.consumed, reduce(left).net.produced, strict=True)) == sorted(
        zip(left.consumed, left.produced, strict=True)
    )


@MANY
@given(nets())
def test_every_way_to_decide_agrees_with_the_oracle(net: Net) -> None:
    expected = judged(net)
    for verdict in (decide(net), decide_by_states(net), decide_by_states(net, every=True), decide(net, shorten=500)):
        assert verdict.is_sound == expected.is_sound, verdict
        is_shown(net, verdict, expected)


def is_shown(net: Net, verdict: Verdict, expected: Judged) -> None:
    """The reason is one, in the net that was asked about."""
    at = frozenset(marking_after(net, verdict.steps))
    match verdict.reason:
        case "stuck" | "left over" | "lost":
            assert at == frozenset(verdict.marking)
            assert at in expected.lost or not expected.is_bounded
            assert (SINK in dict(at)) == (verdict.reason == "left over")
            assert verdict.reason != "stuck" or not any(after(at, taken, put) for taken, put in arcs_of(net))
            if verdict.since is not None and expected.is_bounded:
                assert frozenset(marking_after(net, verdict.steps[: verdict.since])) in expected.lost
        case "unbounded":
            assert not expected.is_bounded
            assert verdict.since is not None
            assert grown(frozenset(marking_after(net, verdict.steps[: verdict.since])), at)
        case "doubled":
            assert verdict.is_free_choice
            assert max(count for _, count in verdict.marking) == 2
        case "dead":
            assert verdict.dead
            assert not set(verdict.dead) & expected.happened
            assert verdict.how == "reduced" or set(verdict.dead) == set(range(len(net.consumed))) - expected.happened
        case _:
            assert verdict.reason == "sound"
            assert not verdict.steps


@MANY
@given(nets())
def test_with_all_states_the_steps_to_where_no_end_can_be_reached_are_the_fewest(net: Net) -> None:
    expected = judged(net)
    verdict = decide_by_states(net, every=True)
    if expected.is_bounded:
        assert verdict.since == expected.fewest


def careless(work: Work, t: int) -> bool:
    """Wrong: what changes nothing may never happen."""
    if work.taken[t] == work.put[t]:
        work.drop(t)
        return True
    return False


def greedy(work: Work, place: int) -> bool:
    """Wrong: the places have only what fills them in common."""
    for twin in range(len(work.fill)):
        if twin != place and work.fill[place] and work.fill[twin] == work.fill[place] and work.empty[place]:
            if any(not work.taken[t] & ~(1 << place) for t in work.empty[place]):
                return False
            for t in work.fill[place]:
                work.put[t] &= ~(1 << place)
            for t in work.empty[place]:
                work.taken[t] &= ~(1 << place)
            work.forget(place)
            return True
    return False


def is_caught(of_transitions: list[Rule], of_places: list[Rule]) -> bool:
    return isinstance(find(nets(), lambda net: not keeps(net, of_transitions, of_places), settings=FIRST), Net)


def test_wrong_rules_are_caught() -> None:
    assert is_caught([careless], [])
    assert is_caught([], [greedy])


def test_a_right_rule_without_its_condition_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_is_unrivalled", lambda *_: True)
    assert is_caught([], [PLACE_RULES["fused before"]])
