"""Conditions: syntax to meaning. Items exist, types and units agree, options are among the item's own."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from typing import Final

from pathflow.base.names import fold, is_plainly, listing, nearest
from pathflow.compiler.scope import Report, Scope
from pathflow.dsl import syntax
from pathflow.dsl.habits import as_comparison
from pathflow.dsl.syntax import Name, Statement
from pathflow.dsl.values import ENGLISH_WORDS
from pathflow.model import conditions as model
from pathflow.model.network import Item

_KNOWN: Final = ("known", "unknown")


def meant(
    condition: syntax.Condition,
    scope: Scope,
    items: Mapping[str, Item],
    report: Report,
    statement: Statement,
    takes_reasons: bool = False,
) -> model.Condition | None:
    """The condition that is meant, or None when a part of it means nothing; the findings say what.

    Args:
        takes_reasons: a bare name may be a reason for doing something, as in a window's exceptions.
    """
    if isinstance(condition, syntax.All | syntax.Any):
        parts = [meant(part, scope, items, report, statement, takes_reasons) for part in condition.parts]
        sound = tuple(part for part in parts if part is not None)
        if len(sound) < len(parts):
            return None
        return model.All(sound) if isinstance(condition, syntax.All) else model.Any(sound)
    if isinstance(condition, syntax.Not):
        part = meant(condition.part, scope, items, report, statement, takes_reasons)
        return None if part is None else model.Not(part)
    if isinstance(condition, syntax.Happens):
        event = scope.find(("event", "step"), condition.event, report, statement)
        return None if event is None else model.Happens(event)
    if takes_reasons and isinstance(condition, syntax.Holds) and scope.get("item", condition.item.text) is None:
        return model.Reason(condition.item.text)
    return _of_item(condition, scope, items, report, statement)


def _of_item(
    condition: syntax.Compare | syntax.Is | syntax.Holds,
    scope: Scope,
    items: Mapping[str, Item],
    report: Report,
    statement: Statement,
) -> model.Condition | None:
    if isinstance(condition, syntax.Holds) and not scope.has("item", condition.item.text):
        event = scope.get("event", condition.item.text) or scope.get("step", condition.item.text)
        if event is not None:
            say = "`{name}` is something that happens, not something that is so"
            words = {"name": event}
            report.say("P303", say, statement, condition.item, words, "Write: {name} happens", replacement=f"{event} happens")
            return None
        if _is_an_option(condition.item, items, report, statement):
            return None
        if any(letter.isdigit() for letter in condition.item.text) and _is_in_words(condition.item, report, statement):
            return None
    name = scope.find("item", condition.item, report, statement, _type_suiting(condition))
    item = items.get(name) if name is not None else None
    if item is None:
        return None
    if isinstance(condition, syntax.Compare):
        return _compared(condition, item, report, statement)
    if isinstance(condition, syntax.Holds):
        if item.kind == "yes or no":
            return model.OneOf(item.name, ("yes",))
        say = "`{item}` is {kind}, so it must be compared with something"
        words = {"item": item.name, "kind": spoken(item)}
        report.say("P402", say, statement, condition.item, words | {"example": example_of(item)}, "For example: {example}")
        return None
    return _optioned(condition, item, report, statement)


def _is_an_option(name: Name, items: Mapping[str, Item], report: Report, statement: Statement) -> bool:
    """Whether what stands for an item is an option of one: the second of `mood is low or middling`."""
    for item in items.values():
        option = next((option for option in item.options if fold(option) == name.key), None)
        if option is not None:
            words = {"name": option, "item": item.name}
            say = "`{name}` is an option of `{item}`, and an item is needed here"
            help_ = "Write: {item} is {name}; or where it is one of several: {item} is one of …, {name}"
            report.say("P303", say, statement, name, words, help_)
            return True
    return False


def _is_in_words(name: Name, report: Report, statement: Statement) -> bool:
    """Whether what stands for an item is a comparison written in words: `age at least 18 years`."""
    from pathflow.dsl.wrong.conditions import comparison_in_words  # needed only where something is wrong

    wrong = comparison_in_words(name.text)
    if wrong is None:
        return False
    at = (name.start + wrong.start, name.start + wrong.end)
    report.say(wrong.code, wrong.say, statement, at, wrong.words, wrong.help, replacement=wrong.replacement)
    return True


def _type_suiting(condition: syntax.Compare | syntax.Is | syntax.Holds) -> str:
    """The type that an item must have for a condition to make sense."""
    if isinstance(condition, syntax.Compare):
        return f"number of {condition.amount.unit}" if condition.amount.unit else "number of …"
    options = [option.text for option in condition.options] if isinstance(condition, syntax.Is) else ["yes"]
    if {fold(option) for option in options} <= {"yes", "no", *_KNOWN}:
        return "yes or no"
    return f"one of {', '.join(options)}" + (", …" if len(options) == 1 else "")


def spoken(item: Item) -> str:
    """An item's type in words."""
    if item.kind == "number":
        return f"a number of {item.unit}" + (f" {item.range}" if item.range is not None else "")
    if item.kind == "one of":
        return f"one of {', '.join(item.options)}"
    return {"yes or no": "yes or no", "date": "a date", "text": "text", "document": "a document"}[item.kind]


