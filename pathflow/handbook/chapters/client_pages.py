"""The plain page of one path, for the client: what happens, who does it, by when, what the client may choose, whom to ask.

Short sentences, said to the client, and nothing that the path does not say.
"""

from __future__ import annotations

from collections.abc import Iterable

from pathflow.base.durations import Duration
from pathflow.handbook.blocks import Block, Entry, Listing, Page, Rich, Section, Text
from pathflow.handbook.making import Some, facts, line, lines, listing, prose, section
from pathflow.handbook.material import Edition, each_once, statements
from pathflow.handbook.voice import Voice
from pathflow.model import path as model
from pathflow.model.conditions import Happens


def page(voice: Voice, edition: Edition, path: model.Path) -> Page:
    """The page. `voice` speaks of the path."""
    voice = voice.to_client()
    name = voice.path(path)
    sections = [
        section("whom", voice.text("Who this is for"), *_whom(voice, path)),
        section("answer", voice.text("Who answers for you"), *_answering(voice, path)),
        section("happens", voice.text("What happens"), _way(voice, path.body), sections=_events(voice, path)),
        section("plan", voice.text("Your care plan"), *_plan(voice, path)),
        section("choose", voice.text("What you can choose"), *_choices(voice, path)),
        section("information", voice.text("Your information"), *_information(voice, path)),
        section("rights", voice.text("Your rights"), listing(_rights(voice))),
        section("call", voice.text("Whom to ask"), _contacts(voice, path)),
    ]
    lead = voice.text(
        "This page tells in plain words what happens on this path. It is made from the same text by "
        "which the professionals work."
    )
    return Page(
        voice.places.client(path), name.text, "client", tuple(sections), voice.text("For the client"), line(lead), name.lang
    )


def _whom(voice: Voice, path: model.Path) -> list[Block]:
    found: list[Block] = [
        prose(
            voice.rich("This path is for: {group}.", group=voice.name(path.clients.name, path.clients.labels, path.span.file))
        )
    ]
    if path.clients.enter_when is not None:
        found.append(
            prose(
                voice.rich(
                    "You can come onto it when this is so: {condition}.", condition=voice.condition(path.clients.enter_when)
                )
            )
        )
    linked = [voice.name(one.name, one.labels, path.span.file) for one in path.clients.linked.values()]
    if linked:
        found.append(
            prose(
                voice.rich("Others may belong to it with you, each with their own plan: {names}.", names=voice.listed(linked))
            )
        )
    return found


def _answering(voice: Voice, path: model.Path) -> list[Block]:
    return [
        prose(voice.rich("Accountable for you at the start: {provider}.", provider=voice.provider(path.accountable))),
        prose(
            voice.rich("Responsible for the whole path and its result: {provider}.", provider=voice.provider(path.responsible))
        ),
        prose(
            voice.text(
                "When somebody else becomes accountable for you, that is a handoff. Until it is accepted, the "
                "one before stays accountable."
            )
        ),
    ]


# ── what happens ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _events(voice: Voice, path: model.Path) -> list[Section]:
    found: list[Section] = []
    for at, one in enumerate(path.whenevers, start=1):
        condition = one.condition
        what = (voice.step(condition.event),) if isinstance(condition, Happens) else voice.condition(condition)
        title = voice.rich("If this happens: {condition}", condition=what)
        found.append(section(f"event-{at}", "".join(part.text for part in title), _way(voice, one.body)))
    return found


def _way(voice: Voice, body: Iterable[model.Statement]) -> Listing:
    return Listing(tuple(_entry(voice, one) for one in body), "way")


def _entry(voice: Voice, one: model.Statement) -> Entry:
    match one:
        case model.Step():
            return Entry(lines(_title(voice, one.name), *_step(voice, one)), look="step")
        case model.Handoff():
            return Entry(lines(_title(voice, one.name), *_handoff(voice, one)), look="handoff")
        case model.Consultation():
            said = voice.rich("Advice is asked: {who}. Nothing changes for you.", who=voice.actor(one.receiver))
            return Entry(
                lines(_title(voice, one.name), said, _by(voice, "The answer comes within {length}.", one.answered_within)),
                look="consultation",
            )
        case model.Choice():
            return Entry(lines(_title(voice, one.name), *_choice(voice, one)), look="choice")
        case model.End():
            return Entry(lines(_title(voice, one.name), voice.text("The path ends here.")), look="end")
        case _:
            return _branching(voice, one)


