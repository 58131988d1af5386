"""A comparison as Markdown, fit for the comment of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pathflow.base.names import counted
from pathflow.compare.changes import Change, Comparison, Part, Shift
from pathflow.compare.kinds import WEIGHTS, Weight

TITLES: Final[dict[Weight, str]] = {
    "breaking": "Breaking for clients on the way",
    "safe": "Safe for clients on the way",
    "note": "To note",
}
COUNTED: Final[dict[Weight, tuple[str, str]]] = {
    "breaking": ("breaking change", "breaking changes"),
    "safe": ("safe change", "safe changes"),
    "note": ("change to note", "changes to note"),
}
_ROWS_MAX: Final = 200
"""A comment may hold 65 536 characters; what is beyond is counted."""


def heading(part: Part) -> str:
    """The name of a path with its versions, or of a network."""
    old, new = part.old_version, part.new_version
    if part.sort == "network":
        return f"network {part.name}"
    if old is None or new is None or old == new:
        return f"{part.name} {new or old or ''}".rstrip()
    return f"{part.name} {old or '–'} → {new or '–'}"


def tally(comparison: Comparison) -> str:
    """`2 breaking changes, 1 safe change`, or that nothing changed."""
    counts = [(len(comparison.weighing(weight)), *COUNTED[weight]) for weight in WEIGHTS]
    return ", ".join(counted(*one) for one in counts if one[0]) or "nothing changed in meaning"


def markdown(comparison: Comparison) -> str:
    """The whole, one section for each path and network in which something changed."""
    lines = [
        f"### What changed in meaning: {tally(comparison)}",
        "",
        f"From {_code(comparison.old)} to {_code(comparison.new)}.",
    ]
    room = _ROWS_MAX
    for part in comparison.parts:
        changes = [change for change in comparison.changes if change.of == part.name]
        if changes and room > 0:
            shifts = [shift for shift in comparison.shifts if shift.of == part.name and part.sort == "path"]
            lines += ["", f"#### {_escaped(heading(part))}", *_shifts(shifts), *_changes(changes[:room])]
            room -= len(changes)
    if room < 0:
        lines += ["", f"… and {counted(-room, 'change')} more: `pathflow diff` prints them all."]
    return "\n".join(lines) + "\n"


def _shifts(shifts: list[Shift]) -> Iterator[str]:
    if not shifts:
        return
    yield from ("", "| Provider | | Responsibility |", "|---|---|---|")
    for shift in shifts:
        what = f"{shift.role} {', '.join(_code(name) for name in shift.names)}".rstrip()
        yield f"| {_escaped(shift.provider)} | {'gains' if shift.is_gain else 'loses'} | {_cell(what)} |"


def _changes(changes: list[Change]) -> Iterator[str]:
    for weight in WEIGHTS:
        ours = [change for change in changes if change.weight == weight]
        if ours:
            yield from ("", f"**{TITLES[weight]}**", "")
        for change in ours:
            yield f"- {_sentence(change)}" + (f"  \n  <sub>{change.why}</sub>" if weight == "breaking" else "")


def place(change: Change) -> str:
    """Where the change stands: `heart_failure.path:97`, in the new text, or in the old one where it is gone."""
    span = change.new or change.old
    return f"{span.file}:{span.line}" if span is not None else ""


def _sentence(change: Change) -> str:
    where = place(change)
    return _cell(change.message) + (f" ({_code(where)})" if where else "")


def _code(text: str) -> str:
    """A text that Markdown leaves as it is."""
    ticks = "``" if "`" in text else "`"
    return f"{ticks}{_cell(text)}{ticks}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """A name outside backticks: no letter of it is a sign of Markdown's or of HTML's."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~@&" else c for c in " ".join(text.split()))
