"""Who is responsible for what on a path, as a list, and who gains or loses by a change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pathflow.base.names import fold
from pathflow.compare.changes import Shift
from pathflow.compare.plain import Renames
from pathflow.model import path as model
from pathflow.model.path import Party, Path

ROLES: Final = (
    "answers for the whole path", "is accountable from the start", "owns the plan", "does", "may be chosen for", "receives",
    "orders", "is asked in", "guides the choice of", "takes over if nobody accepts",
)  # fmt: skip
"""What a provider can be responsible for, in the order in which it is told."""


class Duty(NamedTuple):
    """One thing that a provider is responsible for; `name` is empty where the role says it all."""

    provider: str
    role: str
    name: str = ""


def duties_of(path: Path) -> Iterator[Duty]:
    """Every duty of every provider on a path, in reading order."""
    yield Duty(path.responsible, "answers for the whole path")
    yield Duty(path.accountable, "is accountable from the start")
    if path.plan is not None and path.plan.owner is not None:
        yield Duty(str(path.plan.owner.party), "owns the plan", "the start")
    statements = [s for body in (path.body, *(w.body for w in path.whenevers)) for s in model.walk(body)]
    chosen = {s.name: s.options for s in statements if isinstance(s, model.Choice)}
    for statement in statements:
        yield from _of(statement, chosen)


def _of(statement: Any, chosen: dict[str, tuple[str, ...]]) -> Iterator[Duty]:
    name = str(getattr(statement, "name", ""))
    parts = (
        ("does", "by"), ("orders", "ordered_by"), ("receives", "receiver"), ("guides the choice of", "guided_by"),
        ("takes over if nobody accepts", "fallback"), ("owns the plan", "plan_to"), ("owns the plan", "plan_with"),
    )  # fmt: skip
    for role, field in parts:
        actor = getattr(statement, field, None)
        if actor is None:
            continue
        said = "is asked in" if isinstance(statement, model.Consultation) else role
        for provider in _providers(actor.party, chosen):
            yield Duty(provider, "may be chosen for" if actor.party.kind == "chosen" else said, name)


def _providers(party: Party, chosen: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if party.kind == "chosen":
        return chosen.get(party.name, (party.name,))
    return (str(party),)


def shifts(of: str, old: Path | None, new: Path | None, renames: Renames) -> list[Shift]:
    """Who gains and who loses what, by provider and role."""
    before = {_key(duty, Renames()): duty for duty in (duties_of(old) if old is not None else ())}
    now = {_key(duty, renames): duty for duty in (duties_of(new) if new is not None else ())}
    found: dict[tuple[str, bool, str], list[str]] = {}
    for is_gain, here, there in ((True, now, before), (False, before, now)):
        for key, duty in here.items():
            if key not in there:
                found.setdefault((duty.provider, is_gain, duty.role), []).append(duty.name)
    ordered = sorted(found, key=lambda one: (fold(one[0]), one[1], ROLES.index(one[2])))
    return [Shift(of, provider, is_gain, role, tuple(n for n in found[provider, is_gain, role] if n))
            for provider, is_gain, role in ordered]  # fmt: skip


def _key(duty: Duty, renames: Renames) -> tuple[str, str, str]:
    return (renames.old_name("provider", duty.provider), duty.role, renames.old_name("step", duty.name))
