"""Why a mutant of a kind breaks no promise after all: reasons that a sceptic can check on the text.

They are written from the model alone, statement by statement; no proof of a rule has a part in them. A reason that does not
apply to a mutant gives None, and the mutant was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from pathflow.base.durations import Duration
from pathflow.base.names import fold
from pathflow.engine.program import Program
from pathflow.model import conditions as c
from pathflow.model import path as model
from pathflow.model.conditions import Condition, atoms, events_of, items_of
from pathflow.model.network import EVERYTHING
from pathflow.replay.exploring import _conditions_in
from tests.mutants.source import Mutant

Reason = Callable[[Mutant, Program, Program], str | None]
"""For one path: before and after."""

SOUND = "another design that keeps every promise: "


def statements(program: Program) -> Iterator[object]:
    return (node.statement for node in program.nodes if node.statement is not None)


def of_kind(program: Program, sort: type) -> list:
    return [s for s in statements(program) if isinstance(s, sort)]


def listed(statement: object, *fields: str) -> tuple[str, ...]:
    """The items in these fields of a statement, where it has them."""
    found = (getattr(statement, field, None) for field in fields)
    return tuple(item for names in found if isinstance(names, tuple) for item in names)


def steps(program: Program) -> list[model.Step]:
    return of_kind(program, model.Step)


def names_of(program: Program, party: model.Party) -> set[str]:
    """The providers that a party may be, as far as the text tells; `*` for anyone."""
    if party.kind == "provider":
        return {party.name}
    if party.kind == "chosen":
        choices = [s for s in of_kind(program, model.Choice) if s.name == party.name]
        return {name for s in choices for name in (*s.options, s.default) if name is not None}
    return holders(program) if party.kind in ("holder", "previous") else {"*"}


def holders(program: Program) -> set[str]:
    """Everyone to whom the text ever gives the client: at the start, by a handoff, as its fallback; `*` where it cannot be told.

    A handoff from which nothing but ends can be come to gives the client to nobody on the path: nothing is done there after it.
    """
    found = {program.path.accountable}
    for node in program.nodes:
        if isinstance(node.statement, model.Include):
            return {"*"}
        if isinstance(node.statement, model.Handoff):
            parties = [] if _only_ends_follow(program, node.index) else [node.statement.receiver.party]
            parties += [node.statement.fallback.party] if node.statement.fallback is not None else []
            for party in parties:
                if party.kind in ("provider", "chosen"):
                    found |= names_of(program, party)
                elif party.kind == "owner":
                    return {"*"}
    return found


def _only_ends_follow(program: Program, node: int) -> bool:
    return all(program.nodes[edge.target].kind == "end" for edge in program.edges[node])


def registers(program: Program, party: model.Party) -> set[str]:
    network = program.path.network
    names = names_of(program, party)
    return {"*"} if "*" in names else {network.providers[n].register or n for n in names if n in network.providers}


def ends_of(statement: object) -> tuple[model.Party, model.Party] | None:
    """From whom to whom something is carried."""
    if isinstance(statement, model.Step) and statement.by is not None and statement.ordered_by is not None:
        return statement.ordered_by.party, statement.by.party
    if isinstance(statement, model.Handoff | model.Consultation):
        return statement.sender.party, statement.receiver.party
    return None


def decided(program: Program) -> set[str]:
    """The items on which something on the path is decided."""
    path = program.path
    conditions = _conditions_in((path.body, path.whenevers, path.clients.enter_when))
    return {item for condition in conditions for item in items_of(condition)}


def asked(program: Program) -> dict[str, list[object]]:
    """Each item with the statements that need or carry it; decisions ask as `None`."""
    found: dict[str, list[object]] = {item: [None] for item in decided(program)}
    for s in statements(program):
        for item in listed(s, "needs", "carries"):
            found.setdefault(item, []).append(s)
        basis = getattr(s, "basis", None)
        if basis is not None and basis.consent is not None:
            found.setdefault(basis.consent, []).append(s)
    for linked in program.path.clients.linked.values():
        for item in linked.shares:
            found.setdefault(item, []).append(linked)
    return found


def makers(program: Program, item: str) -> list[object]:
    return [s for s in statements(program) if item in listed(s, "makes")]


def lost(before: Program, after: Program) -> set[str]:
    """The items that are made less often than before."""
    items = {item for s in statements(before) for item in listed(s, "makes")}
    return {item for item in items if len(makers(after, item)) < len(makers(before, item))}


def unasked(before: Program, after: Program, items: Iterable[str]) -> str | None:
    """Items that nothing asks for any more, or that another step makes as well."""
    wanted = asked(after)
    told: list[str] = []
    for item in sorted(items):
        if item not in wanted:
            told.append(f"nothing on the path needs, carries or decides on {item}")
        elif makers(after, item):
            told.append(f"{item} is made by `{getattr(makers(after, item)[0], 'name', '')}` too")
        else:
            return None
    return "; ".join(told) or "it makes nothing"


# one reason each


def chosen_acts_nowhere(mutant: Mutant, before: Program, after: Program) -> str | None:
    """Whoever is chosen does nothing on the path."""
    told: list[str] = []
    for _, new in changed(before, after, "options"):
        parties = (getattr(getattr(s, field, None), "party", None) for s in statements(after) for field in _ACTORS)
        if any(party is not None and party.kind == "chosen" and party.name == new.name for party in parties):
            return None
        told.append(f"nobody acts on the path as `{new.name}`")
    return "; ".join(told) or None


_ACTORS = ("by", "ordered_by", "sender", "receiver", "fallback", "guided_by", "plan_to", "plan_with")


def not_made(mutant: Mutant, before: Program, after: Program) -> str | None:
    return unasked(before, after, lost(before, after))


def changed(before: Program, after: Program, field: str) -> list[tuple[object, object]]:
    """The statements whose field is another now."""
    names = {getattr(s, "name", ""): s for s in statements(after)}
    return [
        (s, names[s.name]) for s in statements(before)
        if hasattr(s, field) and s.name in names and getattr(s, field) != getattr(names[s.name], field)
    ]  # fmt: skip


def not_carried(mutant: Mutant, before: Program, after: Program) -> str | None:
    told: list[str] = []
    for old, new in changed(before, after, "carries"):
        parties = ends_of(old)
        if parties is None:
            return None
        here, there = registers(before, parties[0]), registers(before, parties[1])
        for item in sorted(set(old.carries) - set(new.carries)):
            wanted = [s for s in asked(after).get(item, []) if s is not None and _acts_in(after, s, there)]
            if here == there and len(here) == 1 and "*" not in here:
                told.append(f"both write to the {min(here)}, where {item} is read")
            elif not wanted:
                told.append(f"no step of the receiver's register needs {item}, and it carries it no further")
            elif _brought_otherwise(after, item, there, new):
                told.append(f"{item} is made or brought there by another statement too")
            else:
                return None
    return "; ".join(dict.fromkeys(told)) or None


def _acts_in(program: Program, statement: object, there: set[str]) -> bool:
    if isinstance(statement, model.Step):
        own = registers(program, statement.by.party) if statement.by is not None else set()
        sends = registers(program, statement.ordered_by.party) if statement.ordered_by is not None else set()
        return bool(there & own) or (bool(statement.carries) and bool(there & (sends | {"*"} if "*" in sends else sends)))
    parties = ends_of(statement)
    return parties is not None and bool({"*", *registers(program, parties[0])} & there or "*" in registers(program, parties[0]))


def _brought_otherwise(program: Program, item: str, there: set[str], besides: object) -> bool:
    for s in statements(program):
        if s is besides:
            continue
        parties = ends_of(s)
        comes = item in listed(s, "carries") and parties is not None and bool(registers(program, parties[1]) & there)
        by = registers(program, s.by.party) if isinstance(s, model.Step) and s.by is not None else set()
        if isinstance(s, model.Consultation):
            by = registers(program, s.sender.party) | registers(program, s.receiver.party)
        if comes or (item in listed(s, "makes") and bool(by & there)):
            return True
    return False


def one_provider(mutant: Mutant, before: Program, after: Program) -> str | None:
    """A handoff between two professions of one provider."""
    new = [s for s in of_kind(after, model.Handoff) if s.name not in {o.name for o in of_kind(before, model.Handoff)}]
    same = new and all(_is_one(names_of(after, s.sender.party) | names_of(after, s.receiver.party)) for s in new)
    return f"`{new[0].sender.party}` hands over to itself: accountability does not move" if same else None


def _is_one(names: set[str]) -> bool:
    return len(names) == 1 and "*" not in names


def has_silence(mutant: Mutant, before: Program, after: Program) -> str | None:
    silence = after.path.silence
    return f"the path's silence of {silence} is the clock of what has none of its own (law 6)" if silence else None


def orderer_sees_to_it(mutant: Mutant, before: Program, after: Program) -> str | None:
    pairs = changed(before, after, "fallback")
    is_order = pairs and all(isinstance(s, model.Step) and s.ordered_by is not None for s, _ in pairs)
    return "an order that nobody takes stays with whoever ordered it, who is accountable all the time" if is_order else None


def by_agreement(field: str) -> Reason:
    def reason(mutant: Mutant, before: Program, after: Program) -> str | None:
        pairs = changed(before, after, field)
        said = pairs and all(getattr(new, field) is not None or _all_agreed(after, new, field) for _, new in pairs)
        return f"the agreement says it: {getattr(pairs[0][1], field) or 'whoever may be chosen has its own'}" if said else None

    return reason


def _all_agreed(program: Program, step: object, field: str) -> bool:
    """Whether the agreement of everyone who may be chosen for a step says what it does not say."""
    if not isinstance(step, model.Step) or step.by is None or step.by.party.kind != "chosen":
        return False
    names, network = names_of(program, step.by.party), program.path.network
    terms = network.accepted_within if field == "accepted_within" else network.feedback_within
    return bool(names) and all(terms(name) is not None for name in names)


def no_feedback(mutant: Mutant, before: Program, after: Program) -> str | None:
    told = by_agreement("feedback_within")(mutant, before, after)
    if told is not None:
        return told
    for old, _ in changed(before, after, "feedback_within"):
        parties = ends_of(old)
        if parties is None:
            return None
        here, there = registers(before, parties[0]), registers(before, parties[1])
        wanted = [i for i in old.makes if any(s is None or _acts_in(after, s, here) for s in asked(after).get(i, []))]
        if not old.makes:
            return "the order makes nothing that could come back"
        if here == there and len(here) == 1 and "*" not in here:
            return f"both write to the {min(here)}, where what it makes is read"
        if not wanted:
            return f"nobody at `{parties[0]}` needs what it makes: {', '.join(old.makes)}"
    return None


def nothing_crosses(mutant: Mutant, before: Program, after: Program) -> str | None:
    for old, _ in changed(before, after, "basis"):
        parties = ends_of(old)
        if not listed(old, "carries"):
            return "nothing is carried, so nothing crosses that would need a basis"
        if parties is not None and registers(before, parties[0]) == registers(before, parties[1]):
            return "both write to one register: nothing crosses"
        names = {agreement.provider for agreement in before.path.network.agreements if agreement.basis is not None}
        if parties is not None and names_of(before, parties[1]) <= names:
            return "the agreement with the receiver has the basis"
    return None


def longer_and_sound(mutant: Mutant, before: Program, after: Program) -> str | None:
    """A length that is another now, within the maximum and within the path's silence."""
    silence = after.path.silence
    new = mutant.about.get("new", "")
    is_there = False
    for s in statements(after):
        limits = getattr(s, "limits", ()) or ([s.limit] if getattr(s, "limit", None) is not None else [])
        lengths: list[tuple[Duration, Duration | None]] = [(limit.target, limit.at_most) for limit in limits]
        lengths += [(getattr(s, f), None) for f in ("accepted_within", "answered_within") if getattr(s, f, None) is not None]
        for length, most in lengths:
            if _spelt(str(length)) != _spelt(new):
                continue  # not what was changed
            is_there = True
            if (most is not None and length.is_longer_than(most)) or (silence is not None and length.is_longer_than(silence)):
                return None
    if not is_there:
        return None
    return SOUND + "the longer time stays within every maximum and the path's silence, and no clock is broken by it"


