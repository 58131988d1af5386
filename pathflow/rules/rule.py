"""What a rule is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from pathflow.base.findings import Aim, Evidence, Finding, Level, Meeting, Related
from pathflow.base.instants import Instant
from pathflow.base.spans import Span
from pathflow.engine.watch import Watch

if TYPE_CHECKING:
    from pathflow.engine.facts import Fact
    from pathflow.engine.program import Program
    from pathflow.engine.record import Record
    from pathflow.rules.together import Pair
    from pathflow.rules.ways import Ways


class Rule(Struct, frozen=True):
    """A code, a name, and how grave it is when the path breaks it.

    `is_of_lengths`: whether its proof looks at how long something is, a limit, a wait, a window; not only whether one is said.
    """

    code: str
    name: str
    level: Level = "error"
    is_of_lengths: bool = False

    def on(
        self,
        span: Span,
        say: str,
        words: dict[str, str],
        help: str,  # noqa: A002  # the contract's own word
        related: tuple[Related, ...] = (),
        level: Level | None = None,
        aim: Aim | None = None,
        meeting: Meeting | None = None,
        cause: tuple[Span, ...] = (),
    ) -> Finding:
        """A finding on a path. `aim`: what must come true for a client; without one, that the client comes to the place.

        `meeting`: the same where two paths are spoken of.

        `cause`: the places of what alone brings it about: what has the same cause is told together.
        """
        return Finding(
            code=self.code,
            rule=self.name,
            level=level or self.level,
            say=say,
            words=words,
            help=help,
            span=span,
            related=related,
            aim=aim,
            meeting=meeting,
            cause=cause,
        )

    def of(
        self,
        record: Record,
        say: str,
        words: dict[str, str],
        *,
        level: Level,
        since: Instant | None = None,
        due: Instant | None = None,
        who: str | None = None,
        evidence: tuple[Evidence, ...] = (),
        help: str | None = None,  # noqa: A002  # the contract's own word
        span: Span | None = None,
    ) -> Finding:
        """A finding in a client's record."""
        return Finding(
            code=self.code,
            rule=self.name,
            level=level,
            say=say,
            words=words,
            help=help,
            span=span,
            client=record.client,
            since=since,
            due=due,
            who=who,
            evidence=evidence,
        )


Prove = Callable[["Ways"], Iterable[Finding]]
Together = Callable[["Pair"], Iterable[Finding]]
WatchFor = Callable[["Program"], Iterable[Watch]]


def seen(fact: Fact, note: str | None = None) -> Evidence:
    """A fact as evidence."""
    return Evidence(fact.at, fact.subject or fact.kind, fact.provider, note)
