"""What a step, a handoff and whatever else stands in the flow of care owes: how its fields differ, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pathflow.base.names import listing
from pathflow.compare.fields import (
    Facet,
    Seen,
    apart,
    compare_fields,
    deadline,
    details,
    items,
    length,
    made,
    replaced,
)
from pathflow.compare.plain import NOTHING_RENAMED, plain
from pathflow.model.path import ENROLMENT, Actor, Doing, Limit

# ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _who(kind: str) -> Facet:
    """Who acts: another provider, another profession of the same, or only another channel."""

    def facet(seen: Seen, old: Actor | None, new: Actor | None) -> None:
        words = {"old": _actor(old), "new": _actor(new)}
        if old is None or new is None or not seen.is_same(old.party, new.party):
            seen.say(kind, **words)
        elif not seen.is_same(old.professions, new.professions, "Actor.professions") or old.joint != new.joint:
            seen.say("profession-changed" if kind == "performer-changed" else kind, **words)
        else:
            seen.say("channel-changed", **words)

    return facet


def _actor(actor: Actor | None) -> str:
    return str(actor) if actor is not None else "nobody"


def _ordered_by(seen: Seen, old: Actor | None, new: Actor | None) -> None:
    if old is None or new is None:
        seen.say("order-begun" if old is None else "order-ended", old=_actor(old), new=_actor(new))
    else:
        seen.say("orderer-changed", old=_actor(old), new=_actor(new))


def _fallback(seen: Seen, old: Any, new: Any) -> None:
    words = {"old": str(old.party) if old else "nobody", "new": str(new.party) if new else "nobody"}
    kind = "fallback-added" if old is None else "fallback-removed" if new is None else "fallback-changed"
    seen.say(kind, **words)


# ── by when ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _from(of: str | None) -> str:
    return f"`{of}`" if of is not None else "when it is reached"


def _limits(duty: str) -> Facet:
    """Deadlines in their order: which is which is told by its case and the start of its clock."""

    def facet(seen: Seen, old: tuple[Limit, ...], new: tuple[Limit, ...]) -> None:
        pairs = _paired_limits(seen, old, new)
        for before in old:
            if all(before is not one for one, _ in pairs):
                _whole(seen, duty, before, None)
        for now in new:
            if all(now is not other for _, other in pairs):
                _whole(seen, duty, None, now)
        for before, now in pairs:
            _limit(seen, duty, before, now)
        order = [next(n for n, limit in enumerate(new) if limit is now) for _, now in pairs]
        if order != sorted(order):
            seen.say("limits-reordered", old=_in_order(old), new=_in_order(new))

    return facet


def _one_limit(duty: str) -> Facet:
    many = _limits(duty)

    def facet(seen: Seen, old: Limit | None, new: Limit | None) -> None:
        many(seen, (old,) if old else (), (new,) if new else ())

    return facet


def _paired_limits(seen: Seen, old: tuple[Limit, ...], new: tuple[Limit, ...]) -> list[tuple[Limit, Limit]]:
    """The most alike first, then those at the same place; in the order of the old ones."""
    found: dict[int, int] = {}
    for fields in (_LIMIT, ("of", "when", "valid"), ("of", "when"), ("when",), ("of",)):
        for i, before in enumerate(old):
            for j, now in enumerate(new):
                if i not in found and j not in found.values() and _agree(seen, before, now, fields):
                    found[i] = j
    left = [j for j in range(len(new)) if j not in found.values()]
    for i in range(len(old)):
        if i not in found and left:
            found[i] = left.pop(0)
    return [(old[i], new[found[i]]) for i in sorted(found)]


_LIMIT: Final = ("target", "of", "at_most", "at_most_of", "when", "source", "valid")


def _agree(seen: Seen, old: Limit, new: Limit, fields: tuple[str, ...]) -> bool:
    return all(seen.is_same(getattr(old, f), getattr(new, f), f"Limit.{f}") for f in fields)


def _case(limit: Limit) -> str:
    return f" when `{limit.when}`" if limit.when is not None else ""


def _latest_case(limit: Limit) -> str:
    """For whom the maximum holds, after what starts its clock where that is not what starts the target's."""
    return (f" of `{limit.at_most_of}`" if limit.at_most_of is not None else "") + _case(limit)


def _in_order(limits: tuple[Limit, ...]) -> str:
    return ", then ".join(f"`{limit.target}`{_case(limit)}" for limit in limits)


