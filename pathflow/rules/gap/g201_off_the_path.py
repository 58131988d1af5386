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
from functools import lru_cache

from pathflow.base.findings import NOBODY, Evidence, Finding, Level, Related
from pathflow.base.instants import Instant
from pathflow.base.names import listing, nearest
from pathflow.engine.facts import Fact
from pathflow.engine.lasting import KINDS
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import events_of
from pathflow.rules.cells import cover
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G201", "off-the-path")

_CAME = {"completed": "was done", "started": "was begun", "answered": "was answered", "accepted": "was accepted"}
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
        yield RULE.on(node.span, say, {"name": node.name}, help_, related, aim=NOBODY)
    yield from _dead_branches(ways)


def _before(ways: Ways, node: Node) -> tuple[Related, ...]:
    ends = [n for n in ways.program.nodes if n.kind == "end" and n.span.line < node.span.line and n.span.file == node.span.file]
    return (Related(ends[-1].span, "the last way before it ends here"),) if ends else ()


def _dead_branches(ways: Ways) -> Iterator[Finding]:
    for node in ways.program.nodes:
        statement = node.statement
        if not isinstance(statement, model.Decision) or ways.is_doubtful(node) or node.index not in ways.reachable:
            continue
        branches = [(b, b.condition) for b in statement.branches if b.condition is not None]
        if any(events_of(condition) for _, condition in branches):
            continue
        found = ways.cover(node, ways.given(node))
        for index in found.dead:
            words = {"condition": str(branches[index][1])}
            say = "no client ever takes the branch `{condition}`, which can never hold"
            if cover([branches[index][1]], True, ways.path.items).dead == ():
                say = "no client ever takes the branch `{condition}`, which can never hold for those who come here"
            help_ = "Correct the condition, or take the branch out"
            yield RULE.on(branches[index][0].span, say, words, help_, aim=NOBODY)


def watch(program: Program) -> Iterator[Watch]:
    """Something was done before its turn, or has no place on the path at all."""
    yield Watch("overtaken", _overtaken)
    yield Watch("beside", _beside)
    yield Watch("returned after the end", _after_the_end)


def _overtaken(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, about: tuple[int, ...]
) -> Finding | None:
    if fact is None:
        return None
    nodes = enrolment.tables.program.nodes
    names = [nodes[n].name for n in about]
    is_end = node < 0 or nodes[node].kind == "end"
    say = (
        "the path was ended with `{step}` while {owed} {was_were} still owed"
        if is_end
        else "`{step}` {came} before {owed}, which {was_were} owed first"
    )
    evidence = (seen(fact), *(Evidence(enrolment.owed.get(n, at), nodes[n].name, None, "owed first") for n in about))
    return RULE.of(
        record,
        say,
        {
            "step": nodes[node].name if node >= 0 else fact.subject,
            "owed": listing(names),
            "came": _CAME.get(fact.kind, "came"),
            "was_were": "was" if len(names) == 1 else "were",
        },
        level="warning" if is_end else "info",
        since=at,
        who=enrolment.holder,
        evidence=evidence,
        help="What was not needed is recorded as cancelled, with a reason, before the end" if is_end else None,
        span=nodes[node].span if node >= 0 else None,
    )


def _after_the_end(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    ended = enrolment.ended
    if fact is None or ended is None or fact.kind == "observed":
        return None
    words = {"event": fact.subject or fact.kind, "path": enrolment.path, "outcome": ended.outcome}
    return RULE.of(
        record, "`{event}` was recorded after `{path}` had ended ({outcome})", words, level="warning", since=at,
        who=record.owner, evidence=(Evidence(ended.at, ended.outcome, None, "the path ended"), seen(fact)),
        help="If care goes on, the client begins on a path again; otherwise correct the record",
        span=enrolment.tables.program.nodes[node].span if node >= 0 else None,
    )  # fmt: skip


def _beside(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, _since: Instant, _about: object
) -> Finding | None:
    if fact is None:
        return None
    known = enrolment.tables.program.nodes[node] if node >= 0 else None
    words = {"event": fact.subject or fact.kind, "path": enrolment.path, "kind": fact.kind, "provider": fact.provider or ""}
    help_ = "Add it to the path or to its aliases (`known as`), or correct the record"
    level: Level = "warning"
    if enrolment.index < 0:
        say = (
            "`{event}` was recorded of a client who is on no path" if fact.kind != "enrolled" else "there is no path `{event}`"
        )
        help_ = "Enrol the client on a path first"
    elif fact.kind in KINDS:
        say, help_ = _changes_nothing(fact), "Say it of one path, or correct the record"
    elif known is not None and isinstance(known.statement, model.Choice) and fact.provider not in known.statement.options:
        say = (
            "`{provider}` was chosen at `{event}`, which is none of its options"
            if fact.provider
            else "`{event}` was recorded without what the client chose"
        )
        words["options"] = listing(list(known.statement.options), "or")
        help_ = "Say in the provider's column what was chosen: {options}"
    elif known is not None and known.kind == "event":
        say = "`{event}` came while what it sets off was going on already, and sets off nothing a second time"
        help_ = "See that what is under way answers this too"
    elif known is not None:
        say, level = "`{event}` ({kind}) was not expected where the client is on the path", "info"
    elif fact.kind == "chose":
        say = "`{event}` is no choice on the path `{path}`"
        help_ = "Write the name of the choice, and what was chosen in the provider's column"
    else:
        say = "`{event}` is not on the path `{path}`"
        guess = _meant(words["event"], enrolment.tables.known_names)
        if guess is not None:
            words["guess"] = guess
            help_ = "Did you mean `{guess}`? Otherwise add it to the path, or to its aliases (`known as`)"
    return RULE.of(
        record, say, words, level=level, since=at, who=enrolment.holder or None, evidence=(seen(fact),), help=help_,
        span=known.span if known is not None else None,
    )  # fmt: skip


def _changes_nothing(fact: Fact) -> str:
    """What is said of a fact of the client's whole time on paths that has no place there."""
    if fact.kind == "assigned":
        say = "a worker was named for `{event}`, and it is not known who, or on which path"
    elif fact.kind == "withdrew":
        say = "the client left a path, and it is not known which: `{event}`"
    elif fact.kind == "linked":
        say = "somebody was linked as `{event}`, and it is not said who, or they were linked already"
    elif fact.kind == "unlinked":
        say = "nobody was linked as `{event}`, and the link was taken away"
    elif fact.kind in ("began for", "let be"):
        say = "no step had asked for `{event}`, of which is told whether it was begun"
    elif fact.kind == "paused":
        say = "the client is recorded as away, and was away already or is on no such path"
    else:
        say = "the client is recorded as back, and had not been away"
    return say


@lru_cache(maxsize=4096)
def _meant(event: str, names: tuple[str, ...]) -> str | None:
    """The name on the path that an unknown event is nearest to."""
    return nearest(event, names)
