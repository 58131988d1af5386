"""What stands over changes: the three weights in words, a path with its versions, where a change stands."""

from __future__ import annotations

from typing import Final

from pathflow.compare.changes import Change, Part
from pathflow.compare.kinds import Weight

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


def heading(part: Part) -> str:
    """The name of a path with its versions, or of a network."""
    old, new = part.old_version, part.new_version
    if part.sort == "network":
        return f"network {part.name}"
    if old is None or new is None or old == new:
        return f"{part.name} {new or old or ''}".rstrip()
    return f"{part.name} {old or '–'} → {new or '–'}"


def place(change: Change) -> str:
    """Where the change stands: `heart_failure.path:97`, in the new text, or in the old one where it is gone."""
    span = change.new or change.old
    return f"{span.file}:{span.line}" if span is not None else ""
