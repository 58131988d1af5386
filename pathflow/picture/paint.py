"""Coordinates to SVG: what it looks like. Text stays text, every box has a title, and nothing that a user wrote is markup.

Colours: a sector's is also said in words and by a sign, so that nothing hangs on seeing it. Contrast of texts: 4.5:1 at least.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import pairwise
from typing import Final, Literal

from pathflow.picture import faces
from pathflow.picture.elements import CIRCLE, NAME, NOTE, TITLE, TITLE_LESS, Element, Icon, Line, Shape
from pathflow.picture.geometry import Box, Drawn, Geometry, Point, Strip

INK: Final = "#17202a"
QUIET: Final = "#4a5560"
CROSSING: Final = "#a3195b"
ASKING: Final = "#0b6e74"
WRONG: Final = "#b3261e"

SECTORS: Final[Mapping[str, tuple[str, str, str]]] = {
    "public": ("#1f6fb2", "#cfe2f3", "#f4f8fc"),
    "private": ("#b85c00", "#fbe0c8", "#fef8f2"),
    "third": ("#1b7f5c", "#cdebdd", "#f3faf6"),
    "client": ("#8a6d00", "#f7e7a8", "#fffcf0"),
    "chosen": ("#7a4fb5", "#e3d8f3", "#f9f6fd"),
    "": ("#56606b", "#dfe3e8", "#f8f9fa"),
}
"""Of each sector: the stroke, the head, the lane."""

WORDS: Final = {
    "public": "public", "private": "private", "third": "third sector", "client": "the client",
    "chosen": "as the client chooses",
}  # fmt: skip
"""What a sector is called."""

_STATES: Final = {
    "done": "fill:#e4f3ea", "now": "stroke-width:3.2;fill:#fff6d6", "added": "fill:#dcf3e4;stroke:#1b7f5c",
    "changed": "fill:#fff1cc;stroke:#8a6d00", "removed": "fill:#fde4e2;stroke:#b3261e;stroke-dasharray:5 3",
}  # fmt: skip
FACE: Final = "pathflow"
"""What the face that a picture carries along is called in it."""
_SIZES: Final = {NOTE: "", NAME: "n"}
"""The classes of the sizes that most texts have."""
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that XML cannot hold."""


def clean(text: str) -> str:
    """A text as it may stand in SVG."""
    return escape(_FORBIDDEN.sub("\ufffd", text), quote=True)


class Paper:
    """Collects markup, and the texts for which the typeface is carried along.

    Args:
        prefix: with what ids begin, where several pictures stand on one page.
    """

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.icons: set[Icon] = set()
        self.signs: set[Sign] = set()
        self.parts: list[str] = []
        self.texts: list[tuple[str, faces.Weight]] = []

    def add(self, markup: str) -> None:
        """Markup as it is."""
        self.parts.append(markup)

    def text(self, x: float, y: float, line: Line, anchor: str = "start", fill: str = "", extra: str = "") -> None:
        """A line of text; y is its base."""
        self.texts.append((line.text, line.weight))
        kind = " ".join(filter(None, ("b" if line.weight == "semibold" else "", "q" if line.is_quiet else "")))
        kind = " ".join(
            filter(None, (kind, _SIZES.get(line.size, ""), "m" if anchor == "middle" else "e" if anchor == "end" else ""))
        )
        looks = f' class="{kind}"' if kind else ""
        style = (f"font-size:{line.size:g}px" if line.size not in _SIZES else "") + (f";fill:{fill}" if fill else "")
        looks += f' style="{style}"' if style else ""
        self.add(f'<text x="{_n(x)}" y="{_n(y)}"{looks}{extra}>{clean(line.text)}</text>')

    def lines(self, x: float, y: float, lines: Iterable[Line], anchor: str = "start", fill: str = "") -> float:
        """Lines of text from a top; icons before them. Returns: where they end."""
        for line in lines:
            base = y + line.size * 0.96
            if line.icon:
                self.icon(line.icon, x, base - line.size * 0.36)
            self.text(x + (line.lead if anchor == "start" else 0), base, line, anchor, fill)
            y += line.height
        return y

    def sign(self, sign: Sign, x: float, y: float) -> None:
        """A sign that is the same everywhere; x and y are its middle."""
        self.signs.add(sign)
        self.add(f'<use href="#{self.prefix}{sign}" x="{_n(x)}" y="{_n(y)}"/>')

    def icon(self, icon: Icon, x: float, y: float) -> None:
        """A small sign; y is its middle."""
        self.icons.add(icon)
        self.add(f'<use href="#{self.prefix}{icon}" x="{_n(x)}" y="{_n(y - 5)}"/>')