def _spelt(length: str) -> str:
    return length.removesuffix("s")


def one_owner(mutant: Mutant, before: Program, after: Program) -> str | None:
    later = [s.plan_with for s in statements(after) if isinstance(s, model.Handoff | model.End) and s.plan_with is not None]
    if all(actor.party.kind == "owner" for actor in later) or not later:
        return SOUND + "the plan keeps its one owner until it is closed or moved (law 3), and no later line names another"
    return SOUND + "the plan keeps its one owner, whom the later lines name on every way that comes to them"


def all_have_clocks(mutant: Mutant, before: Program, after: Program) -> str | None:
    bare = [s for s in steps(after) if not s.limits] + [s for s in of_kind(after, model.Choice) if s.limit is None]
    return "every step and choice has a clock of its own" if not bare else None


def any_may_be_through(mutant: Mutant, before: Program, after: Program) -> str | None:
    """What the branches of a join make that is asked for outside of them."""
    for together in [s for s in model.walk(after.path.body) if isinstance(s, model.Together) and s.until is not None]:
        inside = {id(s) for branch in together.branches for s in model.walk(branch.body)}
        made = {i for branch in together.branches for s in model.walk(branch.body) for i in listed(s, "makes")}
        outside = [s for s in model.walk(after.path.body) if id(s) not in inside]
        needed = {i for s in outside for i in listed(s, "needs", "carries")}
        if made & needed and not all(_made_outside(after, item, inside) for item in made & needed):
            return None
    return SOUND + "the text says that one is enough, and nothing after it needs what only the others make"


