"""Duties and their clocks: what is owed to a client, since when, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from pathflow.base.calendars import Calendar
from pathflow.base.durations import Duration
from pathflow.base.instants import Instant, local_datetime
from pathflow.base.phrases import OWN, Phrase
from pathflow.engine import tables as t
from pathflow.engine.parties import Doer, doer, provider_named
from pathflow.engine.record import NEVER, WHOLE, Enrolment, Record
from pathflow.model import path as model

State = Literal["open", "warn", "breach"]

Act = Literal["do", "accept", "send", "answer", "choose", "decide", "mend", "begin"]
"""What is to be done: a step; an offer to accept; one to send, or send again; a question; a choice to guide; a decision to make
possible; a path to mend; one to begin.
"""

CLIENT: Final = Doer("client")


class Starts(NamedTuple):
    """The limit that holds, and when the clocks of its target and of its maximum started; None where one has not."""

    limit: model.Limit
    target: Instant | None
    maximum: Instant | None

    @property
    def first(self) -> Instant:
        """When the target's clock started, or the maximum's where only that one runs."""
        start = self.target if self.target is not None else self.maximum
        if start is None:
            raise AssertionError("a limit holds once one of its clocks has started")
        return start


class Clock(NamedTuple):
    """A duty's clocks that run: which limit, since when, the target and the legal maximum as moments."""

    limit: model.Limit
    start: Instant
    due: Instant | None
    latest: Instant | None
    latest_start: Instant | None = None

    def broken(self, at: Instant) -> Instant | None:
        """What has been passed: the maximum, or else the target; None where nothing has."""
        if self.is_breach(at):
            return self.latest
        return self.due if self.due is not None and at > self.due else None

    def is_breach(self, at: Instant) -> bool:
        """Whether the maximum has been passed."""
        return self.latest is not None and at > self.latest


class Duty(NamedTuple):
    """Something that is owed now. `doer` must act. `due` is None where no clock runs. `asker`: who waits for it, where it is
    another provider's offer or question.
    """

    said: Phrase
    act: Act
    doer: Doer
    node: int
    since: Instant
    due: Instant | None
    latest: Instant | None
    state: State
    asker: str | None = None

    @property
    def who(self) -> str:
        """Who must act, as people say it."""
        return str(self.doer)

    @property
    def what(self) -> str:
        """What is owed, in English."""
        return self.said.text


def limit_for(record: Record, enrolment: Enrolment, node: int, since: Instant) -> Starts | None:
    """The limit that holds for this client, and when its clocks started; None where none holds or none has started.

    Of several limits the first holds whose condition was true when its clock started: the target's, or the maximum's as long as
    only that one runs.
    """
    for test, limit in enrolment.tables.limits.get(node, ()):
        target = _start(enrolment, limit.of, node, since)
        maximum = None
        if limit.at_most is not None:
            maximum = target if limit.at_most_of is None else _start(enrolment, limit.at_most_of, node, since)
        if target is None and maximum is None:
            continue
        found = Starts(limit, target, maximum)
        start = found.first
        if limit.valid is not None:
            zone = enrolment.tables.program.calendar.zone
            if not limit.valid.holds_on(local_datetime(start, zone).date()):
                continue
        if test is None or test(record, enrolment, start, start):
            return found
    return None


def _is_of_earlier_round(enrolment: Enrolment, node: int, start: Instant) -> bool:
    """Whether what started the clock lies before the present round of a repeat: then an earlier round has answered it."""
    now = enrolment.rounds.get(enrolment.tables.program.nodes[node].loop)
    return now is not None and now.number > 1 and start < now.began


def clock_start(enrolment: Enrolment, of: str | None, since: Instant) -> Instant | None:
    """When a clock started that counts from something, or from `since`; None where that has not come."""
    if of is None:
        return since
    if of == model.ENROLMENT:
        return enrolment.began
    node = enrolment.tables.node_of.get(of)
    if node is not None and enrolment.tables.code[node] == t.HANDOFF:
        offer = enrolment.offers.get(node)
        start = offer.sent if offer is not None and offer.state != "reached" else None
    else:
        start = enrolment.happened.get(of)
    return None if start is None or _is_of_earlier_pass(enrolment, node, start) else start


def _is_of_earlier_pass(enrolment: Enrolment, node: int | None, start: Instant) -> bool:
    """Whether the main way has begun again since from a step before it: then what it started is left as it stands."""
    if not enrolment.anew or node is None or enrolment.tables.program.nodes[node].event >= 0:
        return False
    return any(start < at for target, at in enrolment.anew.items() if target <= node)


