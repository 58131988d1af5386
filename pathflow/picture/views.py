"""What is shown of a path: all of it, one provider's part, what comes to some clients, or an overview with parts folded.

A view is the path with some statements left out or folded into one; what it keeps are the path's own statements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from msgspec.structs import replace

from pathflow.base.names import fold
from pathflow.base.spans import Span
from pathflow.engine.program import Node, Program
from pathflow.model import path as model
from pathflow.picture.elements import Folded, State
from pathflow.picture.voice import Voice
from pathflow.rules.cells import Assignment, holds
from pathflow.rules.ways import Ways

MOST_FOLDED: Final = 1
"""So many statements of a branch stay as they are in the overview."""


@dataclass
class View:
    """What is drawn.

    Attributes:
        path: the path, as far as it is shown.
        states, notes: how statements stand out and what is written in them besides, by their identity.
        is_folded: whether events stand beside each other under one title.
        held: statements that are made for the view, which must live as long as it does.
    """

    path: model.Path
    states: dict[int, State] = field(default_factory=dict[int, State])
    notes: dict[int, str] = field(default_factory=dict[int, str])
    subtitle: str = ""
    is_folded: bool = False
    held: list[object] = field(default_factory=list[object])

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown, and nothing besides."""
        return not self.subtitle


Body = tuple[model.Statement, ...]


def whole(program: Program) -> View:
    """All of it."""
    return View(program.path)


# ── one provider ────────────────────────────────────────────────────────────────────────────────────────────────────


def of_provider(program: Program, ways: Ways, voice: Voice, provider: str) -> View:
    """What a provider does, orders, sends, receives, and may be chosen for; between it, how much others do."""
    nodes = {id(node.statement): node for node in program.nodes if node.statement is not None}

    def concerns(statement: model.Statement) -> bool:
        return any(provider in _who(actor, nodes.get(id(statement)), ways) for actor in actors_of(statement)) or (
            isinstance(statement, model.Choice) and provider in (*statement.options, statement.default)
        )

    own = _Kept(concerns, voice)
    whenevers = tuple(replace(one, body=own.body(one.body)) for one in program.path.whenevers if own.has_any(one.body))
    shown = replace(program.path, body=own.body(program.path.body), whenevers=whenevers)
    return View(shown, subtitle=voice.said("what {provider} does and answers for", provider=voice.label(provider)))


def _who(actor: model.Actor, node: Node | None, ways: Ways) -> frozenset[str]:
    if actor.party.kind == "provider" or node is None:
        return frozenset({actor.party.name})
    return ways.holding.who(actor.party, node)


def actors_of(statement: object) -> list[model.Actor]:
    """Those who act in a statement, or are asked to."""
    if isinstance(statement, model.Step):
        return [actor for actor in (statement.by, statement.ordered_by) if actor is not None]
    if isinstance(statement, model.Handoff | model.Consultation):
        return [statement.sender, statement.receiver]
    if isinstance(statement, model.Choice):
        return [statement.guided_by] if statement.guided_by is not None else []
    return []


def providers_in(program: Program) -> list[str]:
    """The providers that a path names as acting, asked or to be chosen, in the order of the network."""
    statements = [node.statement for node in program.nodes]
    named = {actor.party.name for statement in statements for actor in actors_of(statement)}
    named.update(name for one in statements if isinstance(one, model.Choice) for name in one.options)
    return [name for name in program.path.network.providers if name in named]


class _Kept:
    """Keeps what concerns somebody, and counts the rest."""

    def __init__(self, concerns: Callable[[model.Statement], bool], voice: Voice) -> None:
        self._concerns = concerns
        self._voice = voice

    def has_any(self, body: Sequence[model.Statement]) -> bool:
        """Whether anything in it concerns them."""
        return any(self._concerns(statement) for statement in model.walk(tuple(body)))

    def body(self, body: Body) -> Body:
        """The statements that are kept; for several others in a row, one that says how many steps they are."""
        found: list[model.Statement] = []
        passed: list[model.Statement] = []
        for statement in body:
            if isinstance(statement, model.End | model.Ending) or self.has_any((statement,)):
                found += self._counted(passed)
                passed = []
                found.append(self._inside(statement))
            else:
                passed.append(statement)
        return (*found, *self._counted(passed))

    def _inside(self, statement: model.Statement) -> model.Statement:
        if isinstance(statement, model.Decision | model.Together):
            return replace(statement, branches=tuple(replace(b, body=self.body(b.body)) for b in statement.branches))
        if isinstance(statement, model.Repeat):
            return replace(statement, body=self.body(statement.body))
        return statement

    def _counted(self, passed: list[model.Statement]) -> list[model.Statement]:
        n = sum(bool(actors_of(statement)) for statement in model.walk(tuple(passed)))
        if not n:
            return []
        words = self._voice.said("1 step by others") if n == 1 else self._voice.said("{n} steps by others", n=n)
        ends = [one for one in model.walk(tuple(passed)) if isinstance(one, model.End)]
        if ends and isinstance(passed[-1], model.End):
            return [_in_place_of(Folded(words, passed[0].span)), passed[-1]]
        return [_in_place_of(Folded(words, passed[0].span))]


