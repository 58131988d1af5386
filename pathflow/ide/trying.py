"""A path's tests, run while one writes them."""

from __future__ import annotations

from pathflow.dsl.languages import Code
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.ide.hints import Ran
from pathflow.locale import spoken
from pathflow.replay.scenario import outcome_of
from pathflow.rules.registry import watch_all


def run_tests(program: Program, name: str | None, code: Code) -> list[Ran]:
    """How the tests of that name went, or all of them."""
    machine = Machine([program], watch_all)
    found: list[Ran] = []
    for scenario in program.path.tests:
        if name is None or scenario.name == name:
            outcome = outcome_of(machine, program, scenario)
            found.append(Ran(scenario.name, tuple(spoken(failure.said, code) for failure in outcome.failures)))
    return found
