"""The limits of statements, and what starts their clocks."""

from __future__ import annotations

from typing import Final

from pathflow.model import path as model

_LIMITED: Final = (model.Handoff, model.Choice)


def limits_of(statement: object) -> tuple[model.Limit, ...]:
    """The clocks of a statement."""
    if isinstance(statement, model.Step):
        return statement.limits
    limit = statement.limit if isinstance(statement, _LIMITED) else None
    return (limit,) if limit is not None else ()


def clock_starts(statement: object) -> list[str]:
    """What the clocks of a statement, and a wait, count from."""
    if isinstance(statement, model.Wait):
        return [statement.of] if statement.of is not None else []
    return [start for limit in limits_of(statement) for start in limit.starts if start is not None]


def either_starts(statement: object) -> frozenset[str]:
    """What the clocks of several limits count from, where one of them is enough; empty where a clock needs more than that."""
    limits = [
        limit for limit in limits_of(statement) if limit.when is None and limit.valid is None and limit.at_most_of is None
    ]
    starts = frozenset(limit.of for limit in limits if limit.of is not None)
    return starts if len(starts) > 1 else frozenset()


def above(statement: object, limit: model.Limit) -> tuple[model.Limit, ...]:
    """The limits above one, each of which holds in its place once its clock has started."""
    limits = limits_of(statement)
    before = limits[: limits.index(limit)] if limit in limits else ()
    return tuple(one for one in before if one.when is None and one.valid is None)
