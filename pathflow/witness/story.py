"""The story of a finding: a client, what happens to them step by step, and the moment at which the finding comes true.

A story is told only when the engine bears it out: its facts are folded, and the record shows the same finding, by the rule's
own watch or by that of the finding itself (`coming_true`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import count, islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.durations import DAY
from pathflow.base.findings import Aim, Finding
from pathflow.base.instants import Instant, iso, local_datetime
from pathflow.base.phrases import Phrase
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact, Value
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Record
from pathflow.engine.watch import WatchFactory
from pathflow.model import path as model
from pathflow.rules.ways import Ways
from pathflow.witness.coming_true import aim_of, both, shown, watch_proved
from pathflow.witness.driving import Astray, Deed, Driver, stable_values
from pathflow.witness.monitors import monitor_for
from pathflow.witness.routes import ARRIVALS_MAX, Crossing, Excursion, Found, Leg, Route, Routes
from pathflow.witness.wants import Want, event_wants

WAYS_MAX: Final = 12
"""How many ways are tried for one finding, the cheapest first."""

LONG: Final = 400 * DAY
"""How long nothing happens, where a finding comes true by that. Units: microseconds."""

YEARS: Final = 6 * 366 * DAY
"""How long a story is followed. Units: microseconds."""

TIMERS_MAX: Final = 12
"""How often something may fall due before a story is given up."""


class Beat(Struct, frozen=True):
    """One thing that happens in a story. `path`: the client's path that it belongs to, where they are on two."""

    at: Instant
    said: Phrase
    holder: str
    owner: str | None
    items: dict[str, Value] = {}
    path: str | None = None

    @property
    def what(self) -> str:
        """What happens, in English."""
        return self.said.text


class Story(Struct, frozen=True):
    """A client for whom a finding comes true.

    Attributes:
        client: the values that the client comes with.
        facts: what happens, as the engine takes it.
        beats: the same as people tell it.
        at: when the finding comes true.
        node: where.
        seen: the finding as the record shows it.
    """

    finding: Finding
    client: dict[str, Value]
    facts: tuple[Fact, ...]
    beats: tuple[Beat, ...]
    at: Instant
    node: int
    seen: Finding

    def as_dict(self, zone: ZoneInfo) -> dict[str, Any]:
        """The story for programs: the same events that `pathflow run` reads."""
        return {
            "client": dict(self.client),
            "at": iso(self.at, zone),
            "events": [
                {
                    "at": iso(beat.at, zone),
                    "what": beat.what,
                    "holder": beat.holder,
                    "owner": beat.owner,
                    "items": dict(beat.items),
                    **({"path": beat.path} if beat.path is not None else {}),
                }
                for beat in self.beats
            ],
            "seen": self.seen.as_dict(zone),
        }


def machine_for(ways: Ways, findings: Iterable[Finding], watch: WatchFactory) -> Machine:
    """The engine with every rule watching, and the path's own findings."""
    return Machine([ways.program], both(watch, watch_proved(ways, findings)))


def story_of(machine: Machine, ways: Ways, finding: Finding, began: Instant) -> Story | None:
    """The shortest story that is found for a finding on a path; None where none is.

    Args:
        machine: from `machine_for`.
        began: when the client comes onto the path.

    Law: tests/laws/test_stories.py (every story replays).
    """
    aim = aim_of(ways, finding)
    if aim is None:
        return None
    for one in _either(ways.program, aim):
        for found in islice(ways_to(ways, one), WAYS_MAX):
            for stable in _assignments(ways.program, found, one):
                story = _told(machine, ways.program, finding, one, found, began, stable)
                if story is not None:
                    return story
    return None


def _either(program: Program, aim: Aim) -> Iterator[Aim]:
    """Of two steps side by side either may come first."""
    yield aim
    if aim.kind == "again" and aim.earlier >= 0:
        branches = dict(program.nodes[aim.earlier].region)
        if any(branches.get(split, branch) != branch for split, branch in program.nodes[aim.node].region):
            yield replace(aim, node=aim.earlier, earlier=aim.node)