def _made_outside(program: Program, item: str, inside: set[int]) -> bool:
    whole = [s for body in (program.path.body, *(w.body for w in program.path.whenevers)) for s in model.walk(body)]
    return any(item in listed(s, "makes") for s in whole if id(s) not in inside)


def nothing_rests_on_entry(mutant: Mutant, before: Program, after: Program) -> str | None:
    entered = items_of(before.path.clients.enter_when) if before.path.clients.enter_when is not None else ()
    rests = [item for item in entered if item in asked(after) and not makers(after, item)]
    asking = ", ".join(rests)
    return None if rests else f"nothing on the path asks for what it said ({', '.join(entered)}){asking}"


def not_a_repeat(mutant: Mutant, before: Program, after: Program) -> str | None:
    for old, new in changed(before, after, "does"):
        gone = {d.service for d in old.does if d.because is not None} & {d.service for d in new.does if d.because is None}
        nodes = [n for n in after.nodes if n.statement is not None and getattr(n.statement, "name", None) == new.name]
        for service in gone:
            giving = [s for s in steps(after) if any(d.service == service for d in s.does)]
            window = after.path.network.services[service].window
            if window is None or len(giving) == 1 or any(node.loop >= 0 for node in nodes):
                return "it is given by no other step, or round after round, which counts as scheduled, or it has no window"
    return None


