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
