"""A plain workflow net, and whether it is one.

Places are numbered, and a set of places is an integer with a bit for each. A transition takes one token from every place of
its first set, then puts one into every place of its second. The arcs have no weights.

A workflow net has one source and one sink, and everything in it lies on a way from the one to the other. It starts with one
token in the source; it has ended when one token is in the sink and none anywhere else.

Source: van der Aalst, Verification of Workflow Nets, ICATPN 1997 (LNCS 1248), definitions 6 and 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

Fault = Literal["no transition", "sources", "sinks", "start", "no input", "no output", "aside"]
_SENTENCES: dict[Fault, str] = {
    "no transition": "the net has no transition",
    "sources": "a workflow net has exactly one place that nothing fills",
    "sinks": "a workflow net has exactly one place that nothing empties",
    "start": "one token must be in the source at the start, and none elsewhere",
    "no input": "a transition takes from no place",
    "no output": "a transition puts into no place",
    "aside": "something is on no way from the source to the sink",
}


class Net(msgspec.Struct, frozen=True):
    """Transition `t` takes from the places `consumed[t]` and puts into the places `produced[t]`."""

    n_places: int
    consumed: tuple[int, ...]
    produced: tuple[int, ...]
    initial: int
    """The places that hold one token at the start."""


class Workflow(msgspec.Struct, frozen=True):
    """A net that has the shape of a workflow net."""

    net: Net
    source: int
    sink: int
    is_free_choice: bool
    """Two transitions take from the same places, or share none."""


class Misshapen(msgspec.Struct, frozen=True):
    """Why a net is no workflow net, and which places or transitions show it."""

    fault: Fault
    places: tuple[int, ...] = ()
    transitions: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """The fault in words."""
        return _SENTENCES[self.fault]


class Published(msgspec.Struct, frozen=True):
    """A net of a corpus, one JSON object a line, with the verdict that was published for it."""

    name: str
    places: int
    initial: tuple[int, ...]
    transitions: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    sound: bool
    free_choice: bool

    @property
    def net(self) -> Net:
        """The net itself."""
        return net_of(self.places, self.transitions, self.initial)


def read_published(line: str | bytes) -> Published:
    """One line of the corpus.

    Raises:
        msgspec.DecodeError: the line is not of this form.
    """
    return msgspec.json.decode(line, type=Published)


def net_of(n_places: int, transitions: Iterable[tuple[Sequence[int], Sequence[int]]], initial: Sequence[int] = (0,)) -> Net:
    """The net of transitions that are given as lists of places.

    Raises:
        ValueError: a list names a place twice (the arcs have no weights), or one that there is not.
    """
    pairs = [(_mask(taken, n_places), _mask(put, n_places)) for taken, put in transitions]
    return Net(n_places, tuple(a for a, _ in pairs), tuple(b for _, b in pairs), _mask(initial, n_places))


def places_of(mask: int) -> list[int]:
    """The places of a set, in order."""
    found: list[int] = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def shape_of(net: Net) -> Workflow | Misshapen:
    """The net as a workflow net, or why it is none.

    Cost: linear in the arcs.
    """
    taken = put = 0
    for mask in net.consumed:
        taken |= mask
    for mask in net.produced:
        put |= mask
    every = (1 << net.n_places) - 1
    sources, sinks = every & ~put, every & ~taken
    fault = _ends(net, sources, sinks) or _arcs(net) or _aside(net, sources, sinks)
    if fault is not None:
        return fault
    return Workflow(net, sources.bit_length() - 1, sinks.bit_length() - 1, is_free_choice(net))


def is_free_choice(net: Net) -> bool:
    """Whether two transitions take from the same places or share none (extended free choice)."""
    distinct = set(net.consumed)
    together = 0
    for mask in distinct:
        together |= mask
    return sum(mask.bit_count() for mask in distinct) == together.bit_count()


def _mask(places: Sequence[int], n_places: int) -> int:
    mask = 0
    for place in places:
        if not 0 <= place < n_places:
            raise ValueError(f"there is no place {place}")
        if mask >> place & 1:
            raise ValueError(f"place {place} is named twice, and arcs have no weights")
        mask |= 1 << place
    return mask


def _ends(net: Net, sources: int, sinks: int) -> Misshapen | None:
    if not net.consumed:
        return Misshapen("no transition")
    if sources.bit_count() != 1:
        return Misshapen("sources", tuple(places_of(sources)))
    if sinks.bit_count() != 1:
        return Misshapen("sinks", tuple(places_of(sinks)))
    if net.initial != sources:
        return Misshapen("start", tuple(places_of(net.initial)))
    return None


def _arcs(net: Net) -> Misshapen | None:
    if 0 in net.consumed:
        return Misshapen("no input", (), tuple(t for t, mask in enumerate(net.consumed) if not mask))
    if 0 in net.produced:
        return Misshapen("no output", (), tuple(t for t, mask in enumerate(net.produced) if not mask))
    return None


def _aside(net: Net, source: int, sink: int) -> Misshapen | None:
    onward = _reached(net.n_places, net.consumed, net.produced, source)
    back = _reached(net.n_places, net.produced, net.consumed, sink)
    places = ((1 << net.n_places) - 1) & ~(onward & back)
    if not places:
        return None
    arcs = enumerate(zip(net.consumed, net.produced, strict=True))
    return Misshapen("aside", tuple(places_of(places)), tuple(t for t, (a, b) in arcs if not a & onward or not b & back))


def _reached(n_places: int, taken: Sequence[int], put: Sequence[int], start: int) -> int:
    """The places on arcs from a place on."""
    following = [0] * n_places
    for mask, onward in zip(taken, put, strict=True):
        rest = mask
        while rest:
            place = rest.bit_length() - 1
            rest ^= 1 << place
            following[place] |= onward
    seen = todo = start
    while todo:
        place = todo.bit_length() - 1
        todo ^= 1 << place
        new = following[place] & ~seen
        seen |= new
        todo |= new
    return seen
