"""Finnish and Swedish: every word has its column, no word is two, and a file means the same in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.base.editions import EDITIONS, FIRST, Edition
from pathflow.base.names import bare
from pathflow.compiler.scenarios import NOT_CHOSEN, OUTCOMES, STATES
from pathflow.dsl.expected import EXAMPLES_IN, EXPECTED
from pathflow.dsl.format import formatted
from pathflow.dsl.keywords import keyword_in
from pathflow.dsl.languages import CODES, INNER_IN, LISTS, Code, lacking, language
from pathflow.dsl.parse import parse_text
from pathflow.dsl.reference import Plain, plain_statements
from pathflow.dsl.syntax import walk
from pathflow.dsl.values import read_value
from pathflow.dsl.vocabulary import BLOCKS, HOMES, KEYWORDS
from tests.helpers import unit_of
from tests.laws.test_text import SHIPPED, garbled
from tests.strategies import paths

OTHERS: tuple[Code, ...] = ("fi", "sv")
KINDS = {line.keyword: line.value for block in BLOCKS.values() for line in block.lines.values()}


def meaning(text: str) -> tuple[Plain, ...]:
    file = parse_text("x.path", text)
    assert not [f for f in file.findings if f.level == "error" and f.code not in ("P103", "P105")], [
        (f.span, f.message) for f in file.findings
    ]
    return tuple(part for part in plain_statements(file.root) if part[0] != "language")


def there(text: str, code: Code) -> str:
    found = formatted(parse_text("x.path", text), code)
    assert found is not None
    return found


def test_the_words_of_tests_are_words_of_the_table() -> None:
    assert set(STATES) | set(OUTCOMES) | {NOT_CHOSEN, "nobody"} <= set(LISTS["state"])


def test_every_word_of_the_table_has_its_finnish_and_swedish() -> None:
    assert lacking() == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_keyword_is_two(code: Code) -> None:
    own = language(code).keywords
    spelt: dict[str, set[str]] = {}
    for keyword, word in own.items():
        spelt.setdefault(bare(word), set()).add(keyword)
        spelt.setdefault(bare(keyword), set()).add(keyword)
    assert {word: meant for word, meant in spelt.items() if len(meant) > 1} == {}


@pytest.mark.parametrize("code", OTHERS)
def test_no_word_of_a_list_is_two(code: Code) -> None:
    for kind in LISTS:
        words = list(language(code).lists[kind].values())
        assert len({bare(word) for word in words}) == len(words)
        assert all(language(code).canon[kind][bare(own)] == word for word, own in language(code).lists[kind].items())


@pytest.mark.parametrize("code", OTHERS)
def test_no_unit_of_time_is_two(code: Code) -> None:
    for unit, forms in language(code).units.items():
        assert all(language(code).unit(form) == unit for form in forms)


def test_words_that_may_follow_each_other_differ() -> None:
    """Where the value grammar has a choice between two words, they are two words in every language."""
    beside = [
        ("AND", "OR", "NOT", "IS", "HAPPENS", "WITHIN", "FOR", "ONE_OF"), ("IS", "IS_NOT"), ("TAKES_OVER", "KEEPS"),
        ("WHOEVER_IS", "WHOEVER_WAS", "ITS_OWNER", "CLIENT"), ("AT_MOST", "WHEN", "SOURCE", "VALID"), ("AND", "OR", "AT", "TO"),
        ("NUMBER_OF", "ONE_OF", "YES_OR_NO", "DATE_TYPE", "TEXT_TYPE", "DOCUMENT_TYPE"), ("EVERY", "AT_MOST"), ("OWNS", "OWNER_STAYS"),
    ]  # fmt: skip
    for at in (0, 1):
        for keys in beside:
            assert len({INNER_IN[key][at] for key in keys}) == len(keys), keys


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_a_shipped_file_means_the_same_and_comes_back(file: Path, code: Code) -> None:
    text = file.read_text("utf-8")
    other = there(text, code)
    assert meaning(other) == meaning(text)
    assert there(other, "en") == text
    assert formatted(parse_text("x.path", other)) == other
    assert parse_text("x.path", other).language == code


@given(paths(has_events=True), st.sampled_from(OTHERS))
def test_any_path_means_the_same_and_comes_back(text: str, code: Code) -> None:
    text = there(text + TESTS, "en")
    other = there(text, code)
    assert meaning(other) == meaning(text)
    assert there(other, "en") == text
    assert there(there(other, "sv"), "fi") == there(text, "fi")


TESTS = """
test Anything
    given alone is yes, class is I, ejection fraction is 30 %, Step 1 is not done
    given Step 1 is done after 10 days
    on day 3 Fall happens
    on day 3 at 14:30 alone is no
    on day 4 expect Step 1 is overdue
    on day 5 expect Step 1 is due on day 14, at most on day 90
    on day 400 client moved away
    on day 4 expect owner is nurse at Health Centre
    expect holder is Ääni ja liike ry
    expect Step 1 within 14 days of enrolment
    expect Step 1, Done
    never Fall before day 3
    never owner is nobody
    never any finding
