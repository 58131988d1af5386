"""The commands as people call them: what they print, and what they exit with."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from pathflow.cli.main import main
from tests.conftest import ROOT
from tests.rules.examples import whole

SCHEMA = json.loads((ROOT / "pathflow/schema/report.schema.json").read_text("utf-8"))
TESTS = json.loads((ROOT / "pathflow/schema/tests.schema.json").read_text("utf-8"))
Capture = pytest.CaptureFixture[str]

VISIT = (
    "steps\n    step Visit\n        by doctor at Health Centre\n        within 14 days\n    end Done\n        closes the plan\n"
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.path"
    file.write_text(whole(VISIT), "utf-8")
    return file


def run(capsys: Capture, *args: str | Path) -> tuple[int, str, str]:
    code = main([str(arg) for arg in args])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_what_is_said_of_one_place_alone_stands_in_one_frame(tmp_path: Path, capsys: Capture) -> None:
    bare = (
        "    handoff Away\n        from doctor at Health Centre to nurse at Hospital\n        keeps the plan with its owner\n"
    )
    file = tmp_path / "bare.path"
    file.write_text(whole(VISIT.replace("    end Done", f"{bare}    end Done")), "utf-8")
    code, out, _ = run(capsys, "check", file)
    lines = out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("error G101"))
    assert (code, [line[:10] for line in lines[at : at + 3]]) == (1, ["error G101", "error G102", "error G103"])
    assert out.count("handoff Away\n") == out.count("-->") == 1
    assert [line.strip().partition(": ")[0] for line in lines[at + 6 : at + 10]] == ["help", "help", "help", "more"]
    assert out.rstrip().endswith("3 errors in 1 file with 1 path")
    assert len(json.loads(run(capsys, "check", file, "--format", "json")[1])["findings"]) == 3


def events(folder: Path, text: str, name: str = "events.csv") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


# check


def test_check_says_clean(capsys: Capture, good: Path) -> None:
    code, out, err = run(capsys, "check", good)
    assert (code, out.splitlines()[0], err) == (0, "clean: 1 file with 1 path, no findings", "")
    assert out.splitlines()[1].endswith("`pathflow test --explore N` and `pathflow time` show more")
    assert len(out.splitlines()) == 2


def test_check_names_the_words_underlines_the_place_and_helps(capsys: Capture, good: Path) -> None:
    good.write_text(whole(VISIT.replace("doctor at Health Centre", "doctr at Health Centre")), "utf-8")
    code, out, _ = run(capsys, "check", good)
    assert code == 1
    line = next(n for n, text in enumerate(out.splitlines()) if "by doctr at" in text)
    frame = out.splitlines()
    assert frame[line + 1].index("^") == frame[line].index("doctr")
    assert frame[line + 1].count("^") == len("doctr")
    assert "error P301: `doctr` is not a profession that this path knows" in out
    assert "help: Did you mean `doctor`?" in out
    assert "pathflow explain P301" in out


def test_check_json_is_the_contract(capsys: Capture, good: Path) -> None:
    good.write_text(whole(VISIT.replace("        within 14 days\n", "")), "utf-8")
    code, out, err = run(capsys, "check", "--format", "json", good)
    report = json.loads(out)
    jsonschema.validate(report, SCHEMA)
    assert (code, err) == (1, "")
    found = report["findings"][0]
    assert (found["code"], found["family"], found["level"], found["file"]) == ("G401", "gap", "error", str(good))
    assert found["line"] == whole(VISIT).splitlines().index("    step Visit") + 1


def test_strict_fails_on_warnings_too(capsys: Capture, good: Path) -> None:
    plan = "plan Care plan\n    owner doctor at Health Centre\n    if another path joins, the owner stays\n"
    good.write_text(whole(plan + VISIT), "utf-8")
    assert run(capsys, "check", good)[0] == 0
    assert run(capsys, "check", "--strict", good)[0] == 1


def test_check_takes_folders_and_says_everything_once(capsys: Capture) -> None:
    code, out, _ = run(capsys, "check", ROOT / "paths", ROOT / "paths/heart_failure.path")
    paths = len(list((ROOT / "paths").glob("*.path")))  # one of the files holds the network alone
    assert (code, out.splitlines()[-1]) == (
        0,
        f"clean: {paths} files with {paths - 1} paths (24 pairs looked at), no findings, 4 allowed",
    )


# run


def test_run_reports_each_client(capsys: Capture, good: Path, tmp_path: Path) -> None:
    rows = "client,time,event\nAnna,2026-03-02,enrolled Example\nAnna,2026-04-02,Visit\nOtto,2026-03-02,started Visit\n"
    code, out, err = run(capsys, "run", good, "--events", events(tmp_path, rows))
    assert (code, err) == (0, "")
    assert "client Anna  Example 1.0" in out
    assert "held by Health Centre; plan owned by doctor at Health Centre" in out
    assert "warning G402: `Visit` was done 16 days 23 hours late" not in out  # the target ends with its last day
    assert "warning G402: `Visit` was done" in out
    assert "warning G402: `Visit` has not been done" in out
    assert "2 clients, 3 events" in out


def test_run_json_is_the_contract(capsys: Capture, good: Path, tmp_path: Path) -> None:
    rows = '{"client": "Anna", "time": "2026-03-02T09:00:00Z", "event": "started Visit", "items": {"age": 70}}\n'
    code, out, _ = run(
        capsys, "run", good, "--events", events(tmp_path, rows, "events.jsonl"), "--format", "json", "--at", "2026-05-01"
    )
    report = json.loads(out)
    jsonschema.validate(report, SCHEMA)
    assert code == 0
    (client,) = report["clients"]
    assert client["where"] == [{"name": "Visit", "since": "2026-03-02T11:00:00+02:00", "passed_over": False}]
    assert client["due"][0]["due"] == "2026-03-16T23:59:59.999999+02:00"
    assert [f["code"] for f in report["findings"] if f.get("client")] == ["G402"]
    late = next(f for f in report["findings"] if f["code"] == "G402")
    assert late["evidence"][0]["event"] == "became due"


def test_run_at_a_moment_leaves_out_what_came_later(capsys: Capture, good: Path, tmp_path: Path) -> None:
    rows = "client,time,event\nAnna,2026-03-02,started Visit\nAnna,2026-03-05,Visit\n"
    file = events(tmp_path, rows)
    assert "at Visit" in run(capsys, "run", good, "--events", file, "--at", "2026-03-03")[1]
    assert "ended 2026-03-05" in run(capsys, "run", good, "--events", file, "--at", "2026-03-06")[1]


def test_what_the_path_did_not_foresee_is_a_finding_and_stops_nothing(capsys: Capture, good: Path, tmp_path: Path) -> None:
    rows = "client,time,event\nAnna,2026-03-02,Coffee\nAnna,2026-03-03,Visit\n"
    code, out, _ = run(capsys, "run", good, "--events", events(tmp_path, rows))
    assert code == 0
    assert "`Coffee` is not on the path" in out
    assert "ended 2026-03-03" in out


def test_a_path_with_errors_is_not_run_unless_asked(capsys: Capture, good: Path, tmp_path: Path) -> None:
    good.write_text(whole(VISIT.replace("        closes the plan\n", "")), "utf-8")
    file = events(tmp_path, "client,time,event\nAnna,2026-03-02,Visit\n")
    code, out, err = run(capsys, "run", good, "--events", file)
    assert (code, out) == (1, "")
    assert "error O103" in err
    assert "is not run; --anyway" in err
    code, out, _ = run(capsys, "run", good, "--events", file, "--format", "json")
    report = json.loads(out)
    jsonschema.validate(report, SCHEMA)
    assert (code, [f["code"] for f in report["findings"]], report["clients"]) == (1, ["O103"], [])
    code, out, _ = run(capsys, "run", good, "--events", file, "--anyway")
    assert code == 0
    assert "O103" in out


def test_run_one_client(capsys: Capture, good: Path, tmp_path: Path) -> None:
    file = events(tmp_path, "client,time,event\nAnna,2026-03-02,Visit\nOtto,2026-03-02,Visit\n")
    out = run(capsys, "run", good, "--events", file, "--client", "Anna")[1]
    assert "client Anna" in out
    assert "client Otto" not in out
    code, _, err = run(capsys, "run", good, "--events", file, "--client", "Ana")
    assert code == 2
    assert "did you mean `Anna`" in err


# test, graph, fmt, explain


def test_test_runs_scenarios(capsys: Capture, good: Path) -> None:
    text = whole(VISIT) + "\ntest It ends\n    expect Visit, Done\n\ntest It does not\n    expect Done, Visit\n"
    good.write_text(text, "utf-8")
    code, out, _ = run(capsys, "test", good)
    assert code == 1
    assert "passed  It ends" in out
    assert "`Visit` did not come after `Done`" in out
    assert "day 0   10:00  Visit" in out
    assert run(capsys, "test", good, "--filter", "ends")[0] == 0
    assert run(capsys, "test", good, "-k", "nothing has this")[0] == 2
    report = json.loads(run(capsys, "test", good, "--format", "json")[1])
    jsonschema.validate(report, TESTS)
    assert (report["summary"]["tests"], report["summary"]["failed"]) == (2, 1)
    assert [h["what"] for h in report["tests"][1]["happened"]] == ["the client comes onto the path", "Visit", "the end: Done"]


def test_test_says_what_no_test_reaches(capsys: Capture, good: Path) -> None:
    good.write_text(whole(VISIT) + "\ntest It ends\n    given Visit is not done\n    never Done\n", "utf-8")
    code, out, err = run(capsys, "test", good, "--coverage")
    assert (code, err) == (0, "")
    assert "the tests reach 0 % (0 of 2) of what can happen on Example" in out
    line = whole(VISIT).splitlines().index("    step Visit") + 1
    assert f"{good}:{line}: step Visit: done\n" in out
    more = "\ntest It is done\n    expect Visit, Done\n"
    good.write_text(good.read_text("utf-8") + more, "utf-8")
    assert run(capsys, "test", good, "--coverage-min", "100")[0] == 0
    code, out, err = run(capsys, "test", good, "--coverage-min", "50", "-k", "ends")
    assert (code, err) == (1, "the tests reach 0 %, less than the 50 % that are asked for\n")
    report = json.loads(run(capsys, "test", good, "--coverage", "--format", "json")[1])
    jsonschema.validate(report, TESTS)
    assert report["coverage"] == {"percent": 100.0, "points": 2, "reached": 2, "missing": []}


def test_test_explores(capsys: Capture, good: Path) -> None:
    code, out, err = run(capsys, "test", good, "--explore", "20")
    assert (code, out, err) == (0, "nothing found on 20 ways through 1 path (seed 1)\n", "")
    assert run(capsys, "test", "--explore", good)[1] == "nothing found on 200 ways through 1 path (seed 1)\n"
    code, out, _ = run(capsys, "test", good, "--explore", "40", "--with-faults", "--format", "json")
    report = json.loads(out)
    jsonschema.validate(report, json.loads((ROOT / "pathflow/schema/explore.schema.json").read_text("utf-8")))
    assert code == 0
    assert [(one["kind"], one["level"]) for one in report["found"]] == [("G402", "warning")]
    good.write_text(good.read_text("utf-8") + "\n" + report["found"][0]["test"], "utf-8")
    code, out, _ = run(capsys, "test", good)
    assert code == 0
    assert "passed  G402, found by exploring" in out
    late = "    step Late\n        by doctor at Health Centre\n        within 1 day of enrolment, at most 1 day\n    end Done\n"
    good.write_text(whole(VISIT.replace("    end Done\n", late)), "utf-8")
    code, out, _ = run(capsys, "test", good, "--explore", "40")
    assert code == 1
    assert "Visit is done after 2 days" in out
    assert run(capsys, "test", good, "--explore", "--format", "junit")[0] == 2
    assert run(capsys, "test")[0] == 2


def test_test_goes_on_past_a_path_that_cannot_be_read(capsys: Capture, good: Path) -> None:
    good.write_text(whole(VISIT) + "\ntest It ends\n    expect Visit\n", "utf-8")
    (good.parent / "a.path").write_text(whole(VISIT).replace("14 days", "14"), "utf-8")
    code, out, err = run(capsys, "test", good.parent)
    assert code == 1
    assert "passed  It ends" in out
    assert "P203" in err
    report = json.loads(run(capsys, "test", good.parent, "--format", "json")[1])
    jsonschema.validate(report, TESTS)
    assert [lost["file"] for lost in report["not_run"]] == [str(good.parent / "a.path")]
    root = ET.fromstring(run(capsys, "test", good.parent, "--format", "junit")[1])
    assert [(case.get("name"), case.find("failure") is not None) for case in root.iter("testcase")] == [
        ("It ends", False),
        ("the path can be read", True),
    ]


@pytest.mark.parametrize(
    ("how", "word"), [("text", "● Visit"), ("mermaid", "flowchart TD"), ("dot", "digraph"), ("json", '"nodes"')]
)
def test_graph_draws(capsys: Capture, good: Path, how: str, word: str) -> None:
    code, out, _ = run(capsys, "graph", good, "--format", how)
    assert code == 0
    assert word in out
    assert "Visit" in out


def test_fmt_lays_out_checks_and_shows(capsys: Capture, good: Path) -> None:
    neat = good.read_text("utf-8")
    loose = neat.replace("    by doctor", "    by   doctor")
    good.write_text(loose.replace("\n", "\r\n"), "utf-8", newline="")
    assert run(capsys, "fmt", "--check", good)[0] == 1
    code, out, _ = run(capsys, "fmt", "--diff", good)
    assert code == 1
    assert "-        by   doctor at Health Centre" in out
    assert run(capsys, "fmt", good)[0] == 0
    once = good.read_bytes()
    assert b"\r" not in once
    assert run(capsys, "fmt", "--check", good)[0] == 0
    assert run(capsys, "fmt", good)[0] == 0
    assert good.read_bytes() == once


def test_fmt_leaves_a_file_with_a_mistake_alone(capsys: Capture, good: Path) -> None:
    text = good.read_text("utf-8").replace("within 14 days", "within 14")
    good.write_text(text, "utf-8")
    code, _, err = run(capsys, "fmt", good)
    assert code == 1
    assert "P203" in err
    assert good.read_text("utf-8") == text


def test_explain_tells_and_guesses(capsys: Capture) -> None:
    code, out, _ = run(capsys, "explain", "g104")
    assert code == 0
    assert out.startswith("G104 silent-change-of-provider\n")
    assert "Bad:" in out
    code, _, err = run(capsys, "explain", "GG104")
    assert code == 2
    assert "did you mean G104" in err
    listed = run(capsys, "explain")[1]
    assert "P203  unit-missing" in listed


# usage


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["chek", "x"], "Did you mean `pathflow check`?"),
        (["check"], "Missing argument"),
        (["check", "--strikt", "x"], "No such option"),
        (["check", "nowhere.path"], "there is no file or folder nowhere.path"),
        (["run", "x.path"], "--events"),
        (["fmt", "nowhere"], "there is no file or folder nowhere"),
        (["graph", "nowhere"], "there is no file or folder nowhere"),
    ],
)
def test_wrong_usage_is_one_line_with_the_remedy(capsys: Capture, args: list[str], words: str) -> None:
    code, out, err = run(capsys, *args)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_help_needs_no_command(capsys: Capture) -> None:
    for args in (["--help"], ["check", "--help"], ["run", "--help"], ["--version"]):
        code, out, _ = run(capsys, *args)
        assert code == 0
        assert out


def test_our_own_bug_asks_for_a_report(capsys: Capture, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **_more: object) -> None:
        raise RuntimeError("a planted fault")

    monkeypatch.setattr("pathflow.cli.check_command.check", broken)
    code, _, err = run(capsys, "check", good)
    assert code == 3
    assert "bug in pathflow" in err
    assert "Please report it" in err
    assert "a planted fault" in err


def test_a_file_that_is_named_twice_is_checked_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["check", "examples/memory/memory.path", "./examples/../examples/memory/memory.path"]) == 0
    assert "clean: 1 file with 1 path" in capsys.readouterr().out
