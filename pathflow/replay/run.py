"""A path executed over clients' events: where each client is, who holds them, what is due, and every broken promise."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, iso
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.dsl.mistakes import finding
from pathflow.engine import tables as t
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import Fact
from pathflow.engine.lasting import OF_PATHS
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import WatchFactory
from pathflow.model import path as model
from pathflow.replay.log import Events, Row
from pathflow.report import counts

UNSHOWN: Final[Mapping[str, str]] = {
    "accepted": "whether a handoff or an order was accepted; it is taken as accepted when the receiver first acts",
    "proposed": "when a handoff was sent; it is taken as sent when the client comes to it",
    "chosen": "which provider a client chose; it is taken to be the one that acts",
    "reviewed": "whether a care plan was reviewed",
    "providers": "which provider acted; it is taken to be the one that the path names",
}
"""Kinds of fact that a source may be unable to show, and what is done about it."""

_SILENCED_BY: Final[Mapping[str, frozenset[str]]] = {
    "reviewed": frozenset({"O106"}),
    "accepted": frozenset({"G103"}),
}
"""Promises that cannot be seen where the source does not show the kind of fact: said once, not held against each client."""


class Place(Struct, frozen=True):
    """Where a client is, and since when. `until`: when a wait is over, or the next round of a repeat is planned."""

    name: str
    since: Instant
    is_owed: bool
    until: Instant | None = None


class ClientState(Struct, frozen=True):
    """One client's enrolment at a moment."""

    client: str
    path: str
    version: str
    began: Instant
    ended: Instant | None
    outcome: str | None
    where: tuple[Place, ...]
    holder: str
    owner: str | None
    due: tuple[Duty, ...]
    findings: tuple[Finding, ...]


class Run(Struct, frozen=True):
    """Everything that came out of a run. `findings` are those of the log itself; each client has its own.

    `n_rows`: the rows of the log; of one client or until a moment, those taken. `n_aside`: the rows that could not be read.
    `n_facts`: those taken, and the enrolments.
    `zone`: the clocks of the first path's network.
    """

    clients: tuple[ClientState, ...]
    findings: tuple[Finding, ...]
    at: Instant
    n_rows: int
    n_aside: int
    n_facts: int
    unused_columns: tuple[str, ...]
    zone: ZoneInfo

    @property
    def all_findings(self) -> list[Finding]:
        """The log's and every client's."""
        return [*self.findings, *(f for c in self.clients for f in c.findings)]

    def as_dict(self) -> dict[str, Any]:
        """The run as the JSON contract has it; its schema: schema/report.schema.json."""
        return {
            "findings": [f.as_dict(self.zone) for f in self.all_findings],
            "summary": {
                "at": iso(self.at, self.zone),
                "events": self.n_rows,
                "set_aside": self.n_aside,
                "clients": len({state.client for state in self.clients}),
                "ended": sum(state.ended is not None for state in self.clients),
                "unused_columns": list(self.unused_columns),
                **counts(self.all_findings),
            },
            "clients": [_client(state, self.zone) for state in self.clients],
        }

    def totals(self) -> Counter[tuple[str, str]]:
        """How often each rule was broken, by code and level."""
        return Counter((f.code, f.level) for f in self.all_findings)


