"""The service over a store does what the engine in memory does, and what it keeps is what the facts say."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pathflow.api import CompiledPath, load
from pathflow.base.durations import DAY, HOUR
from pathflow.compiler.bundle import bundle_of
from pathflow.engine.codec import canonical
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.program import Program
from pathflow.host.auditing import verify
from pathflow.host.checking import check_store
from pathflow.host.live import CareEngine
from pathflow.host.service import CareService
from pathflow.store.memory import MemoryStore
from pathflow.store.port import Busy, Conflict, Damaged, FlagsAsked, Notice, WorkAsked
from pathflow.store.sqlite import SqliteStore
from tests.helpers import program_of, unit_of
from tests.host.world import BEGINNING, Hand
from tests.rules.examples import whole
from tests.strategies import paths

MEMORY = load(Path(__file__).parents[2] / "examples" / "memory" / "memory.path")
HEART = load(Path(__file__).parents[2] / "paths" / "heart_failure.path")
PASSING = [HOUR, 5 * HOUR, DAY, 3 * DAY, 9 * DAY, 40 * DAY]


def service_on(store: Any, *paths: CompiledPath) -> CareService:
    return CareService(store, [(path.program, path.bundle) for path in paths], BEGINNING)


def kept_of(store: Any, client: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The work and flags that are kept of a client, by place."""
    work = {row.work.place: row.work for row in store.work(WorkAsked(client=client, limit=10_000))}
    return work, {row.flag.place: row.flag for row in store.flags(FlagsAsked(client=client, is_open=None, limit=10_000))}


def without_words(kept: tuple[Any, Any]) -> tuple[Any, Any]:
    """What is kept, but for how long something has been so."""
    flags = {place: (f.code, f.level, f.who, f.since, f.due, f.is_open) for place, f in kept[1].items()}
    return dict(kept[0]), flags


def drive(program: Program, seed: int, service: CareService, engine: CareEngine | None, steps: int = 25) -> None:
    """The same commands given to a service and to an engine in memory: the same answers, and the same records."""
    chance = random.Random(seed)
    hands = [Hand(program, client, chance) for client in ("Kaija", "Veikko")]
    desk = service.desk("nurse 7", "nurse", "care relation")
    now = BEGINNING
    for n in range(steps):
        now += chance.choice(PASSING) + chance.randrange(1000)
        hand = chance.choice(hands)
        if chance.random() < 0.4:
            service.run_due(now)
        done = hand.next(service, now)
        key = f"k{n}" if chance.random() < 0.5 else None
        told = done.on(desk, key)
        if engine is not None:
            _compare(service, engine, done, told, hand.client)
        if key is not None and chance.random() < 0.3:
            version = service.store.head(hand.client)
            assert done.on(desk, key) == told
            assert service.store.head(hand.client) == version
        if chance.random() < 0.1:
            service.forget(hand.client)
    for hand in hands:
        if service.store.head(hand.client) is not None:
            kept, rebuilt = kept_of(service.store, hand.client), service.rebuilt(hand.client)
            assert without_words(kept) == without_words(rebuilt)
    assert list(verify(service.store)) == []


def _compare(service: CareService, engine: CareEngine, done: Any, told: Any, client: str) -> None:
    if done.what == "enrol":
        expected: Any = engine.enrol(*done.arguments, items=done.more.get("items"))
    else:
        expected = getattr(engine, done.what)(*done.arguments, **done.more)
    if isinstance(told, Refusal):
        assert expected == told
    else:
        assert isinstance(expected, Fact)
        assert (told.kind, told.at, told.subject, told.items) == (expected.kind, expected.at, expected.subject, expected.items)
        moment = max(told.at, told.recorded)
        mine, theirs = service.as_of(client, moment), engine.client(client, moment)
        assert mine.owner == theirs.owner
        assert [(e.path, e.holder, e.ended, e.tokens) for e in mine.enrolments] == [
            (e.path, e.holder, e.ended, e.tokens) for e in theirs.enrolments
        ]
        assert [f.message for f in service.machine.findings(mine, moment)] == [
            f.message for f in engine.findings(client, moment)
        ]


