"""Scenario tests: what is given, what then happens, what is expected. Items have values, steps and handoffs an outcome, choices
a provider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pathflow.base.names import fold, is_slip, listing, nearest
from pathflow.compiler.conditions import check_range, check_unit, example_of, option_of, option_said, spoken
from pathflow.compiler.network import label
from pathflow.compiler.reading import Reader
from pathflow.compiler.scope import Report, Scope, Sort
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Name, Statement
from pathflow.model import path as model
from pathflow.model.network import Item

OUTCOMES: Final = ("done", "not done", "accepted", "not accepted", "returned", "not proposed")
"""What a step, an order or a handoff can be in a test."""

_BARE_STATES: Final = ("done", "proposed", "accepted", "returned", "expired", "open", "overdue")
STATES: Final = (*_BARE_STATES, *(f"not {state}" for state in _BARE_STATES))
"""What it can be expected to be."""

NOT_CHOSEN: Final = "not chosen"
"""What the client's choice is in a test in which the client does not choose."""

UNKNOWN: Final = "unknown"
"""What an item is expected to be of which nothing is known."""

BEGINS: Final = 9 * 60
"""When a test begins on day 0. Units: minutes since midnight."""

_CLOCK: Final = re.compile(r"at\s+(\d\S*)", re.I)
_NO_FINDINGS: Final = re.compile(r"(?:no|any|never any)? ?findings?", re.I)

_STATES: Final = ("holder", "owner", "finding")
_HAPPENING: Final[tuple[Sort, ...]] = ("step", "end", "choice", "event")


class ScenarioReader(Reader):
    """Reads the tests of a path."""

    def scenario(self, line: Statement) -> model.Scenario:
        """One test."""
        given: list[model.Assumption] = []
        steps: list[model.Expectation] = []
        never: list[model.Never] = []
        for part in line.body:
            if part.is_orphan:
                continue
            value = part.value
            if isinstance(value, syntax.Given):
                given += [a for x in value.assumptions if (a := self._assumed(x, part)) is not None]
            elif isinstance(value, syntax.OnDay):
                steps += self._on_day(value, part)
            elif isinstance(value, syntax.Expect):
                steps += self._expected(value, part)
            elif isinstance(value, syntax.Never):
                never += self._never(value, part)
        return model.Scenario(label(line), tuple(given), tuple(steps), tuple(never), line.span(self.report.file))

    def _on_day(self, value: syntax.OnDay, part: Statement) -> Iterator[model.Expectation]:
        span, moment = part.span(self.report.file), self._moment(value.moment, part)
        if value.happens is not None:
            event = self._event(value.happens, part)
            if event is not None:
                yield model.Expectation(span, moment, happens=event, is_expected=False)
        elif value.leaves is not None:
            yield model.Expectation(span, moment, leaves=value.leaves, is_expected=False)
        elif value.due is not None:
            due = self._due(value.due, part)
            if due is not None:
                yield model.Expectation(span, moment, due=due)
        elif value.assumption is not None:
            assumed = self._assumed(value.assumption, part, expects=value.expects, is_on_day=True)
            if assumed is not None:
                yield model.Expectation(span, moment, assumption=assumed, is_expected=value.expects)

    def _event(self, name: Name, part: Statement) -> str | None:
        clock = _CLOCK.match(name.text)
        if clock is None or self.scope.has("event", name.text):
            return self.scope.find(("event", "step"), name, self.report, part)
        self.report.say(
            "P205", "`{clock}` is no time of day", part, name, {"clock": clock[1]}, "Write hours and minutes: at 14:30"
        )
        return None

    def _expected(self, value: syntax.Expect, part: Statement) -> Iterator[model.Expectation]:
        span = part.span(self.report.file)
        if value.assumption is not None:
            expected = self._assumed(value.assumption, part, expects=True)
            if expected is not None:
                yield model.Expectation(span, assumption=expected)
        elif value.due is not None:
            due = self._due(value.due, part)
            if due is not None:
                yield model.Expectation(span, due=due)
        elif value.within is not None:
            within = self._within(value.within, part)
            if within is not None:
                yield model.Expectation(span, within=within)
        else:
            yield model.Expectation(span, names=self._happenings(value.names, part))

    def _never(self, value: syntax.Never, part: Statement) -> Iterator[model.Never]:
        span = part.span(self.report.file)
        if value.has_any_finding:
            yield model.Never(span)
        elif value.assumption is not None:
            subject = value.assumption.subject
            if subject.key not in _STATES:
                words = {"subject": subject.text, "value": _text_of(value.assumption.value)}
                say = "`never` says what never happens, or which holder, owner or finding there never is"
                self.report.say("P206", say, part, subject, words, "Write: expect {subject} is not …, or: never {subject}")
                return
            state = self._assumed(value.assumption, part, expects=True)
            if state is not None:
                yield model.Never(span, state=state)
        else:
            before, after = (value.day if value.side == side else None for side in ("before", "after"))
            for name in self._happenings(value.names, part):
                yield model.Never(span, name, before, after)

    def _moment(self, moment: syntax.Moment, part: Statement) -> model.Moment:
        if moment.day == 0 and moment.clock is not None and moment.clock < BEGINS:
            words = {"clock": model.clock_of(moment.clock), "begins": model.clock_of(BEGINS)}
            say = "at {clock} on day 0 the client is not on the path yet"
            self.report.say("P404", say, part, None, words, "A test begins on day 0 at {begins}")
        return model.Moment(moment.day, moment.clock)

    def _due(self, value: syntax.Due, part: Statement) -> model.Due | None:
        subject = self.scope.find(("step", "choice"), value.subject, self.report, part)
        on = self._moment(value.on, part)
        at_most = self._moment(value.at_most, part) if value.at_most is not None else None
        return model.Due(subject, on, at_most) if subject is not None else None

    def _within(self, value: syntax.Within, part: Statement) -> model.Within | None:
        subject = self.scope.find(_HAPPENING, value.subject, self.report, part)
        if value.of is None or value.of.key == fold(model.ENROLMENT):
            return model.Within(subject, value.length) if subject is not None else None
        of = self.scope.find(_HAPPENING, value.of, self.report, part)
        return model.Within(subject, value.length, of) if subject is not None and of is not None else None

    def _happenings(self, names: Iterable[Name], part: Statement) -> tuple[str, ...]:
        found = [self._happening(name, part) for name in names]
        return tuple(name for name in found if name is not None)

    def _happening(self, name: Name, part: Statement) -> str | None:
        """A step, an end, a choice or an event; what is said otherwise than it is written here is explained."""
        meant = _meant(name.text) if not any(self.scope.has(sort, name.text) for sort in _HAPPENING) else None
        if meant is None:
            return self.scope.find(_HAPPENING, name, self.report, part)
        words = {"said": name.text, "meant": meant}
        self.report.say("P202", "`{said}` is not how a test says it", part, name, words, "Write: {meant}")
        return None

    def _assumed(
        self, value: syntax.Assumption, part: Statement, expects: bool = False, is_on_day: bool = False
    ) -> model.Assumption | None:
        return assumed(value, part, expects, is_on_day, self.scope, self.items, self.report)


