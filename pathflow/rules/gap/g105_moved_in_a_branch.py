"""G105 moved-in-a-branch

Accountability moves inside one of several parallel branches, or in an event's way beside the main way.

Why: While branches run side by side there is one client and one accountable party. If one branch hands the client over, the
    others go on under somebody who does not know of them. Orders and consultations are free; the handoff waits for the join.
Source: Promises, law 1.
Bad:
    steps
        together
            branch Heart
                handoff Referral                          # <- G105
                    from Health Centre to Hospital
                    carries referral letter
                    accepted within 3 working days
                    if not accepted, Health Centre keeps the client
                    keeps the plan with doctor at Health Centre
            branch Home
                step Home visit
                    by nurse at Health Centre
                    within 7 days
        end Done
            closes the plan
Good:
    steps
        together
            branch Heart
                step Echocardiography
                    by specialist at Hospital
                    ordered by doctor at Health Centre
                    carries referral letter
                    accepted within 3 working days
                    if not accepted, Health Centre takes over
                    within 6 weeks
            branch Home
                step Home visit
                    by nurse at Health Centre
                    within 7 days
        end Done
            closes the plan
Fix: Make it an order (`ordered by`) or a consultation, or move the handoff before or after `together`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding, Related
from pathflow.base.instants import Instant
from pathflow.engine.facts import Fact
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G105", "moved-in-a-branch")


def prove(ways: Ways) -> Iterator[Finding]:
    """No handoff to another provider stands inside a branch; nor does a path that hands the client over."""
    for node in ways.program.nodes:
        beside = _is_beside(ways, node)
        if not (node.region or beside) or ways.is_doubtful(node):
            continue
        if _moves(ways, node) and beside:
            say = "`{handoff}` moves accountability while the main way goes on beside it"
            help_ = "Make it an order (`ordered by`) or a consultation, or let the event interrupt: take `beside …` away"
            yield RULE.on(node.span, say, {"handoff": node.name}, help_)
        elif _moves(ways, node):
            split = ways.program.nodes[node.region[-1][0]]
            say = "`{handoff}` moves accountability inside one of several parallel branches"
            help_ = "Make it an order (`ordered by`) or a consultation, or move the handoff before or after `together`"
            related = (Related(split.span, "the branches begin here"),)
            yield RULE.on(node.span, say, {"handoff": node.name}, help_, related)


def _is_beside(ways: Ways, node: Node) -> bool:
    event = ways.program.nodes[node.event].statement if node.event >= 0 else None
    return isinstance(event, model.Whenever) and event.is_beside


def _moves(ways: Ways, node: Node) -> bool:
    statement = node.statement
    if isinstance(statement, model.Handoff):
        return statement.sender.party != statement.receiver.party
    if isinstance(statement, model.Include):
        child = ways.program.included.get(statement.path)
        return child is not None and any(
            isinstance(n.statement, model.Handoff) and n.statement.sender.party != n.statement.receiver.party
            for n in child.nodes
        )
    return False


def watch(program: Program) -> Iterator[Watch]:
    """A handoff accepted while another branch was open."""
    inside = frozenset(n.index for n in program.nodes if n.region and isinstance(n.statement, model.Handoff))
    if inside:
        yield Watch("accepted", _accepted, inside)


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    nodes = enrolment.tables.program.nodes
    split, branch = nodes[node].region[-1]
    beside = [n for n in enrolment.tokens if any(s == split and b != branch for s, b in nodes[n].region)]
    if not beside or fact is None:
        return None
    words = {"handoff": nodes[node].name, "other": nodes[beside[0]].name}
    say = "`{handoff}` moved the client to another provider while `{other}` was still open in another branch"
    return RULE.of(
        record, say, words, level="warning", since=at, who=enrolment.holder, evidence=(seen(fact),), span=nodes[node].span
    )
