"""Findings as GitLab's Code Quality report: GitLab shows them in the merge request.

Source: GitLab Docs, Code Quality, Code Quality report format: `description`, `check_name`, `fingerprint`, `severity`,
`location.path`, `location.lines.begin`. Of two entries with one fingerprint GitLab shows the first alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pathflow.base.findings import Level
from pathflow.report.results import Result

_SEVERITIES: Final[Mapping[Level, str]] = {"error": "major", "warning": "minor", "info": "info"}


def as_gitlab(listed: Iterable[Result]) -> list[dict[str, Any]]:
    """An entry for each finding that is not silenced and has a place."""
    return [_entry(result) for result in listed if result.silenced is None and result.file]


def _entry(result: Result) -> dict[str, Any]:
    finding = result.finding
    span = finding.span
    return {
        "description": f"{finding.code}: {result.text}",
        "check_name": f"{finding.code} {finding.rule}",
        "fingerprint": result.mark,
        "severity": _SEVERITIES[finding.level],
        "location": {
            "path": result.file,
            "lines": {"begin": span.line if span is not None else 1, "end": span.end_line if span is not None else 1},
        },
    }