def run_events(
    programs: Iterable[Program], events: Events, watch: WatchFactory, at: Instant | None = None,
    only: str | None = None, progress: Callable[[int, int], None] | None = None,
) -> Run:  # fmt: skip
    """Executes paths over the events of each client, in the order of time.

    Args:
        at: the moment asked about; events after it are left out. By default the last event of the log.
        only: one client alone.
        progress: called with (clients done, clients in all).
    """
    known = list(programs)
    machine = Machine(known, watch, events.shows)
    clients = {c: rows for c, rows in events.clients.items() if only is None or c == only}
    moment = at if at is not None else max((rows[-1].at for rows in events.clients.values()), default=0)
    states: list[ClientState] = []
    n_rows = n_facts = 0
    silenced = frozenset(code for kind, codes in _SILENCED_BY.items() if kind not in events.shows for code in codes)
    with_rows_aside = {f.client for f in events.findings if f.client is not None}
    for number, (client, rows) in enumerate(clients.items(), start=1):
        until = [row for row in rows if row.at <= moment]
        n_rows += len(until)
        record = replay(machine, known, client, until)
        if record.facts:
            machine.advance(record, moment)
            aside = [f for f in events.findings if f.client == client] if client in with_rows_aside else []
            states += _states(machine, record, moment, silenced, aside)
            n_facts += len(record.facts)
        if progress is not None and number % 20 == 0:
            progress(number, len(clients))
    known_here = {state.client for state in states}
    found = [*(f for f in events.findings if f.client not in known_here), *_unshown(events, known)]
    is_all = only is None and at is None
    return Run(
        tuple(states),
        tuple(found),
        moment,
        events.n_rows if is_all else n_rows,
        events.n_aside,
        n_facts,
        events.unused,
        known[0].calendar.zone,
    )


def record_at(program: Program, events: Events, watch: WatchFactory, client: str, at: Instant | None) -> tuple[Record, Instant]:
    """One client's record from a log, as it was at a moment, by default that of the client's last event; and the moment.

    Raises: KeyError for a client who is not in the log.
    """
    machine = Machine([program], watch, events.shows)
    rows = events.clients[client]
    moment = at if at is not None else rows[-1].at
    record = replay(machine, [program], client, [row for row in rows if row.at <= moment])
    if record.facts:
        machine.advance(record, moment)
    return record, moment


def replay(machine: Machine, programs: list[Program], client: str, rows: list[Row]) -> Record:
    """One client's record from its rows, which are in the order of time.

    The first event of an unknown client enrols. Of events at the same moment, whose order nobody knows, that one is taken first
    which the client's way leads to, whatever their order in the file.
    """
    record = Record(client)
    number = 0
    for row in _in_order(machine, record, rows):
        path = _named(programs, row.path)
        if row.kind != "enrolled" and not record.enrolments:
            record = machine.extend(record, Fact("enrolled", row.at, path or _path_for(programs, row), number=number))
            number += 1
        subject = (
            _named(programs, row.subject) or row.subject if row.kind == "enrolled" or row.kind in OF_PATHS else row.subject
        )
        fact = Fact(row.kind, row.at, subject, row.items, row.provider, row.performer, row.reason, path, row.at, number)
        extended = machine.extend(record, fact)
        if extended is not record:
            raise AssertionError("rows come in the order of time, so nothing is folded anew")
        number += 1
    return record


def _named(programs: list[Program], name: str | None) -> str | None:
    """The path of that name, however it is spelt."""
    return next((p.path.name for p in programs if name is not None and fold(p.path.name) == fold(name)), None)


def _in_order(machine: Machine, record: Record, rows: list[Row]) -> Iterator[Row]:
    """The rows as they are taken. Of those at one moment that one comes first which begins a path, then what the client's way
    leads to, then what stands earlier in the path: whatever order they stand in, the same.
    """
    for _, at_once in groupby(rows, key=lambda row: row.at):
        waiting: dict[tuple[str, str], deque[Row]] = {}
        for row in at_once:
            waiting.setdefault((row.kind, row.subject), deque()).append(row)
        while waiting:
            key = min(waiting, key=lambda key: _rank(machine, record, *key)) if len(waiting) > 1 else next(iter(waiting))
            yield waiting[key].popleft()
            if not waiting[key]:
                del waiting[key]


def _rank(machine: Machine, record: Record, kind: str, subject: str) -> tuple[bool, bool, int, str, str]:
    here = any(e.ended is None and any(n in e.tokens for n in e.tables.named(subject)) for e in record.enrolments)
    places = [node for tables in machine.tables.values() for node in tables.named(subject)]
    return (kind != "enrolled", not here, min(places, default=1 << 30), kind, subject)


def _path_for(programs: list[Program], row: Row) -> str:
    """The path on which the first event of a client enrols: the one that knows the event, or the first."""
    for program in programs:
        if program.find(row.subject) is not None or row.subject in program.path.events:
            return program.path.name
    return programs[0].path.name


