"""The columns: each actor has as many as ways stand side by side there, up to a most; the straight way has the first.

How many are needed is worked out from the statements before anything is placed: of ways one after the other, the most of them;
of ways side by side, all of them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pathflow.model import path as model
from pathflow.picture.elements import Folded
from pathflow.picture.lanes import Lane, Lanes

Need = dict[int, int]
"""How many columns are needed for each actor's place in the lanes."""

MOST: Final = 4
"""So many ways stand side by side for one actor; more of them stand below."""


class Grid:
    """Which columns there are.

    Args:
        most: so many columns for one actor at most.
    """

    def __init__(self, lanes: Lanes, path: model.Path, most: int = MOST) -> None:
        self._lanes = lanes
        self._most = most
        self._known: dict[int, Need] = {}
        whole: Need = {}
        bodies = [(path.body, lanes.column_of(path.accountable)), *((w.body, self.begins(w.body)) for w in path.whenevers)]
        for body, place in bodies:
            for where, n in self.need(body, place if place is not None else 0).items():
                whole[where] = max(whole.get(where, 1), n)
        self.slots = [min(most, whole.get(place, 1)) for place in range(len(lanes))]
        self._first = [sum(self.slots[:place]) for place in range(len(lanes))]
        self._place_of = [place for place, n in enumerate(self.slots) for _ in range(n)]

    def __len__(self) -> int:
        return len(self._place_of)

    def column(self, place: int, slot: int) -> int:
        """The column of an actor's place; beyond the most, they begin again."""
        return self._first[place] + slot % self.slots[place]

    def lane(self, column: int) -> Lane:
        """The lane that a column is in."""
        return self._lanes.lane(self._place_of[column])

    def columns_of(self, lane: Lane) -> tuple[int, int]:
        """A lane's (first, last) column."""
        first, last = lane.columns
        return self._first[first], self._first[last] + self.slots[last] - 1

    def places(self) -> list[tuple[str, int, int]]:
        """(profession, first column, last column) of each place."""
        return [
            (self._lanes.professions[place], self._first[place], self._first[place] + n - 1)
            for place, n in enumerate(self.slots)
        ]

    # ── what is needed ──────────────────────────────────────────────────────────────────────────────────────────────

    def begins(self, body: Sequence[model.Statement]) -> int | None:
        """The place of whoever acts first in it, as long as nothing is decided before."""
        for statement in body[:1]:
            if isinstance(statement, model.Repeat):
                return self.begins(statement.body)
            places = self._places(statement)
            return places[0] if places else None
        return None

    def need(self, body: Sequence[model.Statement], place: int) -> Need:
        """How many columns statements need; `place`: where they stand when nobody acts in them."""
        whole: Need = {}
        for statement in body:
            for where, n in self._of(statement, place).items():
                whole[where] = max(whole.get(where, 0), n)
            places = self._places(statement)
            place = places[-1] if places else place
        return whole

    def side_by_side(self, ways: Sequence[model.Branch], place: int) -> list[Mapping[int, int]]:
        """Of each way, by how many columns it is moved aside: those that end stand outside; what has no room begins below."""
        needs = [self._of_branch(way, place) for way in ways]
        order = sorted(range(len(ways)), key=lambda n: (_ends(ways[n].body), n))
        moved: list[Mapping[int, int]] = [{} for _ in ways]
        taken: Need = {}
        for n in order:
            if any(taken.get(where, 0) + own > self._most for where, own in needs[n].items()):
                taken = {where: n_taken for where, n_taken in taken.items() if where not in needs[n]}
            moved[n] = {where: taken.get(where, 0) for where in needs[n]}
            for where, own in needs[n].items():
                taken[where] = taken.get(where, 0) + own
        return moved

    def _of(self, statement: model.Statement, place: int) -> Need:
        if isinstance(statement, model.Decision | model.Together):
            known = self._known.get(id(statement))
            if known is None:
                known = {place: 1}
                total: Need = {}
                for way in statement.branches:
                    for where, n in self._of_branch(way, place).items():
                        total[where] = total.get(where, 0) + n
                for where, n in total.items():
                    known[where] = max(known.get(where, 0), n)
                self._known[id(statement)] = known
            return known
        if isinstance(statement, model.Repeat):
            begin = self.begins(statement.body)
            return self.need(statement.body, begin if begin is not None else place)
        return dict.fromkeys(self._places(statement) or (place,), 1)

    def _of_branch(self, way: model.Branch, place: int) -> Need:
        begin = self.begins(way.body)
        begin = begin if begin is not None else place
        return {begin: 1} | self.need(way.body, begin)

    def _places(self, statement: model.Statement) -> tuple[int, ...]:
        if isinstance(statement, model.Step) and statement.by is not None:
            return (self._lanes.column(statement.by, statement),)
        if isinstance(statement, model.Handoff):
            return (self._lanes.column(statement.sender, statement), self._lanes.column(statement.receiver, statement))
        if isinstance(statement, model.Consultation):
            there = self._lanes.column(statement.sender, statement)
            return (there, self._lanes.column(statement.receiver, statement), there)
        if isinstance(statement, Folded):
            return (self._lanes.first(statement.first),) if statement.first is not None else ()
        return (self._lanes.clients,) if isinstance(statement, model.Choice) else ()


def _ends(body: Sequence[model.Statement]) -> bool:
    """Whether a way does not go on."""
    return bool(body) and isinstance(body[-1], model.End | model.Ending)
