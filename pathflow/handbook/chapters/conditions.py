"""Conditions set for providers and services, acts for officials only, and the criteria of quality that the paths hold."""

from __future__ import annotations

from pathflow.handbook.blocks import Block, Page
from pathflow.handbook.making import cell, line, listing, prose, section, table, table_or
from pathflow.handbook.material import Edition, each_once
from pathflow.handbook.voice import Voice


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "What a provider must meet before it may give a service, and what makes the care good: results "
        "that still hold, checks at each handoff."
    )
    sections = (
        section("required", voice.text("Conditions for services"), _required(voice)),
        section("met", voice.text("Conditions that providers meet"), _met(voice)),
        section("officials", voice.text("Acts of public authority"), _officials(voice)),
        section("windows", voice.text("How long results hold"), _windows(voice)),
        section("checked", voice.text("Checked at every handoff"), _checked(voice)),
        section("reasons", voice.text("What the paths allow themselves"), _allowed(voice)),
    )
    return Page("conditions", voice.text("Conditions and quality criteria"), "chapter", sections, lead=line(lead))


def _required(voice: Voice) -> Block:
    asking = [one for one in voice.material.services.values() if one.requires]
    rows = []
    for one in asking:
        meeting = [name for name, p in voice.material.providers.items() if set(one.requires) <= set(p.meets)]
        rows.append(
            (
                voice.service(one.name),
                voice.listed(voice.quoted(w) for w in one.requires),
                voice.listed(voice.provider(n) for n in meeting),
            )
        )
    made = table(voice, voice.text("Services that set conditions"), ("Service", "Condition", "Providers that meet it"), rows)
    return table_or(rows, made, voice.text("No service sets a condition."))


def _met(voice: Voice) -> Block:
    rows = [
        (voice.provider(name), voice.sector(one.sector), voice.listed(voice.quoted(word) for word in one.meets))
        for name, one in voice.material.providers.items() if one.meets
    ]  # fmt: skip
    made = table(voice, voice.text("What each provider has been found to meet"), ("Provider", "Sector", "Conditions met"), rows)
    return table_or(rows, made, voice.text("No provider is said to meet a condition."))


def _officials(voice: Voice) -> Block:
    names = [one.name for one in voice.material.services.values() if one.is_official]
    return (
        listing(voice.service(name) for name in names)
        if names
        else prose(voice.text("No service is an act of public authority."), "empty")
    )


def _windows(voice: Voice) -> Block:
    rows = [
        (
            voice.service(one.name), cell(voice.length(one.window), sort=f"{one.window.days_typical:010.3f}"),
            voice.condition(one.unless) if one.unless is not None else "",
            cell(*(voice.quoted(text) for text in one.sources)),
        )
        for one in voice.material.services.values() if one.window is not None
    ]  # fmt: skip
    columns = ("Service", "A result holds for", "It is right to repeat it when", "Source")
    made = table(voice, voice.text("Nothing is done again while the first result holds"), columns, rows)
    return table_or(rows, made, voice.text("No service says how long its result holds."))


def _checked(voice: Voice) -> Block:
    items = [item for path in voice.material.paths for item in path.items.values() if item.is_checked]
    items += [item for network in voice.material.all_networks for item in network.items.values() if item.is_checked]
    names = each_once(item.name for item in items)
    nothing = prose(voice.text("No information is checked anew at handoffs."), "empty")
    return listing(voice.item(name) for name in names) if names else nothing


def _allowed(voice: Voice) -> Block:
    rows = [
        (cell(one.finding.code), voice.quoted(one.by.reason, one.by.span.file), one.by.span.file.rpartition("/")[2])
        for one in voice.material.allowed
    ]
    made = table(voice, voice.text("Deviations that the paths allow, each with its reason"), ("Code", "Reason", "File"), rows)
    return table_or(rows, made, voice.text("Nothing is allowed that the rules forbid."))
