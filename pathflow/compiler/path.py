"""A path: syntax to meaning. Every name is found, every value has its type and unit; what cannot be read is left out, and its
place is kept as doubtful, so that nothing is concluded from its absence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pathflow.base.durations import Duration
from pathflow.base.names import fold, nearest
from pathflow.compiler.conditions import meant
from pathflow.compiler.network import (
    aliases_of,
    declare_item,
    duration_of,
    item_name,
    label,
    names_in,
    period_of,
    read_aliases,
    read_item,
    text_of,
    texts_of,
)
from pathflow.compiler.logs import log_of
from pathflow.compiler.scope import Report, Scope, Sort
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Name, Statement
from pathflow.model import path as model
from pathflow.model.conditions import Condition
from pathflow.model.network import Item, Network, Period

_HAPPENING: Final[dict[str, Sort]] = {
    "step": "step", "handoff": "step", "consultation": "step", "client chooses": "choice", "end": "end", "event": "event",
}  # fmt: skip
_FLOW: Final = frozenset(
    {"step", "handoff", "consultation", "decide", "together", "repeat", "client chooses", "include", "wait", "end"}
)


class PathReader:
    """Reads the blocks of one file that make a path.

    Args:
        root: the file's statements.
        head: its `path` block.
        paths: the names of the paths that may be included.
    """

    def __init__(
        self, root: Statement, head: Statement, network: Network, scope: Scope, paths: Iterable[str], report: Report
    ) -> None:
        self.root = root
        self.head = head
        self.network = network
        self.scope = scope.inner()
        self.paths = {fold(name): name for name in paths}
        self.report = report
        self.items: dict[str, Item] = dict(network.items)
        self.has_lost = False

    def read(self) -> model.Path:
        """The path, as far as it can be read."""
        self._declare()
        clients = self._clients()
        plan = self._plan()
        main = [line for block in self.root.all("steps") for line in block.body]
        body = self._body(main)
        whenevers = tuple(w for w in map(self._whenever, self.root.all("whenever")) if w is not None)
        head = self.head
        return model.Path(
            name=label(head),
            version=text_of(head, "version") or "",
            network=self.network,
            responsible=self._named("responsible"),
            accountable=self._named("accountable"),
            clients=clients,
            body=body,
            whenevers=whenevers,
            plan=plan,
            valid=period_of(head.one("valid"), self.report),
            silence=duration_of(head, "silence at most"),
            tests=tuple(self._test(line) for line in self.root.all("test")),
            logs=tuple(log_of(line, self.report.file) for line in self.root.all("log")),
            span=head.span(self.report.file),
        )

    # names

    def _declare(self) -> None:
        scope, report = self.scope, self.report
        for line in syntax.walk(self.root):
            sort = _HAPPENING.get(line.keyword)
            if sort is not None and label(line):
                if sort == "end" and scope.has("end", label(line)):
                    continue  # the same outcome may be reached on several ways
                if sort == "step" or sort == "choice":
                    self._declare_once(line, sort)
                else:
                    scope.declare(sort, label(line), line.span(report.file), report, line)
                read_aliases(line, "event" if sort == "event" else "step", label(line), scope, report)
            elif line.keyword == "item" and not self._is_in_network(line):
                declare_item(line, scope, report)
                read_aliases(line, "item", item_name(line), scope, report)
            if line.keyword in _FLOW and (line.is_orphan or line.has_doubt):
                self.has_lost = True
        if self.root.has_doubt or any(block.has_doubt or block.is_broken for block in self.root.body):
            self.has_lost = self.has_lost or self.root.has_doubt
            if self.root.has_doubt:
                scope.is_open = True

    def _declare_once(self, line: Statement, sort: Sort) -> None:
        """Steps, handoffs, consultations and choices share one table: events and tests find them by name alone."""
        other: Sort = "choice" if sort == "step" else "step"
        name = label(line)
        if self.scope.has(other, name):
            self.report.say("P302", "`{name}` is there already", line, None, {"name": name}, "Give one of them another name")
            return
        self.scope.declare(sort, name, line.span(self.report.file), self.report, line)

    def _is_in_network(self, line: Statement) -> bool:
        return any(line in block.body for block in self.root.all("network"))

    def _named(self, keyword: str) -> str:
        line = self.head.one(keyword)
        if line is None or not isinstance(line.value, Name):
            return self.network.organiser
        return self.scope.find("provider", line.value, self.report, line) or self.network.organiser

    def _item_list(self, line: Statement, keyword: str) -> tuple[str, ...]:
        found = [
            self.scope.find("item", name, self.report, part) for part in line.all(keyword) for name in names_in(part)
        ]
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def _condition(self, value: syntax.Value | None, line: Statement) -> Condition | None:
        if not isinstance(value, syntax.When):
            return None
        return meant(value.condition, self.scope, self.items, self.report, line)

    # who

    def _party(self, actor: syntax.Actor, line: Statement) -> model.Party | None:
        if actor.kind in ("holder", "previous", "client", "owner"):
            return model.Party(actor.kind)
        if actor.provider is None:
            return None
        choice = self.scope.get("choice", actor.provider.text)
        if choice is not None and not self.scope.has("provider", actor.provider.text):
            return model.Party("chosen", choice)
        provider = self.scope.find("provider", actor.provider, self.report, line)
        return model.Party("provider", provider) if provider is not None else None

    def _actor(self, actor: syntax.Actor, line: Statement) -> model.Actor | None:
        party = self._party(actor, line)
        found = [self.scope.find("profession", name, self.report, line) for name in actor.professions]
        professions = tuple(name for name in found if name is not None)
        if party is None:
            return None
        channel = actor.channel.text if actor.channel is not None else None
        return model.Actor(party, professions, actor.joint, channel)

    def _actor_of(self, line: Statement, keyword: str) -> model.Actor | None:
        part = line.one(keyword)
        if part is None or not isinstance(part.value, syntax.Actor):
            return None
        return self._actor(part.value, part)

    def _fallback(self, line: Statement, sender: model.Party | None) -> model.Fallback | None:
        part = line.one("if not accepted")
        if part is None or not isinstance(part.value, syntax.Fallback):
            return None
        party = self._party(part.value.party, part)
        if party is None:
            return None
        is_sender = sender is None or party == sender or party.kind == "holder"
        if part.value.keeps and not is_sender:
            words = {"party": str(party), "sender": str(sender)}
            say = "`{party}` cannot keep the client, because `{sender}` has the client"
            self.report.say("P303", say, part, None, words, "Write: , {sender} keeps the client; or: , {party} takes over")
        return model.Fallback(party)

    # limits

    def _limits(self, line: Statement) -> tuple[model.Limit, ...]:
        return tuple(limit for part in line.all("within") if (limit := self._limit(part)) is not None)

    def _limit(self, part: Statement) -> model.Limit | None:
        value = part.value
        if not isinstance(value, syntax.Limit):
            return None
        of: str | None = None
        if value.of is not None:
            if value.of.key == model.ENROLMENT:
                of = model.ENROLMENT
            else:
                of = self.scope.find(("step", "event", "choice"), value.of, self.report, part)
                if of is None:
                    return None
        when = meant(value.when, self.scope, self.items, self.report, part) if value.when is not None else None
        if value.when is not None and when is None:
            return None
        valid = value.valid
        if valid is not None and valid.last is not None and valid.last < valid.first:
            words = {"first": str(valid.first), "last": str(valid.last)}
            self.report.say("P404", "{first} to {last} ends before it begins", part, None, words, "Change the dates round")
            valid = None
        period = Period(valid.first, valid.last) if valid is not None else None
        return model.Limit(value.target, of, value.at_most, when, value.source, period, part.span(self.report.file))

    # blocks

    def _clients(self) -> model.Clients:
        block = self.root.one("clients")
        if block is None:
            return model.Clients("", {}, {})
        items = {i.name: i for i in (read_item(x, self.report) for x in block.all("item")) if i is not None}
        self.items |= items
        events = {
            label(line): model.Event(label(line), aliases_of(line), line.span(self.report.file)) for line in block.all("event")
        }
        enter = block.one("enter when")
        condition = self._condition(enter.value, enter) if enter is not None else None
        return model.Clients(label(block), items, events, condition, block.span(self.report.file))

    def _plan(self) -> model.Plan | None:
        block = self.root.one("plan")
        if block is None:
            return None
        review = block.one("review")
        meant_review = None
        if review is not None and isinstance(review.value, syntax.Review):
            after = [self.scope.find(("step", "event"), name, self.report, review) for name in review.value.after]
            meant_review = model.Review(review.value.every, tuple(a for a in after if a is not None))
        joining = block.one("if another path joins")
        joining_owner = None
        if joining is not None and isinstance(joining.value, syntax.Joining) and joining.value.actor is not None:
            joining_owner = self._actor(joining.value.actor, joining)
        team = block.one("team")
        if team is not None:
            for name in names_in(team):
                self.scope.find("profession", name, self.report, team)
        return model.Plan(
            name=label(block),
            span=block.span(self.report.file),
            owner=self._actor_of(block, "owner"),
            review=meant_review,
            team=tuple(name.text for name in names_in(team)) if team is not None else (),
            contains=tuple(name.text for part in block.all("contains") for name in names_in(part)),
            says_joining=joining is not None,
            joining_owner=joining_owner,
        )

    def _whenever(self, line: Statement) -> model.Whenever | None:
        condition = self._condition(line.value, line)
        if condition is None:
            self.has_lost = True
            return None
        return model.Whenever(condition, self._body(line.body), line.span(self.report.file))

    # the flow of care

    def _body(self, lines: Iterable[Statement]) -> tuple[model.Statement, ...]:
        result: list[model.Statement] = []
        for line in lines:
            if line.is_orphan:
                continue
            if line.keyword == "until":
                self._until(result, line)
                continue
            statement = self._statement(line)
            if statement is not None:
                result.append(statement)
            elif line.keyword in _FLOW:
                self.has_lost = True
        return tuple(result)

    def _until(self, result: list[model.Statement], line: Statement) -> None:
        condition = self._condition(line.value, line)
        if not result or not isinstance(result[-1], model.Repeat):
            return
        before = result[-1]
        if condition is None:
            self.report.doubts.add(before.span.line)
        result[-1] = model.Repeat(before.body, before.span, before.every, before.at_most, condition)

    def _statement(self, line: Statement) -> model.Statement | None:
        keyword = line.keyword
        span = line.span(self.report.file)
        if keyword == "step":
            return self._step(line)
        if keyword == "handoff":
            return self._handoff(line)
        if keyword == "consultation":
            return self._consultation(line)
        if keyword == "decide":
            return self._decision(line)
        if keyword == "together":
            branches = tuple(
                model.Branch(self._body(b.body), b.span(self.report.file), label(b)) for b in line.all("branch")
            )
            return model.Together(branches, span)
        if keyword == "repeat":
            return self._repeat(line)
        if keyword == "client chooses":
            return self._choice(line)
        if keyword == "wait":
            return self._wait(line)
        if keyword == "include":
            return self._include(line)
        if keyword == "end":
            return self._end(line)
        return self._ending(line)

    def _step(self, line: Statement) -> model.Step:
        by = self._actor_of(line, "by")
        doings = tuple(doing for part in line.all("does") for doing in self._doings(part))
        made = [item for doing in doings for item in self.network.services[doing.service].makes]
        within = duration_of(line, "accepted within")
        feedback = duration_of(line, "feedback within")
        ordered = self._actor_of(line, "ordered by")
        if ordered is not None and by is not None and by.party.kind == "provider":
            within = within or self._agreed(by.party.name, "accepted_within")
            feedback = feedback or self._agreed(by.party.name, "feedback_within")
        return model.Step(
            name=label(line),
            span=line.span(self.report.file),
            by=by,
            ordered_by=ordered,
            limits=self._limits(line),
            needs=self._item_list(line, "needs"),
            does=doings,
            makes=tuple(dict.fromkeys([*self._item_list(line, "makes"), *made])),
            carries=self._item_list(line, "carries"),
            accepted_within=within,
            fallback=self._fallback(line, None),
            feedback_within=feedback,
            aliases=aliases_of(line),
            sources=texts_of(line, "source"),
            notes=texts_of(line, "note"),
        )

    def _agreed(self, provider: str, term: str) -> Duration | None:
        """What the agreements with a provider say of orders, once for all."""
        terms: list[Duration | None] = [getattr(a, term) for a in self.network.agreements_with(provider)]
        return next((length for length in terms if length is not None), None)

    def _doings(self, part: Statement) -> Iterable[model.Doing]:
        value = part.value
        if not isinstance(value, syntax.Does):
            return
        for name in value.services:
            service = self.scope.find("service", name, self.report, part)
            if service is not None and service in self.network.services:
                because = value.because.text if value.because is not None else None
                yield model.Doing(service, because, self.report.place(part, name))

    def _parties(self, line: Statement) -> tuple[model.Actor, model.Actor] | None:
        part = line.one("from")
        if part is None or not isinstance(part.value, syntax.Parties):
            return None
        sender, receiver = self._actor(part.value.sender, part), self._actor(part.value.receiver, part)
        if sender is None or receiver is None:
            return None
        if sender.party == receiver.party and sender.party.kind == "provider" and sender.professions == receiver.professions:
            words = {"provider": str(sender.party)}
            say = "from `{provider}` to `{provider}` nothing changes hands"
            self.report.say("P303", say, part, None, words, "Name another receiver; within one provider a step is enough")
        return sender, receiver

    def _handoff(self, line: Statement) -> model.Handoff | None:
        parties = self._parties(line)
        if parties is None:
            return None
        sender, receiver = parties
        limits = self._limits(line)
        return model.Handoff(
            name=label(line),
            span=line.span(self.report.file),
            sender=sender,
            receiver=receiver,
            limit=limits[0] if limits else None,
            carries=self._item_list(line, "carries"),
            accepted_within=duration_of(line, "accepted within"),
            fallback=self._fallback(line, sender.party),
            plan_to=self._actor_of(line, "moves the plan to"),
            plan_with=self._actor_of(line, "keeps the plan with"),
            aliases=aliases_of(line),
            sources=texts_of(line, "source"),
            notes=texts_of(line, "note"),
        )

    def _consultation(self, line: Statement) -> model.Consultation | None:
        parties = self._parties(line)
        if parties is None:
            return None
        return model.Consultation(
            name=label(line),
            span=line.span(self.report.file),
            sender=parties[0],
            receiver=parties[1],
            carries=self._item_list(line, "carries"),
            answered_within=duration_of(line, "answered within"),
            makes=self._item_list(line, "makes"),
            aliases=aliases_of(line),
            sources=texts_of(line, "source"),
            notes=texts_of(line, "note"),
        )

    def _decision(self, line: Statement) -> model.Decision:
        branches: list[model.Branch] = []
        for part in line.body:
            if part.is_orphan or part.keyword not in ("if", "otherwise"):
                continue
            condition = self._condition(part.value, part)
            span = part.span(self.report.file)
            if part.keyword == "if" and condition is None:
                self.has_lost = True
                self.report.doubts.add(line.line)
                self._body(part.body)  # its own mistakes are still said
                continue
            branches.append(model.Branch(self._body(part.body), span, "", condition))
        self._check_waiting(line, branches)
        return model.Decision(label(line) or "decide", tuple(branches), line.span(self.report.file))

    def _check_waiting(self, line: Statement, branches: list[model.Branch]) -> None:
        """A decision that waits for what happens first has no `otherwise`: nothing would ever be waited for."""
        from pathflow.model.conditions import events_of

        waits = [b for b in branches if b.condition is not None and events_of(b.condition)]
        other = line.one("otherwise")
        if waits and other is not None:
            say = "`otherwise` stands in a decision that waits for something to happen"
            self.report.say("P106", say, other, None, {}, "Take it away, or say what happens instead: if … happens")

    def _repeat(self, line: Statement) -> model.Repeat:
        value = line.value if isinstance(line.value, syntax.Repetition) else syntax.Repetition()
        if value.at_most == 0 or (value.every is not None and value.every.count == 0):
            say = "a repeat of no times or without a pause would never do anything"
            self.report.say("P404", say, line, None, {}, "Say how often, as in: repeat every 2 weeks, at most 6 times")
        if line.is_broken:
            self.report.doubts.add(line.line)
        every = value.every if value.every is not None and value.every.count else None
        return model.Repeat(self._body(line.body), line.span(self.report.file), every, value.at_most)

    def _choice(self, line: Statement) -> model.Choice | None:
        options = [
            self.scope.find("provider", part.value, self.report, part)
            for part in line.all("option")
            if isinstance(part.value, Name)
        ]
        default = line.one("if no choice")
        chosen = None
        if default is not None and isinstance(default.value, Name):
            chosen = self.scope.find("provider", default.value, self.report, default)
        limits = self._limits(line)
        found = tuple(dict.fromkeys(option for option in options if option is not None))
        if not found:
            return None
        return model.Choice(
            name=label(line),
            options=found,
            span=line.span(self.report.file),
            guided_by=self._actor_of(line, "guided by"),
            limit=limits[0] if limits else None,
            default=chosen,
        )

    def _wait(self, line: Statement) -> model.Wait | None:
        if not isinstance(line.value, syntax.Time):
            return None
        return model.Wait(line.value.length, line.span(self.report.file))

    def _include(self, line: Statement) -> model.Include | None:
        if not isinstance(line.value, Name):
            return None
        name = self.paths.get(line.value.key)
        if name is None:
            guess = nearest(line.value.text, self.paths.values())
            words = {"name": line.value.text, "guess": guess or ""}
            help_ = "Did you mean `{guess}`?" if guess else "A path is found by its name, in a file of the same folder"
            say = "there is no path `{name}` in this folder"
            self.report.say("P301", say, line, line.value, words, help_, replacement=guess)
            return None
        return model.Include(name, line.span(self.report.file))

    def _end(self, line: Statement) -> model.End:
        returns: list[model.NoReturn] = []
        for part in line.all("no"):
            if isinstance(part.value, syntax.NoReturn):
                event = self.scope.find(("event", "step"), part.value.event, self.report, part)
                if event is not None:
                    returns.append(model.NoReturn(event, part.value.within, part.span(self.report.file)))
        return model.End(
            name=label(line),
            span=line.span(self.report.file),
            closes_plan=line.one("closes the plan") is not None,
            plan_with=self._actor_of(line, "keeps the plan with"),
            no_returns=tuple(returns),
        )

    def _ending(self, line: Statement) -> model.Ending | None:
        span = line.span(self.report.file)
        if line.keyword in ("resume", "stop"):
            return model.Ending(line.keyword, span)  # type: ignore[arg-type]  # one of the two
        if line.keyword != "restart from" or not isinstance(line.value, Name):
            return None
        step = self.scope.find("step", line.value, self.report, line)
        if step is None:
            return None
        main = {label(part) for block in self.root.all("steps") for part in block.body}
        if step not in main:
            words = {"step": step}
            say = "the path cannot restart from `{step}`, which stands inside a branch or a repeat"
            help_ = "Name a step at the path's outermost level, so that every branch is gone again"
            self.report.say("P303", say, line, line.value, words, help_)
            return None
        return model.Ending("restart", span, step)

    # tests and logs

    def _test(self, line: Statement) -> model.Scenario:
        given: list[model.Assumption] = []
        steps: list[model.Expectation] = []
        never: list[str] = []
        for part in line.body:
            if part.is_orphan:
                continue
            span = part.span(self.report.file)
            value = part.value
            if isinstance(value, syntax.Given):
                given += [a for x in value.assumptions if (a := self._assumption(x, part)) is not None]
            elif isinstance(value, syntax.OnDay):
                steps += self._on_day(value, part)
            elif isinstance(value, syntax.Expect):
                if value.assumption is not None:
                    expected = self._assumption(value.assumption, part, expects=True)
                    if expected is not None:
                        steps.append(model.Expectation(span, assumption=expected))
                else:
                    steps.append(model.Expectation(span, names=self._happenings(value.names, part)))
            elif part.keyword == "never" and isinstance(value, syntax.Names):
                never += self._happenings(value.names, part)
        return model.Scenario(label(line), tuple(given), tuple(steps), tuple(never), line.span(self.report.file))

    def _on_day(self, value: syntax.OnDay, part: Statement) -> Iterable[model.Expectation]:
        span = part.span(self.report.file)
        if value.happens is not None:
            event = self.scope.find(("event", "step"), value.happens, self.report, part)
            if event is not None:
                yield model.Expectation(span, value.day, happens=event, is_expected=False)
        elif value.assumption is not None:
            assumed = self._assumption(value.assumption, part, expects=value.expects)
            if assumed is not None:
                yield model.Expectation(span, value.day, assumption=assumed, is_expected=value.expects)

    def _happenings(self, names: Iterable[Name], part: Statement) -> tuple[str, ...]:
        found = [self.scope.find(("step", "end", "choice", "event"), name, self.report, part) for name in names]
        return tuple(name for name in found if name is not None)

    def _assumption(
        self, value: syntax.Assumption, part: Statement, expects: bool = False
    ) -> model.Assumption | None:
        from pathflow.compiler.assumptions import assumed

        return assumed(value, part, expects, self.scope, self.items, self.report)
