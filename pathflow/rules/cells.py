"""The values that a decision can tell apart, one representative each: where its branches leave a hole, and where they overlap.

A decision's own conditions cut each item's values into cells within which no condition changes: for a number the points
compared with and the stretches between them, for the others their options. A decision is exhaustive and disjoint exactly
when each combination of cells makes exactly one branch true. Comparisons of a value's age stand for themselves, as true or
false, whatever the value.

Cost: the product of the numbers of cells; past CELLS_MAX nothing is said, and `is_whole` tells.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pathflow.model import conditions as model
from pathflow.model.network import Item

CELLS_MAX: Final = 20_000

Cell = float | str
Assignment = Mapping[str, Cell]


class Cover(Struct, frozen=True):
    """What the branches leave open and share. `dead`: branches that no value leads to."""

    hole: Assignment | None
    overlap: tuple[Assignment, int, int] | None
    dead: tuple[int, ...]
    is_whole: bool


def cover(branches: list[model.Condition], has_otherwise: bool, items: Mapping[str, Item]) -> Cover:
    """How the conditions of a decision cover the values of its items.

    Law: tests/laws/test_cells.py (agrees with trying every value of small items).
    """
    cells = _cells(branches, items)
    count = 1
    for values in cells.values():
        count *= len(values)
        if count > CELLS_MAX:
            return Cover(None, None, (), False)
    hole: Assignment | None = None
    overlap: tuple[Assignment, int, int] | None = None
    lead = [False] * len(branches)
    names = list(cells)
    for combination in itertools.product(*cells.values()):
        assigned: Assignment = dict(zip(names, combination, strict=True))
        true = [i for i, branch in enumerate(branches) if _holds(branch, assigned)]
        for i in true:
            lead[i] = True
        if not true and hole is None and not has_otherwise:
            hole = assigned
        if len(true) > 1 and overlap is None:
            overlap = (assigned, true[0], true[1])
    dead = tuple(i for i, leads in enumerate(lead) if not leads)
    return Cover(hole, overlap, dead, True)


def spoken(values: Assignment, items: Mapping[str, Item]) -> str:
    """A combination of values in words: `ejection fraction 40.5 % and NYHA class III`."""
    parts: list[str] = []
    for name, value in values.items():
        if name.startswith("\0"):
            continue
        item = items.get(name)
        unit = f" {item.unit}" if item is not None and item.unit else ""
        parts.append(f"{name} {value:g}{unit}" if isinstance(value, int | float) else f"{name} {value}")
    return " and ".join(parts)


def _cells(branches: list[model.Condition], items: Mapping[str, Item]) -> dict[str, list[Cell]]:
    bounds: dict[str, set[float]] = {}
    words: dict[str, list[Cell]] = {}
    for branch in branches:
        for atom in model.atoms(branch):
            if isinstance(atom, model.Compare):
                if atom.within is not None or atom.lasting is not None:
                    words[_key(atom)] = ["yes", "no"]
                else:
                    bounds.setdefault(atom.item, set()).add(float(atom.bound))
            elif isinstance(atom, model.OneOf):
                item = items.get(atom.item)
                known = ("yes", "no") if item is None or item.kind == "yes or no" else item.options
                words[atom.item] = list(known) if item is None or item.kind != "text" else [*atom.options, "another text"]
            elif isinstance(atom, model.IsUnknown):
                words.setdefault(_key(atom), ["no"])
            else:
                words[_key(atom)] = ["yes", "no"]
    result: dict[str, list[Cell]] = {name: _points(sorted(values)) for name, values in bounds.items()}
    result.update(words)
    return result


def _points(bounds: list[float]) -> list[Cell]:
    """Each bound, a value in each stretch between two, one below and one above."""
    points: list[Cell] = [bounds[0] - 1]
    for at, bound in enumerate(bounds):
        points.append(bound)
        points.append(bound + 1 if at + 1 == len(bounds) else (bound + bounds[at + 1]) / 2)
    return points


def _key(atom: model.Atom) -> str:
    return "\0" + str(atom)


def _holds(condition: model.Condition, values: Assignment) -> bool:
    if isinstance(condition, model.Not):
        return not _holds(condition.part, values)
    if isinstance(condition, model.All):
        return all(_holds(part, values) for part in condition.parts)
    if isinstance(condition, model.Any):
        return any(_holds(part, values) for part in condition.parts)
    if isinstance(condition, model.OneOf):
        return values[condition.item] in condition.options
    if isinstance(condition, model.Compare) and condition.within is None and condition.lasting is None:
        return _compares(float(values[condition.item]), condition.operator, condition.bound)
    return values[_key(condition)] == "yes"


def _compares(value: float, operator: str, bound: float) -> bool:
    if operator == "<":
        return value < bound
    if operator == "<=":
        return value <= bound
    if operator == ">":
        return value > bound
    return value >= bound if operator == ">=" else value == bound
