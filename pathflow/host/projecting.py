"""What is read from a record and kept beside its facts: the work that is owed, the flags, the notices, and when to look again.

Everything here is worked out from the record and a moment, so that it can be built anew from the facts at any time.

Law: tests/host/test_projections.py (after any commands, what is kept equals what is built anew).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, instant_of, local_datetime
from pathflow.engine.duties import Duty, duties
from pathflow.engine.machine import Machine
from pathflow.engine.record import NEVER, Enrolment, Record
from pathflow.store.port import Flag, Notice, Work

FAR: Final = NEVER
"""Where in a list stands what has no clock: at its end."""


class View(NamedTuple):
    """What is kept of a record: the work by place, and the flags by place."""

    work: Mapping[str, Work]
    flags: Mapping[str, Flag]


def view_of(machine: Machine, record: Record, at: Instant) -> View:
    """What is to be kept of a record as of a moment, up to which time has passed in it."""
    work = {one.place: one for enrolment in record.active for one in _work(record, enrolment, at)}
    return View(work, {flag.place: flag for flag in _flags(machine, record, at)})


# work


def _work(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Work]:
    for duty in duties(record, enrolment, at):
        doer = duty.doer
        urgent = min((when for when in (duty.due, duty.latest) if when is not None), default=FAR)
        yield Work(
            f"{enrolment.index}.{duty.node}.{duty.act}",
            duty.act,
            enrolment.path,
            enrolment.tables.name[duty.node],
            duty.what,
            doer.provider,
            ",".join(doer.professions),
            worker_of(enrolment, duty),
            duty.asker or "",
            duty.since,
            duty.due,
            duty.latest,
            urgent,
        )


def worker_of(_enrolment: Enrolment, _duty: Duty) -> str:
    """Who in person is to see to it; empty where nobody is named."""
    return ""


# flags


def _flags(machine: Machine, record: Record, at: Instant) -> Iterator[Flag]:
    told = {id(finding) for finding in record.findings}
    counted: dict[str, int] = {}
    for finding in machine.findings(record, at):
        place = place_of(finding)
        counted[place] = n = counted.get(place, 0) + 1
        zone = record.enrolments[0].tables.program.calendar.zone if record.enrolments else None
        body = json.dumps(finding.as_dict(zone) if zone is not None else {"message": finding.message}, ensure_ascii=False)
        since = finding.since if finding.since is not None else _last(finding)
        yield Flag(
            place if n == 1 else f"{place}.{n}", finding.code, finding.family, finding.level, finding.who or "", since,
            finding.due, id(finding) not in told, body,
        )  # fmt: skip


def place_of(finding: Finding) -> str:
    """What tells a finding from the others of its client, and stays the same as time passes and its words change."""
    span = finding.span
    where = f"{span.line}.{span.column}" if span is not None else ""
    since = finding.since if finding.since is not None else _last(finding)
    return f"{finding.code}.{since}.{where}"


def _last(finding: Finding) -> Instant:
    return max((evidence.at for evidence in finding.evidence), default=0)


# when to look again


def due_after(record: Record, view: View, at: Instant) -> Instant | None:
    """When time alone may change what is kept: the next timer, a clock that runs out, or the next morning; None for never."""
    if not record.active:
        return None
    found = [record.next_timer, _morning(record, at)]
    for work in view.work.values():
        found += [when + 1 for when in (work.due, work.latest) if when is not None and when >= at]
    first = min(found)
    return first if first < NEVER else None


def _morning(record: Record, at: Instant) -> Instant:
    """The next midnight on the clocks of the client's path: reviews, promises and agreements are counted in days."""
    zone = record.enrolments[0].tables.program.calendar.zone
    tomorrow = local_datetime(at, zone).date() + timedelta(days=1)
    return instant_of(datetime.combine(tomorrow, time()), zone)


# what changed


class Changed(NamedTuple):
    """The difference of two views, and what is to be told of it."""

    work_gone: list[str]
    work: list[Work]
    flags_gone: list[str]
    flags: list[Flag]
    notices: list[Notice]


def changed(
    client: str, old: View, new: View, owners: tuple[str | None, str | None], holders: Iterable[tuple[str, str]], at: Instant
) -> Changed:
    """From one view to the next.

    Args:
        owners: who owned the plan before, and who owns it now.
        holders: (path and number of the holder, who became accountable) for each who did.
    """
    work = [one for place, one in new.work.items() if old.work.get(place) != one]
    flags = [flag for place, flag in new.flags.items() if not _is_same(old.flags.get(place), flag)]
    notices = [
        _notice(client, "proposed", f"{one.place}.{one.since}.{one.provider}", one.provider, at, _told(one))
        for one in work
        if one.act in ("accept", "answer") and not _is_asked_already(old.work.get(one.place), one)
    ]
    notices += [
        _notice(client, "breach" if flag.level == "error" else "warning", flag.place, flag.who, at, json.loads(flag.body))
        for flag in flags
        if flag.level != "info" and flag.place not in old.flags
    ]
    before, now = owners
    if before != now:
        notices.append(_notice(client, "owner", f"{at}", now or before or "", at, {"owner": now, "before": before}))
    notices += [_notice(client, "holder", place, who, at, {"holder": who}) for place, who in holders]
    return Changed(
        [place for place in old.work if place not in new.work], work, [place for place in old.flags if place not in new.flags],
        flags, notices,
    )  # fmt: skip


def _is_same(old: Flag | None, new: Flag) -> bool:
    """Whether a flag says the same: how long it has been so is told when somebody looks."""
    return old is not None and (old.level, old.who, old.due, old.is_open) == (new.level, new.who, new.due, new.is_open)


def _is_asked_already(old: Work | None, new: Work) -> bool:
    return old is not None and (old.since, old.provider) == (new.since, new.provider)


def _told(work: Work) -> dict[str, Any]:
    return {"path": work.path, "name": work.name, "act": work.act, "from": work.asker, "due": work.due}


def _notice(client: str, topic: str, place: str, to: str, at: Instant, told: dict[str, Any]) -> Notice:
    body = json.dumps({"client": client, "topic": topic, "to": to} | told, ensure_ascii=False)
    return Notice(f"{client}/{topic}/{place}", topic, to, at, body)
