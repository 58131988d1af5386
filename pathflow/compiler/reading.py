"""What networks' names, actors and limits in a line mean: the readings that all blocks of a path share."""

from __future__ import annotations

from pathflow.compiler.conditions import meant
from pathflow.compiler.network import names_in, period_in
from pathflow.compiler.scope import Report, Scope
from pathflow.dsl import syntax
from pathflow.dsl.languages import standing_in
from pathflow.dsl.syntax import Statement
from pathflow.model import path as model
from pathflow.model.conditions import Condition
from pathflow.model.network import Item, Network


class Reader:
    """Reads parts of a path over its names. What cannot be read is left out, with a finding, and its place is doubtful."""

    def __init__(self, network: Network, scope: Scope, items: dict[str, Item], report: Report) -> None:
        self.network = network
        self.scope = scope
        self.items = items
        self.report = report

    def item_list(self, line: Statement, keyword: str) -> tuple[str, ...]:
        """The items of all such lines, each once."""
        found = [self.scope.find("item", name, self.report, part) for part in line.all(keyword) for name in names_in(part)]
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def condition(self, value: syntax.Value | None, line: Statement) -> Condition | None:
        """The condition of a line, or None where it means nothing."""
        if not isinstance(value, syntax.When):
            return None
        return meant(value.condition, self.scope, self.items, self.report, line)

    def party(self, actor: syntax.Actor, line: Statement) -> model.Party | None:
        """The provider, or whoever else acts, that an actor names."""
        if actor.kind in ("holder", "previous", "client", "owner"):
            return model.Party(actor.kind)
        if actor.provider is None:
            return None
        choice = self.scope.get("choice", actor.provider.text)
        if choice is not None and not self.scope.has("provider", actor.provider.text):
            return model.Party("chosen", choice)
        provider = self.scope.find("provider", actor.provider, self.report, line)
        return model.Party("provider", provider) if provider is not None else None

    def actor(self, actor: syntax.Actor, line: Statement) -> model.Actor | None:
        """Who acts, and where."""
        party = self.party(actor, line)
        for name in actor.professions:
            if standing_in().get(name.key) == "CLIENT" and not self.scope.has("profession", name.text):
                say = "`{client}` stands alone in `{keyword}`: it is no profession, and works nowhere"
                words = {"client": name.text, "keyword": line.keyword}
                help_ = "Write: by {client}. Where both act, write a second step for the client: by {client}"
                self.report.say("P303", say, line, name, words, help_)
                return None
        found = [self.scope.find("profession", name, self.report, line) for name in actor.professions]
        professions = tuple(name for name in found if name is not None)
        if party is None:
            return None
        channel = actor.channel.text if actor.channel is not None else None
        return model.Actor(party, professions, actor.joint, channel)

    def actor_of(self, line: Statement, keyword: str) -> model.Actor | None:
        """The actor of the first such line."""
        part = line.one(keyword)
        if part is None or not isinstance(part.value, syntax.Actor):
            return None
        return self.actor(part.value, part)

    def fallback(self, line: Statement, sender: model.Party | None) -> model.Fallback | None:
        """Who takes over when nobody accepts."""
        part = line.one("if not accepted")
        if part is None or not isinstance(part.value, syntax.Fallback):
            return None
        party = self.party(part.value.party, part)
        if party is None:
            return None
        is_sender = sender is None or party == sender or party.kind == "holder"
        if part.value.keeps and not is_sender:
            words = {"party": str(party), "sender": str(sender)}
            say = "`{party}` cannot keep the client, because `{sender}` has the client"
            self.report.say(
                "P303",
                say,
                part,
                None,
                words,
                "Write: if not accepted, {sender} keeps the client; or: if not accepted, {party} takes over",
            )
        return model.Fallback(party)

    def limits(self, line: Statement) -> tuple[model.Limit, ...]:
        """The limits of a block."""
        return tuple(limit for part in line.all("within") if (limit := self.limit(part)) is not None)

    def clock_start(self, name: syntax.Name, part: Statement) -> str | None:
        """What starts a clock: a step, a handoff, a choice, an event, or enrolment."""
        if name.key == model.ENROLMENT:
            return model.ENROLMENT
        return self.scope.find(("step", "event", "choice"), name, self.report, part)

    def limit(self, part: Statement) -> model.Limit | None:
        """One limit."""
        value = part.value
        if not isinstance(value, syntax.Limit):
            return None
        of = self.clock_start(value.of, part) if value.of is not None else None
        at_most_of = self.clock_start(value.at_most_of, part) if value.at_most_of is not None else None
        if (value.of is not None and of is None) or (value.at_most_of is not None and at_most_of is None):
            return None
        when = meant(value.when, self.scope, self.items, self.report, part) if value.when is not None else None
        if value.when is not None and when is None:
            return None
        valid = value.valid
        period = period_in(valid, part, self.report) if valid is not None else None
        own = at_most_of if at_most_of != of else None
        return model.Limit(value.target, of, value.at_most, own, when, value.source, period, part.span(self.report.file))
