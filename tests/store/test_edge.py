"""What cannot be kept is refused; what is let in comes back from every store as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathflow.store import edge
from pathflow.store.port import Commit, StoredFact
from tests.store.conftest import Open

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@pytest.mark.parametrize(
    "given_", ["a\0b", "\ud800", "\udfff x", float("nan"), float("inf"), -float("inf"), 1 << 63, -(1 << 63) - 1, {1: 2}, {"a": {2}}, b"x", object()]
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(given_: Any) -> None:
    for value in (given_, [given_], {"a": [given_]}):
        with pytest.raises(edge.NotKept, match=r"the item"):
            edge.value(value, "the item")


def test_limits_are_where_they_are_said_to_be() -> None:
    edge.name("x" * edge.MOST_NAME, "the name")
    with pytest.raises(edge.NotKept, match="201 characters"):
        edge.name("x" * (edge.MOST_NAME + 1), "the name")
    edge.body("ä" * (edge.MOST_BYTES // 2), "the fact")
    with pytest.raises(edge.NotKept, match="at most 65,536"):
        edge.body("ä" * (edge.MOST_BYTES // 2) + "x", "the fact")
    deep: Any = 1
    for _ in range(edge.DEEPEST):
        deep = [deep]
    edge.value(deep, "the item")
    with pytest.raises(edge.NotKept, match="nested"):
        edge.value([deep], "the item")
    edge.value([edge.MOST_INTEGER - 1, -edge.MOST_INTEGER, True, None, 1.5], "the item")


@pytest.mark.parametrize(
    "line", ['{"a":1,"a":2}', '{"a":NaN}', "[Infinity]", "{", "[" * 60_000, '"\\ud800"', '"\\u0000"', "[99999999999999999999]"]
)
def test_a_line_from_outside_is_read_strictly(line: str) -> None:
    with pytest.raises(edge.NotKept):
        edge.read(line, "the line")


@given(text=ANY_TEXT)
def test_texts_are_let_in_or_refused_and_nothing_else(text: str) -> None:
    is_good = "\0" not in text and not any(0xD800 <= ord(letter) < 0xE000 for letter in text)
    try:
        edge.text(text, "it")
    except edge.NotKept:
        assert not is_good
    else:
        assert is_good
        assert text.encode().decode() == text


@given(texts=st.lists(ANY_TEXT.filter(lambda t: "\0" not in t and t.isprintable() is not None), max_size=4))
@settings(suppress_health_check=list(HealthCheck), max_examples=40)
def test_what_is_let_in_comes_back(texts: list[str], open_store: Open) -> None:
    good = []
    for text in texts:
        try:
            edge.text(text, "it")
        except edge.NotKept:
            continue
        good.append(text)
    store = open_store()
    head = store.head("client")
    n = head.n_facts if head is not None else 0
    facts = [StoredFact(n + i, 0, 0, json.dumps(text, ensure_ascii=False)) for i, text in enumerate(good, start=1)]
    store.commit([Commit("client", head.version if head is not None else 0, facts=facts)])
    assert [json.loads(fact.body) for fact in store.facts("client", n)] == good
