"""The duty register of all paths, and the sources on which it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pathflow.base.spans import Span
from pathflow.handbook.blocks import Cell, Page, Rich, Section, Table
from pathflow.handbook.duties import SORTS, Duty, duties_of
from pathflow.handbook.making import Some, cell, line, listing, prose, section, table, table_or
from pathflow.handbook.material import Edition, Material, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model

COLUMNS: Final = ("Step", "Duty", "Who owes it", "The clock starts", "Target", "At most", "When", "Source")


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    paths = voice.material.paths
    parts = [_of_path(voice.on(path), path) for path in paths]
    how = voice.text(
        "Each row is a promise: who owes what, when its clock starts, and by when it must be done. The "
        "target is what was agreed; "
        "the maximum is the longest time allowed. The check proves each of them for every client and every way through a path."
    )
    quotes = _sources(voice.material)
    cited = [
        [*lines_of(voice, text, file), (voice.rich("Cited {n} times", n=n) if n > 1 else ())] for (text, file), n in quotes
    ]
    sources = section(
        "sources", voice.text("Sources"),
        prose(voice.text(
            "Statutes, guidelines and agreements as the paths and the network cite them, in their "
            "own words."
            ), "quiet"),
        listing(cited) if cited else prose(voice.text("No source is cited."), "empty"),
    )  # fmt: skip
    return Page("duties", voice.text("Duty register and legal bases"), "chapter", (*parts, sources), lead=line(how))


def lines_of(voice: Voice, text: str, file: str) -> list[Rich]:
    """A source in its own words."""
    return [(voice.quoted(text, file),)]


def _of_path(voice: Voice, path: model.Path) -> Section:
    title = voice.path(path)
    made = duty_table(voice, duties_of(path))
    nothing = voice.text("This path makes no promise.")
    return section(voice.places.path(path), title.text, table_or(made.rows, made, nothing))


def duty_table(voice: Voice, duties: Iterable[Duty], with_path: bool = False) -> Table:
    """Duties as a table. `with_path`: of several paths."""
    rows = [_row(voice.on(duty.path), duty, with_path) for duty in duties]
    caption = voice.text("Duties, who owes them and by when")
    return table(voice, caption, (*(("Path",) if with_path else ()), *COLUMNS), rows)


def _row(voice: Voice, duty: Duty, with_path: bool) -> tuple[Cell, ...]:
    who = voice.actor(duty.who) if duty.sort != "keep" else (voice.provider(duty.path.responsible),)
    path = (cell(voice.path(duty.path)),) if with_path else ()
    name = voice.step(duty.name) if duty.sort != "review" else _plan(voice, duty.path)
    return (
        *path, cell(name), cell(voice.text(SORTS[duty.sort])), cell(who), cell(_start(voice, duty)),
        _length(voice, duty, is_target=True), _length(voice, duty, is_target=False),
        cell(voice.condition(duty.when) if duty.when is not None else ""),
        cell(*(voice.quoted(text, duty.path.span.file) for text in duty.sources)),
    )  # fmt: skip


def _plan(voice: Voice, path: model.Path) -> Some:
    plan = path.plan
    return voice.name(plan.name, plan.labels, plan.span.file) if plan is not None else ""


def _start(voice: Voice, duty: Duty) -> Some:
    if duty.sort == "review":
        return voice.text("again and again")
    if duty.sort in ("accept", "answer"):
        return voice.text("when it is sent")
    return started(voice, duty.start)


def started(voice: Voice, start: str) -> Some:
    """What starts a clock."""
    if start == model.ENROLMENT:
        return voice.text("when the client comes onto the path")
    return voice.step(start) if start else voice.text("when it is the turn of this step")


def _length(voice: Voice, duty: Duty, *, is_target: bool) -> Cell:
    length = duty.target if is_target else duty.at_most
    if length is None:
        return cell(voice.text("no time is set") if is_target else "", sort="999999")
    own = duty.at_most_of if not is_target else ""
    since = voice.rich("from: {start}", start=line(started(voice, own))) if own else ""
    return cell(voice.length(length), since, sort=f"{length.days_typical:010.3f}")


def _sources(material: Material) -> list[tuple[tuple[str, str], int]]:
    counts: dict[tuple[str, str], int] = {}

    def count(texts: Iterable[str | None], file: str) -> None:
        for text in texts:
            if text:
                counts[text, file] = counts.get((text, file), 0) + 1

    for network in material.all_networks:
        tables = (network.providers, network.services, network.alliances, network.packages)
        for thing in (*(thing for named in tables for thing in named.values()), *network.agreements):
            span: Span | None = getattr(thing, "span", None)
            count(getattr(thing, "sources", ()), span.file if span is not None else "")
    for path in material.paths:
        count(path.sources, path.span.file)
        for one in statements(path):
            count(getattr(one, "sources", ()), path.span.file)
            limits = getattr(one, "limits", ()) or (getattr(one, "limit", None),)
            count((limit.source for limit in limits if limit is not None), path.span.file)
    return sorted(counts.items(), key=lambda pair: pair[0][0].casefold())
