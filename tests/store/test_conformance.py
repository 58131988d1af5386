"""What every store must do alike."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathflow.store import chain
from pathflow.store.memory import MemoryStore
from pathflow.store.port import (
    Answer,
    AuditRow,
    Commit,
    Conflict,
    Definition,
    Flag,
    FlagsAsked,
    Head,
    Notice,
    Repeated,
    Seal,
    StoredFact,
    StoreError,
    Work,
    WorkAsked,
)
from tests.store.conftest import Open

NOW = 1_767_225_600_000_000


def fact(number: int, body: str = '{"kind":"completed"}') -> StoredFact:
    return StoredFact(number, NOW + number, NOW + number, body)


def work(place: str, **other: Any) -> Work:
    values: dict[str, Any] = {
        "act": "do", "path": "Memory", "name": place, "what": place, "provider": "Tesoma", "profession": "nurse,doctor",
        "worker": "", "asker": "", "since": NOW, "due": NOW + 10, "latest": None, "urgent": NOW + 10,
    }  # fmt: skip
    return Work(place=place, **values | other)


def flag(place: str, **other: Any) -> Flag:
    values: dict[str, Any] = {
        "code": "G402", "family": "gap", "level": "error", "who": "Tesoma", "since": NOW, "due": None, "is_open": True, "body": "{}",
    }  # fmt: skip
    return Flag(place=place, **values | other)


def notice(key: str, at: int = NOW) -> Notice:
    return Notice(key, "breach", "Tesoma", at, '{"é":"ä"}')


READ = AuditRow(NOW, "nurse 7", "nurse", "care relation", "read", "{}")
WROTE = AuditRow(NOW, "nurse 7", "nurse", "care relation", "complete", '{"facts":[1]}')


def _where(row: Any) -> tuple[int, str, str]:
    one = row.work if hasattr(row, "work") else row.flag
    return (getattr(one, "urgent", one.since), row.client, one.place)


def _stands(store: Any, client: str) -> tuple[int, int, int | None]:
    head = store.head(client)
    return (head.version, head.n_facts, head.due)


# records


def test_a_record_is_what_was_kept(store: Any) -> None:
    assert store.head("Kaija") is None
    assert store.facts("Kaija") == []
    store.commit([Commit("Kaija", 0, NOW + 5, facts=[fact(1), fact(2, '{"x":"åäö 🙂"}')])])
    assert _stands(store, "Kaija") == (1, 2, NOW + 5)
    store.commit([Commit("Kaija", 1, None, facts=[fact(3)])])
    assert _stands(store, "Kaija") == (2, 3, None)
    assert store.facts("Kaija") == [fact(1), fact(2, '{"x":"åäö 🙂"}'), fact(3)]
    assert store.facts("Kaija", after=2) == [fact(3)]


def test_another_who_opens_it_sees_the_same(open_store: Open) -> None:
    one, other = open_store(), open_store()
    one.commit([Commit("Kaija", 0, facts=[fact(1)], work=[work("a")])])
    assert other.facts("Kaija") == [fact(1)]
    assert [row.work for row in other.work(WorkAsked())] == [work("a")]


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_what_rests_on_another_version_is_a_conflict_and_changes_nothing(store: Any, expected: int) -> None:
    store.commit([Commit("Kaija", 0, facts=[fact(1)])])
    store.commit([Commit("Kaija", 1, facts=[fact(2)])])
    before = list(store.export())
    with pytest.raises(Conflict):
        store.commit([Commit("Kaija", expected, facts=[fact(3)], work=[work("a")], notices=[notice("n")], audit=[WROTE])])
    assert list(store.export()) == before


def test_of_several_records_all_or_none_are_kept(store: Any) -> None:
    store.commit([Commit("Veikko", 0, facts=[fact(1)])])
    with pytest.raises(Conflict):
        store.commit([Commit("Kaija", 0, facts=[fact(1)]), Commit("Veikko", 0, facts=[fact(1)])])
    assert store.head("Kaija") is None
    store.commit([Commit("Veikko", 1, facts=[fact(2)]), Commit("Kaija", 0, facts=[fact(1)])])
    assert (_stands(store, "Kaija"), _stands(store, "Veikko")) == ((1, 1, None), (2, 2, None))


def test_clients_come_in_pages_by_code_points(store: Any) -> None:
    names = ["Z", "a", "ä", "Å", "𝔸", "\ufffd", "A b"]
    store.commit([Commit(name, 0, facts=[fact(1)]) for name in names])
    store.commit([Commit("no facts", 0, audit=[WROTE])])
    assert store.clients() == sorted(names)
    assert store.clients(after="a", limit=2) == sorted(names)[sorted(names).index("a") + 1 :][:2]


# the keys of commands


def test_a_key_is_used_once(store: Any) -> None:
    store.commit([Commit("Kaija", 0, facts=[fact(1)], answers=[Answer("k1", "complete", '"yes"')])])
    assert store.answer("k1") == Answer("k1", "complete", '"yes"')
    assert store.answer("k2") is None
    with pytest.raises(Repeated):
        store.commit([Commit("Kaija", 1, facts=[fact(2)], answers=[Answer("k1", "other", '"no"')])])
    with pytest.raises(Repeated):
        store.commit([Commit("Veikko", 0, facts=[fact(1)], answers=[Answer("k1", "other", '"no"')])])
    assert _stands(store, "Kaija") == (1, 1, None)
    assert store.head("Veikko") is None


# work and flags


def test_work_is_asked_for_by_who_and_when_in_pages(store: Any) -> None:
    rows = [
        work("a", urgent=NOW + 3, due=None),
        work("b", urgent=NOW + 1, provider="City", profession="", worker="n7"),
        work("c", urgent=NOW + 2, asker="City", act="accept", profession="nurse"),
        work("d", urgent=NOW + 2, profession="head nurse"),
    ]
    store.commit(
        [Commit("Kaija", 0, work=rows, facts=[fact(1)]), Commit("Aino", 0, work=[work("z", urgent=NOW + 2)], facts=[fact(1)])]
    )

    def places(**asked: Any) -> list[str]:
        return [row.work.place for row in store.work(WorkAsked(**asked))]

    assert places() == ["b", "z", "c", "d", "a"]
    assert places(provider="Tesoma") == ["z", "c", "d", "a"]
    assert places(provider="Tesoma", profession="nurse") == ["z", "c", "a"]
    assert places(profession="%") == places(profession="nurs_") == []
    assert places(worker="n7") == ["b"]
    assert places(asker="City") == places(act="accept") == ["c"]
    assert places(client="Aino") == ["z"]
    assert places(due_by=NOW + 1) == ["b"]
    first = store.work(WorkAsked(limit=2))
    assert [row.work.place for row in store.work(WorkAsked(limit=2, after=_where(first[-1])))] == ["c", "d"]
    assert store.work(WorkAsked(client="Kaija", limit=9))[0].work == rows[1]
    store.commit([Commit("Kaija", 1, work_gone=["a", "never there"], work=[work("c", urgent=NOW + 9, what="changed")])])
    assert places(client="Kaija") == ["b", "d", "c"]


def test_flags_are_asked_for_and_counted(store: Any) -> None:
    rows = [
        flag("a", since=NOW + 2),
        flag("b", family="duplicate", code="D201"),
        flag("c", is_open=False),
        flag("d", who="City"),
    ]
    store.commit([Commit("Kaija", 0, flags=rows, facts=[fact(1)])])

    def places(**asked: Any) -> list[str]:
        return [row.flag.place for row in store.flags(FlagsAsked(**asked))]

    assert places() == ["b", "d", "a"]
    assert places(is_open=None) == ["b", "c", "d", "a"]
    assert places(is_open=False) == ["c"]
    assert places(who="City") == ["d"]
    assert places(code="D201") == places(family="duplicate") == ["b"]
    assert places(client="Veikko") == []
    assert store.count_flags() == [("City", "gap", 1), ("Tesoma", "duplicate", 1), ("Tesoma", "gap", 1)]
    store.commit([Commit(name, 0, flags=[flag("a", who="City")], facts=[fact(1)]) for name in ("Otso", "Aino")])
    assert [row.client for row in store.flags(FlagsAsked(clients=("Otso", "Kaija"), who="City"))] == ["Kaija", "Otso"]
    assert places(clients=()) == places(clients=("Otso",), client="Aino") == []
    assert store.count_flags(("Otso", "Aino")) == [("City", "gap", 2)]
    assert store.count_flags(()) == []
    store.commit([Commit(name, 1, flags_gone=["a"]) for name in ("Otso", "Aino")])
    first = store.flags(FlagsAsked(limit=1))
    assert [row.flag.place for row in store.flags(FlagsAsked(after=_where(first[0])))] == ["d", "a"]
    store.commit([Commit("Kaija", 1, flags_gone=["a"], flags=[flag("b", is_open=False)])])
    assert places() == ["d"]


_WORK = st.lists(
    st.builds(
        work, st.sampled_from("abcdef"), urgent=st.integers(NOW, NOW + 3), provider=st.sampled_from(["City", "Tesoma", "Å"]),
        profession=st.sampled_from(["", "nurse", "nurse,doctor", "doctor,head nurse"]), act=st.sampled_from(["do", "accept", "send"]),
        worker=st.sampled_from(["", "n7"]), asker=st.sampled_from(["", "City"]),
    ), max_size=6, unique_by=lambda one: one.place,
)  # fmt: skip
_FLAGS = st.lists(
    st.builds(
        flag, st.sampled_from("abcdef"), since=st.integers(NOW, NOW + 3), who=st.sampled_from(["City", "Tesoma", ""]),
        family=st.sampled_from(["gap", "owner"]), code=st.sampled_from(["G1", "G10"]), is_open=st.booleans(),
    ), max_size=6, unique_by=lambda one: one.place,
)  # fmt: skip
_CLIENT = st.one_of(st.none(), st.sampled_from(["Aino", "Kaija", "Otso"]))
_CLIENTS_ASKED = st.one_of(st.none(), st.sampled_from([(), ("Aino",), ("Kaija", "Otso")]))
_AFTER = st.one_of(st.none(), st.tuples(st.integers(NOW, NOW + 3), st.sampled_from(["Aino", "Kaija"]), st.sampled_from("bd")))
_ASKED_WORK = st.builds(
    WorkAsked, client=_CLIENT, clients=_CLIENTS_ASKED, provider=st.sampled_from([None, "City", "Å"]),
    profession=st.sampled_from([None, "nurse", "doctor", "head"]), worker=st.sampled_from([None, None, "n7", ""]),
    asker=st.sampled_from([None, None, "City", ""]), act=st.sampled_from([None, "do", "answer"]),
    due_by=st.sampled_from([None, NOW + 1]), after=_AFTER, limit=st.sampled_from([1, 3, 100]),
)  # fmt: skip
_ASKED_FLAGS = st.builds(
    FlagsAsked, client=_CLIENT, clients=_CLIENTS_ASKED, who=st.sampled_from([None, "City", ""]),
    family=st.sampled_from([None, "gap"]), code=st.sampled_from([None, "G1", "G9"]),
    is_open=st.sampled_from([None, True, False]), after=_AFTER, limit=st.sampled_from([1, 3, 100]),
)  # fmt: skip


@given(
    rows=st.lists(st.tuples(_WORK, _FLAGS), min_size=3, max_size=3),
    asked=st.lists(st.tuples(_ASKED_WORK, _ASKED_FLAGS), min_size=12, max_size=12),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_page_is_that_of_the_store_in_memory(rows: list[Any], asked: list[Any], kind: str, fresh: Any) -> None:
    reference, store = MemoryStore(), fresh()
    for one in (reference, store):
        one.commit(
            [
                Commit(client, 0, work=own, flags=flags, facts=[fact(1)])
                for client, (own, flags) in zip(("Aino", "Kaija", "Otso"), rows, strict=True)
            ]
        )
    for of_work, of_flags in asked:
        assert store.work(of_work) == reference.work(of_work)
        assert store.flags(of_flags) == reference.flags(of_flags)


def test_a_page_over_many_kinds_of_work_is_in_order(store: Any) -> None:
    rows = [work(f"w{n:03}", urgent=NOW + n * 37 % 131, profession=f"nurse,p{n}") for n in range(131)]
    store.commit([Commit("Kaija", 0, work=rows, facts=[fact(1)])])
    found = store.work(WorkAsked(profession="nurse", limit=70))
    assert [row.work.urgent for row in found] == [NOW + n for n in range(70)]
    behind = store.work(WorkAsked(profession="nurse", after=_where(found[-1])))
    assert [row.work.urgent for row in behind] == [NOW + n for n in range(70, 131)]


# time and notices


def test_what_is_due_is_claimed_once(open_store: Open) -> None:
    one, other = open_store(), open_store()
    one.commit(
        [Commit(name, 0, due, facts=[fact(1)]) for name, due in (("a", NOW + 2), ("b", NOW + 1), ("c", NOW + 9), ("d", None))]
    )
    assert one.next_due() == NOW + 1
    assert one.claim_due(NOW, NOW + 60, 10) == []
    assert sorted(one.claim_due(NOW + 5, NOW + 60, 10)) == ["a", "b"]
    assert other.claim_due(NOW + 5, NOW + 60, 10) == []
    assert sorted(other.claim_due(NOW + 60, NOW + 99, 2)) == ["a", "b"]  # whoever held them has died
    one.commit([Commit("a", 1, NOW + 70)])  # it was seen to, and falls due again
    assert sorted(other.claim_due(NOW + 70, NOW + 99, 10)) == ["a", "c"]


def test_a_notice_is_kept_once_and_claimed_until_it_is_delivered(open_store: Open) -> None:
    one, other = open_store(), open_store()
    one.commit([Commit("Kaija", 0, facts=[fact(1)], notices=[notice("late", NOW + 2), notice("early", NOW + 1)])])
    one.commit([Commit("Kaija", 1, notices=[notice("early", NOW + 9)])])
    assert one.claim_notices(NOW, NOW + 60, 10) == []
    claimed = one.claim_notices(NOW + 5, NOW + 60, 10)
    assert [(c.client, c.notice, c.attempts) for c in claimed] == [
        ("Kaija", notice("early", NOW + 1), 1), ("Kaija", notice("late", NOW + 2), 1),
    ]  # fmt: skip
    assert other.claim_notices(NOW + 5, NOW + 60, 10) == []
    one.delivered(["early"], NOW + 6)
    one.failed("late", NOW + 20, "no answer")
    assert other.claim_notices(NOW + 19, NOW + 60, 10) == []
    (again,) = other.claim_notices(NOW + 20, NOW + 60, 10)
    assert (again.notice.key, again.attempts) == ("late", 2)
    other.failed("late", None, "gone")
    assert other.claim_notices(NOW + 999, NOW + 9999, 10) == []
    assert other.counts()["notices set aside"] == 1
    one.failed("early", NOW, "too late to say so")
    assert other.claim_notices(NOW + 999, NOW + 9999, 10) == []


def test_a_worker_that_dies_with_a_notice_leaves_it_to_others(store: Any) -> None:
    store.commit([Commit("Kaija", 0, notices=[notice("n")])])
    assert len(store.claim_notices(NOW, NOW + 60, 10)) == 1
    assert [c.attempts for c in store.claim_notices(NOW + 60, NOW + 99, 10)] == [2]


# audit


def test_each_row_of_the_audit_holds_those_before_it(store: Any) -> None:
    store.commit([Commit("Kaija", 0, facts=[fact(1)], audit=[WROTE])])
    store.log_read(["Kaija", "nobody", "Kaija"], READ)
    store.commit([Commit("Kaija", 1, facts=[fact(2)], audit=[WROTE, WROTE])])
    rows = store.audit("Kaija")
    assert [row.row for row in rows] == [WROTE, READ, WROTE, WROTE]
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert chain.first_broken(rows) is None
    assert store.audit("Kaija", after=1, limit=2) == rows[1:3]
    assert _stands(store, "Kaija") == (2, 2, None)  # who reads does not move the record
    seal = Seal("Kaija", 4, NOW, rows[-1].hash, b"signed")
    store.seal([seal])
    assert store.seals("Kaija") == [seal]


def test_versions_of_paths_stay_as_they_were_published(store: Any) -> None:
    first, second = Definition("k2", "Memory", NOW, "one"), Definition("k1", "Memory", NOW + 1, "two")
    store.publish([first, second])
    store.publish([Definition("k2", "Memory", NOW, "other")])
    assert store.definitions() == [first, second]
    again = Definition("k2", "Memory", NOW + 7, "one")
    store.publish([again])
    assert store.definitions() == [first, second, again]


# races


def test_of_two_who_change_a_record_at_once_one_comes_second(open_store: Open) -> None:
    stores = [open_store(), open_store()]
    stores[0].commit([Commit("Kaija", 0, facts=[fact(1)])])
    done: list[int] = []
    barrier = threading.Barrier(4)

    def worker(store: Any) -> None:
        barrier.wait()
        for _ in range(15):
            while True:
                head = store.head("Kaija")
                try:
                    store.commit([Commit("Kaija", head.version, facts=[fact(head.n_facts + 1)], audit=[WROTE])])
                except Conflict:
                    continue
                done.append(head.n_facts + 1)
                break

    threads = [threading.Thread(target=worker, args=(stores[i % 2],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(2, 62))
    assert [f.number for f in stores[0].facts("Kaija")] == list(range(1, 62))
    assert chain.first_broken(stores[1].audit("Kaija")) is None


def test_of_two_who_use_a_key_at_once_one_is_told(open_store: Open) -> None:
    stores = [open_store(), open_store()]
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def worker(number: int) -> None:
        barrier.wait()
        for key in range(20):
            try:
                stores[number].commit(
                    [Commit(f"client {key} of {number}", 0, facts=[fact(1)], answers=[Answer(f"k{key}", "", "")])]
                )
                outcomes.append("kept")
            except Repeated:
                outcomes.append("told")

    threads = [threading.Thread(target=worker, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("kept"), outcomes.count("told")) == (20, 20)
    assert stores[0].counts()["clients"] == 20


# wholes


def fill(store: Any) -> None:
    """Rows of every kind, with characters of every kind."""
    store.publish([Definition("k", "Memory ä", NOW, 'network\n\t"quoted" \\ \u2028')])
    rows = [work("a"), work("ö 'x'; drop table pathflow_fact; --", profession="", due=None, latest=NOW)]
    store.commit([Commit("Kaija 🙂", 0, NOW + 1, NOW, [fact(1), fact(2)], (), rows, (), [flag("f", is_open=False)], [notice("n1"), notice("n2")],
                         [Answer("k1", "a", "b")], [WROTE])])  # fmt: skip
    store.commit([Commit("Aino", 0, None, 0, [fact(1, '{"reason":"\x7f \x01"}')])])
    store.log_read(["Aino"], READ)
    store.claim_notices(NOW, NOW + 5, 1)
    store.delivered(["n1"], NOW + 2)
    store.seal([Seal("Aino", 1, NOW, store.audit("Aino")[0].hash, b"\x00\xff")])


def test_what_was_exported_comes_back_the_same_into_any_store(store: Any, open_store: Open) -> None:
    fill(store)
    lines = list(store.export())
    reference = MemoryStore()
    fill(reference)
    assert lines == list(reference.export())
    other = MemoryStore()
    assert other.restore(lines) == len(lines) - 2
    assert list(other.export()) == lines
    with pytest.raises(StoreError, match="not empty"):
        store.restore(lines)


def test_an_export_is_restored_whole_or_not_at_all(open_store: Open, kind: str) -> None:
    filled = MemoryStore()
    fill(filled)
    lines = list(filled.export())
    store = open_store()
    for wrong in (
        lines[:-1], lines[1:], lines[:3] + lines[4:], [], ["{}"], [*lines, lines[3]], [*lines[:4], '["fact","x"]', *lines[4:]],
        [*lines[:4], '["fact","x",1,1,1.5,"b"]', *lines[4:]], [*lines[:4], "NaN", *lines[4:]], [*lines[:4], "5", *lines[4:]],
        [line.replace("Aino", "Ai\\u0000no") for line in lines],
    ):  # fmt: skip
        with pytest.raises(StoreError):
            store.restore(wrong)
        assert set(store.counts().values()) == {0}, wrong
    assert store.restore(lines) == len(lines) - 2
    assert list(store.export()) == lines


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_host_writes_its_own_rows_in_the_same_transaction(open_store: Open, kind: str) -> None:
    store = open_store()
    commit = Commit("Kaija", 0, facts=[fact(1)])
    with _connection_of(store, kind) as db:
        db.execute("begin")
        db.execute("create table own (x integer)")
        db.execute("commit")
        db.execute("begin")
        db.execute("insert into own values (1)")
        store.commit([commit], db)
        with pytest.raises(Conflict):
            store.commit([commit], db)
        db.execute("rollback")
        assert store.head("Kaija") is None
        db.execute("begin")
        db.execute("insert into own values (2)")
        store.commit([commit], db)
        db.execute("commit")
        assert _stands(store, "Kaija") == (1, 1, None)
        assert db.execute("select x from own").fetchall() == [(2,)]


def _connection_of(store: Any, kind: str) -> Any:
    if kind == "postgres":
        import psycopg

        return psycopg.connect(store._own._conninfo, autocommit=True)
    import sqlite3
    from contextlib import closing

    return closing(sqlite3.connect(store._file, isolation_level=None))


# the same operations in any order give the same store


_CLIENTS = st.sampled_from(["a", "b"])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("commit"), _CLIENTS, st.integers(0, 3), st.sampled_from(["", "k1", "k2"]), st.integers(0, 3)),
        st.tuples(st.just("due"), st.integers(0, 30), st.integers(1, 3)),
        st.tuples(st.just("notices"), st.integers(0, 30), st.integers(1, 3)),
        st.tuples(st.just("failed"), st.sampled_from(["n0", "n1", "n2"]), st.one_of(st.none(), st.integers(0, 30))),
        st.tuples(st.just("delivered"), st.sampled_from(["n0", "n1", "n2"]), st.integers(0, 30)),
        st.tuples(st.just("read"), _CLIENTS),
    ),
    max_size=12,
)


def _do(store: Any, step: tuple[Any, ...]) -> Any:
    what = step[0]
    if what == "commit":
        _, client, behind, key, n = step
        head = store.head(client) or Head()
        rows = [work(f"w{i}", urgent=NOW + i) for i in range(n)]
        answers = [Answer(key, "", "")] if key else []
        notices = [notice(f"n{n}", NOW + n)] if n < 3 else []
        commit = Commit(client, max(0, head.version - (behind == 3)), NOW + behind, NOW, [fact(head.n_facts + 1)], [f"w{n}"], rows,
                        [f"f{n}"], [flag(f"f{behind}")], notices, answers, [WROTE])  # fmt: skip
        try:
            store.commit([commit])
        except (Conflict, Repeated) as wrong:
            return type(wrong).__name__
        return None
    if what == "due":
        return store.claim_due(NOW + step[1], NOW + step[1] + 5, step[2])
    if what == "notices":
        return store.claim_notices(NOW + step[1], NOW + step[1] + 5, step[2])
    if what == "failed":
        return store.failed(step[1], None if step[2] is None else NOW + step[2], "why")
    if what == "delivered":
        return store.delivered([step[1]], NOW + step[2])
    return store.log_read([step[1]], READ)


@given(steps=_STEPS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_store_does_what_the_one_in_memory_does(steps: list[tuple[Any, ...]], kind: str, fresh: Any) -> None:
    reference, store = MemoryStore(), fresh()
    for step in steps:
        told, expected = _do(store, step), _do(reference, step)
        if step[0] == "due":
            told, expected = sorted(told), sorted(expected)
        assert told == expected
    assert list(store.export()) == list(reference.export())


@pytest.fixture
def fresh(kind: str, open_store: Open) -> Any:
    """The same store, emptied."""
    store: Any = open_store()

    def emptied() -> Any:
        with store.writing() as db:
            for part in ("path", "record", "fact", "work", "flag", "notice", "answer", "audit", "seal"):
                db.execute(f"delete from pathflow_{part}")
        return store

    return emptied
