"""Random ways through a path: what can be found on them that no test was written for.

A way is a scenario as a test has it: values drawn from the cells that the path's own conditions make, choices, delays within
what is allowed, events at random times. With faults people also forget, refuse, send back and come late, and clients leave.
Every way is played by the engine with all rules watching. What is found is shrunk to the shortest scenario that still has it.

Laws: tests/laws/test_exploring.py (the test that is printed, run from the file, has the same finding; one seed, one result).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.durations import Duration
from pathflow.base.findings import Finding, Level
from pathflow.base.instants import Instant
from pathflow.base.spans import Span
from pathflow.compiler.scenarios import NOT_CHOSEN
from pathflow.engine.duties import duties
from pathflow.engine.facts import Value
from pathflow.engine.machine import Machine
from pathflow.engine.program import Program
from pathflow.engine.record import NEVER, Record
from pathflow.engine.watch import WatchFactory
from pathflow.model import conditions as c
from pathflow.model import path as model
from pathflow.replay.judging import OUTSIDE
from pathflow.replay.playing import NOON, Play, family, items_of
from pathflow.replay.scenario import outcome_of
from pathflow.rules import cells
from pathflow.rules.allowing import Allow

TRIES_MAX: Final = 200
"""How many shorter scenarios are tried for one thing found."""

DAYS: Final = 730
"""How long a way is followed."""

ACTIONS: Final = 400
"""How much may happen on a way."""

EVENTS_BY: Final = 400
"""By which day random events have happened."""

UNSEEN: Final = frozenset({"O106"})
"""What a scenario cannot show to be otherwise: in it nobody reviews the plan."""

_THERE: Final[Mapping[str, Value]] = {"document": "there", "yes or no": "yes"}
"""What is so of an item that no condition asks for: a letter brought along, a consent given."""

_TEST_SPAN: Final = Span("", 1, 1, 1, 1)

_CONDITIONS: Final = (c.Compare, c.OneOf, c.IsUnknown, c.Happens, c.Reason, c.Not, c.All, c.Any)


class Trouble(NamedTuple):
    """What is wrong on one way. `kind`: the code of a finding, or the law of the engine that is broken."""

    kind: str
    level: Level
    message: str
    finding: Finding | None = None


class Found(Struct, frozen=True):
    """One kind of trouble, the shortest way to it, and on how many of the ways it came."""

    trouble: Trouble
    scenario: model.Scenario
    count: int

    @property
    def is_law(self) -> bool:
        """Whether a law is broken that no fault of people may break."""
        return self.trouble.kind in LAWS


LAWS: Final[Mapping[str, str]] = {
    "exception": "pathflow itself fails",
    "stuck": "nobody owes the client anything, nothing falls due, and the path has not ended",
    "nobody accountable": "nobody who is known is accountable",
    "no owner": "nobody owns the plan, and the path has not ended",
}
"""What must not be on any way, whatever people do."""


class _Allowing(Machine):
    """An engine that says nothing of what a path allows at the place at which it is found."""

    allows: tuple[Allow, ...] = ()

    def findings(self, record: Record, at: Instant) -> list[Finding]:
        """See `Machine`."""
        return [f for f in super().findings(record, at) if not any(allow.holds_for(f) for allow in self.allows)]


def explore(
    program: Program,
    watch: WatchFactory,
    ways: int,
    seed: int,
    with_faults: bool,
    progress: Callable[[int], None] | None = None,
    allows: Iterable[Allow] = (),
) -> list[Found]:
    """Goes random ways through a path.

    Args:
        allows: what the path allows is not looked for.
        progress: called after each way with their number so far.

    Returns: each kind of trouble once, laws first, then by level and code.
    """
    machine = _Allowing([program], watch)
    machine.allows = tuple(allows)
    first: dict[str, tuple[model.Scenario, frozenset[str]]] = {}
    counts: dict[str, int] = {}
    for number in range(ways):
        scenario = _Drawn(program, random.Random(f"{seed}:{number}"), with_faults).scenario()  # noqa: S311  # no secret
        troubles = {trouble.kind: trouble for trouble in troubles_of(machine, program, scenario)}
        for kind in troubles:
            counts[kind] = counts.get(kind, 0) + 1
            if kind not in first or _size(scenario) < _size(first[kind][0]):
                first[kind] = scenario, frozenset(troubles)
        if progress is not None:
            progress(number + 1)
    found: list[Found] = []
    for kind, (scenario, kinds) in first.items():
        short = shrunk(machine, program, scenario, kind, kinds)
        trouble = next(trouble for trouble in troubles_of(machine, program, short) if trouble.kind == kind)
        found.append(Found(trouble, _with_expectation(machine, program, short, trouble), counts[kind]))
    levels: dict[Level, int] = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda one: (not one.is_law, levels[one.trouble.level], one.trouble.kind))


def _with_expectation(machine: Machine, program: Program, scenario: model.Scenario, trouble: Trouble) -> model.Scenario:
    """The scenario as a test that expects what was found: at its end, or if it is gone by then, on the last day explored."""
    named = replace(scenario, name=f"{trouble.kind}, found by exploring")
    if trouble.kind in LAWS:
        return named
    kinds = [trouble.kind]
    if any(other.kind == OUTSIDE != trouble.kind for other in troubles_of(machine, program, scenario)):
        kinds.append(OUTSIDE)  # a test that does not speak of it fails
    for moment in (None, model.Moment(DAYS)):
        wanted = (model.Assumption("finding", "", kind, _TEST_SPAN) for kind in kinds)
        expected = (model.Expectation(_TEST_SPAN, moment, assumption=one) for one in wanted)
        test = replace(named, steps=(*scenario.steps, *expected))
        if not outcome_of(machine, program, test).failures:
            return test
    raise AssertionError("a day is asked about as it was explored")


def troubles_of(machine: Machine, program: Program, scenario: model.Scenario) -> list[Trouble]:
    """What is wrong on one way; of one on which more happens than anyone would follow, nothing is said."""
    play = Play(machine, program, scenario, DAYS, ACTIONS)
    try:
        play.run()
        if play.is_cut:
            return []
        findings = machine.findings(play.record, play.end)
        laws = [Trouble(kind, "error", f"{LAWS[kind]}{where}") for kind, where in _broken_laws(play)]
    except Exception as wrong:  # noqa: BLE001  # this is what is looked for
        return [Trouble("exception", "error", f"{LAWS['exception']}: {type(wrong).__name__}: {wrong}")]
    return laws + [Trouble(f.code, f.level, f.message, f) for f in findings if f.code not in UNSEEN]


def _broken_laws(play: Play) -> Iterator[tuple[str, str]]:
    record, network = play.record, play.program.path.network
    known = {*network.providers, *network.organisers}
    for enrolment in record.enrolments:
        if any(holder not in known for _, holder in enrolment.holders):
            yield "nobody accountable", ""
            break
    plan = play.program.path.plan
    if record.active and plan is not None and plan.owner is not None and record.owner is None:
        yield "no owner", ""
    if record.active and record.next_timer == NEVER:
        owed = [duty for enrolment in record.active for duty in duties(record, enrolment, play.end)]
        if not owed:
            places = [enrolment.tables.name[node] for enrolment in record.active for node in sorted(enrolment.tokens)]
            yield "stuck", f"; the client is at: {', '.join(places) or 'no place at all'}"


# drawing


class _Drawn:
    """One random scenario."""

    def __init__(self, program: Program, chance: random.Random, with_faults: bool) -> None:
        self.program = program
        self.chance = chance
        self.with_faults = with_faults
        self.items = items_of(program)

    def scenario(self) -> model.Scenario:
        given = [*self._values(), *self._outcomes()]
        steps = sorted([*self._events(), *self._repairs(given)], key=_when)
        return model.Scenario("", tuple(given), tuple(steps), (), _TEST_SPAN)

    def _values(self) -> Iterator[model.Assumption]:
        """A value for everything that is asked for, of a client who may enter."""
        cell = cells.values_of(_conditions_of(self.program), self.items)
        enter = self.program.path.clients.enter_when
        entering = [enter] if enter is not None else []
        brought = {name: _THERE[self.items[name].kind] for name in self._of_entry() if self.items[name].kind in _THERE}
        values: dict[str, Value] = {}
        for _ in range(50):
            values = brought | {name: self.chance.choice(options) for name, options in cell.items() if options}
            if all(cells.holds(condition, values) is True for condition in entering):
                break
        else:
            values |= cells.told(cells.client_with(entering, self.items) or {}, self.items)
        made = {item for one in family(self.program) for node in one.nodes for item in _made(node.statement)}
        entered = self._of_entry()
        for name, item in self.items.items():
            if name in values:
                if name in entered or not (self.with_faults and self.chance.random() < 0.1):
                    yield _item(name, values[name])
            elif item.kind == "yes or no" or (item.kind == "document" and name not in made):
                yield _item(name, _THERE[item.kind])

    def _statements(self) -> Iterator[model.Step | model.Handoff | model.Consultation | model.Choice]:
        for one in family(self.program):
            for node in one.nodes:
                if isinstance(node.statement, model.Step | model.Handoff | model.Consultation | model.Choice):
                    yield node.statement

    def _outcomes(self) -> Iterator[model.Assumption]:
        """What becomes of steps, handoffs and choices, where it is not what everybody does."""
        for statement in self._statements():
            if isinstance(statement, model.Choice):
                options = [*statement.options, *([NOT_CHOSEN] if self.with_faults else [])]
                yield model.Assumption("choice", statement.name, self.chance.choice(options), _TEST_SPAN)
                continue
            word = "accepted" if isinstance(statement, model.Handoff) else "done"
            longest = _longest(statement)
            if self.with_faults and self.chance.random() < 0.15:
                yield self._fault(statement, word, longest)
            elif longest is not None and self.chance.random() < 0.3:
                after = Duration(self.chance.randint(1, longest.count), longest.unit)
                yield model.Assumption("step", statement.name, word, _TEST_SPAN, after)

    def _fault(self, statement: Any, word: str, longest: Duration | None) -> model.Assumption:
        faults = ["not done" if word == "done" else "not accepted", "late"]
        if isinstance(statement, model.Handoff) or getattr(statement, "ordered_by", None) is not None:
            faults += ["not accepted", "returned"]
        if isinstance(statement, model.Handoff) and statement.limit is not None:
            faults.append("not proposed")
        fault = self.chance.choice(faults)
        if fault != "late":
            return model.Assumption("step", statement.name, fault, _TEST_SPAN)
        base = longest or Duration(30, "day")
        after = Duration(max(1, base.count) * self.chance.randint(2, 5), base.unit)
        return model.Assumption("step", statement.name, word, _TEST_SPAN, after)

    def _moment(self) -> model.Moment:
        """Rather soon than late, as most happens at the beginning; at any time of the day."""
        day = int(EVENTS_BY ** self.chance.random()) - 1
        return model.Moment(day, self.chance.randrange(9 * 60 + 1 if day == 0 else 0, 24 * 60))

    def _events(self) -> Iterator[model.Expectation]:
        """Events, and values that become others."""
        events = list(self.program.path.events)
        for _ in range(self.chance.choice((0, 0, 1, 1, 2)) if events else 0):
            yield model.Expectation(_TEST_SPAN, self._moment(), happens=self.chance.choice(events), is_expected=False)
        cell = cells.values_of(_conditions_of(self.program), self.items)
        changing = [name for name, options in cell.items() if options and name not in self._of_entry()]
        for _ in range(self.chance.choice((0, 1, 2, 3)) if changing else 0):
            name = self.chance.choice(changing)
            yield model.Expectation(
                _TEST_SPAN, self._moment(), assumption=_item(name, self.chance.choice(cell[name])), is_expected=False
            )
        if self.with_faults and self.chance.random() < 0.15:
            leaves = self.chance.choice(("died", "moved away", "refused"))
            yield model.Expectation(_TEST_SPAN, self._moment(), leaves=leaves, is_expected=False)

    def _of_entry(self) -> set[str]:
        enter = self.program.path.clients.enter_when
        return set(c.items_of(enter)) if enter is not None else set()

    def _repairs(self, given: list[model.Assumption]) -> Iterator[model.Expectation]:
        """What was left undone or sent back is sometimes made good later."""
        for one in given:
            if one.kind != "step" or one.after is not None or self.chance.random() < 0.5:
                continue
            is_handoff = any(s.name == one.subject and isinstance(s, model.Handoff) for s in self._statements())
            words = ["accepted", "proposed"] if is_handoff else ["done"]
            fixed = model.Assumption("step", one.subject, self.chance.choice(words), _TEST_SPAN)
            yield model.Expectation(_TEST_SPAN, self._moment(), assumption=fixed, is_expected=False)


def _item(name: str, value: Value) -> model.Assumption:
    return model.Assumption("item", name, value, _TEST_SPAN)


def _made(statement: object) -> tuple[str, ...]:
    return statement.makes if isinstance(statement, model.Step | model.Consultation) else ()


def _longest(statement: model.Step | model.Handoff | model.Consultation) -> Duration | None:
    """The longest time after which it is surely in time, whenever it came; None where that cannot be told."""
    if isinstance(statement, model.Handoff):
        lengths = [statement.accepted_within]
    elif isinstance(statement, model.Consultation):
        lengths = [statement.answered_within]
    elif any(start is not None for limit in statement.limits for start in limit.starts):
        return None
    else:
        lengths = [limit.target for limit in statement.limits]
    told = [length for length in lengths if length is not None and length.count > 0]
    return min(told, key=lambda length: length.shortest) if told and len(told) == len(lengths) else None


def _conditions_of(program: Program) -> list[c.Condition]:
    """Every condition that stands anywhere on the path, and on those that it includes."""
    found: list[c.Condition] = []
    for one in family(program):
        path = one.path
        services = path.network.services.values()
        found += _conditions_in((path.body, path.whenevers, path.clients.enter_when, tuple(services)))
    return found


def _conditions_in(thing: Any) -> Iterator[c.Condition]:
    """The conditions in whatever is made of structs and tuples: new kinds of statement are seen without a word here."""
    if isinstance(thing, _CONDITIONS):
        yield thing
    elif isinstance(thing, tuple):
        for part in thing:  # pyright: ignore[reportUnknownVariableType]
            yield from _conditions_in(part)
    elif isinstance(thing, Struct):
        for name in thing.__struct_fields__:
            yield from _conditions_in(getattr(thing, name))


def _when(step: model.Expectation) -> tuple[int, int]:
    moment = step.moment or model.Moment(0)
    return moment.day, NOON if moment.clock is None else moment.clock


# shrinking


def _size(scenario: model.Scenario) -> int:
    return len(scenario.given) + len(scenario.steps)


def shrunk(machine: Machine, program: Program, scenario: model.Scenario, kind: str, allowed: frozenset[str]) -> model.Scenario:
    """The shortest scenario that still has this trouble, and none of a kind that the first did not have.

    Decisions are left out in ever smaller groups, as delta debugging does, and then each is made plainer.
    Source: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28 (2002), the algorithm ddmin.
    """
    tries = TRIES_MAX

    def still(one: model.Scenario) -> bool:
        nonlocal tries
        if not is_of_the_group(program, one):
            return False
        tries -= 1
        kinds = {trouble.kind for trouble in troubles_of(machine, program, one)}
        return kind in kinds and kinds <= allowed

    best = scenario
    width = max(1, _size(best) // 2)
    while tries > 0:
        smaller = next((one for one in _without(best, width) if tries > 0 and still(one)), None)
        if smaller is not None:
            best = smaller
        elif width == 1:
            break
        else:
            width = max(1, width // 2)
        width = min(width, max(1, _size(best)))
    while tries > 0:
        plainer = next((one for one in _plainer(best) if tries > 0 and still(one)), None)
        if plainer is None:
            break
        best = plainer
    return best


def is_of_the_group(program: Program, scenario: model.Scenario) -> bool:
    """Whether what is given of a client lets them enter the path, as far as a value can tell."""
    enter = program.path.clients.enter_when
    given = {one.subject: one.value for one in scenario.given if one.kind == "item"}
    return enter is None or bool(c.events_of(enter)) or cells.holds(enter, given) is True


def _without(scenario: model.Scenario, width: int) -> Iterator[model.Scenario]:
    """The scenario without so many of its decisions, one group after another, the last first."""
    parts: list[model.Assumption | model.Expectation] = [*scenario.given, *scenario.steps]
    for start in range(((len(parts) - 1) // width) * width, -1, -width):
        kept = parts[:start] + parts[start + width :]
        if len(kept) < len(parts):
            given = tuple(part for part in kept if isinstance(part, model.Assumption))
            steps = tuple(part for part in kept if isinstance(part, model.Expectation))
            yield replace(scenario, given=given, steps=steps)


def _plainer(scenario: model.Scenario) -> Iterator[model.Scenario]:
    """The scenario with one of its decisions plainer: no time of day, an earlier day, no delay."""
    for at, step in enumerate(scenario.steps):
        moment = step.moment or model.Moment(0)
        days = (moment.day // 2, moment.day - 1) if moment.day else ()
        moments = [model.Moment(moment.day)] if moment.clock is not None else [model.Moment(day) for day in days]
        for other in moments:
            steps = [*scenario.steps[:at], replace(step, moment=other), *scenario.steps[at + 1 :]]
            yield replace(scenario, steps=tuple(sorted(steps, key=_when)))
    for at, one in enumerate(scenario.given):
        if one.after is not None and one.after.count > 1:
            shorter = replace(one, after=Duration(one.after.count // 2, one.after.unit))
            yield replace(scenario, given=(*scenario.given[:at], shorter, *scenario.given[at + 1 :]))
