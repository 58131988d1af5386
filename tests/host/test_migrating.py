"""From one version of a path to another: nothing is lost, and nothing begins anew."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import pathflow
from pathflow.base.durations import DAY, HOUR
from pathflow.cli.main import main
from pathflow.compiler.bundle import bundle_of
from pathflow.engine.codec import canonical
from pathflow.engine.duties import duties
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.program import Program
from pathflow.host.migrating import done, tried
from pathflow.host.service import SYSTEM, CareService
from pathflow.store.memory import MemoryStore
from tests.helpers import program_of, unit_of
from tests.host.test_service import PASSING
from tests.host.world import BEGINNING, Hand
from tests.strategies import paths

ROOT = Path(__file__).parents[2]
MEMORY = (ROOT / "examples" / "memory" / "memory.path").read_text("utf-8")
SHIPPED = ["heart_failure", "older_people", "family_centre", "rehabilitation", "mental_health_and_substance_use"]


def service_on(*texts: str | pathflow.CompiledPath) -> tuple[CareService, list[str]]:
    """A service on which the first path is published, and that knows the others; and their keys."""
    pairs = [
        (program_of(text), bundle_of(unit_of(text))) if isinstance(text, str) else (text.program, text.bundle) for text in texts
    ]
    service = CareService(MemoryStore(), pairs[:1], BEGINNING, also=[program for program, _ in pairs[1:]])
    return service, [program.key for program, _ in pairs]


def played(service: CareService, program: Program, seed: int, n: int) -> int:
    """A client on the way somewhere; gives the time."""
    chance = random.Random(seed)
    hand, desk, now = Hand(program, "Kaija", chance), service.desk("n"), BEGINNING
    for _ in range(n):
        now += chance.choice(PASSING)
        hand.next(service, now).on(desk)
    return now


def without_version(record: Any) -> Any:
    found = json.loads(canonical(record))
    found["facts"] = [fact for fact in found["facts"] if '"migrated"' not in fact]
    for enrolment in found["enrolments"]:
        del enrolment["version"]
    return found


def check_copy(path: str | pathflow.CompiledPath, copy: str | pathflow.CompiledPath, seed: int, n: int) -> None:
    """To a copy of the path, in which nothing but a remark is other: as if nothing had been, then and later."""
    service, (old, new) = service_on(path, copy)
    plain, _ = service_on(path)
    program = program_of(path) if isinstance(path, str) else path.program
    now = played(plain, program, seed, n)
    assert played(service, program, seed, n) == now
    if not service.store.facts("Kaija"):
        return
    now += HOUR
    before = plain.as_of("Kaija", now)
    going = list(tried(service, program.path.name, old, new, {}, now))
    assert all(not one.problems for one in going), going
    list(done(service, SYSTEM, program.path.name, old, new, {}, now))
    after = service.as_of("Kaija", now)
    assert without_version(after) == without_version(before)
    assert {e.version for e in after.active if e.path == program.path.name} <= {new}
    hands = [Hand(program, "Kaija", random.Random(seed + 1)) for _ in range(2)]
    for _ in range(10):
        now += 3 * DAY
        for hand, one in zip(hands, (service, plain), strict=True):
            one.run_due(now)
            hand.next(one, now).on(one.desk("n"))
        mine, theirs = service.as_of("Kaija", now), plain.as_of("Kaija", now)
        assert [(e.path, e.tokens, e.holder, e.owed, e.ended) for e in mine.enrolments] == [
            (e.path, e.tokens, e.holder, e.owed, e.ended) for e in theirs.enrolments
        ]
        told = [[f.message for f in one.machine.findings(r, now)] for one, r in ((service, mine), (plain, theirs))]
        assert told[0] == told[1]


@given(text=paths(has_events=True), seed=st.integers(0, 2**30), n=st.integers(1, 15))
@settings(max_examples=40)
def test_to_a_copy_it_is_as_if_nothing_had_been(text: str, seed: int, n: int) -> None:
    check_copy(text, text + "\n# a remark\n", seed, n)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped paths, each with a remark at its end."""
    folder = tmp_path_factory.mktemp("copies")
    for file in (ROOT / "paths").glob("*.path"):
        (folder / file.name).write_text(file.read_text("utf-8") + "\n# a remark\n", "utf-8")
    return folder