def example_of(item: Item, compared: syntax.Compare | None = None) -> str:
    """A condition that is right for the item. `compared`: what was written; the options for which it is so are shown."""
    name = _written(item.name)
    if item.kind == "number":
        limits = item.range
        number = 10.0 if limits is None or limits.low < 10 <= limits.high else limits.high
        return f"{name} < {number:g} {item.unit}"
    if item.kind == "one of":
        fitting = [o for o in item.options if compared is not None and _is_so(compared, o)] or item.options[:1]
        if len(fitting) == 1:
            return f"{name} is {_written(fitting[0])}"
        return f"{name} is one of " + ", ".join(f'"{o}"' if " " in o and _NUMBER.fullmatch(o) else _written(o) for o in fitting)
    return f"{name} is {'yes' if item.kind == 'yes or no' else 'known'}"


def _written(name: str) -> str:
    """A name as it is written in a condition: in double quotes where it would be cut."""
    from pathflow.dsl import structured  # needed only where something is wrong

    read = structured.read("condition", f"{name} is {name}", ENGLISH_WORDS)
    said = read.condition if isinstance(read, syntax.When) else None
    is_whole = isinstance(said, syntax.Is) and (said.item.text, *(o.text for o in said.options)) == (name, name)
    return name if is_whole or _NUMBER.fullmatch(name) else f'"{name}"'


_NUMBER: Final = re.compile(r"[-+]?(\d+(?:[.,]\d+)?)(?:\s+([^\s,\"()<>=]+))?")
"""An option that is a number, perhaps with a unit."""
_CLASSES: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
"""Classes by the numbers that people write for them."""
_HOLDS: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}


def _is_so(compared: syntax.Compare, option: str) -> bool:
    """Whether a comparison with a number is so of an option that is one."""
    found = _NUMBER.fullmatch(str(_CLASSES.index(option) + 1) if option in _CLASSES else option)
    said = compared.amount
    if found is None or (said.unit is not None and fold(found[2] or "") != fold(said.unit)):
        return False
    return bool(_HOLDS[compared.operator](float(found[1].replace(",", ".")), said.number))


def option_said(amount: syntax.Amount, item: Item) -> Name | None:
    """The option that a number is; None where the item has no options or the number has a unit that none of them has."""
    if item.kind != "one of":
        return None
    said = syntax.Compare(Name(item.name), "=", amount)
    unit = fold(amount.unit or "")
    same = (o for o in item.options if (found := _NUMBER.fullmatch(o)) is not None and fold(found[2] or "") == unit)
    option = next((option for option in same if _is_so(said, option)), None)
    if option is None and amount.unit is not None:
        return None
    return Name(option if option is not None else f"{amount.number:g}", amount.start, amount.end)


def _compared(condition: syntax.Compare, item: Item, report: Report, statement: Statement) -> model.Condition | None:
    amount = condition.amount
    at = (amount.start, amount.end)
    named = option_said(amount, item) if condition.operator == "=" else None
    if named is not None:  # classes that are numbers
        option = option_of(named, item, report, statement)
        return model.OneOf(item.name, (option,)) if option is not None else None
    if item.kind != "number":
        say = "`{item}` is {kind}, and is compared with a number"
        words = {"item": item.name, "kind": spoken(item)}
        report.say("P402", say, statement, at, words | {"example": example_of(item, condition)}, "For example: {example}")
        return None
    if not check_unit(amount, item, report, statement) or not _is_ever_so(condition, item, report, statement):
        return None
    return model.Compare(item.name, condition.operator, amount.number, item.unit, condition.within, condition.lasting)


def check_range(amount: syntax.Amount, item: Item, report: Report, statement: Statement) -> bool:
    """Whether an amount lies between the numbers that the item's own line says."""
    if item.range is None or item.range.has(amount.number):
        return True
    report.say("P405", _NEVER, statement, (amount.start, amount.end), _of_range(amount, item), _MEND)
    return False