def stays_known(mutant: Mutant, before: Program, after: Program) -> str | None:
    item = mutant.about.get("item", "")
    if not asked(after).get(item):
        return f"nothing on the path needs, carries or decides on {item}"
    users = [n.index for n in after.nodes if item in listed(n.statement, "needs", "carries")]
    users += [n.index for n in after.nodes if any(e.condition and item in items_of(e.condition) for e in after.edges[n.index])]
    users += [
        n.index
        for n in after.nodes
        if any(lim.when and item in items_of(lim.when) for lim in getattr(n.statement, "limits", ()))
    ]
    events = [s for s in of_kind(after, model.Whenever) if item in items_of(s.condition)]
    waits = [s for s in of_kind(after, model.Wait) if s.until is not None and item in items_of(s.until)]
    others = [s for s in asked(after)[item] if s is not None and item not in listed(s, "needs", "carries")]
    if waits or others or not all(_is_noticed_at_once(s.condition, item) for s in events):
        return None
    if events and not users:
        return f"{item} is asked for by `whenever` alone, which takes notice at the moment when it is told"
    if users and all(_told_just_before(after, user, item) for user in users):
        return f"{item} is asked for at once, as soon as it is told"
    return None


def _is_noticed_at_once(condition: Condition, item: str) -> bool:
    """Whether a condition never asks whether the item is still so: when something else happens or is told, or for how long."""
    if any(isinstance(atom, c.Compare) and atom.lasting is not None for atom in atoms(condition)):
        return False
    parts = condition.parts if isinstance(condition, c.Any) else (condition,)
    return all(set(items_of(part)) <= {item} and not (items_of(part) and events_of(part)) for part in parts)


