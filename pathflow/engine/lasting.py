"""What holds for longer than a step: reviews of the plan, findings set aside, the client's workers, times away; and
leaving a path.

Each of these can be wanted, and is then granted or refused here, and can have happened. The `take_…` are bound into `Machine`
(machine.py) as its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pathflow.base.instants import Instant
from pathflow.base.names import fold, listing
from pathflow.engine import linking
from pathflow.engine import tables as t
from pathflow.engine.bounding import close_absence
from pathflow.engine.duties import put_off, who_acts
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.record import WHOLE, Away, Enrolment, Record

if TYPE_CHECKING:
    from pathflow.engine.commands import Command
    from pathflow.engine.machine import Machine

KINDS: Final = frozenset({"reviewed", "overridden", "assigned", "withdrew", "paused", "came back", *linking.KINDS})

OF_PATHS: Final = frozenset({"withdrew", "paused", "came back"})
"""Kinds of fact whose subject is the name of a path, or nothing."""

# what happened


def take_lasting(machine: Machine, record: Record, fact: Fact) -> None:
    """A fact of these kinds."""
    if fact.kind == "reviewed":
        record.reviewed = fact.at
    elif fact.kind == "overridden":
        if fact.reason:
            record.overrides.append((fact.at, fact.subject, fact.reason))
    elif fact.kind in linking.KINDS:
        linking.take_linking(machine, record, fact)
    elif not record.active:
        if record.enrolments:
            machine.after_end(record, record.enrolments[-1], -1, fact)
        else:
            machine.on_no_path(record, fact)
    elif fact.kind == "assigned":
        take_assignment(machine, record, fact)
    elif fact.kind == "withdrew":
        take_withdrawal(machine, record, fact)
    elif not (_pause if fact.kind == "paused" else _come_back)(machine, record, fact.subject or fact.path or "", fact.at):
        machine.beside(record, record.active[-1], -1, fact)


def take_assignment(machine: Machine, record: Record, fact: Fact) -> None:
    """Somebody in person sees to a step, or to the client on the whole path; whoever did so before no longer does."""
    if fact.subject:
        found = machine.find_place(record, fact)
    else:
        roots = on_paths(record, fact.path or "")
        found = (roots[0], WHOLE) if len(roots) == 1 else None
        if found is None:
            machine.beside(record, record.active[-1], -1, fact)
    if found is None:
        return
    enrolment, node = found
    if not fact.performer:
        machine.beside(record, enrolment, node, fact)
        return
    enrolment.workers[node] = (fact.performer, fact.provider or who_acts(enrolment, node))


def take_withdrawal(machine: Machine, record: Record, fact: Fact) -> None:
    """The client leaves one path: the plan goes on, or closes, as at an end."""
    found = on_paths(record, fact.subject or fact.path or "")
    if len(found) == 1:
        machine.end(record, found[0], -1, fact.at, "withdrew", fact)
    else:
        machine.beside(record, record.active[-1], -1, fact)


def _pause(_machine: Machine, record: Record, path: str, at: Instant) -> bool:
    """The client is away. Says whether that is so only now."""
    away = _away(record, path)
    if away is None or is_away(away) or is_away(record.away):
        return False
    away.append((at, None))
    for enrolment in record.active:
        for node in [node for node in enrolment.timers if enrolment.tables.code[node] == t.CHOICE]:
            if put_off(record, enrolment, enrolment.timers[node] - 1, enrolment.timers[node] - 1) is None:
                del enrolment.timers[node]  # it is set anew when the client is back
    return True


def _come_back(machine: Machine, record: Record, path: str, at: Instant) -> bool:
    """The client is back: on one path, or on all. Says whether they had been away."""
    given = [_away(record, path)] if path else [record.away, *(e.away for e in record.active)]
    if not sum(close_absence(away, at) for away in given if away is not None):  # all are closed
        return False
    for enrolment in record.active:
        for node, since in enrolment.tokens.items():
            if enrolment.tables.code[node] == t.CHOICE and not {node}.intersection(enrolment.timers, enrolment.suspended):
                due = machine.due_for_choice(record, enrolment, node, since)
                if due is not None:
                    machine.set_timer(record, enrolment, node, max(due, at) + 1)
    return True


def _away(record: Record, path: str) -> list[Away] | None:
    """The absences from one path, or from all; None for a path on which the client is not."""
    if not path:
        return record.away
    found = on_paths(record, path)
    return found[0].away if found else None


def is_away(away: list[Away]) -> bool:
    """Whether the client is away now."""
    return bool(away) and away[-1][1] is None


def on_paths(record: Record, name: str) -> list[Enrolment]:
    """The paths on which the client is, or the one of that name; not those that they include."""
    wanted = fold(name)
    return [e for e in record.active if e.parent is None and (not name or fold(e.path) == wanted)]


# what is wanted


def may_withdraw(_machine: Machine, record: Record, command: Command, words: dict[str, str]) -> Refusal | str:
    """The path that the client leaves, or why that cannot be said."""
    return of_paths(record, command, words)


def may_pause(_machine: Machine, record: Record, command: Command, words: dict[str, str]) -> Refusal | str | None:
    """Why the client cannot go away; the path, or nothing for all."""
    path = command.subject or command.path or ""
    found = of_paths(record, command, words) if path or not record.active else None
    if isinstance(found, Refusal):
        return found
    away = _away(record, path) or []
    if is_away(record.away) or is_away(away):
        return Refusal("`{client}` is away already", words)
    return found


def may_come_back(_machine: Machine, record: Record, command: Command, words: dict[str, str]) -> Refusal | str | None:
    """Why the client cannot come back; the path, or nothing for all."""
    path = command.subject or command.path or ""
    found = of_paths(record, command, words) if path or not record.active else None
    if isinstance(found, Refusal):
        return found
    if path and not is_away(_away(record, path) or []):
        say = "`{client}` is away from all paths, not from one" if is_away(record.away) else "`{client}` is not away"
        return Refusal(say, words)
    if not path and not any(is_away(away) for away in (record.away, *(e.away for e in record.active))):
        return Refusal("`{client}` is not away", words)
    return found


def of_paths(record: Record, command: Command, words: dict[str, str]) -> Refusal | str:
    """The one path that a command is about, or why that cannot be said."""
    name = command.subject or command.path or ""
    found = on_paths(record, name)
    if not found:
        return Refusal("`{client}` is not on `{path}`" if name else "`{client}` is on no path", words | {"path": name})
    if len(found) > 1:
        paths = listing([enrolment.path for enrolment in found])
        return Refusal("`{client}` is on several paths: {paths}; say which", words | {"paths": paths})
    return found[0].path


def may_assign(enrolment: Enrolment, command: Command, words: dict[str, str]) -> Refusal | None:
    """Why nobody can be assigned so."""
    if not command.performer:
        return Refusal("nobody is named who is to be assigned", words)
    provider = command.provider
    if provider is not None and provider not in enrolment.tables.program.path.network.providers:
        return Refusal(
            "the network of `{path}` does not know `{provider}`", words | {"provider": provider, "path": enrolment.path}
        )
    return None