def ways_to(ways: Ways, aim: Aim) -> Iterator[Found]:
    """The cheapest way for each thing that may be so at the aim; then ways without an edge of those, one after another."""
    monitor, closed = monitor_for(ways, aim), ways.impossible
    tried: set[Route] = set()
    waiting: list[frozenset[tuple[int, int]]] = [closed]
    orders = count()
    while waiting and next(orders) <= ARRIVALS_MAX:
        closed = waiting.pop(0)
        for found in Routes(ways, monitor, closed, orders).all(aim.node):
            if found.route not in tried:
                tried.add(found.route)
                yield found
                waiting += [closed | {leg} for leg in decided(ways.program, found.route)]


def decided(program: Program, route: Route) -> Iterator[tuple[int, int]]:
    """The edges by which decisions are left on a way, as (node, number of the edge)."""
    for part in route:
        if isinstance(part, Leg) and program.nodes[part.node].kind == "decide":
            yield part.node, next(n for n, edge in enumerate(program.edges[part.node]) if edge is part.edge)
        elif isinstance(part, Crossing):
            for _, branch in part.branches:
                yield from decided(program, branch)
        elif isinstance(part, Excursion):
            yield from decided(program, part.route)


def _assignments(program: Program, found: Found, aim: Aim) -> Iterator[dict[str, Value]]:
    stable = stable_values(program, found.route, _last(program, aim))
    if stable is not None:
        yield stable
    yield {}


def _last(program: Program, aim: Aim) -> tuple[Want, ...]:
    """What a client must be like on coming to the aim."""
    statement = program.nodes[aim.node].statement
    if isinstance(statement, model.Repeat | model.Wait) and statement.until is not None and aim.kind != "unknown":
        return (Want(unmet=(statement.until,)),)
    if aim.event >= 0 and aim.kind == "stale":
        return tuple(want.of(aim.items[0]) for want in event_wants(program, aim.event))
    if not aim.values:
        return ()
    return (Want(values={item: value for item, value in aim.values.items() if item in program.path.items}),)


def _told(
    machine: Machine, program: Program, finding: Finding, aim: Aim, found: Found, began: Instant, stable: dict[str, Value]
) -> Story | None:
    chosen, last = _choices(program, aim, found), _last(program, aim)
    plain: Story | None = None
    for _ in range(TRIES if aim.on else 1):
        driver = Driver(machine, program, began, stable, chosen, aim.late, aim.is_lawful)
        try:
            driver.enrol(found.route, last)
            driver.go(found.route, driver.record.enrolments[0], last)
            story = _at_the_aim(driver, finding, aim)
        except Astray:
            return plain
        plain = plain or story
        more = _days_off(program, aim, driver) if story is not None else 0
        if not more:
            return story or plain
        began += more * DAY
    return plain


TRIES: Final = 3
"""How often a client begins on another date, so that something comes on a certain one."""


def _days_off(program: Program, aim: Aim, driver: Driver) -> int:
    """By how many days a client began too early for what an aim wants on a date; 0 also where that date cannot be had."""
    name, zone = program.nodes[aim.earlier].name if aim.earlier >= 0 else "", program.calendar.zone
    facts = [deed.fact for deed in driver.deeds]
    start = aim.earlier == program.start
    at = next((fact.at for fact in facts if (start and fact.kind == "enrolled") or fact.subject == name), None)
    if at is None or not aim.on:
        return 0
    more = aim.on - local_datetime(at, zone).date().toordinal()
    first = program.path.valid.first if program.path.valid is not None else None
    begun = local_datetime(facts[0].at, zone).date() + timedelta(days=more)
    return more if first is None or begun >= first else 0


def _choices(program: Program, aim: Aim, found: Found) -> dict[str, str]:
    """Where the client chooses whoever should hold them, another is chosen than the one who does."""
    if aim.kind == "held" and aim.party:
        return {aim.party: aim.items[0]}
    if aim.kind != "holder" or not aim.party:
        return {}
    holder = getattr(found.value, "holder", "")
    for node in program.nodes:
        if isinstance(node.statement, model.Choice) and node.statement.name == aim.party:
            return {aim.party: next((o for o in node.statement.options if o != holder), node.statement.options[0])}
    return {}


def _at_the_aim(driver: Driver, finding: Finding, aim: Aim) -> Story | None:
    """The client has come to where the finding may come true: it does so there, when it is done, or when its time runs out."""
    plain: Story | None = None
    for moment in _moments(driver, aim):
        seen = shown(moment.machine, moment.record, finding, aim, moment.now)
        if seen is None:
            continue
        if seen.say != finding.say:  # the rule watches for it itself
            return story_at(moment, finding, aim.node, seen)
        plain = plain or story_at(moment, finding, aim.node, seen)
    return plain


