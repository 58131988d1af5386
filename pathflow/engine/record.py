"""A client's record: everything known of one client over all paths, folded from facts.

A record is built up in place by the machine (evolve.py), which alone changes it; `copy` gives a second one that shares
nothing that can change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant
from pathflow.engine.conditions import Measured, value_at
from pathflow.engine.facts import Fact
from pathflow.engine.offers import OfferState

if TYPE_CHECKING:
    from pathflow.engine.tables import Tables

NEVER: Instant = 1 << 62

WHOLE: Final = -1
"""In the place of a node: the whole path."""


class Bond(NamedTuple):
    """Another client who belongs to this one: as what, and as what this one belongs to the other."""

    kind: str
    client: str
    back: str
    since: Instant


class Result(NamedTuple):
    """A final result of a service with a window. `because`: the reason given when it was asked for."""

    at: Instant
    provider: str
    step: str
    because: str | None


Away = tuple[Instant, Instant | None]
"""From when until when a client is away; until None while they are."""


class Offer:
    """A handoff or an order on its way: proposed, accepted, returned, expired, cancelled.

    `asked`: to whom it was sent, also when another has taken over. `is_noted`: whether it was said that nobody accepted in
    time. `is_told`: whether somebody recorded that it was sent; until then it is taken as sent when the client came to it.
    """

    __slots__ = ("asked", "due", "is_noted", "is_told", "reason", "receiver", "sent", "settled", "state")

    def __init__(self, state: OfferState, sent: Instant, due: Instant | None, receiver: str) -> None:
        self.asked = receiver
        self.is_noted = False
        self.is_told = False
        self.state: OfferState = state
        self.sent = sent
        self.due = due
        self.receiver = receiver
        self.settled: Instant | None = None
        self.reason: str | None = None

    def copy(self) -> Offer:
        """A second one."""
        other = Offer(self.state, self.sent, self.due, self.receiver)
        other.settled, other.reason, other.is_told = self.settled, self.reason, self.is_told
        other.asked, other.is_noted = self.asked, self.is_noted
        return other


class Round(NamedTuple):
    """Where a repeat stands: which round, when the repeat was first entered, when this round began, when it was planned
    (between rounds: when the next one is), and how much had happened at its beginning.
    """

    number: int
    entered: Instant
    began: Instant
    planned: Instant
    moves: int


class EventRun(NamedTuple):
    """An event whose own way is being gone: since when, and who held the client before it."""

    began: Instant
    holder: str


class Ended(NamedTuple):
    """How an enrolment ended."""

    at: Instant
    outcome: str
    node: int


class Enrolment:
    """One client on one version of one path.

    `tokens`: where the client is, by node, and since when. `owed`: steps that were passed over and are still owed.
    `early`: steps and choices that were done before the way had come to them. `suspended`: what fell due (None) or was accepted
    while an event's own way was gone, by node; it comes about when the main way goes on. `spent`: what had happened when a
    decision that waits for events was reached, by node: it is not waited for. `dropped`: where branches were left as they
    stood, because enough others were through, by the node at which they parted, until the way comes there again. `anew`: when
    the main way last began again from a node (`restart from`): what stands behind it happens anew since. `wakes`: when time
    alone may change what is waited for, by node. `coming`: the step to which the client is being taken just now.
    `is_started`: a step of another path began it, and no fact has said so yet. `workers`: who in person sees to a node, or to
    the client on the whole path (WHOLE: the client's own worker), and at which provider. `away`: from when until when the
    client was away from this path; until None while they are. `holders`: who has been accountable from when; the last one is.
    """

    __slots__ = (
        "anew", "arrived", "away", "began", "chosen", "coming", "dropped", "early", "ended", "events", "happened", "holders",
        "index", "is_started", "offers", "owed", "parent", "rounds", "spent", "started", "suspended", "tables", "timers",
        "tokens", "waiting", "wakes", "workers",
    )  # fmt: skip

    def __init__(self, tables: Tables, index: int, began: Instant, holder: str, parent: tuple[int, int] | None = None) -> None:
        self.tables = tables
        self.index = index
        self.began = began
        self.parent = parent
        self.holders: list[tuple[Instant, str]] = [(began, holder)]
        self.tokens: dict[int, Instant] = {}
        self.owed: dict[int, Instant] = {}
        self.arrived: dict[int, int] = {}
        self.rounds: dict[int, Round] = {}
        self.happened: dict[str, Instant] = {}
        self.started: dict[int, Instant] = {}
        self.early: dict[int, Instant] = {}
        self.offers: dict[int, Offer] = {}
        self.chosen: dict[str, str] = {}
        self.events: dict[int, EventRun] = {}
        self.timers: dict[int, Instant] = {}
        self.wakes: dict[int, Instant] = {}
        self.suspended: dict[int, Fact | None] = {}
        self.spent: dict[int, frozenset[str]] = {}
        self.dropped: dict[int, Instant] = {}
        self.anew: dict[int, Instant] = {}
        self.coming: str | None = None
        self.is_started = False
        self.waiting: set[int] = set()
        self.workers: dict[int, tuple[str, str]] = {}
        self.away: list[Away] = []
        self.ended: Ended | None = None

    @property
    def holder(self) -> str:
        """Who became accountable, or was last."""
        return self.holders[-1][1]

    def holder_at(self, at: Instant) -> str:
        """Who was accountable at a moment after the enrolment began."""
        for since, holder in reversed(self.holders):
            if since <= at:
                return holder
        return self.holders[0][1]

    @property
    def path(self) -> str:
        """The path's name."""
        return self.tables.program.path.name

    @property
    def version(self) -> str:
        """The hash of the sources of the version that the client is on."""
        return self.tables.program.key

    def copy(self) -> Enrolment:
        """A second one that shares nothing that can change."""
        other = Enrolment(self.tables, self.index, self.began, "", self.parent)
        other.holders = self.holders.copy()
        other.is_started = self.is_started
        other.tokens = self.tokens.copy()
        other.owed = self.owed.copy()
        other.arrived = self.arrived.copy()
        other.rounds = self.rounds.copy()
        other.happened = self.happened.copy()
        other.started = self.started.copy()
        other.early = self.early.copy()
        other.offers = {node: offer.copy() for node, offer in self.offers.items()}
        other.chosen = self.chosen.copy()
        other.events = self.events.copy()
        other.timers = self.timers.copy()
        other.wakes = self.wakes.copy()
        other.suspended = self.suspended.copy()
        other.spent = self.spent.copy()
        other.dropped = self.dropped.copy()
        other.anew = self.anew.copy()
        other.waiting = self.waiting.copy()
        other.workers = self.workers.copy()
        other.away = self.away.copy()
        other.ended = self.ended
        return other


class Record:
    """Everything known of one client.

    `owners`: who has owned the care plan from when; None while there was no plan. `plan_from`: the enrolment whose plan it is.
    `made`: items that a step made without the record knowing their value: they exist, and decide nothing.
    `results`: per service with a window, in the order of time. `now`: the moment up to which time has passed;
    `settled`: when the last thing fell due; `fired`: how many have. `away`: when the client was away from all paths.
    `bonds`: who is linked. `to_begin`: steps that were done and start a path which has not begun, by the number of their
    enrolment and their node, and since when.
    """

    __slots__ = (
        "away", "bonds", "client", "enrolments", "facts", "findings", "fired", "items", "made", "next_timer", "now",
        "overrides", "owners", "plan_from", "results", "reviewed", "settled", "to_begin",
    )  # fmt: skip

    def __init__(self, client: str) -> None:
        self.client = client
        self.facts: list[Fact] = []
        self.enrolments: list[Enrolment] = []
        self.items: dict[str, list[Measured]] = {}
        self.made: dict[str, tuple[Instant, str | None]] = {}
        self.results: dict[str, list[Result]] = {}
        self.owners: list[tuple[Instant, str | None]] = []
        self.plan_from: int | None = None
        self.reviewed: Instant | None = None
        self.away: list[Away] = []
        self.bonds: list[Bond] = []
        self.to_begin: dict[tuple[int, int], Instant] = {}
        self.findings: list[Finding] = []
        self.fired = 0
        self.overrides: list[tuple[Instant, str, str]] = []
        self.next_timer: Instant = NEVER
        self.now: Instant = -NEVER
        self.settled: Instant = -NEVER

    @property
    def moves(self) -> int:
        """How much has happened: facts, and what fell due."""
        return len(self.facts) + self.fired

    @property
    def owner(self) -> str | None:
        """Who owns the care plan now."""
        return self.owners[-1][1] if self.owners else None

    def owner_at(self, at: Instant) -> str | None:
        """Who owned it at a moment."""
        for since, owner in reversed(self.owners):
            if since <= at:
                return owner
        return None

    def newest(self, item: str, at: Instant) -> tuple[Instant, str | None] | None:
        """When and by whom an item was last made or measured, whether or not its value is known."""
        made = self.made.get(item)
        value = value_at(self.items.get(item), at)
        known = (value[0], value[2]) if value is not None else None
        if made is None or made[0] > at:
            return known
        return made if known is None or made[0] > known[0] else known

    @property
    def active(self) -> list[Enrolment]:
        """The enrolments that have not ended."""
        return [e for e in self.enrolments if e.ended is None]

    def copy(self) -> Record:
        """A second record that shares nothing that can change."""
        other = Record(self.client)
        other.facts = self.facts.copy()
        other.enrolments = [e.copy() for e in self.enrolments]
        other.items = {name: history.copy() for name, history in self.items.items()}
        other.made = self.made.copy()
        other.results = {name: results.copy() for name, results in self.results.items()}
        other.owners = self.owners.copy()
        other.plan_from = self.plan_from
        other.reviewed = self.reviewed
        other.away = self.away.copy()
        other.bonds = self.bonds.copy()
        other.to_begin = self.to_begin.copy()
        other.findings = self.findings.copy()
        other.fired = self.fired
        other.overrides = self.overrides.copy()
        other.next_timer = self.next_timer
        other.now = self.now
        other.settled = self.settled
        return other
