"""Which transitions to go on with from a state: all that can happen, or one stubborn set of them.

Nothing outside a stubborn set can hold up one of its transitions that can happen, nor bring about one that waits. So whatever
happens outside may as well happen later. Where all that share a place take the same places (free choice), they are such a set
by themselves; else one grows from a transition that can happen: with it come all that take from its places, and with one that
waits all that fill a place it waits for.

Source: Valmari, Stop It, and Be Stubborn!, ACM TECS 16(2), 2017 (basic strong stubborn sets).
"""

from __future__ import annotations

from collections.abc import Sequence

from pathflow.nets.net import Net, places_of

Arc = tuple[int, int, int]
"""What a transition takes, what it puts, and its number."""


def arcs_of(net: Net) -> list[Arc]:
    """The transitions with their numbers."""
    return list(zip(net.consumed, net.produced, range(len(net.consumed)), strict=True))


class All:
    """From each state all that can happen."""

    def __init__(self, net: Net) -> None:
        self._arcs = arcs_of(net)

    def among(self, lacking: int) -> Sequence[Arc]:
        """The transitions to go on with, where these places are empty."""
        return [arc for arc in self._arcs if not arc[0] & lacking]


class Stubborn:
    """From each state the transitions of one stubborn set that can happen."""

    def __init__(self, net: Net) -> None:
        self._arcs = arcs_of(net)
        takers: list[list[int]] = [[] for _ in range(net.n_places)]
        self._makers: list[list[int]] = [[] for _ in range(net.n_places)]
        for taken, put, t in self._arcs:
            for place in places_of(taken):
                takers[place].append(t)
            for place in places_of(put):
                self._makers[place].append(t)
        self._rivals = [sorted({other for place in places_of(taken) for other in takers[place]}) for taken in net.consumed]
        alike: dict[int, list[int]] = {}
        for t, taken in enumerate(net.consumed):
            alike.setdefault(taken, []).append(t)
        self._free = [(taken, [self._arcs[t] for t in ts]) for taken, ts in alike.items() if self._rivals[ts[0]] == ts]
        self._free.sort(key=_size)
        alone = {t for _, arcs in self._free for _, _, t in arcs}
        self._bound = [arc for arc in self._arcs if arc[2] not in alone]

    def among(self, lacking: int) -> Sequence[Arc]:
        """The transitions to go on with, where these places are empty: those of a free choice, or the fewest of a closure."""
        for taken, arcs in self._free:
            if not taken & lacking:
                return arcs
        best: list[Arc] = []
        for taken, _, seed in self._bound:
            if taken & lacking:
                continue
            able = [arc for arc in self._closure(seed, lacking) if not arc[0] & lacking]
            if not best or len(able) < len(best):
                best = able
            if len(best) == 1:
                break
        return best

    def _closure(self, seed: int, lacking: int) -> list[Arc]:
        inside, todo = {seed}, [seed]
        while todo:
            t = todo.pop()
            missing = self._arcs[t][0] & lacking
            for other in self._makers[missing.bit_length() - 1] if missing else self._rivals[t]:
                if other not in inside:
                    inside.add(other)
                    todo.append(other)
        return [self._arcs[t] for t in sorted(inside)]


def _size(cluster: tuple[int, list[Arc]]) -> int:
    return len(cluster[1])
