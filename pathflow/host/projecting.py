"""What is read from a record and kept beside its facts: the work that is owed, the flags, the notices, and when to look again.

Everything here is worked out from the record and a moment, so that it can be built anew from the facts at any time.

Law: tests/host/test_projections.py (after any commands, what is kept equals what is built anew).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from pathflow.base.findings import Finding
from pathflow.base.instants import Instant, instant_of, local_datetime
from pathflow.engine.duties import Duty, duties
from pathflow.engine.linking import to_begin
from pathflow.engine.machine import Machine, kept_from
from pathflow.engine.record import NEVER, WHOLE, Enrolment, Record
from pathflow.store.port import Flag, Notice, Work

Holders = tuple[tuple[Instant, str], ...]
"""Who was accountable, each from when."""

_QUARTER: Final = 15 * 60 * 1_000_000

FAR: Final = NEVER
"""Where in a list stands what has no clock: at its end."""

AFTER_THE_END: Final = 30 * 24 * 3600 * 1_000_000
"""How long a client whose paths have ended is still looked at: no rule waits longer for what should follow. Microseconds."""


class Told:
    """The flags of what happened once and stays told: they are many, and only new ones need a look.

    Args:
        flags: those that are kept, by place.
    """

    __slots__ = ("_n_overrides", "_n_seen", "_record", "findings", "flags")

    def __init__(self, flags: dict[str, Flag] | None = None) -> None:
        self._record: Record | None = None
        self._n_seen = 0
        self._n_overrides = 0
        self.flags: dict[str, Flag] = flags if flags is not None else {}
        self.findings: dict[str, Finding] = {}

    def bring_on(self, record: Record) -> tuple[list[str], list[str]]:
        """Up to what the record tells now. Gives the places that are gone, and those that are new or say something else."""
        if self._record is record and self._n_overrides == len(record.overrides) and self._n_seen <= len(record.findings):
            return [], self._take(record)
        before = self.flags
        self._record, self._n_seen, self._n_overrides = record, 0, len(record.overrides)
        self.flags, self.findings = {}, {}
        self._take(record)
        return _difference(before, self.flags)

    def _take(self, record: Record) -> list[str]:
        fresh: list[str] = []
        for finding in kept_from(record, record.findings[self._n_seen :]):
            place = _free(place_of(finding), self.flags)
            self.flags[place], self.findings[place] = _flag(place, finding, is_open=False), finding
            fresh.append(place)
        self._n_seen = len(record.findings)
        return fresh


class View(NamedTuple):
    """What is kept of a record: the work and the open flags, by place. What was told once is kept apart, as it only grows."""

    work: Mapping[str, Work]
    open: Mapping[str, Flag]


def view_of(machine: Machine, record: Record, at: Instant) -> tuple[View, Mapping[str, Finding]]:
    """What is to be kept of a record as of a moment, up to which time has passed in it; and what the open flags say."""
    owed = [(enrolment, duty) for enrolment in record.active for duty in duties(record, enrolment, at)]
    work = {one.place: one for one in _work(record, [*owed, *to_begin(record)])}
    flags, findings = _open_flags(machine, record, at)
    return View(work, flags), findings


def _open_flags(machine: Machine, record: Record, at: Instant) -> tuple[dict[str, Flag], dict[str, Finding]]:
    """What is so at a moment, by place."""
    flags: dict[str, Flag] = {}
    findings: dict[str, Finding] = {}
    for finding in kept_from(record, machine.standing(record, at)):
        place = _free("*" + place_of(finding), flags)
        flags[place], findings[place] = _flag(place, finding, is_open=True), finding
    return flags, findings


# work


def _work(record: Record, owed: list[tuple[Enrolment, Duty]]) -> Iterator[Work]:
    for enrolment, duty in owed:
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
            worker_of(record, enrolment, duty),
            duty.asker or "",
            duty.since,
            duty.due,
            duty.latest,
            urgent,
        )


def worker_of(record: Record, enrolment: Enrolment, duty: Duty) -> str:
    """Who in person is to see to it: the worker of the step, or else of the whole path, at the provider that must act.

    Empty where nobody is named.
    """
    worker, provider = enrolment.workers.get(duty.node, ("", ""))
    here: Enrolment | None = enrolment
    while here is not None and provider != duty.doer.provider:
        worker, provider = here.workers.get(WHOLE, ("", ""))
        here = record.enrolments[here.parent[0]] if here.parent is not None else None
    return worker if provider == duty.doer.provider else ""


# flags


def _flag(place: str, finding: Finding, is_open: bool) -> Flag:
    """A flag, without its words: they are made when it is kept."""
    since = finding.since if finding.since is not None else _last(finding)
    return Flag(place, finding.code, finding.family, finding.level, finding.who or "", since, finding.due, is_open, "")


def _free(place: str, taken: Mapping[str, object]) -> str:
    """The place, or the next one like it that is free."""
    if place not in taken:
        return place
    return next(free for n in count(2) if (free := f"{place}.{n}") not in taken)


def _with_words(flag: Flag, finding: Finding, record: Record) -> Flag:
    zone = record.enrolments[0].tables.program.calendar.zone if record.enrolments else ZoneInfo("UTC")
    return replace(flag, body=json.dumps(finding.as_dict(zone), ensure_ascii=False))


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
    if not record.active:  # a result that nobody reads, a stay that nobody follows up: they show after the end
        last = max(record.settled, record.facts[-1].at) if record.facts else at
        return _morning(record, at) if record.enrolments and at < last + AFTER_THE_END else None
    found = [record.next_timer, _morning(record, at)]
    for work in view.work.values():
        found += [when + 1 for when in (work.due, work.latest) if when is not None and when >= at]
    first = min(found)
    return first if first < NEVER else None


def changes_at(machine: Machine, record: Record, view: View, at: Instant, until: Instant | None) -> Instant | None:
    """When what is so first changes by time alone, before a moment up to which nothing falls due; None where it does not.

    Cost: one look at the record where nothing changes, and some forty where something does.
    """
    if until is None or until - 1 <= at or _is_so(machine, record, view, until - 1):
        return None
    before, after = at, until - 1
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _is_so(machine, record, view, middle) else (before, middle)
    return after


def _is_so(machine: Machine, record: Record, view: View, at: Instant) -> bool:
    """Whether the open flags at a moment are those that are kept."""
    gone, new = _difference(view.open, _open_flags(machine, record, at)[0])
    return not gone and not new


def _morning(record: Record, at: Instant) -> Instant:
    """The next midnight on the clocks of the client's path: reviews, promises and agreements are counted in days."""
    return _midnight_after(record.enrolments[0].tables.program.calendar.zone, at // _QUARTER)


@lru_cache(maxsize=4096)
def _midnight_after(zone: ZoneInfo, quarter: int) -> Instant:
    """The first midnight after the beginning of a quarter of an hour: days begin with none of them in between."""
    tomorrow = local_datetime(quarter * _QUARTER, zone).date() + timedelta(days=1)
    return instant_of(datetime.combine(tomorrow, time()), zone)


# what changed


class Changed(NamedTuple):
    """The difference of two views, and what is to be told of it."""

    work_gone: list[str]
    work: list[Work]
    flags_gone: list[str]
    flags: list[Flag]
    notices: list[Notice]


def changed(machine: Machine, record: Record, old: View, told: Told, at: Instant) -> tuple[View, Changed]:
    """What is to be kept as of a moment, and how it differs from what is kept.

    Args:
        told: what was told up to the time before; it is brought on.
    """
    client = record.client
    new, findings = view_of(machine, record, at)
    work_gone, work_new = _difference(old.work, new.work)
    open_gone, open_new = _difference(old.open, new.open)
    told_gone, told_new = told.bring_on(record)
    flags = [_with_words(new.open[place], findings[place], record) for place in open_new]
    flags += [_with_words(told.flags[place], told.findings[place], record) for place in told_new]
    work = [new.work[place] for place in work_new]
    notices = [
        _notice(client, "proposed", f"{one.place}.{one.since}.{one.provider}", one.provider, at, _told(one))
        for one in work
        if one.act in ("accept", "answer") and not _is_asked_already(old.work.get(one.place), one)
    ]
    notices += [
        _notice(client, "breach" if flag.level == "error" else "warning", flag.place, flag.who, at, json.loads(flag.body))
        for flag in flags
        if flag.level != "info" and flag.place not in old.open
    ]
    return new, Changed(work_gone, work, [*open_gone, *told_gone], flags, notices)


def moved(record: Record, owner: str | None, held: Mapping[int, Holders], version: int, at: Instant) -> list[Notice]:
    """Who came to own the plan or to be accountable; also again, where something late tells that it was otherwise.

    Args:
        owner: who owned the plan before.
        held: who had been accountable before, and since when, by the number of the enrolment.
        version: of the record, so that each change is told apart from others of the same moment.
    """
    client, now = record.client, record.owner
    told = {"owner": now, "before": owner}
    found = [_notice(client, "owner", f"{at}.{version}", now or owner or "", at, told)] if now != owner else []
    for enrolment in record.enrolments:
        before = held.get(enrolment.index) or tuple(enrolment.holders[:1])
        if before == tuple(enrolment.holders):
            continue
        new = [one for one in enrolment.holders if one not in before]
        if not new and enrolment.ended is None and enrolment.holder != before[-1][1]:
            new = enrolment.holders[-1:]
        for since, who in new:
            told = {"path": enrolment.path, "holder": who}
            found.append(_notice(client, "holder", f"{enrolment.index}.{since}.{who}.{version}", who, at, told))
    return found


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The places that are gone, and those that are new or say something else."""
    gone = [place for place in old if place not in new]
    return gone, [place for place, one in new.items() if not _is_same(old.get(place), one)]


def _is_same(old: Work | Flag | None, new: Work | Flag) -> bool:
    """Whether a row says the same: how long a flag has been so is told when somebody looks."""
    if isinstance(old, Flag) and isinstance(new, Flag):
        return (old.level, old.who, old.due, old.is_open) == (new.level, new.who, new.due, new.is_open)
    return old == new


def _is_asked_already(old: Work | None, new: Work) -> bool:
    return old is not None and (old.since, old.provider) == (new.since, new.provider)


def _told(work: Work) -> dict[str, Any]:
    return {"path": work.path, "name": work.name, "act": work.act, "from": work.asker, "due": work.due}


def _notice(client: str, topic: str, place: str, to: str, at: Instant, told: dict[str, Any]) -> Notice:
    body = json.dumps({"client": client, "topic": topic, "to": to} | told, ensure_ascii=False)
    return Notice(f"{client}/{topic}/{place}", topic, to, at, body)
