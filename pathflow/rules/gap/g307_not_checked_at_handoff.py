"""G307 not-checked-at-handoff

Something that is to be checked at every handoff goes along, and on some way whoever received the client never makes it anew; in
a record, the client was handed on, or the path ended, and it was as it had come.

Why: Medicines change at every transition, and each list is right for the place where it was written. Unless whoever receives
    the client goes through it with them, the client takes what two doctors prescribed apart. What is `checked at every handoff`
    is made anew by somebody, behind each handoff that carries it to another provider, before the next such handoff and before
    the way ends; an order by whoever received the client will do. A handoff between professions of one provider is none.
Source: NICE NG5 (2015) section 1.3, medicines reconciliation when a person moves from one care setting to another; WHO,
    Medication Safety in Transitions of Care (2019); promises, laws 2 and 5.
Bad:
    network Example network
        organiser County
        professions doctor, specialist
        provider Health Centre
            sector public
            professions doctor
            register health
        provider Hospital
            sector public
            professions specialist
            register health
        item medication list: document
            checked at every handoff
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes medication list
        handoff Referral                                  # <- G307
            from doctor at Health Centre to specialist at Hospital
            carries medication list
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            keeps the plan with its owner
        step Examination
            by specialist at Hospital
            within 6 weeks
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions doctor, specialist
        provider Health Centre
            sector public
            professions doctor
            register health
        provider Hospital
            sector public
            professions specialist
            register health
        item medication list: document
            checked at every handoff
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes medication list
        handoff Referral
            from doctor at Health Centre to specialist at Hospital
            carries medication list
            accepted within 3 working days
            if not accepted, Health Centre keeps the client
            keeps the plan with its owner
        step Examination
            by specialist at Hospital
            within 6 weeks
            makes medication list
        end Done
            closes the plan
Fix: Let a step of whoever receives the client make it anew on every way that leads on from the handoff, most often the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathflow.base.findings import Aim, Finding
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.beginning import made_by
from pathflow.rules.pending import NOTHING, Open, Pending, Things, still_open, union
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G307", "not-checked-at-handoff", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Behind each handoff that carries it to another provider it is made anew, before the next one and before the way ends."""
    program = ways.program
    if not ways.is_whole or ways.doubts or not any(_checked(program, node) for node in program.nodes):
        return
    moves = frozenset(node.index for node in program.nodes if _moves(ways, node))
    lost: dict[Open, Node] = {}
    things = Things()
    for index, pending in still_open(ways, things, _after(ways, things, moves)).items():
        last = program.nodes[index]
        if index in ways.reachable and (index in moves or last.kind in ("end", "stop", "resume")):
            for one in things.of(pending):
                lost.setdefault(one, last)
    for one, last in sorted(lost.items()):
        node = program.nodes[one.node]
        words = {"handoff": node.name, "item": one.what, "last": last.name}
        say = "`{handoff}` carries `{item}`, and nobody checks it on a way that leads to `{last}`"
        help_ = "Let a step of whoever receives the client make `{item}` anew: makes {item}"
        making = {n.index for n in program.nodes if one.what in made_by(program, n)}
        aim = Aim(last.index, "open", earlier=one.node, closing=frozenset((making | moves) - {one.node, last.index}))
        yield RULE.on(node.span, say, words, help_, aim=aim)


def _checked(program: Program, node: Node) -> tuple[str, ...]:
    """What a handoff carries that is to be checked at every handoff."""
    if not isinstance(node.statement, model.Handoff):
        return ()
    items = program.path.items
    return tuple(name for name in node.statement.carries if name in items and items[name].is_checked)


def _is_within_a_house(handoff: model.Handoff) -> bool:
    """Whether it is between professions of one provider that the path names."""
    return handoff.sender.party == handoff.receiver.party and handoff.sender.party.kind == "provider"


def _moves(ways: Ways, node: Node) -> bool:
    """Whether a handoff may give the client to another provider."""
    handoff = node.statement
    return isinstance(handoff, model.Handoff) and bool(ways.holding.pairs(handoff.sender.party, handoff.receiver.party, node))


def _after(ways: Ways, things: Things, moves: frozenset[int]) -> Callable[[Node, Pending], Pending]:
    of_item: dict[str, Pending] = {}
    for index in moves:
        for item in _checked(ways.program, ways.program.nodes[index]):
            of_item[item] = of_item.get(item, NOTHING) | things.bit(Open(index, item))

    def after(node: Node, pending: Pending) -> Pending:
        if node.index in moves:
            return union(things.bit(Open(node.index, item)) for item in _checked(ways.program, node))
        statement = node.statement
        made = statement.makes if isinstance(statement, model.Step | model.Consultation) else ()
        if isinstance(statement, model.Include) and statement.path in ways.program.included:
            made = ways.program.included[statement.path].path.makes or ()
        return pending & ~union(of_item.get(item, NOTHING) for item in made)

    return after


def _made_behind(program: Program, handoff: Node) -> frozenset[str]:
    """What is made on some way behind a handoff, before the client is handed over again."""
    found: set[str] = set()
    seen = {handoff.index}
    waiting = [edge.target for edge in program.edges[handoff.index]]
    while waiting:
        at = waiting.pop()
        statement = program.nodes[at].statement
        if at in seen or (isinstance(statement, model.Handoff) and not _is_within_a_house(statement)):
            continue
        seen.add(at)
        if isinstance(statement, model.Step | model.Consultation):
            found |= set(statement.makes)
        waiting += [edge.target for edge in program.edges[at]]
    return frozenset(found)


def watch(program: Program) -> Iterator[Watch]:
    """The client is handed on, or the path ends, and what came with the last handoff is as it came.

    Where nobody on the path makes it anew behind a handoff, that is said of the path, and not of each client.
    """
    handoffs = frozenset(
        n.index for n in program.nodes if isinstance(n.statement, model.Handoff) and not _is_within_a_house(n.statement)
    )
    made = {at: _made_behind(program, program.nodes[at]) for at in sorted(handoffs) if _checked(program, program.nodes[at])}
    carrying = {at: tuple(i for i in _checked(program, program.nodes[at]) if i in items) for at, items in made.items()}
    carrying = {at: items for at, items in carrying.items() if items}

    def moved_on(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
    ) -> Finding | None:
        if enrolment.ended is not None and enrolment.ended.outcome in ("died", "moved away", "refused", "withdrew"):
            return None
        names = ((enrolment.happened.get(program.nodes[one].name), one) for one in carrying if one != node)
        came = max(((when, one) for when, one in names if when is not None and when <= at), default=None)
        if came is None:
            return None
        since, last = came
        for item in carrying[last]:
            newest = record.newest(item, at)
            if newest is None or newest[0] < since:
                words = {"handoff": program.nodes[last].name, "item": item}
                return RULE.of(
                    record, "nobody has checked `{item}` since it came with `{handoff}`", words, level="warning", since=since,
                    who=enrolment.holder, evidence=(seen(fact),) if fact is not None else (),
                    help="Go through it with the client now", span=program.nodes[last].span,
                )  # fmt: skip
        return None

    if carrying:
        yield Watch("accepted", moved_on, handoffs)
        yield Watch("ended", moved_on)
