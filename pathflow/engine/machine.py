"""The fold: a record and a fact give the next record. Total for ever: no fact is refused here and none raises.

The record is the fold of its facts in the order (occurred, recorded, number). Before a fact is applied, time passes up to
it: deadlines of handoffs and choices, waits and planned rounds that fall due are settled first, in their order. So the same
facts give the same record, live or replayed, and a late fact re-folds from its place.

Where the client is, is a set of tokens on nodes. A token rests on a step until it is done, on a handoff until it is
accepted, on a decision until it is known what decides it, on a repeat between its rounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine import bounding, completing, handing, lasting, linking, migrating, moving, reaching
from pathflow.engine import tables as t
from pathflow.engine.duties import clock, put_off
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Enrolment, Record
from pathflow.engine.tables import Tables
from pathflow.engine.watch import Signal, Watchers, WatchFactory, nobody
from pathflow.model import path as model

_LEARN_THEMSELVES: Final = frozenset({"completed", "enrolled", "observed", "migrated"})
"""Kinds of fact whose items become known at their own point in time's order, or are none; those of the others at once."""

Shows = frozenset[str]
"""The kinds of fact that the source of the facts can show at all."""

SHOWS_ALL: Shows = frozenset(
    {"completed", "started", "proposed", "accepted", "returned", "chosen", "ended", "reviewed", "providers"}
)


