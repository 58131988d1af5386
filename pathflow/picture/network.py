"""The network as a map: providers around a ring by sector, and who hands clients over to whom, orders from whom, asks whom.

Each line has a number; below, the numbers say what goes along it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import cos, hypot, pi, sin
from typing import Final, Literal

from msgspec import Struct

from pathflow.engine.program import Node, Program
from pathflow.model import path as model
from pathflow.picture import paint
from pathflow.picture.elements import Line, text_lines
from pathflow.picture.geometry import Point
from pathflow.picture.voice import Voice
from pathflow.rules.ways import Ways

Kind = Literal["handoff", "order", "consultation"]
_KINDS: Final[tuple[Kind, ...]] = ("handoff", "order", "consultation")
_LOOKS: Final = {
    "handoff": (paint.CROSSING, "2.2", "", "c"), "order": (paint.INK, "1.3", "", "a"),
    "consultation": (paint.ASKING, "1.5", "6 3", "q"),
}  # fmt: skip
_BOX: Final = 152.0
_HIGH: Final = 50.0
_SECTORS: Final = ("public", "private", "third", "")


class Link(Struct, frozen=True):
    """What goes from one provider to another: of one kind, under these names."""

    kind: Kind
    source: str
    target: str
    names: tuple[str, ...]


def links_of(programs: Iterable[Program], voice: Voice) -> list[Link]:
    """Every handoff, order and consultation between two providers, by kind and provider, in the order of the paths."""
    found: dict[tuple[Kind, str, str], dict[str, None]] = {}
    for program in programs:
        ways = Ways(program)
        for node in program.nodes:
            for kind, one, other in _pairs(node.statement):
                for source in _named(one.party, ways, node):
                    for target in _named(other.party, ways, node):
                        if source != target:
                            found.setdefault((kind, source, target), {})[voice.label(node.name)] = None
    order = {kind: number for number, kind in enumerate(_KINDS)}
    return [
        Link(kind, source, target, tuple(names))
        for (kind, source, target), names in sorted(found.items(), key=lambda one: order[one[0][0]])
    ]


def _named(party: model.Party, ways: Ways, node: Node) -> list[str]:
    """The providers that it may be; whoever holds the client is one of its own, where it can be several."""
    if party.kind == "client":
        return []
    found = sorted(ways.holding.who(party, node) & ways.network.providers.keys())
    return [str(party)] if len(found) > 1 and party.kind in ("holder", "previous") else found


def _pairs(statement: object) -> Iterator[tuple[Kind, model.Actor, model.Actor]]:
    if isinstance(statement, model.Handoff):
        yield "handoff", statement.sender, statement.receiver
    elif isinstance(statement, model.Consultation):
        yield "consultation", statement.sender, statement.receiver
    elif isinstance(statement, model.Step) and statement.ordered_by is not None and statement.by is not None:
        yield "order", statement.ordered_by, statement.by


def map_svg(programs: list[Program], voice: Voice, prefix: str = "", *, has_face: bool = True) -> str:
    """The map of the providers of these paths, with its typeface in it. All of them use one network."""
    network = programs[0].path.network
    links = links_of(programs, voice)
    acting = {name for link in links for name in (link.source, link.target)} | {p.path.accountable for p in programs}
    sector_of = {name: provider.sector for name, provider in network.providers.items()}
    names = [name for sector in _SECTORS for name in sector_of if name in acting and sector_of[name] == sector]
    names += sorted(acting - sector_of.keys())
    radius = max(170.0, len(names) * 23.0)
    rx, ry = radius * 1.25, radius
    middle = (rx + _BOX / 2 + 40, ry + 120)
    places = {name: _on_ring(number, len(names), middle, rx, ry) for number, name in enumerate(names)}
    paper = paint.Paper(prefix)
    curves = [_curve(link, places, middle, number) for number, link in enumerate(links)]
    for link, curve in zip(links, curves, strict=True):
        _draw_curve(paper, link, curve)
    _numbers(paper, links, curves)
    for name in names:
        _provider(paper, name, sector_of.get(name, ""), places[name], voice)
    bottom = max(y for _, y in places.values()) + 60
    broad = max(2 * middle[0], 900)
    bottom = _list(paper, links, voice, broad, bottom)
    return _page(paper, programs, voice, broad, bottom, has_face)


def _on_ring(number: int, many: int, middle: Point, rx: float, ry: float) -> Point:
    angle = 2 * pi * number / max(1, many) - pi / 2
    return middle[0] + rx * cos(angle), middle[1] + ry * sin(angle)


Curve = tuple[Point, Point, Point]


def _curve(link: Link, places: dict[str, Point], middle: Point, number: int) -> Curve:
    """A curve bent to the middle; those of other kinds and the way back beside it."""
    start, end = places[link.source], places[link.target]
    aside = {"handoff": 0.0, "order": 16.0, "consultation": -16.0}[link.kind]
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy) or 1
    bend = 0.55
    cx = (start[0] + end[0]) / 2 * (1 - bend) + middle[0] * bend - dy / length * (aside + 10 + number % 3 * 4)
    cy = (start[1] + end[1]) / 2 * (1 - bend) + middle[1] * bend + dx / length * (aside + 10 + number % 3 * 4)
    return _clipped(start, (cx, cy)), (cx, cy), _clipped(end, (cx, cy), 5)


def _clipped(box: Point, towards: Point, more: float = 0) -> Point:
    """Where the line from the middle of a provider's box leaves it."""
    dx, dy = towards[0] - box[0], towards[1] - box[1]
    half_x, half_y = _BOX / 2 + more, _HIGH / 2 + more
    share = min(half_x / abs(dx) if dx else 9e9, half_y / abs(dy) if dy else 9e9, 1.0)
    return box[0] + dx * share, box[1] + dy * share


