"""G507 agreement-ends

An agreement ends while the path goes on, or while those who came onto it last are still on it, and no other takes its place;
in a record, an agreement ends, or has ended, while its provider still has something to do for the client.

Why: The day after the last day nobody pays, no terms hold and no answer is agreed on when something goes wrong. It is known
    long before, and comes as a surprise all the same: an agreement is in one binder, the path in another.
Source: Organising Act 612/2021 §12 ff.; promises, law 6: every rule has its dates.
Bad:
    network Example network
        organiser County
        professions counsellor, doctor
        provider Health Centre
            sector public
            professions doctor
        provider Club
            sector third
            professions counsellor
        agreement Grant to the club
            with Club
            mode grant
            covers everything
            valid from 2020-01-01 to 2026-12-31
        item letter: document
    steps
        step A talk                                       # <- G507
            by counsellor at Club
            ordered by doctor at Health Centre
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions counsellor, doctor
        provider Health Centre
            sector public
            professions doctor
        provider Club
            sector third
            professions counsellor
        agreement Grant to the club
            with Club
            mode grant
            covers everything
            valid from 2020-01-01 to 2026-12-31
        agreement The next grant
            with Club
            mode grant
            covers everything
            valid from 2027-01-01 to 2028-12-31
        item letter: document
    steps
        step A talk
            by counsellor at Club
            ordered by doctor at Health Centre
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Fix: Agree on the time that follows; or let nobody come onto the path so late that they are still there when the agreement has
    ended. Whoever comes onto the path on its last day stays on it, and is counted with: where the time from enrolment to the
    last time that a step is done is bounded, and no longer than five years, by the longest that is lawful. The finding then
    says by which date the path must end (`valid from … to …`), where that can be said for all steps of the provider, and is an
    information: there is time until then. Of a step whose time nothing bounds, as in a `repeat` without an end or in a
    `whenever`, the path's own dates are compared alone. It is told once for a provider and a time, at the first step in the
    file that the provider does, and names the others. `allow G507 because …` stands at that first step, or in the block
    `steps` for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from pathflow.base.durations import DAY, Duration
from pathflow.base.findings import Aim, Evidence, Finding, Related
from pathflow.base.instants import Instant, local_datetime
from pathflow.base.names import listing
from pathflow.engine.parties import provider_of
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.network import Network, Period
from pathflow.rules.agreed import acting, aim_of_acting, covering, is_bound
from pathflow.rules.reckoning import Open
from pathflow.rules.rule import Rule
from pathflow.rules.times import To, Way, times_of
from pathflow.rules.ways import Ways

RULE = Rule("G507", "agreement-ends", "warning", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """On each day on which the path is valid, an agreement covers what its providers do; one that begins late is G501."""
    if not ways.network.has_all_agreements or ways.has_doubtful_head:  # a path whose dates were not read is not one without
        return
    found: dict[tuple[str, Period], list[Node]] = {}
    for node in ways.program.nodes:
        for provider, services in acting(ways, node) if not ways.is_doubtful(node) else ():
            for hole in _later_holes(ways, node, provider, services):
                found.setdefault((provider, hole), []).append(node)
    for (provider, hole), nodes in sorted(found.items(), key=lambda one: (one[0][0], one[0][1].first)):
        words = {
            "provider": provider,
            "from": str(hole.first),
            "until": str(hole.last),
            "steps": listing([n.name for n in nodes]),
        }
        say = "from {from} no agreement with `{provider}` covers what it does in {steps}"
        if hole.last is not None and (ways.path.valid is None or hole.last != ways.path.valid.last):
            say = "from {from} to {until} no agreement with `{provider}` covers what it does in {steps}"
        ending = [a for a in ways.network.agreements_with(provider) if a.valid.last == hole.first - timedelta(days=1)]
        related = tuple(Related(a.span, "it ends here") for a in ending if a.span is not None)
        help_ = "Add the agreement that follows; a path that ends with this one still has clients on it who came before"
        last = _last_start(ways, nodes, hole.first - timedelta(days=1)) if ending else None
        if last is not None:
            node, length, day = last
            words |= {"step": node.name, "length": length, "date": str(day)}
            help_ = (
                "Add the agreement that follows; or let nobody come onto the path later than {date}, as `{step}` may lawfully "
                "be done as late as {length} after enrolment: valid from … to {date}"
            )
        yield RULE.on(nodes[0].span, say, words, help_, related, aim=aim_of_acting(nodes[0], provider))
    if ways.is_whole and ways.path.valid is not None and ways.path.valid.last is not None:
        yield from _of_the_last(
            ways, ways.path.valid.last, {(provider, at.index) for (provider, _), n in found.items() for at in n}
        )


class _Late(NamedTuple):
    """A step that may lawfully be done when no agreement covers it; whoever comes onto the path by `last` is in time."""

    node: Node
    way: Way
    last: date


def _of_the_last(ways: Ways, last: date, said: set[tuple[str, int]]) -> Iterator[Finding]:
    """Whoever comes onto the path on its last day is through with what a provider does before its agreement ends."""
    ending: list[tuple[str, date, Node]] = []
    for node in ways.program.nodes:
        if node.event >= 0 or node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        for provider, services in acting(ways, node):
            first = _uncovered_after(ways, node, provider, services, last)
            if first is not None and (provider, node.index) not in said:
                ending.append((provider, first, node))
    slow, endless = _slow_and_endless(ways, last, ending)
    found: dict[tuple[str, date], list[_Late]] = {}
    for (provider, first, node), way in zip(slow, _ways_to(ways, [node for _, _, node in slow]), strict=True):
        if not isinstance(way, Way) or way.length > _FORESEEN:
            endless.add((provider, first))
            continue
        late = _Late(node, way, first - timedelta(days=1) + timedelta(days=way.length // -DAY))
        if late.last < last:
            found.setdefault((provider, first), []).append(late)
    for (provider, first), steps in sorted(found.items(), key=lambda one: one[0]):
        yield _of_those_on_it(ways, provider, first, last, steps, (provider, first) in endless)


def _slow_and_endless(
    ways: Ways, last: date, ending: list[tuple[str, date, Node]]
) -> tuple[list[tuple[str, date, Node]], set[tuple[str, date]]]:
    """Those of which no quick bound shows that they are in time; and where a provider has a step whose time nothing bounds."""
    slow: list[tuple[str, date, Node]] = []
    endless: set[tuple[str, date]] = set()
    if ending:
        times = times_of(ways)
        quick = times.bound(times.program.start, "maxima", To(until=times.until(node.index for _, _, node in ending)))
        for provider, first, node in ending:
            most = quick.left.get(node.index)
            if isinstance(most, Open):
                endless.add((provider, first))
            elif most is not None and -(most // -DAY) >= (first - last).days:
                slow.append((provider, first, node))
    return slow, endless


def _ways_to(ways: Ways, nodes: list[Node]) -> list[Way | Open | None]:
    """Until when each of some nodes may take after enrolment, however often a client comes to it."""
    times = times_of(ways)
    left = times.left(times.program.start, [node.index for node in nodes], "maxima")
    return [left.get(node.index) for node in nodes]


def _uncovered_after(ways: Ways, node: Node, provider: str, services: tuple[str, ...], last: date) -> date | None:
    """The first day after the path's last one on which no agreement covers what a provider does; None where there is none."""
    found: list[date] = []
    for service in services or (None,):
        periods = [a.valid for a in covering(ways.network, provider, service, isinstance(node.statement, model.Step))]
        if any(period.holds_on(last) for period in periods):
            found += [hole.first for hole in Period(last).without(periods)][:1]
    return min(found, default=None)


