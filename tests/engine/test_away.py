"""A client who is away for a time: what needs the client is put off, what does not runs on."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pathflow.base.durations import DAY, HOUR
from pathflow.base.instants import Instant
from pathflow.engine.codec import canonical
from pathflow.engine.duties import absences
from pathflow.engine.facts import Fact
from pathflow.engine.record import Record
from pathflow.host.live import CareEngine
from pathflow.model import path as model
from tests.engine.test_lasting import DONE, NOW, VISIT, engine_of, records_of, refused, text
from tests.helpers import program_of
from tests.laws.test_engine import Drive
from tests.strategies import paths

REFERRAL = """\
    handoff Referral
        from Health Centre to Hospital
        carries referral letter
        accepted within 3 days
        if not accepted, Association takes over
"""
ADVICE = """\
    consultation Advice
        from doctor at Health Centre to specialist at Hospital
        carries referral letter
        answered within 3 days
"""
CHOICE = """\
    client chooses place
        option Health Centre
        option Hospital
        guided by nurse at Health Centre
        within 2 weeks
        if no choice, Health Centre
    step Examination
        by nurse at place
        ordered by nurse at Health Centre
        accepted within 3 days
        within 14 days
"""


def away(engine: CareEngine, since: int, until: int | None, path: str = "") -> None:
    assert isinstance(engine.pause("c", NOW + since * DAY, path, "in hospital elsewhere"), Fact)
    if until is not None:
        assert isinstance(engine.come_back("c", NOW + until * DAY, path), Fact)


def due(engine: CareEngine, at: Instant, name: str) -> Instant | None:
    return next(duty.due for duty in engine.due("c", at) if name in duty.what)


def codes(engine: CareEngine, at: Instant) -> set[str]:
    return {finding.code for finding in engine.findings("c", at)}


def test_what_needs_the_client_is_due_later_by_the_time_away() -> None:
    engine = engine_of(text(VISIT + DONE))
    before = due(engine, NOW, "Visit")
    assert before is not None
    away(engine, 4, None)
    assert due(engine, NOW + 5 * DAY, "Visit") is None
    assert codes(engine, NOW + 100 * DAY) == set()
    assert isinstance(engine.come_back("c", NOW + 34 * DAY), Fact)
    assert due(engine, NOW + 34 * DAY, "Visit") == before + 30 * DAY
    assert codes(engine, before + 30 * DAY) == set()
    assert codes(engine, before + 30 * DAY + 1) == {"G402"}


def test_what_was_late_before_stays_late() -> None:
    engine = engine_of(text(VISIT + DONE))
    away(engine, 20, None)
    assert codes(engine, NOW + 25 * DAY) == {"G402"}


def test_holder_and_owner_stay_and_what_happens_is_taken() -> None:
    engine = engine_of(text(VISIT + DONE))
    away(engine, 1, None)
    record = engine.client("c", NOW + 2 * DAY)
    assert (record.enrolments[0].holder, record.owner) == ("Health Centre", "doctor at Health Centre")
    engine.complete("c", "Visit", NOW + 60 * DAY)
    assert engine.client("c").enrolments[0].ended is not None
    assert codes(engine, NOW + 60 * DAY) == set()
    assert engine.client("c").away == [(NOW + DAY, NOW + 60 * DAY)], "away from no path any longer"


def test_an_acceptance_runs_on_and_an_answer_does_not() -> None:
    engine = engine_of(text(VISIT + ADVICE + REFERRAL + DONE))
    engine.complete("c", "Visit", NOW)
    away(engine, 1, None)
    assert "G108" not in codes(engine, NOW + 20 * DAY)
    assert isinstance(engine.come_back("c", NOW + 20 * DAY), Fact)
    assert isinstance(engine.answer("c", "Advice", NOW + 21 * DAY), Fact)
    assert "G108" not in codes(engine, NOW + 21 * DAY)
    away(engine, 22, None)
    record = engine.client("c", NOW + 30 * DAY)
    assert record.enrolments[0].holder == "Association"
    assert "G101" in codes(engine, NOW + 30 * DAY)


def test_a_choice_waits_for_the_client() -> None:
    engine = engine_of(text(CHOICE + DONE))
    away(engine, 2, None)
    assert engine.client("c", NOW + 100 * DAY).enrolments[0].chosen == {}
    assert isinstance(engine.come_back("c", NOW + 32 * DAY), Fact)
    last = due(engine, NOW + 32 * DAY, "place")
    assert last is not None
    assert engine.client("c", last).enrolments[0].chosen == {}
    assert engine.client("c", last + 1).enrolments[0].chosen == {"place": "Health Centre"}
    assert last == NOW + 44 * DAY + 15 * HOUR - 1


def test_a_choice_that_the_client_comes_to_while_away_waits_too() -> None:
    engine = engine_of(text(VISIT + CHOICE + DONE))
    away(engine, 2, None)
    engine.complete("c", "Visit", NOW + 3 * DAY)
    assert engine.client("c", NOW + 100 * DAY).enrolments[0].chosen == {}
    assert isinstance(engine.come_back("c", NOW + 5 * DAY), Fact)
    assert engine.client("c", NOW + 100 * DAY).enrolments[0].chosen == {"place": "Health Centre"}


def test_one_path_may_be_left_alone_while_the_other_goes_on() -> None:
    engine = engine_of(text(VISIT + DONE), text(VISIT + DONE, "Other"))
    away(engine, 1, None, "Other")
    found = {enrolment.path: enrolment.away for enrolment in engine.client("c").enrolments}
    assert found == {"Example": [], "Other": [(NOW + DAY, None)]}
    assert len([f for f in engine.findings("c", NOW + 100 * DAY) if f.code == "G402"]) == 1
    assert isinstance(engine.come_back("c", NOW + 2 * DAY), Fact)
    assert not any(until is None for e in engine.client("c").enrolments for _, until in e.away)


def test_times_that_overlap_count_once() -> None:
    engine = engine_of(text(VISIT + DONE))
    before = due(engine, NOW, "Visit")
    assert before is not None
    assert isinstance(engine.pause("c", NOW + DAY, "Example"), Fact)
    assert isinstance(engine.pause("c", NOW + 2 * DAY), Fact)
    assert isinstance(engine.come_back("c", NOW + 3 * DAY, "Example"), Fact)
    assert isinstance(engine.come_back("c", NOW + 5 * DAY), Fact)
    record = engine.client("c")
    assert absences(record, record.enrolments[0]) == [(NOW + DAY, NOW + 5 * DAY)]
    assert due(engine, NOW + 5 * DAY, "Visit") == before + 4 * DAY


def test_nobody_goes_twice_or_comes_back_from_nowhere() -> None:
    engine = engine_of(text(VISIT + DONE))
    assert refused(engine.come_back("c", NOW)) == "`c` is not away"
    assert refused(engine.come_back("c", NOW, "Example")) == "`c` is not away"
    assert refused(engine.pause("c", NOW, "Other")) == "`c` is not on `Other`"
    assert refused(engine.pause("nobody", NOW)) == "`nobody` is on no path"
    away(engine, 1, None)
    later = NOW + 2 * DAY
    assert refused(engine.pause("c", later)) == "`c` is away already"
    assert refused(engine.pause("c", later, "example")) == "`c` is away already"
    assert refused(engine.come_back("c", later, "Example")) == "`c` is away from all paths, not from one"
    engine.record("paused", "c", "", later)
    engine.record("came back", "c", "", later)
    engine.record("came back", "c", "", later + 1)
    assert [f.message for f in engine.findings("c", later + 1)] == [
        "the client is recorded as away, and was away already or is on no such path",
        "the client is recorded as back, and had not been away",
    ]


def test_a_log_tells_of_a_client_who_is_away(tmp_path: Path) -> None:
    rows = (
        "client,time,event\n"
        "a,2026-03-02T09:00,enrolled Example\n"
        "a,2026-03-03T09:00,paused\n"
        "a,2026-03-04T09:00,came back\n"
        "a,2026-03-05T09:00,paused example\n"
        "a,2026-03-06T09:00,came back example\n"
    )
    (record,) = records_of(text(VISIT + DONE), rows, tmp_path)
    assert record.away == [(NOW + DAY, NOW + 2 * DAY)]
    assert record.enrolments[0].away == [(NOW + 3 * DAY, NOW + 4 * DAY)]
    assert record.findings == []


@settings(max_examples=60)
@given(paths(has_events=True), st.integers(0, 2**32))
def test_whoever_is_away_is_held_by_somebody_and_never_late(written: str, seed: int) -> None:
    chance = random.Random(seed)
    program = program_of(written)
    drive = Drive(program, seed)
    for _ in range(25):
        drive.now += chance.choice([HOUR, DAY, 3 * DAY, 9 * DAY, 40 * DAY])
        if chance.random() < 0.4:
            kind = chance.choice(["paused", "came back"])
            drive.give(kind, chance.choice(["", program.path.name]), {})
        else:
            nodes = [node.name for node in program.nodes if node.statement is not None and node.name]
            drive.give(
                chance.choice(["completed", "accepted", "chose", "returned"]), chance.choice(nodes), {}, provider="Hospital"
            )
        later = drive.now + chance.choice([0, DAY, 50 * DAY])
        record = drive.engine.client("client", later)
        assert all(enrolment.holder for enrolment in record.enrolments)
        assert record.active == [] or record.owner is not None or program.path.plan is None
        _never_late_inside(drive, record, later)
    assert canonical(drive.machine.fold("client", chance.sample(drive.facts, len(drive.facts)))) == canonical(
        drive.machine.fold("client", drive.facts)
    )


def _never_late_inside(drive: Drive, record: Record, at: Instant) -> None:
    sent = {n.name for n in drive.program.nodes if isinstance(n.statement, model.Handoff)}
    for finding in drive.machine.findings(record, at):
        if finding.code == "G402" and finding.words.get("step") not in sent and finding.due is not None:
            for since, until in absences(record, record.enrolments[0]):
                assert not since <= finding.due < until, finding
