"""A counterexample on two paths as a story: one client, who comes onto both, and does on each what the finding speaks of.

The one path is gone up to where it matters, then the other, or the other way about; the facts of both make one record, and the
engine shows in it what the prover says. Besides the finding itself, the rule that watches for it in any record must see it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Final

from msgspec.structs import replace

from pathflow.base.findings import Aim, Evidence, Finding, Meeting, MeetingKind
from pathflow.base.instants import Instant
from pathflow.base.names import fold
from pathflow.engine.facts import Fact, Value
from pathflow.engine.machine import Machine
from pathflow.engine.parties import spoken
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Handler, Signal, Standing, Watch, WatchFactory
from pathflow.model import conditions
from pathflow.model import path as model
from pathflow.rules.beginning import made_by
from pathflow.rules.cells import client_with
from pathflow.rules.together import Pair, starting
from pathflow.rules.ways import Ways
from pathflow.witness.coming_true import both
from pathflow.witness.driving import Astray, Driver, wants_of
from pathflow.witness.monitors import monitor_for
from pathflow.witness.routes import Leg, Route, Routes
from pathflow.witness.story import Story, story_at, ways_to
from pathflow.witness.wants import Want, any_value, solve

SEEN_AS: Final[Mapping[MeetingKind, frozenset[str]]] = {"twice": frozenset({"D101", "G302"}), "kept": frozenset({"O104"})}
"""The rules that see in any record what is said of two paths. A record compares registers alone: what was sent to another one
is out of reach there too, and its repeat is G302.
"""


# ── in a record ─────────────────────────────────────────────────────────────────────────────────────────────────────


def watch_meetings(findings: Iterable[Finding]) -> WatchFactory:
    """Watches that show what is said of two paths in the record of each client for whom it comes true."""
    about = [(finding, finding.meeting) for finding in findings if finding.meeting is not None]

    def watches(program: Program) -> Iterator[Watch]:
        for finding, meeting in about:
            if meeting.path != program.path.name:
                continue
            if meeting.kind in ("twice", "kept"):
                nodes = frozenset({meeting.node})
                for signal in _WHEN_DONE:
                    yield Watch(signal, _done(finding, meeting), nodes)
            else:
                yield Watch(standing=_standing(finding, meeting))

    return watches


_WHEN_DONE: Final[tuple[Signal, ...]] = ("completed", "accepted", "ended")


def _done(finding: Finding, meeting: Meeting) -> Handler:
    def handler(
        record: Record, enrolment: Enrolment, _node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        other = _other(record, meeting)
        is_so = other is not None and _TESTS[meeting.kind](record, enrolment, other, meeting, at)
        return _of(finding, record, enrolment, at) if is_so else None

    return handler


def _standing(finding: Finding, meeting: Meeting) -> Standing:
    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        other = _other(record, meeting)
        if other is not None and _TESTS[meeting.kind](record, enrolment, other, meeting, at):
            yield _of(finding, record, enrolment, at)

    return standing


def _other(record: Record, meeting: Meeting) -> Enrolment | None:
    found = [one for one in record.enrolments if one.path == meeting.other and one.parent is None]
    return found[-1] if found else None


def _of(finding: Finding, record: Record, enrolment: Enrolment, since: Instant) -> Finding:
    evidence = (Evidence(since, finding.words.get("step", finding.rule), enrolment.holder or None),)
    return replace(finding, client=record.client, since=since, who=enrolment.holder, evidence=evidence, edit=None, related=())


def _is_given_twice(record: Record, enrolment: Enrolment, other: Enrolment, meeting: Meeting, at: Instant) -> bool:
    """The newest result is the other path's, and it holds."""
    program, first = enrolment.tables.program, other.tables.name[meeting.there]
    service = program.path.network.services[meeting.items[0]]
    earlier = [result for result in record.results.get(meeting.items[0], ()) if result.at < at]
    if not earlier or service.window is None:
        return False
    last = earlier[-1]
    is_theirs = fold(last.step) == fold(first) and other.happened.get(first) == last.at
    return is_theirs and at <= program.calendar.later(last.at, service.window)


def _is_kept_wrongly(record: Record, enrolment: Enrolment, other: Enrolment, meeting: Meeting, _at: Instant) -> bool:
    """The plan is kept with somebody else than its owner."""
    statement = enrolment.tables.program.nodes[meeting.node].statement
    if not isinstance(statement, model.Handoff | model.End) or statement.plan_with is None or record.owner is None:
        return False
    return fold(spoken(enrolment, statement.plan_with, meeting.node)) != fold(record.owner)


def _are_both_begun(_record: Record, enrolment: Enrolment, other: Enrolment, meeting: Meeting, _at: Instant) -> bool:
    """The two events' own ways began at one moment, and both are being gone."""
    one, two = enrolment.events.get(meeting.node), other.events.get(meeting.there)
    return one is not None and two is not None and one.began == two.began