_ICONS: Final[Mapping[Icon, str]] = {
    "clock": "M5 .7a4.3 4.3 0 1 0 .01 0M5 2.6V5.2L6.8 6.4",
    "order": "M9.3 5H1.2M4.2 2 1.2 5l3 3",
    "letter": "M.7 1.8h8.6v6.4H.7zM.7 2l4.3 3.4L9.3 2",
    "loop": "M8.6 3.2A4 4 0 1 0 9 5.6M8.9.8v2.6H6.3",
    "flash": "M6 .4 1.8 5.6h2.8L3.8 9.6 8.2 4.2H5.3z",
    "back": "M9 8.6V5.4a2 2 0 0 0-2-2H1.4M4 .8 1.4 3.4 4 6",
    "ask": "M1 1h8v5.6H4.6L2.4 8.8V6.6H1z",
    "person": "M5 .9a1.9 1.9 0 1 0 .01 0M1.3 9.2c0-4.6 7.4-4.6 7.4 0",
    "fall": "M1.2 1.2 8.4 8.4M8.6 4.2v4.4H4.2",
    "tick": "M1.2 5.4 3.8 8 8.8 2.2",
    "plan": "M1.8.7h4.6l1.9 1.9v6.7H1.8zM3.6 4.4h3M3.6 6.6h3",
}


Sign = Literal["gate", "taken", "answered"]
_TICK: Final = (
    '<circle r="8" fill="#fff" stroke="{0}" stroke-width="1.6"/>'
    '<path d="M-3.6 0l2.6 2.8 4.8-5.6" fill="none" stroke="{0}" stroke-width="1.6"/>'
)
_SIGNS: Final[Mapping[Sign, str]] = {
    "gate": f'<path d="M0-13 13 0 0 13-13 0z" fill="#fff" stroke="{INK}" stroke-width="1.6"/>'
    f'<path d="M-5.5 0h11M0-5.5v11" stroke="{INK}" stroke-width="2"/>',
    "taken": _TICK.format(CROSSING),
    "answered": _TICK.format(ASKING),
}
"""Where ways part and meet, and where a handoff or a question is taken. Their looks stand in them, as icons' do."""


def svg(
    geometry: Geometry, *, title: str, subtitle: str, legend: list[tuple[str, str]], bands: list[tuple[str, list[Strip]]],
    findings: list[tuple[str, str, str]], sections: list[tuple[int, str, str]], language: str,
    prefix: str = "", has_face: bool = True,
) -> str:  # fmt: skip
    """The picture.

    Args:
        legend: (sector, its word) for those that are there.
        bands: (what it says, its pieces) beside the lanes.
        findings: (code, level, sentence), in the order of their numbers.
        sections: (first row, title, note) of events.
    """
    paper = Paper(prefix)
    broad, high = geometry.size
    broad = max(broad, 520)
    _ground(paper, geometry)
    for section in sections:
        _section(paper, geometry, section)
    for name, strips in bands:
        _band(paper, name, strips, geometry)
    paper.add(f'<g class="w" marker-end="url(#{paper.prefix}arrow-a)">')  # said once: there are many of them
    for line in geometry.lines:
        _way(paper, line)
    paper.add("</g>")
    for box in geometry.boxes:
        _box(paper, box, geometry.sector(box.element.column))
    if findings:
        high = _findings(paper, findings, high, broad)
    return page(
        paper, title=title, subtitle=subtitle, legend=legend, broad=broad, high=high, language=language, has_face=has_face
    )


