"""A path: syntax to meaning. Every name is found, every value has its type and unit; what cannot be read is left out, and its
place is kept as doubtful, so that nothing is concluded from its absence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pathflow.base.names import fold, listing
from pathflow.compiler.logs import log_of
from pathflow.compiler.network import (
    declare_item,
    duration_of,
    item_name,
    label,
    labels_of,
    names_in,
    period_of,
    rate_of,
    read_aliases,
    read_event,
    read_item,
    read_rate,
    text_of,
    texts_of,
)
from pathflow.compiler.scenarios import NOT_CHOSEN, ScenarioReader
from pathflow.compiler.scope import Report, Scope, Sort
from pathflow.compiler.statements import StatementReader
from pathflow.dsl import syntax
from pathflow.dsl.mistakes import finding
from pathflow.dsl.syntax import Name, Statement
from pathflow.model import path as model
from pathflow.model.network import Item, Network

_HAPPENING: Final[dict[str, Sort]] = {
    "step": "step",
    "handoff": "step",
    "consultation": "step",
    "client chooses": "choice",
    "end": "end",
    "event": "event",
    "linked": "linked",
}


class PathReader:
    """Reads the blocks of one file that make a path.

    Args:
        root: the file's statements.
        head: its `path` block.
        paths: the names of the paths that may be included.
        parts: the statements of the paths that are, whose steps and events a test may name.

    Attributes:
        has_lost: whether some of the flow of care could not be read.
    """

    def __init__(
        self,
        root: Statement,
        head: Statement,
        network: Network,
        scope: Scope,
        paths: Iterable[str],
        report: Report,
        parts: Sequence[Statement] = (),
    ) -> None:
        self.root = root
        self.head = head
        self.network = network
        self.scope = scope.inner()
        self.report = report
        self.items: dict[str, Item] = dict(network.items)
        self.has_lost = False
        self.parts = parts
        main = frozenset(label(part) for block in root.all("steps") for part in block.body)
        included = {fold(name): name for name in paths}
        self.statements = StatementReader(network, self.scope, self.items, report, included, main)

    def read(self) -> model.Path:
        """The path, as far as it can be read."""
        self._declare()
        clients = self._clients()
        plan = self._plan()
        main = [line for block in self.root.all("steps") for line in block.body]
        body = self.statements.body(main)
        whenevers = tuple(w for w in map(self._whenever, self.root.all("whenever")) if w is not None)
        accountable = self._named("accountable")
        self.has_lost = self.has_lost or self.statements.has_lost or accountable is None
        scenarios = ScenarioReader(self.network, self._scope_of_tests(), self.items, self.report)
        tests = tuple(scenarios.scenario(line) for line in self.root.all("test"))
        self._options(tests, [statement for top in (body, *(w.body for w in whenevers)) for statement in model.walk(top)])
        head = self.head
        return model.Path(
            name=label(head),
            version=text_of(head, "version") or "",
            network=self.network,
            responsible=self._named("responsible") or self.network.organiser,
            accountable=accountable or self.network.organiser,
            clients=clients,
            body=body,
            whenevers=whenevers,
            plan=plan,
            needs=self.statements.item_list(head, "needs"),
            makes=self.statements.item_list(head, "makes") if head.one("makes") is not None else None,
            valid=period_of(head.one("valid"), self.report),
            silence=duration_of(head, "silence at most"),
            promises=tuple(p for p in map(self._promise, head.all("promise")) if p is not None),
            unasked=tuple(u for u in map(self._unasked, head.all("promise")) if u is not None),
            tests=tests,
            logs=tuple(log_of(line, self.report.file) for line in self.root.all("log")),
            load=self._load(),
            contact=text_of(head, "contact"),
            labels=labels_of(head),
            sources=texts_of(head, "source"),
            span=head.span(self.report.file),
        )

    def _scope_of_tests(self) -> Scope:
        """What a test may name: also what happens on included paths, where nothing here is called so."""
        if not self.parts:
            return self.scope
        found = self.scope.inner()
        found.has_lost_steps, found.misused = self.scope.has_lost_steps, self.scope.misused
        for part in (part for root in self.parts for part in syntax.walk(root)):
            sort = _HAPPENING.get(part.keyword)
            if sort is not None and sort != "linked" and not part.is_orphan:
                found.also(sort, label(part))
        return found

    def _options(self, tests: Iterable[model.Scenario], statements: Iterable[model.Statement]) -> None:
        """In a test the client chooses among the options that there are."""
        options = {choice.name: choice.options for choice in statements if isinstance(choice, model.Choice)}
        for test in tests:
            assumed = [*test.given, *(step.assumption for step in test.steps if step.assumption is not None)]
            for chosen in assumed:
                known = options.get(chosen.subject) if chosen.kind == "choice" else None
                if known is not None and chosen.value not in (*known, NOT_CHOSEN):
                    words = {"provider": str(chosen.value), "choice": chosen.subject, "known": listing(list(known), "or")}
                    say = "`{provider}` is none of the options of `{choice}`"
                    self.report.findings.append(finding("P206", say, chosen.span, words, "They are {known}"))

    def _declare(self) -> None:
        scope, report = self.scope, self.report
        self.has_lost = any(
            line.is_orphan or line.has_doubt
            for block in self.root.body
            if block.keyword in ("steps", "whenever") or block.is_orphan
            for line in (block, *syntax.walk(block))
        )
        has_nameless = any(line.is_broken and line.keyword in _HAPPENING for line in syntax.walk(self.root))
        self.has_lost = self.has_lost or has_nameless or "step" in report.lost
        scope.has_lost_steps = self.has_lost
        scope.opened |= report.lost
        for line in syntax.walk(self.root):
            sort = _HAPPENING.get(line.keyword)
            if sort == "event" and self._is_in_network(line):
                continue
            if sort is not None and label(line):
                if sort == "end" and scope.has("end", label(line)):
                    continue  # the same outcome may be reached on several ways
                if sort in ("step", "choice"):
                    self._declare_once(line, sort)
                else:
                    scope.declare(sort, label(line), line.span(report.file), report, line)
                read_aliases(line, "event" if sort == "event" else "step", label(line), scope, report)
            elif line.keyword == "item" and not self._is_in_network(line):
                declare_item(line, scope, report)
                read_aliases(line, "item", item_name(line), scope, report)
        if self.root.has_doubt:  # a block of the file was not understood: what it declares is not known
            self.has_lost = True
            scope.open()

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

    def _named(self, keyword: str) -> str | None:
        line = self.head.one(keyword)
        if line is None or not isinstance(line.value, Name):
            return None
        return self.scope.find("provider", line.value, self.report, line)

    def _clients(self) -> model.Clients:
        block = self.root.one("clients")
        if block is None:
            return model.Clients("", {}, {})
        items = {i.name: i for i in (read_item(x, self.report) for x in block.all("item")) if i is not None}
        self.items.update(items)
        events = {label(line): read_event(line, self.report) for line in block.all("event")}
        enter = block.one("enter when")
        condition = self.statements.condition(enter.value, enter) if enter is not None else None
        linked = {label(line): self._linked(line) for line in block.all("linked")}
        span = block.span(self.report.file)
        return model.Clients(label(block), items, events, condition, linked, labels_of(block), span)

    def _linked(self, line: Statement) -> model.Linked:
        shares = self.statements.item_list(line, "shares")
        return model.Linked(label(line), shares, self.statements.basis(line), labels_of(line), line.span(self.report.file))

    def _promise(self, line: Statement) -> model.Promise | None:
        within = line.one("within")
        if within is None and line.one("without") is None and not line.has_doubt and not line.is_broken:
            say = "the promise says neither how soon it is kept nor without what"
            help_ = "Add a line: within 6 months; or: without, and what nobody is asked for before"
            self.report.say("P103", say, line, None, {}, help_)
        if not isinstance(line.value, Name) or within is None:
            return None
        name = self.scope.find(("step", "choice", "end"), line.value, self.report, line)
        limit = self.statements.limit(within)
        if name is None or limit is None:
            return None
        file = self.report.file
        return model.Promise(name, limit, line.span(file), texts_of(line, "source"), texts_of(line, "note"))

    def _unasked(self, line: Statement) -> model.Unasked | None:
        """What a promise says is not asked for before. Its own name is looked up where no time is promised with it."""
        parts = list(line.all("without"))
        if not isinstance(line.value, Name) or not parts:
            return None
        sorts: tuple[Sort, ...] = ("step", "choice", "end")
        timed = line.one("within") is not None
        name = (
            next((found for sort in sorts if (found := self.scope.get(sort, line.value.text)) is not None), None)
            if timed
            else self.scope.find(sorts, line.value, self.report, line)
        )
        asked: tuple[Sort, ...] = ("item", "step", "service", "event")
        things = [self.scope.find(asked, word, self.report, part) for part in parts for word in names_in(part)]
        known = tuple(dict.fromkeys(thing for thing in things if thing is not None))
        return model.Unasked(name, known, line.span(self.report.file)) if name is not None and known else None

    def _load(self) -> model.Load | None:
        block = self.root.one("load")
        arrivals = block.one("arrivals") if block is not None else None
        rate = rate_of(arrivals, self.report)
        if block is None or rate is None:
            return None
        capacities = [self._capacity(line) for line in block.all("capacity")]
        return model.Load(
            label(block), rate, tuple(c for c in capacities if c is not None), texts_of(block, "source"),
            block.span(self.report.file),
        )  # fmt: skip

    def _capacity(self, line: Statement) -> model.Capacity | None:
        if not isinstance(line.value, syntax.Capacity):
            return None
        actor, rate = self.statements.actor(line.value.actor, line), read_rate(line.value.rate, line, self.report)
        return model.Capacity(actor, rate, line.span(self.report.file)) if actor is not None and rate is not None else None

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
            joining_owner = self.statements.actor(joining.value.actor, joining)
        team = self._team(block, "team")
        when_needed = self._team(block, "team when needed")
        return model.Plan(
            name=label(block),
            span=block.span(self.report.file),
            owner=self.statements.actor_of(block, "owner"),
            review=meant_review,
            team=team,
            team_when_needed=tuple(name for name in when_needed if name not in team),
            contains=tuple(name.text for part in block.all("contains") for name in names_in(part)),
            says_joining=joining is not None,
            joining_owner=joining_owner,
            labels=labels_of(block),
        )

    def _team(self, block: Statement, keyword: str) -> tuple[str, ...]:
        found = [self.scope.find("profession", name, self.report, p) for p in block.all(keyword) for name in names_in(p)]
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def _whenever(self, line: Statement) -> model.Whenever | None:
        occasion = line.value
        if not isinstance(occasion, syntax.Occasion):
            self.has_lost = True
            return None
        condition = self.statements.condition(syntax.When(occasion.condition), line)
        if condition is None:
            self.has_lost = True
            return None
        span, arrivals = line.span(self.report.file), rate_of(line.one("arrivals"), self.report)
        return model.Whenever(condition, self.statements.body(line.body), span, occasion.is_beside, arrivals)
