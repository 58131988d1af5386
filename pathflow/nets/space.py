"""The states of a workflow net, one after another, and what is wrong with the first that shows something.

A state is an integer with a bit for each place while no place holds two tokens, and a tuple of counts from there on. The states
are gone through in breadth, so that the steps to a state are as few as they can be among those that were looked at.

By default only as much of what may happen side by side is ordered as soundness needs: from a state only the transitions of one
stubborn set go on. That the end can be reached from everywhere shows in the states that are left exactly when it is so in all of
them; and where it can, every transition that is not dead happens among them. With `every`, all states are looked at; then the
steps to where no end can be reached any more are the fewest there are.

Source: Valmari, Stop It, and Be Stubborn!, ACM TECS 16(2), 2017 (basic strong stubborn sets and systems that may always end);
Karp & Miller, Parallel Program Schemata, JCSS 3(2), 1969 (a state that covers an earlier one on its own way grows for ever).
Law: tests/nets/test_laws.py (both readings against an independent oracle).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from pathflow.nets.net import Workflow, places_of

Reason = Literal["sound", "stuck", "left over", "endless", "dead", "unbounded", "doubled", "undecided"]
State = int | tuple[int, ...]
BOUND = 100_000


class Found(msgspec.Struct, frozen=True):
    """What the states show: transitions by their number in the net that was explored."""

    reason: Reason
    n_states: int
    steps: tuple[int, ...] = ()
    """To the state that shows it."""
    since: int | None = None
    """After so many of the steps no end can be reached; for what grows, where the part begins that does it again and again."""
    dead: tuple[int, ...] = ()


class _Safe:
    """States without two tokens in a place."""

    def __init__(self, flow: Workflow, every: bool) -> None:
        net = flow.net
        self.first: State = net.initial
        self.end: State = 1 << flow.sink
        self._end = 1 << flow.sink
        self._arcs = list(zip(net.consumed, net.produced, range(len(net.consumed)), strict=True))
        self._choice = None if every else _Choice(net.n_places, net.consumed, net.produced)

    def moves(self, state: int) -> list[tuple[int, int]]:
        """What can happen, with the state it leads to; -1 where a place would get its second token."""
        if self._choice is not None:
            arcs = self._choice.among(~state)
        else:
            arcs = [arc for arc in self._arcs if not arc[0] & ~state]
        return [(t, -1 if put & (state & ~taken) else state & ~taken | put) for taken, put, t in arcs]

    def is_over(self, state: int) -> bool:
        """Whether the sink is marked."""
        return bool(state & self._end)


class _Counted:
    """States with counts."""

    def __init__(self, flow: Workflow, every: bool) -> None:
        net = flow.net
        self._n_places = net.n_places
        self.first: State = tuple(net.initial >> place & 1 for place in range(net.n_places))
        self.end: State = tuple(int(place == flow.sink) for place in range(net.n_places))
        self._sink = flow.sink
        self._arcs = list(zip(net.consumed, net.produced, range(len(net.consumed)), strict=True))
        self._change = [(places_of(a & ~b), places_of(b & ~a)) for a, b, _ in self._arcs]
        self._choice = None if every else _Choice(net.n_places, net.consumed, net.produced)

    def moves(self, state: tuple[int, ...]) -> list[tuple[int, State]]:
        """What can happen, with the state it leads to."""
        lacking = 0
        for place, count in enumerate(state):
            if not count:
                lacking |= 1 << place
        if self._choice is not None:
            arcs = self._choice.among(lacking)
        else:
            arcs = [arc for arc in self._arcs if not arc[0] & lacking]
        return [(t, self._after(state, t)) for _, _, t in arcs]

    def _after(self, state: tuple[int, ...], t: int) -> tuple[int, ...]:
        after = list(state)
        less, more = self._change[t]
        for place in less:
            after[place] -= 1
        for place in more:
            after[place] += 1
        return tuple(after)

    def is_over(self, state: tuple[int, ...]) -> bool:
        """Whether the sink is marked."""
        return state[self._sink] > 0


class _Choice:
    """From each state one stubborn set: nothing outside it can hold its transitions up or bring about one of those that wait."""

    def __init__(self, n_places: int, consumed: Sequence[int], produced: Sequence[int]) -> None:
        self._arcs = list(zip(consumed, produced, range(len(consumed)), strict=True))
        takers: list[list[int]] = [[] for _ in range(n_places)]
        self._makers: list[list[int]] = [[] for _ in range(n_places)]
        for taken, put, t in self._arcs:
            for place in places_of(taken):
                takers[place].append(t)
            for place in places_of(put):
                self._makers[place].append(t)
        self._rivals = [sorted({other for place in places_of(taken) for other in takers[place]}) for taken in consumed]
        alike: dict[int, list[int]] = {}
        for t, taken in enumerate(consumed):
            alike.setdefault(taken, []).append(t)
        self._free = [(taken, [self._arcs[t] for t in ts]) for taken, ts in alike.items() if self._rivals[ts[0]] == ts]
        self._free.sort(key=_size)
        free = {t for _, arcs in self._free for _, _, t in arcs}
        self._bound = [arc for arc in self._arcs if arc[2] not in free]

    def among(self, lacking: int) -> Sequence[tuple[int, int, int]]:
        """The transitions to go on with, where these places are empty: those of a free choice, or the fewest of a closure."""
        for taken, arcs in self._free:
            if not taken & lacking:
                return arcs
        best: list[tuple[int, int, int]] = []
        for taken, _, seed in self._bound:
            if taken & lacking:
                continue
            able = [arc for arc in self._closure(seed, lacking) if not arc[0] & lacking]
            if not best or len(able) < len(best):
                best = able
            if len(best) == 1:
                break
        return best

    def _closure(self, seed: int, lacking: int) -> list[tuple[int, int, int]]:
        inside, todo = {seed}, [seed]
        while todo:
            t = todo.pop()
            missing = self._arcs[t][0] & lacking
            for other in self._makers[missing.bit_length() - 1] if missing else self._rivals[t]:
                if other not in inside:
                    inside.add(other)
                    todo.append(other)
        return [self._arcs[t] for t in sorted(inside)]


def _size(cluster: tuple[int, list[tuple[int, int, int]]]) -> int:
    return len(cluster[1])


class _Search:
    """One going through the states."""

    def __init__(self, kind: type[_Safe] | type[_Counted], flow: Workflow, bound: int, every: bool) -> None:
        self.game = kind(flow, every)
        self.every = every
        self.bound = bound
        self.n_transitions = len(flow.net.consumed)
        self.grows = kind is _Counted
        self.order: list[State] = [self.game.first]
        self.number: dict[State, int] = {self.game.first: 0}
        self.came: list[tuple[int, int]] = [(-1, -1)]
        self.edges: list[list[tuple[int, int]]] = []
        """From each state that was looked at: the transition and the number of the state after it."""
        self.happened: set[int] = set()
        self.shown: tuple[Reason, int] | None = None
        """The first state that shows something by itself."""

    def run(self) -> Found:
        """Goes on until something shows or everything was seen."""
        at = 0
        while at < len(self.order):
            if len(self.order) > self.bound:
                return self._told(self.shown or ("undecided", 0))
            stop = self._look(at)
            if stop is not None:
                return self._told(stop)
            at += 1
        return self._judged()

    def _look(self, at: int) -> tuple[Reason, int] | None:
        state = self.order[at]
        moves = self.game.moves(state)  # type: ignore[arg-type]
        over = state != self.game.end and self.game.is_over(state)  # type: ignore[arg-type]
        if self.shown is None and (over or (not moves and state != self.game.end)):
            self.shown = "left over" if over else "stuck", at
        if self.shown is not None and not self.every:
            return self.shown
        onward: list[tuple[int, int]] = []
        self.edges.append(onward)
        for t, after in moves:
            if after == -1:
                self.came.append((at, t))
                return "doubled", len(self.came) - 1
            number = self.number.get(after)
            if number is None:
                number = self.number[after] = len(self.order)
                self.order.append(after)
                self.came.append((at, t))
                if self.grows and self._covers(number):
                    return self.shown or ("unbounded", number)
            onward.append((t, number))
            self.happened.add(t)
        return None

    def _covers(self, number: int) -> bool:
        """Whether the state holds all that an earlier one on its way held, and more."""
        return self._covered(number) is not None

    def _covered(self, number: int) -> int | None:
        state = self.order[number]
        assert isinstance(state, tuple)
        if max(state) < 2:
            return None
        earlier = self.came[number][0]
        while earlier >= 0:
            before = self.order[earlier]
            assert isinstance(before, tuple)
            if all(a <= b for a, b in zip(before, state, strict=True)):
                return earlier
            earlier = self.came[earlier][0]
        return None

    def _steps(self, number: int) -> tuple[int, ...]:
        steps: list[int] = []
        while number > 0:
            number, t = self.came[number]
            steps.append(t)
        return tuple(reversed(steps))

    def _told(self, shown: tuple[Reason, int]) -> Found:
        reason, number = shown
        since: int | None = None
        if reason == "unbounded":
            covered = self._covered(number)
            assert covered is not None
            since = len(self._steps(covered))
        return Found(reason, len(self.order), self._steps(number), since)

    def _judged(self) -> Found:
        """All was seen: whether the end can be reached from everywhere, and what never happened."""
        ends = self._ending()
        lost = next((number for number in range(len(self.order)) if number not in ends), None)
        if lost is not None:
            return self._lost(lost)
        dead = tuple(t for t in range(self.n_transitions) if t not in self.happened)
        return Found("dead" if dead else "sound", len(self.order), (), None, dead)

    def _ending(self) -> set[int]:
        back: list[list[int]] = [[] for _ in self.order]
        for number, onward in enumerate(self.edges):
            for _, after in onward:
                back[after].append(number)
        end = self.number.get(self.game.end)
        found = set() if end is None else {end}
        todo = list(found)
        while todo:
            for before in back[todo.pop()]:
                if before not in found:
                    found.add(before)
                    todo.append(before)
        return found

    def _lost(self, lost: int) -> Found:
        """No end can be reached from here; the nearest state that shows why, where one does, ends the steps."""
        first = self._steps(lost)
        came: dict[int, tuple[int, int]] = {lost: (-1, -1)}
        queue = [lost]
        for number in queue:
            state = self.order[number]
            over = self.game.is_over(state)  # type: ignore[arg-type]
            if over or not self.edges[number]:
                more: list[int] = []
                while number != lost:
                    number, t = came[number]
                    more.append(t)
                return Found("left over" if over else "stuck", len(self.order), first + tuple(reversed(more)), len(first))
            for t, after in self.edges[number]:
                if after not in came:
                    came[after] = number, t
                    queue.append(after)
        return Found("endless", len(self.order), first, len(first))


def explore(flow: Workflow, bound: int = BOUND, every: bool = False) -> Found:
    """What the states of the net show, as it is.

    A sound free-choice net never has two tokens in a place (van der Aalst 1997), so there the first such state decides; with
    `every`, and in other nets, the tokens are counted.

    Args:
        flow: the net.
        bound: how many states are kept at most; where that is too few, the reason is `undecided`.
        every: look at all states, and not only at what one order of independent transitions leads to.
    """
    found = _Search(_Safe, flow, bound, every).run()
    if found.reason != "doubled" or (flow.is_free_choice and not every):
        return found
    return _Search(_Counted, flow, bound, every).run()