@pytest.mark.parametrize("name", SHIPPED)
def test_the_same_on_shipped_paths(name: str, copies: Path) -> None:
    path, copy = (pathflow.load(folder / f"{name}.path") for folder in (ROOT / "paths", copies))
    for seed in range(3):
        check_copy(path, copy, seed, 15)


EDITS = [
    ("First talk", "First meeting"), ("within 14 days", "within 30 days"), ("within 14 days", "within 7 days"),
    ("Lakeside Health Centre", "Hillside Health Centre"), ("    version 1.0", "    version 2.0"),
    ("    item memory test result: number of points\n", ""), ("    step First talk", "    step Call\n        by memory nurse at Lakeside Health Centre\n        within 2 days\n    step First talk"),
]  # fmt: skip


@given(edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=2), seed=st.integers(0, 2**30), n=st.integers(1, 12))
@settings(max_examples=60)
def test_after_any_migration_nothing_is_lost(edits: list[tuple[str, str]], seed: int, n: int) -> None:
    text = MEMORY
    for before, after in edits:
        text = text.replace(before, after)
    if unit_of(text).program is None or unit_of(text).has_errors or text == MEMORY:
        return
    service, (old, new) = service_on(MEMORY, text)
    now = played(service, program_of(MEMORY), seed, n) + HOUR
    if not service.store.facts("Kaija"):
        return
    before_, mapping = service.as_of("Kaija", now), {"First talk": "First meeting"} if "First meeting" in text else {}
    for going in done(service, SYSTEM, "Memory", old, new, mapping, now):
        after_ = service.as_of("Kaija", now)
        mine = next(e for e in after_.active if e.path == "Memory")
        assert mine.version == (old if going.problems else new)
        assert (mine.holder, after_.owner) == (next(e for e in before_.active if e.path == "Memory").holder, before_.owner)
        assert mine.holder in {*mine.tables.program.path.network.providers, mine.tables.program.path.network.organiser}
        assert len(list(duties(after_, mine, now))) == len(
            list(duties(before_, next(e for e in before_.active if e.path == "Memory"), now))
        )


def problems_of(text: str, *done_: str, mapping: dict[str, str] | None = None) -> set[str]:
    service, (_old, new) = service_on(MEMORY, text)
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80, "referral": "made"})
    for n, step in enumerate(done_):
        desk.complete("Kaija", step, BEGINNING + n * HOUR + 1)
    now = BEGINNING + DAY
    record = service.as_of("Kaija", now)
    problems = {problem.loss for problem in service.problems(record, "Memory", new, mapping or {}, now)}
    answer = service.migrate(SYSTEM, "Kaija", "Memory", new, mapping or {}, now)
    assert isinstance(answer, Refusal) == bool(problems)
    if not problems:
        again = service.migrate(SYSTEM, "Kaija", "Memory", new, mapping or {}, now)
        assert isinstance(again, Refusal)
        assert again.message == "the client is on that version of `Memory` already"
    return set(problems)


def test_what_would_be_lost_is_said() -> None:
    assert problems_of(MEMORY.replace("First talk", "First meeting")) == {"place"}
    assert problems_of(MEMORY.replace("First talk", "First meeting"), mapping={"First talk": "First meeting"}) == set()
    assert problems_of(MEMORY.replace("Lakeside Health Centre", "Hillside Health Centre")) == {"accountable", "owner"}
    assert problems_of(MEMORY.replace("within 14 days", "within 30 days", 1)) == {"later"}
    assert problems_of(MEMORY.replace("within 14 days", "within 7 days", 1)) == set()
    assert problems_of(MEMORY.replace("referral", "referral letter")) == {"item"}


def test_one_record_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    service, (old, new) = service_on(MEMORY, MEMORY.replace("within 14 days", "within 7 days", 1))
    for client in ("Aino", "Kaija", "Veikko"):
        service.desk("n").enrol(client, "Memory", BEGINNING, {"age": 80})
    kept = service.store._records["Kaija"].facts
    kept[0] = replace(kept[0], body='{"kind": "nonsense"}')
    service.forget("Kaija")
    told = {
        one.client: [p.loss for p in one.problems] for one in done(service, SYSTEM, "Memory", old, new, {}, BEGINNING + DAY)
    }
    assert told == {"Aino": [], "Kaija": ["unreadable"], "Veikko": []}