def _whole(seen: Seen, duty: str, old: Limit | None, new: Limit | None) -> None:
    limit = old or new
    if limit is None:
        return
    deadline(duty, _case(limit))(seen, old.target if old else None, new.target if new else None)
    if limit.at_most is not None:
        latest = deadline(f"{duty} at the very latest", _latest_case(limit))
        latest(seen, old.at_most if old else None, new.at_most if new else None)


def _limit(seen: Seen, duty: str, old: Limit, new: Limit) -> None:
    facets: dict[str, Facet] = {
        "Limit.target": deadline(duty, _case(new)),
        "Limit.at_most": deadline(f"{duty} at the very latest", _latest_case(new if new.at_most is not None else old)),
        "Limit.of": lambda s, o, n: s.say("clock-changed", old=_start(o), new=_start(n)),
        "Limit.when": lambda s, o, n: s.say("case-changed", old=_when(o), new=_when(n), length=str(new.target)),
        "Limit.valid": lambda s, o, n: s.say("case-changed", old=_dates(o), new=_dates(n), length=str(new.target)),
        "Limit.source": replaced("source-changed"),
    }
    compare_fields(seen, old, new, facets, skipped=("at_most_of",))
    _compare_latest_start(seen, old, new)


def _compare_latest_start(seen: Seen, old: Limit, new: Limit) -> None:
    """What starts the maximum's clock. Where it is the target's, or the maximum is new or gone, that is said already."""
    if old.at_most is None or new.at_most is None or (old.at_most_of is None and new.at_most_of is None):
        return
    before, now = old.at_most_of or old.of, new.at_most_of or new.of
    if not seen.is_same(before, now, "Limit.at_most_of"):
        seen.say("latest-clock-changed", old=_start(before), new=_start(now))


def _start(of: str | None) -> str:
    return "the moment the client comes to it" if of is None else ENROLMENT if of == ENROLMENT else f"`{of}`"


def _when(condition: Any) -> str:
    return "always" if condition is None else f"when `{condition}`"


def _dates(period: Any) -> str:
    return "on every date" if period is None else f"`{period}`"


# ── with what ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _does(seen: Seen, old: tuple[Doing, ...], new: tuple[Doing, ...]) -> None:
    field = "Doing.service"
    gone, come = apart(seen, [d.service for d in old], [d.service for d in new], field)
    if come:
        seen.say("does-more", names=listing(come, most=99))
    if gone:
        seen.say("does-less", names=listing(gone, most=99))
    before = {plain(d.service, NOTHING_RENAMED, field): d.because for d in old}
    for doing in new:
        key = plain(doing.service, seen.renames, field)
        if key in before and before[key] != doing.because:
            seen.say("reason-changed", service=doing.service, old=_because(before[key]), new=_because(doing.because))


def _because(reason: str | None) -> str:
    return f"because of `{reason}`" if reason else "without a reason"


# ── whole statements ────────────────────────────────────────────────────────────────────────────────────────────────


def _plan_of(statement: Any) -> str:
    """What becomes of the plan, as the end of `the plan …`."""
    if getattr(statement, "closes_plan", False):
        return "is closed"
    to, stays = getattr(statement, "plan_to", None), getattr(statement, "plan_with", None)
    if to is not None:
        return f"moves to `{to}`" + (f" and stays with `{stays}`" if stays is not None else "")
    return f"stays with `{stays}`" if stays is not None else "is not spoken of"


