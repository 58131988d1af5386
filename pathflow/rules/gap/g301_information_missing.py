"""G301 information-missing

A step needs, or a handoff carries, an item that may not have been made or brought there, or one is shared that nobody makes;
in a record, a step was done without something it needs, or with a value that had grown too old.

Why: Results pending at discharge are missing from 65 % of summaries. Whoever acts without the information acts blind, or does
    it all again.
Source: Kripalani et al., JAMA 2007;297:831; promises, law 5.
Bad:
    steps
        step Visit                                        # <- G301
            by doctor at Health Centre
            within 14 days
            needs ECG recording
        end Done
            closes the plan
Good:
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            makes ECG recording
        step Visit
            by doctor at Health Centre
            within 14 days
            needs ECG recording
        end Done
            closes the plan
Fix: Make the item on every way before, and carry it to where it is needed. What is shared with those who care for somebody
    who is linked is made somewhere on the path too, or known of everybody who comes onto it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.base.names import listing
from pathflow.engine.conditions import is_fresh
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import items_of
from pathflow.rules.beginning import made_by
from pathflow.rules.known import Known
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G301", "information-missing")

_MAKE_OR_ASK: Final = (
    "Let an earlier step make {items}, on every way that leads here; or let the `whenever` begin only where it is there: "
    "and {item} is known"
)
_MAKE: Final = (
    "Let an earlier step make {items}, on every way that leads here; or say that it is there from the start: "
    "`needs` in the path's head, or `enter when … is known`"
)


def prove(ways: Ways) -> Iterator[Finding]:
    """What a step needs is made on every way to it and can be read there; what is carried exists."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        statement = node.statement
        if node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        known = ways.known(node.index)
        if isinstance(statement, model.Step):
            orderer = statement.ordered_by.party if statement.ordered_by is not None else None
            yield from _carried(ways, node, statement.carries, orderer, known)
            if statement.by is not None:
                carried = [i for i in statement.needs if i not in statement.carries]
                yield from _needed(ways, node, carried, statement.by.party, ways.known_at_step(node))
        elif isinstance(statement, model.Handoff | model.Consultation):
            yield from _carried(ways, node, statement.carries, statement.sender.party, known)
        elif isinstance(statement, model.Include):
            child = ways.program.included.get(statement.path)
            needs = list(child.path.needs) if child is not None else []
            yield from _needed(ways, node, needs, model.Party("holder"), known)
    yield from _promised(ways)
    yield from _shared(ways)


def _shared(ways: Ways) -> Iterator[Finding]:
    """What is shown to those who care for somebody linked is made somewhere, or known of whoever comes onto the path."""
    path = ways.path
    if not path.clients.linked:
        return
    enter = path.clients.enter_when
    known = {*path.needs, *(items_of(enter) if enter is not None else ())}
    known |= {item for node in ways.program.nodes if node.index in ways.reachable for item in made_by(ways.program, node)}
    for linked in path.clients.linked.values():
        missing = [item for item in linked.shares if item not in known]
        if missing and linked.span is not None and (linked.span.file, linked.span.line) not in ways.doubts:
            words = {"linked": linked.name, "items": listing(missing)}
            say = "{items} is shared with those who care for the `{linked}`, and nothing on the path makes it"
            if len(missing) > 1:
                say = "{items} are shared with those who care for the `{linked}`, and nothing on the path makes them"
            help_ = "Let a step make {items}, ask for it in `enter when`, or take it from `shares`"
            yield RULE.on(linked.span, say, words, help_, level="warning")


def _promised(ways: Ways) -> Iterator[Finding]:
    """What a path says that it makes is there at every end."""
    for node in ways.program.nodes:
        if node.kind != "end" or node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        known = ways.known(node.index)
        missing = [item for item in ways.path.makes or () if not ways.is_known(known, item)]
        if missing:
            words = {"end": node.name, "items": listing(missing), "path": ways.path.name}
            say = "`{path}` says that it makes {items}, which is not there on every way to the end `{end}`"
            if len(missing) > 1:
                say = "`{path}` says that it makes {items}, which are not all there on every way to the end `{end}`"
            help_ = "Let a step make {items} on every way to this end, or take it from `makes`"
            yield RULE.on(node.span, say, words, help_, aim=Aim(node.index, "unknown", (missing[0],)))


def _needed(ways: Ways, node: Node, items: list[str], party: model.Party, known: Known) -> Iterator[Finding]:
    missing = [item for item in items if not ways.is_known(known, item)]
    if missing:
        words = {"step": node.name, "items": listing(missing)}
        say = "`{step}` needs {items}, which is not made on every way to it"
        if len(missing) > 1:
            say = "`{step}` needs {items}, which are not all made on every way to it"
        aim = Aim(node.index, "unknown", (missing[0],))
        begun = ways.without(node, missing[0])
        yield RULE.on(node.span, say, words | {"item": missing[0]}, _MAKE_OR_ASK if begun else _MAKE, begun, aim=aim)
    unread = [item for item in items if item in known and not ways.can_read(known, item, party, node)]
    if unread:
        lacking = listing(ways.lacking(known, unread, party, node), "or")
        words = {"step": node.name, "items": listing(unread), "providers": lacking}
        say = "`{step}` needs {items}, which {providers} cannot read"
        aim = Aim(node.index, "unread", (unread[0],), ways.blind(known, unread[0], party, node))
        yield RULE.on(node.span, say, words, "Carry {items} there: a handoff or an order `carries` it", aim=aim)


