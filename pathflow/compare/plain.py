"""A value of the model as it means: without places and other spellings, without an order that says nothing, under old names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from msgspec import Struct

from pathflow.base.names import fold

UNSAID: Final = frozenset({"span", "aliases", "has_all_agreements"})
"""Fields that say nothing of what is owed: places, the spellings of sources, and whether lines could be read."""

ORDERED: Final = frozenset({
    "Step.limits", "Expectation.names", "Scenario.steps", "CalendarRule.closed", "Network.calendars",
    "Site.timetable", "Path.body", "Branch.body", "Repeat.body", "Whenever.body", "Scenario.given",
})  # fmt: skip
"""Fields whose order means something; in every other list it says nothing."""

_SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "item": (
        "Compare.item", "OneOf.item", "IsUnknown.item", "Step.needs", "Step.makes", "Step.carries", "Handoff.carries",
        "Consultation.carries", "Consultation.makes", "Service.makes", "Item.name",
        "Path.needs", "Path.makes", "Agreement.carries", "Linked.shares",
    ),
    "step": (
        "Happens.event", "Limit.of", "Limit.at_most_of", "Ending.step", "Review.after", "NoReturn.event", "Expectation.names",
        "Expectation.happens", "Scenario.never", "Step.name", "Handoff.name", "Consultation.name", "Choice.name", "End.name",
        "Event.name", "Step.same_visit", "Never.name", "Due.subject", "Within.subject", "Within.of",
    ),
    "provider": (
        "Choice.options", "Choice.default", "Agreement.provider", "Path.responsible", "Path.accountable", "Network.also",
        "Network.organiser",
        "Provider.name", "Party.name", "Site.hosts", "Partner.name",
    ),
    "service": (
        "Doing.service", "Provider.offers", "Agreement.covers", "Service.name", "Package.must_have", "Package.may_have",
        "Partner.leads",
    ),
    "word": (
        "Actor.professions", "Actor.channel", "Plan.team", "Plan.contains", "Provider.professions", "Provider.channels",
        "Provider.register", "Network.professions", "Network.name", "OneOf.options", "Item.options", "Branch.name",
    ),
}  # fmt: skip
_SORT: Final = {field: sort for sort, fields in _SORTS.items() for field in fields}


class Renames:
    """Which things are now called otherwise: sort → folded new name → old name."""

    def __init__(self) -> None:
        self._old: dict[str, dict[str, str]] = {}

    def add(self, sort: str, old: str, new: str) -> None:
        """A thing has another name now."""
        self._old.setdefault(sort, {})[fold(new)] = old

    def old_name(self, sort: str, name: str) -> str:
        """What it was called, folded."""
        table = self._old.get(sort)
        return fold(table.get(fold(name), name) if table is not None else name)


NOTHING_RENAMED: Final = Renames()


def is_table(value: Any) -> bool:
    """Whether a value is a table of things by their names."""
    return isinstance(value, Mapping)


def is_row(value: Any) -> bool:
    """Whether a value is a list of things."""
    return isinstance(value, tuple | list | frozenset | set)


def plain(value: Any, renames: Renames = NOTHING_RENAMED, field: str = "") -> Any:
    """The value as nested tuples, such that two of them are equal exactly when they mean the same.

    Args:
        renames: for a value of the new side, what its names were on the old one.
        field: the class and field that it stands in, for the names and the order in it.
    """
    if isinstance(value, str):
        sort = _SORT.get(field)
        return renames.old_name(sort, value) if sort is not None else value
    if isinstance(value, Struct):
        name = type(value).__name__
        if name == "Party":
            return _party(value, renames)
        parts = [
            (part, plain(getattr(value, part), renames, f"{name}.{part}"))
            for part in value.__struct_fields__
            if part not in UNSAID
        ]
        return (name, *parts)
    if is_table(value):
        table = cast("Mapping[Any, Any]", value)
        rows = [("" if hasattr(v, "name") else str(k), plain(v, renames, field)) for k, v in table.items()]
        return tuple(sorted(rows, key=repr))
    if is_row(value):
        found = [plain(part, renames, field) for part in cast("Iterable[Any]", value)]
        return tuple(found) if field in ORDERED else tuple(sorted(found, key=repr))
    return value


def _party(party: Any, renames: Renames) -> Any:
    sort = "step" if party.kind == "chosen" else "provider"
    return ("Party", party.kind, renames.old_name(sort, party.name))


def is_same(old: Any, new: Any, renames: Renames, field: str = "") -> bool:
    """Whether the two mean the same: what `plain` says, without writing all of it out where nothing changed."""
    if isinstance(old, Struct) and type(old) is type(new) and type(old).__name__ != "Party":
        sort = type(old).__name__
        fields = (part for part in old.__struct_fields__ if part not in UNSAID)
        return all(is_same(getattr(old, part), getattr(new, part), renames, f"{sort}.{part}") for part in fields)
    if _is_same_in_order(old, new, renames, field):
        return True
    return bool(plain(old, NOTHING_RENAMED, field) == plain(new, renames, field))


def _is_same_in_order(old: Any, new: Any, renames: Renames, field: str) -> bool:
    """Whether two lists or tables are the same one after the other; if not, they may still mean the same."""
    if is_table(old) and is_table(new):
        if list(old) != list(new):
            return False
        old, new = old.values(), new.values()
    elif not (is_row(old) and is_row(new)):
        return False
    return len(old) == len(new) and all(is_same(a, b, renames, field) for a, b in zip(old, new, strict=True))


def spelt(value: Any) -> str:
    """A value in words, for a sentence; nothing is `nothing`."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Struct):
        return str(value) if type(value).__str__ is not Struct.__str__ else _spelt_struct(value)
    if is_table(value):
        table = cast("Mapping[Any, Any]", value)
        return ", ".join(f"{k}: {spelt(v)}" for k, v in table.items()) or "nothing"
    if is_row(value):
        return ", ".join(spelt(part) for part in cast("Iterable[Any]", value)) or "nothing"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _spelt_struct(value: Struct) -> str:
    parts = [(f, getattr(value, f)) for f in value.__struct_fields__ if f not in UNSAID]
    return ", ".join(f"{f.replace('_', ' ')} {spelt(v)}" for f, v in parts if v not in (None, (), "", False)) or "nothing"
