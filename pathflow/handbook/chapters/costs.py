"""Costs and payers: what steps and services cost, who pays, and what is paid from outside the organiser."""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.handbook.blocks import Block, Cell, Page
from pathflow.handbook.making import Row, Some, cell, line, section, table, table_or
from pathflow.handbook.material import Edition, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model
from pathflow.model.network import Payer, Price


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "What is known of prices and payers. Sums need the numbers of clients; they come from runs and simulations, "
        "not from this book."
    )
    rows = [row for path in voice.material.paths for row in cost_rows(voice.on(path), path, with_path=True)]
    sections = (
        section("payers", voice.text("Who pays"), _payers(voice)),
        section(
            "steps",
            voice.text("Steps that cost or have a payer"),
            table_or(rows, cost_table(voice, rows, with_path=True), voice.text("No price and no payer is named.")),
        ),
        section("services", voice.text("Prices of services"), _services(voice)),
    )
    return Page("costs", voice.text("Costs and payers"), "chapter", sections, lead=line(lead))


COLUMNS = ("Step", "Service", "Done by", "Price", "Work", "Payer", "From the organiser")


def cost_table(voice: Voice, rows: list[Row], *, with_path: bool = False) -> Block:
    """Steps with their prices and payers."""
    return table(
        voice, voice.text("Prices, work and payers, step by step"), (*(("Path",) if with_path else ()), *COLUMNS), rows
    )


def cost_rows(voice: Voice, path: model.Path, *, with_path: bool = False) -> Iterator[Row]:
    """A row for each price and payer of a path: of the step itself, or of a service that it does."""
    for one in statements(path):
        if not isinstance(one, model.Step):
            continue
        head = (voice.path(path), voice.step(one.name)) if with_path else (voice.step(one.name),)
        if one.price is not None or one.payers or one.takes is not None:
            yield (
                *head,
                "",
                voice.actor(one.by),
                _price(voice, one.price),
                voice.length(one.takes),
                *_paid(voice, path, one.payers),
            )
        for doing in one.does:
            service = path.network.services.get(doing.service)
            if service is not None and (service.price is not None or service.payers):
                said = (
                    voice.service(service.name),
                    voice.actor(one.by),
                    _price(voice, service.price),
                    voice.length(service.takes),
                )
                yield (*head, *said, *_paid(voice, path, service.payers))


def _price(voice: Voice, price: Price | None) -> Cell:
    return cell(voice.price(price), sort=f"{price.amount:015.3f}" if price is not None else "")


def _paid(voice: Voice, path: model.Path, payers: tuple[Payer, ...]) -> tuple[Some, Some]:
    """Who pays, and whether that is the organiser."""
    if not payers:
        return ("", "")
    own = [payer.name in path.network.organisers for payer in payers]
    if any(own) and not all(own):
        return voice.payers(payers), voice.text("in part")
    return voice.payers(payers), voice.text("yes") if all(own) else voice.text("no: money from outside")


def _payers(voice: Voice) -> Block:
    steps: dict[str, int] = {}
    services: dict[str, int] = {}
    for path in voice.material.paths:
        for one in statements(path):
            for payer in one.payers if isinstance(one, model.Step) else ():
                steps[payer.name] = steps.get(payer.name, 0) + 1
    for service in voice.material.services.values():
        for payer in service.payers:
            services[payer.name] = services.get(payer.name, 0) + 1
    names = sorted({*steps, *services}, key=lambda name: (name not in voice.material.organisers, name))
    rows = [
        (
            voice.provider(name),
            cell(str(services.get(name, 0))),
            cell(str(steps.get(name, 0))),
            voice.text("the organiser")
            if name in voice.material.organisers
            else voice.text("money from outside the organiser"),
        )
        for name in names
    ]
    made = table(voice, voice.text("Payers, and of how many services and steps"), ("Payer", "Services", "Steps", "Role"), rows)
    return table_or(rows, made, voice.text("No payer is named."))


def _services(voice: Voice) -> Block:
    rows = [
        (voice.service(one.name), _price(voice, one.price), voice.length(one.takes), voice.payers(one.payers))
        for one in voice.material.services.values()
        if one.price is not None
    ]
    made = table(voice, voice.text("Prices of services, whoever gives them"), ("Service", "Price", "Work", "Payer"), rows)
    return table_or(rows, made, voice.text("No service has a price."))
