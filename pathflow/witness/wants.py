"""The values that lead a client along a way: each decision on it wants some conditions true and some not.

A way is tried first with values that stay as they are from beginning to end; only where there are none, values change on the
way. The candidates of an item are one value of each cell of all the conditions that ask for it (`rules.cells`), so that what is
not found this way is not there.

Cost: depth first with a cut as soon as a condition is settled the wrong way; at most TRIES_MAX values are tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pathflow.engine.facts import Value
from pathflow.engine.items import any_number
from pathflow.engine.program import Program
from pathflow.model import conditions as model
from pathflow.model import path as statements
from pathflow.model.network import Item
from pathflow.rules.cells import UNKNOWN, holds, values_of
from pathflow.witness.routes import Beginning, Crossing, Entering, Excursion, Leg, Route

TRIES_MAX: Final = 20_000

Values = Mapping[str, Value]


class Want(Struct, frozen=True):
    """What must be so where a way parts: conditions that hold, conditions that do not, and items with a value of their own.

    `unmet`: conditions that do not hold, or of which nothing is known.
    """

    true: tuple[model.Condition, ...] = ()
    false: tuple[model.Condition, ...] = ()
    unmet: tuple[model.Condition, ...] = ()
    values: Mapping[str, Value] = {}

    @property
    def conditions(self) -> tuple[model.Condition, ...]:
        """All of them."""
        return (*self.true, *self.false, *self.unmet)

    @property
    def items(self) -> tuple[str, ...]:
        """The items that it asks for, each once."""
        asked = (item for condition in self.conditions for item in model.items_of(condition))
        return tuple(dict.fromkeys((*self.values, *asked)))

    def of(self, item: str) -> Want:
        """What is wanted of one item."""
        true, false, unmet = (
            tuple(c for c in part if item in model.items_of(c)) for part in (self.true, self.false, self.unmet)
        )
        return Want(true, false, unmet, {name: value for name, value in self.values.items() if name == item})

    def is_met(self, values: Values) -> bool:
        """Whether these values meet it."""
        given = _plain(values)
        return (
            all(given.get(item) == value for item, value in self.values.items())
            and all(holds(condition, given) is True for condition in self.true)
            and all(holds(condition, given) is False for condition in self.false)
            and not any(holds(condition, given) for condition in self.unmet)
        )

    def is_hopeless(self, values: Values) -> bool:
        """Whether no further value can make it so."""
        given = _plain(values)
        return any(
            holds(condition, given) is wrong and not _asks_unknown(condition)
            for part, wrong in ((self.true, False), (self.false, True))
            for condition in part
        )


def wants_along(program: Program, route: Route) -> Iterator[Want]:
    """What a way wants, in the order in which it is gone."""
    for part in route:
        if isinstance(part, Leg):
            want = want_of(program, part)
            if want is not None:
                yield want
        elif isinstance(part, Crossing):
            for _, branch in part.branches:
                yield from wants_along(program, branch)
        elif isinstance(part, Beginning | Excursion):
            yield from event_wants(program, part.event)
            if isinstance(part, Excursion):
                yield from wants_along(program, part.route)


def event_wants(program: Program, event: int) -> tuple[Want, ...]:
    """What sets an event off, as far as it is a value."""
    statement = program.nodes[event].statement
    if not isinstance(statement, statements.Whenever):
        return ()
    return (Want(true=_without_events(statement.condition)),)


def want_of(program: Program, leg: Leg) -> Want | None:
    """What must be so for a node to be left by this edge; None where nothing is asked."""
    node, edge = program.nodes[leg.node], leg.edge
    if node.kind == "decide":
        before: list[model.Condition] = []
        for other in program.edges[node.index]:
            if other is edge or (other.target, other.kind, other.condition) == (edge.target, edge.kind, edge.condition):
                break
            if other.condition is not None:
                before += _without_events(other.condition)
        if edge.condition is None:
            conditions = [e.condition for e in program.edges[node.index] if e.condition is not None]
            return Want(false=tuple(c for condition in conditions for c in _without_events(condition)))
        return Want(true=_without_events(edge.condition), false=tuple(before))
    if isinstance(node.statement, statements.Repeat) and node.statement.until is not None:
        until = _without_events(node.statement.until)
        if edge.kind == "leave" and node.statement.at_most is None:
            return Want(true=until)
    return None


def next_wants(program: Program, parts: Iterable[object]) -> list[Want]:
    """What is wanted before the way next comes to where something is to be done."""
    found: list[Want] = []
    for part in parts:
        if isinstance(part, Leg):
            want = want_of(program, part)
            if want is not None:
                found.append(want)
            if program.nodes[part.node].kind in _HELD:
                break
        elif isinstance(part, Crossing):
            for _, branch in part.branches:
                found += next_wants(program, branch)
            break
        elif not isinstance(part, Entering):
            break
    return found


_HELD: Final = frozenset({"step", "handoff", "consultation", "choice", "wait", "include"})


def solve(
    wants: Iterable[Want], items: Mapping[str, Item], held: Values, fixed: Values | None = None, made: Iterable[str] = ()
) -> dict[str, Value] | None:
    """Values that meet all the wants at once, as far as they ask for them; None where there are none, or none were found.

    Args:
        held: values that are kept where they can be.
        fixed: values that must stay.
        made: items that will have a value, whatever it is.
    """
    asked = list(wants)
    keep = dict(fixed or {})
    for want in asked:
        for item, value in want.values.items():
            if keep.get(item, value) != value:
                return None
            keep[item] = value
    names = [item for item in dict.fromkeys((*(i for want in asked for i in want.items), *made)) if item not in keep]
    candidates = values_of([c for want in asked for c in want.conditions], items)
    spaces = [(name, _space(name, candidates, items, held, asked)) for name in names]
    found = _search(asked, spaces, keep, [TRIES_MAX])
    if found is None:
        return None
    return {name: value for name, value in found.items() if value != UNKNOWN}


def _search(
    wants: list[Want], spaces: list[tuple[str, list[Value]]], values: dict[str, Value], left: list[int]
) -> dict[str, Value] | None:
    if any(want.is_hopeless(values) for want in wants):
        return None
    if not spaces:
        return dict(values) if all(want.is_met(values) for want in wants) else None
    (name, space), *others = spaces
    for value in space:
        left[0] -= 1
        if left[0] < 0:
            return None
        found = _search(wants, others, {**values, name: value}, left)
        if found is not None:
            return found
    return None


def _space(
    name: str, candidates: Mapping[str, list[float | str]], items: Mapping[str, Item], held: Values, wants: list[Want]
) -> list[Value]:
    """The values to try for one item: the one it has first, then likely ones before odd ones."""
    space: list[Value] = list(candidates.get(name, [])) or [any_value(items.get(name))]
    if _may_be_unknown(name, wants):
        space.append(UNKNOWN)
    if name in held:
        space = [held[name], *(value for value in space if value != held[name])]
    return space


def any_value(item: Item | None) -> Value:
    """A value of an item of which nothing is asked."""
    if item is None or item.kind in ("document", "text"):
        return "made"
    if item.kind == "number":
        return any_number(item)
    return "no" if item.kind == "yes or no" else item.options[0]


def _may_be_unknown(name: str, wants: list[Want]) -> bool:
    return any(
        isinstance(atom, model.IsUnknown) and atom.item == name
        for want in wants for condition in want.conditions for atom in model.atoms(condition)
    )  # fmt: skip


def _asks_unknown(condition: model.Condition) -> bool:
    return any(isinstance(atom, model.IsUnknown) for atom in model.atoms(condition))


def _plain(values: Values) -> dict[str, float | str]:
    return {name: value for name, value in values.items() if not isinstance(value, bool)}


def _without_events(condition: model.Condition) -> tuple[model.Condition, ...]:
    """The parts of a condition that speak of values alone, however old the value is and however long it has been so."""
    return tuple(_timeless(part) for part in model.conjuncts(condition) if not model.events_of(part))


def _timeless(condition: model.Condition) -> model.Condition:
    if isinstance(condition, model.Compare):
        return replace(condition, within=None, lasting=None)
    if isinstance(condition, model.Not):
        return model.Not(_timeless(condition.part))
    if isinstance(condition, model.All | model.Any):
        return type(condition)(tuple(_timeless(part) for part in condition.parts))
    return condition
