"""The states of a workflow net, one after another, and what is wrong with the first that shows something.

A state is an integer with a bit for each place while no place holds two tokens, and a tuple of counts from there on. The states
are gone through in breadth, so that the steps to a state are as few as they can be among those that were looked at.

By default only as much of what may happen side by side is ordered as soundness needs: from a state only the transitions of one
stubborn set go on (`stubborn.py`). Among the states that are left the end can be reached from everywhere if and only if it can
among all; and where it can, every transition that is not dead happens among them. With `every`, all states are looked at; then
the steps to where no end can be reached any more are the fewest there are.

Source: Valmari, Stop It, and Be Stubborn!, ACM TECS 16(2), 2017 (systems that may always terminate, and stubborn sets);
Karp & Miller, Parallel Program Schemata, JCSS 3(2), 1969 (a state that covers an earlier one on its own way grows for ever).
Law: tests/nets/test_laws.py (both readings against an independent oracle).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from pathflow.nets.net import Workflow, places_of
from pathflow.nets.stubborn import All, Stubborn

Reason = Literal["sound", "stuck", "left over", "lost", "dead", "unbounded", "doubled", "undecided"]
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


S = TypeVar("S", bound=int | tuple[int, ...])


class _Game(Protocol[S]):
    """How states are written and what happens in them."""

    first: S
    end: S

    def moves(self, state: S) -> list[tuple[int, S | None]]:
        """What can happen, with the state after it; None where that cannot be written."""
        ...

    def is_over(self, state: S) -> bool:
        """Whether the sink is marked."""
        ...

    def is_grown(self, before: S, state: S) -> bool:
        """Whether the state holds all of an earlier one and more."""
        ...


class _Safe:
    """States without two tokens in a place."""

    def __init__(self, flow: Workflow, every: bool, first: int) -> None:
        self.first = first
        self.end = 1 << flow.sink
        self._choice = All(flow.net) if every else Stubborn(flow.net)

    def moves(self, state: int) -> list[tuple[int, int | None]]:
        """What can happen; None where a place would get its second token."""
        arcs = self._choice.among(~state)
        return [(t, None if put & (state & ~taken) else state & ~taken | put) for taken, put, t in arcs]

    def is_over(self, state: int) -> bool:
        """Whether the sink is marked."""
        return bool(state & self.end)

    def is_grown(self, before: int, state: int) -> bool:
        """Left to the counts: what grows for ever gets a second token somewhere."""
        return False


class _Counted:
    """States with counts."""

    def __init__(self, flow: Workflow, every: bool, first: tuple[int, ...]) -> None:
        net = flow.net
        self.first = first
        self.end = tuple(int(place == flow.sink) for place in range(net.n_places))
        self._sink = flow.sink
        self._change = [(places_of(a & ~b), places_of(b & ~a)) for a, b in zip(net.consumed, net.produced, strict=True)]
        self._choice = All(net) if every else Stubborn(net)

    def moves(self, state: tuple[int, ...]) -> list[tuple[int, tuple[int, ...] | None]]:
        """What can happen."""
        lacking = sum(1 << place for place, count in enumerate(state) if not count)
        return [(t, self._after(state, t)) for _, _, t in self._choice.among(lacking)]

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

    def is_grown(self, before: tuple[int, ...], state: tuple[int, ...]) -> bool:
        """Whether the state holds all of an earlier one and more; what grows for ever has a second token somewhere."""
        return max(state) > 1 and all(a <= b for a, b in zip(before, state, strict=True))


class _Search(Generic[S]):
    """One going through the states."""

    def __init__(self, game: _Game[S], n_transitions: int, bound: int, every: bool) -> None:
        self.game = game
        self.every = every
        self.bound = bound
        self.n_transitions = n_transitions
        self.order: list[S] = [game.first]
        self.number: dict[S, int] = {game.first: 0}
        self.came: list[tuple[int, int]] = [(-1, -1)]
        """For each state the number of the one before it, and the transition between."""
        self.onward: list[list[tuple[int, int]]] = []
        """From each state that was looked at: the transition and the number of the state after it."""
        self.shown: Found | None = None
        """The first state that shows something by itself."""

    def run(self) -> Found:
        """Goes on until something shows or everything was seen."""
        for at, state in enumerate(self.order):
            if len(self.order) > self.bound:
                return self.shown or Found("undecided", len(self.order))
            moves = self.game.moves(state)
            if self.shown is None and state != self.game.end:
                self._look(at, state, bool(moves))
            stop = self.shown if self.shown is not None and not self.every else self._go_on(at, moves)
            if stop is not None:
                return stop
        return self._judged()

    def _look(self, at: int, state: S, moves: bool) -> None:
        if self.game.is_over(state):
            self.shown = Found("left over", len(self.order), self._steps(at))
        elif not moves:
            self.shown = Found("stuck", len(self.order), self._steps(at))

    def _go_on(self, at: int, moves: list[tuple[int, S | None]]) -> Found | None:
        onward: list[tuple[int, int]] = []
        self.onward.append(onward)
        for t, after in moves:
            if after is None:
                return Found("doubled", len(self.order), (*self._steps(at), t))
            number = self.number.get(after)
            if number is None:
                number = self.number[after] = len(self.order)
                self.order.append(after)
                self.came.append((at, t))
                since = self._grown(number)
                if since is not None:
                    return self.shown or Found("unbounded", len(self.order), self._steps(number), since)
            onward.append((t, number))
        return None

    def _grown(self, number: int) -> int | None:
        """After how many steps there was a state that this one goes beyond."""
        state = self.order[number]
        earlier = self.came[number][0]
        while earlier >= 0:
            if self.game.is_grown(self.order[earlier], state):
                return len(self._steps(earlier))
            earlier = self.came[earlier][0]
        return None

    def _steps(self, number: int) -> tuple[int, ...]:
        return _way(self.came, number)

    def _judged(self) -> Found:
        """All was seen: whether the end can be reached from everywhere, and what never happened."""
        ends = self._ending()
        for number in range(len(self.order)):
            if number not in ends:
                return self._lost(number)
        happened = {t for onward in self.onward for t, _ in onward}
        dead = tuple(t for t in range(self.n_transitions) if t not in happened)
        return Found("dead" if dead else "sound", len(self.order), dead=dead)

    def _ending(self) -> set[int]:
        """The states from which the end can be reached."""
        back: list[list[int]] = [[] for _ in self.order]
        for number, onward in enumerate(self.onward):
            for _, after in onward:
                back[after].append(number)
        todo = [number for number in (self.number.get(self.game.end),) if number is not None]
        found = set(todo)
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
            is_over = self.game.is_over(self.order[number])
            if is_over or not self.onward[number]:
                steps = (*first, *_way(came, number))
                return Found("left over" if is_over else "stuck", len(self.order), steps, len(first))
            for t, after in self.onward[number]:
                if after not in came:
                    came[after] = number, t
                    queue.append(after)
        return Found("lost", len(self.order), first, len(first))


def _way(came: Mapping[int, tuple[int, int]] | Sequence[tuple[int, int]], number: int) -> tuple[int, ...]:
    steps: list[int] = []
    before, t = came[number]
    while before >= 0:
        steps.append(t)
        before, t = came[before]
    return tuple(reversed(steps))


Marking = tuple[tuple[int, int], ...]
"""Places with how many tokens are in them, where there are any."""


def explore(flow: Workflow, bound: int = BOUND, every: bool = False, start: Marking | None = None) -> Found:
    """What the states of the net show, as it is.

    A sound free-choice net never has two tokens in a place (van der Aalst 1997), so there the first such state decides; with
    `every`, and in other nets, the tokens are counted.

    Args:
        flow: the net.
        bound: how many states are kept at most; where that is too few, the reason is `undecided`.
        every: look at all states, and not only at what one order of independent transitions leads to.
        start: where to go on from, if not from the start of the net.
    """
    tokens = dict(start) if start is not None else {flow.source: 1}
    n_transitions = len(flow.net.consumed)
    if max(tokens.values()) == 1:
        first = sum(1 << place for place in tokens)
        found = _Search(_Safe(flow, every, first), n_transitions, bound, every).run()
        if found.reason != "doubled" or (flow.is_free_choice and not every):
            return found
    counts = tuple(tokens.get(place, 0) for place in range(flow.net.n_places))
    return _Search(_Counted(flow, every, counts), n_transitions, bound, every).run()
