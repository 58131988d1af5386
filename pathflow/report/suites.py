"""Findings as suites of cases for JUnit XML: a suite for each file, a case for each finding.

A case fails if the finding makes the check fail; what is allowed, accepted, or not grave enough is skipped, with the reason. A
file without findings has one case, which passes: a server takes a suite without cases for a run that went wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

from pathflow.report.junit import Case, Failure, Suite
from pathflow.report.results import Result


def suites_of(files: Iterable[str], listed: Iterable[Result]) -> list[Suite]:
    """A suite for each file that was asked for, and for each other one in which something was found."""
    cases: dict[str, list[Case]] = {file: [] for file in files}
    for result in listed:
        cases.setdefault(result.file or "pathflow", []).append(_case(result))
    return [Suite(file, tuple(found) or (Case("no findings", file),)) for file, found in cases.items()]


def _case(result: Result) -> Case:
    finding = result.finding
    at = f"{result.file}:{finding.span.line}:{finding.span.column}" if finding.span is not None else result.file
    name = f"{finding.code} {finding.rule}" + (f", line {finding.span.line}" if finding.span is not None else "")
    if result.fails:
        advice = f"\nhelp: {finding.advice}" if finding.advice else ""
        details = f"{at}\n{finding.level} {finding.code}: {finding.message}{advice}\nmore: pathflow explain {finding.code}"
        return Case(name, result.file, Failure(finding.message, finding.code, details))
    silenced = result.silenced
    why = f"{finding.level}: {finding.message}" if silenced is None else f"{silenced.how}: {silenced.why}"
    return Case(name, result.file, skipped=why)
