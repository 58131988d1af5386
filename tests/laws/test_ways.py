"""What the proofs know of each place, against what was so on the ways that clients really went.

Sound: what is told to be readable somewhere was readable there on every way. Exact: what whoever holds the client can read on
every way is told, however the ways differ in who that is.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from pathflow.base.findings import Finding
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.machine import Machine
from pathflow.engine.parties import provider_named, provider_of
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Offer, Record
from pathflow.model import path as model
from pathflow.rules import knowledge
from pathflow.rules.known import BEFORE_IT, EVERYWHERE, HERE
from pathflow.rules.registry import prove_all
from pathflow.rules.ways import Ways
from tests.helpers import program_of, unit_of
from tests.laws.test_engine import Drive
from tests.oracles.brute import Brute
from tests.strategies import HEAD, LETTERS, NETWORK, PROVIDERS, paths, set_off

ITEMS = ("letter", "summary", "weight")
HOLDER = model.Party("holder")


class Written(Machine):
    """The machine, and in which registers each item has been written or brought."""

    __slots__ = ("places", "ways")

    def __init__(self, program: Program) -> None:
        super().__init__([program])
        self.ways = Ways(program)
        self.places: dict[str, set[str]] = {}

    def do(self, record: Record, enrolment: Enrolment, node: int, fact: Fact) -> None:
        statement = enrolment.tables.program.nodes[node].statement
        place = self.ways.register(provider_of(enrolment, node) or "")
        if isinstance(statement, model.Step):
            self.bring(statement.carries, place)
        if isinstance(statement, model.Step | model.Consultation):
            for item in statement.makes:
                self.places.setdefault(item, set()).update({place, *self.answered(enrolment, node, statement)})
        super().do(record, enrolment, node, fact)

    def take_observation(self, record: Record, fact: Fact) -> None:
        """What is told of the client is told to whoever holds them."""
        for enrolment in record.active:
            for item in fact.items or ():
                self.places.setdefault(item, set()).add(self.ways.register(enrolment.holder))
        super().take_observation(record, fact)

    def answered(self, enrolment: Enrolment, node: int, statement: model.Step | model.Consultation) -> Iterator[str]:
        """Where the result comes back to: whoever asked for advice, or for feedback on an order."""
        asked = statement.sender if isinstance(statement, model.Consultation) else statement.ordered_by
        if asked is not None and (isinstance(statement, model.Consultation) or statement.feedback_within is not None):
            yield self.ways.register(provider_named(enrolment, asked.party, node))

    def accept(self, record: Record, enrolment: Enrolment, node: int, offer: Offer, fact: Fact) -> None:
        statement = enrolment.tables.program.nodes[node].statement
        if isinstance(statement, model.Handoff):
            self.bring(statement.carries, self.ways.register(provider_named(enrolment, statement.receiver.party, node)))
        super().accept(record, enrolment, node, offer, fact)

    def bring(self, items: tuple[str, ...], place: str) -> None:
        for item in items:
            if item in self.places:
                self.places[item].add(place)

    def wrong(self, record: Record) -> Iterator[str]:
        """What is told to be readable where the client is, and is not."""
        for enrolment in record.active:
            for node in enrolment.tokens:
                offer = enrolment.offers.get(node)
                if enrolment.tables.code[node] == t.HANDOFF and offer is not None and is_left(enrolment, offer):
                    continue  # the fallback holds the client; nothing is asked of it here
                if self.is_suspended(record, enrolment, node):
                    continue  # an event's own way may have moved the client, and gives the client back
                for item, places in self.ways.known(node).items():
                    wanted = {self.concrete(enrolment, node, place) for place in places - {EVERYWHERE}}
                    if not item.startswith("\0") and EVERYWHERE not in places and not wanted <= self.places.get(item, set()):
                        yield f"{item} at {enrolment.tables.name[node]}: {sorted(places)}, not {self.places.get(item)}"

    def concrete(self, enrolment: Enrolment, node: int, place: str) -> str:
        party = {HERE: HOLDER, BEFORE_IT: model.Party("previous")}.get(place)
        return self.ways.register(provider_named(enrolment, party, node)) if party is not None else place


def is_left(enrolment: Enrolment, offer: Offer) -> bool:
    """Whether nobody accepted in time, and somebody else holds the client since; also where it was sent back after that."""
    return offer.state == "expired" or (offer.sent is not None and enrolment.holder_at(offer.sent) != enrolment.holder)


@given(paths(has_events=True), st.integers(0, 2**32))
def test_what_is_told_to_be_readable_was_readable(text: str, seed: int) -> None:
    go(text, seed)


@given(st.deferred(lambda: moving(named=True)), st.integers(0, 2**32))
def test_so_it_was_where_the_client_was_moved(text: str, seed: int) -> None:
    go(text, seed)


@given(set_off(), st.integers(0, 2**32))
def test_so_it_was_where_events_come_at_some_points_only(text: str, seed: int) -> None:
    program = program_of(text)
    look_on(program, Brute(program).one_way(random.Random(seed), 20))


def go(text: str, seed: int) -> None:
    program = program_of(text)
    drive = Drive(program, seed)
    drive.know("class")
    for _ in range(20):
        drive.step()
        if drive.oracle.world.ended:
            break
    look_on(program, drive.facts)


def look_on(program: Program, facts: Iterable[Fact]) -> None:
    machine = Written(program)
    record = Record("client")
    for fact in facts:
        record = machine.extend(record, fact)
        assert list(machine.wrong(record)) == []


# every way of a path without repeats, gone one by one

State = tuple[str, frozenset[tuple[str, str]]]
"""Who holds the client, and which item is in which register."""


def after(ways: Ways, node: int, state: State) -> State:
    holder, places = state
    statement = ways.program.nodes[node].statement

    def who(party: model.Party) -> str:
        return ways.register(party.name if party.kind == "provider" else holder)

    there = {item for item, _ in places}
    if isinstance(statement, model.Handoff):
        receiver = who(statement.receiver.party)
        brought = {(item, receiver) for item in statement.carries if item in there}
        return (statement.receiver.party.name if statement.receiver.party.kind == "provider" else holder), places | brought
    if isinstance(statement, model.Step) and statement.by is not None:
        doer = who(statement.by.party)
        new = {(item, doer) for item in statement.carries if item in there} | {(item, doer) for item in statement.makes}
        if statement.ordered_by is not None and statement.feedback_within is not None:
            new |= {(item, who(statement.ordered_by.party)) for item in statement.makes}
        return holder, places | new
    return state


def all_ways(ways: Ways) -> list[set[State]]:
    program = ways.program
    states: list[set[State]] = [set() for _ in program.nodes]
    states[program.start].add((program.path.accountable, frozenset()))
    waiting = [program.start]
    while waiting:
        node = waiting.pop()
        out = {after(ways, node, state) for state in states[node]}
        for edge in program.edges[node]:
            if not out <= states[edge.target]:
                states[edge.target] |= out
                waiting.append(edge.target)
    return states


@st.composite
def moving(draw: DrawFn, named: bool = False) -> str:
    """A path that goes apart and comes together, with the client held by one or another."""
    lines, _ = draw(_body(itertools.count(), named, 2, "Health Centre"))
    return NETWORK + "\n" + HEAD + "\n".join(["steps", *lines, "    end Done", "        closes the plan\n"])


@st.composite
def _body(draw: DrawFn, count: Iterator[int], named: bool, depth: int, holder: str | None) -> tuple[list[str], str | None]:
    """Lines, and who surely holds the client after them."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["step", "step", "handoff", "order", *(["decide"] * 3 if depth else [])]))
        if kind == "decide":
            lines += [f"    decide Which {next(count)}?"]
            holders: set[str | None] = set()
            for condition in ("class is I", "class is II", "class is III"):
                body, then = draw(st.one_of(_body(count, named, depth - 1, holder), st.just((["    continue"], holder))))
                lines += [f"        if {condition}", *("        " + line for line in body)]
                holders.add(then)
            holder = holders.pop() if len(holders) == 1 else None
            continue
        place = draw(st.sampled_from(PROVIDERS))
        lines.append(f"    {'step' if kind == 'order' else kind} Part {next(count)}")
        lines += draw(_part(kind, place, named, holder))
        holder = place if kind == "handoff" else holder
    return lines, holder


