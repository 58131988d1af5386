"""What a scenario test assumes and expects: items have values, steps and handoffs an outcome, choices a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pathflow.base.names import fold, listing, nearest
from pathflow.compiler.conditions import check_unit, option_of, spoken
from pathflow.compiler.scope import Report, Scope
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Name, Statement
from pathflow.model import path as model
from pathflow.model.network import Item

OUTCOMES: Final = ("done", "not done", "accepted", "not accepted", "returned")
"""What a step, an order or a handoff can be in a test."""

_STATES: Final = ("holder", "owner", "finding")


def assumed(
    value: syntax.Assumption, part: Statement, expects: bool, scope: Scope, items: Mapping[str, Item], report: Report
) -> model.Assumption | None:
    """The assumption that is meant, or None with a finding."""
    subject, span = value.subject, part.span(report.file)
    if subject.key in _STATES and expects:
        return _state(value, part, scope, report)
    if scope.has("choice", subject.text) and isinstance(value.value, Name):
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
    report.say("P206", "`{step}` cannot be `{word}` in a test", part, word, words, help_, replacement=guess)
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


def is_state(word: str) -> bool:
    """Whether a word names something of the record that can be expected."""
    return fold(word) in _STATES
