"""G302 result-out-of-reach

The same service is given again where its valid result cannot be read: an information gap, not a duplicate.

Why: Whoever cannot see a result is right to ask again. The fault is not the repeat but that the result did not travel. Having a
    shared system did not cut repeated imaging; looking results up did, from 8 to 5 %.
Source: AJMC 2014 and 2024: results that are looked up cut repeats, a shared system alone does not; promises, law 9.
Bad:
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            does ECG
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        step Another test
            by counsellor at Association
            ordered by doctor at Health Centre
            carries referral letter
            accepted within 7 days
            within 30 days
            feedback within 3 days
            does ECG                                      # <- G302
        step Reading again
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
Good:
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            does ECG
        step A talk
            by counsellor at Association
            ordered by doctor at Health Centre
            carries ECG recording
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Fix: Carry the result to whoever needs it, and let the second step use it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding, Related
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.rules.again import planned_again, seen_again
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G302", "result-out-of-reach", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """No step repeats a service inside its window because the earlier result cannot be read there."""
    for again in planned_again(ways):
        if again.is_readable:
            continue
        words = {"step": again.node.name, "service": again.service, "first": again.earlier.name, "window": str(again.window)}
        say = "`{step}` does `{service}` again inside its window of {window}, because it cannot read the result of `{first}`"
        related = (Related(again.earlier.span, "done here first"),)
        help_ = "Let one of the two do it, carry the result to the other, and use it"
        yield RULE.on(again.place, say, words, help_, related, aim=again.aim)


def watch(program: Program) -> Iterator[Watch]:
    """A service given again by a provider that could not read the valid result."""

    def say(is_readable: bool) -> str | None:
        if is_readable:
            return None
        return "`{step}` did {services} again after {length}: `{provider}` could not read the result of `{first}`"

    yield from seen_again(program, RULE, say, "Make the result readable there: a shared register, or carried with the client")
