"""G211 choice-unguided

The client chooses a provider, and nobody is there to help with it.

Why: A choice without guidance is made by those who know the services already. Who guides is a duty like others: somebody
    has it.
Source: Promises, law 10; Organising Act 612/2021: the organiser answers for guidance to the services.
Bad:
    steps
        client chooses place of examination               # <- G211
            option Health Centre
            option Hospital
            within 2 weeks
            if no choice, Health Centre
        step Visit
            by nurse at place of examination
            ordered by nurse at Health Centre
            accepted within 3 days
            within 14 days
        end Done
            closes the plan
Good:
    steps
        client chooses place of examination
            option Health Centre
            option Hospital
            guided by nurse at Health Centre
            within 2 weeks
            if no choice, Health Centre
        step Visit
            by nurse at place of examination
            ordered by nurse at Health Centre
            accepted within 3 days
            within 14 days
        end Done
            closes the plan
Fix: Add a line `guided by`, with a profession and where it works.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G211", "choice-unguided", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Every choice says who guides the client."""
    for node in ways.program.nodes:
        choice = node.statement
        if isinstance(choice, model.Choice) and choice.guided_by is None and not ways.is_doubtful(node):
            words = {"choice": choice.name, "holder": ways.path.accountable}
            say = "nobody helps the client to choose the `{choice}`"
            yield RULE.on(node.span, say, words, "Add a line, for example: guided by nurse at {holder}")


def watch(_program: Program) -> Iterator[Watch]:
    """Who guided is not recorded."""
    return iter(())
