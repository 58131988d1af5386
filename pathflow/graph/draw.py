"""A path in text: a tree for the terminal, Mermaid and DOT for those who draw, JSON for programs.

They are read off the program's tables, which the networkx graph shows edge by edge; so none of them needs networkx.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from pathflow.base.names import counted
from pathflow.engine.program import Node, Program
from pathflow.model import path as model

# ── the tree ────────────────────────────────────────────────────────────────────────────────────────────────────────

Paint = Callable[[str, str], str]
"""(text, role) → the text, coloured for its role: name, who, when, mark, quiet."""


def plain(text: str, _role: str) -> str:
    """No colour."""
    return text


def tree(program: Program, paint: Paint = plain) -> str:
    """The path as an indented tree: the main way downwards, what each step owes beside it."""
    path = program.path
    lines = [
        paint(path.name, "name") + f"  version {path.version}" + (f", valid {path.valid}" if path.valid else ""),
        paint(f"accountable at the start: {path.accountable}; responsible for the whole: {path.responsible}", "quiet"),
    ]
    if path.plan is not None and path.plan.owner is not None:
        lines.append(paint(f"plan: {path.plan.name}, owned by {path.plan.owner}", "quiet"))
    lines.append("")
    lines += _body(path.body, "", paint)
    for whenever in path.whenevers:
        lines += ["", paint("⚡ whenever ", "mark") + str(whenever.condition) + _beside(whenever)]
        lines += _body(whenever.body, "", paint)
    return "\n".join(lines) + "\n"


def _body(body: tuple[model.Statement, ...], lead: str, paint: Paint) -> list[str]:
    lines: list[str] = []
    for number, statement in enumerate(body):
        is_last = number + 1 == len(body)
        lines += _statement(statement, lead + ("└─ " if is_last else "├─ "), lead + ("   " if is_last else "│  "), paint)
    return lines


def _statement(statement: model.Statement, head: str, lead: str, paint: Paint) -> list[str]:
    quiet = paint(head, "quiet")
    if isinstance(statement, model.Decision):
        lines = [quiet + paint("◇ ", "mark") + paint(statement.name, "name")]
        for number, branch in enumerate(statement.branches):
            is_last = number + 1 == len(statement.branches)
            words = "otherwise" if branch.condition is None else f"if {branch.condition}"
            mark = lead + ("└─ " if is_last else "├─ ")
            lines.append(paint(mark, "quiet") + words + ("" if branch.body else paint("  → goes on", "quiet")))
            lines += _body(branch.body, lead + ("   " if is_last else "│  "), paint)
        return lines
    if isinstance(statement, model.Together):
        lines = [quiet + paint("∥ ", "mark") + paint(_together(statement), "name")]
        for number, branch in enumerate(statement.branches):
            is_last = number + 1 == len(statement.branches)
            lines.append(paint(lead + ("└─ " if is_last else "├─ "), "quiet") + paint(branch.name, "name"))
            lines += _body(branch.body, lead + ("   " if is_last else "│  "), paint)
        return lines
    if isinstance(statement, model.Repeat):
        return [quiet + paint("↻ ", "mark") + paint(_repeat(statement), "name"), *_body(statement.body, lead, paint)]
    return [quiet + _leaf(statement, paint)]


def _leaf(statement: model.Statement, paint: Paint) -> str:
    times = "; ".join(_times(statement))
    when = paint(f"  {times}", "when") if times else ""
    if isinstance(statement, model.Step):
        by = f"  {statement.by}" if statement.by is not None else "  nobody"
        ordered = f" ← ordered by {statement.ordered_by}" if statement.ordered_by is not None else ""
        return paint("● ", "mark") + paint(statement.name, "name") + paint(by + ordered, "who") + when
    if isinstance(statement, model.Handoff):
        plan = paint(f"; the plan goes to {statement.plan_to}", "when") if statement.plan_to else ""
        who = f"  {statement.sender} → {statement.receiver}"
        return paint("⇒ ", "mark") + paint(statement.name, "name") + paint(who, "who") + when + plan
    if isinstance(statement, model.Consultation):
        who = f"  {statement.sender} asks {statement.receiver}"
        return paint("? ", "mark") + paint(statement.name, "name") + paint(who, "who") + when
    if isinstance(statement, model.Choice):
        guide = paint(f"  guided by {statement.guided_by}", "who") if statement.guided_by is not None else ""
        options = "  " + " or ".join(statement.options)
        return paint("◆ ", "mark") + paint(f"client chooses {statement.name}", "name") + options + guide + when
    if isinstance(statement, model.End):
        plan = (
            "the plan closes"
            if statement.closes_plan
            else f"the plan stays with {statement.plan_with}"
            if statement.plan_with
            else ""
        )
        return paint("■ ", "mark") + paint(statement.name, "name") + paint(f"  {plan}" if plan else "", "quiet")
    if isinstance(statement, model.Wait):
        return paint("… ", "mark") + str(statement)
    if isinstance(statement, model.Include):
        return paint("▣ ", "mark") + paint(statement.path, "name") + "  a path of its own"
    if isinstance(statement, model.Ending):
        return paint("↩ ", "mark") + statement.kind + (f" from {statement.step}" if statement.step else "")
    return ""


def _times(statement: object) -> list[str]:
    """By when it must be accepted, answered, done."""
    times: list[str] = []
    if isinstance(statement, model.Step | model.Handoff) and statement.accepted_within is not None:
        times.append(f"accepted within {statement.accepted_within}")
    if isinstance(statement, model.Consultation) and statement.answered_within is not None:
        times.append(f"answered within {statement.answered_within}")
    if isinstance(statement, model.Handoff | model.Choice) and statement.limit is not None:
        times.append(("sent " if isinstance(statement, model.Handoff) else "") + _limit(statement.limit))
    if isinstance(statement, model.Step) and statement.limits:
        others = len(statement.limits) - 1
        times.append(_limit(statement.limits[0]) + (f" (or {counted(others, 'other limit')})" if others else ""))
    return times


def _limit(limit: model.Limit) -> str:
    of = f" of {limit.of}" if limit.of else ""
    when = f", when {limit.when}" if limit.when is not None else ""
    return f"within {limit.target}{of}" + (f", at most {limit.at_most}" if limit.at_most else "") + when


def _together(statement: model.Together) -> str:
    if statement.until is None:
        return "together"
    return "together, until any is done" if statement.until == 1 else f"together, until {statement.until} are done"


def _beside(whenever: model.Whenever) -> str:
    return ", beside the main way" if whenever.is_beside else ""


def _repeat(statement: model.Repeat) -> str:
    parts = [f"every {statement.every}"] if statement.every else []
    parts += [f"at most {statement.at_most} times"] if statement.at_most else []
    parts += [f"until {statement.until}"] if statement.until else []
    return "repeat " + ", ".join(parts) if parts else "repeat"


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
    return notes + _times(statement)


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
