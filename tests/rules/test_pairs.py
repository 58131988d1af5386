"""Two paths and one client: which pairs are looked at, what is said of them and what is not, and how it is told.

Whatever is said has a story, which the engine bears out.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from pathflow.api import CheckReport, check, stories_of_pairs
from pathflow.cli.main import main
from tests.rules.examples import NETWORK, alone

OF_ONE = {"G114", "G306"}
"""What each of these small paths lacks by itself, and is not looked at here."""

PACKAGE = "    package Both\n        must have One, Two\n"
VISIT = "    step Visit\n        by nurse at Health Centre\n        within 14 days\n"
DONE = "    end Done\n        closes the plan\n"
ECG = "    step Test\n        by nurse at Health Centre\n        within 7 days\n        does ECG\n"
READING = "    step Reading\n        by nurse at Health Centre\n        within 14 days\n        needs ECG recording\n"
WHENEVER = """\
whenever {event} happens{beside}
    handoff {name}
        from whoever is accountable to {place}
        carries referral letter
        accepted within 4 hours
        if not accepted, {place} takes over
        keeps the plan with its owner
    stop
"""


def steps(*parts: str, after: str = "") -> str:
    return "steps\n" + "".join(parts) + DONE + after


def clients(items: str = "", enter: str = "age >= 18 years") -> str:
    return f"clients Adults\n    item age: number of years\n    event Fall\n{items}    enter when {enter}\n"


def looked_at(folder: Path, paths: dict[str, str], more: str = "", every: bool = False) -> CheckReport:
    (folder / "network.path").write_text(NETWORK + more, "utf-8")
    for name, text in paths.items():
        (folder / f"{name.lower()}.path").write_text(alone(name, text), "utf-8")
    found = check(folder, pairs=every)
    for one in stories_of_pairs(found):
        assert one.story is not None, one.finding.message
        assert (one.story.seen.code, one.story.seen.span) == (one.finding.code, one.finding.span)
    return replace(found, findings=tuple(f for f in found.findings if f.code not in OF_ONE))


def told(found: CheckReport) -> list[tuple[str, str]]:
    return [(Path(f.span.file).stem, f.code) for f in found.findings if f.span is not None]


TWICE = {"One": steps(ECG), "Two": steps(ECG)}
BOTH = [("one", "D103"), ("two", "D103")]


def test_by_default_only_what_belongs_together_is_looked_at(tmp_path: Path) -> None:
    found = looked_at(tmp_path, TWICE)
    assert (found.pairs, told(found)) == (0, [])
    found = looked_at(tmp_path, TWICE, PACKAGE)
    assert (found.pairs, told(found)) == (1, BOTH)
    assert told(looked_at(tmp_path, TWICE, every=True)) == BOTH
    assert check(tmp_path / "one.path", pairs=True).pairs == 0


@pytest.mark.parametrize(
    ("one", "two", "pairs"),
    [
        ("age >= 18 years", "age < 18 years", 0),
        ("age >= 18 years", "age >= 65 years", 1),
        ("age < 18 years or age > 65 years", "age >= 65 years", 1),
        ("age > 65 years", "age <= 65 years", 0),
    ],
)
def test_groups_that_share_nobody_are_no_pair(one: str, two: str, pairs: int, tmp_path: Path) -> None:
    found = looked_at(tmp_path, {"One": clients(enter=one) + TWICE["One"], "Two": clients(enter=two) + TWICE["Two"]}, PACKAGE)
    assert (found.pairs, bool(found.findings)) == (pairs, bool(pairs))


def test_what_a_step_finds_out_keeps_no_groups_apart(tmp_path: Path) -> None:
    item = "    item frail: yes or no\n"
    made = ECG + "        makes frail\n"
    paths = {"One": clients(item, "frail") + TWICE["One"], "Two": clients(item, "frail is no") + TWICE["Two"]}
    assert looked_at(tmp_path, paths, PACKAGE).pairs == 0
    paths["Two"] = clients(item, "frail is no") + steps(made)
    assert looked_at(tmp_path, paths, PACKAGE).pairs == 1


def test_what_the_other_path_finds_out_may_change_here(tmp_path: Path) -> None:
    item = "    item frail: yes or no\n"
    branch = "    decide\n        if frail\n" + "".join(f"        {line}\n" for line in ECG.splitlines())
    paths = {"One": clients(item, "frail is no") + steps(VISIT, branch + "        otherwise\n            continue\n")}
    paths["Two"] = clients(item) + steps(ECG + "        makes frail\n")
    assert ("one", "D103") in told(looked_at(tmp_path, paths, PACKAGE))
    paths["Two"] = clients(item) + steps(ECG)
    assert ("one", "D103") not in told(looked_at(tmp_path, paths, PACKAGE))


@pytest.mark.parametrize(("valid", "pairs"), [("from 2028-01-01", 0), ("from 2027-12-31", 1)])
def test_paths_that_are_never_valid_together_are_no_pair(valid: str, pairs: int, tmp_path: Path) -> None:
    looked_at(tmp_path, TWICE, PACKAGE)
    later = (tmp_path / "two.path").read_text("utf-8").replace("valid from 2026-01-01 to 2027-12-31", f"valid {valid}")
    (tmp_path / "two.path").write_text(later, "utf-8")
    assert check(tmp_path).pairs == pairs


@pytest.mark.parametrize(("whom", "pairs"), [("", 1), (" for parent", 0)])
def test_a_path_and_one_that_it_begins_for_the_same_client(whom: str, pairs: int, tmp_path: Path) -> None:
    linked = "    linked parent\n" if whom else ""
    first = clients(enter="age < 1 years").rstrip("\n") + f"\n{linked}" + steps(ECG + f"        starts Two{whom}\n")
    found = looked_at(tmp_path, {"One": first, "Two": clients(enter="age >= 15 years") + TWICE["Two"]})
    assert found.pairs == pairs
    assert [code for _, code in told(found)] == ["D103", "D103"][: 2 * pairs]


def test_a_path_and_one_that_it_includes_are_one(tmp_path: Path) -> None:
    found = looked_at(tmp_path, {"One": steps(VISIT, "    include Two\n"), "Two": steps(ECG)}, PACKAGE)
    assert found.pairs == 0


def test_what_a_path_includes_comes_along(tmp_path: Path) -> None:
    paths = {"One": steps(VISIT, "    include Three\n"), "Two": steps(ECG), "Three": steps(ECG)}
    found = looked_at(tmp_path, paths, PACKAGE)
    assert found.pairs == 2
    assert told(found) == [("three", "D103"), ("two", "D103")]


def test_a_path_that_cannot_be_read_as_meant_is_not_looked_at_with_others(tmp_path: Path) -> None:
    found = looked_at(tmp_path, TWICE | {"Two": steps(ECG.replace("nurse", "nursse"))}, PACKAGE)
    assert found.pairs == 0
    assert {code for _, code in told(found)} == {"P301"}


@pytest.mark.parametrize(
    ("second", "codes"),
    [
        (ECG, ["D103", "D103"]),
        (ECG.replace("does ECG", "does ECG because rhythm symptom"), ["D103"]),
        ("    repeat every 2 weeks, at most 3 times\n" + "".join(f"    {line}\n" for line in ECG.splitlines()), ["D103", "D103"]),
        (
            "    decide\n        if ECG recording is unknown\n"
            + "".join(f"        {line}\n" for line in ECG.splitlines()) + "        otherwise\n            continue\n",
            ["D103"],
        ),
        (
            "    decide\n        if ECG recording is known\n            continue\n        otherwise\n"
            + "".join(f"        {line}\n" for line in ECG.splitlines()), ["D103"],
        ),
        (VISIT, []),
    ],
)  # fmt: skip
def test_which_steps_repeat_the_others(second: str, codes: list[str], tmp_path: Path) -> None:
    found = looked_at(tmp_path, {"One": steps(ECG), "Two": steps(second)}, PACKAGE)
    assert [code for _, code in told(found)] == codes


def test_a_result_that_is_sent_to_the_other_register_can_be_read(tmp_path: Path) -> None:
    order = "    step Talk\n        by counsellor at Association\n        ordered by nurse at Health Centre\n"
    order += "        carries referral letter\n        accepted within 7 days\n        within 14 days\n        does ECG\n"
    letter = "referral letter is known"
    paths = {"One": clients(enter=letter) + steps(ECG), "Two": clients(enter=letter) + steps(order)}
    found = looked_at(tmp_path, paths, PACKAGE)
    assert told(found) == [("one", "G309"), ("two", "G309")]
    paths["Two"] = clients(enter=letter) + steps(order + "        feedback within 5 days\n")
    assert told(looked_at(tmp_path, paths, PACKAGE)) == [("one", "D103"), ("two", "G309")]


@pytest.mark.parametrize(
    ("event", "beside", "place", "codes"),
    [
        ("Fall", "", "Hospital", ["G210"]),
        ("Fall", "", "Health Centre", []),
        ("Fall", ", beside the main way", "Hospital", []),
        ("Emergency", "", "Hospital", []),
    ],
)
def test_one_event_hands_the_client_to_one_provider(
    event: str, beside: str, place: str, codes: list[str], tmp_path: Path
) -> None:
    letter = clients("    event Emergency\n", "referral letter is known")
    first = WHENEVER.format(event="Fall", beside="", name="To the centre", place="Health Centre")
    second = WHENEVER.format(event=event, beside=beside, name="To another", place=place)
    paths = {"One": letter + steps(VISIT, after=first), "Two": letter + steps(VISIT, after=second)}
    found = looked_at(tmp_path, paths, PACKAGE)
    assert [code for _, code in told(found) if code == "G210"] == codes


@pytest.mark.parametrize(
    ("until", "makes", "codes"),
    [
        ("pressure >= 140 mmHg", "pressure", ["G210"]),
        ("pressure < 120 mmHg", "pressure", []),
        ("pressure >= 140 mmHg", "age", []),
    ],
)
def test_two_repeats_do_not_pursue_opposite_goals(until: str, makes: str, codes: list[str], tmp_path: Path) -> None:
    def repeat(goal: str, made: str) -> str:
        body = "".join(f"    {line}\n" for line in (VISIT + f"        makes {made}\n").splitlines())
        return clients() + steps(f"    repeat every 2 weeks, at most 6 times\n{body}    until {goal}\n")

    paths = {"One": repeat("pressure < 130 mmHg", "pressure"), "Two": repeat(until, makes)}
    found = looked_at(tmp_path, paths, "    item pressure: number of mmHg\n" + PACKAGE)
    assert [code for _, code in told(found) if code == "G210"] == codes


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        ("        does guidance\n", "        does guidance\n", ["G407"]),
        ("        does guidance\n", "        does guidance because a new matter\n", []),
        ("", "        does guidance\n", []),
    ],
)
def test_who_is_sent_on_does_not_wait_for_the_same_again(first: str, second: str, codes: list[str], tmp_path: Path) -> None:
    begins = VISIT.replace("Visit", "On") + "        starts Two\n"
    service = "    service guidance\n"
    found = looked_at(tmp_path, {"One": steps(VISIT + first, begins), "Two": steps(VISIT + second)}, service)
    assert [code for _, code in told(found) if code == "G407"] == codes
    later = looked_at(tmp_path, {"One": steps(begins, VISIT + first), "Two": steps(VISIT + second)}, service)
    assert [code for _, code in told(later) if code == "G407"] == []


def test_two_plans_that_go_to_different_owners_when_joined(tmp_path: Path) -> None:
    def plan(owner: str) -> str:
        lines = f"    owner {owner} at Health Centre\n    review every 6 months\n"
        return f"plan {owner.title()}'s plan\n{lines}    if another path joins, {owner} at Health Centre owns the plan\n"

    paths = {"One": plan("doctor") + steps(VISIT), "Two": plan("nurse") + steps(VISIT)}
    found = looked_at(tmp_path, paths, PACKAGE)
    assert told(found) == [("one", "O107")]
    assert "`doctor at Health Centre`" in found.findings[0].message
    paths["Two"] = plan("doctor") + steps(VISIT)
    assert told(looked_at(tmp_path, paths, PACKAGE)) == []


def test_what_several_paths_do_with_one_place_is_one_finding(tmp_path: Path) -> None:
    found = looked_at(tmp_path, {"One": steps(ECG), "Two": steps(ECG), "Three": steps(ECG)}, every=True)
    assert found.pairs == 3
    assert [len(f.related) for f in found.findings] == [2, 2, 2]


REASON = "because the clinics agreed on it on 2026-01-15"


def test_allow_silences_it_where_it_stands_and_is_idle_only_where_all_pairs_were_looked_at(tmp_path: Path) -> None:
    allowing = TWICE | {"One": steps(ECG + f"        allow D103 {REASON}\n")}
    found = looked_at(tmp_path, allowing, PACKAGE)
    assert told(found) == [("two", "D103")]
    assert [one.by.reason for one in found.allowed] == [REASON.removeprefix("because ")]
    idle = {"One": allowing["One"], "Two": steps(VISIT)}
    assert told(looked_at(tmp_path, idle, PACKAGE)) == []
    assert told(looked_at(tmp_path, idle, PACKAGE, every=True)) == [("one", "P603")]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_every_form_tells_both_places(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = {name: steps(ECG + READING) for name in TWICE}
    looked_at(tmp_path, read, PACKAGE)
    assert main(["check", str(tmp_path), "--format", form]) == 0
    out = capsys.readouterr().out
    assert "D103" in out
    assert "one.path" in out
    assert "two.path" in out
    if form == "text":
        assert out.splitlines()[-1] == "2 warnings in 3 files with 2 paths (1 pair looked at)"
        assert f"the other path does it here: {tmp_path / 'two.path'}:" in out
    if form == "json":
        document = json.loads(out)
        assert document["summary"]["pairs"] == 1
        assert [Path(f["evidence"][0]["file"]).name for f in document["findings"]] == ["two.path", "one.path"]
    if form == "sarif":
        first = json.loads(out)["runs"][0]["results"][0]
        assert first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("two.path")


def test_the_count_is_told_in_finnish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    looked_at(tmp_path, TWICE, PACKAGE)
    assert main(["check", str(tmp_path), "--language", "fi"]) == 0
    out = capsys.readouterr().out
    assert "tarkasteltu 1 pari" in out
    assert "kummallakin polulla voi olla asiakas, jolla on `age 18 years`" in out
