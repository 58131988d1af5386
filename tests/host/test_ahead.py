"""What a client has ahead: nothing is owed later that was not ahead, none sooner than was said, and in time none later."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pathflow
from pathflow.base.durations import DAY, HOUR
from pathflow.base.instants import Instant, local_datetime
from pathflow.compiler.bundle import bundle_of
from pathflow.engine.ahead import Ahead, ahead
from pathflow.engine.duties import Duty, clock, duties
from pathflow.engine.facts import Refusal
from pathflow.engine.program import Program
from pathflow.engine.record import EventRun, Record
from pathflow.host.live import CareEngine
from pathflow.host.service import CareService
from pathflow.model import path as model
from pathflow.store.memory import MemoryStore
from tests.compiler.test_language import write
from tests.helpers import program_of, unit_of
from tests.host.test_linking import service_of
from tests.host.test_service import PASSING
from tests.host.world import BEGINNING, Hand
from tests.rules.examples import whole
from tests.strategies import paths

ROOT = Path(__file__).parents[2]
TOLD = ("do", "accept", "send", "answer", "choose")


class Seen(NamedTuple):
    """What was ahead at a moment, by path and name; and how many paths there were by then."""

    at: Instant
    n_enrolments: int
    rows: dict[tuple[str, str], list[Ahead]]


def seen(engine: Any, record: Record, at: Instant) -> Seen:
    """What is ahead now."""
    found: dict[tuple[str, str], list[Ahead]] = {}
    for one in ahead(engine.machine, record, at):
        found.setdefault((one.path, one.name), []).append(one)
    return Seen(at, len(record.enrolments), found)


def owed(record: Record, at: Instant) -> list[tuple[Any, Any, str]]:
    """What is owed now, on which enrolment, at a place of which name."""
    return [(e, d, e.tables.name[d.node]) for e in record.active for d in duties(record, e, at) if d.act in TOLD]


def root_of(record: Record, enrolment: Any) -> Any:
    while enrolment.parent is not None:
        enrolment = record.enrolments[enrolment.parent[0]]
    return enrolment


def drive(program: Program, seed: int, steps: int = 30) -> None:
    """Anything that a random hand does: what is owed was ahead."""
    chance = random.Random(seed)
    service = CareService(MemoryStore(), [(program, BUNDLES[program.key])], BEGINNING)
    hand, desk, now = Hand(program, "Kaija", chance), service.desk("n"), BEGINNING
    before: list[Seen] = []
    for _ in range(steps):
        now += chance.choice(PASSING)
        service.run_due(now)
        hand.next(service, now).on(desk)
        if service.store.facts("Kaija"):
            record = service.as_of("Kaija", now)
            for enrolment, _, name in owed(record, now):
                began = root_of(record, enrolment).index
                for one in before:
                    if one.n_enrolments > began:
                        assert (enrolment.path, name) in one.rows, (name, one.at)
            before.append(seen(service, record, now))


BUNDLES: dict[str, str] = {}


def known(text: str) -> Program:
    program = program_of(text)
    BUNDLES[program.key] = bundle_of(unit_of(text))
    return program


@given(text=paths(has_events=True), seed=st.integers(0, 2**30))
@settings(max_examples=60)
def test_what_is_owed_later_was_ahead(text: str, seed: int) -> None:
    drive(known(text), seed)


SHIPPED = ["paths/heart_failure.path", "examples/memory/memory.path", "paths/family_centre.path", "paths/rehabilitation.path"]


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("seed", range(3))
def test_the_same_on_shipped_paths(name: str, seed: int) -> None:
    path = pathflow.load(ROOT / name)
    BUNDLES[path.program.key] = path.bundle
    drive(path.program, seed, 40)


def in_turn(program: Program, seed: int, has_events: bool) -> None:
    """Nothing is done out of its turn: nothing is owed sooner than was said; and without events, in time, none later."""
    chance = random.Random(seed)
    engine = CareEngine([program])
    hand, now, before, were = Hand(program, "Kaija", chance), BEGINNING, list[Seen](), set[EventRun]()
    engine.record("enrolled", "Kaija", program.path.name, now, _all(hand))
    for _ in range(25):
        record = engine.client("Kaija", now)
        if not record.active:
            break
        if not were.issuperset(set_off := {run for enrolment in record.active for run in enrolment.events.values()}):
            before.clear()
        were |= set_off
        _look(record, now, before, is_in_time=not has_events)
        before.append(seen(engine, record, now))
        if not has_events and _waits_to_know(record):
            before.clear()
        ends = [last for e, d, _ in owed(record, now) if (last := _last(record, e, d)) is not None]
        ends += [enrolment.timers[node] for enrolment in record.active for node in enrolment.timers]
        now += chance.randrange(max(1, min([*ends, now + 90 * DAY]) - now)) if chance.random() < 0.8 else 0
        work = owed(engine.client("Kaija", now), now)
        if not work:
            now = min([at for e in engine.client("Kaija", now).active for at in e.timers.values()], default=now + DAY)
            engine.observe("Kaija", "", now, _all(hand))
            continue
        _, duty, name = chance.choice(work)
        _act(engine, hand, duty.act, name, duty.who, now)
        events = list(program.path.events)
        if has_events and events and chance.random() < 0.2:
            engine.observe("Kaija", chance.choice(events), now)
            before.clear()  # what comes without an event was said without one


def _look(record: Record, now: Instant, before: list[Seen], *, is_in_time: bool) -> None:
    for enrolment, duty, name in owed(record, now):
        since = enrolment.tokens.get(duty.node)
        for one in before:
            rows = one.rows[enrolment.path, name]
            fresh = [row for row in rows if not row.is_here]
            if since is not None and since > one.at and len(fresh) == len(rows):
                assert since >= min(row.earliest for row in rows), (name, one.at)
            latest = [row.latest for row in rows if row.latest is not None and not row.undecided and row.latest >= one.at]
            by = _last(record, enrolment, duty)
            if is_in_time and latest and by is not None and since is not None and _is_first(record, enrolment, name):
                assert by <= max(latest), (name, one.at, by, latest)


def _last(record: Record, enrolment: Any, duty: Duty) -> Instant | None:
    """By when it is in time. An order that must be done sooner than it must be accepted is in time by the sooner of the two."""
    since = enrolment.tokens.get(duty.node)
    runs = clock(record, enrolment, duty.node, since) if since is not None else None
    ends = [duty.latest or duty.due, (runs.latest or runs.due) if runs is not None else None]
    return min((at for at in ends if at is not None), default=None)


def _is_first(record: Record, enrolment: Any, name: str) -> bool:
    is_first_round = all(one.number <= 1 for one in enrolment.rounds.values())
    return name not in enrolment.happened and is_first_round and not enrolment.events and not record.away


def _waits_to_know(record: Record) -> bool:
    """Whether the client waits at a decision until somebody knows what it asks for: no time that was said reckons with that."""
    nodes = ((enrolment.tables.program.nodes, node) for enrolment in record.active for node in enrolment.tokens)
    return any(of[node].kind == "decide" for of, node in nodes)


def _all(hand: Hand) -> dict[str, Any]:
    return hand._some(len(hand.program.path.items))


def _act(engine: CareEngine, hand: Hand, act: str, name: str, who: str, now: Instant) -> None:
    if act == "accept":
        told: Any = engine.accept("Kaija", name, now)
        if isinstance(told, Refusal):  # it was accepted and waits until the main way goes on
            engine.observe("Kaija", "", now, _all(hand))
    elif act == "send":
        engine.propose("Kaija", name, now)
    elif act == "choose":
        node = hand.program.find(name)
        choice = hand.program.nodes[node].statement if node is not None else None
        if isinstance(choice, model.Choice):
            engine.choose("Kaija", name, hand.chance.choice(choice.options), now)
    elif act == "answer":
        engine.answer("Kaija", name, now, _all(hand))
    else:
        engine.complete("Kaija", name, now, _all(hand))


@given(text=paths(has_events=True), seed=st.integers(0, 2**30))
@settings(max_examples=60)
def test_nothing_comes_sooner_than_was_said(text: str, seed: int) -> None:
    in_turn(known(text), seed, has_events=True)


@given(text=paths(has_events=False), seed=st.integers(0, 2**30))
@settings(max_examples=60)
def test_in_time_nothing_is_owed_until_later_than_was_said(text: str, seed: int) -> None:
    in_turn(known(text), seed, has_events=False)


def test_a_page_at_a_time() -> None:
    service = pathflow.open_service(ROOT / "paths" / "heart_failure.path", "memory", at=BEGINNING)
    desk = service.desk("n")
    desk.record("enrolled", "Kaija", "Heart failure", BEGINNING)
    whole = desk.ahead("Kaija", BEGINNING + HOUR)
    assert whole.next is None
    rows: list[Ahead] = []
    page = desk.ahead("Kaija", BEGINNING + HOUR, limit=2)
    while True:
        rows += page.rows
        if page.next is None:
            break
        page = desk.ahead("Kaija", BEGINNING + HOUR, limit=2, after=page.next)
    assert tuple(rows) == whole.rows
    assert len(rows) > 5
    assert rows[0].is_here
    for wrong in ("x", "-1", "٣"):
        with pytest.raises(ValueError, match="page"):
            desk.ahead("Kaija", BEGINNING + HOUR, after=wrong)


# each thing by itself


def day(engine: CareEngine, at: Instant | None) -> str | None:
    """The date of a moment."""
    return local_datetime(at, next(iter(engine.machine.programs.values())).calendar.zone).date().isoformat() if at else None


def on(text: str, *facts: tuple[str, str], items: Any = None) -> tuple[CareEngine, list[tuple[Any, ...]]]:
    """What is ahead after some facts, an hour apart from 9 o'clock on 2 March 2026 on."""
    engine = CareEngine([program_of(whole(text))])
    now = BEGINNING
    engine.record("enrolled", "c", "Example", now, items or {"age": 30})
    for kind, subject in facts:
        now += HOUR
        engine.record(kind, "c", subject, now)  # type: ignore[arg-type]
    found = engine.ahead("c", now)
    return engine, [
        (
            one.name,
            one.is_here,
            day(engine, one.earliest),
            day(engine, one.latest),
            [(u.way, u.condition) for u in one.undecided],
        )
        for one in found
    ]


