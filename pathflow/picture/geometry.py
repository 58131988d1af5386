"""Where everything is: coordinates of boxes, lines, lanes and bands, upright or lying. One set of them serves every output.

Units: pixels, from the top left corner. `across` is the direction of the lanes, `along` that of time: upright, time runs
downwards; lying, to the right.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from msgspec import Struct

from pathflow.picture.elements import BOX, CIRCLE, STUB, Element, Line, text_lines
from pathflow.picture.grid import Grid
from pathflow.picture.lanes import Lanes
from pathflow.picture.place import Placed
from pathflow.picture.route import Route, Routed, turns

Point = tuple[float, float]

MARGIN: Final = 18.0
TRACK: Final = 9.0
"""How far apart two lines in a gutter are."""
_GUTTER: Final = 34.0
_GUTTER_LYING: Final = 26.0
_ROW: Final = 25.0
_SECTION: Final = 62.0
"""How much more room there is above an event's own way."""
BAND: Final = 112.0
BAND_LYING: Final = 34.0
HEAD_LYING: Final = 168.0


class Box(Struct):
    """A box in its place: x, y of the top left corner. Of a crossing, of its label; `start` and `end` are its line's ends."""

    element: Element
    x: float
    y: float
    width: float
    height: float
    start: Point = (0.0, 0.0)
    end: Point = (0.0, 0.0)

    @property
    def middle(self) -> Point:
        """The middle."""
        return self.x + self.width / 2, self.y + self.height / 2


class Drawn(Struct):
    """A line between boxes, by its corners."""

    points: list[Point]
    source: int
    target: int
    is_back: bool
    is_crossing: bool
    into_crossing: bool


class Strip(Struct):
    """A rectangle with a text in it: a lane's head, a piece of a band, an event's title."""

    x: float
    y: float
    width: float
    height: float
    lines: list[Line]
    sector: str = ""
    title: str = ""
    name: str = ""


