"""Small workflow nets: grown from one transition by what keeps them sound, then spoilt by what may not."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from pathflow.nets.net import Net, Workflow, net_of, places_of, shape_of
from tests.oracles.petri import Arcs, Judged, judge

SOURCE, SINK = 0, 1


@st.composite
def nets(draw: st.DrawFn, most: int = 7, spoilt: int = 3) -> Net:
    """A workflow net, sound or not, of free choice or not, bounded or not."""
    arcs: Arcs = [({SOURCE}, {SINK})]
    n_places = 2
    for _ in range(draw(st.integers(0, most))):
        n_places = _grow(draw, arcs, n_places)
    for _ in range(draw(st.integers(0, spoilt))):
        _spoil(draw, arcs, n_places)
    net = net_of(n_places, [(sorted(taken), sorted(put)) for taken, put in arcs], (SOURCE,))
    assume(isinstance(shape_of(net), Workflow))
    return net


def _grow(draw: st.DrawFn, arcs: Arcs, n_places: int) -> int:
    kind = draw(st.sampled_from(["step", "choice", "together", "loop", "after", "wait"]))
    taken, put = arcs[draw(st.integers(0, len(arcs) - 1))]
    if kind == "choice":
        arcs.append((set(taken), set(put)))
        return n_places
    if kind == "together" and n_places > 2:
        twin = draw(st.integers(2, n_places - 1))
        for sides in arcs:
            for side in sides:
                if twin in side:
                    side.add(n_places)
        return n_places + 1
    if kind == "loop" and n_places > 2:
        place = draw(st.integers(2, n_places - 1))
        arcs.append(({place}, {place}))
        return n_places
    new = n_places
    if kind == "after":
        place = draw(st.sampled_from(sorted(put)))
        put.discard(place)
        put.add(new)
        arcs.append(({new}, {place}))
    elif kind == "wait":
        place = draw(st.sampled_from(sorted(taken)))
        taken.discard(place)
        taken.add(new)
        arcs.append(({place}, {new}))
    else:
        arcs.append(({new}, set(put)))
        put.clear()
        put.add(new)
    return n_places + 1


def _spoil(draw: st.DrawFn, arcs: Arcs, n_places: int) -> None:
    kind = draw(st.sampled_from(["take", "put", "take less", "put less", "transition", "elsewhere"]))
    taken, put = arcs[draw(st.integers(0, len(arcs) - 1))]
    place = draw(st.integers(0, n_places - 1))
    if kind in ("take", "take less") and place != SINK:
        (taken.add if kind == "take" else taken.discard)(place)
    elif kind in ("put", "put less") and place != SOURCE:
        (put.add if kind == "put" else put.discard)(place)
    elif kind == "transition":
        inside = st.sets(st.integers(2, max(2, n_places - 1)), min_size=1, max_size=2)
        if n_places > 2:
            arcs.append((draw(inside), draw(inside)))
    elif kind == "elsewhere" and place != SOURCE:
        put.clear()
        put.add(place)


def arcs_of(net: Net) -> Arcs:
    return [(set(places_of(taken)), set(places_of(put))) for taken, put in zip(net.consumed, net.produced, strict=True)]


def judged(net: Net) -> Judged:
    """What the oracle says, of nets whose states it can count."""
    found = judge(arcs_of(net), SOURCE, SINK)
    assume(found.is_sound is not None)
    return found
