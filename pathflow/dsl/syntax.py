"""The syntax tree: statements in blocks, each with a keyword, a value and a body. It may be wrong; the model may not.

Marks inside a value are offsets into the value's text, so that equal lines share one parsed value; `Statement.span_of`
turns a mark into a place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.editions import FIRST
from pathflow.base.findings import Finding
from pathflow.base.names import fold
from pathflow.base.spans import Span


class Name(Struct, frozen=True):
    """A name as written, single-spaced and in composed letters, without its quotes."""

    text: str
    start: int = 0
    end: int = 0

    @property
    def key(self) -> str:
        """The form in which names are compared."""
        return fold(self.text)


class Names(Struct, frozen=True):
    """A list of names."""

    names: tuple[Name, ...]


class Text(Struct, frozen=True):
    """Free text: a label, a source, a note."""

    text: str
    start: int = 0
    end: int = 0


class Amount(Struct, frozen=True):
    """A number with its unit; a number of times has none."""

    number: float
    unit: str | None
    start: int = 0
    end: int = 0


class Time(Struct, frozen=True):
    """A length of time."""

    length: Duration
    start: int = 0
    end: int = 0


class Dates(Struct, frozen=True):
    """From a date on, or from one date to another, both included."""

    first: date
    last: date | None
    start: int = 0
    end: int = 0


# ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Compare(Struct, frozen=True, tag=True):
    """`NT-proBNP < 125 ng/l`, with `within 3 days` (a value no older) or `for 2 weeks` (held so long)."""

    item: Name
    operator: Literal["<", "<=", ">", ">=", "="]
    amount: Amount
    within: Duration | None = None
    lasting: Duration | None = None


class Is(Struct, frozen=True, tag=True):
    """`lives alone is yes`, `NYHA class is one of III, IV`, `ejection fraction is unknown`."""

    item: Name
    options: tuple[Name, ...]


class Holds(Struct, frozen=True, tag=True):
    """A bare name: a yes-or-no item that is yes, or a reason that was given."""

    item: Name


class Happens(Struct, frozen=True, tag=True):
    """`Admission to hospital happens`: a step was done or an event observed."""

    event: Name


class Not(Struct, frozen=True, tag=True):
    """The opposite; of unknown, unknown."""

    part: Condition


class All(Struct, frozen=True, tag=True):
    """Every part holds."""

    parts: tuple[Condition, ...]


class Any(Struct, frozen=True, tag=True):
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Compare | Is | Holds | Happens | Not | All | Any


class When(Struct, frozen=True):
    """A condition as the value of a line."""

    condition: Condition


# ── values of lines ─────────────────────────────────────────────────────────────────────────────────────────────────


class Actor(Struct, frozen=True):
    """Who acts: professions at a provider, the client, whoever holds (or held) the client, or the plan's owner.

    `joint` says whether several professions act together (`and`) or instead of each other (`or`).
    """

    kind: Literal["provider", "client", "holder", "previous", "owner"]
    professions: tuple[Name, ...] = ()
    joint: Literal["and", "or"] = "or"
    provider: Name | None = None
    channel: Name | None = None
    start: int = 0
    end: int = 0


class Limit(Struct, frozen=True):
    """`14 days of contact, at most 3 months of enrolment, when age >= 23 years, source "1326/2010 §51"`."""

    target: Duration
    of: Name | None = None
    at_most: Duration | None = None
    at_most_of: Name | None = None
    when: Condition | None = None
    source: str | None = None
    valid: Dates | None = None
    start: int = 0
    end: int = 0


class Parties(Struct, frozen=True):
    """From whom to whom."""

    sender: Actor
    receiver: Actor


class Fallback(Struct, frozen=True):
    """Who takes over when nobody accepts, or that the sender keeps the client."""

    party: Actor
    keeps: bool


class ItemType(Struct, frozen=True):
    """What is known of a client: its name, type, unit or options, how long it stays valid; between which numbers it lies."""

    name: Name
    kind: Literal["number", "yes or no", "one of", "date", "text", "document"]
    unit: str | None = None
    options: tuple[Name, ...] = ()
    valid: Duration | None = None
    bounds: tuple[float, float] | None = None


class Repetition(Struct, frozen=True):
    """How often, and how many times at most; `is_exact`: so many times, no fewer.

    `from_start`: it counts from when a round began, and not from when it was done.
    """

    every: Duration | None = None
    at_most: int | None = None
    is_exact: bool = False
    from_start: bool = False


class Window(Struct, frozen=True):
    """How long a result holds, and what makes a new one right all the same."""

    length: Duration
    unless: Condition | None = None


class Review(Struct, frozen=True):
    """How often a plan is reviewed, and after what besides."""

    every: Duration
    after: tuple[Name, ...] = ()


class Does(Struct, frozen=True):
    """The services a step gives, and the reason when it repeats one on purpose."""

    services: tuple[Name, ...]
    because: Name | None = None


class Joining(Struct, frozen=True):
    """Who owns the plan when another path joins: nobody new (None), or this actor."""

    actor: Actor | None


class Waiting(Struct, frozen=True):
    """Nothing goes on until something is so, or has happened; at most so long."""

    condition: Condition
    at_most: Duration | None = None


class After(Struct, frozen=True):
    """Nothing goes on until so long after something: a step, a handoff, a choice, an event, or enrolment."""

    length: Duration
    of: Name


class Occasion(Struct, frozen=True):
    """What begins an event's own way, and whether the main way goes on beside it."""

    condition: Condition
    is_beside: bool = False


class Meeting(Struct, frozen=True):
    """How many branches must be through before the path goes on."""

    count: int