def _told_just_before(program: Program, node: int, item: str) -> bool:
    """Whether whatever somebody last did before a node, on every way, told the item."""
    incoming = program.incoming()
    seen: set[int] = set()
    waiting = _just_before(program, incoming, node)
    while waiting:
        at = waiting.pop()
        statement = program.nodes[at].statement
        if at in seen or item in listed(statement, "makes"):
            continue
        seen.add(at)
        acts = (model.Step, model.Handoff, model.Consultation, model.Choice, model.Wait, model.Whenever, model.Include)
        if isinstance(statement, acts) or not incoming[at]:
            return False
        waiting += _just_before(program, incoming, at)
    return True


def _just_before(program: Program, incoming: list, node: int) -> list[int]:
    """What comes before a node; before what asks when a round is over, and before whatever follows it, that is the round."""
    before = [edge.source for edge in incoming[node]]
    if program.nodes[node].kind == "repeat":
        before = [at for at in before if program.nodes[at].loop >= 0 and (program.nodes[at].loop == node or at > node)]
    return before


# reasons on the network


def same_flow(before: Program, after: Program) -> bool:
    return before.path.body == after.path.body and before.path.whenevers == after.path.whenevers


def touched_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """The names of what is gone or says something else; where it stands is no matter."""
    return {name for name in old if name not in new or replace(old[name], span=None) != replace(new[name], span=None)}


def performers(program: Program) -> set[str]:
    """Every provider that the path names, in any part."""
    found: set[str] = set()
    for s in statements(program):
        for field in ("by", "ordered_by", "sender", "receiver", "guided_by", "plan_to"):
            actor = getattr(s, field, None)
            if actor is not None:
                found |= names_of(program, actor.party)
        fallback = getattr(s, "fallback", None)
        if fallback is not None:
            found |= names_of(program, fallback.party)
        found |= set(getattr(s, "options", ()))
    return found


def agreement_gone(mutant: Mutant, before: Program, after: Program) -> str | None:
    old, new = before.path.network, after.path.network
    olds, news = ({replace(a, span=None) for a in network.agreements} for network in (old, new))
    touched = {agreement.provider for agreement in olds ^ news}
    for name in touched & performers(before):
        provider = new.providers[name]
        if provider.sector == "public":
            continue
        given = {d.service for s in steps(after) if s.by is not None and name in names_of(after, s.by.party) for d in s.does}
        agreements = new.agreements_with(name)
        valid = after.path.valid
        inside = [
            a for a in agreements if valid is None or a.valid.covers(valid) or (a.valid.last and a.valid.last.year >= 2028)
        ]
        if not inside or any(not any(a.covers_service(service) for a in inside) for service in given):
            return None
        if not same_flow(before, after):
            return None
    return "who it is with is public and needs none, has another that covers what it does, or has no part in the path"


def agreement_terms(mutant: Mutant, before: Program, after: Program) -> str | None:
    return "every order on the path says its own term" if same_flow(before, after) else None


def not_on_the_path(mutant: Mutant, before: Program, after: Program) -> str | None:
    old, new = before.path.network.providers, after.path.network.providers
    touched = touched_of(old, new) & performers(before)
    return "it has no part in the path" if not touched else None


