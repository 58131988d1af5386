"""Findings as workflow commands: GitHub Actions shows each beside its line.

Source: GitHub Docs, Workflow commands for GitHub Actions: `::error file=…,line=…::message`; how values are escaped is in the
package @actions/core, command.ts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pathflow.base.findings import Level
from pathflow.report.results import Result

_COMMANDS: Final[Mapping[Level, str]] = {"error": "error", "warning": "warning", "info": "notice"}


def as_github(listed: Iterable[Result]) -> str:
    """One line for each finding that is not silenced."""
    return "".join(_line(result) + "\n" for result in listed if result.silenced is None)


def _line(result: Result) -> str:
    finding = result.finding
    properties: dict[str, str] = {}
    span = finding.span
    if span is not None and result.file:
        properties = {"file": result.file, "line": str(span.line), "endLine": str(span.end_line)}
        if span.line == span.end_line:
            properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
    properties["title"] = f"{finding.code} {finding.rule}"
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.level]} {listed}::{_data(result.text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
