"""`allow CODE because REASON`: what it silences, and what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from pathflow.api import CheckReport, PathError, check, check_text, load, open_engine
from pathflow.base.findings import Finding
from tests.helpers import NOWHERE, codes_of
from tests.rules.examples import whole

STEPS = """\
steps
    step Visit
        by doctor at Health Centre
    repeat at most 3 times
        step Talk
            by nurse at Health Centre
    until ejection fraction > 40 %
    end Done
        closes the plan
"""

REASON = "because it was agreed on 2026-01-15"


def report(steps: str) -> CheckReport:
    return check_text(whole(steps), "example.path", NOWHERE)


def names(findings: list[Finding] | tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(f.code, f.words.get("step", f.words.get("items", ""))) for f in findings]


def with_allow(after: str, code: str, indent: int) -> str:
    assert after + "\n" in STEPS
    return STEPS.replace(after + "\n", f"{after}\n{' ' * indent}allow {code} {REASON}\n", 1)


ALL = [("G401", "Visit"), ("G401", "Talk"), ("G205", "`ejection fraction`")]


def test_the_example_has_these_findings() -> None:
    assert sorted(names(report(STEPS).findings)) == sorted(ALL)


@pytest.mark.parametrize(
    ("after", "code", "indent", "gone"),
    [
        ("    step Visit", "G401", 8, [("G401", "Visit")]),
        ("            by nurse at Health Centre", "g401", 12, [("G401", "Talk")]),
        ("    repeat at most 3 times", "G401", 8, [("G401", "Talk")]),
        ("    repeat at most 3 times", "G205", 8, [("G205", "`ejection fraction`")]),
        ("steps", "G401", 4, [("G401", "Visit"), ("G401", "Talk")]),
        ("steps", "G205", 4, [("G205", "`ejection fraction`")]),
    ],
)
def test_it_silences_its_code_in_its_block(after: str, code: str, indent: int, gone: list[tuple[str, str]]) -> None:
    found = report(with_allow(after, code, indent))
    assert sorted(names(found.findings)) == sorted(set(ALL) - set(gone))
    assert names([one.finding for one in found.allowed]) == gone
    assert {one.by.reason for one in found.allowed} == {"it was agreed on 2026-01-15"}


@pytest.mark.parametrize(
    ("after", "code", "indent"),
    [("    step Visit", "G104", 8), ("        closes the plan", "G401", 8), ("    step Visit", "G205", 8)],
)
def test_one_that_silences_nothing_is_a_finding(after: str, code: str, indent: int) -> None:
    found = report(with_allow(after, code, indent))
    assert sorted(f.code for f in found.findings) == ["G205", "G401", "G401", "P603"]
    (idle,) = [f for f in found.findings if f.code == "P603"]
    assert idle.level == "warning"
    assert idle.span is not None
    assert f"allow {code}" in found.sources["example.path"][idle.span.line - 1]
    assert found.allowed == ()


def test_the_innermost_line_counts_and_the_outer_one_is_idle() -> None:
    steps = STEPS.replace(
        "    step Visit\n", f"    allow G401 {REASON} outside\n    step Visit\n        allow G401 {REASON} inside\n"
    )
    steps = steps.replace(
        "            by nurse at Health Centre\n", "            by nurse at Health Centre\n            within 3 days\n"
    )
    found = report(steps)
    assert [one.by.reason[-6:] for one in found.allowed] == ["inside"]
    assert [f.code for f in found.findings] == ["P603", "G205"]


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("allow G401", "P202", "`allow G401` does not say why it may be so"),
        ("allow G401 because", "P202", "`allow G401` does not say why it may be so"),
        ('allow G401 because ""', "P202", "`allow G401` does not say why it may be so"),
        ("allow g401: agreed", "P202", "the reason is not led by `because`"),
        ("allow G401, G402 because agreed", "P202", "`allow` takes one code"),
        ("allow everything", "P202", "`allow` needs the code of a finding and the reason"),
        ("allow", "P201", "`allow` needs the code of a finding and the reason after it"),
        ("allow GG401 because agreed", "P601", "there is no finding with the code `GG401`"),
        ("allow no-clock because agreed", "P601", "there is no finding with the code `NO-CLOCK`"),
        ("allow P203 because agreed", "P602", "`P203` is a mistake in the text, and cannot be allowed"),
        ("ignore G401 because agreed", "P101", "`ignore` is not a keyword"),
    ],
)
def test_what_cannot_be_allowed_is_said(line: str, code: str, words: str) -> None:
    found = report(STEPS.replace("    step Visit\n", f"    step Visit\n        {line}\n"))
    (wrong,) = [f for f in found.findings if f.family == "path"]
    assert (wrong.code, wrong.message) == (code, words)
    assert wrong.advice
    if code == "P601":
        assert wrong.advice == "Did you mean `G401`?"
    if code == "P101":
        assert wrong.advice == "Did you mean `allow`?"
    else:
        assert found.allowed == ()


def test_a_mistake_in_the_text_is_never_silenced() -> None:
    steps = "steps\n    allow P301 because nobody knows\n" + STEPS.removeprefix("steps\n").replace("by doctor", "by docter")
    assert {"P301", "P602"} <= {code for _, code in codes_of(whole(steps))}


def test_a_block_with_nothing_else_in_it_is_empty() -> None:
    steps = "steps\n    decide\n        if alone\n            allow G205 because x\n        otherwise\n            continue\n    end Done\n"
    assert "P105" in [code for _, code in codes_of(whole(steps))]


def test_it_may_stand_below_otherwise() -> None:
    steps = STEPS.replace(
        "    end Done", "    decide\n        if ejection fraction > 40 %\n            continue\n        otherwise\n            continue\n"
        "        allow G205 because the nurse asks\n    end Done",
    )  # fmt: skip
    found = report(steps)
    assert "P106" not in [f.code for f in found.findings]
    assert names([one.finding for one in found.allowed]) == [("G205", "`ejection fraction`")]


def test_a_path_whose_errors_are_allowed_is_run(tmp_path: Path) -> None:
    file = tmp_path / "a.path"
    file.write_text(
        whole("steps\n    step Visit\n        by doctor at Health Centre\n    end Done\n        closes the plan\n"), "utf-8"
    )
    with pytest.raises(PathError, match="G401"):
        open_engine(file)
    file.write_text(file.read_text("utf-8").replace("    end Done", f"        allow G401 {REASON}\n    end Done"), "utf-8")
    path = load(file)
    assert [one.finding.code for one in path.allowed] == ["G401"]
    open_engine(path)


def test_a_network_may_allow_what_only_one_of_its_paths_does(tmp_path: Path) -> None:
    """The line is idle for the other path alone, and nobody says so; checked with all that use it, it must be of use."""
    text = whole(STEPS.replace("until ejection fraction > 40 %", "until alone"))
    head, network = text.split("network Example network", 1)
    assert head.startswith("path Example")
    allow = "    agreement Grant\n        allow G501 because the grant is renewed each spring\n"
    network = ("network Example network" + network).split("clients Adults", 1)
    (tmp_path / "network.path").write_text(network[0].replace("    agreement Grant\n", allow), "utf-8")
    (tmp_path / "one.path").write_text(head + "clients Adults" + network[1], "utf-8")
    assert "P603" not in {f.code for f in check(tmp_path / "one.path").findings}
    assert "P603" not in {f.code for f in check(tmp_path / "network.path").findings}
    assert "P603" in {f.code for f in check(tmp_path).findings}


def test_nothing_is_called_idle_while_the_text_is_not_understood() -> None:
    steps = with_allow("    step Visit", "G104", 8)
    assert "P603" in {code for _, code in codes_of(whole(steps))}
    assert "P603" not in {code for _, code in codes_of(whole(steps.replace("by nurse", "by nures")))}
