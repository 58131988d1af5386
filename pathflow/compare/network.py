"""What changed in a network: providers, agreements, services and their windows, items, professions, calendars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pathflow.base.names import fold, listing
from pathflow.compare.changes import Change
from pathflow.compare.fields import (
    Facet,
    Seen,
    alternatives,
    anything,
    apart,
    changed,
    compare_fields,
    deadline,
    details,
    items,
    labels,
    length,
    made,
    named,
    names,
    paired,
    replaced,
    span_of,
    ticked,
)
from pathflow.compare.plain import Renames, is_row, plain, spelt
from pathflow.dsl.vocabulary import WEEKDAYS
from pathflow.model.network import Network, Period, Range

# ── items ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _options(seen: Seen, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    gone, come = apart(seen, old, new, "Item.options")
    if come:
        seen.say("option-added", names=listing(come, most=99))
    if gone:
        seen.say("option-removed", names=listing(gone, most=99))


def _unit(seen: Seen, old: str | None, new: str | None) -> None:
    seen.say("item-type-changed", old=f"of {ticked(old) if old else 'no unit'}", new=f"of {ticked(new) if new else 'no unit'}")


def _range(seen: Seen, old: Range | None, new: Range | None) -> None:
    is_wider = new is None or (old is not None and new.has(old.low) and new.has(old.high))
    seen.say("item-range-wider" if is_wider else "item-range-narrower", old=_spelt_range(old), new=_spelt_range(new))


def _spelt_range(limits: Range | None) -> str:
    return ticked(f"{limits.low:g}–{limits.high:g}") if limits is not None else "any number"


def _sort(seen: Seen, old: str, new: str) -> None:
    seen.say("item-type-changed", old=ticked(old), new=ticked(new))


def _check(seen: Seen, _old: bool, new: bool) -> None:
    seen.say("item-check-more" if new else "item-check-less")


def _options_called(seen: Seen, old: Any, new: Any) -> None:
    """What its options are called in other languages."""
    _called(seen, dict(old), dict(new))


def _called(seen: Seen, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """What several things are called in other languages."""
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            labels(seen.inside(name, ticked(name), None, None), old.get(name, ()), new.get(name, ()))


ITEM_FACETS: Final[Mapping[str, Facet]] = {
    "Item.kind": _sort,
    "Item.unit": _unit,
    "Item.options": _options,
    "Item.range": _range,
    "Item.valid": length("item-valid-shorter", "item-valid-longer"),
    "Item.is_checked": _check,
    "Item.called": _options_called,
}


def of_items() -> Facet:
    """A table of items; of one that has another type, the unit and the options of the new type go without saying."""
    return named("item-added", "item-removed", ITEM_FACETS, aside=_of_another_type)


def _of_another_type(old: Any, new: Any) -> tuple[str, ...]:
    return ("unit", "options", "range") if old.kind != new.kind else ()


# ── who, and what was agreed ────────────────────────────────────────────────────────────────────────────────────────


def validity(seen: Seen, old: Period | None, new: Period | None) -> None:
    """The dates on which something holds."""
    words = {"old": spelt(old) if old else "on every date", "new": spelt(new) if new else "on every date"}
    is_longer = new is None or (old is not None and new.covers(old))
    seen.say("validity-longer" if is_longer else "validity-shorter", **words)


_PROVIDER: Final[Mapping[str, Facet]] = {
    "Provider.sector": changed("sector-changed"),
    "Provider.legal_form": replaced("legal-form-changed"),
    "Provider.professions": names("staff-more", "staff-less", "Provider.professions"),
    "Provider.offers": names("offers-more", "offers-less", "Provider.offers"),
    "Provider.channels": names("channels-more", "channels-less", "Provider.channels"),
    "Provider.register": changed("register-changed"),
    "Provider.meets": names("meets-more", "meets-less", ""),
}
_AGREEMENT: Final[Mapping[str, Facet]] = {
    "Agreement.provider": changed("agreement-party-changed"),
    "Agreement.mode": changed("mode-changed"),
    "Agreement.covers": names("covers-more", "covers-less", "Agreement.covers"),
    "Agreement.valid": validity,
    "Agreement.carries": items("carries-more", "carries-less", "Step.carries"),
    "Agreement.alliance": replaced("allied-changed", nothing="no alliance"),
    "Agreement.accepted_within": deadline("accepted, whatever the order,"),
    "Agreement.feedback_within": deadline("answered with feedback, whatever the order,"),
}

# ── services ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _window(seen: Seen, old: Any, new: Any) -> None:
    if old is None or new is None:
        seen.say("window-added" if old is None else "window-removed", old=str(old), new=str(new))
    else:
        length("window-shorter", "window-longer")(seen, old, new)


def _unless(seen: Seen, old: Any, new: Any) -> None:
    before, now = (
        {plain(part, names_): part for part in alternatives(x)} for x, names_ in ((old, Renames()), (new, seen.renames))
    )
    come = [str(part) for key, part in now.items() if key not in before]
    gone = [str(part) for key, part in before.items() if key not in now]
    if come:
        seen.say("exception-added", names=listing(come, "or", most=99))
    if gone:
        seen.say("exception-removed", names=listing(gone, "or", most=99))


def _official(seen: Seen, old: bool, new: bool) -> None:
    words = ["an act of public authority" if is_official else "no act of public authority" for is_official in (old, new)]
    seen.say("official-changed", old=words[0], new=words[1])


_SERVICE: Final[Mapping[str, Facet]] = {
    "Service.window": _window,
    "Service.unless": _unless,
    "Service.makes": made,
    "Service.requires": names("requires-more", "requires-less", ""),
    "Service.is_official": _official,
}

# ── calendars ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _calendar(field: str) -> Facet:
    def facet(seen: Seen, old: Any, new: Any) -> None:
        seen.say("calendar-changed", field=field, old=_spelt(old), new=_spelt(new))

    return facet


def _spelt(value: Any) -> str:
    if is_row(value):
        return listing([str(WEEKDAYS[int(day)]) for day in value]) or "none"
    return ticked(spelt(value)) if value is not None else "none"


def _closed(seen: Seen, old: tuple[Period, ...], new: tuple[Period, ...]) -> None:
    gone, come = ([str(p) for p in a if p not in b] for a, b in ((old, new), (new, old)))
    if come:
        seen.say("closed-more", names=listing(come, most=99))
    if gone:
        seen.say("closed-less", names=listing(gone, most=99))


_CALENDAR: Final[Mapping[str, Facet]] = {
    "CalendarRule.zone": _calendar("the time zone"),
    "CalendarRule.weekend": _calendar("as weekend"),
    "CalendarRule.country": _calendar("the holidays of"),
    "CalendarRule.counts": _calendar("for counting"),
    "CalendarRule.closed": _closed,
}


def _calendars(seen: Seen, old: Any, new: Any) -> None:
    said = len(seen.found)
    named("calendar-added", "calendar-removed", _CALENDAR)(seen, old, new)
    if len(seen.found) == said:  # of several the first counts
        anything(seen, "the order of calendars", tuple(c.name for c in old), tuple(c.name for c in new))


# ── sites, alliances, packages ──────────────────────────────────────────────────────────────────────────────────────

_SITE: Final[Mapping[str, Facet]] = {
    "Site.hosts": names("hosts-more", "hosts-less", "Choice.options"),
    "Site.address": details("the address"),
    "Site.timetable": details("the timetable"),
}
_PARTNER: Final[Mapping[str, Facet]] = {
    "Partner.gain": details("the share of gain"),
    "Partner.pain": details("the share of pain"),
    "Partner.leads": details("what it leads"),
}
_TARGET: Final[Mapping[str, Facet]] = {"Target.measures": details("what it is measured by")}
_ALLIANCE: Final[Mapping[str, Facet]] = {
    "Alliance.partners": named("partner-added", "partner-removed", _PARTNER),
    "Alliance.targets": named("target-added", "target-removed", _TARGET),
    "Alliance.valid": validity,
}


def _offered(seen: Seen, old: Any, new: Any) -> None:
    words = ["everybody" if condition is None else f"whoever is `{condition}`" for condition in (old, new)]
    seen.say("offered-changed", old=words[0], new=words[1])


_PACKAGE: Final[Mapping[str, Facet]] = {
    "Package.must_have": names("must-have-more", "must-have-less", "Agreement.covers"),
    "Package.may_have": names("may-have-more", "may-have-less", "Agreement.covers"),
    "Package.enter_when": _offered,
}

# ── the network as a whole ──────────────────────────────────────────────────────────────────────────────────────────

_FACETS: Final[Mapping[str, Facet]] = {
    "Network.organiser": changed("organiser-changed"),
    "Network.also": names("organiser-added", "organiser-removed", ""),
    "Network.professions": names("profession-added", "profession-removed", "Network.professions"),
    "Network.called": _called,
    "Network.providers": named("provider-added", "provider-removed", _PROVIDER),
    "Network.agreements": named("agreement-added", "agreement-removed", _AGREEMENT, lambda a: {"provider": a.provider}),
    "Network.services": named("service-added", "service-removed", _SERVICE),
    "Network.items": of_items(),
    "Network.events": named("event-added", "event-removed", {}),
    "Network.calendars": _calendars,
    "Network.sites": named("site-added", "site-removed", _SITE),
    "Network.alliances": named("alliance-added", "alliance-removed", _ALLIANCE),
    "Network.packages": named("package-added", "package-removed", _PACKAGE),
}


def compare_networks(old: Network, new: Network, renames: Renames, found: list[Change]) -> None:
    """Everything that changed between two networks that are one and the same."""
    seen = Seen(new.name, new.name, ticked(new.name), span_of(old), span_of(new), renames, found)
    compare_fields(seen, old, new, _FACETS, ("name",))


def learn_names(sort: str, old: Mapping[str, Any], new: Mapping[str, Any], renames: Renames) -> None:
    """Which things of a table are called otherwise, by a declared other name."""
    for before, now in paired(list(old.values()), list(new.values()))[0]:
        if fold(before.name) != fold(now.name):
            renames.add(sort, before.name, now.name)
