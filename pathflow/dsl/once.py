"""What many lines have in common is said once: tabs, and lines that are off by the same."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from pathflow.base.findings import Finding
from pathflow.base.names import counted


def tabs_once(findings: list[Finding]) -> list[Finding]:
    """Tabs are said once, at the first line that has one: where there is one, there are often a hundred."""
    tabs = [finding for finding in findings if finding.code == "P010"]
    if len(tabs) < 2:
        return findings
    say = (
        "the line is indented with a tab, and so are {count} more"
        if len(tabs) > 2
        else "the line is indented with a tab, and so is one more"
    )
    edits = [tab.edit for tab in tabs if tab.edit is not None]
    edit = replace(edits[0], also=tuple(edits[1:]))
    first = replace(tabs[0], say=say, words={"count": str(len(tabs) - 1)}, edit=edit)
    return [first if finding is tabs[0] else finding for finding in findings if finding.code != "P010" or finding is tabs[0]]


def runs_once(findings: list[Finding]) -> list[Finding]:
    """Lines that follow each other and are off by the same are said once; and not at all where their header is off so much."""
    kept: list[Finding] = []
    last: Finding | None = None  # of the lines that are off, the one before
    for one in sorted(findings, key=lambda f: f.span.line if f.span else 0):
        if one.code != "P011" or one.span is None:
            kept.append(one)
            continue
        before, last = last, one
        if (
            before is None
            or before.span is None
            or one.span.line > before.span.line + 2
            or before.words["by"] != one.words["by"]
        ):
            kept.append(one)
        elif before.words["side"] == one.words["side"]:
            place = next(n for n in range(len(kept) - 1, -1, -1) if kept[n].code == "P011")
            kept[place] = _with_the_next(kept[place], one)
        elif before.words["side"] == "left":
            kept.append(one)
    return kept


def _with_the_next(first: Finding, one: Finding) -> Finding:
    """What is said of a line, said of one more as well."""
    more = int(first.words.get("more", "0")) + 1
    words = {**first.words, "more": str(more), "lines": counted(more, "line")}
    edit = first.edit
    if edit is not None and one.edit is not None:
        edit = replace(edit, also=(*edit.also, one.edit))
    say = _RUNS[first.words["side"], more == 1]
    return replace(first, say=say, words=words, edit=edit)


_RUNS: Final = {
    ("right", True): "the line is {by} too far to the right, and so is {lines} after it",
    ("right", False): "the line is {by} too far to the right, and so are {lines} after it",
    ("left", True): "the line is {by} too far to the left, and so is {lines} after it",
    ("left", False): "the line is {by} too far to the left, and so are {lines} after it",
}