def page(
    paper: Paper, *, title: str, subtitle: str, legend: list[tuple[str, str]], broad: float, high: float, language: str,
    has_face: bool = True,
) -> str:  # fmt: skip
    """Everything on the paper as a document, with its title above and the sectors below."""
    high = _legend(paper, legend, high, broad)
    head = Paper()
    head.text(18, 34, Line(faces.cut(title, 20, broad - 36, "semibold"), 20, "semibold"))
    head.text(18, 54, Line(faces.cut(subtitle, 12, broad - 36), 12, is_quiet=True))
    p = clean(paper.prefix)
    face = faces.embedded([*paper.texts, *head.texts], f"{FACE}{p}") if has_face else ""
    style = _style(p) + face
    icons = "".join(f'<path id="{p}{icon}" {_look_of(icon)} d="{_ICONS[icon]}"/>' for icon in sorted(paper.icons))
    icons += "".join(f'<g id="{p}{sign}">{_SIGNS[sign]}</g>' for sign in sorted(paper.signs))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {broad:.0f} {high:.0f}" width="{broad:.0f}" height="{high:.0f}"'
        f' class="pathflow" xml:lang="{language}" lang="{language}" role="graphics-document"'
        f' aria-labelledby="{p}picture-title {p}picture-what">'
        f'<title id="{p}picture-title">{clean(title)}</title><desc id="{p}picture-what">{clean(subtitle)}</desc>'
        f"<style>{style}</style>"
        f"<defs>{_arrow(f'{p}arrow-a', INK)}{_arrow(f'{p}arrow-c', CROSSING)}{_arrow(f'{p}arrow-q', ASKING)}{icons}</defs>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(head.parts)}{"".join(paper.parts)}</svg>\n'
    )


def _style(prefix: str) -> str:
    """The looks, for this picture alone wherever it stands."""
    rules = (
        f"text{{font:400 {NOTE}px '{FACE}{prefix}','{faces.FAMILY}','Source Sans 3','Segoe UI',Arial,sans-serif;fill:{INK}}}",
        ".b{font-weight:600}", f"text.q{{fill:{QUIET}}}", f".n{{font-size:{NAME}px}}", ".m{text-anchor:middle}",
        ".e{text-anchor:end}",
        f".w{{fill:none;stroke:{INK};stroke-width:1.4}}", ".x{stroke-width:1.7}", ".k{stroke-dasharray:5 4}",
        f".h{{fill:none;stroke:{CROSSING};stroke-width:2.4}}",
        f".u{{fill:none;stroke:{ASKING};stroke-width:1.8;stroke-dasharray:6 3}}",
        ".s{fill:#fff;stroke-width:1.6}", ".edge{stroke:#c3ccd6;stroke-width:1}", ".thin{stroke:#dde3e9;stroke-dasharray:3 4}",
        f".bad{{fill:{WRONG}}}", ".warn{fill:#8a5a00}",
    )  # fmt: skip
    return "".join(f".pathflow {rule}" for rule in rules)


def _look_of(icon: Icon) -> str:
    """How an icon is painted: said at the icon, as what is used elsewhere does not see the picture's rules."""
    if icon == "flash":
        return f'fill="{WRONG}"'
    colours: Mapping[Icon, str] = {"letter": CROSSING, "fall": CROSSING, "plan": CROSSING, "ask": ASKING, "tick": "#1b7f5c"}
    thick = 1.8 if icon == "tick" else 1.2
    line = f'stroke="{colours.get(icon, QUIET)}" stroke-width="{thick}" stroke-linejoin="round" stroke-linecap="round"'
    return f'fill="none" {line}'


def _arrow(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9"'
        f' markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 .8 10 5 0 9.2z" fill="{colour}"/></marker>'
    )


