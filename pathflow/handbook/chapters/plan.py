"""Who owns the care plan: at the start, when the client is handed over, when another path joins, when a path ends."""

from __future__ import annotations

from pathflow.handbook.blocks import Block, Page
from pathflow.handbook.making import Row, Some, cell, facts, line, prose, section, table
from pathflow.handbook.material import Edition, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "A client has one plan with one owner, over all paths together. The plan holds every service, whoever gives it. "
        "Ownership moves only where a handoff says so."
    )
    parts = [
        section(voice.places.path(path), voice.path(path).text, *of_path(voice.on(path), path)) for path in voice.material.paths
    ]
    return Page("plan", voice.text("Plan ownership and review"), "chapter", tuple(parts), lead=line(lead))


def of_path(voice: Voice, path: model.Path) -> list[Block | None]:
    """The plan of one path, and where it moves."""
    plan = path.plan
    if plan is None:
        return [prose(voice.text("This path has no plan of its own."), "empty")]
    file = path.span.file
    made = facts(
        voice,
        ("Plan", [voice.name(plan.name, plan.labels, file)]),
        ("Owner at the start", [voice.actor(plan.owner)] if plan.owner is not None else [voice.text("nobody is named")]),
        ("Review", [_review(voice, plan.review)] if plan.review is not None else [voice.text("no time is set")]),
        ("Team", [voice.listed(voice.profession(name) for name in plan.team)]),
        ("Team when needed", [voice.listed(voice.profession(name) for name in plan.team_when_needed)]),
        ("The plan contains", [voice.listed(voice.quoted(name, file) for name in plan.contains)]),
        ("When another path joins", [_joining(voice, plan)] if plan.says_joining else []),
    )
    rows = [_moved(voice, one) for one in statements(path) if isinstance(one, model.Handoff | model.End)]
    columns = ("Where", "What becomes of the plan", "Owner then")
    return [made, table(voice, voice.text("Where the plan moves or stays"), columns, rows) if rows else None]


def _review(voice: Voice, review: model.Review) -> Some:
    often = voice.text("every {length}", length=voice.before(review.every))
    if not review.after:
        return often
    return voice.rich(
        "{often}, and after: {events}", often=often, events=voice.listed(voice.step(name) for name in review.after)
    )


def _joining(voice: Voice, plan: model.Plan) -> Some:
    if plan.joining_owner is None or plan.joining_owner.party.kind == "owner":
        return voice.text("The owner stays.")
    return voice.rich("The owner becomes: {who}", who=voice.actor(plan.joining_owner))


def _moved(voice: Voice, one: model.Handoff | model.End) -> Row:
    where = cell(voice.step(one.name))
    if isinstance(one, model.End):
        if one.closes_plan:
            return (where, voice.text("it closes"), "")
        return (
            where,
            voice.text("it stays open") if one.plan_with else voice.text("nothing is said"),
            _who(voice, one.plan_with),
        )
    if one.plan_to is not None:
        return (where, voice.text("it moves"), _who(voice, one.plan_to))
    return (where, voice.text("it stays") if one.plan_with else voice.text("nothing is said"), _who(voice, one.plan_with))


def _who(voice: Voice, actor: model.Actor | None) -> Some:
    return voice.actor(actor) if actor is not None else ""
