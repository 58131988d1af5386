"""Where it begins that another holds the client, or owns the plan: the event, or the way that starts the main way again.

What one such event brings about at several places is told once, with all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from pathflow.base.findings import Finding, Related, reading_order
from pathflow.base.spans import Span
from pathflow.engine.program import Node
from pathflow.model import path as model
from pathflow.model.conditions import All, IsUnknown, Not
from pathflow.rules.ways import Ways

HOLDS: Final = ("this can happen while another holds the client", "on the way that begins here another holds the client")
OWNS: Final = ("this can happen while another owns the plan", "on the way that begins here another owns the plan")

GUARDS_MAX: Final = 12
"""Of so many items it is tried whether an event that asks for them comes late enough."""

HERE_TOO: Final = {
    "G104": "so here too nothing was handed over",
    "G112": "so here too another orders it than who holds the client",
    "G205": "so here too it cannot be read",
}
"""What is said of further places of one cause. Keys: the codes of which findings are told together."""


IsSo = Callable[[Ways, Node], bool]
"""Whether what is found of a node is so with other ways."""


def holder_from(ways: Ways, node: Node, others: Iterable[str], is_so: IsSo) -> tuple[Related, ...]:
    """Where it begins that one of these holds the client at a node; empty where that is so without any event."""
    if node.event < 0:
        return _again(ways, frozenset(others), ways.holders_once[node.index], ways.holders_brought, HOLDS[1])
    begun = Related(ways.program.nodes[node.event].span, HOLDS[0])
    restarts = [n for n in ways.program.nodes if n.kind == "restart" and n.index in ways.reachable]
    if not restarts or is_so(_once(ways), node):
        return (begun,)
    return (begun, *(Related(n.span, HOLDS[1]) for n in restarts))


def _once(ways: Ways) -> Ways:
    """The same, where no event's way starts the main way again."""
    known = ways.known_guarded.get(_ONCE)
    if known is None:
        kinds = (node.kind for node in ways.program.nodes)
        edges = tuple(() if kind == "restart" else out for kind, out in zip(kinds, ways.program.edges, strict=True))
        program = replace(ways.program, edges=edges)
        known = ways.known_guarded[_ONCE] = Ways(program, ways.doubts, ways.is_whole, ways.changing)
    return known


_ONCE: Final = (-1, "")


def owner_from(ways: Ways, node: Node, others: Iterable[str]) -> tuple[Related, ...]:
    """Where it begins that one of these owns the plan at a node; empty where that is so without any event."""
    if node.event >= 0:
        return (Related(ways.program.nodes[node.event].span, OWNS[0]),)
    return _again(ways, frozenset(others), ways.owners_once[node.index], ways.owners_brought, OWNS[1])


def _again(
    ways: Ways, others: frozenset[str], once: frozenset[str], brought: dict[int, frozenset[str]], note: str
) -> tuple[Related, ...]:
    if others & once:
        return ()
    return tuple(Related(ways.program.nodes[n].span, note) for n, values in brought.items() if others & values)


def places_of(causes: tuple[Related, ...]) -> tuple[Span, ...]:
    """The places of causes."""
    return tuple(cause.span for cause in causes)


def asked_first(ways: Ways, causes: tuple[Related, ...], is_so: IsSo, node: Node) -> dict[str, str]:
    """What the condition of an event may ask for, so that it comes later: an item of the path, as the word of a help.

    Empty where no event is the cause, or where none of the items that are tried mends it.
    """
    spans = {cause.span for cause in causes}
    found = {n.event if n.kind == "restart" else n.index for n in ways.program.nodes if n.span in spans}
    events = sorted(found.intersection(ways.program.events))
    makers = [n for n in ways.program.nodes if n.event < 0 and n.index in ways.reachable]
    items = list(dict.fromkeys(item for one in makers for item in _made(one)))
    for event in reversed(events):
        for item in items[:GUARDS_MAX]:
            if not is_so(_guarded(ways, event, item), node):
                return {"known": item}
    return {}


def _guarded(ways: Ways, event: int, item: str) -> Ways:
    """The same, where an event's condition asks also whether an item is known."""
    known = ways.known_guarded.get((event, item))
    if known is None:
        nodes = list(ways.program.nodes)
        whenever = nodes[event].statement
        if not isinstance(whenever, model.Whenever):
            raise AssertionError("an event's node holds its `whenever`")
        condition = All((whenever.condition, Not(IsUnknown(item))))
        nodes[event] = replace(nodes[event], statement=replace(whenever, condition=condition))
        program = replace(ways.program, nodes=tuple(nodes))
        known = ways.known_guarded[event, item] = Ways(program, ways.doubts, ways.is_whole, ways.changing)
    return known


def _made(node: Node) -> tuple[str, ...]:
    return node.statement.makes if isinstance(node.statement, model.Step) else ()


def together(findings: Sequence[Finding]) -> list[Finding]:
    """Findings that one event brings about, as one: the first of them, with the places of the others."""
    first: dict[tuple[tuple[Span, ...], str], Finding] = {}
    kept: list[Finding] = []
    for finding in sorted(findings, key=reading_order):
        if not finding.cause or finding.code not in HERE_TOO:
            kept.append(finding)
            continue
        key = (finding.cause, finding.words.get("holders", ""))
        before = first.get(key)
        if before is None:
            first[key] = finding
        elif finding.span is not None:
            also = Related(finding.span, HERE_TOO[finding.code])
            first[key] = replace(before, related=(*before.related, also))
    return sorted((*kept, *first.values()), key=reading_order)
