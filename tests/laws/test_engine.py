"""The engine against an independent oracle: where the client is and who holds the client, moment by moment.

Someone is always accountable (meaning, law 1); the record is the fold of its facts (law 12 and section 4).
"""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pathflow.base.durations import DAY, HOUR
from pathflow.engine import tables as t
from pathflow.engine.codec import canonical
from pathflow.engine.facts import Fact, Refusal
from pathflow.engine.program import Program
from pathflow.engine.record import Record
from pathflow.host.live import CareEngine
from pathflow.model import path as model
from tests.helpers import at, program_of
from tests.oracles.residual import Oracle
from tests.strategies import VALUES, paths

_KINDS = {
    t.STEP: "step", t.CONSULTATION: "consultation", t.CHOICE: "choice", t.HANDOFF: "handoff", t.DECIDE: "decide", t.REPEAT: "repeat",
}  # fmt: skip


def enabled(record: Record) -> set[tuple[str, str]]:
    """Where the client is, as the oracle says it; a wait is not seen by either."""
    found: set[tuple[str, str]] = set()
    for enrolment in record.active:
        for node in enrolment.tokens:
            code = enrolment.tables.code[node]
            if code in _KINDS:
                found.add((_KINDS[code], "" if code == t.REPEAT else enrolment.tables.name[node]))
    return found


def made_by(program: Program, name: str) -> tuple[str, ...]:
    node = program.find(name)
    statement = program.nodes[node].statement if node is not None else None
    return statement.makes if isinstance(statement, model.Step | model.Consultation) else ()


def some_values(chance: random.Random, names: tuple[str, ...], always_documents: bool = True) -> dict[str, object]:
    """Values for some of the items; documents that a step makes exist in any case."""
    found: dict[str, object] = {}
    for name in names:
        if name in ("letter", "summary"):
            if always_documents:
                found[name] = "made"
        elif chance.random() < 0.8:
            found[name] = _value(chance, name)
    return found


def _value(chance: random.Random, name: str) -> object:
    if name in ("alone", "in pain"):
        return chance.choice(["yes", "no"])
    if name == "class":
        return chance.choice(["I", "II", "III"])
    return chance.randrange(0, 120)


class Drive:
    """Random events on one client, given to the engine and to the oracle alike."""

    def __init__(self, program: Program, seed: int) -> None:
        self.program = program
        self.chance = random.Random(seed)
        self.engine = CareEngine([program])
        self.machine = self.engine.machine
        self.now = at(program, "2026-03-02T09:00")
        self.give("enrolled", program.path.name, {})
        self.oracle = Oracle(program.path, self.now)

    @property
    def record(self) -> Record:
        """As of the last fact."""
        return self.engine.client("client")

    @property
    def facts(self) -> list[Fact]:
        return self.record.facts

    def give(self, kind: str, subject: str, items: dict[str, object], **more: str) -> None:
        """An observation."""
        self.engine.record(kind, "client", subject, self.now, items or None, **more)  # type: ignore[arg-type]

    def compare(self) -> None:
        if self.chance.random() < 0.3:  # a question about what may come changes nothing
            self.engine.findings("client", self.now + 200 * DAY)
        record = self.engine.client("client", self.now)
        self.oracle.pass_time(self.now)
        enrolment = record.enrolments[0]
        outcome = enrolment.ended.outcome if enrolment.ended else None
        assert outcome == self.oracle.world.ended
        assert enabled(record) == self.oracle.enabled()
        assert enrolment.holder == self.oracle.world.holder
        assert (
            enrolment.holder in self.program.path.network.providers or enrolment.holder == self.program.path.network.organiser
        )

    def step(self) -> None:
        chance = self.chance
        self.now += chance.choice([HOUR, 5 * HOUR, DAY, 3 * DAY, 9 * DAY, 40 * DAY]) + chance.randrange(1000)
        self.compare()
        open_ = sorted(self.oracle.enabled() - {("repeat", "")})
        if chance.random() < 0.15:
            event = chance.choice(["Fall", "Call"])
            self.give("observed", event, {})
            self.oracle.happen(event, self.now)
            return
        if not open_ or chance.random() < 0.1:
            self.know()
            return
        kind, name = chance.choice(open_)
        if kind == "handoff":
            self.hand(name)
        elif kind == "decide":
            self.know()
        elif kind == "choice":
            if chance.random() < 0.5:
                self.give("chose", name, {}, provider="Hospital")
            else:
                assert isinstance(self.engine.choose("client", name, "Hospital", self.now), Fact)
            self.oracle.do(name, self.now, {})
        else:
            items = some_values(chance, made_by(self.program, name))
            if kind == "consultation" and chance.random() < 0.5:
                assert isinstance(self.engine.answer("client", name, self.now, items), Fact)
            else:
                self.give("completed" if kind == "step" else "answered", name, items)
            self.oracle.do(name, self.now, items)

    def hand(self, name: str) -> None:
        """A handoff is returned or accepted, by a command, which may be refused, or as somebody observed it."""
        is_command, is_back = self.chance.random() < 0.5, self.chance.random() < 0.3
        if is_command:
            send_back, accept = self.engine.send_back, self.engine.accept
            result = send_back("client", name, self.now, "not ours") if is_back else accept("client", name, self.now)
            if isinstance(result, Refusal):
                return
        else:
            self.give("returned" if is_back else "accepted", name, {}, **({"reason": "not ours"} if is_back else {}))
        if is_back:
            self.oracle.send_back(name, self.now)
        else:
            self.oracle.do(name, self.now, {})

    def know(self, name: str | None = None) -> None:
        """Something becomes known that no step made."""
        name = name or self.chance.choice(list(VALUES))
        items = some_values(self.chance, (name,), always_documents=False)
        self.give("observed", "", items)
        self.oracle.do("", self.now, items)


