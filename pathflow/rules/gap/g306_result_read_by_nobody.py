"""G306 result-read-by-nobody

An examination is done, and on some way nobody reads its result; in a record, nobody has for two weeks.

Why: A result that nobody has to read is read by nobody: whoever asked for it thinks that the laboratory calls, the laboratory
    that the doctor looks. Of patients discharged with a result still to come, most of their doctors did not know of it.
Source: Roy et al., Ann Intern Med 2005;143:121 ○; Kripalani et al., JAMA 2007;297:831; promises, law 5.
Bad:
    steps
        step Test                                         # <- G306
            by nurse at Health Centre
            within 7 days
            does ECG
        end Done
            closes the plan
Good:
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            does ECG
        step Reading the result
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
Fix: Let a step need the result on every way that leads on from it, a decision ask for it, or a handoff, an order or a
    consultation carry it to whoever goes on with it. What is examined needlessly is best not examined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import Condition, items_of
from pathflow.rules.pending import NOTHING, Open, Pending, Things, still_open, union
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G306", "result-read-by-nobody", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """On every way from an examination to an end somebody reads what was found out; who reads one reads all."""
    made = {node.index: found for node in ways.program.nodes if (found := _results(ways.program, node))}
    if not ways.is_whole or not made:
        return
    read_at = [_read(ways.program, node) for node in ways.program.nodes]
    main = {item for node in ways.program.nodes if node.event < 0 for item in read_at[node.index]}
    watched = {item for event in ways.program.events for item in read_at[event]}
    lost: dict[int, Node] = {}
    things = Things()
    for index, pending in still_open(ways, things, _after(ways, things, made, read_at)).items():
        last = ways.program.nodes[index]
        if last.kind in ("end", "stop", "resume") and index in ways.reachable:
            read = watched | (main if last.kind == "resume" else set(ways.path.makes or ()))
            for one in things.of(pending):
                if read.isdisjoint(_made(ways.program, ways.program.nodes[one.node])):
                    lost.setdefault(one.node, last)
    closing = _Closing(ways.program, read_at, made)
    for index, last in sorted(lost.items()):
        node = ways.program.nodes[index]
        if not ways.is_doubtful(node):
            words = {"step": node.name, "items": listing(list(made[index])), "last": last.name}
            say = "nobody reads {items} of `{step}` on a way that leads to `{last}`"
            help_ = "Let a step on every way need {items}, for example one that reads the results"
            yield RULE.on(node.span, say, words, help_, aim=Aim(last.index, "open", earlier=index, closing=closing(node)))


class _Closing:
    """Where somebody reads what an examination found out, or does it anew; worked out once for all that find out the same."""

    def __init__(self, program: Program, read_at: list[frozenset[str]], made: dict[int, tuple[str, ...]]) -> None:
        self.program, self.read_at, self.made = program, read_at, made
        self.known: dict[tuple[tuple[str, ...], tuple[str, ...]], frozenset[int]] = {}

    def __call__(self, node: Node) -> frozenset[int]:
        found, results = _made(self.program, node), self.made[node.index]
        known = self.known.get((found, results))
        if known is None:
            reading = {index for index, items in enumerate(self.read_at) if not items.isdisjoint(found)}
            anew = {index for index, others in self.made.items() if set(results) <= set(others)}
            known = self.known[found, results] = frozenset(reading | anew)
        return known


def _made(program: Program, node: Node) -> tuple[str, ...]:
    """All that a step makes, and what an included path says that it makes."""
    statement = node.statement
    if isinstance(statement, model.Include) and statement.path in program.included:
        return program.included[statement.path].path.makes or ()
    return statement.makes if isinstance(statement, model.Step) else ()


def _results(program: Program, node: Node) -> tuple[str, ...]:
    """What the examinations of a step find out: what services make whose results hold for a time."""
    step = node.statement
    if isinstance(step, model.Include) and step.path in program.included:
        child = program.included[step.path]
        inside = {item for n in child.nodes for item in _results(child, n)}
        return tuple(item for item in _made(program, node) if item in inside)
    if not isinstance(step, model.Step):
        return ()
    services = [program.path.network.services[doing.service] for doing in step.does]
    return tuple(dict.fromkeys(item for service in services if service.window is not None for item in service.makes))


def _after(
    ways: Ways, things: Things, made: dict[int, tuple[str, ...]], read_at: list[frozenset[str]]
) -> Callable[[Node, Pending], Pending]:
    """What nobody has read yet; what is found out anew takes the place of the earlier."""
    program = ways.program
    of_item: dict[str, Pending] = {}
    for index in made:
        for item in _made(program, program.nodes[index]):
            of_item[item] = of_item.get(item, NOTHING) | things.bit(Open(index))
    again: dict[tuple[str, ...], Pending] = {}
    for results in set(made.values()):
        near = {one.node for item in results for one in things.of(of_item[item])}
        again[results] = union(things.bit(Open(node)) for node in near if set(made[node]) <= set(results))
    read = [union(of_item.get(item, NOTHING) for item in items) for items in read_at]

    def after(node: Node, pending: Pending) -> Pending:
        results = made.get(node.index)
        left = pending & ~read[node.index]
        return left & ~again[results] | things.bit(Open(node.index)) if results else left

    return after


def _read(program: Program, node: Node) -> frozenset[str]:
    """The items that are read at a node: needed, asked for, or carried to whoever goes on with them."""
    statement = node.statement
    items: set[str] = set(getattr(statement, "carries", ()))
    conditions = [edge.condition for edge in program.edges[node.index]]
    if isinstance(statement, model.Step):
        items |= set(statement.needs)
    if isinstance(statement, model.Step | model.Handoff | model.Choice):
        conditions += [limit.when for limit in _limits(statement)]
    elif isinstance(statement, model.Wait):
        conditions.append(statement.until)
    elif isinstance(statement, model.Whenever):
        conditions.append(statement.condition)
    elif isinstance(statement, model.Include) and statement.path in program.included:
        items |= set(program.included[statement.path].path.needs)
    return frozenset(items | _asked(conditions))


def _limits(statement: model.Step | model.Handoff | model.Choice) -> tuple[model.Limit, ...]:
    if isinstance(statement, model.Step):
        return statement.limits
    return (statement.limit,) if statement.limit is not None else ()


def _asked(conditions: list[Condition | None]) -> set[str]:
    return {item for condition in conditions if condition is not None for item in items_of(condition)}


_LONG = 14 * 24 * 3600 * 1_000_000
"""How long a result may lie; our own figure €. Units: microseconds."""


def watch(program: Program) -> Iterator[Watch]:
    """A result is two weeks old, and no step that needs it or takes it along has been since.

    What a decision or a wait asks for is read by it, as soon as the client comes there. Where nobody on the path reads it,
    that is said of the path, and not of each client.
    """
    asked = {item for node in program.nodes for item in _read(program, node) if not isinstance(node.statement, _BY_SOMEBODY)}
    made = [
        (node, found)
        for node in program.nodes
        if isinstance(node.statement, model.Step)
        and (found := _results(program, node))
        and asked.isdisjoint(_made(program, node))
        and _readers(program, _made(program, node), node)
    ]
    readers: dict[tuple[str, int], list[str]] = {}

    def is_read(record: Record, node: Node, since: Instant) -> bool:
        for enrolment in record.enrolments:
            other = enrolment.tables.program
            names = readers.get((other.key, node.index))
            if names is None:
                names = readers[other.key, node.index] = _readers(other, _made(program, node), node)
            if any(enrolment.happened.get(name, since - 1) >= since for name in names):
                return True
        return False

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        for node, items in made:
            since = enrolment.happened.get(node.name)
            if since is None or at - since <= _LONG or _left(enrolment) or is_read(record, node, since):
                continue
            words = {"step": node.name, "items": listing(list(items)), "length": spell(since, at, program.calendar.zone)}
            yield RULE.of(
                record, "nobody has read {items} of `{step}`, {length} ago", words, level="warning", since=since,
                due=since + _LONG, who=enrolment.holder, evidence=(Evidence(since, node.name, None, "done"),),
                help="Read it now, and tell the client", span=node.span,
            )  # fmt: skip

    if made:
        yield Watch(standing=standing)


def _readers(program: Program, items: tuple[str, ...], made: Node) -> list[str]:
    """The steps, handoffs and consultations at which somebody reads what a step found out."""
    return [
        node.name
        for node in program.nodes
        if isinstance(node.statement, _BY_SOMEBODY) and not _read(program, node).isdisjoint(items) and node is not made
    ]


_BY_SOMEBODY = model.Step | model.Handoff | model.Consultation


def _left(enrolment: Enrolment) -> bool:
    return enrolment.ended is not None and enrolment.ended.outcome in ("died", "moved away", "refused", "withdrew")
