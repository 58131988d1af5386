"""What the chains are for: purpose, client groups, who may enter, and how many come."""

from __future__ import annotations

from pathflow.handbook.blocks import Block, Inline, Page, Rich, Section
from pathflow.handbook.making import Row, facts, line, prose, section, table
from pathflow.handbook.material import Edition
from pathflow.handbook.voice import Voice
from pathflow.model import path as model


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "Each care chain is for one client group. Here is whom it serves, who answers for its result, "
        "and how many clients it is "
        "planned for."
    )
    parts = [_of_path(voice.on(path), path) for path in voice.material.paths]
    empty = section("none", voice.text("Care chains"), prose(voice.text("There is no path here yet."), "empty"))
    return Page("purpose", voice.text("Purpose and client groups"), "chapter", tuple(parts or [empty]), lead=line(lead))


def _of_path(voice: Voice, path: model.Path) -> Section:
    return section(voice.places.path(path), voice.path(path).text, group_facts(voice, path), volumes(voice, path))


def group_facts(voice: Voice, path: model.Path) -> Block:
    """Whom a path is for, and who answers."""
    group = path.clients
    linked = [voice.name(one.name, one.labels, path.span.file) for one in group.linked.values()]
    return facts(
        voice,
        ("Path", [voice.path(path)]),
        ("Client group", [voice.name(group.name, group.labels, path.span.file)]),
        ("Who may enter", [voice.condition(group.enter_when)] if group.enter_when is not None else []),
        ("Known at the start", [voice.items(path.needs)]),
        ("Linked clients", [voice.listed(linked)]),
        ("Nothing of it is asked for before", [_unasked(voice, one) for one in path.unasked]),
        ("Responsible for the whole result", [voice.provider(path.responsible)]),
        ("Accountable at the start", [voice.provider(path.accountable)]),
        ("Valid", [voice.period(path.valid)]),
        ("Version", [path.version]),
        ("Contact", [voice.quoted(path.contact)] if path.contact else []),
        ("Sources", [voice.quoted(text) for text in path.sources]),
    )


def _unasked(voice: Voice, one: model.Unasked) -> Rich:
    """What is promised, and without what."""
    things = voice.listed(_thing(voice, name) for name in one.things)
    return voice.rich("{step}: without {things}", step=voice.step(one.name), things=things)


def _thing(voice: Voice, name: str) -> Inline:
    kind = next((kind for kind in ("item", "service") if voice.knows(kind, name)), None)
    return voice.known(kind, name) if kind is not None else voice.step(name)


def volumes(voice: Voice, path: model.Path) -> Block | None:
    """How many clients come, and how much work can be done; None where nothing is said of it."""
    load = path.load
    if load is None:
        return None
    rows: list[Row] = [(voice.text("New clients"), rate(voice, load.arrivals))]
    rows += [(voice.actor(one.actor), rate(voice, one.rate)) for one in load.capacities]
    return table(voice, voice.text("Volumes for planning"), ("Who", "How much"), rows)


def rate(voice: Voice, one: model.Rate) -> str:
    """So many in a unit of time."""
    unit = voice.length(one.per) if one.per.count != 1 else voice.length(one.per).partition(" ")[2]
    if one.what == "hours":
        return voice.text("{n} hours per {unit}", n=voice.number(one.number), unit=unit)
    return voice.text("{n} per {unit}", n=voice.number(one.number), unit=unit)
