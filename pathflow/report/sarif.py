"""Findings as SARIF, the format in which analysis tools hand their results to code scanning.

Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01, OASIS Standard, 28 August 2023; clauses
are named where something follows from one.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pathflow.base.findings import Edit, Level
from pathflow.base.spans import Span
from pathflow.report.results import Result, Silenced, place
from pathflow.rules.pages import page

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[Mapping[Level, str]] = {"error": "error", "warning": "warning", "info": "note"}
_ROOT: Final = "%SRCROOT%"


def as_sarif(listed: Iterable[Result], folder: Path, version: str) -> dict[str, Any]:
    """The document: one run with its results, and the pages of the rules that they break.

    Args:
        folder: what files are named from.
        version: pathflow's own.
    """
    found = list(listed)
    rules = {code: number for number, code in enumerate(sorted({result.finding.code for result in found}))}
    names = {result.finding.code: result.finding.rule for result in found}
    run = {
        "tool": {
            "driver": {
                "name": "pathflow",
                "version": version,
                "semanticVersion": version,
                "rules": [_rule(code, names[code]) for code in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which pathflow was started."}}},
        "results": [_result(result, rules[result.finding.code], folder) for result in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


# rules


def _rule(code: str, name: str) -> dict[str, Any]:
    _, what, sections = _sections(page(code) or "")
    rule: dict[str, Any] = {"id": code, "name": name}
    if what:
        markdown = "\n\n".join([what, *(_section(title, text) for title, text in sections.items())])
        plain = "\n\n".join([what, *(f"{title}: {text}" for title, text in sections.items() if title not in ("Bad", "Good"))])
        rule["shortDescription"] = {"text": _literal(what)}
        rule["fullDescription"] = {"text": _literal(sections.get("Why", what))}
        rule["help"] = {"text": _literal(plain), "markdown": _braces(markdown)}
    return rule


def _sections(text: str) -> tuple[str, str, dict[str, str]]:
    """A page as its title, what it says in short, and its sections; examples keep their lines."""
    title, _, body = text.partition("\n")
    what, *rest = re.split(r"^(?=[A-Z][a-z]+:)", body.strip(), flags=re.M)
    sections: dict[str, str] = {}
    for section in rest:
        name, _, inside = section.partition(":")
        is_example = name in ("Bad", "Good")
        sections[name] = textwrap.dedent(inside.strip("\n")).rstrip() if is_example else " ".join(inside.split())
    return title, " ".join(what.split()), sections


def _section(title: str, text: str) -> str:
    return f"**{title}**\n\n```text\n{text}\n```" if title in ("Bad", "Good") else f"**{title}.** {text}"


# results


def _result(result: Result, rule: int, folder: Path) -> dict[str, Any]:
    finding = result.finding
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.level],
        "message": {"text": _literal(result.text)},
        "partialFingerprints": {"pathflow/v1": result.mark},
        "suppressions": []
        if result.silenced is None
        else [_suppression(result.silenced, folder)],  # 3.27.23: of all or of none
    }
    if finding.span is not None and result.file:
        found["locations"] = [{"physicalLocation": _location(finding.span, folder)}]
    if finding.related:
        found["relatedLocations"] = [
            {"id": number, "message": {"text": _literal(related.say)}, "physicalLocation": _location(related.span, folder)}
            for number, related in enumerate(finding.related, start=1)
        ]
    if finding.edit is not None:
        found["fixes"] = [_fix(finding.edit, finding.advice, folder)]
    return found


def _suppression(silenced: Silenced, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": "inSource" if silenced.how == "allowed" else "external",
        "status": "accepted",
        "justification": silenced.why,
    }
    if silenced.span is not None:
        found["location"] = {"physicalLocation": _location(silenced.span, folder)}
    return found


def _fix(edit: Edit, advice: str | None, folder: Path) -> dict[str, Any]:
    by_file: dict[str, list[dict[str, Any]]] = {}
    for part in (edit, *edit.also):
        replacement = {"deletedRegion": _region(part.span), "insertedContent": {"text": part.text}}
        by_file.setdefault(part.span.file, []).append(replacement)
    changes = [{"artifactLocation": _artifact(file, folder), "replacements": parts} for file, parts in by_file.items()]
    description = {"description": {"text": _literal(advice)}} if advice else {}
    return {**description, "artifactChanges": changes}


def _location(span: Span, folder: Path) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.file, folder), "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    return {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}


def _artifact(file: str, folder: Path) -> dict[str, str]:
    named = place(file, folder)
    if Path(named).is_absolute():
        return {"uri": Path(named).as_uri()}
    return {"uri": _escaped(named), "uriBaseId": _ROOT}


def _escaped(path: str) -> str:
    """A path as a URI has it; a colon too, which in the first part would end a scheme. Source: RFC 3986, 3.3 and 4.2."""
    return quote(os.fsencode(path), safe="/")


def _literal(text: str) -> str:
    """Words that are no placeholder and no link (3.11.5, 3.11.6)."""
    return _braces(text).replace("](", "] (")


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
