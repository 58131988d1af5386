"""G309 out-of-reach-across-paths

Two paths that one client can be on both do the same examination inside its window, and the one cannot read the other's result.

Why: Whoever cannot see a result is right to ask again. That another path of the same client has it helps only if it gets there.
    Said where and as far as D103 is said, when the two write to different registers and neither sends the result to the other;
    in a record G302 sees every such repeat, on whichever path.
Source: AJMC 2014 and 2024: results that are looked up cut repeats, a shared system alone does not; promises, law 9.
Bad:
    == Heart failure ==
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            does ECG because rhythm symptom
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
    == Support of an association ==
    steps
        step Talk
            by counsellor at Association
            ordered by nurse at Health Centre
            carries referral letter
            accepted within 7 days
            within 14 days
            feedback within 3 days
            does ECG                                      # <- G309
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
Good:
    == Heart failure ==
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            does ECG because rhythm symptom
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
    == Support of an association ==
    steps
        step Talk
            by counsellor at Association
            ordered by nurse at Health Centre
            carries referral letter
            accepted within 7 days
            within 14 days
        end Done
            closes the plan
Fix: Let one of the two do it, send the result to the other, and use it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Rule
from pathflow.rules.together import Pair
from pathflow.rules.twice import given_twice

RULE = Rule("G309", "out-of-reach-across-paths", "warning")


def prove_together(pair: Pair) -> Iterator[Finding]:
    """No path gives a service that the other may have given inside its window, because it cannot read the result."""
    for twice in given_twice(pair):
        if not twice.is_readable:
            say = (
                "`{step}` does `{service}` and cannot read the result of `{first}` on the path `{other}`, "
                "which can still hold ({window}): {client} can be on both"
            )
            yield twice.say(RULE, say, "Let one of the two do it, send the result to the other, and use it")


def watch(_program: Program) -> Iterator[Watch]:
    """Nothing of its own: G302 sees every such repeat in a record, on whichever path."""
    return iter(())
