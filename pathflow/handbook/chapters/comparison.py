"""The comparison with another version, or with the paths of another region: who gains or loses what, and what changed."""

from __future__ import annotations

from pathflow.compare.changes import Change, Comparison, Part, Shift
from pathflow.compare.headings import TITLES
from pathflow.compare.kinds import WEIGHTS
from pathflow.compare.spoken import message, said, tally, title, why
from pathflow.handbook.blocks import Badge, Block, Page, Section
from pathflow.handbook.chapters.findings import ticked
from pathflow.handbook.making import cell, line, prose, section, table
from pathflow.handbook.material import Edition
from pathflow.handbook.places import slug
from pathflow.handbook.voice import Voice


def chapter(voice: Voice, edition: Edition) -> Page | None:
    """The page; None where nothing is compared."""
    found = edition.comparison
    if found is None:
        return None
    lead = voice.text("Between {old} and {new}: {tally}.", old=found.old, new=found.new, tally=tally(found, voice.code))
    parts = [
        _part(voice, found, at, part) for at, part in enumerate(found.parts) if any(c.of == part.name for c in found.changes)
    ]
    same = section("same", voice.text("No difference"), prose(voice.text("Both mean the same."), "empty"))
    return Page("comparison", voice.text("Comparison"), "chapter", tuple(parts or [same]), lead=line(lead))


def _part(voice: Voice, found: Comparison, at: int, part: Part) -> Section:
    changes = [one for one in found.changes if one.of == part.name]
    shifts = [one for one in found.shifts if one.of == part.name and part.sort == "path"]
    blocks: list[Block] = [_shifts(voice, shifts)] if shifts else []
    blocks += [
        _changes(voice, [one for one in changes if one.weight == weight])
        for weight in WEIGHTS
        if any(one.weight == weight for one in changes)
    ]
    return section(f"part-{at + 1}-{slug(part.name)}", title(part, voice.code), *blocks)


def _shifts(voice: Voice, shifts: list[Shift]) -> Block:
    rows = [
        (
            cell(voice.provider(one.provider)),
            said("gains" if one.is_gain else "loses", voice.code),
            voice.rich(
                "{role} {names}", role=said(one.role, voice.code), names=voice.listed(voice.quoted(n) for n in one.names)
            ),
        )
        for one in shifts
    ]
    return table(voice, voice.text("Who gains and who loses responsibility"), ("Provider", "Change", "Responsibility"), rows)


def _changes(voice: Voice, changes: list[Change]) -> Block:
    weight = changes[0].weight
    badge = Badge(f"weight-{weight}", said(TITLES[weight], voice.code))
    rows = [(cell(ticked(message(one, voice.code))), cell(badge), cell(why(one, voice.code))) for one in changes]
    return table(voice, said(TITLES[weight], voice.code), ("What changed", "Weight", "Why it weighs so"), rows)
