"""What comes before a promised step, against every way of small paths, gone one by one over the text's own blocks."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import assume, given, settings
from msgspec.structs import replace

from pathflow.base.spans import Span
from pathflow.model import path as model
from pathflow.rules.gap.g213_asked_before import prove
from pathflow.rules.ways import Ways
from tests.helpers import program_of
from tests.strategies import paths

Run = tuple[tuple[str, frozenset[str]], ...]
"""The steps of one way, in the order in which they are done; with each those that come before it for certain of the way."""

ENDED = "\0"


def runs(body: tuple[model.Statement, ...], before: frozenset[str]) -> Iterator[tuple[Run, frozenset[str]]]:
    """Every way through a block: what is done, and all that has been done at its end; ENDED among it where the path is over."""
    if not body or ENDED in before:
        yield (), before
        return
    for run, there in one(body[0], before):
        for rest, last in runs(body[1:], there):
            yield (*run, *rest), last


def one(statement: model.Statement, before: frozenset[str]) -> Iterator[tuple[Run, frozenset[str]]]:
    if isinstance(statement, model.Step | model.Handoff | model.Consultation):
        yield ((statement.name, before),), before | {statement.name}
    elif isinstance(statement, model.End):
        yield (), before | {ENDED}
    elif isinstance(statement, model.Decision):
        for branch in statement.branches:
            yield from runs(branch.body, before)
    elif isinstance(statement, model.Together):
        yield from together(statement.branches, before, (), before)
    elif isinstance(statement, model.Repeat):
        for run, there in runs(statement.body, before):
            yield run, there
            if statement.at_most != 1:
                yield from ((run + again, last) for again, last in runs(statement.body, there) if again)
    else:
        yield (), before


def together(
    branches: tuple[model.Branch, ...], before: frozenset[str], run: Run, there: frozenset[str]
) -> Iterator[tuple[Run, frozenset[str]]]:
    """No branch comes before another; what is behind all of them comes behind each."""
    if not branches:
        yield run, there
        return
    for inner, last in runs(branches[0].body, before):
        yield from together(branches[1:], before, run + inner, there | last)


def names_in(body: tuple[model.Statement, ...]) -> list[str]:
    return [s.name for s in model.walk(body) if isinstance(s, model.Step | model.Handoff | model.Consultation)]


@given(text=paths(has_events=False))
@settings(max_examples=60)
def test_what_comes_before_a_step_agrees_with_every_way(text: str) -> None:
    program = program_of(text)
    path = program.path
    names = names_in(path.body)
    assume(1 < len(names) <= 6)
    ways = Ways(program)
    assume(ways.is_whole and all(node.index in ways.reachable for node in program.nodes))
    assume(not any(isinstance(s, model.Together) and s.until is not None for s in model.walk(path.body)))
    every = [run for run, _ in runs(path.body, frozenset())]
    span = Span("", 1, 1, 1, 1)
    for target in names:
        earlier: set[str] = set()
        for run in every:
            first = next((before for name, before in run if name == target), None)
            earlier |= first or frozenset()
        others = tuple(name for name in names if name != target)
        asked = replace(path, unasked=(model.Unasked(target, others, span),), whenevers=())
        found = prove(Ways(replace(program, path=asked)))
        comes = {finding.words["thing"] for finding in found if "comes before it" in finding.say}
        assert comes == earlier - {ENDED, target}, target
