"""Holes and overlaps of decisions against trying every value."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.model import conditions as model
from pathflow.model.network import Item, Range
from pathflow.rules import cells
from pathflow.rules.cells import cover

ITEMS = {
    "n": Item("n", "number", "kg"),
    "m": Item("m", "number", "kg"),
    "r": Item("r", "number", "points", range=Range(1, 3)),
    "f": Item("f", "yes or no"),
    "o": Item("o", "one of", None, ("I", "II", "III")),
}
GRID = {
    "n": [k / 2 for k in range(-2, 12)],
    "m": [k / 2 for k in range(-2, 12)],
    "r": [k / 2 for k in range(2, 7)],
    "f": ["yes", "no"],
    "o": ["I", "II", "III"],
}
"""Every value that conditions with whole bounds from 0 to 4 can tell apart, and more."""

ATOMS = st.one_of(
    st.builds(model.Compare, st.sampled_from(["n", "m", "r"]), st.sampled_from(["<", "<=", ">", ">=", "="]), st.integers(0, 4)),
    st.builds(lambda o: model.OneOf("o", tuple(o)), st.lists(st.sampled_from(["I", "II", "III"]), min_size=1, unique=True)),
    st.builds(lambda o: model.OneOf("f", (o,)), st.sampled_from(["yes", "no"])),
    st.builds(model.IsUnknown, st.sampled_from(["n", "r", "f"])),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(model.Not, inner),
        st.builds(lambda parts: model.All(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda parts: model.Any(tuple(parts)), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=5,
)


UNKNOWN = cells.UNKNOWN


def asked(branches: list[model.Condition]) -> set[str]:
    """The items of which a branch asks whether they are known."""
    return {a.item for branch in branches for a in model.atoms(branch) if isinstance(a, model.IsUnknown)}


def holds(condition: model.Condition, values: dict[str, object]) -> bool | None:
    if isinstance(condition, model.Not):
        return {True: False, False: True, None: None}[holds(condition.part, values)]
    if isinstance(condition, model.All | model.Any):
        # Kleene: the least and the greatest of no < unknown < yes
        rank = {False: 0, None: 1, True: 2}
        parts = sorted((holds(p, values) for p in condition.parts), key=rank.__getitem__)
        return parts[0 if isinstance(condition, model.All) else -1]
    if isinstance(condition, model.IsUnknown):
        return values[condition.item] == UNKNOWN
    if values[condition.item] == UNKNOWN:  # type: ignore[union-attr]
        return None
    if isinstance(condition, model.OneOf):
        return values[condition.item] in condition.options
    assert isinstance(condition, model.Compare)
    value, bound = values[condition.item], condition.bound
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound, "=": value == bound}[  # type: ignore[operator]
        condition.operator
    ]


def every(branches: list[model.Condition], given_: list[model.Condition]) -> list[dict[str, object]]:
    unsure = asked([*branches, *given_])
    grid = {name: [*values, UNKNOWN] if name in unsure else values for name, values in GRID.items()}
    combinations = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    return [values for values in combinations if not any(holds(condition, values) is False for condition in given_)]


@given(st.lists(CONDITIONS, min_size=1, max_size=3), st.booleans(), st.lists(CONDITIONS, max_size=2))
def test_cover_agrees_with_trying_every_value(
    branches: list[model.Condition], has_otherwise: bool, given_: list[model.Condition]
) -> None:
    found = cover(branches, has_otherwise, ITEMS, given_)
    items = {item for branch in branches for item in model.items_of(branch)}
    told = [condition for condition in given_ if items.issuperset(model.items_of(condition))]
    outcomes = [[holds(branch, values) for branch in branches] for values in every(branches, told)]
    true = [[i for i, value in enumerate(values) if value] for values in outcomes]
    assert found.is_whole
    assert (found.hole is not None) == any(
        not t and (not has_otherwise or None in values) for t, values in zip(true, outcomes, strict=True)
    )
    assert (found.overlap is not None) == any(len(t) > 1 for t in true)
    assert set(found.dead) == set(range(len(branches))) - {i for t in true for i in t}


@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_the_witness_shows_it(branches: list[model.Condition]) -> None:
    found = cover(branches, False, ITEMS)
    rest = {"n": 0.0, "m": 0.0, "r": 2.0, "f": "yes", "o": "I"}
    if found.hole is not None:
        assert not any(holds(branch, {**rest, **found.hole}) for branch in branches)
    if found.overlap is not None:
        values, first, second = found.overlap
        assert holds(branches[first], {**rest, **values})
        assert holds(branches[second], {**rest, **values})


def test_many_items_are_no_matter() -> None:
    items = {f"n{k}": Item(f"n{k}", "number", "kg") for k in range(12)}
    wide = model.All(tuple(model.Compare(name, ">", 1) for name in items))
    found = cover([wide, model.Not(wide)], False, items)
    assert (found.hole, found.overlap, found.is_whole, found.is_closed) == (None, None, True, True)


def test_too_many_values_are_said_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    items = {f"n{k}": Item(f"n{k}", "number", "kg") for k in range(12)}
    wide = model.All(tuple(model.Compare(name, ">", 1) for name in items))
    monkeypatch.setattr(cells, "BOXES_MAX", 10)
    assert not cover([wide, model.Not(wide)], False, items).is_whole


@given(st.lists(CONDITIONS, min_size=1, max_size=3), st.sets(st.sampled_from(["n", "m", "r", "f", "o"])))
def test_who_waits_for_what_is_unknown_agrees_with_trying_every_value(
    branches: list[model.Condition], missing: set[str]
) -> None:
    unsure = asked(branches) | missing
    grid = {name: [*values, UNKNOWN] if name in unsure else values for name, values in GRID.items()}
    outcomes = (
        [holds(branch, dict(zip(grid, values, strict=True))) for branch in branches]
        for values in itertools.product(*grid.values())
    )
    waits = any(None in values and True not in values for values in outcomes)
    assert cells.leaves_waiting(branches, missing, ITEMS) == waits
