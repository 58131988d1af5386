"""One client from one version of a path to another: what is where now is carried over, and nothing begins anew.

Who is accountable and who owns the plan stay as they are; clocks run on from when they started. A place of the old version is
the place of the same kind and name in the new one, or the one that a mapping names. Where nobody could say what becomes of
something that is owed, or where somebody would lose what was promised, the client stays, and the problems say why (law 13).

Law: tests/host/test_migrating.py (to a copy of the path and on, as if nothing had been; after any migration nothing is lost).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from msgspec import Struct

from pathflow.base.instants import Instant
from pathflow.base.names import fold
from pathflow.base.visible import filled
from pathflow.engine import tables as t
from pathflow.engine.duties import Duty, duties
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.tables import Tables
from pathflow.model import path as model

if TYPE_CHECKING:
    from pathflow.engine.machine import Machine

Loss = Literal["place", "moved", "branches", "accountable", "owner", "deadline", "later", "item", "path", "enrolment", "past",
               "unreadable", "there"]  # fmt: skip

LOSSES: Final[Mapping[Loss, str]] = {
    "place": "`{place}` is not in the new version: say what it is called there",
    "moved": "`{place}` stands in another branch, repeat or event in the new version",
    "branches": "the branches of `{place}`, in which the client is, are others in the new version",
    "accountable": "`{place}`, who is accountable, is not in the network of the new version",
    "owner": "`{place}`, who owns the plan, has no place in the new version",
    "deadline": "`{place}` has no deadline in the new version, and has one now",
    "later": "the deadline of `{place}` would be later than it is now",
    "item": "`{place}`, which is known of the client, is not known in the new version",
    "enrolment": "the client is not on `{place}`",
    "past": "something of the client has been recorded after that moment",
    "unreadable": "the record cannot be read here",
    "there": "the client is on that version of `{place}` already",
    "path": "`{place}`, a path on which the client is, is not included in the new version",
}
"""What would be lost, and how it is said."""

_NAMED: Final = (model.Step, model.Handoff, model.Consultation, model.Choice, model.End, model.Include)
T = TypeVar("T")


class Problem(Struct, frozen=True):
    """Why a client cannot be taken over. `place`: what it is about, by its name in the old version."""

    loss: Loss
    place: str

    @property
    def message(self) -> str:
        """Why, in one sentence."""
        return filled(LOSSES[self.loss], {"place": self.place})


Mapped = Mapping[str, str]
"""Names of places in the old version to those in the new one, where they differ."""


class Correspondence:
    """Which node of a new version is which node of the old one."""

    __slots__ = ("_by_index", "new", "old")

    def __init__(self, old: Tables, new: Tables, mapping: Mapped) -> None:
        self.old, self.new = old, new
        renamed = {fold(before): fold(after) for before, after in mapping.items()}
        places = _places(new, {})
        found = _places(old, renamed)
        self._by_index: dict[int, int] = {}
        for key, indices in found.items():
            others = places.get(key, [])
            if len(indices) == len(others):
                self._by_index.update(zip(indices, others, strict=True))

    def of(self, node: int) -> int | None:
        """The node of the new version; None where there is none, or no telling which."""
        return self._by_index.get(node) if node >= 0 else node


def _places(tables: Tables, renamed: Mapping[str, str]) -> dict[tuple[str, ...], list[int]]:
    """The nodes by what tells them apart: kind, name, and the event in whose way they stand; of several, what comes next."""
    nodes = tables.program.nodes
    alike: dict[tuple[str, ...], list[int]] = {}
    for node in nodes:
        event = fold(nodes[node.event].name) if node.event >= 0 else ""
        alike.setdefault((node.kind, _called(node, renamed), event), []).append(node.index)
    found: dict[tuple[str, ...], list[int]] = {}
    for key, indices in alike.items():
        for index in indices:
            following = _following(tables, index, renamed) if len(indices) > 1 else ""
            found.setdefault((*key, following), []).append(index)
    return found


def _called(node: Node, renamed: Mapping[str, str]) -> str:
    name = fold(node.name)
    return renamed.get(name, name)


def _following(tables: Tables, index: int, renamed: Mapping[str, str]) -> str:
    """The named places that come first behind a node, one after the other."""
    nodes, seen, found = tables.program.nodes, {index}, list[str]()
    waiting = [edge.target for edge in tables.program.edges[index]]
    while waiting:
        target = waiting.pop(0)
        if target in seen:
            continue
        seen.add(target)
        if isinstance(nodes[target].statement, _NAMED):
            found.append(_called(nodes[target], renamed))
        else:
            waiting += [edge.target for edge in tables.program.edges[target]]
    return "; ".join(found)


def migration(
    machine: Machine, record: Record, enrolment: Enrolment, tables: Tables, mapping: Mapped, at: Instant
) -> tuple[list[Enrolment], list[Problem]]:
    """An enrolment on another version, with those on the paths that it includes; and what speaks against it.

    The record stays as it is. Time must have passed in it up to `at`.

    Args:
        tables: of the new version.
    """
    same = Correspondence(enrolment.tables, tables, mapping)
    other = _carried_over(enrolment, tables, same, mapping)
    problems = [
        *_lost_places(enrolment, same),
        *_lost_beginnings(record, enrolment, same),
        *_lost_people(record, enrolment, tables),
        *_lost_items(record, enrolment, tables),
    ]
    if not problems:
        problems += _lost_deadlines(record, enrolment, other, same, at)
    found = [other]
    for child in record.active:
        if child.parent is None or child.parent[0] != enrolment.index:
            continue
        program = tables.program.included.get(child.path)
        if program is None:
            problems.append(Problem("path", child.path))
            continue
        inner, more = migration(machine, record, child, machine.versions[program.key], mapping, at)
        inner[0].parent = (enrolment.index, same.of(child.parent[1]) or 0)
        found += inner
        problems += more
    return found, problems


def take_migration(machine: Machine, record: Record, fact: Fact) -> None:
    """A client goes over to another version of a path. Where something would be lost, they stay, and that is said."""
    enrolment = next((e for e in record.active if e.parent is None and e.path == fact.subject), None)
    tables = machine.versions.get(fact.version or "")
    if enrolment is None:
        if all(one.path != fact.subject for one in record.enrolments):
            machine.on_no_path(record, fact)
        return  # it came to light later that the client had left the path by then
    mapping = {before: str(after) for before, after in (fact.items or {}).items()}
    found, problems = migration(machine, record, enrolment, tables, mapping, fact.at) if tables is not None else ([], [])
    if tables is None or problems:
        machine.beside(record, enrolment, -1, fact)
        return
    for one in found:
        old = record.enrolments[one.index]
        record.enrolments[one.index] = one
        _carry_beginnings(record, old, Correspondence(old.tables, one.tables, mapping))
    for one in found:
        machine.retry(record, one, fact.at)


def _carry_beginnings(record: Record, old: Enrolment, same: Correspondence) -> None:
    """What is to be begun stands where its step is in the new version."""
    for index, node in [place for place in record.to_begin if place[0] == old.index]:
        since = record.to_begin.pop((index, node))
        record.to_begin[index, same.of(node) or 0] = since


def _carried_over(enrolment: Enrolment, tables: Tables, same: Correspondence, mapping: Mapped) -> Enrolment:
    other = enrolment.copy()
    other.tables = tables
    for name, value in _states(enrolment, same.of).items():
        setattr(other, name, value)
    renamed = {fold(before): after for before, after in mapping.items()}
    other.happened = {renamed.get(fold(name), name): when for name, when in enrolment.happened.items()}
    other.chosen = {renamed.get(fold(name), name): who for name, who in enrolment.chosen.items()}
    return other


def _states(enrolment: Enrolment, of: Callable[[int], int | None]) -> dict[str, object]:
    """What is kept by node, by the nodes of the new version."""

    def moved(found: Mapping[int, T]) -> dict[int, T]:
        return {there: value for node, value in found.items() if (there := of(node)) is not None}

    kept = ("tokens", "owed", "arrived", "rounds", "started", "early", "events", "timers", "wakes", "suspended", "spent",
            "dropped", "anew", "workers")  # fmt: skip
    states: dict[str, object] = {name: moved(getattr(enrolment, name)) for name in kept}
    states["offers"] = moved({node: offer.copy() for node, offer in enrolment.offers.items()})
    states["waiting"] = {there for node in enrolment.waiting if (there := of(node)) is not None}
    return states


def _lost_places(enrolment: Enrolment, same: Correspondence) -> Iterator[Problem]:
    """Where the client is, or is owed something, without a place for it in the new version."""
    old, new = same.old, same.new
    held = {*enrolment.tokens, *enrolment.owed, *enrolment.rounds, *enrolment.events, *enrolment.timers, *enrolment.waiting}
    held |= {node for node, arrived in enrolment.arrived.items() if arrived}
    for node in sorted(held):
        there = same.of(node)
        if there is None:
            yield Problem("place", old.name[node])
            continue
        before, after = old.program.nodes[node], new.program.nodes[there]
        region = tuple(same.of(split) for split, _ in before.region)
        if (region, same.of(before.event), same.of(before.loop)) != (
            tuple(s for s, _ in after.region),
            after.event,
            after.loop,
        ):
            yield Problem("moved", old.name[node])
    splits = {split for node in held for split, _ in old.program.nodes[node].region}
    splits |= {old.split_of[node] for node in held if old.code[node] == t.JOIN}
    for split in sorted(splits):
        there = same.of(split)
        if there is None or _branches(old, split) != _branches(new, there):
            yield Problem("branches", old.name[split])


def _lost_beginnings(record: Record, enrolment: Enrolment, same: Correspondence) -> Iterator[Problem]:
    """A path that is to be begun, and that no step would have started."""
    for index, node in record.to_begin:
        if index == enrolment.index:
            there = same.of(node)
            if there is None or same.new.starts.get(there) != same.old.starts[node]:
                yield Problem("place", same.old.name[node])


def _branches(tables: Tables, split: int) -> tuple[int, list[int]]:
    """How many branches there are, and how many of them must come to the join."""
    needed = [tables.needs_join[join] for join, of in tables.split_of.items() if of == split]
    return len(tables.splits[split]), needed


def _lost_people(record: Record, enrolment: Enrolment, tables: Tables) -> Iterator[Problem]:
    network = tables.program.path.network
    known = {*network.providers, *network.organisers}
    if enrolment.holder not in known:
        yield Problem("accountable", enrolment.holder)
    owner = record.owner
    if owner is None or record.plan_from != enrolment.index:
        return
    if tables.program.path.plan is None or not any(owner == name or owner.endswith(f" at {name}") for name in known):
        yield Problem("owner", owner)


def _lost_items(record: Record, enrolment: Enrolment, tables: Tables) -> Iterator[Problem]:
    there = tables.program.path.items
    for item in enrolment.tables.program.path.items:
        if item not in there and (item in record.items or item in record.made):
            yield Problem("item", item)


def _lost_deadlines(record: Record, old: Enrolment, new: Enrolment, same: Correspondence, at: Instant) -> Iterator[Problem]:
    """Something that is owed by a time, and would be owed later or without one. Times away put off both alike."""
    record, old, new = _here(record), _here_on(old), _here_on(new)
    found = {(duty.node, duty.act): duty for duty in duties(record, new, at)}
    for duty in duties(record, old, at):
        there = same.of(duty.node)
        other = found.get((there, duty.act)) if there is not None else None
        if other is None:
            yield Problem("deadline" if duty.due or duty.latest else "place", old.tables.name[duty.node])
            continue
        loss = _later(duty, other)
        if loss is not None:
            yield Problem(loss, old.tables.name[duty.node])


def _here(record: Record) -> Record:
    """The record of a client who was never away."""
    if not record.away and not any(enrolment.away for enrolment in record.enrolments):
        return record
    other = record.copy()
    other.away = []
    other.enrolments = [_here_on(enrolment) for enrolment in other.enrolments]
    return other


def _here_on(enrolment: Enrolment) -> Enrolment:
    """The enrolment of a client who was never away from the path."""
    if not enrolment.away:
        return enrolment
    other = enrolment.copy()
    other.away = []
    return other


def _later(old: Duty, new: Duty) -> Loss | None:
    pairs = [(before, after) for before, after in ((old.due, new.due), (old.latest, new.latest)) if before is not None]
    if any(after is None for _, after in pairs):
        return "deadline"
    return "later" if any(after is not None and after > before for before, after in pairs) else None
