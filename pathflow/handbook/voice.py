"""What is said in a handbook, in one language: sentences of the catalogue, names by their labels, times, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Final

from pathflow.base.durations import Duration
from pathflow.base.names import fold
from pathflow.dsl.languages import ENGLISH, Code, language
from pathflow.handbook.blocks import Badge, Inline, Link, Rich, Text
from pathflow.handbook.material import Material, statements
from pathflow.handbook.places import Places
from pathflow.locale import phrase, sentence, value
from pathflow.model import conditions as c
from pathflow.model import path as model
from pathflow.model.network import Labels, Payer, Period, Price, Sector

_PLACE: Final = re.compile(r"\{(\w+)\}")
_OPERATORS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "="}
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
                  "December")  # fmt: skip
SECTORS: Final[dict[Sector, str]] = {"public": "Public sector", "private": "Private sector", "third": "Third sector"}
MODES: Final = {
    "own": "own production", "purchase": "purchased service", "voucher": "service voucher", "alliance": "alliance",
    "grant": "grant", "cooperation": "cooperation without payment",
}  # fmt: skip
KINDS: Final = {
    "number": "number", "yes or no": "yes or no", "one of": "one of several", "date": "date", "text": "text",
    "document": "document",
}  # fmt: skip
WORDS: Final = {"yes": "yes", "no": "no"}
PARTIES: Final = {
    "holder": "whoever is accountable", "previous": "whoever was accountable before", "client": "the client",
    "owner": "the plan owner",
}  # fmt: skip


TO_CLIENT: Final = {
    "holder": "whoever is accountable for you", "previous": "whoever was accountable for you before", "client": "you",
    "owner": "the owner of your plan",
}  # fmt: skip


class Voice:
    """One language of a handbook.

    Args:
        places: where each page and section is.
        path: the path whose steps are spoken of, or None.
        is_to_client: whether it is the client who is spoken to.
    """

    def __init__(
        self, code: Code, material: Material, places: Places, path: model.Path | None = None, *, is_to_client: bool = False
    ) -> None:
        self.code: Code = code
        self.material = material
        self.places = places
        self.subject = path
        self.is_to_client = is_to_client
        self._speaking: dict[int, Voice] = {}

    def on(self, path: model.Path) -> Voice:
        """The same voice, speaking of a path: its steps and items are known by name."""
        found = self._speaking.get(id(path))
        if found is None:
            found = Voice(self.code, self.material, self.places, path)
            found._speaking = self._speaking
            self._speaking[id(path)] = found
        return found

    def to_client(self) -> Voice:
        """The same voice, speaking to the client."""
        return Voice(self.code, self.material, self.places, self.subject, is_to_client=True)

    # ── sentences ───────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, template: str, /, **words: object) -> str:
        """A sentence of the catalogue, with its words."""
        found = sentence(template, self.code, "handbook")
        return _PLACE.sub(lambda place: str(words[place[1]]), found) if words else found

    def rich(self, template: str, /, **words: Rich | Inline | str | int) -> Rich:
        """The same, where words may be names and links."""
        parts = _PLACE.split(sentence(template, self.code, "handbook"))
        found: list[Inline] = []
        for at, part in enumerate(parts):
            if at % 2 == 0:
                found += [Text(part)] if part else []
            else:
                found += _as_rich(words[part])
        return tuple(found)

    def listed(self, names: Iterable[Inline | Rich], between: str = ", ") -> Rich:
        """Names one after the other."""
        found: list[Inline] = []
        for one in names:
            found += [Text(between)] if found else []
            found += _as_rich(one)
        return tuple(found)

    # ── times, numbers, money ───────────────────────────────────────────────────────────────────────────────────────

    def length(self, duration: Duration | None) -> str:
        """`14 days`; nothing where there is none."""
        return phrase(str(duration), self.code) if duration is not None else ""

    def before(self, duration: Duration) -> str:
        """The length as it stands before a word that governs it."""
        if duration.count == 0:
            return self.length(duration)
        return language(self.code).length(duration.count, duration.unit, True)

    def day(self, day: date) -> str:
        """A date as it is written in the language."""
        if self.code == ENGLISH:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return f"{day.day}.{day.month}.{day.year}"

    def period(self, period: Period | None) -> str:
        """From when on, and until when."""
        if period is None:
            return ""
        if period.last is None:
            return self.text("from {first} on", first=self.day(period.first))
        return self.text("{first} – {last}", first=self.day(period.first), last=self.day(period.last))

    def number(self, number: float) -> str:
        """With the sign of decimals that the language has."""
        whole = f"{number:,.10g}".replace(",", "\N{NO-BREAK SPACE}")
        return whole if self.code == ENGLISH else whole.replace(".", ",")

    def price(self, price: Price | None) -> str:
        """`30 € per visit`."""
        if price is None:
            return ""
        amount = f"{self.number(price.amount)}\N{NO-BREAK SPACE}{price.currency}"
        return self.text("{amount} per {unit}", amount=amount, unit=self._word(price.per)) if price.per else amount

    def _word(self, word: str) -> str:
        """A single word that is often written, in the language; as it is, where it is not known."""
        found = sentence(f"word: {word}", self.code, "handbook")
        return word if found.startswith("word: ") else found

    # ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def name(self, name: str, labels: Labels = (), file: str = "") -> Text:
        """A name by its label in the language, else as it is written, with the language it is in."""
        label = dict(labels).get(self.code)
        return Text(label) if label else Text(name, self.foreign(file))

    def foreign(self, file: str = "") -> str:
        """The language of a file, where it is not the page's."""
        written = self.material.languages.get(file, ENGLISH)
        return "" if written == self.code else written

    def quoted(self, text: str, file: str = "") -> Text:
        """The writer's own words, which are never translated."""
        return Text(text, self.foreign(file or (self.subject.span.file if self.subject is not None else self._file)))

    @cached_property
    def _file(self) -> str:
        """The file of most names: the first network's."""
        spans = [network.span for network in self.material.all_networks if network.span is not None]
        return spans[0].file if spans else ""

    @cached_property
    def _names(self) -> Mapping[tuple[str, str], tuple[str, Labels, str]]:
        """By kind and folded name: the name as declared, its labels, and the file."""
        found: dict[tuple[str, str], tuple[str, Labels, str]] = {}

        def learn(kind: str, things: Iterable[object]) -> None:
            for thing in things:
                name, labels, span = getattr(thing, "name", ""), getattr(thing, "labels", ()), getattr(thing, "span", None)
                found.setdefault((kind, fold(name)), (name, labels, span.file if span is not None else self._file))

        for path in [self.subject] if self.subject is not None else []:
            learn("item", path.clients.items.values())
            learn("event", path.clients.events.values())
            learn("step", statements(path))
        for network in self.material.all_networks:
            learn("item", network.items.values())
            learn("event", network.events.values())
            learn("provider", network.providers.values())
            learn("service", network.services.values())
            learn("site", network.sites.values())
            learn("alliance", network.alliances.values())
            for name, labels in network.called.items():
                found.setdefault(("profession", fold(name)), (name, labels, self._file))
        for path in self.material.paths:
            learn("path", [path])
            learn("item", path.clients.items.values())
        return found

    def known(self, kind: str, name: str) -> Text:
        """The name of a thing of that kind; as it is, where there is none."""
        found = self._names.get((kind, fold(name)))
        return self.name(*found) if found is not None else self.quoted(name)

    def knows(self, kind: str, name: str) -> bool:
        """Whether there is a thing of that kind with that name."""
        return (kind, fold(name)) in self._names

    def provider(self, name: str) -> Inline:
        """A provider, with its page; the client's choice and others as they are called."""
        text = self.known("provider", name)
        page = self.places.provider(name)
        return Link(text.text, page, "", text.lang) if page else text

    def payers(self, payers: Iterable[Payer]) -> Rich:
        """Who pays, and which share."""
        return self.listed(self._payer(one) for one in payers)

    def _payer(self, one: Payer) -> Rich:
        share = (Text(f" {self.number(one.share)}\N{NO-BREAK SPACE}%"),) if one.share is not None else ()
        return (self.provider(one.name), *share)

    def item(self, name: str) -> Text:
        """A piece of information."""
        return self.known("item", name)

    def items(self, names: Iterable[str]) -> Rich:
        """Several of them."""
        return self.listed(self.item(name) for name in names)

    def options(self, item: str, options: Iterable[str]) -> list[Text]:
        """Options of an item, as they are called in this language."""
        called = self._options.get(fold(item), {})
        return [Text(called[option]) if option in called else self.quoted(option) for option in options]

    @cached_property
    def _options(self) -> Mapping[str, Mapping[str, str]]:
        """By folded item and by option: what it is called in this language. The path's own items come first."""
        groups = [self.subject.clients.items] if self.subject is not None else []
        groups += [network.items for network in self.material.all_networks]
        groups += [path.clients.items for path in self.material.paths]
        found: dict[str, Mapping[str, str]] = {}
        for group in groups:
            for item in group.values():
                called = {option: dict(labels)[self.code] for option, labels in item.called if self.code in dict(labels)}
                found.setdefault(fold(item.name), called)
        return found

    def service(self, name: str) -> Inline:
        """A service, with its place in the register of services."""
        text = self.known("service", name)
        anchor = self.places.service(name)
        return Link(text.text, "services", anchor, text.lang) if anchor else text

    def path(self, path: model.Path) -> Link:
        """A path, with its page."""
        text = self.name(path.name, path.labels, path.span.file)
        return Link(text.text, self.places.path(path), "", text.lang)

    def path_named(self, name: str) -> Inline:
        """A path by its name."""
        found = self.material.path_named(name)
        return self.path(found) if found is not None else self.quoted(name)

    def step(self, name: str) -> Inline:
        """A step, a handoff or an event of the path that is spoken of, with its place on the path's page."""
        kind = "step" if ("step", fold(name)) in self._names else "event"
        text = self.known(kind, name)
        if self.subject is None or kind == "event":
            return text
        anchor = self.places.step(self.subject, name)
        return Link(text.text, self.places.path(self.subject), anchor, text.lang) if anchor else text

    def profession(self, name: str) -> Text:
        """A profession, as the network calls it in this language."""
        return self.known("profession", name)

    def channel(self, name: str) -> str:
        """How the client is met."""
        return value("channels", name, self.code)

    def sector(self, sector: Sector) -> Badge:
        """A sector, with its sign."""
        return Badge(f"sector-{sector}", self.text(SECTORS[sector]))

    # ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def party(self, party: model.Party) -> Rich:
        """A provider, the client's choice of one, or whoever it is at that moment."""
        if party.kind == "provider":
            return (self.provider(party.name),)
        if party.kind == "chosen":
            chosen = (
                "the provider that you choose: {name}" if self.is_to_client else "the provider that the client chooses: {name}"
            )
            return self.rich(chosen, name=self.known("step", party.name))
        return (Text(self.text((TO_CLIENT if self.is_to_client else PARTIES)[party.kind])),)

    def actor(self, actor: model.Actor | None) -> Rich:
        """Who acts, where, and how the client is met."""
        if actor is None:
            return (Text(self.text("nobody is named")),)
        between = f" {self.text('and') if actor.joint == 'and' else self.text('or')} "
        people = self.listed([self.profession(name) for name in actor.professions], between)
        who = (*people, Text(", "), *self.party(actor.party)) if people else self.party(actor.party)
        return (*who, Text(f" ({self.channel(actor.channel)})")) if actor.channel else who

    # ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def condition(self, condition: c.Condition) -> Rich:
        """A condition in words, with the items' names in the language."""
        match condition:
            case c.Compare():
                return self._compared(condition)
            case c.OneOf(item, options):
                if options in (("yes",), ("no",)):
                    return self.rich("{item}: {option}", item=self.item(item), option=self.text(WORDS[options[0]]))
                said = self.listed(self.options(item, options), f" {self.text('or')} ")
                return self.rich("{item}: {option}", item=self.item(item), option=said)
            case c.IsUnknown(item):
                return self.rich("{item} is not known", item=self.item(item))
            case c.Happens(event):
                return self.rich("this happens: {event}", event=self.step(event))
            case c.Reason(name):
                return (self.quoted(name),)
            case c.Not(part):
                return self._opposite(part)
            case c.All(parts):
                return self._joined(parts, self.text("and"), c.Any)
            case c.Any(parts):
                return self._joined(parts, self.text("or"), c.All)

    def _compared(self, one: c.Compare) -> Rich:
        number = self.number(one.bound) + (f"\N{NO-BREAK SPACE}{self._unit(one.unit)}" if one.unit else "")
        said: Rich = (self.item(one.item), Text(f" {_OPERATORS[one.operator]} {number}"))
        if one.within is not None:
            said = (*said, Text(self.text(", at most {length} old", length=self.before(one.within))))
        return (*said, Text(self.text(", for {length}", length=self.before(one.lasting)))) if one.lasting is not None else said

    def _unit(self, unit: str) -> str:
        found = phrase(f"2 {unit}", self.code).partition(" ")[2]
        return found or unit

    def _opposite(self, part: c.Condition) -> Rich:
        if isinstance(part, c.IsUnknown):
            return self.rich("{item} is known", item=self.item(part.item))
        if isinstance(part, c.OneOf) and part.options in (("yes",), ("no",)):
            other = "no" if part.options == ("yes",) else "yes"
            return self.rich("{item}: {option}", item=self.item(part.item), option=self.text(WORDS[other]))
        return self.rich("not so: {condition}", condition=self.condition(part))

    def _joined(self, parts: tuple[c.Condition, ...], word: str, wrapped: type[c.Condition]) -> Rich:
        said = [
            (Text("("), *self.condition(part), Text(")")) if isinstance(part, wrapped) else self.condition(part)
            for part in parts
        ]
        return self.listed(said, f" {word} ")


def _as_rich(word: Rich | Inline | str | int) -> list[Inline]:
    if isinstance(word, tuple):
        return list(word)
    return [Text(str(word))] if isinstance(word, str | int) else [word]
