"""What `pathflow test` prints of tests: for people, as JSON, as JUnit. The schema of the JSON: schema/tests.schema.json."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click
from msgspec import Struct

from pathflow.base.findings import Finding
from pathflow.cli.tongue import many, phrased, said
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import spoken, told
from pathflow.model.path import clock_of
from pathflow.replay.coverage import Coverage
from pathflow.replay.playing import Happening, Play
from pathflow.replay.scenario import Outcome
from pathflow.report import junit

_STORY_MAX: Final = 24
"""How many lines of what happened are printed for one test that failed."""

_SLOW: Final = 10
"""Units: seconds. What takes longer is said; what a busy machine adds is not."""


class Done(Struct, frozen=True):
    """A test that was run. Units: `seconds` that it took."""

    file: Path
    outcome: Outcome
    seconds: float


class Broken(Struct, frozen=True):
    """A path whose tests cannot be run, because it cannot be read as meant."""

    file: Path
    findings: tuple[Finding, ...]
    zone: ZoneInfo


# for people


def print_tests(done: list[Done], code: Code) -> None:
    """One line a test; of one that failed, what was expected and what happened instead."""
    for one in done:
        outcome = one.outcome
        is_wrong = bool(outcome.failures)
        mark = (
            click.style(said("failed", code), fg="red", bold=True)
            if is_wrong
            else click.style(said("passed", code), fg="green")
        )
        click.echo(f"{mark}  {outcome.name}" + (f"  ({one.seconds:.1f} s)" if one.seconds >= _SLOW else ""))
        for failure in outcome.failures:
            click.echo(f"        {one.file}:{failure.span.line}: {spoken(failure.said, code)}")
        if outcome.failures:
            for line in story(outcome.play, code):
                click.echo(click.style(f"          {line}", dim=True))
        else:
            for happening in outcome.play.unbegun:
                click.echo(click.style(f"          {_line(outcome.play, happening, code)}", dim=True))
    if done:
        failed = sum(bool(one.outcome.failures) for one in done)
        click.echo("\n" + said("{tests} passed, {n} failed", code, tests=many(len(done) - failed, "test", code), n=failed))


def story(play: Play, code: Code = ENGLISH) -> Iterator[str]:
    """What happened, in order, with the day, the time, and who held the client from when."""
    lines = list(_told(play, code))
    cut = len(lines) - _STORY_MAX
    if cut > 1:
        half = _STORY_MAX // 2
        lines = [*lines[:half], ("… " + said("{n} more", code, n=cut), ""), *lines[-half:]]
    width = max((len(what) for what, held in lines if held), default=0)
    for what, held in lines:
        yield f"{what.ljust(width)}  {held}".rstrip()


def _told(play: Play, code: Code) -> Iterator[tuple[str, str]]:
    holder = ""
    for happening in play.history:
        held = said("held by {name}", code, name=happening.holder) if happening.holder != holder else ""
        holder = happening.holder
        yield _line(play, happening, code), held


def _line(play: Play, happening: Happening, code: Code) -> str:
    moment = play.moment(happening.at)
    what = ", ".join(phrased(one, code) for one in happening.phrases)
    return f"{said('day', code)} {moment.day:<3} {clock_of(moment.clock or 0):>5}  {what}"


def print_coverage(covered: Coverage, code: Code) -> None:
    """How much the tests reach, and what they do not, with its place."""
    whole = len(covered.points)
    reached = whole - len(covered.missing)
    sentence = said(
        "the tests reach {share} % ({n} of {m}) of what can happen on {paths}", code, share=shown(covered.percent, code),
        n=reached, m=whole, paths=_paths(covered, code),
    )  # fmt: skip
    click.echo("\n" + sentence)
    if covered.missing:
        click.echo(said("no test reaches:", code))
    for point in covered.missing:
        click.echo(f"  {point.span.file}:{point.span.line}: {phrased(point.called, code)}: {phrased(point.outcome, code)}")


def _paths(covered: Coverage, code: Code) -> str:
    names = list(dict.fromkeys(point.path for point in covered.points))
    return names[0] if len(names) == 1 else many(len(names), "path", code)


def shown(percent: float, code: Code = ENGLISH) -> str:
    """Per cent with at most one decimal, cut and never rounded up: 99.97 is not 100."""
    text = f"{int(percent * 10 + 1e-9) / 10:g}"
    return text if code == ENGLISH else text.replace(".", ",")


# for programs


def as_dict(done: list[Done], broken: list[Broken], covered: Coverage | None, code: Code) -> dict[str, Any]:
    """The report that schema/tests.schema.json describes; what is said in it, in that language."""
    failed = sum(bool(one.outcome.failures) for one in done)
    more = {"coverage": _coverage(covered)} if covered is not None else {}
    return more | {
        "tests": [_test(one, code) for one in done],
        "not_run": [
            {"file": str(one.file), "findings": [told(f, code).as_dict(one.zone) for f in one.findings]} for one in broken
        ],
        "summary": {"tests": len(done), "failed": failed, "seconds": round(sum(one.seconds for one in done), 3)},
    }


def _coverage(covered: Coverage) -> dict[str, Any]:
    return {
        "percent": float(shown(covered.percent)),
        "points": len(covered.points),
        "reached": len(covered.points) - len(covered.missing),
        "missing": [
            {"file": point.span.file, "line": point.span.line, "path": point.path, "what": point.said}
            for point in covered.missing
        ],
    }


def _test(one: Done, code: Code) -> dict[str, Any]:
    outcome = one.outcome
    row: dict[str, Any] = {
        "file": str(one.file),
        "line": outcome.span.line,
        "name": outcome.name,
        "passed": not outcome.failures,
        "seconds": round(one.seconds, 3),
        "failures": [{"line": f.span.line, "message": spoken(f.said, code)} for f in outcome.failures],
    }
    if outcome.failures:
        row["happened"] = [_happened(outcome.play, happening) for happening in outcome.history]
    return row


def _happened(play: Play, happening: Happening) -> dict[str, Any]:
    moment = play.moment(happening.at)
    clock = clock_of(moment.clock or 0)
    return {"day": moment.day, "time": clock, "what": happening.said, "holder": happening.holder}


def as_suites(done: Iterable[Done], broken: Iterable[Broken], code: Code) -> list[junit.Suite]:
    """One suite a file, one case a test; a file that cannot be read is a case that fails."""
    cases: dict[str, list[junit.Case]] = {}
    for one in done:
        outcome = one.outcome
        group = outcome.play.program.path.name
        cases.setdefault(str(one.file), []).append(junit.Case(outcome.name, group, _failure(one, code), None, one.seconds))
    for lost in broken:
        findings = [told(finding, code) for finding in lost.findings]
        first = findings[0]
        details = "\n".join(f"{f.span.file}:{f.span.line}: {f.code}: {f.message}" for f in findings if f.span is not None)
        failure = junit.Failure(first.message, first.code, details)
        cases.setdefault(str(lost.file), []).append(junit.Case("the path can be read", str(lost.file), failure))
    return [junit.Suite(name, tuple(listed)) for name, listed in cases.items()]


def _failure(one: Done, code: Code) -> junit.Failure | None:
    outcome = one.outcome
    if not outcome.failures:
        return None
    texts = [spoken(failure.said, code) for failure in outcome.failures]
    lines = [f"{one.file}:{failure.span.line}: {what}" for failure, what in zip(outcome.failures, texts, strict=True)]
    return junit.Failure(texts[0], "expectation", "\n".join([*lines, "", *story(outcome.play, code)]))
