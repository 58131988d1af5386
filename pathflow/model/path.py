"""A path: what is owed to a client, by whom, by when, with which information; and who holds the client meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.spans import Span
from pathflow.model.conditions import Condition
from pathflow.model.network import Event, Item, Labels, Network, Payer, Period, Price

ENROLMENT = "enrolment"
"""The moment a path begins for a client, as a clock's start."""


class Party(Struct, frozen=True):
    """A provider: named, chosen by the client (then `name` is the choice), or found in the client's record.

    `holder`: whoever is accountable at that moment. `previous`: whoever was accountable when the event began.
    `owner`: whoever owns the plan at that moment.
    """

    kind: Literal["provider", "chosen", "holder", "previous", "client", "owner"]
    name: str = ""

    def __str__(self) -> str:
        if self.kind == "holder":
            return "whoever is accountable"
        if self.kind == "previous":
            return "whoever was accountable"
        return {"client": "client", "owner": "its owner"}.get(self.kind, self.name)


class Actor(Struct, frozen=True):
    """Who acts, and where. `joint`: the professions act together (`and`) or instead of each other (`or`)."""

    party: Party
    professions: tuple[str, ...] = ()
    joint: Literal["and", "or"] = "or"
    channel: str | None = None

    def __str__(self) -> str:
        who = f" {self.joint} ".join(self.professions) + f" at {self.party}" if self.professions else str(self.party)
        return who + (f", {self.channel}" if self.channel else "")


class Limit(Struct, frozen=True):
    """A duty's clocks, of the target and of the maximum.

    `of`: the step, handoff or event that starts the target's, or the enrolment; None: when the step is reached.
    `at_most_of`: what starts the maximum's; None: the same as the target's.
    """

    target: Duration
    of: str | None = None
    at_most: Duration | None = None
    at_most_of: str | None = None
    when: Condition | None = None
    source: str | None = None
    valid: Period | None = None
    span: Span | None = None

    @property
    def starts(self) -> tuple[str | None, ...]:
        """What starts its clocks: the target's, and the maximum's where it has one of its own."""
        return (self.of,) if self.at_most_of is None else (self.of, self.at_most_of)


class Promise(Struct, frozen=True):
    """That a step, a handoff or an end comes within a time of something before it, along the whole way."""

    name: str
    limit: Limit
    span: Span
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        own = f" of {self.limit.at_most_of}" if self.limit.at_most_of is not None else ""
        most = f", at most {self.limit.at_most}{own}" if self.limit.at_most is not None else ""
        return f"{self.name} within {self.limit.target} of {self.limit.of or ENROLMENT}{most}"


class Fallback(Struct, frozen=True):
    """Who is accountable when nobody accepts in time."""

    party: Party


class Doing(Struct, frozen=True):
    """A service given in a step, and the reason when it is repeated on purpose."""

    service: str
    because: str | None = None
    span: Span | None = None


class Unasked(Struct, frozen=True):
    """That nothing of this is asked for, or needed, before a step, a handoff, a choice or an end."""

    name: str
    things: tuple[str, ...]
    span: Span

    def __str__(self) -> str:
        return f"{self.name} without {', '.join(self.things)}"


class Basis(Struct, frozen=True):
    """Why information may cross from one register to another: a statute in words, or a yes-or-no item, the client's consent."""

    text: str
    consent: str | None = None


class Start(Struct, frozen=True):
    """A path that a step begins, for this client or for one who is linked, by the name of the link."""

    path: str
    client: str | None = None

    def __str__(self) -> str:
        return self.path + (f" for {self.client}" if self.client is not None else "")


class Step(Struct, frozen=True, kw_only=True):
    """A unit of service. With `ordered_by` it is an order: another provider does it while accountability stays.

    `accepted_within` and `feedback_within`: the step's own, or agreed with the provider that does it. Where the client chooses
    it, and the step does not say, what is agreed with whoever was chosen holds.
    `place`: the site at which it is done. `same_visit`: another step, done at the same visit. `takes`: the work it takes.
    """

    name: str
    span: Span
    by: Actor | None = None
    ordered_by: Actor | None = None
    limits: tuple[Limit, ...] = ()
    needs: tuple[str, ...] = ()
    does: tuple[Doing, ...] = ()
    makes: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    accepted_within: Duration | None = None
    fallback: Fallback | None = None
    feedback_within: Duration | None = None
    place: str | None = None
    same_visit: str | None = None
    starts: Start | None = None
    basis: Basis | None = None
    takes: Duration | None = None
    price: Price | None = None
    payers: tuple[Payer, ...] = ()
    code: str | None = None
    aliases: tuple[str, ...] = ()
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Handoff(Struct, frozen=True, kw_only=True):
    """Accountability moves, with information.

    `plan_to`: the plan moves too. `plan_with`: the plan stays, and with whom. Neither: nobody said.
    """

    name: str
    span: Span
    sender: Actor
    receiver: Actor
    limit: Limit | None = None
    carries: tuple[str, ...] = ()
    accepted_within: Duration | None = None
    fallback: Fallback | None = None
    plan_to: Actor | None = None
    plan_with: Actor | None = None
    basis: Basis | None = None
    aliases: tuple[str, ...] = ()
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Consultation(Struct, frozen=True, kw_only=True):
    """Advice is asked; nothing moves."""

    name: str
    span: Span
    sender: Actor
    receiver: Actor
    carries: tuple[str, ...] = ()
    answered_within: Duration | None = None
    makes: tuple[str, ...] = ()
    basis: Basis | None = None
    aliases: tuple[str, ...] = ()
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Branch(Struct, frozen=True):
    """One way out of a decision (with its condition, or None for `otherwise`) or one of several ways at once (named).

    `chance`: how many clients go this way, for simulation. Units: per cent.
    """

    body: tuple[Statement, ...]
    span: Span
    name: str = ""
    condition: Condition | None = None
    chance: float | None = None
    labels: Labels = ()


