"""Soundness of workflow nets against pm4py's Woflan, on nets of industrial processes and on branches side by side.

The nets are no part of the project (`tests/nets/test_corpus.py` says where they are from); where they are not beside it, only
the branches are measured. The peer gets so many seconds of CPU for a net; those it does not finish are counted and left out of
the ratio, which is of CPU on both sides, in turns, net by net.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import signal
import statistics
import time
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bench.measure import Line
from pathflow.nets.net import Net, Published, net_of, places_of, read_published
from pathflow.nets.soundness import decide

FILE = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "soundness" / "ibm_bit.jsonl.gz"
EVERY = 17
"""The peer is given each net of so many."""
SECONDS = 2.0
TURNS = 3
REPEATS = 50
LEAST = 0.1
"""So long it is gone on with. Units: seconds of CPU."""


def run() -> Iterator[Line]:
    """Milliseconds of ours over all nets, the ratio on a sample, and branches side by side."""
    if FILE.exists():
        with gzip.open(FILE) as lines:
            corpus = [read_published(line) for line in lines]
        yield from _ours(corpus)
        yield from _ratio(corpus[::EVERY])
    else:
        yield Line("the IBM nets are not beside the project", "left out")
    for n_branches, n_steps in ((20, 1), (8, 6)):
        taken = _milliseconds(branches(n_branches, n_steps))
        yield Line(f"{n_branches} branches of {n_steps} side by side", f"{taken:.2f} ms", "at most 5 ms", taken <= 5)


def _ours(corpus: list[Published]) -> Iterator[Line]:
    verdicts = [decide(published.net) for published in corpus]
    n_same = sum(v.is_sound == p.sound for v, p in zip(verdicts, corpus, strict=True))
    yield Line("soundness: verdicts as published", f"{n_same} of {len(corpus)}", "all", n_same == len(corpus))
    taken = [_milliseconds(published.net) for published in corpus]
    median = statistics.median(taken)
    figure = f"{median:.2f} ms a net (at most {max(taken):.1f}; all in {sum(taken) / 1e3:.2f} s)"
    yield Line("soundness of the IBM nets", figure, "at most 0.4 ms", median <= 0.4)
    yield Line("  the slowest of them", f"{max(taken):.1f} ms", "at most 1 s", max(taken) <= 1_000)


def _ratio(sample: list[Published]) -> Iterator[Line]:
    ours: list[float] = []
    theirs: list[float] = []
    n_other = n_late = 0
    for published in sample:
        own = _of_cpu(published.net)
        taken, is_sound = _peer(published.net)
        if is_sound is None:
            n_late += 1
            continue
        ours.append(own)
        theirs.append(taken)
        n_other += is_sound != published.sound
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    late = f"{n_late} of {len(sample)} not in {SECONDS:.0f} s, {n_other} not as published"
    yield Line(f"pm4py {version('pm4py')} (Woflan), a sample", f"{statistics.median(theirs):.0f} ms a net ({late})")
    yield Line("  ratio where it finishes", f"{ratio:.0f} times", "at least 300", ratio >= 300)


def _milliseconds(net: Net) -> float:
    """The quickest of a few turns: a busy neighbour only adds."""
    found: list[float] = []
    for _ in range(TURNS):
        start = time.perf_counter()
        decide(net)
        found.append(time.perf_counter() - start)
    return min(found) * 1e3


def _of_cpu(net: Net) -> float:
    """Milliseconds of CPU, over as many turns as a coarse clock of the CPU needs to tell them."""
    turns, start = 0, time.process_time()
    while time.process_time() - start < LEAST:
        for _ in range(REPEATS):
            decide(net)
        turns += REPEATS
    return (time.process_time() - start) * 1e3 / turns


class _Late(Exception):
    pass


def _stop(*_: object) -> None:
    raise _Late


def _peer(net: Net) -> tuple[float, bool | None]:
    import pm4py
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    theirs = PetriNet("net")
    places = [PetriNet.Place(f"p{number}") for number in range(net.n_places)]
    theirs.places.update(places)
    used = 0
    for t, (taken, put) in enumerate(zip(net.consumed, net.produced, strict=True)):
        transition = PetriNet.Transition(f"t{t}", f"t{t}")
        theirs.transitions.add(transition)
        used |= taken
        for place in places_of(taken):
            add_arc_from_to(places[place], transition, theirs)
        for place in places_of(put):
            add_arc_from_to(transition, places[place], theirs)
    first = Marking({places[place]: 1 for place in places_of(net.initial)})
    last = Marking({place: 1 for number, place in enumerate(places) if not used >> number & 1})
    before = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    start = time.process_time()
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = pm4py.check_soundness(theirs, first, last)
    except _Late:
        return SECONDS * 1e3, None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return (time.process_time() - start) * 1e3, bool(answer[0] if isinstance(answer, tuple) else answer)


def branches(n_branches: int, n_steps: int) -> Net:
    """So many branches of so many steps, begun and met together."""
    length = n_steps + 1
    begins = [2 + branch * length for branch in range(n_branches)]
    steps = [([begin + step], [begin + step + 1]) for begin in begins for step in range(n_steps)]
    return net_of(2 + n_branches * length, [([0], begins), *steps, ([begin + n_steps for begin in begins], [1])])