def register_private(mutant: Mutant, before: Program, after: Program) -> str | None:
    old, new = before.path.network.providers, after.path.network.providers
    touched = {name for name in old if new.get(name) is None or old[name].register != new[name].register}
    there = {old[name].register for name in touched}
    acting = performers(before)
    if not touched & acting:
        return "it has no part in the path"
    sharing = [n for n in acting if n in old and old[n].register in there and n not in touched]
    if not sharing:
        return "no other provider of the path writes to that register"
    for s in steps(after):
        if s.by is None or not names_of(after, s.by.party) & touched:
            continue
        own = {i for o in steps(after) if o.by is not None and names_of(after, o.by.party) & touched for i in o.makes}
        carried = {i for o in statements(after) if (e := ends_of(o)) is not None and names_of(after, e[1]) & touched
                   for i in listed(o, "carries")}  # fmt: skip
        if set(s.needs) - own - carried:
            return None
    return "whatever it needs is carried to it or made by it, and nobody is said to read what it makes in the register"


def profession_unused(mutant: Mutant, before: Program, after: Program) -> str | None:
    old, new = before.path.network.providers, after.path.network.providers
    for name in sorted(touched_of(old, new)):
        gone = set(old[name].professions) - set(new[name].professions)
        gone_channels = set(old[name].channels) - set(new[name].channels)
        gone_meets = set(old[name].meets) - set(new[name].meets)
        for s in statements(after):
            for field in ("by", "ordered_by", "sender", "receiver", "guided_by", "plan_to", "plan_with"):
                actor = getattr(s, field, None)
                if actor is None or name not in names_of(after, actor.party):
                    continue
                named = set(actor.professions)
                if named & gone and (actor.joint == "and" or named <= gone):
                    return None
                if field == "by" and actor.channel in gone_channels:
                    return None
                needed = {r for d in getattr(s, "does", ()) for r in after.path.network.services[d.service].requires}
                if field == "by" and needed & gone_meets:
                    return None
    return "nothing on the path asks it of this provider, or somebody else named beside it can do it"


def services_given(mutant: Mutant, before: Program, after: Program) -> str | None:
    old, new = before.path.network.services, after.path.network.services
    touched = touched_of(old, new)
    given = {d.service for s in steps(after) for d in s.does}
    return "no step of the path gives it" if not touched & given else None


def official_is_public(mutant: Mutant, before: Program, after: Program) -> str | None:
    old, new = before.path.network.services, after.path.network.services
    touched = touched_of(old, new)
    providers = after.path.network.providers
    for s in steps(after):
        if s.by is not None and any(d.service in touched for d in s.does):
            names = names_of(after, s.by.party)
            if "*" in names or any(providers[n].sector != "public" for n in names if n in providers):
                return None
    return "only public providers give it on the path, or none does"


def never_repeated(mutant: Mutant, before: Program, after: Program) -> str | None:
    old, new = before.path.network.services, after.path.network.services
    for name in sorted(touched_of(old, new)):
        giving = [d for s in steps(after) for d in s.does if d.service == name]
        if len([d for d in giving if d.because is None]) > 1:
            nodes = [n for n in after.nodes if isinstance(n.statement, model.Step)
                     and any(d.service == name and d.because is None for d in n.statement.does)]  # fmt: skip
            if not _apart(after, nodes):
                return None
    return "no way of the path gives it twice without saying why"


def _apart(program: Program, nodes: list) -> bool:
    """Whether none of the nodes is ahead of another on any way."""
    for node in nodes:
        seen: set[int] = set()
        waiting = [edge.target for edge in program.edges[node.index]]
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting += [edge.target for edge in program.edges[at]]
        if any(other.index in seen for other in nodes if other is not node) or len({n.event for n in nodes}) > 1:
            return False
    return True


def shorter_window(mutant: Mutant, before: Program, after: Program) -> str | None:
    return "a shorter window forbids less, and no path repeats the service without its reason even in the longer one"


def item_not_decided(mutant: Mutant, before: Program, after: Program) -> str | None:
    item = mutant.about.get("item", "")
    return f"nothing on the path compares {item}" if item not in decided(after) else None


def items_unasked(mutant: Mutant, before: Program, after: Program) -> str | None:
    return stays_known(mutant, before, after)


def host_unplaced(mutant: Mutant, before: Program, after: Program) -> str | None:
    gone = {(site.name, h) for site in before.path.network.sites.values() for h in site.hosts
            if h not in after.path.network.sites[site.name].hosts}  # fmt: skip
    for s in steps(after):
        if s.by is not None and any(s.place == site and h in names_of(after, s.by.party) for site, h in gone):
            return None
    return "no step of the path is done there by it"