@st.composite
def _part(draw: DrawFn, kind: str, place: str, named: bool, holder: str | None) -> list[str]:
    items = ", ".join(draw(st.lists(st.sampled_from(ITEMS), unique=True, min_size=1, max_size=2)))
    if kind == "handoff":
        lines = [f"from whoever is accountable to {place}", f"carries {items}", "accepted within 2 days"]
        lines += [f"if not accepted, {place} takes over", "keeps the plan with its owner"]
    elif kind == "step":
        doers = [
            "whoever is accountable",
            *([f"nurse at {holder}"] if holder else []),
            *([f"nurse at {place}"] if named else []),
        ]
        lines = [f"by {draw(st.sampled_from(doers))}", "within 3 days", f"makes {items}"]
    else:
        lines = [f"by nurse at {place}", "ordered by whoever is accountable", "accepted within 2 days"]
        lines += ["within 3 days", f"carries {items}"]
        if draw(st.booleans()):
            lines += ["feedback within 2 days", f"makes {draw(st.sampled_from(LETTERS))}"]
    return ["        " + line for line in lines]


@given(moving())
def test_what_the_holder_reads_on_every_way_is_told(text: str) -> None:
    ways = Ways(program_of(text))
    for node, states in zip(ways.program.nodes, all_ways(ways), strict=True):
        if not states or node.statement is None:
            continue
        known = ways.known(node.index)
        for item in ITEMS:
            always = all((item, ways.register(holder)) in places for holder, places in states)
            assert always == ways.can_read(known, item, HOLDER, node), (node.name, item, known.get(item))
            if item in known and not always:
                lacking = {holder for holder, places in states if (item, ways.register(holder)) not in places}
                assert lacking <= set(ways.lacking(known, [item], HOLDER, node))


@given(paths(has_events=True))
def test_what_nobody_speaks_of_any_more_makes_no_difference(text: str) -> None:
    """What is known is kept only as long as something may ask for it; with all of it kept the same is found."""
    program = unit_of(text).program
    if program is None:
        return
    found: list[list[Finding]] = []
    for few in (0, 1_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(knowledge, "FEW", few)
            found.append(prove_all(Ways(program)))
    assert found[0] == found[1]