"""


@given(garbled(), st.sampled_from(OTHERS))
def test_whatever_can_be_laid_out_can_be_translated(text: str, code: Code) -> None:
    text = formatted(parse_text("x.path", text)) or ""
    if text:
        other = there(text, code)
        assert plain_without_language(other) == plain_without_language(text)
        assert there(other, "en") == text


def plain_without_language(text: str) -> tuple[Plain, ...]:
    return tuple(part for part in plain_statements(parse_text("x.path", text).root) if part[0] != "language")


@pytest.mark.parametrize("code", OTHERS)
def test_a_name_that_holds_a_word_of_the_language_is_quoted_there_and_only_there(code: Code) -> None:
    own = language(code)
    name = f"A {own.inner('AND')} B {own.inner('AT')} C {own.inner('IS')} D"
    text = f"steps\n    step X\n        by nurse at {name}\n        needs {name}\n\nwhenever {name} is yes\n    resume\n"
    other = there(text, code)
    assert f'"{name}"' in other
    assert f"{own.keywords['needs']} {name}\n" in other
    assert there(other, "en") == text


def test_quotes_that_are_not_needed_go_and_those_that_are_stay() -> None:
    text = 'steps\n    step X\n        by "nurse" at "Salt at Sea"\n        needs "height, weight", "ECG", "a #1"\n        note "so"\n'
    tidy = (
        'steps\n    step X\n        by nurse at Salt at Sea\n        needs "height, weight", ECG, "a #1"\n        note "so"\n'
    )
    assert there(text, "en") == tidy
    assert there(there(tidy, "fi"), "en") == tidy


def test_english_is_accepted_everywhere() -> None:
    mixed = "kieli fi\nsteps\n    vaihe Ensikäynti\n        by lääkäri yksikössä Asema\n        määräaika 14 days of contact\n"
    finnish = there(mixed, "fi")
    assert "tekijä lääkäri yksikössä Asema" in finnish
    assert "määräaika 14 päivää alkaen contact" in finnish
    assert meaning(mixed) == meaning(finnish)


def test_a_word_of_a_list_in_quotes_is_a_name() -> None:
    text = 'kieli fi\n\nasiakkaat Kaikki\n    tieto vastaus: yksi seuraavista "kyllä", ei\n'
    file = parse_text("x.path", text)
    options = next(s for s in walk(file.root) if s.keyword == "item").value.options  # type: ignore[union-attr]
    assert [option.text for option in options] == ["kyllä", "no"]
    assert formatted(file) == text
    assert there(there(text, "en"), "fi") == text


def test_comments_stay_and_the_head_comes_first() -> None:
    text = "# about\n\npath X  # one\n    version 1\n    # two\n"
    finnish = "kieli fi\n\n# about\n\nhoitopolku X  # one\n    versio 1\n    # two\n"
    assert there(text, "fi") == finnish
    assert there(finnish, "en") == "# about\n\npath X  # one\n    version 1\n    # two\n"
    kept = "# about\nlanguage en\n\npath X\n"
    assert there(there(kept, "sv"), "en") == kept
    remarked = "language en  # agreed in May\nedition 2026\n\npath X\n"
    assert there(remarked, "fi") == "kieli fi  # agreed in May\npainos 2026\n\nhoitopolku X\n"
    assert there(there(remarked, "fi"), "en") == remarked


@pytest.mark.parametrize(("code", "word"), [("fi", "kieli"), ("sv", "språk"), ("fi", "language"), ("sv", "language")])
def test_the_head_says_the_language_in_any_language(code: Code, word: str) -> None:
    assert parse_text("x", f"# remark\n\n{word} {code}\n").language == code


@pytest.mark.parametrize("code", OTHERS)
def test_a_file_that_does_not_say_its_language_is_one_finding(code: Code) -> None:
    text = there(SHIPPED[-1].read_text("utf-8"), code).split("\n", 1)[1]
    file = parse_text("x", text)
    assert [f.code for f in file.findings] == ["P108"]
    assert file.language == code
    edit = file.findings[0].edit
    assert edit is not None
    assert parse_text("x", edit.text + text).findings == []
    assert formatted(file) == f"{language(code).keywords['language']} {code}\n{text}"


def test_a_language_said_too_late_counts_and_is_found() -> None:
    file = parse_text("x", "vaiheet\n    vaihe Käynti\n        tekijä lääkäri yksikössä Asema\n\nkieli fi\n")
    assert [(f.span.line, f.code) for f in file.findings if f.span] == [(5, "P106")]
    assert file.language == "fi"


@pytest.mark.parametrize(
    ("line", "code", "meant"),
    [
        ("language suomi", "P206", "fi"),
        ("language de", "P206", None),
        ("edition 2999", "P109", None),
        ("edition 26", "P109", "2026"),
    ],
)
def test_an_unknown_language_or_edition_is_explained(line: str, code: str, meant: str | None) -> None:
    (found,) = parse_text("x", line + "\n\npath X\n    version 1\n    responsible A\n    accountable A\n").findings
    assert found.code == code
    assert (found.edit.text if found.edit else None) == meant


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", EXPECTED)
def test_every_example_can_be_read(kind: str, code: Code) -> None:
    example = EXPECTED[kind][1] if code == "en" else EXAMPLES_IN[code][kind]
    keyword = next((word for word in KEYWORDS if KINDS[word].removesuffix("?") == kind.removesuffix("?")), None)
    if keyword is not None:
        value = read_value(keyword, KINDS[keyword], example, language(code))
        assert value is not None
        assert type(value).__name__ != "Mistake", value


@pytest.mark.parametrize("code", OTHERS)
def test_misspelt_keywords_are_guessed_in_the_language(code: Code) -> None:
    own = language(code)
    for keyword in ("step", "handoff", "needs", "carries"):
        word = own.keywords[keyword]
        home = HOMES[keyword][0]
        opener = next((k for k in KEYWORDS if any(BLOCKS[b].lines[k].opens == home for b in HOMES[k])), None)
        text = f"{own.keywords['language']} {code}\n{own.keywords[opener or 'steps']} X\n    {word[:-2]}{word[-1]} Y\n"
        said = [f for f in parse_text("x", text).findings if f.code == "P101"]
        assert said, text
        assert word in (said[0].advice or ""), said[0].advice


def test_a_network_alone_may_say_its_language() -> None:
    text = "kieli fi\npainos 2026\n\nverkosto V\n    järjestäjä J\n"
    assert [(f.code, f.message) for f in unit_of(text).findings] == []


def test_a_later_edition_is_a_change_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up edition in which a window is said in days: files go there by `fmt --edition`, and only by it."""

    def in_days(value: str) -> str:
        return value.replace("2 weeks", "14 days")

    monkeypatch.setitem(EDITIONS, "2031", Edition("2031", "windows are in days", {"window": in_days}))
    text = "network N\n    organiser O\n    service ECG\n        window 2 weeks\n        note 2 weeks\n"
    file = parse_text("x.path", text)
    assert file.edition == FIRST
    assert formatted(file) == text
    moved = formatted(file, edition="2031")
    assert (
        moved == "edition 2031\n\nnetwork N\n    organiser O\n    service ECG\n        window 14 days\n        note 2 weeks\n"
    )
    again = parse_text("x.path", moved)
    assert (again.edition, again.findings) == ("2031", [])
    assert formatted(again, edition="2031") == moved
    finnish = "kieli fi\n\nverkosto N\n    järjestäjä O\n    palvelu EKG\n        voimassaoloaika 2 viikkoa\n"
    there = formatted(parse_text("x.path", finnish), edition="2031")
    assert there == finnish.replace("kieli fi\n", "painos 2031\nkieli fi\n").replace("2 viikkoa", "14 päivää")
    with pytest.raises(ValueError, match="cannot be brought back"):
        formatted(again, edition="2026")


@pytest.mark.parametrize("spelt", ["suunnitelma päättyy", "SUUNNITELMA PÄÄTTYY", "suunnitelma  paattyy", "Suunnitelma päattyy"])
def test_a_keyword_of_several_words_is_found_with_its_accents_and_without(spelt: str) -> None:
    assert keyword_in("end", spelt, language("fi")) == "closes the plan"
    assert keyword_in("end", spelt + "ä", language("fi")) is None
