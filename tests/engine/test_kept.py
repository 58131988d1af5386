"""Facts that were kept replay for ever: each folder of golden/kept holds a path with its files, facts on it, and the record.

A folder is written once, when facts come to have a new shape, and never again: `python -m tests.engine.test_kept NAME`.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from pathflow.api import CompiledPath
from pathflow.compiler.bundle import program_of_bundle
from pathflow.engine.codec import canonical, decode_fact, encode_fact
from pathflow.engine.facts import FACTS, Fact, Link
from pathflow.engine.machine import Machine
from pathflow.rules.registry import watch_all

KEPT = Path(__file__).parents[1] / "golden" / "kept"


def record_of(folder: Path) -> dict[str, Any]:
    """The record that the kept facts give, without the words of findings: they may be said better."""
    path = json.loads((folder / "path.json").read_text("utf-8"))
    program = program_of_bundle(path["bundle"], path["key"])
    facts = [decode_fact(line) for line in (folder / "facts.jsonl").read_text("utf-8").splitlines()]
    machine = Machine([program], watch_all)
    record = machine.fold("client", facts)
    machine.advance(record, facts[-1].at)
    found: dict[str, Any] = json.loads(canonical(record))
    del found["findings"]
    return found


def as_kept(found: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """As far as it was kept then: what a record holds besides came later."""
    found = {name: value for name, value in found.items() if name in kept}
    found["enrolments"] = [
        {name: value for name, value in mine.items() if name in theirs}
        for mine, theirs in zip(found["enrolments"], kept["enrolments"], strict=True)
    ]
    return found


@pytest.mark.parametrize("folder", sorted(KEPT.iterdir()), ids=lambda folder: folder.name)
def test_kept_facts_give_the_record_that_they_gave(folder: Path) -> None:
    kept = json.loads((folder / "record.json").read_text("utf-8"))
    assert as_kept(record_of(folder), kept) == kept


def test_every_kind_of_fact_is_kept_somewhere() -> None:
    lines = [line for folder in KEPT.iterdir() for line in (folder / "facts.jsonl").read_text("utf-8").splitlines()]
    assert set(FACTS) - {decode_fact(line).kind for line in lines} == set(), (
        "write a folder: python -m tests.engine.test_kept NAME"
    )


def write(name: str) -> None:
    """A new folder: the memory path, with a fact of every kind, in an order that a random hand makes."""
    import pathflow
    from pathflow.host.service import CareService
    from pathflow.store.memory import MemoryStore
    from tests.host.world import BEGINNING, Hand

    path = pathflow.load(Path(__file__).parents[2] / "examples" / "memory" / "memory.path")
    service = CareService(MemoryStore(), [(path.program, path.bundle)], BEGINNING)
    hand, desk, now = Hand(path.program, "client", random.Random(7)), service.desk("n"), BEGINNING
    for _ in range(25):
        now += 86_400_000_000
        hand.next(service, now).on(desk)
    leaving = ["withdrew", "ended", "refused", "died", "moved away"]
    for kind in [*(kind for kind in FACTS if kind not in leaving), *leaving]:
        now += 3_600_000_000
        subject = "Memory" if kind in ("enrolled", "migrated", "withdrew", "paused", "came back") else "First talk"
        link = Link("the other", "child") if kind in ("linked", "unlinked", "began for") else None
        fact = Fact(kind, now, subject, None, None, "somebody", "a reason", None, now, link=link)
        service.observe(desk.actor, "client", fact)
    keep(name, path, [decode_fact(stored.body) for stored in service.store.facts("client")])


def keep(name: str, path: CompiledPath, facts: list[Fact]) -> None:
    """A new folder with these facts of one client."""
    folder = KEPT / name
    folder.mkdir(parents=True)
    ordered = sorted(facts, key=lambda fact: fact.order)
    (folder / "path.json").write_text(json.dumps({"key": path.program.key, "bundle": path.bundle}, ensure_ascii=False), "utf-8")
    (folder / "facts.jsonl").write_text("".join(encode_fact(fact) + "\n" for fact in ordered), "utf-8")
    (folder / "record.json").write_text(json.dumps(record_of(folder), ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write(sys.argv[1])
