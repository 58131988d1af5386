"""A program's tables as a frozen `MultiDiGraph`: the same nodes and edges, with their meaning as attributes.

Nodes are named by their number in the program's tables, so that graph and tables can be held side by side. An `event` edge
leads from the start to each event: it can happen at any time. `NODE_ATTRIBUTES` and `EDGE_ATTRIBUTES` say what each holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from pathflow.engine.program import Node, Program
from pathflow.model import path as model

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[int]
else:
    Graph = nx.MultiDiGraph

NODE_ATTRIBUTES: Final[Mapping[str, str]] = {
    "kind": "start, step, handoff, consultation, choice, wait, include, decide, split, join, repeat, event, resume, stop, "
    "restart, end or nowhere (where a way stops without an end)",
    "name": "the name in the path",
    "file": "the file it stands in",
    "line": "the line it stands on",
    "provider": "who acts: a provider, `client`, `whoever is accountable`, or the name of a choice; of a handoff and a "
    "consultation, the receiver",
    "professions": "the professions that act: tuple of text",
    "sector": "public, private or third, of the provider",
    "channel": "on site, home, remote, digital or mobile",
    "sender": "of a handoff and a consultation",
    "sender_sector": "public, private or third, of the sender, where the path names it",
    "is_chosen": "whether `provider` is the name of a choice: the provider that the client chooses there",
    "receiver": "of a handoff and a consultation",
    "carries": "items that go along: tuple of text",
    "accepted_within": "by when it must be accepted, as text",
    "answered_within": "by when a consultation must be answered, as text",
    "feedback_within": "by when an order's results must be back, as text",
    "fallback": "who has the client when a handoff or an order is not accepted",
    "moves_plan_to": "who owns the plan after a handoff",
    "keeps_plan_with": "who owns the plan after a handoff or an end",
    "closes_plan": "whether an end closes the plan",
    "ordered_by": "who orders the step",
    "needs": "items a step needs: tuple of text",
    "makes": "items a step makes: tuple of text",
    "does": "services a step does: tuple of text",
    "limits": "time limits in their order, each a mapping: target, of, at_most, at_most_of, when, source, as text",
    "place": "the site at which a step is done",
    "same_visit_as": "the step that shares a visit with it",
    "starts": "the path that a step begins, as in `Parental exhaustion for parent`",
    "legal_basis": "why information may cross to another register",
    "takes": "the work that a step takes, as text",
    "price": "what a step costs, as text",
    "payer": "who pays for a step",
    "code": "a step's code in a classification",
    "labels": "its names in other languages: mapping of `fi`, `sv`, `en` to text",
    "needed": "of a join, how many branches must be through: integer",
    "version": "of a path that is included, the version that is meant",
    "is_beside": "whether an event's own way is gone beside the main way",
    "chances": "of a choice, how many clients choose each option: mapping to per cent",
    "sources": "where it comes from: tuple of text",
    "length": "of a wait, as text; of a wait until something is so, the longest",
    "every": "between the rounds of a repeat, as text",
    "at_most_times": "the most rounds of a repeat: integer",
    "until": "what ends a repeat or a wait, as text",
    "counts_from": "what the length of a wait counts from; none where it counts from when it is reached",
    "options": "providers among which the client chooses: tuple of text",
    "guided_by": "who guides the choice",
    "default": "the provider where the client does not choose",
    "no_returns": "what an end promises not to happen: tuple of text, as in `Emergency within 28 days`",
    "condition": "what begins an event's own way, as text",
    "path": "the path that is included",
    "branches": "branches of `together` it stands in, outermost first: tuple of (number of the split, number of the branch)",
    "event": "the number of the event in whose own way it stands",
}
"""Attributes of nodes, absent where they do not apply."""

EDGE_ATTRIBUTES: Final[Mapping[str, str]] = {
    "kind": "next, if, otherwise, branch, again, round, leave, restart or event",
    "condition": "of an `if` edge and of leaving a repeat, as text",
    "chance": "how many clients go this way out of a decision: per cent",
    "order": "among the edges out of its source: integer",
}
"""Attributes of edges, absent where they do not apply."""


def graph_of(program: Program) -> Graph:
    """The graph of a program, frozen.

    Law: tests/laws/test_graph.py (agrees with the tables edge by edge).
    """
    graph: Graph = nx.MultiDiGraph(name=program.path.name, version=program.path.version, key=program.key)
    for node in program.nodes:
        graph.add_node(node.index, **attributes(node, program))
    for order, event in enumerate(program.events, start=len(program.edges[program.start])):
        graph.add_edge(program.start, event, kind="event", order=order)
    for ways in program.edges:
        for order, edge in enumerate(ways):
            more: dict[str, Any] = {"condition": str(edge.condition)} if edge.condition is not None else {}
            if edge.chance is not None:
                more["chance"] = edge.chance
            graph.add_edge(edge.source, edge.target, kind=edge.kind, order=order, **more)
    nx.freeze(graph)
    return graph


def attributes(node: Node, program: Program) -> dict[str, Any]:
    """What is known of a node, without what does not apply."""
    found: dict[str, Any] = {"kind": node.kind, "name": node.name, "file": node.span.file, "line": node.span.line}
    found["branches"] = tuple((split, branch) for split, branch in node.region)
    found["event"] = node.event if node.event >= 0 else None
    statement = node.statement
    found["sources"] = getattr(statement, "sources", ())
    found["labels"] = dict(getattr(statement, "labels", ())) or None
    found["legal_basis"] = basis.text if (basis := getattr(statement, "basis", None)) is not None else None
    found["needed"] = program.needed.get(node.index)
    if isinstance(statement, model.Step):
        found |= _step(statement, program)
    elif isinstance(statement, model.Handoff):
        found |= _handoff(statement, program)
    elif isinstance(statement, model.Consultation):
        found |= _actor(statement.receiver, program)
        found |= _sent(statement, program) | {"makes": statement.makes, "answered_within": _text(statement.answered_within)}
    else:
        found |= _other(statement)
    return {key: value for key, value in found.items() if value is not None and value != ()}


def _step(step: model.Step, program: Program) -> dict[str, Any]:
    return {
        **(_actor(step.by, program) if step.by is not None else {}),
        "ordered_by": _text(step.ordered_by),
        "needs": step.needs,
        "makes": step.makes,
        "carries": step.carries,
        "does": tuple(doing.service for doing in step.does),
        "accepted_within": _text(step.accepted_within),
        "feedback_within": _text(step.feedback_within),
        "fallback": str(step.fallback.party) if step.fallback is not None else None,
        "limits": tuple(_limit(limit) for limit in step.limits),
        "place": step.place,
        "same_visit_as": step.same_visit,
        "starts": _text(step.starts),
        "takes": _text(step.takes),
        "price": _text(step.price),
        "payer": ", ".join(map(str, step.payers)) or None,
        "code": step.code,
    }


def _handoff(handoff: model.Handoff, program: Program) -> dict[str, Any]:
    return {
        **_actor(handoff.receiver, program),
        **_sent(handoff, program),
        "accepted_within": _text(handoff.accepted_within),
        "fallback": str(handoff.fallback.party) if handoff.fallback is not None else None,
        "moves_plan_to": _text(handoff.plan_to),
        "keeps_plan_with": _text(handoff.plan_with),
        "limits": (_limit(handoff.limit),) if handoff.limit is not None else (),
    }


def _sent(statement: model.Handoff | model.Consultation, program: Program) -> dict[str, Any]:
    sector = _actor(statement.sender, program)["sector"]
    return {
        "sender": str(statement.sender),
        "sender_sector": sector,
        "receiver": str(statement.receiver),
        "carries": statement.carries,
    }


def _other(statement: model.Statement | model.Whenever | None) -> dict[str, Any]:
    if isinstance(statement, model.Choice):
        return {
            "options": statement.options,
            "guided_by": _text(statement.guided_by),
            "default": statement.default,
            "chances": dict(statement.chances) or None,
            "limits": (_limit(statement.limit),) if statement.limit is not None else (),
        }
    if isinstance(statement, model.Repeat):
        return {
            "every": _text(statement.every),
            "counts_from": "start" if statement.from_start else None,
            "at_most_times": statement.at_most,
            "until": _text(statement.until),
        }
    if isinstance(statement, model.Wait):
        return {"length": _text(statement.length), "until": _text(statement.until), "counts_from": statement.of}
    if isinstance(statement, model.Include):
        return {"path": statement.path, "version": statement.version}
    if isinstance(statement, model.End):
        promised = tuple(f"{promise.event} within {promise.within}" for promise in statement.no_returns)
        return {"closes_plan": statement.closes_plan, "keeps_plan_with": _text(statement.plan_with), "no_returns": promised}
    if isinstance(statement, model.Whenever):
        return {"condition": str(statement.condition), "is_beside": statement.is_beside or None}
    return {}


def _limit(limit: model.Limit) -> dict[str, str]:
    found = {
        "target": limit.target, "at_most": limit.at_most, "of": limit.of, "at_most_of": limit.at_most_of, "when": limit.when,
        "source": limit.source,
    }  # fmt: skip
    return {key: str(value) for key, value in found.items() if value is not None}


def _actor(actor: model.Actor, program: Program) -> dict[str, Any]:
    provider = program.path.network.providers.get(actor.party.name)
    return {
        "provider": str(actor.party),
        "professions": actor.professions,
        "sector": provider.sector if provider is not None and actor.party.kind == "provider" else None,
        "channel": actor.channel,
        "is_chosen": True if actor.party.kind == "chosen" else None,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
