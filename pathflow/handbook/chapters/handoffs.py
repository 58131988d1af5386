"""The agreements on handoffs, orders and consultations: what goes along, by when it is accepted, what happens if it is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pathflow.handbook.blocks import Block, Cell, Page, Section
from pathflow.handbook.duties import terms
from pathflow.handbook.making import Some, cell, line, prose, section, table
from pathflow.handbook.material import Edition, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "A handoff has two phases: it is sent, and it is accepted or returned. Whoever sends stays accountable until then. "
        "An order and a consultation move nothing: the client stays with whoever asked."
    )
    parts: list[Section] = []
    for path in voice.material.paths:
        mine = list(of_path(voice.on(path), path))
        nothing = [prose(voice.text("On this path nothing is handed over, ordered or asked."), "empty")]
        parts.append(section(voice.places.path(path), voice.path(path).text, *(mine or nothing)))
    return Page("handoffs", voice.text("Handoff agreements"), "chapter", tuple(parts), lead=line(lead))


def of_path(voice: Voice, path: model.Path) -> Iterable[Block]:
    """The handoffs, orders and consultations of one path."""
    found = list(statements(path))
    handed = [one for one in found if isinstance(one, model.Handoff)]
    if handed:
        yield handoff_table(voice, handed)
    ordered = [one for one in found if isinstance(one, model.Step) and one.ordered_by is not None]
    if ordered:
        yield order_table(voice, ordered)
    asked = [one for one in found if isinstance(one, model.Consultation)]
    if asked:
        yield consultation_table(voice, asked)


def handoff_table(voice: Voice, handed: Iterable[model.Handoff]) -> Block:
    """Handoffs, each with its terms."""
    columns = (
        "Handoff",
        "From and to",
        "Goes along",
        "Accepted within",
        "If nobody accepts",
        "The plan",
        "Legal basis and source",
    )
    rows = [
        (
            voice.step(one.name), _ends(voice, one.sender, one.receiver), _carried(voice, one.carries),
            voice.length(one.accepted_within), fallback(voice, one.fallback), _plan(voice, one),
            cell(basis(voice, one.basis), *(voice.quoted(text) for text in one.sources)),
        )
        for one in handed
    ]  # fmt: skip
    return table(voice, voice.text("Handoffs: accountability moves"), columns, rows)


def order_table(voice: Voice, ordered: Iterable[model.Step]) -> Block:
    """Orders, each with its terms."""
    columns = (
        "Step",
        "From and to",
        "Goes along",
        "Accepted within",
        "If nobody accepts",
        "Feedback within",
        "Legal basis and source",
    )
    rows = [
        (
            voice.step(one.name), _ends(voice, one.ordered_by, one.by), _carried(voice, one.carries),
            _terms(voice, one, "accepted_within"), fallback(voice, one.fallback), _terms(voice, one, "feedback_within"),
            cell(basis(voice, one.basis), *(voice.quoted(text) for text in one.sources)),
        )
        for one in ordered
    ]  # fmt: skip
    return table(voice, voice.text("Orders: another provider does it, accountability stays"), columns, rows)


def consultation_table(voice: Voice, asked: Iterable[model.Consultation]) -> Block:
    """Consultations, each with its terms."""
    columns = ("Consultation", "From and to", "Goes along", "Answered within", "It makes known", "Legal basis and source")
    rows = [
        (
            voice.step(one.name), _ends(voice, one.sender, one.receiver), _carried(voice, one.carries),
            voice.length(one.answered_within), voice.items(one.makes),
            cell(basis(voice, one.basis), *(voice.quoted(text) for text in one.sources)),
        )
        for one in asked
    ]  # fmt: skip
    return table(voice, voice.text("Consultations: advice is asked, nothing moves"), columns, rows)


def _terms(voice: Voice, one: model.Step, of: Literal["accepted_within", "feedback_within"]) -> Cell:
    """A time; where it is agreed with each who may be chosen, each with theirs."""
    found = list(terms(voice.subject, one, of)) if voice.subject is not None else []
    if len(found) == 1:
        return cell(voice.length(found[0][1]))
    return cell(*(voice.listed([voice.party(who.party), line(voice.length(length))], ": ") for who, length in found))


def _ends(voice: Voice, sender: model.Actor | None, receiver: model.Actor | None) -> Cell:
    return cell(voice.rich("From: {who}", who=voice.actor(sender)), voice.rich("To: {who}", who=voice.actor(receiver)))


def _carried(voice: Voice, names: Iterable[str]) -> Cell:
    return cell(*(voice.item(name) for name in names))


def fallback(voice: Voice, one: model.Fallback | None) -> Some:
    """Who is accountable when nobody accepts in time."""
    return voice.rich("{who} is accountable", who=voice.party(one.party)) if one is not None else ""


def _plan(voice: Voice, one: model.Handoff) -> Some:
    if one.plan_to is not None:
        return voice.rich("it moves: {who}", who=voice.actor(one.plan_to))
    return (
        voice.rich("it stays: {who}", who=voice.actor(one.plan_with))
        if one.plan_with is not None
        else voice.text("nothing is said")
    )


def basis(voice: Voice, one: model.Basis | None) -> Some:
    """Why information may cross from one register to another."""
    if one is None:
        return ""
    return voice.rich("consent: {item}", item=voice.item(one.consent)) if one.consent is not None else voice.quoted(one.text)
