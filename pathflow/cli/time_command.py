"""`pathflow time`: how long it may take from one point of a path to another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
from msgspec import Struct

from pathflow.api import PathError, check, load
from pathflow.base.names import nearest
from pathflow.base.visible import filled
from pathflow.cli.help import Command
from pathflow.cli.misuse import Misused
from pathflow.cli.options import FORMATS, Place, use_utf8
from pathflow.cli.render import frame
from pathflow.cli.tongue import chosen, language_option
from pathflow.dsl.keywords import declared
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.engine.program import Program
from pathflow.locale import phrase, sentence
from pathflow.model import path as model
from pathflow.rules.chart import ENROLLED, Move, Reading
from pathflow.rules.times import Between, Times, Way, times_of
from pathflow.rules.ways import Ways

_CALLED: Final[tuple[tuple[Reading, str], ...]] = (
    ("shortest", "at least"),
    ("targets", "targets met"),
    ("maxima", "legal maximum"),
)


class _Row(Struct, frozen=True):
    """Two points of a path, and the time between them by each reading."""

    start: str
    end: str
    times: dict[Reading, Between]

    @property
    def is_sure(self) -> bool:
        return all(between.is_sure for between in self.times.values())


@click.command("time", cls=Command)
@click.argument("where", type=Place())
@click.option("--from", "start", metavar="NAME", help="A step, a handoff (since it was sent), an event; else enrolment.")
@click.option("--to", "end", metavar="NAME", help="A step, a handoff (until accepted), an end; else each end and handoff.")
@click.option("--format", "output", type=FORMATS, default="text", help="How results are printed.", show_default=True)
@language_option
def command(where: Path, start: str | None, end: str | None, output: str) -> int:
    """Say how long it may take between two points of a path: at least, with all targets met, and at the legal maximum.

    Each time comes with the way that makes it and the date on which it is worst, by the path's own calendar. What has no time
    on the way is named. It is reckoned without events that interrupt the way, and every handoff is accepted in its time.
    """
    use_utf8()
    try:
        program = load(where).program
    except PathError as wrong:
        sources = check(where).sources
        for finding in wrong.findings:
            click.echo(frame(finding, sources=sources) + "\n", err=True)
        return 1
    rows = list(_rows(times_of(Ways(program)), start, end))
    if output == "json":
        click.echo(json.dumps([_as_dict(program, row) for row in rows], ensure_ascii=False, indent=2))
        return 0
    lines = where.read_text("utf-8", "replace").splitlines()
    code = chosen() or declared(lines) or ENGLISH
    for row in rows:
        click.echo("\n".join(_lines(row, code)) + "\n")
    return 0


def _rows(times: Times, start: str | None, end: str | None) -> Iterator[_Row]:
    sources = times.sources(_known(times, start) if start is not None else model.ENROLMENT)
    called = _known(times, start) if start is not None else model.ENROLMENT
    nodes = times.program.nodes
    wanted = [_known(times, end)] if end is not None else [n.name for n in nodes if n.kind in ("end", "handoff")]
    for source in sources:
        for name in dict.fromkeys(wanted):
            targets = times.targets(name)
            row = _Row(called, name, {reading: times.between(source, targets, reading) for reading, _ in _CALLED})
            if end is not None or row.times["shortest"].way is not None:
                yield row


def _known(times: Times, name: str) -> str:
    """The name as it is written in the path. Raises: click.UsageError."""
    if times.sources(name):
        found = times.chart.find(name)
        return times.program.nodes[found].name if found is not None else name
    names = [node.name for node in times.program.nodes if node.kind in ("step", "handoff", "consultation", "choice", "end")]
    guess = nearest(name, names)
    say = "the path has nothing named `{name}`; did you mean `{guess}`?" if guess else "the path has nothing named `{name}`"
    raise Misused(say, name=name, guess=guess)


def _lines(row: _Row, code: Code) -> Iterator[str]:
    note = "" if row.is_sure else "  (" + phrase("not on every way", code) + ")"
    yield f"{phrase(row.start, code) if row.start == model.ENROLMENT else row.start} → {row.end}{note}"
    called: list[tuple[Reading, str]] = [(reading, phrase(words, code)) for reading, words in _CALLED]
    width = max(len(words) for _, words in called)
    for reading, words in called:
        between = row.times[reading]
        yield f"    {words:<{width}}  {_said(between, code)}"
        if between.way is not None and between.way.moves:
            yield " " * (width + 6) + ", ".join(_moves(between.way, code))


def _said(between: Between, code: Code) -> str:
    if between.way is not None:
        if not between.way.moves:
            return phrase("no time", code)
        words = sentence("{length}, begun on {date}: {added}", code)
        way = between.way
        return words.format(length=phrase(way.spelt, code), date=way.begun, added=phrase(way.added, code))
    if between.open is not None:
        return filled(sentence("nobody says how long `{name}` takes", code), {"name": between.open.name})
    return phrase("no way leads there", code)


def _moves(way: Way, code: Code) -> Iterator[str]:
    """What takes its time on a way, each once: what comes round after round is counted."""
    counts = Counter((move.node.index, move.node.name, move.length) for move in way.moves)
    first = {(move.node.index, move.node.name, move.length): move for move in way.moves}
    for key, count in counts.items():
        yield _move(first[key], code) + (f" ×{count}" if count > 1 else "")


def _move(move: Move, code: Code) -> str:
    if str(move.length) in move.node.name:
        return move.node.name
    return f"{move.node.name} {phrase(str(move.length), code)}"


def _as_dict(program: Program, row: _Row) -> dict[str, Any]:
    return {
        "path": program.path.name,
        "from": row.start,
        "to": row.end,
        "on_every_way": row.is_sure,
        **{reading: _time(row.times[reading], program) for reading, _ in _CALLED},
    }


def _time(between: Between, program: Program) -> dict[str, Any]:
    if between.way is None:
        return {"no_clock": between.open.name if between.open is not None else None}
    way: Way = between.way
    return {
        "length": way.spelt,
        "microseconds": way.length,
        "begun": str(way.begun),
        "ended": str(way.ended),
        "added": way.added,
        "way": [_move_as_dict(move, program) for move in way.moves],
    }


def _move_as_dict(move: Move, program: Program) -> dict[str, Any]:
    of = program.nodes[move.of].name if move.of >= 0 else model.ENROLMENT if move.of == ENROLLED else None
    return {"name": move.node.name, "length": str(move.length), "of": of}