@given(text=paths(has_events=True), seed=st.integers(0, 2**30))
@settings(max_examples=40)
def test_the_service_does_what_the_engine_in_memory_does(text: str, seed: int) -> None:
    program = program_of(text)
    drive(program, seed, CareService(MemoryStore(), [(program, bundle_of(unit_of(text)))]), CareEngine([program]))


@pytest.mark.parametrize("path", [MEMORY, HEART], ids=["memory", "heart failure"])
@pytest.mark.parametrize("seed", range(8))
def test_the_same_on_shipped_paths(path: CompiledPath, seed: int) -> None:
    drive(path.program, seed, service_on(MemoryStore(), path), CareEngine([path.program]), 40)


@pytest.mark.parametrize("seed", range(4))
def test_what_was_kept_is_the_same_after_a_restart(seed: int, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "care.db")
    first = service_on(store, HEART)
    drive(HEART.program, seed, first, None)
    with SqliteStore(tmp_path / "care.db") as again:
        second = CareService(again)
        for client in second.desk("n").clients():
            assert canonical(second.record(client)) == canonical(first.record(client))
    store.close()


@pytest.mark.parametrize("seed", range(4))
def test_two_services_on_one_store_see_each_other(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    stores = [SqliteStore(tmp_path / "care.db") for _ in range(2)]
    services = [service_on(store, MEMORY) for store in stores]
    hand = Hand(MEMORY.program, "Kaija", chance)
    now = BEGINNING
    for _ in range(30):
        now += chance.choice(PASSING)
        service = chance.choice(services)
        hand.next(service, now).on(service.desk("n"))
        others = [canonical(one.as_of("Kaija", now)) for one in services]
        assert others[0] == others[1]
    for store in stores:
        store.close()


def service_of(store: Any = None) -> CareService:
    return service_on(store or MemoryStore(), MEMORY)


def test_a_key_belongs_to_one_command() -> None:
    desk = service_of().desk("n")
    first = desk.once("k").enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    assert (
        desk.once("k").enrol("Kaija", "Memory", BEGINNING + HOUR, {"age": 80}) == first
    )  # whoever tries again looks at the clock again
    with pytest.raises(ValueError, match="another command"):
        desk.once("k").enrol("Kaija", "Memory", BEGINNING, {"age": 81})
    with pytest.raises(ValueError, match="another command"):
        desk.once("k").enrol("Otso", "Memory", BEGINNING, {"age": 80})
    refused = desk.once("k2").enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    assert isinstance(refused, Refusal)
    assert desk.once("k2").enrol("Kaija", "Memory", BEGINNING, {"age": 80}) == refused


def test_a_command_that_comes_again_is_answered_also_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    service = service_of()
    desk = service.desk("n")
    first = desk.once("k").enrol("Kaija", "Memory", BEGINNING, {"age": 80})

    def full(*_args: Any) -> None:
        raise Busy("the disk is full")

    monkeypatch.setattr(service.store, "commit", full)
    assert desk.once("k").enrol("Kaija", "Memory", BEGINNING, {"age": 80}) == first
    with pytest.raises(Busy):
        desk.once("k2").enrol("Kaija", "Memory", BEGINNING, {"age": 80})


@pytest.mark.parametrize(
    ("what", "arguments"),
    [
        ("enrol", ("Ka\0ija", "Memory", BEGINNING)),
        ("enrol", ("", "Memory", BEGINNING)),
        ("enrol", ("x" * 201, "Memory", BEGINNING)),
        ("complete", ("Kaija", "half \ud800", BEGINNING)),
        ("complete", ("Kaija", "First talk", BEGINNING, {"age": float("nan")})),
        ("complete", ("Kaija", "First talk", BEGINNING, {"age": 1 << 64})),
        ("complete", ("Kaija", "First talk", BEGINNING, {"referral": "x" * 10_000_000})),
        ("complete", ("Kaija", "First talk", "yesterday")),
        ("complete", ("Kaija", "First talk", BEGINNING, None, None, None, "a\0b")),
        ("send_back", ("Kaija", "First talk", BEGINNING, "\udfff")),
    ],
)
def test_what_cannot_be_kept_is_refused_before_anything_is_kept(what: str, arguments: tuple[Any, ...]) -> None:
    service = service_of()
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    before = list(service.store.export())
    with pytest.raises(ValueError):
        getattr(desk, what)(*arguments)
    assert list(service.store.export()) == before


def test_what_occurred_cannot_be_recorded_before_that() -> None:
    desk = service_of().desk("n")
    with pytest.raises(ValueError, match="before it occurred"):
        desk.record("completed", "Kaija", "First talk", BEGINNING, recorded=BEGINNING - 1)


def test_text_that_would_be_sql_is_text(tmp_path: Path) -> None:
    nasty = "x'); drop table pathflow_fact; --"
    service = service_of(SqliteStore(tmp_path / "care.db"))
    desk = service.desk(nasty, nasty, nasty)
    desk.once(nasty).enrol(nasty, "Memory", BEGINNING, {"age": 80})
    desk.complete(nasty, nasty, BEGINNING + 1, provider=nasty, performer=nasty, reason=nasty)
    for asked in (
        {"provider": nasty},
        {"client": nasty},
        {"worker": nasty},
        {"profession": nasty},
        {"act": nasty},
        {"asker": nasty},
    ):
        desk.work(BEGINNING, **asked)  # type: ignore[arg-type]
    desk.flags(BEGINNING, who=nasty, family=nasty, code=nasty)
    assert [fact.subject for fact in desk.history(nasty, BEGINNING + 1)] == ["Memory", nasty]
    service.store.close()


def test_time_brings_notices_once_and_they_are_delivered_until_they_arrive() -> None:
    service = service_of()
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    assert service.run_due(BEGINNING + HOUR) == 0
    assert service.run_due(BEGINNING + 30 * DAY) == 1
    assert service.run_due(BEGINNING + 30 * DAY) == 0
    late = [row.flag.code for row in desk.flags(BEGINNING).rows]
    assert late == ["G402"]
    arrived: list[Notice] = []
    fails = [True, True, False]

    def send(notice: Notice) -> None:
        if notice.topic == "warning" and fails.pop(0):
            raise OSError("the line is down")
        arrived.append(notice)

    now = BEGINNING + 30 * DAY
    assert service.deliver(now, send).again == 1
    assert service.deliver(now, send).again == 0
    assert service.deliver(now + 60_000_000, send).again == 1
    assert service.deliver(now + 60_000_000, send).arrived == 0
    assert service.deliver(now + 180_000_000, send).arrived == 1
    assert [notice.topic for notice in arrived] == ["owner", "warning"]
    service.run_due(BEGINNING + 60 * DAY)
    assert service.deliver(BEGINNING + 60 * DAY, send).arrived == 0


def test_a_record_that_cannot_be_read_is_set_aside_and_the_others_go_on() -> None:
    service = service_of()
    desk = service.desk("n")
    for client in ("Aino", "Kaija", "Veikko"):
        desk.enrol(client, "Memory", BEGINNING, {"age": 80})
    kept = service.store._records["Kaija"]  # type: ignore[attr-defined]
    good = kept.facts[0]
    kept.facts[0] = replace(good, body='{"kind":"of a later pathflow","at":1,"subject":""}')
    service.forget("Kaija")
    now = BEGINNING + 30 * DAY
    assert service.run_due(now) == 3
    assert service.run_due(now + DAY) == 2  # whom nobody has mended is left alone
    assert {(row.client, row.flag.code) for row in desk.flags(now).rows} == {
        ("Aino", "G402"),
        ("Kaija", "X001"),
        ("Veikko", "G402"),
    }
    for call in (lambda: desk.plan("Kaija", now), lambda: desk.complete("Kaija", "First talk", now)):
        with pytest.raises(Damaged, match="cannot be read here"):
            call()
    assert [wrong.client for wrong in check_store(service)] == ["Kaija", "Kaija"]
    kept.facts[0] = good  # somebody has mended it
    desk.complete("Kaija", "First talk", now + DAY, {"memory test result": 20})
    assert {row.client for row in desk.flags(now).rows if row.flag.code == "X001"} == set()
    assert list(check_store(service)) == []


def test_every_read_is_in_the_audit_before_anything_is_given() -> None:
    service = service_of()
    service.desk("n").enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    reader = service.desk("doctor 1", "geriatrician", "care relation")
    for what in ("client", "where", "due", "findings", "plan", "history"):
        getattr(reader, what)("Kaija", BEGINNING)
    reader.work(BEGINNING)
    rows = service.store.audit("Kaija")
    assert [row.row.action for row in rows[1:]] == ["read"] * 7
    assert {(row.row.actor, row.row.role, row.row.basis) for row in rows[1:]} == {("doctor 1", "geriatrician", "care relation")}

    def fail(*_args: Any) -> None:
        raise Conflict("the audit cannot be written")

    service.store.log_read = fail  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        reader.plan("Kaija", BEGINNING)
    with pytest.raises(KeyError):
        reader.plan("nobody", BEGINNING)


def test_the_plan_holds_every_active_service_over_all_paths() -> None:
    service = service_on(MemoryStore(), MEMORY, HEART)
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    told = desk.enrol("Kaija", HEART.name, BEGINNING + HOUR, {"age": 80})
    assert isinstance(told, Fact), told
    plan = desk.plan("Kaija", BEGINNING + DAY)
    assert plan.owner == "memory nurse at Lakeside Health Centre"
    assert [path for path, _ in plan.holders] == ["Memory", HEART.name]
    assert {one.path for one in plan.services} == {"Memory", HEART.name}


def test_pages_are_walked_to_the_end() -> None:
    service = service_of()
    desk = service.desk("n")
    for n in range(25):
        desk.enrol(f"client {n:02}", "Memory", BEGINNING + n, {"age": 80})
    found, after = [], None
    while True:
        page = desk.work(BEGINNING, after=after, limit=10)
        found += [row.client for row in page.rows]
        after = page.next
        if after is None:
            break
    assert sorted(found) == [f"client {n:02}" for n in range(25)]
    with pytest.raises(ValueError, match="no `next`"):
        desk.work(BEGINNING, after="nonsense")


@pytest.mark.parametrize("seed", range(6))
def test_many_together_are_as_one_by_one(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    one, many = service_on(MemoryStore(), HEART), service_on(SqliteStore(tmp_path / "care.db"), HEART)
    hands = [Hand(HEART.program, f"client {n}", chance) for n in range(4)]
    now, n_calls = BEGINNING, 0
    for _ in range(6):
        calls = []
        for _ in range(chance.randrange(1, 12)):
            now += chance.choice(PASSING)
            done = chance.choice(hands).next(one, now)
            key = f"k{n_calls}" if chance.random() < 0.5 else None
            calls.append((done, key, done.on(one.desk("n"), key)))
            n_calls += 1
        with many.desk("n").together() as block:
            for done, key, expected in calls:
                assert done.on(block, key) == expected
                if key is not None and chance.random() < 0.3:
                    assert done.on(block, key) == expected
    for hand in hands:
        assert canonical(many.as_of(hand.client, now)) == canonical(one.as_of(hand.client, now))
        assert without_words(kept_of(many.store, hand.client)) == without_words(many.rebuilt(hand.client))
        assert many.store.facts(hand.client) == one.store.facts(hand.client)
    assert list(verify(many.store)) == []
    many.store.close()


def test_of_a_block_that_fails_nothing_is_kept() -> None:
    service = service_of()
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    before = list(service.store.export())
    with pytest.raises(ValueError, match="not a time"), desk.together() as many:  # noqa: PT012
        many.complete("Kaija", "First talk", BEGINNING + 1)
        many.enrol("Väinö", "Memory", BEGINNING + 1, {"age": 80})
        many.complete("Kaija", "First talk", "nonsense")
    assert list(service.store.export()) == before
    assert [place.name for place in desk.where("Kaija", BEGINNING + 2)] == ["First talk"]
    with pytest.raises(Conflict), desk.together() as many:  # noqa: PT012
        many.complete("Kaija", "First talk", BEGINNING + 1)
        CareService(service.store).desk("other").observe("Kaija", "", BEGINNING + 1, {"wishes": "made"})
    assert [fact.kind for fact in desk.history("Kaija", BEGINNING + 2)] == ["enrolled", "observed"]


def test_time_comes_also_after_the_end() -> None:
    service = service_of()
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80, "memory disorder": False})
    for n, (call, subject) in enumerate([("complete", "First talk"), ("accept", "Referral"), ("complete", "Examination"),
                                         ("complete", "First talk"), ("accept", "Back home")]):  # fmt: skip
        getattr(desk, call)("Kaija", subject, BEGINNING + n * DAY + HOUR)
    assert not service.record("Kaija").active
    before = desk.flags(BEGINNING + 6 * DAY).rows
    for n in range(6, 40):
        service.run_due(BEGINNING + n * DAY)
    assert len(desk.flags(BEGINNING + 40 * DAY, is_open=True).rows) > len(before)  # a result that nobody has read


