"""What comes in, made sure of: moments, names however they are spelt, and values that fit their items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pathflow.base.instants import Instant, instant_of, read_instant
from pathflow.base.names import fold, nearest
from pathflow.engine.facts import Value
from pathflow.engine.items import says_nothing, value_of, wanted
from pathflow.engine.program import Program
from pathflow.model.network import Item

When = Instant | datetime | str
"""A moment: an instant, a datetime, or a text in ISO 8601. Without an offset the clocks of the path's network are meant."""

Items = Mapping[str, Any]
"""What is known of a client, by the names of items: numbers, texts, options, True and False, or None for unknown."""


class Intake:
    """Reads what callers give, as the paths that are known here have it.

    Args:
        programs: the compiled paths; of two that know a name, the first.
    """

    __slots__ = ("_items", "_linked", "_numbers", "_paths", "_providers", "_words", "zone")

    def __init__(self, programs: Iterable[Program]) -> None:
        known = list(programs)
        if not known:
            raise ValueError("an engine needs a path")
        self.zone = known[0].calendar.zone
        self._items: dict[str, Item] = {}
        self._providers: dict[str, str] = {}
        self._paths = {fold(program.path.name): program.path.name for program in reversed(known)}
        self._linked = {fold(word): word for program in reversed(known) for word in program.path.clients.linked}
        for program in known:
            for item in program.path.items.values():
                for word in (item.name, *item.aliases):
                    self._items.setdefault(fold(word), item)
            for one in program.path.network.providers.values():
                for word in (one.name, *one.aliases):
                    self._providers.setdefault(fold(word), one.name)
        # values that need no reading: whole numbers, and words as the path writes them
        self._numbers = frozenset(i.name for i in self._items.values() if i.kind == "number" and i.range is None)
        self._words = {
            item.name: item.options if item.kind == "one of" else ("yes", "no")
            for item in self._items.values()
            if item.kind in ("one of", "yes or no")
        }

    def instant(self, when: When) -> Instant:
        """The moment as the engine counts it, on the clocks of the first path's network. Raises: TypeError, ValueError."""
        if isinstance(when, datetime):
            return instant_of(when, self.zone)
        if isinstance(when, str):
            found = read_instant(when, self.zone)
            if found is None:
                raise ValueError(f"{when!r} is not a time; write 2026-01-31 or 2026-01-31T14:30")
            return found
        if when.__class__ is not int:
            raise TypeError(f"a moment is an instant (a whole number of microseconds), a datetime or a text, not {when!r}")
        return when

    def checked(self, client: str, subject: str, at: When) -> Instant:
        """The moment of what happened to a client. Raises: TypeError, ValueError."""
        if not isinstance(client, str) or not isinstance(subject, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"clients and what happened to them have names, which are texts: {client!r}, {subject!r}")
        return self.instant(at)

    def provider(self, name: str | None) -> str | None:
        """A provider as it is declared, however it is spelt; an unknown one as it is."""
        return self._providers.get(fold(name), name) if name is not None else None

    def path(self, name: str | None) -> str | None:
        """A path as it is declared, however it is spelt; an unknown one as it is."""
        return self._paths.get(fold(name), name) if name is not None else None

    def linked(self, name: str) -> str:
        """What a linked client is, as it is declared, however it is spelt; what no path knows as it is."""
        return self._linked.get(fold(name), name)

    def items(self, items: Items) -> dict[str, Value]:
        """What is known, by the declared names. Raises: ValueError for an unknown item, or a value that does not fit."""
        found: dict[str, Value] = {}
        for name, given in items.items():
            if (type(given) is int and name in self._numbers) or (type(given) is str and given in self._words.get(name, ())):
                found[name] = given
                continue
            item = self._items.get(name) or self._items.get(fold(name))
            if item is None:
                guess = nearest(name, [item.name for item in self._items.values()])
                raise ValueError(f"no path here knows an item {name!r}" + (f"; did you mean {guess!r}?" if guess else ""))
            if given is None or says_nothing(given, item):
                continue
            value = value_of(given, item)
            if value is None:
                raise ValueError(f"{name}: {given!r} is not {wanted(item)}")
            found[item.name] = value
        return found
