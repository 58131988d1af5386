"""Kinds of defect in a path: what care experts see go wrong, one line or block at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pathflow.base.names import fold
from pathflow.dsl import syntax
from pathflow.dsl.syntax import Statement
from pathflow.model.network import Provider
from tests.mutants.kind import kind
from tests.mutants.source import Mutant, Source, last_of, names_of

FLOW = ("step", "handoff", "consultation", "decide", "together", "repeat", "client chooses", "wait", "include", "end")
ORDER = ("ordered by", "accepted within", "if not accepted", "feedback within")

Mutants = Iterator[Mutant]


# who there is


def provider_of(actor: object) -> str | None:
    return actor.provider.text if isinstance(actor, syntax.Actor) and actor.provider is not None else None


def acting(s: Source) -> list[str]:
    """The providers that the path names, in reading order."""
    found: dict[str, None] = {}
    for part in s.all("by", "ordered by", "from", "owner", "moves the plan to", "option", "guided by"):
        value = part.value
        for one in (value.sender, value.receiver) if isinstance(value, syntax.Parties) else (value,):
            name = provider_of(one) if not isinstance(one, syntax.Name) else one.text
            if name in s.network.providers:
                found[name] = None
    return list(found)


def others(s: Source, than: str, professions: tuple[str, ...] = ()) -> list[Provider]:
    """Other providers: those that have the professions, of the path first; where there are none, any of the path."""
    names = [*acting(s), *s.network.providers]
    known = {name: s.network.providers[name] for name in names if name != than and s.network.providers[name].professions}
    fit = [p for p in known.values() if professions and any(w in p.professions for w in professions)]
    return fit or [p for p in known.values() if p.name in acting(s)] or list(known.values())


def actor_at(s: Source, statement: Statement, actor: syntax.Actor, other: Provider) -> str:
    """The line with the actor at another provider: the same professions where they work there, else one that does."""
    there = [p.text for p in actor.professions if p.text in other.professions]
    who = f" {actor.joint} ".join(there) if there else other.professions[0]
    channel = f", {actor.channel.text}" if actor.channel is not None else ""
    return s.line_with(statement, actor, f"{who} at {other.name}{channel}")


def is_order(step: Statement) -> bool:
    return step.one("ordered by") is not None


def steps(s: Source) -> Iterator[Statement]:
    return s.all("step")


def conditions(s: Source) -> Iterator[Statement]:
    """The branches of decisions that have no `otherwise`: every client must fit exactly one of them."""
    return (line for decision in s.all("decide") if decision.one("otherwise") is None for line in decision.all("if"))


def dropped(s: Source, block: str, *keywords: str, orders: bool | None = None) -> Mutants:
    """A block without its lines of these keywords, all together."""
    for statement in s.all(block):
        lines = [line for line in statement.body if line.keyword in keywords]
        if lines and (orders is None or is_order(statement) is orders):
            yield s.cut_all(lines, block=s.called(statement))


# handoffs


@kind("handoff-dropped", "The client moves to another provider and nobody hands over")
def handoff_dropped(s: Source) -> Mutants:
    return (s.cut(h) for h in s.all("handoff"))


@kind("handoff-deadline-dropped", "A referral that nobody has to answer by a date")
def handoff_deadline(s: Source) -> Mutants:
    return dropped(s, "handoff", "accepted within")


@kind("handoff-deadline-endless", "A referral that may lie for three years before anyone must answer")
def handoff_deadline_endless(s: Source) -> Mutants:
    for line in s.all("accepted within"):
        if s.parent(line).keyword == "handoff":
            yield s.put(line, f"{s.indent(line)}accepted within 3 years")


@kind("handoff-fallback-dropped", "Nobody is named for the day on which nobody accepts")
def handoff_fallback(s: Source) -> Mutants:
    return dropped(s, "handoff", "if not accepted")


def outsiders(s: Source, block: str) -> Mutants:
    """The fallback is an association or a company that has nothing to do with the path."""
    far = [p for p in s.network.providers.values() if p.sector == "third" and p.name not in acting(s)]
    for line in s.all("if not accepted"):
        if s.parent(line).keyword == block and far:
            yield s.put(line, f"{s.indent(line)}if not accepted, {far[0].name} takes over", provider=far[0].name)


@kind("handoff-fallback-outsider", "The fallback is an association that has no part in the path")
def handoff_outsider(s: Source) -> Mutants:
    return outsiders(s, "handoff")


@kind("handoff-contents-dropped", "Nothing goes with the client")
def handoff_contents(s: Source) -> Mutants:
    return dropped(s, "handoff", "carries")


def items_dropped(s: Source, keyword: str, *blocks: str) -> Mutants:
    for line in s.all(keyword):
        if s.parent(line).keyword in blocks:
            yield from (mutant for _, mutant in s.without_names(line, block=s.called(s.parent(line))))


@kind("handoff-item-dropped", "The summary goes, and one thing of it is missing")
def handoff_item(s: Source) -> Mutants:
    return items_dropped(s, "carries", "handoff")


@kind("handoff-plan-unsaid", "Nobody says what becomes of the plan when the client moves")
def handoff_plan(s: Source) -> Mutants:
    return dropped(s, "handoff", "moves the plan to", "keeps the plan with")


@kind("handoff-plan-stays-behind", "The client moves on, and the plan stays with whoever had it")
def handoff_plan_stays(s: Source) -> Mutants:
    for line in s.all("moves the plan to"):
        yield s.put(line, f"{s.indent(line)}keeps the plan with its owner")


@kind("handoff-plan-to-a-third", "The plan goes to a provider that is no party to the handoff")
def handoff_plan_third(s: Source) -> Mutants:
    for line in s.all("moves the plan to"):
        parties = s.parent(line).one("from")
        assert parties is not None
        assert isinstance(parties.value, syntax.Parties)
        assert isinstance(line.value, syntax.Actor)
        taken = {provider_of(parties.value.sender), provider_of(parties.value.receiver)}
        professions = tuple(p.text for p in line.value.professions)
        for other in [p for p in others(s, provider_of(line.value) or "", professions) if p.name not in taken][:1]:
            yield s.put(line, actor_at(s, line, line.value, other))


@kind("handoff-redirected", "The referral goes to the wrong provider")
def handoff_redirected(s: Source) -> Mutants:
    yield from redirected(s, "receiver")


@kind("handoff-by-another", "Whoever does not hold the client hands the client over")
def handoff_by_another(s: Source) -> Mutants:
    yield from redirected(s, "sender")


def redirected(s: Source, side: str) -> Mutants:
    for line in s.all("from"):
        if s.parent(line).keyword != "handoff" or not isinstance(line.value, syntax.Parties):
            continue
        here, there = line.value.sender, line.value.receiver
        actor, opposite = (there, here) if side == "receiver" else (here, there)
        if provider_of(actor) is None:
            continue
        professions = tuple(p.text for p in actor.professions)
        for other in [p for p in others(s, provider_of(actor) or "", professions) if p.name != provider_of(opposite)][:1]:
            new = actor_at(s, line, actor, other)
            keeps = s.parent(line).one("if not accepted")
            edits = [(line.line, line.line, [new])]
            if side == "sender" and keeps is not None and s.said(keeps).endswith(" keeps the client"):
                edits.append((keeps.line, keeps.line, [f"{s.indent(keeps)}if not accepted, {other.name} keeps the client"]))
            yield s.edited(f"{s.said(line)} → {new.strip()}, in {s.called(s.parent(line))}", s.parent(line), *edits)


@kind("handoff-basis-dropped", "Information crosses to another register, and nobody says why it may")
def handoff_basis(s: Source) -> Mutants:
    return dropped(s, "handoff", "legal basis")


@kind("handoff-back-dropped", "An event moves the client, and nobody gives the client back")
def handoff_back(s: Source) -> Mutants:
    for h in s.all("handoff"):
        line = h.one("from")
        if line is not None and isinstance(line.value, syntax.Parties) and line.value.receiver.kind == "previous":
            yield s.cut(h)


@kind("handoff-to-consultation", "Advice is asked where the client should be handed over")
def handoff_to_consultation(s: Source) -> Mutants:
    for h in s.all("handoff"):
        kept = [line for part in h.body if part.keyword in ("from", "carries", "legal basis") for line in s.block(part)]
        said = s.line(h).replace("handoff", "consultation", 1)
        lines = [said, *kept, f"{s.indent(h)}    answered within 5 days"]
        around = s._near(s.parent(h), [h])
        yield s.edited(f"a consultation where it was {s.said(h)}", around, (h.line, last_of(h), lines))


@kind("handoff-in-a-branch", "One of several parallel branches hands the client over")
def handoff_in_branch(s: Source) -> Mutants:
    for h in s.all("handoff"):
        for together in s.all("together"):
            branch = together.one("branch")
            first = next((part for part in branch.body if part.keyword in FLOW), None) if branch is not None else None
            if branch is None or first is None or not together.line > h.line:
                continue
            shift = " " * (first.column - h.column) if first.column >= h.column else ""
            lines = [shift + line for line in s.block(h)]
            lines[0] = lines[0].rstrip() + " from the branch"
            yield s.add_before(first, lines, f"{s.said(h)} once more, in {s.called(branch)}")
            break


@kind("handoff-ping-pong", "The client is sent there and back without anybody doing anything")
def handoff_ping_pong(s: Source) -> Mutants:
    for h in s.all("handoff"):
        line = h.one("from")
        if line is None or not isinstance(line.value, syntax.Parties):
            continue
        here, there = line.value.sender, line.value.receiver
        if provider_of(here) in (None, provider_of(there)) or provider_of(there) is None:
            continue
        text = s.line(line)[line.value_column - 1 :]
        back = f"{text[there.start : there.end]} to {text[here.start : here.end]}"
        again = [*s.block(h)]
        again[0] += " again"
        turned = [f"{s.indent(line)}from {back}" if part == s.line(line) else part for part in s.block(h)]
        turned = [re.sub(r"(moves|keeps) the plan (to|with) .*", "keeps the plan with its owner", part) for part in turned]
        turned = [
            re.sub(r"accepted, .* keeps the client", "accepted, whoever is accountable keeps the client", p) for p in turned
        ]
        turned, again = ([p for p in part if not p.strip().startswith("known as ")] for part in (turned, again))
        turned[0] += " back"
        yield s.add_after(h, [*turned, *again], f"{s.said(h)}, back, and there again")


# orders and consultations


@kind("order-not-ordered", "Another provider does a step and nobody ordered it")
def order_dropped(s: Source) -> Mutants:
    return dropped(s, "step", *ORDER, "carries", orders=True)


@kind("order-deadline-dropped", "An order that nobody has to answer by a date")
def order_deadline(s: Source) -> Mutants:
    return dropped(s, "step", "accepted within", orders=True)


@kind("order-deadline-after-the-work", "An order may be accepted long after the work is to be done")
def order_late(s: Source) -> Mutants:
    for step in steps(s):
        line = step.one("accepted within")
        if line is not None:
            yield s.put(line, f"{s.indent(line)}accepted within 3 years")


@kind("order-fallback-dropped", "Nobody is named for the day on which nobody takes the order")
def order_fallback(s: Source) -> Mutants:
    return dropped(s, "step", "if not accepted", orders=True)


@kind("order-fallback-outsider", "Who sees to an order that nobody took has no part in the path")
def order_outsider(s: Source) -> Mutants:
    return outsiders(s, "step")


@kind("order-contents-dropped", "Nothing goes with the order")
def order_contents(s: Source) -> Mutants:
    return dropped(s, "step", "carries", orders=True)


@kind("order-item-dropped", "The order goes, and one thing of it is missing")
def order_item(s: Source) -> Mutants:
    return items_dropped(s, "carries", "step")


@kind("order-feedback-dropped", "What was found does not come back to whoever asked")
def order_feedback(s: Source) -> Mutants:
    return dropped(s, "step", "feedback within", orders=True)


@kind("order-by-another", "Whoever does not hold the client orders for the client")
def order_by_another(s: Source) -> Mutants:
    for step in steps(s):
        line, by = step.one("ordered by"), step.one("by")
        if line is None or by is None or not isinstance(line.value, syntax.Actor) or provider_of(line.value) is None:
            continue
        professions = tuple(p.text for p in line.value.professions)
        fit = [p for p in others(s, provider_of(line.value) or "", professions) if p.name != provider_of(by.value)]
        for other in fit[:1]:
            yield s.put(line, actor_at(s, line, line.value, other))


@kind("order-to-the-unagreed", "An order goes to a company or an association without an agreement")
def order_unagreed(s: Source) -> Mutants:
    for step in steps(s):
        line = step.one("by")
        if line is None or not is_order(step) or not isinstance(line.value, syntax.Actor) or provider_of(line.value) is None:
            continue
        does = [n.text for part in step.all("does") if isinstance(part.value, syntax.Does) for n in part.value.services]
        wrong = [
            p for p in s.network.providers.values()
            if p.sector != "public" and p.professions and p.name != provider_of(line.value)
            and not all(any(a.covers_service(d) for a in s.network.agreements_with(p.name)) for d in does or ["?"])
        ]  # fmt: skip
        for other in wrong[:1]:
            yield s.put(line, actor_at(s, line, line.value, other))


@kind("order-basis-dropped", "An order carries to another register, and nobody says why it may")
def order_basis(s: Source) -> Mutants:
    return dropped(s, "step", "legal basis")


@kind("consultation-deadline-dropped", "Advice that nobody has to give by a date")
def consultation_deadline(s: Source) -> Mutants:
    return dropped(s, "consultation", "answered within")


@kind("consultation-contents-dropped", "Advice is asked with nothing to look at")
def consultation_contents(s: Source) -> Mutants:
    return dropped(s, "consultation", "carries")


@kind("consultation-answer-dropped", "The advice is given, and what was asked for is not in it")
def consultation_answer(s: Source) -> Mutants:
    return items_dropped(s, "makes", "consultation")


@kind("consultation-basis-dropped", "A question carries to another register, and nobody says why it may")
def consultation_basis(s: Source) -> Mutants:
    return dropped(s, "consultation", "legal basis")


# steps


@kind("performer-dropped", "A step that nobody owes")
def performer_dropped(s: Source) -> Mutants:
    for step in steps(s):
        line = step.one("by")
        if line is not None:
            yield s.cut(line)


@kind("performer-elsewhere", "A provider that neither holds the client nor was asked does the step")
def performer_elsewhere(s: Source) -> Mutants:
    for step in steps(s):
        line = step.one("by")
        if line is None or is_order(step) or not isinstance(line.value, syntax.Actor) or provider_of(line.value) is None:
            continue
        professions = tuple(p.text for p in line.value.professions)
        for other in others(s, provider_of(line.value) or "", professions)[:1]:
            yield s.put(line, actor_at(s, line, line.value, other))


@kind("profession-wrong", "A step is given to a profession that does not work there")
def profession_wrong(s: Source) -> Mutants:
    for step in steps(s):
        line = step.one("by")
        if line is None or not isinstance(line.value, syntax.Actor) or not line.value.professions:
            continue
        provider = s.network.providers.get(provider_of(line.value) or "")
        absent = [p for p in s.network.professions if provider is not None and p not in provider.professions]
        first, last = line.value.professions[0], line.value.professions[-1]
        mark = syntax.Text("", first.start, last.end)
        for profession in absent[:1]:
            yield s.put(line, s.line_with(line, mark, profession))


@kind("step-dropped", "A step that makes something is forgotten")
def step_dropped(s: Source) -> Mutants:
    for step in steps(s):
        is_alone = s.parent(step).keyword == "repeat" and sum(p.keyword in FLOW for p in s.parent(step).body) == 1
        if (step.one("makes") is not None or step.one("does") is not None) and not is_alone:
            yield s.cut(step, step=s.said(step))


@kind("result-not-made", "A step no longer makes one of the things that it should")
def result_dropped(s: Source) -> Mutants:
    return items_dropped(s, "makes", "step")


@kind("service-not-given", "A step no longer gives one of its services")
def service_dropped(s: Source) -> Mutants:
    for line in s.all("does"):
        if not isinstance(line.value, syntax.Does):
            continue
        names = [name.text for name in line.value.services]
        because = re.search(r" because .*$", s.said(line))
        for name in names:
            rest = [f'"{n}"' if "," in n else n for n in names if n != name]
            what = f"does no {name}, in {s.called(s.parent(line))}"
            text = f"{s.indent(line)}does {', '.join(rest)}{because[0] if because else ''}"
            yield s.put(line, text, what, service=name) if rest else s.cut(line, what, service=name)


@kind("needs-what-nobody-made", "A step asks for something that nobody has made")
def needs_unmade(s: Source) -> Mutants:
    made = {fold(n) for n in names_of(s.all("makes", "needs"))}
    made |= {fold(n) for service in s.network.services.values() for n in service.makes}
    free = [item for item in s.network.items if fold(item) not in made and s.network.items[item].kind == "document"]
    for step in steps(s):
        line = step.one("needs")
        for item in free[:1]:
            if line is not None:
                yield s.put(line, s.line(line).split("  #")[0] + f", {item}", f"needs {item} too, in {s.called(step)}")
            else:
                indent = " " * (step.column + 3)
                yield s.edited(
                    f"needs {item}, in {s.called(step)}", step, (step.line + 1, step.line, [f"{indent}needs {item}"])
                )


@kind("step-repeated", "The same examination is done twice")
def step_repeated(s: Source) -> Mutants:
    windowed = {fold(name) for name, service in s.network.services.items() if service.window is not None}
    for step in steps(s):
        does = [part for part in step.all("does") if isinstance(part.value, syntax.Does)]
        if any(n.key in windowed for part in does for n in part.value.services):
            lines = [re.sub(r" because .*$", "", line) if line.strip().startswith("does ") else line for line in s.block(step)]
            lines[0] += " once more"
            lines = [line for line in lines if not line.strip().startswith(("known as ", "makes "))]
            yield s.add_after(step, lines, f"{s.said(step)} once more")


@kind("reason-dropped", "A repeat that has its reason no longer says it")
def reason_dropped(s: Source) -> Mutants:
    for line in s.all("does"):
        if isinstance(line.value, syntax.Does) and line.value.because is not None:
            yield s.put(line, re.sub(r" because .*$", "", s.line(line)))


@kind("reason-unknown", "A repeat gives a reason that the service does not know")
def reason_unknown(s: Source) -> Mutants:
    for line in s.all("does"):
        if isinstance(line.value, syntax.Does) and line.value.because is not None:
            yield s.put(line, re.sub(r" because .*$", " because it was asked for", s.line(line)))


@kind("official-act-elsewhere", "A company makes a decision that only an authority may make")
def official_elsewhere(s: Source) -> Mutants:
    official = {fold(name) for name, service in s.network.services.items() if service.is_official}
    private = [p for p in s.network.providers.values() if p.sector == "private" and p.professions]
    for step in steps(s):
        line = step.one("by")
        does = [n.key for part in step.all("does") if isinstance(part.value, syntax.Does) for n in part.value.services]
        if line is not None and isinstance(line.value, syntax.Actor) and official & set(does):
            for other in private[:1]:
                yield s.put(line, actor_at(s, line, line.value, other))


@kind("same-visit-elsewhere", "What should be one visit is done in two places")
def same_visit(s: Source) -> Mutants:
    for step in steps(s):
        line, by = step.one("same visit as"), step.one("by")
        if line is None or by is None or not isinstance(by.value, syntax.Actor):
            continue
        sites = {site for name in [provider_of(by.value) or ""] for site in s.network.sites_of(name)}
        for other in [p for p in others(s, provider_of(by.value) or "") if not sites & set(s.network.sites_of(p.name))][:1]:
            yield s.put(by, actor_at(s, by, by.value, other))


# clocks


@kind("clock-dropped", "A step that is never late")
def clock_dropped(s: Source) -> Mutants:
    return (mutant for mutant in dropped(s, "step", "within") if "at most" not in mutant.what)


@kind("clock-for-some-only", "A step has a time for some clients and none for the others")
def clock_for_some(s: Source) -> Mutants:
    for step in steps(s):
        limits = list(step.all("within"))
        plain = [line for line in limits if isinstance(line.value, syntax.Limit) and line.value.when is None]
        if len(limits) > 1 and len(plain) == 1:
            yield s.cut(plain[0])


def durations(s: Source, line: Statement, times: int) -> str:
    """The line with its first length of time so many times as long."""
    return re.sub(r"\d+", lambda m: str(max(1, int(m[0])) * times), s.line(line), count=1)


@kind("target-over-the-maximum", "A target is longer than the law allows")
def target_over(s: Source) -> Mutants:
    for line in s.all("within"):
        if isinstance(line.value, syntax.Limit) and line.value.at_most is not None:
            text = re.sub(r"within (the same (working )?day|\d+ [a-z ]+?)(?=,| of )", "within 3 years", s.line(line), count=1)
            yield s.put(line, text)


@kind("unit-wrong-in-a-time", "Days are written as months")
def time_unit(s: Source) -> Mutants:
    units = {"minute": "days", "hour": "weeks", "day": "months", "working day": "months", "week": "years", "month": "years"}
    for line in s.all("within", "accepted within", "answered within"):
        found = re.search(r"within (\d+) (minute|hour|working day|day|week|month)s?\b", s.line(line))
        if found is not None:
            text = s.line(line)[: found.start()] + f"within {found[1]} {units[found[2]]}" + s.line(line)[found.end() :]
            yield s.put(line, text, old=f"{found[1]} {found[2]}", new=f"{found[1]} {units[found[2]]}")


@kind("clock-starts-later", "A clock is started by something that comes only after it")
def clock_later(s: Source) -> Mutants:
    for line in s.all("within"):
        if not isinstance(line.value, syntax.Limit):
            continue
        step = s.parent(line)
        later = [p for p in steps(s) if p.line > last_of(step) and p.column <= step.column]
        later = [p for p in later if s.above(p, "whenever") is s.above(step, "whenever")]
        if not later or len(list(step.all("within"))) > 1:
            continue
        name = later[-1].value.text if isinstance(later[-1].value, syntax.Text) else ""
        length = re.match(
            r"\s*within (the same (?:working )?day|\d+ (?:minute|hour|working day|day|week|month|year)s?)", s.line(line)
        )
        if length is not None and "," not in name:
            yield s.put(line, f"{s.indent(line)}within {length[1]} of {name}")


@kind("clock-starts-aside", "A clock is started by a step on a way that the client may not go")
def clock_aside(s: Source) -> Mutants:
    for line in s.all("within"):
        step = s.parent(line)
        if step.keyword != "step" or len(list(step.all("within"))) > 1:
            continue
        aside = [p for p in steps(s) if p.line < step.line and s.above(p, "if") is not None and p.column > step.column]
        aside = [p for p in aside if s.above(p, "whenever") is s.above(step, "whenever")]
        name = aside[-1].value.text if aside and isinstance(aside[-1].value, syntax.Text) else ","
        length = re.match(
            r"\s*within (the same (?:working )?day|\d+ (?:minute|hour|working day|day|week|month|year)s?)", s.line(line)
        )
        if length is not None and "," not in name:
            yield s.put(line, f"{s.indent(line)}within {length[1]} of {name}")


@kind("follow-up-dropped", "After the ward nobody sees the client")
def follow_up(s: Source) -> Mutants:
    for step in steps(s):
        line = step.one("by")
        if line is None or not isinstance(line.value, syntax.Actor) or s.above(step, "whenever") is None:
            continue
        if line.value.channel is None or line.value.channel.text != "ward":
            continue
        block = s.parent(step).body
        after = [p for p in block if p.line > step.line and p.keyword in ("step", "decide", "repeat", "until", "together")]
        if after:
            yield s.cut_all(after, f"nothing but handoffs after {s.said(step)}")


@kind("wait-endless", "A planned pause of months becomes one of decades")
def wait_endless(s: Source) -> Mutants:
    for line in s.all("wait"):
        if isinstance(line.value, syntax.Time):
            yield s.put(line, durations(s, line, 120))


@kind("wait-cap-dropped", "Everybody waits for something, and nobody fetches it")
def wait_cap(s: Source) -> Mutants:
    for line in s.all("wait"):
        if " until " in s.line(line) and ", at most" in s.line(line):
            yield s.put(line, re.sub(r", at most .*$", "", s.line(line)))


@kind("silence-dropped", "Nothing says any more how long a client may hear nothing")
def silence(s: Source) -> Mutants:
    return dropped(s, "path", "silence at most")


# decisions


@kind("way-dropped", "A decision leaves some clients out")
def way_dropped(s: Source) -> Mutants:
    for decision in s.all("decide"):
        for branch in decision.all("if"):
            if len(list(decision.all("if"))) > 1:
                yield s.cut(branch)


@kind("otherwise-dropped", "Whoever fits no branch is left out")
def otherwise_dropped(s: Source) -> Mutants:
    return (s.cut(branch) for branch in s.all("otherwise"))


@kind("threshold-moved", "A limit is written with another number in one of two branches")
def threshold(s: Source) -> Mutants:
    for line in conditions(s):
        for found in re.finditer(r"([<>]=?) (\d+)", s.line(line)):
            for number in (int(found[2]) - 1, int(found[2]) + 1):
                yield s.put(line, s.line(line)[: found.start(2)] + str(number) + s.line(line)[found.end(2) :])


@kind("boundary-lost", "At the limit itself nobody is meant, or two are")
def boundary(s: Source) -> Mutants:
    for line in conditions(s):
        for found in re.finditer(r"([<>])(=?) (?=\d)", s.line(line)):
            other = found[1] + ("" if found[2] else "=")
            yield s.put(line, s.line(line)[: found.start()] + other + " " + s.line(line)[found.end() :])


@kind("part-of-condition-dropped", "A condition of two parts loses one")
def part_dropped(s: Source) -> Mutants:
    for line in conditions(s):
        parts = re.split(r" (and|or) ", s.said(line).removeprefix("if "))
        for at in range(0, len(parts), 2):
            rest = parts[:at] + parts[at + 2 :] if at == 0 else parts[: at - 1] + parts[at + 1 :]
            if len(parts) > 1:
                yield s.put(line, f"{s.indent(line)}if {' '.join(rest)}", part=parts[at])


@kind("negation-lost", "A branch for those who do not becomes one for those who do")
def negation(s: Source) -> Mutants:
    for line in conditions(s):
        if " not " in s.line(line):
            yield s.put(line, s.line(line).replace(" not ", " ", 1))
        elif s.said(line).endswith(" is no"):
            yield s.put(line, re.sub(r" is no\b", " is yes", s.line(line)))


@kind("decided-on-the-unasked", "A decision rests on something that nobody has asked")
def unasked(s: Source) -> Mutants:
    clients = next(iter(s.all("clients")))
    for decision in s.all("decide"):
        for line in list(decision.all("if"))[:1]:
            others_ = [part for part in decision.all("if") if part is not line]
            edits = [(line.line, line.line, [f"{s.indent(line)}if nobody asked this"])]
            if decision.one("otherwise") is None and len(others_) != 1:
                continue
            if decision.one("otherwise") is None:
                edits.append((others_[0].line, others_[0].line, [f"{s.indent(line)}if not nobody asked this"]))
            edits.append((clients.line + 1, clients.line, ["    item nobody asked this: yes or no"]))
            yield s.edited(f"{s.said(line)} → if nobody asked this, in {s.called(decision)}", decision, *edits)


@kind("unit-wrong-in-a-condition", "A limit is written in another unit than the item has")
def condition_unit(s: Source) -> Mutants:
    for line in s.all("if", "whenever", "enter when", "until"):
        found = re.search(r"([<>]=? [\d.]+) (ng/l|%|years|kg|mmol/l|points|months|weeks)\b", s.line(line))
        if found is not None:
            other = "mmHg" if found[2] != "mmHg" else "kg"
            yield s.put(line, s.line(line)[: found.start(2)] + other + s.line(line)[found.end(2) :])


@kind("item-unknown", "A condition names something that nobody declared")
def item_unknown(s: Source) -> Mutants:
    for line in s.all("if", "until"):
        found = re.match(r"(\s*(?:if|until) (?:not )?)([\w' -]+?)( is | [<>=]|$)", s.line(line))
        if found is not None and found[2] not in ("", "not"):
            yield s.put(line, f"{found[1]}quite another thing{found[3]}{s.line(line)[found.end() :]}")


@kind("way-ends-too-soon", "An end stands before the rest of the path")
def ends_too_soon(s: Source) -> Mutants:
    for block in s.all("steps"):
        for part in block.body[1:]:
            if part.keyword in ("step", "handoff", "decide", "together"):
                lines = [f"{s.indent(part)}end Too soon", f"{s.indent(part)}    closes the plan"]
                yield s.add_before(part, lines, f"an end before {s.said(part)}")


# repeats and parallel ways


@kind("exit-dropped", "A repeat that never ends")
def exit_dropped(s: Source) -> Mutants:
    for line in s.all("until"):
        block = s.parent(line).body
        at = next(n for n, part in enumerate(block) if part is line)
        repeat = block[at - 1]
        if repeat.keyword != "repeat":
            continue
        yield s.edited(
            f"no {s.said(line)}, after {s.said(repeat)}", repeat, (line.line, line.line, []),
            (repeat.line, repeat.line, [re.sub(r",? at most \d+ times?", "", s.line(repeat))]),
        )  # fmt: skip


@kind("exit-on-what-no-round-makes", "A repeat goes on until something that no round of it tells")
def exit_unmade(s: Source) -> Mutants:
    clients = next(iter(s.all("clients")))
    for line in s.all("until"):
        yield s.edited(
            f"{s.said(line)} → until nobody asked this", line, (line.line, line.line, [f"{s.indent(line)}until nobody asked this"]),
            (clients.line + 1, clients.line, ["    item nobody asked this: yes or no"]),
        )  # fmt: skip


@kind("rounds-too-rare", "A visit every six months becomes one every sixty years")
def rounds_rare(s: Source) -> Mutants:
    for line in s.all("repeat"):
        if isinstance(line.value, syntax.Repetition) and line.value.every is not None:
            yield s.put(line, durations(s, line, 120))


@kind("join-lost", "The path goes on when one of the branches is through, and does not wait for the others")
def join_lost(s: Source) -> Mutants:
    for line in s.all("together"):
        if line.value is None:
            yield s.put(line, s.line(line).rstrip() + " until any is done")


@kind("branch-dropped", "One of the things that go on side by side is forgotten")
def branch_dropped(s: Source) -> Mutants:
    for together in s.all("together"):
        branches = list(together.all("branch"))
        yield from (s.cut(branch, branch=s.said(branch)) for branch in branches if len(branches) > 2)


# ends, events, choices


@kind("end-plan-unsaid", "The path ends and nobody says what becomes of the plan")
def end_plan(s: Source) -> Mutants:
    return dropped(s, "end", "closes the plan", "keeps the plan with")


@kind("end-plan-with-the-wrong-party", "An end leaves the plan with somebody who does not own it")
def end_plan_wrong(s: Source) -> Mutants:
    for end in s.all("end"):
        for line in (*end.all("closes the plan"), *end.all("keeps the plan with")):
            who = provider_of(line.value) or ""
            for other in [p for p in others(s, who) if p.professions][-1:]:
                yield s.put(line, f"{s.indent(line)}keeps the plan with {other.professions[0]} at {other.name}")


@kind("end-dropped", "A way that stops without an end")
def end_dropped(s: Source) -> Mutants:
    for end in s.all("end"):
        if s.parent(end).keyword == "steps" and end is s.parent(end).body[-1]:
            yield s.cut(end)


@kind("no-return-and-nobody-there", "An end promises that the client does not come back, and closes the plan")
def no_return(s: Source) -> Mutants:
    for end in s.all("end"):
        line = end.one("keeps the plan with")
        if line is not None and end.one("no") is not None:
            yield s.put(line, f"{s.indent(line)}closes the plan")


@kind("resume-dropped", "Nobody says how it goes on after an event")
def resume(s: Source) -> Mutants:
    return (s.cut(line) for line in s.all("resume"))


@kind("event-unanswered", "Something happens to the client and nobody does anything")
def event_unanswered(s: Source) -> Mutants:
    for event in s.all("whenever"):
        if " happens" in s.said(event):
            yield s.cut(event, event=s.said(event))


@kind("alarm-unanswered", "A value or an answer that should alarm somebody alarms nobody")
def alarm(s: Source) -> Mutants:
    for event in s.all("whenever"):
        if " happens" not in s.said(event):
            yield s.cut(event, event=s.said(event))


@kind("choice-default-dropped", "The client does not choose, and nobody gives the service")
def choice_default(s: Source) -> Mutants:
    return dropped(s, "client chooses", "if no choice")


@kind("choice-guide-dropped", "The client is left alone with the choice")
def choice_guide(s: Source) -> Mutants:
    return dropped(s, "client chooses", "guided by")


@kind("choice-time-dropped", "The client may think about it for ever")
def choice_time(s: Source) -> Mutants:
    return dropped(s, "client chooses", "within")


@kind("choice-of-the-unagreed", "The client may choose a provider with whom nothing is agreed")
def choice_unagreed(s: Source) -> Mutants:
    wrong = [p for p in s.network.providers.values() if p.sector != "public" and not s.network.agreements_with(p.name)]
    wrong = wrong or [p for p in s.network.providers.values() if p.sector == "third" and p.name not in acting(s)]
    for line in s.all("option"):
        if isinstance(line.value, syntax.Name) and wrong:
            default = s.parent(line).one("if no choice")
            if default is None or not isinstance(default.value, syntax.Name) or default.value.key != line.value.key:
                yield s.put(line, f"{s.indent(line)}option {wrong[0].name}")


# the plan, the head, consent


@kind("plan-dropped", "A path without a care plan")
def plan_dropped(s: Source) -> Mutants:
    return (s.cut(plan) for plan in s.all("plan"))


@kind("plan-owner-dropped", "A plan that nobody owns")
def plan_owner(s: Source) -> Mutants:
    return dropped(s, "plan", "owner")


@kind("plan-owner-elsewhere", "The plan is owned at the start by somebody who does not know the client")
def plan_owner_elsewhere(s: Source) -> Mutants:
    for line in s.all("owner"):
        accountable = next(s.all("accountable"))
        holder = accountable.value.text if isinstance(accountable.value, syntax.Name) else ""
        far = [p for p in s.network.providers.values() if p.name not in acting(s) and p.name != holder and p.professions]
        if isinstance(line.value, syntax.Actor):
            yield from (s.put(line, actor_at(s, line, line.value, other)) for other in far[:1])


@kind("plan-review-dropped", "A plan that nobody looks at again")
def plan_review(s: Source) -> Mutants:
    return dropped(s, "plan", "review")


@kind("plan-review-too-rare", "A plan that is reviewed once in a lifetime")
def plan_review_rare(s: Source) -> Mutants:
    for line in s.all("review"):
        yield s.put(line, durations(s, line, 120))


@kind("plan-review-after-a-stay-dropped", "After a stay on a ward nobody looks at the plan")
def plan_review_after(s: Source) -> Mutants:
    for line in s.all("review"):
        if "after" in s.line(line):
            yield s.put(line, re.sub(r",? and after .*$|, after .*$", "", s.line(line)))


@kind("plan-joining-unsaid", "Nobody says whose plan it is when a second path begins")
def plan_joining(s: Source) -> Mutants:
    return dropped(s, "plan", "if another path joins")


@kind("team-unfilled", "The team must have a profession that has nothing to do on the path")
def team_unfilled(s: Source) -> Mutants:
    said = s.text
    idle = [p for p in s.network.professions if p not in said]
    for line in s.all("team"):
        for profession in idle[:1]:
            yield s.put(line, s.line(line).split("  #")[0] + f", {profession}")


@kind("holder-wrong-at-the-start", "The path begins with a provider that does nothing on it")
def holder_wrong(s: Source) -> Mutants:
    for line in s.all("accountable"):
        if isinstance(line.value, syntax.Name):
            for other in others(s, line.value.text)[:1]:
                yield s.put(line, s.line_with(line, line.value, other.name))


@kind("entry-unsaid", "Nobody says whom the path is for, and the decisions rest on it")
def entry(s: Source) -> Mutants:
    return dropped(s, "clients", "enter when")


@kind("consent-not-asked", "Information rests on the client's consent, and nobody asks for it")
def consent_not_asked(s: Source) -> Mutants:
    consents = {fold(s.said(line).removeprefix("legal basis ")) for line in s.all("legal basis")} & {
        fold(i) for i in s.network.items
    }
    for line in s.all("makes"):
        for item, mutant in s.without_names(line, block=s.called(s.parent(line))):
            if fold(item) in consents:
                yield mutant


@kind("consent-not-heard", "Information goes whether the client consented or not")
def consent_not_heard(s: Source) -> Mutants:
    consents = {s.said(line).removeprefix("legal basis ") for line in s.all("legal basis")} & set(s.network.items)
    for line in s.all("if"):
        for item in consents:
            said = s.said(line)
            if f" and {item}" in said:
                yield s.put(line, s.line(line).replace(f" and {item}", "", 1))
            elif said in (f"if {item}", f"if {item} is yes"):
                opposite = next((b for b in s.parent(line).body if b.keyword in ("if", "otherwise") and b is not line), None)
                if opposite is not None and opposite.keyword == "otherwise":
                    yield s.put(line, f"{s.indent(line)}if {item} is known")


@kind("linked-basis-dropped", "What is known of one client is shown to those of another, and nobody says why it may")
def linked_basis(s: Source) -> Mutants:
    return dropped(s, "linked", "legal basis")


@kind("item-too-old", "A value is worth an hour, and is asked for weeks later")
def item_too_old(s: Source) -> Mutants:
    for item in s.all("item"):
        if isinstance(item.value, syntax.ItemType) and item.value.kind != "document" and "valid" not in s.said(item):
            yield s.put(item, f"{s.line(item).split('  #')[0].rstrip()}, valid 1 hour", item=item.value.name.text)


@kind("maximum-forgotten", "A target stays, and the legal maximum beside it is forgotten", is_beyond=True)
def maximum_forgotten(s: Source) -> Mutants:
    for line in s.all("within"):
        if isinstance(line.value, syntax.Limit) and line.value.at_most is not None:
            yield s.put(line, re.sub(r", at most (the same (working )?day|\d+ [a-z ]+?)(?=,|$)", "", s.line(line), count=1))
    yield from (mutant for mutant in dropped(s, "step", "within") if "at most" in mutant.what)


@kind("ways-swapped", "Two branches of a decision have each other's condition", is_beyond=True)
def ways_swapped(s: Source) -> Mutants:
    for decision in s.all("decide"):
        branches = list(decision.all("if"))
        if len(branches) > 1:
            one, other = branches[:2]
            edits = ((one.line, one.line, [s.line(other)]), (other.line, other.line, [s.line(one)]))
            yield s.edited(f"{s.said(one)} ⇄ {s.said(other)}, in {s.called(decision)}", decision, *edits)


@kind("threshold-misread", "A limit is another number in every branch", is_beyond=True)
def misread(s: Source) -> Mutants:
    for decision in s.all("decide"):
        numbers = {m[1] for line in decision.all("if") for m in re.finditer(r"[<>]=? (\d+)\b", s.said(line))}
        for number in sorted(numbers):
            edits = [
                (line.line, line.line, [re.sub(rf"([<>]=?) {number}\b", rf"\1 {int(number) * 2}", s.line(line))])
                for line in decision.all("if")
            ]
            yield s.edited(f"{number} → {int(number) * 2}, in {s.called(decision)}", decision, *edits)


@kind("condition-misread", "A condition beside `otherwise` says something else than was meant", is_beyond=True)
def condition_misread(s: Source) -> Mutants:
    for decision in s.all("decide"):
        for line in decision.all("if") if decision.one("otherwise") is not None else ():
            said = s.said(line).removeprefix("if ")
            if " and " in said or " or " in said:
                yield s.put(line, f"{s.indent(line)}if {re.split(r' and | or ', said)[0]}")
            elif re.search(r"[<>]=? \d", said):
                yield s.put(line, re.sub(r"([<>])(=?) (?=\d)", lambda m: m[1] + ("" if m[2] else "=") + " ", s.line(line)))
            elif " is " not in said:
                yield s.put(
                    line, f"{s.indent(line)}if {said.removeprefix('not ') if said.startswith('not ') else 'not ' + said}"
                )
