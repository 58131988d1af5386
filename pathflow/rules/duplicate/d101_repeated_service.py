"""D101 repeated-service

The same examination or assessment is done again while its first result holds.

Why: Repeats cost the client time and worry, and everyone money. After transfers tests are repeated in 32 % of cases, at least
    one of them without need in 20 %. The advice is to reuse. What a `repeat` does round after round is scheduled, and no
    duplicate of itself.
Source: JAMIA 2010;17:341: of clients transferred, 32 % had an examination repeated; promises, law 9.
Bad:
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            does ECG
        step Visit
            by doctor at Health Centre
            within 14 days
            does ECG                                      # <- D101
        step Reading
            by doctor at Health Centre
            within 3 days
            needs ECG recording
        end Done
            closes the plan
Good:
    steps
        step Test
            by nurse at Health Centre
            within 7 days
            does ECG
        step Visit
            by doctor at Health Centre
            within 14 days
            needs ECG recording
        end Done
            closes the plan
Fix: Use the first result; or give the reason, if it is among the service's exceptions: `does ECG because rhythm symptom`; or
    ask first, and do it only where the result is known no longer: `if ECG recording is unknown`. Or wait until the window has
    passed: `wait until 12 months after Test`. The finding says how much time lies between the two at the shortest, by the
    path's calendar and on every date.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Finding, Related
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.rules.again import planned_again, reasons_of, seen_again, telling
from pathflow.rules.rule import Rule
from pathflow.rules.times import spelt
from pathflow.rules.ways import Ways

RULE = Rule("D101", "repeated-service", is_of_lengths=True)


def prove(ways: Ways) -> Iterator[Finding]:
    """No step gives a service again inside its window, unless scheduled or for a reason that the service allows."""
    for again in planned_again(ways):
        if not again.is_readable:
            continue
        words = {"step": again.node.name, "service": again.service, "first": again.earlier.name, "window": str(again.window)}
        say = "`{step}` does `{service}` again, while the result of `{first}` can still hold ({window})"
        if _side_by_side(again.earlier, again.node):
            say = "`{step}` does `{service}`, as `{first}` does beside it in another branch ({window})"
        elif again.least is not None:
            words["least"] = spelt(again.least)
            say = (
                "`{step}` does `{service}` again, while the result of `{first}` can still hold ({window}): at the shortest, "
                "{least} lies between them"
            )
        service = ways.network.services[again.service]
        words |= {"reasons": listing(reasons_of(service), "or"), "item": telling(ways, service) or ""}
        help_ = _help(bool(words["reasons"]), bool(words["item"]))
        yield RULE.on(again.place, say, words, help_, (Related(again.earlier.span, "done here first"),), aim=again.aim)


def _help(has_reasons: bool, can_be_asked: bool) -> str:
    """What to do about it: the service may allow reasons, and its result may be asked for."""
    help_ = (
        "Use the first result; or say in the service when it holds no longer, by a reason or by an item's value: "
        "window {window}, unless …"
    )
    if has_reasons and can_be_asked:
        help_ = (
            "Use the first result; or ask first whether it still holds, in a decision: if {item} is unknown; or give a reason "
            "that the service allows ({reasons}): does {service} because …"
        )
    elif has_reasons:
        help_ = "Use the first result; or give a reason that the service allows ({reasons}): does {service} because …"
    elif can_be_asked:
        help_ = (
            "Use the first result; or ask first whether it still holds, in a decision: if {item} is unknown; or say in the "
            "service when it holds no longer, by a reason or by an item's value: window {window}, unless …"
        )
    return help_


def _side_by_side(one: Node, other: Node) -> bool:
    return any(split == at and branch != gone for split, branch in one.region for at, gone in other.region)


def watch(program: Program) -> Iterator[Watch]:
    """A service given again while a result was valid and readable."""

    def say(is_readable: bool) -> str | None:
        return "`{step}` did {services} again after {length}, inside {window}" if is_readable else None

    yield from seen_again(program, RULE, say, "The result of `{first}` could have been used")
