"""Every counterexample replays: a story's facts, folded anew or read back as events, show the same finding.

Every code of the prover has its place here: who shows its story, or why it has none.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from msgspec.structs import replace

from pathflow import api
from pathflow.base.durations import DAY
from pathflow.base.findings import Finding
from pathflow.base.instants import iso
from pathflow.compiler.library import Library
from pathflow.compiler.passes import Compiler, Unit
from pathflow.dsl.parse import parse_text
from pathflow.replay.log import read_log
from pathflow.replay.run import run_events
from pathflow.rules.registry import Entry, prove_all, prove_pairs, rules, watch_all
from pathflow.rules.together import Pair, pair_of, pairs_of
from pathflow.rules.ways import Ways
from pathflow.witness import routes
from pathflow.witness.coming_true import aim_of, both, shown, watch_proved
from pathflow.witness.meeting import machine_of, seen_of_two, story_of_two
from pathflow.witness.story import Story, as_events, machine_for, replay, story_of
from tests.laws.test_together import paths as paths_of_two
from tests.laws.test_together import ways_of
from tests.rules.examples import HEAD, files_of, section, whole
from tests.strategies import paths

Shown = Literal["watch", "place", "state", "nobody"]

STORIES: dict[str, Shown] = {
    "D101": "watch", "D102": "place", "D103": "state",
    "G101": "place", "G102": "watch", "G103": "place", "G104": "state", "G105": "watch", "G106": "watch", "G107": "place",
    "G108": "place", "G109": "watch", "G110": "state", "G111": "watch", "G112": "state", "G113": "place", "G114": "place",
    "G115": "place",
    "G201": "nobody", "G202": "place", "G203": "watch", "G204": "watch", "G205": "watch", "G206": "place", "G207": "nobody",
    "G208": "place", "G209": "watch", "G210": "state", "G211": "place", "G212": "watch", "G213": "place",
    "G301": "watch", "G302": "watch", "G303": "place", "G304": "watch", "G305": "state", "G306": "state", "G307": "state",
    "G309": "state",
    "G401": "watch", "G402": "watch", "G403": "place", "G404": "watch", "G405": "watch", "G406": "state", "G407": "state",
    "G408": "watch", "G409": "state", "G410": "place", "G411": "place",
    "G501": "watch", "G502": "place", "G503": "watch", "G504": "watch", "G505": "place", "G506": "place", "G507": "watch",
    "O101": "place", "O102": "watch", "O103": "watch", "O104": "watch", "O105": "place", "O106": "place", "O107": "state",
    "O108": "place", "O109": "watch",
}  # fmt: skip
"""By whom the engine shows the story of each code that is proved on a path.

watch: the rule watches for it in every record, and says it of the client. state: no single fact is against a rule, and the
finding itself is watched for: whether all that it speaks of is so for this client. place: what is missing or wrong in the text
is so for whoever comes there, so that the record shows that the client has come there. nobody: it says that no client comes
somewhere, and of nobody there is no story.
"""


def unit_of(text: str) -> Unit:
    return api._unit_of_text(text, "x.path", Path())


def told(unit: Unit) -> list[tuple[Finding, Story | None]]:
    """The findings on a path that a client can come to, each with its story."""
    assert unit.program is not None
    ways = Ways(unit.program, frozenset(unit.doubts), unit.is_whole)
    findings = prove_all(ways)
    machine = machine_for(ways, findings, watch_all)
    began = unit.program.first_morning
    return [(f, story_of(machine, ways, f, began)) for f in findings if aim_of(ways, f) is not None]


def replays(unit: Unit, finding: Finding, story: Story) -> bool:
    """Whether a machine that has seen nothing yet shows the finding after the story's facts."""
    assert unit.program is not None
    ways = Ways(unit.program, frozenset(unit.doubts), unit.is_whole)
    machine = machine_for(ways, [finding], watch_all)
    record = replay(machine, story)
    aim = aim_of(ways, finding)
    assert aim is not None
    return shown(machine, record, finding, replace(aim, node=story.node), story.at) is not None


@pytest.mark.parametrize("entry", [entry for entry in rules() if entry.prove is not None], ids=lambda entry: entry.rule.code)
def test_the_bad_example_of_every_rule_has_a_story(entry: Entry) -> None:
    unit = unit_of(whole(section(entry.page, "Bad")))
    assert unit.program is not None
    stories = told(unit)
    if STORIES[entry.rule.code] == "nobody":
        assert entry.rule.code not in {finding.code for finding, _ in stories}
        return
    shown_by: set[Shown] = set()
    for finding, story in stories:
        assert story is not None, finding.message
        assert story.seen.code == finding.code
        assert replays(unit, finding, story)
        is_of_place = finding.aim is None or (finding.aim.kind == "reached" and not finding.aim.values)
        if finding.code == entry.rule.code:
            shown_by.add("watch" if story.seen.say != finding.say else "place" if is_of_place else "state")
    assert STORIES[entry.rule.code] in shown_by


def test_every_code_of_the_prover_has_its_place() -> None:
    assert set(STORIES) == {e.rule.code for e in rules() if e.prove is not None or e.together is not None}