STEP = "    step {}\n        by doctor at Health Centre\n        within {}\n"
DONE = "    end Done\n        closes the plan\n"


def step(name: str, within: str, depth: int = 0) -> str:
    return "".join("    " * depth + line + "\n" for line in STEP.format(name, within).splitlines())


def test_waits_and_clocks_add_up() -> None:
    text = (
        step("Visit", "2 days")
        + "    wait 1 week\n"
        + step("Look", "3 days of Visit, at most 10 days")
        + "    wait until 1 month after Visit\n"
    )
    text += step("Last", "14 days") + DONE
    _, found = on("steps\n" + text)
    assert found == [
        ("Visit", True, "2026-03-02", "2026-03-04", []),
        ("Look", False, "2026-03-09", "2026-03-14", []),
        ("Last", False, "2026-03-09", None, []),  # from when the wait counts is not known yet
    ]
    _, found = on("steps\n" + text, ("completed", "Visit"))
    assert found == [
        ("Look", False, "2026-03-09", "2026-03-12", []),
        ("Last", False, "2026-04-02", "2026-04-16", []),
    ]


def test_a_decision_is_said_where_it_matters() -> None:
    branches = (
        "    decide Alone?\n        if alone\n" + step("Call", "1 day", 2) + "        otherwise\n" + step("Letter", "2 days", 2)
    )
    text = "steps\n" + step("Visit", "1 day") + branches + step("After", "1 day") + DONE
    _, found = on(text)
    assert found == [
        ("Visit", True, "2026-03-02", "2026-03-03", []),
        ("Call", False, "2026-03-02", "2026-03-04", [("if", "alone")]),
        ("Letter", False, "2026-03-02", "2026-03-05", [("otherwise", "")]),
        ("After", False, "2026-03-02", "2026-03-06", []),
    ]


