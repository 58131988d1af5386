"""What holds for longer than a step: workers, leaving one path of several, coming again."""

from __future__ import annotations

from pathlib import Path

import pytest

import pathflow
from pathflow.base.durations import DAY, HOUR
from pathflow.engine.codec import canonical, decode_fact, encode_fact
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.record import Record
from pathflow.host.desk import Desk
from pathflow.host.live import CareEngine
from pathflow.host.service import CareService
from pathflow.replay.log import read_log
from pathflow.replay.run import replay
from pathflow.store.memory import MemoryStore
from tests.conftest import ROOT
from tests.helpers import at, machine_of, program_of
from tests.rules.examples import whole

MEMORY = pathflow.load(ROOT / "examples/memory/memory.path")
VISIT = "    step Visit\n        by doctor at Health Centre\n        within 14 days\n"
ECG = "    step ECG\n        by nurse at Health Centre\n        does ECG\n        within 14 days\n"
DONE = "    end Done\n        closes the plan\n"
NOW = at(MEMORY.program, "2026-03-02T09:00")


def refused(result: Fact | Refusal) -> str:
    assert isinstance(result, Refusal)
    return result.message


def desk() -> Desk:
    found = CareService(MemoryStore(), [(MEMORY.program, MEMORY.bundle)], NOW).desk("Aino")
    assert isinstance(found.enrol("Kaija", "Memory", NOW, {"age": 74}), Fact)
    return found


def of(desk: Desk, worker: str) -> list[str]:
    return [row.work.name for row in desk.work(NOW, worker=worker).rows]


def text(steps: str, name: str = "Example") -> str:
    written = whole("steps\n" + steps).replace(" and referral letter is known and alone is known", "")
    return written.replace("path Example", f"path {name}")


def engine_of(*texts: str) -> CareEngine:
    engine = CareEngine([program_of(one) for one in texts])
    for name in reversed(list(engine.machine.programs)):
        assert isinstance(engine.enrol("c", name, NOW, {"age": 70}), Fact)
    return engine


def records_of(written: str, rows: str, folder: Path) -> list[Record]:
    (folder / "events.csv").write_text(rows, "utf-8")
    program, machine = program_of(written), machine_of(written)
    log = read_log(folder / "events.csv", [program])
    return [replay(machine, [program], client, rows) for client, rows in log.clients.items()]


# workers


def test_the_worker_of_a_step_finds_it_in_the_worklist() -> None:
    aino = desk()
    assert isinstance(aino.assign("Kaija", "First talk", "Maija", NOW), Fact)
    assert of(aino, "Maija") == ["First talk"]
    assert isinstance(aino.assign("Kaija", "First talk", "Pekka", NOW), Fact)
    assert (of(aino, "Maija"), of(aino, "Pekka")) == ([], ["First talk"])


def test_the_clients_own_worker_has_what_their_provider_owes_and_nothing_else() -> None:
    aino = desk()
    assert isinstance(aino.assign("Kaija", "", "Maija", NOW), Fact)
    assert of(aino, "Maija") == ["First talk"]
    assert isinstance(aino.assign("Kaija", "First talk", "Pekka", NOW), Fact)
    assert (of(aino, "Maija"), of(aino, "Pekka")) == ([], ["First talk"])
    aino.complete("Kaija", "First talk", NOW + HOUR, {"memory test result": 21})
    assert "Referral" not in of(aino, "Maija")  # the hospital has to accept it
    record = aino.client("Kaija", NOW + HOUR)
    assert record.enrolments[0].workers[-1] == ("Maija", "Lakeside Health Centre")
    assert "Maija" in canonical(record.copy())


