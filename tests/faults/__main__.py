"""`python -m tests.faults`: the fault harnesses for as long as is told, or one seed of the simulation again."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import SystemRandom

from tests.faults.simulation import Broken, run


def simulate(seconds: float, seed: int, steps: int) -> int:
    """Seed after seed. Returns: how many failed."""
    end, start = time.monotonic() + seconds, time.process_time()
    faults: Counter[str] = Counter()
    seeds = commands = failed = 0
    while time.monotonic() < end:
        try:
            world = run(seed + seeds, steps)
        except Broken as wrong:
            failed += 1
            print(f"\nseed {seed + seeds}: {wrong}", flush=True)
        else:
            faults += world.faults
            commands += len(world.answers)
        seeds += 1
    taken = time.process_time() - start
    print(
        f"simulation: {seeds:,} seeds from {seed}, {commands:,} commands, {faults.total():,} faults, {taken:.0f} s of CPU: {failed} failed"
    )
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each harness the same share of it")
    parser.add_argument("--seed", type=int, help="this seed of the simulation alone")
    parser.add_argument("--steps", type=int, default=80)
    asked = parser.parse_args()
    if asked.seed is not None:
        try:
            world = run(asked.seed, asked.steps)
        except Broken as wrong:
            print(wrong)
            return 1
        print(f"seed {asked.seed}: {len(world.answers)} commands, {world.faults.total()} faults, nothing wrong")
        return 0
    return int(bool(simulate(asked.seconds, SystemRandom().randrange(1 << 30), asked.steps)))


if __name__ == "__main__":
    sys.exit(main())
