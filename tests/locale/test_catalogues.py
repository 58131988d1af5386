"""What is said in Finnish and Swedish: nothing lacks, placeholders agree, the user's words stay as they are."""

from __future__ import annotations

import json
import re

import pytest

from pathflow.base.findings import Finding
from pathflow.cli.main import main
from pathflow.dsl.expected import EXPECTED
from pathflow.dsl.languages import Code
from pathflow.dsl.vocabulary import BLOCKS
from pathflow.locale import catalogue, phrase, told
from tests.conftest import ROOT
from tests.locale.corpus import findings
from tests.locale.errors import errors
from tests.locale.sentences import sentences

OTHERS: tuple[Code, ...] = ("fi", "sv")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def lacking(code: Code) -> list[str]:
    known = catalogue(code)
    elsewhere = errors()  # which have a test of their own
    lacks = [f"{where}: {text}" for text, where in sentences().items() if text not in known and text not in elsewhere]
    lacks += [f"phrase: {text}" for text in phrases() if text not in known]
    return lacks + [f"said: {text}" for text in said() if text not in known]


def phrases() -> set[str]:
    return {block.called for block in BLOCKS.values()} | {what for what, _ in EXPECTED.values()}


def said() -> set[str]:
    return {text for finding in findings() for text in (finding.say, finding.help) if text}


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_that_is_said_lacks_a_translation(code: Code) -> None:
    assert lacking(code) == [], "add them to pathflow/locale/fi.toml and sv.toml"


@pytest.mark.parametrize("code", OTHERS)
def test_placeholders_agree(code: Code) -> None:
    def wanted(text: str) -> set[str]:
        return {"length" if name == "before" else name for name in PLACEHOLDER.findall(text)}

    pairs = {english: own for english, own in catalogue(code).items() if wanted(english) != wanted(own)}
    allowed = [english for english in pairs if wanted(english) - wanted(pairs[english]) == {"where"}]  # a file speaks of itself
    assert sorted(set(pairs) - set(allowed)) == []
    assert len(allowed) == 2


def test_both_catalogues_say_the_same_things() -> None:
    assert set(catalogue("fi")) == set(catalogue("sv"))


@pytest.mark.parametrize("code", OTHERS)
def test_every_finding_is_told_and_keeps_all_but_its_words(code: Code) -> None:
    for finding in findings():
        other = told(finding, code)
        assert other.message != finding.message
        assert (other.code, other.rule, other.level, other.span, other.edit, other.client) == (
            finding.code, finding.rule, finding.level, finding.span, finding.edit, finding.client,
        )  # fmt: skip
        assert told(finding, "en") is finding


@pytest.mark.parametrize(
    ("english", "finnish", "swedish"),
    [
        ("3 working days", "3 työpäivää", "3 arbetsdagar"),
        ("the same working day", "sama työpäivä", "samma arbetsdag"),
        ("19 days 10 hours", "19 päivää 10 tuntia", "19 dagar 10 timmar"),
        ("14 days of Visit", "14 päivää alkaen Visit", "14 dagar efter Visit"),
        ("every 6 months", "6 kuukauden välein", "med intervallet 6 månader"),
        ("its window of 1 year", "voimassaoloajan 1 vuosi", "giltighetstiden 1 år"),
        ("`a or b`, `c` or 3 more", "`a or b`, `c` tai 3 muuta", "`a or b`, `c` eller 3 till"),
        ("a number of ng/l", "luku, yksikkönä ng/l", "ett tal i ng/l"),
        ("3 spaces", "3 välilyöntiä", "3 blanksteg"),
        ("whatever else", "whatever else", "whatever else"),
    ],
)
def test_phrases(english: str, finnish: str, swedish: str) -> None:
    assert (phrase(english, "fi"), phrase(english, "sv")) == (finnish, swedish)


def test_the_users_own_words_stay() -> None:
    finding = Finding(
        code="P103", rule="line-missing", level="error", say="`{name}` is there already", words={"name": "a step"}
    )
    assert told(finding, "fi").message == "`a step` on jo olemassa"


def test_which_language_is_spoken(tmp_path, capsys, monkeypatch) -> None:  # type: ignore[no-untyped-def]  # pytest's own
    english, finnish = tmp_path / "en.path", tmp_path / "fi.path"
    english.write_text("steps\n    step Triage\n        by\n", "utf-8")
    finnish.write_text("kieli fi\n\nvaiheet\n    vaihe Triage\n        tekijä\n", "utf-8")

    def says(*args: str) -> str:
        main(["check", *args])
        return str(capsys.readouterr().out)

    assert "error P201: `by` needs" in says(str(english))
    assert "virhe P201: `tekijä` tarvitsee" in says(str(finnish))
    assert "`tekijä` needs" in says(str(finnish), "--language", "en")
    assert "fel P201" in says(str(english), "--language", "sv")
    assert "`tekijä` needs" in says(str(finnish), "--format", "json")
    assert "`tekijä` behöver" in says(str(finnish), "--format", "json", "--language", "sv")
    monkeypatch.setenv("PATHFLOW_LANGUAGE", "fi_FI.UTF-8")
    assert "virhe P201" in says(str(english))
    assert "error P201" in says(str(english), "--language", "en")
    monkeypatch.setenv("PATHFLOW_LANGUAGE", "de")
    assert main(["check", str(english)]) == 2
    assert "write en, fi or sv" in capsys.readouterr().err


def test_a_run_is_told_in_finnish(capsys) -> None:  # type: ignore[no-untyped-def]  # pytest's own
    path, events = ROOT / "examples/memory/first_draft.path", ROOT / "examples/memory/events.csv"
    main(["run", str(path), "--events", str(events), "--anyway", "--language", "fi"])
    assert "hoitosuunnitelmasta" in str(capsys.readouterr().out)
    main(["run", str(path), "--events", str(events), "--anyway", "--format", "json", "--language", "fi"])
    said = [found["message"] for found in json.loads(capsys.readouterr().out)["findings"]]
    assert any("hoitosuunnitelmasta" in one for one in said)
