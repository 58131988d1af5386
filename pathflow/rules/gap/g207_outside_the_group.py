"""G207 outside-the-group

Nobody can be of the group that a path is for; in a record, a client is on a path that is not for them.

Why: A client on a path that is not meant for them is owed things that do not fit, and is missed on the path that would.
Source: Promises, law 11.
Bad:
    clients Adults                                        # <- G207
        item age: number of years
        enter when age >= 65 years and age < 18 years
Good:
    clients Adults
        item age: number of years
        enter when age >= 18 years and age < 65 years
Fix: Correct the condition after `enter when`; in a record, correct what is known of the client, or enrol them on another path.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import NOBODY, Evidence, Finding
from pathflow.base.instants import Instant, local_datetime
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model.conditions import events_of, items_of
from pathflow.rules.cells import cover
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G207", "outside-the-group")


def prove(ways: Ways) -> Iterator[Finding]:
    """Some client can enter."""
    clients = ways.path.clients
    if clients.enter_when is None or events_of(clients.enter_when):
        return
    if cover([clients.enter_when], True, ways.path.items).dead:
        words = {"condition": str(clients.enter_when)}
        yield RULE.on(
            clients.span or ways.path.span,
            "no client can enter the path: `{condition}` can never hold",
            words,
            "Correct the condition",
            aim=NOBODY,
        )


def watch(program: Program) -> Iterator[Watch]:
    """A client who entered without belonging to the group, or outside the time for which the path is valid."""
    path = program.path
    condition, valid = path.clients.enter_when, path.valid
    if condition is None and valid is None:
        return

    def standing(record: Record, enrolment: Enrolment, _at: Instant) -> Iterator[Finding]:
        if enrolment.parent is not None:
            return
        began, enters = enrolment.began, enrolment.tables.enter
        if condition is not None and enters is not None and enters(record, enrolment, began, began) is False:
            say, words = "the client is not of the group that the path is for: {condition}", {"condition": str(condition)}
            told = (Evidence(began, f"enrolled {path.name}", None, _known(record, items_of(condition), began)),)
        elif valid is not None and not valid.holds_on(local_datetime(began, program.calendar.zone).date()):
            say, words = "the client entered when the path was not in force: {valid}", {"valid": f"valid {valid}"}
            told = (Evidence(began, f"enrolled {path.name}"),)
        else:
            return
        yield RULE.of(
            record, say, words, level="warning", since=began, who=enrolment.holder, evidence=told,
            help="Correct what is known of the client, or enrol them on another path", span=path.clients.span,
        )  # fmt: skip

    yield Watch(standing=standing)


def _known(record: Record, items: tuple[str, ...], at: Instant) -> str:
    values = ((item, [value for known, value, _ in record.items.get(item, ()) if known <= at]) for item in items)
    return ", ".join(f"{item} {known[-1]}" for item, known in values if known)
