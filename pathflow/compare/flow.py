"""What changed in the flow of care: what is new, gone, elsewhere, in another order, and what each statement owes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from pathflow.base.names import fold, listing
from pathflow.compare.changes import Change
from pathflow.compare.fields import Known, Seen, alternatives, knows_nothing, quoted, say_renamed, ticked
from pathflow.compare.match import Entry, Matching, tree_of
from pathflow.compare.plain import Renames, plain
from pathflow.compare.statements import compare_statements, ending_of
from pathflow.engine.program import Program
from pathflow.model.conditions import Condition, items_of
from pathflow.rules.ways import Ways

_STEMS: Final = {
    "Step": "step", "Handoff": "handoff", "Consultation": "consultation", "Choice": "choice", "Decision": "decision",
    "Together": "together", "Repeat": "repeat", "Wait": "wait", "Include": "include", "End": "end", "Whenever": "event-way",
    "Ending": "ending",
}  # fmt: skip
"""What the kinds of change about a statement begin with, by its class."""


class Flow:
    """The flows of two paths that are one and the same.

    Args:
        of: the path's name.
        found: where changes go.
    """

    def __init__(self, of: str, old: Program, new: Program, renames: Renames, found: list[Change]) -> None:
        self.of = of
        self.found = found
        self.renames = renames
        self.old, self.new = tree_of(old.path), tree_of(new.path)
        self.matching = Matching(self.old, self.new, renames)
        self._ways = Ways(old)
        self._nodes = {id(node.statement): node.index for node in old.nodes if node.statement is not None}

    def compare(self) -> None:
        """Everything that changed in the flow, statement by statement."""
        for new in self.new.walk():
            old = self.matching.old_of.get(new)
            if old is None:
                self._come(new)
            elif new.value is not None:
                self._pair(old, new)
            if old is not None:
                self._order(old, new)
        for old in self.old.walk():
            if old not in self.matching.new_of:
                self._gone(old)

    def _pair(self, old: Entry, new: Entry) -> None:
        seen = self._seen(old, new)
        if new in self.matching.evidence:
            say_renamed(seen, old.value, new.value, self.matching.evidence[new])
        if new.sort == "Branch":
            self._branch(seen, old, new)
        elif new.sort == "Whenever":
            self._whenever(seen, old.value.condition, new.value.condition)
        elif new.sort == "Decision" and fold(old.value.name) != fold(new.value.name):
            seen.say("decision-renamed", old=old.value.name, new=new.value.name)
        compare_statements(seen, old.value, new.value)
        if old.parent is not None and new.parent is not None and self.matching.new_of.get(old.parent) is not new.parent:
            seen.say("place-changed", old=home_of(old), new=home_of(new))

    def _whenever(self, seen: Seen, old: Condition, new: Condition) -> None:
        if seen.is_same(old, new):
            return
        before = {plain(part) for part in alternatives(old)}
        now = {plain(part, self.renames) for part in alternatives(new)}
        kind = "wider" if before < now else "narrower" if now < before else "changed"
        seen.say(f"event-way-{kind}", old=str(old), new=str(new))

    def _branch(self, seen: Seen, old: Entry, new: Entry) -> None:
        if not seen.is_same(old.value.name, new.value.name, "Branch.name"):
            seen.say("branch-renamed", old=old.value.name, new=new.value.name)
        if not seen.is_same(old.value.condition, new.value.condition):
            seen.say("way-changed", old=_way(old), new=_way(new), what=label(new.parent))

    # ── what is new, and what is gone ───────────────────────────────────────────────────────────────────────────────

    def _come(self, entry: Entry) -> None:
        if self._is_told(entry, self.matching.old_of):
            return
        seen = self._seen(None, entry)
        kind = self._kind(entry, "opened", "added")
        words = self._words(entry)
        needing = self._unknown(entry)
        if needing and kind in ("step-added", "decision-added", "way-opened"):
            seen.say(f"{kind}-needing", **words, items=listing(needing, most=99))
        else:
            seen.say(kind, **words)

    def _gone(self, entry: Entry) -> None:
        if not self._is_told(entry, self.matching.new_of):
            self._seen(entry, None).say(self._kind(entry, "closed", "removed"), **self._words(entry))

    def _is_told(self, entry: Entry, others: dict[Entry, Entry]) -> bool:
        """Whether it has no name of its own and stands in something that is told of already."""
        return not (entry.name and entry.sort != "Branch") and entry.parent is not None and entry.parent not in others

    def _kind(self, entry: Entry, way: str, other: str) -> str:
        if entry.sort == "Branch":
            return f"way-{way}" if entry.parent is not None and entry.parent.sort == "Decision" else f"branch-{other}"
        stem = _STEMS.get(entry.sort)
        return f"{stem}-{other}" if stem is not None else f"other-{other}"

    def _words(self, entry: Entry) -> dict[str, str]:
        words = {"place": place_of(entry), "by": _by(entry.value)}
        if entry.sort == "Branch" and entry.parent is not None:
            others = [part.name for part in entry.parent.parts if part is not entry]
            words |= {"others": listing(others) or "nothing", "way": _way(entry)}
            if entry.parent.sort == "Decision":
                words["what"] = label(entry.parent)
        elif entry.sort == "Wait":
            words["wait"] = str(entry.value)
        elif entry.sort == "Ending":
            words["ending"] = ending_of(entry.value)
        elif entry.sort not in _STEMS:
            words |= {"field": place_of(entry), "old": quoted(entry.value), "new": quoted(entry.value)}
        return words

    # ── what a client on the way has ────────────────────────────────────────────────────────────────────────────────

    def _unknown(self, entry: Entry) -> list[str]:
        """The items that a new statement asks for and that a client who comes there from the old path does not surely have."""
        wanted = _asked(entry)
        if not wanted:
            return []
        known = self._known_before(entry)
        between: set[str] = set()
        for other in _siblings_before(entry):
            if other in self.matching.old_of:
                break
            between |= {plain(item, self.renames, "Step.makes") for item in getattr(other.value, "makes", ())}
        keys = [(item, plain(item, self.renames, "Step.needs")) for item in wanted]
        return [item for item, key in keys if key not in between and not known(key)]

    def _known_before(self, entry: Entry) -> Known:
        """What is surely known where a new statement stands: at the next one that was there before, else at what it is in."""
        at = entry
        while at.parent is not None and at.parent.sort != "root":
            for later in at.parent.parts[at.index :] if at.sort != "Branch" else [at]:
                old = self.matching.old_of.get(later)
                if old is not None and id(old.value) in self._nodes:
                    return self._known_at(old)
            at = at.parent
        return knows_nothing

    def _known_at(self, old: Entry) -> Known:
        index = self._nodes.get(id(old.value))
        if index is None or index not in self._ways.reachable:
            return knows_nothing
        names = {fold(item): item for item in self._ways.path.items}
        return lambda key: key in names and self._ways.is_known(self._ways.known(index), names[key])

    # ── order ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _order(self, old: Entry, new: Entry) -> None:
        """Of the parts that stayed: those which had to be moved so that the others keep their order, as few as can be."""
        if new.sort in ("root", "Decision", "Together"):
            return
        there = [part for part in old.parts if self._stayed(part, new)]
        here = [self.matching.new_of[part] for part in there]
        if all(a.index < b.index for a, b in pairwise(here)):
            return
        kept = _kept([(part.index, _key(before, part)) for before, part in zip(there, here, strict=True)])
        moved = {part for n, part in enumerate(here) if n not in kept}
        row = sorted(here, key=lambda part: part.index)
        places = {part: n for n, part in enumerate(row)}
        for part in sorted(moved, key=places.__getitem__):
            self._moved(part, places[part], row, moved)

    def _stayed(self, old: Entry, parent: Entry) -> bool:
        new = self.matching.new_of.get(old)
        return new is not None and new.parent is parent

    def _moved(self, part: Entry, at: int, row: list[Entry], moved: set[Entry]) -> None:
        old = self.matching.old_of[part]
        after = next((row[n] for n in range(at + 1, len(row)) if row[n] not in moved), None)
        was_later = after is not None and self.matching.old_of[after].index < old.index
        before = next((row[n] for n in range(at - 1, -1, -1) if row[n] not in moved), None)
        other, side = (after, "before") if was_later or before is None else (before, "after")
        self._seen(old, part).say("order-changed", side=side, other=label(other))

    # ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _seen(self, old: Entry | None, new: Entry | None) -> Seen:
        entry = new or old
        known = self._known_at(old) if old is not None and new is not None and _asked(new) else knows_nothing
        return Seen(self.of, _about(entry), label(entry), old.span if old else None, new.span if new else None,
                    self.renames, self.found, known)  # fmt: skip


def _asked(entry: Entry) -> tuple[str, ...]:
    """The items that a statement asks of a client who comes to it."""
    value = entry.value
    fields = getattr(value, "__struct_fields__", ())
    asked = [item for field in ("needs", "carries") if field in fields for item in getattr(value, field)]
    conditions = (
        [value.condition] if entry.sort == "Branch" else [part.value.condition for part in entry.parts if part.sort == "Branch"]
    )
    for condition in conditions:
        asked += items_of(condition) if condition is not None else ()
    return tuple(dict.fromkeys(asked))


def _siblings_before(entry: Entry) -> Iterable[Entry]:
    return (entry.parent.parts[n] for n in range(entry.index - 1, -1, -1)) if entry.parent is not None else ()


def _key(old: Entry, new: Entry) -> str:
    """The same for a pair in either direction."""
    return " ".join(sorted((label(old), label(new))))


_ROWS_MAX: Final = 1_000


def _longest(row: list[int]) -> set[int]:
    """Which places of a row of numbers make the longest increasing one (Schensted 1961)."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, value in enumerate(row):
        at = bisect_left(ends, value)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1] = [value]
        last[at : at + 1] = [n]
    kept: set[int] = set()
    n = last[-1] if last else -1
    while n >= 0:
        kept.add(n)
        n = before[n]
    return kept


