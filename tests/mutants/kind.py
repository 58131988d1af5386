"""What a kind of defect is, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.mutants.source import Mutant, Source

Plant = Callable[[Source], Iterator[Mutant]]


@dataclass(frozen=True)
class Kind:
    """One kind of defect. `story`: what goes wrong in reality; `on`: whether it is planted into paths or into the network.

    `is_beyond`: no text can tell it from another sound path, so only a reader or a scenario finds it; it is counted apart.
    """

    name: str
    story: str
    plant: Plant
    on: str
    is_beyond: bool = False

    def mutants(self, source: Source) -> Iterator[Mutant]:
        for mutant in self.plant(source):
            if mutant.text != source.text:
                yield replace(mutant, kind=self.name)

    @property
    def group(self) -> str:
        """What the defect is in, in a few words."""
        return next((group for group, beginnings in GROUPS.items() if self.name.startswith(beginnings)), "the flow of care")


GROUPS: dict[str, tuple[str, ...]] = {
    "handoffs": ("handoff",),
    "orders": ("order",),
    "consultations": ("consultation",),
    "who does a step, and what it gives": (
        "performer", "profession-wrong", "step-", "result", "service-not", "needs", "reason", "official-act-elsewhere", "same-visit",
    ),
    "clocks, pauses, follow-up": ("clock", "target", "unit-wrong-in-a-time", "follow-up", "wait", "silence", "rounds"),
    "decisions": ("way-", "otherwise", "threshold", "boundary", "part-of", "negation", "decided", "unit-wrong", "item-unknown"),
    "repeats, parallel ways, ends, events": ("exit", "join", "branch", "end-", "no-return", "resume", "event", "alarm", "ways-"),
    "choices": ("choice",),
    "the plan and the head": ("plan", "team", "holder", "entry"),
    "consent and freshness": ("consent", "linked", "item-too-old", "shared-item-too-old"),
    "agreements": ("agreement",),
    "providers and sites": ("provider", "profession-lost", "register", "condition-", "channel", "host", "shares"),
    "services, windows, shared items": ("service", "window", "shared-item", "official-act-by"),
}  # fmt: skip
"""Groups of kinds, by how their names begin; the first that fits."""

KINDS: dict[str, Kind] = {}


def kind(name: str, story: str, on: str = "path", is_beyond: bool = False) -> Callable[[Plant], Plant]:
    def enter(plant: Plant) -> Plant:
        assert name not in KINDS, name
        KINDS[name] = Kind(name, story, plant, on, is_beyond)
        return plant

    return enter
