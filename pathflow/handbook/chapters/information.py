"""The flow of information: registers, what crosses from one to another and why it may, consents, and every item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pathflow.handbook.blocks import Block, Page, Rich, Section
from pathflow.handbook.chapters.handoffs import basis
from pathflow.handbook.making import Row, Some, cell, line, section, table, table_or
from pathflow.handbook.material import Edition, each_once, statements
from pathflow.handbook.voice import KINDS, Voice
from pathflow.model import path as model
from pathflow.model.conditions import items_of
from pathflow.model.network import Item


def chapter(voice: Voice, edition: Edition) -> Page:
    """The page."""
    lead = voice.text(
        "Health and social registers are separate, and each has its own legal basis. What crosses from "
        "one to another needs a statute or the client's consent."
    )
    parts = [_registers(voice)]
    for path in voice.material.paths:
        mine = [block for block in of_path(voice.on(path), path) if block is not None]
        parts.append(section(voice.places.path(path), voice.path(path).text, *mine))
    return Page("information", voice.text("Information flow and permissions"), "chapter", tuple(parts), lead=line(lead))


def _registers(voice: Voice) -> Section:
    by_register: dict[str, list[str]] = {}
    for name, one in voice.material.providers.items():
        by_register.setdefault(one.register, []).append(name)
    rows = [
        (
            voice.quoted(register) if register else voice.text("a register of its own"),
            voice.listed(voice.provider(n) for n in names),
        )
        for register, names in sorted(by_register.items())
    ]
    made = table(voice, voice.text("Who writes to which register, and sees what stands in it"), ("Register", "Providers"), rows)
    return section("registers", voice.text("Registers"), table_or(rows, made, voice.text("No register is named.")))


def of_path(voice: Voice, path: model.Path) -> Iterator[Block | None]:
    """What crosses registers on a path, on which consent, and its items."""
    rows = list(_crossings(voice, path))
    columns = ("Step", "From", "To", "Goes along", "Legal basis")
    made = table(voice, voice.text("What goes from one register to another"), columns, rows)
    yield table_or(rows, made, voice.text("On this path nothing crosses from one register to another."))
    linked = [
        (voice.name(one.name, one.labels, path.span.file), voice.items(one.shares), basis(voice, one.basis))
        for one in path.clients.linked.values()
    ]
    if linked:
        yield table(
            voice,
            voice.text("Linked clients, and what those who care for one may see of the other"),
            ("Linked client", "What is shared", "Legal basis"),
            linked,
        )
    yield item_table(voice, path)


def _crossings(voice: Voice, path: model.Path) -> Iterator[Row]:
    for one in statements(path):
        ends = _ends(one)
        carried: tuple[str, ...] = getattr(one, "carries", ())
        if ends is None or not _may_cross(voice, path, *ends):
            continue
        sender, receiver = ends
        yield (
            voice.step(getattr(one, "name", "")),
            voice.party(sender),
            voice.party(receiver),
            cell(*(voice.item(n) for n in carried)),
            cell(*_bases(voice, getattr(one, "basis", None), sender, receiver)),
        )


def _ends(one: model.Statement) -> tuple[model.Party, model.Party] | None:
    if isinstance(one, model.Handoff | model.Consultation):
        return one.sender.party, one.receiver.party
    if isinstance(one, model.Step) and one.ordered_by is not None and one.by is not None:
        return one.ordered_by.party, one.by.party
    return None


def _may_cross(voice: Voice, path: model.Path, sender: model.Party, receiver: model.Party) -> bool:
    """Whether the two may write to different registers; a party that is found in the client's record is not known here."""
    options = {one.name: one.options for one in statements(path) if isinstance(one, model.Choice)}

    def registers(party: model.Party) -> set[str]:
        names = options.get(party.name, ()) if party.kind == "chosen" else (party.name,)
        found = (voice.material.providers.get(name) for name in names)
        return {one.register or one.name for one in found if one is not None}

    here, there = registers(sender), registers(receiver)
    return bool(here and there) and len(here | there) > 1


def _bases(voice: Voice, own: model.Basis | None, *parties: model.Party) -> list[Some]:
    found: list[Some] = [basis(voice, own)] if own is not None else []
    found += [
        voice.rich("agreement: {text}", text=voice.quoted(agreement.basis))
        for agreement in voice.material.agreements
        if agreement.basis and any(party.name == agreement.provider for party in parties)
    ]
    return found or [voice.text("none is named")]


def item_table(voice: Voice, path: model.Path) -> Block:
    """Every item of a path: what it is, where it is made, where it is needed."""
    uses = {
        "made": _where(path, lambda one: (*getattr(one, "makes", ()), *_service_makes(path, one))),
        "needed": _where(path, lambda one: one.needs if isinstance(one, model.Step) else ()),
        "carried": _where(path, lambda one: getattr(one, "carries", ())),
    }
    asked = _asked(path)
    known = {*path.clients.items, *asked, *(name for found in uses.values() for name in found)}
    names = [name for name in path.items if name in known]
    rows = [_item(voice, path.items[name], uses) for name in names]
    columns = ("Information", "Kind", "Valid for", "Made in", "Needed in", "Goes along with")
    return table(voice, voice.text("Information on this path: where it is made, needed, and sent"), columns, rows)


def _asked(path: model.Path) -> set[str]:
    """The items that the path's conditions ask for."""
    conditions = [path.clients.enter_when, *(whenever.condition for whenever in path.whenevers)]
    for one in statements(path):
        conditions += [branch.condition for branch in getattr(one, "branches", ()) if isinstance(branch, model.Branch)]
        limits = one.limits if isinstance(one, model.Step) else ()
        conditions += [getattr(one, "until", None) if isinstance(one, model.Repeat | model.Wait) else None]
        conditions += [limit.when for limit in limits]
    return {item for condition in conditions if condition is not None for item in items_of(condition)}


def _service_makes(path: model.Path, one: model.Statement) -> tuple[str, ...]:
    if not isinstance(one, model.Step):
        return ()
    services = (path.network.services.get(doing.service) for doing in one.does)
    return tuple(name for service in services if service is not None for name in service.makes)


def _where(path: model.Path, of: Callable[[model.Statement], Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in statements(path):
        for name in of(one):
            found.setdefault(name, []).append(getattr(one, "name", ""))
    return found


def _item(voice: Voice, item: Item, uses: Mapping[str, Mapping[str, list[str]]]) -> Row:
    steps = [cell(voice.listed(voice.step(name) for name in each_once(uses[use].get(item.name, ())))) for use in uses]
    return (voice.item(item.name), kind_of(voice, item), cell(*_validity(voice, item)), *steps)


def kind_of(voice: Voice, item: Item) -> Rich:
    """What sort of information an item is."""
    if item.kind == "number" and item.unit and item.range is not None:
        low, high = (voice.number(bound) for bound in (item.range.low, item.range.high))
        return voice.rich("number from {low} to {high}, in {unit}", low=low, high=high, unit=voice.quoted(item.unit))
    if item.kind == "number" and item.unit:
        return voice.rich("number, in {unit}", unit=voice.quoted(item.unit))
    if item.options and item.kind == "one of":
        return voice.rich("one of: {options}", options=voice.listed(voice.options(item.name, item.options)))
    return line(voice.text(KINDS[item.kind]))


def _validity(voice: Voice, item: Item) -> list[str]:
    return [voice.length(item.valid), voice.text("checked anew at every handoff") if item.is_checked else ""]
