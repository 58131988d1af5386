"""Packages and paths: what is offered to which client group, and which paths there are."""

from __future__ import annotations

from collections.abc import Iterable

from pathflow.base.names import fold
from pathflow.handbook.blocks import Cell, Inline, Page, Section
from pathflow.handbook.making import Row, cell, line, prose, section, table, table_or
from pathflow.handbook.material import Edition, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "A package is what each client of a group must be offered, and what may come besides. A path is "
        "the way through one chain."
    )
    return Page(
        "packages",
        voice.text("Packages and paths"),
        "chapter",
        (_paths(voice), _packages(voice)),
        lead=line(lead),
    )


def _paths(voice: Voice) -> Section:
    rows = [_path(voice.on(path), path) for path in voice.material.paths]
    columns = ("Path", "Client group", "Responsible for the whole result", "Steps", "Handoffs", "Providers", "Valid", "Version")
    made = table(voice, voice.text("The paths of this handbook"), columns, rows)
    return section("paths", voice.text("Paths"), table_or(rows, made, voice.text("There is no path here yet.")))


def _path(voice: Voice, path: model.Path) -> Row:
    all_of_them = list(statements(path))
    providers = {one.by.party.name for one in all_of_them if isinstance(one, model.Step) and one.by is not None}
    return (
        cell(voice.path(path)),
        cell(voice.name(path.clients.name, path.clients.labels, path.span.file)),
        cell(voice.provider(path.responsible)),
        _count(sum(isinstance(one, model.Step) for one in all_of_them)),
        _count(sum(isinstance(one, model.Handoff) for one in all_of_them)),
        _count(len(providers - {""})),
        cell(voice.period(path.valid), sort=str(path.valid)),
        path.version,
    )


def _count(n: int) -> Cell:
    return cell(str(n), sort=f"{n:06}")


def _packages(voice: Voice) -> Section:
    rows = []
    for one in voice.material.packages:
        file = one.span.file if one.span is not None else ""
        rows.append(
            (
                voice.name(one.name, one.labels, file),
                cell(*_parts(voice, one.must_have)),
                cell(*_parts(voice, one.may_have)),
                voice.condition(one.enter_when) if one.enter_when is not None else "",
                voice.quoted(one.contact, file) if one.contact else "",
                cell(*(voice.quoted(text, file) for text in one.sources)),
            )
        )
    columns = ("Package", "Must be offered", "May be offered", "For whom", "Contact", "Source")
    made = table(voice, voice.text("What is offered to whom"), columns, rows)
    loose = [
        name
        for name in voice.material.services
        if not any(name in (*p.must_have, *p.may_have) for p in voice.material.packages)
    ]
    rest = (
        (
            prose(voice.text("Services that are in no package:"), "quiet"),
            prose(voice.listed(voice.service(name) for name in loose)),
        )
        if loose and rows
        else ()
    )
    return section("packages", voice.text("Packages"), table_or(rows, made, voice.text("No package is named.")), *rest)


def _parts(voice: Voice, names: Iterable[str]) -> list[Inline]:
    known = {fold(path.name): path for path in voice.material.paths}
    return [voice.path(known[fold(name)]) if fold(name) in known else voice.service(name) for name in names]
