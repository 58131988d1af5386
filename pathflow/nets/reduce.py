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
- `fused before`: whatever fills p does only that, and nothing else wants what it takes, so it may as well wait until what
  empties p happens. With several that fill and several that empty, pairs could come about that never happen: one side must be
  single.

Source: Murata, Petri Nets: Properties, Analysis and Applications, Proc. IEEE 77(4), 1989, section V (series and parallel places
and transitions); Berthelot, Transformations and Decompositions of Nets, LNCS 254, 1987 (pre- and post-agglomeration);
Bride, Kouchnarenko & Peureux, Reduction of Workflow Nets for Generalised Soundness Verification, VMCAI 2017.
Law: tests/nets/test_laws.py (each rule by itself, and all of them, against an independent oracle; a wrong rule is caught).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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
        self.origins: list[Origin] = list(range(len(self.taken)))
        self.dead_with = list(range(len(self.taken)))
        self.fill: list[set[int]] = [set() for _ in range(net.n_places)]
        self.empty: list[set[int]] = [set() for _ in range(net.n_places)]
        for sides, known in ((self.taken, self.empty), (self.put, self.fill)):
            for t, mask in enumerate(sides):
                rest = mask
                while rest:
                    place = rest.bit_length() - 1
                    rest ^= 1 << place
                    known[place].add(t)
        self.transitions = dict.fromkeys(range(len(self.taken)))
        """Transitions to look at again, in order."""
        self.places = dict.fromkeys(range(net.n_places))
        """Places to look at again, in order."""

    def link(self, t: int, taken: int, put: int) -> None:
        """The places know of these arcs."""
        for place in places_of(taken):
            self.empty[place].add(t)
        for place in places_of(put):
            self.fill[place].add(t)

    def add(self, taken: int, put: int, origin: Origin, dead_with: int) -> None:
        """A new transition."""
        self.transitions[len(self.taken)] = None
        self.link(len(self.taken), taken, put)
        self.touch(taken | put)
        self.taken.append(taken)
        self.put.append(put)
        self.origins.append(origin)
        self.dead_with.append(dead_with)

    def drop(self, t: int) -> None:
        """A transition goes; where one other is left that empties a place, that one may have no rival any more."""
        for place in places_of(self.taken[t]):
            users = self.empty[place]
            users.discard(t)
            self.places[place] = None
            if len(users) == 1:
                self.touch(self.put[next(iter(users))])
        for place in places_of(self.put[t]):
            self.fill[place].discard(t)
            self.places[place] = None
        self.taken[t] = self.put[t] = 0
        self.transitions.pop(t, None)

    def touch(self, places: int) -> None:
        """Something has changed about these."""
        for place in places_of(places):
            self.places[place] = None

    def forget(self, place: int) -> None:
        """A place has no arcs any more."""
        self.fill[place].clear()
        self.empty[place].clear()
        self.places.pop(place, None)


Rule = Callable[[Work, int], bool]
"""Looks at one transition, or one place, and says whether it changed something."""


def same_transitions(work: Work, t: int) -> bool:
    """Leaves the transition out where another has the same arcs."""
    taken, put = work.taken[t], work.put[t]
    for other in work.empty[taken.bit_length() - 1]:
        if work.put[other] == put and work.taken[other] == taken and other != t:
            work.drop(t)
            return True
    return False


def idle_transitions(work: Work, t: int) -> bool:
    """Leaves out what puts back what it takes, where another shows that it can happen."""
    taken = work.taken[t]
    if taken != work.put[t]:
        return False
    place = taken.bit_length() - 1
    others = [work.taken[other] for other in work.empty[place] if other != t]
    others += [work.put[other] for other in work.fill[place] if other != t]
    if any(not taken & ~mask for mask in others):
        work.drop(t)
        return True
    return False


def same_places(work: Work, place: int) -> bool:
    """Leaves the place out where another has the same arcs."""
    fill, empty, bit = work.fill[place], work.empty[place], 1 << place
    if not fill or not empty:
        return False
    twins = work.put[next(iter(fill))] & work.taken[next(iter(empty))] & ~bit
    while twins:
        twin = twins.bit_length() - 1
        twins ^= 1 << twin
        if work.fill[twin] == fill and work.empty[twin] == empty:
            for t in fill:
                work.put[t] ^= bit
            for t in empty:
                work.taken[t] ^= bit
            work.forget(place)
            work.places[twin] = None
            return True
    return False


def fused_after(work: Work, place: int) -> bool:
    """What empties the place needs nothing else: it happens together with what filled it."""
    fill, empty = work.fill[place], work.empty[place]
    if not fill or not empty or len(fill) * len(empty) > len(fill) + len(empty):
        return False
    bit, more, taken, put = 1 << place, 0, work.taken, work.put
    for t in empty:
        if taken[t] != bit:
            return False
        more |= put[t]
    if more & bit:
        return False
    for t in fill:
        if put[t] & more:
            return False
    if len(empty) == 1:
        _go_on(work, place, fill, next(iter(empty)))
    elif len(fill) == 1:
        _begin(work, place, next(iter(fill)), empty)
    else:
        _pair(work, bit, list(fill), list(empty))
    return True