class Geometry:
    """Coordinates of a placing.

    Attributes:
        boxes, lines: as many as there are elements and edges.
        heads, lanes: of the providers, from first to last; `professions` under the heads.
        titles: of the events' own ways.
        size: (width, height) of all of it.
    """

    def __init__(
        self, placed: Placed, routed: Routed, grid: Grid, lanes: Lanes, n_bands: int, top: float, is_lying: bool = False
    ) -> None:
        self.placed = placed
        self.routed = routed
        self.is_lying = is_lying
        self._grid = grid
        self._lanes = lanes
        self._n_bands = n_bands
        self._top = top
        self._across()
        self._along()
        self.boxes = [self._box(element) for element in placed.elements]
        self.lines = [self._line(route) for route in routed.routes]

    # ── the grid ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _extent(self, element: Element, along: bool) -> float:
        if self.is_lying and not along and element.shape in ("start", "end"):
            return 2 * element.height - CIRCLE  # the circle is in the middle, its text below
        return element.height if along != self.is_lying else element.width

    def _across(self) -> None:
        """Where columns and the gutters before them begin, across."""
        placed, narrow = self.placed, _GUTTER_LYING if self.is_lying else _GUTTER
        wide = [52.0 if self.is_lying else BOX] * placed.n_columns
        for element in placed.elements:
            if not element.is_crossing:
                wide[element.column] = max(wide[element.column], self._extent(element, along=False))
        gutters = [
            max(narrow, 2 * 12 + TRACK * (self.routed.n_tracks(g, is_row=False) - 1)) for g in range(placed.n_columns + 1)
        ]
        if self.is_lying:
            for element in placed.elements:
                lo, hi = element.span
                if lo != hi:
                    room = sum(wide[lo + 1 : hi]) + (wide[lo] + wide[hi]) / 2 + sum(gutters[lo + 1 : hi + 1])
                    missing = element.height + 2 * STUB - 8 - room
                    if missing > 0:
                        gutters[lo + 1] += missing
        at = self._band_room() + (self._top if self.is_lying else MARGIN)
        self.gutter_at: list[float] = []
        self.column_at: list[float] = []
        self._gutter_wide = gutters
        self._column_wide = wide
        for column in range(placed.n_columns):
            self.gutter_at.append(at)
            at += gutters[column]
            self.column_at.append(at)
            at += wide[column]
        self.gutter_at.append(at)
        self.across_end = at + gutters[-1]

    def _band_room(self) -> float:
        return self._n_bands * ((BAND_LYING if self.is_lying else BAND) + 6) + (4 if self._n_bands else 0)

    def _along(self) -> None:
        """Where rows and the gutters above them begin, along."""
        placed = self.placed
        high = [10.0] * placed.n_rows
        for element in placed.elements:
            high[element.row] = max(high[element.row], self._extent(element, along=True))
        self.heads_high = HEAD_LYING if self.is_lying else self._head_height()
        at = (MARGIN if self.is_lying else self._top) + self.heads_high
        self.along_begin = at
        first = {section.first: section for section in placed.sections[1:]}
        self.row_gutter_at: list[float] = []
        self.row_at: list[float] = []
        self._row_high = high
        self.section_at: dict[int, float] = {}
        for row in range(placed.n_rows):
            n_tracks = self.routed.n_tracks(row, is_row=True)
            self.row_gutter_at.append(at)
            at += _ROW + TRACK * max(0, n_tracks - 1) - (8 if row == 0 else 0)
            if row in first:  # what runs above it belongs to what was before
                self.section_at[row] = at
                at += self._section_room()
            self.row_at.append(at)
            at += high[row]
        self.row_gutter_at.append(at)
        self.along_end = at + 20 + TRACK * self.routed.n_tracks(placed.n_rows, is_row=True)

    def _section_room(self) -> float:
        return 30.0 if self.is_lying else _SECTION

    def _head_height(self) -> float:
        rows = max((len(self._head_lines(number)) for number in range(len(self._lanes.lanes))), default=1)
        return 14 + rows * 15 + (18 if self.has_professions else 0)

    @property
    def has_professions(self) -> bool:
        """Whether professions have lanes of their own."""
        return any(self._lanes.professions)

    def _head_lines(self, number: int) -> list[Line]:
        lane = self._lanes.lanes[number]
        first, last = self._grid.columns_of(lane)
        room = (HEAD_LYING - 28) if self.is_lying else self.gutter_at[last + 1] - self.gutter_at[first] - 8
        return text_lines(lane.name, 12.5, room, "semibold", most=3)

    # ── boxes and lines ─────────────────────────────────────────────────────────────────────────────────────────────

    def point(self, across: float, along: float) -> Point:
        """(x, y) of a place in the grid."""
        return (along, across) if self.is_lying else (across, along)

    def places(self) -> list[tuple[str, float, float]]:
        """(profession, from, to) of each place where somebody acts, across."""
        wide = self._column_wide
        return [(name, self.column_at[a], self.column_at[b] + wide[b]) for name, a, b in self._grid.places()]

    def column_middle(self, column: int) -> float:
        """The middle of a column, across."""
        return self.column_at[column] + self._column_wide[column] / 2

    def row_middle(self, row: int) -> float:
        """The middle of a row, along."""
        return self.row_at[row] + self._row_high[row] / 2

    def _box(self, element: Element) -> Box:
        along = self.row_middle(element.row)
        first, last = self.column_middle(element.column), self.column_middle(element.far_end)
        x, y = self.point((first + last) / 2, along)
        above = CIRCLE / 2 if self.is_lying and element.shape in ("start", "end") else element.height / 2
        box = Box(element, x - element.width / 2, y - above, element.width, element.height)
        box.start, box.end = self.point(first, along), self.point(last, along)
        return box

    def _line(self, route: Route) -> Drawn:
        a, b = self.boxes[route.edge.source], self.boxes[route.edge.target]
        start, end = a.element.out, b.element.column
        points = [self._leaves(a)]
        across = self.column_middle(start)
        for place, (row, net) in enumerate(zip(route.rows, route.nets, strict=True)):
            along = self._row_track(row, net)
            is_last = place == len(route.rows) - 1
            points.append(self.point(across, along))
            across = self._column_track(route) if route.gutter >= 0 and not (is_last and place) else self.column_middle(end)
            points.append(self.point(across, along))
        if route.side:
            along = self.row_middle(b.element.row)
            points.append(self.point(across, along))
            points.append(self._side(b, across))
        else:
            points.append(self._enters(b))
        crossing = self._grid.lane(start) != self._grid.lane(end)
        return Drawn(
            turns(points), route.edge.source, route.edge.target, route.edge.kind == "back", crossing, b.element.is_crossing
        )

    def _row_track(self, row: int, net: tuple[str, int]) -> float:
        number, many = self.routed.row_tracks[row][net], self.routed.n_tracks(row, is_row=True)
        begin = self.row_gutter_at[row]
        end = begin + _ROW + TRACK * (many - 1)
        return begin + (end - begin - TRACK * (many - 1)) * 0.42 + TRACK * number

    def _column_track(self, route: Route) -> float:
        g = route.gutter
        number, many = self.routed.column_tracks[g][route.net], self.routed.n_tracks(g, is_row=False)
        return self.gutter_at[g] + (self._gutter_wide[g] - TRACK * (many - 1)) / 2 + TRACK * number

    def _leaves(self, box: Box) -> Point:
        """Where the way goes on from a box."""
        if box.element.is_crossing:
            goes_on_there = box.element.out == box.element.far_end
            (x, y), far = (box.end, 8) if goes_on_there else (box.start, 3)
            return (x + far, y) if self.is_lying else (x, y + far)
        x, y = box.middle
        if self.is_lying and box.element.shape in ("start", "end"):
            return (x + CIRCLE / 2, box.y + CIRCLE / 2)
        return (box.x + box.width, y) if self.is_lying else (x, box.y + box.height)

    def _enters(self, box: Box) -> Point:
        if box.element.is_crossing:
            return box.start
        x, y = box.middle
        if box.element.shape in ("start", "end"):
            y = box.y + CIRCLE / 2 if self.is_lying else box.y
            return (x - CIRCLE / 2, y) if self.is_lying else (x, y)
        return (box.x, y) if self.is_lying else (x, box.y)

    def _side(self, box: Box, across: float) -> Point:
        """Where a way that comes from its gutter meets the box."""
        x, y = box.middle
        if self.is_lying:
            return (x, box.y) if across < y else (x, box.y + box.height)
        return (box.x, y) if across < x else (box.x + box.width, y)

    # ── what stands around ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def size(self) -> Point:
        """(width, height) of lanes and bands, without what comes above and below."""
        return (self.along_end + MARGIN, self.across_end) if self.is_lying else (self.across_end + MARGIN, self.along_end)

    def sector(self, column: int) -> str:
        """The sector of whoever acts in a column."""
        return self._grid.lane(column).sector

    def strip(self, across: tuple[float, float], along: tuple[float, float], lines: list[Line]) -> Strip:
        """A rectangle of the grid."""
        x, y = self.point(across[0], along[0])
        right, bottom = self.point(across[1], along[1])
        return Strip(x, y, right - x, bottom - y, lines)

    def lane_edges(self) -> list[float]:
        """Where the lanes part, across: the outer edges too."""
        inner = [self._grid.columns_of(one)[1] + 1 for one in self._lanes.lanes[:-1]]
        middles = [self.gutter_at[g] + self._gutter_wide[g] / 2 for g in inner]
        return [self.gutter_at[0], *middles, self.across_end]

    @property
    def heads(self) -> list[Strip]:
        """The lanes' heads."""
        begin = self.along_begin - self.heads_high
        found: list[Strip] = []
        for number, (first, last) in enumerate(pairwise(self.lane_edges())):
            strip = self.strip((first, last), (begin, self.along_begin), self._head_lines(number))
            strip.sector, strip.name = self._lanes.lanes[number].sector, self._lanes.lanes[number].name
            found.append(strip)
        return found

    @property
    def lanes(self) -> list[Strip]:
        """The lanes."""
        return [self.strip(pair, (self.along_begin, self.along_end), []) for pair in pairwise(self.lane_edges())]

    @property
    def profession_edges(self) -> list[float]:
        """Where professions part within a lane, across."""
        ends = {self._grid.columns_of(lane)[1] for lane in self._lanes.lanes}
        inner = [last + 1 for _, _, last in self._grid.places() if last not in ends]
        return [self.gutter_at[g] + self._gutter_wide[g] / 2 for g in inner]
