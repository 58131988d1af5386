"""One client's way on a path: what is done and when, where the client is and by when what is owed, and what is ahead."""

from __future__ import annotations

from pathflow.base.instants import Instant, local_datetime
from pathflow.engine.duties import duties
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.picture.elements import State
from pathflow.picture.views import View
from pathflow.picture.voice import Voice


def course(record: Record, enrolment: Enrolment, at: Instant, voice: Voice) -> View:
    """The path as this client goes it, at a moment.

    Done is what happened; now is where the client is; ahead what can still come from there; the rest is left behind.
    """
    program = enrolment.tables.program
    view = View(program.path)
    owed = {duty.node: duty for duty in duties(record, enrolment, at) if duty.act != "accept"}
    now = {*enrolment.tokens, *enrolment.owed}
    ahead = _ahead(program, now) if enrolment.ended is None else set[int]()
    if enrolment.ended is None:
        ahead |= {n.index for n in program.nodes if n.event >= 0}
    for node in program.nodes:
        if node.statement is None:
            continue
        state, note = _of(node, enrolment, now, ahead, voice)
        if (
            state == "left"
            and node.kind == "wait"
            and any(_is_past(program, n, enrolment, now) for n in _next(program, node.index))
        ):
            state = "done"
        duty = owed.get(node.index)
        if state == "now" and duty is not None and duty.due is not None:
            note = voice.said("due {date}", date=_date(duty.due, voice))
            if duty.due < at:
                note = voice.said("late since {date}", date=_date(duty.due, voice))
        view.states[id(node.statement)] = state
        if note:
            view.notes[id(node.statement)] = note
    view.subtitle = voice.said(
        "{client}: since {began}, as of {at}", client=record.client, began=_date(enrolment.began, voice), at=_date(at, voice)
    )
    return view


def _of(node: Node, enrolment: Enrolment, now: set[int], ahead: set[int], voice: Voice) -> tuple[State, str]:
    happened = enrolment.happened.get(node.name) if node.name else None
    if enrolment.ended is not None and enrolment.ended.node == node.index:
        return "done", voice.said("done {date}", date=_date(enrolment.ended.at, voice))
    if node.index in now:
        since = enrolment.tokens.get(node.index, enrolment.owed.get(node.index))
        return "now", voice.said("since {date}", date=_date(since, voice)) if since is not None else ""
    if happened is not None and node.kind not in ("decide", "event"):
        return "done", voice.said("done {date}", date=_date(happened, voice))
    if node.kind in ("decide", "split", "join", "repeat", "event"):
        return ("" if node.index in ahead or enrolment.ended is None else "left"), ""
    return ("ahead", "") if node.index in ahead else ("left", "")


def _ahead(program: Program, now: set[int]) -> set[int]:
    """What can be come to from there."""
    found: set[int] = set()
    waiting = list(now)
    while waiting:
        for edge in program.edges[waiting.pop()]:
            if edge.target not in found:
                found.add(edge.target)
                waiting.append(edge.target)
    return found


def _next(program: Program, node: int) -> set[int]:
    """The nodes with a name that come right after."""
    found: set[int] = set()
    seen: set[int] = set()
    waiting = [edge.target for edge in program.edges[node]]
    while waiting:
        target = waiting.pop()
        if target in seen:
            continue
        seen.add(target)
        if program.nodes[target].kind in ("decide", "split", "join", "repeat"):
            waiting += [edge.target for edge in program.edges[target]]
        else:
            found.add(target)
    return found


def _is_past(program: Program, node: int, enrolment: Enrolment, now: set[int]) -> bool:
    return node in now or program.nodes[node].name in enrolment.happened


def _date(at: Instant, voice: Voice) -> str:
    """A day, as the language writes it."""
    day = local_datetime(at, voice.program.calendar.zone)
    return f"{day.day}.{day.month}.{day.year}" if voice.code == "fi" else day.date().isoformat()
