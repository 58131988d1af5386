"""`python -m tests.fuzz`: mutated inputs in several processes, for as long or as many as is told."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from random import Random, SystemRandom

from tests.fuzz.kept import LENGTH_MAX, all_kept, corpus, keep, keep_found, kind_of, smaller
from tests.fuzz.targets import TARGETS, Hang, Target, tried, watched

BATCH = 50
TOLD_EVERY = 100_000
"""Units: inputs of one process, after which it says how far it is."""


@dataclass
class Result:
    """What a process tried: inputs and seconds by target, inputs worth keeping, and what was wrong (by target and kind)."""

    inputs: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    features: set[object] = field(default_factory=set)
    slowest: dict[str, tuple[float, str]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    wrong: dict[tuple[str, str], tuple[str, str, int]] = field(default_factory=dict)


class Fuzzer:
    """One process: targets in turn, each for its share of the time."""

    def __init__(self, names: list[str], seed: int) -> None:
        self.chance = Random(seed)
        self.targets = [TARGETS[name] for name in names]
        self.pool = {target.name: [*target.seeds(), *corpus(target)] for target in self.targets}
        self.result = Result()

        self.is_stopped = False
        signal.signal(signal.SIGINT, self.stop)

    def stop(self, *_: object) -> None:
        self.is_stopped = True

    def run(self, seconds: float, inputs: int) -> Result:
        for target in self.targets:
            for one in self.pool[target.name]:
                self.result.features |= tried(target, one)[0]
        end = time.monotonic() + seconds
        done, told = 0, TOLD_EVERY
        while time.monotonic() < end and done < inputs and not self.is_stopped:
            target = min(self.targets, key=lambda t: self.result.seconds[t.name] / t.share)
            for _ in range(BATCH):
                self.one(target)
            done += BATCH
            if done >= told:
                told += TOLD_EVERY
                print(f"{done:,} inputs, {len(self.result.wrong)} kinds of mistake", flush=True)
        return self.result

    def one(self, target: Target) -> None:
        result, name = self.result, target.name
        given = target.draw(self.chance, self.chance.choice(self.pool[name]))
        start = time.process_time()
        try:
            with watched(target.limit):
                features, wrong = tried(target, given)
        except Hang as hang:
            features, wrong = set(), str(hang)
        taken = time.process_time() - start
        result.inputs[name] += 1
        result.seconds[name] += taken
        if taken > result.slowest.get(name, (0.0, ""))[0]:
            result.slowest[name] = taken, given
        if wrong is not None:
            key = (name, kind_of(wrong) or "")
            first = result.wrong.get(key)
            shorter = first is None or len(given) < len(first[0])
            result.wrong[key] = (*((given, wrong) if shorter or first is None else first[:2]), (first[2] if first else 0) + 1)
        elif not features <= result.features:
            result.features |= features
            if len(given) <= 2 * LENGTH_MAX:
                self.pool[name].append(given)
                result.kept[name].append(given)


def work(names: list[str], seed: int, seconds: float, inputs: int) -> Result:
    return Fuzzer(names, seed).run(seconds, inputs)


def report(results: list[Result], taken: float, keeps: bool) -> int:
    """Prints what was tried and what was wrong. Returns: 1 where something was."""
    total = sum(sum(result.inputs.values()) for result in results)
    print(f"\n{'target':<10}{'inputs':>12}{'a second of CPU':>18}{'slowest':>12}")
    for name in TARGETS:
        inputs, seconds = sum(r.inputs[name] for r in results), sum(r.seconds[name] for r in results)
        if inputs:
            slowest = max(r.slowest[name][0] for r in results if name in r.slowest)
            print(f"{name:<10}{inputs:>12,}{inputs / max(seconds, 1e-9):>18,.0f}{1_000 * slowest:>9,.0f} ms")
    features = set().union(*(result.features for result in results))
    print(f"{'all':<10}{total:>12,}   in {taken:,.0f} s; {len(features):,} different things shown")
    wrong: dict[tuple[str, str], tuple[str, str, int]] = {}
    for result in results:
        for key, (given, was, count) in result.wrong.items():
            first = wrong.get(key)
            least = (given, was) if first is None or len(given) < len(first[0]) else first[:2]
            wrong[key] = (*least, count + (first[2] if first else 0))
    rows = []
    for (name, _), (given, was, count) in wrong.items():
        least = given if was.startswith("longer") else smaller(TARGETS[name], given, set(), was)
        rows.append((name, least, was))
        print(f"\n{name}: {was}\n  {count} times, for example {least[:600]!r}")
    if keeps:
        keep_found(rows)
        for name in TARGETS:
            more = keep(TARGETS[name], (one for result in results for one in result.kept[name]))
            if more:
                print(f"{name}: {more} more kept")
    print(f"\n{len(rows)} kinds of mistake" if rows else "\nno exception, no hang, nothing that must not be")
    return int(bool(rows))


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--inputs", type=int, default=0, help="stop after so many")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", nargs="+", choices=list(TARGETS), default=list(TARGETS))
    parser.add_argument("--seed", type=int, help="the same inputs again, with one worker and --inputs")
    parser.add_argument("--keep", action="store_true", help="add what is new to the corpus")
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else SystemRandom().randrange(2**32)
    seconds = asked.seconds if not asked.inputs else 1e9
    inputs = -(-asked.inputs // asked.workers) if asked.inputs else sys.maxsize
    print(f"{asked.workers} workers, seed {seed}, {sum(1 for _ in all_kept()):,} inputs kept so far", flush=True)
    start = time.monotonic()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the workers end when they are told so, and then it is told what they found
    with ProcessPoolExecutor(asked.workers) as workers:
        jobs = [workers.submit(work, asked.only, seed + number, seconds, inputs) for number in range(asked.workers)]
        results = [job.result() for job in jobs]
    return report(results, time.monotonic() - start, asked.keep)


if __name__ == "__main__":
    sys.exit(main())
