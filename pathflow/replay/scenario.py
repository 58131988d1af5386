"""Scenario tests: a client of whom something is given goes the path, and what is expected comes, or does not."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import Record
from pathflow.engine.watch import WatchFactory
from pathflow.model import path as model
from pathflow.replay.judging import Failure, judge
from pathflow.replay.playing import Happening, Play

__all__ = ["Failure", "Outcome", "outcome_of", "run_scenarios"]


class Outcome(Struct, frozen=True):
    """How a scenario went. `history`: what happened, in order; `at`: the moment up to which it was followed."""

    name: str
    span: Span
    failures: tuple[Failure, ...]
    history: tuple[Happening, ...]
    record: Record
    at: Instant
    findings: tuple[Finding, ...]
    play: Play


def run_scenarios(
    program: Program, watch: WatchFactory, name: str | None = None, machine: Machine | None = None
) -> Iterator[Outcome]:
    """Runs a path's tests, or those whose name holds `name`, in the order of the file.

    Args:
        machine: one of the program's own, which may keep what it comes by (coverage.Trail).
    """
    machine = machine or Machine([program], watch)
    for scenario in program.path.tests:
        if name is None or fold(name) in fold(scenario.name):
            yield outcome_of(machine, program, scenario)


def outcome_of(machine: Machine, program: Program, scenario: model.Scenario) -> Outcome:
    """One scenario, played and judged."""
    play = Play(machine, program, scenario).run()
    findings = tuple(machine.findings(play.record, play.end))
    failures = judge(play, findings)
    return Outcome(scenario.name, scenario.span, failures, tuple(play.history), play.record, play.end, findings, play)
