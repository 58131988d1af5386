"""A network: the organiser, who delivers what under which agreement, and the services that paths are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.spans import Span
from pathflow.model.conditions import Condition

Sector = Literal["public", "private", "third"]
Mode = Literal["own", "purchase", "voucher", "alliance", "grant"]
ItemKind = Literal["number", "yes or no", "one of", "date", "text", "document"]

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

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.last else f"from {self.first}"


class Item(Struct, frozen=True):
    """A piece of information about a client: typed, with its unit and how long it stays valid."""

    name: str
    kind: ItemKind
    unit: str | None = None
    options: tuple[str, ...] = ()
    valid: Duration | None = None
    aliases: tuple[str, ...] = ()
    span: Span | None = None


class Provider(Struct, frozen=True):
    """Who delivers.

    `register`: the client register it writes to and reads from; providers of one register see each other's results.
    """

    name: str
    sector: Sector
    legal_form: str | None = None
    professions: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    register: str = ""
    aliases: tuple[str, ...] = ()
    span: Span | None = None


class Agreement(Struct, frozen=True):
    """What the organiser and a provider agreed: services, mode, validity, and the terms of orders and feedback."""

    name: str
    provider: str
    mode: Mode
    covers: tuple[str, ...]
    valid: Period
    accepted_within: Duration | None = None
    feedback_within: Duration | None = None
    span: Span | None = None

    def covers_service(self, service: str) -> bool:
        """Whether the service is in it, by name or as everything."""
        return EVERYTHING in self.covers or service in self.covers


class Service(Struct, frozen=True):
    """What is offered. `window`: how long its result holds; `unless`: what makes a new one right all the same."""

    name: str
    window: Duration | None = None
    unless: Condition | None = None
    makes: tuple[str, ...] = ()
    code: str | None = None
    aliases: tuple[str, ...] = ()
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

    `has_all_agreements`: none of them is missing here because its lines could not be read.
    """

    name: str
    organiser: str
    professions: tuple[str, ...] = ()
    providers: Mapping[str, Provider]
    agreements: tuple[Agreement, ...] = ()
    services: Mapping[str, Service]
    items: Mapping[str, Item]
    calendars: tuple[CalendarRule, ...] = ()
    has_all_agreements: bool = True
    span: Span | None = None

    def agreements_with(self, provider: str) -> tuple[Agreement, ...]:
        """The provider's agreements, in the order of the file."""
        return tuple(a for a in self.agreements if a.provider == provider)