def same_profession(mutant: Mutant, before: Program, after: Program) -> str | None:
    for _, new in changed(before, after, "receiver"):
        provider = after.path.network.providers.get(new.receiver.party.name)
        has = provider is not None and set(new.receiver.professions) <= set(provider.professions)
        agreed = provider is not None and (
            provider.sector == "public"
            or any(EVERYTHING in a.covers for a in after.path.network.agreements_with(provider.name))
        )
        if has and agreed:
            return SOUND + "the other receiver has the profession and may act, and does or orders all that follows"
    return None


def feedback_by_agreement(mutant: Mutant, before: Program, after: Program) -> str | None:
    if same_flow(before, after):
        return "every order on the path says its own term"
    return no_feedback(mutant, before, after)


def no_stay(mutant: Mutant, before: Program, after: Program) -> str | None:
    stays = [s for s in steps(after) if s.by is not None and s.by.channel == "ward"]
    left = after.path.plan.review.after if after.path.plan is not None and after.path.plan.review is not None else ()
    if stays and not left:
        return None
    return SOUND + "nobody stays on a ward on this path, and the plan is reviewed by the calendar all the same"


def reason_unused(mutant: Mutant, before: Program, after: Program) -> str | None:
    reason = mutant.about.get("reason", "")
    touched = touched_of(before.path.network.services, after.path.network.services)
    said = {d.because for s in steps(after) for d in s.does if d.because is not None and d.service in touched}
    if reason not in said and fold(reason) not in {fold(event) for event in after.path.events}:
        return f"nothing on the path is repeated because of {reason}, and no event has that name"
    return never_repeated(mutant, before, after) if reason not in said else None


def only_holder(mutant: Mutant, before: Program, after: Program) -> str | None:
    """Whoever does the step is the only one that ever holds the client."""
    names = {
        name for _, new in changed(before, after, "ordered_by") if new.by is not None for name in names_of(after, new.by.party)
    }
    return f"`{min(names)}` is the only provider that ever holds the client" if names and names == holders(after) else None


def plan_is_reviewed(mutant: Mutant, before: Program, after: Program) -> str | None:
    """The event still brings somebody to the client: the plan's owner, who reviews it after the event."""
    review = after.path.plan.review if after.path.plan is not None else None
    reviewed = [name for name in (review.after if review is not None else ()) if f" {name} happens" in mutant.about["event"]]
    if not reviewed:
        return None
    return SOUND + f"the plan's owner reviews it after {reviewed[0]}, so that somebody takes notice"


def passes_on(mutant: Mutant, before: Program, after: Program) -> str | None:
    """Who orders now has done an order for the client just before it, on the same way: it passes a part of it on."""
    for _, new in changed(before, after, "ordered_by"):
        name = new.ordered_by.party.name
        if not _did_an_order_before(after.path.body, new, name):
            return None
    return SOUND + "who orders has done an order for this client on every way that leads there, and passes a part of it on"


def _did_an_order_before(body: object, step: model.Step, name: str) -> bool:
    """Whether an order to a provider stands in a line with a step, or with a block around it, and before it."""
    for block in _blocks(body):
        at = next((n for n, s in enumerate(block) if any(inner.name == step.name for inner in model.walk((s,))
                   if isinstance(inner, model.Step))), None)  # fmt: skip
        if at is not None and any(
            isinstance(s, model.Step) and s.ordered_by is not None and s.by is not None and s.by.party.name == name
            for s in block[:at]
        ):
            return True
    return False


def _blocks(body: Any) -> Iterator[tuple]:
    """A body, and every body inside it."""
    yield tuple(body)
    for s in body:
        inner = getattr(s, "body", None)
        bodies = [part.body for part in (*getattr(s, "branches", ()), getattr(s, "otherwise", None)) if hasattr(part, "body")]
        for one in ([inner] if inner is not None else []) + bodies:
            yield from _blocks(one)