# ── the ground ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _ground(paper: Paper, geometry: Geometry) -> None:
    heads, lanes = geometry.heads, geometry.lanes
    for head, lane in zip(heads, lanes, strict=True):
        _, strong, pale = SECTORS[head.sector]
        paper.add(
            f'<rect x="{lane.x:.1f}" y="{lane.y:.1f}" width="{lane.width:.1f}" height="{lane.height:.1f}" fill="{pale}"/>'
        )
        paper.add(f'<g role="graphics-symbol"><title>{clean(head.name)}</title>')
        paper.add(
            f'<rect x="{head.x:.1f}" y="{head.y:.1f}" width="{head.width:.1f}" height="{head.height:.1f}" fill="{strong}"/>'
        )
        extra = 0 if geometry.is_lying or not geometry.has_professions else 18
        y = head.y + (head.height - extra - sum(one.height for one in head.lines)) / 2
        x = head.x + (22 if geometry.is_lying else head.width / 2)
        paper.lines(x, y, head.lines, "start" if geometry.is_lying else "middle")
        if geometry.is_lying:
            sign(paper, head.sector, head.x + 11, head.y + head.height / 2, 4.2)
        paper.add("</g>")
    for name, first, last in geometry.places():
        if name and not geometry.is_lying:
            paper.text((first + last) / 2, geometry.along_begin - 7, Line(faces.cut(name, 11, last - first + 16), 11), "middle")
        elif name:
            paper.text(geometry.along_begin + 5, first + 6, Line(faces.cut(name, 9.5, 120), 9.5, is_quiet=True))
    for across in geometry.profession_edges:
        _rule(paper, geometry, across, "thin")
    for across in geometry.lane_edges():
        _rule(paper, geometry, across, "edge")


def _rule(paper: Paper, geometry: Geometry, across: float, kind: str) -> None:
    begin = geometry.along_begin - (0 if kind == "thin" else geometry.heads_high)
    (x1, y1), (x2, y2) = geometry.point(across, begin), geometry.point(across, geometry.along_end)
    paper.add(f'<line class="{kind}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>')


def _section(paper: Paper, geometry: Geometry, section: tuple[int, str, str]) -> None:
    row, title, note = section
    at, edges = geometry.section_at[row], geometry.lane_edges()
    high = 26.0
    strip = geometry.strip((edges[0], edges[-1]), (at, at + (24 if geometry.is_lying else high)), [])
    paper.add(
        f'<rect x="{strip.x:.1f}" y="{strip.y:.1f}" width="{strip.width:.1f}" height="{strip.height:.1f}" fill="#2b3644"/>'
    )
    if geometry.is_lying:
        text = faces.cut(note or title, 12, strip.height - 20, "semibold")  # the event's own box says what happens
        x, y = strip.x + 16, strip.y + strip.height / 2
        line = Line(text, 12, "semibold")
        paper.text(x, y, line, "middle", "#fff", f' transform="rotate(-90 {_n(x)} {_n(y)})"')
        return
    room = strip.width - TITLE_LESS - faces.width(note, 11)
    line = Line(faces.cut(title, TITLE, room, "semibold"), TITLE, "semibold")
    paper.add(f'<path d="{_ICONS["flash"]}" transform="translate({strip.x + 9:.1f} {strip.y + 8:.1f})" fill="#ffd34d"/>')
    paper.text(strip.x + 24, strip.y + 18, line, fill="#fff")
    note_line = Line(note, 11)
    paper.text(strip.x + strip.width - 12, strip.y + 17, note_line, "end", "#e3e8ee")
    for head, (first, last) in zip(geometry.heads, pairwise(edges), strict=True):
        _, strong, _ = SECTORS[head.sector]
        paper.add(f'<rect x="{first:.1f}" y="{at + high:.1f}" width="{last - first:.1f}" height="19" fill="{strong}"/>')
        name = Line(faces.cut(head.name, 10.5, last - first - 10, "semibold"), 10.5, "semibold")
        paper.text((first + last) / 2, at + high + 13.5, name, "middle")


