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

from pathflow.base.findings import Finding
from pathflow.base.names import listing
from pathflow.engine.program import Node, Program
from pathflow.engine.watch import Watch
from pathflow.model import path as model
from pathflow.rules.rule import Rule
from pathflow.rules.ways import EVERYWHERE, Ways

RULE = Rule("G303", "no-legal-basis", "warning")


def prove(ways: Ways) -> Iterator[Finding]:
    """Whatever is carried to another register, or shared with those of a linked client, may be."""
    for node in ways.program.nodes:
        parties = _parties(node)
        if parties is None or ways.is_doubtful(node):
            continue
        carried, sender, receiver = parties
        here, there = ways.registers_of(sender, node), ways.registers_of(receiver, node)
        if carried and len(here | there) == 2 and here and there and EVERYWHERE not in here | there:
            words = {"step": node.name, "items": listing(carried), "here": min(here), "there": min(there)}
            say = "`{step}` carries {items} from the {here} to the {there}, and does not say why it may"
            yield RULE.on(node.span, say, words, "Add a line: legal basis, with the statute or the item that holds the consent")
    for linked in ways.path.clients.linked.values():
        if linked.shares and linked.basis is None and linked.span is not None:
            words = {"client": linked.name, "items": listing(linked.shares)}
            say = "{items} is shared with those who care for the {client}, and nobody says why it may"
            yield RULE.on(
                linked.span, say, words, "Add a line: legal basis, with the statute or the item that holds the consent"
            )


def _parties(node: Node) -> tuple[tuple[str, ...], model.Party, model.Party] | None:
    """What is carried without a basis, from whom, to whom."""
    statement = node.statement
    if isinstance(statement, model.Step) and statement.ordered_by is not None and statement.by is not None:
        parties = statement.ordered_by.party, statement.by.party
    elif isinstance(statement, model.Handoff | model.Consultation):
        parties = statement.sender.party, statement.receiver.party
    else:
        return None
    return (statement.carries, *parties) if statement.basis is None else None


def watch(_program: Program) -> Iterator[Watch]:
    """In a record nothing is to be seen of it: the path does not say why; whether a consent was given, G304 watches."""
    return iter(())
