"""A path in text: Mermaid and DOT for those who draw, JSON for programs; the tree for the terminal is in `tree`.

They are read off the program's tables, which the networkx graph shows edge by edge; so none of them needs networkx.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from pathflow.engine.program import Node, Program
from pathflow.graph.tree import ENGLISH, times_of
from pathflow.model import path as model

# ── Mermaid and DOT ─────────────────────────────────────────────────────────────────────────────────────────────────

_QUIET: Final = frozenset({"split", "join", "resume", "stop", "restart", "nowhere"})


def mermaid(program: Program) -> str:
    """The path as a Mermaid flowchart, one subgraph for each provider. Source: Mermaid's flowchart syntax, version 11."""
    lines = ["flowchart TD"]
    for provider, nodes in _by_provider(program):
        indent = "    "
        if provider:
            lines.append(f"    subgraph p{_number(provider, program)}[{_quoted(provider)}]")
            indent = "        "
        lines += [indent + _mermaid_node(node) for node in nodes]
        if provider:
            lines.append("    end")
    for source, target, label in _arrows(program):
        lines.append(f"    n{source} -->{f'|{_quoted(label)}|' if label else ''} n{target}")
    return "\n".join(lines) + "\n"


def _mermaid_node(node: Node) -> str:
    name = _quoted(_label(node), *_notes(node))
    before, after = _MERMAID_SHAPES.get(node.kind, ("[", "]"))
    return f"n{node.index}{before}{name}{after}"


_MERMAID_SHAPES: Final = {
    "start": ("([", "])"), "end": ("([", "])"), "decide": ("{", "}"), "choice": ("{", "}"), "handoff": ("[/", "/]"),
    "consultation": ("[/", "/]"), "split": ("{{", "}}"), "join": ("{{", "}}"), "repeat": ("{{", "}}"), "event": (">", "]"),
    "include": ("[[", "]]"),
}  # fmt: skip


def _quoted(*lines: str) -> str:
    """A label that Mermaid takes as text, whatever is in it."""
    signs = {"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "|": "#124;"}
    return '"' + "<br/>".join("".join(signs.get(sign, sign) for sign in line) for line in lines) + '"'


def dot(program: Program) -> str:
    """The path as a Graphviz digraph, one cluster for each provider. Source: the DOT language, graphviz.org."""
    lines = [f"digraph {_dot(program.path.name)} {{", "    rankdir=TB; node [shape=box, style=rounded, fontname=Helvetica];"]
    for provider, nodes in _by_provider(program):
        indent = "    "
        if provider:
            lines.append(f"    subgraph cluster_{_number(provider, program)} {{ label={_dot(provider)};")
            indent = "        "
        lines += [f"{indent}n{node.index} [label={_dot(_label(node), *_notes(node))}{_dot_shape(node)}];" for node in nodes]
        if provider:
            lines.append("    }")
    for source, target, label in _arrows(program):
        lines.append(f"    n{source} -> n{target}{f' [label={_dot(label)}]' if label else ''};")
    return "\n".join(lines) + "\n}\n"


def _dot_shape(node: Node) -> str:
    shapes = {
        "decide": "diamond", "choice": "diamond", "start": "circle", "end": "doublecircle", "handoff": "cds", "event": "note",
        "split": "point", "join": "point", "repeat": "octagon",
    }  # fmt: skip
    return f", shape={shapes[node.kind]}" if node.kind in shapes else ""


def _dot(*lines: str) -> str:
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") for line in lines)
    return '"' + "\\n".join(escaped) + '"'


def _label(node: Node) -> str:
    if node.kind == "handoff":
        return f"⇒ {node.name}"
    if node.kind == "event":
        return f"whenever {node.name}"
    if node.kind == "restart" and isinstance(node.statement, model.Ending):
        return f"restart from {node.statement.step}"
    return "the way stops here" if node.kind == "nowhere" else node.name


def _notes(node: Node) -> list[str]:
    """What is written under a name: who ordered it, or who receives it, and the times."""
    statement = node.statement
    notes: list[str] = []
    if isinstance(statement, model.Step) and statement.ordered_by is not None:
        notes.append(f"ordered by {statement.ordered_by}")
    if isinstance(statement, model.Handoff | model.Consultation):
        notes.append(f"to {statement.receiver}")
    return notes + times_of(statement, ENGLISH)


def _by_provider(program: Program) -> Iterator[tuple[str, list[Node]]]:
    """The nodes, grouped by the provider that acts; those of nobody first."""
    groups: dict[str, list[Node]] = {"": []}
    for node in program.nodes:
        groups.setdefault(_provider(node), []).append(node)
    yield from groups.items()


def _provider(node: Node) -> str:
    statement = node.statement
    if isinstance(statement, model.Step) and statement.by is not None:
        return _place(statement.by.party)
    if isinstance(statement, model.Handoff | model.Consultation):
        return _place(statement.sender.party)
    return ""


def _place(party: model.Party) -> str:
    return f"{party.name}, as the client chooses" if party.kind == "chosen" else str(party)


def _number(provider: str, program: Program) -> int:
    return list(dict.fromkeys(_provider(node) for node in program.nodes)).index(provider)


def _arrows(program: Program) -> Iterator[tuple[int, int, str]]:
    for ways in program.edges:
        for edge in ways:
            label = str(edge.condition) if edge.condition is not None and edge.kind == "if" else ""
            label = label or (edge.kind if edge.kind in ("otherwise", "leave", "restart") else "")
            yield edge.source, edge.target, label


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_json(*programs: Program) -> str:
    """Nodes and edges with the attributes of the networkx graph, in the form that `networkx.node_link_graph` reads.

    Of several paths, an array of them.
    """
    documents = [_node_link(program) for program in programs]
    return json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=2) + "\n"


def _node_link(program: Program) -> dict[str, Any]:
    from pathflow.graph.build import attributes

    nodes = [{"id": node.index, **attributes(node, program)} for node in program.nodes]
    edges = [
        {"source": e.source, "target": e.target, "key": 0, "kind": e.kind, "order": order}
        | ({"condition": str(e.condition)} if e.condition is not None else {})
        for ways in program.edges
        for order, e in enumerate(ways)
    ]
    edges += [
        {"source": program.start, "target": event, "key": 0, "kind": "event", "order": order}
        for order, event in enumerate(program.events, start=len(program.edges[program.start]))
    ]
    seen: dict[tuple[int, int], int] = {}
    for edge in edges:
        pair = (int(edge["source"]), int(edge["target"]))
        edge["key"] = seen.get(pair, 0)
        seen[pair] = seen.get(pair, 0) + 1
    graph = {"name": program.path.name, "version": program.path.version, "key": program.key}
    return {"directed": True, "multigraph": True, "graph": graph, "nodes": nodes, "edges": edges}
