"""Pictures of paths, for those who embed pathflow: `draw`, what is shown (`view_of`, `view_of_client`), and the network map."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pathflow.api import CompiledPath, PathLike, instant, load
from pathflow.base.errors import PathflowError
from pathflow.base.findings import Finding
from pathflow.base.names import nearest
from pathflow.base.phrases import Said
from pathflow.compiler.bundle import unit_with
from pathflow.dsl.keywords import declared
from pathflow.dsl.languages import ENGLISH, Code, language
from pathflow.picture import Look, Picture
from pathflow.picture import draw as drawn
from pathflow.picture.course import course
from pathflow.picture.difference import difference
from pathflow.picture.lanes import Within
from pathflow.picture.network import map_svg
from pathflow.picture.views import View, for_clients, of_provider, overview, provider_named, whole
from pathflow.picture.voice import Voice
from pathflow.rules.registry import watch_all
from pathflow.rules.ways import Ways

__all__ = ["Picture", "UnknownWords", "View", "draw", "network_map", "view_of", "view_of_client"]


class UnknownWords(PathflowError, ValueError):
    """A name, or words, that a path does not know."""


def draw(
    path: PathLike | CompiledPath, view: View | None = None, *, in_language: Code = ENGLISH, lying: bool = False,
    lanes: Within = "auto", findings: bool = True,
) -> Picture:  # fmt: skip
    """A path as a picture: lanes of providers, steps in the order of time, handoffs as crossings.

    Args:
        view: what is shown, as `view_of` and `view_of_client` give it; by default all of the path.
        in_language: en, fi or sv; names by the path's own `in Finnish` and `in Swedish`.
        lying: whether time runs to the right, as on slides, and not downwards.
        lanes: whether professions have lanes of their own: as long as there is room, always, or never.
        findings: whether what was found stands at its step, and below in words.

    Returns: the picture: `svg`, `png()`, `pdf()`, and where its boxes and lines are.
    Raises: Unreadable; PathError for a path that cannot be read as meant; PathflowError where the packages for pictures are
    not installed.
    """
    compiled = _compiled(path)
    shown: Iterable[Finding] = compiled.findings if findings else ()
    return drawn(compiled.program, shown, Look(in_language, lying, lanes), view)


def view_of(
    path: PathLike | CompiledPath, *, provider: str | None = None, clients: str | None = None, is_overview: bool = False,
    since: PathLike | CompiledPath | None = None, in_language: Code = ENGLISH,
) -> View:  # fmt: skip
    """What a picture shows of a path: one of these, or all of it.

    Args:
        provider: what a provider does, orders, sends and receives; the rest is counted.
        clients: what comes to clients of whom this is known, in the words of a test: `age is 71 years, lives alone is yes`.
        is_overview: the main line, with branches, repeats and events folded.
        since: the old version with which this one is compared.

    Raises: Unreadable, PathError; UnknownWords for a provider or for words that the path does not know.
    """
    compiled = _compiled(path)
    program = compiled.program
    voice = Voice(program, in_language)
    if provider is not None:
        named = provider_named(program, provider)
        if named is None:
            guess = nearest(provider, program.path.network.providers)
            more = Said("; did you mean `{guess}`?", guess=guess) if guess else ""
            raise UnknownWords("the path knows no provider `{name}`{more}", name=provider, more=more)
        return of_provider(program, Ways(program), voice, named)
    if clients is not None:
        return for_clients(program, voice, _values(compiled, clients), clients)
    if since is not None:
        return difference(_compiled(since).program, program, voice)
    return overview(program, voice) if is_overview else whole(program)


def view_of_client(
    path: PathLike | CompiledPath, events: PathLike, client: str, *, at: datetime | str | None = None,
    in_language: Code = ENGLISH,
) -> View:  # fmt: skip
    """One client's way on a path, from a log of events: what is done, where the client is, what is ahead, with dates.

    Raises: Unreadable, PathError, LogError; KeyError for a client who is not in the events, or not on the path by then.
    """
    from pathflow.replay.log import read_log
    from pathflow.replay.run import record_at

    compiled = _compiled(path)
    program = compiled.program
    asked = instant(at, program.calendar.zone.key) if at is not None else None
    record, then = record_at(program, read_log(Path(events), [program], None), watch_all, client, asked)
    enrolment = next((e for e in reversed(record.enrolments) if e.tables.program is program), None)
    if enrolment is None:
        raise KeyError(client)
    return course(record, enrolment, then, Voice(program, in_language))


def network_map(paths: Iterable[PathLike | CompiledPath], *, in_language: Code = ENGLISH) -> str:
    """SVG: the providers of paths of one network, and who hands over to whom, orders from whom, asks whom.

    Raises: Unreadable, PathError; ValueError for no path.
    """
    programs = [_compiled(path).program for path in paths]
    if not programs:
        raise ValueError("there is no path")
    return map_svg(programs, Voice(programs[0], in_language))


def _compiled(path: PathLike | CompiledPath) -> CompiledPath:
    return path if isinstance(path, CompiledPath) else load(path)


def _values(compiled: CompiledPath, said: str) -> dict[str, str | float]:
    """What is known of clients, read as the `given` of a test reads it."""
    files: dict[str, str] = json.loads(compiled.bundle)["files"]
    own = language(declared(next(iter(files.values())).splitlines()) or ENGLISH)
    before = next(iter(files.values())).rstrip("\r\n").count("\n") + 2
    flat = " ".join(said.split())
    unit = unit_with(compiled.bundle, [f"{own.keywords['test']} asked", f"    {own.keywords['given']} {flat}"])
    wrong = [one for one in unit.findings if one.level == "error" and one.span is not None and one.span.line > before]
    tests = unit.meaning.tests if unit.meaning is not None else ()
    if wrong or not tests:
        raise UnknownWords("{finding}", finding=wrong[0] if wrong else Said("this cannot be read: {words}", words=flat))
    return {one.subject: one.value for one in tests[-1].given if one.kind == "item"}
