"""`pathflow story`: for each finding the client for whom it comes true, told step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from pathflow.api import CheckReport, CompiledPath, Told, check, load, stories, stories_of_pairs
from pathflow.base.errors import why
from pathflow.base.findings import Finding
from pathflow.base.instants import iso, local_datetime
from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import Place, format_option, places_argument, use_utf8
from pathflow.cli.render import frame
from pathflow.cli.tongue import language_option, many, of_files, phrased, said
from pathflow.compiler.library import Unreadable, path_files
from pathflow.dsl.languages import Code
from pathflow.locale import told as told_in
from pathflow.model.path import Path as ModelPath
from pathflow.witness.story import Beat, Story


@click.command("story", cls=Command)
@places_argument
@click.option("--code", "codes", multiple=True, help="Only findings of this code, as in G301; may be given more than once.")
@click.option("--pairs", is_flag=True, help="Tell too what any two paths do to one client whose groups can overlap.")
@click.option("--events", "events_file", type=Place(), help="Write what happens in the stories into this file (JSON Lines).")
@format_option
@language_option
def command(where: tuple[Path, ...], codes: tuple[str, ...], pairs: bool, events_file: Path | None, output: str) -> int:
    """Tell for each finding of `check` the client for whom it comes true: who they are, the shortest way to it, and what the
    engine then says.

    Each story is run in the engine before it is told. With --events, `pathflow run` shows the same findings.

    Exit code: 0 no findings, 1 findings, 2 unreadable input.
    """
    use_utf8()
    wanted = {code.upper() for code in codes}
    told: list[tuple[CompiledPath, list[Told]]] = []
    paths: list[CompiledPath] = []
    for file in path_files(list(where)):
        try:
            compiled = load(file)
        except Unreadable:
            if file in where:
                raise
            continue
        paths.append(compiled)
        told.append((compiled, [one for one in stories(compiled) if not wanted or one.finding.code in wanted]))
    if len(paths) > 1:
        told += _of_pairs(paths, check(where, pairs=pairs), wanted)
    if events_file is not None:
        _write(events_file, told)
    if output == "json":
        from pathflow.report import as_json

        click.echo(
            as_json({"stories": [_as_dict(one, c.program.calendar.zone) for c, found in told for one in found]}), nl=False
        )
    else:
        _print(told, where, events_file)
    return int(any(found for _, found in told))


def _of_pairs(paths: list[CompiledPath], report: CheckReport, wanted: set[str]) -> list[tuple[CompiledPath, list[Told]]]:
    """What two of the paths do to one client, each with the path on which it stands."""
    by_name = {one.name: CompiledPath(one.program, one.findings, report.sources) for one in paths}
    return [
        (by_name[one.finding.meeting.path], [one])
        for one in stories_of_pairs(report)
        if one.finding.meeting is not None and (not wanted or one.finding.code in wanted)
    ]


def _as_dict(one: Told, zone: ZoneInfo) -> dict[str, Any]:
    return {"finding": one.finding.as_dict(zone), "story": one.story.as_dict(zone) if one.story is not None else None}


def _print(told: list[tuple[CompiledPath, list[Told]]], where: tuple[Path, ...], events_file: Path | None) -> None:
    found = [(compiled, one) for compiled, ones in told for one in ones]
    code = of_files(path_files(list(where)))
    for compiled, one in found:
        click.echo(frame(one.finding, sources=compiled.sources))
        if one.story is not None:
            click.echo(_tell(one.story, compiled, code))
        else:
            click.echo(f"  {_untold(one.finding, code)}")
        click.echo()
    n_told = sum(one.story is not None for _, one in found)
    findings, stories_told = many(len(found), "finding", code), many(n_told, "story", code, "stories")
    whole = said("{findings}, {stories}; each was run in the engine", code, findings=findings, stories=stories_told)
    click.echo(whole if found else said("clean: nothing to tell", code))
    if events_file is not None and n_told:
        places = " ".join(str(place) for place in where)
        last = max(one.story.at for _, one in found if one.story is not None)
        zone = found[0][0].program.calendar.zone
        click.echo(f"pathflow run {places} --events {events_file} --at {iso(last, zone)} --anyway --proved")


def _untold(finding: Finding, code: Code) -> str:
    if finding.aim is not None and finding.aim.node < 0:
        return said("no client comes here, so there is nobody to tell of", code)
    text = "nobody was found for whom this comes true; it stands, as the proof looks at more ways than are tried here"
    return said(text, code)


def _tell(story: Story, compiled: CompiledPath, code: Code) -> str:
    zone = compiled.program.calendar.zone
    path = compiled.path
    values = _values(story.client, path, "")
    lines = [f"  {said('A client with {values}', code, values=values) if values else said('A client', code)}:"]
    before: Beat | None = None
    for beat in story.beats:
        when = local_datetime(beat.at, zone).strftime("%Y-%m-%d %H:%M")
        lines.append(f"    {when}  {_line(beat, path, code)}")
        if before is None or (before.holder, before.owner) != (beat.holder, beat.owner):
            lines.append(click.style(f"    {' ' * len(when)}  {_who(beat, code)}", dim=True))
        before = beat
    seen = told_in(story.seen, code)
    lines.append(f"  {said('Then the engine says', code)}: {click.style(f'{seen.code}: {seen.message}', bold=True)}")
    return "\n".join(lines)


def _line(beat: Beat, path: ModelPath, code: Code) -> str:
    what = phrased(beat.said, code)
    if beat.path is not None:
        what = said("{what} (on the path {name})", code, what=what, name=beat.path)
    if not beat.items or beat.what == "the client comes onto the path":
        return what
    return what + _values(beat.items, path, ": ")


def _values(values: dict[str, Any], path: ModelPath, lead: str) -> str:
    """`age 66 years, lives alone yes`: the values by name, documents by name alone."""
    shown: list[str] = []
    for name, value in values.items():
        item = path.items.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            shown.append(f"{name} {value:g}" + (f" {item.unit}" if item is not None and item.unit else ""))
        else:
            shown.append(name if value == "made" else f"{name} {value}")
    return lead + ", ".join(shown) if shown else ""


def _who(beat: Beat, code: Code) -> str:
    if beat.owner is None:
        return said("held by {name}; nobody owns the plan", code, name=beat.holder)
    return said("held by {name}; plan owned by {owner}", code, name=beat.holder, owner=beat.owner)


def _write(file: Path, told: list[tuple[CompiledPath, list[Told]]]) -> None:
    """The stories' facts as events, each story a client of its own. Raises: click.UsageError where that cannot be done."""
    from pathflow.witness.story import as_events

    lines: list[str] = []
    for compiled, found in told:
        for one in found:
            if one.story is not None:
                client = f"{one.finding.code} {len(lines) + 1}"
                lines += as_events(one.story, client, compiled.program.calendar.zone)
    try:
        file.write_text("".join(line + "\n" for line in lines), "utf-8")
    except OSError as error:
        raise Misused("{path} cannot be written: {why}", path=file, why=why(error)) from None
