"""Conditions as functions of a record. Three values: True, False and None for unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pathflow.base.calendars import Calendar
from pathflow.base.durations import Duration
from pathflow.base.instants import Instant
from pathflow.engine.facts import Value
from pathflow.model import conditions as model
from pathflow.model.network import Item

if TYPE_CHECKING:
    from pathflow.engine.record import Enrolment, Record

Test = Callable[["Record", "Enrolment", Instant, Instant], bool | None]
"""Asked of (record, enrolment, at, since): `since` is when the statement with the condition was reached."""

Measured = tuple[Instant, Value, str | None]
"""A value of an item: when, what, from which provider."""

_SIGNS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


_NUMBER: Final = (int, float)


def value_at(history: Sequence[Measured] | None, at: Instant) -> Measured | None:
    """The newest value that was known at a moment."""
    if not history:
        return None
    last = history[-1]
    if last[0] <= at:
        return last
    for measured in reversed(history):
        if measured[0] <= at:
            return measured
    return None


def is_fresh(measured: Instant, item: Item | None, at: Instant, calendar: Calendar) -> bool:
    """Whether a value measured then is still valid: an item without a validity never grows old."""
    if item is None or item.valid is None:
        return True
    age = at - measured
    if age <= item.valid.shortest:
        return True
    return age <= item.valid.longest and at <= calendar.later(measured, item.valid)


def as_test(condition: model.Condition, items: Mapping[str, Item], calendar: Calendar) -> Test:
    """The function that decides a condition.

    Law: tests/laws/test_conditions.py (agrees with a direct reading of the three-valued tables).
    """
    if isinstance(condition, model.Compare):
        item = items.get(condition.item)
        if condition.within is None and condition.lasting is None and (item is None or item.valid is None):
            return _compare_any_age(condition)
        return _compare(condition, item, calendar)
    if isinstance(condition, model.OneOf):
        return _one_of(condition, items.get(condition.item), calendar)
    if isinstance(condition, model.IsUnknown):
        return _is_unknown(condition, items.get(condition.item), calendar)
    if isinstance(condition, model.Happens):
        return _happens(condition.event)
    if isinstance(condition, model.Reason):
        return lambda _record, _enrolment, _at, _since: False
    if isinstance(condition, model.Not):
        return _not(as_test(condition.part, items, calendar))
    parts = [as_test(part, items, calendar) for part in condition.parts]
    return _all(parts) if isinstance(condition, model.All) else _any(parts)


Turn = Callable[["Record", Instant], Instant | None]
"""Asked of (record, at): the next moment at which time alone may change what conditions say; None where it does not."""


def turn_of(conditions: Iterable[model.Condition], items: Mapping[str, Item], calendar: Calendar) -> Turn | None:
    """When conditions may change though nothing happens: a value grows too old, or has been so for long enough.

    Returns: None where time alone changes nothing.
    """
    lasting: list[tuple[str, Duration]] = []
    ending: list[tuple[str, Duration]] = []
    for atom in (atom for condition in conditions for atom in model.atoms(condition)):
        if isinstance(atom, model.Compare | model.OneOf | model.IsUnknown):
            item = items.get(atom.item)
            if item is not None and item.valid is not None:
                ending.append((atom.item, item.valid))
        if isinstance(atom, model.Compare):
            ending += [(atom.item, atom.within)] if atom.within is not None else []
            lasting += [(atom.item, atom.lasting)] if atom.lasting is not None else []
    if not lasting and not ending:
        return None

    def turn(record: Record, at: Instant) -> Instant | None:
        soon = [_end_of(m[0], length, calendar) + 1 for name, length in ending for m in record.items.get(name, ())]
        soon += [calendar.later(m[0], length) for name, length in lasting for m in record.items.get(name, ())]
        return min((moment for moment in soon if moment > at), default=None)

    return turn


def _end_of(measured: Instant, length: Duration, calendar: Calendar) -> Instant:
    """The last moment at which a value is no older than that, as `is_fresh` has it."""
    return max(measured + length.shortest, min(measured + length.longest, calendar.later(measured, length)))


def _compare(condition: model.Compare, item: Item | None, calendar: Calendar) -> Test:
    name, bound, compare = condition.item, condition.bound, _SIGNS[condition.operator]
    within, lasting = condition.within, condition.lasting

    def holds(measured: Measured) -> bool:
        value = measured[1]
        return isinstance(value, _NUMBER) and compare(value, bound)

    def test(record: Record, _enrolment: Enrolment, at: Instant, _since: Instant) -> bool | None:
        history = record.items.get(name)
        measured = value_at(history, at)
        if measured is None or history is None or not is_fresh(measured[0], item, at, calendar):
            return None
        if not holds(measured):
            return False
        if within is not None and at > calendar.later(measured[0], within):
            return None
        if lasting is None:
            return True
        began = measured[0]
        for earlier in reversed(history):
            if earlier[0] <= at:
                if not holds(earlier):
                    break
                began = earlier[0]
        return calendar.later(began, lasting) <= at

    return test


def _compare_any_age(condition: model.Compare) -> Test:
    name, bound, compare = condition.item, condition.bound, _SIGNS[condition.operator]

    def test(record: Record, _enrolment: Enrolment, at: Instant, _since: Instant) -> bool | None:
        measured = value_at(record.items.get(name), at)
        return None if measured is None else isinstance(measured[1], _NUMBER) and compare(measured[1], bound)

    return test


def _one_of(condition: model.OneOf, item: Item | None, calendar: Calendar) -> Test:
    name, options = condition.item, frozenset(condition.options)

    def test(record: Record, _enrolment: Enrolment, at: Instant, _since: Instant) -> bool | None:
        measured = value_at(record.items.get(name), at)
        if measured is None or not is_fresh(measured[0], item, at, calendar):
            return None
        return measured[1] in options

    return test


def _is_unknown(condition: model.IsUnknown, item: Item | None, calendar: Calendar) -> Test:
    name = condition.item

    def test(record: Record, _enrolment: Enrolment, at: Instant, _since: Instant) -> bool | None:
        measured = value_at(record.items.get(name), at)
        return measured is None or not is_fresh(measured[0], item, at, calendar)

    return test


def _happens(event: str) -> Test:
    def test(_record: Record, enrolment: Enrolment, at: Instant, since: Instant) -> bool | None:
        last = enrolment.happened.get(event)
        return last is not None and since <= last <= at

    return test


def _not(part: Test) -> Test:
    def test(record: Record, enrolment: Enrolment, at: Instant, since: Instant) -> bool | None:
        value = part(record, enrolment, at, since)
        return None if value is None else not value

    return test


def _all(parts: list[Test]) -> Test:
    def test(record: Record, enrolment: Enrolment, at: Instant, since: Instant) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(record, enrolment, at, since)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return test


def _any(parts: list[Test]) -> Test:
    def test(record: Record, enrolment: Enrolment, at: Instant, since: Instant) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(record, enrolment, at, since)
            if value:
                return True
            if value is None:
                result = None
        return result

    return test
