"""The page of one provider: its steps and duties, what it receives and orders, its agreements and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pathflow.engine.program import Program
from pathflow.handbook.blocks import Block, Page, Picture
from pathflow.handbook.chapters.contracts import agreement_table
from pathflow.handbook.chapters.duties import duty_table
from pathflow.handbook.chapters.handoffs import consultation_table, handoff_table, order_table
from pathflow.handbook.chapters.lists import paths_of
from pathflow.handbook.duties import Duty, duties_of
from pathflow.handbook.making import Row, cell, facts, prose, section, table, table_or
from pathflow.handbook.material import Edition, statements
from pathflow.handbook.responsibility import Share
from pathflow.handbook.voice import Voice
from pathflow.model import path as model
from pathflow.model.network import Provider


def page(voice: Voice, edition: Edition, name: str, pictures: Sequence[Picture] = ()) -> Page:
    """The page."""
    one = voice.material.providers[name]
    file = one.span.file if one.span is not None else ""
    called = voice.name(one.name, one.labels, file)
    duties = [duty for path in voice.material.paths for duty in duties_of(path) if is_owed_by(duty, name)]
    agreements = [a for a in voice.material.agreements if a.provider == name]
    nothing = voice.text("No agreement names this provider.")
    no_duty = voice.text("Nothing on these paths is owed by this provider alone.")
    sections = [
        section("facts", voice.text("In short"), _facts(voice, one, file)),
        *([section("picture", voice.text("Your part as a picture"), *pictures)] if pictures else []),
        section("steps", voice.text("Your steps"), _steps(voice, name)),
        section("duties", voice.text("Your duties"), table_or(duties, duty_table(voice, duties, with_path=True), no_duty)),
        section("handoffs", voice.text("What you receive, send, order and answer"), *_exchanges(voice, name)),
        section("agreements", voice.text("Your agreements"), table_or(agreements, agreement_table(voice, agreements), nothing)),
        section("load", voice.text("Capacity"), _capacity(voice, name)),
    ]  # fmt: skip
    lead = voice.rich(
        "{sector} Your steps and duties on {n} paths.", sector=voice.sector(one.sector), n=len(paths_of(voice, name))
    )
    return Page(
        voice.places.provider(name), called.text, "provider", tuple(sections), voice.text("Provider"), lead, called.lang
    )


def is_owed_by(duty: Duty, name: str) -> bool:
    """Whether a duty is this provider's, or may be where the client chooses it."""
    if duty.sort == "keep":
        return duty.path.responsible == name
    if duty.who is None:
        return False
    party = duty.who.party
    if party.kind == "chosen":
        return any(isinstance(s, model.Choice) and s.name == party.name and name in s.options for s in statements(duty.path))
    return party.kind == "provider" and party.name == name


def _facts(voice: Voice, one: Provider, file: str) -> Block:
    sites = [site.name for network in voice.material.all_networks for site in network.sites.values() if one.name in site.hosts]
    responsible = [voice.path(path) for path in voice.material.paths if path.responsible == one.name]
    accountable = [voice.path(path) for path in voice.material.paths if path.accountable == one.name]
    return facts(
        voice,
        ("Sector", [voice.sector(one.sector)]),
        ("Legal form", [voice.quoted(one.legal_form, file)] if one.legal_form else []),
        ("Professions", [voice.listed(voice.profession(name) for name in one.professions)]),
        ("How clients are met", [", ".join(voice.channel(name) for name in one.channels)]),
        ("Places", [voice.listed(voice.known("site", name) for name in sites)]),
        ("Offers", [voice.listed(voice.service(name) for name in one.offers)]),
        ("Register", [voice.quoted(one.register, file)] if one.register else []),
        ("Conditions met", [voice.listed(voice.quoted(word, file) for word in one.meets)]),
        ("Contact", [voice.quoted(one.contact, file)] if one.contact else []),
        ("Responsible for the whole result", [voice.listed(responsible)]),
        ("Accountable at the start", [voice.listed(accountable)]),
        ("Sources", [voice.quoted(text, file) for text in one.sources]),
    )


def _steps(voice: Voice, name: str) -> Block:
    rows = [row for program in voice.material.in_order for row in _on(voice.on(program.path), program, name)]
    made = table(voice, voice.text("Steps in which you have a part"), ("Path", "Step", "Your part"), rows)
    return table_or(rows, made, voice.text("This provider has no step on these paths."))


PARTS = {
    "R": "you do it", "A": "you hold the client meanwhile", "C": "you are asked for advice", "I": "you are informed",
}  # fmt: skip


def _on(voice: Voice, program: Program, name: str) -> Iterator[Row]:
    for share in voice.material.shares[program.key]:
        letters = share.parts.get(name, ())
        if letters:
            yield voice.path(program.path), voice.step(share.name), cell(*(_part(voice, share, *one) for one in letters))


def _part(voice: Voice, share: Share, letter: str, is_one_of_several: bool) -> str:
    said = voice.text(PARTS[letter])
    return voice.text("{part}, or another does, as the client or the way decides", part=said) if is_one_of_several else said


def _exchanges(voice: Voice, name: str) -> list[Block]:
    found: list[Block] = []
    for path in voice.material.paths:
        speaker = voice.on(path)
        mine = [one for one in statements(path) if _has(one, name)]
        handed = [one for one in mine if isinstance(one, model.Handoff)]
        ordered = [one for one in mine if isinstance(one, model.Step) and one.ordered_by is not None]
        asked = [one for one in mine if isinstance(one, model.Consultation)]
        tables = [handoff_table(speaker, handed)] if handed else []
        tables += [order_table(speaker, ordered)] if ordered else []
        tables += [consultation_table(speaker, asked)] if asked else []
        if tables:
            found += [prose(speaker.rich("On the path {path}:", path=speaker.path(path)), "over"), *tables]
    return found or [prose(voice.text("This provider receives, sends, orders and answers nothing."), "empty")]


def _has(one: model.Statement, name: str) -> bool:
    actors = (getattr(one, field, None) for field in ("by", "ordered_by", "sender", "receiver"))
    return any(
        isinstance(actor, model.Actor) and actor.party.kind == "provider" and actor.party.name == name for actor in actors
    )


def _capacity(voice: Voice, name: str) -> Block:
    from pathflow.handbook.chapters.purpose import rate

    rows = [
        (voice.path(path), voice.actor(one.actor), rate(voice, one.rate))
        for path in voice.material.paths if path.load is not None
        for one in path.load.capacities if one.actor.party.name == name
    ]  # fmt: skip
    made = table(voice, voice.text("Work that can be done"), ("Path", "Who", "How much"), rows)
    return table_or(rows, made, voice.text("Nothing is said of this provider's capacity."))