def _has_waited(_record: Record, enrolment: Enrolment, other: Enrolment, meeting: Meeting, _at: Instant) -> bool:
    """It was waited for on the other path, before this one began or just as it did, and is waited for here."""
    before = other.happened.get(other.tables.name[meeting.there])
    return before is not None and before <= enrolment.began and meeting.node in enrolment.tokens


_Test = Callable[[Record, Enrolment, Enrolment, Meeting, Instant], bool]

_TESTS: Final[Mapping[MeetingKind, _Test]] = {
    "twice": _is_given_twice,
    "kept": _is_kept_wrongly,
    "joined": lambda _record, one, other, _meeting, _at: one.ended is None and other.ended is None,
    "differing": lambda record, _one, _other, meeting, at: record.newest(meeting.items[0], at) is not None,
    "at once": _are_both_begun,
    "opposed": lambda _record, one, other, meeting, _at: meeting.node in one.rounds and meeting.there in other.rounds,
    "waited": _has_waited,
}


# ── as a story ──────────────────────────────────────────────────────────────────────────────────────────────────────


def machine_of(pair: Pair, findings: Iterable[Finding], watch: WatchFactory) -> Machine:
    """The engine with both paths, every rule watching, and what is said of the two."""
    return Machine([pair.one.program, pair.other.program], both(watch, watch_meetings(findings)))


def story_of_two(machine: Machine, pair: Pair, finding: Finding) -> Story | None:
    """The story of a finding on two paths; None where none is found.

    Args:
        machine: from `machine_of`.

    Law: tests/laws/test_stories.py (every story replays).
    """
    meeting = finding.meeting
    if meeting is None:
        return None
    here, there = pair.one, pair.other
    if here.path.name != meeting.path:
        here, there = there, here
    for routes in islice(product(_routes(here, meeting.node), _routes(there, meeting.there)), TRIES_MAX):
        for order in _ORDERS[meeting.kind]:
            try:
                client = order(_Client(machine, (here, there), meeting, routes))
            except Astray:
                continue
            seen = seen_of_two(machine, client.record, finding, client.now)
            if seen is not None:
                return story_at(client, finding, meeting.node, seen)
    return None


TRIES_MAX: Final = 16
"""How many pairs of ways are tried for one finding, the cheapest first."""


