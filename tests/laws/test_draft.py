"""A first path from a few answers: whatever the names, it checks clean, is laid out, and its tests pass."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pathflow.base.names import fold
from pathflow.draft.answers import Answers, Party, Unusable, differing, file_name, name_of, professions_of, read_party, written
from pathflow.draft.text import network_text, path_text
from pathflow.dsl.format import formatted
from pathflow.dsl.parse import parse_text
from pathflow.dsl.vocabulary import CHANNELS, INNER, KEYWORDS, WEEKDAYS, WORD_LISTS
from pathflow.replay.scenario import run_scenarios
from pathflow.rules.registry import watch_all
from tests.helpers import findings_of, unit_of

WORDS = sorted({*KEYWORDS, *INNER.values(), *CHANNELS, *WEEKDAYS, *(word for words in WORD_LISTS.values() for word in words),
                "nobody", "everything", "enrolment", "known", "unknown", "yes", "no", "the organiser"})  # fmt: skip
"""Words that mean something to the language, and so are the hardest names."""

PIECES = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(["Ää", "Östra", "健康", "a,b", "x #1", "5 days", "<", "(", ":", "{0}", "'", "2026-01-01"]),
    st.text(min_size=1, max_size=8),
)  # fmt: skip


@st.composite
def names(draw: st.DrawFn) -> str:
    """A name that can be written: of hard words, of any letters."""
    text = draw(st.one_of(st.sampled_from(WORDS), st.lists(PIECES, min_size=1, max_size=4).map(" ".join)))
    try:
        return name_of(text, "something")
    except Unusable:
        assume(False)
        raise


@st.composite
def parties(draw: st.DrawFn) -> tuple[Party, ...]:
    found = [
        Party(draw(names()), professions_of([f'"{draw(names())}"' for _ in range(draw(st.integers(1, 3)))], "it"),
              draw(st.sampled_from(WORD_LISTS["sector"])))
        for _ in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    assume(len({fold(party.name) for party in found}) == len(found))
    return differing(found)


@pytest.mark.parametrize("word", ["client", "its owner", "Whoever is accountable", "kulloinkin vastuussa oleva"])
def test_a_word_that_stands_for_somebody_names_nobody(word: str) -> None:
    with pytest.raises(Unusable, match="word of the language"):
        name_of(word, "a provider")


@given(names(), names(), names(), parties(), st.dates(date(2000, 1, 1), date(2090, 12, 31)))
@example("a", "b", "c", (Party("path", ("owner",)), Party("B and C", ("whoever is",), "third")), date(2026, 12, 21))
@example("path", "same", "g", (Party("same", ("nurse",), "private"), Party("a, b", ("x",), "private")), date(2026, 1, 1))
def test_a_first_path_checks_clean_whatever_the_names(
    name: str, organiser: str, group: str, who: tuple[Party, ...], day: date
) -> None:
    text = path_text(Answers(name, organiser, group, who, day, f"{name} network"))
    assert [f"{f.code} {f.message}" for f in findings_of(text)] == []
    assert formatted(parse_text("x.path", text)) == text
    program = unit_of(text).program
    assert program is not None
    assert (program.path.name, program.path.network.organiser, program.path.accountable) == (name, organiser, who[0].name)
    assert [(p.name, p.sector) for p in program.path.network.providers.values()] == [(p.name, p.sector) for p in who]
    outcomes = list(run_scenarios(program, watch_all))
    assert len(outcomes) == (2 if len(who) == 1 else 3)
    assert [failure.message for outcome in outcomes for failure in outcome.failures] == []


@given(st.text(max_size=200))
@example('a "b"')
@example("\u200b")
@example("“x”")
def test_a_name_is_taken_or_refused_in_one_line(text: str) -> None:
    name, wrong = taken(text)
    if name is None:
        assert len(wrong.splitlines()) == 1
        return
    assert name_of(written(name), "the path") == name
    assert file_name(name).endswith(".path")
    assert len(file_name(name)) < 70
    assert not set(file_name(name)) & set('/\\:*?"<>| ')


def taken(text: str) -> tuple[str | None, str]:
    try:
        return name_of(text, "the path"), ""
    except Unusable as wrong:
        return None, str(wrong)


@pytest.mark.parametrize("name", ["nurse", "Ääni ja liike ry", "Käypä hoito", "day surgery", "健康センター"])
def test_plain_names_stand_without_quotes(name: str) -> None:
    assert written(name) == name


@pytest.mark.parametrize("name", ["care at home", "a, b", "to go", "the unit takes over", "room #4", "x # y"])
def test_names_that_would_be_cut_stand_in_quotes(name: str) -> None:
    assert written(name) == f'"{name}"'


def test_a_network_of_its_own_is_what_it_would_be_in_the_path_s_file() -> None:
    who = (Party("A", ("nurse",)), Party("B", ("doctor",), "third"))
    together = path_text(Answers("x", "o", "g", who, date(2026, 1, 1), "N"))
    apart = Answers("x", "o", "g", who, date(2026, 1, 1), "N", "beside")
    assert together == network_text(apart) + "\n" + path_text(apart).replace("    uses N\n", "")


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("Heart Hospital, public, nurse and cardiologist", Party("Heart Hospital", ("nurse", "cardiologist"), "public")),
        ("Hoiva, koti ja kumppanit, PRIVATE, nurse, doctor", Party("Hoiva, koti ja kumppanit", ("nurse", "doctor"), "private")),
        ('"public, private", third, "mother and child nurse", nurse', Party("public, private", ("mother and child nurse", "nurse"), "third")),
        ("A,third,nurse or Nurse", Party("A", ("nurse",), "third")),
    ],
)  # fmt: skip
def test_a_provider_in_one_line(text: str, party: Party) -> None:
    assert read_party(text) == party


@pytest.mark.parametrize("text", ["", "A", "A, nurse", "public, nurse", "A, public", "A, public, ,", ", public, nurse"])
def test_a_provider_that_lacks_something_is_refused(text: str) -> None:
    with pytest.raises(Unusable):
        read_party(text)
