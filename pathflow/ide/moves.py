"""From a name to where it is given, to where it is used, and to the same places marked in one file."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.dsl import syntax
from pathflow.ide.names import Symbol, Use
from pathflow.ide.view import View


class Place(Struct, frozen=True):
    """A place in a file, by where the file lies. `is_given`: the name is given there."""

    path: str
    span: Span
    is_given: bool = False


def definition(view: View, line: int, column: int) -> list[Place]:
    """Where the thing under the cursor is given: an outcome at several ends has several places."""
    use = view.use_at(line, column)
    if use is None:
        return _file_at(view, line, column)
    if use.symbol is None:
        return []
    return [place for place in places_of(view, use.symbol, near=True) if place.is_given]


def _file_at(view: View, line: int, column: int) -> list[Place]:
    """The file that a `uses` line names."""
    statement = view.statement_at(line)
    value = statement.value if statement is not None else None
    if statement is None or not isinstance(value, syntax.Use) or value.file is None:
        return []
    span = statement.span_of(view.file.name, value.file.start, value.file.end)
    path = (view.path.parent / value.file.text).resolve()
    if not span.column <= column <= span.end_column or view.index.names(path) is None:
        return []
    return [Place(str(path), Span(value.file.text, 1, 1, 1, 1), True)]


def references(view: View, line: int, column: int, with_definition: bool = True) -> list[Place]:
    """Every place of the thing under the cursor, in every file of the folder."""
    use = view.use_at(line, column)
    if use is None or use.symbol is None:
        return []
    found = places_of(view, use.symbol)
    return found if with_definition else [place for place in found if not place.is_given]


def marked(view: View, line: int, column: int) -> list[Place]:
    """The places of the thing under the cursor in this file."""
    use = view.use_at(line, column)
    if use is None or use.symbol is None:
        return []
    return [_place(view.names.home, one) for one in view.names.of(use.symbol)]


def places_of(view: View, symbol: Symbol, near: bool = False) -> list[Place]:
    """The places of a thing; `near`: in the file that gives it only, which is quicker."""
    homes = [Path(symbol.home)] if near else sorted({*map(view.index.library.place, view.files), Path(symbol.home)})
    found: list[Place] = []
    for path in homes:
        names, home = view.index.names(path), str(path)
        found += [Place(home, use.span, use.mention.is_given) for use in (names.of(symbol) if names is not None else ())]
    if found and not any(place.is_given for place in found):  # an organiser that no `provider` line describes
        found[0] = Place(found[0].path, found[0].span, True)
    return found


def _place(home: str, use: Use) -> Place:
    return Place(home, use.span, use.mention.is_given)


class Found(Struct, frozen=True):
    """A thing of the folder by its name. `within`: the file that gives it."""

    name: str
    sort: str
    place: Place
    within: str


def find(view: View, query: str, most: int = 200) -> list[Found]:
    """The things whose names hold what is asked for, in every file of the folder."""
    wanted = fold(query)
    found: list[Found] = []
    for path in sorted({path.resolve() for path in view.files}):
        names = view.index.names(path)
        for use in names.uses if names is not None else ():
            if use.mention.is_given and use.symbol is not None and wanted in use.mention.name.key:
                found.append(Found(use.mention.name.text, use.symbol.sort, _place(str(path), use), path.name))
                if len(found) == most:
                    return found
    return found