def _routes(ways: Ways, node: int) -> list[Route]:
    """The cheapest ways to a node; none is needed to what may come anywhere."""
    if node < 0 or ways.program.nodes[node].kind == "event":
        return [()]
    return [found.route for found in islice(ways_to(ways, Aim(node)), TRIES_MAX // 4)]


def seen_of_two(machine: Machine, record: Record, finding: Finding, at: Instant) -> Finding | None:
    """A finding as the engine shows it in a client's record, borne out by the rule that watches for it in any record."""
    found = machine.findings(record, at)
    borne_out = SEEN_AS.get(finding.meeting.kind) if finding.meeting is not None else None
    if borne_out is not None and not any(one.code in borne_out for one in found):
        return None
    return next((one for one in found if one.code == finding.code and one.span == finding.span), None)


class _Client:
    """One client on two paths, each gone by its own driver; what happens on either is in one record."""

    def __init__(self, machine: Machine, paths: tuple[Ways, Ways], meeting: Meeting, routes: tuple[Route, Route]) -> None:
        self.meeting = meeting
        here, there = paths
        self.ways = {True: here, False: there}
        self.routes = {True: routes[0], False: routes[1]}
        self.gone: dict[bool, Route] = {True: (), False: ()}
        began = max(here.program.first_morning, there.program.first_morning)
        first = Driver(machine, there.program, began, self._stable(), {})
        self.drivers = {False: first, True: first.beside(here.program)}
        self.last = first

    def _stable(self) -> dict[str, Value]:
        """Values that lead along both ways; none where there are none that stay as they are."""
        wants: list[Want] = []
        items = {**self.ways[False].path.items, **self.ways[True].path.items}
        for is_here in (True, False):
            wants += wants_of(self.ways[is_here].program, self.routes[is_here], ())
        return solve(wants, items, {}) or {}

    # what the client does

    @property
    def record(self) -> Record:
        """The client's record."""
        return self.last.record

    def at(self, is_here: bool) -> Driver:
        """The driver on one of the two paths, which goes on from where the client is now."""
        driver = self.drivers[is_here]
        driver.take_up(self.last)
        self.last = driver
        return driver

    def enter(self, is_here: bool) -> None:
        """The client comes onto one of the two paths, unless a step has begun it already."""
        driver = self.at(is_here)
        if not any(one.path == driver.program.path.name for one in driver.record.active):
            driver.enrol(self.routes[is_here])

    def go(self, is_here: bool) -> None:
        """The client goes on one of the two paths up to the node that is spoken of."""
        self.go_by(is_here, self.routes[is_here])

    def go_by(self, is_here: bool, route: Route) -> None:
        """The client goes a way; what of it is gone already is not gone again."""
        gone, driver = self.gone[is_here], self.at(is_here)
        rest = route[len(gone) :] if route[: len(gone)] == gone else route
        driver.go(rest, driver.enrolment)
        self.gone[is_here] = route

    def act(self, is_here: bool) -> None:
        """It is done there; an end is one as soon as it is come to."""
        driver, node = self.at(is_here), self.meeting.node if is_here else self.meeting.there
        if driver.program.nodes[node].kind != "end":
            driver.act(driver.enrolment, node, [])

    @property
    def fits_both(self) -> bool:
        """Whether one client is of both groups."""
        here, there = self.ways[True].path, self.ways[False].path
        groups = [path.clients.enter_when for path in (here, there) if path.clients.enter_when is not None]
        return client_with(groups, {**there.items, **here.items}) is not None


def _enter_both(client: _Client, is_here_first: bool) -> None:
    """Onto the one path and then the other; of two groups that share nobody, by a step that makes the client one of both."""
    client.enter(is_here_first)
    if not client.fits_both:
        _begin_other(client, is_here_first)
    client.enter(not is_here_first)


def _begin_other(client: _Client, is_here: bool, aim: Callable[[int], Aim] = Aim) -> None:
    """The client goes on a path to a step that begins the other, or finds out what its group asks for, and does it."""
    ways, other = client.ways[is_here], client.ways[not is_here]
    enter = other.path.clients.enter_when
    asked = frozenset(conditions.items_of(enter)) if enter is not None else frozenset[str]()
    making = (n for n in ways.program.nodes if n.kind == "step" and not asked.isdisjoint(made_by(ways.program, n)))
    for node in dict.fromkeys((*(start.index for start in starting(ways, other)), *(maker.index for maker in making))):
        found = Routes(ways, monitor_for(ways, aim(node)), ways.impossible).find(node) if node in ways.reachable else None
        if found is None:
            continue
        client.go_by(is_here, found.route)
        driver = client.at(is_here)
        driver.act(driver.enrolment, node, [Want(true=conditions.conjuncts(enter))] if enter is not None else [])
        client.gone[is_here] = (*found.route, Leg(node, ways.program.edges[node][0]))
        return
    raise Astray("nothing begins the other path")


def _other_first(client: _Client) -> Driver:
    """What is spoken of on the other path is done, and then the client comes onto this one."""
    client.enter(False)
    client.go(False)
    client.act(False)
    client.enter(True)
    client.go(True)
    client.act(True)
    return client.last


def _in_between(client: _Client) -> Driver:
    """The client has come to where it matters on this path; then the other is begun, or gone on with."""
    client.enter(True)
    client.go(True)
    client.enter(False)
    client.go(False)
    client.act(False)
    client.act(True)
    return client.last


def _side_by_side(client: _Client) -> Driver:
    """The client comes onto both at once, and what is spoken of on the other comes first."""
    return _on_both(client, not client.meeting.is_second)


def _the_other_way_about(client: _Client) -> Driver:
    """The same, where the client comes onto the other of the two first."""
    return _on_both(client, client.meeting.is_second)


def _on_both(client: _Client, is_here_first: bool) -> Driver:
    _enter_both(client, is_here_first)
    if client.meeting.there >= 0:
        client.go(False)
        client.act(False)
    if client.meeting.node >= 0:
        client.go(True)
        client.act(True)
    return client.last


def _with_a_value(client: _Client) -> Driver:
    """On both, what both measure becomes known."""
    _enter_both(client, False)
    name, driver = client.meeting.items[0], client.at(True)
    driver.tell({name: any_value(driver.program.path.items.get(name))})
    return driver


def _with_events(client: _Client) -> Driver:
    """On both, what sets off both events comes about."""
    _enter_both(client, False)
    whenevers = [
        client.ways[is_here].program.nodes[node].statement
        for is_here, node in ((True, client.meeting.node), (False, client.meeting.there))
    ]
    asked = tuple(one.condition for one in whenevers if isinstance(one, model.Whenever))
    driver = client.at(True)
    driver.bring_about(conditions.All(tuple(part for one in asked for part in conditions.conjuncts(one))))
    return driver


def _in_both_repeats(client: _Client) -> Driver:
    """The client is in the one repeat and in the other."""
    _enter_both(client, False)
    client.go(False)
    client.go(True)
    return client.last


def _one_after_the_other(client: _Client) -> Driver:
    """It has been waited for on the other path, a step of which begins this one."""
    meeting = client.meeting
    client.enter(False)
    starts = {node.index for node in starting(client.ways[False], client.ways[True])}
    if meeting.there in starts:
        client.go(False)
        client.act(False)
    else:
        _begin_other(client, False, lambda start: Aim(start, "open", earlier=meeting.there))
    client.enter(True)
    client.go(True)
    return client.last


_ORDERS: Final[Mapping[MeetingKind, tuple[Callable[[_Client], Driver], ...]]] = {
    "twice": (_other_first, _in_between, _side_by_side),
    "kept": (_side_by_side, _the_other_way_about),
    "joined": (_side_by_side,),
    "differing": (_with_a_value,),
    "at once": (_with_events,),
    "opposed": (_in_both_repeats,),
    "waited": (_one_after_the_other,),
}
"""In which orders the two paths are gone, tried one after another."""
