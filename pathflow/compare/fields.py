"""Two versions of one thing, field by field. A field that has no words of its own is said all the same, in plain ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from pathflow.base.durations import Duration
from pathflow.base.names import fold, listing
from pathflow.base.spans import Span
from pathflow.compare.changes import Change
from pathflow.compare.match import is_known_as
from pathflow.compare.plain import NOTHING_RENAMED, UNSAID, Renames, is_row, is_same, is_table, plain, spelt
from pathflow.model.conditions import Any as AnyOf
from pathflow.model.conditions import Condition

Known = Callable[[str], bool]
"""Whether an item, under its old name, was surely made before a place in the old path."""


def knows_nothing(_item: str) -> bool:
    """Of a place that is not in the flow of care."""
    return False


class Seen:
    """One thing that both sides have, and what was found to be different in it.

    Args:
        of: the path or network.
        about: its name, raw; `what` is how a sentence speaks of it.
    """

    def __init__(
        self, of: str, about: str, what: str, old: Span | None, new: Span | None, renames: Renames, found: list[Change],
        known: Known = knows_nothing,
    ) -> None:  # fmt: skip
        self.of = of
        self.about = about
        self.what = what
        self.old = old
        self.new = new
        self.renames = renames
        self.found = found
        self.known = known

    def say(self, kind: str, **words: str) -> None:
        """Adds a change."""
        said = {"what": self.what, **words}
        self.found.append(Change(kind=kind, of=self.of, about=self.about, words=said, old=self.old, new=self.new))

    def inside(self, about: str, what: str, old: Any, new: Any) -> Seen:
        """A part of it, with a name of its own."""
        old_span, new_span = span_of(old), span_of(new)
        return Seen(self.of, about, what, old_span, new_span, self.renames, self.found, self.known)

    def is_same(self, old: Any, new: Any, field: str = "") -> bool:
        """Whether the two mean the same."""
        return is_same(old, new, self.renames, field)


Facet = Callable[[Seen, Any, Any], None]
"""Says how the two values of a field differ."""


def span_of(value: Any) -> Span | None:
    """Where a thing stands, if it says so."""
    found = getattr(value, "span", None)
    return found if isinstance(found, Span) else None


def alternatives(condition: Condition | None) -> tuple[Condition, ...]:
    """The conditions of which one must hold."""
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, AnyOf) else (condition,)


def ticked(name: str) -> str:
    """A name as it stands in a sentence."""
    return f"`{name}`"


def quoted(value: Any) -> str:
    """A value as it stands in a sentence; nothing is `nothing` without backticks."""
    said = spelt(value)
    return said if said == "nothing" else f"`{said}`"


def compare_fields(seen: Seen, old: Any, new: Any, facets: Mapping[str, Facet], skipped: Iterable[str] = ()) -> None:
    """Every field of two structures of one class; none is passed over in silence."""
    left_out = {*skipped, *UNSAID}
    for field in new.__struct_fields__:
        key = f"{type(new).__name__}.{field}"
        before, now = getattr(old, field), getattr(new, field)
        if field in left_out or seen.is_same(before, now, key):
            continue
        said = len(seen.found)
        facet = facets.get(key) or EVERYWHERE.get(field)
        if facet is not None:
            facet(seen, before, now)
        if len(seen.found) == said:
            anything(seen, field.replace("_", " "), before, now)


def anything(seen: Seen, field: str, old: Any, new: Any) -> None:
    """Whatever has no words of its own: nothing is left unsaid, only said more plainly."""
    if is_table(old) and is_table(new):
        _any_table(seen, field, dict(old), dict(new))
    elif _are_named(old) and _are_named(new):
        _any_table(seen, field, {x.name: x for x in old}, {x.name: x for x in new})
    elif isinstance(old, Struct) and type(old) is type(new) and type(old).__str__ is Struct.__str__:
        _any_struct(seen, field, old, new)
    elif old in (None, (), ""):
        seen.say("other-added", field=field, new=quoted(new))
    elif new in (None, (), ""):
        seen.say("other-removed", field=field, old=quoted(old))
    else:
        seen.say("other-changed", field=field, old=quoted(old), new=quoted(new))


def _are_named(values: Any) -> bool:
    return is_row(values) and all(isinstance(x, Struct) and isinstance(getattr(x, "name", None), str) for x in values)


def _any_struct(seen: Seen, field: str, old: Any, new: Any) -> None:
    said = len(seen.found)
    for part in new.__struct_fields__:
        before, now = getattr(old, part), getattr(new, part)
        if part not in UNSAID and not seen.is_same(before, now, f"{type(new).__name__}.{part}"):
            anything(seen, f"{field}, {part.replace('_', ' ')}", before, now)
    if len(seen.found) == said:
        seen.say("other-changed", field=field, old=quoted(old), new=quoted(new))


def _any_table(seen: Seen, field: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    said = len(seen.found)
    olds, news = {fold(str(k)): k for k in old}, {fold(str(k)): k for k in new}
    for key in (*olds, *(k for k in news if k not in olds)):
        if key not in news:
            seen.say("other-removed", field=field, old=quoted(olds[key]))
        elif key not in olds:
            seen.say("other-added", field=field, new=quoted(news[key]))
        elif not seen.is_same(old[olds[key]], new[news[key]]):
            anything(seen, f"{field}, `{news[key]}`", old[olds[key]], new[news[key]])
    if len(seen.found) == said:
        seen.say("other-changed", field=field, old=quoted(tuple(old)), new=quoted(tuple(new)))


# ── facets that many fields share ───────────────────────────────────────────────────────────────────────────────────


def changed(kind: str) -> Facet:
    """One value in place of another, both said in backticks by the sentence itself."""

    def facet(seen: Seen, old: Any, new: Any) -> None:
        seen.say(kind, old=spelt(old) if old is not None else "nobody", new=spelt(new) if new is not None else "nobody")

    return facet


def replaced(kind: str, before: str = "", nothing: str = "nothing") -> Facet:
    """One value in place of another or of nothing, in words that bring their backticks.

    Args:
        before: what stands before a value.
        nothing: what is said in place of both where there is none.
    """

    def words(value: Any) -> str:
        return nothing if value in (None, (), "") else f"{before}{quoted(value)}"

    def facet(seen: Seen, old: Any, new: Any) -> None:
        seen.say(kind, old=words(old), new=words(new))

    return facet


def length(shorter: str, longer: str, is_none_long: bool = True) -> Facet:
    """A length of time; none is as long as any, or as short."""

    def facet(seen: Seen, old: Duration | None, new: Duration | None) -> None:
        is_longer = _is_longer(old, new, is_none_long)
        words = {"old": str(old) if old else "any time", "new": str(new) if new else "any time"}
        seen.say(longer if is_longer else shorter, **words)

    return facet


def _is_longer(old: Duration | None, new: Duration | None, is_none_long: bool) -> bool:
    if old is None or new is None:
        return (new is None) is is_none_long
    if new.is_longer_than(old) or old.is_longer_than(new):
        return new.is_longer_than(old)
    return (new.days_typical, new.unit, new.count) > (old.days_typical, old.unit, old.count)


def deadline(duty: str, case: str = "") -> Facet:
    """A duty's clock. `case`: when it holds, as the end of a sentence."""

    def facet(seen: Seen, old: Duration | None, new: Duration | None) -> None:
        words = {"duty": duty, "case": case, "old": str(old), "new": str(new)}
        if old is None or new is None:
            seen.say("deadline-added" if old is None else "deadline-removed", **words)
        elif new.is_longer_than(old):
            seen.say("deadline-longer", **words)
        else:
            seen.say("deadline-shorter" if old.is_longer_than(new) else "deadline-recounted", **words)

    return facet


