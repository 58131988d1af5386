"""Each kind of change comes about, says a whole sentence in both directions, and each field of the model has words of its own."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pathflow.compare import fields, network, paths, statements
from pathflow.compare.changes import Change
from pathflow.compare.kinds import KINDS
from pathflow.compare.plain import NOTHING_RENAMED, UNSAID
from pathflow.model import network as network_model
from pathflow.model import path as path_model
from tests.compare.changes_made import EDITS, OTHER, PATH
from tests.helpers import compare, side, unit_of

WHOLE = {"path-added", "path-removed", "network-added", "network-removed", "network-changed"}
"""Of whole files: tests/cli/test_diff.py, and below."""

BY_OTHERS = {"other-added", "other-removed", "other-changed"}


def made(folder: Path) -> list[list[Change]]:
    """What is said of each edit, there and back."""
    (folder / "other.path").write_text(OTHER, "utf-8")
    original = unit_of(PATH, folder=folder)
    assert [f.message for f in original.findings if f.level == "error"] == []
    old, found = side(original), []
    for before, now in EDITS:
        assert PATH.count(before) >= 1, before
        unit = unit_of(PATH.replace(before, now, 1), folder=folder)
        assert [f.message for f in unit.findings if f.level == "error"] == [], (before, now)
        new = side(unit)
        found += [list(compare(old, new).changes), list(compare(new, old).changes)]
    return found


def test_every_kind_comes_about_in_a_whole_sentence(tmp_path: Path) -> None:
    edits = made(tmp_path)
    assert all(edits)
    seen = {change.kind for changes in edits for change in changes}
    assert seen & BY_OTHERS == set()
    assert sorted(set(KINDS) - seen - WHOLE - BY_OTHERS) == []
    for change in (change for changes in edits for change in changes):
        text = change.message
        assert text[0].isupper() or text[0] == "`", text
        assert text.count("`") % 2 == 0, text
        assert not any(word in text for word in ("None", "``", "  ", "{", "Duration(")), text
        is_placed = change.old is not None or change.new is not None
        assert is_placed or change.kind.startswith(("calendar", "closed")), text


def test_every_field_of_the_model_has_words_of_its_own() -> None:
    """A field without them is said all the same, as `other-changed`. Give it a facet: statements.FACETS, network, paths, or
    fields.EVERYWHERE where it means the same wherever it stands."""
    known = set(statements.FACETS) | set(paths._HEAD) | set(paths._CLIENTS) | set(paths._LINKED) | set(paths._PLAN)
    known |= set(network.ITEM_FACETS)
    for table in (network._PROVIDER, network._AGREEMENT, network._SERVICE, network._CALENDAR, network._SITE, network._PARTNER, network._TARGET, network._ALLIANCE, network._PACKAGE, network._FACETS):  # fmt: skip
        known |= set(table)
    structs = {x for module in (network_model, path_model) for x in vars(module).values() if isinstance(x, type) and issubclass(x, msgspec.Struct)}  # fmt: skip
    whole = {"Period", "Range", "Payer", "Price", "Party", "Actor", "Fallback", "Doing", "Basis", "Start", "Rate", "Capacity", "Load", "NoReturn", "Ending", "Review", "Limit", "Promise", "Unasked", "Assumption", "Moment", "Due", "Within", "Expectation", "Never", "Scenario", "Log"}  # fmt: skip
    aside = {*statements._ASIDE, "network", "whenevers", "says_joining", "joining_owner"}
    missing = [
        f"{struct.__name__}.{field}"
        for struct in structs
        if struct.__module__.startswith("pathflow.model")
        and struct.__name__ not in whole
        and "conditions" not in struct.__module__
        for field in struct.__struct_fields__
        if f"{struct.__name__}.{field}" not in known and field not in UNSAID | set(fields.EVERYWHERE) | aside
    ]
    assert sorted(missing) == []


class Shelf(msgspec.Struct, frozen=True):
    """A thing of the model that nobody has given words to."""

    name: str
    height: int = 1
    books: tuple[str, ...] = ()
    owner: str | None = None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (None, 3, ["`It`: the size `3` is new"]),
        (3, None, ["`It`: the size `3` is gone"]),
        (3, 4, ["`It`: the size is now `4`; it was `3`"]),
        (("a", "b"), ("b", "c"), ["`It`: the size is now `b, c`; it was `a, b`"]),
        (Shelf("one"), Shelf("one", 2, owner="me"), ["`It`: the size, height is now `2`; it was `1`", "`It`: the size, owner `me` is new"]),
        ((Shelf("one"), Shelf("two")), (Shelf("two", 5),), ["`It`: the size `one` is gone", "`It`: the size, `two`, height is now `5`; it was `1`"]),
        ({"a": Shelf("a")}, {"b": Shelf("b")}, ["`It`: the size `a` is gone", "`It`: the size `b` is new"]),
        ({"a": "x"}, {"a": "y"}, ["`It`: the size, `a` is now `y`; it was `x`"]),
        ((Shelf("one"), Shelf("two")), (Shelf("two"), Shelf("one")), ["`It`: the size is now `two, one`; it was `one, two`"]),
        (frozenset({"a"}), frozenset({"b"}), ["`It`: the size is now `b`; it was `a`"]),
        (False, True, ["`It`: the size is now `yes`; it was `no`"]),
    ],
)  # fmt: skip
def test_what_has_no_words_of_its_own_is_said_plainly(old: object, new: object, said: list[str]) -> None:
    found: list[Change] = []
    fields.anything(fields.Seen("It", "It", "`It`", None, None, NOTHING_RENAMED, found), "the size", old, new)
    assert [change.message for change in found] == said


def test_another_network_is_said_with_what_differs(tmp_path: Path) -> None:
    head, _, rest = OTHER.partition("path Other")
    here = head + head.replace("Little town", "Big town").replace("sector public", "sector private")
    old = unit_of(here + "path Other" + rest, folder=tmp_path)
    new = unit_of(here + "path Other" + rest.replace("uses Little town", "uses Big town"), folder=tmp_path)
    kinds = [change.kind for change in compare(side(old), side(new)).changes]
    assert kinds == ["network-changed", "sector-changed"]
