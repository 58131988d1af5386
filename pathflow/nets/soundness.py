"""Whether a workflow net is sound: whatever happens in it, it can still end, and nothing in it is there in vain.

Sound means here, for a net that starts with one token in its source:

- from every state that can be reached, the state with one token in the sink and none elsewhere can be reached (the option to
  complete; that nothing is left over at the end, and that no place fills without limit, follow from it);
- every transition can happen in some state (none is dead).

Fairness is assumed: a loop that can be left is left at some time. A net is sound although somebody could go round in it for
ever; it is unsound only where going round is all that is left. This is strong fairness: what can happen again and again does
happen at some time.

In a net of free choice this is the same as generalised soundness, with any number of tokens at the start.

Source: van der Aalst, The Application of Petri Nets to Workflow Management, J. Circuits, Systems and Computers 8(1), 1998;
van der Aalst et al., Soundness of Workflow Nets: Classification, Decidability, and Analysis, Formal Aspects of Computing
23(3), 2011;
Ping, Hao & Jian, On 1-soundness and Soundness of Workflow Nets, MOCA 2004 (free choice: one token or many).
Law: tests/nets/test_laws.py, tests/nets/test_corpus.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from pathflow.nets.net import Misshapen, Net, Workflow, places_of, shape_of
from pathflow.nets.reduce import Reduced, reduce
from pathflow.nets.space import BOUND, Found, Marking, Reason, explore

How = Literal["reduced", "states", "all states"]
_GONE_ON = 1_000
"""How many states are kept to see what still happens where no end can be reached."""
_SENTENCES: dict[Reason, str] = {
    "sound": "sound: from every state the end can be reached, and every transition can happen",
    "stuck": "not sound: nothing can happen any more, and the end is not reached",
    "left over": "not sound: the end is reached while tokens are left elsewhere",
    "lost": "not sound: things go on, and no end can be reached any more",
    "dead": "not sound: a transition can never happen",
    "unbounded": "not sound: tokens become more and more",
    "doubled": "not sound: two tokens meet in a place, which a sound net of free choice does not allow",
}


class Verdict(msgspec.Struct, frozen=True):
    """Whether a net is sound, and what shows that it is not. All numbers are those of the net that was asked about."""

    is_sound: bool | None
    """None where the bound was hit, or where the net is no workflow net."""
    reason: Reason | Literal["misshapen"]
    how: How
    n_states: int = 0
    """States that were kept, of what the rules left of the net."""
    bound: int = BOUND
    steps: tuple[int, ...] = ()
    """What happens, one after another, until it shows."""
    since: int | None = None
    """After so many steps no end can be reached any more, where that was looked for; for `unbounded`, where the part begins
    that can be done again and again."""
    marking: Marking = ()
    """Where tokens are after the steps: place and how many."""
    dead: tuple[int, ...] = ()
    """Transitions that can never happen: all of them when the net was explored as it is, else some."""
    is_free_choice: bool = False
    fault: Misshapen | None = None

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.fault is not None:
            return f"not a workflow net: {self.fault.sentence}"
        if self.reason == "undecided":
            return f"undecided: bound of {self.bound} states"
        assert self.reason != "misshapen"
        return _SENTENCES[self.reason]


def decide(net: Net, bound: int = BOUND, shorten: int = 0) -> Verdict:
    """Whether a net is sound: made smaller first, then what is left is explored.

    Args:
        net: any net; one that is no workflow net is said to be none.
        bound: how many states are kept at most.
        shorten: where the net is unsound, all states of the net as it is are looked at too, as long as they are at most so
            many, for the fewest steps after which no end can be reached. Otherwise the steps are possible ones, and not always
            the fewest.

    Cost: near-linear where the rules leave little, as they do of sound nets of free choice; else the states of what is left.
    """
    flow = shape_of(net)
    if isinstance(flow, Misshapen):
        return Verdict(None, "misshapen", "reduced", bound=bound, fault=flow)
    left = reduce(net)
    if (left.net.consumed, left.net.produced) == ((1 << flow.source,), (1 << flow.sink,)):
        return Verdict(True, "sound", "reduced", 2, bound, is_free_choice=flow.is_free_choice)
    found = explore(Workflow(left.net, flow.source, flow.sink, flow.is_free_choice), bound)
    if shorten and found.reason not in {"sound", "undecided"}:
        exact = explore(flow, shorten, every=True)
        if exact.reason != "undecided":
            return _verdict(flow, exact, "all states", bound)
    return _verdict(flow, _mapped(flow, left, found), "reduced", bound)


def _mapped(flow: Workflow, left: Reduced, found: Found) -> Found:
    """What was found in what is left, in the net itself."""
    steps = left.played(found.steps)
    if found.reason in {"stuck", "lost"}:
        return _gone_on(flow, steps, found.n_states)
    since = None if found.since is None else len(left.played(found.steps[: found.since]))
    return Found(found.reason, found.n_states, steps, since, tuple(sorted({left.dead_with[t] for t in found.dead})))


def _gone_on(flow: Workflow, steps: tuple[int, ...], n_states: int) -> Found:
    """Where nothing can happen in what is left, something may yet happen in the net, and show better what is wrong."""
    marking = marking_after(flow.net, steps)
    mask = sum(1 << place for place, _ in marking)
    if all(taken & ~mask for taken in flow.net.consumed):
        return Found("stuck", n_states, steps)
    on = explore(flow, _GONE_ON, start=marking)
    assert on.reason not in {"sound", "dead"}, on
    if on.reason == "undecided":
        return Found("lost", n_states, steps, len(steps))
    since = len(steps) + (on.since or 0)
    return Found(on.reason, n_states, steps + on.steps, since)


def decide_by_states(net: Net, bound: int = BOUND, every: bool = False) -> Verdict:
    """Whether a net is sound, by its states alone.

    Args:
        net: any net.
        bound: how many states are kept at most.
        every: look at all states: the steps to where no end can be reached are then the fewest there are.
    """
    how: How = "all states" if every else "states"
    flow = shape_of(net)
    if isinstance(flow, Misshapen):
        return Verdict(None, "misshapen", how, bound=bound, fault=flow)
    return _verdict(flow, explore(flow, bound, every), how, bound)


def _verdict(flow: Workflow, found: Found, how: How, bound: int) -> Verdict:
    is_sound = None if found.reason == "undecided" else found.reason == "sound"
    is_shown = found.reason not in {"sound", "undecided", "dead"}
    marking = marking_after(flow.net, found.steps) if is_shown else ()
    return Verdict(
        is_sound, found.reason, how, found.n_states, bound, found.steps, found.since, marking, found.dead, flow.is_free_choice
    )


def marking_after(net: Net, steps: Sequence[int]) -> Marking:
    """Where tokens are after these steps.

    Raises:
        ValueError: one of them cannot happen where it stands.
    """
    state = net.initial
    for index, t in enumerate(steps):
        taken, put = net.consumed[t], net.produced[t]
        if taken & ~state:
            raise ValueError(f"transition {t} cannot happen here")
        state &= ~taken
        if state & put:
            return _counted_after(net, state | taken, steps[index:])
        state |= put
    return tuple((place, 1) for place in places_of(state))


def _counted_after(net: Net, state: int, steps: Sequence[int]) -> Marking:
    tokens = Counter(places_of(state))
    for t in steps:
        taken = places_of(net.consumed[t])
        if any(not tokens[place] for place in taken):
            raise ValueError(f"transition {t} cannot happen here")
        tokens.subtract(taken)
        tokens.update(places_of(net.produced[t]))
    return tuple(sorted((place, count) for place, count in tokens.items() if count))
