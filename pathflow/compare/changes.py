"""A change as a value: what kind it is, what it is about, and where it stands in the old and in the new text."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pathflow.base.spans import Span
from pathflow.base.visible import filled
from pathflow.compare.kinds import KINDS, Weight


class Change(Struct, frozen=True, kw_only=True):
    """One thing that means something else than before.

    `of`: the path or network it belongs to. `about`: the step, item, provider or whatever it is about. `words`: what goes into
    the kind's sentence; `old` and `new` among them are what was and what is. `old` and `new`: where it stands.
    """

    kind: str
    of: str
    about: str
    words: dict[str, str]
    old: Span | None = None
    new: Span | None = None

    @property
    def weight(self) -> Weight:
        """Whether it breaks something for a client who is on the way, is safe, or is only to be noted."""
        return KINDS[self.kind].weight

    @property
    def why(self) -> str:
        """Why it has that weight."""
        return KINDS[self.kind].why

    @property
    def message(self) -> str:
        """The change in one plain sentence, the user's own words in backticks."""
        text = filled(KINDS[self.kind].say, self.words)
        return text[:1].upper() + text[1:]

    def as_dict(self) -> dict[str, Any]:
        """The change with the keys of the JSON contract; keys that do not apply are absent."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "class": self.weight,
            "message": self.message,
            "why": self.why,
            "of": self.of,
            "about": self.about,
        }
        for key, span in (("old", self.old), ("new", self.new)):
            if span is not None:
                found[key] = {"file": span.file, "line": span.line}
        return found


class Shift(Struct, frozen=True):
    """What a provider gains or loses on a path: `role` is what it does (`does`, `receives`), `names` what of."""

    of: str
    provider: str
    is_gain: bool
    role: str
    names: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The shift with the keys of the JSON contract."""
        return {
            "of": self.of, "provider": self.provider, "change": "gains" if self.is_gain else "loses", "role": self.role,
            "names": list(self.names),
        }  # fmt: skip


class Part(Struct, frozen=True):
    """A path or a network that was compared; a version that is None has no such path, or is a network's."""

    sort: str
    name: str
    old_version: str | None = None
    new_version: str | None = None


class Comparison(Struct, frozen=True):
    """All that changed between two sides, in the order in which it is read. `old`, `new`: what the sides are called."""

    old: str
    new: str
    parts: tuple[Part, ...]
    changes: tuple[Change, ...]
    shifts: tuple[Shift, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both mean the same."""
        return not self.changes

    @property
    def breaking(self) -> tuple[Change, ...]:
        """The changes that break something for clients on the way."""
        return self.weighing("breaking")

    def weighing(self, weight: Weight) -> tuple[Change, ...]:
        """The changes of one weight."""
        return tuple(change for change in self.changes if change.weight == weight)

    def as_dict(self) -> dict[str, Any]:
        """The comparison as the JSON contract has it: schema/diff.schema.json."""
        return {
            "old": self.old,
            "new": self.new,
            "responsibilities": [shift.as_dict() for shift in self.shifts],
            "changes": [change.as_dict() for change in self.changes],
            "summary": {
                "changes": len(self.changes),
                "breaking": len(self.weighing("breaking")),
                "safe": len(self.weighing("safe")),
                "note": len(self.weighing("note")),
            },
        }
