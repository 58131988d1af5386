"""Clients who belong together: both records change together, what a step starts for the other begins, and nothing is opened."""

from __future__ import annotations

import json
import random
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import pathflow
from pathflow.base.durations import DAY, HOUR
from pathflow.compiler.bundle import program_of_bundle
from pathflow.engine.codec import canonical, decode_fact, encode_fact
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.machine import Machine
from pathflow.host.auditing import verify
from pathflow.host.checking import check_store
from pathflow.host.live import CareEngine
from pathflow.host.service import CareService
from pathflow.rules.registry import watch_all
from pathflow.store.memory import MemoryStore
from pathflow.store.port import Conflict
from pathflow.store.sqlite import SqliteStore
from tests.host.world import BEGINNING

NETWORK = """\
network Family network
    organiser County
    professions nurse, social worker
    provider Clinic
        sector public
        professions nurse
        register health
    provider Family Services
        sector public
        professions social worker
        register social
    item client plan: document
    item permission: yes or no, valid 1 year
    item screening: number of points
"""

CHILD = """\
path Child
    version 1.0
    valid from 2026-01-01
    uses Family network
    responsible Clinic
    accountable Clinic
    silence at most 6 months

clients Children
    linked parent
        shares client plan
        legal basis permission
    linked sibling

plan Child's plan
    owner nurse at Clinic
    review every 6 months

steps
    step Check
        by nurse at Clinic
        within 14 days
        makes permission, client plan
    step Talk with the parent
        by nurse at Clinic
        within 14 days
        starts Support for parent
    step Look again
        by nurse at Clinic
        within 3 months
    end Gets on
        closes the plan
"""

SUPPORT = """\
path Support
    version 1.0
    valid from 2026-01-01
    uses Family network
    responsible Family Services
    accountable Family Services
    silence at most 6 months

clients Parents
    linked child

plan Parent's plan
    owner social worker at Family Services
    review every 6 months

steps
    step Visit
        by social worker at Family Services
        within 14 days
        makes screening
    end Strength is back
        closes the plan
"""


