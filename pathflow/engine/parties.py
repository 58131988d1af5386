"""Who a party is for one client at one moment."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pathflow.base.durations import Duration
from pathflow.engine.record import Enrolment
from pathflow.model import path as model


class Doer(NamedTuple):
    """Who must act for one client: a provider, and there people of these professions (any of them, or with `and` all)."""

    provider: str
    professions: tuple[str, ...] = ()
    joint: Literal["and", "or"] = "or"

    def __str__(self) -> str:
        return f"{f' {self.joint} '.join(self.professions)} at {self.provider}" if self.professions else self.provider


def provider_named(enrolment: Enrolment, party: model.Party, node: int) -> str:
    """The provider that a party is for this client now; the organiser where nobody else is."""
    if party.kind == "provider":
        return party.name
    if party.kind == "chosen":
        return enrolment.chosen.get(party.name, enrolment.tables.program.path.network.organiser)
    if party.kind == "previous":
        event = enrolment.tables.program.nodes[node].event if node >= 0 else -1
        run = enrolment.events.get(event)
        return run.holder if run is not None else enrolment.holder
    return enrolment.holder


def accepted_within(enrolment: Enrolment, statement: object, node: int) -> Duration | None:
    """By when a handoff or an order must be accepted: as it says, or as is agreed with the provider that the client chose."""
    if not isinstance(statement, model.Step | model.Handoff):
        return None
    if isinstance(statement, model.Handoff) or statement.accepted_within is not None:
        return statement.accepted_within
    if statement.ordered_by is None or statement.by is None or statement.by.party.kind != "chosen":
        return None
    return enrolment.tables.program.path.network.accepted_within(provider_named(enrolment, statement.by.party, node))


def provider_of(enrolment: Enrolment, node: int) -> str | None:
    """The provider whose step it is, or None for the client's own and for what nobody does."""
    statement = enrolment.tables.program.nodes[node].statement
    if isinstance(statement, model.Step) and statement.by is not None:
        return None if statement.by.party.kind == "client" else provider_named(enrolment, statement.by.party, node)
    if isinstance(statement, model.Consultation):
        return provider_named(enrolment, statement.receiver.party, node)
    return None


def doer(enrolment: Enrolment, actor: model.Actor, node: int) -> Doer:
    """Who an actor is for this client now."""
    return Doer(provider_named(enrolment, actor.party, node), actor.professions, actor.joint)


def spoken(enrolment: Enrolment, actor: model.Actor, node: int) -> str:
    """An actor as people say it: `named nurse at Tesoma Health Centre`."""
    return str(doer(enrolment, actor, node))
