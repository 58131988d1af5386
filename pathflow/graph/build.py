"""A program's tables as a frozen `MultiDiGraph`: the same nodes and edges, with their meaning as attributes.

Node attributes (absent where they do not apply):

- `kind`: start, step, handoff, consultation, choice, wait, include, decide, split, join, repeat, event, resume, stop, restart,
  end, nowhere
- `name`: the name in the path; `line`, `file`: where it stands
- `provider`, `professions`, `sector`, `channel`: who acts (of a handoff and a consultation: the receiver)
- `sender`, `receiver`, `carries`, `accepted_within`, `fallback`, `moves_plan_to`, `keeps_plan_with`: of a handoff
- `ordered_by`: of an order; `needs`, `makes`, `does`: items and services of a step
- `target`, `at_most`, `clock_of`: the first limit of a step, as text
- `every`, `at_most_times`, `until`: of a repeat; `options`: of a choice
- `branches`: the branches of `together` it stands in, outermost first; `event`: the event in whose own way it stands

Edge attributes: `kind` (next, if, otherwise, branch, again, round, leave, restart, event), `condition` (as text), `order`
(among the edges out of its source).

Nodes are named by their number in the program's tables, so that graph and tables can be held side by side. An `event` edge
leads from the start to each event: it can happen at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from pathflow.engine.program import Node, Program
from pathflow.model import path as model

if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[int]
else:
    Graph = nx.MultiDiGraph


def graph_of(program: Program) -> Graph:
    """The graph of a program, frozen.

    Law: tests/laws/test_graph.py (agrees with the tables edge by edge).
    """
    graph: Graph = nx.MultiDiGraph(name=program.path.name, version=program.path.version, key=program.key)
    for node in program.nodes:
        graph.add_node(node.index, **attributes(node, program))
    for event in program.events:
        graph.add_edge(program.start, event, kind="event", order=len(program.edges[program.start]))
    for ways in program.edges:
        for order, edge in enumerate(ways):
            condition = {"condition": str(edge.condition)} if edge.condition is not None else {}
            graph.add_edge(edge.source, edge.target, kind=edge.kind, order=order, **condition)
    nx.freeze(graph)
    return graph


def attributes(node: Node, program: Program) -> dict[str, Any]:
    """What is known of a node, without what does not apply."""
    found: dict[str, Any] = {"kind": node.kind, "name": node.name, "file": node.span.file, "line": node.span.line}
    if node.region:
        found["branches"] = tuple((split, branch) for split, branch in node.region)
    if node.event >= 0:
        found["event"] = node.event
    statement = node.statement
    if isinstance(statement, model.Step):
        found |= _step(statement, program)
    elif isinstance(statement, model.Handoff):
        found |= _actor(statement.receiver, program)
        found |= {
            "sender": str(statement.sender),
            "receiver": str(statement.receiver),
            "carries": statement.carries,
            "accepted_within": _text(statement.accepted_within),
            "fallback": str(statement.fallback.party) if statement.fallback is not None else None,
            "moves_plan_to": _text(statement.plan_to),
            "keeps_plan_with": _text(statement.plan_with),
        }
    elif isinstance(statement, model.Consultation):
        found |= _actor(statement.receiver, program)
        found |= {"sender": str(statement.sender), "receiver": str(statement.receiver), "carries": statement.carries}
    elif isinstance(statement, model.Choice):
        found["options"] = statement.options
    elif isinstance(statement, model.Repeat):
        found |= {"every": _text(statement.every), "at_most_times": statement.at_most, "until": _text(statement.until)}
    return {key: value for key, value in found.items() if value is not None and value != ()}


def _step(step: model.Step, program: Program) -> dict[str, Any]:
    found: dict[str, Any] = _actor(step.by, program) if step.by is not None else {}
    found |= {
        "ordered_by": _text(step.ordered_by),
        "needs": step.needs,
        "makes": step.makes,
        "carries": step.carries,
        "does": tuple(doing.service for doing in step.does),
        "accepted_within": _text(step.accepted_within),
    }
    if step.limits:
        limit = step.limits[0]
        found |= {"target": str(limit.target), "at_most": _text(limit.at_most), "clock_of": limit.of}
    return found


def _actor(actor: model.Actor, program: Program) -> dict[str, Any]:
    provider = program.path.network.providers.get(actor.party.name)
    return {
        "provider": str(actor.party),
        "professions": actor.professions,
        "sector": provider.sector if provider is not None and actor.party.kind == "provider" else None,
        "channel": actor.channel,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