def test_each_new_owner_is_told_also_within_a_moment() -> None:
    service = service_of()
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    desk.withdraw("Kaija", "Memory", BEGINNING)
    told: list[Notice] = []
    service.deliver(BEGINNING + HOUR, told.append)
    assert len([notice for notice in told if notice.topic == "owner"]) == 2


def test_what_stands_is_looked_at_when_it_changes() -> None:
    service = service_of()
    desk = service.desk("n")
    desk.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
    desk.complete("Kaija", "First talk", BEGINNING + HOUR + 12_345, {"memory test result": 20})
    found: list[int] = []
    while (due := service.store.next_due()) is not None and due < BEGINNING + 60 * DAY:
        before = {row.flag.place for row in desk.flags(due).rows}
        service.run_due(due)
        if {row.flag.place for row in desk.flags(due).rows} != before:
            found.append(due)
            record = service.as_of("Kaija", due)
            codes = [[f.code for f in service.machine.standing(record, at)] for at in (due - 1, due)]
            assert codes[0] != codes[1]  # not so a microsecond sooner
    assert found == [BEGINNING + HOUR + 12_345 + 14 * DAY + 1]


def test_a_wait_is_over_when_its_time_comes() -> None:
    visit = "    step {}\n        by doctor at Health Centre\n        within 14 days\n"
    text = whole(
        "steps\n"
        + visit.format("Visit")
        + "    wait 1 week\n"
        + visit.format("Look")
        + "    end Done\n        closes the plan\n"
    )
    service = CareService(MemoryStore(), [(program_of(text), bundle_of(unit_of(text)))])
    desk = service.desk("n")
    desk.enrol("Kaija", "Example", BEGINNING, {"age": 80})
    desk.complete("Kaija", "Visit", BEGINNING + HOUR)
    while (due := service.store.next_due()) is not None and due <= BEGINNING + 8 * DAY:
        service.run_due(due)
        if desk.work(due).rows:
            break
    assert [row.work.name for row in desk.work(BEGINNING).rows] == ["Look"]
    assert due == BEGINNING + HOUR + 7 * DAY
