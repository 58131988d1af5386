"""The same service asked for again while its first result holds: planned on a path, and seen in a record.

Valid(e, t): the result is final, no older than the service's window, and nothing happened since that ends it early. A duplicate
asks again for the same service while some result is valid, readable for whoever asks, not scheduled, and no exception applies.
Where the result cannot be read it is an information gap (G302), not a duplicate (D101). Source:
docs/explanation/promises.md, law 9.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from operator import sub
from typing import Final

from msgspec import Struct

from pathflow.base.days import end_of
from pathflow.base.durations import Duration
from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant, local_datetime, spell
from pathflow.base.names import fold, listing
from pathflow.base.spans import Span
from pathflow.engine.conditions import as_test
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_of
from pathflow.engine.program import RESTING, Edge, Node, Program
from pathflow.engine.record import Enrolment, Record, Result
from pathflow.engine.watch import Handler, Watch
from pathflow.model import conditions, network
from pathflow.model import path as model
from pathflow.rules.cells import cover
from pathflow.rules.holding import chosen_by
from pathflow.rules.reckoning import Open
from pathflow.rules.rule import Rule, seen
from pathflow.rules.times import To, times_of
from pathflow.rules.ways import Ways


class Again(Struct, frozen=True):
    """A service that is given a second time inside its window.

    `least`: the shortest time from the first to the second; None where that is not along one way. Units: microseconds on the
    local clocks.
    """

    service: str
    window: Duration
    node: Node
    earlier: Node
    is_readable: bool
    place: Span
    least: int | None = None

    @property
    def aim(self) -> Aim:
        """That a client comes to the second while the result of the first holds."""
        return Aim(self.node.index, "again", (self.service,), earlier=self.earlier.index)


# ── planned on a path ───────────────────────────────────────────────────────────────────────────────────────────────


def planned_again(ways: Ways) -> list[Again]:
    """Every step that repeats a service inside its window, on some way from an earlier step that gives it."""
    if ways.known_repeats is None:
        ways.known_repeats = list(_planned(ways)) if ways.is_whole else []
    return ways.known_repeats


def _planned(ways: Ways) -> Iterator[Again]:
    for service in ways.network.services.values():
        if service.window is None:
            continue
        doing = [n for n in ways.program.nodes if doing_of(n, service.name) is not None and n.index in ways.reachable]
        if len(doing) < 2:
            continue
        resting = frozenset(n.index for n in ways.program.nodes if n.kind in RESTING)
        left = _Left([node for node in doing if is_unplanned(ways, node, service)])
        for earlier in doing:
            if not left.nodes:
                break
            reached = _reached(ways, earlier, service)
            following = [n for n in left.after(earlier, reached) if n is not earlier]
            following = [later for later in following if _can_follow(earlier, later, reached, resting)]
            soonest = _soonest(ways, earlier, doing, following, reached, service)
            for later in following:
                if soonest.get(later.index, 0) is not None:
                    left.take(later)
                    yield _again(ways, earlier, later, service, soonest.get(later.index))


class _Left:
    """The steps of which it is not said yet that they repeat a service; each is looked at only where it may follow.

    Cost: linear in the steps where few can follow each other, as behind a wait.
    """

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = {node.index: node for node in nodes}
        self.in_events = {node.index for node in nodes if node.event >= 0}
        self.by_split: dict[int, set[int]] = {}
        for node in nodes:
            for split, _ in node.region:
                self.by_split.setdefault(split, set()).add(node.index)

    def after(self, earlier: Node, reached: frozenset[int]) -> list[Node]:
        """Those that may come after a step: reached from it, in an event, or beside it in another branch."""
        indices = {index for index in reached if index in self.nodes}
        if earlier.event < 0:
            indices |= self.in_events
        for split, _ in earlier.region:
            indices |= self.by_split.get(split, set())
        return [self.nodes[index] for index in sorted(indices)]

    def take(self, node: Node) -> None:
        """It is said of this one."""
        del self.nodes[node.index]
        self.in_events.discard(node.index)
        for split, _ in node.region:
            self.by_split[split].discard(node.index)


def doing_of(node: Node, service: str) -> model.Doing | None:
    """How a node gives a service; None where it does not."""
    if not isinstance(node.statement, model.Step):
        return None
    return next((doing for doing in node.statement.does if doing.service == service), None)


def is_unplanned(ways: Ways, node: Node, service: network.Service) -> bool:
    """Whether nothing excuses the second time: no reason among the service's exceptions, and nothing that surely is so there.

    Rounds of a repeat are scheduled against each other; the first of them is not against what was done before.
    """
    doing = doing_of(node, service.name)
    if doing is None or ways.is_doubtful(node):
        return False
    if doing.because is not None and _excuses(service, doing.because):
        return False
    is_excused = service.unless is not None and _is_so(ways, node, service.unless)
    return not is_excused and not _has_run_out(ways, node, service)


def _is_so(ways: Ways, node: Node, condition: conditions.Condition) -> bool:
    """Whether a condition surely holds of whoever comes to a node, by the branches taken just before."""
    if isinstance(condition, conditions.Any):
        return any(_is_so(ways, node, part) for part in condition.parts)
    if isinstance(condition, conditions.All):
        return all(_is_so(ways, node, part) for part in condition.parts)
    is_of_time = any(isinstance(a, conditions.Compare) and (a.within or a.lasting) for a in conditions.atoms(condition))
    if is_of_time or any(isinstance(a, conditions.Reason | conditions.Happens) for a in conditions.atoms(condition)):
        return condition in ways.given(node)
    given = ways.given(node)
    if not any(set(conditions.items_of(condition)) <= set(conditions.items_of(part)) for part in given):
        return False  # nobody asked
    found = cover([conditions.Not(condition)], True, ways.path.items, given)
    return found.is_whole and bool(found.dead)


def _has_run_out(ways: Ways, node: Node, service: network.Service) -> bool:
    """Whether nobody who comes to a node has a result that holds: what it makes is unknown, and would be known so long."""
    for told in ways.given(node):
        part = told
        if isinstance(told, conditions.Not) and isinstance(told.part, conditions.Not):
            part = told.part.part  # the way beside one that asks whether it is known
        item = ways.path.items.get(part.item) if isinstance(part, conditions.IsUnknown) else None
        if item is not None and item.name in service.makes and service.window is not None:
            return item.valid is None or not service.window.is_longer_than(item.valid)
    return False


def _excuses(service: network.Service, reason: str) -> bool:
    if service.unless is None:
        return False
    words = {fold(a.name) for a in conditions.atoms(service.unless) if isinstance(a, conditions.Reason)}
    return fold(reason) in words


def _can_follow(earlier: Node, later: Node, reached: frozenset[int], resting: frozenset[int]) -> bool:
    """Whether some way leads from the first to the second within the window, and nothing on it ends the window early."""
    if _beside_each_other(earlier, later):
        return earlier.index < later.index
    if later.event >= 0 and earlier.event < 0:  # an event can happen while the client rests anywhere behind the step
        return bool(earlier.region) or any(index != earlier.index for index in reached & resting)
    if earlier.event >= 0 and later.event != earlier.event:
        return False
    return later.index in reached


def _reached(ways: Ways, earlier: Node, service: network.Service) -> frozenset[int]:
    """The nodes that a client can come to from a step while its result holds: not past what ends the window, nor past another
    step that gives the service. Where branches meet that were opened on the way, the slowest of them is waited for.
    """
    window = service.window.longest if service.window is not None else 0
    ended = _ending_names(service)
    best: dict[int, int] = {}
    waiting = [(0, earlier.index)]
    came: dict[int, dict[int, int]] = {}
    while waiting:
        length, index = heapq.heappop(waiting)
        if index in best or (length >= window and index != earlier.index):
            continue
        best[index] = length
        node = ways.program.nodes[index]
        if index != earlier.index and (fold(node.name) in ended or doing_of(node, service.name) is not None):
            continue
        longer = _shortest_wait(node, service.window)
        for edge in ways.program.edges[index]:
            met = _met(ways, edge, length + longer, best, came)
            if met is not None:
                heapq.heappush(waiting, (met, edge.target))
    return frozenset(best)


_TAKING_TIME: Final = frozenset({"wait", "repeat", "include"})

_STARTS: Final = 4 * 366
"""Of so many dates each is tried as that of the first result: every February counts."""


def _soonest(
    ways: Ways, earlier: Node, doing: list[Node], following: list[Node], reached: frozenset[int], service: network.Service
) -> dict[int, int | None]:
    """The shortest time from a step to each that follows it along one way; None where the result never holds so long.

    Exact by the path's calendar, with waits that count from something and the rounds of repeats; the first of the steps that
    give the service ends a way. A wait that is over at the moment at which the window ends lets it pass.
    """
    along = [n for n in following if n.event == earlier.event and n.index in reached and not _beside_each_other(earlier, n)]
    if not along or service.window is None:
        return {}
    if not any(ways.program.nodes[index].kind in _TAKING_TIME for index in reached):
        return {node.index: 0 for node in along}
    times = times_of(ways)
    ended = _ending_names(service)
    barriers = frozenset(n.index for n in ways.program.nodes if n.index != earlier.index and fold(n.name) in ended)
    to = To(frozenset(node.index for node in doing), barriers, times.until(node.index for node in along))
    starts = [end_of(times.first + timedelta(days=n)) for n in range(_STARTS)]
    found = times.soonest(earlier.index, starts, to)
    last = times.days.later(starts, service.window)
    soonest: dict[int, int | None] = {}
    for node in along:
        at = found.get(node.index)
        if at is not None and not isinstance(at.reached, Open):
            is_held = any(moment < end for moment, end in zip(at.reached, last, strict=True))
            soonest[node.index] = min(map(sub, at.reached, starts)) if is_held else None
    return soonest


def _met(ways: Ways, edge: Edge, length: int, best: dict[int, int], came: dict[int, dict[int, int]]) -> int | None:
    """After how long a client goes on from the end of an edge; None where another branch is still waited for."""
    split = ways.program.joins.get(edge.target)
    if split is None or split not in best or ways.program.needed[edge.target] < len(ways.program.edges[split]):
        return length
    by_branch = came.setdefault(edge.target, {})
    branch = ways.branch_of(edge, edge.target)
    by_branch[branch] = min(length, by_branch.get(branch, length))
    return max(by_branch.values()) if len(by_branch) == len(ways.program.edges[split]) else None


def _shortest_wait(node: Node, window: Duration | None) -> int:
    """How long a wait holds the client at least; one as long as the window, in its own unit, lets it pass."""
    if not isinstance(node.statement, model.Wait):
        return 0
    length = node.statement.length
    if length is None or node.statement.until is not None or node.statement.of is not None:  # it may be over at once
        return 0
    if window is not None and length.unit == window.unit and length.count >= window.count:
        return window.longest
    return length.shortest


def telling(ways: Ways, service: network.Service) -> str | None:
    """An item of which asking whether it is known says whether the service's result holds; None where none does."""
    for name in service.makes:
        item = ways.path.items.get(name)
        if item is None or service.window is None:
            continue
        if item.valid is None or not service.window.is_longer_than(item.valid):
            return name
    return None


