"""The two lists of pages: one for each provider, one for each path in plain words."""

from __future__ import annotations

from pathflow.handbook.blocks import Link, Page
from pathflow.handbook.making import cell, line, listing, prose, section, table
from pathflow.handbook.material import Edition
from pathflow.handbook.voice import SECTORS, Voice
from pathflow.model import path as model


def providers(voice: Voice, edition: Edition) -> Page:
    """The page that leads to each provider's."""
    lead = voice.text(
        "For each provider a page of its own: its steps and duties, what it receives and from whom, its agreements."
    )
    groups = []
    for sector, title in SECTORS.items():
        names = [name for name, one in voice.material.providers.items() if one.sector == sector]
        rows = [
            (voice.provider(name), cell(voice.listed(voice.path(path) for path in paths_of(voice, name)))) for name in names
        ]
        if rows:
            made = table(voice, voice.text("Providers, and the paths on which each has a part"), ("Provider", "Paths"), rows)
            groups.append(section(f"sector-{sector}", voice.text(title), made))
    empty = section("none", voice.text("Providers"), prose(voice.text("No provider is named."), "empty"))
    return Page("providers", voice.text("Pages for providers"), "chapter", tuple(groups or [empty]), lead=line(lead))


def paths_of(voice: Voice, provider: str) -> list[model.Path]:
    """The paths on which a provider has a part."""
    return [one.path for one in voice.material.in_order if provider in voice.material.parts[one.key]]


def clients(voice: Voice, edition: Edition) -> Page:
    """The page that leads to the plain page of each path."""
    lead = voice.text(
        "Each path in plain words, for the client and those close to the client: what happens, who does "
        "it, by when, and what the client may choose."
    )
    rows = []
    for path in voice.material.paths:
        text = voice.path(path)
        rows.append([Link(text.text, voice.places.client(path), "", text.lang)])
    nothing = prose(voice.text("There is no path here yet."), "empty")
    part = section("paths", voice.text("Paths in plain words"), listing(rows, "toc") if rows else nothing)
    return Page("clients", voice.text("For clients"), "chapter", (part,), lead=line(lead))