def _carried(ways: Ways, node: Node, items: tuple[str, ...], sender: model.Party | None, known: Known) -> Iterator[Finding]:
    missing = [item for item in items if not ways.is_known(known, item)]
    if missing:
        words = {"handoff": node.name, "items": listing(missing)}
        say = "`{handoff}` carries {items}, which is not made on every way to it"
        if len(missing) > 1:
            say = "`{handoff}` carries {items}, which are not all made on every way to it"
        aim = Aim(node.index, "unknown", (missing[0],))
        begun = ways.without(node, missing[0])
        yield RULE.on(node.span, say, words | {"item": missing[0]}, _MAKE_OR_ASK if begun else _MAKE, begun, aim=aim)
    if sender is None:
        return
    unread = [item for item in items if item in known and not ways.can_read(known, item, sender, node)]
    if unread:
        lacking = ways.lacking(known, unread, sender, node)
        words = {"handoff": node.name, "items": listing(unread), "providers": listing(lacking, "or")}
        say = "`{handoff}` carries {items}, which {providers} does not have"
        aim = Aim(node.index, "unread", (unread[0],), ways.blind(known, unread[0], sender, node))
        help_ = "Bring {items} to {providers} first, for example with `feedback within`"
        at = _at(ways, known, unread)
        if at is not None:
            words["holder"], order, is_back = at
            say = "`{handoff}` carries {items}, which {providers} does not have: `{holder}` has it"
            help_ = "Hand the client over from `{holder}` first, with {items}, and let who accepts carry it on"
            if order is not None:
                words["order"] = order
                help_ = "Let `{holder}` send it back when it has done `{order}`; add to that step: feedback within 7 days"
                if is_back:
                    help_ = "Let `{holder}`, which did `{order}`, send it on: ordered by … at {holder}"
        elif ways.is_written_apart(known, unread[0], lacking):
            words["providers"] = listing(lacking, "and")
            say = (
                "`{handoff}` carries {items}, which one of {providers} writes and another sends: they do not all keep the same "
                "register"
            )
            help_ = (
                "The client may move in between: let one provider do both, by its name; or let both stand on the main way, "
                "where whoever holds the client does both"
            )
        yield RULE.on(node.span, say, words, help_, aim=aim)


def _at(ways: Ways, known: Known, items: list[str]) -> tuple[str, str | None, bool] | None:
    """The one provider that surely has what is missed, its step where that is an order, and whether its results come back to
    whoever ordered it; None where nobody can be named.
    """
    places = known[items[0]].intersection(*(known[item] for item in items))
    having = [name for name in ways.network.providers if ways.register(name) in places]
    for node in ways.program.nodes:
        step = node.statement
        if isinstance(step, model.Step) and step.by is not None and not set(items).isdisjoint(step.makes):
            makers = ways.holding.who(step.by.party, node)
            if len(makers) == 1 and makers <= set(having):
                return next(iter(makers)), step.name if step.ordered_by is not None else None, step.feedback_within is not None
    return (having[0], None, False) if len(having) == 1 else None


def watch(program: Program) -> Iterator[Watch]:
    """A step done without what it needs, or with something that had grown too old."""
    for node in program.nodes:
        if isinstance(node.statement, model.Step) and node.statement.needs:
            yield Watch("completed", _completed, frozenset({node.index}))


def _completed(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    program = enrolment.tables.program
    step = program.nodes[node].statement
    if not isinstance(step, model.Step) or fact is None:
        return None
    items = program.path.items
    missing: list[str] = []
    old: list[Evidence] = []
    for name in step.needs:
        newest = record.newest(name, at)
        if newest is None:
            missing.append(name)
        elif not is_fresh(newest[0], items.get(name), at, program.calendar):
            old.append(Evidence(newest[0], name, newest[1], f"{spell(newest[0], at, program.calendar.zone)} old"))
    if not missing and not old:
        return None
    words = {"step": step.name, "missing": listing(missing), "old": listing([e.event for e in old])}
    if missing and old:
        say = "`{step}` was done without {missing}, and with {old} that had grown too old"
    else:
        say = "`{step}` was done without {missing}" if missing else "`{step}` was done with {old} that had grown too old"
    return RULE.of(
        record, say, words, level="warning", since=at, who=enrolment.holder, evidence=(seen(fact), *old), span=step.span
    )
