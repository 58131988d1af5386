"""G112 ordered-by-another

An order is made by a party that neither holds the client there nor owns the plan; in a record, it was made so.

Why: Who holds the client answers for what is done meanwhile, and must know of it. Besides the holder these may order: the owner
    of the plan, which covers every service; the organiser; a partner of the holder's alliance; and whoever has done an order
    for this client before, who passes a part of it on.
Source: Promises, laws 1 and 4.
Bad:
    steps
        step Echocardiography                             # <- G112
            by specialist at Hospital
            ordered by counsellor at Association
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre takes over
            within 6 weeks
        end Done
            closes the plan
Good:
    steps
        step Echocardiography
            by specialist at Hospital
            ordered by doctor at Health Centre
            carries referral letter
            accepted within 3 working days
            if not accepted, Health Centre takes over
            within 6 weeks
        end Done
            closes the plan
Fix: Name who holds the client there, or write `ordered by whoever is accountable`; or move the plan to whoever is to order.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine import tables as t
from pathflow.engine.facts import Fact
from pathflow.engine.parties import provider_named
from pathflow.engine.program import Node, Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.causes import asked_first, holder_from, places_of
from pathflow.rules.known import acted
from pathflow.rules.ordering import is_at, is_together
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G112", "ordered-by-another")


def prove(ways: Ways) -> Iterator[Finding]:
    """On every way to an order whoever makes it holds the client, or may order all the same."""
    if not ways.is_whole:
        return
    for node in ways.program.nodes:
        step = node.statement
        if not isinstance(step, model.Step) or step.ordered_by is None or node.index not in ways.reachable:
            continue
        party = step.ordered_by.party
        if party.kind not in ("provider", "chosen") or ways.is_doubtful(node):
            continue
        orderers = ways.parties(party, frozenset())
        others = _holding_instead(ways, node, party)
        if not others:
            continue
        words = {"step": node.name, "orderer": str(party), "holders": listing(others, "or")}
        say = "`{step}` is ordered by `{orderer}`, but {holders} holds the client there, and `{orderer}` does not own the plan"

        def is_so(other: Ways, at: Node, by: model.Party = party) -> bool:
            return bool(_holding_instead(other, at, by))

        causes = holder_from(ways, node, others, is_so)
        more = asked_first(ways, causes, is_so, node)
        help_ = "Let whoever holds the client order it: ordered by whoever is accountable"
        if more:
            help_ = (
                "Let whoever holds the client order it: ordered by whoever is accountable; or say in the `whenever` when it "
                "can come, for example: and {known} is known"
            )
        aim = Aim(node.index, "ordered", tuple(sorted(orderers)))
        yield RULE.on(node.span, say, words | more, help_, causes, aim=aim, cause=places_of(causes))


def _holding_instead(ways: Ways, node: Node, party: model.Party) -> list[str]:
    """Those who may hold the client where a party orders that may not."""
    orderers = ways.parties(party, frozenset())
    is_beginning = node.index in ways.beginnings.first
    holders = ways.holding.not_holding(party, node, is_beginning)
    others = sorted(h for h in holders if any(o != h and not is_together(ways.network, o, h) for o in orderers))
    may_order = all(o in ways.network.organisers or ways.is_known(ways.known(node.index), acted(o)) for o in orderers)
    owners = ways.owners_at(node, is_beginning)
    return [] if may_order or (owners and all(is_at(owner, orderers) for owner in owners)) else others


def watch(program: Program) -> Iterator[Watch]:
    """An order that was accepted, made by another than who held the client."""
    orders = frozenset(n.index for n in program.nodes if isinstance(s := n.statement, model.Step) and s.ordered_by is not None)
    if orders:
        yield Watch("accepted", _accepted, orders)


def _accepted(
    record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, since: Instant, _about: object
) -> Finding | None:
    step = enrolment.tables.program.nodes[node].statement
    if (
        not isinstance(step, model.Step)
        or step.ordered_by is None
        or fact is None
        or step.ordered_by.party.kind in ("owner", "holder")
    ):
        return None  # whoever was accountable when it was sent
    orderer, holder = provider_named(enrolment, step.ordered_by.party, node), enrolment.holder_at(since)
    if orderer == holder or may_order(record, enrolment, orderer, holder, since):
        return None
    words = {"step": step.name, "orderer": orderer, "holder": holder}
    say = "`{step}` was ordered by `{orderer}` while `{holder}` was accountable"
    return RULE.of(
        record, say, words, level="warning", since=since, who=holder, evidence=(seen(fact),),
        help="Make sure that `{holder}` knows of it", span=step.span,
    )  # fmt: skip


def may_order(record: Record, enrolment: Enrolment, orderer: str, holder: str, since: Instant) -> bool:
    """Whether a party that does not hold the client may order: see the page."""
    network = enrolment.tables.program.path.network
    if orderer in network.organisers or is_together(network, orderer, holder):
        return True
    if is_at(record.owner_at(since) or "", frozenset({orderer})):
        return True
    tables = enrolment.tables
    return any(
        tables.code[node] == t.STEP and tables.name[node] in enrolment.happened and offer.receiver == orderer
        for node, offer in enrolment.offers.items()
    )