def pair_stories(*paths: Ways) -> list[tuple[Pair, Finding, Story | None]]:
    """What is found on any two of these paths, each with its story."""
    found: list[tuple[Pair, Finding, Story | None]] = []
    for pair in pairs_of(paths, every=True):
        findings = prove_pairs([pair])
        machine = machine_of(pair, findings, watch_all)
        found += [(pair, finding, story_of_two(machine, pair, finding)) for finding in findings]
    return found


def replays_on_both(pair: Pair, finding: Finding, story: Story) -> bool:
    """Whether a machine that has seen nothing yet shows the finding after the story's facts."""
    machine = machine_of(pair, [finding], watch_all)
    record = replay(machine, story)
    return seen_of_two(machine, record, finding, story.at) is not None


@pytest.mark.parametrize("entry", [e for e in rules() if e.together is not None], ids=lambda entry: entry.rule.code)
def test_the_bad_example_of_every_rule_of_two_paths_has_a_story(entry: Entry) -> None:
    found = pair_stories(*ways_of_files(files_of(section(entry.page, "Bad"))))
    assert entry.rule.code in {finding.code for _, finding, _ in found}
    for pair, finding, story in found:
        assert story is not None, finding.message
        assert story.seen.code == finding.code
        assert replays_on_both(pair, finding, story)


def ways_of_files(files: dict[str, str]) -> list[Ways]:
    folder = Path("/there-is-no-such-folder")
    library = Library(folder)
    for name, text in files.items():
        library.give(folder / name, parse_text(str(folder / name), text), text.encode())
    compiler = Compiler(library)
    units = [compiler.unit(folder / name) for name in files if name != "network.path"]
    return [Ways(unit.program, frozenset(unit.doubts), unit.is_whole) for unit in units if unit.program is not None]


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(paths(has_events=True))
def test_every_story_replays(text: str) -> None:
    unit = unit_of(text)
    if unit.program is None:
        return
    for finding, story in told(unit)[:6]:
        if story is not None:
            assert replays(unit, finding, story)
            assert story.facts[0].kind == "enrolled"
            assert [f.at for f in story.facts] == sorted(f.at for f in story.facts)


def test_the_story_of_a_finding_is_not_that_of_another() -> None:
    steps = "".join(
        f"        step {name}\n            by nurse at Health Centre\n            within 7 days\n            does ECG\n"
        for name in ("One", "Two")
    )
    unit = unit_of(whole("steps\n    repeat 3 times\n" + steps + "    end Done\n        closes the plan\n"))
    seen = [story.seen.words["step"] for finding, story in told(unit) if finding.code == "D101" and story is not None]
    assert seen == ["One", "Two"]


def test_nearly_every_finding_has_a_story() -> None:
    count: Counter[bool] = Counter()
    untold: list[str] = []

    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(paths(has_events=True))
    def look(text: str) -> None:
        unit = unit_of(text)
        if unit.program is not None and " unknown" not in text:
            found = told(unit)
            count.update(story is not None for _, story in found)
            untold.extend(
                f"{finding.code} {finding.message}\n{text[text.index('steps') :]}" for finding, story in found if story is None
            )

    look()
    assert count[True] > 50
    assert count[False] <= 0.1 * count.total(), "\n".join(sorted(untold, key=len))


def test_the_events_of_a_story_show_the_same_finding_in_a_run(tmp_path: Path) -> None:
    compiled = api.load("examples/memory/first_draft.path")
    program = compiled.program
    ways = Ways(program)
    lines: list[str] = []
    clients: dict[str, Finding] = {}
    last = 0
    for number, (finding, story) in enumerate((one.finding, one.story) for one in api.stories(compiled)):
        assert story is not None
        clients[f"client {number}"] = finding
        lines += as_events(story, f"client {number}", program.calendar.zone)
        last = max(last, story.at)
    file = tmp_path / "stories.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    run = run_events([program], read_log(file, [program]), both(watch_all, watch_proved(ways, compiled.findings)), last)
    assert len(clients) == 9
    for state in run.clients:
        assert clients[state.client].code in {found.code for found in state.findings}


