"""How the ways run between the boxes: along the gutters between rows and between columns, and never through a box.

Rows and columns leave gutters free; in each gutter the ways get tracks of their own, those of one box a common one. A way
goes down from its box, along a gutter, and down to its target, where one of the two columns is free between them; otherwise
through a gutter between columns that no crossing bars. The order of the tracks keeps ways that leave a column above those
that come into it, as in the channels of a circuit board.

Source: A. Hashimoto and J. Stevens, Wire routing by optimizing channel assignment within large apertures (1971): left edges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from pathflow.picture.place import Edge, Placed

Net = tuple[str, int]
"""Ways that share a track: those out of one box (`s`) or into one (`t`)."""


class Route(Struct):
    """How a way runs. `rows`: the gutters it goes along, above that row; `gutter`: between which columns it goes, or -1.

    `nets`: its net in each of `rows`; `side`: whether it comes in at the side, from its gutter.
    """

    edge: Edge
    rows: tuple[int, ...] = ()
    nets: tuple[Net, ...] = ()
    gutter: int = -1
    net: Net = ("t", -1)
    side: bool = False


class Routed(Struct):
    """Every way's run, and the tracks: of the gutters above rows, and of those before columns."""

    routes: list[Route]
    row_tracks: list[dict[Net, int]]
    column_tracks: list[dict[Net, int]]

    def n_tracks(self, gutter: int, is_row: bool) -> int:
        """How many tracks a gutter has."""
        tracks = (self.row_tracks if is_row else self.column_tracks)[gutter]
        return max(tracks.values(), default=-1) + 1