def reasons_of(service: network.Service) -> list[str]:
    """The reasons that a service allows for giving it again, as written."""
    atoms = conditions.atoms(service.unless) if service.unless is not None else ()
    return [atom.name for atom in atoms if isinstance(atom, conditions.Reason)]


def _ending_names(service: network.Service) -> set[str]:
    if service.unless is None:
        return set()
    atoms = conditions.atoms(service.unless)
    return {fold(a.name if isinstance(a, conditions.Reason) else a.event) for a in atoms
            if isinstance(a, conditions.Reason | conditions.Happens)}  # fmt: skip


def _beside_each_other(one: Node, other: Node) -> bool:
    """Whether the two stand in different branches of the same `together`."""
    branches = dict(one.region)
    return any(split in branches and branches[split] != branch for split, branch in other.region)


def _is_brought(ways: Ways, later: Node, service: network.Service) -> bool:
    """Whether the result has been carried to where the service is given again."""
    step = later.statement
    if not isinstance(step, model.Step) or step.by is None or not service.makes:
        return False
    known, party = ways.known_at_step(later), step.by.party
    return all(item in known and ways.can_read(known, item, party, later) for item in service.makes)


def _written(ways: Ways, node: Node) -> frozenset[str]:
    """The registers that whoever acts at a step surely has; the client's chosen provider has its own, whichever it is."""
    step = node.statement
    party = step.by.party if isinstance(step, model.Step) and step.by is not None else None
    own = frozenset({chosen_by(party.name)}) if party is not None and party.kind == "chosen" else frozenset[str]()
    return ways.registers_at(node) | own