def _kept(rows: list[tuple[int, str]]) -> set[int]:
    """Which rows keep their order: as many as can be; among several such sets, the one that the names decide.

    Cost: quadratic in the rows; of more than a thousand it is only as many as can be, whatever the names.
    Law: tests/laws/test_compare.py (the same set in either direction).
    """
    if len(rows) > _ROWS_MAX:
        return _longest([index for index, _ in rows])
    order = sorted(range(len(rows)), key=lambda n: rows[n][1])
    rank = {n: r for r, n in enumerate(order)}
    heavy = 1 << len(rows)
    best: list[tuple[int, int]] = []  # weight of the best row of parts that ends here, and what comes before
    for n, (index, _) in enumerate(rows):
        found = max(((best[m][0], m) for m in range(n) if rows[m][0] < index), default=(0, -1))
        best.append((found[0] + heavy + (1 << rank[n]), found[1]))
    at = max(range(len(rows)), key=lambda n: best[n][0])
    kept: set[int] = set()
    while at >= 0:
        kept.add(at)
        at = best[at][1]
    return kept


def _about(entry: Entry | None) -> str:
    """The name of what a change is about, for programs."""
    if entry is None:
        return ""
    return entry.name or label(entry).replace("`", "")


def label(entry: Entry | None) -> str:
    """How a sentence speaks of a statement: by its name, or by what it holds."""
    if entry is None or entry.value is None:
        return "the main way"
    if entry.name:
        return ticked(entry.name)
    if entry.sort == "Whenever":
        return f"`whenever {entry.value.condition}`"
    first = next((part.name for part in entry.walk() if part is not entry and part.name and part.sort != "Branch"), "")
    if entry.sort == "Together":
        return listing([part.name for part in entry.parts]) or "what goes on at once"
    if entry.sort == "Decision":
        return "the decision" + (f" before `{first}`" if first else "")
    if entry.sort == "Repeat":
        return "the repeat" + (f" of `{first}`" if first else "")
    if entry.sort == "Branch":
        return _way(entry)
    return {"Wait": "the wait", "Ending": label(entry.parent)}.get(entry.sort, f"the {entry.sort.lower()}") + (
        f" {place_of(entry)}" if entry.sort == "Wait" else ""
    )


