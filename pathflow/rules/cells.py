"""The values that a decision can tell apart, one representative each: where its branches leave a hole, and where they overlap.

A decision's own conditions cut each item's values into cells within which no condition changes: for a number the points
compared with and the stretches between them, as far as they lie in the item's range; for the others their options. A decision
is exhaustive and disjoint exactly when each combination of cells makes exactly one branch true. A value that is too old is as
good as unknown, and how long something has lasted stands for itself.

The cells of an item are the bits of a whole number, and a *box* is such a number for each item: all the combinations of
its cells. Where each branch is a box, as in clinical tables, two branches overlap when their boxes meet, and branches that do
not overlap leave a hole when they hold fewer combinations than there are: that is counted, and the hole is come to by halving.
Otherwise a condition has in a box some of three outcomes (Kleene's yes, no, unknown), worked out for the box as a whole; what
is sought is found by splitting boxes by what is not settled in them, and by dropping a box that cannot hold what is sought.

Cost: the square of the number of branches where each is a box. Otherwise past BOXES_MAX boxes nothing is said, and `is_whole`
tells.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from pathflow.engine.items import any_number
from pathflow.model import conditions as model
from pathflow.model.network import Item

BOXES_MAX: Final = 50_000

UNKNOWN: Final = "unknown"
"""The cell of an item of which nothing is known."""

Cell = float | str
Assignment = Mapping[str, Cell]

YES, NO, MAYBE = 1, 2, 4
"""The outcomes of a condition as bits: it holds, it does not, it is unknown."""

Box = tuple[int, ...]
"""For each item the cells that are left, as bits."""

_Outcome = Callable[[Box], int]
"""The outcomes that a condition may have in a box; exact where it is one."""


class Cover(Struct, frozen=True):
    """What the branches leave open and share.

    `dead`: branches that no value leads to. One before which another always fits is none of them: it is taken where it fits
    and what the other asks for is unknown. `is_closed`: no value is left for an `otherwise`.
    """

    hole: Assignment | None
    overlap: tuple[Assignment, int, int] | None
    dead: tuple[int, ...]
    is_whole: bool
    is_closed: bool = False


class _TooMany(Exception):
    """More boxes than are looked at."""


class _Compiled:
    """A condition over boxes: its outcomes, and the item and bits by which a box is split where it is not settled."""

    __slots__ = ("outcome", "splits")

    def __init__(self, outcome: _Outcome, splits: list[tuple[int, int]]) -> None:
        self.outcome = outcome
        self.splits = splits


class _Space:
    """The cells of some conditions, and conditions made ready for boxes of them."""

    def __init__(self, cells: Mapping[str, list[Cell]]) -> None:
        self.cells = cells
        self.names = list(cells)
        self.index = {name: at for at, name in enumerate(self.names)}
        self.whole: Box = tuple((1 << len(values)) - 1 for values in cells.values())
        self.boxes = 0

    def find(self, wanted: list[tuple[_Compiled, int]]) -> Box | None:
        """A box of which every combination gives each of these conditions one of the outcomes that are wanted of it.

        Raises: _TooMany.
        """
        waiting = [(self.whole, wanted)]
        while waiting:
            box, open_ = waiting.pop()
            self.boxes += 1
            if self.boxes > BOXES_MAX:
                raise _TooMany
            left: list[tuple[_Compiled, int]] = []
            for want in open_:
                outcome = want[0].outcome(box)
                if not outcome & want[1]:
                    break
                if outcome & ~want[1]:
                    left.append(want)
            else:
                if not left:
                    return box
                at, bits = self._split(box, left)
                without = box[at] & ~bits
                waiting.append(((*box[:at], without, *box[at + 1 :]), left))
                waiting.append(((*box[:at], box[at] & bits, *box[at + 1 :]), left))
        return None

    def _split(self, box: Box, left: list[tuple[_Compiled, int]]) -> tuple[int, int]:
        for compiled, _ in left:
            for at, bits in compiled.splits:
                inside = box[at] & bits
                if inside and inside != box[at]:
                    return at, bits
        raise AssertionError("a condition is settled in a box of one combination")

    def assigned(self, box: Box) -> dict[str, Cell]:
        """The first combination of a box."""
        return {name: self.cells[name][(bits & -bits).bit_length() - 1] for name, bits in zip(self.names, box, strict=True)}

    def compiled(self, condition: model.Condition) -> _Compiled:
        """A condition made ready."""
        if isinstance(condition, model.Not):
            part = self.compiled(condition.part)
            inner = part.outcome
            return _Compiled(lambda box: _SWAPPED[inner(box)], part.splits)
        if isinstance(condition, model.All | model.Any):
            parts = [self.compiled(one) for one in condition.parts]
            table = _BOTH if isinstance(condition, model.All) else _EITHER
            return _Compiled(_joined([one.outcome for one in parts], table), [split for one in parts for split in one.splits])
        return self._atom(condition)

    def fits(self, atom: model.Compare | model.OneOf) -> int:
        """The cells of an item for which a condition holds."""
        values = self.cells[atom.item]
        if isinstance(atom, model.OneOf):
            return _bits(value in atom.options for value in values)
        numbers = [value for value in values if isinstance(value, float)]  # in their order
        below = (1 << bisect_left(numbers, atom.bound)) - 1
        upto = (1 << bisect_right(numbers, atom.bound)) - 1
        known = (1 << len(numbers)) - 1
        if atom.operator == "<":
            return below
        if atom.operator == "<=":
            return upto
        if atom.operator == ">":
            return known & ~upto
        return known & ~below if atom.operator == ">=" else upto & ~below

    def _atom(self, atom: model.Atom) -> _Compiled:
        if isinstance(atom, model.Compare | model.OneOf | model.IsUnknown):
            at = self.index[atom.item]
            values = self.cells[atom.item]
            known = _bits(value != UNKNOWN for value in values)
            if isinstance(atom, model.IsUnknown):
                yes = self.whole[at] & ~known
                return _Compiled(_in(at, yes, self.whole[at] & known, 0), [(at, yes)])
            fits = self.fits(atom)
            plain = _in(at, fits, known & ~fits, self.whole[at] & ~known)
            splits = [(at, fits), (at, known)]
            if isinstance(atom, model.Compare) and atom.lasting is not None:
                lasted = self.index[_key(atom)]
                return _Compiled(_lasting(plain, lasted), [*splits, (lasted, 1)])
            return _Compiled(plain, splits)
        at = self.index[_key(atom)]
        return _Compiled(_in(at, 1, 2, 0), [(at, 1)])


_SWAPPED: Final = tuple((o & MAYBE) | (NO if o & YES else 0) | (YES if o & NO else 0) for o in range(8))


def _in(at: int, yes: int, no: int, maybe: int) -> _Outcome:
    def outcome(box: Box) -> int:
        bits = box[at]
        return (YES if bits & yes else 0) | (NO if bits & no else 0) | (MAYBE if bits & maybe else 0)

    return outcome


def _lasting(plain: _Outcome, at: int) -> _Outcome:
    """It holds, and has for so long: the first cell says that it has, the second that it has not."""

    def outcome(box: Box) -> int:
        value, bits = plain(box), box[at]
        no = value & NO or (value & YES and bits & 2)
        return (value & MAYBE) | (YES if value & YES and bits & 1 else 0) | (NO if no else 0)

    return outcome


def _both(one: int, other: int) -> int:
    """The outcomes of two conditions joined by `and`."""
    yes = YES if one & YES and other & YES else 0
    no = NO if (one | other) & NO else 0
    maybe = MAYBE if (one | other) & MAYBE and one & (YES | MAYBE) and other & (YES | MAYBE) else 0
    return yes | no | maybe


def _either(one: int, other: int) -> int:
    """The outcomes of two conditions joined by `or`."""
    return _SWAPPED[_both(_SWAPPED[one], _SWAPPED[other])]


_BOTH: Final = [[_both(one, other) for other in range(8)] for one in range(8)]
_EITHER: Final = [[_either(one, other) for other in range(8)] for one in range(8)]


def _joined(parts: list[_Outcome], table: list[list[int]]) -> _Outcome:
    first, rest = parts[0], parts[1:]

    def outcome(box: Box) -> int:
        value = first(box)
        for part in rest:
            value = table[value][part(box)]
        return value

    return outcome


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << at for at, flag in enumerate(flags) if flag)


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
    told = of_the_same(branches, given)
    space = _Space(_cells(branches, told, items))
    plain = _plain_boxes(space, branches, told)
    if plain is not None:
        found = _cover_of_boxes(space, *plain, has_otherwise)
        if found is not None:
            return found
    ready = [space.compiled(branch) for branch in branches]
    base = [(space.compiled(condition), YES | MAYBE) for condition in told]
    try:
        overlap = _overlap(space, ready, base)
        dead = tuple(i for i, one in enumerate(ready) if space.find([*base, (one, YES)]) is None)
        uncaught = space.find([*base, *((one, NO) for one in ready)])
        hole = uncaught if not has_otherwise else None
        if hole is None:
            hole = _unknown_hole(space, ready, base, has_otherwise)
    except _TooMany:
        return Cover(None, None, (), False)
    return Cover(
        space.assigned(hole) if hole is not None else None,
        (space.assigned(overlap[0]), overlap[1], overlap[2]) if overlap is not None else None,
        dead, True, uncaught is None,
    )  # fmt: skip


def of_the_same(branches: list[model.Condition], given: Iterable[model.Condition]) -> list[model.Condition]:
    """What is given of the items that the branches ask for; that one is known matters where a branch asks whether it is."""
    asked = {item for branch in branches for item in model.items_of(branch)}
    unsure = {a.item for branch in branches for a in model.atoms(branch) if isinstance(a, model.IsUnknown)}
    return [
        condition for condition in given
        if asked.issuperset(items := model.items_of(condition)) and not (_is_known(condition) and unsure.isdisjoint(items))
    ]  # fmt: skip


def _is_known(condition: model.Condition) -> bool:
    return isinstance(condition, model.Not) and isinstance(condition.part, model.IsUnknown)


# where each branch is a box


def _plain_boxes(space: _Space, branches: list[model.Condition], told: list[model.Condition]) -> tuple[Box, list[Box]] | None:
    """What is given and each branch as a box; None where one is none, or where something may be unknown."""
    if any(values[-1] == UNKNOWN for values in space.cells.values()):
        return None
    base = list(space.whole)
    for condition in told:
        if not _narrow(space, condition, base):
            return None
    found: list[Box] = []
    for branch in branches:
        box = base.copy()
        if not _narrow(space, branch, box):
            return None
        found.append(tuple(box))
    return tuple(base), found


def _narrow(space: _Space, condition: model.Condition, box: list[int]) -> bool:
    """Narrows a box to where a condition holds. Returns: whether that is a box."""
    if isinstance(condition, model.All):
        return all(_narrow(space, part, box) for part in condition.parts)
    if isinstance(condition, model.Any):
        return _narrow_to_any(space, condition.parts, box)
    atom = condition.part if isinstance(condition, model.Not) else condition
    if isinstance(atom, model.Compare | model.OneOf):
        if isinstance(atom, model.Compare) and atom.lasting is not None:
            return False
        at, yes = space.index[atom.item], space.fits(atom)
    elif isinstance(atom, model.Happens | model.Reason):
        at, yes = space.index[_key(atom)], 1
    else:
        return False
    box[at] &= yes if atom is condition else ~yes
    return True


def _narrow_to_any(space: _Space, parts: tuple[model.Condition, ...], box: list[int]) -> bool:
    """The same for conditions on one and the same item joined by `or`."""
    names = {item for part in parts for item in model.items_of(part)}
    if len(names) != 1 or any(model.events_of(part) for part in parts):
        return False
    at, found = space.index[names.pop()], 0
    for part in parts:
        one = list(space.whole)
        if not _narrow(space, part, one):
            return False
        found |= one[at]
    box[at] &= found
    return True


def _meet(one: Box, other: Box) -> Box:
    return tuple(a & b for a, b in zip(one, other, strict=True))


def _count(box: Box) -> int:
    """How many combinations a box holds."""
    return math.prod(bits.bit_count() for bits in box)


def _cover_of_boxes(space: _Space, base: Box, boxes: list[Box], has_otherwise: bool) -> Cover | None:
    """The cover of branches that are boxes; None where some overlap, and it must be looked closer."""
    dead = tuple(i for i, box in enumerate(boxes) if 0 in box)
    for second, box in enumerate(boxes):
        for other in boxes[:second]:
            if 0 not in _meet(box, other):
                return None
    missing = _count(base) - sum(map(_count, boxes))
    hole = _uncovered(base, [box for box in boxes if 0 not in box]) if missing and not has_otherwise else None
    return Cover(space.assigned(hole) if hole is not None else None, None, dead, True, not missing)


def _uncovered(box: Box, boxes: list[Box]) -> Box:
    """A part of a box that boxes which do not overlap leave free: they hold fewer combinations than it does."""
    while boxes:
        at, bits = next((at, bits) for at, bits in enumerate(boxes[0]) if bits != box[at])
        for half in (bits, box[at] & ~bits):
            part = (*box[:at], half, *box[at + 1 :])
            inside = [met for one in boxes if 0 not in (met := _meet(part, one))]
            if sum(map(_count, inside)) < _count(part):
                box, boxes = part, inside
                break
    return box


def _overlap(space: _Space, ready: list[_Compiled], base: list[tuple[_Compiled, int]]) -> tuple[Box, int, int] | None:
    """The first two branches that fit the same values."""
    for second in range(len(ready)):
        for first in range(second):
            found = space.find([*base, (ready[first], YES), (ready[second], YES)])
            if found is not None:
                return found, first, second
    return None


def _unknown_hole(space: _Space, ready: list[_Compiled], base: list[tuple[_Compiled, int]], has_otherwise: bool) -> Box | None:
    """Values that no branch fits and of which one is unknown: an `otherwise` does not catch them."""
    if not has_otherwise:
        return space.find([*base, *((one, NO | MAYBE) for one in ready)])
    for number, one in enumerate(ready):
        others = [(other, NO | MAYBE) for at, other in enumerate(ready) if at != number]
        found = space.find([*base, (one, MAYBE), *others])
        if found is not None:
            return found
    return None


def leaves_waiting(
    branches: list[model.Condition], missing: Iterable[str], items: Mapping[str, Item], given: Iterable[model.Condition] = ()
) -> bool:
    """Whether a client of whom these items are not known may have to wait at a decision.

    A branch may be right whatever they are: then nobody waits for them.
    """
    told = of_the_same(branches, given)
    cells = _cells(branches, told, items)
    for item in missing:
        if UNKNOWN not in cells.get(item, [UNKNOWN]):
            cells[item] = [*cells[item], UNKNOWN]
    space = _Space(cells)
    base = [(space.compiled(condition), YES | MAYBE) for condition in told]
    try:
        return _unknown_hole(space, [space.compiled(branch) for branch in branches], base, True) is not None
    except _TooMany:
        return True


def values_of(conditions: Iterable[model.Condition], items: Mapping[str, Item]) -> dict[str, list[Cell]]:
    """For each item that the conditions ask for, one value of each cell: the bounds, and a value on either side of each."""
    found = _cells(list(conditions), [], items)
    return {
        name: [value for value in values if value not in (UNKNOWN, "known")] for name, values in found.items() if name in items
    }


def client_with(wanted: Iterable[model.Condition], items: Mapping[str, Item]) -> Assignment | None:
    """Values of which all of these hold; None where there are none. Past BOXES_MAX nothing is excluded: the values are empty.

    Law: tests/laws/test_together.py (agrees with trying every value).
    """
    conditions = list(wanted)
    space = _Space(_cells(conditions, [], items))
    try:
        box = space.find([(space.compiled(condition), YES) for condition in conditions])
    except _TooMany:
        return {}
    return space.assigned(box) if box is not None else None


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
        return any_number(item)
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
    result: dict[str, list[Cell]] = {name: _points(sorted(values), items.get(name)) for name, values in bounds.items()}
    result.update({name: list(values) for name, values in words.items()})
    for name in sorted(unsure):
        result.setdefault(name, ["known"]).append(UNKNOWN)
    return result


def _options(atom: model.OneOf, item: Item | None) -> tuple[str, ...]:
    if item is None or item.kind == "yes or no":
        return ("yes", "no")
    return (*atom.options, "another text") if item.kind == "text" else item.options


def _points(bounds: list[float], item: Item | None) -> list[Cell]:
    """Each bound, a value in each stretch between two, one below and one above: those that the item may be."""
    limits = item.range if item is not None else None
    if limits is not None:
        ends = (float(limits.low), float(limits.high))
        bounds = sorted({*ends, *(bound for bound in bounds if limits.has(bound))})
    points: list[Cell] = [min(bounds[0] - 1, math.nextafter(bounds[0], -math.inf))]
    for at, bound in enumerate(bounds):
        points.append(bound)
        if at + 1 == len(bounds):
            points.append(max(bound + 1, math.nextafter(bound, math.inf)))
        elif bound < (between := (bound + bounds[at + 1]) / 2) < bounds[at + 1]:
            points.append(between)
    return points if limits is None else points[1:-1]


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