def test_branches_meet_when_enough_are_through() -> None:
    def together(until: str) -> str:
        text = "    together" + until + "\n        branch One\n" + step("First", "1 day", 2) + "            wait 2 weeks\n"
        return "steps\n" + text + "        branch Two\n" + step("Second", "5 days", 2) + step("After", "1 day") + DONE

    _, found = on(together(""))
    assert [row[:4] for row in found] == [
        ("First", True, "2026-03-02", "2026-03-03"),
        ("Second", True, "2026-03-02", "2026-03-07"),
        ("After", False, "2026-03-16", "2026-03-18"),
    ]
    _, found = on(together(""), ("completed", "First"))
    assert found[-1] == ("After", False, "2026-03-16", "2026-03-17", [])
    _, found = on(together(" until any is done"))
    assert found[-1] == ("After", False, "2026-03-02", "2026-03-18", [])


def test_rounds_events_and_new_beginnings() -> None:
    rounds = (
        "    repeat every 1 month, at most 3 times\n"
        + step("Check", "7 days", 1)
        + step("Talk", "1 day", 1)
        + "    until alone\n"
    )
    text = "steps\n" + step("Visit", "1 day") + rounds + step("After", "1 day") + DONE
    text += "\nwhenever Emergency happens\n" + step("Help", "1 day") + "    restart from Visit\n"
    visited = ("completed", "Visit")
    _, found = on(text, visited)
    assert found == [
        ("Check", True, "2026-03-02", "2026-03-09", []),
        ("Talk", False, "2026-03-02", "2026-03-10", []),
        ("After", False, "2026-03-02", None, []),
        ("Help", False, "2026-03-02", None, [("event", "Emergency happens")]),
        ("Visit", False, "2026-03-02", None, [("event", "Emergency happens"), ("restart", "")]),
    ]
    _, found = on(text, visited, ("completed", "Check"))
    assert found[0] == ("Talk", True, "2026-03-02", "2026-03-03", [])
    assert ("Check", False, "2026-04-02", None, [("again", "")]) in found  # though an emergency might bring it sooner
    _, found = on(text, visited, ("completed", "Check"), ("completed", "Talk"))
    assert found[:3] == [
        ("Check", False, "2026-04-02", "2026-04-09", [("again", "")]),
        ("Talk", False, "2026-04-02", "2026-04-10", [("again", "")]),
        ("After", False, "2026-03-02", None, []),  # it comes in any case, sooner or later
    ]