def _options(seen: Seen, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    gone, come = apart(seen, old, new, "Choice.options")
    if come:
        seen.say("choice-option-added", names=listing(come, most=99))
    if gone:
        seen.say("choice-option-removed", names=listing(gone, most=99))


def _no_returns(seen: Seen, old: Any, new: Any) -> None:
    before = {plain(x.event, NOTHING_RENAMED, "NoReturn.event"): x for x in old}
    now = {plain(x.event, seen.renames, "NoReturn.event"): x for x in new}
    for key, x in now.items():
        if key not in before:
            seen.say("return-added", event=x.event, new=str(x.within))
        elif before[key].within != x.within:
            seen.say("return-changed", event=x.event, old=str(before[key].within), new=str(x.within))
    for key, x in before.items():
        if key not in now:
            seen.say("return-removed", event=x.event, old=str(x.within))


def _until(seen: Seen, old: Any, new: Any) -> None:
    seen.say("until-changed", old=str(old or "nothing ends it"), new=str(new or "nothing ends it"))


def _rhythm(seen: Seen, _old: bool, new: bool) -> None:
    words = ("from when the last was done", "from when the last began")
    seen.say("rhythm-changed", old=words[not new], new=words[new])


def _rounds(seen: Seen, old: int | None, new: int | None) -> None:
    is_more = new is None or (old is not None and new > old)
    seen.say("rounds-more" if is_more else "rounds-fewer", old=str(old or "any number of"), new=str(new or "any number of"))


def ending_of(ending: Any) -> str:
    """How an event's own way ends, as it is written."""
    return f"restart from {ending.step}" if ending.step is not None else str(ending.kind)


def _join(seen: Seen, old: int | None, new: int | None) -> None:
    words = ["all" if count is None else f"`{count}`" for count in (old, new)]
    seen.say("join-changed", old=words[0], new=words[1])


def _beside(seen: Seen, old: bool, new: bool) -> None:
    words = ["goes on" if is_beside else "stands still" for is_beside in (old, new)]
    seen.say("beside-changed", old=words[0], new=words[1])


def _starts(seen: Seen, old: Any, new: Any) -> None:
    words = [_started(start) for start in (old, new)]
    seen.say("starts-changed", old=words[0], new=words[1])


def _started(start: Any) -> str:
    if start is None:
        return "no path"
    return f"`{start.path}`" + (f" for the linked `{start.client}`" if start.client is not None else "")


FACETS: Final[Mapping[str, Facet]] = {
    "Step.by": _who("performer-changed"),
    "Step.ordered_by": _ordered_by,
    "Step.limits": _limits("done"),
    "Step.needs": items("needs-more", "needs-less", "Step.needs"),
    "Step.does": _does,
    "Step.makes": made,
    "Step.carries": items("carries-more", "carries-less", "Step.carries"),
    "Step.accepted_within": deadline("accepted"),
    "Step.fallback": _fallback,
    "Step.feedback_within": deadline("answered with feedback"),
    "Handoff.sender": _who("sender-changed"),
    "Handoff.receiver": _who("receiver-changed"),
    "Handoff.limit": _one_limit("sent"),
    "Handoff.carries": items("carries-more", "carries-less", "Handoff.carries"),
    "Handoff.accepted_within": deadline("accepted"),
    "Handoff.fallback": _fallback,
    "Consultation.sender": _who("sender-changed"),
    "Consultation.receiver": _who("receiver-changed"),
    "Consultation.carries": items("carries-more", "carries-less", "Consultation.carries"),
    "Consultation.answered_within": deadline("answered"),
    "Consultation.makes": made,
    "Choice.options": _options,
    "Choice.guided_by": _who("guide-changed"),
    "Choice.limit": _one_limit("chosen"),
    "Choice.default": replaced("default-changed"),
    "End.no_returns": _no_returns,
    "Repeat.every": length("rounds-shorter", "rounds-longer"),
    "Repeat.from_start": _rhythm,
    "Repeat.at_most": _rounds,
    "Repeat.until": _until,
    "Wait.length": length("wait-shorter", "wait-longer"),
    "Wait.until": _until,
    "Wait.of": lambda s, o, n: s.say("wait-start-changed", old=_from(o), new=_from(n)),
    "Step.place": replaced("site-changed", "at ", "at no site that is named"),
    "Step.same_visit": replaced("visit-changed", "at the same visit as ", "at a visit of its own"),
    "Step.starts": _starts,
    "Together.until": _join,
    "Include.version": replaced("include-version-changed", "the version ", "whatever version is found"),
    "Whenever.is_beside": _beside,
    "Whenever.arrivals": details("how many come, for simulation"),
    "Branch.chance": details("how many go this way in a hundred, for simulation"),
    "Choice.chances": details("how many choose what, for simulation"),
}
"""How the fields of statements are compared; any other field has the plain words of `fields.anything`."""

_OF_THE_PLAN: Final = ("plan_to", "plan_with", "closes_plan")
_ASIDE: Final = ("name", "path", "body", "branches", "condition", *_OF_THE_PLAN)
"""Fields that are compared otherwise: names and what stands inside by the flow, the plan by itself."""


def compare_statements(seen: Seen, old: Any, new: Any) -> None:
    """Two statements of one class that are one and the same."""
    sort = type(new).__name__
    if sort == "Ending":
        if not seen.is_same(old, new):
            seen.say("ending-changed", old=ending_of(old), new=ending_of(new))
        return
    compare_fields(seen, old, new, FACETS, _ASIDE)
    if not all(seen.is_same(getattr(old, field, None), getattr(new, field, None)) for field in _OF_THE_PLAN):
        seen.say("plan-moved", old=_plan_of(old), new=_plan_of(new))
