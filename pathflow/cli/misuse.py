"""A wrong call of a command: our own words for it, and click's, which are taken apart again into a template and its words."""

from __future__ import annotations

import re
from typing import Final

import click

from pathflow.base.phrases import Said

MISUSES: Final = (
    "Invalid value for {option}: {rest}",
    "Missing argument {name}.",
    "Missing option {name}.",
    "No such option {name}. Did you mean {guess}?",
    "No such option {name}. (Did you mean one of: {guesses}?)",
    "No such option {name}. (Possible options: {guesses})",
    "No such option {name}.",
    "No such option: {name} Did you mean {guess}?",
    "No such option: {name} (Possible options: {guesses})",
    "No such option: {name}",
    "Option {name} does not take a value.",
    "Option {name} requires an argument.",
    "Got unexpected extra argument ({names})",
    "Got unexpected extra arguments ({names})",
    "{value} is not one of {choices}.",
    "{value} is not a valid integer.",
    "{value} is not a valid integer range.",
    "{value} is not a valid float.",
    "{value} is not a valid float range.",
    "{value} is not in the range {range}.",
    "{value} does not match the format {format}.",
    "an empty text names no file",
)
"""Templates of click's sentences, of several of its versions, the longer ones first; and our own that
stand inside of them."""


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.S)


_PATTERNS: Final = tuple((template, _pattern(template)) for template in MISUSES)


def meant(message: str) -> Said:
    """The sentence as a template and its words; as it is, where it is none of these."""
    for template, pattern in _PATTERNS:
        found = pattern.fullmatch(message)
        if found is not None:
            words: dict[str, object] = dict(found.groupdict())
            rest = {"rest": meant(found["rest"])} if "rest" in words else {}
            return Said(template, **words | rest)
    return Said("{message}", message=message)


class Misused(click.UsageError):
    """A command that was called wrongly: a template of what is wrong and what to write, and its words."""

    def __init__(self, say: str, /, ctx: click.Context | None = None, **words: object) -> None:
        self.said = Said(say, **words)
        super().__init__(str(self.said), ctx)
