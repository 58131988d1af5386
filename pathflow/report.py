"""Findings as data: the JSON that `check` and `run` print, and others build on. Its schema: schema/report.schema.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, iso


def as_dict(finding: Finding, zone: ZoneInfo) -> dict[str, Any]:
    """A finding with the keys of the contract; those that do not apply are absent."""
    found: dict[str, Any] = {
        "code": finding.code,
        "rule": finding.rule,
        "family": finding.family,
        "level": finding.level,
        "message": finding.message,
    }
    if finding.advice is not None:
        found["help"] = finding.advice
    span = finding.span
    if span is not None and span.file:
        found |= {
            "file": span.file,
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
        }
    for key, value in (("client", finding.client), ("who", finding.who)):
        if value is not None:
            found[key] = value
    for key, at in (("since", finding.since), ("due", finding.due)):
        if at is not None:
            found[key] = iso(at, zone)
    evidence = [_evidence(e.at, e.event, e.provider, e.note, zone) for e in finding.evidence]
    evidence += [
        {"file": r.span.file, "line": r.span.line, "column": r.span.column, "end_line": r.span.end_line,
         "end_column": r.span.end_column, "note": r.say}
        for r in finding.related
    ]  # fmt: skip
    if evidence:
        found["evidence"] = evidence
    return found


def _evidence(at: Instant, event: str, provider: str | None, note: str | None, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = {"at": iso(at, zone), "event": event}
    if provider is not None:
        found["provider"] = provider
    if note is not None:
        found["note"] = note
    return found


def counts(findings: Iterable[Finding]) -> dict[str, Any]:
    """How many of each level, family and code."""
    listed = list(findings)
    levels = Counter(f.level for f in listed)
    return {
        "findings": len(listed),
        "errors": levels["error"],
        "warnings": levels["warning"],
        "infos": levels["info"],
        "by_family": dict(sorted(Counter(f.family for f in listed).items())),
        "by_code": dict(sorted(Counter(f.code for f in listed).items())),
    }


def as_json(document: dict[str, Any]) -> str:
    """The document as JSON text, one line's end at its end."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
