"""Findings for people: the sentence, the place with the words underlined, what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Final

import click

from pathflow.base.findings import Finding, Level
from pathflow.base.spans import Span
from pathflow.cli.tongue import many, of_finding, said, word
from pathflow.dsl.languages import ENGLISH, Code
from pathflow.locale import told

_COLOURS: Final[Mapping[Level, str]] = {"error": "red", "warning": "yellow", "info": "blue"}
_WIDTH_MAX: Final = 160


def frames(findings: Iterable[Finding], sources: Mapping[str, list[str]]) -> Iterator[str]:
    """Findings one after the other; what is said of one and the same place alone stands in one frame."""
    for _, together in groupby(findings, key=_place):
        yield frame(*together, sources=sources)


def _place(finding: Finding) -> object:
    is_plain = finding.span is not None and not finding.related
    return (finding.span, finding.level) if is_plain else id(finding)


def frame(first: Finding, *others: Finding, sources: Mapping[str, list[str]]) -> str:
    """Findings on one place of a text: heads, source lines, advice."""
    colour = _COLOURS[first.level]
    code = of_finding(first, sources)
    findings = [told(finding, code) for finding in (first, *others)]
    finding = findings[0]
    lines = [head(one, code) for one in findings]
    span = finding.span
    if span is not None and span.file:
        lines.append(f"  {click.style('-->', fg='cyan')} {span.file}:{span.line}:{span.column}")
        places = [(related.span, related.say, False) for related in finding.related if related.span.file == span.file]
        lines += _excerpt([*places, (span, "", True)], sources.get(span.file, []), colour)
        for related in finding.related:
            if related.span.file != span.file:
                lines.append(f"      {related.say}: {related.span.file}:{related.span.line}")
    for advice in dict.fromkeys(one.advice for one in findings if one.advice is not None):
        lines.append(f"  {click.style(word('help', code) + ':', fg='green')} {advice}")
    pages = ", ".join(f"pathflow explain {one}" for one in dict.fromkeys(one.code for one in findings))
    lines.append(click.style(f"  {word('more', code)}: {pages}", dim=True))
    return "\n".join(lines)


def head(finding: Finding, code: Code = ENGLISH) -> str:
    """Level, code and sentence; the finding is told in that language already."""
    mark = click.style(f"{word(finding.level, code)} {finding.code}", fg=_COLOURS[finding.level], bold=True)
    return f"{mark}: {click.style(finding.message, bold=True)}"


def _excerpt(places: list[tuple[Span, str, bool]], source: list[str], colour: str) -> list[str]:
    """The lines that are spoken of, each with its words underlined."""
    ordered = sorted(places, key=lambda place: (place[0].line, place[0].column))
    ordered = [place for place in ordered if 0 < place[0].line <= len(source)]
    if not ordered:
        return []
    gutter = len(str(ordered[-1][0].line))
    lines: list[str] = []
    before: int | None = None
    for span, say, is_main in ordered:
        if before is not None and span.line > before + 1:
            lines.append(click.style(f"  {' ' * gutter} ⋮", fg="cyan"))
        if before != span.line:
            text = _clip(source[span.line - 1])
            lines.append(f"  {click.style(f'{span.line:>{gutter}} |', fg='cyan')} {text}")
        before = span.line
        text = _clip(source[span.line - 1])
        start = min(span.column - 1, len(text))
        end = max(min(span.end_column - 1, len(text)), start + 1)
        under = " " * _width(text[:start]) + ("^" if is_main else "-") * max(_width(text[start:end]), 1)
        after = f" {say}" if say else ""
        styled = click.style(under + after, fg=colour if is_main else "cyan")
        lines.append(f"  {' ' * gutter} {click.style('|', fg='cyan')} {styled}")
    return lines


def _clip(text: str) -> str:
    text = text.replace("\t", " ").rstrip()
    return text if len(text) <= _WIDTH_MAX else text[: _WIDTH_MAX - 1] + "…"


def _width(text: str) -> int:
    """How many columns the text takes in a terminal."""
    width = 0
    for character in text:
        if not unicodedata.combining(character):
            width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width


def tally(findings: list[Finding], code: Code = ENGLISH) -> str:
    """`2 errors, 1 warning`, or `no findings`."""
    parts = [
        many(count, level if level != "info" else "remark", code)
        for level in ("error", "warning", "info")
        if (count := sum(f.level == level for f in findings))
    ]
    return ", ".join(parts) or said("no findings", code)