def _way(entry: Entry) -> str:
    condition = getattr(entry.value, "condition", None)
    if condition is not None:
        return f"`if {condition}`"
    return ticked(entry.name) if entry.name else "`otherwise`"


def place_of(entry: Entry) -> str:
    """Where a statement stands, as the end of a sentence: what comes before it, or what it is in."""
    before = next((part for part in _siblings_before(entry) if part.name), None)
    if before is not None:
        return f"after {ticked(before.name)}"
    return "at the start" if entry.parent is not None and entry.parent.sort == "main" else home_of(entry)


def home_of(entry: Entry) -> str:
    """What a statement is in, as the end of a sentence."""
    parent = entry.parent
    if parent is None or parent.sort in ("root", "main"):
        return "on the main way"
    if parent.sort == "Branch" and parent.parent is not None and parent.parent.sort == "Decision":
        return f"in {label(parent.parent)}, {_way(parent)}"
    return f"in the branch {ticked(parent.name)}" if parent.sort == "Branch" else f"in {label(parent)}"


def _by(value: Any) -> str:
    by = getattr(value, "by", None)
    if by is not None:
        return str(by)
    sender, receiver = getattr(value, "sender", None), getattr(value, "receiver", None)
    return f"from `{sender}` to `{receiver}`" if sender is not None else "nobody"
