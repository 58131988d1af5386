"""Which statement of the new path is which of the old one.

By name; by a declared other name (`known as`); by what stands inside, for what has no name of its own; and, where exactly one
statement at the same place says the same under another name, by that. What is not sure is a removal and an addition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.compare.plain import NOTHING_RENAMED, Renames, plain

NAMED: Final = frozenset({"Step", "Handoff", "Consultation", "Choice", "End", "Include", "Decision"})
_WEIGHTY: Final = ("does", "needs", "makes", "carries", "options")
"""Fields of which one must say something before a statement is known again by them."""


class Entry:
    """A statement, a branch or an event's way at its place in the flow of care."""

    __slots__ = ("index", "inner", "name", "parent", "parts", "sort", "value")

    def __init__(self, value: Any, parent: Entry | None, index: int, sort: str = "") -> None:
        self.value = value
        self.parent = parent
        self.index = index
        self.sort = sort or type(value).__name__
        own = getattr(value, "name", None) or getattr(value, "path", None) if value is not None else None
        self.name: str = own if isinstance(own, str) and self.sort != "Path" and own != "decide" else ""
        self.parts: list[Entry] = []
        self.inner: frozenset[str] = frozenset()

    @property
    def span(self) -> Span | None:
        """Where it stands in the text."""
        found = getattr(self.value, "span", None)
        return found if isinstance(found, Span) else None

    def walk(self) -> Iterator[Entry]:
        """Itself and everything inside, in reading order."""
        yield self
        for part in self.parts:
            yield from part.walk()


def tree_of(path: Any) -> Entry:
    """The flow of care of a path: the main way, then the events' ways, under one root."""
    root = Entry(None, None, 0, "root")
    main = Entry(None, root, 0, "main")
    root.parts = [main]
    _fill(main, path.body)
    for number, whenever in enumerate(path.whenevers):
        entry = Entry(whenever, root, number + 1)
        root.parts.append(entry)
        _fill(entry, whenever.body)
    for entry in reversed(list(root.walk())):
        inside = {(part.sort, fold(part.name)) for part in entry.parts if part.sort in NAMED and part.name}
        entry.inner = frozenset({f"{s} {n}" for s, n in inside}).union(*(part.inner for part in entry.parts))
    return root


def _fill(entry: Entry, body: Iterable[Any]) -> None:
    for number, statement in enumerate(body):
        part = Entry(statement, entry, number)
        entry.parts.append(part)
        for branch_number, branch in enumerate(getattr(statement, "branches", ())):
            branch_entry = Entry(branch, part, branch_number)
            part.parts.append(branch_entry)
            _fill(branch_entry, branch.body)
        _fill(part, getattr(statement, "body", ()))


