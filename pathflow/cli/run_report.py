"""What came out of a run, for people and for programs."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import click

from pathflow.base.findings import Finding, Level
from pathflow.base.instants import shown
from pathflow.base.visible import Coloured, visible
from pathflow.cli.render import head
from pathflow.cli.tongue import many, phrased, said, word
from pathflow.dsl.languages import Code
from pathflow.locale import told, value
from pathflow.replay.run import ClientState, Place, Run
from pathflow.rules.pages import name

_EVIDENCE_MAX: Final = 6
_EXAMPLES_MAX: Final = 6
_COLOURS: Final = {"error": "red", "warning": "yellow", "info": "blue"}
_STATE: Final = {"open": "", "warn": "late", "breach": "past its maximum"}


def client_text(state: ClientState, zone: ZoneInfo, code: Code) -> str:
    """One client: where they are, who holds them, who owns the plan, what is due, and every finding."""
    lines = [
        click.style(said("client {name}", code, name=state.client), bold=True)
        + f"  {state.path} {state.version}, "
        + said("since {time}", code, time=shown(state.began, zone))
    ]
    if state.ended is not None:
        lines.append(
            f"  {said('ended {time}', code, time=shown(state.ended, zone))}: {click.style(state.outcome or '', bold=True)}"
        )
        owner = said("plan stays with {name}", code, name=_who(state.owner, code)) if state.owner else said("plan closed", code)
        lines.append(f"  {said('last held by {name}', code, name=state.holder)}; {owner}")
    else:
        here = [_place(p, zone, code) for p in state.where if not p.is_owed]
        lines.append("  " + said("at {places}", code, places="; ".join(here) or said("nothing that is owed", code)))
        owed = [p.name for p in state.where if p.is_owed]
        if owed:
            lines.append("  " + said("passed over, still owed: {names}", code, names=", ".join(owed)))
        owner = _who(state.owner, code) if state.owner else Coloured(click.style(said("nobody", code), fg="red"))
        lines.append("  " + said("held by {name}; plan owned by {owner}", code, name=state.holder, owner=owner))
    for duty in state.due:
        if duty.due is None:
            continue
        when = shown(duty.due, zone)
        colour = {"warn": "yellow", "breach": "red"}.get(duty.state)
        note = f" – {said(_STATE[duty.state], code)}" if _STATE[duty.state] else ""
        what = f"{phrased(duty.said, code)}, {_who(duty.who, code)}"
        lines.append("  " + click.style(f"{said('due {time}', code, time=when)}{note}: {what}", fg=colour))
    for finding in state.findings:
        lines += _finding(finding, zone, code)
    return "\n".join(lines)


def _who(text: str, code: Code) -> str:
    """Who acts, as a path says it: `sairaanhoitaja yksikössä Terveysasema`."""
    return value("by", text, code)


def _place(place: Place, zone: ZoneInfo, code: Code) -> str:
    since = said("since {time}", code, time=shown(place.since, zone))
    until = ", " + said("goes on {time}", code, time=shown(place.until, zone)) if place.until is not None else ""
    return f"{place.name} ({since}{until})"


def _finding(finding: Finding, zone: ZoneInfo, code: Code) -> list[str]:
    is_of_log = finding.family == "path" and finding.span is not None
    row = f" ({said('line {n} of the log', code, n=finding.span.line)})" if is_of_log and finding.span is not None else ""
    finding = told(finding, code)
    lines = [f"  {head(finding, code)}{row}"]
    for evidence in finding.evidence[:_EVIDENCE_MAX]:
        where = f", {evidence.provider}" if evidence.provider else ""
        note = f" – {evidence.note}" if evidence.note else ""
        said_of_it = visible(f"{evidence.event}{where}{note}")
        lines.append(click.style(f"      {shown(evidence.at, zone)}  {said_of_it}", dim=True))
    if len(finding.evidence) > _EVIDENCE_MAX:
        lines.append(click.style("      " + said("and {n} more", code, n=len(finding.evidence) - _EVIDENCE_MAX), dim=True))
    if finding.advice:
        lines.append(click.style(f"      {_who(finding.who, code) + ': ' if finding.who else ''}{finding.advice}", dim=True))
    return lines


def totals_text(result: Run, code: Code) -> str:
    """How many clients, where they stand, and how often each promise was broken, with an example of each."""
    clients = {state.client for state in result.clients}
    aside = f", {said('{rows} set aside', code, rows=many(result.n_aside, 'row', code))}" if result.n_aside else ""
    ended = sum(state.ended is not None for state in result.clients)
    with_findings = len({state.client for state in result.clients if state.findings})
    lines = [
        click.style(
            f"{many(len(clients), 'client', code)}, {many(result.n_rows, 'event', code)}{aside}, "
            + said("as of {time}", code, time=shown(result.at, result.zone)),
            bold=True,
        ),
        "  " + said("{n} ended, {m} open; {k} with findings", code, n=ended, m=len(result.clients) - ended, k=with_findings),
    ]
    by_code: dict[tuple[str, Level], list[Finding]] = {}
    for finding in result.all_findings:
        by_code.setdefault((finding.code, finding.level), []).append(finding)
    rank = {"error": 0, "warning": 1, "info": 2}
    for (kind, level), found in sorted(by_code.items(), key=lambda pair: (rank[pair[0][1]], pair[0][0])):
        affected = len({f.client for f in found if f.client is not None})
        count = click.style(f"{len(found):>7}", bold=True)
        mark = click.style(f"{word(level, code)} {kind}", fg=_COLOURS[level])
        who = f" ({many(affected, 'client', code)})" if affected else ""
        lines.append(f"{count}  {mark}  {name(kind, code)}{who}")
        lines += [click.style(f"         {example}", dim=True) for example in _examples(found, code)]
    if not by_code:
        lines.append(f"  {click.style(said('no promise was broken', code), fg='green')}")
    if result.unused_columns:
        names = ", ".join(result.unused_columns[:6]) + (
            " " + said("and {n} more", code, n=len(result.unused_columns) - 6) if len(result.unused_columns) > 6 else ""
        )
        lines.append(click.style("  " + said("columns not used: {names}", code, names=names), dim=True))
    return "\n".join(lines)


def _examples(found: list[Finding], code: Code) -> list[str]:
    """One client's finding; of the log's own, what each says."""
    client = found[0].client
    if client is not None and found[0].family != "path":
        return [f"{said('e.g. client {name}', code, name=client)}: {told(found[0], code).message}"]
    return list(dict.fromkeys(_with_line(finding, code) for finding in found))[:_EXAMPLES_MAX]


def _with_line(finding: Finding, code: Code) -> str:
    """What a finding of the log says, with the row that it speaks of; some are about the whole log."""
    span, finding = finding.span, told(finding, code)
    return f"{said('line {n}', code, n=span.line)}: {finding.message}" if span is not None and span.file else finding.message
