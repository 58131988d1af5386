"""Commands: what somebody wants done now. An intent may be refused, with a reason; what it leads to is a fact.

An observation (this happened) is no command: it is recorded as a fact, whatever the path says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct

from pathflow.base.instants import Instant, local_datetime
from pathflow.base.names import listing
from pathflow.engine import lasting, linking
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact, FactKind, Link, Refusal, Value
from pathflow.engine.machine import Machine
from pathflow.engine.offers import OfferMove, moved_on
from pathflow.engine.record import Enrolment, Record
from pathflow.model import path as model

Verb = Literal[
    "enrol", "choose", "propose", "accept", "return", "answer", "cancel", "end", "refuse", "review", "override", "assign",
    "withdraw", "pause", "come_back", "link", "unlink", "begin_for", "let_be",
]  # fmt: skip

_FACTS: Final[Mapping[Verb, FactKind]] = {
    "enrol": "enrolled", "choose": "chose", "propose": "proposed", "accept": "accepted", "return": "returned",
    "answer": "answered", "cancel": "cancelled", "end": "ended", "refuse": "refused", "review": "reviewed",
    "override": "overridden", "assign": "assigned", "withdraw": "withdrew",
    "pause": "paused", "come_back": "came back", "link": "linked", "unlink": "unlinked", "begin_for": "began for",
    "let_be": "let be",
}  # fmt: skip

_MOVES: Final[Mapping[Verb, OfferMove]] = {
    "propose": "proposed", "accept": "accepted", "return": "returned", "cancel": "cancelled",
}  # fmt: skip


class Command(Struct, frozen=True):
    """An intent. `subject` is the name of a path, step, handoff, choice or finding, as the verb has it."""

    verb: Verb
    at: Instant
    subject: str
    provider: str | None = None
    performer: str | None = None
    reason: str | None = None
    items: Mapping[str, Value] | None = None
    path: str | None = None


class Linking(Command, frozen=True):
    """An intent that is about another client too. A class of its own: what tells the command of a key from others stays."""

    link: Link | None = None


def decide(machine: Machine, record: Record, command: Command, number: int) -> Fact | Refusal:
    """The fact that a command leads to, or why it is refused. The record stays as it is.

    The record must have been advanced to the command's moment.
    """
    answer = _answer(machine, record, command)
    if isinstance(answer, Refusal):
        return answer
    begun = machine.newest(command.subject, command.at) if command.verb == "enrol" else None
    return Fact(
        _FACTS[command.verb], command.at, command.subject, command.items, command.provider, command.performer,
        command.reason, answer, command.at, number, begun.program.key if begun is not None else None, link_of(command),
    )  # fmt: skip


def link_of(command: Command) -> Link | None:
    """The other client whom an intent is about."""
    return command.link if isinstance(command, Linking) else None


def _answer(machine: Machine, record: Record, command: Command) -> Refusal | str | None:
    """Why it is refused, or the path that is meant, where there is a choice of several."""
    words = {"subject": command.subject, "client": record.client, "path": command.path or ""}
    if record.facts and command.at < record.facts[-1].at:
        return Refusal("something has been recorded after that moment; an intent is about now", words)
    verb = command.verb
    if verb in _OF_THE_RECORD:
        return _OF_THE_RECORD[verb](machine, record, command, words)
    active = [e for e in record.active if command.path in (None, e.path)]
    if not active:
        return Refusal("`{client}` is not on `{path}`" if command.path else "`{client}` is on no path", words)
    if verb in ("refuse", "review"):
        return command.path
    if verb == "assign" and not command.subject:
        found = lasting.of_paths(record, command, words)
        if isinstance(found, Refusal):
            return found
        return lasting.may_assign(lasting.on_paths(record, found)[0], command, words) or found
    places = [(e, n) for e in active for n in e.tables.named(command.subject)]
    if not places:
        return Refusal("no path of `{client}` knows `{subject}`", words)
    here = [(e, n) for e, n in places if n in e.tokens] or places
    paths = list(dict.fromkeys(e.path for e, _ in here))
    if len(paths) > 1:
        return Refusal("`{subject}` is on several paths of `{client}`: {paths}; say which", words | {"paths": listing(paths)})
    enrolment, node = here[0]
    return _at_place(enrolment, node, command, words) or (paths[0] if len(record.active) > 1 else command.path)


def _at_place(enrolment: Enrolment, node: int, command: Command, words: dict[str, str]) -> Refusal | None:
    verb = command.verb
    if verb == "choose":
        return _choose(enrolment, node, command, words)
    if verb == "assign":
        return lasting.may_assign(enrolment, command, words)
    if verb == "answer":
        is_asked = node in enrolment.tokens and enrolment.tables.code[node] == t.CONSULTATION
        return None if is_asked else Refusal("`{subject}` has not been asked", words)
    if verb == "end":
        is_end = enrolment.tables.code[node] == t.END
        return None if is_end else Refusal("`{subject}` is not an end of the path", words)
    return _move(enrolment, node, _MOVES[verb], command, words)


def _enrol(machine: Machine, record: Record, command: Command, words: dict[str, str]) -> Refusal | None:
    tables = machine.newest(command.subject, command.at)
    if tables is None:
        return Refusal("there is no path `{subject}` here, only {known}", words | {"known": listing(list(machine.programs))})
    if any(e.path == command.subject for e in record.active):
        return Refusal("`{client}` is already on `{subject}`", words)
    program = tables.program
    valid = program.path.valid
    if valid is not None and not valid.holds_on(local_datetime(command.at, program.calendar.zone).date()):
        return Refusal("`{subject}` is not in force then: valid `{valid}`", words | {"valid": str(valid)})
    condition = program.path.clients.enter_when
    if condition is None:
        return None
    tested = record.copy()
    for name, value in (command.items or {}).items():
        tested.items.setdefault(name, []).append((command.at, value, None))
    outside = Enrolment(tables, -1, command.at, program.path.accountable)
    if tables.enter is not None and tables.enter(tested, outside, command.at, command.at) is False:
        return Refusal(
            "`{client}` does not belong to the group of `{subject}`: `{condition}`", words | {"condition": str(condition)}
        )
    return None


def _override(machine: Machine, record: Record, command: Command, words: dict[str, str]) -> Refusal | None:
    if not command.reason:
        return Refusal("a finding is set aside only with a reason", words)
    if all(finding.code != command.subject for finding in machine.findings(record, command.at)):
        return Refusal("`{client}` has no finding `{subject}`", words)
    return None


def _choose(enrolment: Enrolment, node: int, command: Command, words: dict[str, str]) -> Refusal | None:
    choice = enrolment.tables.program.nodes[node].statement
    if not isinstance(choice, model.Choice) or node not in enrolment.tokens:
        return Refusal("there is nothing to choose at `{subject}` now", words)
    if command.provider not in choice.options:
        words = words | {"provider": command.provider or "", "options": listing(choice.options, "or")}
        is_named = command.provider is not None
        say = "`{provider}` is not among the options: {options}" if is_named else "name who is chosen at `{subject}`: {options}"
        return Refusal(say, words)
    return None


def _move(enrolment: Enrolment, node: int, move: OfferMove, command: Command, words: dict[str, str]) -> Refusal | None:
    if node not in enrolment.tokens:
        return Refusal("`{client}` is not at `{subject}`", words)
    offer = enrolment.offers.get(node)
    if move == "cancelled" and enrolment.tables.code[node] in (t.STEP, t.CONSULTATION, t.WAIT, t.AWAIT):
        return None
    if offer is None:
        return Refusal("`{subject}` is neither a handoff nor an order", words)
    if moved_on(offer, move) is None:
        return Refusal("`{subject}` is {state}, and cannot be {move}", words | {"state": offer.state, "move": move})
    if move == "accepted" and enrolment.suspended.get(node) is not None:
        return Refusal("`{subject}` is accepted, and comes about when the main way goes on", words)
    if (
        move == "proposed"
        and command.provider is not None
        and command.provider not in enrolment.tables.program.path.network.providers
    ):
        return Refusal("the network of `{subject}` does not know `{provider}`", words | {"provider": command.provider})
    if move in ("accepted", "returned") and command.provider not in (None, offer.receiver, offer.asked):
        said = {"provider": command.provider or "", "receiver": offer.receiver, "move": move}
        return Refusal("`{subject}` was sent to `{receiver}`, and cannot be {move} by `{provider}`", words | said)
    if move == "returned" and not command.reason:
        return Refusal("`{subject}` is returned only with a reason", words)
    return None


_OF_THE_RECORD: Final[Mapping[Verb, Callable[[Machine, Record, Command, dict[str, str]], Refusal | str | None]]] = {
    "enrol": _enrol,
    "override": _override,
    "withdraw": lasting.may_withdraw,
    "pause": lasting.may_pause,
    "come_back": lasting.may_come_back,
    "link": lambda _machine, record, command, words: linking.may_link(record, command.subject, link_of(command), words),
    "unlink": lambda _machine, record, command, words: linking.may_unlink(record, command.subject, link_of(command), words),
    "begin_for": lambda _machine, record, command, words: linking.may_begin(record, command.subject, link_of(command), words),
    "let_be": lambda _machine, record, command, words: linking.may_let_be(record, command.subject, command.reason, words),
}
"""Who answers what is no matter of a place on the client's paths."""