def _branching(voice: Voice, one: model.Statement) -> Entry:
    match one:
        case model.Decision():
            ways = tuple(_branch(voice, branch) for branch in one.branches)
            said = voice.rich("What happens next depends on this: {question}", question=voice.known("step", one.name))
            return Entry((said,), (Listing(ways, "ways"),), "decision")
        case model.Together():
            ways = tuple(
                Entry((line(voice.name(b.name, b.labels, _file(voice))),), (_way(voice, b.body),)) for b in one.branches
            )
            return Entry((line(voice.text("These happen at the same time:")),), (Listing(ways, "ways"),), "together")
        case model.Repeat():
            return Entry(lines(*_repeated(voice, one)), (_way(voice, one.body),), "repeat")
        case model.Wait():
            return Entry(lines(*_waited(voice, one)), look="wait")
        case model.Include():
            return Entry(
                lines(voice.rich("You then go through this path: {name}.", name=voice.path_named(one.path))), look="wait"
            )
        case model.Ending() if one.kind == "resume":
            return Entry(lines(voice.text("After that the path goes on where it was.")), look="wait")
        case model.Ending() if one.step:
            return Entry(
                lines(voice.rich("The path begins again from: {step}.", step=voice.known("step", one.step))), look="wait"
            )
        case _:
            return Entry(lines(voice.text("The path does not go on.")), look="wait")


def _branch(voice: Voice, branch: model.Branch) -> Entry:
    said = (
        voice.rich("If {condition}", condition=voice.condition(branch.condition))
        if branch.condition is not None
        else line(voice.text("Otherwise"))
    )
    on = voice.text("the path goes on")
    return Entry(((*said, *(() if branch.body else (Text(" → " + on),))),), (_way(voice, branch.body),) if branch.body else ())


def _file(voice: Voice) -> str:
    return voice.subject.span.file if voice.subject is not None else ""


def _title(voice: Voice, name: str) -> Rich:
    text = voice.known("step", name)
    return (Text(text.text, text.lang, "strong"),)


def _by(voice: Voice, template: str, length: Duration | None) -> str:
    return voice.text(template, length=voice.before(length)) if length is not None and length.count else ""


def _step(voice: Voice, one: model.Step) -> list[Some]:
    if one.by is not None and one.by.party.kind == "client":
        who: Some = voice.text("You do this yourself.")
    else:
        who = voice.rich("Who does it: {who}.", who=voice.actor(one.by))
    place = voice.rich("Where: {site}.", site=voice.known("site", one.place)) if one.place else ""
    same = voice.rich("It is at the same visit as: {step}.", step=voice.known("step", one.same_visit)) if one.same_visit else ""
    starts = (
        voice.rich("It begins another path for you: {path}.", path=voice.path_named(one.starts.path))
        if one.starts is not None
        else ""
    )
    takes = voice.text("It takes about {length}.", length=voice.length(one.takes)) if one.takes is not None else ""
    return [who, place, same, *(_when(voice, limit) for limit in one.limits), takes, starts]


def _when(voice: Voice, limit: model.Limit) -> Rich:
    """By when, in a sentence; the maximum in another."""
    case = voice.rich(" This holds when: {condition}.", condition=voice.condition(limit.when)) if limit.when is not None else ()
    since = (
        voice.rich(", counted from: {step}", step=voice.known("step", limit.of))
        if limit.of and limit.of != model.ENROLMENT
        else ()
    )
    start = voice.text(", counted from when you came onto this path") if limit.of == model.ENROLMENT else ""
    if limit.target.count:
        goal = line(voice.text("The goal is within {length}", length=voice.before(limit.target)))
    else:
        goal = line(voice.text("The goal is {length}", length=voice.length(limit.target)))
    most = ""
    if limit.at_most is not None and limit.at_most != limit.target:
        most = " " + voice.text("At the latest within {length}.", length=voice.before(limit.at_most))
    return (*goal, *since, Text(start + "." + most), *case)


def _handoff(voice: Voice, one: model.Handoff) -> list[Some]:
    found: list[Some] = [voice.rich("After this, accountable for you: {who}.", who=voice.actor(one.receiver))]
    if one.accepted_within is not None:
        found.append(
            _by(voice, "They accept it within {length}.", one.accepted_within) or voice.text("They accept it on the same day.")
        )
    if one.fallback is not None:
        found.append(voice.rich("If nobody accepts in time, accountable for you: {who}.", who=voice.party(one.fallback.party)))
    if one.plan_to is not None:
        found.append(voice.rich("Your plan then has a new owner: {who}.", who=voice.actor(one.plan_to)))
    return found