def names(more: str, less: str, field: str, word: str = "names") -> Facet:
    """A list of names in which the order says nothing. `word`: what the sentence calls them."""

    def facet(seen: Seen, old: Iterable[str], new: Iterable[str]) -> None:
        gone, come = apart(seen, old, new, field)
        if come:
            seen.say(more, **{word: listing(come, most=99)})
        if gone:
            seen.say(less, **{word: listing(gone, most=99)})

    return facet


def items(more: str, less: str, field: str) -> Facet:
    """A list of items; what comes to it is looked for among what a client on the way has."""

    def facet(seen: Seen, old: Iterable[str], new: Iterable[str]) -> None:
        gone, come = apart(seen, old, new, field)
        known = [item for item in come if seen.known(plain(item, seen.renames, field))]
        if known:
            seen.say(f"{more}-known", items=listing(known, most=99))
        unknown = [item for item in come if item not in known]
        if unknown:
            seen.say(more, items=listing(unknown, most=99))
        if gone:
            seen.say(less, items=listing(gone, most=99))

    return facet


def made(seen: Seen, old: Iterable[str], new: Iterable[str]) -> None:
    """The items that something makes."""
    gone, come = apart(seen, old, new, "Step.makes")
    if come:
        seen.say("makes-more", items=listing(come, most=99))
    if gone:
        seen.say("makes-less", items=listing(gone, most=99))


