"""Conditions over what is known of a client. Three values: yes, no, and unknown, which is never taken for no.

Source: Kleene's strong three-valued logic (Introduction to Metamathematics, 1952, section 64).
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from pathflow.base.durations import Duration

Operator = Literal["<", "<=", ">", ">=", "="]


class Compare(Struct, frozen=True):
    """A number against a bound, in the item's own unit.

    `within`: only a value at most so old counts. `lasting`: it has held for so long without a break.
    """

    item: str
    operator: Operator
    bound: float
    unit: str | None = None
    within: Duration | None = None
    lasting: Duration | None = None

    def __str__(self) -> str:
        number = f"{self.bound:g}" if abs(self.bound) < 1e6 else f"{self.bound:.0f}"
        text = f"{self.item} {self.operator} {number}" + (f" {self.unit}" if self.unit else "")
        return text + (f" within {self.within}" if self.within else "") + (f" for {self.lasting}" if self.lasting else "")


class OneOf(Struct, frozen=True):
    """An item has one of these options; a yes-or-no item's options are `yes` and `no`."""

    item: str
    options: tuple[str, ...]

    def __str__(self) -> str:
        if self.options == ("yes",):
            return self.item
        if len(self.options) == 1:
            return f"{self.item} is {self.options[0]}"
        return f"{self.item} is one of {', '.join(self.options)}"


class IsUnknown(Struct, frozen=True):
    """Nothing is known of the item. The one condition that is never unknown itself."""

    item: str

    def __str__(self) -> str:
        return f"{self.item} is unknown"


class Happens(Struct, frozen=True):
    """A step was done or an event observed, since the statement with this condition was reached."""

    event: str

    def __str__(self) -> str:
        return f"{self.event} happens"


class Reason(Struct, frozen=True):
    """A reason was given for an order; stands in a window's exceptions only."""

    name: str

    def __str__(self) -> str:
        return self.name


class Not(Struct, frozen=True):
    """The opposite; of unknown, unknown."""

    part: Condition

    def __str__(self) -> str:
        if isinstance(self.part, IsUnknown):
            return f"{self.part.item} is known"
        return f"not ({self.part})" if isinstance(self.part, All | Any) else f"not {self.part}"


class All(Struct, frozen=True):
    """Every part holds."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Any) else str(part) for part in self.parts)


class Any(Struct, frozen=True):
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(str(part) for part in self.parts)


Condition = Compare | OneOf | IsUnknown | Happens | Reason | Not | All | Any
Atom = Compare | OneOf | IsUnknown | Happens | Reason


_JOINED: Final = (All, Any)
_ASKING: Final = (Compare, OneOf, IsUnknown)


def atoms(condition: Condition) -> tuple[Atom, ...]:
    """The simple conditions that it is made of, left to right."""
    if isinstance(condition, _JOINED):
        found: list[Atom] = []
        for part in condition.parts:
            found += atoms(part)
        return tuple(found)
    return atoms(condition.part) if isinstance(condition, Not) else (condition,)


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that must all hold for it to hold."""
    if isinstance(condition, All):
        return tuple(part for whole in condition.parts for part in conjuncts(whole))
    return (condition,)


def affirmed(condition: Condition, holds: bool = True) -> frozenset[str]:
    """The yes-or-no items that are surely yes where it holds; or, with `holds` false, where it surely does not."""
    if isinstance(condition, Not):
        return affirmed(condition.part, not holds)
    if isinstance(condition, OneOf):
        return frozenset({condition.item}) if condition.options == (("yes",) if holds else ("no",)) else frozenset()
    if not isinstance(condition, All | Any):
        return frozenset()
    parts = [affirmed(part, holds) for part in condition.parts]
    both = isinstance(condition, All) == holds
    return frozenset[str]().union(*parts) if both else parts[0].intersection(*parts[1:])


def items_of(condition: Condition) -> tuple[str, ...]:
    """The items it speaks of, each once."""
    if isinstance(condition, _ASKING):
        return (condition.item,)
    return tuple(dict.fromkeys([atom.item for atom in atoms(condition) if isinstance(atom, _ASKING)]))


def events_of(condition: Condition) -> tuple[str, ...]:
    """The events it waits for, each once."""
    if isinstance(condition, _ASKING):
        return ()
    return tuple(dict.fromkeys([atom.event for atom in atoms(condition) if isinstance(atom, Happens)]))