class Decision(Struct, frozen=True):
    """One of several ways, by what is known or by what happens first."""

    name: str
    branches: tuple[Branch, ...]
    span: Span
    labels: Labels = ()
    sources: tuple[str, ...] = ()


class Together(Struct, frozen=True):
    """Several ways at once; the path goes on when all of them are through, or so many as `until` says.

    The others are then left as they stand, and their open orders are withdrawn.
    """

    branches: tuple[Branch, ...]
    span: Span
    until: int | None = None

    @property
    def needs(self) -> int:
        """How many branches must be through."""
        return min(self.until, len(self.branches)) if self.until is not None else len(self.branches)


class Repeat(Struct, frozen=True):
    """A part that comes again: every so often, so many times at most, until something is so.

    Without `until` it goes all its rounds: exactly so many. `from_start`: `every` counts from when a round began, and not
    from when it was done.
    """

    body: tuple[Statement, ...]
    span: Span
    every: Duration | None = None
    at_most: int | None = None
    until: Condition | None = None
    from_start: bool = False

    @property
    def rhythm(self) -> str:
        """How often, as it is written; nothing where it is not said."""
        return f"every {self.every}" + (" from start to start" if self.from_start else "") if self.every is not None else ""

    @property
    def count(self) -> str:
        """How many rounds it has, as one says it."""
        words = f"{self.at_most} time{'' if self.at_most == 1 else 's'}"
        return words if self.until is None else f"at most {words}"


class Choice(Struct, frozen=True):
    """The client chooses a provider, and is guided in choosing."""

    name: str
    options: tuple[str, ...]
    span: Span
    guided_by: Actor | None = None
    limit: Limit | None = None
    default: str | None = None
    chances: tuple[tuple[str, float], ...] = ()
    labels: Labels = ()
    sources: tuple[str, ...] = ()


class Wait(Struct, frozen=True):
    """Nothing is owed for so long; or until something is so or has happened, and then `length` is the longest it may take.

    `of`: what the length counts from, as a clock does, or None: from when the wait is reached.
    """

    length: Duration | None
    span: Span
    until: Condition | None = None
    of: str | None = None

    def __str__(self) -> str:
        if self.of is not None:
            return f"wait until {self.length} after {self.of}"
        if self.until is None:
            return f"wait {self.length}"
        return f"wait until {self.until}" + (f", at most {self.length}" if self.length is not None else "")


class Include(Struct, frozen=True):
    """Another path, as a part of this one: a child enrolment. `version`: the one that is meant, or None for the one found."""

    path: str
    span: Span
    version: str | None = None


class NoReturn(Struct, frozen=True):
    """An event that should not come so soon after the end."""

    event: str
    within: Duration
    span: Span


class End(Struct, frozen=True):
    """The path ends for the client, with an outcome; what becomes of the plan is said, or nobody said it."""

    name: str
    span: Span
    closes_plan: bool = False
    plan_with: Actor | None = None
    no_returns: tuple[NoReturn, ...] = ()
    labels: Labels = ()


class Ending(Struct, frozen=True):
    """How an event's own steps end: the main way goes on, stops, or starts again from a step."""

    kind: Literal["resume", "stop", "restart"]
    span: Span
    step: str | None = None


Statement = Step | Handoff | Consultation | Decision | Together | Repeat | Choice | Wait | Include | End | Ending


class Rate(Struct, frozen=True):
    """So many in a unit of time, for simulation. `what`: clients, hours of work; None: clients or events."""

    number: float
    per: Duration
    what: str | None = None

    def __str__(self) -> str:
        return f"{self.number:g}{' ' + self.what if self.what else ''} per {self.per.unit}"


class Whenever(Struct, frozen=True):
    """Something that can happen at any time, and what is done then.

    The main way stands still meanwhile, unless `is_beside`: then it goes on beside it.
    """

    condition: Condition
    body: tuple[Statement, ...]
    span: Span
    is_beside: bool = False
    arrivals: Rate | None = None


class Linked(Struct, frozen=True):
    """Another client who belongs to this one, with a record of their own: a parent, a child, a carer.

    `shares`: the items that those who care for the one may see of the other, on a legal basis.
    """

    name: str
    shares: tuple[str, ...] = ()
    basis: Basis | None = None
    labels: Labels = ()
    span: Span | None = None


