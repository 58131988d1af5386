"""G410 longer-than-silence

A pause or a deadline is longer than the path says a client may hear nothing.

Why: `silence at most` promises that nobody is forgotten for longer. A wait, a pause between rounds or a deadline beyond
    it breaks that promise for everyone who goes the way as it is written; most often a unit is wrong, months where days were
    meant.
Source: Promises, law 6.
Bad:
    path Example
        version 1.0
        uses Example network
        responsible Health Centre
        accountable Health Centre
        silence at most 3 months
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        wait 6 months                                     # <- G410
        step Check
            by nurse at Health Centre
            within 14 months                              # <- G410
        end Done
            closes the plan
Good:
    path Example
        version 1.0
        uses Example network
        responsible Health Centre
        accountable Health Centre
        silence at most 7 months
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        wait 6 months
        step Check
            by nurse at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Correct the length; or, where so long a pause is planned, let the path's silence be longer than it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.durations import DAY, Duration
from pathflow.base.findings import Finding
from pathflow.base.spans import Span
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.limits import limits_of
from pathflow.rules.rule import Rule
from pathflow.rules.times import To, times_of
from pathflow.rules.ways import Ways

RULE = Rule("G410", "longer-than-silence", "warning", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """No planned pause, target or time to accept or answer is longer than the path's silence."""
    silence = ways.path.silence
    if silence is None:
        return
    for node in ways.program.nodes:
        if ways.is_doubtful(node):
            continue
        for length, span in (*_lengths(node), *_counted_from_before(ways, node, silence)):
            if length.is_longer_than(silence):
                words = {"step": node.name, "length": str(length), "silence": str(silence)}
                say = "{length} at `{step}` is longer than a client may hear nothing on this path, {silence}"
                yield RULE.on(span, say, words, "Correct the length, or write in the path's head: silence at most {length}")


def _lengths(node: Node) -> Iterator[tuple[Duration, Span]]:
    """The lengths that a statement plans, and where they stand."""
    statement = node.statement
    for limit in limits_of(statement):
        if limit.of is None:  # of one that counts from something earlier, what is left of it: see below
            yield limit.target, limit.span or node.span
    if isinstance(statement, model.Wait) and statement.length is not None and statement.until is None and statement.of is None:
        yield statement.length, node.span
    elif isinstance(statement, model.Repeat) and statement.every is not None:
        yield statement.every, node.span
    elif isinstance(statement, model.Step | model.Handoff) and statement.accepted_within is not None:
        yield statement.accepted_within, node.span
    elif isinstance(statement, model.Consultation) and statement.answered_within is not None:
        yield statement.answered_within, node.span


def _counted_from_before(ways: Ways, node: Node, silence: Duration) -> Iterator[tuple[Duration, Span]]:
    """The lengths that count from something earlier, of which more than the silence is left when the client comes there.

    However long what lies between takes, up to its maxima: others may have acted in that time, and not afterwards.
    """
    if not ways.is_whole or node.index not in ways.reachable:
        return
    for limit in limits_of(node.statement):
        if limit.of is None or not limit.target.is_longer_than(silence):
            continue
        times = times_of(ways)
        sources = [at for at in times.sources(limit.of) if at < node.index]
        between = [times.bound(at, "maxima", To(until=node.index)).reached.get(node.index) for at in sources]
        if between and all(isinstance(most, int) and limit.target.shortest - most > silence.longest + DAY for most in between):
            yield limit.target, limit.span or node.span


def watch(_program: Program) -> Iterator[Watch]:
    """That nothing has happened for longer than the silence is watched by G202."""
    return iter(())