def test_a_repeat_between_two_rounds_may_be_begun_anew_from_outside() -> None:
    inner = "                repeat every 10 days, 2 times\n" + step("Inner", "1 day", 5)
    two = "            branch One\n" + step("First", "5 days", 4) + "            branch Two\n" + inner
    outer = "    repeat at most 3 times\n        together until any is done\n" + two + "    until alone\n"
    _, found = on("steps\n" + outer + DONE, ("completed", "Inner"))
    assert [row[:4] for row in found] == [
        ("First", True, "2026-03-02", "2026-03-07"),
        ("Inner", False, "2026-03-02", "2026-03-13"),  # at once, where the first is done and a round more is gone
    ]


def test_what_is_in_another_path_is_ahead_too(tmp_path: Path) -> None:
    inner = write(tmp_path, "Inner", "1.0", "", "steps\n    wait 1 week\n" + step("Inside", "2 days") + DONE)
    body = step("Visit", "1 day") + "    include Inner\n" + step("After", "3 days") + DONE
    outer = pathflow.load(write(tmp_path, "Outer", "1.0", "", "steps\n" + body))
    assert inner.exists()
    engine = CareEngine([outer.program])
    engine.record("enrolled", "c", "Outer", BEGINNING, {"age": 30})

    def dates(at: Instant) -> list[tuple[Any, ...]]:
        return [(one.path, one.name, day(engine, one.earliest), day(engine, one.latest)) for one in engine.ahead("c", at)]

    assert dates(BEGINNING) == [
        ("Outer", "Visit", "2026-03-02", "2026-03-03"),
        ("Inner", "Inside", "2026-03-09", "2026-03-12"),
        ("Outer", "After", "2026-03-09", "2026-03-15"),
    ]
    engine.complete("c", "Visit", BEGINNING + HOUR)
    assert dates(BEGINNING + HOUR) == [
        ("Inner", "Inside", "2026-03-09", "2026-03-11"),
        ("Outer", "After", "2026-03-09", "2026-03-14"),
    ]


def test_while_the_client_is_away_nobody_knows_how_late_it_will_be() -> None:
    text = "steps\n" + step("Visit", "2 days") + step("Look", "3 days") + DONE
    _, found = on(text, ("paused", ""))
    assert [row[3] for row in found] == [None, None]
    _, found = on(text, ("paused", ""), ("came back", ""))
    assert [row[3] for row in found] == ["2026-03-05", "2026-03-08"]


def test_a_path_that_is_still_to_begin_is_ahead() -> None:
    desk = service_of().desk("n")
    desk.enrol("Otso", "Child", BEGINNING)
    desk.complete("Otso", "Talk with the parent", BEGINNING + 1)
    rows = desk.ahead("Otso", BEGINNING + 2).rows
    assert [(one.kind, one.name) for one in rows] == [("step", "Check"), ("step", "Look again"), ("begin", "Support")]


def test_of_several_limits_the_last_one_is_the_latest_as_long_as_any_may_hold() -> None:
    look = "    step Look\n        by doctor at Health Centre\n        within 2 days, when alone\n        within 10 days\n"
    _, found = on("steps\n" + step("Visit", "1 day") + look + DONE)
    assert found[-1] == ("Look", False, "2026-03-02", "2026-03-13", [])
    _, found = on("steps\n" + step("Visit", "1 day") + look.replace("        within 10 days\n", "") + DONE)
    assert found[-1] == ("Look", False, "2026-03-02", None, [])  # for others no clock runs