@pytest.fixture
def care(tmp_path: Path) -> list[str]:
    """A store with two clients on a path, and the places of three versions."""
    files = []
    texts = (MEMORY, MEMORY.replace("First talk", "First meeting"), MEMORY.replace("version 1.0", "version 1.1"))
    for n, text in enumerate(texts):
        file = tmp_path / str(n) / "memory.path"
        file.parent.mkdir()
        file.write_text(text, "utf-8")
        files.append(str(file))
    place = str(tmp_path / "care.db")
    with pathflow.open_service(files[0], place, at="2026-01-05T08:00") as service:
        desk = service.desk("nurse 7")
        for client in ("Kaija", "Väinö"):
            assert isinstance(desk.enrol(client, "Memory", "2026-01-05T09:00", {"age": 80}), Fact)
        desk.complete("Väinö", "First talk", "2026-01-06T10:00", {"memory test result": 20})
    return [place, *files]


def test_the_command_shows_first_and_does_when_told(care: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    place, old, new, _ = care
    assert main(["migrate", old, new, "--store", place]) == 1
    out = capsys.readouterr().out
    assert "1 would go over" in out
    assert "1 would stay: `First talk` is not in the new version" in out
    assert main(["migrate", old, new, "--store", place, "--map", "First talk=First meeting"]) == 0
    assert "2 would go over" in capsys.readouterr().out
    with pathflow.open_service([], place, at="2026-01-07") as service:
        assert {e.version for c in ("Kaija", "Väinö") for e in service.record(c).enrolments} == {pathflow.load(old).program.key}
    assert main(["migrate", old, new, "--store", place, "--map", "First talk=First meeting", "--do"]) == 0
    assert "2 went over" in capsys.readouterr().out
    with pathflow.open_service([], place, at="2026-01-07") as service:
        assert [p.name for p in service.desk("n").where("Kaija", "2029-01-07")] == ["First meeting"]
        assert {e.version for c in ("Kaija", "Väinö") for e in service.record(c).enrolments} == {pathflow.load(new).program.key}
    assert main(["migrate", old, new, "--store", place, "--do"]) == 0  # nobody is left
    assert main(["store", "check", place]) == 0


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (lambda c: [c[3], c[2], "--store", c[0]], "is no version that this store has"),
        (lambda c: ["nothing", c[2], "--store", c[0]], "is no version that this store has"),
        (lambda c: [c[1], "nothing", "--store", c[0]], "there is no file"),
        (lambda c: [c[1], c[2], "--store", c[0] + "x"], "there is no store"),
        (lambda c: [c[1], c[2], "--store", c[0], "--map", "First talk"], "write --map"),
    ],
)
def test_what_cannot_be_migrated_is_said(care: list[str], args: Any, expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", *args(care)]) == 2
    err = capsys.readouterr().err
    assert expected in err
    assert err.count("\n") == 1


def test_no_deadline_is_lost_while_the_client_is_away() -> None:
    service, (_old, new) = service_on(MEMORY, MEMORY.replace("within 14 days", "within 30 days", 1))
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    desk.assign("Kaija", "First talk", "Maija", BEGINNING)
    assert isinstance(desk.pause("Kaija", BEGINNING + HOUR), Fact)
    assert isinstance(service.migrate(SYSTEM, "Kaija", "Memory", new, {}, BEGINNING + DAY), Refusal)


def test_workers_and_times_away_go_over_too() -> None:
    service, (_old, new) = service_on(MEMORY, MEMORY.replace("First talk", "First meeting"))
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    desk.assign("Kaija", "First talk", "Maija", BEGINNING)
    desk.pause("Kaija", BEGINNING + HOUR, "Memory")
    mapping = {"First talk": "First meeting"}
    assert isinstance(service.migrate(SYSTEM, "Kaija", "Memory", new, mapping, BEGINNING + DAY), Fact)
    assert [row.work.name for row in desk.work(BEGINNING + DAY, worker="Maija").rows] == ["First meeting"]
    assert service.as_of("Kaija", BEGINNING + DAY).enrolments[0].away == [(BEGINNING + HOUR, None)]
