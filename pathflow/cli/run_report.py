"""What came out of a run, for people and for programs."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import click

from pathflow.base.findings import Finding, Level
from pathflow.base.instants import shown
from pathflow.base.names import counted
from pathflow.cli.render import head
from pathflow.cli.tongue import chosen, spoken
from pathflow.dsl.languages import ENGLISH
from pathflow.locale import told
from pathflow.replay.run import ClientState, Place, Run
from pathflow.rules.pages import page

_EVIDENCE_MAX: Final = 6
_EXAMPLES_MAX: Final = 6
_COLOURS: Final = {"error": "red", "warning": "yellow", "info": "blue"}
_STATE: Final = {"open": "", "warn": "late", "breach": "past its maximum"}


def client_text(state: ClientState, zone: ZoneInfo) -> str:
    """One client: where they are, who holds them, who owns the plan, what is due, and every finding."""
    lines = [
        click.style(f"client {state.client}", bold=True) + f"  {state.path} {state.version}, since {shown(state.began, zone)}"
    ]
    if state.ended is not None:
        lines.append(f"  ended {shown(state.ended, zone)}: {click.style(state.outcome or '', bold=True)}")
        owner = f"plan stays with {state.owner}" if state.owner else "plan closed"
        lines.append(f"  last held by {state.holder}; {owner}")
    else:
        here = [_place(p, zone) for p in state.where if not p.is_owed]
        lines.append(f"  at {'; '.join(here) or 'nothing that is owed'}")
        owed = [p.name for p in state.where if p.is_owed]
        if owed:
            lines.append(f"  passed over, still owed: {', '.join(owed)}")
        lines.append(f"  held by {state.holder}; plan owned by {state.owner or click.style('nobody', fg='red')}")
    for duty in state.due:
        if duty.due is None:
            continue
        when = shown(duty.due, zone)
        colour = {"warn": "yellow", "breach": "red"}.get(duty.state)
        note = f" – {_STATE[duty.state]}" if _STATE[duty.state] else ""
        lines.append("  " + click.style(f"due {when}{note}: {duty.what}, {duty.who}", fg=colour))
    for finding in state.findings:
        lines += _finding(finding, zone)
    return "\n".join(lines)


def _place(place: Place, zone: ZoneInfo) -> str:
    until = f", goes on {shown(place.until, zone)}" if place.until is not None else ""
    return f"{place.name} (since {shown(place.since, zone)}{until})"


def _finding(finding: Finding, zone: ZoneInfo) -> list[str]:
    row = f" (line {finding.span.line} of the log)" if finding.family == "path" and finding.span is not None else ""
    code = chosen() or ENGLISH
    finding = told(finding, code)
    lines = [f"  {head(finding, code)}{row}"]
    for evidence in finding.evidence[:_EVIDENCE_MAX]:
        where = f", {evidence.provider}" if evidence.provider else ""
        note = f" – {evidence.note}" if evidence.note else ""
        lines.append(click.style(f"      {shown(evidence.at, zone)}  {evidence.event}{where}{note}", dim=True))
    if len(finding.evidence) > _EVIDENCE_MAX:
        lines.append(click.style(f"      and {len(finding.evidence) - _EVIDENCE_MAX} more", dim=True))
    if finding.advice:
        lines.append(click.style(f"      {finding.who + ': ' if finding.who else ''}{finding.advice}", dim=True))
    return lines


def totals_text(result: Run) -> str:
    """How many clients, where they stand, and how often each promise was broken, with an example of each."""
    clients = {state.client for state in result.clients}
    aside = f", {counted(result.n_aside, 'row')} set aside" if result.n_aside else ""
    ended = sum(state.ended is not None for state in result.clients)
    with_findings = len({state.client for state in result.clients if state.findings})
    lines = [
        click.style(
            f"{counted(len(clients), 'client')}, {counted(result.n_rows, 'event')}{aside}, "
            f"as of {shown(result.at, result.zone)}",
            bold=True,
        ),
        f"  {ended} ended, {len(result.clients) - ended} open; {with_findings} with findings",
    ]
    by_code: dict[tuple[str, Level], list[Finding]] = {}
    for finding in result.all_findings:
        by_code.setdefault((finding.code, finding.level), []).append(finding)
    rank = {"error": 0, "warning": 1, "info": 2}
    for (code, level), found in sorted(by_code.items(), key=lambda pair: (rank[pair[0][1]], pair[0][0])):
        affected = len({f.client for f in found if f.client is not None})
        count = click.style(f"{len(found):>7}", bold=True)
        mark = click.style(f"{level} {code}", fg=_COLOURS[level])
        who = f" ({counted(affected, 'client')})" if affected else ""
        lines.append(f"{count}  {mark}  {_what(code)}{who}")
        lines += [click.style(f"         {example}", dim=True) for example in _examples(found)]
    if not by_code:
        lines.append(f"  {click.style('no promise was broken', fg='green')}")
    if result.unused_columns:
        names = ", ".join(result.unused_columns[:6]) + (
            f" and {len(result.unused_columns) - 6} more" if len(result.unused_columns) > 6 else ""
        )
        lines.append(click.style(f"  columns not used: {names}", dim=True))
    return "\n".join(lines)


def _examples(found: list[Finding]) -> list[str]:
    """One client's finding; of the log's own, what each says."""
    client = found[0].client
    if client is not None and found[0].family != "path":
        return [f"e.g. client {client}: {spoken(found[0]).message}"]
    return list(dict.fromkeys(_with_line(finding) for finding in found))[:_EXAMPLES_MAX]


def _with_line(finding: Finding) -> str:
    """What a finding of the log says, with the row that it speaks of; some are about the whole log."""
    span, finding = finding.span, spoken(finding)
    return f"line {span.line}: {finding.message}" if span is not None and span.file else finding.message


def _what(code: str) -> str:
    text = page(code) or ""
    return text.splitlines()[0].partition(" ")[2] if text else ""