def _again(ways: Ways, earlier: Node, later: Node, service: network.Service, least: int | None) -> Again:
    doing = doing_of(later, service.name)
    places = _written(ways, earlier)
    readable = bool(places & _written(ways, later)) or _is_brought(ways, later, service)
    place = doing.span if doing is not None and doing.span is not None else later.span
    window = service.window or Duration(0, "day")
    return Again(service.name, window, later, earlier, readable or not places, place, least)


# ── seen in a record ────────────────────────────────────────────────────────────────────────────────────────────────

Say = Callable[[bool], str | None]
"""The sentence for a repeat, by whether the earlier result could be read; None says nothing."""


def seen_again(program: Program, rule: Rule, say: Say, help: str) -> Iterator[Watch]:  # noqa: A002  # the contract's word
    """Watches for a service given again, on the way and beside it."""
    windows = {s.name: s for s in program.path.network.services.values() if s.window is not None}
    nodes = frozenset(
        n.index for n in program.nodes
        if isinstance(n.statement, model.Step) and any(d.service in windows for d in n.statement.does)
    )  # fmt: skip
    if nodes:
        handler = _handler(program, windows, rule, say, help)
        yield Watch("completed", handler, nodes)
        yield Watch("beside", handler, nodes)


def _handler(program: Program, windows: Mapping[str, network.Service], rule: Rule, say: Say, help_: str) -> Handler:
    registers = {p.name: p.register or p.name for p in program.path.network.providers.values()}

    def handler(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        if fact is None or fact.kind != "completed":
            return None
        where = fact.provider or provider_of(enrolment, node) or ""
        found: list[tuple[network.Service, Result]] = []
        sentence = ""
        for doing in enrolment.tables.doings[node]:
            results = record.results.get(doing.service)
            if not results:
                continue
            service = windows[doing.service]
            first = _valid(program, service, results, record, enrolment, at, node, fact, doing.because)
            if first is None:
                continue
            said = say(registers.get(first.provider, first.provider) == registers.get(where, where))
            if said is not None:
                sentence = said
                found.append((service, first))
        if not found:
            return None
        span, words = program.nodes[node].span, _words(program, program.nodes[node].name, found, at, where)
        return rule.of(
            record, sentence, words, level="warning", since=found[0][1].at,
            who=where or enrolment.holder, evidence=(*_evidence(found), seen(fact)), help=help_, span=span,
        )  # fmt: skip

    return handler


def _words(program: Program, step: str, found: list[tuple[network.Service, Result]], at: Instant, where: str) -> dict[str, str]:
    """The words of one finding for all the services that one step repeated."""
    newest = max((first for _, first in found), key=lambda first: first.at)
    windows = {str(service.window) for service, _ in found}
    whose = "its window" if len(found) == 1 else "their windows"
    return {
        "step": step,
        "services": listing([service.name for service, _ in found]),
        "first": newest.step,
        "provider": where,
        "length": spell(newest.at, at, program.calendar.zone) if at > newest.at else "no time",
        "window": f"{whose} of {windows.pop()}" if len(windows) == 1 else whose,
    }


def _evidence(found: list[tuple[network.Service, Result]]) -> list[Evidence]:
    firsts = {(first.at, first.step, first.provider): None for _, first in found}
    return [Evidence(at, step, provider or None, "the result that was valid") for at, step, provider in firsts]


def _valid(
    program: Program, service: network.Service, results: list[Result], record: Record, enrolment: Enrolment, at: Instant,
    node: int, fact: Fact, because: str | None,
) -> Result | None:  # fmt: skip
    """The newest result that was valid when the service was asked for again; None when nothing speaks against asking."""
    window = service.window
    last = results[-1]
    if window is None or at - last.at > window.longest:
        return None
    asked = _asked(enrolment, node, at)
    if at - last.at > window.shortest and asked > program.calendar.later(last.at, window):
        return None
    if _is_scheduled(record, enrolment, node):
        return None
    reasons = {fold(word) for word in (fact.reason, because) if word}
    if service.unless is not None and _excused(service.unless, program, record, enrolment, at, last.at, reasons):
        return None
    return last


def _asked(enrolment: Enrolment, node: int, at: Instant) -> Instant:
    """When an order was sent; otherwise when it was done."""
    offer = enrolment.offers.get(node)
    return offer.sent if offer is not None and node in enrolment.tables.ordered else at


def _is_scheduled(record: Record, enrolment: Enrolment, node: int) -> bool:
    """Whether it belongs to a round of a repeat, after the first, that did not begin before its planned day (or hour).

    A step of an included path belongs to the round in which the path is included.
    """
    program = enrolment.tables.program
    loop = program.nodes[node].loop
    now = enrolment.rounds.get(loop)
    if now is None or now.number == 1:
        parent = enrolment.parent
        return parent is not None and _is_scheduled(record, record.enrolments[parent[0]], parent[1])
    if now.began >= now.planned:
        return True
    every = enrolment.tables.repeats[loop].every
    if every is None or every.is_elapsed:
        return every is None
    zone = program.calendar.zone
    return local_datetime(now.began, zone).date() >= local_datetime(now.planned, zone).date()


def _excused(
    condition: conditions.Condition, program: Program, record: Record, enrolment: Enrolment, at: Instant, before: Instant,
    reasons: set[str],
) -> bool:  # fmt: skip
    """Whether an exception of the window applies: a reason given, something that happened since, something that is so."""
    if isinstance(condition, conditions.Any):
        return any(_excused(p, program, record, enrolment, at, before, reasons) for p in condition.parts)
    if isinstance(condition, conditions.All):
        return all(_excused(p, program, record, enrolment, at, before, reasons) for p in condition.parts)
    if isinstance(condition, conditions.Not):
        return not _excused(condition.part, program, record, enrolment, at, before, reasons)
    if isinstance(condition, conditions.Reason):
        word = fold(condition.name)
        return word in reasons or any(when > before and fold(name) == word for name, when in enrolment.happened.items())
    test = as_test(condition, program.path.items, program.calendar)
    return test(record, enrolment, at - 1, before) is True  # by what was known before this one
