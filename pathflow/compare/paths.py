"""Two versions of a path: its head, its clients, its plan, its tests and logs, and its flow of care."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pathflow.base.durations import Duration
from pathflow.base.names import fold
from pathflow.compare.changes import Change
from pathflow.compare.fields import (
    Facet,
    Seen,
    changed,
    compare_fields,
    details,
    items,
    length,
    made,
    named,
    names,
    paired,
    ticked,
)
from pathflow.compare.flow import Flow
from pathflow.compare.network import learn_names, of_items, validity
from pathflow.compare.plain import Renames
from pathflow.engine.program import Program
from pathflow.model.path import Clients, Path, Plan, Review


def _enter(seen: Seen, old: Any, new: Any) -> None:
    kind = "entry-opened" if new is None else "entry-closed" if old is None else "entry-changed"
    seen.say(kind, old=str(old), new=str(new))


_LINKED: Final[Mapping[str, Facet]] = {"Linked.shares": names("shares-more", "shares-less", "Step.needs", "items")}
_CLIENTS: Final[Mapping[str, Facet]] = {
    "Clients.name": changed("group-renamed"),
    "Clients.items": of_items(),
    "Clients.events": named("event-added", "event-removed", {}),
    "Clients.enter_when": _enter,
    "Clients.linked": named("linked-added", "linked-removed", _LINKED),
}


def _clients(seen: Seen, old: Clients, new: Clients) -> None:
    compare_fields(seen, old, new, _CLIENTS)


def _review(seen: Seen, old: Review | None, new: Review | None) -> None:
    if old is None or new is None:
        seen.say("review-added" if old is None else "review-removed", old=_spelt(old), new=_spelt(new))
        return
    after = names("review-after-more", "review-after-less", "Review.after")
    compare_fields(seen, old, new, {"Review.every": length("review-shorter", "review-longer"), "Review.after": after})


def _spelt(review: Review | None) -> str:
    if review is None:
        return "nothing"
    return f"every `{review.every}`" + "".join(f", after `{after}`" for after in review.after)


def _joining(seen: Seen, old: Plan, new: Plan) -> None:
    fields = ("says_joining", "joining_owner")
    if not all(seen.is_same(getattr(old, f), getattr(new, f)) for f in fields):
        seen.say("joining-changed", old=_joined(old), new=_joined(new))


def _joined(plan: Plan) -> str:
    if plan.joining_owner is not None:
        return f"`{plan.joining_owner}` owns the plan"
    return "the owner stays" if plan.says_joining else "nothing is said of the owner"


_PLAN: Final[Mapping[str, Facet]] = {
    "Plan.name": changed("plan-renamed"),
    "Plan.owner": changed("owner-changed"),
    "Plan.review": _review,
    "Plan.team": names("team-more", "team-less", "Plan.team"),
    "Plan.team_when_needed": names("reserve-more", "reserve-less", "Plan.team"),
    "Plan.contains": names("contents-more", "contents-less", "Plan.contains"),
}


def _plan(seen: Seen, old: Plan | None, new: Plan | None) -> None:
    if old is None or new is None:
        plan = old or new
        name = plan.name if plan is not None else ""
        seen.say("plan-added" if old is None else "plan-removed", what=ticked(name))
        return
    part = seen.inside(new.name, ticked(new.name), old, new)
    compare_fields(part, old, new, _PLAN, ("says_joining", "joining_owner"))
    _joining(part, old, new)


def _whole(kind: str) -> Facet:
    """Of a test or a log: that it says something else; what, is for the reader of the file."""

    def facet(seen: Seen, old: Any, new: Any) -> None:
        pairs, gone, come = paired(old, new)
        for before, now in pairs:
            if not seen.is_same(before, now):
                seen.inside(now.name, ticked(now.name), before, now).say(f"{kind}-changed")
        for thing in come:
            seen.inside(thing.name, ticked(thing.name), None, thing).say(f"{kind}-added")
        for thing in gone:
            seen.inside(thing.name, ticked(thing.name), thing, None).say(f"{kind}-removed")

    return facet


def _silence(seen: Seen, old: Duration | None, new: Duration | None) -> None:
    length("silence-shorter", "silence-longer")(seen, old, new)


def _makes(seen: Seen, old: tuple[str, ...] | None, new: tuple[str, ...] | None) -> None:
    made(seen, old or (), new or ())


_HEAD: Final[Mapping[str, Facet]] = {
    "Path.name": changed("path-renamed"),
    "Path.version": changed("version-changed"),
    "Path.responsible": changed("responsible-changed"),
    "Path.accountable": changed("accountable-changed"),
    "Path.clients": _clients,
    "Path.plan": _plan,
    "Path.valid": validity,
    "Path.silence": _silence,
    "Path.needs": items("needs-more", "needs-less", "Step.needs"),
    "Path.makes": _makes,
    "Path.promises": details("a promise of the whole way"),
    "Path.unasked": details("what is promised without conditions"),
    "Path.load": details("what a simulation needs to know"),
    "Path.tests": _whole("test"),
    "Path.logs": _whole("log"),
}


def names_changed(old: Path, new: Path) -> Renames:
    """What is called otherwise on the new side, as far as it is declared."""
    renames = Renames()
    learn_names("provider", old.network.providers, new.network.providers, renames)
    learn_names("service", old.network.services, new.network.services, renames)
    learn_names("item", old.items, new.items, renames)
    learn_names("step", old.clients.events, new.clients.events, renames)
    return renames


def compare_paths(old: Program, new: Program, renames: Renames, found: list[Change]) -> None:
    """Everything that changed between two paths that are one and the same; their networks aside."""
    before, now = old.path, new.path
    flow = Flow(now.name, old, new, renames, found)  # first: it learns which steps are called otherwise
    what = ticked(now.name)
    seen = Seen(now.name, now.name, what, before.span, now.span, renames, found)
    if fold(before.network.name) != fold(now.network.name):
        seen.say("network-changed", old=before.network.name, new=now.network.name)
    compare_fields(seen, before, now, _HEAD, ("network", "body", "whenevers"))
    flow.compare()
