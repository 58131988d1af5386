"""The cheapest way through a program on which something comes true.

A *monitor* says what is looked at along a way: who holds the client, whether an item is known, how long ago a service was
given. A way is sought through the pairs of a node and what the monitor has seen (Dijkstra 1959, *A note on two problems in
connexion with graphs*). Parallel branches are crossed one after another: accountability cannot move in them, so what they do
together is what each does alone, met at the join. No interleaving is tried, and eight branches of six steps cost 48 steps.

Cost: linear in the nodes, times the values that the monitor tells apart, times the logarithm of both.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from pathflow.base.durations import HOUR
from pathflow.engine.program import RESTING, Edge, Node
from pathflow.model import path as model
from pathflow.rules.ways import Ways

COMBINATIONS_MAX: Final = 256
"""How many combinations of what several branches may do are met at one join, the cheapest first."""

ARRIVALS_MAX: Final = 500_000
"""How often a client is looked at who comes somewhere, in all searches for one story; some seconds. Then none is looked for."""

EVENT_COST: Final = 10
"""A way without an event is told rather than one with it."""

Value = Hashable


class Monitor(Protocol):
    """What is looked at along a way. Values are compared and kept, so there should be few of them."""

    @property
    def first(self) -> Value:
        """What is so when the path begins."""
        ...

    @property
    def is_anywhere(self) -> bool:
        """Whether it is enough to come to a repeat; else a round must be over."""
        ...

    def begun(self, event: Node, value: Value) -> Value:
        """What is so when an event begins."""
        ...

    def after(self, node: Node, value: Value) -> Iterable[Value]:
        """What may be so when a node has been gone through."""
        ...

    def along(self, edge: Edge, value: Value) -> Value:
        """What is so at the end of an edge."""
        ...

    def expired(self, node: Node, value: Value) -> Iterable[Value]:
        """What else may be so while a client rests at a node, once nobody has accepted in time."""
        ...

    def over(self, event: Node, before: Value, value: Value) -> Value:
        """What is so on the main way when an event's own way is over."""
        ...

    def met(self, values: Sequence[Value]) -> Value:
        """What is so where branches meet."""
        ...

    def is_aim(self, node: Node, value: Value) -> bool:
        """Whether what is sought has come true on coming to a node."""
        ...


class Leg(NamedTuple):
    """A node that is gone through, and the edge by which it is left."""

    node: int
    edge: Edge


class Crossing(NamedTuple):
    """Parallel branches gone through one after another, as many as the join needs."""

    split: int
    branches: tuple[tuple[int, Route], ...]


class Entering(NamedTuple):
    """One of several parallel branches is gone into; the others stand where they begin."""

    split: int
    branch: int


class Beginning(NamedTuple):
    """An event sets off its own way, and the client does not come back from it. `behind`: the node done by it, or -1."""

    event: int
    behind: int


class Excursion(NamedTuple):
    """An event's own way is gone, and then the main way goes on, or starts again elsewhere. `behind`: as above."""

    event: int
    behind: int
    route: Route


class Expiry(NamedTuple):
    """Nobody accepts a handoff in time, and the client rests there with whoever has taken over."""

    node: int


Part = Leg | Crossing | Entering | Beginning | Excursion | Expiry
Route = tuple[Part, ...]


class _Trail:
    """A way, from its end: each part knows the one before it."""

    __slots__ = ("before", "part")

    def __init__(self, part: Part, before: _Trail | None) -> None:
        self.part = part
        self.before = before

    def route(self) -> Route:
        parts: list[Part] = []
        here: _Trail | None = self
        while here is not None:
            parts.append(here.part)
            here = here.before
        return tuple(reversed(parts))


class _Arrival(NamedTuple):
    """A node that was come to. `is_round`: by the way back of a repeat."""

    cost: int
    order: int
    node: int
    value: Value
    is_round: bool
    trail: _Trail | None


class Found(NamedTuple):
    """A way to where the aim comes true, and what the monitor has seen on it."""

    route: Route
    value: Value
    cost: int


