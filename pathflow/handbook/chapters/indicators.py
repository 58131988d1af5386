"""Indicators and meetings: what the paths make measurable, what alliances measure, and what is reviewed how often."""

from __future__ import annotations

from pathflow.handbook.blocks import Block, Page
from pathflow.handbook.duties import Duty, duties_of
from pathflow.handbook.making import Row, cell, line, listing, section, table, table_or
from pathflow.handbook.material import Edition, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "What is promised can be counted. These indicators follow from the paths themselves; small groups are never shown."
    )
    sections = (
        section("waits", voice.text("Waits"), _waits(voice)),
        section("promises", voice.text("Promises along the whole way"), _promises(voice)),
        section("returns", voice.text("What should not come again soon after the end"), _returns(voice)),
        section("targets", voice.text("Targets of alliances"), _targets(voice)),
        section("always", voice.text("Counted on every path"), listing(_always(voice))),
        section("meetings", voice.text("Reviews and meetings"), _reviews(voice)),
    )
    return Page("indicators", voice.text("Indicators and calendar of reviews"), "chapter", sections, lead=line(lead))


def _waits(voice: Voice) -> Block:
    rows = []
    for path in voice.material.paths:
        speaker = voice.on(path)
        for one in statements(path):
            if isinstance(one, model.Handoff) or (isinstance(one, model.Step) and one.ordered_by is not None):
                receiver = one.receiver if isinstance(one, model.Handoff) else one.by
                measured = cell(voice.text("sent to accepted"), voice.text("accepted to first service"))
                rows.append(
                    (
                        speaker.path(path),
                        speaker.step(one.name),
                        speaker.actor(receiver),
                        measured,
                        voice.length(one.accepted_within),
                    )
                )
    columns = ("Path", "Handoff or order", "Receiver", "Measured in two parts", "Accepted within")
    made = table(voice, voice.text("Waiting is measured in two parts, never only as a sum"), columns, rows)
    return table_or(rows, made, voice.text("Nothing is handed over or ordered."))


def _promises(voice: Voice) -> Block:
    found = [duty for path in voice.material.paths for duty in duties_of(path) if duty.sort == "keep"]
    rows = [_promise(voice.on(duty.path), duty) for duty in found]
    columns = ("Path", "What is promised", "Since", "Target", "At most", "Source")
    made = table(voice, voice.text("Times that are promised from one point to another"), columns, rows)
    return table_or(rows, made, voice.text("No time is promised along a whole way."))


def _promise(voice: Voice, duty: Duty) -> Row:
    start = voice.text("when the client comes onto the path") if duty.start == model.ENROLMENT else voice.step(duty.start)
    sources = cell(*(voice.quoted(text, duty.path.span.file) for text in duty.sources))
    return voice.path(duty.path), voice.step(duty.name), start, voice.length(duty.target), voice.length(duty.at_most), sources


def _returns(voice: Voice) -> Block:
    rows = [
        (voice.path(path), voice.on(path).step(one.name), voice.on(path).step(back.event), voice.length(back.within))
        for path in voice.material.paths for one in statements(path) if isinstance(one, model.End) for back in one.no_returns
    ]  # fmt: skip
    columns = ("Path", "After this end", "This should not happen", "Within")
    made = table(voice, voice.text("Returns that are counted"), columns, rows)
    return table_or(rows, made, voice.text("No return is counted."))


def _targets(voice: Voice) -> Block:
    rows = []
    for network in voice.material.all_networks:
        for one in network.alliances.values():
            file = one.span.file if one.span is not None else ""
            for target in one.targets:
                measures = cell(*(voice.quoted(text, file) for text in target.measures))
                rows.append((voice.name(target.name, target.labels, file), measures, voice.name(one.name, one.labels, file)))
    made = table(voice, voice.text("What alliances want, and how it is measured"), ("Target", "Measured by", "Alliance"), rows)
    return table_or(rows, made, voice.text("There is no alliance with targets."))


def _always(voice: Voice) -> list[str]:
    return [
        voice.text("Owner and plan: clients with exactly one owner and a reviewed plan, of all active clients."),
        voice.text("Plan coverage: active services that stand in the plan, of all active services."),
        voice.text("Complete handoffs: handoffs on whose arrival every item needed was there and valid, of all handoffs."),
        voice.text("Kept in time: duties met by their target, and by their maximum, of all duties."),
        voice.text("Duplicates: services asked for again while the first result held; found, and avoided."),
        voice.text("Ping-pong: clients handed over three times or more in 30 days without a service between."),
    ]


def _reviews(voice: Voice) -> Block:
    rows = []
    for path in voice.material.paths:
        plan = path.plan
        if plan is not None and plan.review is not None:
            speaker = voice.on(path)
            after = speaker.listed(speaker.step(name) for name in plan.review.after)
            every = voice.text("every {length}", length=voice.before(plan.review.every))
            rows.append(
                (
                    speaker.path(path),
                    speaker.actor(plan.owner),
                    cell(every, sort=f"{plan.review.every.days_typical:010.3f}"),
                    after,
                )
            )
    columns = ("Path", "Plan owner", "Review of the plan", "And after")
    made = table(voice, voice.text("Whose plan is reviewed, and how often"), columns, rows)
    return table_or(rows, made, voice.text("No review is planned."))
