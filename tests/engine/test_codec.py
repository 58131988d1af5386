from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.engine.codec import decode_fact, encode_fact
from pathflow.engine.facts import FACTS, Fact, Link

WORDS = st.none() | st.text(max_size=20)
FACT = st.builds(
    Fact,
    st.sampled_from(sorted(FACTS)),
    st.integers(-(2**60), 2**60),
    st.text(max_size=20),
    st.none() | st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers() | st.booleans(), max_size=3),
    WORDS,
    WORDS,
    WORDS,
    WORDS,
    st.integers(0, 2**60),
    st.integers(0, 10**6),
    link=st.none() | st.builds(Link, st.text(max_size=20), st.text(max_size=20)),
)


@given(FACT)
def test_a_fact_comes_back_as_it_was(fact: Fact) -> None:
    assert decode_fact(encode_fact(fact)) == fact
    assert "\n" not in encode_fact(fact)


@pytest.mark.parametrize("text", ["{}", "[]", '{"kind": "flew", "at": 1, "subject": "x"}', "nothing"])
def test_what_is_no_fact_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode_fact(text)


def test_a_fact_that_was_kept_before_reads_as_it_did() -> None:
    kept = '{"at":1,"kind":"completed","number":2,"recorded":1,"subject":"Visit"}'
    assert decode_fact(kept) == Fact("completed", 1, "Visit", recorded=1, number=2)
    assert encode_fact(decode_fact(kept)) == kept
