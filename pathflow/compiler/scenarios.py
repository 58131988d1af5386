"""Scenario tests: what is given, what then happens, what is expected. Items have values, steps and handoffs an outcome, choices
a provider.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pathflow.base.names import is_slip, listing, nearest
from pathflow.compiler.conditions import check_unit, option_of, spoken
from pathflow.compiler.network import label
from pathflow.compiler.reading import Reader
from pathflow.compiler.scope import Report, Scope
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Name, Statement
from pathflow.model import path as model
from pathflow.model.network import Item

OUTCOMES: Final = ("done", "not done", "accepted", "not accepted", "returned")
"""What a step, an order or a handoff can be in a test."""

NOT_CHOSEN: Final = "not chosen"
"""What the client's choice is in a test in which the client does not choose."""

_STATES: Final = ("holder", "owner", "finding")


class ScenarioReader(Reader):
    """Reads the tests of a path."""

    def scenario(self, line: Statement) -> model.Scenario:
        """One test."""
        given: list[model.Assumption] = []
        steps: list[model.Expectation] = []
        never: list[str] = []
        for part in line.body:
            if part.is_orphan:
                continue
            span = part.span(self.report.file)
            value = part.value
            if isinstance(value, syntax.Given):
                given += [a for x in value.assumptions if (a := self._assumed(x, part)) is not None]
            elif isinstance(value, syntax.OnDay):
                steps += self._on_day(value, part)
            elif isinstance(value, syntax.Expect):
                if value.assumption is not None:
                    expected = self._assumed(value.assumption, part, expects=True)
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
            assumed = self._assumed(value.assumption, part, expects=value.expects)
            if assumed is not None:
                yield model.Expectation(span, value.day, assumption=assumed, is_expected=value.expects)

    def _happenings(self, names: Iterable[Name], part: Statement) -> tuple[str, ...]:
        found = [self.scope.find(("step", "end", "choice", "event"), name, self.report, part) for name in names]
        return tuple(name for name in found if name is not None)

    def _assumed(self, value: syntax.Assumption, part: Statement, expects: bool = False) -> model.Assumption | None:
        return assumed(value, part, expects, self.scope, self.items, self.report)


def assumed(
    value: syntax.Assumption, part: Statement, expects: bool, scope: Scope, items: Mapping[str, Item], report: Report
) -> model.Assumption | None:
    """The assumption that is meant, or None with a finding."""
    subject, span = value.subject, part.span(report.file)
    if subject.key in _STATES and expects:
        return _state(value, part, scope, report)
    if scope.has("choice", subject.text) and isinstance(value.value, Name):
        if value.value.key == NOT_CHOSEN:
            return model.Assumption("choice", scope.get("choice", subject.text) or "", NOT_CHOSEN, span)
        provider = scope.find("provider", value.value, report, part)
        choice = scope.get("choice", subject.text) or ""
        return model.Assumption("choice", choice, provider, span) if provider is not None else None
    step = scope.get("step", subject.text) or scope.get("event", subject.text)
    if step is not None and isinstance(value.value, Name):
        return _outcome(step, value.value, part, report)
    name = scope.find("item", subject, report, part)
    item = items.get(name) if name is not None else None
    return _item(value, item, part, report) if item is not None else None


def _state(value: syntax.Assumption, part: Statement, scope: Scope, report: Report) -> model.Assumption | None:
    span, subject = part.span(report.file), value.subject.key
    if not isinstance(value.value, Name):
        return None
    word = value.value.text
    if subject == "holder":
        provider = scope.find("provider", value.value, report, part)
        return model.Assumption("holder", "", provider, span) if provider is not None else None
    return model.Assumption("owner" if subject == "owner" else "finding", "", word, span)


def _outcome(step: str, word: Name, part: Statement, report: Report) -> model.Assumption | None:
    if word.key in OUTCOMES:
        return model.Assumption("step", step, word.key, part.span(report.file))
    guess = nearest(word.text, OUTCOMES)
    words = {"word": word.text, "step": step, "known": listing(OUTCOMES, "or"), "guess": guess or ""}
    help_ = "Did you mean `{guess}`?" if guess else "It is {known}"
    is_safe = is_slip(word.text, guess)
    report.say("P206", "`{step}` cannot be `{word}` in a test", part, word, words, help_, replacement=guess, is_safe=is_safe)
    return None


def _item(value: syntax.Assumption, item: Item, part: Statement, report: Report) -> model.Assumption | None:
    span = part.span(report.file)
    if isinstance(value.value, syntax.Amount):
        if item.kind == "number":
            if not check_unit(value.value, item, report, part):
                return None
            return model.Assumption("item", item.name, value.value.number, span)
        say = "`{item}` is {kind}, and is given a number"
        report.say("P402", say, part, (value.value.start, value.value.end), {"item": item.name, "kind": spoken(item)})
        return None
    if item.kind == "number":
        say = "`{item}` is {kind}, and is given a word"
        report.say("P402", say, part, value.value, {"item": item.name, "kind": spoken(item)}, "Give a number and its unit")
        return None
    if item.kind in ("text", "document", "date"):
        return model.Assumption("item", item.name, value.value.text, span)
    option = option_of(value.value, item, report, part)
    return model.Assumption("item", item.name, option, span) if option is not None else None
