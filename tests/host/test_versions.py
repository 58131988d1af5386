"""Clients stay on the version of a path on which they began (meaning, law 13)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pathflow
from pathflow.base.durations import DAY
from pathflow.engine.codec import canonical, decode_fact, encode_fact
from pathflow.engine.facts import Fact
from pathflow.engine.machine import Machine
from pathflow.host.service import CareService
from pathflow.rules.registry import watch_all
from pathflow.store.memory import MemoryStore
from pathflow.store.sqlite import SqliteStore
from tests.helpers import program_of
from tests.host.world import BEGINNING
from tests.laws.test_engine import Drive
from tests.strategies import paths

MEMORY = (Path(__file__).parents[2] / "examples" / "memory" / "memory.path").read_text("utf-8")


@pytest.fixture
def versions(tmp_path: Path) -> list[pathflow.CompiledPath]:
    """Two versions of a path: in the second the first step is another one, and sooner."""
    found = []
    for n, text in enumerate((MEMORY, MEMORY.replace("First talk", "First meeting").replace("version 1.0", "version 2.0"))):
        file = tmp_path / str(n) / "memory.path"
        file.parent.mkdir()
        file.write_text(text, "utf-8")
        found.append(pathflow.load(file))
    return found


def on(store: Any, path: pathflow.CompiledPath | None, at: int) -> CareService:
    return CareService(store, [(path.program, path.bundle)] if path is not None else [], at)


def steps(service: CareService, client: str, at: int) -> list[str]:
    return [place.name for place in service.desk("n").where(client, at)]


def test_clients_stay_on_their_version(versions: list[pathflow.CompiledPath], tmp_path: Path) -> None:
    old, new = versions
    with SqliteStore(tmp_path / "care.db") as store:
        first = on(store, old, BEGINNING)
        assert isinstance(first.desk("n").enrol("Kaija", "Memory", BEGINNING + DAY, {"age": 80}), Fact)
        second = on(store, new, BEGINNING + 2 * DAY)
        second.desk("n").enrol("Väinö", "Memory", BEGINNING + 3 * DAY, {"age": 80})
        again = on(store, None, 0)  # as the store has it, without any file
        for service in (second, again):
            assert steps(service, "Kaija", BEGINNING + 3 * DAY) == ["First talk"]
            assert steps(service, "Väinö", BEGINNING + 3 * DAY) == ["First meeting"]
            assert service.record("Kaija").enrolments[0].version == old.program.key
        assert steps(first, "Väinö", BEGINNING + 3 * DAY) == ["First meeting"]  # it learns of a version that others published
        again.desk("n").enrol("Aino", "Memory", BEGINNING + 4 * DAY, {"age": 80})
        assert steps(again, "Aino", BEGINNING + 4 * DAY) == ["First meeting"]


def test_an_earlier_version_may_become_the_newest_again(versions: list[pathflow.CompiledPath]) -> None:
    old, new = versions
    store = MemoryStore()
    for path, days in ((old, 0), (new, 2), (new, 3), (old, 4)):
        on(store, path, BEGINNING + days * DAY)
    assert [(d.key, d.published) for d in store.definitions()] == [
        (old.program.key, BEGINNING), (new.program.key, BEGINNING + 2 * DAY), (old.program.key, BEGINNING + 4 * DAY),
    ]  # fmt: skip
    service = on(store, None, 0)
    for client, days, step in (("a", 1, "First talk"), ("b", 3, "First meeting"), ("c", 5, "First talk")):
        service.desk("n").enrol(client, "Memory", BEGINNING + days * DAY, {"age": 80})
        assert steps(service, client, BEGINNING + days * DAY) == [step]


def test_a_version_that_cannot_be_compiled_again_is_said(versions: list[pathflow.CompiledPath]) -> None:
    store = MemoryStore()
    with pytest.raises(pathflow.PathflowError, match="cannot be compiled again"):
        CareService(store, [(versions[0].program, versions[1].bundle)], BEGINNING)


def test_a_fact_of_a_version_that_nobody_knows_is_kept_and_said() -> None:
    program = program_of(MEMORY)
    machine = Machine([program], watch_all)
    record = machine.fold("Kaija", [Fact("enrolled", BEGINNING, "Memory", version="f" * 64, number=1)])
    assert record.enrolments == []
    assert [finding.code for finding in record.findings] == ["G201"]


def test_facts_without_a_version_are_read_as_ever() -> None:
    line = '{"at":1,"kind":"enrolled","number":1,"recorded":1,"subject":"Memory"}'
    assert encode_fact(decode_fact(line)) == line


def test_two_versions_of_which_neither_is_the_newest_are_refused(versions: list[pathflow.CompiledPath]) -> None:
    programs = [path.program for path in versions]
    with pytest.raises(ValueError, match="two versions of Memory"):
        Machine(programs)
    machine = Machine(programs, published=[(BEGINNING, programs[0].key), (BEGINNING + 1, programs[1].key)])
    newest = machine.newest("Memory", BEGINNING + 1)
    assert newest is not None
    assert newest.program is programs[1]


@given(text=paths(has_events=True), seed=st.integers(0, 2**30))
def test_a_later_version_changes_nothing_for_those_on_the_way(text: str, seed: int) -> None:
    program, other = program_of(text), program_of(text.replace("version 1\n", "version 2\n"))
    drive = Drive(program, seed)
    for _ in range(12):
        drive.step()
    facts = drive.facts
    alone = Machine([program], watch_all).fold("client", facts)
    both = Machine([program, other], watch_all, published=[(0, program.key), (facts[0].at + 1, other.key)])
    assert canonical(both.fold("client", facts)) == canonical(alone)
    later = Machine([program, other], watch_all, published=[(0, other.key), (facts[0].at + 1, program.key)])
    assert {e.version for e in later.fold("client", facts).enrolments} == {other.key}
