"""G409 time-on-the-unknown

A time holds only for some clients, by something that is not known of every client who comes there.

Why: A limit whose condition is unknown does not hold: a legal maximum that depends on an answer nobody asked for is lost
    without a word. Unknown is never a silent no.
Source: Promises, laws 6 and 7.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 7 days, when alone                     # <- G409
            within 14 days
        end Done
            closes the plan
Good:
    steps
        step First call
            by nurse at Health Centre
            within 3 days
            makes alone
        step Visit
            by doctor at Health Centre
            within 7 days, when alone
            within 14 days
        end Done
            closes the plan
Fix: Let an earlier step ask for it, on every way; or say in `enter when` that it is known from the start.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Finding
from pathflow.base.names import listing
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import IsUnknown, Not, conjuncts, items_of
from pathflow.rules.limits import limits_of
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G409", "time-on-the-unknown", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """What a limit asks for is known on every way to it, where the limit does not ask whether it is known."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        if node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        known = ways.known(node.index)
        for limit in limits_of(node.statement):
            unknown = [item for item in _asked(limit) if not ways.is_known(known, item)]
            if unknown:
                words = {"step": node.name, "items": listing(unknown)}
                say = "a time of `{step}` rests on {items}, which is not known on every way to it, and then does not hold"
                help_ = "Let an earlier step make {items}, or ask for it in `enter when`"
                aim = Aim(node.index, "unknown", (unknown[0],))
                yield RULE.on(limit.span or node.span, say, words, help_, aim=aim)


def _asked(limit: model.Limit) -> tuple[str, ...]:
    """The items whose values a limit asks for; not those of which it asks whether they are known."""
    if limit.when is None:
        return ()
    asks = {part.part.item for part in conjuncts(limit.when) if isinstance(part, Not) and isinstance(part.part, IsUnknown)}
    return tuple(item for item in items_of(limit.when) if item not in asks)


def watch(_program: Program) -> Iterator[Watch]:
    """That it was late by another time is watched by G402."""
    return iter(())