def _states(machine: Machine, record: Record, at: Instant, silenced: frozenset[str], aside: list[Finding]) -> list[ClientState]:
    found = [*aside, *(f for f in machine.findings(record, at) if f.code not in silenced)]
    states: list[ClientState] = []
    for enrolment in record.enrolments:
        if enrolment.parent is not None:
            continue
        path = enrolment.tables.program.path
        is_first = not states
        states.append(
            ClientState(
                client=record.client,
                path=path.name,
                version=path.version,
                began=enrolment.began,
                ended=enrolment.ended.at if enrolment.ended else None,
                outcome=enrolment.ended.outcome if enrolment.ended else None,
                where=places_of(record, enrolment),
                holder=enrolment.holder,
                owner=record.owner,
                due=tuple(duties_of(record, enrolment, at)),
                findings=tuple(found) if is_first else (),
            )
        )
    return states


def places_of(record: Record, enrolment: Enrolment) -> tuple[Place, ...]:
    """Where a client is on one path, and what was passed over and is still owed; inside a path that it includes, there."""
    tables = enrolment.tables
    here: list[Place] = []
    for node, since in sorted(enrolment.tokens.items()):
        inside = [child for child in record.active if child.parent == (enrolment.index, node)]
        here += [place for child in inside for place in places_of(record, child)] or [
            Place(
                tables.name[node],
                since,
                False,
                enrolment.timers.get(node) if tables.code[node] in (t.WAIT, t.AWAIT, t.REPEAT) else None,
            )
        ]
    return (*here, *(Place(tables.name[node], since, True) for node, since in sorted(enrolment.owed.items())))


def duties_of(record: Record, enrolment: Enrolment, at: Instant) -> list[Duty]:
    """What is owed on one path, with what is owed on those that it includes."""
    family = [e for e in record.active if _root_of(record, e) is enrolment]
    return [duty for one in family for duty in duties(record, one, at)]


def _root_of(record: Record, enrolment: Enrolment) -> Enrolment:
    while enrolment.parent is not None:
        enrolment = record.enrolments[enrolment.parent[0]]
    return enrolment


def _unshown(events: Events, programs: list[Program]) -> list[Finding]:
    """What the source cannot show at all, each said once."""
    asked = {"accepted": False, "proposed": False, "chosen": False, "reviewed": False, "providers": True}
    for program in programs:
        for node in program.nodes:
            statement = node.statement
            if isinstance(statement, model.Handoff):
                asked["accepted"] = True
                asked["proposed"] = asked["proposed"] or statement.limit is not None
            elif isinstance(statement, model.Step) and statement.ordered_by is not None:
                asked["accepted"] = True
            elif isinstance(statement, model.Choice):
                asked["chosen"] = True
        asked["reviewed"] = asked["reviewed"] or (program.path.plan is not None and program.path.plan.review is not None)
    place = Span("", 1, 1, 1, 1)
    return [
        finding("P507", "this source does not show {what}", place, {"what": what}, "Nothing is held against a client for it")
        for kind, what in UNSHOWN.items()
        if asked[kind] and kind not in events.shows
    ]


def _client(state: ClientState, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = {
        "client": state.client,
        "path": state.path,
        "version": state.version,
        "began": iso(state.began, zone),
        "state": "ended" if state.ended is not None else "open",
        "holder": state.holder,
        "owner": state.owner,
        "where": [
            {"name": p.name, "since": iso(p.since, zone), "passed_over": p.is_owed}
            | ({"until": iso(p.until, zone)} if p.until is not None else {})
            for p in state.where
        ],
        "due": [
            {
                "what": duty.what,
                "who": duty.who,
                "since": iso(duty.since, zone),
                "due": iso(duty.due, zone) if duty.due is not None else None,
                "at_most": iso(duty.latest, zone) if duty.latest is not None else None,
                "state": duty.state,
            }
            for duty in state.due
        ],
        "findings": len(state.findings),
    }
    if state.ended is not None:
        found |= {"ended": iso(state.ended, zone), "outcome": state.outcome}
    return found