_FORESEEN = 5 * 366 * DAY
"""So far ahead an agreement is asked for, for whoever comes last; our own figure €. Units: microseconds."""


def _of_those_on_it(ways: Ways, provider: str, first: date, last: date, steps: list[_Late], has_endless: bool) -> Finding:
    slowest = min(steps, key=lambda late: late.last)
    words = {
        "provider": provider, "from": str(first), "until": str(last), "steps": listing([late.node.name for late in steps]),
        "step": slowest.node.name, "length": slowest.way.spelt, "date": str(slowest.last),
    }  # fmt: skip
    say = (
        "whoever comes onto the path as late as {until} may lawfully be at {steps} still, when from {from} no agreement with "
        "`{provider}` covers that"
    )
    help_ = "Add the agreement that follows; a path that ends with this one still has clients on it who came before"
    if not has_endless and ways.path.valid is not None and slowest.last >= ways.path.valid.first:
        help_ = (
            "Add the agreement that follows; or let nobody come onto the path later than {date}, as `{step}` may lawfully "
            "be done as late as {length} after enrolment: valid from … to {date}"
        )
    ending = [a for a in ways.network.agreements_with(provider) if a.valid.last == first - timedelta(days=1)]
    related = tuple(Related(a.span, "it ends here") for a in ending if a.span is not None)
    aim = Aim(
        slowest.node.index, "late", earlier=ways.program.start, within=Duration((first - last).days - 1, "day"),
        on=last.toordinal(), late=frozenset(move.node.index for move in slowest.way.moves), is_lawful=True,
    )  # fmt: skip
    return RULE.on(steps[0].node.span, say, words, help_, related, "info", aim=aim)


