"""Where the boxes stand: the column is who acts, the row is the order in time. Several ways stand side by side where they can.

The way through a path's statements is its own layout: each box comes below those that it follows, in the first row in which
its columns are free, and below everything that already stands in its column. So a step that is added moves only what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from pathflow.model import path as model
from pathflow.picture.elements import NOTE, PITCH, TITLE, TITLE_LESS, Element, Maker
from pathflow.picture.faces import width
from pathflow.picture.grid import Grid

EdgeKind = Literal["flow", "back"]


class Edge(Struct, frozen=True):
    """A way from one box to another, by their places in the list."""

    source: int
    target: int
    kind: EdgeKind = "flow"


class Section(Struct, frozen=True):
    """The main way, or an event's own: its first row, and what is said above it."""

    first: int
    title: str = ""
    note: str = ""


class Placed(Struct):
    """Boxes with their rows, and the ways between them."""

    elements: list[Element]
    edges: list[Edge]
    sections: list[Section]
    n_rows: int
    n_columns: int
    is_folded: bool = False
    """Whether all events stand under one title."""


Aside = Mapping[int, int]
"""By how many columns a way is moved aside, at each actor's place."""


class Placing:
    """Places statement after statement.

    Args:
        is_folded: whether all events stand under one title, each beside the others where their lanes are free.
    """

    def __init__(self, maker: Maker, grid: Grid, path: model.Path, is_folded: bool = False) -> None:
        self.maker = maker
        self.is_folded = is_folded
        self.grid = grid
        self.path = path
        self.elements: list[Element] = []
        self.edges: list[Edge] = []
        self.sections: list[Section] = []
        self._skyline = [0] * len(grid)
        self._taken: set[tuple[int, int]] = set()

    def placed(self) -> Placed:
        """The main way, and below it each event's own."""
        voice = self.maker.voice
        self.sections.append(Section(0))
        place = self._begins(self.path.body, self.maker.lanes.column_of(self.path.accountable))
        start = self._add(self.maker.start(place), [], {})
        self._stop(self._body(self.path.body, [start], place, {}, "m"), place, "m")
        if self.is_folded and self.path.whenevers:
            self._section(voice.said("what may happen at any time"), "")
        for number, whenever in enumerate(self.path.whenevers):
            self._event(whenever, f"w{number}")
        return Placed(self.elements, self.edges, self.sections, max(self._skyline), len(self.grid), self.is_folded)

    def _section(self, title: str, note: str) -> None:
        row = max(self._skyline)
        self._skyline = [row] * len(self._skyline)
        self.sections.append(Section(row, title, note))

    def _event(self, whenever: model.Whenever, key: str) -> None:
        """An event's own way: under a title of its own, or folded beside the others."""
        voice, maker = self.maker.voice, self.maker
        title = voice.condition("whenever", whenever.condition)
        note = voice.said("beside the main way") if whenever.is_beside else voice.said("the main way stands still meanwhile")
        texts = (title, note) if self.is_folded else ("" if self._is_title_enough(title, note) else title, "")
        if not self.is_folded:
            self._section(title, note)
        place = self._begins(whenever.body, maker.lanes.column_of(self.path.accountable))
        event = self._add(maker.event(whenever, place, key, *texts), [], {})
        outs = self._body(whenever.body, [event], place, {}, key)
        if self.is_folded:
            return
        if whenever.is_beside and outs:
            self._add(maker.over(place, f"{key}.over"), outs, {})
        else:
            self._stop(outs, place, key)

    def _is_title_enough(self, title: str, note: str) -> bool:
        """Whether the bar above an event's own way surely says all of it, so that its first box need not."""
        room = len(self.grid) * PITCH - TITLE_LESS - width(note, NOTE + 0.5)
        return not self.maker.is_lying and width(title, TITLE, "semibold") <= room

    def _begins(self, body: tuple[model.Statement, ...], place: int) -> int:
        first = self.grid.begins(body)
        return first if first is not None else place

    def _stop(self, outs: list[int], place: int, key: str) -> None:
        """A way that ends without an end."""
        if outs:
            self._add(self.maker.nowhere(place, f"{key}.nowhere"), outs, {})

    def _add(self, element: Element, outs: list[int], aside: Aside) -> int:
        """Places a box below those that it follows; its columns are still the places of those who act."""
        element.column, element.out = (self.grid.column(at, aside.get(at, 0)) for at in (element.column, element.out))
        if element.far >= 0:
            element.far = self.grid.column(element.far, aside.get(element.far, 0))
        self.maker.fit(element)
        lo, hi = element.span
        used = {element.column, element.out, element.far_end}
        row = max([self.elements[out].row + 1 for out in outs] + [self._skyline[column] for column in used])
        while any((row, column) in self._taken for column in range(lo, hi + 1)):
            row += 1
        element.row = row
        self._taken.update((row, column) for column in range(lo, hi + 1))
        for column in used:
            self._skyline[column] = row + 1
        number = len(self.elements)
        self.elements.append(element)
        self.edges += [Edge(out, number) for out in outs]
        return number

    def _body(self, body: tuple[model.Statement, ...], outs: list[int], place: int, aside: Aside, key: str) -> list[int]:
        """Places statements one after the other. Returns: what the next one follows."""
        for number, statement in enumerate(body):
            if not outs:
                return []  # behind an end nothing comes
            own = f"{key}.{number}"
            if isinstance(statement, model.Decision | model.Together):
                outs = self._ways(statement, outs, place, aside, own)
            elif isinstance(statement, model.Repeat):
                outs = self._repeat(statement, outs, place, aside, own)
            else:
                made = self.maker.of(statement, place, own)
                place = made.out
                added = self._add(made, outs, aside)
                outs = [] if isinstance(statement, model.End | model.Ending) else [added]
        return outs

    def _ways(
        self, statement: model.Decision | model.Together, outs: list[int], place: int, aside: Aside, key: str
    ) -> list[int]:
        split = self._add(self.maker.of(statement, place, key), outs, aside)
        ends: list[int] = []
        n_through = 0
        moved = self.grid.side_by_side(statement.branches, place)
        for number, branch in enumerate(statement.branches):
            own = f"{key}.{number}"
            begin = self._begins(branch.body, place)
            where = {at: aside.get(at, 0) + moved[number].get(at, 0) for at in (*aside, *moved[number])}
            words = self._words(branch, isinstance(statement, model.Decision))
            tag = split
            if words:
                made = self.maker.tag(words, begin, own)
                self.maker.mark(made, branch)
                tag = self._add(made, [split], where)
            outs = self._body(branch.body, [tag], begin, where, own)
            n_through += bool(outs)
            ends += outs
        if isinstance(statement, model.Together) and ends:
            join = self._add(self.maker.join(statement, place, f"{key}.join"), ends, aside)
            return [join] if n_through >= statement.needs else []
        return ends

    def _words(self, branch: model.Branch, is_decision: bool) -> str:
        voice = self.maker.voice
        if not is_decision:
            return voice.label(branch.name, branch.labels)
        return voice.condition("if", branch.condition) if branch.condition is not None else voice.line("otherwise")

    def _repeat(self, repeat: model.Repeat, outs: list[int], place: int, aside: Aside, key: str) -> list[int]:
        begin = self._begins(repeat.body, place)
        head = self._add(self.maker.of(repeat, begin, key), outs, aside)
        ends = self._body(repeat.body, [head], begin, aside, key)
        self.edges += [Edge(end, head, "back") for end in ends if end != head]
        is_left_by_end = (
            repeat.until is None and repeat.at_most is None and any(isinstance(s, model.End) for s in model.walk(repeat.body))
        )
        return [] if is_left_by_end else ends or [head]
