"""How a page of a list is found without looking at rows that are not on it, however many there are.

Rows lie in the order of their list behind the columns that tell them apart: work by act and profession, flags by family and
code. There are few such kinds, though many rows of each: which ones there are is found by going from one to the next, and a
page is made of the first rows of each that is asked for. What is asked for of some clients or of one worker is little, and is
looked through.

Law: tests/store/test_plans.py (no statement of a store scans), tests/store/test_conformance.py (the pages are right).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from pathflow.store.port import FlagsAsked, WorkAsked

Condition = tuple[str, tuple[Any, ...]]
"""A condition in SQL, and its values."""

ORDER: Final = {"work": ("urgent", "client", "place"), "flag": ("since", "client", "place")}
"""By what a list is in order."""


class Branch(NamedTuple):
    """Rows that lie together: where columns are equal to values, and of the kinds that fit."""

    where: list[Condition]
    kinds: tuple[str, ...] = ()
    fits: Callable[[Sequence[Any]], bool] = bool


class Listing(NamedTuple):
    """A page that is asked for: the first rows of several branches together."""

    part: str
    branches: list[Branch]
    rest: list[Condition]
    limit: int
    order: tuple[str, ...]


def of_clients(clients: tuple[str, ...] | None) -> list[Condition]:
    """The condition that a row is of one of these clients."""
    if clients is None:
        return []
    return [(f"client in ({', '.join('?' for _ in clients)})", clients) if clients else ("1 = 0", ())]


def work_listing(asked: WorkAsked) -> Listing:
    """Where a page of a worklist is found."""
    few = _few(asked, ("worker", "asker"))
    order = _order("work", is_few=bool(few))
    rest: list[Condition] = [] if asked.due_by is None else [(f"{order[0]} <= ?", (asked.due_by,))]
    rest += _behind(order, asked.after)
    if few:
        rest += _looked_through(asked, ("client", "provider", "worker", "asker", "act"), few)
        if asked.profession is not None:
            rest.append((":within:(profession, ?) > 0", (f",{asked.profession},",)))
        return Listing("work", [Branch(few)], rest, asked.limit, order)
    rest += _equal(asked, ("worker", "asker"))  # "": what nobody in person sees to, what nobody waits for
    where = _equal(asked, ("provider",))
    if asked.act is None and asked.profession is None:
        return Listing("work", [Branch(where)], rest, asked.limit, order)
    word = f",{asked.profession}," if asked.profession is not None else ""
    if asked.act is not None:
        branch = Branch([*where, *_equal(asked, ("act",))], ("profession",), _says(0, word))
    else:
        branch = Branch(where, ("act", "profession"), _says(1, word))
    return Listing("work", [branch], rest, asked.limit, order)


def flags_listing(asked: FlagsAsked) -> Listing:
    """Where a page of the flags board is found."""
    few = _few(asked, ())
    order = _order("flag", is_few=bool(few))
    rest = _behind(order, asked.after)
    if few:
        rest += _looked_through(asked, ("client", "who", "family", "code"), few)
        if asked.is_open is not None:
            rest.append((f"is_open + 0 = {int(asked.is_open)}", ()))
        return Listing("flag", [Branch(few)], rest, asked.limit, order)
    states = (0, 1) if asked.is_open is None else (int(asked.is_open),)
    branches = [_of_state(asked, [(f"is_open = {state}", ())]) for state in states]
    return Listing("flag", branches, rest, asked.limit, order)


def _of_state(asked: FlagsAsked, where: list[Condition]) -> Branch:
    where += _equal(asked, ("who",))
    if asked.who is None and asked.family is None and asked.code is None:
        return Branch(where)
    where += _equal(asked, ("family",))
    if asked.family is None:
        return Branch(where, ("family", "code"), _is(1, asked.code))
    return Branch(where, ("code",), _is(0, asked.code))


def _says(place: int, word: str) -> Callable[[Sequence[Any]], bool]:
    """That a column of a kind has a word in it; every column has an empty one."""

    def fits(kind: Sequence[Any]) -> bool:
        return word in kind[place]

    return fits


def _is(place: int, word: str | None) -> Callable[[Sequence[Any]], bool]:
    """That a column of a kind is a word, where one is asked for."""

    def fits(kind: Sequence[Any]) -> bool:
        return word is None or kind[place] == word

    return fits


def _equal(asked: WorkAsked | FlagsAsked, columns: tuple[str, ...]) -> list[Condition]:
    return [(f"{column} = ?", (getattr(asked, column),)) for column in columns if getattr(asked, column) is not None]


def _few(asked: WorkAsked | FlagsAsked, columns: tuple[str, ...]) -> list[Condition]:
    """What leaves only few rows, by which they are found: of some clients, or else of one of these columns."""
    if asked.client is not None:
        return _equal(asked, ("client",))
    if asked.clients is not None:
        return of_clients(asked.clients)
    column = next((column for column in columns if getattr(asked, column)), None)
    return [*_equal(asked, (column,)), (f"{column} <> ''", ())] if column is not None else []


def _looked_through(asked: WorkAsked | FlagsAsked, columns: tuple[str, ...], few: list[Condition]) -> list[Condition]:
    """The rest of what is asked for, spelt so that no index is used for it."""
    found = of_clients(asked.clients) if asked.client is not None else []
    return [
        *found,
        *((f"{column} || '' = ?", values) for column in columns for _, values in _equal(asked, (column,))
          if (f"{column} = ?", values) not in few),
    ]  # fmt: skip


def _order(part: str, *, is_few: bool) -> tuple[str, ...]:
    """The order of a page; of few rows spelt so that no index is walked for it."""
    first, *rest = ORDER[part]
    return (f"{first} + 0" if is_few else first, *rest)


def _behind(order: tuple[str, ...], after: tuple[Any, ...] | None) -> list[Condition]:
    return [] if after is None else [(f"({', '.join(order)}) > (?, ?, ?)", after)]


# statements


def next_kinds(part: str, branch: Branch, last: Sequence[Any] | None) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Statements of which the first that gives a row gives the first kind of a branch, or the next one behind another.

    Each compares one column: behind two at once SQLite looks at all rows of the kind before.
    """
    columns = ", ".join(branch.kinds)
    for depth in range(len(branch.kinds) - 1, -1, -1) if last is not None else (0,):
        where = [*branch.where]
        if last is not None:
            where += [(f"{column} = ?", (value,)) for column, value in zip(branch.kinds[:depth], last, strict=False)]
            where.append((f"{branch.kinds[depth]} > ?", (last[depth],)))
        having, values = _together(where)
        yield f"select {columns} from pathflow_{part} where {having} order by {columns} limit 1", values


