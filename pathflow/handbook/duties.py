"""The duty register: every promise of the paths as rows, with who owes it, from when, by when, and on what source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pathflow.base.durations import Duration
from pathflow.handbook.material import statements
from pathflow.model import path as model
from pathflow.model.conditions import Condition

Sort = Literal["do", "accept", "feedback", "send", "answer", "choose", "review", "keep"]
SORTS: Final[dict[Sort, str]] = {
    "do": "Do it", "accept": "Accept or return", "feedback": "Give feedback", "send": "Hand over", "answer": "Answer",
    "choose": "Guide the choice", "review": "Review the plan", "keep": "Keep the promise",
}  # fmt: skip
"""What is owed, in words."""


class Duty(Struct, frozen=True):
    """One promise. `who`: None where it is the whole path's responsible organisation.

    `start`: the step, handoff or event that starts the clock; empty: when it is reached. `at_most_of`: what starts the
    maximum's, where that is another.
    """

    path: model.Path
    name: str
    sort: Sort
    who: model.Actor | None = None
    start: str = ""
    target: Duration | None = None
    at_most: Duration | None = None
    at_most_of: str = ""
    when: Condition | None = None
    sources: tuple[str, ...] = ()


def duties_of(path: model.Path) -> list[Duty]:
    """Every promise of a path, in reading order."""
    found = [duty for statement in statements(path) for duty in _of(path, statement)]
    if path.plan is not None and path.plan.review is not None:
        found.append(Duty(path, path.plan.name, "review", path.plan.owner, target=path.plan.review.every))
    return found + [_limited(path, one.name, "keep", None, one.limit, one.sources) for one in path.promises]


def _limited(
    path: model.Path, name: str, sort: Sort, who: model.Actor | None, limit: model.Limit, sources: tuple[str, ...]
) -> Duty:
    own = (limit.source,) if limit.source else sources
    start = limit.of or (model.ENROLMENT if sort == "keep" else "")
    return Duty(path, name, sort, who, start, limit.target, limit.at_most, limit.at_most_of or "", limit.when, own)


def _of(path: model.Path, one: model.Statement) -> Iterator[Duty]:
    if isinstance(one, model.Step):
        yield from _of_step(path, one)
    elif isinstance(one, model.Handoff):
        if one.limit is not None:
            yield _limited(path, one.name, "send", one.sender, one.limit, one.sources)
        yield Duty(path, one.name, "accept", one.receiver, one.name, one.accepted_within, sources=one.sources)
    elif isinstance(one, model.Consultation):
        yield Duty(path, one.name, "answer", one.receiver, one.name, one.answered_within, sources=one.sources)
    elif isinstance(one, model.Choice):
        bare = Duty(path, one.name, "choose", one.guided_by, sources=one.sources)
        yield _limited(path, one.name, "choose", one.guided_by, one.limit, one.sources) if one.limit is not None else bare


Term = tuple[model.Actor, Duration]
"""Who, and within which time."""


def _of_step(path: model.Path, step: model.Step) -> Iterator[Duty]:
    for who, length in terms(path, step, "accepted_within"):
        yield Duty(path, step.name, "accept", who, "", length, sources=step.sources)
    if not step.limits:
        yield Duty(path, step.name, "do", step.by, sources=step.sources)
    for limit in step.limits:
        yield _limited(path, step.name, "do", step.by, limit, step.sources)
    for who, length in terms(path, step, "feedback_within"):
        yield Duty(path, step.name, "feedback", who, step.name, length, sources=step.sources)


def terms(path: model.Path, step: model.Step, of: Literal["accepted_within", "feedback_within"]) -> Iterator[Term]:
    """By when an order is accepted or answered, and by whom: the step's own time, else what is agreed with each option."""
    if step.ordered_by is None or step.by is None:
        return
    own = step.accepted_within if of == "accepted_within" else step.feedback_within
    if own is not None:
        yield step.by, own
        return
    agreed = path.network.accepted_within if of == "accepted_within" else path.network.feedback_within
    chosen = (one for one in statements(path) if isinstance(one, model.Choice) and one.name == step.by.party.name)
    for name in next((one.options for one in chosen), ()):
        length = agreed(name)
        if length is not None and step.by.party.kind == "chosen":
            yield replace(step.by, party=model.Party("provider", name)), length