def apart(seen: Seen, old: Iterable[Any], new: Iterable[Any], field: str) -> tuple[list[Any], list[Any]]:
    """What is only in the old list, and what is only in the new one, as they are written."""
    before = {plain(value, NOTHING_RENAMED, field): value for value in old}
    now = {plain(value, seen.renames, field): value for value in new}
    return [v for key, v in before.items() if key not in now], [v for key, v in now.items() if key not in before]


def texts(more: str, less: str) -> Facet:
    """Sources and notes."""

    def facet(seen: Seen, old: Iterable[str], new: Iterable[str]) -> None:
        gone, come = apart(seen, old, new, "")
        for text in come:
            seen.say(more, text=text)
        for text in gone:
            seen.say(less, text=text)

    return facet


def paired(old: Iterable[Any], new: Iterable[Any]) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """Named things of both sides: which are one (by name, else by a declared other name), which are gone, which are new.

    Several of one name are taken in their order.
    """
    gone: list[Any] = []
    waiting = list(new)
    pairs: list[tuple[Any, Any]] = []
    for thing in old:
        found = next((x for x in waiting if fold(x.name) == fold(thing.name)), None)
        if found is None:
            gone.append(thing)
        else:
            pairs.append((thing, found))
            waiting.remove(found)
    for thing in list(gone):
        known = [x for x in waiting if is_known_as(thing, x)]
        if len(known) == 1:
            pairs.append((thing, known[0]))
            gone.remove(thing)
            waiting.remove(known[0])
    return pairs, gone, waiting


def say_renamed(seen: Seen, old: Any, new: Any, evidence: str) -> None:
    """That a thing is called otherwise, and whether its old name is still understood."""
    is_said = fold(old.name) in {fold(alias) for alias in getattr(new, "aliases", ())}
    kind = "renamed" if is_said else "renamed-unsaid"
    seen.say(kind, old=old.name, new=new.name, evidence=evidence or "it was known by that name before")


def _things(value: Any) -> list[Any]:
    return list(value.values()) if is_table(value) else list(value)


def named(
    added: str, removed: str, facets: Mapping[str, Facet], more: Callable[[Any], dict[str, str]] = lambda _: {},
    aside: Callable[[Any, Any], tuple[str, ...]] = lambda _old, _new: (),
) -> Facet:  # fmt: skip
    """A table or list of things with names.

    Args:
        more: what the sentence about a new or lost one says besides.
        aside: the fields of a pair that go without saying.
    """

    def facet(seen: Seen, old: Any, new: Any) -> None:
        pairs, gone, come = paired(_things(old), _things(new))
        for before, now in pairs:
            part = seen.inside(now.name, ticked(now.name), before, now)
            if fold(before.name) != fold(now.name):
                say_renamed(part, before, now, "")
            compare_fields(part, before, now, facets, ("name", *aside(before, now)))
        for thing in come:
            seen.inside(thing.name, ticked(thing.name), None, thing).say(added, **more(thing))
        for thing in gone:
            seen.inside(thing.name, ticked(thing.name), thing, None).say(removed, **more(thing))

    return facet


def details(field: str) -> Facet:
    """Something that changes no duty."""

    def facet(seen: Seen, old: Any, new: Any) -> None:
        seen.say("details-changed", field=field, old=quoted(old), new=quoted(new))

    return facet


def basis(seen: Seen, old: Any, new: Any) -> None:
    """Why information may cross from one register to another; an agreement says it in words alone."""
    kind = "basis-added" if old is None else "basis-removed" if new is None else "basis-changed"
    said = [value if isinstance(value, str | None) else value.consent or value.text for value in (old, new)]
    words = [quoted(value) if value is not None else "nothing" for value in said]
    seen.say(kind, old=words[0], new=words[1])


def labels(seen: Seen, old: Any, new: Any) -> None:
    """What something is called in other languages."""
    said = [", ".join(f"`{label}` ({language})" for language, label in labels) or "nothing" for labels in (old, new)]
    seen.say("label-changed", old=said[0], new=said[1])


_PRICE: Final = replaced("price-changed", nothing="not told")

EVERYWHERE: Final[Mapping[str, Facet]] = {
    "labels": labels,
    "contact": details("whom to ask"),
    "sources": texts("source-added", "source-removed"),
    "notes": texts("note-added", "note-removed"),
    "basis": basis,
    "takes": details("the work it takes"),
    "price": _PRICE,
    "prices": _PRICE,
    "cost": _PRICE,
    "payers": replaced("payer-changed", nothing="nobody who is named"),
    "code": replaced("code-changed"),
}
"""Fields that mean the same wherever they stand."""
