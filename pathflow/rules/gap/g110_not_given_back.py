"""G110 not-given-back

An event moves the client to another provider and lets the main way resume without giving the client back.

Why: The main way goes on with steps of the party that held the client before. If the client is still held elsewhere, both
    believe that the other one acts.
Source: Promises, law 1.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
    whenever Emergency happens
        handoff Admission
            from whoever is accountable to Hospital
            carries referral letter
            accepted within 4 hours
            if not accepted, whoever is accountable keeps the client
            keeps the plan with its owner
        resume                                            # <- G110
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
    whenever Emergency happens
        handoff Admission
            from whoever is accountable to Hospital
            carries referral letter
            accepted within 4 hours
            if not accepted, whoever is accountable keeps the client
            keeps the plan with its owner
        step Treatment
            by specialist at Hospital
            within 4 hours
        handoff Discharge
            from Hospital to whoever was accountable
            carries referral letter
            accepted within 1 day
            if not accepted, Hospital keeps the client
            keeps the plan with its owner
        resume
Fix: Add a handoff `to whoever was accountable` before `resume`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.holding import BEFORE
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G110", "not-given-back")


def prove(ways: Ways) -> Iterator[Finding]:
    """Where the main way resumes, whoever held the client before holds the client again."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        if node.kind != "resume" or node.index not in ways.reachable:
            continue
        others = sorted(ways.holders[node.index] - {BEFORE})
        if others:
            say = "the main way resumes while {holders} holds the client"
            words = {"holders": listing(others, "or"), "holder": others[0]}
            help_ = "Before it, add a handoff: from {holder} to whoever was accountable"
            yield RULE.on(node.span, say, words, help_, aim=Aim(node.index, "holder", (BEFORE,), earlier=node.event))


def watch(program: Program) -> Iterator[Watch]:
    """The main way is open again, and the client is held by somebody who does nothing on it next."""
    resumes = [n for n in program.nodes if n.kind == "resume"]
    if not resumes:
        return

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for run, node in _open_runs(enrolment):
            began, before = run
            if enrolment.holder != before and at - began > _LONG:
                words = {"holder": enrolment.holder, "before": before, "event": program.nodes[node].name}
                yield RULE.of(
                    record, "`{holder}` has held the client for over 30 days since `{event}`; before that `{before}` did",
                    words, level="warning", since=began, who=enrolment.holder,
                    evidence=(Evidence(began, program.nodes[node].name, before),),
                    help="Hand the client back, or end the path", span=program.nodes[node].span,
                )  # fmt: skip

    yield Watch(standing=standing)


_LONG = 30 * 24 * 3600 * 1_000_000


def _open_runs(enrolment: Enrolment) -> Iterator[tuple[tuple[Instant, str], int]]:
    """What set off an interrupting event, and who held the client then; beside the main way nobody is handed over."""
    if enrolment.ended is None:
        nodes = enrolment.tables.program.nodes
        for node, run in enrolment.events.items():
            whenever = nodes[node].statement
            if isinstance(whenever, model.Whenever) and not whenever.is_beside:
                yield (run.began, run.holder), node
