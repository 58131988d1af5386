"""A scenario as the lines of a path file that mean it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from pathflow.dsl.vocabulary import INNER
from pathflow.model import path as model
from pathflow.model.network import Item

_WIDTH: Final = 120

_NEEDS_QUOTES: Final = re.compile(
    r"[,\"#]|^\s|\s$|\s\s|^at\s+\d|^any\s+finding|\b(?:" + "|".join(re.escape(word) for word in INNER.values()) + r")\b", re.I
)


def written(scenario: model.Scenario, items: Mapping[str, Item]) -> str:
    """The `test` block. Law: tests/laws/test_exploring.py (read again, it is the same scenario)."""
    lines = [f"test {scenario.name}"]
    lines += [f"    given {one}" for one in _joined([_assumption(one, items) for one in scenario.given])]
    for step in scenario.steps:
        on = f"on {step.moment} " if step.moment is not None else ""
        lines.append(f"    {on}{'expect ' if step.is_expected else ''}{_event(step, items)}")
    return "\n".join(lines) + "\n"


def _joined(parts: list[str]) -> Iterator[str]:
    """Several on a line, as long as it can be read."""
    line = ""
    for part in parts:
        if line and len(line) + len(part) > _WIDTH:
            yield line
            line = ""
        line = f"{line}, {part}" if line else part
    if line:
        yield line


def _event(step: model.Expectation, items: Mapping[str, Item]) -> str:
    if step.leaves is not None:
        return f"client {step.leaves}"
    if step.happens is not None:
        return f"{_quoted(step.happens)} happens"
    return _assumption(step.assumption, items) if step.assumption is not None else ""


def _assumption(one: model.Assumption, items: Mapping[str, Item]) -> str:
    if one.kind == "finding":
        return f"finding is {one.value}"
    if one.kind == "item":
        return f"{_quoted(one.subject)} is {_value(one.value, items.get(one.subject))}"
    after = f" after {one.after}" if one.after is not None else ""
    value = str(one.value) if one.kind == "step" or one.value == "not chosen" else _quoted(str(one.value))
    return f"{_quoted(one.subject)} is {value}{after}"


def _value(value: str | float, item: Item | None) -> str:
    if isinstance(value, str):
        return f'"{value}"' if "," in value or "#" in value else value
    number = str(int(value)) if float(value).is_integer() else format(Decimal(repr(value)), "f")
    return f"{number} {item.unit}" if item is not None and item.unit else number


def _quoted(name: str) -> str:
    return f'"{name}"' if _NEEDS_QUOTES.search(name) else name
