"""What was proved of a path, kept while its meaning stays the same: as one writes, most keys only make a line that is not yet
read, or a note, and nothing has to be proved again.

Where the path has only moved on its page, a rule that found nothing finds nothing now; so does one that looks at no lengths of
time where only these are other ones. What is so on the ways is then the same as well.

Law: tests/laws/test_typing.py (key after key as a check that begins anew; whoever looks at lengths says so).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Final, cast

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.findings import Finding
from pathflow.base.spans import Span
from pathflow.engine.program import Program
from pathflow.model.conditions import Compare
from pathflow.model.network import Network
from pathflow.model.path import Clients, Path
from pathflow.rules.registry import prove_all, rules
from pathflow.rules.ways import Ways

UNPROVED: Final = frozenset({"notes", "labels", "sources", "contact", "tests", "logs"})
"""Fields of a path and of its parts that no proof looks at."""

ORDERED: Final = (Path, Network, Clients)
"""What holds tables, whose order counts: it is the order of what is said."""

TIMELESS: Final = (
    "reachable", "made", "of_the_group", "_given", "impossible", "_held", "holders_once", "main_holders", "_owned",
    "owners_once", "consents", "_of_the_group", "_known", "_last_spoken", "_starting",
)  # fmt: skip
"""Analyses that look at no lengths and at no places, and speak of nodes by number."""


class _Changed(Struct):
    """What is other than before in a path that otherwise means the same: where on its line something stands, on which line it
    stands, how long something is.
    """

    place: bool = False
    line: bool = False
    length: bool = False


class Kept:
    """The analyses and the proofs of one file's path as it was last."""

    def __init__(self) -> None:
        self._ways: Ways | None = None
        self._findings: list[Finding] | None = None
        self._silent: frozenset[str] = frozenset()

    def ways(self, program: Program, doubts: frozenset[tuple[str, int]], is_whole: bool) -> Ways:
        """What is so on the ways of a program: worked out anew as far as it means something else than the last one."""
        last = self._ways
        changed = _changed(last, program, doubts, is_whole) if last is not None else None
        if last is not None and changed == _Changed():
            return last
        now = Ways(program, doubts, is_whole)
        if last is None or changed is None:
            self._silent = frozenset()
        else:
            vars(now).update((name, found) for name, found in vars(last).items() if name in TIMELESS)
            self._silent -= _looking_at_lengths() if changed.length else frozenset()
        self._ways, self._findings = now, None
        return now

    def findings(self, ways: Ways) -> list[Finding]:
        """What cannot be kept on a path whose analyses were asked for here last, in reading order."""
        if ways is not self._ways:
            self._ways, self._findings, self._silent = ways, None, frozenset()
        if self._findings is None:
            codes = frozenset(entry.rule.code for entry in rules())
            self._findings = prove_all(ways, codes - self._silent)
            self._silent = codes - {found.code for found in self._findings}
        return self._findings


@cache
def _looking_at_lengths() -> frozenset[str]:
    return frozenset(entry.rule.code for entry in rules() if entry.rule.is_of_lengths)


def _changed(last: Ways, program: Program, doubts: frozenset[tuple[str, int]], is_whole: bool) -> _Changed | None:
    """What is other than in the last program; None where it means something else than lengths that changed."""
    if last.is_whole != is_whole or last.doubts != doubts or _keys(last.program) != _keys(program):
        return None
    changed = _of_parts(last.program.path, program.path)
    return None if changed is not None and changed.line and doubts else changed  # what is doubtful is known by its line


def _keys(program: Program) -> list[tuple[str, str]]:
    """The versions of the paths that a program includes."""
    return [(name, other.key) for name, other in program.included.items()]


def _of_parts(one: object, other: object) -> _Changed | None:
    """What is other in one of two parts of paths, but for what no proof looks at; None where it is more than that.

    A length in a condition is a part of what is asked, and so more than that.
    """
    changed = _Changed()
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        kind: type = a.__class__
        if a is b or (kind not in ORDERED and a == b):
            continue
        if isinstance(a, Span) and isinstance(b, Span):
            changed.place = True
            changed.line = changed.line or (a.file, a.line, a.end_line) != (b.file, b.line, b.end_line)
        elif isinstance(a, Duration) and isinstance(b, Duration):
            changed.length = True
        else:
            parts, others = _parts(a), _parts(b)
            if kind is not b.__class__ or kind is Compare or parts is None or others is None or len(parts) != len(others):
                return None
            waiting += zip(parts, others, strict=True)
    return changed


def _parts(whole: object) -> tuple[object, ...] | None:
    """What a thing consists of, of a table the names first; None where it has no parts."""
    if isinstance(whole, tuple):
        return cast("tuple[object, ...]", whole)
    if isinstance(whole, Mapping):
        table = cast("Mapping[str, object]", whole)
        return (*table, *table.values())
    return _fields_of(whole.__class__)(whole) if isinstance(whole, Struct) else None


@cache
def _fields_of(kind: type[Struct]) -> Callable[[object], tuple[object, ...]]:
    """What reads the fields of a thing of a kind that proofs look at."""
    names = [name for name in kind.__struct_fields__ if name not in UNPROVED]
    return attrgetter(*names, "__class__")  # with the class, so that one field is read as a tuple too