class Rate(Struct, frozen=True):
    """So much in a unit of time."""

    amount: Amount
    per: Duration


class Capacity(Struct, frozen=True):
    """How much of a profession's work there is at a provider in a unit of time."""

    rate: Rate
    actor: Actor


class Price(Struct, frozen=True):
    """What something costs: per visit, month or what else; for one service, or for all that is agreed."""

    amount: Amount
    per: Name | None = None
    service: Name | None = None


class Payer(Struct, frozen=True):
    """Who pays, and which share of it, where that is said."""

    name: Name
    share: Amount | None = None


class Payers(Struct, frozen=True):
    """All who pay."""

    payers: tuple[Payer, ...]


class Starting(Struct, frozen=True):
    """A path that a step begins, for this client or for one who is linked."""

    path: Name
    client: Name | None = None


class NoReturn(Struct, frozen=True):
    """An event that should not come so soon."""

    event: Name
    within: Duration


class Allowance(Struct, frozen=True):
    """The code of a finding that may stand here, and why."""

    code: Name
    because: Text


class Use(Struct, frozen=True):
    """A network by its name, and the file it is in when that is not beside this one."""

    name: Name
    file: Text | None = None


class Assumption(Struct, frozen=True):
    """What a scenario assumes of an item, a step, a handoff or a choice. `after`: so long after it fell due to somebody."""

    subject: Name
    value: Name | Amount
    after: Duration | None = None


class Given(Struct, frozen=True):
    """Assumptions, all together."""

    assumptions: tuple[Assumption, ...]


class Moment(Struct, frozen=True):
    """A day after enrolment, and perhaps the time on the clock. Units: `clock` in minutes since midnight."""

    day: int
    clock: int | None = None


class Due(Struct, frozen=True):
    """By when something is owed: the target, and the legal maximum."""

    subject: Name
    on: Moment
    at_most: Moment | None = None


class Within(Struct, frozen=True):
    """That something comes within a time of something else, or of enrolment."""

    subject: Name
    length: Duration
    of: Name | None = None


class OnDay(Struct, frozen=True):
    """Something that happens, or is so, at a moment after enrolment. `leaves`: the client died, moved away or refused."""

    moment: Moment
    expects: bool
    assumption: Assumption | None = None
    happens: Name | None = None
    leaves: str | None = None
    due: Due | None = None


class Expect(Struct, frozen=True):
    """What a scenario expects: names in this order, one thing that is so at the end, when something is due or comes."""

    names: tuple[Name, ...] = ()
    assumption: Assumption | None = None
    due: Due | None = None
    within: Within | None = None


class Never(Struct, frozen=True):
    """What must not come: names, perhaps only before or after a day; a holder, an owner, a finding; any finding at all."""

    names: tuple[Name, ...] = ()
    side: Literal["before", "after"] | None = None
    day: int = 0
    assumption: Assumption | None = None
    has_any_finding: bool = False


Value = (
    Name | Names | Text | Amount | Time | Dates | When | Actor | Limit | Parties | Fallback | ItemType | Repetition | Window
    | Review | Does | Joining | NoReturn | Use | Given | OnDay | Expect | Never | Waiting | After | Occasion | Meeting | Rate
    | Capacity | Price | Payers | Starting | Allowance
)  # fmt: skip


# ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Statement(Struct, eq=False):
    """One line that says something, and the lines that belong to it.

    `is_broken`: what the line says could not be read; nothing is concluded from its absence. `is_orphan`: the line stands
    where it cannot; its names are known, and it takes no part in the path.
    """

    keyword: str
    line: int
    column: int
    end_column: int
    value: Value | None = None
    value_column: int = 0
    body: list[Statement] = []
    is_broken: bool = False
    is_orphan: bool = False
    has_doubt: bool = False

    def all(self, keyword: str) -> Iterator[Statement]:
        """The statements of the body with that keyword that can be trusted."""
        for part in self.body:
            if part.keyword == keyword and not part.is_orphan:
                yield part

    def one(self, keyword: str) -> Statement | None:
        """The first of them."""
        for part in self.body:
            if part.keyword == keyword and not part.is_orphan:
                return part
        return None

    def span(self, file: str) -> Span:
        """The whole line."""
        return Span(file, self.line, self.column, self.line, self.end_column)

    def span_of(self, file: str, start: int, end: int) -> Span:
        """A part of the value."""
        return Span(file, self.line, self.value_column + start, self.line, self.value_column + end)


class SourceFile(Struct, eq=False):
    """One file: its text as lines, its statements, and what was wrong with it.

    `comments` maps a line number to the comment on it, with its `#`. `lost`: kinds of block of which one may have lost its
    header, so that nothing is concluded from its absence.
    `comments` maps a line number to the comment on it, with its `#`. `language` is that of its keywords; `edition` is the
    edition of pathflow's language of which the file is. `step`: by how many spaces lines stand deeper than the line above
    that they belong to; 0 where it is not the same everywhere.
    """

    name: str
    lines: list[str]
    root: Statement
    findings: list[Finding]
    comments: dict[int, str] = {}
    has_crlf: bool = False
    has_bom: bool = False
    lost: frozenset[str] = frozenset()
    language: Literal["en", "fi", "sv"] = "en"
    edition: str = FIRST
    step: int = 0


def walk(statement: Statement) -> Iterator[Statement]:
    """The statement's body, depth first, in reading order. Iterative: a file may be nested deeper than Python's stack."""
    waiting = list(reversed(statement.body))
    while waiting:
        part = waiting.pop()
        yield part
        if part.body:
            waiting.extend(reversed(part.body))
