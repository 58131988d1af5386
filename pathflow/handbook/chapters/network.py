"""The organiser and the network: who delivers, by sector, where, and with which registers."""

from __future__ import annotations

from collections.abc import Sequence

from pathflow.handbook.blocks import Block, Page, Picture, Section
from pathflow.handbook.making import Some, cell, facts, line, prose, section, table
from pathflow.handbook.material import Edition
from pathflow.handbook.voice import SECTORS, Voice
from pathflow.model.network import Network, Provider

PROVIDER: tuple[str, ...] = ("Provider", "Sector", "Legal form", "Professions", "How clients are met", "Register", "Contact")


def chapter(voice: Voice, edition: Edition, pictures: Sequence[Picture] = ()) -> Page:
    """The page. `pictures`: maps of the networks."""
    lead = voice.text(
        "The organiser is responsible by law for the services as a whole. What nobody else holds falls "
        "back to it: nobody is never an answer."
    )
    sections = [
        section("organiser", voice.text("The organiser"), *(_organiser(voice, one) for one in voice.material.all_networks)),
        *([section("map", voice.text("Network map"), *pictures)] if pictures else []),
        _sectors(voice), _sites(voice), _calendars(voice),
    ]  # fmt: skip
    return Page("network", voice.text("Organiser and network"), "chapter", tuple(sections), lead=line(lead))


def _organiser(voice: Voice, network: Network) -> Block:
    file = network.span.file if network.span is not None else ""
    return facts(
        voice,
        ("Network", [voice.name(network.name, network.labels, file)]),
        ("Organiser", [voice.provider(name) for name in network.organisers]),
        ("Contact", [voice.quoted(network.contact, file)] if network.contact else []),
    )


def _sectors(voice: Voice) -> Section:
    providers = list(voice.material.providers.values())
    groups: list[Section] = []
    for sector, title in SECTORS.items():
        ours = [one for one in providers if one.sector == sector]
        if ours:
            groups.append(section(f"sector-{sector}", voice.text(title), provider_table(voice, ours)))
    counts = [voice.rich("{sector}: {n}", sector=voice.sector(s), n=sum(p.sector == s for p in providers)) for s in SECTORS]
    return section("sectors", voice.text("Providers by sector"), prose(voice.listed(counts, "   ")), sections=groups)


def provider_table(voice: Voice, providers: Sequence[Provider]) -> Block:
    """Providers with what is known of them."""
    rows = [
        (
            voice.provider(one.name), voice.sector(one.sector), _words(voice, one.legal_form, one),
            voice.listed(voice.profession(name) for name in one.professions),
            ", ".join(voice.channel(name) for name in one.channels),
            _words(voice, one.register, one), _words(voice, one.contact, one),
        )
        for one in providers
    ]  # fmt: skip
    return table(voice, voice.text("Providers"), PROVIDER, rows)


def _words(voice: Voice, text: str | None, one: Provider) -> Some:
    return voice.quoted(text, one.span.file if one.span is not None else "") if text else ""


def _sites(voice: Voice) -> Section:
    sites = [site for network in voice.material.all_networks for site in network.sites.values()]
    rows = [
        (
            voice.known("site", site.name), cell(*(voice.provider(name) for name in site.hosts)),
            voice.quoted(site.address) if site.address else "", cell(*(voice.quoted(text) for text in site.timetable)),
            voice.quoted(site.contact) if site.contact else "",
        )
        for site in sites
    ]  # fmt: skip
    made = table(
        voice, voice.text("Places where clients are met"), ("Place", "Who is there", "Address", "Timetable", "Contact"), rows
    )
    return section("sites", voice.text("Places"), made if rows else prose(voice.text("No place is named."), "empty"))


def _calendars(voice: Voice) -> Section:
    rows = [
        (
            voice.quoted(one.name), voice.text("working days" if one.counts == "working days" else "school days"),
            ", ".join(voice.text(_WEEKDAYS[day]) for day in one.weekend), one.country or "",
            cell(*(voice.period(period) for period in one.closed)),
        )
        for network in voice.material.all_networks for one in network.calendars
    ]  # fmt: skip
    columns = ("Calendar", "It counts", "Closed every week", "Public holidays of", "Also closed")
    made = table(voice, voice.text("Calendars by which deadlines are counted"), columns, rows)
    return section("calendars", voice.text("Calendars"), made if rows else prose(voice.text("No calendar is named."), "empty"))


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
