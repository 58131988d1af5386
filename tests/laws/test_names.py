from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pathflow.base.names import bare, fold, listing, nearest


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text())
def test_composed_and_decomposed_letters_are_the_same_name(name: str) -> None:
    assert fold(unicodedata.normalize("NFC", name)) == fold(unicodedata.normalize("NFD", name))


@given(st.lists(st.text("abcdefgh ", min_size=5), min_size=1, unique_by=fold), st.data())
def test_a_name_is_nearest_to_itself(names: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    found = nearest(name, names)
    assert found is not None
    assert fold(found) == fold(name)


def test_spaces_case_and_hyphens_of_word_processors_do_not_matter() -> None:
    assert fold("Heart\u00a0 Hospital ") == fold("heart hospital")
    assert fold("NT\u2011proBNP") == fold("nt-probnp")
    assert bare("Päivää") == "paivaa"


def test_nothing_near_is_nothing() -> None:
    assert nearest("zebra", ["step", "handoff"]) is None


def test_a_list_reads_as_people_list() -> None:
    assert listing(["a"]) == "`a`"
    assert listing(["a", "b", "c"]) == "`a`, `b` and `c`"
    assert listing([str(n) for n in range(20)], "or").endswith("or 12 more")
