"""A comparison as Markdown, fit for the comment of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pathflow.compare.changes import Change, Comparison, Shift
from pathflow.compare.headings import TITLES, place
from pathflow.compare.kinds import WEIGHTS
from pathflow.compare.spoken import message, said, tally, title, why
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import value

_ROWS_MAX: Final = 200
"""A comment may hold 65 536 characters; what is beyond is counted."""


def markdown(comparison: Comparison, code: Code = ENGLISH) -> str:
    """The whole in that language, one section for each path and network in which something changed."""
    lines = [
        f"### {said('What changed in meaning: {changes}', code, changes=tally(comparison, code))}",
        "",
        said("From {old} to {new}.", code, old=_code(comparison.old), new=_code(comparison.new)),
    ]
    room = _ROWS_MAX
    for part in comparison.parts:
        changes = [change for change in comparison.changes if change.of == part.name]
        if changes and room > 0:
            shifts = [shift for shift in comparison.shifts if shift.of == part.name and part.sort == "path"]
            lines += ["", f"#### {_escaped(title(part, code))}", *_shifts(shifts, code), *_changes(changes[:room], code)]
            room -= len(changes)
    if room < 0:
        more = "… and {n} change more: `pathflow diff` prints them all."
        several = "… and {n} changes more: `pathflow diff` prints them all."
        lines += ["", said(more if room == -1 else several, code, n=-room)]
    return "\n".join(lines) + "\n"


def _shifts(shifts: list[Shift], code: Code) -> Iterator[str]:
    if not shifts:
        return
    yield from ("", f"| {said('Provider', code)} | | {said('Responsibility', code)} |", "|---|---|---|")
    for shift in shifts:
        what = f"{said(shift.role, code)} {', '.join(_code(name) for name in shift.names)}".rstrip()
        provider = _escaped(value("by", shift.provider, code))
        yield f"| {provider} | {said('gains' if shift.is_gain else 'loses', code)} | {_cell(what)} |"


def _changes(changes: list[Change], code: Code) -> Iterator[str]:
    for weight in WEIGHTS:
        ours = [change for change in changes if change.weight == weight]
        if ours:
            yield from ("", f"**{said(TITLES[weight], code)}**", "")
        for change in ours:
            yield f"- {_sentence(change, code)}" + (f"  \n  <sub>{why(change, code)}</sub>" if weight == "breaking" else "")


def _sentence(change: Change, code: Code) -> str:
    where = place(change)
    return _cell(message(change, code)) + (f" ({_code(where)})" if where else "")


def _code(text: str) -> str:
    """A text that Markdown leaves as it is."""
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{_cell(text)}{ticks}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """A name outside backticks: no letter of it is a sign of Markdown's or of HTML's."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~@&" else c for c in " ".join(text.split()))