def test_nobody_is_assigned_without_saying_who_where_and_on_which_path() -> None:
    engine = engine_of(text(VISIT + DONE), text(VISIT + DONE, "Other"))
    later = NOW + HOUR
    assert refused(engine.assign("c", "", "Maija", later)) == "`c` is on several paths: `Example` and `Other`; say which"
    assert refused(engine.assign("c", "Visit", "", later, path="Other")) == "nobody is named who is to be assigned"
    assert (
        refused(engine.assign("c", "Visit", "M", later, "Nowhere", "Other")) == "the network of `Other` does not know `Nowhere`"
    )
    assert refused(engine.assign("c", "Dance", "Maija", later)) == "no path of `c` knows `Dance`"
    assert isinstance(engine.assign("c", "", "Maija", later, path="Other"), Fact)
    engine.record("assigned", "c", "Visit", later, path="Example")
    engine.record("assigned", "c", "", later, performer="Maija")
    record = engine.client("c")
    assert [e.workers for e in record.enrolments] == [{}, {-1: ("Maija", "Health Centre")}]
    said = [f.message for f in engine.findings("c", later)]
    assert said == [
        "a worker was named for `Visit`, and it is not known who, or on which path",
        "a worker was named for `assigned`, and it is not known who, or on which path",
    ]


# leaving a path, and coming again


def test_leaving_one_path_of_two_leaves_the_other_and_the_plan() -> None:
    engine = engine_of(text(VISIT + DONE), text(ECG + DONE, "Other"))
    later = NOW + DAY
    owner = engine.client("c").owner
    assert refused(engine.withdraw("c", "", later)) == "`c` is on several paths: `Example` and `Other`; say which"
    assert refused(engine.withdraw("c", "Third", later)) == "`c` is not on `Third`"
    engine.record("withdrew", "c", "", later)
    assert [f.message for f in engine.findings("c", later)] == ["the client left a path, and it is not known which: `withdrew`"]
    assert isinstance(engine.withdraw("c", "example", later, "prefers to wait"), Fact)
    record = engine.client("c")
    first, second = record.enrolments
    assert first.ended is not None
    assert first.ended.outcome == "withdrew"
    assert second.ended is None
    assert record.plan_from == second.index
    assert record.owner == owner is not None
    assert isinstance(engine.withdraw("c", "", later), Fact)
    assert engine.client("c").owner is None
    assert refused(engine.withdraw("c", "", later)) == "`c` is on no path"


@pytest.mark.parametrize("leaving", ["withdrew", "refused", "moved away", "ended"])
def test_whoever_comes_again_has_a_new_enrolment_an_owner_and_their_results(leaving: str) -> None:
    engine = engine_of(text(ECG + DONE))
    engine.complete("c", "ECG", NOW + DAY)  # which is the end of the path
    if leaving != "ended":
        engine.record(leaving, "c", "", NOW + 2 * DAY)  # type: ignore[arg-type]
    assert engine.client("c").owner is None
    again = NOW + 30 * DAY
    assert isinstance(engine.enrol("c", "Example", again, {"age": 70}), Fact)
    record = engine.client("c")
    assert (len(record.enrolments), len(record.active)) == (2, 1)
    assert record.owner == "doctor at Health Centre"
    engine.complete("c", "ECG", again + DAY)
    found = [f for f in engine.findings("c", again + DAY) if f.code.startswith("D")]
    assert len(found) == 1
    assert NOW + DAY in {evidence.at for evidence in found[0].evidence}


def test_a_log_tells_of_workers_and_of_leaving(tmp_path: Path) -> None:
    rows = (
        "client,time,event,performer\n"
        "a,2026-03-02T09:00,enrolled Example,\n"
        "a,2026-03-03T09:00,assigned Visit,Maija\n"
        "a,2026-03-03T10:00,assigned,Pekka\n"
        "b,2026-03-02T09:00,enrolled Example,\n"
        "b,2026-03-04T09:00,withdrew EXAMPLE,\n"
    )
    a, b = records_of(text(VISIT + DONE), rows, tmp_path)
    assert set(a.enrolments[0].workers.values()) == {("Maija", "Health Centre"), ("Pekka", "Health Centre")}
    assert b.enrolments[0].ended is not None
    assert b.enrolments[0].ended.outcome == "withdrew"
    assert [decode_fact(encode_fact(fact)) for fact in a.facts] == a.facts
