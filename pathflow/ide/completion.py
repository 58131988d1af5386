"""What may stand at the cursor: keywords of the block, names of the right sort, words and units of the value.

Keywords come from the closed table, what follows in a value from the value grammar (`dsl.following`), names from the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from pathflow.base.durations import Unit
from pathflow.base.editions import EDITIONS
from pathflow.base.names import fold
from pathflow.compiler.quoting import cut_at
from pathflow.dsl.expected import line_expected
from pathflow.dsl.following import Next, following, is_name
from pathflow.dsl.languages import CALLED, CODES, Code, Language
from pathflow.dsl.mentions import role_of
from pathflow.dsl.vocabulary import BLOCKS, COMMA_AFTER, INNER, Line
from pathflow.ide.names import Symbol, sorts_of
from pathflow.ide.nearby import Nearby
from pathflow.ide.places import Cursor, cursor_at, kind_of_value
from pathflow.ide.snippets import snippet
from pathflow.ide.view import View
from pathflow.ide.words import said
from pathflow.locale import phrase
from pathflow.rules.pages import codes, name

FREE: Final = frozenset({"label", "label?", "text", "none", "dates"})
"""Kinds of value of which nothing can be known."""


class Candidate(Struct, frozen=True):
    """What can be put in the place of what stands between two columns of the cursor's line.

    `snippet`: the same with places to fill in; `symbol`: the thing that it names; `keyword`: the keyword that it is.
    `rank`: what is likelier has the lower. `goes_on`: something must stand after it. Units: columns count from 1.
    """

    label: str
    kind: str
    insert: str
    start: int
    end: int
    rank: int = 5
    detail: str = ""
    snippet: str | None = None
    symbol: Symbol | None = None
    keyword: str | None = None
    goes_on: bool = False


def complete(view: View, line: int, column: int, code: Code) -> list[Candidate]:
    """Everything that may stand at a place, the likeliest first; `code` is the language of details."""
    cursor = cursor_at(view.file, line, column, view.language)
    if cursor is None:
        return []
    found = list(_keywords(view, cursor, column, code))
    if cursor.keyword is not None:
        found += _values(view, cursor, column, code)
    once = {(one.label, one.start): one for one in reversed(found)}
    return sorted(once.values(), key=lambda one: (one.rank, fold(one.label)))


# ── keywords ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _keywords(view: View, cursor: Cursor, column: int, code: Code) -> Iterator[Candidate]:
    block = cursor.block
    here = [part for part in block.statement.body if part.line != cursor.line and not part.is_orphan]
    said = {part.keyword for part in here}
    before = [part.keyword for part in here if part.line < cursor.line]
    own = Nearby(view, cursor.line).own_names() if cursor.keyword is None else {}
    for keyword, line in BLOCKS[block.kind].lines.items():
        spelt = view.language.keywords[keyword]
        if cursor.keyword is not None and not _may_become(spelt, cursor.written):
            continue
        if line.count in ("one", "maybe") and keyword in said:
            continue
        if keyword == "until" and (not before or before[-1] != "repeat"):
            continue
        yield _keyword(view.language, cursor, column, line, said, own, code)


def _may_become(keyword: str, written: str) -> bool:
    """Whether a keyword begins with what is written, and is longer: `team` may become `team when needed`."""
    begun, whole = fold(written), fold(keyword)
    return whole.startswith(begun) and len(whole) > len(begun)


def _keyword(
    own: Language, cursor: Cursor, column: int, line: Line, said: Iterable[str], names: Mapping[str, str], code: Code
) -> Candidate:
    keyword = line.keyword
    spelt = own.keywords[keyword]
    takes_value = line.value != "none"
    insert = spelt + ("," if keyword in COMMA_AFTER else "") + (" " if takes_value else "")
    what = phrase(line_expected(keyword, line.value, own)[0], code) if takes_value else ""
    rank = 1 if line.count in ("one", "some") and keyword not in said else 2
    rank += 2 * (keyword in ("in Finnish", "in Swedish", "in English", "note", "source", "allow", "contact"))
    return Candidate(
        spelt, "keyword", insert, cursor.column, column, rank, what, snippet(keyword, own, names), None, keyword, takes_value
    )


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────

_LISTS: Final = {"channels": "channel", "weekend": "weekday"}


def _values(view: View, cursor: Cursor, column: int, code: Code) -> Iterator[Candidate]:
    kind, keyword, own = kind_of_value(cursor), cursor.keyword or "", view.language
    if kind in own.lists:  # sector, mode, counts, shows
        yield from _listed(own.lists[kind].values(), cursor, column)
    elif kind == "language":
        yield from (Candidate(one, "word", one, cursor.value_column, column, 1, phrase(CALLED[one], code)) for one in CODES)
    elif kind == "edition":
        yield from _listed(EDITIONS, cursor, column)
    elif kind == "allowed":
        yield from _codes(own, cursor, column, code)
    elif keyword == "legal basis":
        yield from Slots(view, cursor, column, code).names(cursor.value_column, ("item",), "basis")
    elif kind not in FREE:
        yield from Slots(view, cursor, column, code).all(kind)


def _listed(words: Iterable[str], cursor: Cursor, column: int) -> Iterator[Candidate]:
    start = cursor.value_column + cursor.value.rfind(",") + 1
    start += len(cursor.value[start - cursor.value_column :]) - len(cursor.value[start - cursor.value_column :].lstrip())
    return (Candidate(word, "word", word, start, column, 1) for word in words)


def _codes(own: Language, cursor: Cursor, column: int, code: Code) -> Iterator[Candidate]:
    if " " in cursor.value:
        word = cursor.value.rsplit(" ", 1)[1]
        because = own.inner("BECAUSE")
        yield Candidate(because, "word", because + " ", column - len(word), column, 1)
        return
    for one in codes():
        if not one.startswith("P"):  # mistakes in the text cannot be allowed
            yield Candidate(one, "code", f"{one} {own.inner('BECAUSE')} ", cursor.value_column, column, 1, name(one, code))


class Slots:
    """What may stand in a value: asked of the value grammar, and filled with words, units and names."""

    def __init__(self, view: View, cursor: Cursor, column: int, code: Code) -> None:
        self.view = view
        self.cursor = cursor
        self.column = column
        self.code: Code = code
        self.own = view.language
        self.keyword = cursor.keyword or ""
        self.nearby = Nearby(view, cursor.line)

    def all(self, kind: str) -> Iterator[Candidate]:
        """Everything that may stand next."""
        slots = following(kind, self.cursor.value, self.own.code)
        for slot in slots:
            start = self.cursor.value_column + slot.start
            if not slot.is_open:
                for terminal in slot.terminals:
                    yield from self._words(kind, slot, terminal, start)
            if slot.takes_name:
                yield from self._named(kind, slot, start)

    # words

    def _words(self, kind: str, slot: Next, terminal: str, start: int) -> Iterator[Candidate]:
        key = terminal.lstrip("_")
        if is_name(terminal):
            return
        if key.startswith("C_"):
            yield self._clause(key.removeprefix("C_"), slot, start)
        elif key in ("INTEGER", "EVERY") and kind in _LENGTHS and not slot.before:
            yield from self._lengths(kind, start)
        elif key in _COMPOSED:
            yield from self._composed(key, start)
        elif key in INNER:
            if key == "TIMES" and slot.before and slot.before[-1][1] == "1":
                key = "TIME_ONE"
            yield self._word(self.own.inner(key), start, rank=self._rank_of_word(key, slot), goes_on=key not in _WHOLE)
        else:
            yield from self._others(kind, slot, key, start)

    def _others(self, kind: str, slot: Next, key: str, start: int) -> Iterator[Candidate]:
        """Units, channels and signs."""
        if key == "TIME_UNIT":
            yield from self._time_units(slot, start)
        elif key == "UNIT":
            yield from self._units(kind, slot, start)
        elif key == "CHANNEL":
            yield from (self._word(word, start) for word in self.own.lists["channel"].values())
        elif key == "OPERATOR" and self._kind_of_subject(slot) in ("number", ""):
            yield from (self._word(sign, start, rank=1, goes_on=True) for sign in ("<", "<=", ">", ">="))

    def _rank_of_word(self, key: str, slot: Next) -> int:
        if key in ("HAPPENS", "IS", "IS_NOT"):
            sort = self._sort_of_subject(slot)
            fits = (sort in ("event", "step", "choice")) == (key == "HAPPENS") if sort else True
            return 1 if fits and self._kind_of_subject(slot) != "number" else 3
        return 2

    def _word(self, word: str, start: int, rank: int = 2, goes_on: bool = False) -> Candidate:
        return Candidate(word, "word", word + (" " if goes_on else ""), start, self.column, rank, goes_on=goes_on)

    def _clause(self, key: str, slot: Next, start: int) -> Candidate:
        word = self.own.inner(key)
        space = "" if key == "BESIDE" else " "
        if slot.is_after_comma:
            return Candidate(word, "word", word + space, start, self.column, 2, goes_on=bool(space))
        gap = self.cursor.value[: slot.start].rstrip()
        at = self.cursor.value_column + len(gap)
        return Candidate(f", {word}", "word", f", {word}{space}", at, self.column, 3, goes_on=bool(space))

    def _composed(self, key: str, start: int) -> Iterator[Candidate]:
        for words in _COMPOSED[key]:
            text = " ".join(self.own.inner(word) for word in words)
            yield self._word(text, start, rank=4, goes_on=key != "CLIENT_LEAVES")

    # lengths and units

    def _time_units(self, slot: Next, start: int) -> Iterator[Candidate]:
        count = slot.before[-1][1] if slot.before else ""
        for forms in self.own.units.values():
            spelt = [forms[0] if count == "1" or not count.isdigit() else forms[1]]
            if self.own.after_a_length and count.isdigit() and forms[2] not in spelt:
                spelt.append(forms[2])
            yield from (Candidate(word, "unit", word, start, self.column, 1) for word in spelt)

    def _lengths(self, kind: str, start: int) -> Iterator[Candidate]:
        for number, (count, unit) in enumerate(_USUAL):
            is_every = kind in ("repetition?", "review")
            length = self.own.length(count, unit, is_every and bool(self.own.after_a_length))
            if is_every:
                every = self.own.inner("EVERY")
                length = f"{length} {every}" if "EVERY" in self.own.after_a_length else f"{every} {length}"
            yield Candidate(length, "unit", length, start, self.column, 2 + number // 4)

    def _units(self, kind: str, slot: Next, start: int) -> Iterator[Candidate]:
        if kind in ("share", "payers"):
            words = ["%"]
        elif kind == "price":
            words = ["€"]
        elif kind == "item":
            words = self.nearby.units()
        else:
            item = self._item_before(slot)
            words = [item] if item else []
        yield from (Candidate(word, "unit", word, start, self.column, 1) for word in words)

    def _item_before(self, slot: Next) -> str:
        subject = self._subject(slot)
        item = self.nearby.item(subject) if subject is not None else None
        return (item.unit or "") if item is not None else ""

    # what is compared or assumed

    def _subject(self, slot: Next) -> str | None:
        """The name before the comparison that is being written."""
        names = [at for at, (terminal, _) in enumerate(slot.before) if terminal in _ASKED or terminal == "QUOTED"]
        marks = [at for at, (terminal, _) in enumerate(slot.before) if terminal in ("_IS", "_IS_NOT", "OPERATOR")]
        if marks and names:
            before = [at for at in names if at < marks[-1]]
            if before and not any(terminal in ("_AND", "_OR") for terminal, _ in slot.before[marks[-1] :]):
                return slot.before[before[-1]][1].strip('"')
        return slot.before[names[-1]][1].strip('"') if names and names[-1] == len(slot.before) - 1 else None

    def _sort_of_subject(self, slot: Next) -> str | None:
        subject = self._subject(slot)
        found = self.nearby.find(("item", "step", "event", "choice"), subject) if subject is not None else None
        return found.sort if found is not None else None

    def _kind_of_subject(self, slot: Next) -> str:
        subject = self._subject(slot)
        item = self.nearby.item(subject) if subject is not None else None
        return item.kind if item is not None else ""

    # names

    def _named(self, kind: str, slot: Next, start: int) -> Iterator[Candidate]:
        last = next((terminal for terminal, _ in reversed(slot.before) if not is_name(terminal) and terminal != "_COMMA"), "")
        if last in ("_IS", "_IS_NOT", "_ONE_OF") and kind != "item":
            is_given = kind in ("given", "on day", "expect", "never")
            if not (is_given and slot.before and slot.before[-1][0] == "_COMMA" and kind == "given"):
                yield from self._options(slot, start, is_given)
                return
        if kind == "names" and self.keyword in _LISTS:
            yield from (self._word(word, start) for word in self.own.lists[_LISTS[self.keyword]].values())
            return
        if kind == "names" and self.keyword in ("requires", "meets"):
            yield from (self._word(word, start) for word in self.nearby.requirements())
            return
        if self.keyword == "covers":
            yield self._word(self.own.lists["covered"]["everything"], start)
        sorts, role = self._sorts(kind, slot, last)
        yield from self.names(start, sorts, role, slot)
        if kind in ("expect", "never", "on day") and not slot.is_open and (not slot.before or slot.before[-1][0] != "_COMMA"):
            subjects = self.own.lists["subject"].values() if kind != "on day" or "EXPECT" in dict(slot.before) else ()
            yield from (self._word(f"{word} {self.own.inner('IS')}", start, rank=4, goes_on=True) for word in subjects)
        if role == "clock":
            yield self._word(self.own.lists["clock"]["enrolment"], start)

    def _sorts(self, kind: str, slot: Next, last: str) -> tuple[tuple[str, ...], str]:
        """The sorts of thing that may be named, and the role of the name."""
        if kind in ("name", "names"):
            own = role_of(self.keyword)
            return (sorts_of(own), own) if own is not None else ((), "")
        for kinds, mark, sorts, role in _AFTER:
            if kind in kinds and mark == last:
                return sorts, role
        return _FIRST.get(kind, ((), ""))

    def names(self, start: int, sorts: tuple[str, ...], role: str, slot: Next | None = None) -> Iterator[Candidate]:
        """The names of these sorts."""
        if sorts == ("network",):
            found: list[tuple[str, Symbol | None]] = [(one, None) for one in self.nearby.headed("network")]
        else:
            found = [(text, symbol) for text, symbol in self.nearby.known(sorts)]
            found += [(one, None) for one in self.nearby.headed("path")] if "path" in sorts else []
        there = (
            {fold(text.strip('"')) for terminal, text in slot.before if is_name(terminal)} if slot is not None else set[str]()
        )
        beside = [text.strip('"') for terminal, text in slot.before if is_name(terminal)] if slot is not None else []
        for text, symbol in found:
            if fold(text) in there and self.keyword in _EACH_ONCE:
                continue
            if role == "basis" and (symbol is None or self.view.index.kind_of(symbol) != "yes or no"):
                continue
            sort = symbol.sort if symbol is not None else sorts[0]
            rank, detail = self.nearby.rank(symbol, self.keyword, role, beside) if symbol is not None else (2, "")
            is_open = slot is not None and slot.is_open
            insert = self._written(text, role, is_open)
            detail = said(detail, self.code) if detail else ""
            detail = detail or (self.nearby.described(symbol, self.code) if symbol is not None else "")
            yield Candidate(text, sort, insert, start, self.column, rank, detail, None, symbol)

    def _written(self, text: str, role: str, is_open: bool) -> str:
        """The name with the quotes that it needs here."""
        cut = cut_at(text, self.own)
        is_whole = cut is None or (cut != "," and role in ("listed", "basis"))
        return text if is_whole and not is_open else f'"{text}"'

    def _options(self, slot: Next, start: int, is_given: bool) -> Iterator[Candidate]:
        subject = self._subject(slot) or ""
        if fold(subject) == fold(self.own.lists["subject"]["holder"]):
            yield from self.names(start, ("provider",), "provider")
            return
        if fold(subject) == fold(self.own.lists["subject"]["finding"]):
            yield from (Candidate(c, "code", c, start, self.column, 1, name(c, self.code)) for c in codes() if c[0] != "P")
            return
        if fold(subject) == fold(self.own.lists["subject"]["owner"]):
            yield self._word(self.own.lists["state"]["nobody"], start)
            at = self.own.inner("AT")
            yield from (
                Candidate(f"{who} {at} {where}", "provider", f"{who} {at} {where}", start, self.column, 2)
                for who, where in self.nearby.workers()
            )
            return
        found = self.nearby.find(("choice", "step", "event", "item"), subject)
        if found is not None and found.sort == "choice":
            yield from self.names(start, ("provider",), "provider")
            yield self._word(self.own.lists["state"]["not chosen"], start)
        elif found is not None and found.sort in ("step", "event"):
            yield from (self._word(self.own.lists["state"][state], start, rank=1) for state in _OUTCOMES)
        else:
            item = self.nearby.item(subject)
            states = self.own.lists["state"]
            if item is not None and item.kind == "yes or no":
                yield from (self._word(states[word], start, rank=1) for word in ("yes", "no"))
            for option in item.options if item is not None else ():
                yield Candidate(
                    option.text, "option", self._written(option.text, "option", slot.is_open), start, self.column, 1
                )
            if not is_given:
                yield from (self._word(states[word], start, rank=3) for word in ("known", "unknown"))


_OUTCOMES: Final = ("done", "not done", "accepted", "not accepted", "returned", "not proposed")
_ASKED: Final = frozenset({"NAME_COND", "NAME_IS", "NAME_NEVER"})
_EACH_ONCE: Final = frozenset(
    {"needs", "makes", "carries", "shares", "offers", "covers", "leads", "hosts", "team", "team when needed", "professions",
     "does", "must have", "may have", "channels"}
)  # fmt: skip
_WHOLE: Final = frozenset({
    "YES_OR_NO", "DATE_TYPE", "TEXT_TYPE", "DOCUMENT_TYPE", "TAKES_OVER", "KEEPS", "OWNS", "OWNER_STAYS", "HAPPENS", "TIMES",
    "TIME_ONE", "ANY_IS_DONE", "ARE_DONE", "CLIENT", "WHOEVER_IS", "WHOEVER_WAS", "ITS_OWNER", "ANY_FINDING",
})  # fmt: skip
"""Words after which nothing need stand."""
_COMPOSED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "CLIENT_LEAVES": (("CLIENT", "DIED"), ("CLIENT", "MOVED_AWAY"), ("CLIENT", "REFUSED")),
    "IS_DUE": (("IS", "DUE_ON_DAY"),),
    "SIDE_OF_DAY": (("BEFORE_DAY",), ("AFTER_DAY",)),
    "AT_CLOCK": (("CLOCK",),),
}
"""Terminals of several words."""
_LENGTHS: Final = frozenset({"duration", "limit", "window", "waiting", "review", "repetition?"})
_USUAL: Final[tuple[tuple[int, Unit], ...]] = (
    (1, "day"), (3, "working day"), (7, "day"), (2, "week"), (1, "month"), (3, "month"), (6, "month"), (1, "year"), (4, "hour"),
    (15, "minute"),
)  # fmt: skip
"""Lengths of time that are written often."""

_PARTY: Final = ("provider", "choice")
_ASKING: Final = ("item", "event", "step")
_FIRST: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "actor": (("profession",), "profession"),
    "parties": (("profession", *_PARTY), "party"),
    "fallback": (_PARTY, "party"),
    "does": (("service",), "service"),
    "condition": (_ASKING, "condition"),
    "occasion": (_ASKING, "condition"),
    "waiting": (_ASKING, "condition"),
    "window": (("item",), "condition"),
    "limit": (_ASKING, "condition"),
    "joining": (("profession",), "profession"),
    "no return": (("event", "step"), "event"),
    "review": (("event", "step"), "event"),
    "use": (("network",), "network"),
    "given": (("item", "choice", "step"), "subject"),
    "on day": (("item", "step", "event", "choice"), "subject"),
    "expect": (("step", "end", "choice", "event"), "happening"),
    "never": (("step", "end", "choice", "event"), "happening"),
    "starting": (("path",), "path"),
    "capacity": (("profession",), "profession"),
    "payers": (("provider",), "provider"),
}
"""What the first name of a value may be, by the kind of value."""
_AFTER: Final[tuple[tuple[tuple[str, ...], str, tuple[str, ...], str], ...]] = (
    (("actor", "parties", "capacity", "joining"), "_AT", _PARTY, "party"),
    (("limit",), "_OF", ("step", "event", "choice"), "clock"),
    (("expect",), "_OF", ("step", "end", "choice", "event"), "clock"),
    (("waiting",), "_AFTER_WHAT", ("step", "event", "choice"), "clock"),
    (("does",), "_BECAUSE", (), ""),
    (("starting",), "_FOR_WHAT", ("linked",), "linked"),
    (("price",), "_FOR_WHAT", ("service",), "service"),
    (("use",), "_FROM_FILE", (), ""),
)
"""What it may be after a word, where that says more."""
