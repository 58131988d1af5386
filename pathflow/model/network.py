"""A network: the organiser, who delivers what under which agreement, and the services that paths are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.spans import Span
from pathflow.model.conditions import Condition

Sector = Literal["public", "private", "third"]
Mode = Literal["own", "purchase", "voucher", "alliance", "grant", "cooperation"]
ItemKind = Literal["number", "yes or no", "one of", "date", "text", "document"]

Labels = tuple[tuple[str, str], ...]
"""What something is called in other languages: (`fi`, `sv` or `en`; the label) in the order of the file."""

EVERYTHING = "everything"
"""What an agreement covers when it covers whatever the provider does."""


class Period(Struct, frozen=True):
    """From a date on, or up to and including another."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError("a period ends before it begins")

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.first <= day and (self.last is None or day <= self.last)

    def covers(self, other: Period) -> bool:
        """Whether every day of the other period lies in this one."""
        if other.first < self.first:
            return False
        return self.last is None or (other.last is not None and other.last <= self.last)

    def without(self, others: Iterable[Period]) -> list[Period]:
        """The stretches of this period that lie in none of the others, in order."""
        holes: list[Period] = []
        first: date | None = self.first
        for other in sorted(others, key=lambda period: period.first):
            if first is None or (self.last is not None and other.first > self.last):
                break
            if other.first > first:
                holes.append(Period(first, other.first - timedelta(days=1)))
            if other.last is None or other.last == date.max:
                first = None
            elif other.last >= first:
                first = other.last + timedelta(days=1)
        if first is not None and (self.last is None or first <= self.last):
            holes.append(Period(first, self.last))
        return holes

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.last else f"from {self.first}"


class Price(Struct, frozen=True):
    """What something costs. `per`: a visit, a month, or whatever else is counted; `service`: None for all that is agreed."""

    amount: float
    currency: str
    per: str | None = None
    service: str | None = None

    def __str__(self) -> str:
        per = f" per {self.per}" if self.per else ""
        return f"{self.amount:g} {self.currency}{per}" + (f" for {self.service}" if self.service else "")


class Payer(Struct, frozen=True):
    """Who pays. Units: `share` is per cent; None where it is not said."""

    name: str
    share: float | None = None

    def __str__(self) -> str:
        return self.name if self.share is None else f"{self.name} {self.share:g} %"


