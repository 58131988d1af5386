"""The cover and the contents."""

from __future__ import annotations

from collections.abc import Iterable

from pathflow.handbook.blocks import Block, Callout, Entry, Facts, Link, Listing, Page, Text
from pathflow.handbook.making import facts, line, prose, section
from pathflow.handbook.material import Edition, Material
from pathflow.handbook.voice import SECTORS, Voice


def page(voice: Voice, edition: Edition, chapters: Iterable[Page]) -> Page:
    """The first page. `chapters`: what its contents list, in their order."""
    sections = [
        section("contents", voice.text("Contents"), _contents(list(chapters))),
        section("edition", voice.text("This edition"), _edition(voice, edition), *_state(voice)),
        section("paths", voice.text("The care chains"), *_paths(voice)),
    ]
    lead = voice.rich("{organisers}", organisers=voice.listed(voice.provider(name) for name in voice.material.organisers))
    return Page(
        "index",
        title(voice, edition),
        "cover",
        tuple(sections),
        voice.text("Management handbook"),
        lead,
        short=voice.text("Cover and contents"),
    )


def title(voice: Voice, edition: Edition) -> str:
    """What the handbook is called: by its edition, else after the network, else by what it is."""
    if edition.title:
        return edition.title
    networks = voice.material.all_networks
    main = max(networks, key=lambda network: len(network.providers), default=None)
    if main is None:
        return voice.text("Management handbook of care chains")
    return voice.name(main.name, main.labels, main.span.file if main.span is not None else "").text


def _contents(chapters: list[Page]) -> Listing:
    entries = []
    for number, one in enumerate(chapters, start=1):
        lead = (Text("".join(part.text for part in one.lead), mark="quiet"),)
        entries.append(Entry(((Link(f"{number}  {one.title}", one.slug),), lead), look="chapter"))
    return Listing(tuple(entries), "toc")


def _edition(voice: Voice, edition: Edition) -> Facts:
    material = voice.material
    sectors = [
        voice.rich("{sector}: {n}", sector=voice.sector(s), n=sum(p.sector == s for p in material.providers.values()))
        for s in SECTORS
    ]
    return facts(
        voice,
        ("Date", [voice.day(edition.day)]),
        ("Revision", [Text(edition.revision, mark="code")] if edition.revision else []),
        ("Organiser", [voice.provider(name) for name in material.organisers]),
        ("Network", [voice.name(n.name, n.labels, n.span.file if n.span is not None else "") for n in material.all_networks]),
        ("Contact", [voice.quoted(n.contact) for n in material.all_networks if n.contact]),
        ("Providers", sectors),
        ("Paths", [str(len(material.paths))]),
        ("Services", [str(len(material.services))]),
        ("Open findings", [str(len(material.findings))]),
    )


def _state(voice: Voice) -> list[Block]:
    material: Material = voice.material
    found: list[Block] = []
    if material.broken:
        names = tuple(line(Text(file.rpartition("/")[2], mark="code")) for file in material.broken)
        found.append(
            Callout("error", voice.text("Files that cannot be read as meant, and are left out of this handbook"), names)
        )
    notice = voice.text(
        "This handbook is made from the paths themselves. It says what they say: it is no medical and no legal advice."
    )
    return [*found, Callout("note", voice.text("What this is"), (line(notice),))]


def _paths(voice: Voice) -> list[Block]:
    entries = []
    for path in voice.material.paths:
        speaker = voice.on(path)
        name = speaker.path(path)
        group = speaker.name(path.clients.name, path.clients.labels, path.span.file)
        plain = Link(voice.text("In plain words, for the client"), voice.places.client(path))
        entries.append(Entry(((name,), (group,), (plain,)), look="path"))
    return [Listing(tuple(entries), "cards")] if entries else [prose(voice.text("There is no path here yet."), "empty")]