def _in_place_of(folded: Folded) -> model.Statement:
    """A part that is folded stands where statements stood."""
    return cast("model.Statement", folded)


# ── some clients ────────────────────────────────────────────────────────────────────────────────────────────────────


def for_clients(program: Program, voice: Voice, values: Assignment, said: str) -> View:
    """What comes to clients of whom these values are known: ways that are not theirs are left out."""
    theirs, path = _Theirs(values), program.path
    whenevers = tuple(
        replace(one, body=theirs.body(one.body)) for one in path.whenevers if holds(one.condition, values) is not False
    )
    subtitle = voice.said("for clients of whom is known: {values}", values=said)
    return View(replace(path, body=theirs.body(path.body), whenevers=whenevers), subtitle=subtitle)


class _Theirs:
    """Leaves out the ways on which no client with these values can go."""

    def __init__(self, values: Assignment) -> None:
        self._values = values

    def body(self, statements: Body) -> Body:
        """The statements that can come to them."""
        found: list[model.Statement] = []
        for statement in statements:
            found += self._of(statement)
            if found and isinstance(found[-1], model.End | model.Ending):
                break
        return tuple(found)

    def _of(self, statement: model.Statement) -> Body:
        if isinstance(statement, model.Decision):
            return self._decided(statement)
        if isinstance(statement, model.Together):
            return (replace(statement, branches=tuple(replace(b, body=self.body(b.body)) for b in statement.branches)),)
        if isinstance(statement, model.Repeat):
            return (replace(statement, body=self.body(statement.body)),)
        return (statement,)

    def _decided(self, decision: model.Decision) -> Body:
        """The one way that is theirs, without the question; or the ways that may be. At most one condition is so at a time."""
        kept: list[model.Branch] = []
        for branch in decision.branches:
            known = holds(branch.condition, self._values) if branch.condition is not None else None
            if known is True:
                return self.body(branch.body)
            if known is None:
                kept.append(branch)
        if len(kept) == 1 and kept[0].condition is None:
            return self.body(kept[0].body)
        return (replace(decision, branches=tuple(replace(b, body=self.body(b.body)) for b in kept)),)


# ── an overview ─────────────────────────────────────────────────────────────────────────────────────────────────────


def overview(program: Program, voice: Voice) -> View:
    """The main line: what stands in a branch, a repeat or an event's own way is folded into one box."""

    def folded(body: Body, span: Span) -> Body:
        acting = [one for one in model.walk(body) if actors_of(one) or isinstance(one, model.Include)]
        last = body[-1:] if body and isinstance(body[-1], model.End | model.Ending) else ()
        if len(acting) <= MOST_FOLDED:
            return body
        providers = dict.fromkeys(_called(actor, voice) for one in acting for actor in actors_of(one)[:1])
        words = voice.said("{n} steps", n=len(acting))
        first = next((one for one in acting if actors_of(one)), None)
        text = f"{words}: {', '.join(providers)}"
        return (_in_place_of(Folded(text, span, first)), *last)

    def briefly(body: Body, span: Span) -> Body:
        """An event's own way: who acts in it, and how it ends where the client does not just go on."""
        acting = [one for one in model.walk(body) if actors_of(one) or isinstance(one, model.Include)]
        last = body[-1] if body else None
        ends = (last,) if isinstance(last, model.End) or (isinstance(last, model.Ending) and last.kind != "resume") else ()
        if len(acting) == 1 and isinstance(acting[0], model.Step | model.Handoff | model.Consultation):
            only = acting[0]
            return (_in_place_of(Folded(voice.label(only.name, only.labels), only.span, only)), *ends)
        return tuple(one for one in folded(body, span) if not isinstance(one, model.Ending) or one.kind != "resume")

    def body(statements: Body) -> Body:
        found: list[model.Statement] = []
        for one in statements:
            if isinstance(one, model.Decision | model.Together):
                branches = tuple(replace(b, body=folded(b.body, b.span)) for b in one.branches)
                found.append(replace(one, branches=branches))
            elif isinstance(one, model.Repeat):
                found.append(replace(one, body=folded(one.body, one.span)))
            else:
                found.append(one)
        return tuple(found)

    path = program.path
    whenevers = tuple(replace(one, body=briefly(one.body, one.span)) for one in path.whenevers)
    shown = replace(path, body=body(path.body), whenevers=whenevers)
    return View(shown, subtitle=voice.said("overview"), is_folded=True)


def _called(actor: model.Actor, voice: Voice) -> str:
    return voice.party(actor.party)


def provider_named(program: Program, name: str) -> str | None:
    """The provider of that name or other name, however it is written."""
    wanted = fold(name)
    for provider in program.path.network.providers.values():
        if wanted in (
            fold(provider.name),
            *(fold(one) for one in provider.aliases),
            *(fold(one) for _, one in provider.labels),
        ):
            return provider.name
    return None
