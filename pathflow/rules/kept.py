"""What was proved of a path, kept while its meaning stays the same: as one writes, most keys only make a line that is not yet
read, or a note, and nothing has to be proved again.

Law: tests/laws/test_typing.py (key after key as a check that begins anew).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Final, cast

from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.engine.program import Program
from pathflow.model.network import Network
from pathflow.model.path import Clients, Path
from pathflow.rules.registry import prove_all
from pathflow.rules.ways import Ways

UNPROVED: Final = frozenset({"notes", "labels", "sources", "contact", "tests", "logs"})
"""Fields of a path and of its parts that no proof looks at."""

ORDERED: Final = (Path, Network, Clients)
"""What holds tables, whose order counts: it is the order of what is said."""


class Kept:
    """The analyses and the proofs of one file's path as it was last."""

    def __init__(self) -> None:
        self._ways: Ways | None = None
        self._findings: list[Finding] | None = None

    def ways(self, program: Program, doubts: frozenset[tuple[str, int]], is_whole: bool) -> Ways:
        """What is so on the ways of a program: worked out anew where it means something else than the last one."""
        last = self._ways
        if last is None or not _is_same(last, program, doubts, is_whole):
            last = self._ways = Ways(program, doubts, is_whole)
            self._findings = None
        return last

    def findings(self, ways: Ways) -> list[Finding]:
        """What cannot be kept on a path whose analyses were asked for here last, in reading order."""
        if self._findings is None or ways is not self._ways:
            self._ways, self._findings = ways, prove_all(ways)
        return self._findings


def _is_same(last: Ways, program: Program, doubts: frozenset[tuple[str, int]], is_whole: bool) -> bool:
    """Whether all that proofs look at is the same."""
    return (
        last.is_whole == is_whole
        and last.doubts == doubts
        and _keys(last.program) == _keys(program)
        and _is_alike(last.program.path, program.path)
    )


def _keys(program: Program) -> list[tuple[str, str]]:
    """The versions of the paths that a program includes."""
    return [(name, other.key) for name, other in program.included.items()]


def _is_alike(one: object, other: object) -> bool:
    """Whether two parts of paths are the same but for what no proof looks at."""
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        kind: type = a.__class__
        if a is b or (kind not in ORDERED and a == b):
            continue
        if kind is not b.__class__:
            return False
        if isinstance(a, tuple):
            parts, others = cast("tuple[object, ...]", a), cast("tuple[object, ...]", b)
        elif isinstance(a, Mapping):
            table, another = cast("Mapping[str, object]", a), cast("Mapping[str, object]", b)
            if list(table) != list(another):
                return False
            parts, others = tuple(table.values()), tuple(another.values())
        elif isinstance(a, Struct):
            read = _fields_of(a.__class__)
            parts, others = read(a), read(b)
        else:
            return False
        if len(parts) != len(others):
            return False
        waiting += zip(parts, others, strict=True)
    return True


@cache
def _fields_of(kind: type[Struct]) -> Callable[[object], tuple[object, ...]]:
    """What reads the fields of a thing of a kind that proofs look at."""
    names = [name for name in kind.__struct_fields__ if name not in UNPROVED]
    return attrgetter(*names, "__class__")  # with the class, so that one field is read as a tuple too
