"""Every rule's page is true: its bad example gives exactly the marked findings, its good one none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pathflow import api
from pathflow.cli.main import main
from pathflow.dsl.mistakes import KINDS
from pathflow.dsl.parse import parse_bytes
from pathflow.replay.log import LogError
from pathflow.rules.lessons import EXAMPLES, FIX, SOURCE
from pathflow.rules.pages import codes, nearest_code, page
from pathflow.rules.registry import Entry, codes_of_pairs, rules
from tests.conftest import ROOT
from tests.helpers import checked_pair, codes_of, run_rows
from tests.rules.examples import files_of, marked, section, whole

SECTIONS = ("Why", "Source", "Bad", "Good", "Fix")


ALONE = [entry for entry in rules() if entry.prove is not None]
TOGETHER = [entry for entry in rules() if entry.together is not None]


def test_a_rule_speaks_of_one_path_or_of_two() -> None:
    assert len(ALONE) + len(TOGETHER) == len(rules())
    assert {entry.rule.code for entry in TOGETHER} == codes_of_pairs()


@pytest.mark.parametrize("entry", TOGETHER, ids=lambda entry: entry.rule.code)
def test_the_examples_of_two_paths_are_true(entry: Entry, tmp_path: Path) -> None:
    for title in ("Bad", "Good"):
        files = files_of(section(entry.page, title))
        assert len(files) == 3
        found = checked_pair(files, tmp_path / title)
        assert found.pairs == 1
        told = sorted((Path(f.span.file).name, f.span.line, f.code) for f in found.findings if f.span is not None)
        assert told == sorted((name, line, code) for name, text in files.items() for line, code in marked(text)), title
        assert bool(told) is (title == "Bad")
        assert {f.code for f in found.findings} <= {entry.rule.code}


@pytest.mark.parametrize("entry", ALONE, ids=lambda entry: entry.rule.code)
def test_the_bad_example_gives_exactly_what_is_marked(entry: Entry) -> None:
    text = whole(section(entry.page, "Bad"))
    assert marked(text)
    assert codes_of(text) == sorted(marked(text))


@pytest.mark.parametrize("entry", ALONE, ids=lambda entry: entry.rule.code)
def test_the_good_example_is_clean(entry: Entry) -> None:
    assert codes_of(whole(section(entry.page, "Good"))) == []


@pytest.mark.parametrize("entry", rules(), ids=lambda entry: entry.rule.code)
def test_a_page_is_whole(entry: Entry) -> None:
    first = entry.page.splitlines()[0]
    assert first == f"{entry.rule.code} {entry.rule.name}"
    for title in SECTIONS:
        assert section(entry.page, title)
    folder, file = entry.module.split(".")[-2:]
    assert file.startswith(entry.rule.code.lower() + "_")
    assert {"gap": "G", "duplicate": "D", "owner": "O"}[folder] == entry.rule.code[0]


def test_codes_and_names_are_used_once() -> None:
    names = [entry.rule.name for entry in rules()] + [kind.name for kind in KINDS.values()]
    assert len(names) == len(set(names))
    assert len(codes()) == len(set(codes()))
    assert all(re.fullmatch(r"[PGDO]\d{3}", code) for code in codes())


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.bad and k.code < "P3"], ids=lambda kind: kind.code)
def test_the_bad_example_of_a_mistake_gives_its_code(kind: object) -> None:
    from pathflow.dsl.parse import parse_text

    code, bad, good = kind.code, kind.bad, kind.good  # type: ignore[attr-defined]
    assert [f.code for f in parse_text("x.path", bad).findings] == [code]
    assert parse_text("x.path", good).findings == []


@pytest.mark.parametrize("kind", [k for k in KINDS.values() if k.bad and k.code > "P3"], ids=lambda kind: kind.code)
def test_the_bad_example_of_what_a_name_means_gives_its_code(kind: object) -> None:
    code, bad, good = kind.code, kind.bad, kind.good  # type: ignore[attr-defined]
    assert {found for _, found in codes_of(whole(bad))} == {code}
    assert codes_of(whole(good)) == []


def test_every_code_has_a_page() -> None:
    for code in codes():
        text = page(code)
        assert text is not None
        assert text.startswith(code)
        assert "Why:" in text
    assert page("G999") is None
    assert nearest_code("late") == "G402"
    assert nearest_code("G4O2") in codes()


# Every code that can be emitted anywhere is explained, and what is shown is so

PACKAGE = ROOT / "pathflow"


def test_every_code_that_is_written_anywhere_has_a_whole_page() -> None:
    written = {
        code for file in PACKAGE.rglob("*.py") for code in re.findall(r"[\"']([PGDO]\d{3})[\"']", file.read_text("utf-8"))
    }
    assert written >= set(codes())
    for code in written:
        text = page(code)
        assert text is not None, code
        for title in ("Why", "Bad", "Good", "Fix"):
            assert section(text, title).strip(), (code, title)


def test_what_is_said_of_codes_is_of_codes_that_there_are() -> None:
    assert set(FIX) == set(KINDS)
    assert set(SOURCE) <= set(KINDS)
    assert set(EXAMPLES) == {kind.code for kind in KINDS.values() if not kind.bad}


VISIT = (
    "steps\n    step Visit\n        by doctor at Health Centre\n        within 14 days\n    end Done\n        closes the plan\n"
)


@pytest.mark.parametrize("code", ["P502", "P503", "P504", "P505", "P506"])
def test_the_bad_events_give_their_code(code: str, tmp_path: Path) -> None:
    bad, good = EXAMPLES[code]
    assert code in {found.code for found in run_rows(whole(VISIT), bad, tmp_path).findings}
    assert code not in {found.code for found in run_rows(whole(VISIT), good, tmp_path).findings}


def test_events_without_a_time_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="time"):
        run_rows(whole(VISIT), EXAMPLES["P501"][0], tmp_path)
    run_rows(whole(VISIT), EXAMPLES["P501"][1], tmp_path)


def test_what_a_source_cannot_show_is_said_once_unless_a_log_block_says_that_it_can(tmp_path: Path) -> None:
    bad, good = EXAMPLES["P507"]
    text = whole(VISIT.replace("    end Done", "    handoff Referral\n        from Health Centre to Hospital\n"
        "        carries referral letter\n        accepted within 3 days\n        if not accepted, Health Centre keeps the client\n"
        "        keeps the plan with its owner\n    end Done"))  # fmt: skip
    said = [f.message for f in run_rows(text, bad, tmp_path).findings if f.code == "P507"]
    shown = [f.message for f in run_rows(text + good, bad, tmp_path).findings if f.code == "P507"]
    assert said
    assert len(shown) < len(said)


@pytest.mark.parametrize(
    ("code", "bad", "good"),
    [
        ("P001", "path K\xe4yp\xe4\n".encode("latin-1"), "path K\xe4yp\xe4\n".encode()),
        ("P001", "path X\n".encode("utf-16"), b"path X\n"),
        ("P002", b"#" * 16_000_001, b"# of some pages\npath X\n"),
        ("P003", EXAMPLES["P003"][0].encode(), b"path Heart failure\n"),
        ("P012", "\n".join(" " * depth + "decide" for depth in range(60)).encode(), EXAMPLES["P012"][1].encode()),
        ("P013", b"plan A\n    contains " + b"goals, " * 600 + b"signs\n", b"plan A\n    contains goals\n"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_shown_give_their_code(code: str, bad: bytes, good: bytes) -> None:
    assert code in {found.code for found in parse_bytes("x.path", bad).findings}
    assert code not in {found.code for found in parse_bytes("x.path", good).findings}


@pytest.mark.parametrize("code", ["P305", "P306", "P307", "P308"])
def test_the_bad_files_give_their_code(code: str, tmp_path: Path) -> None:
    for example, is_bad in zip(EXAMPLES[code], (True, False), strict=True):
        folder = tmp_path / str(is_bad)
        folder.mkdir()
        parts = re.split(r"^== (.+) ==\n", example, flags=re.M)
        for name, text in [("one.path", parts[0])] if len(parts) == 1 else list(zip(parts[1::2], parts[2::2], strict=True)):
            (folder / name).write_text(text.replace("    …\n", ""), "utf-8")
        if code == "P308":
            (folder / "path.path").write_text("path Around\n" + (folder / "path.path").read_text("utf-8"), "utf-8")
        assert (code in {found.code for found in api.check(folder).findings}) is is_bad


def test_explain_lists_all_and_knows_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == codes()
    assert main(["explain", "unknown-keywrod"]) == 2
    assert "did you mean P101?" in capsys.readouterr().err
    assert main(["explain", "p101"]) == 0
    assert "Fix:" in capsys.readouterr().out