def _band(paper: Paper, name: str, strips: list[Strip], geometry: Geometry) -> None:
    if not strips:
        return
    paper.add(f'<g role="graphics-symbol"><title>{clean(name)}</title>')
    first = strips[0]
    if geometry.is_lying:
        paper.text(18, first.y + first.height / 2 + 4, Line(name, 11.5, "semibold"))
    else:
        lines = [Line(text, 11.5, "semibold") for text in faces.wrapped(name, 11.5, first.width - 4, "semibold", 2)]
        paper.lines(first.x + 2, geometry.along_begin - 6 - sum(one.height for one in lines), lines)
    for strip in strips:
        stroke, strong, _ = SECTORS[strip.sector]
        paper.add(f"<g><title>{clean(strip.title)}</title>")
        paper.add(
            f'<rect x="{strip.x:.1f}" y="{strip.y + 1:.1f}" width="{max(2, strip.width - (2 if geometry.is_lying else 0)):.1f}"'
            f' height="{max(2, strip.height - 2):.1f}" rx="5" fill="{strong}" stroke="{stroke}" stroke-width=".8"/>'
        )
        paper.lines(strip.x + 6, strip.y + 5, strip.lines)
        paper.add("</g>")
    paper.add("</g>")


# ── ways ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _way(paper: Paper, line: Drawn) -> None:
    kind = " ".join(filter(None, ("x" if line.is_crossing else "", "k" if line.is_back else "")))
    looks = f' class="{kind}"' if kind else ""
    end = ' marker-end="none"' if line.into_crossing and not line.is_back else ""
    paper.add(f'<path{looks} d="{_rounded(line.points)}"{end}/>')


def _rounded(points: list[Point], radius: float = 6) -> str:
    """A line with rounded corners; it runs across or down."""
    parts = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    at = points[0]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        into, out = _towards(corner, before, radius), _towards(corner, after, radius)
        bend = " ".join(_n(one) for one in (corner[0] - into[0], corner[1] - into[1], out[0] - into[0], out[1] - into[1]))
        parts.append(f"{_straight(at, into)}q{bend}")
        at = out
    return "".join(parts) + _straight(at, points[-1])


def _straight(start: Point, end: Point) -> str:
    return f"V{_n(end[1])}" if abs(start[0] - end[0]) < 0.05 else f"H{_n(end[0])}"


def _n(number: float) -> str:
    """A number as short as it may be."""
    return f"{number:.1f}".removesuffix(".0")


def _towards(corner: Point, other: Point, radius: float) -> Point:
    far = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = min(radius, far / 2) / far if far else 0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


# ── boxes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _box(paper: Paper, box: Box, sector: str) -> None:
    element = box.element
    data = f' data-line="{element.line}"' if element.line else ""
    data += f' data-state="{element.state}"' if element.state else ""
    title = clean(element.title)
    paper.add(f'<g id="{clean(paper.prefix + element.key)}" class="box {element.shape}" role="graphics-symbol"{data}>')
    paper.add(f"<title>{title}</title>")
    if element.state == "left":
        paper.add('<g opacity=".4">')
    _SHAPES.get(element.shape, _rectangle)(paper, box, sector)
    if element.state == "left":
        paper.add("</g>")
    _badges(paper, box)
    paper.add("</g>")


def _look(element: Element, sector: str, colour: str = "") -> str:
    stroke = colour or SECTORS[sector][0]
    style = _STATES.get(element.state, "")
    dashed = ";stroke-dasharray:5 3" if element.is_dashed else ""
    return f' class="s" stroke="{stroke}"' + (f' style="{style}{dashed}"' if style or dashed else "")


def _rectangle(paper: Paper, box: Box, sector: str, radius: float = 8, colour: str = "", pad: float = 10) -> None:
    paper.add(
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="{radius}"'
        f"{_look(box.element, sector, colour)}/>"
    )
    paper.lines(box.x + pad, box.y + 6, box.element.lines)


