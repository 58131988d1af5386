"""The engine is taken along a way, fact by fact: whoever owes something does it, with the values that the way wants.

Facts come an hour apart, or sooner where something would fall due in between. The engine decides what they bring about; where
it goes another way than the one that was planned, the way is given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from pathflow.base.durations import HOUR
from pathflow.base.instants import Instant
from pathflow.engine import tables as t
from pathflow.engine.duties import clock
from pathflow.engine.facts import Fact, FactKind, Value
from pathflow.engine.machine import Machine
from pathflow.engine.parties import provider_of
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Enrolment, Record
from pathflow.model import conditions
from pathflow.model import path as model
from pathflow.rules.ways import Ways
from pathflow.witness.monitors import Reached
from pathflow.witness.routes import Beginning, Crossing, Entering, Excursion, Expiry, Leg, Part, Route, Routes
from pathflow.witness.wants import Want, any_value, event_wants, next_wants, solve, wants_along

FACTS_MAX: Final = 400
PAUSE: Final = HOUR


class Astray(Exception):
    """The engine went another way than the one that was planned. `at`: the decision where it did, as far as is known."""

    def __init__(self, why: str, at: int = -1) -> None:
        super().__init__(why)
        self.at = at


class Deed(NamedTuple):
    """A fact, with who held the client and who owned the plan after it."""

    fact: Fact
    holder: str
    owner: str | None


class Driver:
    """One client on one way.

    Attributes:
        record: the client's record, as the engine has it.
        deeds: the facts so far.
        now: the moment of the newest of them, or up to which time has passed.
        late: the nodes at which it is done as late as its time allows, or the law where `is_lawful`.
    """

    def __init__(
        self,
        machine: Machine,
        program: Program,
        began: Instant,
        stable: Mapping[str, Value],
        chosen: Mapping[str, str],
        late: frozenset[int] = frozenset(),
        is_lawful: bool = False,
    ) -> None:
        self.machine = machine
        self.program = program
        self.is_one_of_two = False
        self.record = Record("client")
        self.deeds: list[Deed] = []
        self.now = began
        self.stable = dict(stable)
        self.chosen = chosen
        self.late = late
        self.is_lawful = is_lawful
        self.values: dict[str, Value] = {}
        self.items = {name: item for one in _family(program) for name, item in one.path.items.items()}

    # the way

    def enrol(self, route: Route, last: tuple[Want, ...] = ()) -> None:
        """The client comes onto the path. `last`: what is wanted at the end of the way."""
        path = self.program.path
        enter = path.clients.enter_when
        told = list(dict.fromkeys((*(conditions.items_of(enter) if enter is not None else ()), *path.needs)))
        first = [Want(true=conditions.conjuncts(enter))] if enter is not None else []
        wants = [*first, *next_wants(self.program, route)] if len(route) > 1 else [*first, *last]
        items = self._values_for(wants, told)
        self._fact("enrolled", path.name, items)

    def go(self, route: Route, enrolment: Enrolment, last: tuple[Want, ...] = ()) -> None:
        """Goes a way, part by part. Raises: Astray."""
        parts = list(route)
        rounds: dict[int, int] = {}
        for at, part in enumerate(parts):
            wants = next_wants(enrolment.tables.program, parts[at + 1 :])
            if not _holds_up(enrolment, parts[at + 1 :]):
                wants += last
            if isinstance(part, Leg):
                if part.edge.kind == "again":
                    rounds[part.node] = at
                self._leg(part, enrolment, wants)
                if part.edge.kind == "leave" and part.node in rounds:
                    self._more_rounds(part, parts[rounds[part.node] : at], enrolment, wants)
            else:
                self._part(part, enrolment, wants)

    def _part(self, part: Part, enrolment: Enrolment, wants: list[Want]) -> None:
        """What is gone besides single nodes."""
        if isinstance(part, Crossing):
            for number, branch in part.branches:
                is_last = number == part.branches[-1][0]
                self.go(branch, enrolment, tuple(wants) if is_last else ())
        elif isinstance(part, Expiry):
            self._must_be_at(enrolment, part.node)
            self._let_pass(enrolment, part.node)
        elif isinstance(part, Beginning):
            self._begin(part, enrolment, wants)
        elif isinstance(part, Excursion):
            self._begin(part, enrolment, next_wants(enrolment.tables.program, part.route))
            self.go(part.route, enrolment, tuple(wants))

    def _leg(self, leg: Leg, enrolment: Enrolment, wants: list[Want]) -> None:
        tables, node = enrolment.tables, leg.node
        code = tables.code[node]
        if code == t.WAIT and node not in enrolment.tokens and (self.is_one_of_two or _may_be_over(enrolment, node)):
            return  # on a client's other path time has passed meanwhile
        if code in (t.STEP, t.HANDOFF, t.CONSULTATION, t.CHOICE, t.WAIT, t.INCLUDE):
            self._must_be_at(enrolment, node)
            if code == t.INCLUDE:
                self._included(enrolment, node)
            else:
                self.act(enrolment, node, wants)
        elif code == t.AWAIT:
            self._await(enrolment, node, wants)
        elif code == t.DECIDE:
            self._decide(leg, enrolment, wants)
        elif code == t.REPEAT and node in enrolment.tokens:
            if leg.edge.kind == "again":
                self._let_pass(enrolment, node)
            else:
                self._stop_repeating(enrolment, node)

    def act(self, enrolment: Enrolment, node: int, wants: list[Want]) -> None:
        """Whoever owes something at a node does it. Raises: Astray."""
        tables = enrolment.tables
        code, name = tables.code[node], tables.name[node]
        if node in self.late and tables.program is self.program:
            self.use_the_time(enrolment, node)
        if code == t.WAIT:
            self._find_out(wants)
            self._let_pass(enrolment, node)
        elif code == t.HANDOFF:
            self._fact("accepted", name, self._values_for(wants, ()))
        elif code == t.CHOICE:
            choice = tables.program.nodes[node].statement
            if not isinstance(choice, model.Choice):
                raise AssertionError("a choice's node holds its statement")
            provider = self.chosen.get(choice.name, choice.options[0])
            self._fact("chose", name, self._values_for(wants, ()), provider)
        elif code == t.CONSULTATION:
            self._fact("answered", name, self._values_for(wants, self._made(tables.program, node)))
        else:
            self._fact(
                "completed", name, self._values_for(wants, self._made(tables.program, node)), provider_of(enrolment, node)
            )

    def use_the_time(self, enrolment: Enrolment, node: int) -> None:
        """Nothing is done before the last hour in which it is in time; an order is accepted at the last, and then done."""
        code = enrolment.tables.code[node]
        if node in enrolment.timers:
            self._pass_most(enrolment.timers[node])
            if code == t.STEP:
                self._fact("accepted", enrolment.tables.name[node], None)
        if node in enrolment.tokens and code != t.WAIT:
            runs = clock(self.record, enrolment, node, enrolment.tokens[node])
            if runs is not None:
                self._pass_most(runs.latest if self.is_lawful and runs.latest is not None else runs.due)

    def _pass_most(self, due: Instant | None) -> None:
        if due is not None and due - 2 * PAUSE > self.now:
            self.pass_time(due - 2 * PAUSE)

    def all_but(self, enrolment: Enrolment, event: int, item: str) -> None:
        """All that an event asks for comes about, but for what asks for an item."""
        program = enrolment.tables.program
        whenever = program.nodes[event].statement
        if not isinstance(whenever, model.Whenever):
            raise AssertionError("an event's node holds its `whenever`")
        parts = tuple(part for part in conditions.conjuncts(whenever.condition) if item not in conditions.items_of(part))
        if parts:
            self._bring_about(conditions.All(parts), [])

    def _must_be_at(self, enrolment: Enrolment, node: int) -> None:
        if node not in enrolment.tokens:
            raise Astray(f"the client does not come to {enrolment.tables.name[node]}")

    def _await(self, enrolment: Enrolment, node: int, wants: list[Want]) -> None:
        if node not in enrolment.tokens:
            return  # what is waited for was so already
        wait = enrolment.tables.program.nodes[node].statement
        if node in enrolment.timers:
            self._find_out(wants)
            self._let_pass(enrolment, node)
        elif isinstance(wait, model.Wait) and wait.until is not None:
            self._bring_about(wait.until, wants)

    def _decide(self, leg: Leg, enrolment: Enrolment, wants: list[Want]) -> None:
        if leg.node not in enrolment.tokens:
            return
        condition = leg.edge.condition
        if condition is not None and conditions.events_of(condition):
            self._bring_about(condition, wants)
        else:
            self._fact("observed", "", self._values_for([*next_wants(enrolment.tables.program, [leg]), *wants], ()))
        if leg.node in enrolment.tokens:
            raise Astray(f"the client does not go on from {enrolment.tables.name[leg.node]}", leg.node)

    def _stop_repeating(self, enrolment: Enrolment, node: int) -> None:
        repeat = enrolment.tables.repeats[node]
        if repeat.at_most is None and repeat.until is not None:
            self._bring_about(repeat.until, [])

    def _more_rounds(self, leg: Leg, body: list[Part], enrolment: Enrolment, wants: list[Want]) -> None:
        """A repeat without an end of its own is left when all its rounds are gone."""
        node = leg.node
        for _ in range(FACTS_MAX):  # rounds that only wait, until what never comes, leave no facts
            if node not in enrolment.rounds or enrolment.ended is not None:
                return
            before = enrolment.rounds[node].number
            if node in enrolment.tokens:
                self._let_pass(enrolment, node)
            if node in enrolment.rounds:
                self.go(tuple(body[1:]), enrolment, tuple(wants))
            if node in enrolment.rounds and enrolment.rounds[node].number == before and node not in enrolment.tokens:
                break
        raise Astray("the client does not leave a repeat")

    def _included(self, enrolment: Enrolment, node: int) -> None:
        """A path that is included is gone by its shortest way to an end."""
        child = next(e for e in self.record.active if e.parent == (enrolment.index, node))
        program = child.tables.program
        ways = Ways(program)
        for end in [n for n in program.nodes if n.kind == "end" and n.index in ways.reachable]:
            found = Routes(ways, Reached(ways)).find(end.index)
            if found is not None:
                self.go(found.route[1:], child)
                return
        raise Astray(f"no way through {program.path.name}")

    @property
    def enrolment(self) -> Enrolment:
        """The client on this way's path. Raises: Astray where they are not on it."""
        found = [one for one in self.record.enrolments if one.path == self.program.path.name and one.parent is None]
        if not found:
            raise Astray(f"the client is not on {self.program.path.name}")
        return found[0]

    def beside(self, program: Program) -> Driver:
        """The same client on the way of another path; whoever of the two is gone on with next takes up from the other."""
        other = Driver(self.machine, program, self.now, self.stable, self.chosen)
        other.values, other.items = self.values, self.items | other.items
        self.is_one_of_two = other.is_one_of_two = True
        other.take_up(self)
        return other

    def take_up(self, other: Driver) -> None:
        """Goes on where the other has left off."""
        self.record, self.deeds, self.now = other.record, other.deeds, other.now

    def copy(self) -> Driver:
        """A second one, which goes on by itself."""
        other = Driver(self.machine, self.program, self.now, self.stable, self.chosen, self.late, self.is_lawful)
        other.record, other.deeds, other.values = self.record.copy(), self.deeds.copy(), self.values.copy()
        other.is_one_of_two = self.is_one_of_two
        return other

    # what happens

    def _begin(self, begun: Beginning | Excursion, enrolment: Enrolment, wants: list[Want]) -> None:
        program = enrolment.tables.program
        whenever = program.nodes[begun.event].statement
        if not isinstance(whenever, model.Whenever):
            raise AssertionError("an event's node holds its statement")
        if begun.behind < 0:
            self._bring_about(whenever.condition, wants, event_wants(program, begun.event))
            return
        self._must_be_at(enrolment, begun.behind)
        self.act(enrolment, begun.behind, [*event_wants(program, begun.event), *wants])
        if enrolment.ended is not None:
            raise Astray("the path ends before the event's own way begins")

    def tell(self, values: Mapping[str, Value]) -> None:
        """Something becomes known."""
        self.values.update(values)
        self._fact("observed", "", values)

    def bring_about(self, condition: conditions.Condition) -> None:
        """What a condition asks for happens, and becomes so. Raises: Astray."""
        self._bring_about(condition, [])

    def _bring_about(self, condition: conditions.Condition, wants: list[Want], more: tuple[Want, ...] = ()) -> None:
        """What a condition asks for happens, and becomes so."""
        parts = conditions.conjuncts(condition)
        plain = tuple(part for part in parts if not conditions.events_of(part))
        asked = [*more, *([] if more else [Want(true=plain)])]
        both = self._values_for([*asked, *wants], ())
        events = _events_wanted(condition)
        atoms = conditions.atoms(condition)
        lasting = max((a.lasting.longest for a in atoms if isinstance(a, conditions.Compare) and a.lasting), default=0)
        if lasting and both:
            self._fact("observed", "", both)
            self.pass_time(self.now + lasting)
        for event in dict.fromkeys(events) or ("",):
            kind: FactKind = "observed"
            if event and event not in self.program.path.events:
                kind = "completed"
            self._fact(kind, event, both if both or event else self._again(plain))

    def _find_out(self, wants: list[Want]) -> None:
        """What must be known when a wait is over becomes known before."""
        items = self._values_for(wants, ())
        if items:
            self._fact("observed", "", items)

    def _again(self, plain: tuple[conditions.Condition, ...]) -> dict[str, Value]:
        """The values are so already, and are found once more."""
        return {item: self.values[item] for part in plain for item in conditions.items_of(part) if item in self.values}

    def _values_for(self, wants: list[Want], made: tuple[str, ...] | list[str]) -> dict[str, Value]:
        """What becomes known with a fact: what it makes, and what the way ahead wants."""
        items = self.items
        given = {item: self.stable.get(item, self.values.get(item, any_value(items.get(item)))) for item in made}
        now = {**self.values, **given}
        if not all(want.is_met(now) for want in wants):
            held = {**now, **{item: self.stable[item] for want in wants for item in want.items if item in self.stable}}
            # what cannot all be so at once may come to be so later: then the client waits, or goes another round
            tries = (solve(wants[:count], items, held) for count in range(len(wants), 0, -1))
            found = next((values for values in tries if values is not None), None)
            if found is None:
                raise Astray("no values lead this way")
            given |= {item: value for item, value in found.items() if now.get(item) != value or item in given}
        self.values.update(given)
        return given

    def _made(self, program: Program, node: int) -> tuple[str, ...]:
        statement = program.nodes[node].statement
        return statement.makes if isinstance(statement, model.Step | model.Consultation) else ()

    def _fact(self, kind: FactKind, subject: str, items: Mapping[str, Value] | None, provider: str | None = None) -> None:
        if len(self.deeds) >= FACTS_MAX:
            raise Astray("the way is too long to tell")
        if self.deeds:
            due = self.record.next_timer
            self.now += min(PAUSE, max(1, (due - self.now) // 2)) if due > self.now else PAUSE
        path = self.program.path.name if self._must_name_the_path(kind, subject) else None
        fact = Fact(kind, self.now, subject, dict(items) if items else None, provider, path=path, number=len(self.deeds) + 1)
        self.record = self.machine.extend(self.record, fact)
        holder = next((one.holder for one in self.record.enrolments if one.path == self.program.path.name), "")
        self.deeds.append(Deed(fact, holder, self.record.owner))

    def _must_name_the_path(self, kind: FactKind, subject: str) -> bool:
        """Whether what is done may be called the same on the client's other path."""
        return self.is_one_of_two and kind not in ("enrolled", "observed") and self.program.find(subject) is not None

    def _let_pass(self, enrolment: Enrolment, node: int) -> None:
        due = enrolment.timers.get(node, NEVER)
        if due >= NEVER:
            raise Astray(f"nothing ends {enrolment.tables.name[node]}")
        self.pass_time(due)

    def pass_time(self, at: Instant) -> None:
        """Nothing happens up to a moment."""
        self.now = max(self.now, at)
        self.machine.advance(self.record, self.now)


def stable_values(program: Program, route: Route, last: tuple[Want, ...]) -> dict[str, Value] | None:
    """Values that stay as they are and lead along the whole way; None where there are none."""
    return solve(wants_of(program, route, last), program.path.items, {})


def wants_of(program: Program, route: Route, last: tuple[Want, ...]) -> list[Want]:
    """What is wanted all along a way; events that do not belong to it do not come."""
    enter = program.path.clients.enter_when
    wants = [Want(true=conditions.conjuncts(enter))] if enter is not None else []
    wants += [*wants_along(program, route), *last]
    begun = {part.event for part in route if isinstance(part, Beginning | Excursion)}
    asked = {item for want in wants for item in want.items}
    for event in program.events:
        statement = program.nodes[event].statement
        if event in begun or not isinstance(statement, model.Whenever) or conditions.events_of(statement.condition):
            continue
        if asked.issuperset(conditions.items_of(statement.condition)):
            wants.append(Want(false=(statement.condition,)))
    return wants


def _may_be_over(enrolment: Enrolment, node: int) -> bool:
    """Whether a wait that counts from something was over as the client came to it."""
    wait = enrolment.tables.program.nodes[node].statement
    return isinstance(wait, model.Wait) and wait.of is not None


def _holds_up(enrolment: Enrolment, parts: list[Part]) -> bool:
    """Whether something has to be done before the end of a way is come to."""
    return any(
        not isinstance(part, Leg) or enrolment.tables.code[part.node] not in (t.DECIDE, t.SPLIT, t.JOIN, t.REPEAT, t.START)
        for part in parts
        if not isinstance(part, Entering)
    )


def _family(program: Program) -> list[Program]:
    """A path and those that it includes."""
    return [program, *(other for child in program.included.values() for other in _family(child))]


def _events_wanted(condition: conditions.Condition) -> tuple[str, ...]:
    """The events that bring a condition about: all that it needs, or the first of those of which one is enough."""
    if isinstance(condition, conditions.Happens):
        return (condition.event,)
    if isinstance(condition, conditions.All):
        return tuple(event for part in condition.parts for event in _events_wanted(part))
    if isinstance(condition, conditions.Any):
        return next((events for part in condition.parts if (events := _events_wanted(part))), ())
    return ()