def assumed(
    value: syntax.Assumption,
    part: Statement,
    expects: bool,
    is_on_day: bool,
    scope: Scope,
    items: Mapping[str, Item],
    report: Report,
) -> model.Assumption | None:
    """The assumption that is meant, or None with a finding."""
    subject, span = value.subject, part.span(report.file)
    if subject.key in _STATES and expects:
        return _state(value, part, scope, report)
    if scope.has("choice", subject.text) and isinstance(value.value, Name):
        choice = scope.get("choice", subject.text) or ""
        if value.value.key == NOT_CHOSEN:
            return model.Assumption("choice", choice, NOT_CHOSEN, span)
        provider = scope.find("provider", value.value, report, part)
        return model.Assumption("choice", choice, provider, span) if provider is not None else None
    step = scope.get("step", subject.text) or scope.get("event", subject.text)
    if step is not None and isinstance(value.value, Name):
        known = STATES if expects else (*OUTCOMES, "proposed") if is_on_day else OUTCOMES
        return _outcome(step, value, value.value, known, part, report)
    name = scope.find("item", subject, report, part)
    item = items.get(name) if name is not None else None
    return _item(value, item, expects, part, report) if item is not None else None


def _state(value: syntax.Assumption, part: Statement, scope: Scope, report: Report) -> model.Assumption | None:
    span, subject = part.span(report.file), value.subject.key
    if not isinstance(value.value, Name):
        return None
    word = value.value.text
    if subject == "holder":
        provider = scope.find("provider", value.value, report, part)
        return model.Assumption("holder", "", provider, span) if provider is not None else None
    return model.Assumption("owner" if subject == "owner" else "finding", "", word, span)


def _outcome(
    step: str, value: syntax.Assumption, word: Name, known: tuple[str, ...], part: Statement, report: Report
) -> model.Assumption | None:
    if word.key in known:
        return model.Assumption("step", step, word.key, part.span(report.file), value.after)
    if word.key.startswith("due"):
        say, words = "`{word}` does not say on which day", {"word": word.text, "step": step}
        report.say("P202", say, part, word, words, "Write: {step} is due on day 14")
        return None
    guess = nearest(word.text, known)
    words = {"word": word.text, "step": step, "known": listing(known, "or"), "guess": guess or ""}
    help_ = "Did you mean `{guess}`?" if guess else "It is {known}"
    is_safe = is_slip(word.text, guess)
    report.say("P206", "`{step}` cannot be `{word}` in a test", part, word, words, help_, replacement=guess, is_safe=is_safe)
    return None


def _item(value: syntax.Assumption, item: Item, expects: bool, part: Statement, report: Report) -> model.Assumption | None:
    span = part.span(report.file)
    if isinstance(value.value, syntax.Amount):
        if item.kind == "number":
            if not check_unit(value.value, item, report, part) or not check_range(value.value, item, report, part):
                return None
            return model.Assumption("item", item.name, value.value.number, span)
        named = option_said(value.value, item)
        if named is not None:  # classes that are numbers
            option = option_of(named, item, report, part)
            return model.Assumption("item", item.name, option, span) if option is not None else None
        say = "`{item}` is {kind}, and is given a number"
        words = {"item": item.name, "kind": spoken(item), "example": example_of(item)}
        report.say("P402", say, part, (value.value.start, value.value.end), words, "For example: {example}")
        return None
    if expects and value.value.key == UNKNOWN and UNKNOWN not in item.options:
        return model.Assumption("item", item.name, UNKNOWN, span)
    if item.kind == "number":
        say = "`{item}` is {kind}, and is given a word"
        report.say("P402", say, part, value.value, {"item": item.name, "kind": spoken(item)}, "Give a number and its unit")
        return None
    if item.kind in ("text", "document", "date"):
        return model.Assumption("item", item.name, value.value.text, span)
    option = option_of(value.value, item, report, part)
    return model.Assumption("item", item.name, option, span) if option is not None else None


def _meant(said: str) -> str | None:
    """How a test says what somebody wrote in other words."""
    if _NO_FINDINGS.fullmatch(said):
        return "never any finding"
    return said if fold(said).startswith("never ") else None


def _text_of(value: Name | syntax.Amount) -> str:
    return value.text if isinstance(value, Name) else f"{value.number:g}"
