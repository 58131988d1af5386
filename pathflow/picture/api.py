"""Pictures of paths. `draw` gives one; its `svg` is the picture, `png` and `pdf` the same in other formats."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.engine.program import Program
from pathflow.locale import told
from pathflow.picture import bands, paint
from pathflow.picture.elements import Maker
from pathflow.picture.geometry import Box, Drawn, Geometry
from pathflow.picture.grid import MOST, Grid
from pathflow.picture.lanes import Lanes, Within
from pathflow.picture.place import Placed, Placing
from pathflow.picture.route import Routing
from pathflow.picture.views import View
from pathflow.picture.voice import Voice
from pathflow.rules.ways import Ways

_TOP: Final = 70.0
"""Room for the title."""
_SECTORS: Final = ("public", "private", "third", "client", "chosen")


class Look(Struct, frozen=True):
    """How a path is drawn.

    Attributes:
        language: of what stands in the picture.
        is_lying: whether time runs to the right, as on slides.
        within: whether professions have lanes of their own.
        has_bands: whether who is accountable and who owns the plan stand beside the lanes.
        most: so many ways stand side by side for one actor.
        prefix: with what ids begin, where several pictures stand on one page.
        has_face: whether the picture carries its typeface along; on a page that has it, that is needless.
    """

    language: Code = ENGLISH
    is_lying: bool = False
    within: Within = "auto"
    has_bands: bool = True
    most: int = MOST
    prefix: str = ""
    has_face: bool = True


class Picture:
    """A path, drawn.

    Attributes:
        geometry: where everything is. Units: pixels.
        svg: the picture, with its typeface in it: one file that looks the same everywhere.
    """

    def __init__(
        self, program: Program, findings: Iterable[Finding], look: Look, view: View | None, ways: Ways | None = None
    ) -> None:
        self.program = program
        self.view = view or View(program.path)
        self.look = look
        self.findings = tuple(told(finding, look.language) for finding in findings)
        self.voice = Voice(program, look.language)
        self._ways = ways or Ways(program)
        self._lanes = Lanes(program, self.view.path, self._ways, self.voice, look.within)
        self._grid = Grid(self._lanes, self.view.path, look.most)
        maker = Maker(self.voice, self._lanes, self.view.states, self.view.notes, look.is_lying)
        placed = Placing(maker, self._grid, self.view.path, self.view.is_folded).placed()
        self._mark(placed)
        routed = Routing(placed).routed()
        n_bands = bands.many(program) if look.has_bands else 0
        self.geometry = Geometry(placed, routed, self._grid, self._lanes, n_bands, _TOP, look.is_lying)

    @property
    def name(self) -> str:
        """The path's name, in the picture's language."""
        return self.voice.label(self.program.path.name, self.program.path.labels)

    @property
    def boxes(self) -> list[Box]:
        """The boxes, in reading order."""
        return self.geometry.boxes

    @property
    def lines(self) -> list[Drawn]:
        """The ways between them."""
        return self.geometry.lines

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        path, voice, geometry = self.program.path, self.voice, self.geometry
        valid = f" · {voice.line('valid', str(path.valid))}" if path.valid is not None else ""
        held = voice.said("responsible for the whole: {name}", name=voice.label(path.responsible))
        shown = f"{self.view.subtitle} · " if self.view.subtitle else ""
        organisers = ", ".join(map(voice.label, path.network.organisers))
        subtitle = f"{shown}{voice.line('version')} {path.version}{valid} · {held} · {organisers}"
        there = {lane.sector for lane in self._lanes.lanes}
        sections = geometry.placed.sections[1:]
        beside = bands.bands(geometry.placed, geometry, self.program, self._ways, voice) if self.look.has_bands else []
        return paint.svg(
            geometry, title=voice.label(path.name, path.labels), subtitle=subtitle,
            legend=[(sector, voice.said(paint.WORDS[sector])) for sector in _SECTORS if sector in there],
            bands=beside, findings=[(one.code, one.level, one.message) for one in self.findings],
            sections=[(one.first, one.title, one.note) for one in sections],
            language=voice.code,
            prefix=self.look.prefix, has_face=self.look.has_face,
        )  # fmt: skip

    def png(self, scale: float = 2.0) -> bytes:
        """The picture as PNG. Raises: PathflowError where the package for it is not installed."""
        from pathflow.picture.formats import png

        return png(self.svg, scale)

    def pdf(self) -> bytes:
        """The picture as PDF, on one page of its size. Raises: PathflowError where the package for it is not installed."""
        from pathflow.picture.formats import pdf

        return pdf(self.svg, self.name, self.look.language)

    def _mark(self, placed: Placed) -> None:
        """The numbers of findings go to the boxes that they are about."""
        for number, finding in enumerate(self.findings, 1):
            if finding.span is None:
                continue
            before = [e for e in placed.elements if e.file == finding.span.file and 0 < e.line <= finding.span.line]
            if before:
                max(before, key=lambda element: element.line).findings.append((number, finding.level))


def draw(
    program: Program, findings: Iterable[Finding] = (), look: Look | None = None, view: View | None = None,
    ways: Ways | None = None,
) -> Picture:  # fmt: skip
    """A path as a picture.

    Args:
        view: what is shown of it, as `pathflow.picture.views` makes it; all of it by default.
        findings: what was found on it; each stands at its box, and below in words.
        ways: what is so on its ways, where that is worked out already.

    Raises: PathflowError where the packages for pictures are not installed.
    Law: tests/picture (no two boxes overlap, no way runs through a box, no text leaves its box).
    """
    return Picture(program, findings, look or Look(), view, ways)


def picture_svg(program: Program, findings: Iterable[Finding] = (), look: Look | None = None, view: View | None = None) -> str:
    """The SVG of `draw`."""
    return draw(program, findings, look, view).svg
