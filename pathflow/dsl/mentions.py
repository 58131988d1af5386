"""The names in a line, each with its place and with what it is a name for: what editors look names up by.

What a name is for follows from the keyword, the block and the value, as the compiler reads them; nothing is looked up here, so
that a file that is broken elsewhere still has its names.

Law: tests/laws/test_mentions.py (whatever name the compiler looks up is here, and for the same sort of thing).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from pathflow.base.names import fold
from pathflow.dsl import syntax
from pathflow.dsl.languages import CODES, Code, language
from pathflow.dsl.mistakes import Mistake
from pathflow.dsl.syntax import Name, SourceFile, Statement
from pathflow.dsl.values import read_value
from pathflow.dsl.vocabulary import BLOCKS, HOMES

Role = Literal[
    "provider", "party", "service", "item", "profession", "event", "clock", "happening", "step", "owed", "promised", "path",
    "asked", "site", "alliance", "linked", "network", "option", "subject", "outcome", "holds", "reason", "included",
    "basis", "choice", "end", "code", "branch", "test", "plan", "clients", "agreement", "package", "target", "calendar",
    "load", "log", "decide",
]  # fmt: skip
"""What a name is a name for. Roles that several sorts of thing may have:

party: a provider, or a choice of the client's. clock: a step, an event, a choice or enrolment. happening: whatever may come in
a test. owed: a step or a choice. promised: one of these or an end. asked: whatever may be asked for, an item, a step, a service
or an event. event: also a step. subject: whatever a test assumes something of. outcome: what is assumed of it. holds: a
yes-or-no item. reason: such an item, or anything. included: a service or a path. basis: an item, where its words are those of
one."""


class Mention(Struct, frozen=True):
    """A name in a line. `is_given`: it is given there, not used. `of`: the item or subject of which it is an option or outcome.

    `name` has its place in the value; with the quotes it may stand in.
    """

    name: Name
    role: Role
    is_given: bool = False
    of: Name | None = None


_GIVEN: Final[dict[str, Role]] = {
    "provider": "provider", "service": "service", "site": "site", "alliance": "alliance", "event": "event", "step": "step",
    "handoff": "step", "consultation": "step", "client chooses": "choice", "end": "end", "path": "path", "network": "network",
    "linked": "linked", "branch": "branch", "test": "test", "plan": "plan", "clients": "clients", "agreement": "agreement",
    "package": "package", "target": "target", "calendar": "calendar", "load": "load", "log": "log", "decide": "decide",
}  # fmt: skip
"""What the label of a block is a name for."""

_ONE: Final[dict[str, Role]] = {
    "responsible": "provider", "accountable": "provider", "with": "provider", "part of": "alliance",
    "partner": "provider", "option": "provider", "if no choice": "provider", "place": "site", "same visit as": "step",
    "restart from": "step", "include": "path", "promise": "promised",
}  # fmt: skip
"""What one name after a keyword is for."""

_LISTED: Final[dict[str, Role]] = {
    "needs": "item", "makes": "item", "carries": "item", "shares": "item", "offers": "service", "covers": "service",
    "leads": "service", "without": "asked", "hosts": "provider", "organiser": "provider", "team": "profession",
    "team when needed": "profession",
    "professions": "profession", "must have": "included", "may have": "included",
}  # fmt: skip
"""What each name of a list after a keyword is for."""


def role_of(keyword: str) -> Role | None:
    """What one name, or each of a list, after a keyword is a name for; None where it names nothing that is declared."""
    return _ONE.get(keyword) or _LISTED.get(keyword)


def kind_within(kind: str, statement: Statement) -> str | None:
    """The kind of block that a statement opens which stands in a block of a kind; None where it opens none."""
    line = BLOCKS[kind].lines.get(statement.keyword) if kind else None
    if line is None:  # it stands where it cannot
        line = BLOCKS[HOMES[statement.keyword][0]].lines[statement.keyword]
    return line.opens


def walk_kinds(file: SourceFile) -> Iterator[tuple[Statement, str]]:
    """Every statement of a file in reading order, with the kind of block in which it stands."""
    waiting: list[tuple[Statement, str]] = [(part, "file") for part in reversed(file.root.body)]
    while waiting:
        statement, kind = waiting.pop()
        yield statement, kind
        if statement.body:
            inner = kind_within(kind, statement) or ""
            waiting += [(part, inner) for part in reversed(statement.body)]


def value_text(file: SourceFile, statement: Statement) -> str:
    """What stands after the keyword, as it was written."""
    return file.lines[statement.line - 1][statement.value_column - 1 : statement.end_column - 1]


def mentions(file: SourceFile, statement: Statement, kind: str) -> tuple[Mention, ...]:
    """The names in a statement that stands in a block of that kind, in the order in which they stand."""
    if statement.value is None:
        return ()
    return _mentions(statement, kind, value_text(file, statement), file.language)


def _mentions(statement: Statement, kind: str, text: str, code: Code) -> tuple[Mention, ...]:
    found = mentions_in(statement.keyword, kind == "network", text, code) if not statement.is_broken else None
    if found is not None:
        return found
    return _sorted(statement.keyword, kind == "network", statement.value, text, code)


@lru_cache(maxsize=16384)
def mentions_in(keyword: str, in_network: bool, text: str, code: Code) -> tuple[Mention, ...] | None:
    """The names in what stands after a keyword; None where it cannot be read.

    Args:
        in_network: whether the line stands in a network's block itself, where professions are given.
    """
    value = read_value(keyword, BLOCKS[HOMES[keyword][0]].lines[keyword].value, text, language(code))
    return _sorted(keyword, in_network, value, text, code) if value is not None and not isinstance(value, Mistake) else None


def _sorted(keyword: str, in_network: bool, value: syntax.Value | None, text: str, code: Code) -> tuple[Mention, ...]:
    found = [m for m in _of_value(keyword, in_network, value, text, code) if m.name.end > m.name.start]
    return tuple(sorted(found, key=lambda mention: mention.name.start))


def _of_value(keyword: str, in_network: bool, value: syntax.Value | None, text: str, code: Code) -> Iterator[Mention]:
    if isinstance(value, syntax.Text):
        yield from _of_label(keyword, value)
    elif isinstance(value, Name) and keyword in _ONE:
        yield Mention(value, _ONE[keyword])
    elif isinstance(value, syntax.Names) and keyword in _LISTED:
        is_given = keyword == "professions" and in_network
        yield from (Mention(name, _LISTED[keyword], is_given) for name in value.names)
    elif isinstance(value, syntax.Given | syntax.OnDay | syntax.Expect | syntax.Never):
        yield from _of_test(value, text, code)
    elif value is not None:
        yield from _of_plain(value)


def _of_plain(value: syntax.Value) -> Iterator[Mention]:
    """The names of a value whose kind says by itself what they are for."""
    match value:
        case syntax.Capacity() | syntax.Joining():
            yield from _of_actor(value.actor)
        case syntax.Actor():
            yield from _of_actor(value)
        case syntax.Fallback():
            yield from _of_actor(value.party)
        case syntax.Parties():
            yield from _of_actor(value.sender)
            yield from _of_actor(value.receiver)
        case syntax.When() | syntax.Occasion() | syntax.Waiting():
            yield from _of_condition(value.condition)
        case syntax.Window():
            yield from _of_condition(value.unless, takes_reasons=True)
        case syntax.Limit():
            yield from _named("clock", value.of, value.at_most_of)
            yield from _of_condition(value.when)
        case _:
            yield from _of_names(value)


def _of_names(value: syntax.Value) -> Iterator[Mention]:
    match value:
        case syntax.ItemType():
            yield from _of_item(value)
        case syntax.Does():
            yield from _named("service", *value.services)
        case syntax.Starting():
            yield from _named("path", value.path)
            yield from _named("linked", value.client)
        case syntax.After():
            yield from _named("clock", value.of)
        case syntax.Review():
            yield from _named("event", *value.after)
        case syntax.NoReturn():
            yield from _named("event", value.event)
        case syntax.Use():
            yield from _named("network", value.name)
        case syntax.Price():
            yield from _named("service", value.service)
        case syntax.Allowance():
            yield from _named("code", value.code)
        case _:
            return


def _named(role: Role, *names: Name | None) -> Iterator[Mention]:
    return (Mention(name, role) for name in names if name is not None)


def _of_label(keyword: str, value: syntax.Text) -> Iterator[Mention]:
    name = Name(value.text, value.start, value.end)
    if keyword in _GIVEN:
        yield Mention(name, _GIVEN[keyword], is_given=True)
    elif keyword == "legal basis":
        yield Mention(name, "basis")


def _of_actor(actor: syntax.Actor | None) -> Iterator[Mention]:
    if actor is not None:
        yield from _named("profession", *actor.professions)
        yield from _named("party", actor.provider)


def _of_item(value: syntax.ItemType) -> Iterator[Mention]:
    yield Mention(value.name, "item", is_given=True)
    yield from (Mention(option, "option", is_given=True, of=value.name) for option in value.options)


def _of_condition(condition: syntax.Condition | None, takes_reasons: bool = False) -> Iterator[Mention]:
    if condition is None:
        return
    if isinstance(condition, syntax.All | syntax.Any):
        for part in condition.parts:
            yield from _of_condition(part, takes_reasons)
    elif isinstance(condition, syntax.Not):
        yield from _of_condition(condition.part, takes_reasons)
    elif isinstance(condition, syntax.Happens):
        yield Mention(condition.event, "event")
    elif isinstance(condition, syntax.Holds):
        yield Mention(condition.item, "reason" if takes_reasons else "holds")
    else:
        yield Mention(condition.item, "item")
        options = condition.options if isinstance(condition, syntax.Is) else ()
        yield from (Mention(option, "option", of=condition.item) for option in options)


# ── tests ───────────────────────────────────────────────────────────────────────────────────────────────────────────

Test = syntax.Given | syntax.OnDay | syntax.Expect | syntax.Never


def _of_test(value: Test, text: str, code: Code) -> Iterator[Mention]:
    if isinstance(value, syntax.Given):
        for assumption in value.assumptions:
            yield from _of_assumption(assumption, text, code, expects=False)
        return
    if value.assumption is not None:
        expects = value.expects if isinstance(value, syntax.OnDay) else True
        yield from _of_assumption(value.assumption, text, code, expects)
    if isinstance(value, syntax.OnDay):
        if value.happens is not None:
            yield Mention(value.happens, "event")
    else:
        yield from (Mention(name, "happening") for name in value.names)
    due = value.due if isinstance(value, syntax.OnDay | syntax.Expect) else None
    if due is not None:
        yield Mention(due.subject, "owed")
    within = value.within if isinstance(value, syntax.Expect) else None
    if within is not None:
        yield from (Mention(name, "happening") for name in (within.subject, within.of) if name is not None)


_SUBJECTS: Final = {
    fold(language(code).lists["subject"][word]): word for code in CODES for word in ("holder", "owner", "finding")
}
"""What a test expects something of that has no name: who holds the client, who owns the plan, a finding."""


def _of_assumption(assumption: syntax.Assumption, text: str, code: Code, expects: bool) -> Iterator[Mention]:
    subject, value = assumption.subject, assumption.value
    word = _SUBJECTS.get(subject.key) if expects else None
    if word is None:
        yield Mention(subject, "subject" if isinstance(value, Name) else "item")
        if isinstance(value, Name):
            yield Mention(value, "outcome", of=subject)
    elif isinstance(value, Name) and word == "owner":
        yield from _of_owner(value, text, code)
    elif isinstance(value, Name):
        yield Mention(value, "provider" if word == "holder" else "code")


def _of_owner(value: Name, text: str, code: Code) -> Iterator[Mention]:
    """Professions and where they work, as a test names an owner: one name to the grammar, and read again as an actor."""
    said = text[value.start : value.end]
    actor = read_value("by", "actor", said, language(code))
    if said[:1] == '"' or not isinstance(actor, syntax.Actor):
        return
    for mention in _of_actor(actor):
        name = mention.name
        yield Mention(Name(name.text, name.start + value.start, name.end + value.start), mention.role)
