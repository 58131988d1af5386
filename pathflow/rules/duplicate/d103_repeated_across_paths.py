"""D103 repeated-across-paths

Two paths that one client can be on both do the same examination or assessment inside its window.

Why: Each path is right by itself, and the client is examined twice. Nobody is at fault and nobody sees it, as the one path does
    not know what the other has done. It is looked at for paths that a package names together and for those that a step of one
    begins for the same client; `pathflow check --pairs` looks at all whose groups can overlap. Said of each step that gives the
    service anyhow: not in the later rounds of a `repeat`, nor for a reason that the service allows, nor where the path asks
    first whether the result is known, which it is for as long as the window. That both paths ask at the same moment is not seen
    here; in a record D101 sees every repeat, on whichever path.
Source: JAMIA 2010;17:341: of clients transferred, 32 % had an examination repeated; promises, law 9.
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
    == Rehabilitation ==
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            does ECG                                      # <- D103
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
    == Rehabilitation ==
    steps
        decide Is there an ECG?
            if ECG recording is unknown
                step Visit
                    by doctor at Health Centre
                    within 14 days
                    does ECG
            otherwise
                continue
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
Fix: Ask first whether the result is there (`if ECG recording is unknown`), and use it; let an item that grows old say how long
    it is valid. Or give the reason, if it is among the service's exceptions: `does ECG because rhythm symptom`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.rules.rule import Rule
from pathflow.rules.together import Pair
from pathflow.rules.twice import given_twice

RULE = Rule("D103", "repeated-across-paths", "warning")


def prove_together(pair: Pair) -> Iterator[Finding]:
    """No path gives a service that the other may have given inside its window, and whose result it can read."""
    for twice in given_twice(pair):
        if twice.is_readable:
            say = (
                "`{step}` does `{service}`, while the result of `{first}` on the path `{other}` can still hold ({window}): "
                "{client} can be on both"
            )
            help_ = "Use the other path's result; or give a reason that the service allows: does {service} because …"
            if twice.service.makes:
                help_ = (
                    "Ask first whether it is there: if {result} is unknown; "
                    "or give a reason that the service allows: does {service} because …"
                )
            yield twice.say(RULE, say, help_)


def watch(_program: Program) -> Iterator[Watch]:
    """Nothing of its own: D101 sees every repeat in a record, on whichever path."""
    return iter(())