def _start(enrolment: Enrolment, of: str | None, node: int, since: Instant) -> Instant | None:
    """When a clock of a node started; None where it has not, or where an earlier round of a repeat has answered it."""
    start = clock_start(enrolment, of, since)
    return None if start is None or (of is not None and _is_of_earlier_round(enrolment, node, start)) else start


def clock(record: Record, enrolment: Enrolment, node: int, since: Instant) -> Clock | None:
    """The clocks of a duty that is owed since a moment, or None where none runs.

    They do not run while the client is away: what ends after the client left is without an end until they are back.
    """
    found = limit_for(record, enrolment, node, since)
    if found is None:
        return None
    limit, target, maximum = found
    calendar = enrolment.tables.program.calendar
    due = calendar.due(target, limit.target) if target is not None else None
    latest = calendar.due(maximum, limit.at_most) if maximum is not None and limit.at_most is not None else None
    if enrolment.tables.code[node] != t.HANDOFF:  # sending needs no client
        due, latest = put_off(record, enrolment, target, due), put_off(record, enrolment, maximum, latest)
    return Clock(limit, found.first, due, latest, maximum)


def absences(record: Record, enrolment: Enrolment) -> list[tuple[Instant, Instant]]:
    """When the client was away from a path, or from those that include it, in the order of time; until NEVER while they are."""
    if not (record.away or enrolment.away) and enrolment.parent is None:
        return []  # as nearly always
    here: Enrolment | None = enrolment
    given = record.away.copy()
    while here is not None:
        given += here.away
        here = record.enrolments[here.parent[0]] if here.parent is not None else None
    found: list[tuple[Instant, Instant]] = []
    for since, until in sorted((since, NEVER if until is None else until) for since, until in given):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    return found


def put_off(record: Record, enrolment: Enrolment, start: Instant | None, due: Instant | None) -> Instant | None:
    """When a clock that began at `start` ends, which stands still while the client is away; None while nobody knows."""
    if start is None or due is None:
        return None
    for since, until in absences(record, enrolment):
        if until <= start:
            continue
        if since > due:
            break
        if until == NEVER:
            return None
        due += until - max(since, start)
    return due


def present(record: Record, enrolment: Enrolment, start: Instant, at: Instant) -> Instant:
    """How long the client has been here between two moments. Units: microseconds."""
    away = sum(max(0, min(until, at) - max(since, start)) for since, until in absences(record, enrolment))
    return at - start - away


def answer_due(record: Record, enrolment: Enrolment, since: Instant, length: Duration) -> Instant | None:
    """By when a consultation that was asked must be answered; None while the client is away."""
    return put_off(record, enrolment, since, _calendar(enrolment).due(since, length))


def is_surely_in_time(found: Starts, at: Instant) -> bool:
    """Whether no calendar could make it late: spares working out the date."""
    limit, target, maximum = found
    if target is not None and at - target > limit.target.shortest:
        return False
    return maximum is None or limit.at_most is None or at - maximum <= limit.at_most.shortest


def duties(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Duty]:
    """Everything that is owed on an enrolment at a moment, in the order of the path."""
    nodes = enrolment.tables.program.nodes
    for node, since in sorted({**enrolment.owed, **enrolment.tokens}.items()):
        statement, name = nodes[node].statement, nodes[node].name
        if isinstance(statement, model.Step):
            yield from _order(enrolment, statement, node, at)
            yield _duty(record, enrolment, node, since, at, Phrase(OWN, name), "do", _doer(enrolment, statement, node))
        elif isinstance(statement, model.Handoff):
            yield _handoff(record, enrolment, statement, node, since, at)
        elif isinstance(statement, model.Consultation):
            length = statement.answered_within
            due = answer_due(record, enrolment, since, length) if length else None
            asked = doer(enrolment, statement.receiver, node)
            yield _offered(Phrase("answer {name}", statement.name), "answer", asked, node, since, due, at, enrolment.holder)
        elif isinstance(statement, model.Choice):
            guide = doer(enrolment, statement.guided_by, node) if statement.guided_by else Doer(enrolment.holder)
            yield _duty(record, enrolment, node, since, at, Phrase("choice of {name}", statement.name), "choose", guide)
        elif nodes[node].kind == "decide":
            yield _duty(record, enrolment, node, since, at, Phrase("decide: {name}", name), "decide", Doer(enrolment.holder))
        elif nodes[node].kind == "nowhere":
            said = Phrase("find a way on: the path stops here")
            yield _duty(record, enrolment, node, since, at, said, "mend", Doer(enrolment.holder))