def _event(paper: Paper, box: Box, sector: str) -> None:
    if any(line.icon == "flash" for line in box.element.lines):
        _pill(paper, box, sector)
        return
    x, y = box.middle[0], box.y + CIRCLE / 2
    paper.add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{CIRCLE / 2 - 1}"{_look(box.element, "", WRONG)}/>')
    paper.add(f'<path d="{_ICONS["flash"]}" transform="translate({_n(x - 6)} {_n(y - 6)}) scale(1.2)" fill="{WRONG}"/>')
    paper.lines(x, box.y + CIRCLE + 3, box.element.lines, "middle")


def _pill(paper: Paper, box: Box, _sector: str) -> None:
    colours: Mapping[Shape, str] = {"tag": "#8793a0", "event": WRONG, "repeat": INK}
    colour = colours.get(box.element.shape, QUIET)
    radius = min(box.height / 2, 13)
    paper.add(
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="{_n(radius)}"'
        f"{_look(box.element, '', colour)}/>"
    )
    lines = box.element.lines
    top = box.y + (box.height - sum(one.height for one in lines)) / 2 - 0.5
    if box.element.shape == "tag":
        paper.lines(box.middle[0], top, lines, "middle")
    else:
        paper.lines(box.x + 12, top, lines)


def _hexagon(paper: Paper, box: Box, _sector: str) -> None:
    x, y, w, h = box.x, box.y, box.width, box.height
    d = 13
    points = [(x + d, y), (x + w - d, y), (x + w, y + h / 2), (x + w - d, y + h), (x + d, y + h), (x, y + h / 2)]
    paper.add(f'<polygon points="{" ".join(f"{_n(a)},{_n(b)}" for a, b in points)}"{_look(box.element, "", INK)}/>')
    paper.lines(box.middle[0], y + 6, box.element.lines, "middle")


def _gate(paper: Paper, box: Box, _sector: str) -> None:
    x, y = box.middle
    if not box.element.state:
        paper.sign("gate", x, y)
    else:
        paper.add(f'<polygon points="{x},{y - 13} {x + 13},{y} {x},{y + 13} {x - 13},{y}"{_look(box.element, "", INK)}/>')
        paper.add(f'<path d="M{x - 5.5} {y}h11M{x} {y - 5.5}v11" stroke="{INK}" stroke-width="2" fill="none"/>')


def _circle(paper: Paper, box: Box, _sector: str) -> None:
    x, y = box.middle[0], box.y + CIRCLE / 2
    is_end = box.element.shape == "end"
    colour = WRONG if is_end else "#1b7f5c"
    paper.add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{CIRCLE / 2 - 1}"{_look(box.element, "", colour)}/>')
    if is_end:
        paper.add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{CIRCLE / 2 - 4.5}" fill="{colour}"/>')
    paper.lines(x, box.y + CIRCLE + 3, box.element.lines, "middle")


def _included(paper: Paper, box: Box, sector: str) -> None:
    _rectangle(paper, box, sector, 3)
    paper.add(
        f'<rect x="{box.x + 3:.1f}" y="{box.y + 3:.1f}" width="{box.width - 6:.1f}" height="{box.height - 6:.1f}" rx="2"'
        f' fill="none" stroke="{SECTORS[sector][0]}" stroke-width=".8"/>'
    )


def _crossing(paper: Paper, box: Box, _sector: str) -> None:
    element = box.element
    is_handoff = element.shape == "handoff"
    colour = CROSSING if is_handoff else ASKING
    if element.is_crossing:
        (x1, y1), (x2, y2) = box.start, box.end
        back = 9.0
        ex, ey = (x2 - back * _sign_of(x2 - x1), y2) if y1 == y2 else (x2, y2 - back * _sign_of(y2 - y1))
        start = "" if is_handoff else f' marker-start="url(#{paper.prefix}arrow-q)"'
        paper.add(
            f'<path class="{"h" if is_handoff else "u"}" d="M{_n(x1)} {_n(y1)}L{_n(ex)} {_n(ey)}"'
            f' marker-end="url(#{paper.prefix}arrow-{"c" if is_handoff else "q"})"{start}/>'
        )
        paper.add(f'<circle cx="{_n(x1)}" cy="{_n(y1)}" r="3.4" fill="{colour}"/>')
        paper.sign("taken" if is_handoff else "answered", x2, y2)
    _rectangle(paper, box, "", 5, colour, 8)