def another_that_may(mutant: Mutant, before: Program, after: Program) -> str | None:
    """Who sees to an order that nobody took has an agreement that covers what it does, and somebody who can do it."""
    network = after.path.network
    for _, new in changed(before, after, "fallback"):
        agreements = network.agreements_with(new.fallback.party.name)
        given = [d.service for d in getattr(new, "does", ())]
        if not given or not all(any(a.covers_service(service) for a in agreements) for service in given):
            return None
        if new.by is None or not set(new.by.professions) <= set(network.providers[new.fallback.party.name].professions):
            return None
    return SOUND + "who sees to it then has the profession, and an agreement that covers what is ordered"


def advice_within(mutant: Mutant, before: Program, after: Program) -> str | None:
    """Advice between two professions of one provider: who holds the client is as before, and so is the plan's owner."""
    old = {s.name for s in of_kind(before, model.Consultation)}
    for s in [s for s in of_kind(after, model.Consultation) if s.name not in old]:
        if names_of(after, s.sender.party) != names_of(after, s.receiver.party) or s.sender.party.kind != "provider":
            return None
    return one_owner(mutant, before, after)


REASONS: dict[str, Reason] = {
    "order-by-another": passes_on,
    "order-fallback-outsider": another_that_may,
    "handoff-to-consultation": advice_within,
    "event-unanswered": plan_is_reviewed,
    "order-not-ordered": only_holder,
    "plan-review-after-a-stay-dropped": no_stay,
    "handoff-plan-stays-behind": one_owner,
    "handoff-redirected": same_profession,
    "handoff-item-dropped": not_carried,
    "handoff-basis-dropped": nothing_crosses,
    "handoff-in-a-branch": one_provider,
    "order-deadline-dropped": by_agreement("accepted_within"),
    "order-fallback-dropped": orderer_sees_to_it,
    "order-contents-dropped": not_carried,
    "order-item-dropped": not_carried,
    "order-feedback-dropped": no_feedback,
    "order-basis-dropped": nothing_crosses,
    "consultation-contents-dropped": not_carried,
    "consultation-answer-dropped": not_made,
    "consultation-basis-dropped": nothing_crosses,
    "step-dropped": not_made,
    "result-not-made": not_made,
    "service-not-given": not_made,
    "reason-dropped": not_a_repeat,
    "clock-dropped": has_silence,
    "unit-wrong-in-a-time": longer_and_sound,
    "silence-dropped": all_have_clocks,
    "join-lost": any_may_be_through,
    "branch-dropped": not_made,
    "choice-time-dropped": has_silence,
    "entry-unsaid": nothing_rests_on_entry,
    "consent-not-asked": not_made,
    "choice-of-the-unagreed": chosen_acts_nowhere,
    "item-too-old": stays_known,
    "agreement-dropped": agreement_gone,
    "agreement-ended-before": agreement_gone,
    "agreement-ends-early": agreement_gone,
    "agreement-begins-late": agreement_gone,
    "agreement-narrowed": agreement_gone,
    "agreement-deadline-dropped": agreement_terms,
    "agreement-feedback-dropped": feedback_by_agreement,
    "agreement-with-another": agreement_gone,
    "profession-lost": profession_unused,
    "register-lost": register_private,
    "register-changed": register_private,
    "condition-no-longer-met": profession_unused,
    "condition-added": services_given,
    "provider-sold": not_on_the_path,
    "channel-lost": profession_unused,
    "service-result-dropped": not_made,
    "window-lengthened": never_repeated,
    "window-shortened": shorter_window,
    "window-reason-dropped": reason_unused,
    "shared-item-too-old": items_unasked,
    "shared-item-of-another-type": item_not_decided,
    "shared-item-of-another-unit": item_not_decided,
    "official-act-by-a-company": official_is_public,
    "host-gone": host_unplaced,
}
"""The kinds of which some mutants may break no promise."""


def reason_of(mutant: Mutant, before: list[Program], after: list[Program]) -> str | None:
    """Why the mutant breaks no promise on any of the paths that it changes; None where that cannot be said."""
    reason = REASONS.get(mutant.kind)
    if reason is None:
        return None
    told = [reason(mutant, old, new) for old, new in zip(before, after, strict=True)]
    if any(why is None for why in told):
        return None
    return "; ".join(dict.fromkeys(why for why in told if why)) or None
