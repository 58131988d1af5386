"""Open findings: what the check cannot prove of each path, with what it means and how it is mended; and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pathflow.base.findings import Finding
from pathflow.handbook.blocks import Block, Callout, Inline, Page, Rich, Section, Text
from pathflow.handbook.making import cell, facts, line, listing, prose, section, table
from pathflow.handbook.material import Edition, each_once
from pathflow.handbook.voice import Voice
from pathflow.locale import sentence, told
from pathflow.model import path as model
from pathflow.rules.pages import name as name_of
from pathflow.rules.pages import parts, what

LEVELS: Final = {"error": "Error", "warning": "Warning", "info": "Note"}
_TICKED: Final = re.compile(r"`([^`]*)`")


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    material = voice.material
    lead = voice.text(
        "The check proves the promises of each path for every client and every way. What it cannot "
        "prove stands here until it is mended."
    )
    whole = [path for path in material.paths if not of_path(material.findings, path)]
    sections = [section("state", voice.text("State of the paths"), *_state(voice, len(whole)))]
    for path in material.paths:
        found = of_path(material.findings, path)
        if found:
            sections.append(section(voice.places.path(path), voice.path(path).text, *finding_blocks(voice.on(path), found)))
    files = {path.span.file for path in material.paths}
    others = [one for one in material.findings if one.span is None or one.span.file not in files]
    if others:
        sections.append(section("others", voice.text("In the network and in other files"), *finding_blocks(voice, others)))
    codes = sorted({one.code for one in (*material.findings, *(allowed.finding for allowed in material.allowed))})
    if codes:
        sections.append(Section("codes", voice.text("What the codes mean"), (), tuple(_code(voice, code) for code in codes)))
    return Page("findings", voice.text("Open findings and risks"), "chapter", tuple(sections), lead=line(lead))


def of_path(findings: Iterable[Finding], path: model.Path) -> list[Finding]:
    """Those that speak of a place in the path's file."""
    return [one for one in findings if one.span is not None and one.span.file == path.span.file]


def _state(voice: Voice, n_whole: int) -> list[Block]:
    material = voice.material
    blocks: list[Block] = []
    if material.broken:
        title = voice.text("Files that cannot be read as meant, and are left out of this handbook")
        blocks.append(
            Callout("error", title, tuple(line(Text(file.rpartition("/")[2], mark="code")) for file in material.broken))
        )
    if not material.findings:
        text = voice.text("Nothing is open: every promise of every path is proved.")
        blocks.append(Callout("good", voice.text("No open findings"), (line(text),)))
    rows = [
        (
            voice.path(path), cell(state_of(voice, of_path(material.findings, path))),
            cell(str(len(of_path(material.findings, path)))),
            cell(str(sum(one.by.span.file == path.span.file for one in material.allowed))),
        )
        for path in material.paths
    ]  # fmt: skip
    columns = ("Path", "State", "Open findings", "Allowed with a reason")
    return [*blocks, table(voice, voice.text("What is open on each path"), columns, rows)] if rows else blocks


def state_of(voice: Voice, found: Sequence[Finding]) -> Inline:
    """The gravest level among findings, as a badge."""
    from pathflow.handbook.blocks import Badge

    for level, title in LEVELS.items():
        if any(one.level == level for one in found):
            return Badge(f"level-{level}", voice.text(title))
    return Badge("level-good", voice.text("Proved"))


def finding_blocks(voice: Voice, found: Sequence[Finding]) -> list[Block]:
    """Each finding with its place and what would mend it."""
    rows = [
        (
            cell(state_of(voice, [one])), cell(line(_code_link(one.code))), cell(*_said(voice, one)),
            f"{one.span.file.rpartition('/')[2]}:{one.span.line}" if one.span is not None else "",
        )
        for one in found
    ]  # fmt: skip
    columns = ("Level", "Code", "What is wrong, and what would mend it", "Place")
    return [table(voice, voice.text("Open findings"), columns, rows)]


def _code_link(code: str) -> Inline:
    from pathflow.handbook.blocks import Link

    return Link(code, "findings", f"code-{code}")


def _said(voice: Voice, one: Finding) -> list[Rich]:
    found = told(one, voice.code)
    return [ticked(found.message), *([(Text(found.advice, mark="quiet"),)] if found.advice else [])]


def ticked(text: str) -> Rich:
    """A sentence in which the user's own words stand in backticks."""
    parts = _TICKED.split(text)
    return tuple(Text(part, mark="code" if at % 2 else "") for at, part in enumerate(parts) if part)


def _code(voice: Voice, code: str) -> Section:
    page = parts(code)
    why = sentence(page.why, voice.code, "pages") if page is not None else ""
    fix = sentence(page.fix, voice.code, "pages") if page is not None else ""
    made = facts(voice, ("What it says", [what(code, voice.code)]), ("Why it matters", [why]), ("How it is mended", [fix]))
    name = name_of(code, voice.code).replace("-", " ")
    return section(f"code-{code}", f"{code}: {name}", made)


def allowed_blocks(voice: Voice, path: model.Path) -> list[Block]:
    """What a path allows itself, with the reasons."""
    mine = [one for one in voice.material.allowed if one.by.span.file == path.span.file]
    codes = each_once(one.finding.code for one in mine)
    if not codes:
        return []
    rows = [voice.rich("{code}: {reason}", code=one.finding.code, reason=voice.quoted(one.by.reason)) for one in mine]
    return [prose(voice.text("Allowed, with the reason that is given:"), "quiet"), listing(rows)]