def _last_start(ways: Ways, nodes: list[Node], day: date) -> tuple[Node, str, date] | None:
    """The last date on which a client may come onto the path, if all of these are to be done by a day; and what takes longest.

    None where their time is not bounded, or no such date is left.
    """
    if not ways.is_whole or any(node.event >= 0 for node in nodes):
        return None
    reachable = [node for node in nodes if node.index in ways.reachable]
    found = _ways_to(ways, reachable)
    bounded = [(way.length, node, way) for node, way in zip(reachable, found, strict=True) if isinstance(way, Way)]
    if not bounded or len(bounded) < len(nodes):
        return None
    length, node, way = max(bounded, key=lambda one: one[0])
    last = day + timedelta(days=length // -DAY)
    if ways.path.valid is not None and last < ways.path.valid.first:
        return None
    return node, way.spelt, last


def _later_holes(ways: Ways, node: Node, provider: str, services: tuple[str, ...]) -> list[Period]:
    """The times without an agreement after the path's beginning; a path that names no dates begins with the first agreement."""
    holes: dict[Period, None] = {}
    for service in services or (None,):
        agreements = covering(ways.network, provider, service, isinstance(node.statement, model.Step))
        periods = [agreement.valid for agreement in agreements]
        valid = ways.path.valid or Period(min((period.first for period in periods), default=date.max))
        if any(period.holds_on(valid.first) for period in periods):
            holes |= dict.fromkeys(valid.without(periods))
    return list(holes)


_AHEAD = timedelta(days=30)
"""How long before its end an agreement is spoken of; our own figure €."""


def watch(program: Program) -> Iterator[Watch]:
    """Something is still open at a provider whose agreement has ended, or ends within a month."""
    network = program.path.network
    ending = {a.provider for a in network.agreements if a.valid.last is not None and is_bound(network, a.provider)}
    if not ending or not network.has_all_agreements:
        return

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        if enrolment.ended is not None:
            return
        day = local_datetime(at, program.calendar.zone).date()
        for node, since in sorted(enrolment.tokens.items()):
            name = provider_of(enrolment, node)
            last = _last_day(network, name, day) if name in ending else None
            if last is None:
                continue
            say = "`{step}` is still open at `{provider}`, and no agreement with it follows the one that ends on {last}"
            if last < day:
                say = "`{step}` is still open at `{provider}`, and the agreement with it ended on {last}"
            yield RULE.of(
                record, say, {"provider": name or "", "step": program.nodes[node].name, "last": str(last)},
                level="warning" if last < day else "info", since=since, who=network.organiser,
                evidence=(Evidence(since, program.nodes[node].name, name, "open since"),),
                help="Agree on the time that follows, or let another provider do it", span=program.nodes[node].span,
            )  # fmt: skip

    yield Watch(standing=standing)


def _last_day(network: Network, provider: str, day: date) -> date | None:
    """The last day of the agreements with a provider, if it is over by a day, or will be within a month."""
    periods = [agreement.valid for agreement in network.agreements_with(provider)]
    hole = next(iter(Period(day, day + _AHEAD).without(periods)), None)
    ended = [period.last for period in periods if period.last is not None and (hole is None or period.last < hole.first)]
    return max(ended, default=None) if hole is not None else None