class Range(Struct, frozen=True):
    """Between which numbers a value lies, both included: a scale from 0 to 42."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError("a range holds more than one number")

    def has(self, number: float) -> bool:
        """Whether the number lies in it."""
        return self.low <= number <= self.high

    def nearest(self, number: float) -> float:
        """The number itself, or the bound that is nearest to it."""
        return min(max(number, self.low), self.high)

    def __str__(self) -> str:
        return f"from {self.low:g} to {self.high:g}"


class Item(Struct, frozen=True):
    """A piece of information about a client: typed, with its unit and how long it stays valid.

    `is_checked`: whoever receives the client with it makes it anew, as a medication list is reconciled at each transition.
    `called`: what its options are called in other languages. `range`: between which numbers a number lies, where that is said.
    """

    name: str
    kind: ItemKind
    unit: str | None = None
    options: tuple[str, ...] = ()
    valid: Duration | None = None
    aliases: tuple[str, ...] = ()
    labels: Labels = ()
    span: Span | None = None
    is_checked: bool = False
    called: tuple[tuple[str, Labels], ...] = ()
    range: Range | None = None


class Event(Struct, frozen=True):
    """Something that can be observed of a client and is no step."""

    name: str
    aliases: tuple[str, ...] = ()
    labels: Labels = ()
    span: Span | None = None


class Provider(Struct, frozen=True):
    """Who delivers.

    `register`: the client register it writes to and reads from; providers of one register see each other's results.
    `meets`: the conditions that it has been found to meet.
    """

    name: str
    sector: Sector
    legal_form: str | None = None
    professions: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    register: str = ""
    meets: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    contact: str | None = None
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    span: Span | None = None


class Agreement(Struct, frozen=True):
    """What the organiser and a provider agreed: services, mode, price and payer, validity, and the terms of handoffs.

    `carries`: what goes along with every handoff and order to the provider. `alliance`: the alliance that it is part of.
    `basis`: why information may go to the provider and come back.
    """

    name: str
    provider: str
    mode: Mode
    covers: tuple[str, ...]
    valid: Period
    accepted_within: Duration | None = None
    feedback_within: Duration | None = None
    carries: tuple[str, ...] = ()
    prices: tuple[Price, ...] = ()
    payers: tuple[Payer, ...] = ()
    alliance: str | None = None
    basis: str | None = None
    contact: str | None = None
    sources: tuple[str, ...] = ()
    span: Span | None = None

    def covers_service(self, service: str) -> bool:
        """Whether the service is in it, by name or as everything."""
        return EVERYTHING in self.covers or service in self.covers


class Service(Struct, frozen=True):
    """What is offered. `window`: how long its result holds; `unless`: what makes a new one right all the same.

    `requires`: the conditions that whoever gives it must meet. `is_official`: an act of public authority, for officials only.
    """

    name: str
    window: Duration | None = None
    unless: Condition | None = None
    makes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    is_official: bool = False
    takes: Duration | None = None
    price: Price | None = None
    payers: tuple[Payer, ...] = ()
    code: str | None = None
    aliases: tuple[str, ...] = ()
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    span: Span | None = None


class Site(Struct, frozen=True):
    """A place where one or more providers meet clients: a house, or a bus that goes round."""

    name: str
    hosts: tuple[str, ...]
    address: str | None = None
    timetable: tuple[str, ...] = ()
    contact: str | None = None
    labels: Labels = ()
    span: Span | None = None


class Partner(Struct, frozen=True):
    """A partner of an alliance: its shares of gain and pain, and the services that it leads.

    Units: shares are per cent.
    """

    name: str
    gain: float
    pain: float
    leads: tuple[str, ...] = ()
    span: Span | None = None


class Target(Struct, frozen=True):
    """A result that the partners of an alliance want together, and what it is measured by."""

    name: str
    measures: tuple[str, ...]
    labels: Labels = ()
    span: Span | None = None


class Alliance(Struct, frozen=True):
    """Partners who share targets, gain and pain."""

    name: str
    partners: tuple[Partner, ...]
    targets: tuple[Target, ...] = ()
    cost: Price | None = None
    valid: Period | None = None
    contact: str | None = None
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    span: Span | None = None


class Package(Struct, frozen=True):
    """What is offered to a client group: paths and services, those that each client must be offered and those that may come."""

    name: str
    must_have: tuple[str, ...]
    may_have: tuple[str, ...] = ()
    enter_when: Condition | None = None
    contact: str | None = None
    labels: Labels = ()
    sources: tuple[str, ...] = ()
    span: Span | None = None


class CalendarRule(Struct, frozen=True):
    """Which dates are closed: weekdays (Monday is 0), a country's public holidays, and stretches of dates."""

    name: str
    zone: str | None = None
    weekend: tuple[int, ...] = (5, 6)
    country: str | None = None
    closed: tuple[Period, ...] = ()
    counts: Literal["working days", "school days"] = "working days"


class Network(Struct, frozen=True, kw_only=True):
    """Everything that many paths share. The keys of the tables are the names as declared.

    `organiser`: who answers for the services, and to whom falls back what nobody holds. `also`: those who organise them
    together with it. `called`: what professions are called in other languages. `has_all_agreements`: none of them is missing
    here because its lines could not be read.
    """

    name: str
    organiser: str
    also: tuple[str, ...] = ()
    professions: tuple[str, ...] = ()
    called: Mapping[str, Labels] = {}
    providers: Mapping[str, Provider]
    agreements: tuple[Agreement, ...] = ()
    services: Mapping[str, Service]
    items: Mapping[str, Item]
    calendars: tuple[CalendarRule, ...] = ()
    events: Mapping[str, Event] = {}
    sites: Mapping[str, Site] = {}
    alliances: Mapping[str, Alliance] = {}
    packages: Mapping[str, Package] = {}
    contact: str | None = None
    labels: Labels = ()
    has_all_agreements: bool = True
    span: Span | None = None

    @property
    def organisers(self) -> tuple[str, ...]:
        """All who organise the services together; the first answers for what nobody holds."""
        return (self.organiser, *self.also)

    def agreements_with(self, provider: str) -> tuple[Agreement, ...]:
        """The provider's agreements, in the order of the file."""
        return tuple(a for a in self.agreements if a.provider == provider)

    def accepted_within(self, provider: str) -> Duration | None:
        """By when the provider accepts orders, as its agreements say once for all."""
        return next((a.accepted_within for a in self.agreements_with(provider) if a.accepted_within is not None), None)

    def feedback_within(self, provider: str) -> Duration | None:
        """By when the provider's results come back, as its agreements say once for all."""
        return next((a.feedback_within for a in self.agreements_with(provider) if a.feedback_within is not None), None)

    def sites_of(self, provider: str) -> tuple[str, ...]:
        """The sites at which a provider meets clients."""
        return tuple(site.name for site in self.sites.values() if provider in site.hosts)
