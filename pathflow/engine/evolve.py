"""The fold: a record and a fact give the next record. Total for ever: no fact is refused here and none raises.

The record is the fold of its facts in the order (occurred, recorded, number). Before a fact is applied, time passes up to
it: deadlines of handoffs and choices, waits and planned rounds that fall due are settled first, in their order. So the same
facts give the same record, live or replayed, and a late fact re-folds from its place.

Where the client is, is a set of tokens on nodes. A token rests on a step until it is done, on a handoff until it is
accepted, on a decision until it is known what decides it, on a repeat between its rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.offers import OfferMove, moved
from pathflow.engine.parties import provider_named, provider_of, spoken
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Ended, Enrolment, EventRun, Offer, Record, Result, Round
from pathflow.engine.routes import Passing, route_to
from pathflow.engine.tables import Tables
from pathflow.engine.watch import Handler, Signal, WatchFactory, Watchers, nobody
from pathflow.model import path as model

Shows = frozenset[str]
"""The kinds of fact that the source of the facts can show at all."""

SHOWS_ALL: Shows = frozenset(
    {"completed", "started", "proposed", "accepted", "returned", "chosen", "ended", "reviewed", "providers"}
)


class Machine:
    """The semantics for a set of programs. Holds no state: records go in and out.

    `shows`: what the source of the facts can show. An acceptance that it cannot show is taken to have happened when the
    receiver first acts.
    """

    __slots__ = ("_watchers", "programs", "shows", "tables")

    def __init__(
        self, programs: Iterable[Program], watch: WatchFactory = nobody, shows: Shows = SHOWS_ALL
    ) -> None:
        self.programs: dict[str, Program] = {}
        self.tables: dict[str, Tables] = {}
        self._watchers: dict[str, Watchers] = {}
        self.shows = shows
        waiting = list(programs)
        while waiting:
            program = waiting.pop()
            name = program.path.name
            if name in self.programs:
                continue
            self.programs[name] = program
            watchers = Watchers(len(program.nodes), watch(program))
            self.tables[name] = Tables(program, watchers.completed)
            self._watchers[name] = watchers
            waiting.extend(program.included.values())

    # ── the fold ────────────────────────────────────────────────────────────────────────────────────────────────────

    def fold(self, client: str, facts: Iterable[Fact]) -> Record:
        """The record of these facts, whatever their order."""
        record = Record(client)
        for fact in sorted(facts, key=lambda f: f.order):
            self._apply(record, fact)
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
        if fact.at <= record.now and record.facts and fact.order < record.facts[-1].order:
            return self.fold(record.client, [*record.facts, fact])
        self._apply(record, fact)
        return record

    def advance(self, record: Record, at: Instant) -> None:
        """Lets time pass up to a moment: everything due by then is settled, in its order."""
        while record.next_timer <= at:
            first: tuple[Instant, int, int] | None = None
            for enrolment in record.enrolments:
                for node, due in enrolment.timers.items():
                    if first is None or (due, enrolment.index, node) < first:
                        first = (due, enrolment.index, node)
            if first is None or first[0] > at:
                record.next_timer = NEVER if first is None else first[0]
                break
            due, index, node = first
            enrolment = record.enrolments[index]
            del enrolment.timers[node]
            self._fire(record, enrolment, node, due)
        record.now = max(record.now, at)

    def as_of(self, record: Record, at: Instant) -> Record:
        """The record as it was at a moment, by what had occurred up to then."""
        then = self.fold(record.client, [fact for fact in record.facts if fact.at <= at])
        self.advance(then, at)
        return then

    def findings(self, record: Record, at: Instant) -> list[Finding]:
        """Every broken promise of the record as it stands, and what is overdue or missing at the moment `at`.

        What a professional set aside with a reason is left out; it stays in the record's facts.
        """
        found = list(record.findings)
        for enrolment in record.enrolments:
            for standing in self._watchers[enrolment.path].standing:
                found.extend(standing(record, enrolment, at))
        if record.overrides:
            silenced = {code for _, code, _ in record.overrides}
            found = [finding for finding in found if finding.code not in silenced]
        return found

    # ── one fact ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _apply(self, record: Record, fact: Fact) -> None:
        at = fact.at
        if record.next_timer <= at:
            self.advance(record, at)
        if record.now < at:
            record.now = at
        record.facts.append(fact)
        kind = fact.kind
        if kind == "completed":
            self._completed(record, fact)
        elif kind == "enrolled":
            self._enrolled(record, fact)
        elif kind == "observed":
            self._observed(record, fact)
        elif kind in ("proposed", "accepted", "returned", "cancelled"):
            self._moved(record, fact, kind)  # type: ignore[arg-type]  # the four are offer moves
        elif kind == "reviewed":
            record.reviewed = at
        elif kind == "overridden":
            record.overrides.append((at, fact.subject, fact.reason or ""))
        elif kind in ("died", "moved away"):
            for enrolment in record.active:
                self._end(record, enrolment, -1, at, kind, fact)
        else:
            self._other(record, fact)

    def _other(self, record: Record, fact: Fact) -> None:
        """started, chose, answered, ended, refused."""
        kind, at = fact.kind, fact.at
        if kind == "refused" and not fact.subject:
            for enrolment in record.active:
                self._end(record, enrolment, -1, at, "refused", fact)
            return
        found = self._place(record, fact)
        if found is None:
            return
        enrolment, node = found
        code = enrolment.tables.code[node]
        if kind == "refused":
            self._end(record, enrolment, -1, at, "refused", fact)
        elif kind == "ended":
            self._end(record, enrolment, node if code == t.END else -1, at, fact.subject, fact)
        elif kind == "started":
            if self._reach(record, enrolment, node, fact):
                enrolment.started.setdefault(node, at)
        elif kind == "chose" and code == t.CHOICE:
            self._chose(record, enrolment, node, fact)
        elif kind == "answered" and code == t.CONSULTATION:
            self._done(record, enrolment, node, fact)
        else:
            self._beside(record, enrolment, node, fact)

    def _place(self, record: Record, fact: Fact) -> tuple[Enrolment, int] | None:
        """The enrolment and node that a fact speaks of; None when no open enrolment knows it, which is then a finding."""
        known: list[tuple[int, Enrolment, int]] = []
        past: tuple[Enrolment, int] | None = None
        for enrolment in record.enrolments:
            if fact.path is not None and enrolment.path != fact.path:
                continue
            for node in enrolment.tables.named(fact.subject):
                if enrolment.ended is not None:
                    past = enrolment, node
                else:
                    known.append((_nearness(enrolment, node), enrolment, node))
        if known:
            _, enrolment, node = min(known, key=lambda found: (found[0], -found[1].happened.get(found[1].tables.name[found[2]], 0)))
            return enrolment, node
        if past is not None:
            self._after_end(record, past[0], past[1], fact)
        elif record.enrolments:
            last = record.enrolments[-1]
            if last.ended is not None:
                self._after_end(record, last, -1, fact)
            else:
                self._beside(record, last, -1, fact)
        return None

    # ── completions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _completed(self, record: Record, fact: Fact) -> None:
        subject = fact.subject
        for enrolment in record.enrolments:
            node = enrolment.tables.node_of.get(subject, -1)
            if node in enrolment.tokens and (fact.path is None or fact.path == enrolment.path):
                if enrolment.tables.code[node] == t.STEP:
                    self._done(record, enrolment, node, fact)
                    return
                break
        found = self._place(record, fact)
        if found is None:
            self._learn(record, fact)
            return
        enrolment, node = found
        code = enrolment.tables.code[node]
        if code in (t.STEP, t.CONSULTATION):
            if self._reach(record, enrolment, node, fact):
                self._done(record, enrolment, node, fact)
            else:
                self._again(record, enrolment, node, fact)
        elif code == t.HANDOFF:
            self._moved(record, fact, "accepted")
        elif code == t.CHOICE:
            self._chose(record, enrolment, node, fact)
        elif code == t.END:
            self._end(record, enrolment, node, fact.at, fact.subject, fact)
        else:
            self._beside(record, enrolment, node, fact)

    def _done(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        """A step or consultation at which the client is, or that is still owed, was done. The busiest place of the engine."""
        tables, at = enrolment.tables, fact.at
        name, after, is_plain, makes, doings, always, late, patience, by_provider, by_performer = tables.rows[node]
        since = enrolment.tokens.pop(node, None)
        moves_on = since is not None
        if since is None:
            since = enrolment.owed.pop(node)
        if fact.items:
            self._learn(record, fact)
        if makes:
            self._made(record, enrolment, node, fact)
        if enrolment.offers and node in enrolment.offers:
            self._performed(enrolment, node, at)
        if always:
            self._call(always, record, enrolment, node, fact, since)
        if at - since > patience:
            self._call(late, record, enrolment, node, fact, since)
        if by_provider and fact.provider is not None:
            self._call(by_provider, record, enrolment, node, fact, since)
        if by_performer and fact.performer is not None:
            self._call(by_performer, record, enrolment, node, fact, since)
        enrolment.happened[name] = at
        if doings:
            self._results(record, enrolment, node, fact)
        if moves_on:
            if is_plain:
                enrolment.tokens[after] = at
            else:
                self._enter(record, enrolment, after, at)
        if enrolment.waiting or tables.triggers or len(record.enrolments) > 1:
            self._stir(record, enrolment, fact)

    def _call(
        self, handlers: tuple[Handler, ...], record: Record, enrolment: Enrolment, node: int, fact: Fact, since: Instant
    ) -> None:
        for handler in handlers:
            finding = handler(record, enrolment, node, fact.at, fact, since, ())
            if finding is not None:
                record.findings.append(finding)

    def _results(self, record: Record, enrolment: Enrolment, node: int, fact: Fact, beside: bool = False) -> None:
        """The results of services with a window, which later ones are held against."""
        where = fact.provider or provider_of(enrolment, node) or ""
        for doing in enrolment.tables.doings[node]:
            reason = fact.reason if beside else fact.reason or doing.because
            result = Result(fact.at, where, enrolment.tables.name[node], reason)
            record.results.setdefault(doing.service, []).append(result)

    def _again(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        """A step was done where the way had not led: it is kept beside the path, with its results."""
        tables = enrolment.tables
        enrolment.happened[tables.name[node]] = fact.at
        if fact.items:
            self._learn(record, fact)
        self._made(record, enrolment, node, fact)
        self._beside(record, enrolment, node, fact)
        self._results(record, enrolment, node, fact, beside=True)
        self._stir(record, enrolment, fact)

    def _performed(self, enrolment: Enrolment, node: int, at: Instant) -> None:
        """Doing what was ordered is accepting it."""
        offer = enrolment.offers[node]
        if offer.state != "accepted":
            offer.state, offer.settled = "accepted", at
        enrolment.timers.pop(node, None)

    def _learn(self, record: Record, fact: Fact) -> None:
        """What a fact tells of the client becomes known."""
        items, at, provider = record.items, fact.at, fact.provider
        for name, value in (fact.items or {}).items():
            history = items.get(name)
            if history is None:
                items[name] = [(at, value, provider)]
            else:
                history.append((at, value, provider))

    def _made(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        """What a step makes exists once it is done, whether or not the fact names it; its value may stay unknown."""
        items = fact.items
        where = fact.provider or provider_of(enrolment, node)
        for name, is_document in enrolment.tables.makes[node]:
            if items is not None and name in items:
                continue
            if is_document:
                record.items.setdefault(name, []).append((fact.at, "made", where))
            else:
                record.made[name] = (fact.at, where)

    def _observed(self, record: Record, fact: Fact) -> None:
        """An event outside the steps: what it tells becomes known, and it may decide or interrupt."""
        if fact.items:
            self._learn(record, fact)
        is_known = not fact.subject
        for enrolment in record.enrolments:
            name = enrolment.tables.event(fact.subject) if fact.subject else ""
            if name is None:
                continue
            is_known = True
            if enrolment.ended is not None:
                self._after_end(record, enrolment, -1, replace(fact, subject=name))
            else:
                if name:
                    enrolment.happened[name] = fact.at
                self._stir(record, enrolment, replace(fact, subject=name))
        if not is_known:
            self._place(record, fact)

    def _stir(self, record: Record, enrolment: Enrolment, fact: Fact) -> None:
        """After something became known or happened: what waited for it goes on, and what it sets off begins."""
        if enrolment.waiting:
            self._retry(record, enrolment, fact.at)
        items, tables = fact.items, enrolment.tables
        if tables.triggers and enrolment.ended is None:
            for trigger in tables.triggers:
                if trigger.node in enrolment.events:
                    continue
                touched = fact.subject in trigger.events or (items and not trigger.items.isdisjoint(items))
                if touched and trigger.test(record, enrolment, fact.at, fact.at) and enrolment.ended is None:
                    enrolment.events[trigger.node] = EventRun(fact.at, enrolment.holder)
                    self._enter(record, enrolment, trigger.first, fact.at)
        if items and len(record.enrolments) > 1:
            for other in record.active:
                if other is not enrolment and other.waiting:
                    self._retry(record, other, fact.at)

    def _retry(self, record: Record, enrolment: Enrolment, at: Instant) -> None:
        """Decisions that waited, and repeats between rounds whose end has come."""
        for node in sorted(enrolment.waiting):
            since = enrolment.tokens.get(node)
            if since is None or enrolment.ended is not None:
                enrolment.waiting.discard(node)
            elif enrolment.tables.code[node] == t.DECIDE:
                target = self._decide(record, enrolment, node, at, since)
                if target is not None:
                    self._leave(record, enrolment, node, target, at)
            elif self._is_over(record, enrolment, node, at):
                del enrolment.rounds[node]
                self._leave(record, enrolment, node, enrolment.tables.leave[node], at)

    def _leave(self, record: Record, enrolment: Enrolment, node: int, target: int, at: Instant) -> None:
        enrolment.tokens.pop(node, None)
        enrolment.waiting.discard(node)
        enrolment.timers.pop(node, None)
        self._enter(record, enrolment, target, at)

    # ── moving on ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _enter(self, record: Record, enrolment: Enrolment, first: int, at: Instant) -> None:
        """A token comes to a node, and goes on as far as nothing holds it."""
        tables = enrolment.tables
        code = tables.code
        coming = [first]
        while coming:
            node = coming.pop()
            kind = code[node]
            if kind == t.STEP:
                enrolment.tokens[node] = at
                if not tables.plain[node]:
                    self._offer(record, enrolment, node, at)
            elif kind == t.DECIDE:
                target = self._decide(record, enrolment, node, at, at)
                if target is None:
                    enrolment.tokens[node] = at
                    enrolment.waiting.add(node)
                else:
                    coming.append(target)
            elif kind == t.SPLIT:
                coming.extend(reversed(tables.splits[node]))
            elif kind == t.JOIN:
                arrived = enrolment.arrived.get(node, 0) + 1
                if arrived < tables.needs_join[node]:
                    enrolment.arrived[node] = arrived
                else:
                    enrolment.arrived.pop(node, None)
                    coming.append(tables.after[node])
            elif kind == t.REPEAT:
                target = self._round(record, enrolment, node, at)
                if target is not None:
                    coming.append(target)
            else:
                self._enter_other(record, enrolment, node, kind, at)
                if enrolment.ended is not None:
                    return

    def _enter_other(self, record: Record, enrolment: Enrolment, node: int, kind: int, at: Instant) -> None:
        tables = enrolment.tables
        if kind == t.HANDOFF:
            enrolment.tokens[node] = at
            self._offer(record, enrolment, node, at)
        elif kind == t.END:
            self._end(record, enrolment, node, at, tables.name[node], None)
        elif kind == t.RESUME:
            enrolment.events.pop(tables.program.nodes[node].event, None)
        elif kind == t.STOP:
            self._end(record, enrolment, node, at, "stopped", None)
        elif kind == t.RESTART:
            self._restart(record, enrolment, node, at)
        else:
            enrolment.tokens[node] = at
            if kind == t.INCLUDE:
                self._include(record, enrolment, node, at)
            elif kind == t.WAIT:
                wait = tables.program.nodes[node].statement
                if isinstance(wait, model.Wait):
                    self._set_timer(record, enrolment, node, tables.program.calendar.later(at, wait.length))
            elif kind == t.CHOICE:
                due = self._due(record, enrolment, node, at)
                if due is not None:
                    self._set_timer(record, enrolment, node, due + 1)

    def _decide(self, record: Record, enrolment: Enrolment, node: int, at: Instant, since: Instant) -> int | None:
        """Where a decision leads, or None while that is not known."""
        tables = enrolment.tables
        true: list[int] = []
        is_known = True
        for way in tables.ways[node]:
            value = way.test(record, enrolment, at, since)
            if value:
                true.append(way.target)
            elif value is None:
                is_known = False
        if true:
            if len(true) > 1:
                self._signal(record, enrolment, "decided", node, at, None, since, tuple(true))
            return true[0]
        if not is_known or node in tables.waits_for_event:
            return None
        return tables.otherwise.get(node)

    def _round(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> int | None:
        """A token comes to the head of a repeat: the first round, the next one, or out; None when it waits there."""
        tables = enrolment.tables
        now = enrolment.rounds.get(node)
        if now is None:
            enrolment.rounds[node] = Round(1, at, at, at, len(record.facts))
            return tables.again[node]
        repeat = tables.repeats[node]
        if now.count == repeat.at_most or self._is_over(record, enrolment, node, at):
            del enrolment.rounds[node]
            return tables.leave[node]
        has_moved = len(record.facts) > now.facts  # a round in which nothing can happen must not spin
        if repeat.every is None and has_moved:
            enrolment.rounds[node] = Round(now.count + 1, now.entered, at, at, len(record.facts))
            return tables.again[node]
        planned = at if repeat.every is None else tables.program.calendar.later(at, repeat.every)
        enrolment.rounds[node] = now._replace(planned=planned)
        enrolment.tokens[node] = at
        enrolment.waiting.add(node)
        if has_moved:
            self._set_timer(record, enrolment, node, planned)
        return None

    def _next_round(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """From between two rounds into the next."""
        now = enrolment.rounds[node]
        enrolment.rounds[node] = Round(now.count + 1, now.entered, at, now.planned, len(record.facts))
        self._leave(record, enrolment, node, enrolment.tables.again[node], at)

    def _is_over(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> bool:
        """Whether what a repeat goes on until is so."""
        until = enrolment.tables.until.get(node)
        return until is not None and until(record, enrolment, at, enrolment.rounds[node].entered) is True

    def _restart(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """The main way is left as it stands, its open orders are withdrawn, and it begins again from a step."""
        ending = enrolment.tables.program.nodes[node].statement
        self._withdraw(enrolment, at)
        enrolment.events.clear()
        if isinstance(ending, model.Ending) and ending.step is not None:
            for target in enrolment.tables.named(ending.step):
                self._enter(record, enrolment, target, at)

    def _withdraw(self, enrolment: Enrolment, at: Instant) -> None:
        for offer in enrolment.offers.values():
            if moved(offer.state, "cancelled") is not None:
                offer.state, offer.settled = "cancelled", at
        enrolment.tokens.clear()
        enrolment.owed.clear()
        enrolment.arrived.clear()
        enrolment.rounds.clear()
        enrolment.timers.clear()
        enrolment.waiting.clear()

    def _include(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """A sub-path is a child enrolment: the holder is inherited, the version is the one that was compiled in."""
        include = enrolment.tables.program.nodes[node].statement
        if not isinstance(include, model.Include):
            raise AssertionError("an include's node holds its statement")
        tables = self.tables[enrolment.tables.program.included[include.path].path.name]
        child = Enrolment(tables, len(record.enrolments), at, enrolment.holder, (enrolment.index, node))
        record.enrolments.append(child)
        self._enter(record, child, tables.after[tables.program.start], at)

    # ── beginnings and ends ─────────────────────────────────────────────────────────────────────────────────────────

    def _enrolled(self, record: Record, fact: Fact) -> None:
        tables = self.tables.get(fact.subject)
        if tables is None:
            return
        path = tables.program.path
        if any(e.path == path.name for e in record.active):
            self._beside(record, next(e for e in record.active if e.path == path.name), -1, fact)
            return
        is_first = not record.active
        enrolment = Enrolment(tables, len(record.enrolments), fact.at, path.accountable)
        record.enrolments.append(enrolment)
        if fact.items:
            self._learn(record, fact)
        plan = path.plan
        if is_first and plan is not None and plan.owner is not None:
            record.plan_from = enrolment.index
            record.reviewed = fact.at
            self._own(record, fact.at, spoken(enrolment, plan.owner, -1))
        self._signal(record, enrolment, "enrolled", tables.program.start, fact.at, fact, fact.at, ())
        self._enter(record, enrolment, tables.after[tables.program.start], fact.at)

    def _end(self, record: Record, enrolment: Enrolment, node: int, at: Instant, outcome: str, fact: Fact | None) -> None:
        """The enrolment ends. What was still owed is void; what was overdue by then is said by those who watch."""
        if enrolment.ended is not None:
            return
        self._signal(record, enrolment, "ended", node, at, fact, enrolment.began, ())
        self._withdraw(enrolment, at)
        enrolment.events.clear()
        enrolment.ended = Ended(at, outcome, node)
        for other in record.enrolments:
            if other.parent is not None and other.parent[0] == enrolment.index:
                self._end(record, other, -1, at, outcome, None)
        if enrolment.parent is not None:
            self._back_to_parent(record, enrolment, at)
        elif not record.active:
            self._settle_plan(record, enrolment, node, at, outcome)

    def _back_to_parent(self, record: Record, child: Enrolment, at: Instant) -> None:
        index, node = child.parent or (0, 0)
        parent = record.enrolments[index]
        if parent.ended is None and node in parent.tokens:
            if child.holder != parent.holder:
                parent.holders.append((at, child.holder))
            self._leave(record, parent, node, parent.tables.after[node], at)

    def _settle_plan(self, record: Record, enrolment: Enrolment, node: int, at: Instant, outcome: str) -> None:
        """The last enrolment ended: the plan closes, or goes on with whom the end names."""
        end = enrolment.tables.program.nodes[node].statement if node >= 0 else None
        if isinstance(end, model.End) and end.plan_with is not None:
            if end.plan_with.party.kind != "owner":
                self._own(record, at, spoken(enrolment, end.plan_with, node))
        elif not isinstance(end, model.End) or end.closes_plan:
            self._own(record, at, None)

    def _own(self, record: Record, at: Instant, owner: str | None) -> None:
        if record.owner != owner:
            record.owners.append((at, owner))

    def _after_end(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        if fact.items and fact.kind == "completed":
            self._learn(record, fact)
        self._signal(record, enrolment, "returned after the end", node, fact.at, fact, enrolment.began, ())

    # ── handoffs and orders ─────────────────────────────────────────────────────────────────────────────────────────

    def _offer(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """The way comes to a handoff or an order. It is sent at once, unless somebody has a time of their own to send it."""
        statement = enrolment.tables.program.nodes[node].statement
        if isinstance(statement, model.Handoff):
            receiver, length = statement.receiver.party, statement.accepted_within
            waits = statement.limit is not None and "proposed" in self.shows
        elif isinstance(statement, model.Step) and statement.by is not None:
            receiver, length, waits = statement.by.party, statement.accepted_within, False
        else:
            return
        calendar = enrolment.tables.program.calendar
        due = calendar.due(at, length) if length is not None and not waits else None
        state = "reached" if waits else "proposed"
        enrolment.offers[node] = Offer(state, at, due, provider_named(enrolment, receiver, node))
        if due is not None and "accepted" in self.shows:
            self._set_timer(record, enrolment, node, due + 1)

    def _moved(self, record: Record, fact: Fact, move: OfferMove) -> None:
        """Somebody proposed, accepted, returned or cancelled."""
        found = self._place(record, fact)
        if found is None:
            return
        enrolment, node = found
        code = enrolment.tables.code[node]
        if move == "cancelled" and code in (t.STEP, t.CONSULTATION, t.WAIT) and node in enrolment.tokens:
            self._cancel_step(record, enrolment, node, fact.at)
            return
        if code in (t.STEP, t.HANDOFF) and node not in enrolment.tokens and not self._reach(record, enrolment, node, fact):
            self._beside(record, enrolment, node, fact)
            return
        offer = enrolment.offers.get(node)
        state = moved(offer.state, move) if offer is not None else None
        if offer is None or state is None or (code == t.HANDOFF and node not in enrolment.tokens):
            self._beside(record, enrolment, node, fact)
            return
        before, offer.state = offer.state, state
        if move == "proposed":
            self._proposed(record, enrolment, node, offer, before, fact)
        elif move == "accepted":
            self._accepted(record, enrolment, node, offer, fact)
        elif move == "returned":
            offer.reason = fact.reason
            self._signal(record, enrolment, "returned", node, fact.at, fact, offer.sent, ())
        else:
            enrolment.timers.pop(node, None)
            offer.settled = fact.at

    def _proposed(self, record: Record, enrolment: Enrolment, node: int, offer: Offer, before: str, fact: Fact) -> None:
        """Sent, or sent again: after a return the first deadline holds, otherwise it begins anew."""
        if fact.provider is not None:
            statement = enrolment.tables.program.nodes[node].statement
            if not isinstance(statement, model.Handoff) or fact.provider != provider_named(enrolment, statement.sender.party, node):
                offer.receiver = fact.provider
        if before == "returned":
            return
        statement = enrolment.tables.program.nodes[node].statement
        length = statement.accepted_within if isinstance(statement, model.Handoff | model.Step) else None
        offer.sent = fact.at
        offer.due = enrolment.tables.program.calendar.due(fact.at, length) if length is not None else None
        if offer.due is not None and "accepted" in self.shows:
            self._set_timer(record, enrolment, node, offer.due + 1)

    def _accepted(self, record: Record, enrolment: Enrolment, node: int, offer: Offer, fact: Fact) -> None:
        offer.settled = fact.at
        enrolment.timers.pop(node, None)
        self._signal(record, enrolment, "accepted", node, fact.at, fact, offer.sent, ())
        handoff = enrolment.tables.program.nodes[node].statement
        if not isinstance(handoff, model.Handoff):
            return
        if fact.provider is not None and fact.kind == "accepted":
            offer.receiver = fact.provider
        if offer.receiver != enrolment.holder:
            enrolment.holders.append((fact.at, offer.receiver))
        if handoff.plan_to is not None and record.plan_from == self._root(record, enrolment):
            self._own(record, fact.at, spoken(enrolment, handoff.plan_to, node))
        enrolment.happened[enrolment.tables.name[node]] = fact.at
        self._leave(record, enrolment, node, enrolment.tables.after[node], fact.at)
        self._stir(record, enrolment, fact)

    def _cancel_step(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """The step is not to be done: its duty is void, and the way goes on."""
        offer = enrolment.offers.get(node)
        if offer is not None:
            offer.state, offer.settled = "cancelled", at
        self._leave(record, enrolment, node, enrolment.tables.after[node], at)

    def _chose(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        choice = enrolment.tables.program.nodes[node].statement
        if not isinstance(choice, model.Choice) or fact.provider is None or fact.provider not in choice.options:
            self._beside(record, enrolment, node, fact)
            return
        enrolment.chosen[choice.name] = fact.provider
        enrolment.happened[choice.name] = fact.at
        if node in enrolment.tokens:
            self._leave(record, enrolment, node, enrolment.tables.after[node], fact.at)
        elif self._reach(record, enrolment, node, fact):
            self._leave(record, enrolment, node, enrolment.tables.after[node], fact.at)

    # ── time ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _set_timer(self, record: Record, enrolment: Enrolment, node: int, due: Instant) -> None:
        enrolment.timers[node] = due
        if due < record.next_timer:
            record.next_timer = due

    def _fire(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """Something fell due: a handoff or an order nobody accepted, a choice not made, a wait over, a round planned."""
        tables = enrolment.tables
        code = tables.code[node]
        if code == t.WAIT:
            self._leave(record, enrolment, node, tables.after[node], at)
        elif code == t.REPEAT:
            self._next_round(record, enrolment, node, at)
        elif code == t.CHOICE:
            choice = tables.program.nodes[node].statement
            if isinstance(choice, model.Choice) and choice.default is not None:
                enrolment.chosen[choice.name] = choice.default
                self._leave(record, enrolment, node, tables.after[node], at)
        else:
            self._expired(record, enrolment, node, at)

    def _expired(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> None:
        """Nobody accepted in time: the fallback is accountable at once; undeclared, the organiser is, never nobody."""
        offer = enrolment.offers[node]
        state = moved(offer.state, "expired")
        if state is None:
            return
        offer.state, offer.settled = state, at
        program = enrolment.tables.program
        statement = program.nodes[node].statement
        if isinstance(statement, model.Handoff):
            fallback = statement.fallback
            holder = provider_named(enrolment, fallback.party, node) if fallback else program.path.network.organiser
            if holder != enrolment.holder:
                enrolment.holders.append((at, holder))
        elif isinstance(statement, model.Step) and statement.fallback is not None:
            offer.receiver = provider_named(enrolment, statement.fallback.party, node)
        self._signal(record, enrolment, "expired", node, at, None, offer.sent, ())

    def _due(self, record: Record, enrolment: Enrolment, node: int, at: Instant) -> Instant | None:
        for test, limit in enrolment.tables.limits.get(node, ()):
            if test is None or test(record, enrolment, at, at):
                return enrolment.tables.program.calendar.due(at, limit.target)
        return None

    # ── the observed order ──────────────────────────────────────────────────────────────────────────────────────────

    def _reach(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> bool:
        """Whether the client is at a node, owes it, or can be taken to have gone on to it; then it is so."""
        if node in enrolment.tokens or node in enrolment.owed:
            return True
        actor = None if "accepted" in self.shows else fact.provider or provider_of(enrolment, node)
        passing = Passing(record, enrolment, node, fact.at, actor, "chosen" not in self.shows)
        route = route_to(passing)
        if route is None:
            return False
        tables = enrolment.tables
        name = tables.name[node]
        before = enrolment.happened.get(name)
        enrolment.happened[name] = fact.at
        passed: list[int] = []
        for place, here in enumerate(route):
            since = enrolment.tokens.get(here)
            if since is not None:
                following = route[place + 1] if place + 1 < len(route) else node
                if self._pass(record, enrolment, here, following, fact, since):
                    passed.append(here)
        if node in enrolment.tokens:
            if passed:
                self._signal(record, enrolment, "overtaken", node, fact.at, fact, fact.at, tuple(passed))
            return True
        if before is None:
            enrolment.happened.pop(name, None)
        else:
            enrolment.happened[name] = before
        return False

    def _pass(
        self, record: Record, enrolment: Enrolment, node: int, following: int, fact: Fact, since: Instant
    ) -> bool:
        """Leaves a node that was passed over. Says whether something stays owed there."""
        tables = enrolment.tables
        code, at = tables.code[node], fact.at
        if code == t.REPEAT:
            if following == tables.leave[node] or (following not in self._inside(enrolment, node) and self._is_over(record, enrolment, node, at)):
                enrolment.rounds.pop(node, None)
                self._leave(record, enrolment, node, tables.leave[node], at)
            else:
                self._next_round(record, enrolment, node, at)
        elif code == t.DECIDE:
            self._retry(record, enrolment, at)
        elif code == t.HANDOFF:
            offer = enrolment.offers[node]
            offer.state = "accepted"
            self._accepted(record, enrolment, node, offer, replace(fact, kind="completed"))
        elif code == t.CHOICE:
            choice = tables.program.nodes[node].statement
            if isinstance(choice, model.Choice):
                chosen = fact.provider if fact.provider in choice.options else choice.default or choice.options[0]
                enrolment.chosen[choice.name] = chosen
            self._leave(record, enrolment, node, tables.after[node], at)
        else:
            self._leave(record, enrolment, node, tables.after[node], at)
            if code in (t.STEP, t.CONSULTATION):
                enrolment.owed[node] = since
                return True
        return False

    def _inside(self, enrolment: Enrolment, repeat: int) -> Sequence[int]:
        """The nodes of a repeat's body."""
        return [node.index for node in enrolment.tables.program.nodes if _is_in_loop(enrolment.tables, node.index, repeat)]

    # ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _root(self, record: Record, enrolment: Enrolment) -> int:
        """The enrolment that a child enrolment belongs to in the end."""
        while enrolment.parent is not None:
            enrolment = record.enrolments[enrolment.parent[0]]
        return enrolment.index

    # ── those who watch ─────────────────────────────────────────────────────────────────────────────────────────────

    def _beside(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        self._signal(record, enrolment, "beside", node, fact.at, fact, fact.at, ())

    def _signal(
        self, record: Record, enrolment: Enrolment, signal: Signal, node: int, at: Instant, fact: Fact | None,
        since: Instant, about: tuple[int, ...],
    ) -> None:  # fmt: skip
        for handler, nodes in self._watchers[enrolment.path].by_signal.get(signal, ()):
            if nodes is None or node in nodes:
                finding = handler(record, enrolment, node, at, fact, since, about)
                if finding is not None:
                    record.findings.append(finding)


def _nearness(enrolment: Enrolment, node: int) -> int:
    """Which of several steps a fact means: where the client is, what is owed, what has not been done, the others."""
    if node in enrolment.tokens:
        return 0
    if node in enrolment.owed:
        return 1
    return 2 if enrolment.tables.name[node] not in enrolment.happened else 3


def _is_in_loop(tables: Tables, node: int, repeat: int) -> bool:
    nodes = tables.program.nodes
    loop = nodes[node].loop
    while loop >= 0:
        if loop == repeat:
            return True
        loop = nodes[loop].loop
    return False