@given(paths(has_events=True), st.integers(0, 2**32))
def test_the_engine_agrees_with_the_oracle_moment_by_moment(text: str, seed: int) -> None:
    drive = Drive(program_of(text), seed)
    drive.compare()
    for _ in range(25):
        drive.step()
        drive.compare()
        if drive.oracle.world.ended:
            break


@given(paths(has_events=True), st.integers(0, 2**32))
def test_the_record_is_the_fold_of_its_facts_whatever_their_order(text: str, seed: int) -> None:
    program = program_of(text)
    drive = Drive(program, seed)
    for _ in range(15):
        drive.now += drive.chance.choice([HOUR, DAY, 9 * DAY])
        names = [node.name for node in program.nodes if node.kind in ("step", "handoff", "consultation", "choice")]
        kind = drive.chance.choice(
            ["completed", "completed", "accepted", "returned", "observed", "cancelled", "chose", "started"]
        )
        name = "Fall" if kind == "observed" else drive.chance.choice([*names, "Something else"])
        drive.give(
            kind,
            name,
            some_values(drive.chance, made_by(program, name)),
            provider=drive.chance.choice(["Hospital", "Health Centre"]),
        )
    shuffled = drive.facts.copy()
    drive.chance.shuffle(shuffled)
    late = Record("client")
    for fact in shuffled:
        late = drive.machine.evolve(late, fact)
    end = drive.now + 30 * DAY
    folded = drive.machine.fold("client", shuffled)
    records = [drive.record, late, folded]
    for record in records:
        drive.machine.advance(record, end)
    assert canonical(drive.record) == canonical(late) == canonical(folded)
    first = drive.machine.findings(drive.record, end)
    assert first == drive.machine.findings(late, end) == drive.machine.findings(folded, end)


@given(paths(has_events=True), st.integers(0, 2**32))
def test_evolve_leaves_the_record_that_it_is_given_alone(text: str, seed: int) -> None:
    drive = Drive(program_of(text), seed)
    record = drive.record
    for _ in range(8):
        before = canonical(record)
        names = [*(n.name for n in drive.program.nodes if n.kind in ("step", "handoff")), "Something else"]
        drive.now += DAY
        fact = Fact("completed", drive.now, drive.chance.choice(names), number=len(record.facts) + 1)
        after = drive.machine.evolve(record, fact)
        assert canonical(record) == before
        record = after


@given(paths(has_events=True), st.integers(0, 2**32))
def test_as_of_a_moment_is_what_was_known_then(text: str, seed: int) -> None:
    drive = Drive(program_of(text), seed)
    snapshots: list[tuple[int, str]] = []
    for _ in range(10):
        drive.step()
        snapshots.append((drive.now, canonical(drive.engine.client("client", drive.now))))
    for moment, was in snapshots:
        assert canonical(drive.machine.as_of(drive.record, moment)) == was
