"""The page of one path: its facts, picture, steps, and all that the chapters say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pathflow.base.durations import Duration
from pathflow.engine.program import Program
from pathflow.handbook.blocks import Block, Entry, Listing, Page, Picture, Rich, Section, Text
from pathflow.handbook.chapters import choice, costs, findings, handoffs, information, plan, purpose, responsibility
from pathflow.handbook.chapters.duties import duty_table, started
from pathflow.handbook.duties import duties_of
from pathflow.handbook.making import Row, Some, line, lines, prose, section, table, table_or
from pathflow.handbook.material import Edition
from pathflow.handbook.voice import Voice
from pathflow.model import path as model


def page(voice: Voice, edition: Edition, program: Program, pictures: Sequence[Picture] = ()) -> Page:
    """The page. `voice` speaks of the path."""
    path = program.path
    name = voice.path(path)
    duties = duties_of(path)
    priced = list(costs.cost_rows(voice, path))
    chosen = list(choice.choice_rows(voice, path))
    nothing_handed = prose(voice.text("On this path nothing is handed over, ordered or asked."), "empty")
    found = findings.of_path(voice.material.findings, path)
    open_ones = (
        findings.finding_blocks(voice, found)
        if found
        else [prose(voice.text("Nothing is open: every promise of this path is proved."), "empty")]
    )
    no_promise, no_price = voice.text("This path makes no promise."), voice.text("No price and no payer is named.")
    handed = list(handoffs.of_path(voice, path))
    sections = [
        section("group", voice.text("Purpose and client group"), *_group(voice, path)),
        *([section("picture", voice.text("The path as a picture"), *pictures)] if pictures else []),
        steps_section(voice, path),
        section("duties", voice.text("Duties"), table_or(duties, duty_table(voice, duties), no_promise)),
        section("responsibility", voice.text("Who is responsible"), *_responsibility(voice, program)),
        section("plan", voice.text("The care plan"), *plan.of_path(voice, path)),
        section("handoffs", voice.text("Handoffs, orders and consultations"), *(handed or [nothing_handed])),
        section("information", voice.text("Information"), *information.of_path(voice, path)),
        section("choice", voice.text("Choices of the client"), _choices(voice, chosen)),
        section("costs", voice.text("Costs and payers"), table_or(priced, costs.cost_table(voice, priced), no_price)),
        section("findings", voice.text("Open findings"), *open_ones, *findings.allowed_blocks(voice, path)),
    ]
    lead = voice.rich("For: {group}", group=voice.name(path.clients.name, path.clients.labels, path.span.file))
    kicker = voice.text("Path, version {version}", version=path.version)
    return Page(voice.places.path(path), name.text, "path", tuple(sections), kicker, lead, name.lang)


def _group(voice: Voice, path: model.Path) -> list[Block | None]:
    return [purpose.group_facts(voice, path), purpose.volumes(voice, path)]


def _responsibility(voice: Voice, program: Program) -> list[Block]:
    return [responsibility.legend(voice), responsibility.matrix(voice, program)]


def _choices(voice: Voice, rows: Sequence[Row]) -> Block:
    if not rows:
        return choice.no_choice(voice)
    return table(voice, voice.text("Choices of the client"), choice.CHOICE, rows)


def steps_section(voice: Voice, path: model.Path) -> Section:
    """The way through the path as an outline, and what is done whenever something happens."""
    main: list[Block] = [
        prose(voice.text("In the order in which it happens; what is indented belongs to the line above it."), "quiet"),
        _way(voice, path.body),
    ]
    events = [
        section(
            f"event-{at}",
            _short(voice.rich("Whenever {condition}", condition=voice.condition(one.condition))),
            *_event(voice, one),
        )
        for at, one in enumerate(path.whenevers, start=1)
    ]
    return section("steps", voice.text("Steps"), *main, sections=events)


def _short(rich: Rich) -> str:
    return "".join(part.text for part in rich)


def _event(voice: Voice, one: model.Whenever) -> list[Block]:
    how = (
        voice.text("It runs beside the main way.")
        if one.is_beside
        else voice.text("The main way stands still meanwhile; clocks run on.")
    )
    often = voice.text("Expected: {rate}", rate=purpose.rate(voice, one.arrivals)) if one.arrivals is not None else ""
    return [prose(f"{how} {often}".strip(), "quiet"), _way(voice, one.body)]


def _way(voice: Voice, body: Iterable[model.Statement]) -> Listing:
    return Listing(tuple(_entry(voice, one) for one in body), "way")


def _entry(voice: Voice, one: model.Statement) -> Entry:
    match one:
        case model.Step():
            return Entry(lines(_title(voice, one.name), *_step(voice, one)), look="step")
        case model.Handoff():
            said = voice.rich("From {sender} to {receiver}", sender=voice.actor(one.sender), receiver=voice.actor(one.receiver))
            return Entry(
                lines(_title(voice, one.name), said, _within(voice, "Accepted within: {length}", one.accepted_within)),
                look="handoff",
            )
        case model.Consultation():
            said = voice.rich("{sender} asks {receiver}", sender=voice.actor(one.sender), receiver=voice.actor(one.receiver))
            return Entry(
                lines(_title(voice, one.name), said, _within(voice, "Answered within: {length}", one.answered_within)),
                look="consultation",
            )
        case model.Choice():
            options = voice.rich(
                "The client chooses: {options}", options=voice.listed(voice.provider(name) for name in one.options)
            )
            return Entry(lines(_title(voice, one.name), options), look="choice")
        case model.End():
            return Entry(lines(_title(voice, one.name), _ended(voice, one)), look="end")
        case _:
            return _branching(voice, one)


def _within(voice: Voice, template: str, length: Duration | None) -> str:
    return voice.text(template, length=voice.length(length)) if length is not None else ""


def _branching(voice: Voice, one: model.Statement) -> Entry:
    match one:
        case model.Decision():
            ways = tuple(
                Entry((_branch(voice, branch),), (_way(voice, branch.body),) if branch.body else ()) for branch in one.branches
            )
            return Entry(((_named(voice, one.name, one.labels),),), (Listing(ways, "ways"),), "decision")
        case model.Together():
            ways = tuple(Entry(((_named(voice, b.name, b.labels),),), (_way(voice, b.body),)) for b in one.branches)
            said = (
                voice.text("At the same time")
                if one.until is None
                else voice.text("At the same time, until {n} of them are done", n=one.until)
            )
            return Entry((line(said),), (Listing(ways, "ways"),), "together")
        case model.Repeat():
            return Entry((repeated(voice, one),), (_way(voice, one.body),), "repeat")
        case _:
            return Entry((_going(voice, one),), look="wait")


def _going(voice: Voice, one: model.Statement) -> Rich:
    match one:
        case model.Wait():
            return waited(voice, one)
        case model.Include():
            return voice.rich("The path {name}, as a part of this one", name=voice.path_named(one.path))
        case model.Ending() if one.kind == "restart" and one.step:
            return voice.rich("The path begins again from: {step}", step=voice.step(one.step))
        case model.Ending():
            return line(voice.text("The main way goes on") if one.kind == "resume" else voice.text("The main way stops"))
        case _:
            return ()


def _named(voice: Voice, name: str, labels: tuple[tuple[str, str], ...]) -> Text:
    return voice.name(name, labels, voice.subject.span.file if voice.subject is not None else "")


def _title(voice: Voice, name: str) -> Rich:
    """The name of a step, at the place to which others lead."""
    text = voice.known("step", name)
    return (
        Text(
            text.text, text.lang, "anchor:" + voice.places.step(voice.subject, name) if voice.subject is not None else "strong"
        ),
    )


def _branch(voice: Voice, branch: model.Branch) -> Rich:
    on = () if branch.body else (Text(" → " + voice.text("goes on")),)
    if branch.condition is None:
        return (Text(voice.text("Otherwise")), *on)
    return (*voice.rich("If {condition}", condition=voice.condition(branch.condition)), *on)


def _step(voice: Voice, one: model.Step) -> list[Some]:
    ordered = voice.rich("Ordered by: {who}", who=voice.actor(one.ordered_by)) if one.ordered_by is not None else ""
    services = (
        voice.rich("Services: {names}", names=voice.listed(voice.service(d.service) for d in one.does)) if one.does else ""
    )
    place = voice.rich("Place: {site}", site=voice.known("site", one.place)) if one.place else ""
    same = voice.rich("At the same visit as: {step}", step=voice.step(one.same_visit)) if one.same_visit else ""
    starts = voice.rich("It begins the path: {path}", path=voice.path_named(one.starts.path)) if one.starts is not None else ""
    needs = voice.rich("Needs: {items}", items=voice.items(one.needs)) if one.needs else ""
    makes = voice.rich("Makes known: {items}", items=voice.items(one.makes)) if one.makes else ""
    times = [limit_line(voice, limit) for limit in one.limits]
    notes = [voice.quoted(text) for text in one.notes]
    return [
        voice.rich("By: {who}", who=voice.actor(one.by)),
        ordered,
        place,
        same,
        *times,
        services,
        needs,
        makes,
        starts,
        *notes,
    ]


def limit_line(voice: Voice, limit: model.Limit) -> Rich:
    """A clock in a line."""
    said = voice.rich(
        "Within {length}; the clock starts: {start}",
        length=voice.before(limit.target),
        start=line(started(voice, limit.of or "")),
    )
    most = voice.rich("; at most {length}", length=voice.before(limit.at_most)) if limit.at_most is not None else ()
    when = voice.rich("; when {condition}", condition=voice.condition(limit.when)) if limit.when is not None else ()
    return (*said, *most, *when)


def repeated(voice: Voice, one: model.Repeat) -> Rich:
    """How a repeat goes, in a line."""
    parts: list[Some] = [voice.text("again and again")] if one.every is None and one.at_most is None else []
    if one.every is not None:
        every = voice.text("every {length}", length=voice.before(one.every))
        counted = voice.text("counted from the beginning of one to the beginning of the next")
        parts += [every, counted] if one.from_start else [every]
    if one.at_most is not None:
        count = "{n} times" if one.until is None else "at most {n} times"
        parts.append(voice.text(count, n=one.at_most))
    if one.until is not None:
        parts.append(voice.rich("until {condition}", condition=voice.condition(one.until)))
    return voice.rich("Repeated: {how}", how=voice.listed(line(part) for part in parts))


def waited(voice: Voice, one: model.Wait) -> Rich:
    """A wait, in a line."""
    length = voice.length(one.length)
    if one.until is not None:
        most = voice.rich(", at most {length}", length=length) if one.length is not None else ()
        return (*voice.rich("Waiting until {condition}", condition=voice.condition(one.until)), *most)
    if one.of is not None:
        return voice.rich("Waiting: {length} counted from {step}", length=length, step=voice.step(one.of))
    return line(voice.text("Waiting: {length}", length=length))


def _ended(voice: Voice, one: model.End) -> Rich:
    if one.closes_plan:
        return line(voice.text("The path ends; the plan closes."))
    return (
        voice.rich("The path ends; the plan stays: {who}", who=voice.actor(one.plan_with))
        if one.plan_with
        else line(voice.text("The path ends."))
    )
