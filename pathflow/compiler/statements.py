"""The flow of care: steps, handoffs, consultations, decisions, branches, repeats, choices, ends. Syntax to meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec.structs import replace

from pathflow.base.names import fold, listing, nearest
from pathflow.compiler.network import (
    aliases_of,
    duration_of,
    label,
    labels_of,
    payers_of,
    read_price,
    share_of,
    text_of,
    texts_of,
)
from pathflow.compiler.reading import Reader
from pathflow.compiler.scope import Report, Scope, Sort
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Name, Statement
from pathflow.model import path as model
from pathflow.model.conditions import events_of
from pathflow.model.network import Item, Network

FLOW: Final = frozenset(
    {"step", "handoff", "consultation", "decide", "together", "repeat", "client chooses", "include", "wait", "end"}
)
"""Keywords of statements through which a client goes."""


_NO_PATH: Final = (
    "Write it into a file of this folder, a small one will do: `pathflow new` asks for what it needs. If others answer for it, "
    "say it in a `note` until theirs is there"
)


class StatementReader(Reader):
    """Reads the statements of a path.

    Args:
        paths: the names of the paths that may be included, by folded name.
        main: the names of the statements at the path's outermost level, from which it can start again.

    Attributes:
        has_lost: whether a statement could not be read at all, so that what follows from the flow is uncertain.
        exact: the lines of repeats that say how many rounds they have, and not how many at most.
    """

    def __init__(
        self,
        network: Network,
        scope: Scope,
        items: dict[str, Item],
        report: Report,
        paths: Mapping[str, str],
        main: frozenset[str],
    ) -> None:
        super().__init__(network, scope, items, report)
        self.paths = paths
        self.main = main
        self.has_lost = False
        self.exact: set[int] = set()
        self._readers: dict[str, Callable[[Statement], model.Statement | None]] = {
            "step": self._step,
            "handoff": self._handoff,
            "consultation": self._consultation,
            "decide": self._decision,
            "together": self._together,
            "repeat": self._repeat,
            "client chooses": self._choice,
            "wait": self._wait,
            "include": self._include,
            "end": self._end,
            "resume": self._ending,
            "stop": self._ending,
            "restart from": self._ending,
        }

    def body(self, lines: Iterable[Statement]) -> tuple[model.Statement, ...]:
        """The statements of a block, as far as they can be read."""
        result: list[model.Statement] = []
        for line in lines:
            if line.is_orphan:
                continue
            if line.keyword == "until":
                self._until(result, line)
                continue
            read = self._readers.get(line.keyword)
            statement = read(line) if read is not None else None
            if statement is not None:
                result.append(statement)
            elif line.keyword in FLOW or line.keyword == "restart from":
                self.has_lost = True
        return tuple(result)

    def _together(self, line: Statement) -> model.Together:
        file = self.report.file
        branches = tuple(
            model.Branch(self.body(b.body), b.span(file), label(b), labels=labels_of(b)) for b in line.all("branch")
        )
        until = line.value.count if isinstance(line.value, syntax.Meeting) else None
        if until is not None and branches and not 0 < until < len(branches):
            words = {"count": str(until), "branches": str(len(branches))}
            say = "the path cannot go on when {count} of {branches} branches are done"
            help_ = "Take `until …` away: the path then goes on when all are done; or name fewer branches"
            self.report.say("P404", say, line, None, words, help_)
            until = None
        if line.is_broken:
            self.report.doubts.add(line.line)
        return model.Together(branches, line.span(file), until)

    def _until(self, result: list[model.Statement], line: Statement) -> None:
        condition = self.condition(line.value, line)
        if not result or not isinstance(result[-1], model.Repeat):
            return
        before = result[-1]
        if condition is None:
            self.report.doubts.add(before.span.line)
        if condition is not None and before.span.line in self.exact:
            words = {"times": str(before.at_most)}
            say = "`until` stands below a repeat of exactly {times} rounds"
            help_ = "Take `until` away; or write `at most {times} times`, so that it may be over sooner"
            self.report.say("P106", say, line, None, words, help_)
            return
        result[-1] = replace(before, until=condition)

    def _step(self, line: Statement) -> model.Step:
        by = self.actor_of(line, "by")
        doings = tuple(doing for part in line.all("does") for doing in self._doings(part))
        made = [item for doing in doings for item in self.network.services[doing.service].makes]
        within = duration_of(line, "accepted within")
        feedback = duration_of(line, "feedback within")
        ordered = self.actor_of(line, "ordered by")
        if ordered is not None and by is not None and by.party.kind == "provider":
            within = within or self.network.accepted_within(by.party.name)
            feedback = feedback or self.network.feedback_within(by.party.name)
        return model.Step(
            name=label(line),
            span=line.span(self.report.file),
            by=by,
            ordered_by=ordered,
            limits=self.limits(line),
            needs=self.item_list(line, "needs"),
            does=doings,
            makes=tuple(dict.fromkeys([*self.item_list(line, "makes"), *made])),
            carries=self._carried(line, by) if ordered is not None else self.item_list(line, "carries"),
            accepted_within=within,
            fallback=self.fallback(line, None),
            feedback_within=feedback,
            place=self._named("site", line, "place"),
            same_visit=self._named("step", line, "same visit as"),
            starts=self._start(line),
            basis=self.basis(line, by, ordered) if ordered is not None else self.basis(line),
            takes=duration_of(line, "takes"),
            price=read_price(line.one("price"), self.scope, self.report),
            payers=payers_of(line, self.scope, self.report),
            code=text_of(line, "code"),
            aliases=aliases_of(line),
            labels=labels_of(line),
            sources=texts_of(line, "source"),
            notes=texts_of(line, "note"),
        )

    def _named(self, sort: Sort, line: Statement, keyword: str) -> str | None:
        """The name of a sort that the first such line gives."""
        part = line.one(keyword)
        if part is None or not isinstance(part.value, Name):
            return None
        found = self.scope.find(sort, part.value, self.report, part)
        if found is not None and sort == "step" and fold(found) == fold(label(line)):
            say = "`{step}` cannot be in one visit with itself"
            self.report.say("P303", say, part, part.value, {"step": found}, "Name the other step of the visit")
            return None
        return found

    def basis(self, line: Statement, *parties: model.Actor | None) -> model.Basis | None:
        """Why information may cross: the client's consent where the words are those of a yes-or-no item, else a statute.

        Where the block does not say, the agreement with one of the parties may say so once for all.
        """
        text = text_of(line, "legal basis") or self._agreed_basis(parties)
        if text is None:
            return None
        item = self.scope.get("item", text)
        is_consent = item is not None and item in self.items and self.items[item].kind == "yes or no"
        return model.Basis(text, item if is_consent else None)

    def _agreed_basis(self, parties: Iterable[model.Actor | None]) -> str | None:
        names = [actor.party.name for actor in parties if actor is not None and actor.party.kind == "provider"]
        bases = [a.basis for name in names for a in self.network.agreements_with(name)]
        return next((basis for basis in bases if basis is not None), None)

    def _carried(self, line: Statement, receiver: model.Actor | None) -> tuple[str, ...]:
        """What goes along: what the block says, and what the agreements with the receiver say once for all."""
        name = receiver.party.name if receiver is not None and receiver.party.kind == "provider" else ""
        agreed = [item for agreement in self.network.agreements_with(name) for item in agreement.carries]
        return tuple(dict.fromkeys([*self.item_list(line, "carries"), *agreed]))

    def _start(self, line: Statement) -> model.Start | None:
        """The path that a step begins, and for whom."""
        part = line.one("starts")
        if part is None or not isinstance(part.value, syntax.Starting):
            return None
        path = self._path(part.value.path, part)
        client = None
        if part.value.client is not None:
            client = self.scope.find("linked", part.value.client, self.report, part)
            if client is None:
                return None
        return model.Start(path, client) if path is not None else None

    def _path(self, name: Name, line: Statement) -> str | None:
        """A path of the folder, by its name."""
        found = self.paths.get(name.key)
        if found is None:
            guess = nearest(name.text, self.paths.values())
            words = {"name": name.text, "guess": guess or ""}
            help_ = "Did you mean `{guess}`?" if guess else _NO_PATH
            self.report.say("P301", "there is no path `{name}` in this folder", line, name, words, help_, replacement=guess)
        return found

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
        sender, receiver = self.actor(part.value.sender, part), self.actor(part.value.receiver, part)
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
        limits = self.limits(line)
        return model.Handoff(
            name=label(line),
            span=line.span(self.report.file),
            sender=sender,
            receiver=receiver,
            limit=limits[0] if limits else None,
            carries=self._carried(line, receiver),
            accepted_within=duration_of(line, "accepted within"),
            fallback=self.fallback(line, sender.party),
            plan_to=self.actor_of(line, "moves the plan to"),
            plan_with=self.actor_of(line, "keeps the plan with"),
            basis=self.basis(line, sender, receiver),
            aliases=aliases_of(line),
            labels=labels_of(line),
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
            carries=self.item_list(line, "carries"),
            answered_within=duration_of(line, "answered within"),
            makes=self.item_list(line, "makes"),
            basis=self.basis(line, *parties),
            aliases=aliases_of(line),
            labels=labels_of(line),
            sources=texts_of(line, "source"),
            notes=texts_of(line, "note"),
        )

    def _decision(self, line: Statement) -> model.Decision:
        branches: list[model.Branch] = []
        for part in line.body:
            if part.is_orphan or part.keyword not in ("if", "otherwise"):
                continue
            condition = self.condition(part.value, part)
            span = part.span(self.report.file)
            if part.keyword == "if" and condition is None:
                self.has_lost = True
                self.report.doubts.add(line.line)
                self.body(part.body)  # its own mistakes are still said
                continue
            chance = share_of(part.one("chance"), self.report)
            branches.append(model.Branch(self.body(part.body), span, "", condition, chance))
        self._check_waiting(line, branches)
        self._check_chances(line, [branch.chance for branch in branches])
        span = line.span(self.report.file)
        return model.Decision(label(line) or "decide", tuple(branches), span, labels_of(line), texts_of(line, "source"))

    def _check_chances(self, line: Statement, chances: list[float | None]) -> None:
        """Where every way has its chance, they are all of the clients; where some have, they are not more than all."""
        total = sum(chance for chance in chances if chance is not None)
        is_whole = None not in chances and bool(chances)
        if total > 100 + 1e-6 or (is_whole and abs(total - 100) > 1e-6):
            words = {"total": f"{total:g}"}
            self.report.say("P404", "the chances add up to {total} %", line, None, words, "Together they are 100 %")

    def _check_waiting(self, line: Statement, branches: list[model.Branch]) -> None:
        """A decision that waits for what happens first has no `otherwise`: nothing would ever be waited for."""
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
        if value.is_exact:
            self.exact.add(line.line)
        every = value.every if value.every is not None and value.every.count else None
        return model.Repeat(self.body(line.body), line.span(self.report.file), every, value.at_most, None, value.from_start)

    def _choice(self, line: Statement) -> model.Choice | None:
        if self._is_no_choice_of_providers(line):
            return None
        options: list[str | None] = []
        chances: dict[str, float | None] = {}
        lines = [(part, part.value) for part in line.all("option") if isinstance(part.value, Name)]
        strange = self.scope.unknown_together("provider", lines, self.report, label(line))
        for part in line.all("option"):
            if isinstance(part.value, Name) and part.value.key not in strange:
                options.append(self.scope.find("provider", part.value, self.report, part))
                chances[options[-1] or ""] = share_of(part.one("chance"), self.report)
        self._check_chances(line, list(chances.values()))
        default = line.one("if no choice")
        chosen = None
        if default is not None and isinstance(default.value, Name):
            chosen = self.scope.find("provider", default.value, self.report, default)
        limits = self.limits(line)
        found = tuple(dict.fromkeys(option for option in options if option is not None))
        if not found:
            return None
        return model.Choice(
            name=label(line),
            options=found,
            span=line.span(self.report.file),
            guided_by=self.actor_of(line, "guided by"),
            limit=limits[0] if limits else None,
            default=chosen,
            chances=tuple((name, chance) for name, chance in chances.items() if chance is not None),
            labels=labels_of(line),
            sources=texts_of(line, "source"),
        )

    def _is_no_choice_of_providers(self, line: Statement) -> bool:
        """Whether a client is to choose among what are no providers: said once, and not of each option."""
        options = [part.value for part in line.all("option") if isinstance(part.value, Name)]
        known = list(self.scope.names("provider"))
        if not options or "provider" in self.scope.opened:
            return False
        if any(self.scope.has("provider", name.text) or nearest(name.text, known) for name in options):
            return False
        named = [f'"{name.text}"' if "," in name.text else name.text for name in options]
        words = {"choice": label(line), "options": listing(named), "listed": ", ".join(named)}
        say = "at `client chooses` a client chooses among providers, and {options} are none"
        if len(options) == 1:
            say = "at `client chooses` a client chooses among providers, and {options} is none"
        help_ = (
            "To choose something else, let a step `by client` make an item: item {choice}: one of {listed}; and decide by it"
        )
        self.report.say("P303", say, line, None, words, help_)
        self.scope.misused.add(fold(label(line)))
        return True

    def _wait(self, line: Statement) -> model.Wait | None:
        span = line.span(self.report.file)
        if isinstance(line.value, syntax.Time):
            return model.Wait(line.value.length, span)
        if isinstance(line.value, syntax.After):
            of = self.clock_start(line.value.of, line)
            return model.Wait(line.value.length, span, of=of) if of is not None else None
        if not isinstance(line.value, syntax.Waiting):
            return None
        condition = self.condition(syntax.When(line.value.condition), line)
        return model.Wait(line.value.at_most, span, condition) if condition is not None else None

    def _include(self, line: Statement) -> model.Include | None:
        if not isinstance(line.value, Name):
            return None
        name = self._path(line.value, line)
        if name is None:
            return None
        return model.Include(name, line.span(self.report.file), text_of(line, "version"))

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
            plan_with=self.actor_of(line, "keeps the plan with"),
            no_returns=tuple(returns),
            labels=labels_of(line),
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
        if step not in self.main:
            words = {"step": step}
            say = "the path cannot restart from `{step}`, which stands inside a branch or a repeat"
            help_ = "Name a step at the path's outermost level, so that every branch is gone again"
            self.report.say("P303", say, line, line.value, words, help_)
            return None
        return model.Ending("restart", span, step)
