"""Which statement of the new path is which of the old one.

By name; by a declared other name (`known as`); by what stands inside, for what has no name of its own; and, where exactly one
statement at the same place says the same under another name, by that. What is not sure is a removal and an addition.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
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
        self._renamed: dict[str, str] = {}
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
        olds, news = ([e for e in self._left(side, *NAMED) if e.name] for side in (self._old, self._new))
        by_word: dict[tuple[str, str], list[Entry]] = {}
        for new in news:
            for word in (new.name, *getattr(new.value, "aliases", ())):
                by_word.setdefault((new.sort, fold(word)), []).append(new)
        for old in olds:
            words = {fold(word) for word in (old.name, *getattr(old.value, "aliases", ()))}
            found = {new: None for word in words for new in by_word.get((old.sort, word), ()) if new not in self.old_of}
            known = [new for new in found if is_known_as(old.value, new.value)]
            if len(known) == 1:
                self._rename(old, known[0], "")

    def _rename(self, old: Entry, new: Entry, evidence: str) -> None:
        self.pair(old, new)
        self.renames.add("step", old.name, new.name)
        self.evidence[new] = evidence
        self._renamed[f"{old.sort} {fold(old.name)}"] = f"{new.sort} {fold(new.name)}"

    def _in_order(self, olds: Iterable[Entry], news: Iterable[Entry], key: Callable[[Entry, Renames], Any]) -> None:
        """Pairs what has the same key, in order. A key of None has no pair; an old entry's renames are none."""
        waiting: dict[Any, deque[Entry]] = {}
        for new in news:
            waiting.setdefault(key(new, self.renames), deque()).append(new)
        for old in olds:
            found = key(old, NOTHING_RENAMED)
            if found is not None and waiting.get(found):
                self.pair(old, waiting[found].popleft())

    def _by_contents(self) -> None:
        """What holds the same named statements, the most alike first; then what says the same."""
        sorts = ("Decision", "Together", "Repeat", "Whenever")
        olds, news = self._left(self._old, *sorts), self._left(self._new, *sorts)
        holding: dict[str, list[int]] = {}
        for j, new in enumerate(news):
            for name in new.inner:
                holding.setdefault(f"{new.sort} of {name}", []).append(j)
        scored: list[tuple[Any, Entry, Entry]] = []
        for i, old in enumerate(olds):
            common = Counter(j for name in self._now(old.inner) for j in holding.get(f"{old.sort} of {name}", ()))
            for j, count in common.items():
                alike = _about(old, NOTHING_RENAMED) == _about(news[j], self.renames)
                far = abs(_depth(old) - _depth(news[j]))
                scored.append(((-count, not alike, far, abs(i - j), i + j), old, news[j]))
        for _, old, new in sorted(scored, key=lambda one: one[0]):
            if old not in self.new_of and new not in self.old_of:
                self.pair(old, new)
        self._in_order(self._left(olds), self._left(news), _about)

    def _now(self, names: frozenset[str]) -> frozenset[str]:
        return frozenset(self._renamed.get(name, name) for name in names) if self._renamed else names

    def _branches(self) -> None:
        for old, new in list(self.new_of.items()):
            if not any(part.sort == "Branch" for part in (*old.parts, *new.parts)):
                continue
            self._pair_branches(old, new)

    def _pair_branches(self, old: Entry, new: Entry) -> None:
        self._in_order(self._left(old.parts), self._left(new.parts), _branch_key)
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
        for old in self._left(self._old, *sorts):
            before = _beside(old, -1)
            beside = self.new_of.get(before) if before is not None else None
            parent = self.new_of.get(old.parent) if old.parent is not None else None
            if parent is None:
                continue
            at = beside.index + 1 if beside is not None else 0
            new = parent.parts[at] if at < len(parent.parts) else None
            if new is not None and new.sort == old.sort and new not in self.old_of and self._is_same_place(old, new):
                self.pair(old, new)

    def _by_place(self) -> None:
        """A statement under another name, at the same place between the same neighbours, that says the same."""
        olds = _alone(self._left(self._old, *NAMED), NOTHING_RENAMED)
        news = _alone(self._left(self._new, *NAMED), self.renames)
        for said, old in olds.items():
            if said in news and self._is_same_place(old, news[said]):
                self._rename(old, news[said], "everything else it says and where it stands is the same")

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

        def here(entry: Entry, _names: Renames) -> Any:
            return (entry.sort, fold(entry.name), self._home(entry)) if entry.name else None

        def anywhere(entry: Entry, _names: Renames) -> Any:
            return (entry.sort, fold(entry.name)) if entry.name else None

        for key in (here, anywhere):
            self._in_order(self._left(self._old, *NAMED), self._left(self._new, *NAMED), key)

    def _rest(self) -> None:
        """What has neither name nor contents: the same first, then in order, at the same place."""

        def same(entry: Entry, names: Renames) -> Any:
            return (entry.sort, self._home(entry), plain(entry.value, names)) if _is_bare(entry) else None

        def alike(entry: Entry, _names: Renames) -> Any:
            return (entry.sort, self._home(entry)) if _is_bare(entry) else None

        for key in (same, alike):
            self._in_order(self._left(self._old), self._left(self._new), key)

    def _home(self, entry: Entry) -> Entry | None:
        """What an entry stands in, as the new side has it."""
        return self.new_of.get(entry.parent, entry.parent) if entry.parent is not None else None


def _is_bare(entry: Entry) -> bool:
    return not entry.name and not entry.parts and entry.sort != "Branch"


def _about(entry: Entry, names: Renames) -> Any:
    """Of an event's way: when it begins; of a decision with a name: the name; of others: everything they say."""
    if entry.sort == "Whenever":
        return (entry.sort, plain(entry.value.condition, names))
    if entry.sort == "Decision" and entry.name:
        return (entry.sort, fold(entry.name))
    return (entry.sort, plain(entry.value, names))


def _alone(entries: list[Entry], names: Renames) -> dict[Any, Entry]:
    """By what they say, their name aside: the entries that nothing else says the same as; only such as say enough."""
    found: dict[Any, list[Entry]] = {}
    for entry in entries:
        if entry.name and any(getattr(entry.value, field, ()) for field in _WEIGHTY):
            said = tuple(part for part in plain(entry.value, names) if part[0] != "name")
            found.setdefault(said, []).append(entry)
    return {said: same[0] for said, same in found.items() if len(same) == 1}


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