def of_kind(branch: Branch, kind: Sequence[Any]) -> list[Condition]:
    """The condition that a row of a branch is of a kind."""
    return [*branch.where, *((f"{column} = ?", (value,)) for column, value in zip(branch.kinds, kind, strict=True))]


def pages(listing: Listing, columns: Sequence[str], ones: Sequence[list[Condition]]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The statements that give a page: the first rows that fulfil one of these conditions. Several give a page each."""
    order, names = ", ".join(listing.order), ", ".join(columns)
    for first in range(0, len(ones), _MOST_TOGETHER):
        found: list[str] = []
        values: list[Any] = []
        for one in ones[first : first + _MOST_TOGETHER]:
            having, given = _together([*one, *listing.rest])
            found.append(f"select {names} from pathflow_{listing.part} where {having} order by {order} limit ?")
            values += [*given, listing.limit]
        if len(found) == 1:
            yield found[0], tuple(values)
        else:
            whole = " union all ".join(f"select * from ({one}) as part{n}" for n, one in enumerate(found))
            yield f"{whole} order by {order} limit ?", (*values, listing.limit)


_MOST_TOGETHER: Final = 50
"""How many kinds are asked for in one statement: SQLite takes 500."""


def _together(where: Sequence[Condition]) -> tuple[str, tuple[Any, ...]]:
    return " and ".join(one for one, _ in where) or "1 = 1", tuple(value for _, values in where for value in values)