class Routing:
    """Routes the ways of a placing."""

    def __init__(self, placed: Placed) -> None:
        self.placed = placed
        self._boxes: set[tuple[int, int]] = set()
        self._bars: set[tuple[int, int]] = set()
        for element in placed.elements:
            lo, hi = element.span
            self._boxes.update((element.row, column) for column in range(lo, hi + 1))
            self._bars.update((element.row, gutter) for gutter in range(lo + 1, hi + 1))
        self._passes: dict[tuple[int, int], tuple[int, int]] = {}
        self._tops: dict[tuple[int, int | None], set[Net]] = defaultdict(set)
        self._bottoms: dict[tuple[int, int | None], set[Net]] = defaultdict(set)
        self._below: dict[tuple[int, Net], set[Net]] = defaultdict(set)
        self._load: dict[int, int] = defaultdict(int)
        self._n_in: dict[int, int] = defaultdict(int)
        for edge in placed.edges:
            if edge.kind == "flow":
                self._n_in[edge.target] += 1

    def routed(self) -> Routed:
        """Every way's run and track."""
        order = sorted(range(len(self.placed.edges)), key=lambda n: (self._length(self.placed.edges[n]), n))
        found = {n: self._route(self.placed.edges[n]) for n in order}
        routes = [found[n] for n in range(len(self.placed.edges))]
        rows = [self._in_row_gutter(gutter, routes) for gutter in range(self.placed.n_rows + 1)]
        columns = [self._in_column_gutter(gutter, routes) for gutter in range(self.placed.n_columns + 1)]
        return Routed(routes, rows, columns)

    def _length(self, edge: Edge) -> int:
        a, b = self.placed.elements[edge.source], self.placed.elements[edge.target]
        return abs(b.row - a.row) * 100 + abs(b.column - a.out)

    def _route(self, edge: Edge) -> Route:
        """The plainest way that is free: straight down; along and down; down and along; through a gutter between columns."""
        a, b = self.placed.elements[edge.source], self.placed.elements[edge.target]
        if edge.kind == "back":
            return self._back(edge)
        between = range(a.row + 1, b.row)
        into: Net = ("t", edge.target)
        out: Net = ("s", edge.source)
        at_target = a.row + 1 == b.row and self._n_in[edge.target] > 1
        ways = [
            (b.column, Route(edge) if a.out == b.column else Route(edge, (a.row + 1,), (into if at_target else out,))),
            (a.out, Route(edge, (b.row,), (into,))),
        ]
        for column, route in ways:
            if self._is_free(column, between, edge) and self._is_in_order(route):
                for row in between:
                    self._passes.setdefault((row, column), (edge.source, edge.target))
                return route
        gutter = self._gutter(a.out, b.column, between)
        route = Route(edge, (a.row + 1, b.row), (out, into), gutter, into)
        self._is_in_order(route)
        return route

    def _back(self, edge: Edge) -> Route:
        a, b = self.placed.elements[edge.source], self.placed.elements[edge.target]
        between = range(b.row, a.row + 1)
        net: Net = ("b", edge.target)
        for gutter in (b.column, b.column + 1):
            if not any((row, gutter) in self._bars for row in between):
                self._load[gutter] += 1
                route = Route(edge, (a.row + 1,), (net,), gutter, net, side=True)
                self._is_in_order(route)
                return route
        gutter = self._gutter(a.out, b.column, between)
        route = Route(edge, (a.row + 1, b.row), (net, ("t", edge.target)), gutter, net)
        self._is_in_order(route)
        return route

    def _is_free(self, column: int, rows: range, edge: Edge) -> bool:
        """Whether a way may run down the middle of a column there."""
        for row in rows:
            if (row, column) in self._boxes:
                return False
            other = self._passes.get((row, column))
            if other is not None and other[0] != edge.source and other[1] != edge.target:
                return False
        return True

    def _is_in_order(self, route: Route) -> bool:
        """Whether the tracks can still be put in order; then the way takes part in it."""
        pins = self._pins(route)
        for row, net, top, bottom in pins:
            above, below = self._around(row, net, top, bottom)
            if any(self._leads(row, x, y) for x in (net, *below) for y in (net, *above) if x != net or y != net):
                return False
        for row, net, top, bottom in pins:
            above, below = self._around(row, net, top, bottom)
            self._below[row, net] |= below
            for other in above:
                self._below[row, other].add(net)
            if top is not None:
                self._tops[row, top].add(net)
            if bottom is not None:
                self._bottoms[row, bottom].add(net)
        return True

    def _around(self, row: int, net: Net, top: int | None, bottom: int | None) -> tuple[set[Net], set[Net]]:
        """The nets that must be above and below one with these pins."""
        above = self._tops[row, bottom] if bottom is not None else set[Net]()
        below = self._bottoms[row, top] if top is not None else set[Net]()
        return above - {net}, below - {net}

    def _leads(self, row: int, first: Net, last: Net) -> bool:
        """Whether one net must already be above another."""
        seen: set[Net] = set()
        waiting = [first]
        while waiting:
            net = waiting.pop()
            if net == last:
                return True
            if net not in seen:
                seen.add(net)
                waiting += self._below[row, net]
        return False

    def _pins(self, route: Route) -> list[tuple[int, Net, int | None, int | None]]:
        """(row, net, column in which it is come from above, column in which it goes on below) of each gutter."""
        a, b = self.placed.elements[route.edge.source], self.placed.elements[route.edge.target]
        last = len(route.rows) - 1
        return [
            (row, net, None if place else a.out, b.column if place == last and not route.side else None)
            for place, (row, net) in enumerate(zip(route.rows, route.nets, strict=True))
        ]

    def _gutter(self, start: int, target: int, rows: range) -> int:
        """The gutter that is nearest to both columns, not barred, and not full."""

        def cost(gutter: int) -> tuple[float, int]:
            far = abs(2 * gutter - 2 * target - 1) + 0.6 * abs(2 * gutter - 2 * start - 1)
            return far + 0.25 * self._load[gutter], gutter

        free = [g for g in range(self.placed.n_columns + 1) if not any((row, g) in self._bars for row in rows)]
        gutter = min(free, key=cost)
        self._load[gutter] += 1
        return gutter

    # ── tracks ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _in_row_gutter(self, gutter: int, routes: Iterable[Route]) -> dict[Net, int]:
        reach: dict[Net, list[int]] = defaultdict(list)
        leaving: dict[int, set[Net]] = defaultdict(set)
        coming: dict[int, set[Net]] = defaultdict(set)
        for route in routes:
            a, b = self.placed.elements[route.edge.source], self.placed.elements[route.edge.target]
            for place, (row, net) in enumerate(zip(route.rows, route.nets, strict=True)):
                if row != gutter:
                    continue
                is_first, is_last = place == 0, place == len(route.rows) - 1
                start = 2 * a.out + 1 if is_first else 2 * route.gutter
                end = 2 * b.column + 1 if is_last and not route.side else 2 * route.gutter
                reach[net] += [start, end]
                if is_first:
                    leaving[start].add(net)
                if is_last and not route.side:
                    coming[end].add(net)
        above: dict[Net, set[Net]] = defaultdict(set)
        for column, nets in coming.items():
            for net in nets:
                above[net] |= leaving[column] - {net}
        return _tracks({net: (min(points), max(points)) for net, points in reach.items()}, above)

    def _in_column_gutter(self, gutter: int, routes: Iterable[Route]) -> dict[Net, int]:
        reach: dict[Net, list[int]] = defaultdict(list)
        for route in routes:
            if route.gutter != gutter:
                continue
            reach[route.net] += [2 * row for row in route.rows]
            if route.side:
                reach[route.net].append(2 * self.placed.elements[route.edge.target].row + 1)
        return _tracks({net: (min(points), max(points)) for net, points in reach.items()}, {})


def _tracks(reach: dict[Net, tuple[int, int]], above: dict[Net, set[Net]]) -> dict[Net, int]:
    """Left edges first, each on the lowest track that is free there and below those that must be above."""
    found: dict[Net, int] = {}
    used: list[list[tuple[int, int]]] = []
    waiting = sorted(reach, key=lambda net: (reach[net], net))
    while waiting:
        ready = [net for net in waiting if all(other in found for other in above.get(net, ()))] or waiting[:1]
        net = ready[0]
        waiting.remove(net)
        lo, hi = reach[net]
        track = max((found[other] + 1 for other in above.get(net, ()) if other in found), default=0)
        while track < len(used) and any(lo <= b and a <= hi for a, b in used[track]):
            track += 1
        while track >= len(used):
            used.append([])
        used[track].append((lo, hi))
        found[net] = track
    return found


def turns(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points of a line without those on which it does not turn."""
    kept = [p for n, p in enumerate(points) if n == 0 or p != points[n - 1]]
    if len(kept) < 3:
        return kept
    inner = [b for (a, b), (_, c) in zip(pairwise(kept), pairwise(kept[1:]), strict=False) if not _is_between(a, b, c)]
    return [kept[0], *inner, kept[-1]]


def _is_between(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (a[0] == b[0] == c[0]) or (a[1] == b[1] == c[1])
