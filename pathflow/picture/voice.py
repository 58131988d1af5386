"""What stands in a picture, in a language: the path's names as its `in Finnish` lines have them, and the words between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from pathflow.dsl.languages import ENGLISH, Code, language
from pathflow.engine.program import Program
from pathflow.locale import phrase, sentence, value
from pathflow.model import conditions as c
from pathflow.model import path as model
from pathflow.model.network import Labels


class Voice:
    """The names and words of one path in one language.

    Args:
        code: the language; a name that has no label in it stays as it is written.
    """

    def __init__(self, program: Program, code: Code = ENGLISH) -> None:
        self.program = program
        self.code: Code = code

    def said(self, text: str, /, **words: object) -> str:
        """A sentence of the picture's own."""
        return sentence(text, self.code, "pictures").format_map(words)

    def line(self, keyword: str, text: str = "") -> str:
        """A line of a path: its keyword, and its value."""
        word = language(self.code).keywords[keyword]
        return f"{word} {self.value(keyword, text)}" if text else word

    def condition(self, keyword: str, condition: c.Condition) -> str:
        """A line with a condition, in which items and options are called as in this language."""
        is_event = isinstance(condition, c.Happens) and self.code != ENGLISH
        return f"{self.line(keyword)}{':' if is_event else ''} {self._condition(condition)}"

    def _condition(self, one: c.Condition) -> str:
        match one:
            case c.All(parts):
                return self._joined("AND", parts, c.Any)
            case c.Any(parts):
                return self._joined("OR", parts, c.All)
            case c.OneOf(item, options) if options not in (("yes",), ("no",)):
                return self._is(item, self._joint_options(item, options))
            case c.OneOf(item, ("no",)) | c.Not(c.OneOf(item, ("yes",))) if self.code != ENGLISH:
                return self._is(item, value("if", "x is no", self.code).split()[-1])
            case c.Happens(event) if self.code != ENGLISH:
                return self.label(event)
            case c.Compare(item, operator, bound, unit, None, None) if unit is not None:
                said = self.value("if", str(c.Compare(item, operator, bound)))
                return f"{said} {self._unit(unit)}"
            case _:
                return self.value("if", str(one))

    def _joined(self, word: str, parts: Iterable[c.Condition], inner: type[c.Condition]) -> str:
        said = (f"({self._condition(part)})" if isinstance(part, inner) else self._condition(part) for part in parts)
        return f" {language(self.code).inner(word)} ".join(said)

    def _is(self, item: str, option: str) -> str:
        return f"{self.label(item)} is {option}" if self.code == ENGLISH else f"{self.label(item)}: {option}"

    def _joint_options(self, item: str, options: Iterable[str]) -> str:
        called = self._options.get(item, {})
        return f" {language(self.code).inner('OR')} ".join(called.get(option, option) for option in options)

    def _unit(self, unit: str) -> str:
        """A unit of time as the language has it; others are the same in all."""
        return phrase(f"2 {unit}", self.code).partition(" ")[2] or unit

    @cached_property
    def _options(self) -> dict[str, dict[str, str]]:
        """By item and option: what it is called in this language."""
        items = {**self.program.path.network.items, **self.program.path.items}
        return {
            name: {option: dict(labels)[self.code] for option, labels in item.called if self.code in dict(labels)}
            for name, item in items.items()
        }

    def value(self, keyword: str, text: str) -> str:
        """What stands after a keyword, with the names that have a label."""
        return self.named(value(keyword, text, self.code)).replace(">=", "≥").replace("<=", "≤")

    def label(self, name: str, labels: Labels = ()) -> str:
        """A name, by its label in this language."""
        return dict(labels).get(self.code) or self._labels.get(name, name)

    def names(self, names: Iterable[str]) -> str:
        """Several names, with commas."""
        return ", ".join(self.label(name) for name in names)

    def who(self, actor: model.Actor) -> str:
        """Who acts: the professions, and the provider."""
        where = self.party(actor.party)
        return f"{self.professions(actor)}, {where}" if actor.professions else where

    def professions(self, actor: model.Actor) -> str:
        """The professions, joined as they act."""
        inner = language(self.code).inner(actor.joint.upper())
        return f" {inner} ".join(self.label(name) for name in actor.professions)

    def party(self, party: model.Party) -> str:
        """A provider, or whoever it is."""
        if party.kind in ("provider", "chosen"):
            return self.label(party.name)
        return self.said(str(party))

    def named(self, text: str) -> str:
        """A text in which known names stand, with their labels."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._labels[found[0]], text)

    @cached_property
    def _labels(self) -> dict[str, str]:
        """The label of each name in this language."""
        path, network = self.program.path, self.program.path.network
        known: dict[str, str] = {}
        tables = (network.providers, network.services, network.items, network.events, network.sites, path.items, path.events)
        things: list[tuple[str, Labels]] = [(name, thing.labels) for table in tables for name, thing in table.items()]
        things += network.called.items()
        for node in self.program.nodes:
            labels: Labels = getattr(node.statement, "labels", ())
            things.append((node.name, labels))
        for body in (path.body, *(one.body for one in path.whenevers)):
            for statement in model.walk(body):
                if isinstance(statement, model.Decision | model.Together):
                    things += [(branch.name, branch.labels) for branch in statement.branches]
        for name, labels in things:
            found = dict(labels).get(self.code)
            if found and name:
                known[name] = found
        return known

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        longest_first = sorted(self._labels, key=lambda name: (-len(name), name))
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)") if longest_first else None
