"""All rules, found by looking into the three folders: a file there is a rule, and nothing else has to name it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from pathflow.base.findings import Finding, reading_order
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Prove, Rule, WatchFor
from pathflow.rules.ways import Ways

FOLDERS = ("gap", "duplicate", "owner")


class Entry(Struct, frozen=True):
    """A rule with its two halves and its page."""

    rule: Rule
    prove: Prove
    watch: WatchFor
    page: str
    module: str


@lru_cache(maxsize=1)
def rules() -> tuple[Entry, ...]:
    """Every rule, by code."""
    entries: list[Entry] = []
    for folder in FOLDERS:
        package = importlib.import_module(f"pathflow.rules.{folder}")
        for found in pkgutil.iter_modules(package.__path__):
            name = f"{package.__name__}.{found.name}"
            module = importlib.import_module(name)
            entries.append(Entry(module.RULE, module.prove, module.watch, module.__doc__ or "", name))
    return tuple(sorted(entries, key=lambda entry: entry.rule.code))


def prove_all(ways: Ways, only: Iterable[str] | None = None) -> list[Finding]:
    """What cannot be kept on a path, in reading order.

    Args:
        only: codes, to run some rules alone.
    """
    wanted = set(only) if only is not None else None
    found: list[Finding] = []
    for entry in rules():
        if wanted is None or entry.rule.code in wanted:
            found.extend(entry.prove(ways))
    return sorted(found, key=reading_order)


def watch_all(program: Program) -> Iterator[Watch]:
    """The rules' second halves for one program."""
    for entry in rules():
        yield from entry.watch(program)