def _sign_of(number: float) -> int:
    return 1 if number > 0 else -1


def sign(paper: Paper, sector: str, x: float, y: float, r: float) -> None:
    """The sign of a sector."""
    colour = SECTORS[sector][0]
    if sector == "private":
        paper.add(f'<polygon points="{_n(x)},{y - r:.1f} {x + r:.1f},{y + r:.1f} {x - r:.1f},{y + r:.1f}" fill="{colour}"/>')
    elif sector == "third":
        paper.add(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{r:.1f}" fill="{colour}"/>')
    elif sector == "public":
        paper.add(f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:.1f}" height="{2 * r:.1f}" fill="{colour}"/>')
    else:
        points = f"{_n(x)},{y - r:.1f} {x + r:.1f},{_n(y)} {_n(x)},{y + r:.1f} {x - r:.1f},{_n(y)}"
        paper.add(f'<polygon points="{points}" fill="{colour}"/>')


def _badges(paper: Paper, box: Box) -> None:
    """What became of it since the old version; the numbers of what was found there."""
    sign_of_state = {"added": ("+", "#1b7f5c"), "changed": ("≠", "#8a6d00"), "removed": ("–", WRONG)}.get(box.element.state)
    if sign_of_state is not None:
        paper.add(f'<circle cx="{_n(box.x)}" cy="{_n(box.y)}" r="8" fill="{sign_of_state[1]}"/>')
        paper.text(box.x, box.y + 4, Line(sign_of_state[0], 12, "semibold"), "middle", "#fff")
    x, y = box.x + box.width - 4, box.y
    for number, level in reversed(box.element.findings):
        text = Line(str(number), 10, "semibold")
        broad = max(16.0, faces.width(text.text, 10, "semibold") + 9)
        kind = "bad" if level == "error" else "warn"
        paper.add(f'<rect class="{kind}" x="{x - broad:.1f}" y="{y - 8:.1f}" width="{broad:.1f}" height="16" rx="8"/>')
        paper.text(x - broad / 2, y + 3.5, text, "middle", "#fff")
        x -= broad + 2


_SHAPES: Final = {
    "handoff": _crossing, "consultation": _crossing, "decide": _hexagon, "tag": _pill, "wait": _pill, "repeat": _pill,
    "event": _event, "ending": _pill, "split": _gate, "join": _gate, "start": _circle, "end": _circle, "include": _included,
    "folded": _pill, "nowhere": _pill,
}  # fmt: skip


# ── below ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _findings(paper: Paper, findings: list[tuple[str, str, str]], high: float, broad: float) -> float:
    """What was found, by its number. Returns: where it ends."""
    y = high + 14
    for number, (code, level, sentence) in enumerate(findings, 1):
        wide = max(16.0, faces.width(str(number), 10, "semibold") + 9)
        kind = "bad" if level == "error" else "warn"
        paper.add(f'<rect class="{kind}" x="18" y="{_n(y)}" width="{wide:.1f}" height="16" rx="8"/>')
        paper.text(18 + wide / 2, y + 11.5, Line(str(number), 10, "semibold"), "middle", "#fff")
        paper.text(48, y + 12, Line(code, 12, "semibold"))
        lines = [Line(one, 12) for one in faces.wrapped(sentence, 12, broad - 118)]
        y = paper.lines(96, y + 0.5, lines) + 5
    return y


def _legend(paper: Paper, legend: list[tuple[str, str]], high: float, broad: float) -> float:
    x, y = 18.0, high + 22
    for sector, word in legend:
        wide = faces.width(word, 11) + 34
        if x + wide > broad and x > 18:
            x, y = 18.0, y + 18
        sign(paper, sector, x + 5, y - 4, 4.6)
        paper.text(x + 15, y, Line(word, 11))
        x += wide
    return y + 16