def who_acts(enrolment: Enrolment, node: int) -> str:
    """The provider that must act at a node, or the one that holds the client."""
    statement = enrolment.tables.program.nodes[node].statement if node != WHOLE else None
    if isinstance(statement, model.Step):
        found = _doer(enrolment, statement, node)
        return enrolment.holder if found == CLIENT else found.provider
    if isinstance(statement, model.Handoff):
        offer = enrolment.offers.get(node)
        return offer.receiver if offer is not None and offer.state == "proposed" else enrolment.holder
    if isinstance(statement, model.Consultation):
        return doer(enrolment, statement.receiver, node).provider
    if isinstance(statement, model.Choice) and statement.guided_by is not None:
        return doer(enrolment, statement.guided_by, node).provider
    return enrolment.holder


def _order(enrolment: Enrolment, step: model.Step, node: int, at: Instant) -> Iterator[Duty]:
    """An order on its way: the receiver is to accept it; where nobody did, whoever ordered it sees to it."""
    offer = enrolment.offers.get(node)
    if offer is None or step.ordered_by is None or offer.due is None:
        return
    by = doer(enrolment, step.ordered_by, node)
    if offer.state == "proposed":
        said = Phrase("accept {name}", step.name)
        yield _offered(said, "accept", Doer(offer.receiver), node, offer.sent, offer.due, at, by.provider)
    elif offer.state in ("returned", "expired") and step.fallback is None:
        yield _offered(Phrase("order {name} again", step.name), "send", by, node, offer.sent, offer.due, at)


def _doer(enrolment: Enrolment, step: model.Step, node: int) -> Doer:
    if step.by is None:
        return Doer(enrolment.holder)
    if step.by.party.kind == "client":
        return CLIENT
    offer = enrolment.offers.get(node)
    if offer is not None and offer.state == "accepted":
        return Doer(offer.receiver)
    return doer(enrolment, step.by, node)


def _handoff(record: Record, enrolment: Enrolment, handoff: model.Handoff, node: int, since: Instant, at: Instant) -> Duty:
    offer = enrolment.offers.get(node)
    holder, name = Doer(enrolment.holder), handoff.name
    if offer is None or offer.state in ("reached", "cancelled"):
        return _duty(record, enrolment, node, since, at, Phrase("send {name}", name), "send", holder)
    if offer.state == "returned":
        return _offered(Phrase("send {name} again", name), "send", holder, node, since, offer.due, at)
    if offer.state == "expired":
        said = Phrase("find a receiver for {name}", name)
        return Duty(said, "send", holder, node, since, offer.due, None, "warn")
    who = Doer(provider_named(enrolment, handoff.receiver.party, node) if not offer.receiver else offer.receiver)
    if enrolment.suspended.get(node) is not None:
        said = Phrase("go on with {name}, which is accepted", name)
        return _offered(said, "do", who, node, offer.sent, None, at, holder.provider)
    return _offered(Phrase("accept {name}", name), "accept", who, node, offer.sent, offer.due, at, holder.provider)


def _offered(
    said: Phrase, act: Act, who: Doer, node: int, since: Instant, due: Instant | None, at: Instant, asker: str | None = None
) -> Duty:
    """What is owed of an offer or a question, whose only clock is until when it is to be answered."""
    return Duty(said, act, who, node, since, due, None, _state(at, due, None), asker if asker != who.provider else None)


def _duty(
    record: Record, enrolment: Enrolment, node: int, since: Instant, at: Instant, said: Phrase, act: Act, who: Doer
) -> Duty:
    running = clock(record, enrolment, node, since)
    if running is None:
        return Duty(said, act, who, node, since, None, None, "open")
    state = _state(at, running.due, running.latest)
    return Duty(said, act, who, node, running.start, running.due, running.latest, state)


def _state(at: Instant, due: Instant | None, latest: Instant | None) -> State:
    if latest is not None and at > latest:
        return "breach"
    return "warn" if due is not None and at > due else "open"


def _calendar(enrolment: Enrolment) -> Calendar:
    return enrolment.tables.program.calendar