def _draw_curve(paper: paint.Paper, link: Link, curve: Curve) -> None:
    colour, thick, dash, arrow = _LOOKS[link.kind]
    (x1, y1), (cx, cy), (x2, y2) = curve
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    paper.add(
        f'<path d="M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}" fill="none" stroke="{colour}" stroke-width="{thick}"'
        f'{dashed} marker-end="url(#{paper.prefix}arrow-{arrow})"><title>{paint.clean(", ".join(link.names))}</title></path>'
    )


def _numbers(paper: paint.Paper, links: list[Link], curves: list[Curve]) -> None:
    """Each line's number, where no other stands already."""
    taken: list[Point] = []
    for number, (link, curve) in enumerate(zip(links, curves, strict=True), 1):
        spots = [_at(curve, 0.5 + step / 24 * sign) for step in range(10) for sign in (1, -1)]
        free = [spot for spot in spots if all(hypot(spot[0] - x, spot[1] - y) > 19 for x, y in taken)]
        x, y = (free or spots)[0]
        taken.append((x, y))
        paper.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8.5" fill="#fff" stroke="{_LOOKS[link.kind][0]}"/>')
        paper.text(x, y + 3.5, Line(str(number), 10, "semibold"), "middle")


def _at(curve: Curve, t: float) -> Point:
    (x1, y1), (cx, cy), (x2, y2) = curve
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
    return a * x1 + b * cx + c * x2, a * y1 + b * cy + c * y2


def _provider(paper: paint.Paper, name: str, sector: str, place: Point, voice: Voice) -> None:
    label = _called(name, voice)
    stroke, strong, _ = paint.SECTORS[sector]
    lines = text_lines(label, 12, _BOX - 34, "semibold", most=3)
    x, y = place[0] - _BOX / 2, place[1] - _HIGH / 2
    paper.add(f'<g role="graphics-symbol"><title>{paint.clean(label)}</title>')
    paper.add(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_BOX}" height="{_HIGH}" rx="8" fill="{strong}" stroke="{stroke}"'
        ' stroke-width="1.4"/>'
    )
    paint.sign(paper, sector, x + 13, place[1], 4.6)
    paper.lines(x + 25, y + (_HIGH - sum(one.height for one in lines)) / 2, lines)
    paper.add("</g>")


def _called(name: str, voice: Voice) -> str:
    """A provider by its label; whoever it is, in words."""
    return voice.label(name) if name in voice.program.path.network.providers else voice.said(name)


def _list(paper: paint.Paper, links: list[Link], voice: Voice, broad: float, top: float) -> float:
    """What goes along each line, in columns."""
    ends = [top] * max(2, int(broad // 460))
    half = (broad - 36) / len(ends)
    for number, link in enumerate(links, 1):
        side = ends.index(min(ends))
        x, y = 18 + side * half, ends[side]
        paper.add(f'<circle cx="{x + 9:.1f}" cy="{y + 7:.1f}" r="8.5" fill="#fff" stroke="{_LOOKS[link.kind][0]}"/>')
        paper.text(x + 9, y + 10.5, Line(str(number), 10, "semibold"), "middle")
        who = f"{_called(link.source, voice)} → {_called(link.target, voice)}"
        lines = text_lines(who, 11.5, half - 44, "semibold")
        lines += text_lines(f"{voice.said(link.kind)}: {', '.join(link.names)}", 11, half - 44, is_quiet=True)
        ends[side] = paper.lines(x + 26, y, lines) + 8
    return max(ends)


def _page(paper: paint.Paper, programs: list[Program], voice: Voice, broad: float, bottom: float, has_face: bool) -> str:
    network = programs[0].path.network
    title = voice.label(network.name, network.labels)
    paths = ", ".join(voice.label(program.path.name, program.path.labels) for program in programs)
    sectors = {network.providers[name].sector for name in network.providers}
    legend: list[tuple[str, str]] = [(sector, voice.said(paint.WORDS[sector])) for sector in _SECTORS if sector in sectors]
    subtitle = f"{', '.join(map(voice.label, network.organisers))} · {paths}"
    return paint.page(
        paper, title=title, subtitle=subtitle, legend=legend, broad=broad, high=bottom, language=voice.code, has_face=has_face
    )