def test_every_story_of_two_paths_replays_and_nearly_every_finding_has_one() -> None:
    count: Counter[bool] = Counter()
    untold: list[str] = []

    @settings(
        max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip
    @given(paths_of_two("A"), paths_of_two("B"))
    def look(first: str, second: str) -> None:
        one, other = ways_of(first, second)
        if pair_of(one, other) is None:
            return
        for pair, finding, story in pair_stories(one, other):
            count[story is not None] += 1
            if story is None:
                untold.append(finding.message)
            else:
                assert replays_on_both(pair, finding, story)
                assert [f.at for f in story.facts] == sorted(f.at for f in story.facts)

    look()
    assert count[True] > 100
    assert count[False] <= 0.05 * count.total(), "\n".join(untold)


STALE = """\
clients Adults
    item age: number of years
    item alone: yes or no
    item potassium: number of mmol/l, valid 7 days
    event Fall
    enter when age >= 18 years

steps
    step Blood test
        by nurse at Health Centre
        within 7 days
        makes potassium
    step Visit
        by doctor at Health Centre
        within 3 weeks
    end Done
        closes the plan

whenever {condition}
    step Look
        by doctor at Health Centre
        within 1 day
    resume
"""
RESTING = """\
steps
    {before}step A talk
        by counsellor at Association
        ordered by doctor at Health Centre
        carries ECG recording
        legal basis consented
        accepted within 7 days
        within 30 days
    end Done
        closes the plan
"""
ASKING = "step Visit\n        by doctor at Health Centre\n        within 14 days\n        makes consented\n    "
CONSENT = "clients Adults\n    item age: number of years\n    item consented: yes or no\n    enter when age >= 18 years\n"
HELD = """\
steps
    step Visit
        by doctor at Health Centre
        within 14 days
    handoff Referral
        from doctor at Health Centre to specialist at Hospital
        carries referral letter
        accepted within 3 working days
        if not accepted, Association takes over
        keeps the plan with its owner
    step Look
        by specialist at whoever is accountable
        within 14 days
    end Done
        closes the plan

whenever Emergency happens
    step Help
        by doctor or specialist at whoever is accountable
        within 1 day
    resume
"""
LEFT = """\
steps
    step A talk
        by doctor at Health Centre
        ordered by specialist at Hospital
        carries referral letter
        accepted within 7 days
        if not accepted, Association takes over
        within 30 days
    end Done
        closes the plan
"""


@pytest.mark.parametrize(
    ("code", "text", "facts"),
    [
        ("G304", CONSENT + RESTING.format(before=""), ["enrolled Example", "completed A talk"]),
        ("G304", CONSENT + RESTING.format(before=ASKING), ["enrolled Example", "completed Visit", "completed A talk"]),
        (
            "G305",
            STALE.format(condition="Fall happens and potassium > 5 mmol/l"),
            ["enrolled Example", "completed Blood test", "observed Fall"],
        ),
        (
            "G305",
            STALE.format(condition="alone and potassium > 5 mmol/l"),
            ["enrolled Example", "completed Blood test", "observed "],
        ),
        ("G502", HELD, ["enrolled Example", "completed Visit", "observed Emergency"]),
        ("G502", LEFT, ["enrolled Example"]),
    ],
)
def test_a_story_goes_the_way_on_which_it_comes_true(code: str, text: str, facts: list[str]) -> None:
    unit = unit_of(whole(text))
    found = [(finding, story) for finding, story in told(unit) if finding.code == code]
    assert found
    for finding, story in found:
        assert story is not None, finding.message
        assert replays(unit, finding, story)
    stories = [[f"{fact.kind} {fact.subject}" for fact in story.facts] for _, story in found if story is not None]
    assert facts in stories


def test_the_story_of_what_has_grown_too_old_is_of_a_value_that_has() -> None:
    unit = unit_of(whole(STALE.format(condition="Fall happens and potassium > 5 mmol/l")))
    finding, story = next((f, s) for f, s in told(unit) if f.code == "G305")
    assert story is not None
    made = next(fact for fact in story.facts if fact.subject == "Blood test")
    assert made.items is not None
    assert float(made.items["potassium"]) > 5
    assert story.at - made.at > 7 * DAY
    sooner = [fact if fact.subject != "Fall" else replace(fact, at=made.at + 6 * DAY) for fact in story.facts]
    assert not replays(unit, finding, replace(story, facts=tuple(sooner), at=made.at + 6 * DAY))


def test_the_story_of_an_agreement_that_ends_is_of_whoever_came_last() -> None:
    page = next(entry.page for entry in rules() if entry.rule.code == "G507")
    head = HEAD.replace("2027-12-31", "2026-12-20")
    unit = unit_of(whole(head + section(page, "Bad")))
    (finding, story), *_ = [(f, s) for f, s in told(unit) if f.code == "G507"]
    assert finding.level == "info"
    assert story is not None
    assert replays(unit, finding, story)
    assert iso(story.facts[0].at, unit.program.calendar.zone).startswith("2026-12-20") if unit.program else False
    assert "still open at `Club`" in story.seen.message


WAITING = """\
steps
    repeat at most {times} times
        wait 1 day
    step Late
        by doctor at Health Centre
    end Done
        closes the plan
"""


def test_a_story_of_more_rounds_than_anyone_reads_is_not_told() -> None:
    stories = {times: told(unit_of(whole(WAITING.format(times=times)))) for times in (20, 900_000_000)}
    assert {times: [(f.code, story is not None) for f, story in found] for times, found in stories.items()} == {
        20: [("G401", True)],
        900_000_000: [("G401", False)],  # the finding stands
    }


def test_a_search_for_a_story_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = unit_of(whole(WAITING.format(times=20)))
    assert [story is not None for _, story in told(unit)] == [True]
    monkeypatch.setattr(routes, "ARRIVALS_MAX", 3)
    assert [(f.code, story) for f, story in told(unit)] == [("G401", None)]
