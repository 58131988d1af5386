"""What is so at each place of a path: who may hold the client, who may own the plan, how long it may have taken by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from pathflow.dsl.mentions import value_text
from pathflow.ide.view import View
from pathflow.rules.reckoning import Open
from pathflow.rules.times import To, spelt, times_of

SHOWN: Final = frozenset({"step", "handoff", "consultation", "choice", "end", "include", "wait", "decide"})
"""Kinds of node of which it is told."""


class Here(Struct, frozen=True):
    """What is so when a client comes to a statement. `longest`: in words; None where something on the way has no clock.

    `open`: what has none. `kind`: of the node; `said`: the keyword and the name of the statement, and which of that name it is.
    """

    kind: str
    said: tuple[str, str, int]
    holders: tuple[str, ...]
    owners: tuple[str, ...]
    longest: str | None = None
    open: str | None = None


def places(view: View) -> Mapping[int, Here]:
    """What is so at each statement of the flow of care, by its line: as it was worked out elsewhere, or now."""
    return told_again(view, view.told_before) if view.told_before is not None else worked_out(view)


def worked_out(view: View) -> dict[int, Here]:
    """The same, worked out now.

    `longest` is a bound: no client comes later when every legal maximum is kept. Cost: 20 to 60 ms for 1,000 lines.
    """
    ways = view.ways
    if ways is None:
        return {}
    reached = _reached(view)
    called = _called(view)
    found: dict[int, Here] = {}
    for line, node in view.nodes.items():
        if node.kind not in SHOWN or node.index not in ways.reachable or line not in called:
            continue
        holders = tuple(sorted(ways.expand(ways.holders[node.index], node)))
        owners = tuple(sorted(ways.owners_at(node))) if ways.path.plan is not None else ()
        moment = reached.get(node.index)
        longest = moment if isinstance(moment, str) else None
        no_clock = moment.node.name if isinstance(moment, Open) else None
        found[line] = Here(node.kind, called[line], holders, owners, longest, no_clock)
    return found


def told_again(view: View, before: Iterable[Here]) -> dict[int, Here]:
    """What was so at the statements before, by the lines on which they stand now: some keys later they are still called so."""
    lines = {said: line for line, said in _called(view).items()}
    return {lines[here.said]: here for here in before if here.said in lines}


def _called(view: View) -> dict[int, tuple[str, str, int]]:
    """The keyword and the value of each statement, and which of them it is, by its line."""
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[int, tuple[str, str, int]] = {}
    for row in view.names.rows:
        if row.statement.keyword in _KEYWORDS:
            called = (row.statement.keyword, value_text(view.file, row.statement))
            found[row.statement.line] = (*called, counts[called])
            counts[called] += 1
    return found


_KEYWORDS: Final = frozenset({"step", "handoff", "consultation", "client chooses", "end", "include", "wait", "decide"})


def _reached(view: View) -> dict[int, str | Open]:
    """When each node of the main way is come to at the latest, or what has no clock before it."""
    ways = view.ways
    if ways is None or not ways.is_whole:
        return {}
    times = times_of(ways)
    walked = times.bound(ways.program.start, "maxima", To())
    return {node: moment if isinstance(moment, Open) else spelt(moment) for node, moment in walked.reached.items()}