_Exit = tuple[int, Value]


class Routes:
    """The cheapest ways of one program, for one monitor.

    Args:
        closed: edges that are not taken, as (node, number of the edge).
        orders: numbers of what is looked at; searches that share them end together, at ARRIVALS_MAX.
    """

    def __init__(
        self, ways: Ways, monitor: Monitor, closed: frozenset[tuple[int, int]] = frozenset(),
        orders: Iterator[int] | None = None,
    ) -> None:  # fmt: skip
        self.ways = ways
        self.program = ways.program
        self.monitor = monitor
        self.closed = closed
        self._orders = orders or itertools.count()
        self._branches: dict[tuple[int, int, Value], dict[Value, tuple[int, Route]]] = {}
        self._parts: dict[tuple[int, int, Value], dict[Value, tuple[int, Route]]] = {}
        self._excursions: dict[tuple[int, Value], dict[_Exit, tuple[int, Route]]] = {}

    def find(self, target: int) -> Found | None:
        """The cheapest way to a node on which the monitor's aim comes true there."""
        return next(self.all(target), None)

    def all(self, target: int) -> Iterator[Found]:
        """The ways to a node on which the aim comes true there, the cheapest first, one for each thing that may be so."""
        wanted = self.program.nodes[target]
        for arrival in self._explore(self.program.start, self.monitor.first, frozenset(), wanted):
            if arrival.node == target and self._may_be(wanted, arrival) and self.monitor.is_aim(wanted, arrival.value):
                yield Found(arrival.trail.route() if arrival.trail else (), arrival.value, arrival.cost)

    def _may_be(self, wanted: Node, arrival: _Arrival) -> bool:
        """What a repeat asks is asked when a round is over."""
        return wanted.kind != "repeat" or arrival.is_round or self.monitor.is_anywhere

    # one level: the main way, a branch, an event's own way

    def _explore(self, first: int, value: Value, stop: frozenset[int], wanted: Node | None) -> Iterator[_Arrival]:
        """Everywhere that a client can come to from a node, the cheapest first; the way ends at what is in `stop`."""
        seen: set[tuple[int, Value, bool]] = set()
        heap = [_Arrival(0, next(self._orders), first, value, False, None)]
        while heap:
            arrival = heapq.heappop(heap)
            if next(self._orders) > ARRIVALS_MAX:
                return
            key = (arrival.node, arrival.value, arrival.is_round)
            if key in seen:
                continue
            seen.add(key)
            yield arrival
            if arrival.node in stop:
                continue
            for following in self._on(arrival, stop, wanted):
                heapq.heappush(heap, following)

    def _on(self, arrival: _Arrival, stop: frozenset[int], wanted: Node | None) -> Iterator[_Arrival]:
        node = self.program.nodes[arrival.node]
        if node.kind == "split":
            yield from self._past(arrival, node, wanted)
            return
        if node.kind == "join" and node.index not in stop:
            return  # come to by one branch alone, where another was the aim
        cost = arrival.cost + _cost(node)
        for value in self.monitor.after(node, arrival.value):
            for edge in self._ways_out(node, arrival.is_round):
                trail = _Trail(Leg(node.index, edge), arrival.trail)
                there = self.monitor.along(edge, value)
                yield _Arrival(cost, next(self._orders), edge.target, there, self._is_round(edge), trail)
        if node.event < 0 and node.kind in RESTING:
            yield from self._events(arrival, wanted)
            for value in self.monitor.expired(node, arrival.value):
                trail = _Trail(Expiry(node.index), arrival.trail)
                yield from self._events(arrival._replace(value=value, cost=cost, trail=trail), wanted, is_open=True)

    def _is_round(self, edge: Edge) -> bool:
        """Whether an edge comes to a repeat from its own body."""
        if self.program.nodes[edge.target].kind != "repeat":
            return False
        loop = self.program.nodes[edge.source].loop
        while loop >= 0 and loop != edge.target:
            loop = self.program.nodes[loop].loop
        return loop == edge.target

    def _ways_out(self, node: Node, is_round: bool) -> tuple[Edge, ...]:
        edges = self.program.edges[node.index]
        if self.closed:
            edges = tuple(edge for number, edge in enumerate(edges) if (node.index, number) not in self.closed)
        if node.kind == "repeat" and not is_round:  # it has one round at least
            return tuple(edge for edge in edges if edge.kind != "leave")
        return edges

    def _past(self, arrival: _Arrival, split: Node, wanted: Node | None) -> Iterator[_Arrival]:
        edges = self.program.edges[split.index]
        for inside in self._inside(split, wanted):
            trail = _Trail(Entering(split.index, inside), arrival.trail)
            starts = [(0, arrival.value, trail)]
            starts += self._with_one_before(arrival, split, inside)
            for cost, value, before in starts:
                there = self.monitor.along(edges[inside], value)
                yield _Arrival(arrival.cost + cost, next(self._orders), edges[inside].target, there, False, before)
        join = next((j for j, s in self.program.joins.items() if s == split.index), None)
        if join is None:
            return
        for cost, value, branches in self._crossings(arrival.value, split, join):
            trail = _Trail(Crossing(split.index, branches), arrival.trail)
            for edge in self.program.edges[join]:
                there, last = self.monitor.along(edge, value), _Trail(Leg(join, edge), trail)
                is_round = self._is_round(edge)
                yield _Arrival(arrival.cost + cost, next(self._orders), edge.target, there, is_round, last)

    def _inside(self, split: Node, wanted: Node | None) -> tuple[int, ...]:
        """The branches that are gone into: the one with the aim in it; any, where an event may come meanwhile."""
        if wanted is None:
            return ()
        if wanted.event >= 0 and split.event < 0:
            return tuple(range(len(self.program.edges[split.index])))
        number = dict(wanted.region).get(split.index)
        return (number,) if number is not None else ()

    def _with_one_before(self, arrival: _Arrival, split: Node, inside: int) -> Iterator[tuple[int, Value, _Trail]]:
        """One other branch is gone first, as far as that changes what is looked at."""
        for number in range(len(self.program.edges[split.index])):
            if number == inside:
                continue
            self._through(split, number, arrival.value)
            for value, (cost, route) in self._parts[split.index, number, arrival.value].items():
                before = _Trail(Crossing(split.index, ((number, route),)), arrival.trail)
                yield cost, value, _Trail(Entering(split.index, inside), before)

    def _crossings(self, value: Value, split: Node, join: int) -> list[tuple[int, Value, tuple[tuple[int, Route], ...]]]:
        """What so many branches as the join needs may do together, the cheapest for each thing that may be so."""
        needed = self.program.needed[join]
        through = [self._through(split, number, value) for number in range(len(self.program.edges[split.index]))]
        open_ = [number for number, ways in enumerate(through) if ways]
        best: dict[Value, tuple[int, tuple[tuple[int, Route], ...]]] = {}
        tries = itertools.islice(
            (
                (chosen, combination)
                for chosen in itertools.combinations(open_, needed)
                for combination in itertools.product(*(sorted(through[n].items(), key=_by_cost) for n in chosen))
            ),
            COMBINATIONS_MAX,
        )
        for chosen, combination in tries:
            met = self.monitor.met([seen for seen, _ in combination]) if combination else value
            cost = sum(cost for _, (cost, _) in combination)
            if met not in best or cost < best[met][0]:
                best[met] = (cost, tuple((n, route) for n, (_, (_, route)) in zip(chosen, combination, strict=True)))
        return [(cost, met, branches) for met, (cost, branches) in best.items()]

    def _through(self, split: Node, number: int, value: Value) -> dict[Value, tuple[int, Route]]:
        """The cheapest way through one branch to the join, for each thing that may be so there."""
        key = (split.index, number, value)
        known = self._branches.get(key)
        if known is not None:
            return known
        edge = self.program.edges[split.index][number]
        join = next(j for j, s in self.program.joins.items() if s == split.index)
        result: dict[Value, tuple[int, Route]] = {}
        parts: dict[Value, tuple[int, Route]] = {}
        self._branches[key], self._parts[key] = result, parts
        for arrival in self._explore(edge.target, self.monitor.along(edge, value), frozenset({join}), None):
            if arrival.value != value and arrival.value not in parts:
                parts[arrival.value] = (arrival.cost, arrival.trail.route() if arrival.trail else ())
            if arrival.node == join and arrival.value not in result:
                result[arrival.value] = (arrival.cost, arrival.trail.route() if arrival.trail else ())
        return result

    # events

    def _events(self, arrival: _Arrival, wanted: Node | None, *, is_open: bool = False) -> Iterator[_Arrival]:
        """Events that come while the client rests at a node, or, unless that stays open, as what is done there is done."""
        behind = self.ways.beginnings.behind
        for event in self.program.events:
            if not self.program.edges[event]:
                continue
            if event not in behind:
                yield from self._event(arrival, event, -1, arrival.value, wanted)
            elif arrival.node in behind[event] and not is_open:
                for value in self.monitor.after(self.program.nodes[arrival.node], arrival.value):
                    yield from self._event(arrival, event, arrival.node, value, wanted)

    def _event(self, arrival: _Arrival, event: int, behind: int, value: Value, wanted: Node | None) -> Iterator[_Arrival]:
        """One event, which comes with this value. `behind`: the node that is done by it, or -1."""
        node = self.program.nodes[event]
        first = self.program.edges[event][0].target
        cost = arrival.cost + (EVENT_COST if behind < 0 else 1)
        begun = self.monitor.begun(node, value)
        if wanted is not None and wanted.event == event:
            trail = _Trail(Beginning(event, behind), arrival.trail)
            yield _Arrival(cost, next(self._orders), first, begun, False, trail)
            return
        on = [(arrival.node, arrival.is_round)]
        if behind >= 0:
            on = [(edge.target, self._is_round(edge)) for edge in self.program.edges[behind]]
        for (way_out, seen), (length, route) in self._excursion(event, begun, first).items():
            kind = self.program.nodes[way_out].kind
            trail = _Trail(Excursion(event, behind, route), arrival.trail)
            after = self.monitor.over(node, value, seen)
            if kind == "resume" and (after != value or behind >= 0):
                for there, is_round in on:
                    yield _Arrival(cost + length, next(self._orders), there, after, is_round, trail)
            elif kind == "restart":
                for edge in self.program.edges[way_out]:
                    yield _Arrival(cost + length, next(self._orders), edge.target, after, False, trail)

    def _excursion(self, event: int, begun: Value, first: int) -> dict[_Exit, tuple[int, Route]]:
        """The cheapest ways through an event's own way, for each way out of it and each thing that may be so there."""
        key = (event, begun)
        known = self._excursions.get(key)
        if known is not None:
            return known
        outs = frozenset(
            n.index for n in self.program.nodes if n.event == event and n.kind in ("resume", "restart", "stop", "end")
        )
        result: dict[_Exit, tuple[int, Route]] = {}
        self._excursions[key] = result
        for arrival in self._explore(first, begun, outs, None):
            if arrival.node in outs:
                result.setdefault((arrival.node, arrival.value), (arrival.cost, arrival.trail.route() if arrival.trail else ()))
        return result


def _by_cost(item: tuple[Value, tuple[int, Route]]) -> int:
    return item[1][0]


def _cost(node: Node) -> int:
    """What going through a node costs: something to do, and the hours that must be waited."""
    statement = node.statement
    if isinstance(statement, model.Wait) and statement.until is None and statement.length is not None:
        return 1 + statement.length.shortest // HOUR
    if isinstance(statement, model.Repeat) and statement.every is not None:
        return 1 + statement.every.shortest // HOUR
    return 1 if node.kind in RESTING else 0
