"""A finding: a broken promise, on a path or in a client's record. One shape for both, and a contract for those who read it.

The sentence is a template and the words that go into it, so that it can be said in another language, and so that
counting findings costs nothing where nobody reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.instants import Instant, iso
from pathflow.base.spans import Span
from pathflow.base.visible import filled

Family = Literal["gap", "duplicate", "owner", "path"]
Level = Literal["error", "warning", "info"]

_FAMILIES: Final[dict[str, Family]] = {"G": "gap", "D": "duplicate", "O": "owner", "P": "path"}


class Edit(Struct, frozen=True):
    """A change of the text that would mend the finding: the span is replaced by `text`.

    `is_safe` says that the change cannot alter what the file means beyond what the writer plainly meant. `also`: the same
    change at other places, where one finding speaks of them all.
    """

    span: Span
    text: str
    is_safe: bool
    also: tuple[Edit, ...] = ()


class Related(Struct, frozen=True):
    """Another place in the text that belongs to the finding."""

    span: Span
    say: str


class Evidence(Struct, frozen=True):
    """A piece of evidence from a client's record."""

    at: Instant
    event: str
    provider: str | None = None
    note: str | None = None


AimKind = Literal[
    "reached", "unknown", "unread", "holder", "held", "left", "owner", "ordered", "decided", "again", "unseen", "stale", "late",
    "open",
]  # fmt: skip


class Aim(Struct, frozen=True):
    """What has to come true for one client, for a finding on a path to be seen in a record.

    reached: the client comes to the node, with these `values`. unknown: there nobody knows the first of `items`. unread:
    `party` cannot read it. holder: none of the providers in `items` holds the client, or another than the choice `party` says.
    held: the first of `items` holds the client, or did before the event `earlier`, or the client has chosen it at the choice
    `party`. left: nobody took the order in time, and it is with the first of `items`. owner: not `party` but somebody else owns
    the plan. ordered: none of `items` holds the client or owns the plan as the order is made. decided: the client comes to the
    decision with these `values`. again: the service in `items` is given while the result of the node `earlier` holds. unseen:
    nobody has seen the client since the stay `earlier`. stale: the first of `items`, made at `earlier`, is no longer valid
    there; where `event` is named, all else that it asks for comes about then. late: the client comes there, or it is done,
    later than `within` after `earlier`. open: they come there, and none of the nodes `closing` has been gone since `earlier`,
    or at all.

    `on`: the date on which `earlier` comes for it, by its ordinal, or 0; `late`: the nodes at which all the time that there is
    passes until then, up to the target or, where `is_lawful`, up to the legal maximum.
    """

    node: int
    kind: AimKind = "reached"
    items: tuple[str, ...] = ()
    party: str = ""
    earlier: int = -1
    event: int = -1
    closing: frozenset[int] = frozenset()
    within: Duration | None = None
    values: Mapping[str, float | str] = {}
    on: int = 0
    late: frozenset[int] = frozenset()
    is_lawful: bool = False


MeetingKind = Literal["twice", "kept", "joined", "differing", "at once", "opposed", "waited"]


class Meeting(Struct, frozen=True):
    """What has to come true for one client on two paths, for a finding on both to be seen in a record.

    `node` is on `path`, and `there` on the path `other`; -1 is nowhere in particular. twice: `node` gives the first of `items`,
    a service, while the result of `there` holds. kept: `node` keeps the plan with somebody who does not own it, as the client
    is on the other path too, and has been at `there`. joined: the other path joins. differing: on both a value of the first of
    `items` is known. at once: the events of the two nodes begin at one moment. opposed: the client is in both repeats. waited:
    the client has waited at `there` for the first of `items`, a service, and comes to `node`.

    `is_second`: whether the client must have come onto the path when already on the other.
    """

    kind: MeetingKind
    path: str
    other: str
    node: int = -1
    there: int = -1
    items: tuple[str, ...] = ()
    is_second: bool = True


NOBODY: Final = Aim(-1)
"""No client ever comes to what the finding speaks of, so that none can show it."""


class Finding(Struct, frozen=True, kw_only=True):
    """A broken promise.

    `say` and `help` are templates for `words`. `since` and `due` are instants. `who` is the party that must act. `aim`: of a
    finding on a path, what a client for whom it comes true must come to; `meeting`: of one on two paths. `cause`: the events
    that alone bring it about: what has the same cause is told together.
    """

    code: str
    rule: str
    level: Level
    say: str
    words: dict[str, str]
    help: str | None = None
    span: Span | None = None
    related: tuple[Related, ...] = ()
    edit: Edit | None = None
    client: str | None = None
    since: Instant | None = None
    due: Instant | None = None
    who: str | None = None
    evidence: tuple[Evidence, ...] = ()
    aim: Aim | None = None
    meeting: Meeting | None = None
    cause: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return self.message

    @property
    def family(self) -> Family:
        """Gap, duplicate, owner, or path: a file that cannot be read as meant."""
        return _FAMILIES[self.code[0]]

    @property
    def message(self) -> str:
        """The finding in one plain sentence, the user's own words in backticks, what cannot be seen in them by its number."""
        return filled(self.say, self.words)

    @property
    def advice(self) -> str | None:
        """What to do about it, or None."""
        return filled(self.help, self.words) if self.help else None

    def as_dict(self, zone: ZoneInfo) -> dict[str, Any]:
        """The finding with the keys of the JSON contract, times on the clocks of `zone`; keys that do not apply are absent."""
        found: dict[str, Any] = {
            "code": self.code,
            "rule": self.rule,
            "family": self.family,
            "level": self.level,
            "message": self.message,
        }
        if self.advice is not None:
            found["help"] = self.advice
        span = self.span
        if span is not None and span.file:
            found |= {
                "file": span.file,
                "line": span.line,
                "column": span.column,
                "end_line": span.end_line,
                "end_column": span.end_column,
            }
        for key, value in (("client", self.client), ("who", self.who)):
            if value is not None:
                found[key] = value
        for key, at in (("since", self.since), ("due", self.due)):
            if at is not None:
                found[key] = iso(at, zone)
        evidence = [_evidence(e.at, e.event, e.provider, e.note, zone) for e in self.evidence]
        evidence += [
            {"file": r.span.file, "line": r.span.line, "column": r.span.column, "end_line": r.span.end_line,
             "end_column": r.span.end_column, "note": r.say}
            for r in self.related
        ]  # fmt: skip
        if evidence:
            found["evidence"] = evidence
        return found


def _evidence(at: Instant, event: str, provider: str | None, note: str | None, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = {"at": iso(at, zone), "event": event}
    if provider is not None:
        found["provider"] = provider
    if note is not None:
        found["note"] = note
    return found


def reading_order(finding: Finding) -> tuple[str, int, int, str]:
    """Findings on a text sort by place, then code."""
    if finding.span is None:
        return ("", 0, 0, finding.code)
    return (finding.span.file, finding.span.line, finding.span.column, finding.code)
