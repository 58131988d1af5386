"""G114 unheeded

A path declares an event, and nothing on it takes notice when it happens.

Why: An alarm that nobody answers is worse than none: the client was told that somebody watches.
Source: Rank 9 of what goes wrong: an alarm without a responder; promises, laws 6 and 7.
Bad:
    clients Adults
        item age: number of years
        event Emergency                                   # <- G114
        enter when age >= 18 years
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Good:
    clients Adults
        item age: number of years
        event Emergency
        enter when age >= 18 years
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
    whenever Emergency happens
        step Same-day visit
            by doctor at Health Centre
            ordered by whoever is accountable
            accepted within 2 hours
            within 1 day
        resume
Fix: Say what is done: a `whenever` block, a wait, a review of the plan after it; or take the event away.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.base.names import fold
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import Reason, atoms, events_of
from pathflow.rules.limits import limits_of
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G114", "unheeded", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Something on the path takes notice of each event that the path itself declares."""
    if not ways.is_whole or ways.doubts or ways.program.included:
        return  # a line that could not be read may be the one that takes notice
    heeded = _heeded(ways)
    for event in ways.path.clients.events.values():
        if event.span is not None and not heeded & {fold(name) for name in (event.name, *event.aliases)}:
            say = "nothing on the path takes notice when `{event}` happens"
            help_ = "Add a block: whenever {event} happens; or take the event away"
            yield RULE.on(event.span, say, {"event": event.name}, help_)


def _heeded(ways: Ways) -> set[str]:
    """The names, folded, of what something on the path waits for or counts from."""
    plan = ways.path.plan
    found = set(plan.review.after if plan is not None and plan.review is not None else ())
    for condition in ways.conditions:
        found |= {*events_of(condition), *(atom.name for atom in atoms(condition) if isinstance(atom, Reason))}
    for node in ways.program.nodes:
        found |= {limit.of for limit in limits_of(node.statement) if limit.of is not None}
        if isinstance(node.statement, model.Wait) and node.statement.of is not None:
            found.add(node.statement.of)
        elif isinstance(node.statement, model.End):
            found |= {promise.event for promise in node.statement.no_returns}
    return {fold(name) for name in found}


def watch(_program: Program) -> Iterator[Watch]:
    """What happened is recorded, whoever takes notice."""
    return iter(())
