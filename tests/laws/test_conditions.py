"""Conditions: the engine's functions against Kleene's tables written out (oracles/residual.py)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pathflow.base.durations import DAY
from pathflow.base.instants import read_instant
from pathflow.engine.conditions import as_test
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.tables import Tables
from pathflow.engine.watch import Watchers
from pathflow.model import path as model
from tests.helpers import program_of
from tests.oracles.residual import World
from tests.strategies import HEAD, NETWORK, VALUES, conditions

STEPS = "steps\n    decide\n        if {condition}\n            continue\n        otherwise\n            continue\n    end Done\n        closes the plan\n"


@given(conditions(), st.data())
def test_a_condition_means_what_the_tables_say(condition: str, data: st.DataObject) -> None:
    program = program_of(NETWORK + "\n" + HEAD + STEPS.format(condition=condition))
    decision = program.path.body[0]
    assert isinstance(decision, model.Decision)
    meant = decision.branches[0].condition
    assert meant is not None
    now = read_instant("2026-03-02T09:00", program.calendar.zone) or 0
    record = Record("client")
    world = World(program.path, now, "")
    for name in data.draw(st.lists(st.sampled_from(list(VALUES)), unique=True)):
        history = [(now - data.draw(st.integers(0, 60)) * DAY, data.draw(VALUES[name])) for _ in range(2)]
        history.sort(key=lambda measured: measured[0])
        record.items[name] = [(when, value, None) for when, value in history]
        world.items[name] = list(history)
    tables = Tables(program, Watchers(len(program.nodes), ()))
    enrolment = Enrolment(tables, 0, now, "Health Centre")
    assert as_test(meant, program.path.items, program.calendar)(record, enrolment, now, now) == world.holds(meant)


def decided(text: str, items: dict[str, list[tuple[int, object]]], after: int) -> bool | None:
    """What a condition over weight is, `after` days after the first of the values."""
    program = program_of(NETWORK + "\n" + HEAD + STEPS.format(condition=text))
    decision = program.path.body[0]
    assert isinstance(decision, model.Decision)
    meant = decision.branches[0].condition
    assert meant is not None
    start = read_instant("2026-03-02T09:00", program.calendar.zone) or 0
    record = Record("client")
    for name, values in items.items():
        record.items[name] = [(start + day * DAY, value, None) for day, value in values]  # type: ignore[misc]
    enrolment = Enrolment(Tables(program, Watchers(len(program.nodes), ())), 0, start, "")
    return as_test(meant, program.path.items, program.calendar)(record, enrolment, start + after * DAY, start)


def test_within_asks_how_old_the_value_is() -> None:
    weights = {"weight": [(0, 80), (1, 83)]}
    assert decided("weight >= 82 kg within 3 days", weights, 2) is True
    assert decided("weight >= 82 kg within 3 days", weights, 9) is None
    assert decided("weight >= 90 kg within 3 days", weights, 2) is False


def test_for_asks_how_long_it_has_been_so() -> None:
    weights = {"weight": [(0, 80), (1, 83), (5, 84)]}
    assert decided("weight >= 82 kg for 3 days", weights, 5) is True
    assert decided("weight >= 82 kg for 1 week", weights, 6) is False


def test_a_value_that_is_too_old_is_unknown() -> None:
    assert decided("weight >= 82 kg", {"weight": [(0, 90)]}, 29) is True
    assert decided("weight >= 82 kg", {"weight": [(0, 90)]}, 40) is None
    assert decided("weight is unknown", {"weight": [(0, 90)]}, 40) is True
