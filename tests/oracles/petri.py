"""Soundness of a net by the book: tokens counted, every state kept, the end looked for from each of them anew.

Nothing is clever here, and nothing is shared with the package: places are names in counters, and a net is a list of pairs of sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

Marking = frozenset[tuple[int, int]]
Arcs = list[tuple[set[int], set[int]]]


@dataclass
class Judged:
    """`is_sound` is None where there were too many states to say."""

    is_sound: bool | None
    is_bounded: bool = True
    lost: set[Marking] = field(default_factory=set)
    """States from which no end can be reached."""
    fewest: int | None = None
    """The fewest steps to one of them."""
    happened: set[int] = field(default_factory=set)


def frozen(tokens: Counter[int]) -> Marking:
    return frozenset((place, count) for place, count in tokens.items() if count)


def after(marking: Marking, taken: set[int], put: set[int]) -> Marking | None:
    tokens = Counter(dict(marking))
    if any(tokens[place] == 0 for place in taken):
        return None
    tokens.subtract(taken)
    tokens.update(put)
    return frozen(tokens)


def judge(arcs: Arcs, source: int, sink: int, limit: int = 100) -> Judged:
    start, end = frozenset({(source, 1)}), frozenset({(sink, 1)})
    way: dict[Marking, tuple[Marking, ...]] = {start: ()}
    onward: dict[Marking, set[Marking]] = {}
    happened: set[int] = set()
    queue = [start]
    for marking in queue:
        if len(way) > limit:
            return Judged(None)
        onward[marking] = set()
        for t, (taken, put) in enumerate(arcs):
            new = after(marking, taken, put)
            if new is None:
                continue
            happened.add(t)
            onward[marking].add(new)
            if new not in way:
                way[new] = (*way[marking], marking)
                if any(grown(old, new) for old in way[new]):
                    return Judged(False, is_bounded=False)
                queue.append(new)
    lost = {marking for marking in way if not reaches(marking, end, onward)}
    fewest = min((len(way[marking]) for marking in lost), default=None)
    return Judged(not lost and len(happened) == len(arcs), True, lost, fewest, happened)


def grown(old: Marking, new: Marking) -> bool:
    """Strictly more tokens, nowhere fewer."""
    counts = dict(new)
    return old != new and all(counts.get(place, 0) >= count for place, count in old)


def reaches(marking: Marking, end: Marking, onward: dict[Marking, set[Marking]]) -> bool:
    seen, todo = {marking}, [marking]
    while todo:
        at = todo.pop()
        if at == end:
            return True
        for new in onward[at] - seen:
            seen.add(new)
            todo.append(new)
    return False


def pairs(net_transitions: Iterable[tuple[Iterable[int], Iterable[int]]]) -> Arcs:
    return [(set(taken), set(put)) for taken, put in net_transitions]
