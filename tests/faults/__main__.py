"""`python -m tests.faults`: the fault harnesses for as long as is told, or one seed of the simulation again."""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import SystemRandom

from tests.faults.crashes import many_kills as sqlite_kills
from tests.faults.crashes import temporary
from tests.faults.mutants import MUTANTS, is_found
from tests.faults.simulation import Broken, run
from tests.faults.syscalls import NoCompiler
from tests.faults.syscalls import run as run_syscalls
from tests.store.server import NoServer

HARNESSES = ("simulation", "mistakes", "kills", "calls", "servers", "network", "power", "failover")


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


def plant(seconds: float, seed: int, most: int = 20) -> int:
    """Every known mistake; those that the simulation finds under many seeds, as far as there is time.

    Returns: how many were never found.
    """
    end, found, tried = time.monotonic() + seconds, Counter[str](), Counter[str]()
    by_seeds = [mutant for mutant in MUTANTS.values() if hasattr(mutant.found_by, "seed")]
    logging.disable(logging.CRITICAL)
    for number in range(most):
        for mutant in by_seeds:
            if time.monotonic() < end:
                tried[mutant.name] += 1
                found[mutant.name] += is_found(mutant, partial(_one_seed, seed + number)) is not None
    missed = [name for name, mutant in MUTANTS.items() if not found[name] and is_found(mutant) is None]
    logging.disable(logging.NOTSET)
    for name in missed:
        print(f"not found: {name}")
    for mutant in sorted(by_seeds, key=lambda one: found[one.name] / max(tried[one.name], 1)):
        if found[mutant.name] < tried[mutant.name] * 0.95:
            print(f"found under {found[mutant.name]} of {tried[mutant.name]} seeds: {mutant.name}")
    often = sum(found[one.name] >= tried[one.name] * 0.95 for one in by_seeds)
    least = min((tried[one.name] for one in by_seeds), default=0)
    print(f"mistakes: {len(MUTANTS)} planted, {len(missed)} not found; of {len(by_seeds)} that the simulation finds, "
          f"{often} under at least 19 of 20 seeds ({least} tried from {seed})")  # fmt: skip
    return len(missed)


def _one_seed(seed: int, _folder: Path) -> None:
    run(seed)


def fail_calls(most: int) -> int:
    """Calls that write. Returns: how many things were wrong."""
    folder = temporary()
    try:
        found = run_syscalls(folder, most)
    except NoCompiler as missing:
        print(missing)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for one in found["wrong"]:
        print(f"SQLite: {one}")
    print(f"SQLite: {found['tried']:,} of {found['points']:,} calls that write failed or killed: {len(found['wrong'])} wrong")
    return len(found["wrong"])


def with_servers(name: str, seconds: float, seed: int, least: int) -> int:
    """What needs PostgreSQL. Returns: how many things were wrong."""
    from tests.faults import failover, network, power, servers

    harnesses = {
        "servers": servers.many_kills, "network": network.many_cuts, "power": power.many_cuts, "failover": failover.many_failovers,
    }  # fmt: skip
    try:
        return harnesses[name](seconds, seed, least)
    except (NoServer, NoCompiler) as missing:
        print(missing)
        return 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for all harnesses together")
    parser.add_argument("--only", nargs="+", choices=HARNESSES, default=HARNESSES, help="some harnesses alone")
    parser.add_argument("--kills", type=int, default=0, help="so many kills, cuts or failovers at least, of each kind of store")
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
    seed, share = SystemRandom().randrange(1 << 30), asked.seconds / len(asked.only)
    harnesses: dict[str, Callable[[], int]] = {
        "simulation": lambda: simulate(share, seed, asked.steps),
        "mistakes": lambda: plant(share, seed),
        "kills": lambda: sqlite_kills(share, seed, asked.kills),
        "calls": lambda: fail_calls(0 if share > 200 else max(20, int(share * 4))),
        "servers": lambda: with_servers("servers", share, seed, asked.kills),
        "network": lambda: with_servers("network", share, seed, asked.kills),
        "power": lambda: with_servers("power", share, seed, asked.kills),
        "failover": lambda: with_servers("failover", share, seed, asked.kills),
    }
    return int(sum(harnesses[name]() for name in asked.only) > 0)


if __name__ == "__main__":
    sys.exit(main())
