"""The pages of `pathflow explain` in Finnish and Swedish: nothing lacks, and what they show is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pathflow.cli.main import main
from pathflow.dsl.languages import Code, language
from pathflow.dsl.mistakes import KINDS
from pathflow.dsl.parse import parse_text
from pathflow.locale import catalogue
from pathflow.rules.pages import Page, codes, name, nearest_code, page, parts
from pathflow.rules.registry import Entry, rules
from pathflow.rules.shown import example_in, is_translated
from tests.helpers import checked_pair, codes_of
from tests.rules.examples import alone, file_of, files_of, in_parts, marked, whole

OTHERS: tuple[Code, ...] = ("fi", "sv")
TITLES = ("Why", "Source", "Bad", "Good", "Fix")
_COMMA = re.compile(r"^\w+(,\w+)+\n")


def wanted() -> dict[str, str]:
    """English to the code in whose page it stands."""
    found = dict.fromkeys(TITLES, "headings")
    for code in codes():
        shown = parts(code)
        assert shown is not None
        found |= dict.fromkeys(shown.prose, code)
        found |= {text: code for text in (shown.bad, shown.good) if not is_translated(text) and not _COMMA.match(text)}
    return found


def lacking(code: Code) -> list[str]:
    return [f"{where}: {text}" for text, where in wanted().items() if text not in catalogue(code, "pages")]


@pytest.mark.parametrize("code", OTHERS)
def test_no_page_lacks_a_translation(code: Code) -> None:
    assert lacking(code) == [], "add them to pathflow/locale/fi_pages.toml and sv_pages.toml"


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_translated_that_no_page_says(code: Code) -> None:
    assert set(catalogue(code, "pages")) - set(wanted()) == set()


def test_a_sentence_that_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(rules()))
    monkeypatch.setattr("tests.locale.test_pages.wanted", lambda: {"A sentence of yesterday.": first.rule.code})
    assert lacking("fi") == [f"{first.rule.code}: A sentence of yesterday."]


@pytest.mark.parametrize("code", OTHERS)
def test_a_page_is_in_its_language(code: Code) -> None:
    titles = [catalogue(code, "pages")[title] for title in ("Why", "Bad", "Good", "Fix")]
    for one in codes():
        text = page(one, code) or ""
        lines = text.splitlines()
        assert lines[0] == f"{one} {name(one, code)}" != f"{one} {name(one)}"
        for title in titles:
            assert sum(line.startswith(f"{title}:") for line in lines) == 1, (one, title)
        assert nearest_code(name(one, code), code) == one


@pytest.mark.parametrize("code", OTHERS)
def test_keywords_in_backticks_are_words_of_the_language(code: Code) -> None:
    """What English says in backticks and is a keyword is a keyword in the other language, too."""
    own, english = language(code), language("en")
    for text, said in catalogue(code, "pages").items():
        keywords = [word for word in re.findall(r"`([^`]+)`", text) if word in english.keywords]
        others = re.findall(r"`([^`]+)`", said)
        for word in keywords:
            meant = {own.keywords[word]} | {own.inner(key) for key in ("UNLESS", "IS") if english.inner(key) == word}
            meant |= {own.lists["state"].get(word, "")} | ({own.inner("UNLESS")} if word == "unless" else set())
            assert any(one.split(" … ")[0] in meant or any(one.startswith(m) for m in meant if m) for one in others), (
                text,
                said,
            )


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.code)
def test_the_examples_of_rules_mean_the_same(entry: Entry, code: Code, tmp_path: Path) -> None:
    shown = parts(entry.rule.code)
    assert shown is not None
    if entry.together is not None:
        _mean_the_same_together(shown, code, tmp_path)
        return
    text = _whole(example_in(shown.bad, code), shown.bad, code)
    assert marked(text)
    assert codes_of(text) == sorted(marked(text))
    assert codes_of(_whole(example_in(shown.good, code), shown.good, code)) == []


def _mean_the_same_together(shown: Page, code: Code, folder: Path) -> None:
    for number, english in enumerate((shown.bad, shown.good)):
        files = files_of(english)
        own = in_parts(example_in(english, code))
        for (name_, example), (_, plain) in zip(own, in_parts(english), strict=True):
            files[file_of(name_)] = _whole(example, plain, code, alone(name_, plain))
        told = [
            (Path(f.span.file).name, f.span.line, f.code) for f in checked_pair(files, folder / str(number)).findings if f.span
        ]
        assert sorted(told) == sorted((file, line, found) for file, text in files.items() for line, found in marked(text))
        assert bool(told) is (english == shown.bad)


def _whole(example: str, english: str, code: Code, around: str = "") -> str:
    """The example in a file of its language, and the rest of the file around it."""
    own = example.rstrip("\n")
    around = around or whole(english)
    at = around.index(english.rstrip("\n"))
    before = example_in(around[:at], code) if around[:at].strip() else ""
    rest = around[at + len(english.rstrip("\n")) :]
    after = example_in(rest.lstrip("\n"), code) if rest.strip() else ""
    return f"{language(code).keywords['language']} {code}\n\n{before}\n{own}\n\n{after}"


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.bad and k.code < "P3"], ids=lambda kind: kind.code)
def test_the_bad_example_of_a_mistake_gives_its_code(kind: object, code: Code) -> None:
    bad, good = kind.bad, kind.good  # type: ignore[attr-defined]
    if kind.code == "P108":  # type: ignore[attr-defined]  # the language is not said: that is the mistake
        return
    head = f"{language(code).keywords['language']} {code}\n"
    assert [f.code for f in parse_text("x.path", head + example_in(bad, code)).findings] == [kind.code]  # type: ignore[attr-defined]
    assert parse_text("x.path", head + example_in(good, code)).findings == []


def test_which_language_explains(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def says(*args: str) -> str:
        main(["explain", *args])
        return str(capsys.readouterr().out)

    assert says("G101").startswith("G101 handoff-deadline\n")
    assert "\nMiksi: Lähete" in says("G101", "--language", "fi")
    assert "G101  frist för mottagande saknas" in says("--language", "sv")
    found = json.loads(says("G101", "--format", "json", "--language", "sv"))
    assert found["rule"] == "handoff-deadline"
    assert "Varför:" in found["page"]
    monkeypatch.setenv("PATHFLOW_LANGUAGE", "fi")
    assert "Korjaus:" in says("P101")
    assert "Fix:" in says("P101", "--language", "en")
