"""Pictures of paths and of the network. The only place in the handbook that asks for drawings."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

from pathflow.base.errors import PathflowError
from pathflow.base.names import fold
from pathflow.engine.program import Program
from pathflow.handbook.blocks import Picture
from pathflow.handbook.voice import Voice
from pathflow.picture import api, network, views
from pathflow.picture.voice import Voice as Drawing

LONG: Final = 50
"""A path of so many nodes has a picture of its main line before that of all of it."""

_ROLE: Final = re.compile(r' role="graphics-document" aria-labelledby="[^"]*"')


def of_path(voice: Voice, program: Program) -> tuple[Picture, ...]:
    """The main line where there is much to be folded, and the whole path; none without the packages for drawings."""
    look = api.Look(language=voice.code, prefix="all-", has_face=False)
    name = voice.path(program.path).text
    try:
        ways = voice.material.ways[program.key]
        whole = api.draw(program, look=look, ways=ways).svg
        caption = voice.text("{name}: a lane for each provider, time runs downwards, handoffs cross the lanes.", name=name)
        found = [Picture(whole, _alt(voice, name), caption)]
        if len(program.nodes) >= LONG:
            folded = api.Look(language=voice.code, prefix="main-", has_face=False)
            main = api.draw(program, look=folded, view=views.overview(program, Drawing(program, voice.code)), ways=ways).svg
            shown = voice.text("{name}: the main line, with branches, repeats and events folded.", name=name)
            found.insert(0, Picture(main, _alt(voice, name), shown))
    except PathflowError:  # the packages are an extra, and a handbook without pictures is a handbook
        return ()
    return tuple(found)


def of_provider(voice: Voice, name: str) -> tuple[Picture, ...]:
    """A provider's part of each path on which it acts, is asked or may be chosen; between it, how much others do."""
    called = voice.known("provider", name).text
    found: list[Picture] = []
    for program in voice.material.in_order:
        if name not in views.providers_in(program):
            continue
        path, ways = voice.path(program.path).text, voice.material.ways[program.key]
        look = api.Look(language=voice.code, prefix=f"part{len(found)}-", has_face=False)
        try:
            view = views.of_provider(program, ways, Drawing(program, voice.code), name)
            svg = api.draw(program, look=look, view=view, ways=ways).svg
        except PathflowError:
            return ()
        caption = voice.text("{path}: what {provider} does, orders, sends and receives.", path=path, provider=called)
        found.append(Picture(svg, _alt(voice, f"{path}, {called}"), caption))
    return tuple(found)


def of_networks(voice: Voice) -> tuple[Picture, ...]:
    """Who hands over to whom, orders from whom and asks whom, by sector: a map for each network that paths use."""
    found: list[Picture] = []
    for one in voice.material.all_networks:
        programs = [program for program in voice.material.in_order if fold(program.path.network.name) == fold(one.name)]
        if not programs:
            continue
        name = voice.name(one.name, one.labels).text
        caption = voice.text("{name}: who hands clients over to whom, orders from whom and asks whom.", name=name)
        try:
            svg = network.map_svg(programs, Drawing(programs[0], voice.code), f"map{len(found)}-", has_face=False)
        except PathflowError:
            return ()
        found.append(Picture(svg, _alt(voice, name), caption, is_map=True))
    return tuple(found)


def _alt(voice: Voice, name: str) -> str:
    return voice.text("{name}, drawn. The same is told in words on this page and on those it leads to.", name=name)


def on_page(picture: Picture) -> Markup:
    """A drawing as a part of a page: one picture with what it shows in words, for those who do not see it."""
    svg = _ROLE.sub(lambda _: f' role="img" aria-label="{escape(picture.alt)}"', picture.svg, count=1)
    return Markup(svg.strip())  # noqa: S704  # made by pathflow.picture, which escapes what it shows