def loaded(*texts: str) -> list[pathflow.CompiledPath]:
    """Paths, compiled."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "network.path").write_text(NETWORK, "utf-8")
        files = [Path(folder) / f"{n}.path" for n, _ in enumerate(texts)]
        for file, text in zip(files, texts, strict=True):
            file.write_text(text, "utf-8")
        return [pathflow.load(file) for file in files]


FAMILY = loaded(CHILD, SUPPORT)
NOW = BEGINNING


def service_of(store: Any = None, paths: list[pathflow.CompiledPath] = FAMILY) -> CareService:
    return CareService(store or MemoryStore(), [(path.program, path.bundle) for path in paths], NOW)


def engine_of(paths: list[pathflow.CompiledPath] = FAMILY) -> CareEngine:
    return CareEngine([path.program for path in paths])


def facts_of(service: CareService, client: str) -> list[tuple[str, str, str]]:
    facts = [decode_fact(stored.body) for stored in service.store.facts(client)]
    return [(fact.kind, fact.subject, fact.link.client if fact.link is not None else "") for fact in facts]


def linked() -> tuple[CareService, Any]:
    """Otso, a child on a path, and Anna, his parent."""
    service = service_of()
    desk = service.desk("nurse 7", "nurse", "care relation")
    desk.enrol("Otso", "Child", NOW)
    assert isinstance(desk.link("Otso", "Parent", "Anna", "child", NOW + 1), Fact)
    return service, desk


# both records


def test_a_link_stands_in_both_records_and_in_both_audits() -> None:
    service, desk = linked()
    assert facts_of(service, "Otso") == [("enrolled", "Child", ""), ("linked", "parent", "Anna")]
    assert facts_of(service, "Anna") == [("linked", "child", "Otso")]
    assert [(one.kind, one.client, one.back) for one in desk.family("Anna", NOW + 2)] == [("child", "Otso", "parent")]
    for client in ("Otso", "Anna"):
        actions = [kept.row.action for kept in service.store.audit(client)]
        assert actions.count("link") == 1
    assert isinstance(desk.unlink("Anna", "CHILD", "Otso", NOW + 3), Fact)
    assert desk.family("Otso", NOW + 4) == desk.family("Anna", NOW + 4) == ()
    assert [one.client for one in desk.family("Otso", NOW + 2)] == ["Anna"]  # as of then
    assert list(check_store(service)) == []


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("link", "Otso", "parent", "Otso", "child", NOW + 5), "`Otso` cannot be linked with themselves"),
        (("link", "Otso", "parent", "", "child", NOW + 5), "a link says who the other client is"),
        (("link", "Otso", "parent", "Anna", "", NOW + 5), "a link says who the other client is"),
        (("link", "Otso", "", "Anna", "child", NOW + 5), "a link says who the other client is"),
        (("link", "Otso", "parent", "Anna", "child", NOW + 5), "`Anna` is linked with `Otso` as `parent` already"),
        (("link", "Anna", "child", "Otso", "parent", NOW + 5), "`Otso` is linked with `Anna` as `child` already"),
        (("unlink", "Otso", "sibling", "Anna", NOW + 5), "`Anna` is not linked with `Otso` as `sibling`"),
        (("unlink", "Otso", "parent", "Aino", NOW + 5), "`Aino` is not linked with `Otso` as `parent`"),
        (("link", "Otso", "sibling", "Aino", "sibling", NOW), "something has been recorded after that moment"),
        (("begin_for", "Otso", "Support", "Anna", NOW + 5), "no step of `Otso` has asked that `Support` be begun"),
        (("let_be", "Otso", "Support", NOW + 5, "not wanted"), "no step of `Otso` has asked that `Support` be begun"),
        (("let_be", "Otso", "Support", NOW + 5, ""), "what a step starts is let be only with a reason"),
    ],
)
def test_what_cannot_be_linked_is_refused_in_memory_and_in_a_store(call: tuple[Any, ...], said: str) -> None:
    service, desk = linked()
    engine = engine_of()
    engine.enrol("Otso", "Child", NOW)
    engine.link("Otso", "parent", "Anna", "child", NOW + 1)
    before = {client: facts_of(service, client) for client in ("Otso", "Anna", "Aino")}
    for one in (desk, engine):
        answer = getattr(one, call[0])(*call[1:])
        assert isinstance(answer, Refusal)
        assert said in answer.message
    assert {client: facts_of(service, client) for client in ("Otso", "Anna", "Aino")} == before


def test_what_the_other_record_refuses_changes_neither_and_is_in_both_audits() -> None:
    service, desk = linked()
    desk.enrol("Aino", "Child", NOW + DAY)
    answer = desk.link("Otso", "sibling", "Aino", "sibling", NOW + HOUR)
    assert isinstance(answer, Refusal)
    assert "after that moment" in answer.message
    assert [kind for kind, _, _ in facts_of(service, "Otso")] == ["enrolled", "linked"]
    assert [kind for kind, _, _ in facts_of(service, "Aino")] == ["enrolled"]
    for client in ("Otso", "Aino"):
        assert "refused" in json.loads(service.store.audit(client)[-1].row.body)
    assert list(verify(service.store)) == []


def test_a_fact_of_two_records_is_not_recorded_in_one() -> None:
    for one in (service_of().desk("n"), engine_of()):
        for kind, call in (("linked", "link"), ("unlinked", "unlink"), ("began for", "begin_for")):
            with pytest.raises(ValueError, match=call):
                one.record(kind, "Otso", "parent", NOW)  # type: ignore[arg-type]


def test_facts_that_link_nobody_are_told() -> None:
    machine = Machine([path.program for path in FAMILY], watch_all)
    kinds = ("linked", "unlinked", "began for", "let be")
    facts = [Fact("enrolled", NOW, "Child", number=1), *(Fact(k, NOW + n, "x", number=n) for n, k in enumerate(kinds, 2))]  # type: ignore[arg-type]
    record = machine.fold("Otso", facts)
    assert [finding.code for finding in record.findings] == ["G201"] * 4
    assert record.bonds == []


# what a step starts for the other


def test_what_a_step_starts_for_the_one_who_is_linked_begins_with_it() -> None:
    service, desk = linked()
    desk.complete("Otso", "Check", NOW + 2)
    fact = desk.once("k").complete("Otso", "Talk with the parent", NOW + 3)
    assert desk.once("k").complete("Otso", "Talk with the parent", NOW + 3) == fact
    assert facts_of(service, "Otso")[-2:] == [("completed", "Talk with the parent", ""), ("began for", "Support", "Anna")]
    assert facts_of(service, "Anna")[-1] == ("enrolled", "Support", "Otso")
    assert [place.name for place in desk.where("Anna", NOW + 4)] == ["Visit"]
    assert [row.client for row in desk.work(NOW + 4, family_of="Otso").rows] == ["Anna", "Otso"]
    assert not service.record("Otso").to_begin
    assert list(check_store(service)) == []


@pytest.mark.parametrize("is_live", [True, False])
def test_what_cannot_begin_yet_stays_owed(is_live: bool) -> None:
    one: Any = engine_of() if is_live else service_of().desk("n")
    one.enrol("Otso", "Child", NOW)
    one.complete("Otso", "Check", NOW + 1)
    one.complete("Otso", "Talk with the parent", NOW + 2)
    owed = [duty for duty in one.due("Otso", NOW + 3) if duty.act == "begin"]
    assert [(duty.what, duty.who, duty.since) for duty in owed] == [("begin Support for the linked parent", "Clinic", NOW + 2)]
    one.complete("Otso", "Look again", NOW + 4)  # the path ends, and what is owed stays so
    assert [duty.act for duty in one.due("Otso", NOW + 5)] == ["begin"]
    assert isinstance(one.link("Otso", "parent", "Anna", "child", NOW + 6), Fact)  # with whom it begins
    assert one.due("Otso", NOW + 7) == []
    assert [place.name for place in one.where("Anna", NOW + 7)] == ["Visit"]


@pytest.mark.parametrize("is_live", [True, False])
def test_of_several_somebody_says_for_whom(is_live: bool) -> None:
    one: Any = engine_of() if is_live else service_of().desk("n")
    one.enrol("Otso", "Child", NOW)
    for n, name in enumerate(("Anna", "Pekka")):
        one.link("Otso", "parent", name, "child", NOW + 1 + n)
    one.link("Otso", "sibling", "Aino", "sibling", NOW + 3)
    one.complete("Otso", "Talk with the parent", NOW + 4)
    assert [duty.act for duty in one.due("Otso", NOW + 5)].count("begin") == 1
    refused = one.begin_for("Otso", "Support", "Aino", NOW + 5)
    assert isinstance(refused, Refusal)
    assert "is not linked with `Otso` as whom" in refused.message
    assert isinstance(one.begin_for("Otso", "support", "Pekka", NOW + 6), Fact)
    assert [duty.act for duty in one.due("Otso", NOW + 7)].count("begin") == 0
    assert [place.name for place in one.where("Pekka", NOW + 7)] == ["Visit"]
    assert one.where("Anna", NOW + 7) == []


def test_who_is_on_the_path_already_stays_there() -> None:
    service, desk = linked()
    desk.enrol("Anna", "Support", NOW + 2)
    desk.complete("Otso", "Talk with the parent", NOW + 3)
    assert [kind for kind, _, _ in facts_of(service, "Anna")] == ["linked", "enrolled"]
    assert facts_of(service, "Otso")[-1] == ("began for", "Support", "Anna")


def test_it_may_be_let_be_with_a_reason() -> None:
    desk = service_of().desk("n")
    desk.enrol("Otso", "Child", NOW)
    desk.complete("Otso", "Talk with the parent", NOW + 1)
    assert [row.work.act for row in desk.work(NOW, act="begin").rows] == ["begin"]
    assert isinstance(desk.let_be("Otso", "Support", NOW + 2, "the parent does not want it"), Fact)
    assert desk.work(NOW, act="begin").rows == ()


def test_a_path_that_is_not_known_here_is_owed_too() -> None:
    own = CHILD.replace("starts Support for parent", "starts Support")
    child = loaded(own, SUPPORT)[0]
    desk = service_of(paths=[child]).desk("n")
    desk.enrol("Otso", "Child", NOW)
    desk.complete("Otso", "Talk with the parent", NOW + 1)
    assert [row.work.what for row in desk.work(NOW, act="begin").rows] == ["begin Support"]
    desk.record("died", "Otso", "", NOW + 2)
    assert desk.work(NOW).rows == ()


def test_a_block_holds_what_it_sets_off() -> None:
    service = service_of()
    desk = service.desk("n")
    with desk.together() as many:
        many.enrol("Otso", "Child", NOW)
        many.once("k").link("Otso", "parent", "Anna", "child", NOW + 1)
        many.complete("Otso", "Talk with the parent", NOW + 2)
        assert service.store.head("Anna") is None
    assert [kind for kind, _, _ in facts_of(service, "Anna")] == ["linked", "enrolled"]
    assert isinstance(desk.once("k").link("Otso", "parent", "Anna", "child", NOW + 1), Fact)
    with suppress(ZeroDivisionError), desk.together() as many:
        many.unlink("Otso", "parent", "Anna", NOW + 9)
        raise ZeroDivisionError
    assert [one.client for one in desk.family("Otso", NOW + 10)] == ["Anna"]
    assert list(check_store(service)) == []


# what is seen through it


def test_a_link_alone_opens_nothing() -> None:
    service, desk = linked()
    desk.enrol("Anna", "Support", NOW + 2)
    desk.complete("Anna", "Visit", NOW + 3, {"screening": 535353})
    plan = desk.plan("Otso", NOW + 4)
    assert [(one.kind, one.client, one.plan, one.owner) for one in plan.family] == [("parent", "Anna", None, None)]
    desk.enrol("Anna", "Support", NOW + 5)
    plan = desk.plan("Otso", NOW + 6)
    told = [(one.kind, one.client, one.plan, one.owner) for one in plan.family]
    assert told == [("parent", "Anna", "Parent's plan", "social worker at Family Services")]
    assert desk.shared("Otso", NOW + 6) == ()
    assert "535353" not in repr(plan)
    read = [json.loads(kept.row.body) for kept in service.store.audit("Anna") if kept.row.action == "read"]
    assert read == [{"what": "plan of a linked client"}]


def test_what_is_shared_is_seen_on_its_basis_as_long_as_it_holds() -> None:
    service, desk = linked()
    year = 366 * DAY

    def seen(at: int) -> list[tuple[str, str, Any]]:
        return [(one.client, one.item, one.value) for one in desk.shared("Anna", at)]

    desk.complete("Otso", "Check", NOW + 2, {"permission": False, "client plan": "made"})
    desk.enrol("Anna", "Support", NOW + 3)
    assert seen(NOW + 4) == []  # the client said no
    desk.observe("Otso", "", NOW + 5, {"permission": True})
    assert seen(NOW + 6) == [("Otso", "client plan", "made")]
    assert desk.shared("Otso", NOW + 6) == ()  # it is not shared the other way
    assert seen(NOW + year) == []  # the permission has grown old
    desk.withdraw("Anna", "Support", NOW + 7)
    assert seen(NOW + 8) == []  # nobody cares for the parent
    reads = [json.loads(kept.row.body)["what"] for kept in service.store.audit("Otso") if kept.row.action == "read"]
    assert reads == ["shared with a linked client", "shared"]


def test_flags_and_the_board_are_of_a_family_where_that_is_asked() -> None:
    service, desk = linked()
    desk.enrol("Anna", "Support", NOW + 2)
    desk.enrol("Stranger", "Support", NOW + 2)
    later = NOW + 60 * DAY
    while service.run_due(later):
        pass
    assert {row.client for row in desk.flags(later).rows} == {"Otso", "Anna", "Stranger"}
    assert {row.client for row in desk.flags(later, family_of="Otso").rows} == {"Otso", "Anna"}
    whole, family = desk.board(), desk.board(later, family_of="Anna")
    assert sum(whole["Family Services"].values()) == 2 * sum(family["Family Services"].values())
    with pytest.raises(TypeError, match="audit"):
        desk.board(family_of="Anna")
    with pytest.raises(KeyError):
        desk.flags(later, family_of="Nobody")


# laws


def drive(seed: int, one: Any, steps: int = 40) -> list[Any]:
    """Links and what they set off, at random."""
    chance = random.Random(seed)
    names = ("Otso", "Aino", "Anna", "Pekka")
    now, told = NOW, []
    for _ in range(steps):
        now += chance.choice([1, HOUR, DAY])
        told.append(something(one, chance, names, now))
    return told


def something(one: Any, chance: random.Random, names: tuple[str, ...], now: int) -> Any:
    """One call, at random."""
    client, other = chance.choice(names), chance.choice(names)
    kind, back = chance.choice([("parent", "child"), ("child", "parent"), ("sibling", "sibling")])
    when = now - chance.choice([0, 0, 0, 0, DAY])
    calls: list[Any] = [
        lambda: one.link(client, kind, other, back, when),
        lambda: one.link(client, kind, other, back, now),
        lambda: one.unlink(client, kind, other, now),
        lambda: one.enrol(client, chance.choice(["Child", "Support"]), now),
        lambda: one.complete(client, "Talk with the parent", when),
        lambda: one.complete(client, chance.choice(["Check", "Look again", "Visit"]), now),
        lambda: one.begin_for(client, "Support", other, now),
        lambda: one.let_be(client, "Support", now, "not wanted") if chance.random() < 0.3 else None,
    ]
    return chance.choice(calls)()


def without_numbers(told: Any) -> Any:
    return told if not isinstance(told, Fact) else (told.kind, told.at, told.subject, told.link, told.path)


@pytest.mark.parametrize("seed", range(30))
def test_each_of_two_records_says_so_of_the_other_and_memory_is_as_a_store(seed: int) -> None:
    service, engine = service_of(), engine_of()
    assert [*map(without_numbers, drive(seed, service.desk("n")))] == [*map(without_numbers, drive(seed, engine))]
    for client in engine:
        mine, theirs = service.record(client), engine.client(client)
        assert [without_numbers(fact) for fact in mine.facts] == [without_numbers(fact) for fact in theirs.facts]
        assert (mine.bonds, mine.to_begin) == (theirs.bonds, theirs.to_begin)
        for bond in mine.bonds:
            backs = [(one.client, one.kind, one.back, one.since) for one in service.record(bond.client).bonds]
            assert (client, bond.back, bond.kind, bond.since) in backs
        facts = [decode_fact(encode_fact(fact)) for fact in theirs.facts]
        random.Random(seed).shuffle(facts)
        assert canonical(Machine([p.program for p in FAMILY], watch_all).fold(client, facts)) == canonical(theirs)
    assert list(check_store(service)) == []


@pytest.mark.parametrize("seed", range(3))
def test_whoever_links_at_the_same_time_leaves_whole_links(seed: int, tmp_path: Path) -> None:
    stores = [SqliteStore(tmp_path / "care.db") for _ in range(2)]
    services = [service_of(store) for store in stores]
    wrong: list[BaseException] = []

    def work(n: int) -> None:
        chance = random.Random(seed * 10 + n)
        desk = services[n % 2].desk(f"worker {n}")
        try:
            for turn in range(15):
                client, other = chance.sample(["Otso", "Aino", "Anna"], 2)
                try:
                    if chance.random() < 0.5:
                        desk.once(f"{n}.{turn}").link(client, "sibling", other, "sibling", NOW + 10**9)
                    else:
                        desk.once(f"{n}.{turn}").unlink(client, "sibling", other, NOW + 10**9)
                except Conflict:
                    pass
        except BaseException as raised:  # noqa: BLE001 - told after the threads
            wrong.append(raised)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert list(check_store(services[0])) == []
    for store in stores:
        store.close()


def test_a_store_whose_links_are_of_one_side_only_is_not_whole() -> None:
    service, _ = linked()
    service.store._records["Anna"].facts.clear()
    service.forget("Anna")
    assert any("it links" in str(wrong.why) for wrong in check_store(service))


def test_a_path_that_a_store_keeps_starts_what_it_started() -> None:
    folder = Path(__file__).parents[2] / "paths"
    for name in ("family_centre", "child_health"):
        path = pathflow.load(folder / f"{name}.path")
        again = program_of_bundle(path.bundle, path.program.key)
        assert [getattr(node.statement, "starts", None) for node in again.nodes] == [
            getattr(node.statement, "starts", None) for node in path.program.nodes
        ]
        assert any(getattr(node.statement, "starts", None) for node in again.nodes)
