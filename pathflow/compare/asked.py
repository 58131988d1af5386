"""What is asked to be compared: two files or folders, `REVISION:PLACE`, or a range of revisions."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Final

from pathflow.compare.changes import Comparison
from pathflow.compare.revisions import Repository
from pathflow.compare.sides import Side, compare, side_of_files
from pathflow.compiler.library import Unreadable

_RANGE: Final = re.compile(r"(?P<old>.*?[^.])?\.\.(?P<new>[^.].*)?")


def compare_places(old: str | Path, new: str | Path) -> Comparison:
    """Two files or folders, each of the disk or, as `REVISION:PLACE`, of a git revision. Raises: Unreadable."""
    return compare(_side(old), _side(new))


def _side(place: str | Path) -> Side:
    text = str(place)
    if not text:
        raise Unreadable("an empty text names no file")
    revision, colon, where = text.partition(":")
    if isinstance(place, Path) or Path(text).exists() or not colon or not revision:
        return side_of_files(text, [Path(text)])
    here = Path.cwd()
    repository = Repository(here)
    inside = repository.under_top(here / where) if where.startswith(("./", "../")) else PurePosixPath(where)
    side = repository.side(revision, [inside])
    if not side.programs and not side.networks:
        say = "there is nothing to compare at `{path}` in `{revision}`; places are told from {top}"
        raise Unreadable(say, path=where, revision=revision, top=repository.top)
    return side


def side_against(other: str, places: list[Path]) -> Side:
    """What files and folders are compared with: other ones, `REVISION:PLACE`, or the same ones in a git revision.

    Raises: Unreadable.
    """
    if not other:
        raise Unreadable("an empty text names no file")
    if Path(other).exists() or ":" in other:
        return _side(other)
    repository = Repository(places[0].absolute())
    return repository.side(other, [repository.under_top(place) for place in places])


def is_range(text: str) -> bool:
    """Whether a text is two revisions with `..` between them, and no file."""
    return (
        ".." in text and _RANGE.fullmatch(text) is not None and "/.." not in text and not Path(text).exists() and text != ".."
    )


def compare_revisions(revisions: str, places: list[Path]) -> Comparison:
    """Files and folders in one revision and in another (`main..HEAD`), or as they are on the disk now (`main`).

    Raises: Unreadable.
    """
    where = places or [Path()]
    repository = Repository(where[0].absolute())
    inside = [repository.under_top(place) for place in where]
    match = _RANGE.fullmatch(revisions) if ".." in revisions else None
    if ".." in revisions and match is None:
        raise Unreadable("`{revisions}` is no range of revisions; write for example main..HEAD", revisions=revisions)
    old = repository.side((match["old"] or "HEAD") if match else revisions, inside)
    if match is not None:
        new = repository.side(match["new"] or "HEAD", inside)
    else:
        there = [place for place in where if place.exists()]
        new = side_of_files(", ".join(map(str, where)) if places else "the files here", there)
    if not (old.programs or old.networks or new.programs or new.networks):
        say = "there is no .path file in {places}, neither before nor after"
        raise Unreadable(say, places=", ".join(map(str, where)))
    return compare(old, new)