def _moments(driver: Driver, aim: Aim) -> Iterator[Driver]:
    """The client at the moments at which a finding may be seen: on coming there, when it is done there, when time runs out."""
    if aim.kind == "stale" or aim.event >= 0:
        yield from _at_last(driver, aim)
        return
    yield driver
    waiting, enrolment = driver.copy(), driver.record.enrolments[0]
    if aim.node in enrolment.tokens and enrolment.tables.code[aim.node] in (t.STEP, t.HANDOFF, t.CONSULTATION, t.CHOICE):
        acting = driver.copy()
        try:
            acting.act(acting.record.enrolments[0], aim.node, [])
        except Astray:
            return
        yield acting
    for _ in range(TIMERS_MAX):
        due = waiting.record.next_timer
        if due >= NEVER or due > driver.now + YEARS:
            break
        waiting.pass_time(due)
        yield waiting.copy()
    waiting.pass_time(waiting.now + LONG)
    yield waiting


def _at_last(driver: Driver, aim: Aim) -> Iterator[Driver]:
    """The client at the moments at which an item may have grown too old: on coming there, and when the time there runs out."""
    enrolment = driver.record.enrolments[0]
    for is_late in (False, True):
        here = driver.copy()
        enrolment = here.record.enrolments[0]
        if is_late and aim.node in here.late:
            here.use_the_time(enrolment, aim.node)
        if aim.event >= 0:
            try:
                here.all_but(enrolment, aim.event, aim.items[0])
            except Astray:
                continue
        yield here


def story_at(driver: Driver, finding: Finding, node: int, seen: Finding) -> Story:
    """What has happened up to now, as a story."""
    first = driver.deeds[0].fact
    beats = [_beat(deed, driver.is_one_of_two) for deed in driver.deeds]
    record = driver.record
    if driver.now > driver.deeds[-1].fact.at:
        beats.append(Beat(driver.now, Phrase("nothing has happened until then"), driver.enrolment.holder, record.owner))
    return Story(
        finding, dict(first.items or {}), tuple(deed.fact for deed in driver.deeds), tuple(beats), driver.now, node, seen
    )


def _beat(deed: Deed, is_one_of_two: bool) -> Beat:
    fact = deed.fact
    what = {
        "enrolled": Phrase(
            "the client comes onto the path {name}" if is_one_of_two else "the client comes onto the path", fact.subject
        ),
        "accepted": Phrase("{name} is accepted", fact.subject),
        "answered": Phrase("{name} is answered", fact.subject),
        "chose": Phrase("{name}: the client chooses {by}", fact.subject, fact.provider or ""),
        "completed": Phrase("{name} is done by {by}" if fact.provider else "{name} is done", fact.subject, fact.provider or ""),
        "observed": Phrase("{name} happens" if fact.subject else "it becomes known", fact.subject),
    }.get(fact.kind, Phrase(f"{{name}} {fact.kind}", fact.subject))
    return Beat(fact.at, what, deed.holder, deed.owner, dict(fact.items or {}), fact.path)


def as_events(story: Story, client: str, zone: ZoneInfo) -> list[str]:
    """A story's facts as lines of JSON, the events that `pathflow run` reads."""
    return [_event(fact, client, zone) for fact in story.facts]


def _event(fact: Fact, client: str, zone: ZoneInfo) -> str:
    plain = fact.kind in ("completed", "observed", "chose")
    row: dict[str, Any] = {"client": client, "time": iso(fact.at, zone)}
    row["event"] = (fact.subject or "observed") if plain else f"{fact.kind} {fact.subject}".strip()
    if fact.provider is not None:
        row["provider"] = fact.provider
    if fact.path is not None:
        row["path"] = fact.path
    if fact.items:
        row["items"] = dict(fact.items)
    return json.dumps(row, ensure_ascii=False)


def replay(machine: Machine, story: Story) -> Record:
    """The record of a story's facts, folded anew, up to the moment at which the finding comes true."""
    record = machine.fold("client", story.facts)
    machine.advance(record, story.at)
    return record