_NEVER: Final = "`{item}` is from {low} to {high} {unit}, and never {number}"
_MEND: Final = "Write a number that it can be, or say another range where `{item}` is declared"


def _of_range(amount: syntax.Amount, item: Item) -> dict[str, str]:
    low, high = (item.range.low, item.range.high) if item.range is not None else (0, 0)
    number = f"{amount.number:g}"
    return {"item": item.name, "low": f"{low:g}", "high": f"{high:g}", "unit": item.unit or "", "number": number}


def _is_ever_so(condition: syntax.Compare, item: Item, report: Report, statement: Statement) -> bool:
    """Whether some number of the item's range makes a comparison true, and the number compared with is in it."""
    amount, limits = condition.amount, item.range
    if limits is None or not check_range(amount, item, report, statement):
        return limits is None
    is_lowest = condition.operator == "<" and amount.number == limits.low
    if not is_lowest and not (condition.operator == ">" and amount.number == limits.high):
        return True
    words = _of_range(amount, item) | {"operator": condition.operator, "meant": condition.operator + "="}
    say = "`{item}` is from {low} to {high} {unit}, and never {operator} {number}"
    at = (amount.start, amount.end)
    report.say("P405", say, statement, at, words, "For that bound itself write: {item} {meant} {number} {unit}")
    return False


def check_unit(amount: syntax.Amount, item: Item, report: Report, statement: Statement) -> bool:
    """Whether an amount has the item's unit, in singular or plural."""
    at = (amount.start, amount.end)
    unit = item.unit or ""
    number = f"{amount.number:g}"
    if amount.unit is None:
        say = "{number} what? `{item}` is in {unit}"
        words = {"number": number, "item": item.name, "unit": unit}
        report.say("P203", say, statement, at, words, "Write: {number} {unit}", replacement=f"{number} {unit}")
        return False
    if _unit_key(amount.unit) != _unit_key(unit):
        say = "`{item}` is in {unit}, not in {other}"
        words = {"item": item.name, "unit": unit, "other": amount.unit}
        report.say("P401", say, statement, at, words, "Give the value in {unit}; pathflow does not convert units")
        return False
    return True


def _unit_key(unit: str) -> str:
    key = fold(unit).replace("µ", "u").replace("μ", "u")
    return key.removesuffix("s") if key in ("years", "months", "weeks", "days", "hours", "minutes", "times") else key


def _optioned(condition: syntax.Is, item: Item, report: Report, statement: Statement) -> model.Condition | None:
    keys = [option.key for option in condition.options]
    if keys == ["unknown"]:
        return model.IsUnknown(item.name)
    if keys == ["known"]:
        return model.Not(model.IsUnknown(item.name))
    options: list[str] = []
    for option in condition.options:
        found = option_of(option, item, report, statement)
        if found is None:
            return None
        options.append(found)
    return model.OneOf(item.name, tuple(options))


def option_of(option: Name, item: Item, report: Report, statement: Statement) -> str | None:
    """The item's own spelling of an option, or None with a finding."""
    known = ("yes", "no") if item.kind == "yes or no" else item.options
    if item.kind == "text":
        return option.text
    if not known:
        say = "`{item}` is {kind}, and cannot be `{option}`"
        words = {"item": item.name, "kind": spoken(item), "option": option.text}
        compared = as_comparison(f"{item.name} is {option.text}")
        words |= {"compared": compared or "", "example": example_of(item)}
        help_ = "Comparisons are written with signs: {compared}" if compared is not None else "For example: {example}"
        report.say("P402", say, statement, option, words, help_)
        return None
    for word in known:
        if fold(word) == option.key:
            return word
    negated = next((word for word in known if fold(word) == f"not {option.key}"), None)
    guess = nearest(option.text, known) if negated is None else f'"{negated}"'
    words = {"item": item.name, "option": option.text, "known": listing(list(known), "or"), "guess": guess or ""}
    help_ = "Did you mean `{guess}`?" if guess else "It is {known}"
    if negated is not None:
        say = "`not` here says that it is not `{option}`, and `{item}` is never that"
        report.say("P403", say, statement, option, words, "Put the option in double quotes: is {guess}")
        return None
    is_safe = is_plainly(option.text, guess, known)
    report.say("P403", "`{item}` is never `{option}`", statement, option, words, help_, replacement=guess, is_safe=is_safe)
    return None
