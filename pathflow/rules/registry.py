"""All rules, found by looking into the three folders: a file there is a rule, and nothing else has to name it.

A rule that speaks of one path has `prove`; one that speaks of two paths and one client has `prove_together`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.findings import Finding, Related, reading_order
from pathflow.base.spans import Span
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Prove, Rule, Together, WatchFor
from pathflow.rules.together import Pair
from pathflow.rules.ways import Ways

FOLDERS = ("gap", "duplicate", "owner")


class Entry(Struct, frozen=True):
    """A rule with its two halves and its page. One that speaks of two paths has `together` in the place of `prove`."""

    rule: Rule
    watch: WatchFor
    page: str
    module: str
    prove: Prove | None = None
    together: Together | None = None


@lru_cache(maxsize=1)
def rules() -> tuple[Entry, ...]:
    """Every rule, by code."""
    entries: list[Entry] = []
    for folder in FOLDERS:
        package = importlib.import_module(f"pathflow.rules.{folder}")
        for found in pkgutil.iter_modules(package.__path__):
            name = f"{package.__name__}.{found.name}"
            module = importlib.import_module(name)
            prove, together = getattr(module, "prove", None), getattr(module, "prove_together", None)
            entries.append(Entry(module.RULE, module.watch, module.__doc__ or "", name, prove, together))
    return tuple(sorted(entries, key=lambda entry: entry.rule.code))


def prove_all(ways: Ways, only: Iterable[str] | None = None) -> list[Finding]:
    """What cannot be kept on a path, in reading order.

    Args:
        only: codes, to run some rules alone.
    """
    wanted = set(only) if only is not None else None
    found: list[Finding] = []
    for entry in rules():
        if entry.prove is not None and (wanted is None or entry.rule.code in wanted):
            found.extend(entry.prove(ways))
    return sorted(found, key=reading_order)


def codes_of_pairs() -> frozenset[str]:
    """The codes of what two paths do to one client."""
    return frozenset(entry.rule.code for entry in rules() if entry.together is not None)


def prove_pairs(pairs: Iterable[Pair]) -> list[Finding]:
    """What paths do to a client who is on two of them, in reading order.

    What several other paths do with one place is one finding, which speaks of the first of them and lists the places in all.
    """
    found: dict[tuple[str, Span | None], Finding] = {}
    proofs = [entry.together for entry in rules() if entry.together is not None]
    for pair in pairs:
        for finding in (finding for prove in proofs for finding in prove(pair)):
            key = (finding.code, finding.span)
            first = found.get(key)
            found[key] = finding if first is None else replace(first, related=_both(first.related, finding.related))
    return sorted(found.values(), key=reading_order)


def _both(one: tuple[Related, ...], other: tuple[Related, ...]) -> tuple[Related, ...]:
    return (*one, *(related for related in other if related not in one))


def watch_all(program: Program) -> Iterator[Watch]:
    """The rules' second halves for one program."""
    for entry in rules():
        yield from entry.watch(program)
