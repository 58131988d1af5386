"""The names that may be used where, and what is said when a name is not among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec.structs import replace

from pathflow.base.findings import Edit, Finding, Related
from pathflow.base.names import counted, fold, is_plainly, listing, nearest
from pathflow.base.spans import Span
from pathflow.dsl.habits import as_comparison
from pathflow.dsl.languages import standing_in
from pathflow.dsl.mistakes import finding
from pathflow.dsl.syntax import Name, Statement
from pathflow.dsl.vocabulary import KEYWORDS

Sort = Literal[
    "provider", "service", "item", "profession", "event", "step", "choice", "end", "path", "site", "alliance", "linked"
]

_CALLED: Final[dict[Sort, str]] = {
    "provider": "a provider",
    "service": "a service",
    "item": "an item",
    "profession": "a profession",
    "event": "an event",
    "step": "a step, handoff or consultation",
    "choice": "a client's choice",
    "end": "an end",
    "path": "a path",
    "site": "a site",
    "alliance": "an alliance",
    "linked": "a linked client",
}

_DECLARE: Final[dict[Sort, str]] = {
    "provider": "Declare it in the network: provider {name}",
    "service": "Declare it in the network: service {name}",
    "item": "Declare it with the clients, or in the network: item {name}: {type}",
    "profession": "Add it to the network's professions: professions {name}",
    "event": "Declare it with the clients, or in the network: event {name}",
    "step": "Nothing on this path is called so: write the step, handoff or consultation, or take the name away here",
    "choice": "A choice is named where the client makes it: client chooses {name}",
    "end": "An end is named where it stands: end {name}",
    "path": "A path begins with: path {name}",
    "site": "Declare it in the network: site {name}",
    "alliance": "Declare it in the network: alliance {name}",
    "linked": "Declare it with the clients: linked {name}",
}

_OR_TAKE: Final[dict[Sort, str]] = {
    "provider": "Declare it in the network: provider {name}; or take one that is there: {known}",
    "service": "Declare it in the network: service {name}; or take one that is there: {known}",
    "profession": "Add it to the network's professions: professions {name}; or take one that is there: {known}",
}
"""The same, where there are few that could be meant."""

_TOLD_MAX: Final = 6
"""How many names are told of those that there are."""

_DECLARED_BY: Final[dict[str, Sort]] = {
    "provider": "provider", "service": "service", "item": "item", "event": "event", "choice": "choice", "end": "end",
    "site": "site", "alliance": "alliance", "step": "step", "handoff": "step", "consultation": "step", "steps": "step",
    "whenever": "step",
}  # fmt: skip
"""The sort of name that each kind of block declares, or that its lines do."""

_KEYWORD: Final = re.compile("(?:" + "|".join(re.escape(word) for word in sorted(KEYWORDS, key=len, reverse=True)) + r")\b")
_FINDING: Final = re.compile(r"finding\s+([A-Z]\d{3})$", re.I)

_CUT: Final = re.compile(r"\b(?:and|or|is|not|ja|tai|on|ei|och|eller|är|inte)\b", re.I)
"""Words at which a name ends in a condition."""

_NAMED: Final[frozenset[Sort]] = frozenset({"provider", "profession", "item", "service", "site", "alliance", "linked"})
"""Sorts of which none can be called as a word is that stands for somebody else at each moment."""

_FLOWING: Final[frozenset[Sort]] = frozenset({"step", "choice", "end"})


_JOINED: Final = re.compile(r"\s+(?:and|or|ja|och|und|&|\+)\s+|\s*[;|]\s*")


_ASKING: Final = frozenset({"if", "until", "whenever", "wait", "enter when", "within"})
"""Keywords after which a condition may stand."""

_RECKONED: Final = re.compile(r"(.+?)\s+([-+*/×−])\s+\S")
_BEFORE_ITEMS: Final = frozenset(
    {"either", "both", "if", "when", "the", "has", "is", "joko", "jos", "kun", "antingen", "om", "när", "både"}
)
"""Words that people write before an item in a condition."""


def _give(words: Mapping[str, str]) -> str:
    return "Give the name of {called}: {known}" if words["known"] else "Give the name of {called}"


def _as_list(text: str) -> str:
    """Names joined by `and` or by semicolons as the list that they may be meant to be."""
    return ", ".join(part.strip() for part in _JOINED.split(text) if part.strip())


class Report:
    """The findings of one file, and the places in it of which nothing certain is known.

    `lost`: sorts of name of which a declaration may be lost, because a block lost its header.
    """

    __slots__ = ("_together", "_unknown", "doubts", "file", "findings", "lost")

    def __init__(self, file: str, lost: Iterable[str] = ()) -> None:
        self.file = file
        self.lost: frozenset[Sort] = frozenset(_DECLARED_BY[kind] for kind in lost if kind in _DECLARED_BY)
        self.findings: list[Finding] = []
        self.doubts: set[int] = set()
        self._unknown: dict[tuple[str, str], int] = {}
        self._together: set[int] = set()

    def say(
        self,
        code: str,
        say: str,
        statement: Statement,
        at: Name | tuple[int, int] | None = None,
        words: dict[str, str] | None = None,
        help: str | None = None,  # noqa: A002  # the contract's own word
        related: tuple[Related, ...] = (),
        replacement: str | None = None,
        is_safe: bool = False,
    ) -> None:
        """A finding on a statement, or on a part of its value."""
        place = self.place(statement, at)
        edit = Edit(place, replacement, is_safe) if replacement is not None else None
        self.findings.append(finding(code, say, place, words, help, related, edit))
        self.doubts.add(statement.line)

    def unknown(
        self, statement: Statement, name: Name, words: dict[str, str], help: str, replacement: str | None, is_safe: bool  # noqa: A002
    ) -> None:  # fmt: skip
        """A name that nothing has: said once, with all its places. One that stands in several is no slip of the finger."""
        key = (words["called"], name.key)
        place = self.place(statement, name)
        first = self._unknown.get(key)
        if first is None:
            self._unknown[key] = len(self.findings)
            say = "`{name}` is not {called} that this {where} knows"
            self.say("P301", say, statement, name, words, help, replacement=replacement, is_safe=is_safe)
            return
        self.doubts.add(statement.line)
        before = self.findings[first]
        if before.span == place:
            return
        related = (*before.related, Related(place, "and here"))
        if first in self._together:
            self.findings[first] = replace(before, related=related)
            return
        more = counted(len(related), "more place")
        edit = before.edit
        if edit is not None and replacement is not None:
            edit = replace(edit, is_safe=False, also=(*edit.also, Edit(place, replacement, is_safe=False)))
        say = "`{name}` is not {called} that this {where} knows, here and in {more}"
        self.findings[first] = replace(before, say=say, words={**before.words, "more": more}, related=related, edit=edit)

    def unknown_together(
        self, say: str, named: list[tuple[Statement, Name]], called: str, words: dict[str, str], help: str  # noqa: A002
    ) -> None:  # fmt: skip
        """Several names that nothing has, of lines that belong together: said once, with all their places."""
        number = len(self.findings)
        first, *others = named
        related = tuple(Related(self.place(line, name), "and here") for line, name in others)
        self.say("P301", say, *first, words, help, related)
        self._together.add(number)
        for line, name in named:
            self.doubts.add(line.line)
            self._unknown.setdefault((called, name.key), number)

    def place(self, statement: Statement, at: Name | tuple[int, int] | None = None) -> Span:
        """Where a statement, or a part of its value, stands."""
        if at is None:
            return statement.span(self.file)
        start, end = (at.start, at.end) if isinstance(at, Name) else at
        return statement.span_of(self.file, start, end) if end else statement.span(self.file)


class Scope:
    """Tables of declared names, by sort. Names are found however they are spelt, and come back as declared.

    `opened`: sorts of which a declaration could not be read, so that an unknown name is no finding; `has_lost_steps`: so for
    the names of steps and what else stands in the flow of care. `misused`: choices, folded, among what are no providers.
    """

    __slots__ = ("_tables", "aliases", "has_lost_steps", "misused", "opened", "outer", "places")

    def __init__(self) -> None:
        self.has_lost_steps = False
        self.outer: Scope | None = None
        self._tables: dict[Sort, dict[str, str]] = {sort: {} for sort in _CALLED}
        self.places: dict[tuple[Sort, str], Span] = {}
        self.aliases: dict[tuple[Sort, str], str] = {}
        self.opened: set[Sort] = set()
        self.misused: set[str] = set()

    def inner(self) -> Scope:
        """A scope that begins with all of these names."""
        other = Scope()
        other.outer = self
        other.opened = set(self.opened)
        for sort, table in self._tables.items():
            other._tables[sort] = dict(table)
        other.places = dict(self.places)
        other.aliases = dict(self.aliases)
        return other

    def open(self, *sorts: Sort) -> None:
        """A declaration of these sorts, or of any, was lost."""
        self.opened.update(sorts or _CALLED)

    def declare(self, sort: Sort, name: str, place: Span | None, report: Report, statement: Statement) -> None:
        """Adds a name; a second thing of that name is a finding."""
        key = fold(name)
        if not key:
            return
        if sort in _NAMED and key in standing_in():
            words = {"name": name, "sort": _CALLED[sort]}
            say = "`{name}` is a word of the language, and nothing can be called so"
            help_ = "Give {sort} a name of its own; in a path the word is there without it"
            report.say("P302", say, statement, None, words, help_)
            return
        table = self._tables[sort]
        if key in table:
            first = self.places.get((sort, key))
            related = (Related(first, "the first is here"),) if first is not None and first != place else ()
            say = "{sort} `{name}` is there already"
            words = {"name": name, "sort": _CALLED[sort]}
            help_ = "Give one of them another name"
            if self.outer is not None and self.outer.has(sort, name):
                help_ = "Take it away here: what stands in the network is known to its paths"
            report.say("P302", say, statement, None, words, help_, related)
            return
        table[key] = name
        if place is not None:
            self.places[(sort, key)] = place

    def also(self, sort: Sort, name: str) -> None:
        """Adds a name from elsewhere, unless there is one here already."""
        if fold(name):
            self._tables[sort].setdefault(fold(name), name)

    def alias(self, sort: Sort, word: Name, name: str, report: Report, statement: Statement) -> None:
        """Adds another spelling, as a source of events has it."""
        key = (sort, word.key)
        other = self._tables[sort].get(word.key)
        if sort != "step":  # steps may share an alias: the client's place on the path tells which is meant
            other = other or self.aliases.get(key)
        if other is not None and fold(other) != fold(name):
            say = "`{alias}` is already known as `{other}`"
            report.say("P302", say, statement, word, {"alias": word.text, "other": other}, "One of the two must go")
            return
        self.aliases[key] = name

    def has(self, sort: Sort, name: str) -> bool:
        """Whether the name is declared."""
        return fold(name) in self._tables[sort]

    def names(self, sort: Sort) -> Iterable[str]:
        """The declared names of a sort."""
        return self._tables[sort].values()

    def get(self, sort: Sort, name: str) -> str | None:
        """The name as declared, without a word when it is not."""
        return self._tables[sort].get(fold(name))

    def find(
        self, sorts: Sort | tuple[Sort, ...], name: Name, report: Report, statement: Statement, item_type: str = "document"
    ) -> str | None:  # fmt: skip
        """The name as declared; or None, with a finding that says what is probably meant.

        Args:
            item_type: of an item that nobody declared, the type that would suit it here.
        """
        wanted = (sorts,) if isinstance(sorts, str) else sorts
        key = name.key
        for sort in wanted:
            found = self._tables[sort].get(key)
            if found is not None:
                return found
        if not self.opened.isdisjoint(wanted) or (self.has_lost_steps and not _FLOWING.isdisjoint(wanted)):
            report.doubts.add(statement.line)
            return None
        called = _CALLED[wanted[0]]
        if key in standing_in():
            words = {"name": name.text, "called": called, "known": self._some(wanted)}
            say = "`{name}` is a word of the language, and {called} is needed here"
            report.say("P303", say, statement, name, words, _give(words))
            return None
        if key in self.misused and "item" in wanted:
            report.doubts.add(statement.line)
            return None
        for sort, table in self._tables.items():
            if key in table and sort not in wanted:
                say = "`{name}` is {other}, and {called} is needed here"
                words = {"name": name.text, "other": _CALLED[sort], "called": called, "known": self._some(wanted)}
                report.say("P303", say, statement, name, words, _give(words))
                return None
        known = [declared for sort in wanted for declared in self._tables[sort].values()]
        guess = nearest(name.text, known)
        words = {"name": name.text, "called": called, "guess": guess or "", "type": item_type}
        words["where"] = "path" if self.outer is not None else "network"
        words["keyword"] = statement.keyword
        asked = self._of_condition(name, words) if wanted == ("item",) else None
        help_, replacement = asked or self._advice(wanted, name, words)
        is_safe = self._has_all(wanted, words["list"]) if "list" in words else is_plainly(name.text, replacement, known)
        report.unknown(statement, name, words, help_, replacement, is_safe)
        return None

    def unknown_together(self, sort: Sort, named: list[tuple[Statement, Name]], report: Report, about: str) -> set[str]:
        """The keys of names that nothing has and nothing is like, where there are several: one finding says them all.

        Args:
            about: what they are names for, as the writer calls it.
        """
        if sort in self.opened:
            return set()
        known = list(self.names(sort))
        strange = {
            name.key: (line, name)
            for line, name in named
            if name.key not in standing_in()
            and not any(name.key in table for table in self._tables.values())
            and not nearest(name.text, known)
        }
        if len(strange) < 2:
            return set()
        names = [name.text for _, name in strange.values()]
        words = {"names": listing(names), "about": about, "name": names[0]}
        say = "{names} are options of `{about}`, and no providers that this path knows"
        help_ = (
            "Declare each of them in the network, as: provider {name}; or take away what is not for the client to choose here"
        )
        report.unknown_together(say, list(strange.values()), _CALLED[sort], words, help_)
        return set(strange)

    def _advice(self, wanted: tuple[Sort, ...], name: Name, words: dict[str, str]) -> tuple[str, str | None]:
        """What to do about a name that nothing has, and what might stand in its place."""
        as_list = self._parted(wanted, name.text) or _as_list(name.text)
        if as_list != name.text and any(self.has(sort, part) for sort in wanted for part in as_list.split(", ")):
            words["list"] = as_list
            return "Between names stands a comma: {list}", as_list
        code = _FINDING.match(name.text)
        if code is not None and "step" in wanted:
            words["code"] = code[1].upper()
            return "Write: expect finding is {code}", None
        compared = as_comparison(name.text) if wanted == ("item",) else None
        if compared is not None:
            words["compared"] = compared
            return "Comparisons are written with signs: {compared}", compared
        if self._goes_on(wanted, name, words):
            return "Does `{rest}` belong on a line of its own?", None
        if wanted == ("item",) and _CUT.search(words["guess"]) and fold(name.text) != fold(words["guess"]):
            return 'A name with `and`, `or` or `is` in it is put in double quotes: "{guess}"', None
        if words["guess"]:
            return "Did you mean `{guess}`?", words["guess"]
        event = self._event_in(name) if wanted == ("item",) else None
        if event is not None:
            words["event"] = event
            return "Did you mean `{event} happens`?", f"{event} happens"
        if wanted == ("item",) and self.outer is None:
            return "Declare it in this network: item {name}: and its type. If a path has it, take it away there", None
        if "event" in wanted and self.outer is None:
            return "Declare it in this network: event {name}. If a path has it, take it away there", None
        words["known"] = self._some(wanted)
        return (_OR_TAKE if words["known"] else _DECLARE).get(wanted[0], _DECLARE[wanted[0]]), None

    def _some(self, wanted: tuple[Sort, ...]) -> str:
        """The declared names of these sorts, where they are so few that they can be told."""
        known = list(dict.fromkeys(name for sort in wanted for name in self._tables[sort].values()))
        return listing(known, "or") if len(known) <= _TOLD_MAX else ""

    def _of_condition(self, name: Name, words: dict[str, str]) -> tuple[str, str | None] | None:
        """What an item is joined with that pathflow does not read: a number to reckon with, or a word before it."""
        reckoned = _RECKONED.match(name.text)
        if reckoned is not None and self.has("item", reckoned[1]):
            words["sign"] = reckoned[2]
            return "Nothing is reckoned here (`{sign}`): let a step find it out, and make an item of it", None
        if words["keyword"] in _ASKING and "&" in name.text:
            words |= {"sign": "&", "word": "and"}
            return "Write `{word}` for `{sign}`", re.sub(r"\s*&+\s*", " and ", name.text)
        first, _, rest = name.text.partition(" ")
        if fold(first) in _BEFORE_ITEMS and self.has("item", rest):
            words["first"] = first
            return "Take `{first}` away", rest
        return None

    def _goes_on(self, wanted: tuple[Sort, ...], name: Name, words: dict[str, str]) -> bool:
        """Whether a known name stands first and a keyword after it: two lines became one."""
        parts = name.text.split()
        for at in range(1, len(parts)):
            if any(self.has(sort, " ".join(parts[:at])) for sort in wanted) and _KEYWORD.match(" ".join(parts[at:]).lower()):
                words["rest"] = " ".join(parts[at:])
                return True
        return False

    def _has_all(self, wanted: tuple[Sort, ...], names: str) -> bool:
        return all(any(self.has(sort, part) for sort in wanted) for part in names.split(", "))

    def _parted(self, wanted: tuple[Sort, ...], text: str) -> str | None:
        """Two known names between which the comma is missing, with their comma; None where there is no or more than one way."""
        words = text.split()
        ways = [f"{' '.join(words[:at])}, {' '.join(words[at:])}" for at in range(1, len(words))]
        ways = [way for way in ways if self._has_all(wanted, way)]
        return ways[0] if len(ways) == 1 else None

    def _event_in(self, name: Name) -> str | None:
        """The event or step with which a name begins: `Fall comes`."""
        tables = (self._tables["event"], self._tables["step"])
        return next((known for table in tables for key, known in table.items() if name.key.startswith(key + " ")), None)

    def merge(self, other: Scope) -> None:
        """Takes in the names of a network that this one builds on."""
        for sort, table in other._tables.items():
            for key, name in table.items():
                self._tables[sort].setdefault(key, name)
        self.places = {**other.places, **self.places}
        self.aliases = {**other.aliases, **self.aliases}
        self.opened |= other.opened

    def table(self, sort: Sort) -> Mapping[str, str]:
        """Folded name to declared name."""
        return self._tables[sort]
