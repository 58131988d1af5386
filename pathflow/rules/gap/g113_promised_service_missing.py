"""G113 promised-service-missing

A package promises its clients a service, and the path that is to give it never does.

Why: What a package must have is promised to each client of the group. When the step that gave it is dropped from the
    path, nothing else reminds anyone of it: the need is assessed, and no service comes.
Source: Promises, law 4; the list of services for a client group.
Bad:
    network Example network
        organiser County
        professions doctor
        provider Health Centre
            sector public
            professions doctor
        service ECG
        package Heart care
            must have Example, ECG
    path Example                                          # <- G113
        version 1.0
        uses Example network
        responsible Health Centre
        accountable Health Centre
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions doctor
        provider Health Centre
            sector public
            professions doctor
        service ECG
        package Heart care
            must have Example, ECG
    path Example
        version 1.0
        uses Example network
        responsible Health Centre
        accountable Health Centre
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            does ECG
        end Done
            closes the plan
Fix: Give the service in a step of the path, or take it from what the package must have.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding, Related
from pathflow.base.names import fold, listing
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.network import Package
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G113", "promised-service-missing", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """The only path of a package gives every service that the package must have."""
    if not ways.is_whole:
        return
    given = {fold(service) for service in _given(ways.program)}
    for package in ways.network.packages.values():
        if _paths_of(ways, package) != {fold(ways.path.name)}:
            continue  # what several paths give between them is not known here
        missing = [name for name in package.must_have if name in ways.network.services and fold(name) not in given]
        if missing:
            words = {"package": package.name, "path": ways.path.name, "services": listing(missing)}
            say = "the package `{package}` must have {services}, and no step of `{path}` gives it"
            help_ = "Add a step with: does {services}; or take it from `must have`"
            where = (Related(package.span, "the package is here"),) if package.span is not None else ()
            yield RULE.on(ways.path.span, say, words, help_, where)


def _paths_of(ways: Ways, package: Package) -> set[str]:
    return {fold(name) for name in (*package.must_have, *package.may_have) if name not in ways.network.services}


def _given(program: Program) -> Iterator[str]:
    """The services that a path and those that it includes give."""
    for node in program.nodes:
        if isinstance(node.statement, model.Step):
            yield from (doing.service for doing in node.statement.does)
        elif isinstance(node.statement, model.Include) and node.statement.path in program.included:
            yield from _given(program.included[node.statement.path])


def watch(_program: Program) -> Iterator[Watch]:
    """What a client was promised and not given is seen duty by duty."""
    return iter(())