def _choice(voice: Voice, one: model.Choice) -> list[Some]:
    found: list[Some] = [
        voice.rich(
            "You choose: {options}.",
            options=voice.listed([voice.provider(name) for name in one.options], f" {voice.text('or')} "),
        )
    ]
    if one.guided_by is not None:
        found.append(voice.rich("You get help in choosing: {who}.", who=voice.actor(one.guided_by)))
    if one.limit is not None:
        found.append(_by(voice, "Choose within {length}.", one.limit.target))
    if one.default is not None:
        found.append(voice.rich("If you do not choose: {provider}.", provider=voice.provider(one.default)))
    return found


def _repeated(voice: Voice, one: model.Repeat) -> list[Some]:
    every = (
        voice.text("This comes again, every {length}:", length=voice.before(one.every))
        if one.every is not None
        else voice.text("This comes again:")
    )
    most = ""
    if one.at_most is not None:
        most = (
            voice.text("It comes {n} times at most.", n=one.at_most)
            if one.until is not None
            else voice.text("It comes {n} times.", n=one.at_most)
        )
    until = voice.rich("It goes on until: {condition}.", condition=voice.condition(one.until)) if one.until is not None else ""
    return [every, most, until]


def _waited(voice: Voice, one: model.Wait) -> list[Some]:
    length = voice.text("There is a pause of {length}.", length=voice.before(one.length)) if one.length is not None else ""
    if one.until is None:
        return [length]
    most = voice.text("The longest wait is {length}.", length=voice.length(one.length)) if one.length is not None else ""
    return [voice.rich("The path waits until: {condition}.", condition=voice.condition(one.until)), most]


# ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _plan(voice: Voice, path: model.Path) -> list[Block]:
    plan = path.plan
    if plan is None:
        return [prose(voice.text("This path has no plan of its own."), "empty")]
    found: list[Some] = [voice.text("You have one care plan. All your services stand in it.")]
    if plan.owner is not None:
        found.append(voice.rich("Its owner at the start: {who}.", who=voice.actor(plan.owner)))
    if plan.review is not None:
        found.append(voice.text("It is reviewed every {length}.", length=voice.before(plan.review.every)))
    if plan.team:
        found.append(voice.rich("Your team: {names}.", names=voice.listed(voice.profession(name) for name in plan.team)))
    if plan.team_when_needed:
        found.append(
            voice.rich(
                "When needed also: {names}.", names=voice.listed(voice.profession(name) for name in plan.team_when_needed)
            )
        )
    if plan.contains:
        found.append(
            voice.rich("In the plan stand: {names}.", names=voice.listed(voice.quoted(name) for name in plan.contains))
        )
    return [listing(found)]


def _choices(voice: Voice, path: model.Path) -> list[Block]:
    found = [one for one in statements(path) if isinstance(one, model.Choice)]
    if not found:
        return [prose(voice.text("You choose no provider on this path."), "empty")]
    return [Listing(tuple(Entry(lines(_title(voice, one.name), *_choice(voice, one)), look="choice") for one in found))]


def _information(voice: Voice, path: model.Path) -> list[Block]:
    bases = [getattr(one, "basis", None) for one in statements(path)]
    consents = each_once(one.consent for one in bases if isinstance(one, model.Basis) and one.consent is not None)
    found: list[Some] = [
        voice.text("Each register is separate. What goes from one to another needs a statute or your consent."),
    ]
    if consents:
        found.append(voice.rich("You are asked for your consent: {items}.", items=voice.items(consents)))
        found.append(voice.text("Without your yes nothing goes along that rests on it."))
    seen = "What may be seen also of {name}: {items}."
    found += [
        voice.rich(seen, name=voice.name(one.name, one.labels, _file(voice)), items=voice.items(one.shares))
        for one in path.clients.linked.values()
        if one.shares
    ]
    return [listing(found)]


def _rights(voice: Voice) -> list[str]:
    return [
        voice.text("Somebody is always accountable for you, also while you wait."),
        voice.text("You may refuse. The path then ends for you; refusing is no failure."),
        voice.text("What is not known of you is asked. It is never taken for a no."),
        voice.text("If a result still holds, the examination is not repeated for nothing."),
    ]


def _contacts(voice: Voice, path: model.Path) -> Block:
    network = path.network
    return facts(
        voice,
        ("This path", [voice.quoted(path.contact)] if path.contact else []),
        ("Accountable at the start", [voice.provider(path.accountable), *_contact(voice, path.accountable)]),
        ("The network", [voice.quoted(network.contact)] if network.contact else []),
        ("The organiser", [part for name in network.organisers for part in (voice.provider(name), *_contact(voice, name))]),
    )


def _contact(voice: Voice, name: str) -> list[Some]:
    provider = voice.material.providers.get(name)
    return [voice.quoted(provider.contact)] if provider is not None and provider.contact else []