def _go_on(work: Work, place: int, fill: set[int], then: int) -> None:
    """All that fill the place do what the one that empties it does."""
    bit, put, origin = 1 << place, work.put[then], work.origins[then]
    rest = put
    while rest:
        onward = rest.bit_length() - 1
        rest ^= 1 << onward
        users = work.fill[onward]
        users.remove(then)
        users |= fill
        work.places[onward] = None
    for t in fill:
        work.put[t] ^= bit | put
        work.origins[t] = (work.origins[t], origin)
        work.transitions[t] = None
    work.taken[then] = work.put[then] = 0
    work.transitions.pop(then, None)
    work.forget(place)


def _begin(work: Work, place: int, first: int, empty: set[int]) -> None:
    """All that empty the place do first what the one that fills it does."""
    taken, put, origin, dead_with = work.taken[first], work.put[first] ^ 1 << place, work.origins[first], work.dead_with[first]
    work.drop(first)
    for before in places_of(taken):
        work.empty[before] |= empty
    for onward in places_of(put):
        work.fill[onward] |= empty
    for t in empty:
        work.taken[t] = taken
        work.put[t] |= put
        work.origins[t] = (origin, work.origins[t])
        work.dead_with[t] = dead_with
        work.transitions[t] = None
    work.forget(place)


def _pair(work: Work, bit: int, fill: list[int], empty: list[int]) -> None:
    """Each that fills the place, with each that empties it."""
    for t in fill:
        for then in empty:
            work.add(
                work.taken[t], work.put[t] ^ bit | work.put[then], (work.origins[t], work.origins[then]), work.dead_with[t]
            )
    for t in (*fill, *empty):
        work.drop(t)


def fused_before(work: Work, place: int) -> bool:
    """What fills the place does nothing else and nobody wants what it takes: it waits for what empties the place."""
    fill, empty, bit = work.fill[place], work.empty[place], 1 << place
    if not fill or not empty or (len(fill) > 1 and len(empty) > 1):
        return False
    for t in fill:
        if work.put[t] != bit or t in empty:
            return False
    for t in fill:
        if not _is_unrivalled(work, t):
            return False
    if len(fill) == 1:
        _wait(work, place, next(iter(fill)), empty)
    else:
        _wait_each(work, bit, list(fill), next(iter(empty)))
    return True


def _wait(work: Work, place: int, first: int, empty: set[int]) -> None:
    """All that empty the place do first what the one that fills it does, with all else that they need."""
    bit, taken, origin = 1 << place, work.taken[first], work.origins[first]
    for before in places_of(taken):
        work.empty[before] = set(empty)
        work.places[before] = None
    for t in empty:
        work.taken[t] ^= bit | taken
        work.origins[t] = (origin, work.origins[t])
        work.transitions[t] = None
    work.taken[first] = work.put[first] = 0
    work.transitions.pop(first, None)
    work.forget(place)


def _wait_each(work: Work, bit: int, fill: list[int], then: int) -> None:
    """The one that empties the place, with each that fills it."""
    for t in fill:
        work.add(
            work.taken[then] ^ bit | work.taken[t], work.put[then], (work.origins[t], work.origins[then]), work.dead_with[t]
        )
    for t in (*fill, then):
        work.drop(t)


def _is_unrivalled(work: Work, t: int) -> bool:
    return all(len(work.empty[place]) == 1 for place in places_of(work.taken[t]))


TRANSITION_RULES: dict[str, Rule] = {"same transitions": same_transitions, "idle transitions": idle_transitions}
PLACE_RULES: dict[str, Rule] = {"fused after": fused_after, "same places": same_places, "fused before": fused_before}


_OF_TRANSITIONS = tuple(TRANSITION_RULES.values())
_OF_PLACES = tuple(PLACE_RULES.values())


def reduce(net: Net, of_transitions: Sequence[Rule] = _OF_TRANSITIONS, of_places: Sequence[Rule] = _OF_PLACES) -> Reduced:
    """What is left of a workflow net when no rule finds anything more.

    Cost: near-linear in the arcs; each use of a rule takes a place or a transition away and looks at its neighbours again.
    """
    work = Work(net)
    while work.places or work.transitions:
        while work.places:
            queue, work.places = work.places, {}
            _look_at_places(work, queue, of_places)
        queue, work.transitions = work.transitions, {}
        for t in queue:
            if work.taken[t]:
                any(rule(work, t) for rule in of_transitions)
    left = [t for t, taken in enumerate(work.taken) if taken]
    return Reduced(
        Net(net.n_places, tuple(work.taken[t] for t in left), tuple(work.put[t] for t in left), net.initial),
        tuple(work.origins[t] for t in left),
        tuple(work.dead_with[t] for t in left),
    )


def _look_at_places(work: Work, queue: Iterable[int], rules: Sequence[Rule]) -> None:
    for place in queue:
        work.places.pop(place, None)
        if work.fill[place] and work.empty[place]:
            for rule in rules:
                if rule(work, place):
                    break
