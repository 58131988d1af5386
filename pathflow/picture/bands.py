"""Who is accountable and who owns the plan along the way: two bands beside the lanes, as the prover works them out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pathflow.engine.program import Node, Program
from pathflow.picture.elements import Line, text_lines
from pathflow.picture.geometry import BAND, BAND_LYING, MARGIN, Geometry, Strip
from pathflow.picture.place import Placed
from pathflow.picture.voice import Voice
from pathflow.rules.holding import BEFORE, ITS_OWNER
from pathflow.rules.ways import Ways

Band = tuple[str, list[Strip]]
_BEFORE: Final = {BEFORE, ITS_OWNER}
_MOST: Final = 3
"""So many are named where it may be several; the others are counted."""


def many(program: Program) -> int:
    """How many bands a path has: that of the plan only where a plan has an owner."""
    return 2 if program.path.plan is not None and program.path.plan.owner is not None else 1


def bands(placed: Placed, geometry: Geometry, program: Program, ways: Ways, voice: Voice) -> list[Band]:
    """The bands."""
    providers = program.path.network.providers

    def holders(node: Node) -> frozenset[str]:
        return ways.holders[node.index]

    def owners(node: Node) -> frozenset[str]:
        return ways.owners[node.index]

    def sector_of(names: frozenset[str]) -> str:
        sectors = {providers[name].sector for name in names if name in providers}
        return next(iter(sectors)) if len(sectors) == 1 else ""

    def sector_of_owner(names: frozenset[str]) -> str:
        return sector_of(frozenset(_place(name) for name in names))

    found = [(voice.said("Accountable"), _strips(placed, geometry, program, voice, 0, holders, sector_of))]
    if many(program) > 1:
        found.append((voice.said("Plan owner"), _strips(placed, geometry, program, voice, 1, owners, sector_of_owner)))
    return found


def _place(owner: str) -> str:
    """The provider in `nurse at Health Centre`."""
    return owner.split(" at ", 1)[-1]


def _strips(
    placed: Placed, geometry: Geometry, program: Program, voice: Voice, number: int, who: Callable[[Node], frozenset[str]],
    sector_of: Callable[[frozenset[str]], str],
) -> list[Strip]:  # fmt: skip
    """One band: rows in which the same may be named are one piece."""
    at_row: list[frozenset[str]] = [frozenset()] * placed.n_rows
    for element in placed.elements:
        if element.node >= 0 and element.shape not in ("event", "tag"):
            at_row[element.row] |= who(program.nodes[element.node])
    pieces: list[tuple[int, int, frozenset[str]]] = []
    starts = {section.first for section in placed.sections}
    last: frozenset[str] = frozenset()
    if placed.is_folded and len(starts) > 1:  # under that title each event has its own
        at_row = at_row[: max(starts)]
    for row, names in enumerate(at_row):
        here = names or (last if row not in starts else next((later for later in at_row[row:] if later), last))
        if pieces and pieces[-1][2] == here and row not in starts:
            pieces[-1] = (pieces[-1][0], row, here)
        else:
            pieces.append((row, row, here))
        last = here
    return [_strip(placed, geometry, voice, number, piece, sector_of) for piece in pieces if piece[2]]


def _strip(
    placed: Placed, geometry: Geometry, voice: Voice, number: int, piece: tuple[int, int, frozenset[str]],
    sector_of: Callable[[frozenset[str]], str],
) -> Strip:  # fmt: skip
    first, last, names = piece
    starts = {section.first for section in placed.sections}
    begin = geometry.along_begin if first == 0 else _border(geometry, first)
    if first in geometry.section_at:
        begin = geometry.section_at[first]
    end = geometry.along_end if last + 1 >= placed.n_rows else _border(geometry, last + 1)
    if last + 1 in starts:
        end = geometry.section_at[last + 1] - 6
    wide = BAND_LYING if geometry.is_lying else BAND
    across = (72.0 if geometry.is_lying else MARGIN) + number * (wide + 6)
    spoken = sorted(voice.said(name) if name in _BEFORE else voice.value("by", name) for name in names)
    text = " / ".join(spoken[:_MOST]) + (f" (+{len(spoken) - _MOST})" if len(spoken) > _MOST else "")
    room = (end - begin if geometry.is_lying else wide) - 12
    high = (wide if geometry.is_lying else end - begin) - 8
    lines = text_lines(text, 10.5, max(room, 12), most=max(1, int(high // Line("", 10.5).height)))
    strip = geometry.strip((across, across + wide), (begin, end), lines if high > 10 and room > 24 else [])
    strip.sector, strip.title = sector_of(names), " / ".join(spoken)
    return strip


def _border(geometry: Geometry, row: int) -> float:
    """Where a row takes over from the one above."""
    return geometry.row_at[row] - 7