class Machine:
    """The semantics for a set of programs. Holds no state: records go in and out.

    `published`: from when on a version, by its key, is the newest of its path; one of which nothing is said always was. An
    enrolment stays on the version on which it began, and a path that is included is the version with which it was compiled.

    Raises: ValueError for two versions of one path of which is not said which is the newest.

    `shows`: what the source of the facts can show. An acceptance that it cannot show is taken to have happened when the
    receiver first acts.
    """

    __slots__ = ("_published", "programs", "shows", "tables", "versions")

    def __init__(
        self, programs: Iterable[Program], watch: WatchFactory = nobody, shows: Shows = SHOWS_ALL,
        published: Iterable[tuple[Instant, str]] = (),
    ) -> None:  # fmt: skip
        self.versions: dict[str, Tables] = {}
        self.shows = shows
        given = list(programs)
        waiting = given.copy()
        while waiting:
            program = waiting.pop()
            if program.key not in self.versions:
                watchers = Watchers(len(program.nodes), watch(program))
                self.versions[program.key] = Tables(program, watchers)
                waiting.extend(program.included.values())
        self._published = self._in_order(given, list(published))
        self.tables = {name: self.versions[turns[-1][1]] for name, turns in self._published.items()}
        self.programs = {name: tables.program for name, tables in self.tables.items()}

    def _in_order(self, given: list[Program], published: list[tuple[Instant, str]]) -> dict[str, list[tuple[Instant, str]]]:
        """When which version became the newest, by the path's name. Raises: ValueError where that is not said of two."""
        found: dict[str, list[tuple[Instant, str]]] = {program.path.name: [] for program in reversed(given)}
        dated = {key for _, key in published}
        undated = [(-NEVER, program.key) for program in given if program.key not in dated]
        for since, key in sorted({*published, *undated}):
            name = self.versions[key].program.path.name
            turns = found[name]
            if turns and turns[-1][0] == since:
                raise ValueError(f"two versions of {name}: say from when on each of them is the newest")
            turns.append((since, key))
        for key, tables in self.versions.items():  # those that are only included
            found.setdefault(tables.program.path.name, [(-NEVER, key)])
        return found

    def newest(self, path: str, at: Instant) -> Tables | None:
        """The version of a path on which a client begins at a moment: of those that are published by then the last one.

        Before the first it is that one: a client may be recorded late who began before the path was written down.
        """
        turns = self._published.get(path)
        if turns is None:
            return None
        return self.versions[next((key for since, key in reversed(turns) if since <= at), turns[0][1])]

    def begun(self, fact: Fact) -> Tables | None:
        """The version on which a fact says that the client began; None for one that is not known here."""
        if fact.version is not None:
            return self.versions.get(fact.version)
        return self.newest(fact.subject, fact.recorded or fact.at)

    def path_begun(self, record: Record, fact: Fact) -> str | None:
        """The path that a step begins for the client, if a fact says that such a step was done."""
        if fact.kind != "completed":
            return None
        for enrolment in record.active:
            starts = enrolment.tables.starts
            found = [starts[node] for node in enrolment.tables.named(fact.subject) if node in starts] if starts else []
            if found and found[0].client is None:
                return found[0].path
        return None

    def fold(self, client: str, facts: Iterable[Fact]) -> Record:
        """The record of these facts, whatever their order."""
        record = Record(client)
        for fact in sorted(facts, key=lambda f: f.order):
            self.apply(record, fact)
        return record

    def evolve(self, record: Record, fact: Fact) -> Record:
        """The record with one more fact; the one given stays as it was.

        Cost: proportional to the record; `extend` is the same in place.
        """
        return self.extend(record.copy(), fact)

    def extend(self, record: Record, fact: Fact) -> Record:
        """The record with one more fact, built up in place; only the record that is returned may be used on.

        Cost: constant, unless the fact is late: then as `fold`.
        """
        at = fact.at
        if record.now < at < record.next_timer:  # as nearly always: the newest fact, and nothing has fallen due before it
            record.now = at
            record.facts.append(fact)
            if fact.kind == "completed":
                self.take_completion(record, fact)
            else:
                self.take(record, fact)
            return record
        if fact.at < record.settled or (fact.at <= record.now and record.facts and fact.order < record.facts[-1].order):
            now = record.now
            record = self.fold(record.client, [*record.facts, fact])
            self.advance(record, now)
            return record
        self.apply(record, fact)
        return record

    def advance(self, record: Record, at: Instant) -> None:
        """Lets time pass up to a moment: everything due by then is settled, in its order."""
        while record.next_timer <= at:
            first = _first_due(record)
            if first is None or first[0] > at:
                record.next_timer = NEVER if first is None else first[0]
                break
            due, index, node, is_wake = first
            enrolment = record.enrolments[index]
            del (enrolment.wakes if is_wake else enrolment.timers)[node]
            record.settled = due
            if is_wake:
                record.fired += 1
                self.retry(record, enrolment, due)
            elif self.is_suspended(record, enrolment, node):
                enrolment.suspended.setdefault(node)
                self.note_late(record, enrolment, node, due)
            else:
                record.fired += 1
                self.fire(record, enrolment, node, due)
        record.now = max(record.now, at)

    def as_of(self, record: Record, at: Instant) -> Record:
        """The record as it was at a moment, by what had occurred up to then."""
        then = self.fold(record.client, [fact for fact in record.facts if fact.at <= at])
        self.advance(then, at)
        return then

    def findings(self, record: Record, at: Instant) -> list[Finding]:
        """Every broken promise of the record as it stands, and what is overdue or missing at the moment `at`.

        What a professional set aside with a reason is left out, if it was broken by then; it stays in the record's facts.
        """
        return kept_from(record, [*record.findings, *self.standing(record, at)])

    def standing(self, record: Record, at: Instant) -> list[Finding]:
        """What is so at a moment, and not only happened once; also what a professional set aside."""
        found: list[Finding] = []
        for enrolment in record.enrolments:
            for standing in enrolment.tables.watchers.standing:
                found.extend(standing(record, enrolment, at))
        return found

    def apply(self, record: Record, fact: Fact) -> None:
        """Time passes up to the fact, and then it is so."""
        at = fact.at
        if record.next_timer <= at:
            self.advance(record, at)
        record.now = max(record.now, at)
        record.facts.append(fact)
        self.take(record, fact)

    def take(self, record: Record, fact: Fact) -> None:
        """What a fact that has its place in the record changes."""
        if fact.items is None or fact.kind in _LEARN_THEMSELVES:
            self.take_kind(record, fact)
            return
        self.learn(record, fact)
        self.take_kind(record, fact)
        self.spread(record, fact)

    def take_kind(self, record: Record, fact: Fact) -> None:
        """What a fact changes by its kind."""
        kind, at = fact.kind, fact.at
        if kind == "completed":
            self.take_completion(record, fact)
        elif kind == "enrolled":
            self.take_enrolment(record, fact)
        elif kind == "observed":
            self.take_observation(record, fact)
        elif kind in ("proposed", "accepted", "returned", "cancelled"):
            self.take_move(record, fact, kind)
        elif kind in lasting.KINDS:
            self.take_lasting(record, fact)
        elif kind in ("died", "moved away"):
            linking.let_own_be(record)
            for enrolment in record.active:
                self.end(record, enrolment, -1, at, kind, fact)
        else:
            (self.take_migration if kind == "migrated" else self.take_other)(record, fact)

    def take_other(self, record: Record, fact: Fact) -> None:
        """started, chose, answered, ended, refused."""
        kind, at = fact.kind, fact.at
        if kind == "refused" and not fact.subject:
            for enrolment in record.active:
                self.end(record, enrolment, -1, at, "refused", fact)
            return
        found = self.find_place(record, fact)
        if found is None:
            return
        enrolment, node = found
        code = enrolment.tables.code[node]
        if kind == "refused":
            self.end(record, record.enrolments[self.root_of(record, enrolment)], -1, at, "refused", fact)
        elif kind == "ended":
            self.cut_short(record, enrolment, node if code == t.END else -1, fact)
        elif kind == "started":
            if self.reach(record, enrolment, node, fact):
                enrolment.started.setdefault(node, at)
        elif kind == "chose" and code == t.CHOICE:
            self.choose(record, enrolment, node, fact)
        elif kind == "answered" and code == t.CONSULTATION and self.reach(record, enrolment, node, fact):
            self.do(record, enrolment, node, replace(fact, items=None))
        else:
            self.beside(record, enrolment, node, fact)

    # time

    def set_timer(self, record: Record, enrolment: Enrolment, node: int, due: Instant) -> None:
        """Something falls due at a node."""
        enrolment.timers[node] = due
        record.next_timer = min(record.next_timer, due)

    def fire(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """Something fell due: a handoff or an order nobody accepted, a choice not made, a wait over, a round planned."""
        tables = enrolment.tables
        code = tables.code[node]
        if code in (t.WAIT, t.AWAIT):
            if code == t.AWAIT:
                self.signal(record, enrolment, "expired", node, at, None, enrolment.tokens.get(node, at), ())
            self.leave(record, enrolment, node, tables.after[node], at)
        elif code == t.REPEAT:
            self.next_round(record, enrolment, node, at, record.moves)
        elif code == t.CHOICE:
            choice = tables.program.nodes[node].statement
            if isinstance(choice, model.Choice) and choice.default is not None:
                enrolment.chosen[choice.name] = choice.default
                self.leave(record, enrolment, node, tables.after[node], at)
        else:
            self.expire(record, enrolment, node, at)

    def is_suspended(self, record: Record, enrolment: Enrolment, node: int) -> bool:
        """Whether a node stands still, because an event's own way is being gone, on its path or on one that includes it."""
        here: Enrolment | None = enrolment
        while here is not None:
            if here.events and _stands_still(here, node):
                return True
            node = here.parent[1] if here.parent is not None else -1
            here = record.enrolments[here.parent[0]] if here.parent is not None else None
        return False

    def resume(self, record: Record, enrolment: Enrolment, at: Instant) -> None:
        """The main way goes on: what fell due, was accepted or became known while it stood still comes about now."""
        for node, fact in sorted(enrolment.suspended.items()):
            if self.is_suspended(record, enrolment, node) or enrolment.suspended.pop(node, None) is not fact:
                continue
            if fact is not None and node in enrolment.tokens:
                self.take_move(record, replace(fact, at=at), "accepted")
            elif fact is None and node in enrolment.tokens:
                self.set_timer(record, enrolment, node, at)
        if enrolment.waiting:
            self.retry(record, enrolment, at)
        for child in record.active:
            if child.parent is not None and child.parent[0] == enrolment.index:
                self.resume(record, child, at)

    def due_for_choice(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> Instant | None:
        """When a choice that the client comes to must have been made. Where no clock of it runs, it runs from here."""
        running = clock(record, enrolment, node, at)
        if running is not None:
            due = running.due if running.due is not None else running.latest
            return max(due, at) if due is not None else None
        for test, limit in enrolment.tables.limits.get(node, ()):
            if test is None or test(record, enrolment, at, at):
                return put_off(record, enrolment, at, enrolment.tables.program.calendar.due(at, limit.target))
        return None

    # those who watch

    def beside(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        """A fact has no place on the way: it is kept, and those who watch say so."""
        self.signal(record, enrolment, "beside", node, fact.at, fact, fact.at, ())

    def signal(
        self, record: Record, enrolment: Enrolment, signal: Signal, node: int, at: Instant, fact: Fact | None,
        since: Instant, about: tuple[int, ...],
    ) -> None:  # fmt: skip
        """Tells those who watch that something happened."""
        for handler, nodes in enrolment.tables.watchers.by_signal.get(signal, ()):
            if nodes is None or node in nodes:
                finding = handler(record, enrolment, node, at, fact, since, about)
                if finding is not None:
                    record.findings.append(finding)

    # The parts of the semantics, each in a module of its own.

    take_completion = completing.take_completion
    take_observation = completing.take_observation
    do = completing.do
    do_beside = completing.do_beside
    perform = completing.perform
    learn = completing.learn
    make = completing.make
    keep_results = completing.keep_results
    call_watchers = completing.call_watchers
    stir = completing.stir
    spread = completing.spread

    enter = moving.enter
    is_done_early = moving.is_done_early
    enter_other = moving.enter_other
    begin_waiting = moving.begin_waiting
    leave = moving.leave
    decide = moving.decide
    retry = moving.retry
    look_ahead = moving.look_ahead
    come_round = moving.come_round
    next_round = moving.next_round
    is_over = moving.is_over
    restart = moving.restart
    withdraw = moving.withdraw
    drop_branches = moving.drop_branches
    include = moving.include
    cancel_step = moving.cancel_step

    send = handing.send
    take_move = handing.take_move
    hold = handing.hold
    note_late = handing.note_late
    propose = handing.propose
    accept = handing.accept
    choose = handing.choose
    expire = handing.expire

    take_migration = migrating.take_migration
    take_enrolment = bounding.take_enrolment
    end = bounding.end
    cut_short = bounding.cut_short
    back_to_parent = bounding.back_to_parent
    settle_plan = bounding.settle_plan
    start_other = bounding.start_other
    join_plan = bounding.join_plan
    give_plan = bounding.give_plan
    after_end = bounding.after_end
    root_of = bounding.root_of
    on_no_path = bounding.on_no_path

    take_lasting = lasting.take_lasting

    find_place = reaching.find_place
    reach = reaching.reach
    pass_over = reaching.pass_over


def _first_due(record: Record) -> tuple[Instant, int, int, bool] | None:
    """What falls due first: when, on which enrolment, at which node, and whether time alone may change something there."""
    first: tuple[Instant, int, int, bool] | None = None
    for enrolment in record.enrolments:
        for node, due in enrolment.timers.items():
            if first is None or (due, enrolment.index, node, False) < first:
                first = (due, enrolment.index, node, False)
        for node, due in enrolment.wakes.items():
            if first is None or (due, enrolment.index, node, True) < first:
                first = (due, enrolment.index, node, True)
    return first


def _stands_still(enrolment: Enrolment, node: int) -> bool:
    """Whether an interrupting event's own way is being gone, and the node is not on it."""
    tables = enrolment.tables
    event = tables.program.nodes[node].event
    running = enrolment.events if not tables.beside else [e for e in enrolment.events if e not in tables.beside]
    return bool(running) and event not in running


def kept_from(record: Record, found: list[Finding]) -> list[Finding]:
    """Those that no professional has set aside since they were broken."""
    if not record.overrides:
        return found
    until = {code: max(when for when, c, _ in record.overrides if c == code) for _, code, _ in record.overrides}
    return [f for f in found if f.code not in until or _broken_at(f) > until[f.code]]


def _broken_at(finding: Finding) -> Instant:
    """From when a promise was broken: when it was due, or the last thing that shows it."""
    if finding.due is not None:
        return finding.due
    return max((finding.since if finding.since is not None else -NEVER, *(evidence.at for evidence in finding.evidence)))
