"""Every counterexample replays: a story's facts, folded anew or read back as events, show the same finding."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pathflow import api
from pathflow.base.findings import Finding
from pathflow.compiler.passes import Unit
from pathflow.replay.log import read_log
from pathflow.replay.run import run_events
from pathflow.rules.registry import Entry, prove_all, rules, watch_all
from pathflow.rules.ways import Ways
from pathflow.witness.coming_true import aim_of, both, shown, watch_proved
from pathflow.witness.story import Story, as_events, machine_for, replay, story_of
from tests.rules.examples import section, whole
from tests.strategies import paths

NOBODY_COMES = {"G201", "G207"}
"""Rules that say that no client comes somewhere: of nobody there is no story."""


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
    from msgspec.structs import replace

    return shown(machine, record, finding, replace(aim, node=story.node), story.at) is not None


@pytest.mark.parametrize("entry", [entry for entry in rules() if entry.prove is not None], ids=lambda entry: entry.rule.code)
def test_the_bad_example_of_every_rule_has_a_story(entry: Entry) -> None:
    unit = unit_of(whole(section(entry.page, "Bad")))
    assert unit.program is not None
    if entry.rule.code in NOBODY_COMES:
        assert told(unit) == [] or all(story is not None for _, story in told(unit))
        return
    for finding, story in told(unit):
        assert story is not None, finding.message
        assert story.seen.code == finding.code
        assert replays(unit, finding, story)


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
