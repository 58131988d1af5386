"""O107 two-plan-owners

Two paths that one client can be on both name different owners of the client's one plan.

Why: A client has one plan over all paths together. The plan of the path that began first is in force; a second path only
    proposes its owner. What a path says of the owner must then be right whichever path began first. Said of two plans that
    each give the plan to another owner when a path joins, so that it depends on the order who owns it; and of a handoff or an
    end that keeps the plan with somebody by name, when the other path's plan gives it another owner, or the path's own plan
    does as soon as the other joins. Where a plan does not say what a joining path does, that is O105.
Source: Promises, law 3.
Bad:
    == Heart failure ==
    plan Heart plan
        owner doctor at Health Centre
        review every 6 months
        if another path joins, the owner stays
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done                                          # <- O107
            keeps the plan with doctor at Health Centre
    == Rehabilitation ==
    plan Rehabilitation plan
        owner nurse at Health Centre
        review every 6 months
        if another path joins, the owner stays
    steps
        step Visit
            by nurse at Health Centre
            within 14 days
        end Done
            closes the plan
Good:
    == Heart failure ==
    plan Heart plan
        owner doctor at Health Centre
        review every 6 months
        if another path joins, the owner stays
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
        end Done
            keeps the plan with its owner
    == Rehabilitation ==
    plan Rehabilitation plan
        owner nurse at Health Centre
        review every 6 months
        if another path joins, the owner stays
    steps
        step Visit
            by nurse at Health Centre
            within 14 days
        end Done
            closes the plan
Fix: Write `keeps the plan with its owner`, which is always right. An end that keeps it with whoever owns it on the other path
    is no finding; it is shown beside the one that is. Or let both plans name the same owner when another path joins, or let
    the owner stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from pathflow.base.findings import Finding, Meeting, Related
from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.engine.program import Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.together import Pair
from pathflow.rules.ways import Ways

RULE = Rule("O107", "two-plan-owners")


def prove_together(pair: Pair) -> Iterator[Finding]:
    """Whichever path begins first, the owner is whom both say."""
    yield from _joining(pair)
    for ways, other in pair.both_ways:
        if ways.is_whole and other.is_whole:
            yield from _claims(pair, ways, other)


def _joining(pair: Pair) -> Iterator[Finding]:
    """Each plan gives itself to another owner when a path joins."""
    here, there = pair.one.path.plan, pair.other.path.plan
    if here is None or there is None or here.joining_owner is None or there.joining_owner is None:
        return
    one, other = str(here.joining_owner), str(there.joining_owner)
    if fold(one) != fold(other):
        words = {"plan": here.name, "theirs": there.name, "owner": one, "other": other, "client": pair.client}
        say = "when another path joins, `{plan}` goes to `{owner}` and `{theirs}` to `{other}`: {client} can be on both"
        related = (Related(there.span, "the other path's plan"),)
        meeting = Meeting("joined", pair.one.path.name, pair.other.path.name, is_second=False)
        yield RULE.on(here.span, say, words, "Name the same owner in both, or let the owner stay", related, meeting=meeting)


def _claims(pair: Pair, ways: Ways, other: Ways) -> Iterator[Finding]:
    """Handoffs and ends that keep the plan with somebody who does not own it when the client is on the other path too."""
    for node in ways.program.nodes:
        statement = node.statement
        if not isinstance(statement, model.Handoff | model.End) or statement.plan_with is None:
            continue
        if node.index not in ways.reachable or ways.is_doubtful(node) or statement.plan_with.party.kind != "provider":
            continue
        claimed = str(statement.plan_with)
        wrong = next((found for found in _owners(ways, other) if fold(found.owner) != fold(claimed)), None)
        if wrong is not None:
            words = {"name": node.name, "claimed": claimed, "other": other.path.name, "client": pair.client}
            words |= {"owner": wrong.owner, "mover": wrong.mover}
            related = (Related(wrong.place, "so says the plan in force"), *_right(ways, wrong.owner))
            meeting = Meeting(
                "kept", ways.path.name, other.path.name, node.index, wrong.node, is_second=wrong.why != "here"
            )  # fmt: skip
            yield RULE.on(node.span, _SAY[wrong.why], words, "Write: keeps the plan with its owner", related, meeting=meeting)


Why = Literal["plan", "joining", "handoff", "end", "here"]

_SAY: Final[dict[Why, str]] = {
    "plan": (
        "`{name}` keeps the plan with `{claimed}`, but {client} can be on the path `{other}` too, and then `{owner}` may own "
        "it, as the plan of `{other}` says"
    ),
    "joining": (
        "`{name}` keeps the plan with `{claimed}`, but {client} can be on the path `{other}` too, and then `{owner}` may own "
        "it, as the plan of `{other}` says for when another path joins"
    ),
    "handoff": (
        "`{name}` keeps the plan with `{claimed}`, but {client} can be on the path `{other}` too, and then `{owner}` may own "
        "it, as `{mover}` moves the plan there"
    ),
    "end": (
        "`{name}` keeps the plan with `{claimed}`, but {client} can be on the path `{other}` too, and then `{owner}` may own "
        "it, as the end `{mover}` keeps the plan there"
    ),
    "here": (
        "`{name}` keeps the plan with `{claimed}`, but {client} can be on the path `{other}` too, and then `{owner}` may own "
        "it, as this path's plan says for when another path joins"
    ),
}


class _Owner(NamedTuple):
    """Who may own the plan because the client is on another path too; where and how it is said, and by which statement."""

    owner: str
    place: Span
    why: Why
    mover: str = ""
    node: int = -1


def _right(ways: Ways, owner: str) -> Iterator[Related]:
    """The ends of the path that keep the plan with whoever owns it there: nothing is wrong with those."""
    for node in ways.program.nodes:
        statement = node.statement
        if not isinstance(statement, model.End) or statement.plan_with is None or node.index not in ways.reachable:
            continue
        if fold(str(statement.plan_with)) == fold(owner):
            yield Related(node.span, "this one keeps it with whoever owns it then")


def _owners(ways: Ways, other: Ways) -> Iterator[_Owner]:
    """Who may own the plan on a path because the client is on another too, and where it is said.

    The other path came first: its plan is in force, and this path moves nothing. Or it came second, and this path's plan says
    who owns it then.
    """
    plan, own = other.path.plan, ways.path.plan
    if plan is not None and plan.owner is not None:
        joining = plan.joining_owner
        yield _Owner(str(joining or plan.owner), plan.span, "plan" if joining is None else "joining")
        for node in other.program.nodes:
            moves = _new_owner(node.statement)
            if moves is not None and moves.party.kind == "provider" and node.index in other.reachable:
                yield _Owner(
                    str(moves), node.span, "handoff" if isinstance(node.statement, model.Handoff) else "end", node.name,
                    node.index,
                )  # fmt: skip
    if own is not None and own.joining_owner is not None:
        yield _Owner(str(own.joining_owner), own.span, "here")


def _new_owner(statement: object) -> model.Actor | None:
    """To whom a handoff moves the plan, or with whom an end leaves it."""
    if isinstance(statement, model.Handoff):
        return statement.plan_to
    return statement.plan_with if isinstance(statement, model.End) else None


def watch(_program: Program) -> Iterator[Watch]:
    """Nothing of its own: O104 sees that the plan is kept with another than its owner, O105 that a second path proposes one."""
    return iter(())
