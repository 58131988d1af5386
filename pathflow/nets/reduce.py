"""Rules that make a workflow net smaller and leave it as sound, or as unsound, as it was.

Each looks at one place or transition that something has changed about, so that a net is gone through about once. What a
transition of the smaller net does is a row of transitions of the first one, so what happens there can be played here.

The arguments, for the reading of soundness in `soundness.py` (an end can be reached from wherever one gets; no transition is
dead). They need neither free choice nor bounds; that the place is not marked at the start follows from its being filled.

- `same transitions`, `same places`: the same arcs. One of them is left out.
- `idle transitions`: what takes and puts the same changes nothing. It is left out where another transition shows that it can
  happen: one that takes, or puts, all that it takes.
- `fused after`: whatever empties place p needs p alone, so once p is filled nothing can hold that up or take it away.
  It may as well happen at once, right after what filled p.
- `fused before`: whatever fills p does only that, and nothing else wants what it takes, so it may as well wait until what empties
  p happens. With several that fill and several that empty, pairs could come about that never happen: one side must be single.

Source: Murata, Petri Nets: Properties, Analysis and Applications, Proc. IEEE 77(4), 1989, section V (series and parallel places
and transitions); Berthelot, Transformations and Decompositions of Nets, LNCS 254, 1987 (pre- and post-agglomeration);
Bride, Kouchnarenko & Peureux, Reducing the State Space for Generalised Soundness of Workflow Nets, VMCAI 2017 (for workflow nets).
Law: tests/nets/test_laws.py (each rule by itself, and all of them, against an independent oracle; a wrong rule is caught).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from pathflow.nets.net import Net, places_of

Origin = int | tuple["Origin", "Origin"]
"""A transition of the first net, or two rows of them one after another."""


class Reduced(msgspec.Struct, frozen=True):
    """A net that is left, its places numbered as before; the places that are gone have no arcs."""

    net: Net
    origins: tuple[Origin, ...]
    dead_with: tuple[int, ...]
    """For each transition one of the first net, which can happen if and only if this one can."""

    def played(self, steps: Sequence[int]) -> tuple[int, ...]:
        """What happens in the first net when these happen in what is left."""
        found: list[int] = []
        todo: list[Origin] = [self.origins[step] for step in reversed(steps)]
        while todo:
            origin = todo.pop()
            if isinstance(origin, int):
                found.append(origin)
            else:
                todo += (origin[1], origin[0])
        return tuple(found)


class Work:
    """A net while it is made smaller. A transition that is gone takes from nowhere."""

    def __init__(self, net: Net) -> None:
        self.taken = list(net.consumed)
        self.put = list(net.produced)
        self.initial = net.initial
        self.origins: list[Origin] = list(range(len(self.taken)))
        self.dead_with = list(range(len(self.taken)))
        self.fill: list[set[int]] = [set() for _ in range(net.n_places)]
        self.empty: list[set[int]] = [set() for _ in range(net.n_places)]
        for t, (taken, put) in enumerate(zip(self.taken, self.put, strict=True)):
            self._link(t, taken, put)
        self.transitions = dict.fromkeys(range(len(self.taken)))
        """Transitions to look at again, in order."""
        self.places = dict.fromkeys(range(net.n_places))
        """Places to look at again, in order."""

    def add(self, taken: int, put: int, origin: Origin, dead_with: int) -> None:
        """A new transition."""
        t = len(self.taken)
        self.taken.append(taken)
        self.put.append(put)
        self.origins.append(origin)
        self.dead_with.append(dead_with)
        self._link(t, taken, put)
        self._touch(t)

    def drop(self, t: int) -> None:
        """A transition goes."""
        taken, put = self.taken[t], self.put[t]
        for place in places_of(taken):
            self.empty[place].discard(t)
            self.places[place] = None
        for place in places_of(put):
            self.fill[place].discard(t)
            self.places[place] = None
        self.taken[t] = self.put[t] = 0
        self.transitions.pop(t, None)

    def change(self, t: int, taken: int, put: int, origin: Origin, dead_with: int) -> None:
        """A transition gets other arcs."""
        for place in places_of(self.taken[t] & ~taken):
            self.empty[place].discard(t)
            self.places[place] = None
        for place in places_of(self.put[t] & ~put):
            self.fill[place].discard(t)
            self.places[place] = None
        self._link(t, taken & ~self.taken[t], put & ~self.put[t])
        self.taken[t], self.put[t], self.origins[t], self.dead_with[t] = taken, put, origin, dead_with
        self._touch(t)

    def drop_place(self, place: int) -> None:
        """A place goes."""
        bit = 1 << place
        for t in list(self.empty[place] | self.fill[place]):
            self.change(t, self.taken[t] & ~bit, self.put[t] & ~bit, self.origins[t], self.dead_with[t])

    def _link(self, t: int, taken: int, put: int) -> None:
        for place in places_of(taken):
            self.empty[place].add(t)
        for place in places_of(put):
            self.fill[place].add(t)

    def _touch(self, t: int) -> None:
        self.transitions[t] = None
        for place in places_of(self.taken[t] | self.put[t]):
            self.places[place] = None


Rule = Callable[[Work, int], bool]
"""Looks at one transition, or one place, and says whether it changed something."""


def same_transitions(work: Work, t: int) -> bool:
    """Leaves the transition out where another has the same arcs."""
    taken, put = work.taken[t], work.put[t]
    users = work.empty[taken.bit_length() - 1]
    if any(other != t and work.put[other] == put and work.taken[other] == taken for other in users):
        work.drop(t)
        return True
    return False


def idle_transitions(work: Work, t: int) -> bool:
    """Leaves out what puts back what it takes, where another shows that it can happen."""
    taken = work.taken[t]
    if taken != work.put[t]:
        return False
    place = taken.bit_length() - 1
    if any(other != t and not taken & ~work.taken[other] for other in work.empty[place]) or any(
        other != t and not taken & ~work.put[other] for other in work.fill[place]
    ):
        work.drop(t)
        return True
    return False


def same_places(work: Work, place: int) -> bool:
    """Leaves the place out where another has the same arcs."""
    fill, empty = work.fill[place], work.empty[place]
    if not fill or not empty:
        return False
    one, other = next(iter(fill)), next(iter(empty))
    twins = work.put[one] & work.taken[other] & ~(1 << place)
    for twin in places_of(twins):
        if work.fill[twin] == fill and work.empty[twin] == empty:
            work.drop_place(place)
            return True
    return False


def fused_after(work: Work, place: int) -> bool:
    """What empties the place needs nothing else: it happens together with what filled it."""
    fill, empty = work.fill[place], work.empty[place]
    if not fill or not empty or len(fill) * len(empty) > len(fill) + len(empty):
        return False
    bit, more = 1 << place, 0
    for t in empty:
        if work.taken[t] != bit or work.put[t] & bit:
            return False
        more |= work.put[t]
    if any(work.put[t] & more for t in fill):
        return False
    first, then = list(fill), list(empty)
    ways = [(work.put[t], work.origins[t]) for t in then]
    for t in then:
        work.drop(t)
    for t in first:
        taken, put, origin, dead_with = work.taken[t], work.put[t] & ~bit, work.origins[t], work.dead_with[t]
        work.change(t, taken, put | ways[0][0], (origin, ways[0][1]), dead_with)
        for also, after in ways[1:]:
            work.add(taken, put | also, (origin, after), dead_with)
    return True


def fused_before(work: Work, place: int) -> bool:
    """What fills the place does nothing else and nobody wants what it takes: it waits for what empties the place.

    That nobody else empties this place may be what the next one waited for.
    """
    if _fuses_before(work, place):
        return True
    users = work.empty[place]
    if len(users) != 1:
        return False
    onward = work.put[next(iter(users))]
    return not onward & (onward - 1) and _fuses_before(work, onward.bit_length() - 1)


def _fuses_before(work: Work, place: int) -> bool:
    fill, empty = work.fill[place], work.empty[place]
    if not fill or not empty or (len(fill) > 1 and len(empty) > 1):
        return False
    bit = 1 << place
    if any(work.put[t] != bit or t in empty or not _is_unrivalled(work, t) for t in fill):
        return False
    first, then = list(fill), list(empty)
    ways = [(work.taken[t], work.origins[t], work.dead_with[t]) for t in first]
    for t in first:
        work.drop(t)
    for t in then:
        taken, put, origin, dead_with = work.taken[t] & ~bit, work.put[t], work.origins[t], work.dead_with[t]
        for before, earlier, dead in ways[1:]:
            work.add(taken | before, put, (earlier, origin), dead)
        before, earlier, dead = ways[0]
        work.change(t, taken | before, put, (earlier, origin), dead if len(first) > 1 else dead_with)
    return True


def _is_unrivalled(work: Work, t: int) -> bool:
    return all(len(work.empty[place]) == 1 for place in places_of(work.taken[t]))


TRANSITION_RULES: dict[str, Rule] = {"same transitions": same_transitions, "idle transitions": idle_transitions}
PLACE_RULES: dict[str, Rule] = {"same places": same_places, "fused after": fused_after, "fused before": fused_before}


def reduce(
    net: Net, of_transitions: Sequence[Rule] = tuple(TRANSITION_RULES.values()), of_places: Sequence[Rule] = tuple(PLACE_RULES.values())
) -> Reduced:
    """What is left of a workflow net when no rule finds anything more.

    Cost: near-linear in the arcs; each use of a rule takes a place or a transition away and looks at its neighbours again.
    """
    work = Work(net)
    while work.transitions or work.places:
        if work.transitions:
            t, _ = work.transitions.popitem()
            any(rule(work, t) for rule in of_transitions)
            continue
        place, _ = work.places.popitem()
        any(rule(work, place) for rule in of_places)
    left = [t for t, taken in enumerate(work.taken) if taken]
    return Reduced(
        Net(net.n_places, tuple(work.taken[t] for t in left), tuple(work.put[t] for t in left), net.initial),
        tuple(work.origins[t] for t in left),
        tuple(work.dead_with[t] for t in left),
    )
