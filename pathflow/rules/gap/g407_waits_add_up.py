"""G407 waits-add-up

A path that a step of another begins gives a service which the client has waited for on the first path already.

Why: Each clock is kept and the client waits twice: a second path begins its clocks anew, and no deadline speaks of the whole.
    Said only where it can be proved: a step of the first path begins the second for the same client, the same service comes
    before it on the first path and again on the second, both with a time limit, and the result has no window (with one it is
    D103). Not where a reason is given (`does … because`), nor where the path asks first whether the result is known. Paths
    that are gone side by side wait side by side, and add nothing up.
Source: Promises, law 6.
Bad:
    == Contact ==
    steps
        step Talk about the matter
            by nurse at Health Centre
            within 14 days, at most 3 months
            does guidance
        step On to care
            by nurse at Health Centre
            within 7 days
            starts Care
        end Done
            closes the plan
    == Care ==
    steps
        step First talk
            by doctor at Health Centre
            within 14 days, at most 3 months
            does guidance                                 # <- G407
        end Done
            closes the plan
Good:
    == Contact ==
    steps
        step Talk about the matter
            by nurse at Health Centre
            within 14 days, at most 3 months
            does guidance
        step On to care
            by nurse at Health Centre
            within 7 days
            starts Care
        end Done
            closes the plan
    == Care ==
    steps
        step First talk
            by doctor at Health Centre
            within 14 days, at most 3 months
        end Done
            closes the plan
Fix: Let one of the two paths give the service; or say why it is given anew: `does guidance because …`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.durations import Duration
from pathflow.base.findings import Finding, Meeting, Related
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.rules.again import doing_of
from pathflow.rules.limits import limits_of
from pathflow.rules.rule import Rule
from pathflow.rules.together import Pair, starting
from pathflow.rules.twice import asks_first
from pathflow.rules.ways import Ways

RULE = Rule("G407", "waits-add-up", "warning")


def prove_together(pair: Pair) -> Iterator[Finding]:
    """Nobody waits for the same service on one path after the other."""
    for first, second in pair.both_ways:
        starts = list(starting(first, second))
        if starts and first.is_whole and second.is_whole:
            yield from _waits(first, second, starts)


def _waits(first: Ways, second: Ways, starts: list[Node]) -> Iterator[Finding]:
    for service in second.network.services.values():
        if service.window is not None:
            continue
        before = [n for n in _waited(first, service.name) if any(_comes_before(first, n, start) for start in starts)]
        for node in _waited(second, service.name) if before else ():
            doing = doing_of(node, service.name)
            if doing is None or doing.because is not None or asks_first(second, node, service):
                continue
            words = {
                "step": node.name, "service": service.name, "first": before[0].name, "other": first.path.name,
                "length": str(_longest(node)), "before": str(_longest(before[0])),
            }  # fmt: skip
            say = (
                "`{step}` does `{service}` within {length}, and whoever comes from the path `{other}` has waited for it there: "
                "{before} for `{first}`"
            )
            help_ = "Let one of the two paths do it; or say why it is done anew: does {service} because …"
            related = (Related(before[0].span, "waited for here first"),)
            meeting = Meeting(
                "waited", second.path.name, first.path.name, node.index, before[0].index, (service.name,)
            )  # fmt: skip
            yield RULE.on(doing.span or node.span, say, words, help_, related, meeting=meeting)


def _waited(ways: Ways, service: str) -> list[Node]:
    """The steps that give a service and have a time limit."""
    return [
        node for node in ways.program.nodes
        if node.index in ways.reachable and doing_of(node, service) is not None and limits_of(node.statement)
    ]  # fmt: skip


def _longest(node: Node) -> Duration:
    """The most that a step may take: the legal maximum, where there is one."""
    return max((limit.at_most or limit.target for limit in limits_of(node.statement)), key=lambda length: length.days_typical)


def _comes_before(ways: Ways, node: Node, start: Node) -> bool:
    """Whether some way leads from a step to the one that begins the other path; an event can come after any step."""
    if node is start or (start.event >= 0 and node.event < 0):
        return True
    seen, waiting = {node.index}, [node.index]
    while waiting:
        for edge in ways.program.edges[waiting.pop()]:
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return start.index in seen


def watch(_program: Program) -> Iterator[Watch]:
    """Nothing of its own: each wait is kept or not by itself, which G402 sees."""
    return iter(())
