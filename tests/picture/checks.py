"""What must be so in every picture; each check gives what is wrong, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from pathflow.engine.program import Program
from pathflow.model import path as model
from pathflow.picture import Picture
from pathflow.picture.faces import width
from pathflow.picture.geometry import Box, Point

Rectangle = tuple[float, float, float, float]
Segment = tuple[Point, Point]

THROUGH = frozenset(
    {"tag", "split", "join", "decide", "repeat", "wait", "include", "event", "start", "ending", "nowhere", "folded"}
)


def rectangle(box: Box, less: float = 0.0) -> Rectangle:
    return box.x + less, box.y + less, box.x + box.width - less, box.y + box.height - less


def overlapping(picture: Picture) -> list[str]:
    """Boxes that lie on one another; those of a row can only meet in it."""
    rows: dict[int, list[Box]] = defaultdict(list)
    for box in picture.boxes:
        rows[box.element.row].append(box)
    ordered = [rows[row] for row in sorted(rows)]
    near = [*ordered, *([*a, *b] for a, b in pairwise(ordered))]
    return sorted({
        f"{a.element.key} lies on {b.element.key}" for some in near for a, b in combinations(some, 2)
        if _meet(rectangle(a, 0.5), rectangle(b, 0.5))
    })  # fmt: skip


def _meet(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def segments(points: list[Point]) -> Iterator[Segment]:
    yield from pairwise(points)


def crossing_lines(picture: Picture) -> list[tuple[Segment, set[int]]]:
    """The lines of handoffs and consultations, with the boxes that they belong to."""
    return [((box.start, box.end), {n}) for n, box in enumerate(picture.boxes) if box.element.is_crossing]


def through_boxes(picture: Picture) -> list[str]:
    """Ways that run through a box that is not their own."""
    lines = [(segment, {line.source, line.target}) for line in picture.lines for segment in segments(line.points)]
    wrong = []
    for (a, b), own in [*lines, *crossing_lines(picture)]:
        path = (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for n, box in enumerate(picture.boxes):
            if n not in own and _touch(path, rectangle(box, 1)):
                names = "/".join(picture.boxes[one].element.key for one in sorted(own))
                wrong.append(f"{names} runs through {box.element.key}")
    return wrong


def _touch(line: Rectangle, box: Rectangle) -> bool:
    return line[0] <= box[2] and box[0] <= line[2] and line[1] <= box[3] and box[1] <= line[3]


def not_square(picture: Picture) -> list[str]:
    return [f"{line.source} to {line.target} runs aslant" for line in picture.lines for a, b in segments(line.points)
            if abs(a[0] - b[0]) > 0.01 and abs(a[1] - b[1]) > 0.01]  # fmt: skip


def on_one_another(picture: Picture) -> list[str]:
    """Ways of different boxes that lie on one another, so that nobody sees which goes where."""
    tracks: dict[tuple[str, float], list[tuple[float, float, int, int]]] = defaultdict(list)
    for line in picture.lines:
        for a, b in segments(line.points):
            along = "x" if abs(a[0] - b[0]) < 0.01 else "y"
            at, one, other = (a[0], a[1], b[1]) if along == "x" else (a[1], a[0], b[0])
            tracks[along, round(at, 1)].append((min(one, other), max(one, other), line.source, line.target))
    wrong = []
    for some in tracks.values():
        for (a, b, s1, t1), (c, d, s2, t2) in combinations(some, 2):
            if s1 != s2 and t1 != t2 and min(b, d) - max(a, c) > 0.5 and t1 != s2 and t2 != s1:
                wrong.append(f"{s1} to {t1} lies on {s2} to {t2}")
    return wrong


def outside(picture: Picture) -> list[str]:
    """Texts that leave their boxes."""
    wrong = []
    for box in picture.boxes:
        element = box.element
        broad = max((width(one.text, one.size, one.weight) + one.lead for one in element.lines), default=0)
        high = sum(one.height for one in element.lines)
        if broad > box.width + 0.01 or high > box.height + 0.01:
            wrong.append(f"{element.key}: {broad:.1f} by {high:.1f} in {box.width:.1f} by {box.height:.1f}")
    return wrong


def backwards(picture: Picture) -> list[str]:
    """Ways that lead up although they are no repeats."""
    return [f"{a.key} to {b.key}" for line in picture.lines
            if not line.is_back and (a := picture.boxes[line.source].element).row >= (b := picture.boxes[line.target].element).row]  # fmt: skip


def not_once(picture: Picture, program: Program) -> list[str]:
    """Statements that can be come to and are not drawn exactly once."""
    drawn: dict[int, int] = defaultdict(int)
    for box in picture.boxes:
        if box.element.node >= 0:
            drawn[box.element.node] += 1
    wanted = {
        node.index for node in program.nodes
        if node.statement is not None and not isinstance(node.statement, model.Together) and node.index in _reached(program)
    }  # fmt: skip
    lacking = [f"{program.nodes[n].name} is not drawn" for n in sorted(wanted - drawn.keys())]
    return lacking + [f"{program.nodes[n].name} is drawn {count} times" for n, count in drawn.items() if count > 1]


def _reached(program: Program) -> set[int]:
    found = {program.start, *program.events}
    waiting = list(found)
    while waiting:
        for edge in program.edges[waiting.pop()]:
            if edge.target not in found:
                found.add(edge.target)
                waiting.append(edge.target)
    return found


def ways_drawn(picture: Picture) -> set[tuple[int, int]]:
    """From which step, handoff, choice, consultation or end one comes to which, as the picture shows it."""
    edges: dict[int, list[int]] = defaultdict(list)
    for line in picture.lines:
        edges[line.source].append(line.target)
    is_named = {
        n for n, box in enumerate(picture.boxes) if box.element.shape in ("step", "handoff", "consultation", "choice", "end")
    }
    number = {n: picture.boxes[n].element.node for n in range(len(picture.boxes))}
    return {(number[a], number[b]) for a in is_named for b in _next(edges, a, is_named)}


def ways_of(program: Program) -> set[tuple[int, int]]:
    """The same as the program has it. A repeat has one round at least: its end is come to from inside only."""
    behind = len(program.nodes)  # the head of a repeat, come to from inside, is a place of its own
    edges: dict[int, list[int]] = defaultdict(list)
    for node in program.nodes:
        for edge in program.edges[node.index]:
            if edge.kind == "restart":
                continue
            is_head = program.nodes[edge.target].kind == "repeat"
            target = edge.target + behind if is_head and _is_inside(program, edge.source, edge.target) else edge.target
            if node.kind == "repeat":
                edges[edge.source + behind].append(target)
                if edge.kind == "leave":
                    continue
            edges[edge.source].append(target)
    is_named = {n.index for n in program.nodes if n.kind in ("step", "handoff", "consultation", "choice", "end")}
    reached = _reached(program)
    return {(a, b) for a in is_named & reached for b in _next(edges, a, is_named)}


def _is_inside(program: Program, node: int, head: int) -> bool:
    loop = node if node == head else program.nodes[node].loop
    while loop >= 0 and loop != head:
        loop = program.nodes[loop].loop
    return loop == head


def _next(edges: dict[int, list[int]], start: int, is_named: set[int]) -> set[int]:
    found: set[int] = set()
    seen: set[int] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in is_named:
            found.add(one)
        else:
            waiting += edges.get(one, ())
    return found


def all_of(picture: Picture, program: Program) -> list[str]:
    """Everything that is wrong with a picture of a whole path."""
    return [
        *overlapping(picture), *through_boxes(picture), *not_square(picture), *outside(picture), *backwards(picture),
        *on_one_another(picture), *not_once(picture, program),
        *(f"no way from {a} to {b} is drawn" for a, b in sorted(ways_of(program) - ways_drawn(picture))),
        *(f"a way from {a} to {b} is drawn and is none" for a, b in sorted(ways_drawn(picture) - ways_of(program))),
    ]  # fmt: skip
