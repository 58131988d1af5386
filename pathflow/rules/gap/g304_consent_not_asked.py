"""G304 consent-not-asked

What rests on the client's consent can come on a way where nobody has asked for it, or where the client said no; in a record, it
came while the consent was not known, was no, or had grown too old.

Why: A consent that nobody asked for is none. What was sent without it cannot be called back, and a client who learns of it
    tells less the next time. Where a refusal has no way of its own, those who do the work send it all the same.
Source: Client Data Act 703/2023: release permissions; GDPR 2016/679 art. 7(1): who relies on a consent can show that it was
    given; promises, law 5.
Bad:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes alone
        step A talk                                       # <- G304
            by counsellor at Association
            ordered by doctor at Health Centre
            carries referral letter
            legal basis alone
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Good:
    steps
        step Visit
            by doctor at Health Centre
            within 14 days
            makes alone
        decide May the association be told?
            if alone
                step A talk
                    by counsellor at Association
                    ordered by doctor at Health Centre
                    carries referral letter
                    legal basis alone
                    accepted within 7 days
                    within 30 days
            if not alone
                continue
        end Done
            closes the plan
Fix: Let a step ask (`makes` the item), decide on it after that, and put what rests on the consent where it is yes. Say there
    too what becomes of a client who says no: they go on without it, or carry the information themselves. A consent may be taken
    back at any time: what rests on it stands right behind the decision, and where somebody has had something to do since, it
    is decided on again. One that `enter when` asks for stays so.
"""

from __future__ import annotations

from collections.abc import Iterator

from pathflow.base.findings import Aim, Finding
from pathflow.base.instants import Instant
from pathflow.base.names import listing
from pathflow.engine.conditions import is_fresh, value_at
from pathflow.engine.facts import Fact
from pathflow.engine.program import Program
from pathflow.engine.record import Enrolment, Record
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule, seen
from pathflow.rules.ways import Ways

RULE = Rule("G304", "consent-not-asked", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """On every way to what rests on a consent a decision has found that it was given."""
    if not ways.is_whole or not ways.consents:
        return
    for node in ways.program.nodes:
        if node.index not in ways.reachable or ways.is_doubtful(node):
            continue
        known = ways.known(node.index)
        unsure = [item for item in ways.resting_on(node) if not ways.is_consented(known, item)]
        if not unsure:
            continue
        words = {"step": node.name, "items": listing(unsure)}
        if all(ways.is_known(known, item) for item in unsure):
            say = "`{step}` rests on {items}, and comes also when the client has said no"
            help_ = "Decide on {items} before it, and say what becomes of a client who says no"
            aim = Aim(node.index, values={unsure[0]: "no"})
        else:
            say = "`{step}` rests on {items}, and nobody has asked for it on every way there"
            help_ = "Let a step before it make {items}, and decide on it: one way for yes, one for no"
            aim = Aim(node.index, "unknown", (next(item for item in unsure if not ways.is_known(known, item)),))
        yield RULE.on(node.span, say, words, help_, aim=aim)


def watch(program: Program) -> Iterator[Watch]:
    """Something crossed that rests on the client's consent, and it was given neither when that was sent nor when it was taken.

    A consent that is taken back later undoes nothing that was sent while it held (GDPR 2016/679 art. 7(3)).
    """
    resting = {n.index: s.basis.consent for n in program.nodes
               if isinstance(s := n.statement, model.Step | model.Handoff | model.Consultation)
               and s.basis is not None and s.basis.consent is not None}  # fmt: skip
    items = program.path.items

    def state(record: Record, item: str, at: Instant) -> str:
        value = value_at(record.items.get(item), at)
        if value is None:
            return "unknown"
        if not is_fresh(value[0], items.get(item), at, program.calendar):
            return "too old"
        return "yes" if value[1] in ("yes", True) else str(value[1])

    def crossed(
        record: Record, enrolment: Enrolment, node: int, at: Instant, fact: Fact | None, since: Instant, _about: object
    ) -> Finding | None:
        item, span = resting[node] or "", program.nodes[node].span
        offer = enrolment.offers.get(node)
        sent = offer.sent if offer is not None else since
        value = state(record, item, at)
        if "yes" in (value, state(record, item, sent)):
            return None
        if any(f.code == RULE.code and f.since == sent and f.span == span for f in record.findings):
            return None  # said when it was accepted, and now it is done
        words = {"step": program.nodes[node].name, "item": item, "value": value}
        return RULE.of(
            record, "`{step}` carried information that rests on `{item}`, which is {value}", words, level="error", since=sent,
            who=enrolment.holder, evidence=(seen(fact),) if fact is not None else (),
            help="Ask the client; until then nothing may be sent", span=span,
        )  # fmt: skip

    if resting:
        yield Watch("accepted", crossed, frozenset(resting))
        yield Watch("completed", crossed, frozenset(resting))
