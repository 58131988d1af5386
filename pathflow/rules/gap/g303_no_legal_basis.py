"""G303 no-legal-basis

Information crosses from one register to another, and nobody says why it may.

Why: Health and social records are separate registers, each with its own permission. What leaves a register without a statute or
    the client's permission should not have left; what is not sent for fear of that is missing where it is needed.
Source: Client Data Act 703/2023; promises, law 5.
Bad:
    network Example network
        organiser County
        professions doctor, counsellor
        provider Health Centre
            sector public
            professions doctor
            register patient register
        provider Social Services
            sector public
            professions counsellor
            register client register
        item referral letter: document
    steps
        step A talk                                       # <- G303
            by counsellor at Social Services
            ordered by doctor at Health Centre
            carries referral letter
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Good:
    network Example network
        organiser County
        professions doctor, counsellor
        provider Health Centre
            sector public
            professions doctor
            register patient register
        provider Social Services
            sector public
            professions counsellor
            register client register
        item referral letter: document
    steps
        step A talk
            by counsellor at Social Services
            ordered by doctor at Health Centre
            carries referral letter
            legal basis The client's written permission
            accepted within 7 days
            within 30 days
        end Done
            closes the plan
Fix: Add `legal basis` with the statute, or with the yes-or-no item that holds the client's consent; or once for all to the
    agreement with the provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pathflow.base.findings import Finding
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import Ways

RULE = Rule("G303", "no-legal-basis", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Whatever is carried to another register, sent back from it, or shared with those of a linked client, may be."""
    for node in ways.program.nodes:
        if not ways.is_doubtful(node):
            found = (_unfounded(ways, node, *crossing) for crossing in _crossings(node))
            yield from islice((one for one in found if one is not None), 1)
    for linked in ways.path.clients.linked.values():
        if linked.shares and linked.basis is None and linked.span is not None:
            words = {"client": linked.name, "items": listing(linked.shares)}
            say = "{items} is shared with those who care for the {client}, and nobody says why it may"
            yield RULE.on(
                linked.span, say, words, "Add a line: legal basis, with the statute or the item that holds the consent"
            )


def _crossings(node: Node) -> Iterator[tuple[tuple[str, ...], model.Party, model.Party]]:
    """What goes from one party to another, there and back, without a basis."""
    statement = node.statement
    if not isinstance(statement, model.Step | model.Handoff | model.Consultation) or statement.basis is not None:
        return
    if isinstance(statement, model.Step):
        if statement.ordered_by is None or statement.by is None:
            return
        sender, receiver = statement.ordered_by.party, statement.by.party
        back = statement.makes if statement.feedback_within is not None else ()
    else:
        sender, receiver = statement.sender.party, statement.receiver.party
        back = statement.makes if isinstance(statement, model.Consultation) else ()
    if "client" not in (sender.kind, receiver.kind):
        yield statement.carries, sender, receiver
        yield back, receiver, sender


def _unfounded(ways: Ways, node: Node, items: tuple[str, ...], sender: model.Party, receiver: model.Party) -> Finding | None:
    """Items that go between providers of two registers, and no agreement with either says why they may."""
    for one, other in ways.holding.pairs(sender, receiver, node) if items else ():
        here, there = ways.register(one), ways.register(other)
        if not {one, other} <= ways.network.providers.keys() or here == there:
            continue
        if any(a.basis is not None for name in (one, other) for a in ways.network.agreements_with(name)):
            continue
        words = {"step": node.name, "items": listing(items), "here": here, "there": there, "sender": one, "receiver": other}
        say = "`{step}` carries {items} from the {here} to the {there}, and does not say why it may"
        if len(ways.holding.who(sender, node)) > 1 or len(ways.holding.who(receiver, node)) > 1:
            say = (
                "`{step}` carries {items} from the {here} to the {there} where it goes from `{sender}` to `{receiver}`,"
                " and does not say why it may"
            )
        return RULE.on(node.span, say, words, "Add a line: legal basis, with the statute or the item that holds the consent")
    return None


def watch(_program: Program) -> Iterator[Watch]:
    """In a record nothing is to be seen of it: the path does not say why; whether a consent was given, G304 watches."""
    return iter(())
