"""The two sides of a comparison, read and compiled; and the comparison itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.compare.changes import Change, Comparison, Part, Shift
from pathflow.compare.duties import shifts
from pathflow.compare.fields import Seen, span_of, ticked
from pathflow.compare.network import compare_networks, learn_names
from pathflow.compare.paths import compare_paths, names_changed
from pathflow.compare.plain import NOTHING_RENAMED, Renames
from pathflow.compiler.library import Library, Unreadable, path_files
from pathflow.compiler.passes import Compiler, Unit
from pathflow.engine.program import Program
from pathflow.model.network import Network


class Side(Struct, frozen=True):
    """Paths and networks that belong together. `name`: what people call the side."""

    name: str
    programs: tuple[Program, ...]
    networks: tuple[Network, ...]


def side_of_files(name: str, places: Iterable[Path]) -> Side:
    """The side that files and folders on the disk make. Raises: Unreadable."""
    units: list[Unit] = []
    for place in places:
        compiler = Compiler(Library(place if place.is_dir() else place.parent))
        units += [compiler.unit(file) for file in path_files([place])]
    return side_of(name, units)


def side_of(name: str, units: list[Unit]) -> Side:
    """The side that compiled files make, with what they use. Raises: Unreadable where one cannot be read as meant."""
    whole: dict[str, Unit] = {}
    for unit in units:
        for one in (*reversed(unit.all_used), unit):
            _refuse_mistakes(one)
            whole.setdefault(str(one.path.resolve()), one)
            if one.program is not None:
                whole[str(one.path.resolve())] = one
    programs = tuple(unit.program for unit in whole.values() if unit.program is not None)
    networks = {fold(n.name): n for unit in whole.values() for n, _ in unit.networks}
    if units and not programs and not networks:
        raise Unreadable("there is no path and no network in {path}, so there is nothing to compare", path=name)
    return Side(name, programs, tuple(networks.values()))


def _refuse_mistakes(unit: Unit) -> None:
    """What is not understood cannot be compared. Raises: Unreadable."""
    errors = [f for f in unit.findings if f.level == "error"]
    if errors:
        line = errors[0].span.line if errors[0].span is not None else 1
        say = "{file}:{line} cannot be read as meant: {finding} ({code}). See: pathflow check"
        raise Unreadable(say, file=unit.file.name, line=line, finding=errors[0], code=errors[0].code)


def compare(old: Side, new: Side) -> Comparison:
    """What changed in meaning from one side to the other."""
    parts: list[Part] = []
    changes: dict[tuple[object, ...], Change] = {}
    moved: list[Shift] = []
    pairs = _paired(old.programs, new.programs)
    told: list[Change] = []
    for before, now in pairs:
        found: list[Change] = []
        _compare_paths(before, now, found, parts, moved)
        told += sorted(found, key=_in_reading_order)
    for found in _networks(old, new, pairs, parts):
        told += sorted(found, key=_in_reading_order)
    for change in told:  # what several paths and networks share is said once
        changes.setdefault((change.kind, change.about, tuple(change.words.items()), change.old, change.new), change)
    return Comparison(old.name, new.name, tuple(parts), tuple(changes.values()), tuple(moved))


def _in_reading_order(change: Change) -> tuple[int, int, str]:
    place = change.new or change.old or Span("", 0, 0, 0, 0)
    return (place.line, place.column, "")


Pair = tuple[Program | None, Program | None]
"""A path before and after; None where it is not there."""


def _paired(old: tuple[Program, ...], new: tuple[Program, ...]) -> list[Pair]:
    """Paths by name and version, then by name, then by file; the only ones of both sides are one."""
    keys: tuple[Callable[[Program], object], ...] = (
        lambda program: (fold(program.path.name), program.path.version),
        lambda program: fold(program.path.name),
        lambda program: Path(program.path.span.file.rpartition(":")[2]).name,
    )
    olds, news = list(old), list(new)
    found: list[tuple[Program, Program]] = []
    for key in keys:
        for now in list(news):
            before = next((program for program in olds if key(program) == key(now)), None)
            if before is not None:
                olds.remove(before)
                news.remove(now)
                found.append((before, now))
    if len(old) == len(new) == 1 and news:
        return [(old[0], new[0])]
    before_of = {id(now): before for before, now in found}
    return [*((before_of.get(id(now)), now) for now in new), *((before, None) for before in olds)]


def _compare_paths(
    old: Program | None, new: Program | None, found: list[Change], parts: list[Part], moved: list[Shift]
) -> None:
    program = new or old
    if program is None:
        return
    name = program.path.name
    parts.append(Part("path", name, old.path.version if old else None, new.path.version if new else None))
    if old is None or new is None:
        span = program.path.span
        seen = Seen(name, name, ticked(name), span if old else None, span if new else None, NOTHING_RENAMED, found)
        seen.say("path-added" if old is None else "path-removed")
        renames = NOTHING_RENAMED
    else:
        renames = names_changed(old.path, new.path)
        compare_paths(old, new, renames, found)
    moved += shifts(name, old.path if old else None, new.path if new else None, renames)


def _networks(old: Side, new: Side, pairs: list[Pair], parts: list[Part]) -> Iterable[list[Change]]:
    """The networks by their names; then those that paths use, as each path sees them."""
    olds, news = ({fold(n.name): n for n in side.networks} for side in (old, new))
    both = [(before.path.network, now.path.network) for before, now in pairs if before is not None and now is not None]
    switched = {fold(n.name) for a, b in both if fold(a.name) != fold(b.name) for n in (a, b)}
    for key in (*news, *(k for k in olds if k not in news)):
        if key in switched and not (key in olds and key in news):
            continue
        yield _network(olds.get(key), news.get(key), parts)
    for before, now in both:
        if olds.get(fold(before.name)) is not before or news.get(fold(now.name)) is not now or before.name != now.name:
            yield _network(before, now, [])


def _network(old: Network | None, new: Network | None, parts: list[Part]) -> list[Change]:
    found: list[Change] = []
    network = new or old
    if network is None:
        return found
    parts.append(Part("network", network.name))
    if old is None or new is None:
        seen = Seen(network.name, network.name, ticked(network.name), span_of(old), span_of(new), NOTHING_RENAMED, found)
        seen.say("network-added" if old is None else "network-removed")
        return found
    renames = Renames()
    learn_names("provider", old.providers, new.providers, renames)
    learn_names("service", old.services, new.services, renames)
    learn_names("item", old.items, new.items, renames)
    compare_networks(old, new, renames, found)
    return found
