"""A program as BPMN 2.0, as far as `bench/process.path` needs it, so that the peer runs the very same process.

A repeat, which asks before each round, becomes an exclusive gateway with one way round and one way on; where ways meet, an
exclusive gateway merges them, as BPMN is drawn. Source: OMG BPMN 2.0.2
(formal/2013-12-09), clauses 10.3 (activities), 10.5 (events) and 10.6 (gateways).
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from pathflow.engine.program import Edge, Program
from pathflow.model.conditions import Compare, Condition, OneOf

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PROCESS = "bench"

ELEMENTS = {
    "start": "startEvent", "step": "userTask", "decide": "exclusiveGateway", "repeat": "exclusiveGateway",
    "split": "parallelGateway", "join": "parallelGateway", "end": "endEvent",
}  # fmt: skip


def bpmn_of(program: Program) -> str:
    """The process as XML; conditions are Python. Raises: KeyError for other kinds of node."""
    ET.register_namespace("bpmn", BPMN)
    ET.register_namespace("xsi", XSI)
    definitions = ET.Element(f"{{{BPMN}}}definitions", {"id": "definitions", "targetNamespace": "https://example.org/bench"})
    process = ET.SubElement(definitions, f"{{{BPMN}}}process", {"id": PROCESS, "isExecutable": "true"})
    incoming = program.incoming()
    merged = {node.index for node in program.nodes if len(incoming[node.index]) > 1 and node.kind != "join"}
    for node in program.nodes:
        ways = [(_name(edge), edge.kind in ("otherwise", "again")) for edge in program.edges[node.index]]
        arriving = [_name(edge) for edge in incoming[node.index]]
        if node.index in merged:
            _node(process, "exclusiveGateway", f"m{node.index}", "", arriving, [(f"f{node.index}", False)])
            arriving = [f"f{node.index}"]
            _flow(process, f"f{node.index}", f"m{node.index}", f"n{node.index}", None)
        _node(process, ELEMENTS[node.kind], f"n{node.index}", node.name, arriving, ways)
    for edge in (edge for ways in program.edges for edge in ways):
        target = ("m" if edge.target in merged else "n") + str(edge.target)
        _flow(process, _name(edge), f"n{edge.source}", target, edge.condition)
    return ET.tostring(definitions, encoding="unicode")


def _node(process: ET.Element, kind: str, name: str, label: str, arriving: list[str], leaving: list[tuple[str, bool]]) -> None:
    element = ET.SubElement(process, f"{{{BPMN}}}{kind}", {"id": name, "name": label})
    for flow in arriving:
        ET.SubElement(element, f"{{{BPMN}}}incoming").text = flow
    for flow, is_default in leaving:
        ET.SubElement(element, f"{{{BPMN}}}outgoing").text = flow
        if is_default:
            element.set("default", flow)


def _flow(process: ET.Element, name: str, source: str, target: str, condition: Condition | None) -> None:
    flow = ET.SubElement(process, f"{{{BPMN}}}sequenceFlow", {"id": name, "sourceRef": source, "targetRef": target})
    if condition is not None:
        expression = ET.SubElement(flow, f"{{{BPMN}}}conditionExpression", {f"{{{XSI}}}type": "bpmn:tFormalExpression"})
        expression.text = _python(condition)


def _name(edge: Edge) -> str:
    return f"f{edge.source}_{edge.target}"


def _python(condition: Condition) -> str:
    if isinstance(condition, Compare):
        return f"{condition.item} {condition.operator} {condition.bound:g}"
    assert isinstance(condition, OneOf), condition
    return " or ".join(f"{condition.item} == {option!r}" for option in condition.options)
