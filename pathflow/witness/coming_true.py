"""Findings on a path as watches: whether each has come true for a client, so that the engine shows what the prover says.

Most rules watch for what they prove. Some prove what no single fact shows, as that a step has no time; of those the record
shows that the client has come to where it is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from pathflow.base.findings import Aim, AimKind, Evidence, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.engine.conditions import is_fresh, value_at
from pathflow.engine.duties import clock_start
from pathflow.engine.facts import Fact
from pathflow.engine.machine import Machine
from pathflow.engine.parties import provider_named
from pathflow.engine.program import RESTING, Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Handler, Standing, Watch, WatchFactory
from pathflow.model import path as model
from pathflow.model.conditions import conjuncts, events_of
from pathflow.rules.cells import holds
from pathflow.rules.gap.g112_ordered_by_another import may_order
from pathflow.rules.holding import BEFORE
from pathflow.rules.ways import Ways


def aim_of(ways: Ways, finding: Finding) -> Aim | None:
    """What a finding says must come true; of one that says nothing, that a client comes to where it stands.

    None where no client comes there: of a step that no way leads to nothing can be told.
    """
    if finding.aim is not None:
        return finding.aim if finding.aim.node in ways.reachable else None  # -1 is nowhere
    if finding.span is None:
        return None
    node = _node_at(ways.program, finding.span) or _first_node(ways.program)
    return Aim(node.index) if node is not None and node.index in ways.reachable else None


def _node_at(program: Program, span: Span) -> Node | None:
    """The node of the statement in which a place stands; None of the head of the path, or of another file."""
    nodes = [n for n in program.nodes if n.span.file == span.file and n.statement is not None and n.kind != "event"]
    before = [n for n in nodes if n.span.line <= span.line]
    return max(before, key=lambda n: (n.span.line, n.index)) if before and span.file == program.path.span.file else None


def _first_node(program: Program) -> Node | None:
    """Where the client comes first: what the head of the path says is so from the beginning."""
    edges = program.edges[program.start]
    return program.nodes[edges[0].target] if edges else None


def watch_proved(ways: Ways, findings: Iterable[Finding]) -> WatchFactory:
    """Watches that show a path's findings in the record of each client for whom they come true."""
    aims = [(finding, aim) for finding in findings if (aim := aim_of(ways, finding)) is not None]

    def watches(program: Program) -> Iterator[Watch]:
        if program is not ways.program:
            return
        for finding, aim in aims:
            yield Watch(standing=_standing(finding, aim))
            if aim.kind in ("reached", "held", "again", "late"):
                nodes = frozenset({aim.node})
                yield Watch("completed", _done(finding, aim), nodes)
                yield Watch("accepted", _done(finding, aim), nodes)

    return watches


def both(one: WatchFactory, other: WatchFactory) -> WatchFactory:
    """Those who watch for one reason, and those who watch for another."""

    def watches(program: Program) -> Iterator[Watch]:
        yield from one(program)
        yield from other(program)

    return watches


def _standing(finding: Finding, aim: Aim) -> Standing:
    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        if _is_there(enrolment, aim) and _is_so(record, enrolment, aim, at):
            yield _of(finding, record, enrolment, enrolment.tokens.get(aim.node, at))

    return standing