class Matching:
    """The pairs of entries that are one and the same, and the names that changed.

    Attributes:
        evidence: new entry → why it is taken for the old one although its name is another; empty for a declared name.
    """

    def __init__(self, old: Entry, new: Entry, renames: Renames) -> None:
        self.renames = renames
        self.new_of: dict[Entry, Entry] = {}
        self.old_of: dict[Entry, Entry] = {}
        self.evidence: dict[Entry, str] = {}
        self._old = [entry for entry in old.walk() if entry.parent is not None]
        self._new = [entry for entry in new.walk() if entry.parent is not None]
        self.pair(old, new)
        self.pair(old.parts[0], new.parts[0])
        self._by_name()
        self._by_alias()
        self._by_contents()
        self._branches()
        self._by_neighbours()
        self._branches()
        self._by_place()
        self._repeated_names()
        self._rest()

    def pair(self, old: Entry, new: Entry) -> None:
        """The two are one."""
        self.new_of[old] = new
        self.old_of[new] = old

    def _left(self, entries: list[Entry], *sorts: str) -> list[Entry]:
        return [e for e in entries if e not in self.new_of and e not in self.old_of and (not sorts or e.sort in sorts)]

    def _by_name(self) -> None:
        olds, news = _once(self._old), _once(self._new)
        for key, old in olds.items():
            if key in news:
                self.pair(old, news[key])

    def _by_alias(self) -> None:
        news = {(e.sort, fold(e.name)): e for e in self._left(self._new, *NAMED) if e.name}
        for old in self._left(self._old, *NAMED):
            found = [new for (sort, _), new in news.items() if sort == old.sort and _knows(old, new) and new not in self.old_of]
            if len(found) == 1:
                self._rename(old, found[0], "")

    def _rename(self, old: Entry, new: Entry, evidence: str) -> None:
        self.pair(old, new)
        self.renames.add("step", old.name, new.name)
        self.evidence[new] = evidence

    def _by_contents(self) -> None:
        """What holds the same named statements, the most alike first."""
        sorts = ("Decision", "Together", "Repeat", "Whenever")
        scored: list[tuple[Any, Entry, Entry]] = []
        for i, old in enumerate(self._left(self._old, *sorts)):
            inside = self._now(old.inner)
            for j, new in enumerate(self._left(self._new, *sorts)):
                if old.sort != new.sort:
                    continue
                common = len(inside & new.inner)
                alike = self._is_alike(old, new)
                if common or alike:
                    scored.append(((-common, not alike, abs(_depth(old) - _depth(new)), abs(i - j), i + j), old, new))
        for _, old, new in sorted(scored, key=lambda one: one[0]):
            if old not in self.new_of and new not in self.old_of:
                self.pair(old, new)

    def _now(self, names: frozenset[str]) -> frozenset[str]:
        renamed = {f"{o.sort} {fold(o.name)}": f"{n.sort} {fold(n.name)}" for o, n in self.new_of.items() if o.name}
        return frozenset(renamed.get(name, name) for name in names)

    def _is_alike(self, old: Entry, new: Entry) -> bool:
        """Of an event's way or a decision: whether it is about the same; of others, whether everything is the same."""
        if old.sort == "Whenever":
            return bool(plain(old.value.condition) == plain(new.value.condition, self.renames))
        if old.sort == "Decision" and fold(old.value.name) == fold(new.value.name) and old.name:
            return True
        return bool(plain(old.value) == plain(new.value, self.renames))

    def _branches(self) -> None:
        for old, new in list(self.new_of.items()):
            if not any(part.sort == "Branch" for part in (*old.parts, *new.parts)):
                continue
            self._pair_branches(old, new)

    def _pair_branches(self, old: Entry, new: Entry) -> None:
        for olds in old.parts:
            key = _branch_key(olds, NOTHING_RENAMED)
            found = [n for n in new.parts if n not in self.old_of and _branch_key(n, self.renames) == key]
            if found and olds not in self.new_of:
                self.pair(olds, found[0])
        scored = [
            (-len(self._now(o.inner) & n.inner), abs(i - j), o, n)
            for i, o in enumerate(self._left(old.parts))
            for j, n in enumerate(self._left(new.parts))
            if self._now(o.inner) & n.inner or (not o.parts and not n.parts)
        ]
        for _, _, o, n in sorted(scored, key=lambda one: one[:2]):
            if o not in self.new_of and n not in self.old_of and (o.value.condition is None) == (n.value.condition is None):
                self.pair(o, n)

    def _by_neighbours(self) -> None:
        """What holds nothing that is known again, alone of its sort at its place, between the same neighbours."""
        sorts = ("Decision", "Together", "Repeat")
        olds, news = self._left(self._old, *sorts), self._left(self._new, *sorts)
        for old in olds:
            same = [new for new in news if new.sort == old.sort and self._is_same_place(old, new)]
            if len(same) == 1:
                self.pair(old, same[0])

    def _by_place(self) -> None:
        """A statement under another name, at the same place between the same neighbours, that says the same."""
        olds, news = self._left(self._old, *NAMED), self._left(self._new, *NAMED)
        said_old = {e: self._said(e, NOTHING_RENAMED) for e in olds}
        said_new = {e: self._said(e, self.renames) for e in news}
        for old in olds:
            same = [new for new in news if said_new[new] == said_old[old] is not None]
            twins = [other for other in olds if said_old[other] == said_old[old]]
            if len(same) == 1 and len(twins) == 1 and self._is_same_place(old, same[0]):
                self._rename(old, same[0], "everything else it says and where it stands is the same")

    def _said(self, entry: Entry, renames: Renames) -> Any:
        value = entry.value
        if not entry.name or not any(getattr(value, field, ()) for field in _WEIGHTY):
            return None
        return tuple(part for part in plain(value, renames) if part[0] != "name")

    def _is_same_place(self, old: Entry, new: Entry) -> bool:
        if old.parent is None or new.parent is None or self.new_of.get(old.parent) is not new.parent:
            return False
        return all(self._are_neighbours(old, new, step) for step in (-1, 1))

    def _are_neighbours(self, old: Entry, new: Entry, step: int) -> bool:
        before, after = _beside(old, step), _beside(new, step)
        if before is None or after is None:
            return before is after
        return self.new_of.get(before) is after

    def _repeated_names(self) -> None:
        """Ends and inclusions that stand several times under one name: at the same place first."""
        for is_placed in (True, False):
            for old in self._left(self._old, *NAMED):
                for new in self._left(self._new, old.sort):
                    is_here = old.parent is not None and self.new_of.get(old.parent) is new.parent
                    if old.name and fold(old.name) == fold(new.name) and (is_here or not is_placed):
                        self.pair(old, new)
                        break

    def _rest(self) -> None:
        """What has neither name nor contents: the same first, then in order, at the same place."""
        for is_equal in (True, False):
            for old in self._left(self._old):
                if old.name or old.parent is None or old.parts or old.sort == "Branch":
                    continue
                for new in self._left(self._new, old.sort):
                    if self.new_of.get(old.parent) is not new.parent or new.parts or new.name:
                        continue
                    if not is_equal or plain(old.value) == plain(new.value, self.renames):
                        self.pair(old, new)
                        break


def _once(entries: list[Entry]) -> dict[tuple[str, str], Entry]:
    """The entries whose name stands once, by sort and name."""
    found: dict[tuple[str, str], Entry] = {}
    twice: set[tuple[str, str]] = set()
    for entry in entries:
        key = (entry.sort, fold(entry.name))
        if entry.name and entry.sort in NAMED:
            twice |= {key} if key in found else set()
            found.setdefault(key, entry)
    return {key: entry for key, entry in found.items() if key not in twice}


def _knows(old: Entry, new: Entry) -> bool:
    """Whether one of the two is declared to be known by the other's name."""
    return is_known_as(old.value, new.value)


def is_known_as(old: Any, new: Any) -> bool:
    """Whether one of two declared things gives the other's name as one of its own."""
    names = {fold(alias) for alias in getattr(new, "aliases", ())}
    other = {fold(alias) for alias in getattr(old, "aliases", ())}
    return fold(old.name) in names or fold(new.name) in other


def _depth(entry: Entry) -> int:
    return 0 if entry.parent is None else 1 + _depth(entry.parent)


def _branch_key(entry: Entry, renames: Renames) -> Any:
    return (fold(entry.value.name), plain(entry.value.condition, renames))


def _beside(entry: Entry, step: int) -> Entry | None:
    if entry.parent is None:
        return None
    at = entry.index + step
    return entry.parent.parts[at] if 0 <= at < len(entry.parent.parts) else None
