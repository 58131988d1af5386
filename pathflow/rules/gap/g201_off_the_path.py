"""G201 off-the-path

No way leads to a step; in a record, something was done that the client's way had not led to.

Why: A step that nobody can come to is a promise that is never kept. Something done outside the path is real all the same: it is
    recorded, and shown as a deviation, because either the care or the path is wrong.
Source: Promises, laws 4, 8 and 11.
Bad:
    steps
        decide
            if alone
                end Home care
                    closes the plan
            otherwise
                end Self-care
                    closes the plan
        step Visit                                        # <- G201
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Good:
    steps
        decide
            if alone
                end Home care
                    closes the plan
            otherwise
                continue
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Move the step to where clients come, or take it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Evidence, Finding, Related
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import events_of
from pathflow.rules.cells import cover
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G201", "off-the-path")

_ARTIFICIAL = frozenset({"join", "nowhere", "resume", "stop", "restart"})


def prove(ways: Ways) -> Iterator[Finding]:
    """Every statement can be come to; every branch has a client for it."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        if node.index in ways.reachable or node.kind in _ARTIFICIAL:
            continue
        sources = [edge.source for edge in ways.incoming[node.index]]
        if any(source not in ways.reachable for source in sources):
            continue  # what follows something unreached is not said again
        say = "no client ever comes to `{name}`"
        related = _before(ways, node)
        help_ = "Every way before it has ended; move it to where clients come, or take it out"
        yield RULE.on(node.span, say, {"name": node.name}, help_, related)
    yield from _dead_branches(ways)


def _before(ways: Ways, node: Node) -> tuple[Related, ...]:
    ends = [n for n in ways.program.nodes if n.kind == "end" and n.span.line < node.span.line and n.span.file == node.span.file]
    return (Related(ends[-1].span, "the last way before it ends here"),) if ends else ()


def _dead_branches(ways: Ways) -> Iterator[Finding]:
    for statement in _decisions(ways.path):
        conditions = [b.condition for b in statement.branches if b.condition is not None]
        if any(events_of(c) for c in conditions) or (statement.span.file, statement.span.line) in ways.doubts:
            continue
        found = cover(conditions, True, ways.path.items)
        for index in found.dead:
            branch = [b for b in statement.branches if b.condition is not None][index]
            words = {"condition": str(branch.condition)}
            say = "no client ever takes the branch `{condition}`, which can never hold"
            yield RULE.on(branch.span, say, words, "Correct the condition, or take the branch out")


def _decisions(path: model.Path) -> Iterator[model.Decision]:
    bodies = [path.body, *(w.body for w in path.whenevers)]
    for body in bodies:
        for statement in model.walk(body):
            if isinstance(statement, model.Decision):
                yield statement


def watch(program: Program) -> Iterator[Watch]:
    """Something was done before its turn, or has no place on the path at all."""
    yield Watch("overtaken", _overtaken)
    yield Watch("beside", _beside)


def _overtaken(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, about: tuple[int, ...]
) -> Finding | None:
    if fact is None:
        return None
    nodes = enrolment.tables.program.nodes
    names = [nodes[n].name for n in about]
    evidence = (seen(fact), *(Evidence(enrolment.owed.get(n, at), nodes[n].name, None, "still owed") for n in about))
    return RULE.of(
        record,
        "`{step}` was done before {owed}, which {is_are} still owed",
        {"step": nodes[node].name, "owed": listing(names), "is_are": "is" if len(names) == 1 else "are"},
        level="info",
        since=at,
        who=enrolment.holder,
        evidence=evidence,
        span=nodes[node].span,
    )


def _beside(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    if fact is None:
        return None
    words = {"event": fact.subject or fact.kind, "path": enrolment.path, "kind": fact.kind}
    if node >= 0:
        say = "`{event}` ({kind}) was not expected where the client is on the path"
        level = "info"
    else:
        say = "`{event}` is not on the path `{path}`"
        level = "warning"
    return RULE.of(
        record, say, words, level=level, since=at, who=enrolment.holder, evidence=(seen(fact),),  # type: ignore[arg-type]
        help="Add it to the path or to its aliases (`known as`), or correct the record",
        span=enrolment.tables.program.nodes[node].span if node >= 0 else None,
    )  # fmt: skip
