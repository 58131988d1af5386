"""The values that a decision can tell apart, one representative each: where its branches leave a hole, and where they overlap.

A decision's own conditions cut each item's values into cells within which no condition changes: for a number the points
compared with and the stretches between them, for the others their options. A decision is exhaustive and disjoint exactly
when each combination of cells makes exactly one branch true. A value that is too old is as good as unknown, and how long
something has lasted stands for itself.

Cost: the product of the numbers of cells; past CELLS_MAX nothing is said, and `is_whole` tells.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from pathflow.model import conditions as model
from pathflow.model.network import Item

CELLS_MAX: Final = 20_000

UNKNOWN: Final = "unknown"
"""The cell of an item of which nothing is known."""

Cell = float | str
Assignment = Mapping[str, Cell]


class Cover(Struct, frozen=True):
    """What the branches leave open and share.

    `dead`: branches that no value leads to. `untaken`: those, and the ones before which another always fits, as the first that
    fits is taken. `is_closed`: no value is left for an `otherwise`.
    """

    hole: Assignment | None
    overlap: tuple[Assignment, int, int] | None
    dead: tuple[int, ...]
    is_whole: bool
    untaken: tuple[int, ...] = ()
    is_closed: bool = False


def cover(
    branches: list[model.Condition], has_otherwise: bool, items: Mapping[str, Item], given: Iterable[model.Condition] = ()
) -> Cover:
    """How the conditions of a decision cover the values of its items.

    Args:
        given: what is so of every client who comes to the decision; of other items than the branches ask for it is left out.

    Where a branch asks whether something is known, that it is not known is a value like the others. `otherwise` does not catch
    what a branch leaves unknown.

    Law: tests/laws/test_cells.py (agrees with trying every value of small items).
    """
    asked = {item for branch in branches for item in model.items_of(branch)}
    told = [condition for condition in given if asked.issuperset(model.items_of(condition))]
    cells = _cells(branches, told, items)
    count = 1
    for values in cells.values():
        count *= len(values)
        if count > CELLS_MAX:
            return Cover(None, None, (), False)
    hole: Assignment | None = None
    overlap: tuple[Assignment, int, int] | None = None
    lead, taken = [False] * len(branches), [False] * len(branches)
    is_closed = True
    names = list(cells)
    for combination in itertools.product(*cells.values()):
        assigned: Assignment = dict(zip(names, combination, strict=True))
        if any(_holds(condition, assigned) is False for condition in told):
            continue
        outcome = [_holds(branch, assigned) for branch in branches]
        true = [i for i, value in enumerate(outcome) if value]
        for i in true:
            lead[i] = True
        if true:
            taken[true[0]] = True
        elif None not in outcome:
            is_closed = False
        if not true and hole is None and (not has_otherwise or None in outcome):
            hole = assigned
        if len(true) > 1 and overlap is None:
            overlap = (assigned, true[0], true[1])
    dead = tuple(i for i, leads in enumerate(lead) if not leads)
    untaken = tuple(i for i, leads in enumerate(taken) if not leads)
    return Cover(hole, overlap, dead, True, untaken, is_closed)


def leaves_waiting(
    branches: list[model.Condition], missing: Iterable[str], items: Mapping[str, Item], given: Iterable[model.Condition] = ()
) -> bool:
    """Whether a client of whom these items are not known may have to wait at a decision.

    A branch may be right whatever they are: then nobody waits for them.
    """
    asked = {item for branch in branches for item in model.items_of(branch)}
    told_ = [condition for condition in given if asked.issuperset(model.items_of(condition))]
    cells = _cells(branches, told_, items)
    for item in missing:
        if UNKNOWN not in cells.get(item, [UNKNOWN]):
            cells[item] = [*cells[item], UNKNOWN]
    if math.prod(len(values) for values in cells.values()) > CELLS_MAX:
        return True
    for combination in itertools.product(*cells.values()):
        assigned: Assignment = dict(zip(cells, combination, strict=True))
        if any(_holds(condition, assigned) is False for condition in told_):
            continue
        outcome = [_holds(branch, assigned) for branch in branches]
        if None in outcome and True not in outcome:
            return True
    return False


def values_of(conditions: Iterable[model.Condition], items: Mapping[str, Item]) -> dict[str, list[Cell]]:
    """For each item that the conditions ask for, one value of each cell: the bounds, and a value on either side of each."""
    found = _cells(list(conditions), [], items)
    return {
        name: [value for value in values if value not in (UNKNOWN, "known")] for name, values in found.items() if name in items
    }


def holds(condition: model.Condition, values: Assignment) -> bool | None:
    """Whether a condition holds of these values; what is missing, and what is of time or events, is unknown."""
    known = {_key(atom): UNKNOWN for atom in model.atoms(condition)} | dict.fromkeys(model.items_of(condition), UNKNOWN)
    return _holds(condition, known | dict(values))


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


def told(values: Assignment, items: Mapping[str, Item]) -> dict[str, Cell]:
    """The items of a combination that are known, each with a value that a client can come with."""
    return {
        name: _any_of(items[name]) if value == "known" else value
        for name, value in values.items()
        if name in items and value != UNKNOWN
    }


def _any_of(item: Item) -> Cell:
    """A value of an item of which nothing more is asked."""
    if item.kind == "number":
        return 1.0
    if item.kind == "yes or no":
        return "yes"
    return item.options[0] if item.options else "another text"


def _cells(branches: list[model.Condition], told: list[model.Condition], items: Mapping[str, Item]) -> dict[str, list[Cell]]:
    bounds: dict[str, set[float]] = {}
    words: dict[str, dict[Cell, None]] = {}
    unsure: set[str] = set()
    for condition in (*branches, *told):
        for atom in model.atoms(condition):
            if isinstance(atom, model.Compare):
                bounds.setdefault(atom.item, set()).add(float(atom.bound))
                if atom.lasting is not None:
                    words[_key(atom)] = dict.fromkeys(("yes", "no"))
            elif isinstance(atom, model.OneOf):
                words.setdefault(atom.item, {}).update(dict.fromkeys(_options(atom, items.get(atom.item))))
            elif isinstance(atom, model.IsUnknown):
                unsure.add(atom.item)
            else:
                words[_key(atom)] = dict.fromkeys(("yes", "no"))
    result: dict[str, list[Cell]] = {name: _points(sorted(values)) for name, values in bounds.items()}
    result.update({name: list(values) for name, values in words.items()})
    for name in sorted(unsure):
        result.setdefault(name, ["known"]).append(UNKNOWN)
    return result


def _options(atom: model.OneOf, item: Item | None) -> tuple[str, ...]:
    if item is None or item.kind == "yes or no":
        return ("yes", "no")
    return (*atom.options, "another text") if item.kind == "text" else item.options


def _points(bounds: list[float]) -> list[Cell]:
    """Each bound, a value in each stretch between two, one below and one above."""
    points: list[Cell] = [min(bounds[0] - 1, math.nextafter(bounds[0], -math.inf))]
    for at, bound in enumerate(bounds):
        points.append(bound)
        if at + 1 == len(bounds):
            points.append(max(bound + 1, math.nextafter(bound, math.inf)))
        elif bound < (between := (bound + bounds[at + 1]) / 2) < bounds[at + 1]:
            points.append(between)
    return points


def _key(atom: model.Atom) -> str:
    return "\0" + str(atom)


def _holds(condition: model.Condition, values: Assignment) -> bool | None:
    """Yes, no, or None for unknown (Kleene's strong logic, as the engine has it)."""
    if isinstance(condition, model.Not):
        part = _holds(condition.part, values)
        return None if part is None else not part
    if isinstance(condition, model.All | model.Any):
        parts = [_holds(part, values) for part in condition.parts]
        settles = isinstance(condition, model.Any)  # one yes settles an `or`, one no an `and`
        if settles in parts:
            return settles
        return None if None in parts else not settles
    if isinstance(condition, model.IsUnknown):
        return values[condition.item] == UNKNOWN
    if isinstance(condition, model.OneOf):
        value = values[condition.item]
        return None if value == UNKNOWN else value in condition.options
    if isinstance(condition, model.Compare):
        value = values[condition.item]
        if value == UNKNOWN:
            return None
        has_lasted = condition.lasting is None or values[_key(condition)] == "yes"
        return has_lasted and _compares(float(value), condition.operator, condition.bound)
    return values[_key(condition)] == "yes"


def _compares(value: float, operator: str, bound: float) -> bool:
    if operator == "<":
        return value < bound
    if operator == "<=":
        return value <= bound
    if operator == ">":
        return value > bound
    return value >= bound if operator == ">=" else value == bound
