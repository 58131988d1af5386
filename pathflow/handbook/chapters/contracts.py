"""Contracts and procurement: what was agreed, how it was bought, alliances with gain and pain, what is covered by none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pathflow.handbook.blocks import Block, Cell, Page, Rich, Section
from pathflow.handbook.making import Row, Some, cell, facts, line, listing, prose, section, table, table_or
from pathflow.handbook.material import Edition, each_once, statements
from pathflow.handbook.places import slug
from pathflow.handbook.voice import MODES, Voice
from pathflow.model import path as model
from pathflow.model.network import EVERYTHING, Agreement, Alliance


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "Whoever is not the organiser itself delivers under an agreement: what it covers, how it was "
        "bought, until when it holds."
    )
    sections = [
        section("agreements", voice.text("Agreements"), _agreements(voice)),
        *(_alliance(voice, one) for network in voice.material.all_networks for one in network.alliances.values()),
        section("endings", voice.text("When agreements end"), _endings(voice)),
        section("uncovered", voice.text("Providers without an agreement"), *_uncovered(voice)),
    ]
    return Page("contracts", voice.text("Contracts and procurement"), "chapter", tuple(sections), lead=line(lead))


def _agreements(voice: Voice) -> Block:
    found = voice.material.agreements
    return table_or(found, agreement_table(voice, found), voice.text("No agreement is named."))


def agreement_table(voice: Voice, found: Sequence[Agreement]) -> Block:
    """Agreements with their terms."""
    columns = ("Agreement", "With", "How it is bought", "Covers", "Valid", "Terms", "Price and payer", "Legal basis and source")
    return table(voice, voice.text("Agreements and their terms"), columns, [_row(voice, one) for one in found])


def _row(voice: Voice, one: Agreement) -> Row:
    file = one.span.file if one.span is not None else ""
    provider = voice.material.providers.get(one.provider)
    return (
        voice.quoted(one.name, file),
        cell(voice.provider(one.provider), voice.sector(provider.sector) if provider is not None else ""),
        voice.text(MODES[one.mode]),
        cell(*covered(voice, one)),
        cell(voice.period(one.valid), sort=str(one.valid)),
        cell(*_terms(voice, one, file)),
        cell(*(priced(voice, one)), voice.rich("paid by: {payer}", payer=voice.payers(one.payers)) if one.payers else ""),
        cell(voice.quoted(one.basis, file) if one.basis else "", *(voice.quoted(text, file) for text in one.sources)),
    )


def _terms(voice: Voice, one: Agreement, file: str) -> Iterator[Some]:
    if one.accepted_within is not None:
        yield voice.text("accepted within: {length}", length=voice.length(one.accepted_within))
    if one.feedback_within is not None:
        yield voice.text("feedback within: {length}", length=voice.length(one.feedback_within))
    if one.carries:
        yield voice.rich("goes along: {items}", items=voice.items(one.carries))
    if one.contact:
        yield voice.rich("contact: {contact}", contact=voice.quoted(one.contact, file))


def covered(voice: Voice, one: Agreement) -> list[Some]:
    """What an agreement covers."""
    return [
        voice.text("everything that the provider does") if name == EVERYTHING else voice.service(name) for name in one.covers
    ]


def priced(voice: Voice, one: Agreement) -> Iterator[Some]:
    """What was agreed to pay."""
    for price in one.prices:
        amount = voice.price(price)
        yield (
            voice.rich("{price} for {service}", price=amount, service=voice.service(price.service)) if price.service else amount
        )


def _alliance(voice: Voice, one: Alliance) -> Section:
    file = one.span.file if one.span is not None else ""
    partners = [
        (
            voice.provider(partner.name),
            _percent(voice, partner.gain),
            _percent(voice, partner.pain),
            cell(*(voice.service(name) for name in partner.leads)),
            _double(voice, partner.name),
        )
        for partner in one.partners
    ]
    columns = ("Partner", "Share of gain", "Share of pain", "Leads", "Its roles")
    blocks = [
        facts(
            voice,
            ("Valid", [voice.period(one.valid)]),
            ("Target cost", [voice.price(one.cost)]),
            ("Contact", [voice.quoted(one.contact, file)] if one.contact else []),
            ("Sources", [voice.quoted(text, file) for text in one.sources]),
        ),
        table(voice, voice.text("Partners, their shares of gain and pain, and what each leads"), columns, partners),
        _targets(voice, one, file),
    ]
    name = voice.name(one.name, one.labels, file)
    return section("alliance-" + slug(one.name), voice.text("Alliance: {name}", name=name.text), *blocks)


def _targets(voice: Voice, one: Alliance, file: str) -> Block | None:
    rows = [
        (voice.name(target.name, target.labels, file), cell(*(voice.quoted(text, file) for text in target.measures)))
        for target in one.targets
    ]
    return (
        table(voice, voice.text("Shared targets, and what they are measured by"), ("Target", "Measured by"), rows)
        if rows
        else None
    )


def _percent(voice: Voice, share: float) -> Cell:
    return cell(f"{voice.number(share)}\N{NO-BREAK SPACE}%", sort=f"{share:08.3f}")


def _double(voice: Voice, name: str) -> Some:
    if name in voice.material.organisers:
        return voice.text("A double role: it is the organiser, and a partner.")
    return ""


def _endings(voice: Voice) -> Block:
    ending = sorted(
        (one for one in voice.material.agreements if one.valid.last is not None),
        key=lambda one: (str(one.valid.last), one.name),
    )
    rows = [
        (
            cell(voice.day(one.valid.last), sort=str(one.valid.last)) if one.valid.last is not None else "",
            voice.quoted(one.name),
            voice.provider(one.provider),
            voice.text(MODES[one.mode]),
        )
        for one in ending
    ]
    made = table(
        voice, voice.text("The agreement that ends first stands first"), ("Ends", "Agreement", "With", "How it is bought"), rows
    )
    return table_or(rows, made, voice.text("Every agreement holds until further notice."))


def _uncovered(voice: Voice) -> list[Block]:
    """Providers of paths that have no agreement; of the organiser's own, none is needed."""
    material = voice.material
    agreed = {one.provider for one in material.agreements} | set(material.organisers)
    does = each_once(
        one.by.party.name
        for path in material.paths
        for one in statements(path)
        if isinstance(one, model.Step) and one.by is not None and one.by.party.kind == "provider"
    )
    loose = [name for name in does if name not in agreed and name in material.providers]
    if not loose:
        return [prose(voice.text("Every provider on the paths has an agreement, or is the organiser."), "empty")]
    why = voice.text("No agreement names them. Where they are the organiser's own production, none may be needed.")
    return [prose(why, "quiet"), listing(_sectored(voice, loose))]


def _sectored(voice: Voice, names: Sequence[str]) -> list[Rich]:
    return [
        voice.rich("{provider} {sector}", provider=voice.provider(n), sector=voice.sector(voice.material.providers[n].sector))
        for n in names
    ]