def _done(finding: Finding, aim: Aim) -> Handler:
    def handler(
        record: Record, enrolment: Enrolment, _node: int, at: Instant, _fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        if not _is_so_when_done(record, enrolment, aim, at):
            return None
        return _of(finding, record, enrolment, at)

    return handler


def _is_so_when_done(record: Record, enrolment: Enrolment, aim: Aim, at: Instant) -> bool:
    return _is_given_again(record, enrolment, aim) if aim.kind == "again" else _is_so(record, enrolment, aim, at)


def _of(finding: Finding, record: Record, enrolment: Enrolment, since: Instant) -> Finding:
    evidence = (Evidence(since, finding.words.get("step", finding.rule), enrolment.holder or None),)
    return replace(finding, client=record.client, since=since, who=enrolment.holder, evidence=evidence, edit=None, related=())


def _is_there(enrolment: Enrolment, aim: Aim) -> bool:
    """Whether the client is at the node; nothing rests where an event's own way ends, so that the event must be over."""
    if aim.event >= 0:  # what should have begun it may have been done there
        return aim.event not in enrolment.events and enrolment.ended is None
    kind = enrolment.tables.program.nodes[aim.node].kind
    if kind == "repeat":  # asked when a round is over: the client waits for the next one, or has begun it
        now = enrolment.rounds.get(aim.node)
        return aim.node in enrolment.tokens or (now is not None and (now.number > 1 or aim.kind == "reached"))
    if kind in RESTING:
        return aim.node in enrolment.tokens
    if kind == "resume" and aim.kind == "open":
        event = enrolment.tables.program.nodes[aim.node].event
        return event not in enrolment.events and _began(enrolment, event) is not None
    if aim.kind == "holder":
        return aim.earlier not in enrolment.events and _began(enrolment, aim.earlier) is not None
    return enrolment.ended is not None and enrolment.ended.node == aim.node


def _is_so(record: Record, enrolment: Enrolment, aim: Aim, at: Instant) -> bool:
    test = _TESTS.get(aim.kind)
    return test is not None and test(record, enrolment, aim, at)


def _has_values(record: Record, _enrolment: Enrolment, aim: Aim, at: Instant) -> bool:
    known = {item: value_at(record.items.get(item), at) for item in aim.values}
    return all(found is not None and found[1] == aim.values[item] for item, found in known.items())


def _is_unknown(record: Record, enrolment: Enrolment, aim: Aim, at: Instant) -> bool:
    """Whether nobody knows an item; where it is an event that asks for it, also as what it waits for happens."""
    statement = enrolment.tables.program.nodes[aim.event].statement if aim.event >= 0 else None
    is_asked = not isinstance(statement, model.Whenever) or at in (
        enrolment.happened.get(event) for event in events_of(statement.condition)
    )
    return is_asked and record.newest(aim.items[0], at) is None


def _is_held(_record: Record, enrolment: Enrolment, aim: Aim, _at: Instant) -> bool:
    """Whether a certain provider holds the client, did before an event, or was chosen."""
    if aim.party:
        return enrolment.chosen.get(aim.party) == aim.items[0]
    run = enrolment.events.get(aim.earlier)
    return (run.holder if run is not None else enrolment.holder) == aim.items[0]


def _is_left(_record: Record, enrolment: Enrolment, aim: Aim, _at: Instant) -> bool:
    """Whether nobody took an order in time, and it is with a certain provider."""
    offer = enrolment.offers.get(aim.node)
    return offer is not None and offer.state == "expired" and offer.receiver == aim.items[0]


def _is_stale(record: Record, enrolment: Enrolment, aim: Aim, at: Instant) -> bool:
    """Whether an item has grown too old; where it is an event that asks for it, also whether all else is so."""
    newest, program = record.newest(aim.items[0], at), enrolment.tables.program
    if newest is None or is_fresh(newest[0], program.path.items.get(aim.items[0]), at, program.calendar):
        return False
    if aim.event < 0:
        return True
    statement = program.nodes[aim.event].statement
    if not isinstance(statement, model.Whenever):
        return False
    parts, values = conjuncts(statement.condition), _values(record, at)
    return all(
        at in (enrolment.happened.get(event) for event in events_of(part)) if events_of(part) else holds(part, values) is True
        for part in parts
    )


def _is_late(_record: Record, enrolment: Enrolment, aim: Aim, at: Instant) -> bool:
    """Whether more time than there is has passed since something."""
    program = enrolment.tables.program
    of = model.ENROLMENT if aim.earlier == program.start else program.nodes[aim.earlier].name
    started = _began(enrolment, aim.earlier) or clock_start(enrolment, of, at)
    due = program.calendar.due(started, aim.within) if started is not None and aim.within is not None else None
    return due is not None and at > due


def _is_open(_record: Record, enrolment: Enrolment, aim: Aim, _at: Instant) -> bool:
    """Whether nothing has closed what began at a node, or with the path."""
    nodes = enrolment.tables.program.nodes
    opened = enrolment.happened.get(nodes[aim.earlier].name) if aim.earlier >= 0 else enrolment.began
    closed = (enrolment.happened.get(nodes[node].name, -1) for node in aim.closing - {aim.earlier})
    return opened is not None and all(when < opened for when in closed)


def _is_held_by_another(_record: Record, enrolment: Enrolment, aim: Aim, _at: Instant) -> bool:
    if aim.party:
        return enrolment.chosen.get(aim.party) not in (None, enrolment.holder)
    right = set(aim.items)
    if BEFORE in right:
        right.discard(BEFORE)
        right.add(enrolment.holder_at(_began(enrolment, aim.earlier) or enrolment.began))
    return enrolment.holder not in right


def _is_ordered_by_another(record: Record, enrolment: Enrolment, aim: Aim, _at: Instant) -> bool:
    """Whether an order was made by somebody who might not make it then."""
    order, offer = enrolment.tables.program.nodes[aim.node].statement, enrolment.offers.get(aim.node)
    if offer is None or not isinstance(order, model.Step) or order.ordered_by is None:
        return False
    orderer, holder = provider_named(enrolment, order.ordered_by.party, aim.node), enrolment.holder_at(offer.sent)
    return orderer != holder and not may_order(record, enrolment, orderer, holder, offer.sent)


def _began(enrolment: Enrolment, event: int) -> Instant | None:
    """When an event last happened; None where it has not."""
    statement = enrolment.tables.program.nodes[event].statement if event >= 0 else None
    if not isinstance(statement, model.Whenever):
        return None
    return max(
        (enrolment.happened[name] for name in events_of(statement.condition) if name in enrolment.happened), default=None
    )


def _fits_not_one(record: Record, enrolment: Enrolment, aim: Aim, _at: Instant) -> bool:
    """Whether the client has values that fit no branch of a decision, or several."""
    decision = enrolment.tables.program.nodes[aim.node].statement
    if not isinstance(decision, model.Decision):
        return False
    values = _values(record, record.now)
    return sum(branch.condition is not None and holds(branch.condition, values) is True for branch in decision.branches) != 1


def _values(record: Record, at: Instant) -> dict[str, float | str]:
    found = {item: value_at(history, at) for item, history in record.items.items()}
    return {item: one[1] for item, one in found.items() if one is not None and not isinstance(one[1], bool)}


def _is_out_of_reach(record: Record, enrolment: Enrolment, aim: Aim, at: Instant) -> bool:
    """Whether an item was made in another register than the party's, and nothing has carried it there since."""
    item = aim.items[0]
    newest = record.newest(item, at)
    if newest is None or newest[1] is None:
        return False
    here = _register(enrolment, aim.party)
    if _register(enrolment, newest[1]) == here:
        return False
    for node in enrolment.tables.program.nodes:
        receiver = _receiver(node, item)
        if receiver is None or enrolment.happened.get(node.name, -1) < newest[0]:
            continue
        if _register(enrolment, provider_named(enrolment, receiver, node.index)) == here:
            return False
    return True


def _receiver(node: Node, item: str) -> model.Party | None:
    """To whom a statement carries an item."""
    statement = node.statement
    if isinstance(statement, model.Handoff | model.Consultation) and item in statement.carries:
        return statement.receiver.party
    if isinstance(statement, model.Step) and statement.by is not None and item in statement.carries:
        return statement.by.party
    return None


def _register(enrolment: Enrolment, provider: str) -> str:
    found = enrolment.tables.program.path.network.providers.get(provider)
    return found.register or provider if found is not None else provider


_TESTS: Final[Mapping[AimKind, Callable[[Record, Enrolment, Aim, Instant], bool]]] = {
    "reached": _has_values,
    "unknown": _is_unknown,
    "unread": _is_out_of_reach,
    "holder": _is_held_by_another,
    "held": _is_held,
    "left": _is_left,
    "owner": lambda record, _enrolment, aim, _at: fold(record.owner or "") != fold(aim.party),
    "ordered": _is_ordered_by_another,
    "decided": _fits_not_one,
    "stale": _is_stale,
    "late": _is_late,
    "open": _is_open,
}
"""What is so while the client is where an aim comes true, by its kind; of the others only that something was done shows it."""


def _is_given_again(record: Record, enrolment: Enrolment, aim: Aim) -> bool:
    first = enrolment.tables.name[aim.earlier]
    return any(result.step == first for result in record.results.get(aim.items[0], ()))


def shown(machine: Machine, record: Record, finding: Finding, aim: Aim, at: Instant) -> Finding | None:
    """The same finding as the engine shows it in a client's record: by the rule's own watch if it does."""
    program = record.enrolments[0].tables.program
    same = [
        found
        for found in machine.findings(record, at)
        if found.code == finding.code and _is_same(found, finding, program, program.nodes[aim.node])
    ]
    return next((found for found in same if found.say != finding.say), same[0] if same else None)


def _is_same(found: Finding, finding: Finding, program: Program, node: Node) -> bool:
    if found.span in (node.span, finding.span):
        return True
    there = _node_at(program, found.span) if found.span is not None else None
    return (there is None or there.index == node.index) and fold(node.name) in {fold(word) for word in found.words.values()}
