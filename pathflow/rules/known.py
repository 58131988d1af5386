"""What is known somewhere: each item with the places in which it can be read, and what is left where ways meet.

Some of what is known is no item: that something has happened, that a provider has acted, that the client has chosen, that a
consent was given. It goes along the ways in the same tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pathflow.base.names import fold

EVERYWHERE: Final = "*"
"""The place of what everybody knows: the client says it."""

HERE: Final = "\0whoever is accountable"
"""The place of what whoever holds the client at that moment can read, whoever that is on the way that was gone."""

BEFORE_IT: Final = "\0whoever was accountable"
"""In an event's own way: the place of what whoever held the client before it can read."""

ANYTHING: Final = "\0anything"
"""Stands for every item after a statement that could not be read whole: nothing is concluded of what it makes or carries."""

CONSENTED: Final = "\0consented "
"""Before the name of a yes-or-no item: what is known once it is yes."""

Known = Mapping[str, frozenset[str]]
"""Item → the places in which it can be read: registers, and those of parties that are not the same on every way."""


def happened(name: str) -> str:
    """What is known once a step was done, a handoff sent or an event observed."""
    return "\0happened " + fold(name)


def one_happened(names: Iterable[str]) -> str:
    """What is known once one of several has happened, whichever it is on the way that was gone."""
    return "\0one happened " + "\0".join(sorted(map(fold, names)))


def acted(provider: str) -> str:
    """What is known once a provider has done an order."""
    return "\0acted " + provider


def chosen_at(choice: str) -> str:
    """What is known once the client has chosen."""
    return "\0chosen at " + choice


def meet_perhaps(values: list[Known]) -> Known:
    """What any of them knows, in the places that all of those have that know it."""
    result = dict(values[0])
    for other in values[1:]:
        for item, places in other.items():
            there = result.get(item)
            if there is not places:
                result[item] = places if there is None else _both(there, places)
    return result


def meet(values: list[Known]) -> Known:
    """What all of them know, in the places that all of them have."""
    first, *rest = values
    if not rest:
        return first  # nothing that is known is ever changed in place
    result = dict(first)
    for other in rest:
        if other is first:
            continue
        result = {
            item: places if (there := other[item]) is places else _both(places, there)
            for item, places in result.items()
            if item in other
        }
    if any(ANYTHING in known for known in values):
        result[ANYTHING] = frozenset({EVERYWHERE})
    return result


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The places that two have in common; what is known everywhere is known where the other is."""
    if EVERYWHERE in one:
        return other
    return one if EVERYWHERE in other else one & other


def met_by(needed: int, values: list[Known]) -> Known:
    """What is known when so many of these branches are through, whichever: what more of them know than may be missing."""
    if needed >= len(values):
        return union(values)
    spare = len(values) - needed
    result: dict[str, frozenset[str]] = {}
    for item in {item for known in values for item in known}:
        having = [known[item] for known in values if item in known]
        if len(having) > spare:
            places = {place for there in having for place in there}
            result[item] = frozenset(p for p in places if sum(p in t or EVERYWHERE in t for t in having) > spare)
    return result


def union(values: list[Known]) -> Known:
    """All that any of them knows, in all the places."""
    result = dict(values[0])
    for known in values[1:]:
        for item, places in known.items():
            there = result.get(item)
            if there is not places:
                result[item] = places if there is None else there | places
    return result


def without_place(known: Known, place: str) -> Known:
    """What is known, without one of the places."""
    return {item: places - {place} if place in places else places for item, places in known.items()}
