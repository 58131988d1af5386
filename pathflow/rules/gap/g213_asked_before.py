"""G213 asked-before

What the path promises without something is asked for, or needed, before it comes.

Why: A home is not earned: whoever must first be sober, or first be treated, is left without both. What a chain promises to give
    first is easily asked for by a decision, a referral or a step that was written for another chain.
Source: Tsemberis et al., Am J Public Health 2004;94:651, housing first; Social Welfare Act 1301/2014 §21.
Bad:
    path Example
        version 1.0
        valid from 2026-01-01 to 2027-12-31
        uses Example network
        responsible Health Centre
        accountable Health Centre
        promise Home
            without sober

    clients Adults
        item age: number of years
        item sober: yes or no
        enter when age >= 18 years

    steps
        step Talk
            by nurse at Health Centre
            within 7 days
            makes sober
        decide May the client move in?                    # <- G213
            if sober
                continue
            otherwise
                end No home
                    closes the plan
        step Home
            by nurse at Health Centre
            within 30 days
        end Done
            closes the plan
Good:
    path Example
        version 1.0
        valid from 2026-01-01 to 2027-12-31
        uses Example network
        responsible Health Centre
        accountable Health Centre
        promise Home
            without sober

    clients Adults
        item age: number of years
        item sober: yes or no
        enter when age >= 18 years

    steps
        step Home
            by nurse at Health Centre
            within 30 days
        step Talk
            by nurse at Health Centre
            within 7 days
            makes sober
        decide Is help needed?
            if sober
                step Help
                    by nurse at Health Centre
                    within 7 days
            otherwise
                continue
        end Done
            closes the plan
Fix: Ask for it, and give it, behind what is promised; or take it out of the promise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pathflow.base.findings import Aim, Finding, Related
from pathflow.base.names import fold
from pathflow.engine.program import RESTING, Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.model.conditions import Condition, events_of, items_of
from pathflow.rules.limits import limits_of
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G213", "asked-before")

_ASKED = "`{name}` is promised without `{thing}`, and `{condition}` asks for it before"
_NEEDED = "`{name}` is promised without `{thing}`, and `{step}` needs it before"
_COMES = "`{name}` is promised without `{thing}`, and `{step}` comes before it on a way there"
_INSIDE = "`{name}` is promised without `{thing}`, and the path `{step}` asks for it before"

_HELP = "Ask for it behind `{name}`, or take `{thing}` out of the promise"


def prove(ways: Ways) -> Iterator[Finding]:
    """On no way to what is promised is anything asked for, or needed, that it is promised without."""
    if not ways.is_whole:
        return
    for promise in ways.path.unasked:
        targets = frozenset(
            n.index for n in ways.program.nodes if n.statement is not None and fold(n.name) == fold(promise.name)
        )
        for thing in promise.things:
            yield from _of_one(ways, promise, targets & ways.reachable, fold(thing), thing)


def _of_one(ways: Ways, promise: model.Unasked, targets: frozenset[int], key: str, thing: str) -> Iterator[Finding]:
    before = _before(ways, targets) & ways.reachable
    related = (Related(promise.span, "promised here"),)
    words = {"name": promise.name, "thing": thing}
    enter = ways.path.clients.enter_when
    head = ways.path.clients.span
    if enter is not None and head is not None and _speaks_of(enter, key):
        yield RULE.on(head, _ASKED, words | {"condition": str(enter)}, _HELP, related)
    if any(fold(item) == key for item in ways.path.needs):
        yield RULE.on(ways.path.span, _NEEDED, words | {"step": ways.path.name}, _HELP, related)
    for node in ways.program.nodes:
        if node.index in before or node.index in targets:
            for say, more in _asked_at(ways.program, node, key, before, is_target=node.index in targets):
                aim = _behind(ways, node.index) if node.kind == "decide" else None
                yield RULE.on(node.span, say, words | more, _HELP, related, aim=aim)
    if any(ways.program.nodes[target].event < 0 for target in targets):
        yield from _events(ways, key, words, related)


def _events(ways: Ways, key: str, words: dict[str, str], related: tuple[Related, ...]) -> Iterator[Finding]:
    """What lets the main way stand still, or ends it, can come before everything on it."""
    for event in ways.program.events:
        node = ways.program.nodes[event]
        first = next((edge.target for edge in ways.program.edges[event]), None)
        statement = node.statement
        if isinstance(statement, model.Whenever) and not statement.is_beside and _speaks_of(statement.condition, key):
            aim = Aim(first) if first is not None else None
            yield RULE.on(node.span, _ASKED, words | {"condition": str(statement.condition)}, _HELP, related, aim=aim)


def _before(ways: Ways, targets: frozenset[int]) -> frozenset[int]:
    """The nodes on ways to one of the targets: from the start, or from the event in whose way it lies, to the first of them."""
    nodes, edges, incoming = ways.program.nodes, ways.program.edges, ways.incoming
    starts = {ways.program.start if nodes[t].event < 0 else nodes[t].event for t in targets}
    ahead = _walked(starts, targets, lambda n: (edge.target for edge in edges[n]))
    return _walked(targets, frozenset(), lambda n: (e.source for e in incoming[n] if e.source in ahead)) & ahead - targets


def _behind(ways: Ways, decision: int) -> Aim | None:
    """Where a client first rests, or ends, who can only have come there by a decision: nobody rests at the decision itself."""
    program = ways.program
    others = _walked(
        {program.start, *program.events}, frozenset({decision}), lambda n: (edge.target for edge in program.edges[n])
    )
    after = _walked({decision}, frozenset(), lambda n: (edge.target for edge in program.edges[n]))
    rests = (
        n
        for n in sorted(after - others)
        if program.nodes[n].kind in RESTING - {"decide", "repeat"} or program.nodes[n].kind == "end"
    )
    return next((Aim(n) for n in rests if n in ways.reachable), None)


def _walked(first: Iterable[int], stops: frozenset[int], following: Callable[[int], Iterable[int]]) -> frozenset[int]:
    seen = set(first)
    waiting = list(seen)
    while waiting:
        node = waiting.pop()
        if node in stops:
            continue
        for other in following(node):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)


def _asked_at(
    program: Program, node: Node, key: str, before: frozenset[int], *, is_target: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    """What asks for a thing at a node, and how that is said."""
    for condition in _conditions(program, node, before, is_target=is_target):
        if _speaks_of(condition, key):
            yield _ASKED, {"condition": str(condition)}
            break
    if any(fold(item) == key for item in _needs(node.statement)):
        yield _NEEDED, {"step": node.name}
    if is_target:
        return
    if node.statement is not None and node.kind in ("step", "handoff", "consultation") and _is(node, key):
        yield _COMES, {"step": node.name}
    if isinstance(node.statement, model.Include):
        inner = program.included.get(node.statement.path)
        if inner is not None and _asks_anywhere(inner, key):
            yield _INSIDE, {"step": node.statement.path}


def _asks_anywhere(program: Program, key: str) -> bool:
    """Whether an included path asks for a thing, needs it or gives it anywhere."""
    every = frozenset(node.index for node in program.nodes)
    enter = program.path.clients.enter_when
    if (enter is not None and _speaks_of(enter, key)) or any(fold(item) == key for item in program.path.needs):
        return True
    return any(True for node in program.nodes for _ in _asked_at(program, node, key, every, is_target=False))


def _conditions(program: Program, node: Node, before: frozenset[int], *, is_target: bool) -> Iterator[Condition]:
    statement = node.statement
    yield from (limit.when for limit in limits_of(statement) if limit.when is not None)
    if is_target:
        return
    if node.kind == "decide":
        yield from (edge.condition for edge in program.edges[node.index] if edge.condition is not None)
    if isinstance(statement, model.Wait) and statement.until is not None:
        yield statement.until
    if isinstance(statement, model.Repeat) and statement.until is not None:
        is_over = any(edge.target == node.index and edge.source > node.index for at in before for edge in program.edges[at])
        if is_over:  # a round can be over before the promised thing has come
            yield statement.until


def _needs(statement: object) -> Iterator[str]:
    if isinstance(statement, model.Step):
        yield from statement.needs
    if isinstance(statement, model.Step | model.Handoff | model.Consultation):
        yield from statement.carries
        if statement.basis is not None and statement.basis.consent is not None:
            yield statement.basis.consent


def _is(node: Node, key: str) -> bool:
    """Whether a node is the thing itself, or gives it."""
    gives = node.statement.does if isinstance(node.statement, model.Step) else ()
    return fold(node.name) == key or any(fold(doing.service) == key for doing in gives)


def _speaks_of(condition: Condition, key: str) -> bool:
    return any(fold(word) == key for word in (*items_of(condition), *events_of(condition)))


def watch(_program: Program) -> Iterator[Watch]:
    """What a client was asked beside the path no record shows."""
    return iter(())