class Clients(Struct, frozen=True):
    """The group of clients that a path is for."""

    name: str
    items: Mapping[str, Item]
    events: Mapping[str, Event]
    enter_when: Condition | None = None
    linked: Mapping[str, Linked] = {}
    labels: Labels = ()
    span: Span | None = None


class Review(Struct, frozen=True):
    """How often a plan is reviewed, and after which steps and events besides."""

    every: Duration
    after: tuple[str, ...] = ()


class Plan(Struct, frozen=True):
    """The care plan: its one owner, its review, its team (and those who join it when needed) and its contents."""

    name: str
    span: Span
    owner: Actor | None = None
    review: Review | None = None
    team: tuple[str, ...] = ()
    team_when_needed: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    says_joining: bool = False
    joining_owner: Actor | None = None
    labels: Labels = ()


class Capacity(Struct, frozen=True):
    """How much work of a profession there is at a provider."""

    actor: Actor
    rate: Rate
    span: Span


class Load(Struct, frozen=True):
    """What a simulation needs to know: how many clients come, and how much work can be done."""

    name: str
    arrivals: Rate
    capacities: tuple[Capacity, ...] = ()
    sources: tuple[str, ...] = ()
    span: Span | None = None


class Assumption(Struct, frozen=True):
    """In a test: an item has a value, a step or handoff an outcome, a choice a provider.

    `value` is a number for a number item, otherwise a word. `after`: how long it takes, from when it falls to somebody.
    """

    kind: Literal["item", "step", "choice", "holder", "owner", "finding"]
    subject: str
    value: str | float
    span: Span
    after: Duration | None = None


class Moment(Struct, frozen=True):
    """A day after enrolment, at a time on the clock. Units: `clock` in minutes since midnight; None is noon, and not told."""

    day: int
    clock: int | None = None

    def __str__(self) -> str:
        return f"day {self.day}" + (f" at {clock_of(self.clock)}" if self.clock is not None else "")


def clock_of(minutes: int) -> str:
    """Minutes since midnight as the clock shows them: `14:30`."""
    return f"{minutes // 60}:{minutes % 60:02}"


class Due(Struct, frozen=True):
    """By when something is owed: the target, and the legal maximum where one is told."""

    subject: str
    on: Moment
    at_most: Moment | None = None


class Within(Struct, frozen=True):
    """That something comes within a time of something else, each time, or of enrolment (None)."""

    subject: str
    length: Duration
    of: str | None = None


class Expectation(Struct, frozen=True):
    """In a test: at a moment (None: at the end), names in order, one thing that is so, or something that happens.

    `leaves`: the client died, moved away or refused.
    """

    span: Span
    moment: Moment | None = None
    names: tuple[str, ...] = ()
    assumption: Assumption | None = None
    happens: str | None = None
    is_expected: bool = True
    leaves: str | None = None
    due: Due | None = None
    within: Within | None = None


class Never(Struct, frozen=True):
    """What must not come in a test: something that happens, perhaps only before or after a day; a holder, an owner, a finding.

    Without a name and a state: any finding at all.
    """

    span: Span
    name: str = ""
    before: int | None = None
    after: int | None = None
    state: Assumption | None = None


class Scenario(Struct, frozen=True):
    """A test of the path: what is given, what then happens, what is expected and what must never come."""

    name: str
    given: tuple[Assumption, ...]
    steps: tuple[Expectation, ...]
    never: tuple[Never, ...]
    span: Span


class Log(Struct, frozen=True):
    """How a source of events is read: its columns, and the kinds of fact it can show at all."""

    name: str
    columns: Mapping[str, str]
    shows: frozenset[str]
    span: Span


class Path(Struct, frozen=True, kw_only=True, dict=True):
    """One care chain.

    `needs`: items that must be there when a client begins. `makes`: items that are there at every end; None where the path does
    not say.
    """

    name: str
    version: str
    network: Network
    responsible: str
    accountable: str
    clients: Clients
    body: tuple[Statement, ...]
    whenevers: tuple[Whenever, ...] = ()
    plan: Plan | None = None
    needs: tuple[str, ...] = ()
    makes: tuple[str, ...] | None = None
    valid: Period | None = None
    silence: Duration | None = None
    promises: tuple[Promise, ...] = ()
    unasked: tuple[Unasked, ...] = ()
    tests: tuple[Scenario, ...] = ()
    logs: tuple[Log, ...] = ()
    load: Load | None = None
    contact: str | None = None
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    span: Span

    @cached_property
    def items(self) -> dict[str, Item]:
        """The network's items and the group's own."""
        return {**self.network.items, **self.clients.items}

    @property
    def events(self) -> dict[str, Event]:
        """The network's events and the group's own."""
        return {**self.network.events, **self.clients.events}


def walk(body: tuple[Statement, ...]) -> Iterator[Statement]:
    """Every statement in reading order, those inside others after them."""
    waiting = list(reversed(body))
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, Decision | Together):
            for branch in reversed(statement.branches):
                waiting.extend(reversed(branch.body))
        elif isinstance(statement, Repeat):
            waiting.extend(reversed(statement.body))
