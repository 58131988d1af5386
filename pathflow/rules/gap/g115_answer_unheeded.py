"""G115 answer-unheeded

The path asks for an answer or a measure, and nothing on it takes notice, whatever the answer is.

Why: Who is asked whether they are in danger, or sends in their weight every morning, thinks that somebody looks. An answer on
    which nothing depends alarms nobody; and what nothing depends on need not be asked. Said of what the path itself declares:
    a yes or no or one of several options that one of its steps asks for, and any value that is valid for a time only, so that
    somebody is to use it by then. Numbers that are kept for the record, documents and free text are for readers.
Source: Rank 9 of what goes wrong: an alarm without a responder; GDPR (EU) 2016/679 art. 5(1)(c), data minimisation; promises,
    laws 6 and 7.
Bad:
    clients Adults
        item age: number of years
        item in danger: yes or no                         # <- G115
        enter when age >= 18 years
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes in danger
        end Done
            closes the plan
Good:
    clients Adults
        item age: number of years
        item in danger: yes or no
        enter when age >= 18 years
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes in danger
        end Done
            closes the plan
    whenever in danger
        step Help at once
            by doctor at Health Centre
            ordered by whoever is accountable
            accepted within 2 hours
            within 1 day
        resume
Fix: Say what is done: a `whenever` block, a decision, a step that needs it, the plan that contains it; or do not ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import items_of
from pathflow.model.network import Item
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G115", "answer-unheeded", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Something on the path depends on each value that the path itself declares and somebody finds out."""
    if not ways.is_whole or ways.doubts or _begins_another(ways):
        return  # what could not be read, or a path that is begun here, may take notice
    heeded: set[str] | None = None
    for item in ways.path.clients.items.values():
        if item.span is None or not _is_an_answer(ways, item):
            continue
        heeded = _heeded(ways) if heeded is None else heeded
        if item.name not in heeded:
            say = "nothing on the path takes notice of `{item}`, whatever it is"
            help_ = "Decide on {item}, or add a block `whenever …` for what it should set off; or do not ask for it"
            yield RULE.on(item.span, say, {"item": item.name}, help_)


def _is_an_answer(ways: Ways, item: Item) -> bool:
    """Whether it is an answer that a step asks for, or a value that is to be used within a time."""
    if item.kind in ("yes or no", "one of") and item.name in ways.made:
        return True
    return item.valid is not None and item.kind in ("yes or no", "one of", "number")


def _begins_another(ways: Ways) -> bool:
    """Whether a step begins another path for the same client, which may ask for what was found out here."""
    starts = (node.statement.starts for node in ways.program.nodes if isinstance(node.statement, model.Step))
    return any(start is not None and start.client is None for start in starts)


def _heeded(ways: Ways) -> set[str]:
    """The items on which something depends: a condition, a clock, a need, a consent; or that are handed on to readers."""
    path, program = ways.path, ways.program
    found = {*ways.consents, *path.needs, *(path.makes or ()), *(path.plan.contains if path.plan is not None else ())}
    found.update(*(linked.shares for linked in path.clients.linked.values()))
    for condition in ways.conditions:
        found.update(items_of(condition))
    for node in program.nodes:
        found.update(getattr(node.statement, "needs", ()), getattr(node.statement, "carries", ()))
        if isinstance(node.statement, model.Include) and node.statement.path in program.included:
            found.update(program.included[node.statement.path].path.items)
    return found


def watch(_program: Program) -> Iterator[Watch]:
    """An answer is recorded, whoever takes notice."""
    return iter(())
