"""Somebody who does things with clients, at random but always the same for a seed: what is due, now and then something else."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

from pathflow.base.durations import DAY, HOUR
from pathflow.base.instants import Instant
from pathflow.engine.program import Program
from pathflow.host.desk import Desk
from pathflow.host.service import CareService
from pathflow.host.together import Together
from pathflow.model import path as model

BEGINNING: Instant = 1_772_434_800_000_000
"""2 March 2026, 9 o'clock in Helsinki."""


LEAVING = ("died", "moved away", "refused")


class Done(NamedTuple):
    """One call: what was called, with what. The same call may be made again."""

    what: str
    arguments: tuple[Any, ...]
    more: dict[str, Any]

    def on(self, desk: Desk | Together, key: str | None = None) -> Any:
        """Makes the call."""
        return getattr(desk.once(key) if key is not None else desk, self.what)(*self.arguments, **self.more)


def value_for(chance: random.Random, item: Any) -> Any:
    """A value that fits an item."""
    if item.kind == "one of":
        return chance.choice(item.options)
    if item.kind == "yes or no":
        return chance.choice(["yes", "no"])
    if item.kind == "number":
        return chance.randrange(0, 120)
    return "2026-01-01" if item.kind == "date" else "made"


class Hand:
    """Chooses what is done next with one client."""

    def __init__(self, program: Program, client: str, chance: random.Random) -> None:
        self.program = program
        self.client = client
        self.chance = chance

    def next(self, service: CareService, now: Instant) -> Done:
        """The next call, by what the record owes at this moment."""
        chance, client = self.chance, self.client
        try:
            work = [row.work for row in service.desk("chooser").work(now, client=client, limit=50).rows]
            is_known = service.store.head(client) is not None and bool(service.store.facts(client))
        except KeyError:
            work, is_known = [], False
        if not is_known or (not work and chance.random() < 0.5):
            return Done("enrol", (client, self.program.path.name, now), {"items": self._entry()})
        if chance.random() < 0.15 or not work:
            return self._other(now)
        one = chance.choice(work)
        return self._of_work(one, now)

    def _of_work(self, work: Any, now: Instant) -> Done:
        chance, client = self.chance, self.client
        if work.act == "accept":
            if chance.random() < 0.2:
                return Done("send_back", (client, work.name, now, "no room"), {})
            return Done("accept", (client, work.name, now), {"provider": work.provider})
        if work.act == "send":
            return Done("propose", (client, work.name, now), {})
        if work.act == "choose":
            node = self.program.find(work.name)
            choice = self.program.nodes[node].statement if node is not None else None
            options = choice.options if isinstance(choice, model.Choice) else ("nobody",)
            return Done("choose", (client, work.name, chance.choice(options), now), {})
        if work.act == "answer":
            return Done("answer", (client, work.name, now), {"items": self._made(work.name)})
        if work.act == "do":
            return Done("complete", (client, work.name, now), {"items": self._made(work.name)})
        return Done("observe", (client, "", now), {"items": self._some(len(self.program.path.items))})

    def _other(self, now: Instant) -> Done:
        chance, client, events = self.chance, self.client, list(self.program.path.events)
        late = now - chance.choice([HOUR, DAY, 9 * DAY])
        choices: list[Callable[[], Done]] = [
            lambda: Done("observe", (client, "", now), {"items": self._some(3)}),
            lambda: Done("record", ("observed", client, "", late), {"items": self._some(2), "recorded": now}),
            lambda: Done("complete", (client, self._any_step(), now), {}),
            lambda: Done("record", ("completed", client, self._any_step(), late), {"recorded": now}),
            lambda: Done("accept", (client, self._any_step(), now), {}),
            lambda: Done("review", (client, now), {}),
            lambda: Done("override", (client, "G402", now, "seen to"), {}),
            lambda: Done("record", (chance.choice(LEAVING), client, "", now), {}),
            lambda: Done("cancel", (client, self._any_step(), now), {}),
            lambda: self._lasting(now),
        ]
        if events:
            choices += [lambda: Done("observe", (client, chance.choice(events), now), {})] * 3
        chosen = chance.choice(choices)()
        return (
            chosen if len(chosen.arguments) < 4 or chosen.arguments[0] not in LEAVING or chance.random() < 0.3 else choices[0]()
        )

    def _lasting(self, now: Instant) -> Done:
        """Something that holds for longer than a step."""
        chance, client, path = self.chance, self.client, self.program.path.name
        if chance.random() < 0.1:
            return Done("withdraw", (client, "", now), {})
        choices = [
            Done("assign", (client, chance.choice(["", self._any_step()]), chance.choice(["Maija", "Pekka"]), now), {}),
            Done("pause", (client, now, chance.choice(["", path])), {}),
            Done("come_back", (client, now, chance.choice(["", path])), {}),
            Done("record", ("came back", client, "", now), {}),
        ]
        return chance.choice(choices)

    def _any_step(self) -> str:
        names = [n.name for n in self.program.nodes if isinstance(n.statement, model.Step | model.Handoff)]
        return self.chance.choice(names or ["nothing of the kind"])

    def _made(self, name: str) -> dict[str, Any]:
        node = self.program.find(name)
        makes = getattr(self.program.nodes[node].statement, "makes", ()) if node is not None else ()
        return {
            item: value_for(self.chance, self.program.path.items[item]) for item in makes if item in self.program.path.items
        }

    def _some(self, count: int) -> dict[str, Any]:
        names = list(self.program.path.items)
        chosen = self.chance.sample(names, min(count, len(names)))
        return {name: value_for(self.chance, self.program.path.items[name]) for name in chosen}

    def _entry(self) -> dict[str, Any]:
        return self._some(len(self.program.path.items)) if self.chance.random() < 0.7 else {}
