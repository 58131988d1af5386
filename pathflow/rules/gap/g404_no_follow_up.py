"""G404 no-follow-up

After a stay on a ward there is a way on which nobody sees the client in a set time; in a record, nobody has for two weeks.

Why: The days after discharge are the dangerous ones: 19 to 23 % of patients have an adverse event, and in heart failure 20 to
    25 % are admitted again within 30 days. A follow-up that is not booked when the client leaves does not happen.
Source: Kripalani et al., JAMA 2007;297:831; ESC 2021: a visit one to two weeks after discharge.
Bad:
    steps
        step Ward treatment                               # <- G404
            by nurse at Health Centre, ward
            within 10 days
        end Home
            closes the plan
Good:
    steps
        step Ward treatment
            by nurse at Health Centre, ward
            within 10 days
        step Call after the stay
            by nurse at Health Centre, remote
            within 3 days
        end Home
            closes the plan
Fix: Add a step off the ward, with a time, on every way that leads on from the stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pathflow.base.findings import Aim, Evidence, Finding
from pathflow.base.instants import Instant, spell
from pathflow.engine.duties import put_off
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.pending import NOTHING, Open, Pending, Things, still_open
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G404", "no-follow-up")


def prove(ways: Ways) -> Iterator[Finding]:
    """On every way from a stay to an end, or back to the main way, somebody sees the client in a set time."""
    if not ways.is_whole or not any(_is_stay(node) for node in ways.program.nodes):
        return
    lost: dict[int, Node] = {}
    things = Things()
    for index, pending in still_open(ways, things, _after(things)).items():
        node = ways.program.nodes[index]
        if node.kind in ("end", "resume", "stop") and index in ways.reachable:
            for stay in things.of(pending):
                lost.setdefault(stay.node, node)
    for index, last in sorted(lost.items()):
        node = ways.program.nodes[index]
        if ways.is_doubtful(node):
            continue
        say = "after the stay `{stay}` the client can come to `{last}` without anybody seeing them in a set time"
        help_ = "Add a step off the ward, with `within`, on every way that leads on from it"
        aim = Aim(last.index, "unseen", earlier=index)
        yield RULE.on(node.span, say, {"stay": node.name, "last": last.name}, help_, aim=aim)


def _is_stay(node: Node) -> bool:
    step = node.statement
    return isinstance(step, model.Step) and step.by is not None and step.by.channel == "ward"


def _after(things: Things) -> Callable[[Node, Pending], Pending]:
    def after(node: Node, pending: Pending) -> Pending:
        if _is_stay(node):
            return things.bit(Open(node.index))
        follows = isinstance(node.statement, model.Include) or (
            isinstance(node.statement, model.Step) and node.statement.limits
        )
        return NOTHING if follows else pending

    return after


_LONG = 14 * 24 * 3600 * 1_000_000
"""Source: ESC 2021, a visit one to two weeks after discharge. Units: microseconds."""


def watch(program: Program) -> Iterator[Watch]:
    """A stay is over for two weeks, and nobody has seen the client since."""
    stays = [node for node in program.nodes if _is_stay(node)]
    others = [n.name for n in program.nodes if isinstance(n.statement, model.Step) and not _is_stay(n)]

    def standing(record: Record, enrolment: Enrolment, at: Instant) -> Iterator[Finding]:
        done = [(enrolment.happened[node.name], node) for node in stays if node.name in enrolment.happened]
        outcome = enrolment.ended.outcome if enrolment.ended is not None else ""
        if not done or outcome in ("died", "moved away", "refused", "withdrew"):
            return
        left, stay = max(done, key=lambda found: found[0])
        if at - left <= _LONG:
            return
        due = put_off(record, enrolment, left, left + _LONG)
        if due is None or at <= due or any(enrolment.happened.get(name, -1) > left for name in others):
            return
        yield RULE.of(
            record, "nobody has seen the client since `{stay}`, {length} ago",
            {"stay": stay.name, "length": spell(left, at, program.calendar.zone)}, level="warning", since=left,
            due=due, who=enrolment.holder, evidence=(Evidence(left, stay.name, None, "the stay was over"),),
            help="Call the client now; a visit belongs in the two weeks after a stay", span=stay.span,
        )  # fmt: skip

    if stays:
        yield Watch(standing=standing)
