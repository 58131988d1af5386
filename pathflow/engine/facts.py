"""Facts: what has happened to a client, in the past tense. Time, ids and who did it are data; nothing is read from a clock.

A fact comes from a command that was granted (an intent, which may be refused with a reason) or from an observation (this
happened, which is never refused).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from pathflow.base.instants import Instant
from pathflow.base.visible import filled

FactKind = Literal[
    "enrolled", "started", "completed", "observed", "chose", "proposed", "accepted", "returned", "answered", "cancelled",
    "ended", "refused", "died", "moved away", "reviewed", "overridden", "migrated", "assigned", "withdrew", "paused",
    "came back", "linked", "unlinked", "began for", "let be",
]  # fmt: skip

FACTS: Final[Mapping[FactKind, str]] = {
    "enrolled": "the client began on a path",
    "started": "work on a step began",
    "completed": "a step was done, with what it found out",
    "observed": "an event outside the steps, with what it tells",
    "chose": "the client chose a provider",
    "proposed": "a handoff or an order was sent",
    "accepted": "it was accepted",
    "returned": "it was sent back, with a reason",
    "answered": "a consultation was answered",
    "cancelled": "an open handoff, order or step was withdrawn",
    "ended": "somebody ended the enrolment",
    "refused": "the client refused to go on",
    "died": "the client died",
    "moved away": "the client moved out of the organiser's area",
    "reviewed": "the care plan was reviewed",
    "overridden": "a professional set a finding aside, with a reason",
    "migrated": "the client went over to another version of the path",
    "assigned": "a worker was named who sees to a step, or to the client on the whole path",
    "withdrew": "the client left one path",
    "paused": "the client is away for a time, from one path or from all",
    "came back": "the client is back",
    "linked": "another client belongs to this one, as a parent, a child, a carer",
    "unlinked": "they no longer do",
    "began for": "a path that a step starts was begun for a client who is linked",
    "let be": "what a step starts is not begun, with a reason",
}
"""Every kind of fact, and what it says."""

Value = str | int | float | bool


class Link(Struct, frozen=True, gc=False, omit_defaults=True):
    """Another client, by whom this one is called `back`: the child, where the other is a parent."""

    client: str
    back: str = ""


class Fact(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something that happened.

    Units: `at` and `recorded` are instants. `subject` is the name of a step, event, handoff, choice or plan; for `enrolled`
    and `migrated` the name of the path; for `withdrew`, `paused` and `came back` too, or nothing where the client is on one
    only, or for all; for `assigned` nothing where the whole path is meant. `number` breaks ties between facts of one moment
    and is unique in a record. `version`: of `enrolled`, `migrated` and a step that begins a path, the hash of the path's
    sources (`Program.key`); None in logs that do not tell: then the version counts that was the newest when it was recorded.
    `items` of `migrated`: which place is now called how. `link`: of `linked`, `unlinked` and `began for` the other client, and
    of an `enrolled` that a step of a linked client has brought about that one. `subject` of the first two is what the other
    client is of this one; of `began for` and `let be` a path.
    """

    kind: FactKind
    at: Instant
    subject: str
    items: Mapping[str, Value] | None = None
    provider: str | None = None
    performer: str | None = None
    reason: str | None = None
    path: str | None = None
    recorded: Instant = 0
    number: int = 0
    version: str | None = None
    link: Link | None = None

    @property
    def order(self) -> tuple[Instant, Instant, int]:
        """The order in which facts make the record: when it occurred, when it was recorded, its number."""
        return (self.at, self.recorded or self.at, self.number)


class Refusal(Struct, frozen=True):
    """Why an intent was not granted: a value and no exception, as being refused is part of the work.

    `say` is a template for `words`; `pathflow.spoken` says it in another language.
    """

    say: str
    words: dict[str, str] = {}

    @property
    def message(self) -> str:
        """Why, in one plain sentence."""
        return filled(self.say, self.words)

    def __str__(self) -> str:
        return self.message
