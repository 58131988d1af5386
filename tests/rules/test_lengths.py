"""A rule says of itself whether it looks at how long something is; one that does not is not asked again when only that changes.

Here lengths cannot be read: whoever looks at one that cannot be is found.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec import Struct
from msgspec.structs import replace

import pathflow
from pathflow.base.durations import Duration
from pathflow.base.spans import Span
from pathflow.compiler.flow import program_of
from pathflow.engine.program import Edge, Node, Program
from pathflow.model.conditions import Compare
from pathflow.rules.beginning import Settled
from pathflow.rules.kept import TIMELESS
from pathflow.rules.registry import Entry, rules
from pathflow.rules.ways import Ways
from tests.conftest import ROOT
from tests.helpers import unit_of
from tests.rules.examples import section, whole
from tests.strategies import paths

PROVED = [entry for entry in rules() if entry.prove is not None]


class LookedAtError(Exception):
    """Somebody has looked at a length."""


class Hidden(Duration, frozen=True):
    """A length that cannot be looked at."""

    def __getattribute__(self, name: str) -> Any:
        if _closed and not name.startswith("__"):
            raise LookedAtError(name)
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        return self is other if _apart else isinstance(other, Hidden)

    def __hash__(self) -> int:
        return 0

    def __str__(self) -> str:
        if _closed:
            raise LookedAtError("as a text")
        return "so long"


_closed: list[bool] = []
_apart: list[bool] = []


@pytest.fixture(params=["as if all were the same", "as if no two were the same"], autouse=True)
def how(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whether two lengths are equal may be asked; what comes of it is asked both ways."""
    _apart.extend([True] * ("no two" in request.param))
    yield
    _apart.clear()


@contextmanager
def closed() -> Iterator[None]:
    _closed.append(True)
    try:
        yield
    finally:
        _closed.clear()


def hidden(part: object) -> object:
    """A path, or a part of one, of whose lengths nothing is known."""
    if type(part) is tuple:
        return tuple(map(hidden, cast("tuple[object, ...]", part)))
    if isinstance(part, dict):
        return {key: hidden(value) for key, value in cast("dict[str, object]", part).items()}
    if isinstance(part, Duration):
        return Hidden(1, "day")
    if not isinstance(part, Struct) or isinstance(part, Compare):  # what is asked is compared whole
        return part
    return replace(part, **{name: hidden(getattr(part, name)) for name in type(part).__struct_fields__})


def without_lengths(program: Program) -> Ways:
    return Ways(program_of(cast("Any", hidden(program.path)), "", program.calendar, program.included))


def looks(entry: Entry, program: Program) -> bool:
    """Whether a rule that finds nothing on a path had to look at a length for that."""
    if entry.prove is None or list(entry.prove(Ways(program))):
        return False
    other = without_lengths(program)
    try:
        with closed():
            assert list(entry.prove(other)) == []
    except LookedAtError:
        return True
    return False


def examples() -> list[Program]:
    texts = [whole(section(entry.page, title)) for entry in PROVED for title in ("Bad", "Good")]
    programs = [unit.program for text in texts if (unit := unit_of(text)).program is not None]
    return [program for program in programs if program is not None]


def shipped() -> list[Program]:
    files = [*(ROOT / "paths").glob("*.path"), *(ROOT / "examples").glob("*/*.path")]
    return [pathflow.load(file).program for file in sorted(files) if "\npath " in "\n" + file.read_text("utf-8")]


PROGRAMS = [*examples(), *shipped()]


@pytest.mark.parametrize("entry", PROVED, ids=lambda entry: entry.rule.code)
def test_a_rule_that_looks_at_lengths_says_so(entry: Entry) -> None:
    assert any(looks(entry, program) for program in PROGRAMS) is entry.rule.is_of_lengths


@given(text=paths(has_events=True))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_it_is_on_any_path(text: str) -> None:
    unit = unit_of(text)
    if unit.program is not None:
        assert [entry.rule.code for entry in PROVED if looks(entry, unit.program) and not entry.rule.is_of_lengths] == []


@pytest.mark.parametrize("name", TIMELESS)
def test_what_is_kept_of_the_ways_looks_at_no_lengths(name: str) -> None:
    for program in PROGRAMS:
        ways, other = Ways(program), without_lengths(program)
        with closed():
            assert getattr(ways, name) == getattr(other, name)


@pytest.mark.parametrize("name", TIMELESS)
def test_what_is_kept_of_the_ways_speaks_of_nodes_by_number(name: str) -> None:
    for program in PROGRAMS:
        waiting: list[object] = [getattr(Ways(program), name)]
        while waiting:
            one = waiting.pop()
            assert not isinstance(one, Node | Edge | Span | Duration), one
            if isinstance(one, dict):
                waiting += [*cast("dict[object, object]", one), *cast("dict[object, object]", one).values()]
            elif isinstance(one, list | tuple | frozenset):
                waiting += cast("list[object]", one)
            elif isinstance(one, Settled):
                waiting += [one.at, one.came]


def test_every_analysis_that_is_kept_is_one() -> None:
    assert all(isinstance(inspect.getattr_static(Ways, name), cached_property) for name in TIMELESS)
