"""Kinds of defect in a network: agreements, providers, services, items and sites that are not what the paths take them for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from pathflow.dsl import syntax
from pathflow.dsl.syntax import Statement
from tests.mutants.care import dropped, durations, items_dropped
from tests.mutants.kind import kind
from tests.mutants.source import Mutant, Source

Mutants = Iterator[Mutant]
BEGIN = date(2026, 1, 1)
"""When the shipped paths begin to be valid."""


def named(s: Source, block: Statement) -> dict[str, str]:
    return {"name": s.said(block).split(" ", 1)[1]}


@kind("agreement-dropped", "Nothing is agreed with a company or an association", "network")
def agreement_dropped(s: Source) -> Mutants:
    return (s.cut(a) for a in s.all("agreement"))


def dated(s: Source, first: date, last: date | None) -> Mutants:
    for agreement in s.all("agreement"):
        line = agreement.one("valid")
        if line is not None:
            yield s.put(line, f"{s.indent(line)}valid from {first}" + (f" to {last}" if last is not None else ""))


@kind("agreement-ended-before", "The agreement ended the day before the path begins", "network")
def agreement_over(s: Source) -> Mutants:
    return dated(s, BEGIN - timedelta(days=900), BEGIN - timedelta(days=1))


@kind("agreement-ends-early", "The agreement ends while the path goes on", "network")
def agreement_early(s: Source) -> Mutants:
    return dated(s, BEGIN - timedelta(days=900), BEGIN + timedelta(days=180))


@kind("agreement-begins-late", "The agreement begins after the path", "network")
def agreement_late(s: Source) -> Mutants:
    return dated(s, BEGIN + timedelta(days=181), None)


@kind("agreement-narrowed", "The agreement no longer covers what the provider does", "network")
def agreement_narrowed(s: Source) -> Mutants:
    for agreement in s.all("agreement"):
        for line in agreement.all("covers"):
            names = [n.text for n in line.value.names] if isinstance(line.value, syntax.Names) else []
            for name in names:
                rest = [n for n in names if n != name] or ["HbA1c test that nobody gives"]
                if rest == ["HbA1c test that nobody gives"]:
                    rest = ["substitution treatment"] if name != "substitution treatment" else ["meal service"]
                yield s.put(line, f"{s.indent(line)}covers {', '.join(rest)}")


@kind("agreement-deadline-dropped", "The agreement no longer says how soon an order is answered", "network")
def agreement_deadline(s: Source) -> Mutants:
    return dropped(s, "agreement", "accepted within")


@kind("agreement-feedback-dropped", "The agreement no longer says how soon something comes back", "network")
def agreement_feedback(s: Source) -> Mutants:
    return dropped(s, "agreement", "feedback within")


@kind("agreement-basis-dropped", "The agreement no longer says why information may go there", "network")
def agreement_basis(s: Source) -> Mutants:
    return dropped(s, "agreement", "legal basis")


@kind("agreement-with-another", "The agreement is with somebody else", "network")
def agreement_other(s: Source) -> Mutants:
    for agreement in s.all("agreement"):
        line = agreement.one("with")
        if line is not None and isinstance(line.value, syntax.Name):
            other = next(p for p in s.network.providers if p != line.value.text and p != s.network.organiser)
            yield s.put(line, f"{s.indent(line)}with {other}")


@kind("provider-dropped", "A provider is gone from the network", "network")
def provider_dropped(s: Source) -> Mutants:
    return (s.cut(p) for p in s.all("provider"))


@kind("profession-lost", "A profession does not work there any more", "network")
def profession_lost(s: Source) -> Mutants:
    return items_dropped(s, "professions", "provider")


@kind("register-lost", "A provider no longer writes to the register it shared", "network")
def register_lost(s: Source) -> Mutants:
    return dropped(s, "provider", "register")


@kind("register-changed", "A provider writes to another register", "network")
def register_changed(s: Source) -> Mutants:
    for provider in s.all("provider"):
        line = provider.one("register")
        if line is not None:
            yield s.put(line, f"{s.indent(line)}register a register of its own")


@kind("condition-no-longer-met", "A provider no longer meets what a service requires", "network")
def condition_lost(s: Source) -> Mutants:
    return items_dropped(s, "meets", "provider")


@kind("condition-added", "A service requires what none of its providers has been found to meet", "network")
def condition_added(s: Source) -> Mutants:
    for service in s.all("service"):
        line = f"{s.indent(service)}    requires a quiet room"
        yield s.edited(f"requires a quiet room, in {s.called(service)}", service, (service.line + 1, service.line, [line]))


@kind("provider-sold", "A public provider becomes a company, and nothing is agreed with it", "network")
def provider_sold(s: Source) -> Mutants:
    agreed = {line.value.key for line in s.all("with") if isinstance(line.value, syntax.Name)}
    for provider in s.all("provider"):
        line = provider.one("sector")
        name = provider.value.text if isinstance(provider.value, syntax.Text) else ""
        if (
            line is not None
            and s.said(line) == "sector public"
            and name.casefold() not in agreed
            and name != s.network.organiser
        ):
            yield s.put(line, f"{s.indent(line)}sector private")


@kind("channel-lost", "A provider no longer works at home, remotely or on a ward", "network")
def channel_lost(s: Source) -> Mutants:
    return items_dropped(s, "channels", "provider")


@kind("service-dropped", "A service is no longer offered at all", "network")
def service_gone(s: Source) -> Mutants:
    return (s.cut(service) for service in s.all("service"))


@kind("service-result-dropped", "A service no longer gives its result", "network")
def service_result(s: Source) -> Mutants:
    return items_dropped(s, "makes", "service")


@kind("window-lengthened", "A result is said to hold for much longer, and is asked for again all the same", "network")
def window_longer(s: Source) -> Mutants:
    for line in s.all("window"):
        yield s.put(line, durations(s, line, 20))


@kind("window-shortened", "A result is said to hold for a day", "network")
def window_shorter(s: Source) -> Mutants:
    for line in s.all("window"):
        yield s.put(line, re.sub(r"window \d+ \w+", "window 1 day", s.line(line)))


@kind("window-reason-dropped", "A good reason for a repeat is no longer one", "network")
def window_reason(s: Source) -> Mutants:
    for line in s.all("window"):
        found = re.match(r"(\s*window [^,]+), unless (.*)$", s.line(line))
        reasons = found[2].split(" or ") if found is not None else []
        for reason in reasons:
            rest = [r for r in reasons if r != reason]
            assert found is not None
            text = found[1] + (f", unless {' or '.join(rest)}" if rest else "")
            yield s.put(line, text, f"not unless {reason}, in {s.called(s.parent(line))}", reason=reason)


@kind("shared-item-too-old", "A value is worth an hour, and is asked for weeks later", "network")
def shared_item_too_old(s: Source) -> Mutants:
    for item in s.all("item"):
        if isinstance(item.value, syntax.ItemType):
            text = re.sub(r", valid .*$", "", s.line(item)).rstrip()
            yield s.put(item, f"{text}, valid 1 hour", item=item.value.name.text)


@kind("shared-item-dropped", "Something that paths speak of is no longer declared", "network")
def shared_item_dropped(s: Source) -> Mutants:
    return (s.cut(item) for item in s.all("item"))


@kind("shared-item-of-another-type", "A number becomes a yes or no", "network")
def shared_item_type(s: Source) -> Mutants:
    for item in s.all("item"):
        if isinstance(item.value, syntax.ItemType) and item.value.kind in ("number", "yes or no", "one of"):
            other = "date" if item.value.kind != "date" else "document"
            yield s.put(item, f"{s.indent(item)}item {item.value.name.text}: {other}", item=item.value.name.text)


@kind("shared-item-of-another-unit", "A value is in another unit than the limits it is compared with", "network")
def shared_item_unit(s: Source) -> Mutants:
    for item in s.all("item"):
        if isinstance(item.value, syntax.ItemType) and item.value.kind == "number":
            yield s.put(item, re.sub(r"number of \S+", "number of furlongs", s.line(item)), item=item.value.name.text)


@kind("official-act-by-a-company", "A service that companies give becomes an act of an authority", "network")
def official(s: Source) -> Mutants:
    for service in s.all("service"):
        if service.one("officials only") is None:
            line = f"{s.indent(service)}    officials only"
            yield s.edited(f"officials only, in {s.called(service)}", service, (service.line + 1, service.line, [line]))


@kind("host-gone", "A provider no longer meets clients in the house", "network")
def host_gone(s: Source) -> Mutants:
    return items_dropped(s, "hosts", "site")


@kind("shares-do-not-add-up", "What the partners gain and bear does not add up", "network")
def shares(s: Source) -> Mutants:
    for line in s.all("gain", "pain"):
        yield s.put(line, re.sub(r"\d+", lambda m: str(int(m[0]) + 5), s.line(line), count=1))


@kind("calendar-without-holidays", "Holidays count as working days", "network", is_beyond=True)
def holidays(s: Source) -> Mutants:
    return dropped(s, "calendar", "holidays of")
